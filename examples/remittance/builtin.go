package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/adapters/remit/bai2"
	"github.com/headgate-dev/headgate/adapters/remit/lockbox"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/private"
	"github.com/headgate-dev/headgate/payments/scanline"
)

// The built-in day is of an invented district: its accounts, people and amounts are made up here, and written as the files that a district
// would get.

// house is an account of the built-in day.
type house struct {
	number, name, status, invoice, old string
	water, sewer, late                 int64 // what is owed on the last bill, and on the one before with its penalty
}

// town makes the houses.
func town() ([]house, error) {
	people := strings.Fields("Weir Penstock Sluice Flume Cistern Spillway Culvert Hydrant Aqueduct Reservoir Millrace Headgate")
	luhn := scanline.Luhn()
	var houses []house
	for i := range 48 {
		number, err := luhn.Append(fmt.Sprintf("%07d", 104417+i*1237))
		if err != nil {
			return nil, err
		}
		h := house{number: number, name: fmt.Sprintf("%s %s", []string{"Ada", "Ben", "Cora", "Dan"}[i/12], people[i%12]), status: "active", invoice: fmt.Sprint(350736400 + i*17), old: fmt.Sprintf("%05d-%02d", 33900+i*7, i),
			water: int64(2500 + i*331%6000), sewer: int64(2800 + i*97%900)}
		switch {
		case i == 45:
			h.status, h.water, h.sewer = "closed", 0, 0
		case i == 46:
			h.status = "final"
		case i%9 == 4:
			h.late = int64(3100 + i*53)
		}
		houses = append(houses, h)
	}
	return houses, nil
}

func (h house) owes() int64 {
	total := h.water + h.sewer
	if h.late > 0 {
		total += h.late + penalty(h.late)
	}
	return total
}

// penalty is a tenth of a late bill.
func penalty(late int64) int64 { return late / 10 }

var builtInDay = civil.MustDate("2026-03-03")

// builtIn are the files of the built-in day.
func builtIn() (inputs, error) {
	houses, err := town()
	if err != nil {
		return inputs{}, err
	}
	b := &builder{houses: houses}
	b.tables()
	if err := b.mail(); err != nil {
		return inputs{}, err
	}
	b.online()
	b.atTheCounter()
	if err := b.atTheBank(); err != nil {
		return inputs{}, err
	}
	return b.in, nil
}

type builder struct {
	houses  []house
	in      inputs
	batches [2]int64
	net     int64
}

func (b *builder) tables() {
	accounts, open := "account,name,status,invoice,old_account\n", "account,item,kind,due,cents\n"
	for _, h := range b.houses {
		accounts += fmt.Sprintf("%s,%s,%s,%s,%s\n", h.number, h.name, h.status, h.invoice, h.old)
		item := func(due, kind string, cents int64) {
			if cents > 0 {
				open += fmt.Sprintf("%s,%s-%s-%s,%s,%s,%d\n", h.number, h.number, due, kind, kind, due, cents)
			}
		}
		item("2026-02-16", "water", h.late)
		item("2026-02-16", "penalty", penalty(h.late))
		item("2026-03-16", "water", h.water)
		item("2026-03-16", "sewer", h.sewer)
	}
	b.in.accounts = input{"accounts.csv", []byte(accounts)}
	b.in.open = input{"open_items.csv", []byte(open)}
	b.in.seen = input{"prior_fingerprints.csv", []byte("routing,dda,check,cents\n121000358,0000004011,0000001011," + fmt.Sprint(b.houses[11].owes()) + "\n")}
}

// mail is the lockbox: most pay what they owe, and the rest is what a week brings.
func (b *builder) mail() error {
	var checks [2][]lockbox.Check
	put := func(batch, payer int, amount int64, stubs ...lockbox.Stub) error {
		c := lockbox.Check{Item: len(checks[batch]) + 1, Amount: money.Cents(amount), Number: fmt.Sprintf("%010d", 1000+payer), Dated: builtInDay, Stubs: stubs}
		routing, err := private.NewRoutingNumber("121000358")
		if err != nil {
			return err
		}
		account, err := private.NewBankAccount(fmt.Sprintf("%010d", 4000+payer))
		if err != nil {
			return err
		}
		name, err := private.NewName(strings.ToUpper(b.houses[payer].name))
		if err != nil {
			return err
		}
		c.Paid(routing, account, name, private.Name{})
		checks[batch] = append(checks[batch], c)
		b.batches[batch] += amount
		return nil
	}
	pay := func(batch, payer int, reference string, amount int64) error {
		return put(batch, payer, amount, lockbox.Stub{Reference: reference, Net: money.Cents(amount)})
	}
	for i := range 20 {
		h := b.houses[i]
		reference, amount := h.number, h.owes()
		switch i {
		case 3:
			reference = "INV" + h.invoice // by the number of the bill
		case 5:
			reference = h.old // by the number before the last conversion
		case 6:
			amount -= 1500 // less than is owed
		case 7:
			amount += 2000 // more than is owed
		case 8:
			reference = h.number[:3] + string('0'+(h.number[3]-'0'+4)%10) + h.number[4:] // one digit misread
		case 9:
			reference = "" // the stub is not there
		case 10:
			reference = "99999997" // an account that is not on file
		case 12:
			reference = b.houses[45].number // closed
		}
		if err := pay(i/12, i, reference, amount); err != nil {
			return err
		}
	}
	// A manager pays for three houses with one check, and for two with one that is short; one check comes twice.
	three, sum := []lockbox.Stub{}, int64(0)
	for _, h := range b.houses[20:23] {
		three, sum = append(three, lockbox.Stub{Reference: h.number, Net: money.Cents(h.owes())}), sum+h.owes()
	}
	if err := put(1, 20, sum, three...); err != nil {
		return err
	}
	if err := put(1, 21, b.houses[23].owes()+b.houses[24].owes()-700, lockbox.Stub{Reference: b.houses[23].number, Net: money.Cents(b.houses[23].owes())},
		lockbox.Stub{Reference: b.houses[24].number, Net: money.Cents(b.houses[24].owes())}); err != nil {
		return err
	}
	if err := pay(1, 13, b.houses[13].number, b.houses[13].owes()); err != nil {
		return err
	}
	if err := pay(1, 46, b.houses[46].number, b.houses[46].owes()); err != nil {
		return err
	}
	var out bytes.Buffer
	if err := lockbox.Encode(&out, lockbox.ReferenceAndNet(), lockbox.File{Written: builtInDay, Time: "1800", Destination: "DISTRICT", Origin: "0121000358",
		Boxes: []lockbox.Box{{Number: "0054321", Deposited: builtInDay, Batches: []lockbox.Batch{{Number: 1, Checks: checks[0]}, {Number: 2, Checks: checks[1]}}}}}); err != nil {
		return err
	}
	b.in.lockbox = input{"lockbox.bai", out.Bytes()}
	return nil
}

// online is the portal: its fee is 2.9 percent and 30 cents, and one payment of the day is taken back.
func (b *builder) online() {
	text := "txn_id,type,date,account,amount_cents,fee_cents,net_cents\n"
	for i, h := range b.houses[25:33] {
		fee := (h.owes()*29+500)/1000 + 30
		text += fmt.Sprintf("T001%05d,PAYMENT,%s,%s,%d,%d,%d\n", i, builtInDay, h.number, h.owes(), fee, h.owes()-fee)
		b.net += h.owes() - fee
	}
	h := b.houses[27]
	text += fmt.Sprintf("T00100002R,CHARGEBACK,%s,%s,%d,1500,%d\n", builtInDay, h.number, -h.owes(), -h.owes()-1500)
	b.net -= h.owes() + 1500
	b.in.portal = input{"portal.csv", []byte(text)}
}

// atTheCounter is the drawer: it has five dollars too much, and its cash goes to the bank the next day.
func (b *builder) atTheCounter() {
	receipts, cash := []string{}, int64(200_00+5_00)
	for i, h := range b.houses[33:38] {
		receipts = append(receipts, fmt.Sprintf(`["C%03d","%s",%d]`, i, h.number, h.owes()))
		cash += h.owes()
	}
	var counts []string
	for _, d := range []int64{100_00, 20_00, 5_00, 1_00, 25, 5, 1} {
		counts = append(counts, fmt.Sprintf(`"%d":%d`, d, cash/d))
		cash %= d
	}
	b.in.drawer = input{"drawer.json", []byte(fmt.Sprintf(`{"opening_float":20000,"receipts":[%s],"counts":{%s}}`, strings.Join(receipts, ","), strings.Join(counts, ",")))}
}

// atTheBank is the statement: the lockbox in two credits, the portal's net, and a check of last week that comes back.
func (b *builder) atTheBank() error {
	id, err := private.NewBankAccount("0001234567")
	if err != nil {
		return err
	}
	line := func(code string, cents int64, reference, text string) bai2.StatedDetail {
		return bai2.StatedDetail{Detail: bai2.Detail{Type: code, Amount: money.Cents(cents), BankReference: reference}, Text: text}
	}
	var out bytes.Buffer
	if err := bai2.Encode(&out, bai2.File{Sender: "121000358", Receiver: "DISTRICT", Written: builtInDay, Time: "2300", Number: 1, Groups: []bai2.StatedGroup{{
		Group: bai2.Group{Receiver: "DISTRICT", Originator: "121000358", Status: "1", AsOf: builtInDay, Time: "2359", Currency: "USD"},
		Accounts: []bai2.StatedAccount{{ID: id, Currency: "USD", Details: []bai2.StatedDetail{
			line("115", b.batches[0], "LBX0054321", "LOCKBOX DEPOSIT"), line("115", b.batches[1], "LBX0054321", "LOCKBOX DEPOSIT"),
			line("165", b.net, "PORT001", "PORTAL SETTLEMENT"), line("555", 66_21, b.houses[40].number, "DEPOSITED ITEM RETURNED")}}}}}}); err != nil {
		return err
	}
	b.in.bank = input{"bank.bai2", out.Bytes()}
	return nil
}
