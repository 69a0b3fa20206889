package cycle

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// checkService looks at a service of a bill beside the one before of the same agreement; nil where there is none.
func (w *reviewing) checkService(s, was *served) {
	w.checkDays(s)
	w.checkFacts(s)
	w.checkCarry(s, was)
	w.checkUse(s, was)
	w.checkReads(s, was)
	w.checkChanges(s)
	if was != nil {
		w.checkKeys(s, was)
		w.checkFollowing(s, was)
	}
}

// checkDays looks at how long the period is, and at the days of the cycle that it was prorated by.
func (w *reviewing) checkDays(s *served) {
	period := s.input.Period
	days := exact.Int(int64(period.Days()))
	if l := w.limits.long; l.on && days.Cmp(l.at) > 0 {
		w.of(s, LongPeriod, "", "the bill is for "+say.Many("days", days, "day")+", {period}, and more than {limit} is long",
			say.Number("days", days), say.Text("period", period.String()), say.Number("limit", l.at))
	}
	if l := w.limits.short; l.on && days.Cmp(l.at) < 0 {
		words := "the bill is for " + say.Many("days", days, "day") + ", {period}, and less than {limit} is short"
		if s.member >= 0 {
			a := &w.r.Members[s.member].Agreement
			if a.From == period.From {
				words += "; the agreement begins with it"
			}
			if !a.Open() && a.Until == period.To {
				words += "; the agreement ends with it"
			}
		}
		w.of(s, ShortPeriod, "", words, say.Number("days", days), say.Text("period", period.String()), say.Number("limit", l.at))
	}
	if b := &w.bills[s.bill]; b.Billed().Before(period.To) {
		w.of(s, OtherDates, "billed", "it is dated {billed}, and bills days to before {to}", say.Date("billed", b.Billed()), say.Date("to", period.To))
	}
	if period.To.After(w.r.On) {
		w.of(s, FutureDays, "", "it bills days to before {to}, and is reviewed on {on}", say.Date("to", period.To), say.Date("on", w.r.On))
	}
	if !period.To.After(w.r.Period.From) || !period.From.Before(w.r.Period.To) {
		w.of(s, OtherDates, "cycle", "it bills {days}, and the cycle is {period}", say.Text("days", period.String()), say.Text("period", w.r.Period.String()))
	}
	if n := s.input.CycleDays; n != 0 && n != w.r.Period.Days() {
		w.of(s, OtherCycleDays, "", "it was prorated by a cycle of {priced} days, and the cycle is {period}, {days} days",
			say.Count("priced", n), say.Text("period", w.r.Period.String()), say.Count("days", w.r.Period.Days()))
	}
}

// checkTogether looks at agreements that stand on a bill for several periods, of which none is long by itself.
func (w *reviewing) checkTogether(several []int) {
	l := w.limits.long
	if !l.on {
		return
	}
	slices.SortStableFunc(several, func(a, b int) int {
		return cmp.Or(w.now[a].bill-w.now[b].bill, strings.Compare(w.now[a].agreement, w.now[b].agreement), w.now[a].input.Period.From.Compare(w.now[b].input.Period.From))
	})
	for i := 0; i < len(several); {
		s := &w.now[several[i]]
		n, days, alone := 0, int64(0), false
		for ; i < len(several) && w.now[several[i]].bill == s.bill && w.now[several[i]].agreement == s.agreement; i++ {
			own := int64(w.now[several[i]].input.Period.Days())
			n, days, alone = n+1, days+own, alone || exact.Int(own).Cmp(l.at) > 0
		}
		if total := exact.Int(days); !alone && total.Cmp(l.at) > 0 {
			w.of(s, LongPeriod, "together", "the bill has "+say.Many("days", total, "day")+" of the agreement, in {periods} periods, and more than {limit} is long",
				say.Number("days", total), say.Count("periods", n), say.Number("limit", l.at))
		}
	}
}

// checkFacts compares what was priced with what the agreement says now.
func (w *reviewing) checkFacts(s *served) {
	if s.member < 0 {
		return
	}
	a := &w.r.Members[s.member].Agreement
	if b := &w.bills[s.bill]; b.Account() != a.Account || b.Customer() != a.Customer {
		w.of(s, OtherFacts, "account", "the bill is of account {account} and customer {customer}, and the agreement of {ours} and {who}",
			say.Text("account", b.Account()), say.Text("customer", b.Customer()), say.Text("ours", a.Account), say.Text("who", a.Customer))
	}
	if len(a.Changes)+len(s.input.Changes) == 0 && s.input.Schedule == a.Schedule && maps.Equal(s.input.Facts, a.Facts) {
		return // as most are: no copy of the facts is made
	}
	want, err := a.Input(s.input.Period)
	if err != nil {
		return // days that are not the agreement's: told as such
	}
	if s.input.Schedule != want.Schedule {
		w.of(s, OtherFacts, "schedule", "it was priced by schedule {priced}, and the agreement says {agreement}",
			say.Text("priced", s.input.Schedule), say.Text("agreement", want.Schedule))
	}
	for _, name := range namesOf(s.input.Facts, want.Facts) {
		if priced, says := s.input.Facts[name], want.Facts[name]; priced != says {
			w.of(s, OtherFacts, "fact "+name, "it was priced by {fact} {priced}, and the agreement says {agreement}",
				say.Text("fact", name), say.Text("priced", stated(priced)), say.Text("agreement", stated(says)))
		}
	}
	if !slices.Equal(s.input.Changes, want.Changes) {
		w.of(s, OtherFacts, "changes", "it was priced by {priced} changes of facts within the period, and the agreement has {agreement}, or others",
			say.Count("priced", len(s.input.Changes)), say.Count("agreement", len(want.Changes)))
	}
}

// stated is a fact in words.
func stated(value string) string {
	if value == "" {
		return "none"
	}
	return value
}

// namesOf are the names of facts of both, in order.
func namesOf(a, b map[string]string) []string {
	if maps.Equal(a, b) {
		return nil
	}
	names := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(names)
	return slices.Compact(names)
}

// checkCarry compares what a quote carries in with what the one before carried out. Nothing else can: a quote knows its own book
// and not the bill before.
func (w *reviewing) checkCarry(s, was *served) {
	billed := s.quote.Usage()
	if was == nil {
		begins := s.member >= 0 && w.r.Members[s.member].Agreement.From == s.input.Period.From
		for _, now := range billed {
			in := s.carriedIn(now.Meter)
			switch {
			case begins && !in.IsZero():
				w.of(s, OtherCarry, now.Meter,
					"it carries in {in}"+ofMeter(now.Meter)+", and the agreement begins with it: nothing was left unbilled", say.Number("in", in))
			case !begins && (!in.IsZero() || !now.Carry.IsZero()):
				w.of(s, UnknownCarry, now.Meter,
					"it carries in {in}"+ofMeter(now.Meter)+", and the bill before, which is not given, says what it carried out",
					say.Number("in", in))
			}
		}
		return
	}
	before := was.quote.Usage()
	for _, now := range billed {
		in, left := s.carriedIn(now.Meter), exact.Ratio{}
		if i := slices.IndexFunc(before, func(b rates.Billed) bool { return b.Meter == now.Meter }); i >= 0 {
			left = before[i].Carry
		}
		if !in.Equal(left) {
			w.of(s, OtherCarry, now.Meter, "it carries in {in}"+ofMeter(now.Meter)+", and the bill of {before} carried out {out}",
				say.Number("in", in), say.Text("before", was.input.Period.String()), say.Number("out", left))
		} else if !in.IsZero() && was.input.Schedule != s.input.Schedule {
			w.of(s, OtherCarry, now.Meter,
				"it carries in {in}"+ofMeter(now.Meter)+" of schedule {was}, and is priced by schedule {now}, which may count in another unit",
				say.Number("in", in), say.Text("was", was.input.Schedule), say.Text("now", s.input.Schedule))
		}
	}
	for _, b := range before {
		if !b.Carry.IsZero() && !slices.ContainsFunc(billed, func(now rates.Billed) bool { return now.Meter == b.Meter }) {
			w.of(s, OtherCarry, b.Meter, "the bill of {before} carried out {out}"+ofMeter(b.Meter)+", and nothing carries it in",
				say.Text("before", was.input.Period.String()), say.Number("out", b.Carry))
		}
	}
}

func ofMeter(meter string) string {
	if meter == "" {
		return ""
	}
	return " of meter " + meter
}

// checkReads lists what the checks of the readings found, and estimates in a row. The usages tell: they are those of the bill, by their
// keys and by their readings.
func (w *reviewing) checkReads(s, was *served) {
	for key, parts := range s.own.Usages() {
		at, ok := w.usages[key]
		if !ok || !w.r.Usages[at].IsOf(parts) {
			w.wrongUsage(s, key, ok)
			continue
		}
		u := &w.r.Usages[at]
		for i, e := range u.Exceptions() {
			w.of(s, ReadException, key+" "+strconv.Itoa(i), "{code}"+ofMeter(e.Meter)+": {words}", say.Text("code", string(e.Code)), say.Text("words", e.Words))
		}
		if w.limits.estimates.on && slices.ContainsFunc(parts, isEstimate) {
			w.checkEstimates(s, was, u, parts)
		}
	}
}

// wrongUsage refuses a bill whose usage is not given, or another one in its place.
func (w *reviewing) wrongUsage(s *served, key string, given bool) {
	b := &w.bills[s.bill]
	what := "usage " + key + ", which it was made of, is not given"
	if given {
		what = "usage " + key + " has other readings than the bill was made of"
	}
	w.wrong.Add(&problem.Error{
		Code: ErrRequest, Path: "bill " + b.Key() + " of account " + b.Account(), What: what,
		Fix: "give the usages that the bills were made of: what their checks have found they alone know",
	})
}

// isEstimate reports whether a reading is an estimate. Days without a meter have none that could be read.
func isEstimate(p metering.Part) bool { return p.Estimated && p.Meter != "" }

// checkEstimates lists registers that were estimated as often in a row as the policy says. A meter that was put in counts anew: where it,
// or the one that it stands for, is estimated as the bill before was, nothing tells how often in a row the service is.
func (w *reviewing) checkEstimates(s, was *served, u *metering.Usage, parts []metering.Part) {
	left := u.Baselines()
	for i, p := range parts {
		same := func(q metering.Part) bool { return q.Meter == p.Meter && q.Register == p.Register }
		if !isEstimate(p) || slices.ContainsFunc(parts[:i], func(q metering.Part) bool { return same(q) && q.Estimated }) {
			continue
		}
		row, told := 1, false // of a meter that was taken out no baseline is left
		for _, b := range left {
			if b.Meter == p.Meter && b.Register.ID == p.Register {
				row, told = b.Estimates, was == nil || slices.ContainsFunc(was.parts, same)
			}
		}
		sub, limit := p.Meter+" "+p.Register, say.Number("limit", w.limits.estimates.at)
		register, meter := say.Text("register", p.Register), say.Text("meter", p.Meter)
		switch {
		case row == 1 && exact.Int(1).Cmp(w.limits.estimates.at) >= 0:
			w.of(s, EstimatesInRow, sub, "register {register} of meter {meter} was not read, and is estimated", register, meter)
		case exact.Int(int64(row)).Cmp(w.limits.estimates.at) >= 0:
			w.of(s, EstimatesInRow, sub, "register {register} of meter {meter} is estimated {row} times in a row, and {limit} or more is too often",
				register, meter, say.Count("row", row), limit)
		case !told && was != nil && slices.ContainsFunc(was.parts, isEstimate):
			w.of(s, EstimatesInRow, sub, "register {register} of meter {meter} is estimated, and so is the bill before, {period}; "+
				"the meter was exchanged, so that nothing tells how often in a row, and {limit} or more is too often",
				register, meter, say.Text("period", was.input.Period.String()), limit)
		}
	}
}

// checkChanges lists changes of facts within the period.
func (w *reviewing) checkChanges(s *served) {
	for i, c := range s.input.Changes {
		if !slices.Contains(w.p.Passing, c.Fact) {
			w.of(s, KeyField, "change "+strconv.Itoa(i)+" of "+c.Fact, "{field} is {now} from {on} on", say.Text("field", c.Fact), say.Text("now",
				stated(c.Value)), say.Date("on", c.On))
		}
	}
	for i := range s.input.Meters {
		m := &s.input.Meters[i]
		for k, c := range m.Changes {
			if !slices.Contains(w.p.Passing, c.Fact) {
				w.of(s, KeyField, "change "+strconv.Itoa(k)+" of "+c.Fact+" of meter "+m.ID, "{field} is {now} from {on} on",
					say.Text("field", c.Fact+" of meter "+m.ID), say.Text("now", stated(c.Value)), say.Date("on", c.On))
			}
		}
	}
}

// before is the service before, in words: of the same agreement, or of one that has ended.
func (s *served) before(was *served) string {
	if s.agreement == was.agreement {
		return "the bill before"
	}
	return "the last bill of agreement " + was.agreement + " at the premise"
}

// checkPostings lists a kind of charge that goes to another revenue code, or is another agency's, than on the bill before. A charge that is new, or
// gone, has changed nothing.
func checkPostings(s, was *served, changed func(field, old, now string)) {
	alike := func(p, q billing.Posting) bool { return p.Kind == q.Kind && p.Service == q.Service }
	gone := func(p billing.Posting, from *served) bool {
		for q := range from.own.Postings() {
			if p == q {
				return false
			}
		}
		return true
	}
	for now := range s.own.Postings() {
		if !gone(now, was) {
			continue
		}
		for old := range was.own.Postings() {
			if alike(old, now) && gone(old, s) {
				if old.RevenueCode != now.RevenueCode {
					changed("the revenue code of "+string(now.Kind)+" for "+now.Service, old.RevenueCode, now.RevenueCode)
				}
				if old.Agency != now.Agency {
					changed("the agency of "+string(now.Kind)+" for "+now.Service, old.Agency, now.Agency)
				}
			}
		}
	}
}

// checkKeys lists what a bill was priced by that is another than on the bill before: in Austin key fields were changed, and nobody saw
// it. It is found from the bills themselves, so that no change is left out of a log.
func (w *reviewing) checkKeys(s, was *served) {
	changed := func(field, old, now string) {
		w.of(s, KeyField, field, "{field} is {now}, and was {old} on "+s.before(was), say.Text("field", field), say.Text("now", stated(now)),
			say.Text("old", stated(old)))
	}
	if s.area != was.area {
		changed("the area", was.area, s.area)
	}
	if s.agreement == was.agreement { // else another customer has the premise
		now, old := s.own.Agreement, was.own.Agreement
		for _, f := range [...]struct{ field, old, now string }{{"the account", old.Account, now.Account}, {"the customer", old.Customer, now.Customer}, {"the premise", old.Premise, now.Premise},
			{"the service", old.Service, now.Service}} {
			if f.old != f.now {
				changed(f.field, f.old, f.now)
			}
		}
		checkPostings(s, was, changed)
	}
	if s.input.Schedule != was.input.Schedule {
		changed("the schedule", was.input.Schedule, s.input.Schedule)
	}
	old := was.factsAfter()
	for _, name := range namesOf(s.input.Facts, old) {
		if now := s.input.Facts[name]; now != old[name] && !slices.Contains(w.p.Passing, name) {
			changed(name, old[name], now)
		}
	}
	w.checkMeterKeys(s, was, changed)
	w.checkMeterFacts(s, was, changed)
}
