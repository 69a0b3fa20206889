// Package ratetest proves a change of rates in a district's own test suite: that a book comes to
// the bills of the board's table, that the table proves all of the book, that the book breaks no law
// of rates, and that it changes these bills by so much.
//
//	package rates_test
//
//	import (
//		"errors"
//		"testing"
//
//		"github.com/headgate-dev/headgate/adapters/ratefile"
//		"github.com/headgate-dev/headgate/billing/ratecheck"
//		"github.com/headgate-dev/headgate/billing/ratetest"
//	)
//
//	var files = ratetest.Dir("testdata")
//
//	func TestResolution2027_08(t *testing.T) {
//		now, err := ratefile.Load(files, "rates-2026.yaml")
//		next, errNext := ratefile.Load(files, "rates-2027.yaml")
//		if err := errors.Join(err, errNext); err != nil {
//			t.Fatal(err)
//		}
//		ratetest.Golden(t, next, files, "resolution-2027-08.csv")
//		ratetest.Coverage(t, next, files, "resolution-2027-08.csv")
//		ratetest.Laws(t, next)
//		impact := ratetest.Impact(t, now, next, ratecheck.Accounts(homes()...))
//		if p := impact.All.Percentile(95); p.Cents() > 15_00 {
//			t.Errorf("one bill in twenty rises by more than %s", p)
//		}
//	}
//
// The homes are a []rates.Input; accounts in a CSV file are read by package accountfile. The table
// is CSV that a finance officer writes and checks ([ratecheck.Table]):
//
//	name,class,meter_size,from,to,usage,total
//	3/4 inch in August,home,3/4,2027-07-31,2027-08-30,10,72.30
//
// Everything is found by package ratecheck, which services use without a test.
package ratetest
