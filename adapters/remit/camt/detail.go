package camt

import (
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments"
)

// block is one block of details, NtryDtls, with what its batch states.
type block struct {
	details, amounts, sum int64
	over                  bool
	counted, stated       *int64
	currency              string
	at                    problem.Pos
}

// readDetails reads a block of details.
func (s *scanner) readDetails() {
	b := block{}
	s.each(func(name string) {
		switch name {
		case "Btch":
			s.readBatch(&b)
		case "TxDtls":
			s.readDetail(&b)
		default:
			s.skip()
		}
	})
	if s.ok() {
		s.proveBlock(&b)
	}
}

// readBatch reads what a batch states of its details.
func (s *scanner) readBatch(b *block) {
	b.at = s.at
	s.each(func(name string) {
		at := s.at
		switch name {
		case "NbOfTxs":
			n, ok := count(s.text(payments.OfReceipt, name))
			if b.counted = &n; !ok && s.ok() {
				b.counted = nil
				s.find(payments.OfReceipt, remit.Finding{Code: remit.ErrField, Pos: at, Field: name, What: "the number of details is none"})
			}
		case "TtlAmt":
			if n, currency, ok := s.amount(payments.OfReceipt, name); ok {
				b.stated, b.currency = &n, currency
			}
		default:
			s.skip()
		}
	})
}

// proveBlock compares what a batch states with its details. A bank may state a batch and leave out what is in it.
func (s *scanner) proveBlock(b *block) {
	e := &s.entry
	if b.counted != nil && b.details > 0 && *b.counted != b.details {
		s.find(payments.OfReceipt, remit.Finding{Code: remit.ErrControl, Pos: b.at, Field: "NbOfTxs", Control: &remit.Control{Name: "details", Stated: *b.counted, Computed: b.details},
			What: fmt.Sprintf("the number of details is stated as %d, and is %d", *b.counted, b.details)})
	}
	switch {
	case b.stated == nil || e.unread || e.mixed || b.over:
	case b.currency != e.Currency:
		e.mixed = true
	case b.amounts == 0:
		e.stated, e.states = *b.stated, true
	case b.amounts == b.details && *b.stated != b.sum:
		s.find(payments.OfReceipt, remit.Finding{Code: remit.ErrControl, Pos: b.at, Field: "TtlAmt", Control: &remit.Control{Name: "total", Stated: *b.stated, Computed: b.sum, Money: true},
			What: fmt.Sprintf("the total of the batch is stated as %s, and its details come to %s", plain(*b.stated), plain(b.sum))})
	}
}

// detail is the detail that is read. Its amount stands in Amt, or in AmtDtls/TxAmt/Amt as versions before 03 have it.
type detail struct {
	Detail
	n              int64
	own            bool // Amt
	lines          []string
	name, number   string
	transaction    string // TxId
	unread, tooFar bool
}

// readDetail reads one transaction.
func (s *scanner) readDetail(b *block) {
	e := &s.entry
	s.details++
	s.sum.Lines++
	number := s.details
	d := &detail{Detail: Detail{Line: s.at.Line, Number: number, Credit: e.Credit}}
	s.each(func(name string) {
		switch name {
		case "Refs":
			s.readReferences(d)
		case "Amt":
			d.own = true
			s.detailAmount(d)
		case "AmtDtls":
			s.path(func() {
				if !d.own {
					s.detailAmount(d)
				} else {
					s.skip()
				}
			}, "TxAmt", "Amt")
		case "CdtDbtInd":
			if credit, ok := s.indicator(payments.OfReceipt); ok {
				d.Credit = credit
			} else {
				d.unread = true
			}
		case "RltdPties":
			s.readParties(d)
		case "RmtInf":
			s.readRemittance(d)
		default:
			s.skip()
		}
	})
	if !s.ok() {
		if s.broken != nil {
			s.sum.Refused++
		}
		return
	}
	if d.Transaction == "" {
		d.Transaction = d.transaction
	}
	if len(d.References) > 0 {
		d.Reference = d.References[0]
	}
	d.text, d.debtor, d.account = &hidden{strings.Join(d.lines, "\n")}, &hidden{d.name}, &hidden{d.number}
	s.sum.Records++
	entry, own := e.Entry, d.Detail
	s.give(remit.Item[Record]{Record: &Record{Statement: s.statement.given, Entry: &entry, Detail: &own}}, nil)
	s.addDetail(b, d)
}

// addDetail adds a detail to what those of its entry come to, on the side of the entry.
func (s *scanner) addDetail(b *block, d *detail) {
	e := &s.entry
	e.details++
	b.details++
	e.unread = e.unread || d.unread
	if !d.Stated {
		return
	}
	e.amounts++
	b.amounts++
	e.mixed = e.mixed || d.Currency != e.Currency
	n := d.n
	if d.Credit != e.Credit {
		n = -n
	}
	e.over = !addTo(&e.sum, n) || e.over
	b.over = !addTo(&b.sum, n) || b.over
}

func (s *scanner) detailAmount(d *detail) {
	n, currency, ok := s.amount(payments.OfReceipt, "TxDtls/Amt")
	d.n, d.Amount, d.Currency, d.Stated = n, money.Cents(n), currency, ok
	d.unread = d.unread || !ok
}

// path reads the elements that stand within one another under some names, and passes over the others.
func (s *scanner) path(read func(), names ...string) {
	s.each(func(name string) {
		switch {
		case name != names[0]:
			s.skip()
		case len(names) == 1:
			read()
		default:
			s.path(read, names[1:]...)
		}
	})
}

func (s *scanner) readReferences(d *detail) {
	s.each(func(name string) {
		switch name {
		case "EndToEndId":
			d.EndToEnd = s.text(payments.OfReceipt, name)
		case "AcctSvcrRef":
			d.Transaction = s.text(payments.OfReceipt, name)
		case "TxId":
			d.transaction = s.text(payments.OfReceipt, name)
		case "MndtId":
			d.Mandate = s.text(payments.OfReceipt, name)
		default:
			s.skip()
		}
	})
}

// readParties reads who paid. In versions from 08 a party's name stands within Pty.
func (s *scanner) readParties(d *detail) {
	name := func() { d.name = s.text(payments.OfReceipt, "Dbtr/Nm") }
	s.each(func(element string) {
		switch element {
		case "Dbtr":
			s.each(func(element string) {
				switch element {
				case "Nm":
					name()
				case "Pty":
					s.path(name, "Nm")
				default:
					s.skip()
				}
			})
		case "DbtrAcct":
			s.path(func() { d.number = s.accountNumber(payments.OfReceipt) }, "Id")
		default:
			s.skip()
		}
	})
}

func (s *scanner) readRemittance(d *detail) {
	s.each(func(name string) {
		switch name {
		case "Ustrd":
			s.keep(d, &d.lines, name)
		case "Strd":
			s.path(func() { s.keep(d, &d.References, "CdtrRefInf/Ref") }, "CdtrRefInf", "Ref")
		default:
			s.skip()
		}
	})
}

// keep keeps one of the texts of a detail, of which it can have so many.
func (s *scanner) keep(d *detail, list *[]string, field string) {
	at := s.at
	text := s.text(payments.OfReceipt, field)
	switch {
	case text == "" || !s.ok():
	case len(*list) < MostTexts:
		*list = append(*list, text)
	case !d.tooFar:
		d.tooFar = true
		s.find(payments.OfReceipt, remit.Finding{Code: remit.ErrLong, Pos: at, Field: field, What: fmt.Sprintf("the detail has more than %d texts", MostTexts)})
	}
}
