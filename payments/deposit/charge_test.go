package deposit_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/payments/deposit"
)

func charging(on string, installments int) deposit.ChargeRequest {
	return deposit.ChargeRequest{Billed: day(on), Accounting: day(on), Installments: installments}
}

func tenant(account string) deposit.AskFacts {
	f := asking(account)
	f.Tenure = deposit.Tenant
	return f
}

// 200.00 asked for in four payments, each paid on its day: the year runs from the last of them, as of D-installments.
func TestADepositIsChargedInInstallments(t *testing.T) {
	b := newBooks(t)
	p := wawncAsks()
	p.DueDays = policy.Is(21)
	c, err := p.Charge(charging("2026-01-10", 4), &b.l, b.held(acct), tenant(acct))
	require.NoError(t, err)
	require.Equal(t, usd(200_00), c.Asked.More)
	require.Len(t, c.Entries, 1)
	_, err = b.l.PostAll(c.Entries...)
	require.NoError(t, err)
	var dues []string
	for i, in := range c.Installments {
		require.Equal(t, usd(50_00), in.Amount)
		dues = append(dues, in.Due.String())
		item, ok := b.l.Item(c.Entries[0].ItemID(i))
		require.True(t, ok)
		require.Equal(t, ledger.Item{Account: acct, Area: "Ord", Kind: "deposit", Service: "water", RevenueCode: "2300", Billed: day("2026-01-10"), Due: in.Due, Deposit: true}, item.Item)
	}
	require.Equal(t, []string{"2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"}, dues, "each from the first, so that a short month shortens no other")
	h := b.held(acct)
	require.Equal(t, usd(0), h.Held)
	require.Equal(t, usd(200_00), h.Open, "what was charged is not held")
	for i, in := range c.Installments {
		b.pay(in.Due.String(), in.Due.String(), c.Entries[0].ItemID(i), 50_00)
	}
	require.Equal(t, usd(200_00), b.held(acct).Held)
	v := b.review(coastside(), facts(acct), "2027-04-30")
	require.True(t, v.Eligible(), v.Words())
	require.Equal(t, day("2027-04-30"), v.Ripe)
	require.NoError(t, b.l.Check())
}

func TestADepositIsChargedOnce(t *testing.T) {
	b := newBooks(t)
	p := wawncAsks()
	first, err := p.Charge(charging("2026-01-10", 1), &b.l, b.held(acct), tenant(acct))
	require.NoError(t, err)
	second, err := p.Charge(charging("2026-01-10", 1), &b.l, b.held(acct), tenant(acct))
	require.NoError(t, err)
	another, err := p.Charge(charging("2026-01-11", 2), &b.l, b.held(acct), tenant(acct))
	require.NoError(t, err)
	require.Equal(t, "deposit 0104417 #1", first.Entries[0].Key)
	posted, err := b.l.PostAll(append(first.Entries, second.Entries...)...)
	require.NoError(t, err)
	require.Equal(t, 1, posted, "asked for twice before the first was posted, it is one entry")
	_, err = b.l.PostAll(another.Entries...)
	require.Error(t, err, "asked for otherwise, the ledger refuses it")
	again, err := p.Charge(charging("2026-01-12", 1), &b.l, b.held(acct), tenant(acct))
	require.NoError(t, err)
	require.Empty(t, again.Entries)
	require.Empty(t, again.Installments)
	require.Equal(t, usd(0), again.Asked.More)

	b.post(must(b.l.Reverse(first.Entries[0].ID(), "by mistake", ledger.Billed, day("2026-01-13"), day("2026-01-13"))))
	anew, err := p.Charge(charging("2026-01-14", 1), &b.l, b.held(acct), tenant(acct))
	require.NoError(t, err)
	require.Equal(t, "deposit 0104417 #2", anew.Entries[0].Key, "a charge that was taken back does not keep another from being made")
	b.post(anew.Entries[0])
	f := tenant(acct)
	f.Shutoffs = append(f.Shutoffs, day("2026-03-30"))
	more, err := p.Charge(charging("2026-04-01", 1), &b.l, b.held(acct), f)
	require.NoError(t, err)
	require.Equal(t, usd(50_00), more.Asked.More)
	require.Equal(t, "deposit 0104417 #3", more.Entries[0].Key)
	require.Equal(t, day("2026-04-22"), more.Installments[0].Due)
	b.post(more.Entries[0])
	require.Equal(t, usd(250_00), b.held(acct).Open)
}

func TestChargesThatCannotBeMadeAreRefused(t *testing.T) {
	b := newBooks(t)
	p := wawncAsks()
	for says, q := range map[string]deposit.ChargeRequest{
		"E_DEPOSIT_CHARGE: accounting: the day of the books is missing":                         {Billed: day("2026-01-10"), Installments: 1},
		"E_DEPOSIT_CHARGE: installments: 0 payments are asked for, and WAWNC allows up to 4":    charging("2026-01-10", 0),
		"E_DEPOSIT_CHARGE: installments: 5 payments are asked for, and WAWNC allows up to 4":    charging("2026-01-10", 5),
		"E_DEPOSIT_FACTS: on: it is asked about no day":                                         {Accounting: day("2026-01-10"), Installments: 1},
		"E_DEPOSIT_FUTURE: opened: 2020-01-01 is after 2019-12-31, the day that is asked about": charging("2019-12-31", 1),
	} {
		c, err := p.Charge(q, &b.l, b.held(acct), tenant(acct))
		require.Error(t, err)
		require.Contains(t, err.Error(), says)
		require.Empty(t, c.Entries)
	}
	small := asks("small", rule(deposit.AnyTenure, deposit.Always, 3, "0"))
	_, err := small.Charge(charging("2026-01-10", 4), &b.l, b.held(acct), tenant(acct))
	require.ErrorIs(t, err, deposit.ErrCharge)
	require.ErrorContains(t, err, "$0.03 is no 4 payments of a cent")
	_, err = small.Charge(charging("2026-01-10", 3), &b.l, b.held(acct), tenant(acct))
	require.NoError(t, err)
	_, err = p.Charge(charging("2026-01-10", 1), nil, b.held(acct), tenant(acct))
	require.ErrorIs(t, err, deposit.ErrFacts)
}

// Whatever is paid, returned or used of it, the deposit comes to what is asked for and is charged no further; installments sum to
// what is charged; a stricter rule asks for no less; the order of facts changes nothing.
func TestADepositIsNeverAskedForTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBooks(t)
		r := rule(deposit.AnyTenure, deposit.Always, rapid.Int64Range(0, 300_00).Draw(t, "flat"), rapid.SampledFrom([]string{"0", "1", "2", "2.5"}).Draw(t, "times"))
		r.EachShutoff = policy.Is(usd(rapid.Int64Range(0, 60_00).Draw(t, "each")))
		capped := rapid.Bool().Draw(t, "capped")
		if capped {
			r.AtMost = policy.Of(number("3"))
		}
		p := asks("drawn", r)
		if p.Average != nil {
			p.Average.Months = policy.Is(24) // that no bill grows too old on the way
		}
		p.Rounding = rapid.SampledFrom([]exact.Mode{exact.HalfUp, exact.HalfEven, exact.Up, exact.Down}).Draw(t, "rounding")
		f := asking(acct, rapid.SliceOfN(rapid.Int64Range(1, 200_00), 1, 12).Draw(t, "bills")...)
		for range rapid.IntRange(0, 3).Draw(t, "shutoffs") {
			f.Shutoffs = append(f.Shutoffs, must(day("2025-01-01").AddDays(rapid.IntRange(0, 500).Draw(t, "shutoff"))))
		}
		on := day(askDay)
		for step := range rapid.IntRange(1, 4).Draw(t, "steps") {
			on = must(on.AddDays(rapid.IntRange(0, 20).Draw(t, "days")))
			n := rapid.IntRange(1, 4).Draw(t, "installments")
			c, err := p.Charge(charging(on.String(), n), &b.l, b.held(acct), f)
			if c.Asked.More.Cents() > 0 && c.Asked.More.Cents() < int64(n) {
				require.ErrorIs(t, err, deposit.ErrCharge)
				continue
			}
			require.NoError(t, err)
			var sum int64
			for _, in := range c.Installments {
				sum += in.Amount.Cents()
				require.LessOrEqual(t, c.Installments[0].Amount.Cents()-in.Amount.Cents(), int64(1))
			}
			require.Equal(t, c.Asked.More.Cents(), sum)
			_, err = b.l.PostAll(c.Entries...)
			require.NoError(t, err)
			a := must(p.Ask(&b.l, b.held(acct), f, on))
			require.True(t, a.More.IsZero(), "asked for again it is nothing")
			require.GreaterOrEqual(t, a.Held.Cents()+a.Charged.Cents(), a.Required.Cents())
			if capped {
				total, limit := exact.Int(0), exact.Int(3)
				for _, bill := range f.Bills {
					total = total.Add(bill.Amount.Ratio())
				}
				limit = must(limit.Mul(total).Quo(exact.Int(int64(len(f.Bills)))))
				require.LessOrEqual(t, a.Required.Ratio().Cmp(limit), 0, "no cent above the cap")
			}
			stricter := p
			more := r
			more.Flat = policy.Is(usd(r.Flat.Get().Cents() + 1))
			stricter.Rules = []deposit.AskRule{more}
			require.GreaterOrEqual(t, must(stricter.Ask(&b.l, b.held(acct), f, on)).Required.Cents(), a.Required.Cents())
			turned := f
			turned.Bills, turned.Shutoffs = rapid.Permutation(f.Bills).Draw(t, "order"), append([]civil.Date{}, rapid.Permutation(f.Shutoffs).Draw(t, "order too")...)
			require.Equal(t, a, must(p.Ask(&b.l, b.held(acct), turned, on)))
			for it := range b.l.Items(acct) {
				if it.Open.Sign() == 0 {
					continue
				}
				switch key := fmt.Sprint(it.ID, step); rapid.IntRange(0, 2).Draw(t, "then") {
				case 0:
					b.pay(key, on.String(), it.ID, rapid.Int64Range(1, it.Open.Cents()).Draw(t, "paid"))
				case 1:
					paid := b.pay(key, on.String(), it.ID, it.Open.Cents())
					b.post(must(b.l.Reverse(paid, "back", ledger.Returned, on, on)))
				}
			}
			if held := b.held(acct).Held.Cents(); held > 0 && rapid.Bool().Draw(t, "used") {
				b.post(entry(ledger.DepositApplied, fmt.Sprint("used ", step), on.String(),
					ledger.Move{From: ledger.DepositOf(acct, "Ord"), To: ledger.CreditOf(acct, "Ord"), Amount: usd(rapid.Int64Range(1, held).Draw(t, "cents")), RevenueCode: "2300"}))
				on = must(on.AddDays(1))
			}
		}
		require.NoError(t, b.l.Check())
	})
}

// Failure 12: the same facts ask for the same deposit, whoever the customer is.
func TestTheSameFactsAskForTheSameDeposit(t *testing.T) {
	askedOf := func(account string) deposit.Asked {
		b := newBooks(t)
		b.deposit(account, "2025-01-02", 50_00)
		f := asking(account, 61_00, 99_99)
		f.Shutoffs = []civil.Date{day("2026-03-30")}
		a := b.ask(goodRecord(desertAsks()), f)
		a.Account = ""
		return a
	}
	require.Equal(t, askedOf(acct), askedOf("0990001"))
}

// A deposit that was read before the books changed is charged nothing more.
func TestADepositThatWasReadBeforeIsNotAskedFor(t *testing.T) {
	b := newBooks(t)
	p := wawncAsks()
	before := b.held(acct)
	first := must(p.Charge(charging("2026-01-10", 1), &b.l, before, tenant(acct)))
	b.post(first.Entries[0])
	charged := b.held(acct)
	_, err := p.Charge(charging("2026-01-10", 1), &b.l, before, tenant(acct))
	require.ErrorIs(t, err, deposit.ErrFacts)
	require.ErrorContains(t, err, "$0.00 is held and $0.00 is charged, and the books have $0.00 and $200.00")
	b.pay("paid", "2026-01-11", first.Entries[0].ItemID(0), 200_00)
	_, err = p.Ask(&b.l, charged, tenant(acct), day("2026-01-12"))
	require.ErrorIs(t, err, deposit.ErrFacts)
	held := b.held(acct)
	b.post(entry(ledger.DepositApplied, "used", "2026-01-12", ledger.Move{From: ledger.DepositOf(acct, "Ord"), To: ledger.CreditOf(acct, "Ord"), Amount: usd(20_00), RevenueCode: "2300"}))
	_, err = p.Ask(&b.l, held, tenant(acct), day("2026-01-12"))
	require.ErrorIs(t, err, deposit.ErrFacts)
	require.ErrorContains(t, err, "$200.00 is held and $0.00 is charged, and the books have $180.00 and $0.00")
}

// What else is entered for the account between two askings makes no second charge.
func TestABillInBetweenMakesNoSecondCharge(t *testing.T) {
	b := newBooks(t)
	p := wawncAsks()
	first := must(p.Charge(charging("2026-01-10", 1), &b.l, b.held(acct), tenant(acct)))
	b.water(acct, "2026-02-01", "2026-01-15", 62_00)
	second := must(p.Charge(charging("2026-01-10", 1), &b.l, b.held(acct), tenant(acct)))
	require.Equal(t, first.Entries, second.Entries)
}
