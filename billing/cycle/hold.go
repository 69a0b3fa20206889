package cycle

import (
	"slices"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/problem"
)

// billOf names a bill within a cycle.
type billOf struct{ account, key string }

// holds are the holds of a review by what they hold.
type holds struct {
	byBill      map[billOf]Hold
	byAgreement map[string]Hold // in force, of an agreement or of a bill that is left out
	expired     map[string]Hold
	days        map[string][]civil.Period // of agreements on bills that are left out
	used        []Hold
}

// kept are the holds that hold something, in order, each once.
func (h *holds) kept() []Hold {
	slices.SortFunc(h.used, Hold.order)
	return slices.Compact(h.used)
}

// takeOut puts the bills into order and takes out those that are held.
func (w *reviewing) takeOut() {
	w.holds = holds{byBill: map[billOf]Hold{}, byAgreement: map[string]Hold{}, expired: map[string]Hold{}, days: map[string][]civil.Period{}}
	there := map[billOf]bool{}
	for i := range w.r.Bills {
		if len(w.r.Holds) == 0 {
			break
		}
		b := &w.r.Bills[i]
		there[billOf{b.Account(), b.Key()}] = true
	}
	sorted := slices.Clone(w.r.Holds)
	slices.SortFunc(sorted, Hold.order)
	for _, h := range sorted {
		w.place(h, there)
	}
	w.bills = make([]billing.Bill, 0, len(w.r.Bills))
	for _, i := range inOrder(w.r.Bills) {
		b := &w.r.Bills[i]
		h, held := w.holds.byBill[billOf{b.Account(), b.Key()}]
		if !held {
			w.bills = append(w.bills, *b)
			continue
		}
		w.out = append(w.out, *b)
		days := b.Days()
		if h.Agreement != "" && !slices.ContainsFunc(days, func(d billing.BilledDays) bool { return d.Agreement == h.Agreement }) {
			w.wrong.Add(&problem.Error{
				Code: ErrHold, Path: "hold of account " + h.Account, What: "bill " + h.Bill + " of the account has no agreement " + h.Agreement,
				Fix: "name the bill alone, which holds all services on it, or the bill of that agreement",
			})
		}
		for _, d := range days {
			h.Agreement = d.Agreement
			if was, ok := w.holds.byAgreement[d.Agreement]; !ok || h.Until.After(was.Until) {
				w.holds.byAgreement[d.Agreement] = h
			}
			w.holds.used = append(w.holds.used, h)
			w.holds.days[d.Agreement] = append(w.holds.days[d.Agreement], d.Period)
		}
		if len(days) == 0 { // fees alone
			w.holds.used = append(w.holds.used, h)
		}
	}
}

// place finds what a hold holds. Of several in force for one thing the one that expires last counts.
func (w *reviewing) place(h Hold, there map[billOf]bool) {
	inForce := w.r.On.Before(h.Until)
	bill := billOf{h.Account, h.Bill}
	if h.Bill != "" && there[bill] {
		if was, ok := w.holds.byBill[bill]; inForce && (!ok || h.Until.After(was.Until)) {
			w.holds.byBill[bill] = h
		}
		return
	}
	at, ok := w.members[h.Agreement]
	switch {
	case h.Agreement == "" && h.On.Before(w.r.On):
		// A bill of fees alone, held in a run before: it holds no service, and goes on until the bill comes or the hold is dropped.
		e := found(NoBill, h.Account, "", h.Bill, "", "the bill was held on {on}, and is not in this run", say.Date("on", h.On))
		if inForce {
			e.Hold = h
			w.holds.used = append(w.holds.used, h)
		}
		w.add(e)
		return
	case !ok:
		w.wrong.Add(&problem.Error{
			Code: ErrHold, Path: "hold of account " + h.Account,
			What: "the cycle has no bill " + h.Bill + " of the account, and the district no agreement " + h.Agreement,
			Fix:  "name what is held as the bills and the agreements do, or drop the hold",
		})
		return
	case w.r.Members[at].Agreement.Account != h.Account:
		w.wrong.Add(&problem.Error{
			Code: ErrHold, Path: "hold of account " + h.Account, What: "agreement " + h.Agreement + " is of account " + w.r.Members[at].Agreement.Account,
			Fix: "name the account of the agreement",
		})
		return
	}
	list := w.holds.byAgreement
	if !inForce {
		list = w.holds.expired
	}
	if was, ok := list[h.Agreement]; !ok || h.Until.After(was.Until) {
		list[h.Agreement] = h
	}
}

// held ends an exception of an agreement by its hold, or says in its words that the hold has expired.
func (w *reviewing) held(e Exception, a billing.Agreement) Exception {
	if h, ok := w.holds.byAgreement[a.ID]; ok {
		e.Hold = h
		w.holds.used = append(w.holds.used, h)
		return e
	}
	if h, ok := w.holds.expired[a.ID]; ok {
		e.Words += "; the hold by " + h.By.String() + " expired on " + h.Until.String()
	}
	return e
}
