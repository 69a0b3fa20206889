package deposit_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments/deposit"
)

// rule asks all customers for a flat amount and so many average months.
func rule(tenure deposit.Tenure, when deposit.When, flat int64, times string) deposit.AskRule {
	return deposit.AskRule{
		Tenure: tenure, When: when, Flat: policy.Is(usd(flat)), Times: policy.Is(decimal.RequireFromString(times)), EachShutoff: policy.Is(usd(0)), AtMost: policy.None[exact.Number](),
	}
}

// asks is a policy of rules. What the pages do not say is invented: the mean of the year's monthly bills, of which one makes a history.
func asks(title string, rules ...deposit.AskRule) deposit.AskPolicy {
	p := deposit.AskPolicy{
		Title: title, Citation: "rules.md section 4", Rules: rules, ShutoffMonths: policy.Is(0), Waived: deposit.Never, Rounding: exact.HalfUp,
		DueDays: policy.Is(21), Installments: policy.Is(4), InstallmentMonths: policy.Is(1), Kind: "deposit", Service: "water", RevenueCode: "2300",
	}
	if slices.ContainsFunc(rules, func(r deposit.AskRule) bool { _, capped := r.AtMost.Value(); return capped || !r.Times.Get().IsZero() }) {
		p.Average = &deposit.Average{
			Of: deposit.OfAccount, Months: policy.Is(12), Mean: deposit.ByBill, BillMonths: policy.Of(number("1")), DaysPerMonth: policy.None[exact.Number](),
			Least: policy.Is(1), NoHistory: policy.None[money.Amount](),
		}
	}
	return p
}

// coastsideAsks is the greater of 75.00 and one average month.
func coastsideAsks() deposit.AskPolicy {
	return asks("Coastside CWD", rule(deposit.AnyTenure, deposit.Always, 75_00, "1"))
}

// bearValleyAsks is at most 3 average months; how much below that its page does not say.
func bearValleyAsks(flat policy.Value[money.Amount]) deposit.AskPolicy {
	r := rule(deposit.AnyTenure, deposit.Always, 0, "0")
	r.Flat, r.AtMost = flat, policy.Of(number("3"))
	return asks("Bear Valley CSD", r)
}

// desertAsks is 2 average months after a shutoff, and nothing before.
func desertAsks() deposit.AskPolicy {
	return asks("Desert WA", rule(deposit.AnyTenure, deposit.BeforeShutoff, 0, "0"), rule(deposit.AnyTenure, deposit.AfterShutoff, 0, "2"))
}

// wawncAsks is 50.00 of an owner and 200.00 of a tenant, and 50.00 more for each shutoff.
func wawncAsks() deposit.AskPolicy {
	owner, tenant := rule(deposit.Owner, deposit.Always, 50_00, "0"), rule(deposit.Tenant, deposit.Always, 200_00, "0")
	owner.EachShutoff, tenant.EachShutoff = policy.Is(usd(50_00)), policy.Is(usd(50_00))
	return asks("WAWNC", owner, tenant)
}

func number(text string) exact.Number { return must(exact.ParseNumber(text)) }

// asking are the facts of an account with monthly bills of so many cents before June 2026.
func asking(account string, bills ...int64) deposit.AskFacts {
	f := deposit.AskFacts{Facts: facts(account), Area: "Ord"}
	for i, cents := range bills {
		from := must(day("2026-05-01").AddMonths(i + 1 - len(bills)))
		f.Bills = append(f.Bills, deposit.Bill{Account: account, Period: must(civil.NewPeriod(from, must(from.AddMonths(1)))), Amount: usd(cents)})
	}
	return f
}

const askDay = "2026-06-15"

func (b *books) ask(p deposit.AskPolicy, f deposit.AskFacts) deposit.Asked {
	b.t.Helper()
	a, err := p.Ask(&b.l, b.held(f.Account), f, day(askDay))
	require.NoError(b.t, err)
	return a
}

// Every row of rules.md section 4 that states an amount.
func TestTheDepositsOfTheDistricts(t *testing.T) {
	shutoff := func(f deposit.AskFacts, days ...string) deposit.AskFacts {
		for _, d := range days {
			f.Shutoffs = append(f.Shutoffs, day(d))
		}
		return f
	}
	tenure := func(f deposit.AskFacts, of deposit.Tenure) deposit.AskFacts { f.Tenure = of; return f }
	for _, c := range []struct {
		name     string
		policy   deposit.AskPolicy
		facts    deposit.AskFacts
		required int64
		words    string
	}{
		{"Coastside, a low average", coastsideAsks(), asking(acct, 60_00, 70_00), 75_00,
			"average month $65.00: $130.00 for 2 bills of 1 month of the account in 12 months; the greater of $75.00 flat and of 1 times the average month, $65.00 (tenure any, always)"},
		{"Coastside, a high average", coastsideAsks(), asking(acct, 90_00, 101_01), 95_51,
			"average month $95.51: $191.01 for 2 bills of 1 month of the account in 12 months; the greater of $75.00 flat and of 1 times the average month, $95.51 (tenure any, always)"},
		{"Coastside, a new customer", coastsideAsks(), asking(acct), 75_00,
			"no history: 0 bills of the account in 12 months, and 1 asked for; $75.00 flat alone, without an average month (tenure any, always)"},
		{"Bear Valley cap", bearValleyAsks(policy.Is(usd(200_00))), asking(acct, 40_00, 40_01), 120_01,
			"average month $40.01: $80.01 for 2 bills of 1 month of the account in 12 months; $200.00 flat (tenure any, always); at most 3 times the average month, $120.01: $120.01"},
		{"Bear Valley, below its cap", bearValleyAsks(policy.Is(usd(100_00))), asking(acct, 40_00), 100_00,
			"average month $40.00: $40.00 for 1 bill of 1 month of the account in 12 months; $100.00 flat (tenure any, always); at most 3 times the average month, $120.00: $100.00"},
		{"Desert WA, no shutoff", desertAsks(), asking(acct, 61_00), 0, "$0.00 flat (tenure any, before shutoff)"},
		{"Desert WA, after a shutoff", desertAsks(), shutoff(asking(acct, 61_00, 62_01), "2026-03-30"), 123_01,
			"average month $61.51: $123.01 for 2 bills of 1 month of the account in 12 months; 2 times the average month, $123.01 (tenure any, after shutoff)"},
		{"WAWNC owner", wawncAsks(), tenure(asking(acct), deposit.Owner), 50_00, "$50.00 flat (tenure owner, always)"},
		{"WAWNC tenant", wawncAsks(), tenure(asking(acct), deposit.Tenant), 200_00, "$200.00 flat (tenure tenant, always)"},
		{"WAWNC tenant after two shutoffs", wawncAsks(), shutoff(tenure(asking(acct), deposit.Tenant), "2026-03-30", "2025-01-04", "2026-03-30"), 300_00,
			"$200.00 flat (tenure tenant, always); $50.00 more for each of 2 shutoffs (2025-01-04, 2026-03-30)"},
		{"WAWNC owner after a shutoff", wawncAsks(), shutoff(tenure(asking(acct), deposit.Owner), "2026-03-30"), 100_00,
			"$50.00 flat (tenure owner, always); $50.00 more for each of 1 shutoff (2026-03-30)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.NoError(t, c.policy.Check())
			a := newBooks(t).ask(c.policy, c.facts)
			require.Equal(t, usd(c.required), a.Required)
			require.Equal(t, usd(c.required), a.More)
			require.Equal(t, c.words+fmt.Sprintf("; %s is asked for, $0.00 is held and $0.00 is charged and not paid: %s more", a.Required, a.More), a.Words())
			require.Equal(t, c.policy.Title, a.Policy)
		})
	}
}

// Bear Valley, Marina Coast and North Marin do not say how much: what is not known is asked for of nobody.
func TestAnAmountThatIsNotKnownIsNotAskedFor(t *testing.T) {
	p, err := parseAsk(strings.Replace(askSrc, "flat: 75.00", "flat: {unknown: not published}", 1))
	require.NoError(t, err)
	b := newBooks(t)
	_, err = p.Ask(&b.l, b.held(acct), asking(acct, 60_00), day(askDay))
	require.ErrorIs(t, err, policy.ErrNotKnown)
	require.ErrorContains(t, err, "not published")
}

// Bear Valley's cap is on all of it, shutoffs too, and no rounding goes above it.
func TestTheCapIsOnAllOfIt(t *testing.T) {
	p := bearValleyAsks(policy.Is(usd(100_00)))
	p.Rules[0].EachShutoff, p.Rounding = policy.Is(usd(50_00)), exact.Up
	f := asking(acct, 40_00, 40_00, 40_01)
	f.Shutoffs = []civil.Date{day("2026-03-30"), day("2026-04-30")}
	require.Equal(t, usd(120_01), newBooks(t).ask(p, f).Required)
	f = asking(acct, 40_00, 40_00, 40_00, 40_00, 40_00, 40_01) // 3 average months are 120.005
	f.Shutoffs = []civil.Date{day("2026-03-30")}
	require.Equal(t, usd(120_00), newBooks(t).ask(p, f).Required)
	p.Rules[0].AtMost = policy.None[exact.Number]()
	require.Equal(t, usd(150_00), newBooks(t).ask(p, f).Required)
}

// What is held and what is charged is asked for no more; what a bank took back is asked for again.
func TestOnlyWhatIsNotHeldOrChargedIsAskedFor(t *testing.T) {
	b := newBooks(t)
	tenant := asking(acct)
	tenant.Tenure = deposit.Tenant
	item := b.charge(acct, "ask", "2026-01-10", "2026-04-15", 120_00, true)
	paid := b.pay("part", "2026-01-15", item, 50_00)
	a := b.ask(wawncAsks(), tenant)
	require.Equal(t, []money.Amount{usd(200_00), usd(50_00), usd(70_00), usd(80_00)}, []money.Amount{a.Required, a.Held, a.Charged, a.More})
	require.Equal(t, "$200.00 is asked for, $50.00 is held and $70.00 is charged and not paid: $80.00 more", a.Steps[len(a.Steps)-1])
	b.post(must(b.l.Reverse(paid, "back", ledger.Returned, day("2026-01-20"), day("2026-01-20"))))
	require.Equal(t, usd(80_00), b.ask(wawncAsks(), tenant).More, "it is owed again as it was charged")
	owner := tenant
	owner.Tenure = deposit.Owner
	require.Equal(t, usd(0), b.ask(wawncAsks(), owner).More, "more than is asked for takes nothing back")
	b.pay("whole", "2026-02-01", item, 120_00)
	b.post(entry(ledger.DepositApplied, "used", "2026-03-01", ledger.Move{From: ledger.DepositOf(acct, "Ord"), To: ledger.CreditOf(acct, "Ord"), Amount: usd(20_00), RevenueCode: "2300"}))
	require.Equal(t, usd(100_00), b.ask(wawncAsks(), tenant).More, "what was used is asked for again")
	owner.Closed = day("2026-06-01")
	require.Equal(t, "closed on 2026-06-01: the account is asked for none; $0.00 is asked for, $100.00 is held and $0.00 is charged and not paid: $0.00 more", b.ask(wawncAsks(), owner).Words())
}

func TestTheAverageMonthIsOfTheBillsThatThePolicySays(t *testing.T) {
	base := desertAsks()
	twice := asking(acct, 60_00, 80_00)
	twice.Shutoffs = []civil.Date{day("2026-03-30")}
	other := deposit.Bill{Account: "other", Period: civil.MustPeriod("[2026-03-01, 2026-04-01)"), Amount: usd(10_00)}
	old := deposit.Bill{Account: acct, Period: civil.MustPeriod("[2025-05-15, 2025-06-15)"), Amount: usd(500_00)}
	edge := deposit.Bill{Account: acct, Period: civil.MustPeriod("[2025-05-15, 2025-06-16)"), Amount: usd(10_00)}
	for name, c := range map[string]struct {
		change  func(a *deposit.Average)
		bills   []deposit.Bill
		average int64
		words   string
	}{
		"of the account":      {func(*deposit.Average) {}, []deposit.Bill{other}, 70_00, "2 bills of 1 month of the account"},
		"of the premise":      {func(a *deposit.Average) { a.Of = deposit.OfPremise }, []deposit.Bill{other}, 50_00, "3 bills of 1 month of the premise"},
		"older bills":         {func(*deposit.Average) {}, []deposit.Bill{old}, 70_00, ""},
		"the last day counts": {func(*deposit.Average) {}, []deposit.Bill{edge}, 50_00, "3 bills"},
		"bills of two months": {func(a *deposit.Average) { a.BillMonths = policy.Of(number("2")) }, nil, 35_00, "2 bills of 2 months"},
		"by day": {func(a *deposit.Average) {
			a.Mean, a.BillMonths, a.DaysPerMonth = deposit.ByDay, policy.None[exact.Number](), policy.Of(number("30.42"))
		}, nil, 69_82, "$140.00 for 61 days, of which a month has 30.42"},
		"too few":                  {func(a *deposit.Average) { a.Least, a.NoHistory = policy.Is(3), policy.Of(usd(55_00)) }, nil, 55_00, "no history (2 bills of the account in 12 months, and 3 asked for): $55.00 stands for an average month"},
		"as many as are asked for": {func(a *deposit.Average) { a.Least, a.NoHistory = policy.Is(2), policy.Of(usd(55_00)) }, nil, 70_00, ""},
		"never below zero":         {func(*deposit.Average) {}, []deposit.Bill{{Account: acct, Period: edge.Period, Amount: usd(-900_00)}}, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := base
			average := *base.Average
			c.change(&average)
			p.Average = &average
			require.NoError(t, p.Check())
			f := twice
			f.Bills = slices.Concat(c.bills, twice.Bills)
			a := newBooks(t).ask(p, f)
			require.Equal(t, usd(c.average), a.Average.Amount)
			require.Contains(t, a.Average.Words, c.words)
			if !a.Average.Stated && c.average%100 == 0 {
				require.Equal(t, usd(2*c.average), a.Required)
			}
		})
	}
}

// An average month that nobody knows and the policy states nothing for is no zero.
func TestNoHistoryIsNoZero(t *testing.T) {
	b := newBooks(t)
	f := asking(acct)
	f.Shutoffs = []civil.Date{day("2026-03-30")}
	for _, p := range []deposit.AskPolicy{desertAsks(), bearValleyAsks(policy.Is(usd(100_00)))} {
		_, err := p.Ask(&b.l, b.held(acct), f, day(askDay))
		require.ErrorIs(t, err, deposit.ErrFacts)
		require.ErrorContains(t, err, p.Title+": the deposit is counted in average months, and there is none: no history: 0 bills")
	}
}

func TestAShutoffCountsInThePolicysMonths(t *testing.T) {
	p := desertAsks()
	p.ShutoffMonths = policy.Is(12)
	f := asking(acct, 50_00)
	for on, required := range map[string]int64{"2025-06-15": 100_00, "2025-06-14": 0} {
		f.Shutoffs = []civil.Date{day(on)}
		require.Equal(t, usd(required), newBooks(t).ask(p, f).Required, on)
	}
	p.ShutoffMonths = policy.Is(0)
	require.Equal(t, usd(100_00), newBooks(t).ask(p, f).Required, "ever")
}

// goodRecord waives the deposit after a year without a late payment, a shutoff or a returned payment.
func goodRecord(p deposit.AskPolicy) deposit.AskPolicy {
	p.Waived = deposit.ForGoodRecord
	p.Record = &deposit.Record{Months: policy.Is(12), LateAllowed: policy.Is(0), GraceDays: policy.Is(0), Shutoff: deposit.Bars, ReturnedItem: deposit.Bars}
	return p
}

func TestAGoodRecordWaivesTheDeposit(t *testing.T) {
	p := goodRecord(coastsideAsks())
	f := asking(acct, 60_00)
	a := newBooks(t).ask(p, f)
	require.Equal(t, "waived for the record of 12 months: late never since 2025-06-15, and 0 allowed; $0.00 is asked for, $0.00 is held and $0.00 is charged and not paid: $0.00 more", a.Words())
	require.Zero(t, a.Required.Cents())
	for says, change := range map[string]func(f *deposit.AskFacts){
		"not waived: the record is since 2025-06-16, and 12 months of it asked for":                                 func(f *deposit.AskFacts) { f.Opened = day("2025-06-16") },
		"not waived: paid late: late once since 2025-06-15 (2025-06-15), and 0 allowed":                             func(f *deposit.AskFacts) { f.Late = []civil.Date{day("2025-06-15")} },
		"not waived: shut off: once since 2025-06-15 (2025-07-01), and one bars the refund":                         func(f *deposit.AskFacts) { f.Shutoffs = []civil.Date{day("2025-07-01")} },
		"not waived: payment returned: once since 2025-06-15 (2025-07-01), and one bars the refund":                 func(f *deposit.AskFacts) { f.Returned = []civil.Date{day("2025-07-01")} },
		"waived for the record of 12 months: late never since 2025-06-15":                                           func(f *deposit.AskFacts) { f.Late = []civil.Date{day("2025-06-14")} },
		"waived for the record of 12 months: late never since 2025-06-15, and 0 allowed; $0.00 is asked for, $0.00": func(f *deposit.AskFacts) { f.Opened, f.RecordSince = day("2026-06-01"), day("2025-06-15") },
	} {
		f := asking(acct, 60_00)
		change(&f)
		a := newBooks(t).ask(p, f)
		require.Contains(t, a.Words(), says)
		require.Equal(t, strings.HasPrefix(a.Words(), "waived"), a.Required.IsZero())
	}
	b := newBooks(t)
	b.water(acct, "2025-12-16", "2025-12-18", 62_00)
	a = b.ask(p, f)
	require.Equal(t, usd(75_00), a.Required)
	require.Contains(t, a.Words(), "not waived: paid late: late once since 2025-06-15 (2025-12-17), and 0 allowed")
	f.Terms.Extensions = []ledger.Extension{{Key: "X", Account: acct, Granted: day("2026-03-01"), Until: day("2026-05-01")}}
	b = newBooks(t)
	_, err := p.Ask(&b.l, b.held(acct), f, day(askDay))
	require.ErrorIs(t, err, ledger.ErrNoAccount, "agreements of an account that the books do not have")
	f = asking(acct, 60_00)
	f.Terms.Pending = []ledger.Pending{{Key: "D", Account: "another", Kind: ledger.HeldBatch, Amount: usd(1), From: day("2026-03-01")}}
	b.post(entry(ledger.Paid, "credit", "2026-01-01", ledger.Move{From: ledger.Clearing("lockbox"), To: ledger.CreditOf(acct, "Ord"), Amount: usd(2_00), RevenueCode: "2200"}))
	_, err = p.Ask(&b.l, b.held(acct), f, day(askDay))
	require.ErrorIs(t, err, deposit.ErrFacts, "money on its way to another account")
}

func TestFactsOfADepositThatCannotBeAreRefused(t *testing.T) {
	b := newBooks(t)
	b.deposit(acct, "2025-01-02", 50_00)
	for says, change := range map[string]func(f *deposit.AskFacts){
		"E_DEPOSIT_FACTS: area: the account's service area is missing":                    func(f *deposit.AskFacts) { f.Area = "" },
		`E_DEPOSIT_FACTS: area: the account is in "Marina", and its deposit in "Ord"`:     func(f *deposit.AskFacts) { f.Area = "Marina" },
		`E_DEPOSIT_FACTS: tenure: "any" is no customer's tenure`:                          func(f *deposit.AskFacts) { f.Tenure = deposit.AnyTenure },
		`E_DEPOSIT_FACTS: tenure: WAWNC tells owners and tenants apart`:                   func(f *deposit.AskFacts) { f.Tenure = "" },
		"E_DEPOSIT_FACTS: record_since: 2020-01-02 is after the account was opened":       func(f *deposit.AskFacts) { f.RecordSince = day("2020-01-02") },
		"E_DEPOSIT_FACTS: bills[0]: the bill is of no days, or of no account":             func(f *deposit.AskFacts) { f.Bills[0].Account = "" },
		"E_DEPOSIT_FACTS: bills[1]: the bill is of no days, or of no account":             func(f *deposit.AskFacts) { f.Bills[1].Period.To = f.Bills[1].Period.From },
		"E_DEPOSIT_FUTURE: bills[1]: it is for days up to 2026-06-15, after 2026-06-14":   func(f *deposit.AskFacts) { f.Bills[1].Period.To = day("2026-06-16") },
		"E_DEPOSIT_FACTS: bills[1]: it is for [2026-04-30, 2026-06-01), and bills[0] for": func(f *deposit.AskFacts) { f.Bills[1].Period.From = day("2026-04-30") },
		"E_DEPOSIT_FACTS: bills[2]: it is for [2026-05-05, 2026-05-12), and bills[0] for": func(f *deposit.AskFacts) {
			f.Bills[0].Period, f.Bills[1].Period = civil.MustPeriod("[2026-05-01, 2026-05-10)"), civil.MustPeriod("[2026-03-01, 2026-04-01)")
			f.Bills = append(f.Bills, deposit.Bill{Account: acct, Period: civil.MustPeriod("[2026-05-05, 2026-05-12)")})
		},
		"E_DEPOSIT_FUTURE: shutoffs[0]: 2026-06-15 is after 2026-06-14": func(f *deposit.AskFacts) { f.Shutoffs = []civil.Date{day("2026-06-15")} },
		"E_DEPOSIT_OLDER: deposit.movements[0]":                         func(f *deposit.AskFacts) { f.Opened = day("2025-06-01") },
		"E_DEPOSIT_FACTS: account: the facts are of account":            func(f *deposit.AskFacts) { f.Account = "another" },
	} {
		f := asking(acct, 60_00, 70_00)
		f.Tenure = deposit.Owner
		change(&f)
		_, err := wawncAsks().Ask(&b.l, b.held(acct), f, day("2026-06-14"))
		require.Error(t, err, says)
		require.Contains(t, err.Error(), says)
	}
	_, err := wawncAsks().Ask(nil, b.held(acct), asking(acct), day(askDay))
	require.ErrorIs(t, err, deposit.ErrFacts)
	_, err = deposit.AskPolicy{}.Ask(&b.l, b.held(acct), asking(acct), day(askDay))
	require.ErrorIs(t, err, policy.ErrNotStated)
}

func TestAskPoliciesThatCannotBeAreRefused(t *testing.T) {
	for says, change := range map[string]func(p *deposit.AskPolicy){
		"title":        func(p *deposit.AskPolicy) { p.Title = "" },
		"citation":     func(p *deposit.AskPolicy) { p.Citation = "" },
		"kind":         func(p *deposit.AskPolicy) { p.Kind = "" },
		"service":      func(p *deposit.AskPolicy) { p.Service = "" },
		"revenue_code": func(p *deposit.AskPolicy) { p.RevenueCode = "" },
		"rules: Coastside CWD: it is not stated, and has no default; state what is asked of owners": func(p *deposit.AskPolicy) { p.Rules = nil },
		"state the rule for before_shutoff of tenure tenant, with 0 where nothing is asked for":     func(p *deposit.AskPolicy) { p.Rules[0].Tenure = deposit.Owner },
		"state the rule for after_shutoff of tenure owner":                                          func(p *deposit.AskPolicy) { p.Rules[0].When = deposit.BeforeShutoff },
		"rules[1]: Coastside CWD: it is for after_shutoff of tenure owner, and so is rules[0]": func(p *deposit.AskPolicy) {
			p.Rules = append(p.Rules, rule(deposit.Owner, deposit.AfterShutoff, 0, "0"))
		},
		"rules[0].tenure":                      func(p *deposit.AskPolicy) { p.Rules[0].Tenure = "renter" },
		"rules[0].when":                        func(p *deposit.AskPolicy) { p.Rules[0].When = "soon" },
		"rules[0].flat: Coastside CWD: -$0.01": func(p *deposit.AskPolicy) { p.Rules[0].Flat = policy.Is(usd(-1)) },
		"rules[0].times: Coastside CWD: it is not from 0 to 100": func(p *deposit.AskPolicy) { p.Rules[0].Times = percent("100.01") },
		"rules[0].each_shutoff: Coastside CWD: -$0.01":           func(p *deposit.AskPolicy) { p.Rules[0].EachShutoff = policy.Is(usd(-1)) },
		"rules[0].each_shutoff: Coastside CWD: no shutoff counts": func(p *deposit.AskPolicy) {
			p.Rules[0].When, p.Rules[0].EachShutoff = deposit.BeforeShutoff, policy.Is(usd(1))
		},
		"rules[0].at_most": func(p *deposit.AskPolicy) { p.Rules[0].AtMost = policy.Of(number("0")) },
		"rules[0].at_most: Coastside CWD: it is not above 0 and up to 100": func(p *deposit.AskPolicy) { p.Rules[0].AtMost = policy.Of(number("100.01")) },
		"rules[0].times: Coastside CWD: it is not from 0":                  func(p *deposit.AskPolicy) { p.Rules[0].Times = percent("-1") },
		"rules[0].times: Coastside CWD: it is not":                         func(p *deposit.AskPolicy) { p.Rules[0].Times = policy.Is(decimal.New(1, 30_000)) },
		"rules[0]: Coastside CWD: it counts average months":                func(p *deposit.AskPolicy) { p.Average = nil },
		"average.of":         func(p *deposit.AskPolicy) { p.Average.Of = "all" },
		"average.mean":       func(p *deposit.AskPolicy) { p.Average.Mean = "median" },
		"average.months":     func(p *deposit.AskPolicy) { p.Average.Months = policy.Is(0) },
		"average.least":      func(p *deposit.AskPolicy) { p.Average.Least = policy.Is(0) },
		"average.no_history": func(p *deposit.AskPolicy) { p.Average.NoHistory = policy.Of(usd(0)) },
		"average.bill_months: Coastside CWD: the mean is by bill, and it is stated: false":   func(p *deposit.AskPolicy) { p.Average.BillMonths = policy.None[exact.Number]() },
		"average.bill_months: Coastside CWD: 1.5 is not":                                     func(p *deposit.AskPolicy) { p.Average.BillMonths = policy.Of(number("1.5")) },
		"average.bill_months: Coastside CWD: 13 is not":                                      func(p *deposit.AskPolicy) { p.Average.BillMonths = policy.Of(number("13")) },
		"average.days_per_month: Coastside CWD: the mean is by bill, and it is stated: true": func(p *deposit.AskPolicy) { p.Average.DaysPerMonth = policy.Of(number("30")) },
		"average.days_per_month: Coastside CWD: 0 is not above 0": func(p *deposit.AskPolicy) {
			p.Average.Mean, p.Average.DaysPerMonth = deposit.ByDay, policy.Of(number("0"))
		},
		"shutoff_months": func(p *deposit.AskPolicy) { p.ShutoffMonths = policy.Is(-1) },
		"waived":         func(p *deposit.AskPolicy) { p.Waived = "" },
		"record: Coastside CWD: it is not stated":                func(p *deposit.AskPolicy) { p.Waived = deposit.ForGoodRecord },
		"record: Coastside CWD: a policy that waives no deposit": func(p *deposit.AskPolicy) { *p = goodRecord(*p); p.Waived = deposit.Never },
		"record.months":        func(p *deposit.AskPolicy) { *p = goodRecord(*p); p.Record.Months = policy.Is(0) },
		"record.late_allowed":  func(p *deposit.AskPolicy) { *p = goodRecord(*p); p.Record.LateAllowed = policy.Is(-1) },
		"record.grace_days":    func(p *deposit.AskPolicy) { *p = goodRecord(*p); p.Record.GraceDays = policy.Value[int]{} },
		"record.shutoff":       func(p *deposit.AskPolicy) { *p = goodRecord(*p); p.Record.Shutoff = "" },
		"record.returned_item": func(p *deposit.AskPolicy) { *p = goodRecord(*p); p.Record.ReturnedItem = "maybe" },
		"rounding":             func(p *deposit.AskPolicy) { p.Rounding = 0 },
		"due_days":             func(p *deposit.AskPolicy) { p.DueDays = policy.Is(367) },
		"installments":         func(p *deposit.AskPolicy) { p.Installments = policy.Is(0) },
		"installment_months":   func(p *deposit.AskPolicy) { p.InstallmentMonths = policy.Is(13) },
	} {
		p := coastsideAsks()
		change(&p)
		err := p.Check()
		require.Error(t, err, says)
		require.Contains(t, err.Error(), says)
		b := newBooks(t)
		_, err = p.Ask(&b.l, deposit.Holding{}, asking(acct), day(askDay))
		require.ErrorContains(t, err, says)
		code := problem.Code("")
		for _, c := range []problem.Code{deposit.ErrPolicy, policy.ErrNotStated} {
			if strings.HasPrefix(err.Error(), string(c)) {
				code = c
			}
		}
		require.NotEmpty(t, code, err)
	}
}
