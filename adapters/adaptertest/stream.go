package adaptertest

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/headgate-dev/headgate/metering"
)

// Ahead is how many bytes of a stream a source may ask for before its first item comes: 1 MiB, whatever the format.
const Ahead = 1 << 20

// twice has the bad item of the damaged delivery twice: each is told, and neither loses a read.
func twice(d *Delivery) (string, error) {
	once := d.damaged()
	if once == nil {
		return "no damaged delivery is given", nil
	}
	var source metering.ReadSource
	switch content := d.doubled(); {
	case d.Bytes != nil && len(d.Twice) > 0:
		source = d.of(d.Twice)
	case d.Bytes != nil && content == nil:
		return "Damaged does not differ from Content in one line, and Twice is not given", nil
	case d.Bytes != nil:
		source = d.of(content)
	case d.TwiceItems == nil:
		return "TwiceItems is not given", nil
	default:
		source = d.TwiceItems()
	}
	first, err := d.read(once, -1, nil)
	if err != nil {
		return "", err
	}
	second, err := d.read(source, -1, nil)
	switch {
	case err != nil:
		return "", err
	case second.err != nil:
		return "", fmt.Errorf("with its bad item twice the delivery ends with an error; where its line cannot stand twice, give Twice: %w", second.err)
	case len(second.reads()) < d.Survive: // a line with a bad group may have good ones, which then come twice
		return "", fmt.Errorf("%d reads survive two bad items, and %d were to: %v", len(second.reads()), d.Survive, told(second))
	case second.findings() <= first.findings():
		return "", fmt.Errorf("the bad item stands there twice, and adds no finding: %d with it once, %d with it twice", first.findings(), second.findings())
	}
	return "", nil
}

// doubled is the damaged content with its bad line twice; nil where that is not one line with an end.
func (d *Delivery) doubled() []byte {
	good, bad := bytes.SplitAfter(d.Content, []byte("\n")), bytes.SplitAfter(d.Damaged, []byte("\n"))
	at := -1
	for i := range bad {
		if len(good) != len(bad) || !bytes.Equal(good[i], bad[i]) {
			if at >= 0 || len(good) != len(bad) {
				return nil
			}
			at = i
		}
	}
	if at < 0 || !bytes.HasSuffix(bad[at], []byte("\n")) {
		return nil
	}
	return bytes.Join([][]byte{bytes.Join(bad[:at+1], nil), bytes.Join(bad[at:], nil)}, nil)
}

// unended takes the last line end off the delivery.
func unended(d *Delivery) (string, error) {
	if d.Bytes == nil {
		return noBytes, nil
	}
	open := bytes.TrimRight(d.Content, "\r\n")
	if len(open) == len(d.Content) {
		return "Content does not end with the end of a line", nil
	}
	with, err := d.whole()
	if err != nil {
		return "", err
	}
	without, err := d.read(d.of(open), -1, nil)
	switch {
	case err != nil:
		return "", err
	case without.err != nil:
		return "", fmt.Errorf("without its last line end the delivery ends with an error: %w", without.err)
	case len(without.items) != len(with.items):
		return "", fmt.Errorf("without its last line end the delivery gives %d items, and %d with it", len(without.items), len(with.items))
	}
	return "", nil
}

// more is how many lines a delivery is made longer by: more than a page of rows, and than a list that somebody thought long enough.
const more = 1000

// long has one line of the delivery again and again: the last of those that give something when they come again. What it gives then, it gives each
// time: what was sent is delivered as often, and which of the equal ones counts is not the source's to say. The first time may give more, as of a line
// that closes a file.
func long(d *Delivery) (string, error) {
	switch {
	case d.Bytes == nil:
		return noBytes, nil
	case d.Longer != nil:
		gives, why, err := d.longer(d.Longer)
		if err == nil && !gives {
			err = errors.New("the last item gives nothing when it comes again" + why)
		}
		return "", err
	}
	lines := bytes.SplitAfter(d.Content, []byte("\n"))
	if len(lines) < 2 || len(lines[len(lines)-1]) > 0 {
		return "Content does not end with the end of a line, and Longer is not given", nil
	}
	last := ""
	for i := len(lines) - 2; i >= 0; i-- {
		gives, why, err := d.longer(func(times int) []byte { return append(bytes.Clone(d.Content), bytes.Repeat(lines[i], times)...) })
		if gives || err != nil {
			return "", err
		}
		last = why
	}
	return "", errors.New("no line of the delivery gives anything when it comes again" + last + "; where no line can stand twice, as in a document, give Longer")
}

// longer compares a delivery that is a little longer with one that is much longer. It says false, and why, where nothing comes of what makes it so.
func (d *Delivery) longer(delivery func(times int) []byte) (gives bool, why string, err error) {
	var items [3]int
	for i, n := range [...]int{1, 2, more} {
		got, err := d.read(d.of(delivery(n)), -1, nil)
		switch {
		case err != nil:
			return false, "", err
		case got.err != nil && n < more:
			return false, ": " + got.err.Error(), nil
		case got.err != nil:
			return false, "", fmt.Errorf("with one item %d times more the delivery ends with an error: %w", n, got.err)
		}
		if items[i] = len(got.items); i == 1 && items[1] <= items[0] {
			return false, "", nil
		}
	}
	if want := items[0] + (items[1]-items[0])*(more-1); items[2] != want {
		return false, "", fmt.Errorf("with one item %d times more the delivery gives %d items, and %d were to come", more, items[2], want)
	}
	return true, "", nil
}

var errAhead = errors.New("adaptertest: no more is given before an item comes")

// streams asks for one item of a stream that does not end.
func streams(d *Delivery) (string, error) {
	if d.Bytes == nil {
		return noBytes, nil
	}
	var r io.Reader
	if d.Endless != nil {
		r = d.Endless()
	} else {
		lines := bytes.SplitAfter(bytes.TrimRight(d.Content, "\r\n"), []byte("\n"))
		last := append([]byte("\n"), lines[len(lines)-1]...)
		r = io.MultiReader(bytes.NewReader(d.Content), endless(last))
	}
	counted := &counting{r: r}
	got, err := d.read(d.Bytes(func() (io.ReadCloser, error) { return io.NopCloser(counted), nil }), 1, nil)
	switch {
	case err != nil:
		return "", err
	case counted.over:
		return "", fmt.Errorf("it asked for more than %d bytes before it gave an item", Ahead)
	case len(got.items) > 0:
		return "", nil
	}
	return "", errors.Join(errors.New("it ended before an item came"), got.err)
}

// endless is a text again and again.
func endless(text []byte) io.Reader { return &repeated{text: text} }

type repeated struct {
	text []byte
	at   int
}

func (r *repeated) Read(b []byte) (int, error) {
	n := 0
	for n < len(b) {
		k := copy(b[n:], r.text[r.at:])
		n, r.at = n+k, (r.at+k)%len(r.text)
	}
	return n, nil
}

// counting gives no more than may be asked for.
type counting struct {
	r    io.Reader
	n    int
	over bool
}

func (c *counting) Read(b []byte) (int, error) {
	if c.n == Ahead {
		c.over = true
		return 0, errAhead
	}
	n, err := c.r.Read(b[:min(len(b), Ahead-c.n)])
	c.n += n
	return n, err
}
