package meterread_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/meterread"
)

const neptuneHead = "RTEHD                  20261119\r\n"

// neptune is a meter of Neptune with its readings, and the day it was read on where there is one.
func neptune(account, meter, day string, readings ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "PRMDT%98s%-20s\r\n", "", account)
	fmt.Fprintf(&b, "MTRDT%06d%06d%20s%-20s\r\n", 120, 0, "", meter)
	for _, reading := range readings {
		fmt.Fprintf(&b, "RDGDT%44s06%37s%-10s\r\n", "", "", reading)
	}
	if day != "" {
		fmt.Fprintf(&b, "ORDST%s\r\n", day)
	}
	return b.String()
}

func TestNearestDateHoldsThoughItFollows(t *testing.T) {
	src := neptuneHead + neptune("1", "7001", "20261120", "45210", "00077") + neptune("2", "7002", "", "45247")
	d := decode(shipped(t, "neptune-s-equinox-reads"), []byte(src), none)
	require.NoError(t, d.err)
	require.Empty(t, d.findings)
	require.Equal(t, []string{"45210", "00077", "45247"}, d.digits())
	require.Equal(t, "2026-11-20", d.reads[0].At.String())
	require.Equal(t, "2026-11-20", d.reads[1].At.String())
	require.Equal(t, "2026-11-19", d.reads[2].At.String(), "without a day of its own, that of the route")
	require.Equal(t, []string{"1", "1", "2"}, []string{d.reads[0].Account(), d.reads[1].Account(), d.reads[2].Account()})
	require.Equal(t, []int{4, 5, 9}, []int{d.reads[0].Line, d.reads[1].Line, d.reads[2].Line})
}

func TestColonsAreNoReading(t *testing.T) {
	d := decode(shipped(t, "neptune-s-equinox-reads"), []byte(neptuneHead+neptune("1", "7001", "20261120", ":::::", "00000", "", "4::21")), none)
	require.Equal(t, []string{"NotNumeric"}, d.codes())
	require.Equal(t, []meterread.Status{meterread.NoRead, meterread.Reading, meterread.NoRead}, []meterread.Status{d.reads[0].Status, d.reads[1].Status, d.reads[2].Status})
	require.Equal(t, "no_read read skipped", fmt.Sprint(meterread.NoRead.String(), " ", meterread.Reading.String(), " ", meterread.Skipped.String()))
}

// TestReadNeverTakesTheMeterOfAnotherLine breaks the record that encloses a reading: the reading must not go to the meter before.
func TestReadNeverTakesTheMeterOfAnotherLine(t *testing.T) {
	layout := shipped(t, "itron-mvrs-upload")
	lines := strings.SplitAfter(mvrs("0000045210", "11202026", "093015", "000")+strings.ReplaceAll(mvrs("0000045247", "11202026", "093015", "000"), "70881234", "70990000"), "\n")
	for name, broken := range map[string]string{"short": "MTR012\r\n", "torn": "M\r\n", "garbage": "M?R" + lines[4][3:], "long": strings.Repeat("x", meterread.MaxLine+10) + "\n"} {
		t.Run(name, func(t *testing.T) {
			torn := slices.Clone(lines)
			torn[4] = broken
			d := decode(layout, []byte(strings.Join(torn, "")), none)
			require.NoError(t, d.err)
			require.Equal(t, []string{"45210"}, d.digits())
			require.Contains(t, d.codes(), "NoParent")
		})
	}
	whole := decode(layout, []byte(strings.Join(lines, "")), none)
	require.Equal(t, []string{"45210", "45247"}, whole.digits())
	require.Equal(t, "70990000", whole.reads[1].Meter())
	require.Equal(t, "2026-11-20T09:30:15", whole.reads[0].At.String())
	_, known := whole.reads[0].At.Instant()
	require.False(t, known, "a local time is no instant")
}

func TestRefusedDateOfAGroupIsNotReplacedByAnotherOne(t *testing.T) {
	src := strings.Replace(neptuneHead+neptune("1", "7001", "20261120", "45210"), "ORDST20261120", "ORDST2026", 1)
	d := decode(shipped(t, "neptune-s-equinox-reads"), []byte(src), none)
	require.Equal(t, []string{"LineTooShort", "BadDate"}, d.codes())
	require.Empty(t, d.reads)
}

func TestUnknownRecordTypesAreKeptAndCounted(t *testing.T) {
	layout := shipped(t, "itron-mvrs-upload")
	src := "RHD one\r\n" + mvrs("0000045210", "11202026", "093015", "000") + "CTR two\r\nCTR three\r\nDOE four\r\n\r\n\x1a"
	d := decode(layout, []byte(src), none)
	require.Equal(t, []string{"UnknownRecord"}, d.codes(), "of the one that the layout does not name")
	require.True(t, d.findings[0].Kept)
	require.NotContains(t, d.findings[0].String(), "DOE")
	require.Equal(t, map[string]int{"RHD": 1, "CTR": 2, "other": 1}, d.summary.Unknown)
	require.Equal(t, []string{"45210"}, d.digits())
	require.Equal(t, src, written(t, layout, d))
	require.Equal(t, 2, d.summary.Blank)
	require.Equal(t, 9, d.summary.Records)
}

func TestControlCountsMustTie(t *testing.T) {
	layout := shipped(t, "itron-mvrs-upload")
	header := func(customers, meters, reads int) string {
		return fmt.Sprintf("FHD    001%06d%06d%06d%98s\r\n", customers, meters, reads, "")
	}
	body := mvrs("0000045210", "11202026", "093015", "000") + mvrs("0000045247", "11202026", "093015", "000")
	require.Empty(t, decode(layout, []byte(header(2, 2, 2)+body), none).findings)
	require.Empty(t, decode(layout, []byte(header(0, 0, 0)+body), none).findings, "a stated 0 states nothing")
	d := decode(layout, []byte(header(2, 3, 4)+body), none)
	require.Equal(t, []string{"TotalMismatch", "TotalMismatch"}, d.codes())
	require.Equal(t, "f:1:17: TotalMismatch: meter_count: 3 records of the type MTR are stated, and there are 2; look whether the file is whole before it is used", d.findings[0].String())
	require.True(t, d.findings[0].Kept)
	require.Len(t, d.reads, 2)
	group := strings.Replace(body, "CUS012     001", "CUS012     002", 1)
	d = decode(layout, []byte(group), none)
	require.Equal(t, []string{"TotalMismatch"}, d.codes())
	require.Equal(t, 1, d.findings[0].Pos.Line)
}

// TestTrailerMustTie reads a site's file whose last line counts the others, and whose reads stand in no group.
func TestTrailerMustTie(t *testing.T) {
	layout, err := meterread.Parse("l.yaml", []byte(`
id: counted
title: Reads with a trailer
direction: from_field
kind: fixed-multirecord
completeness: full
source: the district
records:
  - type: R
    emits: reading
    match: {start: 1, length: 1, value: R}
    columns_covered: contiguous
    length: 9
    fields:
      - {name: type, start: 1, length: 1, type: const, value: R}
      - {name: meter, start: 2, length: 4, type: text, role: meter_serial}
      - {name: reading, start: 6, length: 4, type: int, role: reading}
  - type: X
    parent: R
    match: {start: 1, length: 1, value: X}
    columns_covered: contiguous
    fields:
      - {name: type, start: 1, length: 1, type: const, value: X}
      - {name: radio, start: 2, length: 4, type: text, role: endpoint_id}
  - type: T
    match: {start: 1, length: 1, value: T}
    columns_covered: contiguous
    length: 5
    fields:
      - {name: type, start: 1, length: 1, type: const, value: T}
      - {name: reads, start: 2, length: 4, type: int, justify: right, pad: '0', counts: R}
`))
	require.NoError(t, err)
	d := decode(layout, []byte("R70880045\nX8123\nR70890046\nT0002\n"), none)
	require.Empty(t, d.findings)
	require.Equal(t, []string{"0045", "0046"}, d.digits())
	require.Equal(t, "8123", d.reads[0].Text("endpoint_id"))
	require.Empty(t, d.reads[1].Text("endpoint_id"), "what belongs to one reading does not belong to the next")
	for _, src := range []string{"R70880045\nR70890046\nT0003\n", "R70880045\nT0002\n", "R70880045\nT00 1\n"} {
		require.Equal(t, []string{"TotalMismatch"}, decode(layout, []byte(src), none).codes(), src)
	}
	refused := decode(layout, []byte("R7088\nX8123\nR70890046\nT0002\n"), none)
	require.Equal(t, []string{"LineTooShort", "NoParent"}, refused.codes(), "a refused line still counts: it is there")
	require.Len(t, decode(layout, []byte(strings.Repeat("T0000\n", 5000)), none).findings, 5000-4096)
}

func TestGroupWithoutEndIsCutOff(t *testing.T) {
	src := neptuneHead + neptune("1", "7001", "", slices.Repeat([]string{"45210"}, 5000)...)
	d := decode(shipped(t, "neptune-s-equinox-reads"), []byte(src), none)
	require.Contains(t, d.codes(), "GroupTooLong")
	require.Contains(t, d.codes(), "NoParent")
	require.Len(t, d.reads, 4097)
}
