package collections

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// YesNo is a fact that has to be stated. The zero value was not.
type YesNo uint8

// No and Yes.
const (
	No YesNo = iota + 1
	Yes
)

// Facts are what the ladder of an account rests on. The order of their lists has no meaning.
type Facts struct {
	// Account is the account under its terms, as its books have it: one for which something was entered since it was made is refused.
	Account *ledger.Account
	// On is the day of the question: what the books and the events say of a later one is not asked for.
	On civil.Date
	// Class is the class of its service, one of the policy's.
	Class string
	// OtherAddress says that the service address is not the customer's; Tenants that tenants live behind an owner's account;
	// ThirdParty that the customer has asked that a third party be told. Each is stated.
	OtherAddress, Tenants, ThirdParty YesNo
	// InService says that it has service on the day: where it has none there is nothing to shut off, and no notice of it. Stated too.
	InService YesNo
	// Each of the lists is given, and empty where it was looked up and nothing was found: one that is nil was not looked up, and is
	// refused. Events are the steps that were taken, of all debts of the account.
	Events []Event
	// Reviews are appeals, complaints and requests for an extension.
	Reviews []Review
	// Bankruptcies are petitions of the customer.
	Bankruptcies []Bankruptcy
	// Hardships are what the customer has shown.
	Hardships []Hardship
}

// ReviewKind is what is reviewed.
type ReviewKind string

// The kinds of reviews.
const (
	Appeal           ReviewKind = "appeal"
	Complaint        ReviewKind = "complaint"
	ExtensionRequest ReviewKind = "extension_request"
)

// Review is an appeal, a complaint or a request for an extension that was filed: while it is open nobody is shut off, in time or
// not (ours). What was granted is in the books and the terms.
type Review struct {
	Kind ReviewKind
	// Filed is the first day, and Decided the day of the decision; no date while it is open.
	Filed, Decided civil.Date
}

// Bankruptcy is a petition of the customer. While the case is open nobody is shut off; and what was billed up to Through never
// counts, after the case neither, unless it was dismissed.
type Bankruptcy struct {
	// Petition is the day of the petition, and Through that of the last bill with days before it: the same or a later one.
	Petition, Through civil.Date
	// Items are those of days before the petition that were billed after Through, such as a back-bill: they never count either. What
	// replaces an item of before, in an entry of the books that takes it back or follows from its bill, need not be among them.
	Items []stored.ID
	// Closed is the day on which the case was closed; no date while it is open. Dismissed says that it was closed by a dismissal.
	Closed    civil.Date
	Dismissed bool
}

// Hardship is what a customer has shown of the three parts of which all have to hold on a day (H&S 116910(a)): at once, or each by a
// record of its own.
type Hardship struct {
	// Certified says that a care provider certifies that a shutoff is a danger to health, CannotPay that the customer cannot pay
	// within the cycle, and Willing that the customer is willing to enter a plan.
	Certified, CannotPay, Willing bool
	// From is the first day, and Until the day from which it holds no more; no date while it does.
	From, Until civil.Date
}

// holds says that what is shown holds on a day.
func (h *Hardship) holds(on civil.Date) bool {
	return !on.Before(h.From) && (h.Until.IsZero() || on.Before(h.Until))
}

// check finds all that is wrong with the facts.
func (w *walk) check() error {
	l, f := w.Ladder, w.facts
	var found problem.List
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrFacts, Path: path, What: what, Fix: fix})
	}
	if f.Account == nil || f.Account.Books() == nil {
		refuse("account", "there is no account, or no ledger made it", "give what Ledger.Account makes")
		return found.Err()
	}
	if f.Account.Behind() {
		refuse("account", "something was entered for the account since it was made", "make it anew with Ledger.Account, under the terms of now")
	}
	if f.On.IsZero() {
		refuse("on", "the question is of no day", "give the day")
		return found.Err()
	}
	if !slices.Contains(l.policy.Residential, f.Class) && !slices.Contains(l.policy.Others, f.Class) {
		refuse("class", fmt.Sprintf("the policy has no class %q", f.Class), "give one of its classes, or add it to residential or others")
	}
	for i, said := range [...]YesNo{f.OtherAddress, f.Tenants, f.ThirdParty, f.InService} {
		if said != Yes && said != No {
			refuse([...]string{"other_address", "tenants", "third_party", "in_service"}[i], "it is not stated", "give Yes or No")
		}
	}
	for i, given := range [...]bool{f.Events != nil, f.Reviews != nil, f.Bankruptcies != nil, f.Hardships != nil} {
		if !given {
			refuse([...]string{"events", "reviews", "bankruptcies", "hardships"}[i], "they were not looked up", "give them, or an empty list where there are none")
		}
	}
	for i, r := range f.Reviews {
		path := fmt.Sprintf("reviews[%d]", i)
		if !slices.Contains([]ReviewKind{Appeal, Complaint, ExtensionRequest}, r.Kind) {
			refuse(path+".kind", fmt.Sprintf("there is no review %q", string(r.Kind)), "give appeal, complaint or extension_request")
		}
		f.span(refuse, path+".filed", r.Filed, r.Decided)
	}
	for i, b := range f.Bankruptcies {
		path := fmt.Sprintf("bankruptcies[%d]", i)
		f.span(refuse, path+".petition", b.Petition, b.Closed)
		for j, id := range b.Items {
			if it, ok := f.Account.Books().Item(id); !ok || it.Account != f.Account.ID() {
				refuse(fmt.Sprintf("%s.items[%d]", path, j), fmt.Sprintf("the account has no item %s", id), "give items of the account")
			}
		}
		if b.Dismissed && b.Closed.IsZero() {
			refuse(path+".dismissed", "the case was dismissed, and is open", "give the day on which it was closed")
		}
		if b.Through.Before(b.Petition) {
			refuse(path+".through", fmt.Sprintf("%q is before the petition of %s", b.Through.String(), b.Petition), "give the day of the last bill with days before it")
		}
	}
	for i, h := range f.Hardships {
		f.span(refuse, fmt.Sprintf("hardships[%d].from", i), h.From, h.Until)
	}
	w.checkEvents(&found)
	return found.Err()
}

// span refuses days that are missing, in the future or the wrong way round.
func (f *Facts) span(refuse func(path, what, fix string), path string, from, until civil.Date) {
	if from.IsZero() || from.After(f.On) || !until.IsZero() && until.Before(from) {
		refuse(path, fmt.Sprintf("it begins on %q, which is no day, after %s, or after its end", from.String(), f.On), "give its days as they were on the day of the question")
	}
}

// checkEvents refuses events that are not whole, in the future, of another account, recorded twice, or of none.
func (w *walk) checkEvents(found *problem.List) {
	f := w.facts
	for i := range f.Events {
		e := &f.Events[i]
		refuse := func(path, what, fix string) {
			found.Add(&problem.Error{Code: ErrEvent, Path: fmt.Sprintf("events[%d].%s", i, path), What: what, Fix: fix})
		}
		n := len(*found)
		e.check(found)
		if len(*found) > n {
			for _, e := range (*found)[n:] {
				e.Path = fmt.Sprintf("events[%d].%s", i, e.Path)
			}
			continue
		}
		if e.Account != f.Account.ID() {
			refuse("account", "the event is another account's", "give the events of the account")
		}
		if e.Day.After(f.On) {
			refuse("day", fmt.Sprintf("the event is of %s, after %s", e.Day, f.On), "record what was done, not what will be")
		}
		if !e.At.IsZero() {
			if day, err := civil.DateOf(e.At, w.location); err != nil || day != e.Day {
				refuse("at", fmt.Sprintf("the instant is of %s, and the event of %s", day, e.Day), "give the day on which it was in the district")
			}
		}
		if w.marks[i].twice {
			refuse("key", fmt.Sprintf("the event %s is given twice", e.Key), "give each once")
		}
		if e.about() {
			at := w.at(e.Of)
			if at < 0 || f.Events[at].about() || e.Day.Before(f.Events[at].Day) || f.Events[at].Debt != e.Debt {
				refuse("of", fmt.Sprintf("there is no event %q of that debt before it", e.Of), "give that event too, and once more what it was about")
			} else if m := f.Events[at].Method; e.Step == Returned && m != ByMail && m != ByEmail {
				refuse("of", fmt.Sprintf("the event %s was not by mail", e.Of), "record what came back")
			}
		}
	}
}
