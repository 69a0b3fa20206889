package meterread

import (
	"fmt"
	"iter"
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/private"
)

// Status says what a line tells of a meter. A reading of zero, a meter that was not read and one that was skipped are three things.
type Status uint8

// The statuses.
const (
	// NoReading is the status of a line that tells of no reading: a heading, an enclosing record, a row of a route file or of a
	// change-out, another commodity.
	NoReading Status = iota
	// Reading is a reading, or a use in an interval, zero or not.
	Reading
	// NoRead is a place for a reading that holds none.
	NoRead
	// Skipped is a place that holds none, with a code that says why.
	Skipped
)

// String gives "read", "no_read" or "skipped"; nothing for a line without a reading.
func (s Status) String() string {
	switch s {
	case Reading:
		return "read"
	case NoRead:
		return "no_read"
	case Skipped:
		return "skipped"
	}
	return ""
}

// MarshalText gives what String gives.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Item is one step of a stream: a finding, the summary, or a read, whose status may be [NoReading].
type Item struct {
	Read    Read
	Finding *Finding
	Summary *Summary
}

// Read is what one line of a file tells, or one group of a line that has several. Its texts are parts of a larger text of the file:
// who keeps few reads of a large file keeps copies made with strings.Clone.
type Read struct {
	Line   int // of the file, from 1
	Status Status
	// First says that this is the first item of its line. A line with groups has several; a line within a parent comes first by
	// itself, with the status NoReading, and again as a read when its parent ends.
	First bool
	// Unended says that the file ended in its group before a record that can date the reading, and that no group before went without one:
	// it may have been cut off.
	Unended bool
	// Mismatch says that raw reading times scalar is not the scaled reading.
	Mismatch bool
	// At is when the meter was read: what the file states, nothing more.
	At Stamp
	// Digits is the register reading as it stands in the field with the role reading, without its pad: "45210", "227.6". It is empty where
	// there is none, and where the line has a use in an interval instead. Where that field is blank and a raw reading stands with its
	// scalar, it is their product: "23497.071" of 23497071 and 0.001. A raw reading without a scalar is no reading; [Read.Text] has it.
	Digits string
	// Number is the reading: Digits with the implied decimals of the layout and the power of ten of an ESPI file, not scaled by the
	// register.
	Number exact.Number
	*content
	place place // where there is no content
}

// content is what stands in the file for a read. It is behind a pointer, as a sheet is, because fmt prints what unexported fields hold, but
// follows no pointer in them: a read that stands in somebody's struct shows no name.
type content struct {
	row  row
	more []row // the group's siblings, and what encloses it: nearest first
}

// hold is the content of one read. Many share one allocation.
func (d *decoder) hold(r row, more []row) *content {
	const block = 64
	if len(d.contents) == 0 {
		d.contents = make([]content, block)
	}
	c := &d.contents[0]
	d.contents = d.contents[1:]
	c.row, c.more = r, more
	return c
}

// rows calls yield for each row of [Read.walk].
func (r *Read) rows(yield func(*row) bool) {
	for w := r.walk(); w.next(); {
		if !yield(&w.row) {
			return
		}
	}
}

// find is the nearest text of a slot, with its field and row. Where all are blank, it is the nearest field. A read without content has no row
// to point at.
func (r *Read) find(s slot) (text string, f *fieldPlan, at *row) {
	if r.content == nil {
		text, f = r.findPlaced(s)
		return text, f, nil
	}
	own := &r.row
	for f := own.plan.slots[s]; f != nil; f = f.next {
		if text := f.text(own); text != "" {
			return text, f, own
		}
	}
	blank := own.plan.slots[s]
	for i := range r.more {
		up := &r.more[i]
		for f := up.plan.slots[s]; f != nil; f = f.next {
			if text := f.text(up); text != "" {
				return text, f, up
			}
			if blank == nil {
				blank, own = f, up
			}
		}
	}
	return "", blank, own
}

func (r *Read) findPlaced(s slot) (text string, blank *fieldPlan) {
	for w := r.walk(); w.next(); {
		for f := w.row.plan.slots[s]; f != nil; f = f.next {
			if text := f.text(&w.row); text != "" {
				return text, f
			}
		}
		if blank == nil {
			blank = w.row.plan.slots[s]
		}
	}
	return "", blank
}

// Type is the type of the record; "*" where the layout has one alone, empty for a line of an unknown type.
func (r *Read) Type() string {
	if own, ok := r.own(); ok && own.plan != nil {
		return own.plan.Type
	}
	return ""
}

// Text is the nearest text of a role without its pad: of the read's own line, then of the records that belong to it, then of those that
// enclose it. It is empty where none is stated. Personal roles are never told: see [Read.Name] and [Read.Address].
func (r *Read) Text(role string) string {
	for w := r.walk(); w.next(); {
		for f := w.row.plan.byRole[role]; f != nil; f = f.next {
			if text := f.text(&w.row); text != "" && !f.Personal() {
				return text
			}
		}
	}
	return ""
}

// Texts are all texts of a role, nearest first, blank ones left out: the trouble codes of a reading.
func (r *Read) Texts(role string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for w := r.walk(); w.next(); {
			for f := w.row.plan.byRole[role]; f != nil; f = f.next {
				if text := f.text(&w.row); text != "" && !f.Personal() && !yield(text) {
					return
				}
			}
		}
	}
}

// Field is the text of a field by its name in the layout, or of a column by its heading, without its pad. It says false where there is no
// such field, and for a personal one.
func (r *Read) Field(name string) (string, bool) {
	for w := r.walk(); w.next(); {
		at := &w.row
		if f := at.plan.fieldOf[name]; f != nil {
			if f.Personal() {
				return "", false
			}
			return f.text(at), true
		}
		if i, ok := at.plan.extra[name]; ok && i < len(at.cells) {
			return at.cells[i], true
		}
	}
	return "", false
}

// Meaning is what the nearest text of a role means by the layout's table of values; the text itself where no table says. Of a quality of
// CMEP with a mask, as in E32, it is the meaning of the letter: what the bits of the mask mean is not published.
func (r *Read) Meaning(role string) string {
	for w := r.walk(); w.next(); {
		for f := w.row.plan.byRole[role]; f != nil && !f.Personal(); f = f.next {
			if text := f.text(&w.row); text != "" {
				return f.meaning(text)
			}
		}
	}
	return ""
}

// Account is the account, as text: "006123" is not "6123".
func (r *Read) Account() string { return r.Text("account") }

// Meter is the serial number of the meter, as text.
func (r *Read) Meter() string { return r.Text("meter_serial") }

// Register is the channel or the side of a compound meter.
func (r *Read) Register() string { return r.Text("register_id") }

// toldCodes are the roles of codes, in the order in which they are told.
var toldCodes = [...]string{"read_code", "note_code", "trouble_code", "quality"}

// Codes are the codes of the reading, blank ones left out: read code, note codes, trouble codes, quality.
func (r *Read) Codes() []string {
	var codes []string
	for _, role := range toldCodes {
		for text := range r.Texts(role) {
			codes = append(codes, text)
		}
	}
	return codes
}

// Name is the name on the line or on what encloses it; the zero Name where none stands there. A text that is no name is an error.
func (r *Read) Name() (private.Name, error) {
	text := r.personal("name")
	if text == "" {
		return private.Name{}, nil
	}
	return private.NewName(text)
}

// Address is the address on the line or on what encloses it, as Name.
func (r *Read) Address() (private.Address, error) {
	text := r.personal("address")
	if text == "" {
		return private.Address{}, nil
	}
	return private.NewAddress(text)
}

func (r *Read) personal(role string) string {
	for w := r.walk(); w.next(); {
		for f := w.row.plan.byRole[role]; f != nil; f = f.next {
			if text := f.text(&w.row); text != "" {
				return text
			}
		}
	}
	return ""
}

// Raw is the line with its end, byte for byte; columns that the layout does not know stand in it. Personal data may too. Of XML
// there is none.
func (r *Read) Raw() Raw {
	own, ok := r.own()
	if !ok {
		return Raw{}
	}
	return rawOf(own.raw)
}

// String tells line, status, reading and instant, and nobody's name.
func (r Read) String() string {
	parts := []string{fmt.Sprintf("line %d", r.Line)}
	for _, part := range []string{r.Type(), r.Status.String(), r.Digits, r.At.String()} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " ")
}

// Format writes String, whatever the verb.
func (r Read) Format(s fmt.State, _ rune) { writeText(s, r.String()) }
