package main

import (
	"slices"

	"github.com/headgate-dev/headgate/adapters/remit/delim"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/payments"
)

// bank matches what was taken to the bank's lines, and ties billing, remittance and bank.
func (d *day) bank() error {
	var deposits []payments.Deposit
	var remitted []payments.Posting
	take := func(key, account string, amount money.Amount) {
		remitted = append(remitted, payments.Posting{Key: key, Account: account, Amount: amount, On: d.on})
	}
	// What billing has of a receipt is what its lines have: an account's, or in suspense.
	billing := map[string]*payments.Posting{}
	var order []string
	accounts := map[string]string{}
	for i := range d.result.Lines {
		l := &d.result.Lines[i]
		_, key := d.result.Receipt(l)
		if l.Reverses != "" || l.Amount.Sign() <= 0 {
			continue
		}
		if billing[key] == nil {
			billing[key] = &payments.Posting{Key: key, On: d.on}
			order = append(order, key)
		}
		sum, err := billing[key].Amount.Add(l.Amount)
		if err != nil {
			return err
		}
		billing[key].Amount = sum
		billing[key].Account = l.Account
		accounts[key] = l.Account
	}
	for box := range d.stated {
		deposit := payments.Deposit{Key: "lockbox " + box, Reference: "LBX" + box, On: d.on}
		for _, b := range d.lockbox.Batches {
			if b.Group != "lockbox "+box {
				continue
			}
			part := int64(0)
			for _, r := range b.Receipts {
				key := payments.ReceiptKey(b.Key, r.Number)
				take(key, accounts[key], r.Amount)
				part += r.Amount.Cents()
			}
			deposit.Parts = append(deposit.Parts, money.Cents(part))
		}
		gross, err := money.Sum(deposit.Parts...)
		if err != nil {
			return err
		}
		deposit.Gross = gross
		deposits = append(deposits, deposit)
	}
	slices.SortFunc(deposits, func(a, b payments.Deposit) int {
		if a.Key < b.Key {
			return -1
		}
		return 1
	})
	if len(d.portal) > 0 {
		deposit, err := d.settlement(take, accounts)
		if err != nil {
			return err
		}
		deposits = append(deposits, deposit)
	}
	if d.drawer != nil {
		deposit := payments.Deposit{Key: d.drawer.Key, On: d.on, Gross: d.closing.Receipts}
		if !d.closing.OverShort.IsZero() {
			deposit.Adjustments = []payments.Difference{{Code: payments.OverShort, Amount: d.closing.OverShort}}
		}
		deposits = append(deposits, deposit)
		for _, t := range d.drawer.Taken {
			take(t.Receipt, accounts[t.Receipt], t.Amount)
		}
	}
	posted := make([]payments.Posting, 0, len(order))
	for _, key := range order {
		posted = append(posted, *billing[key])
	}
	var err error
	if d.banked, err = payments.MatchBank(deposits, d.lines, payments.Banking{On: d.on, Days: 3}); err != nil {
		return err
	}
	d.tie, err = payments.Tie(posted, remitted, 3, d.banked)
	return err
}

// settlement is the portal's deposit: the payments, less its fees and what it took back. The bank's reference has the day's three digits of the
// portal's transactions.
func (d *day) settlement(take func(key, account string, amount money.Amount), accounts map[string]string) (payments.Deposit, error) {
	key := "portal " + d.portal[0].PaidOn.String()
	deposit := payments.Deposit{Key: key, On: d.portal[0].PaidOn}
	if id := d.portal[0].Transaction; len(id) >= 4 {
		deposit.Reference = "PORT" + id[1:4]
	}
	fees, back := int64(0), int64(0)
	gross := int64(0)
	for i, row := range d.portal {
		if row.Kind != delim.Payment {
			back += row.Net.Cents()
			continue
		}
		receipt := payments.ReceiptKey(key, i+1)
		take(receipt, accounts[receipt], row.Amount)
		gross += row.Amount.Cents()
		fees += row.Fee.Cents()
	}
	deposit.Gross = money.Cents(gross)
	for _, a := range []payments.Difference{{Code: payments.Fees, Amount: money.Cents(-fees)}, {Code: payments.Chargebacks, Amount: money.Cents(back)}} {
		if !a.Amount.IsZero() {
			deposit.Adjustments = append(deposit.Adjustments, a)
		}
	}
	return deposit, nil
}
