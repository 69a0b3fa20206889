package deposit

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// RunApproval is the kind of approval of a Run: the word of the policy's limits.
const RunApproval approval.Kind = "deposit_refund"

// Request is what asks for a refund run.
type Request struct {
	// Key is the run's own, such as "2026-06".
	Key string
	// On is the day of the refunds, and Accounting that of the books.
	On, Accounting civil.Date
	// By is who prepares it.
	By approval.Person
}

// Row is one deposit that goes back.
type Row struct {
	Account, Area string
	// Refund is Held and Interest.
	Held, Interest, Refund money.Amount
	As                     As
	// Words say why it goes back, with the numbers.
	Words string
}

// Run is the refunds of a month: one list, approved as a whole, from which rows may be taken before it is acted on and to which
// none is added.
type Run struct {
	Key              string
	Policy, Citation string
	// Placeholders are the values of the policy that stand in for what is not known.
	Placeholders []policy.Mark
	// Code is the district's revenue code for deposits.
	Code           string
	On, Accounting civil.Date
	By             approval.Person
	// Rows are in order of their accounts.
	Rows []Row
	// Kept are the other deposits of the review, in order of their accounts, each with why it stays. What is approved and stored is
	// the list without them.
	Kept []Verdict
}

// Propose reviews every deposit that is held, and makes the run of those that go back. facts has one entry for each account that
// holds a deposit, in any order; others may be there, and are kept as nothing held. All that is wrong is told at once, with the
// account: an account that holds a deposit and has no facts (ErrRun), two of one account, and what [Policy.Review] refuses; a request
// without its key, its days or who prepares it (ErrRun).
func (p Policy) Propose(q Request, books *ledger.Ledger, facts []Facts) (Run, error) {
	found := p.findings()
	if err := found.Err(); err != nil {
		return Run{}, err
	}
	run := Run{Key: q.Key, Policy: p.Title, Citation: p.Citation, Placeholders: found.Placeholders, Code: p.RevenueCode, On: q.On, Accounting: q.Accounting, By: q.By}
	if err := run.checkHead(); err != nil {
		return Run{}, err
	}
	held, of, err := sides(books, facts)
	if err != nil {
		return Run{}, err
	}
	var wrong problem.List
	for account, h := range held {
		if _, known := of[account]; !known && !h.Held.IsZero() {
			wrong.Add(&problem.Error{Code: ErrRun, Path: "account " + account, What: fmt.Sprintf("%s is held and no facts are given", h.Held), Fix: "give the facts of every account that holds a deposit"})
		}
	}
	slices.SortFunc(wrong, func(a, b *problem.Error) int { return strings.Compare(a.Path, b.Path) })
	late := newLateness()
	for _, account := range slices.Sorted(maps.Keys(of)) {
		v, err := p.look(books, held[account], of[account], q.On, true, late)
		v.Placeholders = found.Placeholders
		switch {
		case err != nil:
			wrong.Add(&problem.Error{Code: codeOf(err), Path: "account " + account, Err: err})
		case v.Eligible():
			run.Rows = append(run.Rows, v.row())
		default:
			run.Kept = append(run.Kept, v)
		}
	}
	if err := wrong.Err(); err != nil {
		return Run{}, err
	}
	return run, nil
}

// sides are the deposits and the facts by their accounts.
func sides(books *ledger.Ledger, facts []Facts) (map[string]Holding, map[string]Facts, error) {
	if books == nil {
		return nil, nil, &problem.Error{Code: ErrRun, Path: "books", What: "there are no books", Fix: "give them"}
	}
	of := map[string]Facts{}
	for i, f := range facts {
		if _, twice := of[f.Account]; twice || f.Account == "" {
			return nil, nil, &problem.Error{Code: ErrRun, Path: fmt.Sprintf("facts[%d]", i), What: fmt.Sprintf("the facts of account %q are given twice, or name none", f.Account), Fix: "give those of each account once"}
		}
		of[f.Account] = f
	}
	return Read(books), of, nil
}

// codeOf is the code of an error of a review.
func codeOf(err error) problem.Code {
	for _, code := range []problem.Code{ErrFuture, ErrOlder} {
		if errors.Is(err, code) {
			return code
		}
	}
	return ErrRun
}

func (v Verdict) row() Row {
	return Row{Account: v.Account, Area: v.Area, Held: v.Held, Interest: v.Earned.Interest, Refund: v.Refund, As: v.As, Words: v.Words() + "; interest: " + v.Earned.Words}
}

// checkHead finds what is wrong with all but the rows.
func (r Run) checkHead() error {
	return stated(ErrRun, []part{
		{"key", strings.TrimSpace(r.Key) == ""}, {"policy", r.Policy == "" || r.Citation == ""}, {"code", r.Code == ""}, {"on", r.On.IsZero()}, {"accounting", r.Accounting.IsZero()}, {"by", r.By.IsZero()},
	})
}

// part is something that has to be stated.
type part struct {
	path    string
	missing bool
}

// stated finds the parts that are missing.
func stated(code problem.Code, parts []part) error {
	var found problem.List
	for _, p := range parts {
		if p.missing {
			found.Add(&problem.Error{Code: code, Path: p.path, What: "it is missing, or is none", Fix: "state it"})
		}
	}
	return found.Err()
}

// ApprovalCheck refuses a run that says too little, one without rows, and one with a row that is of no account, stands there twice
// or out of order, does not give back all that is held with its interest, or says neither as what nor why.
func (r Run) ApprovalCheck() error {
	if err := r.checkHead(); err != nil {
		return err
	}
	var found problem.List
	add := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrRun, Path: path, What: what, Fix: fix})
	}
	if len(r.Rows) == 0 {
		add("rows", "no deposit goes back", "there is nothing to approve")
	}
	for i, row := range r.Rows {
		path := "account " + row.Account
		if row.Account == "" || row.Area == "" || row.Words == "" {
			add(path, "the account, its area or why it goes back is missing", "propose the run again")
		}
		if i > 0 && row.Account <= r.Rows[i-1].Account {
			add(path, "it stands there twice, or out of order", "give each account once, in order")
		}
		if row.As != AsCredit && row.As != AsCheck {
			add(path, fmt.Sprintf("it goes back as %q", string(row.As)), "state credit or check")
		}
		all, err := row.Held.Add(row.Interest)
		if err != nil || row.Held.Sign() <= 0 || row.Interest.Sign() < 0 || all != row.Refund {
			add(path, fmt.Sprintf("%s goes back, of %s held and %s interest", row.Refund, row.Held, row.Interest), "give back all of it, or take the row out")
		}
	}
	return found.Err()
}

// ApprovalKind is RunApproval.
func (r Run) ApprovalKind() approval.Kind { return RunApproval }

// ApprovalRows returns the run as its head and a row for each deposit, whose amount is what goes back.
func (r Run) ApprovalRows() (head []byte, rows []approval.Row) {
	head = stored.AppendKind(nil, "headgate.deposit.run.1")
	for _, text := range []string{r.Key, r.Policy, r.Citation, r.Code, r.On.String(), r.Accounting.String(), r.By.String()} {
		head = stored.AppendText(head, text)
	}
	head = stored.AppendCount(head, len(r.Placeholders))
	for _, mark := range r.Placeholders {
		head = stored.AppendText(head, mark.String())
	}
	for _, row := range r.Rows {
		rest := stored.AppendKind(nil, "headgate.deposit.row.1")
		for _, text := range []string{row.Area, string(row.As), row.Words} {
			rest = stored.AppendText(rest, text)
		}
		rest = stored.AppendInt(stored.AppendInt(rest, row.Held.Cents()), row.Interest.Cents())
		rows = append(rows, approval.Row{Key: row.Account, Account: row.Account, Amount: row.Refund, Rest: approval.RestOf(rest)})
	}
	return head, rows
}

// AppendCanonical writes all of it that the approver answers for.
func (r Run) AppendCanonical(b []byte) []byte {
	head, rows := r.ApprovalRows()
	return approval.AppendList(b, head, rows)
}

// Stakes are what goes back to each account.
func (r Run) Stakes() []approval.Stake {
	_, rows := r.ApprovalRows()
	return approval.StakesOf(rows)
}

// Clone returns a copy that shares nothing with it that could be changed.
func (r Run) Clone() Run {
	r.Placeholders, r.Rows, r.Kept = slices.Clone(r.Placeholders), slices.Clone(r.Rows), slices.Clone(r.Kept)
	for i := range r.Kept {
		k := &r.Kept[i]
		k.Placeholders, k.Reasons, k.Earned.Parts = slices.Clone(k.Placeholders), slices.Clone(k.Reasons), slices.Clone(k.Earned.Parts)
	}
	return r
}

// Total is what goes back in all. A sum that does not fit is money.ErrOverflow.
func (r Run) Total() (money.Amount, error) {
	amounts := make([]money.Amount, len(r.Rows))
	for i, row := range r.Rows {
		amounts[i] = row.Refund
	}
	return money.Sum(amounts...)
}

// Without returns the run without some accounts, as approval.Reduce takes it.
func (r Run) Without(accounts ...string) Run {
	r = r.Clone()
	r.Rows = slices.DeleteFunc(r.Rows, func(row Row) bool { return slices.Contains(accounts, row.Account) })
	return r
}

// String is what the second person is shown: each deposit that goes back and why, and each that stays and why.
func (r Run) String() string {
	var b strings.Builder
	total := "more than cents can count"
	if sum, err := r.Total(); err == nil {
		total = sum.String()
	}
	fmt.Fprintf(&b, "deposit refunds %s on %s under %s (%s): %d for %s, prepared by %s", r.Key, r.On, r.Policy, r.Citation, len(r.Rows), total, r.By)
	for _, mark := range r.Placeholders {
		fmt.Fprintf(&b, "\n  placeholder: %s", mark)
	}
	for _, row := range r.Rows {
		fmt.Fprintf(&b, "\n  %s: %s as %s, %s held and %s interest: %s", row.Account, row.Refund, row.As, row.Held, row.Interest, row.Words)
	}
	for _, v := range r.Kept {
		fmt.Fprintf(&b, "\n  %s: stays, %s held: %s", v.Account, v.Held, v.Words())
	}
	return b.String()
}
