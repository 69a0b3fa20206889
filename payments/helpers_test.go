package payments_test

import (
	"fmt"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/private"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/payments"
	"github.com/headgate-dev/headgate/payments/scanline"
)

var (
	april = civil.MustDate("2026-04-10")
	past  = civil.MustDate("2026-03-20") // when the bill of March was due
	soon  = civil.MustDate("2026-04-20") // when the bill of April is
)

func usd(text string) money.Amount {
	a, err := money.Parse(text)
	if err != nil {
		panic(err)
	}
	return a
}

// owes is an item of an account: "past W", "cur S", "past W-P".
type owes struct{ name, amount string }

// l10 is the ledger L10 of the acceptance cases.
var l10 = []owes{{"past W", "40.00"}, {"past W-P", "4.00"}, {"past S", "30.00"}, {"past S-P", "3.00"}, {"past T", "20.00"}, {"past X", "10.00"},
	{"cur W", "50.00"}, {"cur S", "30.00"}, {"cur T", "20.00"}, {"cur X", "10.00"}}

var services = map[byte]string{'W': "water", 'S': "sewer", 'T': "trash", 'X': "storm"}

// books are a ledger with the names of its items.
type books struct {
	*ledger.Ledger
	names map[stored.ID]string
}

func newBooks() *books { return &books{Ledger: &ledger.Ledger{}, names: map[stored.ID]string{}} }

// bill enters items of an account, each by an entry of its own, in their order; the sewer of an account may be an agency's.
func (b *books) bill(t require.TestingT, account string, agency string, items ...owes) {
	for i, o := range items {
		when, what, _ := strings.Cut(o.name, " ")
		it := ledger.Item{Account: account, Area: "Ord", Kind: "charge", Service: services[what[0]], RevenueCode: "40" + what[:1], Billed: civil.MustDate("2026-04-01"), Due: soon}
		if when == "past" {
			it.Billed, it.Due = civil.MustDate("2026-03-01"), past
		}
		if strings.HasSuffix(what, "-P") {
			it.Kind = "penalty"
		}
		if it.Service == "sewer" {
			it.Agency = agency
		}
		e := ledger.Entry{Cause: ledger.Billed, Key: fmt.Sprintf("bill %s %d %s", account, i, o.name), Effective: it.Billed, Accounting: it.Billed,
			Opens: []ledger.Open{{Item: it, Amount: usd(o.amount), Against: it.Against()}}}
		_, err := b.Post(e)
		require.NoError(t, err)
		b.names[e.ItemID(0)] = o.name
	}
}

// credit enters a credit of an account.
func (b *books) credit(t require.TestingT, account, amount string) {
	_, err := b.Post(ledger.Entry{Cause: ledger.Paid, Key: "overpaid " + account, Effective: past, Accounting: past,
		Moves: []ledger.Move{{From: ledger.Clearing("lockbox"), To: ledger.CreditOf(account, "Ord"), Amount: usd(amount), RevenueCode: "2200"}}})
	require.NoError(t, err)
}

// of is the items with their amounts, in order: "past W 40.00, cur W 6.00".
func (b *books) of(items []payments.Applied) string {
	var list []string
	for _, a := range items {
		list = append(list, b.names[a.Item]+" "+strings.TrimPrefix(a.Amount.String(), "$"))
	}
	return strings.Join(list, ", ")
}

// open is what an account's items have open, in their order.
func (b *books) open(account string) string {
	var list []payments.Applied
	for it := range b.Items(account) {
		if !it.Open.IsZero() {
			list = append(list, payments.Applied{Item: it.ID, Amount: it.Open})
		}
	}
	return b.of(list)
}

func (b *books) owed(t require.TestingT, policy payments.Policy) *payments.Owed {
	owed, err := payments.OwedOn(b.Ledger, april, policy, nil)
	require.NoError(t, err)
	return owed
}

func key() private.Key {
	k, err := private.NewKey([]byte("a key of the tests, of 32 bytes!"))
	if err != nil {
		panic(err)
	}
	return k
}

func marker() *payments.Marker {
	m, err := payments.NewMarker(key())
	if err != nil {
		panic(err)
	}
	return m
}

// luhn is an account number with its check digit, by its own arithmetic.
func luhn(number int) string {
	text := fmt.Sprintf("%07d", number)
	return text + string(rune('0'+(10-luhnSum(text, 0))%10))
}

func luhnSum(text string, at int) int {
	sum := 0
	for i := range len(text) {
		d := int(text[len(text)-1-i] - '0')
		if (i+at)%2 == 0 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return sum % 10
}

var luhnRoutine = scanline.Luhn()

var form = payments.References{InvoicePrefix: "INV", CheckDigit: &luhnRoutine}

func directory(t require.TestingT, accounts ...payments.Account) *payments.Directory {
	for i := range accounts {
		if accounts[i].Status == 0 {
			accounts[i].Status = payments.Active
		}
		accounts[i].Area = "Ord"
	}
	d, err := payments.NewDirectory(form, accounts)
	require.NoError(t, err)
	return d
}

func unseen(t require.TestingT) *payments.Seen {
	s, err := payments.NewSeen(nil, nil)
	require.NoError(t, err)
	return s
}

var settings = payments.Settings{CreditCode: "2200", SuspenseCode: "2900"}

// check is a check with one stub.
func check(number int, reference, amount string) payments.Receipt {
	a := usd(amount)
	return payments.Receipt{Number: number, Received: april, Amount: a, Mark: marker().Check("lockbox", "121000358", "0001234567", fmt.Sprint(1000+number), a),
		Stubs: []payments.Stub{{Reference: reference, Amount: a}}}
}

// lockbox is a file of one batch.
func lockbox(receipts ...payments.Receipt) payments.File {
	for i := range receipts {
		receipts[i].Number = i + 1
	}
	return payments.File{Key: "lockbox 2026-04-10", Source: "lockbox", Batches: []payments.Batch{{Key: "lockbox 2026-04-10 batch 1", Receipts: receipts}}}
}

// day reconciles files with books and accounts, proves the result, posts it and proves the books.
func day(t require.TestingT, b *books, d *payments.Directory, seen *payments.Seen, with payments.Settings, files ...payments.File) *payments.Result {
	r, err := payments.Reconcile(payments.Day{On: april, Files: files, Directory: d, Owed: b.owed(t, payments.OldestFirstPolicy()), Seen: seen, Settings: with})
	require.NoError(t, err)
	require.NoError(t, r.Check())
	_, err = r.Post(b.Ledger)
	require.NoError(t, err)
	require.NoError(t, b.Check())
	again, err := r.Post(b.Ledger)
	require.NoError(t, err)
	require.Zero(t, again, "a day that is entered again is entered already")
	return r
}

func dispositions(r *payments.Result) []string {
	var list []string
	for i := range r.Lines {
		list = append(list, r.Lines[i].Disposition())
	}
	return list
}

func notes(r *payments.Result) []payments.Exception {
	var list []payments.Exception
	for _, n := range r.Notes {
		list = append(list, n.Code)
	}
	return list
}

func cents(amounts ...int64) []money.Amount {
	var list []money.Amount
	for _, c := range amounts {
		list = append(list, money.Cents(c))
	}
	return list
}
