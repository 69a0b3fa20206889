package deposit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Earned is the interest of a deposit.
type Earned struct {
	// Interest is what is to be entered: what was earned, rounded once, less what was entered. It is never below zero.
	Interest money.Amount
	// Entered is what was entered before.
	Entered money.Amount
	// Parts are the days with one amount and one rate, oldest first; empty where the policy has no interest.
	Parts []Part
	// Words say it with its numbers.
	Words string
}

// Part is some days with one amount and one rate.
type Part struct {
	// Days are those on which it was held.
	Days civil.Period
	// On is what bears interest: what was paid in.
	On money.Amount
	// Percent is a year's.
	Percent decimal.Decimal
}

// exact is the interest of the part in dollars: simple, actual days over 365.
func (p Part) exact() exact.Ratio {
	share, _ := exact.New(int64(p.Days.Days()), 365*100) // not over zero
	return p.On.Ratio().Mul(exact.FromDecimal(p.Percent)).Mul(share)
}

// principals are the days with one amount paid in, up to a day; what leaves takes interest that was entered first.
func (h Holding) principals(on civil.Date) (parts []Part, entered int64) {
	var principal, interest int64
	moved := slices.DeleteFunc(slices.Clone(h.Movements), Movement.neverCame)
	for i, m := range moved {
		switch cents := m.Amount.Cents(); {
		case m.Cause == ledger.Accrued:
			interest, entered = interest+cents, entered+cents
		case m.isInterest(): // of another account, which earned it
			interest += cents
		case cents > 0:
			principal += cents
		default:
			fromInterest := min(-cents, interest)
			interest -= fromInterest
			principal -= -cents - fromInterest
		}
		until := on
		if i+1 < len(moved) {
			until = moved[i+1].On
		}
		if principal > 0 && m.On.Before(until) {
			parts = append(parts, Part{Days: civil.Period{From: m.On, To: until}, On: money.Cents(principal)})
		}
	}
	return parts, entered
}

// earned is the interest of a deposit up to a day, which counts no more.
func (p Policy) earned(h Holding, on civil.Date) (Earned, error) {
	held, entered := h.principals(on)
	e := Earned{Entered: money.Cents(entered)}
	if p.Interest == NoInterest {
		e.Words = "no interest is paid"
		return e, nil
	}
	var sum exact.Ratio
	for _, part := range held {
		rated, err := p.rated(part)
		if err != nil {
			return Earned{}, err
		}
		for _, part := range rated {
			sum = sum.Add(part.exact())
		}
		e.Parts = append(e.Parts, rated...)
	}
	all, err := money.FromRatio(sum, p.Rounding)
	if err != nil {
		return Earned{}, err
	}
	e.Interest = money.Cents(max(all.Cents()-entered, 0))
	e.Words = e.words(all)
	return e, nil
}

// rated cuts a part where the rate changes.
func (p Policy) rated(part Part) ([]Part, error) {
	var cuts []civil.Date
	if p.Interest == BankMonthly {
		for _, month := range part.Days.Months() {
			cuts = append(cuts, month.Period.From)
		}
	} else {
		for _, r := range p.Rates {
			cuts = append(cuts, r.From)
		}
	}
	var out []Part
	for _, days := range part.Days.Cut(cuts...) {
		rate, err := p.rateOn(days.From)
		if err != nil {
			return nil, err
		}
		next := Part{Days: days, On: part.On, Percent: rate.Percent.Get()}
		if n := len(out) - 1; n >= 0 && out[n].Percent.Equal(next.Percent) {
			out[n].Days.To = days.To
			continue
		}
		out = append(out, next)
	}
	return out, nil
}

// rateOn is the rate of a day.
func (p Policy) rateOn(day civil.Date) (Rate, error) {
	i, on := slices.BinarySearchFunc(p.Rates, day, func(r Rate, day civil.Date) int { return r.From.Compare(day) })
	if !on {
		i--
	}
	if i < 0 || p.Interest == BankMonthly && (p.Rates[i].From.Year() != day.Year() || p.Rates[i].From.Month() != day.Month()) {
		return Rate{}, &problem.Error{Code: ErrPolicy, Path: "rates", What: fmt.Sprintf("%s: there is no rate of interest for %s, on which money was held", p.Title, day),
			Fix: "state the rate of each day or month, 0 where nothing was paid"}
	}
	return p.Rates[i], nil
}

// words say interest: "$200.00 for 400 days at 1.5% a year are $3.29".
func (e Earned) words(all money.Amount) string {
	var days []string
	for _, p := range e.Parts {
		days = append(days, fmt.Sprintf("%s for %d days at %s%% a year", p.On, p.Days.Days(), p.Percent))
	}
	switch n := len(days); {
	case n == 0:
		return "no day of interest has passed"
	case n > 3:
		days = []string{fmt.Sprintf("%s to %s, in %d parts", e.Parts[0].Days.From, e.Parts[n-1].Days.Last(), n)}
	}
	text := strings.Join(days, ", ") + " bear " + all.String()
	if e.Entered.Sign() > 0 {
		text += fmt.Sprintf(", of which %s was entered before", e.Entered)
	}
	return text
}
