package collections_test

import (
	"fmt"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
)

// The fees of a tag and of a shutoff, and the tag's taken back once it was withdrawn. The household is of low income: the shutoff and the
// reconnection are under one cap. The policies are an example.
func ExampleFees_Steps() {
	fee := func(cents int64) collections.StepFee {
		return collections.StepFee{Amount: policy.Of(money.Cents(cents)), Classes: []string{"residential"}, Exempt: []string{}, Times: collections.EachEvent, Waivers: []string{}}
	}
	none := collections.StepFee{Amount: policy.None[money.Amount](), Classes: []string{}, Exempt: []string{}, Times: collections.EachEvent, Waivers: []string{}}
	rule := district()
	rule.Title, rule.Residential, rule.Others, rule.Constraints = "an example", []string{"residential"}, []string{}, []collections.Constraint{}
	year := civil.MustPeriod("[2026-01-01, 2027-01-01)")
	ladder := must(collections.Compile(rule, must(civil.NewListCalendar(year, nil, time.Saturday, time.Sunday)), pacific()))
	fees := must(collections.CompileFees(ladder,
		collections.StepFees{Title: "fees of steps", Citation: "an example", PastDueNotice: none, DoorTag: fee(25_00), Visit: none, ShutOff: fee(40_00), Kind: "fee", RevenueCode: "4210"},
		collections.FeePolicy{Title: "reconnection", Citation: "an example", InHours: policy.Is(money.Cents(85_00)), AfterHours: policy.Is(money.Cents(260_00)),
			Cap: collections.HSC116914At2018(), Confirmed: policy.Is(true), Index: []collections.IndexYear{}, Kind: "fee", RevenueCode: "4200"}))

	var books ledger.Ledger
	due := civil.MustDate("2026-04-16")
	water := ledger.Item{Account: "0104417", Area: "Ord", Kind: "charge", Service: "water", RevenueCode: "4000", Billed: civil.MustDate("2026-03-26"), Due: due}
	must(books.Post(ledger.Entry{Cause: ledger.Billed, Key: "2026-03 0104417", Effective: water.Billed, Accounting: water.Billed,
		Opens: []ledger.Open{{Item: water, Amount: money.Cents(84_37), Against: water.Against()}}}))
	event := func(key string, step collections.Step, method collections.Method, on string) collections.Event {
		return collections.Event{Key: key, Account: "0104417", Debt: due, Step: step, Method: method, To: collections.Occupant, Day: civil.MustDate(on), By: person("m.alvarez")}
	}
	facts := collections.StepFacts{
		Facts: collections.Facts{
			Account: must(books.Account("0104417", ledger.Terms{})), On: civil.MustDate("2026-06-24"), Class: "residential",
			OtherAddress: collections.No, Tenants: collections.No, ThirdParty: collections.No, InService: collections.Yes,
			Reviews: []collections.Review{}, Bankruptcies: []collections.Bankruptcy{}, Hardships: []collections.Hardship{},
			Events: []collections.Event{
				event("T-1", collections.DoorTag, collections.Posted, "2026-06-17"),
				event("S-1", collections.ShutOff, collections.InPerson, "2026-06-22"),
				event("R-1", collections.Reconnected, collections.InPerson, "2026-06-24"),
			},
		},
		Service: "water", LowIncome: []civil.Period{year}, ActualCost: money.Cents(85_00),
	}
	posting := collections.Posting{Billed: facts.Facts.On, Due: civil.MustDate("2026-07-16"), Accounting: facts.Facts.On}
	for _, charge := range must(fees.Steps(facts)) {
		fmt.Println(charge)
		must(books.PostAll(must(charge.Entries(&books, posting))...))
	}
	facts.Facts.Account = must(books.Account("0104417", ledger.Terms{})) // with what was entered
	reconnection, _, err := fees.Reconnection(collections.FeeFacts{
		Account: "0104417", Area: "Ord", Service: "water", Key: "R-1", On: facts.Facts.On, When: collections.InHours,
		Residential: collections.Yes, LowIncome: collections.Yes, ActualCost: money.Cents(85_00),
	}, facts)
	fmt.Println(reconnection.Amount, err)

	facts.Facts.Events = append(facts.Facts.Events, collections.Event{Key: "W-1", Account: "0104417", Debt: due, Step: collections.Withdrawn, Day: facts.Facts.On,
		By: person("s.reyes"), Of: "T-1"})
	fmt.Println(must(fees.Steps(facts))[0])
	// Output:
	// a fee of $25.00 for door_tag T-1 of 2026-06-17
	// a fee of $40.00 for shut_off S-1 of 2026-06-22: of a household of low income the fee for the shutoff and that for the reconnection are together at most the cap of $50.00 (H&S 116914(a)(1))
	// $10.00 <nil>
	// the fee of $25.00 for door_tag T-1 of 2026-06-17 is taken back: it was withdrawn on 2026-06-24
}
