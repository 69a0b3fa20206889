package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/meterread"
)

// TestAMeterWhoseLineWasRefusedIsNotOneOfWhichNothingCame tears a line of a meter: what is told of the meter names that line.
func TestAMeterWhoseLineWasRefusedIsNotOneOfWhichNothingCame(t *testing.T) {
	var line, others string
	for text := range strings.Lines(file(t, "testdata/valley.txt")) {
		if strings.Contains(text, "V-1006") {
			line = text
		} else {
			others += text
		}
	}
	torn := line[:40] + "\n"
	for want, text := range map[string]string{
		"nothing came; ": others,
		"nothing came, but line 10, which was refused, may be of it; ":      others + torn,
		"nothing came, but lines 1, 11, which were refused, may be of it; ": torn + others + torn,
	} {
		_, _, stderr := readimport(t, text, measured("-")...)
		require.Contains(t, stderr, "Missing(1) on meter V-1006: "+want+"the last reading was ")
	}
}

func TestANumberOfAMeterIsFoundInALine(t *testing.T) {
	for _, c := range []struct {
		line, meter string
		want        []int
	}{
		{"0012,7090,x", "7090", []int{3}},
		{"00127090,x", "7090", nil},
		{"70901 7090", "7090", []int{3}},
		{"7090", "7090", []int{3}},
		{"00000007088123426", "70881234", []int{3}},
		{"7090", "", nil},
		{"709", "7090", nil},
	} {
		var r refused
		r.take(2, "7")
		r.take(3, c.line)
		r.take(3, c.line)
		r.take(4, "0")
		require.Equal(t, c.want, r.having(c.meter), "%q in %q", c.meter, c.line)
	}
	var none refused
	require.Empty(t, none.may("7090"))
}

// TestManyRefusedLinesAreTold has more lines than can be named, and more meters than it could look for one by one in all of them.
func TestManyRefusedLinesAreTold(t *testing.T) {
	var r refused
	for i := range 30 {
		r.take(i+1, "7090")
	}
	require.Equal(t, "lines 1, 2, 3, 4, 5 and 25 more, which were refused, may be of it", r.may("7090"))
	for i := range 40_000 {
		r.take(100+i, fmt.Sprintf("%08d,x", i))
	}
	for i := range 40_000 {
		require.Equal(t, []int{100 + i}, r.having(fmt.Sprintf("%08d", i)))
	}
}

// TestARefusedLineIsOfTheMeterAboveIt has a reading that is none on a line that does not name its meter, and one of a line that is in order.
func TestARefusedLineIsOfTheMeterAboveIt(t *testing.T) {
	customer := fmt.Sprintf("CUS%-8s001%-20s%-20s%-40s000%29s\n", "012", "104233", "DOE JANE", "11 RESERVATION RD", "")
	meter := fmt.Sprintf("MTR%-8s001%03d%14s%-14s%-12s%04d%08d%57s\n", "012", 0, "", "", "A", 0, 120, "")
	bad := fmt.Sprintf("RDG%-8s%4s %03d%03d%03d %06d%d%s%04d11202026093005K%64s\n", "012", "", 0, 0, 0, 1, 0, "00000452O0", 1, "")
	flags := tables(t, "A,,6,0,0,1,CCF,yes\n", "A,,2026-10-20,90,actual,10,31\n")
	_, _, stderr := readimport(t, customer+meter+bad, append(flags, "-layout", "itron-mvrs-upload", "-")...)
	require.Contains(t, stderr, "Missing(1) on meter A: nothing came, but line 3, which was refused, may be of it")

	own := append(layout(t, decimalRead+"      - {name: estimated, index: 4, type: text, role: estimated, values: {Y: 'yes', N: 'no'}}\n"), "-")
	_, _, stderr = readimport(t, "meter,day,read,estimated\nA,2026-11-20,100,perhaps\n", append(flags, own...)...)
	require.Contains(t, stderr, "Missing(1) on meter A: nothing came, but line 2, which was refused, may be of it")
}

// TestRefusedLinesAreKeptWithinABound has a file of another kind altogether.
func TestRefusedLinesAreKeptWithinABound(t *testing.T) {
	_, _, stderr := readimport(t, strings.Repeat(strings.Repeat("-", 1000)+"\n", 2000), measured("-")...)
	require.Contains(t, stderr, "Missing(1) on meter V-1001: nothing came, but one of the many lines that were refused may be of it")
}

// TestARefusedLineBesideAReadingHoldsTheMeter has a meter of which one line came and another one, perhaps a newer version, was refused.
func TestARefusedLineBesideAReadingHoldsTheMeter(t *testing.T) {
	flags := append(tables(t, "70881234,,6,0,0,1,CCF,yes\n", "70881234,,2026-10-20,90,actual,10,31\n"), append(layout(t, decimalRead), "-")...)
	_, stdout, stderr := readimport(t, "meter,day,read\n70881234,2026-11-20,100\n70881234,2026-11-20,1O1\n", flags...)
	require.Contains(t, stderr, "Conflict on meter 70881234: line 3, which was refused, may be of it besides what came")
	require.Contains(t, stdout, ",exceptions,Conflict")
}

// TestTheMeterAboveIsNotThatOfAnotherGroup has groups whose own meter is torn, or blank.
func TestTheMeterAboveIsNotThatOfAnotherGroup(t *testing.T) {
	customer := fmt.Sprintf("CUS%-8s001%-20s%-20s%-40s000%29s\n", "012", "104233", "DOE JANE", "11 RESERVATION RD", "")
	meter := func(serial string) string {
		return fmt.Sprintf("MTR%-8s001%03d%14s%-14s%-12s%04d%08d%57s\n", "012", 0, "", "", serial, 0, 120, "")
	}
	bad := fmt.Sprintf("RDG%-8s%4s %03d%03d%03d %06d%d%s%04d11202026093005K%64s\n", "012", "", 0, 0, 0, 1, 0, "00000452O0", 1, "")
	flags := append(tables(t, "A,,6,0,0,1,CCF,yes\n", "A,,2026-10-20,90,actual,10,31\n"), "-layout", "itron-mvrs-upload", "-")
	for name, text := range map[string]string{
		"torn":  customer + meter("A") + meter("B")[:50] + "\n" + bad,
		"blank": customer + meter("A") + meter("") + bad,
	} {
		_, _, stderr := readimport(t, text, flags...)
		require.Contains(t, stderr, "Missing(1) on meter A: nothing came; ", name)
	}
}

// TestALineOfManyFaultsIsTakenOnce has an object with many items that are none: it is looked at once.
func TestALineOfManyFaultsIsTakenOnce(t *testing.T) {
	var r refused
	object := `{"deviceId":"70881234","data":[` + strings.Repeat(`{"reading":"x"},`, 20_000) + `{}]}`
	layout, err := meterread.ShippedLayout("sentryx-reads")
	require.NoError(t, err)
	for item, err := range meterread.Decode(layout, strings.NewReader(object), meterread.Options{}) {
		require.NoError(t, err)
		r.see(&item)
	}
	require.Len(t, r.lines, 1)
	require.Equal(t, []int{1}, r.having("70881234"))
}
