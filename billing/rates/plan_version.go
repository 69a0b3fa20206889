package rates

import (
	"maps"
	"math/big"
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
)

// A plan is the program of all bills of a version that no change cuts, with where its
// inputs come from.
type plan struct {
	program
	numbers []planNumber // in the order of the program's inputs after usage
	texts   []planText
	// absent are facts that it takes as not given.
	absent []string
	// season, days and months are the registers of the season's code, of the bill's days,
	// and of its share of calendar months; 0 where they are not read.
	season, days, months uint8
	seasons              []string
}

// A planNumber is a numeric fact. present is the register that says whether it is given; 0
// where it has to be.
type planNumber struct {
	name    string
	present uint8
	text    bool // its text is looked at, too
}

// A planText is a fact whose text is looked at, and its register.
type planText struct {
	name  string
	texts []string // code 1 is the first; 0 is none
	reg   uint8
}

// monthParts is a number of parts of a month that all days of all months are whole parts of.
const monthParts = 28 * 29 * 30 * 31 / 2

// plan makes the program of a version, or says why it has none.
func (v *version) makePlan() (*plan, error) {
	t := texts{v: v, of: map[int]map[string]bool{}, asText: map[int]bool{}, asNumber: map[int]bool{}, needed: map[int]bool{}, instead: map[int]bool{}, seen: map[asked]bool{}}
	t.charges()
	var made *plan
	_, err := tryRanges(func(places int, most int64) (*lowering, error) {
		l, p, err := v.lowerPlan(&t, places, most)
		if err == nil {
			p.program = l.program
			made = p
		}
		return l, err
	})
	return made, err
}

func (v *version) lowerPlan(t *texts, places int, most int64) (*lowering, *plan, error) {
	s := v.schedule
	f := &frame{version: v, facts: make([]given, len(s.facts)), bill: &resolved{schedule: s}, part: &part{share: exact.Int(1), prorate: exact.Int(1), tiers: exact.Int(1)},
		numbers: make([]once[exact.Ratio], len(v.book.Definitions)), texts: make([]once[string], len(v.book.Definitions))}
	l := newLowering(v, f, true)
	p := &plan{}
	var slots []int
	for slot := range s.facts {
		if t.asNumber[slot] && (!t.instead[slot] || s.facts[slot].Type == NumberFact) {
			slots = append(slots, slot)
		}
	}
	if err := l.inputs(slots, places, most); err != nil {
		return nil, nil, err
	}
	for _, slot := range slots {
		n := planNumber{name: s.facts[slot].Name}
		if t.instead[slot] && !t.needed[slot] {
			r, err := l.newRegister(big.NewRat(1, 1), new(big.Rat), big.NewRat(1, 1))
			if err != nil {
				return nil, nil, err
			}
			n.present = uint8(r)
			l.present[slot] = r
		}
		p.numbers = append(p.numbers, n)
	}
	for slot := range s.facts {
		if err := l.planText(p, t, slot); err != nil {
			return nil, nil, err
		}
	}
	if t.season {
		v := variable{slot: seasonSlot}
		for _, start := range s.Seasons.Starts {
			if !slices.Contains(v.texts, start.Name) {
				v.texts = append(v.texts, start.Name)
			}
		}
		if err := l.addVariable(v); err != nil {
			return nil, nil, err
		}
		p.season, p.seasons = uint8(len(l.regs)-1), v.texts
	}
	if err := l.planDays(p); err != nil {
		return nil, nil, err
	}
	return l, p, l.bill()
}

// planText makes a variable of a fact whose text is looked at. One that only stands in the
// place of definitions, in an outside format, is taken as not given.
func (l *lowering) planText(p *plan, t *texts, slot int) error {
	fact := &l.schedule.facts[slot]
	_, number := l.numbers[slot]
	if !t.asText[slot] && (!t.instead[slot] || number) {
		return nil
	}
	if number && t.instead[slot] {
		return notLowered("fact " + fact.Name + " stands in the place of a number and of a text")
	}
	of := fact.Allowed
	if len(of) == 0 {
		of = slices.Sorted(maps.Keys(t.of[slot]))
	}
	if len(of) == 0 && !t.instead[slot] {
		return notLowered("no table says which texts fact " + fact.Name + " may be")
	}
	if len(of) == 0 {
		p.absent = append(p.absent, fact.Name)
		return nil
	}
	if err := l.addVariable(variable{slot: slot, texts: of}); err != nil {
		return err
	}
	p.texts = append(p.texts, planText{fact.Name, of, uint8(len(l.regs) - 1)})
	for i := range p.numbers {
		p.numbers[i].text = p.numbers[i].text || p.numbers[i].name == fact.Name
	}
	return nil
}

// addVariable gives a variable its register.
func (l *lowering) addVariable(v variable) error {
	if len(l.vars) == maxVariables || len(v.texts) > maxTexts {
		return notLowered("it looks at too many texts")
	}
	r, err := l.newRegister(big.NewRat(1, 1), new(big.Rat), big.NewRat(int64(v.codes()-1), 1))
	v.reg = r
	l.vars = append(l.vars, v)
	return err
}

// planDays gives the days of the bill their registers.
func (l *lowering) planDays(p *plan) error {
	r, err := l.newRegister(big.NewRat(1, 1), new(big.Rat), big.NewRat(MaxDays, 1))
	if err != nil {
		return err
	}
	p.days, l.days = uint8(r), register(r)
	whole := constantPolynomial(exact.Int(1))
	share := whole
	pr := l.schedule.Proration
	switch pr.Over {
	case StatedDays:
		day, _ := exact.New(1, int64(pr.Days)) // Compile has found it to be above zero
		share = l.days.times(day)
	case MonthDays:
		if r, err = l.newRegister(big.NewRat(1, monthParts), new(big.Rat), big.NewRat(MaxDays, 28)); err != nil {
			return err
		}
		p.months, share = uint8(r), register(r)
	}
	l.prorate, l.tiersBy = whole, whole
	if pr.Fixed {
		l.prorate = share
	}
	if pr.Tiers {
		l.tiersBy = share
	}
	return nil
}
