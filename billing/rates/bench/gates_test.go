package bench

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var measureGates = flag.Bool("gates", false, "measure the ratios that the engine must reach, and fail where it does not")

// A gate is a ratio that a form of the engine must reach on the reference bill, against
// another form of the same run.
type gate struct {
	form, against string
	// atLeast times faster than the other, or atMost times as slow; one is zero.
	atLeast, atMost float64
}

var gates = []gate{
	{form: "engine-bound-total", against: floor, atMost: 3.5},
	{form: "engine-bound-total", against: naive, atLeast: 75},
	{form: "engine-block", against: floor, atMost: 2},
	{form: "engine-price", against: naive, atLeast: 12},
	{form: "engine-job", against: naiveJob, atLeast: 17},
}

// scheduleGates are those of the real schedules. Their bills by hand take 3 to 15 ns, since
// they round once and have two to five prices: what a bound bill spends on looking at its
// input is more than that.
var scheduleGates = []gate{
	{form: "engine-bound-total", against: floor, atMost: 8.5},
	{form: "engine-bound-total", against: naive, atLeast: 40},
	{form: "engine-block", against: floor, atMost: 4.5},
	{form: "engine-block", against: naive, atLeast: 75},
	{form: "engine-price", against: naive, atLeast: 6},
}

// mostAllocations for a bill, of the engine's forms.
var mostAllocations = map[string]float64{"engine-bound-total": 0, "engine-block": 0, "engine-price": 2}

const (
	// slack is how far beyond a gate a run may be: machines differ.
	slack = 1.3
	// mostSpread of the floor is what a run may have to prove anything.
	mostSpread = 0.10
	// rounds are interleaved: what disturbs one form disturbs the others.
	rounds = 31
	// A sample is the least that a form runs in a round: too short to be interrupted
	// often, or where it allocates, long enough to collect its own garbage.
	sample, sampleOfAllocating = time.Millisecond / 2, 25 * time.Millisecond
)

// A timing is what a form takes for a bill, in nanoseconds.
type timing struct {
	name           string
	median, spread float64
	allocs         float64
}

// measure times forms in rounds, one after the other in each.
func measure[A any](forms []form[A]) []timing {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	bills := make([]int, len(forms))
	for i, f := range forms {
		least := sample
		if allocations(f) > 0 {
			least = sampleOfAllocating
		}
		for bills[i] = max(inputs, f.bills); elapsed(f.run, bills[i]) < least; bills[i] *= 2 {
			continue
		}
	}
	taken := make([][]float64, len(forms))
	for range rounds {
		for i, f := range forms {
			runtime.GC() // no form collects what another left
			taken[i] = append(taken[i], float64(elapsed(f.run, bills[i]).Nanoseconds())/float64(bills[i]))
		}
	}
	all := make([]timing, len(forms))
	for i, f := range forms {
		slices.Sort(taken[i])
		quarter, median := taken[i][rounds/4], taken[i][rounds/2]
		spread := (taken[i][rounds-1-rounds/4] - quarter) / median
		all[i] = timing{f.name, median, spread, allocations(f)}
	}
	return all
}

// elapsed is the time of so many bills, of the processor where the system tells it.
func elapsed(run func(int), bills int) time.Duration {
	begun := spent()
	run(bills)
	return spent() - begun
}

// find is the timing of a form, where it was measured.
func find(timings []timing, name string) (timing, bool) {
	i := slices.IndexFunc(timings, func(t timing) bool { return t.name == name })
	if i < 0 {
		return timing{}, false
	}
	return timings[i], true
}

// report prints what was measured, as ratios.
func report(t *testing.T, schedule string, timings []timing) {
	t.Helper()
	lowest, _ := find(timings, floor)
	plain, _ := find(timings, naive)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	must(fmt.Fprintf(w, "%s\tns/bill\tspread\t× floor\t× faster than naive\tallocs\t\n", schedule))
	for _, f := range timings {
		must(fmt.Fprintf(w, "%s\t%.1f\t%.0f%%\t%.1f\t%.2f\t%.1f\t\n", f.name, f.median, 100*f.spread, f.median/lowest.median,
			plain.median/f.median, f.allocs))
	}
	require.NoError(t, w.Flush())
	fmt.Println()
}

// judge holds timings against gates, and says what is missed beyond the slack. A form that
// was not measured misses its gates.
func judge(gates []gate, timings []timing) (table, missed []string) {
	for _, g := range gates {
		text := fmt.Sprintf("%s against %s: ", g.form, g.against)
		mine, there := find(timings, g.form)
		other, alsoThere := find(timings, g.against)
		ok := false
		switch {
		case !there || !alsoThere:
			text += "not measured"
		case g.atMost > 0:
			ratio := mine.median / other.median
			text += fmt.Sprintf("%.2f times as slow, at most %.1f", ratio, g.atMost)
			ok = ratio <= g.atMost*slack
		default:
			ratio := other.median / mine.median
			text += fmt.Sprintf("%.2f times as fast, at least %.0f", ratio, g.atLeast)
			ok = ratio >= g.atLeast/slack
		}
		table = append(table, text)
		if !ok {
			missed = append(missed, text)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(mostAllocations)) {
		most := mostAllocations[name]
		t, there := find(timings, name)
		text := fmt.Sprintf("%s: %.1f allocations, at most %.0f", name, t.allocs, most)
		table = append(table, text)
		if !there || t.allocs > most {
			missed = append(missed, text)
		}
	}
	return table, missed
}

// gated measures forms that agree, and judges them.
func gated[A any](t *testing.T, schedule string, gates []gate, set []A, oracle func(A) Bill, forms []form[A]) {
	t.Helper()
	requireSet(t, set, oracle, forms)
	timings := measure(forms)
	report(t, schedule, timings)
	table, missed := judge(gates, timings)
	for _, line := range table {
		fmt.Println(line)
	}
	fmt.Println()
	lowest, _ := find(timings, floor)
	assert.LessOrEqual(t, lowest.spread, mostSpread, "%s: the run is void: the floor's own spread is too wide; run it on a quieter machine", schedule)
	assert.Empty(t, missed, "%s: beyond %.1f times a gate", schedule, slack)
}

// The engine reaches its gates, on bills that agree.
func TestGates(t *testing.T) {
	if !*measureGates {
		t.Skip("ratios are measured with -gates")
	}
	if raceDetector {
		t.Fatal("ratios mean nothing under the race detector")
	}
	gated(t, "reference bill", gates, benchmarkSet(), ratReference, referenceForms(t))
	gated(t, "Ord", scheduleGates, ordSet(), ratOrd, ordForms(t, ordSet()))
	if os.Getenv("HEADGATE_CORPUS") != "" {
		reads := santaMonicaSet(t)
		gated(t, "Santa Monica", scheduleGates, reads, ratSantaMonica, santaMonicaForms(t, reads))
		gated(t, "Moulton Niguel", scheduleGates, moultonSet(), ratMoulton, moultonForms(t, moultonSet()))
	}
}

// What is judged, on timings that are made up.
func TestJudge(t *testing.T) {
	reached := []timing{{name: floor, median: 10}, {name: naive, median: 3000}, {name: naiveJob, median: 5000}, {name: "engine-bound-total", median: 35},
		{name: "engine-block", median: 20}, {name: "engine-price", median: 200}, {name: "engine-job", median: 250}, {name: "engine-bound-price", median: 200}}
	for _, c := range []struct {
		name   string
		form   timing
		missed []string
	}{
		{"reached", timing{name: "engine-bound-total", median: 35}, nil},
		{"within the slack", timing{name: "engine-bound-total", median: 45}, nil},
		{"beyond the slack of the floor", timing{name: "engine-bound-total", median: 46},
			[]string{"engine-bound-total against floor: 4.60 times as slow, at most 3.5"}},
		{"beyond the slack of both", timing{name: "engine-bound-total", median: 100},
			[]string{"engine-bound-total against floor: 10.00 times as slow, at most 3.5",
				"engine-bound-total against shopspring: 30.00 times as fast, at least 75"}},
		{"a part of an allocation", timing{name: "engine-bound-total", median: 35, allocs: 0.1},
			[]string{"engine-bound-total: 0.1 allocations, at most 0"}},
		{"a form without gates", timing{name: "engine-bound-price", median: 1e6, allocs: 100}, nil},
		{"two allocations", timing{name: "engine-price", median: 200, allocs: 2}, nil},
		{"three", timing{name: "engine-price", median: 200, allocs: 3}, []string{"engine-price: 3.0 allocations, at most 2"}},
		{"a slow job", timing{name: "engine-job", median: 500}, []string{"engine-job against shopspring-job: 10.00 times as fast, at least 17"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			timings := slices.Clone(reached)
			timings[slices.IndexFunc(timings, func(t timing) bool { return t.name == c.form.name })] = c.form
			_, missed := judge(gates, timings)
			require.Equal(t, c.missed, missed)
		})
	}
	_, missed := judge(gates, slices.DeleteFunc(slices.Clone(reached), func(t timing) bool { return t.name == "engine-block" }))
	require.Equal(t, []string{"engine-block against floor: not measured", "engine-block: 0.0 allocations, at most 0"}, missed)
}
