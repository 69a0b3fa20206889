package meterread_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/adaptertest"
	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// From a file to what was used: the last readings and the registers are the district's own.
func ExampleSource() {
	layout, err := meterread.ShippedLayout("smartearth-reads")
	if err == nil {
		layout, err = layout.Set("Meter Read Date.format", "YYYYMMDD")
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	open := func() (io.ReadCloser, error) {
		text := "70881234,L-77,W,45247,20261120\n70881234,L-77,W,45247,20261120\n70881235,L-78,W,9O1,20261120\n70881236,L-79,W,880,20261120\n"
		return io.NopCloser(strings.NewReader(text)), nil // or os.Open("reads.csv")
	}
	one, _ := exact.NewNumber(1, 0)
	register := metering.Register{ID: "1", Dials: 6, Multiplier: one, Unit: metering.CCF}
	last := map[string]int64{"70881234": 45210, "70881236": 899}

	var received []metering.Received
	source := meterread.Source(layout, open, meterread.SourceOptions{Options: meterread.Options{File: "reads.csv"}})
	for d, err := range source.Reads() {
		switch {
		case err != nil:
			fmt.Println(err)
			return
		case d.Finding != nil:
			fmt.Println(d.Finding)
			continue
		}
		got, doubt, err := register.Take(d.Meter, metering.ByText, d)
		if err != nil || doubt.Code != "" {
			fmt.Println(d.Pos, doubt, err)
			continue
		}
		received = append(received, got)
	}
	reads := metering.Distinct(received)
	fmt.Println(len(reads.Kept), "kept,", reads.Dropped, "dropped")
	rule := metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.RefuseRollover}
	zero := metering.ZeroRule{Title: "ZeroUse", Source: "the district", StoppedAt: metering.Off()}
	for _, to := range reads.Kept {
		from := metering.Baseline{Meter: to.Meter, Register: register, Digits: last[to.Meter], Day: civil.MustDate("2026-10-20"), Source: metering.Actual}
		used, err := metering.Between(from, register, to, rule)
		if err != nil {
			fmt.Println(err)
			return
		}
		if now, known := used.Sample(); known {
			verdict, err := zero.Judge(now, metering.Standing{Active: true})
			if err != nil {
				fmt.Println(err)
				return
			}
			used = used.With(verdict)
		}
		review, err := metering.NewReview(to.Meter+"/2026-11", to.Day, used, zero.Title)
		if err != nil {
			fmt.Println(err)
			return
		}
		if usage, err := review.Billable(); err == nil {
			fmt.Println(to.Meter, usage.Exact(), usage.Unit())
		}
		for _, e := range review.Open() {
			fmt.Println(e)
		}
	}
	// Output:
	// reads.csv:3:18: NotNumeric: Meter Reading: a letter stands in the number; look at the line, and read the meter again where the number is lost
	// 2 kept, 1 dropped
	// 70881234 37 CCF
	// NegativeOrRollover(1) on meter 70881236: went back from 899 to 880; a rollover of 6 dials would be 999981 digits, 999981 CCF; high limit none; nothing is billed
}

// sourced is what a file of a layout delivers: reads, findings, and the error it ended with.
type sourced struct {
	reads    []metering.Delivered
	findings []*problem.Error
	err      error
}

func sourceOf(layout *meterread.Layout, text string, options meterread.SourceOptions) sourced {
	return drain(meterread.Source(layout, func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }, options))
}

func drain(source metering.ReadSource) sourced {
	var got sourced
	for d, err := range source.Reads() {
		switch {
		case err != nil:
			got.err = err
		case d.Finding != nil:
			got.findings = append(got.findings, d.Finding)
		default:
			got.reads = append(got.reads, d)
		}
	}
	return got
}

func (s sourced) codes() []string {
	var codes []string
	for _, e := range s.findings {
		codes = append(codes, string(e.Code))
	}
	return codes
}

var plainOptions = meterread.SourceOptions{Options: meterread.Options{File: "f"}}

func places(t testing.TB, coefficient int64, places int) exact.Number {
	t.Helper()
	n, err := exact.NewNumber(coefficient, places)
	require.NoError(t, err)
	return n
}

func TestWhatALineStatesIsDeliveredAndNothingElse(t *testing.T) {
	got := sourceOf(shipped(t, "itron-mvrs-upload"), mvrs("0000045210", "11202026", "093015", "131")+mvrs("0000000000", "", "", "000"), plainOptions)
	require.NoError(t, got.err)
	for i := range got.reads {
		require.Empty(t, strings.Trim(got.reads[i].Register, "0"))
		got.reads[i].Register = ""
	}
	require.Equal(t, []metering.Delivered{
		{
			Pos: problem.Pos{File: "f", Line: 3}, Account: "104233", Meter: "70881234", State: metering.Read, Number: places(t, 45210, 0), Dials: true,
			Day: civil.MustDate("2026-11-20"), Local: metering.LocalTime{Day: civil.MustDate("2026-11-20"), Hour: 9, Minute: 30, Second: 15},
			Source: metering.Actual, Code: "K; 131", Multiplier: places(t, 1, 0),
		},
		{Pos: problem.Pos{File: "f", Line: 6}, Account: "104233", Meter: "70881234", State: metering.NoRead, Code: "K"},
	}, got.reads)

	got = sourceOf(shipped(t, "aclara-mtu-reads"), aclara("23497071", "23497.071", "0.001"), plainOptions)
	require.Equal(t, time.Date(2025, time.May, 25, 16, 0, 0, 0, time.UTC), got.reads[0].At)
	require.True(t, got.reads[0].Day.IsZero(), "of an instant the place gives the day")
	require.Equal(t, metering.LocalTime{}, got.reads[0].Local)
	require.Equal(t, places(t, 23497071, 3), got.reads[0].Number)
	require.False(t, got.reads[0].Dials, "it has its point")
}

func TestDigitsOfDialsAreThoseThatALayoutWritesWithoutAPoint(t *testing.T) {
	text := radix("104233", "45210")
	require.True(t, sourceOf(shipped(t, "smartfusion-a-radix1-reads"), text, plainOptions).reads[0].Dials)
	point := sourceOf(shipped(t, "smartfusion-a-radix1-reads", "reading.decimals=2"), text, plainOptions).reads[0]
	require.False(t, point.Dials)
	require.Equal(t, "452.1", point.Number.String())
	require.False(t, sourceOf(shipped(t, "smartfusion-a-radix1-reads", "reading.type=decimal"), text, plainOptions).reads[0].Dials)
	require.False(t, sourceOf(shipped(t, "aclara-mtu-reads"), aclara("1000", "", "1.0"), plainOptions).reads[0].Dials, "a raw reading times its scalar is no digits of dials")
	require.False(t, sourceOf(shipped(t, "aclara-mtu-reads", "ScaledRead.type=int"), aclara("1000", "", "0.5"), plainOptions).reads[0].Dials)
}

func TestAnEstimateIsOneByTheTableOfTheLayout(t *testing.T) {
	for quality, want := range map[string]metering.Source{"R0": metering.Actual, "E": metering.Estimated, "E32": metering.Estimated, "": metering.Actual, "A": metering.Actual} {
		got := sourceOf(shipped(t, "cmep-mepmd01"), cmep("7", "1", "202611200000,"+quality+",45210"), plainOptions)
		require.Equal(t, want, got.reads[0].Source, quality)
		require.Equal(t, quality, got.reads[0].Code)
	}
	require.Equal(t, metering.Actual, sourceOf(shipped(t, "cmep-sensus-interval"), cmep("7", "1", "202611200000,E,45210"), plainOptions).reads[0].Source,
		"the layout has no table that says so")
	blank := ownLayout(t, "kind: csv", `    fields:
      - {name: meter, index: 1, type: text, role: meter_serial}
      - {name: reading, index: 2, type: int, role: reading}
      - {name: how, index: 3, type: text, role: quality, values: {'': estimated by the office, R: read}}
`)
	for how, want := range map[string]metering.Source{"": metering.Estimated, "R": metering.Actual, "32": metering.Actual} {
		require.Equal(t, want, sourceOf(blank, "7,45210,"+how+"\n", plainOptions).reads[0].Source, how)
	}
}

const beaconLine = "1,,,,,,,E,%s,%s,2026-11-01 01:59,%s,,,,,,,,,,,,,,,,,,,7,,,,,,,,022760,%s,2026-11-01 00:59,%s,1,,,,,\n"

// beacon is a range report with one row: estimated, flow, its unit, reading, its unit.
func beacon(t *testing.T, layout *meterread.Layout, estimated, flow, flowUnit, reading, unit string) string {
	var heading []string
	for _, f := range layout.Records[0].Fields {
		heading = append(heading, f.Name)
	}
	require.Len(t, heading, 48)
	return strings.Join(heading, ",") + "\n" + fmt.Sprintf(beaconLine, estimated, flow, flowUnit, reading, unit)
}

func TestAReadingAndAUseOfOneLineAreTwoItems(t *testing.T) {
	layout := shipped(t, "badger-beacon-range-read")
	got := sourceOf(layout, beacon(t, layout, "1", "5", "Gallons", "227.6", "CCF"), plainOptions)
	require.Empty(t, got.codes())
	require.Len(t, got.reads, 2)
	reading, use := got.reads[0], got.reads[1]
	require.Equal(t, []any{"227.6", metering.CCF, false, "2026-11-01 00:59:00", metering.Estimated}, []any{reading.Number.String(), reading.Unit, reading.Interval, reading.Local.String(), reading.Source})
	require.Equal(t, []any{"5", metering.Gallon, true, "2026-11-01 01:59:00", metering.Estimated}, []any{use.Number.String(), use.Unit, use.Interval, use.Local.String(), use.Source})
	require.Equal(t, reading.Pos, use.Pos)

	alone := sourceOf(layout, beacon(t, layout, "0", "5", "", "", "CCF"), plainOptions).reads
	require.Len(t, alone, 1)
	require.Equal(t, []any{true, metering.Unit(0), metering.Actual}, []any{alone[0].Interval, alone[0].Unit, alone[0].Source}, "the unit of the reading is not the flow's")
	odd := sourceOf(layout, beacon(t, layout, "0", "5", "drops", "227.6", "CCF"), plainOptions).reads
	require.Equal(t, []metering.Code{"", metering.MultiplierChanged}, []metering.Code{odd[0].Doubt.Code, odd[1].Doubt.Code})
	torn := sourceOf(layout, strings.Replace(beacon(t, layout, "0", "5", "Gallons", "227.6", "CCF"), "11-01 01:59", "11-31 01:59", 1), plainOptions)
	require.Len(t, torn.reads, 1)
	require.Equal(t, []string{"BadDate"}, torn.codes())
}

// TestAReadingThatEndsAnIntervalIsNoUse has a feed whose values are what the register showed.
func TestAReadingThatEndsAnIntervalIsNoUse(t *testing.T) {
	options := meterread.SourceOptions{Meter: "7"}
	uses := sourceOf(shipped(t, "green-button-espi"), greenButton, options).reads
	require.Equal(t, []any{"12.5", true, metering.Actual}, []any{uses[0].Number.String(), uses[0].Interval, uses[0].Source})
	require.Equal(t, metering.Estimated, uses[1].Source, "quality 8")
	feed := strings.Replace(greenButton, "<espi:accumulationBehaviour>4<", "<espi:accumulationBehaviour>3<", 1)
	got := sourceOf(shipped(t, "green-button-espi"), feed, options)
	require.NotEmpty(t, got.reads)
	for _, d := range got.reads {
		require.False(t, d.Interval)
	}
	require.Equal(t, "12.5", got.reads[0].Number.String())
}

func TestAReadWithoutAMeterIsAFinding(t *testing.T) {
	const text = `[{"deviceId":"81234567","units":"CF","data":[{"timeStamp":"2026-11-20T00:00:00","reading":45210}]}]`
	layout := shipped(t, "sentryx-reads")
	got := sourceOf(layout, text, plainOptions)
	require.Equal(t, []string{"NoMeter"}, got.codes())
	require.Empty(t, got.reads)
	named, err := layout.Set("deviceId.role", "meter_serial")
	require.NoError(t, err)
	require.Equal(t, "81234567", sourceOf(named, text, plainOptions).reads[0].Meter)
	require.Equal(t, "7", sourceOf(layout, text, meterread.SourceOptions{Meter: "7"}).reads[0].Meter)
	require.Equal(t, "70881234", sourceOf(shipped(t, "smartfusion-a-radix1-reads"), radix("1", "5"), meterread.SourceOptions{Meter: "7"}).reads[0].Meter, "what the line states holds")
}

func TestWhatTheFileItselfDoubtsIsDoubtOfTheRead(t *testing.T) {
	got := sourceOf(shipped(t, "aclara-mtu-reads"), aclara("1000", "120.5", "1.0"), plainOptions)
	require.Equal(t, []string{"ScaleMismatch"}, got.codes())
	require.Equal(t, metering.ScaleMismatch, got.reads[0].Doubt.Code)
	got = sourceOf(shipped(t, "cmep-mepmd01"), strings.Replace(cmep("7", "1", "202611200000,R0,45210"), "GALREG", "LBSREG", 1), plainOptions)
	require.Equal(t, metering.MultiplierChanged, got.reads[0].Doubt.Code)
	require.NotContains(t, got.reads[0].Doubt.String(), "LBS")
	got = sourceOf(shipped(t, "cmep-mepmd01"), cmep("7", "1", "202611200000,R0,45210"), plainOptions)
	require.Equal(t, []any{metering.Code(""), metering.Gallon}, []any{got.reads[0].Doubt.Code, got.reads[0].Unit})
}

func TestWhatCannotBeANumberIsNoZero(t *testing.T) {
	scaled := shipped(t, "cmep-mepmd01", "constant.role=scale")
	use := strings.Replace(cmep("7", "1", "202611200000,R0,5"), "GALREG", "GAL", 1)
	require.Equal(t, "500", sourceOf(scaled, strings.Replace(use, ",1.0,", ",2,", 1), plainOptions).reads[0].Number.String())
	got := sourceOf(scaled, strings.Replace(use, ",1.0,", ",99,", 1), plainOptions)
	require.Empty(t, got.reads)
	require.Equal(t, []string{"NotNumeric"}, got.codes())

	below := strings.NewReplacer("<espi:accumulationBehaviour>4<", "<espi:accumulationBehaviour>3<", "<espi:value>12500<", "<espi:value>-12500<").Replace(greenButton)
	got = sourceOf(shipped(t, "green-button-espi"), below, meterread.SourceOptions{Meter: "7"})
	require.NotEmpty(t, got.findings)
	for _, d := range got.reads {
		require.GreaterOrEqual(t, d.Number.Sign(), 0, "a register does not show less than zero")
	}
}

func TestVersionAndRollover(t *testing.T) {
	const head = "meter_id,channel_id,read_dtm,read_value,uom,status,read_version\n"
	layout := shipped(t, "metersense-register-read")
	for version, want := range map[string]int64{"3": 3, "": 0} {
		require.Equal(t, want, sourceOf(layout, head+"7,1,2026-11-20 08:00:00,10,CF,,"+version+"\n", plainOptions).reads[0].Version)
	}
	loose := shipped(t, "metersense-register-read", "read_version.type=decimal")
	require.Zero(t, sourceOf(loose, head+"7,1,2026-11-20 08:00:00,10,CF,,1.5\n", plainOptions).reads[0].Version, "1.10 and 1.9 have no order")
	declared := shipped(t, "metersense-register-read", "status.role=rollover_flag")
	for flag, want := range map[string]bool{"Y": true, "yes": true, "1": true, "": false, "0": false, "N": false} {
		require.Equal(t, want, sourceOf(declared, head+"7,1,2026-11-20 08:00:00,10,CF,"+flag+",1\n", plainOptions).reads[0].RolledOver, flag)
	}
}

// handheld is a layout of a heading and a few columns, as a site would write it.
func handheld(t *testing.T, fields string) *meterread.Layout {
	t.Helper()
	return ownLayout(t, "kind: csv", "    fields:\n      - {name: meter, index: 1, type: text, role: meter_serial}\n      - {name: day, index: 2, type: date, format: YYYY-MM-DD, role: read_date}\n"+fields)
}

// TestPaintedZerosAreNoDigits has a register whose last two zeros do not turn, which stood at 270: 27800 cubic feet are 278 on its dials.
func TestPaintedZerosAreNoDigits(t *testing.T) {
	register := metering.Register{ID: "1", Dials: 6, PaintedZeros: 2, Multiplier: places(t, 1, 0), Unit: metering.CubicFoot}
	for kind, reading := range map[string]string{"decimal": "27800", "int": "278"} {
		layout := handheld(t, "      - {name: read, index: 3, type: "+kind+", role: reading}\n      - {name: unit, index: 4, type: text, role: unit}\n")
		d := sourceOf(layout, "A,2026-10-31,"+reading+",CF\n", plainOptions).reads[0]
		require.Equal(t, []any{kind == "int", metering.CubicFoot}, []any{d.Dials, d.Unit})
		got, why, err := register.Take("A", metering.ByText, d)
		require.NoError(t, err)
		require.Empty(t, why.Code)
		require.Equal(t, int64(278), got.Reading.Digits, kind)
	}
}

func TestTheMultiplierAndTheDialsOfTheFileAreDelivered(t *testing.T) {
	fields := "      - {name: read, index: 3, type: int, role: reading}\n      - {name: times, index: 4, type: decimal, role: multiplier}\n      - {name: dials, index: 5, type: int, role: dials}\n"
	for cells, want := range map[string][]any{
		"10,6": {"10", 6}, "0.5,4": {"0.5", 4}, "0,0": {"0", 0}, "0.00,00": {"0", 0}, ",": {"0", 0},
	} {
		got := sourceOf(handheld(t, fields), "A,2026-10-31,1027,"+cells+"\n", plainOptions)
		require.Empty(t, got.codes())
		require.Equal(t, want, []any{got.reads[0].Multiplier.String(), got.reads[0].DialCount}, cells)
		require.Equal(t, "1027", got.reads[0].Number.String(), "digits of dials are not multiplied")
	}
	loose := handheld(t, strings.NewReplacer("type: decimal", "type: text", "int, role: dials", "decimal, role: dials").Replace(fields))
	for _, cells := range []string{"ten,6", "1,6.5", "-1,6"} {
		got := sourceOf(loose, "A,2026-10-31,1027,"+cells+"\n", plainOptions)
		require.Equal(t, []string{"NotNumeric"}, got.codes(), cells)
		require.Empty(t, got.reads)
	}
	for id, text := range map[string]string{
		"cmep-mepmd01":                  strings.Replace(cmep("7", "1", "202611200000,R0,45210"), ",1.0,", ",10,", 1),
		"itron-mvrs-upload":             strings.Replace(mvrs("0000045210", "11202026", "093015", "131"), " 0000010", " 0000100", 1),
		"xylem-datalake-water-register": "meter_id,commodity,unit_of_measure,read_time_timestamp,rni_multiplier,register_value\n7,W,CF,2026-11-20T08:00:00Z,10,45210\n",
	} {
		d := sourceOf(shipped(t, id), text, plainOptions).reads[0]
		require.Equal(t, "10", d.Multiplier.String(), id)
		want := map[bool]string{true: "45210", false: "452100"}[d.Dials] // with a unit and no dials, it is a volume
		require.Equal(t, want, d.Number.String(), id)
	}
}

func TestAUseInAnIntervalIsMultipliedExactly(t *testing.T) {
	for constant, want := range map[string]string{"10": "50", "0.001": "0.005", "1.0": "5", "0": "5", "": "5"} {
		text := strings.NewReplacer("GALREG", "GAL", ",1.0,", ","+constant+",").Replace(cmep("7", "1", "202611200000,R0,5"))
		d := sourceOf(shipped(t, "cmep-mepmd01"), text, plainOptions).reads[0]
		require.Equal(t, []any{want, true, exact.Number{}}, []any{d.Number.String(), d.Interval, d.Multiplier}, constant)
	}
	text := strings.NewReplacer("GALREG", "GAL", ",1.0,", ",999999999999999999,").Replace(cmep("7", "1", "202611200000,R0,999999999999999999"))
	got := sourceOf(shipped(t, "cmep-mepmd01"), text, plainOptions)
	require.Empty(t, got.reads)
	require.Equal(t, []string{"NotNumeric"}, got.codes())
}

func TestOnlyACellThatTheReadUsesCanMakeItUnended(t *testing.T) {
	layout := func(last string) *meterread.Layout {
		return handheld(t, "      - {name: read, index: 3, type: decimal, role: reading}\n      - {name: last, index: 4, type: text"+last+"}\n")
	}
	for last, want := range map[string]bool{
		"": false, ", role: name": false, ", role: location": false, ", role: route": false, ", role: unit": true, ", role: account": true, ", role: register_id": true,
		", role: read_code": true, ", role: trouble_code": true, ", role: estimated": true, ", role: reader": true, ", role: multiplier": true, ", role: rollover_flag": true,
	} {
		for end, ended := range map[string]bool{"": false, "\n": true} {
			got := sourceOf(layout(last), "A,2026-10-31,227.64,1"+end, plainOptions)
			require.Len(t, got.reads, 1, last)
			require.Equal(t, want && !ended, got.reads[0].Unended, "%s %q", last, end)
		}
	}
	torn := sourceOf(handheld(t, "      - {name: read, index: 3, type: decimal, role: reading}\n"), "A,2026-10-31,227", plainOptions)
	require.True(t, torn.reads[0].Unended, "it may be 227.64")
	quoted := ownLayout(t, "kind: csv\nquote_line: true", "    fields:\n      - {name: meter, index: 1, type: text, role: meter_serial}\n      - {name: read, index: 2, type: int, role: reading}\n")
	require.False(t, sourceOf(quoted, `"A,227"`, plainOptions).reads[0].Unended, "the quote ends the line")
	var ended []bool
	for _, d := range sourceOf(shipped(t, "cmep-mepmd01"), strings.TrimSpace(cmep("7", "2", "202611200000,R0,45210,,R0,45")), plainOptions).reads {
		ended = append(ended, d.Unended)
	}
	require.Equal(t, []bool{false, true}, ended, "the first group stands before the cell that is cut")
	require.False(t, sourceOf(shipped(t, "cmep-mepmd01"), strings.TrimSpace(cmep("7", "1", "202611200000,R0,45210,H12AB")), plainOptions).reads[0].Unended, "the checksum is behind it")
}

func TestAnEstimateThatNobodyTablesIsToldOrRefused(t *testing.T) {
	layout := handheld(t, "      - {name: read, index: 3, type: int, role: reading}\n      - {name: est, index: 4, type: text, role: estimated, values: {X: estimated from the route, R: read, V: 'yes'}}\n"+
		"      - {name: code, index: 5, type: text, role: read_code, values: {E: Estimated, A: actual}}\n      - {name: why, index: 6, type: text, role: trouble_code, values: {'7': Estimate of the office}}\n"+
		"      - {name: why2, index: 7, type: text, role: trouble_code, values: {'9': estimate of the office}}\n")
	for cells, want := range map[string]metering.Source{
		"Y,,,": metering.Estimated, "yes,,,": metering.Estimated, "True,,,": metering.Estimated, "1,,,": metering.Estimated, "e,,,": metering.Estimated, "X,,,": metering.Estimated, "V,,,": metering.Estimated,
		"N,,,": metering.Actual, "No,,,": metering.Actual, "FALSE,,,": metering.Actual, "0,,,": metering.Actual, "A,,,": metering.Actual, ",,,": metering.Actual, "R,,,": metering.Actual,
		",E,,": metering.Estimated, ",A,,": metering.Actual, "N,E,,": metering.Estimated, ",Q,,": metering.Actual, ",,7,": metering.Estimated, ",,1,9": metering.Estimated, ",,1,": metering.Actual,
	} {
		got := sourceOf(layout, "A,2026-10-31,10050,"+cells+"\n", plainOptions)
		require.Empty(t, got.codes(), cells)
		require.Equal(t, want, got.reads[0].Source, cells)
	}
	for _, word := range []string{"maybe", "T", "2", "QUILLFEATHER"} {
		got := sourceOf(layout, "A,2026-10-31,10050,"+word+",,,\n", plainOptions)
		require.Empty(t, got.reads, "whether it was read is not known")
		require.Equal(t, []string{"UnknownWord"}, got.codes(), word)
		require.NotContains(t, got.findings[0].Error(), word)
	}
}

func TestARolloverFlagThatNobodyTablesIsNoSilentNo(t *testing.T) {
	layout := handheld(t, "      - {name: read, index: 3, type: int, role: reading}\n      - {name: rov, index: 4, type: text, role: rollover_flag, values: {W: rolled over, Z: 'no', Q: see the card}}\n")
	for flag, want := range map[string]bool{"Y": true, "yes": true, "1": true, "TRUE": true, "rollover": true, "W": true, "": false, "0": false, "N": false, "no": false, "False": false, "Z": false} {
		got := sourceOf(layout, "A,2026-10-31,10050,"+flag+"\n", plainOptions)
		require.Empty(t, got.codes(), flag)
		require.Equal(t, want, got.reads[0].RolledOver, flag)
	}
	for _, flag := range []string{"T", "rolled", "Q", "2"} {
		got := sourceOf(layout, "A,2026-10-31,10050,"+flag+"\n", plainOptions)
		require.Equal(t, []string{"UnknownWord"}, got.codes(), flag)
		require.Empty(t, got.reads)
	}
}

func TestWhoReadTheMeterIsDelivered(t *testing.T) {
	layout := handheld(t, "      - {name: read, index: 3, type: int, role: reading}\n      - {name: who, index: 4, type: text, role: reader}\n")
	var readers []string
	got := sourceOf(layout, "A,2026-10-31,1, M. Alvarez \nB,2026-10-31,,R07\nC,2026-10-31,3,\nD,2026-10-31,4,R07\n", plainOptions)
	for _, d := range got.reads {
		readers = append(readers, d.Reader.String())
	}
	require.Equal(t, []string{"m.alvarez", "r07", "", "r07"}, readers)
	require.Empty(t, got.codes())
	got = sourceOf(layout, "A,2026-10-31,1,***\n", plainOptions)
	require.Equal(t, []string{string(approval.ErrPerson)}, got.codes(), "a reader that is none is told")
	require.Len(t, got.reads, 1, "and the read holds")
	require.True(t, got.reads[0].Reader.IsZero())
}

func TestAnIntervalBeginsAtItsStart(t *testing.T) {
	use := strings.Replace(cmep("7", "2", "202611200000,R0,5,,R0,6"), "GALREG", "GAL", 1)
	at := func(day, hour, minute int) time.Time {
		return time.Date(2026, time.November, day, hour, minute, 0, 0, time.UTC)
	}
	for step, want := range map[string][]any{
		"00000100": {60, at(19, 23, 0), at(20, 0, 0)}, "00000015": {15, at(19, 23, 45), at(20, 0, 0)}, "00010000": {1440, at(19, 0, 0), at(20, 0, 0)},
		"01000100": {0, at(20, 0, 0), time.Date(2026, time.December, 20, 1, 0, 0, 0, time.UTC)}, // months have no length
	} {
		got := sourceOf(shipped(t, "cmep-mepmd01"), strings.Replace(use, "00000100", step, 1), plainOptions).reads
		require.Equal(t, want, []any{got[0].Minutes, got[0].At, got[1].At}, step)
	}
	register := sourceOf(shipped(t, "cmep-mepmd01"), cmep("7", "1", "202611200000,R0,45210"), plainOptions).reads[0]
	require.Equal(t, []any{0, at(20, 0, 0)}, []any{register.Minutes, register.At}, "a reading is of its own time")

	feed := sourceOf(shipped(t, "green-button-espi"), greenButton, meterread.SourceOptions{Meter: "7"}).reads
	require.Equal(t, []any{60, at(20, 8, 0)}, []any{feed[0].Minutes, feed[0].At}, "what the reading states")
	odd := strings.Replace(greenButton, "<espi:duration>3600<", "<espi:duration>90<", 1)
	require.Zero(t, sourceOf(shipped(t, "green-button-espi"), odd, meterread.SourceOptions{Meter: "7"}).reads[0].Minutes, "no whole minutes")
	kind := strings.Replace(greenButton, "<espi:timePeriod><espi:duration>3600</espi:duration>", "<espi:timePeriod>", 1)
	require.Equal(t, 60, sourceOf(shipped(t, "green-button-espi"), kind, meterread.SourceOptions{Meter: "7"}).reads[0].Minutes, "what the type of the readings states")

	end := "      - {name: use, index: 3, type: decimal, role: interval_usage}\n      - {name: to, index: 4, type: datetime, format: 'YYYY-MM-DD HH:mm', role: interval_end%s}\n" +
		"      - {name: length, index: 5, type: int, role: interval_minutes%s}\n      - {name: from, index: 6, type: datetime, format: 'YYYY-MM-DD HH:mm', role: interval_start%[1]s}\n"
	local := handheld(t, fmt.Sprintf(end, "", ""))
	for cells, want := range map[string][]any{
		"2026-11-20 00:15,15,": {15, "2026-11-20 00:00:00"}, "2026-11-20 00:00,15,": {15, "2026-11-19 23:45:00"}, "2026-11-20 00:15,,": {0, "2026-11-20 00:15:00"},
		"2026-11-20 00:15,0,": {0, "2026-11-20 00:15:00"}, "2026-11-20 00:15,,2026-11-20 00:00": {0, "2026-11-20 00:00:00"}, ",15,2026-11-20 00:00": {15, "2026-11-20 00:00:00"},
	} {
		got := sourceOf(local, "A,,5,"+cells+"\n", plainOptions)
		require.Empty(t, got.codes())
		require.Equal(t, want, []any{got.reads[0].Minutes, got.reads[0].Local.String()}, cells)
	}
	instants := handheld(t, fmt.Sprintf(end, ", zone: UTC", ", unit: seconds"))
	for cells, want := range map[string][]any{
		"2026-11-20 00:15,,2026-11-19 23:45": {30, at(19, 23, 45)}, "2026-11-20 00:15,900,": {15, at(20, 0, 0)}, "2026-11-20 00:15,100,": {0, at(20, 0, 15)},
	} {
		got := sourceOf(instants, "A,,5,"+cells+"\n", plainOptions).reads[0]
		require.Equal(t, want, []any{got.Minutes, got.At}, cells)
	}
	day := sourceOf(local, "A,2026-11-20,5,,15,\n", plainOptions).reads[0]
	require.Equal(t, []any{0, civil.MustDate("2026-11-20"), metering.LocalTime{}}, []any{day.Minutes, day.Day, day.Local}, "a day has no start")
}

func TestALastLineWithoutAnEndIsUnended(t *testing.T) {
	smartearth := shipped(t, "smartearth-reads", "Meter Read Date.format=YYYYMMDD")
	const two = "7,L,W,102,20261130\n8,L,W,1027,20261130"
	for end, want := range map[string][]bool{"": {false, true}, "\n": {false, false}, "\r\n": {false, false}, "\x1a": {false, false}} {
		var ended []bool
		for _, d := range sourceOf(smartearth, two+end, plainOptions).reads {
			ended = append(ended, d.Unended)
		}
		require.Equal(t, want, ended, "%q", end)
	}
	for _, d := range sourceOf(shipped(t, "itron-mvrs-upload"), strings.TrimRight(mvrs("0000045210", "11202026", "093015", "000"), "\r\n"), plainOptions).reads {
		require.False(t, d.Unended, "columns have their width")
	}
	object := `[{"deviceId":"7","units":"CF","data":[{"timeStamp":"2026-11-20T00:00:00","reading":45210}]}]`
	require.False(t, sourceOf(shipped(t, "sentryx-reads"), object, meterread.SourceOptions{Meter: "7"}).reads[0].Unended)
}

// TestATornLineOfASourceThatFailedIsNoRead has a cell that a failing disk cut: 10 of 1027 is another number.
func TestATornLineOfASourceThatFailedIsNoRead(t *testing.T) {
	smartearth := shipped(t, "smartearth-reads", "Meter Read Date.format=YYYYMMDD")
	for cause, wrapped := range map[error]error{io.ErrUnexpectedEOF: nil, errors.New("the disk is gone"): nil, io.EOF: fmt.Errorf("the line is gone: %w", io.EOF)} {
		if wrapped == nil {
			wrapped = cause
		}
		open := func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(strings.NewReader("7,L,W,102,20261130\n8,L,W,1027,20261130"), iotest.ErrReader(wrapped))), nil
		}
		got := drain(meterread.Source(smartearth, open, plainOptions))
		require.ErrorIs(t, got.err, cause)
		require.ErrorIs(t, got.err, meterread.ErrInput)
		require.Len(t, got.reads, 1)
	}
	// A heading that did not come whole is not that of another layout.
	head := "meter_id,channel_id,read_dtm"
	open := func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader(head), iotest.ErrReader(io.ErrUnexpectedEOF))), nil
	}
	require.ErrorIs(t, drain(meterread.Source(shipped(t, "metersense-register-read"), open, plainOptions)).err, io.ErrUnexpectedEOF)
}

func TestAFileIsOpenedForEachReadingAndClosed(t *testing.T) {
	opened, closed := 0, 0
	var failure error
	open := func() (io.ReadCloser, error) {
		if failure != nil {
			return nil, failure
		}
		opened++
		return closer{strings.NewReader(radix("104233", "45210") + radix("104233", "45211")), &closed}, nil
	}
	source := meterread.Source(shipped(t, "smartfusion-a-radix1-reads"), open, plainOptions)
	require.Zero(t, opened)
	first := drain(source)
	require.Len(t, first.reads, 2)
	require.Equal(t, first, drain(source))
	for _, err := range source.Reads() {
		require.NoError(t, err)
		break
	}
	require.Equal(t, []int{3, 3}, []int{opened, closed})
	failure = os.ErrNotExist
	require.ErrorIs(t, drain(source).err, os.ErrNotExist)
	require.ErrorIs(t, drain(source).err, meterread.ErrInput)
}

type closer struct {
	io.Reader
	closed *int
}

func (c closer) Close() error { *c.closed++; return nil }

func TestWhatCanBeReadOnceSaysSoTheSecondTime(t *testing.T) {
	closed := 0
	source := meterread.Source(shipped(t, "smartfusion-a-radix1-reads"), meterread.Once(closer{strings.NewReader(radix("104233", "45210")), &closed}), plainOptions)
	require.Len(t, drain(source).reads, 1)
	require.Equal(t, 1, closed)
	again := drain(source)
	require.Empty(t, again.reads)
	require.ErrorIs(t, again.err, meterread.ErrInput)
	require.Len(t, drain(meterread.Source(shipped(t, "smartfusion-a-radix1-reads"), meterread.Once(strings.NewReader(radix("104233", "45210"))), plainOptions)).reads, 1)
}

func TestWatchSeesEveryItemBeforeItsReads(t *testing.T) {
	var seen []string
	options := plainOptions
	options.Watch = func(item meterread.Item) {
		switch {
		case item.Finding != nil:
			seen = append(seen, "finding")
		case item.Summary != nil:
			seen = append(seen, fmt.Sprint("summary of ", item.Summary.Lines))
		default:
			seen = append(seen, item.Read.Digits)
		}
	}
	text := radix("104233", "45210") + radix("104233", "45 10")
	source := meterread.Source(shipped(t, "smartfusion-a-radix1-reads"), func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }, options)
	for d, err := range source.Reads() {
		require.NoError(t, err)
		seen = append(seen, "- "+d.Number.String())
	}
	require.Equal(t, []string{"45210", "- 45210", "finding", "- 0", "summary of 2"}, seen)
}

// TestTextsOfAReadHoldNoChunkOfTheFile keeps one read of each of many files.
func TestTextsOfAReadHoldNoChunkOfTheFile(t *testing.T) {
	text := strings.Repeat(radix("104233", "45210"), 2000)
	source := meterread.Source(shipped(t, "smartfusion-a-radix1-reads"), func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }, plainOptions)
	held := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	const files = 300
	kept := make([]metering.Delivered, 0, files)
	before := held()
	for range files {
		for d, err := range source.Reads() {
			require.NoError(t, err)
			kept = append(kept, d)
			break
		}
	}
	require.Less(t, held(), before+files<<13, "a chunk of a file has 32 kB")
	require.Len(t, kept, files)
}

// ownLayout is a layout of a few lines.
func ownLayout(t *testing.T, kind, records string) *meterread.Layout {
	t.Helper()
	layout, err := meterread.Parse("own.yaml", []byte("id: own\ntitle: Own\ndirection: from_field\ncompleteness: full\nsource: the district\n"+kind+"\nrecords:\n  - type: '*'\n"+records))
	require.NoError(t, err)
	return layout
}

// kept is a read of a file named f; number is empty where nobody read the meter.
func kept(t *testing.T, line int, meter, number string, more func(*metering.Delivered)) metering.Delivered {
	t.Helper()
	d := metering.Delivered{Pos: problem.Pos{File: "f", Line: line}, Meter: meter, State: metering.NoRead}
	if number != "" {
		n, err := exact.ParseNumber(number)
		require.NoError(t, err)
		d.State, d.Number, d.Source = metering.Read, n, metering.Actual
	}
	if more != nil {
		more(&d)
	}
	return d
}

// TestSourceKeepsTheRulesOfASourceOfReads runs the conformance suite over a file of each kind of layout.
func TestSourceKeepsTheRulesOfASourceOfReads(t *testing.T) {
	day := civil.MustDate("2026-11-20")
	dated := func(d *metering.Delivered) { d.Day = day }
	dials := func(d *metering.Delivered) { d.Day, d.Dials, d.Account = day, d.State == metering.Read, "104233" }
	local := func(hour int, unit metering.Unit) func(*metering.Delivered) {
		return func(d *metering.Delivered) {
			d.Day, d.Local, d.Unit = day, metering.LocalTime{Day: day, Hour: hour}, unit
		}
	}
	instant := func(hour int, unit metering.Unit) func(*metering.Delivered) {
		return func(d *metering.Delivered) {
			d.At, d.Unit = time.Date(2026, time.November, 20, hour, 0, 0, 0, time.UTC), unit
		}
	}

	once := func(d *metering.Delivered, coefficient int64, digits int) {
		if d.State == metering.Read {
			d.Multiplier = places(t, coefficient, digits)
		}
	}
	meterOf := func(text, meter string) string { return strings.Replace(text, "70881234", meter, 1) }
	mv := func(meter, reading, trouble string) string {
		return meterOf(mvrs(reading, "11202026", "090000", trouble), meter)
	}
	mvRead := func(line int, meter, number, code string) metering.Delivered {
		return kept(t, line, meter, number, func(d *metering.Delivered) { dials(d); local(9, 0)(d); d.Register, d.Code = "0", code; once(d, 1, 0) })
	}

	const versions = "meter_id,channel_id,read_dtm,read_value,uom,status,read_version\n"
	const xylem = "meter_id,commodity,unit_of_measure,read_time_timestamp,register_value\n"
	address := func(text, reading string) string {
		return strings.Replace(strings.Replace(text, "Residential,,", "Residential,11 RESERVATION RD,", 1), "2025-05-25 16", reading, 1)
	}
	aclaraLine := func(scaled, hour string) string {
		return address(aclara("", scaled, ""), "2026-11-20 "+hour)[len(aclaraHead):]
	}
	aclaraRead := func(line int, number string, hour int) metering.Delivered {
		return kept(t, line, "456789", number, func(d *metering.Delivered) { instant(hour, 0)(d); d.Account, d.Register = "123", "1" })
	}
	device := func(reading string) string {
		return `{"deviceId":"81234567","units":"CF","data":[{"timeStamp":"2026-11-20T08:00:00","reading":` + reading + `}]}`
	}
	objects := func(reading string) string {
		one := func(meter, reading string) string {
			return `{"meter_id":"` + meter + `","commodity":"W","unit_of_measure":"CF","read_time_timestamp":"2026-11-20T08:00:00Z","register_value":` + reading + `}`
		}
		return "[" + one("7001", "45210") + ",\n" + one("7002", reading) + ",\n" + one("7003", "9.5") + "]\n"
	}
	pipes := ownLayout(t, "kind: delimited\ndelimiter: '|'", `    fields:
      - {name: meter, index: 1, type: text, role: meter_serial}
      - {name: customer, index: 2, type: text, role: name, sensitive: true}
      - {name: day, index: 3, type: date, format: YYYYMMDD, role: read_date}
      - {name: reading, index: 4, type: int, role: reading}
`)
	groups := ownLayout(t, "kind: fixed-repeat", `    fields:
      - {name: meter, start: 1, length: 4, type: text, role: meter_serial}
    repeat:
      start: 5
      length: 6
      length_base: 4
      max: 3
      fields:
        - {name: register, start: 1, length: 1, type: text, role: register_id}
        - {name: reading, start: 2, length: 5, type: int, role: reading}
      trailer:
        - {name: end, start: 1, length: 1, type: const, value: Z}
`)
	group := func(line int, register, number string) metering.Delivered {
		return kept(t, line, "7088", number, func(d *metering.Delivered) { d.Register, d.Dials = register, true })
	}
	torn := strings.ReplaceAll(greenButton, "\n      ", " ") // each reading on a line
	feed := strings.Replace(torn, "<espi:start>never<", "<espi:start>1795172400<", 1)
	flow := func(line, hour int, number string, source metering.Source, code string) metering.Delivered {
		return kept(t, line, "81234567", number, func(d *metering.Delivered) {
			instant(hour, 0)(d)
			if d.Code = code; number != "" {
				d.Unit, d.Interval, d.Source, d.Minutes = metering.Gallon, true, source, 60
			}
		})
	}

	for name, c := range map[string]struct {
		layout           *meterread.Layout
		content, damaged string
		want             []metering.Delivered
		findings         int
		survive          int
		personal         []string
	}{
		"fixed": {
			layout:  shipped(t, "smartfusion-a-radix1-reads"),
			content: radix("104233", "45210") + radix("104233", "") + radix("104233", "45 10") + radix("104233", "0"),
			damaged: radix("104233", "45210") + radix("104233", "4O") + radix("104233", "45 10") + radix("104233", "0"),
			want:    []metering.Delivered{kept(t, 1, "70881234", "45210", dials), kept(t, 2, "70881234", "", dials), kept(t, 4, "70881234", "0", dials)}, findings: 1, survive: 2,
		},
		"fixed-multirecord": {
			layout:  shipped(t, "itron-mvrs-upload"),
			content: mv("70881234", "0000045210", "000") + mv("70881235", "          ", "000") + mv("70881236", "0000000000", "131"),
			damaged: mv("70881234", "0000045210", "000") + strings.Replace(mv("70881235", "          ", "000"), "MTR", "MTQ", 1) + mv("70881236", "0000000000", "131"),
			want:    []metering.Delivered{mvRead(3, "70881234", "45210", "K"), mvRead(6, "70881235", "", "K"), mvRead(9, "70881236", "0", "K; 131")}, survive: 2,
			personal: []string{"DOE JANE", "RESERVATION"},
		},
		"fixed-repeat": {
			layout: groups, content: "7088L00045H00007Z\n7089L0O045Z\n7088L00046Z\n", damaged: "7088L00045H0O007Z\n7089L0O045Z\n7088L00046Z\n",
			want: []metering.Delivered{group(1, "L", "45"), group(1, "H", "7"), group(3, "L", "46")}, findings: 1, survive: 2,
		},
		"csv": {
			layout:  shipped(t, "smartearth-reads", "Meter Read Date.format=YYYYMMDD"),
			content: "7001,L,W,45210,20261120\r\n7002,L,W,,20261120\r\n7003,L,W,9.5,20261120\r\n",
			damaged: "7001,L,W,45210,20261120\r\n7002,L,\"W,,20261120\r\n7003,L,W,9.5,20261120\r\n",
			want:    []metering.Delivered{kept(t, 1, "7001", "45210", dated), kept(t, 2, "7002", "", dated), kept(t, 3, "7003", "9.5", dated)}, survive: 2,
		},
		"csv-header": {
			layout: shipped(t, "aclara-mtu-reads"), content: aclaraHead + aclaraLine("45210", "08") + aclaraLine("", "09") + aclaraLine("12.5", "10"),
			damaged: aclaraHead + aclaraLine("45210", "08") + aclaraLine("-", "09") + aclaraLine("12.5", "10"),
			want:    []metering.Delivered{aclaraRead(2, "45210", 8), aclaraRead(3, "", 9), aclaraRead(4, "12.5", 10)}, survive: 2, personal: []string{"RESERVATION"},
		},
		"csv-repeat": {
			layout: shipped(t, "cmep-mepmd01"), content: cmep("7001", "2", "202611200800,R0,45210,202611200900,N,") + cmep("7002", "1", "202611200800,E,12"),
			damaged: cmep("7001", "2", "202611200800,R0,45210,202611209900,N,") + cmep("7002", "1", "202611200800,E,12"),
			want: []metering.Delivered{
				kept(t, 1, "7001", "45210", func(d *metering.Delivered) {
					instant(8, metering.Gallon)(d)
					d.Account, d.Code = "104233", "R0"
					once(d, 10, 1)
				}),
				kept(t, 1, "7001", "", func(d *metering.Delivered) { instant(9, 0)(d); d.Account, d.Code = "104233", "N" }),
				kept(t, 2, "7002", "12", func(d *metering.Delivered) {
					instant(8, metering.Gallon)(d)
					once(d, 10, 1)
					d.Account, d.Code, d.Source = "104233", "E", metering.Estimated
				}),
			}, survive: 2,
		},
		"delimited": {
			layout: pipes, content: "7001|QUILLFEATHER A|20261120|45210\n7002|DOE J|20261120|\n7003|ROE R|20261120|77\n",
			damaged: "7001|QUILLFEATHER A|20261120|45210\n7002|DOE J|20261131|\n7003|ROE R|20261120|77\n",
			want: []metering.Delivered{
				kept(t, 1, "7001", "45210", func(d *metering.Delivered) { d.Day, d.Dials = day, true }), kept(t, 2, "7002", "", dated),
				kept(t, 3, "7003", "77", func(d *metering.Delivered) { d.Day, d.Dials = day, true }),
			}, survive: 2, personal: []string{"QUILLFEATHER", "DOE"},
		},
		"table": {
			layout:  shipped(t, "metersense-register-read"),
			content: versions + "7001,1,2026-11-20 08:00:00,45210,CF,,1\n7001,1,2026-11-20 08:00:00,45212,CF,,2\n7002,1,2026-11-20 08:00:00,,CF,,\n",
			damaged: versions + "7001,1,2026-11-20 08:00:00,45210,CF,,1\n7001,1,2026-11-20 28:00:00,45212,CF,,2\n7002,1,2026-11-20 08:00:00,,CF,,\n",
			want: []metering.Delivered{
				kept(t, 2, "7001", "45210", func(d *metering.Delivered) { local(8, metering.CubicFoot)(d); d.Register, d.Version = "1", 1 }),
				kept(t, 3, "7001", "45212", func(d *metering.Delivered) { local(8, metering.CubicFoot)(d); d.Register, d.Version = "1", 2 }),
				kept(t, 4, "7002", "", func(d *metering.Delivered) { local(8, 0)(d); d.Register = "1" }),
			}, survive: 2,
		},
		"json": {
			layout: shipped(t, "sentryx-reads"), content: "[" + device("45210") + ",\n" + device("null") + ",\n" + device("9.5") + "]\n",
			damaged: "[" + device("45210") + ",\n" + device(`"9O"`) + ",\n" + device("9.5") + "]\n",
			want: []metering.Delivered{
				kept(t, 1, "81234567", "45210", local(8, metering.CubicFoot)), kept(t, 2, "81234567", "", local(8, 0)), kept(t, 3, "81234567", "9.5", local(8, metering.CubicFoot)),
			}, survive: 2,
		},
		"json-or-csv as JSON": {
			layout: shipped(t, "xylem-datalake-water-register"), content: objects("null"), damaged: objects(`"9O"`),
			want: []metering.Delivered{
				kept(t, 1, "7001", "45210", instant(8, metering.CubicFoot)), kept(t, 2, "7002", "", instant(8, 0)), kept(t, 3, "7003", "9.5", instant(8, metering.CubicFoot)),
			}, survive: 2,
		},
		"json-or-csv as CSV": {
			layout:  shipped(t, "xylem-datalake-water-register"),
			content: xylem + "7001,W,CF,2026-11-20T08:00:00Z,45210\n7002,W,CF,2026-11-20T08:00:00Z,\n7003,W,CF,2026-11-20T08:00:00Z,9.5\n",
			damaged: xylem + "7001,W,CF,2026-11-20T08:00:00Z,45210\n7002,W,CF,2026-11-20T08:00:00Z,9 O\n7003,W,CF,2026-11-20T08:00:00Z,9.5\n",
			want: []metering.Delivered{
				kept(t, 2, "7001", "45210", instant(8, metering.CubicFoot)), kept(t, 3, "7002", "", instant(8, 0)), kept(t, 4, "7003", "9.5", instant(8, metering.CubicFoot)),
			}, findings: 1, survive: 2, // the columns of the layout that the file has not
		},
		"xml": {
			layout: shipped(t, "green-button-espi"), content: feed, damaged: torn,
			want: []metering.Delivered{
				flow(10, 8, "12.5", metering.Actual, ""), flow(11, 9, "0", metering.Estimated, "8"), flow(12, 10, "", 0, ""), flow(13, 11, "0.001", metering.Actual, ""),
			}, survive: 3,
		},
	} {
		t.Run(name, func(t *testing.T) {
			options := plainOptions
			options.Meter = map[string]string{"json": "81234567", "xml": "81234567"}[name]
			adaptertest.ReadSource(t, adaptertest.Delivery{
				Bytes: func(open func() (io.ReadCloser, error)) metering.ReadSource {
					return meterread.Source(c.layout, open, options)
				},
				Content: []byte(c.content), Damaged: []byte(c.damaged), Want: c.want, Findings: c.findings, Survive: c.survive, Personal: c.personal,
			})
		})
	}
}

// FuzzSource reads anything by any shipped layout: what is delivered contradicts itself nowhere, and what is stopped stays so.
func FuzzSource(f *testing.F) {
	var layouts []*meterread.Layout
	for i, id := range meterread.Shipped() {
		layout, err := meterread.ShippedLayout(id)
		require.NoError(f, err)
		for field := range layout.Fields {
			if format := map[string]string{"UNSTATED": "YYYYMMDD", "UNSTATED6": "MMDDYY"}[field.Format]; format != "" {
				layout, err = layout.Set(field.Name+".format", format)
				require.NoError(f, err)
			}
		}
		layouts = append(layouts, layout)
		for _, text := range []string{
			radix("104233", "45210"), mvrs("0000045210", "11202026", "090000", "031"), cmep("7", "2", "202611200800,R0,45210,,N,"), greenButton, aclara("1000", "120.5", "1.0"),
			"7001,L,W,45210,20261120\n7002,L,W,,20261120", `[{"deviceId":"7","units":"CF","data":[{"timeStamp":"2026-11-20T08:00:00","reading":1}]}]`,
		} {
			f.Add(i, text, 2)
		}
	}
	f.Fuzz(func(t *testing.T, which int, text string, stop int) {
		layout := layouts[uint(which)%uint(len(layouts))]
		source := meterread.Source(layout, func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }, meterread.SourceOptions{Meter: "7"})
		items := 0
		for d, err := range source.Reads() {
			if items++; err != nil || items == stop {
				break
			}
			require.NoError(t, d.Check())
			require.True(t, d.Finding != nil || d.Pos.Line > 0)
			require.True(t, d.State == metering.Read || d.Number == exact.Number{} && d.Source == 0 && d.Unit == 0)
		}
	})
}

// neptuneGroups is a file of two groups, each with the day on which its meter was read, beside that of the route.
func neptuneGroups(groups ...string) string {
	text := inColumn("RTEHD", 23, "20261120") + "\n"
	for i, g := range groups {
		text += inColumn("PRMDT", 103, fmt.Sprintf("%-20s", fmt.Sprint(1001+i))) + "\n" + inColumn("MTRDT000120000000", 37, fmt.Sprintf("%-20s", fmt.Sprint(70001+i))) + "\n" +
			inColumn(inColumn("RDGDT", 49, "06"), 88, fmt.Sprintf("%10d", 45210+i)) + "\n" + g
	}
	return text
}

func inColumn(text string, n int, tail string) string {
	return text + strings.Repeat(" ", n-len(text)) + tail
}

func TestAGroupThatEndsBeforeTheRecordThatDatesItIsUnended(t *testing.T) {
	layout := shipped(t, "neptune-s-equinox-reads")
	for name, c := range map[string]struct {
		text string
		want []bool
	}{
		"both have one":             {neptuneGroups("ORDST20261118\n", "ORDST20261119\n"), []bool{false, false}},
		"the last has none":         {neptuneGroups("ORDST20261118\n", ""), []bool{false, true}},
		"the only one has none":     {neptuneGroups(""), []bool{true}},
		"none has one":              {neptuneGroups("", ""), []bool{false, false}},
		"the first went without it": {neptuneGroups("", "ORDST20261119\n"), []bool{false, false}},
	} {
		got := sourceOf(layout, c.text, plainOptions)
		require.NoError(t, got.err, name)
		var ended []bool
		for _, d := range got.reads {
			ended = append(ended, d.Unended)
		}
		require.Equal(t, c.want, ended, name)
	}
}

func TestAGroupIsNotGivenWhereTheSourceFailedInIt(t *testing.T) {
	layout, whole := shipped(t, "neptune-s-equinox-reads"), neptuneGroups("ORDST20261118\n", "ORDST20261119\n")
	cause := errors.New("the disk is gone")
	cut := strings.LastIndex(whole, "ORDST")
	open := func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader(whole[:cut]), iotest.ErrReader(cause))), nil
	}
	var days []string
	var failed error
	for d, err := range meterread.Source(layout, open, plainOptions).Reads() {
		if failed = err; err == nil && d.Finding == nil {
			days = append(days, d.Day.String())
		}
	}
	require.ErrorIs(t, failed, cause)
	require.Equal(t, []string{"2026-11-18"}, days, "the second would have the day of the route")
}

func TestTheSuiteOnNestedRecordsThatAreDatedLater(t *testing.T) {
	whole := neptuneGroups("ORDST20261118\n", "ORDST20261119\n")
	got := sourceOf(shipped(t, "neptune-s-equinox-reads"), whole, plainOptions)
	require.Len(t, got.reads, 2)
	adaptertest.ReadSource(t, adaptertest.Delivery{
		Bytes: func(open func() (io.ReadCloser, error)) metering.ReadSource {
			return meterread.Source(shipped(t, "neptune-s-equinox-reads"), open, plainOptions)
		},
		Content: []byte(whole), Want: got.reads,
	})
}

func TestAGroupThatLostTheRecordThatDatesItIsTold(t *testing.T) {
	got := sourceOf(shipped(t, "neptune-s-equinox-reads"), neptuneGroups("ORDST20261118\n", "", "ORDST20261119\n"), plainOptions)
	require.Equal(t, []string{"BadDate"}, got.codes())
	require.Len(t, got.reads, 3, "it is used all the same")
	got = sourceOf(shipped(t, "neptune-s-equinox-reads"), neptuneGroups("", "", ""), plainOptions)
	require.Empty(t, got.codes(), "a file that has none")
}

func TestNoReadOfAnOpenGroupComesBeforeTheErrorOfItsSource(t *testing.T) {
	whole := neptuneGroups("ORDST20261118\n", "ORDST20261119\n")
	cut := strings.LastIndex(whole, "ORDST")
	file := io.MultiReader(strings.NewReader(whole[:cut]), iotest.ErrReader(errors.New("the disk is gone")))
	reads := 0
	for item, err := range meterread.Decode(shipped(t, "neptune-s-equinox-reads"), file, meterread.Options{}) {
		if err == nil && item.Read.Status == meterread.Reading {
			reads++
		}
	}
	require.Equal(t, 1, reads)
}

// A day on the line of the reading itself is not the last word where a record that follows has another.
func TestAReadingWithADayOfItsOwnIsUnendedToo(t *testing.T) {
	layout, err := meterread.Parse("own.yaml", []byte(`
id: own
title: a day on the line, and another one after it
direction: from_field
kind: fixed-multirecord
completeness: full
source: invented
records:
  - type: GRP
    length: 3
    match: {start: 1, length: 3, value: GRP}
    columns_covered: contiguous
    fields: [{name: type, start: 1, length: 3, type: const, value: GRP}]
  - type: RDG
    parent: GRP
    emits: reading
    length: 23
    match: {start: 1, length: 3, value: RDG}
    columns_covered: contiguous
    fields:
      - {name: type, start: 1, length: 3, type: const, value: RDG}
      - {name: meter, start: 4, length: 6, type: text, role: meter_serial}
      - {name: reading, start: 10, length: 6, type: int, justify: right, role: reading}
      - {name: day, start: 16, length: 8, type: date, format: YYYYMMDD, role: read_date}
  - type: DAY
    parent: GRP
    length: 11
    match: {start: 1, length: 3, value: DAY}
    columns_covered: contiguous
    fields:
      - {name: type, start: 1, length: 3, type: const, value: DAY}
      - {name: day, start: 4, length: 8, type: date, format: YYYYMMDD, role: read_date}
`))
	require.NoError(t, err)
	group := "GRP\nRDG70881 04521020261118\nDAY20261118\n"
	got := sourceOf(layout, group+strings.TrimSuffix(group, "DAY20261118\n"), plainOptions)
	require.NoError(t, got.err)
	require.Len(t, got.reads, 2)
	require.Equal(t, []bool{false, true}, []bool{got.reads[0].Unended, got.reads[1].Unended})
}
