package scanline

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Stub is what a scanline says. What the template has no field for is empty.
type Stub struct {
	// Account, Invoice and BillType are as the district writes them, without padding.
	Account  string
	Invoice  string
	BillType string
	// Due is the amount due, not below $0.00. Where the template has no such field it is $0.00 too.
	Due money.Amount
	// DueDate is the day on which it is due; none where it was absent.
	DueDate civil.Date
	// Other are the texts of the fields of that kind, by their names; nil where there are none. What is absent is not in it.
	Other map[string]string
}

// Print is the line of a stub, with its check digits. What does not fit is never cut: a value that is too long or has other characters, an
// amount below zero, a date of another century, an account that is missing, and a value that the template has no field for are ErrField, and a
// text that fails its own routine ErrCheckDigit. All that is wrong comes at once, as a problem.List.
func (t Template) Print(s Stub) (string, error) {
	if err := t.Check(); err != nil {
		return "", err
	}
	var found problem.List
	t.checkUnprinted(&found, s)
	line := make([]byte, 0, t.Width())
	for i := range t.Fields {
		f := &t.Fields[i]
		text, e := f.write(s)
		if f.Kind == CheckDigit && len(found) == 0 {
			text, e = t.makeCheck(i, line)
		}
		if e != nil {
			found.Add(t.placed(i, e))
		}
		line = append(line, text...)
	}
	if err := found.Err(); err != nil {
		return "", err
	}
	return string(line), nil
}

// checkUnprinted finds the values that would be lost.
func (t Template) checkUnprinted(found *problem.List, s Stub) {
	refuse := func(name string) {
		found.Add(&problem.Error{
			Code: ErrField, Path: name, What: t.named("the stub has it, and the template has no field for it"), Fix: "leave it out, or take another template",
		})
	}
	for _, v := range []struct {
		kind   Kind
		stated bool
	}{
		{Account, s.Account != ""},
		{Invoice, s.Invoice != ""},
		{AmountDue, !s.Due.IsZero()},
		{DueDate, !s.DueDate.IsZero()},
		{BillType, s.BillType != ""},
	} {
		if v.stated && !t.hasBefore(len(t.Fields), v.kind) {
			refuse(string(v.kind))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Other)) {
		if first, n := t.find(len(t.Fields), name); n == 0 || t.Fields[first].Kind != Other {
			refuse(name)
		}
	}
}

// write is the value of a field as it is printed. Of a check digit it is nothing.
func (f *Field) write(s Stub) (string, *problem.Error) {
	switch f.Kind {
	case Constant:
		return f.Text, nil
	case Filler:
		return strings.Repeat(f.Text, f.Width), nil
	case CheckDigit:
		return "", nil
	case AmountDue:
		if s.Due.Sign() < 0 {
			return "", fieldFault("the amount is below zero, and a scanline has no sign", "print $0.00 where there is a credit")
		}
		text := fmt.Sprint(s.Due.Cents())
		if f.Pad == ZerosLeft && s.Due.IsZero() {
			text = ""
		}
		return f.fill(text)
	case DueDate:
		if s.DueDate.IsZero() {
			return f.fill("")
		}
		text, ok := f.writeDate(s.DueDate)
		if !ok {
			return "", fieldFault("the date is of another century", "take a format with four digits of the year")
		}
		if f.Pad == ZerosLeft {
			return text, nil // no date is all zeros
		}
		return f.fill(text)
	default:
		return f.writeText(f.of(s))
	}
}

// writeText is the text of a field as it is printed.
func (f *Field) writeText(text string) (string, *problem.Error) {
	if f.Kind == Account && text == "" {
		return "", fieldFault("there is no account", "state the account")
	}
	for i := range len(text) {
		if !isDigit(text[i]) && !(f.Letters && isLetter(text[i])) {
			return "", fieldFault(fmt.Sprintf("character %d is no digit%s", i+1, orLetter(f.Letters)), "leave out what the line cannot hold, or take another field")
		}
	}
	if f.Routine != nil && text != "" {
		if e := f.Routine.verify(text); e != nil {
			return "", e
		}
	}
	return f.fill(text)
}

// fill pads a text to the width of the field.
func (f *Field) fill(text string) (string, *problem.Error) {
	missing := f.Width - len(text)
	switch {
	case missing < 0:
		return "", fieldFault(fmt.Sprintf("it needs %d columns and has %d", len(text), f.Width), "take a wider field; nothing is cut")
	case f.Pad == ZerosLeft && strings.HasPrefix(text, "0"):
		return "", fieldFault("it begins with 0, and could not be told from the zeros in front of it", "take a field of no pad, or of blanks")
	case missing == 0:
		return text, nil
	case f.Pad == ZerosLeft:
		return strings.Repeat("0", missing) + text, nil
	case f.Pad == BlanksLeft:
		return strings.Repeat(" ", missing) + text, nil
	case f.Pad == BlanksRight:
		return text + strings.Repeat(" ", missing), nil
	default:
		what := fmt.Sprintf("it has %d characters for %d columns, and the field has no pad", len(text), f.Width)
		return "", fieldFault(what, "state a pad, or the whole value")
	}
}

// of is the text of the stub that stands in the field.
func (f *Field) of(s Stub) string {
	switch f.Kind {
	case Account:
		return s.Account
	case Invoice:
		return s.Invoice
	case BillType:
		return s.BillType
	default:
		return s.Other[f.Name]
	}
}

// makeCheck is the check digits of a field, of the line that stands before it.
func (t Template) makeCheck(i int, line []byte) (string, *problem.Error) {
	r := t.Fields[i].Routine
	sum, weight, bad := r.weigh(t.payload(i, string(line)))
	if bad >= 0 {
		return "", r.wrongCharacter(bad + 1)
	}
	check, fits := r.solve(sum, weight)
	if fits != 1 {
		return "", r.noDigit(fits)
	}
	return check, nil
}

// payload is what a check digit covers, of a line that has at least what stands before it.
func (t Template) payload(i int, line string) string {
	if len(t.Fields[i].Over) == 0 {
		return line[:t.before(i)]
	}
	var payload strings.Builder
	for k := range t.covered(i) {
		at := t.before(k)
		payload.WriteString(line[at : at+t.Fields[k].Width])
	}
	return payload.String()
}

// before is the number of columns before a field.
func (t Template) before(i int) int { return Template{Fields: t.Fields[:i]}.Width() }

// placed gives a field's problem the field's name and its columns. A column in the problem is one in the field.
func (t Template) placed(i int, e *problem.Error) *problem.Error {
	f, before := &t.Fields[i], t.before(i)
	columns := fmt.Sprintf("column %d", before+1)
	if f.Width > 1 {
		columns = fmt.Sprintf("columns %d to %d", before+1, before+f.Width)
	}
	e.Path, e.Pos.Col, e.What = f.name(), before+max(e.Pos.Col, 1), t.named(columns+": "+e.What)
	return e
}

func fieldFault(what, fix string) *problem.Error {
	return &problem.Error{Code: ErrField, What: what, Fix: fix}
}

func orLetter(letters bool) string {
	if letters {
		return " or capital letter"
	}
	return ""
}
