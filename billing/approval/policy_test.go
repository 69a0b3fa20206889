package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
)

func TestCompileRefusesWhatThePolicyDoesNotSay(t *testing.T) {
	for _, c := range []struct {
		path  string
		alter func(*approval.Policy)
	}{
		{"name", func(p *approval.Policy) { p.Name = "" }},
		{"source", func(p *approval.Policy) { p.Source = "" }},
		{"during", func(p *approval.Policy) { p.During = civil.Period{} }},
		{"during", func(p *approval.Policy) { p.During.To = p.During.From }},
		{"location", func(p *approval.Policy) { p.Location = nil }},
		{"location", func(p *approval.Policy) { p.Location = time.Local }},
		{"kinds[4].kind", func(p *approval.Policy) { p.Kinds = append(p.Kinds, approval.KindRule{Kind: "Refund", Validity: 1}) }},
		{"kinds[4].kind", func(p *approval.Policy) { p.Kinds = append(p.Kinds, p.Kinds[0]) }},
		{"kinds[0].validity", func(p *approval.Policy) { p.Kinds[0].Validity = 0 }},
		{"kinds[0].validity", func(p *approval.Policy) { p.Kinds[0].Validity = -1 }},
		{"grants[1].person", func(p *approval.Policy) { p.Grants[1].Person = approval.Person{} }},
		{"grants[1].role", func(p *approval.Policy) { p.Grants[1].Role = "" }},
		{"grants[1].role", func(p *approval.Policy) { p.Grants[1].Role = "supervisr" }},
		{"grants[1].during", func(p *approval.Policy) { p.Grants[1].During = civil.Period{} }},
		{"grants[3].during", func(p *approval.Policy) { p.Grants = append(p.Grants, p.Grants[1]) }},
		{"limits[0].role", func(p *approval.Policy) { p.Limits[0].Role, p.Grants[0].Role = " lead", "supervisor" }},
		{"limits[0].kind", func(p *approval.Policy) { p.Limits[0].Kind = "adjustments" }},
		{"limits[5]", func(p *approval.Policy) { p.Limits = append(p.Limits, p.Limits[1]) }},
		{"limits[0].bounds.per_proposal", func(p *approval.Policy) { p.Limits[0].Bounds.PerProposal = approval.Ceiling{} }},
		{"limits[0].bounds.per_proposal", func(p *approval.Policy) { p.Limits[0].Bounds.PerProposal = approval.UpTo(dollars(-1)) }},
		{"limits[2].bounds.per_account", func(p *approval.Policy) { p.Limits[2].Bounds.PerAccount = approval.Ceiling{} }},
		{"limits[0].bounds.per_account", func(p *approval.Policy) { p.Limits[0].Bounds.PerAccount = approval.UpTo(dollars(-1)) }},
		{"limits[0].bounds.window.span", func(p *approval.Policy) { p.Limits[0].Bounds.Window = approval.Window{} }},
		{"limits[0].bounds.window.span", func(p *approval.Policy) { p.Limits[0].Bounds.Window.Span = "fortnight" }},
		{"limits[0].bounds.window.month", func(p *approval.Policy) { p.Limits[0].Bounds.Window = approval.Window{Span: approval.ByYear} }},
		{"limits[0].bounds.window.month", func(p *approval.Policy) {
			p.Limits[0].Bounds.Window = approval.Window{Span: approval.ByYear, Month: 13}
		}},
		{"limits[0].bounds.window.month", func(p *approval.Policy) { p.Limits[0].Bounds.Window.Month = 7 }},
		{"limits[0].bounds.window.days", func(p *approval.Policy) { p.Limits[0].Bounds.Window = approval.Window{Span: approval.ByRolling} }},
		{"limits[0].bounds.window.days", func(p *approval.Policy) {
			p.Limits[0].Bounds.Window = approval.Window{Span: approval.ByRolling, Days: 3661}
		}},
		{"limits[0].bounds.window.days", func(p *approval.Policy) { p.Limits[0].Bounds.Window.Days = 30 }},
		{"limits[2].bounds.window", func(p *approval.Policy) { p.Limits[2].Bounds.Window = approval.Window{Span: approval.ByDay} }},
		{"delegations[0].from", func(p *approval.Policy) { p.Delegations[0].From = approval.Person{} }},
		{"delegations[0].to", func(p *approval.Policy) { p.Delegations[0].To = approval.Person{} }},
		{"delegations[0].to", func(p *approval.Policy) { p.Delegations[0].To = p.Delegations[0].From }},
		{"delegations[0].kinds", func(p *approval.Policy) { p.Delegations[0].Kinds = nil }},
		{"delegations[0].kinds[0]", func(p *approval.Policy) { p.Delegations[0].Kinds[0] = "refund" }},
		{"delegations[0].kinds[1]", func(p *approval.Policy) { p.Delegations[0].Kinds = []approval.Kind{"adjustment", "adjustment"} }},
		{"delegations[0].during", func(p *approval.Policy) { p.Delegations[0].During = civil.Period{} }},
		{"delegations[0].bounds.per_proposal", func(p *approval.Policy) { p.Delegations[0].Bounds.PerProposal = approval.Ceiling{} }},
		{"delegations[0].source", func(p *approval.Policy) { p.Delegations[0].Source = "" }},
		{"delegations[3].during", func(p *approval.Policy) { p.Delegations = append(p.Delegations, p.Delegations[0]) }},
	} {
		p := policy()
		c.alter(&p)
		_, err := approval.Compile(p)
		require.Error(t, err, c.path)
		all := leaves(err)
		require.Len(t, all, 1, "%s: %v", c.path, err)
		require.Equal(t, c.path, all[0].Path)
		require.NotEmpty(t, all[0].Fix)
	}
}

func TestCompileReportsEveryProblemInOrder(t *testing.T) {
	p := policy()
	p.Name, p.Location, p.Kinds[1].Validity, p.Limits[1].Bounds.PerAccount, p.Delegations[2].Source = "", nil, 0, approval.Ceiling{}, ""
	p.Grants[0].During = civil.Period{From: civil.MustDate("2026-02-01"), To: civil.MustDate("2026-01-01")}
	p.Grants = append(p.Grants, p.Grants[0])
	_, err := approval.Compile(p)
	var paths []string
	for _, e := range leaves(err) {
		paths = append(paths, e.Path)
	}
	require.Equal(t, []string{"name", "location", "kinds[1].validity", "grants[0].during", "grants[3].during", "limits[1].bounds.per_account",
		"delegations[2].source"}, paths)

	_, err = approval.Compile(approval.Policy{})
	require.Len(t, leaves(err), 5)
}

func TestCompileAllowsRolesAndDelegationsThatFollowOneAnother(t *testing.T) {
	p := policy()
	first, then := civil.MustPeriod("[2026-01-01, 2026-07-01)"), civil.MustPeriod("[2026-07-01, 2027-01-01)")
	p.Grants[0].During = first
	again := p.Grants[0]
	again.During = then
	p.Grants = append(p.Grants, again)
	p.Delegations[0].During = first
	next := p.Delegations[0]
	next.During = then
	p.Delegations = append(p.Delegations, next)
	_, err := approval.Compile(p)
	require.NoError(t, err)
}

func TestDigestOfAPolicyIsOfAllThatItSays(t *testing.T) {
	seen := map[approval.Digest]int{compiled(t, policy()).Digest(): -1}
	require.Equal(t, compiled(t, policy()).Digest(), compiled(t, policy()).Digest())
	shorter := civil.MustPeriod("[2026-01-01, 2026-12-01)")
	for i, alter := range []func(*approval.Policy){
		func(p *approval.Policy) { p.Name = "approvals 2026 b" },
		func(p *approval.Policy) { p.Source = "Resolution 2026-02" },
		func(p *approval.Policy) { p.During = shorter },
		func(p *approval.Policy) { p.Location = time.UTC },
		func(p *approval.Policy) { p.Kinds[0].Validity++ },
		func(p *approval.Policy) { p.Kinds = append(p.Kinds, approval.KindRule{Kind: "refund", Validity: 1}) },
		func(p *approval.Policy) { p.Grants[0].Person = person("other") },
		func(p *approval.Policy) { p.Grants[0].Role = "supervisor" },
		func(p *approval.Policy) { p.Grants[0].During = shorter },
		func(p *approval.Policy) { p.Limits[4].Kind = "adjustment"; p.Limits[4].Role = "other" },
		func(p *approval.Policy) { p.Limits[4].Role = "lead" },
		func(p *approval.Policy) { p.Limits[0].Bounds.PerProposal = approval.UpTo(dollars(0)) },
		func(p *approval.Policy) { p.Limits[0].Bounds.PerAccount = approval.UpTo(money.Cents(100_01)) },
		func(p *approval.Policy) { p.Limits[0].Bounds.Window.Span = approval.ByDay },
		func(p *approval.Policy) {
			p.Limits[0].Bounds.Window = approval.Window{Span: approval.ByYear, Month: time.July}
		},
		func(p *approval.Policy) {
			p.Limits[0].Bounds.Window = approval.Window{Span: approval.ByRolling, Days: 7}
		},
		func(p *approval.Policy) { p.Delegations[0].From = person("supervisor") },
		func(p *approval.Policy) { p.Delegations[0].To = person("other") },
		func(p *approval.Policy) { p.Delegations[0].Kinds[0] = "draft_run" },
		func(p *approval.Policy) { p.Delegations[0].During = shorter },
		func(p *approval.Policy) { p.Delegations[0].Bounds.PerProposal = approval.UpTo(dollars(1)) },
		func(p *approval.Policy) { p.Delegations[0].Source = "memo 1" },
	} {
		p := policy()
		alter(&p)
		d := compiled(t, p).Digest()
		require.NotContains(t, seen, d, i)
		seen[d] = i
	}
}

func TestMatrixIsNotChangedByThePolicyItWasMadeOf(t *testing.T) {
	p := policy()
	m := compiled(t, p)
	p.Limits[1].Bounds.PerAccount = approval.UpTo(dollars(1))
	p.Grants[1].During = civil.Period{}
	p.Delegations[1].Kinds[0] = "draft_run"
	q := proposed(t, credit("A-1", dollars(50)), "ADJ-1")
	_, err := approval.Approve(q, by("supervisor", q), m, history(t))
	require.NoError(t, err)
	d := by("second", q)
	d.As = person("manager")
	_, err = approval.Approve(q, d, m, history(t))
	require.NoError(t, err)
}

func TestCeilingSaysWhatItIs(t *testing.T) {
	require.Equal(t, "up to $500.00", approval.UpTo(dollars(500)).String())
	require.Equal(t, "unlimited", approval.Unlimited().String())
	require.Equal(t, "not stated", approval.Ceiling{}.String())
	amount, ok := approval.UpTo(dollars(500)).Amount()
	require.True(t, ok)
	require.Equal(t, dollars(500), amount)
	for _, c := range []approval.Ceiling{approval.Unlimited(), {}} {
		_, ok = c.Amount()
		require.False(t, ok)
	}
	require.Equal(t, "a year from July on", approval.Window{Span: approval.ByYear, Month: time.July}.String())
	require.Equal(t, "30 days in a row", approval.Window{Span: approval.ByRolling, Days: 30}.String())
}
