// Package yamldoc reads a YAML or JSON document into nodes that know where they
// stand: line and column in bytes, as editors count them. Numbers keep their text,
// so that no float ever touches them. What yaml.v4 does not see is found here:
// duplicate keys, the place of bytes that are no UTF-8, what aliases repeat.
package yamldoc

import (
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Why a document is not read.
const (
	// ErrYAML: it is not one YAML document in UTF-8, or is larger, deeper or more
	// repetitive than it may be, or uses what the format leaves out.
	ErrYAML problem.Code = "E_YAML"
	// ErrDuplicateKey: a mapping holds a key twice. The place is that of the second.
	ErrDuplicateKey problem.Code = "E_DUPKEY"
)

// A Format is what a kind of document may hold.
type Format struct {
	// Name is what a document of the format is, with its article: "a rate file".
	Name string
	// MaxBytes, MaxNodes and MaxText bound the file, its values, and the bytes of
	// their texts, what aliases repeat counted each time. MaxDepth bounds nesting.
	MaxBytes, MaxNodes, MaxText, MaxDepth int
	// Strict refuses anchors, aliases and tags, which JSON does not have.
	Strict bool
}

// Kind is what a node is.
type Kind uint8

// The kinds of nodes.
const (
	// Refused stands where a problem has been reported.
	Refused Kind = iota
	Scalar
	Sequence
	Mapping
)

// Type is what YAML takes the text of a scalar for.
type Type uint8

// The types of scalars.
const (
	Text   Type = iota // a text, a date, or anything in quotes
	Number             // an unquoted number, in any of YAML's ways of writing
	Bool
	Null // nothing, or an unquoted null
)

// A Node is a value of the document.
type Node struct {
	Kind Kind
	// Line and Col count from 1, Col in bytes.
	Line, Col int
	// Text is the text of a scalar, whatever its type.
	Text string
	Type Type
	// Flow says that a sequence or mapping is written with brackets.
	Flow bool
	// Items are of a sequence.
	Items []*Node
	// Entries are of a mapping, in the order of the file; no two keys are alike.
	Entries []Entry
	// Comments are the lines of comment around the value. Those of an entry of a
	// mapping may be with its key.
	Comments Comments
	// values and bytes are the size with aliases written out.
	values, bytes int
}

// An Entry is a key of a mapping with its value.
type Entry struct{ Key, Value *Node }

// Comments are comments with their "#": above, at the end of the line, below.
type Comments struct{ Head, Line, Foot string }

// Get returns the entry of a mapping with that key, or an entry of nils.
func (n *Node) Get(key string) Entry {
	if n != nil && n.Kind == Mapping {
		for _, e := range n.Entries {
			if e.Key.Text == key {
				return e
			}
		}
	}
	return Entry{}
}

// Pos is where the node stands in the file of that name.
func (n *Node) Pos(file string) problem.Pos {
	return problem.Pos{File: file, Line: n.Line, Col: n.Col}
}

// EachText calls yield for all texts in the node.
func (n *Node) EachText(yield func(string)) {
	yield(n.Text)
	for _, item := range n.Items {
		item.EachText(yield)
	}
	for _, e := range n.Entries {
		e.Key.EachText(yield)
		e.Value.EachText(yield)
	}
}

// Quoted is a text of a document, short enough for a message.
func Quoted(text string) string {
	const most = 60
	if len(text) > most {
		return strconv.Quote(strings.ToValidUTF8(text[:most], "")) + "…"
	}
	return strconv.Quote(text)
}
