package meterread_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/metering"
)

var none = meterread.Options{}

func TestBlocksWithoutLineEnds(t *testing.T) {
	layout := shipped(t, "sensus-autoread-sample-route")
	block := func(account string) string {
		return fmt.Sprintf("%-20s%-8s%-15s%-15s%-20s%-25s%s%10d%10d%10d%-10s%s%-10s", "11 RESERVATION RD", "70881234", account, "", "", "DOE JANE", " ", 44890, 45000, 45600, "81234567", "C", "70881234")
	}
	src := block("1") + block("2") + block("3")
	require.Len(t, src, 3*155)
	for name, text := range map[string]string{"blocks": src, "lines": block("1") + "\r\n" + block("2") + "\r\n" + block("3") + "\r\n", "end mark": src + "\x1a"} {
		d := decode(layout, []byte(text), none)
		require.NoError(t, d.err)
		require.Empty(t, d.findings, name)
		require.Equal(t, "3", d.lines[2].Account(), name)
		require.Equal(t, text, written(t, layout, d), name)
	}
	d := decode(layout, []byte(src[:400]), none)
	require.Equal(t, []string{"LineTooShort"}, d.codes())
	require.Equal(t, 3, d.findings[0].Pos.Line)
	require.Contains(t, d.findings[0].What, "or one before it is, and all between the two are shifted")
	// What ends a line or a file stands behind a block, and within none.
	for _, end := range []string{"\x1a", "\r", "\r\n", "\n\n", "\x1a\r\n"} {
		text := block("1") + end + block("2") + block("3") + end
		d = decode(layout, []byte(block("0")+text), none)
		require.Empty(t, d.findings, "%q", end)
		require.Equal(t, "3", d.lines[3].Account())
		require.Equal(t, block("0")+text, written(t, layout, d))
	}
	for _, within := range []string{"\x1a", "\r", "\n", "\x01", "\u00d1"} {
		second := block("2")
		d = decode(layout, []byte(block("1")+second[:9]+within+second[9:]+block("3")+block("4")), none)
		require.Equal(t, []string{"BadEncoding"}, d.codes(), "%q", within)
		require.Contains(t, d.findings[0].What, "blocks behind it cannot be told apart")
		require.Len(t, d.lines, 1, "%q: no number is guessed of those behind it", within)
		require.NoError(t, d.err)
	}
	d = decode(layout, []byte(block("1")+block("2")+strings.Repeat("\n", 3<<20)+block("3")), none)
	require.Empty(t, d.findings)
	require.Equal(t, "3", d.lines[len(d.lines)-1].Account())
	one := decode(layout, []byte(block("1")), none)
	require.Len(t, one.lines, 1)
	limit, err := one.lines[0].Quantity("high_limit")
	require.NoError(t, err)
	require.Equal(t, "45600", limit.String())
}

func TestUTF16IsRefused(t *testing.T) {
	for _, src := range []string{"\xff\xfeA\x00,\x00", "\xfe\xff\x00A\x00,", "A\x00,\x00B\x00", "\xff\xfe\x00\x00A\x00\x00\x00"} {
		for _, id := range []string{"smartfusion-a-radix1-reads", "badger-beacon-billing-read", "sentryx-reads", "green-button-espi"} {
			d := decode(shipped(t, id), []byte(src), none)
			require.ErrorIs(t, d.err, meterread.ErrEncoding)
			require.Empty(t, d.reads)
		}
	}
}

func TestBytesThatShiftColumnsAreRefused(t *testing.T) {
	layout := shipped(t, "smartfusion-k2-sensus-notes-route")
	line := func(name, account string) string {
		return fmt.Sprintf("%-6s%-35s%-57s%1s%-15s%1s%-13sM%-25s%-9s%-9s%-9sW%1s%-10s%-11s%-11s%6s\r\n", account, "", "", "", "70881234", "", "", name, "", "", "", "", "", "", "", "")
	}
	d := decode(layout, []byte(line("DOE JANE", "104233")+line("PE\xd1A", "104234")+line("DOE", "10\xd1233")), none)
	require.Equal(t, []string{"BadEncoding"}, d.codes())
	require.Equal(t, 3, d.findings[0].Pos.Line)
	shifted := line("PEÑA", "104235")
	d = decode(layout, []byte(shifted+line("DOE", "1")+"70\x00"+line("DOE", "1")[3:]), none)
	require.Equal(t, []string{"BadEncoding", "BadEncoding"}, d.codes())
	require.Len(t, d.lines, 1)
	csv := decode(shipped(t, "smartearth-route"), []byte("1,2,3,W,PE\xd1A,,,,,,,\n1,2,3,W,PEÑA,,,,,,,\n"), none)
	require.Equal(t, []string{"BadEncoding"}, csv.codes())
	require.Len(t, csv.lines, 1)
}

func TestFileOfAnotherLayoutIsTold(t *testing.T) {
	radixFile := []byte(radix("104233", "45210") + radix("104234", "45211"))
	beacon := []byte("Account_ID,Location_ID,Service_Point_ID,Meter_ID,Register_Number,Endpoint_SN,Read_Method,Read,Read_Unit,Billing_Read\n1,,,2,,,,3,GAL,3\n")
	for _, id := range []string{"itron-mvrs-upload", "smartfusion-usage-file", "neptune-s-equinox-reads", "cmep-mepmd01"} {
		d := decode(shipped(t, id), radixFile, none)
		require.NoError(t, d.err)
		require.Contains(t, d.codes(), "OtherLayout", id)
		require.Empty(t, d.reads)
		last := d.findings[len(d.findings)-1]
		require.Contains(t, last.What, id)
	}
	for _, id := range []string{"aclara-mtu-reads", "badger-aquacue-billing-read", "xylem-mnwd-register-read", "xylem-datalake-water-register"} {
		d := decode(shipped(t, id), beacon, none)
		require.ErrorIs(t, d.err, meterread.ErrOtherLayout, id)
		require.Empty(t, d.reads)
	}
	d := decode(shipped(t, "smartearth-reads", "Meter Read Date.format=YYYYMMDD"), []byte("Premise ID,Meter ID,Commodity Type,Meter Reading,Meter Read Date\nL-77,70881234,W,45210,20261120\n"), none)
	require.ErrorIs(t, d.err, meterread.ErrOtherLayout, "by number, the columns of a file cannot stand in another order")
	require.Contains(t, decode(shipped(t, "itron-mvrs-upload"), []byte("ABC\nDEF\n"), none).codes(), "OtherLayout")
}

func TestLostColumnIsTold(t *testing.T) {
	layout := shipped(t, "badger-beacon-billing-read")
	d := decode(layout, []byte("Account_ID,Meter_ID,Read\n1,2,3\n"), none)
	require.Equal(t, []string{"MissingColumn"}, d.codes())
	require.Contains(t, d.findings[0].What, "Read_Unit")
	require.Equal(t, "", d.reads[0].UnitText())
	unit, err := d.reads[0].Unit()
	require.NoError(t, err)
	require.Zero(t, unit, "a unit that nobody states is blank")
	d = decode(layout, []byte("Account_ID,Meter_ID,Read,Read\n1,2,3,4\n"), none)
	require.ErrorIs(t, d.err, meterread.ErrOtherLayout, "twice the same column")
}

func TestTornRowsAreTold(t *testing.T) {
	layout := shipped(t, "smartearth-reads", "Meter Read Date.format=YYYYMMDD")
	d := decode(layout, []byte("\ufeff70881234,L-77,W,45210,20261120\n70881234,L-77\n70881234,\"L-77,W,45210,20261120\n70881234,L-77,W,45211,20261120,X\n70881234,\"L,77\",W,45212,20261120\n"+
		"1,2,W,45213,20261301\n1,\"2\"x,W,45213,20261120\n,,W,1,20261120\n1,2,G,45214,20261120\n"), none)
	require.Equal(t, []string{"LineTooShort", "BadQuote", "LineTooLong", "BadDate", "BadQuote", "NoMeter"}, d.codes())
	require.Equal(t, []string{"45210", "45212"}, d.digits())
	require.Equal(t, "70881234", d.reads[0].Meter(), "a byte order mark is of no cell")
	require.Equal(t, "f:6:13: BadDate", d.findings[3].String()[:15])
	require.Equal(t, 1, d.summary.NotWater)
	require.Equal(t, 9, d.summary.Lines)
	require.Equal(t, 9, d.summary.Records+d.summary.Refused)
}

func TestRequiredAndUniqueFields(t *testing.T) {
	layout := shipped(t, "smartfusion-meter-changeout")
	row := func(number, serial, day string) string {
		return number + ",MCO," + day + "," + serial + ",0,1.0,6,,,,,,,,,\n"
	}
	d := decode(layout, []byte(row("1", "7099", "2026-11-20")+row("2", "", "2026-11-20")+row("1", "7098", "2026-11-20")+row("3", "7097", "2026-02-30")+
		strings.Replace(row("4", "7096", "2026-11-20"), "MCO", "XXX", 1)), none)
	require.Equal(t, []string{"Missing", "Repeated", "BadDate", "BadConst"}, d.codes())
	require.Len(t, d.lines, 1)
	require.Equal(t, "1", func() string { text, _ := d.lines[0].Field("Demand Multiplier"); return text }(), "an empty cell has its default")
}

func TestCMEPFaultsAreOfTheirGroup(t *testing.T) {
	layout := shipped(t, "cmep-mepmd01")
	d := decode(layout, []byte(cmep("1", "4", "202611200800,R0,45210,,R0,4521O,,N32,,,R0,")), none)
	require.Equal(t, []string{"NotNumeric"}, d.codes())
	require.Equal(t, "f:1:110", d.findings[0].Pos.String())
	require.Equal(t, []string{"45210", "", "0"}, d.digits())
	require.Equal(t, []meterread.Status{meterread.Reading, meterread.NoRead, meterread.Reading}, []meterread.Status{d.reads[0].Status, d.reads[1].Status, d.reads[2].Status},
		"an empty number is zero, except of quality N")
	require.Equal(t, "2026-11-20T11:00:00Z", d.reads[2].At.String())

	d = decode(layout, []byte(cmep("1", "2", ",R0,45210,202611200800,R0,45211")), none)
	require.Equal(t, []string{"BadDate"}, d.codes(), "there is no end time to count from")
	require.Equal(t, []string{"45211"}, d.digits())

	d = decode(layout, []byte(strings.Replace(cmep("1", "2", "202611200800,R0,1,,R0,2"), "00000100", "00000000", 1)), none)
	require.Equal(t, []string{"BadDate"}, d.codes(), "there is no interval to count with")

	d = decode(layout, []byte(cmep("1", "2", "202611200800,R0,1.5E3,,,H1F")), none)
	require.Empty(t, d.findings)
	require.Equal(t, "1500", d.reads[0].Number.String())
	require.Equal(t, "31", d.reads[1].Number.String())

	delta := decode(layout, []byte(strings.Replace(cmep("1", "2", "202611200800,R0,1.5,,,"), "GALREG", "CF", 1)), none)
	require.Empty(t, delta.findings)
	require.Equal(t, []string{"", ""}, delta.digits(), "a use is no reading")
	use, ok := delta.reads[0].Interval()
	require.True(t, ok)
	require.Equal(t, "1.5", use.String())
	use, ok = delta.reads[1].Interval()
	require.True(t, ok)
	require.True(t, use.IsZero())
	unit, err := delta.reads[0].Unit()
	require.NoError(t, err)
	require.Equal(t, metering.CubicFoot, unit)

	electric := decode(layout, []byte(strings.Replace(cmep("1", "2", "202611200800,R0,1,,R0,2"), ",W,", ",E,", 1)), none)
	require.Empty(t, electric.reads)
	require.Equal(t, 1, electric.summary.NotWater)
	many := decode(layout, []byte(cmep("1", "60", strings.TrimSuffix("202611200800,,1,"+strings.Repeat(",,1,", 59), ","))), none)
	require.Len(t, many.reads, 60, "more groups than are published are read")
}

func TestFortyThousandIdenticalMeters(t *testing.T) {
	d := decode(shipped(t, "smartfusion-a-radix1-reads"), []byte(strings.Repeat(radix("104233", "45210"), 40_000)), none)
	require.Empty(t, d.findings)
	require.Len(t, d.reads, 40_000)
	require.Equal(t, 40_000, d.reads[39_999].Line)
}

func TestSourceThatFailsEndsTheStreamAfterWhatItGave(t *testing.T) {
	failure := errors.New("the line is down")
	for _, id := range []string{"smartfusion-a-radix1-reads", "itron-mvrs-upload"} {
		src := radix("104233", "45210")
		if id == "itron-mvrs-upload" {
			src = mvrs("0000045210", "11202026", "093015", "000") + "RHD\n"
		}
		d := told{}
		for item, err := range meterread.Decode(shipped(t, id), io.MultiReader(strings.NewReader(src), iotest.ErrReader(failure)), none) {
			if err != nil {
				d.err = err
			} else if item.Read.Status == meterread.Reading {
				d.reads = append(d.reads, item.Read)
			}
			require.Nil(t, item.Summary)
		}
		require.ErrorIs(t, d.err, failure)
		require.ErrorIs(t, d.err, meterread.ErrInput)
		require.Len(t, d.reads, 1)
	}
	for item, err := range meterread.Decode(shipped(t, "subeca-usage"), iotest.ErrReader(failure), none) {
		require.ErrorIs(t, err, failure)
		require.Nil(t, item.Summary)
	}
}

func TestSmallReadsGiveTheSame(t *testing.T) {
	src := strings.Repeat(radix("104233", "45210"), 100)
	n, _, err := pass(shipped(t, "smartfusion-a-radix1-reads"), iotest.OneByteReader(strings.NewReader(src)))
	require.NoError(t, err)
	require.Equal(t, 100, n)
}

func TestCallerMayStop(t *testing.T) {
	for _, id := range []string{"smartfusion-a-radix1-reads", "itron-mvrs-upload", "cmep-mepmd01", "badger-beacon-billing-read", "subeca-usage", "green-button-espi"} {
		src := map[string]string{
			"smartfusion-a-radix1-reads": strings.Repeat(radix("104233", "45210"), 3), "itron-mvrs-upload": strings.Repeat(mvrs("0000045210", "11202026", "093015", "000"), 3),
			"cmep-mepmd01":               cmep("1", "2", "202611200800,R0,45210,,R0,45211"),
			"badger-beacon-billing-read": "Account_ID,Meter_ID,Read\n1,2,3\n1,2,4\n", "subeca-usage": subeca, "green-button-espi": greenButton,
		}[id]
		for stop := 1; stop < 8; stop++ {
			n := 0
			for _, err := range meterread.Decode(shipped(t, id), strings.NewReader(src), none) {
				require.NoError(t, err)
				if n++; n == stop {
					break
				}
			}
		}
	}
}

// TestPersonalDataIsNeverPrinted looks for a name, an address and a tax number in all that is printed of a file.
func TestPersonalDataIsNeverPrinted(t *testing.T) {
	secrets := []string{"DOE", "RESERVATION", "987654321", "SECRET"}
	usage := fmt.Sprintf("%-12s%-30s%-30s%-30s%-20s%-2s%-9s%015d%06d%07d%06d%07d%07d  %06d%06d%-9s%-20s%09d%010d%010d\r\n",
		"104233", "DOE JANE", "11 RESERVATION RD", "SECRET", "SECRET", "CA", "93933", 70881234, 261120, 45210, 261020, 44890, 320, 261120, 0, "987654321", "SECRET", 12, 120, 0)
	files := map[string]string{
		// Shifted, the name comes to stand where the reading belongs.
		"smartfusion-usage-file":        usage + usage[30:] + strings.Replace(usage, "261120", "DOEDOE", 1) + strings.Replace(usage, "0045210", "DOE JAN", 1) + "\ufeff" + usage,
		"itron-mvrs-upload":             mvrs("DOE JANE  ", "RESERVAT", "SECRET", "DOE") + "DOE JANE 11 RESERVATION RD\r\n",
		"smartearth-route":              "1,2,3,W,DOE JANE,11 RESERVATION RD,SECRET,CA,93933,,,\n1,\"DOE JANE,RESERVATION\nDOE JANE,SECRET\n",
		"cmep-mepmd01":                  "DOE JANE,11 RESERVATION RD\r\nMEPMD01,DOE,DOE,DOE,DOE,DOE,DOE,DOE,DOE,W,DOE,DOE,DOE,DOE,DOE\r\n",
		"xylem-datalake-water-register": `[{"meter_id":"1","register_value":"DOE JANE","read_time_timestamp":"RESERVATION"},{"SECRET":1,"SECRET":2},"DOE"]`,
	}
	for id, src := range files {
		t.Run(id, func(t *testing.T) {
			var log bytes.Buffer
			logger := slog.New(slog.NewJSONHandler(&log, nil))
			plain := slog.New(slog.NewTextHandler(&log, nil))
			d := told{}
			layout := shipped(t, id)
			for item, err := range meterread.Decode(layout, strings.NewReader(src), none) {
				fmt.Fprintf(&log, "%v %+v %#v %s %v\n", item, item.Read, item.Read, item.Read.Raw(), err)
				fmt.Fprintf(&log, "%v %+v\n", item.Read.Row(), *item.Read.Row())
				if item.Finding != nil {
					d.findings = append(d.findings, item.Finding)
					fmt.Fprintf(&log, "%v %+v %#v %s %v\n", item.Finding, *item.Finding, *item.Finding, item.Finding.Err(), item.Finding.Raw())
				}
				logger.Info("item", "item", item, "read", item.Read, "raw", item.Read.Raw())
				plain.Info("item", "item", item, "finding", item.Finding)
				for _, record := range layout.Records {
					for _, f := range record.Fields {
						if text, ok := item.Read.Field(f.Name); ok && f.Personal() {
							log.WriteString(text)
						}
						if f.Personal() {
							log.WriteString(item.Read.Text(f.Role))
						}
					}
				}
			}
			require.NotEmpty(t, log.String())
			for _, secret := range secrets {
				require.NotContains(t, log.String(), secret)
			}
		})
	}
	d := decode(shipped(t, "smartfusion-usage-file"), []byte(usage), none)
	require.Len(t, d.reads, 1)
	r := d.reads[0]
	name, err := r.Name()
	require.NoError(t, err)
	require.Equal(t, "[private name]", name.String())
	address, err := r.Address()
	require.NoError(t, err)
	require.False(t, address.IsZero())
	require.Equal(t, usage, string(r.Raw().Bytes()))
	require.Equal(t, "70881234", r.Meter())
}
