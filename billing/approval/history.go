package approval

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// History is the records that a host has stored, verified and in their places: what was decided, and how much of each limit
// is used. It must be complete: what the host withholds was never decided.
//
// A History is built once and grows by [History.Add]; nothing else changes it. Between reading the history and storing the
// record of a decision no other decision may be stored, or both would use the same room of a limit: hold one transaction.
// It is not safe for goroutines while it grows.
type History struct {
	verifier Verifier
	rows     map[stored.ID]*row
	used     map[account][]use
}

// row is the records of one proposal, in their order.
type row struct{ records []Record }

func (r *row) last() Record { return r.records[len(r.records)-1] }

// account is where limits add up.
type account struct {
	authority Person
	kind      Kind
	id        string
}

// use is what one approval had at stake in an account.
type use struct {
	of     *row
	by     Person
	at     time.Time
	amount money.Amount
}

// NewHistory verifies records and puts them in their places, in whatever order they come. A record given twice counts once.
//
// All that is wrong is told at once, with the place in records: an altered or hand-made record ([ErrRecord], [ErrSeal],
// stored.ErrID), one whose predecessor is missing, or two that claim one place ([ErrHistory]). A host without records gives
// none.
func NewHistory(verifier Verifier, records []Record) (*History, error) {
	if verifier == nil {
		return nil, &problem.Error{Code: ErrSeal, Path: "verifier", What: "there is nothing to verify records by",
			Fix: "give the host's verifier, such as NewHMAC makes"}
	}
	h := &History{verifier: verifier, rows: make(map[stored.ID]*row, len(records)), used: map[account][]use{}}
	order := make([]int, len(records))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(records[a].Ordinal, records[b].Ordinal) })
	faults := make([]error, len(records))
	for _, i := range order {
		faults[i] = h.Add(records[i])
	}
	var found problem.List
	for i, err := range faults {
		if err != nil {
			found.Add(&problem.Error{Code: ErrHistory, Path: fmt.Sprintf("records[%d]", i), Err: err})
		}
	}
	if len(found) > 0 {
		return nil, found.Err()
	}
	return h, nil
}

// Add takes one more record into the history, after its seal was verified: the one that a decision has just left, as it was
// stored. One that is there already changes nothing. A record that is refused is not taken in; see [NewHistory].
func (h *History) Add(record Record) error {
	if h == nil || h.rows == nil {
		return noHistory()
	}
	if err := record.check(); err != nil {
		return err
	}
	if record.Seal.IsZero() {
		return unsealed()
	}
	if err := h.verifier.Verify(record.AppendCanonical(nil), record.Seal); err != nil {
		return err
	}
	r := h.rows[record.Proposal]
	if r == nil {
		r = &row{}
	}
	if record.Ordinal < len(r.records) {
		if r.records[record.Ordinal].ID == record.ID {
			return nil
		}
		return historyError("ordinal", "another record stands in this place: the proposal was decided or reduced otherwise",
			"keep the one that was stored first")
	}
	if e := r.follows(record); e != nil {
		return e
	}
	r.records = append(r.records, record.clone())
	h.rows[record.Proposal] = r
	for _, s := range record.Stakes {
		key := account{record.Authority, record.Kind, s.Account}
		h.used[key] = append(h.used[key], use{of: r, by: record.By, at: record.At, amount: s.Amount})
	}
	return nil
}

// follows refuses a record that cannot come next in the row.
func (r *row) follows(record Record) *problem.Error {
	switch {
	case record.Ordinal > len(r.records):
		return historyError("before", "the record before it is missing", "give all records of the proposal")
	case record.Ordinal == 0:
		return nil
	}
	last := r.last()
	switch {
	case record.Before != last.ID:
		return historyError("before", "it follows on another record than the last one", "restore the records as they were written")
	case last.Verdict != VerdictApproved && last.Verdict != VerdictReduced:
		return historyError("verdict", "nothing follows on a record that is "+string(last.Verdict), "make a new request")
	case record.At.Before(last.At):
		return historyError("at", "it is dated before the record that it follows on", "restore the records as they were written")
	case record.Verdict == VerdictReduced && !record.Until.Equal(last.Until):
		return historyError("until", "a reduction does not change how long an approval holds", "restore the record as it was written")
	case record.Verdict == VerdictWithdrawn && record.Digest != last.Digest:
		return historyError("digest", "it withdraws other content than what stands", "withdraw what stands")
	}
	return nil
}

// spent is what was approved on an authority in an account, by one delegate alone where only names one.
func (h *History) spent(key account, only Person, location *time.Location) ([]spent, error) {
	var all []spent
	for _, u := range h.used[key] {
		if u.of.last().Verdict == VerdictWithdrawn || !only.IsZero() && u.by != only {
			continue
		}
		day, err := dayOf(u.at, location)
		if err != nil {
			return nil, err
		}
		all = append(all, spent{day, u.amount})
	}
	return all, nil
}

func noHistory() *problem.Error {
	return historyError("history", "there is no history", "make it with NewHistory, from no records where none are stored yet")
}

func historyError(path, what, fix string) *problem.Error {
	return &problem.Error{Code: ErrHistory, Path: path, What: what, Fix: fix}
}
