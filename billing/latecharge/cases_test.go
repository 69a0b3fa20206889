package latecharge_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/latecharge"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/internal/corpus"
)

// cases are the acceptance cases of late charges, and the halves of others that are theirs. Each gives its late charge
// in cents, and for a block its words.
var cases = map[string]func(t *testing.T) (cents int64, says string){
	// 2026-04-16 was chosen as the due date of 100.00, so that the month of the first charge begins on 2026-05-01.
	"L-54348-m3": func(t *testing.T) (int64, string) {
		b := newLateBooks(t)
		b.bill("bill 1", "2026-04-16", 100_00)
		c := b.charge(gov(), "2026-07-01")
		require.Equal(t,
			"due 2026-04-16, delinquent 2026-05-01: 10% of $100.00 is $10.00; 2 further months at 0.5% of $110.00 are $1.10", c.Lines[0].Words)
		return c.Total.Cents(), ""
	},
	"L-35470-m3": func(t *testing.T) (int64, string) {
		b := newLateBooks(t)
		b.bill("bill 1", "2026-04-16", 100_00)
		c := b.charge(water(), "2026-06-17") // delinquent on 2026-04-17
		require.Equal(t, 3, c.Lines[0].Months)
		return c.Total.Cents(), ""
	},
	"L-credit": func(t *testing.T) (int64, string) {
		b := newLateBooks(t)
		b.credit("carried in", "2026-03-01", 150_00)
		b.bill("bill 1", "2026-04-16", 62_00)
		c := b.charge(gov(), "2026-07-01")
		require.Equal(t, []latecharge.Code{latecharge.InCredit, latecharge.InCredit}, why(c), "of the acct, and of its item")
		return c.Total.Cents(), ""
	},
	"L-levelpay": func(t *testing.T) (int64, string) {
		b := newLateBooks(t)
		levelPay(b, "2026-04-16")
		c := b.charge(gov(), "2026-07-01")
		require.Equal(t, latecharge.LevelPay, c.Reasons[0].Code)
		return c.Total.Cents(), ""
	},
	"L-54348-when": func(t *testing.T) (int64, string) {
		b := newLateBooks(t)
		item := b.bill("bill 1", "2026-04-16", 100_00)
		day, err := gov().DelinquentOn(civil.MustDate("2026-04-16"), nil)
		require.NoError(t, err)
		f := b.facts("2026-05-01")
		f.Disputes = []latecharge.Dispute{{Item: item, Amount: money.Cents(30_00), From: civil.MustDate("2026-04-10")}}
		c := of(t, gov(), f)
		require.Equal(t, day, c.Lines[0].Delinquent)
		require.Contains(t, c.Lines[0].Words, "$30.00 in dispute bears none")
		f.On = civil.MustDate("2026-04-30")
		require.True(t, of(t, gov(), f).Total.IsZero(), "not delinquent before the day")
		return c.Total.Cents(), "delinquent " + day.String() + "; penalty 7.00"
	},
	// The draft is as large as the bill, as the batch is in the case before it; a smaller one blocks too.
	"C-draft-sent": func(t *testing.T) (int64, string) {
		b := newLateBooks(t)
		b.bill("bill 1", "2026-04-16", 84_37)
		b.terms.Pending = []ledger.Pending{{
			Key: "draft", Account: acct, Kind: ledger.DraftInFlight, Amount: money.Cents(84_37), From: civil.MustDate("2026-06-18"),
		}}
		c := b.charge(gov(), "2026-06-19")
		return c.Total.Cents(), blockedSays(c)
	},
	"C-held-batch": func(t *testing.T) (int64, string) {
		b := newLateBooks(t)
		b.bill("bill 1", "2026-04-16", 84_37)
		b.terms.Pending = []ledger.Pending{{
			Key: "batch", Account: acct, Kind: ledger.HeldBatch, Amount: money.Cents(84_37), From: civil.MustDate("2026-06-18"),
		}}
		c := b.charge(gov(), "2026-06-19")
		return c.Total.Cents(), blockedSays(c)
	},
	// The late charge's part of the case: what of the penalty goes back. The credit of 30.00 is the re-bill's.
	"A-rebill-paid": func(t *testing.T) (int64, string) {
		b := newLateBooks(t)
		item := b.bill("bill 1", "2026-04-16", 120_00)
		c := b.run(gov(), "2026-05-01")
		require.Equal(t, money.Cents(12_00), c.Total)
		b.pay("late", "2026-05-05", item, 120_00)
		credit, err := latecharge.Correct([]latecharge.Charge{c}, []latecharge.Correction{{Item: item, Less: money.Cents(30_00)}})
		require.NoError(t, err)
		return credit.Total.Cents(), ""
	},
}

func blockedSays(c latecharge.Charge) string {
	if len(c.Reasons) == 0 || !c.Reasons[0].Blocked() {
		return ""
	}
	return "blocked: " + string(c.Reasons[0].Code)
}

// levelPay is the customer of Columbia: 55.00 a month, billed and paid in time, and a balance of 240.00.
func levelPay(b *books, due string) {
	b.t.Helper()
	item := b.bill("bill 1", due, 350_00)
	b.pay("level 1", due, item, 55_00)
	b.pay("level 2", "2026-05-16", item, 55_00)
	b.terms.LevelPay = []ledger.LevelPay{{Key: "level", Account: acct, Term: civil.MustPeriod("[2026-03-01, 2027-03-01)"),
		Kinds: []ledger.Kind{"charge"},
		Installments: []ledger.Installment{
			{Billed: civil.MustDate("2026-03-27"), Due: civil.MustDate("2026-04-16"), Amount: money.Cents(55_00)},
			{Billed: civil.MustDate("2026-04-27"), Due: civil.MustDate("2026-05-16"), Amount: money.Cents(55_00)},
		}}}
}

// The numbers that the policy's cases state, copied here so that they hold without the corpus.
func TestLateCases(t *testing.T) {
	want := map[string]struct {
		cents int64
		says  string
	}{
		"L-54348-m3": {11_10, ""}, "L-35470-m3": {13_00, ""}, "L-credit": {0, ""}, "L-levelpay": {0, ""},
		"L-54348-when": {7_00, "delinquent 2026-05-01; penalty 7.00"},
		"C-held-batch": {0, "blocked: payment received, not posted"}, "C-draft-sent": {0, "blocked: draft pending"},
		"A-rebill-paid": {3_00, ""},
	}
	require.Len(t, want, len(cases))
	for id, run := range cases {
		t.Run(id, func(t *testing.T) {
			cents, says := run(t)
			require.Equal(t, want[id].cents, cents)
			require.Equal(t, want[id].says, says)
		})
	}
}

// Every case of the group late is tested, and agrees with the row.
func TestLateCasesOfThePolicy(t *testing.T) {
	seen := 0
	for _, row := range corpus.Rows(t, "policy", "cases.csv") {
		id, group, expected, expectedCents := row["id"], row["group"], row["expected"], row["expected_cents"]
		run, ours := cases[id]
		if group == "late" {
			require.True(t, ours, "%s is not tested", id)
		}
		if !ours {
			continue
		}
		seen++
		t.Run(id, func(t *testing.T) {
			cents, says := run(t)
			switch {
			case id == "A-rebill-paid":
				require.Contains(t, expected, "penalty credit 3.00")
				require.Equal(t, "3300", expectedCents)
				require.EqualValues(t, 3300, 30_00+cents)
			case strings.HasPrefix(expected, "blocked: "):
				require.Equal(t, expected, says)
				require.Zero(t, cents)
			default:
				want, err := strconv.ParseInt(expectedCents, 10, 64)
				require.NoError(t, err)
				require.Equal(t, want, cents)
				if says != "" {
					require.Equal(t, expected, says)
				}
			}
		})
	}
	require.Equal(t, len(cases), seen, "%v", slices.Collect(func(yield func(string) bool) {
		for id := range cases {
			if !yield(id) {
				return
			}
		}
	}))
}
