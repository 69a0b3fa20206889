package metering

import (
	"fmt"
	"strconv"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
)

// The codes of what is wrong with a register, a reading or a rule that a caller gives. What is wrong with the water, the
// meter or the file is an Exception.
const (
	ErrRegister  problem.Code = "E_REGISTER"       // a register whose dials, zeros, decimals, multiplier or unit cannot be
	ErrReading   problem.Code = "E_READING"        // a reading or a baseline that contradicts itself or its register
	ErrRule      problem.Code = "E_METERING_RULE"  // a rule that is missing a part, or contradicts itself
	ErrThreshold problem.Code = "E_THRESHOLD"      // a threshold that has no default and was not set
	ErrHistory   problem.Code = "E_USAGE_HISTORY"  // past cycles that contradict one another
	ErrTime      problem.Code = "E_LOCAL_TIME"     // a local time that does not exist, or a missing location
	ErrReview    problem.Code = "E_REVIEW"         // a step of a review that is not open to it
	ErrOpen      problem.Code = "E_USAGE_OPEN"     // usage with an open exception, an open order or no number
	ErrExchange  problem.Code = "E_METER_EXCHANGE" // two exchanges under one record number
)

// The bounds of a register. They hold every make in use, and let its numbers fit an int64.
const (
	MaxDials        = 15
	MaxPaintedZeros = 6
	MaxDecimals     = 9
)

// Register is one odometer of a meter: n dials that turn from 10^n − 1 to zero. A compound meter has several.
type Register struct {
	ID           string       // within its meter, such as "low"; compared as text
	Dials        int          // n: the digits that turn, 1 to MaxDials
	PaintedZeros int          // z: the zeros painted behind them, 0 to MaxPaintedZeros
	Decimals     int          // k: how many of the dials stand behind the point, 0 to MaxDecimals and not above Dials
	Multiplier   exact.Number // m: what a reading is multiplied with, above 0; 1 is stated too
	Unit         Unit         // of digits × 10^(z−k) × m
}

// Check reports all that is wrong with r, each ErrRegister or ErrUnit.
func (r Register) Check() error {
	var found problem.List
	add := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrRegister, Path: path, What: what, Fix: fix})
	}
	if r.ID == "" {
		add("id", "the register has no id", `give it one, such as "1", or "low" and "high" for a compound meter`)
	}
	bound := func(path string, n, least, most int) {
		if n < least || n > most {
			add(path, strconv.Itoa(n)+" is out of bounds", fmt.Sprintf("state %d to %d", least, most))
		}
	}
	bound("dials", r.Dials, 1, MaxDials)
	bound("painted_zeros", r.PaintedZeros, 0, MaxPaintedZeros)
	bound("decimals", r.Decimals, 0, MaxDecimals)
	if r.Decimals > r.Dials && r.Decimals <= MaxDecimals && r.Dials >= 1 {
		add("decimals", fmt.Sprintf("%d decimals do not fit %d dials", r.Decimals, r.Dials), "count the dials behind the point among the dials")
	}
	if r.Multiplier.Sign() <= 0 {
		add("multiplier", r.Multiplier.String()+" is no multiplier", "state one above 0, and 1 where the meter has none")
	}
	if !r.Unit.Valid() {
		e := noUnit(r.Unit)
		e.Path = "unit"
		found.Add(e)
	}
	return found.Err()
}

// Modulus is 10^n, the number at which r turns to zero; 0 where the dials are out of bounds.
func (r Register) Modulus() int64 {
	if r.Dials < 1 || r.Dials > MaxDials {
		return 0
	}
	return pow10(r.Dials)
}

// Step is what one digit stands for, in r's unit: 10^(z−k) × m.
func (r Register) Step() exact.Ratio {
	return r.Multiplier.Ratio().Mul(tenTo(r.PaintedZeros - r.Decimals))
}

// Value is what a number of digits stands for, in r's unit: digits × 10^(z−k) × m, exactly (Temple TX, EPWU).
func (r Register) Value(digits int64) exact.Ratio { return exact.Int(digits).Mul(r.Step()) }

// sameScale reports whether a digit of both stands for the same volume.
func (r Register) sameScale(s Register) bool { return r.Unit == s.Unit && r.Step().Equal(s.Step()) }

// Scaled is a raw reading times the scalar that its sender states, exactly: 23497071 × 0.001 is 23497.071.
func Scaled(raw, scalar exact.Number) exact.Ratio { return raw.Ratio().Mul(scalar.Ratio()) }

// CheckScale compares a raw reading and its scalar with the scaled reading that stands beside them. Where they differ it is
// ScaleMismatch: one of the three is wrong, and nothing tells which.
func CheckScale(raw, scalar, scaled exact.Number) Exception {
	product := Scaled(raw, scalar)
	figures := []Figure{
		figure("raw", raw.Ratio()), figure("scalar", scalar.Ratio()), figure("product", product), figure("scaled", scaled.Ratio()),
	}
	if product.Equal(scaled.Ratio()) {
		return verdict(Normal, "{raw} × {scalar} is the scaled reading {scaled}", figures...)
	}
	return verdict(ScaleMismatch, "{raw} × {scalar} is {product}, but the file says {scaled}", figures...)
}

func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

func tenTo(n int) exact.Ratio {
	if n >= 0 {
		return exact.Int(pow10(n))
	}
	r, _ := exact.New(1, pow10(-n)) // not over zero
	return r
}

// convert gives a number of one unit in another, exactly. A billing unit converts only to itself: ErrUnit.
func convert(x exact.Ratio, from, to Unit) (exact.Ratio, error) {
	if from == to && to.Valid() {
		return x, nil
	}
	a, err := from.CubicInches()
	if err != nil {
		return exact.Ratio{}, err
	}
	b, err := to.CubicInches()
	if err != nil {
		return exact.Ratio{}, err
	}
	factor, err := a.Quo(b)
	if err != nil {
		return exact.Ratio{}, err
	}
	return x.Mul(factor), nil
}
