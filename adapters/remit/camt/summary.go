package camt

import (
	"fmt"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/payments"
)

// readSummary reads what a statement states of its entries, TxsSummry. The net amount is proved by the two sums, and what is stated by transaction code is
// passed over.
func (s *scanner) readSummary() {
	s.each(func(name string) {
		switch name {
		case "TtlNtries":
			s.readTotals(name, all)
		case "TtlCdtNtries":
			s.readTotals(name, credits)
		case "TtlDbtNtries":
			s.readTotals(name, debits)
		default:
			s.skip()
		}
	})
}

func (s *scanner) readTotals(of string, which side) {
	s.each(func(name string) {
		c := control{field: of + "/" + name, side: which, at: s.at}
		switch name {
		case "NbOfNtries":
			n, ok := count(s.text(payments.OfBatch, c.field))
			if c.value = n; !ok && s.ok() {
				s.find(payments.OfBatch, remit.Finding{Code: remit.ErrField, Pos: c.at, Field: c.field, What: "the number of entries is none"})
				return
			}
		case "Sum":
			n, code, what := hundredths(s.text(payments.OfBatch, c.field))
			if c.value, c.money = n, true; what != "" && s.ok() {
				s.find(payments.OfBatch, remit.Finding{Code: code, Pos: c.at, Field: c.field, What: what})
				return
			}
		default:
			s.skip()
			return
		}
		if len(s.statement.stated) >= MostTexts {
			s.find(payments.OfBatch, remit.Finding{Code: remit.ErrLong, Pos: c.at, Field: c.field, What: fmt.Sprintf("the summary has more than %d totals", MostTexts)})
			return
		}
		s.statement.stated = append(s.statement.stated, c)
	})
}

// proveSummary compares what the summary states with the entries.
func (s *scanner) proveSummary() {
	o := &s.statement
	currency := false
	for _, c := range o.stated {
		computed := map[side]int64{all: o.all, credits: o.credits, debits: o.all - o.credits}[c.side]
		name := "entries"
		if c.money {
			if o.unknown {
				continue // which was told
			}
			name = "total"
			switch sum, ok := o.total(c.side); {
			case len(o.sums) > 1:
				if !currency {
					s.find(payments.OfBatch, remit.Finding{Code: remit.ErrCurrency, Pos: c.at, Field: c.field, What: "the entries are of several currencies, which are not added: their sum is not proved"})
				}
				currency = true
				continue
			case !ok:
				s.find(payments.OfBatch, remit.Finding{Code: remit.ErrRange, Pos: c.at, Field: c.field, What: "the entries sum to more than can be held"})
				continue
			default:
				computed = sum
			}
		}
		if computed == c.value {
			continue
		}
		what := fmt.Sprintf("the number of entries is stated as %d, and is %d", c.value, computed)
		if c.money {
			what = fmt.Sprintf("the sum of the entries is stated as %s, and is %s", plain(c.value), plain(computed))
		}
		s.find(payments.OfBatch, remit.Finding{Code: remit.ErrControl, Pos: c.at, Field: c.field, What: what, Control: &remit.Control{Name: name, Stated: c.value, Computed: computed, Money: c.money}})
	}
}

// total is what the entries of one currency come to.
func (o *open) total(which side) (int64, bool) {
	var t sums
	if len(o.sums) > 0 {
		t = o.sums[0]
	}
	switch which {
	case credits:
		return t.credits, !t.over
	case debits:
		return t.debits, !t.over
	}
	sum := t.credits
	return sum, addTo(&sum, t.debits) && !t.over
}
