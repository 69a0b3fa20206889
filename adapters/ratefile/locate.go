package ratefile

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
)

// A spot is where a path leads.
type spot struct {
	// path is that of the file, whatever the path that was followed was of.
	path string
	// at is the value, or the key where the path is of a name; where nothing stands
	// at the end of the path, what is nearest to it.
	at *yamldoc.Node
	// whole says that the path was followed to its end.
	whole bool
}

// ruleParts are the keys for the parts of the engine's rules; the rule's own key is
// the empty text.
var ruleParts = map[string]map[string]string{
	"fixed":          {"amount": ""},
	"per_unit":       {"price": "", "of": "quantity"},
	"tiers":          {"tiers": "", "of": "quantity"},
	"percent":        {"rate": "", "of": "of"},
	"minimum":        {"amount": "", "of": "of"},
	"credit":         {"amount": "", "cap": "cap", "of": "of"},
	"credit_percent": {"percent": "", "cap": "cap", "of": "of"},
	"computed":       {"amount": ""},
}

// locate follows a path of the file, or of the book as the engine names it, from the
// root of the document.
func locate(root *yamldoc.Node, path string) spot {
	s := spot{at: root, whole: true}
	for path != "" {
		rest, ok := s.step(path)
		if !ok {
			if rest := strings.TrimPrefix(path, "."); path[0] == '[' {
				s.path += path
			} else {
				s.path = joinPath(s.path, rest)
			}
			s.whole = false
			return s
		}
		path = rest
	}
	return s
}

// step follows the first part of a path and returns the rest.
func (s *spot) step(path string) (rest string, ok bool) {
	if path[0] == '[' {
		return s.index(path)
	}
	path = strings.TrimPrefix(path, ".")
	// Keys of the book's own may hold dots and brackets: the longest fits.
	best := -1
	for i, e := range s.at.Entries {
		if key := e.Key.Text; key != "" && below(path, key) && (best < 0 || len(key) > len(s.at.Entries[best].Key.Text)) {
			best = i
		}
	}
	name, _, _ := strings.Cut(path, ".")
	name, _, _ = strings.Cut(name, "[")
	if rest, ok := s.bookStep(path, name); ok {
		return rest, true
	}
	if best < 0 {
		return path, false
	}
	e := s.at.Entries[best]
	s.path, s.at = joinPath(s.path, e.Key.Text), e.Value
	return path[len(e.Key.Text):], true
}

// bookStep follows a name that the engine has and the file has not.
func (s *spot) bookStep(path, name string) (rest string, ok bool) {
	n := s.at
	rest = path[len(name):]
	has := func(key string) bool { return n.Get(key).Value != nil }
	under := func(key string) (string, bool) {
		s.path, s.at = joinPath(s.path, key), n.Get(key).Value
		return rest, true
	}
	switch {
	case name == "rule" && ruleOf(n) != "":
		return s.rule(ruleOf(n), rest)
	case name == "rule" && has("id") && !has("rule"): // it has none
		return "", true
	case name == "of" && has("tiers") && !has("of") && !has("id"): // of tiers as a value
		if has("quantity") {
			return under("quantity")
		}
	case name == "rows" && has("by") && has("rows") && strings.HasPrefix(rest, "["):
		digits, after, _ := strings.Cut(rest[1:], "]")
		i, err := strconv.Atoi(digits)
		if err != nil {
			return path, false
		}
		up := *s
		s.path = joinPath(s.path, "rows")
		if rest, ok = s.row(n.Get("rows").Value, len(textsOf(n.Get("by").Value)), i, after); ok {
			return rest, true
		}
		*s = up
	case name == "names" && has("join"):
		return under("join")
	case name == "value" && n.Kind != yamldoc.Refused && !has("value"): // of a definition
		return rest, true
	case name == "range" && (has("least") || has("most")):
		if has("most") {
			return under("most")
		}
		return under("least")
	}
	return path, false
}

// rule follows the path of a rule's part, from its charge.
func (s *spot) rule(key, path string) (rest string, ok bool) {
	charge := s.at
	name, _, _ := strings.Cut(strings.TrimPrefix(path, "."), ".")
	name, _, _ = strings.Cut(name, "[")
	part, known := ruleParts[key][name]
	if known {
		path = strings.TrimPrefix(path, ".")[len(name):]
	}
	if part == "" {
		part = key
	}
	s.path = joinPath(s.path, part)
	if e := charge.Get(part); e.Value != nil {
		s.at = e.Value
		return path, true
	}
	s.whole = false
	return "", true
}

// index follows an index.
func (s *spot) index(path string) (rest string, ok bool) {
	digits, rest, closed := strings.Cut(path[1:], "]")
	i, err := strconv.Atoi(digits)
	if !closed || err != nil || i < 0 {
		return path, false
	}
	n := s.at
	switch {
	case n.Kind == yamldoc.Sequence && i < len(n.Items):
		s.path, s.at = fmt.Sprintf("%s[%d]", s.path, i), n.Items[i]
		return rest, true
	case n.Kind == yamldoc.Scalar && i == 0:
		return rest, true // a text that stands for a list of one
	case n.Kind == yamldoc.Mapping && i < len(n.Entries):
		return s.entry(n.Entries[i], rest)
	}
	return path, false
}

// entry follows the path of a fact, a definition or a condition: an entry here.
func (s *spot) entry(e yamldoc.Entry, rest string) (string, bool) {
	s.path = joinPath(s.path, e.Key.Text)
	s.at = e.Value
	name, after, _ := strings.Cut(strings.TrimPrefix(rest, "."), "[")
	switch {
	case name == "name", name == "fact" && e.Value.Get("fact").Value == nil:
		s.at = e.Key
		return "", true
	case name == "in":
		if after == "" {
			return "", true
		}
		return "[" + after, true
	}
	return rest, true
}

// row follows the path of the i-th row of a table.
func (s *spot) row(rows *yamldoc.Node, depth, i int, rest string) (string, bool) {
	found := false
	if depth == 1 && i >= 0 && i < len(rows.Entries) {
		rows, i = &yamldoc.Node{Kind: yamldoc.Mapping, Entries: rows.Entries[i : i+1]}, 0
	}
	leaves(rows, depth, func(keys []*yamldoc.Node, leaf *yamldoc.Node) bool {
		if i--; i >= 0 {
			return true
		}
		found = true
		upto := len(keys)
		if after, ok := strings.CutPrefix(rest, ".key"); ok && (after == "" || after[0] == '[') {
			rest = ""
			if j, err := strconv.Atoi(strings.Trim(after, "[]")); err == nil && j < len(keys) {
				upto = j + 1
			}
			leaf = keys[upto-1]
		}
		for _, key := range keys[:upto] {
			s.path = joinPath(s.path, key.Text)
		}
		s.at = leaf
		return false
	})
	return rest, found
}
