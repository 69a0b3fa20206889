package accountfile

import (
	"errors"
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

func noClass(class string, have []string) *problem.Error {
	const most = 12
	fix := "use one of: " + strings.Join(have[:min(len(have), most)], ", ")
	if len(have) > most {
		fix += fmt.Sprintf(" … (%d in all)", len(have))
	}
	what := "the class is empty"
	if class != "" {
		what = fmt.Sprintf("there is no class %q", shortened(class))
	}
	return &problem.Error{Code: ErrNoClass, Path: "class", What: what, Fix: fix}
}

// oneFact is a fact that two columns hold.
func oneFact(fact, column, other string) *problem.Error {
	return &problem.Error{
		Code: ErrHeader, Path: other, What: fmt.Sprintf("the columns %q and %q both hold the fact %s", column, other, fact),
		Fix: "keep one of them",
	}
}

func badUsage(text string, err error) *problem.Error {
	if text == "" {
		return &problem.Error{Code: rates.ErrUsage, Path: "usage", Err: err, What: "the usage is empty", Fix: "write the billing units, 0 where nothing was used"}
	}
	return noNumber("usage", text, err)
}

// noNumber is a cell of usage, or of a part of it, that is no number.
func noNumber(column, text string, err error) *problem.Error {
	e := &problem.Error{Code: rates.ErrUsage, Path: column, Err: err}
	var why *problem.Error
	if errors.As(err, &why) {
		e.What, e.Fix = fmt.Sprintf("%q: %s", shortened(text), why.What), why.Fix
	}
	return e
}

func badCycle(text string) *problem.Error {
	return &problem.Error{
		Code: rates.ErrNoPeriod, Path: "cycle_days", What: fmt.Sprintf("%q is no number of days", shortened(text)),
		Fix: "write the days of the full cycle as a whole number, such as 30; leave the cell empty where the rates do not ask for it",
	}
}

// at names the column of a fault.
func at(column string, err error) *problem.Error {
	var e *problem.Error
	if !errors.As(err, &e) {
		return &problem.Error{Path: column, Err: err}
	}
	own := *e
	own.Path = column
	return &own
}

// shortened is a cell for a message.
func shortened(cell string) string {
	const longest = 40
	if runes := []rune(cell); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return cell
}
