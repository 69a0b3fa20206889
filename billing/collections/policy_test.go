package collections_test

import (
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/policy"
)

func closes(minutes int) policy.Value[collections.Clock] {
	return policy.Is(collections.Clock(minutes))
}
