package scanline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Kind is what a field of a scanline holds.
type Kind string

// The kinds. Account, Invoice, BillType and Other are texts, AmountDue is in cents, and the last three are made by the template.
const (
	Account    Kind = "account"
	Invoice    Kind = "invoice"
	AmountDue  Kind = "amount_due"
	DueDate    Kind = "due_date"
	BillType   Kind = "bill_type"
	Other      Kind = "other"
	Constant   Kind = "constant"
	Filler     Kind = "filler"
	CheckDigit Kind = "check_digit"
)

// Pad is how a value that is shorter than its field is filled up. What is padded reads back as it was: a value that could not be told
// from its padding is refused.
type Pad string

// The ways to pad. A field of no pad is exactly as wide as its value. A field of nothing but padding is a value that is absent, which an
// account cannot be; of an amount, zeros are $0.00.
const (
	NoPad       Pad = ""
	ZerosLeft   Pad = "zeros_left" // no value begins with 0
	BlanksLeft  Pad = "blanks_left"
	BlanksRight Pad = "blanks_right"
)

// Field is some columns of a scanline.
type Field struct {
	Kind Kind
	// Name is what errors and Over call the field. It may be left out where the kind stands once, and is then the kind; Other needs one.
	Name string
	// Width is the number of columns, at least 1.
	Width int
	Pad   Pad
	// Letters says that A to Z may stand in the text beside the digits.
	Letters bool
	// Text is what a Constant prints, and the one character of a Filler.
	Text string
	// Format is how a due date is written, and Century the first two digits of its year where the format has only the last two: 20.
	// A date of another century is refused.
	Format  DateFormat
	Century int
	// Routine makes a CheckDigit. With a text, such as an account, it says that the text itself ends in check digits, or begins with them: they
	// are verified and not made.
	Routine *Routine
	// Over names the fields that a CheckDigit covers, in the order in which they are weighed, as they stand on the line, with their padding.
	// All stand before it. Where it is empty, it is all fields before it.
	Over []string
}

// Template is the scanline of a remittance stub: fields from left to right, without gaps. The same template prints the line and reads it.
// It is plain data and safe for use by several goroutines; each method first does what [Template.Check] does.
type Template struct {
	// Name is what the template is called in errors. It may be left out.
	Name   string
	Fields []Field
}

// Width is the number of characters of the line.
func (t Template) Width() int {
	width := 0
	for i := range t.Fields {
		width += t.Fields[i].Width
	}
	return width
}

// Check says all that is wrong with the template and the routines in it, in the order of the fields; nil where nothing is.
func (t Template) Check() error {
	var found problem.List
	if len(t.Fields) == 0 {
		found.Add(&problem.Error{Code: ErrTemplate, Path: "fields", What: t.named("there are none"), Fix: "state the fields from left to right"})
	}
	width := 0
	for i := range t.Fields {
		t.checkField(&found, i)
		if width += min(max(t.Fields[i].Width, 0), MaxLength+1); width > MaxLength {
			t.fault(&found, i, "the line is longer than 256 characters", "shorten it")
			break
		}
	}
	return found.Err()
}

func (t Template) checkField(found *problem.List, i int) {
	f := &t.Fields[i]
	if f.Width < 1 || f.Width > MaxLength {
		t.fault(found, i, "the width is not 1 to 256 columns", "state how many columns it has")
		return
	}
	if f.Name == "" && f.Kind == Other {
		t.fault(found, i, "it has no name", "name what the district prints there")
	}
	value := f.Kind.isText() || f.Kind == AmountDue || f.Kind == DueDate
	if value && f.Kind != Other && t.hasBefore(i, f.Kind) {
		t.fault(found, i, "it stands on the line twice", "take other for what is not the first")
	} else if _, n := t.find(i, f.name()); n > 0 && (value || f.Name != "") {
		t.fault(found, i, "another field has its name", "state another name")
	}
	f.checkSettings(func(what, fix string) { t.fault(found, i, what, fix) })
	if f.Routine != nil {
		if err := f.Routine.Check(); err != nil {
			found.Add(&problem.Error{Code: ErrTemplate, Path: f.name(), What: t.named("its routine: " + err.Error()), Err: err})
			return
		}
	}
	if f.Kind == CheckDigit {
		t.checkOver(found, i)
	} else if f.Routine != nil {
		f.checkOwn(func(what, fix string) { t.fault(found, i, what, fix) })
	}
}

// checkSettings looks whether the field states what its kind needs, and nothing else.
func (f *Field) checkSettings(fault func(what, fix string)) {
	text := f.Kind.isText()
	switch f.Kind {
	case Account, Invoice, BillType, Other:
	case AmountDue:
		if f.Width > 18 {
			fault("no amount has more than 18 digits", "state at most 18 columns")
		}
		if f.Pad != ZerosLeft && f.Pad != BlanksLeft {
			fault("it does not state how a smaller amount is padded", "state zeros_left or blanks_left")
		}
	case DueDate:
		f.checkDate(fault)
	case Constant:
		if len(f.Text) != f.Width || !isPrintable(f.Text) {
			fault("its text is not as wide as the field, or has characters that are no plain print", "state the text that is printed")
		}
	case Filler:
		if len(f.Text) != 1 || !isPrintable(f.Text) {
			fault("its text is not one character", "state the character that fills it; a blank is one")
		}
	case CheckDigit:
		if f.Routine == nil {
			fault("it has no routine", "state the routine of the bank")
		}
	default:
		fault("the kind is not stated, or unknown", "state account, invoice, amount_due, due_date, bill_type, other, constant, filler or check_digit")
		return
	}
	switch f.Pad {
	case NoPad, ZerosLeft, BlanksLeft, BlanksRight:
	default:
		fault("the pad is unknown", "state zeros_left, blanks_left, blanks_right, or none")
	}
	if f.Letters && !text || f.Text != "" && f.Kind != Constant && f.Kind != Filler || (f.Format != "" || f.Century != 0) && f.Kind != DueDate ||
		len(f.Over) > 0 && f.Kind != CheckDigit || f.Routine != nil && f.Kind != CheckDigit && !text ||
		f.Pad != NoPad && !text && f.Kind != AmountDue && f.Kind != DueDate {
		fault("it states what its kind does not have", "leave out letters, text, format, century, over, routine or pad where the kind has none")
	}
}

// checkOver looks whether a check digit can be made of what it covers.
func (t Template) checkOver(found *problem.List, i int) {
	f := &t.Fields[i]
	if f.Routine == nil {
		return
	}
	if f.Routine.Prefix != "" {
		t.fault(found, i, "a reference with a prefix is no check digit", "let it be the routine of the text that holds the reference")
		return
	}
	if f.Width != f.Routine.Digits {
		t.fault(found, i, "it is not as wide as the check digits of its routine", "state the width 1, or 2 with two check digits")
	}
	before := len(*found)
	for k, name := range f.Over {
		if _, n := t.find(i, name); n != 1 {
			t.fault(found, i, fmt.Sprintf("over: %d fields before it are called %q", n, name), "name one field that stands before it")
		}
		if slices.Index(f.Over, name) < k {
			t.fault(found, i, "over: a field is named twice", "name each field once")
		}
	}
	if len(*found) > before {
		return
	}
	width := 0
	for k := range t.covered(i) {
		g := &t.Fields[k]
		width += g.Width
		if c := g.holds(); c.others || c.letters && !f.Routine.Alphanumeric {
			t.fault(found, i, fmt.Sprintf("its routine cannot weigh what may stand in %s", g.name()), "leave the field out of over, or its letters and blanks")
		}
	}
	if shortest, longest := f.Routine.bounds(); width < shortest || width > longest {
		t.fault(found, i, "what it covers is no payload of its routine, which has another length", "name other fields")
	}
}

// checkOwn looks whether a text can have check digits of its own.
func (f *Field) checkOwn(fault func(what, fix string)) {
	letters := f.Routine.Alphanumeric || f.Routine.Letters != ""
	if letters != f.Letters {
		fault("its routine has letters and the field has none, or the other way round", "state letters for both or for none")
	}
	shortest, longest := f.Routine.bounds()
	least, most := shortest+f.Routine.overhead(), longest+f.Routine.overhead()
	if f.Width < least || f.Pad == NoPad && f.Width > most {
		fault("texts of its routine are not as wide as the field", "state another width, or a pad")
	}
}

// find looks for a field before another by its name. It gives the first of them, and how many there are.
func (t Template) find(before int, name string) (first, n int) {
	for i := range before {
		if t.Fields[i].name() == name {
			if n++; n == 1 {
				first = i
			}
		}
	}
	return first, n
}

// hasBefore reports whether a kind stands before a field.
func (t Template) hasBefore(i int, kind Kind) bool {
	for k := range i {
		if t.Fields[k].Kind == kind {
			return true
		}
	}
	return false
}

// covered are the fields that a check digit covers, as they are weighed.
func (t Template) covered(i int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		if len(t.Fields[i].Over) == 0 {
			for k := range i {
				if !yield(k) {
					return
				}
			}
			return
		}
		for _, name := range t.Fields[i].Over {
			if k, n := t.find(i, name); n == 1 && !yield(k) {
				return
			}
		}
	}
}

func (t Template) fault(found *problem.List, i int, what, fix string) {
	path := t.Fields[i].name()
	if path == "" {
		path = fmt.Sprintf("fields[%d]", i)
	}
	found.Add(&problem.Error{Code: ErrTemplate, Path: path, What: t.named(what), Fix: fix})
}

func (t Template) named(what string) string {
	if t.Name == "" {
		return what
	}
	return t.Name + ": " + what
}

func (f *Field) name() string {
	if f.Name == "" {
		return string(f.Kind)
	}
	return f.Name
}

// isText reports whether the kind is a text that the district gives.
func (k Kind) isText() bool { return k == Account || k == Invoice || k == BillType || k == Other }

// characters says which may stand in a field besides digits.
type characters struct{ letters, others bool }

func (f *Field) holds() characters {
	c := characters{letters: f.Letters || f.Kind == CheckDigit && f.Routine != nil && f.Routine.Letters != ""}
	c.others = f.Pad == BlanksLeft || f.Pad == BlanksRight
	for i := range len(f.Text) {
		c.letters = c.letters || isLetter(f.Text[i])
		c.others = c.others || !isLetter(f.Text[i]) && !isDigit(f.Text[i])
	}
	return c
}

// allows reports whether a character may stand in a column of the field, counted from 0.
func (f *Field) allows(col int, c byte) bool {
	switch {
	case f.Kind == Constant:
		return c == f.Text[col]
	case f.Kind == Filler:
		return c == f.Text[0]
	case f.Kind == CheckDigit:
		return isDigit(c) || strings.IndexByte(f.Routine.Letters, c) >= 0
	default:
		return isDigit(c) || f.Letters && isLetter(c) || c == ' ' && (f.Pad == BlanksLeft || f.Pad == BlanksRight)
	}
}

func isPrintable(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}
