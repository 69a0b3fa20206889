package meterread_test

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/billing/problem"
)

func TestSetOverridesAKeyOfAField(t *testing.T) {
	layout := shipped(t, "smartfusion-h-ezroute-reads")
	src := corpusLike()
	d := decode(layout, src, meterread.Options{})
	require.ErrorIs(t, d.err, meterread.ErrUnstated)
	require.Contains(t, d.err.Error(), "read_date.format")
	require.Empty(t, d.reads)

	set, err := layout.Set("read_date.format", "DDMMYY")
	require.NoError(t, err)
	require.Equal(t, "UNSTATED6", layout.Records[0].Fields[9].Format, "the layout itself stays as it was")
	d = decode(set, src, meterread.Options{})
	require.NoError(t, d.err)
	require.Equal(t, "2026-12-11", d.reads[0].At.String())

	for path, code := range map[string]problem.Code{
		"read_date": meterread.ErrUnknownKey, "read_date.flavor": meterread.ErrUnknownKey, "nothing.format": meterread.ErrNoLayout,
		"reading.name": meterread.ErrUnknownKey,
	} {
		_, err = layout.Set(path, "x")
		require.ErrorIs(t, err, code, path)
	}
	_, err = layout.Set("read_date.format", "ABC")
	require.ErrorIs(t, err, meterread.ErrFormat)
	_, err = layout.Set("reading.role", "readin")
	require.ErrorIs(t, err, meterread.ErrRole)
	_, err = layout.Set("reading.start", "-1")
	require.ErrorIs(t, err, meterread.ErrNumber)
	moved, err := layout.Set("reading.start", "70")
	require.NoError(t, err)
	require.NotEmpty(t, moved.Lint())
	require.Empty(t, layout.Lint())
	one, err := shipped(t, "itron-mvrs-upload").Set("RDG.route.role", "")
	require.NoError(t, err)
	require.Equal(t, "route", one.Records[1].Fields[1].Role)
	require.Empty(t, one.Records[3].Fields[1].Role)
}

// TestNoSettingBreaksTheDecoder sets any key of any field to something: what comes of it may be refused, and never breaks.
func TestNoSettingBreaksTheDecoder(t *testing.T) {
	files := families()
	ids := slices.Sorted(maps.Keys(files))
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.SampledFrom(ids).Draw(t, "layout")
		layout, err := meterread.ShippedLayout(id)
		require.NoError(t, err)
		for range rapid.IntRange(1, 3).Draw(t, "settings") {
			record := layout.Records[rapid.IntRange(0, len(layout.Records)-1).Draw(t, "record")]
			fields := record.Fields
			if record.Repeat != nil && rapid.Bool().Draw(t, "group") {
				fields = record.Repeat.Fields
			}
			field := fields[rapid.IntRange(0, len(fields)-1).Draw(t, "field")]
			key := rapid.SampledFrom([]string{"start", "length", "index", "type", "value", "format", "zone", "justify", "pad", "role", "null", "default",
				"required", "unique", "decimals", "counts"}).Draw(t, "key")
			value := rapid.SampledFrom([]string{"", "1", "7", "200", "60000", "right", "0", "true", "const", "date", "int", "decimal", "interval", "MMDD", "YYYYMMDD", "HHMM",
				"UNSTATED", "UTC", "reading", "read_at", "read_month", "read_day", "unit", "meter_serial", "trouble_code", "interval_usage", "scalar", "RDG", "XXX"}).Draw(t, "value")
			if set, err := layout.Set(field.Name+"."+key, value); err == nil {
				layout = set
			}
		}
		d := decode(layout, []byte(files[id]), meterread.Options{})
		var out bytes.Buffer
		_ = meterread.Encode(&out, layout, func(yield func(*meterread.Row) bool) {
			for i := range d.lines {
				row := d.lines[i].Row()
				_ = row.Set(layout.Records[0].Fields[0].Name, "1")
				if !yield(row) {
					return
				}
			}
		})
	})
}

// corpusLike is a line of EZRoute: 508 columns.
func corpusLike() []byte {
	line := []byte(strings.Repeat(" ", 508))
	copy(line[28:], "70881234")
	copy(line[68:], "45210")
	copy(line[135:], "111226")
	copy(line[467:], "104233")
	return append(line, '\n')
}
