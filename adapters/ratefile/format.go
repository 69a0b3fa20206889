package ratefile

import (
	"slices"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Format writes a rate book file in its one canonical form, as gofmt does with code:
// keys in the order of the grammar, two blanks for each step, what is short on one
// line of at most 100 characters, quotes only where they are needed. Comments are
// kept; blank lines stand where the form has them. A document in braces is written as
// JSON. What is formatted already stays as it is, byte for byte.
//
// The book is the same, to its digest. The error is that of [Parse], or [ErrFormat]
// where a comment has no place in the form.
func Format(name string, src []byte) ([]byte, error) {
	f, err := Parse(name, src)
	if err != nil {
		return nil, err
	}
	a := attach(src, f.root)
	p := printer{json: f.root.Flow}
	c := canon{a}
	t := c.tree(grammar, f.root)
	if p.json && (t.commented() || len(a.foot) > 0) {
		at := remarks(src, f.root)[0]
		return nil, &problem.Error{Code: ErrFormat, Pos: problem.Pos{File: name, Line: at.line, Col: at.col}, What: "JSON has no comments, and this document in braces has one",
			Fix: "take it out, or write the document without braces"}
	}
	out := p.document(t, a.foot)
	return out, kept(name, src, f.root, out)
}

// kept refuses a form that has lost a comment.
func kept(name string, src []byte, root *yamldoc.Node, out []byte) error {
	before := remarks(src, root)
	if len(before) == 0 {
		return nil
	}
	again, err := document.Load(name, out)
	if err != nil {
		return err
	}
	after := remarks(out, again)
	for _, r := range before {
		i := slices.IndexFunc(after, func(other remark) bool { return other.text == r.text })
		if i < 0 {
			return &problem.Error{Code: ErrFormat, Pos: problem.Pos{File: name, Line: r.line, Col: r.col}, What: "the comment has no place in the canonical form",
				Fix: "put it on a line of its own"}
		}
		after = slices.Delete(after, i, i+1)
	}
	return nil
}

// canon turns nodes into the tree that is printed.
type canon struct{ *attached }

// tree is a value in its canonical form.
func (c canon) tree(f *form, n *yamldoc.Node) *tree {
	picked, _ := pick(f, n) // the document has been checked
	t := &tree{block: picked.block, spaced: picked.spaced}
	switch picked.kind {
	case object:
		t.shape = aMapping
		for i := range picked.fields {
			field := &picked.fields[i]
			if e := n.Get(field.key); e.Value != nil {
				t.parts = append(t.parts, c.entry(field.form, e, n))
			}
		}
		if f == grammar {
			for _, part := range t.parts {
				part.apart = part.block
			}
		}
	case names, pair:
		t.shape = aMapping
		for _, e := range n.Entries {
			t.parts = append(t.parts, c.entry(picked.of, e, n))
		}
	case list:
		t.shape = aList
		for _, item := range n.Items {
			part := c.tree(picked.of, item)
			c.comment(part, item)
			if part.shape == aMapping {
				// The first key stands behind the dash: what is above it is above both.
				first := part.parts[0]
				part.comments.head = append(part.comments.head, first.comments.head...)
				first.comments.head = nil
			}
			t.parts = append(t.parts, part)
		}
		if f.kind == union && len(t.parts) == 1 && !t.parts[0].comments.any() {
			return t.parts[0] // a text stands for a list of one
		}
	default:
		t.text, t.bare = n.Text, bare(picked, n.Text)
	}
	return t
}

// entry is an entry of the mapping n.
func (c canon) entry(f *form, e yamldoc.Entry, n *yamldoc.Node) *tree {
	var part *tree
	if f.kind == rows {
		part = c.rows(f, e.Value, len(textsOf(n.Get("by").Value)))
	} else {
		part = c.tree(f, e.Value)
	}
	part.key = e.Key.Text
	c.comment(part, e.Key)
	return part
}

func (c canon) rows(f *form, n *yamldoc.Node, depth int) *tree {
	t := &tree{shape: aMapping}
	for _, e := range n.Entries {
		var part *tree
		if depth > 1 {
			part = c.rows(f, e.Value, depth-1)
		} else {
			part = c.tree(f.of, e.Value)
		}
		part.key = e.Key.Text
		c.comment(part, e.Key)
		t.parts = append(t.parts, part)
	}
	return t
}

func (c canon) comment(t *tree, n *yamldoc.Node) {
	if of := c.by[n]; of != nil {
		t.comments = comments{head: slices.Clone(of.head), line: of.line, foot: of.foot}
	}
}

// bare says whether a scalar of that form stands without quotes whatever it looks like.
func bare(f *form, written string) bool {
	switch f.kind {
	case number, quantity, whole, dollars, factValue, scalar:
		return numberText.MatchString(written) && plainDigits(written)
	}
	return f.kind == onlyTrue
}
