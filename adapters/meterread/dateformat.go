package meterread

import (
	"strconv"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
)

// unstated reports whether a format is one that the vendor keeps to itself.
func unstated(format string) bool { return strings.HasPrefix(format, "UNSTATED") }

// A part is one number of a date or time.
type part uint8

const (
	century4 part = iota // YYYY or CCYY
	year2                // YY, 2000 to 2099
	month
	day
	hour
	minute
	second
	millisecond
	parts
)

// A token is a part of that many digits, or a byte that stands as it is.
type token struct {
	part    part
	width   int8
	literal byte // where width is 0
}

// dateFormat is a compiled format.
type dateFormat struct {
	tokens []token
	width  int
	has    [parts]bool
}

// compileFormat reads a format: YYYY or CCYY, YY, MM, DD, HH, mm, ss, SSS. In formats without small letters, MM after HH is the minute
// and SS the second. An empty format is none.
func compileFormat(text string) (*dateFormat, *problem.Error) {
	f := &dateFormat{}
	capital := text == strings.ToUpper(text)
	for rest := text; rest != ""; {
		t := token{literal: rest[0]}
		size := 1
		for _, known := range []struct {
			text string
			part part
		}{
			{"YYYY", century4}, {"CCYY", century4}, {"YY", year2}, {"MM", month}, {"DD", day}, {"HH", hour}, {"mm", minute}, {"ss", second},
			{"SSS", millisecond}, {"SS", second},
		} {
			if !strings.HasPrefix(rest, known.text) || (known.text == "SS" && !capital) {
				continue
			}
			p := known.part
			if known.text == "MM" && f.has[hour] && capital {
				p = minute
			}
			t, size = token{part: p, width: int8(len(known.text))}, len(known.text)
			break
		}
		switch {
		case t.width > 0 && f.has[t.part]:
			return nil, badFormat(text, "a part stands twice")
		case t.width > 0:
			f.has[t.part] = true
		case isLetter(t.literal) && t.literal != 'T' && t.literal != 'Z' || isDigit(t.literal):
			return nil, badFormat(text, "its letters are not known")
		}
		f.tokens = append(f.tokens, t)
		f.width += size
		rest = rest[size:]
	}
	if f.has[century4] && f.has[year2] {
		return nil, badFormat(text, "it has two years")
	}
	return f, nil
}

func badFormat(text, what string) *problem.Error {
	return &problem.Error{Code: ErrFormat, What: "the format " + yamldoc.Quoted(text) + " cannot be read: " + what,
		Fix: "write YYYY or YY, MM, DD, HH, mm, ss and SSS, with what stands between them"}
}

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
func isDigit(b byte) bool  { return b >= '0' && b <= '9' }

// read takes a text apart. It says false where the text is not written in the format.
func (f *dateFormat) read(text string) (values [parts]int, ok bool) {
	if len(text) != f.width {
		return values, false
	}
	at := 0
	for _, t := range f.tokens {
		if t.width == 0 {
			if text[at] != t.literal {
				return values, false
			}
			at++
			continue
		}
		n := 0
		for _, b := range []byte(text[at : at+int(t.width)]) {
			if !isDigit(b) {
				return values, false
			}
			n = n*10 + int(b-'0')
		}
		values[t.part] = n
		at += int(t.width)
	}
	return values, true
}

// write puts a day into the format, which must have a whole one and nothing else.
func (f *dateFormat) write(d civil.Date) (string, bool) {
	var b strings.Builder
	for _, t := range f.tokens {
		n := 0
		switch {
		case t.width == 0:
			b.WriteByte(t.literal)
			continue
		case t.part == century4:
			n = d.Year()
		case t.part == year2 && d.Year()/100 == 20:
			n = d.Year() % 100
		case t.part == month:
			n = int(d.Month())
		case t.part == day:
			n = d.Day()
		default:
			return "", false
		}
		text := strconv.Itoa(n)
		b.WriteString(strings.Repeat("0", int(t.width)-len(text)) + text)
	}
	return b.String(), true
}

func (f *dateFormat) year(values *[parts]int) int {
	if f.has[year2] {
		return 2000 + values[year2]
	}
	return values[century4]
}

// Stamp is when a meter was read, as far as a file says it: a day, a day and a time of the place without its offset, or an instant.
// The zero value is what a file does not state.
type Stamp struct {
	date    civil.Date
	millis  int32 // of the day
	hasTime bool
	utc     bool
}

// Date is the day; the zero date where none is stated. Of an instant it is the day in UTC.
func (s Stamp) Date() civil.Date { return s.date }

// IsZero reports whether nothing is stated.
func (s Stamp) IsZero() bool { return s == Stamp{} }

// HasTime reports whether a time of day is stated.
func (s Stamp) HasTime() bool { return s.hasTime }

// Instant is the instant, in UTC. It is false where the file states no offset: which instant a local time is, its site must say.
func (s Stamp) Instant() (time.Time, bool) {
	if !s.utc || !s.hasTime {
		return time.Time{}, false
	}
	return s.clock(), true
}

// Clock gives hour, minute, second and millisecond of the day.
func (s Stamp) Clock() (hour, minute, second, millisecond int) {
	t := int(s.millis)
	return t / 3_600_000, t / 60_000 % 60, t / 1000 % 60, t % 1000
}

func (s Stamp) clock() time.Time {
	return time.Date(s.date.Year(), s.date.Month(), s.date.Day(), 0, 0, 0, int(s.millis)*int(time.Millisecond), time.UTC)
}

// stampOf is an instant.
func stampOf(t time.Time) (Stamp, bool) {
	t = t.UTC()
	d, err := civil.NewDate(t.Year(), t.Month(), t.Day())
	if err != nil {
		return Stamp{}, false
	}
	midnight := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	return Stamp{date: d, millis: int32(t.Sub(midnight).Milliseconds()), hasTime: true, utc: true}, true
}

// String gives the day, "2026-11-20"; with a time "2026-11-20T08:00:00"; an instant ends in Z. What is not stated is empty.
func (s Stamp) String() string {
	if s.date.IsZero() {
		return ""
	}
	text := s.date.String()
	if !s.hasTime {
		return text
	}
	layout := "T15:04:05"
	if s.millis%1000 != 0 {
		layout += ".000"
	}
	if s.utc {
		layout += "Z"
	}
	return text + s.clock().Format(layout)
}

// MarshalText gives what String gives.
func (s Stamp) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// isoLayouts are what a datetime without a format of its own may be written in.
var isoLayouts = []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02"}

// iso reads a datetime of ISO 8601: with an offset it is an instant, without one a local time.
func iso(text string) (Stamp, bool) {
	const longest = 40
	if len(text) > longest {
		return Stamp{}, false
	}
	for _, layout := range isoLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			s, ok := stampOf(t)
			s.utc = false
			s.hasTime = len(layout) > len("2006-01-02")
			return s, ok
		}
		if len(layout) == len("2006-01-02") {
			continue
		}
		for _, zone := range []string{"Z07:00", "Z0700"} {
			if t, err := time.Parse(layout+zone, text); err == nil {
				return stampOf(t)
			}
		}
	}
	return Stamp{}, false
}
