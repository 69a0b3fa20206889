package ratecheck

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/rates"
)

// A Difference is one thing that differs between two rate books, in words for those who
// adopt rates: board members, counsel, billing staff.
type Difference struct {
	// Schedule is the schedule's ID; empty for what is of the book as a whole.
	Schedule string
	// Title is the schedule's title; empty where it has none.
	Title string
	// Charge is the charge's ID; empty for what is of the schedule.
	Charge string
	// From is the first day from which it is so; zero where it is so from the beginning.
	From civil.Date
	// To is the day after the last on which it is so; zero where it is so to the end.
	To civil.Date
	// Kind says which way it goes.
	Kind DifferenceKind
	// Text is one sentence without its days, such as "Base charge for meter size 3/4 rises
	// from $38.79 to $41.20 (+$2.41, +6.2%)". Percentages are rounded half up to one decimal.
	Text string
	// Source is what adopted what is now so; of what is gone, what had adopted it. It is zero
	// where the book states none, as of the rules of a schedule.
	Source rates.Citation
}

// DifferenceKind is the way in which something differs.
type DifferenceKind uint8

// The kinds of differences.
const (
	// Added is there now and was not before.
	Added DifferenceKind = iota + 1
	// Removed was there before and is gone.
	Removed
	// Raised is a number that is higher than before. A credit that is raised lowers the bill.
	Raised
	// Lowered is a number that is lower than before.
	Lowered
	// Altered is any other change.
	Altered
)

// String is the kind's word, such as raised.
func (k DifferenceKind) String() string {
	switch k {
	case Added:
		return "added"
	case Removed:
		return "removed"
	case Raised:
		return "raised"
	case Lowered:
		return "lowered"
	case Altered:
		return "altered"
	}
	return fmt.Sprintf("unknown(%d)", k)
}

// Diff says what differs between two rate books, such as the rates now and those that are
// proposed; nothing where none does. It leaves out what changes neither a bill nor what is
// said of one: where a book stands in its file, how a number is written (2.5 or 2.50), and
// the order of a table's rows. For all else it says something where the books have different
// digests ([rates.Engine.Digest]), and nothing where they have the same.
//
// Schedules, charges, definitions and facts are matched by their names. A schedule or a charge
// that is the same under another ID is told as renamed. Orders are told only where nothing
// else differs, of charges and definitions for the same days.
//
// Versions are matched by days: on each day the version that the book after has is compared
// with the one that the book before has, and what is the same on days that follow each other
// is told once. Where the book before has ended, or not begun, its last version or its first
// stands for its rates, and that is told. Schedules without dates are compared as they are.
//
// The differences stand in the order of the book after, then come those of schedules that are
// gone, in the order of the book before. In a schedule, its rules come first, then its rates in
// the order of days, and of the same days in printed order.
//
// The books are those that compile. What does not compile is told as far as it can be put
// into words.
func Diff(before, after rates.Book) []Difference {
	d := &bookDiffer{}
	if before.Name != after.Name {
		d.say(Altered, "The rate book is named "+diffInstead(diffText(after.Name), diffText(before.Name)))
	}
	pairs := diffMatch(before.Schedules, after.Schedules, func(s *rates.Schedule) string { return s.ID })
	pairs = diffRenamed(pairs, diffSameSchedule)
	for _, p := range pairs {
		d.schedule(p)
	}
	if len(d.found) == 0 && diffMoved(pairs) {
		ids := make([]string, len(after.Schedules))
		for i := range ids {
			ids[i] = after.Schedules[i].ID
		}
		d.of = rates.Schedule{}
		d.say(Altered, "The schedules stand in another order: "+diffAnd(ids))
	}
	return d.found
}

// String is the difference with the schedule, the days and, in brackets, the source.
func (d Difference) String() string {
	var b strings.Builder
	b.WriteString(cmp.Or(d.Title, d.Schedule))
	if days := diffDays(d.From, d.To); days != "" {
		b.WriteString(", " + days)
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	b.WriteString(d.Text)
	if source := d.Source.String(); source != "" {
		b.WriteString("  [" + source + "]")
	}
	return b.String()
}

// bookDiffer collects the differences of two books.
type bookDiffer struct {
	found []Difference
	// of is the schedule in hand.
	of rates.Schedule
}

// say adds a difference of the schedule in hand, or of the book where there is none.
func (d *bookDiffer) say(kind DifferenceKind, text string) {
	d.found = append(d.found, Difference{Schedule: d.of.ID, Title: d.of.Title, Kind: kind, Text: text})
}

// schedule compares what two books have under one ID.
func (d *bookDiffer) schedule(p diffPair[rates.Schedule]) {
	switch {
	case p.is == nil:
		d.of = *p.was
		d.whole(Removed, "is gone; it charged", p.was)
		return
	case p.was == nil:
		d.of = *p.is
		d.whole(Added, "is new; it charges", p.is)
		return
	}
	d.of = *p.is
	if p.renamed {
		d.say(Altered, fmt.Sprintf("The schedule %s is now called %s; nothing else of it changes", p.was.ID, p.is.ID))
		return
	}
	begin := len(d.found)
	d.rules(p.was, p.is)
	d.facts(p.was.Facts, p.is.Facts)
	d.codes(p.was, p.is)
	d.versions(p.was, p.is)
	if len(d.found) == begin && !diffSameSchedule(p.was, p.is) {
		d.say(Altered, "The schedule is written in another way")
	}
}

// whole is a schedule that only one book has.
func (d *bookDiffer) whole(kind DifferenceKind, what string, s *rates.Schedule) {
	name := s.ID
	if s.Title != "" {
		name = fmt.Sprintf("%s (%s)", s.Title, s.ID)
	}
	d.say(kind, fmt.Sprintf("The schedule %s %s nothing", name, what))
	if len(s.Versions) == 0 {
		return
	}
	said := &d.found[len(d.found)-1]
	first, last := &s.Versions[0], &s.Versions[len(s.Versions)-1]
	said.From, said.To, said.Source = first.From, last.To, first.Source
	if names := diffPrinted(last.Charges); len(names) > 0 {
		said.Text = fmt.Sprintf("The schedule %s %s %s", name, what, diffAnd(names))
	}
}
