package rates

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// A Case is a bill: an input, and the engine of the book that prices it.
type Case struct {
	Engine *Engine
	Input  Input
}

// A Difference is why one bill comes to another amount than another.
type Difference struct {
	// Before and After are the two bills.
	Before, After Quote
	// Causes are what made the difference, in the order of [CauseKind]. None has
	// the amount zero, and their amounts sum to After.Total less Before.Total.
	Causes []Cause
}

// A Cause is one thing that made a bill higher or lower.
type Cause struct {
	Kind CauseKind
	// Subject is the name of the fact or the ID of the charge; empty where there is
	// none.
	Subject string
	// Meter is the ID of the meter, where it is of one.
	Meter string
	// Amount is what it did to the total: above zero where the bill is higher.
	Amount money.Amount
	// Text says what changed, in a sentence that can be said on the phone.
	Text string
	// Source is what the amounts rest on, where all its effects rest on the same.
	Source Citation
	// Effects are what it did to each charge, the largest first. None has the
	// amount zero, and their amounts sum to Amount.
	Effects []Effect
}

// An Effect is what a cause did to a charge.
type Effect struct {
	// Charge is the ID of the charge; empty for cents of the total that rounding moves,
	// and that are of no charge.
	Charge string
	// Text is what the bill prints for it.
	Text   string
	Amount money.Amount
	// Because says how its lines changed; empty where there is nothing to add.
	Because string
	// Source is what the charge rests on.
	Source Citation
}

// CauseKind is the kind of a [Cause]. Causes are told in the order of the kinds.
type CauseKind uint8

// The kinds of causes, in the order in which they are told.
const (
	// FactChange is another fact of the account or of a meter, or a meter that came or
	// went: the facts by name, those of the account first, then meter by meter.
	FactChange CauseKind = iota + 1
	// DaysChange is other days of the bill, under the prices of the bill before.
	DaysChange
	// SeasonChange is another season.
	SeasonChange
	// RatesChange is another version or book: a cause for each charge that both
	// bills have, the largest first.
	RatesChange
	// UsageChange is other usage, meter by meter.
	UsageChange
	// ChargeAdded is a charge that the version or book of the bill before lacks, or
	// one that follows it, such as a tax on it; the largest first.
	ChargeAdded
	// ChargeRemoved is a charge that the version or book of the bill after lacks, or
	// one that follows it: what it was on the bill before, for its other facts and days.
	ChargeRemoved
	// Together is several changes that cannot be priced one without the other.
	Together
)

// Why tells two bills apart: the causes of the difference sum to it, to the cent.
//
// It goes from the bill before to the bill after in single steps, prices the bill after
// each, and names the steps that changed the total: the facts by name, the account's
// first; meters that came or went; the days; the season; charges that are gone; the
// rates; the usage; new charges. So an amount depends on the order: usage is told at the
// new prices, and a charge that is gone with what it was on the bill before. A step that
// cannot be priced by itself, as a meter size that the old book does not have, is taken
// with as few others as make it possible ([Together]), or after them. Steps that change
// nothing are not named.
//
// Facts that only one of the schedules asks for are a part of its rates. A meter that
// was exchanged for another is one meter. Where the periods differ in length, versions,
// seasons and values of a fact that hold for a part of the days keep their exact share
// of them until their own step.
//
// What the causes are does not depend on the order of the charges in a book.
//
// The error is that of [Engine.Price], its path beginning with before or after, where
// one of the bills is not priced; [ErrRange], at difference, where their difference is
// larger than an amount can be.
func Why(before, after Case) (Difference, error) {
	b, a := &side{Case: before}, &side{Case: after}
	var d Difference
	p, err := b.price(&d.Before)
	if err != nil {
		return d, under(err, "before")
	}
	q, err := a.price(&d.After)
	if err != nil {
		return d, under(err, "after")
	}
	before.Input, after.Input = before.Input.clone(), after.Input.clone()
	if d.Causes, err = newWhy(before, after, p, q).causes(); err == nil {
		err = d.settle()
	}
	if err != nil {
		return d, under(err, "difference")
	}
	slices.SortStableFunc(d.Causes, func(x, y Cause) int { return cmp.Compare(x.Kind, y.Kind) })
	return d, nil
}

// settle tells the cents that a bill is rounded by otherwise where it is laid out: a
// charge may be made for the account under one version, and for its meter under another.
func (d *Difference) settle() error {
	rest, err := d.After.Total.Sub(d.Before.Total)
	for i := range d.Causes {
		if err == nil {
			rest, err = rest.Sub(d.Causes[i].Amount)
		}
	}
	switch {
	case err != nil:
		return tooLarge(err)
	case rest.IsZero():
		return nil
	case magnitude(rest) > uint64(d.numLines()):
		return &problem.Error{Code: ErrRule, What: fmt.Sprintf("%s of the difference have no cause", rest), Fix: "compare the lines of the bills"}
	}
	effect := Effect{Text: "Rounding", Amount: rest}
	d.Causes = append(d.Causes, Cause{Kind: RatesChange, Amount: rest, Text: "cents that rounding moves", Effects: []Effect{effect}})
	return nil
}

// under puts a name before the path of an error.
func under(err error, name string) error {
	var p *problem.Error
	if !errors.As(err, &p) {
		return err
	}
	own := *p
	if own.Path == "" {
		own.Path = name
	} else {
		own.Path = name + "." + own.Path
	}
	return &own
}

// causes walks the steps. What cannot be priced by itself waits.
func (w *why) causes() ([]Cause, error) {
	walk := &walk{why: w, done: make([]bool, len(w.steps))}
	var err error
	if walk.now, err = w.bill(walk.done); err != nil {
		return nil, err
	}
	for i := range w.steps {
		if err := walk.step(i); err != nil {
			return nil, err
		}
	}
	// With all steps taken it is the bill after, which has a price.
	for len(walk.waiting) > 0 {
		if err := walk.together(walk.waiting); err != nil {
			return nil, err
		}
	}
	return walk.found, nil
}

// A walk is how far the steps have been taken.
type walk struct {
	*why
	done    []bool
	now     *bill
	found   []Cause
	waiting []int
}

// step takes a step: by itself; or with as few of those that wait as make it possible;
// or it waits.
func (w *walk) step(i int) error {
	ok, err := w.take(i)
	if ok && err == nil && w.steps[i].kind != FactChange {
		return w.retry()
	}
	if ok || err != nil {
		return err // other facts do not make a fact possible
	}
	w.waiting = append(w.waiting, i)
	if len(w.waiting) == 1 || !w.possible(w.waiting) {
		return nil
	}
	return w.together(w.waiting)
}

// together takes as few of the steps as can be priced; all of them can.
func (w *walk) together(steps []int) error {
	group := slices.Clone(steps)
	for k := 0; k < len(group) && len(group) > 1; {
		if fewer := slices.Delete(slices.Clone(group), k, k+1); w.possible(fewer) {
			group = fewer
		} else {
			k++
		}
	}
	slices.Sort(group)
	w.waiting = slices.DeleteFunc(slices.Clone(w.waiting), func(k int) bool { return slices.Contains(group, k) })
	if ok, err := w.take(group...); err != nil || !ok {
		return cmp.Or(err, error(&problem.Error{Code: ErrRule, What: "the bill after cannot be priced in steps", Fix: "compare its lines"}))
	}
	return w.retry()
}

// retry takes what waits and is possible now.
func (w *walk) retry() error {
	for k := 0; k < len(w.waiting); k++ {
		ok, err := w.take(w.waiting[k])
		if err != nil {
			return err
		}
		if ok {
			w.waiting = slices.Delete(w.waiting, k, k+1)
			k-- // the next one stands here now
		}
	}
	return nil
}

// possible says whether steps can be priced.
func (w *walk) possible(steps []int) bool {
	done := slices.Clone(w.done)
	for _, i := range steps {
		done[i] = true
	}
	_, err := w.bill(done)
	return err == nil
}

// take takes steps together, and says whether the bill can be priced then.
func (w *walk) take(steps ...int) (ok bool, err error) {
	done := slices.Clone(w.done)
	for _, i := range steps {
		done[i] = true
	}
	next, err := w.bill(done)
	if err != nil {
		return false, nil // it waits
	}
	causes, err := w.tell(steps, w.now, next)
	w.found, w.now, w.done = append(w.found, causes...), next, done
	return true, err
}

// A bill is a bill between the two: what each charge comes to.
type bill struct {
	total money.Amount
	// cents are by charge: of rounded lines where those are rounded, else exact.
	cents map[string]exact.Ratio
	// lines are by charge, those of a charge that has been left behind included.
	lines map[string][]Line
	// charges are those of the versions that it is priced under.
	charges  map[string]*charge
	usage    []Billed
	days     int
	byLine   bool
	schedule *schedule
}

// numLines is how many lines the two bills have.
func (d *Difference) numLines() int {
	n := 0
	for _, q := range [...]*Quote{&d.Before, &d.After} {
		for range q.Lines() {
			n++
		}
	}
	return n
}

func newBill(p *pricing, q *Quote, versions timeline[int]) *bill {
	b := &bill{total: q.Total, cents: map[string]exact.Ratio{}, lines: map[string][]Line{}, charges: map[string]*charge{},
		usage: q.Usage(), days: p.days, byLine: p.byLine, schedule: p.schedule}
	for l := range q.Lines() {
		value := l.Exact()
		if p.byLine {
			value = l.Amount().Ratio()
		}
		b.cents[l.Charge()] = b.cents[l.Charge()].Add(value.Mul(exact.Int(100)))
		b.lines[l.Charge()] = append(b.lines[l.Charge()], l)
	}
	for _, at := range versions {
		v := &p.schedule.versions[at.value]
		for i := range v.charges {
			b.charges[v.charges[i].book.ID] = &v.charges[i]
		}
	}
	return b
}

// effects are what a step did to each charge, in cents that sum to what it did to
// the total. The order of the charges in a book does not matter.
func effects(before, after *bill) ([]Effect, money.Amount, error) {
	sum, err := after.total.Sub(before.total)
	if err != nil {
		return nil, sum, tooLarge(err)
	}
	var ids []string
	for id := range after.cents {
		ids = append(ids, id)
	}
	for id := range before.cents {
		if _, both := after.cents[id]; !both {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	changes := make([]exact.Ratio, len(ids))
	for i, id := range ids {
		b, a := before.cents[id], after.cents[id]
		if before.byLine != after.byLine { // each charge has cents of its own
			b, a = b.Round(0, before.schedule.Rounding.Mode), a.Round(0, after.schedule.Rounding.Mode)
		}
		changes[i] = a.Sub(b)
	}
	cents, moved := fitted(changes, sum.Cents())
	var all []Effect
	for i, id := range ids {
		if cents[i] != 0 {
			all = append(all, Effect{Charge: id, Amount: money.Cents(cents[i])})
		}
	}
	if moved != 0 {
		all = append(all, Effect{Amount: money.Cents(moved)})
	}
	bySize(all, func(e *Effect) (money.Amount, string) { return e.Amount, e.Charge })
	return all, sum, nil
}

// fitted makes whole cents of what the charges changed by, and says how many cents
// of the total are of none of them: those that another rounding moved.
func fitted(changes []exact.Ratio, total int64) (cents []int64, moved int64) {
	var nonzero []exact.Ratio
	whole := true
	for _, c := range changes {
		if !c.IsZero() {
			nonzero = append(nonzero, c)
			whole = whole && c.IsInt()
		}
	}
	fit, err := exact.Fit(nonzero, total)
	if whole || err != nil {
		fit = make([]int64, len(nonzero))
		moved = total
		for i, c := range nonzero {
			fit[i], _ = c.Round(0, exact.HalfUp).Int64() // within the range of the amounts
			moved -= fit[i]
		}
	}
	cents = make([]int64, len(changes))
	for i, c := range changes {
		if !c.IsZero() {
			cents[i], fit = fit[0], fit[1:]
		}
	}
	return cents, moved
}

// bySize sorts by amount, the largest first whatever its sign, then by name.
func bySize[T any](all []T, of func(*T) (money.Amount, string)) {
	slices.SortStableFunc(all, func(a, b T) int {
		x, xName := of(&a)
		y, yName := of(&b)
		return cmp.Or(cmp.Compare(magnitude(y), magnitude(x)), cmp.Compare(xName, yName))
	})
}

func magnitude(a money.Amount) uint64 {
	if c := a.Cents(); c < 0 {
		return -uint64(c)
	}
	return uint64(a.Cents())
}
