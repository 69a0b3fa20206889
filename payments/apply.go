package payments

import (
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Direction is what a customer wants paid. The zero Direction leaves it to the policy. What is directed is paid in the policy's order
// within it.
type Direction struct {
	// Service and Item narrow it: to a service with its penalties, to one item. Both empty is no direction.
	Service string
	Item    stored.ID
	// Rest says where goes what is left once all of it is paid.
	Rest Rest
}

// IsZero reports whether nothing is directed.
func (d Direction) IsZero() bool { return d.Service == "" && d.Item.IsZero() }

func (d Direction) covers(c *claim) bool {
	return (d.Service == "" || d.Service == c.service) && (d.Item.IsZero() || d.Item == c.item)
}

// Rest is where goes what a directed payment leaves.
type Rest uint8

// The rests.
const (
	// RestByPolicy goes to what else the account owes.
	RestByPolicy Rest = iota
	// RestAsCredit stays as the account's credit.
	RestAsCredit
)

// Application is where an amount went: Amount is what the items have and Credit.
type Application struct {
	Amount money.Amount
	// Items are the items in the order in which they were paid, each once.
	Items []Applied
	// Credit is what is left as the account's credit.
	Credit money.Amount
}

// Apply shares an amount out over what an account owes, as if nothing else came in that day. An amount of nothing or less is
// [ErrReceipt], an account that nothing was entered for [ErrOwed], and a direction to what the account does not owe pays nothing of it.
func (o *Owed) Apply(account string, amount money.Amount, to Direction) (Application, error) {
	own, ok := o.of[account]
	if !ok {
		return Application{}, unknownOwed(account)
	}
	if amount.Sign() <= 0 {
		return Application{}, &problem.Error{Code: ErrReceipt, Path: "amount", What: "there is nothing to apply: " + amount.String(), Fix: "give an amount above zero; what is taken back is a return"}
	}
	claims := o.claims[own.from:own.to]
	left := make([]int64, len(claims))
	for i := range claims {
		left[i] = claims[i].cents
	}
	items, rest := apply(nil, claims, left, amount.Cents(), to, o.policy.Proportional)
	return Application{Amount: amount, Items: items, Credit: money.Cents(rest)}, nil
}

// apply pays claims, of which so much is left, and appends where the money went. It gives back what no claim takes.
func apply(items []Applied, claims []claim, left []int64, cents int64, to Direction, proportional bool) ([]Applied, int64) {
	from := len(items)
	if !to.IsZero() {
		for i := range claims {
			if to.covers(&claims[i]) {
				items, cents = pay(items, claims, left, i, cents)
			}
		}
		if to.Rest == RestAsCredit {
			return merged(items, from), cents
		}
	}
	if proportional {
		items, cents = share(items, claims, left, cents)
		return merged(items, from), cents
	}
	for i := 0; i < len(claims) && cents > 0; i++ {
		items, cents = pay(items, claims, left, i, cents)
	}
	return merged(items, from), cents
}

// pay gives a claim what it takes.
func pay(items []Applied, claims []claim, left []int64, i int, cents int64) ([]Applied, int64) {
	take := min(cents, left[i])
	if take <= 0 {
		return items, cents
	}
	left[i] -= take
	return append(items, Applied{claims[i].item, money.Cents(take)}), cents - take
}

// share shares an amount out in proportion to what is left of the claims that a bill asks for; then what is ahead is paid in order.
func share(items []Applied, claims []claim, left []int64, cents int64) ([]Applied, int64) {
	weights, sum := make([]exact.Ratio, len(claims)), int64(0)
	for i := range claims {
		if !claims[i].ahead {
			weights[i] = exact.Int(left[i])
			sum += left[i]
		}
	}
	if now := min(cents, sum); now > 0 {
		parts, err := exact.Split(now, weights)
		if err == nil { // the weights are not below zero, and one is above
			for i, part := range parts {
				items, _ = pay(items, claims, left, i, part)
			}
			cents -= now
		}
	}
	for i := range claims {
		if claims[i].ahead {
			items, cents = pay(items, claims, left, i, cents)
		}
	}
	return items, cents
}

// merged joins what went to one item by several installments, or first as directed and then by the policy.
func merged(items []Applied, from int) []Applied {
	list := items[from:]
	kept := 0
	for i := range list {
		if at := slices.IndexFunc(list[:kept], func(a Applied) bool { return a.Item == list[i].Item }); at >= 0 {
			list[at].Amount = money.Cents(list[at].Amount.Cents() + list[i].Amount.Cents()) // parts of one amount
			continue
		}
		list[kept] = list[i]
		kept++
	}
	return items[:from+kept]
}
