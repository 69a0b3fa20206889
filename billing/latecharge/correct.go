package latecharge

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Correction is a correction of an item that bore a late charge, such as its re-bill.
type Correction struct {
	Item stored.ID
	// Less is by how much what was unpaid of the item, on the day on which it was delinquent, was too high. It is zero or more:
	// a bill that is raised later was not paid late.
	Less money.Amount
}

// Credit is what of late charges goes back after a correction.
type Credit struct {
	// Lines are the items whose late charge falls, in the order of the charges; they sum to Total.
	Lines []CreditLine
	Total money.Amount
	// Placeholders are those of the charges: see [Charge].
	Placeholders []policy.Mark
}

// CreditLine is what of the late charge on an item goes back for a month.
type CreditLine struct {
	// Item is the item that the late charge is on, and Entry the entry that charged it: see [Charge.Entries].
	Item, Entry stored.ID
	Month       civil.Date
	// Was is the late charge, and Should what it is on the corrected item; Credit is the difference, above zero.
	Was, Should, Credit money.Amount
	Words               string
}

// Correct computes late charges again after a correction of the items that they are on, and gives what of them goes
// back: each month on its own basis, less the correction; a further month on the late charges before it as corrected; none
// at all where the account's balance falls below the least one. A late charge never rises.
//
// Charges are those of one account, under their own policies, in any order. Errors: [ErrFacts] for a correction of an
// item that bears none of them, one that is given twice, or below zero, and for a late charge that comes twice;
// money.ErrOverflow.
func Correct(charges []Charge, corrections []Correction) (Credit, error) {
	less := map[stored.ID]int64{}
	var found problem.List
	for i, c := range corrections {
		path := fmt.Sprintf("corrections[%d]", i)
		if _, twice := less[c.Item]; twice || c.Less.Sign() < 0 {
			found.Add(&problem.Error{Code: ErrFacts, Path: path, What: "the item is given twice, or was too low",
				Fix: "give by how much the item was too high, once"})
		}
		bears := func(ch Charge) bool {
			return slices.ContainsFunc(ch.Lines, func(l Line) bool { return l.Item == c.Item })
		}
		if !slices.ContainsFunc(charges, bears) {
			found.Add(&problem.Error{Code: ErrFacts, Path: path, What: fmt.Sprintf("item %s bears none of these late charges", c.Item),
				Fix: "give the late charges on the item, or leave it out"})
		}
		less[c.Item] = c.Less.Cents()
	}
	seen := map[itemMonth]bool{}
	for i, c := range charges {
		path := fmt.Sprintf("charges[%d]", i)
		if c.Account != charges[0].Account {
			found.Add(&problem.Error{Code: ErrFacts, Path: path, What: "the late charge is another account's",
				Fix: "give those of one account"})
		}
		for _, line := range c.Lines {
			for _, part := range line.Parts {
				month := monthOf(line.Item, part.Day)
				if seen[month] {
					found.Add(&problem.Error{Code: ErrFacts, Path: path,
						What: fmt.Sprintf("the month from %s of item %s stands in two late charges", part.Day, line.Item),
						Fix:  "give each late charge once, as it was entered"})
				}
				seen[month] = true
			}
		}
	}
	if err := found.Err(); err != nil {
		return Credit{}, err
	}
	ordered := slices.Clone(charges)
	slices.SortStableFunc(ordered, func(a, b Charge) int { return a.On.Compare(b.On) })
	again := again{less: less, delinquent: map[stored.ID]civil.Date{}, fell: map[stored.ID]*fall{}}
	for _, c := range ordered {
		for _, line := range c.Lines {
			again.delinquent[line.Item] = line.Delinquent
			again.fell[line.Item] = &fall{}
		}
	}
	var out Credit
	for _, c := range ordered {
		if err := again.correct(c, &out); err != nil {
			return Credit{}, err
		}
		for _, mark := range c.Placeholders {
			if !slices.Contains(out.Placeholders, mark) {
				out.Placeholders = append(out.Placeholders, mark)
			}
		}
	}
	amounts := make([]money.Amount, len(out.Lines))
	for i, line := range out.Lines {
		amounts[i] = line.Credit
	}
	var err error
	out.Total, err = money.Sum(amounts...)
	return out, err
}

// again is a correction while it is computed.
type again struct {
	less       map[stored.ID]int64
	delinquent map[stored.ID]civil.Date
	fell       map[stored.ID]*fall
}

// fall is by how much the late charges on an item fell so far.
type fall struct{ first, months int64 }

// correct computes the lines of a charge again.
func (a again) correct(c Charge, out *Credit) error {
	should := make([][]Part, len(c.Lines))
	together := map[civil.Date][]first{}
	var days []civil.Date
	for i, line := range c.Lines {
		should[i] = slices.Clone(line.Parts)
		for j := range should[i] {
			part := &should[i][j]
			part.Charges = lessBy(part.Charges, a.less[line.Item])
			if a.balance(*part).Cmp(c.Policy.MinimumBalance.Get()) < 0 {
				part.Charges = money.Amount{}
			}
			if part.First {
				if together[line.Delinquent] == nil {
					days = append(days, line.Delinquent)
				}
				together[line.Delinquent] = append(together[line.Delinquent], first{part, line.Parts[j]})
			}
		}
	}
	for _, day := range days {
		if err := c.Policy.firstAgain(together[day]); err != nil {
			return err
		}
	}
	for i, line := range c.Lines {
		fall := a.fell[line.Item]
		for j, was := range line.Parts {
			part := should[i][j]
			if !part.First {
				part.FirstUnpaid, part.MonthsUnpaid = lessBy(part.FirstUnpaid, fall.first), lessBy(part.MonthsUnpaid, fall.months)
				if err := c.Policy.monthly(&part); err != nil {
					return err
				}
			}
			credit := was.Amount.Cents() - part.Amount.Cents() // never below zero: less is owed
			if credit == 0 {
				continue
			}
			if part.First {
				fall.first += credit
			} else {
				fall.months += credit
			}
			out.Lines = append(out.Lines, CreditLine{
				Item: line.Item, Entry: entry(line.Bill, monthOf(line.Item, part.Day), part.First).ID(), Month: part.Day,
				Was: was.Amount, Should: part.Amount, Credit: money.Cents(credit),
				Words: fmt.Sprintf("%s in place of %s, on %s in place of %s", part.Amount, was.Amount, part.Charges, was.Charges),
			})
		}
	}
	return nil
}

// balance is the balance of a part without what was too high of the items that were delinquent by its day.
func (a again) balance(part Part) money.Amount {
	balance := part.Balance
	for item, less := range a.less {
		if !a.delinquent[item].After(part.Day) {
			balance = lessBy(balance, less)
		}
	}
	return balance
}

// first is a first charge as it should be, and as it was.
type first struct {
	should *Part
	was    Part
}

// firstAgain computes the first charges of items that fell delinquent on one day again. Of a flat amount each keeps its share
// of what remains: it is not moved from an item that was corrected to another.
func (p Policy) firstAgain(all []first) error {
	parts, weights := make([]*Part, len(all)), make([]exact.Ratio, len(all))
	flat, credit := false, int64(0)
	for i, one := range all {
		parts[i], weights[i] = one.should, one.was.Amount.Ratio()
	}
	if err := p.first(parts); err != nil {
		return err
	}
	for _, one := range all {
		flat = flat || !one.was.Flat.IsZero() || !one.should.Flat.IsZero()
		credit += one.was.Amount.Cents() - one.should.Amount.Cents()
	}
	if !flat {
		return nil
	}
	shares, err := money.Cents(credit).Split(weights)
	if err != nil {
		return err
	}
	for i, one := range all {
		one.should.Amount = money.Cents(one.was.Amount.Cents() - shares[i].Cents())
	}
	return nil
}

// less takes cents off an amount, down to zero. Both are zero or more.
func lessBy(a money.Amount, cents int64) money.Amount { return money.Cents(max(0, a.Cents()-cents)) }
