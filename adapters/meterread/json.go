package meterread

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/headgate-dev/headgate/billing/problem"
)

// json reads objects: an array of them, one, or one after the other.
func (d *decoder) json() error {
	d.cells.document, d.plan.records[0].document = true, true
	v := newValues(d.lines.rest())
	good := false
	for !d.stopped {
		line, src, state := v.next()
		switch state {
		case atEnd:
			d.other(good)
			return nil
		case atFault:
			return d.noDocument(v)
		case atLarge:
			d.sum.Lines++
			d.find(line, &fault{code: LineTooLong, what: fmt.Sprintf("the value is longer than %d bytes", MaxObject), fix: "have the answer cut into smaller ones"}, false)
		default:
			d.sum.Lines++
			if d.object(line, src) {
				good = true
			}
		}
	}
	return nil
}

func (d *decoder) noDocument(v *values) error {
	if v.failed != nil {
		return &problem.Error{Code: ErrInput, Pos: d.pos(v.line, 0), What: "the source failed: " + v.failed.Error(), Fix: "read the file again", Err: v.failed}
	}
	what := "the JSON cannot be understood from here on"
	if v.ended {
		what = "the JSON ends before its last bracket"
	}
	return &problem.Error{Code: ErrDocument, Pos: d.pos(v.line, 0), What: what, Fix: "export the file again; the reads before are good"}
}

// object reads one object, or each item of its list. It says whether it is of the layout.
func (d *decoder) object(line int, src []byte) bool {
	rp := d.plan.records[0]
	whole := row{plan: rp, raw: string(src), width: len(src)}
	bad := func(what string) bool {
		d.find(line, &fault{code: NotSupported, at: &whole, what: what, fix: "look whether the file is of this layout"}, false)
		return false
	}
	// Package json would put another character in the place of what is none, and two serial numbers could come to be one.
	if at := notUTF8(src); at >= 0 {
		d.find(line+bytes.Count(src[:at], []byte("\n")), &fault{code: BadEncoding, at: &whole, what: "a text holds bytes that are no UTF-8, or half a character",
			fix: "export the file again as UTF-8"}, false)
		return false
	}
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.UseNumber()
	var value any
	if err := dec.Decode(&value); err != nil || dec.InputOffset() < int64(len(src)) {
		return bad("the value cannot be read")
	}
	list := ""
	for i := range rp.fields {
		if path, _, ok := strings.Cut(rp.fields[i].Name, "[]."); ok {
			list = path
		}
	}
	twice := func(key string) string {
		if !slices.ContainsFunc(rp.fields, func(f fieldPlan) bool { return f.Name == key || strings.HasSuffix(f.Name, "."+key) }) {
			key = "one that the layout does not have"
		}
		return "the object holds a key twice: " + key
	}
	key, double, doubles := doubleKey(src, list)
	if double {
		return bad(twice(key))
	}
	if _, ok := value.(map[string]any); !ok {
		return bad("an object is needed here")
	}
	if list == "" {
		return d.oneObject(line, &whole, value, nil, "", true)
	}
	items, ok := lookup(value, list).([]any)
	if !ok {
		return bad("the object has no list " + list)
	}
	good := len(items) == 0
	for i, item := range items {
		if key, ok := doubles[i]; ok {
			bad(fmt.Sprintf("item %d of the list %s: %s", i+1, list, twice(key)))
			continue
		}
		if d.oneObject(line, &whole, value, item, list, i == 0) {
			good = true
		}
	}
	return good
}

func (d *decoder) oneObject(line int, whole *row, value, item any, list string, first bool) bool {
	rp := whole.plan
	r := &Read{Line: line, First: first, content: d.hold(*whole, nil)}
	r.row.cells = d.cells.take(len(rp.fields))
	found := 0
	for i := range rp.fields {
		f := &rp.fields[i]
		f.cell = i
		path, from := f.Name, value
		if inner, ok := strings.CutPrefix(path, list+"[]."); ok && list != "" {
			path, from = inner, item
		}
		cell := lookup(from, path)
		if cell != nil {
			found++
		}
		text, ok := scalarText(cell)
		if !ok {
			d.find(line, &fault{code: NotSupported, field: f, at: whole, what: "a single value is needed here", fix: "look whether the file is of this layout"}, false)
			return false
		}
		r.row.cells[i] = text
	}
	if found == 0 {
		d.find(line, &fault{code: NotSupported, at: whole, what: "the object has none of the layout's keys", fix: "look whether the file is of this layout"}, false)
		return false
	}
	bad := d.checkRow(&r.row)
	if bad == nil && rp.emits {
		bad = d.evaluate(r)
	}
	if bad != nil {
		d.find(line, bad, false)
		return false
	}
	d.read(r)
	return true
}

// lookup walks down an object along names parted by points.
func lookup(value any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		object, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = object[name]
	}
	return value
}

// scalarText is a value as it is written; nothing for null.
func scalarText(value any) (string, bool) {
	switch v := value.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case json.Number:
		return plainNumber(v.String()), true
	case bool:
		return fmt.Sprint(v), true
	}
	return "", false
}

// plainNumber writes a number of JSON without its exponent, where that can be done exactly.
func plainNumber(text string) string {
	if !strings.ContainsAny(text, "eE") {
		return text
	}
	return cmepNumber(strings.ToUpper(text))
}

// notUTF8 is where a value of JSON holds a byte that is no UTF-8, or one half of a character that is written in two; -1 where it does not.
func notUTF8(src []byte) int {
	for i := 0; i < len(src); {
		switch b := src[i]; {
		case b == '\\':
			if first := escaped(src[i:]); first >= 0xDC00 && first < 0xE000 {
				return i
			} else if first >= 0xD800 && first < 0xDC00 {
				if second := escaped(src[min(i+6, len(src)):]); second < 0xDC00 || second >= 0xE000 {
					return i
				}
				i += 6
			}
			i += 2 // what follows the backslash is no backslash of another escape; hexadecimal digits are none of their own
		case b < utf8.RuneSelf:
			i++
		default:
			r, size := utf8.DecodeRune(src[i:])
			if r == utf8.RuneError && size == 1 {
				return i
			}
			i += size
		}
	}
	return -1
}

// escaped is the number of a character that is written as \u and four digits; -1 where none is.
func escaped(src []byte) int {
	if len(src) < 6 || src[0] != '\\' || src[1] != 'u' {
		return -1
	}
	n, err := strconv.ParseUint(string(src[2:6]), 16, 16)
	if err != nil {
		return -1
	}
	return int(n)
}

// doubleKey looks for an object that holds a key twice, in JSON that package json has read: it would take the last and say nothing. Where it is
// within an item of the list that is read, only that item is none; items has its key by the item's place.
func doubleKey(src []byte, list string) (key string, double bool, items map[int]string) {
	var stack []opened
	for i := 0; i < len(src); i++ {
		n := len(stack) - 1
		switch src[i] {
		case '{':
			stack = append(stack, opened{keys: map[string]bool{}, key: true})
		case '[':
			stack = append(stack, opened{})
		case '}', ']':
			stack = stack[:n]
		case ',':
			stack[n].key = true // in a list no key is looked for
			stack[n].at++
		case '"':
			end := i + 1
			for src[end] != '"' {
				if src[end] == '\\' {
					end++
				}
				end++
			}
			if n >= 0 && stack[n].key && stack[n].keys != nil {
				own := unquoted(src[i : end+1])
				if stack[n].keys[own] {
					item, ok := itemOf(stack, list)
					if !ok {
						return own, true, nil
					}
					if items == nil {
						items = map[int]string{}
					}
					items[item] = own
				}
				stack[n].keys[own], stack[n].key, stack[n].name = true, false, own
			}
			i = end
		}
	}
	return "", false, items
}

// opened is an object or a list that has not ended.
type opened struct {
	keys map[string]bool // nil in a list
	key  bool            // a key is next
	name string          // the key of an object that is read
	at   int             // the place of the item that is read
}

// itemOf is the place in the list of what is open.
func itemOf(stack []opened, list string) (int, bool) {
	path := ""
	for i, o := range stack {
		if o.keys == nil {
			return o.at, list != "" && path == list
		}
		if i > 0 {
			path += "."
		}
		path += o.name
	}
	return 0, false
}

// unquoted is a text of JSON without its quotes.
func unquoted(quoted []byte) string {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted[1 : len(quoted)-1])
	}
	var text string
	_ = json.Unmarshal(quoted, &text) // it was read before
	return text
}
