package policyfile

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
)

// A spot is where a value stands: its path in the file, and the name that
// validator/v10 has for it, which begins at the struct of the version.
type spot struct{ path, name string }

func (s spot) field(key string) spot { return spot{join(s.path, key), join(s.name, key)} }

func (s spot) item(i int) spot {
	index := "[" + strconv.Itoa(i) + "]"
	return spot{s.path + index, s.name + index}
}

func (s spot) entry(key string, value reflect.Value) spot {
	return spot{join(s.path, key), s.name + "[" + fmt.Sprintf("%v", value) + "]"}
}

// A place is what is known of a value that stands in the file.
type place struct {
	node  *yamldoc.Node
	path  string
	owner reflect.Type // the struct that the value, or the list or mapping around it, is a field of
	bad   bool         // it was refused or is not known: no rule speaks of it
}

// A filler fills the struct of one version.
type filler struct {
	*decoder
	places       map[string]place         // by the validator's names
	byPath       map[string]*yamldoc.Node // the same by path, made when it is asked for
	placeholders []Mark
	unknowns     []Mark      // of fields that are no Known
	within       *Mark       // the placeholder that is being read
	noted        []plainMark // placeholders of fields that are no Known
}

// A plainMark is a placeholder with the path of the field that it is, or is in.
type plainMark struct {
	field string
	mark  Mark
}

// value sets v to what a node says, and notes where it stands.
func (f *filler) value(n *yamldoc.Node, v reflect.Value, at spot, field fieldPlan) bool {
	ok := f.marked(n, v, at, field)
	if p, noted := f.places[at.name]; noted && !ok {
		p.bad = true
		f.places[at.name] = p
	} else if !noted {
		f.places[at.name] = place{n, at.path, field.owner, !ok}
	}
	return ok
}

// marked reads a value that may be marked as not known or as a placeholder.
func (f *filler) marked(n *yamldoc.Node, v reflect.Value, at spot, field fieldPlan) bool {
	var known Knowable
	if v.CanAddr() {
		known, _ = v.Addr().Interface().(Knowable)
	}
	target := v
	if known != nil {
		target = reflect.ValueOf(known.PolicyValue()).Elem()
	}
	switch {
	case isUnknown(n):
		mark, ok := f.unknown(n, at.path)
		switch {
		case !ok:
		case known != nil:
			known.PolicyMark(unknownKey, mark.Path, mark.Why, mark.Pos)
		default:
			f.unknowns = append(f.unknowns, mark)
		}
		return false
	}
	// What stands in a placeholder is one too.
	mark, ok := f.within, false
	if n.Get(placeholderKey).Key != nil {
		mark, ok = f.placeholder(n, target, at, field)
	} else {
		ok = f.plain(n, target, at, field)
	}
	switch {
	case !ok:
	case known == nil:
		f.note(target.Type(), field, mark)
	case mark != nil:
		known.PolicyMark(placeholderKey, mark.Path, mark.Why, mark.Pos)
	default:
		known.PolicyMark("", at.path, "", n.Pos(f.file))
	}
	return ok
}

// placeholder reads {placeholder: value, why: reason}.
func (f *filler) placeholder(n *yamldoc.Node, v reflect.Value, at spot, field fieldPlan) (*Mark, bool) {
	f.only(n, at.path, placeholderKey, whyKey)
	value := n.Get(placeholderKey).Value
	mark := Mark{Path: at.path, Pos: value.Pos(f.file)}
	said := false
	const fix = "say why, as: {placeholder: 25.00, why: not public}"
	if why := n.Get(whyKey).Value; why == nil {
		f.missing(n, at.path, whyKey, fix)
	} else {
		mark.Why, said = f.text(why, join(at.path, whyKey), fix)
	}
	ok := false
	if isUnknown(value) || value.Get(placeholderKey).Key != nil {
		f.fault(value, ErrShape, at.path, "a placeholder is a value", "write the value that is to stand in")
	} else {
		around := f.within
		f.within = &mark
		ok = f.plain(value, v, at, field)
		f.within = around
		f.places[at.name] = place{value, at.path, field.owner, !ok}
	}
	if !ok || !said {
		return nil, false
	}
	f.decoder.placeholders = append(f.decoder.placeholders, mark)
	f.placeholders = append(f.placeholders, mark)
	return &mark, true
}

// note keeps that a field that is no Known is, or holds, a placeholder. A struct is in its fields.
func (f *filler) note(t reflect.Type, field fieldPlan, mark *Mark) {
	if mark == nil || t.Kind() == reflect.Struct && !isScalar(t) {
		return
	}
	noted := plainMark{field.path, *mark}
	if last := len(f.noted) - 1; last < 0 || f.noted[last] != noted { // the entries of a list have its own
		f.noted = append(f.noted, noted)
	}
}

var marksType = reflect.TypeFor[policy.Marks]()

// tell gives a struct that has a field for it the placeholders of its plain fields: those noted since it was begun.
func (f *filler) tell(v reflect.Value, at spot, since int) {
	if len(f.noted) == since {
		return
	}
	for i := range v.NumField() {
		if v.Field(i).Type() != marksType {
			continue
		}
		marks := policy.Marks{}
		for _, noted := range f.noted[since:] {
			field := strings.TrimPrefix(noted.field, at.path+".")
			marks[field] = append(marks[field], policy.Mark(noted.mark))
		}
		v.Field(i).Set(reflect.ValueOf(marks))
	}
}

// plain reads a value by the type of v.
func (f *filler) plain(n *yamldoc.Node, v reflect.Value, at spot, field fieldPlan) bool {
	t := v.Type()
	switch {
	case isScalar(t):
		if !f.shaped(n, yamldoc.Scalar, at.path, "a single value", statedFix(at.path)) {
			return false
		}
		if err := scalar(n, v); err != nil {
			v.SetZero()
			f.report(n, at.path, err)
			return false
		}
		return true
	case t.Kind() == reflect.Slice:
		return f.list(n, v, at, field)
	case t.Kind() == reflect.Map:
		return f.mapping(n, v, at, field)
	}
	return f.object(n, v, at)
}

func statedFix(path string) string {
	key := path[strings.LastIndexByte(path, '.')+1:]
	return fmt.Sprintf("state %s, or that it is not known: {unknown: not public}", key)
}

// filled reports whether a list or mapping has entries, or may be empty.
func (f *filler) filled(n *yamldoc.Node, at spot, field fieldPlan) bool {
	if len(n.Items)+len(n.Entries) > 0 || field.mayBeEmpty || f.tornIn(n) {
		return true
	}
	f.fault(n, ErrMissing, at.path, "it is empty", statedFix(at.path))
	return false
}

func (f *filler) list(n *yamldoc.Node, v reflect.Value, at spot, field fieldPlan) bool {
	if !f.shaped(n, yamldoc.Sequence, at.path, "a list", statedFix(at.path)) || !f.filled(n, at, field) {
		return false
	}
	field.mayBeEmpty = false
	ok := true
	v.Set(reflect.MakeSlice(v.Type(), len(n.Items), len(n.Items)))
	for i, item := range n.Items {
		ok = f.value(item, v.Index(i), at.item(i), field) && ok
	}
	// Without one of its entries the list cannot be judged. That is so no more where
	// each can be not known by itself.
	if _, known := innerType(v.Type().Elem()); known {
		return true
	}
	return ok
}

func (f *filler) mapping(n *yamldoc.Node, v reflect.Value, at spot, field fieldPlan) bool {
	if !f.shaped(n, yamldoc.Mapping, at.path, "a mapping", statedFix(at.path)) || !f.filled(n, at, field) {
		return false
	}
	field.mayBeEmpty = false
	t := v.Type()
	v.Set(reflect.MakeMapWithSize(t, len(n.Entries)))
	ok := true
	for _, e := range n.Entries {
		key := reflect.New(t.Key()).Elem()
		path := join(at.path, e.Key.Text)
		if err := readKey(e.Key, key); err != nil {
			f.report(e.Key, path, err)
			ok = false
			continue
		}
		spot := at.entry(e.Key.Text, key)
		if v.MapIndex(key).IsValid() {
			f.fault(e.Key, ErrDuplicateKey, path, fmt.Sprintf("key %s is the same as one above", yamldoc.Quoted(e.Key.Text)), "keep one")
			ok = false
			continue
		}
		value := reflect.New(t.Elem()).Elem()
		ok = f.value(e.Value, value, spot, field) && ok
		v.SetMapIndex(key, value)
	}
	if _, known := innerType(t.Elem()); known {
		return true
	}
	return ok
}

// readKey reads a key of a mapping. Brackets in keys would make two places look alike.
func readKey(n *yamldoc.Node, v reflect.Value) *problem.Error {
	switch {
	case n.Text == "":
		return &problem.Error{Code: ErrText, What: "the key is empty", Fix: "write it"}
	case strings.ContainsAny(n.Text, "[]"):
		return &problem.Error{Code: ErrText, What: fmt.Sprintf("the key %s has brackets", yamldoc.Quoted(n.Text)), Fix: "write it without"}
	case readsText(v.Type()):
		return unmarshal(n.Text, v)
	}
	v.SetString(n.Text)
	return nil
}

// object fills a struct from a mapping; besides names more keys that it may have.
func (f *filler) object(n *yamldoc.Node, v reflect.Value, at spot, besides ...string) bool {
	plan := f.plan(v.Type())
	if !f.shaped(n, yamldoc.Mapping, at.path, "a mapping", "write "+strings.Join(plan.keys(), ", ")+", each with its value") {
		return false
	}
	f.only(n, at.path, append(plan.keys(), besides...)...)
	since := len(f.noted)
	for _, field := range plan {
		e := n.Get(field.key)
		spot := at.field(field.key)
		field.path = spot.path
		switch {
		case e.Key != nil:
			target := v.Field(field.index)
			if target.Kind() == reflect.Pointer {
				target.Set(reflect.New(target.Type().Elem()))
				target = target.Elem()
			}
			f.value(e.Value, target, spot, field)
		case !field.optional:
			f.missing(n, at.path, field.key, statedFix(spot.path))
			f.places[spot.name] = place{n, spot.path, field.owner, true}
		}
	}
	f.tell(v, at, since)
	return true
}
