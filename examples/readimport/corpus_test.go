package main

import (
	"encoding/csv"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/internal/corpus"
)

// siteSets are what the sites of the samples would have said.
var siteSets = map[string][]string{
	"smartfusion-h-ezroute-reads": {"-set", "read_date.format=MMDDYY"},
	"smartearth-reads":            {"-set", "Meter Read Date.format=YYYYMMDD"},
}

func TestEverySampleIsImported(t *testing.T) {
	folder := corpus.Dir(t, "meters/samples")
	index, err := csv.NewReader(strings.NewReader(file(t, filepath.Join(folder, "index.csv")))).ReadAll()
	require.NoError(t, err)
	require.Greater(t, len(index), 20)
	for _, row := range index[1:] {
		name, layout, expected := row[0], row[2], row[5]
		t.Run(name, func(t *testing.T) {
			args := append([]string{"-layout", layout}, siteSets[layout]...)
			code, stdout, stderr := readimport(t, "", append(args, "-cycle-close", "2026-11-30", filepath.Join(folder, name))...)
			readings := strings.Join(column(t, stdout, "reading"), " ")
			require.NotContains(t, stderr, "DOE")
			require.NotContains(t, stderr, "RESERVATION")
			switch {
			case name == "real-beacon-360-report.csv":
				require.Equal(t, exitClean, code)
				require.Equal(t, "227.6 227.6", readings)
				require.Equal(t, []string{"2024-08-01T00:59:00", "2024-08-01T01:59:00"}, column(t, stdout, "read_at"))
				require.Equal(t, []string{"1470158170", "1470158170"}, column(t, stdout, "meter"))
				require.Equal(t, []string{"CCF", "CCF"}, column(t, stdout, "unit"))
				return
			case name == "real-aclara-test-row.csv":
				require.Equal(t, exitFindings, code)
				require.Contains(t, stderr, ":2:67: ScaleMismatch: ")
				require.Equal(t, "120.5", readings, "the row stays")
				return
			case strings.Contains(expected, "no reading is emitted") || strings.Contains(expected, "no register reading") || strings.Contains(expected, "a meter exchange"):
				require.Equal(t, exitFindings, code)
				require.Empty(t, readings)
				require.Contains(t, stderr, ": NoReads: the file gives no read")
				return
			}
			// The samples repeat one meter and one time with another reading.
			require.Equal(t, exitFindings, code)
			require.Contains(t, stderr, ": Conflict: ")
			// As many reads as the file has of them; those of intervals have a second value each.
			want := map[int]string{2: "45210 45247", 3: "45210 45247 45284"}[strings.Count(readings, " ")+1]
			if strings.HasPrefix(layout, "cmep") {
				want = "45210 45215 45247 45252"
			}
			require.Equal(t, want, readings)
			for _, status := range column(t, stdout, "status") {
				require.Equal(t, "read", status)
			}
			for _, meter := range column(t, stdout, "meter") {
				require.Equal(t, "70881234", meter)
			}
			for _, account := range column(t, stdout, "account") {
				require.Contains(t, []string{"104233", ""}, account)
			}
		})
	}
}
