package ledger_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/stored"
)

// drawn is a ledger of one or two accounts with a drawn history.
type drawn struct {
	ledger.Ledger
	t     *rapid.T
	items []stored.ID
	n     int
}

func (d *drawn) key() string { d.n++; return fmt.Sprintf("source %d", d.n) }

func (d *drawn) day(label string) civil.Date {
	return dayOf(rapid.IntRange(0, 200).Draw(d.t, label))
}

func dayOf(n int) civil.Date {
	on, err := day("2026-01-01").AddDays(n)
	if err != nil {
		panic(err)
	}
	return on
}

func (d *drawn) try(e ledger.Entry) bool {
	posted, err := d.Post(e)
	if err != nil {
		d.n--
	}
	require.NoError(d.t, d.Check())
	return posted
}

// step enters one drawn event, where it can be entered.
func (d *drawn) step() {
	on := d.day("on")
	cents := rapid.Int64Range(1, 200_00).Draw(d.t, "cents")
	account := rapid.SampledFrom([]string{acct, "0109999"}).Draw(d.t, "account")
	credit := ledger.CreditOf(account, area)
	header := func(c ledger.Cause) ledger.Entry {
		return ledger.Entry{Cause: c, Key: d.key(), Effective: on, Accounting: on}
	}
	kind := rapid.SampledFrom([]string{"bill", "bill", "fee", "pay", "pay", "pay", "credit", "apply", "refund", "adjust", "debit", "write off", "recover", "return", "transfer", "unapply"}).Draw(d.t, "event")
	switch kind {
	case "bill", "fee":
		it := ledger.Item{Account: account, Area: area, Kind: "charge", Service: "water", RevenueCode: "4000", Billed: on, Due: on}
		it.Due, _ = on.AddDays(rapid.IntRange(0, 40).Draw(d.t, "days to pay"))
		cause := ledger.Billed
		if kind == "fee" {
			it.Kind, it.RevenueCode, cause = "penalty", "4090", ledger.Charged
		} else if rapid.Bool().Draw(d.t, "of the agency") {
			it.Service, it.RevenueCode, it.Agency = "sewer", "2300", "M1W"
		}
		e := header(cause)
		e.Opens = []ledger.Open{{Item: it, Amount: usd(cents), Against: it.Against()}}
		require.True(d.t, d.try(e))
		d.items = append(d.items, e.ItemID(0))
		return
	case "credit":
		e := header(ledger.Paid)
		e.Moves = []ledger.Move{move(ledger.Clearing(lockbox), credit, cents, "2100")}
		require.True(d.t, d.try(e))
		return
	case "refund":
		e := header(ledger.Refunded)
		e.Moves = []ledger.Move{move(credit, ledger.RefundTo(account, area), cents, "2100")}
		d.try(e)
		return
	case "return":
		entries := slices.Collect(d.Entries())
		if len(entries) == 0 {
			return
		}
		e := rapid.SampledFrom(entries).Draw(d.t, "entry")
		back, err := d.Reverse(e.ID(), d.key(), map[bool]ledger.Cause{true: ledger.Returned, false: e.Cause}[e.Cause == ledger.Paid], on, on)
		if err == nil {
			d.try(back)
		}
		return
	}
	if len(d.items) == 0 {
		return
	}
	id := rapid.SampledFrom(d.items).Draw(d.t, "item")
	it, _ := d.Item(id)
	if kind == "transfer" {
		moved := it.Item
		moved.Account = map[string]string{acct: "0109999", "0109999": acct}[it.Account]
		e := header(ledger.Transferred)
		e.Opens = []ledger.Open{{Item: moved, Amount: usd(cents), Against: ledger.OfItem(id)}}
		if d.try(e) {
			d.items = append(d.items, e.ItemID(0))
		}
		return
	}
	e := header(map[string]ledger.Cause{"pay": ledger.Paid, "apply": ledger.Applied, "adjust": ledger.Adjusted, "debit": ledger.Adjusted, "write off": ledger.WrittenOff,
		"recover": ledger.Recovered, "unapply": ledger.Applied}[kind])
	if rapid.Bool().Draw(d.t, "all of it") && it.Open.Sign() > 0 {
		cents = it.Open.Cents()
	}
	switch kind {
	case "pay", "apply":
		from := ledger.Clearing(lockbox)
		if kind == "apply" {
			from = ledger.CreditOf(it.Account, area)
		}
		e.Moves, _ = d.Settle(from, id, usd(cents))
	case "adjust":
		e.Moves = []ledger.Move{move(it.Against(), ledger.OfItem(id), cents, it.RevenueCode)}
	case "unapply":
		e.Moves, _ = d.Unapply(id, usd(cents))
	case "recover":
		to := ledger.Place{Kind: ledger.PlaceWriteOff}
		if it.Agency != "" {
			to = it.Against()
		}
		e.Moves = []ledger.Move{move(ledger.OfItem(id), to, cents, it.RevenueCode)}
	case "debit":
		e.Moves = []ledger.Move{move(ledger.OfItem(id), it.Against(), cents, it.RevenueCode)}
	case "write off":
		from := ledger.Place{Kind: ledger.PlaceWriteOff}
		if it.Agency != "" {
			from = it.Against()
		}
		e.Moves = []ledger.Move{move(from, ledger.OfItem(id), cents, it.RevenueCode)}
	}
	d.try(e)
}

func drawLedger(t *rapid.T) *drawn {
	d := &drawn{t: t}
	for range rapid.IntRange(1, 25).Draw(t, "steps") {
		d.step()
	}
	return d
}

// terms draws terms that hold for the account as it stands.
func (d *drawn) terms() ledger.Terms {
	var terms ledger.Terms
	var open []stored.ID
	last := day("2026-01-01")
	for it := range d.Items(acct) {
		if it.Open.IsZero() {
			continue
		}
		open = append(open, it.ID)
		if it.Billed.After(last) {
			last = it.Billed
		}
	}
	switch rapid.SampledFrom([]string{"none", "plan", "level pay", "extension"}).Draw(d.t, "terms") {
	case "plan":
		a, err := d.Account(acct, ledger.Terms{})
		if err != nil {
			break
		}
		all, err := a.Obligations(last)
		require.NoError(d.t, err)
		debt, covered := int64(0), []stored.ID(nil)
		for _, o := range all {
			if !o.Item.IsZero() {
				debt += o.Amount.Cents()
				covered = append(covered, o.Item)
			}
		}
		if debt < 3 {
			break
		}
		parts := []int64{debt / 3, debt / 3, debt - 2*(debt/3)}
		var installments []ledger.Installment
		for i, cents := range parts {
			due, _ := last.AddDays(20 + 30*i)
			in := ledger.Installment{Due: due, Amount: usd(cents)}
			if rapid.Bool().Draw(d.t, "billed") {
				in.Billed, _ = due.AddDays(-15)
			}
			installments = append(installments, in)
		}
		p, err := d.Plan("plan", acct, last, covered, installments)
		if err != nil { // by their effective days, more was open of an item than it was for
			require.ErrorIs(d.t, err, ledger.ErrPlan)
			break
		}
		if rapid.Bool().Draw(d.t, "broken") {
			p.Ending = "broken"
			p.Ended, _ = last.AddDays(rapid.IntRange(0, 60).Draw(d.t, "after"))
		}
		terms.Plans = []ledger.Plan{p}
	case "level pay":
		p := ledger.LevelPay{Key: "level", Account: acct, Term: civil.MustPeriod("[2026-02-01, 2026-06-01)"), Kinds: []ledger.Kind{"charge"}}
		for i := range 4 {
			billed := dayOf(40 + 30*i)
			due, _ := billed.AddDays(20)
			p.Installments = append(p.Installments, ledger.Installment{Billed: billed, Due: due, Amount: usd(rapid.Int64Range(1, 100_00).Draw(d.t, "level"))})
		}
		if rapid.Bool().Draw(d.t, "settled") {
			p.Settled, p.SettlementDue = dayOf(130), dayOf(150)
		}
		terms.LevelPay = []ledger.LevelPay{p}
	case "extension":
		if len(open) > 0 {
			it, _ := d.Item(open[0])
			until, _ := it.Due.AddDays(30)
			terms.Extensions = []ledger.Extension{{Key: "extension", Account: acct, Items: open[:1], Granted: it.Billed, Until: until}}
		}
	}
	return terms
}

func (d *drawn) standing(terms ledger.Terms, on civil.Date) (ledger.Standing, bool) {
	a, err := d.Account(acct, terms)
	if err != nil {
		require.ErrorIs(d.t, err, ledger.ErrNoAccount)
		return ledger.Standing{}, false
	}
	s, err := a.Standing(on)
	require.NoError(d.t, err)
	balanced(d.t, s)
	require.Equal(d.t, d.balanceByLegs(on), s.Balance.Cents(), "the balance is what the legs come to")
	return s, true
}

// balanceByLegs is the account's balance on a day, from the legs alone.
func (d *drawn) balanceByLegs(on civil.Date) int64 {
	balance := int64(0)
	for e := range d.Entries() {
		for i, leg := range e.Legs() {
			if leg.Effective.After(on) {
				continue
			}
			for _, end := range []struct {
				place, other ledger.Place
				cents        int64
			}{{leg.From, leg.To, leg.Amount.Cents()}, {leg.To, leg.From, -leg.Amount.Cents()}} {
				switch end.place.Kind {
				case ledger.PlaceCredit:
					if end.place.Key == acct {
						balance += end.cents
					}
				case ledger.PlaceItem:
					it, _ := d.Item(end.place.Item)
					opens := i < len(e.Opens) && end.place == leg.From
					pays := !opens && (e.Cause == ledger.Paid || e.Cause == ledger.Applied || e.Cause == ledger.Returned)
					if it.Account == acct && (pays || !it.Billed.After(on)) {
						balance += end.cents // of an item that is not billed yet, only what was paid counts
					}
				}
			}
		}
	}
	return balance
}

func TestBooksBalanceAtEveryLevel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawLedger(t)
		require.NoError(t, d.Check())
		cut := rapid.IntRange(1, 200).Draw(t, "cut")
		period := civil.Period{From: dayOf(cut), To: dayOf(300)}
		forward, err := d.RollForward(period)
		require.NoError(t, err)
		rolls, err := d.Rolls(period)
		require.NoError(t, err)

		// All places together hold nothing, at the opening and at the closing.
		opening, closing := forward.Total.Opening.Cents(), forward.Total.Closing.Cents()
		for _, r := range rolls {
			opening -= r.Opening.Cents()
			closing -= r.Closing.Cents()
			require.Equal(t, d.Balance(r.Place), r.Closing)
		}
		require.Zero(t, opening)
		require.Zero(t, closing)
		require.True(t, forward.Total.Transfers.IsZero(), "what is transferred or applied leaves one row for another")

		// The legs of each cause sum to its column, and the legs of each account to its balance.
		byCause, byAccount := map[ledger.Cause]int64{}, map[string]int64{}
		ids := map[stored.ID]bool{}
		for e := range d.Entries() {
			for _, leg := range e.Legs() {
				require.False(t, ids[leg.ID], "no two legs have one id")
				ids[leg.ID] = true
				for _, end := range []struct {
					p    ledger.Place
					sign int64
				}{{leg.From, 1}, {leg.To, -1}} {
					account := end.p.Key
					if end.p.Kind == ledger.PlaceItem {
						it, _ := d.Item(end.p.Item)
						account = it.Account
					}
					if end.p.IsReceivable() {
						byAccount[account] += end.sign * leg.Amount.Cents()
						if !leg.Accounting.Before(period.From) {
							byCause[leg.Cause] += end.sign * leg.Amount.Cents()
						}
					}
				}
			}
		}
		for cause, column := range map[ledger.Cause]money.Amount{ledger.Billed: forward.Total.Billed, ledger.Charged: forward.Total.Fees,
			ledger.Adjusted: forward.Total.Adjustments, ledger.Paid: forward.Total.Payments, ledger.Returned: forward.Total.Returned,
			ledger.Refunded: forward.Total.Refunds, ledger.WrittenOff: forward.Total.WriteOffs} {
			require.Equal(t, byCause[cause], column.Cents(), cause)
		}
		total := int64(0)
		for account, cents := range byAccount {
			a, err := d.Account(account, ledger.Terms{})
			require.NoError(t, err)
			s, err := a.Standing(dayOf(300))
			require.NoError(t, err)
			require.Equal(t, cents, s.Balance.Cents(), account)
			total += cents
		}
		require.Equal(t, total, forward.Total.Closing.Cents())
	})
}

func TestPostingAllAgainChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawLedger(t)
		before, had := d.standing(ledger.Terms{}, dayOf(150))
		n := 0
		for e := range d.Entries() {
			posted, err := d.Post(e)
			require.NoError(t, err)
			require.False(t, posted)
			n++
		}
		require.Len(t, slices.Collect(d.Entries()), n)
		after, _ := d.standing(ledger.Terms{}, dayOf(150))
		if had {
			require.Equal(t, before, after)
		}
	})
}

func TestAReversalTakesAllBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawLedger(t)
		on := d.day("standing on")
		terms := d.terms()
		before, had := d.standing(terms, on)
		entries := slices.Collect(d.Entries())
		d.step()
		all := slices.Collect(d.Entries())
		if len(all) == len(entries) || all[len(all)-1].Reverses || !had {
			return
		}
		e := all[len(all)-1]
		back, err := d.Reverse(e.ID(), "back", e.Cause, e.Effective, e.Accounting)
		require.NoError(t, err)
		posted, err := d.Post(back)
		require.NoError(t, err)
		require.True(t, posted)
		require.NoError(t, d.Check())
		after, _ := d.standing(terms, on)
		require.Equal(t, before, after)
	})
}

func TestAPaymentInPartsIsThePayment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := drawLedger(t)
		var parts drawn
		for e := range whole.Entries() {
			_, err := parts.Restore(e)
			require.NoError(t, err)
		}
		parts.t = t
		var open []ledger.OpenItem
		for it := range whole.Items(acct) {
			if it.Open.Cents() >= 2 {
				open = append(open, it)
			}
		}
		if len(open) == 0 {
			return
		}
		terms := whole.terms()
		it := rapid.SampledFrom(open).Draw(t, "item")
		cents := rapid.Int64Range(2, it.Open.Cents()).Draw(t, "cents")
		first := rapid.Int64Range(1, cents-1).Draw(t, "first")
		on := whole.day("paid on").String()
		post(t, &whole.Ledger, pay(t, &whole.Ledger, "whole", on, it.ID, cents))
		post(t, &parts.Ledger, pay(t, &parts.Ledger, "first", on, it.ID, first))
		post(t, &parts.Ledger, pay(t, &parts.Ledger, "second", on, it.ID, cents-first))
		asked := whole.day("asked on")
		one, _ := whole.standing(terms, asked)
		two, _ := parts.standing(terms, asked)
		require.Equal(t, one, two)
	})
}

func TestTheOrderOfIndependentEntriesChangesNoStanding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawLedger(t)
		if slices.ContainsFunc(slices.Collect(d.Entries()), func(e ledger.Entry) bool {
			return e.Reverses || e.Cause == ledger.Applied || e.Cause == ledger.Refunded || e.Cause == ledger.Transferred || e.Cause == ledger.Recovered
		}) {
			return // these need what went before
		}
		var bills, rest []ledger.Entry
		for e := range d.Entries() {
			if len(e.Opens) > 0 {
				bills = append(bills, e)
			} else {
				rest = append(rest, e)
			}
		}
		// Debits first, so that no order takes an item below nothing.
		slices.SortStableFunc(rest, func(a, b ledger.Entry) int {
			debit := func(e ledger.Entry) int {
				if e.Moves[0].From.Kind == ledger.PlaceItem {
					return 0
				}
				return 1
			}
			return debit(a) - debit(b)
		})
		n := slices.IndexFunc(rest, func(e ledger.Entry) bool { return e.Moves[0].From.Kind != ledger.PlaceItem })
		if n < 0 {
			n = len(rest)
		}
		shuffled := append(rapid.Permutation(bills).Draw(t, "bills"), rest[:n]...)
		shuffled = append(shuffled, rapid.Permutation(rest[n:]).Draw(t, "payments")...)
		other := drawn{t: t}
		for _, e := range shuffled {
			_, err := other.Post(e)
			require.NoError(t, err)
		}
		on := d.day("asked on")
		one, had := d.standing(ledger.Terms{}, on)
		if had {
			two, _ := other.standing(ledger.Terms{}, on)
			require.Equal(t, one, two)
		}
	})
}

func TestMoreMoneyNeverMeansMoreDue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawLedger(t)
		terms := d.terms()
		asked := d.day("asked on")
		before, had := d.standing(terms, asked)
		if !had {
			return
		}
		cents := rapid.Int64Range(1, 150_00).Draw(t, "cents")
		paid := d.day("paid on")
		switch rapid.SampledFrom([]string{"item", "credit", "pending"}).Draw(t, "as") {
		case "item":
			open := slices.DeleteFunc(slices.Collect(d.Items(acct)), func(it ledger.OpenItem) bool { return it.Open.IsZero() })
			if len(open) == 0 {
				return
			}
			it := rapid.SampledFrom(open).Draw(t, "item")
			cents = min(cents, it.Open.Cents())
			post(t, &d.Ledger, pay(t, &d.Ledger, "more", paid.String(), it.ID, cents))
		case "credit":
			post(t, &d.Ledger, entry(ledger.Paid, "more", paid.String(), toCredit(cents)))
		case "pending":
			terms.Pending = append(terms.Pending, ledger.Pending{Key: "more", Account: acct, Kind: ledger.HeldBatch, Amount: usd(cents), From: paid})
			after, _ := d.standing(terms, asked)
			if paid.After(asked) {
				require.Equal(t, before, after)
				return
			}
			took := min(cents, before.Due().Cents())
			require.Equal(t, before.Due().Cents()-took, after.Due().Cents(), "each pending cent is due no more, and no other")
			require.Equal(t, took, after.Pending.Cents())
			require.Equal(t, cents-took, after.PendingOver.Cents())
			require.Equal(t, before.Balance, after.Balance)
			return
		}
		after, _ := d.standing(terms, asked)
		require.LessOrEqual(t, after.PastDue.Cents(), before.PastDue.Cents())
		require.LessOrEqual(t, after.Due().Cents(), before.Due().Cents())
		require.LessOrEqual(t, before.Due().Cents()-after.Due().Cents(), cents)
		if !paid.After(asked) {
			require.Equal(t, before.Balance.Cents()-cents, after.Balance.Cents())
		}
	})
}

func TestObligationsSumToTheStanding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawLedger(t)
		terms := d.terms()
		a, err := d.Account(acct, terms)
		if err != nil {
			return
		}
		on := d.day("asked on")
		s, err := a.Standing(on)
		require.NoError(t, err)
		all, err := a.Obligations(on)
		require.NoError(t, err)
		asked, later, beyond, early := int64(0), int64(0), int64(0), false
		byItem := map[stored.ID]int64{}
		for _, o := range all {
			require.Positive(t, o.Amount.Sign())
			switch {
			case o.When == ledger.IsLater:
				later += o.Amount.Cents()
			default:
				asked += o.Amount.Cents()
				require.Equal(t, o.When == ledger.IsPastDue, o.Due.Before(on))
			}
			switch {
			case o.Item.IsZero() && o.Due != on:
				require.True(t, s.OnLevelPay)
				beyond += o.Amount.Cents()
			case o.Item.IsZero():
				early = true // a credit used before it came, or a level amount due this very day
			default:
				byItem[o.Item] += o.Amount.Cents()
			}
		}
		require.LessOrEqual(t, s.Due().Cents(), asked)
		if early {
			return
		}
		require.Equal(t, later-beyond, s.Later.Cents())
		require.Equal(t, s.Balance.Cents(), asked+later-beyond-s.Credit.Cents()-(asked-s.Due().Cents()-s.Pending.Cents()))
		if on.After(dayOf(199)) {
			for id, cents := range byItem {
				require.Equal(t, d.Balance(ledger.OfItem(id)).Cents(), cents)
			}
		}
	})
}
