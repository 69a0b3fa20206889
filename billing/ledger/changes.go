package ledger

import (
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
)

// Changes are the days after one day and up to another on which what is to be paid may be other than on the day before, in order
// and each once: on all days from one to the next the standing is the same. It is how one looks back for a day without asking for
// each.
func (a *Account) Changes(after, through civil.Date) []civil.Date {
	f := daysFinder{after: after, through: through}
	n := len(a.items)
	if !after.Before(a.quietFrom) {
		n = a.live
	}
	for i := range n {
		it := &a.items[i]
		f.add(it.billed)
		f.addNext(it.due)
		f.addAll(it.movements)
		for _, x := range it.extended {
			f.add(x.granted)
			f.addNext(x.until)
		}
	}
	f.addAll(a.credits)
	for i := range a.plans {
		p := &a.plans[i]
		f.add(p.agreed)
		f.add(p.ended)
		f.addInstallments(p.installments)
	}
	for i := range a.levels {
		p := &a.levels[i]
		f.add(p.from)
		f.add(p.settled)
		f.addNext(p.settlementDue)
		f.addInstallments(p.installments)
	}
	for i := range a.pending {
		p := &a.pending[i]
		f.add(p.from)
		f.add(p.until)
		f.addAll(p.arrived)
	}
	f.add(a.noticesFrom)
	slices.SortFunc(f.found, civil.Date.Compare)
	return slices.Compact(f.found)
}

// daysFinder keeps the days after one and up to another.
type daysFinder struct {
	after, through civil.Date
	found          []civil.Date
}

func (f *daysFinder) add(day civil.Date) {
	if day.After(f.after) && !day.After(f.through) {
		f.found = append(f.found, day)
	}
}

// addNext adds the day after one, as what was due on it is past due then.
func (f *daysFinder) addNext(day civil.Date) {
	if day.Before(f.after) || !day.Before(f.through) {
		return
	}
	if next, err := day.AddDays(1); err == nil {
		f.add(next)
	}
}

func (f *daysFinder) addAll(movements []movement) {
	for i := range movements {
		f.add(movements[i].on)
	}
}

func (f *daysFinder) addInstallments(all []Installment) {
	for i := range all {
		f.add(all[i].Billed)
		f.addNext(all[i].Due)
	}
}
