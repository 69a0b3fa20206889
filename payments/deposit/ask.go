package deposit

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
)

// AskFacts are what the books do not know of an account that is asked for a deposit. The order of their lists has no meaning.
type AskFacts struct {
	Facts
	// Area is the account's service area, and Tenure that of its customer, Owner or Tenant; a policy whose rules do not tell
	// them apart needs none.
	Area   string
	Tenure Tenure
	// Bills are those of the account, and of the premise where the policy asks for them. Bills that were taken back are not among
	// them.
	Bills []Bill
	// RecordSince is the day from which the customer's record is known, where that is before this account was opened: of an
	// account before it, or as another utility writes. Late, Returned and Shutoffs have its days.
	RecordSince civil.Date
}

// Bill is a bill as an average month takes it.
type Bill struct {
	// Account is whose it was, and Period the days that it is for.
	Account string
	Period  civil.Period
	// Amount is its current charges, without balances, late charges and deposits.
	Amount money.Amount
}

// Asked is the deposit that a district asks an account for on a day, and what of it is still to be charged.
type Asked struct {
	Account, Area string
	On            civil.Date
	// Policy and Citation are those of the policy, and Placeholders the values of it that stand in for what is not known.
	Policy, Citation string
	Placeholders     []policy.Mark
	// Required is the whole deposit. Held is what the books hold of it, interest that was entered included, and Charged what was
	// charged and is not paid.
	Required, Held, Charged money.Amount
	// More is what is still to be charged: Required without Held and Charged, and never below zero.
	More money.Amount
	// Average is what it is counted with; its zero where no average is asked for.
	Average AverageMonth
	// Steps say how it was found, with the numbers.
	Steps []string
}

// Words are the steps in one line.
func (a Asked) Words() string { return strings.Join(a.Steps, "; ") }

func (a *Asked) step(words string, figures ...any) {
	a.Steps = append(a.Steps, fmt.Sprintf(words, figures...))
}

// Ask says which deposit an account is asked for on a day, and how much more is to be charged now. A closed account is asked for
// none. The books are those that the deposit was read from. Errors: those of [AskPolicy.Check] and policy.ErrNotKnown; [ErrFacts],
// [ErrOlder] and [ErrFuture] for facts that are missing, contradict one another or the books, or have not happened; an account
// without history where the policy says nothing of it, and a deposit that was read before the books changed (ErrFacts).
func (p AskPolicy) Ask(books *ledger.Ledger, h Holding, f AskFacts, on civil.Date) (Asked, error) {
	found := p.findings()
	if err := found.Err(); err != nil {
		return Asked{}, err
	}
	if books == nil {
		return Asked{}, &problem.Error{Code: ErrFacts, Path: "books", What: "there are no books", Fix: "give those that the deposit was read from"}
	}
	if err := f.checkAsk(h, on); err != nil {
		return Asked{}, err
	}
	if held, open := books.Balance(ledger.DepositOf(f.Account, f.Area)), books.Balance(ledger.DepositBilledTo(f.Account, f.Area)); held != h.Held || open != h.Open {
		return Asked{}, &problem.Error{Code: ErrFacts, Path: "deposit", What: fmt.Sprintf("%s is held and %s is charged, and the books have %s and %s", h.Held, h.Open, held, open), Fix: "read the deposit again: the books have changed since"}
	}
	a := Asked{Account: f.Account, Area: f.Area, On: on, Policy: p.Title, Citation: p.Citation, Placeholders: found.Placeholders, Held: h.Held, Charged: h.Open}
	if err := p.require(&a, books, h, f); err != nil {
		return Asked{}, err
	}
	has, err := a.Held.Add(a.Charged)
	if err != nil {
		return Asked{}, err
	}
	if a.More, err = a.Required.Sub(has); err != nil {
		return Asked{}, err
	}
	a.More = money.Cents(max(a.More.Cents(), 0))
	a.step("%s is asked for, %s is held and %s is charged and not paid: %s more", a.Required, a.Held, a.Charged, a.More)
	return a, nil
}

// require finds the whole deposit.
func (p AskPolicy) require(a *Asked, books *ledger.Ledger, h Holding, f AskFacts) error {
	if !f.Closed.IsZero() {
		a.step("closed on %s: the account is asked for none", f.Closed)
		return nil
	}
	waived, err := p.waives(a, books, h, f)
	if err != nil || waived {
		return err
	}
	shutoffs, err := p.shutoffs(f, a.On)
	if err != nil {
		return err
	}
	r, err := p.rule(f.Tenure, len(shutoffs) > 0)
	if err != nil {
		return err
	}
	if r.averages() {
		if a.Average, err = p.Average.month(f, a.On, p.Rounding); err != nil {
			return err
		}
		a.step("%s", a.Average.Words)
	}
	sum, err := p.sum(a, r, shutoffs)
	if err != nil {
		return err
	}
	if a.Required, err = money.FromRatio(sum, p.Rounding); err != nil {
		return err
	}
	most, capped := r.AtMost.Value()
	if !capped {
		return nil
	}
	if a.Average.None {
		return a.Average.unknown(p.Title)
	}
	limit, err := money.FromRatio(a.Average.exact.Mul(most.Ratio()), exact.Down) // no cent above the cap
	if err != nil {
		return err
	}
	if a.Required.Cmp(limit) > 0 {
		a.Required = limit
	}
	a.step("at most %s times the average month, %s: %s", most, limit, a.Required)
	return nil
}

// sum is what a rule asks for before its cap, in dollars.
func (p AskPolicy) sum(a *Asked, r AskRule, shutoffs []civil.Date) (exact.Ratio, error) {
	flat, times := r.Flat.Get(), r.Times.Get()
	sum := flat.Ratio()
	who := fmt.Sprintf("tenure %s, %s", r.Tenure, strings.ReplaceAll(string(r.When), "_", " "))
	switch {
	case times.IsZero():
		a.step("%s flat (%s)", flat, who)
	case a.Average.None && flat.IsZero():
		return sum, a.Average.unknown(p.Title)
	case a.Average.None:
		a.step("%s flat alone, without an average month (%s)", flat, who)
	default:
		months := a.Average.exact.Mul(exact.FromDecimal(times))
		shown, err := money.FromRatio(months, p.Rounding)
		if err != nil {
			return sum, err
		}
		if flat.IsZero() {
			a.step("%s times the average month, %s (%s)", times, shown, who)
		} else {
			a.step("the greater of %s flat and of %s times the average month, %s (%s)", flat, times, shown, who)
		}
		sum = exact.Max(sum, months)
	}
	if each := r.EachShutoff.Get(); each.Sign() > 0 && len(shutoffs) > 0 {
		a.step("%s more for each of %s%s", each, several(len(shutoffs), "shutoff"), onDays(shutoffs))
		sum = sum.Add(each.Ratio().Mul(exact.Int(int64(len(shutoffs)))))
	}
	return sum, nil
}

// shutoffs are those that count on a day, each day once.
func (p AskPolicy) shutoffs(f AskFacts, on civil.Date) ([]civil.Date, error) {
	var from civil.Date
	if months := p.ShutoffMonths.Get(); months > 0 {
		var err error
		if from, err = on.AddMonths(-months); err != nil {
			return nil, err
		}
	}
	if f.Shutoffs == nil {
		return nil, &problem.Error{Code: ErrFacts, Path: "shutoffs", What: "nobody has looked whether the account was shut off", Fix: "give the days, or an empty list where there were none"}
	}
	days := within(f.Shutoffs, from)
	slices.SortFunc(days, civil.Date.Compare)
	return slices.Compact(days), nil
}

// rule is that of a tenure; one that all have in common where no tenure is known.
func (p AskPolicy) rule(tenure Tenure, shutoff bool) (AskRule, error) {
	when := BeforeShutoff
	if shutoff {
		when = AfterShutoff
	}
	for _, r := range p.Rules {
		if r.of(tenure, when) {
			return r, nil
		}
	}
	return AskRule{}, &problem.Error{Code: ErrFacts, Path: "tenure", What: fmt.Sprintf("%s tells owners and tenants apart, and the tenure is %q", p.Title, string(tenure)), Fix: "give owner or tenant"}
}

// waives reports whether the account's record waives the deposit.
func (p AskPolicy) waives(a *Asked, books *ledger.Ledger, h Holding, f AskFacts) (bool, error) {
	if p.Waived != ForGoodRecord {
		return false, nil
	}
	months := p.Record.Months.Get()
	from, err := a.On.AddMonths(-months)
	if err != nil {
		return false, err
	}
	since := f.Opened
	if !f.RecordSince.IsZero() {
		since = f.RecordSince
	}
	if since.After(from) {
		a.step("not waived: the record is since %s, and %s of it asked for", since, several(months, "month"))
		return false, nil
	}
	r := review{books: books, h: h, f: f.Facts, v: &Verdict{On: a.On}, late: newLateness(), p: Policy{
		Months: p.Record.Months, Counts: InLastMonths, LateAllowed: p.Record.LateAllowed, GraceDays: p.Record.GraceDays, Shutoff: p.Record.Shutoff, ReturnedItem: p.Record.ReturnedItem,
	}}
	switch r.account, err = books.Account(f.Account, f.Terms); {
	case err == nil:
	case !errors.Is(err, ledger.ErrNoAccount) || len(f.Terms.Plans)+len(f.Terms.LevelPay)+len(f.Terms.Extensions) > 0:
		return false, &problem.Error{Code: ErrFacts, Path: "account " + f.Account, Err: err}
	}
	if err := r.service(); err != nil {
		return false, err
	}
	if len(r.v.Reasons) > 0 {
		a.step("not waived: %s", r.v.Words())
		return false, nil
	}
	a.step("waived for the record of %s: %s", several(months, "month"), strings.Join(r.good, "; "))
	return true, nil
}

// checkAsk finds all that is wrong with the facts of an account that is asked for a deposit.
func (f AskFacts) checkAsk(h Holding, on civil.Date) error {
	if err := f.check(h, on); err != nil {
		return err
	}
	found := f.lookedAsk(on)
	if h.Area != "" && f.Area != h.Area {
		found.Add(&problem.Error{Code: ErrFacts, Path: "area", What: fmt.Sprintf("the account is in %q, and its deposit in %q", f.Area, h.Area), Fix: "give the area that the deposit is in"})
	}
	return found.Err()
}

// lookedAsk finds what is wrong with the facts by themselves, beyond those of every deposit.
func (f AskFacts) lookedAsk(on civil.Date) problem.List {
	var found problem.List
	add := func(code problem.Code, path, what, fix string) {
		found.Add(&problem.Error{Code: code, Path: path, What: what, Fix: fix})
	}
	if f.Area == "" {
		add(ErrFacts, "area", "the account's service area is missing", "give it")
	}
	if f.Tenure != "" && f.Tenure != Owner && f.Tenure != Tenant {
		add(ErrFacts, "tenure", fmt.Sprintf("%q is no customer's tenure", string(f.Tenure)), "give owner or tenant")
	}
	if f.RecordSince.After(f.Opened) {
		add(ErrFacts, "record_since", fmt.Sprintf("%s is after the account was opened, on %s", f.RecordSince, f.Opened), "leave it out: the account's own record is since it was opened")
	}
	sorted := make([]int, len(f.Bills))
	for i, b := range f.Bills {
		sorted[i] = i
		path := fmt.Sprintf("bills[%d]", i)
		switch err := b.Period.Check(); {
		case err != nil || b.Period.Days() == 0 || b.Account == "":
			add(ErrFacts, path, "the bill is of no days, or of no account", "give both, and leave out a bill of no days: it is no month's")
		case b.Period.Last().After(on):
			add(ErrFuture, path, fmt.Sprintf("it is for days up to %s, after %s, the day that is asked about", b.Period.Last(), on), "leave out what has not happened, or ask on a later day")
		}
	}
	if len(found) > 0 {
		return found
	}
	slices.SortStableFunc(sorted, func(i, j int) int { return f.Bills[i].Period.From.Compare(f.Bills[j].Period.From) })
	for n := 1; n < len(sorted); n++ {
		i, j := sorted[n-1], sorted[n]
		if _, both := f.Bills[i].Period.Intersect(f.Bills[j].Period); both {
			add(ErrFacts, fmt.Sprintf("bills[%d]", j), fmt.Sprintf("it is for %s, and bills[%d] for %s: days are billed twice", f.Bills[j].Period, i, f.Bills[i].Period), "give each bill as it stands, once")
		}
	}
	return found
}
