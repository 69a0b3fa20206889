package collections_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/ledger"
)

func TestFactsThatAreNotWholeAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(f *collections.Facts)
		path   string
		code   error
	}{
		"no account":    {func(f *collections.Facts) { f.Account = nil }, "account", collections.ErrFacts},
		"no books":      {func(f *collections.Facts) { f.Account = new(ledger.Account) }, "account", collections.ErrFacts},
		"no day":        {func(f *collections.Facts) { f.On = civil.Date{} }, "on", collections.ErrFacts},
		"class":         {func(f *collections.Facts) { f.Class = "farm" }, "class", collections.ErrFacts},
		"other address": {func(f *collections.Facts) { f.OtherAddress = 0 }, "other_address", collections.ErrFacts},
		"tenants":       {func(f *collections.Facts) { f.Tenants = 3 }, "tenants", collections.ErrFacts},
		"third party":   {func(f *collections.Facts) { f.ThirdParty = 0 }, "third_party", collections.ErrFacts},
		"in service":    {func(f *collections.Facts) { f.InService = 0 }, "in_service", collections.ErrFacts},
		"no events":     {func(f *collections.Facts) { f.Events = nil }, "events", collections.ErrFacts},
		"no reviews":    {func(f *collections.Facts) { f.Reviews = nil }, "reviews", collections.ErrFacts},
		"no petitions":  {func(f *collections.Facts) { f.Bankruptcies = nil }, "bankruptcies", collections.ErrFacts},
		"no hardships":  {func(f *collections.Facts) { f.Hardships = nil }, "hardships", collections.ErrFacts},
		"dismissed": {func(f *collections.Facts) {
			f.Bankruptcies = []collections.Bankruptcy{{Petition: f.On, Through: f.On, Dismissed: true}}
		}, "bankruptcies[0].dismissed", collections.ErrFacts},
		"review": {func(f *collections.Facts) { f.Reviews = []collections.Review{{Kind: "x", Filed: f.On}} }, "reviews[0].kind", collections.ErrFacts},
		"review of no day": {func(f *collections.Facts) { f.Reviews = []collections.Review{{Kind: collections.Appeal}} }, "reviews[0].filed",
			collections.ErrFacts},
		"review in the future": {func(f *collections.Facts) {
			f.Reviews = []collections.Review{{Kind: collections.Appeal, Filed: day("2026-06-23")}}
		}, "reviews[0].filed", collections.ErrFacts},
		"decided before": {func(f *collections.Facts) {
			f.Reviews = []collections.Review{{Kind: collections.Appeal, Filed: day("2026-06-20"), Decided: day("2026-06-19")}}
		}, "reviews[0].filed", collections.ErrFacts},
		"petition of no day": {func(f *collections.Facts) { f.Bankruptcies = []collections.Bankruptcy{{Through: f.On}} }, "bankruptcies[0].petition", collections.ErrFacts},
		"petition through": {func(f *collections.Facts) {
			f.Bankruptcies = []collections.Bankruptcy{{Petition: day("2026-05-01")}}
		}, "bankruptcies[0].through", collections.ErrFacts},
		"hardship of no day": {func(f *collections.Facts) { f.Hardships = []collections.Hardship{{Certified: true}} }, "hardships[0].from", collections.ErrFacts},

		"no key":     {func(f *collections.Facts) { f.Events[0].Key = " " }, "events[0].key", collections.ErrEvent},
		"no debt":    {func(f *collections.Facts) { f.Events[0].Debt = civil.Date{} }, "events[0].debt", collections.ErrEvent},
		"event day":  {func(f *collections.Facts) { f.Events[0].Day = civil.Date{} }, "events[0].day", collections.ErrEvent},
		"nobody":     {func(f *collections.Facts) { f.Events[0].By = approval.Person{} }, "events[0].by", collections.ErrEvent},
		"step":       {func(f *collections.Facts) { f.Events[0].Step = "dance" }, "events[0].step", collections.ErrEvent},
		"method":     {func(f *collections.Facts) { f.Events[0].Method = "" }, "events[0].method", collections.ErrEvent},
		"recipient":  {func(f *collections.Facts) { f.Events[0].To = "" }, "events[0].to", collections.ErrEvent},
		"printed":    {func(f *collections.Facts) { f.Events[1].Printed = day("2026-06-01") }, "events[1].printed", collections.ErrEvent},
		"of another": {func(f *collections.Facts) { f.Events[1].Of = "E1" }, "events[1].of", collections.ErrEvent},
		"future":     {func(f *collections.Facts) { f.Events[1].Day = day("2026-06-23") }, "events[1].day", collections.ErrEvent},
		"instant":    {func(f *collections.Facts) { f.Events[3].At = clock("2026-06-18 00:00") }, "events[3].at", collections.ErrEvent},
		"another's":  {func(f *collections.Facts) { f.Events[2].Account = "1" }, "events[2].account", collections.ErrEvent},
		"twice":      {func(f *collections.Facts) { f.Events[2].Key = "E1" }, "events[2].key", collections.ErrEvent},
		"of itself":  {func(f *collections.Facts) { about(f, collections.Returned, "E5") }, "events[4].of", collections.ErrEvent},
		"of none":    {func(f *collections.Facts) { about(f, collections.Withdrawn, "E9") }, "events[4].of", collections.ErrEvent},
		"no mail":    {func(f *collections.Facts) { about(f, collections.Returned, "E4") }, "events[4].of", collections.ErrEvent},
		"before":     {func(f *collections.Facts) { about(f, collections.Returned, "E2"); f.Events[4].Day = day("2026-06-01") }, "events[4].of", collections.ErrEvent},
		"other debt": {func(f *collections.Facts) { about(f, collections.Returned, "E2"); f.Events[4].Debt = day("2026-05-16") }, "events[4].of", collections.ErrEvent},
		"with method": {func(f *collections.Facts) {
			about(f, collections.Returned, "E2")
			f.Events[4].Method = collections.ByMail
		}, "events[4].of", collections.ErrEvent},
		"with to": {func(f *collections.Facts) {
			about(f, collections.Returned, "E2")
			f.Events[4].To = collections.Customer
		}, "events[4].of", collections.ErrEvent},
		"with amount":  {func(f *collections.Facts) { about(f, collections.Returned, "E2"); f.Events[4].Amount = usd(1) }, "events[4].of", collections.ErrEvent},
		"amount":       {func(f *collections.Facts) { f.Events[1].Amount = usd(-1) }, "events[1].amount", collections.ErrEvent},
		"with printed": {func(f *collections.Facts) { about(f, collections.Returned, "E2"); f.Events[4].Printed = f.On }, "events[4].of", collections.ErrEvent},
		"of about": {func(f *collections.Facts) {
			about(f, collections.Withdrawn, "E2")
			about(f, collections.Withdrawn, "E5")
		}, "events[5].of", collections.ErrEvent},
	} {
		t.Run(name, func(t *testing.T) {
			f := untilShutoff(t).facts("2026-06-22")
			c.change(&f)
			_, err := compiled(t, district()).Walk(f)
			require.ErrorIs(t, err, c.code)
			require.ErrorContains(t, err, ": "+c.path+": ")
		})
	}
}

// about adds an event of another one.
func about(f *collections.Facts, step collections.Step, of string) {
	f.Events = append(f.Events, collections.Event{Key: "E" + string(rune('1'+len(f.Events))), Account: acct, Debt: day("2026-04-16"), Step: step, Day: day("2026-06-20"), By: person("m.alvarez"), Of: of})
}

// A kind of item that the policy does not name is an error, and is not passed over.
func TestWhatIsNotKnownIsNotPassedOver(t *testing.T) {
	s := untilShutoff(t)
	s.bill(acct, "odd", "2026-05-16", "merchandise", 10_00)
	_, err := compiled(t, district()).Walk(s.facts("2026-06-22"))
	require.ErrorIs(t, err, collections.ErrFacts)
	require.ErrorContains(t, err, `of the kind "merchandise", of which the policy does not say whether it permits a shutoff`)

	s = untilShutoff(t)
	s.bill(acct, "odd", "2026-06-22", "merchandise", 10_00)
	require.Empty(t, s.walk(district(), "2026-06-22").Blocks, "not past due yet, it is not asked for")
}

func TestTheIDOfAnEventIsOfItsKeyAndAccount(t *testing.T) {
	s := untilShutoff(t)
	e := s.f.Events[1]
	same, other, elsewhere := e, e, e
	same.Day, other.Key, elsewhere.Account = day("2026-06-01"), "E9", "1"
	require.Equal(t, e.ID(), same.ID())
	require.NotEqual(t, e.ID(), other.ID())
	require.NotEqual(t, e.ID(), elsewhere.ID())
	for name, change := range map[string]func(e *collections.Event){
		"key": func(e *collections.Event) { e.Key = "x" }, "account": func(e *collections.Event) { e.Account = "x" }, "debt": func(e *collections.Event) { e.Debt = e.Day },
		"step": func(e *collections.Event) { e.Step = "x" }, "day": func(e *collections.Event) { e.Day = e.Debt }, "at": func(e *collections.Event) { e.At = clock("2026-06-02 10:00") },
		"method": func(e *collections.Event) { e.Method = "x" }, "to": func(e *collections.Event) { e.To = "x" }, "by": func(e *collections.Event) { e.By = person("x") },
		"printed": func(e *collections.Event) { e.Printed = e.Debt }, "of": func(e *collections.Event) { e.Of = "x" }, "amount": func(e *collections.Event) { e.Amount = usd(1) },
	} {
		other := e
		change(&other)
		require.NotEqual(t, e.AppendCanonical(nil), other.AppendCanonical(nil), name)
	}
	zoned, utc := s.f.Events[3], s.f.Events[3]
	utc.At = utc.At.In(time.UTC)
	require.Equal(t, zoned.AppendCanonical(nil), utc.AppendCanonical(nil))
	require.NoError(t, e.Check())
	require.ErrorIs(t, collections.Event{}.Check(), collections.ErrEvent)
}
