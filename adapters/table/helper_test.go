package table_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/ratefile"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares a text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	name = filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(name, []byte(got), 0o644))
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func engineOf(t testing.TB, name string) *rates.Engine {
	t.Helper()
	src, err := os.ReadFile(name)
	require.NoError(t, err)
	file, err := ratefile.Parse(name, src)
	require.NoError(t, err)
	engine, err := file.Compile()
	require.NoError(t, err)
	return engine
}

// books are the rates of a district, and a proposal that is invented.
func books(t testing.TB) (before, after *rates.Engine) {
	return engineOf(t, "../../examples/price/books/marina-coast-2018.yaml"), engineOf(t, "../../examples/ratestudy/books/proposal.yaml")
}

func march(schedule, size, usage string) rates.Input {
	in := rates.Input{Schedule: schedule, Period: civil.MustPeriod("[2018-03-01, 2018-04-01)"), Facts: rates.Facts{"meter_size": size}}
	if usage != "" {
		in.Usage, _ = metering.VolumeOf(usage, metering.CCF748)
	}
	return in
}

// impact is what the proposal does to invented accounts, among them some that a book refuses.
func impact(t testing.TB, accounts int) ratecheck.Impact {
	before, after := books(t)
	study := ratecheck.NewStudy(before, after)
	sizes := []string{"3/4", "5/8", "3/4", "1", "3/4", "5/8", "1 1/2", "3/4", "2", "5/8"}
	for i := range accounts {
		in := march([]string{"ord-water", "ord-water", "central-water"}[i%3], sizes[i*7%10], fmt.Sprintf("%d.%d", i*103%253/10, i*103%253%10))
		if i%20 == 19 {
			in = march("ord-fire", []string{"2", "4"}[i/20%2], "")
		}
		a := ratecheck.Account{ID: fmt.Sprintf("invented-%03d", i), Pos: problem.Pos{File: "accounts.csv", Line: i + 2}, Before: in, After: in}
		switch i {
		case 7: // neither book has the size
			a.Before.Facts, a.After.Facts = rates.Facts{"meter_size": "10"}, rates.Facts{"meter_size": "10"}
		case 8:
			a.After.Facts = rates.Facts{}
		case 9:
			a.Before.Period = civil.MustPeriod("[2017-03-01, 2017-04-01)")
		}
		_ = study.Add(&a) // what is refused is counted
	}
	if accounts > 10 {
		study.LeaveOut("", &problem.Error{Code: "E_CSV", What: "the line is no row"})
		study.LeaveOut("central-water", &problem.Error{Code: "E_OF_MY_OWN", What: "something else"})
	}
	i, err := study.Impact()
	require.NoError(t, err)
	return i
}
