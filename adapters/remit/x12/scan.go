package x12

import (
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments"
)

// MostStubs is how many stubs a payment can have; of one with more the rest is refused.
const MostStubs = 100_000

// Scan reads interchanges, once, as a stream: payments, findings, the verdict on each payment, set and interchange and the file when it ends, and a
// summary last. Memory stays flat at any size. What does not begin as an interchange is [ErrX12].
func Scan(r io.Reader, file string) iter.Seq2[remit.Item[Payment], error] {
	return scan(r, file, false)
}

// ScanPiece reads what an originator puts into addenda, joined: an interchange, a transaction set without one, or RMR segments alone. Controls
// that are there are compared, and none is missed.
func ScanPiece(r io.Reader, file string) iter.Seq2[remit.Item[Payment], error] {
	return scan(r, file, true)
}

func scan(r io.Reader, file string, piece bool) iter.Seq2[remit.Item[Payment], error] {
	return func(yield func(remit.Item[Payment], error) bool) {
		s := &scanner{in: newSegments(r), file: file, yield: yield, piece: piece, holds: true}
		s.run()
	}
}

type scanner struct {
	in      *segments
	file    string
	yield   func(remit.Item[Payment], error) bool
	piece   bool
	stopped bool
	sum     remit.Summary
	holds   bool // the file

	interchange, group, set level
	deposit, batch          level
	kind                    string // of the set
	currency                string
	depositIs, batchIs      string
	hasPayment              bool
	payment                 Payment
	who                     payer
	paid                    int64 // what its stubs and adjustments say
	amounts                 bool  // one of them has an amount
	over                    bool
}

// level is an envelope that is open, or a deposit or batch of an 823.
type level struct {
	open, holds bool
	first       int
	number      string // its control number
	parts       int64  // sets of a group, groups of an interchange, batches of a deposit
	segments    int64
	payments    int64
	total       int64
	stated      *int64 // the total that is stated, of a deposit or a batch
	counted     *int64
	ofBatches   bool // the count is of batches
	line        int
}

func (s *scanner) give(item remit.Item[Payment], err error) {
	if !s.stopped && !s.yield(item, err) {
		s.stopped = true
	}
}

const lookAtIt = "have its sender look at it, or send it again"

func (s *scanner) find(f remit.Finding) *remit.Finding {
	s.sum.Findings++
	f.Pos.File = s.file
	if f.Pos.Line == 0 {
		f.Pos.Line = s.in.line
	}
	if f.Fix == "" {
		f.Fix = lookAtIt
	}
	switch f.Fails {
	case payments.OfReceipt:
		f.Of = fmt.Sprintf("the payment of line %d", s.payment.Line)
		if s.payment.Fault == nil {
			s.payment.Fault = &f
		}
	case payments.OfBatch:
		f.Of = "set " + s.set.number
		s.set.holds = false
	case payments.OfGroup:
		f.Of = "interchange " + s.interchange.number
		s.interchange.holds = false
	case payments.OfFile:
		f.Of = "file"
		s.holds = false
	}
	s.give(remit.Item[Payment]{Finding: &f}, nil)
	return &f
}

// innermost is the innermost level that is open.
func (s *scanner) innermost() payments.Level {
	switch {
	case s.hasPayment:
		return payments.OfReceipt
	case s.set.open:
		return payments.OfBatch
	case s.interchange.open:
		return payments.OfGroup
	}
	return payments.OfFile
}

func (s *scanner) run() {
	if err := s.in.begin(s.piece); err != nil {
		if failed := s.in.err(s.file); failed != nil {
			err = failed
		}
		if e, ok := err.(*problem.Error); ok && e.Pos.IsZero() {
			e.Pos = problem.Pos{File: s.file, Line: 1, Col: 1}
		}
		s.give(remit.Item[Payment]{}, err)
		return
	}
	if s.in.notIn106 {
		s.in.line = 1
		s.find(remit.Finding{Code: ErrISA, Pos: problem.Pos{Col: 1}, What: "the header of the interchange is not of 106 characters: its blanks were collapsed", Fix: "ask for the file as it was sent; it is read as it stands"})
	}
	for !s.stopped {
		text, whole, long, ok := s.in.next()
		if !ok {
			break
		}
		s.sum.Lines++
		switch {
		case long:
			s.sum.Refused++
			s.find(remit.Finding{Code: remit.ErrLong, What: fmt.Sprintf("the segment is longer than %d bytes", Longest), Fails: s.innermost()})
		case !whole && !s.piece:
			s.sum.Refused++
			s.find(remit.Finding{Code: remit.ErrTorn, What: "the file ends within a segment", Fails: s.innermost()})
		default:
			s.segment(text)
		}
	}
	if s.stopped {
		return
	}
	if err := s.in.err(s.file); err != nil {
		s.give(remit.Item[Payment]{}, err)
		return
	}
	s.end()
}

// element is an element of a segment by its number; empty where there is none.
func element(all []string, n int) string {
	if n < len(all) {
		return strings.TrimSpace(all[n])
	}
	return ""
}

func (s *scanner) segment(text string) {
	all := strings.Split(strings.TrimSpace(text), string(s.in.element))
	if s.set.open {
		s.set.segments++
	}
	s.sum.Records++
	switch all[0] {
	case "ISA":
		s.tear(payments.OfGroup, "another interchange begins before its end")
		s.interchange = level{open: true, holds: true, first: s.in.line, number: element(all, 13)}
	case "GS":
		if s.group.open {
			s.find(remit.Finding{Code: remit.ErrTorn, What: "a functional group begins before the end of the one before", Fails: payments.OfGroup})
		}
		s.tear(payments.OfBatch, "a functional group begins before its end")
		s.group = level{open: true, number: element(all, 6)}
		s.interchange.parts++
		if kind := element(all, 1); kind != "RA" && kind != "LB" {
			s.find(remit.Finding{Code: remit.ErrField, Field: "GS01", What: "the functional group is neither RA nor LB, payments or lockbox", Fails: payments.OfGroup})
		}
	case "ST":
		s.tear(payments.OfBatch, "another set begins before its end")
		s.kind, s.currency, s.depositIs, s.batchIs = element(all, 1), "", "", ""
		s.set = level{open: true, holds: true, first: s.in.line, number: element(all, 2), segments: 1}
		s.group.parts++
		if s.kind != "820" && s.kind != "823" {
			s.find(remit.Finding{Code: remit.ErrField, Field: "ST01", What: "the set is neither an 820 nor an 823", Fails: payments.OfBatch})
		}
	case "SE":
		s.endSet(all)
	case "GE":
		s.tear(payments.OfBatch, "its functional group ends before it")
		if !s.group.open {
			s.find(remit.Finding{Code: remit.ErrOrder, What: "a functional group ends that did not begin", Fails: s.innermost()})
			return
		}
		s.compare(all, 1, payments.OfGroup, "sets", s.group.parts)
		s.same(all, 2, s.group.number, payments.OfGroup)
		s.group.open = false
	case "IEA":
		s.endInterchange(all)
	default:
		s.content(all)
	}
}

func (s *scanner) endSet(all []string) {
	if !s.set.open {
		s.find(remit.Finding{Code: remit.ErrOrder, What: "a set ends that did not begin", Fails: s.innermost()})
		return
	}
	s.endPayment()
	s.endPart(&s.batch, "batch")
	s.endPart(&s.deposit, "deposit")
	s.compare(all, 1, payments.OfBatch, "segments", s.set.segments)
	s.same(all, 2, s.set.number, payments.OfBatch)
	s.close(payments.OfBatch)
}

func (s *scanner) endInterchange(all []string) {
	if s.group.open {
		s.find(remit.Finding{Code: remit.ErrTorn, What: "the interchange ends before its functional group", Fails: payments.OfGroup})
		s.group.open = false
	}
	s.tear(payments.OfBatch, "its interchange ends before it")
	if !s.interchange.open {
		s.find(remit.Finding{Code: remit.ErrOrder, What: "an interchange ends that did not begin", Fails: payments.OfFile})
		return
	}
	s.compare(all, 1, payments.OfGroup, "groups", s.interchange.parts)
	s.same(all, 2, s.interchange.number, payments.OfGroup)
	s.close(payments.OfGroup)
}

// compare compares a count that a trailer states.
func (s *scanner) compare(all []string, at int, of payments.Level, name string, computed int64) {
	stated, what := count(element(all, at))
	if what != "" {
		s.find(remit.Finding{Code: remit.ErrField, Field: fmt.Sprintf("%s%02d", all[0], at), What: "the number of " + name + " is none", Fails: of})
		return
	}
	if stated != computed {
		s.find(remit.Finding{Code: remit.ErrControl, Field: name, Fails: of, What: fmt.Sprintf("the number of %s is stated as %d, and is %d", name, stated, computed), Control: &remit.Control{Name: name, Stated: stated, Computed: computed}})
	}
}

// same sees that a trailer has the control number of its header.
func (s *scanner) same(all []string, at int, number string, of payments.Level) {
	if element(all, at) != number {
		s.find(remit.Finding{Code: remit.ErrControl, Field: fmt.Sprintf("%s%02d", all[0], at), Fails: of, What: "the control number at the end is another than at the beginning"})
	}
}

// tear ends a level that is open where it cannot be.
func (s *scanner) tear(of payments.Level, what string) {
	if s.set.open {
		s.endPayment()
		s.endPart(&s.batch, "batch")
		s.endPart(&s.deposit, "deposit")
		s.find(remit.Finding{Code: remit.ErrTorn, What: "the set is not complete: " + what, Fails: payments.OfBatch})
		s.close(payments.OfBatch)
	}
	if of == payments.OfGroup && s.interchange.open {
		s.find(remit.Finding{Code: remit.ErrTorn, What: "the interchange is not complete: " + what, Fails: payments.OfGroup})
		s.close(payments.OfGroup)
		s.group.open = false
	}
}

func (s *scanner) close(of payments.Level) {
	l, name := &s.set, "set "
	if of == payments.OfGroup {
		l, name = &s.interchange, "interchange "
	}
	l.open = false
	s.give(remit.Item[Payment]{Verdict: &remit.Verdict{Level: of, Of: name + l.number, Holds: l.holds, First: l.first, Last: s.in.line}}, nil)
}

// content is a segment of a set.
func (s *scanner) content(all []string) {
	if !s.set.open && !s.piece {
		s.find(remit.Finding{Code: remit.ErrOrder, What: "a segment comes before a set begins, or after its end", Fails: s.innermost()})
		return
	}
	switch all[0] {
	case "CUR":
		s.currency = element(all, 2)
		if s.hasPayment {
			s.payment.Currency = s.currency
		}
	case "DEP":
		s.endPayment()
		s.endPart(&s.batch, "batch")
		s.endPart(&s.deposit, "deposit")
		s.depositIs, s.batchIs = element(all, 1), ""
		s.deposit = level{open: true, line: s.in.line}
	case "BAT":
		s.endPayment()
		s.endPart(&s.batch, "batch")
		s.batchIs = element(all, 3)
		s.batch = level{open: true, line: s.in.line}
		s.deposit.parts++
	case "AMT", "QTY":
		s.state(all)
	case "BPR":
		s.begin()
		s.order(all)
	case "TRN":
		s.payment.Trace, s.payment.Originator = element(all, 2), element(all, 3)
	case "N1":
		if s.hasPayment && element(all, 1) == "PR" {
			s.who.name = element(all, 2)
		}
	case "RMR":
		if !s.hasPayment {
			s.begin()
		}
		s.remittance(all)
	case "REF":
		if n := len(s.payment.Stubs); s.hasPayment && n > 0 && len(s.payment.Stubs[n-1].Others) < 100 {
			s.payment.Stubs[n-1].Others = append(s.payment.Stubs[n-1].Others, element(all, 2))
		}
	case "ADX":
		s.adjust(all)
	}
}

// state is what a deposit or a batch states, before its payments.
func (s *scanner) state(all []string) {
	part := &s.batch
	if !part.open {
		part = &s.deposit
	}
	if !part.open || s.hasPayment {
		return // it is of something else
	}
	if all[0] == "AMT" {
		n, code, what := cents(element(all, 2))
		if what != "" {
			s.find(remit.Finding{Code: code, Field: "AMT02", What: what, Fails: payments.OfBatch})
			return
		}
		part.stated = &n
		return
	}
	n, what := count(element(all, 2))
	if what != "" {
		s.find(remit.Finding{Code: remit.ErrField, Field: "QTY02", What: "the count is none", Fails: payments.OfBatch})
		return
	}
	part.counted, part.ofBatches = &n, element(all, 1) == "41"
}

// endPart compares what a deposit or a batch states with its payments.
func (s *scanner) endPart(part *level, name string) {
	if !part.open {
		return
	}
	part.open = false
	if part.stated != nil && *part.stated != part.total {
		s.find(remit.Finding{Code: remit.ErrControl, Pos: problem.Pos{Line: part.line}, Field: name, Fails: payments.OfBatch, Control: &remit.Control{Name: "total", Stated: *part.stated, Computed: part.total, Money: true},
			What: fmt.Sprintf("the total of the %s is stated as %s, and its payments come to %s", name, money.Cents(*part.stated), money.Cents(part.total))})
	}
	computed := part.payments
	if part.ofBatches {
		computed = part.parts
	}
	if part.counted != nil && *part.counted != computed {
		s.find(remit.Finding{Code: remit.ErrControl, Pos: problem.Pos{Line: part.line}, Field: name, Fails: payments.OfBatch, Control: &remit.Control{Name: "count", Stated: *part.counted, Computed: computed},
			What: fmt.Sprintf("the count of the %s is stated as %d, and is %d", name, *part.counted, computed)})
	}
}

// begin begins a payment.
func (s *scanner) begin() {
	s.endPayment()
	s.hasPayment = true
	s.who = payer{}
	trace, originator := "", ""
	s.payment = Payment{Line: s.in.line, Segment: s.in.number, Set: s.set.number, Kind: s.kind, Currency: s.currency, Trace: trace, Originator: originator, Deposit: s.depositIs, Batch: s.batchIs,
		Stubs: s.payment.Stubs[:0], payer: &s.who}
	s.paid, s.amounts, s.over = 0, false, false
}

// order is a BPR segment.
func (s *scanner) order(all []string) {
	n, code, what := cents(element(all, 2))
	if what == "" && element(all, 2) == "" {
		code, what = remit.ErrField, "the payment states no amount"
	}
	if what != "" {
		s.find(remit.Finding{Code: code, Field: "BPR02", What: what, Fails: payments.OfReceipt})
		s.set.holds = s.set.holds && !s.set.open // what the set comes to is not known
	}
	s.payment.Amount, s.payment.Stated = money.Cents(n), what == ""
	s.payment.Debit, s.payment.Method = element(all, 3) == "D", element(all, 4)
	s.who.routing, s.who.account = element(all, 7), element(all, 9)
	if text := element(all, 16); text != "" {
		day, err := dateOf(text)
		if err != nil {
			s.find(remit.Finding{Code: remit.ErrField, Field: "BPR16", What: "there is no such day, or it is not written as YYYYMMDD", Fails: payments.OfReceipt})
		}
		s.payment.Settles = day
	}
}

func dateOf(text string) (civil.Date, error) {
	if len(text) != 8 {
		return civil.ParseDate("")
	}
	return civil.ParseDate(text[:4] + "-" + text[4:6] + "-" + text[6:])
}

// remittance is an RMR segment.
func (s *scanner) remittance(all []string) {
	if len(s.payment.Stubs) >= MostStubs {
		s.find(remit.Finding{Code: remit.ErrLong, What: fmt.Sprintf("the payment has more than %d stubs", MostStubs), Fails: payments.OfReceipt})
		return
	}
	stub := Stub{Line: s.in.line, Qualifier: element(all, 1), Reference: element(all, 2)}
	for _, f := range []struct {
		at   int
		into *money.Amount
	}{{4, &stub.Paid}, {5, &stub.Invoice}, {6, &stub.Discount}} {
		n, code, what := cents(element(all, f.at))
		if what != "" {
			s.find(remit.Finding{Code: code, Field: fmt.Sprintf("RMR%02d", f.at), What: what, Fails: payments.OfReceipt})
		}
		*f.into = money.Cents(n)
	}
	if element(all, 4) != "" {
		s.add(stub.Paid.Cents())
	}
	s.payment.Stubs = append(s.payment.Stubs, stub)
}

// adjust is an ADX segment.
func (s *scanner) adjust(all []string) {
	if !s.hasPayment {
		return
	}
	n, code, what := cents(element(all, 1))
	if what != "" {
		s.find(remit.Finding{Code: code, Field: "ADX01", What: what, Fails: payments.OfReceipt})
	}
	s.add(n)
	if last := len(s.payment.Stubs) - 1; last >= 0 {
		sum, err := s.payment.Stubs[last].Adjustment.Add(money.Cents(n))
		s.payment.Stubs[last].Adjustment = sum
		s.over = s.over || err != nil
	}
}

func (s *scanner) add(n int64) {
	next := s.paid + n
	s.over = s.over || n != 0 && (next > s.paid) != (n > 0)
	s.paid, s.amounts = next, true
}

// endPayment gives the payment that was read, and the verdict on it.
func (s *scanner) endPayment() {
	if !s.hasPayment {
		return
	}
	p := &s.payment
	switch {
	case s.over:
		s.find(remit.Finding{Code: remit.ErrRange, Pos: problem.Pos{Line: p.Line}, What: "what the payment pays sums to more than can be held", Fails: payments.OfReceipt})
	case !p.Stated:
		p.Amount = money.Cents(s.paid)
	case s.amounts && s.paid != p.Amount.Cents():
		s.find(remit.Finding{Code: remit.ErrControl, Pos: problem.Pos{Line: p.Line}, Field: "BPR02", Fails: payments.OfReceipt, Control: &remit.Control{Name: "total", Stated: p.Amount.Cents(), Computed: s.paid, Money: true},
			What: fmt.Sprintf("the payment is of %s, and what it pays comes to %s", p.Amount, money.Cents(s.paid))})
	}
	s.hasPayment = false
	for _, part := range []*level{&s.deposit, &s.batch} {
		if part.open {
			part.payments++
			part.total += p.Amount.Cents()
		}
	}
	fault := p.Fault
	s.give(remit.Item[Payment]{Record: p}, nil)
	s.give(remit.Item[Payment]{Verdict: &remit.Verdict{Level: payments.OfReceipt, Of: fmt.Sprintf("the payment of line %d", p.Line), Holds: fault == nil, First: p.Line, Last: s.in.line}}, nil)
}

// end closes what the end of the source leaves open.
func (s *scanner) end() {
	if s.piece {
		s.endPayment()
		s.endPart(&s.batch, "batch")
		s.endPart(&s.deposit, "deposit")
		if s.set.open {
			s.close(payments.OfBatch)
		}
		if s.interchange.open {
			s.close(payments.OfGroup)
		}
	}
	s.tear(payments.OfGroup, "the file ends before it does")
	s.give(remit.Item[Payment]{Verdict: &remit.Verdict{Level: payments.OfFile, Of: "file", Holds: s.holds, First: min(1, s.sum.Lines), Last: s.in.line}}, nil)
	s.give(remit.Item[Payment]{Summary: &s.sum}, nil)
}
