package billing

import (
	"bytes"
	"slices"

	"github.com/headgate-dev/headgate/billing/internal/entrykey"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Stand is how a bill stands in the books.
type Stand uint8

// The answers.
const (
	NotPosted Stand = iota + 1 // the books have nothing of it
	IsPosted                   // they have it, whole and as it is
	TakenBack                  // they had it, and an entry of it was reversed
	IsAnother                  // what they have under its key is another bill, or a part of it alone
)

// Stands says how the bill stands in the books, by what its entries say and not by its key alone: a draft of a bill has the key, and
// the id, of the one that was posted. A bill of nothing has no entries, and is posted where the books have none under its key. It
// returns the id of the bill's first entry too, from which its adjustments follow.
func (b Bill) Stands(books *ledger.Ledger) (Stand, stored.ID) {
	own := b.Entries()
	entry := func(cause ledger.Cause) *ledger.Entry {
		if i := slices.IndexFunc(own, func(e ledger.Entry) bool { return e.Cause == cause }); i >= 0 {
			return &own[i]
		}
		return nil
	}
	charges, credits := entry(ledger.Billed), entry(ledger.Adjusted)
	key := entrykey.Bill(b.r.Account, b.r.Key)
	id := ledger.Entry{Cause: ledger.Billed, Key: key}.ID()
	after := ledger.Entry{Cause: ledger.Adjusted, Key: key} // credits of a bill without charges
	first, alone := id, after.ID()
	if charges == nil && credits != nil {
		first = alone
	}
	posted, another, back := 0, false, false
	look := func(id stored.ID, e *ledger.Entry) {
		was, ok := books.Entry(id)
		switch {
		case !ok:
			return
		case e == nil || !bytes.Equal(was.AppendCanonical(make([]byte, 0, 512)), e.AppendCanonical(make([]byte, 0, 512))):
			another = true
		}
		posted++
		back = back || books.Reversed(id)
	}
	look(id, charges)
	if charges == nil {
		look(alone, credits) // none stand behind charges that are not there
	} else {
		after.Parent = id
		look(after.ID(), credits)
		look(alone, nil)
	}
	switch {
	case posted == 0 && len(own) > 0:
		return NotPosted, first
	case another || posted < len(own):
		return IsAnother, first
	case back:
		return TakenBack, first
	}
	return IsPosted, first
}
