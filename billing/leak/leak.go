package leak

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
)

// The codes of leak credits.
const (
	ErrPolicy problem.Code = "E_LEAK_POLICY" // parts of a leak policy that cannot be, or contradict each other
	ErrFact   problem.Code = "E_LEAK_FACT"   // a fact of a leak that is needed and missing, or contradicts the others
	ErrUnits  problem.Code = "E_LEAK_UNITS"  // a quantity that the schedule does not bill, such as half a unit where it bills whole ones
	ErrCharge problem.Code = "E_LEAK_CHARGE" // a charge that the policy does not place, or whose credit the rule does not decide
)

// Policy is how a district credits the water that a leak has lost: by which formula, and to whom.
//
//	E      = max(0, U − m·N)                      excess
//	X      = round(s · E)                         excused
//	adj    = C(U − X)                             where the price is as billed
//	       = C(U − E) + P · (E − X)               otherwise
//	credit = min(cap, max(0, C(U) − adj))
//
// U is the usage that was billed, N that of a normal period, C(u) what the bill comes to for usage u under its own version.
//
// A policy is data and no legal advice. In California a charge may not exceed the cost of service, and who pays for what is
// not charged is a question of Art. XIII D §6(b): a credit below the price of tier 1, which every excused unit is, is
// doubtful there (San Luis Obispo credits down to tier 1 alone for that reason).
//
// Every field is stated; Check tells which are not. A list that is empty names none. A number in a file stands in quotes.
type Policy struct {
	Title    string      `policy:"title"`     // whose policy it is
	Source   string      `policy:"published"` // where it can be read
	Rule     Rule        `policy:"rule"`
	Eligible Eligibility `policy:"eligible"`
	// Winter says what a credited period is for the winter average.
	Winter Winter `policy:"winter_average"`

	// Marks are the placeholders among the fields that are no values of billing/policy, such as "winter_average". They are never changed.
	Marks policy.Marks
}

// Winter says whether a period with a leak credit counts in the winter average of sewer.
type Winter string

// What a credited period is for the winter average.
const (
	Excluded Winter = "excluded"
	Counted  Winter = "counted"
)

// Rule is the formula of a leak policy.
type Rule struct {
	Baseline BaselineKind `policy:"baseline"` // what N is
	// Bills is how many bills a mean is of at most, LeastBills with how few it is made: 1 or more. Both are none where the
	// baseline is no mean.
	Bills      policy.OrNone[exact.Number] `policy:"bills"`
	LeastBills policy.OrNone[exact.Number] `policy:"least_bills"`
	// BaselineUnits rounds N, in units of the schedule.
	BaselineUnits policy.Value[Rounding]     `policy:"baseline_units"`
	Multiple      policy.Value[exact.Number] `policy:"multiple"` // m: above 0
	// Parts are the charges that are credited, each part by its own share and price: water, and sewer where it has its own.
	Parts []Part `policy:"parts" validate:"dive"`
	// Uncredited are services, or IDs of charges, that change with usage and stay as they were billed.
	Uncredited []string                    `policy:"uncredited,empty"`
	Cap        policy.OrNone[money.Amount] `policy:"cap"` // the most that one bill is credited
}

// Part is charges that are credited alike. A charge belongs to the part that names its ID, or else its service. A
// percentage of other charges follows them, wherever it is named, unless it is uncredited.
type Part struct {
	Name string   `policy:"name"`
	Of   []string `policy:"of"`
	// Share is s, the part of the excess that is excused: 0 to 1. Where ShareIs ShareAtMost, it is the most that may be
	// granted, and Facts.Share is what was.
	Share   policy.Value[exact.Number] `policy:"share"`
	ShareIs ShareKind                  `policy:"share_is"`
	// Units rounds what is excused, in units of the schedule. It is never more than the excess.
	Units policy.Value[Rounding] `policy:"units"`
	Price Price                  `policy:"price"` // P, of the rest of the excess
	// Charge is the ID of the charge whose units and tiers the price is of; empty where the price is as billed. The first
	// part names it too where the baseline is the width of tier 1.
	Charge string `policy:"charge,optional"`
	// Stated is the price in dollars per unit where Price is StatedPrice, otherwise none.
	Stated policy.OrNone[exact.Number] `policy:"stated_price"`
	// When says whether the part is credited always, or only where the water did not reach the sewer.
	When When `policy:"when"`
}

// ShareKind says what a share is.
type ShareKind string

// What a share is.
const (
	ShareFixed  ShareKind = "fixed"
	ShareAtMost ShareKind = "at_most"
)

// When says when a part is credited.
type When string

// When a part is credited.
const (
	Always   When = "always"
	OffSewer When = "off_sewer" // only where the water did not reach the sewer
)

// Price is P, the price of the excess that is not excused. Tiers are those of the bill's own version, and of each part of
// its days where versions change within.
type Price string

// The prices of the rest.
const (
	// AsBilled re-rates the usage less what is excused, so that units leave the top tiers (ours).
	AsBilled Price = "as_billed"
	// TierOne is the price of the first tier.
	TierOne Price = "tier_one"
	// LowestTier is the lowest price of the tiers that the bill reaches: with declining tiers, not the first.
	LowestTier Price = "lowest_tier"
	// TierDown prices each unit one tier below that in which it was billed, in the first tier those of the first.
	TierDown Price = "one_tier_down"
	// TierThen is the highest tier that the baseline's own bill reached, Facts.TierThen, at today's price. No unit is
	// put above the tier in which it was billed (ours).
	TierThen Price = "highest_tier_then"
	// StatedPrice is a price that the policy states, such as the wholesale price.
	StatedPrice Price = "stated"
)

// BaselineKind is what normal usage is taken from.
type BaselineKind string

// The baselines.
const (
	// TierOneWidth is the width of tier 1 as the bill has it, read from the bill. The others are of bills about as long as this one
	// (ours): the longer of two has at most half as many days again.
	TierOneWidth    BaselineKind = "tier_one_width"
	SamePeriod      BaselineKind = "same_period_last_year" // half of the days or more are the same
	MeanSamePeriods BaselineKind = "mean_of_same_periods"  // of as many years, a bill of each
	MeanBills       BaselineKind = "mean_of_bills"         // before the leak
	AfterRepair     BaselineKind = "period_after_repair"   // one normal period
)

// mean reports whether the baseline is a mean of several bills.
func (k BaselineKind) mean() bool { return k == MeanSamePeriods || k == MeanBills }

// Check reports all that is wrong with p: policy.ErrNotStated for each field that is not stated, ErrPolicy for what cannot be. What
// a file states as not known is no fault of the policy, and an error once a credit is asked for.
func (p Policy) Check() error {
	f := p.findings()
	return f.Faults()
}

func (p Policy) findings() policy.Findings {
	f := faults{policy.Findings{Code: ErrPolicy, Title: p.Title, Marks: p.Marks}}
	f.text("title", p.Title)
	f.text("published", p.Source)
	p.Rule.check(&f)
	p.Eligible.check(&f)
	policy.OneOf(&f.Findings, "winter_average", p.Winter, Excluded, Counted)
	return f.Findings
}

func (r Rule) check(f *faults) {
	policy.OneOf(&f.Findings, "rule.baseline", r.Baseline, TierOneWidth, SamePeriod, MeanSamePeriods, MeanBills, AfterRepair)
	for _, n := range []struct {
		path string
		of   policy.OrNone[exact.Number]
	}{{"rule.bills", r.Bills}, {"rule.least_bills", r.LeastBills}} {
		if r.Baseline.mean() {
			f.whole(n.path, n.of, "a mean is of bills")
		} else {
			f.none(n.path, n.of, "the baseline is no mean")
		}
	}
	if most, least := count(r.Bills), count(r.LeastBills); r.Bills.Stated() && least > most {
		f.Refuse("rule.least_bills", fmt.Sprintf("%d bills at least and %d at most", least, most), "let the least be no more than the most")
	}
	f.rounding("rule.baseline_units", r.BaselineUnits)
	f.above("rule.multiple", r.Multiple.Get(), f.Value("rule.multiple", r.Multiple))
	if amount, capped := r.Cap.Value(); f.Value("rule.cap", r.Cap) && capped && amount.Sign() < 0 {
		f.Refuse("rule.cap", "the cap is below 0", "state the most that is credited, or none")
	}
	f.Need("rule.parts", len(r.Parts) > 0, "which charges are credited")
	named, parts := map[string]string{}, map[string]string{}
	for i, p := range r.Parts {
		path := fmt.Sprintf("rule.parts[%d].", i)
		if before, twice := parts[p.Name]; twice {
			f.Refuse(path+"name", p.Name+" is the name of "+before+" too", "give each part a name of its own")
		}
		parts[p.Name] = path[:len(path)-1]
		p.check(f, path)
		f.names(path+"of", p.Of, named)
	}
	f.Need("rule.uncredited", true, "") // what is in it is looked at one by one
	f.names("rule.uncredited", r.Uncredited, named)
	if r.Baseline == TierOneWidth && len(r.Parts) > 0 {
		f.Need("rule.parts[0].charge", r.Parts[0].Charge != "", "the charge whose tier 1 the baseline is")
	}
}

func (p Part) check(f *faults, path string) {
	f.text(path+"name", p.Name)
	f.Need(path+"of", len(p.Of) > 0, "the services or charges of the part")
	if share := p.Share.Get(); f.Value(path+"share", p.Share) && (share.Sign() < 0 || share.Ratio().Cmp(exact.Int(1)) > 0) {
		f.Refuse(path+"share", share.String()+" is not from 0 to 1", "state the share as a number from 0 to 1, such as 0.5")
	}
	policy.OneOf(&f.Findings, path+"share_is", p.ShareIs, ShareFixed, ShareAtMost)
	f.rounding(path+"units", p.Units)
	policy.OneOf(&f.Findings, path+"price", p.Price, AsBilled, TierOne, LowestTier, TierDown, TierThen, StatedPrice)
	policy.OneOf(&f.Findings, path+"when", p.When, Always, OffSewer)
	f.Need(path+"charge", p.Charge != "" || p.Price == "" || p.Price == AsBilled, "the charge whose units and tiers the price is of")
	if p.Price != StatedPrice {
		f.none(path+"stated_price", p.Stated, "the price of the part is "+string(p.Price))
	} else if f.Value(path+"stated_price", p.Stated) {
		if price, stated := p.Stated.Value(); !stated || price.Sign() < 0 {
			f.Refuse(path+"stated_price", p.Stated.String()+" is no price", "state dollars per unit, 0 or more")
		}
	}
}

// faults collects what is wrong with a policy.
type faults struct{ policy.Findings }

func (f *faults) text(path, text string) {
	f.Need(path, text != "", "it, as the district's policy does")
}

// whole asks for a whole number of 1 or more, or for none where that may be: where no reason against it is given.
func (f *faults) whole(path string, x policy.OrNone[exact.Number], needed string) {
	n, stated := x.Value()
	switch {
	case !f.Value(path, x):
	case !stated:
		f.Need(path, needed == "", "a whole number: "+needed)
	case n.Places() != 0 || n.Sign() <= 0 || n.Coefficient() > mostCount:
		f.Refuse(path, n.String()+" is no whole number from 1 to "+fmt.Sprint(mostCount), "state a whole number")
	}
}

// none asks for the decision that there is no number.
func (f *faults) none(path string, x policy.OrNone[exact.Number], why string) {
	if _, stated := x.Value(); f.Value(path, x) && stated {
		f.Refuse(path, "a number is stated, and "+why, "state none")
	}
}

// above asks for a number above 0, where there is one.
func (f *faults) above(path string, n exact.Number, stated bool) {
	if stated && n.Sign() <= 0 {
		f.Refuse(path, n.String()+" is not above 0", "state a number above 0")
	}
}

func (f *faults) rounding(path string, r policy.Value[Rounding]) {
	if f.Value(path, r) && !r.Get().valid() {
		f.Refuse(path, "a rounding without a mode, or to steps that are not above 0", "make it with Exact, or with To such as up to steps of 1")
	}
}

// names asks that no service or charge is placed twice.
func (f *faults) names(path string, names []string, named map[string]string) {
	for i, name := range names {
		at := fmt.Sprintf("%s[%d]", path, i)
		if before, twice := named[name]; twice {
			f.Refuse(at, name+" stands at "+before+" too", "name each service or charge once")
		}
		f.text(at, name)
		named[name] = at
	}
}
