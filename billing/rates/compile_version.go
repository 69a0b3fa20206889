package rates

import (
	"errors"
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// kinds is what a value can be asked for.
type kinds uint8

const (
	isNumber kinds = 1 << iota
	isText
	isList
	isAny = isNumber | isText | isList
)

func (k kinds) String() string {
	switch {
	case k&isNumber != 0:
		return "a number"
	case k&isText != 0:
		return "a text"
	case k&isList != 0:
		return "a list"
	}
	return "of several kinds"
}

type versionCompiler struct {
	*compiler
	s      *schedule
	path   string
	v      version
	deps   []dependencies // of definitions
	kind   []kinds        // of definitions, once found
	finite []bool
	state  []progress
	depth  int
	deep   bool // a definition that lies too deep has been reported
	parsed map[string]parsedFormula
	// reading collects what the value in hand depends on.
	reading *dependencies
}

type parsedFormula struct {
	of  expr
	err error
}

// parse parses a formula once.
func (c *versionCompiler) parse(text string) (expr, error) {
	p, ok := c.parsed[text]
	if !ok {
		p.of, p.err = parseFormula(text)
		c.parsed[text] = p
	}
	return p.of, p.err
}

// dependencies are what a value reads itself, without what the definitions that
// it names read.
type dependencies struct {
	season      bool
	facts       map[int]bool
	definitions map[int]bool
	charges     map[int]bool
}

func newDependencies() dependencies {
	return dependencies{facts: map[int]bool{}, definitions: map[int]bool{}, charges: map[int]bool{}}
}

func (c *versionCompiler) compile(book *Version) version {
	c.v = version{schedule: c.s, book: book, byName: map[string]meaning{}}
	c.parsed = map[string]parsedFormula{}
	c.declare()
	n := len(book.Definitions)
	c.deps, c.kind, c.finite, c.state = make([]dependencies, n), make([]kinds, n), make([]bool, n), make([]progress, n)
	for slot := range book.Definitions {
		c.definitionKind(slot)
	}
	for slot := range book.Definitions {
		d := &book.Definitions[slot]
		c.deps[slot] = newDependencies()
		c.reading = &c.deps[slot]
		node := c.v.definitions[slot]
		if d.Fact != "" {
			if fact, ok := c.s.slots[d.Fact]; ok {
				node.fact = &factNode{&c.s.facts[fact], fact}
				c.reading.facts[fact] = true
			} else {
				c.add(ErrUnknownName, fmt.Sprintf("%s.definitions[%d].fact", c.path, slot), fmt.Sprintf("%s is no fact of the schedule", quoted(d.Fact)), "declare the fact")
			}
		}
		node.of = c.build(d.Value, 0, fmt.Sprintf("%s.definitions[%d].value", c.path, slot))
	}
	of := make([]dependencies, len(book.Charges))
	c.v.charges = make([]charge, len(book.Charges))
	for slot := range book.Charges {
		of[slot] = newDependencies()
		c.reading = &of[slot]
		c.charge(slot, fmt.Sprintf("%s.charges[%d]", c.path, slot))
	}
	if len(book.Charges) == 0 {
		c.add(ErrUnset, c.path+".charges", "the version has no charges", "add one")
	}
	if c.s.strict() && !c.deep {
		c.definitionCycles()
	}
	c.group(of)
	return c.v
}

// declare gives every name its meaning.
func (c *versionCompiler) declare() {
	for slot := range c.s.facts {
		c.v.byName[c.s.facts[slot].Name] = meaning{meansFact, slot}
	}
	c.v.byName["usage"] = meaning{kind: meansUsage}
	c.v.byName["days"] = meaning{kind: meansDays}
	if len(c.s.Seasons.Starts) > 0 {
		c.v.byName["season"] = meaning{kind: meansSeason}
	}
	for slot := range c.v.book.Definitions {
		d := &c.v.book.Definitions[slot]
		at := fmt.Sprintf("%s.definitions[%d].name", c.path, slot)
		c.name(c.s.Schedule, d.Name, at)
		switch m := c.v.byName[d.Name]; {
		case m.kind == meansDefinition:
			c.add(ErrDuplicate, at, fmt.Sprintf("two definitions are called %s", quoted(d.Name)), "keep one")
		case m.kind == meansFact && d.Fact != d.Name:
			c.add(ErrDuplicate, at, fmt.Sprintf("a fact is called %s too", quoted(d.Name)), "rename one, or let the fact stand before the definition (its fact)")
		}
		c.v.byName[d.Name] = meaning{meansDefinition, slot}
		c.v.definitions = append(c.v.definitions, &definitionNode{slot: slot, name: d.Name})
	}
	ids := map[string]bool{}
	for slot := range c.v.book.Charges {
		id := c.v.book.Charges[slot].ID
		at := fmt.Sprintf("%s.charges[%d].id", c.path, slot)
		switch m := c.v.byName[id]; {
		case id == "":
			c.add(ErrUnset, at, "the charge has no ID", "name it")
		case ids[id]:
			c.add(ErrDuplicate, at, fmt.Sprintf("two charges are called %s", quoted(id)), "give each its own ID")
		case m.kind != 0:
			c.add(ErrDuplicate, at, fmt.Sprintf("%s is the name of something else", quoted(id)), "rename the charge")
		default:
			c.name(c.s.Schedule, id, at)
			c.v.byName[id] = meaning{meansCharge, slot}
		}
		ids[id] = true
	}
}

// definitionKind finds what a definition can be asked for, and whether its number
// is a finite decimal. Cycles are taken as anything: they are found elsewhere.
func (c *versionCompiler) definitionKind(slot int) kinds {
	switch c.state[slot] {
	case known:
		return c.kind[slot]
	case running:
		return isAny
	}
	d := &c.v.book.Definitions[slot]
	if c.depth >= MaxDepth {
		// What an outside format nests too deeply is refused when it is reached.
		if c.s.strict() && !c.deep {
			c.deep = true
			c.tooDeep(slot)
		}
		return isAny
	}
	c.depth++
	defer func() { c.depth-- }()
	c.state[slot] = running
	c.finite[slot] = true
	k := c.kindOf(d.Value)
	if fact, ok := c.s.slots[d.Fact]; ok && d.Fact != "" {
		k &= factKinds(c.s.facts[fact].Type)
	}
	c.kind[slot], c.finite[slot], c.state[slot] = k, c.isFinite(d.Value), known
	return k
}

func factKinds(t FactType) kinds {
	if t == TextFact {
		return isText
	}
	return isAny
}

func (c *versionCompiler) nameKind(id string) kinds {
	switch m := c.v.byName[id]; m.kind {
	case meansFact:
		return factKinds(c.s.facts[m.slot].Type)
	case meansDefinition:
		return c.definitionKind(m.slot)
	case meansSeason:
		return isText
	case meansCharge:
		return isNumber
	case meansUsage, meansDays:
		return isNumber | isText
	}
	return isAny
}

func (c *versionCompiler) kindOf(v Value) kinds {
	switch v := v.(type) {
	case Formula:
		// A formula's names are asked for numbers: meeting them here finds the
		// kinds of definitions in the order in which they rest on each other.
		if e, err := c.parse(v.Text); err == nil {
			names(e, func(id string) { c.nameKind(id) })
		}
		return isAny
	case Tiered:
		return isNumber
	case Table:
		k := isAny
		for _, row := range v.Rows {
			k &= c.kindOf(row.Value)
		}
		if v.Else != nil {
			k &= c.kindOf(v.Else)
		}
		return k
	case List:
		return isList
	case Text, Joined:
		return isText
	case Name:
		return c.nameKind(string(v))
	}
	return isAny // numbers are their own text and a list of one; a refusal is anything
}

func (c *versionCompiler) isFinite(v Value) bool {
	switch v := v.(type) {
	case Formula:
		e, err := c.parse(v.Text)
		if err != nil || !v.Exact {
			return true // reported where it stands
		}
		return fold(e, c.nameFinite).finite
	case Table:
		for _, row := range v.Rows {
			if !c.isFinite(row.Value) {
				return false
			}
		}
		return v.Else == nil || c.isFinite(v.Else)
	case Name:
		return c.nameFinite(string(v))
	case Tiered:
		return c.tiersFinite(v)
	}
	return true
}

func (c *versionCompiler) tiersFinite(t Tiered) bool {
	ok := t.Of == nil || c.isFinite(t.Of)
	switch tiers := t.Tiers.(type) {
	case TierList:
		for _, tier := range tiers {
			ok = ok && (tier.UpTo == nil || c.isFinite(tier.UpTo)) && c.isFinite(tier.Price)
		}
	case TierColumns:
		ok = ok && c.listFinite(tiers.From) && c.listFinite(tiers.Prices)
	}
	return ok && !c.s.Proration.Tiers
}

func (c *versionCompiler) listFinite(v Value) bool {
	if l, ok := v.(List); ok {
		return !slices.ContainsFunc(l, func(v Value) bool { return !c.isFinite(v) })
	}
	return c.isFinite(v)
}

func (c *versionCompiler) nameFinite(id string) bool {
	switch m := c.v.byName[id]; m.kind {
	case meansDefinition:
		c.definitionKind(m.slot)
		return c.finite[m.slot]
	case meansCharge:
		return c.s.Rounding.Place == money.ByLine && !c.s.blends() // a rounded amount
	}
	return true
}

// build compiles a value that is asked for want; 0 asks for nothing yet.
func (c *versionCompiler) build(v Value, want kinds, path string) node {
	if k := c.kindOf(v); want != 0 && k&want == 0 {
		if table, ok := v.(Table); !ok || len(table.Rows) == 0 {
			c.addAt(position(v), ErrValueType, path, fmt.Sprintf("%s is asked for, and this is %s", want, k), "correct the value")
			want = 0
		}
	}
	switch v := v.(type) {
	case Number:
		if !bounded(v) {
			return untypedNode{} // reported
		}
		return numberNode{exact.FromDecimal(v.decimal())}
	case Formula:
		return c.formula(v, path)
	case Table:
		return c.table(v, want, path)
	case List:
		n := listNode{}
		for i, item := range v {
			n.items = append(n.items, c.build(item, isNumber, fmt.Sprintf("%s[%d]", path, i)))
		}
		return n
	case Text:
		return textNode{value: string(v)}
	case Name:
		return c.named(string(v), path, problem.Pos{})
	case Joined:
		n := joinedNode{with: v.With}
		if len(v.Names) == 0 {
			c.add(ErrUnset, path+".names", "nothing is joined", "name what is joined")
		}
		for i, id := range v.Names {
			n.parts = append(n.parts, c.textNamed(id, fmt.Sprintf("%s.names[%d]", path, i)))
		}
		return n
	case Tiered:
		return c.tiered(v, path)
	case Refuse:
		return refuseNode{&problem.Error{Code: v.Code, Pos: v.Pos, What: v.What, Fix: v.Fix}}
	}
	return untypedNode{}
}

// untypedNode stands where a problem has been reported.
type untypedNode struct{ untyped }

// position is where a value stands in its file.
func position(v Value) problem.Pos {
	switch v := v.(type) {
	case Formula:
		return v.Pos
	case Table:
		return v.Pos
	case Refuse:
		return v.Pos
	}
	return problem.Pos{}
}

// named is the node of a name.
func (c *versionCompiler) named(id, path string, pos problem.Pos) node {
	m := c.v.byName[id]
	switch m.kind {
	case meansFact:
		c.reading.facts[m.slot] = true
		return factNode{&c.s.facts[m.slot], m.slot}
	case meansDefinition:
		c.reading.definitions[m.slot] = true
		return c.v.definitions[m.slot]
	case meansCharge:
		c.reading.charges[m.slot] = true
		return chargeNode{slot: m.slot}
	case meansUsage:
		return usageNode{}
	case meansDays:
		if c.s.Undated {
			c.addAt(pos, ErrRule, path, "days are asked for, and the schedule has no dates", "make the days a fact, or the schedule dated")
		}
		return daysNode{}
	case meansSeason:
		c.reading.season = true
		return seasonNode{}
	}
	c.addAt(pos, ErrUnknownName, path, fmt.Sprintf("%s is no fact, definition or charge", quoted(id)), "correct the name, or declare it")
	return untypedNode{}
}

// textNamed is the node of a name that is asked for a text.
func (c *versionCompiler) textNamed(id, path string) node {
	if k := c.nameKind(id); k&isText == 0 {
		c.add(ErrValueType, path, fmt.Sprintf("a text is asked for, and %s is %s", quoted(id), k), "name a text, or round the number in a definition")
	}
	return c.named(id, path, problem.Pos{})
}

func (c *versionCompiler) formula(v Formula, path string) node {
	e, err := c.parse(v.Text)
	if err != nil {
		var at *formulaError
		fix := ""
		if errors.As(err, &at) {
			fix = at.fix
		}
		c.addAt(v.Pos, ErrFormula, path, err.Error(), fix)
		return untypedNode{}
	}
	n := &formulaNode{of: e, by: map[name]node{}, pos: v.Pos}
	names(e, func(id string) {
		if n.by[name(id)] != nil {
			return
		}
		n.by[name(id)] = c.named(id, path, v.Pos)
		if k := c.nameKind(id); k&isNumber == 0 {
			c.addAt(v.Pos, ErrValueType, path, fmt.Sprintf("a number is asked for, and %s is %s", quoted(id), k), "name a number")
		}
	})
	switch value := fold(e, c.nameFinite); {
	case c.s.strict() && dividesByZero(e):
		c.addAt(v.Pos, ErrDivideByZero, path, fmt.Sprintf("%s divides by zero", quoted(v.Text)), "correct the divisor")
	case value.tooLong:
		c.addAt(v.Pos, ErrRange, path, fmt.Sprintf("the numbers of %s make one of more than %d bits", quoted(v.Text), MaxBits), "round them, or state larger units")
	case !v.Exact && !value.finite:
		c.addAt(v.Pos, ErrNotFinite, path, fmt.Sprintf("%s may give a fraction that does not end", quoted(v.Text)), "round it, as in round(…, 2, half_up), or state that it is exact")
	}
	return n
}

func (c *versionCompiler) table(v Table, want kinds, path string) node {
	n := &tableNode{rows: make(map[string]node, len(v.Rows)), names: v.By, pos: v.Pos}
	if len(v.By) == 0 {
		c.addAt(v.Pos, ErrUnset, path+".by", "the table has no key", "name what it is looked up by")
	}
	for i, id := range v.By {
		n.by = append(n.by, c.textNamed(id, fmt.Sprintf("%s.by[%d]", path, i)))
	}
	if len(v.Rows) == 0 && v.Else == nil && c.s.strict() {
		c.addAt(v.Pos, ErrUnset, path+".rows", "the table has no rows", "add them")
	}
	for i, row := range v.Rows {
		at := fmt.Sprintf("%s.rows[%d]", path, i)
		if len(row.Key) != len(v.By) {
			c.addAt(v.Pos, ErrRule, at+".key", fmt.Sprintf("the key has %d texts for %d names", len(row.Key), len(v.By)), "give one for each name")
			continue
		}
		for j, text := range row.Key {
			c.allowed(v.By[j], text, fmt.Sprintf("%s.key[%d]", at, j))
		}
		key := tableKey(row.Key)
		if n.rows[key] != nil {
			c.addAt(v.Pos, ErrDuplicate, at+".key", fmt.Sprintf("the key %s stands twice", list(row.Key)), "keep one")
		}
		n.rows[key] = c.build(row.Value, want, at)
	}
	if v.Else != nil {
		n.els = c.build(v.Else, want, path+".else")
	}
	return n
}

// allowed reports a text that a fact, or the season, can never be.
func (c *versionCompiler) allowed(id, text, path string) {
	switch m := c.v.byName[id]; m.kind {
	case meansFact:
		fact := &c.s.facts[m.slot]
		if allowed := c.s.allowed[m.slot]; len(allowed) > 0 && !allowed[text] {
			c.add(ErrFactValue, path, fmt.Sprintf("%s is never %s", id, quoted(text)), "use one of: "+list(fact.Allowed))
		}
		if fact.Type == NumberFact {
			c.allowedNumber(fact, text, path)
		}
	case meansSeason:
		if !c.s.season(text) {
			c.add(ErrUnknownName, path, fmt.Sprintf("there is no season %s", quoted(text)), "use a season of the schedule")
		}
	}
}

// allowedNumber reports a key that a number is never written as.
func (c *versionCompiler) allowedNumber(fact *Fact, text, path string) {
	v, err := fact.number(text)
	if err == nil {
		var short string
		if short, err = numericText(v); err == nil && short == text {
			return
		} else if err == nil {
			c.add(ErrFactValue, path, fmt.Sprintf("a key is written as short as it can be, and %s is not", text), "write "+short)
			return
		}
	}
	fix := "give a number"
	if fact.Range != nil {
		fix = "give " + fact.Range.String()
	}
	c.add(ErrFactValue, path, fmt.Sprintf("%s is never %s", fact.Name, quoted(text)), fix)
}

func (c *versionCompiler) tiered(t Tiered, path string) *tieredNode {
	n := &tieredNode{of: usageNode{}, strict: c.s.strict()}
	if t.Of != nil {
		n.of = c.build(t.Of, isNumber, path+".of")
	}
	switch tiers := t.Tiers.(type) {
	case TierList:
		c.tierList(n, tiers, path)
	case TierColumns:
		n.columns, n.pos = true, tiers.Pos
		from, prices := c.build(tiers.From, isList, path+".from"), c.build(tiers.Prices, isList, path+".prices")
		n.bounds, n.prices = []node{from}, []node{prices}
		bounds, ok := from.(listNode)
		costs, also := prices.(listNode)
		if !c.s.strict() {
			break
		}
		if ok && also && len(bounds.items) != len(costs.items) {
			c.addAt(tiers.Pos, ErrTierLength, path, fmt.Sprintf("%d tiers begin, but there are prices for %d", len(bounds.items), len(costs.items)), "state a beginning and a price for each tier")
		}
	}
	return n
}

func (c *versionCompiler) tierList(n *tieredNode, tiers TierList, path string) {
	if len(tiers) == 0 {
		c.add(ErrUnset, path+".tiers", "there are no tiers", "state them")
	}
	var below *Number
	for i, tier := range tiers {
		at := fmt.Sprintf("%s.tiers[%d]", path, i)
		if open := tier.UpTo == nil; open != (i == len(tiers)-1) {
			if open {
				c.add(ErrTierOrder, at+".up_to", "an open tier is followed by another", "state how far it goes")
			} else {
				c.add(ErrTierOrder, at+".up_to", "the last tier is not open", "leave out how far it goes: usage above it would have no price")
			}
		}
		if tier.UpTo != nil {
			n.bounds = append(n.bounds, c.build(tier.UpTo, isNumber, at+".up_to"))
			if bound, ok := tier.UpTo.(Number); ok {
				switch {
				case bound.decimal().Sign() <= 0:
					c.add(ErrTierOrder, at+".up_to", fmt.Sprintf("%s is not above 0", bound), "raise it")
				case below != nil && bound.decimal().Cmp(below.decimal()) <= 0:
					c.add(ErrTierOrder, at+".up_to", fmt.Sprintf("%s is not above %s", bound, below), "raise it")
				}
				below = &bound
			}
		}
		c.notBelowZero(tier.Price, at+".price")
		n.prices = append(n.prices, c.build(tier.Price, isNumber, at+".price"))
	}
}

// notBelowZero reports prices that are written below zero.
func (c *versionCompiler) notBelowZero(v Value, path string) {
	switch v := v.(type) {
	case Number:
		if v.decimal().Sign() < 0 {
			c.add(ErrBounds, path, fmt.Sprintf("%s is below zero", v), "make what lowers the bill a credit")
		}
	case Table:
		for i, row := range v.Rows {
			c.notBelowZero(row.Value, fmt.Sprintf("%s.rows[%d]", path, i))
		}
		if v.Else != nil {
			c.notBelowZero(v.Else, path+".else")
		}
	}
}
