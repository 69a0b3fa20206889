package command_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/examples/internal/command"
)

func TestHowAProgramEnds(t *testing.T) {
	bad := &problem.Error{Code: "E_BAD", What: "it is bad"}
	for _, c := range []struct {
		findings int
		err      error
		code     int
		told     string
	}{
		{0, nil, command.Clean, ""},
		{2, nil, command.Findings, ""},
		{2, errors.New("no such flag"), command.Unable, "price: no such flag\n"},
		{0, bad, command.Unable, "E_BAD: it is bad\n"},
		{0, errors.Join(errors.New("and"), bad), command.Unable, "and\nE_BAD: it is bad\n"},
	} {
		var told strings.Builder
		require.Equal(t, c.code, command.End(&told, "price", c.findings, c.err))
		require.Equal(t, c.told, told.String())
	}
}

func TestAnErrorOfTheOutputSaysSo(t *testing.T) {
	require.NoError(t, command.Unwritten(nil))
	require.EqualError(t, command.Unwritten(io.ErrShortWrite), "the output cannot be written: short write; what is written is not complete")
	require.ErrorIs(t, command.Unwritten(io.ErrShortWrite), io.ErrShortWrite)
	bad := &problem.Error{Code: "E_BAD", What: "it is bad"}
	require.Equal(t, error(bad), command.Unwritten(bad))
}

func TestAFileHasASizeAndAPipeHasNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "reads.txt")
	require.NoError(t, os.WriteFile(path, []byte("12345"), 0o600))
	name, source, size, err := command.Open(path, nil)
	require.NoError(t, err)
	require.Equal(t, path, name)
	require.Equal(t, int64(5), size)
	name, _, size, err = command.Open("-", source.(io.Reader))
	require.NoError(t, err)
	require.Equal(t, "standard input", name)
	require.Equal(t, int64(5), size)
	require.NoError(t, source.Close())
	_, source, size, err = command.Open("-", strings.NewReader("12345"))
	require.NoError(t, err)
	require.Zero(t, size)
	text, err := io.ReadAll(source)
	require.NoError(t, err)
	require.Equal(t, "12345", string(text))
	_, device, size, err := command.Open(os.DevNull, nil)
	require.NoError(t, err)
	require.Zero(t, size)
	require.NoError(t, device.Close())
	_, _, _, err = command.Open(filepath.Join(t.TempDir(), "none"), nil)
	require.ErrorIs(t, err, os.ErrNotExist)
}

// clock is one that goes on by so much with each look.
func clock(step time.Duration) func() time.Time {
	now := time.Date(2026, time.November, 30, 0, 0, 0, 0, time.UTC)
	return func() time.Time { now = now.Add(step); return now }
}

func TestABarShowsAfterASecondAndLeavesNothing(t *testing.T) {
	var screen bytes.Buffer
	bar := command.NewBar(&screen, true, clock(400*time.Millisecond), command.Task{Does: "Reading", Size: 10})
	source := bar.Reading(strings.NewReader("12345"))
	for range 2 {
		_, err := io.ReadFull(source, make([]byte, 2))
		require.NoError(t, err)
		require.Empty(t, screen.String())
	}
	_, err := io.ReadAll(source)
	require.NoError(t, err)
	require.Contains(t, screen.String(), "Reading")
	require.Contains(t, screen.String(), "50%")
	_, err = bar.Above(&screen).Write([]byte("a finding\n"))
	require.NoError(t, err)
	parts := strings.Split(screen.String(), "\r")
	require.Empty(t, strings.TrimSpace(parts[len(parts)-2]), "the bar is taken off")
	require.Equal(t, "a finding\n", parts[len(parts)-1])
	had := screen.Len()
	bar.Clear()
	require.Equal(t, had, screen.Len(), "it is off already")
}

func TestABarOfAnUnknownSizeCounts(t *testing.T) {
	for each, want := range map[string]string{"accounts": "Pricing (7, ", "": "Pricing ( 3 B, "} {
		var screen bytes.Buffer
		bar := command.NewBar(&screen, true, clock(2*time.Second), command.Task{Does: "Pricing", Each: each})
		bar.At(3, 7)
		require.Contains(t, screen.String(), want)
	}
}

func TestWithoutATerminalThereIsNoBar(t *testing.T) {
	var screen bytes.Buffer
	bar := command.NewBar(&screen, false, clock(time.Hour), command.Task{Does: "Reading"})
	bar.At(1, 1)
	source := strings.NewReader("1")
	require.Equal(t, io.Reader(source), bar.Reading(source))
	bar.Clear()
	require.Empty(t, screen.String())
	require.False(t, command.IsTerminal(&screen))
}

func TestADirectoryIsNoFile(t *testing.T) {
	_, _, _, err := command.Open(t.TempDir(), nil)
	require.ErrorIs(t, err, fs.ErrInvalid)
	require.ErrorContains(t, err, "is a directory, and no file")
}

func TestATextIsWrappedBehindItsMargin(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "  \n",
		"one two":                 "  one two\n",
		"one two three four":      "  one two\n    three\n    four\n",
		"a  word\nbeyondthewidth": "  a word\n    beyondthewidth\n",
	} {
		var b strings.Builder
		command.Wrap(&b, 9, "  ", text)
		require.Equal(t, want, b.String())
	}
}
