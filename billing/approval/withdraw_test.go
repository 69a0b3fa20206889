package approval_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/money"
)

// withdrawn takes an approval back as a person who gives a reason, and takes that into the history.
func withdrawn(t *testing.T, m *approval.Matrix, h *approval.History, a approval.Approved[adjustment], who, as string) {
	t.Helper()
	d := approval.Decision{By: person(who), At: a.At(), Saw: a.Digest(), Reason: "entered in error"}
	if as != "" {
		d.As = person(as)
	}
	r, err := approval.Withdraw(a.Proposal(), d, m, h)
	require.NoError(t, err)
	require.NoError(t, h.Add(sealed(t, r)))
}

func TestAttackApproveActWithdrawAndApproveAgain(t *testing.T) {
	m, h := compiled(t, policy()), history(t)
	p := proposed(t, credit("A-1", dollars(100)), "ADJ-1")
	a, err := approval.Approve(p, by("lead", p), m, h)
	require.NoError(t, err)
	require.NoError(t, h.Add(sealed(t, a.Record())))
	_, err = a.Open(a.At())
	require.NoError(t, err)
	withdrawn(t, m, h, a, "lead", "")

	p = proposed(t, credit("A-1", dollars(100)), "ADJ-2")
	_, err = approval.Approve(p, by("lead", p), m, h)
	requireCode(t, err, approval.ErrLimit)
}

func TestRoomIsFreedOnlyByOthers(t *testing.T) {
	rules := policy()
	rules.Grants = append(rules.Grants, approval.Grant{Person: person("clerk"), Role: "lead", During: year2026()})
	rules.Delegations[1].Bounds = approval.Bounds{PerProposal: approval.Unlimited(), PerAccount: approval.UpTo(dollars(500)),
		Window: approval.Window{Span: approval.ByMonth}}
	m := compiled(t, rules)
	for _, c := range []struct {
		rule             string
		by, as           string // who approves
		withdraws, takes string // who withdraws, and on whose authority
		freed            bool
	}{
		{"another supervisor", "supervisor", "", "manager", "", true},
		{"the approver", "supervisor", "", "supervisor", "", false},
		{"a preparer", "supervisor", "", "clerk", "", false},
		{"the delegate who approved", "second", "manager", "second", "manager", false},
		{"who lent the authority", "second", "manager", "manager", "", false},
		{"another delegate of that authority", "second", "manager", "lead", "manager", false},
		{"the delegate who approved, on their own role", "lead", "manager", "lead", "", false},
		{"another person, where a delegate approved", "second", "manager", "supervisor", "", true},
		{"the approver, on another's authority", "lead", "", "lead", "manager", false},
	} {
		h := history(t)
		try := func(key string) (approval.Approved[adjustment], error) {
			p := proposed(t, credit("A-1", room(c.by, c.as)), key)
			d := by(c.by, p)
			if c.as != "" {
				d.As = person(c.as)
			}
			return approval.Approve(p, d, m, h)
		}
		a, err := try("ADJ-1")
		require.NoError(t, err, c.rule)
		require.NoError(t, h.Add(sealed(t, a.Record())))
		withdrawn(t, m, h, a, c.withdraws, c.takes)
		_, err = try("ADJ-2")
		if c.freed {
			require.NoError(t, err, c.rule)
		} else {
			require.ErrorIs(t, err, approval.ErrLimit, c.rule)
		}
		_, err = approval.Restore(credit("A-1", room(c.by, c.as)), "ADJ-1", h)
		requireCode(t, err, approval.ErrStale)
	}
}

// room is all that a person may approve in an account.
func room(by, as string) money.Amount {
	if by == "lead" && as == "" {
		return dollars(100)
	}
	return dollars(500)
}

func TestRoomOfAWithdrawnApprovalIsItsOwnAlone(t *testing.T) {
	// Three at one instant: the one in the middle is withdrawn, and $200.00 more have room.
	m, h := compiled(t, policy()), history(t)
	for i, n := range []int64{100, 200, 150} {
		p := proposed(t, credit("A-1", dollars(n)), fmt.Sprint(i))
		a, err := approval.Approve(p, by("supervisor", p), m, h)
		require.NoError(t, err)
		require.NoError(t, h.Add(sealed(t, a.Record())))
		if n == 200 {
			withdrawn(t, m, h, a, "manager", "")
		}
	}
	p := proposed(t, credit("A-1", dollars(250)), "last")
	a, err := approval.Approve(p, by("supervisor", p), m, h)
	require.NoError(t, err)
	require.NoError(t, h.Add(sealed(t, a.Record())))
	p = proposed(t, credit("A-1", dollars(1)), "more")
	_, err = approval.Approve(p, by("supervisor", p), m, h)
	requireCode(t, err, approval.ErrLimit)
}

func TestApprovalThatHasEndedIsNotWithdrawn(t *testing.T) {
	m := compiled(t, policy())
	a := approved(t, credit("A-1", dollars(400)), "ADJ-1")
	h := history(t, sealed(t, a.Record()))
	d := approval.Decision{By: person("manager"), At: a.Until(), Saw: a.Digest(), Reason: "error"}
	_, err := approval.Withdraw(a.Proposal(), d, m, h)
	requireCode(t, err, approval.ErrExpired)
	d.At = d.At.Add(-1)
	r, err := approval.Withdraw(a.Proposal(), d, m, h)
	require.NoError(t, err)

	late := r
	late.At = a.Until()
	late.ID = idOf(late)
	requireCode(t, h.Add(sealed(t, late)), approval.ErrHistory)
	require.NoError(t, h.Add(sealed(t, r)))
}

func TestWithdrawalOnADayWithoutAPolicyIsRefused(t *testing.T) {
	m := compiled(t, policy())
	p := proposed(t, credit("A-1", dollars(400)), "ADJ-1")
	a, err := approval.Approve(p, approval.Decision{By: person("supervisor"), At: at("2026-12-31 12:00"), Saw: p.Digest()}, m, history(t))
	require.NoError(t, err)
	_, err = approval.Withdraw(a.Proposal(), approval.Decision{By: person("manager"), At: at("2027-01-01 00:00"), Saw: a.Digest(), Reason: "error"},
		m, history(t, sealed(t, a.Record())))
	requireCode(t, err, approval.ErrPolicy)
}

func TestWithdrawingTwiceIsOnceForTheSameContentAlone(t *testing.T) {
	m, h := compiled(t, policy()), history(t)
	a := approved(t, credit("A-1", dollars(400)), "ADJ-1")
	require.NoError(t, h.Add(sealed(t, a.Record())))
	d := approval.Decision{By: person("manager"), At: a.At().Add(time.Hour), Saw: a.Digest(), Reason: "error"}
	r, err := approval.Withdraw(a.Proposal(), d, m, h)
	require.NoError(t, err)
	require.NoError(t, h.Add(sealed(t, r)))
	again, err := approval.Withdraw(a.Proposal(), d, m, h)
	require.NoError(t, err)
	require.Equal(t, sealed(t, r), again)
	for _, alter := range []func(*approval.Decision){
		func(d *approval.Decision) { d.Saw[0]++ },
		func(d *approval.Decision) { d.By = person("supervisor") },
		func(d *approval.Decision) { d.By, d.As = person("lead"), person("manager") },
	} {
		other := d
		alter(&other)
		_, err = approval.Withdraw(a.Proposal(), other, m, h)
		requireCode(t, err, approval.ErrStale)
	}
}
