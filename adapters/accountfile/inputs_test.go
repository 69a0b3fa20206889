package accountfile_test

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/adapters/accountfile"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// asks is a schedule of a test: its unit, and the facts that it asks for.
type asks struct {
	class string
	unit  string
	facts []string
}

// engineOf is an engine of such schedules. A bill is a dollar a unit, and a dollar for each fact.
func engineOf(t require.TestingT, schedules ...asks) *rates.Engine {
	var b strings.Builder
	b.WriteString("headgate: rate-book/1\nname: Tests\nschedules:\n")
	for _, s := range schedules {
		fmt.Fprintf(&b, "  - id: %s\n    unit: %s\n    rounding: {mode: half_up, place: line}\n    select: by_period_start\n"+
			"    proration: not_prorated\n    usage: exact\n    undated: true\n", s.class, s.unit)
		charges := "          - {id: water, per_unit: 1}\n"
		for i, fact := range s.facts {
			if i == 0 {
				b.WriteString("    facts:\n")
			}
			fmt.Fprintf(&b, "      %s: {type: text, allowed: [a, b]}\n", fact)
			charges += fmt.Sprintf("          - {id: of_%s, fixed: {by: %s, rows: {a: 1, b: 1}}}\n", fact, fact)
		}
		b.WriteString("    versions:\n      - charges:\n" + charges)
	}
	engine, err := compile(b.String())
	require.NoError(t, err, b.String())
	return engine
}

// next is the next row, which is one.
func next(t require.TestingT, file *accountfile.Reader) accountfile.Row {
	row, err := file.Next()
	require.NoError(t, err)
	return row
}

func TestARowAsksForWhatItsCellsSay(t *testing.T) {
	engine := engineOf(t, asks{"home", "CCF", []string{"size", "zone"}}, asks{"farm", "kgal", nil})
	file := reader(t, strings.NewReader("account,zone,carried,bill_date,to,class,from,size,usage,cycle_days\n"+
		"1,a,0.25,2018-04-03,2018-04-01,home,2018-03-01,b,12.50,31\n"+
		"2,,,,,home,,b,0,\n"+
		"3,a,,,,farm,,b,7,\n"))
	inputs := file.Inputs(engine, accountfile.InputOptions{})

	in, err := inputs.Of(next(t, file))
	require.NoError(t, err)
	usage, err := metering.ParseVolume("12.50 CCF")
	require.NoError(t, err)
	quarter, err := exact.New(1, 4)
	require.NoError(t, err)
	require.Equal(t, rates.Input{
		Schedule: "home", Period: civil.MustPeriod("[2018-03-01, 2018-04-01)"), BillDate: civil.MustDate("2018-04-03"), CycleDays: 31,
		Usage: usage, Carried: quarter, Facts: rates.Facts{"size": "b", "zone": "a"},
	}, in, "the account is no fact that the rates ask for")

	in, err = inputs.Of(next(t, file))
	require.NoError(t, err)
	usage, err = metering.ParseVolume("0 CCF")
	require.NoError(t, err)
	require.Equal(t, rates.Input{Schedule: "home", Usage: usage, Facts: rates.Facts{"size": "b"}}, in, "an empty cell says nothing")

	in, err = inputs.Of(next(t, file))
	require.NoError(t, err)
	usage, err = metering.ParseVolume("7 kgal")
	require.NoError(t, err)
	require.Equal(t, rates.Input{Schedule: "farm", Usage: usage, Facts: rates.Facts{}}, in)
}

func TestWhatCannotBePricedSaysWhereWhatAndWhatToDo(t *testing.T) {
	engine := engineOf(t, asks{"home", "CCF", nil}, asks{"farm", "CCF", nil})
	const days = ",2018-03-01,2018-04-01,,,"
	for name, c := range map[string]struct{ row, want string }{
		"no class":                {"sewer,1" + days, `E_NO_CLASS: class: there is no class "sewer"; use one of: home, farm`},
		"an empty class":          {",1" + days, `E_NO_CLASS: class: the class is empty; use one of: home, farm`},
		"a class in upper case":   {"Home,1" + days, `E_NO_CLASS: class: there is no class "Home"; `},
		"a class of 40 letters":   {strings.Repeat("é", 40) + ",1" + days, `E_NO_CLASS: class: there is no class "` + strings.Repeat("é", 40) + `"; `},
		"a long class":            {strings.Repeat("é", 50) + ",1" + days, `E_NO_CLASS: class: there is no class "` + strings.Repeat("é", 40) + `…"; `},
		"no usage":                {"home," + days, "E_USAGE: usage: the usage is empty; write the billing units, 0 where nothing was used"},
		"usage is no number":      {"home,x" + days, `E_USAGE: usage: "x": `},
		"usage is a long text":    {"home," + strings.Repeat("x", 41) + days, `E_USAGE: usage: "` + strings.Repeat("x", 40) + `…": `},
		"usage has an exponent":   {"home,1e3" + days, `E_USAGE: usage: "1e3": `},
		"usage has blanks":        {"home, 1" + days, `E_USAGE: usage: " 1": `},
		"from is no day":          {"home,1,2018-02-29,2018-04-01,,,", "E_DATE: from: "},
		"to is no day":            {"home,1,2018-03-01,1 April 2018,,,", "E_DATE: to: "},
		"the bill date is no day": {"home,1,,,2018-4-3,,", "E_DATE: bill_date: "},
		"no from":                 {"home,1,,2018-04-01,,,", "E_PERIOD: from: the row has a day to, and none from; "},
		"no to":                   {"home,1,2018-03-01,,,,", "E_PERIOD: to: the row has a day from, and none to; "},
		"to before from":          {"home,1,2018-04-01,2018-03-01,,,", "E_PERIOD: to: "},
		"the cycle is no number":  {"home,1,,,,thirty,", `E_NO_PERIOD: cycle_days: "thirty" is no number of days; `},
		"a cycle of no days":      {"home,1,,,,0,", `E_NO_PERIOD: cycle_days: "0" is no number of days; `},
		"a cycle below zero":      {"home,1,,,,-1,", `E_NO_PERIOD: cycle_days: "-1" is no number of days; `},
		"a cycle of 65536 days":   {"home,1,,,,65536,", `E_NO_PERIOD: cycle_days: "65536" is no number of days; `},
		"carried is no number":    {"home,1,,,,,1/4", `E_USAGE: carried: "1/4": `},
	} {
		t.Run(name, func(t *testing.T) {
			file := reader(t, strings.NewReader("class,usage,from,to,bill_date,cycle_days,carried\n\n"+c.row+"\n"))
			in, err := file.Inputs(engine, accountfile.InputOptions{}).Of(next(t, file))
			var e *problem.Error
			require.ErrorAs(t, err, &e)
			require.NotEmpty(t, e.Fix)
			require.True(t, strings.HasPrefix(err.Error(), "a.csv:3: "+c.want), err.Error())
			class, _, _ := strings.Cut(c.row, ",")
			require.Equal(t, rates.Input{Schedule: class}, in)
		})
	}
}

func TestManyClassesAreNotAllNamed(t *testing.T) {
	var have []asks
	for i := range 13 {
		have = append(have, asks{fmt.Sprintf("class-%d", i+1), "CCF", nil})
	}
	file := reader(t, strings.NewReader(header+"x,1\n"))
	row := next(t, file)
	_, err := file.Inputs(engineOf(t, have[:12]...), accountfile.InputOptions{}).Of(row)
	require.ErrorContains(t, err, "class-11, class-12")
	require.NotContains(t, err.Error(), "…")
	_, err = file.Inputs(engineOf(t, have...), accountfile.InputOptions{}).Of(row)
	require.ErrorContains(t, err, "class-11, class-12 … (13 in all)")
	require.NotContains(t, err.Error(), "class-13")
}

func TestARowThatIsNoneAsksForNothing(t *testing.T) {
	file := reader(t, strings.NewReader(header+"home,1,1\n"))
	row := next(t, file)
	in, err := file.Inputs(engineOf(t, asks{"home", "CCF", nil}), accountfile.InputOptions{}).Of(row)
	require.Equal(t, error(row.Err), err)
	require.Equal(t, rates.Input{}, in)
}

func TestTheFactsOfARowAreThoseOfNoOtherRow(t *testing.T) {
	engine := engineOf(t, asks{"home", "CCF", []string{"size", "zone"}}, asks{"farm", "CCF", []string{"size"}})
	file := reader(t, strings.NewReader("class,usage,size,zone\nhome,1,a,b\nfarm,1,b,\nhome,1,,a\nhome,x,b,b\n"))
	inputs := file.Inputs(engine, accountfile.InputOptions{})
	home, err := inputs.Of(next(t, file))
	require.NoError(t, err)
	farm, err := inputs.Of(next(t, file))
	require.NoError(t, err)
	require.Equal(t, rates.Facts{"size": "a", "zone": "b"}, home.Facts, "another class leaves them alone")
	require.Equal(t, rates.Facts{"size": "b"}, farm.Facts)
	again, err := inputs.Of(next(t, file))
	require.NoError(t, err)
	require.Equal(t, rates.Facts{"zone": "a"}, again.Facts)
	require.Equal(t, again.Facts, home.Facts, "the map serves the next row of the class")
	_, err = inputs.Of(next(t, file))
	require.Error(t, err)
	require.Equal(t, rates.Facts{"zone": "a"}, again.Facts, "a refused row leaves them alone")
}

func TestAFactMayHaveAnotherNameThanItsColumn(t *testing.T) {
	engine := engineOf(t, asks{"home", "CCF", []string{"size", "cycle_days", "note"}}, asks{"plain", "CCF", []string{"note"}})
	var asked []string
	options := accountfile.InputOptions{FactName: func(column string) string {
		asked = append(asked, column)
		if column == "note" {
			return ""
		}
		return strings.TrimPrefix(strings.ToLower(column), "meter ")
	}}
	file := reader(t, strings.NewReader("class,Meter Size,usage,from,to,bill_date,cycle_days,carried,note\nhome,a,1,,,,30,,b\n"))
	in, err := file.Inputs(engine, options).Of(next(t, file))
	require.NoError(t, err)
	require.Equal(t, rates.Facts{"size": "a"}, in.Facts, "a column without a name of a fact holds none")
	require.Equal(t, 30, in.CycleDays)
	require.Equal(t, []string{"Meter Size", "note"}, asked)

	// Two columns may not say the same; those that nothing asks for say nothing.
	file = reader(t, strings.NewReader("class,usage,Size,meter size\nplain,1,a,b\nhome,1,a,b\n"))
	inputs := file.Inputs(engine, options)
	_, err = inputs.Of(next(t, file))
	require.NoError(t, err)
	row := next(t, file)
	for range 2 {
		_, err = inputs.Of(row)
		require.EqualError(t, err, `a.csv:3: E_HEADER: meter size: the columns "Size" and "meter size" both hold the fact size; keep one of them`)
	}
}

func TestCycleAsFactsLeavesTheCycleToTheRates(t *testing.T) {
	engine := engineOf(t, asks{"home", "CCF", []string{"cycle_days", "carried", "in.from"}})
	file := reader(t, strings.NewReader("class,usage,cycle_days,carried,from,to\nhome,1,b,a,2018-03-01,2018-04-01\n"))
	row := next(t, file)
	in, err := file.Inputs(engine, accountfile.InputOptions{CycleAsFacts: true}).Of(row)
	require.NoError(t, err)
	require.Equal(t, rates.Facts{"cycle_days": "b", "carried": "a"}, in.Facts)
	require.Zero(t, in.CycleDays)
	require.Zero(t, in.Carried)
	_, err = file.Inputs(engine, accountfile.InputOptions{}).Of(row)
	require.ErrorIs(t, err, rates.ErrNoPeriod)
	in, err = file.Inputs(engine, accountfile.InputOptions{CycleAsFacts: true, FactName: func(column string) string { return "in." + column }}).Of(row)
	require.NoError(t, err)
	require.Empty(t, in.Facts, "a day is no fact, whatever its column would be called")
}

// drawn are cells that a column may have; the days are such as are kept in one place.
var drawn = map[string][]string{
	"class":      {"home", "farm", "town", "sewer", ""},
	"usage":      {"0", "13", "8.5", "12.50", "-1", "x", ""},
	"from":       {"2018-03-01", "2019-03-01", "2018-13-01", "2018-04-01", "2018-4-1", "", ""},
	"to":         {"2018-04-01", "2019-04-01", "2018-03-01", "2018-02-30", "x", "", ""},
	"bill_date":  {"2018-03-01", "2018-13-01", "1", "", ""},
	"cycle_days": {"30", "0", "030", "x", "", "", ""},
	"carried":    {"0.5", "0.50", "2", "1/2", "", "", ""},
	"size":       {"a", "b", "", "c"},
	"zone":       {"a", "b", "", "c"},
	"account":    {"1", "2", ""},
}

// wanted is what a row asks for, told plainly; nil where it is refused, with the code and the column.
func wanted(schedules []asks, cell map[string]string) (in *rates.Input, code problem.Code, column string) {
	s := slices.IndexFunc(schedules, func(s asks) bool { return s.class == cell["class"] })
	if s < 0 {
		return nil, accountfile.ErrNoClass, "class"
	}
	in = &rates.Input{Schedule: cell["class"], Facts: rates.Facts{}}
	var err error
	if in.Usage, err = metering.ParseVolume(cell["usage"] + " " + schedules[s].unit); err != nil {
		return nil, rates.ErrUsage, "usage"
	}
	days := map[string]civil.Date{}
	for _, name := range []string{"from", "to", "bill_date"} {
		if cell[name] != "" {
			if days[name], err = civil.ParseDate(cell[name]); err != nil {
				return nil, civil.ErrDate, name
			}
		}
	}
	in.Period, in.BillDate = civil.Period{From: days["from"], To: days["to"]}, days["bill_date"]
	switch {
	case cell["from"] == "" && cell["to"] != "":
		return nil, civil.ErrPeriod, "from"
	case cell["from"] != "" && cell["to"] == "", days["to"].Before(days["from"]):
		return nil, civil.ErrPeriod, "to"
	}
	if cell["cycle_days"] != "" {
		if in.CycleDays, err = strconv.Atoi(cell["cycle_days"]); err != nil || in.CycleDays == 0 {
			return nil, rates.ErrNoPeriod, "cycle_days"
		}
	}
	if cell["carried"] != "" {
		if in.Carried, err = exact.Parse(cell["carried"]); err != nil {
			return nil, rates.ErrUsage, "carried"
		}
	}
	for _, fact := range schedules[s].facts {
		if cell[fact] != "" {
			in.Facts[fact] = cell[fact]
		}
	}
	return in, "", ""
}

func TestTwoEnginesAreAskedOfEachRowAsIfTheyWereAlone(t *testing.T) {
	books := [2][]asks{
		{{"home", "CCF", []string{"size"}}, {"farm", "kgal", []string{"size", "zone"}}},
		{{"farm", "CCF", nil}, {"home", "kgal", []string{"zone"}}, {"town", "CCF", []string{"zone", "size"}}},
	}
	engines := [2]*rates.Engine{engineOf(t, books[0]...), engineOf(t, books[1]...)}
	rapid.Check(t, func(t *rapid.T) {
		columns := []string{"class", "usage"}
		for _, name := range []string{"account", "bill_date", "carried", "cycle_days", "from", "size", "to", "zone"} {
			if rapid.Bool().Draw(t, name) {
				columns = append(columns, name)
			}
		}
		columns = rapid.Permutation(columns).Draw(t, "columns")
		text := strings.Join(columns, ",") + "\n"
		rows := make([]map[string]string, rapid.IntRange(0, 30).Draw(t, "rows"))
		for i := range rows {
			rows[i] = map[string]string{}
			cells := make([]string, len(columns))
			for c, name := range columns {
				cells[c] = rapid.SampledFrom(drawn[name]).Draw(t, name)
				rows[i][name] = cells[c]
			}
			text += strings.Join(cells, ",") + "\n"
		}
		file := reader(t, strings.NewReader(text))
		inputs := [2]*accountfile.Inputs{file.Inputs(engines[0], accountfile.InputOptions{}), file.Inputs(engines[1], accountfile.InputOptions{})}
		for i, cell := range rows {
			row := next(t, file)
			var got [2]rates.Input
			var errs [2]error
			for b := range books {
				got[b], errs[b] = inputs[b].Of(row)
			}
			for b := range books {
				want, code, column := wanted(books[b], cell)
				if want == nil {
					var e *problem.Error
					require.ErrorAs(t, errs[b], &e)
					require.Equal(t, []any{code, column, problem.Pos{File: "a.csv", Line: i + 2}}, []any{e.Code, e.Path, e.Pos}, "%v", cell)
					require.Equal(t, rates.Input{Schedule: cell["class"]}, got[b])
					continue
				}
				require.NoError(t, errs[b], "%v", cell)
				require.Equal(t, *want, got[b], "%v", cell)
			}
		}
		_, err := file.Next()
		require.ErrorIs(t, err, io.EOF)
	})
}

// manyRows are accounts of two classes in any order, with the months of a year.
func manyRows(rows int) string {
	var b strings.Builder
	b.WriteString("account,class,size,usage,from,to\n")
	for i := range rows {
		month := 1 + i*7%11
		fmt.Fprintf(&b, "invented-%07d,%s,%s,%d.%d,2018-%02d-01,2018-%02d-01\n", i, [...]string{"home", "farm"}[i*5%3%2], [...]string{"a", "b", ""}[i%3], i*37%60, i%10, month, month+1)
	}
	return b.String()
}

// readAll makes an input of each row.
func readAll(t require.TestingT, text string, engine *rates.Engine) (rows int) {
	file := reader(t, strings.NewReader(text))
	inputs := file.Inputs(engine, accountfile.InputOptions{})
	for {
		row, err := file.Next()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if _, wrong := inputs.Of(row); err != nil || wrong != nil {
			require.NoError(t, errors.Join(err, wrong))
		}
		rows++
	}
}

func TestARowLeavesNothingBehindButItsText(t *testing.T) {
	const rows = 50_000
	text := manyRows(rows)
	engine := engineOf(t, asks{"home", "CCF", []string{"size"}}, asks{"farm", "kgal", []string{"size"}})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	require.Equal(t, rows, readAll(t, text, engine))
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(2*len(text)+1<<20))
	require.Less(t, after.Mallocs-before.Mallocs, uint64(1_000))
}

func BenchmarkInputs(b *testing.B) {
	const rows = 100_000
	text := manyRows(rows)
	engine := engineOf(b, asks{"home", "CCF", []string{"size"}}, asks{"farm", "kgal", []string{"size"}})
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if readAll(b, text, engine) != rows {
			b.Fatal("rows are lost")
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
}
