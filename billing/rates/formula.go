package rates

import (
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
)

// What a formula may hold; longer or deeper ones do not compile.
const (
	maxFormulaText  = 64 << 10
	maxFormulaDepth = 200
	maxRoundPlaces  = 18
)

// expr is a parsed formula. Sums and products are flat, so that a long formula
// is no deep one.
type expr interface{ expr() }

type (
	literal struct{ value exact.Ratio }
	// name is a fact, a definition, a charge, or usage or days.
	name string
	// sum and product run from left to right, the order in which operands are
	// evaluated and in which the first error is found.
	sum     []term
	product []factor
	term    struct {
		minus bool
		of    expr
	}
	factor struct {
		divide bool
		of     expr
	}
	call struct {
		fn   function
		args []expr
		// places and mode belong to round, ceil and floor.
		places int
		mode   exact.Mode
	}
)

func (literal) expr() {}
func (name) expr()    {}
func (sum) expr()     {}
func (product) expr() {}
func (call) expr()    {}

type function uint8

const (
	fnMin function = iota + 1
	fnMax
	fnRound
	fnCeil
	fnFloor
)

var functions = map[string]function{"min": fnMin, "max": fnMax, "round": fnRound, "ceil": fnCeil, "floor": fnFloor}

// A formulaError is a fault of a formula's text at a byte offset.
type formulaError struct {
	offset    int
	what, fix string
}

func (e *formulaError) Error() string { return fmt.Sprintf("character %d: %s", e.offset+1, e.what) }

// parseFormula parses a formula; its grammar is in the package comment.
func parseFormula(text string) (expr, error) {
	if len(text) > maxFormulaText {
		return nil, &formulaError{0, fmt.Sprintf("the formula is %d characters long", len(text)),
			fmt.Sprintf("shorten it to %d, with definitions for its parts", maxFormulaText)}
	}
	p := &formulaParser{text: text}
	p.next()
	e, err := p.sum(0)
	if err != nil {
		return nil, err
	}
	if p.kind != tokEnd {
		return nil, p.fail("is not expected here", "write an operator before it, or take it out")
	}
	return e, nil
}

type tokenKind uint8

const (
	tokEnd tokenKind = iota
	tokNumber
	tokName
	tokOther
)

type formulaParser struct {
	text   string
	at     int // the next byte
	offset int // of the current token
	kind   tokenKind
	token  string
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isNameStart(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
func isNamePart(c byte) bool { return isNameStart(c) || isDigit(c) || c == '.' }

func (p *formulaParser) next() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
	p.offset = p.at
	if p.at == len(p.text) {
		p.kind, p.token = tokEnd, ""
		return
	}
	c := p.text[p.at]
	switch {
	case isNameStart(c):
		p.kind = tokName
		for p.at < len(p.text) && isNamePart(p.text[p.at]) {
			p.at++
		}
	case isDigit(c) || c == '.':
		p.kind = tokNumber
		for p.at < len(p.text) && (isDigit(p.text[p.at]) || p.text[p.at] == '.') {
			p.at++
		}
	default:
		p.kind = tokOther
		p.at++
		for p.at < len(p.text) && c >= 0x80 && p.text[p.at]&0xC0 == 0x80 {
			p.at++
		}
	}
	p.token = p.text[p.offset:p.at]
}

func (p *formulaParser) fail(what, fix string) error {
	if p.kind == tokEnd {
		return &formulaError{p.offset, "the formula ends too early", "finish it, or take out what stands before its end"}
	}
	token := p.token
	if len(token) > 40 {
		token = token[:40] + "…"
	}
	return &formulaError{p.offset, fmt.Sprintf("%q %s", token, what), fix}
}

func (p *formulaParser) is(token string) bool { return p.kind == tokOther && p.token == token }

func (p *formulaParser) expect(token string) error {
	if !p.is(token) {
		return p.fail("is not expected here", fmt.Sprintf("write %q before it", token))
	}
	p.next()
	return nil
}

func (p *formulaParser) sum(depth int) (expr, error) {
	first, err := p.product(depth)
	if err != nil {
		return nil, err
	}
	all := sum{{of: first}}
	for p.is("+") || p.is("-") {
		minus := p.is("-")
		p.next()
		next, err := p.product(depth)
		if err != nil {
			return nil, err
		}
		all = append(all, term{minus, next})
	}
	if len(all) == 1 {
		return first, nil
	}
	return all, nil
}

func (p *formulaParser) product(depth int) (expr, error) {
	first, err := p.unary(depth)
	if err != nil {
		return nil, err
	}
	all := product{{of: first}}
	for p.is("*") || p.is("/") {
		divide := p.is("/")
		p.next()
		next, err := p.unary(depth)
		if err != nil {
			return nil, err
		}
		all = append(all, factor{divide, next})
	}
	if len(all) == 1 {
		return first, nil
	}
	return all, nil
}

func (p *formulaParser) unary(depth int) (expr, error) {
	minus := false
	for p.is("+") || p.is("-") {
		minus = minus != p.is("-")
		p.next()
	}
	e, err := p.primary(depth)
	if err != nil || !minus {
		return e, err
	}
	return sum{{minus: true, of: e}}, nil
}

func (p *formulaParser) primary(depth int) (expr, error) {
	if depth > maxFormulaDepth {
		return nil, p.fail("stands inside too many parentheses", "give parts of the formula names as definitions")
	}
	switch {
	case p.kind == tokNumber:
		value, err := exact.Parse(p.token)
		if err != nil {
			return nil, p.fail("is no number", `write it as in "12", "0.62" or ".7", with at most 64 digits`)
		}
		p.next()
		return literal{value}, nil
	case p.kind == tokName:
		id := p.token
		fn, offset := functions[id], p.offset
		p.next()
		if !p.is("(") {
			if fn != 0 {
				return nil, &formulaError{offset, fmt.Sprintf("%q is a function without its parentheses", id), fmt.Sprintf("write %s(…)", id)}
			}
			return name(id), nil
		}
		if fn == 0 {
			return nil, &formulaError{offset, fmt.Sprintf("%q is not a function", id), "the functions are min, max, round, ceil and floor"}
		}
		p.next()
		return p.call(fn, depth+1)
	case p.is("("):
		p.next()
		e, err := p.sum(depth + 1)
		if err != nil {
			return nil, err
		}
		return e, p.expect(")")
	}
	return nil, p.fail("is not expected here", "write a number, a name or a parenthesis")
}

func (p *formulaParser) call(fn function, depth int) (expr, error) {
	c := call{fn: fn}
	first, err := p.sum(depth)
	if err != nil {
		return nil, err
	}
	c.args = []expr{first}
	if fn == fnMin || fn == fnMax {
		for p.is(",") {
			p.next()
			next, err := p.sum(depth)
			if err != nil {
				return nil, err
			}
			c.args = append(c.args, next)
		}
		return c, p.expect(")")
	}
	c.mode = exact.HalfUp
	if p.is(",") {
		p.next()
		places, ok := 0, false
		if p.kind == tokNumber {
			if v, err := exact.Parse(p.token); err == nil {
				n, whole := v.Int64()
				places, ok = int(n), whole && n <= maxRoundPlaces
			}
		}
		if !ok {
			return nil, p.fail("is no number of decimal places", fmt.Sprintf("write a whole number from 0 to %d", maxRoundPlaces))
		}
		c.places = places
		p.next()
	}
	if fn == fnRound && p.is(",") {
		p.next()
		mode, err := exact.ParseMode(p.token)
		if err != nil {
			return nil, p.fail("is no rounding mode", "write half_up, half_even, up or down")
		}
		c.mode = mode
		p.next()
	}
	return c, p.expect(")")
}

// names calls yield for each name in the formula, from left to right.
func names(e expr, yield func(string)) {
	switch e := e.(type) {
	case name:
		yield(string(e))
	case sum:
		for _, t := range e {
			names(t.of, yield)
		}
	case product:
		for _, f := range e {
			names(f.of, yield)
		}
	case call:
		for _, a := range e.args {
			names(a, yield)
		}
	}
}

// apply is the value of a function for its arguments.
func (c call) apply(args []exact.Ratio) exact.Ratio {
	v := args[0]
	switch c.fn {
	case fnMin:
		for _, a := range args[1:] {
			v = exact.Min(v, a)
		}
	case fnMax:
		for _, a := range args[1:] {
			v = exact.Max(v, a)
		}
	case fnRound:
		v = v.Round(c.places, c.mode)
	case fnCeil:
		v = v.Ceil(c.places)
	case fnFloor:
		v = v.Floor(c.places)
	}
	return v
}

// dividesByZero says whether a formula divides by a constant that is zero.
func dividesByZero(e expr) bool {
	switch e := e.(type) {
	case sum:
		return slices.ContainsFunc(e, func(t term) bool { return dividesByZero(t.of) })
	case product:
		return slices.ContainsFunc(e, func(f factor) bool {
			of := fold(f.of, func(string) bool { return true })
			return f.divide && of.constant && of.value.IsZero() || dividesByZero(f.of)
		})
	case call:
		return slices.ContainsFunc(e.args, dividesByZero)
	}
	return false
}

// A folded is what can be said of a formula's value before its names have values.
type folded struct {
	// value is of a formula without names.
	value    exact.Ratio
	constant bool
	// finite says that it is a finite decimal for whatever finite values of its
	// names.
	finite bool
	// tooLong says that its numbers make one beyond MaxBits.
	tooLong bool
}

func constant(v exact.Ratio) folded {
	if v.BitLen() > MaxBits {
		return folded{tooLong: true}
	}
	return folded{value: v, constant: true, finite: v.Finite()}
}

// fold folds constants from the inside out: 748 * x * (1/748) is finite. named says
// of a name whether its values are finite.
func fold(e expr, named func(string) bool) folded {
	switch e := e.(type) {
	case literal:
		return constant(e.value)
	case name:
		return folded{finite: named(string(e))}
	case sum:
		all := constant(exact.Ratio{})
		for _, t := range e {
			all = all.plus(fold(t.of, named), t.minus)
		}
		return all
	case product:
		// The constants are one factor, whatever stands between them.
		constants, rest := constant(exact.Int(1)), folded{constant: true, finite: true}
		for _, f := range e {
			of := fold(f.of, named)
			if of.constant {
				constants = constants.times(of, f.divide)
				continue
			}
			rest.constant = false
			rest.finite = rest.finite && of.finite && !f.divide
			rest.tooLong = rest.tooLong || of.tooLong
		}
		rest.finite = rest.finite && constants.finite
		rest.tooLong = rest.tooLong || constants.tooLong
		rest.value, rest.constant = constants.value, rest.constant && constants.constant
		return rest
	case call:
		return e.fold(named)
	}
	panic(fmt.Sprintf("rates: no such formula: %T", e))
}

// plus adds, or subtracts, what a sum goes on with.
func (f folded) plus(g folded, minus bool) folded {
	if f.constant && g.constant {
		if minus {
			return constant(f.value.Sub(g.value))
		}
		return constant(f.value.Add(g.value))
	}
	return folded{finite: f.finite && g.finite, tooLong: f.tooLong || g.tooLong}
}

// times multiplies by, or divides by, a constant.
func (f folded) times(g folded, divide bool) folded {
	if !f.constant {
		return f
	}
	if !divide {
		return constant(f.value.Mul(g.value))
	}
	v, err := f.value.Quo(g.value)
	if err != nil {
		return folded{} // refused when it is reached
	}
	return constant(v)
}

func (c call) fold(named func(string) bool) folded {
	all := folded{constant: true, finite: true}
	args := make([]exact.Ratio, len(c.args))
	for i, a := range c.args {
		of := fold(a, named)
		args[i] = of.value
		all.constant = all.constant && of.constant
		all.finite = all.finite && of.finite
		all.tooLong = all.tooLong || of.tooLong
	}
	if all.constant {
		return constant(c.apply(args))
	}
	if c.fn == fnRound || c.fn == fnCeil || c.fn == fnFloor {
		all.finite = true
	}
	return all
}
