package yamldoc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"github.com/headgate-dev/headgate/billing/problem"
)

// maxReported is how many problems of the document itself are reported, maxReread how
// often it is read again behind one.
const (
	maxReported = 100
	maxReread   = 20
)

// Load reads the one document of a file, or all that keeps it from being read: the
// error is a [problem.Error] or, of duplicate keys, a [problem.List]. An empty file
// is an empty text.
func (f *Format) Load(name string, src []byte) (*Node, error) {
	l := f.loader(name, src)
	if err := l.scan(); err != nil {
		return nil, err
	}
	root, err := l.document()
	if err != nil {
		return nil, err
	}
	if err := l.found.Err(); err != nil {
		l.found.Sort()
		return nil, err
	}
	return root, nil
}

// A Torn document is one that was read as far as it can be.
type Torn struct {
	// Root is what could be read; nil where that is nothing.
	Root *Node
	// Faults are all that is wrong with the document, in the order of the file.
	Faults problem.List
	// Gaps are the stretches that were passed over.
	Gaps []Gap
}

// A Gap is lines that could not be read: the first and the last, and what they hold.
type Gap struct {
	First, Last int
	Text        string
}

// Read reads a document to its end whatever is wrong with it. Slips of the pen are told
// where they stand and passed over; where YAML cannot be understood for another reason,
// the line and what stands deeper below it are.
func (f *Format) Read(name string, src []byte) Torn {
	l := f.loader(name, src)
	l.whole = true
	var t Torn
	if e := l.utf16(); e != nil {
		t.Faults.Add(e)
		return t
	}
	for l.scan() != nil {
		// A byte that is no text is reported once, and what holds it refused.
		e := l.scanned
		l.found.Add(e)
		if len(l.src) > f.MaxBytes || len(l.found) == maxReported {
			t.Faults = l.found
			return t
		}
		l.mend()
	}
	kept := len(l.found)
	root, err := l.document()
	if err != nil || !l.ascii && strayBlank.Match(l.src) {
		// What was found so far may be of a text that was read as something else.
		found, before := l.found[:kept:kept], l.found
		l.found, l.src, l.rest = found, bytes.Clone(l.src), false
		l.survey(&t)
		if len(l.found) == kept && err == nil {
			l.found = before
		} else if root, err = nil, nil; !l.rest {
			root, err = l.document()
		}
	}
	for range maxReread {
		var at *problem.Error
		if !errors.As(err, &at) {
			t.Root = root
			break
		}
		l.found.Add(at)
		gap, ok := l.pass(at)
		if !ok || len(l.found) >= maxReported {
			break
		}
		t.Gaps = append(t.Gaps, gap)
		root, err = l.document()
	}
	l.found.Sort()
	slices.SortStableFunc(t.Gaps, func(a, b Gap) int { return a.First - b.First })
	t.Faults = slices.CompactFunc(l.found, func(a, b *problem.Error) bool { return a.Pos == b.Pos && a.What == b.What })
	return t
}

// strayBlank is a non-breaking space that may stand for a blank of the document's own.
var strayBlank = regexp.MustCompile(`(?m)^ *\x{a0}|:\x{a0}`)

// blank empties lines.
func (l *loader) blank(first, last int) (changed bool) {
	for i := l.lines[first-1]; i < l.end(last); i++ {
		if c := l.src[i]; c != '\n' && c != '\r' {
			changed = changed || c != ' '
			l.src[i] = ' '
		}
	}
	return changed
}

// In says whether a gap begins on one of the lines, the last not included.
func (t *Torn) In(from, to int) bool {
	return slices.ContainsFunc(t.Gaps, func(gap Gap) bool { return gap.First >= from && gap.First < to })
}

// Lost says whether a gap that begins on one of the lines, the last not included, holds
// the word.
func (t *Torn) Lost(word string, from, to int) bool {
	return slices.ContainsFunc(t.Gaps, func(gap Gap) bool {
		return gap.First >= from && gap.First < to && holdsWord(gap.Text, word)
	})
}

// holdsWord says whether a text holds a word, and not as a part of a longer one.
func holdsWord(text, word string) bool {
	for {
		i := strings.Index(text, word)
		if i < 0 {
			return false
		}
		before, after := text[:i], text[i+len(word):]
		if strings.TrimRightFunc(before, isWordPart) == before && strings.TrimLeftFunc(after, isWordPart) == after {
			return true
		}
		text = text[i+1:]
	}
}

func isWordPart(c rune) bool { return c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c) }

// A loader turns yaml.v4's nodes into ours, and its positions, which count
// characters, into bytes.
type loader struct {
	*Format
	name  string
	src   []byte
	lines []int // where each begins
	ascii bool
	known map[*yaml.Node]*Node // anchored; nil while they are being made
	found problem.List
	// scanned is what scan has found, offset where.
	scanned *problem.Error
	offset  int
	// mended is where a letter was put for what is no text, in order.
	mended []int
	// context is the line on which what is broken begins; 0 for the line itself. rest
	// says that nothing below it is read.
	context int
	rest    bool
	// whole says that the document is read to its end: then what is never closed is
	// named where it opens.
	whole bool
	// last is where the last position was found: a long line is walked once.
	last struct{ line, chars, offset int }
}

func (f *Format) loader(name string, src []byte) *loader {
	return &loader{Format: f, name: name, src: bytes.TrimPrefix(src, []byte("\ufeff"))}
}

func (l *loader) fault(at problem.Pos, what, fix string) *problem.Error {
	return &problem.Error{Code: ErrYAML, Pos: at, What: what, Fix: fix}
}

// document reads the one document of the source.
func (l *loader) document() (*Node, error) {
	decoder, err := yaml.NewLoader(bytes.NewReader(l.src), yaml.WithPlugin(
		loaderlimits.New(loaderlimits.DepthValue(l.MaxDepth), loaderlimits.AliasNone())))
	if err != nil {
		return nil, l.failed(err)
	}
	var doc, second yaml.Node
	switch err := decoder.Load(&doc); {
	case errors.Is(err, io.EOF) || err == nil && len(doc.Content) == 0:
		return &Node{Kind: Scalar, Type: Null, Line: 1, Col: 1}, nil
	case err != nil:
		return nil, l.failed(err)
	}
	switch err := decoder.Load(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		return nil, l.failed(err)
	default:
		l.rest = true
		return nil, l.fault(l.at(second.Line, second.Column), "a second document begins", "put each document in a file of its own")
	}
	if l.Strict {
		return l.node(doc.Content[0])
	}
	root, err := l.node(doc.Content[0])
	if err == nil {
		root.Comments.Foot = join(root.Comments.Foot, doc.FootComment)
	}
	return root, err
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "\n" + b
}

// scan finds the lines and refuses what is no text, with its place: yaml.v4 gives
// none for bytes that are no UTF-8, and knows line ends that editors do not count.
func (l *loader) scan() error {
	l.lines = append(l.lines[:0], 0)
	l.ascii = true
	refuse := func(i int, what, fix string) error {
		l.scanned, l.offset = l.fault(l.place(i), what, fix), i
		return l.scanned
	}
	for i := 0; i < len(l.src); {
		if i >= l.MaxBytes {
			return refuse(i, fmt.Sprintf("the file is larger than %d bytes", l.MaxBytes), "split it, or check that it is "+l.Name)
		}
		c, size := rune(l.src[i]), 1
		if c >= utf8.RuneSelf {
			l.ascii = false
			c, size = utf8.DecodeRune(l.src[i:])
		}
		switch {
		case c == utf8.RuneError && size == 1:
			return refuse(i, fmt.Sprintf("byte 0x%02X is not UTF-8", l.src[i]), "save the file as UTF-8")
		case c < ' ' && c != '\t' && c != '\n' && c != '\r', c == 0x7F, c >= 0x80 && c < 0xA0, c == 0x2028, c == 0x2029, c == 0xFEFF, c >= 0xFFFE && c <= 0xFFFF:
			return refuse(i, fmt.Sprintf("the control character U+%04X", c), "take it out")
		case c == '\n', c == '\r' && !bytes.HasPrefix(l.src[i+1:], []byte("\n")):
			l.lines = append(l.lines, i+1)
		}
		i += size
	}
	return nil
}

// mend puts a letter that YAML has no use for in place of what scan has refused, or a
// blank before a comment. The text that holds it is refused with it.
func (l *loader) mend() {
	l.src = bytes.Clone(l.src)
	_, size := utf8.DecodeRune(l.src[l.offset:])
	with := byte('_')
	if bytes.HasPrefix(bytes.TrimLeft(l.src[l.offset+size:], " "), []byte("#")) {
		with = ' '
	}
	for i := range size {
		l.src[l.offset+i] = with
	}
	l.mended = append(l.mended, l.offset)
}

// isMended says whether a text that begins at a place, and has so many bytes, holds what
// was mended.
func (l *loader) isMended(at problem.Pos, size int) bool {
	if len(l.mended) == 0 || at.Line < 1 || at.Line > len(l.lines) {
		return false
	}
	const quotes = 2
	from := l.lines[at.Line-1] + at.Col - 1
	i := sort.SearchInts(l.mended, from)
	return i < len(l.mended) && l.mended[i] < from+size+quotes
}

// pass empties the line of a fault and those below it that stand deeper. ok is false
// where that changes nothing.
func (l *loader) pass(e *problem.Error) (gap Gap, ok bool) {
	first := e.Pos.Line
	if l.context > 0 {
		first = l.context
	}
	if first < 1 || first > len(l.lines) {
		return gap, false
	}
	before := l.src
	l.src = bytes.Clone(l.src)
	depth, tabbed := l.indent(first), l.tabbed(first)
	last := first
	for {
		ok = l.blank(last, last) || ok
		if last == len(l.lines) || !l.rest && (tabbed || depth < 0 || l.indent(last+1) <= depth && l.indent(last+1) >= 0) {
			break
		}
		last++
	}
	return Gap{first, last, string(before[l.lines[first-1]:l.end(last)])}, ok
}

// end is where the line ends, its line end included.
func (l *loader) end(line int) int {
	if line == len(l.lines) {
		return len(l.src)
	}
	return l.lines[line]
}

// indent is the blanks that a line begins with; -1 for a line of blanks.
func (l *loader) indent(line int) int {
	text := strings.TrimRight(string(l.src[l.lines[line-1]:l.end(line)]), "\r\n")
	if n := len(text) - len(strings.TrimLeft(text, " \t")); n < len(text) {
		return n
	}
	return -1
}

// tabbed says whether a tab is among the blanks that a line begins with: how deep it
// stands is then not known.
func (l *loader) tabbed(line int) bool {
	text := l.src[l.lines[line-1]:l.end(line)]
	return bytes.IndexByte(text[:len(text)-len(bytes.TrimLeft(text, " \t"))], '\t') >= 0
}

// place is the position of a byte.
func (l *loader) place(offset int) problem.Pos {
	line := sort.SearchInts(l.lines, offset+1)
	return problem.Pos{File: l.name, Line: line, Col: offset - l.lines[line-1] + 1}
}

// at is the position of a character that yaml.v4 names by line and column.
func (l *loader) at(line, col int) problem.Pos {
	if line < 1 || line > len(l.lines) {
		return problem.Pos{File: l.name, Line: max(line, 0)}
	}
	if l.ascii || col < 1 {
		return problem.Pos{File: l.name, Line: line, Col: max(col, 0)}
	}
	if l.last.line != line || l.last.chars > col-1 {
		l.last.line, l.last.chars, l.last.offset = line, 0, l.lines[line-1]
	}
	for l.last.chars < col-1 && l.last.offset < len(l.src) {
		_, size := utf8.DecodeRune(l.src[l.last.offset:])
		l.last.offset += size
		l.last.chars++
	}
	return problem.Pos{File: l.name, Line: line, Col: l.last.offset - l.lines[line-1] + 1}
}

// failed places an error of yaml.v4 by the mark that it carries.
func (l *loader) failed(err error) error {
	e := l.fault(problem.Pos{File: l.name}, "", fmt.Sprintf("correct it: %s is one YAML document", l.Name))
	e.Err = err
	l.context = 0
	var at *yaml.LoadError
	if errors.As(err, &at) {
		e.Pos = l.at(at.Mark.Line, at.Mark.Column)
		e.What = at.Message
		if at.ContextMsg != "" {
			e.What += " " + at.ContextMsg
			if at.ContextMark.Line > 0 {
				e.What += fmt.Sprintf(" that begins on line %d", at.ContextMark.Line)
			}
		}
		// A bracket or a quote that is not closed is broken from where it opens.
		if l.whole && strings.Contains(at.Message, "end of stream") && at.ContextMark.Line > 0 {
			e.Pos = l.at(at.ContextMark.Line, at.ContextMark.Column)
		}
		if l.whole {
			l.plainly(e, at)
		}
		if strings.Contains(at.ContextMsg, "flow") || strings.Contains(at.ContextMsg, "quoted") {
			l.context = at.ContextMark.Line
		}
	}
	return e
}

// plainWords are what the reader of YAML says most, in the words of people who know none.
var plainWords = []struct{ says, what, fix string }{
	{"found unexpected end of stream", "the quote is not closed", "put one at the end of the text"},
	{"found invalid Unicode character escape code", "the number behind \\u is none of a character", "write the character itself"},
	{"found unknown escape character", "a \\ stands before a character that it has no meaning for", "write two of them for one, or put the text in single quotes"},
	{"did not find expected ',' or", "a comma or the closing bracket is missing before this", "put a comma between two values, and close each bracket"},
	{"found a tab character", "a tab stands where the line is indented", "indent with blanks: two for each level"},
	{"mapping values are not allowed", "a colon stands where no key can end", "put the text in quotes, or line its key up with the others"},
	{"block sequence entries are not allowed", "a dash stands where no list can begin", "begin the list on the line below its key"},
	{"did not find expected key", "the line is no key that belongs to those above", "line it up with the keys above"},
	{"did not find expected '-' indicator", "the line is no item of the list above", "begin it with a dash, or line it up with its key"},
	{"could not find expected ':'", "there is no colon behind the key", "write the key, a colon and a blank"},
	{"found character that cannot start any token", "a text cannot begin with this character", "put the text in quotes"},
}

// plainly says what is wrong in plain words where they are known, and never behind the
// end of the file.
func (l *loader) plainly(e *problem.Error, at *yaml.LoadError) {
	for _, w := range plainWords {
		if strings.Contains(at.Message, w.says) {
			e.What, e.Fix = w.what, w.fix
			break
		}
	}
	last := len(l.lines)
	for last > 1 && l.indent(last) < 0 {
		last--
	}
	if e.Pos.Line > last {
		e.Pos = l.place(l.lines[last-1] + len(strings.TrimRight(string(l.src[l.lines[last-1]:l.end(last)]), " \t\r\n")))
	}
	if e.Pos.Col < 1 {
		e.Pos.Col = 1
	}
}

func (l *loader) node(from *yaml.Node) (*Node, error) {
	at := l.at(from.Line, from.Column)
	if refused, err := l.strict(from, at); refused != nil || err != nil {
		return refused, err
	}
	if from.Kind == yaml.AliasNode {
		target, ok := l.known[from.Alias]
		if !ok || target == nil {
			return nil, l.fault(at, "an alias stands inside what it repeats", "write the value out")
		}
		return target, nil
	}
	if from.Anchor != "" {
		if l.known == nil {
			l.known = map[*yaml.Node]*Node{}
		}
		l.known[from] = nil
	}
	n := &Node{
		Line: at.Line, Col: at.Col, values: 1, Flow: from.Style&yaml.FlowStyle != 0,
		Comments: Comments{from.HeadComment, from.LineComment, from.FootComment},
	}
	var err error
	switch from.Kind {
	case yaml.ScalarNode:
		n.Kind, n.Text, n.bytes, n.Type = Scalar, from.Value, len(from.Value), scalarType(from)
		if l.isMended(at, n.bytes) {
			n.Kind = Refused
		}
	case yaml.SequenceNode:
		n.Kind = Sequence
		n.Items = make([]*Node, len(from.Content))
		for i, item := range from.Content {
			if n.Items[i], err = l.node(item); err != nil {
				return nil, err
			}
			if err := l.grow(n, n.Items[i], item); err != nil {
				return nil, err
			}
		}
	case yaml.MappingNode:
		n.Kind = Mapping
		if err := l.mapping(n, from); err != nil {
			return nil, err
		}
	default:
		return nil, l.fault(at, "this is no value", "correct it")
	}
	if from.Anchor != "" {
		l.known[from] = n
	}
	return n, nil
}

// scalarType is what YAML takes a scalar for.
func scalarType(n *yaml.Node) Type {
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return Text
	}
	switch n.ShortTag() {
	case "!!int", "!!float":
		return Number
	case "!!bool":
		return Bool
	case "!!null":
		return Null
	}
	return Text
}

// strict reports what JSON does not have, where the format is strict.
func (l *loader) strict(from *yaml.Node, at problem.Pos) (*Node, error) {
	what := ""
	switch {
	case !l.Strict:
	case from.Kind == yaml.AliasNode:
		what = fmt.Sprintf("the alias *%s", from.Value)
	case from.Anchor != "":
		what = fmt.Sprintf("the anchor &%s", from.Anchor)
	case from.Style&yaml.TaggedStyle != 0:
		what = fmt.Sprintf("the tag %s", from.Tag)
	}
	if what == "" {
		return nil, nil
	}
	l.found.Add(l.fault(at, what+" is not part of the format", "write the value out"))
	if len(l.found) > maxReported {
		return nil, l.fault(at, "there are more problems than are reported", "correct those first")
	}
	return &Node{Kind: Refused, Line: at.Line, Col: at.Col, values: 1}, nil
}

func (l *loader) mapping(n *Node, from *yaml.Node) error {
	n.Entries = make([]Entry, 0, len(from.Content)/2)
	seen := make(map[string]*Node, len(from.Content)/2)
	for i := 0; i+1 < len(from.Content); i += 2 {
		written := from.Content[i]
		key, err := l.node(written)
		if err != nil {
			return err
		}
		// An alias gives the key its text; the key stands where the alias does.
		at := l.at(written.Line, written.Column)
		switch {
		case key.Kind == Refused:
		case key.Kind != Scalar:
			return l.fault(at, "a key is not a text", "use texts as keys")
		case key.Text == "<<" && written.Kind == yaml.ScalarNode && written.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0:
			return l.fault(at, "merge keys are not part of the format", "write the merged fields out")
		}
		own := *key
		own.Line, own.Col = at.Line, at.Col
		value, err := l.node(from.Content[i+1])
		if err != nil {
			return err
		}
		for _, part := range []*Node{&own, value} {
			if err := l.grow(n, part, written); err != nil {
				return err
			}
		}
		if own.Kind == Refused {
			continue
		}
		if first := seen[own.Text]; first != nil {
			if len(l.found) < maxReported {
				l.found.Add(&problem.Error{Code: ErrDuplicateKey, Pos: at,
					What: fmt.Sprintf("key %s stands on line %d already", Quoted(own.Text), first.Line), Fix: "keep one"})
			}
			continue
		}
		seen[own.Text] = &own
		n.Entries = append(n.Entries, Entry{&own, value})
	}
	return nil
}

// grow counts a part of n, and refuses what has grown too large.
func (l *loader) grow(n, part *Node, written *yaml.Node) error {
	n.values += part.values
	n.bytes += part.bytes
	if n.values <= l.MaxNodes && n.bytes <= l.MaxText {
		return nil
	}
	return l.fault(l.at(written.Line, written.Column),
		fmt.Sprintf("the file holds more than %d values or %d bytes of text, what aliases repeat included", l.MaxNodes, l.MaxText), "split it, or check that it is "+l.Name)
}
