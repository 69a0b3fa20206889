package policyfile

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/go-playground/validator/v10"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/problem"
)

// validate checks the rules of the struct's tags, and places what they find.
func (f *filler) validate(v reflect.Value) {
	err := checked(v)
	var broken *problem.Error
	if errors.As(err, &broken) {
		broken.Pos = f.places[""].node.Pos(f.file)
		f.add(broken)
		return
	}
	var findings validator.ValidationErrors
	errors.As(err, &findings)
	// validator/v10 walks mappings in the order of Go's maps.
	slices.SortStableFunc(findings, func(a, b validator.FieldError) int { return strings.Compare(a.Namespace(), b.Namespace()) })
	prefix := ""
	if name := v.Type().Name(); name != "" {
		prefix = name + "."
	}
	for _, finding := range findings {
		f.finding(strings.TrimPrefix(finding.Namespace(), prefix), finding)
	}
}

// checked runs the validator, which panics over a tag that it cannot use on the value.
func checked(v reflect.Value) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = &problem.Error{Code: ErrStruct, Path: v.Type().String(), What: fmt.Sprintf("its validate tags cannot be used: %v", cause), Fix: "correct the tags"}
		}
	}()
	return rules().Struct(v.Addr().Interface())
}

// finding reports what the validator has found at the place of the value. What was
// refused already, is not known or is absent is not found wrong again.
func (f *filler) finding(name string, found validator.FieldError) {
	rule := found.Tag()
	around, _ := cutLast(name)
	p, stands := f.places[name]
	if !stands {
		if !strings.HasPrefix(rule, "required") {
			return
		}
		// What must be there and is not is missing in the struct around it.
		if p, stands = f.places[around]; !stands || p.bad || f.meant[p.node][found.Field()] {
			return
		}
		p.path = join(p.path, found.Field())
		p.owner = fieldOwner(f.places[""].owner, around, p)
	}
	if p.bad {
		return
	}
	others, look := otherFields(rule, found.Param())
	keys := make([]string, len(others))
	for i, other := range others {
		keys[i] = other
		if field, ok := p.owner.FieldByName(other); ok {
			keys[i] = keyOf(field)
		}
		if o, ok := f.places[join(around, keys[i])]; ok && o.bad && look != presence {
			return
		}
	}
	e := &problem.Error{Code: ErrRule}
	switch {
	case len(others) > 0 && look == comparison:
		e.What, e.Fix = aboutComparison(p, found, strings.TrimSuffix(rule, "field"), keys[0], f.written(join(around, keys[0])))
	case len(others) > 0:
		e.What, e.Fix = aboutPresence(rule, key(p.path), keys, found.Param())
		if strings.HasPrefix(rule, "required") {
			e.Code = ErrMissing
		}
	case rule == "unique":
		f.repeats(name, found)
		f.entries(name, p, found)
		return
	default:
		e.What, e.Fix = aboutRule(p, found)
	}
	f.report(p.node, p.path, e)
	f.entries(name, p, found)
}

// repeats reports each entry that is the same as one above it. Where entries differ in
// all but one field, that field is.
func (f *filler) repeats(name string, found validator.FieldError) {
	v, before := reflect.ValueOf(found.Value()), f.count
	for _, group := range duplicates(v, found.Param()) {
		first, of := "", place{}
		alike := make([]place, 0, len(group))
		for _, entry := range group {
			p := f.places[name+"["+entry+"]"]
			if t := unwrapped(v.Type().Elem()); found.Param() != "" {
				field, _ := t.FieldByName(found.Param())
				p = f.places[join(name+"["+entry+"]", keyOf(field))]
			}
			if p.node == nil {
				continue
			}
			if len(alike) == 0 || p.node.Line < of.node.Line || p.node.Line == of.node.Line && p.node.Col < of.node.Col {
				first, of = entry, p
			}
			alike = append(alike, p)
		}
		above := fmt.Sprintf("%q of the mapping", first)
		if i, err := strconv.Atoi(first); v.Kind() == reflect.Slice && err == nil {
			above = fmt.Sprintf("entry %d of the list", i+1)
		}
		for _, p := range alike {
			what := "it is the same as " + above
			if found.Param() != "" {
				what = fmt.Sprintf("%s is the same as in %s", key(p.path), above)
			}
			if p.node != of.node {
				f.fault(p.node, ErrRule, p.path, what, "keep one, or correct it")
			}
		}
	}
	if p := f.places[name]; f.count == before {
		f.fault(p.node, ErrRule, p.path, "two of its entries are the same", "keep one, or correct it")
	}
}

// entries checks the entries of a list or mapping that is refused as a whole, where
// the validator goes no further.
func (f *filler) entries(name string, list place, found validator.FieldError) {
	_, last := cutLast(name)
	plan := planOf(list.owner).byKey(last)
	if plan == nil {
		return
	}
	_, rest, dives := strings.Cut(list.owner.Field(plan.index).Tag.Get("validate"), ",dive")
	if !dives {
		return
	}
	var findings validator.ValidationErrors
	errors.As(rules().VarWithKey(name, found.Value(), "dive"+rest), &findings)
	for _, finding := range findings {
		f.finding(finding.Namespace(), finding)
	}
}

// fieldOwner is the struct that stands at a place.
func fieldOwner(root reflect.Type, name string, p place) reflect.Type {
	if name == "" {
		return root
	}
	_, last := cutLast(name)
	last, _, _ = strings.Cut(last, "[")
	plan := planOf(p.owner).byKey(last)
	t := p.owner.Field(plan.index).Type
	for {
		t = unwrapped(t)
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			t = t.Elem()
		default:
			return t
		}
	}
}

// cutLast takes the last field off a name of the validator: a dot in a key of a
// mapping, which stands in brackets, is none.
func cutLast(name string) (around, last string) {
	depth := 0
	for i := len(name) - 1; i >= 0; i-- {
		switch name[i] {
		case ']':
			depth++
		case '[':
			depth--
		case '.':
			if depth == 0 {
				return name[:i], name[i+1:]
			}
		}
	}
	return "", name
}

func key(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

// written is the text of the scalar at a place, "" where it is none.
func (f *filler) written(name string) string {
	if p, ok := f.places[name]; ok && p.node.Kind == yamldoc.Scalar {
		return p.node.Text
	}
	return ""
}

// measured says how large a value is, and what a limit counts.
func measured(p place, found validator.FieldError, limit string) (is, of string) {
	t := found.Type()
	switch {
	case isQuantity(t):
		return p.node.Text + " is", ""
	case isScalar(t) && limit == "1":
		return yamldoc.Quoted(p.node.Text) + " has", " character"
	case isScalar(t):
		return yamldoc.Quoted(p.node.Text) + " has", " characters"
	}
	is, of = "it has 1 entry,", " entries"
	if n := reflect.ValueOf(found.Value()).Len(); n != 1 {
		is = fmt.Sprintf("it has %d entries,", n)
	}
	if limit == "1" {
		of = " entry"
	}
	return is, of
}

// The words for what a comparison asks: what the value is instead, and the remedy.
// The last two are for dates.
var comparisonWords = map[string][4]string{
	"min": {"less than", "at least", "before", "on or after"},
	"gte": {"less than", "at least", "before", "on or after"},
	"gt":  {"not more than", "more than", "not after", "after"},
	"max": {"more than", "at most", "after", "on or before"},
	"lte": {"more than", "at most", "after", "on or before"},
	"lt":  {"not less than", "less than", "not before", "before"},
	"eq":  {"not", "", "not", ""},
	"ne":  {"", "another value than", "", "another date than"},
	"len": {"not", "exactly", "not", ""},
}

func comparisonText(p place, found validator.FieldError, rule, limit string) (what, fix string) {
	words := comparisonWords[rule]
	instead, remedy := words[0], words[1]
	if found.Type() == dateType {
		instead, remedy = words[2], words[3]
	}
	is, of := measured(p, found, limit)
	if isText(found.Type()) && (rule == "eq" || rule == "ne") {
		is, of = yamldoc.Quoted(p.node.Text)+" is", ""
	}
	return spaced(is, instead, limit) + of, spaced("write", remedy, limit) + of
}

func spaced(words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " ")
}

func aboutComparison(p place, found validator.FieldError, rule, key, value string) (what, fix string) {
	what, _ = comparisonText(p, found, rule, key)
	if value != "" {
		what += ", which is " + value
	}
	_, fix = comparisonText(p, found, rule, key)
	return what, fix + ", or correct " + key
}

// aboutPresence says why a field must or must not be there.
func aboutPresence(rule, key string, others []string, param string) (what, fix string) {
	verb, when, _ := strings.Cut(rule, "_")
	when, all := strings.CutSuffix(when, "_all")
	names := strings.Join(others, " or ")
	if all {
		names = strings.Join(others, " and ")
	}
	switch when {
	case "with":
		when = "where there is " + names
	case "without":
		if !all && len(others) > 1 {
			when = "where one of " + strings.Join(others, ", ") + " is missing"
		} else {
			when = "where there is no " + strings.Join(others, " and no ")
		}
	default:
		words := choices(param)
		var pairs []string
		for i, other := range others {
			pairs = append(pairs, other+" is "+words[2*i+1])
		}
		when = map[string]string{"if": "where ", "unless": "unless "}[when] + strings.Join(pairs, " and ")
	}
	if verb == "required" {
		return fmt.Sprintf("%s is missing, and must be stated %s", key, when), fmt.Sprintf("add %s, or correct %s", key, strings.Join(others, ", "))
	}
	return fmt.Sprintf("%s must not be stated %s", key, when), fmt.Sprintf("take %s out, or correct %s", key, strings.Join(others, ", "))
}

// The rules on texts, by what a text must be.
var textRules = map[string]string{
	"url": "an address with its scheme, such as https://example.org/rates", "uri": "an address with its scheme, such as https://example.org/rates",
	"http_url": "an address that begins with http:// or https://", "https_url": "an address that begins with https://",
	"email": "an e-mail address", "e164": "a telephone number such as +18315550100",
	"alpha": "letters alone", "alphanum": "letters and digits alone", "numeric": "a number", "number": "digits alone",
	"ascii": "ASCII characters alone", "printascii": "printable ASCII characters alone",
	"lowercase": "small letters alone", "uppercase": "capital letters alone", "uuid": "a UUID", "hostname": "the name of a host",
}

// The rules on what a text holds.
var partRules = map[string]string{
	"contains": "hold %s", "excludes": "not hold %s", "startswith": "begin with %s", "endswith": "end with %s",
	"startsnotwith": "not begin with %s", "endsnotwith": "not end with %s", "containsany": "hold one of the characters %s", "excludesall": "hold none of the characters %s",
}

// aboutRule says what is wrong with a value by itself.
func aboutRule(p place, found validator.FieldError) (what, fix string) {
	rule, param := found.Tag(), found.Param()
	value := "the value"
	if p.node.Kind == yamldoc.Scalar {
		value = yamldoc.Quoted(p.node.Text)
	}
	switch {
	case comparisons[rule] != nil:
		return comparisonText(p, found, rule, param)
	case rule == "required":
		return "it is empty", statedFix(p.path)
	case rule == "oneof":
		return fmt.Sprintf("%s is none of the choices", value), "write one of: " + strings.Join(choices(param), ", ")
	case textRules[rule] != "":
		return fmt.Sprintf("%s is not %s", value, textRules[rule]), "write " + textRules[rule]
	case partRules[rule] != "":
		must := fmt.Sprintf(partRules[rule], yamldoc.Quoted(param))
		return fmt.Sprintf("%s must %s", value, must), "correct it"
	}
	rule = strings.ReplaceAll(rule, "|", " or ")
	if param != "" && !strings.Contains(rule, "=") {
		rule += "=" + param
	}
	return fmt.Sprintf("%s does not meet the rule %s of the policy", value, rule), "write a value that does"
}

// selfChecked is a struct that checks itself beyond what tags can say. Its error is a
// [problem.Error], a [problem.List] or any other, with paths that begin at the struct.
type selfChecked interface{ Check() error }

// check lets the struct check itself, and places what it finds.
func (f *filler) check(v reflect.Value, at spot) {
	self, ok := v.Addr().Interface().(selfChecked)
	if !ok {
		return
	}
	err := self.Check()
	if err == nil {
		return
	}
	var list problem.List
	var one *problem.Error
	switch {
	case errors.As(err, &list):
	case errors.As(err, &one):
		list = problem.List{one}
	default:
		list = problem.List{{What: err.Error(), Err: err}}
	}
	for _, e := range list {
		placed := *e
		if placed.Code == "" {
			placed.Code = ErrRule
		}
		path := at.path
		if e.Path != "" {
			path = join(path, e.Path)
		}
		f.report(f.nearest(path), path, &placed)
	}
}

// nearest is the node at a path, or at the longest path that leads there.
func (f *filler) nearest(path string) *yamldoc.Node {
	if f.byPath == nil {
		f.byPath = map[string]*yamldoc.Node{}
		for _, p := range f.places {
			if p.node != nil {
				f.byPath[p.path] = p.node
			}
		}
	}
	for {
		if node := f.byPath[path]; node != nil {
			return node
		}
		end := strings.LastIndexAny(path, ".[")
		if end < 0 {
			return f.places[""].node
		}
		path = path[:end]
	}
}
