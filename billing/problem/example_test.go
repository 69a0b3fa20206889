package problem_test

import (
	"errors"
	"fmt"

	"github.com/headgate-dev/headgate/billing/problem"
)

func Example() {
	const ErrTierOrder problem.Code = "E_TIER_ORDER"

	var found problem.List
	found.Add(&problem.Error{
		Code: ErrTierOrder,
		Path: "tiers[2].up_to",
		Pos:  problem.Pos{File: "rates.yaml", Line: 14, Col: 9},
		What: "8 is not above 10",
		Fix:  "raise it",
	})
	err := found.Err()
	fmt.Println(err)
	fmt.Println(errors.Is(err, ErrTierOrder))
	// Output:
	// rates.yaml:14:9: E_TIER_ORDER: tiers[2].up_to: 8 is not above 10; raise it
	// true
}
