package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/examples/internal/command"
)

func TestTheReadmeShowsWhatIsPrinted(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	blocks := strings.Split(string(text), "```")
	require.Len(t, blocks, 3, "one block")
	_, flags, ok := strings.Cut(blocks[0], "go run ./examples/cycle -")
	require.True(t, ok)
	flags, _, _ = strings.Cut(flags, "\n")
	code, stdout, _ := program(strings.Fields("-" + flags)...)
	require.Equal(t, command.Clean, code)
	require.Equal(t, blocks[1], "\n"+stdout)
}
