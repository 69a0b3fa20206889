package billing

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/internal/entrykey"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/billing/stored"
)

// RepricingApproval is the kind of approval of a Repricing.
const RepricingApproval approval.Kind = "repricing"

// Repricing is bills priced again under a corrected book, since a day: one batch, approved as a whole, from which rows may be
// taken before it is acted on and to which none is added. New rates have been implemented wrongly, and corrected bill by bill
// without anybody seeing the whole.
type Repricing struct {
	Key         string
	Reason      string
	Book        rates.Digest // the corrected book
	Since       civil.Date   // bills with days from it on
	Adjustments []Adjustment // in the order of their keys
	// Left are the bills that would or may change and are none of the batch, each with why: ErrCorrected where what stands of them is not
	// told, ErrItem where an item cannot take the change. What is approved and stored is the batch without them; each is corrected by
	// itself.
	Left problem.List
}

// Reprice prices the bills that have days from since on again by the engine of a corrected book, each quote by its own input, and
// keeps those that come to another amount than what stands: a service that was billed again, also by a batch before, is priced by its
// input then, which request.Rebilled gives. Courtesies and waivers stay beside. Bills that were corrected otherwise, or of which the
// books have an adjustment that is not among request.Earlier, and those that an item cannot take, are left: see Repricing.Left. request says
// what each adjustment is to say, but for its services: its key is followed by the bill's account and key. Bills that were taken
// back are passed over. Refused (ErrRebill) are a request without a key, a reason or a day, and a bill that stands there twice; other errors
// are those of Bill.Rebill and of rates.Engine.Price, with the bill as their place; all are told.
func Reprice(bills []Bill, engine *rates.Engine, since civil.Date, request RebillRequest, books *ledger.Ledger) (Repricing, error) {
	r := Repricing{Key: request.Key, Reason: request.Reason, Since: since}
	var found problem.List
	if strings.TrimSpace(request.Key) == "" || strings.TrimSpace(request.Reason) == "" || since.IsZero() {
		found.Add(&problem.Error{Code: ErrRebill, Path: "request", What: "its key, its reason or the day since is missing", Fix: "state all three"})
	}
	earlier := map[string][]Adjustment{} // by account
	for _, a := range request.Earlier {
		earlier[a.Account] = append(earlier[a.Account], a)
	}
	rebilled := map[string][]Service{}
	for _, s := range request.Rebilled {
		rebilled[s.Agreement.Account] = append(rebilled[s.Agreement.Account], s)
	}
	seen := map[stored.ID]bool{}
	for _, b := range bills {
		place := "bill " + b.r.Account + " " + b.r.Key
		if seen[b.ID()] {
			found.Add(&problem.Error{Code: ErrRebill, Path: place, What: "it stands there twice", Fix: "give each bill once"})
			continue
		}
		seen[b.ID()] = true
		if b.takenBack(books) {
			continue
		}
		one := request
		one.Key, one.Earlier, one.Rebilled = request.Key+" "+b.r.Account+" "+b.r.Key, earlier[b.r.Account], rebilled[b.r.Account]
		a, book, err := b.reprice(one, engine, since, books)
		if book != (rates.Digest{}) {
			r.Book = book
		}
		switch {
		case errors.Is(err, ErrCorrected) || errors.Is(err, ErrItem):
			code := ErrCorrected
			if errors.Is(err, ErrItem) {
				code = ErrItem
			}
			r.Left = append(r.Left, &problem.Error{Code: code, Path: place, Err: err})
		case err != nil:
			found.Add(&problem.Error{Code: ErrRebill, Path: place, Err: err})
		case len(a.Lines) > 0:
			r.Adjustments = append(r.Adjustments, a)
		}
	}
	if err := found.Err(); err != nil {
		return Repricing{}, err
	}
	slices.SortFunc(r.Adjustments, func(a, b Adjustment) int { return strings.Compare(a.Key, b.Key) })
	return r, nil
}

// reprice is the adjustment of one bill, without lines where nothing changes, and the book that has priced it. Each service is priced by
// the input of the quote in effect; one that was corrected otherwise since is refused (ErrCorrected), as what was measured may not be
// what that quote says.
func (b Bill) reprice(r RebillRequest, engine *rates.Engine, since civil.Date, books *ledger.Ledger) (a Adjustment, book rates.Digest, err error) {
	known, err := b.earlier(r.Earlier, r.Key, books)
	if err != nil {
		return a, book, err
	}
	r.Services = nil
	concerned, again := false, false // by days from since on; by an adjustment of that key that the books have
	for i, s := range b.r.Services {
		if !s.Quote.Input.Period.To.After(since) {
			continue
		}
		concerned = true
		before := s.earlier(known)
		in, after, err := s.inEffect(before, r.Rebilled)
		if err != nil {
			return a, book, err
		}
		if key := keyOf(after, func(e earlierLine) bool { return e.kind.replaces() }); key != "" {
			return a, book, corrected(&problem.Error{
				Path: "agreement " + s.Agreement.ID, What: "adjustment " + key + " has corrected charges of what is priced again", Fix: "bill it again by itself, or reverse that one",
			})
		}
		q, err := engine.Price(in.Quote.Input)
		if err != nil {
			return a, book, err
		}
		book = q.Digest()
		if q.Total != in.Quote.Total || !slices.EqualFunc(slices.Collect(q.Lines()), slices.Collect(in.Quote.Lines()), sameAmount) {
			if keyOf(before, func(e earlierLine) bool { return e.kind == Rebilled }) == "" {
				in.kept = &b.reads[i]
			}
			in.Quote = q
			r.Services = append(r.Services, in)
		}
	}
	if !concerned {
		return a, book, nil
	}
	standing := adjustmentsOf(b.r.Account, b.r.Key, books)
	for _, e := range standing {
		again = again || e.Key == entrykey.Adjustment(r.Key)
	}
	if !again {
		if err := (Adjustment{Bill: b.r.Key, Follows: known.keys()}).follows(standing); err != nil {
			return a, book, err
		}
	}
	if len(r.Services) == 0 {
		return a, book, nil
	}
	a, err = b.Rebill(r, books)
	return a, book, err
}

func sameAmount(a, b rates.Line) bool { return a.Charge() == b.Charge() && a.Amount() == b.Amount() }

// AdjustAll makes the adjustments of a batch that a second person has approved, each with its entries, at the instant at which it
// is acted on. accounting is the day of the books. Errors are those of Adjust; where there is one, nothing is made.
func AdjustAll(approved approval.Approved[Repricing], now time.Time, books *ledger.Ledger, accounting civil.Date) ([]Adjusted, error) {
	r, err := approved.Open(now)
	if err != nil {
		return nil, err
	}
	var out []Adjusted
	for _, a := range r.Adjustments {
		if err := a.bySecond(approved.By()); err != nil {
			return nil, err
		}
		entries, err := a.entries(books, accounting)
		if err != nil {
			return nil, &problem.Error{Code: ErrAdjustment, Path: a.Key, Err: err}
		}
		out = append(out, Adjusted{Adjustment: a, ApprovedBy: approved.By(), Proposal: approved.Proposal(), Entries: entries})
	}
	return out, nil
}

// ApprovalCheck refuses a batch of nothing, one of no book or no day, one in which an adjustment is not whole, is none of the
// batch, or stands twice.
func (r Repricing) ApprovalCheck() error { return r.check() }

// whole is ApprovalCheck for what each adjustment says by itself.
func (r Repricing) whole() error {
	if r.Key == "" || r.Reason == "" || len(r.Adjustments) == 0 {
		return &problem.Error{Code: ErrAdjustment, Path: "repricing", What: "it has no key, no reason, or no bill that changes", Fix: "state both, and price the bills again"}
	}
	for _, a := range r.Adjustments {
		if err := a.Check(); err != nil {
			return &problem.Error{Code: ErrAdjustment, Path: a.Key, Err: err}
		}
	}
	return nil
}

// ApprovalKind is RepricingApproval.
func (r Repricing) ApprovalKind() approval.Kind { return RepricingApproval }

// stake is what the lines change, each of them counted as above zero; below zero where the adjustment is a credit.
func (a Adjustment) stake() money.Amount {
	var cents int64
	for _, l := range a.Lines {
		cents += max(l.Change().Cents(), -l.Change().Cents())
	}
	if a.Change().Sign() < 0 {
		cents = -cents
	}
	return money.Cents(cents)
}

// ApprovalRows returns the batch as its head and a row for each adjustment, whose amount is what its lines change, each of them
// counted.
func (r Repricing) ApprovalRows() (head []byte, rows []approval.Row) {
	head = stored.AppendKind(nil, "headgate.billing.repricing.1")
	for _, text := range []string{r.Key, r.Reason, r.Book.String(), r.Since.String()} {
		head = stored.AppendText(head, text)
	}
	for _, a := range r.Adjustments {
		rows = append(rows, approval.Row{Key: a.Key, Account: a.Account, Amount: a.stake(), Rest: approval.RestOf(a.AppendCanonical(nil))})
	}
	return head, rows
}

// AppendCanonical writes all of it that the approver answers for.
func (r Repricing) AppendCanonical(b []byte) []byte {
	head, rows := r.ApprovalRows()
	return approval.AppendList(b, head, rows)
}

// Stakes are what the lines of each adjustment change: a credit on one and a debit on another do not hide each other.
func (r Repricing) Stakes() []approval.Stake {
	_, rows := r.ApprovalRows()
	return approval.StakesOf(rows)
}

// Clone returns a copy that shares nothing with it that could be changed.
func (r Repricing) Clone() Repricing {
	r.Adjustments, r.Left = slices.Clone(r.Adjustments), slices.Clone(r.Left)
	for i := range r.Adjustments {
		r.Adjustments[i] = r.Adjustments[i].Clone()
	}
	return r
}

// String is what the second person is shown first: how many bills change, and by how much in all.
func (r Repricing) String() string {
	return fmt.Sprintf("%s: %d bills since %s priced again by book %s, %s in all, because %s", r.Key, len(r.Adjustments), r.Since, r.Book, r.change(), r.Reason)
}
