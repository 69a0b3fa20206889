package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
)

const (
	// mostCounted is how many kinds of accounts are counted in a class, and how many combinations of what else its bills
	// rest on.
	mostCounted = 256
	// mostShown is how many of its kinds are shown, the most usual.
	mostShown = 16
	// mostTried is on how many of them laws are tried.
	mostTried = 32
)

// kinds are the kinds of accounts that were met: in each class one for each size, such as that of the meter.
type kinds struct {
	engines [2]*rates.Engine
	order   []*classKinds // as they were met
	of      map[string]*classKinds
	key     []byte
}

// classKinds is what was met of a class. Sizes, and what else a bill rests on, are counted apart, so that neither makes the
// other many.
type classKinds struct {
	class         string
	facts         []*fact
	sizes, others tally
}

// A tally counts accounts by what they have in common, of the first mostCounted that were met.
type tally struct {
	order []*seen // as they were met
	of    map[combination]*seen
	more  bool // others were met, and are not counted
}

// A combination is values of facts, and days where they matter.
type combination struct {
	facts         string
	before, after civil.Period
	billDate      civil.Date
	cycleDays     int
}

// seen is accounts that have something in common.
type seen struct {
	bills int64
	first ratecheck.Account // the first that was met
}

func newKinds(before, after *rates.Engine) *kinds {
	return &kinds{engines: [2]*rates.Engine{before, after}, of: map[string]*classKinds{}}
}

// see counts an account that both books price.
func (k *kinds) see(a *ratecheck.Account) {
	c, ok := k.of[a.Class]
	if !ok {
		c = k.newClass(a)
		k.of[c.class] = c
		k.order = append(k.order, c)
	}
	for _, f := range c.facts {
		if !f.open || f.named || f.other {
			continue
		}
		if value, has := valueOf(a, f.name); has && value != f.last {
			f.last = strings.Clone(value)
			f.learn(value)
		}
	}
	k.key = factsOf(k.key[:0], a, c.facts, (*fact).maybeSize)
	c.sizes.count(a, combination{}, k.key)
	k.key = factsOf(k.key[:0], a, c.facts, (*fact).isOther)
	c.others.count(a, daysOf(a), k.key)
}

func (f *fact) isOther() bool { return !f.isSize() }

// newClass is a class with the facts that either book asks of an account.
func (k *kinds) newClass(a *ratecheck.Account) *classKinds {
	c := &classKinds{class: strings.Clone(a.Class)}
	for i, in := range []*rates.Input{&a.Before, &a.After} {
		of, _ := k.engines[i].Facts(in.Schedule) // it has priced it
		for j := range of {
			at := slices.IndexFunc(c.facts, func(f *fact) bool { return f.name == of[j].Name })
			if at < 0 {
				at = len(c.facts)
				c.facts = append(c.facts, &fact{name: of[j].Name})
			}
			c.facts[at].learnBook(&of[j])
		}
	}
	slices.SortFunc(c.facts, func(a, b *fact) int { return cmp.Compare(a.name, b.name) })
	return c
}

// factsOf appends the values of facts, so that other values are another text.
func factsOf(key []byte, a *ratecheck.Account, facts []*fact, which func(*fact) bool) []byte {
	for _, f := range facts {
		if !which(f) {
			continue
		}
		if value, has := valueOf(a, f.name); has {
			key = append(key, f.name...)
			key = append(key, 0)
			key = append(key, value...)
			key = append(key, 0)
		}
	}
	return key
}

// daysOf is the combination of the days of an account.
func daysOf(a *ratecheck.Account) combination {
	return combination{before: a.Before.Period, after: a.After.Period, billDate: a.Before.BillDate, cycleDays: a.Before.CycleDays}
}

// count counts an account under a combination, whose facts are the key.
func (t *tally) count(a *ratecheck.Account, c combination, key []byte) {
	if s := t.of[combination{string(key), c.before, c.after, c.billDate, c.cycleDays}]; s != nil {
		s.bills++
		return
	}
	if len(t.order) == mostCounted {
		t.more = true
		return
	}
	if t.of == nil {
		t.of = map[combination]*seen{}
	}
	s := &seen{bills: 1, first: *a}
	s.first.Before, s.first.After = keep(a.Before), keep(a.After)
	c.facts = string(key)
	t.of[c] = s
	t.order = append(t.order, s)
}

// together counts anew by less, in the order in which they were met.
func together(all []*seen, by func(*ratecheck.Account) combination) []*seen {
	var order []*seen
	of := map[combination]*seen{}
	for _, s := range all {
		c := by(&s.first)
		if have := of[c]; have != nil {
			have.bills += s.bills
			continue
		}
		own := *s
		of[c] = &own
		order = append(order, &own)
	}
	return order
}

func moreBills(a, b *seen) int { return cmp.Compare(b.bills, a.bills) }

// bySize are the kinds of a class, as they were met.
func (c *classKinds) bySize() []*seen {
	return together(c.sizes.order, func(a *ratecheck.Account) combination {
		return combination{facts: string(factsOf(nil, a, c.facts, (*fact).isSize))}
	})
}

// usual is an account of a class with what its bills rest on most often, besides sizes: first the facts, and with these the
// days, of which those are preferred in which neither book changes its rates.
func (k *kinds) usual(c *classKinds) *ratecheck.Account {
	other := func(a *ratecheck.Account) string { return string(factsOf(nil, a, c.facts, (*fact).isOther)) }
	facts := together(c.others.order, func(a *ratecheck.Account) combination { return combination{facts: other(a)} })
	slices.SortStableFunc(facts, moreBills)
	want := other(&facts[0].first)
	days := together(slices.DeleteFunc(slices.Clone(c.others.order), func(s *seen) bool { return other(&s.first) != want }), daysOf)
	slices.SortStableFunc(days, moreBills)
	first := &days[0].first
	begins := [2][]civil.Date{k.begins(0, first.Before.Schedule), k.begins(1, first.After.Schedule)}
	for _, s := range days {
		if len(s.first.Before.Period.Cut(begins[0]...)) == 1 && len(s.first.After.Period.Cut(begins[1]...)) == 1 {
			return &s.first
		}
	}
	return first
}

// begins are the days on which rates of a schedule begin.
func (k *kinds) begins(side int, schedule string) []civil.Date {
	var all []civil.Date
	book := k.engines[side].Book()
	for i := range book.Schedules {
		if book.Schedules[i].ID != schedule {
			continue
		}
		for _, v := range book.Schedules[i].Versions {
			all = append(all, v.From)
		}
	}
	return all
}

// customers are the kinds of each class, the most usual first, in the order of the classes. All of one class have the same
// days and the same facts but for their sizes, so that they can be compared.
func (k *kinds) customers(i *ratecheck.Impact) []ratecheck.Customer {
	var all []ratecheck.Customer
	for at := range i.Classes {
		c := k.of[i.Classes[at].Class]
		usual := k.usual(c)
		of := c.bySize()
		slices.SortStableFunc(of, moreBills)
		for _, s := range of[:min(len(of), mostShown)] {
			a := c.sized(usual, &s.first)
			if !k.priced(&a) { // the books may have no rates for this size on those days
				a = s.first
			}
			all = append(all, ratecheck.Customer{Class: c.class, Label: k.label(c, &a), Before: a.Before, After: a.After})
		}
	}
	return all
}

// sized is an account with the sizes of another.
func (c *classKinds) sized(usual, other *ratecheck.Account) ratecheck.Account {
	a := *usual
	a.Before, a.After = keep(a.Before), keep(a.After)
	for _, f := range c.facts {
		if f.isSize() {
			setFact(&a.Before, &other.Before, f.name)
			setFact(&a.After, &other.After, f.name)
		}
	}
	return a
}

func setFact(in, other *rates.Input, name string) {
	value, has := other.Facts[name]
	switch {
	case !has:
		delete(in.Facts, name)
	case in.Facts == nil:
		in.Facts = rates.Facts{name: value}
	default:
		in.Facts[name] = value
	}
}

// priced says that both books price an account.
func (k *kinds) priced(a *ratecheck.Account) bool {
	_, errBefore := k.engines[0].Price(a.Before)
	_, errAfter := k.engines[1].Price(a.After)
	return errBefore == nil && errAfter == nil
}

// unshown says of which classes not all kinds are shown.
func (k *kinds) unshown() []string {
	var all []string
	for _, c := range k.order {
		n := len(c.bySize())
		if n <= mostShown {
			continue
		}
		rest := count(int64(n - mostShown))
		if c.sizes.more {
			rest = "more than " + rest
		}
		all = append(all, fmt.Sprintf("Of %s, the %d most usual kinds of accounts are shown with bills of their own, and %s are not; all are in the totals.", c.class, mostShown, rest))
	}
	return all
}

// bills are those of the kinds, under the rates after.
func (k *kinds) bills() []rates.Input {
	var all []rates.Input
	for _, c := range k.order {
		of := c.bySize()
		for _, s := range of[:min(len(of), mostTried)] {
			all = append(all, s.first.After)
		}
	}
	return all
}

// label says what of its class an account is: its sizes, and in brackets what else its bill rests on.
func (k *kinds) label(c *classKinds, a *ratecheck.Account) string {
	var sizes, others []string
	for _, f := range c.facts {
		value, has := valueOf(a, f.name)
		text := strings.ReplaceAll(f.name, "_", " ") + " " + value
		switch {
		case !has:
		case f.isSize():
			sizes = append(sizes, text)
		default:
			others = append(others, text)
		}
	}
	if p := a.Before.Period; !p.IsZero() {
		others = append(others, p.From.String()+" to "+lastDay(p.To))
	}
	label := strings.Join(sizes, ", ")
	if label == "" {
		label = c.class
	} else {
		first, size := utf8.DecodeRuneInString(label)
		label = string(unicode.ToUpper(first)) + label[size:]
	}
	if len(others) > 0 {
		label += " (" + strings.Join(others, ", ") + ")"
	}
	return label
}
