package payments

import (
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// OldestFirstPolicy is the order where no ordinance gives another: the oldest due date first, a penalty before the services, and these
// in the order that is given; water, sewer, trash, storm where none is. No California district's published order was found.
func OldestFirstPolicy(services ...string) Policy {
	if len(services) == 0 {
		services = []string{"water", "sewer", "trash", "storm"}
	}
	return Policy{Name: "oldest first", Source: "the order where no ordinance gives another",
		Keys: []Key{{By: OldestFirst}, {By: ByKind, Order: []string{"penalty"}}, {By: ByService, Order: services}}}
}

// ordinances are the published orders, as their cities' codes state them. Where one is silent, the oldest comes first and a penalty
// before its service, which is our reading.
func ordinances() []Policy {
	penalty := Key{By: ByKind, Order: []string{"penalty"}}
	services := func(order ...string) Key { return Key{By: ByService, Order: order} }
	return []Policy{
		{Name: "Morgantown", Source: "Morgantown (intelli-leap.com): by service, the penalty of each first, then past before current",
			Keys: []Key{services("water", "storm", "fire", "sewer"), penalty, {By: PastDueFirst}}},
		{Name: "Tell City", Source: "Tell City, code of ordinances (American Legal): the oldest first, then water, trash, sewer, the penalty of each first",
			Keys: []Key{{By: OldestFirst}, services("water", "trash", "sewer"), penalty}},
		{Name: "Warr Acres", Source: "Warr Acres, code of ordinances (American Legal): current charges first; of what is past due, late charges lead",
			Keys: []Key{{By: CurrentFirst}, penalty, {By: OldestFirst}}},
		{Name: "Lake Mary", Source: "Lake Mary, code of ordinances (American Legal): trash, storm, wastewater, water last",
			Keys: []Key{services("trash", "storm", "sewer", "water"), {By: OldestFirst}, penalty}},
		{Name: "Jonesboro", Source: "Jonesboro, code of ordinances (American Legal): trash, water, wastewater; with a payment plan the newest bill first, then the plan",
			Keys:   []Key{services("trash", "water", "sewer"), {By: OldestFirst}, penalty},
			OnPlan: []Key{{By: PlanLast}, {By: NewestFirst}, services("trash", "water", "sewer"), penalty}},
		{Name: "Bedford", Source: "Bedford, code of ordinances (American Legal): water, sewer, garbage",
			Keys: []Key{services("water", "sewer", "trash"), {By: OldestFirst}, penalty}},
		{Name: "Atlanta IN", Source: "Atlanta IN, code of ordinances (American Legal): current charges first",
			Keys: []Key{{By: CurrentFirst}, {By: OldestFirst}, penalty}},
	}
}

// Ordinance is the order of a published ordinance by its name: Morgantown, Tell City, Warr Acres, Lake Mary, Jonesboro, Bedford,
// Atlanta IN. The services in it are "water", "sewer", "trash", "storm" and "fire", and its penalties are items of the kind "penalty".
// Another name is [ErrNoPolicy].
func Ordinance(name string) (Policy, error) {
	var names []string
	for _, p := range ordinances() {
		if p.Name == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return Policy{}, &problem.Error{Code: ErrNoPolicy, What: fmt.Sprintf("no ordinance is known as %q", name), Fix: "give one of " + strings.Join(names, ", ") + ", or a policy of your own"}
}
