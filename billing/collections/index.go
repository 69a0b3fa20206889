package collections

import (
	"cmp"
	"slices"
	"strings"
)

// index finds events by their keys, and what other events say of each, in time that grows with their number alone.
type index struct {
	events []Event
	order  []int32 // by their keys
	marks  []mark
}

// mark is what other events say of an event.
type mark struct {
	// twice says that an event before it has its key.
	twice bool
	// withdrawn and returned are the first events that say so of it, as their place and one; 0 where none does.
	withdrawn, returned int32
	// corrected says that the event states more than was charged since, which is now.
	corrected bool
	now       int64
}

// few events need no memory of their own.
type few struct {
	order [16]int32
	marks [16]mark
}

func newIndex(events []Event, own *few) index {
	x := index{events: events, order: own.order[:0], marks: own.marks[:0]}
	for i := range events {
		x.order, x.marks = append(x.order, int32(i)), append(x.marks, mark{})
	}
	slices.SortFunc(x.order, func(a, b int32) int { return cmp.Or(strings.Compare(events[a].Key, events[b].Key), cmp.Compare(a, b)) })
	for i := 1; i < len(x.order); i++ {
		x.marks[x.order[i]].twice = events[x.order[i]].Key == events[x.order[i-1]].Key
	}
	for i := range events {
		e := &events[i]
		if !e.about() {
			continue
		}
		of := x.at(e.Of)
		if of < 0 {
			continue // it is refused
		}
		place := &x.marks[of].withdrawn
		if e.Step == Returned {
			place = &x.marks[of].returned
		}
		if *place == 0 || e.before(&events[*place-1]) {
			*place = int32(i) + 1
		}
	}
	return x
}

// before orders events by their days, and those of a day by their keys.
func (e *Event) before(o *Event) bool {
	return e.Day.Before(o.Day) || e.Day == o.Day && e.Key < o.Key
}

// at is the place of the event of a key; below 0 where there is none.
func (x *index) at(key string) int {
	i, ok := slices.BinarySearchFunc(x.order, key, func(i int32, key string) int { return strings.Compare(x.events[i].Key, key) })
	if !ok {
		return -1
	}
	return int(x.order[i])
}

// withdrawn is the event that withdrew the one at a place; nil where none did.
func (x *index) withdrawn(i int) *Event { return x.about(x.marks[i].withdrawn) }

// returned is the event by which the one at a place came back; nil where it did not.
func (x *index) returned(i int) *Event { return x.about(x.marks[i].returned) }

func (x *index) about(place int32) *Event {
	if place == 0 {
		return nil
	}
	return &x.events[place-1]
}
