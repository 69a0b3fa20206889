package policyfile

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/problem"
)

// A fieldPlan is how a field of a struct is read.
type fieldPlan struct {
	key        string
	index      int
	owner      reflect.Type
	optional   bool   // the key may be absent
	mayBeEmpty bool   // the list or mapping may be empty
	path       string // where it stands in the file; set as it is read
}

type structPlan []fieldPlan

// planOf is how a struct is read that check has found to be in order.
func planOf(t reflect.Type) structPlan {
	var plan structPlan
	for i := range t.NumField() {
		field := t.Field(i)
		tag, ok := field.Tag.Lookup("policy")
		if !ok {
			continue
		}
		key, options, _ := strings.Cut(tag, ",")
		plan = append(plan, fieldPlan{
			key: key, index: i, owner: t,
			optional:   field.Type.Kind() == reflect.Pointer || hasOption(options, "optional"),
			mayBeEmpty: hasOption(options, "empty"),
		})
	}
	return plan
}

func hasOption(options, option string) bool {
	return slices.Contains(strings.Split(options, ","), option)
}

func (p structPlan) keys() []string {
	keys := make([]string, len(p))
	for i := range p {
		keys[i] = p[i].key
	}
	return keys
}

func (p structPlan) byKey(key string) *fieldPlan {
	for i := range p {
		if p[i].key == key {
			return &p[i]
		}
	}
	return nil
}

// The keys of a version that are not its struct's.
var versionKeys = []string{"from", "to", "source"}

var keyPattern = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// A checker looks for what is wrong with the struct of an area, before any file is.
type checker struct {
	found problem.List
	seen  map[reflect.Type]bool
}

// checkStruct reports all that keeps a type from being the struct of an area.
func checkStruct(t reflect.Type) problem.List {
	c := checker{seen: map[reflect.Type]bool{}}
	if t.Kind() != reflect.Struct || isScalar(t) {
		c.fault(t.String(), "an area is read into a struct, and this is none", "define a struct whose fields have policy tags")
		return c.found
	}
	if _, known := innerType(t); known {
		c.fault(t.String(), "a Known is no struct of an area", "make its fields Known")
		return c.found
	}
	c.object(t)
	if _, has := reflect.PointerTo(t).MethodByName("Check"); has && !reflect.PointerTo(t).Implements(reflect.TypeFor[selfChecked]()) {
		c.fault(t.String()+".Check", "the method is not Check() error, and would not be called", "give it that form, or another name")
	}
	for _, key := range versionKeys {
		if planOf(t).byKey(key) != nil {
			c.fault(t.String(), fmt.Sprintf("the key %s belongs to the version", key), "name the field otherwise")
		}
	}
	return c.found
}

func (c *checker) fault(where, what, fix string) {
	c.found.Add(&problem.Error{Code: ErrStruct, Path: where, What: what, Fix: fix})
}

func (c *checker) object(t reflect.Type) {
	if c.seen[t] {
		return
	}
	c.seen[t] = true
	used := map[string]bool{}
	fields := 0
	for i := range t.NumField() {
		field := t.Field(i)
		where := t.String() + "." + field.Name
		tag, tagged := field.Tag.Lookup("policy")
		switch {
		case field.Type == marksType && field.IsExported() && !tagged:
			continue
		case field.Type == marksType:
			c.fault(where, "a field of placeholders has no policy tag, and is exported", "take the tag out, and export it")
			continue
		case !field.IsExported() && !tagged:
			continue
		case !field.IsExported():
			c.fault(where, "the field has a policy tag but is not exported, and cannot be filled", "export it, or take the tag out")
			continue
		case !tagged:
			c.fault(where, "the field has no policy tag", "name its key, as `policy:\"grace_days\"`, or do not export it")
			continue
		case field.Anonymous:
			c.fault(where, "an embedded struct has no place in a policy", "make it a field with a name and a key of its own")
			continue
		}
		fields++
		key, options, _ := strings.Cut(tag, ",")
		switch {
		case !keyPattern.MatchString(key):
			c.fault(where, fmt.Sprintf("%q is no key", key), "use small letters, digits and _")
		case key == unknownKey || key == placeholderKey:
			c.fault(where, fmt.Sprintf("the key %s marks what is no value of the district", key), "name the field otherwise")
		case used[key]:
			c.fault(where, fmt.Sprintf("the key %s is another field's too", key), "give each field its own")
		}
		used[key] = true
		c.options(where, options, field.Type)
		inner := field.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
			if k := inner.Kind(); !isScalar(inner) && (k == reflect.Slice || k == reflect.Map) {
				c.fault(where, "a pointer to a list or mapping says nothing more than the list", "take the * out, and write `policy:\""+key+",optional\"`")
				continue
			}
		}
		if c.value(where, inner) {
			c.rules(t, field, where)
		}
	}
	if fields == 0 {
		c.fault(t.String(), "the struct has no field to fill", "give it fields with policy tags")
	}
}

func (c *checker) options(where, options string, t reflect.Type) {
	if options == "" {
		return
	}
	isCollection := func(t reflect.Type) bool {
		return !isScalar(t) && (t.Kind() == reflect.Slice || t.Kind() == reflect.Map)
	}
	for option := range strings.SplitSeq(options, ",") {
		switch {
		case option != "optional" && option != "empty":
			c.fault(where, fmt.Sprintf("%q is no option of a policy tag", option), "write optional or empty")
		case option == "empty" && !isCollection(unwrapped(t)):
			c.fault(where, "only a list or a mapping can be empty", "take empty out")
		case option == "optional" && !isCollection(t) && (t.Kind() != reflect.String || readsText(t)):
			c.fault(where, "its zero value would stand for what is absent", "make the field a pointer, and take optional out")
		}
	}
}

// value checks the type of a value; it reports whether its rules can be looked at.
func (c *checker) value(where string, t reflect.Type) bool {
	if why := knowableFault(t); why != "" {
		c.fault(where, fmt.Sprintf("a %s cannot be filled: %s", t, why), "see policyfile.Knowable")
		return false
	}
	if _, known := innerType(t); !known && isScalar(t) {
		if t == reflect.TypeFor[time.Duration]() {
			c.fault(where, "a time.Duration would be read as nanoseconds", "count days, hours or minutes in an int")
			return false
		}
		return true
	}
	if inner, known := innerType(t); known {
		if _, twice := innerType(inner); twice {
			c.fault(where, "a Known of a Known", "take one out")
			return false
		}
		return c.value(where, inner)
	}
	switch t.Kind() {
	case reflect.Slice:
		return c.value(where+"[]", t.Elem())
	case reflect.Map:
		if t.Key().Kind() != reflect.String && !readsText(t.Key()) {
			c.fault(where, fmt.Sprintf("a key of type %s cannot be read", t.Key()), "use string, or a type with UnmarshalText")
			return false
		}
		return c.value(where+"[]", t.Elem())
	case reflect.Struct:
		c.object(t)
		return true
	case reflect.Float32, reflect.Float64:
		c.fault(where, "a float does not hold what the file says", "use decimal.Decimal or money.Amount")
	case reflect.Pointer:
		c.fault(where, "only a field may be a pointer, and only to a value", "take the * out")
	default:
		c.fault(where, fmt.Sprintf("a %s cannot be read", t), "use text, numbers, dates, lists, mappings and structs")
	}
	return false
}

// refusedTags are rules of validator/v10 that do harm in a policy.
var refusedTags = map[string]string{
	"-":             "it would take all rules out, those of nested structs too",
	"keys":          "where a key is refused, its place would not be known; let the key's UnmarshalText refuse it",
	"structonly":    "the rules of the struct would not be checked",
	"nostructlevel": "the rules of the struct would not be checked",
	"isdefault":     "a value that is stated is never absent",
	"omitzero":      "a zero that is stated would not be checked",
	"skip_unless":   "the rules after it would not always be checked",
	"eqcsfield":     "rules compare fields of one struct alone", "necsfield": "rules compare fields of one struct alone",
	"gtcsfield": "rules compare fields of one struct alone", "gtecsfield": "rules compare fields of one struct alone",
	"ltcsfield": "rules compare fields of one struct alone", "ltecsfield": "rules compare fields of one struct alone",
	"file": outsideTag, "filepath": outsideTag, "dir": outsideTag, "dirpath": outsideTag, "image": outsideTag, "uds_exists": outsideTag,
	"tcp_addr": outsideTag, "tcp4_addr": outsideTag, "tcp6_addr": outsideTag, "udp_addr": outsideTag, "udp4_addr": outsideTag,
	"udp6_addr": outsideTag, "ip_addr": outsideTag, "ip4_addr": outsideTag, "ip6_addr": outsideTag, "unix_addr": outsideTag, "timezone": outsideTag,
}

const outsideTag = "it depends on the machine and not on the policy"

// rules checks the validate tag of a field, each rule on a value of its type.
func (c *checker) rules(owner reflect.Type, field reflect.StructField, where string) {
	t, optional := field.Type, planOf(owner).byKey(keyOf(field)).optional
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	tag := field.Tag.Get("validate")
	for rule := range strings.SplitSeq(tag, ",") {
		if tag == "" {
			break
		}
		t = unwrapped(t)
		if rule == "dive" {
			if k := t.Kind(); isScalar(t) || k != reflect.Slice && k != reflect.Map {
				c.fault(where, "dive stands on what is no list or mapping", "take it out")
				return
			}
			t = t.Elem()
			continue
		}
		for part := range strings.SplitSeq(rule, "|") {
			c.rule(owner, field, where, t, part, optional)
		}
	}
	// validator/v10 leaves the structs in a list alone unless it is told to dive, and
	// their rules would not be checked.
	for t = unwrapped(t); !isScalar(t) && (t.Kind() == reflect.Slice || t.Kind() == reflect.Map); {
		if t = unwrapped(t.Elem()); t.Kind() == reflect.Struct && !isScalar(t) {
			c.fault(where, fmt.Sprintf("the rules of %s in it would not be checked", t), "end the validate tag in dive, once for each list around the struct")
		}
	}
}

func keyOf(field reflect.StructField) string {
	key, _, _ := strings.Cut(field.Tag.Get("policy"), ",")
	return key
}

func unwrapped(t reflect.Type) reflect.Type {
	if inner, known := innerType(t); known {
		return inner
	}
	return t
}

func (c *checker) rule(owner reflect.Type, field reflect.StructField, where string, t reflect.Type, rule string, optional bool) {
	name, param, _ := strings.Cut(rule, "=")
	refuse := func(what, fix string) { c.fault(where, fmt.Sprintf("the rule %s: %s", rule, what), fix) }
	const takeOut = "take it out"
	if why, ok := refusedTags[name]; ok {
		refuse(why, takeOut)
		return
	}
	switch name {
	case "omitempty", "omitnil":
		if field.Type.Kind() != reflect.Pointer {
			refuse("an empty or zero value that is stated would not be checked", "make the field a pointer, or take the rule out")
		}
		return
	case "required":
		if isScalar(t) && t.Kind() != reflect.String || !isScalar(t) && t.Kind() == reflect.Struct {
			refuse("a key is required without it, and it would refuse a zero or false that is stated", takeOut)
		}
		return
	}
	others, conditional := otherFields(name, param)
	for _, other := range others {
		f, ok := owner.FieldByName(other)
		if !ok || !f.IsExported() {
			refuse(fmt.Sprintf("%s has no field %s", owner, other), "name a field of the same struct as it is named in Go")
			return
		}
		if plan := planOf(owner).byKey(keyOf(f)); conditional == presence && (plan == nil || !plan.optional) {
			refuse(other+" is always there", "make it optional: a pointer, or the option optional")
		}
	}
	if conditional != comparison && !optional {
		refuse("the field is always there", "make it optional: a pointer, or the option optional")
	}
	if len(others) > 0 {
		if conditional == comparison {
			f, _ := owner.FieldByName(others[0])
			c.try(where, rule, func() { compareFields(sample(t), sample(f.Type), name) })
		}
		return
	}
	c.try(where, rule, func() { _ = rules().VarWithKey("value", sample(t).Interface(), rule) })
}

// try runs a rule, which panics where it cannot be used on the value.
func (c *checker) try(where, rule string, run func()) {
	defer func() {
		if cause := recover(); cause != nil {
			c.fault(where, fmt.Sprintf("the rule %s cannot be used here: %v", rule, cause), "correct the validate tag")
		}
	}()
	run()
}

// sample is a value of a type, with one entry in a list or mapping.
func sample(t reflect.Type) reflect.Value {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	t = unwrapped(t)
	v := reflect.New(t).Elem()
	switch {
	case isScalar(t):
	case t.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(t, 1, 1))
	case t.Kind() == reflect.Map:
		v.Set(reflect.MakeMap(t))
		v.SetMapIndex(reflect.Zero(t.Key()), reflect.Zero(t.Elem()))
	}
	return v
}
