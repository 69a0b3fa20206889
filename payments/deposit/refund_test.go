package deposit_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/payments/deposit"
)

// acted proposes a run of a day, has it approved on another, and acts on it the day after that.
func (b *books) acted(p deposit.Policy, on, approvedOn string, change func(), of ...deposit.Facts) error {
	b.t.Helper()
	run := must(p.Propose(request(on), &b.l, of))
	approved := must(approve(run, run.Key, approvedOn, matrix(approval.Unlimited())))
	if change != nil {
		change()
	}
	_, err := p.Refund(approved, noon(must(day(approvedOn).AddDays(1)).String()), time.UTC, &b.l, of)
	return err
}

// Money that has not cleared, with interest that is not earned yet, is not paid out today by a run of a day to come.
func TestARunOfADayToComeIsNotActedOn(t *testing.T) {
	b, p := newBooks(t), simple(coastside(), "1.5")
	p.ReturnDays = policy.Is(60)
	b.deposit(acct, "2026-06-20", 200_00)
	err := b.acted(p, "2027-07-31", "2026-06-25", nil, facts(acct))
	require.ErrorIs(t, err, deposit.ErrFuture)
	require.ErrorContains(t, err, "on: the run is of 2027-07-31, after 2026-06-26, on which it is acted on")
}

// What happened since a day that is long past is not seen by a review of that day.
func TestAnOldRunIsNotActedOn(t *testing.T) {
	b := newBooks(t)
	b.deposit(acct, "2024-01-20", 75_00)
	require.NoError(t, b.acted(coastside(), "2026-06-30", "2026-07-02", nil, facts(acct)), "three days later")
	err := b.acted(coastside(), "2026-06-30", "2026-07-03", nil, facts(acct))
	require.ErrorIs(t, err, deposit.ErrRun)
	require.ErrorContains(t, err, "the run of 2026-06-30 is acted on 4 days later, on 2026-07-04, and Coastside CWD allows 3")

	b.water(acct, "2025-08-16", "", 500_00) // past due since August
	require.ErrorIs(t, b.acted(coastside(), "2025-07-31", "2026-06-30", nil, facts(acct)), deposit.ErrRun)
}

// A day is the district's: at 23:30 in Santa Cruz the run of the next day is of a day to come, though it has begun in UTC.
func TestTheDayOfARefundIsTheDistricts(t *testing.T) {
	b := newBooks(t)
	b.deposit(acct, "2024-01-20", 75_00)
	of := []deposit.Facts{facts(acct)}
	run := must(coastside().Propose(request("2026-07-01"), &b.l, of))
	approved := must(approve(run, run.Key, "2026-06-30", matrix(approval.Unlimited())))
	late := time.Date(2026, 7, 1, 6, 30, 0, 0, time.UTC)
	_, err := coastside().Refund(approved, late, must(time.LoadLocation("America/Los_Angeles")), &b.l, of)
	require.ErrorIs(t, err, deposit.ErrFuture)
	_, err = coastside().Refund(approved, late, time.UTC, &b.l, of)
	require.NoError(t, err)
	for _, nowhere := range []*time.Location{nil, time.Local} {
		_, err = coastside().Refund(approved, late, nowhere, &b.l, of)
		require.ErrorContains(t, err, "location: there is no place, or it is the machine's")
	}
}

// Whatever keeps a deposit keeps it on the day on which the run is acted on too: the run is of 2026-06-30, acted on 2026-07-02.
func TestWhatKeepsADepositKeepsItUntilItIsPaid(t *testing.T) {
	for says, c := range map[string]struct {
		policy func(p *deposit.Policy)
		change func(b *books, of []deposit.Facts, bill, paid stored.ID)
	}{
		"paid late: late once":               {nil, func(b *books, _ []deposit.Facts, _, _ stored.ID) { b.water(acct, "2026-07-01", "", 500_00) }},
		"past due: $500.00 since 2026-07-01": {func(p *deposit.Policy) { p.LateAllowed = policy.Is(9) }, func(b *books, _ []deposit.Facts, _, _ stored.ID) { b.water(acct, "2026-07-01", "", 500_00) }},
		"on a payment plan on 2026-07-02": {nil, func(b *books, of []deposit.Facts, bill, _ stored.ID) {
			of[0].Terms.Plans = []ledger.Plan{must(b.l.Plan("plan", acct, day("2026-07-01"), []stored.ID{bill}, []ledger.Installment{{Due: day("2026-09-20"), Amount: usd(300_00)}}))}
		}},
		"payment returned: once since 2025-07-02 (2026-07-01)": {nil, func(b *books, _ []deposit.Facts, _, paid stored.ID) {
			b.post(must(b.l.Reverse(paid, "returned", ledger.Returned, day("2026-07-01"), day("2026-07-01"))))
		}},
		"shut off: once since 2025-07-02 (2026-07-01)": {nil, func(_ *books, of []deposit.Facts, _, _ stored.ID) { of[0].Shutoffs = []civil.Date{day("2026-07-01")} }},
		"closed on 2026-07-02":                         {nil, func(_ *books, of []deposit.Facts, _, _ stored.ID) { of[0].Closed = day("2026-07-02") }},
	} {
		b, p := newBooks(t), coastside()
		if c.policy != nil {
			c.policy(&p)
		}
		b.deposit(acct, "2025-01-20", 200_00)
		bill := b.charge(acct, "bill", "2026-06-10", "2026-07-15", 300_00, false)
		open := b.charge(acct, "bill 2", "2026-06-10", "2026-07-15", 300_00, false)
		paid := b.pay("check", "2026-06-29", bill, 300_00)
		of := []deposit.Facts{facts(acct)}
		err := b.acted(p, "2026-06-30", "2026-07-01", func() { c.change(b, of, open, paid) }, of...)
		require.ErrorIs(t, err, deposit.ErrChanged, says)
		require.ErrorContains(t, err, "it does not go back on 2026-07-02, when the run is acted on: ", says)
		require.ErrorContains(t, err, says)
	}
}

// What happened since and keeps no deposit stops no row, and the amounts stay those of the run's day.
func TestWhatKeepsNoDepositStopsNoRow(t *testing.T) {
	b, p := newBooks(t), simple(coastside(), "12")
	p.Interest, p.Rates[0].From = deposit.BankMonthly, day("2026-06-01") // none is known of July
	p.Shutoff, p.ReturnedItem, p.LateAllowed, p.Gives = deposit.Ignored, deposit.Ignored, policy.Is(1), deposit.OnRequest
	p.Months = policy.Is(0)
	b.deposit(acct, "2026-06-20", 200_00)
	f := facts(acct)
	f.Requested = day("2026-06-25")
	of := []deposit.Facts{f}
	require.NoError(t, b.acted(p, "2026-06-30", "2026-07-01", func() {
		of[0].Shutoffs, of[0].Late, of[0].Returned = []civil.Date{day("2026-07-01")}, []civil.Date{day("2026-07-01")}, []civil.Date{day("2026-07-01")}
	}, of...))

	b = newBooks(t)
	b.deposit(acct, "2025-01-20", 200_00)
	of = []deposit.Facts{facts(acct)}
	require.NoError(t, b.acted(coastside(), "2026-06-30", "2026-07-01", func() { of[0].Requested = day("2026-07-01") }, of...), "it goes back unasked")
}
