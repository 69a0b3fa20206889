package ratecheck

import (
	"cmp"
	"math"
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
)

// lineSums are what the lines of many bills come to, by charge and tier.
type lineSums struct {
	rows []lineSum
	// order are the rows in printed order, as far as bills have shown it.
	order []int
}

type lineSum struct {
	charge, text, service string
	tier                  int
	amount                money.Amount
	count                 int64
	// units are those of its tier, and besides parts, of which a unit has per.
	units      exact.Ratio
	parts, per int64
}

// addUnits adds the units of a line, as integers where that can be.
func (row *lineSum) addUnits(line rates.Line) {
	parts, per := line.QuantityParts()
	switch {
	case per == 0 || parts < 0:
		row.units = row.units.Add(line.Quantity())
		return
	case per != row.per || parts > math.MaxInt64-row.parts:
		row.units, row.parts, row.per = row.allUnits(), 0, per
	}
	row.parts += parts
}

// allUnits are the units of all lines.
func (row *lineSum) allUnits() exact.Ratio {
	if row.per == 0 {
		return row.units
	}
	part, _ := exact.New(row.parts, row.per) // it is above zero
	return row.units.Add(part)
}

// add adds the lines of a bill. Bills that follow each other have mostly the same lines, so
// that each is looked for behind the one before it.
func (s *lineSums) add(q *rates.Quote) error {
	at := -1
	for line := range q.Lines() {
		at = s.find(line, at)
		row := &s.rows[s.order[at]]
		row.count++
		if err := addTo(&row.amount, line.Amount()); err != nil {
			return err
		}
		if row.tier > 0 {
			row.addUnits(line)
		}
	}
	return nil
}

// find is the place in the order of the row of a line that stands on its bill behind the one
// at a place.
func (s *lineSums) find(line rates.Line, behind int) int {
	charge, tier := line.Charge(), line.Tier()
	for i := behind + 1; i < len(s.order); i++ {
		if row := &s.rows[s.order[i]]; row.tier == tier && row.charge == charge {
			return i
		}
	}
	for i := range behind + 1 {
		if row := &s.rows[s.order[i]]; row.tier == tier && row.charge == charge {
			return i
		}
	}
	return s.insert(lineSum{charge: charge, text: line.Text(), service: line.Service(), tier: tier}, behind)
}

// insert puts a new row behind the one at a place; a tier behind the lower tiers of its charge.
func (s *lineSums) insert(row lineSum, behind int) int {
	at := behind + 1
	for at < len(s.order) {
		if next := &s.rows[s.order[at]]; next.charge != row.charge || next.tier >= row.tier {
			break
		}
		at++
	}
	s.rows = append(s.rows, row)
	s.order = slices.Insert(s.order, at, len(s.rows)-1)
	return at
}

func (s *lineSums) merge(o *lineSums) error {
	s.arrange(o)
	for i := range o.rows {
		from := &o.rows[i]
		row := s.row(from.charge, from.tier)
		row.count += from.count
		row.units = row.units.Add(from.allUnits())
		if err := addTo(&row.amount, from.amount); err != nil {
			return err
		}
	}
	return nil
}

// arrange makes rows for those of other sums, without what they come to.
func (s *lineSums) arrange(o *lineSums) {
	behind := -1
	for _, i := range o.order {
		from := &o.rows[i]
		at := s.place(from.charge, from.tier)
		if at < 0 {
			at = s.insert(lineSum{charge: from.charge, text: from.text, service: from.service, tier: from.tier}, behind)
		}
		behind = at
	}
}

// row is the row of a charge and tier; nil where there is none.
func (s *lineSums) row(charge string, tier int) *lineSum {
	if at := s.place(charge, tier); at >= 0 {
		return &s.rows[s.order[at]]
	}
	return nil
}

// place is the place in the order of a row; -1 where there is none.
func (s *lineSums) place(charge string, tier int) int {
	return slices.IndexFunc(s.order, func(i int) bool { return s.rows[i].charge == charge && s.rows[i].tier == tier })
}

// revenue sets the lines before and after beside each other, in the order of the bills after;
// what is gone stands behind what it stood behind before.
func revenue(before, after *lineSums) []Revenue {
	both := lineSums{}
	both.arrange(after)
	both.arrange(before)
	all := make([]Revenue, 0, len(both.order))
	for _, i := range both.order {
		row := &both.rows[i]
		r := Revenue{Charge: row.charge, Text: row.text, Service: row.service, Tier: row.tier}
		if from := before.row(row.charge, row.tier); from != nil {
			r.Before, r.LinesBefore, r.UnitsBefore = from.amount, from.count, from.allUnits()
		}
		if from := after.row(row.charge, row.tier); from != nil {
			r.After, r.LinesAfter, r.UnitsAfter = from.amount, from.count, from.allUnits()
		}
		all = append(all, r)
	}
	return all
}

// causes are the changes of each charge.
func causes(before, after *lineSums) ([]Cause, error) {
	var all []Cause
	var ids []string
	for _, r := range revenue(before, after) {
		if !slices.Contains(ids, r.Charge) {
			ids = append(ids, r.Charge)
		}
	}
	for _, id := range ids {
		was, linesBefore, text, err := before.charge(id)
		if err != nil {
			return nil, err
		}
		is, linesAfter, textAfter, err := after.charge(id)
		if err != nil {
			return nil, err
		}
		change, err := is.Sub(was)
		if err != nil {
			return nil, addTo(&money.Amount{}, is)
		}
		c := Cause{Kind: rates.RatesChange, Charge: id, Text: cmp.Or(textAfter, text), Amount: change}
		switch {
		case linesBefore == 0:
			c.Kind = rates.ChargeAdded
		case linesAfter == 0:
			c.Kind = rates.ChargeRemoved
		}
		if !change.IsZero() {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b Cause) int {
		return cmp.Or(cmp.Compare(magnitude(b.Amount), magnitude(a.Amount)), cmp.Compare(a.Charge, b.Charge))
	})
	return all, nil
}

// charge is what the lines of a charge come to.
func (s *lineSums) charge(id string) (sum money.Amount, lines int64, text string, err error) {
	for _, i := range s.order {
		if row := &s.rows[i]; row.charge == id {
			lines += row.count
			text = row.text
			if err := addTo(&sum, row.amount); err != nil {
				return sum, lines, text, err
			}
		}
	}
	return sum, lines, text, nil
}
