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

// progress shows on a terminal how far a long job is: a bar where the size of the accounts is known, otherwise a count.
type progress struct {
	bar  *progressbar.ProgressBar // nil where there is no terminal
	now  func() time.Time
	next time.Time // when to show it next
	// bytes says that the bar counts bytes read, not rows.
	bytes bool
	shown bool
}

// newProgress begins to wait. size is the bytes of the accounts; 0 where that is not known.
func newProgress(w io.Writer, terminal bool, now func() time.Time, size int64) *progress {
	p := &progress{now: now, bytes: size > 0}
	if !terminal {
		return p
	}
	p.next = now().Add(showAfter)
	options := []progressbar.Option{
		progressbar.OptionSetWriter(w), progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetDescription("Pricing"), progressbar.OptionSetTheme(progressbar.ThemeASCII), progressbar.OptionSetWidth(30),
	}
	if p.bytes {
		options = append(options, progressbar.OptionShowBytes(true))
	} else {
		size = -1
		// An interval of the bar's own would draw it from another goroutine, and too early.
		options = append(options, progressbar.OptionSetSpinnerChangeInterval(0), progressbar.OptionShowTotalBytes(false),
			progressbar.OptionShowIts(), progressbar.OptionSetItsString("accounts"))
	}
	p.bar = progressbar.NewOptions64(size, options...)
	p.bar.StartWithoutRender() // its speed counts from here
	return p
}

// at says how far the job is: bytes read, and rows.
func (p *progress) at(bytes int64, rows int) {
	if p.bar == nil {
		return
	}
	now := p.now()
	if now.Before(p.next) {
		return
	}
	p.next = now.Add(showEvery)
	p.shown = true
	done := bytes
	if !p.bytes {
		done = int64(rows)
	}
	_ = p.bar.Set64(done) // a bar that cannot be drawn is no reason to stop
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
