package report

import (
	"cmp"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Place is where a service is in the network and on the meter reader's route: ids of the host, no address.
type Place struct {
	Agreement string
	Zone      string
	Pressure  string // the pressure zone
	Route     string
	Stop      int64  // its number on the route
	Main      string // the main that it hangs on
}

// compare is the order of a route: by route, its stops, zone, pressure zone and main. A service without a place comes first.
func (p Place) compare(q Place) int {
	return cmp.Or(cmp.Compare(p.Route, q.Route), cmp.Compare(p.Stop, q.Stop), cmp.Compare(p.Zone, q.Zone), cmp.Compare(p.Pressure, q.Pressure),
		cmp.Compare(p.Main, q.Main), cmp.Compare(p.Agreement, q.Agreement))
}

// placed are places by agreement; one that stands there twice is refused.
func placed(places []Place, found *problem.List) map[string]Place {
	out := map[string]Place{}
	for _, p := range places {
		if _, twice := out[p.Agreement]; twice || p.Agreement == "" {
			found.Add(&problem.Error{
				Code: ErrDevice, Path: "place of agreement " + p.Agreement, What: "it has no agreement, or stands there twice",
				Fix: "give each service one place",
			})
			continue
		}
		out[p.Agreement] = p
	}
	return out
}

// at is the place of an agreement, with its id where nothing else is known.
func at(places map[string]Place, agreement string) Place {
	p := places[agreement]
	p.Agreement = agreement
	return p
}
