package ratefile

import "slices"

// A form is what a value of the file may be. From the forms of the grammar come the
// check of a file, the order of its keys, and the JSON Schema.
type form struct {
	kind kind
	// name is what the value is, with its article, for messages: "a tier".
	name string
	// words are the choices of a word, hint what to do besides, and meant finds the word
	// for another name of it; both may be left out.
	words []string
	hint  string
	meant func(written string) string
	// fields are of an object, in canonical order.
	fields []field
	// rules are keys of which an object has exactly one.
	rules []string
	// of is the form of the items of a list, or of the values of a mapping by names.
	of *form
	// any are the forms of a union: at most one of scalars and one of lists.
	any []*form
	// block is never written on one line; spaced has blank lines between its parts.
	block, spaced bool
}

type kind uint8

const (
	text      kind = iota + 1 // a text that is not empty
	word                      // one of the words
	code                      // the code of a refusal
	number                    // a plain decimal number
	quantity                  // a number of at most 18 digits
	whole                     // a whole number, not below zero
	dollars                   // a number with at most two decimals
	date                      // 2018-01-01
	monthDay                  // 05-01
	onlyTrue                  // true
	factValue                 // a text or a number
	scalar                    // a number or a formula
	formula                   // a formula
	object                    // a mapping with keys of the format
	list                      // a list
	names                     // a mapping with keys of the book's own
	pair                      // such a mapping with one key
	rows                      // mappings, one in the other for each name of the table
	union                     // one of several forms
)

// A field is a key of an object.
type field struct {
	key  string
	form *form
	// required keys must be there; a key of one of the object's rules need not say so.
	required bool
	// beside are the keys of which one must be there too.
	beside []string
	// needs are the keys that must be there too.
	needs []string
	// not are the keys that may not be there too.
	not []string
	doc string
}

func (f *form) field(key string) *field {
	i := slices.IndexFunc(f.fields, func(field field) bool { return field.key == key })
	if i < 0 {
		return nil
	}
	return &f.fields[i]
}

// near is the word that another is most likely meant for; empty for none.
func (f *form) near(written string) string {
	if f.meant != nil {
		if word := f.meant(written); word != "" {
			return word
		}
	}
	return nearest(written, f.words)
}

func (f *form) keys() []string {
	keys := make([]string, len(f.fields))
	for i := range f.fields {
		keys[i] = f.fields[i].key
	}
	return keys
}

// isScalar says that the form is one of a single text or number.
func (f *form) isScalar() bool { return f.kind < object }

// forms are the forms that a value may have, those of unions in unions among them.
func (f *form) forms() []*form {
	if f.kind != union {
		return []*form{f}
	}
	var all []*form
	for _, of := range f.any {
		all = append(all, of.forms()...)
	}
	return all
}
