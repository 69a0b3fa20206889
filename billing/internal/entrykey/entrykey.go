// Package entrykey has the keys under which the books know what billing enters. They are made and read here alone, so that a report
// finds what a bill has entered by no copy of their wording.
package entrykey

import "strings"

const (
	bill       = "bill "
	adjustment = "adjustment "
)

// Bill is the key of the entries of a bill of an account.
func Bill(account, key string) string { return bill + account + " " + key }

// IsBill reports whether a key is that of a bill.
func IsBill(entry string) bool { return strings.HasPrefix(entry, bill) }

// CutBill returns the bill's own key, of a bill of an account.
func CutBill(entry, account string) (key string, ok bool) {
	return strings.CutPrefix(entry, bill+account+" ")
}

// Adjustment is the key of the entries of an adjustment.
func Adjustment(key string) string { return adjustment + key }

// CutAdjustment returns the adjustment's own key.
func CutAdjustment(entry string) (key string, ok bool) { return strings.CutPrefix(entry, adjustment) }
