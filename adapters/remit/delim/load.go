package delim

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/problem"
)

var profileFile = yamldoc.Format{Name: "a profile", MaxBytes: 1 << 18, MaxNodes: 10_000, MaxText: 1 << 18, MaxDepth: 8, Strict: true}

// Load is [Parse] of a file.
func Load(files fs.FS, name string) (*Profile, error) {
	src, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, &problem.Error{Code: remit.ErrInput, Pos: problem.Pos{File: name}, What: "the profile cannot be read", Fix: "look for the file", Err: err}
	}
	return Parse(name, src)
}

// Parse reads a profile from YAML; the name is for positions. Every problem is told at once with its place: the error is a [problem.List], or one
// [problem.Error] where the text is no YAML. A profile that leaves something to the site is read, and [Profile.Check] and [Scan] say what.
func Parse(name string, src []byte) (*Profile, error) {
	root, err := profileFile.Load(name, src)
	if err != nil {
		return nil, err
	}
	l := &loader{file: name, at: map[string]problem.Pos{}}
	p := l.profile(root)
	if len(l.found) == 0 { // what could not be read is not judged again
		l.found = l.placed(p.problems())
		for path := range p.Unstated {
			if !l.has(path) && !slices.Contains(leftOut, path) {
				l.found.Add(&problem.Error{Code: ErrProfile, Path: path, Pos: l.at["unstated."+path], What: "nothing of that path is in the profile", Fix: "write one such as unit or fields[3]"})
			}
		}
	}
	if len(l.found) > 0 {
		l.found.Sort()
		return nil, l.found.Err()
	}
	return p, nil
}

// leftOut are the keys that a profile may leave out for a site to state.
var leftOut = []string{"unit", "sign", "date"}

// loader turns nodes into a profile.
type loader struct {
	file  string
	found problem.List
	at    map[string]problem.Pos // of the values, by their paths
}

func (l *loader) fault(n *yamldoc.Node, path, what, fix string) {
	l.found.Add(&problem.Error{Code: ErrProfile, Path: path, Pos: n.Pos(l.file), What: what, Fix: fix})
}

// has says whether the file has a value of the path, or a field or record that lacks one.
func (l *loader) has(path string) bool {
	_, known := l.at[path]
	if cut := strings.LastIndexByte(path, '.'); !known && cut >= 0 {
		_, known = l.at[path[:cut]]
	}
	return known
}

// enclosing is the path, or that of the innermost value around it that the file has; empty where there is none.
func (l *loader) enclosing(path string) string {
	for {
		if _, known := l.at[path]; known {
			return path
		}
		cut := strings.LastIndexAny(path, ".[")
		if cut < 0 {
			return ""
		}
		path = path[:cut]
	}
}

// placed gives each problem the place of the value that its path names, or of what encloses it.
func (l *loader) placed(list problem.List) problem.List {
	for _, e := range list {
		e.Pos = problem.Pos{File: l.file, Line: 1, Col: 1}
		if path := l.enclosing(e.Path); path != "" {
			e.Pos = l.at[path]
		}
	}
	return list
}

type setters map[string]func(n *yamldoc.Node, path string)

func (l *loader) mapping(n *yamldoc.Node, path string, known setters) {
	if n.Kind != yamldoc.Mapping {
		l.fault(n, path, "a mapping of keys to values is needed here", "write key: value")
		return
	}
	for _, e := range n.Entries {
		at := strings.TrimPrefix(path+"."+e.Key.Text, ".")
		set, ok := known[e.Key.Text]
		if !ok {
			l.fault(e.Key, at, yamldoc.Quoted(e.Key.Text)+" means nothing here", "take it out, or write one of "+strings.Join(slices.Sorted(maps.Keys(known)), ", "))
			continue
		}
		l.at[at] = e.Value.Pos(l.file)
		set(e.Value, at)
	}
}

// words reads a mapping whose keys are the site's own.
func (l *loader) words(n *yamldoc.Node, path, fix string, set func(word, text string)) {
	if n.Kind != yamldoc.Mapping {
		l.fault(n, path, "a mapping is needed here", fix)
		return
	}
	for _, e := range n.Entries {
		var text string
		at := path + "." + e.Key.Text
		l.at[at] = e.Value.Pos(l.file)
		l.text(&text)(e.Value, at)
		set(e.Key.Text, text)
	}
}

func (l *loader) text(into *string) func(*yamldoc.Node, string) {
	return func(n *yamldoc.Node, path string) {
		if n.Kind != yamldoc.Scalar {
			l.fault(n, path, "a single value is needed here", "write it on the line of its key")
			return
		}
		*into = n.Text
	}
}

func (l *loader) number(into *int) func(*yamldoc.Node, string) {
	return func(n *yamldoc.Node, path string) {
		i, err := strconv.Atoi(n.Text)
		if n.Kind != yamldoc.Scalar || err != nil || i < 1 || i > maxColumn || n.Text[0] == '+' {
			l.fault(n, path, "a number from 1 on is needed here", "write it in digits")
			return
		}
		*into = i
	}
}

func (l *loader) yes(into *bool) func(*yamldoc.Node, string) {
	return func(n *yamldoc.Node, path string) {
		if n.Kind != yamldoc.Scalar || n.Text != "true" && n.Text != "false" {
			l.fault(n, path, "yes or no is needed here", "write true or false")
			return
		}
		*into = n.Text == "true"
	}
}

func (l *loader) list(n *yamldoc.Node, path string, each func(n *yamldoc.Node, path string)) {
	if n.Kind != yamldoc.Sequence {
		l.fault(n, path, "a list is needed here", "begin each line with a dash")
		return
	}
	for i, item := range n.Items {
		at := fmt.Sprintf("%s[%d]", path, i)
		l.at[at] = item.Pos(l.file)
		each(item, at)
	}
}

func (l *loader) profile(root *yamldoc.Node) *Profile {
	p := &Profile{}
	l.mapping(root, "", setters{
		"id": l.text(&p.ID), "title": l.text(&p.Title), "seen": l.text(&p.Seen), "limits": l.text(&p.Limits),
		"delimiter": func(n *yamldoc.Node, path string) {
			var text string
			l.text(&text)(n, path)
			if len(text) != 1 {
				l.fault(n, path, "the delimiter is not one character", `write one in quotes, such as "," or "\t"`)
				return
			}
			p.Delimiter = text[0]
		},
		"unquoted": l.yes(&p.Unquoted), "heading": l.yes(&p.Heading), "cells": l.number(&p.Cells), "ends": l.yes(&p.Ends),
		"unit": l.text(&p.Unit), "sign": l.text(&p.Sign), "grouped": l.yes(&p.Grouped), "symbol": l.text(&p.Symbol), "fee_adds": l.yes(&p.FeeAdds),
		"date": l.text(&p.Date), "suffix": l.text(&p.Suffix),
		"unstated": func(n *yamldoc.Node, path string) {
			p.Unstated = map[string]string{}
			l.words(n, path, "write unit: what is not said of it", func(word, text string) { p.Unstated[word] = text })
		},
		"kinds": func(n *yamldoc.Node, path string) {
			p.Kinds = map[string]Kind{}
			l.words(n, path, "write WORD: payment", func(word, text string) { p.Kinds[word] = Kind(text) })
		},
		"records": func(n *yamldoc.Node, path string) {
			l.list(n, path, func(n *yamldoc.Node, path string) {
				var r RecordType
				l.mapping(n, path, setters{"name": l.text(&r.Name), "first": l.yes(&r.First), "from": l.number(&r.From), "to": l.number(&r.To), "column": l.number(&r.Column),
					"text": l.text(&r.Text), "is": l.text(&r.Is), "of": l.text(&r.Of), "opens": l.yes(&r.Opens)})
				p.Records = append(p.Records, r)
			})
		},
		"fields": func(n *yamldoc.Node, path string) {
			l.list(n, path, func(n *yamldoc.Node, path string) {
				var f Field
				var role string
				l.mapping(n, path, setters{"role": l.text(&role), "record": l.text(&f.Record), "name": l.text(&f.Name), "column": l.number(&f.Column), "from": l.number(&f.From),
					"to": l.number(&f.To), "optional": l.yes(&f.Optional), "unit": l.text(&f.Unit), "date": l.text(&f.Date), "plus": l.text(&f.Plus), "minus": l.text(&f.Minus)})
				f.Role = Role(role)
				p.Fields = append(p.Fields, f)
			})
		},
	})
	return p
}
