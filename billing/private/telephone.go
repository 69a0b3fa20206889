package private

import (
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Telephone is a telephone number.
type Telephone struct{ held[telephone] }

// NewTelephone takes 7 to 15 digits (ITU-T E.164), with blanks, hyphens, points, slashes and parentheses between them as
// people write them, and a plus in front of a country's code. Letters, and so extensions, are [ErrText], as is anything else;
// a mask is [ErrMask].
func NewTelephone(text string) (Telephone, error) {
	h, err := hold[telephone](text)
	return Telephone{h}, err
}

// LastFour gives the last four digits for a screen, such as "…0100", which every type refuses as [ErrMask]: see
// [BankAccount.LastFour]. It gives none, and false, where the number has fewer than 10 digits: four of seven leave three to
// guess.
func (t Telephone) LastFour() (string, bool) { return lastFour(only(t.text(), isDigit), 10) }

type telephone struct{}

func (telephone) word() string { return "telephone" }

func (telephone) signs() signs { return signs{stars: 1, xs: 3} }

func (t telephone) check(text string) *problem.Error {
	digits := only(text, isDigit)
	switch {
	case strings.TrimSpace(text) != text:
		return badText(t.word(), "has blanks around it", "trim it: it is kept as it is given")
	case only(text, func(r rune) bool { return isDigit(r) || strings.ContainsRune("+ -./()", r) }) != text:
		return badText(t.word(), "holds something else than digits and the signs between them",
			"write it such as 559-555-0100 or +1 559 555 0100, and keep an extension beside it")
	case strings.LastIndex(text, "+") > 0:
		return badText(t.word(), "has a plus that is not in front", "give one number, such as +1 559 555 0100")
	case len(digits) < 7 || len(digits) > 15:
		return badText(t.word(), "has not 7 to 15 digits", "give the whole number, and only one")
	case len(text) > 40:
		return badText(t.word(), "is longer than 40 characters", "leave out what is not the number")
	}
	return nil
}

func (telephone) canonical(text string) string { return only(text, isDigit) }

// lastFour gives the last four characters of a number that has at least enough, with the sign by which they are known for it.
func lastFour(number string, enough int) (string, bool) {
	if len(number) < enough {
		return "", false
	}
	return ellipsis + number[len(number)-4:], true
}
