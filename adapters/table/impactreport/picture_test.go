package impactreport

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/metering"
)

type point struct{ x, y float64 }

// paths are the paths of a drawing whose style holds a text.
func paths(t *testing.T, p picture, style string) [][]point {
	t.Helper()
	var all [][]point
	for _, found := range regexp.MustCompile(`<path d="([^"]*)" style="([^"]*)"`).FindAllStringSubmatch(string(p.Drawing), -1) {
		if !strings.Contains(found[2], style) {
			continue
		}
		var path []point
		for _, pair := range regexp.MustCompile(`[ML]([-0-9.e]+),([-0-9.e]+)`).FindAllStringSubmatch(found[1], -1) {
			x, err := strconv.ParseFloat(pair[1], 64)
			require.NoError(t, err)
			y, err := strconv.ParseFloat(pair[2], 64)
			require.NoError(t, err)
			path = append(path, point{x, y})
		}
		all = append(all, path)
	}
	return all
}

const (
	gridStyle   = "stroke:#DDDDDD"
	beforeStyle = "stroke-dasharray:4,2.5"
	afterStyle  = "stroke:#0B3D6B"
)

func sample(usage thousandths, before, after int64) ratecheck.SampleBill {
	return ratecheck.SampleBill{Usage: usage.volume(metering.CCF), Before: money.Cents(before), After: money.Cents(after)}
}

// A curve goes through the bills: its heights are to each other as the amounts.
func TestCurvesGoThroughTheBills(t *testing.T) {
	u := usages{unit: metering.CCF, median: thousand(4), round: []thousandths{0, thousand(5), thousand(10)}, step: thousand(5)}
	bills := []ratecheck.SampleBill{sample(0, 20_00, 25_00), sample(thousand(4), 40_00, 39_00), sample(thousand(10), 100_00, 70_00)}
	p := drawCurve(bills, &u)
	grid := paths(t, p, gridStyle)
	low, high := grid[0][0], grid[len(grid)-1][1] // $0 and nothing used, $100 and 10 CCF
	legend := 1
	for style, amount := range map[string]func(b *ratecheck.SampleBill) money.Amount{
		beforeStyle: func(b *ratecheck.SampleBill) money.Amount { return b.Before },
		afterStyle:  func(b *ratecheck.SampleBill) money.Amount { return b.After },
	} {
		lines := paths(t, p, style)
		require.Len(t, lines, legend+1)
		require.Len(t, lines[legend], len(bills))
		for i, at := range lines[legend] {
			b := &bills[i]
			require.InDelta(t, low.x+(high.x-low.x)*float64(thousandthsOf(b.Usage.Ratio()))/10_000, at.x, 0.05)
			require.InDelta(t, low.y+(high.y-low.y)*float64(amount(b).Cents())/100_00, at.y, 0.05)
		}
	}
	require.Contains(t, string(p.Drawing), ">$100<")
	require.NotContains(t, string(p.Drawing), ">$120<")
}

// The axis begins at no usage, also where the first bill that is priced has some.
func TestCurvesBeginAtNoUsage(t *testing.T) {
	u := usages{unit: metering.CCF, round: []thousandths{0, thousand(5), thousand(10)}, step: thousand(5)}
	p := drawCurve([]ratecheck.SampleBill{sample(thousand(5), 50_00, 50_00), sample(thousand(8), 80_00, 80_00)}, &u)
	grid := paths(t, p, gridStyle)
	line := paths(t, p, afterStyle)[1]
	require.InDelta(t, (grid[0][0].x+grid[0][1].x)/2, line[0].x, 0.05)
	require.InDelta(t, grid[0][0].x+(grid[0][1].x-grid[0][0].x)*0.8, line[1].x, 0.05)
}

// Where a book refuses a bill its curve has a gap.
func TestCurvesHaveGaps(t *testing.T) {
	u := usages{unit: metering.CCF, round: []thousandths{0, thousand(5)}, step: thousand(5)}
	var bills []ratecheck.SampleBill
	for i := range int64(6) {
		bills = append(bills, sample(thousand(i), 20_00+i, 25_00+i))
	}
	bills[2].Err, bills[2].Before, bills[2].After = errors.New("both books refuse it"), money.Amount{}, money.Amount{}
	p := drawCurve(bills, &u)
	lines := paths(t, p, afterStyle)
	require.Len(t, lines, 1+2, "the legend, and two parts")
	require.Len(t, lines[1], 2)
	require.Len(t, lines[2], 3)
}

func TestCurvesOfCreditsGoBelowZero(t *testing.T) {
	ticks, from, to := dollarTicks(-12_50, 30_00)
	require.Equal(t, int64(-20_00), from)
	require.Equal(t, int64(30_00), to)
	require.Equal(t, "-$20", ticks[0].Label)
	ticks, _, _ = dollarTicks(0, 85)
	require.Equal(t, "$0.20", ticks[1].Label, "cents where steps are cents")
	ticks, from, to = dollarTicks(0, 0)
	require.Len(t, ticks, 2)
	require.Less(t, from, to)
	ticks, _, _ = dollarTicks(-1<<63, 1<<63-1)
	require.Less(t, len(ticks), 9)
}

// Bars are as high as bills are many, and as long as amounts are large.
func TestBarsAreToScale(t *testing.T) {
	h := histogram{width: 100, falls: []int64{40, 10}, same: 5, rises: []int64{20}, most: 40, bills: 75}
	p := h.draw()
	grid := paths(t, p, gridStyle)
	low, high := grid[0][0].y, grid[len(grid)-1][0].y // no bill, 40 bills
	bars := paths(t, p, "stroke:#555555")[3:]         // behind those of the legend
	require.Len(t, bars, 4)
	for i, bills := range []float64{40, 10, 5, 20} {
		require.InDelta(t, low, bars[i][0].y, 0.05)
		require.InDelta(t, low+(high-low)*bills/40, bars[i][2].y, 0.05)
	}
	require.Less(t, bars[1][0].x, bars[0][0].x, "larger falls stand to the left")
	require.Less(t, bars[0][0].x, bars[2][0].x)
	require.Less(t, bars[2][0].x, bars[3][0].x)

	revenue := []ratecheck.Revenue{{Charge: "base", Before: money.Cents(100_00), After: money.Cents(50_00)}, {Text: "Credit", Tier: 2, Before: money.Cents(-25_00)}}
	bars = paths(t, drawRevenue(revenue), "stroke:#555555")[2:]
	require.Len(t, bars, 4)
	length := func(i int) float64 { return bars[i][1].x - bars[i][0].x }
	require.InDelta(t, length(0)/2, length(1), 0.05)
	require.InDelta(t, -length(0)/4, length(2), 0.05)
	require.InDelta(t, 0, length(3), 0.05)
	for _, text := range []string{">$100.00<", ">$50.00<", ">-$25.00<", ">$0.00<", ">base<", ">Credit, tier 2<"} {
		require.Contains(t, string(drawRevenue(revenue).Drawing), text)
	}
}

func TestTwentyChargesAreDrawn(t *testing.T) {
	g := ratecheck.Group{}
	for i := range int64(25) {
		g.Revenue = append(g.Revenue, ratecheck.Revenue{Charge: strconv.FormatInt(i, 10), Before: money.Cents(100 + i), After: money.Cents(100)})
	}
	var p page
	p.revenue(&g)
	require.Equal(t, "The picture shows the 20 that come to most, of 25.", p.RevenueNote)
	require.Len(t, paths(t, *p.Revenue, "stroke:#555555"), 2+2*20, "two of the legend, and two for each charge")
	p = page{}
	g.Revenue = g.Revenue[:20]
	p.revenue(&g)
	require.Empty(t, p.RevenueNote, "all are drawn")
}

func TestTheLargestChargesAreDrawn(t *testing.T) {
	var all []ratecheck.Revenue
	for i := range int64(50) {
		all = append(all, ratecheck.Revenue{Charge: strconv.FormatInt(i, 10), Before: money.Cents(i % 25), After: money.Cents(-(i % 25))})
	}
	all[49].Before = money.Cents(-90)
	for i := range 30 {
		all[i].Before = money.Cents(16) // as many as there is room for, before those that come to more
	}
	shown := largest(all)
	require.Len(t, shown, mostBars)
	require.Equal(t, "49", shown[mostBars-1].Charge)
	for i, r := range shown {
		require.GreaterOrEqual(t, reach(&r), 16.0)
		if i > 0 {
			was, _ := strconv.Atoi(shown[i-1].Charge)
			is, _ := strconv.Atoi(r.Charge)
			require.Less(t, was, is, "in their order")
		}
	}
}

func TestLabelsAreOneShortLine(t *testing.T) {
	require.Equal(t, "Water", label("Water", 5))
	require.Equal(t, "Wat…", label("Water, tier 1", 4))
	require.Equal(t, "a b c", label("a\nb\x00\tc", 10))
	require.Equal(t, "�", label("\xff", 10))
	require.Equal(t, "Flow, tier 2", chargeName(&ratecheck.Revenue{Charge: "flow", Text: "Flow", Tier: 2}, 28))
}
