package rates

import (
	"slices"
	"strconv"
	"strings"
)

// texts are the texts of a fact that tables and conditions of a version know, and which
// facts it reads as numbers.
type texts struct {
	v        *version
	of       map[int]map[string]bool // by slot
	asText   map[int]bool
	asNumber map[int]bool
	needed   map[int]bool // facts that are read themselves
	instead  map[int]bool // facts that may stand in the place of a definition
	seen     map[asked]bool
	season   bool
}

func (t *texts) node(n node, text bool) {
	switch n := n.(type) {
	case seasonNode:
		t.season = true
	case factNode:
		t.fact(n.slot, text)
		t.needed[n.slot] = true
	case *definitionNode:
		at := asked{n.slot, text}
		if t.seen[at] {
			return
		}
		t.seen[at] = true
		if n.fact != nil {
			t.fact(n.fact.slot, text)
			t.instead[n.fact.slot] = true
		}
		t.node(n.of, text)
	case joinedNode:
		for _, part := range n.parts {
			t.node(part, true)
		}
	case listNode:
		for _, item := range n.items {
			t.node(item, text)
		}
	case *tableNode:
		for i, by := range n.by {
			t.node(by, true)
			for key := range n.rows {
				t.key(by, splitKey(key, len(n.by))[i])
			}
		}
		for _, row := range n.rows {
			t.node(row, text)
		}
		if n.els != nil {
			t.node(n.els, text)
		}
	case *formulaNode:
		for _, of := range n.by {
			t.node(of, false)
		}
	case *tieredNode:
		t.node(n.of, false)
		for _, of := range append(slices.Clone(n.bounds), n.prices...) {
			t.node(of, false)
		}
	}
}

func (t *texts) fact(slot int, text bool) {
	if text {
		t.asText[slot] = true
	} else {
		t.asNumber[slot] = true
	}
}

// key notes a key of a table or a condition with the fact that it is compared with.
func (t *texts) key(by node, text string) {
	for {
		switch n := by.(type) {
		case factNode:
			t.add(n.slot, text)
			return
		case *definitionNode:
			if n.fact != nil {
				t.add(n.fact.slot, text)
			}
			at := asked{slot: -2 - n.slot}
			if t.seen[at] {
				return // it needs itself
			}
			t.seen[at] = true
			defer delete(t.seen, at)
			by = n.of
			continue
		}
		return
	}
}

func (t *texts) add(slot int, text string) {
	if t.of[slot] == nil {
		t.of[slot] = map[string]bool{}
	}
	t.of[slot][text] = true
}

// splitKey takes what tableKey joined apart.
func splitKey(key string, parts int) []string {
	if parts == 1 {
		return []string{key}
	}
	all := make([]string, 0, parts)
	for range parts {
		length, rest, _ := strings.Cut(key, ":")
		n, _ := strconv.Atoi(length) // tableKey wrote it
		all, key = append(all, rest[:n]), rest[n:]
	}
	return all
}

// charges are all that the charges of a version read.
func (t *texts) charges() {
	for i := range t.v.charges {
		c := &t.v.charges[i]
		t.season = t.season || c.book.Season != ""
		for _, w := range append(slices.Clone(c.when), c.meters...) {
			t.node(w.fact, true)
			for text := range w.in {
				t.key(w.fact, text)
			}
		}
		for _, n := range []node{c.amount, c.price, c.percent, c.cap, c.quantity} {
			if n != nil {
				t.node(n, false)
			}
		}
		if c.tiers != nil {
			t.node(c.tiers, false)
		}
	}
}
