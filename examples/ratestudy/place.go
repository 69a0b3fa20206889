package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// place is where a row begins. Workers read files in pieces and cannot know how many lines stand before theirs; what
// they know is the byte.
type place struct {
	File string
	Byte int64 // from 0
}

func (p place) compare(q place) int {
	return cmp.Or(strings.Compare(p.File, q.File), cmp.Compare(p.Byte, q.Byte))
}

// places turns bytes into lines, for the few rows that are told.
type places struct {
	sources map[string]source
	known   map[place]problem.Pos
}

func newPlaces(sources []source) *places {
	p := &places{sources: map[string]source{}, known: map[place]problem.Pos{}}
	for _, s := range sources {
		p.sources[s.Name] = s
	}
	return p
}

// pos is the file and the line of a place. Of a file on another machine it is the byte, since the file would have to be
// fetched to count its lines; so it is of a file that cannot be read any more.
func (p *places) pos(ctx context.Context, at place) problem.Pos {
	if known, ok := p.known[at]; ok {
		return known
	}
	pos := problem.Pos{File: fmt.Sprintf("%s, byte %d", at.File, at.Byte)}
	if s, ok := p.sources[at.File]; ok && s.local() {
		if before, err := s.linesBefore(ctx, at.Byte); err == nil {
			pos = problem.Pos{File: at.File, Line: before + 1}
		}
	}
	p.known[at] = pos
	return pos
}

// linesBefore counts the lines that end before a byte.
func (s source) linesBefore(ctx context.Context, at int64) (lines int, err error) {
	r, err := s.open(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { _ = r.Close() }() // it was only read
	text := bufio.NewReader(io.LimitReader(r, at))
	for {
		piece, err := text.ReadSlice('\n')
		if bytes.HasSuffix(piece, []byte("\n")) {
			lines++
		}
		if err == io.EOF {
			return lines, nil
		} else if err != nil && err != bufio.ErrBufferFull {
			return 0, err
		}
	}
}
