package collections

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Dispatch is what of an approved list is acted on, once each account was looked at again. Letters, and the events of what was done, are
// made of it alone: what nobody has approved has none.
type Dispatch struct {
	// List is the list as it was approved, and ApprovedBy who approved it.
	List       List
	ApprovedBy approval.Person
	// Go are the rows that are acted on, Pulled those that are not any more, each with why, and Refused accounts that are not on
	// the approved list, whatever their facts.
	Go      []Row
	Pulled  []Left
	Refused []Left

	going List // the list with the rows of Go alone, as Ladder.Dispatch has found them and nobody can change them
}

// Dispatch looks again at each account of an approved list before anybody leaves and before any letter is made, by its facts of the day
// of now. A row goes only
// where it would be on the list still, with the same debt, of the same amount, and no later shutoff than it states; else it is pulled. An account whose
// facts are given and that is not on the list is refused.
//
// Errors: those of [approval.Approved.Open]; [ErrList] for a list that was approved by who prepared it, for an instant that is not of the day of the list, or of a shutoff list after the hours of shutoffs; [ErrFacts] for a row
// without facts; those of [Ladder.List]. Where there is one nobody goes.
func (l *Ladder) Dispatch(approved approval.Approved[List], now time.Time, facts []Facts) (Dispatch, error) {
	list, err := approved.Open(now)
	if err != nil {
		return Dispatch{}, err
	}
	if approved.By() == list.By {
		return Dispatch{}, &problem.Error{Code: ErrList, Path: "approved", What: "who prepared the list has approved it", Fix: "have another person decide"}
	}
	today, err := civil.DateOf(now, l.location)
	if err != nil {
		return Dispatch{}, err
	}
	if today != list.Day {
		return Dispatch{}, &problem.Error{Code: ErrList, Path: "now", What: fmt.Sprintf("it is %s, and the list %s is of %s", today, list.Key, list.Day),
			Fix: "make a list for the day, and have it approved"}
	}
	if closes := l.policy.Closes.Get().on(today, l.location); list.Kind == Shutoffs && !now.Before(closes) {
		return Dispatch{}, &problem.Error{Code: ErrList, Path: "now", What: fmt.Sprintf("it is %s, and service is shut off before %s", clock(now.In(l.location)), l.policy.Closes.Get()),
			Fix: "make a list for the next day, and have it approved"}
	}
	var found problem.List
	known := map[string]bool{}
	for i := range facts {
		f := &facts[i]
		if f.Account == nil {
			continue // List says so
		}
		known[f.Account.ID()] = true
		if f.On != today {
			found.Add(&problem.Error{Code: ErrList, Path: "account " + f.Account.ID(), What: fmt.Sprintf("its facts are of %q, and it is %s", f.On.String(), today),
				Fix: "give the facts of the day"})
		}
	}
	for _, r := range list.Rows {
		if !known[r.Account] {
			found.Add(&problem.Error{Code: ErrFacts, Path: "account " + r.Account, What: "it is on the list, and its facts are missing", Fix: "give the facts of the day"})
		}
	}
	if err := found.Err(); err != nil {
		return Dispatch{}, err
	}
	again, err := l.List(list.Kind, list.Key, list.Day, list.By, facts)
	if err != nil {
		return Dispatch{}, err
	}
	return dispatched(list, again, approved.By()), nil
}

// dispatched compares a list that was approved with what it would be now.
func dispatched(list, again List, by approval.Person) Dispatch {
	out := Dispatch{List: list, ApprovedBy: by}
	left := map[string][]Reason{}
	for _, one := range again.Left {
		left[one.Account] = one.Reasons
	}
	now := map[string]Row{}
	for _, r := range again.Rows {
		now[r.Account] = r
	}
	approved := map[string]bool{}
	for _, r := range list.Rows {
		approved[r.Account] = true
		n, still := now[r.Account]
		switch {
		case !still:
			out.Pulled = append(out.Pulled, Left{r.Account, left[r.Account]})
		case n.Due != r.Due:
			out.Pulled = append(out.Pulled, Left{r.Account, []Reason{{NotApproved, fmt.Sprintf("a shutoff for the debt due %s was approved, and it is due %s now", r.Due, n.Due),
				[]Figure{{"approved", r.Due.String()}, {"due", n.Due.String()}}}}})
		case n.Amount != r.Amount:
			out.Pulled = append(out.Pulled, Left{r.Account, []Reason{{NotApproved, fmt.Sprintf("a shutoff for %s was approved, and %s is past due now", r.Amount, n.Amount),
				[]Figure{{"approved", r.Amount.String()}, {"past_due", n.Amount.String()}}}}})
		case r.NotBefore.Before(n.NotBefore):
			out.Pulled = append(out.Pulled, Left{r.Account, []Reason{{TooEarly, fmt.Sprintf("not before %s any more, and the list states %s", clock(n.NotBefore), clock(r.NotBefore.In(n.NotBefore.Location()))),
				[]Figure{{"not_before", clock(n.NotBefore)}}}}})
		default:
			out.Go = append(out.Go, r)
		}
	}
	out.going = List{Kind: list.Kind, Day: list.Day, Rows: slices.Clone(out.Go)}
	// What is looked at and not approved does not go, be it on a list of now or not.
	for _, id := range slices.Sorted(maps.Keys(looked(again))) {
		if !approved[id] {
			out.Refused = append(out.Refused, Left{id, []Reason{{NotApproved, "it is not on the list that was approved, which may shrink and never grows", []Figure{{"list", list.Key}}}}})
		}
	}
	return out
}

// row is the row of an account that goes.
func (d *Dispatch) row(account string) (Row, error) {
	i, ok := slices.BinarySearchFunc(d.going.Rows, account, func(r Row, account string) int { return strings.Compare(r.Account, account) })
	if !ok {
		return Row{}, &problem.Error{Code: ErrList, Path: "account " + account, What: "it is not among those of an approved list that go",
			Fix: "give what Ladder.Dispatch makes, and an account of its Go"}
	}
	return d.going.Rows[i], nil
}

// Told is the event of a notice, a door tag or a shutoff that was given or done as the row of the account says: with its debt, and
// the amount and the day of shutoff that it states. The key, step, method, recipient, day and person are those of e.
//
// Errors: [ErrList] for an account that does not go.
func (d Dispatch) Told(account string, e Event) (Event, error) {
	row, err := d.row(account)
	if err != nil {
		return Event{}, err
	}
	return row.told(e), nil
}

// looked are the accounts that a list has looked at.
func looked(l List) map[string]bool {
	out := make(map[string]bool, len(l.Rows)+len(l.Left))
	for _, r := range l.Rows {
		out[r.Account] = true
	}
	for _, one := range l.Left {
		out[one.Account] = true
	}
	return out
}

// Reduced is the list without what was pulled, and why, as [approval.Reduce] asks for them. It is false where nothing was pulled,
// or all: an approval of nothing is withdrawn instead.
func (d Dispatch) Reduced() (list List, reasons map[string]string, ok bool) {
	list, reasons = d.List.Clone(), map[string]string{}
	for _, p := range d.Pulled {
		reasons[p.Account] = says(p.Reasons)
	}
	list.Rows = slices.Clone(d.Go)
	return list, reasons, len(d.Pulled) > 0 && len(d.Go) > 0
}

// String says it: "SHUTOFF-2026-06-22: 37 go, 3 pulled, 1 refused; pulled 0104417: …".
func (d Dispatch) String() string {
	out := []string{fmt.Sprintf("%s: %d go, %d pulled, %d refused", d.List.Key, len(d.Go), len(d.Pulled), len(d.Refused))}
	for _, p := range d.Pulled {
		out = append(out, "pulled "+p.String())
	}
	for _, r := range d.Refused {
		out = append(out, "refused "+r.String())
	}
	return strings.Join(out, "; ")
}
