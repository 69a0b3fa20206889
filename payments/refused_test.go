package payments_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/private"
	"github.com/headgate-dev/headgate/payments"
	"github.com/headgate-dev/headgate/payments/scanline"
)

func TestAPolicyThatIsNoneIsRefused(t *testing.T) {
	for name, bad := range map[string]func(*payments.Policy){
		"no name":       func(p *payments.Policy) { p.Name = "" },
		"no source":     func(p *payments.Policy) { p.Source = "" },
		"no keys":       func(p *payments.Policy) { p.Keys = nil },
		"no such key":   func(p *payments.Policy) { p.Keys[0].By = 99 },
		"a key twice":   func(p *payments.Policy) { p.Keys = append(p.Keys, p.Keys[0]) },
		"no words":      func(p *payments.Policy) { p.Keys[1].Order = nil },
		"words of none": func(p *payments.Policy) { p.Keys[0].Order = []string{"water"} },
		"a word twice":  func(p *payments.Policy) { p.Keys[1].Order = []string{"penalty", "penalty"} },
		"an empty word": func(p *payments.Policy) { p.Keys[1].Order = []string{""} },
		"the opposite":  func(p *payments.Policy) { p.Keys = append(p.Keys, payments.Key{By: payments.NewestFirst}) },
		"on a plan":     func(p *payments.Policy) { p.OnPlan = []payments.Key{{}} },
		"past and first": func(p *payments.Policy) {
			p.OnPlan = []payments.Key{{By: payments.PastDueFirst}, {By: payments.CurrentFirst}}
		},
	} {
		p := payments.OldestFirstPolicy()
		require.NoError(t, p.Check())
		bad(&p)
		assert.ErrorIs(t, p.Check(), payments.ErrPolicy, name)
		_, err := payments.OwedOn(&ledger.Ledger{}, april, p, nil)
		assert.ErrorIs(t, err, payments.ErrPolicy, name)
	}
	_, err := payments.Ordinance("Atlantis")
	assert.ErrorIs(t, err, payments.ErrNoPolicy)
	for by := payments.ByService; by <= payments.PlanLast; by++ {
		text, err := by.MarshalText()
		require.NoError(t, err)
		var again payments.By
		require.NoError(t, again.UnmarshalText(text))
		assert.Equal(t, by, again)
	}
	var none payments.By
	_, err = none.MarshalText()
	assert.ErrorIs(t, err, payments.ErrPolicy)
	assert.ErrorIs(t, none.UnmarshalText([]byte("age")), payments.ErrPolicy)
}

func TestAccountsThatCannotBeLookedUpAreRefused(t *testing.T) {
	routine := scanline.Routine{}
	for name, c := range map[string]struct {
		form     payments.References
		accounts []payments.Account
	}{
		"no number":           {form, []payments.Account{{Status: payments.Active}}},
		"blanks around it":    {form, []payments.Account{{ID: " 1", Status: payments.Active}}},
		"no status":           {form, []payments.Account{{ID: "1"}}},
		"twice":               {form, []payments.Account{{ID: "1", Status: payments.Active}, {ID: "1", Status: payments.Active}}},
		"an empty invoice":    {form, []payments.Account{{ID: "1", Status: payments.Active, Invoices: []payments.Invoice{{}}}}},
		"an empty alias":      {form, []payments.Account{{ID: "1", Status: payments.Active, Aliases: []string{""}}}},
		"an empty group":      {form, []payments.Account{{ID: "1", Status: payments.Active, Groups: []string{""}}}},
		"a group twice":       {form, []payments.Account{{ID: "1", Status: payments.Active, Groups: []string{"A", "A"}}}},
		"a group and account": {form, []payments.Account{{ID: "1", Status: payments.Active, Groups: []string{"1"}}}},
		"a group and alias":   {form, []payments.Account{{ID: "1", Status: payments.Active, Groups: []string{"A"}, Aliases: []string{"A"}}}},
	} {
		_, err := payments.NewDirectory(c.form, c.accounts)
		assert.ErrorIs(t, err, payments.ErrDirectory, name)
	}
	_, err := payments.NewDirectory(payments.References{CheckDigit: &routine}, nil)
	assert.ErrorIs(t, err, scanline.ErrRoutine)
	for _, s := range []payments.Status{payments.Active, payments.Final, payments.Closed} {
		text, err := s.MarshalText()
		require.NoError(t, err)
		var again payments.Status
		require.NoError(t, again.UnmarshalText(text))
		assert.Equal(t, s, again)
	}
	var s payments.Status
	assert.ErrorIs(t, s.UnmarshalText([]byte("dead")), payments.ErrDirectory)
	_, err = s.MarshalText()
	assert.ErrorIs(t, err, payments.ErrDirectory)
}

func TestADayThatLacksSomethingIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		bad  func(*payments.Day)
		code error
	}{
		"no date":             {func(d *payments.Day) { d.On = civil.Date{} }, payments.ErrSettings},
		"no directory":        {func(d *payments.Day) { d.Directory = nil }, payments.ErrSettings},
		"not what is owed":    {func(d *payments.Day) { d.Owed = nil }, payments.ErrSettings},
		"not what was seen":   {func(d *payments.Day) { d.Seen = nil }, payments.ErrSettings},
		"no code of credit":   {func(d *payments.Day) { d.Settings.CreditCode = "" }, payments.ErrSettings},
		"no code of suspense": {func(d *payments.Day) { d.Settings.SuspenseCode = "" }, payments.ErrSettings},
		"days below zero":     {func(d *payments.Day) { d.Settings.StaleDays = -1 }, payments.ErrSettings},
		"no such choice":      {func(d *payments.Day) { d.Settings.Controls.Batch = 7 }, payments.ErrSettings},
		"no key of a file":    {func(d *payments.Day) { d.Files[0].Key = "" }, payments.ErrBatch},
		"no source":           {func(d *payments.Day) { d.Files[0].Source = "" }, payments.ErrBatch},
		"no key of a batch":   {func(d *payments.Day) { d.Files[0].Batches[0].Key = "" }, payments.ErrBatch},
		"a batch twice":       {func(d *payments.Day) { d.Files[0].Batches = append(d.Files[0].Batches, d.Files[0].Batches[0]) }, payments.ErrBatch},
		"numbers backwards":   {func(d *payments.Day) { d.Files[0].Batches[0].Receipts[1].Number = 1 }, payments.ErrBatch},
		"no number":           {func(d *payments.Day) { d.Files[0].Batches[0].Receipts[0].Number = 0 }, payments.ErrBatch},
		"no day of a receipt": {func(d *payments.Day) { d.Files[0].Batches[0].Receipts[0].Received = civil.Date{} }, payments.ErrReceipt},
		"sums too large": {func(d *payments.Day) {
			for i := range d.Files[0].Batches[0].Receipts {
				r := &d.Files[0].Batches[0].Receipts[i]
				r.Amount = money.Cents(math.MaxInt64)
				r.Stubs = []payments.Stub{{Reference: known, Amount: r.Amount}}
			}
		}, money.ErrOverflow},
	} {
		b, directory := office(t)
		d := payments.Day{On: april, Files: []payments.File{lockbox(check(1, known, "1.00"), check(2, known, "2.00"))}, Directory: directory, Owed: b.owed(t, payments.OldestFirstPolicy()), Seen: unseen(t), Settings: settings}
		c.bad(&d)
		_, err := payments.Reconcile(d)
		assert.ErrorIs(t, err, c.code, name)
	}
}

func TestControlsChooseWhatPosts(t *testing.T) {
	money, count := payments.Fault{Level: payments.OfBatch, Money: true, What: "the total"}, payments.Fault{Level: payments.OfBatch, What: "the count"}
	for name, c := range map[string]struct {
		controls payments.Controls
		file     []payments.Fault
		batch    []payments.Fault
		want     payments.Choice
		why      string
	}{
		"nothing":                     {payments.Controls{}, nil, nil, payments.Accept, ""},
		"a total":                     {payments.Controls{}, nil, []payments.Fault{money}, payments.Hold, "the total"},
		"a total is never accepted":   {payments.Controls{Batch: payments.Accept}, nil, []payments.Fault{money}, payments.Hold, "the total"},
		"a count may be":              {payments.Controls{Batch: payments.Accept}, nil, []payments.Fault{count}, payments.Accept, ""},
		"a count is held":             {payments.Controls{}, nil, []payments.Fault{count}, payments.Hold, "the count"},
		"rejected":                    {payments.Controls{Batch: payments.Reject}, nil, []payments.Fault{count}, payments.Reject, "the count"},
		"the file":                    {payments.Controls{}, []payments.Fault{{Level: payments.OfFile, What: "the trailer"}}, nil, payments.Hold, "the trailer"},
		"its lockbox":                 {payments.Controls{}, []payments.Fault{{Level: payments.OfGroup, Of: "lockbox 1", What: "type 8"}}, nil, payments.Hold, "type 8"},
		"another lockbox":             {payments.Controls{}, []payments.Fault{{Level: payments.OfGroup, Of: "lockbox 2", What: "type 8"}}, nil, payments.Accept, ""},
		"rejecting beats holding":     {payments.Controls{File: payments.Reject}, []payments.Fault{{Level: payments.OfFile, What: "the trailer"}}, []payments.Fault{money}, payments.Reject, "the trailer"},
		"a lockbox that is accepted":  {payments.Controls{Group: payments.Accept}, []payments.Fault{{Level: payments.OfGroup, Of: "lockbox 1", What: "a count"}}, nil, payments.Accept, ""},
		"money of a lockbox is never": {payments.Controls{Group: payments.Accept}, []payments.Fault{{Level: payments.OfGroup, Of: "lockbox 1", Money: true, What: "type 8"}}, nil, payments.Hold, "type 8"},
	} {
		t.Run(name, func(t *testing.T) {
			b, d := office(t)
			file := lockbox(check(1, known, "40.00"))
			file.Faults, file.Batches[0].Faults, file.Batches[0].Group = c.file, c.batch, "lockbox 1"
			with := settings
			with.Controls = c.controls
			r := day(t, b, d, unseen(t), with, file)
			report := r.Files[0].Batches[0]
			assert.Equal(t, c.want, report.Choice)
			assert.Equal(t, c.why, report.Why)
			posts := c.want == payments.Accept
			assert.Equal(t, posts, len(r.Lines) == 1)
			if !posts {
				assert.Equal(t, usd("40.00"), r.Files[0].Held)
				assert.Empty(t, r.FilesSeen(), "it may come again")
			}
			pending := r.Pending()
			assert.Equal(t, c.want == payments.Hold, len(pending) == 1, "what is held is on its way")
			sightings := 0
			for range r.Sightings() {
				sightings++
			}
			assert.Equal(t, c.want != payments.Reject, sightings == 1, "what is held counts as seen, and what is rejected does not")
		})
	}
	assert.Equal(t, []string{"hold", "reject", "accept", "choice 9"}, []string{payments.Hold.String(), payments.Reject.String(), payments.Accept.String(), payments.Choice(9).String()})
	for _, l := range []payments.Level{payments.NoLevel, payments.OfFile, payments.OfGroup, payments.OfBatch, payments.OfReceipt} {
		text, err := l.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, l.String(), string(text))
	}
}

func TestWhatIsHeldDoesNotPostFromElsewhere(t *testing.T) {
	b, d := office(t)
	held := lockbox(check(1, known, "40.00"))
	held.Batches[0].Faults = []payments.Fault{{Level: payments.OfBatch, Money: true, What: "the total"}}
	again := lockbox(check(1, known, "40.00"))
	again.Key, again.Batches[0].Key = "a second file", "a second file"
	r := day(t, b, d, unseen(t), settings, held, again)
	assert.Equal(t, []string{"exception:duplicate"}, dispositions(r))
	assert.Equal(t, first, r.Lines[0].Evidence.Of)
}

func TestAFileTwiceInADayIsTakenOnce(t *testing.T) {
	b, d := office(t)
	one := lockbox(check(1, known, "40.00"))
	one.Content = marker().Content([]byte("x"))
	two := one
	two.Key, two.Batches = "again", slices.Clone(one.Batches)
	two.Batches[0].Key = "again"
	r := day(t, b, d, unseen(t), settings, one, two)
	assert.Equal(t, []string{"applied"}, dispositions(r))
	assert.Equal(t, []payments.Exception{payments.AlreadyProcessed}, notes(r))
}

func TestWhatWasSeenSaysWhatItIs(t *testing.T) {
	mark := marker().Trace("a", "b")
	_, err := payments.NewSeen([]payments.FileSighting{{Key: "x"}}, nil)
	assert.ErrorIs(t, err, payments.ErrReceipt)
	_, err = payments.NewSeen([]payments.FileSighting{{Content: mark}}, nil)
	assert.ErrorIs(t, err, payments.ErrReceipt)
	_, err = payments.NewSeen(nil, slices.Values([]payments.Sighting{{Receipt: "x"}}))
	assert.ErrorIs(t, err, payments.ErrReceipt)
	_, err = payments.NewSeen(nil, slices.Values([]payments.Sighting{{Mark: mark}}))
	assert.ErrorIs(t, err, payments.ErrReceipt)
}

func TestMarksTellNothingAndAreNeverAlikeByAccident(t *testing.T) {
	_, err := payments.NewMarker(private.Key{})
	assert.ErrorIs(t, err, private.ErrKey)
	m := marker()
	a := usd("40.00")
	seen := map[payments.Mark]string{}
	for name, mark := range map[string]payments.Mark{
		"check": m.Check("lockbox", "12", "34", "56", a), "shifted": m.Check("lockbox", "123", "4", "56", a), "another source": m.Check("lockbo", "x12", "34", "56", a), "another amount": m.Check("lockbox", "12", "34", "56", usd("40.01")),
		"unnumbered": m.Unnumbered("lockbox", "12", "34", a), "trace": m.Trace("lockbox", "1234"), "payer": m.Payer("12", "34"), "name": m.Name("1234"), "content": m.Content([]byte("1234")),
	} {
		assert.False(t, mark.IsZero())
		assert.Empty(t, seen[mark], name)
		seen[mark] = name
		assert.NotContains(t, mark.String(), "1234")
	}
	assert.Equal(t, m.Name("Ada  weir"), m.Name(" ADA WEIR "))
	assert.True(t, m.Name(" ").IsZero())
	assert.True(t, m.Check("lockbox", "12", "34", "", a).IsZero())
}

func TestApplyRefusesWhatCannotBeApplied(t *testing.T) {
	b, _ := office(t)
	owed := b.owed(t, payments.OldestFirstPolicy())
	_, err := owed.Apply("nobody", usd("1.00"), payments.Direction{})
	assert.ErrorIs(t, err, payments.ErrOwed)
	for _, amount := range []string{"0.00", "-1.00"} {
		_, err = owed.Apply(known, usd(amount), payments.Direction{})
		assert.ErrorIs(t, err, payments.ErrReceipt)
	}
	_, err = payments.OwedOn(nil, april, payments.OldestFirstPolicy(), nil)
	assert.ErrorIs(t, err, payments.ErrOwed)
	_, err = payments.OwedOn(b.Ledger, civil.Date{}, payments.OldestFirstPolicy(), nil)
	assert.ErrorIs(t, err, payments.ErrOwed)
	assert.Equal(t, april, owed.On())
	_, _, ok := owed.Of("nobody")
	assert.False(t, ok)
	_, _, err = payments.Subsets(cents(make([]int64, 30)...), usd("1.00"), 5)
	assert.NoError(t, err, "amounts of nothing are in no set")
	many := make([]int64, 21)
	for i := range many {
		many[i] = 1
	}
	_, _, err = payments.Subsets(cents(many...), usd("1.00"), 5)
	assert.ErrorIs(t, err, payments.ErrCandidates)
	_, _, err = payments.Subsets(cents(math.MaxInt64), usd("1.00"), 5)
	assert.ErrorIs(t, err, money.ErrOverflow)
	sets, all, err := payments.Subsets(cents(1, 1, 1, 1), usd("0.02"), 3)
	require.NoError(t, err)
	assert.Len(t, sets, 3)
	assert.False(t, all)
}

func TestAReturnThatLacksSomethingIsRefused(t *testing.T) {
	b := newBooks()
	b.bill(t, "A", "", l10...)
	day(t, b, directory(t, payments.Account{ID: "A"}), unseen(t), settings, lockbox(check(1, "A", "100.00")))
	for name, bad := range map[string]func(*payments.Return){
		"no key": func(r *payments.Return) { r.Key = "" }, "no day": func(r *payments.Return) { r.On = civil.Date{} }, "no accounting day": func(r *payments.Return) { r.Accounting = civil.Date{} },
		"no code": func(r *payments.Return) { r.CreditCode = "" }, "no such payment": func(r *payments.Return) { r.Receipt = "x" },
		"no fee":  func(r *payments.Return) { r.Fee = &payments.ReturnFee{} },
		"tenders": func(r *payments.Return) { r.Tenders = []payments.Tender{{Kind: payments.Check, Amount: usd("1.00")}} },
	} {
		r := nsf(first)
		bad(&r)
		_, err := payments.Reverse(b.Ledger, r)
		assert.ErrorIs(t, err, payments.ErrReturn, name)
		assert.NotContains(t, strings.ToLower(err.Error()), "nil")
	}
}

// A file that comes again under its own keys, with other ends of its lines, is all duplicates, and enters nothing.
func TestAFileAgainUnderItsOwnKeysCanBePosted(t *testing.T) {
	b, d := office(t)
	file := lockbox(check(1, known, "40.00"), check(2, luhn(7654321), "5.00"))
	file.Content, file.Loose = marker().Content([]byte("a\r\n")), marker().Content([]byte("a\n"))
	r := day(t, b, d, unseen(t), settings, file)
	seen, err := payments.NewSeen(r.FilesSeen(), r.Sightings())
	require.NoError(t, err)
	file.Content = marker().Content([]byte("a\n"))
	before := b.Balance(ledger.Clearing("lockbox"))
	r = day(t, b, d, seen, settings, file)
	assert.Equal(t, []string{"exception:duplicate", "exception:duplicate"}, dispositions(r))
	assert.Equal(t, before, b.Balance(ledger.Clearing("lockbox")))

	// Both in one day.
	b, d = office(t)
	one, two := lockbox(check(1, known, "40.00"), check(2, known, "1.00")), lockbox(check(1, known, "40.00"), check(2, known, "1.00"))
	one.Content, two.Content, two.Key = marker().Content([]byte("a\r\n")), marker().Content([]byte("a\n")), "again"
	for _, f := range []*payments.File{&one, &two} {
		f.Batches[0].Receipts[1].Mark = payments.Mark{} // known by its key alone
	}
	r = day(t, b, d, unseen(t), settings, one, two)
	assert.Equal(t, []string{"applied", "applied", "exception:duplicate", "exception:duplicate"}, dispositions(r))
}

// A batch that was held posts once it is given again under its own key, and from nowhere else.
func TestAHeldBatchPostsWhenItIsGivenAgain(t *testing.T) {
	b, d := office(t)
	fault := []payments.Fault{{Level: payments.OfBatch, Money: true, What: "the total"}}
	held := lockbox(check(1, known, "40.00"))
	held.Batches[0].Faults = fault
	loose := check(2, other, "5.00")
	loose.Number, loose.Mark, loose.Loose = 2, payments.Mark{}, marker().Unnumbered("lockbox", "1", "2", usd("5.00"))
	held.Batches[0].Receipts = append(held.Batches[0].Receipts, loose)
	r := day(t, b, d, unseen(t), settings, held)
	assert.Empty(t, r.Lines)
	seen, err := payments.NewSeen(r.FilesSeen(), r.Sightings())
	require.NoError(t, err)

	elsewhere := lockbox(check(1, known, "40.00"), loose)
	elsewhere.Key, elsewhere.Batches[0].Key = "elsewhere", "elsewhere"
	r = day(t, b, d, seen, settings, elsewhere)
	assert.Equal(t, []string{"exception:duplicate", "applied"}, dispositions(r))
	assert.Equal(t, []payments.Exception{payments.SuspectDuplicate}, notes(r))

	corrected := lockbox(check(1, known, "40.00"))
	r = day(t, b, d, seen, settings, corrected)
	assert.Equal(t, []string{"applied"}, dispositions(r))
	seen, err = payments.NewSeen(r.FilesSeen(), r.Sightings())
	require.NoError(t, err)
	assert.Equal(t, []string{"exception:duplicate"}, dispositions(day(t, b, d, seen, settings, corrected)), "and once only")

	// In one day: held, and corrected.
	b, d = office(t)
	held = lockbox(check(1, known, "40.00"))
	held.Batches[0].Faults = fault
	corrected.Key = "corrected"
	assert.Equal(t, []string{"applied"}, dispositions(day(t, b, d, unseen(t), settings, held, corrected)))
}
