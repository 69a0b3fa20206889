package collections_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/collections"
)

// Whatever happened, the list of final notices is of what the ladder lacks: who is on it lacks one, and lacks none once it is posted; who was
// given one lacks none; and the order of the facts changes nothing.
func TestTheListOfFinalNoticesIsWhatTheLadderLacks(t *testing.T) {
	l, on := compiled(t, district()), 0
	lacks := func(s *story) bool {
		for _, code := range codes(s.walk(district(), asked.String()).Blocks) {
			if code == "final notice required" {
				return true
			}
		}
		return false
	}
	rapid.Check(t, func(t *rapid.T) {
		w := draw(t)
		if w.paid.IsZero() && w.debt == day("2026-04-16") && rapid.Bool().Draw(t, "a plan") {
			w.agreed, w.ended = day("2026-05-01"), day("2026-05-20")
		}
		s := w.story(t, acct)
		if rapid.Bool().Draw(t, "no final notice") {
			s.f.Events = slices.DeleteFunc(s.f.Events, func(e collections.Event) bool {
				return slices.ContainsFunc(w.events, func(o collections.Event) bool {
					return o.Step == collections.FinalNotice && (o.Key == e.Key || o.Key == e.Of)
				})
			})
		}
		facts := s.facts(asked.String())
		list, err := l.List(collections.FinalNotices, "L", asked, person("m.alvarez"), []collections.Facts{facts})
		require.NoError(t, err)
		require.NoError(t, list.ApprovalCheck())
		facts.Events = shuffled(t, facts.Events)
		again, err := l.List(collections.FinalNotices, "L", asked, person("m.alvarez"), []collections.Facts{facts})
		require.NoError(t, err)
		require.Equal(t, list, again)
		if len(list.Rows) == 0 {
			if code := list.Left[0].Reasons[0].Code; code == collections.NoticeGiven || code == collections.NotAfterPlan {
				require.False(t, lacks(s), list.Left[0])
			}
			return
		}
		on++
		require.True(t, lacks(s))
		require.True(t, list.Rows[0].Shutoff.After(asked))
		posted := list.Rows[0].Told(collections.Event{Key: "F", Step: collections.FinalNotice, Method: collections.Posted, To: collections.Customer, Day: asked, By: person("m.alvarez")})
		s.f.Events = append(s.f.Events, posted)
		require.False(t, lacks(s))
		after, err := l.List(collections.FinalNotices, "L", asked, person("m.alvarez"), []collections.Facts{s.facts(asked.String())})
		require.NoError(t, err)
		require.Equal(t, collections.NoticeGiven, after.Left[0].Reasons[0].Code)
	})
	require.Positive(t, on, "some lack one")
}
