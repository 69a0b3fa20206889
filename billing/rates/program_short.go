package rates

import "slices"

// fused are operations with windows and sums made one with the scale that they are for.
func fused(ops []operation) []operation {
	gone := make([]bool, len(ops))
	made := slices.Clone(ops)
	for i := range made {
		if made[i].code != opScale {
			continue
		}
		for j, o := range slices.Backward(made[:i]) {
			if o.code == opUnless || j+1 < i && !gone[j+1] && made[j+1].reads(made[i].a) {
				break // it may not run, or is needed before
			}
			if gone[j] || o.dst != made[i].a || o.code != opWindow && o.code != opLinear {
				continue
			}
			if endsBetween(made, j, i) {
				break
			}
			scale := made[i]
			made[i] = o
			made[i].dst, made[i].b, made[i].z, made[i].half, made[i].div = scale.dst, o.dst, scale.x, scale.half, scale.div
			if made[i].code = opShare; o.code == opWindow {
				made[i].code = opTier
			}
			gone[j] = true
			break
		}
	}
	return without(made, gone)
}

// endsBetween says whether guarded operations end between two.
func endsBetween(ops []operation, from, to int) bool {
	for k := range from {
		if end := k + int(ops[k].y); ops[k].code == opUnless && end > from && end <= to {
			return true
		}
	}
	return false
}

// reads says whether an operation reads a register.
func (o *operation) reads(r uint8) bool {
	switch o.code {
	case opSum, opLinear, opShare:
		return slices.ContainsFunc(o.terms, func(t product64) bool { return t.a == r || t.b == r || t.c == r })
	case opMin, opMax:
		return o.a == r || o.b == r
	}
	return o.a == r
}

// without are operations without those that are gone; jumps lead where they did.
func without(ops []operation, gone []bool) []operation {
	place := make([]int, len(ops)+1)
	for i := range ops {
		if place[i+1] = place[i]; !gone[i] {
			place[i+1]++
		}
	}
	left := make([]operation, 0, place[len(ops)])
	for i, o := range ops {
		if gone[i] {
			continue
		}
		if o.code == opUnless {
			o.y = int64(place[i+int(o.y)] - place[i])
		}
		left = append(left, o)
	}
	return left
}

// squeeze gives operations without jumps as few registers as will do: the inputs keep
// theirs. It returns the register of the result, and how many there are.
func squeeze(ops []operation, inputs int, result uint8) (out uint8, count int) {
	var last [maxRegisters]int // the last operation that reads a register
	for i := range ops {
		for r := range uint8(maxRegisters) {
			if ops[i].reads(r) {
				last[r] = i
			}
		}
	}
	last[result] = len(ops)
	var to, free []uint8
	to = make([]uint8, maxRegisters)
	for r := range inputs {
		to[r] = uint8(r)
	}
	count = inputs
	take := func() uint8 {
		if n := len(free); n > 0 {
			r := free[n-1]
			free = free[:n-1]
			return r
		}
		count++
		return uint8(count - 1)
	}
	for i := range ops {
		o := &ops[i]
		writes := o.writes()
		o.renumber(to)
		o.keeps = len(writes) > 1 && last[writes[1]] > i
		for _, r := range writes {
			to[r] = take()
		}
		o.written(to, writes)
		// What is set does not take the place of what is read: a block of rows reads after
		// it has begun to set.
		for r := range uint8(maxRegisters) {
			if int(r) >= inputs && to[r] != 0 && last[r] <= i {
				free = append(free, to[r])
				to[r] = 0
			}
		}
	}
	return to[result], count
}

// writes are the registers that an operation sets.
func (o *operation) writes() []uint8 {
	switch o.code {
	case opNotNegative, opUnless, opRefuse:
		return nil
	case opTier, opShare:
		return []uint8{o.dst, o.b}
	}
	return []uint8{o.dst}
}

// renumber gives what an operation reads other registers.
func (o *operation) renumber(to []uint8) {
	o.a = to[o.a]
	if o.code == opMin || o.code == opMax {
		o.b = to[o.b]
	}
	o.terms = slices.Clone(o.terms)
	for i := range o.terms {
		t := &o.terms[i]
		t.a, t.b, t.c = to[t.a], to[t.b], to[t.c]
	}
}

// written gives what an operation sets other registers.
func (o *operation) written(to, writes []uint8) {
	for i, r := range writes {
		if i == 0 {
			o.dst = to[r]
		} else {
			o.b = to[r]
		}
	}
}

// needed are the operations that the total of a bound bill needs, which has no jumps and
// looks nothing up: without those that only lines or memo charges need.
func (p *program) needed() []operation {
	var live [maxRegisters]bool
	live[p.total] = true
	gone := make([]bool, len(p.ops))
	for i, o := range slices.Backward(p.ops) {
		if gone[i] = !live[o.dst]; o.code == opNotNegative {
			gone[i] = o.memo
		}
		if gone[i] {
			continue
		}
		live[o.a], live[o.b] = true, true
		for _, t := range o.terms {
			live[t.a], live[t.b], live[t.c] = true, true, true
		}
	}
	return without(p.ops, gone)
}
