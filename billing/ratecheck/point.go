package ratecheck

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
)

// PointKind is the kind of a [Point].
type PointKind uint8

// The kinds of points.
const (
	// NumberPoint is a price, a bound, an amount, a percentage, a number of a formula.
	NumberPoint PointKind = iota + 1
	// DatePoint is the day on which a version or a season begins or ends.
	DatePoint
	// RulePoint is a choice of the schedule: rounding, with its ties; which date picks the
	// version; proration; the usage rule.
	RulePoint
	// ConditionPoint is a value that a condition asks for: a stage, a zone, a class.
	ConditionPoint
	// FactPoint is a value that a fact may have, or the end of its range.
	FactPoint
)

// String is the kind in a word.
func (k PointKind) String() string {
	return [...]string{"", "number", "date", "rule", "condition", "fact"}[k]
}

// A pointDraft is a point with what would be wrong if it were: schedules that differ in it. Each
// way is some steps, the smallest first; a point is covered where the bills notice, of each way,
// the smallest step that any bill could notice.
type pointDraft struct {
	Point
	ways [][]func(*rates.Schedule)
	// facts are what an account needs to reach the point, and cut is the day that it is about.
	facts rates.Facts
	cut   civil.Date
	// aimed are bills that are made for the point alone; nil while there was no need of them.
	aimed []coverBill
	// fact and value are of a point that is covered where a bill has the value.
	fact, value string
}

// points are those of a schedule, in the order of the book.
func points(s *rates.Schedule) []pointDraft {
	var all []pointDraft
	add := func(kind PointKind, version civil.Date, text string, ways ...func(*rates.Schedule)) {
		all = append(all, pointDraft{Point: Point{Schedule: s.ID, Version: version, Kind: kind, Text: text}, ways: single(ways)})
	}
	for _, mode := range []exact.Mode{exact.HalfUp, exact.HalfEven, exact.Up, exact.Down} {
		if mode != s.Rounding.Mode {
			add(RulePoint, civil.Date{}, fmt.Sprintf("the rounding %s, and not %s", s.Rounding.Mode, mode), func(s *rates.Schedule) { s.Rounding.Mode = mode })
		}
	}
	for _, place := range []money.Place{money.ByLine, money.AtTotal} {
		if place != s.Rounding.Place {
			add(RulePoint, civil.Date{}, fmt.Sprintf("the rounding by %s, and not by %s", s.Rounding.Place, place), func(s *rates.Schedule) { s.Rounding.Place = place })
		}
	}
	if !s.Undated {
		for rule, name := range selects {
			if rule := rates.Select(rule); name != "" && rule != s.Select {
				add(RulePoint, civil.Date{}, fmt.Sprintf("that the version is picked %s, and not %s", selects[s.Select], name), func(s *rates.Schedule) { s.Select = rule })
			}
		}
	}
	for rule, name := range usageRules {
		if rule := rates.UsageRule(rule); name != "" && rule != s.Usage {
			add(RulePoint, civil.Date{}, fmt.Sprintf("that usage is billed %s, and not %s", usageRules[s.Usage], name), func(s *rates.Schedule) { s.Usage = rule })
		}
	}
	all = append(all, prorationPoints(s)...)
	for i := range s.Facts {
		all = append(all, factPoints(s, i)...)
	}
	for i := range s.Seasons.Starts {
		start := s.Seasons.Starts[i]
		add(DatePoint, civil.Date{}, fmt.Sprintf("the first day of %s, %s %d", start.Name, start.Month, start.Day), dayShifts(func(s *rates.Schedule, days int) {
			on, err := civil.NewDate(2023, start.Month, start.Day) // no leap year, as seasons begin on no leap day
			if err == nil {
				on, err = on.AddDays(days)
			}
			if err == nil {
				s.Seasons.Starts[i].Month, s.Seasons.Starts[i].Day = on.Month(), on.Day()
			}
		})...)
	}
	for i := range s.Versions {
		all = append(all, versionPoints(s, i)...)
	}
	return all
}

var selects = [...]string{"", "by the first day of the bill", "by the last day of the bill", "by the day of the bill", "by each day (split)", "by each day (blended)"}

var usageRules = [...]string{"", "as measured", "in whole units, the rest carried", "in begun units"}

// single are ways of one step each.
func single(ways []func(*rates.Schedule)) [][]func(*rates.Schedule) {
	all := make([][]func(*rates.Schedule), len(ways))
	for i := range ways {
		all[i] = ways[i : i+1]
	}
	return all
}

// dayShifts are a day too early and a day too late.
func dayShifts(shift func(s *rates.Schedule, days int)) []func(*rates.Schedule) {
	return []func(*rates.Schedule){
		func(s *rates.Schedule) { shift(s, -1) },
		func(s *rates.Schedule) { shift(s, 1) },
	}
}

func prorationPoints(s *rates.Schedule) []pointDraft {
	var all []pointDraft
	if s.Proration.Over == rates.NotProrated {
		return nil
	}
	add := func(kind PointKind, text string, ways ...func(*rates.Schedule)) {
		all = append(all, pointDraft{Point: Point{Schedule: s.ID, Kind: kind, Text: text}, ways: single(ways)})
	}
	add(RulePoint, "that bills are prorated", func(s *rates.Schedule) { s.Proration = rates.Proration{Over: rates.NotProrated} })
	add(RulePoint, map[bool]string{true: "that fixed amounts scale with days", false: "that fixed amounts do not scale with days"}[s.Proration.Fixed],
		func(s *rates.Schedule) { s.Proration.Fixed = !s.Proration.Fixed })
	add(RulePoint, map[bool]string{true: "that tiers scale with days", false: "that tiers do not scale with days"}[s.Proration.Tiers],
		func(s *rates.Schedule) { s.Proration.Tiers = !s.Proration.Tiers })
	if s.Proration.Over == rates.StatedDays {
		add(NumberPoint, fmt.Sprintf("the %d days that prices are stated for", s.Proration.Days),
			func(s *rates.Schedule) { s.Proration.Days++ }, func(s *rates.Schedule) { s.Proration.Days-- })
	}
	return all
}

func factPoints(s *rates.Schedule, i int) []pointDraft {
	var all []pointDraft
	f := &s.Facts[i]
	name := strings.ReplaceAll(f.Name, "_", " ")
	for _, value := range f.Allowed {
		all = append(all, pointDraft{Point: Point{Schedule: s.ID, Kind: FactPoint, Text: name + " " + value}, fact: f.Name, value: value})
	}
	if f.Range == nil {
		return all
	}
	for _, end := range []struct {
		text string
		at   func(*rates.Range) *rates.Number
	}{
		{"the least", func(r *rates.Range) *rates.Number { return &r.Least }},
		{"the most", func(r *rates.Range) *rates.Number { return &r.Most }},
	} {
		was := decimal.Decimal(*end.at(f.Range))
		step := lastPlace(was)
		way := func(by decimal.Decimal) func(*rates.Schedule) {
			return func(s *rates.Schedule) { *end.at(s.Facts[i].Range) = rates.Number(was.Add(by)) }
		}
		all = append(all, pointDraft{Point: Point{Schedule: s.ID, Kind: FactPoint, Text: fmt.Sprintf("%s %s, %s", end.text, name, was)},
			ways: [][]func(*rates.Schedule){{way(step)}, {way(step.Neg())}}})
	}
	return all
}

// versionPoints are the days of a version, its conditions and its numbers.
func versionPoints(s *rates.Schedule, i int) []pointDraft {
	var all []pointDraft
	v := &s.Versions[i]
	add := func(kind PointKind, text string, ways ...func(*rates.Schedule)) {
		all = append(all, pointDraft{Point: Point{Schedule: s.ID, Version: v.From, Kind: kind, Text: text}, ways: single(ways)})
	}
	shifted := func(d civil.Date, days int) civil.Date {
		to, err := d.AddDays(days)
		if err != nil {
			return d
		}
		return to
	}
	aimed := func(cut civil.Date) { all[len(all)-1].cut = cut }
	if !v.From.IsZero() {
		add(DatePoint, fmt.Sprintf("the first day of the rates, %s", v.From), dayShifts(func(s *rates.Schedule, days int) {
			s.Versions[i].From = shifted(s.Versions[i].From, days)
			if i > 0 {
				s.Versions[i-1].To = s.Versions[i].From
			}
		})...)
		aimed(v.From)
	}
	if i == len(s.Versions)-1 && !v.To.IsZero() {
		add(DatePoint, fmt.Sprintf("the day on which the rates end, %s", v.To), dayShifts(func(s *rates.Schedule, days int) {
			s.Versions[i].To = shifted(s.Versions[i].To, days)
		})...)
		aimed(v.To)
	}
	for j := range v.Charges {
		for _, way := range chargeWays(&v.Charges[j]) {
			add(RulePoint, fmt.Sprintf("that %s %s", cmp.Or(v.Charges[j].Text, v.Charges[j].ID), way.text), func(s *rates.Schedule) { way.wrong(&s.Versions[i].Charges[j]) })
		}
		for _, list := range []struct {
			of func(*rates.Charge) []rates.Condition
		}{{func(c *rates.Charge) []rates.Condition { return c.When }}, {func(c *rates.Charge) []rates.Condition { return c.Meters }}} {
			for k, condition := range list.of(&v.Charges[j]) {
				for n, value := range condition.In {
					charge := v.Charges[j].ID
					if v.Charges[j].Text != "" {
						charge = v.Charges[j].Text
					}
					add(ConditionPoint, fmt.Sprintf("that %s is charged for %s %s", charge, strings.ReplaceAll(condition.Fact, "_", " "), value),
						func(s *rates.Schedule) {
							in := &list.of(&s.Versions[i].Charges[j])[k].In
							*in = slices.Delete(slices.Clone(*in), n, n+1)
							if len(*in) == 0 { // a condition that nothing meets
								s.Versions[i].Charges[j].Rule = rates.Fixed{Amount: rates.Num("0")}
							}
						})
				}
			}
		}
	}
	return append(all, numberPoints(s, i)...)
}

// A chargeWay is a rule of a charge, and how it might be wrong.
type chargeWay struct {
	text  string
	wrong func(*rates.Charge)
}

// chargeWays are the rules of a charge: its season, whether it is part of the total, what it is made
// for, and the charges that it is of.
func chargeWays(c *rates.Charge) []chargeWay {
	var all []chargeWay
	if c.Season != "" {
		all = append(all, chargeWay{"is charged in " + c.Season + " alone", func(c *rates.Charge) { c.Season = "" }})
	}
	if c.Memo {
		all = append(all, chargeWay{"is no part of the total", func(c *rates.Charge) { c.Memo = false }})
	}
	switch c.Per {
	case rates.PerMeter:
		all = append(all, chargeWay{"is made for each meter", func(c *rates.Charge) { c.Per = rates.PerAccount }})
	case rates.PerAccount:
		all = append(all, chargeWay{"is made for the account", func(c *rates.Charge) { c.Per, c.Meters = rates.PerMeter, nil }})
	}
	var of []string
	switch r := c.Rule.(type) {
	case rates.Percent:
		of = r.Of
	case rates.Minimum:
		of = r.Of
	case rates.Credit:
		of = r.Of
	}
	for n, id := range of {
		if len(of) == 1 {
			break // of nothing it would not compile
		}
		all = append(all, chargeWay{"is of " + id + " too", func(c *rates.Charge) {
			less := slices.Delete(slices.Clone(of), n, n+1)
			switch r := c.Rule.(type) {
			case rates.Percent:
				r.Of = less
				c.Rule = r
			case rates.Minimum:
				r.Of = less
				c.Rule = r
			case rates.Credit:
				r.Of = less
				c.Rule = r
			}
		}})
	}
	return all
}

// numberPoints are the numbers of a version. A number is off by its last place, or by a cent
// where that is less; or, where no bill could notice that, by ten or a hundred times as much.
func numberPoints(s *rates.Schedule, i int) []pointDraft {
	var leaves []leaf
	own := s.Versions[i]
	rewriteVersion(&own, func(l leaf) decimal.Decimal {
		leaves = append(leaves, l)
		return l.number
	})
	var all []pointDraft
	for n, l := range leaves {
		p := pointDraft{Point: Point{Schedule: s.ID, Version: s.Versions[i].From, Kind: NumberPoint, Text: fmt.Sprintf("%s %s", numberText(l), l.words)}, facts: l.facts}
		step := lastPlace(l.number)
		if cent := decimal.New(1, -2); l.money && step.Cmp(cent) > 0 {
			step = cent
		}
		steps := 3
		if l.money && l.number.Exponent() >= -2 {
			steps = 1 // what does not show a cent shows no dime
		}
		p.ways = make([][]func(*rates.Schedule), 2)
		for range steps {
			way := func(by decimal.Decimal) func(*rates.Schedule) {
				return func(s *rates.Schedule) {
					at := 0
					rewriteVersion(&s.Versions[i], func(l leaf) decimal.Decimal {
						if at++; at-1 == n {
							return l.number.Add(by)
						}
						return l.number
					})
				}
			}
			p.ways[0], p.ways[1] = append(p.ways[0], way(step)), append(p.ways[1], way(step.Neg()))
			step = step.Shift(1)
		}
		all = append(all, p)
	}
	return all
}

func numberText(l leaf) string {
	if l.money && l.number.Exponent() >= -2 {
		return "$" + l.number.StringFixed(2)
	}
	if l.money {
		return "$" + l.number.String()
	}
	return l.number.String()
}

// lastPlace is one of the last decimal that a number is written with; at most 1.
func lastPlace(d decimal.Decimal) decimal.Decimal { return decimal.New(1, min(d.Exponent(), 0)) }
