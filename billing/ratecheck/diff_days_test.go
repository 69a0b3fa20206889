package ratecheck_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
)

// diffVersion is a version with one charge; empty days leave it open.
func diffVersion(from, to, amount string) rates.Version {
	v := rates.Version{Charges: []rates.Charge{{ID: "base", Text: "Base charge", Rule: rates.Fixed{Amount: rates.Num(amount)}}}}
	if from != "" {
		v.From = civil.MustDate(from)
	}
	if to != "" {
		v.To = civil.MustDate(to)
	}
	return v
}

func diffDated(versions ...rates.Version) rates.Book {
	return rates.Book{Schedules: []rates.Schedule{{ID: "s", Versions: versions}}}
}

// diffDatedTexts are the differences with their days.
func diffDatedTexts(all []ratecheck.Difference) []string {
	var texts []string
	for _, d := range all {
		texts = append(texts, d.String())
	}
	return texts
}

func TestDiffComparesDayByDay(t *testing.T) {
	v := diffVersion
	for _, c := range []struct {
		name          string
		before, after rates.Book
		want          []string
	}{
		{"a version that holds on all days", diffDated(v("", "", "5")), diffDated(v("", "", "6")),
			[]string{"s: Base charge rises from $5.00 to $6.00 (+$1.00, +20.0%)"}},
		{"an appended version, against the one that it follows",
			diffDated(v("2018-01-01", "2019-01-01", "5"), v("2019-01-01", "", "6")),
			diffDated(v("2018-01-01", "2019-01-01", "5"), v("2019-01-01", "2020-01-01", "6"), v("2020-01-01", "", "9")),
			[]string{"s, from 2020-01-01: Base charge rises from $6.00 to $9.00 (+$3.00, +50.0%)"}},
		{"a version in the middle holds until the next",
			diffDated(v("2018-01-01", "", "5")),
			diffDated(v("2018-01-01", "2019-01-01", "5"), v("2019-01-01", "2020-01-01", "6"), v("2020-01-01", "", "5")),
			[]string{"s, from 2019-01-01 to 2019-12-31: Base charge rises from $5.00 to $6.00 (+$1.00, +20.0%)"}},
		{"days that say the same are told once",
			diffDated(v("2018-01-01", "2019-01-01", "5"), v("2019-01-01", "", "5")),
			diffDated(v("2018-01-01", "2020-01-01", "6"), v("2020-01-01", "", "6")),
			[]string{
				"s, from 2018-01-01: Base charge rises from $5.00 to $6.00 (+$1.00, +20.0%)",
				"s, from 2019-01-01: The rates go on, where a new version began before; that changes nothing",
				"s, from 2020-01-01: A new version of the rates begins, which changes nothing",
			}},
		{"a change that comes earlier", diffDated(v("2018-01-01", "2020-01-01", "5"), v("2020-01-01", "", "6")), diffDated(v("2018-01-01", "2019-07-01", "5"), v("2019-07-01", "", "6")),
			[]string{"s, from 2019-07-01 to 2019-12-31: Base charge rises from $5.00 to $6.00 (+$1.00, +20.0%)"}},
		{"rates that have ended, and the new ones",
			diffDated(v("2018-01-01", "2019-01-01", "5")),
			diffDated(v("2018-01-01", "2019-01-01", "5"), v("2019-01-01", "2020-01-01", "6"), v("2020-01-01", "", "5")),
			[]string{
				"s, from 2019-01-01 to 2019-12-31: The rates before end on 2018-12-31; on these days there are new ones, which are compared with those",
				"s, from 2019-01-01 to 2019-12-31: Base charge rises from $5.00 to $6.00 (+$1.00, +20.0%)",
				"s, from 2020-01-01: The rates before end on 2018-12-31; they now hold on these days too, unchanged",
			}},
		{"rates that have ended, the last of several",
			diffDated(v("", "2018-01-01", "4"), v("2018-01-01", "2019-01-01", "5")),
			diffDated(v("", "2018-01-01", "4"), v("2018-01-01", "2019-01-01", "5"), v("2019-01-01", "", "6")),
			[]string{
				"s, from 2019-01-01: The rates before end on 2018-12-31; on these days there are new ones, which are compared with those",
				"s, from 2019-01-01: Base charge rises from $5.00 to $6.00 (+$1.00, +20.0%)",
			}},
		{"a book of the new version alone",
			diffDated(v("2018-01-01", "2019-01-01", "5")), diffDated(v("2019-01-01", "", "6")),
			[]string{
				"s, from 2018-01-01 to 2018-12-31: There are no rates for these days, where there were some before",
				"s, from 2019-01-01: The rates before end on 2018-12-31; on these days there are new ones, which are compared with those",
				"s, from 2019-01-01: Base charge rises from $5.00 to $6.00 (+$1.00, +20.0%)",
			}},
		{"rates that begin earlier", diffDated(v("2018-01-01", "", "5")), diffDated(v("2017-01-01", "", "5")),
			[]string{"s, from 2017-01-01 to 2017-12-31: The rates before begin on 2018-01-01; they now hold on these days too, unchanged"}},
		{"rates that end", diffDated(v("2018-01-01", "", "5")), diffDated(v("2018-01-01", "2019-01-01", "5")),
			[]string{"s, from 2019-01-01: There are no rates for these days, where there were some before"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, diffDatedTexts(ratecheck.Diff(c.before, c.after)))
		})
	}
}

// Schedules without dates are compared as they are, on whatever days they hold.
func TestDiffOfUndatedSchedules(t *testing.T) {
	before, after := diffDated(diffVersion("2017-07-01", "", "5")), diffDated(diffVersion("2018-07-01", "2019-07-01", "6"))
	before.Schedules[0].Undated, after.Schedules[0].Undated = true, true
	require.Equal(t, []string{
		"s: The rates hold from 2018-07-01 to 2019-06-30 instead of from 2017-07-01",
		"s: Base charge rises from $5.00 to $6.00 (+$1.00, +20.0%)",
	}, diffDatedTexts(ratecheck.Diff(before, after)))
	after.Schedules[0].Versions[0] = diffVersion("", "", "5")
	require.Equal(t, []string{"s: The rates hold on all days instead of from 2017-07-01"}, diffDatedTexts(ratecheck.Diff(before, after)))
}

// A difference cites what adopted what is now so, or what had adopted what is gone.
func TestDiffCitesWhatAdoptedIt(t *testing.T) {
	old, new := rates.Citation{Resolution: "Resolution 1"}, rates.Citation{Resolution: "Resolution 2", Section: "Exhibit A"}
	own := rates.Citation{Resolution: "Ordinance 61"}
	before, after := diffVersion("", "", "5"), diffVersion("", "", "6")
	before.Source, after.Source = old, new
	fixed := rates.Fixed{Amount: rates.Num("1")}
	before.Charges = append(before.Charges, rates.Charge{ID: "gone", Rule: fixed}, rates.Charge{ID: "fire", Rule: fixed, Source: own})
	after.Charges = append(after.Charges, rates.Charge{ID: "fire", Rule: rates.Fixed{Amount: rates.Num("2")}, Source: own}, rates.Charge{ID: "new", Rule: rates.Fixed{Amount: rates.Num("3")}})
	var sources []rates.Citation
	var charges []string
	for _, d := range ratecheck.Diff(diffDated(before), diffDated(after)) {
		sources, charges = append(sources, d.Source), append(charges, d.Charge)
	}
	require.Equal(t, []string{"", "base", "fire", "new", "gone"}, charges)
	require.Equal(t, []rates.Citation{new, new, own, new, old}, sources)
}

// The source that a charge has of its own is told where it does not follow from the source
// of the rates.
func TestDiffOfSources(t *testing.T) {
	cite := func(of, own string) rates.Book {
		v := diffVersion("", "", "5")
		v.Source.Resolution, v.Charges[0].Source.Resolution = of, own
		return diffDated(v)
	}
	for _, c := range []struct {
		before, after rates.Book
		want          []string
	}{
		{cite("A", ""), cite("B", ""), []string{"s: The rates rest on B instead of A  [B]"}},
		{cite("A", "C"), cite("B", "C"), []string{"s: The rates rest on B instead of A  [B]"}},
		{cite("A", "C"), cite("A", "D"), []string{"s: Base charge now rests on D instead of C  [D]"}},
		{cite("A", "C"), cite("A", ""), []string{"s: Base charge now rests on A, as the rates do, instead of C  [A]"}},
		{cite("A", ""), cite("A", "A"), []string{"s: Base charge has a source of its own now, the same as that of the rates, A  [A]"}},
		{cite("A", "A"), cite("A", ""), []string{"s: Base charge has no source of its own any more; that of the rates is the same, A  [A]"}},
		{cite("", ""), cite("A", ""), []string{"s: The rates rest on A instead of no source  [A]"}},
	} {
		require.Equal(t, c.want, diffDatedTexts(ratecheck.Diff(c.before, c.after)))
	}
}
