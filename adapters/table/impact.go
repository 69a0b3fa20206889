package table

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/ratecheck"
)

// AllClasses is the name of what all classes come to, in a column of classes.
const AllClasses = "All classes"

// noClass is the class of accounts that state none.
const noClass = "(no class)"

// Impact are the tables of what a change of rates does: Classes, Moves, Percentiles; Revenue,
// Causes, Deciles, Sizes and Extremes with a first column for the class, of which
// [AllClasses] is one where there are several; and Left.
func Impact(i *ratecheck.Impact) []Table {
	return []Table{
		Classes(i), Moves(i), Percentiles(i),
		byClass(i, "Revenue by charge and tier", Revenue), byClass(i, "What makes the difference", Causes),
		byClass(i, "Bills by usage, in tenths", deciles), byClass(i, "Bills by what they are before", Sizes),
		byClass(i, "Bills that change most", Extremes), Left(i),
	}
}

// byClass puts the tables of all groups below each other.
func byClass(i *ratecheck.Impact, title string, of func(*ratecheck.Group) Table) Table {
	groups := []*ratecheck.Group{&i.All}
	if len(i.Classes) == 1 {
		groups = nil
	}
	for c := range i.Classes {
		groups = append(groups, &i.Classes[c])
	}
	var each []Table
	for _, g := range groups {
		t := of(g)
		if t.Title = g.Class; g == &i.All {
			t.Title = AllClasses
		}
		each = append(each, t)
	}
	if len(each) == 0 {
		each = append(each, of(&i.All))
	}
	all := Stack("Class", each...)
	all.Title = title
	return all
}

// Classes is what the bills of each class come to before and after.
func Classes(i *ratecheck.Impact) Table {
	t := Table{Name: "classes", Title: "Bills by class", Note: LeftOut(i),
		Columns: append([]Column{left("Class")}, numbers("Bills", "Before $", "After $", "Change $", "Change %", "Average change $")...)}
	row := func(name string, g *ratecheck.Group) []Cell {
		return []Cell{Text(name), Count(g.Bills), Amount(g.Before), Amount(g.After), Change(g.Change()), PercentChange(g.Before, g.After), average(g.Change(), g.Bills)}
	}
	for c := range i.Classes {
		t.Rows = append(t.Rows, row(i.Classes[c].Class, &i.Classes[c]))
	}
	t.Total = row(AllClasses, &i.All)
	return t
}

// LeftOut says in a sentence how many accounts are in no total.
func LeftOut(i *ratecheck.Impact) string {
	switch n := i.LeftOut(); {
	case n == 0 && i.Seen == 0:
		return "There are no accounts."
	case n == 0:
		return fmt.Sprintf("Accounts studied: %s. All of them are in the totals.", Count(i.Seen))
	case n == 1:
		return fmt.Sprintf("1 of %s is in no total: not both books price it.", counted(i.Seen, "account"))
	default:
		return fmt.Sprintf("%s of %s are in no total: not both books price them.", Count(n), counted(i.Seen, "account"))
	}
}

// counted is a number of things in words.
func counted(n int64, what string) string {
	if n != 1 {
		what += "s"
	}
	return Count(n).String() + " " + what
}

// average is a sum by the number of bills, rounded half up to a cent.
func average(sum money.Amount, bills int64) Cell {
	each, err := sum.Ratio().Quo(exact.Int(bills))
	if err != nil {
		return Cell{}
	}
	amount, err := money.FromRatio(each, exact.HalfUp)
	if err != nil {
		return Cell{}
	}
	return Change(amount)
}

// Moves is how many bills of each class rise, fall and stay, and by how much.
func Moves(i *ratecheck.Impact) Table {
	t := Table{Name: "moves", Title: "Bills that rise, fall and stay",
		Columns: append([]Column{left("Class")}, numbers("Bills", "Rise", "Fall", "Same", "Rise %", "Fall %", "Rise by $", "Fall by $")...)}
	row := func(name string, g *ratecheck.Group) []Cell {
		all := exact.Int(g.Bills)
		return []Cell{Text(name), Count(g.Bills), Count(g.Rise), Count(g.Fall), Count(g.Same),
			Percent(exact.Int(g.Rise), all, 1), Percent(exact.Int(g.Fall), all, 1), Amount(g.RiseBy), Amount(g.FallBy)}
	}
	for c := range i.Classes {
		t.Rows = append(t.Rows, row(i.Classes[c].Class, &i.Classes[c]))
	}
	t.Total = row(AllClasses, &i.All)
	return t
}

// Percentiles is the spread of the changes of single bills in each class: the lowest, that which
// 5, 25, 50, 75 and 95 of 100 bills do not exceed, and the highest.
func Percentiles(i *ratecheck.Impact) Table {
	t := Table{Name: "percentiles", Title: "Changes of single bills",
		Columns: append([]Column{left("Class")}, numbers("Lowest $", "5th of 100 $", "25th of 100 $", "Median $", "75th of 100 $", "95th of 100 $", "Highest $")...)}
	inexact := false
	row := func(name string, g *ratecheck.Group) []Cell {
		cells := []Cell{Text(name)}
		for _, p := range []int{0, 5, 25, 50, 75, 95, 100} {
			change := g.Percentile(p)
			switch {
			case g.Bills == 0:
				cells = append(cells, Cell{})
				continue
			case p == 0 && len(g.MostDown) > 0:
				change = changeOf(&g.MostDown[0])
			case p == 100 && len(g.MostUp) > 0:
				change = changeOf(&g.MostUp[0])
			default:
				inexact = inexact || beyondExact(change)
			}
			cells = append(cells, Change(change))
		}
		return cells
	}
	for c := range i.Classes {
		t.Rows = append(t.Rows, row(i.Classes[c].Class, &i.Classes[c]))
	}
	t.Total = row(AllClasses, &i.All)
	t.Note = "Of 100 bills at least 5 change by the amount under 5th of 100 or less, at least 25 by that under 25th of 100 or less, and so on, at least half by the median or less. A fall is below zero."
	if inexact {
		t.Note += " " + FirstDigits
	}
	return t
}

// FirstDigits says how exact a [ratecheck.Distribution] is.
const FirstDigits = "Amounts beyond $999.99 are counted by their first five digits, cut toward zero."

// beyondExact reports whether a distribution may hold an amount cut.
func beyondExact(a money.Amount) bool { return a.Cents() > 999_99 || a.Cents() < -999_99 }

func changeOf(e *ratecheck.Extreme) money.Amount {
	change, _ := e.After.Sub(e.Before) // the study has counted with it
	return change
}

// Left is the accounts that are in no total, by class, book and reason, with what they come to
// under the book that does price them.
func Left(i *ratecheck.Impact) Table {
	t := Table{Name: "left_out", Title: "Accounts left out", Note: LeftOut(i),
		Columns: append([]Column{left("Class"), left("Refused by"), left("Reason"), left("Code")}, numbers("Accounts", "Before $", "After $")...)}
	for _, l := range i.Left {
		class := l.Class
		if class == "" {
			class = noClass
		}
		row := []Cell{Text(class), Text(refusedBy(l.Side)), Text(reasons[l.Code]), Text(string(l.Code)), Count(l.Accounts), {}, {}}
		switch l.Side {
		case ratecheck.BeforeOnly:
			row[6] = Amount(l.After)
		case ratecheck.AfterOnly:
			row[5] = Amount(l.Before)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// refusedBy names who refuses an account.
func refusedBy(side ratecheck.Side) string {
	if side == ratecheck.NoBook {
		return "the reader: no book was asked"
	}
	return side.String()
}
