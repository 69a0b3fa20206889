package scanline

import "github.com/headgate-dev/headgate/billing/money"

// Difference is by how much a payment is another amount than the scanline says is due.
type Difference struct {
	// Amount is what was due less what was paid.
	Amount money.Amount
	// Swapped hints that two digits may have been swapped: the difference is divisible by 9 cents.
	Swapped bool
}

// Differs compares the amount due of a scanline with what was paid. It says false where they are one, and money.ErrOverflow for what
// cannot be held.
func Differs(due, paid money.Amount) (Difference, bool, error) {
	off, err := due.Sub(paid)
	if err != nil || off.IsZero() {
		return Difference{}, false, err
	}
	return Difference{Amount: off, Swapped: off.Cents()%9 == 0}, true, nil
}
