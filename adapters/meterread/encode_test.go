package meterread_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/private"
	"github.com/headgate-dev/headgate/billing/problem"
)

func rows(rows ...*meterread.Row) func(func(*meterread.Row) bool) {
	return func(yield func(*meterread.Row) bool) {
		for _, row := range rows {
			if !yield(row) {
				return
			}
		}
	}
}

func newRow(t *testing.T, layout *meterread.Layout, typ string, set ...string) *meterread.Row {
	t.Helper()
	row, err := layout.NewRow(typ)
	require.NoError(t, err)
	for _, s := range set {
		field, text, _ := strings.Cut(s, "=")
		require.NoError(t, row.Set(field, text))
	}
	return row
}

func TestRouteFileIsWrittenByColumns(t *testing.T) {
	layout := shipped(t, "itron-mvrs-download")
	name, err := private.NewName("Jane Doe")
	require.NoError(t, err)
	customer := newRow(t, layout, "CUS", "route=012", "meter_count=1", "account=104233")
	require.NoError(t, customer.SetName("name", name))
	meter := newRow(t, layout, "MTR", "route=012", "meter_number=70881234", "sequence=120", "read_count=1")
	reading := newRow(t, layout, "RDG", "route=012", "dials=6", "previous_reading=44890")
	var out strings.Builder
	require.NoError(t, meterread.Encode(&out, layout, rows(customer, meter, reading)))
	d := decode(layout, []byte(out.String()), none)
	require.NoError(t, d.err)
	require.Empty(t, d.findings)
	require.Len(t, d.lines, 3)
	got, err := d.lines[0].Name()
	require.NoError(t, err)
	require.Equal(t, private.Reveal(name).Text(), private.Reveal(got).Text())
	require.Equal(t, "70881234", d.lines[1].Meter())
	require.Contains(t, out.String(), "00000120", "a number is filled as the layout says")
	require.Contains(t, out.String(), "0000044890")
}

func TestRouteOfCellsHasItsHeading(t *testing.T) {
	layout := shipped(t, "smartearth-route")
	var out strings.Builder
	require.NoError(t, meterread.Encode(&out, layout, rows(newRow(t, layout, "", "Meter Number=70881234", "Customer Name=DOE, \"JANE\"", "Commodity Type=W"))))
	require.Equal(t, "Meter Number,SET Flow ID,Billing Identifier,Commodity Type,Customer Name,Street Name,City,State,Postal Code,Location Number,Route Number,Service Point Id\r\n"+
		"70881234,,,W,\"DOE, \"\"JANE\"\"\",,,,,,,\r\n", out.String())
	d := decode(layout, []byte(out.String()), none)
	require.Empty(t, d.findings)
	require.Equal(t, "70881234", d.lines[1].Meter())
}

// TestChangedRowKeepsTheRest sets one cell anew: the quotes of the others stay.
func TestChangedRowKeepsTheRest(t *testing.T) {
	layout := shipped(t, "badger-beacon-billing-read")
	src := "\"Meter_ID\",\"New\",\"Account_ID\",\"Read\"\n\"70881234\",\"a \"\"b\"\", c\",1,\"45210\"\n"
	d := decode(layout, []byte(src), none)
	row := d.lines[1].Row()
	require.NoError(t, row.Set("Read", "45211"))
	require.Equal(t, "\"70881234\",\"a \"\"b\"\", c\",1,45211\n", encodeRow(t, layout, row))
	require.Equal(t, src, written(t, layout, d))
}

func TestNothingIsCutAndNothingMadeUp(t *testing.T) {
	layout := shipped(t, "smartfusion-k2-sensus-notes-route")
	row := newRow(t, layout, "")
	for name, test := range map[string]struct {
		field, text string
		code        problem.Code
	}{
		"too long": {"account", "1042331", meterread.ErrRow}, "constant": {"read_code", "X", meterread.ErrRow}, "line end": {"note", "a\nb", meterread.ErrRow},
		"no field": {"acct", "1", meterread.ErrNoLayout},
	} {
		require.ErrorIs(t, row.Set(test.field, test.text), test.code, name)
	}
	require.ErrorIs(t, newRow(t, shipped(t, "smartfusion-a-radix1-reads"), "").Set("route", "-1"), meterread.ErrRow)
	require.ErrorIs(t, row.SetDate("account", civil.MustDate("2026-11-20")), meterread.ErrRow)
	require.ErrorIs(t, newRow(t, shipped(t, "smartfusion-usage-file"), "").SetDate("read_date", civil.MustDate("1999-11-20")), meterread.ErrRow, "YY is 2000 to 2099")
	require.Equal(t, "M", encodeRow(t, layout, row)[128:129], "a constant is written as it is")
	require.NotContains(t, fmt.Sprintf("%+v", newRow(t, layout, "", "name=DOE JANE")), "DOE")
	_, err := layout.NewRow("XYZ")
	require.ErrorIs(t, err, meterread.ErrNoLayout)
	_, err = shipped(t, "cmep-mepmd01").NewRow("")
	require.ErrorIs(t, err, meterread.ErrRow)

	d := decode(shipped(t, "cmep-mepmd01"), []byte(cmep("1", "1", "202611200800,R0,45210")), none)
	group := d.reads[0].Row()
	require.NoError(t, group.Set("value", "1"))
	require.ErrorIs(t, meterread.Encode(io.Discard, shipped(t, "cmep-mepmd01"), rows(group)), meterread.ErrRow)
}

// full is a place that takes nothing.
type full struct{}

var errFull = errors.New("the disk is full")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestFailureToWriteIsTold(t *testing.T) {
	layout := shipped(t, "smartfusion-a-radix1-reads")
	require.ErrorIs(t, meterread.Encode(full{}, layout, rows(newRow(t, layout, ""))), errFull)
	for _, id := range []string{"smartearth-route", "smartfusion-usage-file"} {
		layout := shipped(t, id)
		var many []*meterread.Row
		for range 100 {
			many = append(many, newRow(t, layout, ""))
		}
		require.ErrorIs(t, meterread.Encode(full{}, layout, rows(many...)), errFull)
	}
}

// TestFormatsOfDates reads dates in the formats that layouts have.
func TestFormatsOfDates(t *testing.T) {
	layout := func(format, zone string) *meterread.Layout {
		src := "id: l\ntitle: t\ndirection: from_field\nkind: csv\ncompleteness: full\nsource: s\nrecords:\n  - type: '*'\n    fields:\n" +
			"      - {name: meter, index: 1, type: text, role: meter_serial}\n      - {name: reading, index: 2, type: int, role: reading}\n" +
			"      - {name: at, index: 3, type: datetime, role: read_at"
		if format != "" {
			src += ", format: '" + format + "'"
		}
		if zone != "" {
			src += ", zone: '" + zone + "'"
		}
		l, err := meterread.Parse("l.yaml", []byte(src+"}\n"))
		require.NoError(t, err)
		return l
	}
	for _, test := range []struct{ format, zone, text, want string }{
		{"YYYYMMDD", "", "20261120", "2026-11-20"}, {"MMDDYY", "", "112026", "2026-11-20"}, {"YYMMDD", "", "991120", "2099-11-20"},
		{"CCYYMMDDHHMM", "UTC", "202611200859", "2026-11-20T08:59:00Z"}, {"YYYY-MM-DD HH:mm", "site local, no offset", "2024-08-01 00:59", "2024-08-01T00:59:00"},
		{"YYYY-MM-DD HH:mm:ss.SSS", "UTC", "2025-05-25 16:00:00.250", "2025-05-25T16:00:00.250Z"}, {"YYYY-MM-DDTHH:mm:ss", "", "2026-11-20T08:00:00", "2026-11-20T08:00:00"},
		{"MMDDYYYYHHMMSS", "", "11202026235959", "2026-11-20T23:59:59"}, {"", "", "2026-11-20T08:00:00.5+01:00", "2026-11-20T07:00:00.500Z"},
		{"", "", "2026-11-20", "2026-11-20"}, {"", "", "2026-11-20 08:00", "2026-11-20T08:00:00"}, {"", "", "2026-11-20T08:00:00Z", "2026-11-20T08:00:00Z"},
		{"YYYYMMDD", "", "20270229", ""}, {"YYYYMMDD", "", "2026112", ""}, {"YYYYMMDD", "", "2026112O", ""}, {"CCYYMMDDHHMM", "UTC", "202611202400", ""},
		{"CCYYMMDDHHMM", "UTC", "202611200860", ""}, {"YYYY-MM-DD HH:mm", "", "2026/11/20 08:00", ""}, {"", "", "11/20/2026", ""}, {"MMDDYY", "", "201126", ""},
		{"YYYYMMDD", "", "00000000", ""},
	} {
		d := decode(layout(test.format, test.zone), []byte("1,2,"+test.text+"\n"), none)
		if test.want == "" {
			require.Equal(t, []string{"BadDate"}, d.codes(), test.text)
			continue
		}
		require.Empty(t, d.findings, test.text)
		require.Equal(t, test.want, d.reads[0].At.String())
	}
	for _, bad := range []string{"YYYYYY", "MMDDMM", "YYYY-YY", "DD.MMM.YY", "abc"} {
		_, err := shipped(t, "smartearth-reads").Set("Meter Read Date.format", bad)
		require.ErrorIs(t, err, meterread.ErrFormat, bad)
	}
}

// TestLastLineWithoutEndIsNotGlued writes a row behind one that was the last of its file, and had no line end there.
func TestLastLineWithoutEndIsNotGlued(t *testing.T) {
	layout := shipped(t, "smartfusion-a-radix1-reads")
	for _, end := range []string{"\r\n", "\n"} {
		first, last := strings.TrimSuffix(radix("104233", "45210"), "\r\n"), strings.TrimSuffix(radix("104234", "45211"), "\r\n")
		d := decode(layout, []byte(first+end+last), none)
		require.Len(t, d.lines, 2)
		require.Equal(t, first+end+last, written(t, layout, d), "nothing follows the last line")
		changed := d.lines[1].Row()
		require.NoError(t, changed.Set("account", "104235"))
		for _, row := range []*meterread.Row{d.lines[1].Row(), changed} {
			var out strings.Builder
			require.NoError(t, meterread.Encode(&out, layout, rows(d.lines[0].Row(), row, d.lines[0].Row(), newRow(t, layout, "", "account=104236"))))
			again := decode(layout, []byte(out.String()), none)
			require.Len(t, again.lines, 4)
			require.Equal(t, 4, strings.Count(out.String(), "\n"))
			require.Equal(t, "104233", again.lines[2].Account())
			require.Contains(t, out.String(), end+first+end)
		}
	}
	cells := shipped(t, "smartearth-route")
	d := decode(cells, []byte("70881234,,,W,,,,,,,,"), none)
	var out strings.Builder
	require.NoError(t, meterread.Encode(&out, cells, rows(d.lines[0].Row(), newRow(t, cells, "", "Meter Number=7099"))))
	require.Equal(t, "70881234,,,W,,,,,,,,\r\n7099,,,,,,,,,,,\r\n", out.String())
}

// TestColumnThatTheHeadingLacksIsNotDropped sets a field that the file has no column for.
func TestColumnThatTheHeadingLacksIsNotDropped(t *testing.T) {
	layout := shipped(t, "badger-beacon-billing-read")
	d := decode(layout, []byte("Read,Meter_ID,Account_ID,New\n3,2,1,x\n"), none)
	row := d.lines[1].Row()
	require.ErrorIs(t, row.Set("Read_Unit", "GAL"), meterread.ErrRow)
	require.NoError(t, row.Set("Read", "4"))
	require.Equal(t, "4,2,1,x\n", encodeRow(t, layout, row))

	fresh := newRow(t, layout, "", "Read=5", "Meter_ID=7", "Account_ID=6")
	var out strings.Builder
	require.NoError(t, meterread.Encode(&out, layout, rows(d.lines[0].Row(), row, fresh)))
	require.Equal(t, "Read,Meter_ID,Account_ID,New\n4,2,1,x\n5,7,6,\r\n", out.String(), "a new row behind rows of a file has the columns of that file")
	require.NoError(t, fresh.Set("Read_Unit", "GAL"))
	require.ErrorIs(t, meterread.Encode(io.Discard, layout, rows(d.lines[0].Row(), row, fresh)), meterread.ErrRow)
	again := encodeRow(t, layout, fresh)
	require.Contains(t, again, ",GAL,")
	require.Equal(t, "GAL", decode(layout, []byte(again), none).reads[0].UnitText(), "a file that is written anew has all columns")
}
