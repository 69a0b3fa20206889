package main

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/metering"
)

// refused are the lines of a file that gave no read because of what is wrong with them: one of them may be of a meter that is missing.
type refused struct {
	lines []refusedLine
	bytes int
	more  bool // there were more than are kept
}

type refusedLine struct {
	line int
	raw  []byte
}

// take keeps a line, so many bytes of them as lie in memory at no cost. Where they are more, the file is not the one that was meant.
func (r *refused) take(f *meterread.Finding) {
	const most = 1 << 20
	if f.Kept {
		return
	}
	if r.bytes += f.Raw().Len(); r.bytes > most {
		r.more = true
		return
	}
	r.lines = append(r.lines, refusedLine{f.Pos.Line, f.Raw().Bytes()})
}

// of tells which lines may be of a meter; it is empty where none may.
func (r *refused) of(meter string) string {
	var lines []string
	for _, l := range r.lines {
		if holds(l.raw, meter) {
			lines = append(lines, strconv.Itoa(l.line))
		}
	}
	switch {
	case len(lines) == 1:
		return "line " + lines[0] + ", which was refused, may be of it"
	case len(lines) > 1:
		return "lines " + strings.Join(lines, ", ") + ", which were refused, may be of it"
	case r.more:
		return "one of the many lines that were refused may be of it"
	}
	return ""
}

// holds reports whether a line has the number of a meter: a short one by itself alone, a long one also beside other digits, as columns have it.
func holds(line []byte, meter string) bool {
	const long = 6
	for at := 0; meter != ""; at++ {
		i := bytes.Index(line[at:], []byte(meter))
		if i < 0 {
			return false
		}
		at += i
		end := at + len(meter)
		if len(meter) >= long || (at == 0 || !isWord(line[at-1])) && (end == len(line) || !isWord(line[end])) {
			return true
		}
	}
	return false
}

func isWord(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// missing is what is told of a meter of which nothing came, with the lines that may be of it.
func (r *refused) missing(e metering.Exception) metering.Exception {
	if lines := r.of(e.Meter); lines != "" {
		e.Words = strings.Replace(e.Words, "nothing came", "nothing came, but "+lines, 1)
	}
	return e
}
