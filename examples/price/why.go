package main

import (
	"fmt"
	"io"

	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// explained prints why one row comes to what it does.
type explained struct {
	w      io.Writer
	engine *rates.Engine
	brief  int // lines; 0 for all
}

func (explained) begin([]string) error { return nil }

func (e explained) add(p *priced) error {
	if p.quote.Input.Schedule == "" { // refused before there was anything to explain
		return nil
	}
	x := e.engine.Explain(p.quote.Input)
	if e.brief > 0 {
		_, err := fmt.Fprintln(e.w, x.Brief(e.brief))
		return err
	}
	_, err := fmt.Fprintf(e.w, "%s, row %d\n%s\n", p.Pos, p.Number, x)
	return err
}

func (explained) end() error { return nil }

// compared prints why one row comes to another amount than another.
type compared struct {
	w      io.Writer
	engine *rates.Engine
	rows   pair
	brief  int // lines; 0 for all
	bills  [len(pair{})]comparedBill
}

// comparedBill is one of the two rows.
type comparedBill struct {
	pos    problem.Pos
	row    int
	input  rates.Input
	priced bool
}

func (*compared) begin([]string) error { return nil }

func (c *compared) add(p *priced) error {
	for i, row := range c.rows {
		if row == p.Number {
			c.bills[i] = comparedBill{p.Pos, p.Number, p.input(), len(p.refused) == 0}
		}
	}
	return nil
}

func (c *compared) end() error {
	before, after := &c.bills[0], &c.bills[1]
	if !before.priced || !after.priced {
		return nil // why not is told where rows are refused
	}
	d, err := rates.Why(rates.Case{Engine: c.engine, Input: before.input}, rates.Case{Engine: c.engine, Input: after.input})
	if err != nil {
		return &problem.Error{Code: codeOf(err), Pos: after.pos, What: "the two bills cannot be compared", Fix: "compare their lines", Err: err}
	}
	if c.brief > 0 {
		_, err = fmt.Fprintln(c.w, d.Brief(c.brief))
		return err
	}
	_, err = fmt.Fprintf(c.w, "before: %s\nafter:  %s\n%s\n", c.head(before), c.head(after), d)
	return err
}

// head is where a bill stands, and what it comes to.
func (c *compared) head(b *comparedBill) string {
	return fmt.Sprintf("%s, row %d: %s", b.pos, b.row, c.engine.Explain(b.input).Brief(1))
}
