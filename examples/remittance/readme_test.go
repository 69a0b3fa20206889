package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheReadmeShowsWhatIsPrinted(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	blocks := strings.Split(string(text), "```")
	require.Len(t, blocks, 3, "one block")
	var out, complaints bytes.Buffer
	require.Equal(t, 1, run(nil, nil, &out, &complaints))
	require.Equal(t, blocks[1], "\n"+out.String())
}
