package billing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// AdjustmentRow is one line of an adjustment, as a supervisor reviews it. It has ids and no names, addresses or bank data.
type AdjustmentRow struct {
	Account, Area, Key string // of the adjustment
	Bill               string // the key of the bill that is adjusted; empty where it is of none
	Kind               AdjustmentKind
	Text               string       // of the line, as it is printed
	HangsOn            string       // the charges that brought the line with them
	Before, After      money.Amount // of the line
	Debit, Credit      money.Amount // what it changes: one of the two, above zero
	Reason             string
	Effective          civil.Date
	Prepared           approval.Person
	Approved           approval.Person // nobody where it waits for approval
}

// AdjustmentTotal is what rows come to that have something in common. Net is Debit less Credit: below zero where customers
// owe less.
type AdjustmentTotal struct {
	Of                 string // a kind, a reason, a state
	Adjustments, Lines int
	Debit, Credit, Net money.Amount
}

// AdjustmentReport is what a supervisor reviews of many adjustments: those of a period, or a batch that waits for approval. Its
// totals are of its rows: by kind, by reason, and of what waits and what is approved, each come to Total, to the cent.
type AdjustmentReport struct {
	Rows              []AdjustmentRow   // in order of accounts and of keys; the lines of an adjustment in their own
	ByKind, ByReason  []AdjustmentTotal // kinds in their order, reasons by the alphabet
	Waiting, Approved AdjustmentTotal
	Total             AdjustmentTotal
}

// ReportAdjustments reports adjustments that wait for approval and those that were approved. Refused (ErrAdjustment) are one
// that lacks its record (see Adjustment.Check) or stands there twice, one whose approver is missing or asked for it, and one
// whose entries come to something else in the books than its lines.
func ReportAdjustments(waiting []Adjustment, approved []Adjusted) (AdjustmentReport, error) {
	var found problem.List
	var r AdjustmentReport
	seen := map[string]bool{}
	count := map[string]map[string]bool{} // the keys under each heading
	totals := map[string]*AdjustmentTotal{}
	add := func(a Adjustment, by approval.Person) {
		refuse := func(what, fix string) {
			found.Add(&problem.Error{Code: ErrAdjustment, Path: "adjustment " + a.Key, What: what, Fix: fix})
		}
		if seen[a.Key] {
			refuse("it stands there twice", "give each adjustment once")
			return
		}
		seen[a.Key] = true
		if err := a.Check(); err != nil {
			found.Add(&problem.Error{Code: ErrAdjustment, Path: "adjustment " + a.Key, Err: err})
			return
		}
		state := "approved"
		if by.IsZero() {
			state = "waiting"
		}
		for _, l := range a.Lines {
			row := AdjustmentRow{
				Account: a.Account, Area: a.Area, Key: a.Key, Bill: a.Bill, Kind: a.Kind, Text: l.Text, HangsOn: l.HangsOn, Before: l.Before, After: l.After,
				Reason: a.Reason, Effective: a.Effective, Prepared: a.By, Approved: by,
			}
			if change := l.Change(); change.Sign() > 0 {
				row.Debit = change
			} else {
				row.Credit = money.Cents(-change.Cents())
			}
			r.Rows = append(r.Rows, row)
			for _, heading := range []string{"kind " + string(a.Kind), "reason " + a.Reason, "state " + state, "total"} {
				t := totals[heading]
				if t == nil {
					_, of, _ := strings.Cut(heading, " ")
					t = &AdjustmentTotal{Of: of}
					totals[heading], count[heading] = t, map[string]bool{}
				}
				if err := t.add(row); err != nil {
					found.Add(&problem.Error{Code: ErrAdjustment, Path: "adjustment " + a.Key, Err: err})
					return
				}
				count[heading][a.Key] = true
				t.Adjustments = len(count[heading])
			}
		}
	}
	for _, a := range waiting {
		add(a, approval.Person{})
	}
	for _, d := range approved {
		refuse := func(what, fix string) {
			found.Add(&problem.Error{Code: ErrAdjustment, Path: "adjustment " + d.Adjustment.Key, What: what, Fix: fix})
		}
		switch posted := owedBy(d.Entries); {
		case d.ApprovedBy.IsZero():
			refuse("nobody has approved it", "report it among those that wait")
			continue
		case d.ApprovedBy == d.Adjustment.By:
			refuse("who asked for it has approved it", "have another person decide")
			continue
		case posted != d.Adjustment.Change():
			refuse(fmt.Sprintf("its entries come to %s, and its lines to %s", posted, d.Adjustment.Change()), "report what Adjust returned")
			continue
		}
		add(d.Adjustment, d.ApprovedBy)
	}
	if err := found.Err(); err != nil {
		return AdjustmentReport{}, err
	}
	slices.SortStableFunc(r.Rows, func(a, b AdjustmentRow) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Key, b.Key))
	})
	of := func(heading string) AdjustmentTotal {
		if t := totals[heading]; t != nil {
			return *t
		}
		_, word, _ := strings.Cut(heading, " ")
		return AdjustmentTotal{Of: word}
	}
	for _, kind := range adjustmentKinds {
		if t := of("kind " + string(kind)); t.Lines > 0 {
			r.ByKind = append(r.ByKind, t)
		}
	}
	for heading, t := range totals {
		if strings.HasPrefix(heading, "reason ") {
			r.ByReason = append(r.ByReason, *t)
		}
	}
	slices.SortFunc(r.ByReason, func(a, b AdjustmentTotal) int { return cmp.Compare(a.Of, b.Of) })
	r.Waiting, r.Approved, r.Total = of("state waiting"), of("state approved"), of("total")
	return r, nil
}

// add adds a row.
func (t *AdjustmentTotal) add(row AdjustmentRow) (err error) {
	t.Lines++
	if t.Debit, err = t.Debit.Add(row.Debit); err != nil {
		return err
	}
	if t.Credit, err = t.Credit.Add(row.Credit); err != nil {
		return err
	}
	t.Net, err = t.Debit.Sub(t.Credit)
	return err
}

// owedBy is by how much entries change what accounts owe.
func owedBy(entries []ledger.Entry) money.Amount {
	receivable := func(p ledger.Place) bool { return p.Kind == ledger.PlaceItem || p.Kind == ledger.PlaceCredit }
	var cents int64
	for _, e := range entries {
		for _, o := range e.Opens {
			cents += o.Amount.Cents()
		}
		for _, m := range e.Moves {
			if receivable(m.From) {
				cents += m.Amount.Cents()
			}
			if receivable(m.To) {
				cents -= m.Amount.Cents()
			}
		}
	}
	return money.Cents(cents)
}

// String is the report as a supervisor reads it: the rows, and below them the totals.
func (r AdjustmentReport) String() string {
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	put := func(cells ...string) { _, _ = fmt.Fprintln(table, strings.Join(cells, "\t")) } // a Builder takes every write
	put("account", "adjustment", "kind", "line", "before", "after", "debit", "credit", "reason", "prepared", "approved")
	for _, row := range r.Rows {
		text, by := row.Text, row.Approved.String()
		if row.HangsOn != "" {
			text += " (follows " + row.HangsOn + ")"
		}
		if row.Approved.IsZero() {
			by = "waiting"
		}
		put(row.Account, row.Key, string(row.Kind), text, row.Before.String(), row.After.String(), shown(row.Debit), shown(row.Credit), row.Reason, row.Prepared.String(), by)
	}
	_ = table.Flush()
	total := func(heading string, totals ...AdjustmentTotal) {
		b.WriteString("\n")
		put(heading, "adjustments", "lines", "debit", "credit", "net")
		for _, t := range totals {
			put(t.Of, fmt.Sprint(t.Adjustments), fmt.Sprint(t.Lines), t.Debit.String(), t.Credit.String(), t.Net.String())
		}
		_ = table.Flush()
	}
	all := r.Total
	all.Of = "in all"
	total("by kind", r.ByKind...)
	total("by reason", r.ByReason...)
	total("state", r.Waiting, r.Approved, all)
	return b.String()
}

// shown is an amount, and nothing where it is none.
func shown(a money.Amount) string {
	if a.IsZero() {
		return ""
	}
	return a.String()
}
