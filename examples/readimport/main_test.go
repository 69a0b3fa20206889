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
)

var update = flag.Bool("update", false, "write the golden files anew")

// readimport runs the program, on the first of December 2026.
func readimport(t testing.TB, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, notes bytes.Buffer
	today := func() time.Time { return time.Date(2026, time.December, 1, 12, 0, 0, 0, time.UTC) }
	p := program{strings.NewReader(stdin), &out, &notes, today, func(io.Writer) bool { return false }}
	code = p.run(args)
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

// layout writes a layout of a heading, a meter, a day and some columns, and gives the flags of it.
func layout(t *testing.T, fields string) []string {
	t.Helper()
	return []string{"-layout-file", write(t, "own.yaml", "id: own\ntitle: Own\ndirection: from_field\nkind: csv-header\ncompleteness: full\nsource: invented\nrecords:\n  - type: '*'\n    fields:\n"+
		"      - {name: meter, index: 1, type: text, role: meter_serial}\n      - {name: day, index: 2, type: date, format: YYYY-MM-DD, role: read_date}\n"+fields)}
}

// tables are the flags of one register of meter A, and of its last reading.
func tables(t *testing.T, register, previous string) []string {
	t.Helper()
	return []string{"-registers", write(t, "r.csv", "meter,register,dials,painted_zeros,decimals,multiplier,unit,active\n"+register),
		"-previous", write(t, "p.csv", "meter,register,day,digits,source,compare_use,compare_days\n"+previous)}
}

const (
	decimalRead = "      - {name: read, index: 3, type: decimal, role: reading}\n"
	unitColumn  = "      - {name: unit, index: 4, type: text, role: unit}\n"
	flagColumn  = "      - {name: flag, index: 5, type: text, role: rollover_flag}\n"
)

const beaconHead = "Account_ID,Location_ID,Service_Point_ID,Meter_ID,Register_Number,Endpoint_SN,Read_Method,Read,Read_Unit,Billing_Read\n"

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
		"a folder":            {valley("testdata"), "testdata is a directory"},
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
		"digits beyond":       {valley("-registers", "testdata/registers.csv", "-previous", table(strings.Replace(previous, "45210", "1000000", 1)), "testdata/clean.txt"), ":2: E_TABLE: E_READING: digits: "},
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

func TestBadFilesAreToldAndEmptyOnesToo(t *testing.T) {
	text := file(t, "testdata/clean.txt")
	for name, c := range map[string]struct {
		text, want string
		code       int
	}{
		"nothing":            {"", "standard input: NoReads: the file gives no read", exitFindings},
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
