package collections_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/internal/corpus"
)

// result is what a case comes to: cents, or the text of the row.
type result struct {
	cents int64
	says  string
}

// early are the steps of a debt that was told long before, so that one constraint alone decides.
func early(t tester, due string) *story {
	s := owes(t, due)
	s.event(collections.BillMailed, collections.ByMail, collections.Customer, must(day(due).AddDays(-21)).String())
	s.event(collections.MailedNotice, collections.ByMail, collections.Customer, due)
	s.event(collections.Contact, collections.ByTelephone, collections.Customer, must(day(due).AddDays(1)).String())
	return s
}

func blockedBy(a collections.Answer) result {
	if !a.Blocked() {
		return result{says: "not blocked"}
	}
	return result{says: "blocked: " + string(a.Blocks[0].Code)}
}

// deadline is the last day of a step for a shutoff on 2026-03-27.
func deadline(t *testing.T, step collections.Step) result {
	t.Helper()
	all, err := compiled(t, district()).Deadlines("residential", day("2026-03-27"))
	require.NoError(t, err)
	for _, d := range all {
		if d.Step == step && d.When == collections.Always {
			return result{says: d.Day.String()}
		}
	}
	return result{}
}

// cases are the acceptance cases of the room: those of the group collections, and that of the list that shrinks.
var cases = map[string]func(t *testing.T) result{
	"K-reconnect-low": func(t *testing.T) result {
		return result{cents: fee(t, collections.InHours, 85_00, collections.Yes).Amount.Cents()}
	},
	"K-reconnect-cheap": func(t *testing.T) result {
		return result{cents: fee(t, collections.InHours, 35_00, collections.Yes).Amount.Cents()}
	},
	"K-reconnect-night": func(t *testing.T) result {
		return result{cents: fee(t, collections.AfterHours, 260_00, collections.Yes).Amount.Cents()}
	},
	"K-sb998-earliest": func(t *testing.T) result {
		s := early(t, "2026-01-26")
		s.event(collections.AdultReached, collections.ByTelephone, collections.Customer, "2026-03-25 10:00")
		p := district()
		p.Reading = collections.AtLeast
		a := s.walk(p, "2026-03-25")
		p.Never = []collections.Weekday{collections.Weekday(time.Friday)}
		require.Equal(t, day("2026-03-30"), s.walk(p, "2026-03-25").Day, "a no-Friday policy moves it to Monday")
		return result{says: a.Day.String()}
	},
	"Y-shrink":       yShrink,
	"K-sb998-notice": func(t *testing.T) result { return deadline(t, collections.Contact) },
	"K-mail-10d":     func(t *testing.T) result { return deadline(t, collections.MailedNotice) },
	// Due 2026-09-26, so that 61 days after are Thanksgiving.
	"K-holiday": func(t *testing.T) result {
		s := early(t, "2026-09-26")
		s.event(collections.AdultReached, collections.ByTelephone, collections.Customer, "2026-11-24 10:00")
		a := s.walk(district(), "2026-11-24")
		last, _ := a.Deciding()
		require.Equal(t, day("2026-11-26"), last.Day)
		return result{says: a.Day.String()}
	},
	"K-appeal": func(t *testing.T) result {
		s := untilShutoff(t)
		s.f.Reviews = []collections.Review{{Kind: collections.Appeal, Filed: day("2026-06-10")}}
		return blockedBy(s.walk(district(), "2026-06-22"))
	},
	"C-held-batch": func(t *testing.T) result {
		s := untilShutoff(t)
		s.pending(ledger.HeldBatch, 84_37, "2026-06-20")
		onNone(t, collections.PaymentHeld, func(s *story, on string) { s.pending(ledger.HeldBatch, 84_37, on) }) // no notice, no tag, no shutoff
		return blockedBy(s.walk(district(), "2026-06-22"))
	},
	"C-draft-sent": func(t *testing.T) result {
		s := untilShutoff(t)
		s.pending(ledger.DraftInFlight, 84_37, "2026-06-18")
		return blockedBy(s.walk(district(), "2026-06-19"))
	},
	"C-notice-own-date": func(t *testing.T) result {
		s := untilShutoff(t)
		require.Equal(t, day("2026-06-22"), s.walk(district(), "2026-06-18").Day, "all legal dates")
		s.f.Events[1].Printed = day("2026-06-24")
		return result{says: s.walk(district(), "2026-06-18").Day.String()}
	},
	"C-tag-48": func(t *testing.T) result {
		s := early(t, "2026-03-16")
		s.event(collections.DoorTag, collections.Posted, collections.Occupant, "2026-06-15 14:00")
		return result{says: "not before " + s.walk(district(), "2026-06-15").NotBefore.Format("2006-01-02 15:04")}
	},
	"C-returned-mail": func(t *testing.T) result {
		s := untilShutoff(t)
		s.event(collections.Returned, "", "", "2026-06-12").Of = "E3"
		return blockedBy(s.walk(district(), "2026-06-22"))
	},
	"C-bankruptcy": func(t *testing.T) result {
		s := untilShutoff(t)
		s.f.Bankruptcies = []collections.Bankruptcy{{Petition: day("2026-05-01"), Through: day("2026-05-20")}}
		open := blockedBy(s.walk(district(), "2026-06-22"))
		s.f.Bankruptcies[0].Closed = day("2026-06-15")
		require.Equal(t, open, blockedBy(s.walk(district(), "2026-06-22")), "arrears from before it are never on a list")
		return open
	},
	"C-commercial": func(t *testing.T) result {
		s := owes(t, "2026-04-16")
		s.f.Class = "commercial"
		a := s.walk(district(), "2026-05-21") // 35 days past due
		require.Empty(t, a.Blocks)
		require.Equal(t, collections.LawDoesNotApply, a.Notes[0].Code)
		require.Contains(t, a.Notes[0].Words, "H&S 116908")
		require.Contains(t, a.Notes[0].Words, "does not apply")
		require.Contains(t, a.Notes[0].Words, "district policy only")
		for _, b := range a.Bounds {
			require.Equal(t, collections.Ours, b.Status)
		}
		return result{says: "district policy only; result says that H&S 116908 does not apply"}
	},
}

// The numbers and texts of the cases, copied here so that they hold without the corpus.
func TestCollectionsCases(t *testing.T) {
	want := map[string]result{
		"Y-shrink": {says: "37 go, 3 listed as pulled; the addition refused"}, "K-reconnect-low": {cents: 50_00}, "K-reconnect-cheap": {cents: 35_00}, "K-reconnect-night": {cents: 150_00},
		"K-sb998-earliest": {says: "2026-03-27"}, "K-sb998-notice": {says: "2026-03-18"}, "K-mail-10d": {says: "2026-03-12"}, "K-holiday": {says: "2026-11-30"},
		"K-appeal": {says: "blocked: appeal pending"}, "C-held-batch": {says: "blocked: payment received, not posted"}, "C-draft-sent": {says: "blocked: draft pending"},
		"C-notice-own-date": {says: "2026-06-24"}, "C-tag-48": {says: "not before 2026-06-17 14:00"}, "C-returned-mail": {says: "blocked: visit and posting required"},
		"C-bankruptcy": {says: "blocked: bankruptcy"}, "C-commercial": {says: "district policy only; result says that H&S 116908 does not apply"},
	}
	require.Len(t, want, len(cases))
	for id, run := range cases {
		t.Run(id, func(t *testing.T) { require.Equal(t, want[id], run(t)) })
	}
}

// Every case of the group collections is tested, and agrees with the row.
func TestCollectionsCasesOfThePolicy(t *testing.T) {
	seen := 0
	for _, row := range corpus.Rows(t, "policy", "cases.csv") {
		run, ours := cases[row["id"]]
		require.Equal(t, row["group"] == "collections" || row["id"] == "Y-shrink", ours, "%s", row["id"])
		if !ours {
			continue
		}
		seen++
		t.Run(row["id"], func(t *testing.T) {
			got := run(t)
			if row["expected_cents"] != "" {
				require.Equal(t, corpus.Cents(t, "policy", "cases.csv", "expected_cents", func(r map[string]string) bool { return r["id"] == row["id"] })[row["id"]], got.cents)
				return
			}
			require.Equal(t, row["expected"], got.says)
		})
	}
	require.Equal(t, len(cases), seen)
}
