package report

import (
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
)

// What no books can make untied, tests untie by hand.
var (
	ProveAging    = proveAging
	ProveRoll     = Roll.prove
	ProveAgencies = func(a Agencies, rolls []ledger.PlaceRoll, open map[string]money.Amount) error {
		return a.prove(rolls, open)
	}
	ProveGL = func(d GLDistribution, lines []ledger.GLLine) error { return d.prove(lines) }
)
