package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
)

// As many kinds of accounts are counted in a class, and of those the most usual shown.
const (
	mostKinds = 32
	mostShown = 8
)

// kinds are the kinds of accounts that were met: in each class one for each size, such as that of the meter.
type kinds struct {
	sizes    map[string][]string // the facts that are sizes, by class
	engines  [2]*rates.Engine
	order    []string // classes as they were met
	of       map[string][]*kind
	lastSeen *kind
}

// A kind is accounts of one class and size.
type kind struct {
	class, size string
	bills       int64
	first       ratecheck.Account // the first that was met
}

func newKinds(before, after *rates.Engine) *kinds {
	return &kinds{sizes: map[string][]string{}, engines: [2]*rates.Engine{before, after}, of: map[string][]*kind{}}
}

// see counts an account that both books price.
func (k *kinds) see(a *ratecheck.Account) {
	names, ok := k.sizes[a.Class]
	if !ok {
		names = k.sizeFacts(a)
		k.sizes[a.Class] = names
		k.order = append(k.order, a.Class)
	}
	size := ""
	switch len(names) {
	case 0:
	case 1:
		size = sizeOf(a, names[0])
	default:
		var all []string
		for _, name := range names {
			all = append(all, sizeOf(a, name))
		}
		size = strings.Join(all, "\x00")
	}
	if last := k.lastSeen; last != nil && last.class == a.Class && last.size == size {
		last.bills++
		return
	}
	of := k.of[a.Class]
	at := slices.IndexFunc(of, func(have *kind) bool { return have.size == size })
	if at < 0 {
		if len(of) == mostKinds {
			return
		}
		first := *a
		first.Before, first.After = keep(a.Before), keep(a.After)
		at = len(of)
		of = append(of, &kind{class: a.Class, size: strings.Clone(size), first: first})
		k.of[a.Class] = of
	}
	of[at].bills++
	k.lastSeen = of[at]
}

// sizeFacts are the facts that are sizes, of either book.
func (k *kinds) sizeFacts(a *ratecheck.Account) []string {
	names := map[string]bool{}
	for i, in := range []*rates.Input{&a.Before, &a.After} {
		facts, _ := k.engines[i].Facts(in.Schedule) // it has priced it
		for _, f := range facts {
			if strings.Contains(f.Name, "size") {
				names[f.Name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

func sizeOf(a *ratecheck.Account, name string) string {
	return cmp.Or(a.Before.Facts[name], a.After.Facts[name])
}

// customers are the kinds of each class, the most usual first, in the order of the classes.
func (k *kinds) customers(i *ratecheck.Impact) []ratecheck.Customer {
	var all []ratecheck.Customer
	for c := range i.Classes {
		class := i.Classes[c].Class
		of := slices.Clone(k.of[class])
		slices.SortStableFunc(of, func(a, b *kind) int { return cmp.Compare(b.bills, a.bills) })
		for _, kind := range of[:min(len(of), mostShown)] {
			a := &kind.first
			all = append(all, ratecheck.Customer{Class: class, Label: k.label(a), Before: a.Before, After: a.After})
		}
	}
	return all
}

// bills are those of all kinds, under the rates after.
func (k *kinds) bills() []rates.Input {
	var all []rates.Input
	for _, class := range k.order {
		for _, kind := range k.of[class] {
			all = append(all, kind.first.After)
		}
	}
	return all
}

// label says what of its class an account is: its sizes, and in brackets what else its bill rests on.
func (k *kinds) label(a *ratecheck.Account) string {
	var sizes, others []string
	for i, in := range []*rates.Input{&a.Before, &a.After} {
		facts, _ := k.engines[i].Facts(in.Schedule) // it has priced it
		for _, f := range facts {
			value, has := in.Facts[f.Name]
			text := strings.ReplaceAll(f.Name, "_", " ") + " " + value
			switch to := &others; {
			case !has:
			case slices.Contains(k.sizes[a.Class], f.Name):
				to = &sizes
				fallthrough
			default:
				if !slices.Contains(*to, text) {
					*to = append(*to, text)
				}
			}
		}
	}
	slices.Sort(others)
	others = append(others, daysOf(a))
	label := strings.Join(sizes, ", ")
	rest := strings.Join(slices.DeleteFunc(others, func(s string) bool { return s == "" }), ", ")
	if label == "" {
		label = a.Class
	} else {
		first, size := utf8.DecodeRuneInString(label)
		label = string(unicode.ToUpper(first)) + label[size:]
	}
	if rest != "" {
		label += " (" + rest + ")"
	}
	return label
}

// daysOf are the days of the bill, on which its rates depend.
func daysOf(a *ratecheck.Account) string {
	p := a.Before.Period
	if p.IsZero() {
		return ""
	}
	return p.From.String() + " to " + lastDay(p.To)
}
