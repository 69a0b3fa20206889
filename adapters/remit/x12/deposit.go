package x12

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments"
)

// mostStated is how many totals and counts one deposit or batch can state.
const mostStated = 16

// control is what a deposit or a batch states in its header: an amount, or a count of what its qualifier says.
type control struct {
	money     bool
	qualifier string
	value     int64
	line, col int
}

// sums are what the payments of a deposit or a batch come to.
type sums struct {
	payments, stubs, total int64
	currency               string
	mixed, over            bool
}

func (t *sums) add(p *Payment) {
	currency := p.Currency
	if currency == "" {
		currency = "USD"
	}
	if t.payments == 0 {
		t.currency = currency
	}
	t.mixed = t.mixed || currency != t.currency
	t.over = t.over || !addTo(&t.total, p.Amount.Cents())
	t.payments++
	t.stubs += int64(len(p.Stubs))
}

// ofAdvice says whether the set is an 823, and refuses the segment where it is not.
func (s *scanner) ofAdvice() bool {
	if s.kind != "823" || !s.set.open {
		s.misplaced(s.holder(), "a deposit or a batch stands in what is no lockbox advice")
		return false
	}
	return true
}

func (s *scanner) beginDeposit() {
	if !s.ofAdvice() {
		return
	}
	s.endDeposit()
	s.open(&s.deposit, payments.OfGroup, "deposit")
	s.deposit.id = s.label(1)
	s.measure(&s.deposit, 1)
	s.any = true
	if day := s.element(2); len(day) > 0 {
		var ok bool
		if s.deposit.on, ok = dateOf(day); !ok {
			s.find(&s.deposit, remit.Finding{Code: remit.ErrField, Field: "DEP02", What: "there is no such day, or it is not written as CCYYMMDD"})
		}
	}
}

func (s *scanner) beginBatch() {
	if !s.ofAdvice() {
		return
	}
	s.endBatch()
	if !s.deposit.open {
		s.find(&s.set, remit.Finding{Code: remit.ErrOrder, Field: "BAT", What: "a batch stands before any deposit"})
	}
	s.open(&s.batch, payments.OfBatch, "batch")
	s.batch.id = s.label(3)
	s.measure(&s.batch, 3)
	s.any = true
	s.deposit.parts++
}

// implyBatch begins the batch that payments of an 823 are which no BAT stands before.
func (s *scanner) implyBatch() {
	of := "of " + s.deposit.name()
	if !s.deposit.open {
		of = "of " + s.set.name()
		s.find(&s.set, remit.Finding{Code: remit.ErrOrder, Field: "BPR", What: "a payment of a lockbox advice stands before any deposit"})
	}
	s.open(&s.batch, payments.OfBatch, "batch")
	s.batch.id, s.batch.implied = of, true
}

// state is what a deposit or a batch states before its payments. An amount or a number of a payment is passed over.
func (s *scanner) state() {
	l := &s.batch
	if !l.open {
		l = &s.deposit
	}
	if !l.open || s.receipt.open {
		s.fate = ignored
		return
	}
	c := control{money: s.is(0, "AMT"), qualifier: string(s.element(1)[:min(3, len(s.element(1)))]), line: s.in.line, col: s.in.col}
	if c.money {
		n, code, what := cents(s.element(2))
		if what != "" {
			s.find(l, remit.Finding{Code: code, Field: "AMT02", What: what})
			return
		}
		c.value = n
	} else {
		n, ok := count(s.element(2))
		if !ok {
			s.find(l, remit.Finding{Code: remit.ErrField, Field: "QTY02", What: "the count is none"})
			return
		}
		c.value = n
	}
	if len(l.stated) >= mostStated {
		s.fate = refused
		s.find(l, remit.Finding{Code: remit.ErrLong, What: fmt.Sprintf("more than %d totals and counts are stated", mostStated)})
		return
	}
	l.stated = append(l.stated, c)
}

func (s *scanner) endBatch() {
	s.endPayment()
	s.prove(&s.batch)
	s.close(&s.batch)
}

func (s *scanner) endDeposit() {
	s.endBatch()
	s.prove(&s.deposit)
	s.close(&s.deposit)
	s.deposit = level{stated: s.deposit.stated}
}

// prove compares what a deposit or a batch states with its payments.
func (s *scanner) prove(l *level) {
	if !l.open {
		return
	}
	for _, c := range l.stated {
		if c.money {
			s.proveTotal(l, c)
		} else {
			s.proveCount(l, c)
		}
	}
}

func (s *scanner) proveTotal(l *level, c control) {
	f := remit.Finding{Pos: problem.Pos{Line: c.line, Col: c.col}, Field: "AMT02"}
	switch {
	case l.sums.mixed:
		f.Code, f.What = remit.ErrCurrency, "its payments are of several currencies, which are not added: the total is not proved"
	case l.sums.over:
		f.Code, f.What = remit.ErrRange, "its payments sum to more than can be held"
	case c.value != l.sums.total:
		f.Code, f.Control = remit.ErrControl, &remit.Control{Name: "total", Stated: c.value, Computed: l.sums.total, Money: true}
		f.What = fmt.Sprintf("the total of the %s is stated as %s, and its payments come to %s", l.kind, money.Cents(c.value), money.Cents(l.sums.total))
	default:
		return
	}
	s.find(l, f)
}

// proveCount compares a count: of batches where it says so (41), of checks where it says so (42), otherwise of whatever of the level it may be.
func (s *scanner) proveCount(l *level, c control) {
	name, computed, fits := "count", l.sums.payments, []int64{l.sums.payments}
	switch {
	case c.qualifier == "41" && l == &s.deposit:
		name, computed, fits = "batches", l.parts, []int64{l.parts}
	case c.qualifier != "42":
		fits = append(fits, l.parts, l.sums.stubs)
	}
	if !slices.Contains(fits, c.value) {
		s.find(l, remit.Finding{Code: remit.ErrControl, Pos: problem.Pos{Line: c.line, Col: c.col}, Field: "QTY02", What: fmt.Sprintf("the count of the %s is stated as %d, and is %d", l.kind, c.value, computed),
			Control: &remit.Control{Name: name, Stated: c.value, Computed: computed}})
	}
}
