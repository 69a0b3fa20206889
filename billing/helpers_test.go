package billing_test

import (
	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
)

// must keeps the tests short; a host handles each error.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func second[T any](_ T, err error) error { return err }

func day(text string) civil.Date {
	if text == "" {
		return civil.Date{}
	}
	return civil.MustDate(text)
}

func days(text string) civil.Period { return civil.MustPeriod(text) }

func usd(cents int64) money.Amount { return money.Cents(cents) }

// water is an agreement for water at 12 Reservation Road.
func water(id, from, until string) billing.Agreement {
	return billing.Agreement{
		ID: id, Customer: "C-" + id, Account: "A-" + id, Premise: "P-12", Service: "water", Schedule: "water", Reads: billing.Metered,
		From: day(from), Until: day(until), Facts: rates.Facts{"meter_size": "3/4"},
	}
}
