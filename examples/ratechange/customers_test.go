package main

import (
	"bufio"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// studied is what a study of accounts under the built-in books finds.
func studied(t *testing.T, accounts string) *result {
	t.Helper()
	r := &result{options: options{accounts: "-"}}
	var err error
	r.before, err = readRates("before", "before.yaml", 0, &strings.Builder{})
	require.NoError(t, err)
	r.after, err = readRates("after", "after.yaml", 0, &strings.Builder{})
	require.NoError(t, err)
	var stderr strings.Builder
	require.NoError(t, r.study(strings.NewReader(accounts), bufio.NewWriter(&stderr)))
	return r
}

func TestTheCustomersAreTheFirstAccountsOfEachKindTheMostUsualFirst(t *testing.T) {
	folder(t)
	rows := "class,usage,meter_size,drought_stage,from,to\n"
	for _, row := range []string{"ord-water,1,1,0,03", "ord-water,2,3/4,1,05", "central-fire,0,2,,03", "ord-water,3,3/4,0,03", "sewer,1,1,,03", "ord-water,4,9,0,03", "ord-water,5,3/4,0,03"} {
		day := row[strings.LastIndex(row, ",")+1:]
		rows += strings.TrimSuffix(row, day) + "2018-" + day + "-01,2018-" + day + "-31\n"
	}
	r := studied(t, rows)
	var said []string
	for _, c := range r.kinds.customers(&r.impact) {
		require.Equal(t, c.Before.Facts["meter_size"], c.After.Facts["meter_size"])
		said = append(said, c.Class+": "+c.Label+" "+c.After.Facts["drought_stage"])
	}
	require.Equal(t, []string{
		"central-fire: Meter size 2 (2018-03-01 to 2018-03-30) ",
		"ord-water: Meter size 3/4 (drought stage 1, 2018-05-01 to 2018-05-30) 1",
		"ord-water: Meter size 1 (drought stage 0, 2018-03-01 to 2018-03-30) 0",
	}, said)
	require.Len(t, r.kinds.bills(), 3)
}

func TestAsManyKindsAreKeptAsCanBeShown(t *testing.T) {
	folder(t)
	text := strings.ReplaceAll(unfair, `allowed: ["1", 1 1/2]`, "least: 1, most: 100")
	text = strings.ReplaceAll(text, "type: text", "type: number")
	text = changed(t, text, "{by: meter_size, rows: {1: 10.00, 1 1/2: 9.00}}", "10.00")
	write(t, "before.yaml", text)
	write(t, "after.yaml", text)
	rows := "class,usage,meter_size\n"
	for i := range 100 {
		rows += fmt.Sprintf("home,1,%d\n", i+1)
	}
	r := studied(t, rows+"home,1,32\nhome,1,33\n")
	require.Len(t, r.kinds.bills(), mostKinds)
	all := r.kinds.customers(&r.impact)
	require.Len(t, all, mostShown)
	require.Equal(t, "Meter size 32", all[0].Label)
	require.Equal(t, "Meter size 1", all[1].Label)
}
