package meterread_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/metering"
)

// cellsLayout is a site's layout of cells with these fields behind the meter's number.
func cellsLayout(t *testing.T, fields ...string) *meterread.Layout {
	t.Helper()
	src := "id: l\ntitle: t\ndirection: from_field\nkind: csv\ncompleteness: full\nsource: s\nrecords:\n  - type: '*'\n    fields:\n" +
		"      - {name: meter, index: 1, type: text, role: meter_serial}\n"
	for i, field := range fields {
		src += "      - {index: " + string(rune('2'+i)) + ", " + field + "}\n"
	}
	layout, err := meterread.Parse("l.yaml", []byte(src))
	require.NoError(t, err)
	return layout
}

// TestScaleCheckIsExactAtAnyLength has products that no number of 18 digits holds.
func TestScaleCheckIsExactAtAnyLength(t *testing.T) {
	layout := shipped(t, "aclara-mtu-reads")
	for name, test := range map[string]struct {
		raw, scaled, scalar string
		mismatch            bool
	}{
		"long and wrong":       {"123456789012345678", "1", "1.23456789012345678", true},
		"long and a step away": {"999999999999999999", "999999999999999999", "1.00000000000000001", true},
		"short of it":          {"1000", "1000.5", "1", true},
		"many places":          {"1", "0.1", "0.100000000000000001", true},
		"long and right":       {"100000000000000000", "100000000000000", "0.001", false},
		"raw is no number":     {"1000000000000000000", "1000000000000000", "0.001", true},
		"trailing zeros":       {"100000000000000000", "1000.00000000000000", "0.00000000000001", false},
	} {
		d := decode(layout, []byte(aclara(test.raw, test.scaled, test.scalar)), none)
		require.Len(t, d.reads, 1, name)
		require.Equal(t, test.mismatch, d.reads[0].Mismatch, name)
		require.Equal(t, test.mismatch, len(d.findings) == 1, name)
	}
}

// TestRawReadingAloneIsNotTheReading leaves the scaled reading blank: digits and number are of one scale, and where the scale is not
// stated there is no reading.
func TestRawReadingAloneIsNotTheReading(t *testing.T) {
	layout := shipped(t, "aclara-mtu-reads")
	d := decode(layout, []byte(aclara("23497071", "", "0.001")), none)
	require.Empty(t, d.findings)
	require.Equal(t, "23497.071", d.reads[0].Number.String())
	require.Equal(t, "23497.071", d.reads[0].Digits, "as the number has it")
	require.Equal(t, "23497071", d.reads[0].Text("raw_reading"))
	d = decode(layout, []byte(aclara("1000", "", "0.1")), none)
	require.Equal(t, []string{"100"}, d.digits())
	d = decode(layout, []byte(aclara("1000", "", "")), none)
	require.Equal(t, []string{"Missing"}, d.codes())
	require.True(t, d.findings[0].Kept)
	require.Contains(t, d.findings[0].What, "scalar")
	require.Equal(t, meterread.NoRead, d.reads[0].Status)
	d = decode(layout, []byte(aclara("999999999999999999", "", "999999999.9")), none)
	require.Equal(t, []string{"NotNumeric"}, d.codes(), "a reading that cannot be kept exactly")
	require.Empty(t, d.reads)
	d = decode(layout, []byte(aclara("1000", "", "x")), none)
	require.Equal(t, []string{"NotNumeric"}, d.codes())
	d = decode(layout, []byte(aclara("DETECTOR", "", "0.1")), none)
	require.Equal(t, []string{"NotNumeric"}, d.codes())
	require.Empty(t, d.reads)
	beacon := shipped(t, "badger-beacon-range-read")
	d = decode(beacon, []byte("Account_ID,Meter_ID,Raw_Read,Read\n1,2,022760,\n1,2,,\n1,2,022760,227.6\n"), none)
	require.Equal(t, []string{"MissingColumn", "Missing"}, d.codes())
	require.Equal(t, []string{"", "", "227.6"}, d.digits())
	require.Equal(t, 2, d.findings[1].Pos.Line)
}

// TestTimeOfADateWithoutYearIsKept has the day in a month and a day, and the time in a field of its own.
func TestTimeOfADateWithoutYearIsKept(t *testing.T) {
	layout := cellsLayout(t, "name: reading, type: int, role: reading", "name: month, type: int, role: read_month", "name: day, type: int, role: read_day",
		"name: time, type: time, format: HHMM, role: read_time")
	d := decode(layout, []byte("1,2,11,20,0930\n"), meterread.Options{CycleClose: civil.MustDate("2026-11-30")})
	require.Equal(t, "2026-11-20T09:30:00", d.reads[0].At.String())
	d = decode(layout, []byte("1,2,11,20,0930\n"), none)
	require.True(t, d.reads[0].At.IsZero(), "a time without a day is none")
	d = decode(layout, []byte("1,2,11,20,2530\n"), none)
	require.Equal(t, []string{"BadDate"}, d.codes())
}

// TestZoneHoldsWithoutAFormat has a zone on fields whose times are of ISO 8601, and on a day whose time stands in another field.
func TestZoneHoldsWithoutAFormat(t *testing.T) {
	at := func(zone, text string) meterread.Stamp {
		if zone != "" {
			zone = ", zone: '" + zone + "'"
		}
		d := decode(cellsLayout(t, "name: reading, type: int, role: reading", "name: at, type: datetime, role: read_at"+zone), []byte("1,2,"+text+"\n"), none)
		require.Empty(t, d.findings)
		return d.reads[0].At
	}
	require.Equal(t, "2026-11-20T08:00:00Z", at("UTC", "2026-11-20T08:00:00").String())
	require.Equal(t, "2026-11-20T07:00:00Z", at("UTC", "2026-11-20T08:00:00+01:00").String(), "the text's own offset holds")
	require.Equal(t, "2026-11-20", at("UTC", "2026-11-20").String())
	require.Equal(t, "2026-11-20T08:00:00", at("site local, no offset", "2026-11-20T08:00:00").String())
	require.Equal(t, "2026-11-20T08:00:00", at("", "2026-11-20T08:00:00").String())

	parted := func(day, clock string) string {
		d := decode(cellsLayout(t, "name: reading, type: int, role: reading", "name: day, type: date, format: YYYYMMDD, role: read_date"+day,
			"name: time, type: time, format: HHMM, role: read_time"+clock), []byte("1,2,20261120,0800\n"), none)
		return d.reads[0].At.String()
	}
	require.Equal(t, "2026-11-20T08:00:00Z", parted(", zone: UTC", ""))
	require.Equal(t, "2026-11-20T08:00:00Z", parted("", ", zone: UTC"))
	require.Equal(t, "2026-11-20T08:00:00", parted(", zone: UTC", ", zone: site local"), "the time's own")
	require.Equal(t, "2026-11-20T08:00:00", parted("", ""))
}

// TestMeaningOfAQualityIsThatOfItsLetter has masks behind the letters of CMEP.
func TestMeaningOfAQualityIsThatOfItsLetter(t *testing.T) {
	for code, want := range map[string]string{"E32": "estimated", "R0": "raw", "A": "adjusted", "N32": "no value", "X1": "X1", "EE": "EE", "32": "32", "E3x": "E3x"} {
		d := decode(shipped(t, "cmep-mepmd01"), []byte(cmep("1", "1", "202611200800,"+code+",45210")), none)
		require.Equal(t, want, d.reads[0].Meaning("quality"), code)
		require.Equal(t, []string{code}, d.reads[0].Codes(), "the mask stays text")
	}
	sensus := decode(shipped(t, "cmep-sensus-interval"), []byte(cmep("1", "1", "202611200800,E32,45210")), none)
	require.Equal(t, "E32", sensus.reads[0].Meaning("quality"), "a layout without a table tells the code")
}

// TestCodesAreTextAsTheyStand has codes with zeros in front.
func TestCodesAreTextAsTheyStand(t *testing.T) {
	layout := shipped(t, "itron-mvrs-upload")
	d := decode(layout, []byte(mvrs("0000045210", "11202026", "093015", "012")), none)
	require.Equal(t, "012", d.reads[0].Text("trouble_code"))
	require.Equal(t, []string{"K", "012"}, d.reads[0].Codes())
	d = decode(layout, []byte(mvrs("0000045210", "11202026", "093015", "000")), none)
	require.Equal(t, []string{"K"}, d.reads[0].Codes(), "three zeros are none")
	row := d.lines[2].Row()
	require.NoError(t, row.Set("trouble_code_1", "12"))
	require.Equal(t, "012", encodeRow(t, layout, row)[66:69], "a number that is set is padded as the layout says")
}

// TestZeroTakesBackWhatALayoutSays sets keys whose zero is a statement.
func TestZeroTakesBackWhatALayoutSays(t *testing.T) {
	layout, err := meterread.Parse("l.yaml", []byte(good))
	require.NoError(t, err)
	for _, key := range []string{"decimals", "width", "max", "max_digits"} {
		_, err := layout.Set("reading."+key, "0")
		require.NoError(t, err, key)
	}
	set, err := layout.Set("reading.decimals", "0")
	require.NoError(t, err)
	require.Equal(t, "45210", decode(set, []byte("104233   45210201126\n"), none).reads[0].Number.String())
	require.Equal(t, "4521", decode(layout, []byte("104233   45210201126\n"), none).reads[0].Number.String())
	zeros, err := layout.Set("account.pad", "0")
	require.NoError(t, err)
	zeros, err = zeros.Set("account.pad", "")
	require.NoError(t, err)
	require.Equal(t, "104230", decode(zeros, []byte("104230   45210201126\n"), none).reads[0].Account())
	for _, key := range []string{"start", "length", "index"} {
		_, err := layout.Set("reading."+key, "0")
		require.ErrorIs(t, err, meterread.ErrNumber, key)
	}
	_, err = layout.Set("reading.decimals", "-1")
	require.ErrorIs(t, err, meterread.ErrNumber)
	_, err = layout.Set("reading.decimals", "00")
	require.ErrorIs(t, err, meterread.ErrNumber)
}

// TestUnitOfARegisterIsKnownInAnySpelling has the REG of CMEP in other letters, and with a blank before it.
func TestUnitOfARegisterIsKnownInAnySpelling(t *testing.T) {
	layout := shipped(t, "cmep-mepmd01")
	for text, want := range map[string]metering.Unit{"GALREG": metering.Gallon, "galreg": metering.Gallon, "GalReg": metering.Gallon, "CCFreg": metering.CCF, "cf REG": metering.CubicFoot, "KGAL_REG": metering.ThousandGallons} {
		d := decode(layout, []byte(strings.Replace(cmep("1", "1", "202611200800,R0,45210"), "GALREG", text, 1)), none)
		require.Equal(t, []string{"45210"}, d.digits(), text)
		unit, err := d.reads[0].Unit()
		require.NoError(t, err, text)
		require.Equal(t, want, unit, text)
		require.Equal(t, strings.TrimRight(text[:len(text)-3], " _"), d.reads[0].UnitText())
		_, ok := d.reads[0].Interval()
		require.False(t, ok, "a reading is no use")
	}
	d := decode(layout, []byte(strings.Replace(cmep("1", "1", "202611200800,R0,5"), "GALREG", "gal", 1)), none)
	require.Equal(t, []string{""}, d.digits())
	use, ok := d.reads[0].Interval()
	require.True(t, ok)
	require.Equal(t, "5", use.String())
}
