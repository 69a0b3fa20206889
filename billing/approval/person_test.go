package approval_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/approval"
)

// spellings are ways to write ids that are one person.
var spellings = []struct{ rule, one, other string }{
	{"letter case", "m.alvarez", "M.ALVAREZ"},
	{"blanks around", "m.alvarez", "  m.alvarez\t"},
	{"blanks inside", "m.alvarez", "m. alvarez"},
	{"no-break and ideographic blanks", "m.alvarez", "m.\u00a0al\u3000varez"},
	{"line breaks", "m.alvarez", "m.alvarez\r\n"},
	{"zero-width space", "m.alvarez", "m.al\u200bvarez"},
	{"zero-width joiners", "m.alvarez", "m\u200d.al\u200cvarez"},
	{"byte order mark", "m.alvarez", "\ufeffm.alvarez"},
	{"soft hyphen", "m.alvarez", "m.al\u00advarez"},
	{"directions", "m.alvarez", "\u202em.alvarez\u202c"},
	{"variation selector", "m.alvarez", "m.alvarez\ufe0f"},
	{"tag characters", "m.alvarez", "m.alvarez\U000e0041"},
	{"combining grapheme joiner", "m.alvarez", "m.\u034falvarez"},
	{"Hangul filler", "m.alvarez", "m.alvarez\u3164"},
	{"full width", "m.alvarez", "ｍ．ａｌｖａｒｅｚ"},
	{"mathematical letters", "m.alvarez", "𝐦.𝒶lvarez"},
	{"ligature", "fischer", "ﬁscher"},
	{"composed and decomposed", "josé", "jose\u0301"},
	{"composed and decomposed, with a blank between", "josé", "JOSE\u200b\u0301"},
	{"sharp s and its capital", "weiß", "WEISS"},
	{"capital sharp s", "weiß", "WEIẞ"},
	{"final sigma", "νικος", "ΝΙΚΟΣ"},
	{"Greek with the iota below", "ᾳ1", "ΑΙ1"},
	{"Cyrillic case", "анна", "АННА"},
	{"full-width digits", "clerk12", "clerk１２"},
	{"Kelvin sign", "k.king", "\u212a.King"},
}

func TestPersonIsOneInEverySpelling(t *testing.T) {
	for _, s := range spellings {
		one, err := approval.ParsePerson(s.one)
		require.NoError(t, err, s.rule)
		other, err := approval.ParsePerson(s.other)
		require.NoError(t, err, s.rule)
		require.Equal(t, one, other, s.rule)
	}
}

func TestPersonsWithOtherIDsAreOthers(t *testing.T) {
	seen := map[approval.Person]string{}
	for _, id := range []string{"m.alvarez", "m.alvares", "malvarez", "m-alvarez", "josé", "jose", "josè", "анна", "clerk1", "clerk2",
		"clerk12"} {
		p := person(id)
		require.NotContains(t, seen, p, id)
		seen[p] = id
	}
}

func TestPersonRefusesWhatIsNoID(t *testing.T) {
	for rule, id := range map[string]string{
		"empty":                                 "",
		"only blanks":                           " \t\u00a0",
		"only what cannot be seen":              "\u200b\ufeff",
		"only punctuation":                      "...",
		"not UTF-8":                             "m.alv\xffarez",
		"lost character":                        "m.\ufffdalvarez",
		"control character":                     "m.\x00alvarez",
		"delete character":                      "m.alvarez\x7f",
		"Cyrillic a in a Latin id":              "m.\u0430lvarez",
		"Greek omicron in a Latin id":           "m.alvarez.\u03bf",
		"Latin a in a Cyrillic id":              "анн\u0061",
		"Cyrillic mark on a Latin id":           "a\u0483b",
		"Armenian and Latin":                    "\u0570m",
		"digits of another script":              "clerk\u0661",
		"hyphen that is not that of a keyboard": "m\u2010alvarez",
		"typographic apostrophe":                "o\u2019brien",
		"emoji":                                 "m.alvarez😀",
		"mark in front":                         "\u0301abc",
		"Latin alpha":                           "m.\u0251lvarez",
		"dotless i":                             "m.\u0131varez",
		"dental click, as an l":                 "m.a\u01c0varez",
		"small capital":                         "m.\u1d00lvarez",
		"kra, as a k":                           "\u0138.king",
		"letter of Latin Extended-B":            "m.\u0180arez",
		"letter of Latin Extended Additional":   "m.\u1e05arez",
		"enclosing mark":                        "m.alvarez\u20dd",
		"enclosing mark of Cyrillic":            "анна\u0489",
		"one letter that stands for many":       strings.Repeat("\ufdfa", 10),
		"modifier letter of no script":          "m\u02b9",
		"too long":                              strings.Repeat("m", 201),
	} {
		_, err := approval.ParsePerson(id)
		requireCode(t, err, approval.ErrPerson)
		if len(id) > 3 {
			require.NotContains(t, err.Error(), id, rule)
		}
	}
}

func TestPersonMayHaveTheLettersOfLatin1AndExtendedA(t *testing.T) {
	for _, id := range []string{"josé", "łukasz", "øyvind", "þóra", "đorđe", "œuvre", "müller", "šimić", "ž", "ÿ", "ā", "ħ"} {
		require.Equal(t, id, person(id).String())
	}
	require.Equal(t, "mass", person("maſs").String(), "the long s is an s to every fold")
}

func TestPersonTextIsItsCanonicalID(t *testing.T) {
	text, err := person(" M. Alvarez ").MarshalText()
	require.NoError(t, err)
	require.Equal(t, "m.alvarez", string(text))

	var back approval.Person
	require.NoError(t, back.UnmarshalText([]byte("M.Alvarez")))
	require.Equal(t, person("m.alvarez"), back)
	require.ErrorIs(t, back.UnmarshalText([]byte("m.\u0430lvarez")), approval.ErrPerson)
	require.Equal(t, person("m.alvarez"), back, "a refused text leaves the person alone")
	require.NoError(t, back.UnmarshalText(nil))
	require.True(t, back.IsZero())
}

func FuzzPerson(f *testing.F) {
	for _, s := range spellings {
		f.Add(s.one)
		f.Add(s.other)
	}
	f.Add("\u0345\u0300a")
	f.Add("\ufdfa")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := approval.ParsePerson(text)
		if err != nil {
			require.True(t, p.IsZero())
			return
		}
		require.False(t, p.IsZero())
		again, err := approval.ParsePerson(p.String())
		if len(p.String()) > 200 {
			return
		}
		require.NoError(t, err, "a canonical id is an id")
		require.Equal(t, p, again, "and its own canonical form")
		for _, same := range []string{strings.ToUpper(text), strings.ToLower(text), " " + text, text + "\u200b"} {
			if o, err := approval.ParsePerson(same); err == nil && !strings.ContainsAny(text, "ıİ") {
				require.Equal(t, p, o, "%q and %q", text, same)
			}
		}
	})
}
