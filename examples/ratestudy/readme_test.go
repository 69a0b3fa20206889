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
	_, shown, ok := strings.Cut(string(text), "\n    go run .\n\n```\n")
	require.True(t, ok)
	shown, _, ok = strings.Cut(shown, "```")
	require.True(t, ok)
	code, stdout, stderr := ratestudy(t)
	require.Equal(t, exitPriced, code, stderr)
	require.Empty(t, stderr)
	require.Equal(t, shown, stdout)
}
