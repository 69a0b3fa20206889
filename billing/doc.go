// Package billing is what happens to the accounts of a water district between a priced quote and the books: who has which
// service, bills, finals, adjustments.
package billing
