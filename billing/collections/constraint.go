package collections

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Unit is what a wait counts.
type Unit string

const (
	// Days are calendar days: the third day after 2 June is 5 June.
	Days Unit = "days"
	// DelinquentDays are days since the due date, read as the policy's [Reading] says.
	DelinquentDays Unit = "delinquent days"
	// OpenDays are business days, counted back from the shutoff: the day of the step is the last that they reach. They are days
	// on which the office is open, and never a Saturday or a Sunday.
	OpenDays Unit = "open days"
	// Hours are clock hours from the instant of the step, and from the end of its day where no instant is known.
	Hours Unit = "hours"
)

// Wait is how long must have passed, such as "15 days", "7 open days" or "48 hours". The zero value is none.
type Wait struct {
	N    int
	Unit Unit
}

// maxWait bounds the number of a wait.
const maxWait = 1000

func (w Wait) String() string {
	if w == (Wait{}) {
		return "none"
	}
	unit := string(w.Unit)
	if w.N == 1 {
		unit = strings.TrimSuffix(unit, "s")
	}
	return strconv.Itoa(w.N) + " " + unit
}

// MarshalText gives what String gives.
func (w Wait) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads what String writes. On an error w stays as it was.
func (w *Wait) UnmarshalText(text []byte) error {
	if string(text) == "none" {
		*w = Wait{}
		return nil
	}
	number, unit, _ := strings.Cut(string(text), " ")
	n, err := strconv.Atoi(number)
	if n == 1 {
		unit += "s"
	}
	read := Wait{n, Unit(unit)}
	if err != nil || read.fault() != "" || read.String() != string(text) {
		return &problem.Error{Code: ErrPolicy, What: "it is no wait", Fix: `write none, or "15 days", "60 delinquent days", "7 open days" or "48 hours", at most 1000 of them`}
	}
	*w = read
	return nil
}

func (w Wait) fault() string {
	if w.N < 0 || w.N > maxWait || !slices.Contains([]Unit{Days, DelinquentDays, OpenDays, Hours}, w.Unit) {
		return fmt.Sprintf("%d %s is no wait of 0 to %d", w.N, w.Unit, maxWait)
	}
	return ""
}

// For says for which service a constraint holds.
type For string

// The services.
const (
	ForAll         For = "all"
	ForResidential For = "residential"
	ForOthers      For = "others"
)

// When says on which accounts a constraint holds.
type When string

const (
	// Always is on every account.
	Always When = "always"
	// AtOtherAddress is where the service address is not that of the customer.
	AtOtherAddress When = "other_address"
	// WithTenants is where tenants live behind an owner's account.
	WithTenants When = "tenants"
	// WithThirdParty is where a third party is to be told, on the customer's request.
	WithThirdParty When = "third_party"
	// OfBrokenPlan is where a payment plan was broken, or ended with something unpaid.
	OfBrokenPlan When = "broken_plan"
	// Undelivered is where mail to the customer came back, and no call told the customer after its day. A step counts from that day on.
	Undelivered When = "undelivered"
)

// Since says what a constraint counts from.
type Since string

const (
	// SinceDue is the due date of the oldest part of the debt.
	SinceDue Since = "due"
	// SinceBreach is the due date of the first installment that was missed; the end of the plan where none was.
	SinceBreach Since = "breach"
	// SinceStep is a step that was taken in one of the constraint's ways.
	SinceStep Since = "step"
)

// Status says how a rule is known.
type Status string

const (
	// Verified says that the text of the law was read.
	Verified Status = "verified"
	// Unverified says that it is well known, and its text was not read.
	Unverified Status = "unverified"
	// Ours says that it is the reading of this module, or the district's own rule.
	Ours Status = "ours"
)

// Constraint is one rule on the date of a shutoff. The date is the latest over all that hold.
type Constraint struct {
	// Title is what it is called, unique among the constraints of a policy and its laws, and Source where it stands.
	Title  string `policy:"title"`
	Source string `policy:"source"`
	Status Status `policy:"status" validate:"oneof=verified unverified ours"`
	For    For    `policy:"for" validate:"oneof=all residential others"`
	When   When   `policy:"when" validate:"oneof=always other_address tenants third_party broken_plan undelivered"`
	Since  Since  `policy:"since" validate:"oneof=due breach step"`
	// Wait is how long since the due date or the breach; none where it counts from a step.
	Wait Wait `policy:"wait"`
	// Ways are the steps that do, any one of them; empty where it counts from no step. Of several events that do, the one that
	// allows the earliest day counts.
	Ways []Way `policy:"ways,empty" validate:"dive"`
	// Missing is what the answer says where none was taken, such as "visit and posting required"; empty with Ways.
	Missing Code `policy:"missing,optional"`
}

// Way is a step that satisfies a constraint.
type Way struct {
	Step    Step     `policy:"step"`
	Methods []Method `policy:"methods" validate:"unique"`
	// To are those who may be told, any one of them.
	To   []Recipient `policy:"to" validate:"unique"`
	Wait Wait        `policy:"wait"`
	// Unless are accounts on which the way is none, such as other_address, as a call to a customer who lives elsewhere reaches nobody at
	// the premises; empty where it is one on every account.
	Unless When `policy:"unless,optional"`
	// After is a step, and AfterWait the time from it, before which the step does not count; empty and none where there is no such step.
	After     Step `policy:"after,optional"`
	AfterWait Wait `policy:"after_wait"`
	// AfterBreach is the time from the breach of a plan, before which the step does not count, such as "60 delinquent days"; of a
	// constraint of broken plans alone, and none else.
	AfterBreach Wait `policy:"after_breach"`
}

// takes says that an event is of the way.
func (w *Way) takes(e *Event) bool {
	return e.Step == w.Step && slices.Contains(w.Methods, e.Method) && slices.Contains(w.To, e.To)
}

// check finds all that is wrong with the constraint.
func (c *Constraint) check(f *policy.Findings, path string) {
	f.Need(path+".title", c.Title != "", "what it is called")
	f.Need(path+".source", c.Source != "", "where it stands")
	policy.OneOf(f, path+".status", c.Status, Verified, Unverified, Ours)
	policy.OneOf(f, path+".for", c.For, ForAll, ForResidential, ForOthers)
	policy.OneOf(f, path+".when", c.When, Always, AtOtherAddress, WithTenants, WithThirdParty, OfBrokenPlan, Undelivered)
	policy.OneOf(f, path+".since", c.Since, SinceDue, SinceBreach, SinceStep)
	if c.Since == SinceBreach && c.When != OfBrokenPlan {
		f.Refuse(path+".since", "it counts from a breach, and holds where no plan was broken", "state when: broken_plan")
	}
	if c.Since != SinceStep {
		f.Need(path+".wait", c.Wait != Wait{}, `the wait, such as "60 delinquent days"`)
		if c.Wait != (Wait{}) && (c.Wait.fault() != "" || c.Wait.Unit == Hours) {
			f.Refuse(path+".wait", fmt.Sprintf("%q is no wait of days", c.Wait.String()), "state days, delinquent days or open days")
		}
		if len(c.Ways) > 0 || c.Missing != "" {
			f.Refuse(path+".ways", "it counts from no step, and has ways", "leave the ways and missing empty, or state since: step")
		}
		return
	}
	if c.Wait != (Wait{}) {
		f.Refuse(path+".wait", "it counts from a step, whose ways have their own waits", "state none")
	}
	f.Need(path+".ways", len(c.Ways) > 0, "the steps that satisfy it")
	f.Need(path+".missing", c.Missing != "", "what the answer says where no step was taken")
	for i := range c.Ways {
		at := fmt.Sprintf("%s.ways[%d]", path, i)
		c.Ways[i].check(f, at)
		if breach := c.Ways[i].AfterBreach; breach != (Wait{}) && (c.When != OfBrokenPlan || breach.fault() != "" || breach.Unit != Days && breach.Unit != DelinquentDays) {
			f.Refuse(at+".after_breach", fmt.Sprintf("%q is no wait of days, or of no broken plan", breach.String()), "state days or delinquent days, and when: broken_plan")
		}
	}
}

func (w *Way) check(f *policy.Findings, path string) {
	policy.OneOf(f, path+".step", w.Step, steps[:len(steps)-4]...)
	f.Need(path+".methods", len(w.Methods) > 0, "how the step is taken")
	f.Need(path+".to", len(w.To) > 0, "who is told")
	for _, m := range w.Methods {
		policy.OneOf(f, path+".methods", m, methods...)
	}
	for _, to := range w.To {
		policy.OneOf(f, path+".to", to, recipients...)
	}
	if w.Wait.fault() != "" || w.Wait.Unit == DelinquentDays {
		f.Refuse(path+".wait", fmt.Sprintf("%q is no wait from a step", w.Wait.String()), "state days, open days or hours")
	}
	if w.Unless != "" {
		policy.OneOf(f, path+".unless", w.Unless, AtOtherAddress, WithTenants, WithThirdParty)
	}
	if (w.After == "") != (w.AfterWait == Wait{}) {
		f.Refuse(path+".after", "a step without a wait, or a wait without a step", "state both, or neither")
	}
	if w.After != "" {
		policy.OneOf(f, path+".after", w.After, steps[:len(steps)-4]...)
		if w.AfterWait.fault() != "" || w.AfterWait.Unit != Days {
			f.Refuse(path+".after_wait", fmt.Sprintf("%q is no wait of days", w.AfterWait.String()), "state calendar days")
		}
	}
}

// same says that a constraint is another, in all that it says.
func (c Constraint) same(o Constraint) bool {
	return c.Title == o.Title && c.Source == o.Source && c.Status == o.Status && c.For == o.For && c.When == o.When && c.Since == o.Since &&
		c.Wait == o.Wait && c.Missing == o.Missing && slices.EqualFunc(c.Ways, o.Ways, Way.same)
}

func (w Way) same(o Way) bool {
	return w.Step == o.Step && w.Wait == o.Wait && w.Unless == o.Unless && w.After == o.After && w.AfterWait == o.AfterWait && w.AfterBreach == o.AfterBreach &&
		slices.Equal(w.Methods, o.Methods) && slices.Equal(w.To, o.To)
}

// clone shares nothing with the constraint that could be changed.
func (c Constraint) clone() Constraint {
	c.Ways = slices.Clone(c.Ways)
	for i := range c.Ways {
		c.Ways[i].Methods, c.Ways[i].To = slices.Clone(c.Ways[i].Methods), slices.Clone(c.Ways[i].To)
	}
	return c
}
