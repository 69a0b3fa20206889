package corpus_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/internal/corpus"
)

// recorded is a test whose end is looked at: Fatal and Skip stop it by a panic.
type recorded struct {
	testing.TB
}

func (recorded) Helper()                      {}
func (recorded) Skip(args ...any)             { panic("skipped: " + fmt.Sprint(args...)) }
func (recorded) Fatal(args ...any)            { panic(fmt.Sprint(args...)) }
func (recorded) Errorf(text string, a ...any) { panic(fmt.Sprintf(text, a...)) }
func (recorded) Fatalf(text string, a ...any) { panic(fmt.Sprintf(text, a...)) }

func TestRowsAreByTheirHeadings(t *testing.T) {
	root := t.TempDir()
	t.Setenv(corpus.Variable, root)
	require.NoError(t, os.Mkdir(filepath.Join(root, "policy"), 0o700))
	for name, text := range map[string]string{
		"cases.csv": "id,expected\nB,\"2,00\"\nA,1\n", "empty.csv": "id,expected\n", "twice.csv": "id\nA\nA\n", "torn.csv": "id,expected\nA\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(root, "policy", name), []byte(text), 0o600))
	}
	require.Equal(t, []map[string]string{{"id": "B", "expected": "2,00"}, {"id": "A", "expected": "1"}}, corpus.Rows(t, "policy", "cases.csv"))
	for _, name := range []string{"empty.csv", "twice.csv", "torn.csv", "none.csv"} {
		require.Panics(t, func() { corpus.Rows(recorded{t}, "policy", name) }, name)
	}
}

func TestWithoutACorpusATestIsSkippedAndWithARelativeOneItFails(t *testing.T) {
	t.Setenv(corpus.Variable, "")
	require.PanicsWithValue(t, "skipped: HEADGATE_CORPUS is not set", func() { corpus.Dir(recorded{t}, "policy") })
	t.Setenv(corpus.Variable, "shared")
	require.PanicsWithValue(t, `HEADGATE_CORPUS is "shared", and has to be an absolute path`, func() { corpus.Dir(recorded{t}, "policy") })
}

func TestCasesAreComparedBothWays(t *testing.T) {
	root := t.TempDir()
	t.Setenv(corpus.Variable, root)
	require.NoError(t, os.WriteFile(filepath.Join(root, "cases.csv"), []byte("id,group,cents\nA,late,100\nB,late,-7\nC,rate,\n"), 0o600))
	of := func(group string) func(row map[string]string) bool {
		return func(row map[string]string) bool { return row["group"] == group }
	}
	cents := corpus.Cents(t, "", "cases.csv", "cents", of("late"))
	require.Equal(t, map[string]int64{"A": 100, "B": -7}, cents)
	require.PanicsWithValue(t, `cents of C: "" is no whole number of cents`, func() {
		corpus.Cents(recorded{t}, "", "cases.csv", "cents", of("rate"))
	})

	cases := map[string]corpus.Case{
		"A": {Cents: 100, Find: func(testing.TB) int64 { return 100 }},
		"B": {Cents: -7, Find: func(testing.TB) int64 { return -7 }},
	}
	corpus.Run(t, cases)
	corpus.Same(t, cents, cases)
	for harm, c := range map[string]map[string]corpus.Case{
		"one less": {"A": cases["A"]}, "one more": {"A": cases["A"], "B": cases["B"], "D": {}}, "a cent": {"A": {Cents: 101}, "B": cases["B"]},
	} {
		require.Panics(t, func() { corpus.Same(recorded{t}, cents, c) }, harm)
	}
}
