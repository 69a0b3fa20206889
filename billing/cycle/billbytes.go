package cycle

import (
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/internal/uncopied"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/metering"
)

// appendBill appends all that a bill prints and posts, and what it was priced from: what an approver of the cycle answers for.
func appendBill(b []byte, bill *billing.Bill) []byte {
	text := func(list ...string) {
		for _, s := range list {
			b = stored.AppendText(b, s)
		}
	}
	b = stored.AppendKind(b, "headgate.billing.cycle.bill.1")
	b = stored.AppendID(b, bill.ID())
	text(bill.Key(), bill.Account(), bill.Customer(), bill.Area(), bill.Billed().String(), bill.Due().String())
	lines := 0
	for range bill.Lines() {
		lines++
	}
	b = stored.AppendCount(b, lines)
	for l := range bill.Lines() {
		p := l.Posting
		text(l.Agreement, l.Meter, l.Charge, l.Text, l.Period.String(), l.Quantity.String(), l.Price.String(), l.Exact.String(), l.Version.String(),
			l.Source.Resolution, l.Source.Section, l.Source.Address, string(p.Kind), p.Service, p.RevenueCode, p.Agency)
		b = stored.AppendInt(b, int64(l.Tier))
		b = stored.AppendInt(b, l.Amount.Cents())
	}
	for _, amount := range [...]int64{
		bill.Charges().Cents(), bill.Previous().Cents(), bill.BalanceBefore().Cents(), bill.BalanceAfter().Cents(), bill.AmountDue().Cents(),
		bill.DueBefore().Cents(),
		bill.PastDue().Cents(), bill.ByCredit().Cents(), bill.ByPending().Cents(), bill.LevelAmount().Cents(), bill.Later().Cents(),
	} {
		b = stored.AppendInt(b, amount)
	}
	since := bill.Since()
	b = stored.AppendCount(b, len(since))
	for _, a := range since {
		text(a.On.String(), a.Text)
		b = stored.AppendInt(b, a.Amount.Cents())
	}
	d := bill.Draft()
	text(d.State.String(), d.On.String(), d.Why)
	messages := bill.Messages()
	b = stored.AppendCount(b, len(messages))
	for _, m := range messages {
		text(m.Code, m.Text)
	}
	return appendServices(b, bill)
}

// appendServices appends what each service was priced from, and its readings.
func appendServices(b []byte, bill *billing.Bill) []byte {
	text := func(list ...string) {
		for _, s := range list {
			b = stored.AppendText(b, s)
		}
	}
	services := 0
	for range bill.Served(uncopied.View{}) {
		services++
	}
	b = stored.AppendCount(b, services)
	for own := range bill.Served(uncopied.View{}) {
		in := &own.Quote.Input
		digest := own.Quote.Digest()
		b = stored.AppendBytes(b, digest[:])
		text(own.Agreement.ID, in.Schedule, in.Period.String(), in.BillDate.String(), in.Usage.String(), in.Carried.String())
		b = stored.AppendInt(b, int64(in.CycleDays))
		b = appendFacts(b, in.Facts)
		b = stored.AppendCount(b, len(in.Changes))
		for _, c := range in.Changes {
			text(c.Fact, c.Value, c.On.String())
		}
		b = stored.AppendCount(b, len(in.Meters))
		for k := range in.Meters {
			m := &in.Meters[k]
			text(m.ID, m.Usage.String(), m.Carried.String())
			b = appendFacts(b, m.Facts)
			b = stored.AppendCount(b, len(m.Changes))
			for _, c := range m.Changes {
				text(c.Fact, c.Value, c.On.String())
			}
		}
		usages := 0
		for range own.Usages() {
			usages++
		}
		b = stored.AppendCount(b, usages)
		for key, reads := range own.Usages() {
			b = stored.AppendText(b, key)
			b = appendReads(b, reads)
		}
	}
	return b
}

// appendReads appends the readings of a usage.
func appendReads(b []byte, reads []metering.Part) []byte {
	b = stored.AppendCount(b, len(reads))
	for _, p := range reads {
		for _, text := range [...]string{p.Meter, p.Register, p.Period.String(), p.Use.String(), p.Unit.String(), p.Step.String()} {
			b = stored.AppendText(b, text)
		}
		for _, n := range [...]int64{p.Previous, p.Current, p.Used} {
			b = stored.AppendInt(b, n)
		}
		b = stored.AppendBool(b, p.Estimated)
	}
	return b
}

func appendFacts(b []byte, facts map[string]string) []byte {
	b = stored.AppendCount(b, len(facts))
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		b = stored.AppendText(b, name)
		b = stored.AppendText(b, facts[name])
	}
	return b
}
