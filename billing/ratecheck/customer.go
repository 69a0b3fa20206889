package ratecheck

import (
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// A Customer is a kind of account, such as a home with a 3/4 inch meter, whose bills are shown
// at several usages: in the table of sample bills of a Proposition 218 notice, or as a curve.
type Customer struct {
	// Class is the name of the class; Label says in words what in it the customer is.
	Class, Label string
	// Before and After are its bill under each book. The usage in them is not used.
	Before, After rates.Input
}

// A SampleBill is what a customer pays for a usage.
type SampleBill struct {
	Usage metering.Volume
	// Before and After are the bills; zero where the book refuses it.
	Before, After money.Amount
	// Err is why not both books price it; nil where they do.
	Err error
}

// Bills are the bills of a customer at usages, in their order. Each book takes the usage in
// its own unit, converted exactly.
func (c *Customer) Bills(before, after *rates.Engine, usages []metering.Volume) []SampleBill {
	all := make([]SampleBill, len(usages))
	for i, usage := range usages {
		was, is := c.Before, c.After
		was.Usage, is.Usage = usage, usage
		p, errBefore := before.Price(was)
		q, errAfter := after.Price(is)
		all[i] = SampleBill{Usage: usage, Before: p.Total, After: q.Total}
		if errBefore != nil || errAfter != nil {
			all[i].Err = told(&Account{Before: was, After: is}, &p, &q, errBefore, errAfter)
		}
	}
	return all
}

// Change is After less Before.
func (b *SampleBill) Change() (money.Amount, error) {
	change, err := b.After.Sub(b.Before)
	if err != nil {
		return change, &problem.Error{Code: rates.ErrRange, What: "the bills differ by more than an amount can be", Err: err}
	}
	return change, nil
}
