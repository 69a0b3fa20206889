package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/metering"
)

// ErrOverrides is a report of overrides or of staff that lacks something, or is given something twice.
const ErrOverrides problem.Code = "E_REPORT_OVERRIDES"

// Act is a way in which a person sets a check or a charge aside. The acts of adjustments are the words of their kinds, such as
// billing.Waiver.
type Act string

// The acts that are no adjustments.
const (
	ExceptionAccepted Act = "exception_accepted" // a decision on an exception of an edit list
	ServiceHeld       Act = "service_held"       // a hold of a service, which is not billed
	ReadingAccepted   Act = "reading_accepted"   // an exception of a reading that one person may accept
	ReadingOverridden Act = "reading_overridden" // a reading that is billed although checks have refused it
	FeeWaived         Act = "fee_waived"         // the fee of a step, before it was charged
	LateChargeWaived  Act = "late_charge_waived" // a late charge or interest, before it was charged
)

// Tells says what a row of the act can tell, so that what is not known, or is no money, is shown as nothing and not as zero: no account is
// known of a reading; charges are those of bills that went out by a decision; and adjustments and waivers alone have debits and credits.
func (a Act) Tells() (accounts, charges, changes bool) {
	switch a {
	case ReadingAccepted, ReadingOverridden:
		return false, false, false
	case ExceptionAccepted:
		return true, true, false
	case ServiceHeld: // what it would have been billed nobody says
		return true, false, false
	}
	return true, false, true
}

// Part is what a person had to do with an act.
type Part string

// The parts. Each act has one part of Alone or Asked, which the totals count, and may have others besides.
const (
	Alone    Part = "alone"    // one person did it
	Asked    Part = "asked"    // one person asked for it, for another to approve; the first of those who did, in order of ids
	With     Part = "with"     // another one who asked for it
	Approved Part = "approved" // a second person approved it
)

// counts says that totals count it.
func (p Part) counts() bool { return p == Alone || p == Asked }

// OverrideRequest is what is reported on. The order of its lists has no effect.
type OverrideRequest struct {
	// Periods are those of the report, in order and without overlap, such as the months of a year. What is of no period is left
	// out, and counted.
	Periods []civil.Period
	// Location is where the district's days begin and end, for what has an instant.
	Location *time.Location
	// Released are the cycles that were released, each with its decisions and holds.
	Released []cycle.Released
	// Reviews are those of readings, each once, as they stand.
	Reviews []metering.Review
	// Adjustments are those of all kinds, waivers among them. They count on their effective days.
	Adjustments billing.AdjustmentReport
	// Waived are fees and late charges that were waived before they were charged: what was taken back once it was charged is an adjustment.
	Waived []WaivedCharge
	// Records are those of approvals of all kinds: who approved, rejected or withdrew. The record of the approval of a read override
	// says who asked for it.
	Records []approval.Record
}

// WaivedCharge is a fee or a late charge that a person has waived before it was charged. No books and no adjustment know of it.
type WaivedCharge struct {
	Act     Act    // FeeWaived or LateChargeWaived
	Key     string // of the event whose fee it is, or of the late charge; one of its own within the act
	Account string
	By      approval.Person
	On      civil.Date
	Amount  money.Amount // what would have been charged, above zero
}

// OverrideRow is what one person did of an act in one part in a period.
type OverrideRow struct {
	Period civil.Period
	Person approval.Person // nobody where it cannot be told
	Act    Act
	Part   Part
	// Count is how often, Accounts in how many accounts. A hold that goes on or is extended is one. What of these and of the amounts
	// an act has none of, Act.Tells says: it is zero here, and is no zero.
	Count, Accounts int
	// Charges are those of the bills that went out by it, each once; Debit and Credit what adjustments changed, and Credit what was waived.
	Charges, Debit, Credit money.Amount
}

// ActTotal is what all persons did of an act in a period: the sum of the rows. A bill that two persons let out is in the charges of
// both.
type ActTotal struct {
	Period                 civil.Period
	Act                    Act
	Count, Persons         int
	Charges, Debit, Credit money.Amount
}

// ApprovalRow is what a person decided of a kind of approvals in a period.
type ApprovalRow struct {
	Period                                 civil.Period
	Person                                 approval.Person
	Kind                                   approval.Kind
	Approved, Rejected, Withdrawn, Reduced int
	// Delegated is how many of them were decided on another's authority.
	Delegated int
	// Stakes is what was at stake in what was approved, of so many that are Staked: what moves no money of itself, as a list of shutoffs
	// or a read override, states none.
	Stakes money.Amount
	Staked int
}

// Overrides are who has set checks and charges aside, how often, and by how much: in San Diego 10 of 36 readers made 71% of the wrong
// bills, and readers used a supervisor's code to skip the check.
type Overrides struct {
	Periods   []civil.Period
	Rows      []OverrideRow // in order of periods, persons, acts and parts
	Acts      []ActTotal    // in order of periods and acts: each act once, whoever approved it
	Approvals []ApprovalRow // in order of periods, persons and kinds
	Left      []Left
}

// CountOverrides counts overrides by person, kind and period. Errors, all that are found: [ErrOverrides].
func CountOverrides(r OverrideRequest) (Overrides, error) {
	o := overriding{r: r, rows: map[overrideKey]*overrideSum{}}
	o.check()
	if err := o.found.Err(); err != nil {
		return Overrides{}, err
	}
	o.records()
	o.cycles()
	o.readings()
	o.adjusted()
	o.waived()
	if err := o.found.Err(); err != nil {
		return Overrides{}, err
	}
	return o.report()
}

// overrideKey is a row's place.
type overrideKey struct {
	period int
	person approval.Person
	act    Act
	part   Part
}

// overrideSum is a row in the making.
type overrideSum struct {
	OverrideRow
	accounts map[string]bool
	bills    map[[2]string]bool
}

// overriding makes Overrides.
type overriding struct {
	r         OverrideRequest
	found     problem.List
	rows      map[overrideKey]*overrideSum
	approvals map[approvalKey]*ApprovalRow
	prepared  map[stored.ID][]approval.Person // who asked for what was approved
	outside   int
	unknown   int // read overrides of which nobody knows who asked for them
}

type approvalKey struct {
	period int
	person approval.Person
	kind   approval.Kind
}

func (o *overriding) refuse(path, what, fix string) {
	o.found.Add(&problem.Error{Code: ErrOverrides, Path: path, What: what, Fix: fix})
}

func (o *overriding) check() {
	checkSpans(&o.found, ErrOverrides, o.r.Periods, o.r.Location)
	released, reviews := map[string]bool{}, map[string]bool{}
	for i, one := range o.r.Released {
		if released[one.Key] {
			o.refuse(fmt.Sprintf("released[%d]", i), fmt.Sprintf("the cycle %q is given twice", one.Key), "give each released cycle once")
		}
		released[one.Key] = true
	}
	for i, one := range o.r.Reviews {
		if reviews[one.Key()] {
			o.refuse(fmt.Sprintf("reviews[%d]", i), fmt.Sprintf("the review %q is given twice", one.Key()), "give each review once, as it stands")
		}
		reviews[one.Key()] = true
	}
	waived := map[[2]string]bool{}
	for i, one := range o.r.Waived {
		path, at := fmt.Sprintf("waived[%d]", i), [2]string{string(one.Act), one.Key}
		switch {
		case one.Act != FeeWaived && one.Act != LateChargeWaived:
			o.refuse(path, fmt.Sprintf("%q is no act of waiving", string(one.Act)), "give FeeWaived or LateChargeWaived; a waiver of what was charged is an adjustment")
		case one.Key == "" || one.Account == "" || one.By.IsZero() || one.On.IsZero() || one.Amount.Sign() <= 0:
			o.refuse(path, "it is not said what was waived, of whom, by whom, on which day, or of how much", "give all of it")
		case waived[at]:
			o.refuse(path, fmt.Sprintf("the waiver of %q is given twice", one.Key), "give each waiver once")
		}
		waived[at] = true
	}
}

// checkSpans refuses periods that are none, out of order or overlap, and a place that depends on the machine.
func checkSpans(found *problem.List, code problem.Code, periods []civil.Period, location *time.Location) {
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: code, Path: path, What: what, Fix: fix})
	}
	if len(periods) == 0 {
		refuse("periods", "there is no period", "give the periods to report on, such as the months of a year")
	}
	for i, p := range periods {
		path := fmt.Sprintf("periods[%d]", i)
		switch {
		case p.Check() != nil || p.Days() == 0:
			refuse(path, fmt.Sprintf("%s is no period", p), "give its first day and the day after its last")
		case i > 0 && p.From.Before(periods[i-1].To):
			refuse(path, fmt.Sprintf("it begins on %s, before the one before it has ended", p.From), "give the periods in order, without overlap")
		}
	}
	if location == nil || location == time.Local || location.String() == "Local" { //nolint:forbidigo // compared, not used: TZ gives it another name
		refuse("location", "it is not said where the district's days begin and end", "give its location; time.Local depends on the machine")
	}
}

// spanOf is the index of the period that a day is in; -1 where it is in none.
func spanOf(periods []civil.Period, day civil.Date) int {
	return slices.IndexFunc(periods, func(p civil.Period) bool { return p.Contains(day) })
}

// dayOf is the day of an instant in the district.
func (o *overriding) dayOf(t time.Time) civil.Date {
	d, err := civil.DateOf(t, o.r.Location)
	if err != nil {
		o.found.Add(&problem.Error{Code: ErrOverrides, Path: "instant", Err: err})
	}
	return d
}

// add counts an act; nil where it is in no period.
func (o *overriding) add(day civil.Date, by approval.Person, act Act, part Part, account string) *overrideSum {
	i := spanOf(o.r.Periods, day)
	if i < 0 {
		if part.counts() {
			o.outside++
		}
		return nil
	}
	at := overrideKey{i, by, act, part}
	s := o.rows[at]
	if s == nil {
		s = &overrideSum{OverrideRow: OverrideRow{Period: o.r.Periods[i], Person: by, Act: act, Part: part}, accounts: map[string]bool{},
			bills: map[[2]string]bool{}}
		o.rows[at] = s
	}
	s.Count++
	if account != "" {
		s.accounts[account] = true
	}
	return s
}

// money adds an amount, and notes that it does not fit.
func (o *overriding) money(to *money.Amount, part money.Amount) {
	if err := addMoney(to, part); err != nil {
		o.found.Add(&problem.Error{Code: ErrOverrides, Path: "amounts", Err: err})
	}
}

// holdOf is a hold, however often it is extended and whatever its reason is by then: of a service or a bill, by a person, from a day on.
type holdOf struct {
	account, agreement, bill string
	by                       approval.Person
	on                       civil.Date
}

// cycles counts decisions and holds. A hold that goes on from one cycle to the next is one, and so is one that is extended.
func (o *overriding) cycles() {
	holds := map[holdOf]bool{}
	for _, released := range o.r.Released {
		for _, e := range released.Exceptions {
			if e.Decision != (cycle.Decision{}) {
				if s := o.add(e.Decision.On, e.Decision.By, ExceptionAccepted, Alone, e.Account); s != nil && !s.bills[[2]string{e.Account, e.Bill}] {
					s.bills[[2]string{e.Account, e.Bill}] = true
					o.money(&s.Charges, e.Charges)
				}
			}
		}
		for _, h := range released.Held {
			of := holdOf{h.Account, h.Agreement, h.Bill, h.By, h.On}
			if of.agreement != "" {
				of.bill = "" // it holds the service, of whichever bill
			}
			holds[of] = true
		}
	}
	for h := range holds {
		o.add(h.on, h.by, ServiceHeld, Alone, h.account)
	}
}

// readings counts what was accepted and overridden of readings.
func (o *overriding) readings() {
	for _, r := range o.r.Reviews {
		for _, e := range r.Events() {
			switch e.Kind {
			case metering.AcceptedEvent:
				o.add(o.dayOf(e.Step.At), e.Step.By, ReadingAccepted, Alone, "")
			case metering.OverriddenEvent:
				day := o.dayOf(e.Step.At)
				asked, known := o.prepared[e.Approval]
				if !known {
					asked = []approval.Person{{}}
					if spanOf(o.r.Periods, day) >= 0 {
						o.unknown++
					}
				}
				for i, by := range asked {
					part := Asked
					if i > 0 {
						part = With
					}
					o.add(day, by, ReadingOverridden, part, "")
				}
				o.add(day, e.Step.By, ReadingOverridden, Approved, "")
			}
		}
	}
}

// adjusted counts adjustments, each once, whatever its lines.
func (o *overriding) adjusted() {
	type counted struct{ asked, approved *overrideSum }
	seen := map[string]counted{}
	for _, row := range o.r.Adjustments.Rows {
		c, again := seen[row.Key]
		if !again {
			c.asked = o.add(row.Effective, row.Prepared, Act(row.Kind), Asked, row.Account)
			if !row.Approved.IsZero() {
				c.approved = o.add(row.Effective, row.Approved, Act(row.Kind), Approved, row.Account)
			}
			seen[row.Key] = c
		}
		for _, s := range []*overrideSum{c.asked, c.approved} {
			if s != nil {
				o.money(&s.Debit, row.Debit)
				o.money(&s.Credit, row.Credit)
			}
		}
	}
}

// waived counts what was waived before it was charged, by who granted it.
func (o *overriding) waived() {
	for _, one := range o.r.Waived {
		if s := o.add(one.On, one.By, one.Act, Alone, one.Account); s != nil {
			o.money(&s.Credit, one.Amount)
		}
	}
}

// records counts who decided on approvals, and finds who asked. A record given twice counts once.
func (o *overriding) records() {
	o.approvals, o.prepared = map[approvalKey]*ApprovalRow{}, map[stored.ID][]approval.Person{}
	seen := map[stored.ID]bool{}
	for _, rec := range o.r.Records {
		if seen[rec.ID] {
			continue
		}
		seen[rec.ID] = true
		if len(rec.Prepared) > 0 {
			o.prepared[rec.Proposal] = rec.Prepared
		}
		i := spanOf(o.r.Periods, o.dayOf(rec.At))
		if i < 0 || rec.Verdict == approval.VerdictProposed {
			continue
		}
		at := approvalKey{i, rec.By, rec.Kind}
		row := o.approvals[at]
		if row == nil {
			row = &ApprovalRow{Period: o.r.Periods[i], Person: rec.By, Kind: rec.Kind}
			o.approvals[at] = row
		}
		if !rec.Authority.IsZero() && rec.Authority != rec.By {
			row.Delegated++
		}
		switch rec.Verdict {
		case approval.VerdictApproved:
			row.Approved++
			if len(rec.Stakes) > 0 {
				row.Staked++
			}
			for _, s := range rec.Stakes {
				o.money(&row.Stakes, s.Amount)
			}
		case approval.VerdictRejected:
			row.Rejected++
		case approval.VerdictWithdrawn:
			row.Withdrawn++
		case approval.VerdictReduced:
			row.Reduced++
		}
	}
}

func (o *overriding) report() (Overrides, error) {
	out := Overrides{Periods: slices.Clone(o.r.Periods)}
	type actKey struct {
		period int
		act    Act
	}
	acts, persons := map[actKey]*ActTotal{}, map[actKey]map[approval.Person]bool{}
	for _, at := range slices.SortedFunc(maps.Keys(o.rows), func(a, b overrideKey) int {
		return cmp.Or(cmp.Compare(a.period, b.period), cmp.Compare(a.person.String(), b.person.String()), cmp.Compare(a.act, b.act), cmp.Compare(a.part,
			b.part))
	}) {
		s := o.rows[at]
		s.Accounts = len(s.accounts)
		out.Rows = append(out.Rows, s.OverrideRow)
		if !at.part.counts() {
			continue
		}
		k := actKey{at.period, at.act}
		if acts[k] == nil {
			acts[k], persons[k] = &ActTotal{Period: s.Period, Act: at.act}, map[approval.Person]bool{}
		}
		t := acts[k]
		t.Count += s.Count
		persons[k][at.person] = true
		t.Persons = len(persons[k])
		o.money(&t.Charges, s.Charges)
		o.money(&t.Debit, s.Debit)
		o.money(&t.Credit, s.Credit)
	}
	for _, k := range slices.SortedFunc(maps.Keys(acts), func(a, b actKey) int { return cmp.Or(cmp.Compare(a.period, b.period), cmp.Compare(a.act, b.act)) }) {
		out.Acts = append(out.Acts, *acts[k])
	}
	for _, k := range slices.SortedFunc(maps.Keys(o.approvals), func(a, b approvalKey) int {
		return cmp.Or(cmp.Compare(a.period, b.period), cmp.Compare(a.person.String(), b.person.String()), cmp.Compare(a.kind, b.kind))
	}) {
		out.Approvals = append(out.Approvals, *o.approvals[k])
	}
	if o.outside > 0 {
		out.Left = append(out.Left, Left{Count: o.outside, Why: "acts on days that are in no period of the report"})
	}
	if o.unknown > 0 {
		out.Left = append(out.Left, Left{Count: o.unknown, Why: "read overrides without the record of their approval: who asked cannot be told, and they count under nobody"})
	}
	return out, o.found.Err()
}
