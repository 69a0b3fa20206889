package camt

import (
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments"
)

// openEntry is the entry that is read.
type openEntry struct {
	Entry
	open, given, holds  bool
	at                  problem.Pos
	own                 string // NtryRef
	seen                map[string]bool
	known, sided        bool // its amount and its side can be read
	doubtful            bool // its status cannot
	details, amounts    int64
	sum                 int64 // what its details come to, on its own side
	mixed, over, unread bool
	blocks              int // of details, NtryDtls
	stated              int64
	states              bool // its one batch states an amount
}

func (e *openEntry) name() string { return fmt.Sprintf("entry %d", e.Number) }

// once says whether an element of an entry that can stand once does, before the details.
func (s *scanner) once(name string) bool {
	what := ""
	switch {
	case s.entry.blocks > 0:
		what = "it stands behind the details"
	case s.entry.seen[name]:
		what = "it stands in the entry twice"
	default:
		s.entry.seen[name] = true
		return true
	}
	s.find(payments.OfBatch, remit.Finding{Code: remit.ErrOrder, Field: name, What: what})
	s.skip()
	return false
}

// readEntry reads an entry: what stands before its details, then these, one after the other.
func (s *scanner) readEntry() {
	s.entries++
	s.sum.Lines++
	seen := s.entry.seen
	if seen == nil {
		seen = map[string]bool{}
	}
	clear(seen)
	s.entry = openEntry{Entry: Entry{Line: s.at.Line, Number: s.entries}, open: true, holds: true, at: s.at, seen: seen}
	s.each(s.readEntryElement)
	if !s.ok() {
		return
	}
	s.giveEntry()
	s.proveEntry()
	s.book()
	s.closeEntry()
}

func (s *scanner) readEntryElement(name string) {
	e := &s.entry
	switch name {
	case "NtryRef", "Amt", "CdtDbtInd", "RvslInd", "Sts", "BookgDt", "ValDt", "AcctSvcrRef", "BkTxCd":
		if !s.once(name) {
			return
		}
	}
	switch name {
	case "NtryRef":
		e.own = s.text(payments.OfReceipt, name)
	case "AcctSvcrRef":
		e.Reference = s.text(payments.OfReceipt, name)
	case "Amt":
		var n int64
		n, e.Currency, e.known = s.amount(payments.OfBatch, "Ntry/Amt")
		e.Amount = money.Cents(n)
	case "CdtDbtInd":
		e.Credit, e.sided = s.indicator(payments.OfBatch)
	case "RvslInd":
		s.readReversal()
	case "Sts":
		s.readStatus()
	case "BookgDt":
		e.Booked = s.day(payments.OfReceipt, name)
	case "ValDt":
		e.Valued = s.day(payments.OfReceipt, name)
	case "BkTxCd":
		e.Code = s.transactionCode()
	case "NtryDtls":
		if e.blocks == 0 {
			s.giveEntry()
		}
		e.blocks++
		s.readDetails()
	default:
		s.skip()
	}
}

// readStatus reads a status, which in versions from 04 stands within a code. Whether an entry of another is booked is not known.
func (s *scanner) readStatus() {
	at := s.at
	s.entry.Status = s.collect(payments.OfBatch, "Sts", 2)
	switch s.entry.Status {
	case "BOOK", "PDNG", "INFO", "FUTR":
	default:
		if s.ok() {
			s.entry.doubtful = true
			s.find(payments.OfBatch, remit.Finding{Code: remit.ErrField, Pos: at, Field: "Sts", What: "the status is none of BOOK, PDNG, INFO and FUTR: whether the entry is booked is not known"})
		}
	}
}

func (s *scanner) readReversal() {
	at := s.at
	switch text := s.text(payments.OfReceipt, "RvslInd"); {
	case text == "true" || text == "1":
		s.entry.Reversal = true
	case text != "false" && text != "0" && s.ok():
		s.find(payments.OfReceipt, remit.Finding{Code: remit.ErrField, Pos: at, Field: "RvslInd", What: "it says neither true nor false"})
	}
}

// transactionCode is the bank's code of a transaction: of the domain that ISO 20022 lists, or its own.
func (s *scanner) transactionCode() string {
	var domain, family, sub, own string
	s.each(func(name string) {
		switch name {
		case "Domn":
			s.each(func(name string) {
				switch name {
				case "Cd":
					domain = s.text(payments.OfReceipt, "BkTxCd")
				case "Fmly":
					s.each(func(name string) {
						switch name {
						case "Cd":
							family = s.text(payments.OfReceipt, "BkTxCd")
						case "SubFmlyCd":
							sub = s.text(payments.OfReceipt, "BkTxCd")
						default:
							s.skip()
						}
					})
				default:
					s.skip()
				}
			})
		case "Prtry":
			s.each(func(name string) {
				if name != "Cd" {
					s.skip()
					return
				}
				own = s.text(payments.OfReceipt, "BkTxCd")
			})
		default:
			s.skip()
		}
	})
	if code := strings.Trim(strings.Join([]string{domain, family, sub}, "-"), "-"); code != "" {
		return code
	}
	return own
}

// giveEntry gives the entry, all of which but its details has been read.
func (s *scanner) giveEntry() {
	e := &s.entry
	if e.given {
		return
	}
	e.given = true
	if e.Reference == "" {
		e.Reference = e.own
	}
	if !e.seen["Amt"] || !e.seen["CdtDbtInd"] {
		s.find(payments.OfBatch, remit.Finding{Code: remit.ErrField, Pos: e.at, Field: "Ntry", What: "the entry has no amount, or no side"})
	}
	s.sum.Records++
	own := e.Entry
	s.give(remit.Item[Record]{Record: &Record{Statement: s.statement.given, Entry: &own}}, nil)
}

func (s *scanner) closeEntry() {
	s.entry.open = false
	s.verdict(payments.OfReceipt, s.entry.name(), s.entry.holds, s.entry.Line)
}

// book adds the entry to what its statement's entries come to.
func (s *scanner) book() {
	e, o := &s.entry, &s.statement
	o.all++
	if e.Credit {
		o.credits++
	}
	if !e.known || !e.sided || e.doubtful {
		o.unknown = true
		return
	}
	t := o.of(e.Currency)
	if t == nil {
		o.unknown = true
		s.find(payments.OfBatch, remit.Finding{Code: remit.ErrCurrency, Pos: e.at, Field: "Ntry/Amt", What: fmt.Sprintf("the entries are of more than %d currencies: neither a balance nor a sum is proved", mostCurrencies)})
		return
	}
	into := &t.debits
	if e.Credit {
		into = &t.credits
	}
	t.over = !addTo(into, e.Amount.Cents()) || t.over
	if e.Status == "" || e.Status == "BOOK" {
		t.booked = true
		t.over = !addTo(&t.moved, e.Signed().Cents()) || t.over
	}
}

// proveEntry compares the entry with its details, where all of these have amounts, and what its batch states with it where none has.
func (s *scanner) proveEntry() {
	e := &s.entry
	f := remit.Finding{Pos: e.at, Field: "TxDtls"}
	switch {
	case !e.known || !e.sided || e.unread:
		return // which was told
	case e.mixed:
		f.Code, f.What = remit.ErrCurrency, "the details are of another currency than the entry, and are not compared with it"
	case e.over:
		f.Code, f.What = remit.ErrRange, "the details sum to more than can be held"
	case e.amounts > 0 && e.amounts == e.details && e.sum != e.Amount.Cents():
		f.Code, f.Control = remit.ErrControl, &remit.Control{Name: "total", Stated: e.Amount.Cents(), Computed: e.sum, Money: true}
		f.What = fmt.Sprintf("the entry is of %s, and its details come to %s", plain(e.Amount.Cents()), plain(e.sum))
	case e.amounts == 0 && e.states && e.blocks == 1 && e.stated != e.Amount.Cents():
		f.Code, f.Field, f.Control = remit.ErrControl, "TtlAmt", &remit.Control{Name: "total", Stated: e.stated, Computed: e.Amount.Cents(), Money: true}
		f.What = fmt.Sprintf("the total of the batch is stated as %s, and the entry is of %s", plain(e.stated), plain(e.Amount.Cents()))
	default:
		return
	}
	s.find(payments.OfReceipt, f)
}
