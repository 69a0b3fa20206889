package stored

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/headgate-dev/headgate/billing/problem"
)

// object and list are what JSON holds besides texts, numbers, booleans and null.
type (
	object = map[string]any
	list   = []any
)

// maxDepth is how deeply objects and lists may stand in each other. No form needs a tenth of it, and a million brackets
// would otherwise fill the stack.
const maxDepth = 100

// parse reads one JSON value into objects and lists, with numbers as they are written. A key given twice, text that is not
// UTF-8 and anything behind the value are refused: encoding/json would take the last, mend and ignore.
func parse(data []byte) (any, *problem.Error) {
	if !utf8.Valid(data) {
		return nil, &problem.Error{Code: ErrForm, What: "the form is not UTF-8", Fix: "restore it as it was written"}
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	v, e := parseValue(dec, 0)
	if e != nil {
		return nil, e
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, &problem.Error{Code: ErrForm, What: "there is more behind the form", Fix: "give one form at a time"}
	}
	return v, nil
}

func parseValue(dec *json.Decoder, depth int) (any, *problem.Error) {
	token, err := dec.Token()
	if err != nil {
		return nil, torn(dec)
	}
	switch token := token.(type) {
	case json.Delim:
		if depth == maxDepth {
			return nil, &problem.Error{Code: ErrForm, What: "lists and objects stand more than " + strconv.Itoa(maxDepth) + " deep in each other",
				Fix: "restore it as it was written"}
		}
		if token == '{' {
			return parseObject(dec, depth+1)
		}
		return parseList(dec, depth+1)
	case string:
		if e := whole(token); e != nil {
			return nil, e
		}
	}
	return token, nil
}

func parseObject(dec *json.Decoder, depth int) (any, *problem.Error) {
	o := object{}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return nil, torn(dec)
		}
		key, _ := token.(string) // the decoder takes nothing else for a key
		if e := whole(key); e != nil {
			return nil, e
		}
		if _, twice := o[key]; twice {
			return nil, within(shown(key), &problem.Error{Code: ErrKey, What: "the key is given twice", Fix: "keep the right one"})
		}
		v, e := parseValue(dec, depth)
		if e != nil {
			return nil, within(shown(key), e)
		}
		o[key] = v
	}
	if _, err := dec.Token(); err != nil {
		return nil, torn(dec)
	}
	return o, nil
}

func parseList(dec *json.Decoder, depth int) (any, *problem.Error) {
	l := list{}
	for dec.More() {
		v, e := parseValue(dec, depth)
		if e != nil {
			return nil, within(index(len(l)), e)
		}
		l = append(l, v)
	}
	if _, err := dec.Token(); err != nil {
		return nil, torn(dec)
	}
	return l, nil
}

// whole refuses a text that has lost characters. The decoder puts U+FFFD for half a surrogate pair, and the encoder for
// bytes that are not UTF-8: two texts that differ there would come out the same.
func whole(text string) *problem.Error {
	if !strings.ContainsRune(text, utf8.RuneError) {
		return nil
	}
	return &problem.Error{Code: ErrValue, What: "the text holds a character that was lost (U+FFFD)", Fix: "restore it as it was written"}
}

// same compares what stands in a form with what its reader would have written.
func same(stated, written any) *problem.Error {
	switch stated := stated.(type) {
	case object:
		if written, ok := written.(object); ok {
			return sameObject(stated, written)
		}
	case list:
		written, ok := written.(list)
		if !ok || len(written) != len(stated) {
			break
		}
		for i := range stated {
			if e := same(stated[i], written[i]); e != nil {
				return within(index(i), e)
			}
		}
		return nil
	default:
		if isLeaf(written) && stated == written {
			return nil
		}
	}
	return &problem.Error{Code: ErrValue, What: "the value would be written otherwise", Fix: "restore it as it was written"}
}

func sameObject(stated, written object) *problem.Error {
	for _, key := range slices.Sorted(maps.Keys(stated)) {
		w, ok := written[key]
		if !ok {
			return unknown(key)
		}
		if e := same(stated[key], w); e != nil {
			return within(shown(key), e)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(written)) {
		if _, ok := stated[key]; !ok {
			return missing(key)
		}
	}
	return nil
}

// isLeaf says whether v can be compared with ==.
func isLeaf(v any) bool {
	switch v.(type) {
	case object, list:
		return false
	}
	return true
}

func unknown(key string) *problem.Error {
	return &problem.Error{Code: ErrKey, Path: shown(key), What: "the form has no such key", Fix: "take it out, or read it with the release that wrote it"}
}

func missing(key string) *problem.Error {
	return &problem.Error{Code: ErrKey, Path: shown(key), What: "the key is missing", Fix: "restore the form as it was written; nothing is assumed"}
}

func torn(dec *json.Decoder) *problem.Error {
	return &problem.Error{Code: ErrForm, What: "the JSON is torn or malformed at byte " + strconv.FormatInt(dec.InputOffset(), 10), Fix: "restore it as it was written"}
}
