package meterread_test

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/meterread"
)

// subecaItem is one reading of Subeca.
func subecaItem(device, more string) string {
	return `{"deviceId": "` + device + `", "usageTime": "2026-11-20T08:00:00", "unit": "GAL", "value": 1` + more + `}`
}

// TestObjectBeyondItsBoundIsToldAndPassedOver has an object of more bytes than are read, at every place of a file.
func TestObjectBeyondItsBoundIsToldAndPassedOver(t *testing.T) {
	layout := shipped(t, "subeca-usage")
	large := subecaItem("2", `, "note": "`+strings.Repeat(`]}\"{`, meterread.MaxObject/5)+`"`)
	exact := subecaItem("3", "")
	exact = strings.Replace(exact, "}", strings.Repeat(" ", meterread.MaxObject-len(exact))+"}", 1)
	for name, test := range map[string]struct {
		src   string
		line  int
		reads int
	}{
		"in the middle": {"[" + subecaItem("1", "") + ",\n" + large + ",\n" + subecaItem("3", "") + "]", 2, 2},
		"last":          {"[" + subecaItem("1", "") + ",\n\n" + large + "]", 3, 1},
		"alone":         {large, 1, 0},
		"one by line":   {subecaItem("1", "") + "\n" + large + "\n" + subecaItem("3", ""), 2, 2},
	} {
		d := decode(layout, []byte(test.src), none)
		require.NoError(t, d.err, name)
		require.Equal(t, []string{"LineTooLong"}, d.codes(), name)
		require.Contains(t, d.findings[0].What, "16777216 bytes")
		require.Equal(t, test.line, d.findings[0].Pos.Line, name)
		require.Len(t, d.reads, test.reads, name)
	}
	d := decode(layout, []byte("["+exact+"]"), none)
	require.Empty(t, d.findings)
	require.Len(t, d.reads, 1)
}

// blanks is a source of many lines that hold nothing, with a value behind them.
func blanks(lines int64, value string) io.Reader {
	return io.MultiReader(&repeated{text: []byte("\n"), left: lines}, strings.NewReader(value))
}

// TestLinesOfJSONTakeNoMemory has many lines before a value: their number is counted and not kept.
func TestLinesOfJSONTakeNoMemory(t *testing.T) {
	layout := shipped(t, "subeca-usage")
	const lines = 20_000_000
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	found := 0
	for item, err := range meterread.Decode(layout, blanks(lines, `{"deviceId": "1", "value": "x"}`), none) {
		require.NoError(t, err)
		if item.Finding != nil {
			found++
			require.Equal(t, lines+1, item.Finding.Pos.Line)
		}
	}
	runtime.ReadMemStats(&after)
	require.Equal(t, 1, found)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(4<<20))
}

// TestJSONPlacesAreThoseOfItsLines has values that begin and end on any line, read in pieces of any size.
func TestJSONPlacesAreThoseOfItsLines(t *testing.T) {
	var src strings.Builder
	var want []int
	src.WriteString("\n[")
	line := 2
	for i := range 3000 {
		if i > 0 {
			src.WriteString(",")
		}
		for range i % 4 {
			src.WriteString("\n ")
			line++
		}
		want = append(want, line)
		fmt.Fprintf(&src, `{"deviceId": "a \"} \\", "value":%s"x"}`, strings.Repeat("\n", i%3))
		line += i % 3
	}
	src.WriteString("\n]\n")
	for name, source := range map[string]io.Reader{"whole": strings.NewReader(src.String()), "bytes": iotest.OneByteReader(strings.NewReader(src.String())), "halves": iotest.HalfReader(strings.NewReader(src.String()))} {
		var got []int
		for item, err := range meterread.Decode(shipped(t, "subeca-usage"), source, none) {
			require.NoError(t, err, name)
			if item.Finding != nil && item.Finding.Pos.Line > 0 {
				got = append(got, item.Finding.Pos.Line)
			}
		}
		require.Equal(t, want, got, name)
	}
}

// TestBrokenJSONEndsTheStream has what no reader of JSON takes.
func TestBrokenJSONEndsTheStream(t *testing.T) {
	one := subecaItem("1", "")
	for name, test := range map[string]struct {
		src   string
		reads int
	}{
		"no comma": {"[" + one + " " + one + "]", 1}, "comma at the end": {"[" + one + ",]", 1}, "two commas": {"[" + one + ",," + one + "]", 1},
		"comma between": {one + "," + one, 1}, "bracket": {"[" + one + "}", 1}, "word": {"[" + one + ", nothing]", 1}, "behind": {"[" + one + "] x", 1},
		"first comma": {"[," + one + "]", 0}, "brace": {"[" + one + ", }]", 1}, "unclosed text": {`[{"deviceId": "1]`, 0}, "nothing": {"", 0},
	} {
		d := decode(shipped(t, "subeca-usage"), []byte(test.src), none)
		if name == "nothing" {
			require.NoError(t, d.err)
			continue
		}
		require.ErrorIs(t, d.err, meterread.ErrDocument, name)
		require.Len(t, d.reads, test.reads, name)
	}
	wrong := decode(shipped(t, "subeca-usage"), []byte(`[{"deviceId" "1"}, {"deviceId": tru}, {"deviceId": [}, `+one+`]`), none)
	require.NotEmpty(t, wrong.codes())
	require.Empty(t, wrong.digits()[:0])
}

// TestJSONThatIsNoUTF8IsRefused has bytes of an old code page, and halves of characters, in a serial number: neither is replaced.
func TestJSONThatIsNoUTF8IsRefused(t *testing.T) {
	layout := shipped(t, "subeca-usage")
	for name, serial := range map[string]string{"a byte": "81\xd1234", "a torn letter": "81\xc3", "half a character": `81\ud83d`, "the other half": `81\ude00x`, "two first halves": `81\ud83d\ud83d`} {
		d := decode(layout, []byte("["+subecaItem("1", "")+",\n"+subecaItem(serial, "")+",\n"+subecaItem("3", "")+"]"), none)
		require.NoError(t, d.err, name)
		require.Equal(t, []string{"BadEncoding"}, d.codes(), name)
		require.Equal(t, 2, d.findings[0].Pos.Line, name)
		require.Len(t, d.reads, 2, name)
	}
	for serial, want := range map[string]string{"8\u00d11": "8Ñ1", `8\u00d11`: "8Ñ1", `\ud83d\ude00`: "😀", `\\ud83d`: `\ud83d`, "\ufffd": "\ufffd", `\ufffd`: "\ufffd"} {
		d := decode(layout, []byte("["+subecaItem(serial, "")+"]"), none)
		require.Empty(t, d.findings, serial)
		require.Equal(t, want, d.reads[0].Text("endpoint_id"))
	}
	inner := decode(layout, []byte("[{\n\"deviceId\":\n\"\xd1\"}]"), none)
	require.Equal(t, 3, inner.findings[0].Pos.Line, "the line of the byte")
}

// TestGroupIsBoundedByBytes has few lines in one group, each as long as a line can be.
func TestGroupIsBoundedByBytes(t *testing.T) {
	layout := shipped(t, "neptune-s-equinox-reads")
	reading := strings.TrimSuffix(strings.SplitAfter(neptune("1", "7001", "", "45210"), "\n")[2], "\r\n") + strings.Repeat("x", 1<<19) + "\r\n"
	src := neptuneHead + strings.Join(strings.SplitAfter(neptune("1", "7001", ""), "\n")[:2], "") + strings.Repeat(reading, 40)
	d := decode(layout, []byte(src), none)
	require.Contains(t, d.codes(), "GroupTooLong")
	require.Contains(t, d.findings[0].What, "4194304 bytes")
	require.Contains(t, d.codes(), "NoParent")
	require.Len(t, d.reads, 8, "those of 512 KiB that four MiB hold, and not the others")
}
