package accountfile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// columns are the names in the header, with the places of those that have a meaning of their own;
// -1 where absent.
type columns struct {
	names                                               []string
	class, usage, from, to, billDay, cycleDays, carried int
}

// newColumns finds the columns, or every fault of the header.
func newColumns(names []string, pos problem.Pos, reserved []string) (columns, error) {
	var found problem.List
	refuse := func(what, fix string) {
		found.Add(&problem.Error{Code: ErrHeader, Pos: pos, What: what, Fix: fix})
	}
	at := map[string]int{}
	for i, name := range names {
		_, twice := at[name]
		switch {
		case name == "":
			refuse(fmt.Sprintf("column %d has no name", i+1), "name it, or take it out")
		case twice:
			refuse(fmt.Sprintf("two columns are called %q", name), "keep one, or rename the other")
		case strings.TrimSpace(name) != name:
			refuse(fmt.Sprintf("column %d is called %q, with blanks around the name", i+1, name), "take the blanks out")
		case slices.Contains(reserved, name):
			refuse(fmt.Sprintf("column %d is called %q, as a column that is printed is", i+1, name), "rename it in the file")
		}
		at[name] = i
	}
	place := func(name string) int {
		if i, ok := at[name]; ok {
			return i
		}
		return -1
	}
	c := columns{
		names: names, class: place("class"), usage: place("usage"), from: place("from"), to: place("to"),
		billDay: place("bill_date"), cycleDays: place("cycle_days"), carried: place("carried"),
	}
	for _, needed := range []string{"class", "usage"} {
		if place(needed) < 0 {
			refuse("no column is called "+needed, "name one so, letter by letter; the first line names the columns, with commas between")
		}
	}
	return c, found.Err()
}
