package metering

import (
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
)

// Code names what a check found, in the words of the field. It is stable: a program may store and compare it.
type Code string

// The codes. Who may end an exception of each, [Exception.Acceptable] and [Exception.Correctable] say.
const (
	Normal Code = "Normal" // the check ran and found nothing

	// Of two readings of a register.
	Rollover           Code = "Rollover"           // passed the top of the register
	ReverseFlow        Code = "ReverseFlow"        // went back within the tolerance: use 0, the baseline stays
	NegativeOrRollover Code = "NegativeOrRollover" // went back, and nothing says that it passed the top: no use
	OutOfRange         Code = "OutOfRange"         // more digits than the register has: no use
	MultiplierChanged  Code = "MultiplierChanged"  // another multiplier, zeros, decimals or unit, without an exchange: no use
	SerialMismatch     Code = "SerialMismatch"     // another meter, without an exchange: no use
	MissingRegister    Code = "MissingRegister"    // a register of a compound meter without a reading: no use
	GapDays            Code = "GapDays"            // days without a meter between removal and installation
	ReadOrder          Code = "ReadOrder"          // a reading dated before the one that it follows: no use
	BadDate            Code = "BadDate"            // a day that no calendar has, or registers of one meter read on several days
	NoReading          Code = "NoRead"             // tried, and no number: no use
	SkippedReading     Code = "Skipped"            // passed by, with a code: no use
	TrueUpDue          Code = "TrueUpDue"          // an actual reading after estimates: use comes from TrueUp
	ScaleMismatch      Code = "ScaleMismatch"      // raw × scalar is not the scaled reading

	// Of estimates.
	NoBasis      Code = "NoBasis"      // no actual history: no number
	MaxEstimates Code = "MaxEstimates" // as many estimates in a row as the rule allows
	// EstimatedReading is a reading that its sender calls estimated, by no method that is known here.
	EstimatedReading Code = "EstimatedReading"

	// Of a use compared with another.
	Highest        Code = "Highest"
	Higher         Code = "Higher"
	High           Code = "High"
	Low            Code = "Low"
	Lower          Code = "Lower"
	Lowest         Code = "Lowest"
	ComparedToZero Code = "ComparedToZero" // what it would be compared with is zero: no percentage
	ZeroUse        Code = "ZeroUse"
	StoppedMeter   Code = "StoppedMeter"   // zero for so many cycles that the register may be stuck
	UsageNoAccount Code = "UsageNoAccount" // use where nobody has the service
	SameUse        Code = "SameUse"        // to the digit what the last cycle used
	LongPeriod     Code = "LongPeriod"     // more days than one bill should have

	// Of many readings.
	Missing       Code = "Missing"       // expected, and nothing came
	Duplicate     Code = "Duplicate"     // the same thing again
	Conflict      Code = "Conflict"      // two values for one instant, and nothing says which is newer
	AmbiguousTime Code = "AmbiguousTime" // a local time that the clock showed twice that day
	Torn          Code = "Torn"          // the delivery ended in the middle of its line: no use

	// Of intervals.
	Leak           Code = "Leak"           // water in every hour of a day
	ContinuousFlow Code = "ContinuousFlow" // the same where it is expected
)

// Figure is one of the numbers that caused an exception.
type Figure struct {
	What  string      // which number it is, such as "previous"
	Value exact.Ratio // where Text is empty
	Text  string      // where it is no number: a serial, a day
}

// String gives the number as people write it, to four decimals, or the text.
func (f Figure) String() string {
	if f.Text != "" {
		return f.Text
	}
	text, _ := f.Value.Round(4, exact.HalfUp).Decimal(4)
	return text
}

// Exception is the verdict of a check, with the numbers that caused it. A check that found nothing says Normal.
type Exception struct {
	Code     Code
	Rule     string   // the check that says so, by its title, such as "InforDefault"; empty for the rules of this package
	Meter    string   // serial of the meter; empty where the check was of a whole account
	Register string   // id of the register; empty where the check was of a whole meter
	Figures  []Figure // in the order in which the words name them
	Words    string   // what a clerk reads: the rule with its numbers, no names
}

// String gives the code, the place and the words on one line.
func (e Exception) String() string {
	text := string(e.Code)
	if e.Register != "" {
		text += "(" + e.Register + ")"
	}
	if e.Meter != "" {
		text += " on meter " + e.Meter
	}
	return text + ": " + e.Words
}

// Figure returns the number of that name; false where the exception has none.
func (e Exception) Figure(what string) (Figure, bool) {
	for _, f := range e.Figures {
		if f.What == what {
			return f, true
		}
	}
	return Figure{}, false
}

// Passed reports whether the check found nothing.
func (e Exception) Passed() bool { return e.Code == Normal }

// Acceptable reports whether one person may accept the exception with a reason: the use was explained, or is 0, and so was
// the one that it was compared with. All others take a second person, since accepting them makes a bill of what a check has
// refused or, as with ComparedToZero, could not judge (which are which is ours).
func (e Exception) Acceptable() bool {
	switch e.Code {
	case Rollover, ReverseFlow, GapDays, ZeroUse, SameUse, ContinuousFlow, Duplicate, AmbiguousTime:
		return true
	case ComparedToZero:
		return e.zero("use") && e.zero("compare")
	}
	return false
}

// zero reports whether a number of the exception is there, and 0.
func (e Exception) zero(what string) bool {
	f, ok := e.Figure(what)
	return ok && f.Text == "" && f.Value.IsZero()
}

// Correctable reports whether the exception says that there was no number, so that one person may enter a reading that comes
// late; see Review.Correct.
func (e Exception) Correctable() bool {
	return e.Code == Missing || e.Code == NoReading || e.Code == SkippedReading
}

func (e Exception) clone() Exception {
	e.Figures = slices.Clone(e.Figures)
	return e
}

// same reports whether two exceptions say the same of the same.
func (e Exception) same(o Exception) bool {
	return e.Code == o.Code && e.Rule == o.Rule && e.Meter == o.Meter && e.Register == o.Register && e.Words == o.Words &&
		slices.EqualFunc(e.Figures, o.Figures, func(f, g Figure) bool { return f.What == g.What && f.Text == g.Text && f.Value.Equal(g.Value) })
}

// at says what the exception is of.
func (e Exception) at(meter, register string) Exception {
	e.Meter, e.Register = meter, register
	return e
}

// by says which check it is the verdict of, by its title, or by what it is where it has none.
func (e Exception) by(title, kind string) Exception {
	if e.Rule = title; title == "" {
		e.Rule = kind
	}
	return e
}

// verdict makes an exception whose words name figures in braces.
func verdict(code Code, words string, figures ...Figure) Exception {
	pairs := make([]string, 0, 2*len(figures))
	for _, f := range figures {
		pairs = append(pairs, "{"+f.What+"}", f.String())
	}
	return Exception{Code: code, Figures: figures, Words: strings.NewReplacer(pairs...).Replace(words)}
}

func figure(what string, value exact.Ratio) Figure { return Figure{What: what, Value: value} }

func count(what string, n int64) Figure { return Figure{What: what, Value: exact.Int(n)} }

func note(what, text string) Figure {
	if text == "" {
		text = "none"
	}
	return Figure{What: what, Text: text}
}
