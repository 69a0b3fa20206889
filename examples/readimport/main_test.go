package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/metering"
)

var update = flag.Bool("update", false, "write the golden files anew")

// readimport runs the program.
func readimport(t testing.TB, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, notes bytes.Buffer
	code = run(args, strings.NewReader(stdin), &out, &notes)
	return code, out.String(), notes.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// write puts a file in a folder of the test's own, and gives its name.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	return path
}

// file is the text of a file.
func file(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(text)
}

// valley are the flags of the layout that is no shipped one.
func valley(more ...string) []string {
	return append([]string{"-layout-file", "testdata/valley.yaml", "-set", "read_date.format=YYYYMMDD"}, more...)
}

// measured are the same with the meters on file.
func measured(more ...string) []string {
	return valley(append([]string{"-registers", "testdata/registers.csv", "-previous", "testdata/previous.csv"}, more...)...)
}

func TestTheBuiltInDay(t *testing.T) {
	code, stdout, stderr := readimport(t, "")
	require.Equal(t, exitClean, code)
	require.Empty(t, stderr)
	golden(t, "day.txt", stdout)
	for line := range strings.Lines(stdout) {
		require.LessOrEqual(t, len(line), 106, line)
	}
	// By hand: 45247 − 45210, 8815 − 8801, 15902 − 15880, and 180 − 100 with 10 × (52 − 50).
	require.Contains(t, stdout, fmt.Sprintf("%10d CCF\n", 37+14+22+80+20))
	require.Contains(t, stdout, fmt.Sprintf("%10d gal\n", (1204-1010)*10))
	for _, pile := range []string{"\nAPPROVED, 5 meters", "\nACCEPTABLE, 3 meters", "\nEXCEPTIONS, 12 meters"} {
		require.Contains(t, stdout, pile)
	}
}

func TestListTellsEveryLayoutWithItsStandingAndSource(t *testing.T) {
	code, stdout, stderr := readimport(t, "", "-list")
	require.Equal(t, exitClean, code)
	require.Empty(t, stderr)
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	require.Len(t, lines, len(meterread.Shipped())+1)
	for i, id := range meterread.Shipped() {
		l, err := meterread.ShippedLayout(id)
		require.NoError(t, err)
		require.Equal(t, id, strings.Fields(lines[i+1])[0])
		for _, told := range []string{l.Kind, l.Completeness, l.Source} {
			require.NotEmpty(t, told)
			require.Contains(t, lines[i+1], told)
		}
	}
}

func TestTheManual(t *testing.T) {
	for _, flag := range []string{"-h", "-help"} {
		code, stdout, stderr := readimport(t, "", flag)
		require.Equal(t, exitClean, code)
		require.Empty(t, stderr)
		require.Equal(t, manual, stdout)
	}
	for line := range strings.Lines(manual) {
		require.LessOrEqual(t, len(line), 106, line)
	}
	for _, column := range slices.Concat(readColumns, useColumns, []string{"interval_use", "painted_zeros", "multiplier", "zeros_before", "compare_days", "digits"}) {
		require.Contains(t, manual, column)
	}
}

func TestALayoutOfASiteIsDataAlone(t *testing.T) {
	require.Equal(t, 20, strings.Count(file(t, "testdata/valley.yaml"), "\n"))
	code, stdout, stderr := readimport(t, "", valley("testdata/valley.txt")...)
	require.Equal(t, exitFindings, code)
	golden(t, "valley.csv", stdout)
	golden(t, "valley.err", stderr)

	code, fromStdin, stderr := readimport(t, file(t, "testdata/valley.txt"), valley("-")...)
	require.Equal(t, exitFindings, code)
	require.Equal(t, stdout, fromStdin)
	require.Contains(t, stderr, "standard input:6:37: NotNumeric: ")

	code, stdout, stderr = readimport(t, "", valley("testdata/clean.txt")...)
	require.Equal(t, exitClean, code)
	require.Empty(t, stderr)
	require.Equal(t, 4, strings.Count(stdout, "\n"))
}

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
	text := strings.Replace(file(t, "testdata/valley.txt"), "012R07", "QUIR07", 1)
	_, stdout, stderr := readimport(t, text, measured("-")...)
	require.Contains(t, stdout, ",QUI,skipped,")
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

func TestUseAndExceptionsOfAFile(t *testing.T) {
	code, stdout, stderr := readimport(t, "", measured("testdata/valley.txt")...)
	require.Equal(t, exitFindings, code)
	golden(t, "valley_use.csv", stdout)
	golden(t, "valley_use.err", stderr)

	registers, previous := "", ""
	for _, meter := range []string{"V-1001", "V-1003"} {
		for line := range strings.Lines(file(t, "testdata/registers.csv")) {
			if strings.HasPrefix(line, meter) || registers == "" {
				registers += line
			}
		}
		for line := range strings.Lines(file(t, "testdata/previous.csv")) {
			if strings.HasPrefix(line, meter) || previous == "" {
				previous += line
			}
		}
	}
	code, stdout, stderr = readimport(t, "", valley("-registers", write(t, "r.csv", registers), "-previous", write(t, "p.csv", previous), "testdata/clean.txt")...)
	require.Equal(t, exitClean, code, stderr)
	require.Empty(t, stderr)
	require.Equal(t, 3, strings.Count(stdout, ",approved,\n"))
}

// oneMeter measures one meter of valley by rows of the three files, and gives the row of its reading and what was told.
func oneMeter(t *testing.T, reading, register, previous string, more ...string) (row []string, stderr string) {
	t.Helper()
	head := func(name string) string {
		line, _, _ := strings.Cut(file(t, "testdata/"+name), "\n")
		return line + "\n"
	}
	args := append([]string{"-registers", write(t, "r.csv", head("registers.csv")+register), "-previous", write(t, "p.csv", head("previous.csv")+previous)}, more...)
	_, stdout, stderr := readimport(t, reading, valley(append(args, "-")...)...)
	rows, err := csv.NewReader(strings.NewReader(stdout)).ReadAll()
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(rows), 2, stderr)
	return rows[1], stderr
}

// line is one of valley.
func line(meter, reading, unit, day string) string {
	return fmt.Sprintf("%-8s%-16s%-10s%1s%9s%-4s%-8s000R07\n", "4101", "QUILLFEATHER A", meter, "", reading, unit, day)
}

func TestNoUseIsGuessed(t *testing.T) {
	const register = "V-1,,6,0,0,1,CCF,yes,\n"
	const previous = "V-1,,2026-10-31,1000,actual,30,30,0\n"
	for name, c := range map[string]struct{ reading, register, previous, use, exceptions string }{
		"a use":                   {line("V-1", "1031", "CCF", "20261130"), register, previous, "31", ""},
		"high":                    {line("V-1", "1039", "CCF", "20261130"), register, previous, "39", "High"},
		"fell":                    {line("V-1", "900", "CCF", "20261130"), register, previous, "", "NegativeOrRollover"},
		"fell without a compare":  {line("V-1", "5", "CCF", "20261130"), register, "V-1,,2026-10-31,999990,actual,,,\n", "", "NegativeOrRollover"},
		"too many digits":         {line("V-1", "1000000", "CCF", "20261130"), register, previous, "", "OutOfRange"},
		"digits beyond before":    {line("V-1", "1031", "CCF", "20261130"), register, "V-1,,2026-10-31,1000000,actual,,,\n", "", "OutOfRange"},
		"no day":                  {line("V-1", "1031", "CCF", ""), register, previous, "", "BadDate"},
		"another unit":            {line("V-1", "1031", "GAL", "20261130"), register, previous, "", "MultiplierChanged"},
		"no unit of volume":       {line("V-1", "1031", "PULS", "20261130"), register, previous, "", "MultiplierChanged"},
		"no unit stated":          {line("V-1", "1031", "", "20261130"), register, previous, "31", ""},
		"before the last reading": {line("V-1", "1031", "CCF", "20261030"), register, previous, "", "ReadOrder"},
		"after an estimate":       {line("V-1", "1031", "CCF", "20261130"), register, strings.Replace(previous, "actual", "estimated", 1), "", "TrueUpDue"},
		"nobody has the service":  {line("V-1", "1031", "CCF", "20261130"), strings.Replace(register, "yes", "no", 1), previous, "31", "UsageNoAccount"},
		"a zero":                  {line("V-1", "1000", "CCF", "20261130"), register, "V-1,,2026-10-31,1000,actual,,,1\n", "0", "ZeroUse"},
		"the third zero":          {line("V-1", "1000", "CCF", "20261130"), register, "V-1,,2026-10-31,1000,actual,,,2\n", "0", "StoppedMeter"},
		"two values":              {line("V-1", "1031", "CCF", "20261130") + line("V-1", "1032", "CCF", "20261130"), register, previous, "", ""},
		"an older one, and today": {line("V-1", "1031", "CCF", "20261130") + line("V-1", "1015", "CCF", "20261115"), register, previous, "31", ""},
		"a decimal by the layout": {line("V-1", "10310", "CCF", "20261130"), "V-1,,6,0,1,1,CCF,yes,\n", "V-1,,2026-10-31,10000,actual,30,30,0\n", "31", ""},
		"no last reading":         {line("V-1", "1031", "CCF", "20261130"), register, "", "", "NoPrevious"},
		"all began at zero":       {line("V-1", "0", "CCF", "20261130"), register, "V-1,,2026-10-31,0,actual,,,\n", "0", ""},
		"zeros before unknown":    {line("V-1", "1000", "CCF", "20261130"), register, "V-1,,2026-10-31,1000,actual,,,\n", "0", "ZeroUse"},
		"a register not on file":  {strings.Replace(line("V-1", "1031", "CCF", "20261130"), "V-1        ", "V-1       X", 1), "V-1,L,6,0,0,1,CCF,yes,\n", "V-1,L,2026-10-31,1000,actual,,,\n", "", ""},
		"not on file":             {line("V-2", "1031", "CCF", "20261130"), register, previous, "", ""},
		"another account":         {line("V-1", "1031", "CCF", "20261130"), "V-1,,6,0,0,1,CCF,yes,4202\n", previous, "", ""},
		"painted zeros and times": {line("V-1", "1031", "CCF", "20261130"), "V-1,,6,2,0,0.5,CCF,yes,\n", "V-1,,2026-10-31,1000,actual,,,0\n", "1550", ""},
	} {
		t.Run(name, func(t *testing.T) {
			row, stderr := oneMeter(t, c.reading, c.register, c.previous)
			require.Equal(t, c.use, row[10], stderr)
			require.Equal(t, c.exceptions, row[14], stderr)
			if c.exceptions != "" {
				require.Contains(t, stderr, c.exceptions)
			}
			require.NotContains(t, stderr, "QUILLFEATHER")
		})
	}
	_, stderr := oneMeter(t, line("V-1", "1031", "CCF", "20261130")+line("V-1", "1032", "CCF", "20261130"), register, previous)
	require.Contains(t, stderr, "standard input:2: Conflict: line 1 has another value")
	require.Contains(t, stderr, "standard input:2: Conflict(1) on meter V-1: actual 1031 and actual 1032")
	_, stderr = oneMeter(t, line("V-2", "1031", "CCF", "20261130"), register, previous)
	require.Contains(t, stderr, "standard input:1: NotOnFile: meter: ")
	require.Contains(t, stderr, "standard input: Missing(1) on meter V-1: ")
	_, stderr = oneMeter(t, line("V-1", "1031", "CCF", "20261130"), "V-1,,6,0,0,1,CCF,yes,4202\n", previous)
	require.Contains(t, stderr, "standard input:1: NotOnFile: account: ")
	require.NotContains(t, stderr, "4202")
	_, stderr = oneMeter(t, line("V-1", "1031", "CCF", "20261130"), register, "V-1,,2026-10-31,1000,actual,,,\n")
	require.Contains(t, stderr, "note: 1 meter with no compare_use: High and Low are not judged")

	row, _ := oneMeter(t, line("V-1", "1003", "CCF", "20261130"), register, previous, "-low", "10")
	require.Equal(t, []string{"exceptions", "Low"}, row[13:])
	row, _ = oneMeter(t, line("V-1", "1004", "CCF", "20261130"), register, previous, "-low", "10")
	require.Equal(t, []string{"approved", ""}, row[13:])
}

// useOf is the use and the exceptions of the first row of a file of a shipped layout, for one meter, 7, that stood at 1000.
func useOf(t *testing.T, text, decimals string, args ...string) []string {
	t.Helper()
	registers := write(t, "r.csv", "\ufeffmeter,register,dials,painted_zeros,decimals,multiplier,unit,active\n7,,6,0,"+decimals+",1,CCF,yes\n")
	previous := write(t, "p.csv", "meter,register,day,digits,source\n7,,2026-10-31,1000,actual\n")
	_, stdout, stderr := readimport(t, text, append(args, "-registers", registers, "-previous", previous, "-zone", "UTC", "-")...)
	require.NotEmpty(t, stdout, stderr)
	var told []string
	for i, use := range column(t, stdout, "use") {
		told = append(told, use+"/"+column(t, stdout, "exceptions")[i])
	}
	return told
}

func TestAReadingIsNotTakenForAnother(t *testing.T) {
	smartearth := []string{"-layout", "smartearth-reads", "-set", "Meter Read Date.format=YYYYMMDD"}
	require.Equal(t, []string{"2.7/"}, useOf(t, "7,L,W,102.7,20261130\n", "1", smartearth...))
	require.Equal(t, []string{"27/"}, useOf(t, "7,L,W,1027,20261130\n", "0", smartearth...))
	require.Equal(t, []string{"/ScaleMismatch"}, useOf(t, "7,L,W,102.75,20261130\n", "1", smartearth...), "more decimals than the register")

	aclara := "AccountNumber,MeterSN,MTUID,Port,AccountType,Address1,City,State,Zip,RawRead,ScaledRead,ReadingTime,LocalTime,Active,Scalar,MeterTypeID," +
		"Vendor,Model,Description,ReadInterval\n1,7,M,1,R,,,,,%s,1027,2026-11-30 16:00:00.000,,1,1.0,5,,,,15\n"
	require.Equal(t, []string{"27/"}, useOf(t, fmt.Sprintf(aclara, "1027"), "0", "-layout", "aclara-mtu-reads"))
	require.Equal(t, []string{"/ScaleMismatch"}, useOf(t, fmt.Sprintf(aclara, "1000"), "0", "-layout", "aclara-mtu-reads"))

	cmep := func(unit, value string) string {
		return "MEPMD01,20080501,S,X,X,1,202611300700,7,OK,W," + unit + ",1.0,00000100,1,202611300700,R0," + value + "\n"
	}
	require.Equal(t, []string{"/", "/Missing"}, useOf(t, cmep("CCF", "27"), "0", "-layout", "cmep-mepmd01"), "a use in an interval is no reading")
	require.Equal(t, []string{"/", "27/"}, useOf(t, cmep("CCF", "1")+cmep("CCFREG", "1027"), "0", "-layout", "cmep-mepmd01"))
	code, _, stderr := readimport(t, cmep("CCF", "1")+cmep("CCFREG", "1027"), "-layout", "cmep-mepmd01", "-intervals", "-")
	require.Equal(t, exitClean, code, stderr)
	require.Empty(t, stderr, "a reading and a use of one instant are two things")
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

// TestARowThatIsNoReadIsNotMeasured has one of a meter on file whose line was refused as a read: why was told.
func TestARowThatIsNoReadIsNotMeasured(t *testing.T) {
	registers := write(t, "r.csv", "meter,register,dials,painted_zeros,decimals,multiplier,unit,active\n7,,6,0,0,1,CCF,yes\n")
	previous := write(t, "p.csv", "meter,register,day,digits,source\n7,,2026-10-31,1000,actual\n")
	s, err := loadStock(registers, previous)
	require.NoError(t, err)
	d := &delivery{name: "f", stock: s, tell: func(string) {}}
	d.rows = []*row{{file: d, line: 1, status: meterread.Reading, meter: "7", reading: "-5"}}
	require.NoError(t, d.measure(defaultRules(metering.Off())))
	require.Equal(t, metering.Missing, d.measured[0].review.Open()[0].Code)
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

func TestOneRegisterOfACompoundMeterIsNoUse(t *testing.T) {
	var half strings.Builder
	for text := range strings.Lines(file(t, "testdata/valley.txt")) {
		if !strings.Contains(text, "V-1003    H") {
			half.WriteString(text)
		}
	}
	_, stdout, stderr := readimport(t, half.String(), measured("-")...)
	require.Contains(t, stdout, ",4103,V-1003,L,2026-11-30,180,CCF,,read,100,,,,exceptions,MissingRegister\n")
	require.Contains(t, stdout, "\n,4103,V-1003,H,,,,,,50,,,,exceptions,MissingRegister\n")
	require.Contains(t, stderr, "MissingRegister(H) on meter V-1003: ")
}

const beaconHead = "Account_ID,Location_ID,Service_Point_ID,Meter_ID,Register_Number,Endpoint_SN,Read_Method,Read,Read_Unit,Billing_Read\n"

func TestTheSameAgainGivesNoRowAndTwoValuesGiveBoth(t *testing.T) {
	head := "meter_id,channel_id,read_dtm,read_value,uom,status,read_version\n"
	read := func(value, version string) string {
		return "7,1,2026-11-20 08:00:00," + value + ",CF,," + version + "\n"
	}
	for name, c := range map[string]struct {
		text, rows, codes string
		code              int
	}{
		"newer last":     {read("10", "1") + read("12", "2"), "12", "", exitClean},
		"newer first":    {read("12", "2") + read("10", "1"), "12", "", exitClean},
		"nothing tells":  {read("10", "1") + read("12", "1"), "10 12", "Conflict", exitFindings},
		"another point":  {read("1.1", "1") + read("11", "1"), "1.1 11", "Conflict", exitFindings},
		"newer than two": {read("10", "1") + read("11", "1") + read("12", "2"), "12", "Conflict", exitFindings},
		"the same again": {read("10", "1") + read("10", "1"), "10", "Duplicate", exitFindings},
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

// column is a column of CSV.
func column(t *testing.T, text, name string) []string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(t, err)
	at := slices.Index(rows[0], name)
	require.GreaterOrEqual(t, at, 0)
	var cells []string
	for _, row := range rows[1:] {
		cells = append(cells, row[at])
	}
	return cells
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

func TestWhatIsNotStatedIsSetOrRefused(t *testing.T) {
	for layout, set := range map[string]string{
		"smartfusion-h-ezroute-reads": "add -set read_date.format=MMDDYY,",
		"smartearth-reads":            `add -set "Meter Read Date.format=YYYYMMDD",`,
	} {
		code, stdout, stderr := readimport(t, "x\n", "-layout", layout, "-")
		require.Equal(t, exitUnable, code)
		require.Empty(t, stdout)
		require.Contains(t, stderr, "E_UNSTATED: ")
		require.Contains(t, stderr, set)
	}
	text := fmt.Sprintf("%-6s%-15s%15sM%-9s%4s%37s\n", "1", "7", "", "10", "1231", "")
	close2027 := []string{"-layout", "smartfusion-k2-sensus-notes-reads", "-cycle-close", "2027-01-05", "-"}
	_, stdout, stderr := readimport(t, text, close2027...)
	require.Equal(t, []string{"2026-12-31"}, column(t, stdout, "read_at"), stderr)
	_, stdout, stderr = readimport(t, text, "-layout", close2027[1], "-")
	require.Equal(t, []string{""}, column(t, stdout, "read_at"), stderr)
}

func TestSetChangesTheLayout(t *testing.T) {
	_, stdout, _ := readimport(t, "", valley("-set", "reading.decimals=2", "testdata/clean.txt")...)
	require.Equal(t, []string{"452.47", "1.8", "0.52"}, column(t, stdout, "reading"))
	_, stdout, _ = readimport(t, "", valley("-set", "register.role=", "testdata/clean.txt")...)
	require.Equal(t, []string{"", "", ""}, column(t, stdout, "register"))
}

func TestWhatCannotBeUsed(t *testing.T) {
	bad := write(t, "bad.yaml", "id: bad\nkind: fixed\n")
	table := func(text string) string { return write(t, "t.csv", text) }
	registers, previous := file(t, "testdata/registers.csv"), file(t, "testdata/previous.csv")
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no such flag":        {[]string{"-frob"}, "-h shows the flags"},
		"no layout":           {[]string{"f.txt"}, "add -layout ID"},
		"an empty layout":     {[]string{"-layout", "", "f.txt"}, "-list shows the layouts"},
		"an empty file":       {[]string{"-layout-file", "", "f.txt"}, "-layout-file names no file"},
		"two layouts":         {[]string{"-layout", "a", "-layout-file", "b", "f.txt"}, "do not go together"},
		"no file":             {[]string{"-layout", "itron-mvrs-upload"}, "no file is named"},
		"two files":           {valley("testdata/clean.txt", "more.txt"), "one file too many"},
		"flags behind":        {[]string{"-layout", "itron-mvrs-upload", "f.txt", "-list"}, "one file too many"},
		"list with a file":    {[]string{"-list", "f.txt"}, "-list stands alone"},
		"list with a layout":  {[]string{"-list", "-layout", "itron-mvrs-upload"}, "-list stands alone"},
		"registers alone":     {valley("-registers", "r.csv", "testdata/clean.txt"), "go together"},
		"previous alone":      {valley("-previous", "p.csv", "testdata/clean.txt"), "go together"},
		"low alone":           {valley("-low", "50", "testdata/clean.txt"), "-low judges a use"},
		"zone alone":          {valley("-zone", "UTC", "testdata/clean.txt"), "add -registers"},
		"a low of 100":        {measured("-low", "100", "testdata/clean.txt"), "below 100"},
		"no such place":       {measured("-zone", "Nowhere/At_All", "testdata/clean.txt"), "Nowhere"},
		"no such layout":      {[]string{"-layout", "nobody-knows", "testdata/clean.txt"}, "-list shows them"},
		"no such layout file": {[]string{"-layout-file", "nowhere.yaml", "testdata/clean.txt"}, "nowhere.yaml"},
		"no layout in it":     {[]string{"-layout-file", bad, "testdata/clean.txt"}, "bad.yaml:"},
		"no such reads":       {valley("nowhere.txt"), "nowhere.txt"},
		"a folder":            {valley("testdata"), "E_INPUT"},
		"no such day":         {valley("-cycle-close", "2026-02-30", "testdata/clean.txt"), "cycle-close"},
		"set without a value": {valley("-set", "read_date.format", "testdata/clean.txt"), "FIELD.KEY=VALUE"},
		"set without a key":   {valley("-set", "format=YY", "testdata/clean.txt"), "FIELD.KEY=VALUE"},
		"set no such field":   {valley("-set", "nothing.format=YY", "testdata/clean.txt"), "has no field"},
		"set no such key":     {valley("-set", "reading.color=red", "testdata/clean.txt"), "E_UNKNOWN_KEY"},
		"set an overlap":      {valley("-set", "reading.start=30", "testdata/clean.txt"), "E_OVERLAP"},
		"no such registers":   {valley("-registers", "nowhere.csv", "-previous", "testdata/previous.csv", "testdata/clean.txt"), "-registers: "},
		"no such previous":    {valley("-registers", "testdata/registers.csv", "-previous", "nowhere.csv", "testdata/clean.txt"), "-previous: "},
		"no heading":          {valley("-registers", table(""), "-previous", "testdata/previous.csv", "testdata/clean.txt"), ":1: E_TABLE: "},
		"a column too few":    {valley("-registers", table(strings.Replace(registers, "dials", "dails", 1)), "-previous", "testdata/previous.csv", "testdata/clean.txt"), "dials: the column is missing"},
		"no dials":            {valley("-registers", table(strings.Replace(registers, ",,6,", ",,,", 1)), "-previous", "testdata/previous.csv", "testdata/clean.txt"), ":2: E_TABLE: dials: "},
		"dials beyond":        {valley("-registers", table(strings.Replace(registers, ",,6,", ",,99,", 1)), "-previous", "testdata/previous.csv", "testdata/clean.txt"), "E_REGISTER"},
		"no unit":             {valley("-registers", table(strings.Replace(registers, "CCF", "", 1)), "-previous", "testdata/previous.csv", "testdata/clean.txt"), ":2: E_TABLE: unit: "},
		"active or not":       {valley("-registers", table(strings.Replace(registers, "yes", "", 1)), "-previous", "testdata/previous.csv", "testdata/clean.txt"), ":2: E_TABLE: active: "},
		"a register twice":    {valley("-registers", table(registers+"V-1001,,6,0,0,1,CCF,yes,4101\n"), "-previous", "testdata/previous.csv", "testdata/clean.txt"), "register: another row"},
		"no source":           {valley("-registers", "testdata/registers.csv", "-previous", table(strings.Replace(previous, "actual", "", 1)), "testdata/clean.txt"), ":2: E_TABLE: source: "},
		"no day":              {valley("-registers", "testdata/registers.csv", "-previous", table(strings.Replace(previous, "2026-10-31", "", 1)), "testdata/clean.txt"), ":2: E_TABLE: day: "},
		"half a compare":      {valley("-registers", "testdata/registers.csv", "-previous", table(strings.Replace(previous, "35,30", "35,", 1)), "testdata/clean.txt"), "goes with compare_days"},
		"previous twice":      {valley("-registers", "testdata/registers.csv", "-previous", table(previous+"V-1001,,2026-10-31,1,actual,,,\n"), "testdata/clean.txt"), "twice"},
		"previous of none":    {valley("-registers", "testdata/registers.csv", "-previous", table(previous+"V-9,,2026-10-31,1,actual,,,\n"), "testdata/clean.txt"), "does not have the meter"},
		"no such column":      {valley("-registers", table(strings.Replace(registers, "account", "acount", 1)), "-previous", "testdata/previous.csv", "testdata/clean.txt"), "column 9 has no name that is known"},
		"a column twice":      {valley("-registers", table(strings.Replace(registers, "account", "unit", 1)), "-previous", "testdata/previous.csv", "testdata/clean.txt"), "column 9 has the name of another"},
		"two accounts":        {valley("-registers", table(strings.Replace(registers, "yes,4103", "yes,4104", 1)), "-previous", "testdata/previous.csv", "testdata/clean.txt"), ":5: E_TABLE: another row of the meter"},
		"no meter":            {valley("-registers", table(strings.Replace(registers, "V-1001", "", 1)), "-previous", "testdata/previous.csv", "testdata/clean.txt"), ":2: E_TABLE: meter: "},
		"no number":           {valley("-registers", table(strings.Replace(registers, "0,1,CCF", "0,x,CCF", 1)), "-previous", "testdata/previous.csv", "testdata/clean.txt"), ":2: E_TABLE: multiplier: "},
		"compare of no days":  {valley("-registers", "testdata/registers.csv", "-previous", table(strings.Replace(previous, "35,30", "35,0", 1)), "testdata/clean.txt"), ":2: E_TABLE: compare_days: "},
		"a register of none":  {valley("-registers", "testdata/registers.csv", "-previous", table(previous+"V-1001,L,2026-10-31,1,actual,,,\n"), "testdata/clean.txt"), "no such register"},
		"a torn table":        {valley("-registers", "testdata/registers.csv", "-previous", table(previous+"V-10"), "testdata/clean.txt"), ":10: E_TABLE: "},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := readimport(t, "", c.args...)
			require.Equal(t, exitUnable, code, stderr)
			require.Empty(t, stdout)
			require.Contains(t, stderr, c.want)
		})
	}
}

func TestASourceThatFailsAndAnOutputThatCannotBeWritten(t *testing.T) {
	var out, notes bytes.Buffer
	failing := io.MultiReader(strings.NewReader(line("V-1001", "45247", "CCF", "20261130")), iotest.ErrReader(errors.New("the disk is gone")))
	require.Equal(t, exitUnable, run(valley("-"), failing, &out, &notes))
	require.Equal(t, []string{"45247"}, column(t, out.String(), "reading"), "what was read holds")
	require.Contains(t, notes.String(), "E_INPUT")

	out.Reset()
	failing = io.MultiReader(strings.NewReader(line("V-1001", "45247", "CCF", "20261130")), iotest.ErrReader(errors.New("the disk is gone")))
	require.Equal(t, exitUnable, run(measured("-"), failing, &out, &notes))
	require.Empty(t, out.String(), "half a file measures nothing")

	for _, args := range [][]string{nil, {"-h"}, {"-list"}, valley("testdata/clean.txt"), measured("testdata/clean.txt")} {
		notes.Reset()
		require.Equal(t, exitUnable, run(args, nil, full{}, &notes))
		require.Contains(t, notes.String(), "the output cannot be written: the disk is full")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

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
	const beacon = "1,,,7,,,,45210,GAL,45210"
	code, stdout, stderr := readimport(t, beaconHead+beacon, "-layout", "badger-beacon-billing-read", "-")
	require.Equal(t, exitClean, code)
	require.Equal(t, []string{"45210"}, column(t, stdout, "reading"))
	require.Contains(t, stderr, "note: the last line has no line end")
}

func TestBadFilesAreToldAndEmptyOnesToo(t *testing.T) {
	text := file(t, "testdata/clean.txt")
	for name, c := range map[string]struct {
		text, want string
		code       int
	}{
		"nothing":            {"", "note: the file holds no reading", exitClean},
		"an end of file":     {text + "\x1a", "", exitClean},
		"UTF-16":             {"\xff\xfe4\x001\x00", "E_ENCODING", exitUnable},
		"of another layout":  {beaconHead + "1,,,7,,,,45210,GAL,45210\n", "OtherLayout", exitFindings},
		"a line that is bad": {"nothing of the kind\n" + text, "standard input:1: LineTooShort", exitFindings},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := readimport(t, c.text, valley("-")...)
			require.Equal(t, c.code, code, stderr)
			require.Contains(t, stderr, c.want)
			if strings.Contains(c.text, text) {
				require.Equal(t, []string{"45247", "180", "52"}, column(t, stdout, "reading"), "the rest is read")
			}
		})
	}
}

func TestProgressShowsOnATerminalAndLeavesNothing(t *testing.T) {
	var reads strings.Builder
	for i := range 4000 {
		reads.WriteString(line(fmt.Sprintf("V-%d", i), "45247", "CCF", "20261130"))
	}
	_, plain, stderr := readimport(t, reads.String(), valley("-")...)
	require.Empty(t, stderr)
	var out, notes bytes.Buffer
	now := time.Date(2026, time.November, 30, 0, 0, 0, 0, time.UTC)
	p := program{stdin: strings.NewReader(reads.String()), stdout: &out, stderr: &notes, terminal: func(w io.Writer) bool { return w == &notes }}
	p.now = func() time.Time { now = now.Add(time.Second); return now }
	require.Equal(t, exitClean, p.run(valley("-")))
	require.True(t, plain == out.String())
	require.Contains(t, notes.String(), "Reading")
	parts := strings.Split(notes.String(), "\r")
	require.Empty(t, strings.TrimSpace(parts[len(parts)-2]), "the last bar is taken off")
	require.Empty(t, parts[len(parts)-1])
}
