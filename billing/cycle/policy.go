package cycle

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// The codes of a cycle.
const (
	ErrPolicy   problem.Code = "E_CYCLE_POLICY"   // a value of a policy of cycles that cannot be, or contradicts another
	ErrRequest  problem.Code = "E_CYCLE_REQUEST"  // what is to be reviewed is missing or contradicts itself
	ErrDecision problem.Code = "E_CYCLE_DECISION" // a decision that nobody may take, or that lacks what it must say
	ErrHold     problem.Code = "E_CYCLE_HOLD"     // a hold without a service, a reason, a person or an expiry, or for too long
	ErrOpen     problem.Code = "E_CYCLE_OPEN"     // an exception that nobody has decided
	ErrRelease  problem.Code = "E_CYCLE_RELEASE"  // a release by somebody who has decided on it
	ErrRerun    problem.Code = "E_CYCLE_RERUN"    // bills that are not those that were released
	ErrParallel problem.Code = "E_CYCLE_PARALLEL" // bills of the old system that cannot be compared
)

// Policy is what a district puts on its edit list. Every field is stated, a threshold with its number or with none: no default would be
// anybody's decision. A number at the threshold is listed where it says "or more", and not where it says "more than".
type Policy struct {
	// Title is the policy's name, and Citation what adopted it.
	Title    string `policy:"title"`
	Citation string `policy:"citation"`
	// ReadWindow is how many of the last days of a cycle no bill needs to have, since meters are read before its end: 0 or more.
	ReadWindow policy.Value[int] `policy:"read_window"`
	// LongPeriod lists periods of more than so many days, ShortPeriod those of less. Where a schedule's tiers do not widen with the
	// days, 35 is ours for LongPeriod: months in one bill were pushed into the top tiers (Corpus Christi, Pasco, Charlotte).
	LongPeriod  policy.OrNone[exact.Number] `policy:"long_period"`
	ShortPeriod policy.OrNone[exact.Number] `policy:"short_period"`
	// EstimatesInRow lists a register that is estimated so often in a row, or more often; 1 lists each that was not read.
	EstimatesInRow policy.OrNone[exact.Number] `policy:"estimates_in_row"`
	// HighUse lists a use by day of so many percent of that of the year before, or else of the last bill's, or more, and LowUse one of so
	// many, or less.
	HighUse policy.OrNone[exact.Number] `policy:"high_use"`
	LowUse  policy.OrNone[exact.Number] `policy:"low_use"`
	// LeastChange is a volume: a use that is less than so much from what it is compared with is neither high nor low. From 1 CCF to 2 is
	// 200%, and nothing.
	LeastChange policy.OrNone[metering.Volume] `policy:"least_change"`
	// TierJump lists a charge that reaches so many tiers more than the year before, or else than on the last bill, or more.
	TierJump policy.OrNone[exact.Number] `policy:"tier_jump"`
	// BillsChange, ChargesChange and UseChange list a total of the cycle, or of an area, that is so many percent above or below the
	// last cycle's, or more.
	BillsChange   policy.OrNone[exact.Number] `policy:"bills_change"`
	ChargesChange policy.OrNone[exact.Number] `policy:"charges_change"`
	UseChange     policy.OrNone[exact.Number] `policy:"use_change"`
	// LongestHold is for how many days a service may be held at a time, from the day of the hold to its expiry.
	LongestHold policy.OrNone[exact.Number] `policy:"longest_hold"`
	// LongestUnbilled is for how many days up to the end of this cycle an active service of another cycle may be on no bill: a cycle that
	// is not run lists nothing itself.
	LongestUnbilled policy.OrNone[exact.Number] `policy:"longest_unbilled"`
	// Passing are facts that differ from bill to bill and whose changes are not listed, such as evapotranspiration; empty where there are
	// none. Changes of all other facts are.
	Passing []string `policy:"passing,empty" validate:"unique"`

	// Marks are the placeholders among the fields that are no values of billing/policy, such as "passing". They are never changed.
	Marks policy.Marks
}

// Check finds all that is wrong with the policy, as a problem.List: what is not stated (policy.ErrNotStated), and what cannot be
// (ErrPolicy). What a file states as not known is no fault of the policy: it is an error, policy.ErrNotKnown, once a cycle is reviewed.
func (p Policy) Check() error {
	f := p.findings()
	return f.Faults()
}

func (p Policy) findings() policy.Findings {
	f := policy.Findings{Code: ErrPolicy, Title: p.Title, Marks: p.Marks}
	f.Need("title", p.Title != "", "what the policy is called")
	f.Need("citation", p.Citation != "", "what adopted it")
	if f.Value("read_window", p.ReadWindow) && (p.ReadWindow.Get() < 0 || p.ReadWindow.Get() > 366) {
		f.Refuse("read_window", fmt.Sprintf("%d days are not from 0 to 366", p.ReadWindow.Get()),
			"state how many of a cycle's last days no bill needs to have")
	}
	whole := func(path string, x policy.OrNone[exact.Number], least int64) {
		if n, ok := x.Value(); f.Value(path, x) && ok && (n.Places() > 0 || n.Cmp(number(least)) < 0) {
			f.Refuse(path, n.String()+" is no whole number from "+number(least).String()+" on", "state one, or none")
		}
	}
	whole("long_period", p.LongPeriod, 1)
	whole("short_period", p.ShortPeriod, 1)
	if long, ok := p.LongPeriod.Value(); ok {
		if short, ok := p.ShortPeriod.Value(); ok && short.Cmp(long) > 0 {
			f.Refuse("short_period", "every period would be long or short: below "+short.String()+" is short, and above "+long.String()+" long",
				"state a shorter one")
		}
	}
	whole("estimates_in_row", p.EstimatesInRow, 1)
	percent := func(path string, x policy.OrNone[exact.Number], above int64) {
		if n, ok := x.Value(); f.Value(path, x) && ok && n.Cmp(number(above)) <= 0 {
			f.Refuse(path, n.String()+"% is not above "+number(above).String()+"%", "state a larger one, or none")
		}
	}
	percent("high_use", p.HighUse, 100)
	percent("low_use", p.LowUse, 0)
	if n, ok := p.LowUse.Value(); ok && n.Cmp(number(100)) >= 0 {
		f.Refuse("low_use", n.String()+"% is not below 100%", "state a lower one, or none")
	}
	if v, ok := p.LeastChange.Value(); f.Value("least_change", p.LeastChange) && ok && v.Sign() <= 0 { // a volume without a unit is zero
		f.Refuse("least_change", v.String()+" is no volume above 0", "state one, such as 2 CCF, or none")
	}
	whole("tier_jump", p.TierJump, 1)
	percent("bills_change", p.BillsChange, 0)
	percent("charges_change", p.ChargesChange, 0)
	percent("use_change", p.UseChange, 0)
	whole("longest_hold", p.LongestHold, 1)
	whole("longest_unbilled", p.LongestUnbilled, 1)
	f.Need("passing", p.Passing != nil, "the facts whose changes are not listed, or an empty list")
	if slices.Contains(p.Passing, "") {
		f.Refuse("passing", "a fact has no name", "name it as the agreements do")
	}
	return f
}

// number is a whole number.
func number(n int64) exact.Number {
	out, _ := exact.NewNumber(n, 0) // small ones always are
	return out
}

// limit is a threshold that is looked at for each bill: taken out of the policy once.
type limit struct {
	at exact.Ratio
	on bool
}

func limitOf(x policy.OrNone[exact.Number]) limit {
	n, on := x.Value()
	return limit{n.Ratio(), on}
}

// limits are the thresholds of a policy.
type limits struct {
	window                                                         int
	long, short, estimates, high, low, tier, bills, charges, usage limit
	hold, unbilled                                                 limit
	least                                                          metering.Volume
	leastOn                                                        bool
}

func (p Policy) limits() limits {
	least, leastOn := p.LeastChange.Value()
	return limits{
		least: least, leastOn: leastOn,
		window: p.ReadWindow.Get(), long: limitOf(p.LongPeriod), short: limitOf(p.ShortPeriod), estimates: limitOf(p.EstimatesInRow),
		high: limitOf(p.HighUse), low: limitOf(p.LowUse), tier: limitOf(p.TierJump), bills: limitOf(p.BillsChange),
		charges: limitOf(p.ChargesChange), usage: limitOf(p.UseChange),
		hold: limitOf(p.LongestHold), unbilled: limitOf(p.LongestUnbilled),
	}
}
