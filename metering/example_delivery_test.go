package metering_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/metering"
)

// A day's delivery: duplicates, conflicts and what did not come, before anything is measured.
func ExampleDistinct() {
	dial := metering.Register{ID: "1", Dials: 6, Multiplier: number("1"), Unit: metering.CCF}
	read := func(meter string, digits int64) metering.Received {
		return metering.Received{Reading: metering.Reading{
			Meter: meter, Register: "1", State: metering.Read, Digits: digits, Day: date("2026-10-31"), Source: metering.Actual,
		}}
	}
	got := metering.Distinct([]metering.Received{read("7088", 1010), read("7088", 1010), read("7089", 500), read("7089", 501)})
	fmt.Println(len(got.Kept), "kept,", got.Dropped, "dropped")
	fmt.Println(got.Exceptions[0])

	expected := []metering.Baseline{base(dial, 1000, "2026-10-01")}
	third := base(dial, 20, "2026-10-01")
	third.Meter = "7090"
	missing := metering.FindMissing(append(expected, third), got.Kept, metering.ByText)
	review := must(metering.NewReview("A-7/2026-10", date(oct31), must(metering.NoUse(third, missing[0])), "InforDefault"))
	fmt.Println(review.Open()[0], "/", review.Pile())
	// Output:
	// 1 kept, 1 dropped
	// Conflict(1) on meter 7089: actual 500 and actual 501 for one instant of 2026-10-31, of 2 readings, and nothing says which is newer
	// Missing(1) on meter 7090: nothing came; the last reading was 20 on 2026-10-01 / exceptions
}

// The three piles of a reading cycle.
func ExampleReview_Pile() {
	dial := metering.Register{ID: "1", Dials: 6, Multiplier: number("1"), Unit: metering.CCF}
	rule := metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.RefuseRollover}
	for _, now := range []int64{1010, 998, 400} {
		m := must(metering.Between(base(dial, 1000, "2026-10-01"), dial, actual(dial, now, "2026-10-31"), rule))
		fmt.Println(now, must(metering.NewReview("A-1", date(oct31), checked(m))).Pile())
	}
	// Output:
	// 1010 approved
	// 998 acceptable
	// 400 exceptions
}

// A file keeps the last five digits of a register of six.
func ExampleShortTotal() {
	dial := metering.Register{ID: "1", Dials: 6, Multiplier: number("1"), Unit: metering.CCF}
	rule := metering.DeltaRule{
		Tolerance: metering.StandardTolerance(), Rollover: metering.RefuseRollover, HighLimit: must(metering.ParseVolume("100 CCF")),
	}
	m := must(metering.ShortTotal(base(dial, 123456, "2026-10-01"), dial, actual(dial, 23500, "2026-10-31"), 5, rule))
	use, _ := m.Use()
	fmt.Println(use, "up to", m.Baselines()[0].Digits)
	// Output: 44 up to 123500
}

// The rates change after ten of thirty days.
func ExampleProrate() {
	fmt.Println(metering.Prorate(100, []int{10, 20}))
	// Output: [33 67] <nil>
}

func ExampleFactorBand_ReadingLimits() {
	band := metering.OracleFactor()
	band.LowFactor, band.HighFactor = metering.At(number("0.5")), metering.At(number("2"))
	dial := metering.Register{ID: "1", Dials: 6, Multiplier: number("1"), Unit: metering.CCF}
	fmt.Println(band.ReadingLimits(base(dial, 1000, "2026-10-01"), metering.Sample{Use: exact.Int(40), Unit: metering.CCF, Days: 30}))
	// Output: 1020 1080 <nil>
}

func TestWhatDidNotComeIsReviewedLikeAnythingElse(t *testing.T) {
	r := dials(6, metering.CCF)
	from := base(r, 1000, oct1)
	history := cycles(oct1, metering.Actual, []int{30, 30, 30}, []string{"30 CCF", "30 CCF", "30 CCF"})
	m, err := metering.NoUse(from, metering.FindMissing([]metering.Baseline{from}, nil, metering.ByText)[0])
	require.NoError(t, err)
	require.Equal(t, "none Missing", useOf(m)+" "+codesOf(m))
	require.Equal(t, []metering.Baseline{from}, m.Baselines())
	guess, _, err := metering.Estimate(from, r, date(oct31), munis(), history)
	require.NoError(t, err)
	require.Equal(t, "30", must(must(review(t, m).Estimate(step("m.alvarez", "gate locked"), guess)).Billable()).Exact().String())

	_, err = metering.NoUse(from, metering.Exception{Code: metering.Normal})
	require.ErrorIs(t, err, metering.ErrRule)
	_, err = metering.NoUse(from, metering.Exception{})
	require.ErrorIs(t, err, metering.ErrRule)
	_, err = metering.NoUse(metering.Baseline{}, metering.Exception{Code: metering.Missing})
	require.ErrorIs(t, err, metering.ErrReading)
}

func TestReadingsAndBaselinesGoThroughJSON(t *testing.T) {
	r := dials(6, metering.CCF)
	reading, from := actual(r, 1000, oct1), base(r, 1000, oct1)
	reading.Reader, reading.At = person("r.cole"), noon()
	text, err := json.Marshal(reading)
	require.NoError(t, err)
	require.Contains(t, string(text), `"State":"read"`)
	require.Contains(t, string(text), `"Source":"actual"`)
	var back metering.Reading
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, reading, back)
	text, err = json.Marshal(from)
	require.NoError(t, err)
	var baseline metering.Baseline
	require.NoError(t, json.Unmarshal(text, &baseline))
	require.Equal(t, from, baseline)
	require.ErrorIs(t, json.Unmarshal([]byte(`{"State":"READ"}`), &back), metering.ErrReading)
	require.ErrorIs(t, json.Unmarshal([]byte(`{"Source":""}`), &back), metering.ErrReading)
	_, err = metering.State(0).MarshalText()
	require.ErrorIs(t, err, metering.ErrReading)
	_, err = metering.Source(9).MarshalText()
	require.ErrorIs(t, err, metering.ErrReading)
}
