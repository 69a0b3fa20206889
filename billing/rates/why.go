package rates

import (
	"cmp"
	"errors"
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
	// Subject is the name of the fact, the ID of the charge or of the meter; empty
	// where there is one of the kind alone.
	Subject string
	// Amount is what it did to the total: above zero where the bill is higher.
	Amount money.Amount
	// Text says what changed, in a sentence that can be said on the phone.
	Text string
	// Source is what the change rests on, where the book changed.
	Source Citation
	// Effects are what it did to each charge, the largest first. None has the
	// amount zero, and their amounts sum to Amount.
	Effects []Effect
}

// An Effect is what a cause did to a charge.
type Effect struct {
	// Charge is the ID of the charge; empty for cents that another rule of rounding
	// has moved.
	Charge string
	// Text is what the bill prints for it.
	Text   string
	Amount money.Amount
	// Because says how its lines changed; empty where there is nothing to add.
	Because string
	// Source is what the charge rests on.
	Source Citation
}

// CauseKind is the kind of a [Cause]. Causes are found in the order of the kinds.
type CauseKind uint8

// The kinds of causes, in the order in which they are found.
const (
	// FactChange is another fact of the account or of a meter, or another meter;
	// the facts by name, those of the account first.
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
	// one that follows it: the amount is what it would have come to.
	ChargeRemoved
	// Together is several changes that cannot be priced one without the other.
	Together
)

// Why tells two bills apart: the causes of the difference sum to it, to the cent.
//
// It goes from the bill before to the bill after in single steps, in the order of
// [CauseKind], prices the bill after each, and names the steps that changed the
// total. So an amount depends on the order: usage, for example, is told at the new
// prices. A change that cannot be priced by itself (a meter size that the old book does not
// have) waits for the first later one that makes it possible. Where the days change
// and the period before had several versions, seasons or values of a fact, those
// keep their shares of the days, to whole days, until their own step.
//
// What the causes are does not depend on the order of the charges in a book.
//
// The error is that of [Engine.Price], its path beginning with before or after,
// where one of the bills is not priced.
func Why(before, after Case) (Difference, error) {
	w := &why{before: side{Case: before}, after: side{Case: after}}
	var d Difference
	var err error
	for _, s := range []struct {
		side *side
		name string
		into *Quote
	}{{&w.before, "before", &d.Before}, {&w.after, "after", &d.After}} {
		if err = s.side.price(s.into); err != nil {
			return d, under(err, s.name)
		}
	}
	w.seasons = w.newSeasons()
	w.findSteps()
	d.Causes, err = w.causes()
	return d, err
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
	var found []Cause
	done := make([]bool, len(w.steps))
	now, err := w.bill(done)
	if err != nil {
		return nil, err
	}
	// try takes steps together and says whether the bill can be priced then.
	try := func(steps ...int) (ok bool, err error) {
		for _, i := range steps {
			done[i] = true
		}
		next, err := w.bill(done)
		if err != nil {
			for _, i := range steps {
				done[i] = false
			}
			return false, nil
		}
		causes, err := w.tell(steps, now, next)
		found, now = append(found, causes...), next
		return true, err
	}
	var waiting []int
	for i := range w.steps {
		ok, err := try(i)
		if err != nil {
			return nil, err
		}
		if !ok {
			waiting = append(waiting, i)
			continue
		}
		for k := 0; k < len(waiting); k++ {
			switch ok, err := try(waiting[k]); {
			case err != nil:
				return nil, err
			case ok:
				waiting = slices.Delete(waiting, k, k+1)
				k = -1
			}
		}
	}
	// With all steps taken it is the bill after, which has a price.
	for n := 1; len(waiting) > 0; n++ {
		ok, err := try(waiting[:n]...)
		if err != nil {
			return nil, err
		}
		if ok {
			waiting, n = waiting[n:], 0
		} else if n == len(waiting) {
			return nil, &problem.Error{Code: ErrRule, What: "the bill after cannot be priced in steps", Fix: "compare its lines"}
		}
	}
	return found, nil
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

// add adds what another bill has of charges, or takes it off.
func (b *bill) add(more *bill, sign int64) (err error) {
	for id, v := range more.cents {
		b.cents[id] = b.cents[id].Add(v.Mul(exact.Int(sign)))
	}
	if sign < 0 {
		b.total, err = b.total.Sub(more.total)
	} else {
		b.total, err = b.total.Add(more.total)
	}
	if err != nil {
		return tooLarge(err)
	}
	return nil
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
