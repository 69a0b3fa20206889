package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// The codes of an aging; ErrTie is of all reports.
const (
	ErrAging problem.Code = "E_REPORT_AGING" // an aging that is asked for without its day, its buckets or its accounts
	ErrTie   problem.Code = "E_REPORT_TIE"   // totals that must tie to the books, or to one another, and do not
)

// KindAhead is the kind under which an aging has what level pay asks for beyond the charges to date: it is due, it is no open
// item, and the settlement takes it off again, so that it is open with nothing in all.
const KindAhead ledger.Kind = "level pay ahead"

// AgingRequest asks what is open on a day, and since when.
type AgingRequest struct {
	// On is the day: what took effect after it is left out, and what took effect before counts, whenever it was entered.
	On civil.Date
	// UpTo are the last days past due of each bucket but the last, rising from 1 or more: 30, 60, 90 are 1–30, 31–60, 61–90 and
	// 91 or more. There is no default.
	UpTo []int
	// Books are all entries of the accounts.
	Books *ledger.Ledger
	// Accounts are all accounts of the books, each once, in any order. One that is left out is refused: the totals would be of
	// something else than the books.
	Accounts []AgedAccount
}

// AgedAccount is what the books do not say of an account.
type AgedAccount struct {
	Account string
	// Class is the district's word for the kind of customer.
	Class string
	// Terms are its agreements and the money on its way to it; the zero value says that there are none.
	Terms ledger.Terms
}

// Bucket is a span of days past due. To is 0 for the last, which has no end.
type Bucket struct{ From, To int }

// String gives "31–60", or "91+".
func (b Bucket) String() string {
	if b.To == 0 {
		return fmt.Sprintf("%d+", b.From)
	}
	return fmt.Sprintf("%d–%d", b.From, b.To)
}

// Aged is what is open, by its age. What covers some of it stands beside, and is not taken off: ByCredit and Pending are parts
// of PastDue and Current.
type Aged struct {
	// PastDue is what is past due, for each bucket.
	PastDue []money.Amount
	// Current is billed and not past due. Later is owed and not asked for yet: installments that are not billed, and what level
	// pay leaves to its settlement.
	Current, Later money.Amount
	// Open is the sum of PastDue, Current and Later.
	Open money.Amount
	// ByCredit is what of it the account's credit covers, and Pending what money on its way will pay.
	ByCredit, Pending money.Amount
	// Credit is all unapplied credit, ByCredit included, and PendingOver what money on its way will leave as credit.
	Credit, PendingOver money.Amount
	// Balance is Open less Credit.
	Balance money.Amount
	// NotBilled is of items that the books have and that no bill has asked for by the day. It is in none of the others.
	NotBilled money.Amount
}

// AgingRow is what an account owes.
type AgingRow struct {
	Account, Area, Class string
	Aged
	// OldestDue is the earliest due date of what is past due and not covered; no date where nothing is.
	OldestDue civil.Date
	// OnPlan and OnLevelPay say that a payment plan, or level pay, is in force, and Broken that an installment is past due.
	OnPlan, OnLevelPay, Broken bool
}

// AgingGroup is what the accounts of an area and class owe of a kind. Credits stand under ledger.KindCredit.
type AgingGroup struct {
	Area  string
	Kind  ledger.Kind
	Class string
	// Accounts is the number of accounts with anything of it.
	Accounts int
	Aged
}

// AgingTie proves what is aged of an area and kind against the books: Closing + LaterInBooks − NotInEffect − NotBilled +
// AsCredit is Aged. Credits are below zero.
type AgingTie struct {
	Area string
	Kind ledger.Kind
	// Closing is the closing of the roll-forward, by accounting dates, at the end of the day.
	Closing money.Amount
	// LaterInBooks took effect by the day and has an accounting date after it; NotInEffect the other way round.
	LaterInBooks, NotInEffect money.Amount
	// NotBilled is of items that are billed after the day. AsCredit is what is credit on the day though it is entered on items:
	// what was paid before the bill, and what was paid beyond what is charged by the day. It is zero over all kinds of an area.
	NotBilled, AsCredit money.Amount
	Aged                money.Amount
}

// Aging is what is open on a day, since when, and the proof that it is what the books have.
type Aging struct {
	On      civil.Date
	Buckets []Bucket
	Rows    []AgingRow   // in order of accounts
	Groups  []AgingGroup // in order of areas, kinds and classes
	Total   Aged         // of the rows, and of the groups
	Ties    []AgingTie   // in order of areas and kinds
	Left    []Left
}

// Age ages what is open on a day. Payment plans, level pay, extensions and credit are as [ledger.Account.Obligations] has them.
//
// Errors, all that are found: [ErrAging] for a request that lacks something, for an account that is missing, unknown or given
// twice; those of the ledger, with the account as their place; [ErrTie] where the totals are not those of the books.
func Age(r AgingRequest) (Aging, error) {
	a := aging{r: r, groups: map[agingKey]*AgingGroup{}, total: newAged(len(r.UpTo) + 1)}
	if err := a.check(); err != nil {
		return Aging{}, err
	}
	out := Aging{On: r.On, Buckets: bucketsOf(r.UpTo)}
	stands, err := standOn(r.Books, r.On)
	if err != nil {
		return Aging{}, err
	}
	a.stands = stands
	quiet := 0
	for _, one := range slices.SortedFunc(slices.Values(r.Accounts), func(x, y AgedAccount) int { return cmp.Compare(x.Account, y.Account) }) {
		row, err := a.row(one)
		switch {
		case err != nil:
			a.found.Add(&problem.Error{Code: ErrAging, Path: "account " + one.Account, Err: err})
		case row.nothing():
			quiet++
		default:
			out.Rows = append(out.Rows, row)
		}
	}
	if err := a.found.Err(); err != nil {
		return Aging{}, err
	}
	if quiet > 0 {
		out.Left = append(out.Left, Left{Count: quiet, Why: "nothing is open, on its way or held as credit"})
	}
	for _, at := range slices.SortedFunc(maps.Keys(a.groups), agingKey.compare) {
		out.Groups = append(out.Groups, *a.groups[at])
	}
	out.Total = a.total
	if out.Ties, err = a.ties(); err != nil {
		return Aging{}, err
	}
	return out, proveAging(out)
}

// agingKey is a group's place.
type agingKey struct {
	area  string
	kind  ledger.Kind
	class string
}

func (k agingKey) compare(o agingKey) int {
	return cmp.Or(cmp.Compare(k.area, o.area), cmp.Compare(k.kind, o.kind), cmp.Compare(k.class, o.class))
}

// aging makes an Aging.
type aging struct {
	r      AgingRequest
	found  problem.List
	stands *stands
	groups map[agingKey]*AgingGroup
	total  Aged
}

func (a *aging) refuse(path, what, fix string) {
	a.found.Add(&problem.Error{Code: ErrAging, Path: path, What: what, Fix: fix})
}

func (a *aging) check() error {
	if a.r.On.IsZero() {
		a.refuse("on", "the aging is of no day", "give the day")
	}
	if len(a.r.UpTo) == 0 {
		a.refuse("up_to", "no bucket is stated", "give the last days past due of each bucket but the last, such as 30, 60, 90")
	}
	before := 0
	for i, days := range a.r.UpTo {
		if days <= before {
			a.refuse(fmt.Sprintf("up_to[%d]", i), fmt.Sprintf("a bucket ends with day %d, and begins with day %d", days, before+1),
				"give the days in rising order, from 1 on")
		}
		before = days
	}
	if a.r.Books == nil {
		a.refuse("books", "there are no books", "give the ledger")
		return a.found.Err()
	}
	known, given := map[string]bool{}, map[string]bool{}
	for _, id := range a.r.Books.Accounts() {
		known[id] = true
	}
	for i, one := range a.r.Accounts {
		path := fmt.Sprintf("accounts[%d]", i)
		switch {
		case !known[one.Account]:
			a.refuse(path, fmt.Sprintf("the books have no account %q", one.Account), "leave it out, or give the books all entries")
		case given[one.Account]:
			a.refuse(path, fmt.Sprintf("the account %s is given twice", one.Account), "give each account once")
		case strings.TrimSpace(one.Class) == "":
			a.refuse(path+".class", fmt.Sprintf("the account %s has no class", one.Account), "give its class, or the district's word for accounts without one")
		}
		given[one.Account] = true
	}
	for _, id := range a.r.Books.Accounts() {
		if !given[id] {
			a.refuse("account "+id, "the books have it and the request does not", "give all accounts with their classes and terms")
		}
	}
	return a.found.Err()
}

// row ages an account, and adds it to its groups and to the total.
func (a *aging) row(one AgedAccount) (AgingRow, error) {
	account, err := a.r.Books.Account(one.Account, one.Terms)
	if err != nil {
		return AgingRow{}, err
	}
	standing, err := account.Standing(a.r.On)
	if err != nil {
		return AgingRow{}, err
	}
	obligations, err := account.Obligations(a.r.On)
	if err != nil {
		return AgingRow{}, err
	}
	row := AgingRow{Account: one.Account, Area: account.Area(), Class: one.Class, Aged: newAged(len(a.r.UpTo) + 1), OldestDue: standing.OldestDue,
		OnPlan: standing.OnPlan, OnLevelPay: standing.OnLevelPay, Broken: standing.Broken}
	parts := map[ledger.Kind]*Aged{}
	part := func(kind ledger.Kind) *Aged {
		if parts[kind] == nil {
			next := newAged(len(a.r.UpTo) + 1)
			parts[kind] = &next
		}
		return parts[kind]
	}
	covered := int64(0)
	for _, o := range obligations {
		kind := a.kindOf(o)
		if err := part(kind).owe(a.r, o); err != nil {
			return AgingRow{}, err
		}
		if kind == KindAhead { // the settlement takes it off
			if err := addMoney(&part(kind).Later, money.Cents(-o.Amount.Cents())); err != nil {
				return AgingRow{}, err
			}
		}
		covered += o.ByCredit.Cents()
	}
	credit := part(ledger.KindCredit)
	credit.Credit, credit.PendingOver = money.Cents(standing.Credit.Cents()+covered), standing.PendingOver
	for kind, cents := range a.stands.notBilled[one.Account] {
		part(kind).NotBilled = money.Cents(cents)
	}
	for _, kind := range slices.Sorted(maps.Keys(parts)) {
		p := parts[kind]
		if err := p.sum(); err != nil {
			return AgingRow{}, err
		}
		if p.nothing() {
			continue
		}
		at := agingKey{row.Area, kind, one.Class}
		group := a.groups[at]
		if group == nil {
			group = &AgingGroup{Area: at.area, Kind: kind, Class: at.class, Aged: newAged(len(a.r.UpTo) + 1)}
			a.groups[at] = group
		}
		group.Accounts++
		for _, to := range []*Aged{&row.Aged, &group.Aged, &a.total} {
			if err := to.add(*p); err != nil {
				return AgingRow{}, err
			}
		}
	}
	return row, nil
}

// kindOf is the kind that an obligation stands under.
func (a *aging) kindOf(o ledger.Obligation) ledger.Kind {
	switch it, ok := a.r.Books.Item(o.Item); {
	case ok:
		return it.Kind
	case o.ByInstallment:
		return KindAhead
	}
	return ledger.KindCredit // a credit that was used before the day on which it came
}

func newAged(buckets int) Aged { return Aged{PastDue: make([]money.Amount, buckets)} }

// bucketsOf are the buckets between stated days.
func bucketsOf(upTo []int) []Bucket {
	var out []Bucket
	from := 1
	for _, to := range upTo {
		out, from = append(out, Bucket{from, to}), to+1
	}
	return append(out, Bucket{From: from})
}

// owe adds an obligation by its age.
func (g *Aged) owe(r AgingRequest, o ledger.Obligation) error {
	to := &g.Later
	switch o.When {
	case ledger.IsCurrent:
		to = &g.Current
	case ledger.IsPastDue:
		days := r.On.Sub(o.Due)
		i := slices.IndexFunc(r.UpTo, func(last int) bool { return days <= last })
		if i < 0 {
			i = len(r.UpTo)
		}
		to = &g.PastDue[i]
	}
	for _, sum := range []struct {
		to   *money.Amount
		part money.Amount
	}{{to, o.Amount}, {&g.ByCredit, o.ByCredit}, {&g.Pending, o.Pending}} {
		if err := addMoney(sum.to, sum.part); err != nil {
			return err
		}
	}
	return nil
}

// columns are all amounts.
func (g *Aged) columns() []*money.Amount {
	out := []*money.Amount{&g.Current, &g.Later, &g.Open, &g.ByCredit, &g.Pending, &g.Credit, &g.PendingOver, &g.Balance, &g.NotBilled}
	for i := range g.PastDue {
		out = append(out, &g.PastDue[i])
	}
	return out
}

// add adds another, column by column.
func (g *Aged) add(o Aged) error {
	parts := o.columns()
	for i, to := range g.columns() {
		if err := addMoney(to, *parts[i]); err != nil {
			return err
		}
	}
	return nil
}

// sum finds Open and Balance.
func (g *Aged) sum() error {
	open, err := money.Sum(append(slices.Clone(g.PastDue), g.Current, g.Later)...)
	if err != nil {
		return err
	}
	g.Open = open
	g.Balance, err = open.Sub(g.Credit)
	return err
}

// nothing says that all amounts are zero.
func (g *Aged) nothing() bool {
	return !slices.ContainsFunc(g.columns(), func(a *money.Amount) bool { return !a.IsZero() })
}

func addMoney(to *money.Amount, part money.Amount) error {
	sum, err := to.Add(part)
	if err == nil {
		*to = sum
	}
	return err
}
