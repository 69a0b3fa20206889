package ratecheck

import (
	"cmp"
	"errors"
	"iter"
	"maps"
	"slices"
	"strconv"

	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// A Study finds what a change of rates does to accounts: it prices each under both books and
// keeps sums and counts, no bill. Its memory grows with classes, charges and the spread of
// amounts, not with accounts.
//
// A study is for one goroutine. To use several, give each a study of its own, and [Study.Merge]
// them.
type Study struct {
	before, after *rates.Engine
	seen          int64
	groups        map[string]*group
	order         []*group // as they were met
	left          map[leftKey]*Left
	err           error
}

// An Account is one bill of an account, to be priced under two books.
type Account struct {
	// ID and Pos are told where the account stands out or is left out: an account number, a
	// place in a file; never a name or an address. Either may be empty.
	ID  string
	Pos problem.Pos
	// Class is what the account is counted under; where empty, the schedule of Before, or,
	// where it has none, of After.
	Class string
	// Before and After are the bill under each book. Usually they are the same; they differ
	// where schedules are called otherwise, or where the rates after hold for later days.
	Before, After rates.Input
}

// OtherClasses is the class of accounts that are left out where there are more classes than a
// study keeps apart, which slips of the pen can make.
const OtherClasses = "(other classes)"

// mostLeft are as many classes and reasons of accounts that are left out as are kept apart.
const mostLeft = 1000

type leftKey struct {
	class string
	code  problem.Code
	side  Side
}

// NewStudy is a study of the step from one book to another, without any account.
func NewStudy(before, after *rates.Engine) *Study {
	return &Study{before: before, after: after, groups: map[string]*group{}, left: map[leftKey]*Left{}}
}

// Add takes an account into the study. An account that one of the books does not price is
// left out of all totals and counted in [Impact.Left]. Then the error says why: a
// [problem.List] with the place of the account, whose paths begin with before or after where
// not both books refuse it for the same reason. The study can go on.
func (s *Study) Add(a *Account) error {
	s.seen++
	before, errBefore := s.before.Price(a.Before)
	after, errAfter := s.after.Price(a.After)
	if errBefore != nil || errAfter != nil {
		return s.leaveOut(a, &before, &after, errBefore, errAfter)
	}
	g := s.group(a.class())
	unit := g.unit
	if a.Before.Schedule != g.schedule {
		g.schedule = a.Before.Schedule
		unit, _ = s.before.Unit(g.schedule) // it has been priced
	}
	if err := g.add(a, unit, &before, &after); err != nil && s.err == nil {
		s.err = err
	}
	return nil
}

func (a *Account) class() string {
	return cmp.Or(a.Class, a.Before.Schedule, a.After.Schedule)
}

// group is that of a class. Of a few, which is the rule, each is looked at.
func (s *Study) group(class string) *group {
	if len(s.order) <= 8 {
		for _, g := range s.order {
			if g.class == class {
				return g
			}
		}
	}
	g := s.groups[class]
	if g == nil {
		g = &group{class: class}
		s.groups[class] = g
		s.order = append(s.order, g)
	}
	return g
}

// LeaveOut counts an account that cannot be asked of any book, such as a torn row of a file,
// for the reason that the error is. The class may be empty.
func (s *Study) LeaveOut(class string, err error) {
	s.seen++
	s.leave(leftKey{class, codeOf(err), NoBook}).Accounts++
}

func (s *Study) leave(key leftKey) *Left {
	l := s.left[key]
	if l == nil && len(s.left) >= mostLeft && key.class != OtherClasses {
		key.class = OtherClasses
		return s.leave(key)
	}
	if l == nil {
		l = &Left{Class: key.class, Code: key.code, Side: key.side}
		s.left[key] = l
	}
	return l
}

func (s *Study) leaveOut(a *Account, before, after *rates.Quote, errBefore, errAfter error) error {
	side, why := BothBooks, errBefore
	switch {
	case errBefore == nil:
		side, why = AfterOnly, errAfter
	case errAfter == nil:
		side = BeforeOnly
	}
	l := s.leave(leftKey{a.class(), codeOf(why), side})
	l.Accounts++
	for _, sum := range []struct {
		to    *money.Amount
		quote *rates.Quote
	}{{&l.Before, before}, {&l.After, after}} {
		if err := addTo(sum.to, sum.quote.Total); err != nil && s.err == nil { // the total is zero where it was refused
			s.err = err
		}
	}
	return told(a, before, after, errBefore, errAfter)
}

// told are the reasons why an account is left out. What both books refuse for the same reason is
// told once.
func told(a *Account, before, after *rates.Quote, errBefore, errAfter error) error {
	was, is := reasons(a, before, errBefore, false), reasons(a, after, errAfter, false)
	if slices.EqualFunc(was, is, func(x, y *problem.Error) bool { return x.Error() == y.Error() }) {
		return was.Err()
	}
	was, is = reasons(a, before, errBefore, true), reasons(a, after, errAfter, true)
	under(was, "before")
	under(is, "after")
	return append(was, is...).Err()
}

// reasons are why a book does not price an account: the error, and what else it refuses; with the
// places in the book's file, where they are asked for.
func reasons(a *Account, q *rates.Quote, err error, places bool) problem.List {
	if err == nil {
		return nil
	}
	var list problem.List
	add := func(err error) {
		e := &problem.Error{Code: codeOf(err)}
		var p *problem.Error
		if errors.As(err, &p) {
			e = &problem.Error{Code: p.Code, Path: p.Path, What: p.What, Fix: p.Fix, Err: p.Err}
			if places && !p.Pos.IsZero() {
				e.What += " (at " + p.Pos.String() + ")"
			}
		} else {
			e.What = err.Error()
		}
		e.Pos = a.Pos
		if a.ID != "" {
			e.What = a.ID + ": " + e.What
		}
		if !slices.ContainsFunc(list, func(have *problem.Error) bool { return have.Error() == e.Error() }) {
			list = append(list, e)
		}
	}
	add(err)
	for _, r := range q.Refusals() {
		if !r.Memo {
			add(r.Err)
		}
	}
	return list
}

// under puts a name before the paths of a list.
func under(list problem.List, name string) {
	for _, e := range list {
		if e.Path == "" {
			e.Path = name
		} else {
			e.Path = name + "." + e.Path
		}
	}
}

// codeOf is the code of the first problem in an error.
func codeOf(err error) problem.Code {
	var p *problem.Error
	if errors.As(err, &p) {
		return p.Code
	}
	return ErrOther
}

// addTo adds to a sum, which stays as it is where it would be too large.
func addTo(sum *money.Amount, a money.Amount) error {
	total, err := sum.Add(a)
	if err != nil {
		return &problem.Error{Code: rates.ErrRange, What: "the bills together come to more than an amount can be", Fix: "study fewer accounts at a time", Err: err}
	}
	*sum = total
	return nil
}

// Accounts are accounts whose bills are the same under both books, each called by its number in
// the list, from 1.
func Accounts(bills ...rates.Input) iter.Seq2[Account, error] {
	return func(yield func(Account, error) bool) {
		for i, in := range bills {
			if !yield(Account{ID: "bill " + strconv.Itoa(i+1), Before: in, After: in}, nil) {
				return
			}
		}
	}
}

// Merge takes all that another study of the same two books has seen into this one, as if its
// accounts had come after those of this one. The other is not to be used any more. The error is
// [rates.ErrOtherBook], and nothing is merged, where it is a study of other books.
func (s *Study) Merge(o *Study) error {
	if s.before.Digest() != o.before.Digest() || s.after.Digest() != o.after.Digest() {
		return &problem.Error{Code: rates.ErrOtherBook, What: "the studies are of different books", Fix: "merge studies of the same two engines"}
	}
	s.seen += o.seen
	if s.err == nil {
		s.err = o.err
	}
	for class, g := range o.groups {
		if err := s.group(class).merge(g); err != nil && s.err == nil {
			s.err = err
		}
	}
	for key, l := range o.left {
		to := s.leave(key)
		to.Accounts += l.Accounts
		for _, err := range []error{addTo(&to.Before, l.Before), addTo(&to.After, l.After)} {
			if err != nil && s.err == nil {
				s.err = err
			}
		}
	}
	return nil
}

// Impact is what the study has found so far. The error is [rates.ErrRange], where sums are
// beyond what an amount can be.
func (s *Study) Impact() (Impact, error) {
	if s.err != nil {
		return Impact{}, s.err
	}
	i := Impact{Seen: s.seen}
	all := &group{}
	order := s.classes()
	for _, class := range order {
		g := s.groups[class]
		if g == nil {
			continue
		}
		if err := all.merge(g); err != nil {
			return Impact{}, err
		}
		found, err := g.found()
		if err != nil {
			return Impact{}, err
		}
		i.Classes = append(i.Classes, found)
	}
	var err error
	if i.All, err = all.found(); err != nil {
		return Impact{}, err
	}
	for _, l := range s.left {
		i.Left = append(i.Left, *l)
	}
	place := map[string]int{}
	for n, class := range order {
		place[class] = n
	}
	slices.SortFunc(i.Left, func(a, b Left) int {
		return cmp.Or(cmp.Compare(place[a.Class], place[b.Class]), cmp.Compare(a.Side, b.Side), cmp.Compare(a.Code, b.Code))
	})
	return i, nil
}

// classes are the classes that accounts were of: in the order of the book before, then by
// name.
func (s *Study) classes() []string {
	known := map[string]int{}
	for n, id := range s.before.Schedules() {
		known[id] = n
	}
	place := func(class string) int {
		if n, ok := known[class]; ok {
			return n
		}
		return len(known)
	}
	seen := map[string]bool{}
	for class := range s.groups {
		seen[class] = true
	}
	for key := range s.left {
		seen[key.class] = true
	}
	return slices.SortedFunc(maps.Keys(seen), func(a, b string) int { return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a, b)) })
}
