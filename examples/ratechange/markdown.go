package main

import (
	"io"

	"github.com/headgate-dev/headgate/adapters/table"
)

// The file of all figures for people. It begins with a title, by which a later run knows it.
const (
	markdownName  = "impact.md"
	markdownTitle = "# What a change of rates does to bills\n"
)

// writeMarkdown writes all figures for people, behind what they must know before any.
func (r *result) writeMarkdown(w io.Writer, tables []table.Table) error {
	if _, err := io.WriteString(w, markdownTitle+"\n"); err != nil {
		return err
	}
	for _, t := range append(r.foreword(), tables...) {
		if err := table.WriteMarkdown(w, t); err != nil {
			return err
		}
	}
	return nil
}

// foreword is what a reader must know before any figure: the books, the notes, what was checked, and what is left out.
func (r *result) foreword() []table.Table {
	texts := func(names ...string) (all []table.Column) {
		for _, name := range names {
			all = append(all, table.Column{Name: name})
		}
		return all
	}
	row := func(texts ...string) (cells []table.Cell) {
		for _, text := range texts {
			cells = append(cells, table.Text(text))
		}
		return cells
	}
	books := table.Table{Title: r.title, Columns: texts("Rates", "Book", "File"),
		Rows: [][]table.Cell{row("before", r.before.name, r.before.file), row("after", r.after.name, r.after.file)}}
	notes := table.Table{Columns: texts("What to know")}
	for _, note := range r.notes() {
		notes.Rows = append(notes.Rows, row(note))
	}
	proofs := table.Table{Columns: texts("", "What was checked", "Result")}
	for _, p := range r.proofs {
		mark := "ok"
		if !p.Good {
			mark = "FAILS"
		}
		proofs.Rows = append(proofs.Rows, row(mark, p.What, p.Result))
	}
	all := []table.Table{books}
	if len(notes.Rows) > 0 {
		all = append(all, notes)
	}
	return append(all, proofs, table.Table{Columns: texts("Left out"), Rows: [][]table.Cell{row(table.LeftOut(&r.impact))}})
}
