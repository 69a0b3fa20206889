package stored

import (
	"encoding"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// within is an error with a place put before its path. It is made on the way back from where the error was found, so that
// what is read without one pays nothing for paths.
func within(place string, e *problem.Error) *problem.Error {
	switch {
	case e.Path == "":
		e.Path = place
	case place == "" || e.Path[0] == '[':
		e.Path = place + e.Path
	default:
		e.Path = place + "." + e.Path
	}
	return e
}

// index is the path of the ith value of a list.
func index(i int) string { return "[" + strconv.Itoa(i) + "]" }

// shown is a key as a path has it. A key that no form would have may be anything, and is quoted and cut.
func shown(key string) string {
	const most = 40
	strange := func(r rune) bool {
		return r != '_' && r != '-' && r != '/' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}
	switch {
	case len(key) > most:
		return strconv.QuoteToASCII(key[:most]) + "…"
	case key == "" || strings.ContainsFunc(key, strange):
		return strconv.QuoteToASCII(key)
	}
	return key
}

// place is where in a shape the first value stands that it does not take; empty where that is the whole. For lists, maps
// and types that read themselves, encoding/json does not say.
func place(t reflect.Type, raw []byte) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if readsItself(t) {
		return ""
	}
	switch t.Kind() {
	case reflect.Struct:
		return placeInStruct(t, raw)
	case reflect.Map:
		var parts map[string]json.RawMessage
		if json.Unmarshal(raw, &parts) != nil {
			return ""
		}
		for _, key := range slices.Sorted(maps.Keys(parts)) {
			if at := placeIn(t.Elem(), parts[key], shown(key)); at != "" {
				return at
			}
		}
	case reflect.Slice, reflect.Array:
		var parts []json.RawMessage
		if json.Unmarshal(raw, &parts) != nil {
			return ""
		}
		for i, part := range parts {
			if at := placeIn(t.Elem(), part, index(i)); at != "" {
				return at
			}
		}
	}
	return ""
}

func placeInStruct(t reflect.Type, raw []byte) string {
	var parts map[string]json.RawMessage
	if json.Unmarshal(raw, &parts) != nil {
		return ""
	}
	for i := range t.NumField() {
		field := t.Field(i)
		key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case key == "" && field.Anonymous:
			if at := place(field.Type, raw); at != "" {
				return at
			}
			continue
		case key == "":
			key = field.Name
		}
		if part, ok := parts[key]; ok {
			if at := placeIn(field.Type, part, key); at != "" {
				return at
			}
		}
	}
	return ""
}

// placeIn is the place in a part, where the part is not taken.
func placeIn(t reflect.Type, raw []byte, at string) string {
	if json.Unmarshal(raw, reflect.New(t).Interface()) == nil {
		return ""
	}
	return within(at, &problem.Error{Path: place(t, raw)}).Path
}

func readsItself(t reflect.Type) bool {
	to := reflect.PointerTo(t)
	return to.Implements(reflect.TypeFor[json.Unmarshaler]()) || to.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}
