package billing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/internal/entrykey"
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
// whose entries are another's or come to something else in the books than its lines.
func ReportAdjustments(waiting []Adjustment, approved []Adjusted) (AdjustmentReport, error) {
	r := reporter{seen: map[string]bool{}, totals: map[string]*AdjustmentTotal{}, keys: map[string]map[string]bool{}}
	for _, a := range waiting {
		r.add(a, approval.Person{})
	}
	for _, d := range approved {
		if e := d.check(); e != nil {
			r.found.Add(e)
			continue
		}
		r.add(d.Adjustment, d.ApprovedBy)
	}
	if err := r.found.Err(); err != nil {
		return AdjustmentReport{}, err
	}
	return r.report(), nil
}

// check tells what is wrong with an adjustment that was approved, apart from the adjustment.
func (d Adjusted) check() *problem.Error {
	refuse := func(what, fix string) *problem.Error {
		return &problem.Error{Code: ErrAdjustment, Path: "adjustment " + d.Adjustment.Key, What: what, Fix: fix}
	}
	switch posted := owedBy(d.Entries); {
	case d.ApprovedBy.IsZero():
		return refuse("nobody has approved it", "report it among those that wait")
	case d.ApprovedBy == d.Adjustment.By:
		return refuse("who asked for it has approved it", "have another person decide")
	case posted != d.Adjustment.Change():
		return refuse(fmt.Sprintf("its entries come to %s, and its lines to %s", posted, d.Adjustment.Change()), "report what Adjust returned")
	}
	for i, e := range d.Entries {
		own := e.Cause == d.Adjustment.Kind.cause() || i == 0 && e.Cause == ledger.Applied
		if e.Reverses || e.ID() != (ledger.Entry{Cause: e.Cause, Key: entrykey.Adjustment(d.Adjustment.Key), Parent: e.Parent}).ID() || !own {
			return refuse("entry "+e.Key+" is of another event", "report what Adjust returned")
		}
	}
	return nil
}

// reporter makes a report.
type reporter struct {
	found  problem.List
	rows   []AdjustmentRow
	seen   map[string]bool
	totals map[string]*AdjustmentTotal // under each heading
	keys   map[string]map[string]bool  // of the adjustments under each heading
}

// add adds an adjustment, by nobody where it waits.
func (r *reporter) add(a Adjustment, by approval.Person) {
	place := "adjustment " + a.Key
	if r.seen[a.Key] {
		r.found.Add(&problem.Error{Code: ErrAdjustment, Path: place, What: "it stands there twice", Fix: "give each adjustment once"})
		return
	}
	r.seen[a.Key] = true
	if err := a.Check(); err != nil {
		r.found.Add(&problem.Error{Code: ErrAdjustment, Path: place, Err: err})
		return
	}
	state := "approved"
	if by.IsZero() {
		state = "waiting"
	}
	for _, l := range a.Lines {
		row := AdjustmentRow{
			Account: a.Account, Area: a.Area, Key: a.Key, Bill: a.Bill, Kind: a.Kind, Text: l.told(), HangsOn: l.HangsOn, Before: l.Before, After: l.After,
			Reason: a.Reason, Effective: a.Effective, Prepared: a.By, Approved: by,
		}
		if change := l.Change(); change.Sign() > 0 {
			row.Debit = change
		} else {
			row.Credit = money.Cents(-change.Cents())
		}
		r.rows = append(r.rows, row)
		for _, heading := range []string{"kind " + string(a.Kind), "reason " + a.Reason, "state " + state, "total"} {
			if err := r.count(heading, row); err != nil {
				r.found.Add(&problem.Error{Code: ErrAdjustment, Path: place, Err: err})
				return
			}
		}
	}
}

// count adds a row to the total under a heading.
func (r *reporter) count(heading string, row AdjustmentRow) error {
	t := r.totals[heading]
	if t == nil {
		_, of, _ := strings.Cut(heading, " ")
		t = &AdjustmentTotal{Of: of}
		r.totals[heading], r.keys[heading] = t, map[string]bool{}
	}
	r.keys[heading][row.Key] = true
	t.Adjustments = len(r.keys[heading])
	return t.add(row)
}

// of is the total under a heading.
func (r *reporter) of(heading string) AdjustmentTotal {
	if t := r.totals[heading]; t != nil {
		return *t
	}
	_, word, _ := strings.Cut(heading, " ")
	return AdjustmentTotal{Of: word}
}

// report puts rows and totals in their order.
func (r *reporter) report() AdjustmentReport {
	out := AdjustmentReport{Rows: r.rows, Waiting: r.of("state waiting"), Approved: r.of("state approved"), Total: r.of("total")}
	slices.SortStableFunc(out.Rows, func(a, b AdjustmentRow) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Key, b.Key))
	})
	for _, kind := range adjustmentKinds {
		if t := r.of("kind " + string(kind)); t.Lines > 0 {
			out.ByKind = append(out.ByKind, t)
		}
	}
	for heading, t := range r.totals {
		if strings.HasPrefix(heading, "reason ") {
			out.ByReason = append(out.ByReason, *t)
		}
	}
	slices.SortFunc(out.ByReason, func(a, b AdjustmentTotal) int { return cmp.Compare(a.Of, b.Of) })
	return out
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
