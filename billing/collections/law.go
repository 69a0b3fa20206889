package collections

import (
	"fmt"
	"slices"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Law is what a law says of the shutoff of residential service: dated, sourced data. It is no legal advice: the district's
// counsel confirms each, see [Policy.Confirmed]. A law that is not among the presets is stated in Go, once its text was read.
type Law struct {
	// Title is its name with the year of its text, such as "CA-HSC-116900@2024", and Source where the text stands.
	Title, Source string
	// During are the days for which it may be used: after them its text is to be read anew.
	During civil.Period
	// Constraints are its rules on the date, all for residential service.
	Constraints []Constraint
	// Never are days of the week on which nobody is shut off.
	Never []Weekday
	// PlanMonths is the most civil months of a payment plan; 0 where the law sets none.
	PlanMonths int
}

// written are the ways to tell somebody in writing.
func written() []Method { return []Method{ByMail, Handed, Posted} }

// atPremises are those who are told at the premises: no third party is.
func atPremises() []Recipient { return []Recipient{Customer, Occupant, Tenants} }

// HSC116900At2024 is the Water Shutoff Protection Act, California Health and Safety Code 116900 to 116926 (SB 998, with SB 3 of
// 2023), as read in 2024: residential service of systems with more than 200 connections. Which of its rules were read and which
// are known by others is the Status of each. To be confirmed by the district's counsel.
func HSC116900At2024() Law {
	return Law{
		Title: "CA-HSC-116900@2024", Source: "California Health and Safety Code 116900-116926 (SB 998; SB 3 of 2023)",
		During: civil.MustPeriod("[2024-01-01, 2028-01-01)"),
		Constraints: []Constraint{
			{Title: "60 days delinquent", Source: "H&S 116908(a)(1)(A)", Status: Verified, For: ForResidential, When: Always, Since: SinceDue,
				Wait: Wait{60, DelinquentDays}},
			{Title: "7-business-day contact", Source: "H&S 116908(a)(1)(A)", Status: Verified, For: ForResidential, When: Always, Since: SinceStep,
				Ways:    []Way{{Step: Contact, Methods: append(written(), ByTelephone), To: []Recipient{Customer}, Wait: Wait{7, OpenDays}}},
				Missing: "contact required"},
			{Title: "notice to the occupant", Source: "H&S 116908(a)(1)(C)", Status: Verified, For: ForResidential, When: AtOtherAddress, Since: SinceStep,
				Ways:    []Way{{Step: Contact, Methods: written(), To: []Recipient{Occupant}, Wait: Wait{7, OpenDays}}},
				Missing: "notice to the occupant required"},
			{Title: "visit and posting", Source: "H&S 116908(a)(2); 48 hours as of any posting are ours", Status: Unverified, For: ForResidential,
				When: Undelivered, Since: SinceStep,
				Ways:    []Way{{Step: Visit, Methods: []Method{Posted}, To: atPremises(), Wait: Wait{48, Hours}}},
				Missing: "visit and posting required"},
			{Title: "60 days after a broken plan", Source: "H&S 116910(b)", Status: Verified, For: ForResidential, When: OfBrokenPlan, Since: SinceBreach,
				Wait: Wait{60, DelinquentDays}},
			{Title: "final notice after a broken plan", Source: "H&S 116910(b)", Status: Unverified, For: ForResidential, When: OfBrokenPlan, Since: SinceStep,
				Ways:    []Way{{Step: FinalNotice, Methods: []Method{Posted}, To: atPremises(), Wait: Wait{5, OpenDays}, AfterBreach: Wait{60, DelinquentDays}}},
				Missing: "final notice required"},
		},
	}
}

// Gov60370At2022 is California Government Code 60370 to 60374, of special districts, as read in 2022. The 5 days of mail, the 19
// days after the bill and the last contact are those of the twins for cities and private utilities (Public Utilities Code 10010.1
// and 779.1). To be confirmed by the district's counsel.
func Gov60370At2022() Law {
	return Law{
		Title: "CA-GOV-60370@2022", Source: "California Government Code 60370-60374; Public Utilities Code 10010.1 and 779.1",
		During: civil.MustPeriod("[2022-01-01, 2028-01-01)"),
		Constraints: []Constraint{
			{Title: "10-day mailed notice", Source: "Gov 60373(a); PUC 10010.1 for the 5 days of mail and the 19 after the bill", Status: Unverified,
				For: ForResidential, When: Always, Since: SinceStep,
				Ways: []Way{{Step: MailedNotice, Methods: []Method{ByMail}, To: []Recipient{Customer}, Wait: Wait{15, Days}, After: BillMailed,
					AfterWait: Wait{19, Days}}},
				Missing: "mailed notice required"},
			{Title: "last contact", Source: "Gov 60373; PUC 10010.1", Status: Unverified, For: ForResidential, When: Always, Since: SinceStep,
				Ways: []Way{
					{Step: AdultReached, Methods: []Method{InPerson}, To: atPremises(), Wait: Wait{24, Hours}},
					{Step: AdultReached, Methods: []Method{ByTelephone}, To: []Recipient{Occupant, Tenants}, Wait: Wait{24, Hours}},
					{Step: AdultReached, Methods: []Method{ByTelephone}, To: []Recipient{Customer}, Wait: Wait{24, Hours}, Unless: AtOtherAddress},
					{Step: DoorTag, Methods: []Method{Posted, Handed}, To: atPremises(), Wait: Wait{48, Hours}},
				},
				Missing: "last contact required"},
			{Title: "notice to the tenants", Source: "Gov 60371", Status: Verified, For: ForResidential, When: WithTenants, Since: SinceStep,
				Ways:    []Way{{Step: MailedNotice, Methods: written(), To: []Recipient{Tenants}, Wait: Wait{10, Days}}},
				Missing: "notice to the tenants required"},
			{Title: "notice to the third party", Source: "PUC 10010.1", Status: Unverified, For: ForResidential, When: WithThirdParty, Since: SinceStep,
				Ways:    []Way{{Step: MailedNotice, Methods: []Method{ByMail}, To: []Recipient{ThirdParty}, Wait: Wait{15, Days}}},
				Missing: "notice to the third party required"},
		},
		Never:      []Weekday{Weekday(time.Saturday), Weekday(time.Sunday)},
		PlanMonths: 12,
	}
}

// presets are the laws of this package.
func presets() []Law { return []Law{HSC116900At2024(), Gov60370At2022()} }

// same says that a law is another, in all that it says.
func (l Law) same(o Law) bool {
	return l.Title == o.Title && l.Source == o.Source && l.During == o.During && l.PlanMonths == o.PlanMonths && slices.Equal(l.Never, o.Never) &&
		slices.EqualFunc(l.Constraints, o.Constraints, Constraint.same)
}

// UnmarshalText reads the name of a preset, as a policy file states it: CA-HSC-116900@2024 or CA-GOV-60370@2022. Another is
// [ErrLaw]. On an error l stays as it was.
func (l *Law) UnmarshalText(text []byte) error {
	for _, preset := range presets() {
		if preset.Title == string(text) {
			*l = preset
			return nil
		}
	}
	return &problem.Error{Code: ErrLaw, What: "no preset has this name",
		Fix: "write CA-HSC-116900@2024 or CA-GOV-60370@2022; another law is stated in Go once its text was read"}
}

func (l *Law) check(f *policy.Findings, path string) {
	f.Need(path+".title", l.Title != "", "the law's name")
	f.Need(path+".source", l.Source != "", "where its text stands")
	if l.During.Check() != nil {
		f.Refuse(path+".during", "the law is of no days", "state the days for which its text was read")
	}
	f.Need(path+".constraints", len(l.Constraints) > 0, "its rules on the date")
	for i := range l.Constraints {
		at := fmt.Sprintf("%s.constraints[%d]", path, i)
		l.Constraints[i].check(f, at)
		if l.Constraints[i].For != ForResidential {
			f.Refuse(at+".for", "a law is of residential service", "state residential, or make it a constraint of the policy")
		}
	}
	checkWeekdays(f, path+".never", l.Never)
	if l.PlanMonths < 0 || l.PlanMonths > 1200 {
		f.Refuse(path+".plan_months", fmt.Sprintf("%d months are not from 0 to 1200", l.PlanMonths), "state the most months of a plan, 0 for no limit")
	}
}

func (l Law) clone() Law {
	l.Constraints, l.Never = slices.Clone(l.Constraints), slices.Clone(l.Never)
	for i := range l.Constraints {
		l.Constraints[i] = l.Constraints[i].clone()
	}
	return l
}

// holds refuses a day for which the law's text was not read.
func (l *Law) holds(path string, day civil.Date) error {
	if l.During.Contains(day) {
		return nil
	}
	return &problem.Error{Code: ErrLaw, Path: path, What: fmt.Sprintf("%s is not of the days %s of %s", day, l.During, l.Title),
		Fix: "use the law as it stands on that day, once its text was read anew"}
}
