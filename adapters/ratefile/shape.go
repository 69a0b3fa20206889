package ratefile

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// maxFound is how many problems of the shape are looked for.
const maxFound = 1000

// A checker compares a document with the grammar. What is wrong it reports and then
// mends in the nodes, so that the rest of the book can be judged: a value that cannot
// be read becomes a refused node, a misspelled key the key that was meant.
type checker struct {
	name  string
	torn  *yamldoc.Torn
	found problem.List
	// faults are the paths of what was found, for [marks].
	faults []fault
}

// A fault is where something was found.
type fault struct {
	path string
	// key says that a key is at fault, or the want of one, not a value.
	key bool
}

func (c *checker) add(at *yamldoc.Node, path string, f *flaw) {
	c.found.Add(&problem.Error{Code: f.code, Path: path, Pos: at.Pos(c.name), What: f.what, Fix: f.fix})
	c.faults = append(c.faults, fault{path: path})
}

// addKey reports a key, or the want of one.
func (c *checker) addKey(at *yamldoc.Node, path string, f *flaw) {
	c.add(at, path, f)
	c.faults[len(c.faults)-1].key = true
}

// check compares a value with its form. key is the node that names the value; end is
// the line on which what follows it begins.
func (c *checker) check(f *form, n, key *yamldoc.Node, at *place, end int) {
	refuse := func(at *yamldoc.Node, path string, fl *flaw) {
		c.add(at, path, fl)
		*n = yamldoc.Node{Kind: yamldoc.Refused, Line: n.Line, Col: n.Col}
	}
	switch {
	case len(c.found) >= maxFound:
	case n.Kind == yamldoc.Refused: // an alias, a tag: reported
		c.faults = append(c.faults, fault{path: at.String()})
	case n.Kind == yamldoc.Scalar && n.Type == yamldoc.Null:
		// What stood here may lie in a part that could not be read.
		where := n
		if n.Text == "" && key != nil {
			where = key
		}
		if c.torn.In(where.Line, end) {
			c.faults = append(c.faults, fault{path: at.String()})
			*n = yamldoc.Node{Kind: yamldoc.Refused, Line: n.Line, Col: n.Col}
			return
		}
		refuse(where, at.String(), &flaw{ErrMissing, "the value is missing", fmt.Sprintf("write %s, or leave out the key", f.name)})
	case n.Kind != yamldoc.Scalar && len(n.Items) == 0 && len(n.Entries) == 0:
		refuse(n, at.String(), &flaw{ErrMissing, "nothing stands in the brackets", fmt.Sprintf("write %s, or leave out the key", f.name)})
	default:
		picked, fl := pick(f, n)
		if fl != nil {
			refuse(n, at.String(), fl)
			return
		}
		c.picked(picked, n, at, end)
	}
}

// picked compares a value with a form of its own kind.
func (c *checker) picked(f *form, n *yamldoc.Node, at *place, end int) {
	switch f.kind {
	case object:
		c.object(f, n, at, end)
	case list:
		for i, item := range n.Items {
			if len(c.found) >= maxFound {
				return
			}
			c.check(f.of, item, nil, at.item(i), lineAfter(n, i, end))
		}
	case names, pair:
		c.names(f, n, at, end)
	case rows: // by its table
	default:
		c.scalar(f, n, at)
	}
}

func (c *checker) scalar(f *form, n *yamldoc.Node, at *place) {
	fl := scalarFlaw(f, n)
	if fl == nil {
		return
	}
	c.add(n, at.String(), fl)
	switch f.kind {
	case text, factValue, scalar, formula:
		if fl.code == ErrText && n.Text != "" {
			n.Type = yamldoc.Text // as if in quotes
			return
		}
	case word:
		if meant := f.near(n.Text); meant != "" {
			n.Text, n.Type = meant, yamldoc.Text
			return
		}
	}
	*n = yamldoc.Node{Kind: yamldoc.Refused, Line: n.Line, Col: n.Col}
}

// pick is the form of a union that a value is of, or what keeps it from being of any.
func pick(f *form, n *yamldoc.Node) (*form, *flaw) {
	var objects []*form
	for _, of := range f.forms() {
		switch {
		case of.isScalar() && n.Kind == yamldoc.Scalar,
			of.kind == list && n.Kind == yamldoc.Sequence,
			(of.kind == names || of.kind == pair || of.kind == rows) && n.Kind == yamldoc.Mapping:
			return of, nil
		case of.kind == object && n.Kind == yamldoc.Mapping:
			objects = append(objects, of)
		}
	}
	switch len(objects) {
	case 0:
		return nil, &flaw{ErrShape, fmt.Sprintf("%s is asked for, and this is %s", f.name, kindOf(n)), shapeFix(f)}
	case 1:
		return objects[0], nil
	}
	return pickObject(objects, n)
}

// pickObject is the one of several forms with which a mapping has most in common.
func pickObject(objects []*form, n *yamldoc.Node) (*form, *flaw) {
	var best *form
	most := 0
	var first []string
	for _, of := range objects {
		score := 0
		for i, key := range of.keys() {
			weight := 2
			if i == 0 {
				weight = 3
				first = append(first, key)
			}
			if n.Get(key).Value != nil {
				score += weight * 2
			} else if slices.ContainsFunc(n.Entries, func(e yamldoc.Entry) bool { return nearest(e.Key.Text, []string{key}) != "" }) {
				score += weight
			}
		}
		if score > most {
			best, most = of, score
		}
	}
	if best == nil {
		return nil, &flaw{ErrUnknownKey, yamldoc.Quoted(n.Entries[0].Key.Text) + " is no key of a value", "a mapping that is a value has one of the keys " + oneOf(first)}
	}
	return best, nil
}

func kindOf(n *yamldoc.Node) string {
	switch n.Kind {
	case yamldoc.Sequence:
		return "a list"
	case yamldoc.Mapping:
		return "a mapping"
	}
	return "the text " + yamldoc.Quoted(n.Text)
}

func shapeFix(f *form) string {
	switch f.kind {
	case list:
		return "write it as a list: each item behind a dash, or all in brackets [ ]"
	case object:
		return "write its keys below it: " + strings.Join(f.keys(), ", ")
	case names, rows:
		return "write a name and its value on each line below it"
	case pair:
		return "write the id of the charge and its dollars, as in base: 48.94"
	case union:
		return "write " + f.name
	}
	return "write one text or number"
}

// lineAfter is where what follows an item of a list begins.
func lineAfter(n *yamldoc.Node, i, end int) int {
	if i+1 < len(n.Items) {
		return n.Items[i+1].Line
	}
	return end
}

// lineAfterEntry is where what follows an entry of a mapping begins.
func lineAfterEntry(n *yamldoc.Node, i, end int) int {
	if i+1 < len(n.Entries) {
		return n.Entries[i+1].Key.Line
	}
	return end
}

// names compares a mapping with keys of the book's own.
func (c *checker) names(f *form, n *yamldoc.Node, at *place, end int) {
	if f.kind == pair && len(n.Entries) != 1 {
		c.add(n, at.String(), &flaw{ErrShape, fmt.Sprintf("%s has one key, and this has %d", f.name, len(n.Entries)), "make each an item of the list"})
		return
	}
	for i, e := range n.Entries {
		if len(c.found) >= maxFound {
			return
		}
		under := at.under(e.Key.Text)
		c.key(e.Key, under)
		c.check(f.of, e.Value, e.Key, under, lineAfterEntry(n, i, end))
	}
}

// key refuses a name that is empty or longer than a key of YAML may be.
func (c *checker) key(key *yamldoc.Node, at *place) {
	switch {
	case key.Text == "":
		c.addKey(key, joinPath(at.up.String(), `""`), &flaw{ErrText, "the name is empty", "write it"})
	case utf8.RuneCountInString(key.Text) > maxName:
		c.addKey(key, at.String(), &flaw{ErrText, fmt.Sprintf("the name has %d characters", utf8.RuneCountInString(key.Text)), fmt.Sprintf("shorten it to %d", maxName)})
	}
}

// object compares a mapping with keys of the format.
func (c *checker) object(f *form, n *yamldoc.Node, at *place, end int) {
	c.cutFormulas(n, at)
	c.keys(f, n, at, end)
	for i, e := range n.Entries {
		field := f.field(e.Key.Text)
		if field == nil || field.form.kind == rows {
			continue
		}
		before := len(c.found)
		c.check(field.form, e.Value, e.Key, at.under(e.Key.Text), lineAfterEntry(n, i, end))
		if field.required && len(c.found) == before+1 && c.found[before].Code == ErrMissing && c.found[before].Path == at.under(e.Key.Text).String() {
			c.found[before].Fix = strings.TrimSuffix(c.found[before].Fix, ", or leave out the key")
		}
	}
	if by, all := n.Get("by"), n.Get("rows"); by.Value != nil && all.Value != nil && f.field("rows") != nil {
		c.table(f.field("rows").form, by.Value, all, at.under("rows"), end)
	}
}

// otherWords are what people call some keys.
var otherWords = map[string]string{"to": "up_to", "max": "up_to", "rate": "price", "cost": "price", "percentage": "percent", "pct": "percent", "flat": "fixed", "blocks": "tiers"}

// cutFormulas reports formulas in braces that YAML has cut at their commas.
func (c *checker) cutFormulas(n *yamldoc.Node, at *place) {
	open := func(text string) int { return strings.Count(text, "(") - strings.Count(text, ")") }
	for i := 0; n.Flow && i+1 < len(n.Entries); i++ {
		e := n.Entries[i]
		left := open(e.Value.Text)
		if e.Value.Kind != yamldoc.Scalar || left <= 0 {
			continue
		}
		end := i + 1
		for ; end < len(n.Entries) && left > 0 && n.Entries[end].Value.Type == yamldoc.Null; end++ {
			left += open(n.Entries[end].Key.Text)
		}
		if left > 0 || end == i+1 {
			continue
		}
		c.add(e.Value, at.under(e.Key.Text).String(), &flaw{rates.ErrFormula, "the formula is cut at its comma: commas part what stands in braces", "put the formula in quotes"})
		*e.Value = yamldoc.Node{Kind: yamldoc.Refused, Line: e.Value.Line, Col: e.Value.Col}
		n.Entries = slices.Delete(n.Entries, i+1, end)
	}
}

// keys finds the keys that are not of the form, those that are missing, and those
// that cannot stand together.
func (c *checker) keys(f *form, n *yamldoc.Node, at *place, end int) {
	lost := func(key string) bool { return c.torn.Lost(key, n.Line, end) }
	missing, noRule := missingKeys(f, n), lacksRule(f, n)
	for _, key := range missing {
		if lost(key) {
			c.faults = append(c.faults, fault{path: joinPath(at.String(), key)})
		}
	}
	missing = slices.DeleteFunc(missing, lost)
	var unknown []*yamldoc.Node
	for _, e := range n.Entries {
		if f.field(e.Key.Text) == nil {
			unknown = append(unknown, e.Key)
		}
	}
	missed := absent(f, n)
	for _, key := range unknown {
		if len(c.found) >= maxFound {
			return
		}
		fl := &flaw{ErrUnknownKey, fmt.Sprintf("%s is no key of %s", yamldoc.Quoted(key.Text), f.name), "the keys are " + strings.Join(f.keys(), ", ")}
		path := at.under(key.Text).String()
		if key.Text == "" {
			path = joinPath(at.String(), `""`)
		}
		meant := nearest(key.Text, missed)
		if other := otherWords[strings.ToLower(key.Text)]; meant == "" && slices.Contains(missed, other) {
			meant = other
		}
		switch {
		case meant != "":
			fl.fix = fmt.Sprintf("did you mean %s? %s", meant, fl.fix)
		case len(unknown) > 1:
		case len(missing) == 1 && !noRule && fits(f.field(missing[0]).form, n.Get(key.Text).Value):
			// The one stands where the other is missing.
			meant = missing[0]
			fl.what += ", and " + meant + " is missing"
		case len(missing) == 0 && noRule:
			noRule = false
			fl.what += ", and none of the keys " + oneOf(f.rules) + " is there"
		}
		c.addKey(key, path, fl)
		if meant != "" {
			key.Text = meant
			missed = slices.DeleteFunc(missed, func(key string) bool { return key == meant })
		}
	}
	if len(unknown) > 0 {
		missing, noRule = slices.DeleteFunc(missingKeys(f, n), lost), noRule && lacksRule(f, n)
	}
	c.together(f, n, at)
	for _, key := range missing {
		c.add(n, joinPath(at.String(), key), &flaw{ErrMissing, fmt.Sprintf("%s has no %s", f.name, key), fmt.Sprintf("state it (%s)", lower(f.field(key).doc))})
	}
	if noRule && !slices.ContainsFunc(f.rules, func(key string) bool { return c.torn.Lost(key, n.Line, end) }) {
		c.addKey(n, at.String(), &flaw{ErrMissing, fmt.Sprintf("%s has one of the keys %s, and this has none", f.name, oneOf(f.rules)), "write one of them"})
	}
}

// fits says whether a value may be of a form, as far as is seen at a glance.
func fits(f *form, n *yamldoc.Node) bool {
	if n.Kind == yamldoc.Refused || n.Kind == yamldoc.Scalar && n.Type == yamldoc.Null {
		return false
	}
	picked, fl := pick(f, n)
	return fl == nil && (!picked.isScalar() || scalarFlaw(picked, n) == nil)
}

// missingKeys are the keys that the mapping lacks.
func missingKeys(f *form, n *yamldoc.Node) []string {
	var keys []string
	for i := range f.fields {
		field := &f.fields[i]
		if n.Get(field.key).Value != nil {
			for _, needed := range field.needs {
				if n.Get(needed).Value == nil && !slices.Contains(keys, needed) {
					keys = append(keys, needed)
				}
			}
		} else if field.required {
			keys = append(keys, field.key)
		}
	}
	return keys
}

// lacksRule says that the mapping has none of the form's rules.
func lacksRule(f *form, n *yamldoc.Node) bool {
	return len(f.rules) > 0 && !slices.ContainsFunc(f.rules, func(key string) bool { return n.Get(key).Value != nil })
}

// absent are the keys of the form that the mapping does not have.
func absent(f *form, n *yamldoc.Node) []string {
	return slices.DeleteFunc(f.keys(), func(key string) bool { return n.Get(key).Value != nil })
}

// together refuses keys that cannot stand beside each other.
func (c *checker) together(f *form, n *yamldoc.Node, at *place) {
	rule := ""
	for _, e := range n.Entries {
		field := f.field(e.Key.Text)
		if field == nil {
			continue
		}
		path := func() string { return joinPath(at.String(), field.key) }
		if slices.Contains(f.rules, field.key) {
			if rule != "" {
				c.addKey(e.Key, path(), &flaw{ErrShape, fmt.Sprintf("%s stands beside %s, and %s has one of the two", field.key, rule, f.name), "keep one"})
			} else {
				rule = field.key
			}
		}
		for _, other := range field.not {
			if n.Get(other).Value != nil {
				c.addKey(e.Key, path(), &flaw{ErrShape, fmt.Sprintf("%s cannot stand beside %s", field.key, other), "keep one"})
			}
		}
	}
	for _, e := range n.Entries {
		field := f.field(e.Key.Text)
		if field == nil || len(field.beside) == 0 || rule == "" ||
			slices.ContainsFunc(field.beside, func(key string) bool { return n.Get(key).Value != nil }) {
			continue
		}
		c.addKey(e.Key, joinPath(at.String(), field.key), &flaw{ErrUnknownKey, fmt.Sprintf("%s has no meaning beside %s", field.key, rule),
			fmt.Sprintf("take it out; it stands beside %s", oneOf(field.beside))})
	}
}

// lower begins a sentence as a part of one.
func lower(sentence string) string {
	return strings.ToLower(sentence[:1]) + strings.TrimSuffix(sentence[1:], ".")
}

// table compares the rows of a table: one mapping in the other for each of its names.
func (c *checker) table(f *form, by *yamldoc.Node, all yamldoc.Entry, at *place, end int) {
	depth := 1
	switch by.Kind {
	case yamldoc.Refused:
		return
	case yamldoc.Sequence:
		depth = len(by.Items)
	}
	c.rows(f, by, all.Value, all.Key, at, depth, end)
}

func (c *checker) rows(f *form, by, n, key *yamldoc.Node, at *place, depth, end int) {
	if depth == 0 {
		if n.Kind == yamldoc.Mapping && len(n.Entries) > 0 {
			if _, fl := pick(f.of, n); fl != nil {
				fl.fix += "; or name in by what " + yamldoc.Quoted(n.Entries[0].Key.Text) + " is a key of"
				c.add(n.Entries[0].Key, joinPath(at.String(), n.Entries[0].Key.Text), fl)
				c.faults = append(c.faults, fault{path: at.String()})
				*n = yamldoc.Node{Kind: yamldoc.Refused, Line: n.Line, Col: n.Col}
				return
			}
		}
		c.check(f.of, n, key, at, end)
		return
	}
	if n.Kind == yamldoc.Scalar && n.Type != yamldoc.Null || n.Kind == yamldoc.Sequence && len(n.Items) > 0 {
		name := by.Text
		if by.Kind == yamldoc.Sequence {
			name = by.Items[len(by.Items)-depth].Text
		}
		c.add(n, at.String(), &flaw{ErrShape, fmt.Sprintf("rows by %s are asked for, and this is %s", name, kindOf(n)), "write a key and its value on each line below it"})
		*n = yamldoc.Node{Kind: yamldoc.Refused, Line: n.Line, Col: n.Col}
		return
	}
	if n.Kind != yamldoc.Mapping || len(n.Entries) == 0 {
		c.check(f, n, key, at, end) // nothing, or reported
		return
	}
	for i, e := range n.Entries {
		if len(c.found) >= maxFound {
			return
		}
		under := at.under(e.Key.Text)
		c.key(e.Key, under)
		c.rows(f, by, e.Value, e.Key, under, depth-1, lineAfterEntry(n, i, end))
	}
}
