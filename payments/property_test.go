package payments_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/payments"
)

// The invariants of shared/remit/README.md §7, by their numbers there. Those of files (10 to 12) stand with the readers. A long run takes
// -rapid.checks=100000.

// anyBooks are books of some accounts with some items, drawn.
func anyBooks(t *rapid.T) (*books, *payments.Directory, []string) {
	b := newBooks()
	var accounts []payments.Account
	var ids []string
	for i := range rapid.IntRange(1, 4).Draw(t, "accounts") {
		id := luhn(1000 + i)
		ids = append(ids, id)
		a := payments.Account{ID: id, Aliases: []string{fmt.Sprintf("old-%d", i)}, Status: rapid.SampledFrom([]payments.Status{payments.Active, payments.Active, payments.Active, payments.Final, payments.Closed}).Draw(t, "status")}
		accounts = append(accounts, a)
		if rapid.IntRange(0, 3).Draw(t, "credit") == 0 {
			b.credit(t, id, fmt.Sprintf("%d.%02d", rapid.IntRange(0, 30).Draw(t, "dollars"), rapid.IntRange(1, 99).Draw(t, "cents")))
		}
		var items []owes
		for range rapid.IntRange(0, 5).Draw(t, "items") {
			items = append(items, owes{rapid.SampledFrom([]string{"past W", "past W-P", "past S", "past S-P", "cur W", "cur S", "cur T", "past T", "cur X"}).Draw(t, "item"),
				fmt.Sprintf("%d.%02d", rapid.IntRange(0, 60).Draw(t, "dollars"), rapid.IntRange(1, 99).Draw(t, "cents"))})
		}
		b.bill(t, id, rapid.SampledFrom([]string{"", "MRWPCA"}).Draw(t, "agency"), items...)
	}
	return b, directory(t, accounts...), ids
}

func anyPolicy(t *rapid.T) payments.Policy {
	names := []string{"Morgantown", "Tell City", "Warr Acres", "Lake Mary", "Jonesboro", "Bedford", "Atlanta IN"}
	if at := rapid.IntRange(0, len(names)).Draw(t, "policy"); at < len(names) {
		p, err := payments.Ordinance(names[at])
		require.NoError(t, err)
		return p
	}
	return payments.OldestFirstPolicy()
}

func anyCents(t *rapid.T, name string) int64 { return rapid.Int64Range(1, 300_00).Draw(t, name) }

// anyReceipts are checks with some of everything.
func anyReceipts(t *rapid.T, ids []string) []payments.Receipt {
	var list []payments.Receipt
	m := marker()
	for i := range rapid.IntRange(0, 8).Draw(t, "receipts") {
		r := payments.Receipt{Received: april}
		sum := int64(0)
		for range rapid.IntRange(0, 3).Draw(t, "stubs") {
			cents := anyCents(t, "stub")
			sum += cents
			reference := rapid.SampledFrom(append(slices.Clone(ids), "", "old-0", luhn(77), "12345678", "INV1")).Draw(t, "reference")
			r.Stubs = append(r.Stubs, payments.Stub{Reference: reference, Amount: money.Cents(cents), Directed: payments.Direction{Service: rapid.SampledFrom([]string{"", "", "", "sewer"}).Draw(t, "service"), Rest: payments.Rest(rapid.IntRange(0, 1).Draw(t, "rest"))}})
		}
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0:
			sum++ // the stubs do not sum
		case 1:
			sum = -sum
		case 2:
			r.Currency = "EUR"
		case 3:
			if i > 0 {
				r.Reverses, sum = list[rapid.IntRange(0, i-1).Draw(t, "of")].Mark, -list[rapid.IntRange(0, i-1).Draw(t, "amount of")].Amount.Cents()
				r.Stubs = nil
			}
		}
		r.Amount = money.Cents(sum)
		number := rapid.IntRange(0, 6).Draw(t, "number")
		if number > 0 {
			r.Mark = m.Check("lockbox", "1", "2", fmt.Sprint(number), r.Amount)
		} else {
			r.Loose = m.Unnumbered("lockbox", "1", "2", r.Amount)
		}
		list = append(list, r)
	}
	return list
}

func anyDay(t *rapid.T) (*books, payments.Day) {
	b, d, ids := anyBooks(t)
	with := settings
	with.ClosedToCredit = rapid.Bool().Draw(t, "closed to credit")
	file := lockbox(anyReceipts(t, ids)...)
	if len(file.Batches[0].Receipts) > 3 {
		rest := payments.Batch{Key: "lockbox 2026-04-10 batch 2", Receipts: slices.Clone(file.Batches[0].Receipts[2:])}
		file.Batches[0].Receipts = file.Batches[0].Receipts[:2]
		for i := range rest.Receipts {
			rest.Receipts[i].Number = i + 1
		}
		file.Batches = append(file.Batches, rest)
		if rapid.IntRange(0, 4).Draw(t, "fault") == 0 {
			file.Batches[0].Faults = []payments.Fault{{Level: payments.OfBatch, Money: true, What: "a wrong total"}}
		}
	}
	return b, payments.Day{On: april, Files: []payments.File{file}, Directory: d, Owed: b.owed(t, anyPolicy(t)), Seen: unseen(t), Settings: with}
}

func TestInvariant1And8And14And15MoneyIsConservedAndADayIsTheSameAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, d := anyDay(t)
		before := fmt.Sprintf("%+v", d.Files)
		clearing := b.Balance(ledger.Clearing("lockbox")).Cents()
		r, err := payments.Reconcile(d)
		require.NoError(t, err)
		require.NoError(t, r.Check())
		again, err := payments.Reconcile(d)
		require.NoError(t, err)
		require.Equal(t, text(t, r), text(t, again), "the same day gives the same, byte for byte")
		require.Equal(t, before, fmt.Sprintf("%+v", d.Files), "what is given is not changed")

		sums, err := r.Sums()
		require.NoError(t, err)
		in := int64(0)
		for f := range d.Files {
			for i, batch := range d.Files[f].Batches {
				for _, receipt := range batch.Receipts {
					if r.Files[f].Batches[i].Choice == payments.Accept && receipt.Currency == "" {
						in += receipt.Amount.Cents()
					}
				}
			}
		}
		require.Equal(t, in, sums.In.Cents())
		require.Equal(t, sums.In.Cents(), sums.Applied.Cents()+sums.Credit.Cents()+sums.Exception.Cents()+sums.Reversed.Cents())

		_, err = r.Post(b.Ledger)
		require.NoError(t, err)
		require.NoError(t, b.Check())
		// What left the clearing is what came in, but for money below zero that takes back nothing known.
		outside := int64(0)
		for i := range r.Lines {
			if r.Lines[i].Exception.Sign() < 0 {
				outside += r.Lines[i].Exception.Cents()
			}
		}
		require.Equal(t, clearing-(in-outside), b.Balance(ledger.Clearing("lockbox")).Cents())

		// 8: the file again applies nothing.
		seen, err := payments.NewSeen(r.FilesSeen(), r.Sightings())
		require.NoError(t, err)
		d.Seen, d.Owed = seen, b.owed(t, payments.OldestFirstPolicy())
		second, err := payments.Reconcile(d)
		require.NoError(t, err)
		for i := range second.Lines {
			l := &second.Lines[i]
			receipt, key := second.Receipt(l)
			if receipt.Mark.IsZero() || l.Applied.IsZero() && l.Credit.IsZero() {
				continue
			}
			reversed := false
			for s := range r.Sightings() {
				reversed = reversed || s.Mark == receipt.Mark && s.Reversed
			}
			require.True(t, reversed, "%s is applied a second time", key)
		}
	})
}

// text is all that a result says.
func text(t require.TestingT, r *payments.Result) string {
	out, err := json.Marshal([]any{r.Lines, r.Notes, r.Credits, r.Files})
	require.NoError(t, err)
	for e, err := range r.Journal() {
		require.NoError(t, err)
		out = fmt.Appendf(out, "%v %v", e.ID(), e.Legs())
	}
	return string(out)
}

func TestInvariant2And3NoItemHasMoreThanItOwesAndEarlierOnesAreFull(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, _, ids := anyBooks(t)
		owed := b.owed(t, anyPolicy(t))
		id := rapid.SampledFrom(ids).Draw(t, "account")
		all, _, ok := owed.Of(id)
		if !ok {
			return
		}
		amount := anyCents(t, "amount")
		got, err := owed.Apply(id, money.Cents(amount), payments.Direction{})
		require.NoError(t, err)
		paid := map[payments.Applied]bool{}
		sum := got.Credit.Cents()
		for i, a := range got.Items {
			require.Equal(t, all[i].Item, a.Item, "in the order in which they are owed")
			require.LessOrEqual(t, a.Amount.Cents(), all[i].Amount.Cents())
			if i < len(got.Items)-1 || got.Credit.Sign() > 0 {
				require.Equal(t, all[i].Amount, a.Amount, "an item gets money only once all before it are full")
			}
			sum += a.Amount.Cents()
			paid[a] = true
		}
		if got.Credit.Sign() > 0 {
			require.Len(t, got.Items, len(all))
		}
		require.Equal(t, amount, sum)
	})
}

func TestInvariant4And5TwoPaymentsAreAsOneAndMoreNeverPaysLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, _, ids := anyBooks(t)
		policy := anyPolicy(t)
		owed := b.owed(t, policy)
		id := rapid.SampledFrom(ids).Draw(t, "account")
		if _, _, ok := owed.Of(id); !ok {
			return
		}
		first, second := anyCents(t, "first"), anyCents(t, "second")
		whole, err := owed.Apply(id, money.Cents(first+second), payments.Direction{})
		require.NoError(t, err)
		part, err := owed.Apply(id, money.Cents(first), payments.Direction{})
		require.NoError(t, err)
		of := func(a payments.Application) map[string]int64 {
			out := map[string]int64{"credit": a.Credit.Cents()}
			for _, item := range a.Items {
				out[item.Item.String()] += item.Amount.Cents()
			}
			return out
		}
		for item, cents := range of(part) {
			require.LessOrEqual(t, cents, of(whole)[item], "a larger payment pays each item as much at least")
		}
		// Paid one after the other, in one day.
		d := directory(t, payments.Account{ID: id})
		r, err := payments.Reconcile(payments.Day{On: april, Directory: d, Owed: owed, Seen: unseen(t), Settings: settings,
			Files: []payments.File{lockbox(check(1, id, dollars(first)), check(2, id, dollars(second)))}})
		require.NoError(t, err)
		together, credit := map[string]int64{}, int64(0)
		for _, c := range r.Credits {
			for _, item := range c.Items {
				together[item.Item.String()] += item.Amount.Cents()
			}
		}
		for _, l := range r.Lines {
			for _, item := range l.Items {
				together[item.Item.String()] += item.Amount.Cents()
			}
			credit += l.Credit.Cents()
		}
		if len(r.Credits) == 0 {
			together["credit"] = credit
			require.Equal(t, of(whole), together)
		}
	})
}

func dollars(cents int64) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }

func TestInvariant6SharesAreProportionalWithinACent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, _, ids := anyBooks(t)
		policy := anyPolicy(t)
		policy.Proportional = true
		owed := b.owed(t, policy)
		id := rapid.SampledFrom(ids).Draw(t, "account")
		all, _, ok := owed.Of(id)
		if !ok || len(all) == 0 {
			return
		}
		total := int64(0)
		for _, a := range all {
			total += a.Amount.Cents()
		}
		amount := rapid.Int64Range(1, total).Draw(t, "amount")
		got, err := owed.Apply(id, money.Cents(amount), payments.Direction{})
		require.NoError(t, err)
		shares := map[string]int64{}
		for _, a := range got.Items {
			shares[a.Item.String()] = a.Amount.Cents()
		}
		for _, a := range all {
			// |share − amount × open / total| < 1
			off := shares[a.Item.String()]*total - amount*a.Amount.Cents()
			require.Less(t, max(off, -off), total)
		}
		require.True(t, got.Credit.IsZero())
	})
}

func TestInvariant7WhatIsTakenBackIsAsIfItHadNotBeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, d, ids := anyBooks(t)
		id := rapid.SampledFrom(ids).Draw(t, "account")
		if a, _ := d.Account(id); a.Status == payments.Closed {
			return
		}
		open, credit, suspense := b.open(id), b.Balance(ledger.CreditOf(id, "Ord")), b.Balance(ledger.AgencyPayable("MRWPCA"))
		if credit.Sign() > 0 {
			return // it is used first, which stays
		}
		r, err := payments.Reconcile(payments.Day{On: april, Directory: d, Owed: b.owed(t, anyPolicy(t)), Seen: unseen(t), Settings: settings, Files: []payments.File{lockbox(check(1, id, dollars(anyCents(t, "amount"))))}})
		require.NoError(t, err)
		_, err = r.Post(b.Ledger)
		require.NoError(t, err)
		out, err := payments.Reverse(b.Ledger, nsf(first))
		require.NoError(t, err)
		require.True(t, out.Shortfall.IsZero())
		_, err = b.PostAll(out.Entries...)
		require.NoError(t, err)
		require.NoError(t, b.Check())
		require.Equal(t, open, b.open(id))
		require.Equal(t, credit, b.Balance(ledger.CreditOf(id, "Ord")))
		require.Equal(t, suspense, b.Balance(ledger.AgencyPayable("MRWPCA")))
	})
}

func TestInvariant9TheOrderOfReceiptsChangesNoTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, d, ids := anyBooks(t)
		owed := b.owed(t, anyPolicy(t))
		var receipts []payments.Receipt
		m := marker()
		for i := range rapid.IntRange(1, 8).Draw(t, "receipts") {
			cents := anyCents(t, "cents")
			receipts = append(receipts, payments.Receipt{Received: april, Amount: money.Cents(cents), Mark: m.Trace("ach", fmt.Sprint(i)), Stubs: []payments.Stub{{Reference: rapid.SampledFrom(append(slices.Clone(ids), "", luhn(77))).Draw(t, "reference"), Amount: money.Cents(cents)}}})
		}
		outcome := func(list []payments.Receipt) (payments.Sums, map[string]int64) {
			r, err := payments.Reconcile(payments.Day{On: april, Directory: d, Owed: owed, Seen: unseen(t), Settings: settings, Files: []payments.File{lockbox(slices.Clone(list)...)}})
			require.NoError(t, err)
			sums, err := r.Sums()
			require.NoError(t, err)
			items := map[string]int64{}
			for _, l := range r.Lines {
				for _, a := range l.Items {
					items[a.Item.String()] += a.Amount.Cents()
				}
				items["credit "+l.Account] += l.Credit.Cents()
			}
			return sums, items
		}
		sums, items := outcome(receipts)
		other := rapid.Permutation(receipts).Draw(t, "order")
		otherSums, otherItems := outcome(other)
		require.Equal(t, sums, otherSums)
		require.Equal(t, items, otherItems)
	})
}

func TestInvariant13TheDifferencesSumExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		postings := func(name string) (list []payments.Posting, sum int64) {
			for i := range rapid.IntRange(0, 6).Draw(t, name) {
				cents := rapid.Int64Range(1, 5).Draw(t, "cents")
				key := ""
				if rapid.Bool().Draw(t, "keyed") {
					key = fmt.Sprint(i)
				}
				sum += cents
				list = append(list, payments.Posting{Key: key, Account: rapid.SampledFrom([]string{"A", "B"}).Draw(t, "account"), Amount: money.Cents(cents), On: civil.MustDate(fmt.Sprintf("2026-04-%02d", rapid.IntRange(8, 12).Draw(t, "day")))})
			}
			return list, sum
		}
		billing, _ := postings("billing")
		remitted, gross := postings("remitted")
		half := gross / 2
		deposits := []payments.Deposit{{Key: "a", Reference: "R", On: april, Gross: money.Cents(half), Adjustments: []payments.Difference{{Code: payments.Fees, Amount: money.Cents(-rapid.Int64Range(0, 3).Draw(t, "fee"))}}}, {Key: "b", On: april, Gross: money.Cents(gross - half)}}
		var lines []payments.BankLine
		total := int64(0)
		for i := range rapid.IntRange(0, 5).Draw(t, "lines") {
			cents := rapid.Int64Range(-6, 12).Draw(t, "bank")
			total += cents
			lines = append(lines, payments.BankLine{Key: fmt.Sprint(i), Reference: rapid.SampledFrom([]string{"", "R", "X"}).Draw(t, "reference"), On: april, Amount: money.Cents(cents), Return: rapid.Bool().Draw(t, "return")})
		}
		bank, err := payments.MatchBank(deposits, lines, banking)
		require.NoError(t, err)
		tie, err := payments.Tie(billing, remitted, 2, bank)
		require.NoError(t, err)
		sum := int64(0)
		for _, d := range tie.Differences {
			sum += d.Amount.Cents()
		}
		require.Equal(t, total-tie.Billing.Cents(), sum)
		used := map[int]int{}
		for _, m := range bank.Matches {
			for _, l := range m.Lines {
				used[l]++
			}
		}
		for _, l := range append(slices.Clone(bank.Returned), bank.Unexplained...) {
			used[l]++
		}
		require.Len(t, used, len(lines))
		for _, n := range used {
			require.Equal(t, 1, n, "every line of the bank is somewhere, once")
		}
	})
}

func TestSubsetsAreAllThatThereAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amounts := rapid.SliceOfN(rapid.Int64Range(-5, 9), 0, 9).Draw(t, "amounts")
		target := rapid.Int64Range(-5, 20).Draw(t, "target")
		sets, all, err := payments.Subsets(cents(amounts...), money.Cents(target), 1000)
		require.NoError(t, err)
		require.True(t, all)
		want := 0
		for bits := 1; bits < 1<<len(amounts); bits++ {
			sum, zero := int64(0), false
			for i, a := range amounts {
				if bits>>i&1 == 1 {
					sum += a
					zero = zero || a == 0
				}
			}
			if sum == target && !zero {
				want++
			}
		}
		require.Len(t, sets, want)
		require.True(t, slices.IsSortedFunc(sets, func(x, y []int) int { return slices.Compare(x, y) }))
		for _, set := range sets {
			sum := int64(0)
			for _, i := range set {
				sum += amounts[i]
			}
			require.Equal(t, target, sum)
		}
	})
}
