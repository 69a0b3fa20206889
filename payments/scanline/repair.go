package scanline

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/problem"
)

// maxTries bounds the readings that one search looks at, some milliseconds of work.
const maxTries = 10_000

// Confusion is a character that a reader of print takes for another.
type Confusion struct {
	Read, Meant byte
}

// LookAlikes are letters and marks that print like digits, and 8 that prints like B, by our own choice and by no measurement: put in what
// your reader confuses. Digits that look like digits (3 and 8) are not among them: any of them can be what was meant, and what is found with
// them says little.
func LookAlikes() []Confusion {
	return []Confusion{
		{'O', '0'}, {'o', '0'}, {'D', '0'}, {'Q', '0'}, {'U', '0'},
		{'I', '1'}, {'l', '1'}, {'|', '1'}, {'!', '1'}, {'L', '1'},
		{'Z', '2'}, {'z', '2'},
		{'A', '4'},
		{'S', '5'}, {'s', '5'}, {'$', '5'},
		{'G', '6'}, {'b', '6'},
		{'T', '7'},
		{'B', '8'}, {'&', '8'},
		{'g', '9'}, {'q', '9'},
		{'0', 'O'}, {'1', 'I'}, {'2', 'Z'}, {'5', 'S'}, {'8', 'B'},
	}
}

// Limit bounds a search for readings.
type Limit struct {
	// Changes is how many characters may have been misread, 1 to 8.
	Changes int
	// Candidates is how many readings are given, 1 to 100.
	Candidates int
}

// Change is one character that a candidate reads otherwise.
type Change struct {
	Field string
	Col   int // on the line, counted from 1
	Read  byte
	Meant byte
}

// String gives "account, column 3: 'O' is read as '0'".
func (c Change) String() string {
	return fmt.Sprintf("%s, column %d: %q is read as %q", c.Field, c.Col, c.Read, c.Meant)
}

// Candidate is a reading that a person may choose.
type Candidate struct {
	Line    string
	Stub    Stub
	Changes []Change
}

// Repairs are what a line may have said.
type Repairs struct {
	// Candidates have the fewest changes first, and of as many, the leftmost. None has the changes of another and more. All their check
	// digits fit; where few check digits cover the line, that says little.
	Candidates []Candidate
	// Complete says that no reading within the limit was left out. Where it is false, even a lone candidate may have others beside it.
	Complete bool
}

// Repair proposes what a line that cannot be read may have said: readings with some characters taken for what they look like, of which
// every field and all check digits are in order. They are proposals, for a person with the paper in hand; nothing is ever to be posted by
// them alone. A line that reads has none, and neither has one of another length. A limit out of range is ErrLimit.
func (t Template) Repair(line string, confusions []Confusion, limit Limit) (Repairs, error) {
	if err := t.Check(); err != nil {
		return Repairs{}, err
	}
	if limit.Changes < 1 || limit.Changes > 8 || limit.Candidates < 1 || limit.Candidates > 100 {
		return Repairs{}, &problem.Error{
			Code: ErrLimit, What: "1 to 8 changes and 1 to 100 candidates can be looked for", Fix: "state both",
		}
	}
	s := search{template: t, line: []byte(line), limit: limit, found: Repairs{Complete: true}}
	if len(line) != t.Width() {
		return s.found, nil
	}
	if _, found := t.read(line, true); len(found) == 0 {
		return s.found, nil
	}
	if !s.place(confusions) {
		return s.found, nil
	}
	for changes := max(1, s.needed[0]); changes <= limit.Changes && s.found.Complete; changes++ {
		s.from(0, changes)
	}
	return s.found, nil
}

// search looks through the readings of a line.
type search struct {
	template Template
	limit    Limit
	line     []byte // as it is read so far
	columns  []column
	needed   []int // how many of the columns from each on must change
	changes  []Change
	tries    int
	found    Repairs
}

// column is one that may have been misread.
type column struct {
	field string
	at    int
	meant []byte
	must  bool // what stands there cannot
}

// place finds the columns that may have been misread. It says false where one cannot have been read rightly and looks like nothing.
func (s *search) place(confusions []Confusion) bool {
	before := 0
	for i := range s.template.Fields {
		f := &s.template.Fields[i]
		for col := range f.Width {
			read := s.line[before+col]
			c := column{field: f.name(), at: before + col, must: !f.allows(col, read)}
			for _, confusion := range confusions {
				if confusion.Read == read && confusion.Meant != read && f.allows(col, confusion.Meant) && !slices.Contains(c.meant, confusion.Meant) {
					c.meant = append(c.meant, confusion.Meant)
				}
			}
			if c.must && len(c.meant) == 0 {
				return false
			}
			if len(c.meant) > 0 {
				s.columns = append(s.columns, c)
			}
		}
		before += f.Width
	}
	s.needed = make([]int, len(s.columns)+1)
	for i := len(s.columns) - 1; i >= 0; i-- {
		s.needed[i] = s.needed[i+1]
		if s.columns[i].must {
			s.needed[i]++
		}
	}
	return true
}

// from tries the readings that change so many of the columns from one on.
func (s *search) from(i, changes int) {
	if !s.found.Complete || changes < s.needed[i] || changes > len(s.columns)-i {
		return
	}
	if changes == 0 {
		s.try()
		return
	}
	c := s.columns[i]
	read := s.line[c.at]
	for _, meant := range c.meant {
		s.line[c.at] = meant
		s.changes = append(s.changes, Change{Field: c.field, Col: c.at + 1, Read: read, Meant: meant})
		s.from(i+1, changes-1)
		s.changes = s.changes[:len(s.changes)-1]
	}
	s.line[c.at] = read
	if !c.must {
		s.from(i+1, changes)
	}
}

// try takes a reading for a candidate where it is in order.
func (s *search) try() {
	if s.tries++; s.tries > maxTries {
		s.found.Complete = false
		return
	}
	if s.holdsAnother() {
		return
	}
	line := string(s.line)
	stub, found := s.template.read(line, true)
	if len(found) > 0 {
		return
	}
	if len(s.found.Candidates) == s.limit.Candidates {
		s.found.Complete = false
		return
	}
	s.found.Candidates = append(s.found.Candidates, Candidate{Line: line, Stub: stub, Changes: slices.Clone(s.changes)})
}

// holdsAnother reports whether a candidate is in order with some of these changes alone: the others say nothing, as in a field that no
// check digit covers.
func (s *search) holdsAnother() bool {
	for _, c := range s.found.Candidates {
		if !slices.ContainsFunc(c.Changes, func(change Change) bool { return !slices.Contains(s.changes, change) }) {
			return true
		}
	}
	return false
}
