package table

import (
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// WriteMarkdown writes a table as GitHub's Markdown does: the title as a paragraph in bold, the
// table with its columns aligned in the text too, and the note as a paragraph. An empty line
// stands behind each. Texts are shown as they are, whatever characters they hold; line ends in
// them become blanks.
//
// The error is ErrCells, before anything is written, or that of w.
func WriteMarkdown(w io.Writer, t Table) error {
	rows, err := t.lines()
	if err != nil {
		return err
	}
	lines := make([][]string, 0, len(rows)+1)
	names := make([]string, len(t.Columns))
	for i, column := range t.Columns {
		names[i] = escaped(column.Name)
	}
	lines = append(lines, names)
	for _, row := range rows {
		line := make([]string, len(row))
		for i, cell := range row {
			line[i] = escaped(cell.String())
		}
		lines = append(lines, line)
	}
	widths := make([]int, len(t.Columns))
	for i := range widths {
		widths[i] = 3
		for _, line := range lines {
			widths[i] = max(widths[i], utf8.RuneCountInString(line[i]))
		}
	}
	var b strings.Builder
	if t.Title != "" {
		b.WriteString("**" + escaped(t.Title) + "**\n\n")
	}
	for i, line := range lines {
		writeLine(&b, t.Columns, widths, line)
		if i == 0 {
			writeRule(&b, t.Columns, widths)
		}
	}
	b.WriteString("\n")
	if t.Note != "" {
		b.WriteString(paragraph(t.Note) + "\n\n")
	}
	_, err = io.WriteString(w, b.String())
	return err
}

func writeLine(b *strings.Builder, columns []Column, widths []int, line []string) {
	for i, cell := range line {
		gap := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
		if columns[i].Right {
			b.WriteString("| " + gap + cell + " ")
		} else {
			b.WriteString("| " + cell + gap + " ")
		}
	}
	b.WriteString("|\n")
}

func writeRule(b *strings.Builder, columns []Column, widths []int) {
	for i, column := range columns {
		if column.Right {
			b.WriteString("| " + strings.Repeat("-", widths[i]-1) + ": ")
		} else {
			b.WriteString("| " + strings.Repeat("-", widths[i]) + " ")
		}
	}
	b.WriteString("|\n")
}

// escaped is a text as Markdown that shows it. An underscore inside a word has no meaning and
// stays as it is, so that codes such as E_NO_ROW can be read in the source too.
func escaped(s string) string {
	shown := []rune(strings.Join(strings.Fields(strings.Map(visible, strings.ToValidUTF8(s, "\uFFFD"))), " "))
	at := func(i int) rune {
		if i < 0 || i >= len(shown) {
			return ' '
		}
		return shown[i]
	}
	var b strings.Builder
	for i, r := range shown {
		special := strings.ContainsRune("\\`*[]<>|~&#", r)
		switch r {
		case '$': // of formulas
			special = at(i+1) != ' '
		case '_':
			special = !inWord(at(i-1)) || !inWord(at(i+1))
		case ':', '.': // of addresses, which would become links
			special = at(i+1) == '/' || unicode.ToLower(at(i-1)) == 'w'
		}
		if special {
			b.WriteRune('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// visible is a character, or what stands for one that cannot be seen.
func visible(r rune) rune {
	if unicode.IsControl(r) && !unicode.IsSpace(r) {
		return unicode.ReplacementChar
	}
	return r
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// paragraph is a text as a paragraph of Markdown: what it begins with does not make it a list or
// a line under a heading.
func paragraph(s string) string {
	s = escaped(s)
	digits := strings.TrimLeft(s, "0123456789")
	switch {
	case strings.HasPrefix(s, "-"), strings.HasPrefix(s, "+"), strings.HasPrefix(s, "="):
		return "\\" + s
	case strings.HasPrefix(digits, "."), strings.HasPrefix(digits, ")"):
		return s[:len(s)-len(digits)] + "\\" + digits
	}
	return s
}
