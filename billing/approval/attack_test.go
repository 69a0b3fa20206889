package approval_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/stored"
)

func TestAttackZeroValueOpensNothing(t *testing.T) {
	var zero approval.Approved[adjustment]
	_, err := zero.Open(monday())
	requireCode(t, err, approval.ErrNotApproved)
	require.True(t, zero.Digest().IsZero())
	require.True(t, zero.Proposal().IsZero())

	var none approval.Proposal[adjustment]
	d := approval.Decision{By: person("supervisor"), At: monday()}
	_, err = approval.Approve(none, d, compiled(t, policy()), history(t))
	requireCode(t, err, approval.ErrContent)
	d.Reason = "no"
	_, err = approval.Reject(none, d, compiled(t, policy()), history(t))
	requireCode(t, err, approval.ErrContent)
	_, err = none.Content()
	requireCode(t, err, approval.ErrContent)
	require.True(t, none.ID().IsZero())
}

func TestAttackSliceAlteredAfterApproval(t *testing.T) {
	mine := credit("A-1", dollars(50))
	p := proposed(t, mine, "ADJ-1")
	mine.Lines[0] = dollars(499) // the caller's own slice, after the proposal
	a, err := approval.Approve(p, by("supervisor", p), compiled(t, policy()), history(t))
	require.NoError(t, err)
	shown, err := p.Content()
	require.NoError(t, err)
	shown.Lines[0] = dollars(499) // what was shown to the approver

	now := a.At().Add(time.Hour)
	first, err := a.Open(now)
	require.NoError(t, err)
	require.Equal(t, dollars(50), first.Lines[0])
	first.Lines[0] = dollars(499) // what Open gave out
	second, err := a.Open(now)
	require.NoError(t, err)
	require.Equal(t, dollars(50), second.Lines[0])
}

// shared is content whose Clone shares its lines: an author's mistake that the digest has to find.
type shared struct{ adjustment }

func (s shared) Clone() shared { return s }

func TestAttackSliceThatACloneSharesIsFoundByItsDigest(t *testing.T) {
	mine := shared{credit("A-1", dollars(50))}
	p := proposed(t, mine, "ADJ-1")
	a, err := approval.Approve(p, by("supervisor", p), compiled(t, policy()), history(t))
	require.NoError(t, err)
	mine.Lines[0] = dollars(499)
	_, err = a.Open(a.At())
	requireCode(t, err, approval.ErrAltered)
	_, err = approval.Approve(p, by("supervisor", p), compiled(t, policy()), history(t))
	requireCode(t, err, approval.ErrAltered)
}

// forgetful is content whose Clone leaves something out.
type forgetful struct{ adjustment }

func (f forgetful) Clone() forgetful {
	return forgetful{adjustment{Account: f.Account, Lines: f.Lines}}
}

func TestCloneThatForgetsIsRefusedAtTheProposal(t *testing.T) {
	_, err := approval.Propose(forgetful{credit("A-1", dollars(50))}, approval.Request{Key: "ADJ-1",
		Prepared: []approval.Person{person("clerk")}, At: monday()})
	requireCode(t, err, approval.ErrContent)
}

func TestAttackSameBytesOfAnotherKind(t *testing.T) {
	cycle, run := payload{"billing_cycle", []byte("same")}, payload{"draft_run", []byte("same")}
	require.Equal(t, cycle.AppendCanonical(nil), run.AppendCanonical(nil))

	a := approved(t, cycle, "2026-W28")
	p := proposed(t, run, "2026-W28")
	require.NotEqual(t, a.Digest(), p.Digest())
	require.NotEqual(t, a.Proposal(), p.ID())
	d := by("supervisor", p)
	d.Saw = a.Digest()
	_, err := approval.Approve(p, d, compiled(t, policy()), history(t))
	requireCode(t, err, approval.ErrDigest)

	h := history(t, sealed(t, a.Record()))
	_, err = approval.Restore(run, "2026-W28", h)
	requireCode(t, err, approval.ErrNotApproved)
	_, err = approval.Restore(cycle, "2026-W28", h)
	require.NoError(t, err)
}

// fickle is content that changes its kind with its copies.
type fickle struct{ payload }

func (f fickle) Clone() fickle { return fickle{payload{"draft_run", f.bytes}} }

func TestAttackKindThatChangesWithTheCopy(t *testing.T) {
	_, err := approval.Propose(fickle{payload{"billing_cycle", []byte("same")}},
		approval.Request{Key: "1", Prepared: []approval.Person{person("clerk")}, At: monday()})
	requireCode(t, err, approval.ErrContent)
}

// borrowed is content that looks its kind up elsewhere, where others may change it.
type borrowed struct {
	payload
	elsewhere *approval.Kind
}

func (b borrowed) Clone() borrowed             { return borrowed{b.payload.Clone(), b.elsewhere} }
func (b borrowed) ApprovalKind() approval.Kind { return *b.elsewhere }

func TestAttackKindThatChangesAfterApproval(t *testing.T) {
	kind := approval.Kind("billing_cycle")
	content := borrowed{payload{"", []byte("same")}, &kind}
	p := proposed(t, content, "1")
	a, err := approval.Approve(p, by("supervisor", p), compiled(t, policy()), history(t))
	require.NoError(t, err)
	kind = "draft_run"
	_, err = a.Open(a.At())
	requireCode(t, err, approval.ErrAltered)
	_, err = approval.Approve(p, by("supervisor", p), compiled(t, policy()), history(t))
	requireCode(t, err, approval.ErrAltered)
}

func TestAttackHandMadeRecord(t *testing.T) {
	a := approved(t, credit("A-1", dollars(50)), "ADJ-1")
	unsealed := a.Record()
	_, err := approval.NewHistory(sealer(t), []approval.Record{unsealed})
	requireCode(t, err, approval.ErrSeal)

	// Written by hand with ids that are right, and a seal that is not the host's.
	stranger, err := approval.NewHMAC("2026", []byte("another secret of thirty-two bytes"))
	require.NoError(t, err)
	forged, err := a.Record().Sealed(stranger)
	require.NoError(t, err)
	_, err = approval.NewHistory(sealer(t), []approval.Record{forged})
	requireCode(t, err, approval.ErrSeal)

	// Another record's seal.
	other := approved(t, credit("A-1", dollars(50)), "ADJ-2")
	lifted := a.Record()
	lifted.Seal = sealed(t, other.Record()).Seal
	_, err = approval.NewHistory(sealer(t), []approval.Record{lifted})
	requireCode(t, err, approval.ErrSeal)
}

func TestAttackAlteredRecord(t *testing.T) {
	good := sealed(t, approved(t, credit("A-1", dollars(50)), "ADJ-1").Record())
	for part, alter := range map[string]func(*approval.Record){
		"proposal":  func(r *approval.Record) { r.Proposal = approval.ProposalID("adjustment", "ADJ-2") },
		"request":   func(r *approval.Record) { r.Request = "ADJ-2" },
		"kind":      func(r *approval.Record) { r.Kind = "draft_run" },
		"digest":    func(r *approval.Record) { r.Digest[0] ^= 1 },
		"by":        func(r *approval.Record) { r.By = person("lead") },
		"at":        func(r *approval.Record) { r.At = r.At.Add(1) },
		"until":     func(r *approval.Record) { r.Until = r.Until.Add(time.Hour) },
		"prepared":  func(r *approval.Record) { r.Prepared[0] = person("other") },
		"authority": func(r *approval.Record) { r.Authority = person("manager") },
		"role":      func(r *approval.Record) { r.Role = "lead" },
		"policy":    func(r *approval.Record) { r.Policy = "approvals 2025" },
		"reason":    func(r *approval.Record) { r.Reason = "none" },
		"rules":     func(r *approval.Record) { r.PolicyDigest[0] ^= 1 },
		"stakes":    func(r *approval.Record) { r.Stakes[0].Amount = dollars(1) },
		"account":   func(r *approval.Record) { r.Stakes[0].Account = "A-2" },
		"verdict": func(r *approval.Record) {
			r.Verdict, r.Reason, r.Until, r.Stakes = approval.VerdictRejected, "no", time.Time{}, nil
		},
	} {
		bad := good
		bad.Prepared, bad.Stakes = append([]approval.Person(nil), good.Prepared...), append([]approval.Stake(nil), good.Stakes...)
		alter(&bad)
		_, err := approval.NewHistory(sealer(t), []approval.Record{bad})
		if slices.Contains([]string{"proposal", "request", "kind", "by", "at", "verdict"}, part) {
			require.ErrorIs(t, err, stored.ErrID, part)
		} else {
			require.ErrorIs(t, err, approval.ErrSeal, part) // no part of the id
		}
		require.ErrorIs(t, err, approval.ErrHistory, part)
	}
}

func TestAttackStaleRecord(t *testing.T) {
	list := shutoffList(3)
	a := approved(t, list, "SHUTOFF-1")
	reduced, err := approval.Reduce(a, list.without(1), person("clerk"), a.At().Add(time.Hour), map[string]string{"A-00002": "paid"},
		history(t, sealed(t, a.Record())))
	require.NoError(t, err)
	h := history(t, sealed(t, reduced.Record()), sealed(t, a.Record()))
	_, err = approval.Restore(list, "SHUTOFF-1", h)
	requireCode(t, err, approval.ErrStale)
	_, err = approval.Restore(list.without(1), "SHUTOFF-1", h)
	require.NoError(t, err)

	withdrawn, err := approval.Withdraw(a.Proposal(), approval.Decision{By: person("manager"), At: a.At().Add(2 * time.Hour),
		Saw: reduced.Digest(), Reason: "storm"},
		compiled(t, policy()), h)
	require.NoError(t, err)
	require.NoError(t, h.Add(sealed(t, withdrawn)))
	for _, l := range []shutoffs{list, list.without(1)} {
		_, err = approval.Restore(l, "SHUTOFF-1", h)
		requireCode(t, err, approval.ErrStale)
	}

	p := proposed(t, list, "SHUTOFF-2")
	d := by("supervisor", p)
	d.Reason = "wrong day"
	rejected, err := approval.Reject(p, d, compiled(t, policy()), h)
	require.NoError(t, err)
	require.NoError(t, h.Add(sealed(t, rejected)))
	_, err = approval.Restore(list, "SHUTOFF-2", h)
	requireCode(t, err, approval.ErrStale)
}

func TestAttackRecordForOtherContent(t *testing.T) {
	h := history(t, sealed(t, approved(t, credit("A-1", dollars(50)), "ADJ-1").Record()))
	_, err := approval.Restore(credit("A-1", dollars(51)), "ADJ-1", h)
	requireCode(t, err, approval.ErrDigest)
	_, err = approval.Restore(credit("A-1", dollars(50)), "ADJ-2", h)
	requireCode(t, err, approval.ErrNotApproved)
	_, err = approval.Restore(credit("A-1", dollars(50)), "ADJ-1", nil)
	requireCode(t, err, approval.ErrHistory)
	_, err = approval.Restore(forgetful{credit("A-1", dollars(50))}, "ADJ-1", h)
	requireCode(t, err, approval.ErrContent)
}

func TestAttackExpiredByANanosecond(t *testing.T) {
	a := approved(t, credit("A-1", dollars(50)), "ADJ-1")
	require.Equal(t, a.At().Add(72*time.Hour), a.Until())
	_, err := a.Open(a.Until().Add(-1))
	require.NoError(t, err)
	_, err = a.Open(a.Until()) // case 12 of the archive: valid strictly before that instant
	requireCode(t, err, approval.ErrExpired)
	_, err = a.Open(a.Until().Add(1))
	requireCode(t, err, approval.ErrExpired)
	_, err = a.Open(a.At())
	require.NoError(t, err)
	_, err = a.Open(a.At().Add(-1))
	requireCode(t, err, approval.ErrInstant)
	_, err = a.Open(time.Time{})
	requireCode(t, err, approval.ErrInstant)

	restored, err := approval.Restore(credit("A-1", dollars(50)), "ADJ-1", history(t, sealed(t, a.Record())))
	require.NoError(t, err)
	_, err = restored.Open(a.Until())
	requireCode(t, err, approval.ErrExpired)
}

// Case 11 of the archive, and failure 11: the spelling of an id makes no second person.
func TestAttackApproverIsPreparerInAnotherSpelling(t *testing.T) {
	for _, s := range spellings {
		rules := policy()
		rules.Grants = append(rules.Grants, approval.Grant{Person: person(s.one), Role: "supervisor", During: year2026()})
		rules.Delegations = append(rules.Delegations, approval.Delegation{From: person(s.one), To: person("deputy"), Kinds: []approval.Kind{"adjustment"},
			During: year2026(), Bounds: approval.Bounds{PerProposal: approval.Unlimited(), PerAccount: approval.Unlimited()}, Source: "memo"})
		m := compiled(t, rules)
		p, err := approval.Propose(credit("A-1", dollars(50)),
			approval.Request{Key: "ADJ-1", Prepared: []approval.Person{person("clerk"), person(s.other)}, At: monday()})
		require.NoError(t, err)
		for _, spelling := range []string{s.one, s.other} {
			_, err = approval.Approve(p, by(spelling, p), m, history(t))
			requireCode(t, err, approval.ErrSamePerson)
			d := by(spelling, p)
			d.Reason = "no"
			_, err = approval.Reject(p, d, m, history(t))
			requireCode(t, err, approval.ErrSamePerson)
			// P prepares, and D decides on P's authority.
			d = by("deputy", p)
			d.As = person(spelling)
			_, err = approval.Approve(p, d, m, history(t))
			requireCode(t, err, approval.ErrSamePerson)
		}
	}
}

func TestAttackListThatGrewByOne(t *testing.T) {
	list := shutoffList(40)
	a := approved(t, list, "SHUTOFF-1")
	now := a.At().Add(time.Hour)
	for rule, next := range map[string]shutoffs{
		"added at the end":                shutoffList(41),
		"added in place of one taken out": func() shutoffs { l := shutoffList(41); return l.without(0) }(),
		"added in the middle": func() shutoffs {
			l := list.Clone()
			l.Rows = append(l.Rows[:20:20], append([]shutoff{{Account: "A-99", PastDue: dollars(1)}}, l.Rows[20:]...)...)
			return l
		}(),
		"one more with the key of another": func() shutoffs { l := list.Clone(); l.Rows = append(l.Rows, l.Rows[39]); return l }(),
	} {
		_, err := approval.Reduce(a, next, person("clerk"), now, map[string]string{"A-00001": "paid"}, history(t, sealed(t, a.Record())))
		require.Error(t, err, rule)
		if rule == "one more with the key of another" {
			requireCode(t, err, approval.ErrContent)
			continue
		}
		requireCode(t, err, approval.ErrGrown)
	}
}

func TestAttackListThatRoseByACent(t *testing.T) {
	list := shutoffList(3)
	list.Rows[1].PastDue = dollars(-20)
	list.Rows[2].PastDue = dollars(0)
	a := approved(t, list, "SHUTOFF-1")
	reasons := map[string]string{"A-00001": "part paid", "A-00002": "part paid", "A-00003": "part paid"}
	for _, c := range []struct {
		rule  string
		place int
		cents int64
		ok    bool
	}{
		{"a debit rises by a cent", 0, 10_001, false},
		{"a debit is lowered by a cent", 0, 9_999, true},
		{"a debit is lowered to nothing", 0, 0, true},
		{"a debit becomes a credit", 0, -1, false},
		{"a credit rises by a cent", 1, -2_001, false},
		{"a credit is lowered by a cent", 1, -1_999, true},
		{"a credit becomes a debit", 1, 1, false},
		{"nothing becomes a cent", 2, 1, false},
		{"nothing becomes a credit of a cent", 2, -1, false},
	} {
		next := list.Clone()
		next.Rows[c.place].PastDue = money.Cents(c.cents)
		key := next.Rows[c.place].Account
		_, err := approval.Reduce(a, next, person("clerk"), a.At(), map[string]string{key: reasons[key]}, history(t, sealed(t, a.Record())))
		if c.ok {
			require.NoError(t, err, c.rule)
		} else {
			requireCode(t, err, approval.ErrGrown)
		}
	}
}

func TestAttackDigestOfOtherContentInTheDecision(t *testing.T) {
	shown, bound := proposed(t, credit("A-1", dollars(50)), "ADJ-1"), proposed(t, credit("A-1", dollars(450)), "ADJ-1")
	for _, saw := range []approval.Digest{shown.Digest(), {}} {
		d := by("supervisor", bound)
		d.Saw, d.Reason = saw, "no"
		_, err := approval.Approve(bound, d, compiled(t, policy()), history(t))
		requireCode(t, err, approval.ErrDigest)
		_, err = approval.Reject(bound, d, compiled(t, policy()), history(t))
		requireCode(t, err, approval.ErrDigest)
	}
}

func TestAttackDecisionBeforeItsProposal(t *testing.T) {
	p := proposed(t, credit("A-1", dollars(50)), "ADJ-1")
	d := by("supervisor", p)
	d.At = monday().Add(-1)
	_, err := approval.Approve(p, d, compiled(t, policy()), history(t))
	requireCode(t, err, approval.ErrInstant)
	d.At = monday()
	_, err = approval.Approve(p, d, compiled(t, policy()), history(t))
	require.NoError(t, err)
	d.At = time.Time{}
	_, err = approval.Approve(p, d, compiled(t, policy()), history(t))
	requireCode(t, err, approval.ErrInstant)
}
