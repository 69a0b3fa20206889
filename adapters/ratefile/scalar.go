package ratefile

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

const (
	// maxPlainDigits are of a number without quotes: more is what a float leaves behind.
	maxPlainDigits = 15
	// maxDigits are of any number; the engine computes with no more.
	maxDigits = 60
	// maxShown is how much of a number is repeated in messages.
	maxShown = 80
	// maxName is the longest key of the book's own; YAML has a bound too.
	maxName = 128
)

// What the texts of scalars look like; the JSON Schema states the same.
const (
	numberPattern   = `^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`
	wholePattern    = `^[1-9][0-9]{0,8}$`
	dollarsPattern  = `^-?(0|[1-9][0-9]*)(\.[0-9]{1,2})?$`
	datePattern     = `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`
	monthDayPattern = `^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`
	codePattern     = `^[A-Z][A-Z0-9_]*$`
)

var (
	numberText   = regexp.MustCompile(numberPattern)
	wholeText    = regexp.MustCompile(wholePattern)
	monthDayText = regexp.MustCompile(monthDayPattern)
	codeText     = regexp.MustCompile(codePattern)
)

// A flaw is what is wrong with a value.
type flaw struct {
	code      problem.Code
	what, fix string
}

// scalarFlaw finds what is wrong with the text of a scalar; nil for nothing. The
// node is not null.
func scalarFlaw(f *form, n *yamldoc.Node) *flaw {
	switch f.kind {
	case text:
		return textFlaw(n)
	case word:
		return wordFlaw(f, n.Text)
	case code:
		if n.Type != yamldoc.Text || !codeText.MatchString(n.Text) {
			return &flaw{ErrChoice, yamldoc.Quoted(n.Text) + " is no code of a refusal", "write it as E_MISSING_FACT"}
		}
	case number, quantity, whole, dollars:
		return numberFlaw(f, n)
	case date:
		_, err := civil.ParseDate(n.Text)
		return flawOf(ErrDate, err)
	case monthDay:
		if !monthDayText.MatchString(n.Text) {
			return &flaw{ErrDate, yamldoc.Quoted(n.Text) + " is no month and day", "write it as 05-01 for the first of May"}
		}
	case onlyTrue:
		return trueFlaw(n)
	case factValue:
		if n.Type == yamldoc.Number {
			return numberFlaw(f, n)
		}
		return textFlaw(n)
	case scalar:
		return valueFlaw(f, n)
	case formula:
		if fl := textFlaw(n); fl != nil {
			return fl
		}
		return literalFlaw(n.Text)
	}
	return nil
}

// flawOf is the flaw that an error of a core package states.
func flawOf(code problem.Code, err error) *flaw {
	if err == nil {
		return nil
	}
	if e, ok := err.(*problem.Error); ok { //nolint:errorlint // those of the leaves are not wrapped
		return &flaw{code, e.What, e.Fix}
	}
	return &flaw{code, err.Error(), ""}
}

func textFlaw(n *yamldoc.Node) *flaw {
	taken := ""
	switch {
	case n.Type == yamldoc.Number:
		taken = "a number"
	case n.Type == yamldoc.Bool:
		taken = "true or false"
	case n.Text == "":
		return &flaw{ErrText, "the text is empty", "write it, or leave out its key"}
	default:
		return nil
	}
	return &flaw{ErrText, fmt.Sprintf("a text is asked for, and YAML takes %s for %s", shown(n.Text), taken), fmt.Sprintf("put it in quotes: %q", shown(n.Text))}
}

func wordFlaw(f *form, written string) *flaw {
	for _, w := range f.words {
		if written == w {
			return nil
		}
	}
	fix := "write " + oneOf(f.words)
	if f.hint != "" {
		fix += ", " + f.hint
	}
	if meant := f.near(written); meant != "" {
		fix = fmt.Sprintf("did you mean %s? %s", meant, fix)
	}
	if written == "" {
		return &flaw{ErrChoice, f.name + " is asked for, and the text is empty", fix}
	}
	return &flaw{ErrChoice, fmt.Sprintf("%s is no %s", yamldoc.Quoted(written), withoutArticle(f.name)), fix}
}

func trueFlaw(n *yamldoc.Node) *flaw {
	switch {
	case n.Type == yamldoc.Bool && n.Text == "true":
		return nil
	case n.Type == yamldoc.Bool && strings.EqualFold(n.Text, "false"):
		return &flaw{ErrChoice, "only true is written here", "leave the key out: that is what false means"}
	}
	return &flaw{ErrChoice, yamldoc.Quoted(n.Text) + " is not true", "write true, without quotes, or leave the key out"}
}

func valueFlaw(f *form, n *yamldoc.Node) *flaw {
	switch {
	case n.Type == yamldoc.Number, n.Type == yamldoc.Text && numberText.MatchString(n.Text):
		return numberFlaw(f, n)
	case n.Type == yamldoc.Bool:
		return &flaw{ErrNumber, fmt.Sprintf("a number or a formula is asked for, and YAML takes %s for true or false", n.Text), "write a number, or put a name in quotes"}
	case n.Text == "":
		return &flaw{ErrText, "a number or a formula is asked for, and the text is empty", "write it"}
	}
	if remedy := miswritten(n.Text); remedy != "" {
		code := rates.ErrFormula
		if arithmetic.MatchString(n.Text) {
			code = ErrNumber
		}
		return &flaw{code, yamldoc.Quoted(n.Text) + " is no number, and no formula", remedy}
	}
	if !holdsName(n.Text) {
		return &flaw{ErrNumber, yamldoc.Quoted(n.Text) + " is no number, and holds no name that a formula could be of",
			"write the number, as in 4.90; or, if arithmetic is meant, {formula: \"…\", exact: true}"}
	}
	return literalFlaw(n.Text)
}

func numberFlaw(f *form, n *yamldoc.Node) *flaw {
	if !numberText.MatchString(n.Text) {
		if n.Type == yamldoc.Number {
			return &flaw{ErrNumber, shown(n.Text) + " is not written as a number of this format", "write " + writtenOut(n.Text)}
		}
		fix := "write digits and at most one point, as in 4.90"
		if remedy := miswritten(n.Text); remedy != "" {
			fix = remedy
		}
		return &flaw{ErrNumber, yamldoc.Quoted(n.Text) + " is no number", fix}
	}
	written, digits := digitsOf(n.Text)
	switch {
	case written > maxDigits:
		return &flaw{ErrNumber, fmt.Sprintf("the number has %d digits", written), fmt.Sprintf("write it with at most %d", maxDigits)}
	case n.Type == yamldoc.Number && digits > maxPlainDigits:
		d := decimal.RequireFromString(n.Text)
		rounded := d.Round(int32(maxPlainDigits - d.NumDigits() + int(-d.Exponent())))
		return &flaw{ErrNumber, fmt.Sprintf("%s has %d digits, as a computer's fraction leaves behind", n.Text, digits),
			fmt.Sprintf("write the number that was adopted, such as %s, or put this in quotes if every digit is meant", rounded)}
	}
	return boundFlaw(f, n.Text)
}

// digitsOf counts the digits of a number, and those that are left without the zeros
// that it begins with.
func digitsOf(number string) (written, significant int) {
	for _, c := range []byte(number) {
		if c < '0' || c > '9' {
			continue
		}
		written++
		if significant > 0 || c != '0' {
			significant++
		}
	}
	return written, significant
}

// plainDigits says whether a number has few enough digits to stand without quotes.
func plainDigits(number string) bool {
	_, significant := digitsOf(number)
	return significant <= maxPlainDigits
}

// boundFlaw finds what is wrong with a number as it is meant.
func boundFlaw(f *form, written string) *flaw {
	switch f.kind {
	case whole:
		if !wholeText.MatchString(written) {
			return &flaw{ErrNumber, written + " is no " + withoutArticle(f.name), "write a whole number, 1 or above"}
		}
	case quantity:
		_, err := exact.ParseNumber(written)
		return flawOf(ErrNumber, err)
	case dollars:
		_, err := money.Parse(written)
		return flawOf(ErrNumber, err)
	}
	return nil
}

// writtenOut is a number that YAML reads and this format does not, as the format
// writes it, where that can be said.
func writtenOut(written string) string {
	if len(written) > maxShown {
		return "it with fewer digits"
	}
	plain := strings.ReplaceAll(strings.TrimPrefix(written, "+"), "_", "")
	minus := strings.HasPrefix(plain, "-")
	digits := strings.TrimPrefix(plain, "-")
	if trimmed := strings.TrimLeft(digits, "0"); trimmed != "" && trimmed[0] >= '0' && trimmed[0] <= '9' {
		digits = trimmed
	}
	d, err := decimal.NewFromString(digits)
	if err != nil || strings.ContainsAny(digits, "xXoObB") || d.Exponent() > maxDigits || d.Exponent() < -maxDigits {
		return "it with digits and at most one point, as in 4.90"
	}
	if minus {
		return "-" + d.String()
	}
	return d.String()
}

// shown is a number as it is repeated in messages.
func shown(written string) string {
	if len(written) > maxShown {
		return written[:maxShown] + "…"
	}
	return written
}

// withoutArticle is a name without its article.
func withoutArticle(name string) string {
	for _, article := range []string{"a ", "an ", "the "} {
		if rest, ok := strings.CutPrefix(name, article); ok {
			return rest
		}
	}
	return name
}

// oneOf lists choices for a message.
func oneOf(words []string) string {
	switch len(words) {
	case 0:
		return "nothing"
	case 1:
		return words[0]
	}
	const most = 30
	if len(words) > most {
		return fmt.Sprintf("%s or %d more", strings.Join(words[:most], ", "), len(words)-most)
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// nearest is the word that another is most likely a slip for; empty for none.
func nearest(written string, words []string) string {
	best, at := "", 0
	plain := strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(written))
	for _, w := range words {
		lower := strings.ToLower(w)
		d := distance(plain, lower)
		if d <= 1+len(lower)/4 && d < len(lower) && (best == "" || d < at) {
			best, at = w, d
		}
	}
	return best
}

// distance is how many letters are to be changed, added, left out or exchanged with
// their neighbor to make one word of the other.
func distance(a, b string) int {
	const far = 40 // no key is nearly as long
	if len(a) > far || len(b) > far {
		return far
	}
	var before, last, row [far + 1]int
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
