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
