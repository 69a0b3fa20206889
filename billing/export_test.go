package billing

import "github.com/headgate-dev/headgate/billing/ledger"

// EntriesOf are the entries of a settlement, to be altered by tests: outside of them only CloseAccount gives any.
func EntriesOf(f *Final) []ledger.Entry { return f.entries }
