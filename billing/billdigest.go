package billing

import (
	"crypto/sha256"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/metering"
)

// digest is of all that a bill says. It shows a change of what nothing else in a stored bill shows, such as a due date, a
// revenue code or a printed reading. What a quote says of itself, its own form proves.
func (b Bill) digest() rates.Digest {
	w := billBytes(stored.AppendKind(nil, "headgate.billing.bill.1"))
	r := &b.r
	w.texts(r.Key, r.Account, r.Customer, r.Area)
	w.dates(r.Billed, r.Due)
	w.count(len(r.Services))
	for i := range r.Services {
		w.service(&r.Services[i], b.reads[i])
	}
	w.count(len(r.Fees))
	for _, f := range r.Fees {
		w.texts(f.Key, f.Text)
		w.amounts(f.Amount)
		w.source(f.Source)
	}
	w.count(len(b.itemOf))
	for _, at := range b.itemOf {
		p := b.items[at].posting
		w.texts(string(p.Kind), p.Service, p.RevenueCode, p.Agency)
	}
	s := r.Before
	w.amounts(s.PastDue, s.Current, s.Pending, s.Later, s.Credit, s.PendingOver, s.Balance)
	w.dates(s.OldestDue, s.NextDue, s.NoticesFrom)
	w.bools(s.OnPlan, s.OnLevelPay, s.Broken)
	w.amounts(r.Previous)
	w.count(len(r.Since))
	for _, a := range r.Since {
		w.dates(a.On)
		w.texts(a.Text)
		w.amounts(a.Amount)
	}
	if w.bools(r.Level != nil); r.Level != nil {
		w = stored.AppendBytes(w, r.Level.AppendCanonical(nil))
	}
	w.texts(r.Draft.State.String(), r.Draft.Why)
	w.dates(r.Draft.On)
	w.count(len(r.Messages))
	for _, m := range r.Messages {
		w.texts(m.Code, m.Text)
	}
	return sha256.Sum256(w)
}

// billBytes are the canonical bytes of a bill in the making.
type billBytes []byte

func (w *billBytes) texts(list ...string) {
	for _, text := range list {
		*w = stored.AppendText(*w, text)
	}
}

func (w *billBytes) dates(list ...civil.Date) {
	for _, d := range list {
		*w = stored.AppendText(*w, d.String())
	}
}

func (w *billBytes) amounts(list ...money.Amount) {
	for _, a := range list {
		*w = stored.AppendInt(*w, a.Cents())
	}
}

func (w *billBytes) ints(list ...int64) {
	for _, n := range list {
		*w = stored.AppendInt(*w, n)
	}
}

func (w *billBytes) bools(list ...bool) {
	for _, yes := range list {
		*w = stored.AppendBool(*w, yes)
	}
}

func (w *billBytes) count(n int) { *w = stored.AppendCount(*w, n) }

func (w *billBytes) source(c rates.Citation) { w.texts(c.Resolution, c.Section, c.Address) }

func (w *billBytes) facts(facts rates.Facts, changes []rates.Change) {
	w.count(len(facts))
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		w.texts(name, facts[name])
	}
	w.count(len(changes))
	for _, c := range changes {
		w.texts(c.Fact, c.Value)
		w.dates(c.On)
	}
}

func (w *billBytes) volume(v metering.Volume) {
	if w.bools(v != metering.Volume{}); v != (metering.Volume{}) {
		w.texts(v.Number().String(), v.Unit().String())
	}
}

func (w *billBytes) service(s *Service, reads measured) {
	a := &s.Agreement
	w.texts(a.ID, a.Customer, a.Account, a.Premise, a.Service, a.Schedule, a.Reads.String())
	w.dates(a.From, a.Until)
	w.bools(a.Owner)
	w.facts(a.Facts, a.Changes)
	w.quote(&s.Quote)
	w.count(len(reads))
	for _, u := range reads {
		w.texts(u.key)
		w.bools(u.guessed)
		w.count(len(u.parts))
		for _, p := range u.parts {
			w.texts(p.Meter, p.Register)
			w.dates(p.Period.From, p.Period.To)
			w.ints(p.Previous, p.Current, p.Used)
			w.texts(p.Use.String(), p.Unit.String(), p.Step.String())
			w.bools(p.Estimated)
		}
	}
	w.texts(s.Basis)
}

// quote appends which quote it is: its book, its input, and what its lines come to.
func (w *billBytes) quote(q *rates.Quote) {
	digest, in := q.Digest(), &q.Input
	*w = stored.AppendBytes(*w, digest[:])
	w.texts(in.Schedule)
	w.dates(in.Period.From, in.Period.To, in.BillDate)
	w.ints(int64(in.CycleDays))
	w.volume(in.Usage)
	w.texts(in.Carried.String())
	w.facts(in.Facts, in.Changes)
	w.count(len(in.Meters))
	for i := range in.Meters {
		m := &in.Meters[i]
		w.texts(m.ID, m.Carried.String())
		w.volume(m.Usage)
		w.facts(m.Facts, m.Changes)
	}
	w.amounts(q.Total)
	for l := range q.Lines() {
		w.texts(l.Charge(), l.Meter(), l.Text())
		w.amounts(l.Amount())
	}
}
