package command

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

// Task is what a bar is of.
type Task struct {
	Does string // in a word, such as "Pricing"
	Size int64  // the bytes that are read; 0 where that is not known
	// Each is what is counted where the size is not known, such as "accounts"; empty counts the bytes.
	Each string
}

// Bar shows on a terminal how far a long task is: a bar where its size is known, otherwise a count.
type Bar struct {
	bar   *progressbar.ProgressBar // nil where there is no terminal
	now   func() time.Time
	next  time.Time // when to show it next
	bytes bool      // it counts bytes, not things
	read  int64
	shown bool
}

// NewBar begins to wait.
func NewBar(w io.Writer, terminal bool, now func() time.Time, task Task) *Bar {
	b := &Bar{now: now, bytes: task.Size > 0 || task.Each == ""}
	if !terminal {
		return b
	}
	b.next = now().Add(showAfter)
	options := []progressbar.Option{
		progressbar.OptionSetWriter(w), progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetDescription(task.Does), progressbar.OptionSetTheme(progressbar.ThemeASCII), progressbar.OptionSetWidth(30),
		// An interval of the bar's own would draw it from another goroutine, and too early.
		progressbar.OptionSetSpinnerChangeInterval(0),
	}
	if b.bytes {
		options = append(options, progressbar.OptionShowBytes(true))
	} else {
		options = append(options, progressbar.OptionShowTotalBytes(false), progressbar.OptionShowIts(), progressbar.OptionSetItsString(task.Each))
	}
	size := task.Size
	if size == 0 {
		size = -1
	}
	b.bar = progressbar.NewOptions64(size, options...)
	b.bar.StartWithoutRender() // its speed counts from here
	return b
}

// At says how far the task is: the bytes that were read, and how many of its things.
func (b *Bar) At(bytes int64, things int) {
	if b.bar == nil {
		return
	}
	now := b.now()
	if now.Before(b.next) {
		return
	}
	b.next = now.Add(showEvery)
	b.shown = true
	done := bytes
	if !b.bytes {
		done = int64(things)
	}
	_ = b.bar.Set64(done) // a bar that cannot be drawn is no reason to stop
}

// Reading is a source whose reading shows.
func (b *Bar) Reading(r io.Reader) io.Reader {
	if b.bar == nil {
		return r
	}
	return watched{r, b}
}

type watched struct {
	r   io.Reader
	bar *Bar
}

func (w watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	w.bar.read += int64(n)
	w.bar.At(w.bar.read, 0)
	return n, err
}

// Clear takes the bar off the screen, so that something else can be printed; it comes back by itself.
func (b *Bar) Clear() {
	if b.shown {
		_ = b.bar.Clear()
		b.shown = false
	}
}

// Above writes to a terminal that the bar may stand on.
func (b *Bar) Above(w io.Writer) io.Writer { return above{w, b} }

type above struct {
	w   io.Writer
	bar *Bar
}

func (a above) Write(p []byte) (int, error) {
	a.bar.Clear()
	return a.w.Write(p)
}

// IsTerminal reports whether what is written to w is shown on a terminal.
func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
