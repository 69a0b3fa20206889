package approval

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Person is the canonical id of a member of staff, such as "m.alvarez": however it was typed, one person is one value.
// Persons compare with == and can be map keys. The zero value is nobody.
type Person struct {
	id string
}

// maxPerson bounds what is read as an id, in bytes.
const maxPerson = 200

// ParsePerson reads an id as people and programs write it. Letter case, blanks anywhere, characters that cannot be seen and
// the forms in which Unicode writes one letter (composed, decomposed, full-width …) make no other person: "M. Alvarez" is
// "m.alvarez". Upper and lower case are compared by Unicode's full case folding, without Turkish rules.
//
// Refused with [ErrPerson]: an id without a letter or digit, of more than 200 bytes, that is not UTF-8, that holds anything
// but letters, digits 0 to 9 and the punctuation of ASCII, or letters of more than one script, since a Cyrillic а looks
// like a Latin a. Latin letters are those of English and of Unicode's blocks Latin-1 and Latin Extended-A (U+00C0 to U+017F),
// as é and ł, without the dotless ı, the long ſ and ĸ: a Latin ɑ or ᴀ looks like an a, too. Marks that enclose a letter are
// refused. Ids wholly of look-alikes of another script are different persons: whoever keeps the policy's grants sees to that.
//
// An id is no name: errors leave it out all the same.
func ParsePerson(text string) (Person, error) {
	refuse := func(what string) (Person, error) {
		return Person{}, &problem.Error{Code: ErrPerson, What: what,
			Fix: "give the id as the list of staff has it, in plain letters such as those of m.alvarez"}
	}
	if len(text) > maxPerson {
		return refuse(fmt.Sprintf("the id has more than %d bytes", maxPerson))
	}
	id, steady := canonical(text)
	if !steady {
		return refuse("the id has no settled form")
	}
	if len(id) > maxPerson { // a letter may stand for a dozen: what is written has to be read again
		return refuse(fmt.Sprintf("the id has more than %d bytes", maxPerson))
	}
	if what := strange(id); what != "" {
		return refuse(what)
	}
	return Person{id}, nil
}

// IsZero reports whether p is nobody.
func (p Person) IsZero() bool { return p.id == "" }

// String is the canonical id.
func (p Person) String() string { return p.id }

// MarshalText writes the canonical id.
func (p Person) MarshalText() ([]byte, error) { return []byte(p.id), nil }

// UnmarshalText reads what [ParsePerson] reads; an empty text is nobody.
func (p *Person) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*p = Person{}
		return nil
	}
	parsed, err := ParsePerson(string(text))
	if err != nil {
		return err
	}
	*p = parsed
	return nil
}

// canonical folds an id until nothing changes any more, and says whether it came to rest: folding may bring forth what
// normal forms change again, and those may hold blanks.
func canonical(id string) (string, bool) {
	for range 8 {
		next := norm.NFKC.String(cases.Fold().String(norm.NFKC.String(strings.Map(visible, id))))
		if next == id {
			return id, true
		}
		id = next
	}
	return "", false
}

// visible drops blanks and what Unicode lets every reader ignore. Bytes that are not UTF-8 have come as U+FFFD, which no id has.
func visible(r rune) rune {
	if unicode.IsSpace(r) || r == brailleBlank ||
		unicode.In(r, unicode.Z, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) {
		return -1
	}
	return r
}

// brailleBlank is a symbol to Unicode, and a blank to the eye.
const brailleBlank = '\u2800'

// strange says what keeps a canonical text from being an id; empty where nothing does.
func strange(id string) string {
	named, script := false, ""
	for i, r := range id {
		switch {
		case r < utf8.RuneSelf:
			if !unicode.IsPrint(r) {
				return "the id has a control character"
			}
			named = named || unicode.IsLetter(r) || unicode.IsDigit(r)
			if !unicode.IsLetter(r) {
				continue
			}
		case unicode.IsLetter(r):
			if unicode.Is(unicode.Latin, r) && !plainLatin(r) {
				return "the id has a Latin letter that may be taken for another"
			}
			named = true
		case unicode.Is(unicode.Me, r):
			return "the id has a mark that encloses a letter"
		case unicode.IsMark(r) && i > 0:
		default:
			return "the id has a character that is no letter, digit 0 to 9 or punctuation of ASCII"
		}
		switch s := scriptOf(r); {
		case s == "Inherited" && unicode.IsMark(r):
		case s == "Inherited" || s == "Common" || s == "":
			return "the id has a letter of no script"
		case script != "" && s != script:
			return "the id has letters of more than one script, which may look alike"
		default:
			script = s
		}
	}
	if !named {
		return "the id has no letter or digit"
	}
	return ""
}

// plainLatin says whether a Latin letter beyond ASCII is one that names are written with and that looks like no other.
func plainLatin(r rune) bool {
	const first, last, dotless, kra = 'À', 'ž', 'ı', 'ĸ' // ſ, behind the last, is an s to every fold
	return first <= r && r <= last && r != dotless && r != kra
}

// scriptOf is the script of a letter or mark. Each is in one script, so that the order of the map has no say.
func scriptOf(r rune) string {
	if unicode.Is(unicode.Latin, r) {
		return "Latin"
	}
	for name, table := range unicode.Scripts {
		if unicode.Is(table, r) {
			return name
		}
	}
	return ""
}
