package x12

import (
	"fmt"
	"unicode/utf8"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments"
)

// content is a segment of a set.
func (s *scanner) content() {
	switch {
	case !s.set.open && !s.piece:
		s.misplaced(s.envelope(), "the segment comes before a set begins, or after its end")
		return
	case s.other:
		s.fate = ignored
		return
	}
	switch string(s.all[0]) {
	case "DEP":
		s.beginDeposit()
	case "BAT":
		s.beginBatch()
	case "AMT", "QTY":
		s.state()
	case "BPR":
		s.begin()
		s.order()
	case "TRN":
		s.trace()
	case "CUR":
		s.inCurrency()
	case "N1":
		s.party()
	case "ENT":
		s.stub = -1 // another entity: what follows is of none of the stubs before
	case "RMR":
		if s.within("a stub") {
			s.remittance()
		}
	case "ADX":
		if s.within("an adjustment") {
			s.adjust()
		}
	case "REF":
		s.reference()
	case "DTM":
		s.dated()
	case "NTE", "N2", "N3", "N4", "PER", "RDM", "NM1", "IT1", "ITA", "SLN", "PID", "PWK", "SAC", "TXI", "TXP", "DED", "LX", "LS", "LE", "G53", "LOC", "ASI", "PDL",
		"LQ", "FA1", "FA2", "BEN", "RYL", "INV", "DTP", "MSG", "SVC", "PYD", "PPA", "MEA", "YNQ", "III", "SPY", "LIN", "DMG":
		s.fate = ignored // addresses, items, taxes and what else says more of a payment without being one
	default:
		// It may be a payment, or a stub, whose name was damaged.
		s.fate = refused
		s.blame(s.holder(), remit.Finding{Code: remit.ErrRecord, What: "no payment order and no lockbox advice has a segment of this name"})
	}
}

// within says whether a payment is open, and begins one in a piece that has no BPR.
func (s *scanner) within(what string) bool {
	if !s.receipt.open {
		if s.set.open || !s.piece {
			s.misplaced(s.holder(), what+" stands before any payment")
			return false
		}
		s.begin()
	}
	return true
}

// begin begins a payment.
func (s *scanner) begin() {
	s.endPayment()
	if s.kind == "823" && s.set.open && !s.batch.open {
		s.implyBatch()
	}
	s.any = true
	s.number++
	s.open(&s.receipt, payments.OfReceipt, "payment")
	s.receipt.id = fmt.Sprint(s.number)
	s.who = payer{}
	s.payment = Payment{Number: s.number, Line: s.in.line, Segment: s.in.number, Currency: s.currency, Deposited: s.deposit.on, Stubs: s.payment.Stubs[:0], Others: s.payment.Others[:0], payer: &s.who}
	if s.set.open {
		s.payment.Set, s.payment.Kind = s.set.id, s.kind
	}
	if s.deposit.open {
		s.payment.Deposit = s.deposit.id
	}
	if s.batch.open && !s.batch.implied {
		s.payment.Batch = s.batch.id
	}
	s.stub, s.held, s.paid, s.amounts, s.unreadable, s.over = -1, 0, 0, false, false, false
}

// keep is an element that is kept of the payment.
func (s *scanner) keep(n int) string {
	text := s.element(n)
	if len(text) == 0 {
		return ""
	}
	var found remit.Finding
	switch s.held += len(text); {
	case len(text) > MostText:
		found = remit.Finding{Code: remit.ErrLong, What: fmt.Sprintf("the text is longer than %d bytes", MostText)}
	case s.held > MostHeld:
		found = remit.Finding{Code: remit.ErrLong, What: fmt.Sprintf("the texts of the payment are longer than %d bytes", MostHeld)}
	case !utf8.Valid(text):
		found = remit.Finding{Code: remit.ErrEncoding, What: "the text is not of UTF-8"}
	default:
		return string(text)
	}
	found.Field = s.field(n)
	s.find(&s.receipt, found)
	return ""
}

// order is a BPR segment. Where it is not known how much money comes in, or whether it comes or goes, nothing that encloses it can post.
func (s *scanner) order() {
	n, code, what := cents(s.element(2))
	if what != "" {
		s.blame(s.holder(), remit.Finding{Code: code, Field: "BPR02", What: what})
	}
	s.payment.Amount, s.payment.Stated = money.Cents(n), what == ""
	if s.payment.Debit = s.is(3, "D"); !s.payment.Debit && !s.is(3, "C") {
		s.blame(s.holder(), remit.Finding{Code: remit.ErrField, Field: "BPR03", What: "the payment is neither a credit, C, nor a debit, D"})
	}
	s.payment.Handling, s.payment.Method = s.keep(1), s.keep(4)
	if s.payment.Handling == "P" && n != 0 {
		s.blame(s.holder(), remit.Finding{Code: remit.ErrField, Field: "BPR01", What: "the order only gives notice that payments will come, and has an amount"})
	}
	s.who.routing, s.who.account = s.keep(7), s.keep(9)
	if day := s.element(16); len(day) > 0 {
		var ok bool
		if s.payment.Settles, ok = dateOf(day); !ok {
			s.find(&s.receipt, remit.Finding{Code: remit.ErrField, Field: "BPR16", What: "there is no such day, or it is not written as CCYYMMDD"})
		}
	}
}

// trace is a TRN segment. The first is the payment's own; others tell of what it goes on with.
func (s *scanner) trace() {
	if s.within("a trace number") && s.payment.Trace == "" {
		s.payment.Trace, s.payment.Originator = s.keep(2), s.keep(3)
		return
	}
	if s.fate == used {
		s.fate = ignored
	}
}

// inCurrency is a CUR segment: of the payment that is open, or of all that follow in the set.
func (s *scanner) inCurrency() {
	text := string(s.element(2))
	if len(text) != 3 || !isWord(text[0]) || !upper([]byte(text)) {
		s.blame(s.holder(), remit.Finding{Code: remit.ErrField, Field: "CUR02", What: "the currency is none of three letters"})
		text = "XXX" // the code of no currency, which is not taken for dollars
	}
	if s.receipt.open {
		s.payment.Currency = text
		return
	}
	s.currency = text
}

// party is an N1 segment: who pays. The payee is the district, and banks and lockboxes say nothing of a payment.
func (s *scanner) party() {
	if !s.receipt.open || !s.is(1, "PR") || s.who.name != "" {
		s.fate = ignored
		return
	}
	s.who.name = s.keep(2)
}

// remittance is an RMR segment.
func (s *scanner) remittance() {
	if len(s.payment.Stubs) >= MostStubs {
		s.fate = refused
		s.find(&s.receipt, remit.Finding{Code: remit.ErrLong, What: fmt.Sprintf("the payment has more than %d stubs", MostStubs)})
		return
	}
	stub := Stub{Line: s.in.line, Qualifier: s.keep(1), Reference: s.keep(2)}
	stub.Paid = s.amount(4)
	stub.Invoice = s.amount(5)
	stub.Discount = s.amount(6)
	if len(s.element(4)) > 0 {
		s.add(stub.Paid.Cents())
	}
	s.stub = len(s.payment.Stubs)
	s.payment.Stubs = append(s.payment.Stubs, stub)
}

// amount is an amount of a stub or an adjustment; zero where there is none.
func (s *scanner) amount(at int) money.Amount {
	text := s.element(at)
	if len(text) == 0 {
		return money.Amount{}
	}
	n, code, what := cents(text)
	if what != "" {
		s.unreadable = true
		s.find(&s.receipt, remit.Finding{Code: code, Field: s.field(at), What: what})
	}
	return money.Cents(n)
}

// adjust is an ADX segment.
func (s *scanner) adjust() {
	if len(s.element(1)) == 0 {
		s.unreadable = true
		s.find(&s.receipt, remit.Finding{Code: remit.ErrField, Field: "ADX01", What: "there is no amount"})
		return
	}
	n := s.amount(1)
	s.add(n.Cents())
	into := &s.payment.Adjustment
	if s.stub >= 0 {
		into = &s.payment.Stubs[s.stub].Adjustment
	}
	sum, err := into.Add(n)
	if err != nil {
		s.over = true
		return
	}
	*into = sum
}

func (s *scanner) add(n int64) {
	s.amounts = true
	if !addTo(&s.paid, n) {
		s.over = true
	}
}

// addTo adds a number, and says false, and adds nothing, where the sum cannot be held.
func addTo(sum *int64, n int64) bool {
	next := *sum + n
	if n != 0 && (next > *sum) != (n > 0) {
		return false
	}
	*sum = next
	return true
}

// reference is a REF segment: of the stub before it, or of the payment.
func (s *scanner) reference() {
	if !s.receipt.open {
		s.fate = ignored
		return
	}
	into := &s.payment.Others
	if s.stub >= 0 {
		into = &s.payment.Stubs[s.stub].Others
	}
	if len(*into) >= 100 {
		s.fate = refused
		s.find(&s.receipt, remit.Finding{Code: remit.ErrLong, Field: "REF", What: "more than 100 references follow one stub"})
		return
	}
	*into = append(*into, Reference{Qualifier: s.keep(1), Number: s.keep(2)})
}

// dated is a DTM segment.
func (s *scanner) dated() {
	if !s.receipt.open || s.stub < 0 || !s.payment.Stubs[s.stub].Dated.IsZero() || len(s.element(2)) == 0 {
		s.fate = ignored
		return
	}
	day, ok := dateOf(s.element(2))
	if !ok {
		s.find(nil, remit.Finding{Code: remit.ErrField, Field: "DTM02", What: "there is no such day, or it is not written as CCYYMMDD"})
	}
	s.payment.Stubs[s.stub].Dated = day
}

// endPayment gives the payment that was read, and the verdict on it.
func (s *scanner) endPayment() {
	if !s.receipt.open {
		return
	}
	p := &s.payment
	at := problem.Pos{Line: p.Line}
	switch {
	case s.over:
		s.find(&s.receipt, remit.Finding{Code: remit.ErrRange, Pos: at, What: "what the payment pays sums to more than can be held"})
	case s.set.open && !p.Stated || s.unreadable:
		// What is wrong was told, and what it sums to is not known.
	case !p.Stated:
		p.Amount = money.Cents(s.paid)
	case s.amounts && s.paid != p.Amount.Cents():
		s.find(&s.receipt, remit.Finding{Code: remit.ErrControl, Pos: at, Field: "BPR02", What: fmt.Sprintf("the payment is of %s, and what it pays comes to %s", p.Amount, money.Cents(s.paid)),
			Control: &remit.Control{Name: "total", Stated: p.Amount.Cents(), Computed: s.paid, Money: true}})
	}
	for _, l := range []*level{&s.batch, &s.deposit} {
		if l.open {
			l.sums.add(p)
		}
	}
	s.give(remit.Item[Payment]{Record: p}, nil)
	s.close(&s.receipt)
}
