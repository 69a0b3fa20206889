package ratefile

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

//go:generate go test -run TestSchemaFile -update

// Schema returns the JSON Schema (draft 2020-12) of the format, for editors and for
// programs that write files. It refuses what [Parse] refuses but for what a schema
// cannot see: the order of keys, the digits of a number and of those in formulas, words that make no
// formula of a number (10 USD), how deep the rows of a table
// go, days that a month does not have, names that stand twice. What [File.Compile]
// finds it does not know.
func Schema() []byte {
	s := &schemaWriter{defs: map[string]any{}, names: map[*form]string{}}
	root := s.form(grammar)
	ref := root["$ref"].(string)
	doc := map[string]any{
		"$schema":     "https://json-schema.org/draft/2020-12/schema",
		"title":       "Headgate rate book",
		"description": "A utility's rates with the worked bills that they must reproduce, in the format " + formatVersion + ".",
		"$ref":        ref,
		"$defs":       s.defs,
	}
	out, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		panic(err) // texts, lists and mappings alone
	}
	return append(out, '\n')
}

// A schemaWriter writes forms as schemas; objects, unions and lists of them once.
type schemaWriter struct {
	defs  map[string]any
	names map[*form]string
}

func (s *schemaWriter) form(f *form) map[string]any {
	if f.isScalar() {
		return s.scalar(f)
	}
	name, ok := s.names[f]
	if !ok {
		name = s.define(f)
	}
	return map[string]any{"$ref": "#/$defs/" + name}
}

func (s *schemaWriter) define(f *form) string {
	base := strings.ReplaceAll(withoutArticle(f.name), " ", "_")
	name := base
	for i := 2; s.defs[name] != nil; i++ {
		name = fmt.Sprintf("%s_%d", base, i)
	}
	s.names[f] = name
	s.defs[name] = map[string]any{} // taken, for forms that hold themselves
	s.defs[name] = s.whole(f)
	return name
}

func (s *schemaWriter) whole(f *form) map[string]any {
	switch f.kind {
	case object:
		return s.object(f)
	case list:
		return map[string]any{"type": "array", "minItems": 1, "items": s.form(f.of)}
	case union:
		each := make([]any, len(f.any))
		for i, of := range f.any {
			each[i] = s.form(of)
		}
		return map[string]any{"anyOf": each}
	case rows:
		m := s.named(s.form(f.of))
		m["additionalProperties"] = map[string]any{"anyOf": []any{s.form(f.of), s.form(f)}}
		return m
	case pair:
		m := s.named(s.form(f.of))
		m["maxProperties"] = 1
		return m
	}
	return s.named(s.form(f.of))
}

// named is a mapping with keys of the book's own.
func (s *schemaWriter) named(of map[string]any) map[string]any {
	return map[string]any{
		"type": "object", "minProperties": 1, "additionalProperties": of,
		"propertyNames": map[string]any{"minLength": 1, "maxLength": maxName},
	}
}

func (s *schemaWriter) object(f *form) map[string]any {
	properties := map[string]any{}
	var required []string
	needs := map[string]any{}
	var all []any
	for i := range f.fields {
		field := &f.fields[i]
		of := s.form(field.form)
		of["description"] = field.doc
		properties[field.key] = of
		if field.required {
			required = append(required, field.key)
		}
		if len(field.needs) > 0 {
			needs[field.key] = field.needs
		}
		if len(field.beside) > 0 {
			all = append(all, ifThere(field.key, map[string]any{"anyOf": requireEach(field.beside)}))
		}
		if len(field.not) > 0 {
			all = append(all, ifThere(field.key, map[string]any{"not": map[string]any{"anyOf": requireEach(field.not)}}))
		}
	}
	m := map[string]any{"type": "object", "properties": properties, "additionalProperties": false, "minProperties": 1}
	if len(required) > 0 {
		slices.Sort(required)
		m["required"] = required
	}
	if len(needs) > 0 {
		m["dependentRequired"] = needs
	}
	if len(f.rules) > 0 {
		m["oneOf"] = requireEach(f.rules)
	}
	if len(all) > 0 {
		m["allOf"] = all
	}
	return m
}

// ifThere is a schema that holds where a mapping does not have the key.
func ifThere(key string, then map[string]any) map[string]any {
	return map[string]any{"if": map[string]any{"required": []string{key}}, "then": then}
}

// requireEach are schemas that each ask for one of the keys.
func requireEach(keys []string) []any {
	all := make([]any, len(keys))
	for i, key := range keys {
		all[i] = map[string]any{"required": []string{key}}
	}
	return all
}

func (s *schemaWriter) scalar(f *form) map[string]any {
	text := map[string]any{"type": "string", "minLength": 1}
	written := func(pattern string) map[string]any { return map[string]any{"type": "string", "pattern": pattern} }
	either := func(number, text map[string]any) map[string]any {
		return map[string]any{"anyOf": []any{number, text}}
	}
	switch f.kind {
	case word:
		return map[string]any{"enum": f.words}
	case code:
		return written(codePattern)
	case number, quantity:
		return either(map[string]any{"type": "number"}, written(numberPattern))
	case whole:
		return either(map[string]any{"type": "integer", "minimum": 1, "maximum": 999_999_999}, written(wholePattern))
	case dollars:
		return either(map[string]any{"type": "number", "multipleOf": json.Number("0.01")}, written(dollarsPattern))
	case date:
		m := written(datePattern)
		m["format"] = "date"
		return m
	case monthDay:
		return written(monthDayPattern)
	case onlyTrue:
		return map[string]any{"const": true}
	case scalar:
		return map[string]any{"anyOf": []any{map[string]any{"type": "number"}, written(numberPattern), written(formulaPattern)}}
	case factValue:
		return either(map[string]any{"type": "number"}, text)
	}
	return text
}
