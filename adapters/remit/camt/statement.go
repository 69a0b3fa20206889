package camt

import (
	"fmt"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments"
)

// mostCurrencies is how many currencies the entries of one statement can be of.
const mostCurrencies = 32

// open is the statement that is read.
type open struct {
	Statement
	open, holds  bool
	given        *Statement // as it was given, which is changed no more
	all, credits int64      // its entries, and those that are credits
	sums         []sums
	unknown      bool // an entry's amount cannot be read, or of too many currencies
	stated       []control
}

// sums are what the entries of one currency come to.
type sums struct {
	currency        string
	credits, debits int64
	moved           int64 // what the booked ones move the account by
	booked, over    bool
}

func (o *open) name() string { return fmt.Sprintf("statement %d", o.Number) }

// of are the sums of a currency; nil where there are too many.
func (o *open) of(currency string) *sums {
	for i := range o.sums {
		if o.sums[i].currency == currency {
			return &o.sums[i]
		}
	}
	if len(o.sums) >= mostCurrencies {
		return nil
	}
	o.sums = append(o.sums, sums{currency: currency})
	return &o.sums[len(o.sums)-1]
}

// readStatement reads a statement or a notification.
func (s *scanner) readStatement(notification bool) {
	s.statements++
	s.sum.Lines++
	s.statement = open{open: true, holds: true, Statement: Statement{Line: s.at.Line, Number: s.statements, Notification: notification, account: &hidden{}}}
	first := s.at
	s.each(func(name string) {
		if name == "Id" || name == "Acct" || name == "Bal" || name == "TxsSummry" || name == "CpyDplctInd" {
			if s.statement.given != nil {
				s.find(payments.OfBatch, remit.Finding{Code: remit.ErrOrder, Field: name, What: "it stands behind an entry"})
				s.skip()
				return
			}
		}
		switch name {
		case "Id":
			s.statement.ID = s.text(payments.OfBatch, name)
		case "CpyDplctInd":
			s.statement.Copy = s.text(payments.OfBatch, name)
		case "Acct":
			s.readAccount()
		case "Bal":
			s.readBalance()
		case "TxsSummry":
			s.readSummary()
		case "Ntry":
			s.giveStatement()
			s.readEntry()
		default:
			s.skip()
		}
	})
	if !s.ok() {
		return
	}
	s.giveStatement()
	at := s.at
	s.at = first
	s.proveBalances()
	s.proveSummary()
	s.at = at
	s.closeStatement()
}

func (s *scanner) giveStatement() {
	if s.statement.given != nil {
		return
	}
	own := s.statement.Statement
	s.statement.given = &own
	s.sum.Records++
	s.give(remit.Item[Record]{Record: &Record{Statement: &own}}, nil)
}

func (s *scanner) closeStatement() {
	s.statement.open = false
	s.verdict(payments.OfBatch, s.statement.name(), s.statement.holds, s.statement.Line)
}

func (s *scanner) readAccount() {
	s.each(func(name string) {
		switch name {
		case "Id":
			s.statement.account.text = s.accountNumber(payments.OfBatch)
		case "Ccy":
			s.statement.Currency = s.text(payments.OfBatch, "Ccy")
		default:
			s.skip()
		}
	})
}

// accountNumber is the number of an account: an IBAN, or the bank's own.
func (s *scanner) accountNumber(fails payments.Level) (number string) {
	s.each(func(name string) {
		switch name {
		case "IBAN":
			number = s.text(fails, "IBAN")
		case "Othr":
			s.each(func(name string) {
				if name != "Id" || number != "" {
					s.skip()
					return
				}
				number = s.text(fails, "Othr")
			})
		default:
			s.skip()
		}
	})
	return number
}

// amount is an amount with its currency. It is told where it is none.
func (s *scanner) amount(fails payments.Level, field string) (n int64, currency string, ok bool) {
	at := s.at
	currency = s.attribute("Ccy")
	text := s.text(fails, field)
	if !s.ok() {
		return 0, "", false
	}
	n, code, what := hundredths(text)
	if what == "" && !isCurrency(currency) {
		code, what = remit.ErrField, "the amount has no currency"
	}
	if what != "" {
		s.find(fails, remit.Finding{Code: code, Pos: at, Field: field, What: what})
		return 0, "", false
	}
	return n, currency, true
}

// indicator is which side an amount is of.
func (s *scanner) indicator(fails payments.Level) (credit, ok bool) {
	at := s.at
	text := s.text(fails, "CdtDbtInd")
	if text != "CRDT" && text != "DBIT" && s.ok() {
		s.find(fails, remit.Finding{Code: remit.ErrField, Pos: at, Field: "CdtDbtInd", What: "it says neither credit, CRDT, nor debit, DBIT"})
		return false, false
	}
	return text == "CRDT", true
}

// day is a day or an instant.
func (s *scanner) day(fails payments.Level, field string) (day Day) {
	at := s.at
	s.each(func(name string) {
		ok := true
		switch name {
		case "Dt":
			day, ok = dateOf(s.text(fails, field))
		case "DtTm":
			day, ok = instantOf(s.text(fails, field))
		default:
			s.skip()
		}
		if !ok && s.ok() {
			s.find(fails, remit.Finding{Code: remit.ErrField, Pos: at, Field: field, What: "there is no such day, or it is written in another way than ISO 8601 has it"})
		}
	})
	return day
}

func (s *scanner) readBalance() {
	at := s.at
	var b Balance
	n, credit, known, sided := int64(0), false, false, false
	found := s.sum.Findings
	s.each(func(name string) {
		switch name {
		case "Tp":
			s.each(func(name string) {
				if name != "CdOrPrtry" {
					s.skip()
					return
				}
				s.each(func(string) { b.Type = s.text(payments.OfBatch, "Tp") })
			})
		case "Amt":
			n, b.Currency, known = s.amount(payments.OfBatch, "Bal/Amt")
		case "CdtDbtInd":
			credit, sided = s.indicator(payments.OfBatch)
		case "Dt":
			b.On = s.day(payments.OfBatch, "Bal/Dt")
		default:
			s.skip()
		}
	})
	switch {
	case !s.ok():
	case !known || !sided:
		if s.sum.Findings == found {
			s.find(payments.OfBatch, remit.Finding{Code: remit.ErrField, Pos: at, Field: "Bal", What: "the balance has no amount, or no side"})
		}
	case len(s.statement.Balances) >= MostTexts:
		s.find(payments.OfBatch, remit.Finding{Code: remit.ErrLong, Pos: at, Field: "Bal", What: fmt.Sprintf("the statement has more than %d balances", MostTexts)})
	default:
		if !credit {
			n = -n
		}
		b.Amount = money.Cents(n)
		s.statement.Balances = append(s.statement.Balances, b)
	}
}

// balance is the balance of the first of some types that there is in a currency.
func (s *scanner) balance(currency string, types ...string) (*Balance, bool) {
	for _, kind := range types {
		var found *Balance
		for i := range s.statement.Balances {
			b := &s.statement.Balances[i]
			if b.Type != kind || b.Currency != currency {
				continue
			}
			if found != nil && found.Amount != b.Amount {
				return nil, false
			}
			found = b
		}
		if found != nil {
			return found, true
		}
	}
	return nil, true
}

// proveBalances compares the closing balance of each currency with the opening one and the entries.
func (s *scanner) proveBalances() {
	var currencies []string
	add := func(currency string) {
		for _, c := range currencies {
			if c == currency {
				return
			}
		}
		currencies = append(currencies, currency)
	}
	opens, closes := false, false
	for _, b := range s.statement.Balances {
		opening, closing := b.Type == "OPBD" || b.Type == "PRCD", b.Type == "CLBD"
		if opens, closes = opens || opening, closes || closing; opening || closing {
			add(b.Currency)
		}
	}
	if !opens || !closes || s.statement.unknown {
		return // there is nothing to prove, or what cannot be read was told
	}
	for _, t := range s.statement.sums {
		if t.booked {
			add(t.currency)
		}
	}
	for _, currency := range currencies {
		opening, one := s.balance(currency, "OPBD", "PRCD")
		closing, two := s.balance(currency, "CLBD")
		if !one || !two {
			s.find(payments.OfBatch, remit.Finding{Code: remit.ErrField, Field: "Bal", What: "the statement has two opening or two closing balances that differ"})
			return
		}
		if opening == nil || closing == nil {
			s.find(payments.OfBatch, remit.Finding{Code: remit.ErrCurrency, Field: "Bal", What: "the balances and the entries are of several currencies, which are not added: the closing balance is not proved"})
			return
		}
	}
	for _, currency := range currencies {
		s.proveBalance(currency)
	}
}

func (s *scanner) proveBalance(currency string) {
	opening, _ := s.balance(currency, "OPBD", "PRCD")
	closing, _ := s.balance(currency, "CLBD")
	computed, over := opening.Amount.Cents(), false
	for _, t := range s.statement.sums {
		if t.currency == currency {
			over = t.over || !addTo(&computed, t.moved)
		}
	}
	switch {
	case over:
		s.find(payments.OfBatch, remit.Finding{Code: remit.ErrRange, Field: "CLBD", What: "the opening balance and the entries sum to more than can be held"})
	case computed != closing.Amount.Cents():
		s.find(payments.OfBatch, remit.Finding{Code: remit.ErrControl, Field: "CLBD", Control: &remit.Control{Name: "balance", Stated: closing.Amount.Cents(), Computed: computed, Money: true},
			What: fmt.Sprintf("the closing balance is stated as %s, and the opening one with the entries makes %s", plain(closing.Amount.Cents()), plain(computed))})
	}
}

// plain is an amount of any currency.
func plain(hundredths int64) string {
	text, _ := money.Cents(hundredths).MarshalText() // it has no errors
	return string(text)
}

// control is a count or a sum that a summary states.
type control struct {
	field string
	value int64
	money bool
	side  side
	at    problem.Pos
}

// side is what entries a control is of.
type side uint8

const (
	all side = iota
	credits
	debits
)
