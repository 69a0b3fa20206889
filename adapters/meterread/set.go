package meterread

import (
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/problem"
)

// fieldKeys are the keys of a field that have one value, each with what keeps it.
var fieldKeys = map[string]func(*Field, string) *problem.Error{
	"name":   textKey(func(f *Field) *string { return &f.Name }),
	"start":  wholeKey(func(f *Field) *int { return &f.Start }),
	"length": wholeKey(func(f *Field) *int { return &f.Length }),
	"index":  wholeKey(func(f *Field) *int { return &f.Index }),
	"type":   choiceKey(func(f *Field) *string { return &f.Type }, fieldTypes, ErrChoice),
	"value":  textKey(func(f *Field) *string { return &f.Value }),
	"format": func(f *Field, text string) *problem.Error {
		if _, e := compileFormat(text); e != nil && !unstated(text) {
			return e
		}
		f.Format = text
		return nil
	},
	"zone":    textKey(func(f *Field) *string { return &f.Zone }),
	"justify": choiceKey(func(f *Field) *string { return &f.Justify }, map[string]bool{"left": true, "right": true}, ErrChoice),
	"pad": func(f *Field, text string) *problem.Error {
		if len(text) > 1 {
			return &problem.Error{Code: ErrChoice, What: "a pad is one byte", Fix: "write one character in quotes; none is a blank"}
		}
		f.Pad = text
		return nil
	},
	"role":        choiceKey(func(f *Field) *string { return &f.Role }, roles, ErrRole),
	"null":        textKey(func(f *Field) *string { return &f.Null }),
	"empty":       textKey(func(f *Field) *string { return &f.Empty }),
	"default":     textKey(func(f *Field) *string { return &f.Default }),
	"required":    flagKey(func(f *Field) *bool { return &f.Required }),
	"unique":      flagKey(func(f *Field) *bool { return &f.Unique }),
	"max":         countKey(func(f *Field) *int { return &f.Max }),
	"sensitive":   flagKey(func(f *Field) *bool { return &f.Sensitive }),
	"decimals":    countKey(func(f *Field) *int { return &f.Decimals }),
	"width":       countKey(func(f *Field) *int { return &f.Width }),
	"max_digits":  countKey(func(f *Field) *int { return &f.MaxDigits }),
	"unit":        textKey(func(f *Field) *string { return &f.Unit }),
	"suffix":      textKey(func(f *Field) *string { return &f.Suffix }),
	"alt":         textKey(func(f *Field) *string { return &f.Alt }),
	"note":        textKey(func(f *Field) *string { return &f.Note }),
	"values_note": textKey(func(f *Field) *string { return &f.ValuesNote }),
	"counts":      textKey(func(f *Field) *string { return &f.Counts }),
}

func textKey(of func(*Field) *string) func(*Field, string) *problem.Error {
	return func(f *Field, text string) *problem.Error {
		*of(f) = text
		return nil
	}
}

func wholeKey(of func(*Field) *int) func(*Field, string) *problem.Error {
	return func(f *Field, text string) *problem.Error {
		n, e := whole(text)
		if e == nil {
			*of(f) = n
		}
		return e
	}
}

// countKey is a number whose 0 says that there is none.
func countKey(of func(*Field) *int) func(*Field, string) *problem.Error {
	set := wholeKey(of)
	return func(f *Field, text string) *problem.Error {
		if text == "0" {
			*of(f) = 0
			return nil
		}
		return set(f, text)
	}
}

func flagKey(of func(*Field) *bool) func(*Field, string) *problem.Error {
	return func(f *Field, text string) *problem.Error {
		if text != "true" && text != "false" {
			return &problem.Error{Code: ErrChoice, What: yamldoc.Quoted(text) + " is neither true nor false", Fix: "write true or false"}
		}
		*of(f) = text == "true"
		return nil
	}
}

func choiceKey(of func(*Field) *string, from map[string]bool, code problem.Code) func(*Field, string) *problem.Error {
	return func(f *Field, text string) *problem.Error {
		if text != "" && !from[text] {
			return &problem.Error{Code: code, What: yamldoc.Quoted(text) + " is not known", Fix: "write one of " + choices(from)}
		}
		*of(f) = text
		return nil
	}
}

// set gives a key of the field its value. The error has no place.
func (f *Field) set(key, text string) *problem.Error {
	return fieldKeys[key](f, text)
}

// Set returns the layout with a key of a field set anew: what a vendor leaves open, a site says in this way.
//
//	layout, err = layout.Set("read_date.format", "MMDDYY")
//	layout, err = layout.Set("RDG.reading.decimals", "2") // of one type of record
//	layout, err = layout.Set("receiver_customer_id.role", "meter_serial")
//
// The name of a field stays as it is. An empty value takes back a text, a role, a choice or a pad; 0 takes back decimals, width, max and
// max_digits, and false a flag. A field that several records have is set in each. A field that is not there
// is [ErrNoLayout], a key that is none [ErrUnknownKey]; errors of values are those of [Parse]. Set judges the one value: whether the
// layout still holds together, ask [Layout.Lint].
func (l *Layout) Set(path, value string) (*Layout, error) {
	dot := strings.LastIndexByte(path, '.')
	if dot < 0 {
		return nil, &problem.Error{Code: ErrUnknownKey, Path: path, What: "it names no key of a field", Fix: "write field.key, as in read_date.format"}
	}
	name, key := path[:dot], path[dot+1:]
	if fieldKeys[key] == nil || key == "name" {
		return nil, &problem.Error{Code: ErrUnknownKey, Path: path, What: yamldoc.Quoted(key) + " is no key of a field with a single value",
			Fix: "write one such as format, role, null or index"}
	}
	set := *l
	set.Records = slices.Clone(l.Records)
	found := false
	for i := range set.Records {
		r := &set.Records[i]
		r.Fields = slices.Clone(r.Fields)
		if r.Repeat != nil {
			repeat := *r.Repeat
			repeat.Fields, repeat.Trailer = slices.Clone(repeat.Fields), slices.Clone(repeat.Trailer)
			r.Repeat = &repeat
		}
		for f := range r.all {
			if f.Name != name && r.Type+"."+f.Name != name {
				continue
			}
			found = true
			if e := f.set(key, value); e != nil {
				e.Path = path
				return nil, e
			}
		}
	}
	if !found {
		return nil, &problem.Error{Code: ErrNoLayout, Path: path, What: "the layout " + l.ID + " has no field " + yamldoc.Quoted(name), Fix: "name one of its fields"}
	}
	return &set, nil
}
