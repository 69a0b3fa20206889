package delim

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// The bounds of a profile.
const (
	maxRecords = 50
	maxColumn  = 10_000 // of a line; cells have a tenth of it
)

// Check finds all that is wrong with the profile, and all that its publication leaves to the site. The error is a [problem.List].
func (p *Profile) Check() error {
	found := p.problems()
	for _, path := range slices.Sorted(maps.Keys(p.Unstated)) {
		found.Add(&problem.Error{Code: ErrProfile, Path: path, What: "the site must state it: " + p.Unstated[path],
			Fix: "state it in a copy of the profile " + p.ID + ", and take it out of unstated there"})
	}
	return found.Err()
}

// problems are what is wrong with what the profile does say.
func (p *Profile) problems() problem.List {
	c := checker{p: p, records: map[string]*RecordType{}, has: map[Role]bool{}}
	c.whole()
	c.lines()
	for i := range p.Fields {
		c.field(fmt.Sprintf("fields[%d]", i), &p.Fields[i])
	}
	c.together()
	return c.found
}

type checker struct {
	p       *Profile
	found   problem.List
	records map[string]*RecordType
	has     map[Role]bool
}

// refuse notes a problem, but for one that the profile says itself that a site must solve.
func (c *checker) refuse(path, what, fix string) {
	if _, unstated := c.p.Unstated[path]; !unstated {
		c.found.Add(&problem.Error{Code: ErrProfile, Path: path, What: what, Fix: fix})
	}
}

func oneOf(word string, words ...string) bool { return slices.Contains(words, word) }

// whole looks at what is said of the file.
func (c *checker) whole() {
	p := c.p
	if p.ID == "" {
		c.refuse("id", "the profile has no id", "name it")
	}
	if p.Seen == "" {
		c.refuse("seen", "nothing says where the columns were seen", "name the publication, or the site")
	}
	d := p.Delimiter
	switch {
	case d == 0 && (p.Heading || p.Cells != 0 || p.Unquoted):
		c.refuse("delimiter", "lines of columns have no heading, no cells and no quotes", "give the delimiter, or leave these out")
	case d != 0 && !strings.ContainsRune(",;|\t~^:*", rune(d)):
		c.refuse("delimiter", "the delimiter cannot be told from what cells hold", "give a comma, a semicolon, a tab, a bar, or one of ~ ^ : *")
	case p.Heading && p.Cells != 0 || p.Cells < 0 || p.Cells > maxColumn/10:
		c.refuse("cells", "the number of cells stands beside a heading, which has it, or is out of bounds", "leave it out, or give 1 to 1000")
	}
	if !oneOf(p.Unit, inCents, inDollars) {
		c.refuse("unit", "nothing says whether amounts are in cents or dollars", "say cents or dollars")
	}
	if !oneOf(p.Sign, signPlain, signTrailing, signParentheses, signByKind) {
		c.refuse("sign", "nothing says how amounts below zero are written", "say plain, trailing, parentheses or kind")
	}
	if strings.ContainsAny(p.Symbol, "0123456789.,-() ") || len(p.Symbol) > 8 {
		c.refuse("symbol", "the symbol cannot be told from an amount", "give one such as $")
	}
	if p.Grouped && p.Delimiter == ',' && p.Unquoted {
		c.refuse("grouped", "commas that part thousands cannot be told from those that part cells", "leave out grouped or unquoted")
	}
	if p.Date != "" && !oneOf(p.Date, dateForms...) {
		c.refuse("date", "dates are not written so", "say one of "+strings.Join(dateForms, ", "))
	}
	for _, word := range slices.Sorted(maps.Keys(p.Kinds)) {
		if k := p.Kinds[word]; k != Payment && k != Refund && k != Chargeback {
			c.refuse("kinds."+word, fmt.Sprintf("%q is no kind", k), "say payment, refund or chargeback")
		}
	}
}

// lines looks at the types of lines.
func (c *checker) lines() {
	p := c.p
	if len(p.Records) > 0 && p.Heading {
		c.refuse("records", "a file with a heading has rows of one type", "leave the heading or the records out")
	}
	if len(p.Records) > maxRecords {
		c.refuse("records", "there are more types of lines than can be told apart", fmt.Sprintf("give at most %d", maxRecords))
	}
	rows := len(p.Records) == 0
	for i := range p.Records {
		r := &p.Records[i]
		at := fmt.Sprintf("records[%d]", i)
		rows = rows || r.Is == isRow
		if c.records[r.Name] != nil || r.Name == "" {
			c.refuse(at+".name", "the record has no name, or one that comes twice", "name each once")
		}
		c.records[r.Name] = r
		if !oneOf(r.Is, isRow, isControl, isHeading, isNone) {
			c.refuse(at+".is", fmt.Sprintf("%q is nothing that a record is", r.Is), "say row, control, heading or none")
		}
		if !oneOf(r.Of, "", ofFile, ofBatch) || r.Of != "" && r.Is != isControl || r.Opens && r.Of != ofBatch {
			c.refuse(at+".of", "a control is of the file or of a batch, and one of a batch may open it; nothing else is", "say file or batch, of a control")
		}
		if r.First && (i > 0 || r.Is == isRow) {
			c.refuse(at+".first", "the first line is the first of the records, and no row", "put it first, or leave first out")
		}
		placed := r.From != 0 || r.To != 0 || r.Column != 0
		switch {
		case r.Text == "" && (placed || !r.First && i < len(p.Records)-1):
			c.refuse(at+".text", "nothing tells the record from others: only the first line, and the last of the records, need no text", "give the text and where it stands")
		case r.Text == "":
		case r.First:
			c.refuse(at+".text", "the first line needs no text", "leave the text or first out")
		case p.Delimiter == 0 && (r.Column != 0 || r.From < 1 || r.To > maxColumn || r.To-r.From+1 != len(r.Text)),
			p.Delimiter != 0 && (r.Column < 1 || r.Column > maxColumn/10 || r.From != 0 || r.To != 0):
			c.refuse(at+".text", "the text does not fill its columns, or has no cell", "give where it stands")
		}
	}
	if !rows {
		c.refuse("records", "no record is a row", "say row of one")
	}
}

// field looks at one field.
func (c *checker) field(at string, f *Field) {
	p := c.p
	if !slices.Contains(roles, f.Role) {
		c.refuse(at+".role", fmt.Sprintf("%q is no role", f.Role), "give one of the package's")
		return
	}
	for i := range p.Fields {
		if g := &p.Fields[i]; g == f {
			break
		} else if g.Role == f.Role && g.Record == f.Record {
			c.refuse(at+".role", fmt.Sprintf("the role %s comes twice", f.Role), "leave one out")
			break
		}
	}
	c.has[f.Role] = true
	record := c.records[f.Record]
	switch {
	case len(p.Records) == 0 && f.Record != "", len(p.Records) > 0 && record == nil:
		c.refuse(at+".record", fmt.Sprintf("there is no record %q", f.Record), "name one of the records")
	case record == nil && f.Role.isControl():
		c.refuse(at+".role", fmt.Sprintf("the role %s has no meaning in a row", f.Role), "give the file's records, one of which is a control")
	case record != nil && !record.takes(f.Role):
		c.refuse(at+".role", fmt.Sprintf("the role %s has no meaning in a record that is a %s of the %s", f.Role, record.Is, cmp.Or(record.Of, ofFile)), "put it into another")
	}
	switch {
	case p.Heading && (f.Name == "" || f.Column != 0 || f.From != 0 || f.To != 0):
		c.refuse(at, "a field of a file with a heading has no name, or a place besides", "give its name in the heading alone")
	case !p.Heading && p.Delimiter != 0 && (f.Column < 1 || f.Column > maxColumn/10 || f.From != 0 || f.To != 0 || f.Name != ""):
		c.refuse(at, "a field of cells has no number", "give its number, from 1")
	case !p.Heading && p.Cells > 0 && f.Column > p.Cells && (record == nil || record.Is == isRow):
		c.refuse(at+".column", "the row has no such cell", fmt.Sprintf("give 1 to %d", p.Cells))
	case p.Delimiter == 0 && (f.From < 1 || f.To < f.From || f.To > maxColumn || f.Column != 0 || f.Name != ""):
		c.refuse(at, "a field of columns has no columns", "give the first and the last")
	}
	if f.Unit != "" && (!oneOf(f.Unit, inCents, inDollars) || !f.Role.isMoney()) {
		c.refuse(at+".unit", fmt.Sprintf("%q is no unit, or the field no amount", f.Unit), "say cents or dollars, of amounts")
	}
	if f.Date != "" && (!oneOf(f.Date, dateForms...) || !f.Role.isDate()) {
		c.refuse(at+".date", fmt.Sprintf("dates are not written as %q, or the field is none", f.Date), "say one of "+strings.Join(dateForms, ", ")+", of dates")
	}
	if f.Role.isDate() && f.Date == "" && p.Date == "" {
		c.refuse("date", "there are dates and nothing says how they are written", "say one of "+strings.Join(dateForms, ", "))
	}
	switch {
	case !f.Role.isSign() && (f.Plus != "" || f.Minus != ""):
		c.refuse(at+".minus", "the words of signs stand at a field that is none", "leave plus and minus out")
	case f.Role.isSign() && (f.Minus == "" || f.Plus == "" && !f.Optional || f.Plus == f.Minus):
		c.refuse(at+".minus", "a field of signs lacks the word of an amount below zero, or that of one as it stands", "give minus and plus; where a blank is plus, optional instead")
	}
}

// together looks at what fields and the file must say of each other.
func (c *checker) together() {
	p := c.p
	if !c.has[Amount] {
		c.refuse("fields", "no field is the amount", "give the role amount to one")
	}
	for i := range p.Records {
		r := &p.Records[i]
		at := func(role Role) bool {
			return slices.ContainsFunc(p.Fields, func(f Field) bool { return f.Role == role && f.Record == r.Name })
		}
		if r.Is == isRow && !at(Amount) && c.has[Amount] {
			c.refuse(fmt.Sprintf("records[%d]", i), "the rows of the record have no amount", "give the role amount to a field of it")
		}
		if r.Is == isControl && r.Of != ofBatch && !at(Total) && !at(Count) && !at(Batches) && !at(Lines) {
			c.refuse(fmt.Sprintf("records[%d]", i), "the control states nothing", "give it a field, or say none")
		}
	}
	if p.Date != "" && !c.has[PaidOn] && !c.has[DepositedOn] {
		c.refuse("date", "it is said how dates are written, and there are none", "leave it out, or give a field of dates")
	}
	if c.has[KindOf] != (len(p.Kinds) > 0) {
		c.refuse("kinds", "a field says what a row is and nothing says what its words mean, or the other way round", "give both")
	}
	if (c.has[Reverses] || p.Suffix != "" || p.Sign == signByKind) && !c.has[KindOf] {
		c.refuse("kinds", "something is said of what refunds and chargebacks are, and nothing says which rows are some", "give the role kind to a field, and its words")
	}
	if p.Suffix != "" && (c.has[Reverses] || !c.has[Transaction]) {
		c.refuse("suffix", "a suffix says what a row takes back where a field does, or no field has the transaction", "leave one out")
	}
	if c.has[TenderPaid] && !c.has[Tender] {
		c.refuse("fields", "the amount of a tender stands without the tender", "give the role tender to a field")
	}
	for _, sign := range []struct{ of, role Role }{{Fee, FeeSign}, {Net, NetSign}} {
		if c.has[sign.role] && !c.has[sign.of] {
			c.refuse("fields", fmt.Sprintf("a field is the sign of the %s, and there is none", sign.of), "leave it out")
		}
	}
	if p.FeeAdds && !c.has[Fee] {
		c.refuse("fee_adds", "something is said of fees, and there are none", "leave it out")
	}
}
