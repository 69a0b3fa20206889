package say_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/metering"
)

func TestOneIsNotSpokenOfAsMany(t *testing.T) {
	require.Equal(t, "1 month", say.Counted(1, "month"))
	require.Equal(t, "0 months", say.Counted(0, "month"))
	require.Equal(t, "{days} day", say.Many("days", exact.Int(1), "day"))
	require.Equal(t, "{days} days", say.Many("days", exact.Int(2), "day"))
}

func TestWordsNameTheirFigures(t *testing.T) {
	figures := []metering.Figure{say.Count("days", 2), say.Money("cap", money.Cents(5_00)), say.Text("leak", "{days}")}
	require.Equal(t, "2 of {days} at $5.00, {other}", say.Words("{days} of {leak} at {cap}, {other}", figures), "a figure is not read again")
}

func TestPlaceholdersAreTold(t *testing.T) {
	require.Empty(t, say.Placeholders(nil))
	require.Equal(t, "; a placeholder stands in for a: not public; a placeholder stands in for b: a guess",
		say.Placeholders([]policy.Mark{{Path: "a", Why: "not public"}, {Path: "b", Why: "a guess"}}))
}
