package report

// What no books can make untied, tests untie by hand.
var (
	ProveAging = proveAging
)
