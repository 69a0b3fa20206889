package approval

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/headgate-dev/headgate/billing/problem"
)

// List is content that may shrink after it was approved. What stands or falls together is no list: of a debit in one account
// and its credit in another, either may be taken out.
type List[T any] interface {
	Content[T]
	// ApprovalRows returns the list as its head and its rows in their order. The head is the canonical bytes of all that is
	// in no row, and begins with stored.AppendKind. AppendCanonical is [AppendList] of both, and Stakes is [StakesOf] the
	// rows: a list that says otherwise is refused, so that nothing of it can change unseen while it shrinks.
	ApprovalRows() (head []byte, rows []Row)
}

type rowed interface {
	ApprovalRows() ([]byte, []Row)
}

// Reduce makes an approval of what is left of an approved list: next, which has some of its rows, in their order, as they
// were or with amounts nearer to zero. reasons has one for each row that is removed or lowered, by the row's key, and no other. By is
// who took them out; that needs no role, since nothing is added. When the approval ends does not change, and limits keep
// counting what was approved: a row that is gone may have been acted on before.
//
// All that is wrong is told at once: a row that was not approved, another order, an amount that rises by a cent or changes
// its sign, any other change ([ErrGrown]); a reason that is missing or for a row that stays ([ErrReason]); a list that
// contradicts itself ([ErrContent]). An approval that [Approved.Open] refuses at that instant is not reduced, nor one that the
// history does not have ([ErrNotApproved]) or whose last record there is another, since it was withdrawn or reduced otherwise
// ([ErrStale]). Store the record, sealed, before anything is done and before the next reduction: of two reductions of the same
// approval the history takes the first.
func Reduce[T List[T]](a Approved[T], next T, by Person, at time.Time, reasons map[string]string, h *History) (Approved[T], error) {
	if h == nil || h.rows == nil {
		return Approved[T]{}, noHistory()
	}
	was, err := a.Open(at)
	if err != nil {
		return Approved[T]{}, err
	}
	switch r := h.rows[a.last.Proposal]; {
	case r == nil:
		return Approved[T]{}, notApproved("history")
	case !r.last().says(a.last):
		return Approved[T]{}, stale("approved", r.last().Verdict)
	}
	var found problem.List
	found.Add(checkPerson("by", by))
	own, s := describe(next, a.last.Request, &found)
	if len(found) == 0 && s.kind != a.last.Kind {
		found.Add(grown("next", "the list is of another kind than the one that was approved"))
	}
	if len(found) > 0 {
		return Approved[T]{}, found.Err()
	}
	reductions, err := reductionsOf(was, own, reasons)
	if err != nil {
		return Approved[T]{}, err
	}
	record := Record{
		Proposal: a.last.Proposal, Ordinal: a.last.Ordinal + 1, Before: a.last.ID, Verdict: VerdictReduced, Kind: a.last.Kind, Request: a.last.Request,
		Digest: s.digest, By: by, At: at.UTC(), Until: a.last.Until, Was: a.last.Digest, Reductions: reductions,
	}.named()
	return Approved[T]{content: own, decision: a.decision, last: record}, nil
}

// reductionsOf walks both lists side by side: what is left must be a part of what was, in its order.
func reductionsOf(was, next rowed, reasons map[string]string) ([]Reduction, error) {
	oldHead, old := was.ApprovalRows()
	newHead, left := next.ApprovalRows()
	var found problem.List
	if !bytes.Equal(oldHead, newHead) {
		found.Add(grown("head", "what is in no row differs from what was approved"))
	}
	approved := make(map[string]bool, len(old))
	for _, row := range old {
		approved[row.Key] = true
	}
	kept := make(map[string]bool, len(left))
	for i, row := range left {
		kept[row.Key] = true
		if !approved[row.Key] {
			found.Add(grown(fmt.Sprintf("rows[%d]", i), fmt.Sprintf("the row %q was not approved", row.Key)))
		}
	}
	var reductions []Reduction
	place := 0
	for _, row := range old {
		if !kept[row.Key] {
			reductions = append(reductions, Reduction{Key: row.Key, Account: row.Account, From: row.Amount, Removed: true})
			continue
		}
		for place < len(left) && !approved[left[place].Key] {
			place++
		}
		if left[place].Key != row.Key {
			found.Add(grown(fmt.Sprintf("rows[%d]", place), fmt.Sprintf("the row %q stands in another place than it was approved in", left[place].Key)))
			break
		}
		if e := row.reducesTo(fmt.Sprintf("rows[%d]", place), left[place]); e != nil {
			found.Add(e)
		} else if row.Amount != left[place].Amount {
			reductions = append(reductions, Reduction{Key: row.Key, Account: row.Account, From: row.Amount, To: left[place].Amount})
		}
		place++
	}
	if len(found) == 0 {
		explain(reductions, reasons, &found)
	}
	return reductions, found.Err()
}

// reducesTo refuses a row that is more than row is lower or the same.
func (row Row) reducesTo(path string, next Row) *problem.Error {
	switch {
	case next.Account != row.Account:
		return grown(path+".account", fmt.Sprintf("the row %q is for another account than was approved", row.Key))
	case !bytes.Equal(next.Rest.bytes(), row.Rest.bytes()):
		return grown(path, fmt.Sprintf("the row %q says something else than was approved", row.Key))
	case next.Amount != row.Amount && !lower(row.Amount, next.Amount):
		return grown(path+".amount", fmt.Sprintf("the row %q has %s, and %s was approved", row.Key, next.Amount, row.Amount))
	}
	return nil
}

// explain gives each reduction its reason, and refuses what is left over.
func explain(reductions []Reduction, reasons map[string]string, found *problem.List) {
	if len(reductions) == 0 {
		found.Add(&problem.Error{Code: ErrReason, Path: "rows", What: "no row is removed or lowered", Fix: "go on with the approval as it is"})
	}
	used := make(map[string]bool, len(reductions))
	for i, r := range reductions {
		used[r.Key] = true
		if e := checkText(fmt.Sprintf("reasons[%q]", r.Key), reasons[r.Key]); e != nil {
			e.Code = ErrReason
			e.What = fmt.Sprintf("the row %q is removed or lowered, and its reason cannot stand: %s", r.Key, e.What)
			e.Fix = "state why, in words without names"
			found.Add(e)
		}
		reductions[i].Reason = reasons[r.Key]
	}
	for _, key := range slices.Sorted(maps.Keys(reasons)) {
		if !used[key] {
			found.Add(&problem.Error{Code: ErrReason, Path: fmt.Sprintf("reasons[%q]", key), What: fmt.Sprintf("the row %q is not removed or lowered", key),
				Fix: "take the reason out, or the row"})
		}
	}
}

func grown(path, what string) *problem.Error {
	return &problem.Error{Code: ErrGrown, Path: path, What: what, Fix: "only take out rows or lower amounts; propose the rest as a new request"}
}
