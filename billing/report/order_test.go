package report_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/report"
	"github.com/headgate-dev/headgate/metering"
)

// finDispatch is a list of shutoffs that s.reyes has approved, of which those that are named were pulled.
func finDispatch(accounts []string, pulled ...string) collections.Dispatch {
	d := collections.Dispatch{List: collections.List{Key: "SHUTOFF-2026-06-22", Kind: collections.Shutoffs, Day: finDay("2026-06-22")}, ApprovedBy: finPerson("s.reyes")}
	for _, id := range accounts {
		row := collections.Row{Account: id, Area: "Ord", Class: "residential", Due: finDay("2026-04-16"), Amount: finUSD(84_37), Shutoff: d.List.Day, NotBefore: finNoon("2026-06-22"), Words: "owes $84.37"}
		d.List.Rows = append(d.List.Rows, row)
		if slices.Contains(pulled, id) {
			d.Pulled = append(d.Pulled, collections.Left{Account: id, Reasons: []collections.Reason{{Code: collections.NothingPastDue, Words: "$84.37 was paid"}}})
		} else {
			d.Go = append(d.Go, row)
		}
	}
	return d
}

// fieldwork is a request with something of each kind. A has two services.
func fieldwork() report.OrderRequest {
	high, leak := finVerdict(metering.High), finVerdict(metering.Leak)
	send := func(key, meter string, kind metering.OrderKind, verdict metering.Exception) metering.Review {
		r := finReview(key, finMeasured(meter, "r.cole", 130, verdict))
		return finMust(r.Send(finStep("clerk", "2026-06-01", "doubtful"), metering.Order{ID: "F1", Kind: kind, Task: "look"}))
	}
	canceled := finMust(send("R-5", "M5", metering.ServiceOrder, high).Cancel(finStep("clerk", "2026-06-02", "the customer has called")))
	plain := finReview("R-6", finMeasured("M6", "r.cole", 5))
	june := finDay("2026-06-22")
	return report.OrderRequest{
		Dispatches: []collections.Dispatch{finDispatch([]string{"A", "B", "C"}, "B")},
		Reconnections: []report.Reconnection{{Key: "ON-1", Off: finEvent("S-9", "D", collections.ShutOff, "2026-06-15"), Day: june, NotBefore: finNoon("2026-06-22").Add(time.Hour),
			When: collections.AfterHours, Why: "paid in full"}},
		Reviews: []report.FieldReview{
			{Account: "E", Review: send("R-1", "M1", metering.ReReadOrder, leak), Day: june}, {Account: "F", Review: send("R-2", "M2", metering.ServiceOrder, high), Day: finDay("2026-06-21"), NotBefore: finNoon("2026-06-21")},
			{Account: "G", Review: send("R-3", "M3", metering.ServiceOrder, leak), Day: june}, {Account: "H", Review: canceled, Day: june}, {Account: "I", Review: plain},
		},
		Sites: []report.WorkSite{
			{"A", "1w", "P1", "MA"}, {"A", "1i", "P1", ""}, {"B", "2", "P2", "MB"}, {"C", "3", "P3", "MC"}, {"D", "4", "P4", "MD"}, {"E", "5", "P5", "M1"}, {"E", "5i", "P5", "M1i"},
			{"F", "6", "P6", "M2"}, {"G", "7", "P7", "M3"}, {"H", "8", "P8", "M5"}, {"H", "8i", "P8", "M5i"},
		},
		Route: []string{"P7", "P5", "P3", "P1", "P2"},
	}
}

func orderLine(r report.OrderRow) string {
	return fmt.Sprintf("%s %d %s %s %s/%s/%s/%s", r.Day, r.Stop, r.Key, r.Work, r.Account, r.Agreement, r.Premise, r.Meter)
}

func TestWorkOrdersStandInTheOrderOfTheRoute(t *testing.T) {
	o, err := report.WorkOrders(fieldwork())
	require.NoError(t, err)
	var open, pulled []string
	for _, r := range o.Open {
		open = append(open, orderLine(r))
	}
	for _, r := range o.Pulled {
		pulled = append(pulled, orderLine(r)+": "+r.Pulled)
	}
	require.Equal(t, []string{
		"2026-06-21 0 R-2 F1 meter_check F/6/P6/M2", "2026-06-22 1 R-3 F1 leak_check G/7/P7/M3", "2026-06-22 2 R-1 F1 re_read E/5/P5/M1",
		"2026-06-22 3 SHUTOFF-2026-06-22 C shut_off C/3/P3/MC", "2026-06-22 4 SHUTOFF-2026-06-22 A shut_off A/1i/P1/", "2026-06-22 4 SHUTOFF-2026-06-22 A shut_off A/1w/P1/MA",
		"2026-06-22 0 ON-1 turn_on D/4/P4/MD",
	}, open)
	require.Equal(t, []string{"2026-06-22 5 SHUTOFF-2026-06-22 B shut_off B/2/P2/MB: nothing past due", "2026-06-22 0 R-5 F1 field_work H/8/P8/M5: canceled by clerk: the customer has called"}, pulled)
	require.Equal(t, []report.WorkCount{{report.ShutOffWork, 3, 1}, {report.TurnOnWork, 1, 0}, {report.ReReadWork, 1, 0}, {report.MeterCheckWork, 1, 0}, {report.LeakCheckWork, 1, 0}, {report.FieldWork, 0, 1}}, o.Counts)
	require.Equal(t, []report.Left{{Count: 1, Why: "reviews without an order that is out or was canceled"}, {Count: 2, Why: "orders at premises that are not on the route: they stand behind it"}}, o.Left)
}

func TestAnOrderSaysWhatToDoWhenAndWhy(t *testing.T) {
	o, err := report.WorkOrders(fieldwork())
	require.NoError(t, err)
	find := func(work report.Work) report.OrderRow {
		return o.Open[slices.IndexFunc(o.Open, func(r report.OrderRow) bool { return r.Work == work && r.Meter != "" })]
	}
	off := find(report.ShutOffWork)
	require.Equal(t, "shut the water off at meter MC, and record the shutoff with its day, time and person", off.Task)
	require.Equal(t, "on the list SHUTOFF-2026-06-22, approved by s.reyes, for the debt due 2026-04-16", off.Why)
	require.Equal(t, finNoon("2026-06-22"), off.NotBefore)
	bare := o.Open[slices.IndexFunc(o.Open, func(r report.OrderRow) bool { return r.Agreement == "1i" })]
	require.Equal(t, "shut the water off, and record the shutoff with its day, time and person", bare.Task)
	require.Equal(t, "High", o.Pulled[1].Why)
	on := find(report.TurnOnWork)
	require.Equal(t, "turn the water on again at meter MD after hours, and record the reconnection with its day, time and person", on.Task)
	require.Equal(t, "shut off on 2026-06-15 (S-9); paid in full", on.Why)
	require.Equal(t, finNoon("2026-06-22").Add(time.Hour), on.NotBefore)
	check := find(report.MeterCheckWork)
	require.Equal(t, []any{"look", "High: 130 of 100 CCF", finNoon("2026-06-21")}, []any{check.Task, check.Why, check.NotBefore})
	for _, r := range append(o.Open, o.Pulled...) {
		require.NotContains(t, fmt.Sprintf("%+v", r), "84.37", "no crew needs the amount")
	}
}

func TestAnOrderKeepsItsIDWhenItIsPulled(t *testing.T) {
	ids := func(r report.OrderRequest) map[string]string {
		o, err := report.WorkOrders(r)
		require.NoError(t, err)
		out := map[string]string{}
		for _, row := range append(o.Open, o.Pulled...) {
			require.NotContains(t, out, row.ID.String())
			out[row.ID.String()] = row.Key + " " + row.Agreement
		}
		return out
	}
	before := fieldwork()
	before.Dispatches[0] = finDispatch([]string{"A", "B", "C"})
	r := finReview("R-5", finMeasured("M5", "r.cole", 130, finVerdict(metering.High)))
	before.Reviews[3].Review = finMust(r.Send(finStep("clerk", "2026-06-01", "doubtful"), metering.Order{ID: "F1", Kind: metering.ServiceOrder, Task: "look"}))
	require.Equal(t, ids(before), ids(fieldwork()))
}

func TestAnOrderKeepsItsIDWhenItsMeterOrPremiseHasAnotherCode(t *testing.T) {
	ids := func(sites ...report.WorkSite) []string {
		r := report.OrderRequest{Dispatches: []collections.Dispatch{finDispatch([]string{"A"})}, Sites: sites}
		var out []string
		for _, row := range finMust(report.WorkOrders(r)).Open {
			out = append(out, row.ID.String())
		}
		return out
	}
	one := ids(report.WorkSite{"A", "1w", "P-1", "M-1"})
	require.Equal(t, one, ids(report.WorkSite{"A", "1w", "P-1", "M-2"}), "the meter was exchanged")
	require.Equal(t, one, ids(report.WorkSite{"A", "1w", "P-01", "M-1"}), "the premise has another code")
	require.Contains(t, ids(report.WorkSite{"A", "1w", "P-1", "M-1"}, report.WorkSite{"A", "1i", "P-1", "M-2"}), one[0], "another agreement is no other site of it")
	two := ids(report.WorkSite{"A", "1w", "P-1", "M-1"}, report.WorkSite{"A", "1w", "P-1", "M-2"}, report.WorkSite{"A", "1w", "P-2", "M-2"})
	require.Len(t, two, 3)
	require.Len(t, slices.Compact(slices.Sorted(slices.Values(two))), 3, "sites of one agreement have an order each")
}

func TestAShutoffIsEndedByOneReconnection(t *testing.T) {
	r := fieldwork()
	again := r.Reconnections[0]
	again.Key, again.Day = "ON-2", finDay("2026-06-23")
	r.Reconnections = append(r.Reconnections, again)
	_, err := report.WorkOrders(r)
	refusedBy(t, err, report.ErrOrders, "the shutoff S-9 is ended by the reconnection ON-1, and by ON-2 again")
	r.Reconnections[1].Off.Key = "S-10"
	require.Equal(t, 2, finMust(report.WorkOrders(r)).Counts[1].Open, "another shutoff of the account")
}

func TestASiteIsShutOffByOneOrder(t *testing.T) {
	r := fieldwork()
	second := finDispatch([]string{"A"})
	second.List.Key = "SHUTOFF-2026-06-23"
	r.Dispatches = append(r.Dispatches, second)
	_, err := report.WorkOrders(r)
	refusedBy(t, err, report.ErrOrders, "agreement 1w is to be shut off by SHUTOFF-2026-06-22 A already, and by SHUTOFF-2026-06-23 A again", "agreement 1i is to be")
	r.Dispatches[1] = finDispatch([]string{"A"}, "A")
	r.Dispatches[1].List.Key = second.List.Key
	require.Len(t, finMust(report.WorkOrders(r)).Pulled, 4, "one that was pulled shuts nothing off")
}

func TestAnOrderStandsAtItsMeter(t *testing.T) {
	dial := metering.Register{ID: "1", Dials: 7, Multiplier: finMust(exact.NewNumber(1, 0)), Unit: metering.CCF}
	from := finMust(metering.Open(dial, metering.Reading{Meter: "M5", Register: "1", State: metering.Read, Digits: 1000, Day: finDay("2026-05-01"), Source: metering.Actual}))
	none := finMust(metering.NoUse(from, finVerdict(metering.NoReading)))
	out := finMust(finMust(metering.NewReview("R-1", finDay("2026-05-31"), none, "days")).Send(finStep("clerk", "2026-06-01", "no access"), metering.Order{ID: "F1", Kind: metering.ReReadOrder, Task: "read"}))
	back := finMust(out.Cancel(finStep("clerk", "2026-06-02", "read by mail")))
	two := []report.WorkSite{{"H", "8", "P8", "M5"}, {"H", "8s", "P8", "M5"}, {"H", "8i", "P8", "M5i"}, {"H", "8x", "P8", ""}}
	line := func(r metering.Review, sites []report.WorkSite) string {
		o, err := report.WorkOrders(report.OrderRequest{Reviews: []report.FieldReview{{Account: "H", Review: r, Day: finDay("2026-06-22")}}, Sites: sites, Route: []string{"P8"}})
		require.NoError(t, err)
		return orderLine(append(o.Open, o.Pulled...)[0])
	}
	require.Equal(t, "2026-06-22 1 R-1 F1 re_read H/8/P8/M5", line(out, two), "one visit for two agreements of a meter")
	require.Equal(t, "2026-06-22 0 R-1 F1 field_work H///", line(back, two), "which meter it was, the log does not keep")
	require.Equal(t, "2026-06-22 1 R-1 F1 field_work H/8i/P8/M5i", line(back, two[2:3]), "there is no other")
}

func TestWorkOrdersComeOfADispatchOfTheLadder(t *testing.T) {
	year := civil.MustPeriod("[2026-01-01, 2027-01-01)")
	office := finMust(civil.NewListCalendar(year, nil, time.Saturday, time.Sunday))
	ladder := finMust(collections.Compile(collections.Policy{ // invented, and of no law, since no service of it is residential
		Title: "collections", Citation: "invented", Laws: []collections.Law{}, Confirmed: []string{}, Waived: []collections.Waiver{}, Reading: collections.FullDays, Residential: []string{}, Others: []string{"commercial"},
		Kinds: []ledger.Kind{"charge"}, Exempt: []ledger.Kind{}, Agencies: []string{}, MinimumBalance: policy.Is(finUSD(25_00)), Never: []collections.Weekday{},
		Constraints: []collections.Constraint{{Title: "30 days past due", Source: "invented", Status: collections.Ours, For: collections.ForOthers, When: collections.Always, Since: collections.SinceDue,
			Wait: collections.Wait{N: 30, Unit: collections.Days}}},
		Opens: policy.Is(collections.Clock(8 * 60)), Closes: policy.Is(collections.Clock(15 * 60)), NoticeAfter: policy.Is(5), TagLead: policy.Is(7), LastContactAge: policy.Is(21),
	}, office, time.UTC))
	b := &bookTown{t: t}
	paid := b.bill("0104418", "Ord", "charge", "2026-04-16", 84_37)
	b.bill("0104417", "Ord", "charge", "2026-04-16", 84_37)
	facts := func() []collections.Facts {
		var out []collections.Facts
		for _, id := range b.books.Accounts() {
			out = append(out, collections.Facts{Account: finMust(b.books.Account(id, ledger.Terms{})), On: finDay("2026-06-22"), Class: "commercial",
				OtherAddress: collections.No, Tenants: collections.No, ThirdParty: collections.No, InService: collections.Yes,
				Events: []collections.Event{}, Reviews: []collections.Review{}, Bankruptcies: []collections.Bankruptcy{}, Hardships: []collections.Hardship{}})
		}
		return out
	}
	list := finMust(ladder.List(collections.Shutoffs, "SHUTOFF-2026-06-22", finDay("2026-06-22"), finPerson("clerk"), facts()))
	matrix := finMust(approval.Compile(approval.Policy{
		Name: "2026", Source: "invented", During: year, Location: time.UTC, Kinds: []approval.KindRule{{Kind: list.ApprovalKind(), Validity: 72 * time.Hour}},
		Grants: []approval.Grant{{Person: finPerson("s.reyes"), Role: "supervisor", During: year}},
		Limits: []approval.Limit{{Role: "supervisor", Kind: list.ApprovalKind(), Bounds: approval.Bounds{PerProposal: approval.Unlimited(), PerAccount: approval.Unlimited()}}},
	}))
	proposal := finMust(approval.Propose(list, approval.Request{Key: list.Key, Prepared: []approval.Person{finPerson("clerk")}, At: finNoon("2026-06-21")}))
	approved := finMust(approval.Approve(proposal, approval.Decision{By: finPerson("s.reyes"), At: finNoon("2026-06-21").Add(time.Hour), Saw: proposal.Digest()}, matrix,
		finMust(approval.NewHistory(finMust(approval.NewHMAC("2026", []byte("thirty-two bytes of random numbers"))), nil))))
	b.pay(paid, "2026-06-21", 84_37)
	dispatch := finMust(ladder.Dispatch(approved, finNoon("2026-06-22"), facts()))
	orders, err := report.WorkOrders(report.OrderRequest{Dispatches: []collections.Dispatch{dispatch}, Route: []string{"P1", "P2"},
		Sites: []report.WorkSite{{"0104417", "1", "P1", "M1"}, {"0104418", "2", "P2", "M2"}}})
	require.NoError(t, err)
	require.Equal(t, "2026-06-22 1 SHUTOFF-2026-06-22 0104417 shut_off 0104417/1/P1/M1", orderLine(orders.Open[0]))
	require.Equal(t, "08:00", orders.Open[0].NotBefore.Format("15:04"))
	require.Equal(t, "SHUTOFF-2026-06-22 0104418", orders.Pulled[0].Key)
	require.NotEmpty(t, orders.Pulled[0].Pulled)
}

func TestAllButThoseThatWerePulledGo(t *testing.T) { // as in the case Y-shrink
	var accounts []string
	r := report.OrderRequest{}
	for i := range 40 {
		id := fmt.Sprintf("%02d", i)
		accounts = append(accounts, id)
		r.Sites = append(r.Sites, report.WorkSite{Account: id, Agreement: id, Premise: "P" + id, Meter: "M" + id})
	}
	d := finDispatch(accounts, "03", "17", "39")
	d.Refused = []collections.Left{{Account: "41", Reasons: []collections.Reason{{Code: collections.NotApproved}}}}
	r.Dispatches = []collections.Dispatch{d}
	o, err := report.WorkOrders(r)
	require.NoError(t, err)
	require.Len(t, o.Open, 37)
	require.Len(t, o.Pulled, 3)
	require.Equal(t, []report.Left{{Count: 37, Why: "orders at premises that are not on the route: they stand behind it"}}, o.Left)
	for _, s := range r.Sites {
		r.Route = append(r.Route, s.Premise)
	}
	require.Empty(t, finMust(report.WorkOrders(r)).Left)
}

func TestWorkOrdersRefuseWhatWasNotApprovedOrHasNoPlace(t *testing.T) {
	for words, spoil := range map[string]func(r *report.OrderRequest){
		"is of \"door_tags\"":                        func(r *report.OrderRequest) { r.Dispatches[0].List.Kind = collections.DoorTags },
		"nobody has approved":                        func(r *report.OrderRequest) { r.Dispatches[0].ApprovedBy = approval.Person{} },
		"is not so on the list SHUTOFF":              func(r *report.OrderRequest) { r.Dispatches[0].Go[0].Account = "D" },
		"A is not so on the list":                    func(r *report.OrderRequest) { r.Dispatches[0].Go[0].Due = finDay("2026-06-21") },
		"A is not so":                                func(r *report.OrderRequest) { r.Dispatches[0].Go[0].Amount = finUSD(1) },
		"D is not on the list":                       func(r *report.OrderRequest) { r.Dispatches[0].Pulled[0].Account = "D" },
		"is not so on the list":                      func(r *report.OrderRequest) { r.Dispatches[0].Go[0].NotBefore = finNoon("2026-06-21") },
		"C (shut_off) at agreement 3 is given twice": func(r *report.OrderRequest) { r.Dispatches = append(r.Dispatches, r.Dispatches[0]) },
		"no site of account C":                       func(r *report.OrderRequest) { r.Sites = slices.Delete(r.Sites, 3, 4) },
		"a site without its account":                 func(r *report.OrderRequest) { r.Sites[0].Account = "" },
		"its account, agreement or":                  func(r *report.OrderRequest) { r.Sites[0].Agreement = "" },
		"a reconnection without a key":               func(r *report.OrderRequest) { r.Reconnections[0].Key = "" },
		"give all three":                             func(r *report.OrderRequest) { r.Reconnections[0].Day = civil.Date{} },
		"without its account":                        func(r *report.OrderRequest) { r.Sites[0].Premise = "" },
		"the site of agreement 1w":                   func(r *report.OrderRequest) { r.Sites[1] = r.Sites[0] },
		"on the route twice":                         func(r *report.OrderRequest) { r.Route[1] = "P7" },
		"without a key, a day or why":                func(r *report.OrderRequest) { r.Reconnections[0].Why = " " },
		"which is no shutoff":                        func(r *report.OrderRequest) { r.Reconnections[0].Off.Step = collections.Reconnected },
		"\"S-9\", which is no shutoff":               func(r *report.OrderRequest) { r.Reconnections[0].Off.Method = "" },
		"service was shut off on":                    func(r *report.OrderRequest) { r.Reconnections[0].Day = finDay("2026-06-14") },
		"in which hours":                             func(r *report.OrderRequest) { r.Reconnections[0].When = "" },
		"there is no review":                         func(r *report.OrderRequest) { r.Reviews[0].Review = metering.Review{} },
		"F1 of the review R-1 has no day":            func(r *report.OrderRequest) { r.Reviews[0].Day = civil.Date{} },
		"no site of account E has the meter \"M1\"":  func(r *report.OrderRequest) { r.Sites[5].Meter = "M9" },
		"R-1 F1 (re_read) at agreement 5":            func(r *report.OrderRequest) { r.Reviews = append(r.Reviews, r.Reviews[0]) },
	} {
		r := fieldwork()
		spoil(&r)
		_, err := report.WorkOrders(r)
		refusedBy(t, err, report.ErrOrders, words)
	}
}

func TestWorkOrdersShuffledAreTheSame(t *testing.T) {
	want, err := report.WorkOrders(fieldwork())
	require.NoError(t, err)
	total := 0
	for _, c := range want.Counts {
		total += c.Open + c.Pulled
	}
	require.Equal(t, len(want.Open)+len(want.Pulled), total)
	rapid.Check(t, func(t *rapid.T) {
		r := fieldwork()
		r.Dispatches[0].Go = rapid.Permutation(r.Dispatches[0].Go).Draw(t, "go")
		r.Reviews = rapid.Permutation(r.Reviews).Draw(t, "reviews")
		r.Sites = rapid.Permutation(r.Sites).Draw(t, "sites")
		got, err := report.WorkOrders(r)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

// The day's orders along the route: one of an approved list has paid before the truck leaves, and is pulled.
func ExampleWorkOrders() {
	orders, err := report.WorkOrders(report.OrderRequest{
		Dispatches: []collections.Dispatch{finDispatch([]string{"0104417", "0104418"}, "0104418")},
		Reconnections: []report.Reconnection{{Key: "ON-77", Off: finEvent("S-9", "0104500", collections.ShutOff, "2026-06-15"), Day: finDay("2026-06-22"), When: collections.InHours,
			Why: "paid in full"}},
		Sites: []report.WorkSite{{Account: "0104417", Agreement: "4711", Premise: "P-20", Meter: "M-1"}, {Account: "0104418", Agreement: "4712", Premise: "P-30", Meter: "M-2"},
			{Account: "0104500", Agreement: "4713", Premise: "P-10", Meter: "M-3"}},
		Route: []string{"P-10", "P-20", "P-30"},
	})
	if err != nil {
		fmt.Println(err)
	}
	for _, row := range orders.Open {
		fmt.Println(row.Stop, row.Premise, row.Task)
		fmt.Println("  because", row.Why)
	}
	for _, row := range orders.Pulled {
		fmt.Println("pulled", row.Key, row.Pulled)
	}
	// Output:
	// 1 P-10 turn the water on again at meter M-3 in hours, and record the reconnection with its day, time and person
	//   because shut off on 2026-06-15 (S-9); paid in full
	// 2 P-20 shut the water off at meter M-1, and record the shutoff with its day, time and person
	//   because on the list SHUTOFF-2026-06-22, approved by s.reyes, for the debt due 2026-04-16
	// pulled SHUTOFF-2026-06-22 0104418 nothing past due
}
