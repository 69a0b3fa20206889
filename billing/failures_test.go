package billing_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/latecharge"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// The public failures that a bill, a final or an adjustment must not repeat, each told to the end at a bill. What the rooms
// beside this package guard on their own is tested there too:
//
//	failure 2   metering (limits and methods of estimates, true-ups), billing/backbill (how far back)
//	failure 3   billing/approval (the second person), billing/ledger (the roll-forward)
//	failure 6   metering (periods that are too long), billing/rates (proration)
//	failure 7   billing/rates (Engine.Verify, QuoteForm)
//	failure 8   billing/latecharge (L-credit)
//	failure 10  billing/rates (split by day), billing/ratecheck (the law of shares)
//	failure 13  billing/ledger (books that do not agree are no report)

// reads are readings of one dial of meter 7088.
func reads(digits int64, on string) metering.Reading {
	return metering.Reading{Meter: "7088", Register: "1", State: metering.Read, Digits: digits, Day: day(on), Source: metering.Actual}
}

func oneDial() metering.Register {
	return metering.Register{ID: "1", Dials: 6, Multiplier: must(exact.NewNumber(1, 0)), Unit: metering.CCF}
}

func believed() metering.DeltaRule {
	return metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.RefuseRollover}
}

// priced is the water of an agreement under a book, for what a usage has in a period.
func priced(t require.TestingT, b rates.Book, a billing.Agreement, usage metering.Usage, period string) billing.Service {
	in := must(a.Input(days(period)))
	text, ends := must(usage.Of(days(period), metering.CCF)).Decimal(3)
	require.True(t, ends)
	in.Usage = must(metering.VolumeOf(text, metering.CCF))
	return billing.Service{Agreement: a, Quote: must(must(rates.Compile(b)).Price(in)), Usage: []metering.Usage{usage}}
}

// Estimated for years, by no fixed method. An estimate has a method that is named and a limit in a row, at which it is no
// usage and so on no bill; the bill says what it is; and the reading that follows bills each estimated period again, at the
// rates of its own days.
func TestFailure2EstimatesAreNamedLimitedAndTruedUpByPeriod(t *testing.T) {
	rule := metering.EstimateRule{MaxInRow: 3, Method: metering.EstimateMethod{
		Title: "class", Kind: metering.ClassMean, ClassDaily: must(metering.ParseVolume("0.5 CCF")),
	}}
	last := must(metering.Open(oneDial(), reads(1000, "2026-01-01")))
	nameless := rule
	nameless.Method.Title = ""
	_, _, err := metering.Estimate(last, oneDial(), day("2026-01-31"), nameless, nil)
	require.Error(t, err)

	// The water costs 3.00 and above 10 CCF 5.55, and a dollar more of each from the second period on.
	b := book()
	b.Schedules[0].Select = rates.ByPeriodStart
	dearer := b.Schedules[0].Versions[0]
	dearer.Charges = slices.Clone(dearer.Charges)
	dearer.Charges[1].Rule = rates.Tiered{Tiers: rates.TierList{{UpTo: rates.Num("10"), Price: rates.Num("4.00")}, {Price: rates.Num("6.55")}}}
	b.Schedules[0].Versions[0].To, dearer.From = day("2026-01-31"), day("2026-01-31")
	b.Schedules[0].Versions = append(b.Schedules[0].Versions, dearer)

	a := water("1", "2026-01-01", "")
	from := last
	var books ledger.Ledger
	var bills []billing.Bill
	var cycles []metering.Cycle
	for i, period := range []string{"[2026-01-01, 2026-01-31)", "[2026-01-31, 2026-03-02)"} {
		m, _, err := metering.Estimate(from, oneDial(), days(period).To, rule, nil)
		require.NoError(t, err)
		usage := must(must(metering.NewReview("A-1/"+period, days(period).To, m, "days")).Billable())
		from = usage.Baselines()[0]
		cycles = append(cycles, must(usage.Cycle(metering.CCF, 0)))
		r := request(t)
		r.Key, r.Services = []string{"1", "2"}[i], []billing.Service{priced(t, b, a, usage, period)}
		bill := must(billing.NewBill(r))
		require.Equal(t, billing.MessageEstimated, bill.Messages()[0].Code, "the bill says so")
		require.True(t, bill.Reads("1")[0].Estimated)
		require.True(t, must(books.Post(bill.Entries()[0])))
		bills = append(bills, bill)
	}
	require.Equal(t, []money.Amount{usd(20_00 + 30_00 + 27_75), usd(20_00 + 40_00 + 32_75)}, []money.Amount{bills[0].Charges(), bills[1].Charges()})

	third, _, err := metering.Estimate(from, oneDial(), day("2026-04-01"), rule, nil)
	require.NoError(t, err)
	_, err = must(metering.NewReview("A-1/3", day("2026-04-01"), third, "days")).Billable()
	require.ErrorIs(t, err, metering.ErrOpen, "the third in a row is not billed unseen")
	r := request(t)
	r.Services[0] = waterOf(t, a, march, 0)
	r.Services[0].Usage = nil
	_, err = billing.NewBill(r)
	require.ErrorContains(t, err, "agreement 1 is metered, and there is no usage", "and none is not taken to be 0")

	// The meter shows 27 for three periods, where 30 were estimated for two: 9 of each.
	whole := must(metering.Between(last, oneDial(), reads(1027, "2026-04-01"), believed()))
	m := must(metering.TrueUp(whole, cycles, from))
	usage := must(must(metering.NewReview("A-1/3", day("2026-04-01"), m.With(must(metering.CheckDays(m.Days(), 35))))).Billable())
	for i, want := range []int64{20_00 + 27_00, 20_00 + 36_00} {
		again := again("RB-"+bills[i].Key(), priced(t, b, a, usage, cycles[i].Period.String()))
		change := must(bills[i].Rebill(again, &books))
		require.Equal(t, want, bills[i].Charges().Cents()+change.Change().Cents(), "at the rates of its own days")
		must(adjust(&books, change))
		_, err = bills[1-i].Rebill(again, &books)
		require.ErrorIs(t, err, billing.ErrRebill, "no period is billed again as another one")
	}
}

// 53,000 accounts without an adjustment record, and 40 million dollars of corrections without paper. An adjustment carries
// its reason, what was and what will be, who asked for it and who approved it, and all of them come to what the books say.
func TestFailure3EveryAdjustmentHasItsRecordAndTheyTie(t *testing.T) {
	books, b := billedBooks(t, 60_00)
	off := credit(b, "WO-1", 20_00, 15_00)
	off.Kind, off.Lines[0].Item = billing.WriteOff, b.Entries()[0].ItemID(1)
	more := credit(b, "ADJ-2", 46_65, 50_00)
	more.Lines[0].Charge = "" // a debit of its own, of no charge of the bill
	var all []billing.Adjusted
	for _, a := range []billing.Adjustment{credit(b, "ADJ-1", 46_65, 30_00), more, off} {
		for missing, change := range map[string]func(*billing.Adjustment){
			"reason": func(a *billing.Adjustment) { a.Reason = "" }, "evidence": func(a *billing.Adjustment) { a.Evidence = nil },
			"by": func(a *billing.Adjustment) { a.By = approval.Person{} }, "lines": func(a *billing.Adjustment) { a.Lines = nil },
		} {
			wrong := a.Clone()
			change(&wrong)
			_, err := approve(wrong, "m.alvarez")
			require.ErrorContains(t, err, missing)
		}
		_, err := approve(a, "s.reyes")
		require.ErrorIs(t, err, approval.ErrSamePerson)
		done := must(adjust(books, a))
		require.Equal(t, []string{"m.alvarez", "s.reyes"}, []string{done.Adjustment.By.String(), done.ApprovedBy.String()})
		all = append(all, done)
	}
	report := must(billing.ReportAdjustments(nil, all))
	require.Len(t, report.Rows, len(all))
	for _, row := range report.Rows {
		require.NotEmpty(t, row.Reason)
		require.Equal(t, []string{"m.alvarez", "s.reyes"}, []string{row.Prepared.String(), row.Approved.String()})
		require.Equal(t, row.After.Cents()-row.Before.Cents(), row.Debit.Cents()-row.Credit.Cents())
	}
	rolled := must(books.RollForward(days("[2026-05-01, 2026-06-01)"))).Total
	require.Equal(t, report.Total.Net.Cents(), rolled.Adjustments.Cents()+rolled.WriteOffs.Cents())
	all[1].Entries = nil
	_, err := billing.ReportAdjustments(nil, all)
	require.ErrorIs(t, err, billing.ErrAdjustment, "an adjustment that is not in the books is no line of the report")
}

// scaled is the book with its base and its tiers stated for 30 days.
func scaled() rates.Book {
	b := book()
	b.Schedules[0].Proration = rates.Proration{Over: rates.StatedDays, Days: 30, Fixed: true, Tiers: true}
	return b
}

// Months put into one bill and pushed into the top tiers. Where the schedule scales by days a bill of two months is two bills
// of one month with half the use each; where it does not, a period above 35 days is no usage, and on no bill, until a person
// has looked at it.
func TestFailure6MonthsInOneBillDoNotReachTheTopTiers(t *testing.T) {
	a := water("1", "2026-01-01", "")
	bill := func(t require.TestingT, b rates.Book, units int64, period string) money.Amount {
		r := request(t)
		r.Key, r.Services = period, []billing.Service{priced(t, b, a, used("A-1/"+period, units, period), period)}
		return must(billing.NewBill(r)).Charges()
	}
	rapid.Check(t, func(t *rapid.T) {
		half := rapid.Int64Range(0, 60).Draw(t, "half of the use")
		first, then := bill(t, scaled(), half, march), bill(t, scaled(), half, "[2026-03-31, 2026-04-30)")
		require.Equal(t, first.Cents()+then.Cents(), bill(t, scaled(), 2*half, "[2026-03-01, 2026-04-30)").Cents())
	})

	require.Greater(t, bill(t, book(), 26, "[2026-03-01, 2026-04-30)").Cents(), 2*bill(t, book(), 13, march).Cents()-20_00, "what it would cost unseen")
	m := must(metering.Between(must(metering.Open(oneDial(), reads(1000, "2026-03-01"))), oneDial(), reads(1026, "2026-04-06"), believed()))
	_, err := metering.NewReview("A-1", day("2026-04-06"), m)
	require.Error(t, err, "a use of which nobody asked how many days it has")
	long := must(metering.CheckDays(m.Days(), 35))
	require.Equal(t, metering.LongPeriod, long.Code, "36 days")
	_, err = must(metering.NewReview("A-1", day("2026-04-06"), m.With(long))).Billable()
	require.ErrorIs(t, err, metering.ErrOpen)
}

// The printed dates and the tier table were not those that were used. A bill comes to its total again from what it prints
// alone: readings to units, units to tiers, tiers to dollars, dollars to percentages, lines to the total; and one of other
// days or other units than were measured is not made.
func TestFailure7ABillIsWorkedOutAgainFromWhatItPrints(t *testing.T) {
	b := book()
	v := &b.Schedules[0].Versions[0]
	v.Charges = append(v.Charges, rates.Charge{ID: "tax", Text: "Utility tax", Rule: rates.Percent{Rate: rates.Num("6.5"), Of: []string{"base", "water"}}})
	next := *v
	next.Charges = slices.Clone(v.Charges)
	next.Charges[1].Rule = rates.Tiered{Tiers: rates.TierList{{UpTo: rates.Num("12"), Price: rates.Num("3.33")}, {Price: rates.Num("6.01")}}}
	v.To, next.From, next.Source = day("2026-03-11"), day("2026-03-11"), rates.Citation{Resolution: "the next one"}
	b.Schedules[0].Select, b.Schedules[0].Versions = rates.SplitByDay, append(b.Schedules[0].Versions, next)
	a := water("1", "2026-01-01", "")
	for units := range int64(40) {
		r := request(t)
		r.Postings[billing.ChargeOf{Schedule: "water", Charge: "tax"}] = billing.Posting{Kind: "tax", Service: "water", RevenueCode: "2200"}
		r.Services = []billing.Service{priced(t, b, a, used("A-1", units, march), march)}
		bill := must(billing.NewBill(r))
		var total, read int64
		var metered exact.Ratio
		taxed, lines := map[civil.Period]int64{}, map[string]exact.Ratio{}
		for _, p := range bill.Reads("1") {
			require.Equal(t, days(march), p.Period)
			read += p.Current - p.Previous
		}
		soFar := map[string]exact.Ratio{}
		for l := range bill.Lines() {
			amount := l.Exact // of a base, which has no quantity
			switch l.Charge {
			case "water":
				metered, amount = metered.Add(l.Quantity), l.Quantity.Mul(l.Price)
			case "tax":
				require.Equal(t, usd(taxed[l.Period]).Ratio().String(), l.Quantity.String(), "what is taxed is what is printed above")
				amount = l.Quantity.Mul(l.Price).Mul(must(exact.New(1, 100)))
			}
			require.Equal(t, l.Exact.String(), amount.String(), l.Text)
			// A line is rounded by itself, or, as a part of one amount, to the rounded sum so far less what went before.
			key := l.Charge + string(rune('0'+l.Tier))
			before := must(money.FromRatio(soFar[key], exact.HalfUp)).Cents()
			soFar[key] = soFar[key].Add(amount)
			require.Contains(t, []int64{must(money.FromRatio(amount, exact.HalfUp)).Cents(), must(money.FromRatio(soFar[key], exact.HalfUp)).Cents() - before},
				l.Amount.Cents(), l.Text)
			if l.Charge != "tax" {
				taxed[l.Period] += l.Amount.Cents()
			}
			require.Equal(t, l.Period.From.Before(day("2026-03-11")), l.Version.IsZero(), "the days are those of the version")
			lines[l.Period.String()] = lines[l.Period.String()].Add(l.Exact)
			total += l.Amount.Cents()
		}
		require.Equal(t, exact.Int(read).String(), metered.String(), "the tiers are of the units that were read")
		require.Len(t, lines, 2)
		require.Equal(t, bill.Charges(), usd(total))
	}
	r := request(t)
	r.Services[0].Usage = []metering.Usage{used("A-1", 26, "[2026-03-01, 2026-04-30)")}
	_, err := billing.NewBill(r)
	require.ErrorContains(t, err, "is of [2026-03-01, 2026-04-30), and [2026-03-01, 2026-03-31) was priced", "60 days are not billed as 30")
	r.Services[0].Usage = []metering.Usage{used("A-1", 12, march)}
	_, err = billing.NewBill(r)
	require.ErrorIs(t, err, billing.ErrUsage)
}

// Late fees on 2,224 accounts in credit (case L-credit). A bill that credit covers asks for nothing, and is not late.
func TestFailure8AnAccountInCreditIsNotLate(t *testing.T) {
	rule := latecharge.Policy{
		Title: "late charge", Citation: "placeholder", Regime: latecharge.Gov54348(), GraceDays: policy.Is(0), Roll: latecharge.RollNone,
		PaymentDay: latecharge.ByReceipt, Basis: latecharge.OnPastDue, Kinds: []ledger.Kind{"charge"}, Exempt: []ledger.Kind{}, Agencies: []string{"M1W"},
		Percent: policy.Is(decimal.New(10, 0)), Flat: policy.Is(money.Cents(0)), Monthly: policy.Is(decimal.New(0, 0)),
		MonthlyOn: latecharge.OnCharges, Growth: latecharge.Simple, MinimumBalance: policy.Is(money.Cents(0)), Waives: latecharge.WaivesNothing,
		WaiverReasons: []string{}, WaiverMonths: policy.Is(0), Rounding: exact.HalfUp, Kind: "penalty", RevenueCode: "4090",
	}
	late := func(t require.TestingT, held int64) (asked, charged money.Amount, why []latecharge.Reason) {
		var books ledger.Ledger
		if held > 0 {
			require.True(t, must(books.Post(ledger.Entry{Cause: ledger.Paid, Key: "r", Effective: day("2026-03-20"), Accounting: day("2026-03-20"), Moves: []ledger.Move{
				{From: ledger.Clearing("lockbox"), To: ledger.CreditOf("A-1", "central"), Amount: usd(held), RevenueCode: "2200"}}})))
		}
		r := request(t)
		if held > 0 {
			r.Before = must(must(books.Account("A-1", ledger.Terms{})).Standing(r.Billed))
		}
		r.Previous = r.Before.Balance
		b := must(billing.NewBill(r))
		require.True(t, must(books.Post(b.Entries()[0])))
		c := must(rule.Charge(latecharge.Facts{
			Account: must(books.Account("A-1", ledger.Terms{})), Items: slices.Collect(books.Items("A-1")), Books: &books, On: day("2026-05-02"), Since: day("2026-01-01"),
		}))
		return b.AmountDue(), c.Total, c.Reasons
	}
	asked, charged, _ := late(t, 0)
	require.Equal(t, []money.Amount{usd(99_65), usd(9_96)}, []money.Amount{asked, charged}, "without credit, and no cent above 10%")
	asked, charged, _ = late(t, 99_64)
	require.Equal(t, []money.Amount{usd(1), usd(0)}, []money.Amount{asked, charged})
	for _, held := range []int64{99_65, 200_00} {
		asked, charged, why := late(t, held)
		require.Equal(t, []money.Amount{usd(0), usd(0)}, []money.Amount{asked, charged})
		require.Equal(t, latecharge.InCredit, why[0].Code)
	}
}

// The service charge was not split at rate changes for 29 years. A base is split by days at each change of version, the parts
// name their versions, and the bill's entries come to both.
func TestFailure10TheBaseIsSplitAtEveryChangeOfVersion(t *testing.T) {
	a := water("1", "2026-01-01", "")
	rapid.Check(t, func(t *rapid.T) {
		b := book()
		schedule := &b.Schedules[0]
		schedule.Select = rates.SplitByDay
		prices, from := []string{"20.00", "24.00", "27.50"}, []civil.Date{{}}
		var versions []rates.Version
		for i, price := range prices {
			v := schedule.Versions[0]
			v.Charges = []rates.Charge{{ID: "base", Text: "Base charge", Rule: rates.Fixed{Amount: rates.Num(price)}}, v.Charges[1]}
			v.Source = rates.Citation{Resolution: "RES-" + price}
			if i > 0 {
				on := must(day("2026-03-01").AddDays(rapid.IntRange(10*i-9, 10*i).Draw(t, "change")))
				v.From, versions[i-1].To = on, on
				from = append(from, on)
			}
			versions = append(versions, v)
		}
		schedule.Versions = versions
		r := request(t)
		r.Services = []billing.Service{priced(t, b, a, used("A-1", 13, march), march)}
		bill := must(billing.NewBill(r))
		var parts []billing.Line
		for l := range bill.Lines() {
			if l.Charge == "base" {
				parts = append(parts, l)
			}
		}
		require.Len(t, parts, len(prices))
		start := day("2026-03-01")
		for i, l := range parts {
			require.Equal(t, from[i], l.Version)
			require.Equal(t, "RES-"+prices[i], l.Source.Resolution)
			require.Equal(t, start, l.Period.From, "day by day, without a gap")
			start = l.Period.To
			share := must(exact.New(int64(l.Period.Days()), 30))
			require.Equal(t, must(exact.Parse(prices[i])).Mul(share).String(), l.Exact.String())
			require.LessOrEqual(t, l.Exact.Sub(l.Amount.Ratio()).Abs().Cmp(must(exact.New(1, 100))), 0)
		}
		require.Equal(t, day("2026-03-31"), start)
		require.Equal(t, bill.Charges(), bill.Entries()[0].Opens[0].Amount)
	})
}

// A city could not say how much was billed and how much was collected. What bills charge and what came in is what the roll-forward
// says, by service area and kind, to the cent; and a month opens with what the last one closed with.
func TestFailure13WhatWasBilledAndCollectedIsToldToTheCent(t *testing.T) {
	may, june := days("[2026-05-01, 2026-06-01)"), days("[2026-06-01, 2026-07-01)")
	rapid.Check(t, func(t *rapid.T) {
		var books ledger.Ledger
		type areaKind struct {
			area string
			kind ledger.Kind
		}
		billed, collected := map[areaKind]int64{}, map[areaKind]int64{}
		for i := range rapid.IntRange(1, 6).Draw(t, "bills") {
			r := request(t)
			n := strconv.Itoa(i)
			area := rapid.SampledFrom([]string{"north", "south"}).Draw(t, "area")
			r.Key, r.Account, r.Area, r.Billed, r.Due, r.Before.On = "2026-W19", "A-"+n, area, day("2026-05-05"), day("2026-05-26"), day("2026-05-05")
			for k := range r.Services {
				r.Services[k].Agreement.Account = r.Account
			}
			r.Fees = []billing.Fee{{Key: "open", Text: "Opening", Amount: usd(rapid.Int64Range(0, 90_00).Draw(t, "fee")), Source: rates.Citation{Resolution: "invented"},
				Posting: billing.Posting{Kind: "fee", Service: "water", RevenueCode: "4200"}}}
			b := must(billing.NewBill(r))
			must(books.PostAll(b.Entries()...))
			for l := range b.Lines() {
				billed[areaKind{area, l.Posting.Kind}] += l.Amount.Cents()
			}
			for item := range books.Items(r.Account) {
				if part := rapid.Int64Range(0, item.Open.Cents()).Draw(t, "paid"); part > 0 {
					moves := must(books.Settle(ledger.Clearing("lockbox"), item.ID, usd(part)))
					must(books.Post(ledger.Entry{Cause: ledger.Paid, Key: item.ID.String(), Effective: day("2026-05-20"), Accounting: day("2026-05-20"), Moves: moves}))
					collected[areaKind{area, item.Kind}] -= part
				}
			}
		}
		this, next := must(books.RollForward(may)), must(books.RollForward(june))
		require.Equal(t, this.Total.Closing, next.Total.Opening)
		for _, row := range this.Rows {
			at := areaKind{row.Area, row.Kind}
			require.Equal(t, billed[at], row.Billed.Cents(), at)
			require.Equal(t, collected[at], row.Payments.Cents(), at)
			require.Equal(t, billed[at]+collected[at], row.Closing.Cents(), at)
			delete(billed, at)
		}
		for at, cents := range billed {
			require.Zero(t, cents, "%v is in no row", at)
		}
	})
}
