package x12

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments"
)

// ErrOptions is a file that is to be read without what must be known of it.
const ErrOptions problem.Code = "E_OPTIONS"

// Options say what a file is, and under which key its payments are known again.
type Options struct {
	// File names it in findings, and Key for good: the keys of its batches begin with it.
	File, Key string
	// Source is the clearing of its money, such as "ach".
	Source string
	// Marker makes the marks of its payments.
	Marker *payments.Marker
	// Received is the day of payments that state none, neither their own nor that of a deposit.
	Received civil.Date
}

// Read reads a file and collects it as what package payments takes: a batch for each set of an 820 and each batch of an 823, a receipt for each
// payment, and the faults of each level as the findings have them. A payment whose stubs do not sum to it keeps them, and waits whole, as does one with
// an adjustment of no stub; one whose stubs cannot be read has none. A debit takes nothing in, and waits as an amount below zero. What came in a
// deposit was received on its day, other payments on the day on which they settle. Reading holds the file in memory.
func Read(r io.Reader, options Options) (payments.File, []remit.Finding, error) {
	if options.Source == "" || options.Key == "" || options.Marker == nil {
		return payments.File{}, nil, &problem.Error{Code: ErrOptions, What: "the source of the money, the key of the file or the marker of its payments is missing", Fix: "give all of them"}
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return payments.File{}, nil, &problem.Error{Code: remit.ErrInput, Pos: problem.Pos{File: options.File}, What: "the file cannot be read", Fix: "read it again", Err: err}
	}
	c := collector{options: options, file: payments.File{Key: options.Key, Source: options.Source, Content: options.Marker.Content(text)}}
	for item, err := range Scan(bytes.NewReader(text), options.File) {
		switch {
		case err != nil:
			return payments.File{}, nil, err
		case item.Finding != nil:
			c.findings = append(c.findings, *item.Finding)
			c.fault(item.Finding)
		case item.Record != nil:
			if err := c.payment(item.Record); err != nil {
				return payments.File{}, nil, err
			}
		case item.Verdict != nil:
			c.verdict(item.Verdict)
		}
	}
	return c.file, c.findings, nil
}

type collector struct {
	options  Options
	file     payments.File
	findings []remit.Finding
	batch    payments.Batch
	// from is the first batch of the interchange that is open, and within that of the set and the deposit.
	from, ofSet, ofDeposit int
	// within are the faults of the sets and deposits that are open.
	within []payments.Fault
}

// fault notes what a finding says against the levels that it fails.
func (c *collector) fault(f *remit.Finding) {
	fault := f.Fault()
	switch {
	case f.Fails == payments.OfBatch:
		c.batch.Faults = append(c.batch.Faults, fault)
	case f.Fails == payments.OfGroup && !strings.HasPrefix(f.Of, interchangeName):
		c.within = append(c.within, fault)
	case f.Fails == payments.OfFile || f.Fails == payments.OfGroup:
		c.file.Faults = append(c.file.Faults, fault)
	}
}

// verdict closes a batch, or says of which interchange batches are. The batches of a set or deposit of an 823 are given its faults, since a batch
// names but one group. What has no batch has no money, and its faults are the file's to tell.
func (c *collector) verdict(v *remit.Verdict) {
	n := len(c.file.Batches)
	switch {
	case v.Level == payments.OfBatch:
		c.batch.Key = fmt.Sprintf("%s %s %d", c.options.Key, v.Of, n+1)
		c.file.Batches = append(c.file.Batches, c.batch)
		c.batch = payments.Batch{}
		if strings.HasPrefix(v.Of, setName) {
			c.ofSet, c.ofDeposit = n+1, n+1 // of an 820
		}
	case v.Level != payments.OfGroup:
	case strings.HasPrefix(v.Of, interchangeName):
		for i := c.from; i < n; i++ {
			c.file.Batches[i].Group = v.Of
		}
		c.from, c.ofSet, c.ofDeposit = n, n, n
	case strings.HasPrefix(v.Of, setName):
		c.hand(v.Of, c.ofSet)
		c.ofSet, c.ofDeposit = n, n
	default:
		c.hand(v.Of, c.ofDeposit)
		c.ofDeposit = n
	}
}

// hand gives the faults of a set or deposit to its batches, which are those from one on.
func (c *collector) hand(of string, from int) {
	var rest []payments.Fault
	for _, fault := range c.within {
		if fault.Of != of {
			rest = append(rest, fault)
			continue
		}
		if from == len(c.file.Batches) {
			c.file.Faults = append(c.file.Faults, fault)
		}
		for i := from; i < len(c.file.Batches); i++ {
			c.file.Batches[i].Faults = append(c.file.Batches[i].Faults, fault)
		}
	}
	c.within = rest
}

// payment is a receipt.
func (c *collector) payment(p *Payment) error {
	m := c.options.Marker
	receipt := payments.Receipt{Number: len(c.batch.Receipts) + 1, Received: p.Deposited, Amount: p.Amount, Currency: p.Currency, Name: m.Name(p.payer.name)}
	if receipt.Received.IsZero() {
		receipt.Received = p.Settles
	}
	if receipt.Received.IsZero() {
		receipt.Received = c.options.Received
	}
	if receipt.Received.IsZero() {
		c.batch.Faults = append(c.batch.Faults, payments.Fault{Level: payments.OfBatch, Money: true, What: fmt.Sprintf("%s:%d: the payment has no day", c.options.File, p.Line)})
	}
	if p.payer.routing != "" && p.payer.account != "" {
		receipt.Payer = m.Payer(p.payer.routing, p.payer.account)
	}
	switch {
	case p.Trace != "":
		receipt.Mark = m.Trace(c.options.Source+" "+p.Originator, p.Trace)
	case !receipt.Payer.IsZero():
		receipt.Loose = m.Unnumbered(c.options.Source, p.payer.routing, p.payer.account, p.Amount)
	}
	if p.Debit {
		minus, err := p.Amount.Neg()
		if err != nil {
			return err
		}
		receipt.Amount = minus
	}
	if p.Fault == nil || p.Fault.Control != nil {
		receipt.Stubs = stubs(p)
	}
	c.batch.Receipts = append(c.batch.Receipts, receipt)
	return nil
}

// stubs are what a payment pays; none where one of them is larger than can be held.
func stubs(p *Payment) []payments.Stub {
	var list []payments.Stub
	for _, s := range p.Stubs {
		amount, err := s.Paid.Add(s.Adjustment)
		if err != nil {
			return nil
		}
		list = append(list, payments.Stub{Reference: s.Reference, Amount: amount})
	}
	return list
}
