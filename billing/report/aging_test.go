package report_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/report"
	"github.com/headgate-dev/headgate/billing/stored"
)

type finTester interface {
	require.TestingT
	Helper()
}

// finMust keeps the tests short; a host handles each error.
func finMust[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func finDay(text string) civil.Date       { return civil.MustDate(text) }
func finUSD(cents int64) money.Amount     { return money.Cents(cents) }
func finPerson(id string) approval.Person { return finMust(approval.ParsePerson(id)) }

// refusedBy asks for an error with a code, a place and a remedy, that says these words.
func refusedBy(t finTester, err error, code problem.Code, words ...string) {
	t.Helper()
	require.ErrorIs(t, err, code)
	for _, w := range words {
		require.ErrorContains(t, err, w)
	}
	var one *problem.Error
	require.ErrorAs(t, err, &one)
	require.NotEmpty(t, one.Path, "an error says where")
}

// town is books in the making.
type bookTown struct {
	t     finTester
	books ledger.Ledger
	n     int
}

func (b *bookTown) post(e ledger.Entry) ledger.Entry {
	b.t.Helper()
	_, err := b.books.Post(e)
	require.NoError(b.t, err)
	return e
}

// bill opens an item that is due 21 days after its bill.
func (b *bookTown) bill(account, area string, kind ledger.Kind, billed string, cents int64) stored.ID {
	b.t.Helper()
	b.n++
	it := ledger.Item{Account: account, Area: area, Kind: kind, Service: "water", RevenueCode: "4000", Billed: finDay(billed), Due: finMust(finDay(billed).AddDays(21))}
	e := b.post(ledger.Entry{Cause: ledger.Billed, Key: fmt.Sprint("bill ", b.n), Effective: it.Billed, Accounting: it.Billed,
		Opens: []ledger.Open{{Item: it, Amount: finUSD(cents), Against: it.Against()}}})
	return e.ItemID(0)
}

func (b *bookTown) pay(item stored.ID, on string, cents int64) ledger.Entry {
	b.t.Helper()
	b.n++
	moves, err := b.books.Settle(ledger.Clearing("lockbox"), item, finUSD(cents))
	require.NoError(b.t, err)
	return b.post(ledger.Entry{Cause: ledger.Paid, Key: fmt.Sprint("receipt ", b.n), Effective: finDay(on), Accounting: finDay(on), Moves: moves})
}

func (b *bookTown) credit(account, area, on string, cents int64) {
	b.t.Helper()
	b.n++
	b.post(ledger.Entry{Cause: ledger.Paid, Key: fmt.Sprint("receipt ", b.n), Effective: finDay(on), Accounting: finDay(on), Moves: []ledger.Move{
		{From: ledger.Clearing("lockbox"), To: ledger.CreditOf(account, area), Amount: finUSD(cents), RevenueCode: "2100"}}})
}

// aged is an aging by 30, 60 and 90 days of accounts of one class, but for those with terms.
func (b *bookTown) aged(on string, terms map[string]ledger.Terms) (report.Aging, error) {
	r := report.AgingRequest{On: finDay(on), UpTo: []int{30, 60, 90}, Books: &b.books}
	for _, id := range b.books.Accounts() {
		r.Accounts = append(r.Accounts, report.AgedAccount{Account: id, Class: "residential", Terms: terms[id]})
	}
	return report.Age(r)
}

func TestWhatIsOpenStandsInItsBucket(t *testing.T) {
	for _, c := range []struct {
		on   string
		want []int64 // past due by bucket, then current
	}{
		{"2026-01-22", []int64{0, 0, 0, 0, 50_00}}, // due that day
		{"2026-01-23", []int64{50_00, 0, 0, 0, 0}}, // day 1
		{"2026-02-21", []int64{50_00, 0, 0, 0, 0}}, // day 30
		{"2026-02-22", []int64{0, 50_00, 0, 0, 0}}, // day 31
		{"2026-03-23", []int64{0, 50_00, 0, 0, 0}}, // day 60
		{"2026-03-24", []int64{0, 0, 50_00, 0, 0}}, // day 61
		{"2026-04-22", []int64{0, 0, 50_00, 0, 0}}, // day 90
		{"2026-04-23", []int64{0, 0, 0, 50_00, 0}}, // day 91
		{"2030-01-01", []int64{0, 0, 0, 50_00, 0}},
	} {
		b := &bookTown{t: t}
		b.bill("A", "Ord", "charge", "2026-01-01", 50_00)
		a, err := b.aged(c.on, nil)
		require.NoError(t, err)
		row := a.Rows[0]
		var got []int64
		for _, p := range append(slices.Clone(row.PastDue), row.Current) {
			got = append(got, p.Cents())
		}
		require.Equal(t, c.want, got, c.on)
		require.Equal(t, finUSD(50_00), row.Open)
	}
	b := &bookTown{t: t}
	b.bill("A", "Ord", "charge", "2026-01-01", 50_00)
	a, err := b.aged("2026-01-22", nil)
	require.NoError(t, err)
	require.Equal(t, "[1–30 31–60 61–90 91+]", fmt.Sprint(a.Buckets))
}

func TestCreditAndPendingStandBesideAndAreNotNetted(t *testing.T) {
	b := &bookTown{t: t}
	b.bill("A", "Ord", "charge", "2026-01-01", 50_00)
	b.bill("A", "Ord", "penalty", "2026-03-01", 5_00)
	b.credit("A", "Ord", "2026-03-02", 20_00)
	b.bill("B", "Ord", "charge", "2026-03-10", 1_00)
	b.credit("B", "Ord", "2026-03-11", 9_00)
	b.pay(b.bill("C", "Ord", "charge", "2026-01-01", 7_00), "2026-01-05", 7_00)
	terms := map[string]ledger.Terms{"A": {Pending: []ledger.Pending{{Key: "D1", Account: "A", Kind: ledger.DraftInFlight, Amount: finUSD(100_00), From: finDay("2026-03-14")}}}}
	a, err := b.aged("2026-03-15", terms)
	require.NoError(t, err)
	require.Len(t, a.Rows, 2)
	row := a.Rows[0]
	require.Equal(t, finUSD(50_00), row.PastDue[1], "gross")
	require.Equal(t, finUSD(5_00), row.Current)
	require.Equal(t, []money.Amount{finUSD(55_00), finUSD(20_00), finUSD(35_00), finUSD(20_00), finUSD(65_00), finUSD(35_00)},
		[]money.Amount{row.Open, row.ByCredit, row.Pending, row.Credit, row.PendingOver, row.Balance})
	require.Equal(t, finUSD(-8_00), a.Rows[1].Balance, "an account in credit")
	require.Equal(t, []report.Left{{Count: 1, Why: "nothing is open, on its way or held as credit"}}, a.Left)
	kinds := []string{}
	for _, g := range a.Groups {
		kinds = append(kinds, fmt.Sprintf("%s %d %s %s", g.Kind, g.Accounts, g.Open, g.Credit))
	}
	require.Equal(t, []string{"charge 2 $51.00 $0.00", "credit 2 $0.00 $29.00", "penalty 1 $5.00 $0.00"}, kinds)
	require.Equal(t, finUSD(27_00), a.Total.Balance)
}

func TestPlansAndLevelPayAgeByTheirInstallments(t *testing.T) {
	b := &bookTown{t: t}
	debt := b.bill("A", "Ord", "charge", "2026-01-01", 90_00)
	plan, err := b.books.Plan("P1", "A", finDay("2026-04-01"), []stored.ID{debt}, []ledger.Installment{
		{Billed: finDay("2026-04-01"), Due: finDay("2026-04-20"), Amount: finUSD(30_00)},
		{Billed: finDay("2026-05-01"), Due: finDay("2026-05-20"), Amount: finUSD(30_00)},
		{Due: finDay("2026-06-20"), Amount: finUSD(30_00)},
	})
	require.NoError(t, err)
	b.bill("B", "Ord", "charge", "2026-05-01", 20_00)
	level := ledger.LevelPay{Key: "L1", Account: "B", Term: civil.MustPeriod("[2026-05-01, 2027-05-01)"), Kinds: []ledger.Kind{"charge"},
		Installments: []ledger.Installment{{Billed: finDay("2026-05-01"), Due: finDay("2026-05-21"), Amount: finUSD(50_00)}}}
	a, err := b.aged("2026-05-10", map[string]ledger.Terms{"A": {Plans: []ledger.Plan{plan}}, "B": {LevelPay: []ledger.LevelPay{level}}})
	require.NoError(t, err)
	row := a.Rows[0]
	require.True(t, row.OnPlan && row.Broken)
	require.Equal(t, []money.Amount{finUSD(30_00), finUSD(30_00), finUSD(30_00)}, []money.Amount{row.PastDue[0], row.Current, row.Later}, "and not 90.00 past due since January")
	row = a.Rows[1]
	require.True(t, row.OnLevelPay)
	require.Equal(t, []money.Amount{finUSD(50_00), finUSD(-30_00), finUSD(20_00)}, []money.Amount{row.Current, row.Later, row.Open}, "asked for, left to the settlement, owed")
	require.Equal(t, report.KindAhead, a.Groups[1].Kind)
	require.Len(t, a.Ties, 1, "the books know of no such kind, and of no credit")
	require.Empty(t, a.Left)
	require.True(t, a.Groups[1].Open.IsZero())
}

func TestTheAgingTiesToTheBooksAcrossTheMonthEnd(t *testing.T) {
	b := &bookTown{t: t}
	item := b.bill("A", "Ord", "charge", "2026-01-01", 50_00)
	moves := finMust(b.books.Settle(ledger.Clearing("lockbox"), item, finUSD(30_00)))
	// Received on the last of the month, and accounted in the next.
	b.post(ledger.Entry{Cause: ledger.Paid, Key: "late", Effective: finDay("2026-01-31"), Accounting: finDay("2026-02-02"), Moves: moves})
	// Accounted in January, and billed, and so owed, in February.
	next := ledger.Item{Account: "A", Area: "Ord", Kind: "charge", Service: "water", RevenueCode: "4000", Billed: finDay("2026-02-01"), Due: finDay("2026-02-22")}
	e := b.post(ledger.Entry{Cause: ledger.Billed, Key: "early", Effective: finDay("2026-01-30"), Accounting: finDay("2026-01-30"), Opens: []ledger.Open{{Item: next, Amount: finUSD(60_00), Against: next.Against()}}})
	b.pay(e.ItemID(0), "2026-01-30", 10_00)
	late := ledger.Item{Account: "A", Area: "Ord", Kind: "penalty", Service: "water", RevenueCode: "4090", Billed: finDay("2026-02-01"), Due: finDay("2026-02-22")}
	b.post(ledger.Entry{Cause: ledger.Charged, Key: "fee", Effective: finDay("2026-02-01"), Accounting: finDay("2026-01-31"), Opens: []ledger.Open{{Item: late, Amount: finUSD(3_00), Against: late.Against()}}})

	a, err := b.aged("2026-01-31", nil)
	require.NoError(t, err)
	require.Equal(t, []report.AgingTie{
		{Area: "Ord", Kind: "charge", Closing: finUSD(100_00), LaterInBooks: finUSD(-30_00), NotBilled: finUSD(60_00), AsCredit: finUSD(10_00), Aged: finUSD(20_00)},
		{Area: "Ord", Kind: "credit", AsCredit: finUSD(-10_00), Aged: finUSD(-10_00)},
		{Area: "Ord", Kind: "penalty", Closing: finUSD(3_00), NotInEffect: finUSD(3_00)},
	}, a.Ties)
	require.Equal(t, finUSD(60_00), a.Rows[0].NotBilled, "not billed yet, and in none of the others")
	require.Equal(t, 1, a.Groups[0].Accounts)
	require.Equal(t, finUSD(10_00), a.Rows[0].Balance)
}

func TestWhatIsNotBilledYetStandsUnderItsKind(t *testing.T) {
	b := &bookTown{t: t}
	early := func(cause ledger.Cause, kind ledger.Kind, cents int64) {
		it := ledger.Item{Account: "A", Area: "Ord", Kind: kind, Service: "water", RevenueCode: "4000", Billed: finDay("2026-02-01"), Due: finDay("2026-02-22")}
		b.post(ledger.Entry{Cause: cause, Key: string(kind), Effective: finDay("2026-01-30"), Accounting: finDay("2026-01-30"), Opens: []ledger.Open{{Item: it, Amount: finUSD(cents), Against: it.Against()}}})
	}
	early(ledger.Billed, "charge", 60_00)
	early(ledger.Charged, "fee", 4_00)
	early(ledger.Charged, "penalty", 3_00)
	// A payment that was credit, of which some is spent, is taken back; what is gone is owed, and billed in February.
	b.n = 7
	moves := []ledger.Move{{From: ledger.Clearing("lockbox"), To: ledger.CreditOf("A", "Ord"), Amount: finUSD(9_00), RevenueCode: "2100"}}
	paid := b.post(ledger.Entry{Cause: ledger.Paid, Key: "receipt", Effective: finDay("2026-01-05"), Accounting: finDay("2026-01-05"), Moves: moves})
	b.post(ledger.Entry{Cause: ledger.Refunded, Key: "refund", Effective: finDay("2026-01-06"), Accounting: finDay("2026-01-06"), Moves: []ledger.Move{{From: ledger.CreditOf("A", "Ord"), To: ledger.RefundTo("A", "Ord"), Amount: finUSD(9_00), RevenueCode: "2100"}}})
	back := finMust(b.books.Reverse(paid.ID(), "back", ledger.Returned, finDay("2026-01-20"), finDay("2026-01-20")))
	gone := ledger.Item{Account: "A", Area: "Ord", Kind: "returned", Service: "water", RevenueCode: "2100", Billed: finDay("2026-02-01"), Due: finDay("2026-02-22")}
	back.Opens = []ledger.Open{{Item: gone, Amount: finUSD(9_00), Against: ledger.CreditOf("A", "Ord")}}
	b.post(back)
	adjusted := b.bill("B", "Ord", "charge", "2026-01-10", 5_00) // and adjusted to nothing, which is no account with anything of it
	b.post(ledger.Entry{Cause: ledger.Adjusted, Key: "to nothing", Effective: finDay("2026-01-11"), Accounting: finDay("2026-01-11"), Moves: []ledger.Move{
		{From: ledger.Revenue("4000"), To: ledger.OfItem(adjusted), Amount: finUSD(5_00), RevenueCode: "4000"}}})
	a, err := b.aged("2026-01-31", nil)
	require.NoError(t, err)
	var groups []string
	for _, g := range a.Groups {
		groups = append(groups, fmt.Sprint(g.Kind, " ", g.Accounts, " ", g.NotBilled))
	}
	require.Equal(t, []string{"charge 1 $60.00", "fee 1 $4.00", "penalty 1 $3.00", "returned 1 $9.00"}, groups)
	require.Equal(t, finUSD(76_00), a.Total.NotBilled)
}

func TestWhatWasPaidBeyondWhatIsChargedByTheDayIsCredit(t *testing.T) {
	b := &bookTown{t: t}
	item := b.bill("A", "Ord", "charge", "2026-01-01", 50_00)
	b.pay(item, "2026-01-10", 50_00)
	b.post(ledger.Entry{Cause: ledger.Adjusted, Key: "debit", Effective: finDay("2026-02-15"), Accounting: finDay("2026-02-15"), Moves: []ledger.Move{
		{From: ledger.OfItem(item), To: ledger.Revenue("4000"), Amount: finUSD(20_00), RevenueCode: "4000"}}})
	b.pay(item, "2026-02-01", 20_00)
	a, err := b.aged("2026-02-10", nil)
	require.NoError(t, err)
	require.Equal(t, []report.AgingTie{
		{Area: "Ord", Kind: "charge", Closing: finUSD(-20_00), AsCredit: finUSD(20_00)}, {Area: "Ord", Kind: "credit", AsCredit: finUSD(-20_00), Aged: finUSD(-20_00)},
	}, a.Ties)
	require.Equal(t, finUSD(20_00), a.Rows[0].Credit)
}

func TestACreditThatWasUsedBeforeItCameIsOwed(t *testing.T) {
	b := &bookTown{t: t}
	item := b.bill("A", "Ord", "charge", "2026-01-01", 50_00)
	b.credit("A", "Ord", "2026-03-10", 20_00)
	moves := finMust(b.books.Settle(ledger.CreditOf("A", "Ord"), item, finUSD(20_00)))
	b.post(ledger.Entry{Cause: ledger.Applied, Key: "applied", Effective: finDay("2026-03-05"), Accounting: finDay("2026-03-10"), Moves: moves})
	a, err := b.aged("2026-03-06", nil)
	require.NoError(t, err)
	require.Equal(t, []money.Amount{finUSD(30_00), finUSD(20_00), finUSD(50_00)}, []money.Amount{a.Rows[0].PastDue[1], a.Rows[0].Current, a.Rows[0].Balance})
	require.Equal(t, ledger.KindCredit, a.Groups[1].Kind)
	require.Equal(t, finUSD(20_00), a.Groups[1].Current)
}

func TestAnAgingIsRefusedWhereItWouldBeOfSomethingElse(t *testing.T) {
	b := &bookTown{t: t}
	b.bill("A", "Ord", "charge", "2026-01-01", 50_00)
	b.bill("B", "Ord", "charge", "2026-01-01", 50_00)
	good := report.AgingRequest{On: finDay("2026-02-01"), UpTo: []int{30, 60, 90}, Books: &b.books, Accounts: []report.AgedAccount{{Account: "A", Class: "c"}, {Account: "B", Class: "c"}}}
	_, err := report.Age(good)
	require.NoError(t, err)
	for words, spoil := range map[string]func(r *report.AgingRequest){
		"of no day":            func(r *report.AgingRequest) { r.On = civil.Date{} },
		"no bucket is stated":  func(r *report.AgingRequest) { r.UpTo = nil },
		"rising order":         func(r *report.AgingRequest) { r.UpTo = []int{30, 30} },
		"from 1 on":            func(r *report.AgingRequest) { r.UpTo = []int{0, 30} },
		"no books":             func(r *report.AgingRequest) { r.Books = nil },
		"the request does not": func(r *report.AgingRequest) { r.Accounts = r.Accounts[:1] },
		"given twice":          func(r *report.AgingRequest) { r.Accounts = append(r.Accounts, r.Accounts[0]) },
		"have no account \"Z\"": func(r *report.AgingRequest) {
			r.Accounts = append(r.Accounts, report.AgedAccount{Account: "Z", Class: "c"})
		},
		"has no class": func(r *report.AgingRequest) { r.Accounts[0].Class = " " },
		"account A":    func(r *report.AgingRequest) { r.Accounts[0].Terms.Plans = []ledger.Plan{{Account: "A"}} },
	} {
		r := good
		r.UpTo, r.Accounts = slices.Clone(good.UpTo), slices.Clone(good.Accounts)
		spoil(&r)
		_, err := report.Age(r)
		refusedBy(t, err, report.ErrAging, words)
	}
}

func TestAnAgingThatDoesNotTieIsRefused(t *testing.T) {
	b := &bookTown{t: t}
	b.bill("A", "Ord", "charge", "2026-01-01", 50_00)
	b.credit("A", "Ord", "2026-01-02", 1_00)
	for words, spoil := range map[string]func(a *report.Aging){
		"it is aged as $50.01": func(a *report.Aging) { a.Ties[0].Aged = finUSD(50_01) },
		"rows: they come to":   func(a *report.Aging) { a.Rows[0].PastDue[3] = finUSD(1) },
		"groups: they come to": func(a *report.Aging) { a.Groups[0].ByCredit = finUSD(1) },
	} {
		a, err := b.aged("2026-02-01", nil)
		require.NoError(t, err)
		require.NoError(t, report.ProveAging(a))
		spoil(&a)
		refusedBy(t, report.ProveAging(a), report.ErrTie, words)
	}
}

// someBooks are books of random events, with terms, whatever the ledger takes.
func someBooks(t *rapid.T) (*bookTown, map[string]ledger.Terms) {
	b := &bookTown{t: t}
	terms := map[string]ledger.Terms{}
	date := func(label string) civil.Date {
		return finMust(finDay("2026-01-01").AddDays(rapid.IntRange(0, 150).Draw(t, label)))
	}
	var items []stored.ID
	owner := map[stored.ID]string{}
	areaOf := map[string]string{"A": "Ord", "B": "Ord", "C": "Central"}
	for i := range rapid.IntRange(1, 25).Draw(t, "events") {
		account := rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "account")
		cents := rapid.Int64Range(1, 100_00).Draw(t, "cents")
		effective, accounting := date("effective"), date("accounting")
		if rapid.Bool().Draw(t, "same day") {
			accounting = effective
		}
		e := ledger.Entry{Key: fmt.Sprint("event ", i), Effective: effective, Accounting: accounting}
		switch what := rapid.IntRange(0, 9).Draw(t, "what"); {
		case what < 3 || len(items) == 0:
			billed := effective
			if rapid.IntRange(0, 3).Draw(t, "billed later") == 0 {
				billed = date("billed")
			}
			it := ledger.Item{Account: account, Area: areaOf[account], Kind: rapid.SampledFrom([]ledger.Kind{"charge", "penalty"}).Draw(t, "kind"), Service: "water", RevenueCode: "4000",
				Billed: billed, Due: finMust(billed.AddDays(21))}
			if rapid.IntRange(0, 3).Draw(t, "agency") == 0 {
				it.Agency, it.RevenueCode = "M1W", "2300"
			}
			e.Cause, e.Opens = ledger.Billed, []ledger.Open{{Item: it, Amount: finUSD(cents), Against: it.Against()}}
		case what == 3:
			e.Cause, e.Moves = ledger.Paid, []ledger.Move{{From: ledger.Clearing("lockbox"), To: ledger.CreditOf(account, areaOf[account]), Amount: finUSD(cents), RevenueCode: "2100"}}
		case what == 7: // taken back, with an item for what is gone from the credit
			entries := slices.Collect(b.books.Entries())
			was := rapid.SampledFrom(entries).Draw(t, "taken back")
			back, err := b.books.Reverse(was.ID(), e.Key, rapid.SampledFrom([]ledger.Cause{was.Cause, ledger.Returned}).Draw(t, "cause"), effective, accounting)
			if err != nil {
				continue
			}
			e = back
		case what == 8:
			e.Cause, e.Moves = ledger.Refunded, []ledger.Move{{From: ledger.CreditOf(account, areaOf[account]), To: ledger.RefundTo(account, areaOf[account]), Amount: finUSD(cents), RevenueCode: "2100"}}
		case what == 9: // a balance that moves to another account, and another area
			item := rapid.SampledFrom(items).Draw(t, "moved")
			it, _ := b.books.Item(item)
			next := it.Item
			next.Account, next.Area = account, areaOf[account]
			e.Cause, e.Opens = ledger.Transferred, []ledger.Open{{Item: next, Amount: finUSD(max(1, it.Open.Cents())), Against: ledger.OfItem(item)}}
		default:
			item := rapid.SampledFrom(items).Draw(t, "item")
			it, _ := b.books.Item(item)
			from, cause := ledger.Clearing("lockbox"), ledger.Paid
			switch what {
			case 4:
				if rapid.IntRange(0, 3).Draw(t, "written off") == 0 && it.Agency == "" {
					e.Cause, e.Moves = ledger.WrittenOff, []ledger.Move{{From: ledger.Place{Kind: ledger.PlaceWriteOff}, To: ledger.OfItem(item), Amount: finUSD(min(cents, max(1, it.Open.Cents()))), RevenueCode: it.RevenueCode}}
				}
			case 5:
				from, cause = ledger.CreditOf(owner[item], areaOf[owner[item]]), ledger.Applied
			case 6:
				e.Cause, e.Moves = ledger.Adjusted, []ledger.Move{{From: it.Against(), To: ledger.OfItem(item), Amount: finUSD(min(cents, max(1, it.Open.Cents()))), RevenueCode: it.RevenueCode}}
			}
			if e.Cause == "" {
				moves, err := b.books.Settle(from, item, finUSD(min(cents, max(1, it.Open.Cents()))))
				if err != nil {
					continue
				}
				e.Cause, e.Moves = cause, moves
			}
		}
		if _, err := b.books.Post(e); err != nil {
			continue
		}
		for k := range e.Opens {
			items, owner[e.ItemID(k)] = append(items, e.ItemID(k)), e.Opens[k].Item.Account
		}
	}
	for _, id := range b.books.Accounts() {
		var own ledger.Terms
		if rapid.Bool().Draw(t, "pending") {
			own.Pending = []ledger.Pending{{Key: "draft " + id, Account: id, Kind: ledger.DraftInFlight, Amount: finUSD(rapid.Int64Range(1, 50_00).Draw(t, "pending")), From: date("from")}}
		}
		if rapid.Bool().Draw(t, "level") {
			own.LevelPay = []ledger.LevelPay{{Key: "level " + id, Account: id, Term: civil.MustPeriod("[2026-02-01, 2026-04-01)"), Kinds: []ledger.Kind{"charge"}, Installments: []ledger.Installment{
				{Billed: finDay("2026-02-01"), Due: finDay("2026-02-21"), Amount: finUSD(30_00)}, {Billed: finDay("2026-03-01"), Due: finDay("2026-03-21"), Amount: finUSD(30_00)}}}}
		} else if open := slices.DeleteFunc(slices.Collect(b.books.Items(id)), func(it ledger.OpenItem) bool { return it.Open.IsZero() || it.Billed.After(finDay("2026-03-01")) }); len(open) > 0 && rapid.Bool().Draw(t, "plan") {
			sum := int64(0)
			var ids []stored.ID
			for _, it := range open {
				sum, ids = sum+it.Open.Cents(), append(ids, it.ID)
			}
			if plan, err := b.books.Plan("plan "+id, id, finDay("2026-05-31"), ids, []ledger.Installment{
				{Billed: finDay("2026-05-31"), Due: finDay("2026-06-10"), Amount: finUSD(1)}, {Due: finDay("2026-07-10"), Amount: finUSD(sum - 1)}}); err == nil && sum > 1 {
				own.Plans = []ledger.Plan{plan}
			}
		}
		if _, err := b.books.Account(id, own); err == nil {
			terms[id] = own
		}
	}
	return b, terms
}

func TestAnyAgingTiesToTheBooksAndIsTheSameWhenShuffled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, terms := someBooks(t)
		on := finMust(finDay("2026-01-01").AddDays(rapid.IntRange(0, 200).Draw(t, "on")))
		a, err := b.aged(on.String(), terms)
		require.NoError(t, err) // tied, by Age itself
		r := report.AgingRequest{On: on, UpTo: []int{30, 60, 90}, Books: &b.books}
		for _, id := range b.books.Accounts() {
			r.Accounts = append(r.Accounts, report.AgedAccount{Account: id, Class: "residential", Terms: terms[id]})
		}
		r.Accounts = rapid.Permutation(r.Accounts).Draw(t, "shuffled")
		again, err := report.Age(r)
		require.NoError(t, err)
		require.Equal(t, a, again)

		var past, balance int64
		for _, row := range a.Rows {
			account := finMust(b.books.Account(row.Account, terms[row.Account]))
			s := finMust(account.Standing(on))
			own := int64(0)
			for _, p := range row.PastDue {
				own += p.Cents()
			}
			require.GreaterOrEqual(t, own, s.PastDue.Cents(), "what covers it is not taken off")
			require.Equal(t, own+row.Current.Cents()-row.ByCredit.Cents()-row.Pending.Cents(), s.PastDue.Cents()+s.Current.Cents())
			require.Equal(t, s.Balance, row.Balance)
			require.Equal(t, s.Later, row.Later)
			past, balance = past+own, balance+row.Balance.Cents()
		}
		total := int64(0)
		for _, p := range a.Total.PastDue {
			total += p.Cents()
		}
		require.Equal(t, past, total)
		require.Equal(t, balance, a.Total.Balance.Cents())
		credit := int64(0)
		for _, tie := range a.Ties {
			credit += tie.AsCredit.Cents()
		}
		require.Zero(t, credit, "what is credit in one kind is none in another")
	})
}

func TestAReportSaysNoMoreOfAnAccountThanItsID(t *testing.T) {
	b := &bookTown{t: t}
	b.bill("0104417", "Ord", "charge", "2026-01-01", 50_00)
	a, err := b.aged("2026-02-01", nil)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(fmt.Sprintf("%+v", a), "0104417"))
}

// What is open by age, and the proof that it is what the books have.
func ExampleAge() {
	var books ledger.Ledger
	post := func(e ledger.Entry) { finMust(books.Post(e)) }
	for i, billed := range []string{"2026-01-05", "2026-04-06"} {
		item := ledger.Item{Account: "0104417", Area: "Ord", Kind: "charge", Service: "water", RevenueCode: "4000", Billed: finDay(billed), Due: finMust(finDay(billed).AddDays(21))}
		post(ledger.Entry{Cause: ledger.Billed, Key: fmt.Sprint("bill ", i), Effective: item.Billed, Accounting: item.Billed,
			Opens: []ledger.Open{{Item: item, Amount: money.Cents(62_00), Against: item.Against()}}})
	}
	post(ledger.Entry{Cause: ledger.Paid, Key: "lockbox 17", Effective: finDay("2026-04-08"), Accounting: finDay("2026-04-08"), Moves: []ledger.Move{
		{From: ledger.Clearing("lockbox"), To: ledger.CreditOf("0104417", "Ord"), Amount: money.Cents(10_00), RevenueCode: "2100"}}})

	aging, err := report.Age(report.AgingRequest{
		On: finDay("2026-04-15"), UpTo: []int{30, 60, 90}, Books: &books,
		Accounts: []report.AgedAccount{{Account: "0104417", Class: "residential"}},
	})
	if err != nil {
		fmt.Println(err)
	}
	for i, bucket := range aging.Buckets {
		fmt.Println(bucket, aging.Total.PastDue[i])
	}
	fmt.Println("current", aging.Total.Current)
	fmt.Println("open", aging.Total.Open, "less credit", aging.Total.Credit, "is", aging.Total.Balance)
	for _, tie := range aging.Ties {
		fmt.Println(tie.Kind, "aged", tie.Aged, "in the books", tie.Closing)
	}
	// Output:
	// 1–30 $0.00
	// 31–60 $0.00
	// 61–90 $62.00
	// 91+ $0.00
	// current $62.00
	// open $124.00 less credit $10.00 is $114.00
	// charge aged $124.00 in the books $124.00
	// credit aged -$10.00 in the books -$10.00
}
