package deposit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// The kinds of approval of a Batch: the words of the policy's limits.
const (
	InterestApproval  approval.Kind = "deposit_interest"
	UnclaimedApproval approval.Kind = "unclaimed_money"
	ForfeitApproval   approval.Kind = "deposit_forfeit"
)

// The codes of batches.
const (
	ErrBatch problem.Code = "E_DEPOSIT_BATCH" // a batch that contradicts itself, or cannot be made
	ErrEarly problem.Code = "E_DEPOSIT_EARLY" // a batch that is acted on before its day
)

// Does is what a row of a batch does. Its text is the word in stored forms.
type Does string

// What rows do, each in a batch of its kind.
const (
	// CreditsDeposit and CreditsAccount credit interest: to the deposit, where it is held, or to the account, where it pays bills.
	CreditsDeposit Does = "credits_deposit"
	CreditsAccount Does = "credits_account"
	// SetsAside makes a refund that nobody claims unclaimed money; TakesProperty and TakesSmall make that the district's, after its
	// publication or without one, as money of the general fund; GivesBack makes it payable to who claimed it.
	SetsAside     Does = "sets_aside"
	TakesProperty Does = "takes_property"
	TakesSmall    Does = "takes_small"
	GivesBack     Does = "gives_back"
	// Forfeits makes a deposit that was not asked for in time the district's.
	Forfeits Does = "forfeits"
)

// doing is what the rows of each kind do.
var doing = map[approval.Kind][]Does{
	InterestApproval:  {CreditsDeposit, CreditsAccount},
	UnclaimedApproval: {SetsAside, TakesProperty, TakesSmall, GivesBack},
	ForfeitApproval:   {Forfeits},
}

// BatchRow is one deposit or refund of a batch.
type BatchRow struct {
	Account, Area string
	// Reference is the entry of the refund, of unclaimed money; none otherwise.
	Reference stored.ID
	Does      Does
	// Amount is what moves. Aside is, of unclaimed money, what of it was not set aside before.
	Amount, Aside money.Amount
	// Through is the day up to which interest is credited; no date otherwise.
	Through civil.Date
	// Code is the revenue code of the money, and Income that of what becomes the district's; empty where nothing does.
	Code, Income string
	// Words say why, with the numbers.
	Words string
}

// Key is the row's own in its batch, under which approval.Reduce takes the reason why it is taken out: the account, and of unclaimed
// money its reference too.
func (r BatchRow) Key() string { return strings.TrimSpace(r.Account + " " + r.Reference.String()) }

// Stays is a deposit or a refund of which nothing moves, and why.
type Stays struct {
	Account   string
	Reference stored.ID
	Words     string
}

// Batch is what is entered for many deposits or refunds at once: one list, approved as a whole, from which rows may be taken before
// it is acted on and to which none is added.
type Batch struct {
	// Kind is InterestApproval, UnclaimedApproval or ForfeitApproval.
	Kind approval.Kind
	Key  string
	// Rule is the title of the policy or of the law, and Citation its source.
	Rule, Citation string
	// Placeholders are the values of the policy that stand in for what is not known.
	Placeholders   []policy.Mark
	On, Accounting civil.Date
	By             approval.Person
	// Rows are in order of their accounts, and then of their references.
	Rows []BatchRow
	// Kept are the others, in the same order. What is approved and stored is the list without them.
	Kept []Stays
}

// Done is a batch that was approved, with the entries that make it.
type Done struct {
	Batch      Batch
	ApprovedBy approval.Person
	Proposal   stored.ID
	// Entries are in the order in which they are posted, all or none (ledger.Ledger.PostAll).
	Entries []ledger.Entry
	// Payees are the rows for accounts payable, of what was claimed.
	Payees []Payee
}

func (q Request) batch(kind approval.Kind, rule, citation string, placeholders []policy.Mark) Batch {
	return Batch{Kind: kind, Key: q.Key, Rule: rule, Citation: citation, Placeholders: placeholders, On: q.On, Accounting: q.Accounting, By: q.By}
}

func (b *Batch) keep(account string, reference stored.ID, words string, figures ...any) {
	b.Kept = append(b.Kept, Stays{account, reference, fmt.Sprintf(words, figures...)})
}

// sort puts the rows and those kept in order.
func (b *Batch) sort() {
	slices.SortFunc(b.Rows, func(x, y BatchRow) int {
		return cmp.Or(strings.Compare(x.Account, y.Account), x.Reference.Compare(y.Reference))
	})
	slices.SortFunc(b.Kept, func(x, y Stays) int {
		return cmp.Or(strings.Compare(x.Account, y.Account), x.Reference.Compare(y.Reference))
	})
}

// checkHead finds what is wrong with all but the rows.
func (b Batch) checkHead() error {
	return stated(ErrBatch, []part{
		{"kind", doing[b.Kind] == nil}, {"key", strings.TrimSpace(b.Key) == ""}, {"rule", b.Rule == "" || b.Citation == ""}, {"on", b.On.IsZero()}, {"accounting", b.Accounting.IsZero()}, {"by", b.By.IsZero()},
	})
}

// ApprovalCheck refuses a batch that says too little, one without rows, and one with a row that is of no account, stands there twice
// or out of order, moves nothing, or does what is not its kind's.
func (b Batch) ApprovalCheck() error {
	if err := b.checkHead(); err != nil {
		return err
	}
	var found problem.List
	add := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrBatch, Path: path, What: what, Fix: fix})
	}
	if len(b.Rows) == 0 {
		add("rows", "nothing moves", "there is nothing to approve")
	}
	for i, r := range b.Rows {
		path := "account " + r.Account
		unclaimed := b.Kind == UnclaimedApproval
		takes := r.Does == TakesProperty || r.Does == TakesSmall
		switch {
		case r.Account == "" || r.Area == "" || r.Code == "" || r.Words == "":
			add(path, "the account, its area, the revenue code or why it moves is missing", "propose the batch again")
		case !slices.Contains(doing[b.Kind], r.Does):
			add(path, fmt.Sprintf("in a batch of %s it does %q", b.Kind, string(r.Does)), "propose the batch again")
		case unclaimed == r.Reference.IsZero() || (takes || r.Does == Forfeits) == (r.Income == "") || (b.Kind == InterestApproval) == r.Through.IsZero():
			add(path, "its reference, the code of the income or the day up to which it is credited is missing, or does not belong to it", "propose the batch again")
		case r.Amount.Sign() <= 0 || r.Aside.Sign() < 0 || r.Aside.Cmp(r.Amount) > 0 || r.Aside.Sign() > 0 && !takes && r.Does != SetsAside || r.Does == SetsAside && r.Aside != r.Amount:
			add(path, fmt.Sprintf("%s moves, of which %s is set aside", r.Amount, r.Aside), "propose the batch again")
		}
		if i > 0 && cmp.Or(strings.Compare(b.Rows[i-1].Account, r.Account), b.Rows[i-1].Reference.Compare(r.Reference)) >= 0 {
			add(path, "it stands there twice, or out of order", "give each once, in order")
		}
	}
	return found.Err()
}

// ApprovalKind is its kind.
func (b Batch) ApprovalKind() approval.Kind { return b.Kind }

// ApprovalRows returns the batch as its head and a row for each of its rows, whose amount is what moves.
func (b Batch) ApprovalRows() (head []byte, rows []approval.Row) {
	head = stored.AppendKind(nil, "headgate.deposit.batch.1")
	for _, text := range []string{string(b.Kind), b.Key, b.Rule, b.Citation, b.On.String(), b.Accounting.String(), b.By.String()} {
		head = stored.AppendText(head, text)
	}
	head = stored.AppendCount(head, len(b.Placeholders))
	for _, mark := range b.Placeholders {
		head = stored.AppendText(head, mark.String())
	}
	for _, r := range b.Rows {
		rest := stored.AppendKind(nil, "headgate.deposit.batch_row.1")
		for _, text := range []string{r.Area, string(r.Does), r.Through.String(), r.Code, r.Income, r.Words} {
			rest = stored.AppendText(rest, text)
		}
		rest = stored.AppendInt(stored.AppendID(rest, r.Reference), r.Aside.Cents())
		rows = append(rows, approval.Row{Key: r.Key(), Account: r.Account, Amount: r.Amount, Rest: approval.RestOf(rest)})
	}
	return head, rows
}

// AppendCanonical writes all of it that the approver answers for.
func (b Batch) AppendCanonical(to []byte) []byte {
	head, rows := b.ApprovalRows()
	return approval.AppendList(to, head, rows)
}

// Stakes are what moves for each account.
func (b Batch) Stakes() []approval.Stake {
	_, rows := b.ApprovalRows()
	return approval.StakesOf(rows)
}

// Clone returns a copy that shares nothing with it that could be changed.
func (b Batch) Clone() Batch {
	b.Placeholders, b.Rows, b.Kept = slices.Clone(b.Placeholders), slices.Clone(b.Rows), slices.Clone(b.Kept)
	return b
}

// Total is what moves in all. A sum that does not fit is money.ErrOverflow.
func (b Batch) Total() (money.Amount, error) {
	amounts := make([]money.Amount, len(b.Rows))
	for i, r := range b.Rows {
		amounts[i] = r.Amount
	}
	return money.Sum(amounts...)
}

// Without returns the batch without the rows of some keys, as approval.Reduce takes it.
func (b Batch) Without(keys ...string) Batch {
	b = b.Clone()
	b.Rows = slices.DeleteFunc(b.Rows, func(r BatchRow) bool { return slices.Contains(keys, r.Key()) })
	return b
}

// String is what the second person is shown: each row and why, and what stays and why.
func (b Batch) String() string {
	var s strings.Builder
	total := "more than cents can count"
	if sum, err := b.Total(); err == nil {
		total = sum.String()
	}
	fmt.Fprintf(&s, "%s %s on %s under %s (%s): %d for %s, prepared by %s", b.Kind, b.Key, b.On, b.Rule, b.Citation, len(b.Rows), total, b.By)
	for _, mark := range b.Placeholders {
		fmt.Fprintf(&s, "\n  placeholder: %s", mark)
	}
	for _, r := range b.Rows {
		fmt.Fprintf(&s, "\n  %s: %s, %s: %s", r.Account, r.Amount, strings.ReplaceAll(string(r.Does), "_", " "), r.Words)
	}
	for _, k := range b.Kept {
		fmt.Fprintf(&s, "\n  %s: stays: %s", k.Account, k.Words)
	}
	return s.String()
}

// entries are what a row enters.
func (b Batch) entries(r BatchRow) []ledger.Entry {
	entry := func(cause ledger.Cause, what string, from, to ledger.Place, amount money.Amount, code string) ledger.Entry {
		return ledger.Entry{Cause: cause, Key: what + " " + r.Account, Parent: r.Reference, Effective: b.On, Accounting: b.Accounting,
			Moves: []ledger.Move{{From: from, To: to, Amount: amount, RevenueCode: code}}}
	}
	held, credit, refund := ledger.DepositOf(r.Account, r.Area), ledger.CreditOf(r.Account, r.Area), ledger.RefundTo(r.Account, r.Area)
	unclaimed := ledger.Place{Kind: ledger.PlaceUnclaimed}
	var out []ledger.Entry
	switch r.Does {
	case CreditsDeposit, CreditsAccount:
		// Keyed by its last day and not by the batch, so that no two batches credit one account for the same days.
		what := "deposit interest through " + r.Through.String()
		out = append(out, entry(ledger.Accrued, what, ledger.Place{Kind: ledger.PlaceInterest}, held, r.Amount, r.Code))
		if r.Does == CreditsAccount {
			out = append(out, entry(ledger.DepositApplied, what, held, credit, r.Amount, r.Code))
		}
	case SetsAside, TakesProperty, TakesSmall:
		if r.Aside.Sign() > 0 {
			out = append(out, entry(ledger.Banked, "unclaimed "+b.Key, refund, unclaimed, r.Aside, r.Code))
		}
		if r.Does != SetsAside {
			out = append(out, entry(ledger.Banked, "unclaimed taken "+b.Key, unclaimed, ledger.Revenue(r.Income), r.Amount, r.Income))
		}
	case GivesBack:
		out = append(out, entry(ledger.Banked, "unclaimed claimed "+b.Key, unclaimed, refund, r.Amount, r.Code))
	case Forfeits:
		out = append(out, entry(ledger.DepositApplied, "deposit forfeited "+b.Key, held, credit, r.Amount, r.Code),
			entry(ledger.Adjusted, "deposit forfeited "+b.Key, credit, ledger.Revenue(r.Income), r.Amount, r.Income))
	}
	return out
}

// act gives the entries of an approved batch. again says what a row would be now: what moves, or why nothing does.
func act(approved approval.Approved[Batch], now time.Time, in *time.Location, books *ledger.Ledger, kind approval.Kind, rule, citation string, again func(Batch, BatchRow) (BatchRow, string, error)) (Done, error) {
	b, err := approved.Open(now)
	if err != nil {
		return Done{}, err
	}
	today, err := civil.DateOf(now, in)
	if err != nil {
		return Done{}, err
	}
	switch {
	case approved.By() == b.By:
		return Done{}, &problem.Error{Code: ErrBatch, Path: "approved", What: "who prepared the batch has approved it", Fix: "have another person decide"}
	case b.Kind != kind || b.Rule != rule || b.Citation != citation:
		return Done{}, &problem.Error{Code: ErrBatch, Path: "rule", What: fmt.Sprintf("the batch is %s under %s (%s), and this is %s under %s (%s)", b.Kind, b.Rule, b.Citation, kind, rule, citation), Fix: "give the rule of the batch"}
	case today.Before(b.On):
		return Done{}, &problem.Error{Code: ErrEarly, Path: "now", What: fmt.Sprintf("the batch is of %s, and it is %s", b.On, today), Fix: "act on it on its day, or propose it for this one"}
	}
	done := Done{Batch: b, ApprovedBy: approved.By(), Proposal: approved.Proposal()}
	var wrong problem.List
	for _, r := range b.Rows {
		entries := b.entries(r)
		if err := b.still(r, entries, books, again); err != nil {
			wrong.Add(&problem.Error{Code: ErrChanged, Path: "account " + r.Account, What: err.Error(), Fix: "take it out of the batch with this reason, or propose the batch anew", Err: err})
			continue
		}
		done.Entries = append(done.Entries, entries...)
		if r.Does == GivesBack {
			done.Payees = append(done.Payees, Payee{Reference: entries[0].ID(), Account: r.Account, Area: r.Area, Amount: r.Amount, On: b.On})
		}
	}
	if err := wrong.Err(); err != nil {
		return Done{}, err
	}
	return done, nil
}

// still is why a row is not what was approved; nil where it is, or where its entries are in the books.
func (b Batch) still(r BatchRow, entries []ledger.Entry, books *ledger.Ledger, again func(Batch, BatchRow) (BatchRow, string, error)) error {
	if done, err := entered(books, entries, "batch"); done || err != nil {
		return err
	}
	now, why, err := again(b, r)
	switch {
	case err != nil:
		return err
	case why != "":
		return &problem.Error{Code: ErrChanged, What: "nothing moves any more: " + why, Fix: "take it out of the batch"}
	case now != r:
		return &problem.Error{Code: ErrChanged, What: fmt.Sprintf("it was approved as %s for %s, and is now %s for %s", r.Amount, r.Words, now.Amount, now.Words), Fix: "take it out of the batch"}
	}
	return nil
}
