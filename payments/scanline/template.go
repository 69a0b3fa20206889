package scanline

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Kind is what a field of a scanline holds.
type Kind uint8

// The kinds of fields.
const (
	// Constant is a text that is the same on all stubs.
	Constant Kind = iota + 1
	// Account and Invoice are numbers, with zeros in front.
	Account
	Invoice
	// AmountDue is in cents, with zeros in front; a line cannot state a credit.
	AmountDue
	// DueDate is a day as MMDDYY.
	DueDate
	// Other is a number of the district's own, such as a type of bill, with zeros in front; see [Line.Others].
	Other
	// CheckDigit is the check digit over the fields that are named.
	CheckDigit
)

var kinds = [...]string{Constant: "constant", Account: "account", Invoice: "invoice", AmountDue: "amount_due", DueDate: "due_date", Other: "other", CheckDigit: "check_digit"}

// String is the kind's word.
func (k Kind) String() string {
	if k == 0 || int(k) >= len(kinds) {
		return "kind " + strconv.Itoa(int(k))
	}
	return kinds[k]
}

// Field is a part of a scanline. A line may have several check digits, each over other fields.
type Field struct {
	Name string
	Kind Kind
	// Width is how many characters it has; 1 of a check digit, and that of its text of a constant, where it is 0.
	Width int
	// Text is that of a constant.
	Text string
	// Over names the fields that a check digit covers, which stand before it, in the order in which they are read for it; Routine makes it.
	Over    []string
	Routine Routine
}

func (f *Field) width() int {
	switch f.Kind {
	case Constant:
		return len(f.Text)
	case CheckDigit:
		return 1
	case DueDate:
		return 6
	}
	return f.Width
}

// Template is what a scanline is made of, from left to right. The same template prints stubs and reads them.
type Template struct {
	Name   string
	Fields []Field
}

// Line is what a scanline says.
type Line struct {
	// Account and Invoice are numbers without the zeros in front of them that the template adds where they are shorter than their field; a
	// template reads them with all digits of the field.
	Account, Invoice string
	AmountDue        money.Amount
	Due              civil.Date
	// Others are the values of fields of the kind [Other], by their names.
	Others map[string]string
}

// Check finds all that is wrong with the template: two fields of one name, an account, invoice, amount or day that comes twice, a width
// of nothing, a check digit over what does not stand before it or is no number.
func (t Template) Check() error {
	var found problem.List
	seen, once := map[string]Kind{}, map[Kind]bool{}
	for i := range t.Fields {
		f := &t.Fields[i]
		refuse := func(what, fix string) {
			found.Add(&problem.Error{Code: ErrTemplate, Path: fmt.Sprintf("fields[%d]", i), What: what, Fix: fix})
		}
		if f.Kind == 0 || int(f.Kind) >= len(kinds) {
			refuse(f.Kind.String()+" is none", "give one of the package's")
			continue
		}
		if _, twice := seen[f.Name]; twice || f.Name == "" {
			refuse(fmt.Sprintf("the name %q is empty or comes twice", f.Name), "name each field once")
		}
		if once[f.Kind] && f.Kind != Constant && f.Kind != Other && f.Kind != CheckDigit {
			refuse("a second field of the kind "+f.Kind.String(), "leave one out")
		}
		once[f.Kind] = true
		width := f.width()
		if width < 1 || width > 60 || f.Width != 0 && f.Width != width || f.Kind == AmountDue && width > 18 {
			refuse(fmt.Sprintf("a field of the kind %s with %d characters", f.Kind, f.Width), "give its width: 1 to 60, at most 18 for an amount, none where the kind says it")
		}
		if strings.ContainsFunc(f.Text, func(r rune) bool { return r < ' ' || r > '~' }) || f.Kind != Constant && f.Text != "" {
			refuse("a text of a field that is no constant, or one in other than plain letters", "correct the text")
		}
		if f.Kind == CheckDigit {
			t.checkDigit(f, seen, refuse)
		} else if len(f.Over) > 0 {
			refuse("a field that is no check digit covers others", "leave them out")
		}
		seen[f.Name] = f.Kind
	}
	if len(t.Fields) == 0 || t.Name == "" {
		found.Add(&problem.Error{Code: ErrTemplate, Path: "fields", What: "the template has no name, or no fields", Fix: "give both"})
	}
	return found.Err()
}

func (t *Template) checkDigit(f *Field, seen map[string]Kind, refuse func(what, fix string)) {
	if err := f.Routine.Check(); err != nil {
		refuse("its routine is none: "+err.Error(), "give a routine")
	}
	if len(f.Over) == 0 {
		refuse("the check digit covers nothing", "name the fields that it covers")
	}
	for _, name := range f.Over {
		kind, before := seen[name]
		if !before {
			refuse(fmt.Sprintf("the check digit covers %q, which does not stand before it", name), "name fields before it")
		}
		if i := slices.IndexFunc(t.Fields, func(o Field) bool { return o.Name == name }); before && kind == Constant && strings.Trim(t.Fields[i].Text, "0123456789") != "" {
			refuse(fmt.Sprintf("the check digit covers %q, which is no number", name), "leave it out")
		}
	}
}

// Width is how many characters a line has.
func (t Template) Width() int {
	sum := 0
	for i := range t.Fields {
		sum += t.Fields[i].width()
	}
	return sum
}

// Print is the scanline of a stub. What does not fit its field, or is no number, is [ErrLine], all of it at once: a line is never cut.
func (t Template) Print(l Line) (string, error) {
	if err := t.Check(); err != nil {
		return "", err
	}
	var found problem.List
	parts := map[string]string{}
	var out strings.Builder
	others := 0
	for i := range t.Fields {
		f := &t.Fields[i]
		text, what := t.part(f, &l, parts)
		if f.Kind == Other {
			if _, ok := l.Others[f.Name]; ok {
				others++
			}
		}
		if what == "" && len(text) > f.width() {
			what = fmt.Sprintf("it is %d characters, and the field has %d", len(text), f.width())
		}
		if what == "" && f.Kind != Constant && f.Kind != CheckDigit && strings.Trim(text, "0123456789") != "" {
			what = "it holds something other than digits"
		}
		if what != "" {
			found.Add(&problem.Error{Code: ErrLine, Path: f.Name, What: what, Fix: "correct the value, or give the field more room"})
			continue
		}
		text = strings.Repeat("0", f.width()-len(text)) + text
		parts[f.Name] = text
		out.WriteString(text)
	}
	if others != len(l.Others) {
		found.Add(&problem.Error{Code: ErrLine, Path: "others", What: "a value has no field in the template", Fix: "leave it out"})
	}
	has := func(k Kind) bool { return slices.ContainsFunc(t.Fields, func(f Field) bool { return f.Kind == k }) }
	if l.Account != "" && !has(Account) || l.Invoice != "" && !has(Invoice) || !l.AmountDue.IsZero() && !has(AmountDue) || !l.Due.IsZero() && !has(DueDate) {
		found.Add(&problem.Error{Code: ErrLine, Path: t.Name, What: "a value has no field in the template", Fix: "leave it out"})
	}
	if err := found.Err(); err != nil {
		return "", err
	}
	return out.String(), nil
}

// part is the text of a field, or what is wrong with it.
func (t *Template) part(f *Field, l *Line, parts map[string]string) (text, what string) {
	switch f.Kind {
	case Constant:
		return f.Text, ""
	case Account:
		text = l.Account
	case Invoice:
		text = l.Invoice
	case Other:
		text = l.Others[f.Name]
	case AmountDue:
		if l.AmountDue.Sign() < 0 {
			return "", "an amount below zero is not due"
		}
		return strconv.FormatInt(l.AmountDue.Cents(), 10), ""
	case DueDate:
		if l.Due.IsZero() || l.Due.Year() < 2000 || l.Due.Year() > 2099 {
			return "", "there is no day, or none of this century"
		}
		day := l.Due.String()
		return day[5:7] + day[8:10] + day[2:4], ""
	case CheckDigit:
		covered, whole := cover(f, parts)
		if !whole {
			return "", "what it covers is not there"
		}
		digit, err := f.Routine.Digit(covered)
		if err != nil {
			return "", err.Error()
		}
		return string(rune(digit)), ""
	}
	if text == "" {
		return "", "there is no value for it"
	}
	return text, ""
}

func cover(f *Field, parts map[string]string) (text string, whole bool) {
	for _, name := range f.Over {
		part, ok := parts[name]
		if !ok {
			return "", false
		}
		text += part
	}
	return text, true
}

// Read reads a scanline. A wrong length, a constant that is another, something other than a digit, a day that does not exist and every check digit
// that is wrong are told at once, with their columns; nothing of the line is given then.
func (t Template) Read(text string) (Line, error) {
	if err := t.Check(); err != nil {
		return Line{}, err
	}
	l, err := t.read(text)
	if err != nil {
		return Line{}, err
	}
	return l, nil
}

func (t *Template) read(text string) (Line, error) {
	if width := t.Width(); len(text) != width {
		return Line{}, &problem.Error{Code: ErrLine, Path: t.Name, What: fmt.Sprintf("the line has %d characters, and the template %d", len(text), width), Fix: "read the stub again, or give its template"}
	}
	var found problem.List
	var l Line
	parts := map[string]string{}
	at := 0
	for i := range t.Fields {
		f := &t.Fields[i]
		part := text[at : at+f.width()]
		refuse := func(code problem.Code, column int, what string) {
			found.Add(&problem.Error{Code: code, Path: f.Name, Pos: problem.Pos{Line: 1, Col: at + column + 1}, What: what, Fix: "read the stub again"})
		}
		if f.Kind != Constant && f.Kind != CheckDigit {
			if column := strings.IndexFunc(part, func(r rune) bool { return r < '0' || r > '9' }); column >= 0 {
				refuse(ErrDigits, column, "something other than a digit stands there")
				at += f.width()
				continue
			}
		}
		parts[f.Name] = part
		switch f.Kind {
		case Constant:
			if part != f.Text {
				refuse(ErrLine, 0, "another text stands where the template has a constant")
			}
		case Account:
			l.Account = part
		case Invoice:
			l.Invoice = part
		case AmountDue:
			cents, err := strconv.ParseInt(part, 10, 64)
			if err != nil {
				refuse(ErrLine, 0, "the amount is none")
			}
			l.AmountDue = money.Cents(cents)
		case DueDate:
			day, err := civil.ParseDate("20" + part[4:6] + "-" + part[0:2] + "-" + part[2:4])
			if err != nil {
				refuse(ErrLine, 0, "there is no such day")
			}
			l.Due = day
		case Other:
			if l.Others == nil {
				l.Others = map[string]string{}
			}
			l.Others[f.Name] = part
		case CheckDigit:
			covered, whole := cover(f, parts)
			digit, err := f.Routine.Digit(covered)
			if whole && (err != nil || digit != part[0]) {
				refuse(ErrCheckDigit, 0, "the check digit over "+strings.Join(f.Over, ", ")+" is wrong")
			}
		}
		at += f.width()
	}
	return l, found.Err()
}
