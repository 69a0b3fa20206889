package metering

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Volume is an amount of water: a plain decimal in a unit, positive or negative. Volumes are the same (==) where number
// and unit are: 1 CCF is not 100 ft3. The zero value has no unit, and whatever takes a volume refuses it.
type Volume struct {
	n    exact.Number
	unit Unit
}

// NewVolume returns n of unit u. A unit that is not valid is ErrUnit.
func NewVolume(n exact.Number, u Unit) (Volume, error) {
	if !u.Valid() {
		return Volume{}, noUnit(u)
	}
	return Volume{n: n, unit: u}, nil
}

// VolumeOf reads the number as exact.ParseNumber does, with its errors, and takes it in unit u.
func VolumeOf(number string, u Unit) (Volume, error) {
	n, err := exact.ParseNumber(number)
	if err != nil {
		return Volume{}, err
	}
	return NewVolume(n, u)
}

// ParseVolume reads a number, one space, and a unit as ParseUnit reads it: "31.237 CCF". What has no such parts is
// ErrVolume; the errors of the number and of the unit are those of exact.ParseNumber and ParseUnit.
func ParseVolume(text string) (Volume, error) {
	number, name, found := strings.Cut(text, " ")
	if !found || number == "" {
		return Volume{}, &problem.Error{
			Code: ErrVolume, What: "not a number, a space and a unit", Fix: "write it such as 31.237 CCF",
		}
	}
	u, err := ParseUnit(name)
	if err != nil {
		return Volume{}, err
	}
	return VolumeOf(number, u)
}

// Number returns the number, in v's own unit.
func (v Volume) Number() exact.Number { return v.n }

// Unit returns v's unit.
func (v Volume) Unit() Unit { return v.unit }

// Ratio returns the number as a fraction, in v's own unit.
func (v Volume) Ratio() exact.Ratio { return v.n.Ratio() }

// In returns how many of unit u the volume is, exactly. A billing unit converts only to itself, and a unit that is not
// valid to nothing: ErrUnit.
func (v Volume) In(u Unit) (exact.Ratio, error) {
	if v.unit == u && u.Valid() {
		return v.n.Ratio(), nil
	}
	from, err := v.unit.CubicInches()
	if err != nil {
		return exact.Ratio{}, err
	}
	to, err := u.CubicInches()
	if err != nil {
		return exact.Ratio{}, err
	}
	factor, err := from.Quo(to)
	if err != nil {
		return exact.Ratio{}, err
	}
	return v.n.Ratio().Mul(factor), nil
}

// Add returns v + w, which must have the same unit (ErrUnit). A sum of more than 18 digits is exact.ErrRange.
func (v Volume) Add(w Volume) (Volume, error) {
	if err := sameUnit(v, w); err != nil {
		return Volume{}, err
	}
	sum, err := v.n.Add(w.n)
	if err != nil {
		return Volume{}, err
	}
	return Volume{n: sum, unit: v.unit}, nil
}

// Sub returns v − w, which must have the same unit (ErrUnit). A difference of more than 18 digits is exact.ErrRange.
func (v Volume) Sub(w Volume) (Volume, error) {
	return v.Add(Volume{n: w.n.Neg(), unit: w.unit})
}

// Cmp returns -1 where v < w, 0 where they are equal, and 1 where v > w. They must have the same unit (ErrUnit).
func (v Volume) Cmp(w Volume) (int, error) {
	if err := sameUnit(v, w); err != nil {
		return 0, err
	}
	return v.n.Cmp(w.n), nil
}

// Sign returns -1, 0 or 1.
func (v Volume) Sign() int { return v.n.Sign() }

// IsZero reports whether the number is 0, in whatever unit.
func (v Volume) IsZero() bool { return v.n.IsZero() }

// String gives "31.237 CCF".
func (v Volume) String() string { return v.n.String() + " " + v.unit.String() }

// MarshalText gives what String gives. A volume without a unit is ErrUnit.
func (v Volume) MarshalText() ([]byte, error) {
	if !v.unit.Valid() {
		return nil, noUnit(v.unit)
	}
	return []byte(v.String()), nil
}

// UnmarshalText reads what ParseVolume reads.
func (v *Volume) UnmarshalText(text []byte) error {
	volume, err := ParseVolume(string(text))
	if err != nil {
		return err
	}
	*v = volume
	return nil
}

// UnmarshalJSON reads a JSON string as ParseVolume does. A JSON number has no unit, and null is no volume: ErrVolume.
func (v *Volume) UnmarshalJSON(data []byte) error {
	const fix = `write a JSON string, such as "31.237 CCF"`
	if len(data) == 0 || data[0] != '"' {
		what := "the volume is not a JSON string"
		if bytes.Equal(data, []byte("null")) {
			what = "the volume is null"
		}
		return &problem.Error{Code: ErrVolume, What: what, Fix: fix}
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return &problem.Error{Code: ErrVolume, Fix: fix, Err: err}
	}
	return v.UnmarshalText([]byte(text))
}

func sameUnit(v, w Volume) error {
	switch {
	case !v.unit.Valid():
		return noUnit(v.unit)
	case !w.unit.Valid():
		return noUnit(w.unit)
	case v.unit != w.unit:
		return &problem.Error{
			Code: ErrUnit, What: "one volume is in " + v.unit.String() + ", the other in " + w.unit.String(),
			Fix: "convert them to one unit with In first",
		}
	}
	return nil
}
