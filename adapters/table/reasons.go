package table

import (
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// reasons are in words why an account is not priced, for those who do not know the codes. A code
// that is not among them stands for itself.
var reasons = map[problem.Code]string{
	rates.ErrNoSchedule:   "no rate schedule of that name",
	rates.ErrNoPeriod:     "no days of the bill",
	rates.ErrNoVersion:    "no rates for the days of the bill",
	rates.ErrUsage:        "usage that cannot be",
	rates.ErrMeters:       "several meters, and no rule for them",
	rates.ErrMissingFact:  "something about the account is not known",
	rates.ErrFactValue:    "something about the account has a value that the rates do not know",
	rates.ErrNotNumber:    "a text where the rates need a number",
	rates.ErrFactChange:   "something about the account changes inside the bill",
	rates.ErrNoRow:        "no price in a table of the rates for this account",
	rates.ErrNegative:     "a quantity below zero",
	rates.ErrDivideByZero: "a formula that divides by zero",
	rates.ErrCycle:        "a charge that rests on itself",
	rates.ErrTierLength:   "tiers and prices that are not as many",
	rates.ErrRange:        "a number that is too large",
	rates.ErrDepth:        "charges that rest on each other too deeply",
	civil.ErrDate:         "a day that is none",
	civil.ErrPeriod:       "a bill that ends before it begins, or does not end",
	ratecheck.ErrOther:    "another reason",
	exact.ErrNumber:       "a number that cannot be read",
	metering.ErrUnit:      "a unit that is not known, or of another kind",
	metering.ErrVolume:    "a usage that cannot be read",

	// Those of rows of a file of accounts.
	"E_CSV":      "a row that cannot be read",
	"E_NO_CLASS": "a class that is no rate schedule",
}
