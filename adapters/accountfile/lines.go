package accountfile

import (
	"errors"
	"io"
	"strings"
)

// maxEmptyReads are how often a source may read nothing without an error, as in package bufio.
const maxEmptyReads = 100

// lines reads a file line by line, with a look at those that follow.
type lines struct {
	source io.Reader
	buf    [2 * MaxRow]byte // what is left of it while more is read
	chunk  string           // what is read and not yet cut into lines
	ahead  []line           // lines that are read and not yet used
	store  [1]line          // where they mostly stand
	line   int              // the line that ahead begins with
	quoted bool             // there is a quote in chunk
	bytes  int64            // of the source, up to where chunk begins
	end    error            // what the source ended with
	cut    bool             // the last line has no line end
}

// line is one line of the file with its line end.
type line struct {
	text   string
	quotes int
	long   bool // cut at MaxRow
}

// begin reads the first bytes of the file, and says whether they are those of UTF-16. A byte order
// mark of UTF-8 is passed over.
func (l *lines) begin() (utf16 bool) {
	const mark = "\ufeff"
	for len(l.chunk) < len(mark) && l.end == nil {
		l.more()
	}
	if strings.HasPrefix(l.chunk, mark) {
		l.chunk = l.chunk[len(mark):]
		l.bytes += int64(len(mark))
		return false
	}
	return strings.HasPrefix(l.chunk, "\xff\xfe") || strings.HasPrefix(l.chunk, "\xfe\xff")
}

// gather is how many lines the row has: a cell in quotes may hold line ends. 0 is a quote that is
// not closed.
func (l *lines) gather() int {
	quotes, size := 0, 0
	for n := 1; l.fill(n); n++ {
		line := &l.ahead[n-1]
		quotes += line.quotes
		if size += len(line.text); size > MaxRow || line.long {
			break
		}
		if quotes%2 == 0 {
			return n
		}
	}
	return 0
}

// fill reads ahead until n lines are there, and says whether they are.
func (l *lines) fill(n int) bool {
	for len(l.ahead) < n && (l.end == nil || l.chunk != "") {
		if line, ok := l.read(); ok {
			l.ahead = append(l.ahead, line)
			l.cut = !strings.HasSuffix(line.text, "\n") && !line.long
		}
	}
	return len(l.ahead) >= n
}

// read is the next line, kept no further than MaxRow.
func (l *lines) read() (line line, ok bool) {
	i := strings.IndexByte(l.chunk, '\n')
	for i < 0 && l.end == nil {
		had := len(l.chunk)
		if had > MaxRow { // the rest of it is of no use
			line.long = true
			l.bytes += int64(had - MaxRow)
			l.chunk, had = l.chunk[:MaxRow], MaxRow
		}
		l.more()
		if i = strings.IndexByte(l.chunk[had:], '\n'); i >= 0 {
			i += had
		}
	}
	if i < 0 && !errors.Is(l.end, io.EOF) {
		l.chunk = "" // a line that could not be read to its end is none: its last cell may be too short
	}
	if i < 0 {
		i = len(l.chunk) - 1
	}
	line.text, l.chunk = l.chunk[:i+1], l.chunk[i+1:]
	l.bytes += int64(i + 1)
	if len(line.text) > MaxRow {
		line.text, line.long = line.text[:MaxRow], true
	}
	if l.quoted {
		line.quotes = strings.Count(line.text, `"`)
	}
	return line, line.text != ""
}

// more reads on behind what is left. All of it is one text, of which lines and cells are parts.
func (l *lines) more() {
	had := copy(l.buf[:], l.chunk)
	var n int
	var err error
	for tries := 0; n == 0 && err == nil; tries++ {
		if tries == maxEmptyReads {
			err = io.ErrNoProgress
			break
		}
		n, err = l.source.Read(l.buf[had:])
	}
	if err != io.EOF && errors.Is(err, io.EOF) {
		err = errors.New(err.Error()) // a failure that holds an end is no end, nor may a caller take it for one
	}
	l.chunk, l.end = string(l.buf[:had+n]), err
	l.quoted = strings.IndexByte(l.chunk, '"') >= 0
}

func (l *lines) use(lines int) {
	if l.ahead = l.ahead[lines:]; len(l.ahead) == 0 {
		l.ahead = l.store[:0]
	}
	l.line += lines
}

// used reports whether the last line ended with the file, as far as it is read.
func (l *lines) used() bool { return l.end != nil && l.chunk == "" && len(l.ahead) == 0 }
