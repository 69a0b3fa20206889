package camt

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/internal/amount"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments"
)

// ErrDocument is of XML that cannot be read on, or of a document that is neither a camt.053 nor a camt.054. It ends the stream.
const ErrDocument problem.Code = "E_DOCUMENT"

// MostBytes is how long one balance, one transaction, or what else stands in an entry can be, in bytes.
const MostBytes = 1 << 20

// Scan reads a document, once, as a stream: statements, entries, details, findings, the verdict on each entry, statement and the document, and a
// summary last. Memory stays flat at any size.
func Scan(r io.Reader, file string) iter.Seq2[remit.Item[Record], error] {
	return func(yield func(remit.Item[Record], error) bool) {
		limited := &limitedReader{source: r}
		s := &scanner{in: limited, xml: xml.NewDecoder(limited), file: file, yield: yield, holds: true}
		s.run()
	}
}

type scanner struct {
	in      *limitedReader
	xml     *xml.Decoder
	file    string
	yield   func(remit.Item[Record], error) bool
	stopped bool
	sum     remit.Summary
	holds   bool

	statement             Statement
	statements            int
	entries, details      int
	statementHolds        bool
	moved                 int64 // what the booked entries come to
	currency              string
	mixed, over, unlooked bool
}

func (s *scanner) give(item remit.Item[Record], err error) {
	if !s.stopped && !s.yield(item, err) {
		s.stopped = true
	}
}

func (s *scanner) pos() problem.Pos {
	line, column := s.xml.InputPos()
	return problem.Pos{File: s.file, Line: line, Col: column}
}

func (s *scanner) find(f remit.Finding) {
	s.sum.Findings++
	if f.Pos.IsZero() {
		f.Pos = s.pos()
		f.Pos.Col = 0
	}
	if f.Fix == "" {
		f.Fix = "have the bank look at it"
	}
	switch f.Fails {
	case payments.OfReceipt:
		f.Of = fmt.Sprintf("entry %d", s.entries)
	case payments.OfBatch:
		f.Of = s.of()
		s.statementHolds = false
	case payments.OfFile:
		f.Of = "file"
		s.holds = false
	}
	s.give(remit.Item[Record]{Finding: &f}, nil)
}

func (s *scanner) of() string { return fmt.Sprintf("statement %d", s.statements) }

// next is the next token.
func (s *scanner) next() (xml.Token, error) {
	s.in.read = 0
	return s.xml.Token()
}

// decode reads an element whole.
func (s *scanner) decode(into any, start *xml.StartElement) error {
	s.in.read = 0
	return s.xml.DecodeElement(into, start)
}

// torn is the error that ends the stream.
func (s *scanner) torn(err error) {
	e := &problem.Error{Code: ErrDocument, Pos: s.pos(), What: "the document cannot be read on", Fix: "have it sent again", Err: err}
	var syntax *xml.SyntaxError
	switch {
	case s.in.failed != nil:
		e.Code, e.Fix, e.Err = remit.ErrInput, "read it again from the start", s.in.failed
	case s.in.long:
		e.Code, e.What, e.Err = remit.ErrLong, fmt.Sprintf("an element is longer than %d bytes", MostBytes), nil
	case errors.As(err, &syntax):
		e.What += ": " + syntax.Msg
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		e.What = "the document ends before its last element"
	}
	s.give(remit.Item[Record]{}, e)
}

func (s *scanner) run() {
	root := false
	for !s.stopped {
		token, err := s.next()
		if errors.Is(err, io.EOF) && root && !s.unlooked {
			break
		}
		if err != nil {
			s.torn(err)
			return
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "Document":
				root, s.unlooked = true, true
			case "BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn":
			case "Stmt", "Ntfctn":
				if err := s.readStatement(t.Name.Local == "Ntfctn"); err != nil {
					s.torn(err)
					return
				}
			default:
				if !root || t.Name.Local == "BkToCstmrAcctRpt" || !s.isHeader(t.Name.Local) {
					s.give(remit.Item[Record]{}, &problem.Error{Code: ErrDocument, Pos: s.pos(), What: "the document is neither a statement nor a notification: it has the element " + shown(t.Name.Local), Fix: "give a camt.053 or a camt.054"})
					return
				}
				if err := s.skip(); err != nil {
					s.torn(err)
					return
				}
			}
		case xml.EndElement:
			if t.Name.Local == "Document" {
				s.unlooked = false
			}
		}
	}
	if s.stopped {
		return
	}
	if s.statements == 0 {
		s.find(remit.Finding{Code: remit.ErrTorn, What: "the document has no statement", Fix: "have it sent again", Fails: payments.OfFile})
	}
	s.give(remit.Item[Record]{Verdict: &remit.Verdict{Level: payments.OfFile, Of: "file", Holds: s.holds, First: 1, Last: max(1, s.pos().Line)}}, nil)
	s.give(remit.Item[Record]{Summary: &s.sum}, nil)
}

func (s *scanner) isHeader(name string) bool { return name == "GrpHdr" || name == "SplmtryData" }

// shown is the name of an element, short enough for a message.
func shown(name string) string { return fmt.Sprintf("%.40q", name) }

// skip passes over the element that has begun, in flat memory.
func (s *scanner) skip() error {
	for depth := 1; depth > 0; {
		token, err := s.next()
		if err != nil {
			return err
		}
		switch token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
	}
	return nil
}

// The elements that are read. Parties of version 08 stand within Pty.
type (
	amountElement struct {
		Text     string `xml:",chardata"`
		Currency string `xml:"Ccy,attr"`
	}
	dayElement struct {
		Date string `xml:"Dt"`
		At   string `xml:"DtTm"`
	}
	accountElement struct {
		IBAN  string `xml:"Id>IBAN"`
		Other string `xml:"Id>Othr>Id"`
	}
	balanceElement struct {
		Type      string        `xml:"Tp>CdOrPrtry>Cd"`
		Own       string        `xml:"Tp>CdOrPrtry>Prtry"`
		Amount    amountElement `xml:"Amt"`
		Indicator string        `xml:"CdtDbtInd"`
		Day       dayElement    `xml:"Dt"`
	}
	statusElement struct {
		Text string `xml:",chardata"`
		Code string `xml:"Cd"`
	}
	codeElement struct {
		Domain    string `xml:"Domn>Cd"`
		Family    string `xml:"Domn>Fmly>Cd"`
		SubFamily string `xml:"Domn>Fmly>SubFmlyCd"`
		Own       string `xml:"Prtry>Cd"`
	}
	detailElement struct {
		EndToEnd     string         `xml:"Refs>EndToEndId"`
		Transaction  string         `xml:"Refs>AcctSvcrRef"`
		ID           string         `xml:"Refs>TxId"`
		Mandate      string         `xml:"Refs>MndtId"`
		Amount       *amountElement `xml:"Amt"`
		Other        *amountElement `xml:"AmtDtls>TxAmt>Amt"`
		Indicator    string         `xml:"CdtDbtInd"`
		Debtor       string         `xml:"RltdPties>Dbtr>Nm"`
		Party        string         `xml:"RltdPties>Dbtr>Pty>Nm"`
		Account      accountElement `xml:"RltdPties>DbtrAcct"`
		Unstructured []string       `xml:"RmtInf>Ustrd"`
		References   []string       `xml:"RmtInf>Strd>CdtrRefInf>Ref"`
	}
)

// readStatement reads a statement or a notification.
func (s *scanner) readStatement(notification bool) error {
	s.statements++
	s.sum.Lines++
	s.sum.Records++
	first := s.pos().Line
	s.statement = Statement{Line: first, Notification: notification, account: &hidden{}}
	s.statementHolds, s.moved, s.currency, s.mixed, s.over = true, 0, "", false, false
	given := false
	give := func() {
		if !given {
			given = true
			own := s.statement
			s.give(remit.Item[Record]{Record: &Record{Statement: &own}}, nil)
		}
	}
	for !s.stopped {
		token, err := s.next()
		if err != nil {
			s.verdict(first)
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "Id":
				err = s.decode(&s.statement.ID, &t)
			case "Acct":
				var a accountElement
				if err = s.decode(&a, &t); err == nil {
					s.statement.account.text = strings.TrimSpace(a.IBAN + a.Other)
				}
			case "Bal":
				err = s.balance(&t)
			case "Ntry":
				give()
				err = s.entry()
			default:
				err = s.skip()
			}
			if err != nil {
				s.verdict(first)
				return err
			}
		case xml.EndElement:
			give()
			s.compare()
			s.verdict(first)
			return nil
		}
	}
	return nil
}

func (s *scanner) verdict(first int) {
	s.give(remit.Item[Record]{Verdict: &remit.Verdict{Level: payments.OfBatch, Of: s.of(), Holds: s.statementHolds, First: first, Last: s.pos().Line}}, nil)
}

func (s *scanner) balance(t *xml.StartElement) error {
	var b balanceElement
	if err := s.decode(&b, t); err != nil {
		return err
	}
	out := Balance{Type: strings.TrimSpace(b.Type), Currency: strings.TrimSpace(b.Amount.Currency), On: s.day(b.Day, payments.OfBatch)}
	if out.Type == "" {
		out.Type = strings.TrimSpace(b.Own)
	}
	n, ok := s.amount(b.Amount, payments.OfBatch)
	if !ok {
		return nil
	}
	switch strings.TrimSpace(b.Indicator) {
	case "CRDT":
	case "DBIT":
		n = -n
	default:
		s.find(remit.Finding{Code: remit.ErrField, Field: "CdtDbtInd", What: "the balance is neither a credit nor a debit", Fails: payments.OfBatch})
		return nil
	}
	out.Amount = money.Cents(n)
	if len(s.statement.Balances) < 1000 {
		s.statement.Balances = append(s.statement.Balances, out)
	}
	return nil
}

// amount is an amount in hundredths; it is told where it is none.
func (s *scanner) amount(a amountElement, fails payments.Level) (int64, bool) {
	n, code, what := amount.Cents(strings.TrimSpace(a.Text), 2)
	if what == "" && strings.TrimSpace(a.Currency) == "" {
		code, what = remit.ErrField, "the amount has no currency"
	}
	if what != "" {
		s.find(remit.Finding{Code: code, Field: "Amt", What: what, Fails: fails})
		return 0, false
	}
	return n, true
}

// day reads a day or an instant; neither is no day.
func (s *scanner) day(d dayElement, fails payments.Level) Day {
	wrong := func() Day {
		s.find(remit.Finding{Code: remit.ErrField, Field: "Dt", What: "there is no such day, or it is written in another way than ISO 8601 has it", Fails: fails})
		return Day{}
	}
	date, at := strings.TrimSpace(d.Date), strings.TrimSpace(d.At)
	switch {
	case date != "":
		if len(date) > 10 {
			date = date[:10] // with a zone
		}
		on, err := civil.ParseDate(date)
		if err != nil {
			return wrong()
		}
		return Day{Date: on}
	case at != "":
		for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
			if instant, err := time.Parse(form, at); err == nil {
				on, err := civil.NewDate(instant.Date())
				if err != nil {
					return wrong()
				}
				if form != time.RFC3339Nano {
					return Day{Date: on} // without a zone it is no instant
				}
				return Day{Date: on, At: instant}
			}
		}
		return wrong()
	}
	return Day{}
}

// entry reads an entry: what stands before its details, then these, one after the other.
func (s *scanner) entry() error {
	s.entries++
	s.sum.Lines++
	s.sum.Records++
	e := Entry{Line: s.pos().Line, Number: s.entries}
	known, indicator := false, ""
	findings := s.sum.Findings
	given := false
	give := func() {
		if given {
			return
		}
		given = true
		switch indicator {
		case "CRDT":
			e.Credit = true
		case "DBIT":
		default:
			known = false
			s.find(remit.Finding{Code: remit.ErrField, Pos: problem.Pos{File: s.file, Line: e.Line}, Field: "CdtDbtInd", What: "the entry is neither a credit nor a debit", Fails: payments.OfBatch})
		}
		own := e
		s.give(remit.Item[Record]{Record: &Record{Statement: &s.statement, Entry: &own}}, nil)
	}
	sum, amounts := int64(0), 0
	details, mixed, over := 0, false, false
	for !s.stopped {
		token, err := s.next()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			err = nil
			switch t.Name.Local {
			case "NtryRef", "AcctSvcrRef":
				var text string
				if err = s.decode(&text, &t); err == nil && (e.Reference == "" || t.Name.Local == "AcctSvcrRef") {
					e.Reference = strings.TrimSpace(text)
				}
			case "Amt":
				var a amountElement
				if err = s.decode(&a, &t); err == nil {
					n, ok := s.amount(a, payments.OfBatch)
					e.Amount, e.Currency, known = money.Cents(n), strings.TrimSpace(a.Currency), ok
				}
			case "CdtDbtInd":
				err = s.decode(&indicator, &t)
				indicator = strings.TrimSpace(indicator)
			case "RvslInd":
				var text string
				err = s.decode(&text, &t)
				text = strings.TrimSpace(text)
				e.Reversal = text == "true" || text == "1"
			case "Sts":
				var status statusElement
				if err = s.decode(&status, &t); err == nil {
					if e.Status = strings.TrimSpace(status.Code); e.Status == "" {
						e.Status = strings.TrimSpace(status.Text)
					}
				}
			case "BookgDt", "ValDt":
				var d dayElement
				if err = s.decode(&d, &t); err == nil {
					day := s.day(d, payments.OfReceipt)
					if t.Name.Local == "BookgDt" {
						e.Booked = day
					} else {
						e.Valued = day
					}
				}
			case "BkTxCd":
				var c codeElement
				if err = s.decode(&c, &t); err == nil {
					e.Code = strings.Trim(strings.Join([]string{c.Domain, c.Family, c.SubFamily}, "-"), "-")
					if e.Code == "" {
						e.Code = strings.TrimSpace(c.Own)
					}
				}
			case "NtryDtls":
				// Its details stand in it, one after the other.
			case "TxDtls":
				give()
				n, currency, has, wrong := int64(0), "", false, error(nil)
				n, currency, has, wrong = s.detail(&e, &t)
				if err = wrong; err != nil {
					break
				}
				details++
				if has {
					amounts++
					mixed = mixed || currency != e.Currency
					next := sum + n
					over = over || (next > sum) != (n > 0) && n != 0
					sum = next
				}
			default:
				err = s.skip()
			}
			if err != nil {
				return err
			}
		case xml.EndElement:
			if t.Name.Local == "NtryDtls" {
				continue
			}
			give()
			switch {
			case !known || amounts == 0:
			case mixed:
				s.find(remit.Finding{Code: remit.ErrCurrency, Pos: problem.Pos{File: s.file, Line: e.Line}, Field: "TxDtls", What: "the details are of another currency than the entry, and are not compared with it", Fails: payments.OfReceipt})
			case over:
				s.find(remit.Finding{Code: remit.ErrRange, Pos: problem.Pos{File: s.file, Line: e.Line}, Field: "TxDtls", What: "the details sum to more than can be held", Fails: payments.OfReceipt})
			case amounts == details && sum != e.Amount.Cents():
				s.find(remit.Finding{Code: remit.ErrControl, Pos: problem.Pos{File: s.file, Line: e.Line}, Field: "TxDtls", Fails: payments.OfReceipt, Control: &remit.Control{Name: "total", Stated: e.Amount.Cents(), Computed: sum, Money: true},
					What: fmt.Sprintf("the entry is of %s, and its details come to %s", plain(e.Amount.Cents()), plain(sum))})
			}
			s.book(&e, known)
			s.give(remit.Item[Record]{Verdict: &remit.Verdict{Level: payments.OfReceipt, Of: fmt.Sprintf("entry %d", e.Number), Holds: s.sum.Findings == findings, First: e.Line, Last: s.pos().Line}}, nil)
			return nil
		}
	}
	return nil
}

// plain is an amount of any currency.
func plain(hundredths int64) string {
	text, _ := money.Cents(hundredths).MarshalText() // it has no errors
	return string(text)
}

// book adds an entry that is booked to what the statement's move from one balance to the other is.
func (s *scanner) book(e *Entry, known bool) {
	if !known || e.Status != "" && e.Status != "BOOK" {
		return
	}
	if s.currency == "" {
		s.currency = e.Currency
	}
	s.mixed = s.mixed || e.Currency != s.currency
	n := e.Signed().Cents()
	next := s.moved + n
	s.over = s.over || n != 0 && (next > s.moved) != (n > 0)
	s.moved = next
}

// detail reads one transaction.
func (s *scanner) detail(e *Entry, t *xml.StartElement) (n int64, currency string, has bool, err error) {
	line := s.pos().Line
	var d detailElement
	if err := s.decode(&d, t); err != nil {
		return 0, "", false, err
	}
	s.details++
	s.sum.Lines++
	s.sum.Records++
	out := Detail{Line: line, Number: s.details, References: d.References, EndToEnd: strings.TrimSpace(d.EndToEnd), Transaction: strings.TrimSpace(d.Transaction), Mandate: strings.TrimSpace(d.Mandate),
		text: &hidden{strings.Join(d.Unstructured, "\n")}, debtor: &hidden{strings.TrimSpace(d.Debtor + d.Party)}, account: &hidden{strings.TrimSpace(d.Account.IBAN + d.Account.Other)}}
	if out.Transaction == "" {
		out.Transaction = strings.TrimSpace(d.ID)
	}
	for i := range out.References {
		out.References[i] = strings.TrimSpace(out.References[i])
	}
	out.References = slices.DeleteFunc(out.References, func(r string) bool { return r == "" })
	if len(out.References) > 0 {
		out.Reference = out.References[0]
	}
	amount := d.Amount
	if amount == nil {
		amount = d.Other
	}
	if amount != nil {
		if n, has = s.amount(*amount, payments.OfReceipt); has {
			currency = strings.TrimSpace(amount.Currency)
			out.Amount, out.Stated, out.Currency = money.Cents(n), true, currency
		}
	}
	own := *e
	s.give(remit.Item[Record]{Record: &Record{Statement: &s.statement, Entry: &own, Detail: &out}}, nil)
	if ind := strings.TrimSpace(d.Indicator); ind != "" && (ind == "CRDT") != e.Credit {
		n = -n
	}
	return n, currency, has, nil
}

// compare compares the closing balance with the opening one and the entries.
func (s *scanner) compare() {
	var opening, closing *Balance
	for i := range s.statement.Balances {
		switch b := &s.statement.Balances[i]; b.Type {
		case "OPBD":
			opening = b
		case "CLBD":
			closing = b
		}
	}
	if opening == nil || closing == nil {
		return
	}
	at := problem.Pos{File: s.file, Line: s.statement.Line}
	switch {
	case opening.Currency != closing.Currency || s.mixed || s.currency != "" && s.currency != opening.Currency:
		s.find(remit.Finding{Code: remit.ErrCurrency, Pos: at, Field: "Bal", What: "the balances and the entries are of several currencies, which are not added: the closing balance is not proved", Fails: payments.OfBatch})
		return
	case s.over:
		s.find(remit.Finding{Code: remit.ErrRange, Pos: at, Field: "Bal", What: "the entries sum to more than can be held", Fails: payments.OfBatch})
		return
	}
	computed, err := opening.Amount.Add(money.Cents(s.moved))
	if err != nil {
		s.find(remit.Finding{Code: remit.ErrRange, Pos: at, Field: "Bal", What: "the opening balance and the entries sum to more than can be held", Fails: payments.OfBatch})
		return
	}
	if computed != closing.Amount {
		s.find(remit.Finding{Code: remit.ErrControl, Pos: at, Field: "CLBD", Fails: payments.OfBatch, Control: &remit.Control{Name: "balance", Stated: closing.Amount.Cents(), Computed: computed.Cents(), Money: true},
			What: fmt.Sprintf("the closing balance is stated as %s, and the opening one with the entries makes %s", plain(closing.Amount.Cents()), plain(computed.Cents()))})
	}
}
