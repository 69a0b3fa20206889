package billing

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// ErrAdjustment is an adjustment that lacks what it must say, or takes more than there is.
const ErrAdjustment problem.Code = "E_ADJUSTMENT"

// The codes of adjustments that the books do not take as they are. Each is an ErrAdjustment too.
const (
	// ErrCorrected: a correction that does not start from all that the books have corrected of the bill.
	ErrCorrected problem.Code = "E_CORRECTED"
	// ErrItem: more than an item is for, debt that was written off or moved, lines that cancel each other on it.
	ErrItem problem.Code = "E_ADJUSTMENT_ITEM"
)

// The kinds of approval of an Adjustment: the words of the policy's limits.
const (
	AdjustmentApproval approval.Kind = "adjustment"
	WriteOffApproval   approval.Kind = "write_off"
)

// AdjustmentKind is what an adjustment is for. The empty text is none, and refused.
type AdjustmentKind string

// The kinds.
const (
	Correction AdjustmentKind = "correction"  // what was billed was wrong
	LeakCredit AdjustmentKind = "leak_credit" // water that was lost
	Courtesy   AdjustmentKind = "courtesy"    // a credit of the district's good will
	Waiver     AdjustmentKind = "waiver"      // a late charge or a fee that is given up
	Rebilled   AdjustmentKind = "rebill"      // a period that was billed again
	WriteOff   AdjustmentKind = "write_off"   // debt given up
	Recovery   AdjustmentKind = "recovery"    // debt that was given up, and is owed again
)

var adjustmentKinds = []AdjustmentKind{Correction, LeakCredit, Courtesy, Waiver, Rebilled, WriteOff, Recovery}

// AdjustedLine is one line of an adjustment: what a charge was, and what it is after it.
type AdjustedLine struct {
	Item stored.ID // the item that is adjusted; none for a charge or a credit of its own
	// Posting is how a charge or a credit of its own is entered; empty where there is an item.
	Posting Posting
	Charge  string // the charge of the bill line, where it is one
	// Agreement, Period and Meter say whose charge of the bill it is: the agreement and the days of its service, and the meter where it
	// is the charge of one. A fee has none of them.
	Agreement     string
	Period        civil.Period
	Meter         string
	Text          string // what is printed, behind it the meter where there is one
	Before, After money.Amount
	HangsOn       string // the charges whose change brings this one with it: a surcharge or a tax
	Because       string // how After was found, where it was: of a surcharge, what it is of; no names, addresses or bank data
}

// Change is After less Before: below zero for a credit.
func (l AdjustedLine) Change() money.Amount { return money.Cents(l.After.Cents() - l.Before.Cents()) }

// told is what is printed, with the meter where it is the charge of one.
func (l AdjustedLine) told() string {
	if l.Meter == "" {
		return l.Text
	}
	return l.Text + ", meter " + l.Meter
}

// Adjustment is a debit or credit adjustment of an account, as it is proposed: by line, with the reason, what was and what
// will be, the evidence, and who asks for it. In Baltimore 53,000 accounts were corrected without a record. Its identity is
// the request's key: two requests for the same credit are two adjustments. It is acted on once a second person has approved
// it, see Adjust.
type Adjustment struct {
	Key           string
	Account, Area string
	Kind          AdjustmentKind
	Bill          string // the key of the bill that is adjusted; empty where it is of none
	Lines         []AdjustedLine
	// Follows are the keys of the adjustments of the bill from which it starts: what its charges were is what these have made of them.
	// Adjust refuses it where the books have another one by then, or where one of these was reversed.
	Follows   []string
	Keeps     []Kept   // charges that hang on what is changed, and stay; see Bill.AdjustLines
	Reason    string   // stored and reported: no names, addresses or bank data
	Evidence  []string // the ids of documents, of field orders, of the customer's request
	By        approval.Person
	Effective civil.Date // the day that counts for the customer
	Due       civil.Date // of items that it opens; no date where it opens none
}

// Check reports all that is wrong with the adjustment by itself, each ErrAdjustment or ErrPosting.
func (a Adjustment) Check() error {
	var found problem.List
	add := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrAdjustment, Path: path, What: what, Fix: fix})
	}
	for _, part := range [...]struct{ path, text string }{{"key", a.Key}, {"account", a.Account}, {"area", a.Area}, {"reason", a.Reason}} {
		if strings.TrimSpace(part.text) == "" {
			add(part.path, "it is missing", "state it")
		}
	}
	if !slices.Contains(adjustmentKinds, a.Kind) {
		add("kind", "what it is for is not stated", "state one of the kinds")
	}
	if len(a.Evidence) == 0 || slices.Contains(a.Evidence, "") {
		add("evidence", "nothing shows that it is right", "name the documents it rests on")
	}
	if a.By.IsZero() {
		add("by", "the person who asks for it is missing", "say who")
	}
	if a.Effective.IsZero() {
		add("effective", "the day is missing", "state the day that counts for the customer")
	}
	if len(a.Follows) > 0 && !a.corrects() {
		add("follows", "it changes no charge of a bill", "leave the earlier adjustments away")
	}
	for i, key := range a.Follows {
		if key == "" || key == a.Key || slices.Contains(a.Follows[:i], key) {
			add(fmt.Sprintf("follows[%d]", i), "it is no key of an earlier adjustment, or stands there twice", "name each once")
		}
	}
	if slices.Contains([]AdjustmentKind{LeakCredit, Courtesy, Waiver}, a.Kind) && a.Change().Sign() > 0 {
		add("lines", "a "+string(a.Kind)+" of "+a.Change().String()+" would be owed", "give a credit; what was billed too low is a correction")
	}
	if len(a.Lines) == 0 {
		add("lines", "it changes nothing", "give the lines that change")
	}
	for i, l := range a.Lines {
		path := fmt.Sprintf("lines[%d]", i)
		debt := a.Kind == WriteOff || a.Kind == Recovery
		switch {
		case l.Text == "":
			add(path, "its text is missing", "say what is printed")
		case max(l.Before.Cents(), -l.Before.Cents(), l.After.Cents(), -l.After.Cents()) > maxCents:
			add(path, "an amount is beyond what any account owes", "look where it comes from")
		case l.Change().IsZero():
			add(path, "it changes nothing", "leave it out")
		case a.Kind == WriteOff && l.Change().Sign() > 0, a.Kind == Recovery && l.Change().Sign() < 0:
			add(path, "a "+string(a.Kind)+" does not go that way", "write off what is owed, recover what was written off")
		case debt && l.Item == (stored.ID{}):
			add(path, "the debt is not named", "name the item")
		case l.Item == (stored.ID{}):
			if e := l.Posting.check(path + ".posting"); e != nil {
				found.Add(e)
			}
			if l.Change().Sign() > 0 && a.Due.Before(a.Effective) {
				add("due", "the due date of the charge is missing, or before its day", "give the customer the district's days to pay")
			}
		case l.Posting != (Posting{}):
			add(path, "it has an item and a posting", "leave the posting to the item")
		}
	}
	for i, s := range a.Keeps {
		if s.Charge == "" || s.Text == "" || strings.TrimSpace(s.Why) == "" {
			add(fmt.Sprintf("keeps[%d]", i), "the charge, its text, or why it stays is missing", "state all three")
		}
	}
	return found.Err()
}

// Change is the sum of what the lines change: below zero for a credit.
func (a Adjustment) Change() money.Amount {
	var cents int64
	for _, l := range a.Lines {
		cents += l.Change().Cents()
	}
	return money.Cents(cents)
}

// ApprovalCheck is Check: what is not whole is not proposed.
func (a Adjustment) ApprovalCheck() error { return a.Check() }

// ApprovalKind is AdjustmentApproval, and WriteOffApproval for debt given up or owed again.
func (a Adjustment) ApprovalKind() approval.Kind {
	if a.Kind == WriteOff || a.Kind == Recovery {
		return WriteOffApproval
	}
	return AdjustmentApproval
}

// Stakes are what each line changes: a credit on one line and a debit on another do not hide each other.
func (a Adjustment) Stakes() []approval.Stake {
	var out []approval.Stake
	for _, l := range a.Lines {
		out = append(out, approval.Stake{Account: a.Account, Amount: l.Change()})
	}
	return out
}

// Clone returns a copy that shares nothing with it that could be changed.
func (a Adjustment) Clone() Adjustment {
	a.Lines, a.Keeps, a.Evidence, a.Follows = slices.Clone(a.Lines), slices.Clone(a.Keeps), slices.Clone(a.Evidence), slices.Clone(a.Follows)
	return a
}

// String is what the second person is shown: the lines with what was and what will be, the reason and the evidence.
func (a Adjustment) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s of account %s, %s in all", a.Key, a.Kind, a.Account, a.Change())
	if a.Bill != "" {
		b.WriteString(", bill " + a.Bill)
	}
	if len(a.Follows) > 0 {
		b.WriteString(", after adjustment " + strings.Join(a.Follows, ", "))
	}
	for _, l := range a.Lines {
		fmt.Fprintf(&b, "\n  %s: %s, was %s", l.told(), l.After, l.Before)
		switch {
		case l.HangsOn != "" && l.Because != "":
			b.WriteString(" (follows " + l.HangsOn + ": " + l.Because + ")")
		case l.HangsOn != "":
			b.WriteString(" (follows " + l.HangsOn + ")")
		case l.Because != "":
			b.WriteString(" (" + l.Because + ")")
		}
	}
	for _, s := range a.Keeps {
		fmt.Fprintf(&b, "\n  %s stays at %s: %s", s.Text, s.Amount, s.Why)
	}
	fmt.Fprintf(&b, "\nbecause %s; %s; asked for by %s", a.Reason, strings.Join(a.Evidence, ", "), a.By)
	return b.String()
}

// AppendCanonical writes all of it that the approver answers for.
func (a Adjustment) AppendCanonical(b []byte) []byte {
	b = stored.AppendKind(b, "headgate.billing.adjustment.1")
	for _, text := range []string{a.Key, a.Account, a.Area, string(a.Kind), a.Bill, a.Reason, a.By.String(), a.Effective.String(), a.Due.String()} {
		b = stored.AppendText(b, text)
	}
	for _, list := range [][]string{a.Evidence, a.Follows} {
		b = stored.AppendCount(b, len(list))
		for _, text := range list {
			b = stored.AppendText(b, text)
		}
	}
	b = stored.AppendCount(b, len(a.Lines))
	for _, l := range a.Lines {
		b = stored.AppendID(b, l.Item)
		for _, text := range []string{
			string(l.Posting.Kind), l.Posting.Service, l.Posting.RevenueCode, l.Posting.Agency,
			l.Charge, l.Agreement, l.Period.String(), l.Meter, l.Text, l.HangsOn, l.Because,
		} {
			b = stored.AppendText(b, text)
		}
		b = stored.AppendInt(b, l.Before.Cents())
		b = stored.AppendInt(b, l.After.Cents())
	}
	b = stored.AppendCount(b, len(a.Keeps))
	for _, s := range a.Keeps {
		for _, text := range []string{s.Charge, s.Text, s.Why} {
			b = stored.AppendText(b, text)
		}
		b = stored.AppendInt(b, s.Amount.Cents())
	}
	return b
}

// Adjusted is an adjustment that was approved, with the entries that make it.
type Adjusted struct {
	Adjustment Adjustment
	ApprovedBy approval.Person
	Proposal   stored.ID
	Entries    []ledger.Entry // in the order in which they are posted
}

// Adjust makes the entries of an adjustment that a second person has approved, at the instant at which it is acted on.
// accounting is the day of the books. What is taken off an item beyond what is open is first taken off it as the account's
// credit, so that a payment is not lost. Refused are an approval that is none or has ended (see approval.Approved.Open), items
// that the books do not have or that are another account's, and more than an item was charged or written off (ErrItem). What was
// made by Rebill, AdjustLines or AdjustCharges fitted then, and may not fit any more: a payment or a write-off came in between.
//
// A line of a charge of a bill says what it was: what the bill has billed, and what the adjustments that it follows have made of
// it. So nothing is corrected twice: where the books have an adjustment of the bill that it does not follow, or have no more one
// that it follows, it is refused (ErrCorrected), and is asked for anew. So the entries are posted before those of the next adjustment
// of the bill are made.
func Adjust(approved approval.Approved[Adjustment], now time.Time, books *ledger.Ledger, accounting civil.Date) (Adjusted, error) {
	a, err := approved.Open(now)
	if err != nil {
		return Adjusted{}, err
	}
	if err := a.bySecond(approved.By()); err != nil {
		return Adjusted{}, err
	}
	entries, err := a.entries(books, accounting)
	if err != nil {
		return Adjusted{}, err
	}
	return Adjusted{Adjustment: a, ApprovedBy: approved.By(), Proposal: approved.Proposal(), Entries: entries}, nil
}

// bySecond refuses an approval by the person who has asked for the adjustment.
func (a Adjustment) bySecond(person approval.Person) error {
	if person == a.By {
		return &problem.Error{Code: ErrAdjustment, Path: "approved", What: "who asked for it has approved it", Fix: "have another person decide"}
	}
	return nil
}
