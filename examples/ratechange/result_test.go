package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEachChangeNamesWhatAdoptedItOnItsDays(t *testing.T) {
	folder(t)
	const version = `      - from: 2018-01-01
        source: {resolution: Old}
        charges:
          - {id: water, text: Water, per_unit: 2.00}
`
	book := `headgate: rate-book/1
name: Rates
schedules:
  - id: home
    unit: kgal
    rounding: {mode: half_up, place: line}
    select: by_period_start
    proration: not_prorated
    usage: exact
    versions:
` + version
	dated := func(from, to, source, price string) string {
		text := changed(t, version, "2018-01-01", from, "Old", source, "2.00", price)
		if to != "" {
			text = strings.Replace(text, "        source", "        to: "+to+"\n        source", 1)
		}
		return text
	}
	write(t, "before.yaml", book)
	write(t, "after.yaml", changed(t, book, "name: Rates", "name: Other rates", version, dated("2018-01-01", "2018-03-01", "A", "3.00")+
		dated("2018-03-01", "2018-04-01", "B", "3.00")+dated("2018-04-01", "2018-05-01", "C", "2.00")+dated("2018-05-01", "", "D", "3.00")))
	r := &result{}
	r.options.before, r.options.after = "before.yaml", "after.yaml"
	require.NoError(t, r.books(&strings.Builder{}))
	r.differ()
	var said []string
	for i := range r.differences {
		c := &r.differences[i]
		said = append(said, about(c)+"; "+days(c.From, c.To)+"; "+c.Text+"; "+c.source)
	}
	const rises = "Water rises from $2.00 to $3.00 per thousand gallons (+$1.00, +50.0%)"
	require.Equal(t, []string{
		"home, from 2018-01-01; 2018-01-01 to 2018-03-31; " + rises + "; A; B",
		"home, from 2018-01-01; from 2018-03-01; A new version of the rates begins, which changes nothing; ",
		"home, from 2018-01-01; from 2018-05-01; " + rises + "; D",
	}, said)
	require.Positive(t, r.unpriced)
}

func TestColumnsAreTheFactsThatOWRSNames(t *testing.T) {
	folder(t)
	write(t, "before.owrs", "rate_structure:\n  DAILY:\n    bill: 2 * days + cycle_days\n")
	write(t, "after.owrs", "rate_structure:\n  DAILY:\n    bill: 3 * days + cycle_days\n")
	write(t, "table.csv", "class,usage,days,total\nDAILY,0,10,\n")
	write(t, "accounts.csv", "class,usage,days,cycle_days\nDAILY,0,10,4\n")
	args := []string{"-before", "before.owrs", "-after", "after.owrs", "-accounts", "accounts.csv"}
	code, stdout, stderr := ratechange(t, "", args...)
	require.Equal(t, exitUnproven, code, "nothing proves the file after")
	require.Empty(t, stderr)
	require.Contains(t, stdout, "1 bill: $34.00 instead of $24.00, ")

	write(t, "after.owrs", "rate_structure:\n  DAILY:\n    bill: 3 * days\n")
	write(t, "table.csv", "class,usage,days,total\nDAILY,0,10,30.00\n")
	code, stdout, stderr = ratechange(t, "", append(args, "-golden", "table.csv")...)
	require.Equal(t, exitProven, code, stdout+stderr)
	require.Contains(t, stdout, "  ok    Worked bills of table.csv: its bill comes out right.\n")
}
