package rates

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
)

// A node is a compiled Value. Compile has checked that it is asked only for what
// it is; the errors of [untyped] stand for what an outside format could not say.
type node interface {
	num(f *frame) (exact.Ratio, error)
	text(f *frame) (string, error)
	list(f *frame) ([]node, error)
}

// A frame is what the values of one part of a bill, for one meter or the account,
// are evaluated in. Definitions are evaluated once in it, when they are reached.
type frame struct {
	version *version
	bill    *resolved
	part    *part
	facts   []given
	season  string
	usage   exact.Ratio
	// charges are the amounts of the charges that others rest on.
	charges []amount
	numbers []once[exact.Ratio]
	texts   []once[string]
	depth   int
}

// amount is what a charge came to in a frame: for the part's days, and for the
// whole bill under the part's conditions, which is what formulas mean by it.
type amount struct {
	value, whole exact.Ratio
	err          error
}

// once is a value that is found once.
type once[T any] struct {
	state progress
	value T
	err   error
}

type progress uint8

const (
	unknown progress = iota
	running
	known
)

// evaluate finds a definition's value once; meeting it again on its own path is a
// cycle.
func evaluate[T any](f *frame, m *once[T], name string, find func() (T, error)) (T, error) {
	switch m.state {
	case known:
		return m.value, m.err
	case running:
		return m.value, &problem.Error{Code: ErrCycle, Path: name, What: fmt.Sprintf("%s needs itself", name),
			Fix: "take it out of the values that it rests on"}
	}
	if f.depth >= MaxDepth {
		return m.value, tooDeep(name)
	}
	m.state = running
	f.depth++
	m.value, m.err = find()
	f.depth--
	m.state = known
	return m.value, m.err
}

func tooDeep(name string) error {
	return &problem.Error{Code: ErrDepth, Path: name, What: fmt.Sprintf("values rest on each other more than %d deep", MaxDepth),
		Fix: "state the value in fewer steps"}
}

// ranged refuses values that have grown beyond what the engine computes with.
func ranged(v exact.Ratio) (exact.Ratio, error) {
	if v.BitLen() > MaxBits {
		return v, &problem.Error{Code: ErrRange, What: fmt.Sprintf("a value has more than %d bits", MaxBits),
			Fix: "round it, or state it in larger units"}
	}
	return v, nil
}

// untyped answers for what a node is not.
type untyped struct{}

func (untyped) num(*frame) (exact.Ratio, error) {
	return exact.Ratio{}, &problem.Error{Code: ErrValueType, What: "this is not a number", Fix: "use a number here"}
}

func (untyped) text(*frame) (string, error) {
	return "", &problem.Error{Code: ErrValueType, What: "this is not a text", Fix: "use a text here"}
}

func (untyped) list(*frame) ([]node, error) {
	return nil, &problem.Error{Code: ErrValueType, What: "this is not a list", Fix: "use a list here"}
}

// numericText is a number as a key of a table.
func numericText(v exact.Ratio) (string, error) {
	text, ends := v.Decimal(0)
	if !ends {
		return "", &problem.Error{Code: ErrValueType, What: "a fraction that does not end is no key of a table", Fix: "round it"}
	}
	return text, nil
}

type numberNode struct{ value exact.Ratio }

func (n numberNode) num(*frame) (exact.Ratio, error) { return n.value, nil }
func (n numberNode) text(*frame) (string, error)     { return numericText(n.value) }
func (n numberNode) list(*frame) ([]node, error)     { return []node{n}, nil }

type textNode struct {
	untyped
	value string
}

func (n textNode) text(*frame) (string, error) { return n.value, nil }

type listNode struct {
	untyped
	items []node
}

func (n listNode) list(*frame) ([]node, error) { return n.items, nil }

type refuseNode struct{ err *problem.Error }

func (n refuseNode) num(*frame) (exact.Ratio, error) { return exact.Ratio{}, n.refuse() }
func (n refuseNode) text(*frame) (string, error)     { return "", n.refuse() }
func (n refuseNode) list(*frame) ([]node, error)     { return nil, n.refuse() }

// refuse is an error of the caller's own.
func (n refuseNode) refuse() error {
	own := *n.err
	return &own
}

// usageNode and daysNode are the names that every formula knows; seasonNode is
// the text that tables know where the schedule has seasons.
type (
	usageNode  struct{ untyped }
	daysNode   struct{ untyped }
	seasonNode struct{ untyped }
)

func (usageNode) num(f *frame) (exact.Ratio, error) { return f.usage, nil }
func (usageNode) text(f *frame) (string, error)     { return numericText(f.usage) }
func (daysNode) num(f *frame) (exact.Ratio, error)  { return f.bill.numDays(), nil }
func (daysNode) text(f *frame) (string, error)      { return numericText(f.bill.numDays()) }
func (seasonNode) text(f *frame) (string, error)    { return f.season, nil }

type chargeNode struct {
	untyped
	slot int
}

func (n chargeNode) num(f *frame) (exact.Ratio, error) {
	return f.charges[n.slot].whole, f.charges[n.slot].err
}

// A factNode reads a fact.
type factNode struct {
	fact *Fact
	slot int
}

// text is the fact's text; of a number the number's, so that 2 and 2.0 are one key.
func (n factNode) text(f *frame) (string, error) {
	if n.fact.Type == NumberFact {
		v, err := n.num(f)
		if err != nil {
			return "", err
		}
		return numericText(v)
	}
	return f.facts[n.slot].read(n.fact)
}

func (n factNode) num(f *frame) (exact.Ratio, error) {
	text, err := f.facts[n.slot].read(n.fact)
	if err != nil {
		return exact.Ratio{}, err
	}
	return n.fact.number(text)
}

func (n factNode) list(*frame) ([]node, error) { return []node{n}, nil }

// quoted is a text from outside, short enough for a message.
func quoted(text string) string {
	const most = 60
	if len(text) > most {
		return strconv.Quote(strings.ToValidUTF8(text[:most], "")) + "…"
	}
	return strconv.Quote(text)
}

// A definitionNode reads a definition, or the fact that stands in its place.
type definitionNode struct {
	slot int
	name string
	fact *factNode
	of   node
}

func (n *definitionNode) given(f *frame) bool {
	return n.fact != nil && f.facts[n.fact.slot].state != factMissing
}

func (n *definitionNode) num(f *frame) (exact.Ratio, error) {
	return evaluate(f, &f.numbers[n.slot], n.name, func() (exact.Ratio, error) {
		if n.given(f) {
			return n.fact.num(f)
		}
		return n.of.num(f)
	})
}

func (n *definitionNode) text(f *frame) (string, error) {
	return evaluate(f, &f.texts[n.slot], n.name, func() (string, error) {
		if n.given(f) {
			return n.fact.text(f)
		}
		return n.of.text(f)
	})
}

func (n *definitionNode) list(f *frame) ([]node, error) {
	if n.given(f) {
		return n.fact.list(f)
	}
	if f.depth >= MaxDepth {
		return nil, tooDeep(n.name)
	}
	f.depth++
	defer func() { f.depth-- }()
	return n.of.list(f)
}

type joinedNode struct {
	untyped
	parts []node
	with  string
}

// maxKeyText is the longest text that joining may make.
const maxKeyText = 64 << 10

func longText() error {
	return &problem.Error{Code: ErrRange, What: fmt.Sprintf("a joined text has more than %d bytes", maxKeyText), Fix: "join fewer texts"}
}

func (n joinedNode) text(f *frame) (string, error) {
	var b strings.Builder
	for i, part := range n.parts {
		text, err := part.text(f)
		if err != nil {
			return "", err
		}
		if i > 0 {
			b.WriteString(n.with)
		}
		if b.WriteString(text); b.Len() > maxKeyText {
			return "", longText()
		}
	}
	return b.String(), nil
}

type tableNode struct {
	by   []node
	rows map[string]node
	els  node
	// names and pos are for messages.
	names []string
	pos   problem.Pos
}

// tableKey joins texts so that no two keys are alike.
func tableKey(key []string) string {
	if len(key) == 1 {
		return key[0]
	}
	var b strings.Builder
	for _, k := range key {
		b.WriteString(strconv.Itoa(len(k)))
		b.WriteByte(':')
		b.WriteString(k)
	}
	return b.String()
}

func (n *tableNode) find(f *frame) (node, error) {
	key := make([]string, len(n.by))
	for i, by := range n.by {
		var err error
		if key[i], err = by.text(f); err != nil {
			return nil, placed(err, n.pos)
		}
	}
	if row, ok := n.rows[tableKey(key)]; ok {
		return row, nil
	}
	return n.els, noRow(n.els == nil, n.names, key, n.pos)
}

// noRow is the refusal of a table that has no row for a key and nothing else.
func noRow(refuse bool, names, key []string, pos problem.Pos) error {
	if !refuse {
		return nil
	}
	what := make([]string, len(key))
	for i := range key {
		what[i] = names[i] + " " + quoted(key[i])
	}
	return &problem.Error{Code: ErrNoRow, Path: strings.Join(names, ","), Pos: pos, What: "no row for " + strings.Join(what, ", "),
		Fix: "correct the fact, or add the row to the table"}
}

func (n *tableNode) num(f *frame) (exact.Ratio, error) {
	row, err := n.find(f)
	if err != nil {
		return exact.Ratio{}, err
	}
	return row.num(f)
}

func (n *tableNode) text(f *frame) (string, error) {
	row, err := n.find(f)
	if err != nil {
		return "", err
	}
	return row.text(f)
}

func (n *tableNode) list(f *frame) ([]node, error) {
	row, err := n.find(f)
	if err != nil {
		return nil, err
	}
	return row.list(f)
}

// placed gives an error the position where it was met, unless it has one.
func placed(err error, pos problem.Pos) error {
	var p *problem.Error
	if pos.IsZero() || !errors.As(err, &p) || !p.Pos.IsZero() {
		return err
	}
	at := *p
	at.Pos = pos
	return &at
}

// A formulaNode is a compiled formula: its names are nodes.
type formulaNode struct {
	of  expr
	by  map[name]node
	pos problem.Pos
}

func (n *formulaNode) num(f *frame) (exact.Ratio, error) {
	v, err := n.eval(f, n.of)
	return v, placed(err, n.pos)
}

func (n *formulaNode) text(f *frame) (string, error) {
	v, err := n.num(f)
	if err != nil {
		return "", err
	}
	return numericText(v)
}

func (n *formulaNode) list(*frame) ([]node, error) { return []node{n}, nil }

func (n *formulaNode) eval(f *frame, e expr) (v exact.Ratio, err error) {
	switch e := e.(type) {
	case literal:
		return e.value, nil
	case name:
		return n.by[e].num(f)
	case sum:
		for _, t := range e {
			of, err := n.eval(f, t.of)
			if err != nil {
				return v, err
			}
			if t.minus {
				of = of.Neg()
			}
			if v, err = ranged(v.Add(of)); err != nil {
				return v, err
			}
		}
		return v, nil
	case product:
		v = exact.Int(1)
		for _, x := range e {
			of, err := n.eval(f, x.of)
			if err != nil {
				return v, err
			}
			if !x.divide {
				v = v.Mul(of)
			} else if v, err = v.Quo(of); err != nil {
				return v, dividedByZero()
			}
			if v, err = ranged(v); err != nil {
				return v, err
			}
		}
		return v, nil
	case call:
		args := make([]exact.Ratio, len(e.args))
		for i, a := range e.args {
			if args[i], err = n.eval(f, a); err != nil {
				return v, err
			}
		}
		return e.apply(args), nil
	}
	panic(fmt.Sprintf("rates: no such formula: %T", e))
}

func dividedByZero() error {
	return &problem.Error{Code: ErrDivideByZero, What: "the formula divides by zero", Fix: "correct the fact that is zero, or the formula"}
}

// A tieredNode is compiled tiers, with the quantity that they price.
type tieredNode struct {
	untyped
	of node
	// bounds and prices are one tier each where columns is false; otherwise each
	// is one node that is a list.
	bounds, prices []node
	columns        bool
	// strict refuses prices below zero, which an outside format may hold.
	strict bool
	pos    problem.Pos
}

// A band is the part of a quantity that one tier prices.
type band struct {
	tier            int
	quantity, price exact.Ratio
}

// bands prices the quantity: prices first, then the quantity, then the bounds,
// the order in which faults are found.
func (n *tieredNode) bands(f *frame) ([]band, error) {
	bounds, priceNodes := n.bounds, n.prices
	if n.columns {
		var err error
		if bounds, err = n.bounds[0].list(f); err != nil {
			return nil, placed(err, n.pos)
		}
		if priceNodes, err = n.prices[0].list(f); err != nil {
			return nil, placed(err, n.pos)
		}
		if len(bounds) != len(priceNodes) || len(bounds) == 0 {
			return nil, tierLength(len(bounds), len(priceNodes), n.pos)
		}
	}
	bands := make([]band, len(priceNodes))
	for i, p := range priceNodes {
		price, err := p.num(f)
		if err == nil && n.strict {
			err = notNegative("the price", price)
		}
		if err != nil {
			return nil, err
		}
		bands[i] = band{tier: i + 1, price: price}
	}
	quantity, err := n.of.num(f)
	if err != nil {
		return nil, err
	}
	if err := notNegative("the quantity", quantity); err != nil {
		return nil, err
	}
	ends := make([]exact.Ratio, 0, len(bands))
	for i, b := range bounds {
		end, err := b.num(f)
		if err != nil {
			return nil, err
		}
		if n.columns && i == 0 {
			continue // the first tier begins at zero, whatever the column says
		}
		if end, err = ranged(end.Mul(f.part.tiers)); err != nil {
			return nil, err
		}
		if !n.columns {
			if err := rising(ends, end); err != nil {
				return nil, err
			}
		}
		ends = append(ends, end)
	}
	used := exact.Ratio{}
	for i := range bands {
		q := quantity
		if i < len(ends) {
			q = exact.Min(q, ends[i])
		}
		q = exact.Max(q.Sub(used), exact.Ratio{})
		bands[i].quantity = q
		used = used.Add(q)
	}
	return bands, nil
}

func tierLength(bounds, prices int, pos problem.Pos) error {
	return &problem.Error{Code: ErrTierLength, Pos: pos, What: fmt.Sprintf("%d tiers begin, but there are prices for %d", bounds, prices),
		Fix: "state a beginning and a price for each tier"}
}

// rising refuses tiers whose bounds fall. Two that are equal leave an empty tier,
// as a budget without water for outdoors does.
func rising(ends []exact.Ratio, end exact.Ratio) error {
	begins := exact.Ratio{}
	if len(ends) > 0 {
		begins = ends[len(ends)-1]
	}
	if end.Cmp(begins) >= 0 {
		return nil
	}
	return &problem.Error{Code: ErrTierOrder, What: fmt.Sprintf("a tier ends at %s, below %s, where it begins", shown(end), shown(begins)),
		Fix: "correct the fact or the bound"}
}

func notNegative(what string, v exact.Ratio) error {
	if v.Sign() >= 0 {
		return nil
	}
	text, _ := v.Decimal(6)
	return &problem.Error{Code: ErrNegative, What: fmt.Sprintf("%s is %s, below zero", what, text),
		Fix: "correct the fact or the formula; max(0, …) bounds it from below"}
}

// num is the amount of all tiers.
func (n *tieredNode) num(f *frame) (exact.Ratio, error) {
	bands, err := n.bands(f)
	if err != nil {
		return exact.Ratio{}, err
	}
	sum := exact.Ratio{}
	for _, b := range bands {
		if sum, err = ranged(sum.Add(b.quantity.Mul(b.price))); err != nil {
			return sum, err
		}
	}
	return sum, nil
}
