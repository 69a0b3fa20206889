package meterread

import (
	"errors"
	"io"
	"strconv"
	"strings"

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
	text   string // what the source holds in memory: chunks are parts of it
	from   int    // where in it the chunk begins
	chunk  string
	at     int  // what of the chunk is cut already
	plain  bool // the line that was cut last is of printable ASCII
	lf, cr int  // where in the chunk the next of them stands; its length where none does, less than at where that is not known
	quotes byte // the delimiter of cells that may stand in quotes; 0 where quotes mean nothing
	block  int  // the width of blocks without line ends; 0 for lines
	line   int
	end    error // what the source ended with
	chunks int   // how many there were
	// The next lines, same of them, are all width bytes long.
	width, same int
	tried       int  // how far the chunk was looked at for such lines
	ahead       int  // how many lines are looked at together next
	single      bool // cut one line after the other; only a test does
}

func newLines(source io.Reader) *lines {
	l := &lines{source: source, lf: -1, cr: -1}
	if text, ok := source.(*strings.Reader); ok {
		var held held
		_, _ = text.WriteTo(&held) // it fails where held does
		l.text = string(held)
	}
	return l
}

// held takes the text that a [strings.Reader] holds, which it hands to a writer of strings whole and not copied.
type held string

func (h *held) WriteString(text string) (int, error) {
	*h = held(text)
	return len(text), nil
}

func (h *held) Write(text []byte) (int, error) { return h.WriteString(string(text)) }

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
	if head := l.left()[:min(len(l.left()), width+2)]; len(head) > width && !strings.ContainsAny(head, "\r\n") && strings.Trim(head[width:], " "+substitute) != "" {
		l.block = width
	}
}

// next is the next line with its end: LF, CRLF, CR CR LF, or CR alone. It is whole but for its content where long says that it is beyond
// MaxLine, of which nothing may be left. It says false at the end of the source.
func (l *lines) next() (raw string, long, ok bool) {
	if l.same == 0 && l.at >= l.tried {
		l.lookAhead()
	}
	if l.same > 0 {
		return l.take(), false, true
	}
	if l.block > 0 {
		return l.nextBlock()
	}
	end, ended := l.lineEnd()
	for !ended && l.end == nil {
		if len(l.left()) > MaxLine {
			long = true
			l.at = len(strings.TrimRight(l.chunk[len(l.chunk)-2:], "\r")) + len(l.chunk) - 2 // a CR may be of the end
		}
		l.more()
		end, ended = l.lineEnd()
	}
	if !ended {
		end = len(l.chunk)
	}
	if end == l.at && !long {
		return "", false, false
	}
	raw, l.at = l.chunk[l.at:end], end
	l.line++
	width := body(raw)
	l.plain = isPlain(raw[:width])
	return raw, long || width > MaxLine, true
}

// take is the next line where it is one of many.
func (l *lines) take() string {
	l.same--
	l.line++
	l.plain = true
	at := l.at
	l.at += l.width
	return l.chunk[at:l.at]
}

// lookAhead looks for plain lines of one width, as those of columns mostly are. None of them is beyond MaxLine.
func (l *lines) lookAhead() {
	l.tried = len(l.chunk)
	if l.block > 0 || l.quotes != 0 || l.single {
		return
	}
	width := strings.IndexByte(l.left(), '\n') + 1
	if width == 0 || width > MaxLine {
		return
	}
	const most = 1 << 13 // bytes: these are near when each is read
	end, lines := l.at, min(l.ahead+1, (len(l.chunk)-l.at)/width)
	for l.width = width; l.same < lines && isPlainLine(l.chunk[end:end+width]); end += width {
		l.same++
	}
	if l.same == lines {
		l.tried, l.ahead = end, min(2*l.ahead+1, max(most/width, 1))
		return
	}
	// One line is not as the others. Behind it fewer are looked at, as it may not be the only one.
	l.tried, l.ahead = end+width, 0
}

// isPlainLine reports whether a text is one line of printable ASCII that ends with LF or CRLF.
func isPlainLine(raw string) bool {
	last := len(raw) - 1
	if raw[last] != '\n' {
		return false
	}
	if last > 0 && raw[last-1] == '\r' {
		last--
	}
	return isPlain(raw[:last])
}

// lineEnd is where the line that stands next ends, behind its end. It says false where more must be read to tell.
func (l *lines) lineEnd() (end int, ok bool) {
	if l.lf < l.at {
		l.lf = indexFrom(l.chunk, '\n', l.at)
	}
	if l.cr < l.at {
		l.cr = indexFrom(l.chunk, '\r', l.at)
	}
	if l.cr >= l.lf {
		return l.lf + 1, l.lf < len(l.chunk)
	}
	if l.quotes == 0 {
		return l.endAt(l.cr)
	}
	return l.endOutsideQuotes()
}

func indexFrom(text string, b byte, from int) int {
	if i := strings.IndexByte(text[from:], b); i >= 0 {
		return from + i
	}
	return len(text)
}

// endAt is where the end of a line ends that begins with the CR at i.
func (l *lines) endAt(i int) (end int, ok bool) {
	switch rest := l.chunk[i+1 : min(i+3, len(l.chunk))]; {
	case strings.HasPrefix(rest, "\n"):
		return i + 2, true
	case rest == "\r\n":
		return i + 3, true
	case rest == "" || rest == "\r":
		return i + 1, l.end != nil
	}
	return i + 1, true
}

// endOutsideQuotes is lineEnd where a CR may stand in a cell in quotes. It does where the quote is closed as that of a cell is, before the next LF;
// a quote that is not ends no later than its line, so that a torn line takes none of the others with it.
func (l *lines) endOutsideQuotes() (end int, ok bool) {
	at := l.at // what is before it is looked at
	for cr := l.cr; cr < l.lf; cr = indexFrom(l.chunk, '\r', at) {
		if strings.Count(l.chunk[at:cr], `"`)%2 == 0 {
			return l.endAt(cr)
		}
		closing := cr
		for {
			closing = indexFrom(l.chunk[:l.lf], '"', closing)
			if !strings.HasPrefix(l.chunk[min(closing+1, l.lf):l.lf], `"`) {
				break
			}
			closing += 2
		}
		switch {
		case closing+1 >= len(l.chunk) && l.end == nil && closing-l.at <= MaxLine:
			return 0, false
		case closing == l.lf || closing+1 < len(l.chunk) && strings.IndexByte("\r\n", l.chunk[closing+1]) < 0 && l.chunk[closing+1] != l.quotes:
			return l.endAt(cr)
		}
		at = closing + 1
	}
	return l.lf + 1, l.lf < len(l.chunk)
}

func (l *lines) nextBlock() (raw string, long, ok bool) {
	for len(l.left()) < l.block && l.end == nil {
		l.more()
	}
	end := min(l.at+l.block, len(l.chunk))
	// What ends a line or a file may stand behind a block, as where files were put together: it is none of the next one.
	for end-l.at >= l.block && end-l.at < MaxLine {
		if end == len(l.chunk) && l.end == nil {
			width := end - l.at
			l.more()
			end = l.at + width
		}
		if end == len(l.chunk) || !isEnd(l.chunk[end]) {
			break
		}
		end++
	}
	raw, l.at = l.chunk[l.at:end], end
	if raw != "" {
		l.line++
	}
	l.plain = isPlain(raw[:body(raw)])
	return raw, false, raw != ""
}

// more reads on behind what is left of the chunk.
func (l *lines) more() {
	if l.text != "" {
		l.moreOfText()
		return
	}
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
	l.turn(string(l.buf[:had+n]))
}

// moreOfText is more of a text in memory.
func (l *lines) moreOfText() {
	l.from += l.at
	end := min(l.from+len(l.left())+chunkSize, len(l.text))
	if end == len(l.text) {
		l.end = io.EOF
	}
	l.turn(l.text[l.from:end])
}

// turn goes on to a chunk.
func (l *lines) turn(chunk string) {
	l.chunk, l.at, l.lf, l.cr = chunk, 0, -1, -1
	l.same, l.tried = 0, 0
	l.chunks++
}

// isPlain reports whether a text is of printable ASCII. DEL may be in it.
func isPlain(text string) bool {
	const (
		ones = 0x0101010101010101
		high = 0x80 * ones
		up   = high - ' '*ones // makes the high bit of a byte from a blank on
		step = 8 * wordSize
	)
	if len(text) < wordSize {
		for i := range len(text) {
			if b := text[i]; b < ' ' || b >= 0x80 {
				return false
			}
		}
		return true
	}
	// A byte beyond ASCII may carry into the next one, and shows in found.
	found, blanks, n := uint64(0), uint64(high), 0
	for ; len(text)-n >= step; n += step {
		p := text[n : n+step]
		a, b, c, d := eight(p), eight(p[8:]), eight(p[16:]), eight(p[24:])
		e, f, g, h := eight(p[32:]), eight(p[40:]), eight(p[48:]), eight(p[56:])
		found |= (a | b) | (c | d) | (e | f) | (g | h)
		blanks &= (a + up) & (b + up) & (c + up) & (d + up) & (e + up) & (f + up) & (g + up) & (h + up)
	}
	for ; len(text)-n > wordSize; n += wordSize {
		a := eight(text[n:])
		found |= a
		blanks &= a + up
	}
	a := eight(text[len(text)-wordSize:])
	return (found|a)&high == 0 && blanks&(a+up)&high == high
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
	for n > 0 && isEnd(raw[n-1]) {
		n--
	}
	return n
}

func isEnd(b byte) bool { return b == '\n' || b == '\r' || b == substitute[0] }

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
	if l.text != "" {
		return strings.NewReader(l.text[l.from+l.at:])
	}
	if l.end != nil {
		return io.MultiReader(strings.NewReader(l.left()), failing{l.end})
	}
	return io.MultiReader(strings.NewReader(l.left()), l.source)
}

// failing is a source that has come to its end, or to its failure.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
