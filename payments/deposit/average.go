package deposit

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// AverageMonth is the average month of an account, and what it was found from.
type AverageMonth struct {
	// Amount is it, rounded to be shown: what is asked for is found from its exact number. It is never below zero.
	Amount money.Amount
	// Bills is how many bills count, Days how many days they are for, and Total what they come to.
	Bills, Days int
	Total       money.Amount
	// Stated says that the policy's amount stands for it, since there is no history; None that there is neither.
	Stated, None bool
	// Words say it with its numbers.
	Words string

	exact exact.Ratio
}

// unknown is the error of what cannot be asked for without an average month.
func (m AverageMonth) unknown(title string) error {
	return &problem.Error{Code: ErrFacts, Path: "bills", What: title + ": the deposit is counted in average months, and there is none: " + m.Words,
		Fix: "give the bills that count, or state in the policy what stands for them (no_history)"}
}

// month finds the average month of an account on a day.
func (a *Average) month(f AskFacts, on civil.Date, mode exact.Mode) (AverageMonth, error) {
	from, err := on.AddMonths(-a.Months.Get())
	if err != nil {
		return AverageMonth{}, err
	}
	var m AverageMonth
	var amounts []money.Amount
	for _, b := range f.Bills {
		if last := b.Period.Last(); a.Of == OfAccount && b.Account != f.Account || last.Before(from) {
			continue
		}
		m.Bills, m.Days = m.Bills+1, m.Days+b.Period.Days()
		amounts = append(amounts, b.Amount)
	}
	if m.Total, err = money.Sum(amounts...); err != nil {
		return AverageMonth{}, err
	}
	says := fmt.Sprintf("%s of the %s in %s, and %d asked for", several(m.Bills, "bill"), a.Of, several(a.Months.Get(), "month"), a.Least.Get())
	if m.Bills < a.Least.Get() {
		if m.Amount, m.Stated = a.NoHistory.Value(); !m.Stated {
			m.None, m.Words = true, "no history: "+says
			return m, nil
		}
		m.exact, m.Words = m.Amount.Ratio(), fmt.Sprintf("no history (%s): %s stands for an average month", says, m.Amount)
		return m, nil
	}
	share := exact.Int(int64(m.Bills))
	if a.Mean == ByDay {
		days, _ := a.DaysPerMonth.Value()
		share, err = exact.Int(int64(m.Days)).Quo(days.Ratio())
		says = fmt.Sprintf("%s, of which a month has %s", several(m.Days, "day"), days)
	} else {
		months, _ := a.BillMonths.Value()
		share, says = share.Mul(months.Ratio()), fmt.Sprintf("%s of %s", several(m.Bills, "bill"), several(int(months.Coefficient()), "month"))
	}
	if err != nil {
		return AverageMonth{}, err
	}
	if m.exact, err = m.Total.Ratio().Quo(share); err != nil {
		return AverageMonth{}, err
	}
	m.exact = exact.Max(m.exact, exact.Int(0))
	if m.Amount, err = money.FromRatio(m.exact, mode); err != nil {
		return AverageMonth{}, err
	}
	m.Words = fmt.Sprintf("average month %s: %s for %s of the %s in %s", m.Amount, m.Total, says, a.Of, several(a.Months.Get(), "month"))
	return m, nil
}

func several(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
