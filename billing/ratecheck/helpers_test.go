package ratecheck_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/ratefile"
	"github.com/headgate-dev/headgate/billing/rates"
)

// engineOf is the engine of a rate book file.
func engineOf(t testing.TB, name string) *rates.Engine {
	t.Helper()
	src, err := os.ReadFile(name)
	require.NoError(t, err)
	return engineFrom(t, name, string(src))
}

func engineFrom(t testing.TB, name, src string) *rates.Engine {
	t.Helper()
	file, err := ratefile.Parse(name, []byte(src))
	require.NoError(t, err)
	engine, err := file.Compile()
	require.NoError(t, err)
	return engine
}

const (
	marina   = "../../examples/price/books/marina-coast-2018.yaml"
	proposal = "../../examples/ratestudy/books/proposal.yaml"
)

// home is a book of one schedule whose charges stand in a text.
func home(t testing.TB, charges string) *rates.Engine {
	return schedule(t, "proration: not_prorated", charges)
}

// schedule is a book of one schedule with a proration, and charges.
func schedule(t testing.TB, proration, charges string) *rates.Engine {
	return engineFrom(t, "home.yaml", source(proration, charges))
}

// source is the file of such a book.
func source(proration, charges string) string {
	return `headgate: rate-book/1
name: Example
schedules:
  - id: home
    unit: CCF
    rounding: {mode: half_up, place: line}
    select: split_by_day
    ` + proration + `
    usage: exact
    facts:
      meter_size: {type: text, allowed: [5/8, 3/4, "1", 1 1/2]}
    versions:
      - from: 2026-07-01
        charges:
          - id: base
            fixed: {by: meter_size, rows: {5/8: 21.40, 3/4: 28.75, 1: 44.10, 1 1/2: 88.00}}
` + charges
}
