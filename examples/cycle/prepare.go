package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/metering"
)

// making is the bill of a house in the making: what the clerk prepares, with what went wrong.
type making struct {
	*house
	cycle     string // of its agreements, as the host has it
	period    civil.Period
	read      civil.Date
	used      int64 // what the dial shows more than before, in CCF
	from      metering.Baseline
	compare   metering.Sample // the zero value where there is nothing
	estimated bool
	skip      bool // no bill is prepared
	twice     bool // the bill stands there twice
	priced    *billing.Agreement
	accepted  string // why the reading stands, where a check has found something
	vacant    bool   // nobody has the service
	usage     *metering.Usage
}

// make is the bill of a house for a month as it should be.
func (h *house) make(m int) *making {
	p := months()[m].period
	in := &making{house: h, cycle: h.cycle, period: civil.Period{From: h.next, To: p.To}, read: months()[m].read, from: h.meter, compare: h.last, used: h.use(m)}
	if !h.water.Open() && h.water.Until.Before(p.To) {
		in.period.To, in.read = h.water.Until, h.water.Until
	}
	if !in.period.From.Before(in.period.To) { // not there yet, or gone
		in.skip = true
		return in
	}
	if in.period.Days() < p.Days() {
		in.used = in.used * int64(in.period.Days()) / int64(p.Days())
	}
	return in
}

// measure is the usage of a bill: the reading, what the checks say of it, and who has accepted what they found.
func (d *district) measure(in *making) (metering.Usage, error) {
	register := register()
	var measured metering.Measurement
	var err error
	if in.estimated {
		rule := metering.EstimateRule{MaxInRow: 3, Method: metering.EstimateMethod{Title: "mean of the class", Kind: metering.ClassMean, ClassDaily: classDaily()}}
		measured, _, err = metering.Estimate(in.from, register, in.read, rule, nil)
	} else {
		reading := metering.Reading{
			Meter: in.from.Meter, Register: "1", State: metering.Read, Digits: in.from.Digits + in.used, Day: in.read, Source: metering.Actual, Reader: d.reader,
		}
		measured, err = metering.Between(in.from, register, reading, metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.RefuseRollover})
	}
	if err != nil {
		return metering.Usage{}, err
	}
	days, err := metering.CheckDays(measured.Days(), 35)
	if err != nil {
		return metering.Usage{}, err
	}
	measured = measured.With(days)
	if now, ok := measured.Sample(); ok && in.compare.Use.Sign() > 0 && now.Days > 0 {
		bands := metering.InforDefault()
		bands.Low, bands.Lower, bands.Lowest, bands.PerDay = metering.Off(), metering.Off(), metering.Off(), true
		verdict, err := bands.Judge(now, in.compare)
		if err != nil {
			return metering.Usage{}, err
		}
		measured = measured.With(verdict)
	}
	review, err := metering.NewReview(in.account()+"/"+in.period.String(), in.read, measured, days.Rule)
	if err != nil {
		return metering.Usage{}, err
	}
	at, err := d.at(in.read, 15)
	if err != nil {
		return metering.Usage{}, err
	}
	for in.accepted != "" && len(review.Open()) > 0 {
		open := review.Open()[0]
		if !open.Acceptable() { // by one person alone
			return d.override(review, in, at)
		}
		if review, err = review.Accept(metering.Step{By: d.clerk, At: at, Reason: in.accepted}, open); err != nil {
			return metering.Usage{}, err
		}
	}
	d.reviews[review.Key()] = review
	return review.Billable()
}

// override has a second person let a use stand that a check has stopped: in San Diego readers did so themselves, with a code.
func (d *district) override(review metering.Review, in *making, at time.Time) (metering.Usage, error) {
	proposal, err := review.Propose(in.accepted)
	if err != nil {
		return metering.Usage{}, err
	}
	permit, err := approved(d, proposal, review.Key(), at)
	if err != nil {
		return metering.Usage{}, err
	}
	if review, err = review.Override(permit, at.Add(2*time.Hour)); err != nil {
		return metering.Usage{}, err
	}
	d.reviews[review.Key()] = review
	return review.Billable()
}

// classDaily is the mean of the class by day, which an estimate uses.
func classDaily() metering.Volume {
	v, _ := metering.ParseVolume("0.25 CCF") // it is one
	return v
}

// service prices the water of a bill.
func (d *district) service(in *making) (billing.Service, error) {
	u, err := d.measure(in)
	if err != nil {
		return billing.Service{}, err
	}
	in.usage = &u
	agreement := in.water
	if in.priced != nil {
		agreement = *in.priced
	}
	return d.priced(agreement, in.period, u)
}

// priced is a metered service of a bill.
func (d *district) priced(a billing.Agreement, period civil.Period, u metering.Usage) (billing.Service, error) {
	input, err := a.Input(period)
	if err != nil {
		return billing.Service{}, err
	}
	if input.Usage, err = u.Volume(metering.CCF, 2, exact.HalfUp); err != nil {
		return billing.Service{}, err
	}
	quote, err := d.engine.Price(input)
	return billing.Service{Agreement: a, Quote: quote, Usage: []metering.Usage{u}}, err
}

// bill makes the bill of a house.
func (d *district) bill(in *making, m month) (billing.Bill, error) {
	water, err := d.service(in)
	if err != nil {
		return billing.Bill{}, fmt.Errorf("account %s: %w", in.account(), err)
	}
	services := []billing.Service{water}
	if in.sewer != nil {
		input, err := in.sewer.Input(in.period)
		if err != nil {
			return billing.Bill{}, err
		}
		quote, err := d.engine.Price(input)
		if err != nil {
			return billing.Bill{}, err
		}
		services = append(services, billing.Service{Agreement: *in.sewer, Quote: quote})
	}
	before := ledger.Standing{On: m.billed}
	if account, err := d.books.Account(in.account(), ledger.Terms{}); err == nil { // the first bill of an account finds none
		if before, err = account.Standing(m.billed); err != nil {
			return billing.Bill{}, err
		}
	}
	request := billing.BillRequest{
		Key: m.key, Account: in.account(), Customer: in.water.Customer, Area: area, Billed: m.billed, Due: m.due, Services: services, Postings: postings(), Before: before,
		Previous: in.balance, Draft: billing.Draft{State: billing.NotEnrolled},
	}
	since, err := before.Balance.Sub(in.balance)
	if err != nil {
		return billing.Bill{}, err
	}
	if !since.IsZero() {
		request.Since = []billing.Activity{{On: m.billed, Text: "Payments and corrections", Amount: since}}
	}
	return billing.NewBill(request)
}

// issued posts a bill, and keeps what the next one starts from.
func (d *district) issued(in *making, b billing.Bill) error {
	if _, err := d.books.PostAll(b.Entries()...); err != nil {
		return err
	}
	h := in.house
	h.balance, h.next = b.BalanceAfter(), in.period.To
	h.bills = append(h.bills, b)
	d.billed = append(d.billed, b.Days()...)
	if in.usage != nil {
		h.meter = in.usage.Baselines()[0]
		h.last = metering.Sample{Use: in.usage.Exact(), Unit: in.usage.Unit(), Days: in.usage.Days()}
	}
	return nil
}

// pay enters a payment of all that is open of a bill, or of an amount of it.
func (d *district) pay(b billing.Bill, on civil.Date, most money.Amount) error {
	entry := ledger.Entry{Cause: ledger.Paid, Key: "lockbox " + on.String() + " " + b.Account() + " " + b.Key(), Effective: on, Accounting: on}
	left := most
	for _, e := range b.Entries() {
		for i := range e.Opens {
			item, _ := d.books.Item(e.ItemID(i))
			amount := money.Cents(min(item.Open.Cents(), left.Cents()))
			if amount.IsZero() {
				continue
			}
			moves, err := d.books.Settle(ledger.Clearing("lockbox"), item.ID, amount)
			if err != nil {
				return err
			}
			entry.Moves = append(entry.Moves, moves...)
			left = money.Cents(left.Cents() - amount.Cents())
		}
	}
	_, err := d.books.Post(entry)
	return err
}

// request is what the edit list is made of: the bills in the making, and all that they are compared with.
func (d *district) request(all []*making, m month, on civil.Date) (cycle.Request, error) {
	r := cycle.Request{Key: m.key, Cycle: ours, Cycles: []string{ours, "week 2"}, Period: m.period, On: on, Last: d.lastRun, Billed: d.billed}
	for _, in := range all {
		for _, a := range in.services() {
			r.Members = append(r.Members, cycle.Member{Agreement: a, Cycle: in.cycle})
		}
		if in.vacant {
			if err := d.vacancy(&r, in); err != nil {
				return r, err
			}
		}
		if in.skip {
			continue
		}
		b, err := d.bill(in, m)
		if err != nil {
			return r, err
		}
		r.Bills = append(r.Bills, b)
		if in.twice {
			r.Bills = append(r.Bills, b)
		}
		r.Usages = append(r.Usages, *in.usage)
		// What the last run did not bill, as since it was held, is compared with the bill before.
		if n := len(in.bills); n > 0 && !slices.ContainsFunc(d.lastRun, func(l billing.Bill) bool { return l.ID() == in.bills[n-1].ID() }) {
			r.Before = append(r.Before, in.bills[n-1])
		}
	}
	return r, nil
}

// vacancy lists what was used where nobody had the service.
func (d *district) vacancy(r *cycle.Request, in *making) error {
	m := months()[len(months())-1]
	in.period, in.read = m.period, m.read
	u, err := d.measure(in)
	if err != nil {
		return err
	}
	point, err := billing.NewPoint(in.water)
	if err != nil {
		return err
	}
	uses, err := point.VacantUse(u)
	for _, v := range uses {
		r.Vacant = append(r.Vacant, cycle.Vacancy{Premise: in.water.Premise, Service: in.water.Service, Use: v})
	}
	return err
}

// past bills and collects the months before, of which nothing was wrong but what the faults of this month come from.
func (d *district) past() error {
	before := civil.Period{From: civil.MustDate("2024-07-01"), To: months()[0].period.From}
	for _, h := range d.houses {
		for _, a := range h.services() {
			if a.From.Before(before.To) {
				d.billed = append(d.billed, billing.BilledDays{Bill: "the system before", Agreement: a.ID, Period: before})
			}
		}
	}
	for m, month := range months()[:3] {
		d.lastRun = nil
		for _, h := range d.houses {
			in := h.make(m)
			history(in, m)
			if in.skip {
				continue
			}
			b, err := d.bill(in, month)
			if err != nil {
				return err
			}
			if err := d.issued(in, b); err != nil {
				return err
			}
			if h.cycle == ours {
				d.lastRun = append(d.lastRun, b)
			}
			if most := paid(h.number, m); most > 0 {
				if err := d.pay(b, month.paid, money.Cents(most)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// hours are those of the steps of the day.
const (
	morning = 9
	noon    = 12
)

// now is an hour of a day; the days of the example are none on which clocks are changed.
func (d *district) now(day string, hour int) time.Time {
	at, _ := d.at(civil.MustDate(day), hour) // the zone has every day
	return at
}
