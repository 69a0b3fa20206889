package collections

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Times says how often a step bears its fee.
type Times string

// Once for each event of the step, or once for a debt however often the step was taken.
const (
	EachEvent   Times = "each_event"
	OncePerDebt Times = "once_per_debt"
)

// WaivedLowIncome is a reason for a waiver that nobody has to grant: where a fee names it, a household of low income bears none.
const WaivedLowIncome = "low_income"

// StepFee is the fee of one step.
type StepFee struct {
	// Amount is the fee, above zero, or none.
	Amount policy.OrNone[money.Amount] `policy:"amount"`
	// Classes are the classes of service that bear it, and Exempt those that do not. Of a step that has a fee, each class of the
	// ladder is in one of them.
	Classes []string `policy:"classes,empty" validate:"unique"`
	Exempt  []string `policy:"exempt,empty" validate:"unique"`
	Times   Times    `policy:"times" validate:"oneof=each_event once_per_debt"`
	// Waivers are the reasons for which it is waived, in the district's words, [WaivedLowIncome] among them where that is one.
	Waivers []string `policy:"waivers,empty" validate:"unique"`
}

// StepFees is a district's fees for the steps of the ladder before service is turned on again. Every field is stated; a step
// without a fee states none. The fee for turning it on is [FeePolicy]'s.
type StepFees struct {
	// Title is the policy's name, and Citation what adopted it.
	Title    string `policy:"title"`
	Citation string `policy:"citation"`
	// One for each step that may bear a fee.
	PastDueNotice StepFee `policy:"past_due_notice"`
	DoorTag       StepFee `policy:"door_tag"`
	Visit         StepFee `policy:"visit"`
	ShutOff       StepFee `policy:"shut_off"`
	// Kind and RevenueCode are those of each fee as an open item. The kind is one of which the ladder says whether it permits a
	// shutoff.
	Kind        ledger.Kind `policy:"kind"`
	RevenueCode string      `policy:"revenue_code"`
	// Marks are the placeholders of the plain fields.
	Marks policy.Marks
}

// feeSteps are the steps that may bear a fee, in the order of the ladder.
var feeSteps = []Step{PastDueNotice, DoorTag, Visit, ShutOff}

// of is the fee of a step; nil of a step that has none.
func (p *StepFees) of(step Step) *StepFee {
	switch step {
	case PastDueNotice:
		return &p.PastDueNotice
	case DoorTag:
		return &p.DoorTag
	case Visit:
		return &p.Visit
	case ShutOff:
		return &p.ShutOff
	}
	return nil
}

// Check finds all that is wrong with the fees, as a problem.List: what is not stated (policy.ErrNotStated), what cannot be or
// contradicts itself ([ErrPolicy]). What a file states as not known is policy.ErrNotKnown once they are compiled.
func (p StepFees) Check() error {
	f := p.findings()
	return f.Faults()
}

func (p StepFees) findings() policy.Findings {
	f := policy.Findings{Code: ErrPolicy, Title: p.Title, Marks: p.Marks}
	f.Need("title", p.Title != "", "it")
	f.Need("citation", p.Citation != "", "what adopted it")
	for _, step := range feeSteps {
		p.of(step).check(&f, string(step))
	}
	f.Need("kind", p.Kind != "", "it")
	f.Need("revenue_code", p.RevenueCode != "", "it")
	return f
}

func (s *StepFee) check(f *policy.Findings, path string) {
	if f.Value(path+".amount", s.Amount) {
		if fee, some := s.Amount.Value(); some && fee.Sign() <= 0 {
			f.Refuse(path+".amount", fmt.Sprintf("%s is no fee", fee), "state an amount above zero, or none")
		}
	}
	f.Need(path+".classes", s.Classes != nil, "the classes that bear it, or an empty list")
	f.Need(path+".exempt", s.Exempt != nil, "the classes that do not, or an empty list")
	for _, class := range s.Classes {
		if slices.Contains(s.Exempt, class) {
			f.Refuse(path+".exempt", fmt.Sprintf("the class %q bears the fee and does not", class), "state it once")
		}
	}
	policy.OneOf(f, path+".times", s.Times, EachEvent, OncePerDebt)
	f.Need(path+".waivers", s.Waivers != nil, "the reasons for which it is waived, or an empty list")
	if slices.ContainsFunc(s.Waivers, func(reason string) bool { return strings.TrimSpace(reason) == "" }) {
		f.Refuse(path+".waivers", "a reason is empty", "state each in a word of the district's")
	}
}

// Fees are the fees of a ladder: those of its steps, and that for turning service on again, which for households of low income
// are under one cap. They are not changed by anything, and safe for goroutines where the ladder is.
type Fees struct {
	ladder       *Ladder
	steps        StepFees
	reconnection FeePolicy
	placeholders []policy.Mark
}

// CompileFees checks the fees of a ladder and makes them usable. The policies are copied.
//
// Errors: those of [StepFees.Check] and of [FeePolicy.Check]; policy.ErrNotKnown; [ErrPolicy] for a ladder that is missing, for a
// class of the ladder of which a fee does not say whether it bears it, for one that the ladder has not, and for a kind of which
// the ladder does not say whether it permits a shutoff.
func CompileFees(l *Ladder, steps StepFees, reconnection FeePolicy) (*Fees, error) {
	f, other := steps.findings(), reconnection.findings()
	if l == nil {
		f.Refuse("ladder", "there is no ladder", "give what Compile makes")
	} else {
		l.checkFees(&f, &steps)
		if _, known := l.kinds[string(reconnection.Kind)]; reconnection.Kind != "" && !known {
			other.Refuse("kind", fmt.Sprintf("the ladder does not say whether the kind %q permits a shutoff", string(reconnection.Kind)), "add it to its kinds or exempt")
		}
	}
	var found problem.List
	for _, err := range []error{f.Err(), other.Err()} {
		var list problem.List
		if errors.As(err, &list) {
			found = append(found, list...)
		}
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	for _, step := range feeSteps {
		fee := steps.of(step)
		fee.Classes, fee.Exempt, fee.Waivers = slices.Clone(fee.Classes), slices.Clone(fee.Exempt), slices.Clone(fee.Waivers)
	}
	reconnection.Index = slices.Clone(reconnection.Index)
	return &Fees{ladder: l, steps: steps, reconnection: reconnection, placeholders: f.Placeholders}, nil
}

// checkFees looks at the fees beside the ladder.
func (l *Ladder) checkFees(f *policy.Findings, p *StepFees) {
	if _, known := l.kinds[string(p.Kind)]; p.Kind != "" && !known {
		f.Refuse("kind", fmt.Sprintf("the ladder does not say whether the kind %q permits a shutoff", string(p.Kind)), "add it to its kinds or exempt")
	}
	all := slices.Concat(l.policy.Residential, l.policy.Others)
	for _, step := range feeSteps {
		fee := p.of(step)
		said := slices.Concat(fee.Classes, fee.Exempt)
		for _, class := range said {
			if !slices.Contains(all, class) {
				f.Refuse(string(step)+".classes", fmt.Sprintf("the ladder has no class %q", class), "state classes of the ladder")
			}
		}
		if _, some := fee.Amount.Value(); !some {
			continue
		}
		for _, class := range all {
			if !slices.Contains(said, class) {
				f.Refuse(string(step)+".classes", fmt.Sprintf("it is not stated whether the class %q bears the fee", class), "add it to classes or exempt")
			}
		}
	}
}
