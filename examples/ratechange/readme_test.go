package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheReadmeShowsWhatIsPrinted(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	blocks := strings.Split(string(text), "```")
	require.Len(t, blocks, 9, "four blocks")
	folder(t)

	code, stdout, stderr := ratechange(t, "")
	require.Equal(t, exitProven, code, stderr)
	require.Empty(t, stderr)
	require.Equal(t, blocks[1], "\n"+stdout)

	shown, ok := strings.CutPrefix(blocks[3], "csv\n")
	require.True(t, ok)
	write(t, "table.csv", shown)
	code, stdout, stderr = ratechange(t, "", "-after", "after.yaml", "-golden", "table.csv")
	require.Equal(t, exitProven, code, stderr)
	require.Equal(t, blocks[5], "\n"+stdout)

	write(t, "table.csv", changed(t, shown, "21.50,17.25,60.99", "22.36,17.25,61.85"))
	code, _, stderr = ratechange(t, "", "-after", "after.yaml", "-golden", "table.csv")
	require.Equal(t, exitUnproven, code)
	require.Equal(t, blocks[7], "\n"+stderr)
}
