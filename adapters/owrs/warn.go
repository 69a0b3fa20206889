package owrs

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Warnings returns what is priced as written, but worth a look, in the order of the
// file. Each has a code of its own (W_…) and its place. Only what a bill or a part of
// it can reach is looked at.
func (f *File) Warnings() []*problem.Error {
	var all problem.List
	if f.date != nil && f.metadata.EffectiveDate.IsZero() {
		all.Add(&problem.Error{Code: WarnDate, Path: "metadata.effective_date", Pos: pos(f.name, f.date),
			What: fmt.Sprintf("%s is no date: the rates are taken to hold on any day", quoted(f.date.text)), Fix: "write it as 2017-07-01"})
	}
	if f.unit != nil && !f.metadata.knownUnit {
		all.Add(&problem.Error{Code: WarnUnit, Path: "metadata.bill_unit", Pos: pos(f.name, f.unit),
			What: fmt.Sprintf("%s is no known unit: usage cannot be converted to it", quoted(f.unit.text)), Fix: "write ccf, kgal or another unit of volume"})
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
	at   *node
	what string
}

func (l *lowering) warn(code problem.Code, at *node, field, what, fix string) {
	w := warning{code, at, what}
	if l.warned[w] || len(l.warnings) == maxWarnings {
		return
	}
	l.warned[w] = true
	l.warnings.Add(&problem.Error{Code: code, Path: "rate_structure." + l.class.name + "." + field, Pos: pos(l.file.name, at), What: what, Fix: fix})
}

// starts warns of tier starts that are probably meant otherwise.
func (l *lowering) starts(f field, items []*node, as use) {
	for i, item := range items {
		number, ok, wrong := plainNumber(item.text)
		if !ok || wrong != nil {
			continue
		}
		if i == 0 {
			if !number.IsZero() {
				l.warn(WarnFirstStart, item, f.key.text, fmt.Sprintf("the first start is %s: it has no effect, the first tier begins at zero", item.text), "write 0")
			}
			continue
		}
		if as == asTieredStarts && !number.IsInteger() {
			l.warn(WarnFractionalStart, item, f.key.text, fmt.Sprintf("start %s is the first unit of its tier: the tier before it ends at %s", item.text, number.Sub(one)), "check the tier's first unit")
		}
		if before, ok, wrong := plainNumber(items[i-1].text); ok && wrong == nil && number.Cmp(before) <= 0 {
			l.warn(WarnStartsOrder, item, f.key.text, fmt.Sprintf("start %s is not above %s: the tier between gets no usage", item.text, items[i-1].text), "check the starts")
		}
	}
}

// ignored warns of keys of a map that have no effect.
func (l *lowering) ignored(f field) {
	for _, e := range f.value.entries {
		if e.key.text != "depends_on" && e.key.text != "values" {
			l.warn(WarnIgnoredKey, e.key, f.key.text, fmt.Sprintf("%s has no effect on %s", quoted(e.key.text), f.key.text), "take it out, or state what is meant by a map")
		}
	}
}

// mapOver keeps a map that has been met, by the names that it depends on.
func (l *lowering) mapOver(names string, f field) {
	same := func(g field) bool { return g.key == f.key }
	if !slices.ContainsFunc(l.maps[names], same) {
		l.maps[names] = append(l.maps[names], f)
	}
}

// mapKeys warns of maps over the same names whose keys differ.
func (l *lowering) mapKeys() {
	for _, names := range slices.Sorted(maps.Keys(l.maps)) {
		alike := l.maps[names]
		// in is the first map that has the key; keys are in their order.
		in := map[string]field{}
		var keys []string
		for _, f := range alike {
			for _, e := range f.value.get("values").value.entries {
				if _, ok := in[e.key.text]; !ok {
					in[e.key.text] = f
					keys = append(keys, e.key.text)
				}
			}
		}
		for _, f := range alike {
			l.lacking(f, keys, in)
		}
	}
}

func (l *lowering) lacking(f field, keys []string, in map[string]field) {
	entries := f.value.get("values").value.entries
	if len(entries) == len(keys) {
		return
	}
	has := make(map[string]bool, len(entries))
	for _, e := range entries {
		has[e.key.text] = true
	}
	lacks := slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return has[key] })
	other := in[lacks[0]].key
	more := ""
	if len(lacks) > 1 {
		more = fmt.Sprintf(" (nor for %d more)", len(lacks)-1)
	}
	l.warn(WarnMapKeys, f.key, f.key.text, fmt.Sprintf("%s has no value for %s%s, which %s on line %d has: such customers may have no bill",
		f.key.text, quoted(lacks[0]), more, other.text, other.line), "write the keys alike, and state all of them")
}

// unbilled warns of a drought or wastewater charge, other than zero, that the bill
// has not read.
func (l *lowering) unbilled(id string, f field) {
	if id == ChargeService || id == ChargeCommodity || isZero(f.value) {
		return
	}
	l.warn(WarnUnbilled, f.key, f.key.text, fmt.Sprintf("the bill of class %s does not read %s", l.class.name, f.key.text), "add it to the formula of the bill, if customers pay it")
}

// isZero says whether all values of a field are zero.
func isZero(n *node) bool {
	switch n.kind {
	case scalar:
		number, ok, wrong := plainNumber(n.text)
		return ok && wrong == nil && number.IsZero()
	case sequence:
		return !slices.ContainsFunc(n.items, func(item *node) bool { return !isZero(item) })
	}
	values := n.get("values").value
	return values != nil && values.kind == mapping &&
		!slices.ContainsFunc(values.entries, func(e field) bool { return !isZero(e.value) })
}

var perUnit = regexp.MustCompile(`(?:^|[^0-9.])1/([1-9][0-9]{2})(?:[^0-9.]|$)`)

// conversion warns of a divisor that may be meant as 748.
func (l *lowering) conversion(f field, formula string, n *node) {
	if !strings.Contains(formula, "1/") {
		return
	}
	if found := perUnit.FindStringSubmatch(formula); found != nil && found[1] != "748" {
		l.warn(WarnConversion, n, f.key.text, fmt.Sprintf("1/%s: a ccf is taken for 748 gallons in other files", found[1]), "check the number")
	}
}
