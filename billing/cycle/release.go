package cycle

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/billing/stored"
)

// ReleasedBill is a bill of a released cycle: which it is, and a digest of all that it prints and posts.
type ReleasedBill struct {
	ID      stored.ID
	Account string
	Key     string
	Charges money.Amount
	Digest  rates.Digest // SHA-256
}

// Released is a cycle that was released, for the host to store by [ReleasedForm]: which bills went out, who decided what, and who has
// approved it. The bills themselves are stored by billing.BillForm.
type Released struct {
	Key        string
	Cycle      string
	Period     civil.Period
	Reviewed   civil.Date
	ApprovedBy approval.Person
	Authority  approval.Person // whose authority they acted on: their own, or who delegated to them
	Request    string          // under which it was approved: the key, or the key with a number behind it where it was proposed again
	Proposal   stored.ID
	Bills      []ReleasedBill // in the order of accounts and keys
	Charges    money.Amount   // of the bills, added up
	Exceptions []Exception    // as they were reviewed, each with what ended it
	Held       []Hold         // to be given to the next run, where the service is not billed by then
	TakenOut   []ReleasedBill // after the review, in the order of accounts and keys; the approval's records have the reasons
	Totals     []Total        // as they were reviewed: with bills that were taken out since
}

// Release gives what may be posted, printed and drafted of a cycle that a second person has approved, at the instant at which it is
// acted on; location is the district's, in which its days begin and end. A second run gives the same. Refused are an approval that is
// none, has ended or is of other content (see approval.Approved.Open) or was made under another key than the run's, with a number behind it
// where the run is proposed again, such as "2026-W18/2" (ErrRelease), an approver who has decided on an exception or holds a service, or whose authority is that of
// one who has (ErrRelease), and a list of which a hold has expired by then (ErrHold).
func Release(approved approval.Approved[EditList], now time.Time, location *time.Location) (Released, []billing.Bill, error) {
	l, err := approved.Open(now)
	if err != nil {
		return Released{}, nil, err
	}
	if !isRequestOf(approved.Request(), l.key) {
		return Released{}, nil, &problem.Error{
			Code: ErrRelease, Path: "cycle " + l.key, What: "it was approved under the request " + approved.Request(),
			Fix: "propose it under its own key, or under " + l.key + "/2 where that was decided on before",
		}
	}
	for _, by := range []approval.Person{approved.By(), approved.Authority()} {
		if l.decidedBy(by) {
			return Released{}, nil, &problem.Error{
				Code: ErrRelease, Path: "cycle " + l.key, What: by.String() + " has decided on an exception of it, or holds a service, and it was approved by them or on their authority",
				Fix: "withdraw the approval, propose it again as the request " + l.key + "/2 with all who decided named among those who prepared it, and let another person approve it",
			}
		}
	}
	today, err := civil.DateOf(now, location)
	if err != nil {
		return Released{}, nil, err
	}
	if today.Before(l.on) {
		return Released{}, nil, &problem.Error{
			Code: ErrRelease, Path: "cycle " + l.key, What: fmt.Sprintf("it was reviewed on %s, and this is %s", l.on, today), Fix: "review it on a day that has come",
		}
	}
	for _, h := range l.held {
		if !today.Before(h.Until) {
			return Released{}, nil, &problem.Error{
				Code: ErrHold, Path: "account " + h.Account, What: fmt.Sprintf("it was %s, and this is %s", h, today), Fix: "review the cycle again, with a hold that is in force, or without one",
			}
		}
	}
	out := Released{
		Key: l.key, Cycle: l.cycle, Period: l.period, Reviewed: l.on, ApprovedBy: approved.By(), Authority: approved.Authority(), Request: approved.Request(), Proposal: approved.Proposal(), Exceptions: l.Exceptions(),
		Held: l.Held(), Totals: l.Totals(),
	}
	for _, b := range l.bills {
		if out.Charges, err = out.Charges.Add(b.Charges()); err != nil {
			return Released{}, nil, &problem.Error{Code: ErrRelease, Path: "cycle " + l.key, Err: err}
		}
		out.Bills = append(out.Bills, releasedBill(b))
	}
	for _, i := range inOrder(l.gone) {
		out.TakenOut = append(out.TakenOut, releasedBill(l.gone[i]))
	}
	return out, l.Bills(), nil
}

// isRequestOf says whether a request is one for a run: of the run's key, or of the key with a number behind it, as where the first was rejected, has
// ended or was withdrawn. Released twice, the run is the same bills with the same ids.
func isRequestOf(request, key string) bool {
	number, again := strings.CutPrefix(request, key+"/")
	return request == key || again && number != "" && strings.Trim(number, "0123456789") == ""
}

func releasedBill(b billing.Bill) ReleasedBill {
	return ReleasedBill{ID: b.ID(), Account: b.Account(), Key: b.Key(), Charges: b.Charges(), Digest: sha256.Sum256(appendBill(nil, &b))}
}

// decidedBy reports whether a person has decided on an exception of the list, or holds a service.
func (l EditList) decidedBy(by approval.Person) bool {
	return slices.ContainsFunc(l.exceptions, func(e Exception) bool { return e.Decision.By == by }) ||
		slices.ContainsFunc(l.held, func(h Hold) bool { return h.By == by })
}

// Prove refuses bills that are not those that were released: a re-run is the same bills with the same ids, and each prints and posts
// the same; those that were taken out after the approval may be among them. Every difference is told (ErrRerun). Their order has no effect.
func (r Released) Prove(bills []billing.Bill) error {
	var found problem.List
	wrong := func(account, key, what string) {
		found.Add(&problem.Error{
			Code: ErrRerun, Path: "cycle " + r.Key + " bill " + key + " of account " + account, What: what,
			Fix: "run the cycle again with what it was run with; a correction of a bill that is out is an adjustment",
		})
	}
	if len(r.Bills) == 0 {
		return &problem.Error{Code: ErrRerun, Path: "cycle " + r.Key, What: "nothing was released", Fix: "read the released cycle as it was stored"}
	}
	was := make(map[stored.ID]ReleasedBill, len(r.Bills)+len(r.TakenOut))
	for _, list := range [][]ReleasedBill{r.TakenOut, r.Bills} { // a re-run has what was taken out of the approved list too
		for _, b := range list {
			was[b.ID] = b
		}
	}
	for _, i := range inOrder(bills) {
		now := releasedBill(bills[i])
		then, ok := was[now.ID]
		delete(was, now.ID)
		switch {
		case !ok:
			wrong(now.Account, now.Key, "it was not released, or stands there twice")
		case then.Charges != now.Charges:
			wrong(now.Account, now.Key, fmt.Sprintf("it charges %s, and was released with %s", now.Charges, then.Charges))
		case then.Digest != now.Digest:
			wrong(now.Account, now.Key, "it charges the same, and prints or posts something else than was released")
		}
	}
	for _, b := range r.Bills {
		if _, ok := was[b.ID]; ok {
			wrong(b.Account, b.Key, "it was released, and is missing")
		}
	}
	return found.Err()
}
