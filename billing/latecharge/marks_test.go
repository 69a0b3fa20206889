package latecharge_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/money"
)

// A text, a choice or a list that is a placeholder is told as an amount is.
func TestLatePlaceholdersThatAreNoValuesAreTold(t *testing.T) {
	stated := strings.Replace(file, "{placeholder: 20.00, why: not public}", "20.00", 1)
	for _, line := range []string{
		"title: late charge", "citation: Resolution 2025-31", "regime: gov_54348", "roll: none", "payment_day: receipt", "basis: past_due_balance",
		"kinds: [charge]", "exempt: []", "agencies: []", "monthly_on: charges_and_first", "growth: simple", "waives: nothing", "waiver_reasons: []",
		"rounding: half_up", "kind: penalty", `revenue_code: "4090"`,
	} {
		t.Run(line, func(t *testing.T) {
			key, value, _ := strings.Cut(line, ": ")
			p, err := read(replace(t, stated, "    "+line+"\n", "    "+key+": {placeholder: "+value+", why: not public}\n"))
			require.NoError(t, err)
			b := newLateBooks(t)
			b.bill("bill 1", "2026-04-16", 100_00)
			charge := b.charge(p, "2026-07-01")
			require.Equal(t, money.Cents(11_10), charge.Total)
			require.Len(t, charge.Placeholders, 1)
			require.Equal(t, "late_charge[0]."+key+": not public", charge.Placeholders[0].String())
		})
	}
}
