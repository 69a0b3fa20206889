package approval_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/stored"
)

func request(key string) approval.Request {
	return approval.Request{Key: key, Prepared: []approval.Person{person("clerk")}, At: monday()}
}

func TestRecordOfAProposalSaysWhoPreparedWhatAndWhen(t *testing.T) {
	p := proposed(t, credit("A-1", dollars(50)), "ADJ-1")
	r := p.Record()
	require.Equal(t, approval.Record{
		ID: r.ID, Proposal: p.ID(), Verdict: approval.VerdictProposed, Kind: "adjustment", Request: "ADJ-1", Digest: p.Digest(), At: monday().UTC(),
		Prepared: []approval.Person{person("clerk")},
	}, r)
	r.Prepared[0] = person("other")
	require.Equal(t, person("clerk"), p.Record().Prepared[0])
	require.Zero(t, approval.Proposal[adjustment]{}.Record())
	_, err := json.Marshal(p)
	require.ErrorIs(t, err, approval.ErrRecord)
}

func TestAttackPreparersAlteredInTheStore(t *testing.T) {
	m, content := compiled(t, policy()), credit("A-1", dollars(50))
	prepared := func(at time.Time, who ...approval.Person) approval.Proposal[adjustment] {
		p, err := approval.Propose(content, approval.Request{Key: "ADJ-1", Prepared: who, At: at})
		require.NoError(t, err)
		return p
	}
	true1 := prepared(monday(), person("lead"), person("manager"))
	h := history(t, sealed(t, true1.Record()))
	delegated := by("second", true1)
	delegated.As = person("manager")
	for _, c := range []struct {
		rule string
		p    approval.Proposal[adjustment]
		d    approval.Decision
		code error
	}{
		{"the preparer, under another's name", prepared(monday(), person("clerk")), by("lead", true1), approval.ErrSamePerson},
		{"on a preparer's authority", prepared(monday(), person("clerk")), delegated, approval.ErrSamePerson},
		{"one preparer fewer", prepared(monday(), person("lead")), by("supervisor", true1), approval.ErrRecord},
		{"one preparer more", prepared(monday(), person("lead"), person("manager"), person("clerk")), by("supervisor", true1), approval.ErrRecord},
		{"another instant", prepared(monday().Add(1), person("lead"), person("manager")), by("supervisor", true1), approval.ErrRecord},
		{"as it was proposed", prepared(monday(), person("manager"), person("lead")), by("supervisor", true1), nil},
	} {
		c.d.Reason = "seen"
		_, err := approval.Approve(c.p, c.d, m, h)
		require.ErrorIs(t, err, c.code, c.rule)
		_, err = approval.Reject(c.p, c.d, m, h)
		require.ErrorIs(t, err, c.code, c.rule)
	}
	delegate := by("lead", true1)
	delegate.As = person("manager")
	_, err := approval.Approve(prepared(monday(), person("clerk")), delegate, m, history(t, sealed(t, prepared(monday(), person("lead")).Record())))
	requireCode(t, err, approval.ErrSamePerson) // the preparer, on another's authority
	other := proposed(t, credit("A-1", dollars(51)), "ADJ-1")
	_, err = approval.Approve(other, by("supervisor", other), m, h)
	requireCode(t, err, approval.ErrDigest)
}

func TestDecisionStandsBehindItsProposal(t *testing.T) {
	m, list := compiled(t, policy()), shutoffList(3)
	p := proposed(t, list, "SHUTOFF-1")
	first := sealed(t, p.Record())
	h := history(t, first)
	require.NoError(t, h.Add(first), "twice is once")

	// What is only proposed is neither restored, reduced nor withdrawn.
	_, err := approval.Restore(list, "SHUTOFF-1", h)
	requireCode(t, err, approval.ErrNotApproved)
	_, err = approval.Withdraw(p.ID(), approval.Decision{By: person("manager"), At: monday(), Saw: p.Digest(), Reason: "no"}, m, h)
	requireCode(t, err, approval.ErrNotApproved)

	a, err := approval.Approve(p, by("supervisor", p), m, h)
	require.NoError(t, err)
	require.Equal(t, 1, a.Record().Ordinal)
	require.Equal(t, first.ID, a.Record().Before)
	_, err = approval.Reduce(a, list.without(0), person("clerk"), a.At(), map[string]string{"A-00001": "paid"}, h)
	requireCode(t, err, approval.ErrStale) // not stored yet
	require.NoError(t, h.Add(sealed(t, a.Record())))
	again, err := approval.Approve(p, by("supervisor", p), m, h)
	require.NoError(t, err)
	require.Equal(t, a.Record().ID, again.Record().ID)
	_, err = approval.Approve(p, by("manager", p), m, h)
	requireCode(t, err, approval.ErrDecided)

	left, err := approval.Reduce(a, list.without(0), person("clerk"), a.At(), map[string]string{"A-00001": "paid"}, h)
	require.NoError(t, err)
	require.NoError(t, h.Add(sealed(t, left.Record())))
	require.Equal(t, 2, left.Record().Ordinal)
	restored, err := approval.Restore(list.without(0), "SHUTOFF-1", h)
	require.NoError(t, err)
	require.Equal(t, person("supervisor"), restored.By())
	_, err = approval.Approve(p, by("supervisor", p), m, h)
	requireCode(t, err, approval.ErrStale)

	// A decision that was made without it claims its place.
	alone, err := approval.Approve(p, by("supervisor", p), m, history(t))
	require.NoError(t, err)
	_, err = approval.NewHistory(sealer(t), []approval.Record{first, sealed(t, alone.Record())})
	requireCode(t, err, approval.ErrHistory)
}

func TestHistoryTakesNoDecisionThatIsNotOnItsProposal(t *testing.T) {
	m := compiled(t, policy())
	p := proposed(t, credit("A-1", dollars(50)), "ADJ-1")
	first := sealed(t, p.Record())
	a, err := approval.Approve(p, by("supervisor", p), m, history(t, first))
	require.NoError(t, err)
	for text, alter := range map[string]func(*approval.Record){
		"other content":   func(r *approval.Record) { r.Digest[0]++ },
		"other preparers": func(r *approval.Record) { r.Prepared = []approval.Person{person("other")} },
		"dated before":    func(r *approval.Record) { r.At = monday().Add(-1) },
		"nobody decided": func(r *approval.Record) {
			r.Verdict, r.Prepared, r.Until, r.Stakes, r.Reason = approval.VerdictWithdrawn, nil, time.Time{}, nil, "no"
		},
	} {
		bad := a.Record()
		alter(&bad)
		bad.ID = idOf(bad)
		err := history(t, first).Add(sealed(t, bad))
		requireCode(t, err, approval.ErrHistory)
		require.ErrorContains(t, err, text)
	}
	h := history(t, first, sealed(t, a.Record()))
	twice := first
	twice.Ordinal, twice.Before = 1, first.ID
	_, err = twice.Sealed(sealer(t))
	requireCode(t, err, approval.ErrRecord)
	_, err = approval.Restore(credit("A-1", dollars(50)), "ADJ-1", h)
	require.NoError(t, err)

	// A decision without a proposal is in the first place, and no other behind it.
	alone, err := approval.Approve(p, by("supervisor", p), m, history(t))
	require.NoError(t, err)
	second := a.Record()
	second.Before = alone.Record().ID
	second.ID = idOf(second)
	requireCode(t, history(t, sealed(t, alone.Record())).Add(sealed(t, second)), approval.ErrHistory)
}

// Ids are not of all that records say: two that differ in the rest are told apart all the same.
func TestRecordsOfOneIDAreToldApart(t *testing.T) {
	list := shutoffList(4)
	a := approved(t, list, "SHUTOFF-1")
	h := history(t, sealed(t, a.Record()))
	one, err := approval.Reduce(a, list.without(1), person("clerk"), a.At(), map[string]string{"A-00002": "paid"}, h)
	require.NoError(t, err)
	other, err := approval.Reduce(a, list.without(2), person("clerk"), a.At(), map[string]string{"A-00003": "paid"}, h)
	require.NoError(t, err)
	require.Equal(t, one.Record().ID, other.Record().ID)
	require.NoError(t, h.Add(sealed(t, one.Record())))
	requireCode(t, h.Add(sealed(t, other.Record())), approval.ErrHistory)
	_, err = approval.Reduce(other, list.without(1, 2), person("clerk"), a.At(), map[string]string{"A-00002": "paid"}, h)
	requireCode(t, err, approval.ErrStale)

	next, err := approval.Reduce(one, list.without(1, 3), person("clerk"), a.At(), map[string]string{"A-00004": "paid"}, h)
	require.NoError(t, err)
	requireCode(t, history(t, sealed(t, a.Record()), sealed(t, other.Record())).Add(sealed(t, next.Record())), approval.ErrHistory)
}

func TestRecordsIDIsNotOfTheContent(t *testing.T) {
	one, other := approved(t, credit("A-1", dollars(50)), "ADJ-1"), approved(t, credit("A-2", dollars(60)), "ADJ-1")
	require.NotEqual(t, one.Digest(), other.Digest())
	require.Equal(t, one.Record().ID, other.Record().ID)
}

// pointed is content behind a pointer.
type pointed struct{ adjustment }

func (p *pointed) Clone() *pointed {
	if p.Reason == "no copy" {
		return nil
	}
	return &pointed{p.adjustment.Clone()}
}

func TestContentThatIsMissingIsRefused(t *testing.T) {
	_, err := approval.Propose[*pointed](nil, request("1"))
	requireCode(t, err, approval.ErrContent)
	_, err = approval.Restore[*pointed](nil, "1", history(t))
	requireCode(t, err, approval.ErrContent)
	_, err = approval.Propose(&pointed{adjustment{Reason: "no copy"}}, request("1"))
	requireCode(t, err, approval.ErrContent)
	p, err := approval.Propose(&pointed{credit("A-1", dollars(1))}, request("1"))
	require.NoError(t, err)
	a, err := approval.Approve(p, by("supervisor", p), compiled(t, policy()), history(t))
	require.NoError(t, err)
	_, err = a.Open(a.At())
	require.NoError(t, err)
}

// raw is content whose canonical bytes are given, and which forgets what stands before them.
type raw struct {
	payload
	canonical []byte
}

func (r raw) Clone() raw                    { return r }
func (r raw) AppendCanonical([]byte) []byte { return r.canonical }

func TestContentSaysWhatItIs(t *testing.T) {
	good := stored.AppendKind(nil, "test.raw.1")
	for rule, canonical := range map[string][]byte{
		"nothing":           nil,
		"no kind":           stored.AppendText(nil, "test.raw.1"),
		"a kind of no name": stored.AppendKind(nil, ""),
		"a kind cut short":  good[:len(good)-1],
		"a tag alone":       good[:1],
	} {
		_, err := approval.Propose(raw{payload{"draft_run", nil}, canonical}, request("1"))
		require.ErrorIs(t, err, approval.ErrContent, rule)
	}
	one, err := approval.Propose(raw{payload{"draft_run", nil}, good}, request("1"))
	require.NoError(t, err)
	other, err := approval.Propose(raw{payload{"billing_cycle", nil}, good}, request("1"))
	require.NoError(t, err)
	third, err := approval.Propose(raw{payload{"draft_run", nil}, good}, request("2"))
	require.NoError(t, err)
	require.NotEqual(t, one.Digest(), other.Digest(), "kind and request are in the digest, whatever the content does with them")
	require.NotEqual(t, one.Digest(), third.Digest())
}

// netted keeps a total beside its lines, which is not in its canonical bytes.
type netted struct {
	adjustment
	net  money.Amount
	keep bool
}

func (n netted) Clone() netted {
	c := netted{adjustment: n.adjustment.Clone(), keep: n.keep}
	if n.keep {
		c.net = n.net
	}
	return c
}
func (n netted) Stakes() []approval.Stake {
	return []approval.Stake{{Account: n.Account, Amount: n.net}}
}

func TestStakesAreThoseOfTheCopy(t *testing.T) {
	_, err := approval.Propose(netted{credit("A-1", dollars(900)), dollars(900), false}, request("1"))
	requireCode(t, err, approval.ErrContent)
	require.ErrorContains(t, err, "stakes")

	kept := netted{credit("A-1", dollars(900)), dollars(1), true}
	a := approved(t, kept, "1")
	h := history(t, sealed(t, a.Record()))
	_, err = approval.Restore(kept, "1", h)
	require.NoError(t, err)
	kept.net = dollars(900)
	_, err = approval.Restore(kept, "1", h)
	requireCode(t, err, approval.ErrContent)
}

// open is content with something left to clear up.
type open struct {
	payload
	left error
}

func (o open) Clone() open          { return o }
func (o open) ApprovalCheck() error { return o.left }

func TestContentMayRefuseItself(t *testing.T) {
	why := errors.New("an exception is open")
	_, err := approval.Propose(open{payload{"billing_cycle", nil}, why}, request("1"))
	require.ErrorIs(t, err, approval.ErrContent)
	require.ErrorIs(t, err, why)
	require.ErrorContains(t, err, "an exception is open")

	a := approved(t, open{payload{"billing_cycle", nil}, nil}, "1")
	h := history(t, sealed(t, a.Record()))
	_, err = approval.Restore(open{payload{"billing_cycle", nil}, why}, "1", h)
	require.ErrorIs(t, err, why)
	_, err = approval.Restore(open{payload{"billing_cycle", nil}, nil}, "1", h)
	require.NoError(t, err)
}

func TestListWithoutRowsIsNotProposed(t *testing.T) {
	_, err := approval.Propose(shutoffList(0), request("1"))
	requireCode(t, err, approval.ErrContent)

	// One that was reduced to nothing is restored all the same: it says that nothing is left to do.
	a := approved(t, shutoffList(1), "1")
	h := history(t, sealed(t, a.Record()))
	left, err := approval.Reduce(a, shutoffList(0), person("clerk"), a.At(), map[string]string{"A-00001": "paid"}, h)
	require.NoError(t, err)
	require.NoError(t, h.Add(sealed(t, left.Record())))
	_, err = approval.Restore(shutoffList(0), "1", h)
	require.NoError(t, err)
}

func TestApprovalTellsWhatItIsOf(t *testing.T) {
	p := proposed(t, credit("A-1", dollars(50)), "ADJ-1")
	d := by("lead", p)
	d.As = person("manager")
	a, err := approval.Approve(p, d, compiled(t, policy()), history(t))
	require.NoError(t, err)
	require.Equal(t, "ADJ-1", a.Request())
	require.Equal(t, approval.Kind("adjustment"), a.Kind())
	require.Equal(t, person("manager"), a.Authority())

	// It is shown whenever, as a copy.
	shown, err := a.Content()
	require.NoError(t, err)
	shown.Lines[0] = dollars(1)
	shown, err = a.Content()
	require.NoError(t, err)
	require.Equal(t, credit("A-1", dollars(50)), shown)
	_, err = approval.Approved[adjustment]{}.Content()
	requireCode(t, err, approval.ErrNotApproved)

	mine := shared{credit("A-1", dollars(50))}
	altered := approved(t, mine, "ADJ-1")
	mine.Lines[0] = dollars(499)
	_, err = altered.Content()
	requireCode(t, err, approval.ErrAltered)
}

func TestTextsThatLookAlikeAreRefused(t *testing.T) {
	for _, text := range []string{"ADJ-1\u2028x", "ADJ-1\u2029x", "ADJ-1\ufe0f", "ADJ-1\u3164", "ADJ-1\u115f", "ADJ-1\uffa0", "ADJ-1\u034f",
		"ADJ-1\u2060", "A\u00a0B", "A\u2003B", "A\u3000B", "A\u2800B", "A\u180bB", "A\u17b4B", "A\U000e0100", "A\tB", "A\nB", "A\ue000B", "A\x7fB",
		"A\u00adB",
		"cafe\u0301", "A\u212b", "\u1100\u1161"} {
		_, err := approval.Propose(payload{"draft_run", nil}, request(text))
		require.ErrorIs(t, err, approval.ErrText, "%+q", text)
		_, err = approval.Propose(staked{payload{"draft_run", nil}, []approval.Stake{{Account: text, Amount: dollars(1)}}}, request("1"))
		require.ErrorIs(t, err, approval.ErrText, "%+q", text)
	}
	for _, text := range []string{"ADJ 1", "café", "Ä-1", "№ 7", "한", "a—b", "😀"} {
		_, err := approval.Propose(payload{"draft_run", nil}, request(text))
		require.NoError(t, err, "%+q", text)
	}
}

func TestHistoryKeepsSealsOfItsOwn(t *testing.T) {
	kept := sealed(t, approved(t, credit("A-1", dollars(50)), "ADJ-1").Record())
	was := slices.Clone(kept.Seal.Sum)
	h := history(t, kept)
	kept.Seal.Sum[0]++
	for range 2 {
		a, err := approval.Restore(credit("A-1", dollars(50)), "ADJ-1", h)
		require.NoError(t, err)
		require.Equal(t, was, a.Record().Seal.Sum)
		a.Record().Seal.Sum[0]++
	}
	// A signer may use its buffer again.
	signer := reusing{sum: slices.Clone(was)}
	one, err := approved(t, credit("A-1", dollars(50)), "ADJ-1").Record().Sealed(signer)
	require.NoError(t, err)
	signer.sum[0]++
	require.Equal(t, was, one.Seal.Sum)
}

// reusing is a signer that gives the same bytes each time.
type reusing struct{ sum []byte }

func (r reusing) Sign([]byte) (approval.Seal, error) {
	return approval.Seal{Key: "2026", Sum: r.sum}, nil
}
