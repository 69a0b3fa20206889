package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/stored"
)

// How a bill stands is told by what its entries say: a draft has the key and the id of the bill that was posted.
func TestABillStandsAsItsEntriesDo(t *testing.T) {
	made := func(change func(*billing.BillRequest)) billing.Bill {
		r := request(t)
		change(&r)
		return must(billing.NewBill(r))
	}
	other := billing.Posting{Kind: "rebate", Service: "water", RevenueCode: "4900"}
	whole := made(func(*billing.BillRequest) {})
	draft := made(func(r *billing.BillRequest) { r.Services = r.Services[:1] })
	both := made(func(r *billing.BillRequest) { r.Services = []billing.Service{rebated(t, r, "10.00", other)} }) // charges, and credits behind them
	credits := made(func(r *billing.BillRequest) {                                                               // nothing but credits
		r.Services = []billing.Service{rebated(t, r, "80.00", r.Postings[billing.ChargeOf{Schedule: "water", Charge: "water"}])}
	})
	nothing := made(func(r *billing.BillRequest) {
		r.Services = []billing.Service{rebated(t, r, "66.65", r.Postings[billing.ChargeOf{Schedule: "water", Charge: "water"}])}
	})
	require.Len(t, both.Entries(), 2)
	require.Len(t, credits.Entries(), 1)
	require.Empty(t, nothing.Entries())
	with := func(entries ...ledger.Entry) *ledger.Ledger {
		var books ledger.Ledger
		for _, e := range entries {
			must(books.Post(e))
		}
		return &books
	}
	back := func(books *ledger.Ledger, e ledger.Entry) *ledger.Ledger {
		must(books.Post(must(books.Reverse(e.ID(), "back "+e.Key, e.Cause, day("2026-05-02"), day("2026-05-02")))))
		return books
	}
	for name, c := range map[string]struct {
		bill  billing.Bill
		books *ledger.Ledger
		stand billing.Stand
	}{
		"posted": {whole, with(whole.Entries()...), billing.IsPosted}, "with credits": {both, with(both.Entries()...), billing.IsPosted},
		"credits alone": {credits, with(credits.Entries()...), billing.IsPosted}, "nothing": {nothing, with(), billing.IsPosted},
		"not posted": {whole, with(), billing.NotPosted}, "credits not posted": {credits, with(), billing.NotPosted},
		"taken back":                     {whole, back(with(whole.Entries()...), whole.Entries()[0]), billing.TakenBack},
		"its charges taken back":         {both, back(with(both.Entries()...), both.Entries()[0]), billing.TakenBack},
		"its credits taken back":         {both, back(with(both.Entries()...), both.Entries()[1]), billing.TakenBack},
		"a draft":                        {draft, with(whole.Entries()...), billing.IsAnother},
		"a draft of what was taken back": {draft, back(with(whole.Entries()...), whole.Entries()[0]), billing.IsAnother},
		"a part of it":                   {both, with(both.Entries()[0]), billing.IsAnother},
		"one with credits behind it": {made(func(r *billing.BillRequest) {
			r.Services = []billing.Service{waterOf(t, water("1", "2026-01-01", ""), march, 13)}
		}), with(both.Entries()...), billing.IsAnother},
		"credits where charges stand":        {credits, with(whole.Entries()...), billing.IsAnother},
		"charges where credits stand":        {whole, with(credits.Entries()...), billing.IsAnother},
		"nothing where charges stand":        {nothing, with(whole.Entries()...), billing.IsAnother},
		"nothing where credits stand":        {nothing, with(credits.Entries()...), billing.IsAnother},
		"charges beside the credits of them": {whole, with(whole.Entries()[0], credits.Entries()[0]), billing.IsAnother},
	} {
		stand, first := c.bill.Stands(c.books)
		require.Equal(t, c.stand, stand, name)
		want := ledger.Entry{Cause: ledger.Billed, Key: "bill A-1 " + c.bill.Key()}.ID()
		if own := c.bill.Entries(); len(own) > 0 {
			want = own[0].ID()
		}
		require.Equal(t, want, first, name)
		require.NotEqual(t, stored.ID{}, first)
	}
}
