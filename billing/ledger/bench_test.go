package ledger_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/stored"
)

// accounts are so many accounts of a year's history: twelve bills of three lines, of which the last two are open, a plan on
// each tenth account, level pay over the whole year on another tenth, and pending money on each twentieth.
func accounts(t testing.TB, n int) []*ledger.Account {
	all := make([]*ledger.Account, n)
	for i := range all {
		var l ledger.Ledger
		var last ledger.Entry
		for month := range 12 {
			on := dayOf(30 * month).String()
			b := bill(fmt.Sprintf("bill %d", month), []ledger.Item{water(on), penalty(on), sewerOf("M1W", on)}, 60_00+int64(i), 5_00, 33_00)
			post(t, &l, b)
			if month < 10 {
				p := entry(ledger.Paid, fmt.Sprintf("receipt %d", month), dayOf(30*month+15).String())
				for j := range b.Opens {
					moves, err := l.Settle(ledger.Clearing(lockbox), b.ItemID(j), b.Opens[j].Amount)
					require.NoError(t, err)
					p.Moves = append(p.Moves, moves...)
				}
				post(t, &l, p)
			}
			last = b
		}
		var terms ledger.Terms
		if i%10 == 0 {
			plan, err := l.Plan("plan", acct, dayOf(340), idsOf(last), []ledger.Installment{{Due: dayOf(360), Amount: usd(50_00)}, {Due: dayOf(390), Amount: usd(48_00 + int64(i))}})
			require.NoError(t, err)
			terms.Plans = []ledger.Plan{plan}
		}
		if i%10 == 5 {
			level := ledger.LevelPay{Key: "level", Account: acct, Term: civil.Period{From: dayOf(0), To: dayOf(365)}, Kinds: []ledger.Kind{"charge", "penalty"}}
			for month := range 12 {
				level.Installments = append(level.Installments, ledger.Installment{Billed: dayOf(30 * month), Due: dayOf(30*month + 21), Amount: usd(98_00)})
			}
			terms.LevelPay = []ledger.LevelPay{level}
		}
		if i%20 == 0 {
			terms.Pending = []ledger.Pending{{Key: "held", Account: acct, Kind: ledger.HeldBatch, Amount: usd(10_00), From: dayOf(300)}}
		}
		var err error
		all[i], err = l.Account(acct, terms)
		require.NoError(t, err)
	}
	return all
}

// spread are copies of accounts that share no memory, so that a walk over them finds none in a cache.
func spread(some []*ledger.Account, n int) []*ledger.Account {
	all := make([]*ledger.Account, n)
	for i := range all {
		all[i] = some[i%len(some)].Copy()
	}
	return all
}

// BenchmarkStanding is a million accounts' standing per operation, on one core: under a second, and no allocation.
func BenchmarkStanding(b *testing.B) {
	some := spread(accounts(b, 200), 100_000)
	on := dayOf(365)
	sum := int64(0)
	b.ReportAllocs()
	for b.Loop() {
		for i := range 1_000_000 {
			s, err := some[i%len(some)].Standing(on)
			if err != nil {
				b.Fatal(err)
			}
			sum += s.Due().Cents()
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1e6, "ns/account")
	require.NotZero(b, sum)
}

func idsOf(e ledger.Entry) []stored.ID {
	var ids []stored.ID
	for i := range e.Opens {
		ids = append(ids, e.ItemID(i))
	}
	return ids
}

func TestAStandingAllocatesNothing(t *testing.T) {
	some := accounts(t, 40)
	for _, on := range []civil.Date{dayOf(365), dayOf(100)} { // a past day looks at what was paid since
		require.Zero(t, testing.AllocsPerRun(10, func() {
			for _, a := range some {
				if _, err := a.Standing(on); err != nil {
					t.Fatal(err)
				}
			}
		}))
	}
}

// BenchmarkPost and its multiple show that posting is linear: the time for an entry does not grow with the ledger.
func BenchmarkPost(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var l ledger.Ledger
				for i := range n {
					it := water("2026-04-16")
					it.Account = fmt.Sprint("01", i)
					if _, err := l.Post(bill(fmt.Sprint("bill ", i), []ledger.Item{it}, 62_00)); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/entry")
		})
	}
}
