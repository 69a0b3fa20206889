package main

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

const (
	// showAfter is how long a job may take before it shows how far it is.
	showAfter = time.Second
	// showEvery is how often it shows that anew.
	showEvery = 100 * time.Millisecond
)

// progress shows on a terminal how far a long file is read: a bar where its size is known, otherwise the bytes.
type progress struct {
	bar   *progressbar.ProgressBar // nil where there is no terminal
	now   func() time.Time
	next  time.Time // when to show it next
	done  int64
	shown bool
}

// newProgress begins to wait. size is the bytes of the file; 0 where that is not known.
func newProgress(w io.Writer, terminal bool, now func() time.Time, size int64) *progress {
	p := &progress{now: now}
	if !terminal {
		return p
	}
	p.next = now().Add(showAfter)
	if size == 0 {
		size = -1
	}
	p.bar = progressbar.NewOptions64(size,
		progressbar.OptionSetWriter(w), progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(), progressbar.OptionShowBytes(true),
		progressbar.OptionSetDescription("Reading"), progressbar.OptionSetTheme(progressbar.ThemeASCII), progressbar.OptionSetWidth(30),
		// An interval of the bar's own would draw it from another goroutine, and too early.
		progressbar.OptionSetSpinnerChangeInterval(0))
	p.bar.StartWithoutRender() // its speed counts from here
	return p
}

// reading is a source whose reading shows.
func (p *progress) reading(r io.Reader) io.Reader {
	if p.bar == nil {
		return r
	}
	return watched{r, p}
}

type watched struct {
	r io.Reader
	p *progress
}

func (w watched) Read(b []byte) (int, error) {
	n, err := w.r.Read(b)
	p := w.p
	p.done += int64(n)
	if now := p.now(); !now.Before(p.next) {
		p.next = now.Add(showEvery)
		p.shown = true
		_ = p.bar.Set64(p.done) // a bar that cannot be drawn is no reason to stop
	}
	return n, err
}

// clear takes the bar off the screen, so that something else can be printed; it comes back by itself.
func (p *progress) clear() {
	if p.shown {
		_ = p.bar.Clear()
		p.shown = false
	}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// aboveBar writes to a terminal that the bar may stand on.
type aboveBar struct {
	w   io.Writer
	bar *progress
}

func (a aboveBar) Write(p []byte) (int, error) {
	a.bar.clear()
	return a.w.Write(p)
}
