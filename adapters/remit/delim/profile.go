package delim

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/problem"
)

// ErrProfile is a profile that lacks what it must say, or says what has no meaning.
const ErrProfile problem.Code = "E_PROFILE"

// Profile says what a file looks like.
type Profile struct {
	// ID and Title name it; Seen says where the columns are published.
	ID, Title, Seen string
	// Delimiter parts cells; 0 for lines of columns.
	Delimiter byte
	// Heading says that the first row has the names of the columns.
	Heading bool
	// Unit is "cents" or "dollars"; a field may have its own.
	Unit string
	// Sign says how an amount below zero is written: "plain" with a minus in front, "trailing" with one behind, "parentheses".
	Sign string
	// Date is how dates are written: YYYY-MM-DD, MM/DD/YYYY, YYYYMMDD, MMDDYYYY, YYMMDD or MMDDYY.
	Date string
	// Kinds are the words of the field with the role kind: payment, refund or chargeback. Without such a field all rows are payments.
	Kinds map[string]Kind
	// Suffix is what a row that takes a payment back has behind that payment's transaction; empty where a field names it.
	Suffix string
	// Records are the types of lines where there are several; a line of no type is told.
	Records []RecordType
	Fields  []Field
}

// RecordType is a type of lines: the first, those with a text in some columns or in a cell, or, where nothing is said of it, all that are of no other type.
type RecordType struct {
	Name string
	// First says that it is the first line of the file.
	First bool
	// From, To and Text are the columns and what stands there; Column is the cell instead.
	From, To, Column int
	Text             string
	// Is says what it is: "row", "control" for one with a total or a count, "none" for one that holds nothing to be read.
	Is string
}

// Field is a column with what it means.
type Field struct {
	Role Role
	// Record is the type of line that it is of; empty where there is one.
	Record string
	// Name is that in the heading, Column its number from 1, From and To its columns.
	Name             string
	Column, From, To int
	// Unit is its own, where it is another than the profile's; Minus is the text of a sign field that makes the amount one below zero.
	Unit, Minus string
}

// Role is what a field means.
type Role string

// The roles.
const (
	Transaction Role = "transaction" // the number that the processor gives a payment
	Reverses    Role = "reverses"    // that of the payment that a row takes back
	KindOf      Role = "kind"
	PaidOn      Role = "paid_on"
	DepositedOn Role = "deposited_on"
	AccountNo   Role = "account"
	InvoiceNo   Role = "invoice"
	CheckNo     Role = "check"
	Routing     Role = "routing"
	Payer       Role = "payer" // the bank account that pays
	Name        Role = "name"  // the payer's
	Tender      Role = "tender"
	TenderPaid  Role = "tender_amount" // of all rows with one tender
	Amount      Role = "amount"
	SignOf      Role = "sign"
	Fee         Role = "fee"
	Net         Role = "net"
	Total       Role = "control_total"
	Count       Role = "control_count"
)

var roles = []Role{Transaction, Reverses, KindOf, PaidOn, DepositedOn, AccountNo, InvoiceNo, CheckNo, Routing, Payer, Name, Tender, TenderPaid, Amount, SignOf, Fee, Net, Total, Count}

// Kind is what a row is.
type Kind string

// The kinds.
const (
	Payment    Kind = "payment"
	Refund     Kind = "refund"
	Chargeback Kind = "chargeback"
)

var dateForms = []string{"YYYY-MM-DD", "MM/DD/YYYY", "YYYYMMDD", "MMDDYYYY", "YYMMDD", "MMDDYY"}

// Check finds all that is wrong with the profile.
func (p *Profile) Check() error {
	var found problem.List
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrProfile, Path: path, What: what, Fix: fix})
	}
	if p.ID == "" {
		refuse("id", "the profile has no id", "name it")
	}
	if p.Seen == "" {
		refuse("seen", "nothing says where the columns were seen", "name the publication, or the site")
	}
	if p.Heading && p.Delimiter == 0 {
		refuse("heading", "lines of columns have no heading", "give the delimiter, or leave the heading out")
	}
	if p.Delimiter != 0 && (p.Delimiter < ' ' && p.Delimiter != '\t' || p.Delimiter > '~' || p.Delimiter == '"' || p.Delimiter == '-' || p.Delimiter == '.' || p.Delimiter >= '0' && p.Delimiter <= '9') {
		refuse("delimiter", "the delimiter cannot be told from what cells hold", "give a comma, a semicolon, a tab, a bar")
	}
	if !slices.Contains([]string{"cents", "dollars"}, p.Unit) {
		refuse("unit", "nothing says whether amounts are in cents or dollars", "say cents or dollars")
	}
	if !slices.Contains([]string{"plain", "trailing", "parentheses"}, p.Sign) {
		refuse("sign", "nothing says how amounts below zero are written", "say plain, trailing or parentheses")
	}
	records := map[string]string{}
	for i, r := range p.Records {
		at := fmt.Sprintf("records[%d]", i)
		if _, twice := records[r.Name]; twice || r.Name == "" {
			refuse(at, "the record has no name, or one that comes twice", "name each once")
		}
		records[r.Name] = r.Is
		if !slices.Contains([]string{"row", "control", "none"}, r.Is) {
			refuse(at+".is", fmt.Sprintf("%q is nothing that a record is", r.Is), "say row, control or none")
		}
		switch {
		case r.Text == "":
			if r.From != 0 || r.To != 0 || r.Column != 0 || r.First && i > 0 || !r.First && i < len(p.Records)-1 {
				refuse(at+".text", "nothing tells the record from others: only the first line, and the last of the records, need no text", "give the text and where it stands")
			}
		case r.First || p.Delimiter == 0 && (r.From < 1 || r.To-r.From+1 != len(r.Text)) || p.Delimiter != 0 && r.Column < 1:
			refuse(at+".text", "the text does not fill its columns, or has no cell", "give where it stands")
		}
	}
	if len(p.Records) > 0 && p.Heading {
		refuse("records", "a file with a heading has rows of one type", "leave the heading or the records out")
	}
	p.checkFields(records, refuse)
	return found.Err()
}

func (p *Profile) checkFields(records map[string]string, refuse func(path, what, fix string)) {
	seen := map[string]bool{}
	has := map[Role]bool{}
	for i, f := range p.Fields {
		at := fmt.Sprintf("fields[%d]", i)
		if !slices.Contains(roles, f.Role) {
			refuse(at+".role", fmt.Sprintf("%q is no role", f.Role), "give one of the package's")
			continue
		}
		has[f.Role] = true
		key := f.Record + "\x00" + string(f.Role)
		if seen[key] {
			refuse(at+".role", fmt.Sprintf("the role %s comes twice", f.Role), "leave one out")
		}
		seen[key] = true
		is, ok := records[f.Record]
		if len(records) > 0 && !ok || len(records) == 0 && f.Record != "" {
			refuse(at+".record", fmt.Sprintf("there is no record %q", f.Record), "name one of the records")
		}
		if control := f.Role == Total || f.Role == Count; ok && (is == "none" || control != (is == "control")) {
			refuse(at+".role", fmt.Sprintf("the role %s has no meaning in a record that is %q", f.Role, is), "put it into another")
		}
		switch {
		case p.Heading && (f.Name == "" || f.Column != 0 || f.From != 0):
			refuse(at, "a field of a file with a heading has no name, or a place besides", "give its name in the heading alone")
		case !p.Heading && p.Delimiter != 0 && (f.Column < 1 || f.Column > 1000 || f.From != 0 || f.Name != ""):
			refuse(at, "a field of cells has no number", "give its number, from 1")
		case p.Delimiter == 0 && (f.From < 1 || f.To < f.From || f.To > 10_000 || f.Column != 0 || f.Name != ""):
			refuse(at, "a field of columns has no columns", "give the first and the last")
		}
		if f.Unit != "" && !slices.Contains([]string{"cents", "dollars"}, f.Unit) {
			refuse(at+".unit", fmt.Sprintf("%q is no unit", f.Unit), "say cents or dollars")
		}
		if (f.Minus != "") != (f.Role == SignOf) {
			refuse(at+".minus", "a field of signs says which text makes an amount one below zero, and no other does", "give minus there alone")
		}
	}
	if !has[Amount] {
		refuse("fields", "no field is the amount", "give the role amount to one")
	}
	if (has[PaidOn] || has[DepositedOn]) != (p.Date != "") || p.Date != "" && !slices.Contains(dateForms, p.Date) {
		refuse("date", "there are dates and nothing says how they are written, or the other way round", "say one of "+strings.Join(dateForms, ", "))
	}
	if has[KindOf] != (len(p.Kinds) > 0) {
		refuse("kinds", "a field says what a row is and nothing says what its words mean, or the other way round", "give both")
	}
	for _, word := range slices.Sorted(maps.Keys(p.Kinds)) {
		if k := p.Kinds[word]; k != Payment && k != Refund && k != Chargeback {
			refuse("kinds."+word, fmt.Sprintf("%q is no kind", k), "say payment, refund or chargeback")
		}
	}
	if p.Suffix != "" && (has[Reverses] || !has[Transaction]) {
		refuse("suffix", "a suffix says what a row takes back where a field does, or no field has the transaction", "leave one out")
	}
	if has[TenderPaid] && !has[Tender] {
		refuse("fields", "the amount of a tender stands without the tender", "give the role tender to a field")
	}
}

//go:embed profiles
var shipped embed.FS

// Shipped lists the ids of the profiles that come with this package, sorted. They are starting points, and none is certified by a vendor.
func Shipped() []string {
	files, err := shipped.ReadDir("profiles")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	var ids []string
	for _, file := range files {
		ids = append(ids, strings.TrimSuffix(file.Name(), ".yaml"))
	}
	slices.Sort(ids)
	return ids
}

// ShippedProfile is the profile of that id. An id that [Shipped] does not list is [ErrProfile].
func ShippedProfile(id string) (*Profile, error) {
	if !slices.Contains(Shipped(), id) {
		return nil, &problem.Error{Code: ErrProfile, What: "no profile of that id is shipped", Fix: "name one of " + strings.Join(Shipped(), ", ") + ", or load the site's own"}
	}
	return Load(shipped, "profiles/"+id+".yaml")
}

var profileFile = yamldoc.Format{Name: "a profile", MaxBytes: 1 << 18, MaxNodes: 10_000, MaxText: 1 << 18, MaxDepth: 8, Strict: true}

// Load reads a profile from a file. Every problem is told at once with its place.
func Load(files fs.FS, name string) (*Profile, error) {
	src, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, &problem.Error{Code: remit.ErrInput, Pos: problem.Pos{File: name}, What: "the profile cannot be read", Fix: "look for the file", Err: err}
	}
	return Parse(name, src)
}

// Parse reads a profile; the name is for positions.
func Parse(name string, src []byte) (*Profile, error) {
	root, err := profileFile.Load(name, src)
	if err != nil {
		return nil, err
	}
	l := &loader{file: name}
	p := l.profile(root)
	if err := l.found.Err(); err != nil {
		return nil, err
	}
	if err := p.Check(); err != nil {
		return nil, l.placed(err)
	}
	return p, nil
}

// loader turns nodes into a profile.
type loader struct {
	file  string
	found problem.List
	at    map[string]problem.Pos // of the values, by their paths
}

func (l *loader) fault(n *yamldoc.Node, path, what, fix string) {
	l.found.Add(&problem.Error{Code: ErrProfile, Path: path, Pos: n.Pos(l.file), What: what, Fix: fix})
}

// placed gives each problem the place of the value that its path names, or of what encloses it.
func (l *loader) placed(err error) error {
	list, ok := err.(problem.List)
	if !ok {
		return err
	}
	for _, e := range list {
		for path := e.Path; ; {
			if pos, known := l.at[path]; known {
				e.Pos = pos
				break
			}
			cut := strings.LastIndexAny(path, ".[")
			if cut < 0 {
				e.Pos = problem.Pos{File: l.file, Line: 1, Col: 1}
				break
			}
			path = path[:cut]
		}
	}
	list.Sort()
	return list.Err()
}

type setters map[string]func(n *yamldoc.Node, path string)

func (l *loader) mapping(n *yamldoc.Node, path string, known setters) {
	if n.Kind != yamldoc.Mapping {
		l.fault(n, path, "a mapping of keys to values is needed here", "write key: value")
		return
	}
	for _, e := range n.Entries {
		at := strings.TrimPrefix(path+"."+e.Key.Text, ".")
		set, ok := known[e.Key.Text]
		if !ok {
			l.fault(e.Key, at, yamldoc.Quoted(e.Key.Text)+" means nothing here", "take it out, or write one of "+strings.Join(slices.Sorted(maps.Keys(known)), ", "))
			continue
		}
		l.at[at] = e.Value.Pos(l.file)
		set(e.Value, at)
	}
}

func (l *loader) text(into *string) func(*yamldoc.Node, string) {
	return func(n *yamldoc.Node, path string) {
		if n.Kind != yamldoc.Scalar {
			l.fault(n, path, "a single value is needed here", "write it on the line of its key")
			return
		}
		*into = n.Text
	}
}

func (l *loader) number(into *int) func(*yamldoc.Node, string) {
	return func(n *yamldoc.Node, path string) {
		i, err := strconv.Atoi(n.Text)
		if n.Kind != yamldoc.Scalar || err != nil || i < 1 || i > 100_000 {
			l.fault(n, path, "a number from 1 on is needed here", "write it in digits")
			return
		}
		*into = i
	}
}

func (l *loader) list(n *yamldoc.Node, path string, each func(n *yamldoc.Node, path string)) {
	if n.Kind != yamldoc.Sequence {
		l.fault(n, path, "a list is needed here", "begin each line with a dash")
		return
	}
	for i, item := range n.Items {
		at := fmt.Sprintf("%s[%d]", path, i)
		l.at[at] = item.Pos(l.file)
		each(item, at)
	}
}

func (l *loader) profile(root *yamldoc.Node) *Profile {
	l.at = map[string]problem.Pos{}
	p := &Profile{}
	var delimiter, heading string
	l.mapping(root, "", setters{
		"id": l.text(&p.ID), "title": l.text(&p.Title), "seen": l.text(&p.Seen), "delimiter": l.text(&delimiter), "heading": l.text(&heading),
		"unit": l.text(&p.Unit), "sign": l.text(&p.Sign), "date": l.text(&p.Date), "suffix": l.text(&p.Suffix),
		"kinds": func(n *yamldoc.Node, path string) {
			p.Kinds = map[string]Kind{}
			if n.Kind != yamldoc.Mapping {
				l.fault(n, path, "a mapping of words to kinds is needed here", "write WORD: payment")
				return
			}
			for _, e := range n.Entries {
				l.at[path+"."+e.Key.Text] = e.Value.Pos(l.file)
				p.Kinds[e.Key.Text] = Kind(e.Value.Text)
			}
		},
		"records": func(n *yamldoc.Node, path string) {
			l.list(n, path, func(n *yamldoc.Node, path string) {
				var r RecordType
				var first string
				l.mapping(n, path, setters{"name": l.text(&r.Name), "first": l.text(&first), "from": l.number(&r.From), "to": l.number(&r.To), "column": l.number(&r.Column), "text": l.text(&r.Text), "is": l.text(&r.Is)})
				r.First = l.yes(first, path+".first")
				p.Records = append(p.Records, r)
			})
		},
		"fields": func(n *yamldoc.Node, path string) {
			l.list(n, path, func(n *yamldoc.Node, path string) {
				var f Field
				var role string
				l.mapping(n, path, setters{"role": l.text(&role), "record": l.text(&f.Record), "name": l.text(&f.Name), "column": l.number(&f.Column), "from": l.number(&f.From), "to": l.number(&f.To),
					"unit": l.text(&f.Unit), "minus": l.text(&f.Minus)})
				f.Role = Role(role)
				p.Fields = append(p.Fields, f)
			})
		},
	})
	switch len(delimiter) {
	case 0:
	case 1:
		p.Delimiter = delimiter[0]
	default:
		l.found.Add(&problem.Error{Code: ErrProfile, Path: "delimiter", Pos: l.at["delimiter"], What: "the delimiter is longer than a character", Fix: "give one"})
	}
	p.Heading = l.yes(heading, "heading")
	return p
}

// yes reads a word that says yes or no; nothing says no.
func (l *loader) yes(word, path string) bool {
	if word != "" && word != "true" && word != "false" {
		l.found.Add(&problem.Error{Code: ErrProfile, Path: path, Pos: l.at[path], What: yamldoc.Quoted(word) + " says neither yes nor no", Fix: "write true or false"})
	}
	return word == "true"
}
