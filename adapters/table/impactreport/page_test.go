package impactreport_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/headgate-dev/headgate/adapters/table/impactreport"
)

// parsed is a page as a browser reads it.
func parsed(t testing.TB, page string) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	require.NoError(t, err)
	return root
}

// all are the elements of these kinds, in their order.
func all(root *html.Node, kinds ...string) []*html.Node {
	var found []*html.Node
	for n := range root.Descendants() {
		for _, kind := range kinds {
			if n.Type == html.ElementNode && n.Data == kind {
				found = append(found, n)
			}
		}
	}
	return found
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// textOf is the text in an element, with single blanks.
func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.FieldsFunc(b.String(), func(r rune) bool { return strings.ContainsRune(" \n\t\u00a0", r) }), " ")
}

// tables are the rows of the tables of a page, by their captions.
func tables(t testing.TB, root *html.Node) map[string][][]string {
	t.Helper()
	found := map[string][][]string{}
	for _, tab := range all(root, "table") {
		captions := all(tab, "caption")
		require.Len(t, captions, 1)
		var rows [][]string
		for _, row := range all(tab, "tr") {
			var cells []string
			for _, cell := range all(row, "th", "td") {
				cells = append(cells, textOf(cell))
			}
			rows = append(rows, cells)
		}
		found[textOf(captions[0])] = rows
	}
	return found
}

// requireSound proves what holds of every page.
func requireSound(t testing.TB, page string) *html.Node {
	t.Helper()
	root := parsed(t, page)
	requireNoLoads(t, root)
	requireOutline(t, root)
	requireTables(t, root)
	requirePictures(t, root)
	require.True(t, strings.HasPrefix(page, "<!DOCTYPE html>"))
	require.Equal(t, "en", attribute(all(root, "html")[0], "lang"))
	require.NotEmpty(t, textOf(all(root, "title")[0]))
	for _, slip := range []string{"ZgotmplZ", "%!", "NaN", "Inf,"} { // of the template, of fmt, and of drawing
		require.False(t, strings.Contains(page, slip), slip)
	}
	return root
}

// A page has nothing that is run or loaded from elsewhere.
func requireNoLoads(t testing.TB, root *html.Node) {
	t.Helper()
	require.Empty(t, all(root, "script", "link", "iframe", "object", "embed", "img", "image", "video", "audio", "base", "form", "use", "foreignobject", "animate", "set"))
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			require.False(t, strings.HasPrefix(a.Key, "on"), a.Key)
			require.NotContains(t, []string{"src", "srcset", "action", "data", "ping", "background", "poster"}, a.Key)
			require.NotContains(t, a.Val, "url(")
			if a.Key == "href" {
				require.Regexp(t, `^#[a-z-]+$`, a.Val)
			}
		}
		if n.DataAtom == atom.Style {
			require.NotRegexp(t, `url\(|@import|@font-face|expression|//`, n.FirstChild.Data)
		}
	}
	for _, meta := range all(root, "meta") {
		require.NotEqual(t, "refresh", attribute(meta, "http-equiv"))
	}
}

// Headings go down by one, IDs stand once, and what names another names one that is there.
func requireOutline(t testing.TB, root *html.Node) {
	t.Helper()
	level := 0
	for _, h := range all(root, "h1", "h2", "h3", "h4", "h5", "h6") {
		next := int(h.Data[1] - '0')
		require.LessOrEqual(t, next, level+1, "%s follows a heading of level %d", textOf(h), level)
		require.NotEmpty(t, textOf(h))
		level = next
	}
	require.Len(t, all(root, "h1"), 1)
	ids := map[string]bool{}
	for n := range root.Descendants() {
		if id := attribute(n, "id"); id != "" {
			require.False(t, ids[id], "two elements are called %s", id)
			ids[id] = true
		}
	}
	for n := range root.Descendants() {
		for id := range strings.FieldsSeq(attribute(n, "aria-labelledby")) {
			require.True(t, ids[id], id)
		}
		if to, ok := strings.CutPrefix(attribute(n, "href"), "#"); ok {
			require.True(t, ids[to], to)
		}
	}
}

// Tables have captions, and headings that say what they are of; rows have a cell for each column.
func requireTables(t testing.TB, root *html.Node) {
	t.Helper()
	for _, tab := range all(root, "table") {
		require.Len(t, all(tab, "caption"), 1)
		require.NotEmpty(t, textOf(all(tab, "caption")[0]))
		columns := len(all(all(tab, "thead")[0], "th"))
		for _, th := range all(tab, "th") {
			require.Contains(t, []string{"col", "row"}, attribute(th, "scope"))
		}
		for _, row := range all(tab, "tr") {
			require.Len(t, all(row, "th", "td"), columns, textOf(row))
			require.NotEmpty(t, textOf(all(row, "th", "td")[0]))
		}
	}
}

// Pictures say what they show, stand in a figure with a caption, and have texts that are texts.
func requirePictures(t testing.TB, root *html.Node) {
	t.Helper()
	for _, svg := range all(root, "svg") {
		require.Equal(t, "img", attribute(svg, "role"))
		require.NotEmpty(t, textOf(all(svg, "title")[0]))
		require.NotEmpty(t, textOf(all(svg, "desc")[0]))
		require.Equal(t, "figure", svg.Parent.Data)
		require.Len(t, all(svg.Parent, "figcaption"), 1)
		require.NotEmpty(t, all(svg, "text"))
		require.NotEmpty(t, all(svg, "path"))
		for n := range svg.Descendants() {
			if id := attribute(n, "id"); id != "" {
				require.Contains(t, []string{"title", "desc"}, n.Data, "drawings hold no names of their own")
			}
			require.NotContains(t, attribute(n, "style"), "font-family", "the page says which font")
		}
	}
}

func TestGolden(t *testing.T) {
	r := proposal(t, 400)
	r.Customers = r.Customers[2:4]
	page := written(t, r)
	name := filepath.Join("testdata", "report.html")
	if *update {
		require.NoError(t, os.WriteFile(name, []byte(page), 0o644))
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, string(want), page)
}

func TestAPageIsTheSameEachTime(t *testing.T) {
	r := proposal(t, 500)
	first := written(t, r)
	for range 5 {
		require.Equal(t, first, written(t, r))
	}
	require.Equal(t, first, written(t, proposal(t, 500)))
}

func TestAPageIsSound(t *testing.T) {
	root := requireSound(t, written(t, proposal(t, 1500)))
	var headings []string
	for _, h := range all(root, "h2") {
		headings = append(headings, textOf(h))
	}
	require.Equal(t, []string{"In short", "What changes", "Sample bills", "How bills change", "Whose bills change", "Revenue", "Bills and income",
		"Bills that change most", "Accounts left out", "Class by class", "Checks and books"}, headings)
	require.Empty(t, all(root, "details"), "what is folded is not on paper")
	require.Contains(t, textOf(root), "Each usage up to the last at which a tier ends is among them.")
	require.Len(t, all(root, "svg"), 6+1+2+1, "six curves, bills by their change for all and for two classes, revenue")
}

// Ten classes of five meter sizes make a page of less than a megabyte.
func TestAPageIsSmall(t *testing.T) {
	r := manyClasses(t, 10, 5)
	page := written(t, r)
	requireSound(t, page)
	t.Logf("%d bytes", len(page))
	require.Less(t, len(page), 1_000_000)
}

func TestThirtyClasses(t *testing.T) {
	root := requireSound(t, written(t, manyClasses(t, 30, 1)))
	var each int
	for _, h := range all(root, "h3") {
		if strings.HasPrefix(textOf(h), "Class ") {
			each++
		}
	}
	require.Equal(t, 30+30+30, each, "samples, income, class by class")
}

func TestABookIsNeeded(t *testing.T) {
	for path, without := range map[string]func(*impactreport.Report){
		"before.engine": func(r *impactreport.Report) { r.Before.Engine = nil },
		"after.engine":  func(r *impactreport.Report) { r.After.Engine = nil },
	} {
		r := proposal(t, 10)
		without(&r)
		var b strings.Builder
		err := r.WriteHTML(&b)
		require.ErrorIs(t, err, impactreport.ErrNoEngine)
		require.ErrorContains(t, err, path)
		require.Empty(t, b.String())
	}
}

var errFull = errors.New("the disk is full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestErrorsOfTheWriterAreTold(t *testing.T) {
	r := proposal(t, 10)
	require.ErrorIs(t, r.WriteHTML(full{}), errFull)
}

// What is written on white can be read by those who see contrasts badly: 4.5 to 1 (WCAG AA).
func TestTextsHaveContrast(t *testing.T) {
	css, err := os.ReadFile("page.css")
	require.NoError(t, err)
	colors := regexp.MustCompile(`[^-]color: #([0-9a-f]{3,6})`).FindAllStringSubmatch(string(css), -1)
	require.NotEmpty(t, colors)
	for _, found := range colors {
		hex := found[1]
		if len(hex) == 3 {
			hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
		}
		require.GreaterOrEqual(t, contrastToWhite(t, hex), 4.5, hex)
	}
}
