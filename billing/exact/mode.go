package exact

import (
	"strconv"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Mode is a way of rounding. All are symmetric: a negative number rounds to the exact opposite of the positive one, so
// that a reversal takes back what was charged to the cent. The zero value is no mode, and whatever takes a mode refuses it.
type Mode uint8

// The modes, by what they do with what does not fit.
const (
	HalfUp   Mode = iota + 1 // to the nearest; a half goes away from zero
	HalfEven                 // to the nearest; a half goes to the even neighbor
	Up                       // away from zero
	Down                     // toward zero
)

// ParseMode reads "half_up", "half_even", "up" or "down". Anything else is ErrMode.
func ParseMode(text string) (Mode, error) {
	for m := HalfUp; m.Valid(); m++ {
		if text == m.String() {
			return m, nil
		}
	}
	what := "not a rounding mode"
	if text == "" {
		what = "the rounding mode is missing"
	}
	return 0, &problem.Error{Code: ErrMode, What: what, Fix: modeFix}
}

const modeFix = "write half_up, half_even, up or down"

// Valid reports whether m is one of the modes.
func (m Mode) Valid() bool { return m >= HalfUp && m <= Down }

// String gives the name that ParseMode reads.
func (m Mode) String() string {
	switch m {
	case HalfUp:
		return "half_up"
	case HalfEven:
		return "half_even"
	case Up:
		return "up"
	case Down:
		return "down"
	}
	return "Mode(" + strconv.Itoa(int(m)) + ")"
}

// MarshalText gives the name. A mode that is not valid is ErrMode.
func (m Mode) MarshalText() ([]byte, error) {
	if !m.Valid() {
		return nil, &problem.Error{Code: ErrMode, What: "the rounding mode is missing", Fix: modeFix}
	}
	return []byte(m.String()), nil
}

// UnmarshalText reads a name as ParseMode does.
func (m *Mode) UnmarshalText(text []byte) error {
	mode, err := ParseMode(string(text))
	if err != nil {
		return err
	}
	*m = mode
	return nil
}

// away reports whether a magnitude that was cut moves up to the next step: odd says that the cut one is odd, inexact
// that something was cut off, and half how that compares with half a step.
func (m Mode) away(odd, inexact bool, half int) bool {
	switch m {
	case HalfUp:
		return half >= 0
	case HalfEven:
		return half > 0 || half == 0 && odd
	case Up:
		return inexact
	}
	return false
}
