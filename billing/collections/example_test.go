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

// From an unpaid bill to the day of a shutoff: each constraint with its day and what it counts from, and then a block. The policy is
// an example; no district's values stand behind it.
func ExampleLadder_Walk() {
	rule := collections.Policy{
		Title: "collections", Citation: "an example", Laws: []collections.Law{collections.HSC116900At2024(), collections.Gov60370At2022()}, Confirmed: []string{}, Waived: []collections.Waiver{},
		Reading: collections.FullDays, Residential: []string{"residential"}, Others: []string{}, Kinds: []ledger.Kind{"charge"}, Exempt: []ledger.Kind{}, Agencies: []string{},
		MinimumBalance: policy.Is(money.Cents(25_00)), Constraints: []collections.Constraint{}, Never: []collections.Weekday{},
		Opens: policy.Is(collections.Clock(8 * 60)), Closes: policy.Is(collections.Clock(15 * 60)), NoticeAfter: policy.Is(5), TagLead: policy.Is(7), LastContactAge: policy.Is(14),
	}
	year := civil.MustPeriod("[2026-01-01, 2027-01-01)")
	office := must(civil.NewListCalendar(year, []civil.Date{civil.MustDate("2026-05-25"), civil.MustDate("2026-06-19")}, time.Saturday, time.Sunday))
	ladder := must(collections.Compile(rule, office, must(time.LoadLocation("America/Los_Angeles"))))

	var books ledger.Ledger
	water := ledger.Item{Account: "0104417", Area: "Ord", Kind: "charge", Service: "water", RevenueCode: "4000", Billed: civil.MustDate("2026-03-26"), Due: civil.MustDate("2026-04-16")}
	must(books.Post(ledger.Entry{Cause: ledger.Billed, Key: "2026-03 0104417", Effective: water.Billed, Accounting: water.Billed,
		Opens: []ledger.Open{{Item: water, Amount: money.Cents(84_37), Against: water.Against()}}}))

	event := func(key string, step collections.Step, method collections.Method, to collections.Recipient, on string) collections.Event {
		return collections.Event{Key: key, Account: "0104417", Debt: water.Due, Step: step, Method: method, To: to, Day: civil.MustDate(on), By: person("m.alvarez")}
	}
	facts := collections.Facts{
		Account: must(books.Account("0104417", ledger.Terms{})), On: civil.MustDate("2026-06-18"), Class: "residential",
		OtherAddress: collections.No, Tenants: collections.No, ThirdParty: collections.No, InService: collections.Yes,
		Events: []collections.Event{
			event("MAIL-1", collections.BillMailed, collections.ByMail, collections.Customer, "2026-03-26"),
			event("N-1", collections.MailedNotice, collections.ByMail, collections.Customer, "2026-06-02"),
			event("L-1", collections.Contact, collections.ByMail, collections.Customer, "2026-06-04"),
			event("T-1", collections.DoorTag, collections.Posted, collections.Occupant, "2026-06-16"),
		},
	}
	facts.Reviews, facts.Bankruptcies, facts.Hardships = []collections.Review{}, []collections.Bankruptcy{}, []collections.Hardship{} // none were found
	answer := must(ladder.Walk(facts))
	for _, bound := range answer.Bounds {
		fmt.Println(bound)
	}
	for _, moved := range answer.Moved {
		fmt.Println(moved)
	}
	fmt.Println("not before", answer.NotBefore.Format("Mon 2006-01-02 15:04"))

	facts.Reviews = []collections.Review{{Kind: collections.Appeal, Filed: civil.MustDate("2026-06-17")}}
	fmt.Println(must(ladder.Walk(facts)).Blocks[0])
	// Output:
	// 60 days delinquent (H&S 116908(a)(1)(A), verified): 60 delinquent days (full_days) after due 2026-04-16 is 2026-06-16
	// 7-business-day contact (H&S 116908(a)(1)(A), verified): 7 open days after the contact L-1 of 2026-06-04 is 2026-06-15
	// 10-day mailed notice (Gov 60373(a); PUC 10010.1 for the 5 days of mail and the 19 after the bill, unverified): 15 days after the mailed_notice N-1 of 2026-06-02 is 2026-06-17
	// last contact (Gov 60373; PUC 10010.1, unverified): 48 hours after the door_tag T-1 of 2026-06-16 is 2026-06-19 00:00
	// on 2026-06-19 the office is closed
	// 2026-06-20 is a Saturday, on which CA-GOV-60370@2022 allows no shutoff
	// 2026-06-21 is a Sunday, on which CA-GOV-60370@2022 allows no shutoff
	// not before Mon 2026-06-22 08:00
	// blocked: appeal pending: an appeal of 2026-06-17 is open
}

func ExampleFeePolicy_Reconnection() {
	fees := collections.FeePolicy{
		Title: "reconnection", Citation: "an example", InHours: policy.Is(money.Cents(85_00)), AfterHours: policy.Is(money.Cents(260_00)), Cap: collections.HSC116914At2018(),
		Confirmed: policy.Is(true), Index: []collections.IndexYear{}, Kind: "fee", RevenueCode: "4200",
	}
	fee := must(fees.Reconnection(collections.FeeFacts{
		Account: "0104417", Area: "Ord", Service: "water", Key: "R-1", On: civil.MustDate("2026-06-23"), When: collections.AfterHours,
		Residential: collections.Yes, LowIncome: collections.Yes, ActualCost: money.Cents(240_00),
	}))
	fmt.Println(fee.Amount)
	fmt.Println(fee.Words)
	// Output:
	// $150.00
	// the district's fee after hours is $260.00; of a household of low income at most the actual cost of $240.00 and the cap of $150.00 (H&S 116914(a)(1)): $150.00
}
