package collections_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/ledger"
)

// The mailing of a bill is of the bill, by its own due date: an extension of it, and that another bill was older, change nothing.
func TestTheMailingIsOfTheBill(t *testing.T) {
	s := owes(t, "2026-04-16")
	s.event(collections.BillMailed, collections.ByMail, collections.Customer, "2026-03-26")
	s.terms.Extensions = []ledger.Extension{{Key: "x", Account: acct, Items: s.items, Granted: day("2026-04-10"), Until: day("2026-05-16")}}
	require.Len(t, listed(t, collections.Notices, "2026-05-26", s).Rows, 1, "extended, and past due again")
	s.debt = day("2026-05-16")
	s.event(collections.MailedNotice, collections.ByMail, collections.Customer, "2026-06-02")
	require.NotContains(t, codes(s.walk(district(), "2026-06-22").Blocks), collections.Code("mailed notice required"))
	s.debt = day("2026-04-16")
	s.event(collections.Contact, collections.ByMail, collections.Customer, "2026-06-04")
	require.Contains(t, s.walk(district(), "2026-06-22").String(), "contact E3 was of the debt due 2026-04-16", "a notice is of what was owed then")
	s.f.Events[0].Debt = day("2026-05-16")
	require.NotContains(t, codes(s.walk(district(), "2026-06-22").Blocks), collections.Code("mailed notice required"), "by the day that it was extended to")
	s.f.Events[0].Debt = day("2026-02-16")
	require.Contains(t, codes(s.walk(district(), "2026-06-22").Blocks), collections.Code("mailed notice required"), "that of another bill is none")

	s.f.Events[0].Debt, s.f.Events[0].Day = day("2026-04-16"), day("2026-03-25")
	_, err := compiled(t, district()).Walk(s.facts("2026-06-22"))
	require.ErrorIs(t, err, collections.ErrEvent, "nor one of before it")

	next := owes(t, "2026-04-16")
	next.event(collections.BillMailed, collections.ByMail, collections.Customer, "2026-03-26")
	next.bill(acct, "next", "2026-05-16", "charge", 60_00)
	next.debt = day("2026-05-16")
	next.event(collections.BillMailed, collections.ByMail, collections.Customer, "2026-04-25")
	require.Equal(t, day("2026-04-16"), next.walk(district(), "2026-05-20").Debt.Due)
	next.pay("oldest", "2026-05-20", next.items[0], 84_37)
	next.event(collections.MailedNotice, collections.ByMail, collections.Customer, "2026-06-02")
	require.NotContains(t, codes(next.walk(district(), "2026-06-22").Blocks), collections.Code("mailed notice required"))
}

// A bill that asks for an installment is another than that of the item, and it is the one that is mailed.
func TestTheBillOfAnInstallmentIsMailedToo(t *testing.T) {
	s := owes(t, "2026-04-16")
	s.event(collections.BillMailed, collections.ByMail, collections.Customer, "2026-03-26")
	s.plan("2026-05-01", s.items, ledger.Installment{Billed: day("2026-05-01"), Due: day("2026-05-20"), Amount: usd(84_37)})
	s.debt = day("2026-05-20")
	s.event(collections.MailedNotice, collections.ByMail, collections.Customer, "2026-06-02")
	require.Contains(t, s.walk(district(), "2026-06-22").String(), "no bill_mailed of it is recorded")
	s.event(collections.BillMailed, collections.ByMail, collections.Customer, "2026-05-01")
	require.NotContains(t, codes(s.walk(district(), "2026-06-22").Blocks), collections.Code("mailed notice required"))
}

// That the mailing of a bill is not recorded keeps nobody from the notice, and everybody from a tag and a shutoff. The notice states a
// day that holds whenever it was mailed.
func TestAMailingThatIsNotRecordedKeepsNobodyFromANotice(t *testing.T) {
	s := owes(t, "2026-04-16")
	list := listed(t, collections.Notices, "2026-06-10", s)
	require.Len(t, list.Rows, 1)
	require.Equal(t, day("2026-07-14"), list.Rows[0].Shutoff, "19 days for a bill that is mailed on the day, and 15 for the notice")
	s.f.Events = untilShutoff(t).f.Events[1:]
	require.Equal(t, []collections.Code{"mailed notice required"}, codes(s.walk(district(), "2026-06-22").Blocks))
	require.Equal(t, []collections.Code{"mailed notice required"}, codes(listed(t, collections.Shutoffs, "2026-06-22", s).Left[0].Reasons))
	s.f.Events = s.f.Events[:2]
	require.Equal(t, []collections.Code{"mailed notice required"}, codes(listed(t, collections.DoorTags, "2026-06-22", s).Left[0].Reasons))
}
