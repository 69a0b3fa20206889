package cycle

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/metering"
)

// Code names what a review found, in the words of the field. It is stable: a program may store and compare it.
type Code string

// The codes, in the order in which a list has them. Who may end an exception of each, [Exception.Acceptable] says.
const (
	// Of agreements and their days.
	NoCycle       Code = "NoCycle"       // an active service in no cycle of the district: no cycle would ever bill it
	NoBill        Code = "NoBill"        // an active service without a bill
	Gap           Code = "Gap"           // days on no bill, of a service that is billed
	Overlap       Code = "Overlap"       // days on two bills
	NotOurDays    Code = "NotOurDays"    // days on a bill that are not the agreement's
	EarlierDays   Code = "EarlierDays"   // days on bills before that are the agreement's no more: it ended earlier than was billed
	NotInCycle    Code = "NotInCycle"    // a bill of an agreement that is not of the cycle, or of an account that has none
	HeldAndBilled Code = "HeldAndBilled" // a service that is held, and a bill for it
	DuplicateBill Code = "DuplicateBill" // the same bill again: of the same account and key
	SecondBill    Code = "SecondBill"    // another bill of the same account
	VacantUse     Code = "VacantUse"     // water used where nobody had the service
	Unbilled      Code = "Unbilled"      // an active service of another cycle that no bill has had for too long
	NotAMember    Code = "NotAMember"    // an agreement that was billed and is not among those of the district
	TwoAgreements Code = "TwoAgreements" // two agreements for one service at one premise on one day
	BilledApart   Code = "BilledApart"   // days of the cycle on a bill that is none of those given, such as a final; or that are not to be billed

	// Of one bill.
	LongPeriod     Code = "LongPeriod"
	ShortPeriod    Code = "ShortPeriod"
	OtherCycleDays Code = "OtherCycleDays" // prorated by another number of days than the cycle has
	OtherFacts     Code = "OtherFacts"     // priced by other facts than the agreement says now
	OtherCarry     Code = "OtherCarry"     // carries in another part of a unit than the last bill carried out
	UnknownCarry   Code = "UnknownCarry"   // carries in what nothing given can confirm
	NegativeBill   Code = "NegativeBill"   // a bill below zero
	OtherDates     Code = "OtherDates"     // dated before its days end, due before it is reviewed, or of no day of the cycle
	FutureDays     Code = "FutureDays"     // days that are not over when it is reviewed

	// Of its use.
	ReadException  Code = "ReadException" // what a check of the readings found, and a person has accepted there
	EstimatesInRow Code = "EstimatesInRow"
	ZeroUse        Code = "ZeroUse"
	UseAfterZero   Code = "UseAfterZero" // the last bill was of no use
	HighUse        Code = "HighUse"
	LowUse         Code = "LowUse"
	TierJump       Code = "TierJump"

	// Of what was changed, and of the whole.
	KeyField         Code = "KeyField"         // a fact, a schedule, a meter or a factor is another than on the last bill
	NewRates         Code = "NewRates"         // priced by rates that no bill of the last cycle was priced by
	BillsChange      Code = "BillsChange"      // more or fewer bills than the last cycle
	ChargesChange    Code = "ChargesChange"    // charges against the last cycle
	UseChange        Code = "UseChange"        // use against the last cycle
	NothingToCompare Code = "NothingToCompare" // there is no last cycle
	MixedRates       Code = "MixedRates"       // bills of one schedule are priced by several books

	// Of its readings.
	ReadTwice  Code = "ReadTwice"  // what a meter showed is billed to two agreements of one service
	ReadingGap Code = "ReadingGap" // a register counts from another number or day than the last bill ended at

	// Of what was compared with nothing.
	NotCompared Code = "NotCompared" // a service that was billed before, and no bill of it is given
)

var codes = []Code{
	NoCycle, NoBill, Gap, Overlap, NotOurDays, EarlierDays, NotInCycle, HeldAndBilled, DuplicateBill, SecondBill, VacantUse, Unbilled, NotAMember, TwoAgreements, BilledApart, LongPeriod,
	ShortPeriod, OtherCycleDays, OtherFacts,
	OtherCarry, UnknownCarry, NegativeBill, OtherDates, FutureDays, ReadException, EstimatesInRow, ZeroUse, UseAfterZero, HighUse, LowUse, TierJump, KeyField, NewRates, BillsChange,
	ChargesChange, UseChange, NothingToCompare, MixedRates, ReadTwice, ReadingGap, NotCompared,
}

// Exception is a reason why a bill, a service or a cycle is on the edit list, with the numbers that caused it, and what ended it.
type Exception struct {
	// ID is of the run and its cycle, of what the exception is of, of all that it says, and of what the bill was priced from: a decision
	// on it is on these numbers.
	ID        stored.ID
	Code      Code
	Account   string // empty where it is of the whole cycle
	Agreement string
	Bill      string       // the key of the bill; empty where there is none
	Charges   money.Amount // of the bill
	Figures   []metering.Figure
	Words     string       // what a clerk reads: the rule with its numbers, no names
	Decision  Decision     // that accepts it; the zero value where none does
	Hold      Hold         // that ends it; the zero value where none does
	sub       string       // what tells two of one code and place apart
	rank      int          // of the code, in their order
	of        rates.Digest // what the bill was priced from; zero where it is of none
}

// Open reports whether nobody has ended the exception.
func (e Exception) Open() bool { return e.Decision.Exception.IsZero() && e.Hold.By.IsZero() }

// Acceptable reports whether a decision may accept the exception with a reason. What may not be accepted is corrected or held: an
// active service without a bill for all or some of its days, and a bill that bills what is another's, what is billed already, or by
// what is not so.
func (e Exception) Acceptable() bool {
	switch e.Code {
	case NoCycle, NoBill, Gap, Overlap, NotOurDays, NotInCycle, HeldAndBilled, DuplicateBill, Unbilled, NotAMember, TwoAgreements, OtherFacts, ReadTwice, FutureDays:
		return false
	}
	return true
}

// String gives the exception on one line, with what ended it.
func (e Exception) String() string {
	text := string(e.Code)
	for _, part := range []struct{ what, id string }{{"account", e.Account}, {"agreement", e.Agreement}, {"bill", e.Bill}} {
		if part.id != "" {
			text += " " + part.what + " " + part.id
		}
	}
	text += ": " + e.Words
	switch {
	case !e.Decision.Exception.IsZero():
		text += " [accepted by " + e.Decision.By.String() + " on " + e.Decision.On.String() + ": " + e.Decision.Reason + "]"
	case !e.Hold.By.IsZero():
		text += " [" + e.Hold.String() + "]"
	}
	return text
}

// appendSaid appends what the exception says, which its id is of.
func (e Exception) appendSaid(b []byte) []byte {
	for _, text := range []string{string(e.Code), e.Account, e.Agreement, e.Bill, e.sub, e.Words} {
		b = stored.AppendText(b, text)
	}
	b = stored.AppendInt(b, e.Charges.Cents())
	b = stored.AppendCount(b, len(e.Figures))
	for _, f := range e.Figures {
		b = stored.AppendText(b, f.What)
		b = stored.AppendText(b, f.Text)
		b = stored.AppendText(b, f.Value.String())
	}
	return b
}

// appendAll appends the exception with what ended it.
func (e Exception) appendAll(b []byte) []byte {
	b = stored.AppendID(b, e.ID)
	b = e.appendSaid(b)
	b = e.Decision.append(b)
	return e.Hold.append(b)
}

// derive makes the id of an exception of a run.
func (e Exception) derive(key, cycle string, period civil.Period) stored.ID {
	run := stored.AppendText(stored.AppendText(nil, cycle), period.String())
	return stored.NewID("cycle exception", stored.NewID("cycle", stored.ID{}, key, run), string(e.Code), stored.AppendBytes(e.appendSaid(nil), e.of[:]))
}

// order is that of a list: by code, then by account, agreement and bill.
func (e Exception) order(f Exception) int {
	return cmp.Or(e.rank-f.rank, cmp.Compare(e.Account, f.Account), cmp.Compare(e.Agreement, f.Agreement), cmp.Compare(e.Bill, f.Bill),
		cmp.Compare(e.sub, f.sub),
		cmp.Compare(e.Words, f.Words))
}

// Decision accepts one exception of one review: a person has looked at it, and the bill goes out as it is.
type Decision struct {
	Exception stored.ID
	Reason    string // stored and reported: no names, addresses or bank data
	By        approval.Person
	On        civil.Date
}

func (d Decision) append(b []byte) []byte {
	b = stored.AppendID(b, d.Exception)
	b = stored.AppendText(b, d.Reason)
	b = stored.AppendText(b, d.By.String())
	return stored.AppendText(b, d.On.String())
}

// Hold keeps a service without a bill for some days: by name, with a reason, a person and an expiry. Where Bill is a bill of the
// cycle that bill is left out, and all services on it are held; where it is not, the hold is of the agreement, as one that goes on
// from the cycle before.
type Hold struct {
	Account   string
	Agreement string // may be empty where Bill says which
	Bill      string // the key of the bill that is left out; empty where there is none
	Reason    string // stored and reported: no names, addresses or bank data
	By        approval.Person
	On        civil.Date // the day of the hold
	Until     civil.Date // the first day on which it holds no more
}

// String gives the hold in words.
func (h Hold) String() string {
	return "held by " + h.By.String() + " from " + h.On.String() + " to " + h.Until.String() + ": " + h.Reason
}

func (h Hold) append(b []byte) []byte {
	for _, text := range []string{h.Account, h.Agreement, h.Bill, h.Reason, h.By.String(), h.On.String(), h.Until.String()} {
		b = stored.AppendText(b, text)
	}
	return b
}

func (h Hold) order(g Hold) int {
	return cmp.Or(cmp.Compare(h.Account, g.Account), cmp.Compare(h.Agreement, g.Agreement), cmp.Compare(h.Bill, g.Bill), h.On.Compare(g.On),
		h.Until.Compare(g.Until),
		cmp.Compare(h.By.String(), g.By.String()), cmp.Compare(h.Reason, g.Reason))
}

// found makes an exception whose words name figures in braces.
func found(code Code, account, agreement, bill, sub, words string, figures ...metering.Figure) Exception {
	return Exception{Code: code, Account: account, Agreement: agreement, Bill: bill, sub: sub, rank: slices.Index(codes, code), Figures: figures,
		Words: say.Words(words, figures)}
}

// Group is what all exceptions of a code come to.
type Group struct {
	Code       Code
	Exceptions int
	Open       int
	Accounts   int
	Charges    money.Amount // of the bills that have them, each once
}

// String gives the group on one line.
func (g Group) String() string {
	return fmt.Sprintf("%s: %s, %d open, %s, bills of %s", g.Code, say.Counted(g.Exceptions, "exception"), g.Open, say.Counted(g.Accounts, "account"),
		g.Charges)
}
