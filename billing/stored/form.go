package stored

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Form is how values of a type are stored. A package makes one for each type that a host keeps, and never changes a version
// that was released. A Form is immutable; [NewForm] makes it.
type Form[T any] struct {
	name    string
	version int
	write   func(T) (any, error)
	readers map[int]reader[T]
}

// A reader makes a value of what stands in a form. plain is the envelope as it is written, up to the value; it reads the text
// of a value, and asks agrees whether what it would write is what stands there.
type reader[T any] struct {
	plain []byte
	read  func(raw []byte, agrees func(written []byte) error) (T, error)
}

// NewForm returns a form under a name, such as "leg", with the version that it writes, 1 or more. W is the shape in JSON: a
// struct of exported fields, each with its key, whose optional ones are omitempty or omitzero. read makes the value and
// proves it: it is where ids are derived again. The paths of its errors are those within the value.
func NewForm[T, W any](name string, version int, write func(T) (W, error), read func(W) (T, error)) Form[T] {
	f := Form[T]{name: name, version: version, write: func(v T) (any, error) { return write(v) }}
	return Reads(f, version, read)
}

// Reads returns the form with the reader of one more version, whose shape in JSON is W. It panics where the version is below
// 1 or the form reads it already: a form that took either would read what is stored by the wrong rules.
func Reads[T, W any](f Form[T], version int, read func(W) (T, error)) Form[T] {
	if _, twice := f.readers[version]; twice || version < 1 {
		panic(fmt.Sprintf("stored: the form %q reads a version %d twice, or below 1", f.name, version))
	}
	f.readers = maps.Clone(f.readers)
	if f.readers == nil {
		f.readers = map[int]reader[T]{}
	}
	f.readers[version] = reader[T]{
		plain: fmt.Appendf(nil, `{"form":%q,"version":%d,"value":`, f.name, version),
		read: func(raw []byte, agrees func(written []byte) error) (T, error) {
			var none T
			var shape W
			if err := json.Unmarshal(raw, &shape); err != nil {
				return none, shapeError(err, place(reflect.TypeFor[W](), raw))
			}
			written, err := encode(shape)
			if err != nil {
				return none, err
			}
			if err := agrees(written); err != nil {
				return none, err
			}
			v, err := read(shape)
			if err != nil {
				return none, inValue(err)
			}
			return v, nil
		},
	}
	return f
}

// Name is the form's name, as in "form" of its JSON.
func (f Form[T]) Name() string { return f.name }

// Version is the version that Marshal writes.
func (f Form[T]) Version() int { return f.version }

// Versions are the versions that Unmarshal reads, in order.
func (f Form[T]) Versions() []int { return slices.Sorted(maps.Keys(f.readers)) }

// Marshal writes v as one line of JSON, and reads it back to be sure that nothing of it was lost: a private value that
// would be stored as its mask, and a text that is not UTF-8, are errors here.
func (f Form[T]) Marshal(v T) ([]byte, error) {
	shape, err := f.write(v)
	if err != nil {
		return nil, err
	}
	data, err := encode(struct {
		Form    string `json:"form"`
		Version int    `json:"version"`
		Value   any    `json:"value"`
	}{f.name, f.version, shape})
	if err != nil {
		return nil, err
	}
	if _, err := f.Unmarshal(data); err != nil {
		return nil, err
	}
	return data, nil
}

// Unmarshal reads what Marshal has written, in this or an older version. Its errors do not repeat what stands in the form,
// which may be private.
func (f Form[T]) Unmarshal(data []byte) (T, error) {
	var none T
	for _, r := range f.readers {
		if raw, ok := r.written(data); ok {
			// Mostly it stands there byte for byte as it would be written, and then nothing needs to be taken apart. What
			// does not is looked at below, which tells what is wrong with it.
			if v, err := r.read(raw, func(written []byte) error { return unlike(raw, written) }); err == nil {
				return v, nil
			}
		}
	}
	tree, e := parse(data)
	if e != nil {
		return none, e
	}
	version, e := f.envelope(tree)
	if e != nil {
		return none, e
	}
	var raw struct {
		Value json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return none, shapeError(err, "")
	}
	return f.readers[version].read(raw.Value, func(written []byte) error {
		back, e := parse(written)
		if e == nil {
			e = same(tree.(object)["value"], back)
		}
		if e != nil {
			return within("value", e)
		}
		return nil
	})
}

// written is the text of the value in a form that has the envelope as it is written.
func (r reader[T]) written(data []byte) ([]byte, bool) {
	raw, ok := bytes.CutPrefix(data, r.plain)
	if !ok {
		return nil, false
	}
	return bytes.CutSuffix(raw, []byte("}"))
}

// unlike is an error where a value does not stand byte for byte as it is written, or holds a character that was lost.
func unlike(raw, written []byte) error {
	if bytes.Equal(raw, written) && !bytes.ContainsRune(raw, utf8.RuneError) {
		return nil
	}
	return ErrValue
}

// envelope checks what stands around the value, and returns its version.
func (f Form[T]) envelope(tree any) (int, *problem.Error) {
	envelope, ok := tree.(object)
	if !ok {
		return 0, &problem.Error{Code: ErrForm, What: "the form is not a JSON object", Fix: "give one form as it was written"}
	}
	keys := []string{"form", "version", "value"}
	for _, key := range keys {
		if _, ok := envelope[key]; !ok {
			return 0, missing(key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(envelope)) {
		if !slices.Contains(keys, key) {
			return 0, unknown(key)
		}
	}
	if envelope["form"] != f.name {
		return 0, &problem.Error{Code: ErrKind, Path: "form", What: fmt.Sprintf("the form is not %q", f.name), Fix: "read it by the form that wrote it"}
	}
	number, _ := envelope["version"].(json.Number) // what is no number is no version either
	version, err := strconv.Atoi(number.String())
	if err != nil || f.readers[version].read == nil {
		return 0, &problem.Error{Code: ErrVersion, Path: "version", What: fmt.Sprintf("the form %q has no such version here; it has %v", f.name, f.Versions()),
			Fix: "read it with a release that knows the version; a newer one reads all older forms"}
	}
	return version, nil
}

// encode writes a shape as one line.
func encode(shape any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(shape); err != nil {
		return nil, shapeError(err, "")
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// shapeError says what a shape does not take or cannot be written as. The text of encoding/json repeats numbers; an error of
// this module keeps its words.
func shapeError(err error, at string) error {
	var known *problem.Error
	if errors.As(err, &known) {
		own := *known
		return within("value", within(at, &own))
	}
	e := &problem.Error{Code: ErrForm, Path: at, What: "the value cannot be written or read in this form", Fix: "restore it as it was written"}
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		e.Code, e.What = ErrValue, "the value is of another type than "+wrong.Type.String()
	}
	return within("value", e)
}

// inValue is a reader's error with the path from the form on. What is no problem of this module stays what it is.
func inValue(err error) error {
	moved := func(e *problem.Error) *problem.Error {
		own := *e
		return within("value", &own)
	}
	switch err := err.(type) {
	case *problem.Error:
		return moved(err)
	case problem.List:
		all := make(problem.List, len(err))
		for i, e := range err {
			all[i] = moved(e)
		}
		return all
	}
	return err
}
