package policyfile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/policyfile"
	"github.com/headgate-dev/headgate/billing/civil"
)

// FuzzParse: no input panics; every problem has its place; what is read holds the
// rules of its struct, and what is not known has no value.
func FuzzParse(f *testing.F) {
	for _, c := range faults {
		f.Add(c.src)
	}
	f.Add(in(everything))
	f.Add(office)
	f.Add(calendarHead + "  o: {unknown: lost}\nall: {unknown: x}\n")
	f.Add(with("known", "known: {placeholder: 25.00, why: not public}\ncap: {placeholder: 30, why: x}"))
	f.Fuzz(func(t *testing.T, src string) {
		var all policyfile.Dated[Everything]
		var calendars policyfile.Calendars
		file, err := policyfile.Parse("p.yaml", []byte(src), policyfile.Into("all", &all).Optional(), policyfile.IntoCalendars("calendars", &calendars).Optional())
		if err != nil {
			require.Nil(t, file)
			require.NotErrorIs(t, err, policyfile.ErrStruct)
			require.Empty(t, all.Versions())
			return
		}
		require.NotEmpty(t, file.Name())
		var before civil.Date
		for i, v := range all.Versions() {
			require.True(t, i == 0 || v.From == before)
			before = v.To
			got, err := v.Value()
			if err != nil {
				require.Zero(t, got)
				require.NotEmpty(t, file.Unknowns())
				continue
			}
			require.True(t, got.Count >= 0 && got.Count <= 60 && got.Text != "" && !got.Day.IsZero() && got.Mode.Valid())
			require.True(t, got.Amount.Cents() <= 10001 && len(got.List) > 0 && len(got.Fees) > 0 && got.Nested.Days >= 1)
			require.True(t, got.Cap == nil || got.Cap.Cents() > got.Amount.Cents())
			if known, err := got.Known.Value(); err == nil {
				require.Positive(t, known.Cents())
			}
		}
		for _, name := range calendars.Names() {
			c, err := calendars.Get(name)
			if err != nil {
				require.ErrorIs(t, err, policyfile.ErrNotKnown)
				continue
			}
			for _, h := range c.Holidays() {
				open, err := c.Open(h.Day)
				require.NoError(t, err)
				require.False(t, open)
				require.NotEmpty(t, h.Name)
			}
		}
	})
}
