package ratefile

import (
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// Marshal writes a book and its checks as a file in YAML, in the form of [Format]. Read
// again it is the same book, to the writing of its numbers: 2.50 may be 2.5. The book
// need not compile.
//
// The error is a [problem.List] of all that the format cannot state, each with its
// path in the file: what belongs to outside formats (a [rates.List], [rates.TierColumns],
// [rates.Refuse], [rates.Schedule.Codes]); a plain formula that is only a number; a table
// whose rows of one first key do not stand together; what has no value where one is
// asked for; usage of a check in another unit than its schedule's.
func Marshal(book rates.Book, checks ...ratecheck.Check) ([]byte, error) {
	w := &writer{seen: map[*yamldoc.Node]map[string]*yamldoc.Node{}}
	root := w.book(&book, checks)
	c := &checker{torn: &yamldoc.Torn{Root: root}}
	if len(w.found) == 0 {
		c.document()
	}
	if all := append(w.found, c.found...); len(all) > 0 {
		return nil, all
	}
	p := printer{}
	return p.document(canon{&attached{}}.tree(grammar, root), nil), nil
}

// A writer makes the nodes of a document of a book.
type writer struct {
	found problem.List
	// seen are the values of mappings with keys of the book's own.
	seen map[*yamldoc.Node]map[string]*yamldoc.Node
}

func (w *writer) refuse(code problem.Code, at *place, what, fix string) {
	w.found.Add(&problem.Error{Code: code, Path: at.String(), What: what, Fix: fix})
}

// put adds an entry to a mapping; none for a value that is not there.
func (w *writer) put(n *yamldoc.Node, key string, value *yamldoc.Node) {
	if value != nil {
		n.Entries = append(n.Entries, yamldoc.Entry{Key: &yamldoc.Node{Kind: yamldoc.Scalar, Text: key}, Value: value})
	}
}

// name adds an entry to a mapping with keys of the book's own.
func (w *writer) name(n *yamldoc.Node, key string, value *yamldoc.Node, at *place) {
	if !utf8.ValidString(key) {
		w.refuse(ErrText, at, "the name is not UTF-8", "correct it")
	}
	if w.seen[n] == nil {
		w.seen[n] = map[string]*yamldoc.Node{}
	}
	if _, twice := w.seen[n][key]; twice {
		w.refuse(rates.ErrDuplicate, at, yamldoc.Quoted(key)+" stands twice", "keep one, or put them together")
	}
	w.seen[n][key] = value
	w.put(n, key, value)
}

func mapping() *yamldoc.Node { return &yamldoc.Node{Kind: yamldoc.Mapping} }

// orNone is a mapping or list, or nothing where it is empty.
func orNone(n *yamldoc.Node) *yamldoc.Node {
	if len(n.Entries)+len(n.Items) == 0 {
		return nil
	}
	return n
}

func scalarNode(text string) *yamldoc.Node { return &yamldoc.Node{Kind: yamldoc.Scalar, Text: text} }

// optional is a text, or nothing where it is empty.
func (w *writer) optional(text string, at *place) *yamldoc.Node {
	if text == "" {
		return nil
	}
	return w.text(text, at)
}

func (w *writer) text(text string, at *place) *yamldoc.Node {
	if !utf8.ValidString(text) {
		w.refuse(ErrText, at, "the text is not UTF-8", "correct it")
	}
	return scalarNode(text)
}

func (w *writer) texts(all []string, at *place) *yamldoc.Node {
	n := &yamldoc.Node{Kind: yamldoc.Sequence}
	for i, t := range all {
		n.Items = append(n.Items, w.text(t, at.item(i)))
	}
	return orNone(n)
}

func dateNode(d civil.Date) *yamldoc.Node {
	if d.IsZero() {
		return nil
	}
	return scalarNode(d.String())
}

func trueNode(b bool) *yamldoc.Node {
	if !b {
		return nil
	}
	return &yamldoc.Node{Kind: yamldoc.Scalar, Text: "true", Type: yamldoc.Bool}
}

func wholeNode(i int) *yamldoc.Node {
	if i == 0 {
		return nil
	}
	return scalarNode(strconv.Itoa(i))
}

// chosen is the word of a choice; nothing for one that is not made.
func chosen[T interface {
	comparable
	fmt.Stringer
}](choice T) *yamldoc.Node {
	var none T
	if choice == none {
		return nil
	}
	return scalarNode(choice.String())
}

func (w *writer) book(book *rates.Book, checks []ratecheck.Check) *yamldoc.Node {
	n := mapping()
	w.put(n, formatKey, scalarNode(formatVersion))
	w.put(n, "name", w.optional(book.Name, (*place)(nil).under("name")))
	list := &yamldoc.Node{Kind: yamldoc.Sequence}
	at := (*place)(nil).under("schedules")
	units := map[string]metering.Unit{}
	for i := range book.Schedules {
		s := &book.Schedules[i]
		if _, twice := units[s.ID]; !twice {
			units[s.ID] = s.Unit
		}
		list.Items = append(list.Items, w.schedule(s, at.item(i)))
	}
	w.put(n, "schedules", orNone(list))
	worked := &yamldoc.Node{Kind: yamldoc.Sequence}
	at = (*place)(nil).under("checks")
	for i := range checks {
		worked.Items = append(worked.Items, w.check(&checks[i], units, at.item(i)))
	}
	w.put(n, "checks", orNone(worked))
	return n
}

func (w *writer) schedule(s *rates.Schedule, at *place) *yamldoc.Node {
	n := mapping()
	w.put(n, "id", w.optional(s.ID, at.under("id")))
	w.put(n, "title", w.optional(s.Title, at.under("title")))
	w.put(n, "unit", chosen(s.Unit))
	rounding := mapping()
	w.put(rounding, "mode", chosen(s.Rounding.Mode))
	w.put(rounding, "place", chosen(s.Rounding.Place))
	w.put(n, "rounding", orNone(rounding))
	w.put(n, "select", chosen(s.Select))
	w.put(n, "proration", w.proration(s.Proration, at.under("proration")))
	w.put(n, "usage", chosen(s.Usage))
	w.put(n, "undated", trueNode(s.Undated))
	w.put(n, "seasons", w.seasons(&s.Seasons, at.under("seasons")))
	facts := mapping()
	for i := range s.Facts {
		f := &s.Facts[i]
		w.name(facts, f.Name, w.fact(f, at.under("facts").under(f.Name)), at.under("facts").under(f.Name))
	}
	w.put(n, "facts", orNone(facts))
	if len(s.Codes) > 0 {
		w.refuse(ErrUnknownKey, at.under("codes"), "codes of an outside format cannot be stated", "leave them out")
	}
	versions := &yamldoc.Node{Kind: yamldoc.Sequence}
	for i := range s.Versions {
		versions.Items = append(versions.Items, w.version(&s.Versions[i], at.under("versions").item(i)))
	}
	w.put(n, "versions", orNone(versions))
	return n
}

func (w *writer) proration(p rates.Proration, at *place) *yamldoc.Node {
	switch {
	case p == rates.Proration{}:
		return nil
	case p == rates.Proration{Over: rates.NotProrated}:
		return scalarNode(notProrated)
	}
	n := mapping()
	w.put(n, "over", chosen(p.Over))
	w.put(n, "days", wholeNode(p.Days))
	var scales []string
	if p.Fixed {
		scales = append(scales, scalesFixed)
	}
	if p.Tiers {
		scales = append(scales, scalesTiers)
	}
	w.put(n, "scales", w.texts(scales, at))
	return n
}

func (w *writer) seasons(s *rates.Seasons, at *place) *yamldoc.Node {
	n := mapping()
	w.put(n, "select", chosen(s.Select))
	starts := &yamldoc.Node{Kind: yamldoc.Sequence}
	for i, start := range s.Starts {
		season := mapping()
		w.put(season, "name", w.optional(start.Name, at.under("starts").item(i)))
		w.put(season, "from", scalarNode(fmt.Sprintf("%02d-%02d", int(start.Month), start.Day)))
		starts.Items = append(starts.Items, season)
	}
	w.put(n, "starts", orNone(starts))
	return orNone(n)
}

func (w *writer) fact(f *rates.Fact, at *place) *yamldoc.Node {
	n := mapping()
	w.put(n, "type", chosen(f.Type))
	w.put(n, "allowed", w.texts(f.Allowed, at.under("allowed")))
	if f.Range != nil {
		w.put(n, "least", w.number(f.Range.Least, at.under("least")))
		w.put(n, "most", w.number(f.Range.Most, at.under("most")))
		w.put(n, "whole", trueNode(f.Range.Whole))
	}
	w.put(n, "change", chosen(f.Change))
	return n
}

func (w *writer) version(v *rates.Version, at *place) *yamldoc.Node {
	n := mapping()
	w.put(n, "from", dateNode(v.From))
	w.put(n, "to", dateNode(v.To))
	w.put(n, "source", w.source(v.Source, at.under("source")))
	definitions := mapping()
	for i := range v.Definitions {
		d := &v.Definitions[i]
		under := at.under("definitions").under(d.Name)
		value := w.value(d.Value, under)
		if d.Fact != "" {
			given := mapping()
			w.put(given, "fact", w.text(d.Fact, under))
			w.put(given, "value", value)
			value = given
		}
		w.name(definitions, d.Name, value, under)
	}
	w.put(n, "definitions", orNone(definitions))
	charges := &yamldoc.Node{Kind: yamldoc.Sequence}
	for i := range v.Charges {
		charges.Items = append(charges.Items, w.charge(&v.Charges[i], at.under("charges").item(i)))
	}
	w.put(n, "charges", orNone(charges))
	return n
}

func (w *writer) source(s rates.Citation, at *place) *yamldoc.Node {
	n := mapping()
	w.put(n, "resolution", w.optional(s.Resolution, at.under("resolution")))
	w.put(n, "section", w.optional(s.Section, at.under("section")))
	w.put(n, "address", w.optional(s.Address, at.under("address")))
	return orNone(n)
}

func (w *writer) charge(c *rates.Charge, at *place) *yamldoc.Node {
	n := mapping()
	w.put(n, "id", w.optional(c.ID, at.under("id")))
	w.put(n, "text", w.optional(c.Text, at.under("text")))
	w.put(n, "service", w.optional(c.Service, at.under("service")))
	w.put(n, "per", chosen(c.Per))
	w.put(n, "meters", w.conditions(c.Meters, at.under("meters")))
	w.put(n, "when", w.conditions(c.When, at.under("when")))
	w.put(n, "season", w.optional(c.Season, at.under("season")))
	w.put(n, "memo", trueNode(c.Memo))
	w.rule(n, c.Rule, at)
	w.put(n, "source", w.source(c.Source, at.under("source")))
	return n
}

func (w *writer) conditions(all []rates.Condition, at *place) *yamldoc.Node {
	n := mapping()
	for _, c := range all {
		under := at.under(c.Fact)
		in := w.texts(c.In, under)
		if in == nil {
			w.refuse(ErrMissing, under, "the condition has no texts", "state those for which it holds")
			continue
		}
		w.name(n, c.Fact, in, under)
	}
	return orNone(n)
}
