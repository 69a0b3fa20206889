package main

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/problem"
)

// rowsOf reads a whole file: the cells of each row, with the code in place of the cells where the line is none.
func rowsOf(t *testing.T, text string) (rows [][]string, lines []int) {
	t.Helper()
	a, err := readAccounts("a.csv", strings.NewReader(text), []string{"total", "status"})
	require.NoError(t, err)
	for {
		rec, err := a.next()
		if errors.Is(err, io.EOF) {
			return rows, lines
		}
		require.NoError(t, err)
		require.Equal(t, len(rows)+1, rec.row)
		lines = append(lines, rec.pos.Line)
		if rec.err != nil {
			require.NotEmpty(t, rec.err.What)
			require.NotEmpty(t, rec.err.Fix)
			rows = append(rows, []string{string(rec.err.Code)})
			continue
		}
		rows = append(rows, append([]string(nil), rec.cells...))
	}
}

func TestEveryLineIsARowOrARefusalInItsPlace(t *testing.T) {
	const header = "class,usage\n"
	refused := []string{"E_CSV"}
	for name, c := range map[string]struct {
		text  string
		rows  [][]string
		lines []int
	}{
		"plain":                           {header + "a,1\nb,2\n", [][]string{{"a", "1"}, {"b", "2"}}, []int{2, 3}},
		"no line end at the end":          {header + "a,1\nb,2", [][]string{{"a", "1"}, {"b", "2"}}, []int{2, 3}},
		"CRLF":                            {"class,usage\r\na,1\r\nb,2\r\n", [][]string{{"a", "1"}, {"b", "2"}}, []int{2, 3}},
		"byte order mark":                 {"\xef\xbb\xbf" + header + "a,1\n", [][]string{{"a", "1"}}, []int{2}},
		"empty lines":                     {"\n" + header + "\n\r\na,1\n\n", [][]string{{"a", "1"}}, []int{5}},
		"no rows":                         {header, nil, nil},
		"quoted comma, quote, line end":   {header + "\"a,\"\"\nx\",1\nb,2\n", [][]string{{"a,\"\nx", "1"}, {"b", "2"}}, []int{2, 4}},
		"cells missing":                   {header + "a\nb,2\n", [][]string{refused, {"b", "2"}}, []int{2, 3}},
		"cells too many":                  {header + "a,1,\nb,2\n", [][]string{refused, {"b", "2"}}, []int{2, 3}},
		"bare quote":                      {header + "3/4\",1\nb,2\n", [][]string{refused, {"b", "2"}}, []int{2, 3}},
		"two bare quotes":                 {header + "3/4\",1\n3/4\",1\nb,2\n", [][]string{refused, refused, {"b", "2"}}, []int{2, 3, 4}},
		"cell goes on after its quote":    {header + "\"a\"b,1\nb,2\n", [][]string{refused, {"b", "2"}}, []int{2, 3}},
		"quote never closed":              {header + "\"a,1\nb,2\nc,3\n", [][]string{refused, {"b", "2"}, {"c", "3"}}, []int{2, 3, 4}},
		"quote closed by a later fault":   {header + "\"a,1\nb,2\nc,3\"x\nd,4\n", [][]string{refused, {"b", "2"}, refused, {"d", "4"}}, []int{2, 3, 4, 5}},
		"quote closed in the wrong place": {header + "\"a,1\nb\"\nc,3\n", [][]string{refused, refused, {"c", "3"}}, []int{2, 3, 4}},
		"cut in a cell":                   {header + "a,1\nb", [][]string{{"a", "1"}, refused}, []int{2, 3}},
		"cut in quotes":                   {header + "a,1\n\"b", [][]string{{"a", "1"}, refused}, []int{2, 3}},
		"longer than a row may be":        {header + strings.Repeat("x", maxRecord) + ",1\nb,2\n", [][]string{refused, {"b", "2"}}, []int{2, 3}},
		"quote closed too far away": {
			header + "\"a,1\n" + strings.Repeat("b,2\n", maxRecord/4) + "c,3\"\n",
			append(append([][]string{refused}, slicesRepeat([]string{"b", "2"}, maxRecord/4)...), refused), nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			rows, lines := rowsOf(t, c.text)
			require.Equal(t, c.rows, rows)
			if c.lines != nil {
				require.Equal(t, c.lines, lines)
			}
		})
	}
}

func TestAQuoteThatIsNeverClosedHoldsNoMoreThanARow(t *testing.T) {
	a, err := readAccounts("a.csv", strings.NewReader("class,usage\n\"a,1\n"+strings.Repeat("b,2\n", maxRecord)), nil)
	require.NoError(t, err)
	rec, err := a.next()
	require.NoError(t, err)
	require.NotNil(t, rec.err)
	held := 0
	for _, line := range a.ahead {
		held += len(line.text)
	}
	require.LessOrEqual(t, held, maxRecord)
}

func slicesRepeat(row []string, n int) [][]string {
	rows := make([][]string, n)
	for i := range rows {
		rows[i] = row
	}
	return rows
}

func TestAHeaderThatCannotBeUsedIsRefusedWithEveryFault(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string // one text in each problem
		line int
	}{
		"empty file":         {"", []string{"the file is empty"}, 1},
		"only empty lines":   {"\n\n", []string{"the file is empty"}, 3},
		"no class":           {"usage,x\n", []string{"no column is called class"}, 1},
		"no usage":           {"\nclass,x\n", []string{"no column is called usage"}, 2},
		"neither":            {"a;b\n", []string{"no column is called class", "no column is called usage"}, 1},
		"upper case":         {"Class,usage\n", []string{"no column is called class"}, 1},
		"twice":              {"class,usage,x,x\n", []string{`two columns are called "x"`}, 1},
		"without a name":     {"class,usage,\n", []string{"column 3 has no name"}, 1},
		"blanks":             {"class,usage, x\n", []string{`column 3 is called " x"`}, 1},
		"called as printed":  {"class,usage,status\n", []string{`column 3 is called "status"`}, 1},
		"several":            {"class,usage,total,,x,x\n", []string{`"total"`, "no name", `"x"`}, 1},
		"bare quote":         {"class,us\"age\n", []string{`a " stands inside a cell`}, 1},
		"quote never closed": {"class,\"usage\na,1\n", []string{"no closing"}, 1},
		"UTF-16":             {"\xff\xfec\x00l\x00", []string{"UTF-16"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readAccounts("a.csv", strings.NewReader(c.text), []string{"total", "status"})
			var all problem.List
			if !errors.As(err, &all) {
				var one *problem.Error
				require.ErrorAs(t, err, &one)
				all = problem.List{one}
			}
			require.Len(t, all, len(c.want))
			for i, e := range all {
				require.Equal(t, errHeader, e.Code)
				require.Equal(t, problem.Pos{File: "a.csv", Line: c.line}, e.Pos)
				require.Contains(t, e.What, c.want[i])
				require.NotEmpty(t, e.Fix)
			}
		})
	}
}

func TestAFileThatCannotBeReadOnStopsWithItsLine(t *testing.T) {
	for _, torn := range []string{"", "b,1", "\"b", "\"b\n1"} { // of a row that would be b,13
		broken := io.MultiReader(strings.NewReader("class,usage\na,1\n"+torn), iotestErr{errors.New("the disk is gone")})
		a, err := readAccounts("a.csv", broken, nil)
		require.NoError(t, err)
		rec, err := a.next()
		require.NoError(t, err)
		require.Equal(t, []string{"a", "1"}, rec.cells)
		for err == nil {
			rec, err = a.next()
			require.True(t, err != nil || rec.err != nil, "%q is priced", torn)
		}
		require.ErrorContains(t, err, " cannot be read on: the disk is gone")
	}
}

type iotestErr struct{ err error }

func (r iotestErr) Read([]byte) (int, error) { return 0, r.err }

// FuzzAccounts proves that a file that encoding/csv reads whole is read as it does, and that no line of any file is lost.
func FuzzAccounts(f *testing.F) {
	for _, seed := range []string{
		"a,1\nb,2\n", "\"a\nb\",1\r\n", "3/4\",1\n\"x\n\ny\"\"\",2", "\"a,1\nb\n", "\"\"\n\n\"\"\"\n", "a\"b\"c,1\n\"d\"e\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		a, err := readAccounts("a.csv", strings.NewReader("class,usage\n"+body), nil)
		require.NoError(t, err)
		var rows [][]string
		clean, line := true, 2
		all := strings.SplitAfter("class,usage\n"+body, "\n")
		for {
			rec, err := a.next()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			for _, between := range all[line-1 : rec.pos.Line-1] {
				require.Empty(t, strings.Trim(between, "\r\n"))
			}
			clean = clean && rec.err == nil
			rows = append(rows, append([]string(nil), rec.cells...))
			line = a.line
		}
		for _, rest := range all[min(line-1, len(all)):] {
			require.Empty(t, strings.Trim(rest, "\r\n"))
		}
		// However little is read at once, the rows are the same.
		slow, err := readAccounts("a.csv", iotest.OneByteReader(strings.NewReader("class,usage\n"+body)), nil)
		require.NoError(t, err)
		for _, row := range rows {
			rec, err := slow.next()
			require.NoError(t, err)
			require.Equal(t, row, append([]string(nil), rec.cells...))
		}
		_, err = slow.next()
		require.ErrorIs(t, err, io.EOF)
		require.Equal(t, a.bytes, slow.bytes)
		if strings.Contains(body, "\r") {
			return // a line of nothing but returns is empty here, and a cell there
		}
		r := csv.NewReader(strings.NewReader("class,usage\n" + body))
		want, err := r.ReadAll()
		if len(body) > maxRecord {
			return
		}
		require.Equal(t, err == nil, clean)
		if clean {
			require.Equal(t, want[1:], append([][]string{}, rows...))
		}
	})
}
