package owrs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sort"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"github.com/headgate-dev/headgate/billing/problem"
)

// What a document may hold, with what aliases repeat counted each time.
const (
	maxNodes     = 500_000
	maxText      = 8 << 20
	maxDepth     = 50
	maxDuplicate = 100 // reported
)

// A node is a value of the file. Scalars are their texts: OWRS knows no types.
type node struct {
	kind      kind
	line, col int
	text      string  // of a scalar
	items     []*node // of a list
	entries   []field // of a mapping; no two keys alike
	// nodes and bytes are the size with aliases written out.
	nodes, bytes int
}

type kind uint8

const (
	scalar kind = iota + 1
	sequence
	mapping
)

// get returns the entry of a mapping with that key, or nothing.
func (n *node) get(key string) field {
	if n != nil && n.kind == mapping {
		for _, e := range n.entries {
			if e.key.text == key {
				return e
			}
		}
	}
	return field{}
}

// eachText calls yield for all texts in the node.
func (n *node) eachText(yield func(string)) {
	yield(n.text)
	for _, item := range n.items {
		item.eachText(yield)
	}
	for _, e := range n.entries {
		e.key.eachText(yield)
		e.value.eachText(yield)
	}
}

func pos(file string, n *node) problem.Pos {
	return problem.Pos{File: file, Line: n.line, Col: n.col}
}

func yamlError(at problem.Pos, what, fix string) *problem.Error {
	return &problem.Error{Code: ErrYAML, Pos: at, What: what, Fix: fix}
}

// load reads the one document of a file.
func load(name string, src []byte) (*node, error) {
	l := &loader{name: name, src: bytes.TrimPrefix(src, []byte("\ufeff"))}
	if err := l.scan(); err != nil {
		return nil, err
	}
	decoder, err := yaml.NewLoader(bytes.NewReader(l.src), yaml.WithPlugin(
		loaderlimits.New(loaderlimits.DepthValue(maxDepth), loaderlimits.AliasNone())))
	if err != nil {
		return nil, l.failed(err)
	}
	var doc, second yaml.Node
	switch err := decoder.Load(&doc); {
	case errors.Is(err, io.EOF) || err == nil && len(doc.Content) == 0:
		return &node{kind: scalar, line: 1, col: 1}, nil
	case err != nil:
		return nil, l.failed(err)
	}
	switch err := decoder.Load(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		return nil, l.failed(err)
	default:
		return nil, yamlError(l.at(second.Line, second.Column), "a second document begins", "put each document in a file of its own")
	}
	root, err := l.node(doc.Content[0])
	if err != nil {
		return nil, err
	}
	if err := l.duplicates.Err(); err != nil {
		l.duplicates.Sort()
		return nil, err
	}
	return root, nil
}

// A loader turns yaml.v4's nodes into ours, and its positions, which count
// characters, into bytes.
type loader struct {
	name       string
	src        []byte
	lines      []int // where each begins
	ascii      bool
	known      map[*yaml.Node]*node // anchored; nil while they are being made
	duplicates problem.List
	// last is where the last position was found: a long line is walked once.
	last struct{ line, chars, offset int }
}

// scan finds the lines and refuses what is no text, with its place: yaml.v4 gives
// none for bytes that are no UTF-8, and knows line ends that editors do not count.
func (l *loader) scan() error {
	l.lines = []int{0}
	l.ascii = true
	for i := 0; i < len(l.src); {
		if i >= MaxFile {
			return yamlError(l.place(i), fmt.Sprintf("the file is larger than %d bytes", MaxFile), "split it, or check that it is a rate file")
		}
		c, size := rune(l.src[i]), 1
		if c >= utf8.RuneSelf {
			l.ascii = false
			c, size = utf8.DecodeRune(l.src[i:])
		}
		switch {
		case c == utf8.RuneError && size == 1:
			return yamlError(l.place(i), fmt.Sprintf("byte 0x%02X is not UTF-8", l.src[i]), "save the file as UTF-8")
		case c < ' ' && c != '\t' && c != '\n' && c != '\r', c == 0x7F, c >= 0x80 && c < 0xA0, c == 0x2028, c == 0x2029, c == 0xFEFF, c >= 0xFFFE && c <= 0xFFFF:
			return yamlError(l.place(i), fmt.Sprintf("the control character U+%04X", c), "take it out")
		case c == '\n', c == '\r' && !bytes.HasPrefix(l.src[i+1:], []byte("\n")):
			l.lines = append(l.lines, i+1)
		}
		i += size
	}
	return nil
}

// place is the position of a byte.
func (l *loader) place(offset int) problem.Pos {
	line := sort.SearchInts(l.lines, offset+1)
	return problem.Pos{File: l.name, Line: line, Col: offset - l.lines[line-1] + 1}
}

// at is the position of a character that yaml.v4 names by line and column.
func (l *loader) at(line, col int) problem.Pos {
	if line < 1 || line > len(l.lines) {
		return problem.Pos{File: l.name, Line: max(line, 0)}
	}
	if l.ascii || col < 1 {
		return problem.Pos{File: l.name, Line: line, Col: max(col, 0)}
	}
	if l.last.line != line || l.last.chars > col-1 {
		l.last.line, l.last.chars, l.last.offset = line, 0, l.lines[line-1]
	}
	for l.last.chars < col-1 && l.last.offset < len(l.src) {
		_, size := utf8.DecodeRune(l.src[l.last.offset:])
		l.last.offset += size
		l.last.chars++
	}
	return problem.Pos{File: l.name, Line: line, Col: l.last.offset - l.lines[line-1] + 1}
}

// failed places an error of yaml.v4 by the mark that it carries.
func (l *loader) failed(err error) error {
	e := yamlError(problem.Pos{File: l.name}, "", "correct it: a rate file is one YAML document")
	e.Err = err
	var at *yaml.LoadError
	if errors.As(err, &at) {
		e.Pos = l.at(at.Mark.Line, at.Mark.Column)
		e.What = at.Message
		if at.ContextMsg != "" {
			e.What += " " + at.ContextMsg
			if at.ContextMark.Line > 0 {
				e.What += fmt.Sprintf(" that begins on line %d", at.ContextMark.Line)
			}
		}
	}
	return e
}

func (l *loader) node(from *yaml.Node) (*node, error) {
	at := l.at(from.Line, from.Column)
	if from.Kind == yaml.AliasNode {
		target, ok := l.known[from.Alias]
		if !ok || target == nil {
			return nil, yamlError(at, "an alias stands inside what it repeats", "write the value out")
		}
		return target, nil
	}
	if from.Anchor != "" {
		if l.known == nil {
			l.known = map[*yaml.Node]*node{}
		}
		l.known[from] = nil
	}
	n := &node{line: at.Line, col: at.Col, nodes: 1}
	var err error
	switch from.Kind {
	case yaml.ScalarNode:
		n.kind, n.text, n.bytes = scalar, from.Value, len(from.Value)
	case yaml.SequenceNode:
		n.kind = sequence
		n.items = make([]*node, len(from.Content))
		for i, item := range from.Content {
			if n.items[i], err = l.node(item); err != nil {
				return nil, err
			}
			if err := l.grow(n, n.items[i], item); err != nil {
				return nil, err
			}
		}
	case yaml.MappingNode:
		n.kind = mapping
		if err := l.mapping(n, from); err != nil {
			return nil, err
		}
	default:
		return nil, yamlError(at, "this is no value", "correct it")
	}
	if from.Anchor != "" {
		l.known[from] = n
	}
	return n, nil
}

func (l *loader) mapping(n *node, from *yaml.Node) error {
	n.entries = make([]field, 0, len(from.Content)/2)
	seen := make(map[string]*node, len(from.Content)/2)
	for i := 0; i+1 < len(from.Content); i += 2 {
		written := from.Content[i]
		key, err := l.node(written)
		if err != nil {
			return err
		}
		// An alias gives the key its text; the key stands where the alias does.
		at := l.at(written.Line, written.Column)
		switch {
		case key.kind != scalar:
			return yamlError(at, "a key is not a text", "use texts as keys")
		case key.text == "<<" && written.Kind == yaml.ScalarNode && written.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0:
			return yamlError(at, "merge keys are not part of OWRS", "write the merged fields out")
		}
		own := *key
		own.line, own.col = at.Line, at.Col
		value, err := l.node(from.Content[i+1])
		if err != nil {
			return err
		}
		for _, part := range []*node{&own, value} {
			if err := l.grow(n, part, written); err != nil {
				return err
			}
		}
		if first := seen[own.text]; first != nil {
			if len(l.duplicates) < maxDuplicate {
				l.duplicates.Add(&problem.Error{Code: ErrDuplicateKey, Pos: at,
					What: fmt.Sprintf("key %s stands on line %d already", quoted(own.text), first.line), Fix: "keep one"})
			}
			continue
		}
		seen[own.text] = &own
		n.entries = append(n.entries, field{&own, value})
	}
	return nil
}

// grow counts a part of n, and refuses what has grown too large.
func (l *loader) grow(n, part *node, written *yaml.Node) error {
	n.nodes += part.nodes
	n.bytes += part.bytes
	if n.nodes <= maxNodes && n.bytes <= maxText {
		return nil
	}
	return yamlError(l.at(written.Line, written.Column),
		fmt.Sprintf("the file holds more than %d values or %d bytes of text, what aliases repeat included", maxNodes, maxText), "split it, or check that it is a rate file")
}
