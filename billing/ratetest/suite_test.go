package ratetest_test

import (
	"errors"
	"testing"

	"github.com/headgate-dev/headgate/adapters/ratefile"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/billing/ratetest"
	"github.com/headgate-dev/headgate/metering"
)

var files = ratetest.Dir("testdata")

func TestResolution2027_08(t *testing.T) {
	now, err := ratefile.Load(files, "rates-2026.yaml")
	next, errNext := ratefile.Load(files, "rates-2027.yaml")
	if err := errors.Join(err, errNext); err != nil {
		t.Fatal(err)
	}
	ratetest.Golden(t, next, files, "resolution-2027-08.csv")
	ratetest.Coverage(t, next, files, "resolution-2027-08.csv")
	ratetest.Laws(t, next)
	impact := ratetest.Impact(t, now, next, ratecheck.Accounts(homes()...))
	if p := impact.All.Percentile(95); p.Cents() > 15_00 {
		t.Errorf("one bill in twenty rises by more than %s", p)
	}
}

// homes are a hundred bills of July 2027.
func homes() []rates.Input {
	var bills []rates.Input
	for i := range 100 {
		usage, err := metering.VolumeOf([]string{"3", "8", "13", "21.5"}[i%4], metering.CCF)
		if err != nil {
			panic(err)
		}
		bills = append(bills, rates.Input{Schedule: "home", Period: civil.MustPeriod("[2027-07-01, 2027-08-01)"), Usage: usage,
			Facts: rates.Facts{"meter_size": []string{"5/8", "3/4", "1"}[i%3]}})
	}
	return bills
}
