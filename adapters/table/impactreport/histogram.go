package impactreport

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/headgate-dev/headgate/adapters/table"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/ratecheck"
)

// A histogram counts bills by their change: how many stay, and how many fall or rise by up to
// width, by more than that up to twice as much, and so on.
type histogram struct {
	width       int64 // cents
	falls       []int64
	rises       []int64
	same        int64
	most, bills int64
	cut         bool // some changes are counted by their first digits
	fallsMore   bool // the last of falls are all that fall by more; so with rises
	risesMore   bool
}

// histogramBars is how many bars there are at most for 90 of 100 bills. Those that fall more than
// they, and those that rise more, stand in one bar on each side.
const histogramBars = 24

// The size of the picture, and the room that a label under it takes, in points.
const (
	histogramWidth  = 620
	histogramHeight = 215
	labelWidth      = 38
)

func histogramOf(d *ratecheck.Distribution) histogram {
	low, high := min(d.Percentile(5).Cents(), 0), max(d.Percentile(95).Cents(), 0)
	h := histogram{bills: d.Count()}
	h.width = nice(max(spanOf(low, high), 1), histogramBars)
	falls, rises := -(low / h.width), high/h.width
	if low%h.width != 0 {
		falls++
	}
	if high%h.width != 0 {
		rises++
	}
	h.falls, h.rises = make([]int64, falls), make([]int64, rises)
	for bin := range d.Bins() {
		cents := bin.Amount.Cents()
		h.cut = h.cut || cents >= 1000_00 || cents <= -1000_00
		switch {
		case cents < 0:
			h.falls, h.fallsMore = put(h.falls, falls, (-(cents + 1))/h.width, bin.Bills, h.fallsMore)
		case cents > 0:
			h.rises, h.risesMore = put(h.rises, rises, (cents-1)/h.width, bin.Bills, h.risesMore)
		default:
			h.same += bin.Bills
		}
	}
	for _, side := range [][]int64{h.falls, h.rises, {h.same}} {
		for _, n := range side {
			h.most = max(h.most, n)
		}
	}
	return h
}

// spanOf is high less low, which is not above it, as far as an int64 holds it.
func spanOf(low, high int64) int64 {
	if span := high - low; span >= 0 {
		return span
	}
	return 1<<63 - 1
}

// put counts bills in the bar of a side, or, beyond its last, in one for all that is more.
func put(bars []int64, most, at, bills int64, more bool) ([]int64, bool) {
	if at >= most {
		if !more {
			bars, more = append(bars, 0), true
		}
		at = most
	}
	bars[at] += bills
	return bars, more
}

// table is the bars in figures.
func (h *histogram) table(title string) table.Table {
	t := table.Table{Title: title, Columns: []table.Column{{Name: "Bills that"}, {Name: "Bills", Right: true}, {Name: "Share", Right: true}}}
	row := func(what string, bills int64) {
		t.Rows = append(t.Rows, []table.Cell{table.Text(what), table.Count(bills), table.Percent(exact.Int(bills), exact.Int(h.bills), 1)})
	}
	for i := len(h.falls) - 1; i >= 0; i-- {
		row("fall by "+h.band(i, h.fallsMore && i == len(h.falls)-1), h.falls[i])
	}
	row("stay the same", h.same)
	for i := range h.rises {
		row("rise by "+h.band(i, h.risesMore && i == len(h.rises)-1), h.rises[i])
	}
	t.Total = []table.Cell{table.Text("All"), table.Count(h.bills), table.Percent(exact.Int(h.bills), exact.Int(h.bills), 1)}
	if h.cut {
		t.Note = table.FirstDigits
	}
	return t
}

// band says what a bar counts.
func (h *histogram) band(i int, more bool) string {
	from := money.Cents(int64(i) * h.width)
	if more {
		return "more than " + from.String()
	}
	first, to := money.Cents(from.Cents()+1), money.Cents(from.Cents()+h.width)
	if first == to {
		return to.String()
	}
	return fmt.Sprintf("%s to %s", first, to)
}

// draw draws the bars: falls to the left of those that stay, rises to the right.
func (h *histogram) draw() picture {
	p := newPlot()
	ticks, to := countTicks(h.most)
	p.Y.Tick.Marker, p.Y.Min, p.Y.Max = ticks, 0, float64(to)
	p.Y.Label.Text = "bills"
	// Each bar is one wide, and half of one lies between zero and the first on each side, where
	// the bills that stay are.
	left, right := len(h.falls), len(h.rises)
	p.X.Min, p.X.Max = -float64(left)-0.5, float64(right)+0.5
	p.X.Tick.Marker = h.changeTicks()
	p.X.Label.Text = "change of a bill"
	p.Add(gridOf(), columns{h})
	return picture{
		Width: histogramWidth, Height: histogramHeight,
		Drawing: drawn(p, histogramWidth, histogramHeight, sign{outline, pale, "fall"}, sign{outline, color.White, "same"}, sign{outline, dark, "rise"}),
	}
}

// changeTicks stand where bars meet; where there is more beyond the last of a side, its tick
// says so.
func (h *histogram) changeTicks() plot.ConstantTicks {
	every := 1
	for (len(h.falls)+len(h.rises))/every > 12 {
		every++
	}
	ticks := plot.ConstantTicks{{Value: 0, Label: "0"}}
	for _, of := range []struct {
		side, bars int
		more       bool
	}{{-1, len(h.falls), h.fallsMore}, {1, len(h.rises), h.risesMore}} {
		side, bars, more := of.side, of.bars, of.more
		if more {
			bars--
			ticks = append(ticks, plot.Tick{Value: float64(side) * (float64(bars) + 1), Label: "more"})
		}
		for i := every; i <= bars; i += every {
			if more && (2*(bars-i)+1)*histogramWidth < 2*labelWidth*(len(h.falls)+len(h.rises)+1) {
				break // the labels would touch
			}
			amount := money.Cents(int64(side) * int64(i) * h.width).String()
			if h.width*int64(every)%100 == 0 {
				amount = amount[:len(amount)-3]
			}
			if side > 0 {
				amount = "+" + amount
			}
			ticks = append(ticks, plot.Tick{Value: float64(side) * (float64(i) + 0.5), Label: amount})
		}
	}
	return ticks
}

// columns are the bars of a histogram.
type columns struct{ *histogram }

// Plot draws the bars.
func (h columns) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	bar := func(from, to float64, bills int64, fill color.Color) {
		if bills == 0 {
			return
		}
		const gap = 0.04
		l, r, low, high := x(from+gap), x(to-gap), y(0), y(float64(bills))
		corners := []vg.Point{{X: l, Y: low}, {X: r, Y: low}, {X: r, Y: high}, {X: l, Y: high}, {X: l, Y: low}}
		c.FillPolygon(fill, corners)
		c.StrokeLines(outline, corners)
	}
	for i, bills := range h.falls {
		bar(-float64(i)-1.5, -float64(i)-0.5, bills, pale)
	}
	bar(-0.5, 0.5, h.same, color.White)
	for i, bills := range h.rises {
		bar(float64(i)+0.5, float64(i)+1.5, bills, dark)
	}
}
