package cycle_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/internal/uncopied"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// must keeps the tests short; a host handles each error.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func second[T any](_ T, err error) error { return err }

func day(text string) civil.Date {
	if text == "" {
		return civil.Date{}
	}
	return civil.MustDate(text)
}

func days(text string) civil.Period { return civil.MustPeriod(text) }

func person(id string) approval.Person { return must(approval.ParsePerson(id)) }

func at(n int64) policy.OrNone[exact.Number] { return policy.Of(must(exact.NewNumber(n, 0))) }

func off() policy.OrNone[exact.Number] { return policy.None[exact.Number]() }

// thresholds are invented, but for the 35 days.
func thresholds() cycle.Policy {
	return cycle.Policy{
		Title: "edit list 2026", Citation: "invented", ReadWindow: policy.Is(3), LongPeriod: at(35), ShortPeriod: at(25), EstimatesInRow: at(2), HighUse: at(200), LowUse: at(50), LeastChange: policy.Of(must(metering.ParseVolume("0.5 CCF"))),
		TierJump: at(1), BillsChange: at(10), ChargesChange: at(20), UseChange: at(25), LongestHold: at(30), LongestUnbilled: at(45), Passing: []string{"stage"},
	}
}

// book has water by tiers, a schedule that carries parts of a unit, one that prorates by the days of the cycle, and sewer. Its prices
// are invented.
func book() rates.Book {
	rounding := money.Rounding{Mode: exact.HalfUp, Place: money.ByLine}
	version := func(charges ...rates.Charge) []rates.Version {
		return []rates.Version{{From: day("2025-01-01"), Source: rates.Citation{Resolution: "invented"}, Charges: charges}}
	}
	base := rates.Charge{ID: "base", Text: "Base charge", Per: rates.PerMeter, Rule: rates.Fixed{Amount: rates.Num("20.00")}}
	water := rates.Charge{ID: "water", Text: "Water", Per: rates.PerMeter, Rule: rates.Tiered{Tiers: rates.TierList{{UpTo: rates.Num("10"), Price: rates.Num("3.00")}, {Price: rates.Num("5.55")}}}}
	size := rates.Fact{Name: "meter_size", Type: rates.TextFact, Allowed: []string{"3/4", "1"}}
	schedule := func(id string, over rates.Denominator, use rates.UsageRule, facts []rates.Fact, charges ...rates.Charge) rates.Schedule {
		return rates.Schedule{
			ID: id, Unit: metering.CCF, Rounding: rounding, Select: rates.ByPeriodStart, Proration: rates.Proration{Over: over, Fixed: over == rates.CycleDays}, Usage: use, Facts: facts, Versions: version(charges...),
		}
	}
	b := rates.Book{Name: "Example district", Schedules: []rates.Schedule{
		schedule("water", rates.NotProrated, rates.ExactUsage, []rates.Fact{size}, base, water),
		schedule("carry", rates.NotProrated, rates.TruncateAndCarry, []rates.Fact{size}, base, water),
		schedule("days", rates.CycleDays, rates.ExactUsage, []rates.Fact{size}, base, water),
		schedule("low", rates.NotProrated, rates.ExactUsage, []rates.Fact{size}, base, water, rates.Charge{ID: "low", Text: "Credit", Rule: rates.Credit{Amount: rates.Num("90.00")}}),
		schedule("sewer", rates.NotProrated, rates.ExactUsage, nil, rates.Charge{ID: "sewer", Text: "Sewer", Rule: rates.Fixed{Amount: rates.Num("33.00")}}),
	}}
	return b
}

func postings() billing.Postings {
	out := billing.Postings{{Schedule: "sewer", Charge: "sewer"}: {Kind: "charge", Service: "sewer", RevenueCode: "2300", Agency: "M1W"}}
	for _, schedule := range []string{"water", "carry", "days", "low"} {
		for _, charge := range []string{"base", "water", "low"} {
			out[billing.ChargeOf{Schedule: schedule, Charge: charge}] = billing.Posting{Kind: "charge", Service: "water", RevenueCode: "4000"}
		}
	}
	return out
}

// water is an agreement for water, of an account of its own.
func water(id string) billing.Agreement {
	return billing.Agreement{
		ID: id, Customer: "C-" + id, Account: "A-" + id, Premise: "P-" + id, Service: "water", Schedule: "water", Reads: billing.Metered, From: day("2026-01-01"),
		Facts: rates.Facts{"meter_size": "3/4"},
	}
}

const (
	march = "[2026-03-01, 2026-03-31)"
	april = "[2026-03-31, 2026-04-30)"
)

// made is a service of a bill in the making.
type made struct {
	engine    *rates.Engine
	agreement billing.Agreement
	period    string
	tenths    int64 // of a CCF
	meter     string
	from      int64         // the digits before it; where none are said, 1000 in March, and 1008 from then on
	unit      metering.Unit // of the register; CCF where none is said
	tenth     bool          // the register counts tenths
	estimates int           // in a row, where the last reading is estimated
	input     func(*rates.Input)
	verdict   metering.Exception // that a person has accepted
}

func (m made) usage() metering.Usage {
	p := days(m.period)
	r := metering.Register{ID: "1", Dials: 7, Multiplier: must(exact.NewNumber(1, 0)), Unit: metering.CCF}
	if m.unit.Valid() {
		r.Unit = m.unit
	}
	digits := m.tenths / 10
	if m.tenth {
		r.Decimals, digits = 1, m.tenths
	}
	meter := m.meter
	if meter == "" {
		meter = "M-" + m.agreement.ID
	}
	reading := func(digits int64, on civil.Date) metering.Reading {
		return metering.Reading{Meter: meter, Register: "1", State: metering.Read, Digits: digits, Day: on, Source: metering.Actual}
	}
	begin := int64(1000)
	if !p.From.Before(day("2026-03-31")) {
		begin = 1008
	}
	if m.from > 0 {
		begin = m.from
	}
	from := must(metering.Open(r, reading(begin, p.From)))
	var measured metering.Measurement
	if m.estimates > 0 {
		from.Source, from.Estimates = metering.Actual, 0
		if m.estimates > 1 {
			from.Source, from.Estimates = metering.Estimated, m.estimates-1
		}
		daily := must(exact.NewNumber(m.tenths, 1))
		rule := metering.EstimateRule{MaxInRow: 9, Method: metering.EstimateMethod{Title: "class", Kind: metering.ClassMean, ClassDaily: must(metering.NewVolume(daily, metering.CCF))}}
		estimated, _, err := metering.Estimate(from, r, p.To, rule, nil)
		if err != nil {
			panic(err)
		}
		measured = estimated
	} else {
		rule := metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.RefuseRollover}
		measured = must(metering.Between(from, r, reading(begin+digits, p.To), rule))
	}
	measured = measured.With(must(metering.CheckDays(measured.Days(), 400)))
	if m.verdict.Code != "" {
		measured = measured.With(m.verdict)
	}
	name := fmt.Sprintf("%s/%s/%s/%d/%d/%d/%s", m.agreement.ID, m.period, meter, begin, m.tenths, m.estimates, m.verdict.Code)
	open := must(metering.NewReview(name, p.To, measured))
	if m.verdict.Code != "" {
		open = must(open.Accept(metering.Step{By: person("clerk"), At: may(), Reason: "looked at"}, open.Open()[0]))
	}
	return kept(must(open.Billable()))
}

// ofTests are the usages of all bills of the tests, which hand them over to a review as a host does: by their keys and readings.
var ofTests = map[string]metering.Usage{}

func readsOf(key string, parts []metering.Part) string { return fmt.Sprint(key, parts) }

func kept(u metering.Usage) metering.Usage {
	ofTests[readsOf(u.Key(), u.Parts())] = u
	return u
}

// given is the request with the usages of its bills, but for those whose keys it has.
func given(r cycle.Request) cycle.Request {
	have := map[string]bool{}
	for _, u := range r.Usages {
		have[u.Key()] = true
	}
	r.Usages = slices.Clone(r.Usages)
	for i := range r.Bills {
		for s := range r.Bills[i].Served(uncopied.View{}) {
			for key, parts := range s.Usages() {
				if u, ok := ofTests[readsOf(key, parts)]; ok && !have[key] {
					have[key], r.Usages = true, append(r.Usages, u)
				}
			}
		}
	}
	return r
}

func (m made) service() billing.Service {
	in := must(m.agreement.Input(days(m.period)))
	s := billing.Service{Agreement: m.agreement}
	if m.agreement.Reads == billing.Metered {
		u := m.usage()
		in.Usage, s.Usage = must(u.Volume(metering.CCF, 1, exact.HalfUp)), []metering.Usage{u}
	}
	if m.input != nil {
		m.input(&in)
	}
	engine := m.engine
	if engine == nil {
		engine = plain
	}
	s.Quote = must(engine.Price(in))
	return s
}

var plain = must(rates.Compile(book()))

// split is the book with facts that may change inside a period.
var split = func() *rates.Engine {
	b := book()
	for i := range b.Schedules {
		b.Schedules[i].Select = rates.SplitByDay
	}
	return must(rates.Compile(b))
}()

// billOf is a bill of services under a key.
func billOf(key string, services ...billing.Service) billing.Bill {
	return billWith(postings(), key, services...)
}

func billWith(postings billing.Postings, key string, services ...billing.Service) billing.Bill {
	a := services[0].Agreement
	on := services[len(services)-1].Quote.Input.Period.To
	return must(billing.NewBill(billing.BillRequest{
		Key: key, Account: a.Account, Customer: a.Customer, Area: "central", Billed: on, Due: must(on.AddDays(21)), Services: services, Postings: postings,
		Before: ledger.Standing{On: on}, Draft: billing.Draft{State: billing.NotEnrolled},
	}))
}

const lastKey, key = "2026-W14", "2026-W18"

// town is a cycle of houses that used 8 CCF in March and in April: there is nothing to list. Each was billed since January.
func town(ids ...string) cycle.Request {
	r := cycle.Request{Key: key, Cycle: "north", Cycles: []string{"north", "south"}, Period: days(april), On: day("2026-05-01")}
	for _, id := range ids {
		a := water(id)
		r.Members = append(r.Members, cycle.Member{Agreement: a, Cycle: "north"})
		last := billOf(lastKey, made{agreement: a, period: march, tenths: 80}.service())
		r.Last = append(r.Last, last)
		r.Billed = append(r.Billed, billing.BilledDays{Bill: "2026-W10", Agreement: id, Period: days("[2026-01-01, 2026-03-01)")})
		r.Billed = append(r.Billed, last.Days()...)
		r.Bills = append(r.Bills, billOf(key, made{agreement: a, period: april, tenths: 80}.service()))
	}
	return r
}

// six is a town of six houses.
func six() cycle.Request { return town("1", "2", "3", "4", "5", "6") }

func review(t require.TestingT, r cycle.Request) cycle.EditList {
	list, err := cycle.Review(given(r), thresholds())
	require.NoError(t, err)
	return list
}

// lines are the exceptions of a list, in short.
func lines(list []cycle.Exception) []string {
	var out []string
	for _, e := range list {
		out = append(out, e.String())
	}
	return out
}

// only asks for one exception, and returns it.
func only(t require.TestingT, r cycle.Request, code cycle.Code) cycle.Exception {
	list := slices.DeleteFunc(review(t, r).Exceptions(), func(e cycle.Exception) bool { return e.Code != code })
	require.Len(t, list, 1, "%s: %v", code, lines(review(t, r).Exceptions()))
	return list[0]
}

// but is the request with the bill of one house another.
func but(r cycle.Request, house int, m made) cycle.Request {
	m.agreement = r.Members[house].Agreement
	if m.period == "" {
		m.period = april
	}
	for _, last := range r.Last { // where the last bill ended
		for _, p := range last.Reads(m.agreement.ID) {
			if m.from == 0 && (m.meter == p.Meter || m.meter == "" && p.Meter == "M-"+m.agreement.ID) {
				m.from = p.Current
			}
		}
	}
	r.Bills = slices.Clone(r.Bills)
	r.Bills[house] = billOf(key, m.service())
	return r
}

// may is an instant of the tests, on 2026-05-01.
func may() time.Time { return time.Date(2026, time.May, 1, 17, 0, 0, 0, time.UTC) }

// approvals lets supervisors release cycles. Placeholders: no district's figures.
func approvals() *approval.Matrix {
	year := days("[2026-01-01, 2027-01-01)")
	p := approval.Policy{
		Name: "2026", Source: "invented", During: year, Location: time.UTC, Kinds: []approval.KindRule{{Kind: cycle.ReleaseApproval, Validity: 72 * time.Hour}},
		Limits: []approval.Limit{{Role: "supervisor", Kind: cycle.ReleaseApproval, Bounds: approval.Bounds{PerProposal: approval.Unlimited(), PerAccount: approval.Unlimited()}}},
	}
	for _, who := range []string{"s.reyes", "m.alvarez"} {
		p.Grants = append(p.Grants, approval.Grant{Person: person(who), Role: "supervisor", During: year})
	}
	return must(approval.Compile(p))
}

func seal() approval.HMAC {
	return must(approval.NewHMAC("2026", []byte("thirty-two bytes of random numbers")))
}

// approve has s.reyes approve a list that the clerk has prepared.
func approve(list cycle.EditList, request, clerk string) (approval.Approved[cycle.EditList], *approval.History, error) {
	history := must(approval.NewHistory(seal(), nil))
	proposal, err := approval.Propose(list, approval.Request{Key: request, Prepared: []approval.Person{person(clerk)}, At: may()})
	if err != nil {
		return approval.Approved[cycle.EditList]{}, nil, err
	}
	approved, err := approval.Approve(proposal, approval.Decision{By: person("s.reyes"), At: may().Add(time.Hour), Saw: proposal.Digest()}, approvals(), history)
	if err != nil {
		return approved, nil, err
	}
	return approved, history, history.Add(must(approved.Record().Sealed(seal())))
}

// reduce takes rows out of an approved list.
func reduce(approved approval.Approved[cycle.EditList], less cycle.EditList, reasons map[string]string, history *approval.History) (approval.Approved[cycle.EditList], error) {
	return approval.Reduce(approved, less, person("clerk"), may().Add(90*time.Minute), reasons, history)
}
