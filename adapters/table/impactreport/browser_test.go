package impactreport_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/table/impactreport"
	"github.com/headgate-dev/headgate/billing/ratecheck"
)

// A shown page is open in a real browser.
type shown struct {
	ctx        context.Context
	mutex      sync.Mutex
	requested  []string
	complaints []string
}

// browser starts a browser; without one in PATH the test is skipped.
func browser(t *testing.T) context.Context {
	t.Helper()
	names := []string{"chromium", "chromium-browser", "google-chrome"}
	at := slices.IndexFunc(names, func(name string) bool { _, err := exec.LookPath(name); return err == nil })
	if at < 0 {
		t.Skipf("there is no browser in PATH: none of %s", strings.Join(names, ", "))
	}
	path, err := exec.LookPath(names[at])
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	t.Cleanup(cancel)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU)
	ctx, stop := chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(stop)
	ctx, closed := chromedp.NewContext(ctx)
	t.Cleanup(closed)
	require.NoError(t, chromedp.Do(ctx))
	return ctx
}

// show opens a page in a window of its own.
func show(t *testing.T, ctx context.Context, text string) *shown {
	t.Helper()
	name := filepath.Join(t.TempDir(), "report.html")
	require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	ctx, closed := chromedp.NewContext(ctx)
	t.Cleanup(closed)
	s := &shown{ctx: ctx}
	require.NoError(t, chromedp.Listen(ctx, func(event any) {
		s.mutex.Lock()
		defer s.mutex.Unlock()
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			s.requested = append(s.requested, e.Request.URL)
		case *log.EventEntryAdded:
			s.complaints = append(s.complaints, e.Entry.Text)
		case *runtime.EventExceptionThrown:
			s.complaints = append(s.complaints, e.ExceptionDetails.Text)
		}
	}))
	_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{})
	require.NoError(t, err)
	s.do(t, chromedp.EmulateViewport(1280, 900), chromedp.Navigate("file://"+name), chromedp.Evaluate[chromedp.Void](lookout))
	return s
}

func (s *shown) do(t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	require.NoError(t, chromedp.Do(s.ctx, actions...))
}

// asked is what an action gives.
func asked[T any](t *testing.T, s *shown, action chromedp.Action[T]) T {
	t.Helper()
	answer, err := chromedp.Run(s.ctx, action)
	require.NoError(t, err)
	return answer
}

// media takes the page for paper ("print"), or for a screen again.
func (s *shown) media(t *testing.T, kind string) {
	t.Helper()
	_, err := chromedp.Call(s.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: kind})
	require.NoError(t, err)
}

// lookout are functions that look at the page as it is laid out. They say what is wrong, in texts.
const lookout = `
globalThis.lookout = {
	wide() { // what makes the page wider than the window
		const root = document.documentElement, out = []
		if (root.scrollWidth > root.clientWidth) out.push("the page is " + root.scrollWidth + " wide in " + root.clientWidth)
		return out
	},
	cut() { // tables that are cut at the edge of the paper
		return [...document.querySelectorAll(".wide")].filter(e => e.scrollWidth > e.clientWidth + 1)
			.map(e => "table " + e.querySelector("caption").textContent + " is " + e.scrollWidth + " wide in " + e.clientWidth)
	},
	hidden(query) { // elements without a size
		return [...document.querySelectorAll(query)].filter(e => {
			const r = e.getBoundingClientRect()
			return r.width < 2 || r.height < 2
		}).map(e => e.tagName + " has no size: " + e.textContent)
	},
	labels() { // labels that leave their picture or lie on each other
		const out = []
		for (const svg of document.querySelectorAll("svg")) {
			const frame = svg.getBoundingClientRect(), name = svg.querySelector("title").textContent + ": "
			const texts = [...svg.querySelectorAll("text")].map(e => ({ text: e.textContent, r: e.getBoundingClientRect() }))
			texts.forEach((a, i) => {
				if (a.r.left < frame.left - 1 || a.r.right > frame.right + 1 || a.r.top < frame.top - 1 || a.r.bottom > frame.bottom + 1)
					out.push(name + a.text + " leaves the picture")
				for (const b of texts.slice(i + 1)) {
					const across = Math.min(a.r.right, b.r.right) - Math.max(a.r.left, b.r.left)
					const down = Math.min(a.r.bottom, b.r.bottom) - Math.max(a.r.top, b.r.top)
					if (across > 0.5 && down > 3) out.push(name + a.text + " and " + b.text + " lie on each other")
				}
			})
		}
		return out
	},
}
undefined`

func (s *shown) requireNone(t *testing.T, call string) {
	t.Helper()
	require.Empty(t, asked(t, s, chromedp.Evaluate[[]string]("lookout."+call)), call)
}

func TestInABrowser(t *testing.T) {
	ctx := browser(t)
	t.Run("a proposal", func(t *testing.T) {
		s := show(t, ctx, written(t, proposal(t, 3600)))
		s.requireSound(t)
		s.requirePrints(t)
	})
	t.Run("many classes", func(t *testing.T) {
		show(t, ctx, written(t, manyClasses(t, 10, 5))).requireSound(t)
	})
	t.Run("a class that only one book prices", func(t *testing.T) {
		r := proposal(t, 200)
		r.Customers[0].After.Facts = nil
		show(t, ctx, written(t, r)).requireSound(t)
	})
	t.Run("nothing studied", func(t *testing.T) {
		r := proposal(t, 200)
		r.Impact = ratecheck.Impact{}
		show(t, ctx, written(t, r)).requireSound(t)
	})
	for name, hostile := range map[string]string{
		"texts that would run": `</title></svg><script>document.title = "mine"</script><img src="http://evil.example/x.png" onerror="document.title = 'mine'">`,
		"long words":           strings.Repeat("LongWordWithoutABlank", 20),
	} {
		t.Run(name, func(t *testing.T) {
			r := manyClasses(t, 2, 1)
			r.Title, r.Before.Name, r.After.Name, r.Notes = hostile, hostile, hostile, []string{hostile}
			r.Differences[0].Text, r.Differences[0].Source = hostile, hostile
			r.Customers[0].Label, r.Customers[0].Class, r.Impact.Classes[0].Class = hostile, hostile, hostile
			for i := range r.Impact.All.Revenue {
				r.Impact.All.Revenue[i].Text = hostile
			}
			s := show(t, ctx, written(t, r))
			s.requireSound(t)
			require.Equal(t, hostile, asked(t, s, chromedp.Title()))
		})
	}
}

// A text that turns the direction of writing turns nothing but itself.
func TestDirectionsInABrowser(t *testing.T) {
	const turned = "turned \u202e"
	r := manyClasses(t, 2, 1)
	r.Title, r.Before.Name, r.After.Name, r.Notes = turned, turned, "straight", []string{turned}
	r.Differences[0] = impactreport.Sentence{About: turned, Text: turned, Source: "straight"}
	r.Proof = []impactreport.Proof{{What: turned, Result: "straight"}}
	r.Customers[0].Label, r.Customers[0].Class, r.Impact.Classes[0].Class = turned, turned, turned
	s := show(t, browser(t), written(t, r))
	found := asked(t, s, chromedp.Evaluate[[]string](`[...document.querySelectorAll("h1, h2, h3, p, li, dt, dd, caption, figcaption")].flatMap(e => {
		const words = document.createTreeWalker(e, NodeFilter.SHOW_TEXT), out = []
		for (let n; n = words.nextNode();) {
			const own = n.data.match(/straight|Revenue by|Bills by|the median of|bills as shares/)
			if (!own || !e.textContent.includes("turned")) continue
			const at = i => { const r = document.createRange(); r.setStart(n, i); r.setEnd(n, i + 1); return r.getBoundingClientRect() }
			const first = at(own.index), next = at(own.index + 1)
			out.push((first.left < next.left ? "straight: " : "turned: ") + e.tagName + ": " + own[0])
		}
		return out
	})`))
	require.Greater(t, len(found), 6)
	for _, text := range found {
		require.True(t, strings.HasPrefix(text, "straight: "), "%s", found)
	}
}

// On a telephone wide tables scroll in their own box, and the page says so.
func TestTablesScrollOnATelephone(t *testing.T) {
	s := show(t, browser(t), written(t, proposal(t, 400)))
	hint := chromedp.Evaluate[bool](`document.querySelector(".hint").getBoundingClientRect().height > 0`)
	shade := chromedp.Evaluate[bool](`getComputedStyle(document.querySelector(".wide")).backgroundImage.includes("gradient")`)
	require.False(t, asked(t, s, hint))
	s.do(t, chromedp.EmulateViewport(390, 900))
	require.True(t, asked(t, s, hint))
	require.True(t, asked(t, s, shade))
	require.NotZero(t, asked(t, s, chromedp.Evaluate[int](`[...document.querySelectorAll(".wide")].filter(e => e.scrollWidth > e.clientWidth && getComputedStyle(e).overflowX === "auto").length`)))
	s.requireNone(t, "wide()")
	s.media(t, "print")
	require.False(t, asked(t, s, hint))
	require.False(t, asked(t, s, shade))
}

// requirePrints proves that the page makes pictures and paper.
func (s *shown) requirePrints(t *testing.T) {
	t.Helper()
	shot := asked(t, s, chromedp.FullScreenshot(100))
	picture, err := png.Decode(bytes.NewReader(shot))
	require.NoError(t, err)
	require.Greater(t, picture.Bounds().Dy(), 3000)
	require.Greater(t, colors(picture), 20, "more than paper")
	s.keep(t, "report.png", shot)
	for name, size := range map[string]chromedp.PaperSize{"A4": chromedp.PaperA4, "Letter": chromedp.PaperLetter} {
		pdf := asked(t, s, chromedp.PrintToPDF(chromedp.PDFPaper(size), chromedp.PDFPreferCSSPageSize()))
		pages := len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(pdf, -1))
		require.Greater(t, pages, 5, name)
		require.Less(t, pages, 16, name)
		s.keep(t, "report-"+name+".pdf", pdf)
	}
}

// keep writes a picture to the folder that HEADGATE_PICTURES names, for those who want to look.
func (s *shown) keep(t *testing.T, name string, data []byte) {
	if folder := os.Getenv("HEADGATE_PICTURES"); folder != "" {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), data, 0o600))
	}
}

// requireSound proves that a page was laid out whole, on screens and on paper, and that nothing
// was loaded for it.
func (s *shown) requireSound(t *testing.T) {
	t.Helper()
	for _, width := range []int64{1280, 390} {
		s.do(t, chromedp.EmulateViewport(width, 900))
		s.requireNone(t, "wide()")
		s.requireNone(t, `hidden("h1, h2, h3, svg, svg text, table, figcaption, .tiles dd")`)
		s.requireNone(t, "labels()")
	}
	s.media(t, "print")
	s.do(t, chromedp.EmulateViewport(680, 1000)) // 180 mm between the margins
	s.requireNone(t, "wide()")
	s.requireNone(t, "cut()")
	s.requireNone(t, `hidden("h1, h2, h3, svg, svg text, table, figcaption, .tiles dd")`)
	s.requireNone(t, "labels()")
	s.media(t, "")
	s.do(t, chromedp.EmulateViewport(1280, 900))

	// Those who hear the page are told each picture and table by its name.
	drawn := asked(t, s, chromedp.Evaluate[int](`document.querySelectorAll("svg").length`))
	tabled := asked(t, s, chromedp.Evaluate[int](`document.querySelectorAll("table").length`))
	tree, err := chromedp.Call(s.ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	require.NoError(t, err)
	heard := map[string]int{}
	for _, n := range tree.Nodes {
		if n.Ignored || n.Role == nil {
			continue
		}
		role := strings.Trim(string(n.Role.Value), `"`)
		if heard[role]++; role == "image" || role == "table" || role == "heading" {
			require.NotNil(t, n.Name, role)
			require.NotEqual(t, `""`, string(n.Name.Value), role)
		}
	}
	require.Equal(t, drawn, heard["image"], fmt.Sprint(heard))
	require.Equal(t, tabled, heard["table"], fmt.Sprint(heard))

	s.mutex.Lock()
	defer s.mutex.Unlock()
	require.Len(t, s.requested, 1, "the page itself: %v", s.requested)
	require.Empty(t, s.complaints)
}

// colors is how many colors a picture has, up to some hundred.
func colors(m image.Image) int {
	seen := map[[3]uint32]bool{}
	b := m.Bounds()
	for y := b.Min.Y; y < b.Max.Y && len(seen) < 100; y += 3 {
		for x := b.Min.X; x < b.Max.X; x += 3 {
			r, g, b, _ := m.At(x, y).RGBA()
			seen[[3]uint32{r, g, b}] = true
		}
	}
	return len(seen)
}
