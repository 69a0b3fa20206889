package meterread

import (
	"bytes"
	"fmt"
	"io"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/private"
)

// everything is all that a stream gives, and how many of its reads took no memory of their own. Reads are looked at when the file is at its end,
// as those who keep them do.
func everything(t require.TestingT, layout *Layout, src io.Reader, long bool) (out []string, placed int) {
	p, err := newPlan(layout)
	require.NoError(t, err)
	d := &decoder{plan: p, options: Options{File: "f", CycleClose: civil.MustDate("2027-02-10")}, lines: newLines(src), delimiter: ',', long: long}
	var items []Item
	d.yield = func(item Item, err error) bool {
		require.NoError(t, err)
		items = append(items, item)
		return true
	}
	if e := d.lines.begin(); e != nil { // what begins with zeros is no text
		return append(out, e.Error()), 0
	}
	require.NoError(t, d.run())
	for i := range items {
		if f := items[i].Finding; f != nil {
			out = append(out, fmt.Sprintf("%s kept %t %q", f, f.Kept, f.Raw().Bytes()))
			continue
		}
		r := &items[i].Read
		if r.content == nil {
			placed++
		}
		out = append(out, allOf(layout, r))
	}
	return append(out, fmt.Sprintf("%+v", d.sum)), placed
}

// allOf is all that a read tells.
func allOf(layout *Layout, r *Read) string {
	text := fmt.Sprintf("%s first %t mismatch %t status %d number %s at %+v raw %q", r, r.First, r.Mismatch, r.Status, r.Number, r.At, r.Raw().Bytes())
	for _, role := range []string{"account", "meter_serial", "register_id", "route", "sequence", "read_date", "reading", "name", "read_reason"} {
		quantity, err := r.Quantity(role)
		text += fmt.Sprintf("|%s=%q %s %v %s", role, r.Text(role), quantity, err != nil, r.Meaning(role))
	}
	name, err := r.Name()
	text += fmt.Sprintf("|%s %v", private.Reveal(name).Text(), err)
	address, err := r.Address()
	text += fmt.Sprintf("|%s %v", private.Reveal(address).Text(), err)
	for _, field := range []string{"record_type", "meter_number", "meter_count", "address", "reading"} {
		value, ok := r.Field(field)
		text += fmt.Sprintf("|%q %t", value, ok)
	}
	use, ok := r.Interval()
	_, unitErr := r.Unit()
	text += fmt.Sprintf("|%q %s %t %q %v", r.Codes(), use, ok, r.UnitText(), unitErr)
	for s := range slots {
		found, f, _ := r.find(s)
		text += fmt.Sprintf("|%q %t", found, f != nil)
	}
	rows := 0
	for range r.rows {
		rows++
	}
	var b bytes.Buffer
	err = Encode(&b, layout, slices.Values([]*Row{r.Row()}))
	return fmt.Sprintf("%s|%d %q %v", text, rows, b.String(), err)
}

// groupLines are lines in order of layouts with groups, by the type with which they begin.
var groupLines = map[string][]string{
	"itron-mvrs-upload": {
		"FHD    001000003000003000003" + strings.Repeat(" ", 98),
		fmt.Sprintf("CUS%-8s001%-20s%-20s%-40s000%29s", "012", "104233", "DOE JANE", "11 RESERVATION RD", ""),
		fmt.Sprintf("MTR%-8s001%03d%14s%-14s%-12s%04d%08d%57s", "012", 0, "", "81234567", "70881234", 0, 120, ""),
		fmt.Sprintf("RDG%-8s%4s %03d%03d%03d %06d%d%010d%04d11202026093005K%64s", "012", "", 0, 0, 0, 1, 0, 45210, 1, ""),
		fmt.Sprintf("RDG%-8s%4s %03d%03d%03d %06d%d%010d%04d11212026093005K   0131%58s", "012", "", 0, 0, 1, 1, 0, 0, 1, ""),
		fmt.Sprintf("CUS%-8s001%-20s%-20s%-40s000%29s", "012", "", "", "", ""), // nobody's
		fmt.Sprintf("MTR%-8s002%03d%14s%-14s%-12s%04d%08d%57s", "012", 0, "", "", "", 0, 120, ""),
		fmt.Sprintf("RDG%-8s%4s %03d%03d%03d %06d%d%010d%04d%14sK%64s", "012", "", 0, 0, 0, 1, 0, 0, 1, "", ""), // not read
		fmt.Sprintf("RDG%-8s%4s %03d%03d%03d %06d%d%010d%04d%8s093005K%64s", "012", "", 0, 0, 0, 1, 0, 45210, 1, "", ""),
		"CSX" + strings.Repeat("x", 40), "CHD", "RTR" + strings.Repeat(" ", 123), "CUX" + strings.Repeat(" ", 123), "",
	},
	"neptune-s-equinox-reads": {
		"RTEHD                  20261119",
		fmt.Sprintf("PRMDT%98s%-20s", "", "104233"),
		fmt.Sprintf("MTRDT%06d%06d%20s%-20s", 120, 0, "", "70881234"),
		fmt.Sprintf("RDGDT%44s06%37s%-10s", "", "", "45210"),
		fmt.Sprintf("RDGDT%44s06%37s%-10s", "", "", ":::::"),
		"ORDST20261120", "XXXXX", "RTEHD                  20261121",
	},
	"with-dates": {"01A104233 0220261120", "02B  4521070881234  ", "03B      070881234  ", "04A       00        "},
}

// withDates is a layout of three types of records, whose day stands on a record that encloses the readings, and which has no constants.
const withDates = `
id: with-dates
title: A day above its readings
direction: from_field
kind: fixed-multirecord
completeness: full
source: 'of this test'
records:
  - type: A
    length: 20
    match: {start: 3, length: 1, value: A}
    columns_covered: contiguous
    fields:
      - {name: mark, start: 1, length: 3, type: text}
      - {name: account, start: 4, length: 7, type: text, role: account}
      - {name: n, start: 11, length: 2, type: int, justify: right, pad: '0', decimals: 1, counts: B}
      - {name: read_date, start: 13, length: 8, type: date, format: YYYYMMDD, role: read_date}
  - type: B
    parent: A
    emits: reading
    length: 20
    match: {start: 3, length: 1, value: B}
    columns_covered: contiguous
    fields:
      - {name: mark, start: 1, length: 3, type: text}
      - {name: reading, start: 4, length: 7, type: int, justify: right, pad: ' ', role: reading, decimals: 1}
      - {name: meter, start: 11, length: 10, type: text, role: meter_serial}
`

func groupLayout(t require.TestingT, id string) *Layout {
	if id == "with-dates" {
		layout, err := Parse("with-dates.yaml", []byte(withDates))
		require.NoError(t, err)
		return layout
	}
	layout, err := ShippedLayout(id)
	require.NoError(t, err)
	return layout
}

// TestLanesGiveWhatTheLongRoadDoes has groups in order and in every disorder: lines that are missing, twice, of other types, torn, with other bytes, and
// files of many chunks, so that a line stands in another one than those that enclose it.
func TestLanesGiveWhatTheLongRoadDoes(t *testing.T) {
	for id, lines := range groupLines {
		t.Run(id, func(t *testing.T) {
			const odd = "0123456789   :-+.MCUSTRDGX\x1a\r\t\x00\xd1\n"
			layout := groupLayout(t, id)
			rapid.Check(t, func(t *rapid.T) {
				var src strings.Builder
				random := rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed")))
				end := rapid.SampledFrom([]string{"\r\n", "\n", "\r", "\r\r\n"}).Draw(t, "end")
				wrong := rapid.SampledFrom([]int{0, 1, 10, 100}).Draw(t, "of a thousand lines, so many are changed")
				next := 0
				for range rapid.SampledFrom([]int{1, 3, 10, 600}).Draw(t, "lines") {
					if next++; random.Intn(1000) < 30+wrong || next >= min(5, len(lines)) {
						next = random.Intn(len(lines))
					}
					text := []byte(lines[next])
					for len(text) > 0 && random.Intn(1000) < 3*wrong {
						text[random.Intn(len(text))] = odd[random.Intn(len(odd))]
					}
					if random.Intn(1000) < wrong {
						text = text[:random.Intn(len(text)+1)]
					}
					if random.Intn(1000) < wrong {
						text = append(text, lines[random.Intn(len(lines))]...)
					}
					src.Write(text)
					if random.Intn(1000) >= wrong {
						src.WriteString(end)
					} else {
						src.WriteString([]string{"\r\n", "\n", "\r", "  \r\n", "\x1a\n", ""}[random.Intn(6)])
					}
				}
				want, none := everything(t, layout, strings.NewReader(src.String()), true)
				require.Zero(t, none)
				got, _ := everything(t, layout, strings.NewReader(src.String()), false)
				require.Equal(t, want, got)
				got, _ = everything(t, layout, iotest.HalfReader(strings.NewReader(src.String())), false)
				require.Equal(t, want, got)
			})
		})
	}
}

// TestFlatTellsWhatTheLongRoadDoes is the same for layouts of one record, with all that a read tells.
func TestFlatTellsWhatTheLongRoadDoes(t *testing.T) {
	for _, id := range []string{"smartfusion-a-radix1-reads", "smartfusion-k3-sensus-notes-reads"} {
		layout, err := ShippedLayout(id)
		require.NoError(t, err)
		line := "   012104233 45210  11202670881234  "
		if id != "smartfusion-a-radix1-reads" {
			line = fmt.Sprintf("%-12d%-15d%15sM%-9d1120DO%-10d %-11s%-11s", 7, 70_000_000, "", 45210, 80_000_000, "36.684400", "-121.80220")
		}
		src := strings.Repeat(line+"\r\n", 2000) + line[1:] + "\r\n" + strings.Repeat(line+"\n", 10)
		want, none := everything(t, layout, strings.NewReader(src), true)
		require.Zero(t, none)
		got, placed := everything(t, layout, strings.NewReader(src), false)
		require.Equal(t, want, got)
		require.Equal(t, 2010, placed, "the lines in order take no memory of their own")
	}
}

// TestLanesAreTaken has a file in order: a read of it takes no memory of its own, though its customer stands in a chunk before.
func TestLanesAreTaken(t *testing.T) {
	lines := groupLines["itron-mvrs-upload"]
	group := strings.Join(lines[2:4], "\r\n") + "\r\n"
	src := lines[1] + "\r\n" + strings.Repeat(group, 1000)
	want, none := everything(t, groupLayout(t, "itron-mvrs-upload"), strings.NewReader(src), true)
	require.Zero(t, none)
	got, placed := everything(t, groupLayout(t, "itron-mvrs-upload"), strings.NewReader(src), false)
	require.Equal(t, want, got)
	require.Equal(t, 1+3*1000, placed)
	// A group beyond its bound ends, by whichever way its lines came.
	src = strings.Join(lines[1:3], "\r\n") + "\r\n" + strings.Repeat(lines[3]+"\r\n", maxGroup+10)
	want, _ = everything(t, groupLayout(t, "itron-mvrs-upload"), strings.NewReader(src), true)
	require.Contains(t, strings.Join(want, "\n"), "GroupTooLong")
	got, _ = everything(t, groupLayout(t, "itron-mvrs-upload"), strings.NewReader(src), false)
	require.Equal(t, want, got)
}

// TestLinesAreCutTogetherAsOneByOne has every kind of end at every place.
func TestLinesAreCutTogetherAsOneByOne(t *testing.T) {
	cut := func(src io.Reader, single bool) (out []string) {
		l := newLines(src)
		l.single = single
		require.Nil(t, l.begin())
		for {
			raw, long, ok := l.next()
			if !ok {
				return out
			}
			out = append(out, fmt.Sprintf("%d %t %q", l.line, long, raw))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		random := rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed")))
		width := rapid.IntRange(0, 9).Draw(t, "width")
		wrong := rapid.SampledFrom([]int{0, 1, 50}).Draw(t, "wrong")
		var src strings.Builder
		for range rapid.SampledFrom([]int{3, 300, 8000}).Draw(t, "lines") {
			text := []byte(strings.Repeat("a", width) + "\r\n")
			if random.Intn(1000) < wrong {
				text[random.Intn(len(text))] = "\r\na\x1a"[random.Intn(4)]
			}
			if random.Intn(1000) < wrong {
				text = text[random.Intn(len(text)):]
			}
			src.Write(text)
		}
		want := cut(strings.NewReader(src.String()), true)
		require.Equal(t, want, cut(strings.NewReader(src.String()), false))
		require.Equal(t, want, cut(iotest.HalfReader(strings.NewReader(src.String())), false))
	})
}
