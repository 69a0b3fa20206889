package collections_test

import (
	"fmt"
	"testing"

	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/ledger"
)

// BenchmarkWalkOfOneAccount is the ladder of an account of very many events, or items: ten times as many take about ten times as long.
func BenchmarkWalkOfOneAccount(b *testing.B) {
	l := compiled(b, district())
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
		b.Run(name, func(b *testing.B) {
			made := func(n int) collections.Facts {
				s := untilShutoff(b)
				for i := range n {
					make(s, i)
				}
				if name == "items of a plan" {
					s.plan("2026-06-18", s.items, ledger.Installment{Billed: day("2026-06-18"), Due: day("2026-06-19"), Amount: usd(84_37 + int64(n)*1_00)})
					s.terms.Plans[0].Ended, s.terms.Plans[0].Ending = day("2026-06-22"), "broken"
				}
				return s.facts("2026-06-22")
			}
			for _, n := range []int{1_000, 10_000} {
				b.Run(fmt.Sprint(n), func(b *testing.B) {
					f := made(n)
					for b.Loop() {
						if _, err := l.Walk(f); err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/one")
				})
			}
		})
	}
}
