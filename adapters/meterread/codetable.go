package meterread

import (
	"strings"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
)

// CodeTable is what the codes of a reading system mean, in one or more tables. In its file each mapping from codes to meanings is a
// table; id, title, source and seen are of the file; other texts and lists are notes of the site and are passed over.
type CodeTable struct {
	ID     string
	Title  string
	Source string
	// Tables are by name, each from codes to meanings. Capital and small letters differ. A list of meanings is joined with commas.
	Tables map[string]map[string]string
	// Seen are codes that were seen in files.
	Seen []string
}

func parseCodes(name string, src []byte) (*CodeTable, error) {
	root, err := layoutFile.Load(name, src)
	if err != nil {
		return nil, err
	}
	ld := loader{file: name}
	t := &CodeTable{Tables: map[string]map[string]string{}}
	known := keys{"id": ld.text(&t.ID), "title": ld.text(&t.Title), "source": ld.text(&t.Source), "seen": ld.texts(&t.Seen)}
	for _, e := range root.Entries {
		if _, ok := known[e.Key.Text]; ok {
			continue
		}
		known[e.Key.Text] = func(n *yamldoc.Node, at string) {
			if n.Kind == yamldoc.Mapping {
				t.Tables[e.Key.Text] = ld.meanings(n, at)
			}
		}
	}
	ld.mapping(root, "", known)
	if err := ld.found.Err(); err != nil {
		return nil, err
	}
	return t, nil
}

// meanings reads a table from codes to meanings.
func (ld *loader) meanings(n *yamldoc.Node, at string) map[string]string {
	table := map[string]string{}
	for _, e := range n.Entries {
		switch e.Value.Kind {
		case yamldoc.Scalar:
			table[e.Key.Text] = e.Value.Text
		case yamldoc.Sequence:
			var texts []string
			ld.texts(&texts)(e.Value, join(at, e.Key.Text))
			table[e.Key.Text] = strings.Join(texts, ", ")
		default:
			ld.fault(e.Value, join(at, e.Key.Text), ErrShape, "a meaning is needed here", "write code: meaning")
		}
	}
	return table
}
