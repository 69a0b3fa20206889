package billing_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// hanging is a book in which much hangs on water: a surcharge by the unit, one of 8% on water alone, a tax of 6.5% on all of
// them and the base, and a tax on that tax.
func hanging(rounding money.Rounding, base string) rates.Book {
	b := book()
	s := &b.Schedules[0]
	s.Rounding = rounding
	v := &s.Versions[0]
	v.Charges = append(v.Charges[:2:2],
		rates.Charge{ID: "pumping", Text: "Pumping", Rule: rates.PerUnit{Price: rates.Num("0.275")}},
		rates.Charge{ID: "drought", Text: "Drought surcharge", Rule: rates.Percent{Rate: rates.Num("8"), Of: []string{"water"}}},
		rates.Charge{ID: "tax", Text: "Utility tax", Rule: rates.Percent{Rate: rates.Num("6.5"), Of: []string{"base", "water", "pumping", "drought"}}},
		rates.Charge{ID: "levy", Text: "State levy", Rule: rates.Percent{Rate: rates.Num("1.25"), Of: []string{"tax", "base"}}},
	)
	v.Charges[0].Rule = rates.Fixed{Amount: rates.Num(base)}
	return b
}

func byLine() money.Rounding { return money.Rounding{Mode: exact.HalfUp, Place: money.ByLine} }

// billOf is the bill of one service under a book, of which each charge has a revenue code of its own, in a ledger.
func billOf(t require.TestingT, b rates.Book, a billing.Agreement, units int64) (*ledger.Ledger, billing.Bill) {
	r := request(t)
	for i, c := range b.Schedules[0].Versions[0].Charges {
		r.Postings[billing.ChargeOf{Schedule: "water", Charge: c.ID}] = billing.Posting{Kind: "charge", Service: "water", RevenueCode: fmt.Sprint(4000 + i)}
	}
	r.Services = []billing.Service{priced(t, b, a, used("A-1", units, march), march)}
	bill := must(billing.NewBill(r))
	var books ledger.Ledger
	for _, e := range bill.Entries() {
		require.True(t, must(books.Post(e)))
	}
	return &books, bill
}

func enginesOf(b rates.Book) billing.Books {
	engine := must(rates.Compile(b))
	return func(d rates.Digest) *rates.Engine {
		if d == engine.Digest() {
			return engine
		}
		return nil
	}
}

func lineOf(b billing.Bill, charge string, tier int) int {
	return slices.IndexFunc(slices.Collect(b.Lines()), func(l billing.Line) bool { return l.Charge == charge && l.Tier == tier })
}

// linesAsked is a request with the lines that it changes.
type linesAsked struct {
	billing.AdjustmentRequest
	Changes []billing.LineChange
}

func linesRequest(key string, changes ...billing.LineChange) linesAsked {
	return linesAsked{billing.AdjustmentRequest{
		Key: key, Kind: billing.Correction, Reason: "the tier was misread", Evidence: []string{"RO-7"}, By: person("m.alvarez"),
		Effective: day("2026-05-01"), Due: day("2026-05-22"),
	}, changes}
}

func adjustLines(b billing.Bill, r linesAsked, engines billing.Books, books *ledger.Ledger) (billing.Adjustment, error) {
	return b.AdjustLines(r.AdjustmentRequest, r.Changes, engines, books)
}

// charges are the amounts of a bill by charge, with an adjustment.
func charges(b billing.Bill, a billing.Adjustment) map[string]int64 {
	out := map[string]int64{}
	for l := range b.Lines() {
		out[l.Charge] += l.Amount.Cents()
	}
	for _, l := range a.Lines {
		out[l.Charge] += l.Change().Cents()
	}
	return out
}

func TestSurchargesAndTaxesFollowTheLineThatIsAdjusted(t *testing.T) {
	b := hanging(byLine(), "20.00")
	books, bill := billOf(t, b, water("1", "2026-01-01", ""), 13)
	a := must(adjustLines(bill, linesRequest("ADJ-1", billing.LineChange{Line: lineOf(bill, "water", 2), Units: exact.Int(-2)}), enginesOf(b), books))
	require.Equal(t, `ADJ-1 correction of account A-1, -$13.37 in all, bill 2026-W14
  Water: $5.55, was $16.65 (1 CCF in tier 2 at $5.55, was 3)
  Pumping: $3.03, was $3.58 (follows water: 11 CCF at $0.275, was 13)
  Drought surcharge: $2.84, was $3.73 (follows water: 8% of $35.55, was of $46.65)
  Utility tax: $3.99, was $4.81 (follows drought, pumping, water: 6.5% of $61.42, was of $73.96)
  State levy: $0.30, was $0.31 (follows tax: 1.25% of $23.99, was of $24.81)
because the tier was misread; RO-7; asked for by m.alvarez`, a.String())
	must(adjust(books, a))
	require.Equal(t, usd(bill.Charges().Cents()-13_37), must(must(books.Account("A-1", ledger.Terms{})).Standing(day("2026-05-02"))).Balance)

	books, bill = billOf(t, b, water("1", "2026-01-01", ""), 13)
	a = must(adjustLines(bill, linesRequest("ADJ-2", billing.LineChange{Line: 0, By: usd(-20_00)}), enginesOf(b), books))
	require.Equal(t, map[string]int64{"base": 0, "water": 46_65, "pumping": 3_58, "drought": 3_73, "tax": 3_51, "levy": 4}, charges(bill, a))
	require.Empty(t, a.Lines[0].HangsOn)

	// The tax of a cent's change comes to the same, and says so.
	a = must(adjustLines(bill, linesRequest("ADJ-3", billing.LineChange{Line: 0, By: usd(1)}), enginesOf(b), books))
	require.Len(t, a.Lines, 1)
	require.Equal(t, []billing.Kept{
		{Charge: "tax", Text: "Utility tax", Amount: usd(4_81), Why: "comes to the same: 6.5% of $73.97, was of $73.96"},
		{Charge: "levy", Text: "State levy", Amount: usd(31), Why: "comes to the same: 1.25% of $24.82, was of $24.81"},
	}, a.Keeps)
}

// What the adjustment of the last units of a bill comes to is what the engine makes of a bill without them, charge by charge:
// by line, and in all where the total is rounded.
func TestUnitsTakenOffABillLeaveTheBillOfTheRest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rounding := money.Rounding{Mode: rapid.SampledFrom([]exact.Mode{exact.HalfUp, exact.HalfEven, exact.Up, exact.Down}).Draw(t, "mode"), Place: rapid.SampledFrom([]money.Place{money.ByLine, money.AtTotal}).Draw(t, "place")}
		b := hanging(rounding, "20.37")
		units := rapid.Int64Range(12, 60).Draw(t, "units")
		off := rapid.Int64Range(1, units-10).Draw(t, "units that are taken off")
		if units-off == 10 {
			off--
		}
		if off == 0 {
			return
		}
		books, bill := billOf(t, b, water("1", "2026-01-01", ""), units)
		a := must(adjustLines(bill, linesRequest("ADJ-1", billing.LineChange{Line: lineOf(bill, "water", 2), Units: exact.Int(-off)}), enginesOf(b), books))
		_, rest := billOf(t, b, water("1", "2026-01-01", ""), units-off)
		require.Equal(t, rest.Charges().Cents(), bill.Charges().Cents()+a.Change().Cents())
		if rounding.Place == money.AtTotal {
			return // which of the lines has the cent is another matter
		}
		require.Equal(t, charges(rest, billing.Adjustment{}), charges(bill, a))
	})
}

// What the adjustment of the base comes to is what the engine makes of another base, also where parts of the days have taxes of
// their own.
func TestAnAmountTakenOffTheBaseLeavesTheBillOfAnotherBase(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rounding := money.Rounding{Mode: exact.HalfUp, Place: rapid.SampledFrom([]money.Place{money.ByLine, money.AtTotal}).Draw(t, "place")}
		cents := rapid.Int64Range(0, 60_00).Draw(t, "base")
		cut := rapid.Bool().Draw(t, "the tax changes on the 11th")
		books := func(base int64) rates.Book {
			text, _ := usd(base).Ratio().Decimal(2)
			b := hanging(rounding, text)
			s := &b.Schedules[0]
			s.Versions[0].Charges = slices.DeleteFunc(s.Versions[0].Charges, func(c rates.Charge) bool { return c.ID == "pumping" })
			for i := range s.Versions[0].Charges {
				if s.Versions[0].Charges[i].ID == "tax" {
					s.Versions[0].Charges[i].Rule = rates.Percent{Rate: rates.Num("6.5"), Of: []string{"base", "water", "drought"}}
				}
			}
			if cut {
				s.Facts = append(s.Facts, rates.Fact{Name: "inside", Type: rates.TextFact, Allowed: []string{"yes", "no"}, Change: rates.SplitByDay})
				for i, c := range s.Versions[0].Charges {
					if p, ok := c.Rule.(rates.Percent); ok && c.ID == "tax" {
						p.Rate = rates.Table{By: []string{"inside"}, Rows: []rates.Row{{Key: []string{"yes"}, Value: rates.Num("6.5")}, {Key: []string{"no"}, Value: rates.Num("4.1")}}}
						s.Versions[0].Charges[i].Rule = p
					}
				}
			}
			return b
		}
		account := water("1", "2026-01-01", "")
		if cut {
			account.Facts["inside"] = "yes"
			account.Changes = []rates.Change{{Fact: "inside", Value: "no", On: day("2026-03-11")}}
		}
		units := rapid.Int64Range(0, 40).Draw(t, "units")
		by := rapid.Int64Range(-cents, 60_00).Draw(t, "by")
		if by == 0 {
			return
		}
		l, bill := billOf(t, books(cents), account, units)
		a, err := adjustLines(bill, linesRequest("ADJ-1", billing.LineChange{Line: 0, By: usd(by)}), enginesOf(books(cents)), l)
		if cut && err != nil { // how parts of a few cents were rounded cannot be told
			require.ErrorIs(t, err, billing.ErrFollows)
			require.ErrorContains(t, err, "which comes to the same as billed and not as changed")
			return
		}
		require.NoError(t, err)
		_, other := billOf(t, books(cents+by), account, units)
		if rounding.Place == money.AtTotal { // which of the lines has the cent is not told; the total is
			most := int64(0)
			if cents+by == 0 {
				most = 1 // the cent that the line was fitted by goes with it
			}
			off := other.Charges().Cents() - bill.Charges().Cents() - a.Change().Cents()
			require.LessOrEqual(t, max(off, -off), most)
			return
		}
		want, got := charges(other, billing.Adjustment{}), charges(bill, a)
		if off := want["levy"] - got["levy"]; cut && off*off == 1 {
			// Parts of the levy are rounded together on the one bill and not on the other, as the whole amounts of the tax come to the same
			// cents on the one alone: it follows as its own bill was rounded.
			got["levy"] = want["levy"]
		}
		require.Equal(t, want, got)
	})
}

// Adjusting a line by its whole amount takes all that hangs on it, under every rounding.
func TestAWholeLineTakesAllThatHangsOnIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rounding := money.Rounding{Mode: exact.HalfUp, Place: rapid.SampledFrom([]money.Place{money.ByLine, money.AtTotal}).Draw(t, "place")}
		b := hanging(rounding, "20.37")
		b.Schedules[0].Proration = rates.Proration{Over: rates.StatedDays, Days: 31, Fixed: true} // so that it is no whole cents
		units := rapid.Int64Range(1, 40).Draw(t, "units")
		books, bill := billOf(t, b, water("1", "2026-01-01", ""), units)
		r := linesRequest("ADJ-1")
		n := 0
		for l := range bill.Lines() {
			if l.Charge == "water" || l.Charge == "base" {
				r.Changes = append(r.Changes, billing.LineChange{Line: n, By: usd(-l.Amount.Cents())})
			}
			n++
		}
		a := must(adjustLines(bill, r, enginesOf(b), books))
		require.Equal(t, map[string]int64{"base": 0, "water": 0, "pumping": 0, "drought": 0, "tax": 0, "levy": 0}, charges(bill, a))
		r.Changes = r.Changes[1:]
		without := charges(bill, must(adjustLines(bill, r, enginesOf(b), books)))
		require.Equal(t, []int64{0, 0, 0}, []int64{without["water"], without["pumping"], without["drought"]}, "the base stays, and so does its tax")
		require.Positive(t, without["tax"])
		must(adjust(books, a))
	})
}

// An adjustment of lines and its reversal sum to nothing on every item, and so on every line.
func TestAnAdjustmentOfLinesAndItsReversalAreNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := hanging(byLine(), "20.37")
		books, bill := billOf(t, b, water("1", "2026-01-01", ""), 23)
		change := billing.LineChange{Line: lineOf(bill, "water", 2), Units: exact.Int(rapid.Int64Range(-13, -1).Draw(t, "units"))}
		if rapid.Bool().Draw(t, "base") {
			change = billing.LineChange{Line: 0, By: usd(rapid.Int64Range(-20_37, -1).Draw(t, "base by"))}
		}
		a := must(adjustLines(bill, linesRequest("ADJ-1", change), enginesOf(b), books))
		balances := func() map[string]money.Amount {
			out := map[string]money.Amount{}
			for it := range books.Items("A-1") {
				out[it.RevenueCode] = it.Open
			}
			return out
		}
		before := balances()
		done := must(adjust(books, a))
		for code, was := range before {
			for _, l := range a.Lines {
				if open, _ := books.Item(l.Item); open.RevenueCode == code {
					require.Equal(t, was.Cents()+l.Change().Cents(), open.Open.Cents(), "each line on its own item")
				}
			}
		}
		for _, e := range slices.Backward(done.Entries) {
			require.True(t, must(books.Post(must(books.Reverse(e.ID(), "reversal of "+e.Key, e.Cause, day("2026-05-02"), day("2026-05-02"))))))
		}
		require.Equal(t, before, balances())
	})
}

// What cannot be told is refused, and never left as it was; a person may say that it stays, which the approver sees.
func TestWhatCannotBeToldIsRefused(t *testing.T) {
	base := hanging(byLine(), "20.00")
	with := func(charges ...rates.Charge) rates.Book {
		b := hanging(byLine(), "20.00")
		b.Schedules[0].Versions[0].Charges = append(b.Schedules[0].Versions[0].Charges, charges...)
		return b
	}
	formula := rates.Charge{ID: "more", Text: "More", Rule: rates.Computed{Amount: rates.Formula{Text: "round(water * 0.1, 2)"}}}
	throughDefinition := with(rates.Charge{ID: "more", Text: "More", Rule: rates.PerUnit{Of: rates.Name("half"), Price: rates.Num("1.00")}})
	throughDefinition.Schedules[0].Versions[0].Definitions = []rates.Definition{{Name: "half", Value: rates.Formula{Text: "usage / 2"}}}
	tier2 := billing.LineChange{Line: 2, Units: exact.Int(-1)}
	memo := rates.Charge{ID: "memo", Text: "Memo", Memo: true, Rule: rates.Percent{Rate: rates.Num("10"), Of: []string{"water"}}}
	for name, c := range map[string]struct {
		book   rates.Book
		change billing.LineChange
		says   string
	}{
		"an amount without its units": {base, billing.LineChange{Line: 2, By: usd(-1_00)}, "charge pumping: it is priced from the units of charge water, and the amount does not say how many"},
		"a formula of the charge":     {with(formula), tier2, "charge more: it reads charge water, which is changed, in a formula"},
		"a definition of the usage":   {throughDefinition, tier2, "charge more: it is priced from the units of charge water in another way than by each"},
		"other tiers of the usage": {
			with(rates.Charge{ID: "more", Rule: rates.Tiered{Tiers: rates.TierList{{UpTo: rates.Num("5"), Price: rates.Num("1")}, {Price: rates.Num("2")}}}}), tier2,
			"charge more: it is priced from the units",
		},
		"a minimum that may come up": {
			with(rates.Charge{ID: "least", Rule: rates.Minimum{Amount: rates.Num("40.00"), Of: []string{"base", "water"}}}), tier2,
			"charge least: it is not on the bill, and may be once water is changed",
		},
		"a credit at its cap": {
			with(rates.Charge{ID: "low", Rule: rates.Credit{Percent: rates.Num("50"), Cap: rates.Num("5.00"), Of: []string{"water"}}}), tier2, "charge low: it is a credit at its cap",
		},
		"a percentage of what is no part of the bill, and of what is": {
			with(rates.Charge{ID: "memo", Text: "Memo", Memo: true, Rule: rates.Fixed{Amount: rates.Num("5.00")}},
				rates.Charge{ID: "more", Rule: rates.Percent{Rate: rates.Num("5"), Of: []string{"memo", "water"}}}), tier2, "charge more: what it is a percentage of does not come to the $51.65 of its line",
		},
		"a credit below its cap that rises": {
			with(rates.Charge{ID: "low", Rule: rates.Credit{Percent: rates.Num("20"), Cap: rates.Num("5.00"), Of: []string{"base"}}}), billing.LineChange{Line: 0, By: usd(10_00)},
			"charge low: it is a credit at its cap, or would be",
		},
		"a minimum of parts of the days": {
			func() rates.Book {
				b := with(rates.Charge{ID: "least", Rule: rates.Minimum{Amount: rates.Num("100.00"), Of: []string{"base"}}})
				s := &b.Schedules[0]
				next := s.Versions[0]
				s.Select, s.Versions[0].To, next.From = rates.SplitByDay, day("2026-03-11"), day("2026-03-11")
				s.Versions = append(s.Versions, next)
				return b
			}(), billing.LineChange{Line: 0, By: usd(-1)}, "charge least: it does not say what it is of in each part of the days",
		},
		"a percentage of what is no part of the bill": {
			with(memo, rates.Charge{ID: "more", Rule: rates.Percent{Rate: rates.Num("5"), Of: []string{"memo"}}}), tier2, "charge more: it is of charges that are no part of the bill",
		},
	} {
		t.Run(name, func(t *testing.T) {
			books, bill := billOf(t, c.book, water("1", "2026-01-01", ""), 13)
			r := linesRequest("ADJ-1", c.change)
			_, err := adjustLines(bill, r, enginesOf(c.book), books)
			require.ErrorIs(t, err, billing.ErrFollows)
			require.ErrorContains(t, err, c.says)
			require.ErrorContains(t, err, "bill the period again")
		})
	}
	books, bill := billOf(t, base, water("1", "2026-01-01", ""), 13)
	r := linesRequest("ADJ-1", billing.LineChange{Line: 2, By: usd(-1_00)})
	r.Keeps = []billing.Keep{{Charge: "pumping", Why: "the water was pumped"}}
	a := must(adjustLines(bill, r, enginesOf(base), books))
	require.Equal(t, []billing.Kept{{Charge: "pumping", Text: "Pumping", Amount: usd(3_58), Why: "the water was pumped"}}, a.Keeps[:1])
	require.Contains(t, a.String(), "\n  Pumping stays at $3.58: the water was pumped\n")
	require.Equal(t, map[string]int64{"base": 20_00, "water": 45_65, "pumping": 3_58, "drought": 3_65, "tax": 4_74, "levy": 31}, charges(bill, a))

	for says, change := range map[string]func(*linesAsked){
		"the bill has no line 7":                       func(r *linesAsked) { r.Changes[0].Line = 7 },
		"the bill has no line -1":                      func(r *linesAsked) { r.Changes[0].Line = -1 },
		"line 2 stands there twice":                    func(r *linesAsked) { r.Changes = append(r.Changes, r.Changes[0]) },
		"an amount and units are stated":               func(r *linesAsked) { r.Changes[0].Units = exact.Int(1) },
		"or neither":                                   func(r *linesAsked) { r.Changes[0].By = usd(0) },
		"beyond what any account owes":                 func(r *linesAsked) { r.Changes[0].By = usd(1e14) },
		"-$16.66 is taken of a line of $16.65":         func(r *linesAsked) { r.Changes[0].By = usd(-16_66) },
		"4 units are taken of 3":                       func(r *linesAsked) { r.Changes[0] = billing.LineChange{Line: 2, Units: exact.Int(-4)} },
		"it is not priced by the unit":                 func(r *linesAsked) { r.Changes[0] = billing.LineChange{Line: 0, Units: exact.Int(-1)} },
		"keeps[0]: the charge, or why":                 func(r *linesAsked) { r.Keeps[0].Why = " " },
		"charge base does not hang on what is changed": func(r *linesAsked) { r.Keeps = append(r.Keeps, billing.Keep{Charge: "base", Why: "x"}) },
		"charge tax: it is named, and follows charge water": func(r *linesAsked) {
			r.Changes = append(r.Changes, billing.LineChange{Line: lineOf(bill, "tax", 0), By: usd(-1)})
		},
		"a bill is not adjusted by a write_off": func(r *linesAsked) { r.Kind = billing.WriteOff },
		"evidence: ":                            func(r *linesAsked) { r.Evidence = nil },
	} {
		wrong := r
		wrong.Changes, wrong.Keeps = slices.Clone(r.Changes), slices.Clone(r.Keeps)
		change(&wrong)
		_, err := adjustLines(bill, wrong, enginesOf(base), books)
		require.ErrorContains(t, err, says)
	}
	_, err := adjustLines(bill, r, enginesOf(with(formula)), books)
	require.ErrorContains(t, err, "is not found")
	back := must(books.Reverse(bill.Entries()[0].ID(), "void", ledger.Billed, day("2026-04-10"), day("2026-04-10")))
	require.True(t, must(books.Post(back)))
	_, err = adjustLines(bill, r, enginesOf(base), books)
	require.ErrorContains(t, err, "it was taken back")
}

// Minimums and credits of named charges follow them as the engine makes them.
func TestMinimumsCreditsAndFeesFollowTheirCharges(t *testing.T) {
	make := func(base string) rates.Book {
		b := hanging(byLine(), base)
		b.Schedules[0].Versions[0].Charges = append(b.Schedules[0].Versions[0].Charges[:2:2],
			rates.Charge{ID: "least", Text: "Minimum", Rule: rates.Minimum{Amount: rates.Num("60.00"), Of: []string{"base", "water"}}},
			rates.Charge{ID: "low", Text: "Lifeline", Rule: rates.Credit{Percent: rates.Num("20"), Of: []string{"base"}}},
			rates.Charge{ID: "cap", Text: "Rebate", Rule: rates.Credit{Amount: rates.Num("12.00"), Of: []string{"base"}}},
		)
		return b
	}
	for _, base := range []int64{0, 5_00, 11_99, 12_00, 19_33, 29_99, 45_00} {
		text, _ := usd(base).Ratio().Decimal(2)
		books, bill := billOf(t, make("20.00"), water("1", "2026-01-01", ""), 10)
		a := must(adjustLines(bill, linesRequest("ADJ-1", billing.LineChange{Line: 0, By: usd(base - 20_00)}), enginesOf(make("20.00")), books))
		_, other := billOf(t, make(text), water("1", "2026-01-01", ""), 10)
		want := charges(other, billing.Adjustment{})
		for _, id := range []string{"least", "low", "cap"} {
			want[id] += 0 // a line that is not there is nothing
		}
		require.Equal(t, want, charges(bill, a), text)
	}

	// A credit is taken back to nothing at most, and a minimum for others is none.
	b := make("20.00")
	b.Schedules[0].Facts = append(b.Schedules[0].Facts, rates.Fact{Name: "class", Type: rates.TextFact, Allowed: []string{"home", "shop"}})
	b.Schedules[0].Versions[0].Charges[2].When = []rates.Condition{{Fact: "class", In: []string{"shop"}}}
	home := water("1", "2026-01-01", "")
	home.Facts["class"] = "home"
	l, some := billOf(t, b, home, 10)
	require.Len(t, must(adjustLines(some, linesRequest("ADJ-1", billing.LineChange{Line: 0, By: usd(-1_00)}), enginesOf(b), l)).Lines, 2, "and the credit of 20%")
	low := lineOf(some, "low", 0)
	require.Equal(t, usd(4_00), must(adjustLines(some, linesRequest("ADJ-1", billing.LineChange{Line: low, By: usd(4_00)}), enginesOf(b), l)).Change())
	_, err := adjustLines(some, linesRequest("ADJ-1", billing.LineChange{Line: low, By: usd(4_01)}), enginesOf(b), l)
	require.ErrorContains(t, err, "$4.01 is taken of a line of -$4.00")

	r := request(t)
	r.Fees = []billing.Fee{fee("opening", 12_00)}
	bill := must(billing.NewBill(r))
	var books ledger.Ledger
	require.True(t, must(books.Post(bill.Entries()[0])))
	a := must(adjustLines(bill, linesRequest("ADJ-1", billing.LineChange{Line: 4, By: usd(-12_00)}), enginesOf(book()), &books))
	require.Equal(t, []billing.AdjustedLine{{Item: a.Lines[0].Item, Charge: "opening", Text: "A fee", Before: usd(12_00)}}, a.Lines)
	must(adjust(&books, a))
	require.Equal(t, usd(99_65), must(must(books.Account("A-1", ledger.Terms{})).Standing(day("2026-05-02"))).Balance)
	_, err = adjustLines(bill, linesRequest("ADJ-2", billing.LineChange{Line: 4, Units: exact.Int(-1)}), enginesOf(book()), &books)
	require.ErrorContains(t, err, "it has no units")
	_, err = adjustLines(bill, linesRequest("ADJ-2", billing.LineChange{Line: 4, By: usd(-12_01)}), enginesOf(book()), &books)
	require.ErrorContains(t, err, "all of the line at most")
}

// A bill that a change of rates cuts has lines for each part: what hangs on a line of one part is of its days, at its rate.
func TestWhatFollowsIsOfTheDaysAndTheMeterOfTheLine(t *testing.T) {
	cut := func(base, tax string) rates.Book {
		b := hanging(byLine(), "20.00")
		s := &b.Schedules[0]
		s.Select = rates.SplitByDay
		next := s.Versions[0]
		next.Charges = slices.Clone(next.Charges)
		next.Charges[0].Rule = rates.Fixed{Amount: rates.Num(base)}
		next.Charges[4].Rule = rates.Percent{Rate: rates.Num(tax), Of: []string{"base", "water", "pumping", "drought"}}
		s.Versions[0].To, next.From = day("2026-03-11"), day("2026-03-11")
		s.Versions = append(s.Versions, next)
		return b
	}
	b := cut("24.00", "7")
	books, bill := billOf(t, b, water("1", "2026-01-01", ""), 12)
	lines := slices.Collect(bill.Lines())
	at := slices.IndexFunc(lines, func(l billing.Line) bool { return l.Charge == "base" && l.Period.From == day("2026-03-11") })
	require.Equal(t, usd(16_00), lines[at].Amount, "20 days of 30")
	a := must(adjustLines(bill, linesRequest("ADJ-1", billing.LineChange{Line: at, By: usd(-10_00)}), enginesOf(b), books))
	require.Contains(t, a.Lines[1].Because, "7% of ")
	require.Contains(t, a.Lines[1].Because, "6.5% of ")
	require.Equal(t, int64(-70), a.Lines[1].Change().Cents(), "at the 7% of its part alone")
	require.Equal(t, "base", a.Lines[1].HangsOn)

	// Units of one part: the surcharge of the same days.
	books, bill = billOf(t, b, water("1", "2026-01-01", ""), 9)
	lines = slices.Collect(bill.Lines())
	at = slices.IndexFunc(lines, func(l billing.Line) bool {
		return l.Charge == "water" && l.Tier == 1 && l.Period.From == day("2026-03-11")
	})
	a = must(adjustLines(bill, linesRequest("ADJ-2", billing.LineChange{Line: at, Units: exact.Int(-4)}), enginesOf(b), books))
	require.Equal(t, "pumping", a.Lines[1].Charge)
	require.Equal(t, int64(-1_10), a.Lines[1].Change().Cents())

	// All that is billed in both parts leaves nothing, whatever was joined to sum.
	rapid.Check(t, func(t *rapid.T) {
		b := cut(rapid.SampledFrom([]string{"20.00", "20.01"}).Draw(t, "base"), rapid.SampledFrom([]string{"6.5", "7"}).Draw(t, "tax"))
		books, bill := billOf(t, b, water("1", "2026-01-01", ""), rapid.Int64Range(0, 40).Draw(t, "units"))
		r := linesRequest("ADJ-1")
		n := 0
		for l := range bill.Lines() {
			if (l.Charge == "base" || l.Charge == "water") && !l.Amount.IsZero() {
				r.Changes = append(r.Changes, billing.LineChange{Line: n, By: usd(-l.Amount.Cents())})
			}
			n++
		}
		a := must(adjustLines(bill, r, enginesOf(b), books))
		require.Equal(t, map[string]int64{"base": 0, "water": 0, "pumping": 0, "drought": 0, "tax": 0, "levy": 0}, charges(bill, a))
	})
}

// Of two meters the surcharge and the tax of the one that was misread follow.
func TestWhatFollowsIsOfTheMeter(t *testing.T) {
	b := hanging(byLine(), "20.00")
	for i := range b.Schedules[0].Versions[0].Charges {
		b.Schedules[0].Versions[0].Charges[i].Per = rates.PerMeter
	}
	a := water("1", "2026-01-01", "")
	in := must(a.Input(days(march)))
	first, second := used("m1", 13, march), used("m2", 20, march)
	in.Meters = []rates.Meter{{ID: "m1", Usage: must(first.Volume(metering.CCF, 0, exact.HalfUp))}, {ID: "m2", Usage: must(second.Volume(metering.CCF, 0, exact.HalfUp))}}
	r := request(t)
	for _, c := range b.Schedules[0].Versions[0].Charges {
		r.Postings[billing.ChargeOf{Schedule: "water", Charge: c.ID}] = billing.Posting{Kind: "charge", Service: "water", RevenueCode: "4000"}
	}
	r.Services = []billing.Service{{Agreement: a, Quote: must(must(rates.Compile(b)).Price(in)), Usage: []metering.Usage{first, second}}}
	bill := must(billing.NewBill(r))
	var books ledger.Ledger
	require.True(t, must(books.Post(bill.Entries()[0])))
	at := slices.IndexFunc(slices.Collect(bill.Lines()), func(l billing.Line) bool { return l.Meter == "m2" && l.Tier == 2 })
	change := must(adjustLines(bill, linesRequest("ADJ-1", billing.LineChange{Line: at, Units: exact.Int(-10)}), enginesOf(b), &books))
	in.Meters[1].Usage = must(metering.ParseVolume("10 CCF"))
	want := must(must(rates.Compile(b)).Price(in)).Total.Cents() - bill.Charges().Cents()
	require.Equal(t, want, change.Change().Cents())
	require.Equal(t, "m2", change.Lines[0].Meter)
}

// A courtesy of all of a tier is dollars, as one of a cent less is: as many units were used, and the tier behind it keeps its own.
func TestACourtesyOfAllOfALineIsOfNoUnits(t *testing.T) {
	l, bill := billOf(t, book(), water("1", "2026-01-01", ""), 13)
	lines := slices.Collect(bill.Lines())
	at := slices.IndexFunc(lines, func(x billing.Line) bool { return x.Charge == "water" })
	for _, less := range []int64{0, 1} {
		r := linesRequest("ADJ-1", billing.LineChange{Line: at, By: usd(less - lines[at].Amount.Cents())})
		r.Kind = billing.Courtesy
		a, err := adjustLines(bill, r, enginesOf(book()), l)
		require.NoError(t, err)
		require.Equal(t, less-lines[at].Amount.Cents(), a.Change().Cents())
	}
}
