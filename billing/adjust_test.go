package billing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/stored"
)

func person(id string) approval.Person { return must(approval.ParsePerson(id)) }

// may is an instant of the tests, on 2026-05-01.
func may() time.Time { return time.Date(2026, time.May, 1, 17, 0, 0, 0, time.UTC) }

// approvals lets supervisors decide. Placeholders: no district's figures.
func approvals() *approval.Matrix {
	year := civil.MustPeriod("[2026-01-01, 2027-01-01)")
	var p approval.Policy
	p.Name, p.Source, p.During, p.Location = "2026", "placeholder", year, time.UTC
	for _, kind := range []approval.Kind{billing.AdjustmentApproval, billing.WriteOffApproval, billing.RepricingApproval, billing.FinalApproval} {
		p.Kinds = append(p.Kinds, approval.KindRule{Kind: kind, Validity: 72 * time.Hour})
		p.Limits = append(p.Limits, approval.Limit{Role: "supervisor", Kind: kind, Bounds: approval.Bounds{PerProposal: approval.Unlimited(), PerAccount: approval.Unlimited()}})
	}
	for _, who := range []string{"s.reyes", "m.alvarez"} {
		p.Grants = append(p.Grants, approval.Grant{Person: person(who), Role: "supervisor", During: year})
	}
	return must(approval.Compile(p))
}

// approve has s.reyes approve what the clerk has prepared.
func approve(a billing.Adjustment, clerk string) (approval.Approved[billing.Adjustment], error) {
	history := must(approval.NewHistory(must(approval.NewHMAC("2026", []byte("thirty-two bytes of random numbers"))), nil))
	proposal, err := approval.Propose(a, approval.Request{Key: a.Key, Prepared: []approval.Person{person(clerk)}, At: may()})
	if err != nil {
		return approval.Approved[billing.Adjustment]{}, err
	}
	return approval.Approve(proposal, approval.Decision{By: person("s.reyes"), At: may().Add(time.Hour), Saw: proposal.Digest()}, approvals(), history)
}

func adjust(books *ledger.Ledger, a billing.Adjustment) (billing.Adjusted, error) {
	approved, err := approve(a, "m.alvarez")
	if err != nil {
		return billing.Adjusted{}, err
	}
	done, err := billing.Adjust(approved, may().Add(2*time.Hour), books, day("2026-05-01"))
	if err != nil {
		return done, err
	}
	for _, e := range done.Entries {
		if _, err := books.Post(e); err != nil {
			return done, err
		}
	}
	return done, books.Check()
}

// billed is a ledger with the bill of request, of 66.65 for water and 33.00 for sewer, of which so much of water is paid.
func billedBooks(t require.TestingT, paid int64) (*ledger.Ledger, billing.Bill) {
	b := must(billing.NewBill(request(t)))
	var books ledger.Ledger
	for _, e := range b.Entries() {
		require.True(t, must(books.Post(e)))
	}
	if paid > 0 {
		moves := must(books.Settle(ledger.Clearing("lockbox"), b.Entries()[0].ItemID(0), usd(paid)))
		require.True(t, must(books.Post(ledger.Entry{Cause: ledger.Paid, Key: "r", Effective: day("2026-04-20"), Accounting: day("2026-04-20"), Moves: moves})))
	}
	return &books, b
}

// credit takes an amount off the water of the bill.
func credit(b billing.Bill, key string, from, to int64) billing.Adjustment {
	return billing.Adjustment{
		Key: key, Account: "A-1", Area: "central", Kind: billing.Correction, Bill: b.Key(), Reason: "the meter was read wrong", Evidence: []string{"RO-7"},
		By: person("m.alvarez"), Effective: day("2026-05-01"),
		Lines: []billing.AdjustedLine{{Item: b.Entries()[0].ItemID(0), Charge: "water", Text: "Water", Before: usd(from), After: usd(to)}},
	}
}

func TestAnAdjustmentNeedsItsRecordAndASecondPerson(t *testing.T) {
	books, b := billedBooks(t, 0)
	a := credit(b, "ADJ-1", 46_65, 30_00)
	require.Equal(t, `ADJ-1 correction of account A-1, -$16.65 in all, bill 2026-W14
  Water: $30.00, was $46.65
because the meter was read wrong; RO-7; asked for by m.alvarez`, a.String())
	_, err := approve(a, "s.reyes")
	require.ErrorIs(t, err, approval.ErrSamePerson)
	_, err = billing.Adjust(approval.Approved[billing.Adjustment]{}, may(), books, day("2026-05-01"))
	require.ErrorIs(t, err, approval.ErrNotApproved)
	own := a
	own.By = person("s.reyes") // and the host has named another one as the preparer
	approved := must(approve(own, "m.alvarez"))
	_, err = billing.Adjust(approved, may().Add(2*time.Hour), books, day("2026-05-01"))
	require.ErrorContains(t, err, "who asked for it has approved it")

	done := must(adjust(books, a))
	require.Equal(t, usd(50_00), books.Balance(ledger.OfItem(b.Entries()[0].ItemID(0))))
	require.Equal(t, person("s.reyes"), done.ApprovedBy)
	require.Equal(t, a, done.Adjustment)
	require.False(t, done.Proposal.IsZero())
	_, err = billing.Adjust(must(approve(a, "m.alvarez")), may().Add(2*time.Hour), books, civil.Date{})
	require.ErrorContains(t, err, "accounting")

	for says, change := range map[string]func(*billing.Adjustment){
		"key: ": func(a *billing.Adjustment) { a.Key = " " }, "account: ": func(a *billing.Adjustment) { a.Account = "" },
		"area: ": func(a *billing.Adjustment) { a.Area = "" }, "reason: ": func(a *billing.Adjustment) { a.Reason = " " },
		"kind: ": func(a *billing.Adjustment) { a.Kind = "" }, "evidence: ": func(a *billing.Adjustment) { a.Evidence = nil },
		"evidence:": func(a *billing.Adjustment) { a.Evidence = []string{""} }, "by: ": func(a *billing.Adjustment) { a.By = approval.Person{} },
		"effective: ": func(a *billing.Adjustment) { a.Effective = civil.Date{} }, "lines: ": func(a *billing.Adjustment) { a.Lines = nil },
		"lines[0]: its text":     func(a *billing.Adjustment) { a.Lines[0].Text = "" },
		"lines[0]: an amount":    func(a *billing.Adjustment) { a.Lines[0].Before = usd(1e14) },
		"lines[0]: an amount is": func(a *billing.Adjustment) { a.Lines[0].After = usd(-1e14) },
		"lines[0]: it changes":   func(a *billing.Adjustment) { a.Lines[0].After = a.Lines[0].Before },
		"lines[0]: a write_off":  func(a *billing.Adjustment) { a.Kind, a.Lines[0].After = billing.WriteOff, usd(50_00) },
		"lines[0]: a recovery":   func(a *billing.Adjustment) { a.Kind = billing.Recovery },
		"lines[0]: the debt":     func(a *billing.Adjustment) { a.Kind, a.Lines[0].Item = billing.WriteOff, stored.ID{} },
		"E_POSTING: lines[0].posting": func(a *billing.Adjustment) {
			a.Lines[0].Item = stored.ID{}
		},
		"keeps[0]: ":                   func(a *billing.Adjustment) { a.Keeps = []billing.Kept{{Charge: "tax", Text: "Tax", Why: " "}} },
		"lines[0]: it has an item and": func(a *billing.Adjustment) { a.Lines[0].Posting.Kind = "charge" },
		"due: ": func(a *billing.Adjustment) {
			a.Lines[0] = billing.AdjustedLine{Text: "x", After: usd(1), Posting: billing.Posting{Kind: "fee", Service: "water", RevenueCode: "1"}}
		},
	} {
		wrong := credit(b, "ADJ-2", 46_65, 30_00)
		change(&wrong)
		require.ErrorContains(t, wrong.Check(), says)
		_, err := approve(wrong, "m.alvarez")
		require.Error(t, err, "what is not whole is not proposed")
	}
}

// caseTwoEqual: identity comes of the request, not of what it says. Read as credits of good will; that a charge of a bill was
// billed wrong is said once.
func caseTwoEqual(t *testing.T) int64 {
	books, b := billedBooks(t, 0)
	courtesy := func(key string, to int64) billing.Adjustment {
		a := credit(b, key, 25_00, to)
		a.Kind, a.Bill, a.Lines[0].Charge = billing.Courtesy, "", ""
		return a
	}
	for _, key := range []string{"ADJ-1", "ADJ-2", "ADJ-2"} {
		must(adjust(books, courtesy(key, 0)))
	}
	require.Equal(t, usd(66_65-50_00), books.Balance(ledger.OfItem(b.Entries()[0].ItemID(0))), "and the same one run again stays one")
	_, err := adjust(books, courtesy("ADJ-2", 5_00))
	require.ErrorContains(t, err, "another adjustment has the key")
	return books.Balance(ledger.OfItem(b.Entries()[0].ItemID(0))).Cents() - 66_65
}

func TestACreditOfAPaidItemIsNoPaymentLost(t *testing.T) {
	books, b := billedBooks(t, 60_00)
	done := must(adjust(books, credit(b, "ADJ-1", 46_65, 26_65)))
	require.Len(t, done.Entries, 2)
	require.Equal(t, usd(0), books.Balance(ledger.OfItem(b.Entries()[0].ItemID(0))))
	require.Equal(t, usd(13_35), books.Balance(ledger.CreditOf("A-1", "central")), "of 20.00 what exceeds the 6.65 that were open")
	require.Equal(t, done.Entries, must(adjust(books, credit(b, "ADJ-1", 46_65, 26_65))).Entries, "run again")
	require.Equal(t, usd(13_35), books.Balance(ledger.CreditOf("A-1", "central")))
}

func TestDebitsCreditsAndDebt(t *testing.T) {
	books, b := billedBooks(t, 0)
	item := b.Entries()[0].ItemID(0)
	must(adjust(books, credit(b, "ADJ-1", 46_65, 50_00)))
	require.Equal(t, usd(70_00), books.Balance(ledger.OfItem(item)), "a debit on the item")
	own := credit(b, "ADJ-2", 0, 0)
	own.Due = day("2026-05-22")
	own.Lines = []billing.AdjustedLine{
		{Text: "Damaged meter", After: usd(80_00), Posting: billing.Posting{Kind: "fee", Service: "water", RevenueCode: "4100"}},
		{Text: "Good will", After: usd(-5_00), Posting: billing.Posting{Kind: "charge", Service: "water", RevenueCode: "4000"}},
		{Text: "Good will, sewer", After: usd(-1_00), Posting: billing.Posting{Kind: "charge", Service: "sewer", RevenueCode: "2300", Agency: "M1W"}},
	}
	must(adjust(books, own))
	require.Equal(t, usd(6_00), books.Balance(ledger.CreditOf("A-1", "central")))

	off := credit(b, "WO-1", 70_00, 20_00)
	off.Kind = billing.WriteOff
	require.Equal(t, billing.WriteOffApproval, off.ApprovalKind())
	must(adjust(books, off))
	require.Equal(t, usd(20_00), books.Balance(ledger.OfItem(item)))
	back := credit(b, "RE-1", 20_00, 50_00)
	back.Kind = billing.Recovery
	must(adjust(books, back))
	require.Equal(t, usd(50_00), books.Balance(ledger.OfItem(item)))
	sewer := credit(b, "WO-2", 33_00, 0)
	sewer.Kind, sewer.Lines[0].Item = billing.WriteOff, b.Entries()[0].ItemID(1)
	must(adjust(books, sewer))
	require.Equal(t, usd(0), books.Balance(ledger.OfItem(b.Entries()[0].ItemID(1))))

	for says, change := range map[string]func(*billing.Adjustment){
		"is written off, and $50.00 is open": func(a *billing.Adjustment) {
			a.Kind, a.Lines[0].Before, a.Lines[0].After = billing.WriteOff, usd(50_01), usd(0)
		},
		"it was charged at": func(a *billing.Adjustment) {
			a.Lines[0].Charge, a.Lines[0].Before, a.Lines[0].After = "", usd(0), usd(-70_01)
		},
		"it is of account A-1": func(a *billing.Adjustment) { a.Account = "A-2" },
		"it is of account":     func(a *billing.Adjustment) { a.Area, a.Lines[0].Charge = "ord", "" },
		"the books do not have it": func(a *billing.Adjustment) {
			a.Bill, a.Lines[0].Charge, a.Lines[0].Item = "", "", stored.NewID("x", stored.ID{}, "1", nil)
		},
		"its lines cancel each other": func(a *billing.Adjustment) {
			a.Lines[0].Charge = ""
			l := a.Lines[0]
			l.Before, l.After = l.After, l.Before
			a.Lines = append(a.Lines, l)
		},
	} {
		wrong := credit(b, "ADJ-9", 46_65, 30_00)
		change(&wrong)
		_, err := adjust(books, wrong)
		require.ErrorContains(t, err, says)
	}
}

// An adjustment and its reversal sum to nothing on every line, and a reversal is not reversed again.
func TestAnAdjustmentAndItsReversalAreNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		books, b := billedBooks(t, rapid.Int64Range(0, 66_65).Draw(t, "paid"))
		a := credit(b, "ADJ-1", 46_65, rapid.Int64Range(0, 46_64).Draw(t, "water"))
		a.Lines = append(a.Lines, billing.AdjustedLine{
			Item: b.Entries()[0].ItemID(1), Charge: "sewer", Text: "Sewer", Before: usd(33_00), After: usd(rapid.Int64Range(33_01, 99_00).Draw(t, "sewer"))})
		places := []ledger.Place{ledger.OfItem(b.Entries()[0].ItemID(0)), ledger.OfItem(b.Entries()[0].ItemID(1)), ledger.CreditOf("A-1", "central"), ledger.Revenue("4000"), ledger.Agency("M1W")}
		balances := func() (list []money.Amount) {
			for _, p := range places {
				list = append(list, books.Balance(p))
			}
			return list
		}
		before := balances()
		done := must(adjust(books, a))
		require.NotEqual(t, before, balances())
		for i := len(done.Entries) - 1; i >= 0; i-- {
			e := done.Entries[i]
			back := must(books.Reverse(e.ID(), "reversal of "+e.Key, e.Cause, day("2026-05-02"), day("2026-05-02")))
			require.True(t, must(books.Post(back)))
			_, err := books.Reverse(back.ID(), "again", e.Cause, day("2026-05-02"), day("2026-05-02"))
			require.ErrorIs(t, err, ledger.ErrReversal, "an adjustment of a reversal is refused")
		}
		require.Equal(t, before, balances())
		require.NoError(t, books.Check())
	})
}

func TestAnApprovedAdjustmentIsOfWhatWasShown(t *testing.T) {
	_, b := billedBooks(t, 0)
	a := credit(b, "ADJ-1", 46_65, 30_00)
	a.Follows = []string{"ADJ-0"}
	for name, change := range map[string]func(*billing.Adjustment){
		"key": func(a *billing.Adjustment) { a.Key = "ADJ-2" }, "account": func(a *billing.Adjustment) { a.Account = "A-2" },
		"bill": func(a *billing.Adjustment) { a.Bill = "x" }, "reason": func(a *billing.Adjustment) { a.Reason = "x" },
		"evidence": func(a *billing.Adjustment) { a.Evidence = []string{"x"} }, "due": func(a *billing.Adjustment) { a.Due = day("2026-06-01") },
		"by": func(a *billing.Adjustment) { a.By = person("x.y") }, "kind": func(a *billing.Adjustment) { a.Kind = billing.Courtesy },
		"before": func(a *billing.Adjustment) { a.Lines[0].Before = usd(46_66) }, "after": func(a *billing.Adjustment) { a.Lines[0].After = usd(30_01) },
		"item": func(a *billing.Adjustment) { a.Lines[0].Item = stored.ID{} }, "charge": func(a *billing.Adjustment) { a.Lines[0].Charge = "x" },
		"hangs": func(a *billing.Adjustment) { a.Lines[0].HangsOn = "x" }, "text": func(a *billing.Adjustment) { a.Lines[0].Text = "x" },
		"effective": func(a *billing.Adjustment) { a.Effective = day("2026-06-01") }, "area": func(a *billing.Adjustment) { a.Area = "x" },
		"posting": func(a *billing.Adjustment) { a.Lines[0].Posting.Agency = "x" }, "because": func(a *billing.Adjustment) { a.Lines[0].Because = "x" },
		"agreement": func(a *billing.Adjustment) { a.Lines[0].Agreement = "x" }, "period": func(a *billing.Adjustment) { a.Lines[0].Period = days(march) },
		"meter": func(a *billing.Adjustment) { a.Lines[0].Meter = "x" }, "follows": func(a *billing.Adjustment) { a.Follows[0] = "x" },
		"what stays": func(a *billing.Adjustment) { a.Keeps = []billing.Kept{{Charge: "tax", Text: "Tax", Why: "x"}} },
	} {
		other := a.Clone()
		change(&other)
		require.NotEqual(t, a.AppendCanonical(nil), other.AppendCanonical(nil), name)
	}
	require.Equal(t, []approval.Stake{{Account: "A-1", Amount: usd(-16_65)}}, a.Stakes())
}
