package collections_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
)

// reconnection is a policy of fees; its own values are invented.
func reconnection() collections.FeePolicy {
	return collections.FeePolicy{
		Title: "reconnection", Citation: "invented", InHours: policy.Is(usd(85_00)), AfterHours: policy.Is(usd(260_00)), Cap: collections.HSC116914At2018(),
		Confirmed: policy.Is(false), Index: []collections.IndexYear{}, Kind: "fee", RevenueCode: "4200",
	}
}

func feeFacts(when collections.Hour, actual int64, low collections.YesNo) collections.FeeFacts {
	return collections.FeeFacts{Account: acct, Area: "Ord", Service: "water", Key: "E9", On: day("2026-06-24"), When: when, Residential: collections.Yes, LowIncome: low, ActualCost: usd(actual)}
}

func fee(t *testing.T, when collections.Hour, actual int64, low collections.YesNo) collections.Fee {
	t.Helper()
	f, err := reconnection().Reconnection(feeFacts(when, actual, low))
	require.NoError(t, err)
	return f
}

func index(years map[int]string) []collections.IndexYear {
	var out []collections.IndexYear
	for _, year := range []int{2021, 2025, 2026} {
		if text, ok := years[year]; ok {
			out = append(out, collections.IndexYear{Year: year, Value: decimal.RequireFromString(text)})
		}
	}
	return out
}

func TestAReconnectionSaysWhyItCostsWhatItDoes(t *testing.T) {
	low := fee(t, collections.InHours, 85_00, collections.Yes)
	require.True(t, low.Capped)
	require.Equal(t, "the district's fee in hours is $85.00; of a household of low income at most the actual cost of $85.00 and the cap of $50.00 (H&S 116914(a)(1)): $50.00; "+
		"CA-HSC-116914@2018 is to be confirmed by counsel", low.Words)
	other := fee(t, collections.AfterHours, 300_00, collections.No)
	require.False(t, other.Capped)
	require.Equal(t, "the district's fee after hours is $260.00; no cap holds: CA-HSC-116914@2018 is of residential service of low income", other.Words)
	require.Equal(t, usd(260_00), other.Amount, "the district's own fee, whatever it cost")
	f := feeFacts(collections.InHours, 10_00, collections.Yes)
	f.Residential = collections.No
	shop, err := reconnection().Reconnection(f)
	require.NoError(t, err)
	require.Equal(t, usd(85_00), shop.Amount)

	p := reconnection()
	p.InHours, p.Confirmed = policy.Is(usd(40_00)), policy.Is(true)
	cheap, err := p.Reconnection(feeFacts(collections.InHours, 85_00, collections.Yes))
	require.NoError(t, err)
	require.Equal(t, usd(40_00), cheap.Amount, "the cap raises no fee")
	require.False(t, cheap.Capped)
	require.NotContains(t, cheap.Words, "confirmed")
}

// The caps follow the index from 2021, and are cut to whole cents.
func TestTheCapFollowsTheIndex(t *testing.T) {
	p := reconnection()
	p.Index = index(map[int]string{2021: "280.1", 2026: "336.2"})
	f, err := p.Reconnection(feeFacts(collections.InHours, 85_00, collections.Yes))
	require.NoError(t, err)
	require.Equal(t, usd(60_01), f.Cap, "50.00 × 336.2 / 280.1 = 60.0142…")
	require.Equal(t, usd(60_01), f.Amount)
	p.Index = index(map[int]string{2021: "280.1", 2025: "330"})
	_, err = p.Reconnection(feeFacts(collections.InHours, 85_00, collections.Yes))
	require.ErrorIs(t, err, collections.ErrCap)
	require.ErrorContains(t, err, "it has no year 2026")
}

func TestAFeeIsRefusedWhereItsFactsAreNotWhole(t *testing.T) {
	for name, c := range map[string]struct {
		change func(f *collections.FeeFacts)
		code   error
	}{
		"no account": {func(f *collections.FeeFacts) { f.Account = " " }, collections.ErrFacts}, "no key": {func(f *collections.FeeFacts) { f.Key = "" }, collections.ErrFacts},
		"no day": {func(f *collections.FeeFacts) { f.On = civil.Date{} }, collections.ErrFacts}, "no hours": {func(f *collections.FeeFacts) { f.When = "noon" }, collections.ErrFacts},
		"residential or not": {func(f *collections.FeeFacts) { f.Residential = 0 }, collections.ErrFacts}, "low income or not": {func(f *collections.FeeFacts) { f.LowIncome = 0 }, collections.ErrFacts},
		"no cost": {func(f *collections.FeeFacts) { f.ActualCost = usd(0) }, collections.ErrFacts}, "a cost below zero": {func(f *collections.FeeFacts) { f.ActualCost, f.LowIncome = usd(-1), collections.No }, collections.ErrFacts},
		"the law ended": {func(f *collections.FeeFacts) { f.On = day("2028-01-01") }, collections.ErrLaw},
	} {
		f := feeFacts(collections.InHours, 85_00, collections.Yes)
		c.change(&f)
		_, err := reconnection().Reconnection(f)
		require.ErrorIs(t, err, c.code, name)
	}
	_, err := collections.FeePolicy{}.Reconnection(feeFacts(collections.InHours, 85_00, collections.Yes))
	require.ErrorIs(t, err, policy.ErrNotStated)
}

func TestAFeePolicyIsChecked(t *testing.T) {
	require.NoError(t, reconnection().Check())
	for path, change := range map[string]func(p *collections.FeePolicy){
		"title": func(p *collections.FeePolicy) { p.Title = "" }, "citation": func(p *collections.FeePolicy) { p.Citation = "" }, "kind": func(p *collections.FeePolicy) { p.Kind = "" },
		"revenue_code": func(p *collections.FeePolicy) { p.RevenueCode = "" }, "cap.title": func(p *collections.FeePolicy) { p.Cap = collections.Cap{} },
		"cap.source": func(p *collections.FeePolicy) { p.Cap.Source = "" }, "in_hours": func(p *collections.FeePolicy) { p.InHours = policy.Value[money.Amount]{} },
		"after_hours": func(p *collections.FeePolicy) { p.AfterHours = policy.Is(usd(-1)) }, "confirmed": func(p *collections.FeePolicy) { p.Confirmed = policy.Value[bool]{} },
		"cap": func(p *collections.FeePolicy) { p.Cap.Base = 0 }, "index": func(p *collections.FeePolicy) { p.Index = index(map[int]string{2026: "300"}) },
		"index[1]": func(p *collections.FeePolicy) { p.Index = index(map[int]string{2021: "280", 2026: "0"}) },
	} {
		p := reconnection()
		change(&p)
		require.ErrorContains(t, p.Check(), ": "+path+": ")
	}
	for _, change := range []func(c *collections.Cap){
		func(c *collections.Cap) { c.InHours = usd(500_00) }, func(c *collections.Cap) { c.AfterHours = usd(500_00) }, func(c *collections.Cap) { c.Base = 2020 },
		func(c *collections.Cap) { c.During = civil.MustPeriod("[2020-02-01, 2038-01-01)") }, func(c *collections.Cap) { c.Source = "x" },
	} {
		p := reconnection()
		change(&p.Cap)
		require.ErrorContains(t, p.Check(), `cap.title: reconnection: "CA-HSC-116914@2018" is the name of a preset, and says something else`)
		p.Cap.Title = "as read once"
		require.NoError(t, p.Check())
	}
	p := reconnection()
	p.Index = nil
	require.ErrorIs(t, p.Check(), policy.ErrNotStated)
	require.ErrorIs(t, new(collections.Cap).UnmarshalText([]byte("CA-HSC-116914@1999")), collections.ErrLaw)
}

// The fee as an entry of the books: once for a reconnection, and none where it is nothing.
func TestAFeeIsChargedOnce(t *testing.T) {
	s := owes(t, "2026-04-16")
	f := fee(t, collections.InHours, 85_00, collections.Yes)
	posting := collections.Posting{Billed: day("2026-06-24"), Due: day("2026-07-16"), Accounting: day("2026-06-24")}
	entries, err := f.Entries(&s.l, posting)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	require.Equal(t, ledger.Charged, entries[0].Cause)
	s.post(entries[0])
	require.Empty(t, must(f.Entries(&s.l, posting)))
	require.Equal(t, usd(134_37), s.balance("2026-06-25"))
	p := reconnection()
	p.InHours = policy.Is(usd(0))
	nothing, err := p.Reconnection(feeFacts(collections.InHours, 85_00, collections.Yes))
	require.NoError(t, err)
	require.Empty(t, must(nothing.Entries(&owes(t, "2026-04-16").l, posting)))
	_, err = f.Entries(nil, posting)
	require.ErrorIs(t, err, collections.ErrFacts)
	_, err = f.Entries(&owes(t, "2026-04-16").l, collections.Posting{})
	require.Error(t, err)
}

// What was charged before low income was known becomes what it should have been: reversed, and charged anew, however often.
func TestAFeeThatWasAnotherIsChargedAnew(t *testing.T) {
	s := owes(t, "2026-04-16")
	posting := collections.Posting{Billed: day("2026-06-24"), Due: day("2026-07-16"), Accounting: day("2026-06-24")}
	enter := func(f collections.Fee) {
		for _, e := range must(f.Entries(&s.l, posting)) {
			s.post(e)
		}
	}
	high, low := fee(t, collections.InHours, 85_00, collections.No), fee(t, collections.InHours, 85_00, collections.Yes)
	for _, f := range []collections.Fee{high, low, low, high, low} {
		enter(f)
		require.Equal(t, 84_37+f.Amount.Cents(), s.balance("2026-06-25").Cents())
	}
	for item := range s.l.Items(acct) { // what was paid on it is the account's
		if item.Kind == "fee" && item.Open.Sign() > 0 {
			s.pay("P", "2026-06-24", item.ID, 20_00)
		}
	}
	nothing := low
	nothing.Amount = usd(0)
	enter(nothing)
	require.Equal(t, usd(64_37), s.balance("2026-06-25"))
}

// Corpus Christi 2013 (failure 12): fees and shutoffs applied unevenly. The same facts give the same fee, whoever asks and in whatever
// order; no household of low income pays above its cap, its cost or the district's fee.
func TestFailure12TheSameFactsGiveTheSameFee(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := reconnection()
		p.InHours, p.AfterHours = policy.Is(usd(rapid.Int64Range(0, 400_00).Draw(t, "in"))), policy.Is(usd(rapid.Int64Range(0, 400_00).Draw(t, "after")))
		f := feeFacts(rapid.SampledFrom([]collections.Hour{collections.InHours, collections.AfterHours}).Draw(t, "when"), rapid.Int64Range(1, 400_00).Draw(t, "cost"),
			rapid.SampledFrom([]collections.YesNo{collections.Yes, collections.No}).Draw(t, "low"))
		p.Index = index(map[int]string{2021: "280.1", 2026: decimal.New(rapid.Int64Range(1, 9999).Draw(t, "index"), -1).String()})
		one, err := p.Reconnection(f)
		require.NoError(t, err)
		other := f
		other.Account, other.Key = "0200000", "E1"
		p.Index[0], p.Index[1] = p.Index[1], p.Index[0]
		two, err := p.Reconnection(other)
		require.NoError(t, err)
		require.Equal(t, one.Amount, two.Amount)
		require.Equal(t, one.Words, two.Words)
		require.False(t, one.Amount.Cmp(one.Stated) > 0)
		if f.LowIncome == collections.Yes {
			require.False(t, one.Amount.Cmp(one.Cap) > 0)
			require.False(t, one.Amount.Cmp(f.ActualCost) > 0)
		} else {
			require.Equal(t, one.Stated, one.Amount)
		}
	})
}
