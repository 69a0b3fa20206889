package deposit

import (
	"bytes"

	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/problem"
)

// entered reports whether the entries of a row of an approved list are in the books already: then they are given again. They are there
// all or none, as they are; of says whose they are, such as "run".
func entered(books *ledger.Ledger, entries []ledger.Entry, of string) (bool, error) {
	refuse := func(what, fix string) (bool, error) {
		return false, &problem.Error{Code: ErrChanged, What: what, Fix: fix}
	}
	in := 0
	for _, e := range entries {
		id := e.ID()
		posted, ok := books.Entry(id)
		switch {
		case !ok:
			continue
		case books.Reversed(id):
			return refuse("it was entered and taken back", "propose it in another "+of)
		case !bytes.Equal(posted.AppendCanonical(nil), e.AppendCanonical(nil)):
			return refuse("another entry is in the books under its key", "propose it in another "+of)
		}
		in++
	}
	if in > 0 && in < len(entries) {
		return refuse("only some of its entries are in the books", "post the entries of a "+of+" all or none")
	}
	return in > 0, nil
}
