package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
)

func TestApprovalRecordSaysWhoWhatWhenAndWhy(t *testing.T) {
	p, err := approval.Propose(adjustment{Account: "A-1", Reason: "leak", Lines: []money.Amount{dollars(-60), dollars(40)}},
		approval.Request{Key: "ADJ-1", Prepared: []approval.Person{person("zoe"), person("clerk"), person("Zoe")}, At: monday()})
	require.NoError(t, err)
	require.Equal(t, []approval.Stake{{Account: "A-1", Amount: dollars(100)}}, p.Stakes())
	require.Equal(t, dollars(100), p.Total())
	require.Equal(t, approval.Kind("adjustment"), p.Kind())

	d := by("lead", p)
	d.As, d.Reason = person("manager"), "leak was repaired"
	a, err := approval.Approve(p, d, compiled(t, policy()), history(t))
	require.NoError(t, err)
	r := a.Record()
	require.Equal(t, approval.Record{
		ID: r.ID, Proposal: approval.ProposalID("adjustment", "ADJ-1"), Verdict: approval.VerdictApproved, Kind: "adjustment", Request: "ADJ-1",
		Digest: p.Digest(), By: person("lead"), At: at("2026-07-06 10:00").UTC(), Reason: "leak was repaired",
		Prepared: []approval.Person{person("clerk"), person("zoe")}, Authority: person("manager"), Role: "supervisor", Policy: "approvals 2026",
		PolicyDigest: compiled(t, policy()).Digest(), Until: at("2026-07-09 10:00").UTC(), Stakes: []approval.Stake{{Account: "A-1", Amount: dollars(100)}},
	}, r)
	require.Equal(t, person("lead"), a.By())

	r.Stakes[0].Amount = dollars(1)
	require.Equal(t, dollars(100), a.Record().Stakes[0].Amount, "a record that was handed out is nobody's but the caller's")
}

func TestTwoEqualRequestsAreTwo(t *testing.T) {
	one, two := approved(t, credit("A-1", dollars(50)), "ADJ-1"), approved(t, credit("A-1", dollars(50)), "ADJ-2")
	require.NotEqual(t, one.Proposal(), two.Proposal())
	require.NotEqual(t, one.Digest(), two.Digest())
	require.NotEqual(t, one.Record().ID, two.Record().ID)
}

func TestApprovingTwiceIsApprovingOnce(t *testing.T) {
	m := compiled(t, policy())
	h := history(t)
	p := proposed(t, credit("A-1", dollars(300)), "ADJ-1")
	first, err := approval.Approve(p, by("supervisor", p), m, h)
	require.NoError(t, err)
	require.NoError(t, h.Add(sealed(t, first.Record())))
	require.NoError(t, h.Add(sealed(t, first.Record())))

	again := by("supervisor", p)
	again.At = again.At.Add(time.Hour)
	second, err := approval.Approve(p, again, m, h)
	require.NoError(t, err)
	require.Equal(t, first.Record().ID, second.Record().ID)
	require.Equal(t, first.At(), second.At())
	require.Equal(t, first.Until(), second.Until())

	// On a delegation, too.
	q := proposed(t, credit("A-9", dollars(10)), "ADJ-9")
	d := by("lead", q)
	d.As = person("manager")
	third, err := approval.Approve(q, d, m, h)
	require.NoError(t, err)
	require.NoError(t, h.Add(sealed(t, third.Record())))
	fourth, err := approval.Approve(q, d, m, h)
	require.NoError(t, err)
	require.Equal(t, third.Record().ID, fourth.Record().ID)

	// The $300.00 counted once: $200.00 have room beside it.
	other := proposed(t, credit("A-1", dollars(200)), "ADJ-2")
	_, err = approval.Approve(other, by("supervisor", other), m, h)
	require.NoError(t, err)
}

func TestRequestIsDecidedOnce(t *testing.T) {
	m := compiled(t, policy())
	h := history(t)
	p, changed := proposed(t, credit("A-1", dollars(50)), "ADJ-1"), proposed(t, credit("A-1", dollars(60)), "ADJ-1")
	a, err := approval.Approve(p, by("supervisor", p), m, h)
	require.NoError(t, err)
	require.NoError(t, h.Add(sealed(t, a.Record())))

	_, err = approval.Approve(p, by("manager", p), m, h)
	requireCode(t, err, approval.ErrDecided) // by another person
	_, err = approval.Approve(changed, by("supervisor", changed), m, h)
	requireCode(t, err, approval.ErrDecided) // other content

	q := proposed(t, credit("A-1", dollars(70)), "ADJ-2")
	d := by("lead", q)
	d.As = person("manager")
	b, err := approval.Approve(q, d, m, h)
	require.NoError(t, err)
	require.NoError(t, h.Add(sealed(t, b.Record())))
	_, err = approval.Approve(q, by("lead", q), m, h)
	requireCode(t, err, approval.ErrDecided) // on another authority
	d.By = person("second")
	_, err = approval.Approve(q, d, m, h)
	requireCode(t, err, approval.ErrDecided) // by another delegate of the same authority
	d = by("supervisor", p)
	d.Reason = "too much"
	_, err = approval.Reject(p, d, m, h)
	requireCode(t, err, approval.ErrDecided)
}

func TestRejectedProposalIsNotApprovedLater(t *testing.T) {
	m := compiled(t, policy())
	h := history(t)
	p := proposed(t, credit("A-1", dollars(50)), "ADJ-1")
	d := by("supervisor", p)
	_, err := approval.Reject(p, d, m, h)
	requireCode(t, err, approval.ErrText)
	d.Reason = "no evidence"
	r, err := approval.Reject(p, d, m, h)
	require.NoError(t, err)
	require.Equal(t, approval.VerdictRejected, r.Verdict)
	require.Empty(t, r.Stakes)
	require.NoError(t, h.Add(sealed(t, r)))

	again, err := approval.Reject(p, d, m, h)
	require.NoError(t, err)
	require.Equal(t, r.ID, again.ID)
	for _, who := range []string{"supervisor", "manager"} {
		_, err = approval.Approve(p, by(who, p), m, h)
		requireCode(t, err, approval.ErrDecided)
	}
	anew := proposed(t, credit("A-1", dollars(50)), "ADJ-1/2")
	_, err = approval.Approve(anew, by("supervisor", anew), m, h)
	require.NoError(t, err)
}

func TestRejectionNeedsARoleAndNoRoom(t *testing.T) {
	m := compiled(t, policy())
	p := proposed(t, credit("A-1", dollars(9_000)), "ADJ-1")
	d := by("lead", p)
	d.Reason = "too much"
	_, err := approval.Reject(p, d, m, history(t))
	require.NoError(t, err)
	d.By = person("stranger")
	_, err = approval.Reject(p, d, m, history(t))
	requireCode(t, err, approval.ErrAuthority)
}

func TestWithdrawnApprovalIsGone(t *testing.T) {
	m := compiled(t, policy())
	h := history(t)
	p := proposed(t, credit("A-1", dollars(500)), "ADJ-1")
	a, err := approval.Approve(p, by("supervisor", p), m, h)
	require.NoError(t, err)
	d := approval.Decision{By: person("manager"), At: a.At(), Saw: a.Digest(), Reason: "customer withdrew"}
	_, err = approval.Withdraw(a.Proposal(), d, m, h)
	requireCode(t, err, approval.ErrNotApproved)
	require.NoError(t, h.Add(sealed(t, a.Record())))

	for _, c := range []struct {
		alter func(*approval.Decision)
		code  error
	}{
		{func(d *approval.Decision) { d.Reason = "" }, approval.ErrText},
		{func(d *approval.Decision) { d.Saw = approval.Digest{1} }, approval.ErrDigest},
		{func(d *approval.Decision) { d.At = a.At().Add(-1) }, approval.ErrInstant},
		{func(d *approval.Decision) { d.By = person("clerk") }, approval.ErrAuthority},
		{func(d *approval.Decision) { d.By = approval.Person{} }, approval.ErrPerson},
		{func(d *approval.Decision) { d.At = a.Until() }, approval.ErrExpired},
	} {
		bad := d
		c.alter(&bad)
		_, err = approval.Withdraw(a.Proposal(), bad, m, h)
		require.ErrorIs(t, err, c.code)
	}
	r, err := approval.Withdraw(a.Proposal(), d, m, h)
	require.NoError(t, err)
	require.Equal(t, 1, r.Ordinal)
	require.Equal(t, a.Record().ID, r.Before)
	require.NoError(t, h.Add(sealed(t, r)))

	again, err := approval.Withdraw(a.Proposal(), d, m, h)
	require.NoError(t, err)
	require.Equal(t, r.ID, again.ID)
	d.By = person("supervisor")
	_, err = approval.Withdraw(a.Proposal(), d, m, h)
	requireCode(t, err, approval.ErrStale)
	_, err = approval.Approve(p, by("supervisor", p), m, h)
	requireCode(t, err, approval.ErrStale)

	// Its $500.00 count no more.
	other := proposed(t, credit("A-1", dollars(500)), "ADJ-2")
	_, err = approval.Approve(other, by("supervisor", other), m, h)
	require.NoError(t, err)
}

func TestApprovalOfAListThatWasReducedSinceIsStale(t *testing.T) {
	m, h, list := compiled(t, policy()), history(t), shutoffList(3)
	p := proposed(t, list, "SHUTOFF-1")
	a, err := approval.Approve(p, by("supervisor", p), m, h)
	require.NoError(t, err)
	require.NoError(t, h.Add(sealed(t, a.Record())))
	left, err := approval.Reduce(a, list.without(1), person("clerk"), a.At(), map[string]string{"A-00002": "paid"}, h)
	require.NoError(t, err)
	require.NoError(t, h.Add(sealed(t, left.Record())))
	_, err = approval.Approve(p, by("supervisor", p), m, h)
	requireCode(t, err, approval.ErrStale)
	require.ErrorContains(t, err, "what is left")
}

func TestWhoMayDecide(t *testing.T) {
	for _, c := range []struct {
		rule   string
		by, as string
		at     string
		code   error
	}{
		{"a person of the role", "supervisor", "", "2026-07-06 10:00", nil},
		{"a person without a role", "stranger", "", "2026-07-06 10:00", approval.ErrAuthority},
		{"a delegate", "second", "manager", "2026-07-06 10:00", nil},
		{"a delegate who does not say so", "second", "", "2026-07-06 10:00", approval.ErrAuthority},
		{"a delegate before the first day", "second", "manager", "2026-06-30 23:59", approval.ErrAuthority},
		{"a delegate on the first day", "second", "manager", "2026-07-01 00:00", nil},
		{"a delegate on the last day", "second", "manager", "2026-07-31 23:59", nil},
		{"a delegate after the last day", "second", "manager", "2026-08-01 00:00", approval.ErrAuthority},
		{"on the authority of one who delegated nothing", "second", "supervisor", "2026-07-06 10:00", approval.ErrAuthority},
		{"the other way round", "manager", "second", "2026-07-06 10:00", approval.ErrAuthority},
		{"on one's own delegation", "supervisor", "supervisor", "2026-07-06 10:00", approval.ErrAuthority},
		// lead has manager's delegation, and gives third one of their own: it passes on lead's limits alone.
		{"a delegation is not delegated on", "third", "manager", "2026-07-06 10:00", approval.ErrAuthority},
		{"a delegation passes the delegator's own limits alone", "third", "lead", "2026-07-06 10:00", approval.ErrLimit},
		{"policy not yet in force", "supervisor", "", "2025-12-31 23:59", approval.ErrPolicy},
		{"policy on its first day", "supervisor", "", "2026-01-01 00:00", nil},
		{"policy on its last day", "supervisor", "", "2026-12-31 23:59", nil},
		{"policy no more in force", "supervisor", "", "2027-01-01 00:00", approval.ErrPolicy},
	} {
		p, err := approval.Propose(credit("A-1", dollars(400)), approval.Request{Key: "ADJ-1", Prepared: []approval.Person{person("clerk")},
			At: at("2025-12-01 09:00")})
		require.NoError(t, err)
		d := approval.Decision{By: person(c.by), At: at(c.at), Saw: p.Digest()}
		if c.as != "" {
			d.As = person(c.as)
		}
		_, err = approval.Approve(p, d, compiled(t, policy()), history(t))
		if c.code == nil {
			require.NoError(t, err, c.rule)
		} else {
			require.ErrorIs(t, err, c.code, c.rule)
		}
	}
}

func TestRoleGrantedForOtherDatesDecidesNothing(t *testing.T) {
	rules := policy()
	rules.Grants[1].During = civil.MustPeriod("[2026-07-07, 2026-07-10)")
	m := compiled(t, rules)
	for when, ok := range map[string]bool{"2026-07-06 23:59": false, "2026-07-07 00:00": true, "2026-07-09 23:59": true, "2026-07-10 00:00": false} {
		p := proposed(t, credit("A-1", dollars(50)), "ADJ-1")
		_, err := approval.Approve(p, approval.Decision{By: person("supervisor"), At: at(when), Saw: p.Digest()}, m, history(t))
		if ok {
			require.NoError(t, err, when)
		} else {
			requireCode(t, err, approval.ErrAuthority)
		}
	}
}

func TestDelegationIsForItsKindsAlone(t *testing.T) {
	p := proposed(t, payload{"billing_cycle", nil}, "2026-W28")
	d := by("lead", p)
	d.As = person("manager")
	_, err := approval.Approve(p, d, compiled(t, policy()), history(t))
	requireCode(t, err, approval.ErrAuthority)
	d = by("manager", p)
	_, err = approval.Approve(p, d, compiled(t, policy()), history(t))
	require.NoError(t, err)
	d = by("lead", p) // has a role, and none for this kind
	_, err = approval.Approve(p, d, compiled(t, policy()), history(t))
	requireCode(t, err, approval.ErrAuthority)
	require.ErrorContains(t, err, "(lead)")
}

func TestKindThatThePolicyDoesNotNameIsRefused(t *testing.T) {
	p := proposed(t, payload{"refund_run", nil}, "1")
	_, err := approval.Approve(p, by("supervisor", p), compiled(t, policy()), history(t))
	requireCode(t, err, approval.ErrPolicy)
	require.ErrorContains(t, err, `"refund_run"`)
	d := by("supervisor", p)
	d.Reason = "no"
	_, err = approval.Reject(p, d, compiled(t, policy()), history(t))
	requireCode(t, err, approval.ErrPolicy)
}

func TestDecisionBeyondTheDaysThatAreKnownIsRefused(t *testing.T) {
	rules := policy()
	rules.During = civil.MustPeriod("[2026-01-01, 9999-12-31)")
	rules.Grants[1].During = rules.During
	h := history(t, sealed(t, approved(t, credit("A-1", dollars(1)), "ADJ-0").Record()))
	p := proposed(t, credit("A-1", dollars(50)), "ADJ-1")
	d := by("supervisor", p)
	d.At = time.Date(9999, 12, 15, 12, 0, 0, 0, time.UTC)
	_, err := approval.Approve(p, d, compiled(t, rules), h)
	requireCode(t, err, approval.ErrInstant)

	rules.Kinds[0].Validity = 200 * 365 * 24 * time.Hour
	d.At = time.Date(9900, 12, 15, 12, 0, 0, 0, time.UTC)
	_, err = approval.Approve(p, d, compiled(t, rules), history(t))
	requireCode(t, err, approval.ErrInstant)
	require.ErrorContains(t, err, "until: ")
}

func TestDecisionNeedsAPolicyAndAHistory(t *testing.T) {
	p := proposed(t, credit("A-1", dollars(50)), "ADJ-1")
	_, err := approval.Approve(p, by("supervisor", p), nil, history(t))
	requireCode(t, err, approval.ErrPolicy)
	_, err = approval.Approve(p, by("supervisor", p), &approval.Matrix{}, history(t))
	requireCode(t, err, approval.ErrPolicy)
	_, err = approval.Approve(p, by("supervisor", p), compiled(t, policy()), nil)
	requireCode(t, err, approval.ErrHistory)
	_, err = approval.Approve(p, by("supervisor", p), compiled(t, policy()), &approval.History{})
	requireCode(t, err, approval.ErrHistory)
}

func TestDecisionTellsAllThatIsWrong(t *testing.T) {
	p := proposed(t, credit("A-1", dollars(50)), "ADJ-1")
	_, err := approval.Approve(p, approval.Decision{By: person("clerk"), As: person("clerk"), At: monday().Add(-1), Reason: " "}, compiled(t,
		policy()), history(t))
	require.Len(t, leaves(err), 5)
	require.NotContains(t, err.Error(), "clerk", "an error names no person")
}

func TestProposalTellsAllThatIsWrong(t *testing.T) {
	_, err := approval.Propose(payload{"Bad Kind", nil}, approval.Request{Key: "a ", Prepared: []approval.Person{{}}})
	require.Len(t, leaves(err), 4)
	for _, code := range []error{approval.ErrText, approval.ErrInstant, approval.ErrPerson} {
		require.ErrorIs(t, err, code)
	}
	_, err = approval.Propose(payload{"draft_run", nil}, approval.Request{Key: "1", At: monday()})
	requireCode(t, err, approval.ErrPerson)
	for _, key := range []string{"", " 1", "1\n", "1\x00", "1\u200b", "\xff", "\ufffd", string(make([]byte, 600))} {
		_, err = approval.Propose(payload{"draft_run", nil}, approval.Request{Key: key, Prepared: []approval.Person{person("clerk")}, At: monday()})
		requireCode(t, err, approval.ErrText)
	}
	for _, when := range []time.Time{time.Date(1899, 12, 31, 0, 0, 0, 0, time.UTC), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)} {
		_, err = approval.Propose(payload{"draft_run", nil}, approval.Request{Key: "1", Prepared: []approval.Person{person("clerk")}, At: when})
		requireCode(t, err, approval.ErrInstant)
	}
}

func TestStakesBeyondAnAmountAreRefused(t *testing.T) {
	most := money.Cents(1<<63 - 1)
	for _, stakes := range [][]approval.Stake{
		{{Account: "A", Amount: money.Cents(-1 << 63)}},
		{{Account: "A", Amount: most}, {Account: "A", Amount: money.Cents(1)}},
		{{Account: "A", Amount: most}, {Account: "A", Amount: money.Cents(-1)}},
		{{Account: "A", Amount: most}, {Account: "B", Amount: money.Cents(1)}},
	} {
		_, err := approval.Propose(staked{payload{"draft_run", nil}, stakes}, approval.Request{Key: "1",
			Prepared: []approval.Person{person("clerk")}, At: monday()})
		requireCode(t, err, money.ErrOverflow)
	}
	_, err := approval.Propose(staked{payload{"draft_run", nil}, []approval.Stake{{Amount: dollars(1)}}},
		approval.Request{Key: "1", Prepared: []approval.Person{person("clerk")}, At: monday()})
	requireCode(t, err, approval.ErrText)
}

// staked has stakes that are given.
type staked struct {
	payload
	stakes []approval.Stake
}

func (s staked) Clone() staked            { return s }
func (s staked) Stakes() []approval.Stake { return s.stakes }
