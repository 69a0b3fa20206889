// Package uncopied lets the rooms of billing read what others are given as copies: a cycle looks at each quote of a hundred thousand
// bills, and copies of them are most of what that takes.
package uncopied

// View is asked for by what hands out its own content. Who has one reads, and changes nothing.
type View struct{}
