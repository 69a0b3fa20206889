// Package ratecheck proves a change of rates.
package ratecheck
