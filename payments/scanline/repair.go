package scanline

// Proposal is what a line that cannot be read may have been. A person decides.
type Proposal struct {
	Line Line
	// Text is the line as it may have been, and Columns are the columns, from 1, in which it differs.
	Text    string
	Columns []int
}

// MaxProposals is how many proposals are made for one line at most.
const MaxProposals = 20

// alike are what a reader of characters takes for one another.
var alike = map[byte]string{'O': "0", 'o': "0", 'D': "0", 'Q': "0", 'I': "1", 'l': "1", '|': "1", 'Z': "2", 'S': "5", 'G': "6", 'B': "8",
	'0': "8", '1': "7", '3': "8", '5': "6", '6': "58", '7': "1", '8': "03B", '9': "8"}

// Repair proposes what a line may have been that cannot be read: with letters taken for the digits that they look like, and, where that is
// not enough, one character for another that it looks like. Each proposal is read whole, with all of its check digits. None is
// ever taken by itself: more than one wrong digit in ten fits a check digit by chance. A line that can be read has none.
func (t Template) Repair(text string) []Proposal {
	if t.Check() != nil || len(text) != t.Width() {
		return nil
	}
	if _, err := t.read(text); err == nil {
		return nil
	}
	letters := []byte(text)
	for i, column := range t.digitColumns() {
		if column && (letters[i] < '0' || letters[i] > '9') {
			if to := alike[letters[i]]; to != "" {
				letters[i] = to[0]
			}
		}
	}
	var out []Proposal
	try := func(candidate string) {
		if len(out) >= MaxProposals {
			return
		}
		for _, p := range out {
			if p.Text == candidate {
				return
			}
		}
		if line, err := t.read(candidate); err == nil {
			out = append(out, Proposal{Line: line, Text: candidate, Columns: differences(text, candidate)})
		}
	}
	base := string(letters)
	try(base)
	for i := range base {
		for _, to := range alike[base[i]] {
			try(base[:i] + string(to) + base[i+1:])
		}
	}
	return out
}

// digitColumns says which characters of a line are digits.
func (t *Template) digitColumns() []bool {
	var out []bool
	for i := range t.Fields {
		f := &t.Fields[i]
		for range f.width() {
			out = append(out, f.Kind != Constant && (f.Kind != CheckDigit || f.Routine.Ten == 0))
		}
	}
	return out
}

func differences(a, b string) []int {
	var columns []int
	for i := range len(a) {
		if a[i] != b[i] {
			columns = append(columns, i+1)
		}
	}
	return columns
}
