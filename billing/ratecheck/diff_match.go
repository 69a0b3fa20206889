package ratecheck

import (
	"slices"
	"strconv"
	"strings"
)

// A diffPair is what two lists hold under one key: one of them is nil where only the other
// list has it.
type diffPair[T any] struct {
	was, is *T
	// wasAt is where it stood before.
	wasAt int
	// renamed says that it had another key and is the same otherwise.
	renamed bool
}

// diffMatch pairs what two lists hold under the same key, in the order of is; what is gone
// follows, in the order of was. What a list holds twice under a key is paired in turn.
func diffMatch[T any](was, is []T, key func(*T) string) []diffPair[T] {
	places := make(map[string][]int, len(was))
	for i := range was {
		k := key(&was[i])
		places[k] = append(places[k], i)
	}
	pairs := make([]diffPair[T], 0, max(len(was), len(is)))
	kept := make([]bool, len(was))
	for i := range is {
		k, p := key(&is[i]), diffPair[T]{is: &is[i]}
		if at := places[k]; len(at) > 0 {
			p.was, p.wasAt, places[k] = &was[at[0]], at[0], at[1:]
			kept[at[0]] = true
		}
		pairs = append(pairs, p)
	}
	for i := range was {
		if !kept[i] {
			pairs = append(pairs, diffPair[T]{was: &was[i], wasAt: i})
		}
	}
	return pairs
}

// diffRenamed makes one pair of what is new and what is gone where they are the same. same
// leaves out the key.
func diffRenamed[T any](pairs []diffPair[T], same func(a, b *T) bool) []diffPair[T] {
	var gone, left []diffPair[T]
	for _, p := range pairs {
		if p.is == nil {
			gone = append(gone, p)
		} else {
			left = append(left, p)
		}
	}
	for i := range left {
		p := &left[i]
		if p.was != nil {
			continue
		}
		if at := slices.IndexFunc(gone, func(g diffPair[T]) bool { return same(g.was, p.is) }); at >= 0 {
			p.was, p.wasAt, p.renamed = gone[at].was, gone[at].wasAt, true
			gone = slices.Delete(gone, at, at+1)
		}
	}
	return append(left, gone...)
}

// diffMoved says whether what both lists have stands in another order.
func diffMoved[T any](pairs []diffPair[T]) bool {
	last := -1
	for _, p := range pairs {
		if p.was == nil || p.is == nil {
			continue
		}
		if p.wasAt < last {
			return true
		}
		last = p.wasAt
	}
	return false
}

// diffKeyOf makes one key of several texts.
func diffKeyOf(texts []string) string {
	var b strings.Builder
	for _, text := range texts {
		b.WriteString(strconv.Itoa(len(text)) + ":" + text)
	}
	return b.String()
}
