package collections_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/ledger"
)

// Ten times the events, or the items, of one account take about ten times as long, and not a hundred times.
func TestAnAccountTakesAsLongAsItIs(t *testing.T) {
	l := compiled(t, district())
	for name, make := range map[string]func(s *story, i int){
		"tags": func(s *story, i int) {
			s.event(collections.DoorTag, collections.Posted, collections.Occupant, "2026-06-17 10:30")
		},
		"withdrawn notices": func(s *story, i int) {
			s.event(collections.MailedNotice, collections.ByMail, collections.Customer, "2026-06-02")
			s.event(collections.Withdrawn, "", "", "2026-06-03").Of = fmt.Sprintf("E%d", s.n-1)
		},
		"returned letters": func(s *story, i int) {
			s.event(collections.MailedNotice, collections.ByMail, collections.Customer, "2026-06-02")
			s.event(collections.Returned, "", "", "2026-06-09").Of = fmt.Sprintf("E%d", s.n-1)
		},
		"shutoffs": func(s *story, i int) {
			s.event(collections.ShutOff, collections.InPerson, collections.Occupant, "2026-06-18")
		},
		"items": func(s *story, i int) { s.bill(acct, fmt.Sprint("b", i), "2026-05-16", "charge", 1_00) },
		"items of many days": func(s *story, i int) {
			s.bill(acct, fmt.Sprint("b", i), must(day("2026-04-17").AddDays(i%60)).String(), "charge", 1_00)
		},
		"items of a plan": func(s *story, i int) {
			s.bill(acct, fmt.Sprint("b", i), "2026-05-16", "charge", 1_00)
		},
	} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() {
				t.Skip("it measures")
			}
			made := func(n int) collections.Facts {
				s := untilShutoff(t)
				for i := range n {
					make(s, i)
				}
				if name == "items of a plan" {
					s.plan("2026-06-18", s.items, ledger.Installment{Billed: day("2026-06-18"), Due: day("2026-06-19"), Amount: usd(84_37 + int64(n)*1_00)})
					s.terms.Plans[0].Ended, s.terms.Plans[0].Ending = day("2026-06-22"), "broken"
				}
				return s.facts("2026-06-22")
			}
			took := func(f collections.Facts) time.Duration {
				start := time.Now()
				_, err := l.Walk(f)
				require.NoError(t, err)
				return time.Since(start)
			}
			// The machine may do other things: the fastest of many counts.
			few, many, fewest, most := made(1_000), made(10_000), time.Hour, time.Hour
			for range 40 {
				fewest, most = min(fewest, took(few)), min(most, took(many))
				if most < 40*fewest {
					return
				}
			}
			require.Less(t, most, 40*fewest, "%s for 1,000 and %s for 10,000", fewest, most)
		})
	}
}
