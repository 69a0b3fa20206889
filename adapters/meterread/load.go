package meterread

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/problem"
)

var layoutFile = yamldoc.Format{Name: "a layout", MaxBytes: 1 << 20, MaxNodes: 50_000, MaxText: 1 << 20, MaxDepth: 12, Strict: true}

// maxColumn bounds columns, cells and counts in a layout.
const maxColumn = 1 << 16

// Parse reads a layout. The name is for positions alone. Every problem is told at once, in the order of the file, those of
// [Layout.Lint] too: the error is a [problem.List], or one [problem.Error] where the file is no YAML. Code tables are the shipped ones.
func Parse(name string, src []byte) (*Layout, error) { return parse(name, src, shippedCodes) }

// Load is [Parse] of a file. A code table is looked for beside the layout, then at the root of the files, then among the shipped
// ones.
func Load(files fs.FS, name string) (*Layout, error) {
	src, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, &problem.Error{Code: ErrInput, Pos: problem.Pos{File: name}, What: "the layout cannot be read", Fix: "look for the file", Err: err}
	}
	return parse(name, src, func(ref string) (*CodeTable, error) {
		for _, at := range []string{path.Join(path.Dir(name), ref), path.Clean(ref)} {
			if !fs.ValidPath(at) {
				continue
			}
			if src, err := fs.ReadFile(files, at); err == nil {
				return parseCodes(at, src)
			}
		}
		return shippedCodes(ref)
	})
}

func parse(name string, src []byte, codes func(string) (*CodeTable, error)) (*Layout, error) {
	root, err := layoutFile.Load(name, src)
	if err != nil {
		return nil, err
	}
	ld := loader{file: name}
	l := ld.layout(root)
	if l.codesPath != "" {
		table, err := codes(l.codesPath)
		if err != nil {
			ld.found.Add(&problem.Error{Code: ErrNoLayout, Path: "codes", Pos: l.codesAt, Fix: "name a code table that is there", Err: err,
				What: "the code table " + yamldoc.Quoted(l.codesPath) + " cannot be had: " + err.Error()})
		}
		l.Codes = table
	}
	// What could not be read is not judged again.
	if len(ld.found) == 0 {
		ld.found = l.Lint()
	}
	if len(ld.found) > 0 {
		ld.found.Sort()
		return nil, ld.found.Err()
	}
	return l, nil
}

// A loader turns nodes into a layout and collects what is wrong with them.
type loader struct {
	file  string
	found problem.List
}

func (ld *loader) fault(n *yamldoc.Node, at string, code problem.Code, what, fix string) {
	ld.found.Add(&problem.Error{Code: code, Path: at, Pos: n.Pos(ld.file), What: what, Fix: fix})
}

// keys is what a mapping may hold: the reader of each key's value.
type keys map[string]func(n *yamldoc.Node, at string)

func (ld *loader) mapping(n *yamldoc.Node, at string, known keys) {
	if n.Kind != yamldoc.Mapping {
		ld.fault(n, at, ErrShape, "a mapping of keys to values is needed here", "write key: value")
		return
	}
	for _, e := range n.Entries {
		read, ok := known[e.Key.Text]
		if !ok {
			ld.fault(e.Key, join(at, e.Key.Text), ErrUnknownKey, yamldoc.Quoted(e.Key.Text)+" means nothing here", "take it out, or correct its spelling")
			continue
		}
		read(e.Value, join(at, e.Key.Text))
	}
}

func join(at, key string) string {
	if at == "" {
		return key
	}
	return at + "." + key
}

func (ld *loader) scalar(n *yamldoc.Node, at string) (string, bool) {
	if n.Kind != yamldoc.Scalar {
		ld.fault(n, at, ErrShape, "a single value is needed here", "write it on the line of its key")
		return "", false
	}
	return n.Text, true
}

func (ld *loader) text(into *string) func(*yamldoc.Node, string) {
	return func(n *yamldoc.Node, at string) {
		if text, ok := ld.scalar(n, at); ok {
			*into = text
		}
	}
}

func (ld *loader) choice(into *string, from map[string]bool) func(*yamldoc.Node, string) {
	return func(n *yamldoc.Node, at string) {
		if text, ok := ld.scalar(n, at); ok {
			if !from[text] {
				ld.fault(n, at, ErrChoice, yamldoc.Quoted(text)+" is not known", "write one of "+choices(from))
				return
			}
			*into = text
		}
	}
}

func choices(set map[string]bool) string {
	words := make([]string, 0, len(set))
	for word := range set {
		words = append(words, word)
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}

func (ld *loader) whole(into *int) func(*yamldoc.Node, string) {
	return func(n *yamldoc.Node, at string) {
		if text, ok := ld.scalar(n, at); ok {
			number, e := whole(text)
			if e != nil {
				ld.fault(n, at, e.Code, e.What, e.Fix)
				return
			}
			*into = number
		}
	}
}

func whole(text string) (int, *problem.Error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxColumn || text[0] == '+' {
		return 0, &problem.Error{Code: ErrNumber, What: yamldoc.Quoted(text) + " is no whole number from 1 to " + strconv.Itoa(maxColumn), Fix: "write digits alone"}
	}
	return n, nil
}

func (ld *loader) flag(into *bool) func(*yamldoc.Node, string) {
	return func(n *yamldoc.Node, at string) {
		text, ok := ld.scalar(n, at)
		if ok && text != "true" && text != "false" {
			ld.fault(n, at, ErrChoice, yamldoc.Quoted(text)+" is neither true nor false", "write true, or take the key out")
		}
		*into = text == "true"
	}
}

func (ld *loader) list(n *yamldoc.Node, at string, each func(n *yamldoc.Node, at string)) {
	if n.Kind != yamldoc.Sequence {
		ld.fault(n, at, ErrShape, "a list is needed here", "begin each item with a hyphen")
		return
	}
	for i, item := range n.Items {
		each(item, fmt.Sprintf("%s[%d]", at, i))
	}
}

func (ld *loader) texts(into *[]string) func(*yamldoc.Node, string) {
	return func(n *yamldoc.Node, at string) {
		ld.list(n, at, func(n *yamldoc.Node, at string) {
			if text, ok := ld.scalar(n, at); ok {
				*into = append(*into, text)
			}
		})
	}
}

func (ld *loader) layout(root *yamldoc.Node) *Layout {
	l := &Layout{pos: root.Pos(ld.file)}
	mark := func(into *problem.Pos, read func(*yamldoc.Node, string)) func(*yamldoc.Node, string) {
		return func(n *yamldoc.Node, at string) {
			*into = n.Pos(ld.file)
			read(n, at)
		}
	}
	ld.mapping(root, "", keys{
		"id": ld.text(&l.ID), "title": ld.text(&l.Title), "direction": ld.choice(&l.Direction, directions), "kind": ld.choice(&l.Kind, kinds),
		"completeness": mark(&l.completeAt, ld.text(&l.Completeness)), "source": ld.text(&l.Source), "notes": ld.text(&l.Notes),
		"limits": ld.text(&l.Limits), "rules": ld.texts(&l.Rules), "file_name": ld.text(&l.FilePattern), "namespaces": ld.texts(&l.Namespaces),
		"codes":     mark(&l.codesAt, ld.text(&l.codesPath)),
		"delimiter": mark(&l.delimiterPos, ld.text(&l.Delimiter)), "header": ld.text(&l.Heading), "header_rule": ld.text(&l.HeadingRule),
		"quote_line": ld.flag(&l.QuotedLine), "other_records": ld.texts(&l.Others), "closing_records": ld.texts(&l.Closing),
		"records": func(n *yamldoc.Node, at string) {
			ld.list(n, at, func(n *yamldoc.Node, at string) { l.Records = append(l.Records, ld.record(n, at)) })
		},
	})
	return l
}

func (ld *loader) record(n *yamldoc.Node, at string) Record {
	r := Record{pos: n.Pos(ld.file)}
	var emits, covered string
	ld.mapping(n, at, keys{
		"type": ld.text(&r.Type), "parent": ld.text(&r.Parent), "length": ld.whole(&r.Length),
		"emits":           ld.choice(&emits, map[string]bool{"reading": true}),
		"columns_covered": ld.choice(&covered, map[string]bool{"contiguous": true, "sparse": true}),
		"line_endings":    ld.texts(&r.LineEndings),
		"match": func(n *yamldoc.Node, at string) {
			ld.mapping(n, at, keys{"start": ld.whole(&r.Match.Start), "length": ld.whole(&r.Match.Length), "index": ld.whole(&r.Match.Index),
				"value": ld.text(&r.Match.Value)})
		},
		"fields": ld.fields(&r.Fields),
		"repeat": func(n *yamldoc.Node, at string) {
			p := &Repeat{pos: n.Pos(ld.file)}
			ld.mapping(n, at, keys{"count_field": ld.text(&p.CountField), "max": ld.whole(&p.Max), "start": ld.whole(&p.Start),
				"length": ld.whole(&p.Length), "length_base": ld.whole(&p.Base), "fields": ld.fields(&p.Fields), "trailer": ld.fields(&p.Trailer)})
			r.Repeat = p
		},
	})
	r.Emits, r.Contiguous = emits != "", covered == "contiguous"
	return r
}

func (ld *loader) fields(into *[]Field) func(*yamldoc.Node, string) {
	return func(n *yamldoc.Node, at string) {
		ld.list(n, at, func(n *yamldoc.Node, at string) { *into = append(*into, ld.field(n, at)) })
	}
}

func (ld *loader) field(n *yamldoc.Node, at string) Field {
	f := Field{pos: n.Pos(ld.file)}
	known := keys{"values": func(n *yamldoc.Node, at string) {
		if n.Kind != yamldoc.Mapping {
			ld.fault(n, at, ErrShape, "a mapping of codes to meanings is needed here", "write code: meaning")
			return
		}
		f.Values = map[string]string{}
		for _, e := range n.Entries {
			if text, ok := ld.scalar(e.Value, join(at, e.Key.Text)); ok {
				f.Values[e.Key.Text] = text
			}
		}
	}}
	for key := range fieldKeys {
		known[key] = func(n *yamldoc.Node, at string) {
			if text, ok := ld.scalar(n, at); ok {
				if e := f.set(key, text); e != nil {
					ld.fault(n, at, e.Code, e.What, e.Fix)
				}
			}
		}
	}
	ld.mapping(n, at, known)
	return f
}
