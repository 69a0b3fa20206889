package winter_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/policyfile"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/winter"
	"github.com/headgate-dev/headgate/metering"
)

const winterYAML = `headgate: policy/1
name: test
winter:
  - from: 2026-01-01
    source: {resolution: test}
    title: Longview winter average
    authority: longviewtexas.gov/3151; parts are made up
    months: [12, 1, 2]
    counts: by_last_day
    mean: bills
    days_per_month: none
    scale: 1
    least_days: 1
    most_days: 999
    leaks: leave_out
    estimates: leave_out
    customer_reads: count
    drop_highest: 0
    least: 3
    round_to: 1 gal
    rounding: half_up
    starts: 04-01
    select: by_period_start
    classes:
      residential: {floor: none, cap: none, default: none}
sewer:
  - from: 2026-01-01
    source: {resolution: test}
    title: sewer
    authority: test
    classes:
      residential: {basis: lower, cap: 25000 gal}
`

func parse(src string) (average policyfile.Dated[winter.Policy], sewer policyfile.Dated[winter.SewerPolicy], err error) {
	_, err = policyfile.Parse("policy.yaml", []byte(src), policyfile.Into("winter", &average), policyfile.Into("sewer", &sewer))
	return average, sewer, err
}

func TestWinterPoliciesAreReadFromAFile(t *testing.T) {
	read, sewer, err := parse(winterYAML)
	require.NoError(t, err)
	day := civil.MustDate("2026-06-01")
	average, _, err := read.On(day)
	require.NoError(t, err)
	require.Equal(t, longviewWinter(), average)
	use, _, err := sewer.On(day)
	require.NoError(t, err)
	require.Equal(t, winter.SewerClass{Basis: winter.SewerByLower, Cap: stated("25000 gal")}, use.Classes["residential"])

	read, _, err = parse(strings.NewReplacer("mean: bills", "mean: daily_use", "days_per_month: none", `days_per_month: "30.42"`).Replace(winterYAML))
	require.NoError(t, err)
	average, _, err = read.On(day)
	require.NoError(t, err)
	want := longviewWinter()
	daily(&want, "30.42")
	require.Equal(t, want, average)
}

func TestWinterPoliciesOfAFileAreChecked(t *testing.T) {
	for _, c := range []struct{ old, harmed, want string }{
		{"    leaks: leave_out\n", "", "winter[0].leaks"},
		{"months: [12, 1, 2]", "months: [12, 2]", "winter[0].months[1]"},
		{"counts: by_last_day", "counts: by_bill", "winter[0].counts"},
		{"    drop_highest: 0\n", "", "winter[0].drop_highest"},
		{"least: 3", "least: 0", "winter[0].least"},
		{"cap: none, default", `cap: "", default`, "winter[0].classes.residential.cap"},
		{"starts: 04-01", "starts: 02-29", "winter[0].starts"},
		{"cap: none, default", "cap: 1 CCF, default", "winter[0].classes.residential.cap"},
		{"basis: lower", "basis: least", "sewer[0].classes.residential.basis"},
	} {
		t.Run(c.want, func(t *testing.T) {
			require.Equal(t, 1, strings.Count(winterYAML, c.old), c.old)
			_, _, err := parse(strings.Replace(winterYAML, c.old, c.harmed, 1))
			require.Error(t, err)
			require.Contains(t, err.Error(), c.want)
		})
	}
}

// No average rests on a value that is not known, and none hides that one is a placeholder.
func TestWinterValuesThatAreNotKnownAreErrorsAndPlaceholdersAreTold(t *testing.T) {
	three := winterOf(months("7000 gal", "6800 gal", "6900 gal")...)
	for _, c := range []struct{ path, stated, stand string }{
		{"months", "months: [12, 1, 2]", "[12, 1, 2]"},
		{"days_per_month", "days_per_month: none", "none"},
		{"scale", "scale: 1", "1"},
		{"least_days", "least_days: 1", "1"},
		{"most_days", "most_days: 999", "999"},
		{"drop_highest", "drop_highest: 0", "0"},
		{"least", "least: 3", "3"},
		{"round_to", "round_to: 1 gal", "1 gal"},
		{"starts", "starts: 04-01", "04-01"},
		{"classes.residential.floor", "floor: none", "none"},
		{"classes.residential.cap", "floor: none, cap: none", "none"},
		{"classes.residential.default", "default: none", "none"},
	} {
		t.Run(c.path, func(t *testing.T) {
			path := "winter[0]." + c.path
			unknown, _ := marked(t, c.stated, c.stand, "{unknown: not public}")
			require.NoError(t, unknown.Check(), "it is no fault of the policy")
			_, err := unknown.Average(three)
			require.ErrorIs(t, err, policy.ErrNotKnown)
			require.ErrorContains(t, err, ": "+path+": ")

			stand, sewer := marked(t, c.stated, c.stand, "{placeholder: "+c.stand+", why: not public}")
			average, err := stand.Average(three)
			require.NoError(t, err)
			require.Len(t, average.Placeholders, 1)
			told := "; a placeholder stands in for " + path + ": not public"
			require.True(t, strings.HasSuffix(average.Words, told), average.Words)
			use, err := sewer.Use(winter.SewerFacts{Class: "residential", Period: june(), Actual: volume("9000 gal"), Average: average})
			require.NoError(t, err)
			require.Equal(t, average.Placeholders, use.Placeholders, "what rests on the average")
			require.True(t, strings.HasSuffix(use.Words, told), use.Words)
		})
	}
	t.Run("of another class", func(t *testing.T) {
		commercial := "default: none}\n      commercial: {floor: none, cap: {unknown: not public}, default: {placeholder: none, why: not public}}"
		read, _, err := parse(strings.Replace(winterYAML, "default: none}", commercial, 1))
		require.NoError(t, err)
		p, _, err := read.On(civil.MustDate("2026-06-01"))
		require.NoError(t, err)
		average, err := p.Average(three)
		require.NoError(t, err)
		require.Empty(t, average.Placeholders)
		other := three
		other.Class = "commercial"
		_, err = p.Average(other)
		require.ErrorIs(t, err, policy.ErrNotKnown)
	})
	t.Run("the cap of sewer", func(t *testing.T) {
		_, unknown := marked(t, "cap: 25000 gal", "25000 gal", "{unknown: not public}")
		facts := winter.SewerFacts{Class: "residential", Period: june(), Actual: volume("9000 gal")}
		facts.Average = must(longviewWinter().Average(three))
		_, err := unknown.Use(facts)
		require.ErrorIs(t, err, policy.ErrNotKnown)
		require.ErrorContains(t, err, ": sewer[0].classes.residential.cap: ")
		_, stand := marked(t, "cap: 25000 gal", "25000 gal", "{placeholder: 25000 gal, why: not public}")
		use, err := stand.Use(facts)
		require.NoError(t, err)
		require.Equal(t, "sewer[0].classes.residential.cap: not public", use.Placeholders[0].String())
		stand.Classes["commercial"] = stand.Classes["residential"]
		stand.Classes["residential"] = winter.SewerClass{Basis: winter.SewerByActual, Cap: policy.None[metering.Volume]()}
		use, err = stand.Use(facts)
		require.NoError(t, err)
		require.Empty(t, use.Placeholders, "of another class")
	})
}

// marked are the policies of the file in which a value, which ends the text, is marked.
func marked(t *testing.T, stated, value, mark string) (winter.Policy, winter.SewerPolicy) {
	t.Helper()
	require.Equal(t, 1, strings.Count(winterYAML, stated), stated)
	read, sewer, err := parse(strings.Replace(winterYAML, stated, strings.TrimSuffix(stated, value)+mark, 1))
	require.NoError(t, err)
	average, _, err := read.On(civil.MustDate("2026-06-01"))
	require.NoError(t, err)
	use, _, err := sewer.On(civil.MustDate("2026-06-01"))
	require.NoError(t, err)
	return average, use
}

func FuzzWinterDay(f *testing.F) {
	for _, text := range []string{"", "04-01", "02-29", "13-01", "4-1", "04-01x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var d winter.Day
		if d.UnmarshalText([]byte(text)) != nil {
			require.Zero(t, d)
			return
		}
		require.Equal(t, text, d.String())
	})
}

func TestWinterChoicesAreReadByTheirWords(t *testing.T) {
	type choice interface {
		UnmarshalText(text []byte) error
		String() string
	}
	for _, c := range []struct {
		into  choice
		words []string
		code  error
	}{
		{new(winter.Counts), []string{"by_last_day", "by_days"}, winter.ErrPolicy},
		{new(winter.Mean), []string{"bills", "daily_use"}, winter.ErrPolicy},
		{new(winter.Treat), []string{"count", "leave_out"}, winter.ErrPolicy},
		{new(winter.SewerBasis), []string{"winter_average", "lower", "actual"}, winter.ErrPolicy},
	} {
		require.Equal(t, "not stated", c.into.String())
		require.ErrorIs(t, c.into.UnmarshalText([]byte("not stated")), c.code)
		for _, word := range c.words {
			require.NoError(t, c.into.UnmarshalText([]byte(word)))
			require.Equal(t, word, c.into.String())
			require.ErrorIs(t, c.into.UnmarshalText(nil), c.code)
			require.Equal(t, word, c.into.String(), "an error leaves it as it was")
		}
	}
}
