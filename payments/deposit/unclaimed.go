package deposit

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// ErrLaw is a law of unclaimed money that is not stated in full.
const ErrLaw problem.Code = "E_DEPOSIT_LAW"

// Law is when money that nobody claims becomes the district's. It is data: a preset is a function, with its source.
type Law struct {
	Title, Source string
	// From is the least amount that is published, as it was at first, before some of it was paid out; below it, and where the owner's name is not known, SmallMonths pass and nothing is
	// published.
	From money.Amount
	// Months and SmallMonths are civil months for which the money is unclaimed.
	Months, SmallMonths int
	// PublishedDays are the days from one publication to the next, of two.
	PublishedDays int
	// NoticeFrom and NoticeTo are the days from the first publication within which the day lies that the notice names.
	NoticeFrom, NoticeTo int
}

// Gov50050 is California Government Code 50050 to 50057 (verified): money of 15.00 or more that is unclaimed for three years is
// published, once a week for two weeks, and becomes the district's on the day that the notice names, 45 to 60 days after the first
// publication; less than 15.00, or money whose owner's name is unknown, after one year without publication. It is no legal advice:
// the district's counsel confirms that it applies.
func Gov50050() Law {
	return Law{Title: "Gov 50050-50057", Source: "California Government Code 50050 to 50057, as of 2026", From: money.Cents(15_00), Months: 36, SmallMonths: 12,
		PublishedDays: 7, NoticeFrom: 45, NoticeTo: 60}
}

// Check finds what is not stated of a law, or cannot be (ErrLaw).
func (l Law) Check() error {
	var found problem.List
	for _, part := range []struct {
		path string
		ok   bool
	}{
		{"title", l.Title != ""}, {"source", l.Source != ""}, {"from", l.From.Sign() > 0}, {"months", l.Months > 0 && l.Months <= 1200}, {"small_months", l.SmallMonths > 0 && l.SmallMonths <= l.Months},
		{"published_days", l.PublishedDays > 0 && l.PublishedDays <= 366}, {"notice", l.NoticeFrom > 0 && l.NoticeFrom <= l.NoticeTo && l.NoticeTo <= 3660},
	} {
		if !part.ok {
			found.Add(&problem.Error{Code: ErrLaw, Path: part.path, What: "it is not stated, or cannot be", Fix: "state it as the law has it, or take a preset such as Gov50050"})
		}
	}
	return found.Err()
}

// Notice is the publication of unclaimed money.
type Notice struct {
	// First and Second are the days of the publications, and Names the day on which the notice says that the money becomes the
	// district's. No dates where it is not published.
	First, Second, Names civil.Date
}

// Search is what is known of the owner of unclaimed money.
type Search struct {
	// NameUnknown says that the books do not know whose it is.
	NameUnknown bool
	// Since is the day from which it was owed before the books had it; no date where the books tell.
	Since civil.Date
	// Notice is its publication, and Claimed the day on which somebody claimed it.
	Notice  Notice
	Claimed civil.Date
}

// Stage is how far unclaimed money is. Its text is what a clerk reads.
type Stage string

// The stages.
const (
	NotYet    Stage = "not yet"         // it waits for its time
	ToPublish Stage = "to be published" // its time is over
	Published Stage = "published"       // until the day that the notice names
	Property  Stage = "the district's"  // it may be taken as income
	Claimed   Stage = "claimed"         // the claim is decided first
)

// Age is how far the money of a refund is on a day.
type Age struct {
	Owed
	On    civil.Date
	Stage Stage
	// Since is the day from which it counts. Next is the day on which the stage ends by itself; no date where somebody has to act.
	Since, Next civil.Date
	// Rule is what the law asks of it, as "3 years + notice 45-60 days".
	Rule string
	// Law and Source are the law's.
	Law, Source string
	// Words say all of it with its numbers.
	Words string
}

// Age says how far the money of a refund is on a day. Refused are a law that is not stated (ErrLaw), an event after the day
// ([ErrFuture]), and a publication that is not the law's: too early, not twice, or that names a day outside of the law's days
// ([ErrFacts]); money is not taken on such a notice.
func (l Law) Age(o Owed, s Search, on civil.Date) (Age, error) {
	if err := l.Check(); err != nil {
		return Age{}, err
	}
	a := Age{Owed: o, On: on, Since: o.Since, Law: l.Title, Source: l.Source}
	if !s.Since.IsZero() {
		a.Since = s.Since
	}
	small, err := l.small(o, s)
	if err != nil {
		return Age{}, err
	}
	months := l.Months
	a.Rule = fmt.Sprintf("%s + notice %d-%d days", years(l.Months), l.NoticeFrom, l.NoticeTo)
	if small {
		months, a.Rule = l.SmallMonths, years(l.SmallMonths)+", no publication"
	}
	if err := l.checkSearch(o, s, a.Since, on); err != nil {
		return Age{}, err
	}
	over, err := a.Since.AddMonths(months)
	if err != nil {
		return Age{}, err
	}
	if !small && !s.Notice.First.IsZero() {
		if err := l.checkNotice(s.Notice, over); err != nil {
			return Age{}, err
		}
	}
	a.stage(s, small, over)
	return a, nil
}

func (a *Age) stage(s Search, small bool, over civil.Date) {
	owed := fmt.Sprintf("%s owed since %s (%s)", a.Amount, a.Since, a.Rule)
	n := s.Notice
	switch {
	case !s.Claimed.IsZero():
		a.Stage, a.Words = Claimed, fmt.Sprintf("claimed on %s: %s", s.Claimed, owed)
	case a.On.Before(over):
		a.Stage, a.Next, a.Words = NotYet, over, fmt.Sprintf("not yet: %s, until %s", owed, over)
	case small:
		a.Stage, a.Words = Property, fmt.Sprintf("the district's since %s: %s", over, owed)
	case n.First.IsZero():
		a.Stage, a.Words = ToPublish, fmt.Sprintf("to be published since %s: %s", over, owed)
	case a.On.Before(n.Names) || n.Second.IsZero():
		a.Stage, a.Words = Published, fmt.Sprintf("published on %s, and the district's on %s: %s", n.First, n.Names, owed)
		if a.On.Before(n.Names) {
			a.Next = n.Names
		}
		if n.Second.IsZero() {
			a.Words += "; to be published again"
		}
	default:
		a.Stage, a.Words = Property, fmt.Sprintf("the district's since %s, published on %s and %s: %s", n.Names, n.First, n.Second, owed)
	}
}

func (l Law) checkSearch(o Owed, s Search, since, on civil.Date) error {
	var found problem.List
	add := func(code problem.Code, path, what, fix string) {
		found.Add(&problem.Error{Code: code, Path: path, What: what, Fix: fix})
	}
	if o.Amount.Sign() <= 0 || o.PaidOut.Sign() < 0 || o.Since.IsZero() || on.IsZero() {
		add(ErrFacts, "owed", "nothing is owed, since no day, or it is asked about no day", "give a refund of OwedRefunds, and the day")
		return found.Err()
	}
	if since.After(o.Since) {
		add(ErrFacts, "since", fmt.Sprintf("%s is after %s, when the books had it", since, o.Since), "leave it out")
	}
	for _, event := range []struct {
		path string
		day  civil.Date
	}{{"owed.since", o.Since}, {"claimed", s.Claimed}, {"notice.first", s.Notice.First}, {"notice.second", s.Notice.Second}} {
		if event.day.After(on) {
			add(ErrFuture, event.path, fmt.Sprintf("%s is after %s, the day that is asked about", event.day, on), "leave out what has not happened, or ask on a later day")
		}
	}
	if !s.Claimed.IsZero() && s.Claimed.Before(since) {
		add(ErrFacts, "claimed", fmt.Sprintf("it was claimed on %s, and owed from %s", s.Claimed, since), "give the day of the claim")
	}
	if n := s.Notice; n.First.IsZero() && (!n.Second.IsZero() || !n.Names.IsZero()) {
		add(ErrFacts, "notice.first", "the first publication is missing", "give its day")
	}
	return found.Err()
}

// checkNotice finds what keeps a publication from being the law's.
func (l Law) checkNotice(n Notice, over civil.Date) error {
	var found problem.List
	add := func(path, what string) {
		found.Add(&problem.Error{Code: ErrFacts, Path: path, What: what, Fix: "publish it anew as " + l.Title + " has it; a notice that is not takes nobody's money"})
	}
	if n.First.Before(over) {
		add("notice.first", fmt.Sprintf("it was published on %s, before %s", n.First, over))
	}
	if !n.Second.IsZero() && n.Second.Sub(n.First) != l.PublishedDays {
		add("notice.second", fmt.Sprintf("it was published on %s and on %s, and the law asks for %d days between", n.First, n.Second, l.PublishedDays))
	}
	if n.Names.IsZero() || n.Names.Sub(n.First) < l.NoticeFrom || n.Names.Sub(n.First) > l.NoticeTo {
		add("notice.names", fmt.Sprintf("the notice of %s names %q, which is not %d to %d days after it", n.First, n.Names.String(), l.NoticeFrom, l.NoticeTo))
	}
	return found.Err()
}

func years(months int) string {
	switch {
	case months == 12:
		return "1 year"
	case months%12 == 0:
		return fmt.Sprintf("%d years", months/12)
	}
	return fmt.Sprintf("%d months", months)
}
