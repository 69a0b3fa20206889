package delim

import (
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments"
)

// row reads a row, and gives it or the finding that stands for it.
func (s *scanner) row(line string, r *record, n int) {
	if !s.fits(r, n) {
		return
	}
	number, ok := s.batchNumber(line, r, n)
	if !ok || !s.placeRow(number, r.batch != nil, n) {
		return
	}
	row := &Row{Line: s.number - n + 1, Last: s.number, Kind: Payment, Batch: number}
	if number == "" && s.batch.open {
		row.Batch = s.batch.number
	}
	if !s.fill(row, line, r, n) {
		return
	}
	s.sum.Records += n
	s.whole.add(row)
	if s.batch.open {
		s.batch.add(row)
	}
	s.give(remit.Item[Row]{Record: row}, nil)
}

// fits looks whether a row has the cells that it must have. Blank ones behind the last are nothing.
func (s *scanner) fits(r *record, n int) bool {
	if s.plan.Delimiter == 0 {
		return true
	}
	fixed := s.plan.Heading || s.plan.Cells > 0
	has := len(s.cells)
	for fixed && has > r.needs && strings.TrimSpace(s.cells[has-1]) == "" {
		has--
	}
	if has < r.needs || fixed && has > r.needs {
		s.refuse(n, s.current(), remit.ErrRecord, "", 0, fmt.Sprintf("the row has %d cells, and %d are needed", has, r.needs))
		return false
	}
	return true
}

// fill reads the fields of a row. It says false where one refuses the row.
func (s *scanner) fill(row *Row, line string, r *record, n int) bool {
	var sums [slots]int64
	var has, minus [slots]bool
	var who payer
	for i := range r.places {
		q := &r.places[i]
		text, cut := s.value(line, q)
		wrong := func(code problem.Code, what string) bool {
			s.refuse(n, s.current(), code, string(q.Role), s.columnOf(line, q), what)
			return false
		}
		if text == "" {
			if q.must {
				return wrong(remit.ErrField, "it is blank")
			}
			continue
		}
		switch q.Role {
		case Amount, Fee, Net, TenderPaid, Due:
			if cut {
				return wrong(remit.ErrField, "the line ends within the field")
			}
			cents, code, what := s.plan.cents(text, q)
			if what != "" {
				return wrong(code, what)
			}
			sums[q.sum], has[q.sum] = cents, true
			continue
		case SignOf, FeeSign, NetSign:
			if text != q.Minus && text != q.Plus {
				return wrong(remit.ErrField, "the profile does not say what the sign means")
			}
			minus[q.sum] = text == q.Minus
			continue
		case KindOf:
			kind, known := s.plan.Kinds[text]
			if !known {
				return wrong(remit.ErrField, "the profile does not say what the row is")
			}
			row.Kind = kind
			continue
		case PaidOn, DepositedOn:
			day, ok := dateOf(text, q.date)
			if !ok {
				return wrong(remit.ErrField, "there is no such day, or it is not written as "+q.date)
			}
			if q.Role == PaidOn {
				row.PaidOn = day
			} else {
				row.DepositedOn = day
			}
			continue
		}
		if q.Role == Tender && len(text) > longestTender {
			return wrong(remit.ErrLong, fmt.Sprintf("a tender has at most %d bytes", longestTender))
		}
		if !isText(text) {
			if q.Role != Name {
				return wrong(remit.ErrEncoding, "the value is no UTF-8, or has control characters")
			}
			s.find(remit.Finding{Code: remit.ErrEncoding, Pos: problem.Pos{Line: row.Line, Col: s.columnOf(line, q)}, Field: string(Name), What: "the name is no UTF-8, or has control characters, and is left out", Fix: "save the file as UTF-8"}, nil)
			continue
		}
		row.set(q.Role, text)
		who.set(q.Role, text)
	}
	row.tell(who)
	for i := range sums {
		if minus[i] {
			sums[i] = -sums[i] // at most 18 digits
		}
	}
	if s.plan.Sign == signByKind && row.Kind != Payment {
		for _, i := range []slot{amountSlot, netSlot} {
			if !has[i] || s.hasSign(r, i) {
				continue
			}
			sums[i] = -sums[i]
		}
	}
	if s.plan.FeeAdds {
		sums[feeSlot] = -sums[feeSlot]
	}
	row.Amount, row.Fee, row.Net = money.Cents(sums[amountSlot]), money.Cents(sums[feeSlot]), money.Cents(sums[netSlot])
	row.TenderAmount, row.Due = money.Cents(sums[tenderSlot]), money.Cents(sums[dueSlot])
	s.reverses(row)
	s.agree(row, has)
	if has[tenderSlot] && row.Kind == Payment {
		s.join(row)
	}
	return true
}

// hasSign says whether a field of the record is the sign of an amount.
func (s *scanner) hasSign(r *record, of slot) bool {
	for i := range r.places {
		if q := &r.places[i]; q.Role.isSign() && q.sum == of {
			return true
		}
	}
	return false
}

// set puts a text where it belongs.
func (r *Row) set(role Role, text string) {
	switch role {
	case Transaction:
		r.Transaction = text
	case Reverses:
		r.Reverses = text
	case AccountNo:
		r.Account = text
	case InvoiceNo:
		r.Invoice = text
	case CheckNo:
		r.Check = text
	case Tender:
		r.Tender = text
	}
}

// set puts a text where it belongs.
func (p *payer) set(role Role, text string) {
	switch role {
	case Routing:
		p.routing = text
	case Payer:
		p.account = text
	case Name:
		p.name = text
	}
}

// doubt gives a finding that fails a row's payment alone.
func (s *scanner) doubt(row *Row, code problem.Code, field Role, what string, control *remit.Control) {
	row.Doubt = true
	s.find(remit.Finding{Code: code, Pos: problem.Pos{Line: row.Line}, Field: string(field), What: what, Fix: lookAtIt, Fails: payments.OfReceipt, Of: fmt.Sprintf("line %d", row.Line), Control: control}, nil)
}

// reverses finds which payment a row takes back, by a field or by the suffix of its transaction.
func (s *scanner) reverses(row *Row) {
	if row.Kind == Payment {
		row.Reverses = "" // whatever the field names, nothing is taken back
		return
	}
	if row.Amount.Sign() >= 0 {
		s.doubt(row, remit.ErrField, Amount, fmt.Sprintf("a %s takes money back, and its amount is not below zero", row.Kind), nil)
	}
	if s.plan.Suffix != "" {
		if of, ok := strings.CutSuffix(row.Transaction, s.plan.Suffix); ok {
			row.Reverses = of
		}
	}
	if row.Reverses == "" && s.plan.linked {
		s.find(remit.Finding{Code: ErrReversal, Pos: problem.Pos{Line: row.Line}, Field: string(Reverses), What: fmt.Sprintf("the %s does not say which payment it takes back", row.Kind),
			Fix: "ask the processor, and reverse that payment"}, nil)
	}
}

// agree computes the net again. Where a row states only two of the three, there is nothing to compare.
func (s *scanner) agree(row *Row, has [slots]bool) {
	if !has[feeSlot] || !has[netSlot] {
		return
	}
	net := row.Amount.Cents() - row.Fee.Cents() // at most 18 digits each
	if net != row.Net.Cents() {
		s.doubt(row, remit.ErrControl, Net, fmt.Sprintf("%s less the fee of %s is not the net of %s", row.Amount, row.Fee, row.Net),
			&remit.Control{Name: "net", Stated: row.Net.Cents(), Computed: net, Money: true})
	}
}
