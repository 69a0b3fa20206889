package private

import (
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// BankAccount is the number of an account at a bank, as an ACH entry holds it.
type BankAccount struct{ held[bankAccount] }

// NewBankAccount takes 5 to 17 letters, digits and hyphens, with at least 4 digits (Nacha: the account number of an entry has
// 17 characters and keeps hyphens). A number of 4 is taken for the end of a longer one. Anything else, blanks too, is
// [ErrText], a mask [ErrMask].
func NewBankAccount(text string) (BankAccount, error) {
	h, err := hold[bankAccount](text)
	return BankAccount{h}, err
}

// LastFour gives the last four letters and digits for a screen. It gives none, and false, where the number has fewer than 8:
// at least as many stay hidden as are shown.
func (b BankAccount) LastFour() (string, bool) {
	return lastFour(only(b.text(), func(r rune) bool { return r != '-' }), 8)
}

type bankAccount struct{}

func (bankAccount) word() string { return "bank account" }

func (bankAccount) signs() signs { return signs{stars: 1, xs: 2} }

func (b bankAccount) check(text string) *problem.Error {
	switch {
	case only(text, func(r rune) bool { return isASCIILetter(r) || isDigit(r) || r == '-' }) != text:
		return badText(b.word(), "holds something else than letters, digits and hyphens", "take blanks out, and give the number alone")
	case len(text) < 5 || len(text) > 17:
		return badText(b.word(), "has not 5 to 17 characters", "give the whole number as it stands on a check or a statement")
	case len(only(text, isDigit)) < 4:
		return badText(b.word(), "has fewer than 4 digits", "give the number, not the kind or the name of the account")
	}
	return nil
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
