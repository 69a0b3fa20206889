package delim

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments"
)

// MostTenders is how many tenders whose rows do not sum to their amount yet are kept at a time. A file that has more does not hold.
const MostTenders = 10_000

// longestTender is how long the name of a tender can be, in bytes.
const longestTender = 100

// tender is a payment of several rows, as long as its rows do not sum to it.
type tender struct {
	line   int // of its first row
	stated int64
	sum    int64
	over   bool
}

// join counts a row to its tender, and doubts it where it says another amount of it than the first did.
func (s *scanner) join(row *Row) {
	if row.TenderAmount.Sign() <= 0 {
		s.doubt(row, remit.ErrField, TenderPaid, "the amount of a tender is not above zero", nil)
		return
	}
	if row.Tender == "" { // the row alone
		if row.Amount != row.TenderAmount {
			s.doubt(row, remit.ErrControl, TenderPaid, fmt.Sprintf("the tender is stated as %s, and the row without a tender pays %s", row.TenderAmount, row.Amount),
				&remit.Control{Name: "tender", Stated: row.TenderAmount.Cents(), Computed: row.Amount.Cents(), Money: true})
		}
		return
	}
	t, known := s.tenders[row.Tender]
	if !known {
		if len(s.tenders) >= MostTenders {
			if !s.crowded {
				s.crowded = true
				s.find(remit.Finding{Code: remit.ErrRange, Pos: problem.Pos{Line: row.Line}, Field: string(Tender), What: fmt.Sprintf("more than %d tenders wait for their rows", MostTenders),
					Fix: "put the rows of a tender together, or give the file in parts"}, &s.whole)
			}
			return
		}
		t = &tender{line: row.Line, stated: row.TenderAmount.Cents()}
		if s.tenders == nil {
			s.tenders = map[string]*tender{}
		}
		s.tenders[strings.Clone(row.Tender)] = t // what the row is a part of is not kept with it
	}
	if stated := row.TenderAmount.Cents(); stated != t.stated {
		s.doubt(row, remit.ErrControl, TenderPaid, fmt.Sprintf("the tender is stated as %s, and on line %d as %s", row.TenderAmount, t.line, money.Cents(t.stated)),
			&remit.Control{Name: "tender", Stated: stated, Computed: t.stated, Money: true})
	}
	cents := row.Amount.Cents()
	sum := t.sum + cents
	t.over = t.over || (sum > t.sum) != (cents > 0) && cents != 0
	if t.sum = sum; sum == t.stated && !t.over {
		delete(s.tenders, row.Tender)
	}
}

// endTenders tells those whose rows never summed to them.
func (s *scanner) endTenders() {
	left := make([]*tender, 0, len(s.tenders))
	for _, t := range s.tenders {
		left = append(left, t)
	}
	slices.SortFunc(left, func(a, b *tender) int { return cmp.Compare(a.line, b.line) })
	for _, t := range left {
		f := remit.Finding{Code: remit.ErrControl, Pos: problem.Pos{Line: t.line}, Field: string(TenderPaid), Fails: payments.OfReceipt, Of: fmt.Sprintf("the tender of line %d", t.line),
			What: fmt.Sprintf("the tender is stated as %s, and its rows come to %s", money.Cents(t.stated), money.Cents(t.sum)), Fix: lookAtIt,
			Control: &remit.Control{Name: "tender", Stated: t.stated, Computed: t.sum, Money: true}}
		if t.over {
			f.Code, f.What, f.Control = remit.ErrRange, "the rows of the tender sum to more than can be held", nil
		}
		s.find(f, nil)
	}
}
