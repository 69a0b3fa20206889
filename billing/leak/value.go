package leak

import (
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
)

// mostCount is the most days, months or bills that a leak policy counts: a hundred years of days.
const mostCount = 36525

// count is a whole number that Check has passed; 0 where there is none.
func count(limit policy.OrNone[exact.Number]) int {
	n, ok := limit.Value()
	if !ok || n.Places() != 0 || n.Coefficient() > mostCount {
		return 0
	}
	return int(n.Coefficient())
}

// Rounding is how a quantity is rounded. The zero value was not chosen, and is refused. As text it is "exact", or a mode
// and a step in units of the schedule: "up 1" credits an odd unit, "half_up 0.1" rounds to tenths.
type Rounding struct {
	exactly bool
	mode    exact.Mode
	step    exact.Number
}

// Exact rounds nothing.
func Exact() Rounding { return Rounding{exactly: true} }

// To rounds to a multiple of step, which is above 0.
func To(mode exact.Mode, step exact.Number) Rounding {
	return Rounding{mode: mode, step: step}
}

func (r Rounding) valid() bool { return r.exactly || r.mode.Valid() && r.step.Sign() > 0 }

func (r Rounding) round(x exact.Ratio) (exact.Ratio, error) {
	if r.exactly {
		return x, nil
	}
	steps, err := x.Quo(r.step.Ratio())
	if err != nil {
		return exact.Ratio{}, err
	}
	return steps.Round(0, r.mode).Mul(r.step.Ratio()), nil
}

// String gives the text of files; "not stated" where none was chosen.
func (r Rounding) String() string {
	switch {
	case r.exactly:
		return "exact"
	case !r.valid():
		return "not stated"
	}
	return r.mode.String() + " " + r.step.String()
}

// UnmarshalText reads what String gives, with the errors of exact.ParseMode and exact.ParseNumber; ErrPolicy where
// the step is not above 0.
func (r *Rounding) UnmarshalText(text []byte) error {
	if string(text) == "exact" {
		*r = Exact()
		return nil
	}
	word, number, _ := strings.Cut(string(text), " ")
	mode, err := exact.ParseMode(word)
	if err != nil {
		return err
	}
	step, err := exact.ParseNumber(number)
	if err != nil {
		return err
	}
	if step.Sign() <= 0 {
		return &problem.Error{Code: ErrPolicy, What: "the step is not above 0", Fix: "write exact, or a mode and a step such as up 1"}
	}
	*r = To(mode, step)
	return nil
}
