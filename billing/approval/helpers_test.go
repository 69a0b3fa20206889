package approval_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// adjustment is content with money at stake, lines that can be altered, and a kind of its own.
type adjustment struct {
	Account string
	Reason  string
	Lines   []money.Amount
}

func (a adjustment) AppendCanonical(b []byte) []byte {
	b = stored.AppendKind(b, "test.adjustment.1")
	b = stored.AppendText(b, a.Account)
	b = stored.AppendText(b, a.Reason)
	b = stored.AppendCount(b, len(a.Lines))
	for _, line := range a.Lines {
		b = stored.AppendInt(b, line.Cents())
	}
	return b
}

func (a adjustment) Clone() adjustment {
	a.Lines = slices.Clone(a.Lines)
	return a
}

func (a adjustment) ApprovalKind() approval.Kind { return "adjustment" }

func (a adjustment) Stakes() []approval.Stake {
	stakes := make([]approval.Stake, len(a.Lines))
	for i, line := range a.Lines {
		stakes[i] = approval.Stake{Account: a.Account, Amount: line}
	}
	return stakes
}

// payload is content of any kind that is nothing but bytes.
type payload struct {
	kind  approval.Kind
	bytes []byte
}

func (p payload) AppendCanonical(b []byte) []byte {
	return stored.AppendBytes(stored.AppendKind(b, "test.payload.1"), p.bytes)
}
func (p payload) Clone() payload              { return payload{p.kind, bytes.Clone(p.bytes)} }
func (p payload) ApprovalKind() approval.Kind { return p.kind }
func (p payload) Stakes() []approval.Stake    { return nil }

// shutoffs is a list that may shrink.
type shutoffs struct {
	Day  civil.Date
	Rows []shutoff
}

type shutoff struct {
	Account string
	PastDue money.Amount
	Premise []byte
}

func (l shutoffs) AppendCanonical(b []byte) []byte {
	head, rows := l.ApprovalRows()
	return approval.AppendList(b, head, rows)
}

func (l shutoffs) Clone() shutoffs {
	l.Rows = slices.Clone(l.Rows)
	for i := range l.Rows {
		l.Rows[i].Premise = bytes.Clone(l.Rows[i].Premise)
	}
	return l
}

func (l shutoffs) ApprovalKind() approval.Kind { return "shutoff_list" }

func (l shutoffs) Stakes() []approval.Stake {
	_, rows := l.ApprovalRows()
	return approval.StakesOf(rows)
}

func (l shutoffs) ApprovalRows() ([]byte, []approval.Row) {
	head := stored.AppendText(stored.AppendKind(nil, "test.shutoffs.1"), l.Day.String())
	rows := make([]approval.Row, len(l.Rows))
	for i, r := range l.Rows {
		rows[i] = approval.Row{Key: r.Account, Account: r.Account, Amount: r.PastDue, Rest: approval.RestOf(stored.AppendBytes(nil, r.Premise))}
	}
	return head, rows
}

func shutoffList(n int) shutoffs {
	l := shutoffs{Day: civil.MustDate("2026-06-22")}
	for i := range n {
		l.Rows = append(l.Rows, shutoff{Account: fmt.Sprintf("A-%05d", i+1), PastDue: money.Cents(int64(10_000 + i)), Premise: []byte{byte(i)}})
	}
	return l
}

// without is the list without the rows at some places.
func (l shutoffs) without(places ...int) shutoffs {
	left := l.Clone()
	left.Rows = nil
	for i, r := range l.Rows {
		if !slices.Contains(places, i) {
			left.Rows = append(left.Rows, r)
		}
	}
	return left
}

func person(text string) approval.Person {
	p, err := approval.ParsePerson(text)
	if err != nil {
		panic(err)
	}
	return p
}

func losAngeles() *time.Location {
	l, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		panic(err)
	}
	return l
}

// at is an instant of the district's clock.
func at(text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, losAngeles())
	if err != nil {
		panic(err)
	}
	return t
}

func dollars(n int64) money.Amount { return money.Cents(100 * n) }

func year2026() civil.Period { return civil.MustPeriod("[2026-01-01, 2027-01-01)") }

// policy is of a made-up district: a clerk who prepares, a lead with small limits, a supervisor with larger ones, and a
// manager who delegates.
func policy() approval.Policy {
	perAccount := func(n int64) approval.Bounds {
		return approval.Bounds{PerProposal: approval.Unlimited(), PerAccount: approval.UpTo(dollars(n)), Window: approval.Window{Span: approval.ByMonth}}
	}
	free := approval.Bounds{PerProposal: approval.Unlimited(), PerAccount: approval.Unlimited()}
	return approval.Policy{
		Name: "approvals 2026", Source: "Resolution 2026-01", During: year2026(), Location: losAngeles(),
		Kinds: []approval.KindRule{
			{Kind: "adjustment", Validity: 72 * time.Hour},
			{Kind: "shutoff_list", Validity: 24 * time.Hour},
			{Kind: "billing_cycle", Validity: 24 * time.Hour},
			{Kind: "draft_run", Validity: 24 * time.Hour},
		},
		Grants: []approval.Grant{
			{Person: person("lead"), Role: "lead", During: year2026()},
			{Person: person("supervisor"), Role: "supervisor", During: year2026()},
			{Person: person("manager"), Role: "supervisor", During: year2026()},
		},
		Limits: []approval.Limit{
			{Role: "lead", Kind: "adjustment", Bounds: perAccount(100)},
			{Role: "supervisor", Kind: "adjustment", Bounds: perAccount(500)},
			{Role: "supervisor", Kind: "shutoff_list", Bounds: free},
			{Role: "supervisor", Kind: "billing_cycle", Bounds: free},
			{Role: "supervisor", Kind: "draft_run", Bounds: free},
		},
		Delegations: []approval.Delegation{
			{From: person("manager"), To: person("lead"), Kinds: []approval.Kind{"adjustment"}, During: civil.MustPeriod("[2026-07-01, 2026-08-01)"),
				Bounds: free, Source: "memo 12"},
			{From: person("manager"), To: person("second"), Kinds: []approval.Kind{"adjustment"}, During: civil.MustPeriod("[2026-07-01, 2026-08-01)"),
				Bounds: free, Source: "memo 13"},
			{From: person("lead"), To: person("third"), Kinds: []approval.Kind{"adjustment"}, During: civil.MustPeriod("[2026-07-01, 2026-08-01)"),
				Bounds: free, Source: "memo 14"},
		},
	}
}

func compiled(t testing.TB, p approval.Policy) *approval.Matrix {
	t.Helper()
	m, err := approval.Compile(p)
	require.NoError(t, err)
	return m
}

// secret is 32 bytes that are no host's.
func secret(of string) []byte {
	sum := sha256.Sum256([]byte(of))
	return sum[:]
}

func sealer(t testing.TB) approval.HMAC {
	t.Helper()
	h, err := approval.NewHMAC("2026", secret("k"))
	require.NoError(t, err)
	return h
}

func history(t testing.TB, records ...approval.Record) *approval.History {
	t.Helper()
	h, err := approval.NewHistory(sealer(t), records)
	require.NoError(t, err)
	return h
}

func sealed(t testing.TB, r approval.Record) approval.Record {
	t.Helper()
	s, err := r.Sealed(sealer(t))
	require.NoError(t, err)
	return s
}

// monday is when things are proposed, in a month in which all delegations hold.
func monday() time.Time { return at("2026-07-06 09:00") }

func proposed[T approval.Content[T]](t testing.TB, content T, key string) approval.Proposal[T] {
	t.Helper()
	p, err := approval.Propose(content, approval.Request{Key: key, Prepared: []approval.Person{person("clerk")}, At: monday()})
	require.NoError(t, err)
	return p
}

// by is a decision of a person on a proposal, an hour after it was made.
func by[T approval.Content[T]](who string, p approval.Proposal[T]) approval.Decision {
	return approval.Decision{By: person(who), At: p.Request().At.Add(time.Hour), Saw: p.Digest()}
}

func approved[T approval.Content[T]](t testing.TB, content T, key string) approval.Approved[T] {
	t.Helper()
	p := proposed(t, content, key)
	a, err := approval.Approve(p, by("supervisor", p), compiled(t, policy()), history(t))
	require.NoError(t, err)
	return a
}

func credit(account string, amount money.Amount) adjustment {
	return adjustment{Account: account, Reason: "leak", Lines: []money.Amount{amount}}
}

// requireCode checks that an error is of a code and says where and what to do.
func requireCode(t testing.TB, err error, code problem.Code) {
	t.Helper()
	require.ErrorIs(t, err, code)
	for _, e := range leaves(err) {
		require.NotEmpty(t, e.Code)
		require.NotEmpty(t, e.What, "%v", e)
		require.NotEmpty(t, e.Fix, "%v", e)
	}
}

// leaves are the problems of an error that stand in no other.
func leaves(err error) []*problem.Error {
	switch err := err.(type) {
	case problem.List:
		var all []*problem.Error
		for _, e := range err {
			all = append(all, leaves(e)...)
		}
		return all
	case *problem.Error:
		if err.What == "" {
			return leaves(err.Err)
		}
		return []*problem.Error{err}
	}
	return nil
}
