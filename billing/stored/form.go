package stored

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Form is how values of a type are stored. A package makes one for each type that a host keeps, and never changes a version
// that was released.
type Form[T any] struct {
	name    string
	version int
	write   func(T) (any, error)
	readers map[int]func(any) (T, error)
}

// NewForm returns a form under a name, such as "leg", with the version that it writes. W is the shape in JSON: a struct of
// exported fields, each with its key, whose optional ones are omitempty or omitzero. read makes the value and proves it: it
// is where ids are derived again.
func NewForm[T, W any](name string, version int, write func(T) (W, error), read func(W) (T, error)) Form[T] {
	f := Form[T]{name: name, version: version, write: func(v T) (any, error) { return write(v) }}
	return Reads(f, version, read)
}

// Reads returns the form with the reader of one more version, whose shape in JSON is W.
func Reads[T, W any](f Form[T], version int, read func(W) (T, error)) Form[T] {
	readers := maps.Clone(f.readers)
	if readers == nil {
		readers = map[int]func(any) (T, error){}
	}
	readers[version] = func(value any) (T, error) {
		var none T
		raw, err := json.Marshal(value)
		if err != nil {
			return none, formError("value", err)
		}
		var shape W
		if err := json.Unmarshal(raw, &shape); err != nil {
			return none, shapeError(err)
		}
		again, err := json.Marshal(shape)
		if err != nil {
			return none, formError("value", err)
		}
		back, err := parse(again)
		if err != nil {
			return none, err
		}
		if err := same("value", value, back); err != nil {
			return none, err
		}
		return read(shape)
	}
	f.readers = readers
	return f
}

// Name is the form's name, as in "form" of its JSON.
func (f Form[T]) Name() string { return f.name }

// Version is the version that Marshal writes.
func (f Form[T]) Version() int { return f.version }

// Marshal writes v as one line of JSON, and reads it back to be sure that nothing of it was lost: a private value that
// would be stored as its mask is an error here.
func (f Form[T]) Marshal(v T) ([]byte, error) {
	shape, err := f.write(v)
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	err = enc.Encode(struct {
		Form    string `json:"form"`
		Version int    `json:"version"`
		Value   any    `json:"value"`
	}{f.name, f.version, shape})
	if err != nil {
		return nil, formError("value", err)
	}
	data := bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
	if _, err := f.Unmarshal(data); err != nil {
		return nil, err
	}
	return data, nil
}

// Unmarshal reads what Marshal has written, in this or an older version. Errors do not repeat values, which may be private.
func (f Form[T]) Unmarshal(data []byte) (T, error) {
	var none T
	tree, err := parse(data)
	if err != nil {
		return none, err
	}
	envelope, ok := tree.(object)
	if !ok {
		return none, &problem.Error{Code: ErrForm, What: "the form is not a JSON object", Fix: "give one form as it was written"}
	}
	for _, key := range []string{"form", "version", "value"} {
		if _, ok := envelope[key]; !ok {
			return none, missing(key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(envelope)) {
		if key != "form" && key != "version" && key != "value" {
			return none, unknown(key)
		}
	}
	if envelope["form"] != f.name {
		return none, &problem.Error{Code: ErrKind, Path: "form", What: fmt.Sprintf("the form is not %q", f.name), Fix: "read it by the form that wrote it"}
	}
	number, ok := envelope["version"].(json.Number)
	version, err := number.Int64()
	read := f.readers[int(version)]
	if !ok || err != nil || read == nil {
		return none, &problem.Error{Code: ErrVersion, Path: "version", What: fmt.Sprintf("the form %q has no such version here; it has %v", f.name, f.Versions()),
			Fix: "read it with a release that knows the version; a newer one reads all older forms"}
	}
	return read(envelope["value"])
}

// Versions are the versions that Unmarshal reads, in order.
func (f Form[T]) Versions() []int { return slices.Sorted(maps.Keys(f.readers)) }

// object and list are what JSON holds besides texts, numbers, booleans and null.
type (
	object = map[string]any
	list   = []any
)

// parse reads one JSON value into objects and lists, with numbers as they are written. A key given twice, text that is not
// UTF-8 and anything behind the value are refused: encoding/json would take the last, mend and ignore.
func parse(data []byte) (any, error) {
	if !utf8.Valid(data) {
		return nil, &problem.Error{Code: ErrForm, What: "the form is not UTF-8", Fix: "restore it as it was written"}
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	v, err := parseValue(dec, "")
	if err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err == nil {
		return nil, &problem.Error{Code: ErrForm, What: "there is more behind the form", Fix: "give one form at a time"}
	}
	if len(bytes.TrimSpace(data[dec.InputOffset():])) > 0 {
		return nil, &problem.Error{Code: ErrForm, What: "there is more behind the form", Fix: "give one form at a time"}
	}
	return v, nil
}

func parseValue(dec *json.Decoder, path string) (any, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, torn(path, dec)
	}
	switch token := token.(type) {
	case json.Delim:
		if token == '{' {
			return parseObject(dec, path)
		}
		return parseList(dec, path)
	case string:
		// The decoder puts U+FFFD for half a surrogate pair. Nothing that is written here has one.
		if bytes.ContainsRune([]byte(token), utf8.RuneError) {
			return nil, &problem.Error{Code: ErrValue, Path: path, What: "the text holds a character that was lost (U+FFFD)", Fix: "restore it as it was written"}
		}
	}
	return token, nil
}

func parseObject(dec *json.Decoder, path string) (any, error) {
	o := object{}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return nil, torn(path, dec)
		}
		key, _ := token.(string) // the decoder takes nothing else for a key
		at := join(path, key)
		if _, twice := o[key]; twice {
			return nil, &problem.Error{Code: ErrKey, Path: at, What: "the key is given twice", Fix: "keep the right one"}
		}
		v, err := parseValue(dec, at)
		if err != nil {
			return nil, err
		}
		o[key] = v
	}
	if _, err := dec.Token(); err != nil {
		return nil, torn(path, dec)
	}
	return o, nil
}

func parseList(dec *json.Decoder, path string) (any, error) {
	l := list{}
	for dec.More() {
		v, err := parseValue(dec, fmt.Sprintf("%s[%d]", path, len(l)))
		if err != nil {
			return nil, err
		}
		l = append(l, v)
	}
	if _, err := dec.Token(); err != nil {
		return nil, torn(path, dec)
	}
	return l, nil
}

// same compares what stands in a form with what its reader would have written.
func same(path string, stated, written any) error {
	switch stated := stated.(type) {
	case object:
		written, ok := written.(object)
		if !ok {
			break
		}
		for _, key := range slices.Sorted(maps.Keys(stated)) {
			w, ok := written[key]
			if !ok {
				return unknown(join(path, key))
			}
			if err := same(join(path, key), stated[key], w); err != nil {
				return err
			}
		}
		for _, key := range slices.Sorted(maps.Keys(written)) {
			if _, ok := stated[key]; !ok {
				return missing(join(path, key))
			}
		}
		return nil
	case list:
		written, ok := written.(list)
		if !ok || len(written) != len(stated) {
			break
		}
		for i := range stated {
			if err := same(fmt.Sprintf("%s[%d]", path, i), stated[i], written[i]); err != nil {
				return err
			}
		}
		return nil
	default:
		if isLeaf(written) && stated == written {
			return nil
		}
	}
	return &problem.Error{Code: ErrValue, Path: path, What: "the value would be written otherwise", Fix: "restore it as it was written"}
}

// isLeaf says whether v can be compared with ==.
func isLeaf(v any) bool {
	switch v.(type) {
	case object, list:
		return false
	}
	return true
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func unknown(path string) error {
	return &problem.Error{Code: ErrKey, Path: path, What: "the form has no such key", Fix: "take it out, or read it with the release that wrote it"}
}

func missing(path string) error {
	return &problem.Error{Code: ErrKey, Path: path, What: "the key is missing", Fix: "restore the form as it was written; nothing is assumed"}
}

func torn(path string, dec *json.Decoder) error {
	return &problem.Error{Code: ErrForm, Path: path, What: fmt.Sprintf("the JSON is torn or malformed at byte %d", dec.InputOffset()), Fix: "restore it as it was written"}
}

// shapeError says where a value is of another type. The text of encoding/json repeats numbers.
func shapeError(err error) error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return &problem.Error{Code: ErrValue, Path: join("value", wrong.Field), What: "the value is of another type than " + wrong.Type.String(),
			Fix: "restore it as it was written"}
	}
	return formError("value", err)
}

// formError is an error of what stands in the form; one of this module keeps its words.
func formError(path string, err error) error {
	var known *problem.Error
	if errors.As(err, &known) {
		return &problem.Error{Code: known.Code, Path: join(path, known.Path), What: known.What, Fix: known.Fix, Err: err}
	}
	return &problem.Error{Code: ErrForm, Path: path, What: "the value cannot be written or read in this form", Fix: "restore it as it was written"}
}
