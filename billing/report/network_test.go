package report_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/report"
)

// network asks for 2026-05-01: two zones, three sites, two sensitive users, one main.
func network() report.NetworkRequest {
	r := report.NetworkRequest{On: dayOf("2026-05-01"), Mains: []string{"MN-12", "MN-99"}}
	place := func(id, zone, pressure, route string, stop int64, main string) {
		r.Agreements = append(r.Agreements, service(id))
		r.Places = append(r.Places, report.Place{Agreement: id, Zone: zone, Pressure: pressure, Route: route, Stop: stop, Main: main})
	}
	place("w-1", "north", "P1", "07", 20, "MN-12")
	place("w-2", "north", "P1", "07", 10, "MN-12")
	place("w-3", "north", "P2", "08", 1, "MN-13")
	place("w-4", "south", "P1", "09", 5, "MN-12")
	r.Agreements[1].Customer = r.Agreements[0].Customer
	sewer := service("s-1")
	sewer.Service, sewer.Account, sewer.Customer = "sewer", "A-w-1", "C-w-1"
	left := service("w-5")
	left.Until = dayOf("2026-05-01")
	r.Agreements = append(r.Agreements, sewer, left)
	r.Sites = []report.SamplingSite{
		{ID: "S-2", Kind: "coliform", Place: report.Place{
			Zone: "north", Pressure: "P1", Route: "07",
		}}, {ID: "S-1", Kind: "lead and copper", Place: report.Place{Zone: "north", Pressure: "P1", Route: "07"}},
		{ID: "S-0", Kind: "coliform", Place: report.Place{Zone: "west"}},
	}
	r.Sensitive = []report.Sensitive{{Agreement: "w-3", Kind: "S2"}, {Agreement: "w-3", Kind: "S1"}, {Agreement: "w-5", Kind: "S1"}}
	return r
}

func ExampleListNetwork() {
	parts, err := report.ListNetwork(network())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range append(parts.Rows, parts.Total) {
		fmt.Printf("%q %q %q: %d services, %d accounts, %d customers, %d sites, %d sensitive\n", r.Zone, r.Pressure, r.Route, r.Services,
			r.Accounts, r.Customers, r.Sites, r.Sensitive)
	}
	for _, s := range parts.Near {
		fmt.Println("near", s.Place.Main, s.Account, s.Place.Route, s.Place.Stop)
	}
	fmt.Println("sensitive", parts.Sensitive[0].Account, parts.Sensitive[0].Sensitive)
	for _, l := range parts.Left {
		fmt.Println(l)
	}
	// Output:
	// "" "" "": 1 services, 1 accounts, 1 customers, 0 sites, 0 sensitive
	// "north" "P1" "07": 2 services, 2 accounts, 1 customers, 2 sites, 0 sensitive
	// "north" "P2" "08": 1 services, 1 accounts, 1 customers, 0 sites, 1 sensitive
	// "south" "P1" "09": 1 services, 1 accounts, 1 customers, 0 sites, 0 sensitive
	// "west" "" "": 0 services, 0 accounts, 0 customers, 1 sites, 0 sensitive
	// "" "" "": 5 services, 4 accounts, 3 customers, 3 sites, 1 sensitive
	// near MN-12 A-w-2 07 10
	// near MN-12 A-w-1 07 20
	// near MN-12 A-w-4 09 5
	// sensitive A-w-3 [S1 S2]
	// main MN-99: no service hangs on it
	// agreement w-5 sensitive user: it has no service on 2026-05-01
	// account A-w-1 agreement s-1: no place is given: it stands in the row without a zone
}

func TestANetworkIsOfTheServicesThatAreAskedFor(t *testing.T) {
	r := network()
	r.Services = []string{"water"}
	parts := got(report.ListNetwork(r))
	require.Equal(t, 4, parts.Total.Services)
	require.Len(t, parts.Left, 2)
	require.Equal(t, "S-1 S-2 S-0", strings.Join(told(parts.Sites, func(s report.SamplingSite) string { return s.ID }), " "))
	r.Mains = nil
	require.Empty(t, got(report.ListNetwork(r)).Near)
	r.On = dayOf("2026-04-30")
	require.Equal(t, 2, got(report.ListNetwork(r)).Total.Sensitive, "the day before it left")
}

func TestTheServicesOfANetworkAreListedByZone(t *testing.T) {
	r := network()
	parts := got(report.ListNetwork(r))
	require.Equal(t, []string{"   0 A-w-1", "north P1 07 10 A-w-2", "north P1 07 20 A-w-1", "north P2 08 1 A-w-3", "south P1 09 5 A-w-4"},
		told(parts.All, func(s report.ServiceRow) string {
			return fmt.Sprint(s.Place.Zone, " ", s.Place.Pressure, " ", s.Place.Route, " ", s.Place.Stop, " ", s.Account)
		}))
	require.Len(t, parts.All, parts.Total.Services)
}

func TestAServiceWithoutAMainHangsOnNone(t *testing.T) {
	r := network()
	r.Mains = []string{""}
	require.Empty(t, got(report.ListNetwork(r)).Near)
}

func TestServicesNearManyMainsAreListed(t *testing.T) {
	r := report.NetworkRequest{On: dayOf("2026-05-01")}
	for i := range 20_000 {
		a := service(fmt.Sprint("w-", i))
		r.Agreements = append(r.Agreements, a)
		r.Places = append(r.Places, report.Place{Agreement: a.ID, Main: fmt.Sprintf("main-%05d", i/2)})
		r.Mains = append(r.Mains, fmt.Sprintf("main-%05d", i))
	}
	parts := got(report.ListNetwork(r))
	require.Len(t, parts.Near, 20_000)
	require.Len(t, parts.Left, 10_000)
}

func TestNetworksThatCannotBeListed(t *testing.T) {
	r := network()
	r.Agreements = append(r.Agreements, r.Agreements[0], billing.Agreement{ID: "w-9"})
	r.Places, r.Sites = append(r.Places, r.Places[0]), append(r.Sites, r.Sites[0], report.SamplingSite{})
	r.Sensitive = append(r.Sensitive, r.Sensitive[0], report.Sensitive{Kind: "S1"}, report.Sensitive{Agreement: "w-1"})
	err := failure(report.ListNetwork(r))
	require.ErrorIs(t, err, report.ErrService)
	require.ErrorIs(t, err, report.ErrDevice)
	for _, what := range []string{
		"agreement w-1: it stands there twice", "agreement w-9: it stands", "place of agreement w-1", "site S-2: it has no id",
		"site : it has no id", "sensitive user w-3: it has",
		"sensitive user : it has", "sensitive user w-1: it has",
	} {
		require.ErrorContains(t, err, what)
	}
	require.ErrorContains(t, failure(report.ListNetwork(report.NetworkRequest{})), "the day is missing")
}

func TestPartsOfANetworkSumAndStandWhateverTheOrder(t *testing.T) {
	want := got(report.ListNetwork(network()))
	sum := want.Total
	for _, row := range want.Rows {
		sum.Services, sum.Sites, sum.Sensitive = sum.Services-row.Services, sum.Sites-row.Sites, sum.Sensitive-row.Sensitive
	}
	require.Zero(t, sum.Services+sum.Sites+sum.Sensitive)
	rapid.Check(t, func(t *rapid.T) {
		r, seed := network(), rapid.Uint64().Draw(t, "seed")
		r.Agreements, r.Places, r.Sites, r.Sensitive, r.Mains = shuffled(r.Agreements, seed), shuffled(r.Places, seed), shuffled(r.Sites, seed),
			shuffled(r.Sensitive, seed), shuffled(r.Mains, seed)
		require.Equal(t, want, got(report.ListNetwork(r)))
	})
}
