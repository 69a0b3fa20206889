package deposit

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
)

// Tenure says how the customer holds the premise.
type Tenure string

// The tenures. AnyTenure is for rules alone: whoever the customer is.
const (
	Owner     Tenure = "owner"
	Tenant    Tenure = "tenant"
	AnyTenure Tenure = "any"
)

// When says of which accounts a rule is.
type When string

const (
	// BeforeShutoff is while no shutoff counts, as when service begins.
	BeforeShutoff When = "before_shutoff"
	// AfterShutoff is once one counts.
	AfterShutoff When = "after_shutoff"
	// Always is both.
	Always When = "always"
)

// Of says whose bills make the average month.
type Of string

const (
	// OfAccount are those of the account alone.
	OfAccount Of = "account"
	// OfPremise are those of the premise, of earlier customers too.
	OfPremise Of = "premise"
)

// Mean is how bills become a month.
type Mean string

const (
	// ByBill shares the bills out over the months that they are for: two months for each bill where a district bills every other.
	ByBill Mean = "bill"
	// ByDay is the bills over their days, times the days of a month.
	ByDay Mean = "day"
)

// Waived says who is asked for no deposit.
type Waived string

const (
	// Never is nobody.
	Never Waived = "never"
	// ForGoodRecord is whoever has a record of good service.
	ForGoodRecord Waived = "good_record"
)

// AskRule is how much is asked for: the greater of Flat and Times average months, and EachShutoff more for each shutoff that counts,
// all together at most AtMost average months.
type AskRule struct {
	Tenure Tenure `policy:"tenure" validate:"oneof=owner tenant any"`
	When   When   `policy:"when" validate:"oneof=before_shutoff after_shutoff always"`
	// Flat is 0 where no flat amount is asked for, and Times where no average is, up to 100.
	Flat  policy.Value[money.Amount]    `policy:"flat"`
	Times policy.Value[decimal.Decimal] `policy:"times"`
	// EachShutoff is 0 where shutoffs add nothing.
	EachShutoff policy.Value[money.Amount] `policy:"each_shutoff"`
	// AtMost is the district's own cap, in average months, above 0 and up to 100. rules.md knows of no law that caps a deposit.
	AtMost policy.OrNone[exact.Number] `policy:"at_most"`
}

// averages reports whether the rule asks what an average month is.
func (r AskRule) averages() bool {
	_, capped := r.AtMost.Value()
	return capped || !r.Times.Get().IsZero()
}

// of reports whether the rule is that of a tenure before or after a shutoff.
func (r AskRule) of(tenure Tenure, when When) bool {
	return (r.Tenure == tenure || r.Tenure == AnyTenure) && (r.When == when || r.When == Always)
}

// Average is how a district finds the average month of an account.
type Average struct {
	Of Of `policy:"of" validate:"oneof=account premise"`
	// Months are the civil months up to the day, 1 to 1200: a bill counts whose last day lies within them.
	Months policy.Value[int] `policy:"months"`
	// Mean is how bills become a month. BillMonths are the months that a bill is for, 1 to 12, under ByBill, and none otherwise;
	// DaysPerMonth are the days of a month, such as 30.42, under ByDay, and none otherwise.
	Mean         Mean                        `policy:"mean" validate:"oneof=bill day"`
	BillMonths   policy.OrNone[exact.Number] `policy:"bill_months"`
	DaysPerMonth policy.OrNone[exact.Number] `policy:"days_per_month"`
	// Least is how many bills must count, 1 or more: with fewer, the account has no history.
	Least policy.Value[int] `policy:"least"`
	// NoHistory stands for the average month of an account without history. Where it is none, a rule with a flat amount and
	// without a cap asks such an account for the flat amount; any other is an error, since what it asks for is not known.
	NoHistory policy.OrNone[money.Amount] `policy:"no_history"`
}

// Record is what a good record is.
type Record struct {
	// Months are the civil months of it, 1 to 1200, up to the day.
	Months policy.Value[int] `policy:"months"`
	// LateAllowed, GraceDays, Shutoff and ReturnedItem are as those of a [Policy].
	LateAllowed  policy.Value[int] `policy:"late_allowed"`
	GraceDays    policy.Value[int] `policy:"grace_days"`
	Shutoff      Bar               `policy:"shutoff" validate:"oneof=bars ignored"`
	ReturnedItem Bar               `policy:"returned_item" validate:"oneof=bars ignored"`
}

// AskPolicy is a district's rule of the deposit that it asks for. Every field is stated; one that is not, or that a file states as
// not known, is an error that names it. It asks the same of all: who decides to ask for less states a rule for it.
type AskPolicy struct {
	// Title is the policy's name, and Citation what adopted it.
	Title    string `policy:"title"`
	Citation string `policy:"citation"`
	// Rules have one for each tenure before and after a shutoff, and no two for one.
	Rules []AskRule `policy:"rules" validate:"min=1,dive"`
	// Average is nil where no rule counts average months.
	Average *Average `policy:"average"`
	// ShutoffMonths are the civil months up to the day in which a shutoff counts, 0 to 1200; 0 where each ever does.
	ShutoffMonths policy.Value[int] `policy:"shutoff_months"`
	// Waived is who is asked for none, and Record what a good record is; nil where it waives none.
	Waived Waived  `policy:"waived" validate:"oneof=never good_record"`
	Record *Record `policy:"record"`
	// Rounding is how it becomes cents, once. It never takes one above a cap.
	Rounding exact.Mode `policy:"rounding"`
	// DueDays are the days from the charge to its due date, 0 to 366. Installments are as many as it may be paid in, 1 to 60, each
	// InstallmentMonths civil months after the one before, 1 to 12.
	DueDays           policy.Value[int] `policy:"due_days"`
	Installments      policy.Value[int] `policy:"installments"`
	InstallmentMonths policy.Value[int] `policy:"installment_months"`
	// Kind, Service and RevenueCode are those of the deposit as an open item.
	Kind        ledger.Kind `policy:"kind"`
	Service     string      `policy:"service"`
	RevenueCode string      `policy:"revenue_code"`

	// Marks are the placeholders among the plain fields.
	Marks policy.Marks
}

// Check finds all that is wrong with the policy, as a problem.List: what is not stated (policy.ErrNotStated), a tenure without its
// rule too, and what cannot be or contradicts itself ([ErrPolicy]). What a file states as not known is no fault of the policy: it
// is an error, policy.ErrNotKnown, once anything is asked of it.
func (p AskPolicy) Check() error {
	f := p.findings()
	return f.Faults()
}

func (p AskPolicy) findings() policy.Findings {
	f := policy.Findings{Code: ErrPolicy, Title: p.Title, Marks: p.Marks}
	for _, text := range []struct{ path, value string }{
		{"title", p.Title}, {"citation", p.Citation}, {"kind", string(p.Kind)}, {"service", p.Service}, {"revenue_code", p.RevenueCode},
	} {
		f.Need(text.path, text.value != "", "it")
	}
	p.checkRules(&f)
	f.Need("average", true, "") // its parts are looked at one by one
	if p.Average != nil {
		p.Average.check(&f)
	}
	inRange(&f, "shutoff_months", p.ShutoffMonths, 0, 1200)
	policy.OneOf(&f, "waived", p.Waived, Never, ForGoodRecord)
	f.Need("record", p.Record != nil || p.Waived != ForGoodRecord, "what a good record is")
	if p.Record != nil {
		if p.Waived == Never {
			f.Refuse("record", "a policy that waives no deposit states what a good record is", "leave it out, or state good_record")
		}
		p.Record.check(&f)
	}
	f.Need("rounding", p.Rounding.Valid(), "half_up, half_even, up or down")
	inRange(&f, "due_days", p.DueDays, 0, 366)
	inRange(&f, "installments", p.Installments, 1, 60)
	inRange(&f, "installment_months", p.InstallmentMonths, 1, 12)
	return f
}

// inRange looks at a whole number.
func inRange(f *policy.Findings, path string, v policy.Value[int], least, most int) {
	if f.Value(path, v) && (v.Get() < least || v.Get() > most) {
		f.Refuse(path, fmt.Sprintf("%d is not from %d to %d", v.Get(), least, most), "state a number within them")
	}
}

func (p AskPolicy) checkRules(f *policy.Findings) {
	f.Need("rules", len(p.Rules) > 0, "what is asked of owners and of tenants, before and after a shutoff")
	for i, r := range p.Rules {
		path := fmt.Sprintf("rules[%d]", i)
		f.Need(path, true, "")
		policy.OneOf(f, path+".tenure", r.Tenure, Owner, Tenant, AnyTenure)
		policy.OneOf(f, path+".when", r.When, BeforeShutoff, AfterShutoff, Always)
		r.check(f, path)
		if r.averages() && p.Average == nil {
			f.Refuse(path, "it counts average months, and the policy does not say what one is", "state average, or 0 times and no cap")
		}
	}
	for _, tenure := range []Tenure{Owner, Tenant} {
		for _, when := range []When{BeforeShutoff, AfterShutoff} {
			first := -1
			for i, r := range p.Rules {
				switch {
				case !r.of(tenure, when):
				case first < 0:
					first = i
				default:
					f.Refuse(fmt.Sprintf("rules[%d]", i), fmt.Sprintf("it is for %s of tenure %s, and so is rules[%d]", when, tenure, first), "state one rule for each")
				}
			}
			f.Need("rules", len(p.Rules) == 0 || first >= 0, fmt.Sprintf("the rule for %s of tenure %s, with 0 where nothing is asked for", when, tenure))
		}
	}
}

func (r AskRule) check(f *policy.Findings, path string) {
	for _, part := range []struct {
		path  string
		value policy.Value[money.Amount]
	}{{path + ".flat", r.Flat}, {path + ".each_shutoff", r.EachShutoff}} {
		if f.Value(part.path, part.value) && part.value.Get().Sign() < 0 {
			f.Refuse(part.path, part.value.Get().String()+" is below zero", "state an amount, or 0")
		}
	}
	if r.When == BeforeShutoff && r.EachShutoff.Get().Sign() > 0 {
		f.Refuse(path+".each_shutoff", "no shutoff counts where the rule is for", "state 0")
	}
	if f.Value(path+".times", r.Times) {
		n, err := exact.NumberFromDecimal(r.Times.Get())
		if err != nil || n.Sign() < 0 || n.Ratio().Cmp(exact.Int(100)) > 0 {
			f.Refuse(path+".times", "it is not from 0 to 100 average months", "state how many, such as 2")
		}
	}
	if most, capped := r.AtMost.Value(); f.Value(path+".at_most", r.AtMost) && capped && (most.Sign() <= 0 || most.Ratio().Cmp(exact.Int(100)) > 0) {
		f.Refuse(path+".at_most", "it is not above 0 and up to 100 average months", "state the cap, or none")
	}
}

func (a *Average) check(f *policy.Findings) {
	policy.OneOf(f, "average.of", a.Of, OfAccount, OfPremise)
	policy.OneOf(f, "average.mean", a.Mean, ByBill, ByDay)
	inRange(f, "average.months", a.Months, 1, 1200)
	inRange(f, "average.least", a.Least, 1, 1200)
	for _, part := range []struct {
		path string
		of   Mean
		n    policy.OrNone[exact.Number]
		most int64
	}{{"average.bill_months", ByBill, a.BillMonths, 12}, {"average.days_per_month", ByDay, a.DaysPerMonth, 31}} {
		n, stated := part.n.Value()
		switch {
		case !f.Value(part.path, part.n):
		case stated != (a.Mean == part.of):
			f.Refuse(part.path, fmt.Sprintf("the mean is by %s, and it is stated: %t", a.Mean, stated), fmt.Sprintf("state it for the mean by %s, and none for the other", part.of))
		case stated && (n.Sign() <= 0 || n.Ratio().Cmp(exact.Int(part.most)) > 0 || part.of == ByBill && n.Places() > 0):
			f.Refuse(part.path, fmt.Sprintf("%s is not above 0 and up to %d", n, part.most), "state the months of a bill as a whole number, or the days of a month")
		}
	}
	if least, stated := a.NoHistory.Value(); f.Value("average.no_history", a.NoHistory) && stated && least.Sign() <= 0 {
		f.Refuse("average.no_history", least.String()+" is no average month", "state what stands for it, or none")
	}
}

func (r *Record) check(f *policy.Findings) {
	inRange(f, "record.months", r.Months, 1, 1200)
	inRange(f, "record.late_allowed", r.LateAllowed, 0, 1200)
	inRange(f, "record.grace_days", r.GraceDays, 0, 366)
	policy.OneOf(f, "record.shutoff", r.Shutoff, Bars, Ignored)
	policy.OneOf(f, "record.returned_item", r.ReturnedItem, Bars, Ignored)
}
