package collections

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
)

// FinalNotices is the list of final notices: accounts whose payment plan was broken, and that lack the final notice of it. Facts are
// those of the day of the list.
const FinalNotices ListKind = "final_notices"

// NotAfterPlan is why an account is on no list of final notices: none is asked for.
const NotAfterPlan Code = "no final notice asked for"

// final is the account's row of a list of final notices, or why it has none.
func (l *Ladder) final(day civil.Date, f *Facts) (Row, []Reason, error) {
	w := walk{Ladder: l, facts: f, assume: day}
	a, err := w.run()
	if err != nil {
		return Row{}, nil, err
	}
	if a.Blocked() {
		return Row{}, a.Blocks, nil
	}
	w.out = &a
	asked := slices.ContainsFunc(l.constraints(f.Class), func(c *Constraint) bool {
		return c.When == OfBrokenPlan && slices.ContainsFunc(c.Ways, func(way Way) bool { return way.Step == FinalNotice })
	})
	if !w.broken || !asked {
		words := "no plan of the debt due " + a.Debt.Due.String() + " was broken"
		if w.broken {
			words = "no rule of the class " + f.Class + " asks for one"
		}
		return Row{}, []Reason{{NotAfterPlan, words, []Figure{{"debt", a.Debt.Due.String()}}}}, nil
	}
	for i := range f.Events {
		if e := &f.Events[i]; e.Step == FinalNotice && w.counts(e) == "" {
			return Row{}, []Reason{given(NoticeGiven, e)}, nil
		}
	}
	if !a.Day.After(day) {
		return Row{}, []Reason{{TooEarly, fmt.Sprintf("the shutoff would be on %s, and a final notice states a later day than its own", a.Day), []Figure{{"shutoff", a.Day.String()}}}}, nil
	}
	return a.row("%s due %s is past due after a plan was broken, and no final notice of it was given: a shutoff not before %s", a.NotBefore.Format(minute)), nil, nil
}
