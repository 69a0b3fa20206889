package private

import (
	"strings"
	"unicode"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Email is an e-mail address, without the name of its owner.
type Email struct{ held[email] }

// NewEmail takes an address such as ada@example.com, of at most 254 bytes (RFC 5321, 4.5.3.1, less its angle brackets): up to
// 64 bytes before the @, then a domain of two or more labels in ASCII. Quoted forms, comments and addresses in angle
// brackets, which no district's customer has on file, are [ErrText], as is anything else; a mask is [ErrMask], and so is
// nothing but four x or more before the @.
func NewEmail(text string) (Email, error) {
	h, err := hold[email](text)
	return Email{h}, err
}

type email struct{}

func (email) word() string { return "e-mail" }

// signs leaves out the x: xxx123 is how people call themselves, and xxx too.
func (email) signs() signs { return signs{stars: 1} }

func (e email) check(text string) *problem.Error {
	local, domain, found := strings.Cut(text, "@")
	labels := strings.Split(domain, ".")
	switch {
	case strings.ContainsFunc(text, unicode.IsSpace):
		return badText(e.word(), "holds a blank", "give the address alone, such as ada@example.com")
	case !found || strings.Contains(domain, "@"):
		return badText(e.word(), "has not exactly one @", "give one address, such as ada@example.com")
	case len(text) > 254 || len(local) > 64:
		return badText(e.word(), "is longer than 254 bytes, or 64 before the @", "give one address, such as ada@example.com")
	case local == "" || strings.ContainsAny(local, `"(),:;<>[\]`):
		return badText(e.word(), "has before the @ nothing, a quote or a bracket", "give the address alone, such as ada@example.com")
	case strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") || strings.Contains(local, ".."):
		return badText(e.word(), "has a point too many before the @", "give the address as its owner writes it")
	case len(local) >= 4 && strings.Trim(local, "xX") == "":
		return maskError(e.word())
	case len(labels) < 2:
		return badText(e.word(), "has no point in its domain", "give the whole domain, such as example.com")
	}
	for _, label := range labels {
		if !isLabel(label) {
			return badText(e.word(), "has a domain that is not letters, digits and hyphens between points",
				"give the domain in its ASCII form, such as example.com or xn--bcher-kva.example")
		}
	}
	return nil
}

// isLabel reports whether a text is a part of a host name (RFC 1123, 2.1).
func isLabel(text string) bool {
	return text != "" && len(text) <= 63 && text[0] != '-' && text[len(text)-1] != '-' &&
		only(text, func(r rune) bool { return isASCIILetter(r) || isDigit(r) || r == '-' }) == text
}

func (email) canonical(text string) string {
	local, domain, _ := strings.Cut(text, "@")
	return local + "@" + strings.ToLower(domain)
}
