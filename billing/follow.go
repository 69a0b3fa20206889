package billing

import (
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/internal/hangs"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// follower finds what hangs on the changed lines of a quote.
type follower struct {
	quote    rates.Quote
	schedule rates.Schedule
	versions []rates.Version // those that have priced a line
	atTotal  bool
	lines    []followed
	keeps    map[string]string
	units    []unitsChanged
	done     map[string]bool
	order    []string            // the charges that have followed
	on       map[string][]string // for each of them, the charges that it follows
	because  map[string]string
	untold   map[string]bool // memo charges that hang on what is changed
	kept     []Kept
	out      []outLine
}

// followed is a line of the quote as it was and as it is to be.
type followed struct {
	rates.Line
	amount money.Amount // as it is to be
	exact  exact.Ratio  // likewise, before rounding
	named  bool         // the request names it
	units  exact.Ratio  // what the request takes of its quantity
}

func (l *followed) changed() bool { return l.amount != l.Amount() || !l.exact.Equal(l.Exact()) }

// unitsChanged is a change of units of a charge that is priced by them; told says that the request states how many.
type unitsChanged struct {
	line int
	told bool
}

// outLine is a line of the adjustment, and that of the quote whose posting it has.
type outLine struct {
	AdjustedLine
	at int
}

// newFollower begins with the lines of a quote as they are.
func newFollower(q rates.Quote, book rates.Book, keeps map[string]string) *follower {
	f := &follower{quote: q, keeps: keeps, done: map[string]bool{}, on: map[string][]string{}, because: map[string]string{}, untold: map[string]bool{}}
	for _, s := range book.Schedules {
		if s.ID == q.Input.Schedule {
			f.schedule = s
		}
	}
	for l := range q.Lines() {
		f.lines = append(f.lines, followed{Line: l, amount: l.Amount(), exact: l.Exact()})
	}
	for _, v := range f.schedule.Versions {
		if slices.ContainsFunc(f.lines, func(l followed) bool { return l.Version() == v.From }) {
			f.versions = append(f.versions, v)
		}
	}
	s := f.schedule
	blends := s.Select == rates.BlendByDay || s.Seasons.Select == rates.BlendByDay ||
		slices.ContainsFunc(s.Facts, func(x rates.Fact) bool { return x.Change == rates.BlendByDay })
	cut := slices.ContainsFunc(f.lines, func(l followed) bool { return !l.Period().IsZero() })
	f.atTotal = s.Rounding.Place == money.AtTotal || blends && cut
	return f
}

// follow makes the changes of lines of a quote, and what hangs on them. changes are by the place of the line in the quote.
func follow(q rates.Quote, book rates.Book, changes map[int]LineChange, keeps map[string]string) (*follower, error) {
	f := newFollower(q, book, keeps)
	for i := range f.lines {
		if c, ok := changes[i]; ok {
			if err := f.change(i, c); err != nil {
				return nil, err
			}
		}
	}
	if err := f.tiers(); err != nil {
		return nil, err
	}
	for _, v := range f.versions {
		for _, c := range v.Charges {
			if err := f.resolve(c.ID); err != nil {
				return nil, err
			}
		}
	}
	return f, f.write()
}

func (f *follower) refuse(charge, what string) error {
	return &problem.Error{Code: ErrFollows, Path: "charge " + charge, What: what,
		Fix: "state the units where that tells it, bill the period again, or name the charge among those that stay, with the reason"}
}

// charge finds a charge in the version of a line.
func (f *follower) charge(l rates.Line) (rates.Charge, rates.Version) {
	for _, v := range f.versions {
		for _, c := range v.Charges {
			if v.From == l.Version() && c.ID == l.Charge() {
				return c, v
			}
		}
	}
	return rates.Charge{}, rates.Version{}
}

// change makes the change of a line that the request names.
func (f *follower) change(i int, c LineChange) error {
	l := &f.lines[i]
	path := fmt.Sprintf("line %d, charge %s", c.Line, l.Charge())
	charge, _ := f.charge(l.Line)
	_, counted := hangs.QuantityOf(charge.Rule)
	counted = counted && l.Quantity().Mul(l.Price()).Equal(l.Exact())
	l.named = true
	if !c.Units.IsZero() {
		left := l.Quantity().Add(c.Units)
		switch {
		case !counted:
			return &problem.Error{Code: ErrAdjustment, Path: path, What: "it is not priced by the unit", Fix: "state the amount"}
		case left.Sign() < 0:
			return &problem.Error{Code: ErrAdjustment, Path: path, What: fmt.Sprintf("%s units are taken of %s", decimal(c.Units.Neg()), decimal(l.Quantity())), Fix: "take all of the line at most"}
		}
		l.units, l.exact = c.Units, left.Mul(l.Price())
		f.units = append(f.units, unitsChanged{i, true})
		now, err := f.rounded(l)
		l.amount = now
		return err
	}
	now, err := changedTo(l.Amount(), c.By, path)
	if err != nil {
		return err
	}
	l.amount, l.exact = now, l.exact.Add(c.By.Ratio())
	if now.IsZero() {
		l.exact = exact.Ratio{}
	}
	if _, priced := hangs.QuantityOf(charge.Rule); priced {
		if told := counted && now.IsZero(); told {
			l.units = l.Quantity().Neg()
			f.units = append(f.units, unitsChanged{i, true})
		} else {
			f.units = append(f.units, unitsChanged{i, false})
		}
	}
	return nil
}

// rounded is the amount of a named line, which changes by what its rounded value does.
func (f *follower) rounded(l *followed) (money.Amount, error) {
	if l.exact.IsZero() {
		return money.Amount{}, nil
	}
	was, err := money.FromRatio(l.Exact(), f.schedule.Rounding.Mode)
	if err != nil {
		return was, err
	}
	now, err := money.FromRatio(l.exact, f.schedule.Rounding.Mode)
	if err != nil {
		return now, err
	}
	return money.Cents(l.Amount().Cents() + now.Cents() - was.Cents()), nil
}

// round rounds lines of one charge and meter as the quote has rounded them: each by itself, or, as parts of one amount, to the
// rounded sum so far less what went before. It is refused where the amounts of the quote come of neither.
func (f *follower) round(at []int) error {
	mode := f.schedule.Rounding.Mode
	of := func(value func(l *followed) exact.Ratio, joined bool) ([]int64, error) {
		var sum exact.Ratio
		var before int64
		cents := make([]int64, len(at))
		for k, i := range at {
			sum = sum.Add(value(&f.lines[i]))
			amount, err := money.FromRatio(sum, mode)
			if err != nil {
				return nil, err
			}
			cents[k] = amount.Cents() - before
			if joined {
				before = amount.Cents()
			} else {
				sum = exact.Ratio{}
			}
		}
		return cents, nil
	}
	for _, joined := range []bool{false, true} {
		was, err := of(func(l *followed) exact.Ratio { return l.Exact() }, joined)
		if err != nil {
			return err
		}
		same := true
		for k, i := range at {
			same = same && was[k] == f.lines[i].Amount().Cents()
		}
		if !same && !f.atTotal { // at the total, amounts were fitted, and will be
			continue
		}
		now, err := of(func(l *followed) exact.Ratio { return l.exact }, joined)
		if err != nil {
			return err
		}
		for k, i := range at {
			f.lines[i].amount = money.Cents(now[k])
		}
		return nil
	}
	return f.refuse(f.lines[at[0]].Charge(), "its amounts are rounded with others, and it does not say which")
}

// linesOf are the places of the lines of a charge.
func (f *follower) linesOf(id string) []int {
	var at []int
	for i, l := range f.lines {
		if l.Charge() == id {
			at = append(at, i)
		}
	}
	return at
}

// resolve has a charge follow, once those that it rests on have.
func (f *follower) resolve(id string) error {
	if f.done[id] {
		return nil
	}
	f.done[id] = true
	own := f.linesOf(id)
	for _, v := range f.versions {
		at := slices.IndexFunc(v.Charges, func(c rates.Charge) bool { return c.ID == id })
		if at < 0 {
			continue
		}
		c := v.Charges[at]
		for _, of := range f.restsOn(c, v) {
			if err := f.resolve(of); err != nil {
				return err
			}
		}
		var lines []int
		for _, i := range own {
			if f.lines[i].Version() == v.From {
				lines = append(lines, i)
			}
		}
		if err := f.hang(c, v, lines); err != nil {
			return err
		}
	}
	if !slices.Contains(f.order, id) {
		return nil
	}
	for _, group := range f.groups(own) {
		if err := f.round(group); err != nil {
			return err
		}
	}
	return nil
}

// restsOn are the charges that a charge is made of, in the order of the version.
func (f *follower) restsOn(c rates.Charge, v rates.Version) []string {
	read := hangs.Names(v, c)
	var out []string
	for _, other := range v.Charges {
		if other.ID != c.ID && (read[other.ID] || slices.Contains(hangs.Listed(c.Rule), other.ID)) {
			out = append(out, other.ID)
		}
	}
	return out
}

// changes says that a line of a charge has changed, or that a charge which is no line of the bill would have.
func (f *follower) changes(id string) bool {
	return f.untold[id] || f.because[id] != "" || slices.ContainsFunc(f.lines, func(l followed) bool { return l.Charge() == id && l.changed() })
}

// hang finds how the lines of a charge in a version follow.
func (f *follower) hang(c rates.Charge, v rates.Version, lines []int) error {
	if slices.ContainsFunc(lines, func(i int) bool { return f.lines[i].named }) && len(f.because[c.ID]) == 0 {
		for _, of := range f.restsOn(c, v) {
			if f.changes(of) {
				return f.refuse(c.ID, "it is named, and follows charge "+of+", which is changed too")
			}
		}
		if id, ok := f.decides(c, v); ok {
			return f.refuse(c.ID, "whether it applies rests on charge "+id+", which is changed")
		}
		return nil
	}
	var on []string // what it is of and what has changed
	for _, of := range hangs.Listed(c.Rule) {
		if f.changes(of) {
			on = append(on, of)
		}
	}
	read := hangs.Names(v, c)
	var why string
	for _, other := range v.Charges {
		if read[other.ID] && other.ID != c.ID && f.changes(other.ID) {
			why = "it reads charge " + other.ID + ", which is changed, in a formula"
		}
	}
	told := false
	for _, u := range f.units {
		named, then := f.charge(f.lines[u.line].Line)
		if named.ID == c.ID {
			continue
		}
		of, _ := hangs.QuantityOf(named.Rule)
		shared := false
		for name := range hangs.NamesOfQuantity(then, of) {
			shared = shared || read[name]
		}
		_, perUnit := c.Rule.(rates.PerUnit)
		switch {
		case !shared: // a charge that does not apply has no line, see appears
		case u.told && perUnit && hangs.SameQuantity(named, c):
			told = true
			on = append(on, named.ID)
		case u.told:
			why = "it is priced from the units of charge " + named.ID + " in another way than by each"
		default:
			why = "it is priced from the units of charge " + named.ID + ", and the amount does not say how many are changed"
		}
	}
	decided, conditional := f.decides(c, v)
	if conditional && why == "" {
		why = "whether it applies rests on charge " + decided + ", which is changed"
	}
	switch {
	case len(on) == 0 && why == "":
		return nil
	case c.Memo && !hangs.MayApply(c, v, f.quote.Input):
		return nil
	case c.Memo: // it is no part of the bill, and what is made of it cannot be told
		f.untold[c.ID] = true
		return nil
	case len(lines) == 0 && !f.appears(c, v, on):
		return nil
	case f.keeps[c.ID] != "":
		f.stay(c, f.keeps[c.ID])
		return nil
	case len(lines) == 0 && len(on) > 0:
		return f.refuse(c.ID, "it is not on the bill, and may be once "+strings.Join(on, ", ")+" is changed")
	case len(lines) == 0:
		return f.refuse(c.ID, "it is not on the bill, and may be: "+why)
	case why != "":
		return f.refuse(c.ID, why)
	case slices.ContainsFunc(on, func(of string) bool { return f.untold[of] }):
		return f.refuse(c.ID, "it is of charges that are no part of the bill")
	}
	slices.Sort(on)
	f.on[c.ID] = slices.Compact(append(f.on[c.ID], on...))
	if !slices.Contains(f.order, c.ID) {
		f.order = append(f.order, c.ID)
	}
	switch r := c.Rule.(type) {
	case rates.Percent:
		return f.percent(c.ID, r, lines)
	case rates.Minimum:
		return f.minimum(c.ID, r, lines)
	case rates.Credit:
		return f.credit(c.ID, r, lines)
	}
	if told {
		return f.byUnits(c.ID, lines)
	}
	return f.refuse(c.ID, "it rests on what is changed")
}

// decides says that a condition of a charge reads, through definitions, a charge or units that are changed: which of them.
func (f *follower) decides(c rates.Charge, v rates.Version) (string, bool) {
	if len(c.When)+len(c.Meters) == 0 {
		return "", false
	}
	read := hangs.NamesOfConditions(v, c)
	for _, other := range v.Charges {
		if read[other.ID] && f.changes(other.ID) {
			return other.ID, true
		}
	}
	for _, u := range f.units {
		named, then := f.charge(f.lines[u.line].Line)
		of, _ := hangs.QuantityOf(named.Rule)
		for name := range hangs.NamesOfQuantity(then, of) {
			if read[name] {
				return named.ID, true
			}
		}
	}
	return "", false
}

// tiers refuses units that no bill would have: taken off a tier while a higher one keeps some, or put onto a tier that is full or
// that has a bound.
func (f *follower) tiers() error {
	for _, u := range f.units {
		l := &f.lines[u.line]
		if !u.told || l.Tier() == 0 {
			continue
		}
		refuse := func(what string) error {
			return &problem.Error{Code: ErrFollows, Path: fmt.Sprintf("charge %s, tier %d", l.Charge(), l.Tier()), What: what, Fix: "bill the period again"}
		}
		for i := range f.lines {
			higher := &f.lines[i]
			if higher.Charge() != l.Charge() || higher.Meter() != l.Meter() || higher.Version() != l.Version() || higher.Period() != l.Period() || higher.Tier() <= l.Tier() {
				continue
			}
			if left := higher.Quantity().Add(higher.units); left.Sign() > 0 && l.units.Sign() < 0 {
				return refuse(fmt.Sprintf("units are taken of it, and tier %d keeps %s", higher.Tier(), decimal(left)))
			}
			if higher.Quantity().Sign() > 0 && l.units.Sign() > 0 {
				return refuse(fmt.Sprintf("it is full, since tier %d has units", higher.Tier()))
			}
		}
		charge, _ := f.charge(l.Line)
		tiered, _ := charge.Rule.(rates.Tiered)
		if list, ok := tiered.Tiers.(rates.TierList); l.units.Sign() > 0 && (!ok || l.Tier() < len(list)) {
			return refuse("it has a bound, and whether it holds so many more is not told")
		}
	}
	return nil
}

// appears says that a charge without a line may have one once the charges it is of, or what its conditions read, have changed.
func (f *follower) appears(c rates.Charge, v rates.Version, on []string) bool {
	if !hangs.MayApply(c, v, f.quote.Input) {
		return false
	}
	if _, ok := f.decides(c, v); ok {
		return true
	}
	var change int64
	for i := range f.lines {
		if slices.Contains(on, f.lines[i].Charge()) {
			change += f.lines[i].amount.Cents() - f.lines[i].Amount().Cents()
		}
	}
	switch c.Rule.(type) {
	case rates.Minimum:
		return change < 0
	case rates.Credit:
		return change > 0
	}
	return false // a charge of any other kind has a line wherever it applies, which its conditions decide
}

// stay notes that a charge stays.
func (f *follower) stay(c rates.Charge, why string) {
	if slices.ContainsFunc(f.kept, func(s Kept) bool { return s.Charge == c.ID }) {
		return
	}
	text := c.Text
	if text == "" {
		text = c.ID
	}
	var cents int64
	for _, i := range f.linesOf(c.ID) {
		cents += f.lines[i].Amount().Cents()
	}
	f.kept = append(f.kept, Kept{Charge: c.ID, Text: text, Amount: money.Cents(cents), Why: why})
}
