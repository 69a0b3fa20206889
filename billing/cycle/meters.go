package cycle

import (
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/metering"
)

// checkMeterKeys lists meters that only one of a bill and the one before has, registers whose factor from digits to volume is another, and
// an agreement that is read no more, or is now.
func (w *reviewing) checkMeterKeys(s, was *served, changed func(field, old, now string)) {
	if now, old := s.own.Agreement.Reads, was.own.Agreement.Reads; now != old {
		changed("the agreement", old.String(), now.String())
		return
	}
	if slices.EqualFunc(s.parts, was.parts, sameFactor) {
		return
	}
	for i, p := range s.parts {
		if p.Meter == "" || slices.ContainsFunc(s.parts[:i], func(q metering.Part) bool { return sameRegister(p, q) }) {
			continue
		}
		known, same := false, true
		var factorWas, factorNow string
		for _, q := range was.parts {
			if !sameRegister(p, q) {
				continue
			}
			known = true
			if !sameFactor(p, q) {
				factorNow, factorWas, same = factorOf(p), factorOf(q), false
			}
		}
		switch {
		case !known:
			w.of(s, KeyField, "meter "+p.Meter+" "+p.Register, "register {register} of meter {meter} is not on "+s.before(was),
				say.Text("register", p.Register), say.Text("meter", p.Meter))
		case !same:
			changed("the factor of register "+p.Register+" of meter "+p.Meter, factorWas, factorNow)
		}
	}
	for i, q := range was.parts {
		of := func(p metering.Part) bool { return sameRegister(p, q) }
		if q.Meter == "" || slices.ContainsFunc(s.parts, of) || slices.ContainsFunc(was.parts[:i], of) || was.tookOut(q) {
			continue
		}
		w.of(s, KeyField, "meter "+q.Meter+" "+q.Register+" gone", "register {register} of meter {meter} is on "+s.before(was)+", and not on this one",
			say.Text("register", q.Register), say.Text("meter", q.Meter))
	}
}

// tookOut reports whether a meter of the service was exchanged before it ended: its last reading is of an earlier day, or another meter
// follows on it.
func (s *served) tookOut(q metering.Part) bool {
	last := s.lastOf(q)
	return last.Period.To.Before(s.input.Period.To) ||
		slices.ContainsFunc(s.parts, func(p metering.Part) bool { return p.Meter != q.Meter && !p.Period.From.Before(last.Period.To) })
}

// lastOf is the last reading of a register on the service.
func (s *served) lastOf(p metering.Part) (last metering.Part) {
	for _, q := range s.parts {
		if sameRegister(p, q) && !q.Period.To.Before(last.Period.To) {
			last = q
		}
	}
	return last
}

func sameRegister(p, q metering.Part) bool { return p.Meter == q.Meter && p.Register == q.Register }

// checkFollowing lists a register that counts from another number, or another day, than the bill before ended at: what lies between is
// billed by nobody, or twice. A bill that begins before the one before it ended overlaps with it, and nobody accepts that.
func (w *reviewing) checkFollowing(s, was *served) {
	if s.input.Period.From.Before(was.input.Period.To) {
		return
	}
	for i := range s.parts {
		p := &s.parts[i]
		if p.Meter == "" || slices.ContainsFunc(s.parts, func(q metering.Part) bool { return sameRegister(*p, q) && q.Period.From.Before(p.Period.From) }) {
			continue
		}
		q := was.lastOf(*p)
		if q.Meter == "" { // a new one: listed as such
			continue
		}
		register, meter, before := say.Text("register", p.Register), say.Text("meter", p.Meter), say.Text("before", was.input.Period.String())
		if left := leftAt(q); p.Previous != left && !settles(*p, q) {
			w.of(s, ReadingGap, p.Meter+" "+p.Register, "register {register} of meter {meter} counts from {from} on, and the bill of {before} ended at {left}",
				register, meter, say.Number("from", exact.Int(p.Previous)), before, say.Number("left", exact.Int(left)))
		} else if p.Period.From != q.Period.To && s.input.Period.From == was.input.Period.To { // else the days of the bills say so
			w.of(s, ReadingGap, p.Meter+" "+p.Register, "register {register} of meter {meter} counts from {day} on, and the bill of {before} ended on {left}",
				register, meter, say.Date("day", p.Period.From), before, say.Date("left", q.Period.To))
		}
	}
}

// leftAt is where the next use counts from: after a step back it is the old digits.
func leftAt(q metering.Part) int64 {
	if q.Used == 0 && q.Current < q.Previous {
		return q.Previous
	}
	return q.Current
}

// settles reports whether a reading settles an estimate: it counts from the last actual reading, which stands where the estimate began or
// before it, and its use is shared with the days that were estimated.
func settles(p, estimate metering.Part) bool {
	if !estimate.Estimated || p.Estimated || p.Used > 0 && p.Used == p.Current-p.Previous {
		return false
	}
	return p.Previous <= estimate.Previous || p.Current < p.Previous // it has passed the top on the way
}

// checkMeterFacts compares the facts of single meters.
func (w *reviewing) checkMeterFacts(s, was *served, changed func(field, old, now string)) {
	for i := range s.input.Meters {
		m := &s.input.Meters[i]
		for k := range was.input.Meters {
			o := &was.input.Meters[k]
			if o.ID != m.ID {
				continue
			}
			old := maps.Clone(o.Facts)
			for _, c := range o.Changes {
				if old == nil {
					old = map[string]string{}
				}
				old[c.Fact] = c.Value
			}
			for _, name := range namesOf(m.Facts, old) {
				if !slices.Contains(w.p.Passing, name) && m.Facts[name] != old[name] {
					changed(name+" of meter "+m.ID, old[name], m.Facts[name])
				}
			}
		}
	}
}

// sameFactor reports whether two readings are of the same register and turn digits into volume alike.
func sameFactor(p, q metering.Part) bool {
	return sameRegister(p, q) && p.Unit == q.Unit && p.Step.Equal(q.Step)
}

// factorOf is the volume of one digit.
func factorOf(p metering.Part) string {
	return say.Number("", p.Step).String() + " " + p.Unit.String() + " a digit"
}
