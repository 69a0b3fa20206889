package impactreport

import (
	"bytes"
	"fmt"
	"html/template"
	"image/color"
	"strings"
	"unicode"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/headgate-dev/headgate/billing/money"
)

// A picture is a drawing with what it shows in words, for those who do not see it.
type picture struct {
	ID            string
	Width, Height int
	Title, Desc   string
	Drawing       template.HTML
}

// What is before is gray, dashed or hollow, what is after dark and full, so that they differ
// without colors.
var (
	ink      = color.Gray{0x22}
	gridLine = draw.LineStyle{Color: color.Gray{0xdd}, Width: 0.5}
	axisLine = draw.LineStyle{Color: color.Gray{0x77}, Width: 0.6}
	// beforeLine and afterLine are those of curves.
	beforeLine = draw.LineStyle{Color: color.Gray{0x55}, Width: 1.5, Dashes: []vg.Length{4, 2.5}}
	afterLine  = draw.LineStyle{Color: dark, Width: 1.7}
	markLine   = draw.LineStyle{Color: color.Gray{0x77}, Width: 0.7, Dashes: []vg.Length{1, 2}}
	outline    = draw.LineStyle{Color: color.Gray{0x55}, Width: 0.8}
	dark       = color.RGBA{0x0b, 0x3d, 0x6b, 0xff}
	pale       = color.Gray{0xcc}
)

// textSize is that of what is written in pictures, in points.
const textSize = 9

// newPlot is a plot in the style of the page.
func newPlot() *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Label.TextStyle.Font = letters()
		axis.Label.TextStyle.Color = ink
		axis.Tick.Label.Font = letters()
		axis.Tick.Label.Color = ink
		axis.LineStyle, axis.Tick.LineStyle = axisLine, axisLine
		axis.Tick.Length, axis.Padding = 3, 0
		axis.Label.Padding = 2
	}
	return p
}

// letters is a font that browsers have one like, of the same widths.
func letters() font.Font { return font.Font{Typeface: "Liberation", Variant: "Sans", Size: textSize} }

// lines across the picture, at the ticks of the vertical axis.
func gridOf() *plotter.Grid { return &plotter.Grid{Horizontal: gridLine} }

// A sign is what a legend explains: how it is drawn, and what it means.
type sign struct {
	line draw.LineStyle
	fill color.Color // of a bar; nil for a line
	text string
}

// drawn draws a plot with a legend above it.
func drawn(p *plot.Plot, width, height int, legend ...sign) template.HTML {
	canvas := vgsvg.New(vg.Length(width), vg.Length(height))
	all := draw.New(canvas)
	top := vg.Length(0)
	if len(legend) > 0 {
		top = textSize + 7
		writeLegend(draw.Crop(all, 0, 0, vg.Length(height)-top, 0), legend)
	}
	p.Draw(draw.Crop(all, 1, -6, 1, -top-3))
	return inner(canvas)
}

// writeLegend writes the signs side by side.
func writeLegend(c draw.Canvas, legend []sign) {
	style := newPlot().X.Tick.Label
	style.XAlign, style.YAlign = draw.XLeft, draw.YCenter
	x, y := c.Min.X+4, (c.Min.Y+c.Max.Y)/2
	for _, s := range legend {
		if s.fill != nil {
			box := []vg.Point{{X: x + 4, Y: y - 4}, {X: x + 18, Y: y - 4}, {X: x + 18, Y: y + 4}, {X: x + 4, Y: y + 4}, {X: x + 4, Y: y - 4}}
			c.FillPolygon(s.fill, box)
			c.StrokeLines(s.line, box)
		} else {
			c.StrokeLine2(s.line, x, y, x+22, y)
		}
		c.FillText(style, vg.Point{X: x + 27, Y: y}, s.text)
		x += 27 + style.Width(s.text) + 16
	}
}

// fontStyle is what the canvas says of each text, and the style sheet of the page says once.
const fontStyle = "font-family:Liberation Sans;font-variant:normal;font-weight:normal;font-style:normal;"

// inner is what a canvas has drawn, without the element around it. It holds no names and loads
// nothing, so that any number of drawings can stand in a page.
func inner(canvas *vgsvg.Canvas) template.HTML {
	var b bytes.Buffer
	_, _ = canvas.WriteTo(&b) // a buffer takes all
	text := b.String()
	text = text[strings.Index(text, "<svg"):]
	text = text[strings.Index(text, ">")+1:]
	text = strings.TrimSuffix(strings.TrimSpace(text), "</svg>")
	text = strings.ReplaceAll(text, "\n\tstyle=\""+fontStyle, " style=\"")
	return template.HTML(strings.TrimSpace(text)) // the canvas escapes the texts that it was given
}

// label is a text for a picture: one line of at most so many letters.
func label(s string, most int) string {
	runes := []rune(strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))), " "))
	if len(runes) > most {
		return strings.TrimSpace(string(runes[:most-1])) + "…"
	}
	return string(runes)
}

// drawable is the largest amount, in cents, that an axis goes to.
const drawable = 1 << 60

// dollarTicks are amounts in cents at round steps, from a lowest to a highest.
func dollarTicks(low, high int64) (ticks plot.ConstantTicks, from, to int64) {
	low, high = max(low, -drawable), min(max(high, 1), drawable)
	step := nice(high-low, 5)
	from, to = floor(low, step), -floor(-high, step)
	for at := from; at <= to; at += step {
		text := money.Cents(at).String()
		if step%100 == 0 {
			text = strings.TrimSuffix(text, ".00")
		}
		ticks = append(ticks, plot.Tick{Value: float64(at), Label: text})
	}
	return ticks, from, to
}

// countTicks are whole numbers at round steps, from zero.
func countTicks(high int64) (ticks plot.ConstantTicks, to int64) {
	step := nice(max(high, 1), 4)
	to = -floor(-high, step)
	for at := int64(0); at <= to; at += step {
		ticks = append(ticks, plot.Tick{Value: float64(at), Label: count(at)})
	}
	return ticks, to
}

// floor is the highest multiple of a step that is not above n.
func floor(n, step int64) int64 {
	at := n / step * step
	if at > n {
		at -= step
	}
	return at
}

func (p picture) Box() string { return fmt.Sprintf("0 0 %d %d", p.Width, p.Height) }
