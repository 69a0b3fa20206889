// Package lines cuts a source into lines, for the readers of files by lines.
package lines

import (
	"errors"
	"io"
	"strings"
)

// Longest is the longest line that is read, in bytes, without its end.
const Longest = 1 << 16

const (
	chunkSize     = 1 << 16
	maxEmptyReads = 100 // as in package bufio
)

// Reader cuts a source into lines that end in LF, CRLF, CR CR LF, or with the source. Lines are parts of chunks of the source, so that
// many cost one allocation; who keeps a part of one keeps its chunk.
type Reader struct {
	source io.Reader
	buf    []byte
	chunk  string
	at     int
	ended  error // what the source ended with
	// Number is the number of the line that was read last, from 1.
	Number int
	// Open says that the line that was read last ends with the source: it may have been cut.
	Open bool
}

// New is a reader of a source. A byte order mark of UTF-8 at its start is passed over.
func New(source io.Reader) *Reader {
	r := &Reader{source: source}
	for len(r.chunk) < 3 && r.ended == nil {
		r.more()
	}
	if strings.HasPrefix(r.chunk, "\ufeff") {
		r.at = 3
	}
	return r
}

// more reads more of the source behind what is not cut yet.
func (r *Reader) more() {
	rest := r.chunk[r.at:]
	if need := len(rest) + chunkSize; cap(r.buf) < need {
		r.buf = make([]byte, need)
	}
	n := copy(r.buf[:cap(r.buf)], rest)
	for range maxEmptyReads {
		got, err := r.source.Read(r.buf[n : n+chunkSize])
		n += max(0, got)
		if r.ended = err; got > 0 || err != nil {
			r.chunk, r.at = string(r.buf[:n]), 0
			return
		}
	}
	r.chunk, r.at, r.ended = string(r.buf[:n]), 0, io.ErrNoProgress
}

// Next is the next line without its end. Of a line longer than [Longest] it gives the beginning and says that it is long; the rest is passed
// over. It says false at the end of the source.
func (r *Reader) Next() (line string, long, ok bool) {
	end, looked := -1, 0
	for {
		left := r.chunk[r.at:]
		if end = strings.IndexByte(left[looked:], '\n'); end >= 0 {
			end += looked
			break
		}
		if r.ended != nil {
			break
		}
		if len(left) > Longest+4 {
			line, long = strings.Clone(left[:Longest]), true
			r.at = len(r.chunk) // it is passed over
			left = ""
		}
		looked = len(left)
		r.more()
	}
	left := r.chunk[r.at:]
	if end < 0 {
		if len(left) == 0 && !long {
			return "", false, false
		}
		end = len(left)
		r.at, r.Open = len(r.chunk), true
	} else {
		r.at += end + 1
	}
	r.Number++
	if long {
		return line, true, true
	}
	for end > 0 && left[end-1] == '\r' {
		end--
	}
	if end > Longest {
		return left[:Longest], true, true
	}
	return left[:end], false, true
}

// Err is why the source failed; nil where it ended.
func (r *Reader) Err() error {
	if errors.Is(r.ended, io.EOF) {
		return nil
	}
	return r.ended
}
