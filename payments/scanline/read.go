package scanline

import (
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Read is what a line says, once every field of it holds what it must and all check digits fit. Otherwise it is nothing and a problem.List,
// which names each field at fault and its columns: check digits that do not fit are ErrCheckDigit, characters that cannot stand where they do
// ErrCharacter, dates, constants and padding that are none ErrField, and a line of another length ErrLength. Lines are not trimmed: blanks at
// the end that a bank strips are put back by whoever knows of them.
func (t Template) Read(line string) (Stub, error) {
	if err := t.Check(); err != nil {
		return Stub{}, err
	}
	s, found := t.read(line, false)
	return s, found.Err()
}

// read is Read of a template that was checked. It stops at the first problem where one is enough.
func (t Template) read(line string, one bool) (Stub, problem.List) {
	var found problem.List
	if width := t.Width(); len(line) != width {
		found.Add(&problem.Error{
			Code: ErrLength, What: t.named(fmt.Sprintf("the line has %d characters and must have %d", len(line), width)),
			Fix: "look whether characters were lost, or blanks at its end stripped",
		})
		return Stub{}, found
	}
	var s Stub
	before := 0
	for i := range t.Fields {
		f := &t.Fields[i]
		text := line[before : before+f.Width]
		before += f.Width
		e := f.read(text, &s)
		if e == nil && f.Kind == CheckDigit {
			e = t.checkFits(i, line, text)
		}
		if e == nil {
			continue
		}
		found.Add(t.placed(i, e))
		if one {
			break
		}
	}
	if len(found) > 0 {
		return Stub{}, found
	}
	return s, nil
}

// checkFits looks whether check digits fit. Where what they cover has characters that cannot be weighed, its own field has said so.
func (t Template) checkFits(i int, line, check string) *problem.Error {
	r := t.Fields[i].Routine
	sum, weight, bad := r.weigh(t.payload(i, line))
	if bad >= 0 {
		return nil
	}
	return r.compare(sum, weight, check, 0)
}

// read takes the value of a field into the stub.
func (f *Field) read(text string, s *Stub) *problem.Error {
	for i := range len(text) {
		if !f.allows(i, text[i]) {
			return f.wrongCharacter(i)
		}
	}
	value, e := f.unfill(text)
	if e != nil {
		return e
	}
	switch f.Kind {
	case Constant, Filler, CheckDigit:
		return nil
	case AmountDue:
		return f.readAmount(value, s)
	case DueDate:
		if value == "" {
			return nil
		}
		date, ok := civil.Date{}, false
		if len(value) == f.Width {
			date, ok = f.readDate(value)
		}
		if !ok {
			return fieldFault(fmt.Sprintf("it is no day, read as %s", f.Format), "compare it with the paper")
		}
		s.DueDate = date
		return nil
	default:
		return f.readText(value, s)
	}
}

func (f *Field) readAmount(value string, s *Stub) *problem.Error {
	var cents int64 // of at most 18 digits
	for i := range len(value) {
		cents = 10*cents + int64(value[i]-'0')
	}
	if f.Pad == BlanksLeft && (value == "" || value[0] == '0' && value != "0") {
		return fieldFault("it is blank, or begins with 0 where blanks belong", "compare it with the paper")
	}
	s.Due = money.Cents(cents)
	return nil
}

func (f *Field) readText(value string, s *Stub) *problem.Error {
	if value == "" {
		if f.Kind == Account {
			return fieldFault("there is no account", "find the account by other means")
		}
		return nil
	}
	if f.Routine != nil {
		if e := f.Routine.verify(value); e != nil {
			if e.Pos.Col > 0 && f.Pad != BlanksRight {
				e.Pos.Col += f.Width - len(value)
			}
			return e
		}
	}
	switch f.Kind {
	case Account:
		s.Account = value
	case Invoice:
		s.Invoice = value
	case BillType:
		s.BillType = value
	default:
		if s.Other == nil {
			s.Other = map[string]string{}
		}
		s.Other[f.Name] = value
	}
	return nil
}

// unfill is the text of a field without its padding. It refuses what fill would not have made.
func (f *Field) unfill(text string) (string, *problem.Error) {
	value := text
	switch f.Pad {
	case ZerosLeft:
		if value = strings.TrimLeft(text, "0"); value != "" && f.Kind == DueDate {
			return text, nil
		}
	case BlanksLeft:
		value = strings.TrimLeft(text, " ")
	case BlanksRight:
		value = strings.TrimRight(text, " ")
	}
	if at := strings.IndexByte(value, ' '); at >= 0 && f.Kind != Constant && f.Kind != Filler {
		return "", fieldFault("a blank stands inside the value, or at the wrong end", "compare it with the paper")
	}
	return value, nil
}

// wrongCharacter is the error of a character, counted from 0, that cannot stand in the field.
func (f *Field) wrongCharacter(at int) *problem.Error {
	e := &problem.Error{Code: ErrCharacter, Pos: problem.Pos{Col: at + 1}, Fix: "look whether a letter was read for a digit; see Template.Repair"}
	switch {
	case f.Kind == Constant || f.Kind == Filler:
		e.Code, e.What, e.Fix = ErrField, "it is not what every line has there", "look whether the line is of another template"
	default:
		e.What = fmt.Sprintf("character %d is no digit%s", at+1, orLetter(f.holds().letters))
	}
	return e
}
