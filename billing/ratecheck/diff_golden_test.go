package ratecheck_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/ratecheck"
)

var update = flag.Bool("update", false, "write the golden texts of Diff anew")

// What a board would read: an invented proposal, and the same rates with an appended version.
func TestDiffAsItIsRead(t *testing.T) {
	for _, c := range []struct{ golden, before, after string }{
		{"proposal.txt", "../../examples/price/books/marina-coast-2018.yaml", "../../examples/ratestudy/books/proposal.yaml"},
		{"appended.txt", "testdata/diff/now.yaml", "testdata/diff/appended.yaml"},
		{"withdrawn.txt", "testdata/diff/appended.yaml", "testdata/diff/now.yaml"},
	} {
		got := strings.Join(diffDatedTexts(ratecheck.Diff(diffBook(t, c.before), diffBook(t, c.after))), "\n") + "\n"
		path := filepath.Join("testdata", "diff", c.golden)
		if *update {
			require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, string(want), got, c.golden)
	}
}
