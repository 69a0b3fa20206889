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
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/metering"
)

// StaffRequest is what the work of a period is told from. The order of its lists has no effect.
type StaffRequest struct {
	// Period is that of the report: readings count on their day, steps and decisions on theirs.
	Period civil.Period
	// Location is where the district's days begin and end.
	Location *time.Location
	Readings []StaffReading
	// Released are cycles with their decisions, and Adjustments those that were made since: of bills that decisions let out.
	Released    []cycle.Released
	Adjustments billing.AdjustmentReport
	// Records are those of approvals: what was proposed, and rejected.
	Records []approval.Record
}

// StaffReading is a reading as it came, and the review of it as it stands.
type StaffReading struct {
	First  metering.Measurement
	Review metering.Review
	// Due is the day on which the reading was due, where nothing came that has a day.
	Due civil.Date
}

// day is that of the reading.
func (r StaffReading) day() civil.Date {
	if p := r.First.Period(); !p.To.IsZero() {
		return p.To
	}
	return r.Due
}

// ReaderRow is the readings of a reader; nobody's where a radio read, or nothing was read.
type ReaderRow struct {
	Person approval.Person
	// Readings is how many, and Excepted how many of them had an exception.
	Readings, Excepted int
	// Accepted, Overridden, ReadAgain, Estimated, Serviced, Corrected and Open are how many of them had an exception that ended so; one
	// with two exceptions may be in two.
	Accepted, Overridden, ReadAgain, Estimated, Serviced, Corrected, Open int
	// Changed is how many of ReadAgain have another use since.
	Changed int
}

// ExceptionRate is the share of readings with an exception; false where there are no readings.
func (r ReaderRow) ExceptionRate() (exact.Ratio, bool) { return rate(r.Excepted, r.Readings) }

// ChangedRate is the share of readings that a re-read has changed; false where there are no readings.
func (r ReaderRow) ChangedRate() (exact.Ratio, bool) { return rate(r.Changed, r.Readings) }

// ClerkRow is the work of a person at a desk.
type ClerkRow struct {
	Person approval.Person
	// Decisions is how many exceptions of edit lists they accepted, on so many Bills; Faulty is how many of these bills were corrected
	// or billed again since, by Debit and Credit.
	Decisions, Bills, Faulty int
	Debit, Credit            money.Amount
	// Accepted, Approved, Ordered, Canceled, Estimated and Corrected are the steps that they took on readings.
	Accepted, Approved, Ordered, Canceled, Estimated, Corrected int
	// Proposals is how much they prepared that was decided on, and Rejected how much of it was rejected.
	Proposals, Rejected int
}

// FaultyRate is the share of the bills they let out that were corrected since; false where there are none.
func (r ClerkRow) FaultyRate() (exact.Ratio, bool) { return rate(r.Faulty, r.Bills) }

// RejectedRate is the share of what they prepared that was rejected; false where nothing was decided on.
func (r ClerkRow) RejectedRate() (exact.Ratio, bool) { return rate(r.Rejected, r.Proposals) }

// Staff is how often readings and decisions went wrong, by the ids of who made them: to give feedback by. A rate is no verdict: a
// route of old meters has more exceptions, whoever reads it.
type Staff struct {
	Period  civil.Period
	Readers []ReaderRow // in order of ids
	// AllReaders counts each reading once, also where two have read its registers.
	AllReaders ReaderRow
	Clerks     []ClerkRow // in order of ids
	Left       []Left
}

func rate(part, whole int) (exact.Ratio, bool) {
	r, err := exact.New(int64(part), int64(whole))
	return r, err == nil
}

// RateStaff tells error rates by reader and by clerk. Errors, all that are found: [ErrOverrides] for a request that lacks something,
// and for what is given twice.
func RateStaff(r StaffRequest) (Staff, error) {
	s := staffing{r: r, readers: map[approval.Person]*ReaderRow{}, clerks: map[approval.Person]*ClerkRow{}}
	s.check()
	if err := s.found.Err(); err != nil {
		return Staff{}, err
	}
	for _, one := range r.Readings {
		s.reading(one)
	}
	s.decisions()
	s.proposals()
	if err := s.found.Err(); err != nil {
		return Staff{}, err
	}
	out := Staff{Period: r.Period, AllReaders: s.all}
	byID := func(a, b approval.Person) int { return cmp.Compare(a.String(), b.String()) }
	for _, id := range slices.SortedFunc(maps.Keys(s.readers), byID) {
		out.Readers = append(out.Readers, *s.readers[id])
	}
	for _, id := range slices.SortedFunc(maps.Keys(s.clerks), byID) {
		if row := *s.clerks[id]; row != (ClerkRow{Person: id}) {
			out.Clerks = append(out.Clerks, row)
		}
	}
	if s.outside > 0 {
		out.Left = append(out.Left, Left{Count: s.outside, Why: "readings on days outside the period"})
	}
	return out, nil
}

// staffing makes a Staff.
type staffing struct {
	r       StaffRequest
	found   problem.List
	readers map[approval.Person]*ReaderRow
	all     ReaderRow
	clerks  map[approval.Person]*ClerkRow
	outside int
}

func (s *staffing) refuse(path, what, fix string) {
	s.found.Add(&problem.Error{Code: ErrOverrides, Path: path, What: what, Fix: fix})
}

func (s *staffing) check() {
	checkSpans(&s.found, ErrOverrides, []civil.Period{s.r.Period}, s.r.Location)
	reviews, released := map[string]bool{}, map[string]bool{}
	for i, one := range s.r.Readings {
		path := fmt.Sprintf("readings[%d]", i)
		switch key := one.Review.Key(); {
		case key == "":
			s.refuse(path, "there is no review", "give the review of the reading as it stands")
		case reviews[key]:
			s.refuse(path, fmt.Sprintf("the review %q is given twice", key), "give each reading once")
		case !one.First.Known() && len(one.First.Exceptions()) == 0:
			s.refuse(path, fmt.Sprintf("there is no first measurement of the review %q", key), "give the measurement that the review began with")
		case !one.First.Period().IsZero() && !one.Review.Measurement().Period().IsZero() && one.First.Period().From != one.Review.Measurement().Period().From:
			s.refuse(path, fmt.Sprintf("the first measurement is of %s, and the review %q is of %s", one.First.Period(), key, one.Review.Measurement().Period()),
				"give the measurement that the review began with")
		case one.day().IsZero():
			s.refuse(path, fmt.Sprintf("the reading of the review %q has no day", key), "give the day on which it was due")
		}
		reviews[one.Review.Key()] = true
	}
	for i, one := range s.r.Released {
		if released[one.Key] {
			s.refuse(fmt.Sprintf("released[%d]", i), fmt.Sprintf("the cycle %q is given twice", one.Key), "give each released cycle once")
		}
		released[one.Key] = true
	}
}

func (s *staffing) clerk(id approval.Person) *ClerkRow {
	if s.clerks[id] == nil {
		s.clerks[id] = &ClerkRow{Person: id}
	}
	return s.clerks[id]
}

// within says that an instant is in the period.
func (s *staffing) within(t time.Time) bool {
	d, err := civil.DateOf(t, s.r.Location)
	if err != nil {
		s.found.Add(&problem.Error{Code: ErrOverrides, Path: "instant", Err: err})
	}
	return s.r.Period.Contains(d)
}

// reading counts a reading for who read it, and the steps of its review for who took them.
func (s *staffing) reading(one StaffReading) {
	for _, e := range one.Review.Events() {
		if s.within(e.Step.At) {
			s.clerk(e.Step.By).step(e.Kind)
		}
	}
	if !s.r.Period.Contains(one.day()) {
		s.outside++
		return
	}
	readers := one.First.Readers()
	if len(readers) == 0 {
		readers = []approval.Person{{}}
	}
	s.all.count(one)
	for _, id := range readers {
		if s.readers[id] == nil {
			s.readers[id] = &ReaderRow{Person: id}
		}
		s.readers[id].count(one)
	}
}

// step counts a step of a review.
func (r *ClerkRow) step(k metering.EventKind) {
	switch k {
	case metering.AcceptedEvent:
		r.Accepted++
	case metering.OverriddenEvent:
		r.Approved++
	case metering.OrderedEvent:
		r.Ordered++
	case metering.CanceledEvent:
		r.Canceled++
	case metering.EstimatedEvent:
		r.Estimated++
	case metering.CorrectedEvent:
		r.Corrected++
	}
}

// count counts a reading with how its exceptions ended.
func (r *ReaderRow) count(one StaffReading) {
	r.Readings++
	if len(one.First.Exceptions()) > 0 {
		r.Excepted++
	}
	ended := map[metering.Resolution]bool{}
	for _, held := range one.Review.Exceptions() {
		ended[held.Resolution] = true
	}
	for end, to := range map[metering.Resolution]*int{
		metering.Accepted: &r.Accepted, metering.Overridden: &r.Overridden, metering.ReadAgain: &r.ReadAgain, metering.EstimatedFor: &r.Estimated,
		metering.Serviced: &r.Serviced, metering.Corrected: &r.Corrected, metering.Unresolved: &r.Open,
	} {
		if ended[end] {
			*to++
		}
	}
	was, known := one.First.Use()
	is, knownNow := one.Review.Measurement().Use()
	if ended[metering.ReadAgain] && (known != knownNow || !was.Equal(is)) {
		r.Changed++
	}
}

// decisions counts the decisions on edit lists, and which of the bills were corrected since.
func (s *staffing) decisions() {
	type bill struct{ account, key string }
	type change struct{ debit, credit money.Amount }
	corrected := map[bill]change{}
	for _, row := range s.r.Adjustments.Rows {
		if row.Approved.IsZero() || row.Kind != billing.Correction && row.Kind != billing.Rebilled {
			continue
		}
		c := corrected[bill{row.Account, row.Bill}]
		s.money(&c.debit, row.Debit)
		s.money(&c.credit, row.Credit)
		corrected[bill{row.Account, row.Bill}] = c
	}
	type let struct {
		by approval.Person
		bill
	}
	seen := map[let]bool{}
	for _, released := range s.r.Released {
		for _, e := range released.Exceptions {
			if !s.r.Period.Contains(e.Decision.On) {
				continue
			}
			row := s.clerk(e.Decision.By)
			row.Decisions++
			one := let{e.Decision.By, bill{e.Account, e.Bill}}
			if e.Bill == "" || seen[one] {
				continue
			}
			seen[one] = true
			row.Bills++
			if c, faulty := corrected[one.bill]; faulty {
				row.Faulty++
				s.money(&row.Debit, c.debit)
				s.money(&row.Credit, c.credit)
			}
		}
	}
}

func (s *staffing) money(to *money.Amount, part money.Amount) {
	if err := addMoney(to, part); err != nil {
		s.found.Add(&problem.Error{Code: ErrOverrides, Path: "amounts", Err: err})
	}
}

// proposals counts what was decided on for who prepared it. A record given twice counts once.
func (s *staffing) proposals() {
	seen := map[stored.ID]bool{}
	for _, rec := range s.r.Records {
		decided := rec.Verdict == approval.VerdictApproved || rec.Verdict == approval.VerdictRejected
		if seen[rec.ID] || !decided || !s.within(rec.At) {
			continue
		}
		seen[rec.ID] = true
		for _, id := range rec.Prepared {
			row := s.clerk(id)
			row.Proposals++
			if rec.Verdict == approval.VerdictRejected {
				row.Rejected++
			}
		}
	}
}
