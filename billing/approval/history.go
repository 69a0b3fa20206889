package approval

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// History is the records that a host has stored, verified and in their places: what was decided, and how much of each limit
// is used. It must be complete: what the host withholds was never decided. Complete for a decision are all records of its own
// proposal, and all of every proposal that was approved on the same authority, for the same kind, within the longest window of
// the policy, to both sides of the decision's day. The records of other persons, kinds and years may be left out.
//
// A History is built once and grows by [History.Add]; nothing else changes it. Between reading the history and storing the
// record of a decision no other decision may be stored, or both would use the same room of a limit: hold one transaction.
// It is not safe for goroutines while it grows.
type History struct {
	verifier Verifier
	rows     map[stored.ID]*row
	used     map[account]*spending
}

// row is the records of one proposal, in their order.
type row struct{ records []Record }

func (r *row) last() Record { return r.records[len(r.records)-1] }

// decision is the record that decided, where there is one: the first, or the second behind the proposal's own.
func (r *row) decision() (Record, bool) {
	for _, record := range r.records[:min(2, len(r.records))] {
		if record.decides() {
			return record, true
		}
	}
	return Record{}, false
}

// account is where limits add up.
type account struct {
	authority Person
	kind      Kind
	id        string
	delegate  Person // for what this delegate alone approved on the authority; nobody for all of it
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
	h := &History{verifier: verifier, rows: make(map[stored.ID]*row, len(records)), used: map[account]*spending{}}
	order := make([]int, len(records))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(records[a].Ordinal, records[b].Ordinal), records[a].At.Compare(records[b].At))
	})
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
		if r.records[record.Ordinal].says(record) {
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
	h.count(record)
	if approval, decided := r.decision(); decided && record.Verdict == VerdictWithdrawn && record.frees(approval) {
		h.uncount(approval)
	}
	return nil
}

// count takes what a record has at stake into the accounts; only approvals have stakes.
func (h *History) count(approval Record) {
	for _, s := range approval.Stakes {
		for _, key := range approval.accounts(s) {
			if h.used[key] == nil {
				h.used[key] = &spending{}
			}
			h.used[key].add(spent{of: approval.Proposal, at: approval.At, amount: s.Amount})
		}
	}
}

func (h *History) uncount(approval Record) {
	for _, s := range approval.Stakes {
		for _, key := range approval.accounts(s) {
			h.used[key].drop(approval.Proposal, approval.At)
		}
	}
}

// accounts are where a stake counts: against the authority, and against a delegate's own bounds on it.
func (r Record) accounts(s Stake) []account {
	whole := account{authority: r.Authority, kind: r.Kind, id: s.Account}
	if r.By == r.Authority {
		return []account{whole}
	}
	part := whole
	part.delegate = r.By
	return []account{whole, part}
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
	case last.Verdict == VerdictProposed:
		return last.leadsTo(record)
	case !last.stands():
		return historyError("verdict", "nothing follows on a record that is "+string(last.Verdict), "make a new request")
	case record.Verdict != VerdictReduced && record.Verdict != VerdictWithdrawn:
		return historyError("verdict", "the proposal is decided a second time", "make a new request")
	case record.At.Before(last.At):
		return historyError("at", "it is dated before the record that it follows on", "restore the records as they were written")
	case record.Verdict == VerdictReduced && !record.Until.Equal(last.Until):
		return historyError("until", "a reduction does not change how long an approval holds", "restore the record as it was written")
	case record.Verdict == VerdictReduced && record.Was != last.Digest:
		return historyError("was", "it reduces other content than what stands", "reduce what stands")
	case record.Verdict == VerdictWithdrawn && record.Digest != last.Digest:
		return historyError("digest", "it withdraws other content than what stands", "withdraw what stands")
	case record.Verdict == VerdictWithdrawn && !record.At.Before(last.Until):
		return historyError("at", "it is dated after the end of what it withdraws", "restore the record as it was written")
	}
	return nil
}

// leadsTo refuses a record that cannot follow on the proposal's own.
func (r Record) leadsTo(decision Record) *problem.Error {
	switch {
	case !decision.decides():
		return historyError("verdict", "it follows on a proposal that nobody decided", "give all records of the proposal")
	case decision.Digest != r.Digest:
		return historyError("digest", "it decides on other content than was proposed", "restore the records as they were written")
	case !slices.Equal(decision.Prepared, r.Prepared):
		return historyError("prepared", "it names other preparers than the proposal", "restore the records as they were written")
	case decision.At.Before(r.At):
		return historyError("at", "it is dated before the record that it follows on", "restore the records as they were written")
	}
	return nil
}

func noHistory() *problem.Error {
	return historyError("history", "there is no history", "make it with NewHistory, from no records where none are stored yet")
}

func historyError(path, what, fix string) *problem.Error {
	return &problem.Error{Code: ErrHistory, Path: path, What: what, Fix: fix}
}
