package ratecheck_test

import (
	"fmt"
	"math/big"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// account is a bill of March 2018.
func account(class, size, usage string, unit metering.Unit) ratecheck.Account {
	in := rates.Input{Schedule: class, Period: civil.MustPeriod("[2018-03-01, 2018-04-01)"), Usage: must(metering.VolumeOf(usage, unit)), Facts: rates.Facts{"meter_size": size}}
	return ratecheck.Account{Before: in, After: in}
}

// drawnAccount is an account of any class and usage; some cannot be priced.
func drawnAccount(t *rapid.T, n int) ratecheck.Account {
	class := rapid.SampledFrom([]string{"ord-water", "central-water", "ord-water", "ord-fire", "nowhere"}).Draw(t, "class")
	size := rapid.SampledFrom([]string{"5/8", "3/4", "1", "2", "8", "9"}).Draw(t, "size")
	usage := rapid.SampledFrom([]string{"0", "8", "13.5", "40", "123.4567", "99999"}).Draw(t, "usage")
	if rapid.Bool().Draw(t, "any usage") {
		usage = fmt.Sprint(rapid.IntRange(0, 3000).Draw(t, "units"))
	}
	a := account(class, size, usage, rapid.SampledFrom([]metering.Unit{metering.CCF748, metering.CCF748, metering.Gallon}).Draw(t, "unit"))
	a.ID = fmt.Sprintf("account %d", n)
	if rapid.IntRange(0, 9).Draw(t, "two meters") == 0 {
		a.Before.Meters = []rates.Meter{{ID: "a", Usage: a.Before.Usage}, {ID: "b", Usage: a.Before.Usage}}
		a.Before.Usage = metering.Volume{}
		a.After = a.Before
	}
	return a
}

// An impact is what a plain loop finds with integers of any size, in whatever pieces the
// accounts are studied.
func TestImpactIsWhatALoopFinds(t *testing.T) {
	before, after := engineOf(t, marina), engineOf(t, proposal)
	rapid.Check(t, func(t *rapid.T) {
		whole, pieces := ratecheck.NewStudy(before, after), []*ratecheck.Study{ratecheck.NewStudy(before, after)}
		type seen struct{ before, after int64 }
		var bills []seen
		left := map[string]int64{}
		sums := map[string]*big.Int{}
		revenue := map[string]*big.Int{}
		n := rapid.IntRange(0, 60).Draw(t, "accounts")
		for i := range n {
			a := drawnAccount(t, i)
			if rapid.IntRange(0, 9).Draw(t, "new piece") == 0 {
				pieces = append(pieces, ratecheck.NewStudy(before, after))
			}
			err := whole.Add(&a)
			require.Equal(t, fmt.Sprint(err), fmt.Sprint(pieces[len(pieces)-1].Add(&a)))
			p, errP := before.Price(a.Before)
			q, errQ := after.Price(a.After)
			require.Equal(t, errP != nil || errQ != nil, err != nil)
			if err != nil {
				left[a.Before.Schedule]++
				continue
			}
			bills = append(bills, seen{p.Total.Cents(), q.Total.Cents()})
			add := func(to map[string]*big.Int, key string, cents int64) {
				if to[key] == nil {
					to[key] = new(big.Int)
				}
				to[key].Add(to[key], big.NewInt(cents))
			}
			for _, class := range []string{"", a.Before.Schedule} {
				add(sums, class+" before", p.Total.Cents())
				add(sums, class+" after", q.Total.Cents())
			}
			for line := range p.Lines() {
				add(revenue, fmt.Sprintf("before %s %d", line.Charge(), line.Tier()), line.Amount().Cents())
			}
			for line := range q.Lines() {
				add(revenue, fmt.Sprintf("after %s %d", line.Charge(), line.Tier()), line.Amount().Cents())
			}
		}
		impact, err := whole.Impact()
		require.NoError(t, err)
		for _, piece := range pieces[1:] {
			require.NoError(t, pieces[0].Merge(piece))
		}
		merged, err := pieces[0].Impact()
		require.NoError(t, err)
		require.Equal(t, describe(&impact), describe(&merged))

		require.Equal(t, int64(n), impact.Seen)
		require.Equal(t, int64(n-len(bills)), impact.LeftOut())
		require.Equal(t, int64(len(bills)), impact.All.Bills)
		for _, l := range impact.Left {
			left[l.Class] -= l.Accounts
		}
		for class, n := range left {
			require.Zero(t, n, class)
		}
		cents := func(to map[string]*big.Int, key string) string {
			if to[key] == nil {
				return "0"
			}
			return to[key].String()
		}
		for _, g := range append([]ratecheck.Group{impact.All}, impact.Classes...) {
			require.Equal(t, cents(sums, g.Class+" before"), fmt.Sprint(g.Before.Cents()))
			require.Equal(t, cents(sums, g.Class+" after"), fmt.Sprint(g.After.Cents()))
			requireConsistent(t, &g)
		}
		for _, r := range impact.All.Revenue {
			require.Equal(t, cents(revenue, fmt.Sprintf("before %s %d", r.Charge, r.Tier)), fmt.Sprint(r.Before.Cents()))
			require.Equal(t, cents(revenue, fmt.Sprintf("after %s %d", r.Charge, r.Tier)), fmt.Sprint(r.After.Cents()))
		}
		// Percentiles by nearest rank, of all changes in order.
		changes := make([]int64, len(bills))
		for i, b := range bills {
			changes[i] = b.after - b.before
		}
		slices.Sort(changes)
		for _, p := range []int{0, 5, 50, 95, 100} {
			want := int64(0)
			if len(changes) > 0 {
				want = changes[max((len(changes)*p+99)/100, 1)-1]
			}
			got := impact.All.Percentile(p).Cents()
			if want > -100_000 && want < 100_000 {
				require.Equal(t, want, got, "percentile %d of %v", p, changes)
			}
		}
	})
}

// requireConsistent is that the parts of a group sum to it.
func requireConsistent(t *rapid.T, g *ratecheck.Group) {
	require.Equal(t, g.Bills, g.Rise+g.Fall+g.Same)
	require.Equal(t, g.Change().Cents(), g.RiseBy.Cents()-g.FallBy.Cents())
	require.Equal(t, g.Bills, g.Changes.Count())
	require.Equal(t, 31*g.Bills, g.Days)
	if g.Bills > 0 {
		require.Equal(t, []int64{31, 31}, []int64{g.ShortestDays, g.LongestDays})
	}
	sum := func(bands []ratecheck.Band) (bills, before, after, rise, fall, same int64) {
		for _, b := range bands {
			bills, before, after = bills+b.Bills, before+b.Before.Cents(), after+b.After.Cents()
			rise, fall, same = rise+b.Rise, fall+b.Fall, same+b.Same
		}
		return
	}
	for _, bands := range [][]ratecheck.Band{g.Deciles, g.Sizes} {
		bills, before, after, rise, fall, same := sum(bands)
		require.Equal(t, []int64{g.Bills, g.Before.Cents(), g.After.Cents(), g.Rise, g.Fall, g.Same}, []int64{bills, before, after, rise, fall, same})
	}
	before, after, causes := int64(0), int64(0), int64(0)
	for _, r := range g.Revenue {
		before, after = before+r.Before.Cents(), after+r.After.Cents()
	}
	require.Equal(t, []int64{g.Before.Cents(), g.After.Cents()}, []int64{before, after}, "the lines are the bills")
	for _, c := range g.Causes {
		require.False(t, c.Amount.IsZero())
		causes += c.Amount.Cents()
	}
	require.Equal(t, g.Change().Cents(), causes)
}

// describe is all that an impact says, without how it keeps it.
func describe(i *ratecheck.Impact) string {
	text := fmt.Sprintf("%d %+v\n", i.Seen, i.Left)
	for _, g := range append([]ratecheck.Group{i.All}, i.Classes...) {
		for _, d := range []ratecheck.Distribution{g.Changes, g.BillsBefore, g.BillsAfter} {
			text += fmt.Sprintf("%v ", slices.Collect(d.Bins()))
		}
		g.Changes, g.BillsBefore, g.BillsAfter = ratecheck.Distribution{}, ratecheck.Distribution{}, ratecheck.Distribution{}
		// Of equal changes, those that were seen first are told, whatever class they are of.
		text += fmt.Sprintf("%s %d %d %v %v %d %d %d %v %v %v %v %v %v %v\n", g.Class, g.Bills, g.Days, g.Before, g.After, g.Rise, g.Fall, g.Same, g.RiseBy, g.FallBy, g.Units, g.Deciles, g.Sizes, g.Revenue, g.Causes)
	}
	return text
}

// What each charge adds to the difference is what Why finds of it, bill by bill.
func TestCausesAreThoseOfWhy(t *testing.T) {
	before, after := engineOf(t, marina), engineOf(t, proposal)
	study := ratecheck.NewStudy(before, after)
	want := map[string]int64{}
	for i := range 300 {
		a := account([]string{"ord-water", "central-water"}[i%2], []string{"5/8", "1", "3"}[i%3], fmt.Sprint(i*7%41), metering.CCF748)
		require.NoError(t, study.Add(&a))
		why, err := rates.Why(rates.Case{Engine: before, Input: a.Before}, rates.Case{Engine: after, Input: a.After})
		require.NoError(t, err)
		for _, c := range why.Causes {
			require.Equal(t, rates.RatesChange, c.Kind)
			for _, e := range c.Effects {
				want[e.Charge] += e.Amount.Cents()
			}
		}
	}
	impact, err := study.Impact()
	require.NoError(t, err)
	require.Len(t, impact.All.Causes, 2)
	for _, c := range impact.All.Causes {
		require.Equal(t, rates.RatesChange, c.Kind)
		require.Equal(t, want[c.Charge], c.Amount.Cents(), c.Charge)
	}
}

func TestDaysOfBills(t *testing.T) {
	engine := home(t, tiers)
	studies := []*ratecheck.Study{ratecheck.NewStudy(engine, engine), ratecheck.NewStudy(engine, engine)}
	for i, period := range []string{"[2027-03-01, 2027-04-01)", "[2027-03-01, 2027-05-01)", "[2027-03-01, 2027-03-29)"} {
		a := account("home", "1", "3", metering.CCF)
		a.Before.Period = civil.MustPeriod(period)
		a.After = a.Before
		require.NoError(t, studies[i%2].Add(&a))
	}
	require.NoError(t, studies[0].Merge(studies[1]))
	impact, err := studies[0].Impact()
	require.NoError(t, err)
	require.Equal(t, []int64{31 + 61 + 28, 28, 61}, []int64{impact.All.Days, impact.All.ShortestDays, impact.All.LongestDays})
}

// A charge that is new and one that is gone are causes of their kinds.
func TestChargesThatComeAndGo(t *testing.T) {
	before, after := home(t, tiers+"          - {id: old, text: Old fee, fixed: 2}\n"), home(t, tiers+"          - {id: new, text: New fee, fixed: 3}\n")
	study := ratecheck.NewStudy(before, after)
	a := account("home", "1", "3", metering.CCF)
	a.Before.Period = civil.MustPeriod("[2027-03-01, 2027-04-01)")
	a.After = a.Before
	require.NoError(t, study.Add(&a))
	impact, err := study.Impact()
	require.NoError(t, err)
	require.Equal(t, []ratecheck.Cause{
		{Kind: rates.ChargeAdded, Charge: "new", Text: "New fee", Amount: money.Cents(300)},
		{Kind: rates.ChargeRemoved, Charge: "old", Text: "Old fee", Amount: money.Cents(-200)},
	}, impact.All.Causes)
	var printed []string
	for _, r := range impact.All.Revenue {
		printed = append(printed, fmt.Sprintf("%s %d", r.Text, r.Tier))
	}
	require.Equal(t, []string{"base 0", "Water 1", "Old fee 0", "New fee 0"}, printed)
}

func TestAccountsThatOnlyOneBookPrices(t *testing.T) {
	book := engineOf(t, marina).Book()
	book.Schedules = book.Schedules[:3] // no ord-fire
	book.Schedules[0].Facts[0].Allowed = append(book.Schedules[0].Facts[0].Allowed, "9")
	table := book.Schedules[0].Versions[0].Charges[0].Rule.(rates.Fixed).Amount.(rates.Table)
	table.Rows = append(table.Rows, rates.Row{Key: []string{"9"}, Value: rates.Num("1000")})
	book.Schedules[0].Versions[0].Charges[0].Rule = rates.Fixed{Amount: table}
	after, err := rates.Compile(book)
	require.NoError(t, err)
	study := ratecheck.NewStudy(engineOf(t, marina), after)
	for _, c := range []struct {
		account ratecheck.Account
		want    string
	}{
		{account("ord-fire", "2", "0", metering.CCF748), `E_NO_SCHEDULE: after.schedule: the book has no schedule "ord-fire"; use one of: central-water, central-fire, ord-water`},
		{account("central-water", "9", "0", metering.CCF748), `E_FACT_VALUE: before.meter_size: meter_size is "9" (at ` + marina + `:43:15); give one of: 5/8, 3/4, 1, 1 1/2, 2, 3, 4, 6, 8`},
		{account("ord-water", "9", "0", metering.CCF748), `E_FACT_VALUE: meter_size: meter_size is "9"; give one of: 5/8, 3/4, 1, 1 1/2, 2, 3, 4, 6, 8`},
		{account("ord-water", "1", "3", metering.BillingUnit), `E_UNIT: usage: `},
	} {
		err := study.Add(&c.account)
		require.ErrorContains(t, err, c.want)
		c.account.ID, c.account.Pos = "A-17", problem.Pos{File: "accounts.csv", Line: 9}
		err = study.Add(&c.account)
		require.ErrorContains(t, err, "accounts.csv:9: ")
		require.ErrorContains(t, err, "A-17: ")
	}
	study.LeaveOut("", &problem.Error{Code: "E_CSV"})
	study.LeaveOut("ord-water", fmt.Errorf("torn"))
	impact, err := study.Impact()
	require.NoError(t, err)
	require.Zero(t, impact.All.Bills)
	require.Equal(t, int64(10), impact.LeftOut())
	require.Equal(t, []ratecheck.Left{
		{Class: "central-water", Code: rates.ErrFactValue, Side: ratecheck.BeforeOnly, Accounts: 2, After: money.Cents(2000_00)},
		{Class: "ord-water", Code: ratecheck.ErrOther, Side: ratecheck.NoBook, Accounts: 1},
		{Class: "ord-water", Code: rates.ErrFactValue, Side: ratecheck.BothBooks, Accounts: 2},
		{Class: "ord-water", Code: metering.ErrUnit, Side: ratecheck.BothBooks, Accounts: 2},
		{Class: "ord-fire", Code: rates.ErrNoSchedule, Side: ratecheck.AfterOnly, Accounts: 2, Before: money.Cents(2 * 1399)},
		{Class: "", Code: "E_CSV", Side: ratecheck.NoBook, Accounts: 1},
	}, impact.Left)
}

// Books that count other units price the same water; a study tells it in the units before.
func TestBooksOfOtherUnits(t *testing.T) {
	book := home(t, tiers).Book()
	book.Schedules[0].Unit = metering.ThousandGallons
	after, err := rates.Compile(book)
	require.NoError(t, err)
	study := ratecheck.NewStudy(home(t, tiers), after)
	a := account("home", "1", "10", metering.CCF)
	a.Before.Period = civil.MustPeriod("[2027-03-01, 2027-04-01)")
	a.After = a.Before
	require.NoError(t, study.Add(&a))
	impact, err := study.Impact()
	require.NoError(t, err)
	require.Equal(t, metering.CCF, impact.All.Unit)
	require.Equal(t, "10", impact.All.Units.String())
	require.Equal(t, "10", impact.All.Deciles[0].To.String())
	require.Equal(t, int64(8484), impact.All.Before.Cents())
	require.Equal(t, int64(4410+2753), impact.All.After.Cents(), "7.48 thousand gallons")
}

// Classes that count other units have no usage in common.
func TestMixedUnitsHaveNoDeciles(t *testing.T) {
	book := home(t, tiers).Book()
	shop := home(t, tiers).Book().Schedules[0]
	shop.ID, shop.Unit = "shop", metering.ThousandGallons
	book.Schedules = append(book.Schedules, shop)
	engine, err := rates.Compile(book)
	require.NoError(t, err)
	study := ratecheck.NewStudy(engine, engine)
	for i, unit := range []metering.Unit{metering.CCF, metering.ThousandGallons, metering.CCF} {
		a := account([]string{"home", "shop"}[i%2], "1", "10", unit)
		a.Before.Period = civil.MustPeriod("[2027-03-01, 2027-04-01)")
		a.After = a.Before
		require.NoError(t, study.Add(&a))
	}
	impact, err := study.Impact()
	require.NoError(t, err)
	require.Zero(t, impact.All.Unit)
	require.Empty(t, impact.All.Deciles)
	require.Len(t, impact.Classes, 2)
	require.Equal(t, metering.ThousandGallons, impact.Classes[1].Unit)
	require.Equal(t, "10", impact.Classes[1].Units.String())
	require.Equal(t, "20", impact.Classes[0].Units.String())
}

func TestDeciles(t *testing.T) {
	engine := home(t, tiers)
	study := ratecheck.NewStudy(engine, engine)
	add := func(usage string, n int) {
		for range n {
			a := account("home", "1", usage, metering.CCF)
			a.Before.Period = civil.MustPeriod("[2027-03-01, 2027-04-01)")
			a.After = a.Before
			require.NoError(t, study.Add(&a))
		}
	}
	add("0", 25) // they begin in the first tenth, and fill two and a half
	add("1.5", 5)
	add("3.25", 60)
	add("12345.678", 10)
	impact, err := study.Impact()
	require.NoError(t, err)
	var told []string
	for _, d := range impact.All.Deciles {
		told = append(told, fmt.Sprintf("%d: %s to %s, %d", d.Number, short(d.From), short(d.To), d.Bills))
	}
	require.Equal(t, []string{"1: 0 to 0, 25", "3: 1.5 to 1.5, 5", "4: 3.25 to 3.25, 60", "10: 12340 to 12345.678, 10"}, told)
	sizes := impact.All.Sizes
	require.Len(t, sizes, 3)
	require.Equal(t, "2: 25 to 50", fmt.Sprintf("%d: %s to %s", sizes[0].Number-1, short(sizes[0].From), short(sizes[0].To)))
	require.Equal(t, "10000 to 0", fmt.Sprintf("%s to %s", short(sizes[2].From), short(sizes[2].To)), "the last band is open")
}

func short(r exact.Ratio) string {
	text, _ := r.Decimal(3)
	return text
}

// The bills that change most are told, the largest first, and of equal ones the first seen.
func TestExtremes(t *testing.T) {
	before, after := home(t, tiers), home(t, "          - {id: water, per_unit: 5}\n")
	study, other := ratecheck.NewStudy(before, after), ratecheck.NewStudy(before, after)
	for i, usage := range []string{"8", "3", "8", "100", "1", "8", "2", "50", "60", "70", "80", "90", "100"} {
		a := account("home", "1", usage, metering.CCF)
		a.ID = fmt.Sprint(i)
		a.Before.Period = civil.MustPeriod("[2027-03-01, 2027-04-01)")
		a.After = a.Before
		if i < 7 {
			require.NoError(t, study.Add(&a))
		} else {
			require.NoError(t, other.Add(&a))
		}
	}
	require.NoError(t, study.Merge(other))
	impact, err := study.Impact()
	require.NoError(t, err)
	ids := func(all []ratecheck.Extreme) (ids []string) {
		for _, e := range all {
			ids = append(ids, e.ID)
		}
		return ids
	}
	require.Equal(t, []string{"0", "2", "5", "1", "6"}, ids(impact.All.MostUp))
	require.Equal(t, []string{"3", "12", "11", "10", "9"}, ids(impact.All.MostDown))
	require.Equal(t, impact.All.MostUp, impact.Classes[0].MostUp)

	require.ErrorIs(t, study.Merge(ratecheck.NewStudy(after, before)), rates.ErrOtherBook)
}

// Sums that no amount can hold are an error, and no wrong amount.
func TestSumsBeyondAmounts(t *testing.T) {
	engine := home(t, "          - {id: water, per_unit: 90000}\n")
	study := ratecheck.NewStudy(engine, engine)
	for range 2 {
		a := account("home", "1", "1000000000000", metering.CCF)
		a.Before.Period = civil.MustPeriod("[2027-03-01, 2027-04-01)")
		a.After = a.Before
		require.NoError(t, study.Add(&a))
	}
	_, err := study.Impact()
	require.ErrorIs(t, err, rates.ErrRange)
}

// Memory does not grow with accounts.
func TestStudyMemoryIsFlat(t *testing.T) {
	before, after := engineOf(t, marina), engineOf(t, proposal)
	study := ratecheck.NewStudy(before, after)
	a := account("ord-water", "3/4", "0", metering.CCF748)
	add := func(n int) {
		for i := range n {
			number, err := exact.NewNumber(int64(i%4000), 2)
			require.NoError(t, err)
			a.Before.Usage = must(metering.NewVolume(number, metering.CCF748))
			a.After.Usage = a.Before.Usage
			require.NoError(t, study.Add(&a))
		}
	}
	size := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	add(4_000)
	few := size()
	allocated := testing.AllocsPerRun(3, func() { add(4_000) })
	require.Less(t, size(), few+few/10+100_000)
	require.Less(t, allocated, float64(20), "4,000 accounts")
	runtime.KeepAlive(study)
}

// BenchmarkStudy studies accounts of two schedules, and prices them under both books alone, in
// turns: the study is to take less than three times as long (the metric x-priced-twice).
func BenchmarkStudy(b *testing.B) {
	before, after := engineOf(b, marina), engineOf(b, proposal)
	accounts := make([]ratecheck.Account, 1<<16)
	sizes := []string{"5/8", "3/4", "1", "1 1/2", "2"}
	for i := range accounts {
		n, err := exact.NewNumber(int64(i*103%253*[]int{1, 1, 2, 3, 5}[i*7%5]), 1)
		require.NoError(b, err)
		in := rates.Input{Schedule: []string{"ord-water", "central-water"}[i%2], Period: civil.MustPeriod("[2018-03-01, 2018-04-01)"),
			Usage: must(metering.NewVolume(n, metering.CCF748)), Facts: rates.Facts{"meter_size": sizes[i*7%5]}}
		accounts[i] = ratecheck.Account{Before: in, After: in}
	}
	study := ratecheck.NewStudy(before, after)
	var ratios []float64
	sum := int64(0)
	for b.Loop() {
		start := time.Now()
		for i := range accounts {
			p, errP := before.Price(accounts[i].Before)
			q, errQ := after.Price(accounts[i].After)
			if errP != nil || errQ != nil {
				b.Fatal(errP, errQ)
			}
			sum += p.Total.Cents() + q.Total.Cents()
		}
		priced := time.Since(start)
		start = time.Now()
		for i := range accounts {
			if err := study.Add(&accounts[i]); err != nil {
				b.Fatal(err)
			}
		}
		ratios = append(ratios, float64(time.Since(start))/float64(priced))
	}
	impact, err := study.Impact()
	require.NoError(b, err)
	require.Equal(b, sum, impact.All.Before.Cents()+impact.All.After.Cents())
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "x-priced-twice")
}

// However many classes slips of the pen make, the accounts are counted, and memory is bounded.
func TestManyClassesThatAreNone(t *testing.T) {
	engine := home(t, tiers)
	study := ratecheck.NewStudy(engine, engine)
	for i := range 5000 {
		a := account(fmt.Sprintf("hme%d", i), "1", "1", metering.CCF)
		require.ErrorIs(t, study.Add(&a), rates.ErrNoSchedule)
	}
	impact, err := study.Impact()
	require.NoError(t, err)
	require.Equal(t, int64(5000), impact.LeftOut())
	require.LessOrEqual(t, len(impact.Left), 1001)
	last := impact.Left[len(impact.Left)-1]
	for _, l := range impact.Left {
		if l.Class == ratecheck.OtherClasses {
			last = l
		}
	}
	require.Equal(t, int64(4000), last.Accounts)
}
