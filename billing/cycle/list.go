package cycle

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// ReleaseApproval is the kind of approval of a cycle: the word of the policy's limits.
const ReleaseApproval approval.Kind = "billing_cycle"

// EditList is a reviewed cycle: its bills, every exception with what has ended it, what is held, and the totals. It is made by
// [Review] and never changed. It is what a second person approves, as a list with a row for each bill: rows may be taken out
// afterwards ([EditList.Without], approval.Reduce), and none is added. The zero value is refused.
type EditList struct {
	key, cycle string
	period     civil.Period
	on         civil.Date
	policy     string
	citation   string
	marks      []policy.Mark
	bills      []billing.Bill
	gone       []billing.Bill // taken out after the review
	exceptions []Exception
	held       []Hold
	totals     []Total
	stale      []Decision
}

// Key returns the key of the run, which is that of its approval's request too.
func (l EditList) Key() string { return l.key }

// Cycle returns the group of accounts that is billed.
func (l EditList) Cycle() string { return l.cycle }

// On returns the day of the review.
func (l EditList) On() civil.Date { return l.on }

// Period returns the days of the full cycle.
func (l EditList) Period() civil.Period { return l.period }

// Bills are those that may go out, in the order of accounts and keys: without those that are held.
func (l EditList) Bills() []billing.Bill { return slices.Clone(l.bills) }

// Exceptions are all of them, in the order of codes, accounts, agreements and bills.
func (l EditList) Exceptions() []Exception {
	out := slices.Clone(l.exceptions)
	for i := range out {
		out[i].Figures = slices.Clone(out[i].Figures)
	}
	return out
}

// Open are the exceptions that nobody has ended.
func (l EditList) Open() []Exception {
	return slices.DeleteFunc(l.Exceptions(), func(e Exception) bool { return !e.Open() })
}

// Held are the holds that hold something, one for each agreement, in order. Those of services that are not billed by then are given to
// the next run.
func (l EditList) Held() []Hold { return slices.Clone(l.held) }

// Totals are those of the whole cycle, and then of each service area, beside those of the last run. The bills that are held are in none.
func (l EditList) Totals() []Total {
	out := slices.Clone(l.totals)
	for i := range out {
		out[i].Use = slices.Clone(out[i].Use)
	}
	return out
}

// Stale are decisions of the request on exceptions that are not on the list: the bill was corrected, or shows other numbers now.
func (l EditList) Stale() []Decision { return slices.Clone(l.stale) }

// Placeholders are the values of the policy that stand in for what is not known: the list rests on them.
func (l EditList) Placeholders() []policy.Mark { return slices.Clone(l.marks) }

// Groups are the exceptions by code, those of the most money first, then those of the most accounts.
func (l EditList) Groups() []Group {
	charges := make(map[billOf]money.Amount, len(l.bills))
	for _, b := range l.bills {
		charges[billOf{b.Account(), b.Key()}] = b.Charges()
	}
	var out []Group
	for _, code := range codes {
		g := Group{Code: code}
		accounts, bills := map[string]bool{}, map[billOf]bool{}
		var cents int64
		for _, e := range l.exceptions {
			if e.Code != code {
				continue
			}
			g.Exceptions++
			if e.Open() {
				g.Open++
			}
			if e.Account != "" {
				accounts[e.Account] = true
			}
			if at := (billOf{e.Account, e.Bill}); e.Bill != "" && !bills[at] {
				bills[at] = true
				cents += charges[at].Cents()
			}
		}
		g.Accounts, g.Charges = len(accounts), money.Cents(cents)
		if g.Exceptions > 0 {
			out = append(out, g)
		}
	}
	slices.SortStableFunc(out, func(a, b Group) int { return cmp.Or(b.Charges.Cmp(a.Charges), cmp.Compare(b.Accounts, a.Accounts)) })
	return out
}

// Without is the list without some bills, by their ids: for approval.Reduce, once it was approved. What the list says of the whole
// stays as it was reviewed. A bill that is not there is ErrRequest. The services of what is taken out are without a bill: the next run
// lists them.
func (l EditList) Without(bills ...stored.ID) (EditList, error) {
	gone := make(map[stored.ID]bool, len(bills)) // whether it is there
	for _, id := range bills {
		gone[id] = false
	}
	stay := make([]billing.Bill, 0, len(l.bills))
	l = l.Clone()
	for _, b := range l.bills {
		if _, ok := gone[b.ID()]; ok {
			gone[b.ID()] = true
			l.gone = append(l.gone, b)
			continue
		}
		stay = append(stay, b)
	}
	for _, id := range bills {
		if !gone[id] {
			return EditList{}, &problem.Error{Code: ErrRequest, Path: "bill " + id.String(), What: "it is none of the list", Fix: "take out what is there"}
		}
	}
	l.bills = stay
	return l, nil
}

// ApprovalCheck refuses a list of nothing, and one with an exception that is open (ErrOpen): all are told.
func (l EditList) ApprovalCheck() error {
	var found problem.List
	if l.key == "" || len(l.bills) == 0 {
		found.Add(&problem.Error{Code: ErrRequest, Path: "cycle " + l.key, What: "it has no bill to release", Fix: "review bills, and hold not all of them"})
	}
	for _, e := range l.exceptions {
		if e.Open() {
			fix := "correct it, or hold the service"
			if e.Acceptable() {
				fix = "correct it, hold it, or accept it with a reason"
			}
			path := strings.TrimSpace("cycle " + l.key + " account " + e.Account)
			if e.Account == "" {
				path = "cycle " + l.key
			}
			found.Add(&problem.Error{Code: ErrOpen, Path: path, What: string(e.Code) + ": " + e.Words, Fix: fix})
		}
	}
	return found.Err()
}

// ProposalCheck refuses a list of which bills were taken out (ErrOpen): their services would be billed by nobody, and nobody would answer for it.
func (l EditList) ProposalCheck() error {
	if len(l.gone) == 0 {
		return nil
	}
	return &problem.Error{Code: ErrOpen, Path: "cycle " + l.key, What: fmt.Sprintf("%d of its bills were taken out before it was approved, and their services are billed and held by nobody", len(l.gone)),
		Fix: "hold each with its reason and review again, or take them out of the approved list by approval.Reduce"}
}

// ApprovalKind is ReleaseApproval.
func (l EditList) ApprovalKind() approval.Kind { return ReleaseApproval }

// Clone returns a copy that shares nothing with it that could be changed.
func (l EditList) Clone() EditList {
	l.marks, l.bills, l.held, l.stale = slices.Clone(l.marks), slices.Clone(l.bills), slices.Clone(l.held), slices.Clone(l.stale)
	l.gone = slices.Clone(l.gone)
	l.exceptions, l.totals = l.Exceptions(), l.Totals()
	return l
}

// ApprovalRows returns the list as its head, which is the cycle with its exceptions, holds and totals, and a row for each bill: its
// charges, and all that it prints and posts.
func (l EditList) ApprovalRows() (head []byte, rows []approval.Row) {
	head = stored.AppendKind(nil, "headgate.billing.cycle.1")
	for _, text := range []string{l.key, l.cycle, l.period.String(), l.on.String(), l.policy, l.citation} {
		head = stored.AppendText(head, text)
	}
	head = stored.AppendCount(head, len(l.marks))
	for _, m := range l.marks {
		head = stored.AppendText(head, m.String())
	}
	head = stored.AppendCount(head, len(l.exceptions))
	for _, e := range l.exceptions {
		head = e.appendAll(head)
	}
	head = stored.AppendCount(head, len(l.held))
	for _, h := range l.held {
		head = h.append(head)
	}
	head = stored.AppendCount(head, len(l.totals))
	for _, t := range l.totals {
		head = t.append(head)
	}
	rows = make([]approval.Row, len(l.bills))
	var text []byte
	for i := range l.bills {
		b := &l.bills[i]
		text = appendBill(text[:0], b)
		rows[i] = approval.Row{Key: b.ID().String(), Account: b.Account(), Amount: b.Charges(), Rest: approval.RestOf(text)}
	}
	return head, rows
}

// AppendCanonical writes all of it that the approver answers for.
func (l EditList) AppendCanonical(b []byte) []byte {
	head, rows := l.ApprovalRows()
	return approval.AppendList(b, head, rows)
}

// Stakes are the charges of each bill.
func (l EditList) Stakes() []approval.Stake {
	rows := make([]approval.Row, len(l.bills))
	for i, b := range l.bills {
		rows[i] = approval.Row{Key: b.ID().String(), Account: b.Account(), Amount: b.Charges()}
	}
	return approval.StakesOf(rows)
}

// String is what the second person is shown: the totals, the exceptions by code, each exception with what ended it, and what is held.
func (l EditList) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Cycle %s of %s, %s, reviewed on %s by %s (%s)\n", l.key, l.cycle, l.period, l.on, l.policy, l.citation)
	for _, m := range l.marks {
		b.WriteString("  " + say.Placeholder(m) + "\n")
	}
	for _, t := range l.totals {
		b.WriteString("  " + t.String() + "\n")
	}
	for _, g := range l.Groups() {
		b.WriteString(g.String() + "\n")
		for _, e := range l.exceptions {
			if e.Code == g.Code {
				b.WriteString("  " + e.String() + "\n")
			}
		}
	}
	if len(l.held) > 0 {
		b.WriteString("Held: " + say.Counted(len(l.held), "service") + "\n")
	}
	for _, h := range l.held {
		fmt.Fprintf(&b, "  account %s agreement %s %s\n", h.Account, h.Agreement, h)
	}
	return b.String()
}

// String gives the total on one line, beside the last run's.
func (t Total) String() string {
	where := "all"
	if t.Area != "" {
		where = "area " + t.Area
	}
	text := fmt.Sprintf("%s: %s (last run %d), %s (last run %s), %d estimated", where, say.Counted(t.Bills, "bill"), t.LastBills, t.Charges, t.Last,
		t.Estimated)
	for _, u := range t.Use {
		text += fmt.Sprintf(", %s %s (last run %s)", say.Number("", u.Use), u.Unit, say.Number("", u.Last))
	}
	return text
}

func (t Total) append(b []byte) []byte {
	b = stored.AppendText(b, t.Area)
	for _, n := range []int64{int64(t.Bills), int64(t.LastBills), int64(t.Estimated), t.Charges.Cents(), t.Last.Cents()} {
		b = stored.AppendInt(b, n)
	}
	b = stored.AppendCount(b, len(t.Use))
	for _, u := range t.Use {
		for _, text := range []string{u.Unit.String(), u.Use.String(), u.Last.String()} {
			b = stored.AppendText(b, text)
		}
	}
	return b
}
