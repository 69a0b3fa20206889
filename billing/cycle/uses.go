package cycle

import (
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/metering"
)

// drawn is what a service has used, or one of its meters.
type drawn struct {
	*served
	use   exact.Ratio // in the unit of the service that is judged
	known bool
}

// checkUse judges the use of a service, and of each meter where it has several: a dead one is hidden behind the others, as by their sum.
// It is compared with the bill of the year before where there is one, since in spring every second house would be on the list, and else
// with the bill before.
func (w *reviewing) checkUse(s, was *served) {
	if !s.measured || len(s.parts) == 0 { // unmetered: nobody has measured anything
		return
	}
	var ago *served
	if s.member >= 0 && w.ago != nil {
		ago = w.ago[s.member]
	}
	w.checkTiers(s, was, ago)
	w.judge(drawn{s, s.use, true}, s.drew(was, nil), s.drew(ago, nil), "")
	usages := 0
	for range s.own.Usages() {
		usages++
	}
	if usages < 2 || s.use.IsZero() {
		return
	}
	for _, parts := range s.own.Usages() {
		meter := ""
		for _, p := range parts {
			if p.Meter != "" {
				meter = p.Meter // the last of those that were exchanged
			}
		}
		if now := s.drew(s, parts); now.known {
			w.judge(now, s.drew(was, parts), s.drew(ago, parts), meter)
		}
	}
}

// drew is what another service has used, all of it, or what the meters of some readings have: in the unit of s.
func (s *served) drew(o *served, of []metering.Part) drawn {
	if o == nil {
		return drawn{}
	}
	if of == nil {
		use, err := o.use, error(nil)
		if o.unit != s.unit {
			use, err = metering.Part{Use: o.use, Unit: o.unit}.In(s.unit)
		}
		return drawn{o, use, o.measured && err == nil}
	}
	out := drawn{served: o}
	for _, parts := range o.own.Usages() {
		if !slices.ContainsFunc(parts, func(p metering.Part) bool {
			return p.Meter != "" && slices.ContainsFunc(of, func(q metering.Part) bool { return q.Meter == p.Meter })
		}) {
			continue
		}
		for _, p := range parts {
			use, err := p.In(s.unit)
			if err != nil {
				return drawn{}
			}
			out.use, out.known = out.use.Add(use), true
		}
	}
	return out
}

// judge lists no use, use after none, and one that is far from that of the year before, or of the bill before.
func (w *reviewing) judge(now, was, ago drawn, meter string) {
	s := now.served
	days, unit := s.input.Period.Days(), say.Text("unit", s.unit.String())
	switch {
	case now.use.IsZero():
		words := "no {unit} was used" + ofMeter(meter) + " on " + say.Counted(days, "day") + ", {period}"
		figures := []metering.Figure{unit, say.Text("period", s.input.Period.String())}
		if was.known && was.use.IsZero() {
			words, figures = words+", nor on the bill before, {before}", append(figures, say.Text("before", was.input.Period.String()))
		}
		w.of(s, ZeroUse, meter, words, figures...)
		return
	case was.known && was.use.IsZero():
		w.of(s, UseAfterZero, meter, "{use} {unit}"+ofMeter(meter)+" was used, and none on the bill before, {period}", say.Number("use", now.use), unit,
			say.Text("period", was.input.Period.String()))
		return
	}
	base, words := was, ""
	if ago.known && !ago.use.IsZero() && ago.input.Period.Days() > 0 {
		base, words = ago, " a year ago, {period}"
	}
	if !base.known || days == 0 || base.input.Period.Days() == 0 { // by no days nothing is divided; such a period is short
		return
	}
	// What was used by then on as many days; the use is so many percent of it.
	as, err := base.use.Mul(exact.Int(int64(days))).Quo(exact.Int(int64(base.input.Period.Days())))
	if err != nil {
		return // not over zero: never
	}
	percent, err := now.use.Mul(exact.Int(100)).Quo(as)
	if err != nil || !w.limits.high.reached(percent) && !w.limits.low.within(percent) || w.limits.isLittle(now.use.Sub(as), s.unit) {
		return
	}
	code, limit, ends := HighUse, w.limits.high, "or more is high"
	if !w.limits.high.reached(percent) {
		code, limit, ends = LowUse, w.limits.low, "or less is low"
	}
	figures := []metering.Figure{
		say.Number("use", now.use), unit, say.Count("days", days), say.Number("before", base.use), say.Count("before days", base.input.Period.Days()),
		say.Number("percent", percent), say.Number("limit", limit.at),
	}
	if words != "" {
		figures = append(figures, say.Text("period", base.input.Period.String()))
	}
	w.of(s, code, meter, "{use} {unit}"+ofMeter(meter)+" in {days} days is {percent}% by day of {before} in {before days} days"+words+", and {limit}% "+ends,
		figures...)
}

// reached reports whether a threshold is on, and a number at it or above.
func (l limit) reached(n exact.Ratio) bool { return l.on && n.Cmp(l.at) >= 0 }

// within reports whether a threshold is on, and a number at it or below.
func (l limit) within(n exact.Ratio) bool { return l.on && n.Cmp(l.at) <= 0 }

// isLittle reports whether a change of use is below what the policy lists at all.
func (l limits) isLittle(change exact.Ratio, unit metering.Unit) bool {
	if !l.leastOn {
		return false
	}
	least, err := l.least.In(unit)
	return err == nil && change.Abs().Cmp(least) < 0
}

// checkTiers lists a charge, of each meter by itself, that reaches so many tiers more than the year before, or than on the bill before.
func (w *reviewing) checkTiers(s, was, ago *served) {
	base, before := was, "the bill before"
	if ago != nil && ago.tier > 0 {
		base, before = ago, "that of a year ago, {period},"
	}
	if !w.limits.tier.on || s.tier < 2 || base == nil || base.tier == 0 {
		return
	}
	type of struct{ charge, meter string }
	var told []of
	for l := range s.quote.Lines() {
		at := of{l.Charge(), l.Meter()}
		if l.Tier() < 2 || l.Quantity().IsZero() || slices.Contains(told, at) {
			continue
		}
		now, _ := s.tierOf(at.charge, at.meter)
		then, ok := base.tierOf(at.charge, at.meter)
		if !ok {
			then = base.tier // a new meter, or a charge of another name
		}
		if then == 0 || !w.limits.tier.reached(exact.Int(int64(now-then))) {
			continue
		}
		told = append(told, at)
		figures := []metering.Figure{say.Count("tier", now), say.Text("charge", at.charge), say.Count("before", then), say.Number("limit", w.limits.tier.at)}
		if base != was {
			figures = append(figures, say.Text("period", base.input.Period.String()))
		}
		sub := at.charge
		if at.meter != "" {
			sub += " " + at.meter
		}
		w.of(s, TierJump, sub, "it reaches tier {tier} of {charge}"+ofMeter(at.meter)+", and "+before+" tier {before}; {limit} or more is a jump", figures...)
	}
}

// tierOf is the highest tier with units in it that a charge of a meter reaches, 0 where none has; false where there is no such charge.
func (s *served) tierOf(charge, meter string) (tier int, ok bool) {
	for l := range s.quote.Lines() {
		if l.Charge() == charge && l.Meter() == meter {
			ok = true
			if !l.Quantity().IsZero() {
				tier = max(tier, l.Tier())
			}
		}
	}
	return tier, ok
}
