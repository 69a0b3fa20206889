package deposit_test

import (
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/payments/deposit"
)

const acct = "0104417"

type tester interface {
	require.TestingT
	Helper()
}

// must keeps the tests short; a host handles each error.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func day(text string) civil.Date { return civil.MustDate(text) }

func usd(cents int64) money.Amount { return money.Cents(cents) }

func person(id string) approval.Person { return must(approval.ParsePerson(id)) }

func percent(text string) policy.Value[decimal.Decimal] {
	return policy.Is(decimal.RequireFromString(text))
}

// coastside is after 12 consecutive months never delinquent. What its page does not say is invented: no return window, a check.
func coastside() deposit.Policy {
	return deposit.Policy{
		Title: "Coastside CWD", Citation: "rules.md section 4", Months: policy.Is(12), Clock: deposit.FromFullyPaid, Counts: deposit.InLastMonths,
		LateAllowed: policy.Is(0), GraceDays: policy.Is(0), Shutoff: deposit.Bars, ReturnedItem: deposit.Bars, Gives: deposit.Automatic, As: deposit.AsCheck,
		ForfeitMonths: policy.Is(0), ReturnDays: policy.Is(0), ActDays: policy.Is(3), Interest: deposit.NoInterest, Rates: []deposit.Rate{}, Rounding: exact.HalfUp, RevenueCode: "2300",
	}
}

// cedarPark allows one late payment in its year, and gives a bill credit.
func cedarPark() deposit.Policy {
	p := coastside()
	p.Title, p.LateAllowed, p.As = "Cedar Park TX", policy.Is(1), deposit.AsCredit
	return p
}

// simple is a policy with simple interest since 2020.
func simple(p deposit.Policy, rate string) deposit.Policy {
	p.Interest, p.Rates = deposit.SimpleInterest, []deposit.Rate{{From: day("2020-01-01"), Percent: percent(rate)}}
	return p
}

// books are the books of accounts in one area.
type books struct {
	t tester
	l ledger.Ledger
}

func newBooks(t tester) *books { return &books{t: t} }

func (b *books) post(e ledger.Entry) stored.ID {
	b.t.Helper()
	posted, err := b.l.Post(e)
	require.NoError(b.t, err)
	require.True(b.t, posted)
	return e.ID()
}

func entry(cause ledger.Cause, key, on string, moves ...ledger.Move) ledger.Entry {
	return ledger.Entry{Cause: cause, Key: key, Effective: day(on), Accounting: day(on), Moves: moves}
}

// charge bills an item: of water, or a deposit.
func (b *books) charge(account, key, billed, due string, cents int64, deposit bool) stored.ID {
	b.t.Helper()
	it := ledger.Item{Account: account, Area: "Ord", Kind: "charge", Service: "water", RevenueCode: "4000", Billed: day(billed), Due: day(due), Deposit: deposit}
	if deposit {
		it.Kind, it.RevenueCode = "deposit", "2300"
	}
	e := entry(ledger.Billed, key, billed)
	e.Opens = []ledger.Open{{Item: it, Amount: usd(cents), Against: it.Against()}}
	b.post(e)
	return e.ItemID(0)
}

func (b *books) pay(key, on string, item stored.ID, cents int64) stored.ID {
	b.t.Helper()
	return b.post(entry(ledger.Paid, key, on, must(b.l.Settle(ledger.Clearing("lockbox"), item, usd(cents)))...))
}

// deposit is a deposit that was charged and paid on a day.
func (b *books) deposit(account, on string, cents int64) stored.ID {
	b.t.Helper()
	return b.pay("deposit "+account+" "+on, on, b.charge(account, "ask "+account+" "+on, on, on, cents, true), cents)
}

// water is a bill of water, paid on a day; not at all where that is empty.
func (b *books) water(account, due, paid string, cents int64) {
	b.t.Helper()
	item := b.charge(account, "bill "+account+" "+due, must(day(due).AddDays(-20)).String(), due, cents, false)
	if paid != "" {
		b.pay("paid "+account+" "+due, paid, item, cents)
	}
}

func (b *books) held(account string) deposit.Holding {
	b.t.Helper()
	return deposit.Read(&b.l)[account]
}

func facts(account string) deposit.Facts {
	return deposit.Facts{Account: account, Opened: day("2020-01-01"), Shutoffs: []civil.Date{}}
}

func (b *books) review(p deposit.Policy, f deposit.Facts, on string) deposit.Verdict {
	b.t.Helper()
	v, err := p.Review(&b.l, b.held(f.Account), f, day(on))
	require.NoError(b.t, err)
	return v
}

// codes are why a deposit goes back or does not.
func codes(v deposit.Verdict) []deposit.Code {
	out := make([]deposit.Code, len(v.Reasons))
	for i, r := range v.Reasons {
		out[i] = r.Code
	}
	return out
}

func noon(text string) time.Time {
	d := day(text)
	return time.Date(d.Year(), d.Month(), d.Day(), 12, 0, 0, 0, time.UTC)
}

// matrix lets two supervisors approve finals and refund runs, up to a ceiling in each account.
func matrix(ceiling approval.Ceiling) *approval.Matrix {
	days := civil.MustPeriod("[2020-01-01, 2040-01-01)")
	p := approval.Policy{Name: "approvals", Source: "invented for the test", During: days, Location: time.UTC}
	for _, kind := range []approval.Kind{billing.FinalApproval, deposit.RunApproval, deposit.InterestApproval, deposit.UnclaimedApproval, deposit.ForfeitApproval} {
		bounds := approval.Bounds{PerProposal: approval.Unlimited(), PerAccount: ceiling}
		if _, capped := ceiling.Amount(); capped {
			bounds.Window = approval.Window{Span: approval.ByMonth}
		}
		p.Kinds = append(p.Kinds, approval.KindRule{Kind: kind, Validity: 72 * time.Hour})
		p.Limits = append(p.Limits, approval.Limit{Role: "supervisor", Kind: kind, Bounds: bounds})
	}
	for _, who := range []string{"s.reyes", "m.alvarez"} {
		p.Grants = append(p.Grants, approval.Grant{Person: person(who), Role: "supervisor", During: days})
	}
	return must(approval.Compile(p))
}

func seal() approval.HMAC {
	return must(approval.NewHMAC("test", []byte("thirty-two bytes of random numbers")))
}

// approve has s.reyes approve what the clerk j.ortega has prepared, at noon of a day.
func approve[T approval.Content[T]](content T, key, on string, m *approval.Matrix) (approval.Approved[T], error) {
	proposal, err := approval.Propose(content, approval.Request{Key: key, Prepared: []approval.Person{person("j.ortega")}, At: noon(on)})
	if err != nil {
		return approval.Approved[T]{}, err
	}
	return approval.Approve(proposal, approval.Decision{By: person("s.reyes"), At: noon(on).Add(time.Hour), Saw: proposal.Digest()}, m, must(approval.NewHistory(seal(), nil)))
}

func request(on string) deposit.Request {
	return deposit.Request{Key: on[:7], On: day(on), Accounting: day(on), By: person("j.ortega")}
}

// refund proposes a run, has it approved and makes its entries.
func (b *books) refund(p deposit.Policy, on string, of ...deposit.Facts) (deposit.Refunded, error) {
	run, err := p.Propose(request(on), &b.l, of)
	if err != nil {
		return deposit.Refunded{}, err
	}
	approved, err := approve(run, run.Key, on, matrix(approval.Unlimited()))
	if err != nil {
		return deposit.Refunded{}, err
	}
	return p.Refund(approved, noon(on).Add(2*time.Hour), time.UTC, &b.l, of)
}
