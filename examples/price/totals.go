package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// allClasses names the last row of the totals.
const allClasses = "in all"

// sum is a count of bills with their sum, in cents or before rounding.
type sum struct {
	count int
	cents money.Amount
	exact exact.Ratio
}

// totals counts and adds up the priced bills of each class. It holds one sum for each class of the rates, whatever the
// length of the file.
type totals struct {
	amounts
	csv     *csv.Writer
	classes []string
	by      map[string]*sum
	all     sum
}

func newTotals(w io.Writer, a amounts, engine *rates.Engine) *totals {
	t := &totals{amounts: a, csv: csv.NewWriter(w), classes: engine.Schedules(), by: map[string]*sum{}}
	for _, class := range t.classes {
		t.by[class] = &sum{}
	}
	return t
}

func (t *totals) begin([]string) error { return nil }

// add counts a bill. A sum that grows beyond what it can hold is an error, since none of the totals would be right.
func (t *totals) add(p *priced) error {
	if len(p.refused) > 0 {
		return nil
	}
	for _, s := range []*sum{t.by[p.class], &t.all} {
		if err := s.add(&p.quote, t.exact); err != nil {
			return &problem.Error{Code: codeOf(err), Pos: p.Pos, What: "the sum grows beyond what can be held", Fix: "price fewer rows at a time", Err: err}
		}
	}
	return nil
}

func (s *sum) add(q *rates.Quote, unrounded bool) (err error) {
	s.count++
	if !unrounded {
		s.cents, err = s.cents.Add(q.Total)
		return err
	}
	if s.exact = s.exact.Add(q.Exact()); s.exact.BitLen() > rates.MaxBits {
		return &problem.Error{Code: rates.ErrRange, What: fmt.Sprintf("the exact sum is longer than %d bits", rates.MaxBits)}
	}
	return nil
}

func codeOf(err error) problem.Code {
	var e *problem.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func (t *totals) end() error {
	if err := t.csv.Write([]string{"class", "count", "sum"}); err != nil {
		return err
	}
	for _, class := range t.classes {
		if s := t.by[class]; s.count > 0 {
			if err := t.write(class, s); err != nil {
				return err
			}
		}
	}
	if err := t.write(allClasses, &t.all); err != nil {
		return err
	}
	return finish(t.csv)
}

func (t *totals) write(class string, s *sum) error {
	return t.csv.Write([]string{class, strconv.Itoa(s.count), t.text(s.cents, s.exact)})
}
