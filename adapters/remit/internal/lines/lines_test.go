package lines_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/remit/internal/lines"
)

func all(source io.Reader) (got []string, long []int, err error) {
	r := lines.New(source)
	for line, isLong, ok := r.Next(); ok; line, isLong, ok = r.Next() {
		got = append(got, string(line))
		if isLong {
			long = append(long, r.Number)
		}
	}
	return got, long, r.Err()
}

func TestALineEndsInItsEndOrWithTheFile(t *testing.T) {
	for text, want := range map[string][]string{
		"":                   nil,
		"\n":                 {""},
		"one\ntwo":           {"one", "two"},
		"one\r\ntwo\r\n":     {"one", "two"},
		"one\r\r\n\r\ntwo\r": {"one", "", "two"},
		"\ufeffone\n":        {"one"},
		"a\rb\n":             {"a\rb"},
	} {
		for _, source := range []io.Reader{strings.NewReader(text), iotest.OneByteReader(strings.NewReader(text))} {
			got, long, err := all(source)
			require.NoError(t, err)
			assert.Empty(t, long)
			assert.Equal(t, want, got, "%q", text)
		}
	}
}

func TestALastLineWithoutAnEndIsOpen(t *testing.T) {
	for text, want := range map[string]bool{"one\ntwo\n": false, "one\ntwo": true, "one": true, "\r\n": false, "one\r": true, strings.Repeat("x", lines.Longest+9): true} {
		r, open := lines.New(strings.NewReader(text)), false
		for _, _, ok := r.Next(); ok; _, _, ok = r.Next() {
			assert.False(t, open, "only the last can be")
			open = r.Open
		}
		assert.Equal(t, want, open, "%.9q", text)
	}
}

func TestALongLineIsToldAndTheNextIsRead(t *testing.T) {
	for _, end := range []string{"\n", "\r\n"} {
		for _, more := range []int{0, 1, 2, 3, 4, 5, 100, 3 * lines.Longest} {
			text := "first" + end + strings.Repeat("x", lines.Longest+more) + end + "last"
			got, long, err := all(strings.NewReader(text))
			require.NoError(t, err)
			require.Len(t, got, 3, "%d more", more)
			assert.Equal(t, "first", got[0])
			assert.Len(t, got[1], lines.Longest)
			assert.Equal(t, "last", got[2])
			assert.Equal(t, more > 0, len(long) == 1, "%d more", more)
		}
	}
}

func TestASourceThatFailsSaysSo(t *testing.T) {
	failure := errors.New("the disk is gone")
	got, _, err := all(io.MultiReader(strings.NewReader("one\ntwo"), iotest.ErrReader(failure)))
	assert.Equal(t, []string{"one", "two"}, got)
	assert.ErrorIs(t, err, failure)
}
