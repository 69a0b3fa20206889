package policyfile

import (
	"encoding"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/go-playground/validator/v10"
	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
)

// The rules that compare, by what the outcome of the comparison must be.
var comparisons = map[string]func(order int) bool{
	"min": func(o int) bool { return o >= 0 },
	"gte": func(o int) bool { return o >= 0 },
	"gt":  func(o int) bool { return o > 0 },
	"max": func(o int) bool { return o <= 0 },
	"lte": func(o int) bool { return o <= 0 },
	"lt":  func(o int) bool { return o < 0 },
	"eq":  func(o int) bool { return o == 0 },
	"ne":  func(o int) bool { return o != 0 },
	"len": func(o int) bool { return o == 0 },
}

// The rules on whether a field may or must be there: verb and condition.
var (
	presenceRules  = []string{"required_with", "required_without", "required_with_all", "required_without_all", "excluded_with", "excluded_without", "excluded_with_all", "excluded_without_all"}
	conditionRules = []string{"required_if", "required_unless", "excluded_if", "excluded_unless"}
)

// What a rule looks at in the fields that it names.
type lookAt uint8

const (
	comparison lookAt = iota // their values are compared with the field's
	presence                 // whether they are there
	condition                // whether they have a value that the rule names
)

// otherFields are the fields that a rule names, as they are named in Go.
func otherFields(rule, param string) ([]string, lookAt) {
	if base, ok := strings.CutSuffix(rule, "field"); ok && comparisons[base] != nil {
		return []string{param}, comparison
	}
	words := strings.Fields(param)
	switch {
	case strings.Contains(rule, "_with"):
		return words, presence
	case strings.HasSuffix(rule, "_if"), strings.HasSuffix(rule, "_unless"):
		var names []string
		for i := 0; i < len(words); i += 2 {
			names = append(names, words[i])
		}
		return names, condition
	}
	return nil, comparison
}

// rules is the one validator. Its comparisons are exact, where validator/v10 has none
// for decimals, amounts and dates, or would take them for structs.
var rules = sync.OnceValue(func() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(keyOf)
	register := func(rule string, f validator.Func, even ...bool) {
		if err := v.RegisterValidation(rule, f, even...); err != nil {
			panic(err)
		}
	}
	for rule := range comparisons {
		register(rule, func(fl validator.FieldLevel) bool { return compareParam(fl.Field(), fl.Param(), rule) })
		if rule == "min" || rule == "max" || rule == "len" {
			continue
		}
		register(rule+"field", func(fl validator.FieldLevel) bool {
			return compareFields(fl.Field(), other(fl, fl.Param()), rule+"field")
		})
	}
	register("oneof", func(fl validator.FieldLevel) bool { return isOneOf(fl.Field(), fl.Param()) })
	register("unique", func(fl validator.FieldLevel) bool {
		return len(duplicates(fl.Field(), fl.Param())) == 0
	})
	for _, rule := range presenceRules {
		register(rule, presenceRule(rule), true)
	}
	for _, rule := range conditionRules {
		register(rule, conditionRule(rule), true)
	}
	return v
})

// other is a field of the struct that the field of a rule is in; it is not valid
// where the struct has none, or it is absent or not known.
func other(fl validator.FieldLevel, name string) reflect.Value {
	parent, kind, _ := fl.ExtractType(fl.Parent())
	if kind != reflect.Struct {
		return reflect.Value{}
	}
	v := parent.FieldByName(name)
	if !v.IsValid() {
		return v
	}
	v, kind, _ = fl.ExtractType(v)
	if kind == reflect.Pointer || kind == reflect.Invalid {
		return reflect.Value{}
	}
	return v
}

func absent(v reflect.Value) bool {
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}

// isQuantity reports whether a type has an order of its own.
func isQuantity(t reflect.Type) bool {
	switch t {
	case decimalType, amountType, dateType:
		return true
	}
	return isScalar(t) && !readsText(t) && t.Kind() != reflect.String && t.Kind() != reflect.Bool
}

// size is what comparisons compare: a number, a date, or how long a text or list is.
func size(v reflect.Value) decimal.Decimal {
	switch value := v.Interface().(type) {
	case decimal.Decimal:
		return value
	case money.Amount:
		return value.Decimal()
	case civil.Date:
		return dateSize(value)
	}
	switch {
	case readsText(v.Type()) || v.Kind() == reflect.Bool:
	case v.CanInt():
		return decimal.NewFromInt(v.Int())
	case v.CanUint():
		return decimal.NewFromUint64(v.Uint())
	case v.Kind() == reflect.String:
		return decimal.NewFromInt(int64(utf8.RuneCountInString(v.String())))
	case v.Kind() == reflect.Slice || v.Kind() == reflect.Map:
		return decimal.NewFromInt(int64(v.Len()))
	}
	panic(fmt.Sprintf("a %s has no order", v.Type()))
}

// dateSize puts dates in order.
func dateSize(d civil.Date) decimal.Decimal {
	return decimal.NewFromInt(int64(d.Year()*10000 + int(d.Month())*100 + d.Day()))
}

func paramSize(t reflect.Type, param string) decimal.Decimal {
	if t == dateType {
		return dateSize(civil.MustDate(param))
	}
	if !plainNumber.MatchString(param) {
		panic(fmt.Sprintf("%q is not a number", param))
	}
	number, err := decimal.NewFromString(param)
	if err != nil || !isQuantity(t) && !number.IsInteger() {
		panic(fmt.Sprintf("%q is not a whole number", param))
	}
	return number
}

// isText reports whether values of the type are compared as texts, not by length.
func isText(t reflect.Type) bool {
	return isScalar(t) && !isQuantity(t)
}

// textOf is how a scalar that is no quantity is written.
func textOf(v reflect.Value) string {
	if m, ok := v.Interface().(encoding.TextMarshaler); ok {
		// What cannot be written was never read: it is refused already.
		text, _ := m.MarshalText()
		return string(text)
	}
	return fmt.Sprint(v.Interface())
}

func compareParam(v reflect.Value, param, rule string) bool {
	if absent(v) {
		return true
	}
	if isText(v.Type()) && (rule == "eq" || rule == "ne") {
		return (textOf(v) == param) == (rule == "eq")
	}
	return comparisons[rule](size(v).Cmp(paramSize(v.Type(), param)))
}

// compareFields compares a field with another of its struct. What is absent or not
// known cannot be compared.
func compareFields(v, with reflect.Value, rule string) bool {
	if absent(v) || absent(with) {
		return true
	}
	base := strings.TrimSuffix(rule, "field")
	if isText(v.Type()) != isText(with.Type()) || (v.Type() == dateType) != (with.Type() == dateType) {
		panic(fmt.Sprintf("a %s and a %s cannot be compared", v.Type(), with.Type()))
	}
	if isText(v.Type()) && (base == "eq" || base == "ne") {
		return (textOf(v) == textOf(with)) == (base == "eq")
	}
	return comparisons[base](size(v).Cmp(size(with)))
}

var choicePattern = regexp.MustCompile(`'[^']*'|\S+`)

// choices are the words of a rule; those with blanks stand in single quotes.
func choices(param string) []string {
	words := choicePattern.FindAllString(param, -1)
	for i := range words {
		words[i] = strings.ReplaceAll(words[i], "'", "")
	}
	return words
}

func isOneOf(v reflect.Value, param string) bool {
	if absent(v) {
		return true
	}
	found := false
	for _, choice := range choices(param) {
		found = hasValue(v, choice) || found
	}
	return found
}

// hasValue reports whether v is what a rule writes.
func hasValue(v reflect.Value, written string) bool {
	if isQuantity(v.Type()) {
		return size(v).Equal(paramSize(v.Type(), written))
	}
	if !isText(v.Type()) {
		panic(fmt.Sprintf("a %s has no choices", v.Type()))
	}
	return textOf(v) == written
}

// duplicates are the entries of a list or mapping that are alike, by their own value or
// by a field of theirs: the names of two or more, as they stand in brackets.
func duplicates(v reflect.Value, field string) [][]string {
	if absent(v) {
		return nil
	}
	var groups [][]string
	seen := map[string]int{}
	add := func(name string, entry reflect.Value) {
		key, ok := identity(entry, field)
		if !ok {
			return
		}
		at, again := seen[key]
		if !again {
			at = len(groups)
			seen[key] = at
			groups = append(groups, nil)
		}
		groups[at] = append(groups[at], name)
	}
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			add(strconv.Itoa(i), v.Index(i))
		}
	case reflect.Map:
		for entries := v.MapRange(); entries.Next(); {
			add(fmt.Sprintf("%v", entries.Key()), entries.Value())
		}
	default:
		panic(fmt.Sprintf("a %s has no entries", v.Type()))
	}
	return slices.DeleteFunc(groups, func(names []string) bool { return len(names) < 2 })
}

// identity is what an entry must not have in common with another; it reports whether
// there is any.
func identity(entry reflect.Value, field string) (string, bool) {
	entry = unknownAside(entry)
	if field != "" && entry.IsValid() {
		if entry.Kind() != reflect.Struct || !entry.FieldByName(field).IsValid() {
			panic(fmt.Sprintf("a %s has no field %s", entry.Type(), field))
		}
		entry = unknownAside(entry.FieldByName(field))
	}
	switch {
	case absent(entry) || entry.Kind() == reflect.String && !present(entry):
		return "", false
	case isQuantity(entry.Type()):
		return size(entry).Rat().RatString(), true
	case isText(entry.Type()):
		return textOf(entry), true
	}
	panic(fmt.Sprintf("entries of type %s are compared by one of their fields", entry.Type()))
}

// unknownAside is the value in a pointer or a Known; not valid where there is none.
func unknownAside(v reflect.Value) reflect.Value {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if !v.IsValid() {
		return v
	}
	if valuer, ok := v.Interface().(validator.Valuer); ok {
		return reflect.ValueOf(valuer.ValidatorValue())
	}
	return v
}

// present reports whether an optional field is there.
func present(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Invalid:
		return false
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return !v.IsNil()
	case reflect.String:
		return v.Len() > 0
	}
	return true
}

// presenceRule makes such as required_without_all: the verb, the condition, and
// whether one field is enough to meet it.
func presenceRule(rule string) validator.Func {
	return func(fl validator.FieldLevel) bool {
		names := strings.Fields(fl.Param())
		parent, _, _ := fl.ExtractType(fl.Parent())
		met := 0
		for _, name := range names {
			if present(parent.FieldByName(name)) == !strings.Contains(rule, "_without") {
				met++
			}
		}
		holds := met > 0
		if strings.HasSuffix(rule, "_all") {
			holds = met == len(names)
		}
		return !holds || present(fl.Field()) == strings.HasPrefix(rule, "required")
	}
}

// conditionRule makes such as required_if: the verb, and fields with their values.
func conditionRule(rule string) validator.Func {
	return func(fl validator.FieldLevel) bool {
		words := choices(fl.Param())
		if len(words)%2 != 0 {
			panic("each field needs a value: " + strconv.Quote(fl.Param()))
		}
		holds := true
		for i := 0; i < len(words); i += 2 {
			v := other(fl, words[i])
			holds = holds && v.IsValid() && hasValue(v, words[i+1])
		}
		if strings.HasSuffix(rule, "_unless") {
			holds = !holds
		}
		return !holds || present(fl.Field()) == strings.HasPrefix(rule, "required")
	}
}
