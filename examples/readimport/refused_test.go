package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAMeterWhoseLineWasRefusedIsNotOneOfWhichNothingCame tears a line of a meter: what is told of the meter names that line.
func TestAMeterWhoseLineWasRefusedIsNotOneOfWhichNothingCame(t *testing.T) {
	var line, others string
	for text := range strings.Lines(file(t, "testdata/valley.txt")) {
		if strings.Contains(text, "V-1006") {
			line = text
		} else {
			others += text
		}
	}
	torn := line[:40] + "\n"
	for want, text := range map[string]string{
		"nothing came; ": others,
		"nothing came, but line 10, which was refused, may be of it; ":      others + torn,
		"nothing came, but lines 1, 11, which were refused, may be of it; ": torn + others + torn,
	} {
		_, _, stderr := readimport(t, text, measured("-")...)
		require.Contains(t, stderr, "Missing(1) on meter V-1006: "+want+"the last reading was ")
	}
}

func TestANumberOfAMeterIsFoundInALine(t *testing.T) {
	for _, c := range []struct {
		line, meter string
		want        bool
	}{
		{"0012,7090,x", "7090", true},
		{"00127090,x", "7090", false},
		{"70901 7090", "7090", true},
		{"7090", "7090", true},
		{"00000007088123426", "70881234", true},
		{"7090", "", false},
		{"709", "7090", false},
	} {
		require.Equal(t, c.want, holds([]byte(c.line), c.meter), "%q in %q", c.meter, c.line)
	}
}

// TestRefusedLinesAreKeptWithinABound has a file of another kind altogether.
func TestRefusedLinesAreKeptWithinABound(t *testing.T) {
	_, _, stderr := readimport(t, strings.Repeat(strings.Repeat("-", 1000)+"\n", 2000), measured("-")...)
	require.Contains(t, stderr, "Missing(1) on meter V-1001: nothing came, but one of the many lines that were refused may be of it")
}
