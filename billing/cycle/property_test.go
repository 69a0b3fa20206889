package cycle_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/rates"
)

// faulty is a town with faults that are planted at random.
func faulty(t *rapid.T) cycle.Request {
	r := six()
	for house := 0; house < len(r.Members); house++ {
		switch rapid.IntRange(0, 9).Draw(t, "fault") {
		case 0:
			r = but(r, house, made{tenths: rapid.Int64Range(0, 400).Draw(t, "use")})
		case 1:
			r = but(r, house, made{period: "[2026-03-29, 2026-04-30)", tenths: 80})
		case 2:
			r = but(r, house, made{period: "[2026-04-03, 2026-05-10)", tenths: 80})
		case 3:
			r = but(r, house, made{tenths: 3, estimates: rapid.IntRange(1, 4).Draw(t, "in a row")})
		case 4:
			r = but(with(r, house, func(m *cycle.Member) { m.Agreement.Facts = rates.Facts{"meter_size": "1"} }), house, made{tenths: 80, meter: "7088"})
		case 5:
			h := holdOf(r.Members[house].Agreement.ID)
			h.Bill = key
			r.Holds = append(r.Holds, h)
		case 6:
			r = with(r, house, func(m *cycle.Member) { m.Cycle = rapid.SampledFrom([]string{"", "south"}).Draw(t, "cycle") })
		case 8:
			r.Bills = append(slices.Clone(r.Bills), billOf(key, made{agreement: r.Members[house].Agreement, period: april, tenths: 90}.service()))
		case 9:
			for _, name := range []string{"x", "y"} {
				r.Billed = append(slices.Clone(r.Billed), billing.BilledDays{Bill: name, Agreement: r.Members[house].Agreement.ID, Period: days("[2026-03-31, 2026-04-02)")})
			}
		case 7:
			r.Bills = append(slices.Clone(r.Bills), billOf("again", made{agreement: r.Members[house].Agreement, period: april, tenths: 80}.service()))
		}
	}
	for range rapid.IntRange(0, 2).Draw(t, "held before") {
		at := rapid.IntRange(0, len(r.Last)-1).Draw(t, "which last")
		r.Before = append(r.Before, r.Last[at])
		r.Last = slices.Delete(slices.Clone(r.Last), at, at+1)
	}
	for range rapid.IntRange(0, 3).Draw(t, "a year ago") {
		a := r.Members[rapid.IntRange(0, len(r.Members)-1).Draw(t, "of")].Agreement
		a.From = day("2020-01-01")
		k := "2025-W" + strconv.Itoa(10+len(r.YearAgo))
		r.YearAgo = append(r.YearAgo, billOf(k, made{agreement: a, period: "[2025-03-31, 2025-04-30)", tenths: rapid.Int64Range(0, 400).Draw(t, "used")}.service()))
	}
	if rapid.Bool().Draw(t, "a bill is missing") {
		r = without(r, rapid.IntRange(0, len(r.Bills)-1).Draw(t, "which"))
	}
	return r
}

// shuffled is the request with every list in another order.
func shuffled(t *rapid.T, r cycle.Request) cycle.Request {
	source := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 1)) //nolint:gosec // an order, and no secret
	r = given(r)
	r.Before, r.YearAgo = slices.Clone(r.Before), slices.Clone(r.YearAgo)
	r.Members, r.Bills, r.Last, r.Billed = slices.Clone(r.Members), slices.Clone(r.Bills), slices.Clone(r.Last), slices.Clone(r.Billed)
	r.Usages, r.Holds, r.Decisions = slices.Clone(r.Usages), slices.Clone(r.Holds), slices.Clone(r.Decisions)
	mix := func(n int, swap func(i, k int)) { source.Shuffle(n, swap) }
	mix(len(r.Members), func(i, k int) { r.Members[i], r.Members[k] = r.Members[k], r.Members[i] })
	mix(len(r.Bills), func(i, k int) { r.Bills[i], r.Bills[k] = r.Bills[k], r.Bills[i] })
	mix(len(r.Last), func(i, k int) { r.Last[i], r.Last[k] = r.Last[k], r.Last[i] })
	mix(len(r.Before), func(i, k int) { r.Before[i], r.Before[k] = r.Before[k], r.Before[i] })
	mix(len(r.YearAgo), func(i, k int) { r.YearAgo[i], r.YearAgo[k] = r.YearAgo[k], r.YearAgo[i] })
	mix(len(r.Billed), func(i, k int) { r.Billed[i], r.Billed[k] = r.Billed[k], r.Billed[i] })
	mix(len(r.Usages), func(i, k int) { r.Usages[i], r.Usages[k] = r.Usages[k], r.Usages[i] })
	mix(len(r.Holds), func(i, k int) { r.Holds[i], r.Holds[k] = r.Holds[k], r.Holds[i] })
	mix(len(r.Decisions), func(i, k int) { r.Decisions[i], r.Decisions[k] = r.Decisions[k], r.Decisions[i] })
	return r
}

func TestPropertyTheListIsStableUnderShuffledInput(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := faulty(t)
		if len(r.Bills) == len(r.Holds) {
			t.Skip("nothing is left")
		}
		r = accept(t, r)
		list := review(t, r)
		other := review(t, shuffled(t, r))
		require.Equal(t, list.String(), other.String())
		require.Equal(t, list.AppendCanonical(nil), other.AppendCanonical(nil))
		require.Equal(t, list.Held(), other.Held())
		require.Equal(t, list.Totals(), other.Totals())
		require.Equal(t, list, review(t, r), "a second run")
	})
}

// Whatever the faults: a cycle whose exceptions have ended is released, a re-run under shuffled input is identical, and every day of every
// agreement of the cycle is on one bill, or its service is held by name.
func TestPropertyAReleasedCycleIsIdenticalWhenItIsRunAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := accept(t, faulty(t))
		list := review(t, r)
		for round := 0; len(list.Open()) > 0 && round < 3; round++ { // what nobody may accept is held
			for _, e := range list.Open() {
				h := cycle.Hold{Account: e.Account, Agreement: e.Agreement, Bill: e.Bill, Reason: "not clear yet", By: person("clerk"), On: r.On, Until: day("2026-05-08")}
				if e.Account != "" && !e.Acceptable() && !slices.Contains(r.Holds, h) {
					r.Holds = append(r.Holds, h)
				}
			}
			r.Decisions = nil
			if len(r.Holds) >= len(r.Bills) {
				t.Skip("nothing is left")
			}
			r = accept(t, r)
			list = review(t, r)
		}
		if list.ApprovalCheck() != nil {
			t.Skip("a bill of no agreement, or all are held")
		}
		approved, history, err := approve(list, key, "clerk")
		require.NoError(t, err)
		released, bills, err := cycle.Release(approved, may().Add(2*time.Hour), time.UTC)
		require.NoError(t, err)

		again, err := approval.Restore(review(t, shuffled(t, r)), key, history)
		require.NoError(t, err)
		rerun, same, err := cycle.Release(again, may().Add(3*time.Hour), time.UTC)
		require.NoError(t, err)
		require.Equal(t, released, rerun)
		require.Equal(t, idsOf(bills), idsOf(same))
		require.NoError(t, released.Prove(same))
		back, err := cycle.ReleasedForm.Unmarshal(must(cycle.ReleasedForm.Marshal(released)))
		require.NoError(t, err)
		require.NoError(t, back.Prove(bills))

		held := map[string]bool{}
		for _, h := range released.Held {
			held[h.Agreement] = true
		}
		billed := slices.Clone(r.Billed)
		for _, b := range bills {
			billed = append(billed, b.Days()...)
		}
		through := must(r.Period.To.AddDays(-3)) // the read window
		for _, m := range r.Members {
			switch {
			case held[m.Agreement.ID] || m.Cycle == "south":
			case m.Cycle == "":
				t.Fatalf("agreement %s is in no cycle and not held", m.Agreement.ID)
			default:
				for d := r.Period.From; d.Before(through); d = must(d.AddDays(1)) {
					on := 0
					for _, b := range billed {
						if b.Agreement == m.Agreement.ID && !b.Reversed && b.Period.Contains(d) {
							on++
						}
					}
					require.Equal(t, m.Agreement.Has(d), on == 1, "agreement %s on %s: %d bills", m.Agreement.ID, d, on)
				}
			}
		}
	})
}
