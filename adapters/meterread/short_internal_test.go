package meterread

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// oneRecord is a layout of columns of one record.
func oneRecord(t require.TestingT, length int, fields string) *Layout {
	layout, err := Parse("own.yaml", []byte(fmt.Sprintf("id: own\ntitle: Own\ndirection: from_field\nkind: fixed\ncompleteness: full\nsource: the district\n"+
		"records:\n  - type: '*'\n    length: %d\n    columns_covered: contiguous\n    fields:\n%s", length, fields)))
	require.NoError(t, err)
	return layout
}

// TestShortWayTakesNoLineThatTheLongRoadRefuses has what a field may be besides a number behind blanks: each line is read both ways, by layouts that do
// take the short way.
func TestShortWayTakesNoLineThatTheLongRoadRefuses(t *testing.T) {
	meter := "      - {name: meter, start: 1, length: 8, type: text, role: meter_serial}\n"
	for name, c := range map[string]struct {
		layout *Layout
		lines  []string
		says   []string // parts of what comes of each line
	}{
		"nobody's": {
			oneRecord(t, 14, meter+"      - {name: reading, start: 9, length: 6, type: int, role: reading}\n"),
			[]string{"70881234 45210", "         45210", "\t        45210"}, []string{"read", "NoMeter", "NoMeter"},
		},
		"a meter that is none": {
			oneRecord(t, 14, strings.Replace(meter, "type: text", "type: text, 'null': '00000000'", 1)+"      - {name: reading, start: 9, length: 6, type: int, role: reading}\n"),
			[]string{"70881234 45210", "00000000 45210"}, []string{"read", "NoMeter"},
		},
		"a number beyond what is kept": {
			oneRecord(t, 34, meter+"      - {name: reading, start: 9, length: 26, type: int, role: reading}\n"),
			[]string{"70881234" + fmt.Sprintf("%26s", "45210"), "70881234" + fmt.Sprintf("%26s", "18446744073709551626"), "70881234" + strings.Repeat("9", 26)},
			[]string{"read", "NotNumeric", "NotNumeric"},
		},
		"stars behind": {
			oneRecord(t, 14, meter+"      - {name: reading, start: 9, length: 6, type: int, pad: '*', role: reading}\n"),
			[]string{"7088123445210*", "70881234******", "7088123445210 ", "70881234*45210"}, []string{"read", "no_read", "read", "NotNumeric"},
		},
		"a reading that is none": {
			oneRecord(t, 14, meter+"      - {name: reading, start: 9, length: 6, type: int, justify: right, pad: '0', 'null': '999999', role: reading}\n"),
			[]string{"70881234045210", "70881234999999"}, []string{"read", "no_read"},
		},
		"a default": {
			oneRecord(t, 18, meter+"      - {name: reading, start: 9, length: 6, type: int, role: reading}\n"+
				"      - {name: times, start: 15, length: 4, type: int, role: multiplier, default: '1O'}\n"),
			[]string{"70881234 45210  10", "70881234 45210    "}, []string{"read", "NotNumeric"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := newPlan(c.layout)
			require.NoError(t, err)
			require.NotNil(t, (&decoder{plan: p}).newFlat(), "the layout takes the short way")
			for i, line := range c.lines {
				src := strings.Repeat(c.lines[0]+"\n", 3) + line + "\n"
				want, _ := everything(t, c.layout, strings.NewReader(src), true)
				got, _ := everything(t, c.layout, strings.NewReader(src), false)
				require.Equal(t, want, got, "%q", line)
				require.Contains(t, want[3], c.says[i], "%q", line)
			}
		})
	}
}

// TestAFieldBeyondTheLineTakesTheLongRoad has a site that has moved a field behind the end of what its lines must have.
func TestAFieldBeyondTheLineTakesTheLongRoad(t *testing.T) {
	layout := oneRecord(t, 14, "      - {name: meter, start: 1, length: 8, type: text, role: meter_serial}\n      - {name: reading, start: 9, length: 6, type: int, role: reading}\n")
	p, err := newPlan(layout)
	require.NoError(t, err)
	p.records[0].fields[1].end = 20
	require.Nil(t, (&decoder{plan: p}).newFlat())
}

// fourLevels is a layout in which three records enclose a reading, each with an identity of its own.
const fourLevels = `
id: four
title: Four levels
direction: from_field
kind: fixed-multirecord
completeness: full
source: 'of this test'
records:
  - {type: R, length: 12, match: {start: 1, length: 1, value: R}, columns_covered: contiguous, fields: [{name: mark, start: 1, length: 1, type: text},
     {name: route, start: 2, length: 11, type: text, role: route}]}
  - {type: A, parent: R, length: 12, match: {start: 1, length: 1, value: A}, columns_covered: contiguous, fields: [{name: mark, start: 1, length: 1, type: text},
     {name: account, start: 2, length: 11, type: text, role: account}]}
  - {type: M, parent: A, length: 12, match: {start: 1, length: 1, value: M}, columns_covered: contiguous, fields: [{name: mark, start: 1, length: 1, type: text},
     {name: meter, start: 2, length: 11, type: text, role: meter_serial}]}
  - {type: G, parent: M, emits: reading, length: 12, match: {start: 1, length: 1, value: G}, columns_covered: contiguous, fields: [{name: mark, start: 1, length: 1, type: text},
     {name: reading, start: 2, length: 11, type: int, role: reading}]}
`

func TestAReadThatMoreEncloseThanAPlaceCanHoldTakesTheLongRoad(t *testing.T) {
	layout, err := Parse("four.yaml", []byte(fourLevels))
	require.NoError(t, err)
	line := func(mark, text string) string { return fmt.Sprintf("%s%-11s\n", mark, text) }
	src := strings.Repeat(line("R", "07")+line("A", "104233")+line("M", "70881234")+line("G", "45210")+line("G", "45211"), 20)
	want, _ := everything(t, layout, strings.NewReader(src), true)
	got, placed := everything(t, layout, strings.NewReader(src), false)
	require.Equal(t, want, got)
	require.Equal(t, 20*3, strings.Count(strings.Join(want, "\n"), `|route="07"`), "the line of the route, and two reads that know it")
	require.Equal(t, 20*5, placed, "each line by itself, and none of the reads")
}

// TestLanesWantLinesOfOneWidth has records whose lines may be longer than they must.
func TestLanesWantLinesOfOneWidth(t *testing.T) {
	text := strings.Replace(withDates, "    length: 20\n    match: {start: 3, length: 1, value: B}\n    columns_covered: contiguous\n", "    length: 30\n    match: {start: 3, length: 1, value: B}\n", 1)
	layout, err := Parse("with-dates.yaml", []byte(text))
	require.NoError(t, err)
	src := groupLines["with-dates"][0] + "\n" + groupLines["with-dates"][1] + "\n" + groupLines["with-dates"][1] + "          \n" + groupLines["with-dates"][2] + "\n"
	p, err := newPlan(layout)
	require.NoError(t, err)
	require.Greater(t, p.records[1].most, p.records[1].need)
	require.Len(t, (&decoder{plan: p}).newLanes().of, 1, "that of the record that encloses them")
	want, _ := everything(t, layout, strings.NewReader(src), true)
	got, _ := everything(t, layout, strings.NewReader(src), false)
	require.Equal(t, want, got)
}

// TestPlainIsOfPrintableASCII compares the look at eight bytes together with that at each.
func TestPlainIsOfPrintableASCII(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(strings.Repeat("~", rapid.IntRange(0, 200).Draw(t, "long")))
		want := true
		for range rapid.IntRange(0, 3).Draw(t, "odd") {
			if len(text) > 0 {
				odd := rapid.SampledFrom([]byte("\x00\x1f\n\r\t ~\x7f\x80\x9f\xa0\xff")).Draw(t, "byte")
				text[rapid.IntRange(0, len(text)-1).Draw(t, "at")] = odd
			}
		}
		for _, b := range text {
			want = want && b >= ' ' && b < 0x80
		}
		require.Equal(t, want, isPlain(string(text)), "%q", text)
	})
}

// empty is a source that gives nothing and does not end.
type empty struct{}

func (empty) Read([]byte) (int, error) { return 0, nil }

func TestASourceThatGivesNothingEnds(t *testing.T) {
	layout := oneRecord(t, 14, "      - {name: meter, start: 1, length: 8, type: text, role: meter_serial}\n      - {name: reading, start: 9, length: 6, type: int, role: reading}\n")
	for item, err := range Decode(layout, io.MultiReader(strings.NewReader("70881234 45210\n"), empty{}), Options{}) {
		if err != nil {
			require.ErrorIs(t, err, ErrInput)
			require.ErrorIs(t, err, io.ErrNoProgress)
			return
		}
		require.NotNil(t, item)
	}
	t.Fatal("it ended without an error")
}

// TestLinesBeyondTheLongestAreToldWhereSeveralAreThere has two of them in one chunk, as a source can give that much at once.
func TestLinesBeyondTheLongestAreToldWhereSeveralAreThere(t *testing.T) {
	l := &lines{end: io.EOF}
	l.turn(strings.Repeat(strings.Repeat("x", MaxLine+1)+"\n", 2))
	for range 2 {
		_, long, ok := l.next()
		require.True(t, ok)
		require.True(t, long)
	}
}
