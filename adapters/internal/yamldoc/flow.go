package yamldoc

import (
	"bytes"
	"fmt"
	"strings"
)

// A flow is a walk over mappings and lists in brackets.
type flow struct {
	*survey
	at, depth int
	// json mends what it finds, so that the walk goes on; otherwise one fault is told, and
	// the walk looks for the end alone.
	json, told bool
	stack      []bracket
}

// A bracket is an open mapping or list.
type bracket struct {
	open, indent int
	state        state
	// last is where the last key or value began and ended, colon where its key did.
	last, end int
}

type state uint8

const (
	beforePart state = iota
	afterKey
	beforeValue
	afterValue
)

// brackets looks at a value in brackets, and returns the line behind it.
func (s *survey) brackets(n, from, depth int) (next int) {
	f := flow{survey: s, at: from, depth: depth}
	f.walk()
	if !f.told {
		return s.after(n, f.at)
	}
	last := max(n, s.place(f.at-1).Line)
	s.pass(n, last)
	return last + 1
}

// json looks at a whole document in brackets.
func (s *survey) json(from int) {
	f := flow{survey: s, at: from, depth: -1, json: true}
	f.skip()
	if f.at == len(s.src) || s.src[f.at] != '{' && s.src[f.at] != '[' {
		return
	}
	f.walk()
	if len(f.stack) > 0 {
		return
	}
	if f.skip(); f.at < len(s.src) && len(s.found) < maxReported {
		s.tell(f.at, "something stands behind the end of the document", "take it out")
		s.mark(f.at)
		for i := f.at; i < len(s.src); i++ {
			if c := s.src[i]; c != '\n' && c != '\r' {
				s.src[i] = ' '
			}
		}
	}
}

// mark keeps the line of an offset as one of which a part was lost.
func (s *survey) mark(offset int) {
	n := s.place(offset).Line
	s.torn.Gaps = append(s.torn.Gaps, Gap{n, n, s.loader.text(n)})
}

func (f *flow) top() *bracket { return &f.stack[len(f.stack)-1] }

func (f *flow) say(offset int, what, fix string) {
	if f.told && !f.json || len(f.found) >= maxReported {
		return
	}
	f.told = true
	f.tell(offset, what, fix)
	if f.json {
		f.mark(offset)
	}
}

// skip passes blanks and comments. It stops before a line that the brackets cannot hold.
func (f *flow) skip() (ok bool) {
	for f.at < len(f.src) {
		rest := f.src[f.at:]
		switch c := rest[0]; {
		case c == '\n':
			if f.at++; f.depth >= 0 && f.beginsKey(f.at, f.depth) {
				return false
			}
		case c == ' ', c == '\t', c == '\r':
			f.at++
		case c == '#' && (f.at == 0 || bytes.IndexByte([]byte(" \t\n\r,{}[]"), f.src[f.at-1]) >= 0):
			f.at = f.endOfLine(f.at)
		case f.json && (bytes.HasPrefix(rest, []byte("//")) || bytes.HasPrefix(rest, []byte("/*"))):
			f.remark()
		default:
			return true
		}
	}
	return true
}

func (f *flow) endOfLine(at int) int {
	if i := bytes.IndexAny(f.src[at:], "\r\n"); i >= 0 {
		return at + i
	}
	return len(f.src)
}

// remark tells and empties a comment as programs have them.
func (f *flow) remark() {
	f.say(f.at, "a comment begins with "+string(f.src[f.at:f.at+2]), "take it out: JSON has no comments; those of YAML begin with #")
	end := f.endOfLine(f.at)
	if f.src[f.at+1] == '*' {
		end = len(f.src)
		if i := bytes.Index(f.src[f.at:], []byte("*/")); i >= 0 {
			end = f.at + i + 2
		}
	}
	for ; f.at < end; f.at++ {
		if c := f.src[f.at]; c != '\n' && c != '\r' {
			f.src[f.at] = ' '
		}
	}
}

// walk goes from an opening bracket to behind the one that closes it.
func (f *flow) walk() {
	for {
		ok := f.skip()
		if !ok || f.at == len(f.src) {
			f.unclosed(f.at, "")
			return
		}
		c := f.src[f.at]
		switch c {
		case '{', '[':
			if len(f.stack) > 0 {
				f.part(f.at, f.at+1)
			}
			if len(f.stack) >= f.MaxDepth {
				f.say(f.at, fmt.Sprintf("the brackets are more than %d levels deep", f.MaxDepth), "close them, or check that it is "+f.Name)
				f.at, f.rest = len(f.src), f.json
				return
			}
			line := f.place(f.at).Line
			f.stack = append(f.stack, bracket{open: f.at, indent: f.indent(line)})
			f.at++
		case '}', ']':
			if f.close(c); len(f.stack) == 0 {
				return
			}
		case ',':
			f.at++
			f.top().state = beforePart
		case ':':
			f.colon()
		default:
			f.scalar(c)
		}
		if len(f.found) >= maxReported {
			return
		}
	}
}

// close takes in a closing bracket. Where it fits one further out, as its kind or its
// place shows, those within are not closed.
func (f *flow) close(c byte) {
	for len(f.stack) > 1 && !f.fits(c) {
		top := *f.top()
		f.unclosed(f.at, string(c))
		f.stack = f.stack[:len(f.stack)-1]
		f.top().state, f.top().end = afterValue, f.at
		shut := byte('}')
		if f.src[top.open] == '[' {
			shut = ']'
		}
		if f.json && !f.put(shut, top.end, f.at) {
			f.rest = true
		}
	}
	if top := f.top(); (f.src[top.open] == '{') != (c == '}') {
		f.unclosed(f.at, string(c))
		if f.json {
			f.src[f.at] = f.src[top.open] + 2 // the brackets lie two apart
		}
	}
	f.at++
	if f.stack = f.stack[:len(f.stack)-1]; len(f.stack) > 0 {
		f.top().end = f.at
	}
}

// fits says whether a closing bracket at the walk's place is that of the last open one.
func (f *flow) fits(c byte) bool {
	top := f.top()
	if (f.src[top.open] == '{') != (c == '}') {
		// Fits it one further out?
		for _, b := range f.stack[:len(f.stack)-1] {
			if (f.src[b.open] == '{') == (c == '}') {
				return false
			}
		}
		return true
	}
	pos := f.place(f.at)
	col := f.indent(pos.Line)
	if col != pos.Col-1 || col == top.indent || f.place(top.open).Line == pos.Line {
		return true
	}
	for _, b := range f.stack[:len(f.stack)-1] {
		if b.indent == col && (f.src[b.open] == '{') == (c == '}') {
			return false
		}
	}
	return true
}

// unclosed tells of the last open bracket that nothing closes it.
func (f *flow) unclosed(at int, before string) {
	top := f.top()
	open, shut := f.src[top.open], "}"
	if open == '[' {
		shut = "]"
	}
	where := "is not closed"
	if before != "" {
		where = fmt.Sprintf("is not closed before the %s of line %d", before, f.place(at).Line)
	}
	f.say(top.open, fmt.Sprintf("the bracket %c %s", open, where), "put a "+shut+" behind its last value")
	if f.json && before == "" {
		for i := len(f.stack) - 1; i >= 0; i-- {
			shut := f.src[f.stack[i].open] + 2
			f.src = append(f.src, shut)
		}
		f.stack = f.stack[:0]
		f.at = len(f.src)
	}
}

// put writes a character into the blanks between two offsets, and says whether it could.
func (f *flow) put(c byte, from, to int) bool {
	for i := to - 1; i >= from; i-- {
		if f.src[i] == ' ' || f.src[i] == '\t' {
			f.src[i] = c
			return true
		}
	}
	return false
}

// part takes in the beginning of a key or value.
func (f *flow) part(from, end int) {
	top := f.top()
	switch {
	case top.state == beforeValue, top.state == beforePart && f.src[top.open] == '[':
		top.state = afterValue
	case top.state == beforePart:
		top.state = afterKey
	case top.state == afterKey:
		f.say(top.last, "there is no colon behind "+Quoted(string(f.src[top.last:top.end])), "put one between the key and its value")
		if f.json && !f.put(':', top.end, from) {
			f.rest = true
		}
		top.state = afterValue
	default:
		f.say(top.end, "a comma is missing behind "+Quoted(f.behind(top)), "put one between two values")
		if f.json && !f.put(',', top.end, from) {
			f.rest = true
		}
		top.state = afterKey
		if f.src[top.open] == '[' {
			top.state = afterValue
		}
	}
	top.last, top.end = from, end
}

// behind is what a value ends with.
func (f *flow) behind(b *bracket) string {
	line := f.place(b.end - 1)
	return strings.TrimLeft(string(f.src[max(b.last, f.lines[line.Line-1]):b.end]), " ")
}

func (f *flow) colon() {
	top := f.top()
	if top.state == afterValue && f.src[top.open] == '{' {
		if f.place(top.last).Line == f.place(f.at).Line && !f.json {
			f.say(f.at, "a colon stands in a text without quotes, or a comma is missing before it", "put the text in quotes, or a comma between two values")
		} else {
			f.say(top.last, "a comma is missing above this line", "put one between two values")
		}
	}
	f.at++
	top.state = beforeValue
}

// scalar takes in a text with or without quotes.
func (f *flow) scalar(c byte) {
	from := f.at
	if c == '"' || c == '\'' {
		end, ok := f.quote(from, f.depth)
		if !ok {
			f.openQuote(from, end)
			return
		}
		f.part(from, end)
		f.at = end
		return
	}
	for f.at < len(f.src) {
		c := f.src[f.at]
		next := byte(' ')
		if f.at+1 < len(f.src) {
			next = f.src[f.at+1]
		}
		if bytes.IndexByte([]byte(",[]{}\r\n"), c) >= 0 || c == ':' && bytes.IndexByte([]byte(" \t\r\n,[]{}"), next) >= 0 ||
			c == ' ' && next == '#' {
			break
		}
		f.at++
	}
	end := len(bytes.TrimRight(f.src[:f.at], " \t"))
	if top := f.top(); !f.json && (top.state == afterKey || top.state == afterValue) && top.end > top.last && f.continues(top) {
		top.last, top.end = from, end // of a text over several lines
		return
	}
	f.part(from, end)
}

// continues says whether what stood last is a text without quotes.
func (f *flow) continues(b *bracket) bool {
	c := f.src[b.end-1]
	return bytes.IndexByte([]byte("\"'}]"), c) < 0
}

// openQuote tells a quote that is not closed on its line, and goes on below it: what
// stands behind it is lost.
func (f *flow) openQuote(from, end int) {
	f.say(from, "the quote is not closed", "put one at the end of the text")
	if !f.json {
		f.at = end
		return
	}
	top := f.top()
	text := bytes.TrimRight(f.src[from:f.endOfLine(from)], " \t\r")
	comma := bytes.HasSuffix(text, []byte(","))
	for i := range text {
		f.src[from+i] = ' '
	}
	if comma {
		f.src[from+len(text)-1] = ','
	}
	if top.state == beforeValue || top.state == beforePart && f.src[top.open] == '[' {
		top.state = afterValue
		copy(f.src[from:], "~")
		top.last, top.end = from, from+1
	}
	f.at = from + 1
}
