package rates

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// An explainer finds the lines of a bill by walking the book with big rationals,
// and notes what it meets. It shares with the plan how formulas are read and how
// refusals are worded, and none of the arithmetic.
type explainer struct{ scopes map[*frame]*scope }

// A scope is what an explainer knows of a frame.
type scope struct {
	*frame
	book  *Version
	nums  map[int]*explained
	texts map[int]*explained
	deep  int
	// inDollars says that the number asked for is an amount or a price.
	inDollars bool
}

type explained struct {
	running bool
	num     *big.Rat
	text    string
	because []Reason
	err     error
}

func (x *explainer) scope(f *frame) *scope {
	s := x.scopes[f]
	if s == nil {
		s = &scope{frame: f, book: f.version.book, nums: map[int]*explained{}, texts: map[int]*explained{}}
		x.scopes[f] = s
	}
	return s
}

// factValue is a fact as an item of a list.
type factValue int

func (factValue) value() {}

// define finds a definition once. The reasons are told where it is first met.
func (s *scope) define(known map[int]*explained, slot int, find func(e *explained)) *explained {
	id := s.book.Definitions[slot].Name
	if e := known[slot]; e != nil {
		if e.running {
			return &explained{err: &problem.Error{Code: ErrCycle, Path: id, What: id + " needs itself", Fix: "take it out of the values that it rests on"}}
		}
		return &explained{num: e.num, text: e.text, err: e.err}
	}
	if s.deep >= MaxDepth {
		return &explained{err: tooDeep(id)}
	}
	e := &explained{running: true}
	known[slot] = e
	s.deep++
	find(e)
	s.deep--
	e.running = false
	return e
}

// fact reads the fact that stands in place of a definition, if it is given.
func (s *scope) fact(slot int) (fact int, given bool) {
	d := &s.book.Definitions[slot]
	if d.Fact == "" {
		return 0, false
	}
	fact = s.schedule().slots[d.Fact]
	return fact, s.facts[fact].state != factMissing
}

func (s *scope) schedule() *schedule { return s.version.schedule }

// factText is the fact's text; of a number the number's.
func (s *scope) factText(slot int) (string, error) {
	if s.schedule().facts[slot].Type == NumberFact {
		n, _, err := s.factNum(slot)
		if err != nil {
			return "", err
		}
		return numericText(exact.FromRat(n))
	}
	return s.facts[slot].read(&s.schedule().facts[slot])
}

func (s *scope) factNum(slot int) (*big.Rat, Reason, error) {
	fact := &s.schedule().facts[slot]
	text, err := s.facts[slot].read(fact)
	if err != nil {
		return nil, Reason{}, err
	}
	v, err := fact.number(text)
	if err != nil {
		return nil, Reason{}, err
	}
	return v.Rat(), Reason{Text: spoken(fact.Name) + " is " + text}, nil
}

// inRange refuses what the plan refuses.
func inRange(v *big.Rat) error {
	if max(v.Num().BitLen(), v.Denom().BitLen()) > MaxBits {
		_, err := ranged(exact.FromRat(v))
		return err
	}
	return nil
}

// price finds a number of dollars.
func (s *scope) price(v Value) (*big.Rat, []Reason, error) {
	s.inDollars = true
	n, because, err := s.num(v)
	s.inDollars = false
	return n, because, err
}

// num finds a number and what led to it. The reason is empty where there is
// nothing to tell, as of a number that the book states.
func (s *scope) num(v Value) (*big.Rat, []Reason, error) {
	say := shownRat
	if s.inDollars {
		say = dollars
	}
	switch v.(type) {
	case Number, Table:
	default:
		s.inDollars = false // of what it rests on, nobody knows
	}
	switch v := v.(type) {
	case Number:
		return v.decimal().Rat(), nil, nil
	case Formula:
		return s.formula(v)
	case Table:
		row, why, err := s.row(v)
		if err != nil {
			return nil, nil, err
		}
		n, more, err := s.num(row)
		if err != nil {
			return nil, nil, err
		}
		return n, append([]Reason{{Text: why + ": " + say(n)}}, more...), nil
	case Name:
		return s.named(string(v))
	case factValue:
		n, why, err := s.factNum(int(v))
		return n, []Reason{why}, err
	case Tiered:
		return s.tieredAmount(v)
	case Refuse:
		return nil, nil, v.problem()
	}
	_, err := untyped{}.num(nil)
	return nil, nil, err
}

func (r Refuse) problem() error {
	return &problem.Error{Code: r.Code, Pos: r.Pos, What: r.What, Fix: r.Fix}
}

// named finds the number that a name means.
func (s *scope) named(id string) (*big.Rat, []Reason, error) {
	m := s.version.byName[id]
	switch m.kind {
	case meansFact:
		n, why, err := s.factNum(m.slot)
		return n, []Reason{why}, err
	case meansDefinition:
		e := s.define(s.nums, m.slot, func(e *explained) {
			if fact, given := s.fact(m.slot); given {
				var why Reason
				e.num, why, e.err = s.factNum(fact)
				e.because = []Reason{why}
				return
			}
			e.num, e.because, e.err = s.num(s.book.Definitions[m.slot].Value)
		})
		if e.err != nil {
			return nil, nil, e.err
		}
		why := Reason{Text: spoken(id) + " is " + shownRat(e.num), Because: e.because}
		if len(why.Because) == 1 && why.Because[0].Text == why.Text {
			why.Because = nil
		}
		return e.num, []Reason{why}, nil
	case meansUsage:
		n := s.usage.Rat()
		return n, []Reason{{Text: "usage is " + counted(s.usage, s.schedule().Unit)}}, nil
	case meansDays:
		n := s.bill.numDays().Rat()
		return n, []Reason{{Text: "the bill is for " + plural(s.bill.days, "day")}}, nil
	case meansCharge:
		if err := s.charges[m.slot].err; err != nil {
			return nil, nil, err
		}
		n := s.charges[m.slot].whole.Rat()
		return n, []Reason{{Text: s.printed([]string{id}) + " is " + dollars(n)}}, nil
	}
	_, err := untyped{}.num(nil)
	return nil, nil, err
}

// text finds a text.
func (s *scope) text(v Value) (string, error) {
	switch v := v.(type) {
	case Text:
		return string(v), nil
	case Table:
		row, _, err := s.row(v)
		if err != nil {
			return "", err
		}
		return s.text(row)
	case Name:
		return s.textNamed(string(v))
	case Joined:
		texts := make([]string, len(v.Names))
		length := 0
		for i, id := range v.Names {
			var err error
			if texts[i], err = s.textNamed(id); err != nil {
				return "", err
			}
			if length += len(texts[i]); i > 0 {
				length += len(v.With)
			}
			if length > maxKeyText {
				return "", longText()
			}
		}
		return strings.Join(texts, v.With), nil
	case Refuse:
		return "", v.problem()
	case Number, Formula, factValue:
		n, _, err := s.num(v)
		if err != nil {
			return "", err
		}
		return numericText(exact.FromRat(n))
	}
	return untyped{}.text(nil)
}

func (s *scope) textNamed(id string) (string, error) {
	m := s.version.byName[id]
	switch m.kind {
	case meansFact:
		return s.factText(m.slot)
	case meansSeason:
		return s.season, nil
	case meansDefinition:
		e := s.define(s.texts, m.slot, func(e *explained) {
			if fact, given := s.fact(m.slot); given {
				e.text, e.err = s.factText(fact)
				return
			}
			e.text, e.err = s.text(s.book.Definitions[m.slot].Value)
		})
		return e.text, e.err
	case meansUsage:
		return numericText(s.usage)
	case meansDays:
		return numericText(s.bill.numDays())
	}
	return untyped{}.text(nil)
}

// items finds a list.
func (s *scope) items(v Value) ([]Value, error) {
	switch v := v.(type) {
	case List:
		return v, nil
	case Table:
		row, _, err := s.row(v)
		if err != nil {
			return nil, err
		}
		return s.items(row)
	case Name:
		m := s.version.byName[string(v)]
		switch m.kind {
		case meansFact:
			return []Value{factValue(m.slot)}, nil
		case meansDefinition:
			if fact, given := s.fact(m.slot); given {
				return []Value{factValue(fact)}, nil
			}
			if s.deep >= MaxDepth {
				return nil, tooDeep(string(v))
			}
			s.deep++
			defer func() { s.deep-- }()
			return s.items(s.book.Definitions[m.slot].Value)
		}
	case Number, Formula:
		return []Value{v}, nil
	case Refuse:
		return nil, v.problem()
	}
	_, err := untyped{}.list(nil)
	return nil, err
}

// row finds the value that a table has for the facts, and says which facts.
func (s *scope) row(t Table) (Value, string, error) {
	key := make([]string, len(t.By))
	said := make([]string, len(t.By))
	for i, id := range t.By {
		var err error
		if key[i], err = s.textNamed(id); err != nil {
			return nil, "", placed(err, t.Pos)
		}
		said[i] = spoken(id) + " is " + key[i]
	}
	why := strings.Join(said, ", ")
rows:
	for _, row := range t.Rows {
		for i := range key {
			if row.Key[i] != key[i] {
				continue rows
			}
		}
		return row.Value, why, nil
	}
	return t.Else, why, noRow(t.Else == nil, t.By, key, t.Pos)
}

// formula evaluates a formula and tells its names.
func (s *scope) formula(v Formula) (*big.Rat, []Reason, error) {
	e, err := parseFormula(v.Text)
	if err != nil {
		return nil, nil, err // Compile has parsed it: this cannot be
	}
	why := Reason{}
	told := map[string]bool{}
	n, err := s.eval(e, func(id string, because []Reason) {
		if !told[id] {
			told[id] = true
			why.Because = append(why.Because, because...)
		}
	})
	if err != nil {
		return nil, nil, placed(err, v.Pos)
	}
	if id, only := e.(name); only && told[string(id)] {
		return n, why.Because, nil // a formula that is one name has nothing to add
	}
	why.Text = v.Text + " = " + shownRat(n)
	return n, []Reason{why}, nil
}

func (s *scope) eval(e expr, tell func(id string, because []Reason)) (*big.Rat, error) {
	switch e := e.(type) {
	case literal:
		return e.value.Rat(), nil
	case name:
		n, because, err := s.named(string(e))
		if err == nil {
			tell(string(e), because)
		}
		return n, err
	case sum:
		total := new(big.Rat)
		for _, t := range e {
			n, err := s.eval(t.of, tell)
			if err != nil {
				return nil, err
			}
			if t.minus {
				total.Sub(total, n)
			} else {
				total.Add(total, n)
			}
			if err := inRange(total); err != nil {
				return nil, err
			}
		}
		return total, nil
	case product:
		total := big.NewRat(1, 1)
		for _, f := range e {
			n, err := s.eval(f.of, tell)
			switch {
			case err != nil:
				return nil, err
			case !f.divide:
				total.Mul(total, n)
			case n.Sign() == 0:
				return nil, dividedByZero()
			default:
				total.Quo(total, n)
			}
			if err := inRange(total); err != nil {
				return nil, err
			}
		}
		return total, nil
	case call:
		return s.call(e, tell)
	}
	panic(fmt.Sprintf("rates: no such formula: %T", e))
}

func (s *scope) call(c call, tell func(id string, because []Reason)) (*big.Rat, error) {
	var v *big.Rat
	for _, a := range c.args {
		n, err := s.eval(a, tell)
		if err != nil {
			return nil, err
		}
		if v == nil || c.fn == fnMin && n.Cmp(v) < 0 || c.fn == fnMax && n.Cmp(v) > 0 {
			v = n
		}
	}
	switch c.fn {
	case fnRound:
		return roundRat(v, c.places, c.mode), nil
	case fnCeil:
		return new(big.Rat).Neg(floorRat(new(big.Rat).Neg(v), c.places)), nil
	case fnFloor:
		return floorRat(v, c.places), nil
	}
	return v, nil
}

func tenTo(places int) *big.Rat {
	return new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil))
}

// floorRat is the greatest multiple of 10^-places that is not above v.
func floorRat(v *big.Rat, places int) *big.Rat {
	scaled := new(big.Rat).Mul(v, tenTo(places))
	whole := new(big.Int).Div(scaled.Num(), scaled.Denom()) // Euclidean, and the divisor is above zero: floor
	return new(big.Rat).Quo(new(big.Rat).SetInt(whole), tenTo(places))
}

// roundRat rounds v to a multiple of 10^-places.
func roundRat(v *big.Rat, places int, mode exact.Mode) *big.Rat {
	size := new(big.Rat).Abs(v)
	below := floorRat(size, places)
	step := new(big.Rat).Inv(tenTo(places))
	twice := new(big.Rat).Sub(size, below)
	twice.Add(twice, twice)
	odd := new(big.Rat).Quo(below, step).Num().Bit(0) == 1
	up := false
	switch mode {
	case exact.HalfUp:
		up = twice.Cmp(step) >= 0
	case exact.HalfEven:
		up = twice.Cmp(step) > 0 || twice.Cmp(step) == 0 && odd
	case exact.Up:
		up = twice.Sign() > 0
	}
	if up {
		below.Add(below, step)
	}
	if v.Sign() < 0 {
		below.Neg(below)
	}
	return below
}

// tieredAmount is tiers as one number.
func (s *scope) tieredAmount(t Tiered) (*big.Rat, []Reason, error) {
	bands, why, err := s.bands(t)
	if err != nil {
		return nil, nil, err
	}
	total := new(big.Rat)
	var told []Reason
	for _, b := range bands {
		total.Add(total, b.amount())
		if err := inRange(total); err != nil {
			return nil, nil, err
		}
		if b.quantity.Sign() > 0 {
			told = append(told, Reason{Text: b.String() + " = " + shownRat(b.amount())})
		}
	}
	return total, append(told, why...), nil
}

// An explainedBand is a band with its upper bound; nil in the open tier.
type explainedBand struct {
	tier                  int
	quantity, price, upTo *big.Rat
	unit                  metering.Unit
}

func (b *explainedBand) amount() *big.Rat { return new(big.Rat).Mul(b.quantity, b.price) }

func (b *explainedBand) String() string {
	bound := ""
	if b.upTo != nil {
		bound = " (to " + counted(exact.FromRat(b.upTo), b.unit) + ")"
	}
	return fmt.Sprintf("%s in tier %d%s at %s", counted(exact.FromRat(b.quantity), b.unit), b.tier, bound, dollars(b.price))
}

// bands prices a quantity by tiers, in the order of the plan.
func (s *scope) bands(t Tiered) ([]explainedBand, []Reason, error) {
	var bounds, prices []Value
	switch tiers := t.Tiers.(type) {
	case TierList:
		for _, tier := range tiers {
			prices = append(prices, tier.Price)
			if tier.UpTo != nil {
				bounds = append(bounds, tier.UpTo)
			}
		}
	case TierColumns:
		var err error
		if bounds, err = s.items(tiers.From); err != nil {
			return nil, nil, placed(err, tiers.Pos)
		}
		if prices, err = s.items(tiers.Prices); err != nil {
			return nil, nil, placed(err, tiers.Pos)
		}
		if len(bounds) != len(prices) || len(bounds) == 0 {
			return nil, nil, tierLength(len(bounds), len(prices), tiers.Pos)
		}
	}
	var why []Reason
	bands := make([]explainedBand, len(prices))
	for i, price := range prices {
		n, because, err := s.price(price)
		if err == nil && s.schedule().strict() {
			err = notNegative("the price", exact.FromRat(n))
		}
		if err != nil {
			return nil, nil, err
		}
		bands[i] = explainedBand{tier: i + 1, price: n, unit: s.unit(t.Of)}
		why = append(why, because...)
	}
	quantity, because, err := s.quantity(t.Of)
	if err != nil {
		return nil, nil, err
	}
	why = append(why, because...)
	_, columns := t.Tiers.(TierColumns)
	scale := s.part.tiers.Rat()
	var ends []*big.Rat
	for i, bound := range bounds {
		n, because, err := s.num(bound)
		if err != nil {
			return nil, nil, err
		}
		if columns && i == 0 {
			continue
		}
		end := new(big.Rat).Mul(n, scale)
		if err := inRange(end); err != nil {
			return nil, nil, err
		}
		if !columns {
			below := []exact.Ratio{{}}
			if len(ends) > 0 {
				below[0] = exact.FromRat(ends[len(ends)-1])
			}
			if err := rising(below, exact.FromRat(end)); err != nil {
				return nil, nil, err
			}
		}
		ends = append(ends, end)
		why = append(why, because...)
	}
	left := new(big.Rat).Set(quantity)
	for i := range bands {
		b := &bands[i]
		b.quantity = new(big.Rat).Set(left)
		if i < len(ends) {
			b.upTo = ends[i]
			room := new(big.Rat).Sub(left, quantity)
			room.Add(room, ends[i]) // the bound, less what the tiers below have taken
			if room.Cmp(left) < 0 {
				b.quantity = room
			}
			if b.quantity.Sign() < 0 {
				b.quantity = new(big.Rat)
			}
		}
		left.Sub(left, b.quantity)
	}
	return bands, why, nil
}

// unit is what a quantity counts, where it is the usage.
func (s *scope) unit(of Value) metering.Unit {
	if of != nil {
		return 0
	}
	return s.schedule().Unit
}

// quantity is what a rule counts: the billed usage where it names nothing.
func (s *scope) quantity(of Value) (*big.Rat, []Reason, error) {
	if of == nil {
		return s.belowZero(s.usage.Rat(), nil, nil)
	}
	return s.belowZero(s.num(of))
}

func (s *scope) belowZero(n *big.Rat, because []Reason, err error) (*big.Rat, []Reason, error) {
	if err == nil {
		err = notNegative("the quantity", exact.FromRat(n))
	}
	return n, because, err
}
