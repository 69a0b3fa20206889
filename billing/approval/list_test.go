package approval_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/internal/corpus"
)

// policyCases are the acceptance cases of the policy's group "approval", each with its test.
func policyCases() map[string]func(*testing.T) {
	return map[string]func(*testing.T){"Y-shrink": yShrink}
}

func TestPolicyCases(t *testing.T) {
	for id, test := range policyCases() {
		t.Run(id, test)
	}
}

// Approved shutoff list of 40; 3 pay before the truck leaves; a 41st is added: 37 go, 3 are listed as pulled; the addition
// is refused.
func yShrink(t *testing.T) {
	list := shutoffList(40)
	a := approved(t, list, "SHUTOFF-2026-07-06")
	truck := a.At().Add(3 * time.Hour)
	pulled := map[string]string{"A-00004": "paid at the counter", "A-00017": "paid online", "A-00040": "paid online"}

	_, err := approval.Reduce(a, shutoffList(41).without(3, 16, 39), person("clerk"), truck, pulled, history(t, sealed(t, a.Record())))
	requireCode(t, err, approval.ErrGrown)
	require.ErrorContains(t, err, `rows[37]: the row "A-00041" was not approved`)

	left, err := approval.Reduce(a, list.without(3, 16, 39), person("clerk"), truck, pulled, history(t, sealed(t, a.Record())))
	require.NoError(t, err)
	go37, err := left.Open(truck)
	require.NoError(t, err)
	require.Equal(t, list.without(3, 16, 39), go37)
	require.Len(t, go37.Rows, 37)
	require.Equal(t, []approval.Reduction{
		{Key: "A-00004", Account: "A-00004", From: money.Cents(10_003), Removed: true, Reason: "paid at the counter"},
		{Key: "A-00017", Account: "A-00017", From: money.Cents(10_016), Removed: true, Reason: "paid online"},
		{Key: "A-00040", Account: "A-00040", From: money.Cents(10_039), Removed: true, Reason: "paid online"},
	}, left.Record().Reductions)
	require.Equal(t, a.Until(), left.Until(), "taking rows out never makes an approval last longer")
	require.Equal(t, person("supervisor"), left.By())
	require.Equal(t, person("clerk"), left.Record().By)
}

func TestPolicyCasesAreThoseOfTheCorpus(t *testing.T) {
	var ids []string
	for _, row := range corpus.Rows(t, "policy", "cases.csv") {
		if row["group"] == "approval" {
			ids = append(ids, row["id"])
			require.Contains(t, policyCases(), row["id"])
		}
	}
	require.Len(t, ids, len(policyCases()))
}

func TestListOnlyShrinks(t *testing.T) {
	list := shutoffList(4)
	a := approved(t, list, "SHUTOFF-1")
	paid := map[string]string{"A-00002": "paid"}
	change := func(f func(*shutoffs)) shutoffs { l := list.Clone(); f(&l); return l }
	for _, c := range []struct {
		rule    string
		next    shutoffs
		reasons map[string]string
		code    error
		text    string
	}{
		{"another day in the head", change(func(l *shutoffs) { l.Day = civil.MustDate("2026-06-23") }), nil, approval.ErrGrown, "head: "},
		{"another premise in a row", change(func(l *shutoffs) { l.Rows[2].Premise[0]++ }), nil, approval.ErrGrown, "rows[2]: "},
		{"another order", change(func(l *shutoffs) { l.Rows[0], l.Rows[1] = l.Rows[1], l.Rows[0] }), nil, approval.ErrGrown, "rows[0]: "},
		{"another order at the end", change(func(l *shutoffs) { l.Rows[2], l.Rows[3] = l.Rows[3], l.Rows[2] }), nil, approval.ErrGrown, "rows[2]: "},
		{"removed without a reason", list.without(1), nil, approval.ErrReason, `reasons["A-00002"]`},
		{"removed with a blank reason", list.without(1), map[string]string{"A-00002": " "}, approval.ErrReason, `reasons["A-00002"]`},
		{"lowered without a reason", change(func(l *shutoffs) { l.Rows[1].PastDue = dollars(1) }), nil, approval.ErrReason, `reasons["A-00002"]`},
		{"a reason for a row that stays", list.without(1), map[string]string{"A-00002": "paid", "A-00003": "paid"}, approval.ErrReason, `reasons["A-00003"]`},
		{"a reason for a row that never was", list.without(1), map[string]string{"A-00002": "paid", "A-9": "paid"}, approval.ErrReason, `reasons["A-9"]`},
		{"nothing reduced", list, nil, approval.ErrReason, "rows: "},
		{"removed", list.without(1), paid, nil, ""},
		{"lowered", change(func(l *shutoffs) { l.Rows[1].PastDue = dollars(1) }), paid, nil, ""},
		{"all removed", list.without(0, 1, 2, 3), map[string]string{"A-00001": "paid", "A-00002": "paid", "A-00003": "paid", "A-00004": "paid"}, nil, ""},
	} {
		left, err := approval.Reduce(a, c.next, person("clerk"), a.At(), c.reasons, history(t, sealed(t, a.Record())))
		if c.code == nil {
			require.NoError(t, err, c.rule)
			out, err := left.Open(a.At())
			require.NoError(t, err)
			require.Equal(t, c.next, out, c.rule)
			continue
		}
		require.ErrorIs(t, err, c.code, c.rule)
		require.ErrorContains(t, err, c.text, c.rule)
	}
}

func TestListTellsAllThatIsWrong(t *testing.T) {
	list := shutoffList(4)
	a := approved(t, list, "SHUTOFF-1")
	next := shutoffList(5)
	next.Rows[0].PastDue = dollars(101)
	next.Rows[1].Premise = nil
	_, err := approval.Reduce(a, next, person("clerk"), a.At(), nil, history(t, sealed(t, a.Record())))
	require.Len(t, leaves(err), 3)
}

func TestNewRowDoesNotHideOneThatMoved(t *testing.T) {
	list := shutoffList(4)
	a := approved(t, list, "SHUTOFF-1")
	h := history(t, sealed(t, a.Record()))
	for rule, order := range map[string][]int{
		"new before the two that moved":  {9, 1, 0, 2, 3},
		"new between the two that moved": {1, 9, 0, 2, 3},
		"new behind the two that moved":  {1, 0, 9, 2, 3},
		"new behind, moved at the end":   {0, 1, 3, 2, 9},
	} {
		next := shutoffs{Day: list.Day}
		for _, i := range order {
			if i == 9 {
				next.Rows = append(next.Rows, shutoff{Account: "A-new"})
			} else {
				next.Rows = append(next.Rows, list.Rows[i])
			}
		}
		_, err := approval.Reduce(a, next, person("clerk"), a.At(), nil, h)
		require.Len(t, leaves(err), 2, rule)
		require.ErrorContains(t, err, `"A-new" was not approved`, rule)
		require.ErrorContains(t, err, "stands in another place", rule)
		require.NotContains(t, err.Error(), `"A-new" stands`, rule)
	}
}

func TestReductionStartsFromWhatTheHistoryHasLast(t *testing.T) {
	m, list := compiled(t, policy()), shutoffList(4)
	a := approved(t, list, "SHUTOFF-1")
	paid := map[string]string{"A-00002": "paid"}
	_, err := approval.Reduce(a, list.without(1), person("clerk"), a.At(), paid, nil)
	requireCode(t, err, approval.ErrHistory)
	_, err = approval.Reduce(a, list.without(1), person("clerk"), a.At(), paid, history(t))
	requireCode(t, err, approval.ErrNotApproved)

	h := history(t, sealed(t, a.Record()))
	left, err := approval.Reduce(a, list.without(1), person("clerk"), a.At(), paid, h)
	require.NoError(t, err)
	require.NoError(t, h.Add(sealed(t, left.Record())))
	_, err = approval.Reduce(a, list.without(1), person("clerk"), a.At(), paid, h)
	requireCode(t, err, approval.ErrStale) // reduced otherwise

	gone, err := approval.Withdraw(a.Proposal(), approval.Decision{By: person("manager"), At: a.At(), Saw: left.Digest(), Reason: "storm"}, m, h)
	require.NoError(t, err)
	require.NoError(t, h.Add(sealed(t, gone)))
	_, err = approval.Reduce(left, list.without(0, 1), person("clerk"), a.At(), map[string]string{"A-00001": "paid"}, h)
	requireCode(t, err, approval.ErrStale) // withdrawn
}

func TestListIsReducedOnlyWhileItsApprovalHolds(t *testing.T) {
	list := shutoffList(4)
	a := approved(t, list, "SHUTOFF-1")
	paid := map[string]string{"A-00002": "paid"}
	_, err := approval.Reduce(a, list.without(1), person("clerk"), a.Until(), paid, history(t, sealed(t, a.Record())))
	requireCode(t, err, approval.ErrExpired)
	_, err = approval.Reduce(a, list.without(1), person("clerk"), a.At().Add(-1), paid, history(t, sealed(t, a.Record())))
	requireCode(t, err, approval.ErrInstant)
	_, err = approval.Reduce(a, list.without(1), approval.Person{}, a.At(), paid, history(t, sealed(t, a.Record())))
	requireCode(t, err, approval.ErrPerson)
	_, err = approval.Reduce(approval.Approved[shutoffs]{}, list, person("clerk"), a.At(), nil, history(t))
	requireCode(t, err, approval.ErrNotApproved)

	later := a.At().Add(time.Hour)
	left, err := approval.Reduce(a, list.without(1), person("clerk"), later, paid, history(t, sealed(t, a.Record())))
	require.NoError(t, err)
	_, err = left.Open(later.Add(-1))
	requireCode(t, err, approval.ErrInstant)
	_, err = left.Open(a.Until())
	requireCode(t, err, approval.ErrExpired)

	// What was taken out is not put back, and a second reduction goes on from the first.
	_, err = approval.Reduce(left, list, person("clerk"), later, nil, history(t, sealed(t, a.Record()), sealed(t, left.Record())))
	requireCode(t, err, approval.ErrGrown)
	less, err := approval.Reduce(left, list.without(0, 1), person("clerk"), later, map[string]string{"A-00001": "paid"},
		history(t, sealed(t, a.Record()), sealed(t, left.Record())))
	require.NoError(t, err)
	require.Equal(t, 2, less.Record().Ordinal)
	require.Len(t, less.Record().Reductions, 1)
}

func TestHistoryTakesOneOfTwoReductions(t *testing.T) {
	list := shutoffList(4)
	a := approved(t, list, "SHUTOFF-1")
	one, err := approval.Reduce(a, list.without(1), person("clerk"), a.At(), map[string]string{"A-00002": "paid"}, history(t, sealed(t, a.Record())))
	require.NoError(t, err)
	other, err := approval.Reduce(a, list.without(2), person("clerk"), a.At(), map[string]string{"A-00003": "paid"}, history(t, sealed(t, a.Record())))
	require.NoError(t, err)
	h := history(t, sealed(t, a.Record()), sealed(t, one.Record()))
	requireCode(t, h.Add(sealed(t, other.Record())), approval.ErrHistory)
	_, err = approval.Restore(list.without(2), "SHUTOFF-1", h)
	requireCode(t, err, approval.ErrDigest)
}

// hidden is a list that leaves the premise out of its rows.
type hidden struct{ shutoffs }

func (l hidden) Clone() hidden { return hidden{l.shutoffs.Clone()} }
func (l hidden) ApprovalRows() ([]byte, []approval.Row) {
	head, rows := l.shutoffs.ApprovalRows()
	for i := range rows {
		rows[i].Rest = approval.Rest{}
	}
	return head, rows
}

// headless is a list whose head does not say what it is of.
type headless struct{ shutoffs }

func (l headless) Clone() headless { return headless{l.shutoffs.Clone()} }
func (l headless) ApprovalRows() ([]byte, []approval.Row) {
	_, rows := l.shutoffs.ApprovalRows()
	return nil, rows
}
func (l headless) AppendCanonical(b []byte) []byte {
	head, rows := l.ApprovalRows()
	return approval.AppendList(b, head, rows)
}

// free is a list that says that nothing is at stake.
type free struct{ shutoffs }

func (l free) Clone() free              { return free{l.shutoffs.Clone()} }
func (l free) Stakes() []approval.Stake { return nil }

func TestListThatContradictsItselfIsRefused(t *testing.T) {
	request := approval.Request{Key: "1", Prepared: []approval.Person{person("clerk")}, At: monday()}
	_, err := approval.Propose(hidden{shutoffList(3)}, request)
	requireCode(t, err, approval.ErrContent)
	require.ErrorContains(t, err, "AppendList")
	_, err = approval.Propose(free{shutoffList(3)}, request)
	requireCode(t, err, approval.ErrContent)
	require.ErrorContains(t, err, "StakesOf")

	twice := shutoffList(3)
	twice.Rows[2].Account = twice.Rows[0].Account
	_, err = approval.Propose(twice, request)
	requireCode(t, err, approval.ErrContent)
	require.ErrorContains(t, err, "rows[2].key")
	for _, account := range []string{"\xff", " A", "A\u2028B"} {
		_, err = approval.Propose(ledgerRows{[]approval.Row{{Key: "1", Account: account}}}, request)
		requireCode(t, err, approval.ErrText)
	}
	_, err = approval.Propose(ledgerRows{[]approval.Row{{Key: "1"}}}, request)
	require.NoError(t, err)
	_, err = approval.Propose(headless{shutoffList(1)}, request)
	requireCode(t, err, approval.ErrContent)
	require.ErrorContains(t, err, "head")
	unnamed := shutoffList(3)
	unnamed.Rows[1].Account, unnamed.Rows[1].PastDue = "", money.Amount{}
	_, err = approval.Propose(unnamed, request)
	requireCode(t, err, approval.ErrText)
}

// placed is a list whose rows are known by their places.
type placed struct{ shutoffs }

func (l placed) Clone() placed { return placed{l.shutoffs.Clone()} }
func (l placed) ApprovalRows() ([]byte, []approval.Row) {
	head, rows := l.shutoffs.ApprovalRows()
	for i := range rows {
		rows[i].Key = strconv.Itoa(i)
	}
	return head, rows
}
func (l placed) AppendCanonical(b []byte) []byte {
	head, rows := l.ApprovalRows()
	return approval.AppendList(b, head, rows)
}

func TestRowStaysWithItsAccount(t *testing.T) {
	list := placed{shutoffList(3)}
	a := approved(t, list, "1")
	next := list.Clone()
	next.Rows[1].Account, next.Rows[1].PastDue = "A-9", dollars(1)
	_, err := approval.Reduce(a, next, person("clerk"), a.At(), map[string]string{"1": "moved"}, history(t, sealed(t, a.Record())))
	requireCode(t, err, approval.ErrGrown)
	require.ErrorContains(t, err, "rows[1].account")
}

// board is a list whose kind may be changed.
type board struct {
	shutoffs
	kind approval.Kind
}

func (l board) Clone() board                { return board{l.shutoffs.Clone(), l.kind} }
func (l board) ApprovalKind() approval.Kind { return l.kind }

func TestListDoesNotBecomeOneOfAnotherKind(t *testing.T) {
	list := shutoffList(3)
	a := approved(t, board{list, "billing_cycle"}, "1")
	_, err := approval.Reduce(a, board{list.without(0), "draft_run"}, person("clerk"), a.At(), map[string]string{"A-00001": "paid"},
		history(t, sealed(t, a.Record())))
	requireCode(t, err, approval.ErrGrown)
}

func TestListOfRowsHasOneCanonicalForm(t *testing.T) {
	rows := []approval.Row{{Key: "a", Account: "b", Amount: dollars(1), Rest: approval.RestOf([]byte("c"))}, {Key: "d"}}
	seen := [][]byte{approval.AppendList(nil, stored.AppendKind(nil, "x"), rows)}
	for _, f := range []func([]approval.Row){
		func(r []approval.Row) { r[0].Key, r[0].Account = "ab", "" },
		func(r []approval.Row) { r[0].Account, r[0].Rest = "", approval.RestOf([]byte("bc")) },
		func(r []approval.Row) { r[0].Amount = dollars(2) },
		func(r []approval.Row) { r[0].Rest = approval.Rest{} },
		func(r []approval.Row) { r[0], r[1] = r[1], r[0] },
	} {
		other := slices.Clone(rows)
		f(other)
		seen = append(seen, approval.AppendList(nil, stored.AppendKind(nil, "x"), other))
	}
	seen = append(seen, approval.AppendList(nil, stored.AppendKind(nil, "y"), rows), approval.AppendList(nil, stored.AppendKind(nil, "x"), rows[:1]))
	for i := range seen {
		for j := range i {
			require.NotEqual(t, seen[i], seen[j])
		}
	}
}
