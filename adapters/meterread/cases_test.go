package meterread_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/billing/civil"
)

const aclaraHead = "AccountNumber,MeterSN,MTUID,Port,AccountType,Address1,City,State,Zip,RawRead,ScaledRead,ReadingTime,LocalTime,Active,Scalar,MeterTypeID," +
	"Vendor,Model,Description,ReadInterval\n"

func aclara(raw, scaled, scalar string) string {
	return aclaraHead + "123,456789,MTU001,1,Residential,,,,," + raw + "," + scaled + ",2025-05-25 16:00:00.000,,1," + scalar + ",5,,,,15\n"
}

// mvrs is one customer with one meter and one reading of MV-RS: 126 columns a line.
func mvrs(reading, date, clock, trouble string) string {
	return fmt.Sprintf("CUS%-8s%03d%-20s%-20s%-40s%03d%29s\r\n", "012", 1, "104233", "DOE JANE", "11 RESERVATION RD", 0, "") +
		fmt.Sprintf("MTR%-8s%03d%03d%14s%-14s%-12s%04d%08d%57s\r\n", "012", 1, 0, "", "", "70881234", 0, 120, "") +
		fmt.Sprintf("RDG%-8s%4s %03d%03d%03d %06d0%s%04d%8s%6sK%04d%s000%54s\r\n", "012", "", 0, 0, 0, 1, reading, 1, date, clock, 0, trouble, "")
}

func cmep(meter, count, rest string) string {
	return "MEPMD01,20080501,SENDER,X1,X1,104233,202611200800," + meter + ",OK,W,GALREG,1.0,00000100," + count + "," + rest + "\r\n"
}

func k2(reading, monthDay string) string {
	return fmt.Sprintf("%-6s%-15s%15sM%-9s%4sDO%-10s %-11s%-11s\r\n", "104233", "70881234", "", reading, monthDay, "81234567", "", "")
}

func radix(account, reading string) string {
	return fmt.Sprintf("   012%-6s %-7s112026%-10s\r\n", account, reading, "70881234")
}

// TestCases are the rows of the acceptance cases that a decoder answers for, by their ids.
func TestCases(t *testing.T) {
	none := meterread.Options{}
	run := func(id string, f func(t *testing.T)) { t.Run(id, f) }

	run("M12 implied decimals", func(t *testing.T) {
		d := decode(shipped(t, "aclara-mtu-reads"), []byte(aclara("23497071", "23497.071", "0.001")+aclara("23497071", "", "0.001")[len(aclaraHead):]), none)
		require.NoError(t, d.err)
		require.Empty(t, d.findings)
		require.Len(t, d.reads, 2)
		for _, r := range d.reads {
			require.Equal(t, "23497.071", r.Number.String())
		}
	})
	run("M13 scale mismatch", func(t *testing.T) {
		d := decode(shipped(t, "aclara-mtu-reads"), []byte(aclara("1000", "120.5", "1.0")), none)
		require.Equal(t, []string{"ScaleMismatch"}, d.codes())
		require.True(t, d.findings[0].Kept)
		require.Equal(t, []string{"120.5"}, d.digits())
		require.True(t, d.reads[0].Mismatch)
	})
	run("M43 no read is no zero", func(t *testing.T) {
		layout := shipped(t, "itron-mvrs-upload")
		statuses := func(src string) meterread.Status {
			d := decode(layout, []byte(src), none)
			require.NoError(t, d.err)
			require.Empty(t, d.findings)
			require.Len(t, d.reads, 1)
			require.Equal(t, "70881234", d.reads[0].Meter())
			return d.reads[0].Status
		}
		require.Equal(t, meterread.NoRead, statuses(mvrs("0000000000", "", "", "000")))
		require.Equal(t, meterread.Reading, statuses(mvrs("0000000000", "11202026", "093015", "000")), "a zero that is dated is a reading")
		require.Equal(t, meterread.Skipped, statuses(mvrs("0000000000", "", "", "012")), "with a code that says why")
		require.Equal(t, meterread.Reading, statuses(mvrs("0000045210", "", "", "000")))
		undated := func(reading string) string { return strings.Replace(radix("104233", reading), "112026", "      ", 1) }
		d := decode(shipped(t, "smartfusion-a-radix1-reads"), []byte(undated("0")+undated("45210")+radix("104233", "0")), none)
		require.Empty(t, d.findings)
		require.Equal(t, []meterread.Status{meterread.NoRead, meterread.Reading, meterread.Reading}, []meterread.Status{d.reads[0].Status, d.reads[1].Status, d.reads[2].Status})
		require.Equal(t, []string{"", "45210", "0"}, d.digits())
	})
	run("M47 the meter stands in another field", func(t *testing.T) {
		src := []byte(cmep("", "1", "202611200800,R0,45210"))
		layout := shipped(t, "cmep-sensus-interval")
		d := decode(layout, src, none)
		require.Equal(t, []string{"NoMeter"}, d.codes())
		require.Contains(t, d.findings[0].String(), "meter's number is blank")
		require.Empty(t, d.reads)
		for _, set := range []string{"receiver_customer_id.role=meter_serial", "meter_id.index=6"} {
			d = decode(shipped(t, "cmep-sensus-interval", set), src, none)
			require.Empty(t, d.findings, set)
			require.Equal(t, "104233", d.reads[0].Meter(), set)
		}
	})
	run("M48 accounts are text", func(t *testing.T) {
		d := decode(shipped(t, "smartfusion-a-radix1-reads"), []byte(radix("006123", "45210")+radix("6123", "45210")), none)
		require.Equal(t, "006123", d.reads[0].Account())
		require.Equal(t, "6123", d.reads[1].Account())
	})
	run("M50 no such day in the year of the cycle", func(t *testing.T) {
		layout := shipped(t, "smartfusion-k2-sensus-notes-reads")
		d := decode(layout, []byte(k2("45210", "0229")), meterread.Options{CycleClose: civil.MustDate("2027-03-05")})
		require.Equal(t, []string{"BadDate"}, d.codes())
		require.Empty(t, d.reads)
		d = decode(layout, []byte(k2("45210", "0229")), meterread.Options{CycleClose: civil.MustDate("2028-03-05")})
		require.Equal(t, "2028-02-29", d.reads[0].At.String())
		d = decode(layout, []byte(k2("45210", "1231")), meterread.Options{CycleClose: civil.MustDate("2027-01-05")})
		require.Equal(t, "2026-12-31", d.reads[0].At.String(), "the latest year that is not after the close")
		d = decode(layout, []byte(k2("45210", "0105")), meterread.Options{CycleClose: civil.MustDate("2027-01-05")})
		require.Equal(t, "2027-01-05", d.reads[0].At.String())
		d = decode(layout, []byte(k2("45210", "0229")), none)
		require.Empty(t, d.findings)
		require.True(t, d.reads[0].At.IsZero(), "without a close of the cycle the date is blank")
		d = decode(layout, []byte(k2("45210", "1301")), none)
		require.Equal(t, []string{"BadDate"}, d.codes())
	})
	run("M57 stated and found groups", func(t *testing.T) {
		d := decode(shipped(t, "cmep-mepmd01"), []byte(cmep("1", "25", strings.TrimSuffix(strings.Repeat("202611200800,R0,45210,", 26), ","))+
			cmep("1", "1", "202611200800,R0,45210")), none)
		require.Equal(t, []string{"CountMismatch"}, d.codes())
		require.Contains(t, d.findings[0].What, "25")
		require.Contains(t, d.findings[0].What, "26")
		require.Equal(t, 1, d.findings[0].Pos.Line)
		require.Equal(t, []string{"45210"}, d.digits(), "the next line is still read")
	})
	run("M58 an empty end time", func(t *testing.T) {
		d := decode(shipped(t, "cmep-mepmd01"), []byte(cmep("1", "3", "202611202330,R0,45210,,R0,45215,,E,45217")), none)
		require.Empty(t, d.findings)
		require.Equal(t, "2026-11-21T00:30:00Z", d.reads[1].At.String())
		require.Equal(t, "2026-11-21T01:30:00Z", d.reads[2].At.String())
	})
	run("M60 quotes and a checksum", func(t *testing.T) {
		src := strings.Replace(cmep("1", "1", "202611200800,R0,45210,H1A2B"), "SENDER", `"CITY, WATER ""DEPT"""`, 1)
		d := decode(shipped(t, "cmep-mepmd01"), []byte(src), none)
		require.Empty(t, d.findings)
		require.Equal(t, []string{"45210"}, d.digits())
		sender, ok := d.reads[0].Field("sender_id")
		require.True(t, ok)
		require.Equal(t, `CITY, WATER "DEPT"`, sender)
	})
	run("M61 a short line", func(t *testing.T) {
		d := decode(shipped(t, "smartfusion-a-radix1-reads"), []byte("   012104233 45210  11\r\n"+radix("104233", "45247")), none)
		require.Equal(t, []string{"LineTooShort"}, d.codes())
		require.Equal(t, "f:1: LineTooShort: the line has 22 columns, and the layout needs 36; look whether the line is torn, and have it sent again", d.findings[0].String())
		require.Equal(t, []string{"45247"}, d.digits())
	})
	run("M62 what may stand behind a line", func(t *testing.T) {
		layout := shipped(t, "smartfusion-a-radix1-reads")
		line := strings.TrimSuffix(radix("104233", "45210"), "\r\n")
		for _, end := range []string{"\r", "\n", "\r\n", "   \r\n", "\x1a", "\r\n\x1a", "\r\r\n", "  \x1a\r\n"} {
			d := decode(layout, []byte(line+end), none)
			require.NoError(t, d.err)
			require.Empty(t, d.findings, "%q", end)
			require.Equal(t, []string{"45210"}, d.digits(), "%q", end)
		}
		d := decode(layout, []byte(line+"X\r\n"), none)
		require.Equal(t, []string{"LineTooLong"}, d.codes())
	})
	run("M63 what is no number", func(t *testing.T) {
		layout := shipped(t, "smartfusion-a-radix1-reads")
		for _, reading := range []string{"45 210", "4521O", "-12", "+45", "45.1"} {
			d := decode(layout, []byte(radix("104233", reading)+radix("104233", "45210")), none)
			require.Equal(t, []string{"NotNumeric"}, d.codes(), reading)
			require.Equal(t, []string{"45210"}, d.digits(), reading)
			require.NotContains(t, d.findings[0].String(), reading)
		}
		d := decode(layout, []byte(radix("104233", "45 210")), none)
		require.Equal(t, 16, d.findings[0].Pos.Col, "the column of the blank")
		d = decode(layout, []byte(radix("104233", "  45 21")), none)
		require.Equal(t, 18, d.findings[0].Pos.Col)
	})
	run("M65 columns in another order", func(t *testing.T) {
		layout := shipped(t, "badger-beacon-billing-read")
		straight := decode(layout, []byte("Account_ID,Location_ID,Service_Point_ID,Meter_ID,Register_Number,Endpoint_SN,Read_Method,Read,Read_Unit,Billing_Read\r\n"+
			"104233,L-77,,70881234,,81234567,AMR,45210,CUBIC_FEET,45200\r\n"), none)
		shuffled := decode(layout, []byte("Read_Unit,New_Column,Read,Meter_ID,Account_ID,Billing_Read,Endpoint_SN,Location_ID,Service_Point_ID,Register_Number,Read_Method\n"+
			"CUBIC_FEET,kept,45210,70881234,104233,45200,81234567,L-77,,,AMR\n"), none)
		require.Empty(t, shuffled.findings)
		a, b := straight.reads[0], shuffled.reads[0]
		for _, role := range []string{"account", "location", "meter_serial", "endpoint_id", "read_type", "unit", "billing_reading"} {
			require.Equal(t, a.Text(role), b.Text(role), role)
		}
		require.Equal(t, a.Digits, b.Digits)
		kept, ok := b.Field("New_Column")
		require.True(t, ok)
		require.Equal(t, "kept", kept)
	})
	run("M66 every fixed layout comes out as it went in", func(t *testing.T) {
		n := 0
		for _, id := range meterread.Shipped() {
			layout := shipped(t, id)
			if layout.Kind != meterread.Fixed && layout.Kind != meterread.Multirecord {
				continue
			}
			n++
			t.Run(id, func(t *testing.T) { roundTrip(t, shipped(t, id, sampleSettings[id]...)) })
		}
		require.Equal(t, 14, n)
	})
}

// roundTrip writes a file of a layout by its fields, reads it, writes it again, and changes one field of it.
func roundTrip(t *testing.T, layout *meterread.Layout) {
	src := fileOf(t, layout)
	d := decode(layout, src, meterread.Options{CycleClose: civil.MustDate("2026-11-30")})
	require.NoError(t, d.err)
	require.Empty(t, d.findings)
	require.Equal(t, string(src), written(t, layout, d))

	// The same bytes out of the fields' own texts, one after the other set anew.
	for i := range d.lines {
		line := &d.lines[i]
		raw := string(line.Raw().Bytes())
		for _, record := range layout.Records {
			if record.Type != line.Type() {
				continue
			}
			for _, f := range record.Fields {
				text, ok := line.Field(f.Name)
				if !ok || f.Type == "filler" || text == "" {
					continue
				}
				row := line.Row()
				require.NoError(t, row.Set(f.Name, text), f.Name)
				out := encodeRow(t, layout, row)
				lines := strings.SplitAfter(string(src), "\r\n")
				lines[i] = out
				again := decode(layout, []byte(strings.Join(lines, "")), meterread.Options{CycleClose: civil.MustDate("2026-11-30")})
				require.Empty(t, again.findings)
				got, _ := again.lines[i].Field(f.Name)
				require.Equal(t, text, got, f.Name)
				require.Len(t, out, len(raw))
				require.Equal(t, raw[:f.Start-1], out[:f.Start-1], "%s: nothing before it has changed", f.Name)
				require.Equal(t, raw[f.Start-1+f.Length:], out[f.Start-1+f.Length:], "%s: nothing behind it has changed", f.Name)
			}
		}
	}
}

func encodeRow(t *testing.T, layout *meterread.Layout, row *meterread.Row) string {
	t.Helper()
	var out strings.Builder
	require.NoError(t, meterread.Encode(&out, layout, func(yield func(*meterread.Row) bool) { yield(row) }))
	return out.String()
}

// fileOf is one line of each record of a layout, with every field filled, and something in the columns that no field takes.
func fileOf(t *testing.T, layout *meterread.Layout) []byte {
	var out strings.Builder
	for _, record := range layout.Records {
		row, err := layout.NewRow(record.Type)
		require.NoError(t, err)
		for _, f := range record.Fields {
			text := strings.Repeat("7", min(f.Length, 3))
			switch {
			case f.Type == "const" || f.Type == "filler" || f.Counts != "":
				continue
			case f.Type == "date" && len(f.Format) == 2:
				text = map[string]string{"MM": "11", "DD": "20"}[f.Format]
			case f.Type == "date":
				require.NoError(t, row.SetDate(f.Name, civil.MustDate("2026-11-20")))
				continue
			case f.Type == "time":
				text = "093015"
			case f.Type == "text" && f.Length > 2:
				text = "A b"
			}
			require.NoError(t, row.Set(f.Name, text))
		}
		line := []byte(strings.TrimSuffix(encodeRow(t, layout, row), "\r\n"))
		taken := make([]bool, len(line)+10)
		for _, f := range record.Fields {
			for i := range f.Length {
				taken[f.Start-1+i] = f.Type != "filler"
			}
		}
		for i := range line {
			if !taken[i] {
				line[i] = "xyz"[i%3]
			}
		}
		out.Write(line)
		out.WriteString("\r\n")
	}
	return []byte(out.String())
}
