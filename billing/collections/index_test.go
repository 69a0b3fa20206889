package collections_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/collections"
)

// Of two events that say the same of another the first by its day is told, in whatever order they are given.
func TestOfTwoThatSayTheSameTheFirstIsTold(t *testing.T) {
	s := untilShutoff(t)
	s.f.Tenants = collections.Yes
	s.event(collections.MailedNotice, collections.ByMail, collections.Tenants, "2026-06-04")
	for _, on := range []string{"2026-06-20", "2026-06-18", "2026-06-18", "2026-06-19"} {
		s.event(collections.Withdrawn, "", "", on).Of = "E2"
		s.back("E5", on)
	}
	for range s.f.Events {
		a := s.walk(district(), "2026-06-22")
		require.Contains(t, a.String(), "mailed_notice E2 was withdrawn on 2026-06-18")
		require.Contains(t, a.String(), "mailed_notice E5 came back on 2026-06-18")
		s.f.Events = append(s.f.Events[1:len(s.f.Events):len(s.f.Events)], s.f.Events[0])
	}
}

// An event that is given twice is refused where it is given again, however many there are.
func TestAnEventThatIsGivenTwiceIsRefusedWhereItIsAgain(t *testing.T) {
	s := untilShutoff(t)
	for range 40 {
		s.event(collections.PastDueNotice, collections.ByMail, collections.Customer, "2026-05-04")
	}
	for _, i := range []int{7, 19, 33, 41} {
		s.f.Events[i].Key = "E2"
	}
	_, err := compiled(t, district()).Walk(s.facts("2026-06-22"))
	require.ErrorIs(t, err, collections.ErrEvent)
	for i := range s.f.Events {
		said := fmt.Sprintf("events[%d].key: the event E2 is given twice", i)
		if slices.Contains([]int{7, 19, 33, 41}, i) {
			require.ErrorContains(t, err, said)
		} else {
			require.NotContains(t, err.Error(), said)
		}
	}
}
