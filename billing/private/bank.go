package private

import (
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// BankAccount is the number of an account at a bank, as an ACH entry holds it.
type BankAccount struct{ held[bankAccount] }

// NewBankAccount takes 1 to 17 letters, digits and hyphens, with at least one digit (Nacha: the account number of an entry has
// 17 characters and keeps hyphens). Anything else, blanks too, is [ErrText].
//
// [ErrMask] is a hyphen at either end or beside another, two X or two N in a row, three of another letter, an X or N alone
// between hyphens, and a word for what is left of a number, as in ENDING-6789. A bare 6789 is a whole number, since banks
// have numbers as short: nobody can tell it from the end of one.
func NewBankAccount(text string) (BankAccount, error) {
	h, err := hold[bankAccount](text)
	return BankAccount{h}, err
}

// LastFour gives the last four letters and digits for a screen, such as "…6789". The sign in front (U+2026) keeps them from being
// taken for a number of four: every type refuses the text as [ErrMask]. Never take it off where the text can be read back. It
// gives none, and false, where the number has fewer than 8: at least as many stay hidden as are shown.
func (b BankAccount) LastFour() (string, bool) {
	return lastFour(only(b.text(), func(r rune) bool { return r != '-' }), 8)
}

type bankAccount struct{}

func (bankAccount) word() string { return "bank account" }

func (bankAccount) signs() signs { return signs{stars: 1, xs: 2} }

func (b bankAccount) check(text string) *problem.Error {
	switch {
	case isCutAccount(strings.ToLower(text)):
		return maskError(b.word())
	case only(text, func(r rune) bool { return isASCIILetter(r) || isDigit(r) || r == '-' }) != text:
		return badText(b.word(), "holds something else than letters, digits and hyphens", "take blanks out, and give the number alone")
	case len(text) > 17:
		return badText(b.word(), "has more than 17 characters", "give the number alone, as it stands on a check or a statement")
	case only(text, isDigit) == "":
		return badText(b.word(), "has no digit", "give the number, not the kind or the name of the account")
	}
	return nil
}

// isCutAccount reports whether a text in lower case is how others write an account of which they show only a part.
func isCutAccount(small string) bool {
	if strings.HasPrefix(small, "-") || strings.HasSuffix(small, "-") || strings.Contains(small, "--") {
		return true
	}
	if strings.Contains(small, "xx") || strings.Contains(small, "nn") {
		return true
	}
	for letter := 'a'; letter <= 'z'; letter++ {
		if strings.Contains(small, strings.Repeat(string(letter), 3)) {
			return true
		}
	}
	for part := range strings.FieldsFuncSeq(small, func(r rune) bool { return !isLetterOrDigit(r) }) {
		if part == "x" || part == "n" {
			return true
		}
	}
	return slices.ContainsFunc(strings.FieldsFunc(small, func(r rune) bool { return !isASCIILetter(r) }), func(word string) bool {
		return slices.Contains([]string{"end", "ends", "ending", "endsin", "endingin", "last", "lastfour", "acct", "account", "masked", "hidden"}, word)
	})
}

// canonical keeps hyphens and leading zeros: they are part of the number that the bank is sent, and a bank may tell two
// accounts apart by them.
func (bankAccount) canonical(text string) string { return strings.ToUpper(text) }

// RoutingNumber is the number of a bank: the ABA routing transit number, with its check digit.
type RoutingNumber struct{ held[routingNumber] }

// NewRoutingNumber takes nine digits, the last of which is the check digit: the sum of the digits, weighted 3, 7, 1 by turns,
// is a multiple of 10. Anything else, nine zeros too, is [ErrText], a mask [ErrMask].
func NewRoutingNumber(text string) (RoutingNumber, error) {
	h, err := hold[routingNumber](text)
	return RoutingNumber{h}, err
}

type routingNumber struct{}

func (routingNumber) word() string { return "routing number" }

func (routingNumber) signs() signs { return signs{stars: 1, xs: 3} }

func (r routingNumber) check(text string) *problem.Error {
	if len(text) != 9 || only(text, isDigit) != text {
		return badText(r.word(), "is not nine digits", "give all nine as they stand on a check, leading zeros too")
	}
	sum := 0
	for i, weight := range []int{3, 7, 1, 3, 7, 1, 3, 7, 1} {
		sum += weight * int(text[i]-'0')
	}
	if sum == 0 || sum%10 != 0 {
		return badText(r.word(), "has a wrong check digit", "compare it with the check: a digit is wrong, or two have changed places")
	}
	return nil
}

func (routingNumber) canonical(text string) string { return text }
