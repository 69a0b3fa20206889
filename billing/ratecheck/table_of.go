package ratecheck

import (
	"bytes"
	"encoding/csv"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/billing/rates"
)

// TableOf writes bills as a [Table] that says nothing yet of what they come to: a person works
// the totals out, or [Table.Update] fills in the engine's, to be looked at. The facts stand in the
// order of the book.
//
// What a table cannot hold is returned: bills of several meters or of facts that change, which a
// rate book file can hold as checks; and usage in another unit than the schedule's.
func TableOf(engine *rates.Engine, bills []rates.Input) (table []byte, rest []rates.Input) {
	var rows []rates.Input
	used := map[string]bool{}
	for _, in := range bills {
		unit, ok := engine.Unit(in.Schedule)
		if _, ends := in.Carried.Decimal(0); !ok || !ends || len(in.Meters) > 0 || len(in.Changes) > 0 || in.Usage.Unit() != unit && !in.Usage.IsZero() {
			rest = append(rest, in)
			continue
		}
		for name := range in.Facts {
			used[name] = true
		}
		rows = append(rows, in)
	}
	facts := orderedFacts(engine, used)
	type column struct {
		name string
		cell func(in *rates.Input) string
	}
	columns := []column{
		{"class", func(in *rates.Input) string { return in.Schedule }},
		{"from", func(in *rates.Input) string { return in.Period.From.String() }},
		{"to", func(in *rates.Input) string { return in.Period.To.String() }},
		{"bill_date", func(in *rates.Input) string { return in.BillDate.String() }},
		{"cycle_days", func(in *rates.Input) string {
			if in.CycleDays == 0 {
				return ""
			}
			return strconv.Itoa(in.CycleDays)
		}},
		{"carried", func(in *rates.Input) string {
			if in.Carried.IsZero() {
				return ""
			}
			text, _ := in.Carried.Decimal(0)
			return text
		}},
		{"usage", func(in *rates.Input) string { return in.Usage.Number().String() }},
	}
	// Columns that no row uses are left out, but for those that every table has.
	columns = slices.DeleteFunc(columns, func(c column) bool {
		return c.name != "class" && c.name != "usage" && !slices.ContainsFunc(rows, func(in rates.Input) bool { return c.cell(&in) != "" })
	})
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	var header []string
	for _, c := range columns {
		header = append(header, c.name)
	}
	for _, name := range facts {
		_, taken := columnKinds[name]
		if taken || strings.HasPrefix(name, "charge ") || strings.HasPrefix(name, factPrefix) {
			name = factPrefix + name
		}
		header = append(header, name)
	}
	_ = w.Write(append(header, "total", "refused")) // a buffer takes all
	for i := range rows {
		var cells []string
		for _, c := range columns {
			cells = append(cells, c.cell(&rows[i]))
		}
		for _, name := range facts {
			cells = append(cells, rows[i].Facts[name])
		}
		_ = w.Write(append(cells, "", ""))
	}
	w.Flush()
	return out.Bytes(), rest
}

// orderedFacts are names of facts in the order of the book, and then those that it does not have.
func orderedFacts(engine *rates.Engine, used map[string]bool) []string {
	var all []string
	for _, id := range engine.Schedules() {
		facts, _ := engine.Facts(id)
		for _, f := range facts {
			if used[f.Name] && !slices.Contains(all, f.Name) {
				all = append(all, f.Name)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(used)) {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}
