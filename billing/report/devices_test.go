package report_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/report"
)

// assemblies are backflow devices and a meter, told for 2026-05-01 and through June.
func assemblies() report.DevicesRequest {
	return report.DevicesRequest{
		On: dayOf("2026-05-01"), Through: dayOf("2026-06-30"),
		Devices: []report.Device{
			{ID: "B-1", Agreement: "w-1", Kind: "RPP", Installed: dayOf("2019-02-28"), Tested: dayOf("2025-04-30"), Months: 12},
			{ID: "B-2", Agreement: "w-2", Kind: "RPP", Installed: dayOf("2024-03-31"), Tested: dayOf("2025-06-30"), Months: 12},
			{ID: "B-3", Agreement: "w-3", Kind: "DC", Installed: dayOf("2026-01-31"), Months: 1},
			{ID: "B-4", Kind: "DC", Installed: dayOf("2020-05-01"), Tested: dayOf("2025-07-01"), Months: 12},
			{ID: "M-1", Agreement: "w-1", Kind: "3/4", Installed: dayOf("2006-05-02"), Untested: true},
			{ID: "B-5", Kind: "DC", Months: 12},
		},
		Places: []report.Place{{Agreement: "w-1", Route: "07", Stop: 2}},
	}
}

func ExampleListDevices() {
	devices, err := report.ListDevices(assemblies())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range devices.Rows {
		fmt.Println(r)
	}
	for _, total := range devices.Totals {
		fmt.Println(total)
	}
	fmt.Println(devices.Left)
	// Output:
	// overdue: device B-3, DC, 3 months old: it was never tested since its installation on 2026-01-31, and a test is due after 1 month: on 2026-02-28, 62 days ago
	// overdue: device B-1, RPP, 86 months old: it was tested on 2025-04-30, and a test is due after 12 months: on 2026-04-30, 1 day ago
	// due: device B-2, RPP, 25 months old: it was tested on 2025-06-30, and a test is due after 12 months: on 2026-06-30, in 60 days
	// not yet due: device B-4, DC, 72 months old: it was tested on 2025-07-01, and a test is due after 12 months: on 2026-07-01, in 61 days
	// no test: device M-1, 3/4, 239 months old: no test is asked for
	// {3/4 1 0 0 0 1 239}
	// {DC 2 1 0 1 0 75/2}
	// {RPP 2 1 1 0 0 111/2}
	// [device B-5: the day of its installation is not known]
}

func TestATestOnItsDayIsInTime(t *testing.T) {
	of := func(on string) report.DeviceRow {
		r := assemblies()
		r.On, r.Devices = dayOf(on), r.Devices[1:2]
		return got(report.ListDevices(r)).Rows[0]
	}
	require.Equal(t, report.DueSoon, of("2026-06-30").Due)
	r := of("2026-06-30")
	require.Equal(t, 0, r.Days)
	require.Contains(t, r.Words, "on 2026-06-30, in 0 days")
}

func TestDevicesOfWhichNothingCanBeTold(t *testing.T) {
	for why, d := range map[string]report.Device{
		"the day of its installation is not known":                               {},
		"it is installed on 2026-05-02, after the day of the report":             {Installed: dayOf("2026-05-02"), Months: 1},
		"its test is of 2026-05-02, after the day of the report":                 {Installed: dayOf("2026-05-01"), Tested: dayOf("2026-05-02"), Months: 1},
		"its test of 2026-04-01 is before its installation on 2026-04-02":        {Installed: dayOf("2026-04-02"), Tested: dayOf("2026-04-01"), Months: 1},
		"nothing says after how many months a test is due, or that none is":      {Installed: dayOf("2026-04-02")},
		"nothing says after how many months a test is due, or that none is (−1)": {Installed: dayOf("2026-04-02"), Months: -1},
		"nothing says after how many months a test is due, or that none is (2)":  {Installed: dayOf("2026-04-02"), Months: 1, Untested: true},
	} {
		d.ID = "D"
		found := got(report.ListDevices(report.DevicesRequest{On: dayOf("2026-05-01"), Through: dayOf("2026-05-01"), Devices: []report.Device{d}}))
		require.Empty(t, found.Rows, why)
		require.Contains(t, "device D: "+why, found.Left[0].String())
	}
	d := report.Device{ID: "D", Installed: dayOf("2026-05-01"), Tested: dayOf("2026-05-01"), Months: 96_000}
	left := got(report.ListDevices(report.DevicesRequest{On: d.Installed, Through: d.Installed, Devices: []report.Device{d}})).Left
	require.Contains(t, left[0].Why, "E_DATE", "a test after the last year there is")
}

func TestDevicesThatCannotBeListed(t *testing.T) {
	r := assemblies()
	r.Devices, r.Places = append(r.Devices, r.Devices[0], report.Device{}), append(r.Places, r.Places[0])
	r.Through = dayOf("2026-04-30")
	err := failure(report.ListDevices(r))
	for _, what := range []string{"device B-1: it has no id, or stands there twice", "device : it has no id", "place of agreement w-1",
		"the last one is before the day of the report"} {
		require.ErrorContains(t, err, what)
	}
	require.ErrorIs(t, failure(report.ListDevices(report.DevicesRequest{})), report.ErrRequest)
}

func TestTotalsOfDevicesAreOfTheRowsWhateverTheOrder(t *testing.T) {
	want := got(report.ListDevices(assemblies()))
	rapid.Check(t, func(t *rapid.T) {
		r, seed := assemblies(), rapid.Uint64().Draw(t, "seed")
		r.Devices = shuffled(r.Devices, seed)
		require.Equal(t, want, got(report.ListDevices(r)))
	})
	rapid.Check(t, func(t *rapid.T) {
		r := assemblies()
		r.Devices = nil
		for i := range rapid.IntRange(1, 9).Draw(t, "devices") {
			installed := got(dayOf("2000-01-31").AddDays(rapid.IntRange(0, 9_000).Draw(t, "installed")))
			r.Devices = append(r.Devices, report.Device{
				ID: fmt.Sprint(i), Kind: rapid.SampledFrom([]string{"RPP", "DC"}).Draw(t, "kind"), Installed: installed, Months: rapid.IntRange(1,
					400).Draw(t, "months"),
			})
		}
		devices := got(report.ListDevices(r))
		all, late := 0, 0
		for _, total := range devices.Totals {
			require.Equal(t, total.Devices, total.Overdue+total.Due+total.NotYet+total.NoTest)
			all, late = all+total.Devices, late+total.Overdue
		}
		require.Equal(t, len(devices.Rows), all)
		for i, row := range devices.Rows {
			require.Equal(t, i < late, row.Due == report.Overdue, "the overdue ones come first")
			require.Equal(t, row.Days, r.On.Sub(row.Next))
			require.True(t, i == 0 || devices.Rows[i-1].Days >= row.Days, "and of them the longest")
			age := got(row.Installed.AddMonths(row.AgeMonths))
			require.False(t, age.After(r.On))
			require.True(t, got(row.Installed.AddMonths(row.AgeMonths+1)).After(r.On), "an age is of whole months")
		}
	})
}
