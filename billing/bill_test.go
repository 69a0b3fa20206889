package billing_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// book has water by tiers, sewer that another agency bills, and a credit for low incomes. Its prices are placeholders.
func book() rates.Book {
	rounding := money.Rounding{Mode: exact.HalfUp, Place: money.ByLine}
	version := func(charges ...rates.Charge) []rates.Version {
		return []rates.Version{{Source: rates.Citation{Resolution: "placeholder"}, Charges: charges}}
	}
	return rates.Book{Name: "Example district", Schedules: []rates.Schedule{
		{
			ID: "water", Unit: metering.CCF, Rounding: rounding, Select: rates.ByPeriodStart, Proration: rates.Proration{Over: rates.NotProrated}, Usage: rates.ExactUsage,
			Facts: []rates.Fact{{Name: "meter_size", Type: rates.TextFact, Allowed: []string{"3/4", "1"}}},
			Versions: version(
				rates.Charge{ID: "base", Text: "Base charge", Rule: rates.Fixed{Amount: rates.Num("20.00")}},
				rates.Charge{ID: "water", Text: "Water", Rule: rates.Tiered{Tiers: rates.TierList{{UpTo: rates.Num("10"), Price: rates.Num("3.00")}, {Price: rates.Num("5.55")}}}},
			),
		},
		{
			ID: "sewer", Unit: metering.CCF, Rounding: rounding, Select: rates.ByPeriodStart, Proration: rates.Proration{Over: rates.NotProrated}, Usage: rates.ExactUsage,
			Versions: version(rates.Charge{ID: "sewer", Text: "Sewer, for the regional agency", Rule: rates.Fixed{Amount: rates.Num("33.00")}}),
		},
	}}
}

func postings() billing.Postings {
	return billing.Postings{
		{Schedule: "water", Charge: "base"}:  {Kind: "charge", Service: "water", RevenueCode: "4000"},
		{Schedule: "water", Charge: "water"}: {Kind: "charge", Service: "water", RevenueCode: "4000"},
		{Schedule: "sewer", Charge: "sewer"}: {Kind: "charge", Service: "sewer", RevenueCode: "2300", Agency: "M1W"},
	}
}

const march = "[2026-03-01, 2026-03-31)"

// waterOf is the water of an agreement over a period, priced.
func waterOf(t require.TestingT, a billing.Agreement, period string, units int64) billing.Service {
	in := must(a.Input(days(period)))
	usage := used("A-1/"+period, units, period)
	in.Usage = must(usage.Volume(metering.CCF, 0, exact.HalfUp))
	quote, err := must(rates.Compile(book())).Price(in)
	require.NoError(t, err)
	return billing.Service{Agreement: a, Quote: quote, Usage: []metering.Usage{usage}}
}

func sewerOf(t require.TestingT, a billing.Agreement, period string) billing.Service {
	a.Service, a.Schedule, a.Reads, a.Facts, a.ID = "sewer", "sewer", billing.Unmetered, nil, a.ID+"s"
	quote, err := must(rates.Compile(book())).Price(must(a.Input(days(period))))
	require.NoError(t, err)
	return billing.Service{Agreement: a, Quote: quote}
}

// request is a bill of 13 CCF and sewer, of an account that owes nothing.
func request(t require.TestingT) billing.BillRequest {
	a := water("1", "2026-01-01", "")
	return billing.BillRequest{
		Key: "2026-W14", Account: "A-1", Customer: "C-1", Area: "central", Billed: day("2026-04-02"), Due: day("2026-04-23"),
		Services: []billing.Service{waterOf(t, a, march, 13), sewerOf(t, a, march)}, Postings: postings(),
		Before: ledger.Standing{On: day("2026-04-02")}, Draft: billing.Draft{State: billing.NotEnrolled},
	}
}

func TestABillAddsUp(t *testing.T) {
	r := request(t)
	r.Fees = []billing.Fee{{Key: "opening", Text: "Opening an account", Amount: usd(12_00), Source: rates.Citation{Resolution: "placeholder"},
		Posting: billing.Posting{Kind: "fee", Service: "water", RevenueCode: "4100"}}}
	r.Previous, r.Since = usd(120_00), []billing.Activity{{On: day("2026-03-20"), Text: "Payment, thank you", Amount: usd(-100_00)}}
	r.Before.Balance, r.Before.PastDue = usd(20_00), usd(20_00)
	b := must(billing.NewBill(r))

	var sum int64
	var texts []string
	for l := range b.Lines() {
		sum += l.Amount.Cents()
		texts = append(texts, l.Agreement+" "+l.Charge+" "+l.Period.String()+" "+l.Amount.String())
	}
	require.Equal(t, []string{
		"1 base [2026-03-01, 2026-03-31) $20.00", "1 water [2026-03-01, 2026-03-31) $30.00", "1 water [2026-03-01, 2026-03-31) $16.65",
		"1s sewer [2026-03-01, 2026-03-31) $33.00", " opening  $12.00",
	}, texts)
	require.Equal(t, b.Charges(), money.Cents(sum))
	require.Equal(t, usd(111_65), b.Charges())
	was := b.Previous().Cents()
	for _, a := range b.Since() {
		was += a.Amount.Cents()
	}
	require.Equal(t, b.BalanceBefore(), money.Cents(was))
	require.Equal(t, b.BalanceAfter(), money.Cents(b.BalanceBefore().Cents()+b.Charges().Cents()))
	require.Equal(t, usd(131_65), b.AmountDue())
	require.Equal(t, []money.Amount{usd(20_00), usd(20_00)}, []money.Amount{b.DueBefore(), b.PastDue()})
	require.Equal(t, "2026-W14 A-1 C-1 central", b.Key()+" "+b.Account()+" "+b.Customer()+" "+b.Area())
	require.Equal(t, []civil.Date{day("2026-04-02"), day("2026-04-23")}, []civil.Date{b.Billed(), b.Due()})
	require.NoError(t, b.Verify(must(rates.Compile(book()))))
	require.Equal(t, []billing.BilledDays{{Bill: "2026-W14", Agreement: "1", Period: days(march)}, {Bill: "2026-W14", Agreement: "1s", Period: days(march)}}, b.Days())
	require.Equal(t, int64(13), b.Reads("1")[0].Used)
	require.Nil(t, b.Reads("9"))
	require.Len(t, b.Quotes(), 2)
}

// In two cities the printed dates and tiers were not those that were used (failure 7): each line is worked out again from
// what it says itself.
func TestEachLineIsWorkedOutAgainFromWhatItPrints(t *testing.T) {
	for l := range must(billing.NewBill(request(t))).Lines() {
		amount := l.Exact
		if !l.Price.IsZero() {
			amount = l.Quantity.Mul(l.Price)
		}
		again, err := money.FromRatio(amount, exact.HalfUp)
		require.NoError(t, err)
		require.Equal(t, l.Amount, again, l.Text)
		require.Equal(t, days(march), l.Period)
		require.Equal(t, "placeholder", l.Source.Resolution)
	}
}

func TestTheSameBillHasTheSameID(t *testing.T) {
	b := must(billing.NewBill(request(t)))
	r := request(t)
	r.Messages = []billing.Message{{Code: "drought", Text: "Stage 2"}}
	require.Equal(t, b.ID(), must(billing.NewBill(r)).ID())
	r.Key = "2026-W15"
	require.NotEqual(t, b.ID(), must(billing.NewBill(r)).ID())
	require.Equal(t, b.Entries(), must(billing.NewBill(request(t))).Entries())
}

func TestABillIsNotChangedByWhatItWasMadeOf(t *testing.T) {
	r := request(t)
	r.Since, r.Messages = []billing.Activity{{On: day("2026-03-20"), Text: "x"}}, []billing.Message{{Code: "a", Text: "a"}}
	b := must(billing.NewBill(r))
	r.Services[0].Agreement.Facts["meter_size"] = "1"
	r.Services[0].Quote.Input.Facts["meter_size"] = "1"
	r.Services[0].Agreement.ID = "9"
	r.Postings[billing.ChargeOf{Schedule: "water", Charge: "base"}] = billing.Posting{}
	r.Since[0].Text, r.Messages[0].Text = "y", "y"
	b.Quotes()[0].Input.Facts["meter_size"] = "1"
	b.Reads("1")[0].Used = 7
	b.Since()[0].Text = "z"
	require.NoError(t, b.Verify(must(rates.Compile(book()))))
	require.Equal(t, "3/4", b.Quotes()[0].Input.Facts["meter_size"])
	require.Equal(t, int64(13), b.Reads("1")[0].Used)
	require.Equal(t, "x a", b.Since()[0].Text+" "+b.Messages()[0].Text)
	require.Equal(t, "4000", slices.Collect(b.Lines())[0].Posting.RevenueCode)
}

func TestABillStatesEverything(t *testing.T) {
	level := &ledger.LevelPay{Key: "L", Account: "A-1", Term: days("[2026-01-01, 2027-01-01)"), Kinds: []ledger.Kind{"charge"},
		Installments: []ledger.Installment{{Billed: day("2026-04-02"), Due: day("2026-04-23"), Amount: usd(55_00)}}}
	for says, change := range map[string]func(*billing.BillRequest){
		"E_BILL: key: ":      func(r *billing.BillRequest) { r.Key = "" },
		"E_BILL: account: ":  func(r *billing.BillRequest) { r.Account = "" },
		"E_BILL: customer: ": func(r *billing.BillRequest) { r.Customer = "" },
		"E_BILL: area: ":     func(r *billing.BillRequest) { r.Area = "" },
		"E_BILL: due: the":   func(r *billing.BillRequest) { r.Due = civil.Date{} },
		"E_BILL: due: it is": func(r *billing.BillRequest) { r.Due = day("2026-04-01") },
		"E_BILL: before: ":   func(r *billing.BillRequest) { r.Before.On = day("2026-04-01") },
		"E_BILL: services: ": func(r *billing.BillRequest) { r.Services = nil },
		"E_BILL: amounts: ":  func(r *billing.BillRequest) { r.Previous, r.Before.Balance = usd(2e13), usd(2e13) },
		"E_BILL: messages[0]": func(r *billing.BillRequest) {
			r.Messages = []billing.Message{{Code: "x"}}
		},
		"E_BILL_FIGURES: since: the last balance and what happened since come to $1.00, and the account owes $0.00": func(r *billing.BillRequest) {
			r.Previous = usd(1_00)
		},
		"E_BILL_DRAFT_STATE: draft: ": func(r *billing.BillRequest) { r.Draft = billing.Draft{} },
		"E_BILL_DRAFT_STATE: draft:":  func(r *billing.BillRequest) { r.Draft = billing.Draft{State: billing.WillBeDrafted} },
		"E_BILL_DRAFT_STATE: draft":   func(r *billing.BillRequest) { r.Draft = billing.Draft{State: billing.DraftSuspended} },
		"E_BILL_DRAFT_STATE: draft: it ": func(r *billing.BillRequest) {
			r.Draft = billing.Draft{State: billing.NotEnrolled, On: day("2026-04-23")}
		},
		"E_BILL_DRAFT_STATE: draft.on: ": func(r *billing.BillRequest) {
			r.Draft = billing.Draft{State: billing.WillBeDrafted, On: day("2026-04-01")}
		},
		"E_BILL: fees[0]: its key":  func(r *billing.BillRequest) { r.Fees = []billing.Fee{fee("", 1)} },
		"E_BILL: fees[0]: it is":    func(r *billing.BillRequest) { r.Fees = []billing.Fee{fee("a", -1)} },
		"E_BILL: fees[1]: the key":  func(r *billing.BillRequest) { r.Fees = []billing.Fee{fee("a", 1), fee("a", 1)} },
		"E_POSTING: fees[0].postin": func(r *billing.BillRequest) { f := fee("a", 1); f.Posting.RevenueCode = ""; r.Fees = []billing.Fee{f} },
		"E_POSTING: services[0].charge base: nothing": func(r *billing.BillRequest) {
			delete(r.Postings, billing.ChargeOf{Schedule: "water", Charge: "base"})
		},
		"E_POSTING: services[0].charge base: its": func(r *billing.BillRequest) {
			r.Postings[billing.ChargeOf{Schedule: "water", Charge: "base"}] = billing.Posting{Kind: "charge", Service: "water"}
		},
		"E_POSTING: services[0].charge base: its kind": func(r *billing.BillRequest) {
			r.Postings[billing.ChargeOf{Schedule: "water", Charge: "base"}] = billing.Posting{Kind: ledger.KindCredit, Service: "water", RevenueCode: "1"}
		},
		"E_BILL: services[2].agreement: agreement 1 stands there for [2026-03-01, 2026-03-31) and [2026-03-01, 2026-03-31)": func(r *billing.BillRequest) {
			r.Services = append(r.Services, r.Services[0])
		},
		"E_BILL: services[2].agreement: agreement 1 stands there for [2026-03-01, 2026-03-31) and [2026-03-30, 2026-04-02)": func(r *billing.BillRequest) {
			r.Services = append(r.Services, waterOf(t, r.Services[0].Agreement, "[2026-03-30, 2026-04-02)", 1))
		},
		"E_BILL: services[0].agreement: agreement 1 is of customer C-7, and the bill of C-1": func(r *billing.BillRequest) { r.Services[0].Agreement.Customer = "C-7" },
		"services[0].agreement: agreement 1 is of account A-9":                               func(r *billing.BillRequest) { r.Services[0].Agreement.Account = "A-9" },
		"services[0].quote: the quote was made by no book":                                   func(r *billing.BillRequest) { r.Services[0].Quote = rates.Quote{} },
		"services[0].quote: the quote was not priced by":                                     func(r *billing.BillRequest) { r.Services[0].Agreement.Facts["meter_size"] = "1" },
		"services[0].quote: the quote was not priced by the":                                 func(r *billing.BillRequest) { r.Services[0].Agreement.Schedule = "other" },
		"E_SERVICE_DAYS: period":                                                             func(r *billing.BillRequest) { r.Services[0].Agreement.From = day("2026-03-02") },
		"E_BILLED_USAGE: services[0].usage: agreement 1 is metered, and there is no":         func(r *billing.BillRequest) { r.Services[0].Usage = nil },
		"E_BILLED_USAGE: services[1].usage: agreement 1s is unmetered": func(r *billing.BillRequest) {
			r.Services[1].Usage = r.Services[0].Usage
		},
		"E_BILLED_USAGE: services[0].usage: 13 CCF was priced, and 14 was measured": func(r *billing.BillRequest) {
			r.Services[0].Usage = []metering.Usage{used("k", 14, march)}
		},
		"E_BILLED_USAGE: services[0].usage: 13 CCF was priced, and 12 was measured": func(r *billing.BillRequest) {
			r.Services[0].Usage = []metering.Usage{used("k", 12, march)}
		},
		"E_BILLED_USAGE: services[0].usage: usage k is of": func(r *billing.BillRequest) {
			r.Services[0].Usage = []metering.Usage{used("k", 13, "[2026-03-01, 2026-03-30)")}
		},
		"E_BILLED_USAGE: services[0].usage: usage k stands there twice": func(r *billing.BillRequest) {
			r.Services[0].Usage = []metering.Usage{used("k", 6, march), used("k", 7, march)}
		},
		"E_BILL_LEVEL_PAY: level: the account is on level pay, and": func(r *billing.BillRequest) { r.Before.OnLevelPay = true },
		"E_BILL_LEVEL_PAY: level: the account is on no level":       func(r *billing.BillRequest) { r.Level = level },
		"E_BILL_LEVEL_PAY: level: the agreement is of account A-7":  func(r *billing.BillRequest) { l := *level; l.Account, r.Before.OnLevelPay, r.Level = "A-7", true, &l },
		"E_BILL_LEVEL_PAY: level: E_LEVEL_PAY":                      func(r *billing.BillRequest) { l := *level; l.Key, r.Before.OnLevelPay, r.Level = "", true, &l },
	} {
		r := request(t)
		change(&r)
		_, err := billing.NewBill(r)
		require.ErrorContains(t, err, says)
	}
}

func fee(key string, cents int64) billing.Fee {
	return billing.Fee{Key: key, Text: "A fee", Amount: usd(cents), Source: rates.Citation{Resolution: "placeholder"},
		Posting: billing.Posting{Kind: "fee", Service: "water", RevenueCode: "4100"}}
}

// world is an account with what a month has brought it, in a ledger.
func TestABillAsksForWhatTheLedgerSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var books ledger.Ledger
		billed := day("2026-04-02")
		old := ledger.Item{Account: "A-1", Area: "central", Kind: "charge", Service: "water", RevenueCode: "4000", Billed: day("2026-03-02"), Due: day("2026-03-23")}
		first := ledger.Entry{Cause: ledger.Billed, Key: "old", Effective: old.Billed, Accounting: old.Billed,
			Opens: []ledger.Open{{Item: old, Amount: usd(rapid.Int64Range(1, 200_00).Draw(t, "old")), Against: old.Against()}}}
		require.True(t, must(books.Post(first)))
		if paid := rapid.Int64Range(0, 400_00).Draw(t, "paid"); paid > 0 {
			due := books.Balance(ledger.OfItem(first.ItemID(0))).Cents()
			e := ledger.Entry{Cause: ledger.Paid, Key: "r", Effective: day("2026-03-20"), Accounting: day("2026-03-20"), Moves: []ledger.Move{
				{From: ledger.Clearing("lockbox"), To: ledger.OfItem(first.ItemID(0)), Amount: usd(min(paid, due)), RevenueCode: "4000"}}}
			if paid > due {
				e.Moves = append(e.Moves, ledger.Move{From: ledger.Clearing("lockbox"), To: ledger.CreditOf("A-1", "central"), Amount: usd(paid - due), RevenueCode: "2200"})
			}
			require.True(t, must(books.Post(e)))
		}
		var terms ledger.Terms
		if over := rapid.Int64Range(0, 150_00).Draw(t, "pending"); over > 0 {
			terms.Pending = []ledger.Pending{{Key: "p", Kind: ledger.HeldBatch, Account: "A-1", Amount: usd(over), From: day("2026-04-01")}}
		}
		var level *ledger.LevelPay
		if rapid.Bool().Draw(t, "level pay") {
			level = &ledger.LevelPay{Key: "L", Account: "A-1", Term: days("[2026-01-01, 2027-01-01)"), Kinds: []ledger.Kind{"charge"}}
			for _, on := range []string{"2026-03-02", "2026-04-02", "2026-05-02"} {
				level.Installments = append(level.Installments, ledger.Installment{
					Billed: day(on), Due: must(day(on).AddDays(21)), Amount: usd(rapid.Int64Range(1, 150_00).Draw(t, "level"))})
			}
			if rapid.Bool().Draw(t, "settled") {
				level.Settled, level.SettlementDue = billed, day("2026-04-23")
			}
			terms.LevelPay = []ledger.LevelPay{*level}
		}
		account := must(books.Account("A-1", terms))
		before := must(account.Standing(billed))
		r := request(t)
		r.Before, r.Previous, r.Level = before, before.Balance, level
		if rapid.Bool().Draw(t, "fee") {
			r.Fees = []billing.Fee{fee("a", rapid.Int64Range(0, 20_00).Draw(t, "fee of"))}
		}
		if rebate := rapid.Int64Range(0, 300).Draw(t, "rebate"); rebate > 0 {
			kind := rapid.SampledFrom([]ledger.Kind{"charge", "rebate"}).Draw(t, "kind")
			r.Services[0] = rebated(t, &r, strconv.FormatInt(rebate, 10), billing.Posting{Kind: kind, Service: "water", RevenueCode: rapid.SampledFrom([]string{"4000", "4900"}).Draw(t, "code")})
		}
		b := must(billing.NewBill(r))
		for _, e := range b.Entries() {
			require.True(t, must(books.Post(e)))
			require.False(t, must(books.Post(e)), "a re-run is the same bill")
		}
		after := must(must(books.Account("A-1", terms)).Standing(billed))
		require.Equal(t, after.Due(), b.AmountDue())
		require.Equal(t, after.PastDue, b.PastDue())
		require.Equal(t, after.Balance, b.BalanceAfter())
		require.Equal(t, after.Later, b.Later())
		require.NoError(t, books.Check())
	})
}

// rebated is water of 13 CCF less a rebate in dollars, which is entered by a posting.
func rebated(t require.TestingT, r *billing.BillRequest, dollars string, p billing.Posting) billing.Service {
	bk := book()
	bk.Schedules[0].Versions[0].Charges = append(bk.Schedules[0].Versions[0].Charges, rates.Charge{ID: "rebate", Text: "Rebate", Rule: rates.Credit{Amount: rates.Num(dollars)}})
	r.Postings[billing.ChargeOf{Schedule: "water", Charge: "rebate"}] = p
	s := waterOf(t, water("1", "2026-01-01", ""), march, 13)
	quote, err := must(rates.Compile(bk)).Price(s.Quote.Input)
	require.NoError(t, err)
	s.Quote = quote
	return s
}

// A bill whose credits exceed its charges lowers what was due before it, down to nothing.
func TestABillInCreditAsksForLess(t *testing.T) {
	for rebate, due := range map[string]money.Amount{"86.65": usd(30_00), "116.65": usd(0), "143.65": usd(0)} {
		r := request(t)
		r.Services = []billing.Service{rebated(t, &r, rebate, billing.Posting{Kind: "charge", Service: "water", RevenueCode: "4000"})}
		r.Previous, r.Before.Balance, r.Before.PastDue = usd(50_00), usd(50_00), usd(50_00)
		b := must(billing.NewBill(r))
		require.Equal(t, []money.Amount{due, due, due}, []money.Amount{b.AmountDue(), b.DueBefore(), b.PastDue()}, rebate)
	}
}

func TestWhatABillSaysOfItself(t *testing.T) {
	r := request(t)
	codes := func(r billing.BillRequest) []string {
		var list []string
		for _, m := range must(billing.NewBill(r)).Messages() {
			list = append(list, m.Code+": "+m.Text)
		}
		return list
	}
	require.Empty(t, codes(r))
	r.Messages = []billing.Message{{Code: "drought", Text: "Stage 2: no watering at noon."}}
	r.Draft = billing.Draft{State: billing.WillBeDrafted, On: day("2026-04-23")}
	require.Equal(t, []string{"automatic draft: Do not pay: $99.65 will be drafted on 2026-04-23.", "drought: Stage 2: no watering at noon."}, codes(r))
	r.Previous, r.Before.Balance, r.Before.Credit = usd(-150_00), usd(-150_00), usd(150_00)
	require.Equal(t, []string{"automatic draft: Nothing is due, and nothing will be drafted.", "credit balance: $99.65 of your credit is used for this bill.",
		"drought: Stage 2: no watering at noon."}, codes(r))
	r.Draft = billing.Draft{State: billing.DraftSuspended, Why: "the last one was returned"}
	r.Messages = nil
	r.Before.Credit, r.Before.PendingOver = usd(50_00), usd(30_00)
	require.Equal(t, []string{"automatic draft suspended: This bill is not drafted: the last one was returned. Please pay it.",
		"credit balance: $50.00 of your credit is used for this bill.", "payment on its way: $30.00 on its way is taken as paid."}, codes(r))
	b := must(billing.NewBill(r))
	require.Equal(t, []money.Amount{usd(19_65), usd(50_00), usd(30_00)}, []money.Amount{b.AmountDue(), b.ByCredit(), b.ByPending()})
	require.Equal(t, billing.DraftSuspended, b.Draft().State)

	r = request(t)
	r.Before.OnLevelPay, r.Before.Current, r.Before.Later, r.Before.Balance, r.Previous = true, usd(55_00), usd(-55_00), usd(0), usd(0)
	r.Level = &ledger.LevelPay{Key: "L", Account: "A-1", Term: days("[2026-01-01, 2027-01-01)"), Kinds: []ledger.Kind{"charge"},
		Installments: []ledger.Installment{{Billed: day("2026-04-02"), Due: day("2026-04-23"), Amount: usd(55_00)}}}
	require.Equal(t, []string{"level pay: Level pay: $55.00 of 2026-04-02 is asked for; charges of this bill are $99.65."}, codes(r))
	b = must(billing.NewBill(r))
	require.Equal(t, []money.Amount{usd(55_00), usd(55_00), usd(44_65)}, []money.Amount{b.AmountDue(), b.LevelAmount(), b.Later()})
}

// A bill that was late has two periods of one agreement: each is a service of its own, and no day is in both.
func TestABillMayHaveSeveralPeriodsOfAnAgreement(t *testing.T) {
	a := water("1", "2026-01-01", "")
	february := "[2026-02-01, 2026-03-01)"
	r := request(t)
	r.Services = []billing.Service{waterOf(t, a, february, 12), waterOf(t, a, march, 13)}
	b := must(billing.NewBill(r))
	require.Equal(t, usd(61_10+66_65), b.Charges())
	require.Equal(t, []billing.BilledDays{{Bill: "2026-W14", Agreement: "1", Period: days(february)}, {Bill: "2026-W14", Agreement: "1", Period: days(march)}}, b.Days())
	reads := b.Reads("1")
	require.Len(t, reads, 2, "the readings of both")
	require.Equal(t, []civil.Period{days(february), days(march)}, []civil.Period{reads[0].Period, reads[1].Period})

	once := water("1", "2026-03-15", "2026-03-15") // a day without an end is billed once, too
	r.Services = []billing.Service{waterOf(t, once, "[2026-03-15, 2026-03-15)", 2), waterOf(t, once, "[2026-03-15, 2026-03-15)", 2)}
	_, err := billing.NewBill(r)
	require.ErrorContains(t, err, "services[1].agreement: agreement 1 stands there for")
}

// A quote that was refused has lines and no amount: it is on no bill, and no re-bill.
func TestARefusedQuoteIsNotBilled(t *testing.T) {
	bk := book()
	bk.Schedules[0].Versions[0].Charges[0].Rule = rates.Fixed{Amount: rates.Table{By: []string{"meter_size"}, Rows: []rates.Row{{Key: []string{"1"}, Value: rates.Num("36.07")}}}}
	s := waterOf(t, water("1", "2026-01-01", ""), march, 13)
	quote, err := must(rates.Compile(bk)).Price(s.Quote.Input)
	require.Error(t, err)
	require.True(t, quote.Refused())
	require.Len(t, slices.Collect(quote.Lines()), 2, "the tiers were priced")
	s.Quote = quote
	r := request(t)
	r.Services[0] = s
	_, err = billing.NewBill(r)
	require.ErrorContains(t, err, "E_BILL: services[0].quote: the quote was refused: it has no amount")
	books, b := billedBooks(t, 0)
	_, err = b.Rebill(again("RB-1", s), books)
	require.ErrorContains(t, err, "the quote was refused")
}

// The days of a bill that was taken back are billed by none.
func TestDaysOfABillThatWasTakenBackAreNotBilled(t *testing.T) {
	b := must(billing.NewBill(request(t)))
	var books ledger.Ledger
	require.True(t, must(books.Post(b.Entries()[0])))
	through := day("2026-03-31")
	a := water("1", "2026-03-01", "")
	require.Equal(t, b.Days(), b.DaysIn(&books))
	require.True(t, must(a.Coverage(b.DaysIn(&books), through)).Complete())
	require.True(t, must(books.Post(must(books.Reverse(b.Entries()[0].ID(), "void", ledger.Billed, day("2026-04-10"), day("2026-04-10"))))))
	require.Equal(t, []civil.Period{days(march)}, must(a.Coverage(b.DaysIn(&books), through)).Unbilled)
}

// An estimate is told on the bill (failure 2).
func TestAnEstimatedUsageIsToldOnTheBill(t *testing.T) {
	dial := metering.Register{ID: "1", Dials: 6, Multiplier: must(exact.NewNumber(1, 0)), Unit: metering.CCF}
	first := metering.Reading{Meter: "7088", Register: "1", State: metering.Read, Digits: 1000, Day: day("2026-03-01"), Source: metering.Actual}
	rule := metering.EstimateRule{MaxInRow: 3, Method: metering.EstimateMethod{Title: "class", Kind: metering.ClassMean, ClassDaily: must(metering.ParseVolume("0.5 CCF"))}}
	m, _, err := metering.Estimate(must(metering.Open(dial, first)), dial, day("2026-03-31"), rule, nil)
	require.NoError(t, err)
	usage := must(must(metering.NewReview("A-1", day("2026-03-31"), m, "days")).Billable())
	a := water("1", "2026-01-01", "")
	in := must(a.Input(days(march)))
	in.Usage = must(usage.Volume(metering.CCF, 0, exact.HalfUp))
	r := request(t)
	r.Services = []billing.Service{{Agreement: a, Quote: must(must(rates.Compile(book())).Price(in)), Usage: []metering.Usage{usage}}}
	b := must(billing.NewBill(r))
	require.Equal(t, billing.MessageEstimated, b.Messages()[0].Code)
	require.Equal(t, "The water usage of [2026-03-01, 2026-03-31) is estimated, and is settled by the next reading.", b.Messages()[0].Text)
	require.True(t, b.Reads("1")[0].Estimated)
}

// A credit of a schedule lowers the item of its posting; what exceeds that is the account's credit, and no charge below zero.
func TestACreditOfTheScheduleLowersItsItemOrBecomesCredit(t *testing.T) {
	b := book()
	b.Schedules[0].Versions[0].Charges = append(b.Schedules[0].Versions[0].Charges,
		rates.Charge{ID: "lifeline", Text: "Lifeline credit", Rule: rates.Credit{Amount: rates.Num("25.00")}})
	engine := must(rates.Compile(b))
	a := water("1", "2026-01-01", "")
	in := must(a.Input(days(march)))
	usage := used("A-1", 13, march)
	in.Usage = must(usage.Volume(metering.CCF, 0, exact.HalfUp))
	r := request(t)
	r.Services = []billing.Service{{Agreement: a, Quote: must(engine.Price(in)), Usage: []metering.Usage{usage}}}
	same := billing.Posting{Kind: "charge", Service: "water", RevenueCode: "4000"}
	r.Postings[billing.ChargeOf{Schedule: "water", Charge: "lifeline"}] = same
	entries := must(billing.NewBill(r)).Entries()
	require.Len(t, entries, 1)
	require.Len(t, entries[0].Opens, 1)
	require.Equal(t, usd(41_65), entries[0].Opens[0].Amount)

	r.Postings[billing.ChargeOf{Schedule: "water", Charge: "lifeline"}] = billing.Posting{Kind: "lifeline", Service: "water", RevenueCode: "4900"}
	apart := must(billing.NewBill(r))
	entries = apart.Entries()
	require.Len(t, entries, 2)
	require.Equal(t, usd(66_65), entries[0].Opens[0].Amount)
	require.Equal(t, entries[0].ID(), entries[1].Parent)
	var books ledger.Ledger
	for _, e := range entries {
		require.True(t, must(books.Post(e)))
	}
	require.NoError(t, books.Check())
	require.Equal(t, usd(25_00), books.Balance(ledger.CreditOf("A-1", "central")))
	require.Equal(t, apart.Charges(), must(must(books.Account("A-1", ledger.Terms{})).Standing(day("2026-04-02"))).Balance)

	r.Postings[billing.ChargeOf{Schedule: "water", Charge: "lifeline"}] = billing.Posting{Kind: "lifeline", Service: "water", RevenueCode: "2300", Agency: "M1W"}
	require.Equal(t, ledger.AgencyPayable("M1W"), must(billing.NewBill(r)).Entries()[1].Moves[0].From)
}
