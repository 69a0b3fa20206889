package collections_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/ledger"
)

// tale is all that happened to an account with a bill of 84.37 due 2026-04-16, up to the day asked; of any account the same.
type tale struct {
	debt                   civil.Date
	events                 []collections.Event
	paid, back             civil.Date // a payment of all of it, and its return
	agreed, ended          civil.Date // a plan of which no installment was missed
	decided                civil.Date // an appeal
	other, tenants, thirds collections.YesNo
}

var asked = day("2026-08-20")

func plus(d civil.Date, days int) civil.Date { return must(d.AddDays(days)) }

// draw draws a tale: mostly all that has to be told is told at some time, and then anything else happens, in any way and to anybody.
func draw(t *rapid.T) tale {
	likely := func(label string) bool { return rapid.IntRange(0, 24).Draw(t, label) > 0 }
	rarely := func(label string) bool { return rapid.IntRange(0, 5).Draw(t, label) == 0 }
	within := func(label string, from, to civil.Date) civil.Date {
		return plus(from, rapid.IntRange(0, max(0, to.Sub(from))).Draw(t, label))
	}
	said := func(label string) collections.YesNo {
		return collections.YesNo(1 + rapid.IntRange(0, 1).Draw(t, label))
	}
	out := tale{debt: day("2026-04-16"), other: said("other"), tenants: said("tenants"), thirds: said("third party")}
	first := day("2026-04-17")
	switch rapid.SampledFrom([]string{"", "", "", "bounce", "plan", "extension", "appeal"}).Draw(t, "what") {
	case "bounce":
		out.paid = within("paid", first, plus(asked, -1))
		out.back = within("back", plus(out.paid, 1), asked)
		first = out.back
	case "plan":
		out.agreed = within("agreed", day("2026-05-01"), day("2026-05-20"))
		out.ended = within("ended", plus(out.agreed, 1), day("2026-06-20"))
		first = out.ended
	case "extension":
		out.debt = day("2026-05-16")
		first = day("2026-05-17")
	case "appeal":
		out.decided = within("decided", first, asked)
		first = out.decided
	}
	add := func(step collections.Step, method collections.Method, to collections.Recipient, on civil.Date) {
		e := collections.Event{Key: fmt.Sprintf("E%02d", len(out.events)), Debt: out.debt, Step: step, Method: method, To: to, Day: on, By: person("m.alvarez")}
		if step != collections.BillMailed && rapid.Bool().Draw(t, "instant") {
			e.At = clock(fmt.Sprintf("%s %02d:%02d", on, rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute")))
		}
		if rapid.IntRange(0, 29).Draw(t, "printed") == 0 {
			e.Printed = plus(on, rapid.IntRange(0, 60).Draw(t, "days"))
		}
		out.events = append(out.events, e)
		about := func(step collections.Step, days int) {
			late := min(days, asked.Sub(on))
			out.events = append(out.events, collections.Event{Key: fmt.Sprintf("E%02d", len(out.events)), Debt: e.Debt, Step: step, Of: e.Key, Day: plus(on, late), By: e.By})
		}
		if method == collections.ByMail && rapid.IntRange(0, 14).Draw(t, "returned") == 0 {
			about(collections.Returned, 7)
		}
		if rapid.IntRange(0, 29).Draw(t, "withdrawn") == 0 {
			about(collections.Withdrawn, 9)
		}
	}
	if likely("bill") {
		add(collections.BillMailed, collections.ByMail, collections.Customer, day("2026-03-26"))
		out.events[0].Debt = day("2026-04-16")
		for i := range out.events[1:] {
			out.events[i+1].Debt = out.events[0].Debt
		}
	}
	if rarely("off") && first.Before(plus(asked, -2)) {
		off := within("off on", first, plus(asked, -2))
		add(collections.ShutOff, collections.InPerson, collections.Occupant, off)
		add(collections.Reconnected, collections.InPerson, collections.Occupant, within("on", plus(off, 1), plus(asked, -1)))
		first = off
	}
	for _, one := range []struct {
		step   collections.Step
		method collections.Method
		to     collections.Recipient
		from   civil.Date
	}{
		{collections.MailedNotice, collections.ByMail, collections.Customer, first}, {collections.Contact, collections.ByMail, collections.Customer, first},
		{collections.Contact, collections.Posted, collections.Occupant, first}, {collections.MailedNotice, collections.Handed, collections.Tenants, first},
		{collections.MailedNotice, collections.ByMail, collections.ThirdParty, first}, {collections.FinalNotice, collections.Posted, collections.Occupant, day("2026-07-20")},
		{collections.DoorTag, collections.Posted, collections.Occupant, plus(asked, -18)}, {collections.Visit, collections.Posted, collections.Occupant, plus(asked, -18)},
	} {
		if likely("told") {
			add(one.step, one.method, one.to, within("told on", plus(one.from, -1), plus(one.from, min(25, asked.Sub(one.from)))))
		}
	}
	for range rapid.IntRange(0, 8).Draw(t, "events") {
		add(rapid.SampledFrom([]collections.Step{collections.MailedNotice, collections.Contact, collections.DoorTag, collections.AdultReached, collections.PastDueNotice, collections.FinalNotice,
			collections.Visit}).Draw(t, "step"),
			rapid.SampledFrom([]collections.Method{collections.ByMail, collections.Posted, collections.ByTelephone, collections.InPerson, collections.Handed}).Draw(t, "method"),
			rapid.SampledFrom([]collections.Recipient{collections.Customer, collections.Occupant, collections.Tenants, collections.ThirdParty}).Draw(t, "to"),
			within("day", day("2026-04-10"), asked))
		if e := &out.events[len(out.events)-1]; e.Of == "" && rarely("another debt") {
			e.Debt = day("2026-06-16")
		}
	}
	return out
}

// story is the tale of an account.
func (w tale) story(t tester, account string) *story {
	t.Helper()
	s := owing(t, account, "2026-04-16", 84_37)
	s.debt = w.debt
	s.f.Events = append(s.f.Events, w.events...)
	s.f.OtherAddress, s.f.Tenants, s.f.ThirdParty = w.other, w.tenants, w.thirds
	if !w.paid.IsZero() {
		s.pay("check", w.paid.String(), s.items[0], 84_37)
		for e := range s.l.EntriesOf(account) {
			if e.Key == "check" {
				s.post(must(s.l.Reverse(e.ID(), "bounced", ledger.Returned, w.back, w.back)))
				break
			}
		}
	}
	if !w.ended.IsZero() {
		p := must(s.l.Plan("plan", account, w.agreed, s.items, []ledger.Installment{{Due: day("2026-12-30"), Amount: usd(84_37)}}))
		p.Ended, p.Ending = w.ended, "called off"
		s.terms.Plans = []ledger.Plan{p}
	}
	if w.debt != day("2026-04-16") {
		s.terms.Extensions = []ledger.Extension{{Key: "x", Account: account, Items: s.items, Granted: day("2026-04-10"), Until: w.debt}}
	}
	if !w.decided.IsZero() {
		s.f.Reviews = []collections.Review{{Kind: collections.Appeal, Filed: plus(w.decided, -3), Decided: w.decided}}
	}
	return s
}

// anew is the last day on which the ladder began anew, as a supervisor looks for it: day by day, in what happened.
func (w tale) anew() civil.Date {
	gone := map[string]bool{}
	for _, e := range w.events {
		if e.Step == collections.Withdrawn {
			gone[e.Of] = true
		}
	}
	for d := asked; d.After(day("2026-04-01")); d = plus(d, -1) {
		if d == w.back || d == w.ended || d == w.decided {
			return d
		}
		for _, e := range w.events {
			if e.Step == collections.Reconnected && plus(e.Day, 1) == d && !gone[e.Key] {
				return d
			}
		}
	}
	return civil.Date{}
}

// off says that a reconnection was withdrawn, so that service is off.
func (w tale) off() bool {
	last := map[collections.Step]civil.Date{}
	for _, e := range w.events {
		withdrawn := false
		for _, o := range w.events {
			withdrawn = withdrawn || o.Step == collections.Withdrawn && o.Of == e.Key
		}
		if !withdrawn && (e.Step == collections.ShutOff || e.Step == collections.Reconnected) {
			last[e.Step] = e.Day
		}
	}
	return last[collections.ShutOff].After(last[collections.Reconnected])
}

// allowed is the law as a supervisor counts it: backwards from a day, by each step that was recorded and counts.
func (w tale) allowed(d civil.Date) bool {
	if day := d.Weekday(); day == time.Saturday || day == time.Sunday || !must(office().Open(d)) || w.off() {
		return false
	}
	came, gone := map[string]bool{}, map[string]bool{}
	for _, e := range w.events {
		came[e.Of] = came[e.Of] || e.Step == collections.Returned
		gone[e.Of] = gone[e.Of] || e.Step == collections.Withdrawn
	}
	anew, closes := w.anew(), clock(d.String()+" 15:00")
	stands := func(e *collections.Event) bool {
		if e.Of != "" || gone[e.Key] {
			return false
		}
		if e.Step == collections.BillMailed {
			return true
		}
		return e.Debt == w.debt && !e.Day.Before(anew) && (e.Day.After(w.debt) || e.Step == collections.MailedNotice && e.To == collections.Customer)
	}
	var bill, lost civil.Date
	for i := range w.events {
		e := &w.events[i]
		if d.Before(e.Printed) {
			return false
		}
		if stands(e) && e.Step == collections.BillMailed {
			bill = e.Day
		}
		if stands(e) && came[e.Key] && e.To == collections.Customer && e.Day.After(lost) {
			lost = e.Day
		}
	}
	open := func(e *collections.Event, n int) bool { return !must(civil.AddOpenDays(office(), d, -n)).Before(e.Day) }
	young := func(e *collections.Event) bool { return asked.Sub(e.Day) <= 21 && d.Sub(e.Day) <= 21 }
	hours := func(e *collections.Event, n int) bool {
		end := e.At
		if end.IsZero() {
			end = clock(plus(e.Day, 1).String() + " 00:00")
		}
		return young(e) && end.Add(time.Duration(n)*time.Hour).Before(closes)
	}
	done := map[string]bool{"occupant": w.other == collections.No, "tenants": w.tenants == collections.No, "third": w.thirds == collections.No, "final": w.ended.IsZero(), "visit": lost.IsZero()}
	for i := range w.events {
		e := &w.events[i]
		if !stands(e) {
			continue
		}
		written := e.Method == collections.ByMail || e.Method == collections.Posted || e.Method == collections.Handed
		there := e.To != collections.ThirdParty
		does := func(what string, ok bool) { done[what] = done[what] || ok }
		arrived := !came[e.Key]
		switch {
		case e.Step == collections.MailedNotice && e.To == collections.Customer && e.Method == collections.ByMail:
			does("notice", !bill.IsZero() && e.Day.Sub(bill) >= 19 && d.Sub(e.Day) >= 15)
		case e.Step == collections.MailedNotice && e.To == collections.Tenants && written:
			does("tenants", arrived && d.Sub(e.Day) >= 10)
		case e.Step == collections.MailedNotice && e.To == collections.ThirdParty && e.Method == collections.ByMail:
			does("third", arrived && d.Sub(e.Day) >= 15)
		case e.Step == collections.Contact && e.To == collections.Customer && (written || e.Method == collections.ByTelephone):
			does("contact", open(e, 7))
		case e.Step == collections.Contact && e.To == collections.Occupant && written:
			does("occupant", arrived && open(e, 7))
		case e.Step == collections.FinalNotice && there && e.Method == collections.Posted && !w.ended.IsZero():
			does("final", e.Day.Sub(w.ended) >= 61 && open(e, 5))
		case e.Step == collections.DoorTag && there && (e.Method == collections.Posted || e.Method == collections.Handed):
			does("last", hours(e, 48))
		case e.Step == collections.AdultReached && there && (e.Method == collections.InPerson || e.Method == collections.ByTelephone && (e.To != collections.Customer || w.other == collections.No)):
			does("last", hours(e, 24))
		case e.Step == collections.Visit && there && e.Method == collections.Posted:
			does("visit", !e.Day.Before(lost) && hours(e, 48))
		}
		does("visit", e.To == collections.Customer && e.Method == collections.ByTelephone && e.Day.After(lost))
	}
	for _, what := range []string{"notice", "contact", "last", "occupant", "tenants", "third", "final", "visit"} {
		if !done[what] {
			return false
		}
	}
	return d.Sub(w.debt) >= 61 && (w.ended.IsZero() || d.Sub(w.ended) >= 61)
}
