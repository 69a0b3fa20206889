package main

import (
	"cmp"

	"github.com/headgate-dev/headgate/adapters/table/impactreport"
	"github.com/headgate-dev/headgate/billing/civil"
)

// report is the page for those who adopt rates.
func (r *result) report() impactreport.Report {
	report := impactreport.Report{
		Title:      cmp.Or(r.title, "Proposed rates: what they do to bills"),
		Before:     impactreport.Book{Name: r.before.name, Engine: r.before.engine},
		After:      impactreport.Book{Name: r.after.name, Engine: r.after.engine},
		Impact:     r.impact,
		Customers:  r.kinds.customers(&r.impact),
		Income:     r.income,
		Households: r.households,
		Notes:      r.notes(),
		Proof:      r.proofs,
	}
	if r.unpriced > 0 {
		report.Notes = append(report.Notes, r.untold())
	}
	for i := range r.differences {
		d := &r.differences[i]
		s := impactreport.Sentence{From: d.From, About: about(d), Text: d.Text + ".", Source: d.source}
		if !d.To.IsZero() { // both days stand together
			s.From, s.Text = civil.Date{}, d.Text+": "+days(d.From, d.To)+"."
		}
		report.Differences = append(report.Differences, s)
	}
	return report
}
