package payments

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Owed is what accounts owe on a day, in the order in which a policy pays it. It is taken from a ledger, and is of the ledger as it was
// then. It is not changed, and is safe for use by several goroutines.
type Owed struct {
	on     civil.Date
	policy Policy
	books  *ledger.Ledger
	claims []claim
	of     map[string]accountOwed
	terms  func(account string) ledger.Terms
}

// claim is an amount that is owed, for an item. Claims of one account stand together in the order in which they are paid.
type claim struct {
	item  stored.ID
	cents int64
	// ahead says that no bill asks for it yet.
	ahead bool
	// service is what a customer may direct a payment to.
	service string
	// first says that it is the first of its account, and again that it was paid and is owed again.
	first, again bool
}

// accountOwed is what an account has: claims[from:to], and credit that is used for them first.
type accountOwed struct {
	from, to int32
	credit   int64
	area     string
}

// OwedOn is what the accounts of a ledger owe on a day, in the order of a policy. The terms are those of each account; nil where no
// account has any. Accounts of which nothing was ever entered owe nothing and are not known here.
func OwedOn(books *ledger.Ledger, on civil.Date, policy Policy, terms func(account string) ledger.Terms) (*Owed, error) {
	if books == nil || on.IsZero() {
		return nil, &problem.Error{Code: ErrOwed, What: "there is no ledger, or no day", Fix: "give both"}
	}
	if err := policy.Check(); err != nil {
		return nil, err
	}
	if terms == nil {
		terms = func(string) ledger.Terms { return ledger.Terms{} }
	}
	o := &Owed{on: on, policy: policy.clone(), books: books, terms: terms, of: map[string]accountOwed{}}
	for _, id := range books.Accounts() {
		if err := o.add(id); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// add puts what an account owes behind what is there.
func (o *Owed) add(id string) error {
	account, err := o.books.Account(id, o.terms(id))
	if err != nil {
		return err
	}
	list, err := o.owing(account)
	if err != nil {
		return err
	}
	from := len(o.claims)
	for i := range list {
		o.claims = append(o.claims, claimOf(&list[i]))
		o.claims[len(o.claims)-1].first = i == 0
	}
	credit := o.books.Balance(ledger.CreditOf(id, account.Area()))
	o.of[id] = accountOwed{from: int32(from), to: int32(len(o.claims)), credit: max(0, credit.Cents()), area: account.Area()}
	return nil
}

func claimOf(x *owing) claim {
	return claim{item: x.Item, cents: x.Amount.Cents(), ahead: x.When == ledger.IsLater, service: x.item.Service, again: x.again}
}

// owing is what an account owes on the day, in the policy's order. What a level amount asks for beyond the charges to date is of no item: it is
// left out, and a payment of it is credit, which the ledger counts for it.
func (o *Owed) owing(account *ledger.Account) ([]owing, error) {
	list, order, err := o.unordered(account)
	slices.SortStableFunc(list, order)
	return list, err
}

// reopened is what an account owes where what was paid on some items is owed again: what it owes without that comes in the order in which
// it was, so that the two can be told apart.
func (o *Owed) reopened(account *ledger.Account, paid []Applied) ([]owing, error) {
	list, order, err := o.unordered(account)
	if err != nil {
		return nil, err
	}
	at := 0
	for item := range o.books.Items(account.ID()) {
		for _, p := range paid {
			if p.Item != item.ID {
				continue
			}
			when := ledger.IsCurrent
			if item.Due.Before(o.on) {
				when = ledger.IsPastDue
			}
			list = append(list, owing{Obligation: ledger.Obligation{Item: item.ID, Amount: p.Amount, Due: item.Due, When: when}, item: &item, at: at, again: true})
		}
		at++
	}
	slices.SortStableFunc(list, order)
	return list, nil
}

// unordered is what an account owes on the day, and the order in which it is paid.
func (o *Owed) unordered(account *ledger.Account) ([]owing, func(x, y owing) int, error) {
	keys := o.policy.Keys
	order := func(x, y owing) int {
		if later := x.When == ledger.IsLater; later != (y.When == ledger.IsLater) {
			if later {
				return 1 // what no bill asks for is paid after all that one does
			}
			return -1
		}
		return compare(keys, &x, &y)
	}
	obligations, err := account.Obligations(o.on)
	if err != nil || len(obligations) == 0 {
		return nil, order, err
	}
	items, at := map[stored.ID]*ledger.OpenItem{}, map[stored.ID]int{}
	for item := range o.books.Items(account.ID()) {
		at[item.ID] = len(items)
		items[item.ID] = &item
	}
	var list []owing
	for _, obligation := range obligations {
		item := items[obligation.Item]
		if item == nil || obligation.Amount.Sign() <= 0 {
			continue
		}
		if obligation.ByInstallment && len(o.policy.OnPlan) > 0 {
			keys = o.policy.OnPlan
		}
		if obligation.When == ledger.IsLater && !(obligation.ByInstallment && o.policy.Ahead) {
			continue
		}
		list = append(list, owing{Obligation: obligation, item: item, at: at[item.ID]})
	}
	return list, order, nil
}

// On is the day.
func (o *Owed) On() civil.Date { return o.on }

// Of is what an account owes, in the order in which it is paid, and the credit that it has: both as they are before anything is paid.
// It says false of an account that nothing was entered for.
func (o *Owed) Of(account string) (items []Applied, credit money.Amount, ok bool) {
	own, ok := o.of[account]
	if !ok {
		return nil, money.Amount{}, false
	}
	for _, c := range o.claims[own.from:own.to] {
		items = append(items, Applied{Item: c.item, Amount: money.Cents(c.cents)})
	}
	return items, money.Cents(own.credit), true
}

// Applied is an amount of an item that money was applied to.
type Applied struct {
	Item   stored.ID
	Amount money.Amount
}

func (p Policy) clone() Policy {
	keys := func(list []Key) []Key {
		list = slices.Clone(list)
		for i := range list {
			list[i].Order = slices.Clone(list[i].Order)
		}
		return list
	}
	p.Keys, p.OnPlan = keys(p.Keys), keys(p.OnPlan)
	return p
}

func (o *Owed) total(own accountOwed) int64 {
	sum := int64(0)
	for _, c := range o.claims[own.from:own.to] {
		if !c.ahead {
			sum += c.cents // the ledger has proved that what an account owes fits
		}
	}
	return sum
}

func unknownOwed(account string) error {
	return &problem.Error{Code: ErrOwed, Path: "account", What: fmt.Sprintf("nothing was entered for account %q", account), Fix: "give an account of the ledger that this was taken from"}
}
