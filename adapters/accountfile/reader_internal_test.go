package accountfile

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

func TestAQuoteThatIsNeverClosedHoldsNoMoreThanARow(t *testing.T) {
	r, err := NewReader("a.csv", strings.NewReader("class,usage\n\"a,1\n"+strings.Repeat("b,2\n", MaxRow)))
	require.NoError(t, err)
	row, err := r.Next()
	require.NoError(t, err)
	require.NotNil(t, row.Err)
	held := 0
	for _, line := range r.lines.ahead {
		held += len(line.text)
	}
	require.LessOrEqual(t, held, MaxRow)
}

// FuzzReader proves that a file that encoding/csv reads whole is read as it does, and that no line of
// any file is lost.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{
		"a,1\nb,2\n", "\"a\nb\",1\r\n", "3/4\",1\n\"x\n\ny\"\"\",2", "\"a,1\nb\n", "\"\"\n\n\"\"\"\n", "a\"b\"c,1\n\"d\"e\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		r, err := NewReader("a.csv", strings.NewReader("class,usage\n"+body))
		require.NoError(t, err)
		var rows [][]string
		clean, line := true, 2
		all := strings.SplitAfter("class,usage\n"+body, "\n")
		for {
			row, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			for _, between := range all[line-1 : row.Pos.Line-1] {
				require.Empty(t, strings.Trim(between, "\r\n"))
			}
			clean = clean && row.Err == nil
			rows = append(rows, slices.Clone(row.Cells))
			line = r.lines.line
		}
		for _, rest := range all[min(line-1, len(all)):] {
			require.Empty(t, strings.Trim(rest, "\r\n"))
		}
		// However little is read at once, the rows are the same.
		slow, err := NewReader("a.csv", iotest.OneByteReader(strings.NewReader("class,usage\n"+body)))
		require.NoError(t, err)
		for _, cells := range rows {
			row, err := slow.Next()
			require.NoError(t, err)
			require.Equal(t, cells, slices.Clone(row.Cells))
		}
		_, err = slow.Next()
		require.ErrorIs(t, err, io.EOF)
		require.Equal(t, r.Offset(), slow.Offset())
		if strings.Contains(body, "\r") {
			return // a line of nothing but returns is empty here, and a cell there
		}
		want, err := csv.NewReader(strings.NewReader("class,usage\n" + body)).ReadAll()
		if len(body) > MaxRow {
			return
		}
		require.Equal(t, err == nil, clean)
		if clean {
			require.Equal(t, want[1:], append([][]string{}, rows...))
		}
	})
}
