package cycle_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

func TestACleanCycleHasNothingToList(t *testing.T) {
	list := review(t, six())
	require.Empty(t, lines(list.Exceptions()))
	require.Len(t, list.Bills(), 6)
	require.NoError(t, list.ApprovalCheck())
	require.Equal(t, "Cycle 2026-W18 of north, [2026-03-31, 2026-04-30), reviewed on 2026-05-01 by edit list 2026 (invented)\n"+
		"  all: 6 bills (last run 6), $264.00 (last run $264.00), 0 estimated, 48 CCF (last run 48)\n"+
		"  area central: 6 bills (last run 6), $264.00 (last run $264.00), 0 estimated, 48 CCF (last run 48)\n", list.String())
}

// with changes an agreement of a request.
func with(r cycle.Request, house int, change func(*cycle.Member)) cycle.Request {
	r.Members = slices.Clone(r.Members)
	change(&r.Members[house])
	return r
}

// without leaves out the bill of a house.
func without(r cycle.Request, house int) cycle.Request {
	r.Bills = slices.Delete(slices.Clone(r.Bills), house, house+1)
	return r
}

func ratio(num, den int64) exact.Ratio { return must(exact.New(num, den)) }

// Each exception that the duties name, with the figures that caused it; the same cycle without its cause lists nothing of the kind.
func TestEachExceptionSaysWhyWithItsNumbers(t *testing.T) {
	carrying := func(change func(last, now *made)) func(cycle.Request) cycle.Request {
		return func(r cycle.Request) cycle.Request {
			r = with(r, 1, func(m *cycle.Member) { m.Agreement.Schedule = "carry" })
			last := made{agreement: r.Members[1].Agreement, period: march, tenths: 87, tenth: true}
			now := made{tenths: 80, tenth: true, input: func(in *rates.Input) { in.Carried = ratio(7, 10) }}
			change(&last, &now)
			r.Last = slices.Clone(r.Last)
			r.Last[1] = billOf(lastKey, last.service())
			return but(r, 1, now)
		}
	}
	for _, c := range []struct {
		code   cycle.Code
		words  string
		change func(cycle.Request) cycle.Request
	}{
		{cycle.NoCycle, "the service is active from 2026-01-01 on, and no cycle bills it", func(r cycle.Request) cycle.Request {
			return without(with(r, 1, func(m *cycle.Member) { m.Cycle = "" }), 1)
		}},
		{cycle.NoBill, "the water is active from 2026-01-01 on, and no bill has 27 days of it: [2026-03-31, 2026-04-27)", func(r cycle.Request) cycle.Request { return without(r, 1) }},
		{cycle.Gap, "no bill has 2 days of the agreement: [2026-03-31, 2026-04-02)", func(r cycle.Request) cycle.Request {
			return but(r, 1, made{period: "[2026-04-02, 2026-04-30)", tenths: 80})
		}},
		{cycle.Gap, "no bill has 1 day of the agreement: [2026-04-26, 2026-04-27)", func(r cycle.Request) cycle.Request {
			return but(r, 1, made{period: "[2026-03-31, 2026-04-26)", tenths: 80})
		}},
		{cycle.Overlap, "2 bills have [2026-03-30, 2026-03-31): 2026-W14, 2026-W18", func(r cycle.Request) cycle.Request {
			return but(r, 1, made{period: "[2026-03-30, 2026-04-30)", tenths: 80})
		}},
		{cycle.NotOurDays, "it bills [2026-03-31, 2026-04-30), and the agreement is from 2026-01-01 to before 2026-04-29", func(r cycle.Request) cycle.Request {
			return with(r, 1, func(m *cycle.Member) { m.Agreement.Until = day("2026-04-29") })
		}},
		{cycle.EarlierDays, "the bills up to 2026-W14 have [2026-03-01, 2026-03-31), and the agreement is from 2026-01-01 to before 2026-03-15", func(r cycle.Request) cycle.Request {
			return without(with(r, 1, func(m *cycle.Member) { m.Agreement.Until = day("2026-03-15") }), 1)
		}},
		{cycle.BilledApart, "[2026-03-31, 2026-04-30) counts as billed by decision 7, which is neither of this run nor one of those before it that are given", func(r cycle.Request) cycle.Request {
			r = without(r, 1)
			r.Billed = append(slices.Clone(r.Billed), billing.BilledDays{Bill: "decision 7", Agreement: "2", Period: days(april)})
			return r
		}},
		{cycle.NotInCycle, "agreement 2 is of cycle south, and this is cycle north", func(r cycle.Request) cycle.Request {
			return with(r, 1, func(m *cycle.Member) { m.Cycle = "south" })
		}},
		{cycle.NotInCycle, "the district has no agreement 2", func(r cycle.Request) cycle.Request {
			r.Members = slices.Delete(slices.Clone(r.Members), 1, 2)
			return r
		}},
		{cycle.NotInCycle, "agreement 2 is in no cycle", func(r cycle.Request) cycle.Request {
			return with(r, 1, func(m *cycle.Member) { m.Cycle = "" })
		}},
		{cycle.DuplicateBill, "bill 2026-W18 of the account stands there twice", func(r cycle.Request) cycle.Request {
			r.Bills = append(slices.Clone(r.Bills), r.Bills[1])
			return r
		}},
		{cycle.SecondBill, "the account has bill 2026-W18 of the cycle too", func(r cycle.Request) cycle.Request {
			r.Bills = append(slices.Clone(r.Bills), billOf("2026-W18b", made{agreement: r.Members[1].Agreement, period: april, tenths: 80}.service()))
			return r
		}},
		{cycle.VacantUse, "7 CCF of water was used at premise P-9 in [2026-04-01, 2026-04-20), and nobody had it on [2026-04-10, 2026-04-20)", func(r cycle.Request) cycle.Request {
			r.Vacant = []cycle.Vacancy{{Premise: "P-9", Service: "water", Use: billing.VacantUse{
				Usage: "u", Period: days("[2026-04-01, 2026-04-20)"), Use: exact.Int(7), Unit: metering.CCF,
			}}}
			r.Vacant[0].Use.Vacant = append(r.Vacant[0].Use.Vacant, days("[2026-04-10, 2026-04-20)"))
			return r
		}},
		{cycle.LongPeriod, "the bill is for 36 days, [2026-03-31, 2026-05-06), and more than 35 is long", func(r cycle.Request) cycle.Request {
			return but(r, 1, made{period: "[2026-03-31, 2026-05-06)", tenths: 80})
		}},
		{cycle.ShortPeriod, "the bill is for 24 days, [2026-03-31, 2026-04-24), and less than 25 is short", func(r cycle.Request) cycle.Request {
			return but(r, 1, made{period: "[2026-03-31, 2026-04-24)", tenths: 80})
		}},
		{cycle.ShortPeriod, "the bill is for 24 days, [2026-03-31, 2026-04-24), and less than 25 is short; the agreement ends with it", func(r cycle.Request) cycle.Request {
			return but(with(r, 1, func(m *cycle.Member) { m.Agreement.Until = day("2026-04-24") }), 1, made{period: "[2026-03-31, 2026-04-24)", tenths: 80})
		}},
		{cycle.OtherCycleDays, "it was prorated by a cycle of 31 days, and the cycle is [2026-03-31, 2026-04-30), 30 days", func(r cycle.Request) cycle.Request {
			return but(with(r, 1, func(m *cycle.Member) { m.Agreement.Schedule = "days" }), 1, made{tenths: 80, input: func(in *rates.Input) { in.CycleDays = 31 }})
		}},
		{cycle.OtherFacts, "it was priced by meter_size 3/4, and the agreement says 1", func(r cycle.Request) cycle.Request {
			return with(r, 1, func(m *cycle.Member) { m.Agreement.Facts = rates.Facts{"meter_size": "1"} })
		}},
		{cycle.OtherFacts, "it was priced by schedule water, and the agreement says carry", func(r cycle.Request) cycle.Request {
			return with(r, 1, func(m *cycle.Member) { m.Agreement.Schedule = "carry" })
		}},
		{cycle.OtherFacts, "it was priced by 0 changes of facts within the period, and the agreement has 1, or others", func(r cycle.Request) cycle.Request {
			return with(r, 1, func(m *cycle.Member) {
				m.Agreement.Changes = []rates.Change{{Fact: "meter_size", Value: "1", On: day("2026-04-12")}}
			})
		}},
		{cycle.OtherFacts, "the bill is of account A-2 and customer C-2, and the agreement of A-9 and C-2", func(r cycle.Request) cycle.Request {
			return with(r, 1, func(m *cycle.Member) { m.Agreement.Account = "A-9" })
		}},
		{cycle.OtherFacts, "the bill is of account A-2 and customer C-2, and the agreement of A-2 and C-9", func(r cycle.Request) cycle.Request {
			return with(r, 1, func(m *cycle.Member) { m.Agreement.Customer = "C-9" })
		}},
		{cycle.OtherCarry, "it carries in 0, and the bill of [2026-03-01, 2026-03-31) carried out 0.7", carrying(func(_, now *made) { now.input = nil })},
		{cycle.OtherCarry, "it carries in 0.8, and the bill of [2026-03-01, 2026-03-31) carried out 0.7", carrying(func(_, now *made) {
			now.input = func(in *rates.Input) { in.Carried = ratio(8, 10) }
		})},
		{cycle.OtherCarry, "it carries in 0.7, and the agreement begins with it: nothing was left unbilled", func(r cycle.Request) cycle.Request {
			r = with(r, 1, func(m *cycle.Member) { m.Agreement.Schedule, m.Agreement.From = "carry", day("2026-03-31") })
			r.Last = slices.Delete(slices.Clone(r.Last), 1, 2)
			r.Billed = slices.DeleteFunc(slices.Clone(r.Billed), func(d billing.BilledDays) bool { return d.Agreement == "2" })
			return but(r, 1, made{tenths: 80, input: func(in *rates.Input) { in.Carried = ratio(7, 10) }})
		}},
		{cycle.UnknownCarry, "it carries in 0.7, and the bill before, which is not given, says what it carried out", func(r cycle.Request) cycle.Request {
			r = with(r, 1, func(m *cycle.Member) { m.Agreement.Schedule = "carry" })
			r.Last = slices.Delete(slices.Clone(r.Last), 1, 2)
			return but(r, 1, made{tenths: 80, input: func(in *rates.Input) { in.Carried = ratio(7, 10) }})
		}},
		{cycle.UnknownCarry, "it carries in 0, and the bill before, which is not given, says what it carried out", func(r cycle.Request) cycle.Request {
			r = with(r, 1, func(m *cycle.Member) { m.Agreement.Schedule = "carry" })
			r.Last = slices.Delete(slices.Clone(r.Last), 1, 2)
			return but(r, 1, made{tenths: 87, tenth: true})
		}},
		{cycle.EstimatesInRow, "register 1 of meter M-2 is estimated 2 times in a row, and 2 or more is too often", func(r cycle.Request) cycle.Request {
			return but(r, 1, made{tenths: 3, estimates: 2})
		}},
		{cycle.ZeroUse, "no CCF was used on 30 days, [2026-03-31, 2026-04-30)", func(r cycle.Request) cycle.Request { return but(r, 1, made{}) }},
		{cycle.UseAfterZero, "8 CCF was used, and none on the bill before, [2026-03-01, 2026-03-31)", func(r cycle.Request) cycle.Request {
			r.Last = slices.Clone(r.Last)
			r.Last[1] = billOf(lastKey, made{agreement: r.Members[1].Agreement, period: march}.service())
			return r
		}},
		{cycle.HighUse, "16 CCF in 30 days is 200% by day of 8 in 30 days, and 200% or more is high", func(r cycle.Request) cycle.Request { return but(r, 1, made{tenths: 160}) }},
		{cycle.LowUse, "4 CCF in 30 days is 50% by day of 8 in 30 days, and 50% or less is low", func(r cycle.Request) cycle.Request { return but(r, 1, made{tenths: 40}) }},
		{cycle.TierJump, "it reaches tier 2 of water, and the bill before tier 1; 1 or more is a jump", func(r cycle.Request) cycle.Request { return but(r, 1, made{tenths: 110}) }},
		{cycle.KeyField, "meter_size is 1, and was 3/4 on the bill before", func(r cycle.Request) cycle.Request {
			return but(with(r, 1, func(m *cycle.Member) { m.Agreement.Facts = rates.Facts{"meter_size": "1"} }), 1, made{tenths: 80})
		}},
		{cycle.KeyField, "the schedule is days, and was water on the bill before", func(r cycle.Request) cycle.Request {
			return but(with(r, 1, func(m *cycle.Member) { m.Agreement.Schedule = "days" }), 1, made{tenths: 80, input: func(in *rates.Input) { in.CycleDays = 30 }})
		}},
		{cycle.KeyField, "meter_size is 1 from 2026-04-12 on", func(r cycle.Request) cycle.Request {
			return but(with(r, 1, func(m *cycle.Member) {
				m.Agreement.Changes = []rates.Change{{Fact: "meter_size", Value: "1", On: day("2026-04-12")}}
			}), 1, made{tenths: 80, engine: split})
		}},
		{cycle.KeyField, "register 1 of meter 7088 is not on the bill before", func(r cycle.Request) cycle.Request { return but(r, 1, made{tenths: 80, meter: "7088"}) }},
		{cycle.KeyField, "the factor of register 1 of meter M-2 is 0.1 CCF a digit, and was 1 CCF a digit on the bill before", func(r cycle.Request) cycle.Request {
			return but(r, 1, made{tenths: 80, tenth: true})
		}},
		{cycle.BillsChange, "the bills of the cycle are 5, against 6 of the last run: -16.6667%, and 10% or more is listed", func(r cycle.Request) cycle.Request {
			r = without(r, 1)
			r.Members, r.Billed = slices.Delete(slices.Clone(r.Members), 1, 2), r.Billed[:0:0]
			return r
		}},
		{cycle.ChargesChange, "the charges of the cycle are $319.95, against $264.00 of the last run: 21.1932%, and 20% or more is listed", func(r cycle.Request) cycle.Request {
			return but(r, 1, made{tenths: 190})
		}},
		{cycle.UseChange, "the use of the cycle in CCF is 60, against 48 of the last run: 25%, and 25% or more is listed", func(r cycle.Request) cycle.Request { return but(r, 1, made{tenths: 200}) }},
		{cycle.NothingToCompare, "no bill of the last run is given: nothing of this one was compared with it", func(r cycle.Request) cycle.Request {
			r.Last = nil
			return r
		}},
	} {
		t.Run(string(c.code)+"/"+c.words, func(t *testing.T) {
			var told []string
			for _, e := range review(t, c.change(six())).Exceptions() {
				require.NotContains(t, e.Words, "{")
				if e.Code == c.code {
					told = append(told, e.Words)
				}
			}
			require.Contains(t, told, c.words)
			for _, e := range review(t, six()).Exceptions() {
				require.NotEqual(t, c.code, e.Code)
			}
		})
	}
}
