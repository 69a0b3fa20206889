package approval_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/money"
)

// step is a decision that is tried, with the answer that is due.
type step struct {
	by, as  string
	when    string
	account string
	amount  money.Amount
	refused bool
}

// run decides steps one after the other, each a request of its own, and takes what is approved into the history.
func run(t *testing.T, rules approval.Policy, steps ...step) {
	t.Helper()
	m, h := compiled(t, rules), history(t)
	for i, s := range steps {
		p, err := approval.Propose(credit(s.account, s.amount),
			approval.Request{Key: fmt.Sprintf("ADJ-%d", i), Prepared: []approval.Person{person("clerk")}, At: at("2026-01-01 00:00")})
		require.NoError(t, err)
		d := approval.Decision{By: person(s.by), At: at(s.when), Saw: p.Digest()}
		if s.as != "" {
			d.As = person(s.as)
		}
		a, err := approval.Approve(p, d, m, h)
		if s.refused {
			requireCode(t, err, approval.ErrLimit)
			continue
		}
		require.NoError(t, err, "step %d", i)
		require.NoError(t, h.Add(sealed(t, a.Record())))
	}
}

// window is the policy with another window and ceiling per account for the supervisor's adjustments.
func window(w approval.Window, ceiling int64) approval.Policy {
	p := policy()
	p.Limits[1].Bounds.PerAccount, p.Limits[1].Bounds.Window = approval.UpTo(dollars(ceiling)), w
	return p
}

const july6 = "2026-07-06 10:00"

func TestLimitIsExceededByACent(t *testing.T) {
	run(t, policy(),
		step{by: "supervisor", when: july6, account: "A-1", amount: money.Cents(500_01), refused: true},
		step{by: "supervisor", when: july6, account: "A-1", amount: money.Cents(500_00)},
		step{by: "supervisor", when: july6, account: "A-1", amount: money.Cents(1), refused: true})
}

func TestLimitCountsMagnitudes(t *testing.T) {
	run(t, policy(),
		step{by: "supervisor", when: july6, account: "A-1", amount: dollars(-300)},
		step{by: "supervisor", when: july6, account: "A-1", amount: dollars(201), refused: true},
		step{by: "supervisor", when: july6, account: "A-1", amount: dollars(200)})
	p := proposed(t, adjustment{Account: "A-1", Lines: []money.Amount{dollars(300), dollars(-201)}}, "ADJ-1")
	_, err := approval.Approve(p, by("supervisor", p), compiled(t, policy()), history(t))
	requireCode(t, err, approval.ErrLimit)
}

func TestAttackLimitSplitOverTwoProposals(t *testing.T) {
	run(t, policy(),
		step{by: "supervisor", when: july6, account: "A-1", amount: dollars(400)},
		step{by: "supervisor", when: july6, account: "A-1", amount: money.Cents(100_01), refused: true},
		step{by: "supervisor", when: july6, account: "A-2", amount: dollars(500)},
		step{by: "supervisor", when: july6, account: "A-1", amount: dollars(100)})
}

func TestAttackLimitSplitOverTwoDelegates(t *testing.T) {
	run(t, policy(),
		step{by: "lead", as: "manager", when: july6, account: "A-1", amount: dollars(300)},
		step{by: "second", as: "manager", when: july6, account: "A-1", amount: dollars(201), refused: true},
		step{by: "manager", when: july6, account: "A-1", amount: dollars(201), refused: true},
		step{by: "second", as: "manager", when: july6, account: "A-1", amount: dollars(200)},
		// What was approved on the manager's authority leaves the lead's own limit alone.
		step{by: "lead", when: july6, account: "A-1", amount: dollars(100)})
}

func TestLimitsCountEachKindByItself(t *testing.T) {
	rules := policy()
	m, h := compiled(t, rules), history(t)
	list := shutoffs{Rows: []shutoff{{Account: "A-1", PastDue: dollars(500)}}}
	p := proposed(t, list, "SHUTOFF-1")
	a, err := approval.Approve(p, by("supervisor", p), m, h)
	require.NoError(t, err)
	require.NoError(t, h.Add(sealed(t, a.Record())))
	q := proposed(t, credit("A-1", dollars(500)), "ADJ-1")
	_, err = approval.Approve(q, by("supervisor", q), m, h)
	require.NoError(t, err)
}

func TestWindows(t *testing.T) {
	for _, c := range []struct {
		rule          string
		window        approval.Window
		first, second string
		together      bool
	}{
		{"one day", approval.Window{Span: approval.ByDay}, "2026-07-06 00:00", "2026-07-06 23:59", true},
		{"two days", approval.Window{Span: approval.ByDay}, "2026-07-06 23:59", "2026-07-07 00:00", false},
		{"one month", approval.Window{Span: approval.ByMonth}, "2026-07-01 00:00", "2026-07-31 23:59", true},
		{"two months", approval.Window{Span: approval.ByMonth}, "2026-07-31 23:59", "2026-08-01 00:00", false},
		{"the next month begins in the district's zone", approval.Window{Span: approval.ByMonth}, "2026-07-31 16:00", "2026-07-31 18:00", true},
		{"one fiscal year", approval.Window{Span: approval.ByYear, Month: time.July}, "2026-07-01 00:00", "2026-12-31 23:59", true},
		{"one fiscal year, in the months before its first", approval.Window{Span: approval.ByYear, Month: time.July}, "2026-01-01 00:00", "2026-06-30 23:59", true},
		{"two fiscal years", approval.Window{Span: approval.ByYear, Month: time.July}, "2026-06-30 23:59", "2026-07-01 00:00", false},
		{"thirty days in a row", approval.Window{Span: approval.ByRolling, Days: 30}, "2026-07-31 12:00", "2026-08-29 12:00", true},
		{"thirty-one days", approval.Window{Span: approval.ByRolling, Days: 30}, "2026-07-31 12:00", "2026-08-30 12:00", false},
		{"one rolling day", approval.Window{Span: approval.ByRolling, Days: 1}, "2026-07-06 00:00", "2026-07-06 23:59", true},
	} {
		t.Run(c.rule, func(t *testing.T) {
			// In both orders: what is recorded late uses the same room.
			for _, order := range [][2]string{{c.first, c.second}, {c.second, c.first}} {
				run(t, window(c.window, 500),
					step{by: "supervisor", when: order[0], account: "A-1", amount: dollars(400)},
					step{by: "supervisor", when: order[1], account: "A-1", amount: dollars(101), refused: c.together})
			}
		})
	}
}

func TestAttackLimitRolledOverTheEdgeOfAMonth(t *testing.T) {
	steps := func(refused bool) []step {
		return []step{
			{by: "supervisor", when: "2026-07-31 23:59", account: "A-1", amount: dollars(500)},
			{by: "supervisor", when: "2026-08-01 00:00", account: "A-1", amount: dollars(500), refused: refused},
		}
	}
	run(t, window(approval.Window{Span: approval.ByMonth}, 500), steps(false)...) // the policy's own choice
	run(t, window(approval.Window{Span: approval.ByRolling, Days: 31}, 500), steps(true)...)
}

func TestRollingWindowIsFullBetweenTwoNeighbors(t *testing.T) {
	// $200.00 on each side of the day: 10 days hold either side and the day, 20 days hold all three.
	steps := func(refused bool) []step {
		return []step{
			{by: "supervisor", when: "2026-07-01 12:00", account: "A-1", amount: dollars(200)},
			{by: "supervisor", when: "2026-07-12 12:00", account: "A-1", amount: dollars(200)},
			{by: "supervisor", when: "2026-07-07 12:00", account: "A-1", amount: dollars(300), refused: refused},
		}
	}
	run(t, window(approval.Window{Span: approval.ByRolling, Days: 10}, 500), steps(false)...)
	run(t, window(approval.Window{Span: approval.ByRolling, Days: 12}, 500), steps(true)...)
}

func TestDaysAWindowApartCountInNoWindowTogether(t *testing.T) {
	// $200.00 on the 1st and on the 11th: no ten days in a row hold both, and a decision between them has $300.00 beside either.
	steps := func(between string) []step {
		return []step{
			{by: "supervisor", when: "2026-07-01 12:00", account: "A-1", amount: dollars(200)},
			{by: "supervisor", when: "2026-07-11 12:00", account: "A-1", amount: dollars(200)},
			{by: "supervisor", when: between, account: "A-1", amount: money.Cents(300_01), refused: true},
			{by: "supervisor", when: between, account: "A-1", amount: dollars(300)},
			{by: "supervisor", when: between, account: "A-1", amount: money.Cents(1), refused: true},
		}
	}
	for _, between := range []string{"2026-07-02 00:00", "2026-07-06 12:00", "2026-07-10 23:59"} {
		run(t, window(approval.Window{Span: approval.ByRolling, Days: 10}, 500), steps(between)...)
	}
}

func TestFullestOfTheRollingWindowsCounts(t *testing.T) {
	// Before the 6th, $300.00; behind it, $100.00: the window that ends last is not the fullest.
	run(t, window(approval.Window{Span: approval.ByRolling, Days: 5}, 500),
		step{by: "supervisor", when: "2026-07-03 12:00", account: "A-1", amount: dollars(300)},
		step{by: "supervisor", when: "2026-07-09 12:00", account: "A-1", amount: dollars(100)},
		step{by: "supervisor", when: "2026-07-06 12:00", account: "A-1", amount: money.Cents(200_01), refused: true},
		step{by: "supervisor", when: "2026-07-06 12:00", account: "A-1", amount: dollars(200)})
}

func TestAccountWithMoreThanAnAmountCanHoldIsCountedByWindows(t *testing.T) {
	most := money.Cents(1<<63 - 1)
	rules := window(approval.Window{Span: approval.ByDay}, 0)
	rules.Limits[1].Bounds.PerAccount = approval.UpTo(most)
	run(t, rules,
		step{by: "supervisor", when: "2026-07-06 12:00", account: "A-1", amount: most},
		step{by: "supervisor", when: "2026-07-07 12:00", account: "A-1", amount: most},
		step{by: "supervisor", when: "2026-07-08 12:00", account: "A-1", amount: most},
		step{by: "supervisor", when: "2026-07-09 12:00", account: "A-1", amount: most},
		step{by: "supervisor", when: "2026-07-10 12:00", account: "A-1", amount: dollars(1)})
	run(t, rules, // the total is more than 64 bits within the third day
		step{by: "supervisor", when: "2026-07-06 12:00", account: "A-1", amount: most},
		step{by: "supervisor", when: "2026-07-07 12:00", account: "A-1", amount: most},
		step{by: "supervisor", when: "2026-07-08 12:00", account: "A-1", amount: dollars(1)},
		step{by: "supervisor", when: "2026-07-08 13:00", account: "A-1", amount: dollars(1)})
	rules.Limits[1].Bounds.Window.Span = approval.ByMonth
	m, h := compiled(t, window(approval.Window{Span: approval.ByDay}, 1<<56)), history(t)
	for i, day := range []string{"2026-07-06 12:00", "2026-07-07 12:00", "2026-07-08 12:00"} {
		p := proposed(t, credit("A-1", dollars(1<<56)), fmt.Sprint(i))
		a, err := approval.Approve(p, approval.Decision{By: person("supervisor"), At: at(day), Saw: p.Digest()}, m, h)
		require.NoError(t, err)
		require.NoError(t, h.Add(sealed(t, a.Record())))
	}
	p := proposed(t, credit("A-1", dollars(1)), "next")
	_, err := approval.Approve(p, approval.Decision{By: person("supervisor"), At: at("2026-07-09 12:00"), Saw: p.Digest()}, compiled(t, rules), h)
	requireCode(t, err, money.ErrOverflow)
}

func TestSumBeyondAnAmountIsRefused(t *testing.T) {
	most := money.Cents(1<<63 - 1)
	rules := policy()
	rules.Limits[1].Bounds.PerAccount = approval.UpTo(most)
	m, h := compiled(t, rules), history(t)
	p := proposed(t, credit("A-1", most), "ADJ-1")
	a, err := approval.Approve(p, by("supervisor", p), m, h)
	require.NoError(t, err)
	require.NoError(t, h.Add(sealed(t, a.Record())))
	p = proposed(t, credit("A-1", money.Cents(1)), "ADJ-2")
	_, err = approval.Approve(p, by("supervisor", p), m, h)
	requireCode(t, err, money.ErrOverflow)
}

func TestCeilingPerProposalIsForAllAccountsTogether(t *testing.T) {
	rules := policy()
	rules.Limits[2].Bounds.PerProposal = approval.UpTo(dollars(300))
	list := shutoffs{Rows: []shutoff{{Account: "A-1", PastDue: dollars(100)}, {Account: "A-2", PastDue: dollars(-100)}, {Account: "A-3",
		PastDue: dollars(100)}}}
	p := proposed(t, list, "1")
	_, err := approval.Approve(p, by("supervisor", p), compiled(t, rules), history(t))
	require.NoError(t, err)
	list.Rows[1].PastDue = money.Cents(-100_01)
	p = proposed(t, list, "1")
	_, err = approval.Approve(p, by("supervisor", p), compiled(t, rules), history(t))
	requireCode(t, err, approval.ErrLimit)
	require.EqualError(t, err,
		`E_APPROVAL_LIMIT: limits[2].bounds.per_proposal: the role "supervisor" may approve up to $300.00 of the kind "shutoff_list" in one proposal; `+
			`this one has $300.01 at stake; have it decided by a person with room for it, or wait for the next window; a request is not split to fit`)
}

func TestLimitTellsItsFigures(t *testing.T) {
	m, h := compiled(t, policy()), history(t)
	p := proposed(t, credit("A-1", dollars(400)), "ADJ-1")
	a, err := approval.Approve(p, by("supervisor", p), m, h)
	require.NoError(t, err)
	require.NoError(t, h.Add(sealed(t, a.Record())))
	p = proposed(t, credit("A-1", money.Cents(100_01)), "ADJ-2")
	_, err = approval.Approve(p, by("supervisor", p), m, h)
	require.EqualError(t, err,
		`E_APPROVAL_LIMIT: limits[1].bounds.per_account: the role "supervisor" may approve up to $500.00 of the kind "adjustment" in one account `+
			`within a calendar month; A-1 has $400.00 approved, and this proposal adds $100.01; `+
			`have it decided by a person with room for it, or wait for the next window; a request is not split to fit`)
}

func TestLimitTellsHowManyAccountsAreBeyondIt(t *testing.T) {
	rules := policy()
	rules.Limits[2].Bounds.PerAccount, rules.Limits[2].Bounds.Window = approval.UpTo(dollars(100)), approval.Window{Span: approval.ByDay}
	p := proposed(t, shutoffList(40), "1")
	_, err := approval.Approve(p, by("supervisor", p), compiled(t, rules), history(t))
	requireCode(t, err, approval.ErrLimit)
	require.ErrorContains(t, err, "A-00002 has $0.00 approved, and this proposal adds $100.01 (accounts beyond it besides: 38)")
}

func TestOfSeveralRolesTheOneWithRoomDecidesAndRoomsDoNotAddUp(t *testing.T) {
	rules := policy()
	rules.Grants = append(rules.Grants, approval.Grant{Person: person("supervisor"), Role: "lead", During: year2026()})
	run(t, rules,
		step{by: "supervisor", when: july6, account: "A-1", amount: dollars(100)},
		step{by: "supervisor", when: july6, account: "A-1", amount: dollars(400)},
		step{by: "supervisor", when: july6, account: "A-1", amount: money.Cents(1), refused: true})

	m := compiled(t, rules)
	p := proposed(t, credit("A-1", dollars(501)), "ADJ-1")
	_, err := approval.Approve(p, by("supervisor", p), m, history(t))
	require.Len(t, leaves(err), 2, "each role tells what is in its way")
	p = proposed(t, credit("A-1", dollars(100)), "ADJ-1")
	a, err := approval.Approve(p, by("supervisor", p), m, history(t))
	require.NoError(t, err)
	require.Equal(t, "lead", a.Record().Role)
}

func TestDelegatesOwnCeilingHoldsBesides(t *testing.T) {
	rules := policy()
	rules.Delegations[1].Bounds = approval.Bounds{PerProposal: approval.UpTo(dollars(100)), PerAccount: approval.UpTo(dollars(150)),
		Window: approval.Window{Span: approval.ByMonth}}
	run(t, rules,
		step{by: "second", as: "manager", when: july6, account: "A-1", amount: money.Cents(100_01), refused: true},
		step{by: "second", as: "manager", when: july6, account: "A-1", amount: dollars(100)},
		step{by: "second", as: "manager", when: july6, account: "A-1", amount: money.Cents(50_01), refused: true},
		step{by: "manager", when: july6, account: "A-1", amount: dollars(300)}, // counts against the manager, not the delegate
		step{by: "second", as: "manager", when: july6, account: "A-1", amount: dollars(50)},
		step{by: "lead", as: "manager", when: july6, account: "A-1", amount: dollars(51), refused: true},
		step{by: "lead", as: "manager", when: july6, account: "A-1", amount: dollars(50)})
}

func TestReducedOrExpiredApprovalsKeepCounting(t *testing.T) {
	rules := policy()
	rules.Limits[2].Bounds.PerAccount, rules.Limits[2].Bounds.Window = approval.UpTo(dollars(100)), approval.Window{Span: approval.ByMonth}
	m, h := compiled(t, rules), history(t)
	list := shutoffs{Rows: []shutoff{{Account: "A-1", PastDue: dollars(100)}, {Account: "A-2", PastDue: dollars(100)}}}
	p := proposed(t, list, "1")
	a, err := approval.Approve(p, by("supervisor", p), m, h)
	require.NoError(t, err)
	require.NoError(t, h.Add(sealed(t, a.Record())))
	left, err := approval.Reduce(a, list.without(0), person("clerk"), a.At(), map[string]string{"A-1": "paid"}, h)
	require.NoError(t, err)
	require.NoError(t, h.Add(sealed(t, left.Record())))
	q := proposed(t, shutoffs{Rows: list.Rows[:1]}, "2")
	d := by("supervisor", q)
	d.At = a.Until().Add(time.Hour)
	_, err = approval.Approve(q, d, m, h)
	requireCode(t, err, approval.ErrLimit)
}
