package scanline

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/money"
)

// Difference is how an amount that was paid differs from the one that the stub says is due. It is a finding and no fault: what was paid is
// posted.
type Difference struct {
	Due, Paid money.Amount
	// Off is Due less Paid: what was paid short, below zero where more was paid.
	Off money.Amount
	// ByNine says that Off is a multiple of 9 cents and not zero. Any two digits that were swapped leave such a difference; one in nine of all
	// others is one too, so that it is a hint.
	ByNine bool
	// Swapped says that one amount is the other with two neighboring digits swapped, as people write them: a stronger hint.
	Swapped bool
}

// Differs compares the amount due with the amount paid. Amounts whose difference does not fit are money.ErrOverflow.
func Differs(due, paid money.Amount) (Difference, error) {
	off, err := due.Sub(paid)
	if err != nil {
		return Difference{}, err
	}
	d := Difference{Due: due, Paid: paid, Off: off}
	d.ByNine = !off.IsZero() && off.Cents()%9 == 0
	d.Swapped = d.ByNine && due.Sign() >= 0 && paid.Sign() >= 0 && swapped(due.Cents(), paid.Cents())
	return d, nil
}

// IsZero reports whether what was due was paid.
func (d Difference) IsZero() bool { return d.Off.IsZero() }

// String gives such as "due $84.10, paid $48.10: $36.00 short; the difference is divisible by 9: digits may have been swapped".
func (d Difference) String() string {
	if d.IsZero() {
		return fmt.Sprintf("due %s, paid %s", d.Due, d.Paid)
	}
	how, amount := "short", d.Off
	if d.Off.Sign() < 0 {
		how = "over"
		if over, err := d.Off.Neg(); err == nil {
			amount = over
		}
	}
	text := fmt.Sprintf("due %s, paid %s: %s %s", d.Due, d.Paid, amount, how)
	switch {
	case d.Swapped:
		text += "; the difference is divisible by 9: two neighboring digits were swapped, it seems"
	case d.ByNine:
		text += "; the difference is divisible by 9: digits may have been swapped"
	}
	return text
}

// swapped reports whether two numbers differ by two neighboring digits alone, each in the other's place.
func swapped(a, b int64) bool {
	for a%10 == b%10 {
		if a == b {
			return false
		}
		a, b = a/10, b/10
	}
	return a%10 == b/10%10 && b%10 == a/10%10 && a/100 == b/100
}
