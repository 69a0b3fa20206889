// Package lines cuts a source into lines, for the readers of files by lines.
package lines

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// Longest is the longest line that is read, in bytes, without its end.
const Longest = 1 << 16

// Reader cuts a source into lines that end in LF, CRLF, CR CR LF, or with the source.
type Reader struct {
	source *bufio.Reader
	// Number is the number of the line that was read last, from 1.
	Number int
	failed error
}

// New is a reader of a source. A byte order mark of UTF-8 at its start is passed over.
func New(source io.Reader) *Reader {
	r := &Reader{source: bufio.NewReaderSize(source, Longest+4)}
	if mark, err := r.source.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, _ = r.source.Discard(3) // they are buffered
	}
	return r
}

// Next is the next line without its end, in memory that the next call uses again. Of a line longer than [Longest] it gives the beginning and
// says that it is long; the rest is passed over. It says false at the end of the source.
func (r *Reader) Next() (line []byte, long, ok bool) {
	if r.failed != nil {
		return nil, false, false
	}
	line, err := r.source.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		long = true
		line = bytes.Clone(line[:Longest])
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = r.source.ReadSlice('\n')
		}
	}
	if err != nil {
		r.failed = err
		if len(line) == 0 {
			return nil, false, false
		}
	}
	r.Number++
	if long {
		return line, true, true
	}
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
		for n := len(line); n > 0 && line[n-1] == '\r'; n = len(line) {
			line = line[:n-1]
		}
	} else if n > 0 && line[n-1] == '\r' {
		line = line[:n-1] // a CRLF that was cut in two
	}
	if len(line) > Longest {
		return line[:Longest], true, true
	}
	return line, false, true
}

// Err is why the source failed; nil where it ended.
func (r *Reader) Err() error {
	if errors.Is(r.failed, io.EOF) {
		return nil
	}
	return r.failed
}
