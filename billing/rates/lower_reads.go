package rates

// dependence is which variables a value depends on, and whether it depends on numbers
// that are not fixed.
type dependence struct {
	vars    uint64
	numeric bool
}

func (d *dependence) and(e dependence) {
	d.vars |= e.vars
	d.numeric = d.numeric || e.numeric
}

// reads is what a value depends on, as a text or as a number.
func (l *lowering) reads(n node, text bool) (vars uint64, numeric bool) {
	d := (&reading{l, map[asked]dependence{}}).node(n, text)
	return d.vars, d.numeric
}

// A reading remembers what definitions depend on.
type reading struct {
	*lowering
	known map[asked]dependence
}

// asked is a definition that is asked for a text or a number.
type asked struct {
	slot int
	text bool
}

func (w *reading) node(n node, text bool) (d dependence) {
	switch n := n.(type) {
	case usageNode, chargeNode:
		d.numeric = true
	case daysNode:
		_, known := w.days.constant()
		d.numeric = !known
	case seasonNode:
		d.vars = w.unfixed(seasonSlot)
	case factNode:
		return w.fact(n.slot, text)
	case *definitionNode:
		return w.definition(n, text)
	case joinedNode:
		return w.nodes(n.parts, true)
	case listNode:
		return w.nodes(n.items, text)
	case listItem:
		return w.node(n.of, false)
	case *tableNode:
		return w.table(n, text)
	case *formulaNode:
		for _, of := range n.by {
			d.and(w.node(of, false))
		}
	case *tieredNode:
		_, known := w.tiersBy.constant()
		d.numeric = !known
		d.and(w.node(n.of, false))
		d.and(w.nodes(n.bounds, false))
		d.and(w.nodes(n.prices, false))
	}
	return d
}

func (w *reading) nodes(all []node, text bool) (d dependence) {
	for _, n := range all {
		d.and(w.node(n, text))
	}
	return d
}

func (w *reading) definition(n *definitionNode, text bool) dependence {
	at := asked{n.slot, text}
	if d, known := w.known[at]; known {
		return d
	}
	w.known[at] = dependence{numeric: true} // one that needs itself has no value to look up
	var d dependence
	if n.fact != nil {
		d = w.fact(n.fact.slot, text)
	}
	d.and(w.node(n.of, text))
	w.known[at] = d
	return d
}

// fact is a number where it is an input, unless its text is a variable.
func (w *reading) fact(slot int, text bool) dependence {
	_, number := w.numbers[slot]
	if number && !text {
		return dependence{numeric: true}
	}
	vars := w.unfixed(slot)
	return dependence{vars, number && vars == 0 && !w.isFixed(slot)}
}

// table reads a table: the one row where its key is fixed, all of them where it is not.
func (w *reading) table(n *tableNode, text bool) dependence {
	d := w.nodes(n.by, true)
	if d == (dependence{}) {
		if row, err := n.find(w.frame); err == nil {
			return w.node(row, text)
		}
		return d
	}
	for _, row := range n.rows {
		d.and(w.node(row, text))
	}
	if n.els != nil {
		d.and(w.node(n.els, text))
	}
	return d
}
