package policyfile

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/problem"
)

// maxReported is how many problems of values are reported.
const maxReported = 100

// The keys of what is no value of the district.
const (
	unknownKey     = "unknown"
	placeholderKey = "placeholder"
	whyKey         = "why"
)

// A decoder reads the nodes of a file and collects what is wrong with them.
type decoder struct {
	file  string
	torn  yamldoc.Torn
	ends  map[*yamldoc.Node]int // the line after each node; only of a torn file
	plans map[reflect.Type]structPlan
	found problem.List
	// count is of all problems; of many, found holds those that stand first.
	count int
	// meant are the keys that misspelled ones of a mapping stand for.
	meant map[*yamldoc.Node]map[string]bool
	// placeholders and unknowns are all of the file, in its order.
	placeholders, unknowns []Mark
}

func newDecoder(file string, torn yamldoc.Torn) *decoder {
	d := &decoder{file: file, torn: torn, plans: map[reflect.Type]structPlan{}, meant: map[*yamldoc.Node]map[string]bool{}}
	for _, e := range torn.Faults {
		d.add(e)
	}
	if len(torn.Gaps) > 0 && torn.Root != nil {
		d.ends = map[*yamldoc.Node]int{}
		const endless = 1 << 30
		d.findEnds(torn.Root, endless)
	}
	return d
}

func (d *decoder) findEnds(n *yamldoc.Node, end int) {
	d.ends[n] = end
	for i, item := range n.Items {
		last := end
		if i+1 < len(n.Items) {
			last = n.Items[i+1].Line
		}
		d.findEnds(item, last)
	}
	for i, e := range n.Entries {
		last := end
		if i+1 < len(n.Entries) {
			last = n.Entries[i+1].Key.Line
		}
		d.findEnds(e.Value, last)
	}
}

func (d *decoder) plan(t reflect.Type) structPlan {
	plan, ok := d.plans[t]
	if !ok {
		plan = planOf(t)
		d.plans[t] = plan
	}
	return plan
}

// tornIn reports whether a part of the node could not be read.
func (d *decoder) tornIn(n *yamldoc.Node) bool {
	return len(d.torn.Gaps) > 0 && (n == d.torn.Root || d.torn.In(n.Line, d.ends[n]))
}

// fault reports a problem at a node.
func (d *decoder) fault(n *yamldoc.Node, code problem.Code, path, what, fix string) {
	d.report(n, path, &problem.Error{Code: code, What: what, Fix: fix})
}

// report places a problem and adds it.
func (d *decoder) report(n *yamldoc.Node, path string, e *problem.Error) {
	e.Path, e.Pos = path, n.Pos(d.file)
	d.add(e)
}

// add keeps a problem, unless there are enough that stand before it.
func (d *decoder) add(e *problem.Error) {
	d.count++
	d.found.Add(e)
	const enough = 10 * maxReported
	if len(d.found) > enough {
		d.found.Sort()
		d.found = d.found[:maxReported+1]
	}
}

// problems are those to report, in the order of the file.
func (d *decoder) problems() problem.List {
	d.found.Sort()
	if d.count <= maxReported {
		return d.found
	}
	next := d.found[maxReported]
	more := &problem.Error{Code: next.Code, Pos: next.Pos, What: fmt.Sprintf("there are more problems than are reported: %d more", d.count-maxReported), Fix: "correct those above first"}
	return append(slices.Clip(d.found[:maxReported]), more)
}

// shaped reports whether the node is of that kind; no value, or one of another kind,
// is reported. What has been reported already is not reported again.
func (d *decoder) shaped(n *yamldoc.Node, kind yamldoc.Kind, path, needed, fix string) bool {
	switch {
	case n.Kind == yamldoc.Refused:
	case n.Kind == yamldoc.Scalar && n.Type == yamldoc.Null:
		// A value that a gap took is missing because of what is wrong there.
		if !d.tornIn(n) {
			d.fault(n, ErrMissing, path, "the value is missing", fix)
		}
	case n.Kind != kind:
		written := map[yamldoc.Kind]string{
			yamldoc.Scalar: "a single value", yamldoc.Sequence: "a list", yamldoc.Mapping: "a mapping of keys to values",
		}[n.Kind]
		d.fault(n, ErrShape, path, fmt.Sprintf("%s stands where %s is needed", written, needed), fix)
	default:
		return true
	}
	return false
}

// text reads a text that this package itself asks for.
func (d *decoder) text(n *yamldoc.Node, path, fix string) (string, bool) {
	if !d.shaped(n, yamldoc.Scalar, path, "a text", fix) {
		return "", false
	}
	text, err := readText(n)
	if err != nil {
		d.report(n, path, err)
		return "", false
	}
	return text, true
}

// only reports the keys of a mapping that are none of those allowed.
func (d *decoder) only(n *yamldoc.Node, path string, allowed ...string) {
	d.keys(n, path, "%s has no meaning here", allowed, allowed)
}

// keys reports the keys of a mapping that are none of those allowed, once, with those
// that are offered. One that is misspelled is not missing besides.
func (d *decoder) keys(n *yamldoc.Node, path, what string, allowed, offered []string) {
	if d.meant[n] != nil {
		return
	}
	meant := map[string]bool{}
	d.meant[n] = meant
	absent := slices.DeleteFunc(slices.Clone(allowed), func(key string) bool { return n.Get(key).Key != nil })
	looked := 0 // beyond what is reported there is no need to guess
	for _, e := range n.Entries {
		if slices.Contains(allowed, e.Key.Text) {
			continue
		}
		fix := "correct it to one of " + strings.Join(offered, ", ") + ", or take it out"
		if looked++; looked <= maxReported {
			if key := closest(e.Key.Text, absent); key != "" {
				meant[key] = true
				absent = slices.DeleteFunc(absent, func(other string) bool { return other == key })
				fix = "did you mean " + key + "?"
			}
		}
		d.fault(e.Key, ErrUnknownKey, join(path, e.Key.Text), fmt.Sprintf(what, yamldoc.Quoted(e.Key.Text)), fix)
	}
}

// missing reports a key that a mapping lacks, unless it may be in what was not read or
// is there misspelled.
func (d *decoder) missing(n *yamldoc.Node, path, key, fix string) {
	if !d.tornIn(n) && !d.meant[n][key] {
		d.fault(n, ErrMissing, join(path, key), key+" is missing", fix)
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// isUnknown reports whether a node states that a value is not known.
func isUnknown(n *yamldoc.Node) bool { return n.Get(unknownKey).Key != nil }

// unknown reads {unknown: why}.
func (d *decoder) unknown(n *yamldoc.Node, path string) (Mark, bool) {
	d.only(n, path, unknownKey)
	why, ok := d.text(n.Get(unknownKey).Value, join(path, unknownKey), "say why it is not known, as: {unknown: not public}")
	mark := Mark{Path: path, Pos: n.Pos(d.file), Why: why}
	if ok {
		d.unknowns = append(d.unknowns, mark)
	}
	return mark, ok
}
