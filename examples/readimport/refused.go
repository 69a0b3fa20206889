package main

import (
	"fmt"
	"index/suffixarray"
	"slices"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// refused are the lines of a file that gave no read because of what is wrong with them: one of them may be of a meter that is missing.
type refused struct {
	of    string // " of reads.txt", where there are several files
	text  []byte // each behind a line end
	lines []refusedLine
	more  bool   // there were more than are kept
	above string // the meter of the line that encloses those that come
	typ   string // its type
	last  int    // the line that was taken last
	index *suffixarray.Index
}

type refusedLine struct{ line, at int }

// mostRefused is how much of them is kept, in bytes. Where they are more, the file is not the one that was meant.
const mostRefused = 1 << 20

// longNumber is how many signs the number of a meter has that stands in no line by chance.
const longNumber = 6

// see takes note of an item that is no read: of a line that encloses others it is the meter, of a line that was refused what stands on it.
func (r *refused) see(item *meterread.Item) {
	switch f := item.Finding; {
	case f == nil && item.Summary == nil && item.Read.Status == meterread.NoReading && item.Read.Type() != "":
		if meter := item.Read.Meter(); meter != "" || item.Read.Type() == r.typ {
			r.above, r.typ = strings.Clone(meter), item.Read.Type()
		}
	case f == nil || f.Kept || f.Pos.Line == r.last: // a line with several groups is one
	case f.Raw().Len() >= mostRefused:
		r.more = true
	default:
		if unenclosed[f.Code] { // it may be a line that encloses others itself
			r.above = ""
		}
		r.take(f.Pos.Line, string(f.Raw().Bytes())+"\n"+r.above)
	}
}

// unenclosed are the faults of lines of which it is not known what they are, or that nothing encloses.
var unenclosed = map[problem.Code]bool{
	meterread.LineTooShort: true, meterread.LineTooLong: true, meterread.BadConst: true, meterread.BadRecord: true, meterread.NoParent: true,
	meterread.BadEncoding: true, meterread.JoinedLines: true,
}

// take keeps what is known of a line that was refused.
func (r *refused) take(line int, text string) {
	if len(r.text)+len(text) >= mostRefused {
		r.more = true
		return
	}
	r.last, r.index = line, nil
	r.text = append(r.text, '\n')
	r.lines = append(r.lines, refusedLine{line, len(r.text)})
	r.text = append(r.text, text...)
}

// may tells which lines may be of a meter; it is empty where none may.
func (r *refused) may(meter string) string {
	const few = 5
	var lines []string
	all := r.having(meter)
	for _, line := range all[:min(few, len(all))] {
		lines = append(lines, strconv.Itoa(line))
	}
	switch named := strings.Join(lines, ", "); {
	case len(all) == 1:
		return "line " + named + r.of + ", which was refused, may be of it"
	case len(all) > few:
		return fmt.Sprintf("lines %s and %d more%s, which were refused, may be of it", named, len(all)-few, r.of)
	case len(all) > 1:
		return "lines " + named + r.of + ", which were refused, may be of it"
	case r.more:
		return "one of the many lines" + r.of + " that were refused may be of it"
	}
	return ""
}

// having are the lines that have the number of a meter: a short one by itself alone, a long one also beside other digits, as columns have it.
func (r *refused) having(meter string) (lines []int) {
	if meter == "" || len(r.lines) == 0 {
		return nil
	}
	if r.index == nil {
		r.index = suffixarray.New(r.text)
	}
	for _, at := range r.index.Lookup([]byte(meter), -1) {
		end := at + len(meter)
		if len(meter) < longNumber && (isWord(r.text[at-1]) || end < len(r.text) && isWord(r.text[end])) {
			continue
		}
		i, found := slices.BinarySearchFunc(r.lines, at, func(l refusedLine, at int) int { return l.at - at })
		if !found {
			i--
		}
		lines = append(lines, r.lines[i].line)
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

func isWord(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// mayBe tells which lines of all files may be of a meter; it is empty where none may.
func (s *stock) mayBe(meter string) string {
	var all []string
	for _, r := range s.refused {
		if lines := r.may(meter); lines != "" {
			all = append(all, lines)
		}
	}
	return strings.Join(all, ", and ")
}

// having reports whether a line of any file that was refused has the number of a meter.
func (s *stock) having(meter string) bool {
	return slices.ContainsFunc(s.refused, func(r *refused) bool { return len(r.having(meter)) > 0 })
}

// missing is what is told of a meter of which nothing came, with the lines that may be of it.
func (s *stock) missing(e metering.Exception) metering.Exception {
	if lines := s.mayBe(e.Meter); lines != "" {
		e.Words = strings.Replace(e.Words, "nothing came", "nothing came, but "+lines, 1)
	}
	return e
}
