package meterread

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Finding is what is wrong with a line, or with a file as a whole. It never holds what the line holds, since a line that is shifted
// shows a name where the reading belongs; for that ask [Finding.Raw].
type Finding struct {
	Code  problem.Code
	Pos   problem.Pos // Col counts bytes from 1; 0 where the finding is of the whole line
	Field string      // the field's name in the layout
	What  string
	Fix   string
	// Kept says that the line, or the file, is used all the same.
	Kept bool
	raw  Raw
}

// Raw is the line as it stands, with its end. Personal data may stand in it.
func (f *Finding) Raw() Raw { return f.raw }

// Err is the finding as an error, for those who take a bad line for the end.
func (f *Finding) Err() error {
	return &problem.Error{Code: f.Code, Pos: f.Pos, Path: f.Field, What: f.What, Fix: f.Fix}
}

// String gives "file:line:col: code: field: what; fix" on one line.
func (f *Finding) String() string { return f.Err().Error() }

// Format writes String, whatever the verb: the line is not printed by accident.
func (f Finding) Format(s fmt.State, _ rune) { writeText(s, f.String()) }

// Raw is bytes of a file that may tell of people. It prints as its length, and holds a function rather than a text, so that nothing
// which prints by reflection finds one.
type Raw struct{ text func() string }

func rawOf(text string) Raw { return Raw{func() string { return text }} }

func (r Raw) whole() string {
	if r.text == nil {
		return ""
	}
	return r.text()
}

// Bytes are the bytes, a copy.
func (r Raw) Bytes() []byte { return []byte(r.whole()) }

// Len is how many bytes there are.
func (r Raw) Len() int { return len(r.whole()) }

// String says how long the text is.
func (r Raw) String() string { return fmt.Sprintf("[%d bytes]", r.Len()) }

// Format writes String, whatever the verb.
func (r Raw) Format(s fmt.State, _ rune) { writeText(s, r.String()) }

// MarshalText gives what String gives.
func (r Raw) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

func writeText(s fmt.State, text string) {
	_, _ = s.Write([]byte(text)) // fmt has nowhere to report it
}

// Summary is what a file came to: the last item of a stream that was read to its end.
type Summary struct {
	Lines    int // of the file; in JSON and XML, objects and readings
	Reads    int // with a status of Reading
	NoReads  int
	Skipped  int
	Findings int
	Refused  int // findings whose line was not used
	Blank    int // lines with nothing on them
	NotWater int // lines of another commodity, which give no reads
	Records  int // lines that were used, those of unknown types too
	// Unknown counts the lines of each type that the layout names and does not table; those of types that it does not name are counted
	// together as "other", since what stands there may be anything.
	Unknown map[string]int
}
