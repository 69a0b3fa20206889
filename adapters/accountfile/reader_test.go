package accountfile_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/adapters/accountfile"
	"github.com/headgate-dev/headgate/billing/problem"
)

const header = "class,usage\n"

// reader reads the header of a file that has a good one.
func reader(t require.TestingT, r io.Reader) *accountfile.Reader {
	file, err := accountfile.NewReader("a.csv", r, "total", "status")
	require.NoError(t, err)
	return file
}

// rowsOf reads a whole file: the cells of each row, with the code in place of the cells where the
// line is none.
func rowsOf(t require.TestingT, r io.Reader) (rows [][]string, lines []int) {
	file := reader(t, r)
	for {
		row, err := file.Next()
		if errors.Is(err, io.EOF) {
			return rows, lines
		}
		require.NoError(t, err)
		require.Equal(t, len(rows)+1, row.Number)
		require.Equal(t, problem.Pos{File: "a.csv", Line: row.Pos.Line}, row.Pos)
		lines = append(lines, row.Pos.Line)
		if row.Err != nil {
			require.Equal(t, row.Pos, row.Err.Pos)
			require.NotEmpty(t, row.Err.What)
			require.NotEmpty(t, row.Err.Fix)
			rows = append(rows, []string{string(row.Err.Code)})
			continue
		}
		rows = append(rows, slices.Clone(row.Cells))
	}
}

func TestEveryLineIsARowOrARefusalInItsPlace(t *testing.T) {
	refused := []string{string(accountfile.ErrCSV)}
	far := slices.Repeat([][]string{{"b", "2"}}, accountfile.MaxRow/4)
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
		"as long as a row may be":         {header + strings.Repeat("x", accountfile.MaxRow-3) + ",1\n", [][]string{{strings.Repeat("x", accountfile.MaxRow-3), "1"}}, []int{2}},
		"so long, without a line end":     {header + "a," + strings.Repeat("1", accountfile.MaxRow-2), [][]string{{"a", strings.Repeat("1", accountfile.MaxRow-2)}}, []int{2}},
		"longer than a row may be":        {header + strings.Repeat("x", accountfile.MaxRow-2) + ",1\nb,2\n", [][]string{refused, {"b", "2"}}, []int{2, 3}},
		"much longer":                     {header + strings.Repeat("x", 5*accountfile.MaxRow) + ",1\nb,2\n", [][]string{refused, {"b", "2"}}, []int{2, 3}},
		"quote closed too far away":       {header + "\"a,1\n" + strings.Repeat("b,2\n", len(far)) + "c,3\"\n", append(append([][]string{refused}, far...), refused), nil},
	} {
		t.Run(name, func(t *testing.T) {
			rows, lines := rowsOf(t, strings.NewReader(c.text))
			require.Equal(t, c.rows, rows)
			if c.lines != nil {
				require.Equal(t, c.lines, lines)
			}
		})
	}
}

func TestARefusedLineHasTheCellsThatCanBeTold(t *testing.T) {
	file := reader(t, strings.NewReader(header+"a,1,x\nb\n\"c\nd\"\nd\",1\n"))
	for _, want := range [][]string{{"a", "1", "x"}, {"b"}, nil, nil, nil} {
		row, err := file.Next()
		require.NoError(t, err)
		require.ErrorIs(t, row.Err, accountfile.ErrCSV)
		require.Equal(t, want, row.Cells)
	}
}

func TestAHeaderThatCannotBeUsedIsRefusedWithEveryFault(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string // one text in each problem
		line int
	}{
		"empty file":         {"", []string{"the file is empty"}, 1},
		"only empty lines":   {"\n\n", []string{"the file is empty"}, 3},
		"only a mark":        {"\xef\xbb\xbf", []string{"the file is empty"}, 1},
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
		"long line":          {"class,usage," + strings.Repeat("x", accountfile.MaxRow), []string{"longer than 65536 bytes"}, 1},
		"UTF-8, after all":   {"\xef\xbb\xbf\xff\xfec,usage\n", []string{"no column is called class"}, 1},
		"UTF-16":             {"\xff\xfec\x00l\x00", []string{"UTF-16"}, 1},
		"UTF-16, other way":  {"\xfe\xff\x00c\x00l", []string{"UTF-16"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			file, err := accountfile.NewReader("a.csv", strings.NewReader(c.text), "total", "status")
			require.Nil(t, file)
			var all problem.List
			if !errors.As(err, &all) {
				var one *problem.Error
				require.ErrorAs(t, err, &one)
				all = problem.List{one}
			}
			require.Len(t, all, len(c.want))
			for i, e := range all {
				require.Equal(t, accountfile.ErrHeader, e.Code)
				require.Equal(t, problem.Pos{File: "a.csv", Line: c.line}, e.Pos)
				require.Contains(t, e.What, c.want[i])
				require.NotEmpty(t, e.Fix)
			}
		})
	}
	_, err := accountfile.NewReader("a.csv", strings.NewReader("class,usage,status\n"))
	require.NoError(t, err, "no name is reserved but those that are named")
}

func TestColumnsAreThoseOfTheFirstLineAndTheCallersOwn(t *testing.T) {
	file := reader(t, strings.NewReader("usage,\"meter, size\",class\n1,x\n"))
	columns := file.Columns()
	require.Equal(t, []string{"usage", "meter, size", "class"}, columns)
	columns[0] = "x"
	require.Equal(t, []string{"usage", "meter, size", "class"}, file.Columns())
	row, err := file.Next()
	require.NoError(t, err)
	require.ErrorContains(t, row.Err, "the row has 2 cells, and there are 3 columns")
}

func TestAFileThatCannotBeReadOnStopsWithItsLine(t *testing.T) {
	gone := errors.New("the disk is gone")
	for _, torn := range []string{"", "b,1", "\"b", "\"b\n1"} { // of a row that would be b,13
		file := reader(t, io.MultiReader(strings.NewReader(header+"a,1\n"+torn), iotest.ErrReader(gone)))
		row, err := file.Next()
		require.NoError(t, err)
		require.Equal(t, []string{"a", "1"}, row.Cells)
		for err == nil {
			row, err = file.Next()
			require.True(t, err != nil || row.Err != nil, "%q is priced", torn)
		}
		require.ErrorIs(t, err, gone)
		require.Regexp(t, `^a\.csv:[34] cannot be read on: the disk is gone$`, err.Error())
		_, again := file.Next()
		require.Equal(t, err, again)
	}
	_, err := accountfile.NewReader("a.csv", io.MultiReader(strings.NewReader("class,us"), iotest.ErrReader(gone)))
	require.ErrorIs(t, err, gone)
	require.EqualError(t, err, "a.csv:1 cannot be read on: the disk is gone")
}

func TestAFailureThatHoldsAnEndIsNoEnd(t *testing.T) {
	lost := fmt.Errorf("the connection is lost: %w", io.EOF)
	file := reader(t, io.MultiReader(strings.NewReader(header+"a,1\nb,1"), iotest.ErrReader(lost)))
	_, err := file.Next()
	require.NoError(t, err)
	_, err = file.Next()
	require.EqualError(t, err, "a.csv:3 cannot be read on: the connection is lost: EOF")
	require.NotErrorIs(t, err, io.EOF)
}

// idle is a source that reads nothing so often before each byte; without bytes it never ends.
type idle struct {
	text  string
	times int
	left  int
}

func (r *idle) Read(p []byte) (int, error) {
	if r.left++; r.left <= r.times {
		return 0, nil
	}
	if r.left = 0; r.text == "" {
		return 0, io.EOF
	}
	n := copy(p[:1], r.text)
	r.text = r.text[n:]
	return n, nil
}

func TestASourceMayReadNothingButNotForever(t *testing.T) {
	rows, _ := rowsOf(t, &idle{text: header + "a,1\nb,2", times: 99})
	require.Equal(t, [][]string{{"a", "1"}, {"b", "2"}}, rows)
	_, err := accountfile.NewReader("a.csv", &idle{text: header, times: 100})
	require.ErrorIs(t, err, io.ErrNoProgress)
}

func TestTheOffsetEndsAtTheLengthOfTheFile(t *testing.T) {
	for _, text := range []string{
		header, header + "a,1", header + "a,1\n\n", "\ufeff" + header + "\"a\nb\",1\r\n",
		header + strings.Repeat("x", 3*accountfile.MaxRow) + "\na,1\n" + strings.Repeat("a,1\n", accountfile.MaxRow),
	} {
		file := reader(t, iotest.HalfReader(strings.NewReader(text)))
		before := file.Offset()
		for {
			_, err := file.Next()
			require.GreaterOrEqual(t, file.Offset(), before)
			before = file.Offset()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
		}
		require.Equal(t, int64(len(text)), before)
	}
}

func TestAFileThatMayBeCutOffIsToldAfterItsLastRow(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		line int // 0 for none
	}{
		"line end":          {header + "a,1\nb,2\n", 0},
		"none":              {header + "a,1\nb,2", 3},
		"none in a header":  {"class,usage", 1},
		"none after quotes": {header + "\"a\nb\",2", 3},
		"no row":            {header + "a,1\nb", 3},
		"an open quote":     {header + "a,1\n\"b,1\nc,1", 4},
		"a long line":       {header + strings.Repeat("x", 2*accountfile.MaxRow), 0}, // refused anyway
	} {
		t.Run(name, func(t *testing.T) {
			file := reader(t, strings.NewReader(c.text))
			for {
				row, err := file.Next()
				if errors.Is(err, io.EOF) {
					break
				}
				require.NoError(t, err)
				pos, cut := file.Cut()
				if cut {
					require.Equal(t, c.line, pos.Line)
					require.LessOrEqual(t, row.Pos.Line, pos.Line)
				}
			}
			pos, cut := file.Cut()
			require.Equal(t, c.line > 0, cut)
			if cut {
				require.Equal(t, problem.Pos{File: "a.csv", Line: c.line}, pos)
			}
		})
	}
	file := reader(t, strings.NewReader(header+"\"a,1\nb,2"))
	_, err := file.Next()
	require.NoError(t, err)
	_, cut := file.Cut()
	require.False(t, cut, "the last line is only looked at")
}

// pieces is a source that reads so many bytes at a time, over and over.
type pieces struct {
	text  string
	sizes []int
	at    int
}

func (r *pieces) Read(p []byte) (int, error) {
	if r.text == "" {
		return 0, io.EOF
	}
	size := r.sizes[r.at%len(r.sizes)]
	r.at++
	n := copy(p[:min(size, len(p))], r.text)
	r.text = r.text[n:]
	return n, nil
}

func TestAnyTableIsReadAsPackageCSVWroteIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell, size := rapid.StringOfN(rapid.RuneFrom([]rune("ab1\", \n\t;é")), 0, 6, -1), rapid.IntRange(1, 20)
		if rapid.Bool().Draw(t, "long") {
			cell = rapid.OneOf(cell, rapid.Just(strings.Repeat("long,\n", 3_000)), rapid.Just(strings.Repeat("x", 20_000)))
			size = rapid.IntRange(1_000, 200_000)
		}
		want := rapid.SliceOfN(rapid.SliceOfN(cell, 3, 3), 0, 20).Draw(t, "rows")
		var text strings.Builder
		w := csv.NewWriter(&text)
		w.UseCRLF = rapid.Bool().Draw(t, "CRLF")
		require.NoError(t, w.Write([]string{"usage", "a \"fact\"", "class"}))
		require.NoError(t, w.WriteAll(want))

		sizes := rapid.SliceOfN(size, 1, 5).Draw(t, "sizes")
		rows, lines := rowsOf(t, &pieces{text: text.String(), sizes: sizes})
		require.Len(t, rows, len(want))
		line := 2
		for i, row := range want {
			require.Equal(t, line, lines[i])
			require.Equal(t, row, rows[i])
			line += 1 + strings.Count(strings.Join(row, ""), "\n")
		}
	})
}
