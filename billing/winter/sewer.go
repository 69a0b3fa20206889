package winter

import (
	"fmt"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// SewerPolicy is on how much use each rate class is billed for sewer.
type SewerPolicy struct {
	Title   string                `policy:"title"`
	Source  string                `policy:"authority"` // as Policy.Source
	Classes map[string]SewerClass `policy:"classes" validate:"min=1,dive"`

	// Marks are the placeholders among the fields that are no values of billing/policy, such as "classes". They are never changed.
	Marks policy.Marks
}

// SewerClass is what is billed in a rate class.
type SewerClass struct {
	Basis SewerBasis `policy:"basis"`
	// Cap is the most that is billed in one period, such as 15 CCF for a home (Columbus), in the unit that is billed.
	Cap policy.OrNone[metering.Volume] `policy:"cap"`
}

// SewerBasis is the use that is billed. The zero value is none.
type SewerBasis uint8

// The bases.
const (
	SewerByAverage SewerBasis = iota + 1 // the winter average, whatever the period used
	SewerByLower                         // the lower of the average and what the period used (West St Paul)
	SewerByActual                        // what the period used
)

// String gives the word of files: "winter_average", "lower", "actual".
func (b SewerBasis) String() string { return policy.Word(b, "winter_average", "lower", "actual") }

// UnmarshalText reads the word, and nothing else: ErrPolicy.
func (b *SewerBasis) UnmarshalText(text []byte) error {
	return policy.ReadWord(b, ErrPolicy, text, "winter_average", "lower", "actual")
}

// Check reports what is wrong as Policy.Check does.
func (p SewerPolicy) Check() error {
	f := p.findings()
	return f.Faults()
}

func (p SewerPolicy) findings() policy.Findings {
	c := checks{policy.Findings{Code: ErrPolicy, Title: p.Title, Marks: p.Marks}}
	c.named(p.Title, p.Source)
	c.Need("classes", len(p.Classes) > 0, "what is billed in each rate class")
	for _, name := range slices.Sorted(maps.Keys(p.Classes)) {
		class, path := p.Classes[name], "classes."+name
		c.Need(path+".basis", class.Basis >= SewerByAverage && class.Basis <= SewerByActual, "winter_average, lower or actual")
		c.volume(path+".cap", class.Cap, 0)
	}
	return c.Findings
}

// SewerFacts is what is known of a bill's sewer.
type SewerFacts struct {
	Class  string
	Period civil.Period
	// Actual is the use of the period, 0 or more. It is not asked for where the basis is the average alone.
	Actual metering.Volume
	// Average is that of the account and the period. It is not asked for where the basis is the actual use.
	Average Average
}

// SewerCode names what a sewer quantity is. It is stable: a program may store it.
type SewerCode string

// The codes.
const (
	SewerAverage SewerCode = "SewerAverage" // the winter average
	SewerActual  SewerCode = "SewerActual"  // what the period used
	SewerCapped  SewerCode = "SewerCapped"  // the cap of the class
)

// SewerUse is the use that a period is billed for sewer, and why.
type SewerUse struct {
	Title, Source string // of the policy
	Code          SewerCode
	Quantity      metering.Volume // 0 or more
	Figures       []metering.Figure
	Words         string
	// Placeholders are the values of the policy, and of the average that was asked for, that stand in for what is not known; the words
	// name them.
	Placeholders []policy.Mark
}

// Use is the use that a period is billed for sewer: the average, the actual use or the lower of both, and never more than
// the cap. All are compared in one unit, since a quantity that was converted and rounded on the way would not be the one
// that was printed.
//
// Errors: those of Check, policy.ErrNotKnown; ErrClass; ErrHistory for a period or an actual use that is missing or below 0;
// ErrAverage for an average that is missing, of another class, or of other days; metering.ErrUnit where units differ.
func (p SewerPolicy) Use(f SewerFacts) (SewerUse, error) {
	if err := p.Check(); err != nil {
		return SewerUse{}, err
	}
	class, ok := p.Classes[f.Class]
	if !ok {
		return SewerUse{}, noClass(p.Title, f.Class)
	}
	p.Classes = map[string]SewerClass{f.Class: class} // as in Policy.Average
	found := p.findings()
	if err := found.Err(); err != nil {
		return SewerUse{}, err
	}
	if err := f.check(class.Basis); err != nil {
		return SewerUse{}, err
	}
	u := SewerUse{Title: p.Title, Source: p.Source, Placeholders: found.Placeholders}
	if class.Basis != SewerByActual {
		u.Placeholders = append(u.Placeholders, f.Average.Placeholders...)
	}
	average, actual := f.Average.Quantity, f.Actual
	words := ""
	switch class.Basis {
	case SewerByAverage:
		u.Code, u.Quantity, words = SewerAverage, average, "the winter average, {average}"
		u.Figures = []metering.Figure{say.Volume("average", average)}
	case SewerByActual:
		u.Code, u.Quantity, words = SewerActual, actual, "the use of the period, {actual}"
		u.Figures = []metering.Figure{say.Volume("actual", actual)}
	default:
		over, err := actual.Cmp(average)
		if err != nil {
			return SewerUse{}, err
		}
		u.Figures = []metering.Figure{say.Volume("actual", actual), say.Volume("average", average)}
		u.Code, u.Quantity, words = SewerActual, actual, "the use of the period, {actual}, which is not above the winter average, {average}"
		if over > 0 {
			u.Code, u.Quantity, words = SewerAverage, average, "the winter average, {average}, which is below the use of the period, {actual}"
		}
	}
	if limit, ok := class.Cap.Value(); ok {
		over, err := u.Quantity.Cmp(limit)
		if err != nil {
			return SewerUse{}, err
		}
		if over > 0 {
			u.Code, u.Quantity = SewerCapped, limit
			u.Figures = append(u.Figures, say.Volume("cap", limit))
			words = "the cap for " + f.Class + ", {cap}, which is below " + words
		}
	}
	u.Words = say.Words(words, u.Figures) + say.Placeholders(u.Placeholders)
	return u, nil
}

// check refuses facts that the basis cannot be found from.
func (f SewerFacts) check(basis SewerBasis) error {
	if f.Period.Check() != nil {
		return &problem.Error{Code: ErrHistory, Path: "period", What: "the days of the bill are missing", Fix: "give its period"}
	}
	if basis != SewerByAverage && (!f.Actual.Unit().Valid() || f.Actual.Sign() < 0) {
		return &problem.Error{Code: ErrHistory, Path: "actual", What: "the use of the period is missing, or below 0", Fix: "give what was measured"}
	}
	if basis == SewerByActual {
		return nil
	}
	a := f.Average
	refuse := func(what, fix string) error {
		return &problem.Error{Code: ErrAverage, Path: "average", What: what, Fix: fix}
	}
	switch {
	case !a.Quantity.Unit().Valid() || a.Quantity.Sign() < 0:
		return refuse("the account has none", "take it from Policy.Average")
	case a.Class != f.Class:
		return refuse(fmt.Sprintf("it is for the class %q, and the bill for %q", a.Class, f.Class), "take the average of the bill's class")
	case !a.HoldsFor(f.Period):
		return refuse(fmt.Sprintf("it holds for %s by %s, and the bill is for %s", a.Holds, a.Select, f.Period),
			"take that of the winter before the bill")
	}
	return nil
}
