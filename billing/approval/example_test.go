package approval_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
)

// must keeps the examples short; a host handles each error.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// officePolicy is placeholders: no district's figures.
func officePolicy() approval.Policy {
	year := civil.MustPeriod("[2026-01-01, 2027-01-01)")
	return approval.Policy{
		Name: "approvals 2026", Source: "placeholder resolution", During: year,
		Location: must(time.LoadLocation("America/Los_Angeles")),
		Kinds: []approval.KindRule{
			{Kind: "adjustment", Validity: 72 * time.Hour},
			{Kind: "shutoff_list", Validity: 24 * time.Hour},
		},
		Grants: []approval.Grant{{Person: must(approval.ParsePerson("s.reyes")), Role: "supervisor", During: year}},
		Limits: []approval.Limit{
			{Role: "supervisor", Kind: "adjustment", Bounds: approval.Bounds{
				PerProposal: approval.Unlimited(),
				PerAccount:  approval.UpTo(money.Cents(250_00)), Window: approval.Window{Span: approval.ByRolling, Days: 365},
			}},
			{Role: "supervisor", Kind: "shutoff_list", Bounds: approval.Bounds{PerProposal: approval.Unlimited(), PerAccount: approval.Unlimited()}},
		},
	}
}

// An adjustment is proposed by a clerk and approved by the supervisor, and only then posted.
func Example() {
	matrix := must(approval.Compile(officePolicy()))
	host := must(approval.NewHMAC("2026", []byte("thirty-two bytes of random numbers")))
	history := must(approval.NewHistory(host, nil)) // no records yet

	clerk, supervisor := must(approval.ParsePerson("m.alvarez")), must(approval.ParsePerson("s.reyes"))
	morning := time.Date(2026, time.July, 6, 16, 0, 0, 0, time.UTC)

	leak := adjustment{Account: "A-1041", Reason: "leak credit", Lines: []money.Amount{money.Cents(-18_240)}}
	proposal := must(approval.Propose(leak, approval.Request{Key: "ADJ-77", Prepared: []approval.Person{clerk}, At: morning}))

	// The clerk cannot approve it, however the id is typed.
	same := must(approval.ParsePerson(" M. ALVAREZ"))
	_, err := approval.Approve(proposal, approval.Decision{By: same, At: morning, Saw: proposal.Digest()}, matrix, history)
	fmt.Println(errors.Is(err, approval.ErrSamePerson))

	// The supervisor was shown the content with its digest, and approves that.
	approved := must(approval.Approve(proposal, approval.Decision{By: supervisor, At: morning.Add(time.Hour), Saw: proposal.Digest()}, matrix, history))
	record := must(approved.Record().Sealed(host)) // stored, and in the history before the next decision
	if err := history.Add(record); err != nil {
		panic(err)
	}

	// What posts it takes the Approved, and opens it.
	open := must(approved.Open(morning.Add(2 * time.Hour)))
	fmt.Println(open.Account, open.Lines[0], "approved by", record.By, "as", record.Role)
	_, err = approved.Open(approved.Until())
	fmt.Println(err)

	// $67.60 have room in this account until next July.
	again := adjustment{Account: "A-1041", Reason: "leak credit", Lines: []money.Amount{money.Cents(-67_61)}}
	second := must(approval.Propose(again, approval.Request{Key: "ADJ-78", Prepared: []approval.Person{clerk}, At: morning}))
	_, err = approval.Approve(second, approval.Decision{By: supervisor, At: morning.Add(time.Hour), Saw: second.Digest()}, matrix, history)
	fmt.Println(errors.Is(err, approval.ErrLimit))
	// Output:
	// true
	// A-1041 -$182.40 approved by s.reyes as supervisor
	// E_APPROVAL_EXPIRED: now: the approval held until 2026-07-09T17:00:00Z; propose it again as a new request
	// true
}

// An approved shutoff list shrinks as people pay, each with its reason, and never grows.
func ExampleReduce() {
	matrix := must(approval.Compile(officePolicy()))
	host := must(approval.NewHMAC("2026", []byte("thirty-two bytes of random numbers")))
	history := must(approval.NewHistory(host, nil))
	clerk, supervisor := must(approval.ParsePerson("m.alvarez")), must(approval.ParsePerson("s.reyes"))
	morning := time.Date(2026, time.June, 22, 15, 0, 0, 0, time.UTC)

	proposal := must(approval.Propose(shutoffList(3), approval.Request{Key: "SHUTOFF-2026-06-22", Prepared: []approval.Person{clerk}, At: morning}))
	approved := must(approval.Approve(proposal, approval.Decision{By: supervisor, At: morning, Saw: proposal.Digest()}, matrix, history))

	if err := history.Add(must(approved.Record().Sealed(host))); err != nil {
		panic(err)
	}

	truck := morning.Add(time.Hour)
	left := must(approval.Reduce(approved, shutoffList(3).without(1), clerk, truck, map[string]string{"A-00002": "paid at the counter"}, history))
	for _, row := range must(left.Open(truck)).Rows {
		fmt.Println("go ", row.Account, row.PastDue)
	}
	for _, r := range left.Record().Reductions {
		fmt.Println("out", r.Key, r.From, r.Reason)
	}
	if err := history.Add(must(left.Record().Sealed(host))); err != nil {
		panic(err)
	}

	_, err := approval.Reduce(left, shutoffList(4).without(1), clerk, truck, nil, history)
	fmt.Println(err)
	// Output:
	// go  A-00001 $100.00
	// go  A-00003 $100.02
	// out A-00002 $100.01 paid at the counter
	// E_APPROVAL_GROWN: rows[2]: the row "A-00004" was not approved; only take out rows or lower amounts; propose the rest as a new request
}

// A proposal that waits in the store waits there with its record: who prepared it is sealed from then on.
func ExampleProposal_Record() {
	matrix := must(approval.Compile(officePolicy()))
	host := must(approval.NewHMAC("2026", []byte("thirty-two bytes of random numbers")))
	reyes, clerk := must(approval.ParsePerson("s.reyes")), must(approval.ParsePerson("m.alvarez"))
	morning := time.Date(2026, time.July, 6, 16, 0, 0, 0, time.UTC)

	leak := adjustment{Account: "A-1041", Reason: "leak credit", Lines: []money.Amount{money.Cents(-18_240)}}
	proposal := must(approval.Propose(leak, approval.Request{Key: "ADJ-77", Prepared: []approval.Person{reyes}, At: morning}))
	stored := must(proposal.Record().Sealed(host))

	// Later, the store names the clerk as the preparer, and the supervisor decides on their own work.
	history := must(approval.NewHistory(host, []approval.Record{stored}))
	again := must(approval.Propose(leak, approval.Request{Key: "ADJ-77", Prepared: []approval.Person{clerk}, At: morning}))
	_, err := approval.Approve(again, approval.Decision{By: reyes, At: morning.Add(time.Hour), Saw: again.Digest()}, matrix, history)
	fmt.Println(err)
	// Output:
	// E_APPROVAL_SAME_PERSON: proposal: by its record, the person prepared what they decide on; have another person decide
}

// What a host stores is the content, by its own form, and the records. An approval is made of them again.
func ExampleRestore() {
	matrix := must(approval.Compile(officePolicy()))
	host := must(approval.NewHMAC("2026", []byte("thirty-two bytes of random numbers")))
	clerk, supervisor := must(approval.ParsePerson("m.alvarez")), must(approval.ParsePerson("s.reyes"))
	morning := time.Date(2026, time.June, 22, 15, 0, 0, 0, time.UTC)

	leak := adjustment{Account: "A-1041", Reason: "leak credit", Lines: []money.Amount{money.Cents(-18_240)}}
	proposal := must(approval.Propose(leak, approval.Request{Key: "ADJ-77", Prepared: []approval.Person{clerk}, At: morning}))
	approved := must(approval.Approve(proposal, approval.Decision{By: supervisor, At: morning, Saw: proposal.Digest()},
		matrix, must(approval.NewHistory(host, nil))))
	line := must(approval.RecordForm().Marshal(must(approved.Record().Sealed(host)))) // one line of JSON

	// Another day, another process: every record is read, and verified as the history is made.
	history := must(approval.NewHistory(host, []approval.Record{must(approval.RecordForm().Unmarshal(line))}))
	restored := must(approval.Restore(leak, "ADJ-77", history))
	fmt.Println(must(restored.Open(morning.Add(24 * time.Hour))).Lines[0])

	leak.Lines = []money.Amount{money.Cents(-18_241)}
	_, err := approval.Restore(leak, "ADJ-77", history)
	fmt.Println(err)
	// Output:
	// -$182.40
	// E_APPROVAL_DIGEST: content: the request was decided on other content; restore the content as it was written
}

// Keys are replaced without losing what the older ones sealed.
func ExampleHMAC_Accepting() {
	older := []byte("the secret of 2025, 32 bytes long")
	newer := []byte("the secret of 2026, 32 bytes long")
	host := must(must(approval.NewHMAC("2026", newer)).Accepting("2025", older))
	fmt.Printf("%v %+v\n", host, struct{ Key approval.HMAC }{host})
	// Output: [sealing key] {Key:[sealing key]}
}
