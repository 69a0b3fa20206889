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
	require.Len(t, blocks, 15, "seven blocks")
	var commands [][]string
	for l := range strings.Lines(string(text)) {
		if command, ok := strings.CutPrefix(l, "    readimport "); ok {
			commands = append(commands, strings.Fields(command))
		}
	}
	require.Len(t, commands, 3)

	code, stdout, _ := readimport(t, "")
	require.Equal(t, exitClean, code)
	require.Equal(t, blocks[1], "\n"+stdout)

	code, _, stderr := readimport(t, "", commands[0]...)
	require.Equal(t, exitUnable, code)
	require.Equal(t, blocks[3], "\n"+stderr)

	require.Equal(t, blocks[5], "yaml\n"+file(t, "testdata/valley.yaml"))

	for i, at := range []int{7, 11} {
		code, stdout, stderr = readimport(t, "", commands[i+1]...)
		require.Equal(t, exitFindings, code)
		require.Equal(t, blocks[at], "csv\n"+stdout)
		require.Equal(t, blocks[at+2], "\n"+stderr)
	}
}
