package rates

import (
	"fmt"
	"maps"
	"slices"
)

func (c *versionCompiler) charge(slot int, path string) {
	book := &c.v.book.Charges[slot]
	out := &c.v.charges[slot]
	*out = charge{slot: slot, book: book, text: book.Text, source: book.Source}
	if out.text == "" {
		out.text = book.ID
	}
	if out.source == (Citation{}) {
		out.source = c.v.book.Source
	}
	if book.Per > PerAccount {
		c.add(ErrUnset, path+".per", "there is no such rule", "state per_meter or per_account")
	}
	if book.Season != "" {
		c.reading.season = true
		if !c.s.season(book.Season) {
			c.add(ErrUnknownName, path+".season", fmt.Sprintf("there is no season %s", quoted(book.Season)), "use a season of the schedule")
		}
	}
	if len(book.Meters) > 0 && book.Per != PerAccount {
		c.add(ErrRule, path+".meters", "meters are picked, and the charge is not made for the account", "make it per_account, or put the conditions in when")
	}
	out.meters = c.conditions(book.Meters, path+".meters")
	out.when = c.conditions(book.When, path+".when")
	c.rule(out, path+".rule")
}

func (c *versionCompiler) conditions(all []Condition, path string) []condition {
	var out []condition
	for i := range all {
		when := &all[i]
		at := fmt.Sprintf("%s[%d]", path, i)
		cond := condition{book: when, fact: c.textNamed(when.Fact, at+".fact"), in: map[string]bool{}}
		if m := c.v.byName[when.Fact]; m.kind == meansFact && c.s.facts[m.slot].Type == TextFact && len(c.s.facts[m.slot].Allowed) == 0 {
			c.add(ErrUnset, at+".fact", fmt.Sprintf("fact %s does not state what it may be, so a slip would silently miss the charge", when.Fact), "list what is allowed")
		}
		if len(when.In) == 0 {
			c.add(ErrUnset, at+".in", "the condition never holds", "state the texts for which it does")
		}
		for j, text := range when.In {
			c.allowed(when.Fact, text, fmt.Sprintf("%s.in[%d]", at, j))
			cond.in[text] = true
		}
		out = append(out, cond)
	}
	return out
}

func (c *versionCompiler) rule(out *charge, path string) {
	price := func(v Value, at string) node {
		c.notBelowZero(v, path+at)
		return c.build(v, isNumber, path+at)
	}
	switch r := out.book.Rule.(type) {
	case Fixed:
		out.amount = price(r.Amount, ".amount")
	case PerUnit:
		out.quantity = usageNode{}
		if r.Of != nil {
			out.quantity = c.build(r.Of, isNumber, path+".of")
		}
		out.price = price(r.Price, ".price")
	case Tiered:
		out.tiers = c.tiered(r, path)
	case Percent:
		out.percent = price(r.Rate, ".rate")
		out.of = c.charges(r.Of, true, path+".of")
	case Minimum:
		out.amount = price(r.Amount, ".amount")
		out.of = c.charges(r.Of, true, path+".of")
	case Credit:
		c.credit(out, r, path)
	case Computed:
		out.amount = c.build(r.Amount, isNumber, path+".amount")
	}
}

func (c *versionCompiler) credit(out *charge, r Credit, path string) {
	if (r.Amount == nil) == (r.Percent == nil) {
		c.add(ErrRule, path, "a credit is either an amount or a percentage", "state one of the two")
	}
	if r.Amount != nil {
		c.notBelowZero(r.Amount, path+".amount")
		out.amount = c.build(r.Amount, isNumber, path+".amount")
	}
	if r.Percent != nil {
		c.notBelowZero(r.Percent, path+".percent")
		out.percent = c.build(r.Percent, isNumber, path+".percent")
	}
	if r.Cap != nil {
		c.notBelowZero(r.Cap, path+".cap")
		out.cap = c.build(r.Cap, isNumber, path+".cap")
	}
	out.of = c.charges(r.Of, r.Percent != nil, path+".of")
}

// charges finds the charges that another is made of.
func (c *versionCompiler) charges(ids []string, needed bool, path string) []int {
	if needed && len(ids) == 0 {
		c.add(ErrUnset, path, "no charges are named", "name the charges that it is of")
	}
	var slots []int
	seen := make(map[int]bool, len(ids))
	for i, id := range ids {
		at := fmt.Sprintf("%s[%d]", path, i)
		m := c.v.byName[id]
		switch {
		case m.kind != meansCharge:
			c.add(ErrUnknownName, at, fmt.Sprintf("there is no charge %s", quoted(id)), "use the ID of a charge of this version")
		case seen[m.slot]:
			c.add(ErrDuplicate, at, fmt.Sprintf("%s stands twice", quoted(id)), "keep one")
		default:
			seen[m.slot] = true
			c.reading.charges[m.slot] = true
			slots = append(slots, m.slot)
		}
	}
	return slots
}

// definitionCycles reports definitions that need themselves, or that rest on each
// other more deeply than they can be evaluated.
func (c *versionCompiler) definitionCycles() {
	state := make([]progress, len(c.deps))
	depth := make([]int, len(c.deps))
	var visit func(slot int)
	visit = func(slot int) {
		state[slot] = running
		for _, next := range slices.Sorted(maps.Keys(c.deps[slot].definitions)) {
			switch state[next] {
			case unknown:
				visit(next)
			case running:
				c.addAt(position(c.v.book.Definitions[slot].Value), ErrCycle, fmt.Sprintf("%s.definitions[%d].value", c.path, slot),
					fmt.Sprintf("%s needs %s, which needs it", c.v.definitions[slot].name, c.v.definitions[next].name), "take one out of the other")
			}
			depth[slot] = max(depth[slot], depth[next])
		}
		state[slot] = known
		if depth[slot]++; depth[slot] == MaxDepth+1 {
			c.tooDeep(slot)
		}
	}
	for slot := range c.deps {
		if state[slot] == unknown {
			visit(slot)
		}
	}
}

func (c *versionCompiler) tooDeep(slot int) {
	c.addAt(position(c.v.book.Definitions[slot].Value), ErrDepth, fmt.Sprintf("%s.definitions[%d].value", c.path, slot),
		fmt.Sprintf("definitions rest on each other more than %d deep", MaxDepth), "state the value in fewer steps")
}

// group puts charges that rest on each other together, finds what each group
// depends on, and the order in which its charges are priced.
func (c *versionCompiler) group(of []dependencies) {
	deps := make([]dependencies, len(of))
	for slot := range of {
		deps[slot] = c.closure(&of[slot])
	}
	c.perAgrees(deps)
	c.proratedOnce(deps)
	parent := make([]int, len(deps))
	for slot := range parent {
		parent[slot] = slot
	}
	root := func(slot int) int {
		for parent[slot] != slot {
			slot = parent[slot]
		}
		return slot
	}
	for slot := range deps {
		for other := range deps[slot].charges {
			a, b := root(slot), root(other)
			parent[max(a, b)] = min(a, b)
		}
	}
	order := c.chargeOrder(deps)
	at := map[int]int{}
	c.v.reads = c.noReads()
	for _, slot := range order {
		i, ok := at[root(slot)]
		if !ok {
			i = len(c.v.groups)
			at[root(slot)] = i
			c.v.groups = append(c.v.groups, group{reads: c.noReads()})
		}
		g, ch := &c.v.groups[i], &c.v.charges[slot]
		g.charges = append(g.charges, slot)
		ch.reads = c.noReads()
		ch.reads.season = deps[slot].season
		for fact := range deps[slot].facts {
			ch.reads.facts[fact] = true
		}
		for other := range deps[slot].charges {
			ch.reads.add(&c.v.charges[other].reads)
		}
		g.reads.add(&ch.reads)
		if !ch.book.Memo {
			c.v.reads.add(&ch.reads)
		}
	}
}

func (c *versionCompiler) noReads() reads { return reads{facts: make([]bool, len(c.s.facts))} }

func (r *reads) add(more *reads) {
	r.season = r.season || more.season
	for slot := range more.facts {
		r.facts[slot] = r.facts[slot] || more.facts[slot]
	}
}

// closure is all that a charge depends on, through definitions.
func (c *versionCompiler) closure(of *dependencies) dependencies {
	all := newDependencies()
	for waiting := []*dependencies{of}; len(waiting) > 0; {
		d := waiting[len(waiting)-1]
		waiting = waiting[:len(waiting)-1]
		all.season = all.season || d.season
		for fact := range d.facts {
			all.facts[fact] = true
		}
		for slot := range d.charges {
			all.charges[slot] = true
		}
		for slot := range d.definitions {
			if !all.definitions[slot] {
				all.definitions[slot] = true
				waiting = append(waiting, &c.deps[slot])
			}
		}
	}
	return all
}

// chargeOrder is an order in which each charge follows those that it rests on.
// Charges that need themselves are reported.
func (c *versionCompiler) chargeOrder(deps []dependencies) []int {
	state := make([]progress, len(deps))
	var order []int
	var visit func(slot int)
	visit = func(slot int) {
		state[slot] = running
		for _, next := range slices.Sorted(maps.Keys(deps[slot].charges)) {
			switch state[next] {
			case unknown:
				visit(next)
			case running:
				c.add(ErrCycle, fmt.Sprintf("%s.charges[%d]", c.path, slot),
					fmt.Sprintf("%s rests on %s, which rests on it", c.v.book.Charges[slot].ID, c.v.book.Charges[next].ID), "take one out of the other")
			}
		}
		state[slot] = known
		order = append(order, slot)
	}
	for slot := range deps {
		if state[slot] == unknown {
			visit(slot)
		}
	}
	return order
}

// proratedOnce reports amounts that are prorated and rest on charges, which already
// are.
func (c *versionCompiler) proratedOnce(deps []dependencies) {
	if !c.s.Proration.Fixed {
		return
	}
	for slot := range deps {
		var values []Value
		switch r := c.v.book.Charges[slot].Rule.(type) {
		case Fixed:
			values = []Value{r.Amount}
		case Minimum:
			values = []Value{r.Amount}
		case Credit:
			values = []Value{r.Amount, r.Cap}
		}
		for _, v := range values {
			of := newDependencies()
			c.reading = &of
			if v == nil {
				continue
			}
			before := len(c.problems)
			c.build(v, 0, "")
			c.problems = c.problems[:before] // they have been reported
			if of = c.closure(&of); len(of.charges) > 0 {
				c.add(ErrRule, fmt.Sprintf("%s.charges[%d].rule", c.path, slot), "its amount is prorated and rests on a charge, which already is",
					"make it a percentage or a computed charge")
				break
			}
		}
	}
}

// perAgrees reports charges for each meter that rest on charges for the account:
// how much of those is one meter's share, nobody has said.
func (c *versionCompiler) perAgrees(deps []dependencies) {
	for slot := range deps {
		per := c.v.book.Charges[slot].Per
		for _, other := range slices.Sorted(maps.Keys(deps[slot].charges)) {
			if on := c.v.book.Charges[other].Per; per != PerAccount && on == PerAccount {
				c.add(ErrRule, fmt.Sprintf("%s.charges[%d].per", c.path, slot),
					fmt.Sprintf("it is not made for the account, and rests on %s, which is", c.v.book.Charges[other].ID), "make it per_account")
			}
		}
	}
}
