package metering_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

func sent(text string) metering.Delivered {
	return metering.Delivered{
		Pos: problem.Pos{File: "reads.csv", Line: 7}, Account: "1041", Meter: "007088", Register: "A", State: metering.Read,
		Number: number(text), Day: date(oct31), Source: metering.Actual,
	}
}

func TestTakeGivesTheDigitsOfTheDials(t *testing.T) {
	r := dials(6, metering.CCF)
	r.Decimals = 1
	whole := sent("2276")
	whole.Dials = true
	whole.Version, whole.Sent, whole.Code, whole.RolledOver, whole.Unit = 3, noon(), "RA", true, metering.CCF
	for name, c := range map[string]struct {
		d      metering.Delivered
		digits int64
	}{
		"with its point": {sent("227.6"), 2276}, "with more zeros": {sent("227.600"), 2276}, "without decimals": {sent("227"), 2270}, "as the dials": {whole, 2276},
	} {
		got, why, err := r.Take("7088", metering.ByNumber, c.d)
		require.NoError(t, err, name)
		require.Empty(t, why.Code, name)
		require.Equal(t, c.digits, got.Reading.Digits, name)
		require.Equal(t, "7088", got.Reading.Meter, "%s: the meter is the host's, as it matched it", name)
		require.Equal(t, "1", got.Reading.Register, name)
		require.NoError(t, got.Reading.Check(), name)
	}
	got, _, err := r.Take("7088", metering.ByNumber, whole)
	require.NoError(t, err)
	require.Equal(t, metering.Received{
		Reading: metering.Reading{
			Meter: "7088", Register: "1", State: metering.Read, Digits: 2276, Day: date(oct31), Source: metering.Actual, Code: "RA", RolledOver: true,
		},
		Version: 3, Sent: noon(),
	}, got)
}

func TestTakeSaysWhyThereIsNoReading(t *testing.T) {
	r := dials(6, metering.CCF)
	undated, gallons, doubted := sent("10"), sent("10"), sent("10")
	undated.Day = metering.Reading{}.Day
	gallons.Unit, gallons.Dials = metering.Gallon, true
	doubted.Doubt = metering.CheckScale(number("1000"), number("0.1"), number("120.5"))
	for name, c := range map[string]struct {
		d    metering.Delivered
		want metering.Code
	}{
		"no day": {undated, metering.BadDate}, "another unit": {gallons, metering.MultiplierChanged}, "doubted": {doubted, metering.ScaleMismatch},
		"more decimals": {sent("10.5"), metering.ScaleMismatch},
	} {
		got, why, err := r.Take("7088", metering.ByNumber, c.d)
		require.NoError(t, err, name)
		require.Zero(t, got, name)
		require.Equal(t, c.want, why.Code, name)
		require.Equal(t, "7088 1", why.Meter+" "+why.Register, name)
		m, err := metering.NoUse(base(r, 5, oct1), why)
		require.NoError(t, err, name)
		require.Equal(t, string(c.want), codesOf(m), name)
	}
}

func TestTakeOfNoNumberNeedsNoDay(t *testing.T) {
	r := dials(6, metering.CCF)
	skipped := metering.Delivered{Meter: "7088", State: metering.Skipped, Code: "04"}
	got, why, err := r.Take("7088", metering.ByNumber, skipped)
	require.NoError(t, err)
	require.Empty(t, why.Code)
	require.Equal(t, metering.Reading{Meter: "7088", Register: "1", State: metering.Skipped, Code: "04"}, got.Reading)
}

func TestDeliveredTellsWhatContradictsItself(t *testing.T) {
	r := dials(6, metering.CCF)
	for name, change := range map[string]func(*metering.Delivered){
		"finding: ": func(d *metering.Delivered) { d.Finding = &problem.Error{Code: "X"} },
		"number: ":  func(d *metering.Delivered) { d.Number = number("-1") },
		"number:  ": func(d *metering.Delivered) { d.Dials, d.Number = true, number("1.5") },
		"number:   ": func(d *metering.Delivered) {
			d.State, d.Source = metering.NoRead, 0
		},
		"number:    ": func(d *metering.Delivered) {
			d.State, d.Number, d.RolledOver = metering.Skipped, exact.Number{}, true
		},
		"number:     ": func(d *metering.Delivered) {
			d.State, d.Number, d.Interval = metering.Skipped, exact.Number{}, true
		},
		"source: ": func(d *metering.Delivered) { d.Source = 0 },
		"unit: ":   func(d *metering.Delivered) { d.Unit = 99 },
		"state: ":  func(d *metering.Delivered) { d.State = 0 },
		"meter: ":  func(d *metering.Delivered) { d.Meter = "" },
		"local: ":  func(d *metering.Delivered) { d.At, d.Local = noon(), metering.LocalTime{Day: date(oct31)} },
		"local:  ": func(d *metering.Delivered) { d.Local = metering.LocalTime{Day: date(oct31), Hour: 24} },
		"doubt: ":  func(d *metering.Delivered) { d.Doubt = metering.Exception{Code: metering.Normal} },
	} {
		d := sent("10")
		require.NoError(t, d.Check())
		change(&d)
		err := d.Check()
		require.ErrorIs(t, err, metering.ErrReading, name)
		require.ErrorContains(t, err, "reads.csv:7: ", name)
		require.ErrorContains(t, err, name[:4], name)
		_, _, err = r.Take("7088", metering.ByNumber, d)
		require.ErrorIs(t, err, metering.ErrReading, name)
	}
	back := sent("-3")
	back.Interval = true
	require.NoError(t, back.Check(), "water that ran back within an hour")
	_, _, err := r.Take("7088", metering.ByNumber, back)
	require.ErrorContains(t, err, "no reading of a register")
	_, _, err = r.Take("7088", metering.ByNumber, metering.Delivered{Finding: &problem.Error{Code: "X"}})
	require.ErrorContains(t, err, "no reading of a register")
	_, _, err = metering.Register{}.Take("7088", metering.ByNumber, sent("1"))
	require.ErrorIs(t, err, metering.ErrRegister)
}

func TestResolveByTheClockOfTheDistrict(t *testing.T) {
	at := func(hour int) metering.LocalTime { return metering.LocalTime{Day: date("2026-11-01"), Hour: hour} }
	local := func(l metering.LocalTime) metering.Delivered {
		d := sent("10")
		d.Day, d.Local = metering.Reading{}.Day, l
		return d
	}
	other := local(at(1))
	other.Register = "B"
	instant := sent("10")
	instant.Day, instant.At = metering.Reading{}.Day, time.Date(2026, time.November, 1, 6, 30, 0, 0, time.UTC) // 23:30 of the day before
	spring := local(metering.LocalTime{Day: date("2026-03-08"), Hour: 2})
	finding := metering.Delivered{Finding: &problem.Error{Code: "X"}}
	stated := sent("10")
	items := []metering.Delivered{local(at(0)), local(at(1)), local(at(1)), other, instant, spring, finding, stated}

	got, err := metering.Resolve(items, losAngeles())
	require.NoError(t, err)
	require.Equal(t, []string{"07:00", "08:00", "09:00"}, []string{got[0].At.Format("15:04"), got[1].At.Format("15:04"), got[2].At.Format("15:04")})
	require.Equal(t, date("2026-11-01"), got[0].Day)
	require.Zero(t, got[0].Local, "an instant says it all")
	require.Equal(t, metering.AmbiguousTime, got[3].Doubt.Code, "one alone")
	require.True(t, got[3].At.IsZero())
	require.Equal(t, date("2026-11-01"), got[3].Day)
	require.Equal(t, date(oct31), got[4].Day)
	require.Equal(t, metering.BadDate, got[5].Doubt.Code)
	require.Equal(t, finding, got[6])
	require.Equal(t, stated, got[7])
	require.Zero(t, items[0].Day, "what was given in is as it was")
	for _, d := range got {
		require.NoError(t, d.Check())
	}

	doubted := spring
	doubted.Doubt = metering.Exception{Code: metering.ScaleMismatch}
	got, err = metering.Resolve([]metering.Delivered{doubted}, losAngeles())
	require.NoError(t, err)
	require.Equal(t, metering.ScaleMismatch, got[0].Doubt.Code, "what the source has against it comes first")
	_, err = metering.Resolve(items, nil)
	require.ErrorIs(t, err, metering.ErrTime)

	// A finding that states a time is none of the two reads of it, and stays as it is.
	finding.Local, finding.Meter, finding.Register = at(1), "7088", "1"
	one := local(at(1))
	one.Meter, one.Register = "7088", "1"
	got, err = metering.Resolve([]metering.Delivered{finding, one}, losAngeles())
	require.NoError(t, err)
	require.Equal(t, finding, got[0])
	require.Equal(t, metering.AmbiguousTime, got[1].Doubt.Code)
	// A time that the clock showed once may be sent twice.
	got, err = metering.Resolve([]metering.Delivered{local(at(5)), local(at(5))}, losAngeles())
	require.NoError(t, err)
	require.Equal(t, got[0].At, got[1].At)
	require.Empty(t, got[0].Doubt.Code+got[1].Doubt.Code)
	far := instant
	far.At = time.Date(20_000, time.January, 1, 0, 0, 0, 0, time.UTC)
	got, err = metering.Resolve([]metering.Delivered{far}, losAngeles())
	require.NoError(t, err)
	require.Equal(t, metering.BadDate, got[0].Doubt.Code)
	got, err = metering.Resolve([]metering.Delivered{instant}, losAngeles())
	require.NoError(t, err)
	require.Empty(t, got[0].Doubt.Code)
}

func TestTakeCountsInTheStepsOfTheRegister(t *testing.T) {
	painted := dials(4, metering.CubicFoot)
	painted.PaintedZeros = 2
	tens, kgal := times("10", dials(6, metering.Gallon)), dials(6, metering.ThousandGallons)
	kgal.Decimals = 3
	for name, c := range map[string]struct {
		r      metering.Register
		number string
		unit   metering.Unit
		dials  bool
		want   string
	}{
		"a volume, painted zeros":                {painted, "27800", metering.CubicFoot, false, "278"},
		"a volume, a multiplier":                 {tens, "1940", metering.Gallon, false, "194"},
		"a volume in another unit":               {kgal, "45210", metering.Gallon, false, "45210"},
		"a volume between two steps":             {painted, "27850", metering.CubicFoot, false, "ScaleMismatch"},
		"digits of dials stay":                   {painted, "278", metering.CubicFoot, true, "278"},
		"the face of the dials stays":            {painted, "278", 0, false, "278"},
		"a unit that does not convert":           {painted, "278", metering.BillingUnit, false, "MultiplierChanged"},
		"digits of dials in another unit":        {painted, "278", metering.Gallon, true, "MultiplierChanged"},
		"more than any register shows, as steps": {times("0.000000001", dials(15, metering.CubicFoot)), "99999999999999", metering.AcreFoot, false, "ScaleMismatch"},
	} {
		d := sent(c.number)
		d.Unit, d.Dials = c.unit, c.dials
		got, why, err := c.r.Take("7088", metering.ByNumber, d)
		require.NoError(t, err, name)
		if why.Code != "" {
			require.Equal(t, c.want, string(why.Code), name)
			continue
		}
		require.Equal(t, c.want, exact.Int(got.Reading.Digits).String(), name)
	}
}

func TestTakeComparesWhatIsSaidOfTheRegister(t *testing.T) {
	r := dials(6, metering.CCF)
	for name, change := range map[string]func(*metering.Delivered){
		"multiplier": func(d *metering.Delivered) { d.Multiplier = number("10") }, "dials": func(d *metering.Delivered) { d.DialCount = 7 },
	} {
		d := sent("10")
		change(&d)
		_, why, err := r.Take("7088", metering.ByNumber, d)
		require.NoError(t, err)
		require.Equal(t, metering.MultiplierChanged, why.Code, name)
	}
	d := sent("10")
	d.Multiplier, d.DialCount, d.Reader = number("1.0"), 6, person("r.cole")
	got, why, err := r.Take("7088", metering.ByNumber, d)
	require.NoError(t, err)
	require.Empty(t, why.Code)
	require.Equal(t, person("r.cole"), got.Reading.Reader, "who read it decides nothing about it")
	d.Meter = "9001"
	got, _, err = r.Take("7088", metering.ByNumber, d)
	require.NoError(t, err)
	require.Equal(t, "none SerialMismatch", func() string {
		m := must(metering.Between(base(r, 5, oct1), r, got.Reading, refuse()))
		return useOf(m) + " " + codesOf(m)
	}())
	_, _, err = r.Take("7088", metering.ByText, sent("10"))
	require.NoError(t, err)
	d = sent("10")
	d.Unended = true
	_, why, err = r.Take("7088", metering.ByNumber, d)
	require.NoError(t, err)
	require.Equal(t, metering.Torn, why.Code)
	require.False(t, why.Correctable(), "another number takes a re-read, or a second person")
	for _, wrong := range []func(*metering.Delivered){
		func(d *metering.Delivered) { d.Multiplier = number("-1") }, func(d *metering.Delivered) { d.DialCount = -1 },
		func(d *metering.Delivered) { d.Minutes = 60 }, func(d *metering.Delivered) { d.Interval, d.Minutes = true, -1 },
	} {
		d := sent("10")
		wrong(&d)
		require.ErrorIs(t, d.Check(), metering.ErrReading)
	}
}

// M52 asks for a flag: the day is known, and the use of it.
func TestAnAmbiguousTimeKeepsTheReadingOfItsDay(t *testing.T) {
	r := dials(6, metering.CCF)
	d := sent("10")
	d.Day, d.Local = metering.Reading{}.Day, metering.LocalTime{Day: date("2026-11-01"), Hour: 1, Minute: 15}
	resolved := must(metering.Resolve([]metering.Delivered{d}, losAngeles()))
	got, why, err := r.Take("7088", metering.ByNumber, resolved[0])
	require.NoError(t, err)
	require.Equal(t, metering.AmbiguousTime, why.Code)
	require.True(t, why.Acceptable())
	require.True(t, got.Reading.At.IsZero())
	m := must(metering.Between(base(r, 5, oct1), r, got.Reading, refuse())).With(why)
	require.Equal(t, "5 AmbiguousTime", useOf(m)+" "+codesOf(m))
	undated := d
	undated.Local, undated.Doubt = metering.LocalTime{}, metering.Exception{Code: metering.AmbiguousTime}
	got, why, err = r.Take("7088", metering.ByNumber, undated)
	require.NoError(t, err)
	require.Zero(t, got, "without a day there is no reading")
	require.Equal(t, metering.AmbiguousTime, why.Code)
}

func TestAZeroIsAReading(t *testing.T) {
	r := dials(6, metering.CCF)
	for _, dials := range []bool{true, false} {
		d := sent("0")
		d.Dials, d.Source = dials, metering.Customer
		got, why, err := r.Take("7088", metering.ByNumber, d)
		require.NoError(t, err)
		require.Empty(t, why.Code)
		require.Equal(t, metering.Reading{Meter: "7088", Register: "1", State: metering.Read, Day: date(oct31), Source: metering.Customer}, got.Reading)
	}
}
