package delim

import "strings"

// splitter parts rows into cells, as RFC 4180 says: a cell may stand in quotes, in which a quote is doubled and line ends are text. Lines of one row are
// given one after the other, so that each is looked at once.
type splitter struct {
	delimiter byte
	unquoted  bool
	cells     []string
	cell      strings.Builder // the beginning of a cell in quotes
	// open says that the last cell is not closed: the row goes on in the next line.
	open bool
	// bad is the column of what cannot stand where it does, from 1; 0 where there is nothing such.
	bad int
}

// begin splits the first line of a row.
func (s *splitter) begin(line string) {
	s.cells, s.open, s.bad = s.cells[:0], false, 0
	if s.unquoted || strings.IndexByte(line, '"') < 0 {
		s.plain(line)
		return
	}
	s.split(line, 0)
}

// plain splits a line without quotes.
func (s *splitter) plain(line string) {
	for {
		end := strings.IndexByte(line, s.delimiter)
		if end < 0 {
			s.cells = append(s.cells, line)
			return
		}
		s.cells = append(s.cells, line[:end])
		line = line[end+1:]
	}
}

// more splits the next line of a row whose last cell is open.
func (s *splitter) more(line string) {
	s.cell.WriteByte('\n')
	s.open = false
	if at, ok := s.quoted(line, 0); ok {
		s.split(line, at)
	}
}

// split splits the rest of a line, where a cell begins.
func (s *splitter) split(line string, at int) {
	for {
		if at < len(line) && line[at] == '"' {
			s.cell.Reset()
			next, ok := s.quoted(line, at+1)
			if !ok {
				return
			}
			at = next
			continue
		}
		cell, last := line[at:], true
		if end := strings.IndexByte(cell, s.delimiter); end >= 0 {
			cell, last = cell[:end], false
		}
		if quote := strings.IndexByte(cell, '"'); quote >= 0 {
			s.bad = at + quote + 1
			return
		}
		s.cells = append(s.cells, cell)
		if last {
			return
		}
		at += len(cell) + 1
	}
}

// quoted reads a cell on from behind its first quote, or from where its next line begins. It gives where the next cell begins, and false where there is
// none: the row ends, the cell is open, or something stands behind its last quote.
func (s *splitter) quoted(line string, at int) (next int, ok bool) {
	for {
		end := strings.IndexByte(line[at:], '"')
		if end < 0 {
			s.cell.WriteString(line[at:])
			s.open = true
			return 0, false
		}
		part := line[at : at+end]
		at += end + 1
		if at < len(line) && line[at] == '"' {
			s.cell.WriteString(part)
			s.cell.WriteByte('"')
			at++
			continue
		}
		if s.cell.Len() > 0 {
			s.cell.WriteString(part)
			part = s.cell.String()
			s.cell.Reset()
		}
		s.cells = append(s.cells, part)
		if at >= len(line) {
			return 0, false
		}
		if line[at] != s.delimiter {
			s.bad = at + 1
			return 0, false
		}
		return at + 1, true
	}
}
