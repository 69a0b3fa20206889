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
	// File names it in findings, and Key for good: the keys of its batches begin with it. An empty Key is the source and the first day that a row states.
	File, Key string
	// Source is the clearing of its money, such as "portal".
	Source string
	// Marker makes the marks of its payments.
	Marker *payments.Marker
	// Received is the day of payments for which the file states none.
	Received civil.Date
}

// Read reads a file and collects it as what package payments takes: a batch for each of the file's, or one where it has none, and in it a receipt for each
// row, or for all rows of one tender. Receipts are numbered through the file. Those that must not post before a person has looked, since their rows are in
// doubt or have no day, stand in a last batch of their own, which has the faults. Its rows are given too, for what the processor keeps of them.
//
// Reading holds the file in memory.
func Read(r io.Reader, profile *Profile, options Options) (payments.File, []Row, []remit.Finding, error) {
	if options.Source == "" || options.Marker == nil {
		return payments.File{}, nil, nil, &problem.Error{Code: ErrOptions, What: "the source of the money or the marker of its payments is missing", Fix: "give both"}
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return payments.File{}, nil, nil, &problem.Error{Code: remit.ErrInput, Pos: problem.Pos{File: options.File}, What: "the file cannot be read", Fix: "read it again", Err: err}
	}
	c := collector{options: options, tenders: map[string]int{}, keys: map[string]bool{}}
	c.file = payments.File{Source: options.Source, Content: options.Marker.Content(text), Loose: options.Marker.Content(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))}
	for item, err := range Scan(bytes.NewReader(text), profile, options.File) {
		switch {
		case err != nil:
			return payments.File{}, nil, nil, err
		case item.Finding != nil:
			c.findings = append(c.findings, *item.Finding)
			c.fault(item.Finding)
		case item.Record != nil:
			c.rows = append(c.rows, *item.Record)
			c.row(item.Record)
		case item.Verdict != nil && item.Verdict.Level == payments.OfBatch:
			c.end(item.Verdict.Of, item.Verdict.First)
		}
	}
	if err := c.finish(); err != nil {
		return payments.File{}, nil, nil, err
	}
	return c.file, c.rows, c.findings, nil
}

type collector struct {
	options  Options
	file     payments.File
	rows     []Row
	findings []remit.Finding
	first    civil.Date // that a row states

	faults  []payments.Fault // of the row that comes next
	batch   payments.Batch   // that is open
	drafts  []draft          // its receipts
	tenders map[string]int   // the places of those that have a tender
	doubted payments.Batch
	numbers int
	keys    map[string]bool
}

// draft is a receipt whose rows may not all have come.
type draft struct {
	row    *Row // the first
	stubs  []payments.Stub
	sum    money.Amount
	faults []payments.Fault
}

// fault notes what a finding says against the level that it fails.
func (c *collector) fault(f *remit.Finding) {
	fault := f.Fault()
	switch f.Fails {
	case payments.OfFile:
		c.file.Faults = append(c.file.Faults, fault)
	case payments.OfBatch:
		c.batch.Faults = append(c.batch.Faults, fault)
	case payments.OfReceipt:
		fault.Level = payments.OfBatch // it stands in a batch of its own
		c.faults = append(c.faults, fault)
	}
}

// row is a receipt, or a stub of that of its tender.
func (c *collector) row(row *Row) {
	faults := c.faults
	c.faults = nil
	stub := payments.Stub{Reference: row.Account, Amount: row.Amount, Due: row.Due}
	if stub.Reference == "" {
		stub.Reference = row.Invoice
	}
	if row.Kind != Payment {
		c.drafts = append(c.drafts, draft{row: row, sum: row.Amount, faults: faults})
		return
	}
	if at, known := c.tenders[row.Tender]; known {
		d := &c.drafts[at]
		d.stubs, d.faults = append(d.stubs, stub), append(d.faults, faults...)
		sum, err := d.sum.Add(row.Amount)
		if err != nil {
			d.faults = append(d.faults, c.held(row, "its rows sum to more than can be held"))
		}
		d.sum = sum
		return
	}
	if row.Tender != "" {
		c.tenders[row.Tender] = len(c.drafts)
	}
	c.drafts = append(c.drafts, draft{row, []payments.Stub{stub}, row.Amount, faults})
}

// held is a fault of a payment, which keeps it from posting.
func (c *collector) held(row *Row, what string) payments.Fault {
	return payments.Fault{Level: payments.OfBatch, Money: true, What: fmt.Sprintf("%s:%d: the payment is held: %s", c.options.File, row.Line, what)}
}

// end closes a batch of the file, or all that there is where it has none.
func (c *collector) end(of string, line int) {
	if of != "" {
		c.batch.Key = " " + of
		if c.keys[c.batch.Key] {
			c.batch.Key += fmt.Sprintf(" of line %d", line)
		}
		c.keys[c.batch.Key] = true
	}
	for i := range c.drafts {
		d := &c.drafts[i]
		receipt := c.receipt(d)
		if receipt.Received.IsZero() {
			d.faults = append(d.faults, c.held(d.row, "it has no day"))
		}
		into := &c.batch
		if len(d.faults) > 0 {
			into = &c.doubted
			into.Faults = append(into.Faults, d.faults...)
		}
		into.Receipts = append(into.Receipts, receipt)
	}
	c.file.Batches = append(c.file.Batches, c.batch)
	c.batch, c.drafts = payments.Batch{}, nil
	clear(c.tenders)
}

// finish names the file and its batches.
func (c *collector) finish() error {
	if len(c.drafts) > 0 || len(c.file.Batches) == 0 {
		c.end("", 0)
	}
	if len(c.doubted.Receipts) > 0 {
		c.doubted.Key = " in doubt"
		c.file.Batches = append(c.file.Batches, c.doubted)
	}
	if c.file.Key = c.options.Key; c.file.Key == "" {
		day := c.first
		if day.IsZero() {
			day = c.options.Received
		}
		if day.IsZero() {
			return &problem.Error{Code: ErrOptions, What: "the file has no key, and states no day that one could be made of", Fix: "give its key, or the day on which it was received"}
		}
		c.file.Key = c.options.Source + " " + day.String()
	}
	for i := range c.file.Batches {
		c.file.Batches[i].Key = c.file.Key + c.file.Batches[i].Key
	}
	return nil
}

// receipt is what the rows of a payment say of it.
func (c *collector) receipt(d *draft) payments.Receipt {
	c.numbers++
	m, row, who := c.options.Marker, d.row, d.row.told()
	receipt := payments.Receipt{Number: c.numbers, Received: row.PaidOn, Amount: d.sum, Name: m.Name(who.name), Stubs: d.stubs}
	if !row.TenderAmount.IsZero() && row.Kind == Payment {
		receipt.Amount = row.TenderAmount
	}
	if receipt.Received.IsZero() {
		receipt.Received = row.DepositedOn
	}
	if c.first.IsZero() {
		c.first = receipt.Received
	}
	if receipt.Received.IsZero() {
		receipt.Received = c.options.Received
	}
	paid := who.routing != "" && who.account != ""
	if paid {
		receipt.Payer = m.Payer(who.routing, who.account)
	}
	switch {
	case row.Transaction != "":
		receipt.Mark = m.Trace(c.options.Source, row.Transaction)
	case paid && strings.Trim(row.Check, "0") != "":
		receipt.Mark = m.Check(c.options.Source, who.routing, who.account, row.Check, receipt.Amount)
	case row.Tender != "":
		receipt.Mark = m.Trace(c.options.Source, row.Tender)
	case paid:
		receipt.Loose = m.Unnumbered(c.options.Source, who.routing, who.account, receipt.Amount)
	}
	switch {
	case row.Kind == Payment:
	case row.Reverses != "":
		receipt.Reverses = m.Trace(c.options.Source, row.Reverses)
	default:
		receipt.Reverses = m.Trace(c.options.Source, fmt.Sprintf("\x00what row %d takes back is not stated", row.Line)) // so that it waits as returned
	}
	return receipt
}
