package ratecheck

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// A Check is a worked bill that a book must reproduce: one that a publisher has
// printed, or that somebody has worked out by hand.
type Check struct {
	// Name names the check; no two alike.
	Name string
	// Source is where the bill is printed; optional.
	Source rates.Citation
	// Input is what the bill is priced from.
	Input rates.Input
	// Lines are all lines of the bill in printed order; nil where the check states
	// only its total.
	Lines []CheckLine
	// Total is what the bill comes to; zero where Refused is set.
	Total money.Amount
	// Refused is the code with which the bill is refused; empty where it is priced.
	Refused problem.Code
}

// A CheckLine is a line of a bill: the ID of its charge, and its amount.
type CheckLine struct {
	Charge string
	Amount money.Amount
}

// Run is what keeps an engine from reproducing the check: an [ErrCheck] whose Path is what of
// the check differs ("total", "refused", "lines", "lines[0].base"), and whose Err is why the bill is
// refused, where it is; nil for nothing. The bill is priced and explained, and both must say the
// same.
func (c *Check) Run(engine *rates.Engine) *problem.Error {
	q, err := engine.Price(c.Input)
	x := engine.Explain(c.Input)
	if (err == nil) != (x.Err == nil) || err == nil && x.Quote.Total != q.Total {
		return &problem.Error{Code: ErrCheck, Err: err, What: fmt.Sprintf("the bill is %s, and its explanation says %s", outcome(q, err), outcome(x.Quote, x.Err)),
			Fix: "report it: the engine contradicts itself"}
	}
	if c.Refused != "" {
		return c.refusal(q, err)
	}
	if err != nil {
		e := &problem.Error{Code: ErrCheck, Path: "total", Err: err, What: fmt.Sprintf("expected %s, but the bill is refused: %s", c.Total, reason(err)),
			Fix: "give the check what the bill needs, or correct the book"}
		if all := problemsOf(err); len(all) > 0 && all[0].Fix != "" {
			e.Fix = all[0].Fix + ", or correct the book"
		}
		return e
	}
	return c.compare(q)
}

// some joins the first of several texts, and says how many are left out.
func some(texts []string, with string) string {
	const most = 8
	if len(texts) > most {
		return fmt.Sprintf("%s, and %d more", strings.Join(texts[:most], with), len(texts)-most)
	}
	return strings.Join(texts, with)
}

func outcome(q rates.Quote, err error) string {
	if err != nil {
		return "refused (" + reason(err) + ")"
	}
	return q.Total.String()
}

// reason is an error on one line, without its place and what to do.
func reason(err error) string {
	var texts []string
	for _, e := range problemsOf(err) {
		own := *e
		own.Pos, own.Fix = problem.Pos{}, ""
		texts = append(texts, own.Error())
	}
	return some(texts, "; ")
}

// problemsOf are the problems that an error holds.
func problemsOf(err error) problem.List {
	var all problem.List
	var one *problem.Error
	switch {
	case err == nil:
	case errors.As(err, &all):
	case errors.As(err, &one):
		all.Add(one)
	default:
		all.Add(&problem.Error{Code: ErrOther, Err: err})
	}
	return all
}

// refusal compares how the bill is refused.
func (c *Check) refusal(q rates.Quote, err error) *problem.Error {
	if errors.Is(err, c.Refused) {
		return nil
	}
	e := &problem.Error{Code: ErrCheck, Path: "refused", Err: err, Fix: "correct the check, or the book"}
	if err == nil {
		e.What = fmt.Sprintf("expected the refusal %s, computed %s: %s", c.Refused, q.Total, sum(q))
	} else {
		e.What = fmt.Sprintf("expected the refusal %s, but it is %s", c.Refused, reason(err))
	}
	return e
}

// compare compares the lines and the total of the bill.
func (c *Check) compare(q rates.Quote) *problem.Error {
	e := &problem.Error{Code: ErrCheck, Path: "total", Fix: "correct the book, or the check if its bill is misprinted"}
	total := ""
	if c.Total != q.Total {
		total = fmt.Sprintf("expected %s, computed %s", c.Total, q.Total)
	}
	if c.Lines == nil {
		if total == "" {
			return nil
		}
		e.What = total + ": " + sum(q)
		return e
	}
	i, differing := c.differing(slices.Collect(q.Lines()))
	switch {
	case i < 0 && total == "":
		return nil
	case i < 0:
		e.What = total + ", and every line agrees: the lines do not sum to the total that is expected"
		return e
	case i < len(c.Lines):
		e.Path = fmt.Sprintf("lines[%d].%s", i, c.Lines[i].Charge)
	default:
		e.Path = "lines"
	}
	e.What = some(differing, "; ")
	if total != "" {
		e.What = total + ": " + e.What
	}
	return e
}

// differing tells which lines differ, and the index of the first in the check; -1 for
// none. Lines of one charge are compared with each other, so that one line too few is
// told once.
func (c *Check) differing(lines []rates.Line) (first int, all []string) {
	first = -1
	tell := func(i int, text string) {
		if first < 0 {
			first = i
		}
		all = append(all, text)
	}
	i, j := 0, 0
	for _, same := range append(c.aligned(lines), [2]int{len(c.Lines), len(lines)}) {
		for ; i < same[0] || j < same[1]; i, j = min(i+1, same[0]), min(j+1, same[1]) {
			switch {
			case j >= same[1]:
				tell(i, fmt.Sprintf("line %d, %s: expected %s, and the bill has no such line", i+1, c.Lines[i].Charge, c.Lines[i].Amount))
			case i >= same[0]:
				tell(i, fmt.Sprintf("line %d, %s %s, is missing from the check", j+1, lines[j].Text(), lines[j].Amount()))
			default:
				tell(i, fmt.Sprintf("line %d: expected %s %s, computed %s %s", i+1, c.Lines[i].Charge, c.Lines[i].Amount, lines[j].Charge(), lines[j].Amount()))
			}
		}
		if i < len(c.Lines) && j < len(lines) && c.Lines[i].Amount != lines[j].Amount() {
			tell(i, fmt.Sprintf("line %d, %s: expected %s, computed %s", i+1, lines[j].Text(), c.Lines[i].Amount, lines[j].Amount()))
		}
		i, j = same[0]+1, same[1]+1
	}
	return first, all
}

// aligned are the pairs of lines of the check and of the bill that are of one charge: as
// many as there can be in their order, and of those the most that agree.
func (c *Check) aligned(lines []rates.Line) (pairs [][2]int) {
	const most = 500 // more lines than any bill has are compared as they stand
	n, m := len(c.Lines), len(lines)
	if n > most || m > most {
		for i := range min(n, m) {
			if c.Lines[i].Charge == lines[i].Charge() {
				pairs = append(pairs, [2]int{i, i})
			}
		}
		return pairs
	}
	weight := func(i, j int) int {
		switch {
		case c.Lines[i].Charge != lines[j].Charge():
			return 0
		case c.Lines[i].Amount != lines[j].Amount():
			return most
		}
		return most + 1
	}
	best := make([][]int, n+1) // of the lines from i and j on
	best[n] = make([]int, m+1)
	for i := n - 1; i >= 0; i-- {
		best[i] = make([]int, m+1)
		for j := m - 1; j >= 0; j-- {
			best[i][j] = max(best[i+1][j], best[i][j+1])
			if w := weight(i, j); w > 0 {
				best[i][j] = max(best[i][j], w+best[i+1][j+1])
			}
		}
	}
	for i, j := 0, 0; i < n && j < m; {
		switch w := weight(i, j); {
		case w > 0 && best[i][j] == w+best[i+1][j+1]:
			pairs = append(pairs, [2]int{i, j})
			i, j = i+1, j+1
		case best[i][j] == best[i+1][j]:
			i++
		default:
			j++
		}
	}
	return pairs
}

// sum is lines as a sum, for a message.
func sum(q rates.Quote) string {
	var texts []string
	for line := range q.Lines() {
		texts = append(texts, line.Text()+" "+line.Amount().String())
	}
	if len(texts) == 0 {
		return "the bill has no lines"
	}
	return some(texts, " + ")
}
