package remit

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments"
)

// The codes that the findings of all formats share. Each format adds its own.
const (
	// ErrControl: a total or a count that the file states is not what its records come to. See [Finding.Control].
	ErrControl problem.Code = "E_CONTROL"
	// ErrTorn: the file, or a level of it, ends before its trailer.
	ErrTorn problem.Code = "E_TORN"
	// ErrOrder: a record that cannot stand where it does. Its line is accounted for and is in no level.
	ErrOrder problem.Code = "E_RECORD_ORDER"
	// ErrRecord: a line that is no record of the format.
	ErrRecord problem.Code = "E_RECORD"
	// ErrField: a field that does not hold what it should.
	ErrField problem.Code = "E_FIELD"
	// ErrSubCent: an amount with a fraction of a cent. It is not rounded.
	ErrSubCent problem.Code = "E_SUB_CENT"
	// ErrCurrency: amounts of two currencies that would have to be added, or another currency than was asked for.
	ErrCurrency problem.Code = "E_CURRENCY"
	// ErrRange: an amount, a count or a sum of them that is larger than can be held.
	ErrRange problem.Code = "E_AMOUNT_RANGE"
	// ErrLong: a line or a value that is longer than any of the format can be. Nothing of it is kept but that it was there.
	ErrLong problem.Code = "E_LONG"
	// ErrEncoding: bytes that are no text of the format.
	ErrEncoding problem.Code = "E_ENCODING"
	// ErrInput: the source failed. It ends the stream.
	ErrInput problem.Code = "E_INPUT"
)

// Finding is what is wrong with a line, with a level or with the file. It never holds names or bank data.
type Finding struct {
	Code problem.Code
	// Pos is where it stands; Col is 0 where it is of the whole line.
	Pos problem.Pos
	// Field is the field's name in the format's words, where one is at fault.
	Field string
	// What is wrong, and Fix what to do about it.
	What, Fix string
	// Fails is the innermost level that cannot be relied on for it: nothing of that level may be posted before a person has
	// looked. It is [payments.NoLevel] where the records hold all the same.
	Fails payments.Level
	// Of says which one of the level, such as "batch 1".
	Of string
	// Control is what was stated and what was computed, of an [ErrControl]; nil of others.
	Control *Control
}

// Err is the finding as an error, for those who take a fault for the end.
func (f *Finding) Err() error {
	path := f.Field
	if path == "" {
		path = f.Of
	}
	return &problem.Error{Code: f.Code, Pos: f.Pos, Path: path, What: f.What, Fix: f.Fix}
}

// String gives "file:line:col: code: field: what; fix" on one line.
func (f *Finding) String() string { return f.Err().Error() }

// Fault is what the finding says against posting what it fails. A count, or a control number, that is another may be accepted by a district that
// chooses so; all else may hide money.
func (f *Finding) Fault() payments.Fault {
	return payments.Fault{Level: f.Fails, Of: f.Of, Money: f.Code != ErrControl || f.Control != nil && f.Control.Money, What: f.String()}
}

// Control is a total or a count that a file states for one of its levels.
type Control struct {
	// Name is what is stated: "total", "count", "accounts", "groups", "records".
	Name string
	// Stated is what the file says and Computed what its records come to. Money is in cents.
	Stated, Computed int64
	// Money says that they are amounts.
	Money bool
}

// Off is how much more is stated than computed; negative where it is less. It says false where that does not fit.
func (c Control) Off() (int64, bool) {
	off := c.Stated - c.Computed
	return off, (off > c.Stated) == (c.Computed < 0)
}

// Verdict closes a level: all of its lines have been read, and its controls were compared. It comes after the findings and the records of
// the level and before the verdict on what encloses it. Every level that was begun has one, torn ones too.
type Verdict struct {
	Level payments.Level
	// Of says which one of the level, in the format's words, such as "batch 1".
	Of string
	// Holds says that every control of the level itself agrees, and that nothing was found in it that fails it. It says nothing of
	// the levels within, which have verdicts of their own.
	Holds bool
	// First and Last are its first and last lines, counted from 1.
	First, Last int
}

// String gives such as "batch 1, lines 4 to 210, holds".
func (v Verdict) String() string {
	word := "does not hold"
	if v.Holds {
		word = "holds"
	}
	return fmt.Sprintf("%s, lines %d to %d, %s", v.Of, v.First, v.Last, word)
}

// Summary is what a file came to: the last item of a stream that was read to its end.
type Summary struct {
	// Lines are the lines of the file. Each is in Records, in Refused, in Ignored or in Blank: Lines = Records + Refused + Ignored + Blank
	// in formats that are read by lines.
	Lines int
	// Records are the lines that were used, headers and trailers among them.
	Records int
	// Refused are the lines that were not used; a finding stands for each.
	Refused int
	// Ignored are lines that the format, or the layout, says hold nothing to be read.
	Ignored int
	// Blank are lines with nothing on them.
	Blank int
	// Findings is the number of findings.
	Findings int
	// Counted are the records as the format counts them, where several may share a line; 0 in formats where a line is a record.
	Counted int
}

// Item is one step of a stream: a record of the format, a finding, a verdict, or the summary. Exactly one is set.
type Item[R any] struct {
	Record  *R
	Finding *Finding
	Verdict *Verdict
	Summary *Summary
}
