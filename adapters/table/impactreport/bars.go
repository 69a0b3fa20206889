package impactreport

import (
	"cmp"
	"image/color"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/ratecheck"
)

// mostBars is how many charges and tiers are drawn.
const mostBars = 20

// drawRevenue draws what each charge and tier comes to, before and after, those that come to
// most where there are many.
func drawRevenue(all []ratecheck.Revenue) picture {
	shown := largest(all)
	p := newPlot()
	var names plot.ConstantTicks
	low, high := int64(0), int64(1)
	for i, r := range shown {
		names = append(names, plot.Tick{Value: -float64(i), Label: chargeName(&r, 28)})
		low = min(low, r.Before.Cents(), r.After.Cents())
		high = max(high, r.Before.Cents(), r.After.Cents())
	}
	p.Y.Tick.Marker, p.Y.Tick.LineStyle.Width, p.Y.Padding = names, 0, 4
	p.Y.Min, p.Y.Max = -float64(len(shown))+0.5, 0.5
	// The amounts are written behind the bars, and need room.
	span := float64(high) - float64(low)
	p.X.Min, p.X.Max = float64(low), float64(high)+span*0.22
	if low < 0 {
		p.X.Min -= span * 0.22
	}
	p.X.Tick.Marker, p.X.Width = plot.ConstantTicks{}, 0
	p.Add(revenueBars(shown))
	width, height := 620, 34+30*len(shown)
	return picture{
		Width: width, Height: height,
		Drawing: drawn(p, width, height, sign{outline, color.White, "before"}, sign{outline, dark, "after"}),
	}
}

// largest are the rows that come to most, before or after, in their order.
func largest(all []ratecheck.Revenue) []ratecheck.Revenue {
	places := make([]int, len(all))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(a, b int) int { return cmp.Compare(reach(&all[b]), reach(&all[a])) })
	places = places[:min(len(places), mostBars)]
	slices.Sort(places)
	var shown []ratecheck.Revenue
	for _, i := range places {
		shown = append(shown, all[i])
	}
	return shown
}

// reach is how far the bars of a row go from zero, in cents.
func reach(r *ratecheck.Revenue) float64 {
	return max(math.Abs(float64(r.Before.Cents())), math.Abs(float64(r.After.Cents())))
}

// chargeName is what bills print for a charge, and the tier.
func chargeName(r *ratecheck.Revenue, most int) string {
	name := r.Text
	if name == "" {
		name = r.Charge
	}
	if r.Tier == 0 {
		return label(name, most)
	}
	tier := ", tier " + strconv.Itoa(r.Tier)
	return label(name, most-len(tier)) + tier
}

// revenueBars are two bars for each row, one below the other.
type revenueBars []ratecheck.Revenue

// Plot draws the bars and writes the amounts behind them.
func (all revenueBars) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	style := p.X.Tick.Label
	style.YAlign = draw.YCenter
	style.Font = font.Font{Typeface: "Liberation", Variant: "Sans", Size: textSize - 1}
	bar := func(middle float64, amount money.Amount, fill color.Color) {
		const half = 0.17
		from, to := x(0), x(float64(amount.Cents()))
		low, high := y(middle-half), y(middle+half)
		corners := []vg.Point{{X: from, Y: low}, {X: to, Y: low}, {X: to, Y: high}, {X: from, Y: high}, {X: from, Y: low}}
		c.FillPolygon(fill, corners)
		c.StrokeLines(outline, corners)
		at := vg.Point{X: to + 4, Y: (low + high) / 2}
		if style.XAlign = draw.XLeft; amount.Sign() < 0 {
			at.X, style.XAlign = to-4, draw.XRight
		}
		c.FillText(style, at, amount.String())
	}
	for i, r := range all {
		bar(-float64(i)+0.19, r.Before, color.White)
		bar(-float64(i)-0.19, r.After, dark)
	}
	if p.X.Min < 0 {
		c.StrokeLine2(axisLine, x(0), c.Min.Y, x(0), c.Max.Y)
	}
}
