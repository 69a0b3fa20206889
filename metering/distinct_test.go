package metering_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/metering"
)

func TestDistinctTellsStatesSourcesAndRegistersApart(t *testing.T) {
	r := dials(6, metering.CCF)
	zero, none := metering.Received{Reading: actual(r, 0, oct31)}, metering.Received{Reading: noRead(r, oct31)}
	require.Equal(t, "Conflict", codeNames(metering.Distinct([]metering.Received{zero, none}).Exceptions), "a zero is not no read")
	skip := none
	skip.Reading.State = metering.Skipped
	require.Equal(t, "Conflict", codeNames(metering.Distinct([]metering.Received{none, skip}).Exceptions), "no read is not a skip")
	guess := zero
	guess.Reading.Source = metering.Estimated
	require.Equal(t, "Conflict", codeNames(metering.Distinct([]metering.Received{zero, guess}).Exceptions))
	other := metering.Received{Reading: actual(named("2", r), 5, oct31)}
	require.Len(t, metering.Distinct([]metering.Received{zero, other}).Kept, 2)

	morning, evening := zero, zero
	morning.Reading.At, evening.Reading.At = noon(), noon().Add(time.Hour)
	evening.Reading.Digits = 3
	require.Len(t, metering.Distinct([]metering.Received{morning, evening}).Kept, 2, "two instants of a day")

	// A newer value that is sent again stands, and what it replaced is counted.
	v1, v2 := zero, zero
	v1.Version, v2.Version, v2.Reading.Digits = 1, 2, 9
	got := metering.Distinct([]metering.Received{v2, v1, v2})
	require.Equal(t, []metering.Reading{v2.Reading}, got.Kept)
	require.Equal(t, 2, got.Dropped)
	// Of two values under the newest version neither is believed.
	v3 := v2
	v3.Reading.Digits = 8
	require.Len(t, metering.Distinct([]metering.Received{v1, v2, v3}).Conflicts, 3)
	// A version and a stamp do not compare: one without a version is not newer because it was sent later.
	stamped, versioned := zero, v2
	stamped.Sent, versioned.Sent = noon().Add(time.Hour), noon()
	require.Equal(t, "Conflict", codeNames(metering.Distinct([]metering.Received{versioned, stamped}).Exceptions))
	require.Empty(t, metering.Distinct(nil).Kept)
}

func TestMissingIsNotNoRead(t *testing.T) {
	r := dials(6, metering.CCF)
	expected := []metering.Baseline{base(low(), 1, oct1), base(high(), 1, oct1)}
	found := metering.FindMissing(expected, []metering.Reading{noRead(low(), oct31)}, metering.ByText)
	require.Equal(t, "Missing", codeNames(found))
	require.Equal(t, "high", found[0].Register)
	zeros := actual(r, 1, oct31)
	zeros.Meter = "007088"
	require.Len(t, metering.FindMissing([]metering.Baseline{base(r, 1, oct1)}, []metering.Reading{zeros}, metering.ByText), 1)
	require.Empty(t, metering.FindMissing([]metering.Baseline{base(r, 1, oct1)}, []metering.Reading{zeros}, metering.ByNumber))
}

func TestADeclaredRolloverIsAnotherReading(t *testing.T) {
	r := dials(6, metering.CCF)
	plain, declared := actual(r, 10, oct31), actual(r, 10, oct31)
	declared.RolledOver = true
	for _, order := range [][]metering.Received{{{Reading: plain}, {Reading: declared}}, {{Reading: declared}, {Reading: plain}}} {
		got := metering.Distinct(order)
		require.Empty(t, got.Kept, "the order of the file does not decide whether 10 is a use or none")
		require.Len(t, got.Conflicts, 2)
		require.Contains(t, got.Exceptions[0].Words, "actual 10, declared to have passed the top")
	}
	got := metering.Distinct([]metering.Received{{Reading: plain, Version: 2}, {Reading: declared, Version: 1}})
	require.Equal(t, []metering.Reading{plain}, got.Kept)
}

// TestDistinctDoesNotAskInWhichOrderReadingsCame has up to four readings of an instant in every order.
func TestDistinctDoesNotAskInWhichOrderReadingsCame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var group []metering.Received
		for range rapid.IntRange(2, 4).Draw(t, "readings") {
			group = append(group, metering.Received{
				Reading: actual(dials(6, metering.CCF), rapid.Int64Range(100, 101).Draw(t, "digits"), oct31), Version: rapid.Int64Range(0, 2).Draw(t, "version"),
			})
		}
		says := func(got metering.Readings) string {
			if len(got.Kept) == 0 {
				return "conflict"
			}
			return fmt.Sprint(got.Kept[0].Digits)
		}
		want := says(metering.Distinct(group))
		require.Equal(t, want, says(metering.Distinct(rapid.Permutation(group).Draw(t, "order"))))
		// The newest version holds, where what has no version says the same.
		newest := int64(0)
		for _, r := range group {
			newest = max(newest, r.Version)
		}
		values := map[int64]bool{}
		for _, r := range group {
			if r.Version == newest || r.Version == 0 {
				values[r.Reading.Digits] = true
			}
		}
		require.Equal(t, len(values) > 1, want == "conflict")
	})
}
