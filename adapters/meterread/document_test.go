package meterread_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/metering"
)

const subeca = `[
  {"deviceId": "81234567", "usageTime": "2026-11-20T08:00:00-08:00", "unit": "GAL", "value": 12.50},
  {"deviceId": "81234567", "usageTime": "2026-11-20T09:00:00Z", "unit": "GAL", "value": null},
  {"deviceId": "81234567", "usageTime": "yesterday", "unit": "GAL", "value": 1},
  {"deviceId": "81234567", "usageTime": "2026-11-20T09:00:00", "unit": "GAL", "value": "x"},
  {"deviceId": "81234567", "usageTime": "2026-11-20T10:00:00", "unit": "GAL", "value": 1, "value": 2},
  [],
  {"deviceId": "81234567", "usageTime": "2026-11-20T11:00:00", "unit": "GAL", "value": 25e-1}
]
`

func TestJSONKeepsTheTextOfItsNumbers(t *testing.T) {
	d := decode(shipped(t, "subeca-usage"), []byte(subeca), none)
	require.NoError(t, d.err)
	require.Equal(t, []string{"BadDate", "NotNumeric", "NotSupported", "NotSupported"}, d.codes())
	require.Equal(t, []int{4, 5, 6, 7}, []int{d.findings[0].Pos.Line, d.findings[1].Pos.Line, d.findings[2].Pos.Line, d.findings[3].Pos.Line})
	require.Equal(t, 7, d.summary.Lines)
	require.Len(t, d.reads, 3)
	use, ok := d.reads[0].Interval()
	require.True(t, ok)
	require.Equal(t, "12.5", use.String())
	require.Equal(t, "12.50", d.reads[0].Text("interval_usage"))
	require.Equal(t, "2026-11-20T16:00:00Z", d.reads[0].At.String(), "an offset makes it an instant")
	require.Equal(t, meterread.NoRead, d.reads[1].Status)
	require.Equal(t, "2026-11-20T11:00:00", d.reads[2].At.String(), "without one it is local")
	use, _ = d.reads[2].Interval()
	require.Equal(t, "2.5", use.String())
	require.ErrorIs(t, meterread.Encode(nil, shipped(t, "subeca-usage"), nil), meterread.ErrRow)
}

func TestJSONListTakesTheKeysOutsideIt(t *testing.T) {
	src := `{"units": "CF", "data": [{"timeStamp": "2026-11-20T08:00:00", "reading": 45210}, {"timeStamp": "2026-11-20T09:00:00", "reading": 45211}], "deviceId": 81234567}` + "\n" +
		`{"deviceId": "2", "units": "Unknown", "data": [{"timeStamp": "2026-11-20T08:00:00", "reading": 1}, {"timeStamp": "2026-11-20T09:00:00", "reading": true}]}` + "\n" + `{"deviceId": "3"}`
	d := decode(shipped(t, "sentryx-reads"), []byte(src), none)
	require.NoError(t, d.err)
	require.Equal(t, []string{"45210", "45211", "1"}, d.digits())
	require.Equal(t, "81234567", d.reads[1].Text("endpoint_id"))
	require.Equal(t, []string{"NotNumeric", "NotSupported"}, d.codes())
	unit, err := d.reads[0].Unit()
	require.NoError(t, err)
	require.Equal(t, metering.CubicFoot, unit)
	_, err = d.reads[2].Unit()
	require.ErrorIs(t, err, metering.ErrUnit, "a unit is never assumed")
	require.Equal(t, 2, d.reads[2].Line)
}

func TestTornJSONEndsTheStreamAfterItsReads(t *testing.T) {
	whole := `[{"deviceId": "1", "usageTime": "2026-11-20T08:00:00", "unit": "GAL", "value": 1}]`
	for n := 1; n < len(whole); n++ {
		d := decode(shipped(t, "subeca-usage"), []byte(whole[:n]), none)
		require.ErrorIs(t, d.err, meterread.ErrDocument, whole[:n])
	}
	require.ErrorIs(t, decode(shipped(t, "subeca-usage"), []byte(whole+"x"), none).err, meterread.ErrDocument)
	d := decode(shipped(t, "subeca-usage"), []byte(whole+" \r\n\x1a"), none)
	require.NoError(t, d.err)
	require.Len(t, d.reads, 1)
	other := decode(shipped(t, "subeca-usage"), []byte(`[{"a":1},{"b":2}]`), none)
	require.Equal(t, []string{"NotSupported", "NotSupported", "OtherLayout"}, other.codes())
}

func TestJSONOrCSVIsToldApart(t *testing.T) {
	layout := shipped(t, "xylem-datalake-water-register")
	d := decode(layout, []byte("register_value,meter_id,radio_id,commodity,unit_of_measure,read_time_timestamp,read_quality,flag,rni_multiplier,read_time_timestamp_local\n"+
		"45210,70881234,8,W,GAL,2026-11-20 08:00:00,OK,,1,\n"), none)
	require.Empty(t, d.findings)
	require.Equal(t, []string{"45210"}, d.digits())
	d = decode(layout, []byte(" [{\"register_value\": 45210, \"meter_id\": \"70881234\", \"commodity\": \"WATER\"}]"), none)
	require.Empty(t, d.findings)
	require.Equal(t, []string{"45210"}, d.digits())
}

const greenButton = `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:espi="http://naesb.org/espi">
  <entry><content><espi:UsagePoint><espi:ServiceCategory><espi:kind>2</espi:kind></espi:ServiceCategory></espi:UsagePoint></content></entry>
  <entry><content><espi:ReadingType>
    <espi:accumulationBehaviour>4</espi:accumulationBehaviour><espi:commodity>9</espi:commodity><espi:intervalLength>3600</espi:intervalLength>
    <espi:powerOfTenMultiplier>-3</espi:powerOfTenMultiplier><espi:uom>128</espi:uom>
  </espi:ReadingType></content></entry>
  <entry><content><espi:IntervalBlock>
    <espi:interval><espi:duration>7200</espi:duration><espi:start>1795161600</espi:start></espi:interval>
    <espi:IntervalReading><espi:timePeriod><espi:duration>3600</espi:duration><espi:start>1795161600</espi:start></espi:timePeriod><espi:value>12500</espi:value></espi:IntervalReading>
    <espi:IntervalReading>
      <espi:ReadingQuality><espi:quality>8</espi:quality></espi:ReadingQuality>
      <espi:timePeriod><espi:duration>3600</espi:duration><espi:start>1795165200</espi:start></espi:timePeriod><espi:value>0</espi:value></espi:IntervalReading>
    <espi:IntervalReading><espi:timePeriod><espi:start>1795168800</espi:start></espi:timePeriod></espi:IntervalReading>
    <espi:IntervalReading><espi:timePeriod><espi:start>never</espi:start></espi:timePeriod><espi:value>1</espi:value></espi:IntervalReading>
  </espi:IntervalBlock></content></entry>
</feed>
`

func TestGreenButton(t *testing.T) {
	layout := shipped(t, "green-button-espi")
	d := decode(layout, []byte(greenButton), none)
	require.NoError(t, d.err)
	require.Equal(t, []string{"BadDate"}, d.codes())
	require.Equal(t, 15, d.findings[0].Pos.Line)
	require.Len(t, d.reads, 3)
	use, ok := d.reads[0].Interval()
	require.True(t, ok)
	require.Equal(t, "12.5", use.String(), "12500 × 10^-3")
	unit, err := d.reads[0].Unit()
	require.NoError(t, err)
	require.Equal(t, metering.Gallon, unit)
	require.Equal(t, "2026-11-20T08:00:00Z", d.reads[0].At.String())
	require.Equal(t, "estimated, reference day", d.reads[1].Meaning("quality"))
	use, ok = d.reads[1].Interval()
	require.True(t, ok)
	require.True(t, use.IsZero())
	require.Equal(t, meterread.NoRead, d.reads[2].Status, "what the one before has said does not hold for it")
	require.Empty(t, d.reads[2].Text("quality"))

	register := decode(layout, []byte(strings.Replace(greenButton, ">4<", ">3<", 1)), none)
	require.Equal(t, "12.5", register.reads[0].Number.String(), "cumulative values are readings")
	require.Equal(t, "12500", register.reads[0].Digits)
	electric := decode(layout, []byte(strings.Replace(greenButton, "kind>2<", "kind>0<", 1)), none)
	require.Empty(t, electric.reads)
	require.Equal(t, 4, electric.summary.NotWater)
	strange := decode(layout, []byte(strings.Replace(greenButton, ">4<", ">12<", 1)), none)
	require.Empty(t, strange.reads)
	require.Equal(t, "NotSupported", strange.codes()[0])
}

func TestGreenButtonNeverGuessesWhichTypeAReadingIsOf(t *testing.T) {
	layout := shipped(t, "green-button-espi")
	begin, end := strings.Index(greenButton, "  <entry><content><espi:ReadingType>"), strings.Index(greenButton, "  <entry><content><espi:IntervalBlock>")
	kind, block := greenButton[begin:end], greenButton[end:strings.Index(greenButton, "</feed>")]
	for name, feed := range map[string]string{"none": greenButton[:begin] + block, "two": greenButton[:begin] + kind + kind + block, "after it": greenButton[:begin] + block + kind} {
		d := decode(layout, []byte(feed+"</feed>"), none)
		require.NoError(t, d.err, name)
		require.Empty(t, d.reads, name)
		require.Len(t, d.findings, 4, name)
	}
	d := decode(layout, []byte(greenButton[:begin]+kind+block+strings.Replace(kind, "128", "134", 1)+block+"</feed>"), none)
	require.Len(t, d.reads, 6)
	unit, err := d.reads[5].Unit()
	require.NoError(t, err)
	require.Equal(t, metering.Liter, unit)
}

func TestTornOrOtherXMLEndsTheStream(t *testing.T) {
	layout := shipped(t, "green-button-espi")
	whole := strings.TrimSpace(greenButton)
	for n := 1; n < len(whole); n += 7 {
		d := decode(layout, []byte(whole[:n]), none)
		require.ErrorIs(t, d.err, meterread.ErrDocument, whole[:n])
	}
	require.ErrorIs(t, decode(layout, []byte("<html><body/></html>"), none).err, meterread.ErrOtherLayout)
	require.ErrorIs(t, decode(layout, []byte(whole+whole[strings.Index(whole, "<feed"):]), none).err, meterread.ErrOtherLayout)
	require.Error(t, decode(layout, []byte(strings.Repeat("<feed xmlns='http://naesb.org/espi'>", 1000)), none).err)
	require.Equal(t, []string(nil), decode(layout, []byte("<feed xmlns='http://naesb.org/espi'></feed>"), none).codes())
}

// TestAByteOrderMarkStandsBeforeADocumentToo has one in a text in memory, and in a stream.
func TestAByteOrderMarkStandsBeforeADocumentToo(t *testing.T) {
	const text = "\ufeff" + `[{"register_value": 45210, "meter_id": "7"}]`
	layout := shipped(t, "xylem-datalake-water-register")
	for _, src := range []io.Reader{strings.NewReader(text), bytes.NewReader([]byte(text))} {
		d := decodeFrom(layout, src, meterread.Options{})
		require.NoError(t, d.err)
		require.Equal(t, []string{"45210"}, d.digits())
	}
}

// TestOneBadItemOfAListIsRefusedAlone has a key twice in one item of a list, which gives no read, and the others do.
func TestOneBadItemOfAListIsRefusedAlone(t *testing.T) {
	item := func(reading string) string {
		return `{"timeStamp": "2026-11-20T08:00:00", "reading": ` + reading + `}`
	}
	text := `{"deviceId": "7", "units": "CF", "data": [` + item(`1`) + "," + item(`2, "reading": 3`) + "," + item(`4, "other": 1, "other": 2`) + "," + item(`5`) + `]}`
	d := decode(shipped(t, "sentryx-reads"), []byte(text), meterread.Options{})
	require.NoError(t, d.err)
	require.Equal(t, []string{"1", "5"}, d.digits())
	require.Len(t, d.findings, 2)
	require.Equal(t, "item 2 of the list data: the object holds a key twice: reading", d.findings[0].What)
	require.Equal(t, "item 3 of the list data: the object holds a key twice: one that the layout does not have", d.findings[1].What)
}
