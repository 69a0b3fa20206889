package impactreport

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/adapters/table"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// affordability is bills set against a household's income.
type affordability struct {
	Income  string
	Note    string // in place of classes
	Classes []household
}

// A household is a class whose bills are set against the income. Notes say what is not.
type household struct {
	Name  string
	Notes []string
	Grids []grid
}

// marks are the shares of the income that bills are counted above, in tenths of a percent.
var marks = [...]int64{10, 20, 30, 45}

// yearDays is how many days the income is of.
const yearDays = 365

// mostSpread is by how many days bills may differ that are set against one income: months do by
// three, and a reading may be a day late.
const mostSpread = 4

// affordability sets the bills of households against the income; nil where there is no income.
// Classes that were named are told of, also where there is nothing to set.
func (r *Report) affordability(p *page, samples []sampled) (*affordability, error) {
	if r.Income.Sign() <= 0 {
		return nil, nil
	}
	a := &affordability{Income: r.Income.String()}
	var told []string
	tell := func(name string, g *ratecheck.Group, s *sampled) error {
		told = append(told, name)
		h, err := r.household(p, name, g, s)
		a.Classes = append(a.Classes, h)
		return err
	}
	for i := range samples {
		s := &samples[i]
		if len(r.Households) == 0 && (s.group == nil || s.usages.median == 0) || len(r.Households) > 0 && !slices.Contains(r.Households, s.Name) {
			continue
		}
		if err := tell(s.Name, s.group, s); err != nil {
			return nil, err
		}
	}
	for _, name := range r.Households {
		if slices.Contains(told, name) {
			continue
		}
		if err := tell(name, groupOf(&r.Impact, name), nil); err != nil {
			return nil, err
		}
	}
	if len(a.Classes) == 0 {
		a.Note = "No customer of this report is of a class that was studied and uses water, so that no bill is set against the income."
	}
	return a, nil
}

// household sets the bills of a class against the income. The group is nil where no bill of the
// class was studied, the customers are where there are none.
func (r *Report) household(p *page, name string, g *ratecheck.Group, s *sampled) (household, error) {
	h := household{Name: closed(name)}
	switch {
	case g == nil:
		h.Notes = []string{"No bill of this class was studied, so that none is set against the income."}
		return h, nil
	case g.LongestDays <= 0:
		h.Notes = []string{"The bills of this class have no days, so that no income can be set against them."}
		return h, nil
	case s == nil:
		h.Notes = append(h.Notes, "This report has no customer of this class, so that no sample bills are set against the income.")
	case s.usages.median == 0:
		h.Notes = append(h.Notes, "The median usage of this class is not above zero, so that no sample bills are set against the income.")
	default:
		h.Grids = append(h.Grids, p.grid(r.shares(s)))
	}
	if spread := g.LongestDays - g.ShortestDays; spread > mostSpread || spread*7 > g.ShortestDays { // four days of 28 are a seventh
		h.Notes = append(h.Notes, fmt.Sprintf("The bills of this class are of %s to %s days, so that one income cannot be set against all of them: how many are above a share of it is not said.",
			count(g.ShortestDays), count(g.LongestDays)))
		return h, nil
	}
	above, err := r.above(g)
	if err != nil {
		return h, err
	}
	h.Grids = append(h.Grids, p.grid(above))
	return h, nil
}

// incomeOf is the income of so many days, in dollars.
func (r *Report) incomeOf(days int64) exact.Ratio {
	part, _ := exact.New(days, yearDays) // not over zero
	return r.Income.Ratio().Mul(part)
}

// daysOf is how many days a bill is of; zero where its days cannot be, and no book prices it.
func daysOf(in *rates.Input) int64 {
	if in.Period.Check() != nil {
		return 0
	}
	return int64(in.Period.Days())
}

// shares is what bills of low, median and high usage are of the income of their own days.
func (r *Report) shares(s *sampled) table.Table {
	c := s.customers[0]
	before, after := daysOf(&c.Before), daysOf(&c.After)
	days := counted(before, "day")
	if before != after {
		days = fmt.Sprintf("days (%s before, %s after)", count(before), count(after))
	}
	t := table.Table{
		Title: fmt.Sprintf("%s: bills as shares of the income of their %s", s.Cards[0].Label, days),
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
		for i, of := range []struct {
			bill money.Amount
			days int64
		}{{b.Before, before}, {b.After, after}} {
			share := table.Cell{}
			if cells[i].Plain() != "" {
				share = table.Percent(of.bill.Ratio(), r.incomeOf(of.days), 2)
			}
			row = append(row, share)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// above is how many bills of a class are more than some shares of the income of the longest.
func (r *Report) above(g *ratecheck.Group) (table.Table, error) {
	income := r.incomeOf(g.LongestDays)
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
	t.Note = fmt.Sprintf("The bills of the class are of %s, and so is the income.", counted(g.LongestDays, "day"))
	if g.ShortestDays != g.LongestDays {
		t.Note = fmt.Sprintf("The bills of the class are of %s to %s days. The income is that of %s days for all of them: a shorter bill that is above a share of its own income may not be counted.",
			count(g.ShortestDays), count(g.LongestDays), count(g.LongestDays))
	}
	if cut {
		t.Note += " " + table.FirstDigits
	}
	return t, nil
}
