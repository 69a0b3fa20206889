package table

import (
	"fmt"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/report"
)

// allRows is the first cell of a total.
const allRows = "All"

// Aging are the tables of an aging: by area, kind and class, by account, and the proof against the books.
func Aging(a *report.Aging) []Table {
	heads := []string{}
	for _, b := range a.Buckets {
		heads = append(heads, b.String()+" days $")
	}
	heads = append(heads, "Past due $", "Current $", "Not asked for yet $", "Open $", "By credit $", "Pending $", "Credit $",
		"Pending over $", "Balance $", "Not billed yet $")
	cells := func(g *report.Aged) []Cell {
		var out []Cell
		past := exact.Ratio{}
		for _, p := range g.PastDue {
			past = past.Add(p.Ratio())
			out = append(out, Amount(p))
		}
		return append(out, Quantity(past, 2), Amount(g.Current), Amount(g.Later), Amount(g.Open), Amount(g.ByCredit), Amount(g.Pending),
			Amount(g.Credit), Amount(g.PendingOver), Amount(g.Balance), Amount(g.NotBilled))
	}
	note := "Open on " + a.On.String() + ". By credit and Pending cover parts of what is past due and current, and are not taken off." + omissions(a.Left)
	groups := Table{Name: "aging", Title: "Open items by age", Note: note, Columns: append([]Column{left("Area"), left("Kind"), left("Class"),
		right("Accounts")}, numbers(heads...)...)}
	for i := range a.Groups {
		g := &a.Groups[i]
		groups.Rows = append(groups.Rows, append([]Cell{Text(g.Area), Text(string(g.Kind)), Text(g.Class), Count(int64(g.Accounts))}, cells(&g.Aged)...))
	}
	groups.Total = append([]Cell{Text(allRows), {}, {}, Count(int64(len(a.Rows)))}, cells(&a.Total)...)

	rows := Table{Name: "aging_accounts", Title: "Open items by account", Note: note,
		Columns: append([]Column{left("Account"), left("Area"), left("Class"), left("Oldest due"), left("Terms")}, numbers(heads...)...)}
	for i := range a.Rows {
		r := &a.Rows[i]
		rows.Rows = append(rows.Rows, append([]Cell{Text(r.Account), Text(r.Area), Text(r.Class), Text(r.OldestDue.String()), Text(termWords(r))},
			cells(&r.Aged)...))
	}
	rows.Total = append([]Cell{Text(allRows), {}, {}, {}, {}}, cells(&a.Total)...)

	ties := Table{Name: "aging_proof", Title: "Open items against the books", Note: "Each row comes to what is aged; credits are below zero.",
		Columns: append([]Column{left("Area"), left("Kind")},
			numbers("Closing in the books $", "Later in the books $", "Not in effect yet $", "Not billed yet $", "As credit $", "Aged $")...)}
	for _, t := range a.Ties {
		ties.Rows = append(ties.Rows, []Cell{Text(t.Area), Text(string(t.Kind)), Amount(t.Closing), Amount(t.LaterInBooks), Amount(t.NotInEffect),
			Amount(t.NotBilled), Amount(t.AsCredit), Amount(t.Aged)})
	}
	return []Table{groups, rows, ties}
}

// termWords are the agreements that an account has.
func termWords(r *report.AgingRow) string {
	var out []string
	for _, one := range []struct {
		holds bool
		words string
	}{{r.OnPlan, "payment plan"}, {r.OnLevelPay, "level pay"}, {r.Broken, "an installment is past due"}} {
		if one.holds {
			out = append(out, one.words)
		}
	}
	return strings.Join(out, ", ")
}

// omissions are sentences on what a report leaves out, after a blank.
func omissions(list []report.Left) string {
	var b strings.Builder
	for _, o := range list {
		b.WriteString(" Left out: ")
		if o.Of != "" {
			b.WriteString(o.Of + ": ")
		} else {
			b.WriteString(Count(int64(o.Count)).String() + ": ")
		}
		b.WriteString(o.Why + ".")
	}
	return b.String()
}

// spanText is a period as people name it, by its first and its last day.
func spanText(p civil.Period) string {
	if p.IsZero() {
		return ""
	}
	return p.From.String() + " to " + p.Last().String()
}

// Roll are the tables of a roll-forward: the receivable by area and kind, and all that stands beside it by its kind.
func Roll(r *report.Roll) []Table {
	var heads []string
	for _, step := range report.RollSteps(r.Total) {
		heads = append(heads, strings.ToUpper(step.What[:1])+step.What[1:]+" $")
	}
	receivable := Table{Name: "roll_forward", Title: "Receivable, " + spanText(r.Period),
		Note:    "Each row comes to its closing, which is open items less unapplied credits.",
		Columns: append([]Column{left("Area"), left("Kind")}, numbers(append(heads, "Closing $", "Open items $", "Unapplied credits $")...)...)}
	line := func(area, kind string, row ledger.RollRow) []Cell {
		cells := []Cell{Text(area), Text(kind)}
		for _, step := range report.RollSteps(row) {
			cells = append(cells, Amount(step.Amount))
		}
		return append(cells, Amount(row.Closing), Amount(row.OpenItems), Amount(row.Credits))
	}
	at := 0
	for _, area := range r.Areas {
		for ; at < len(r.Rows) && r.Rows[at].Area == area.Area; at++ {
			receivable.Rows = append(receivable.Rows, line(area.Area, string(r.Rows[at].Kind), r.Rows[at]))
		}
		receivable.Rows = append(receivable.Rows, line(area.Area, "all kinds", area))
	}
	receivable.Total = line(allRows, "", r.Total)

	places := Table{Name: "roll_places", Title: "Beside the receivable, " + spanText(r.Period), Columns: append([]Column{left("Kind"),
		right("Places")}, numbers("Opening $", "In $", "Out $", "Closing $")...)}
	for _, k := range r.Kinds {
		places.Rows = append(places.Rows, []Cell{Text(string(k.Kind)), Count(int64(k.Places)), Amount(k.Opening), Amount(k.In), Amount(k.Out),
			Amount(k.Closing)})
	}
	return []Table{receivable, places}
}

// GLDistribution is the table of a general-ledger distribution, by account and revenue code.
func GLDistribution(d *report.GLDistribution) Table {
	t := Table{Name: "gl_distribution", Title: "General ledger, " + spanText(d.Period), Note: "Net is debits less credits.",
		Columns: append([]Column{left("Account"), left("Revenue code")}, numbers("Legs", "Debits $", "Credits $", "Net $")...)}
	line := func(r report.GLRow, gl string) []Cell {
		return []Cell{Text(gl), Text(r.RevenueCode), Count(int64(r.Legs)), Amount(r.Debits), Amount(r.Credits), Amount(r.Net)}
	}
	for _, r := range d.Rows {
		t.Rows = append(t.Rows, line(r, r.GL))
	}
	t.Total = line(d.Total, allRows)
	return t
}

// Agencies is the table of charges of other agencies that were passed through.
func Agencies(a *report.Agencies) Table {
	t := Table{Name: "agencies", Title: "Charges of other agencies, " + spanText(a.Period), Columns: append([]Column{left("Agency")},
		numbers("Not collected before $", "Billed $", "Adjusted $", "Written off $",
			"Converted $", "Collected $", "Not collected $", "Payable before $", "Brought in $", "Remitted $", "Payable $")...)}
	line := func(r report.AgencyRow, agency string) []Cell {
		return []Cell{Text(agency), Amount(r.Opening), Amount(r.Billed), Amount(r.Adjusted), Amount(r.WrittenOff), Amount(r.Converted),
			Amount(r.Collected), Amount(r.Closing),
			Amount(r.OpeningPayable), Amount(r.Brought), Amount(r.Remitted), Amount(r.ClosingPayable)}
	}
	for _, r := range a.Rows {
		t.Rows = append(t.Rows, line(r, r.Agency))
	}
	t.Total = line(a.Total, allRows)
	return t
}

// Overrides are the tables of who has set checks and charges aside: by person, by act, and who approved.
func Overrides(o *report.Overrides) []Table {
	told := func(known bool, c Cell) Cell {
		if !known {
			return Cell{}
		}
		return c
	}
	rows := Table{Name: "overrides", Title: "Overrides by person", Note: "A dash is what is not known of an act, or is no money of it." + omissions(o.Left),
		Columns: append([]Column{left("Period"), left("Person"), left("Act"), left("Part")}, numbers("Count", "Accounts", "Charges $", "Debit $",
			"Credit $")...)}
	for _, r := range o.Rows {
		accounts, charges, changes := r.Act.Tells()
		rows.Rows = append(rows.Rows, []Cell{Text(spanText(r.Period)), Text(r.Person.String()), Text(spaced(string(r.Act))), Text(string(r.Part)),
			Count(int64(r.Count)), told(accounts, Count(int64(r.Accounts))),
			told(charges, Amount(r.Charges)), told(changes, Amount(r.Debit)), told(changes, Amount(r.Credit))})
	}
	acts := Table{Name: "override_acts", Title: "Overrides by act", Note: "Each act once, whoever approved it. A dash is no money of an act.",
		Columns: append([]Column{left("Period"), left("Act")}, numbers("Count", "Persons", "Charges $", "Debit $", "Credit $")...)}
	for _, a := range o.Acts {
		_, charges, changes := a.Act.Tells()
		acts.Rows = append(acts.Rows, []Cell{Text(spanText(a.Period)), Text(spaced(string(a.Act))), Count(int64(a.Count)), Count(int64(a.Persons)),
			told(charges, Amount(a.Charges)), told(changes, Amount(a.Debit)), told(changes, Amount(a.Credit))})
	}
	approvals := Table{Name: "approvals", Title: "Approvals by person", Note: "A dash at stake is of what was not approved, or states no amount.", Columns: append([]Column{left("Period"), left("Person"), left("Kind")},
		numbers("Approved", "Rejected", "Withdrawn", "Reduced", "On another's authority", "At stake $")...)}
	for _, a := range o.Approvals {
		approvals.Rows = append(approvals.Rows, []Cell{Text(spanText(a.Period)), Text(a.Person.String()), Text(spaced(string(a.Kind))),
			Count(int64(a.Approved)), Count(int64(a.Rejected)), Count(int64(a.Withdrawn)),
			Count(int64(a.Reduced)), Count(int64(a.Delegated)), told(a.Staked > 0, Amount(a.Stakes))})
	}
	return []Table{rows, acts, approvals}
}

// spaced is a name of programs for people.
func spaced(name string) string { return strings.ReplaceAll(name, "_", " ") }

// Staff are the tables of error rates, by reader and by clerk.
func Staff(s *report.Staff) []Table {
	share := func(part, whole int) Cell { return Percent(exact.Int(int64(part)), exact.Int(int64(whole)), 1) }
	readers := Table{Name: "readers", Title: "Readings by reader, " + spanText(s.Period),
		Note: "A dash is a radio, or nobody. A rate is no verdict: routes differ." + omissions(s.Left), Columns: append([]Column{left("Reader")},
			numbers("Readings", "With exceptions", "Exceptions %", "Accepted", "Overridden", "Read again", "Estimated", "Serviced", "Corrected", "Open",
				"Changed", "Changed %")...)}
	line := func(r report.ReaderRow, who string) []Cell {
		cells := []Cell{Text(who), Count(int64(r.Readings)), Count(int64(r.Excepted)), share(r.Excepted, r.Readings)}
		for _, n := range []int{r.Accepted, r.Overridden, r.ReadAgain, r.Estimated, r.Serviced, r.Corrected, r.Open, r.Changed} {
			cells = append(cells, Count(int64(n)))
		}
		return append(cells, share(r.Changed, r.Readings))
	}
	for _, r := range s.Readers {
		readers.Rows = append(readers.Rows, line(r, r.Person.String()))
	}
	readers.Total = line(s.AllReaders, allRows)

	clerks := Table{Name: "clerks", Title: "Decisions by person, " + spanText(s.Period), Columns: append([]Column{left("Person")},
		numbers("Decisions", "Bills", "Corrected since", "Corrected %", "Debit $", "Credit $",
			"Readings accepted", "Overrides approved", "Ordered", "Canceled", "Estimated", "Readings corrected", "Proposals", "Rejected", "Rejected %")...)}
	for _, r := range s.Clerks {
		cells := []Cell{Text(r.Person.String()), Count(int64(r.Decisions)), Count(int64(r.Bills)), Count(int64(r.Faulty)), share(r.Faulty, r.Bills),
			Amount(r.Debit), Amount(r.Credit)}
		for _, n := range []int{r.Accepted, r.Approved, r.Ordered, r.Canceled, r.Estimated, r.Corrected, r.Proposals, r.Rejected} {
			cells = append(cells, Count(int64(n)))
		}
		clerks.Rows = append(clerks.Rows, append(cells, share(r.Rejected, r.Proposals)))
	}
	return []Table{readers, clerks}
}

// Shutoffs are the tables of a year's residential shutoffs: by month and area with the year as its total, each shutoff, and what cannot be
// told.
func Shutoffs(s *report.Shutoffs) []Table {
	months := Table{Name: "shutoffs", Title: fmt.Sprintf("Discontinuations of residential service for inability to pay, %d", s.Year),
		Note:    s.String() + ". Read so: " + strings.Join(s.Law.Readings, "; ") + "." + omissions(s.Left),
		Columns: append([]Column{left("Month"), left("Area")}, numbers("Shutoffs", "Accounts", "Reconnections", "Days off")...)}
	line := func(first string, m report.ShutoffMonth) []Cell {
		return []Cell{Text(first), Text(m.Area), Count(int64(m.Shutoffs)), Count(int64(m.Accounts)), Count(int64(m.Reconnections)), Count(int64(m.DaysOff))}
	}
	for _, m := range s.Months {
		months.Rows = append(months.Rows, line(m.Month.String()[:len("2026-01")], m))
	}
	for _, m := range s.Areas {
		months.Rows = append(months.Rows, line("the year", m))
	}
	months.Total = line(allRows, s.Total)

	each := Table{Name: "shutoff_events", Title: fmt.Sprintf("Residential shutoffs, %d", s.Year),
		Note: "One that is not counted is of a year before, and goes on.",
		Columns: []Column{left("Account"), left("Area"), left("Class"), left("Event"), left("Shut off"), left("On again"), right("Days off"),
			left("Counted")}}
	for _, r := range s.Rows {
		counted := "yes"
		if !r.Counted {
			counted = "no"
		}
		each.Rows = append(each.Rows, []Cell{Text(r.Account), Text(r.Area), Text(r.Class), Text(r.Event), Text(r.Day.String()), Text(r.On.String()),
			Count(int64(r.DaysOff)), Text(counted)})
	}
	untold := Table{Name: "shutoffs_untold", Title: "What cannot be told", Columns: []Column{left("Account"), left("Why")}}
	for _, o := range s.Untold {
		untold.Rows = append(untold.Rows, []Cell{Text(o.Of), Text(o.Why)})
	}
	return []Table{months, each, untold}
}

// WorkOrders are the tables of the orders for the field: those to carry out along the route, and those that were pulled.
func WorkOrders(o *report.Orders) []Table {
	heads := []Column{left("Order"), right("Stop"), left("Day"), left("Not before"), left("Work"), left("Premise"), left("Account"),
		left("Agreement"), left("Meter"), left("Task"), left("Why")}
	line := func(r report.OrderRow) []Cell {
		stop, before := Cell{}, ""
		if r.Stop > 0 {
			stop = Count(int64(r.Stop))
		}
		if !r.NotBefore.IsZero() {
			before = r.NotBefore.Format(time.RFC3339)
		}
		return []Cell{Text(r.Key), stop, Text(r.Day.String()), Text(before), Text(spaced(string(r.Work))), Text(r.Premise), Text(r.Account),
			Text(r.Agreement), Text(r.Meter), Text(r.Task), Text(r.Why)}
	}
	open := Table{Name: "work_orders", Title: "Work orders", Note: strings.TrimSpace(omissions(o.Left)),
		Columns: append(heads[:len(heads):len(heads)], left("ID"))}
	for _, r := range o.Open {
		open.Rows = append(open.Rows, append(line(r), Text(r.ID.String())))
	}
	pulled := Table{Name: "work_orders_pulled", Title: "Work orders that are not to be carried out", Columns: append(heads[:len(heads):len(heads)],
		left("Pulled"), left("ID"))}
	for _, r := range o.Pulled {
		pulled.Rows = append(pulled.Rows, append(line(r), Text(r.Pulled), Text(r.ID.String())))
	}
	return []Table{open, pulled}
}

// Exceptions is the table of exceptions by their rank.
func Exceptions(e *report.Exceptions) Table {
	t := Table{Name: "exceptions", Title: "Exceptions by money and by customers",
		Note: "An account or a bill with several exceptions counts once in the total." + omissions(e.Left),
		Columns: append([]Column{left("Exception")}, numbers("By money", "By customers", "Cycles", "Exceptions", "Accepted", "Held", "Open", "Accounts",
			"Bills", "Charges $")...)}
	line := func(r report.ExceptionRow, first string, ranks ...Cell) []Cell {
		cells := append([]Cell{Text(first)}, ranks...)
		for _, n := range []int{r.Runs, r.Exceptions, r.Accepted, r.Held, r.Open, r.Accounts, r.Bills} {
			cells = append(cells, Count(int64(n)))
		}
		return append(cells, Amount(r.Charges))
	}
	for _, r := range e.Rows {
		t.Rows = append(t.Rows, line(r, string(r.Code), Count(int64(r.ByMoney)), Count(int64(r.ByCustomers))))
	}
	t.Total = line(e.Total, allRows, Cell{}, Cell{})
	return t
}

// Cycles is the table of released cycles beside each other, with what the runs of a cycle come to.
func Cycles(c *report.CycleStatistics) Table {
	t := Table{Name: "cycles", Title: "Released cycles", Note: "Days to review are from the end of the period; those of many runs are their mean.",
		Columns: append([]Column{left("Cycle"), left("Run"), left("Period"), left("Reviewed"), left("Approved by")},
			numbers("Days to review", "Bills", "Estimated", "Charges $", "Change %", "Exceptions", "Accepted", "Held", "Bills with exceptions %")...)}
	line := func(r report.CycleRow, first, key string) []Cell {
		days, change := Cell{}, Cell{}
		if mean, ok := r.MeanDaysToReview(); ok {
			days = Quantity(mean, 1)
		}
		if r.Follows {
			change = PercentChange(r.Before, r.Charges)
		}
		return []Cell{Text(first), Text(key), Text(spanText(r.Period)), Text(r.Reviewed.String()), Text(r.ApprovedBy.String()),
			days, Count(int64(r.Bills)), Count(int64(r.Estimated)),
			Amount(r.Charges), change, Count(int64(r.Exceptions)), Count(int64(r.Accepted)), Count(int64(r.Held)), Percent(exact.Int(int64(r.Excepted)),
				exact.Int(int64(r.Bills)), 1)}
	}
	at := 0
	for _, sum := range c.Cycles {
		for ; at < len(c.Rows) && c.Rows[at].Cycle == sum.Cycle; at++ {
			t.Rows = append(t.Rows, line(c.Rows[at], sum.Cycle, c.Rows[at].Key))
		}
		t.Rows = append(t.Rows, line(sum, sum.Cycle, "all runs"))
	}
	t.Total = line(c.Total, allRows, "")
	return t
}

// PublicRecord are the tables of an extract of bills without names and ids: each bill, and by class and area.
func PublicRecord(p *report.PublicExtract) []Table {
	use := func(list []report.PublicUse) Cell {
		var out []string
		for _, u := range list {
			out = append(out, Quantity(u.Use, Places(u.Use)).String()+" "+u.Unit.Word(false))
		}
		return Text(strings.Join(out, " and "))
	}
	rows := Table{Name: "public_bills", Title: "Bills", Note: "Charges and usage are those that were billed." + omissions(p.Left),
		Columns: []Column{right("Number"), left("Class"), left("Area"), right("Days"), right("Usage"), right("Charges $")}}
	for _, r := range p.Rows {
		rows.Rows = append(rows.Rows, []Cell{Count(int64(r.Number)), Text(r.Class), Text(r.Area), Count(int64(r.Days)), use(r.Usage), Amount(r.Charges)})
	}
	groups := Table{Name: "public_groups", Title: "Bills by class and area", Note: rows.Note, Columns: []Column{left("Class"), left("Area"),
		right("Customers"), right("Accounts"), right("Bills"), right("Usage"), right("Charges $")}}
	line := func(g report.PublicTotal, first string) []Cell {
		return []Cell{Text(first), Text(g.Area), Count(int64(g.Customers)), Count(int64(g.Accounts)), Count(int64(g.Bills)), use(g.Usage), Amount(g.Charges)}
	}
	for _, g := range p.Groups {
		groups.Rows = append(groups.Rows, line(g, g.Class))
	}
	groups.Total = line(p.Total, allRows)
	return []Table{rows, groups}
}
