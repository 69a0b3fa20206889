package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/adapters/remit/delim"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/payments"
)

// write writes the day's files, each whole or not at all, the summary last.
func (d *day) write(folder string) error {
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		put  func(w io.Writer) error
	}{{"receipts.csv", d.receipts}, {"legs.csv", d.legs}, {"exceptions.csv", d.exceptions}, {"summary.json", d.summary}} {
		var text bytes.Buffer
		if err := f.put(&text); err != nil {
			return err
		}
		if err := replace(filepath.Join(folder, f.name), text.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// replace puts a file in the place of an earlier one, once it is written whole.
func replace(name string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // what is left of it is no file of the day
	}
	return err
}

func cents(a money.Amount) string { return strconv.FormatInt(a.Cents(), 10) }

func writeCSV(w io.Writer, rows [][]string) error {
	out := csv.NewWriter(w)
	if err := out.WriteAll(rows); err != nil {
		return err
	}
	return out.Error()
}

// receipts has a row for each receipt, or each stub of one with several.
func (d *day) receipts(w io.Writer) error {
	rows := [][]string{{"batch", "seq", "disposition", "account", "cents", "applied", "credit", "exception", "items"}}
	for i := range d.result.Lines {
		l := &d.result.Lines[i]
		receipt, _ := d.result.Receipt(l)
		batch, file := d.result.Batch(l)
		number, seq := "", ""
		if file.Source == "lockbox" {
			number, seq = batch.Key[strings.LastIndexByte(batch.Key, ' ')+1:], strconv.Itoa(receipt.Number)
		}
		disposition := l.Disposition()
		if l.Reverses != "" {
			disposition = "reversal:" + d.called(l.Reverses)
		}
		var items []string
		for _, a := range l.Items {
			items = append(items, d.names[a.Item]+"="+cents(a.Amount))
		}
		waits := l.Exception
		if l.Reverses != "" {
			waits = l.Reversed
		}
		rows = append(rows, []string{number, seq, disposition, l.Account, cents(l.Amount), cents(l.Applied), cents(l.Credit), cents(waits), strings.Join(items, ";")})
	}
	return writeCSV(w, rows)
}

// called is what the portal calls a payment; its key where it has no other name.
func (d *day) called(key string) string {
	if len(d.portal) > 0 {
		prefix := "portal " + d.portal[0].PaidOn.String() + " #"
		if n, err := strconv.Atoi(strings.TrimPrefix(key, prefix)); err == nil && n >= 1 && n <= len(d.portal) {
			return d.portal[n-1].Transaction
		}
	}
	return key
}

// legs has every leg that the day enters in the ledger.
func (d *day) legs(w io.Writer) error {
	rows := [][]string{{"entry", "leg", "source", "cause", "from", "to", "cents", "revenue_code", "effective", "accounting"}}
	for e, err := range d.result.Journal() {
		if err != nil {
			return err
		}
		for _, leg := range e.Legs() {
			from, to := leg.From.String(), leg.To.String()
			if name := d.names[leg.From.Item]; name != "" {
				from = "item " + name
			}
			if name := d.names[leg.To.Item]; name != "" {
				to = "item " + name
			}
			rows = append(rows, []string{leg.Entry.String(), leg.ID.String(), e.Key, string(leg.Cause), from, to, cents(leg.Amount), leg.RevenueCode, leg.Effective.String(), leg.Accounting.String()})
		}
	}
	return writeCSV(w, rows)
}

// exceptions has what waits and what is to be looked at, with what speaks about it.
func (d *day) exceptions(w io.Writer) error {
	rows := [][]string{{"receipt", "stub", "code", "posted", "cents", "account", "of", "stated", "computed", "hint", "candidates", "solutions"}}
	put := func(l *payments.Line, code payments.Exception, posted bool, e *payments.Evidence) {
		if e == nil {
			e = &payments.Evidence{}
		}
		var candidates, solutions []string
		for _, c := range e.Candidates {
			reasons := make([]string, len(c.Reasons))
			for i, r := range c.Reasons {
				reasons[i] = string(r)
			}
			candidates = append(candidates, fmt.Sprintf("%s (%d: %s)", c.Account, c.Score, strings.Join(reasons, ", ")))
		}
		for _, set := range e.Solutions {
			solutions = append(solutions, strings.Join(set, "+"))
		}
		_, key := d.result.Receipt(l)
		stub := ""
		if l.Stub >= 0 {
			stub = strconv.Itoa(l.Stub + 1)
		}
		stated, computed := "", ""
		if !e.Stated.IsZero() || !e.Computed.IsZero() {
			stated, computed = cents(e.Stated), cents(e.Computed)
		}
		rows = append(rows, []string{key, stub, string(code), map[bool]string{true: "yes", false: "no"}[posted], cents(l.Amount), l.Account, e.Of, stated, computed, e.Hint, strings.Join(candidates, "; "), strings.Join(solutions, "; ")})
	}
	for i := range d.result.Lines {
		if l := &d.result.Lines[i]; l.Code != "" {
			put(l, l.Code, false, l.Evidence)
		}
	}
	for _, n := range d.result.Notes {
		if n.Line >= 0 {
			put(&d.result.Lines[n.Line], n.Code, true, n.Evidence)
		}
	}
	return writeCSV(w, rows)
}

// summary has the totals of the day.
type summary struct {
	Day           string           `json:"day"`
	Items         int              `json:"lockbox_items"`
	Total         int64            `json:"lockbox_total"`
	Held          int64            `json:"lockbox_held"`
	ByDisposition map[string]int64 `json:"by_disposition"`
	Applied       int64            `json:"applied"`
	Credit        int64            `json:"credit"`
	Exception     int64            `json:"exception"`
	Gross         int64            `json:"portal_gross"`
	Fees          int64            `json:"portal_fees"`
	Back          int64            `json:"portal_chargeback_net"`
	Net           int64            `json:"portal_net"`
	Cash          int64            `json:"cash_receipts"`
	OverShort     int64            `json:"drawer_over_short"`
	LockboxAtBank []int64          `json:"bank_lockbox_credits"`
	InTransit     int64            `json:"bank_in_transit_cash"`
	NSF           *nsf             `json:"nsf,omitempty"`
	Billing       int64            `json:"billing"`
	Bank          int64            `json:"bank"`
	Differences   map[string]int64 `json:"differences"`
	Unexplained   int64            `json:"unexplained"`
	ToLookAt      int              `json:"to_look_at"`
}

type nsf struct {
	Account string `json:"account"`
	Cents   int64  `json:"cents"`
}

func (d *day) totals() summary {
	s := summary{Day: d.on.String(), ByDisposition: map[string]int64{}, Differences: map[string]int64{}, LockboxAtBank: []int64{}, ToLookAt: d.toLookAt()}
	for i := range d.result.Lines {
		l := &d.result.Lines[i]
		if _, file := d.result.Batch(l); file.Source != "lockbox" {
			continue
		}
		s.ByDisposition[l.Disposition()] += l.Amount.Cents()
	}
	for _, f := range d.result.Files {
		if f.Source == "lockbox" {
			s.Applied, s.Credit, s.Exception, s.Held = f.Sums.Applied.Cents(), f.Sums.Credit.Cents(), f.Sums.Exception.Cents(), f.Held.Cents()
			s.Total = f.Sums.In.Cents() + s.Held
			for _, b := range f.Batches {
				s.Items += b.Receipts
			}
		}
	}
	for _, row := range d.portal {
		s.Net += row.Net.Cents()
		if row.Kind == delim.Payment {
			s.Gross += row.Amount.Cents()
			s.Fees += row.Fee.Cents()
		} else {
			s.Back += row.Net.Cents()
		}
	}
	s.Cash, s.OverShort = d.closing.Receipts.Cents(), d.closing.OverShort.Cents()
	if d.banked == nil {
		return s
	}
	s.Billing, s.Bank = d.tie.Billing.Cents(), d.tie.Bank.Cents()
	for _, diff := range d.tie.Differences {
		s.Differences[string(diff.Code)] += diff.Amount.Cents()
		switch diff.Code {
		case payments.NotYetBanked:
			if d.drawer != nil && diff.Key == d.drawer.Key {
				s.InTransit -= diff.Amount.Cents()
			}
		case payments.ReturnedItem:
			s.NSF = &nsf{Account: d.returns[diff.Key], Cents: -diff.Amount.Cents()}
		}
	}
	s.Unexplained = s.Differences[string(payments.Unexplained)]
	for _, m := range d.banked.Matches {
		if m.Deposit < len(d.stated) {
			for _, l := range m.Lines {
				s.LockboxAtBank = append(s.LockboxAtBank, d.lines[l].Amount.Cents())
			}
		}
	}
	return s
}

func (d *day) summary(w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetIndent("", " ")
	return out.Encode(d.totals())
}
