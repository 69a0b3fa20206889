package delim

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments"
)

// ErrOptions is a file that is to be read without what must be known of it.
const ErrOptions problem.Code = "E_OPTIONS"

// Options say what a file is, and under which key its payments are known again.
type Options struct {
	// File names it in findings, and Key for good: its batch has the key too.
	File, Key string
	// Source is the clearing of its money, such as "portal".
	Source string
	// Marker makes the marks of its payments.
	Marker *payments.Marker
	// Received is the day of payments for which the file states none.
	Received civil.Date
}

// Read reads a file and collects it as what package payments takes: one batch, a receipt for each row, or for all rows of one tender that follow
// each other. Its rows are given too, for what the processor keeps of them. Reading holds the file in memory.
func Read(r io.Reader, profile *Profile, options Options) (payments.File, []Row, []remit.Finding, error) {
	if options.Source == "" || options.Key == "" || options.Marker == nil {
		return payments.File{}, nil, nil, &problem.Error{Code: ErrOptions, What: "the source of the money, the key of the file or the marker of its payments is missing", Fix: "give all of them"}
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return payments.File{}, nil, nil, &problem.Error{Code: remit.ErrInput, Pos: problem.Pos{File: options.File}, What: "the file cannot be read", Fix: "read it again", Err: err}
	}
	c := collector{options: options}
	c.file = payments.File{Key: options.Key, Source: options.Source, Content: options.Marker.Content(text), Loose: options.Marker.Content(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))}
	c.batch.Key = options.Key
	for item, err := range Scan(bytes.NewReader(text), profile, options.File) {
		switch {
		case err != nil:
			return payments.File{}, nil, nil, err
		case item.Finding != nil:
			c.findings = append(c.findings, *item.Finding)
			if item.Finding.Fails == payments.OfFile {
				c.file.Faults = append(c.file.Faults, item.Finding.Fault())
			}
		case item.Record != nil:
			row := *item.Record
			who := *row.payer
			row.payer = &who
			c.rows = append(c.rows, row)
			if err := c.row(&row); err != nil {
				return payments.File{}, nil, nil, err
			}
		}
	}
	c.finish()
	c.file.Batches = []payments.Batch{c.batch}
	return c.file, c.rows, c.findings, nil
}

type collector struct {
	options  Options
	file     payments.File
	batch    payments.Batch
	rows     []Row
	findings []remit.Finding
	tender   string // of the receipt that is open
	stated   money.Amount
	sum      money.Amount
}

// row is a receipt, or a stub of the one that is open.
func (c *collector) row(row *Row) error {
	reference := row.Account
	if reference == "" {
		reference = row.Invoice
	}
	stub := payments.Stub{Reference: reference, Amount: row.Amount}
	if row.Tender != "" && row.Tender == c.tender && row.Kind == Payment {
		last := &c.batch.Receipts[len(c.batch.Receipts)-1]
		sum, err := c.sum.Add(row.Amount)
		if err != nil {
			return err
		}
		c.sum = sum
		last.Stubs = append(last.Stubs, stub)
		return nil
	}
	c.finish()
	m, who := c.options.Marker, row.payer
	receipt := payments.Receipt{Number: len(c.batch.Receipts) + 1, Received: row.PaidOn, Amount: row.Amount, Name: m.Name(who.name)}
	if receipt.Received.IsZero() {
		receipt.Received = row.DepositedOn
	}
	if receipt.Received.IsZero() {
		receipt.Received = c.options.Received
	}
	if receipt.Received.IsZero() {
		c.batch.Faults = append(c.batch.Faults, payments.Fault{Level: payments.OfBatch, Money: true, What: fmt.Sprintf("%s:%d: the payment has no day", c.options.File, row.Line)})
	}
	if who.routing != "" && who.account != "" {
		receipt.Payer = m.Payer(who.routing, who.account)
	}
	number := strings.TrimLeft(row.Check, "0")
	switch {
	case row.Transaction != "":
		receipt.Mark = m.Trace(c.options.Source, row.Transaction)
	case number != "" && who.routing != "" && who.account != "":
		receipt.Mark = m.Check(c.options.Source, who.routing, who.account, row.Check, row.Amount)
	case row.Tender != "":
		receipt.Mark = m.Trace(c.options.Source, row.Tender)
	case who.routing != "" && who.account != "":
		receipt.Loose = m.Unnumbered(c.options.Source, who.routing, who.account, row.Amount)
	}
	if row.Reverses != "" {
		receipt.Reverses = m.Trace(c.options.Source, row.Reverses)
	} else if row.Kind != Payment {
		receipt.Reverses = m.Trace(c.options.Source, "\x00what row "+fmt.Sprint(row.Line)+" takes back is not stated")
	} else {
		receipt.Stubs = []payments.Stub{stub}
	}
	c.batch.Receipts = append(c.batch.Receipts, receipt)
	c.tender, c.stated, c.sum = row.Tender, row.TenderAmount, row.Amount
	return nil
}

// finish gives the receipt of a tender its amount: what the file states of it, or the sum of its rows.
func (c *collector) finish() {
	if c.tender == "" {
		return
	}
	last := &c.batch.Receipts[len(c.batch.Receipts)-1]
	if last.Amount = c.sum; !c.stated.IsZero() {
		last.Amount = c.stated
	}
	c.tender = ""
}
