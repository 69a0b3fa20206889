package collections_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
)

// shuffled is a list in another order; an empty one is empty still, and not one that is not there.
func shuffled[T any](t *rapid.T, all []T) []T {
	return append([]T{}, rapid.Permutation(all).Draw(t, "shuffled")...)
}

// The day is the first on which all constraints, counted backwards, hold; and none where on no day they do. It never precedes any,
// whatever the order in which the steps were recorded.
func TestTheDayIsTheFirstThatEveryConstraintAllows(t *testing.T) {
	l := compiled(t, district())
	free := 0
	rapid.Check(t, func(t *rapid.T) {
		w := draw(t)
		f := w.story(t, acct).facts(asked.String())
		a, err := l.Walk(f)
		require.NoError(t, err)
		var want civil.Date
		for d, i := day("2026-04-16"), 0; i < 250; d, i = plus(d, 1), i+1 {
			if w.allowed(d) {
				want = d
				free++
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
	require.Positive(t, free, "some may be shut off")
}

// What was told before the ladder began anew changes nothing: without it the answer is the same. A household is shut off by what it was told
// since, and by nothing else.
func TestNothingThatWasToldBeforeTheLadderBeganAnewIsAStep(t *testing.T) {
	l := compiled(t, district())
	rapid.Check(t, func(t *rapid.T) {
		w := draw(t)
		s := w.story(t, acct)
		before, err := l.Walk(s.facts(asked.String()))
		require.NoError(t, err)
		anew, dropped := w.anew(), map[string]bool{}
		kept := []collections.Event{}
		for _, e := range s.f.Events {
			switch {
			case dropped[e.Of]:
			case e.Of == "" && e.Day.Before(anew) && e.Printed.IsZero() && e.Step != collections.BillMailed && e.Step != collections.ShutOff && e.Step != collections.Reconnected:
				dropped[e.Key] = true
			default:
				kept = append(kept, e)
			}
		}
		s.f.Events = kept
		after, err := l.Walk(s.facts(asked.String()))
		require.NoError(t, err)
		require.Equal(t, codes(before.Blocks), codes(after.Blocks))
		require.Equal(t, before.Bounds, after.Bounds)
		require.Equal(t, before.NotBefore, after.NotBefore)
	})
}

// Corpus Christi 2013 (failure 12): shutoffs applied unevenly. Two accounts of the same facts have the same answer, whosever they are.
func TestFailure12TheSameFactsGiveTheSameShutoff(t *testing.T) {
	l := compiled(t, district())
	rapid.Check(t, func(t *rapid.T) {
		w := draw(t)
		one, err := l.Walk(w.story(t, acct).facts(asked.String()))
		require.NoError(t, err)
		two, err := l.Walk(w.story(t, "0999999").facts(asked.String()))
		require.NoError(t, err)
		require.Equal(t, one.String(), two.String())
		require.Equal(t, one.Blocks, two.Blocks)
		require.Equal(t, one.Bounds, two.Bounds)
	})
}

// Adding a constraint never moves a day earlier, nor lets anybody be shut off who was not to be.
func TestAnotherConstraintNeverMovesADayEarlier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t).story(t, acct)
		before := s.walk(district(), asked.String())
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
		after := s.walk(p, asked.String())
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
			other := draw(t).story(t, fmt.Sprintf("02%05d", i))
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
			facts = append(facts, other.facts(asked.String()))
		}
		kind := rapid.SampledFrom([]collections.ListKind{collections.Notices, collections.DoorTags, collections.Shutoffs}).Draw(t, "list")
		list, err := l.List(kind, "L", asked, person("m.alvarez"), facts)
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
		other, err := l.List(kind, "L", asked, person("m.alvarez"), again)
		require.NoError(t, err)
		require.Equal(t, list, other)
	})
}
