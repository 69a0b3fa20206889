package approval_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/stored"
)

// allRecords has records of each verdict, a delegated one, and a proposal with its decision behind it, sealed.
func allRecords(t testing.TB) []approval.Record {
	m, h := compiled(t, policy()), history(t)
	keep := func(r approval.Record) approval.Record {
		s := sealed(t, r)
		require.NoError(t, h.Add(s))
		return s
	}
	list := shutoffList(3)
	p := proposed(t, list, "SHUTOFF-1")
	a, err := approval.Approve(p, by("supervisor", p), m, h)
	require.NoError(t, err)
	one := keep(a.Record())
	next := list.without(1)
	next.Rows[1].PastDue = dollars(40)
	left, err := approval.Reduce(a, next, person("clerk"), at("2026-07-06 11:30"), map[string]string{"A-00002": "paid", "A-00003": "paid in part"}, h)
	require.NoError(t, err)
	two := keep(left.Record())
	w, err := approval.Withdraw(a.Proposal(), approval.Decision{By: person("manager"), At: at("2026-07-06 12:00").Add(1), Saw: left.Digest(),
		Reason: "storm"}, m, h)
	require.NoError(t, err)
	three := keep(w)

	q := proposed(t, adjustment{Account: "A-1", Reason: "leak", Lines: []money.Amount{dollars(-60), dollars(40)}}, "ADJ-1")
	d := by("lead", q)
	d.As = person("manager")
	b, err := approval.Approve(q, d, m, h)
	require.NoError(t, err)
	four := keep(b.Record())
	q = proposed(t, credit("A-1", dollars(5)), "ADJ-2")
	d = by("supervisor", q)
	d.Reason = "no evidence"
	r, err := approval.Reject(q, d, m, h)
	require.NoError(t, err)
	five := keep(r)
	q = proposed(t, credit("A-2", dollars(7)), "ADJ-3")
	six := keep(q.Record())
	c, err := approval.Approve(q, by("supervisor", q), m, h)
	require.NoError(t, err)
	return []approval.Record{one, two, three, four, five, six, keep(c.Record())}
}

func TestRecordsOfVersion1StayReadable(t *testing.T) {
	name := filepath.Join("testdata", "record.v1.json")
	golden, err := os.ReadFile(name)
	require.NoError(t, err)
	lines := bytes.Split(bytes.TrimSpace(golden), []byte("\n"))
	want := allRecords(t)
	require.Len(t, lines, len(want))
	form := approval.RecordForm()
	var read []approval.Record
	for i, line := range lines {
		r, err := form.Unmarshal(line)
		require.NoError(t, err)
		require.Equal(t, want[i], r)
		written, err := form.Marshal(r)
		require.NoError(t, err)
		require.Equal(t, string(line), string(written))
		read = append(read, r)
	}
	_, err = approval.NewHistory(sealer(t), read)
	require.NoError(t, err, "the seals of the golden records still verify")
}

func TestRecordFormRefusesWhatWasNotWrittenByIt(t *testing.T) {
	form := approval.RecordForm()
	unsealed := approved(t, credit("A-1", dollars(50)), "ADJ-1").Record()
	_, err := form.Marshal(unsealed)
	requireCode(t, err, approval.ErrSeal)
	altered := sealed(t, unsealed)
	altered.At = altered.At.Add(1)
	_, err = form.Marshal(altered)
	require.ErrorIs(t, err, stored.ErrID)
	bare, err := form.Marshal(sealed(t, unsealed))
	require.NoError(t, err)
	for _, c := range []struct {
		old, new string
		code     error
	}{
		{`"version":1`, `"version":2`, stored.ErrVersion},
		{`"form":"approval_record"`, `"form":"leg"`, stored.ErrKind},
		{`"role":"supervisor"`, `"role":"supervisor","rank":"1"`, stored.ErrKey},
		{`"role":"supervisor"`, `"role":"lead"`, nil},
		{`"verdict":"approved"`, `"verdict":"proposed"`, approval.ErrRecord},
		{`"at":"2026-07-06T17:00:00Z"`, `"at":"2026-07-06T17:00:01Z"`, stored.ErrID},
		{`"role":"supervisor",`, ``, approval.ErrText},
		{`"request":"ADJ-1"`, `"request":"ADJ-2"`, stored.ErrID},
		{`"by":"supervisor"`, `"by":"Supervisor"`, stored.ErrValue},
		{`"by":"supervisor",`, ``, approval.ErrPerson},
		{`"by":"supervisor"`, `"by":"clerk"`, approval.ErrRecord},
		{`"authority":"supervisor"`, `"authority":"clerk"`, approval.ErrRecord},
		{`"verdict":"approved"`, `"verdict":"blessed"`, approval.ErrRecord},
		{`"amount":"50.00"`, `"amount":"50.0"`, stored.ErrValue},
		{`"amount":"50.00"`, `"amount":"-50.00"`, approval.ErrRecord},
		{`"ordinal":0`, `"ordinal":1`, approval.ErrRecord},
		{`"until":"2026-07-09T17:00:00Z"`, `"until":"2026-07-09T17:00:01Z"`, nil},
		{`"until":"2026-07-09T17:00:00Z",`, ``, approval.ErrRecord},
		{`"until":"2026-07-09T17:00:00Z"`, `"until":"2026-07-09T10:00:00-07:00"`, stored.ErrID},
		{`"prepared":["clerk"],`, ``, approval.ErrRecord},
		{`"prepared":["clerk"]`, `"prepared":["clerk","clerk"]`, approval.ErrRecord},
		{`"key":"2026"`, `"key":""`, nil},
		{string(bare[bytes.Index(bare, []byte(`"seal"`)):]), `"seal":{"key":"","sum":null}}}`, approval.ErrSeal},
	} {
		require.Contains(t, string(bare), c.old)
		_, err := form.Unmarshal([]byte(strings.Replace(string(bare), c.old, c.new, 1)))
		if c.new == `"until":"2026-07-09T10:00:00-07:00"` {
			// The same instant in another zone is the same record: whoever keeps it may write it so.
			require.NoError(t, err)
			continue
		}
		if c.code == nil {
			require.NoError(t, err, "what is in no id, and the seal, are the verifier's to judge")
			continue
		}
		require.ErrorIs(t, err, c.code, c.new)
	}
}

func TestRecordMarksWhatNoDecisionLeaves(t *testing.T) {
	for _, good := range allRecords(t) {
		for part, alter := range map[string]func(*approval.Record){
			"verdict":    func(r *approval.Record) { r.Verdict = "" },
			"ordinal":    func(r *approval.Record) { r.Ordinal = -1 },
			"before":     func(r *approval.Record) { r.Before = flipped(r.Before, stored.ID{1}) },
			"kind":       func(r *approval.Record) { r.Kind = "" },
			"request":    func(r *approval.Record) { r.Request = " " },
			"digest":     func(r *approval.Record) { r.Digest = approval.Digest{} },
			"by":         func(r *approval.Record) { r.By = flipped(r.By, person("other")) },
			"authority":  func(r *approval.Record) { r.Authority = flipped(r.Authority, person("other")) },
			"rules":      func(r *approval.Record) { r.PolicyDigest = flipped(r.PolicyDigest, approval.Digest{1}) },
			"was":        func(r *approval.Record) { r.Was = flipped(r.Was, approval.Digest{1}) },
			"at":         func(r *approval.Record) { r.At = time.Time{} },
			"until":      func(r *approval.Record) { r.Until = r.Until.AddDate(-1, 0, 0) },
			"reductions": func(r *approval.Record) { r.Reductions = append(r.Reductions, approval.Reduction{}) },
			"stakes":     func(r *approval.Record) { r.Stakes = append(r.Stakes, approval.Stake{}) },
			"prepared":   func(r *approval.Record) { r.Prepared = append(r.Prepared, approval.Person{}) },
			"role":       func(r *approval.Record) { r.Role = "a\nb" },
			"policy":     func(r *approval.Record) { r.Policy = "a\nb" },
			"reason":     func(r *approval.Record) { r.Reason = "a\nb" },
		} {
			bad := good
			alter(&bad)
			_, err := bad.Sealed(sealer(t))
			require.Error(t, err, "%s: %s", good.Verdict, part)
			require.NotErrorIs(t, err, stored.ErrID, "%s: %s: found by the shape alone", good.Verdict, part)
		}
		require.NotEmpty(t, good.ID)
	}
}

// flipped is nothing where there is something, and the other way round.
func flipped[T comparable](was, something T) T {
	var nothing T
	if was == nothing {
		return something
	}
	return nothing
}

func TestRecordHasAPlaceAndPartsThatFitItsVerdict(t *testing.T) {
	for _, good := range allRecords(t) {
		ordinals := map[approval.Verdict][]int{
			approval.VerdictProposed: {1, 2}, approval.VerdictApproved: {2}, approval.VerdictRejected: {2},
			approval.VerdictReduced: {0}, approval.VerdictWithdrawn: {0},
		}
		for _, n := range ordinals[good.Verdict] {
			bad := good
			bad.Ordinal, bad.Before = n, stored.ID{}
			if n > 0 {
				bad.Before = stored.ID{1}
			}
			bad.ID = idOf(bad)
			_, err := bad.Sealed(sealer(t))
			requireCode(t, err, approval.ErrRecord)
		}
		if good.Verdict == approval.VerdictProposed || good.Verdict == approval.VerdictReduced {
			bad := good
			bad.Reason = "why"
			_, err := bad.Sealed(sealer(t))
			requireCode(t, err, approval.ErrRecord)
		}
	}
}

func TestReductionThatRaisesIsNoRecord(t *testing.T) {
	good := allRecords(t)[1]
	for _, alter := range []func(*approval.Reduction){
		func(r *approval.Reduction) { r.To = r.From },
		func(r *approval.Reduction) { r.To = money.Cents(-1) },
		func(r *approval.Reduction) { r.Removed = true },
		func(r *approval.Reduction) { r.Reason = "" },
		func(r *approval.Reduction) { r.Key = "" },
		func(r *approval.Reduction) { r.Account = " A" },
	} {
		bad := good
		bad.Reductions = append([]approval.Reduction(nil), good.Reductions...)
		alter(&bad.Reductions[1])
		_, err := bad.Sealed(sealer(t))
		require.Error(t, err)
		require.NotErrorIs(t, err, stored.ErrID)
	}
}

func TestHistoryTakesRecordsInAnyOrder(t *testing.T) {
	all := allRecords(t)
	for i := range all {
		order := append(append([]approval.Record(nil), all[i:]...), all[:i]...)
		h := history(t, append(order, all...)...) // and twice
		_, err := approval.Restore(credit("A-1", dollars(5)), "ADJ-2", h)
		requireCode(t, err, approval.ErrStale)
		_, err = approval.Restore(shutoffList(3), "SHUTOFF-1", h)
		requireCode(t, err, approval.ErrStale)
		_, err = approval.Restore(adjustment{Account: "A-1", Reason: "leak", Lines: []money.Amount{dollars(-60), dollars(40)}}, "ADJ-1", h)
		require.NoError(t, err)
	}
}

func TestHistoryRefusesRecordsThatDoNotFollow(t *testing.T) {
	all := allRecords(t)
	for rule, records := range map[string][]approval.Record{
		"the approval is missing":             {all[1]},
		"the reduction in between is missing": {all[0], all[2]},
	} {
		_, err := approval.NewHistory(sealer(t), records)
		requireCode(t, err, approval.ErrHistory)
		require.ErrorContains(t, err, "missing", rule)
	}
	// Sealed by the host, and yet not what can follow.
	list := shutoffList(3)
	a := approved(t, list, "SHUTOFF-1")
	left, err := approval.Reduce(a, list.without(1), person("clerk"), a.At(), map[string]string{"A-00002": "paid"}, history(t, sealed(t, a.Record())))
	require.NoError(t, err)
	for rule, alter := range map[string]func(*approval.Record){
		"lasts longer":              func(r *approval.Record) { r.Until = r.Until.Add(1) },
		"dated before its approval": func(r *approval.Record) { r.At = r.At.Add(-1) },
		"follows another":           func(r *approval.Record) { r.Before = stored.ID{1} },
	} {
		r := left.Record()
		alter(&r)
		r.ID = idOf(r)
		requireCode(t, history(t, sealed(t, a.Record())).Add(sealed(t, r)), approval.ErrHistory)
		require.NotEmpty(t, rule)
	}
	stray := a.Record()
	stray.Proposal = approval.ProposalID("adjustment", "SHUTOFF-1")
	stray.ID = idOf(stray)
	_, err = stray.Sealed(sealer(t))
	require.ErrorIs(t, err, stored.ErrID, "a proposal's id is that of its kind and request")
	w := all[2]
	w.Digest[0]++
	w.ID = idOf(w)
	requireCode(t, history(t, all[0], all[1]).Add(sealed(t, w)), approval.ErrHistory)

	// Nothing follows on a withdrawal or a rejection.
	after := all[2]
	after.Ordinal, after.Before = 3, all[2].ID
	after.ID = idOf(after)
	requireCode(t, history(t, all[:3]...).Add(sealed(t, after)), approval.ErrHistory)
	after = all[2]
	after.Ordinal, after.Before, after.Proposal, after.Kind, after.Request, after.Digest = 1, all[4].ID, all[4].Proposal, all[4].Kind,
		all[4].Request, all[4].Digest
	after.ID = idOf(after)
	requireCode(t, history(t, all[4]).Add(sealed(t, after)), approval.ErrHistory)

	_, err = approval.NewHistory(nil, nil)
	requireCode(t, err, approval.ErrSeal)
	var none *approval.History
	requireCode(t, none.Add(all[0]), approval.ErrHistory)
	_, err = all[0].Sealed(nil)
	requireCode(t, err, approval.ErrSeal)
}

// trusting is a host's verifier that believes everything.
type trusting struct{}

func (trusting) Verify([]byte, approval.Seal) error { return nil }

func TestRecordWithoutASealIsRefusedWhateverTheVerifierSays(t *testing.T) {
	_, err := approval.NewHistory(trusting{}, []approval.Record{approved(t, credit("A-1", dollars(50)), "ADJ-1").Record()})
	requireCode(t, err, approval.ErrSeal)
}

// careless is a host's signer that seals nothing.
type careless struct{ err error }

func (c careless) Sign([]byte) (approval.Seal, error) { return approval.Seal{}, c.err }

func TestRecordIsSealedOrRefused(t *testing.T) {
	r := approved(t, credit("A-1", dollars(50)), "ADJ-1").Record()
	_, err := r.Sealed(careless{})
	requireCode(t, err, approval.ErrSeal)
	_, err = r.Sealed(careless{os.ErrPermission})
	require.ErrorIs(t, err, os.ErrPermission)
}

// idOf is the id that a record has by its place, verdict, person and instant.
func idOf(r approval.Record) stored.ID {
	b := stored.AppendText(nil, string(r.Verdict))
	b = stored.AppendText(b, r.By.String())
	return stored.NewID("approval.record", r.Proposal, stored.Ordinal(r.Ordinal), stored.AppendInstant(b, r.At))
}

func TestHistoryTellsEveryRecordThatIsWrong(t *testing.T) {
	all := allRecords(t)
	bad := append([]approval.Record(nil), all...)
	bad[0].Seal = approval.Seal{}
	bad[4].Role = "lead"
	_, err := approval.NewHistory(sealer(t), bad)
	require.ErrorContains(t, err, "records[0]: E_APPROVAL_SEAL")
	require.ErrorContains(t, err, "records[1]: E_APPROVAL_HISTORY") // its approval was not taken in
	require.ErrorContains(t, err, "records[4]: E_APPROVAL_SEAL")
}

func TestHistoryIsNotChangedThroughWhatItWasMadeOf(t *testing.T) {
	kept := sealed(t, approved(t, credit("A-1", dollars(50)), "ADJ-1").Record())
	h := history(t, kept)
	kept.Prepared[0] = person("nobody")
	for range 2 {
		a, err := approval.Restore(credit("A-1", dollars(50)), "ADJ-1", h)
		require.NoError(t, err)
		require.Equal(t, person("clerk"), a.Record().Prepared[0])
		a.Record().Prepared[0] = person("nobody")
	}
}

func TestApprovalIsNotWrittenAsJSON(t *testing.T) {
	_, err := json.Marshal(approved(t, credit("A-1", dollars(50)), "ADJ-1"))
	require.ErrorIs(t, err, approval.ErrRecord)
}

func TestDigestText(t *testing.T) {
	d := proposed(t, credit("A-1", dollars(50)), "ADJ-1").Digest()
	text, err := d.MarshalText()
	require.NoError(t, err)
	require.Len(t, text, 64)
	var back approval.Digest
	require.NoError(t, back.UnmarshalText(text))
	require.Equal(t, d, back)
	for _, bad := range []string{string(text[1:]), string(text) + "0", strings.ToUpper(string(text)), "x" + string(text[1:]), strings.Repeat("0", 64)} {
		requireCode(t, back.UnmarshalText([]byte(bad)), approval.ErrDigest)
		require.Equal(t, d, back)
	}
	require.NoError(t, back.UnmarshalText(nil))
	require.True(t, back.IsZero())
}

func FuzzRecordForm(f *testing.F) {
	form := approval.RecordForm()
	for _, r := range allRecords(f) {
		data, err := form.Marshal(r)
		require.NoError(f, err)
		f.Add(data)
		f.Add(data[:len(data)/2])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := form.Unmarshal(data)
		if err != nil {
			return
		}
		again, err := form.Marshal(r)
		require.NoError(t, err)
		back, err := form.Unmarshal(again)
		require.NoError(t, err)
		require.Equal(t, r.ID, back.ID)
	})
}
