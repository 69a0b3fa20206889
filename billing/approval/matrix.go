package approval

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Matrix is a policy that was found to be well formed: the approval matrix. It is not changed by anything and safe for
// goroutines.
type Matrix struct {
	policy      Policy
	validity    map[Kind]time.Duration
	grants      map[Person][]Grant
	limits      map[roleKind]int // places in policy.Limits
	delegations map[pair][]int   // places in policy.Delegations
	digest      Digest
}

// Digest is the SHA-256 of all that the policy says, in its order: records of decisions carry it, since a name does not say
// what was in force under it. The zero Matrix has none.
func (m *Matrix) Digest() Digest { return m.digest }

type roleKind struct {
	role string
	kind Kind
}

type pair struct{ from, to Person }

// Compile checks a policy and makes it usable. It reports every problem at once, in the policy's order, each [ErrPolicy],
// [ErrText] or [ErrPerson] with the path to it: what is missing (name, source, days, location, validity, ceilings), grants
// of one role or delegations of one kind to one person that overlap, limits or kinds given twice, a kind that is not among
// the policy's kinds, a role that no limit names, a delegation to oneself.
//
// The policy is copied; changing it later changes no Matrix.
func Compile(policy Policy) (*Matrix, error) {
	policy.Kinds, policy.Grants, policy.Limits = slices.Clone(policy.Kinds), slices.Clone(policy.Grants), slices.Clone(policy.Limits)
	policy.Delegations = slices.Clone(policy.Delegations)
	for i := range policy.Delegations {
		policy.Delegations[i].Kinds = slices.Clone(policy.Delegations[i].Kinds)
	}
	m := &Matrix{
		policy: policy, validity: map[Kind]time.Duration{}, grants: map[Person][]Grant{}, limits: map[roleKind]int{}, delegations: map[pair][]int{},
	}
	var found problem.List
	found.Add(checkText("name", policy.Name))
	found.Add(checkText("source", policy.Source))
	found.Add(checkPeriod("during", policy.During))
	switch {
	case policy.Location == nil:
		found.Add(policyError("location", "the location is missing", "give the district's, such as that of America/Los_Angeles"))
	case policy.Location == time.Local, policy.Location.String() == "Local": //nolint:forbidigo // compared, not used: TZ gives it another name
		found.Add(policyError("location", "the location is that of the machine", "load the district's by its name, such as America/Los_Angeles"))
	}
	m.kinds(&found)
	m.roles(&found)
	m.bounds(&found)
	m.delegated(&found)
	if len(found) > 0 {
		return nil, found.Err()
	}
	m.digest = sha256.Sum256(policy.appendCanonical(nil))
	return m, nil
}

func (m *Matrix) kinds(found *problem.List) {
	if len(m.policy.Kinds) == 0 {
		found.Add(policyError("kinds", "the policy has no kinds", "state each kind that is approved, and how long its approvals hold"))
	}
	for i, rule := range m.policy.Kinds {
		path := fmt.Sprintf("kinds[%d]", i)
		found.Add(rule.Kind.check(path + ".kind"))
		if _, twice := m.validity[rule.Kind]; twice {
			found.Add(policyError(path+".kind", fmt.Sprintf("the kind %q is given twice", rule.Kind), "keep the right one"))
		}
		if rule.Validity <= 0 {
			found.Add(policyError(path+".validity", "how long an approval holds is missing or not above zero", "state it, such as 72 hours"))
		}
		m.validity[rule.Kind] = rule.Validity
	}
}

func (m *Matrix) roles(found *problem.List) {
	limited := map[string]bool{}
	for _, limit := range m.policy.Limits {
		limited[limit.Role] = true
	}
	for i, grant := range m.policy.Grants {
		path := fmt.Sprintf("grants[%d]", i)
		found.Add(checkPerson(path+".person", grant.Person))
		if e := checkText(path+".role", grant.Role); e != nil {
			found.Add(e)
		} else if !limited[grant.Role] {
			found.Add(policyError(path+".role", fmt.Sprintf("no limit names the role %q", grant.Role), "correct the role, or state what it may approve"))
		}
		found.Add(checkPeriod(path+".during", grant.During))
		for _, other := range m.grants[grant.Person] {
			if grant.Role == other.Role && overlap(grant.During, other.During) {
				found.Add(policyError(path+".during", fmt.Sprintf("the person has the role %q twice on some days", grant.Role),
					"let one grant end before the other begins"))
			}
		}
		m.grants[grant.Person] = append(m.grants[grant.Person], grant)
	}
}

func (m *Matrix) bounds(found *problem.List) {
	for i, limit := range m.policy.Limits {
		path := fmt.Sprintf("limits[%d]", i)
		found.Add(checkText(path+".role", limit.Role))
		m.known(path+".kind", limit.Kind, found)
		key := roleKind{limit.Role, limit.Kind}
		if _, twice := m.limits[key]; twice {
			found.Add(policyError(path, fmt.Sprintf("the limit of the role %q for the kind %q is given twice", limit.Role, limit.Kind), "keep the right one"))
		}
		m.limits[key] = i
		limit.Bounds.check(path+".bounds", found)
	}
}

func (m *Matrix) delegated(found *problem.List) {
	for i, d := range m.policy.Delegations {
		path := fmt.Sprintf("delegations[%d]", i)
		found.Add(checkPerson(path+".from", d.From))
		found.Add(checkPerson(path+".to", d.To))
		if d.From == d.To && !d.From.IsZero() {
			found.Add(policyError(path+".to", "the delegation is to oneself", "name who acts while the person is away"))
		}
		if len(d.Kinds) == 0 {
			found.Add(policyError(path+".kinds", "the delegation is for no kind", "state each kind"))
		}
		for k, kind := range d.Kinds {
			m.known(fmt.Sprintf("%s.kinds[%d]", path, k), kind, found)
			if slices.Contains(d.Kinds[:k], kind) {
				found.Add(policyError(fmt.Sprintf("%s.kinds[%d]", path, k), fmt.Sprintf("the kind %q is given twice", kind), "leave one out"))
			}
		}
		found.Add(checkPeriod(path+".during", d.During))
		d.Bounds.check(path+".bounds", found)
		found.Add(checkText(path+".source", d.Source))
		key := pair{d.From, d.To}
		for _, other := range m.delegations[key] {
			o := m.policy.Delegations[other]
			if overlap(d.During, o.During) && slices.ContainsFunc(d.Kinds, func(k Kind) bool { return slices.Contains(o.Kinds, k) }) {
				found.Add(policyError(path+".during", fmt.Sprintf("delegations[%d] is of the same kind to the same person on some of these days", other),
					"let one end before the other begins"))
			}
		}
		m.delegations[key] = append(m.delegations[key], i)
	}
}

func (m *Matrix) known(path string, kind Kind, found *problem.List) {
	if _, ok := m.validity[kind]; !ok {
		found.Add(policyError(path, fmt.Sprintf("the kind %q is not among the policy's kinds", kind),
			"correct it, or state under kinds how long its approvals hold"))
	}
}

func (b Bounds) check(path string, found *problem.List) {
	ceilings := []struct {
		name string
		c    Ceiling
	}{{"per_proposal", b.PerProposal}, {"per_account", b.PerAccount}}
	for _, ceiling := range ceilings {
		switch {
		case !ceiling.c.stated:
			found.Add(policyError(path+"."+ceiling.name, "the ceiling is missing", "state an amount, or that it is unlimited"))
		case ceiling.c.amount.Sign() < 0:
			found.Add(policyError(path+"."+ceiling.name, "the ceiling is below zero", "state the magnitude that may be approved"))
		}
	}
	switch {
	case !b.PerAccount.endless && b.PerAccount.stated:
		found.Add(b.Window.check(path + ".window"))
	case b.PerAccount.endless && b.Window != Window{}:
		found.Add(policyError(path+".window", "a window is stated for a ceiling that is unlimited", "leave it out, or state the ceiling per account"))
	}
}

// authority is on what a person decides: a person's roles on a day, and the delegation where that person is another.
type authority struct {
	person   Person
	limits   []int // places in policy.Limits, in the policy's order
	delegate Person
	by       int // place in policy.Delegations
}

// authority finds on what by decides on a kind on a day: on their own roles, or on those of as, by a delegation.
func (m *Matrix) authority(kind Kind, by, as Person, day civil.Date) (authority, *problem.Error) {
	a := authority{person: by}
	if !as.IsZero() {
		a = authority{person: as, delegate: by, by: -1}
		for _, i := range m.delegations[pair{as, by}] {
			if d := m.policy.Delegations[i]; d.During.Contains(day) && slices.Contains(d.Kinds, kind) {
				a.by = i
			}
		}
		if a.by < 0 {
			return a, &problem.Error{Code: ErrAuthority, Path: "decision.as",
				What: fmt.Sprintf("the policy has no delegation to this person for the kind %q on %s", kind, day),
				Fix:  "have it decided by who has the authority, or state the delegation in the policy"}
		}
	}
	var roles []string
	for _, grant := range m.grants[a.person] {
		if grant.During.Contains(day) {
			roles = append(roles, grant.Role)
			if i, ok := m.limits[roleKind{grant.Role, kind}]; ok {
				a.limits = append(a.limits, i)
			}
		}
	}
	if len(a.limits) == 0 {
		what := fmt.Sprintf("the person whose authority it is has no role on %s", day)
		if len(roles) > 0 {
			slices.Sort(roles)
			what = fmt.Sprintf("the roles of the person on %s (%s) do not decide on the kind %q", day, strings.Join(roles, ", "), kind)
		}
		return a, &problem.Error{Code: ErrAuthority, Path: "decision.by", What: what,
			Fix: "have it decided by a person whose role the policy has a limit for"}
	}
	slices.Sort(a.limits)
	return a, nil
}

// day is the day of an instant where the policy is in force.
func (m *Matrix) day(at time.Time) (civil.Date, *problem.Error) {
	if e := checkInstant("decision.at", at); e != nil {
		return civil.Date{}, e
	}
	day, fault := dayOf(at, m.policy.Location)
	if fault != nil {
		return day, fault
	}
	if !m.policy.During.Contains(day) {
		return day, &problem.Error{Code: ErrPolicy, Path: "policy.during", What: fmt.Sprintf("the policy %q is not in force on %s", m.policy.Name, day),
			Fix: "decide by the policy of that day"}
	}
	return day, nil
}

func dayOf(at time.Time, location *time.Location) (civil.Date, *problem.Error) {
	day, err := civil.DateOf(at, location)
	if err != nil {
		return day, &problem.Error{Code: ErrInstant, Path: "at", What: "the instant has no day", Fix: "give the time of the host's clock", Err: err}
	}
	return day, nil
}

func checkPeriod(path string, p civil.Period) *problem.Error {
	err := p.Check()
	if err == nil && p.Days() == 0 {
		return policyError(path, "the period has no days", "give the day after its last")
	}
	if err == nil {
		return nil
	}
	return &problem.Error{Code: ErrPolicy, Path: path, What: "the days are missing or out of order",
		Fix: "give the first day and the day after the last", Err: err}
}

// overlap says whether two periods have a day in common; one that is not well formed has none.
func overlap(a, b civil.Period) bool {
	if a.Check() != nil || b.Check() != nil {
		return false
	}
	_, both := a.Intersect(b)
	return both
}

func policyError(path, what, fix string) *problem.Error {
	return &problem.Error{Code: ErrPolicy, Path: path, What: what, Fix: fix}
}
