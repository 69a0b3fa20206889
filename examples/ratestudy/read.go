package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/sdf"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/rtrackers/offsetrange"
)

// pieceBytes is how much of a file is one piece of work to begin with. A runner may split pieces further.
const pieceBytes = 32 << 20

// line is one line of a file.
type line struct {
	At    place
	Text  []byte // without its end; cut at maxRecord
	Bytes int64  // with its end
	Ended bool   // has an end
}

// readFn reads the lines of a source as textio.Read of Beam does, and also tells where each line begins.
type readFn struct {
	Piece int64 // bytes that are one piece of work to begin with
}

// CreateInitialRestriction is the whole source.
func (*readFn) CreateInitialRestriction(s source) offsetrange.Restriction {
	return offsetrange.Restriction{Start: 0, End: s.Size}
}

// SplitRestriction cuts a source into pieces that workers may read at the same time.
func (f *readFn) SplitRestriction(_ source, r offsetrange.Restriction) []offsetrange.Restriction {
	return r.SizedSplits(f.Piece)
}

// RestrictionSize is the bytes of a piece.
func (*readFn) RestrictionSize(_ source, r offsetrange.Restriction) float64 { return r.Size() }

// CreateTracker tracks which lines are read.
func (*readFn) CreateTracker(r offsetrange.Restriction) *sdf.LockRTracker {
	return sdf.NewLockRTracker(offsetrange.NewTracker(r))
}

// ProcessElement emits the lines that begin in the piece, each whole: the last one may reach beyond it, and what stands
// before the first line end belongs to the piece before.
func (*readFn) ProcessElement(ctx context.Context, rt *sdf.LockRTracker, s source, emit func(line)) error {
	piece := rt.GetRestriction().(offsetrange.Restriction)
	source, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }() // it was only read
	r := lines{file: s.Name, at: max(piece.Start-1, 0)}
	if err := skip(source, r.at); err != nil {
		return fmt.Errorf("%s cannot be read from byte %d on: %w; did it change?", s.Name, r.at, err)
	}
	r.r = bufio.NewReaderSize(source, 64<<10)
	if piece.Start > 0 {
		if _, err := r.next(); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
	}
	for rt.TryClaim(r.at) {
		l, err := r.next()
		if errors.Is(err, io.EOF) {
			rt.TryClaim(piece.End) // nothing is left to be read
			return nil
		} else if err != nil {
			return err
		}
		emit(l)
	}
	return nil
}

// skip leaves out the first n bytes.
func skip(r io.Reader, n int64) error {
	if n == 0 {
		return nil
	}
	if s, ok := r.(io.Seeker); ok {
		if _, err := s.Seek(n, io.SeekStart); err == nil {
			return nil
		}
	}
	_, err := io.CopyN(io.Discard, r, n)
	return err
}

// lines reads one line after the other.
type lines struct {
	file string
	r    *bufio.Reader
	at   int64
}

// next is the next line. The error is io.EOF where there is none.
func (r *lines) next() (line, error) {
	l := line{At: place{r.file, r.at}}
	for {
		piece, err := r.r.ReadSlice('\n')
		l.Bytes += int64(len(piece))
		l.Text = append(l.Text, piece[:min(len(piece), maxRecord+2-len(l.Text))]...)
		switch {
		case err == nil:
			l.Ended = true
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case !errors.Is(err, io.EOF):
			return l, fmt.Errorf("%s cannot be read on at byte %d: %w", r.file, r.at+l.Bytes, err)
		case l.Bytes == 0:
			return l, io.EOF
		}
		r.at += l.Bytes
		l.Text = withoutEnd(l.Text)
		return l, nil
	}
}

// tooLong reports whether there is more of the line than its text.
func (l *line) tooLong() bool { return len(l.Text) > maxRecord || l.Bytes > maxRecord+2 }

// blank reports whether nothing stands in the line.
func (l *line) blank() bool { return len(bytes.Trim(l.Text, "\r")) == 0 }
