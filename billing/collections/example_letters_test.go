package collections_test

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
)

// A past-due notice in two languages, and the steps that it is once it was mailed. The policies are an example, of a district without the
// presets of California: those ask for more languages and topics.
func ExampleLetters_Letter() {
	none := collections.StepFee{Amount: policy.None[money.Amount](), Classes: []string{}, Exempt: []string{}, Times: collections.EachEvent, Waivers: []string{}}
	ladder := must(collections.Compile(district(), office(), pacific()))
	fees := must(collections.CompileFees(ladder,
		collections.StepFees{Title: "fees of steps", Citation: "an example", PastDueNotice: none, DoorTag: none, Visit: none, ShutOff: none, Kind: "fee", RevenueCode: "4210"},
		collections.FeePolicy{Title: "reconnection", Citation: "an example", InHours: policy.Is(money.Cents(85_00)), AfterHours: policy.Is(money.Cents(260_00)),
			Cap: collections.HSC116914At2018(), Confirmed: policy.Is(true), Index: []collections.IndexYear{}, Kind: "fee", RevenueCode: "4200"}))
	letters := must(collections.CompileLetters(fees, collections.LetterPolicy{
		Title: "letters", Citation: "an example", Laws: []collections.LetterLaw{}, Confirmed: []string{}, Spoken: []collections.Spoken{}, Languages: []collections.Language{"en", "es"},
		PayBy: collections.OpenDayBefore,
		Letters: []collections.LetterRule{{
			Letter: collections.PastDueLetter, Records: []collections.Step{collections.PastDueNotice, collections.MailedNotice}, Topics: []collections.Topic{collections.ReviewAndAppeal},
			Wordings: []collections.Wording{
				{Language: "en", Topic: collections.Body, ID: "PDN-3"}, {Language: "en", Topic: collections.ReviewAndAppeal, ID: "APPEAL-1"},
				{Language: "es", Topic: collections.Body, ID: "PDN-3-es"}, {Language: "es", Topic: collections.ReviewAndAppeal, ID: "APPEAL-1-es"},
			},
		}},
	}))

	facts := noticed(panics{}).facts("2026-06-02")
	list := must(ladder.List(collections.Notices, "PDN-2026-06-02", facts.On, person("c.tran"), []collections.Facts{facts}))
	approved, _ := approve(panics{}, list)
	dispatch := must(ladder.Dispatch(approved, clock("2026-06-02 09:00"), []collections.Facts{facts}))
	letter := must(letters.Letter(collections.PastDueLetter, "N-1", dispatch, facts))
	for _, item := range letter.Items {
		fmt.Println(item.Bill, "due", item.Due, item.Amount)
	}
	fmt.Println("pay by", letter.PayBy, "or be shut off from", letter.NotBefore.Format("2006-01-02 15:04"), "on")
	for _, w := range letter.Wordings {
		fmt.Println(w.Language, w.Topic, w.ID)
	}
	for _, fee := range letter.Fees {
		fmt.Println(fee.Step, fee.When, fee.LowIncome, fee.Amount)
	}
	given := collections.Given{Day: civil.MustDate("2026-06-02"), Method: collections.ByMail, By: person("m.alvarez")}
	for _, e := range must(letter.Events(given)) {
		fmt.Println(e.Key, "of the debt due", e.Debt, "states", e.Printed)
	}
	// Output:
	// 0104417 bill 2026-04-16 due 2026-04-16 $84.37
	// pay by 2026-06-16 or be shut off from 2026-06-17 08:00 on
	// en body PDN-3
	// en review_appeal APPEAL-1
	// es body PDN-3-es
	// es review_appeal APPEAL-1-es
	// reconnected in_hours false $85.00
	// reconnected after_hours false $260.00
	// reconnected in_hours true $50.00
	// reconnected after_hours true $150.00
	// N-1 past_due_notice of the debt due 2026-04-16 states 2026-06-17
	// N-1 mailed_notice of the debt due 2026-04-16 states 2026-06-17
}

// panics is a test of an example, which has none.
type panics struct{}

func (panics) Helper()                           {}
func (panics) FailNow()                          { panic("failed") }
func (panics) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
