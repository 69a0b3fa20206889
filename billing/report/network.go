package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
)

// SamplingSite is where the laboratory takes samples: an id of the host, and where it is in the network.
type SamplingSite struct {
	ID    string
	Kind  string // such as "coliform", "lead and copper"
	Place Place  // with the agreement of the service that it is at, where it is at one
}

// Sensitive is a service that is not to be without water, or not to have other water, without notice.
type Sensitive struct {
	Agreement string
	Kind      string // the host's code, such as "S1"; what ails a person does not belong here
}

// NetworkRequest asks for the sampling sites, the customers and the sensitive users of a network, and for the services near a main. The
// order of its lists has no effect.
type NetworkRequest struct {
	On         civil.Date
	Agreements []billing.Agreement
	Places     []Place
	Sites      []SamplingSite
	Sensitive  []Sensitive
	// Services are those that are counted; none: all.
	Services []string
	// Mains are the mains whose services are listed; none: no service is.
	Mains []string
}

// NetworkRow is what is in a part of the network on a day.
type NetworkRow struct {
	Zone, Pressure, Route      string // empty where no place states it
	Services                   int    // agreements
	Accounts, Customers, Sites int
	Sensitive                  int
}

// ServiceRow is a service with its place.
type ServiceRow struct {
	Place     Place // with the agreement
	Account   string
	Service   string
	Sensitive []string // the codes, in order; none where it is not
}

// Network is a network on a day.
type Network struct {
	On civil.Date
	// Rows are by zone, pressure zone and route, in their order. Total has each customer and account once, so that it may have fewer
	// than the rows.
	Rows  []NetworkRow
	Total NetworkRow
	Sites []SamplingSite // in the order of zone, pressure zone, route and id
	// All are the services that are counted: by zone and pressure zone, then along the routes.
	All []ServiceRow
	// Sensitive are the sensitive users, and Near the services that hang on the mains that were asked for: along the routes.
	Sensitive, Near []ServiceRow
	// Left is services without a place, which stand in the row without a zone, sensitive users that have no service on the day, and mains
	// that no service hangs on.
	Left []Left
}

// ListNetwork counts the sites, services and customers of each part of the network on a day, and lists the sites, the services, the
// sensitive users among them and those near a main. Refused are a day that is missing (ErrRequest), agreements that are not whole or stand there twice
// (ErrService), and places, sites or sensitive users that lack an id or stand there twice (ErrDevice); all are told.
func ListNetwork(r NetworkRequest) (Network, error) {
	var found problem.List
	if r.On.IsZero() {
		found.Add(&problem.Error{Code: ErrRequest, Path: "on", What: "the day is missing", Fix: "state for which day the network is told"})
	}
	places := placed(r.Places, &found)
	codes := r.sensitive(&found)
	out := Network{On: r.On}
	rows, total := map[string]*networkTally{}, newNetworkTally(Place{})
	of := func(p Place) *networkTally {
		key := fmt.Sprintf("%q %q %q", p.Zone, p.Pressure, p.Route)
		if rows[key] == nil {
			rows[key] = newNetworkTally(p)
		}
		return rows[key]
	}
	seen, active, near := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, main := range r.Mains {
		near[main] = false // no service of it is found yet
	}
	for i := range r.Agreements {
		a := &r.Agreements[i]
		if err := a.Check(); err != nil || seen[a.ID] {
			found.Add(&problem.Error{
				Code: ErrService, Path: "agreement " + a.ID, What: "it stands there twice, or is not whole", Err: err,
				Fix: "give each agreement once, as it is now",
			})
			continue
		}
		seen[a.ID] = true
		if !a.Has(r.On) || len(r.Services) > 0 && !slices.Contains(r.Services, a.Service) {
			continue
		}
		p, known := places[a.ID]
		p.Agreement = a.ID
		if active[a.ID] = true; !known {
			out.Left = append(out.Left, Left{Account: a.Account, Agreement: a.ID, Why: "no place is given: it stands in the row without a zone"})
		}
		for _, t := range []*networkTally{of(p), total} {
			t.add(a, len(codes[a.ID]) > 0)
		}
		row := ServiceRow{Place: p, Account: a.Account, Service: a.Service, Sensitive: codes[a.ID]}
		out.All = append(out.All, row)
		if len(row.Sensitive) > 0 {
			out.Sensitive = append(out.Sensitive, row)
		}
		if _, asked := near[p.Main]; asked && p.Main != "" {
			near[p.Main] = true
			out.Near = append(out.Near, row)
		}
	}
	r.sites(&out, func(p Place) { of(p).row.Sites++; total.row.Sites++ }, &found)
	if err := told(found); err != nil {
		return Network{}, err
	}
	for id := range codes {
		if !active[id] {
			out.Left = append(out.Left, Left{Agreement: id, Of: "sensitive user", Why: "it has no service on " + r.On.String()})
		}
	}
	for _, main := range r.Mains {
		if !near[main] {
			out.Left = append(out.Left, Left{Of: "main " + main, Why: "no service hangs on it"})
		}
	}
	for _, t := range rows {
		out.Rows = append(out.Rows, t.told())
	}
	out.Total = total.told()
	slices.SortFunc(out.Rows, func(a, b NetworkRow) int {
		return cmp.Or(cmp.Compare(a.Zone, b.Zone), cmp.Compare(a.Pressure, b.Pressure), cmp.Compare(a.Route, b.Route))
	})
	along := func(a, b ServiceRow) int { return a.Place.compare(b.Place) }
	slices.SortFunc(out.All, func(a, b ServiceRow) int {
		return cmp.Or(cmp.Compare(a.Place.Zone, b.Place.Zone), cmp.Compare(a.Place.Pressure, b.Place.Pressure), along(a, b))
	})
	slices.SortFunc(out.Sensitive, along)
	slices.SortFunc(out.Near, along)
	out.Left = sortLeft(out.Left)
	return out, nil
}

// sensitive are the codes of the sensitive users by agreement.
func (r *NetworkRequest) sensitive(found *problem.List) map[string][]string {
	codes := map[string][]string{}
	for _, s := range r.Sensitive {
		if s.Agreement == "" || s.Kind == "" || slices.Contains(codes[s.Agreement], s.Kind) {
			found.Add(&problem.Error{
				Code: ErrDevice, Path: "sensitive user " + s.Agreement, What: "it has no agreement or no kind, or stands there twice",
				Fix: "give each once",
			})
			continue
		}
		codes[s.Agreement] = append(codes[s.Agreement], s.Kind)
		slices.Sort(codes[s.Agreement])
	}
	return codes
}

// sites puts the sites in order, and counts each.
func (r *NetworkRequest) sites(out *Network, count func(Place), found *problem.List) {
	seen := map[string]bool{}
	for _, s := range r.Sites {
		if s.ID == "" || seen[s.ID] {
			found.Add(&problem.Error{Code: ErrDevice, Path: "site " + s.ID, What: "it has no id, or stands there twice", Fix: "give each site once"})
			continue
		}
		seen[s.ID] = true
		count(s.Place)
		out.Sites = append(out.Sites, s)
	}
	slices.SortFunc(out.Sites, func(a, b SamplingSite) int {
		return cmp.Or(cmp.Compare(a.Place.Zone, b.Place.Zone), cmp.Compare(a.Place.Pressure, b.Place.Pressure), cmp.Compare(a.Place.Route, b.Place.Route),
			cmp.Compare(a.ID, b.ID))
	})
}

// networkTally is a row in the making.
type networkTally struct {
	row                 NetworkRow
	accounts, customers map[string]bool
}

func newNetworkTally(p Place) *networkTally {
	return &networkTally{row: NetworkRow{Zone: p.Zone, Pressure: p.Pressure, Route: p.Route}, accounts: map[string]bool{}, customers: map[string]bool{}}
}

func (t *networkTally) add(a *billing.Agreement, sensitive bool) {
	t.row.Services++
	t.accounts[a.Account], t.customers[a.Customer] = true, true
	if sensitive {
		t.row.Sensitive++
	}
}

func (t *networkTally) told() NetworkRow {
	t.row.Accounts, t.row.Customers = len(t.accounts), len(t.customers)
	return t.row
}
