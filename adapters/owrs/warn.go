package owrs

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Warnings returns what is priced as written, but worth a look, in the order of the
// file. Each has a code of its own (W_…) and its place. Only what a bill or a part of
// it can reach is looked at.
func (f *File) Warnings() []*problem.Error {
	var all problem.List
	if f.date != nil && f.metadata.EffectiveDate.IsZero() {
		all.Add(&problem.Error{Code: WarnDate, Path: "metadata.effective_date", Pos: f.date.Pos(f.name),
			What: fmt.Sprintf("%s is no date: the rates are taken to hold on any day", yamldoc.Quoted(f.date.Text)), Fix: "write it as 2017-07-01"})
	}
	if f.unit != nil && !f.metadata.knownUnit {
		all.Add(&problem.Error{Code: WarnUnit, Path: "metadata.bill_unit", Pos: f.unit.Pos(f.name),
			What: fmt.Sprintf("%s is no known unit: usage cannot be converted to it", yamldoc.Quoted(f.unit.Text)), Fix: "write ccf, kgal or another unit of volume"})
	}
	for i := range f.classes {
		l := newLowering(f, &f.classes[i])
		l.charges()
		all = append(all, l.warnings...)
	}
	all.Sort()
	return all
}

// maxWarnings bounds the warnings of a class.
const maxWarnings = 1000

// A warning is what a place is warned of; once is enough.
type warning struct {
	code problem.Code
	at   *yamldoc.Node
	what string
}

func (l *lowering) warn(code problem.Code, at *yamldoc.Node, field, what, fix string) {
	w := warning{code, at, what}
	if l.warned[w] || len(l.warnings) == maxWarnings {
		return
	}
	l.warned[w] = true
	l.warnings.Add(&problem.Error{Code: code, Path: "rate_structure." + l.class.name + "." + field, Pos: at.Pos(l.file.name), What: what, Fix: fix})
}

// starts warns of tier starts that are probably meant otherwise.
func (l *lowering) starts(f yamldoc.Entry, items []*yamldoc.Node, as use) {
	for i, item := range items {
		number, ok, wrong := plainNumber(item.Text)
		if !ok || wrong != nil {
			continue
		}
		if i == 0 {
			if !number.IsZero() {
				l.warn(WarnFirstStart, item, f.Key.Text, fmt.Sprintf("the first start is %s: it has no effect, the first tier begins at zero", item.Text), "write 0")
			}
			continue
		}
		if as == asTieredStarts && !number.IsInteger() {
			l.warn(WarnFractionalStart, item, f.Key.Text, fmt.Sprintf("start %s is the first unit of its tier: the tier before it ends at %s", item.Text, number.Sub(one)), "check the tier's first unit")
		}
		if before, ok, wrong := plainNumber(items[i-1].Text); ok && wrong == nil && number.Cmp(before) <= 0 {
			l.warn(WarnStartsOrder, item, f.Key.Text, fmt.Sprintf("start %s is not above %s: the tier between gets no usage", item.Text, items[i-1].Text), "check the starts")
		}
	}
}

// ignored warns of keys of a map that have no effect.
func (l *lowering) ignored(f yamldoc.Entry) {
	for _, e := range f.Value.Entries {
		if e.Key.Text != "depends_on" && e.Key.Text != "values" {
			l.warn(WarnIgnoredKey, e.Key, f.Key.Text, fmt.Sprintf("%s has no effect on %s", yamldoc.Quoted(e.Key.Text), f.Key.Text), "take it out, or state what is meant by a map")
		}
	}
}

// mapOver keeps a map that has been met, by the names that it depends on.
func (l *lowering) mapOver(names string, f yamldoc.Entry) {
	same := func(g yamldoc.Entry) bool { return g.Key == f.Key }
	if !slices.ContainsFunc(l.maps[names], same) {
		l.maps[names] = append(l.maps[names], f)
	}
}

// mapKeys warns of maps over the same names whose keys differ.
func (l *lowering) mapKeys() {
	for _, names := range slices.Sorted(maps.Keys(l.maps)) {
		alike := l.maps[names]
		// in is the first map that has the key; keys are in their order.
		in := map[string]yamldoc.Entry{}
		var keys []string
		for _, f := range alike {
			for _, e := range f.Value.Get("values").Value.Entries {
				if _, ok := in[e.Key.Text]; !ok {
					in[e.Key.Text] = f
					keys = append(keys, e.Key.Text)
				}
			}
		}
		for _, f := range alike {
			l.lacking(f, keys, in)
		}
	}
}

func (l *lowering) lacking(f yamldoc.Entry, keys []string, in map[string]yamldoc.Entry) {
	entries := f.Value.Get("values").Value.Entries
	if len(entries) == len(keys) {
		return
	}
	has := make(map[string]bool, len(entries))
	for _, e := range entries {
		has[e.Key.Text] = true
	}
	lacks := slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return has[key] })
	other := in[lacks[0]].Key
	more := ""
	if len(lacks) > 1 {
		more = fmt.Sprintf(" (nor for %d more)", len(lacks)-1)
	}
	l.warn(WarnMapKeys, f.Key, f.Key.Text, fmt.Sprintf("%s has no value for %s%s, which %s on line %d has: such customers may have no bill",
		f.Key.Text, yamldoc.Quoted(lacks[0]), more, other.Text, other.Line), "write the keys alike, and state all of them")
}

// unbilled warns of a drought or wastewater charge, other than zero, that the bill
// has not read.
func (l *lowering) unbilled(id string, f yamldoc.Entry) {
	if id == ChargeService || id == ChargeCommodity || isZero(f.Value) {
		return
	}
	l.warn(WarnUnbilled, f.Key, f.Key.Text, fmt.Sprintf("the bill of class %s does not read %s", l.class.name, f.Key.Text), "add it to the formula of the bill, if customers pay it")
}

// isZero says whether all values of a field are zero.
func isZero(n *yamldoc.Node) bool {
	switch n.Kind {
	case yamldoc.Scalar:
		number, ok, wrong := plainNumber(n.Text)
		return ok && wrong == nil && number.IsZero()
	case yamldoc.Sequence:
		return !slices.ContainsFunc(n.Items, func(item *yamldoc.Node) bool { return !isZero(item) })
	}
	values := n.Get("values").Value
	return values != nil && values.Kind == yamldoc.Mapping &&
		!slices.ContainsFunc(values.Entries, func(e yamldoc.Entry) bool { return !isZero(e.Value) })
}

var perUnit = regexp.MustCompile(`(?:^|[^0-9.])1/([1-9][0-9]{2})(?:[^0-9.]|$)`)

// conversion warns of a divisor that may be meant as 748.
func (l *lowering) conversion(f yamldoc.Entry, formula string, n *yamldoc.Node) {
	if !strings.Contains(formula, "1/") {
		return
	}
	if found := perUnit.FindStringSubmatch(formula); found != nil && found[1] != "748" {
		l.warn(WarnConversion, n, f.Key.Text, fmt.Sprintf("1/%s: a ccf is taken for 748 gallons in other files", found[1]), "check the number")
	}
}
