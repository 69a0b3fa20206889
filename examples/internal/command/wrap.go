package command

import "strings"

// Wrap adds a text in lines of at most so many bytes, as far as its words let it: each behind a margin, the later ones set in by two.
func Wrap(b *strings.Builder, width int, margin, text string) {
	line := margin
	for i, word := range strings.Fields(text) {
		if i > 0 && len(line)+1+len(word) > width {
			b.WriteString(line + "\n")
			line = margin + "  "
		} else if i > 0 {
			line += " "
		}
		line += word
	}
	b.WriteString(line + "\n")
}
