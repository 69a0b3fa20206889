package winter

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/problem"
)

// noClass refuses a class for which a policy states nothing.
func noClass(title, class string) error {
	return &problem.Error{
		Code: ErrClass, Path: "class", What: fmt.Sprintf("%s states nothing for %q", title, class), Fix: "add the class to the policy, or correct it",
	}
}
