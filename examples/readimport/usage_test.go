package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/metering"
)

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

func TestNoUseIsGuessed(t *testing.T) {
	const register = "V-1,,6,0,0,1,CCF,yes,\n"
	const previous = "V-1,,2026-10-31,1000,actual,30,30,0\n"
	for name, c := range map[string]struct{ reading, register, previous, use, exceptions string }{
		"a use":                   {line("V-1", "1031", "CCF", "20261130"), register, previous, "31", ""},
		"high":                    {line("V-1", "1039", "CCF", "20261130"), register, previous, "39", "High"},
		"fell":                    {line("V-1", "900", "CCF", "20261130"), register, previous, "", "NegativeOrRollover"},
		"fell without a compare":  {line("V-1", "5", "CCF", "20261130"), register, "V-1,,2026-10-31,999990,actual,,,\n", "", "NegativeOrRollover"},
		"too many digits":         {line("V-1", "1000000", "CCF", "20261130"), register, previous, "", "OutOfRange"},
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
		"more days than a bill":   {line("V-1", "1031", "CCF", "20261130"), register, "V-1,,2026-10-25,1000,actual,30,30,0\n", "31", "LongPeriod"},
		"35 days":                 {line("V-1", "1031", "CCF", "20261130"), register, "V-1,,2026-10-26,1000,actual,30,30,0\n", "31", ""},
		"after today":             {line("V-1", "1031", "CCF", "20261202"), register, previous, "", "BadDate"},
		"today":                   {line("V-1", "1031", "CCF", "20261201"), register, previous, "31", ""},
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

// TestPaintedZerosAreNotReadTwice has a register whose last two zeros do not turn: 27800 cubic feet are 278 on its dials, and 270 stood there.
func TestPaintedZerosAreNotReadTwice(t *testing.T) {
	stock := tables(t, "A,,6,2,0,1,CF,yes\n", "A,,2026-10-31,270,actual,750,30\n")
	for kind, read := range map[string]string{"decimal": "27800", "int": "278"} {
		args := slices.Concat(layout(t, strings.Replace(decimalRead, "decimal", kind, 1)+unitColumn), stock, []string{"-"})
		code, stdout, stderr := readimport(t, "meter,day,read,unit\nA,2026-11-30,"+read+",CF\n", args...)
		require.Equal(t, exitClean, code, stderr)
		require.Equal(t, []string{"270"}, column(t, stdout, "previous"))
		require.Equal(t, []string{"800"}, column(t, stdout, "use"))
		require.Equal(t, []string{"approved"}, column(t, stdout, "pile"))
	}
	args := slices.Concat(layout(t, decimalRead+unitColumn), stock, []string{"-"})
	_, stdout, _ := readimport(t, "meter,day,read,unit\nA,2026-11-30,27850,CF\n", args...)
	require.Equal(t, []string{"ScaleMismatch"}, column(t, stdout, "exceptions"), "the register cannot show 50")
}

func TestATornReadingIsAFindingAndNoUse(t *testing.T) {
	flags := layout(t, "      - {name: unit, index: 3, type: text, role: unit}\n      - {name: read, index: 4, type: decimal, role: reading}\n")
	stock := tables(t, "A,,6,0,2,1,CCF,yes\n", "A,,2026-10-31,22000,actual,7.5,30\n")
	text := "meter,day,unit,read\nA,2026-11-30,CCF,227"
	code, stdout, stderr := readimport(t, text, append(slices.Clone(flags), "-")...)
	require.Equal(t, exitFindings, code)
	require.Contains(t, stderr, "standard input:2: Torn: ")
	require.Equal(t, 1, strings.Count(stderr, "Torn"))
	require.Equal(t, []string{"227"}, column(t, stdout, "reading"), "the row stays")
	code, stdout, stderr = readimport(t, text, slices.Concat(flags, stock, []string{"-"})...)
	require.Equal(t, exitFindings, code)
	require.Equal(t, []string{""}, column(t, stdout, "use"))
	require.Equal(t, []string{"exceptions"}, column(t, stdout, "pile"))
	require.Equal(t, []string{"Torn"}, column(t, stdout, "exceptions"))
	require.Contains(t, stderr, "standard input:2: Torn(1) on meter A: ")
	code, stdout, stderr = readimport(t, text+".64\n", slices.Concat(flags, stock, []string{"-"})...)
	require.Equal(t, exitClean, code, stderr)
	require.Equal(t, []string{"7.64"}, column(t, stdout, "use"))
}

func TestAReadOfAnotherDayThanTheCycleIsNoUse(t *testing.T) {
	flags := slices.Concat(layout(t, decimalRead), tables(t, "A,,6,0,0,1,CCF,yes\n", "A,,2026-10-31,1000,actual,60,30\n"))
	read := func(day string, more ...string) (int, string, string) {
		return readimport(t, "meter,day,read\nA,"+day+",1031\n", slices.Concat(flags, more, []string{"-"})...)
	}
	for day, more := range map[string][]string{"2062-10-31": nil, "2026-12-02": nil, "2026-11-21": {"-cycle-close", "2026-11-20"}} {
		code, stdout, stderr := read(day, more...)
		require.Equal(t, exitFindings, code)
		require.Equal(t, []string{"1031"}, column(t, stdout, "reading"), "the row stays")
		require.Equal(t, []string{""}, column(t, stdout, "use"))
		require.Equal(t, []string{"BadDate"}, column(t, stdout, "exceptions"))
		require.Contains(t, stderr, "standard input:2: BadDate: ")
		after := map[bool]string{true: "after today, 2026-12-01", false: "after the close of the cycle, 2026-11-20"}[more == nil]
		require.Contains(t, stderr, "it is dated "+day+", "+after)
	}
	for day, more := range map[string][]string{"2026-12-01": nil, "2026-11-20": {"-cycle-close", "2026-11-20"}, "2026-12-02": {"-cycle-close", "2026-12-05"}} {
		code, _, stderr := read(day, more...)
		require.Equal(t, exitClean, code, stderr)
	}
	code, _, stderr := readimport(t, "meter,day,read\nA,2062-10-31,1031\n", append(layout(t, decimalRead), "-")...)
	require.Equal(t, exitFindings, code, "without the meters on file, too")
	require.Contains(t, stderr, "standard input:2: BadDate: ")

	// The day of an instant is that of the place; without one, it may be either of two.
	instant := func(at string, more ...string) int {
		text := "MEPMD01,20080501,S,X,X,1,202611300700,7,OK,W,CCFREG,1.0,00000100,1," + at + ",R0,1031\n"
		code, _, stderr := readimport(t, text, slices.Concat([]string{"-layout", "cmep-mepmd01"}, more, []string{"-"})...)
		require.Equal(t, code == exitFindings, strings.Contains(stderr, "standard input:1: BadDate: "), stderr)
		return code
	}
	require.Equal(t, exitClean, instant("202612010700", "-cycle-close", "2026-11-30"))
	require.Equal(t, exitFindings, instant("202612020000", "-cycle-close", "2026-11-30"))
	stock := []string{"-registers", write(t, "r.csv", "meter,register,dials,painted_zeros,decimals,multiplier,unit,active\n7,,6,0,0,1,CCF,yes\n"),
		"-previous", write(t, "p.csv", "meter,register,day,digits,source\n7,,2026-10-31,1000,actual\n"), "-cycle-close", "2026-11-30", "-zone"}
	require.Equal(t, exitClean, instant("202612010700", append(stock, "America/Los_Angeles")...))
	require.Equal(t, exitFindings, instant("202612010800", append(stock, "America/Los_Angeles")...))
}

func TestADeclaredRolloverIsComparedOrIsForTwo(t *testing.T) {
	flags := layout(t, strings.Replace(decimalRead, "decimal", "int", 1)+unitColumn+flagColumn)
	for previous, want := range map[string][]string{
		"A,,2026-10-31,9900,actual,,\n":      {"110", "exceptions", "Rollover; NoBasis"},
		"A,,2026-10-31,9900,actual,100,30\n": {"110", "acceptable", "Rollover"},
		"A,,2026-11-30,9900,actual,100,30\n": {"110", "exceptions", "Rollover; NoBasis"}, // a use of no day has no daily use
		"A,,2026-10-31,9900,actual,20,30\n":  {"110", "exceptions", "Rollover; Highest"},
	} {
		code, stdout, stderr := readimport(t, "meter,day,read,unit,flag\nA,2026-11-30,10,CCF,Y\n",
			slices.Concat(flags, tables(t, "A,,4,0,0,1,CCF,yes\n", previous), []string{"-"})...)
		require.Equal(t, exitFindings, code)
		require.Equal(t, want, []string{column(t, stdout, "use")[0], column(t, stdout, "pile")[0], column(t, stdout, "exceptions")[0]}, stderr)
	}
}

// TestAReviewIsDueWhenItsReadsWere has a meter of which nothing came: it may be estimated for the days of its cycle, and for no others.
func TestAReviewIsDueWhenItsReadsWere(t *testing.T) {
	number := func(text string) exact.Number {
		n, err := exact.ParseNumber(text)
		require.NoError(t, err)
		return n
	}
	daily, err := metering.NewVolume(number("1"), metering.CCF)
	require.NoError(t, err)
	clerk, err := approval.ParsePerson("m.alvarez")
	require.NoError(t, err)
	step := metering.Step{By: clerk, At: time.Date(2026, time.December, 1, 0, 0, 0, 0, time.UTC), Reason: "nobody was there"}
	rule := metering.EstimateRule{MaxInRow: 3, Method: metering.EstimateMethod{
		Title: "class", Source: "invented", Kind: metering.ClassMean, MaxAge: metering.Off(), ClassDaily: daily,
	}}
	for closing, due := range map[string]string{"": "2026-11-28", "2026-11-30": "2026-11-30", "2026-09-30": ""} {
		s, err := loadStock("testdata/registers.csv", "testdata/previous.csv")
		require.NoError(t, err)
		day := civil.MustDate("2026-11-28")
		d := &delivery{name: "f", stock: s, tell: func(string) {}}
		if closing != "" {
			d.cycleClose = civil.MustDate(closing)
		}
		d.rows = []*row{{file: d, line: 1, status: meterread.Reading, meter: "V-1001", reading: "45247", at: day.String(),
			got: &metering.Delivered{Meter: "V-1001", State: metering.Read, Number: number("45247"), Dials: true, Day: day, Source: metering.Actual}}}
		require.NoError(t, d.measure(defaultRules(metering.Off())), "a day before the last reading is not due")
		m := d.measured[slices.IndexFunc(d.measured, func(m *metered) bool { return m.on.meter == "V-1005" })]
		// A use that comes later in its place must have had the checks that every use has.
		to := metering.Reading{Meter: "V-1005", Register: m.on.sides[0].register.ID, State: metering.Read, Digits: 7100, Day: day, Source: metering.Actual}
		used, err := metering.Between(m.on.sides[0].from, m.on.sides[0].register, to, m.on.sides[0].rule(defaultRules(metering.Off())))
		require.NoError(t, err)
		for _, check := range []string{"ZeroUse", "days"} {
			_, err = m.review.Correct(step, "the card came late", used)
			if due != "" && closing == "" {
				require.ErrorContains(t, err, "the check "+check+" has not been run on it")
			}
			used = used.With(metering.Exception{Code: metering.Normal, Rule: check})
		}
		for _, end := range []string{"2026-11-27", "2026-11-28", "2026-11-29", "2026-11-30"} {
			from := m.on.sides[0].from
			estimate, _, err := metering.Estimate(from, from.Register, civil.MustDate(end), rule, nil)
			require.NoError(t, err)
			_, err = m.review.Estimate(step, estimate)
			require.Equal(t, end == due, err == nil, "%s: %v", end, err)
		}
	}
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

// What else the file says of a meter stands beside its use: it is not approved unseen.
func TestAFileThatContradictsItselfHoldsTheMeter(t *testing.T) {
	flags := layout(t, strings.Replace(decimalRead, "decimal", "int", 1)+"      - {name: account, index: 4, type: text, role: account}\n"+
		"      - {name: skip, index: 5, type: text, role: read_code}\n")
	registers := write(t, "r.csv", "meter,register,account,dials,painted_zeros,decimals,multiplier,unit,active\nA,,1,6,0,0,1,CCF,yes\n")
	previous := write(t, "p.csv", "meter,register,day,digits,source\nA,,2026-10-31,100,actual\n")
	for says, lines := range map[string]string{
		"line 3 has this meter under another account":                   "A,2026-11-30,130,1,\nA,2026-11-30,990,9,\n",
		"line 2 shows more, 990 on 2026-11-29, than the last line, 130": "A,2026-11-29,990,1,\nA,2026-11-30,130,1,\n",
		"line 3 says of the same time that there is no number":          "A,2026-11-30,130,1,\nA,2026-11-30,,1,07\n",
		"line 2 has this meter under another account":                   "A,2026-11-20,990,9,\nA,2026-11-30,130,1,\n",
	} {
		code, stdout, stderr := readimport(t, "meter,day,read,account,skip\n"+lines, append(flags, "-registers", registers, "-previous", previous, "-cycle-close", "2026-11-30", "-")...)
		require.Equal(t, exitFindings, code, stderr)
		require.Contains(t, stderr, says)
		require.Contains(t, stdout, "exceptions,Conflict", stdout)
		require.NotContains(t, stdout, "approved")
	}
	code, stdout, _ := readimport(t, "meter,day,read,account,skip\nA,2026-11-29,128,1,\nA,2026-11-30,130,1,\n",
		append(flags, "-registers", registers, "-previous", previous, "-cycle-close", "2026-11-30", "-")...)
	require.Equal(t, exitClean, code)
	require.Contains(t, stdout, ",30,CCF,30,approved,")
}

// TestAUseWithinADayIsNotApproved has a register that shows more on the day of its last reading: no band can judge that.
func TestAUseWithinADayIsNotApproved(t *testing.T) {
	flags := append(layout(t, decimalRead), "-registers", write(t, "r.csv", "meter,register,dials,painted_zeros,decimals,multiplier,unit,active\nA,,6,0,0,1,CCF,yes\n"),
		"-previous", write(t, "p.csv", "meter,register,day,digits,source,compare_use,compare_days\nA,,2026-11-20,90,actual,10,31\n"), "-")
	code, stdout, stderr := readimport(t, "meter,day,read\nA,2026-11-20,45210\n", flags...)
	require.Equal(t, exitFindings, code, stdout)
	require.Contains(t, stderr, "NoBasis on meter A: a use on the day of the last reading has no days to be compared by")
	require.NotContains(t, stderr, "compare_use")
	code, stdout, stderr = readimport(t, "meter,day,read\nA,2026-11-20,90\n", flags...)
	require.Contains(t, stderr, "none of this cycle came")
	require.Contains(t, stdout, ",exceptions,")
	require.NotContains(t, stderr, "compare_use")
	require.Equal(t, exitFindings, code)
}

// TestUseWhereNobodyHasTheServiceIsToldOfAFirstFileToo has last readings of zero alone, which switch off what is told of zeros.
func TestUseWhereNobodyHasTheServiceIsToldOfAFirstFileToo(t *testing.T) {
	flags := append(layout(t, decimalRead), "-registers", write(t, "r.csv", "meter,register,dials,painted_zeros,decimals,multiplier,unit,active\nA,,6,0,0,1,CCF,no\n"),
		"-previous", write(t, "p.csv", "meter,register,day,digits,source\nA,,2026-10-20,0,actual\n"), "-")
	_, stdout, _ := readimport(t, "meter,day,read\nA,2026-11-20,45210\n", flags...)
	require.Contains(t, stdout, "exceptions,UsageNoAccount")
}

// TestTheLatestReadingIsTheOneOfTheLatestTime has times with and without parts of a second, whose texts sort otherwise.
func TestTheLatestReadingIsTheOneOfTheLatestTime(t *testing.T) {
	flags := append(tables(t, "A,,6,0,0,1,CCF,yes\n", "A,,2026-10-20,90,actual,10,31\n"), append(layout(t, strings.Replace(decimalRead, "index: 3", "index: 4", 1)+
		"      - {name: at, index: 3, type: datetime, format: 'YYYY-MM-DD HH:mm:ss.SSS', zone: UTC, role: read_at}\n"), "-zone", "America/Los_Angeles", "-")...)
	_, stdout, _ := readimport(t, "meter,day,at,read\nA,2026-11-20,2026-11-20 16:00:00.000,100\nA,2026-11-20,2026-11-20 16:00:00.500,101\n", flags...)
	require.Equal(t, []string{"", "11"}, column(t, stdout, "use"))
}
