package billing

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/internal/hangs"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// follower finds what hangs on the changed lines of a quote.
type follower struct {
	kind     AdjustmentKind
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
	since    func(charge string) int64 // by how many cents earlier adjustments have changed a charge
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
func follow(q rates.Quote, book rates.Book, changes map[int]LineChange, keeps map[string]string, kind AdjustmentKind, before []earlierLine) (*follower, error) {
	f := newFollower(q, book, keeps)
	f.kind = kind
	f.since = func(charge string) (cents int64) {
		for _, e := range before {
			if e.Charge == charge {
				cents += e.Change().Cents()
			}
		}
		return cents
	}
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
		// What is given as a courtesy or waived is dollars, be it all of a line: as many units were used.
		if told := counted && now.IsZero() && f.kind != Courtesy && f.kind != Waiver; told {
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
// rounded sum so far less what went before. It is refused where the amounts of the quote come of neither, and where they come of
// both and what follows would not: of a few cents that may be.
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
	var cents []int64
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
		switch {
		case err != nil:
			return err
		case cents == nil:
			cents = now
		case !f.atTotal && !slices.Equal(now, cents):
			return f.refuse(f.lines[at[0]].Charge(), "its parts may have been rounded each by itself or together, which comes to the same as billed and not as changed")
		}
	}
	if cents == nil {
		return f.refuse(f.lines[at[0]].Charge(), "its amounts are rounded with others, and it does not say which")
	}
	for k, i := range at {
		f.lines[i].amount = money.Cents(cents[k])
	}
	return nil
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
