package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheReadmeShowsWhatIsPrinted(t *testing.T) {
	t.Chdir("../..")
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	blocks := strings.Split(string(text), "\n```")
	shown := 0
	for i, block := range blocks {
		_, command, ok := strings.Cut(block, "\n    go run ./examples/price -")
		if !ok || i+1 == len(blocks) || strings.Contains(command, "FILE") {
			continue
		}
		shown++
		code, stdout, stderr := price(t, "", strings.Fields("-"+command)...)
		require.Equal(t, exitPriced, code, stderr)
		require.Equal(t, blocks[i+1], "\n"+strings.TrimSuffix(stdout, "\n"), command)
	}
	require.Equal(t, 2, shown)
}

func TestTheBookThatTheReadmeShowsIsGood(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	_, book, ok := strings.Cut(string(text), "\n```yaml\n")
	require.True(t, ok)
	book, _, _ = strings.Cut(book, "```")
	code, stdout, stderr := price(t, book, "-check", "-")
	require.Equal(t, exitPriced, code, stderr)
	require.Contains(t, stdout, "good, its check holds")
}
