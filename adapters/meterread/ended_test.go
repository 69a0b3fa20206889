package meterread_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/meterread"
)

func TestOnlyACellThatTheReadUsesCanMakeItUnended(t *testing.T) {
	layout := func(last string) *meterread.Layout {
		return handheld(t, "      - {name: read, index: 3, type: decimal, role: reading}\n      - {name: last, index: 4, type: text"+last+"}\n")
	}
	for last, want := range map[string]bool{
		"": false, ", role: name": false, ", role: location": false, ", role: route": false, ", role: unit": true, ", role: account": true, ", role: register_id": true,
		", role: read_code": true, ", role: trouble_code": true, ", role: estimated": true, ", role: reader": true, ", role: multiplier": true, ", role: rollover_flag": true,
	} {
		for end, ended := range map[string]bool{"": false, "\n": true} {
			got := sourceOf(layout(last), "A,2026-10-31,227.64,1"+end, plainOptions)
			require.Len(t, got.reads, 1, last)
			require.Equal(t, want && !ended, got.reads[0].Unended, "%s %q", last, end)
		}
	}
	torn := sourceOf(handheld(t, "      - {name: read, index: 3, type: decimal, role: reading}\n"), "A,2026-10-31,227", plainOptions)
	require.True(t, torn.reads[0].Unended, "it may be 227.64")
	quoted := ownLayout(t, "kind: csv\nquote_line: true", "    fields:\n      - {name: meter, index: 1, type: text, role: meter_serial}\n      - {name: read, index: 2, type: int, role: reading}\n")
	require.False(t, sourceOf(quoted, `"A,227"`, plainOptions).reads[0].Unended, "the quote ends the line")
	var ended []bool
	for _, d := range sourceOf(shipped(t, "cmep-mepmd01"), strings.TrimSpace(cmep("7", "2", "202611200000,R0,45210,,R0,45")), plainOptions).reads {
		ended = append(ended, d.Unended)
	}
	require.Equal(t, []bool{false, true}, ended, "the first group stands before the cell that is cut")
	require.False(t, sourceOf(shipped(t, "cmep-mepmd01"), strings.TrimSpace(cmep("7", "1", "202611200000,R0,45210,H12AB")), plainOptions).reads[0].Unended, "the checksum is behind it")
}

func TestALastLineWithoutAnEndIsUnended(t *testing.T) {
	smartearth := shipped(t, "smartearth-reads", "Meter Read Date.format=YYYYMMDD")
	const two = "7,L,W,102,20261130\n8,L,W,1027,20261130"
	for end, want := range map[string][]bool{"": {false, true}, "\n": {false, false}, "\r\n": {false, false}, "\x1a": {false, false}} {
		var ended []bool
		for _, d := range sourceOf(smartearth, two+end, plainOptions).reads {
			ended = append(ended, d.Unended)
		}
		require.Equal(t, want, ended, "%q", end)
	}
	for _, d := range sourceOf(shipped(t, "itron-mvrs-upload"), strings.TrimRight(mvrs("0000045210", "11202026", "093015", "000"), "\r\n"), plainOptions).reads {
		require.False(t, d.Unended, "columns have their width")
	}
	object := `[{"deviceId":"7","units":"CF","data":[{"timeStamp":"2026-11-20T00:00:00","reading":45210}]}]`
	require.False(t, sourceOf(shipped(t, "sentryx-reads"), object, meterread.SourceOptions{Meter: "7"}).reads[0].Unended)
}

// TestATornLineOfASourceThatFailedIsNoRead has a cell that a failing disk cut: 10 of 1027 is another number.
func TestATornLineOfASourceThatFailedIsNoRead(t *testing.T) {
	smartearth := shipped(t, "smartearth-reads", "Meter Read Date.format=YYYYMMDD")
	for cause, wrapped := range map[error]error{io.ErrUnexpectedEOF: nil, errors.New("the disk is gone"): nil, io.EOF: fmt.Errorf("the line is gone: %w", io.EOF)} {
		if wrapped == nil {
			wrapped = cause
		}
		open := func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(strings.NewReader("7,L,W,102,20261130\n8,L,W,1027,20261130"), iotest.ErrReader(wrapped))), nil
		}
		got := drain(meterread.Source(smartearth, open, plainOptions))
		require.ErrorIs(t, got.err, cause)
		require.ErrorIs(t, got.err, meterread.ErrInput)
		require.Len(t, got.reads, 1)
	}
	// A heading that did not come whole is not that of another layout.
	head := "meter_id,channel_id,read_dtm"
	open := func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader(head), iotest.ErrReader(io.ErrUnexpectedEOF))), nil
	}
	require.ErrorIs(t, drain(meterread.Source(shipped(t, "metersense-register-read"), open, plainOptions)).err, io.ErrUnexpectedEOF)
}

// neptuneGroups is a file of two groups, each with the day on which its meter was read, beside that of the route.
func neptuneGroups(groups ...string) string {
	text := inColumn("RTEHD", 23, "20261120") + "\n"
	for i, g := range groups {
		text += inColumn("PRMDT", 103, fmt.Sprintf("%-20s", fmt.Sprint(1001+i))) + "\n" + inColumn("MTRDT000120000000", 37, fmt.Sprintf("%-20s", fmt.Sprint(70001+i))) + "\n" +
			inColumn(inColumn("RDGDT", 49, "06"), 88, fmt.Sprintf("%10d", 45210+i)) + "\n" + g
	}
	return text
}

func inColumn(text string, n int, tail string) string {
	return text + strings.Repeat(" ", n-len(text)) + tail
}

func TestAGroupThatEndsBeforeTheRecordThatDatesItIsUnended(t *testing.T) {
	layout := shipped(t, "neptune-s-equinox-reads")
	for name, c := range map[string]struct {
		text string
		want []bool
	}{
		"both have one":             {neptuneGroups("ORDST20261118\n", "ORDST20261119\n"), []bool{false, false}},
		"the last has none":         {neptuneGroups("ORDST20261118\n", ""), []bool{false, true}},
		"the only one has none":     {neptuneGroups(""), []bool{true}},
		"none has one":              {neptuneGroups("", ""), []bool{false, false}},
		"the first went without it": {neptuneGroups("", "ORDST20261119\n"), []bool{false, false}},
	} {
		got := sourceOf(layout, c.text, plainOptions)
		require.NoError(t, got.err, name)
		var ended []bool
		for _, d := range got.reads {
			ended = append(ended, d.Unended)
		}
		require.Equal(t, c.want, ended, name)
	}
}

func TestAGroupIsNotGivenWhereTheSourceFailedInIt(t *testing.T) {
	layout, whole := shipped(t, "neptune-s-equinox-reads"), neptuneGroups("ORDST20261118\n", "ORDST20261119\n")
	cause := errors.New("the disk is gone")
	cut := strings.LastIndex(whole, "ORDST")
	open := func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader(whole[:cut]), iotest.ErrReader(cause))), nil
	}
	var days []string
	var failed error
	for d, err := range meterread.Source(layout, open, plainOptions).Reads() {
		if failed = err; err == nil && d.Finding == nil {
			days = append(days, d.Day.String())
		}
	}
	require.ErrorIs(t, failed, cause)
	require.Equal(t, []string{"2026-11-18"}, days, "the second would have the day of the route")
}

func TestAGroupThatLostTheRecordThatDatesItIsTold(t *testing.T) {
	got := sourceOf(shipped(t, "neptune-s-equinox-reads"), neptuneGroups("ORDST20261118\n", "", "ORDST20261119\n"), plainOptions)
	require.Equal(t, []string{"BadDate"}, got.codes())
	require.Len(t, got.reads, 3, "it is used all the same")
	got = sourceOf(shipped(t, "neptune-s-equinox-reads"), neptuneGroups("", "ORDST20261118\n", "ORDST20261119\n"), plainOptions)
	require.Equal(t, []string{"BadDate"}, got.codes(), "the first one too, once another one has it")
	require.Len(t, got.reads, 3)
	got = sourceOf(shipped(t, "neptune-s-equinox-reads"), neptuneGroups("", "", ""), plainOptions)
	require.Empty(t, got.codes(), "a file that has none")
}

func TestNoReadOfAnOpenGroupComesBeforeTheErrorOfItsSource(t *testing.T) {
	whole := neptuneGroups("ORDST20261118\n", "ORDST20261119\n")
	cut := strings.LastIndex(whole, "ORDST")
	file := io.MultiReader(strings.NewReader(whole[:cut]), iotest.ErrReader(errors.New("the disk is gone")))
	reads := 0
	for item, err := range meterread.Decode(shipped(t, "neptune-s-equinox-reads"), file, meterread.Options{}) {
		if err == nil && item.Read.Status == meterread.Reading {
			reads++
		}
	}
	require.Equal(t, 1, reads)
}

// A day on the line of the reading itself is not the last word where a record that follows has another.
func TestAReadingWithADayOfItsOwnIsUnendedToo(t *testing.T) {
	layout, err := meterread.Parse("own.yaml", []byte(`
id: own
title: a day on the line, and another one after it
direction: from_field
kind: fixed-multirecord
completeness: full
source: invented
records:
  - type: GRP
    length: 3
    match: {start: 1, length: 3, value: GRP}
    columns_covered: contiguous
    fields: [{name: type, start: 1, length: 3, type: const, value: GRP}]
  - type: RDG
    parent: GRP
    emits: reading
    length: 23
    match: {start: 1, length: 3, value: RDG}
    columns_covered: contiguous
    fields:
      - {name: type, start: 1, length: 3, type: const, value: RDG}
      - {name: meter, start: 4, length: 6, type: text, role: meter_serial}
      - {name: reading, start: 10, length: 6, type: int, justify: right, role: reading}
      - {name: day, start: 16, length: 8, type: date, format: YYYYMMDD, role: read_date}
  - type: DAY
    parent: GRP
    length: 11
    match: {start: 1, length: 3, value: DAY}
    columns_covered: contiguous
    fields:
      - {name: type, start: 1, length: 3, type: const, value: DAY}
      - {name: day, start: 4, length: 8, type: date, format: YYYYMMDD, role: read_date}
`))
	require.NoError(t, err)
	group := "GRP\nRDG70881 04521020261118\nDAY20261118\n"
	got := sourceOf(layout, group+strings.TrimSuffix(group, "DAY20261118\n"), plainOptions)
	require.NoError(t, got.err)
	require.Len(t, got.reads, 2)
	require.Equal(t, []bool{false, true}, []bool{got.reads[0].Unended, got.reads[1].Unended})
}
