package leak

import (
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// mostCount is the most days, months or bills that a leak policy counts: a hundred years of days.
const mostCount = 36525

const off = "off"

// Limit is a number of a leak policy. The zero value was not chosen, and is refused: 0 and off are said. As text it is the
// number or "off"; in a policy file the number stands in quotes, since it is a text there.
type Limit struct{ metering.Threshold }

// At is a limit of a number.
func At(n exact.Number) Limit { return Limit{metering.At(n)} }

// Off is the decision to have no such limit.
func Off() Limit { return Limit{metering.Off()} }

// MarshalText writes the number or "off". A limit that was not chosen is ErrUnset.
func (l Limit) MarshalText() ([]byte, error) {
	if l == (Limit{}) {
		return nil, notChosen()
	}
	return []byte(l.String()), nil
}

// UnmarshalText reads what MarshalText writes; a number as exact.ParseNumber does, with its errors.
func (l *Limit) UnmarshalText(text []byte) error {
	if string(text) == off {
		*l = Off()
		return nil
	}
	n, err := exact.ParseNumber(string(text))
	if err != nil {
		return err
	}
	*l = At(n)
	return nil
}

// count is a whole number that Check has passed; 0 where there is none.
func count(l Limit) int {
	n, ok := l.Value()
	if !ok || n.Places() != 0 || n.Coefficient() > mostCount {
		return 0
	}
	return int(n.Coefficient())
}

// Cap is the most that is credited, or the decision to have no such cap. The zero value was not chosen, and is refused.
// As text it is the amount or "off".
type Cap struct {
	chosen, on bool
	amount     money.Amount
}

// CapAt is a cap of an amount.
func CapAt(amount money.Amount) Cap { return Cap{chosen: true, on: true, amount: amount} }

// NoCap is the decision to have no cap.
func NoCap() Cap { return Cap{chosen: true} }

// Amount returns the cap; false where there is none.
func (c Cap) Amount() (money.Amount, bool) { return c.amount, c.on }

// MarshalText writes the amount or "off". A cap that was not chosen is ErrUnset.
func (c Cap) MarshalText() ([]byte, error) {
	switch {
	case !c.chosen:
		return nil, notChosen()
	case !c.on:
		return []byte(off), nil
	}
	return c.amount.MarshalText()
}

// UnmarshalText reads what MarshalText writes; an amount as money.Parse does, with its errors.
func (c *Cap) UnmarshalText(text []byte) error {
	if string(text) == off {
		*c = NoCap()
		return nil
	}
	amount, err := money.Parse(string(text))
	if err != nil {
		return err
	}
	*c = CapAt(amount)
	return nil
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

// MarshalText writes the rounding. One that was not chosen is ErrUnset.
func (r Rounding) MarshalText() ([]byte, error) {
	switch {
	case r.exactly:
		return []byte("exact"), nil
	case !r.valid():
		return nil, notChosen()
	}
	return []byte(r.mode.String() + " " + r.step.String()), nil
}

// UnmarshalText reads what MarshalText writes, with the errors of exact.ParseMode and exact.ParseNumber; ErrPolicy where
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

func notChosen() error {
	return &problem.Error{Code: ErrUnset, What: "it is not stated, and has no default", Fix: "state it, or say off"}
}
