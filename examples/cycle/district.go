package main

import (
	"fmt"
	"time"
	_ "time/tzdata" // the district's zone, where the system has none

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
	"github.com/headgate-dev/headgate/payments/deposit"
)

// The district is invented: its houses, its prices, and the values of its policies but for those of the law.
const (
	houses     = 300
	businesses = 20 // the last of them
	area       = "valley"
	ours       = "week 1" // the group of accounts that this cycle bills
)

// month is a billing period of the group, and the days of its bills.
type month struct {
	key                     string
	period                  civil.Period
	billed, due, paid, read civil.Date
}

// months are the history, and then the cycle that is shown.
func months() []month {
	at := func(key, from, to, billed, due, paid string) month {
		return month{
			key: key, period: civil.Period{From: civil.MustDate(from), To: civil.MustDate(to)}, billed: civil.MustDate(billed), due: civil.MustDate(due), paid: civil.MustDate(paid),
			read: civil.MustDate(to),
		}
	}
	return []month{
		at("2026-W10", "2026-02-01", "2026-03-01", "2026-03-03", "2026-03-24", "2026-03-17"),
		at("2026-W14", "2026-03-01", "2026-04-01", "2026-04-03", "2026-04-24", "2026-04-17"),
		at("2026-W18", "2026-04-01", "2026-05-01", "2026-05-04", "2026-05-25", "2026-05-18"),
		at("2026-W23", "2026-05-01", "2026-06-01", "2026-06-03", "2026-06-24", "2026-06-17"),
	}
}

// district is the books, and all that the host knows besides.
type district struct {
	engine   *rates.Engine
	books    ledger.Ledger
	matrix   *approval.Matrix
	history  *approval.History
	seal     approval.HMAC
	location *time.Location
	office   civil.Calendar
	houses   []*house
	billed   []billing.BilledDays         // of all bills so far
	lastRun  []billing.Bill               // those of the last run
	reviews  map[string]metering.Review   // of the readings of the cycle, by their keys
	records  []approval.Record            // of all approvals
	by       map[string]approval.Person   // who has approved, by the key of the request
	again    map[string][]billing.Service // what re-bills have billed again, by their keys

	clerk, supervisor, reader approval.Person
}

// house is a service at a premise with what is known of it.
type house struct {
	number  int
	class   string
	cycle   string
	water   billing.Agreement
	sewer   *billing.Agreement
	meter   metering.Baseline // where the next use counts from
	last    metering.Sample   // what the next use is compared with
	next    civil.Date        // the first day that is on no bill
	balance money.Amount      // after the last bill
	bills   []billing.Bill
}

func (h *house) account() string { return fmt.Sprintf("A-%04d", 1000+h.number) }

// services are the agreements of the house.
func (h *house) services() []billing.Agreement {
	if h.sewer == nil {
		return []billing.Agreement{h.water}
	}
	return []billing.Agreement{h.water, *h.sewer}
}

// use is what the house uses in a month, in CCF: never so that a check would list it.
func (h *house) use(m int) int64 {
	if h.class == business {
		return int64(40 + h.number%20)
	}
	return int64(6 + h.number%3 + (h.number+m)%2)
}

const (
	home     = "residential"
	business = "commercial"
)

func newDistrict() (*district, error) {
	d := &district{reviews: map[string]metering.Review{}, again: map[string][]billing.Service{}, by: map[string]approval.Person{}}
	var err error
	if d.engine, err = rates.Compile(book()); err != nil {
		return nil, err
	}
	if d.location, err = time.LoadLocation("America/Los_Angeles"); err != nil {
		return nil, err
	}
	for id, who := range map[string]*approval.Person{"j.ortega": &d.clerk, "s.reyes": &d.supervisor, "route-3": &d.reader} {
		if *who, err = approval.ParsePerson(id); err != nil {
			return nil, err
		}
	}
	if d.matrix, err = approval.Compile(d.approvals()); err != nil {
		return nil, err
	}
	// A host takes its key from where it keeps secrets.
	if d.seal, err = approval.NewHMAC("2026", []byte("an example's key of thirty-two bytes")); err != nil {
		return nil, err
	}
	if d.history, err = approval.NewHistory(d.seal, nil); err != nil {
		return nil, err
	}
	holidays := []civil.Date{civil.MustDate("2026-01-01"), civil.MustDate("2026-05-25"), civil.MustDate("2026-06-19"), civil.MustDate("2026-07-03"), civil.MustDate("2026-11-26"), civil.MustDate("2026-12-25")}
	if d.office, err = civil.NewListCalendar(civil.MustPeriod("[2026-01-01, 2027-01-01)"), holidays, time.Saturday, time.Sunday); err != nil {
		return nil, err
	}
	for n := 1; n <= houses; n++ {
		h, err := newHouse(n)
		if err != nil {
			return nil, err
		}
		d.houses = append(d.houses, h)
	}
	return d, nil
}

// newHouse is a house that has had its service since 2024, and was billed to the end of January by the system before.
func newHouse(n int) (*house, error) {
	from, begin := civil.MustDate("2024-07-01"), months()[0].period.From
	h := &house{number: n, class: home, cycle: ours, next: begin}
	id := fmt.Sprintf("%04d", 1000+n)
	h.water = billing.Agreement{
		ID: "W-" + id, Customer: "C-" + id, Account: h.account(), Premise: "P-" + id, Service: "water", Schedule: "home", Reads: billing.Metered, From: from,
		Facts: rates.Facts{"meter_size": "3/4"},
	}
	switch {
	case n > houses-businesses:
		h.class, h.water.Schedule, h.water.Facts = business, "business", rates.Facts{"meter_size": "1"}
	case n%3 == 0:
		sewer := h.water
		sewer.ID, sewer.Service, sewer.Schedule, sewer.Reads, sewer.Facts = "S-"+id, "sewer", "sewer", billing.Unmetered, nil
		h.sewer = &sewer
	}
	first := metering.Reading{Meter: "M-" + id, Register: "1", State: metering.Read, Digits: int64(2000 + 13*n), Day: begin, Source: metering.Actual}
	var err error
	h.meter, err = metering.Open(register(), first)
	return h, err
}

// register is the dial of every meter: six wheels that count hundreds of cubic feet.
func register() metering.Register {
	return metering.Register{ID: "1", Dials: 6, Multiplier: number(1), Unit: metering.CCF}
}

func number(n int64) exact.Number {
	out, _ := exact.NewNumber(n, 0) // it fits
	return out
}

// book is the rates: the base and the tiers of a home are stated for 30 days and go with the days of the bill, so that a bill of two
// months is not pushed into the upper tier. Businesses pay more from 1 May on.
func book() rates.Book {
	adopted := rates.Citation{Resolution: "Resolution 2024-11 (invented)"}
	base := rates.Charge{ID: "base", Text: "Base charge", Rule: rates.Fixed{Amount: rates.Table{By: []string{"meter_size"}, Rows: []rates.Row{
		{Key: []string{"3/4"}, Value: rates.Num("24.50")}, {Key: []string{"1"}, Value: rates.Num("38.20")},
	}}}}
	tiers := rates.Charge{ID: "water", Text: "Water", Rule: rates.Tiered{Tiers: rates.TierList{{UpTo: rates.Num("10"), Price: rates.Num("3.85")}, {Price: rates.Num("6.40")}}}}
	units := func(price string) rates.Charge {
		return rates.Charge{ID: "water", Text: "Water", Rule: rates.PerUnit{Price: rates.Num(price)}}
	}
	size := rates.Fact{Name: "meter_size", Type: rates.TextFact, Allowed: []string{"3/4", "1"}}
	days := rates.Proration{Over: rates.StatedDays, Days: 30, Fixed: true, Tiers: true}
	schedule := func(id string, facts []rates.Fact, versions ...rates.Version) rates.Schedule {
		return rates.Schedule{
			ID: id, Unit: metering.CCF, Rounding: money.Rounding{Mode: exact.HalfUp, Place: money.ByLine}, Select: rates.ByPeriodStart, Proration: days, Usage: rates.ExactUsage,
			Facts: facts, Versions: versions,
		}
	}
	from := civil.MustDate("2024-07-01")
	return rates.Book{Name: "An invented district", Schedules: []rates.Schedule{
		schedule("home", []rates.Fact{size}, rates.Version{From: from, Source: adopted, Charges: []rates.Charge{base, tiers}}),
		schedule("business", []rates.Fact{size},
			rates.Version{From: from, To: civil.MustDate("2026-05-01"), Source: adopted, Charges: []rates.Charge{base, units("4.10")}},
			rates.Version{From: civil.MustDate("2026-05-01"), Source: rates.Citation{Resolution: "Resolution 2026-04 (invented)"}, Charges: []rates.Charge{base, units("4.30")}}),
		schedule("sewer", nil, rates.Version{From: from, Source: adopted, Charges: []rates.Charge{{ID: "sewer", Text: "Sewer", Rule: rates.Fixed{Amount: rates.Num("31.00")}}}}),
	}}
}

func postings() billing.Postings {
	out := billing.Postings{{Schedule: "sewer", Charge: "sewer"}: {Kind: "charge", Service: "sewer", RevenueCode: "4300"}}
	for _, schedule := range []string{"home", "business"} {
		out[billing.ChargeOf{Schedule: schedule, Charge: "base"}] = billing.Posting{Kind: "charge", Service: "water", RevenueCode: "4000"}
		out[billing.ChargeOf{Schedule: schedule, Charge: "water"}] = billing.Posting{Kind: "charge", Service: "water", RevenueCode: "4010"}
	}
	return out
}

// editList is what is put on the edit list; all thresholds but the 35 days are invented.
func editList() cycle.Policy {
	at := func(n int64) policy.OrNone[exact.Number] { return policy.Of(number(n)) }
	return cycle.Policy{
		Title: "Edit list", Citation: "invented", ReadWindow: policy.Is(2), LongPeriod: at(35), ShortPeriod: at(25), EstimatesInRow: at(2), HighUse: at(200), LowUse: at(50), LeastChange: policy.None[metering.Volume](),
		TierJump: at(1), BillsChange: at(5), ChargesChange: at(15), UseChange: at(15), LongestHold: at(30), LongestUnbilled: at(45), Passing: []string{},
	}
}

// ladder is the way to a shutoff: the law's constraints, and no shutoff on a Friday.
func (d *district) ladder() (*collections.Ladder, error) {
	return collections.Compile(collections.Policy{
		Title: "Collections", Citation: "invented", Laws: []collections.Law{collections.HSC116900At2024(), collections.Gov60370At2022()}, Confirmed: []string{}, Waived: []collections.Waiver{},
		Reading: collections.FullDays, Residential: []string{home}, Others: []string{business}, Kinds: []ledger.Kind{"charge"}, Exempt: []ledger.Kind{}, Agencies: []string{},
		MinimumBalance: policy.Is(money.Cents(40_00)), Constraints: []collections.Constraint{{
			Title: "45 days delinquent", Source: "invented", Status: collections.Ours, For: collections.ForOthers, When: collections.Always, Since: collections.SinceDue,
			Wait: collections.Wait{N: 45, Unit: collections.DelinquentDays}, Ways: []collections.Way{},
		}, {
			Title: "10 days after the notice", Source: "invented", Status: collections.Ours, For: collections.ForOthers, When: collections.Always, Since: collections.SinceStep,
			Ways: []collections.Way{{
				Step: collections.PastDueNotice, Methods: []collections.Method{collections.ByMail}, To: []collections.Recipient{collections.Customer}, Wait: collections.Wait{N: 10, Unit: collections.Days},
			}},
			Missing: "past-due notice required",
		}}, Never: []collections.Weekday{collections.Weekday(time.Friday)},
		Opens: policy.Is(collections.Clock(8 * 60)), Closes: policy.Is(collections.Clock(15 * 60)), NoticeAfter: policy.Is(5), TagLead: policy.Is(7), LastContactAge: policy.Is(14),
	}, d.office, d.location)
}

// deposits is when a deposit goes back.
func deposits() deposit.Policy {
	return deposit.Policy{
		Title: "Deposits", Citation: "invented", Months: policy.Is(12), Clock: deposit.FromFullyPaid, Counts: deposit.InLastMonths, LateAllowed: policy.Is(1), GraceDays: policy.Is(5),
		Shutoff: deposit.Bars, ReturnedItem: deposit.Bars, Gives: deposit.Automatic, As: deposit.AsCheck, ForfeitMonths: policy.Is(0), ReturnDays: policy.Is(60), ActDays: policy.Is(5),
		Interest: deposit.SimpleInterest, Rates: []deposit.Rate{{From: civil.MustDate("2020-01-01"), Percent: policy.Is(decimal.RequireFromString("1.5"))}},
		Rounding: exact.HalfUp, RevenueCode: "2300",
	}
}

// approvals lets the supervisor approve, each thing to a limit.
func (d *district) approvals() approval.Policy {
	year := civil.MustPeriod("[2026-01-01, 2027-01-01)")
	p := approval.Policy{
		Name: "approvals 2026", Source: "invented", During: year, Location: d.location,
		Grants: []approval.Grant{{Person: d.supervisor, Role: "supervisor", During: year}},
	}
	endless := approval.Bounds{PerProposal: approval.Unlimited(), PerAccount: approval.Unlimited()}
	limited := approval.Bounds{PerProposal: approval.UpTo(money.Cents(5_000_00)), PerAccount: approval.Unlimited()}
	for kind, bounds := range map[approval.Kind]approval.Bounds{
		cycle.ReleaseApproval: endless, billing.FinalApproval: limited, billing.AdjustmentApproval: limited, deposit.RunApproval: limited, metering.OverrideKind: endless,
		approval.Kind(collections.Notices): endless, approval.Kind(collections.DoorTags): endless, approval.Kind(collections.Shutoffs): endless,
	} {
		p.Kinds = append(p.Kinds, approval.KindRule{Kind: kind, Validity: 72 * time.Hour})
		p.Limits = append(p.Limits, approval.Limit{Role: "supervisor", Kind: kind, Bounds: bounds})
	}
	return p
}

// approved has the supervisor approve what the clerk has prepared, an hour later, and keeps the record.
func approved[T approval.Content[T]](d *district, content T, key string, at time.Time) (approval.Approved[T], error) {
	proposal, err := approval.Propose(content, approval.Request{Key: key, Prepared: []approval.Person{d.clerk}, At: at})
	if err != nil {
		return approval.Approved[T]{}, err
	}
	decision := approval.Decision{By: d.supervisor, At: at.Add(time.Hour), Saw: proposal.Digest()}
	out, err := approval.Approve(proposal, decision, d.matrix, d.history)
	if err != nil {
		return out, fmt.Errorf("%s: %w", key, err)
	}
	record, err := out.Record().Sealed(d.seal)
	if err != nil {
		return out, err
	}
	d.records, d.by[key] = append(d.records, record), out.By()
	return out, d.history.Add(record)
}

// at is an hour of a day in the district.
func (d *district) at(day civil.Date, hour int) (time.Time, error) {
	begin, _, err := metering.DayBounds(day, d.location)
	return begin.Add(time.Duration(hour) * time.Hour), err
}
