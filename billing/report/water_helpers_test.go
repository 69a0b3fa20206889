package report_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/billing/report"
	"github.com/headgate-dev/headgate/metering"
)

// got keeps the tests short; a host handles each error.
func got[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// failure is the error of a call.
func failure[T any](_ T, err error) error { return err }

func dayOf(text string) civil.Date { return civil.MustDate(text) }

func daysOf(text string) civil.Period { return civil.MustPeriod(text) }

func whoIs(id string) approval.Person { return got(approval.ParsePerson(id)) }

func volume(text string) metering.Volume { return got(metering.ParseVolume(text)) }

func ratioOf(num, den int64) exact.Ratio { return got(exact.New(num, den)) }

const (
	march = "[2026-03-01, 2026-03-31)"
	april = "[2026-03-31, 2026-04-30)"
	year  = "[2026-01-01, 2027-01-01)"
)

var pricesRounding = money.Rounding{Mode: exact.HalfUp, Place: money.ByLine}

// prices are invented: water at 20.00 and 3.00 a CCF, sewer at 33.00, water that is flat.
var prices = func() *rates.Engine {
	version := func(charges ...rates.Charge) []rates.Version {
		return []rates.Version{{From: dayOf("2025-01-01"), Source: rates.Citation{Resolution: "invented"}, Charges: charges}}
	}
	schedule := func(id string, charges ...rates.Charge) rates.Schedule {
		return rates.Schedule{
			ID: id, Unit: metering.CCF, Rounding: pricesRounding, Select: rates.ByPeriodStart,
			Proration: rates.Proration{Over: rates.NotProrated}, Usage: rates.ExactUsage, Versions: version(charges...),
		}
	}
	return got(rates.Compile(rates.Book{Name: "Example district", Schedules: []rates.Schedule{
		schedule("water", rates.Charge{ID: "base", Text: "Base charge", Per: rates.PerMeter, Rule: rates.Fixed{Amount: rates.Num("20.00")}},
			rates.Charge{ID: "water", Text: "Water", Per: rates.PerMeter, Rule: rates.PerUnit{Price: rates.Num("3.00")}}),
		schedule("free", rates.Charge{ID: "water", Text: "Water", Per: rates.PerMeter, Rule: rates.PerUnit{Price: rates.Num("3.00")}}),
		schedule("flat", rates.Charge{ID: "flat", Text: "Flat water", Rule: rates.Fixed{Amount: rates.Num("44.00")}}),
		schedule("sewer", rates.Charge{ID: "sewer", Text: "Sewer", Rule: rates.Fixed{Amount: rates.Num("33.00")}}),
	}}))
}()

// service is an agreement of an account of its own; "w-1" is water.
func service(id string) billing.Agreement {
	return billing.Agreement{
		ID: id, Customer: "C-" + id, Account: "A-" + id, Premise: "P-" + id, Service: "water", Schedule: "water", Reads: billing.Metered,
		From: dayOf("2026-01-01"),
	}
}

// flat is a service for water that no meter measures.
func flat(id string) billing.Agreement {
	a := service(id)
	a.Schedule, a.Reads = "flat", billing.Unmetered
	return a
}

// measured is a usage of tenths of a CCF; verdicts are what more checks have found.
func measured(key, meter, period string, tenths int64, verdicts ...metering.Exception) metering.Review {
	p := daysOf(period)
	r := metering.Register{ID: "1", Dials: 7, Decimals: 1, Multiplier: got(exact.NewNumber(1, 0)), Unit: metering.CCF}
	read := func(digits int64, on civil.Date) metering.Reading {
		return metering.Reading{Meter: meter, Register: "1", State: metering.Read, Digits: digits, Day: on, Source: metering.Actual}
	}
	rule := metering.DeltaRule{Tolerance: metering.ToleranceOf(5), Rollover: metering.RefuseRollover}
	m := got(metering.Between(got(metering.Open(r, read(1000, p.From))), r, read(1000+tenths, p.To), rule))
	return got(metering.NewReview(key, p.To, m.With(got(metering.CheckDays(m.Days(), 400))).With(verdicts...)))
}

// line is a service of a bill: tenths of a CCF were used; below 0 no quantity is priced.
func line(a billing.Agreement, period string, tenths int64) billing.Service {
	in := got(a.Input(daysOf(period)))
	s := billing.Service{Agreement: a}
	switch {
	case a.Reads == billing.Metered:
		u := got(measured(a.ID+"/"+period, "M-"+a.ID, period, tenths).Billable())
		in.Usage, s.Usage = got(u.Volume(metering.CCF, 1, exact.HalfUp)), []metering.Usage{u}
	case tenths >= 0:
		in.Usage, s.Basis = got(metering.NewVolume(got(exact.NewNumber(tenths, 1)), metering.CCF)), "class mean"
	}
	s.Quote = got(prices.Price(in))
	return s
}

// billed is a bill of services under a key.
func billed(key string, services ...billing.Service) billing.Bill {
	a, postings := services[0].Agreement, billing.Postings{}
	for schedule, charges := range map[string][]string{"water": {"base", "water"}, "free": {"water"}, "flat": {"flat"}, "sewer": {"sewer"},
		"units": {"flat"}} {
		for _, charge := range charges {
			postings[billing.ChargeOf{Schedule: schedule, Charge: charge}] = billing.Posting{Kind: "charge", Service: "water", RevenueCode: "4000"}
		}
	}
	on := services[len(services)-1].Quote.Input.Period.To
	return got(billing.NewBill(billing.BillRequest{
		Key: key, Account: a.Account, Customer: a.Customer, Area: "central", Billed: on, Due: got(on.AddDays(21)), Services: services, Postings: postings,
		Before: ledger.Standing{On: on}, Draft: billing.Draft{State: billing.NotEnrolled},
	}))
}

// booked are books that have the bills.
func booked(bills ...billing.Bill) *ledger.Ledger {
	var books ledger.Ledger
	for _, b := range bills {
		got(books.PostAll(b.Entries()...))
	}
	return &books
}

// takenBack reverses an entry.
func takenBack(books *ledger.Ledger, e ledger.Entry) {
	got(books.Post(got(books.Reverse(e.ID(), "reversal of "+e.Key, e.Cause, dayOf("2026-05-06"), dayOf("2026-05-06")))))
}

// sold are sales of agreements and bills, all posted.
func sold(agreements []billing.Agreement, bills ...billing.Bill) report.Sales {
	return report.Sales{Agreements: agreements, Bills: bills, Books: booked(bills...)}
}

// evening is an instant of the tests.
func evening() time.Time { return time.Date(2026, time.May, 5, 17, 0, 0, 0, time.UTC) }

// corrected has a second person approve an adjustment, and posts it.
func corrected(books *ledger.Ledger, a billing.Adjustment) billing.Adjusted {
	during := daysOf(year)
	matrix := got(approval.Compile(approval.Policy{
		Name: "2026", Source: "invented", During: during, Location: time.UTC, Kinds: []approval.KindRule{{Kind: a.ApprovalKind(), Validity: 72 * time.Hour}},
		Limits: []approval.Limit{{Role: "supervisor", Kind: a.ApprovalKind(), Bounds: approval.Bounds{PerProposal: approval.Unlimited(),
			PerAccount: approval.Unlimited()}}},
		Grants: []approval.Grant{{Person: whoIs("s.reyes"), Role: "supervisor", During: during}},
	}))
	history := got(approval.NewHistory(got(approval.NewHMAC("2026", []byte("thirty-two bytes of random numbers"))), nil))
	proposal := got(approval.Propose(a, approval.Request{Key: a.Key, Prepared: []approval.Person{a.By}, At: evening()}))
	approved := got(approval.Approve(proposal, approval.Decision{By: whoIs("s.reyes"), At: evening().Add(time.Hour), Saw: proposal.Digest()},
		matrix, history))
	done := got(billing.Adjust(approved, evening().Add(2*time.Hour), books, dayOf("2026-05-05")))
	got(books.PostAll(done.Entries...))
	return done
}

// rebilled bills services of a bill again.
func rebilled(books *ledger.Ledger, key string, b billing.Bill, services ...billing.Service) report.Correction {
	a := got(b.Rebill(billing.RebillRequest{
		Key: key, Services: services, Reason: "misread", Evidence: []string{"card 7"}, By: whoIs("clerk"), Effective: dayOf("2026-05-05"),
		Due:      dayOf("2026-06-05"),
		Postings: billing.Postings{},
	}, books))
	corrected(books, a)
	return report.Correction{Adjustment: a, Again: services}
}

// credited takes an amount off a line of a bill.
func credited(books *ledger.Ledger, key string, kind billing.AdjustmentKind, b billing.Bill, change billing.LineChange) billing.Adjustment {
	a := got(b.AdjustLines(billing.AdjustmentRequest{
		Key: key, Kind: kind, Reason: "looked at", Evidence: []string{"card 7"}, By: whoIs("clerk"), Effective: dayOf("2026-05-05"), Due: dayOf("2026-06-05"),
	}, []billing.LineChange{change}, func(rates.Digest) *rates.Engine { return prices }, books))
	corrected(books, a)
	return a
}

// town is a number of houses that use 10, 11, … CCF in March and in April; each has a class and a zone.
func town(houses int) report.Sales {
	var agreements []billing.Agreement
	var bills []billing.Bill
	s := report.Sales{}
	for i := range houses {
		a := service("w-" + strconv.Itoa(i+1))
		a.From = dayOf("2026-03-01")
		agreements = append(agreements, a)
		for _, period := range []string{march, april} {
			bills = append(bills, billed(period, line(a, period, 100+10*int64(i))))
		}
		s.Facts = append(s.Facts,
			report.Fact{Agreement: a.ID, Fact: "class", Value: []string{"residential", "commercial", "irrigation"}[i%3], From: a.From},
			report.Fact{Agreement: a.ID, Fact: "zone", Value: []string{"north", "south"}[i%2], From: a.From})
	}
	s.Agreements, s.Bills, s.Books = agreements, bills, booked(bills...)
	return s
}

// shuffled is a list in another order.
func shuffled[T any](list []T, seed uint64) []T {
	out := slices.Clone(list)
	rand.New(rand.NewPCG(seed, 1)).Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// mixed are sales in another order.
func mixed(s report.Sales, seed uint64) report.Sales {
	s.Agreements, s.Bills, s.Facts, s.Corrections = shuffled(s.Agreements, seed), shuffled(s.Bills, seed), shuffled(s.Facts, seed),
		shuffled(s.Corrections, seed)
	return s
}

// told are rows in words.
func told[T any](list []T, say func(T) string) []string {
	var out []string
	for _, row := range list {
		out = append(out, say(row))
	}
	return out
}

func words(l report.Left) string { return l.String() }
