package cycle_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/rates"
)

// Whatever a bill prints, posts or was priced from, its approver answers for: an approval is of no other bill, though it has the same id
// and comes to the same.
func TestAllThatABillSaysIsApproved(t *testing.T) {
	r := six()
	on := day("2026-04-30")
	request := func() billing.BillRequest {
		s := made{agreement: r.Members[1].Agreement, period: april, tenths: 80}.service()
		return billing.BillRequest{
			Key: key, Account: "A-2", Customer: "C-2", Area: "central", Billed: on, Due: on, Services: []billing.Service{s}, Postings: postings(),
			Before: ledger.Standing{On: on}, Draft: billing.Draft{State: billing.NotEnrolled},
			Fees: []billing.Fee{{Key: "f", Text: "A fee", Source: rates.Citation{Resolution: "invented"}, Posting: billing.Posting{Kind: "fee", Service: "water", RevenueCode: "4100"}}},
		}
	}
	bytes := func(b billing.BillRequest) string {
		r.Bills[1] = must(billing.NewBill(b))
		return string(review(t, r).AppendCanonical(nil))
	}
	was := bytes(request())
	require.Equal(t, was, bytes(request()))
	base := billing.ChargeOf{Schedule: "water", Charge: "base"}
	seen := map[string]string{was: "as it was"}
	for name, change := range map[string]func(*billing.BillRequest){
		"due":             func(b *billing.BillRequest) { b.Due = day("2026-05-21") },
		"a message":       func(b *billing.BillRequest) { b.Messages = []billing.Message{{Code: "drought", Text: "Stage 2"}} },
		"another message": func(b *billing.BillRequest) { b.Messages = []billing.Message{{Code: "drought", Text: "Stage 3"}} },
		"draft": func(b *billing.BillRequest) {
			b.Draft = billing.Draft{State: billing.WillBeDrafted, On: day("2026-05-20")}
		},
		"draft's day": func(b *billing.BillRequest) {
			b.Draft = billing.Draft{State: billing.WillBeDrafted, On: day("2026-05-21")}
		},
		"suspended":    func(b *billing.BillRequest) { b.Draft = billing.Draft{State: billing.DraftSuspended, Why: "returned"} },
		"since":        func(b *billing.BillRequest) { b.Since = []billing.Activity{{On: on, Text: "Nothing"}} },
		"since's text": func(b *billing.BillRequest) { b.Since = []billing.Activity{{On: on, Text: "Something"}} },
		"owed": func(b *billing.BillRequest) {
			b.Previous, b.Before.Balance, b.Before.PastDue = usd(5_00), usd(5_00), usd(5_00)
		},
		"credit": func(b *billing.BillRequest) {
			b.Previous, b.Before.Balance, b.Before.Credit = usd(-5_00), usd(-5_00), usd(5_00)
		},
		"pending": func(b *billing.BillRequest) { b.Before.PendingOver = usd(5_00) },
		"later": func(b *billing.BillRequest) {
			b.Previous, b.Before.Balance, b.Before.Later = usd(5_00), usd(5_00), usd(5_00)
		},
		"revenue code":  func(b *billing.BillRequest) { p := b.Postings[base]; p.RevenueCode = "4001"; b.Postings[base] = p },
		"kind":          func(b *billing.BillRequest) { p := b.Postings[base]; p.Kind = "surcharge"; b.Postings[base] = p },
		"service":       func(b *billing.BillRequest) { p := b.Postings[base]; p.Service = "sewer"; b.Postings[base] = p },
		"agency":        func(b *billing.BillRequest) { p := b.Postings[base]; p.Agency = "M1W"; b.Postings[base] = p },
		"fee's text":    func(b *billing.BillRequest) { b.Fees[0].Text = "Another fee" },
		"fee's source":  func(b *billing.BillRequest) { b.Fees[0].Source.Section = "1" },
		"fee's address": func(b *billing.BillRequest) { b.Fees[0].Source.Address = "example.org" },
		"bill date": func(b *billing.BillRequest) {
			b.Services[0] = made{agreement: r.Members[1].Agreement, period: april, tenths: 80, input: func(in *rates.Input) { in.BillDate = on }}.service()
		},
		"cycle days": func(b *billing.BillRequest) {
			b.Services[0] = made{agreement: r.Members[1].Agreement, period: april, tenths: 80, input: func(in *rates.Input) { in.CycleDays = 30 }}.service()
		},
		"another usage": func(b *billing.BillRequest) {
			s := made{agreement: r.Members[1].Agreement, period: april, tenths: 80}
			s.from = 2000
			b.Services[0] = s.service()
		},
	} {
		b := request()
		change(&b)
		got := bytes(b)
		other, twice := seen[got]
		require.False(t, twice, "%s is as %s", name, other)
		seen[got] = name
	}
}
