package ratefile

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// width is how long a line may be that holds a whole mapping or list.
const width = 100

// A tree is a document as it is printed, the same for YAML and JSON.
type tree struct {
	shape treeShape
	// text is of a scalar; bare is one that never stands in quotes: a number, true.
	text string
	bare bool
	// key names the tree in a mapping.
	key   string
	parts []*tree
	// block is never printed on one line; spaced has blank lines between its parts.
	block, spaced bool
	// apart has a blank line above it.
	apart    bool
	comments comments
}

type treeShape uint8

const (
	aScalar treeShape = iota
	aMapping
	aList
)

// comments are comments with their "#": above what they stand with, at the end of its
// first line, below it.
type comments struct {
	head []string
	line string
	foot []string
}

func (c *comments) any() bool { return len(c.head) > 0 || c.line != "" || len(c.foot) > 0 }

// commented says whether a comment stands in the tree.
func (t *tree) commented() bool {
	for _, part := range t.parts {
		if part.comments.any() || part.commented() {
			return true
		}
	}
	return false
}

// mustBlock says that the tree, or one in it, is never printed on one line.
func (t *tree) mustBlock() bool {
	if t.block || t.spaced {
		return true
	}
	for _, part := range t.parts {
		if part.mustBlock() || part.comments.any() {
			return true
		}
	}
	return false
}

// A printer prints trees.
type printer struct {
	bytes.Buffer
	json bool
}

// line is a tree on one line, as long as it is no longer than so many characters.
func (p *printer) line(t *tree, most int) (string, bool) {
	var b strings.Builder
	if !p.flow(&b, t, most) {
		return "", false
	}
	return b.String(), utf8.RuneCountInString(b.String()) <= most
}

func (p *printer) flow(b *strings.Builder, t *tree, most int) bool {
	if b.Len() > utf8.UTFMax*most {
		return false
	}
	open, shut := "{", "}"
	switch t.shape {
	case aScalar:
		b.WriteString(p.scalar(t, true))
		return true
	case aList:
		open, shut = "[", "]"
	}
	b.WriteString(open)
	for i, part := range t.parts {
		if i > 0 {
			b.WriteString(", ")
		}
		if t.shape == aMapping {
			b.WriteString(p.key(part.key, true) + ": ")
		}
		if !p.flow(b, part, most) {
			return false
		}
	}
	b.WriteString(shut)
	return true
}

// value prints what stands behind a key or a dash, up to the end of its last line.
// used is how much of the line is taken, indent where the lines below begin. after is
// what follows in the line: a comma, or nothing.
func (p *printer) value(t *tree, used, indent int, after string) {
	end := after + "\n"
	if t.comments.line != "" {
		end = after + " " + t.comments.line + "\n"
	}
	if t.shape == aScalar {
		p.WriteString(" " + p.scalar(t, false) + end)
		return
	}
	if !t.mustBlock() {
		if text, ok := p.line(t, width-used-1-len(after)); ok {
			p.WriteString(" " + text + end)
			return
		}
	}
	if p.json {
		p.braces(t, indent, after)
		return
	}
	p.WriteString(end)
	p.parts(t, indent)
}

// braces prints a mapping or list of JSON over several lines.
func (p *printer) braces(t *tree, indent int, after string) {
	open, shut := "{", "}"
	if t.shape == aList {
		open, shut = "[", "]"
	}
	p.WriteString(" " + open + "\n")
	for i, part := range t.parts {
		comma := ","
		if i == len(t.parts)-1 {
			comma = ""
		}
		if t.shape == aMapping {
			key := p.key(part.key, false) + ":"
			p.WriteString(blanks(indent+2) + key)
			p.value(part, indent+2+utf8.RuneCountInString(key), indent+2, comma)
			continue
		}
		p.item(part, indent+2, comma)
	}
	p.WriteString(blanks(indent) + shut + after + "\n")
}

// item prints an item of a list of JSON.
func (p *printer) item(t *tree, indent int, comma string) {
	sub := printer{json: true}
	sub.value(t, indent-1, indent, comma)
	p.WriteString(blanks(indent) + strings.TrimPrefix(sub.String(), " "))
}

// parts prints the parts of a mapping or list in YAML, a line or more for each.
func (p *printer) parts(t *tree, indent int) {
	for i, part := range t.parts {
		if i > 0 && (t.spaced || part.apart) {
			p.WriteString("\n")
		}
		p.above(part.comments.head, indent)
		switch {
		case t.shape == aMapping:
			key := p.key(part.key, false) + ":"
			p.WriteString(blanks(indent) + key)
			p.value(part, indent+utf8.RuneCountInString(key), indent+2, "")
		case p.dashed(part, indent):
			p.WriteString(blanks(indent) + "-")
			p.value(part, indent+1, indent+2, "")
		default: // the first line of what stands in the item follows the dash
			if part.comments.line != "" {
				p.above([]string{part.comments.line}, indent)
			}
			sub := printer{}
			sub.parts(part, indent+2)
			p.WriteString(blanks(indent) + "- " + strings.TrimPrefix(sub.String(), blanks(indent+2)))
		}
		p.above(part.comments.foot, indent)
	}
}

// dashed says whether an item of a list is printed on the line of its dash.
func (p *printer) dashed(t *tree, indent int) bool {
	if t.shape == aScalar || t.mustBlock() {
		return t.shape == aScalar
	}
	_, ok := p.line(t, width-indent-2)
	return ok
}

func (p *printer) above(lines []string, indent int) {
	for _, line := range lines {
		p.WriteString(blanks(indent) + line + "\n")
	}
}

func blanks(n int) string { return strings.Repeat(" ", n) }

// document prints a whole document.
func (p *printer) document(t *tree, foot []string) []byte {
	if p.json {
		p.item(t, 0, "")
		return p.Bytes()
	}
	p.parts(t, 0)
	p.above(foot, 0)
	return p.Bytes()
}

func (p *printer) key(key string, inFlow bool) string {
	if !p.json && key != "<<" && plain(key, inFlow) {
		return key
	}
	return quoted(key)
}

func (p *printer) scalar(t *tree, inFlow bool) string {
	if t.bare || !p.json && plain(t.text, inFlow) && !typed(t.text) {
		return t.text
	}
	return quoted(t.text)
}

// plain says whether a text can stand without quotes and be read as the same text, or
// as the number or word that it looks like.
func plain(text string, inFlow bool) bool {
	if text == "" || strings.ContainsRune("-?:,[]{}#&*!|>'\"%@` ", rune(text[0])) {
		return false
	}
	last := text[len(text)-1]
	if last == ' ' || last == ':' || strings.Contains(text, ": ") || strings.Contains(text, " #") {
		return false
	}
	if inFlow && strings.ContainsAny(text, ",[]{}") {
		return false
	}
	// In brackets a colon may end a key before more than blanks.
	if inFlow && strings.Contains(text, ":") && !strings.Contains(text, "://") {
		return false
	}
	for _, c := range text {
		if c < ' ' || c == 0x7F || c == 0xA0 || escaped(c) { // U+00A0 looks like a blank
			return false
		}
	}
	return text != "---" && text != "..." && !strings.HasPrefix(text, "... ")
}

var (
	numeric = regexp.MustCompile(`^[-+]?[0-9._]*[0-9][0-9._]*([eE][-+]?[0-9._]*)?$|^[-+]?0[xXoObB][0-9a-fA-F_]+$|^[-+]?[0-9][0-9_:.]*$|^[-+]?\.(inf|Inf|INF|nan|NaN|NAN)$`)
	// Older readers of YAML take more words for true or false.
	special = regexp.MustCompile(`(?i)^(true|false|null|yes|no|on|off|y|n|~|<<|=)$`)
)

// typed says whether YAML takes a text without quotes for something else.
func typed(text string) bool { return special.MatchString(text) || numeric.MatchString(text) }

// escaped says whether a character beyond ASCII is written by its number.
func escaped(c rune) bool {
	return c >= 0x80 && c < 0xA0 || c == 0x2028 || c == 0x2029 || c == 0xFEFF || c == 0xFFFE || c == 0xFFFF
}

// quoted is a text in double quotes, the same in YAML and JSON.
func quoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range text {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case c == '\r':
			b.WriteString(`\r`)
		case c < ' ' || c == 0x7F || escaped(c):
			fmt.Fprintf(&b, `\u%04X`, c)
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
