package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/metering"
)

func TestNobodysNameStandsOnStandardError(t *testing.T) {
	text := file(t, "testdata/valley.txt")
	require.Contains(t, text, "QUILLFEATHER")
	shifted := strings.ReplaceAll(text, "QUILLFEATHER", "JO QUILLFEATHER")
	for _, src := range []string{text, shifted, strings.ReplaceAll(text, "\n", ""), text[:100], strings.ToValidUTF8(text, "") + "\xff\xfe"} {
		for _, args := range [][]string{valley("-"), measured("-"), {"-layout", "smartfusion-usage-file", "-"}, {"-layout", "itron-mvrs-upload", "-"}, {"-layout", "badger-beacon-billing-read", "-"}} {
			_, _, stderr := readimport(t, src, args...)
			require.NotEmpty(t, stderr)
			require.NotContains(t, stderr, "QUILL", args)
		}
	}
}

func TestACodeThatIsAPieceOfANameStandsInItsColumnAlone(t *testing.T) {
	text := strings.Replace(file(t, "testdata/valley.txt"), "012R07", "QUIL07", 1)
	wider := []string{"-set", "trouble.length=4", "-set", "reader.start=61", "-set", "reader.length=2", "-"} // what has three letters may be a code
	_, stdout, stderr := readimport(t, text, measured(wider...)...)
	require.Contains(t, stdout, ",QUIL,skipped,")
	require.Contains(t, stderr, "Skipped(1) on meter V-1004: ")
	require.NotContains(t, stderr, "QUI")
}

func TestAnEstimateOfTheSenderIsOne(t *testing.T) {
	registers := write(t, "r.csv", "meter,register,dials,painted_zeros,decimals,multiplier,unit,active\n7,,6,0,0,1,CCF,yes\n")
	previous := write(t, "p.csv", "meter,register,day,digits,source\n7,,2026-10-31,1000,actual\n")
	for quality, want := range map[string]metering.Source{"R0": metering.Actual, "E": metering.Estimated, "E32": metering.Estimated} {
		s, err := loadStock(registers, previous)
		require.NoError(t, err)
		l, err := meterread.ShippedLayout("cmep-mepmd01")
		require.NoError(t, err)
		d := &delivery{name: "f", layout: l, zone: time.UTC, stock: s, tell: func(string) {}}
		text := "MEPMD01,20080501,S,X,X,1,202611300700,7,OK,W,CCFREG,1.0,00000100,1,202611300700," + quality + ",1031\n"
		require.NoError(t, d.read(strings.NewReader(text)))
		require.NoError(t, d.measure(defaultRules(metering.Off())))
		require.Equal(t, want, d.measured[0].review.Measurement().Source(), quality)
	}
}

func TestLinesThatAreLeftOutAreCounted(t *testing.T) {
	code, _, stderr := readimport(t, "7,L,W,1027,20261130\n8,L,E,99,20261130\n", "-layout", "smartearth-reads", "-set", "Meter Read Date.format=YYYYMMDD", "-")
	require.Equal(t, exitClean, code)
	require.Equal(t, "standard input: note: 1 line of another commodity left out\n", stderr)
	code, _, stderr = readimport(t, file(t, "day/mvrs.txt")+fmt.Sprintf("%-126s\r\n", "RTR"), "-layout", "itron-mvrs-upload", "-")
	require.Equal(t, exitClean, code, stderr)
	require.Equal(t, "standard input: note: 1 line of types that the layout does not table left out\n", stderr)
	read := "7,1,2026-11-20 08:00:00,10,CF,,"
	_, _, stderr = readimport(t, "meter_id,channel_id,read_dtm,read_value,uom,status,read_version\n"+read+"1\n"+read+"2\n", "-layout", "metersense-register-read", "-")
	require.Equal(t, "standard input: note: 1 read replaced by a newer version\n", stderr)
}

func TestARowWithoutAMeterStandsAllTheSame(t *testing.T) {
	const text = `[{"deviceId":"81234567","units":"CF","data":[{"timeStamp":"2026-11-20T08:00:00","reading":45210},{"timeStamp":"2026-11-21T08:00:00","reading":45247}]}]`
	code, stdout, stderr := readimport(t, text, "-layout", "sentryx-reads", "-")
	require.Equal(t, exitClean, code, stderr)
	require.Empty(t, stderr)
	require.Equal(t, []string{"45210", "45247"}, column(t, stdout, "reading"))
	registers := write(t, "r.csv", "meter,register,dials,painted_zeros,decimals,multiplier,unit,active\n7,,6,0,0,1,CCF,yes\n")
	previous := write(t, "p.csv", "meter,register,day,digits,source\n7,,2026-10-31,1000,actual\n")
	_, stdout, stderr = readimport(t, text, "-layout", "sentryx-reads", "-registers", registers, "-previous", previous, "-")
	require.Equal(t, []string{"45210", "45247", ""}, column(t, stdout, "reading"))
	require.Contains(t, stderr, "standard input:1: NotOnFile: meter: ")
}

func TestAReadingAndAUseOfOneLineAreOneRow(t *testing.T) {
	layout, err := meterread.ShippedLayout("badger-beacon-range-read")
	require.NoError(t, err)
	var heading, cells []string
	for _, f := range layout.Records[0].Fields {
		heading = append(heading, f.Name)
		cells = append(cells, map[string]string{
			"Flow": "5", "Flow_Time": "2026-11-01 01:59", "Flow_Unit": "Gallons", "Meter_ID": "7", "Read": "227.6", "Read_Time": "2026-11-01 00:59", "Read_Unit": "CCF",
		}[f.Name])
	}
	text := strings.Join(heading, ",") + "\n" + strings.Join(cells, ",") + "\n"
	code, stdout, stderr := readimport(t, text, "-layout", layout.ID, "-intervals", "-")
	require.Equal(t, exitClean, code, stderr)
	require.Equal(t, []string{"227.6"}, column(t, stdout, "reading"))
	require.Equal(t, []string{"5"}, column(t, stdout, "interval_use"))
	text = strings.Replace(text, "11-01 01:59", "11-31 01:59", 1)
	code, stdout, stderr = readimport(t, text, "-layout", layout.ID, "-intervals", "-")
	require.Equal(t, exitFindings, code)
	require.Contains(t, stderr, ":2: BadDate: Flow_Time: ")
	require.Equal(t, []string{"227.6"}, column(t, stdout, "reading"), "the reading is good")
}

func TestAWordThatNobodyTablesIsAFindingAndItsRowStays(t *testing.T) {
	flags := layout(t, strings.Replace(decimalRead, "decimal", "int", 1)+unitColumn+flagColumn)
	text := "meter,day,read,unit,flag\nA,2026-11-30,1031,CCF,perhaps\nB,2026-11-30,5,CCF,\n"
	stock := tables(t, "A,,4,0,0,1,CCF,yes\n", "A,,2026-10-31,1000,actual,,\n")
	for _, args := range [][]string{flags, slices.Concat(flags, stock)} {
		code, stdout, stderr := readimport(t, text, append(slices.Clone(args), "-")...)
		require.Equal(t, exitFindings, code)
		require.Contains(t, stderr, "standard input:2: UnknownWord: rollover_flag: ")
		require.NotContains(t, stderr, "perhaps")
		require.Equal(t, []string{"1031", "5"}, column(t, stdout, "reading")[:2])
	}
}

// TestAReaderThatIsNoneIsToldAndTheReadHolds has a finding before the read that it is of.
func TestAReaderThatIsNoneIsToldAndTheReadHolds(t *testing.T) {
	flags := layout(t, strings.Replace(decimalRead, "decimal", "int", 1)+"      - {name: who, index: 4, type: text, role: reader}\n")
	stock := tables(t, "A,,4,0,0,1,CCF,yes\n", "A,,2026-10-31,1000,actual,30,30\n")
	code, stdout, stderr := readimport(t, "meter,day,read,who\nA,2026-11-30,1031,***\n", slices.Concat(flags, stock, []string{"-"})...)
	require.Equal(t, exitFindings, code)
	require.Contains(t, stderr, "standard input:2: E_APPROVAL_PERSON: reader: ")
	require.Equal(t, []string{"31"}, column(t, stdout, "use"))
	require.Equal(t, []string{"approved"}, column(t, stdout, "pile"))
}

// TestAValueThatCameBeforeIsDroppedWhicheverItWas has two values of one instant in turns.
func TestAValueThatCameBeforeIsDroppedWhicheverItWas(t *testing.T) {
	head := "meter_id,channel_id,read_dtm,read_value,uom,status,read_version\n"
	read := func(value, version string) string {
		return "7,1,2026-11-20 08:00:00," + value + ",CF,," + version + "\n"
	}
	_, stdout, stderr := readimport(t, head+read("1", "1")+read("2", "1")+read("2", "1")+read("1", "1"), "-layout", "metersense-register-read", "-")
	require.Equal(t, []string{"1", "2"}, column(t, stdout, "reading"))
	require.Contains(t, stderr, "standard input:4: Duplicate: the same as line 3: ")
	require.Contains(t, stderr, "standard input:5: Duplicate: the same as line 2: ")
	_, stdout, stderr = readimport(t, head+read("1", "1")+read("2", "1")+read("3", "2")+read("2", "2")+read("2", "2"), "-layout", "metersense-register-read", "-")
	require.Equal(t, []string{"3", "2"}, column(t, stdout, "reading"), "a newer version is no repeat of an older one")
	require.Contains(t, stderr, "standard input:6: Duplicate: the same as line 5: ")

	two := line("V-1001", "45247", "CCF", "20261130") + line("V-1001", "45248", "CCF", "20261130")
	code, stdout, stderr := readimport(t, strings.Repeat(two, 20_000), valley("-")...)
	require.Equal(t, exitFindings, code)
	require.Equal(t, []string{"45247", "45248"}, column(t, stdout, "reading"))
	require.Equal(t, 39_998, strings.Count(stderr, ": Duplicate: "))
	require.Equal(t, 1, strings.Count(stderr, ": Conflict: "))
	_, stdout, stderr = readimport(t, beaconHead+strings.Repeat("1,,,7,,,,10,GAL,\n1,,,7,,,,11,GAL,\n", 3), "-layout", "badger-beacon-billing-read", "-")
	require.Len(t, column(t, stdout, "reading"), 6, "undated reads are never dropped")
	require.Equal(t, 1, strings.Count(stderr, ": Conflict: "), "and each value is told once")
}

func TestAFileThatGivesNoReadIsAFinding(t *testing.T) {
	for name, args := range map[string][]string{
		"empty": {"-layout", "metersense-register-read", "-"}, "with the meters on file": measured("-"),
	} {
		code, _, stderr := readimport(t, "", args...)
		require.Equal(t, exitFindings, code, name)
		require.Contains(t, stderr, "standard input: NoReads: the file gives no read; ", name)
	}
	aside := slices.Concat(layout(t, decimalRead), []string{"-set", "read.role=", "-"})
	code, _, stderr := readimport(t, "meter,day,read\nA,2026-11-30,1031\n", aside...)
	require.Equal(t, exitFindings, code, "the role of the reading is set away")
	require.Contains(t, stderr, "NoReads")
	code, _, stderr = readimport(t, "nothing of the kind\n", valley("-")...)
	require.Equal(t, exitFindings, code)
	require.NotContains(t, stderr, "NoReads", "the line was refused, and its finding says so")
}

func TestACodeOfAUnitIsPrintedAsTheUnitThatItMeans(t *testing.T) {
	flags := layout(t, decimalRead+strings.Replace(unitColumn, "role: unit", "role: unit, values: {'128': US gallon, '7': rabbits, GAL: gallons in interval}", 1))
	code, stdout, stderr := readimport(t, "meter,day,read,unit\nA,2026-11-30,1,128\nB,2026-11-30,1,GAL\nC,2026-11-30,1,7\nD,2026-11-30,1,CCF\nE,2026-11-30,1,\n", append(flags, "-")...)
	require.Equal(t, exitClean, code, stderr)
	require.Equal(t, []string{"gal", "GAL", "7", "CCF", ""}, column(t, stdout, "unit"))
}

func TestTheSameAgainGivesNoRowAndTwoValuesGiveBoth(t *testing.T) {
	head := "meter_id,channel_id,read_dtm,read_value,uom,status,read_version\n"
	read := func(value, version string) string {
		return "7,1,2026-11-20 08:00:00," + value + ",CF,," + version + "\n"
	}
	for name, c := range map[string]struct {
		text, rows, codes string
		code              int
	}{
		"newer last":            {read("10", "1") + read("12", "2"), "12", "", exitClean},
		"newer first":           {read("12", "2") + read("10", "1"), "12", "", exitClean},
		"nothing tells":         {read("10", "1") + read("12", "1"), "10 12", "Conflict", exitFindings},
		"another point":         {read("1.1", "1") + read("11", "1"), "1.1 11", "Conflict", exitFindings},
		"newer than two":        {read("10", "1") + read("11", "1") + read("12", "2"), "12", "", exitClean},
		"newest first":          {read("12", "2") + read("10", "1") + read("11", "1"), "12", "", exitClean},
		"of none beside equals": {read("10", "1") + read("10", "") + read("11", "2"), "10 11", "Conflict", exitFindings},
		"the same again":        {read("10", "1") + read("10", "1"), "10", "Duplicate", exitFindings},
		"of no version":         {read("10", "1") + read("12", ""), "10 12", "Conflict", exitFindings},
		"of no version first":   {read("12", "") + read("10", "1"), "12 10", "Conflict", exitFindings},
		"of none beside newer":  {read("12", "") + read("10", "1") + read("11", "2"), "12 11", "Conflict", exitFindings},
		"of none, and the same": {read("10", "") + read("10", "1"), "10", "Duplicate", exitFindings},
		"a version is no word":  {read("10", "1") + read("12", "x"), "10 12", "NotNumeric: version", exitFindings},
		"nor has it decimals":   {read("10", "1") + read("12", "1.5"), "10 12", "NotNumeric: version: a point stands", exitFindings},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := readimport(t, head+c.text, "-layout", "metersense-register-read", "-")
			require.Equal(t, c.code, code, stderr)
			require.Equal(t, c.rows, strings.Join(column(t, stdout, "reading"), " "))
			require.Contains(t, stderr, c.codes)
		})
	}
	// A file that is not dated says of nothing that it is of one instant.
	code, stdout, stderr := readimport(t, beaconHead+"1,,,7,,,,10,GAL,\n1,,,7,,,,10,GAL,\n", "-layout", "badger-beacon-billing-read", "-")
	require.Equal(t, exitClean, code, stderr)
	require.Equal(t, []string{"10", "10"}, column(t, stdout, "reading"))
}

// TestTheSameNumberIsNotTheSameReading has two lines of one instant with one number, which contradict each other all the same.
func TestTheSameNumberIsNotTheSameReading(t *testing.T) {
	more := `      - {name: account, index: 4, type: text, role: account}
      - {name: unit, index: 5, type: text, role: unit}
      - {name: estimated, index: 6, type: text, role: estimated, values: {Y: 'yes', N: 'no'}}
      - {name: over, index: 7, type: text, role: rollover_flag, values: {Y: 'yes', N: 'no'}}
      - {name: times, index: 8, type: decimal, role: multiplier}
`
	const head, first = "meter,day,read,account,unit,estimated,over,times\n", "A,2026-11-20,100,1,CCF,N,N,1\n"
	flags := append(layout(t, decimalRead+more), "-")
	for what, second := range map[string]string{
		"account":               "A,2026-11-20,100,2,CCF,N,N,1\n",
		"unit":                  "A,2026-11-20,100,1,GAL,N,N,1\n",
		"source":                "A,2026-11-20,100,1,CCF,Y,N,1\n",
		"rollover":              "A,2026-11-20,100,1,CCF,N,Y,1\n",
		"multiplier":            "A,2026-11-20,100,1,CCF,N,N,10\n",
		"account, unit, source": "A,2026-11-20,100,2,GAL,Y,N,1\n",
	} {
		code, stdout, stderr := readimport(t, head+first+second+first+second, flags...)
		require.Equal(t, exitFindings, code, what)
		require.Len(t, column(t, stdout, "reading"), 2, what)
		require.Contains(t, stderr, "standard input:3: Conflict: line 2 has the same number for this meter, register and instant, and nothing says which holds; they differ in "+what+"; both")
		require.Contains(t, stderr, "standard input:4: Duplicate: the same as line 2: ")
		require.Contains(t, stderr, "standard input:5: Duplicate: the same as line 3: ")
	}
	// Whichever comes first, the meter is held.
	for _, text := range []string{first + "A,2026-11-20,100,1,GAL,N,N,1\n", "A,2026-11-20,100,1,CCF,Y,N,1\n" + first, first + "A,2026-11-20,100,1,CCF,N,Y,1\n"} {
		_, stdout, _ := readimport(t, head+text, append(tables(t, "A,,4,0,0,1,CCF,yes\n", "A,,2026-10-20,90,actual,10,31\n"), flags...)...)
		require.Contains(t, stdout, ",exceptions,")
		require.NotContains(t, stdout, ",approved,")
	}
}

func TestFortyThousandTimesTheSame(t *testing.T) {
	code, stdout, stderr := readimport(t, beaconHead+strings.Repeat("1,,,7,,,,10,GAL,\n", 40_000), "-layout", "badger-beacon-billing-read", "-")
	require.Equal(t, exitClean, code)
	require.Empty(t, stderr)
	require.Equal(t, 40_001, strings.Count(stdout, "\n"))

	one := line("V-1001", "45247", "CCF", "20261130")
	code, stdout, stderr = readimport(t, strings.Repeat(one, 40_000), valley("-")...)
	require.Equal(t, exitFindings, code)
	require.Equal(t, 2, strings.Count(stdout, "\n"))
	require.Equal(t, 39_999, strings.Count(stderr, ": Duplicate: "), "each line ends in a row or in a finding")
}

func TestAnInstantHasADayInAPlace(t *testing.T) {
	text := "MEPMD01,20080501,S,X,X,1,202611300700,7,OK,W,CCFREG,1.0,00000100,1,202611300700,R0,1031\n"
	registers := write(t, "r.csv", "meter,register,dials,painted_zeros,decimals,multiplier,unit,active\n7,,6,0,0,1,CCF,yes\n")
	previous := write(t, "p.csv", "meter,register,day,digits,source\n7,,2026-10-31,1000,actual\n")
	args := []string{"-layout", "cmep-mepmd01", "-registers", registers, "-previous", previous}
	code, _, stderr := readimport(t, text, append(args, "-")...)
	require.Equal(t, exitFindings, code)
	require.Contains(t, stderr, "BadDate(1) on meter 7: ")
	require.Contains(t, stderr, "-zone")
	for zone, days := range map[string]string{"UTC": "30", "America/Los_Angeles": "29"} {
		code, stdout, stderr := readimport(t, text, append(slices.Clone(args), "-zone", zone, "-")...)
		require.Equal(t, exitClean, code, stderr)
		require.Equal(t, []string{days}, column(t, stdout, "days"))
		require.Equal(t, []string{"31"}, column(t, stdout, "use"))
	}
}

func TestAUseInAnIntervalIsNoReading(t *testing.T) {
	const text = "MEPMD01,20080501,S,X,X,1,202611300700,7,OK,W,GAL,1.0,00000100,2,202611300700,R0,5,,R0,6\n"
	code, stdout, stderr := readimport(t, text, "-layout", "cmep-mepmd01", "-")
	require.Equal(t, exitClean, code)
	require.Equal(t, []string{"", ""}, column(t, stdout, "reading"))
	require.Contains(t, stderr, "note: 2 rows state a use in an interval")
	code, stdout, stderr = readimport(t, text, "-layout", "cmep-mepmd01", "-intervals", "-")
	require.Equal(t, exitClean, code)
	require.Empty(t, stderr)
	require.Equal(t, []string{"5", "6"}, column(t, stdout, "interval_use"))
}

// A file that ends anywhere gives rows of the whole file, a finding or an error, and no other number.
func TestTornFiles(t *testing.T) {
	for _, c := range []struct{ file, layout, set string }{
		{"day/ezroute.txt", "smartfusion-h-ezroute-reads", "read_date.format=MMDDYY"},
		{"day/mvrs.txt", "itron-mvrs-upload", "record_type.note=x"},
	} {
		text := file(t, c.file)
		args := []string{"-layout", c.layout, "-set", c.set, "-"}
		_, whole, _ := readimport(t, text, args...)
		rows := map[string]bool{}
		for row := range strings.Lines(whole) {
			rows[row] = true
		}
		for end := 0; end <= len(text); end += 1 + end%37 {
			code, stdout, stderr := readimport(t, text[:end], args...)
			require.NotEqual(t, exitUnable, code, stderr)
			for row := range strings.Lines(stdout) {
				require.True(t, rows[row], "%d: %s", end, row)
			}
		}
	}
	const beacon = "1,,,7,,,,45210,GAL,4521"
	code, stdout, stderr := readimport(t, beaconHead+beacon, "-layout", "badger-beacon-billing-read", "-")
	require.Equal(t, exitClean, code)
	require.Equal(t, []string{"45210"}, column(t, stdout, "reading"))
	require.Empty(t, stderr, "the read does not use the cell that may be cut")
}

// TestVersionsAreSettledAsByDistinct has every two and three readings of one instant, of no version, 1 or 2, with one of two values: what is told and measured
// is what metering.Distinct keeps, in whatever order they come.
func TestVersionsAreSettledAsByDistinct(t *testing.T) {
	flags := append(tables(t, "A,,6,0,0,1,CCF,yes\n", "A,,2026-10-20,90,actual,10,31\n"),
		append(layout(t, decimalRead+"      - {name: version, index: 4, type: int, role: version}\n"), "-")...)
	type sent struct{ version, digits int64 }
	var all []sent
	for version := range int64(3) {
		all = append(all, sent{version, 100}, sent{version, 101})
	}
	var orders [][]sent
	for _, a := range all {
		for _, b := range all {
			orders = append(orders, []sent{a, b})
			for _, c := range all {
				orders = append(orders, []sent{a, b, c})
			}
		}
	}
	for _, order := range orders {
		text := "meter,day,read,version\n"
		var received []metering.Received
		for _, s := range order {
			version := ""
			if s.version > 0 {
				version = fmt.Sprint(s.version)
			}
			text += fmt.Sprintf("A,2026-11-20,%d,%s\n", s.digits, version)
			received = append(received, metering.Received{Version: s.version, Reading: metering.Reading{
				Meter: "A", State: metering.Read, Digits: s.digits, Source: metering.Actual, Day: civil.MustDate("2026-11-20"),
			}})
		}
		_, stdout, stderr := readimport(t, text, flags...)
		got := metering.Distinct(received)
		if len(got.Kept) == 0 {
			require.Contains(t, stderr, ": Conflict: line", "%v", order)
			require.NotContains(t, stdout, "approved", "%v", order)
			continue
		}
		require.NotContains(t, stderr, "Conflict", "%v", order)
		require.Equal(t, []string{fmt.Sprint(got.Kept[0].Digits - 90)}, column(t, stdout, "use"), "%v", order)
	}
	_, stdout, stderr := readimport(t, "meter,day,read,version\nA,,100,1\nA,,150,2\nA,,190,3\n", flags[len(flags)-3:]...)
	require.Equal(t, []string{"100", "150", "190"}, column(t, stdout, "reading"), "what is not dated is of no one instant")
	require.Contains(t, stderr, "neither is dated")
}
