package billing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/internal/hangs"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
)

// base is what a line of a charge is of: the listed charges of its days and its meter, as they were and as they are to be. What
// is not cut where the line is has its share of the days, rounded where lines are, each share to the rounded sum so far.
func (f *follower) base(line int, of []string, siblings []int) (was, now exact.Ratio, err error) {
	l := &f.lines[line]
	for _, id := range of {
		var whole, wholeNow exact.Ratio
		for i := range f.lines {
			b := &f.lines[i]
			if b.Charge() != id || l.Meter() != "" && b.Meter() != l.Meter() {
				continue
			}
			before, after := b.Exact(), b.exact
			if !f.atTotal {
				before, after = b.Amount().Ratio(), b.amount.Ratio()
			}
			switch {
			case l.Period().IsZero() || b.Period() == l.Period():
				was, now = was.Add(before), now.Add(after)
			case b.Period().IsZero():
				whole, wholeNow = whole.Add(before), wholeNow.Add(after)
			}
		}
		before, err := f.shareOf(whole, line, siblings)
		if err != nil {
			return was, now, err
		}
		after, err := f.shareOf(wholeNow, line, siblings)
		if err != nil {
			return was, now, err
		}
		was, now = was.Add(before), now.Add(after)
	}
	return was, now, nil
}

// shareOf is the share of a line's days in an amount of the whole bill.
func (f *follower) shareOf(whole exact.Ratio, line int, siblings []int) (exact.Ratio, error) {
	if whole.IsZero() {
		return whole, nil
	}
	period := f.lines[line].Period()
	until := func(days int) (exact.Ratio, error) {
		share, err := exact.New(int64(days), int64(f.quote.Input.Period.Days()))
		if err != nil || f.atTotal {
			return whole.Mul(share), err
		}
		amount, err := money.FromRatio(whole.Mul(share), f.schedule.Rounding.Mode)
		return amount.Ratio(), err
	}
	before := 0 // days of the parts before it
	var seen []int
	for _, i := range siblings {
		p := f.lines[i].Period()
		if p.From.Before(period.From) && !slices.ContainsFunc(seen, func(k int) bool { return f.lines[k].Period() == p }) {
			seen, before = append(seen, i), before+p.Days()
		}
	}
	last, err := until(before + period.Days())
	if err != nil {
		return last, err
	}
	first, err := until(before)
	return last.Sub(first), err
}

// groups are lines by meter, in their order.
func (f *follower) groups(lines []int) [][]int {
	sorted := slices.Clone(lines)
	slices.SortStableFunc(sorted, func(a, b int) int {
		return cmp.Or(cmp.Compare(f.lines[a].Meter(), f.lines[b].Meter()), f.lines[a].Period().From.Compare(f.lines[b].Period().From))
	})
	var out [][]int
	for k, i := range sorted {
		if k == 0 || f.lines[sorted[k-1]].Meter() != f.lines[i].Meter() {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], i)
	}
	return out
}

// percent has a percentage follow the charges that it is of.
func (f *follower) percent(id string, r rates.Percent, lines []int) error {
	hundredth, err := exact.New(1, 100)
	if err != nil {
		return err
	}
	var words []string
	for _, group := range f.groups(lines) {
		for _, i := range group {
			l := &f.lines[i]
			was, now, err := f.base(i, r.Of, f.linesOf(id))
			if err != nil {
				return err
			}
			rate := l.Price().Mul(hundredth)
			if !was.Equal(l.Quantity()) || !rate.Mul(was).Equal(l.Exact()) {
				return f.refuse(id, "what it is a percentage of does not come to the "+dollars(l.Quantity())+" of its line")
			}
			l.exact = rate.Mul(now)
			words = append(words, fmt.Sprintf("%s%% of %s, was of %s", decimal(l.Price()), dollars(now), dollars(was)))
		}
	}
	f.say(id, words)
	return nil
}

// byUnits has a price for each unit follow the units that were changed.
func (f *follower) byUnits(id string, lines []int) error {
	change := map[int]exact.Ratio{}
	for _, u := range f.units {
		named := &f.lines[u.line]
		charge, _ := f.charge(named.Line)
		found := -1
		for _, i := range lines {
			l := &f.lines[i]
			own, _ := f.charge(l.Line)
			if !u.told || !hangs.SameQuantity(charge, own) || l.Meter() != named.Meter() {
				continue
			}
			if l.Period() == named.Period() || l.Period().IsZero() {
				found = i
				break
			}
		}
		if found < 0 {
			if own, _ := f.charge(f.lines[lines[0]].Line); hangs.SameQuantity(charge, own) && named.Version() == f.lines[lines[0]].Version() {
				return f.refuse(id, "it has no line of the days and the meter of which units are changed")
			}
			continue
		}
		change[found] = change[found].Add(named.units)
	}
	var words []string
	for _, group := range f.groups(lines) {
		for _, i := range group {
			by, ok := change[i]
			if !ok {
				continue
			}
			l := &f.lines[i]
			left := l.Quantity().Add(by)
			if left.Sign() < 0 || !l.Quantity().Mul(l.Price()).Equal(l.Exact()) {
				return f.refuse(id, "it is not of the units that are changed")
			}
			l.exact = left.Mul(l.Price())
			words = append(words, fmt.Sprintf("%s %s at $%s, was %s", decimal(left), f.schedule.Unit, decimal(l.Price()), decimal(l.Quantity())))
		}
	}
	f.say(id, words)
	return nil
}

// minimum has a minimum lack more or less of what it makes up.
func (f *follower) minimum(id string, r rates.Minimum, lines []int) error {
	for _, i := range lines {
		was, now, err := f.whole(id, i, r.Of)
		if err != nil {
			return err
		}
		l := &f.lines[i]
		least := was.Add(l.Exact())
		l.exact = exact.Max(exact.Ratio{}, least.Sub(now))
		f.say(id, []string{fmt.Sprintf("makes up %s to %s, was %s", dollars(now), dollars(least), dollars(was))})
	}
	return nil
}

// credit has a credit of named charges follow them, where its amount or its percentage is what has decided.
func (f *follower) credit(id string, r rates.Credit, lines []int) error {
	hundredth, err := exact.New(1, 100)
	if err != nil {
		return err
	}
	for _, i := range lines {
		was, now, err := f.whole(id, i, r.Of)
		if err != nil {
			return err
		}
		l := &f.lines[i]
		most, off := exact.Max(exact.Ratio{}, now), l.Exact().Neg()
		rate := l.Price().Mul(hundredth)
		byPercent := r.Percent != nil && rate.Mul(was).Equal(off)
		switch {
		case r.Percent != nil && byPercent && (r.Cap == nil || now.Cmp(was) <= 0):
			off = exact.Min(rate.Mul(most), most)
			f.say(id, []string{fmt.Sprintf("%s%% of %s, was of %s", decimal(l.Price()), dollars(now), dollars(was))})
		case r.Percent == nil && (off.Cmp(was) < 0 || now.Cmp(was) <= 0):
			off = exact.Min(off, most)
			f.say(id, []string{fmt.Sprintf("at most what is charged, %s, was %s", dollars(now), dollars(was))})
		default:
			return f.refuse(id, "it is a credit at its cap, or would be")
		}
		l.exact = off.Neg()
	}
	return nil
}

// whole is base for a charge that does not state what it is of, which is told only where no change cuts the bill.
func (f *follower) whole(id string, line int, of []string) (was, now exact.Ratio, err error) {
	if slices.ContainsFunc(f.lines, func(l followed) bool { return !l.Period().IsZero() }) {
		return was, now, f.refuse(id, "it does not say what it is of in each part of the days")
	}
	return f.base(line, of, f.linesOf(id))
}

func (f *follower) say(id string, words []string) {
	if before := f.because[id]; before != "" {
		words = append([]string{before}, words...)
	}
	f.because[id] = strings.Join(words, "; ")
}

// write makes the lines of the adjustment: those that the request names, and then what follows, each after what it follows. At
// the total, what follows is fitted to its change.
func (f *follower) write() error {
	if f.atTotal {
		if err := f.fit(); err != nil {
			return err
		}
	}
	for i := range f.lines {
		if l := &f.lines[i]; l.named {
			one := AdjustedLine{Charge: l.Charge(), Meter: l.Meter(), Text: l.Text(), Before: l.Amount(), After: l.amount, Because: f.lineWords(l)}
			f.out = append(f.out, outLine{one, i})
		}
	}
	for _, id := range f.order {
		own := f.linesOf(id)
		var before, after int64
		for _, i := range own {
			before, after = before+f.lines[i].Amount().Cents(), after+f.lines[i].amount.Cents()
		}
		text := f.lines[own[0]].Text()
		if before == after {
			f.kept = append(f.kept, Kept{Charge: id, Text: text, Amount: money.Cents(before + f.since(id)), Why: "comes to the same: " + f.because[id]})
			continue
		}
		f.out = append(f.out, outLine{AdjustedLine{
			Charge: id, Text: text, Before: money.Cents(before), After: money.Cents(after), HangsOn: strings.Join(f.on[id], ", "), Because: f.because[id],
		}, own[0]})
	}
	return nil
}

// lineWords say what of a named line is changed.
func (f *follower) lineWords(l *followed) string {
	if l.units.IsZero() {
		return ""
	}
	tier := ""
	if l.Tier() > 0 {
		tier = fmt.Sprintf(" in tier %d", l.Tier())
	}
	return fmt.Sprintf("%s %s%s at $%s, was %s", decimal(l.Quantity().Add(l.units)), f.schedule.Unit, tier, decimal(l.Price()), decimal(l.Quantity()))
}

// fit gives what follows its share of the cents by which the rounded total changes. Amounts that the request states, and what
// comes to nothing, are as they are.
func (f *follower) fit() error {
	var was, now exact.Ratio
	var fixed int64
	var values []exact.Ratio
	var at []int
	for i := range f.lines {
		l := &f.lines[i]
		was, now = was.Add(l.Exact()), now.Add(l.exact)
		stated := l.named && (l.units.IsZero() || l.amount.IsZero())
		switch {
		case !l.changed():
		case stated || l.exact.IsZero():
			if l.exact.IsZero() {
				l.amount = money.Amount{}
			}
			fixed += l.amount.Cents() - l.Amount().Cents()
		default:
			values, at = append(values, l.exact.Sub(l.Exact()).Mul(exact.Int(100))), append(at, i)
		}
	}
	mode := f.schedule.Rounding.Mode
	before, err := money.FromRatio(was, mode)
	if err != nil {
		return err
	}
	after, err := money.FromRatio(now, mode)
	if err != nil {
		return err
	}
	cents, err := exact.Fit(values, after.Cents()-before.Cents()-fixed)
	for k, i := range at {
		l := &f.lines[i]
		var change int64
		if err == nil {
			change = cents[k]
		} else { // the cents of the total's rounding are of lines that do not change
			own, err := money.FromRatio(l.exact.Sub(l.Exact()), mode)
			if err != nil {
				return err
			}
			change = own.Cents()
		}
		l.amount = money.Cents(l.Amount().Cents() + change)
	}
	return nil
}

// dollars is an amount in words, to the cent where it is one.
func dollars(r exact.Ratio) string {
	if amount, err := money.FromRatio(r, exact.HalfUp); err == nil && amount.Ratio().Equal(r) {
		return amount.String()
	}
	return "$" + decimal(r)
}
