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

func TestTheCustomersAreTheKindsOfEachClassTheMostUsualFirstAndComparable(t *testing.T) {
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
		"ord-water: Meter size 3/4 (drought stage 0, 2018-03-01 to 2018-03-30) 0",
		"ord-water: Meter size 1 (drought stage 0, 2018-03-01 to 2018-03-30) 0",
	}, said)
	require.Len(t, r.kinds.bills(), 3)
}

// sized is a book of one class with a fact that is a size by its values, and one that only sounds like it.
func sized(t *testing.T, more string) string {
	t.Helper()
	return changed(t, unfair, `meter_size: {type: text, allowed: ["1", 1 1/2]}`, "meter: {type: text}\n      household_size: {type: number}"+more,
		"{by: meter_size, rows: {1: 10.00, 1 1/2: 9.00}}", "10.00")
}

func TestSizesAreKnownByTheirValues(t *testing.T) {
	folder(t)
	write(t, "before.yaml", sized(t, ""))
	write(t, "after.yaml", sized(t, ""))
	r := studied(t, "class,usage,meter,household_size\nhome,1,2,5\nhome,1,3/4,4\nhome,1,3/4,4\nhome,1,2,2\nhome,1,2,3\nhome,1,1 1/2,4\n")
	var said []string
	for _, c := range r.kinds.customers(&r.impact) {
		said = append(said, c.Label)
	}
	require.Equal(t, []string{"Meter 2 (household size 4)", "Meter 3/4 (household size 4)", "Meter 1 1/2 (household size 4)"}, said)

	r = studied(t, "class,usage,meter,household_size\nhome,1,3/4,4\nhome,1,none,4\n")
	require.Len(t, r.kinds.customers(&r.impact), 1, "what is not always a size is none")
}

func TestWhatIsASizeInInches(t *testing.T) {
	for text, want := range map[string][2]bool{"5/8": {true, true}, "1 1/2": {true, true}, "1-1/2": {true, true}, `2"`: {true, true}, "3/4 in.": {true, true}, "2 inch": {true, true}, "1½": {true, true},
		"5/8 x 3/4": {true, true}, "2": {true, false}, "1.5": {true, false}, "": {}, "large": {}, "4/3": {false, true}, "1 2": {}, "1/2 1/2": {false, true}, "2018-03-01": {}} {
		size, inches := sizeText(text)
		require.Equal(t, want, [2]bool{size, inches}, text)
	}
	for name, want := range map[string]bool{"meter_size": true, "size": true, "pipe_diameter": true, "service size": true, "household_size": false, "lot_size": false, "diameter": true, "lot_diameter": false, "meters": false} {
		require.Equal(t, want, namesSize(name), name)
	}
}

func TestThePeriodThatCustomersAreShownForIsNotCut(t *testing.T) {
	folder(t)
	cut, whole := "2018-06-16,2018-07-16", "2018-05-01,2018-06-01"
	rows := "class,usage,meter_size,drought_stage,from,to\n"
	for _, row := range []string{"1,0," + cut, "1,0," + cut, "3/4,0," + cut, "1,0," + whole, "2,1," + whole, "2,1," + whole} {
		rows += "ord-water,1," + row + "\n"
	}
	r := studied(t, rows)
	all := r.kinds.customers(&r.impact)
	require.Len(t, all, 3)
	require.Equal(t, "Meter size 1 (drought stage 0, 2018-05-01 to 2018-05-31)", all[0].Label)
	for _, c := range all {
		require.Equal(t, all[0].Before.Period, c.Before.Period)
		require.Equal(t, all[0].After.Period, c.After.Period)
		require.Equal(t, "0", c.After.Facts["drought_stage"])
	}
}

func TestASizeThatHasNoRatesOnTheUsualDaysIsShownAsItWasMet(t *testing.T) {
	folder(t)
	text := changed(t, unfair, "undated: true\n    ", "", "    versions:\n      - charges:", `    versions:
      - from: 2018-01-01
        to: 2018-06-01
        source: {resolution: A}
        charges:
          - {id: base, text: Base charge, fixed: {by: meter_size, rows: {1: 10.00}}}
      - from: 2018-06-01
        source: {resolution: B}
        charges:`)
	write(t, "before.yaml", text)
	write(t, "after.yaml", text)
	r := studied(t, "class,usage,meter_size,from,to\nhome,0,1,2018-02-01,2018-03-01\nhome,0,1,2018-02-01,2018-03-01\nhome,0,1 1/2,2018-07-01,2018-08-01\n")
	all := r.kinds.customers(&r.impact)
	require.Len(t, all, 2)
	require.Equal(t, "Meter size 1 (2018-02-01 to 2018-02-28)", all[0].Label)
	require.Equal(t, "Meter size 1 1/2 (2018-07-01 to 2018-07-31)", all[1].Label)
}

func TestAsManyKindsAreShownAsCanBeReadAndTheRestIsTold(t *testing.T) {
	folder(t)
	text := strings.ReplaceAll(unfair, `allowed: ["1", 1 1/2]`, "least: 1, most: 400")
	text = strings.ReplaceAll(text, "type: text", "type: number")
	text = changed(t, text, "{by: meter_size, rows: {1: 10.00, 1 1/2: 9.00}}", "10.00")
	write(t, "before.yaml", text)
	write(t, "after.yaml", text)
	rows := "class,usage,meter_size\n"
	for i := range 400 {
		rows += fmt.Sprintf("home,1,%d\n", i+1)
	}
	r := studied(t, rows+"home,1,32\nhome,1,33\n")
	require.Len(t, r.kinds.bills(), mostTried)
	all := r.kinds.customers(&r.impact)
	require.Len(t, all, mostShown)
	require.Equal(t, "Meter size 32", all[0].Label)
	require.Equal(t, "Meter size 33", all[1].Label)
	require.Equal(t, "Meter size 1", all[2].Label)
	require.Equal(t, []string{"Of home, the 16 most usual kinds of accounts are shown with bills of their own, and more than 240 are not; all are in the totals."}, r.kinds.unshown())
	require.Equal(t, 16, mostShown)
}
