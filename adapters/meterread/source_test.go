package meterread_test

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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
	for version, layout := range map[string]*meterread.Layout{"1.5": loose, "x": layout} {
		got := sourceOf(layout, head+"7,1,2026-11-20 08:00:00,10,CF,,"+version+"\n", plainOptions)
		require.Zero(t, got.reads[0].Version, "1.10 and 1.9 have no order")
		require.Len(t, got.findings, 1, version)
		require.Equal(t, "version", got.findings[0].Path)
	}
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
