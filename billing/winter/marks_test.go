package winter_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/winter"
)

// A text or a choice that is a placeholder is told as a number is, of the average and of the sewer use.
func TestWinterPlaceholdersThatAreNoValuesAreTold(t *testing.T) {
	for path, stated := range map[string]string{
		"winter[0].title": "title: Longview winter average", "winter[0].authority": "authority: longviewtexas.gov/3151; parts are made up",
		"winter[0].counts": "counts: by_last_day", "winter[0].mean": "mean: bills", "winter[0].leaks": "leaks: leave_out",
		"winter[0].estimates": "estimates: leave_out", "winter[0].customer_reads": "customer_reads: count", "winter[0].rounding": "rounding: half_up",
		"winter[0].select": "select: by_period_start", "sewer[0].title": "title: sewer", "sewer[0].authority": "authority: test",
		"sewer[0].classes.residential.basis": "basis: lower",
	} {
		t.Run(path, func(t *testing.T) {
			require.Equal(t, 1, strings.Count(winterYAML, stated))
			key, value, _ := strings.Cut(stated, ": ")
			averages, sewers, err := parse(strings.Replace(winterYAML, stated, key+": {placeholder: "+value+", why: not public}", 1))
			require.NoError(t, err)
			p, _, err := averages.On(civil.MustDate("2026-06-01"))
			require.NoError(t, err)
			sewer, _, err := sewers.On(civil.MustDate("2026-06-01"))
			require.NoError(t, err)
			average, err := p.Average(winterOf(months("7000 gal", "6800 gal", "6900 gal")...))
			require.NoError(t, err)
			use, err := sewer.Use(winter.SewerFacts{Class: "residential", Period: june(), Actual: volume("9000 gal"), Average: average})
			require.NoError(t, err)
			if strings.HasPrefix(path, "winter") {
				require.Len(t, average.Placeholders, 1)
			} else {
				require.Empty(t, average.Placeholders)
			}
			require.Len(t, use.Placeholders, 1)
			require.Equal(t, path+": not public", use.Placeholders[0].String())
		})
	}
}
