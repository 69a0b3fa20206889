package yamldoc

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

const nbsp = "\u00a0"

// A survey looks for slips of the pen in a document that YAML cannot read, line by line,
// and knows of YAML what people write by hand. Each is told where it stands, and its
// lines are emptied, or mended where that moves nothing, so that the rest can be read.
// What it does not understand it leaves to the reader of YAML.
type survey struct {
	*loader
	torn *Torn
	// levels are the mappings and lists that are open.
	levels []level
	// running says that the last value is a text that lines below it may continue.
	running bool
}

// A level is a mapping or list: how deep its keys or dashes stand, and the line of the
// last one. open says that this one has no value yet.
type level struct {
	depth, line int
	list, open  bool
}

// survey tells and passes over what it finds. The source may be written to.
func (l *loader) survey(t *Torn) {
	s := &survey{loader: l, torn: t}
	for n := 1; n <= len(l.lines) && len(l.found) < maxReported; {
		next := s.line(n)
		if next <= n {
			return
		}
		n = next
	}
}

// text is a line without its end.
func (l *loader) text(n int) string {
	return strings.TrimRight(string(l.src[l.lines[n-1]:l.end(n)]), "\r\n")
}

// tell reports what stands at an offset, and passes over lines.
func (s *survey) tell(offset int, what, fix string) {
	s.found.Add(s.fault(s.place(offset), what, fix))
}

func (s *survey) pass(first, last int) {
	s.torn.Gaps = append(s.torn.Gaps, Gap{first, last, string(s.src[s.lines[first-1]:s.end(last)])})
	s.blank(first, last)
}

// passBlock passes over a line and, where it opens a block, what stands deeper.
func (s *survey) passBlock(n, depth int) (next int) {
	last := n
	if strings.HasSuffix(withoutComment(s.text(n)), ":") {
		last = s.deeper(n, depth)
	}
	s.pass(n, last)
	return last + 1
}

// passDeeper passes over a line and all that stands deeper than its key or dash.
func (s *survey) passDeeper(n int) (next int) {
	last := s.deeper(n, s.top().depth)
	s.pass(n, last)
	return last + 1
}

// deeper is the last of the lines behind n that stand deeper.
func (s *survey) deeper(n, depth int) (last int) {
	last = n
	for i := n + 1; i <= len(s.lines); i++ {
		switch indent := s.indent(i); {
		case indent > depth:
			last = i
		case indent >= 0:
			return last
		}
	}
	return last
}

// line looks at a line that begins no text over several lines, and returns the next
// such; none where it does not understand what it sees.
func (s *survey) line(n int) (next int) {
	text := s.text(n)
	rest := strings.TrimLeft(text, " ")
	depth := len(text) - len(rest)
	trimmed := strings.TrimLeft(rest, "\t ")
	switch {
	case trimmed == "" || trimmed[0] == '#':
		return n + 1
	case rest[0] == '\t':
		return s.tabs(n, depth)
	case strings.HasPrefix(rest, nbsp) && keyEnd(strings.TrimLeft(rest, nbsp+" -")+" ") >= 0:
		s.tell(s.lines[n-1]+depth, "a non-breaking space (U+00A0) stands where the line is indented", "indent it with the blanks of the space bar")
		inner := strings.TrimLeft(rest, nbsp+" ")
		return s.passBlock(n, depth+len([]rune(rest))-len([]rune(inner)))
	case strings.HasPrefix(text, "<<<<<<<"):
		return s.conflict(n)
	case strings.HasPrefix(text, "---"), strings.HasPrefix(text, "..."):
		if len(s.levels) == 0 && text == "---" {
			return n + 1
		}
		return 0
	case text[0] == '%' && len(s.levels) == 0:
		s.tell(s.lines[n-1], "the line "+Quoted(text)+" is no part of the format", "take it out")
		s.pass(n, n)
		return n + 1
	case len(s.levels) == 0 && (rest[0] == '{' || rest[0] == '[' || strings.HasPrefix(rest, "//") || strings.HasPrefix(rest, "/*")):
		s.json(s.lines[n-1] + depth)
		return 0
	}
	return s.block(n, depth)
}

// tabs tells lines that begin with tabs, those that stand together as one.
func (s *survey) tabs(n, depth int) (next int) {
	last := n
	for i := n + 1; i <= len(s.lines); i++ {
		if s.indent(i) >= 0 && !s.tabbed(i) {
			break
		}
		if s.indent(i) >= 0 {
			last = i
		}
	}
	what := "the line is indented with a tab"
	if last > n {
		what = fmt.Sprintf("lines %d to %d are indented with tabs", n, last)
	}
	s.tell(s.lines[n-1]+depth, what, "indent with blanks: two for each level")
	s.pass(n, last)
	return last + 1
}

// conflict tells what a merge of two versions has left behind. The first is read.
func (s *survey) conflict(n int) (next int) {
	half, last := 0, n
	for i := n + 1; i <= len(s.lines); i++ {
		text := s.text(i)
		if half == 0 && strings.HasPrefix(text, "=======") {
			half = i
		}
		if strings.HasPrefix(text, ">>>>>>>") {
			last = i
			break
		}
	}
	s.tell(s.lines[n-1], "a merge has left two versions behind", fmt.Sprintf("keep one of those that stand on lines %d to %d, and take out the lines of marks", n, last))
	s.pass(n, n)
	if half > 0 && last > half {
		s.pass(half, last)
	}
	return n + 1
}

// block looks at a line of dashes, a key, and its value.
func (s *survey) block(n, depth int) (next int) {
	text := s.text(n)
	at, dashed := depth, false
	for text[at] == '-' && (at+1 == len(text) || text[at+1] == ' ') {
		if !s.enter(at, n, true) {
			return s.outOfLine(n, depth, at)
		}
		dashed = true
		for at++; at < len(text) && text[at] == ' '; at++ {
		}
		if at == len(text) || text[at] == '#' {
			return n + 1
		}
	}
	if text[at] == '?' || !dashed && strings.ContainsRune("&*!", rune(text[at])) {
		return 0
	}
	if colon := keyEnd(text[at:]); colon >= 0 {
		if !s.enter(at, n, false) {
			return s.outOfLine(n, depth, at)
		}
		return s.value(n, depth, at+colon+1)
	}
	top := s.top()
	switch {
	case dashed && strings.ContainsRune("{[\"'|>@`%&*!", rune(text[at])):
		return s.value(n, depth, at)
	case dashed:
		return s.item(n, at)
	case top != nil && depth > top.depth && (top.open || s.running):
		if strings.ContainsRune("{[\"'|>@`%", rune(text[at])) && top.open {
			return s.value(n, depth, at)
		}
		top.open, s.running = false, true
		return n + 1
	}
	if below := s.below(n); top == nil && (below == 0 || keyEnd(s.text(below)[s.indent(below):]) < 0) {
		return 0 // a document of one text
	}
	return s.noColon(n, depth, at)
}

func (s *survey) top() *level {
	if len(s.levels) == 0 {
		return nil
	}
	return &s.levels[len(s.levels)-1]
}

// enter says whether a key or a dash may stand so deep, and takes it in.
func (s *survey) enter(depth, n int, list bool) bool {
	keep := len(s.levels)
	for keep > 0 && (s.levels[keep-1].depth > depth || !list && s.levels[keep-1].depth == depth && s.levels[keep-1].list) {
		keep--
	}
	if keep > 0 {
		top := &s.levels[keep-1]
		switch {
		case top.depth == depth && top.list == list:
			top.line, top.open, s.running = n, true, false
			s.levels = s.levels[:keep]
			return true
		case !top.open:
			return false
		}
		top.open = false
	} else if len(s.levels) > 0 {
		return false
	}
	s.levels = append(s.levels[:keep], level{depth, n, list, true})
	s.running = false
	return true
}

// outOfLine tells a line that stands between two depths.
func (s *survey) outOfLine(n, depth, at int) (next int) {
	best := s.levels[len(s.levels)-1]
	for _, l := range s.levels {
		if d, b := l.depth-at, best.depth-at; d*d < b*b {
			best = l
		}
	}
	what := fmt.Sprintf("the line is indented by %d blanks, and nothing above it that it could belong to is", at)
	if best.depth == at {
		what = "a key and a dash stand in one line with each other, and a list has dashes alone"
	}
	s.tell(s.lines[n-1]+at, what, fmt.Sprintf("line it up with line %d, or put the text in quotes if it continues the line above", best.line))
	return s.passBlock(n, depth)
}

// item looks at a text behind a dash. Where a block stands below it, it is a key without
// its colon.
func (s *survey) item(n, at int) (next int) {
	text, depth := s.text(n), s.top().depth
	below := s.below(n)
	if below == 0 || s.indent(below) <= depth {
		return s.plain(n, depth, at)
	}
	in := s.indent(below)
	isKey := keyEnd(s.text(below)[in:]) >= 0
	if !isKey && !strings.HasPrefix(s.text(below)[in:], "- ") {
		return s.plain(n, depth, at)
	}
	s.sayNoColon(n, at)
	s.top().open = false
	from, end := s.lines[n-1]+at, s.lines[n-1]+len(text)
	word := strings.TrimSuffix(firstWord(text[at:]), ":")
	if isKey && len(word) < len(text)-at {
		// Its value is lost alone.
		s.torn.Gaps = append(s.torn.Gaps, Gap{n, n, text})
		copy(s.src[from+len(word):end], ":"+strings.Repeat(" ", len(text)))
		s.levels = append(s.levels, level{in, n, false, false})
		return n + 1
	}
	last := s.deeper(n, depth)
	s.torn.Gaps = append(s.torn.Gaps, Gap{n, last, string(s.src[s.lines[n-1]:s.end(last)])})
	copy(s.src[from:end], strings.Repeat(" ", len(text)))
	s.blank(n+1, last)
	return last + 1
}

// below is the next line that is neither blank nor a comment; 0 for none.
func (s *survey) below(n int) int {
	for i := n + 1; i <= len(s.lines); i++ {
		if in := s.indent(i); in >= 0 && s.text(i)[in] != '#' {
			return i
		}
	}
	return 0
}

func firstWord(text string) string {
	word, _, _ := strings.Cut(text, " ")
	if before, _, ok := strings.Cut(word, ":"); ok {
		return before + ":"
	}
	return word
}

// noColon tells a line that is neither a key nor a part of a text.
func (s *survey) noColon(n, depth, at int) (next int) {
	s.sayNoColon(n, at)
	last := n
	// Where no key can stand it opens no block.
	isKey := slices.ContainsFunc(s.levels, func(l level) bool { return !l.list && l.depth == depth })
	if isKey || len(s.levels) == 0 {
		last = s.deeper(n, depth)
	}
	s.pass(n, last)
	return last + 1
}

func (s *survey) sayNoColon(n, at int) {
	text := withoutComment(s.text(n)[at:])
	word := firstWord(text)
	value := strings.TrimLeft(strings.TrimPrefix(text, word), " =")
	key := strings.TrimSuffix(word, ":")
	switch {
	case key != word:
		s.tell(s.lines[n-1]+at, "there is no blank behind the colon of "+Quoted(key), fmt.Sprintf("write %s: %s", key, short(value)))
	case value == "":
		s.tell(s.lines[n-1]+at, "there is no colon behind "+Quoted(key), fmt.Sprintf("write %s: and its value, or take the line out", short(key)))
	default:
		s.tell(s.lines[n-1]+at, "there is no colon behind "+Quoted(key),
			fmt.Sprintf("write %s: %s; or put a # before it if it is a remark, or the whole text in quotes if it continues the line above", short(key), short(value)))
	}
}

// short is a text short enough for a message.
func short(text string) string {
	const most = 60
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}

// value looks at what stands behind a colon or a dash.
func (s *survey) value(n, depth, at int) (next int) {
	text := s.text(n)
	if strings.HasPrefix(text[at:], nbsp) {
		s.tell(s.lines[n-1]+at, "a non-breaking space (U+00A0) stands behind the colon", "write a blank of the space bar")
		for strings.HasPrefix(text[at:], nbsp) {
			copy(s.src[s.lines[n-1]+at:], "  ")
			at += len(nbsp)
		}
		text = s.text(n)
	}
	for at < len(text) && text[at] == ' ' {
		at++
	}
	from, top := s.lines[n-1]+at, s.top()
	switch rest := text[at:]; {
	case rest == "" || rest[0] == '#':
		return n + 1
	case rest[0] == '*':
		top.open = false
		return n + 1
	case rest[0] == '&' || rest[0] == '!':
		word, _, _ := strings.Cut(rest, " ")
		return s.value(n, depth, at+len(word))
	case rest[0] == '|' || rest[0] == '>':
		top.open = false
		return s.deeper(n, top.depth) + 1
	case rest[0] == '"' || rest[0] == '\'':
		top.open = false
		end, ok := s.quote(from, top.depth)
		if !ok {
			s.tell(from, "the quote is not closed", "put one at the end of the text")
			return s.passDeeper(n)
		}
		return s.after(n, end)
	case rest[0] == '{' || rest[0] == '[':
		top.open = false
		return s.brackets(n, from, top.depth)
	case strings.ContainsRune("@`%", rune(rest[0])):
		s.tell(from, fmt.Sprintf("a text cannot begin with %c", rest[0]), fmt.Sprintf("put it in quotes: %q", short(withoutComment(rest))))
		top.open = false
		return s.passDeeper(n)
	case strings.HasPrefix(rest, "- "):
		s.tell(from, "a list begins behind a key", "begin it on the line below, each item behind a dash")
		top.open = false
		return s.passDeeper(n)
	}
	return s.plain(n, depth, at)
}

// plain looks at a text without quotes.
func (s *survey) plain(n, depth, at int) (next int) {
	s.top().open, s.running = false, true
	rest := withoutComment(s.text(n)[at:])
	if colon := colonIn(rest); colon >= 0 {
		s.tell(s.lines[n-1]+at+colon, "a colon stands in a text without quotes", fmt.Sprintf("put the text in quotes: %q", short(rest)))
		last := n
		if strings.HasSuffix(rest, ":") {
			last = s.deeper(n, depth)
		}
		s.pass(n, last)
		s.running = false
		return last + 1
	}
	return n + 1
}

// after goes on behind the end of a value in quotes or brackets, on the line of an
// offset.
func (s *survey) after(n, end int) (next int) {
	s.running = false
	return max(n, s.place(end-1).Line) + 1
}

// quote is where a text in quotes ends; ok is false where the line of a key comes first.
// Such a line stands no deeper; one of a depth of -1 is any.
func (s *survey) quote(from, depth int) (end int, ok bool) {
	q := s.src[from]
	for i := from + 1; i < len(s.src); i++ {
		switch c := s.src[i]; {
		case c == '\\' && q == '"':
			i++
		case c == q && q == '\'' && i+1 < len(s.src) && s.src[i+1] == q:
			i++
		case c == q:
			return i + 1, true
		case c == '\n' && (depth < 0 || s.beginsKey(i+1, depth)):
			return i, false
		}
	}
	return len(s.src), false
}

// beginsKey says whether the line at an offset stands no deeper, and begins with a key or
// a dash.
func (s *survey) beginsKey(start, depth int) bool {
	line := s.src[start:]
	if i := bytes.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	}
	text := strings.TrimRight(string(line), "\r")
	rest := strings.TrimLeft(text, " ")
	if len(text)-len(rest) > depth || rest == "" || strings.ContainsRune("#{}[],", rune(rest[0])) {
		return false
	}
	return strings.HasPrefix(rest, "- ") || keyEnd(rest) >= 0
}

// keyEnd is the place of the colon behind a key with which a text begins; -1 for none.
func keyEnd(text string) int {
	from := 0
	switch text[0] {
	case '{', '[', '|', '>', '#':
		return -1
	case '"', '\'':
		if from = quotedEnd(text); from < 0 {
			return -1
		}
		if trimmed := strings.TrimLeft(text[from:], " "); trimmed == "" || trimmed[0] != ':' {
			return -1
		}
	}
	colon := colonIn(text[from:])
	if hard := strings.Index(text[from:], ":"+nbsp); hard >= 0 && (colon < 0 || hard < colon) {
		colon = hard
	}
	if colon < 0 || strings.Contains(text[from:from+colon], " #") {
		return -1
	}
	return from + colon
}

// quotedEnd is where a text in quotes ends on its line; -1 where it does not.
func quotedEnd(text string) int {
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && text[0] == '"', c == text[0] && c == '\'' && strings.HasPrefix(text[i+1:], "'"):
			i++
		case c == text[0]:
			return i + 1
		}
	}
	return -1
}

// colonIn is the place of the first colon that ends a key; -1 for none.
func colonIn(text string) int {
	for i := range len(text) {
		if text[i] == ':' && (i+1 == len(text) || text[i+1] == ' ' || text[i+1] == '\t') {
			return i
		}
	}
	return -1
}

// withoutComment is a line without its comment and the blanks at its end.
func withoutComment(text string) string {
	if i := strings.Index(text, " #"); i >= 0 {
		text = text[:i]
	}
	return strings.TrimRight(text, " \t")
}

// utf16 is the fault of a text in UTF-16; nil for none.
func (l *loader) utf16() *problem.Error {
	head := l.src[:min(len(l.src), 64)&^1]
	is := bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff"))
	for first := range 2 {
		zeros := 0
		for i := first; i < len(head); i += 2 {
			if head[i] == 0 && head[i^1] != 0 {
				zeros++
			}
		}
		is = is || len(head) >= 4 && zeros == len(head)/2
	}
	if !is {
		return nil
	}
	return l.fault(problem.Pos{File: l.name, Line: 1, Col: 1}, "the file is UTF-16", "save it as UTF-8")
}
