package meterread_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/metering"
)

const espiMeter = "<entry><content><espi:MeterReading/></content></entry>"

// espiParts are the head of the Green Button feed, its reading type and its block of readings.
func espiParts() (head, kind, block string) {
	begin, end := strings.Index(greenButton, "  <entry><content><espi:ReadingType>"), strings.Index(greenButton, "  <entry><content><espi:IntervalBlock>")
	return greenButton[:begin], greenButton[begin:end], greenButton[end:strings.Index(greenButton, "</feed>")]
}

// TestReadingTypeOfAnotherMeterReadingIsNotUsed has a meter reading without a reading type of its own behind one that has it.
func TestReadingTypeOfAnotherMeterReadingIsNotUsed(t *testing.T) {
	layout := shipped(t, "green-button-espi")
	head, kind, block := espiParts()
	for name, feed := range map[string]string{
		"behind a block":      head + espiMeter + kind + block + espiMeter + block,
		"type before meter":   head + kind + espiMeter + block + espiMeter + block,
		"meter without block": head + espiMeter + kind + espiMeter + block,
		"a meter too many":    head + kind + espiMeter + espiMeter + block,
		"one meter alone":     head + kind + block + espiMeter + block,
		"type of the before":  head + espiMeter + block + kind + espiMeter + block,
	} {
		d := decode(layout, []byte(feed+"</feed>"), none)
		require.NoError(t, d.err, name)
		want := 0
		if strings.Count(feed, "IntervalBlock>") > 2 && name != "type of the before" {
			want = 3
		}
		require.Len(t, d.reads, want, name)
		require.Equal(t, "NotSupported", d.codes()[len(d.codes())-1], name)
	}
	for name, feed := range map[string]string{
		"each its own":   head + espiMeter + kind + block + espiMeter + strings.Replace(kind, "128", "134", 1) + block,
		"types first":    head + kind + espiMeter + block + strings.Replace(kind, "128", "134", 1) + espiMeter + block,
		"several blocks": head + espiMeter + strings.Replace(kind, "128", "134", 1) + block + block,
	} {
		d := decode(layout, []byte(feed+"</feed>"), none)
		require.Len(t, d.reads, 6, name)
		unit, err := d.reads[5].Unit()
		require.NoError(t, err)
		require.Equal(t, metering.Liter, unit, name)
	}
}

// TestReadingTypeIsNotCompletedByGuess leaves out what a reading type must say.
func TestReadingTypeIsNotCompletedByGuess(t *testing.T) {
	for lost, want := range map[string]string{"accumulationBehaviour": "accumulationBehaviour", "powerOfTenMultiplier": "powerOfTenMultiplier"} {
		begin, end := strings.Index(greenButton, "<espi:"+lost), strings.Index(greenButton, "</espi:"+lost+">")+len("</espi:"+lost+">")
		src := []byte(greenButton[:begin] + greenButton[end:])
		d := decode(shipped(t, "green-button-espi"), src, none)
		require.Empty(t, d.reads, lost)
		require.Equal(t, "Missing", d.codes()[0])
		require.Contains(t, d.findings[0].String(), want)
		said := map[string]string{"accumulationBehaviour": "4", "powerOfTenMultiplier": "-3"}[lost]
		d = decode(shipped(t, "green-button-espi", "ReadingType/"+lost+".default="+said), src, none)
		require.Len(t, d.reads, 3, "a site says it")
		use, ok := d.reads[0].Interval()
		require.True(t, ok)
		require.Equal(t, "12.5", use.String())
	}
	d := decode(shipped(t, "green-button-espi"), []byte(strings.Replace(greenButton, "<espi:uom>128</espi:uom>", "", 1)), none)
	require.Len(t, d.reads, 3, "a unit that nobody states is blank")
	unit, err := d.reads[0].Unit()
	require.NoError(t, err)
	require.Zero(t, unit)
}

// TestElementThatStandsTwiceIsRefused has two values in one reading, two units in one type.
func TestElementThatStandsTwiceIsRefused(t *testing.T) {
	layout := shipped(t, "green-button-espi")
	value := "<espi:value>12500</espi:value>"
	for _, second := range []string{"<espi:value>7</espi:value>", value, "<espi:value></espi:value>"} {
		d := decode(layout, []byte(strings.Replace(greenButton, value, value+second, 1)), none)
		require.Equal(t, "NotSupported", d.codes()[0], second)
		require.Contains(t, d.findings[0].What, "twice")
		require.Len(t, d.reads, 2, "the others stand")
	}
	within := decode(layout, []byte(strings.Replace(greenButton, value, "<espi:value>125<espi:x></espi:x>00</espi:value>", 1)), none)
	require.Equal(t, "NotSupported", within.codes()[0])
	require.Len(t, within.reads, 2, "a value that is cut by another element is none")
	d := decode(layout, []byte(strings.Replace(greenButton, "<espi:uom>128</espi:uom>", "<espi:uom>128</espi:uom><espi:uom>134</espi:uom>", 1)), none)
	require.Empty(t, d.reads)
	require.Equal(t, "NotSupported", d.codes()[0])
	quality := "<espi:ReadingQuality><espi:quality>8</espi:quality></espi:ReadingQuality>"
	d = decode(layout, []byte(strings.Replace(greenButton, quality, quality+strings.Replace(quality, "8", "17", 1), 1)), none)
	require.Len(t, d.reads, 3, "a reading may have several qualities")
	require.Equal(t, []string{"8 17"}, d.reads[1].Codes())
	require.Equal(t, "estimated, reference day; validated", d.reads[1].Meaning("quality"))
	require.Equal(t, meterread.Reading, d.reads[1].Status)
}

// TestLongTextOfXMLIsNotCut has a value of more characters than any has.
func TestLongTextOfXMLIsNotCut(t *testing.T) {
	d := decode(shipped(t, "green-button-espi"), []byte(strings.Replace(greenButton, ">12500<", ">"+strings.Repeat(" ", 5000)+"<!-- -->12500<", 1)), none)
	require.Contains(t, d.codes(), "LineTooLong")
	require.Len(t, d.reads, 2)
	d = decode(shipped(t, "green-button-espi"), []byte(strings.Replace(greenButton, ">12500<", ">"+strings.Repeat(" ", meterread.MaxObject+1<<20)+"12500<", 1)), none)
	require.ErrorIs(t, d.err, meterread.ErrDocument)
	require.Contains(t, d.err.Error(), "16777216 bytes")
}
