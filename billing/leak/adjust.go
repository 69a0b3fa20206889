package leak

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
)

// target is how a charge is adjusted: taken from the bill at a usage, perhaps with the rest of a part beside it; or, as a
// percentage, made of the adjusted charges that it is of.
type target struct {
	steady bool // it is the same at every usage
	at     exact.Ratio
	part   *priced // whose rest is priced on the charge; nil for none
	follow bool
}

// priced is a part with the usages between which its rest lies.
type priced struct {
	part      Part
	at        exact.Ratio // U − X as billed, U − E otherwise
	low, high exact.Ratio // U − E and U − X
	rest      bool        // there is one, at a price of its own
}

// adjusted is the adjusted bill.
type adjusted struct {
	keys    []key
	amounts map[key]money.Amount
	exact   map[key]exact.Ratio
	units   map[key]exact.Ratio
	shown   map[key]sum // lines of charges that the bill did not have
	rests   map[string][]string
}

// adjuster makes the adjusted bill.
type adjuster struct {
	rule     Rule
	bill     *bill
	parts    []priced
	rests    map[string][]string
	quotes   []*quoteOf
	targets  map[string]target
	open     []string // charges whose targets are being found
	tierThen int
}

// adjusted prices the bill as the formula says. Where all its charges are of one usage it is the engine's own bill for that
// usage. Otherwise charges of several are put together, by the schedule's rounding.
func (r Rule) adjusted(out *Credit, bill *bill, facts Facts) (*adjusted, error) {
	a := &adjuster{rule: r, bill: bill, rests: rests(bill.charges, bill.schedule), targets: map[string]target{}, tierThen: facts.TierThen}
	usages := []exact.Ratio{bill.usage}
	for i, part := range r.Parts {
		low, high := out.Parts[i].Normal, out.Usage.Sub(out.Parts[i].Excused)
		p := priced{part: part, at: high, low: low, high: high, rest: part.Price != AsBilled && !low.Equal(high)}
		if p.rest {
			p.at = low
		}
		usages = append(usages, p.at, p.high)
		a.parts = append(a.parts, p)
	}
	for _, p := range a.parts {
		// The rest is priced on the charge: a part without it would excuse the rest.
		id := p.part.Charge
		own, _ := a.place(id)
		if p.rest && (!bill.units[id] || own == nil || own.part.Name != p.part.Name || len(a.rests[id]) > 0) {
			return nil, refuse(ErrCharge, id, "it is no charge for units of the part "+p.part.Name+", or rests on other charges",
				"name the charge of the part whose tiers the policy means")
		}
	}
	for _, usage := range usages {
		q, err := bill.price(usage)
		if err != nil {
			return nil, err
		}
		a.quotes = append(a.quotes, q)
	}
	return a.run()
}

// keys are the charges of all bills: those of the bill itself in printed order, then others.
func (a *adjuster) keys() []key {
	var keys []key
	for _, q := range a.quotes {
		for _, key := range q.keys {
			if !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

func (a *adjuster) run() (*adjusted, error) {
	out := &adjusted{
		amounts: map[key]money.Amount{}, exact: map[key]exact.Ratio{}, units: map[key]exact.Ratio{}, shown: map[key]sum{},
		rests: a.rests,
	}
	keys := a.keys()
	var one *exact.Ratio // the one usage of all charges
	uniform := true
	for _, key := range keys {
		t, err := a.target(key.charge)
		if err != nil {
			return nil, err
		}
		switch {
		case t.steady:
		case t.follow || t.part != nil || one != nil && !one.Equal(t.at):
			uniform = false
		default:
			one = &t.at
		}
	}
	mode := a.bill.schedule.Rounding.Mode
	atTotal := a.bill.atTotal() && !uniform
	for _, key := range keys {
		if a.targets[key.charge].follow {
			continue
		}
		if err := a.take(out, key, mode, atTotal, one); err != nil {
			return nil, err
		}
	}
	for _, key := range keys {
		if a.targets[key.charge].follow {
			if err := a.follow(out, key, keys, mode, atTotal); err != nil {
				return nil, err
			}
		}
	}
	for _, key := range keys {
		if !key.memo {
			out.keys = append(out.keys, key)
		}
	}
	if !atTotal {
		return out, nil
	}
	return out, out.round(mode)
}

// take adds a charge as it is at its usage, with the rest that is priced on it. A steady charge of a bill of one usage is as that
// bill has it, since lines that are fitted to a total may differ by a cent.
func (a *adjuster) take(out *adjusted, key key, mode exact.Mode, atTotal bool, one *exact.Ratio) error {
	t := a.targets[key.charge]
	at := t.at
	if t.steady && one != nil {
		at = *one
	} else if t.steady {
		at = a.bill.usage
	}
	q, err := a.bill.price(at)
	if err != nil {
		return err
	}
	sum := q.sums[key]
	out.amounts[key], out.exact[key], out.units[key], out.shown[key] = sum.amount, sum.exact, sum.units, sum
	if t.part == nil {
		return nil
	}
	low, err := a.bill.price(t.part.low)
	if err != nil {
		return err
	}
	high, err := a.bill.price(t.part.high)
	if err != nil {
		return err
	}
	dollars, units := a.bill.rest(t.part.part, key, low, high, a.tierThen)
	out.exact[key], out.units[key] = sum.exact.Add(dollars), sum.units.Add(units)
	if atTotal {
		return nil
	}
	rest, err := money.FromRatio(dollars, mode)
	if err != nil {
		return err
	}
	out.amounts[key], err = sum.amount.Add(rest)
	return err
}

// follow makes a percentage of the adjusted charges that it is of: rounded ones where each line is rounded.
func (a *adjuster) follow(out *adjusted, key key, keys []key, mode exact.Mode, atTotal bool) error {
	if _, done := out.amounts[key]; done {
		return nil
	}
	hundredth, err := exact.New(1, 100)
	if err != nil {
		return err
	}
	billed := a.bill.billed.sums[key]
	var before, after exact.Ratio
	for _, of := range keys {
		if !slices.Contains(a.rests[key.charge], of.charge) {
			continue
		}
		if a.targets[of.charge].follow {
			if err := a.follow(out, of, keys, mode, atTotal); err != nil {
				return err
			}
		}
		if atTotal {
			before, after = before.Add(a.bill.billed.sums[of].exact), after.Add(out.exact[of])
		} else {
			before, after = before.Add(a.bill.billed.sums[of].amount.Ratio()), after.Add(out.amounts[of].Ratio())
		}
	}
	var percent exact.Ratio
	if len(billed.lines) > 0 {
		percent = billed.lines[0].Price().Mul(hundredth)
	}
	// Another rate for a part of the days, or one of a single meter, does not come to what was billed.
	if !percent.Mul(before).Equal(billed.exact) {
		return refuse(ErrCharge, key.charge, "it is no percentage, at one rate, of all that it is of in the bill",
			"credit the charges that it rests on alike")
	}
	out.exact[key] = percent.Mul(after)
	out.amounts[key], err = money.FromRatio(out.exact[key], mode)
	return err
}

// round rounds the total once, and fits the charges to it.
func (out *adjusted) round(mode exact.Mode) error {
	var sum exact.Ratio
	values := make([]exact.Ratio, len(out.keys))
	for i, key := range out.keys {
		sum = sum.Add(out.exact[key])
		values[i] = out.exact[key].Mul(exact.Int(100))
	}
	total, err := money.FromRatio(sum, mode)
	if err != nil {
		return err
	}
	cents, err := exact.Fit(values, total.Cents())
	if err != nil {
		return err
	}
	for i, key := range out.keys {
		out.amounts[key] = money.Cents(cents[i])
	}
	return nil
}

// target says how a charge is adjusted.
func (a *adjuster) target(id string) (target, error) {
	if t, known := a.targets[id]; known {
		return t, nil
	}
	if slices.Contains(a.open, id) {
		return target{}, refuse(ErrCharge, id, "it rests on itself", "look at the book")
	}
	a.open = append(a.open, id)
	t, err := a.find(id)
	a.open = a.open[:len(a.open)-1]
	if err == nil {
		a.targets[id] = t
	}
	return t, err
}

func (a *adjuster) find(id string) (target, error) {
	percent := a.percent(id)
	part, uncredited := a.place(id)
	switch {
	case part != nil && part.rest && part.part.Charge == id:
		return target{at: part.at, part: part}, nil // a price of zero is the same at every usage, and the rest is not
	case a.steady(id) && (!percent || uncredited):
		return target{steady: true}, nil
	case uncredited:
		return target{at: a.bill.usage}, nil
	case len(a.rests[id]) == 0 && part == nil:
		return target{}, a.unplaced(id)
	case len(a.rests[id]) == 0:
		return target{at: part.at}, nil
	}
	var found []target
	if part != nil && !percent {
		found = append(found, target{at: part.at})
	}
	for _, of := range a.rests[id] {
		t, err := a.target(of)
		if err != nil {
			return target{}, err
		}
		if !t.steady {
			found = append(found, t)
		}
	}
	unlike := slices.ContainsFunc(found, func(t target) bool { return t.follow || t.part != nil || !t.at.Equal(found[0].at) })
	switch {
	case len(found) == 0 && percent:
		return target{steady: true}, nil
	case len(found) == 0:
		return target{}, a.unplaced(id)
	case !unlike:
		return target{at: found[0].at}, nil
	case percent:
		return target{follow: true}, nil
	}
	what := fmt.Sprintf("it rests on charges that are credited unlike (%v), and is no percentage of them", a.rests[id])
	return target{}, refuse(ErrCharge, id, what,
		"credit those charges in one part as billed, or name this one as uncredited")
}

func (a *adjuster) unplaced(id string) error {
	return refuse(ErrCharge, id, fmt.Sprintf("the charge changes with usage, and the policy names neither it nor its service %q", a.service(id)),
		"name it in a part, or as uncredited")
}

// place finds the part of a charge, by its ID or else by its service.
func (a *adjuster) place(id string) (part *priced, uncredited bool) {
	for _, name := range []string{id, a.service(id)} {
		if name == "" {
			continue
		}
		for i := range a.parts {
			if slices.Contains(a.parts[i].part.Of, name) {
				return &a.parts[i], false
			}
		}
		if slices.Contains(a.rule.Uncredited, name) {
			return nil, true
		}
	}
	return nil, false
}

func (a *adjuster) service(id string) string {
	for _, c := range a.bill.charges {
		if c.ID == id {
			return c.Service
		}
	}
	return ""
}

func (a *adjuster) percent(id string) bool {
	for _, c := range a.bill.charges {
		if _, percent := c.Rule.(rates.Percent); c.ID == id && !percent {
			return false
		}
	}
	return true
}

// steady reports whether a charge is the same in all bills that were priced.
func (a *adjuster) steady(id string) bool {
	for _, key := range a.keys() {
		for _, q := range a.quotes {
			if key.charge == id && !q.sums[key].exact.Equal(a.bill.billed.sums[key].exact) {
				return false
			}
		}
	}
	return true
}
