package leak

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// Credit is what a leak policy credits on one bill, and why. A credit of zero has its reasons too.
type Credit struct {
	Leak   string
	Title  string // the policy's
	Source string
	Period civil.Period // of the bill
	// Eligible says that the account gets a credit, if the formula comes to one.
	Eligible bool
	// Reasons are why not, or why there is none or less of one; in the order of the codes.
	Reasons []Reason
	Unit    metering.Unit // of the quantities that follow
	Usage   exact.Ratio   // U
	Normal  exact.Ratio   // N, rounded; zero where it is not known, since the leak is not repaired
	Excess  exact.Ratio   // E
	Parts   []Units
	// Before is C(U), the bill as it was; Credit is never more, and never below zero.
	Before, Credit money.Amount
	// Lines are the charges that the credit changes, in printed order. Their credits sum to Credit.
	Lines []Line
	// Words are how the credit was found, a sentence for each step.
	Words []string
	// NoWinter says that the period does not count in a winter average. It is false where nothing is credited.
	NoWinter bool
	// Placeholders are the values of the policy that stand in for what is not known; the words name them.
	Placeholders []policy.Mark
}

// Units are the units of a part: each unit of U is normal, priced again, or excused. Excused are those that were billed
// last, in the highest tiers (ours). Where nothing is credited all are normal.
type Units struct {
	Part    string
	Normal  exact.Ratio // U − E, as they were billed
	Rest    exact.Ratio // E − X, at P
	Excused exact.Ratio // X
}

// Line is a charge that the credit changes.
type Line struct {
	Charge  string
	Text    string // what the bill prints
	Service string
	Meter   string
	// RestsOn are the IDs of the charges that it is made of, such as those that a tax is of; none for a charge of its own.
	RestsOn []string
	// Was and Now are its units in the bill and by the formula, before a cap, where it is a price for units.
	Was, Now exact.Ratio
	// Before is the amount billed, After what is left of it. Credit is Before less After; it is below zero where the charge
	// rises, as one that makes up a minimum does.
	Before, After, Credit money.Amount
	Words                 string
}

// Credit finds the credit of a bill that a leak has made larger. The quote is the bill's own, and the engine that of its book;
// only usage is changed, so that each C(u) is of the bill's own version, days and facts.
//
// Units are those that the schedule bills, and what is billed is U, a carried part included. A bill of several schedules has
// a quote for each, and a policy whose cap is of one.
//
// Errors: those of Check, policy.ErrNotKnown; rates.ErrOtherBook for a quote that the engine did not price, or ErrFact for one that was refused;
// ErrFact for each fact that is missing; ErrUnits for a quantity that the schedule would bill as another; ErrCharge
// for a charge that changes and that the policy does not place, or that rests on charges credited unlike.
func (p Policy) Credit(engine *rates.Engine, billed rates.Quote, facts Facts) (Credit, error) {
	found := p.findings()
	if err := found.Err(); err != nil {
		return Credit{}, err
	}
	bill, err := newBill(engine, billed, facts.Meter)
	if err != nil {
		return Credit{}, err
	}
	var missing factFaults
	facts.check(&missing)
	c := caseOf{facts: facts, period: billed.Input.Period, billed: billed.Input.BillDate, usage: bill.usage, unit: bill.unit, missing: &missing}
	c.known = p.Rule.Baseline != AfterRepair || p.Eligible.Repaired != Required || !facts.Repaired.IsZero()
	out := Credit{
		Leak: facts.Leak, Title: p.Title, Source: p.Source, Period: billed.Input.Period,
		Unit: bill.unit, Usage: bill.usage, Before: billed.Total, Placeholders: found.Placeholders,
	}
	// Normal usage after a repair that has not been is no missing fact: it is why there is no credit.
	if c.known {
		if err := p.normal(&out, &c, bill); err != nil {
			return Credit{}, err
		}
	} else {
		p.Eligible.TestMultiple = policy.None[exact.Number]()
	}
	p.Eligible.judge(&c)
	out.Eligible = len(c.reasons) == 0
	p.Rule.excused(&out, &c)
	if err := missing.found.Err(); err != nil {
		return Credit{}, err
	}
	if out.Eligible && out.Excess.Sign() > 0 {
		if err := p.Rule.price(&out, &c, bill); err != nil {
			return Credit{}, err
		}
	}
	out.Reasons = c.reasons
	for _, r := range out.Reasons {
		out.Words = append(out.Words, r.Words)
	}
	for _, mark := range out.Placeholders {
		out.Words = append(out.Words, say.Placeholder(mark))
	}
	out.NoWinter = out.Credit.Sign() > 0 && p.Winter == Excluded
	return out, nil
}

// normal finds N and E.
func (p Policy) normal(out *Credit, c *caseOf, bill *bill) error {
	var words string
	var err error
	if p.Rule.Baseline == TierOneWidth {
		words = p.Rule.Baseline.words() + " of " + p.Rule.Parts[0].Charge
		out.Normal, err = bill.tierOne(p.Rule.Parts[0].Charge)
	} else {
		out.Normal, words, err = p.Rule.baseline(c.facts, c.period, bill.unit)
	}
	if err != nil {
		return err
	}
	if out.Normal, err = p.Rule.BaselineUnits.Get().round(out.Normal); err != nil {
		return err
	}
	c.normal = out.Normal
	m := p.Rule.Multiple.Get()
	limit := m.Ratio().Mul(out.Normal)
	out.Excess = exact.Max(exact.Ratio{}, out.Usage.Sub(limit))
	out.Words = append(out.Words, fmt.Sprintf("%s %s were billed; normal are %s, %s; above %s × %s they are %s in excess",
		show(out.Usage), bill.unit, show(out.Normal), words, m, show(out.Normal), show(out.Excess)))
	return nil
}

// excused finds X of each part. In one that is not credited all units are normal.
func (r Rule) excused(out *Credit, c *caseOf) {
	for _, part := range r.Parts {
		units := Units{Part: part.Name, Normal: out.Usage}
		if part.When == OffSewer && c.missing.answer("off_sewer", c.facts.OffSewer) != Yes {
			c.no(OnSewer, "the water reached the sewer: {part} is not credited", say.Text("part", part.Name))
		} else {
			if part.Price == TierThen && c.facts.TierThen < 1 {
				c.missing.need("tier_then", "the policy prices at the highest tier that normal usage reached, from 1")
			}
			share := r.share(part, c)
			x, err := part.Units.Get().round(share.Mul(out.Excess))
			if err != nil { // a step is above 0: never
				c.missing.wrong("units", err.Error(), "state the step")
			}
			if out.Eligible && out.Excess.Sign() > 0 {
				units.Excused = exact.Min(x, out.Excess)
				units.Normal, units.Rest = out.Usage.Sub(out.Excess), out.Excess.Sub(units.Excused)
				out.Words = append(out.Words, fmt.Sprintf("%s: %s × %s = %s are excused as %s; the rest, %s, is priced %s", part.Name, show(share),
					show(out.Excess), show(share.Mul(out.Excess)), show(units.Excused), show(units.Rest), part.words(c.facts)))
			}
		}
		out.Parts = append(out.Parts, units)
	}
	if out.Excess.IsZero() && c.known {
		m := r.Multiple.Get()
		c.no(NoExcess, "{usage} {unit} is not above {multiple} × {normal}: there is no excess", say.Number("usage", out.Usage),
			say.Text("unit", out.Unit.String()), say.Number("multiple", m.Ratio()), say.Number("normal", out.Normal))
	}
}

// share is s of a part: the policy's, or what was granted of it.
func (r Rule) share(part Part, c *caseOf) exact.Ratio {
	most := part.Share.Get()
	if part.ShareIs == ShareFixed {
		return most.Ratio()
	}
	granted := c.facts.Share
	switch {
	case granted == nil:
		c.missing.need("share", "the policy of "+part.Name+" states only the most, "+most.String())
		return exact.Ratio{}
	case granted.Sign() < 0 || granted.Cmp(most) > 0:
		c.missing.wrong("share", granted.String()+" is not from 0 to "+most.String()+", the most of "+part.Name, "grant no more than the policy does")
		return exact.Ratio{}
	}
	return granted.Ratio()
}

func (p Part) words(facts Facts) string {
	switch p.Price {
	case TierOne:
		return "at tier 1 of " + p.Charge
	case LowestTier:
		return "at the lowest tier of " + p.Charge
	case TierDown:
		return "one tier of " + p.Charge + " below that in which it was billed"
	case TierThen:
		return fmt.Sprintf("at tier %d of %s, the highest that normal usage reached", facts.TierThen, p.Charge)
	case StatedPrice:
		return "at $" + p.Stated.String() + " a unit"
	}
	return "as billed"
}

// price finds the credit and its lines.
func (r Rule) price(out *Credit, c *caseOf, bill *bill) error {
	after, err := r.adjusted(out, bill, c.facts)
	if err != nil {
		return err
	}
	var saved []money.Amount
	for _, key := range after.keys {
		credit, err := bill.billed.sums[key].amount.Sub(after.amounts[key])
		if err != nil {
			return err
		}
		saved = append(saved, credit)
	}
	less, err := money.Sum(saved...)
	if err != nil {
		return err
	}
	adjusted, err := out.Before.Sub(less)
	if err != nil {
		return err
	}
	out.Words = append(out.Words, fmt.Sprintf("the bill of %s comes to %s: %s less", out.Before, adjusted, less))
	total := max(less.Cents(), 0)
	if most := max(out.Before.Cents(), 0); total > most {
		c.no(WholeBill, "the bill is {before}, and the formula comes to {credit}: no more than the bill is credited",
			say.Money("before", out.Before), say.Money("credit", money.Cents(total)))
		total = most
	}
	if limit, capped := r.Cap.Value(); capped && total > limit.Cents() {
		c.no(Capped, "the cap is {cap}, and the formula comes to {credit}", say.Money("cap", limit),
			say.Money("credit", money.Cents(total)))
		total = limit.Cents()
	}
	if total == 0 {
		if less.Sign() <= 0 {
			c.no(NoSaving, "the adjusted bill of {adjusted} is not below {before}", say.Money("adjusted", adjusted),
				say.Money("before", out.Before))
		}
		return nil
	}
	cents, err := fitted(saved, less.Cents(), total)
	if err != nil {
		return err
	}
	out.Credit = money.Cents(total)
	for i, key := range after.keys {
		if cents[i] == 0 {
			continue
		}
		line, err := line(bill, after, key, cents[i])
		if err != nil {
			return err
		}
		out.Lines = append(out.Lines, line)
	}
	return nil
}

// fitted shares a lower total out in proportion to what was saved, in cents.
func fitted(saved []money.Amount, sum, total int64) ([]int64, error) {
	part, err := exact.New(total, sum)
	if err != nil {
		return nil, err
	}
	scaled := make([]exact.Ratio, len(saved))
	for i, s := range saved {
		scaled[i] = exact.Int(s.Cents()).Mul(part)
	}
	return exact.Fit(scaled, total)
}

func line(bill *bill, after *adjusted, key key, cents int64) (Line, error) {
	was := bill.billed.sums[key]
	shown := was
	if len(shown.lines) == 0 {
		shown = after.shown[key]
	}
	line := Line{Charge: key.charge, Meter: key.meter, RestsOn: after.rests[key.charge], Before: was.amount, Credit: money.Cents(cents)}
	if len(shown.lines) > 0 {
		line.Text, line.Service = shown.lines[0].Text(), shown.lines[0].Service()
	}
	var err error
	if line.After, err = line.Before.Sub(line.Credit); err != nil {
		return Line{}, err
	}
	line.Words = fmt.Sprintf("%s: %s was billed, %s is left, %s is credited", line.Text, line.Before, line.After, line.Credit)
	if bill.units[key.charge] {
		line.Was, line.Now = was.units, after.units[key]
		line.Words += fmt.Sprintf(" (%s %s, and %s to pay for)", show(line.Was), bill.unit, show(line.Now))
	}
	return line, nil
}

func refuse(code problem.Code, path, what, fix string) error {
	return &problem.Error{Code: code, Path: path, What: what, Fix: fix}
}
