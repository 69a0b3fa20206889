package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/bai2"
	"github.com/headgate-dev/headgate/adapters/remit/delim"
	"github.com/headgate-dev/headgate/adapters/remit/lockbox"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/private"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/payments"
	"github.com/headgate-dev/headgate/payments/scanline"
)

// policy is the order in which payments are applied here: the oldest due date first, then by kind.
func policy() payments.Policy {
	return payments.Policy{Name: "example", Source: "the example's own order",
		Keys: []payments.Key{{By: payments.OldestFirst}, {By: payments.ByKind, Order: []string{"penalty", "water", "sewer", "capital"}}}}
}

// day is a day with all that came of it.
type day struct {
	on       civil.Date
	books    *ledger.Ledger
	names    map[stored.ID]string // of the items, as the district's table has them
	marker   *payments.Marker
	findings []remit.Finding

	lockbox payments.File
	stated  map[string]bool // the lockboxes of the file
	portal  []delim.Row
	drawer  *payments.Drawer
	closing payments.Closing
	drawn   []string // the ids of the drawer's receipts
	lines   []payments.BankLine
	returns map[string]string // the accounts that the bank names for returned items, by the keys of their lines

	result *payments.Result
	banked *payments.Banked
	tie    payments.TieOut
}

// newDay reads the files of a day and reconciles it.
func newDay(in inputs) (*day, error) {
	d := &day{names: map[stored.ID]string{}, books: &ledger.Ledger{}, stated: map[string]bool{}, returns: map[string]string{}}
	// A district keeps its key apart from its books. This one is in the program for all to see, since the day is invented.
	key, err := private.NewKey([]byte("the example's key is no secret: 32 bytes or more"))
	if err != nil {
		return nil, err
	}
	if d.marker, err = payments.NewMarker(key); err != nil {
		return nil, err
	}
	files, err := d.files(in)
	if err != nil {
		return nil, err
	}
	directory, err := d.accounts(in.accounts)
	if err != nil {
		return nil, err
	}
	if err := d.open(in.open, directory); err != nil {
		return nil, err
	}
	seen, err := d.seen(in.seen)
	if err != nil {
		return nil, err
	}
	owed, err := payments.OwedOn(d.books, d.on, policy(), nil)
	if err != nil {
		return nil, err
	}
	d.result, err = payments.Reconcile(payments.Day{On: d.on, Files: files, Directory: directory, Owed: owed, Seen: seen,
		Settings: payments.Settings{StaleDays: 180, CreditCode: "2200", SuspenseCode: "2900"}})
	if err != nil {
		return nil, err
	}
	if _, err := d.result.Post(d.books); err != nil {
		return nil, err
	}
	if err := d.books.Check(); err != nil {
		return nil, err
	}
	if in.bank.name != "" {
		return d, d.bank()
	}
	return d, nil
}

// files reads what came in, in the order in which it is posted: lockbox, portal, drawer.
func (d *day) files(in inputs) ([]payments.File, error) {
	var files []payments.File
	if in.lockbox.name != "" {
		file, findings, err := lockbox.Read(bytes.NewReader(in.lockbox.bytes), lockbox.ReferenceAndNet(), lockbox.Options{File: in.lockbox.name, Source: "lockbox", Marker: d.marker})
		if err != nil {
			return nil, err
		}
		d.lockbox, d.findings = file, append(d.findings, findings...)
		for _, b := range file.Batches {
			d.stated[strings.TrimPrefix(b.Group, "lockbox ")] = true
			if len(b.Receipts) > 0 && d.on.IsZero() {
				d.on = b.Receipts[0].Received
			}
		}
		files = append(files, file)
	}
	if in.portal.name != "" {
		profile, err := delim.ShippedProfile("portal-settlement")
		if err != nil {
			return nil, err
		}
		file, rows, findings, err := delim.Read(bytes.NewReader(in.portal.bytes), profile, delim.Options{File: in.portal.name, Key: "portal", Source: "portal", Marker: d.marker})
		if err != nil {
			return nil, err
		}
		d.portal, d.findings = rows, append(d.findings, findings...)
		if len(rows) > 0 {
			if d.on.IsZero() {
				d.on = rows[0].PaidOn
			}
			file.Key = "portal " + rows[0].PaidOn.String()
			file.Batches[0].Key = file.Key
		}
		files = append(files, file)
	}
	if in.bank.name != "" {
		if err := d.statement(in.bank); err != nil {
			return nil, err
		}
	}
	if d.on.IsZero() {
		return nil, &problem.Error{Code: errTable, What: "no payment states a day", Fix: "give a lockbox file, a portal's settlement or a bank's statement with the drawer"}
	}
	if in.drawer.name != "" {
		file, err := d.counter(in.drawer)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

// counter is the drawer with its receipts.
func (d *day) counter(in input) (payments.File, error) {
	read, err := readDrawer(in)
	if err != nil {
		return payments.File{}, err
	}
	key := "drawer " + d.on.String()
	file := payments.File{Key: key, Source: "drawer", Batches: []payments.Batch{{Key: key}}}
	d.drawer = &payments.Drawer{Key: key, Source: "drawer", Float: money.Cents(read.Float)}
	for i, r := range read.Receipts {
		amount := money.Cents(r.cents)
		file.Batches[0].Receipts = append(file.Batches[0].Receipts, payments.Receipt{Number: i + 1, Received: d.on, Amount: amount, Mark: d.marker.Trace(key, r.id),
			Stubs: []payments.Stub{{Reference: r.account, Amount: amount}}})
		d.drawer.Taken = append(d.drawer.Taken, payments.Taken{Receipt: payments.ReceiptKey(key, i+1), Amount: amount, Tenders: []payments.Tender{{Kind: payments.Cash, Amount: amount}}})
		d.drawn = append(d.drawn, r.id)
	}
	for _, p := range read.pieces {
		d.drawer.Cash = append(d.drawer.Cash, payments.Counted{Denomination: money.Cents(p.cents), Pieces: p.n})
	}
	d.closing, err = d.drawer.Close()
	return file, err
}

// accounts reads the table of accounts.
func (d *day) accounts(in input) (*payments.Directory, error) {
	var accounts []payments.Account
	err := readTable(in, []string{"account", "name", "status", "invoice", "old_account"}, func(t *table) {
		a := payments.Account{ID: t.text("account"), Area: "district", Name: d.marker.Name(t.text("name"))}
		if err := a.Status.UnmarshalText([]byte(t.text("status"))); err != nil {
			t.refuse("status", "it is none of active, final and closed", "correct it")
		}
		if invoice := t.text("invoice"); invoice != "" {
			a.Invoices = []payments.Invoice{{Number: invoice}}
		}
		if old := t.text("old_account"); old != "" {
			a.Aliases = []string{old}
		}
		accounts = append(accounts, a)
	})
	if err != nil {
		return nil, err
	}
	luhn := scanline.Luhn()
	return payments.NewDirectory(payments.References{InvoicePrefix: "INV", CheckDigit: &luhn}, accounts)
}

// open enters what the accounts owe.
func (d *day) open(in input, directory *payments.Directory) error {
	return readTable(in, []string{"account", "item", "kind", "due", "cents"}, func(t *table) {
		due := t.date("due")
		billed := d.on
		if due.Before(billed) {
			billed = due
		}
		item := ledger.Item{Account: t.text("account"), Area: "district", Kind: ledger.Kind(t.text("kind")), Service: t.text("kind"), RevenueCode: "4000", Billed: billed, Due: due}
		if _, ok := directory.Account(item.Account); !ok {
			t.refuse("account", fmt.Sprintf("there is no account %q", item.Account), "add it to the accounts")
			return
		}
		amount := t.cents("cents")
		if len(t.found) > 0 || amount.IsZero() {
			return
		}
		e := ledger.Entry{Cause: ledger.Billed, Key: t.text("item"), Effective: billed, Accounting: billed, Opens: []ledger.Open{{Item: item, Amount: amount, Against: item.Against()}}}
		switch fresh, err := d.books.Post(e); {
		case err != nil:
			t.refuse("item", err.Error(), "correct the item")
		case !fresh:
			t.refuse("item", fmt.Sprintf("the item %q comes twice", e.Key), "leave one out")
		default:
			d.names[e.ItemID(0)] = e.Key
		}
	})
}

// seen reads the checks that were taken before.
func (d *day) seen(in input) (*payments.Seen, error) {
	var list []payments.Sighting
	if in.name != "" {
		err := readTable(in, []string{"routing", "dda", "check", "cents"}, func(t *table) {
			list = append(list, payments.Sighting{Mark: d.marker.Check("lockbox", t.text("routing"), t.text("dda"), t.text("check"), t.cents("cents")), Receipt: fmt.Sprintf("earlier #%d", t.line-1)})
		})
		if err != nil {
			return nil, err
		}
	}
	return payments.NewSeen(nil, slices.Values(list))
}

// statement reads the bank's lines.
func (d *day) statement(in input) error {
	for item, err := range bai2.Scan(bytes.NewReader(in.bytes), in.name) {
		switch {
		case err != nil:
			return err
		case item.Finding != nil:
			d.findings = append(d.findings, *item.Finding)
		case item.Record != nil && item.Record.Detail != nil:
			detail := item.Record.Clone()
			signed, ok := detail.Detail.Signed()
			if !ok {
				return &problem.Error{Code: errTable, Pos: problem.Pos{File: in.name, Line: detail.Detail.Line}, Path: "type", What: fmt.Sprintf("the code %s neither credits nor debits the account", detail.Detail.Type),
					Fix: "ask the bank what it is"}
			}
			line := payments.BankLine{Key: fmt.Sprintf("bank line %d", detail.Detail.Number), Reference: detail.Detail.BankReference, On: detail.Group.AsOf, Amount: signed, Return: detail.Detail.Type == "555"}
			d.lines = append(d.lines, line)
			if line.Return {
				d.returns[line.Key] = line.Reference
			}
			if d.on.IsZero() {
				d.on = line.On
			}
		}
	}
	return nil
}
