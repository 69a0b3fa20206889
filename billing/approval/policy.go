package approval

import (
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Policy says who may approve what, and how much of it: plain data, made usable by [Compile]. Nothing in it has a default.
type Policy struct {
	Name   string       // names the policy in records, such as "approvals 2026"
	Source string       // what adopted it, such as a resolution
	During civil.Period // the days on which it decides
	// Location is where the district's days begin and end. time.Local is refused: it depends on the machine.
	Location    *time.Location
	Kinds       []KindRule
	Grants      []Grant
	Limits      []Limit
	Delegations []Delegation
}

// KindRule is what holds for all approvals of a kind.
type KindRule struct {
	Kind Kind
	// Validity is how long an approval holds, in clock hours from its instant on: it is used strictly before it ends.
	Validity time.Duration
}

// Grant gives a person a role on some days.
type Grant struct {
	Person Person
	Role   string // such as "supervisor"
	During civil.Period
}

// Limit lets each person with a role approve a kind within bounds: the room is the person's own, not the role's. Of several
// roles that a person has, the one with room decides; rooms do not add up, since everything that the person approved counts
// against each.
type Limit struct {
	Role   string
	Kind   Kind
	Bounds Bounds
}

// Bounds are how much may be approved. Both ceilings are stated, [UpTo] an amount or [Unlimited].
type Bounds struct {
	// PerProposal is for what one proposal has at stake in all accounts.
	PerProposal Ceiling
	// PerAccount is for what all proposals of the kind have at stake in one account within the window.
	PerAccount Ceiling
	// Window is stated where PerAccount is an amount, and left out where it is unlimited.
	Window Window
}

// Delegation lets a person act on another's authority for some days. The limits stay those of the authority, and what is
// approved on it counts against them whoever acted, so that delegating doubles nothing. Bounds hold besides, for what this
// delegate approves on this authority. A delegate with limits of their own has both. A delegation is not delegated on.
type Delegation struct {
	From   Person // whose authority it is
	To     Person // who acts on it
	Kinds  []Kind
	During civil.Period
	Bounds Bounds
	Source string // what the delegation was given by, such as a memo's number
}

// Ceiling is an amount, bound included, or the statement that there is none. The zero value says neither: a policy that
// holds it is refused.
type Ceiling struct {
	stated  bool
	endless bool
	amount  money.Amount
}

// UpTo is a ceiling of an amount: that amount may be approved, a cent more may not.
func UpTo(amount money.Amount) Ceiling { return Ceiling{stated: true, amount: amount} }

// Unlimited states that there is no ceiling.
func Unlimited() Ceiling { return Ceiling{stated: true, endless: true} }

// Amount is the ceiling; false where none is stated, or none is set.
func (c Ceiling) Amount() (money.Amount, bool) { return c.amount, c.stated && !c.endless }

// String is the ceiling for people, such as "up to $500.00".
func (c Ceiling) String() string {
	switch {
	case !c.stated:
		return "not stated"
	case c.endless:
		return "unlimited"
	}
	return "up to " + c.amount.String()
}

func (c Ceiling) allows(a money.Amount) bool { return c.endless || c.stated && a.Cmp(c.amount) <= 0 }

// appendCanonical appends all that the policy says.
func (p Policy) appendCanonical(b []byte) []byte {
	b = stored.AppendKind(b, "headgate.approval.policy.1")
	b = stored.AppendText(b, p.Name)
	b = stored.AppendText(b, p.Source)
	b = appendPeriod(b, p.During)
	b = stored.AppendText(b, p.Location.String())
	b = stored.AppendCount(b, len(p.Kinds))
	for _, k := range p.Kinds {
		b = stored.AppendText(b, string(k.Kind))
		b = stored.AppendInt(b, int64(k.Validity))
	}
	b = stored.AppendCount(b, len(p.Grants))
	for _, g := range p.Grants {
		b = stored.AppendText(b, g.Person.id)
		b = stored.AppendText(b, g.Role)
		b = appendPeriod(b, g.During)
	}
	b = stored.AppendCount(b, len(p.Limits))
	for _, l := range p.Limits {
		b = stored.AppendText(b, l.Role)
		b = stored.AppendText(b, string(l.Kind))
		b = l.Bounds.appendCanonical(b)
	}
	b = stored.AppendCount(b, len(p.Delegations))
	for _, d := range p.Delegations {
		b = stored.AppendText(b, d.From.id)
		b = stored.AppendText(b, d.To.id)
		b = stored.AppendCount(b, len(d.Kinds))
		for _, kind := range d.Kinds {
			b = stored.AppendText(b, string(kind))
		}
		b = appendPeriod(b, d.During)
		b = d.Bounds.appendCanonical(b)
		b = stored.AppendText(b, d.Source)
	}
	return b
}

func (b Bounds) appendCanonical(to []byte) []byte {
	for _, c := range []Ceiling{b.PerProposal, b.PerAccount} {
		to = stored.AppendBool(to, c.endless)
		to = stored.AppendInt(to, c.amount.Cents())
	}
	to = stored.AppendText(to, string(b.Window.Span))
	to = stored.AppendInt(to, int64(b.Window.Month))
	return stored.AppendInt(to, int64(b.Window.Days))
}

func appendPeriod(b []byte, p civil.Period) []byte {
	return stored.AppendText(stored.AppendText(b, p.From.String()), p.To.String())
}
