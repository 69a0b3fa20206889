package metering

import (
	"fmt"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
)

// State says whether a reading has a number. A zero, no read and a skip are three different things. The zero value is
// none of them.
type State uint8

// The states.
const (
	Read    State = iota + 1 // the register showed a number, which may be zero
	NoRead                   // somebody or something tried, and there is no number
	Skipped                  // the reader passed the meter by, with a code
)

// String gives the word that files use: "read", "no_read", "skipped".
func (s State) String() string { return word("State", int(s), "read", "no_read", "skipped") }

// MarshalText gives the word. A state that is none is ErrReading.
func (s State) MarshalText() ([]byte, error) {
	if s < Read || s > Skipped {
		return nil, noWord(s.String(), "read, no_read or skipped")
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads the word, and nothing else: ErrReading.
func (s *State) UnmarshalText(text []byte) error {
	for state := Read; state <= Skipped; state++ {
		if string(text) == state.String() {
			*s = state
			return nil
		}
	}
	return noWord("the text", "read, no_read or skipped")
}

// Source says how a number was had. The zero value is no source.
type Source uint8

// The sources.
const (
	Actual    Source = iota + 1 // a reader or a radio read the register
	Estimated                   // nobody read it
	Customer                    // the customer read it
)

// String gives the source in a word: "actual", "estimated", "customer".
func (s Source) String() string { return word("Source", int(s), "actual", "estimated", "customer") }

// MarshalText gives the word. A source that is none is ErrReading.
func (s Source) MarshalText() ([]byte, error) {
	if s < Actual || s > Customer {
		return nil, noWord(s.String(), "actual, estimated or customer")
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads the word, and nothing else: ErrReading.
func (s *Source) UnmarshalText(text []byte) error {
	for source := Actual; source <= Customer; source++ {
		if string(text) == source.String() {
			*s = source
			return nil
		}
	}
	return noWord("the text", "actual, estimated or customer")
}

func noWord(what, words string) *problem.Error {
	return &problem.Error{Code: ErrReading, What: what + " is none of the words", Fix: "write " + words}
}

// Reading is what was seen, or not seen, of one register.
type Reading struct {
	Meter    string // serial number, as text
	Register string // the register's id
	State    State
	Digits   int64 // what the dials showed, where State is Read: 0 or more, painted zeros left out, no point
	// Day is the day of the reading in the district. It may be missing where there is no number.
	Day    civil.Date
	At     time.Time       // the instant, where it is known
	Source Source          // where State is Read
	Code   string          // what the reader entered, such as a skip or a trouble code; it opens no check and closes none
	Reader approval.Person // who read it; nobody where a radio did
	// RolledOver is set where the sender declares that the register has passed its top since the last reading.
	RolledOver bool
}

// Check reports all that is wrong with what a reading says of itself, each ErrReading. Whether its number fits the
// register is OutOfRange.
func (r Reading) Check() error {
	var found problem.List
	add := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrReading, Path: path, What: what, Fix: fix})
	}
	if r.Meter == "" {
		add("meter", "the meter is missing", "give its serial number")
	}
	if r.Register == "" {
		add("register", "the register is missing", "give its id within the meter")
	}
	switch r.State {
	case Read:
		if r.Digits < 0 {
			add("digits", fmt.Sprintf("a register does not show %d", r.Digits), "give the digits as they were read")
		}
		if r.Day.IsZero() {
			add("day", "the day is missing", "give the day of the reading")
		}
		if r.Source < Actual || r.Source > Customer {
			add("source", r.Source.String()+" is no source", "say whether it is actual, estimated or the customer's")
		}
	case NoRead, Skipped:
		if r.Digits != 0 || r.RolledOver {
			add("digits", "there is a number, and the state is "+r.State.String(), "leave the number out, or make the state read")
		}
	default:
		add("state", r.State.String()+" is no state", "say whether it is read, no_read or skipped")
	}
	return found.Err()
}

// CheckDay makes a date of what a file states, and BadDate of what no calendar has, such as 02/29 in 2026.
func CheckDay(year, month, day int) (civil.Date, Exception) {
	figures := []Figure{count("year", int64(year)), count("month", int64(month)), count("day", int64(day))}
	date, err := civil.NewDate(year, time.Month(month), day)
	if err != nil {
		return civil.Date{}, verdict(BadDate, "year {year}, month {month}, day {day} is no date", figures...)
	}
	return date, verdict(Normal, "year {year}, month {month}, day {day} is a date", figures...)
}

// Matching is how the ids of accounts, meters and registers are compared. The zero value compares text: "006123" is not
// "6123", which may be another account (MuniBilling).
type Matching uint8

// The ways of comparing ids.
const (
	ByText   Matching = iota
	ByNumber          // leading zeros of an id that is digits alone do not count: only where the layout says numeric
)

// Same reports whether a and b are one id. An empty id is nobody's, not even another empty one's.
func (m Matching) Same(a, b string) bool {
	if m == ByNumber && isDigits(a) && isDigits(b) {
		a, b = bare(a), bare(b)
	}
	return a != "" && a == b
}

func isDigits(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

func bare(digits string) string {
	if trimmed := strings.TrimLeft(digits, "0"); trimmed != "" {
		return trimmed
	}
	return "0"
}

// word gives the nth word, counted from 1, and the number itself where there is none.
func word(kind string, n int, words ...string) string {
	if n < 1 || n > len(words) {
		return fmt.Sprintf("%s(%d)", kind, n)
	}
	return words[n-1]
}
