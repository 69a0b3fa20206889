package impactreport

import (
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/adapters/table"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ratecheck"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

// layout is the page without its figures.
var layout = template.Must(template.New("page").Funcs(template.FuncMap{"closed": closed}).Parse(pageHTML))

// A page is a report as the layout takes it.
type page struct {
	Title, Before, After string
	Style                template.CSS
	Lead, Days           string
	Tiles                []tile
	Failed               []Proof
	Notes                []string
	Same                 bool // the books are the same
	Differences          []differences
	Studied              bool // there are bills
	Samples              []sampled
	Bends                bool // the samples are shown at each usage at which a tier ends
	Changes              changes
	Classes              []grid // of all classes
	Groups               []grid // of all bills together
	Mixed                bool   // the classes count usage in different units
	Revenue              *picture
	RevenueNote          string
	RevenueTables        []grid
	Affordability        *affordability
	Extremes             *grid
	Each                 []class
	Left                 grid
	Proof                []Proof
	DigestBefore         string
	DigestAfter          string

	ids int
}

// A tile is a figure that stands out.
type tile struct{ Name, Value, Detail string }

// differences are sentences about one thing.
type differences struct {
	About     string
	Sentences []Sentence
}

// A grid is a table with an ID of its own.
type grid struct {
	ID string
	table.Table
	// Quiet: the title is that of the section, and only said to those who hear the page.
	Quiet bool
}

// A cell is what a cell of a grid shows.
type cell struct {
	Text  string
	Right bool
}

func (g *grid) cells(row []table.Cell) []cell {
	var all []cell
	for i, c := range row {
		all = append(all, cell{c.String(), g.Columns[i].Right})
	}
	return all
}

// Body is the rows of the table, Foot its total.
func (g grid) Body() [][]cell {
	var all [][]cell
	for _, row := range g.Rows {
		all = append(all, g.cells(row))
	}
	return all
}

// Foot is the total of the table; nil for none. What has no total is left empty.
func (g grid) Foot() []cell {
	all := g.cells(g.Total)
	for i, c := range g.Total {
		if c.Plain() == "" {
			all[i].Text = ""
		}
	}
	return all
}

// changes are how single bills change.
type changes struct {
	Note    string // in place of the picture
	Picture *picture
	Bars    grid
	Tables  []grid
}

// A class is what a class has of its own.
type class struct {
	ID, Name string
	changes
	Grids []grid
}

func (p *page) id(what string) string {
	p.ids++
	return fmt.Sprintf("%s-%d", what, p.ids)
}

func (p *page) grid(t table.Table) grid { return grid{ID: p.id("table"), Table: t} }

// Heads are the names of the columns. The sign of a column does not stand alone in a line.
func (g grid) Heads() []cell {
	var all []cell
	for _, c := range g.Columns {
		all = append(all, cell{strings.NewReplacer(" $", "\u00a0$", " %", "\u00a0%").Replace(c.Name), c.Right})
	}
	return all
}

// page lays the report out.
func (r *Report) page() (*page, error) {
	i := &r.Impact
	p := &page{
		Title: cmp.Or(r.Title, "What a change of rates does"), Before: cmp.Or(r.Before.Name, "the rates before"), After: cmp.Or(r.After.Name, "the rates after"),
		Style: template.CSS(pageCSS), Notes: r.Notes, Proof: r.Proof,
		DigestBefore: r.Before.Engine.Digest().String(), DigestAfter: r.After.Engine.Digest().String(),
	}
	p.Same = p.DigestBefore == p.DigestAfter
	for _, proof := range r.Proof {
		if !proof.Good {
			p.Failed = append(p.Failed, proof)
		}
	}
	p.Differences = grouped(r.Differences)
	samples := r.samples(p)
	p.Samples = samples
	p.Lead = lead(i)
	p.Tiles = tiles(i, samples)
	p.Left = p.grid(table.Left(i))
	p.Left.Quiet = true
	if i.All.Bills == 0 {
		return p, nil
	}
	p.Studied, p.Mixed = true, i.All.Unit == 0
	if i.All.Days > 0 {
		days, _ := exact.New(i.All.Days, i.All.Bills) // there are bills
		p.Days = table.Quantity(days, min(table.Places(days), 1)).String()
	}
	p.Changes = p.changes(&i.All, "")
	p.Changes.Tables = []grid{p.grid(table.Moves(i)), p.grid(table.Percentiles(i))}
	p.Classes = []grid{p.grid(table.Classes(i))}
	for _, t := range []table.Table{deciles(&i.All), table.Sizes(&i.All)} {
		if len(t.Rows) > 0 {
			p.Groups = append(p.Groups, p.grid(t))
		}
	}
	p.revenue(&i.All)
	var err error
	if p.Affordability, err = r.affordability(p, samples); err != nil {
		return nil, err
	}
	if t := table.Extremes(&i.All); len(t.Rows) > 0 {
		g := p.grid(t)
		g.Quiet = true
		p.Extremes = &g
	}
	if len(i.Classes) > 1 {
		for c := range i.Classes {
			p.Each = append(p.Each, p.class(&i.Classes[c]))
		}
	}
	return p, nil
}

// grouped puts sentences about the same thing together that follow each other.
func grouped(all []Sentence) []differences {
	var out []differences
	for _, s := range all {
		if len(out) == 0 || out[len(out)-1].About != s.About {
			out = append(out, differences{About: s.About})
		}
		last := &out[len(out)-1]
		last.Sentences = append(last.Sentences, s)
	}
	return out
}

// changes are the picture of how the bills of a group change, and its figures.
func (p *page) changes(g *ratecheck.Group, name string) changes {
	if g.Same == g.Bills {
		return changes{Note: fmt.Sprintf("No bill changes: %s.", counted(g.Bills, "bill"))}
	}
	h := histogramOf(&g.Changes)
	drawn := h.draw()
	drawn.ID = p.id("picture")
	drawn.Title = named(name, "Bills by how much they change")
	drawn.Desc = fmt.Sprintf("%s fall, %s stay the same, %s rise. The figures of the bars are in the table below.", counted(g.Fall, "bill"), count(g.Same), count(g.Rise))
	return changes{Picture: &drawn, Bars: p.grid(h.table(drawn.Title))}
}

// named puts the name of a class before a title.
func named(class, title string) string {
	if class == "" {
		return title
	}
	return closed(class) + ": " + title
}

// revenue is what charges and tiers come to, and what of it makes the difference.
func (p *page) revenue(g *ratecheck.Group) {
	drawn := drawRevenue(g.Revenue)
	drawn.ID = p.id("picture")
	drawn.Title = "Revenue by charge and tier, before and after"
	drawn.Desc = fmt.Sprintf("All bills together come to %s before and to %s after. The figures of the bars are in the table below.", g.Before, g.After)
	p.Revenue = &drawn
	if len(g.Revenue) > mostBars {
		p.RevenueNote = fmt.Sprintf("The picture shows the %d that come to most, of %d.", mostBars, len(g.Revenue))
	}
	p.RevenueTables = []grid{p.grid(table.Revenue(g)), p.grid(table.Causes(g))}
}

// deciles are the bills by usage; none where no bill has any.
func deciles(g *ratecheck.Group) table.Table {
	if g.Units.IsZero() {
		return table.Table{}
	}
	return table.Deciles(g)
}

// class is what a class has of its own.
func (p *page) class(g *ratecheck.Group) class {
	c := class{ID: p.id("class"), Name: g.Class, changes: p.changes(g, g.Class)}
	for _, t := range []table.Table{table.Revenue(g), table.Causes(g), deciles(g), table.Sizes(g), table.Extremes(g)} {
		if len(t.Rows) > 0 {
			t.Title = named(g.Class, t.Title)
			c.Grids = append(c.Grids, p.grid(t))
		}
	}
	return c
}

func count(n int64) string { return table.Count(n).String() }

// counted is a number of things in words.
func counted(n int64, what string) string {
	if n != 1 {
		what += "s"
	}
	return count(n) + " " + what
}

// usage is a usage in figures.
func usage(n thousandths) string {
	return table.Quantity(n.ratio(), table.Places(n.ratio())).String()
}

// groupOf is that of a class; nil where no bill of it was studied.
func groupOf(i *ratecheck.Impact, class string) *ratecheck.Group {
	if at := slices.IndexFunc(i.Classes, func(g ratecheck.Group) bool { return g.Class == class }); at >= 0 {
		return &i.Classes[at]
	}
	return nil
}
