package camt

import (
	"errors"
	"io"
)

// limitedReader refuses an element that does not end.
type limitedReader struct {
	source io.Reader
	read   int
	failed error
	long   bool
}

func (l *limitedReader) Read(p []byte) (int, error) {
	if l.read > MostBytes+1<<16 {
		l.long = true
		return 0, errors.New("an element is too long")
	}
	n, err := l.source.Read(p)
	l.read += n
	if err != nil && !errors.Is(err, io.EOF) {
		l.failed = err
	}
	return n, err
}
