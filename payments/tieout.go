package payments

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// DifferenceCode names a difference between billing, remittance and bank.
type DifferenceCode string

// The differences.
const (
	// Unposted is remitted and not in billing, Phantom in billing and not remitted, and WrongAccount in both, on two accounts.
	Unposted     DifferenceCode = "unposted"
	Phantom      DifferenceCode = "phantom"
	WrongAccount DifferenceCode = "wrong_account"
	// OtherAmount is in both under one key, with two amounts.
	OtherAmount DifferenceCode = "other_amount"
	// Fees are what a processor keeps, Chargebacks what it takes back, OverShort what a drawer was over or short.
	Fees        DifferenceCode = "fees"
	Chargebacks DifferenceCode = "chargebacks"
	OverShort   DifferenceCode = "over_short"
	// DepositShort and DepositOver are less and more at the bank than the deposit was.
	DepositShort DifferenceCode = "deposit_short"
	DepositOver  DifferenceCode = "deposit_over"
	// NotYetBanked is counted and not at the bank.
	NotYetBanked DifferenceCode = "in_transit"
	// ReturnedItem is what the bank took back.
	ReturnedItem DifferenceCode = "returned"
	// Unexplained is a line of the bank that fits nothing.
	Unexplained DifferenceCode = "unexplained"
)

// Difference is what makes the bank's amount another one than billing's: above zero where the bank has more for it.
type Difference struct {
	Code   DifferenceCode
	Key    string
	Amount money.Amount
	// Accounts are those of billing and of the remittance, where they differ.
	Accounts []string
}

// Posting is a receipt as billing has it, or as it was remitted.
type Posting struct {
	// Key is the receipt's key; empty where it is not known.
	Key, Account string
	Amount       money.Amount
	On           civil.Date
}

// TieOut is billing, remittance and bank side by side: Bank − Billing is the sum of the differences, exactly.
type TieOut struct {
	Billing, Remitted, Bank money.Amount
	Differences             []Difference
}

// Tie compares what billing has with what was remitted, by the receipts' keys and then by account, amount and a window of days; and the
// remittance, whose deposits' gross it is, with the bank. Whatever is different is named with its amount, down to what nobody can
// explain. Where the deposits are not of what was remitted, that is [ErrTieOut].
func Tie(billing, remitted []Posting, windowDays int, bank *Banked) (TieOut, error) {
	var t TieOut
	gross := money.Amount{}
	for i := range bank.deposits {
		if err := add(&gross, bank.deposits[i].Gross); err != nil {
			return TieOut{}, err
		}
	}
	for _, part := range []struct {
		sum  *money.Amount
		list []Posting
	}{{&t.Billing, billing}, {&t.Remitted, remitted}} {
		for i := range part.list {
			if err := add(part.sum, part.list[i].Amount); err != nil {
				return TieOut{}, err
			}
		}
	}
	if gross != t.Remitted {
		return TieOut{}, &problem.Error{Code: ErrTieOut, Path: "deposits", What: fmt.Sprintf("the deposits are of %s, and %s was remitted", gross, t.Remitted), Fix: "give the deposits of what was remitted, each once"}
	}
	for i := range bank.lines {
		if err := add(&t.Bank, bank.lines[i].Amount); err != nil {
			return TieOut{}, err
		}
	}
	list, err := compared(billing, remitted, windowDays)
	if err != nil {
		return TieOut{}, err
	}
	t.Differences = append(list, bank.differences()...)
	return t, t.Check()
}

// Check proves that the differences sum to what the bank has more than billing.
func (t *TieOut) Check() error {
	sum := t.Billing
	for _, d := range t.Differences {
		if err := add(&sum, d.Amount); err != nil {
			return err
		}
	}
	if sum != t.Bank {
		return &problem.Error{Code: ErrConserved, What: fmt.Sprintf("billing %s and the differences make %s, and the bank has %s", t.Billing, sum, t.Bank), Fix: "report this"}
	}
	return nil
}

// Sum is the sum of the differences of a code.
func (t *TieOut) Sum(code DifferenceCode) (money.Amount, error) {
	var sum money.Amount
	for _, d := range t.Differences {
		if d.Code != code {
			continue
		}
		if err := add(&sum, d.Amount); err != nil {
			return money.Amount{}, err
		}
	}
	return sum, nil
}

// compared are the differences between billing and remittance.
func compared(billing, remitted []Posting, windowDays int) ([]Difference, error) {
	var out []Difference
	byKey := map[string]int{}
	for i := range billing {
		if key := billing[i].Key; key != "" {
			if _, twice := byKey[key]; twice {
				return nil, &problem.Error{Code: ErrTieOut, Path: fmt.Sprintf("billing[%d].key", i), What: fmt.Sprintf("receipt %q is in billing twice", key), Fix: "give each receipt once, its lines summed"}
			}
			byKey[key] = i
		}
	}
	used := make([]bool, len(billing))
	var rest []int
	seen := map[string]bool{}
	for i := range remitted {
		p := &remitted[i]
		if p.Key != "" && seen[p.Key] {
			return nil, &problem.Error{Code: ErrTieOut, Path: fmt.Sprintf("remitted[%d].key", i), What: fmt.Sprintf("receipt %q is remitted twice", p.Key), Fix: "give each receipt once, its stubs summed"}
		}
		seen[p.Key] = true
		j, ok := byKey[p.Key]
		if p.Key == "" || !ok {
			rest = append(rest, i)
			continue
		}
		used[j] = true
		b := &billing[j]
		if b.Account != p.Account {
			out = append(out, Difference{Code: WrongAccount, Key: p.Key, Accounts: []string{b.Account, p.Account}})
		}
		if b.Amount != p.Amount {
			off, err := p.Amount.Sub(b.Amount)
			if err != nil {
				return nil, err
			}
			out = append(out, Difference{Code: OtherAmount, Key: p.Key, Amount: off})
		}
	}
	type likeness struct {
		account string
		amount  money.Amount
	}
	like := map[likeness][]int{}
	for j := range billing {
		if !used[j] {
			l := likeness{billing[j].Account, billing[j].Amount}
			like[l] = append(like[l], j)
		}
	}
	for _, i := range rest {
		p := &remitted[i]
		l := likeness{p.Account, p.Amount}
		// The nearest in days, the earlier where two are as near.
		best := -1
		for at, j := range like[l] {
			if distance(billing[j].On, p.On) <= windowDays && (best < 0 || distance(billing[j].On, p.On) < distance(billing[like[l][best]].On, p.On)) {
				best = at
			}
		}
		if best < 0 {
			out = append(out, Difference{Code: Unposted, Key: p.Key, Amount: p.Amount, Accounts: []string{"", p.Account}})
			continue
		}
		used[like[l][best]] = true
		like[l] = slices.Delete(like[l], best, best+1)
	}
	for j := range billing {
		if !used[j] {
			minus, err := billing[j].Amount.Neg()
			if err != nil {
				return nil, err
			}
			out = append(out, Difference{Code: Phantom, Key: billing[j].Key, Amount: minus, Accounts: []string{billing[j].Account, ""}})
		}
	}
	return out, nil
}

func distance(a, b civil.Date) int {
	days := a.Sub(b)
	if days < 0 {
		return -days
	}
	return days
}

// differences are those between the remittance and the bank.
func (b *Banked) differences() []Difference {
	var out []Difference
	put := func(code DifferenceCode, key string, cents int64) {
		if cents != 0 {
			out = append(out, Difference{Code: code, Key: key, Amount: money.Cents(cents)})
		}
	}
	for i := range b.deposits {
		for _, a := range b.deposits[i].Adjustments {
			put(a.Code, cmp.Or(a.Key, b.deposits[i].Key), a.Amount.Cents())
		}
	}
	for _, m := range b.Matches {
		code := DepositOver
		if m.Off.Sign() < 0 {
			code = DepositShort
		}
		put(code, b.deposits[m.Deposit].Key, m.Off.Cents())
	}
	for _, w := range b.InTransit {
		net, err := b.deposits[w.Deposit].Net()
		if err == nil { // it was made when the deposits were matched
			put(NotYetBanked, b.deposits[w.Deposit].Key, -net.Cents())
		}
	}
	for _, i := range b.Returned {
		put(ReturnedItem, b.lines[i].Key, b.lines[i].Amount.Cents())
	}
	for _, i := range b.Unexplained {
		put(Unexplained, b.lines[i].Key, b.lines[i].Amount.Cents())
	}
	return out
}
