package meterread

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// maxObject is the largest JSON object that is read, in bytes: one answer of a vendor's service, with its list of reads.
const maxObject = 1 << 26

// counter counts the lines of a source up to an offset.
type counter struct {
	source io.Reader
	ends   []int64 // offsets behind line ends that have been read and not yet passed
	read   int64
	line   int
	failed error
	since  int64 // bytes read since the last value was taken
}

var errTooLarge = errors.New("one value is larger than any answer of a vendor's service")

func (c *counter) Read(p []byte) (int, error) {
	if c.since > maxObject {
		return 0, errTooLarge
	}
	n, err := c.source.Read(p)
	for i, b := range p[:n] {
		if b == '\n' {
			c.ends = append(c.ends, c.read+int64(i)+1)
		}
	}
	c.read += int64(n)
	c.since += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		c.failed = err
	}
	return n, err
}

// at is the line of an offset, which never goes back.
func (c *counter) at(offset int64) int {
	n := 0
	for n < len(c.ends) && c.ends[n] <= offset {
		n++
	}
	c.ends = c.ends[n:]
	c.line += n
	return c.line + 1
}

// json reads objects: an array of them, one, or one after the other.
func (d *decoder) json() error {
	d.cells.document, d.plan.records[0].document = true, true
	c := &counter{source: d.lines.rest()}
	dec := json.NewDecoder(c)
	dec.UseNumber()
	good, array := false, false
	if head, err := firstByte(dec); err == nil && head == '[' {
		array = true
		if _, err := dec.Token(); err != nil {
			return d.noDocument(c, dec, err)
		}
	}
	for !d.stopped && (!array || dec.More()) {
		var raw json.RawMessage
		err := dec.Decode(&raw)
		if errors.Is(err, io.EOF) && !array {
			break
		}
		if err != nil {
			return d.noDocument(c, dec, err)
		}
		c.since = 0
		d.sum.Lines++
		if d.object(c.at(dec.InputOffset()-int64(len(raw))), raw) {
			good = true
		}
	}
	if array && !d.stopped {
		if token, err := dec.Token(); err != nil || token != json.Delim(']') {
			return d.noDocument(c, dec, either(err, io.ErrUnexpectedEOF))
		}
		rest, err := io.ReadAll(io.LimitReader(io.MultiReader(dec.Buffered(), c), 1<<16))
		if err != nil || len(bytes.Trim(rest, " \t\r\n\x1a")) > 0 {
			return d.noDocument(c, dec, either(err, errors.New("something stands behind the end of the array")))
		}
	}
	if !d.stopped {
		d.other(good)
	}
	return nil
}

func either(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// firstByte looks at the first byte that is no blank.
func firstByte(dec *json.Decoder) (byte, error) {
	dec.More() // fills the buffer up to it
	var b [1]byte
	r := dec.Buffered()
	for {
		if _, err := r.Read(b[:]); err != nil {
			return 0, err
		}
		if b[0] != ' ' && b[0] != '\t' && b[0] != '\r' && b[0] != '\n' {
			return b[0], nil
		}
	}
}

func (d *decoder) noDocument(c *counter, dec *json.Decoder, err error) error {
	if c.failed != nil {
		return &problem.Error{Code: ErrInput, Pos: d.pos(c.at(c.read), 0), What: "the source failed: " + c.failed.Error(), Fix: "read the file again", Err: c.failed}
	}
	what := "the JSON cannot be understood from here on"
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		what = "the JSON ends before its last bracket"
	}
	return &problem.Error{Code: ErrDocument, Pos: d.pos(c.at(dec.InputOffset()), 0), What: what, Fix: "export the file again; the reads before are good"}
}

// object reads one object, or each item of its list. It says whether it is of the layout.
func (d *decoder) object(line int, src []byte) bool {
	rp := d.plan.records[0]
	whole := row{plan: rp, raw: string(src), width: len(src)}
	bad := func(what string) bool {
		d.find(line, &fault{code: NotSupported, at: &whole, what: what, fix: "look whether the file is of this layout"}, false)
		return false
	}
	if key, ok := doubleKey(src); ok {
		if rp.fieldOf[key] == nil {
			key = "one that the layout does not have"
		}
		return bad("the object holds a key twice: " + key)
	}
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.UseNumber()
	var value any
	if err := dec.Decode(&value); err != nil {
		return bad("the value cannot be read")
	}
	if _, ok := value.(map[string]any); !ok {
		return bad("an object is needed here")
	}
	list := ""
	for i := range rp.fields {
		if path, _, ok := strings.Cut(rp.fields[i].Name, "[]."); ok {
			list = path
		}
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

// doubleKey looks for an object that holds a key twice: package json would take the last and say nothing.
func doubleKey(src []byte) (string, bool) {
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.UseNumber()
	type open struct {
		keys map[string]bool // nil in a list
		key  bool            // a key is next
	}
	var stack []open
	for {
		token, err := dec.Token()
		if err != nil {
			return "", false
		}
		if delim, ok := token.(json.Delim); ok {
			switch delim {
			case '{':
				stack = append(stack, open{keys: map[string]bool{}, key: true})
				continue
			case '[':
				stack = append(stack, open{})
				continue
			}
			stack = stack[:len(stack)-1]
		} else if n := len(stack); n > 0 && stack[n-1].keys != nil && stack[n-1].key {
			key, _ := token.(string)
			if stack[n-1].keys[key] {
				return key, true
			}
			stack[n-1].keys[key], stack[n-1].key = true, false
			continue
		}
		if n := len(stack); n > 0 && stack[n-1].keys != nil {
			stack[n-1].key = true
		}
	}
}
