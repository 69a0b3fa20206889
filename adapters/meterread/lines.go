package meterread

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/headgate-dev/headgate/billing/problem"
)

// MaxLine is the longest line that is read, in bytes. Of a longer one nothing is kept but that it was there.
const MaxLine = 1 << 20

const (
	chunkSize     = 1 << 15
	maxEmptyReads = 100 // as in package bufio
	substitute    = "\x1a"
	byteOrderMark = "\ufeff"
)

// lines cuts a source into lines, or into blocks of one width. A chunk of the source is one text, of which lines are parts: so many
// lines cost one allocation.
type lines struct {
	source io.Reader
	buf    []byte
	chunk  string
	at     int  // what of the chunk is cut already
	plain  bool // the chunk has no byte above 0x7F and no zero byte
	block  int  // the width of blocks without line ends; 0 for lines
	line   int
	end    error // what the source ended with
}

func newLines(source io.Reader) *lines {
	return &lines{source: source, buf: make([]byte, chunkSize), plain: true}
}

// left is what of the chunk has not been cut.
func (l *lines) left() string { return l.chunk[l.at:] }

// begin looks at the first bytes. A byte order mark of UTF-8 is passed over.
func (l *lines) begin() *problem.Error {
	for len(l.chunk) < 4 && l.end == nil {
		l.more()
	}
	if strings.HasPrefix(l.chunk, byteOrderMark) {
		l.at = len(byteOrderMark)
	}
	head := l.left()[:min(4, len(l.left()))]
	// Without a mark, UTF-16 of what is in these files shows as a zero in every other byte.
	if strings.HasPrefix(head, "\xff\xfe") || strings.HasPrefix(head, "\xfe\xff") || strings.Count(head, "\x00") >= 2 {
		return &problem.Error{Code: ErrEncoding, What: "the file is in UTF-16 or UTF-32, where columns cannot be counted", Fix: "export it again as UTF-8 or plain text"}
	}
	return nil
}

// cutBlocks reads blocks of one width from here on where the first line does not end in its place.
func (l *lines) cutBlocks(width int) {
	for len(l.left()) < width+2 && l.end == nil {
		l.more()
	}
	if head := l.left()[:min(len(l.left()), width+2)]; len(head) > width && !strings.Contains(head, "\n") && strings.Trim(head[width:], "\r "+substitute) != "" {
		l.block = width
	}
}

// next is the next line with its end: it is whole but for its content where long says that it is beyond MaxLine, of which nothing may be
// left. It says false at the end of the source.
func (l *lines) next() (raw string, long, ok bool) {
	if l.block > 0 {
		return l.nextBlock()
	}
	i := strings.IndexByte(l.chunk[l.at:], '\n')
	if i < 0 {
		i, long = l.join()
	}
	if i < 0 {
		i = len(l.chunk) - l.at - 1
	}
	if i < 0 && !long {
		return "", false, false
	}
	end := l.at + i + 1
	raw, l.at = l.chunk[l.at:end], end
	l.line++
	return raw, long, true
}

// join reads on until the line that stands next has its end.
func (l *lines) join() (i int, long bool) {
	for l.end == nil {
		had := len(l.left())
		if had > MaxLine {
			long = true
			l.at, had = len(l.chunk), 0
		}
		l.more()
		if i := strings.IndexByte(l.chunk[min(had, len(l.chunk)):], '\n'); i >= 0 {
			return had + i, long || had+i > MaxLine
		}
	}
	return -1, long || len(l.left()) > MaxLine
}

func (l *lines) nextBlock() (raw string, long, ok bool) {
	for len(l.left()) < l.block && l.end == nil {
		l.more()
	}
	end := min(l.at+l.block, len(l.chunk))
	raw, l.at = l.chunk[l.at:end], end
	if raw != "" {
		l.line++
	}
	return raw, false, raw != ""
}

// more reads on behind what is left of the chunk.
func (l *lines) more() {
	had := len(l.left())
	if had+chunkSize/2 > len(l.buf) {
		l.buf = make([]byte, 2*had+chunkSize)
	}
	copy(l.buf, l.left())
	// A source that gives little at a time is read often, so that what is left is not copied for every byte.
	const enough = 1 << 12
	n := 0
	var err error
	for empty := 0; n < enough && err == nil; {
		var got int
		got, err = l.source.Read(l.buf[had+n:])
		n += got
		if empty++; got > 0 {
			empty = 0
		}
		if empty == maxEmptyReads && err == nil {
			err = io.ErrNoProgress
		}
	}
	if errors.Is(err, io.EOF) {
		err = io.EOF
	}
	l.end = err
	l.plain = isPlain(l.buf[:had+n])
	l.chunk, l.at = string(l.buf[:had+n]), 0
}

func isPlain(b []byte) bool {
	if bytes.IndexByte(b, 0) >= 0 {
		return false
	}
	const high = 0x8080808080808080
	for len(b) >= 32 {
		word := binary.LittleEndian.Uint64(b) | binary.LittleEndian.Uint64(b[8:]) | binary.LittleEndian.Uint64(b[16:]) | binary.LittleEndian.Uint64(b[24:])
		if word&high != 0 {
			return false
		}
		b = b[32:]
	}
	for len(b) >= 8 {
		if binary.LittleEndian.Uint64(b)&high != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// failed is what the source failed with; nil at the end of the file.
func (l *lines) failed() error {
	if l.end == nil || l.end == io.EOF {
		return nil
	}
	return l.end
}

// body is how many bytes of a line stand before its end: CR, LF and the mark of an old end of file.
func body(raw string) int {
	n := len(raw)
	for n > 0 && (raw[n-1] == '\n' || raw[n-1] == '\r' || raw[n-1] == 0x1a) {
		n--
	}
	return n
}

// blockWidth reads a line ending such as "none (155)".
func blockWidth(text string) (int, bool) {
	inner, ok := strings.CutPrefix(text, "none (")
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(strings.TrimSuffix(inner, ")"))
	return n, err == nil && n > 0
}

// rest is all that has not been cut into lines, as a source.
func (l *lines) rest() io.Reader {
	if l.end != nil {
		return io.MultiReader(strings.NewReader(l.left()), failing{l.end})
	}
	return io.MultiReader(strings.NewReader(l.left()), l.source)
}

// failing is a source that has come to its end, or to its failure.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
