package meterread_test

import (
	"fmt"
	"os"
	"strings"
	"testing/fstest"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/private"
)

func layoutText(id string) ([]byte, error) { return os.ReadFile("layouts/" + id + ".yaml") }

// A file that a handheld brought back: each line gives a read or a finding, and the bad one does not lose the rest.
func Example() {
	file := "   012104233 45210  11202670881234  \r\n" +
		"   012104234 45 247 11202670881235  \r\n" +
		"   012104235 0      11202670881236  \r\n" +
		"   012104236        11202670881237  \r\n"
	layout, err := meterread.ShippedLayout("smartfusion-a-radix1-reads")
	if err != nil {
		fmt.Println(err)
		return
	}
	for item, err := range meterread.Decode(layout, strings.NewReader(file), meterread.Options{File: "reads.txt"}) {
		switch {
		case err != nil:
			fmt.Println(err)
			return
		case item.Finding != nil:
			fmt.Println(item.Finding)
		case item.Summary != nil:
			fmt.Println(item.Summary.Lines, "lines,", item.Summary.Reads, "reads,", item.Summary.NoReads, "not read")
		default:
			r := item.Read
			fmt.Printf("%d %s %s %s %s %q\n", r.Line, r.Account(), r.Meter(), r.At, r.Status, r.Digits)
		}
	}
	// Output:
	// 1 104233 70881234 2026-11-20 read "45210"
	// reads.txt:2:16: NotNumeric: reading: a blank stands inside the number; look at the line, and read the meter again where the number is lost
	// 3 104235 70881236 2026-11-20 read "0"
	// 4 104236 70881237 2026-11-20 no_read ""
	// 4 lines, 2 reads, 1 not read
}

// What a vendor does not publish, the site says.
func ExampleLayout_Set() {
	layout, err := meterread.ShippedLayout("smartearth-reads")
	if err != nil {
		fmt.Println(err)
		return
	}
	file := "70881234,L-77,W,45210,20261120\n"
	for _, err := range meterread.Decode(layout, strings.NewReader(file), meterread.Options{}) {
		fmt.Println(err)
	}
	layout, err = layout.Set("Meter Read Date.format", "YYYYMMDD")
	if err != nil {
		fmt.Println(err)
		return
	}
	for item, err := range meterread.Decode(layout, strings.NewReader(file), meterread.Options{}) {
		if err == nil && item.Read.Status == meterread.Reading {
			fmt.Println(item.Read.Meter(), item.Read.At, item.Read.Digits)
		}
	}
	// Output:
	// layouts/smartearth-reads.yaml:14:9: E_UNSTATED: Meter Read Date.format: in which order the date is written is not published, and the site has not said it; set it, as in Set("Meter Read Date.format", "MMDDYY")
	// 70881234 2026-11-20 45210
}

// A handheld that nobody here knows is a file of a few lines.
func ExampleLoad() {
	site := fstest.MapFS{"mine.yaml": {Data: []byte(`
id: mine
title: The district's own handheld
direction: from_field
kind: fixed
completeness: full
source: its manual, page 12
records:
  - type: '*'
    length: 19
    columns_covered: contiguous
    fields:
      - {name: meter, start: 1, length: 8, type: text, role: meter_serial}
      - {name: reading, start: 9, length: 7, type: int, justify: right, pad: '0', role: reading, decimals: 1}
      - {name: month, start: 16, length: 2, type: date, format: MM, role: read_month}
      - {name: day, start: 18, length: 2, type: date, format: DD, role: read_day}
`)}}
	layout, err := meterread.Load(site, "mine.yaml")
	if err != nil {
		fmt.Println(err)
		return
	}
	options := meterread.Options{CycleClose: civil.MustDate("2027-01-05")}
	for item, err := range meterread.Decode(layout, strings.NewReader("7088123400452101231\n"), options) {
		if err == nil && item.Summary == nil {
			fmt.Println(item.Read.Meter(), item.Read.At, item.Read.Number)
		}
	}
	// Output:
	// 70881234 2026-12-31 4521
}

// Every fault of a layout is told at once.
func ExampleParse() {
	_, err := meterread.Parse("mine.yaml", []byte(`
id: mine
title: The district's own handheld
direction: from_field
kind: fixed
completeness: full
source: its manual, page 12
records:
  - type: '*'
    length: 19
    columns_covered: contiguous
    fields:
      - {name: meter, start: 1, length: 8, type: text, role: meter_serial}
      - {name: reading, start: 8, length: 7, type: int, role: reading}
      - {name: note, start: 16, length: 4, type: text, role: reading}
`))
	fmt.Println(err)
	// Output:
	// mine.yaml:14:9: E_OVERLAP: records[0].reading: column 8 is taken by the field before; correct the start, or the length before
	// mine.yaml:15:9: E_GAP: records[0].note: no field takes columns 15 to 15; correct the start, add a filler, or call the record sparse
	// mine.yaml:15:9: E_ROLE_TWICE: records[0].note.role: the role reading stands on another field of the record; take one of them out
}

// A route file for the handheld. Nothing is cut: a name that is too long is refused.
func ExampleEncode() {
	layout, err := meterread.ShippedLayout("smartfusion-a-radix1-route")
	if err != nil {
		fmt.Println(err)
		return
	}
	home, err := private.NewAddress("11 RESERVATION RD\nMARINA")
	if err != nil {
		fmt.Println(err)
		return
	}
	row, err := layout.NewRow("")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(row.Set("route", "12"), row.Set("account", "104233"), row.Set("note", "DOG"))
	fmt.Println(row.SetAddress("address", home))
	home, _ = private.NewAddress("11 RESERVATION")
	fmt.Println(row.SetAddress("address", home))
	var file strings.Builder
	err = meterread.Encode(&file, layout, func(yield func(*meterread.Row) bool) { yield(row) })
	fmt.Printf("%.40q %d bytes %v\n", file.String(), file.Len(), err)
	// Output:
	// <nil> <nil> <nil>
	// E_ROW: address: the text has 24 bytes and the field 16; shorten it; nothing is cut here
	// <nil>
	// "01210423311 RESERVATION  DOG            " 120 bytes <nil>
}
