package approval_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/stored"
)

func TestAnyChangedBitChangesTheDigestAndIsRefused(t *testing.T) {
	m := compiled(t, policy())
	rapid.Check(t, func(r *rapid.T) {
		content := payload{"draft_run", rapid.SliceOfN(rapid.Byte(), 1, 200).Draw(r, "content")}
		p := proposed(t, content, "1")
		a, err := approval.Approve(p, by("supervisor", p), m, history(t))
		require.NoError(r, err)
		changed := content.Clone()
		bit := rapid.IntRange(0, 8*len(changed.bytes)-1).Draw(r, "bit")
		changed.bytes[bit/8] ^= 1 << (bit % 8)

		q := proposed(t, changed, "1")
		require.NotEqual(r, p.Digest(), q.Digest())
		d := by("supervisor", q)
		d.Saw = p.Digest()
		_, err = approval.Approve(q, d, m, history(t))
		require.ErrorIs(r, err, approval.ErrDigest)
		h := history(t, sealed(t, a.Record()))
		_, err = approval.Restore(changed, "1", h)
		require.ErrorIs(r, err, approval.ErrDigest)
		_, err = approval.Approve(q, by("supervisor", q), m, h)
		require.ErrorIs(r, err, approval.ErrDecided)
		_, err = approval.Restore(content, "1", h)
		require.NoError(r, err)
	})
}

// What is approved is added up again by another way: for each window, over all its days.
func TestNoOrderOfApprovalsPassesTheCeiling(t *testing.T) {
	first := at("2026-07-01 12:00")
	who := []struct{ by, as string }{{"manager", ""}, {"lead", "manager"}, {"second", "manager"}}
	rapid.Check(t, func(r *rapid.T) {
		w := rapid.SampledFrom([]approval.Window{
			{Span: approval.ByDay}, {Span: approval.ByMonth}, {Span: approval.ByYear, Month: time.July},
			{Span: approval.ByRolling, Days: 1}, {Span: approval.ByRolling, Days: 3}, {Span: approval.ByRolling, Days: 7},
		}).Draw(r, "window")
		m, h := compiled(t, window(w, 500)), history(t)
		byDay := make([]int64, 31)
		for i := range rapid.IntRange(1, 25).Draw(r, "decisions") {
			day := rapid.IntRange(0, 30).Draw(r, "day")
			cents := rapid.Int64Range(-30_000, 30_000).Draw(r, "cents")
			p, err := approval.Propose(credit("A-1", money.Cents(cents)), approval.Request{Key: fmt.Sprint(i),
				Prepared: []approval.Person{person("clerk")}, At: first})
			require.NoError(r, err)
			actor := rapid.SampledFrom(who).Draw(r, "who")
			d := approval.Decision{By: person(actor.by), At: first.AddDate(0, 0, day), Saw: p.Digest()}
			if actor.as != "" {
				d.As = person(actor.as)
			}
			byDay[day] += max(cents, -cents)
			fits := heaviest(w, byDay) <= 50_000
			a, err := approval.Approve(p, d, m, h)
			if !fits {
				byDay[day] -= max(cents, -cents)
				require.ErrorIs(r, err, approval.ErrLimit)
				continue
			}
			require.NoError(r, err, "what fits is not refused")
			require.NoError(r, h.Add(sealed(t, a.Record())))
			if rapid.IntRange(0, 3).Draw(r, "withdrawn") == 0 { // by another, so that its room is free again
				byDay[day] -= max(cents, -cents)
				gone, err := approval.Withdraw(p.ID(), approval.Decision{By: person("supervisor"), At: d.At, Saw: p.Digest(), Reason: "error"}, m, h)
				require.NoError(r, err)
				require.NoError(r, h.Add(sealed(t, gone)))
			}
		}
	})
}

// heaviest is the most that any window over the days of a July holds.
func heaviest(w approval.Window, byDay []int64) int64 {
	days := map[approval.Span]int{approval.ByDay: 1, approval.ByMonth: 31, approval.ByYear: 31, approval.ByRolling: w.Days}[w.Span]
	var most int64
	for from := 0; from+days <= len(byDay); from++ {
		var sum int64
		for _, cents := range byDay[from : from+days] {
			sum += cents
		}
		most = max(most, sum)
	}
	return most
}

func TestShrinkingKeepsOrderAndTies(t *testing.T) {
	m := compiled(t, policy())
	rapid.Check(t, func(r *rapid.T) {
		list := shutoffList(rapid.IntRange(1, 30).Draw(r, "rows"))
		for i := range list.Rows {
			list.Rows[i].PastDue = money.Cents(rapid.Int64Range(-500, 500).Draw(r, "cents"))
		}
		p := proposed(t, list, "1")
		a, err := approval.Approve(p, by("supervisor", p), m, history(t))
		require.NoError(r, err)

		next, reasons := shutoffs{Day: list.Day}, map[string]string{}
		var was, left int64
		for _, row := range list.Rows {
			was += row.PastDue.Cents()
			switch rapid.IntRange(0, 3).Draw(r, "fate") {
			case 0:
				reasons[row.Account] = "removed"
				continue
			case 1:
				if lowered := money.Cents(row.PastDue.Cents() / 2); lowered != row.PastDue {
					row.PastDue = lowered
					reasons[row.Account] = "lowered"
				}
			}
			left += row.PastDue.Cents()
			next.Rows = append(next.Rows, row)
		}
		reduced, err := approval.Reduce(a, next, person("clerk"), a.At(), reasons, history(t, sealed(t, a.Record())))
		if len(reasons) == 0 {
			require.ErrorIs(r, err, approval.ErrReason)
			return
		}
		require.NoError(r, err)
		out, err := reduced.Open(a.At())
		require.NoError(r, err)
		require.Equal(r, next.Clone(), out)
		require.Equal(r, a.Until(), reduced.Until())

		// approved = kept + removed + lowered, and each reduction has the reason that was given for it.
		var gone int64
		for _, d := range reduced.Record().Reductions {
			gone += d.From.Cents() - d.To.Cents()
			require.Equal(r, reasons[d.Key], d.Reason)
			require.Equal(r, d.Removed, d.Reason == "removed")
		}
		require.Len(r, reduced.Record().Reductions, len(reasons))
		require.Equal(r, was, left+gone)

		// Any row more than approved is refused.
		extra := next.Clone()
		place := rapid.IntRange(0, len(extra.Rows)).Draw(r, "place")
		extra.Rows = append(extra.Rows[:place:place], append([]shutoff{{Account: "A-new"}}, extra.Rows[place:]...)...)
		_, err = approval.Reduce(a, extra, person("clerk"), a.At(), reasons, history(t, sealed(t, a.Record())))
		require.ErrorIs(r, err, approval.ErrGrown)
	})
}

func TestRecordsAreReadBackAsTheyWere(t *testing.T) {
	m, form := compiled(t, policy()), approval.RecordForm()
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.StringMatching(`[A-Za-z0-9é"\\<>&][ -~é]{0,20}[A-Za-z0-9"\\é]`)
		list := shutoffList(rapid.IntRange(2, 10).Draw(r, "rows"))
		when := monday().Add(time.Duration(rapid.Int64Range(0, 1e15).Draw(r, "after")))
		p := proposed(t, list, text.Draw(r, "key"))
		d := approval.Decision{By: person("supervisor"), At: when, Saw: p.Digest(), Reason: text.Draw(r, "reason")}
		records := make([]approval.Record, 0, 3)
		if rapid.Bool().Draw(r, "rejected") {
			rejected, err := approval.Reject(p, d, m, history(t))
			require.NoError(r, err)
			records = append(records, rejected)
		} else {
			a, err := approval.Approve(p, d, m, history(t))
			require.NoError(r, err)
			left, err := approval.Reduce(a, list.without(0), person("clerk"), when, map[string]string{"A-00001": text.Draw(r, "why")},
				history(t, sealed(t, a.Record())))
			require.NoError(r, err)
			records = append(records, a.Record(), left.Record())
		}
		for _, record := range records {
			kept := sealed(t, record)
			data, err := form.Marshal(kept)
			require.NoError(r, err)
			back, err := form.Unmarshal(data)
			require.NoError(r, err)
			require.Equal(r, kept, back)
			torn := rapid.IntRange(0, len(data)-1).Draw(r, "torn")
			_, err = form.Unmarshal(data[:torn])
			require.Error(r, err)
		}
	})
}

// ledgerRows is a list of rows that are given.
type ledgerRows struct{ rows []approval.Row }

func (l ledgerRows) ApprovalRows() ([]byte, []approval.Row) {
	return stored.AppendKind(nil, "test.rows.1"), l.rows
}
func (l ledgerRows) AppendCanonical(b []byte) []byte {
	head, rows := l.ApprovalRows()
	return approval.AppendList(b, head, rows)
}
func (l ledgerRows) Clone() ledgerRows           { return ledgerRows{slices.Clone(l.rows)} }
func (l ledgerRows) ApprovalKind() approval.Kind { return "draft_run" }
func (l ledgerRows) Stakes() []approval.Stake    { return approval.StakesOf(l.rows) }

// Whatever is accepted can be stored: a decision that leaves no record would be lost after it was acted on.
func TestWhateverIsAcceptedCanBeStored(t *testing.T) {
	m, form := compiled(t, policy()), approval.RecordForm()
	texts := rapid.OneOf(rapid.StringMatching(`[A-C]{0,2}`), rapid.String(), rapid.SampledFrom([]string{"\xff", " A", "A\u2028B", "é", "e\u0301"}))
	rapid.Check(t, func(r *rapid.T) {
		rows := make([]approval.Row, rapid.IntRange(1, 4).Draw(r, "rows"))
		for i := range rows {
			rows[i] = approval.Row{Key: texts.Draw(r, "key"), Account: texts.Draw(r, "account"), Amount: money.Cents(rapid.Int64Range(-3, 3).Draw(r, "cents")),
				Rest: approval.RestOf([]byte(texts.Draw(r, "rest")))}
		}
		p, err := approval.Propose(ledgerRows{rows}, approval.Request{Key: texts.Draw(r, "request"),
			Prepared: []approval.Person{person("clerk")}, At: monday()})
		if err != nil {
			return
		}
		h := history(t)
		keep := func(record approval.Record) {
			kept, err := record.Sealed(sealer(t))
			require.NoError(r, err)
			line, err := form.Marshal(kept)
			require.NoError(r, err)
			back, err := form.Unmarshal(line)
			require.NoError(r, err)
			require.NoError(r, h.Add(back))
		}
		if rapid.Bool().Draw(r, "stored first") {
			keep(p.Record())
		}
		d := by("supervisor", p)
		d.Reason = texts.Draw(r, "reason")
		a, err := approval.Approve(p, d, m, h)
		if err != nil {
			return
		}
		keep(a.Record())
		why := texts.Draw(r, "why")
		left, err := approval.Reduce(a, ledgerRows{rows[1:]}, person("clerk"), a.At(), map[string]string{rows[0].Key: why}, h)
		if err != nil {
			return
		}
		keep(left.Record())
		_, err = approval.Restore(ledgerRows{rows[1:]}, p.Request().Key, h)
		require.NoError(r, err)
	})
}
