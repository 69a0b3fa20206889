package lockbox

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/internal/lines"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments"
)

// ErrOptions is a file that is to be read without what must be known of it.
const ErrOptions problem.Code = "E_OPTIONS"

// Options say what a file is, and under which key its payments are known again.
type Options struct {
	// File names it in findings, and Key for good: the keys of its batches begin with it. An empty Key is the source, the day and the time at which
	// the file says that it was written.
	File, Key string
	// Source is the clearing of its money, such as "lockbox".
	Source string
	// Marker makes the marks of its payments.
	Marker *payments.Marker
}

// Read reads a file and collects it as what package payments takes: its batches with their receipts, and the faults of each level as the
// findings have them. Reading holds the file in memory. A check whose stubs cannot be relied on has none, so that it waits whole.
func Read(r io.Reader, layout Layout, options Options) (payments.File, []remit.Finding, error) {
	if options.Source == "" || options.Marker == nil {
		return payments.File{}, nil, &problem.Error{Code: ErrOptions, What: "the source of the money or the marker of its payments is missing", Fix: "give both"}
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return payments.File{}, nil, &problem.Error{Code: remit.ErrInput, Pos: problem.Pos{File: options.File}, What: "the file cannot be read", Fix: "read it again", Err: err}
	}
	c := collector{options: options, layout: &layout}
	c.file = payments.File{Source: options.Source, Content: options.Marker.Content(text), Loose: options.Marker.Content(loose(text))}
	for item, err := range Scan(bytes.NewReader(text), layout, options.File) {
		switch {
		case err != nil:
			return payments.File{}, nil, err
		case item.Finding != nil:
			c.findings = append(c.findings, *item.Finding)
			c.fault(item.Finding)
		case item.Record != nil:
			c.check(item.Record)
		case item.Verdict != nil:
			c.verdict(item.Verdict)
		}
	}
	if c.file.Key = options.Key; c.file.Key == "" {
		c.file.Key = options.Source + " " + written(text, &layout)
	}
	for i := range c.file.Batches {
		b := &c.file.Batches[i]
		b.Key = strings.Join(slices.DeleteFunc([]string{c.file.Key, strings.TrimPrefix(b.Group, "lockbox "), b.Key}, func(s string) bool { return s == "" }), " ")
	}
	return c.file, c.findings, nil
}

// written is the day and the time at which the file says that it was written.
func written(text []byte, l *Layout) string {
	header, _, _ := lines.New(bytes.NewReader(text)).Next()
	day, ok := dateOf(cut(header, l.Written), YYMMDD)
	if !ok {
		return "of no day"
	}
	return strings.TrimSpace(day.String() + " " + strings.TrimSpace(cut(header, l.WrittenTime)))
}

// loose is the text without its header and without the ends of its lines and the blanks before them: what another copy of the file has too.
func loose(text []byte) []byte {
	var out []byte
	r := lines.New(bytes.NewReader(text))
	for line, _, ok := r.Next(); ok; line, _, ok = r.Next() {
		if line = strings.TrimRight(line, " \x1a\x00"); line == "" || line[0] == '1' {
			continue
		}
		out = append(append(out, line...), '\n')
	}
	return out
}

type collector struct {
	options  Options
	layout   *Layout
	file     payments.File
	findings []remit.Finding
	batch    payments.Batch
	from     int // the first batch of the lockbox that is open
}

// fault notes what a finding says against the levels that it fails.
func (c *collector) fault(f *remit.Finding) {
	switch f.Fails {
	case payments.OfFile, payments.OfGroup:
		c.file.Faults = append(c.file.Faults, f.Fault())
	case payments.OfBatch:
		c.batch.Faults = append(c.batch.Faults, f.Fault())
	}
}

func (c *collector) verdict(v *remit.Verdict) {
	switch v.Level {
	case payments.OfBatch:
		c.batch.Key = v.Of
		c.file.Batches = append(c.file.Batches, c.batch)
		c.batch = payments.Batch{}
	case payments.OfGroup:
		for i := c.from; i < len(c.file.Batches); i++ {
			c.file.Batches[i].Group = v.Of
		}
		c.from = len(c.file.Batches)
		if !v.Holds && !c.told(payments.OfGroup, v.Of) {
			c.file.Faults = append(c.file.Faults, payments.Fault{Level: payments.OfGroup, Of: v.Of, Money: true, What: v.String()})
		}
	}
}

func (c *collector) told(l payments.Level, of string) bool {
	return slices.ContainsFunc(c.file.Faults, func(f payments.Fault) bool { return f.Level == l && f.Of == of })
}

// check is a receipt.
func (c *collector) check(k *Check) {
	m, who := c.options.Marker, k.payer.told()
	receipt := payments.Receipt{Number: k.Item, Received: k.Deposited, Amount: k.Amount, Dated: k.Dated,
		Mark: m.Check(c.options.Source, who.routing, who.account, k.Number, k.Amount), Name: m.Name(who.remitter)}
	if who.routing != "" && who.account != "" {
		receipt.Payer = m.Payer(who.routing, who.account)
		if k.Number == "" {
			receipt.Loose = m.Unnumbered(c.options.Source, who.routing, who.account, k.Amount)
		}
	}
	if receipt.Received.IsZero() {
		c.batch.Faults = append(c.batch.Faults, payments.Fault{Level: payments.OfBatch, Money: true, What: fmt.Sprintf("%s:%d: the check has no day on which it was deposited", c.options.File, k.Line)})
	}
	if k.Fault == nil {
		for _, s := range k.Stubs {
			receipt.Stubs = append(receipt.Stubs, payments.Stub{Reference: s.Reference, Amount: s.Net})
		}
		if len(receipt.Stubs) == 1 && (c.layout.Net.IsZero() || k.Stubs[0].Line == k.Line) {
			receipt.Stubs[0].Amount = k.Amount // the only one pays all of it, where the layout has no amount of a stub
		}
	}
	c.batch.Receipts = append(c.batch.Receipts, receipt)
}
