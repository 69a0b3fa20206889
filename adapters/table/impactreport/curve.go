package impactreport

import (
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/headgate-dev/headgate/adapters/table"
	"github.com/headgate-dev/headgate/billing/ratecheck"
)

// curvePoints is how many parts a curve has, besides its bends.
const curvePoints = 40

// curveUsages are the usages at which a curve is priced, those of its table among them.
func curveUsages(most thousandths, others []thousandths) []thousandths {
	all := slices.Clone(others)
	for i := range thousandths(curvePoints) {
		all = append(all, most/curvePoints*i+most%curvePoints*i/curvePoints)
	}
	all = append(all, most)
	slices.Sort(all)
	return slices.Compact(all)
}

// drawCurve draws the bills of a customer against usage, and the median usage where it is known.
func drawCurve(bills []ratecheck.SampleBill, u *usages) picture {
	p := newPlot()
	low, high := int64(0), int64(0)
	var before, after runs
	for i := range bills {
		b := &bills[i]
		x := float64(thousandthsOf(b.Usage.Ratio()))
		cells := table.Bill(b)
		was, is := cells[0].Plain() != "", cells[1].Plain() != ""
		before.add(x, b.Before.Cents(), was)
		after.add(x, b.After.Cents(), is)
		if was {
			low, high = min(low, b.Before.Cents()), max(high, b.Before.Cents())
		}
		if is {
			low, high = min(low, b.After.Cents()), max(high, b.After.Cents())
		}
	}
	ticks, from, to := dollarTicks(low, high)
	p.Y.Tick.Marker, p.Y.Min, p.Y.Max = ticks, float64(from), float64(to)
	var marks plot.ConstantTicks
	for _, level := range u.round {
		marks = append(marks, plot.Tick{Value: float64(level), Label: usage(level)})
	}
	p.X.Tick.Marker, p.X.Min, p.X.Max = marks, 0, float64(u.most())
	p.X.Label.Text = label(u.unit.Word(false), 30)
	p.Add(gridOf())
	signs := []sign{{line: beforeLine, text: "before"}, {line: afterLine, text: "after"}}
	if u.median > 0 {
		p.Add(upright{float64(u.median)})
		signs = append(signs, sign{line: markLine, text: "median usage"})
	}
	before.draw(p, beforeLine)
	after.draw(p, afterLine)
	const width, height = 330, 165
	return picture{Width: width, Height: height, Drawing: drawn(p, width, height, signs...)}
}

// runs are the parts of a curve between the usages at which a book refuses the bill.
type runs struct {
	all  []plotter.XYs
	open bool
}

func (r *runs) add(x float64, cents int64, priced bool) {
	if priced && !r.open {
		r.all = append(r.all, nil)
	}
	if r.open = priced; priced {
		last := &r.all[len(r.all)-1]
		*last = append(*last, plotter.XY{X: x, Y: float64(cents)})
	}
}

func (r *runs) draw(p *plot.Plot, style draw.LineStyle) {
	for _, run := range r.all {
		p.Add(&plotter.Line{XYs: run, LineStyle: style})
	}
}

// upright is a line across all amounts, at a usage.
type upright struct{ x float64 }

// Plot draws the line.
func (u upright) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	at := x(u.x)
	c.StrokeLines(markLine, []vg.Point{{X: at, Y: c.Min.Y}, {X: at, Y: c.Max.Y}})
}
