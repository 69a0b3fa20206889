package owrs_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/owrs"
	"github.com/headgate-dev/headgate/billing/rates"
)

// FuzzParse: no input panics; a file that parses gives a book that compiles, and a
// bill that is refused has no amount.
func FuzzParse(f *testing.F) {
	names, err := filepath.Glob(filepath.Join("testdata", "*.owrs"))
	require.NoError(f, err)
	require.NotEmpty(f, names)
	for _, name := range names {
		src, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(string(src))
	}
	for _, bad := range badFiles {
		if len(bad.src) < 1000 {
			f.Add(bad.src)
		}
	}
	for _, fields := range []string{
		"bill: a_drought\na_drought: Budget\ntier_starts_drought: {depends_on: [k, m], values: {x|y: [0, indoor, 100%, 2*a]}}\ntier_prices_drought: [1, 2, a, .7]",
		"bill: days*usage+min\nbudget: a+b*c-d/2\ncommodity_charge: budget",
		"bill: &b [1e3]\nservice_charge: *b\nsewer_charge: Tiered\nsewer_tier_starts: 0",
	} {
		f.Add(home(fields))
	}
	f.Fuzz(func(t *testing.T, src string) {
		file, err := owrs.Parse("f", []byte(src))
		if err != nil {
			return
		}
		file.Warnings()
		engine, err := rates.Compile(file.Book(halfUp))
		require.NoError(t, err)
		for i, class := range file.Classes() {
			if i == 20 {
				break
			}
			facts, _ := engine.Facts(class)
			in := rates.Input{Schedule: class, Usage: volume(t, "27.3", file.Metadata().Unit), Facts: rates.Facts{}}
			for range 2 {
				q, err := engine.Price(in)
				if err != nil {
					require.True(t, q.Total.IsZero() && q.Exact().IsZero() && len(slices.Collect(q.Lines())) == 0)
				}
				for j, fact := range facts {
					in.Facts[fact.Name] = []string{"x", "3", `3/4"`, "0.5"}[j%4]
				}
			}
		}
	})
}

// FuzzFormula: a bill that is any text has the oracle's value, or its refusal.
func FuzzFormula(f *testing.F) {
	for _, seed := range []string{"1+2*3", "a*(b-c.d_1)/E", "-+-1e3", "12..7", "1/c.d_1", "((", "none+1/0", "2 3", "é", "service_charge", "1e", ".", "0.1e-5*usage_ccf"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1000 {
			return // too many signs for an oracle that recurses
		}
		checkFormula(t, text)
	})
}
