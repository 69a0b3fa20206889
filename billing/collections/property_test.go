package collections_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
)

// drawn is a story with any number of steps, at any time and in any way, some of them of another debt.
func drawn(t *rapid.T) *story {
	s := owes(t, "2026-04-16")
	if rapid.Bool().Draw(t, "mailed") {
		s.event(collections.BillMailed, collections.ByMail, collections.Customer, "2026-03-26")
	}
	for range rapid.IntRange(0, 12).Draw(t, "events") {
		step := rapid.SampledFrom([]collections.Step{collections.MailedNotice, collections.Contact, collections.DoorTag, collections.AdultReached, collections.PastDueNotice}).Draw(t, "step")
		method := rapid.SampledFrom([]collections.Method{collections.ByMail, collections.Posted, collections.ByTelephone}).Draw(t, "method")
		when := must(day("2026-04-10").AddDays(rapid.IntRange(0, 90).Draw(t, "day"))).String()
		if rapid.Bool().Draw(t, "instant") {
			when += fmt.Sprintf(" %02d:%02d", rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute"))
		}
		e := s.event(step, method, collections.Customer, when)
		if rapid.IntRange(0, 5).Draw(t, "printed") == 0 {
			e.Printed = must(e.Day.AddDays(rapid.IntRange(0, 60).Draw(t, "days")))
		}
		if rapid.IntRange(0, 7).Draw(t, "other") == 0 {
			e.Debt = day("2026-05-16")
		}
		if rapid.IntRange(0, 9).Draw(t, "withdrawn") == 0 {
			s.event(collections.Withdrawn, "", "", "2026-07-20").Of = fmt.Sprintf("E%d", s.n-1)
			s.f.Events[len(s.f.Events)-1].Debt = e.Debt
		}
	}
	return s
}

// shuffled is a list in another order; an empty one is empty still, and not one that is not there.
func shuffled[T any](t *rapid.T, all []T) []T {
	return append([]T{}, rapid.Permutation(all).Draw(t, "shuffled")...)
}

// allowed is the law as a supervisor counts it: backwards from a day, by each step that was recorded.
func allowed(s *story, d civil.Date) bool {
	withdrawn := map[string]bool{}
	for _, e := range s.f.Events {
		withdrawn[e.Of] = true
	}
	if w := d.Weekday(); w == time.Saturday || w == time.Sunday || !must(office().Open(d)) {
		return false
	}
	closes := clock(d.String() + " 15:00")
	mailed, notice, contact, last := false, false, false, false
	for _, e := range s.f.Events {
		mailed = mailed || e.Step == collections.BillMailed
		if d.Before(e.Printed) {
			return false
		}
		if e.Debt != s.debt || withdrawn[e.Key] {
			continue
		}
		end := e.At
		if end.IsZero() {
			end = clock(must(e.Day.AddDays(1)).String() + " 00:00")
		}
		switch {
		case e.Step == collections.MailedNotice && e.Method == collections.ByMail:
			notice = notice || e.Day.Sub(day("2026-03-26")) >= 19 && d.Sub(e.Day) >= 15
		case !e.Day.After(s.debt):
		case e.Step == collections.Contact:
			contact = contact || !must(civil.AddOpenDays(office(), d, -7)).Before(e.Day)
		case e.Step == collections.DoorTag && e.Method == collections.Posted:
			last = last || day("2026-07-20").Sub(e.Day) <= 21 && d.Sub(e.Day) <= 21 && end.Add(48*time.Hour).Before(closes)
		case e.Step == collections.AdultReached && e.Method == collections.ByTelephone:
			last = last || day("2026-07-20").Sub(e.Day) <= 21 && d.Sub(e.Day) <= 21 && end.Add(24*time.Hour).Before(closes)
		}
	}
	return d.Sub(s.debt) >= 61 && mailed && notice && contact && last
}

// The day is the first on which all constraints, counted backwards, hold; and none where on no day they do. It never precedes any,
// whatever the order in which the steps were recorded.
func TestTheDayIsTheFirstThatEveryConstraintAllows(t *testing.T) {
	l := compiled(t, district())
	rapid.Check(t, func(t *rapid.T) {
		s := drawn(t)
		f := s.facts("2026-07-20")
		a, err := l.Walk(f)
		require.NoError(t, err)
		var want civil.Date
		for d, i := day("2026-04-16"), 0; i < 250; d, i = must(d.AddDays(1)), i+1 {
			if allowed(s, d) {
				want = d
				break
			}
		}
		require.Equal(t, want, a.Day, a.String())
		require.Equal(t, want.IsZero(), a.Blocked())
		for _, b := range a.Bounds {
			require.True(t, a.Blocked() || !a.Day.Before(b.Day), b)
			require.True(t, a.Blocked() || !a.NotBefore.Before(b.At), b)
			require.NotEmpty(t, b.String())
		}
		f.Events = shuffled(t, f.Events)
		again, err := l.Walk(f)
		require.NoError(t, err)
		require.Equal(t, a, again)
		require.Equal(t, a.String(), again.String())
	})
}

// Corpus Christi 2013 (failure 12): shutoffs applied unevenly. Two accounts of the same facts have the same answer, whosever they are.
func TestFailure12TheSameFactsGiveTheSameShutoff(t *testing.T) {
	l := compiled(t, district())
	rapid.Check(t, func(t *rapid.T) {
		s := drawn(t)
		other := owing(t, "0999999", "2026-04-16", 84_37)
		other.f.Events = s.f.Events
		one, err := l.Walk(s.facts("2026-07-20"))
		require.NoError(t, err)
		two, err := l.Walk(other.facts("2026-07-20"))
		require.NoError(t, err)
		require.Equal(t, one.String(), two.String())
		require.Equal(t, one.Blocks, two.Blocks)
		require.Equal(t, one.Bounds, two.Bounds)
	})
}

// Adding a constraint never moves a day earlier, nor lets anybody be shut off who was not to be.
func TestAnotherConstraintNeverMovesADayEarlier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawn(t)
		before := s.walk(district(), "2026-07-20")
		p := district()
		c := collections.Constraint{Title: "another", Source: "drawn", Status: collections.Ours, For: rapid.SampledFrom([]collections.For{collections.ForAll, collections.ForResidential}).Draw(t, "for"),
			When: collections.Always, Since: collections.SinceDue, Wait: collections.Wait{N: rapid.IntRange(0, 150).Draw(t, "n"), Unit: rapid.SampledFrom([]collections.Unit{
				collections.Days, collections.DelinquentDays, collections.OpenDays}).Draw(t, "unit")}}
		if rapid.Bool().Draw(t, "step") {
			c.Since, c.Wait, c.Missing = collections.SinceStep, collections.Wait{}, "notice required"
			c.Ways = []collections.Way{{Step: collections.PastDueNotice, Methods: []collections.Method{collections.ByMail, collections.Posted}, To: []collections.Recipient{collections.Customer},
				Wait: collections.Wait{N: rapid.IntRange(0, 60).Draw(t, "wait"), Unit: rapid.SampledFrom([]collections.Unit{collections.Days, collections.OpenDays, collections.Hours}).Draw(t, "of")}}}
		}
		p.Constraints = append(p.Constraints, c)
		after := s.walk(p, "2026-07-20")
		if before.Blocked() {
			require.True(t, after.Blocked())
			return
		}
		require.True(t, after.Blocked() || !after.NotBefore.Before(before.NotBefore))
	})
}

// Lists are the same in whatever order accounts, events and reviews come.
func TestListsAreStableUnderShuffledInput(t *testing.T) {
	l := compiled(t, district())
	rapid.Check(t, func(t *rapid.T) {
		var facts []collections.Facts
		for i := range rapid.IntRange(1, 5).Draw(t, "accounts") {
			s := drawn(t)
			other := owing(t, fmt.Sprintf("02%05d", i), "2026-04-16", 60_00)
			other.f.Events = s.f.Events
			for range rapid.IntRange(0, 3).Draw(t, "reviews") {
				other.f.Reviews = append(other.f.Reviews, collections.Review{Kind: rapid.SampledFrom([]collections.ReviewKind{collections.Appeal, collections.Complaint}).Draw(t, "kind"),
					Filed: must(day("2026-07-01").AddDays(rapid.IntRange(0, 9).Draw(t, "filed")))})
			}
			for range rapid.IntRange(0, 2).Draw(t, "petitions") {
				petition := must(day("2026-02-01").AddDays(rapid.IntRange(0, 9).Draw(t, "petition")))
				b := collections.Bankruptcy{Petition: petition, Through: must(petition.AddDays(rapid.IntRange(0, 2).Draw(t, "through")))}
				if rapid.Bool().Draw(t, "closed") {
					b.Closed = day("2026-04-01")
				}
				other.f.Bankruptcies = append(other.f.Bankruptcies, b)
			}
			facts = append(facts, other.facts("2026-07-20"))
		}
		kind := rapid.SampledFrom([]collections.ListKind{collections.Notices, collections.DoorTags, collections.Shutoffs}).Draw(t, "list")
		list, err := l.List(kind, "L", day("2026-07-20"), person("m.alvarez"), facts)
		require.NoError(t, err)
		require.Len(t, facts, len(list.Rows)+len(list.Left), "everybody is on it, or left out with a reason")
		for _, left := range list.Left {
			require.NotEmpty(t, left.Reasons)
		}
		require.NoError(t, list.ApprovalCheck())
		again := shuffled(t, facts)
		for i := range again {
			again[i].Events, again[i].Reviews, again[i].Bankruptcies = shuffled(t, again[i].Events), shuffled(t, again[i].Reviews), shuffled(t, again[i].Bankruptcies)
		}
		other, err := l.List(kind, "L", day("2026-07-20"), person("m.alvarez"), again)
		require.NoError(t, err)
		require.Equal(t, list, other)
	})
}
