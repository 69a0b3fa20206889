package delim

import (
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/internal/lines"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments"
)

// MostLines is how many lines one row can have, where cells in quotes hold line ends.
const MostLines = 100

// ErrHeading is a heading that lacks a column of the profile, or has one twice. It ends the stream: the file is no such one.
const ErrHeading problem.Code = "E_HEADING"

// ErrQuote is a quote that is not closed, or stands inside a cell.
const ErrQuote problem.Code = "E_QUOTE"

// ErrReversal is a refund or a chargeback that does not say, as the profile has it, which payment it takes back.
const ErrReversal problem.Code = "E_REVERSAL"

// Scan reads a file of a profile, once, as a stream: rows, findings, the verdicts on batches and on the file, and a summary last. Memory stays flat at any
// size. A profile that is none or leaves something to the site, and a heading that is another file's, are errors.
func Scan(r io.Reader, profile *Profile, file string) iter.Seq2[remit.Item[Row], error] {
	return func(yield func(remit.Item[Row], error) bool) {
		if err := profile.Check(); err != nil {
			yield(remit.Item[Row]{}, err)
			return
		}
		s := &scanner{plan: newPlan(profile), lines: lines.New(r), file: file, yield: yield, whole: level{level: payments.OfFile, of: "file"}}
		s.splitter = splitter{delimiter: profile.Delimiter, unquoted: profile.Unquoted}
		s.headed = !profile.Heading
		s.scan()
	}
}

type scanner struct {
	plan    *plan
	lines   *lines.Reader
	file    string
	yield   func(remit.Item[Row], error) bool
	stopped bool
	sum     remit.Summary

	splitter
	waiting []ahead // lines that were read before their turn, for a row that was not closed
	number  int     // of the line that is read
	torn    bool    // the line that is read has no end
	begun   bool    // a line with something on it was read
	headed  bool

	whole, batch level
	batches      int64
	tenders      map[string]*tender // whose rows do not sum to their amount yet
	crowded      bool
}

// ahead is a line that was read before its turn.
type ahead struct {
	line       string
	long, torn bool
}

func (s *scanner) give(item remit.Item[Row], err error) {
	if !s.stopped && !s.yield(item, err) {
		s.stopped = true
	}
}

// find gives a finding that fails a level; the level is nil where it fails none, or a payment alone.
func (s *scanner) find(f remit.Finding, fails *level) {
	s.sum.Findings++
	f.Pos.File = s.file
	if f.Pos.Line == 0 {
		f.Pos.Line = s.number
	}
	if fails != nil {
		f.Fails, f.Of, fails.failed = fails.level, fails.of, true
	}
	s.give(remit.Item[Row]{Finding: &f}, nil)
}

const lookAtIt = "correct the file, or look at the payment by itself"

// refuse gives the finding that stands for lines that are not used. As a payment may be lost with them, the level does not hold.
func (s *scanner) refuse(n int, fails *level, code problem.Code, field string, column int, what string) {
	s.sum.Refused += n
	s.find(remit.Finding{Code: code, Pos: problem.Pos{Line: s.number - n + 1, Col: column}, Field: field, What: what, Fix: lookAtIt}, fails)
}

// next is the next line.
func (s *scanner) next() (a ahead, ok bool) {
	if len(s.waiting) > 0 {
		a = s.waiting[0]
		s.waiting = s.waiting[1:]
		return a, true
	}
	a.line, a.long, ok = s.lines.Next()
	a.torn = s.lines.Open
	return a, ok
}

func (s *scanner) scan() {
	for !s.stopped {
		a, ok := s.next()
		if !ok {
			break
		}
		s.number++
		s.sum.Lines++
		s.torn = a.torn
		switch {
		case a.long:
			s.begun = true
			s.refuse(1, &s.whole, remit.ErrLong, "", 0, fmt.Sprintf("the line is longer than %d bytes", lines.Longest))
		case isBlank(a.line):
			s.sum.Blank++
		default:
			if err := s.take(a.line); err != nil {
				s.give(remit.Item[Row]{}, err)
				return
			}
		}
	}
	if s.stopped {
		return
	}
	if err := s.lines.Err(); err != nil {
		s.give(remit.Item[Row]{}, &problem.Error{Code: remit.ErrInput, Pos: problem.Pos{File: s.file, Line: s.number}, What: "the file cannot be read on", Fix: "read it again from the start", Err: err})
		return
	}
	if s.batch.open {
		s.close(&s.batch)
	}
	s.endTenders()
	if !s.headed {
		s.find(remit.Finding{Code: remit.ErrTorn, Pos: problem.Pos{Line: max(1, s.number)}, What: "the file has no heading", Fix: "have it sent again"}, &s.whole)
	}
	s.whole.first, s.whole.last = min(1, s.sum.Lines), s.sum.Lines
	s.close(&s.whole)
	s.give(remit.Item[Row]{Summary: &s.sum}, nil)
}

// isBlank says whether a line has nothing on it but what ends old files.
func isBlank(line string) bool {
	for i := range len(line) {
		if c := line[i]; c != ' ' && c != '\t' && c != 0x1A && c != 0 {
			return false
		}
	}
	return true
}

// take takes a row, with the lines that it goes on over.
func (s *scanner) take(line string) error {
	first := !s.begun
	s.begun = true
	if first && (strings.HasPrefix(line, "\xff\xfe") || strings.HasPrefix(line, "\xfe\xff")) {
		return &problem.Error{Code: remit.ErrEncoding, Pos: problem.Pos{File: s.file, Line: s.number, Col: 1}, What: "the file is UTF-16", Fix: "save it as UTF-8, or as CSV without more"}
	}
	n := 1
	if s.plan.Delimiter != 0 {
		if n = s.parts(line); n == 0 {
			return nil
		}
	}
	if !s.headed {
		s.sum.Records += n
		return s.heading()
	}
	r := s.recordOf(line, first)
	switch {
	case r == nil:
		s.refuse(n, &s.whole, remit.ErrRecord, "", 1, "the line is of no type that the profile has")
	case s.torn && (s.plan.Ends || len(line) < r.width):
		s.refuse(n, s.current(), remit.ErrTorn, "", 0, "the last line has no line end, and was cut")
	case r.Is == isNone:
		s.sum.Ignored += n
	case r.Is == isHeading:
		s.titles(line, n)
	case r.Is == isControl:
		s.control(line, r, n)
	default:
		s.row(line, r, n)
	}
	return nil
}

// parts parts a row into its cells, and says over how many lines it goes. It gives 0 where it has refused the first of them: the others are then rows of
// their own.
func (s *scanner) parts(line string) int {
	s.splitter.begin(line)
	var read []ahead
	for size := len(line); s.open && len(read) < MostLines-1 && size <= lines.Longest; {
		a, ok := s.next()
		if !ok {
			break
		}
		read = append(read, a)
		if a.long {
			break
		}
		size += len(a.line) + 1
		s.splitter.more(a.line)
	}
	whole := !s.open && s.bad == 0
	if whole && len(read) > 0 {
		// A quote that was never closed may have been by the first of another cell: then the number of cells is another.
		want := s.width()
		whole = want == 0 || len(s.cells) == want
	}
	if whole {
		if len(read) > 0 {
			s.torn = read[len(read)-1].torn
		}
		s.number += len(read)
		s.sum.Lines += len(read)
		return 1 + len(read)
	}
	what, column := "a quote is not closed", 0
	if len(read) == 0 && s.bad > 0 {
		what, column = "a quote stands within a cell", s.bad
	}
	s.waiting = append(read, s.waiting...)
	s.refuse(1, &s.whole, ErrQuote, "", column, what)
	return 0
}

// width is how many cells a row has; 0 where that is not known.
func (s *scanner) width() int {
	if s.plan.Heading && s.headed {
		return s.plan.records[0].needs
	}
	return s.plan.Cells
}

// heading finds the columns by their names.
func (s *scanner) heading() error {
	s.headed = true
	var found problem.List
	r := &s.plan.records[0]
	for i := range r.places {
		q := &r.places[i]
		q.column = -1
		for k, cell := range s.cells {
			if strings.TrimSpace(cell) != q.Name {
				continue
			}
			if q.column >= 0 {
				found.Add(&problem.Error{Code: ErrHeading, Path: q.Name, Pos: problem.Pos{File: s.file, Line: s.number}, What: "the heading has the column twice", Fix: "take one out"})
				break
			}
			q.column = k
		}
		if q.column < 0 && (!q.Optional || q.Role == Amount || q.Role == TenderPaid) {
			found.Add(&problem.Error{Code: ErrHeading, Path: q.Name, Pos: problem.Pos{File: s.file, Line: s.number}, What: "the heading lacks the column that is the " + string(q.Role),
				Fix: "export it too, or correct its name in the profile"})
		}
	}
	r.places = slices.DeleteFunc(r.places, func(q place) bool { return q.column < 0 })
	s.plan.index()
	r.needs = len(s.cells)
	return found.Err()
}

// titles looks at a heading whose names say nothing. A line that has an amount where rows have it is none: a payment would be lost with it.
func (s *scanner) titles(line string, n int) {
	for i := range s.plan.records {
		r := &s.plan.records[i]
		if r.Is != isRow {
			continue
		}
		for k := range r.places {
			if q := &r.places[k]; q.Role == Amount {
				text, _ := s.value(line, q)
				if _, _, what := s.plan.cents(text, q); what == "" {
					s.refuse(n, &s.whole, remit.ErrRecord, string(Amount), s.columnOf(line, q), "the first line is no heading: it has an amount")
					return
				}
			}
		}
	}
	s.sum.Ignored += n
}

// recordOf is the type of a line; nil where it is of none.
func (s *scanner) recordOf(line string, first bool) *record {
	for i := range s.plan.records {
		r := &s.plan.records[i]
		switch {
		case r.First:
			if first {
				return r
			}
		case r.Text == "":
			return r
		case s.plan.Delimiter == 0:
			if len(line) >= r.To && line[r.From-1:r.To] == r.Text {
				return r
			}
		case r.Column <= len(s.cells) && strings.TrimSpace(s.cells[r.Column-1]) == r.Text:
			return r
		}
	}
	return nil
}

// value is what stands in a field, and whether the line ends within it.
func (s *scanner) value(line string, q *place) (text string, cut bool) {
	if s.plan.Delimiter != 0 {
		if q.column >= len(s.cells) {
			return "", false
		}
		return strings.TrimSpace(s.cells[q.column]), false
	}
	if len(line) < q.From {
		return "", false
	}
	return strings.TrimSpace(line[q.From-1 : min(q.To, len(line))]), len(line) < q.To
}

// columnOf is the column of a field in the first line of a row, from 1; 0 where it begins on a later one.
func (s *scanner) columnOf(line string, q *place) int {
	if s.plan.Delimiter == 0 {
		return q.From
	}
	cell, quoted := 0, false
	for i := range len(line) {
		switch {
		case cell == q.column:
			return i + 1
		case line[i] == '"' && !s.plan.Unquoted:
			quoted = !quoted // a doubled one is twice
		case line[i] == s.plan.Delimiter && !quoted:
			cell++
		}
	}
	if cell == q.column && !quoted {
		return len(line) + 1
	}
	return 0
}
