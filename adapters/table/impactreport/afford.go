package impactreport

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/adapters/table"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/metering"
)

// affordability is bills set against a household's income.
type affordability struct {
	Income  string
	Classes []household
}

// A household is a class whose bills are set against the income.
type household struct {
	Name, Note string
	Grids      []grid
}

// marks are the shares of the income that bills are counted above, in tenths of a percent.
var marks = [...]int64{10, 20, 30, 45}

// yearDays is how many days the income is of.
const yearDays = 365

// affordability sets the bills of households against the income; nil where there is no income,
// or no household.
func (r *Report) affordability(p *page, samples []sampled) (*affordability, error) {
	if r.Income.Sign() <= 0 {
		return nil, nil
	}
	a := &affordability{Income: r.Income.String()}
	for i := range samples {
		s := &samples[i]
		if len(r.Households) > 0 && !slices.Contains(r.Households, s.Name) || s.group == nil || s.usages.median == 0 {
			continue
		}
		h := household{Name: s.Name}
		if s.group.Days == 0 {
			h.Note = "The bills of this class have no days, so that no income can be set against them."
		} else {
			above, err := r.above(s.group)
			if err != nil {
				return nil, err
			}
			h.Grids = []grid{p.grid(r.shares(s)), p.grid(above)}
		}
		a.Classes = append(a.Classes, h)
	}
	if len(a.Classes) == 0 {
		return nil, nil
	}
	return a, nil
}

// incomeOf is the income of so many days, in dollars.
func (r *Report) incomeOf(days exact.Ratio) exact.Ratio {
	year, _ := exact.New(1, yearDays) // not over zero
	return r.Income.Ratio().Mul(days).Mul(year)
}

// shares is what bills of low, median and high usage are of the income.
func (r *Report) shares(s *sampled) table.Table {
	c := s.customers[0]
	days := exact.Int(int64(c.Before.Period.Days()))
	if days.IsZero() {
		days = averageDays(s.group)
	}
	income := r.incomeOf(days)
	t := table.Table{
		Title: fmt.Sprintf("%s: bills as shares of the income of their %s days", s.Cards[0].Label, oneDecimal(days)),
		Columns: []table.Column{{Name: "Usage"}, {Name: "Before $", Right: true}, {Name: "After $", Right: true}, {Name: "Change $", Right: true},
			{Name: "Share before", Right: true}, {Name: "Share after", Right: true}},
		Note: "Low, median and high are what about 2, 5 and 9 of 10 bills of the class do not exceed.",
	}
	for _, level := range []struct {
		name string
		at   thousandths
	}{{"low", s.usages.low}, {"median", s.usages.median}, {"high", s.usages.high}} {
		b := c.Bills(r.Before.Engine, r.After.Engine, []metering.Volume{level.at.volume(s.usages.unit)})[0]
		cells := table.Bill(&b)
		row := []table.Cell{table.Text(fmt.Sprintf("%s: %s %s", level.name, usage(level.at), s.usages.unit.Word(level.at == 1000))), cells[0], cells[1], cells[2]}
		for i, a := range []money.Amount{b.Before, b.After} {
			share := table.Cell{}
			if cells[i].Plain() != "" {
				share = table.Percent(a.Ratio(), income, 2)
			}
			row = append(row, share)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// above is how many bills of a class are more than some shares of the income of their days.
func (r *Report) above(g *ratecheck.Group) (table.Table, error) {
	days := averageDays(g)
	income := r.incomeOf(days)
	t := table.Table{
		Title: "All bills of the class that are more than a share of the income",
		Columns: []table.Column{{Name: "Share of income"}, {Name: "That is $", Right: true}, {Name: "Bills above it, before", Right: true}, {Name: "Bills above it, after", Right: true},
			{Name: "Of all bills, before", Right: true}, {Name: "Of all bills, after", Right: true}},
	}
	cut := false
	for _, mark := range marks {
		share, _ := exact.New(mark, 1000) // not over zero
		// A bill has whole cents: it is above the share where it is above the whole cents of it.
		limit, err := money.FromRatio(income.Mul(share), exact.Down)
		if err != nil {
			return t, err
		}
		cut = cut || limit.Cents() > 999_99
		before, after, all := g.BillsBefore.Above(limit), g.BillsAfter.Above(limit), exact.Int(g.Bills)
		t.Rows = append(t.Rows, []table.Cell{table.Percent(exact.Int(mark), exact.Int(1000), 1), table.Amount(limit), table.Count(before), table.Count(after),
			table.Percent(exact.Int(before), all, 1), table.Percent(exact.Int(after), all, 1)})
	}
	t.Note = fmt.Sprintf("The bills of the class are of %s days on average, and the income is that of as many days.", oneDecimal(days))
	if cut {
		t.Note += " " + table.FirstDigits
	}
	return t, nil
}

func averageDays(g *ratecheck.Group) exact.Ratio {
	days, _ := exact.New(g.Days, g.Bills) // the group has bills
	return days
}

// oneDecimal is a number, rounded half up to one decimal where it is not whole.
func oneDecimal(r exact.Ratio) string { return table.Quantity(r, min(table.Places(r), 1)).String() }
