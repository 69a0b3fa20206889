package ratefile

import (
	"bytes"
	"sort"
	"strings"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
)

// A remark is a comment of a file: its text with the "#", where it stands, and whether
// it has the line for itself.
type remark struct {
	text      string
	line, col int
	own       bool
}

// remarks are all comments of a document. Texts in quotes and in blocks may hold "#"
// that begin none: where those stand the nodes say.
func remarks(src []byte, root *yamldoc.Node) []remark {
	if !bytes.ContainsRune(src, '#') {
		return nil
	}
	lines := splitLines(src)
	var texts []*yamldoc.Node
	eachScalar(root, func(n *yamldoc.Node) { texts = append(texts, n) })
	sort.Slice(texts, func(i, j int) bool {
		return texts[i].Line < texts[j].Line || texts[i].Line == texts[j].Line && texts[i].Col < texts[j].Col
	})
	var all []remark
	next := 0
	for i, col := 0, 0; i < len(lines); {
		for next < len(texts) && (texts[next].Line-1 < i || texts[next].Line-1 == i && texts[next].Col-1 < col) {
			next++
		}
		line := lines[i]
		stop := len(line)
		if next < len(texts) && texts[next].Line-1 == i {
			stop = min(texts[next].Col-1, stop)
		}
		if at := commentIn(line, col, stop); at >= 0 {
			all = append(all, remark{strings.TrimRight(string(line[at:]), " \t"), i + 1, at + 1, len(bytes.TrimSpace(line[:at])) == 0})
			i, col = i+1, 0
			continue
		}
		if stop == len(line) {
			i, col = i+1, 0
			continue
		}
		i, col = past(lines, i, stop)
	}
	return all
}

// splitLines are the lines of a file without their ends.
func splitLines(src []byte) [][]byte {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	src = bytes.ReplaceAll(src, []byte("\r"), []byte("\n"))
	return bytes.Split(src, []byte("\n"))
}

// commentIn is where a comment begins in a stretch of a line; -1 for none.
func commentIn(line []byte, from, to int) int {
	for i := from; i < to; i++ {
		if line[i] == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t') {
			return i
		}
	}
	return -1
}

// past is the place after the text that begins at a place: behind its quote or its
// block, or one character on, for a text without quotes ends where a comment begins.
func past(lines [][]byte, i, col int) (line, after int) {
	switch q := lines[i][col]; q {
	case '"', '\'':
		return pastQuote(lines, i, col+1, q)
	case '|', '>':
		return pastBlock(lines, i, col)
	}
	return i, col + 1
}

func pastQuote(lines [][]byte, i, col int, q byte) (line, after int) {
	for ; i < len(lines); i, col = i+1, 0 {
		for ; col < len(lines[i]); col++ {
			switch c := lines[i][col]; {
			case c == '\\' && q == '"':
				col++
			case c == q && q == '\'' && col+1 < len(lines[i]) && lines[i][col+1] == q:
				col++
			case c == q:
				return i, col + 1
			}
		}
	}
	return len(lines), 0
}

// pastBlock is the line after a block of text. A comment behind its mark is not part
// of it, and is found by going on from there; so the block's lines are emptied.
func pastBlock(lines [][]byte, i, col int) (line, after int) {
	indent := -1
	for j := i + 1; j < len(lines); j++ {
		text := bytes.TrimLeft(lines[j], " ")
		if len(text) == 0 {
			continue
		}
		depth := len(lines[j]) - len(text)
		if indent < 0 {
			if depth <= blockIndent(lines[i]) {
				break
			}
			indent = depth
		}
		if depth < indent {
			break
		}
		lines[j] = nil
	}
	return i, col + 1
}

// blockIndent is how deep the key of a block of text stands: dashes count as blanks.
func blockIndent(line []byte) int {
	return len(line) - len(bytes.TrimLeft(line, " -"))
}

func eachScalar(n *yamldoc.Node, yield func(*yamldoc.Node)) {
	if n.Kind == yamldoc.Scalar {
		yield(n)
	}
	for _, item := range n.Items {
		eachScalar(item, yield)
	}
	for _, e := range n.Entries {
		yield(e.Key)
		eachScalar(e.Value, yield)
	}
}

// An anchor is a place that a comment can stand with: an entry of a mapping, or an
// item of a list.
type anchor struct {
	node      *yamldoc.Node // the key, or the item
	line, col int           // where it begins, the dash counted
	up        int           // the anchor that holds it; -1 for none
	// inFlow says that it stands in brackets that open on its own line.
	inFlow bool
}

// An attached is where the comments of a document belong.
type attached struct {
	by   map[*yamldoc.Node]*comments
	foot []string
}

func (a *attached) of(n *yamldoc.Node) *comments {
	c := a.by[n]
	if c == nil {
		c = &comments{}
		a.by[n] = c
	}
	return c
}

// attach finds for each comment what it stands with: one at the end of a line with
// what begins there, one on a line of its own with what follows; or with what goes
// before, where it stands deeper than what follows.
func attach(src []byte, root *yamldoc.Node) *attached {
	a := &attached{by: map[*yamldoc.Node]*comments{}}
	all := remarks(src, root)
	if len(all) == 0 {
		return a
	}
	anchors := anchorsOf(splitLines(src), root)
	for _, r := range all {
		next := sort.Search(len(anchors), func(i int) bool { return anchors[i].line > r.line })
		if !r.own {
			if i := lastOn(anchors, next, r.line); i >= 0 {
				if c := a.of(anchors[i].node); c.line == "" {
					c.line = r.text
					continue
				}
			}
		}
		a.alone(anchors, next, r)
	}
	return a
}

// lastOn is the last anchor on a line that is not in brackets opened there; -1 for none.
func lastOn(anchors []anchor, next, line int) int {
	for i := next - 1; i >= 0 && anchors[i].line == line; i-- {
		if !anchors[i].inFlow {
			return i
		}
	}
	return -1
}

// alone places a comment on a line of its own. next is the first anchor below it.
func (a *attached) alone(anchors []anchor, next int, r remark) {
	below := 1
	if next < len(anchors) {
		below = anchors[next].col
	}
	if r.own && r.col > below {
		for i := next - 1; i >= 0; i = anchors[i].up {
			if anchors[i].col <= r.col && !anchors[i].inFlow {
				if anchors[i].col > below {
					c := a.of(anchors[i].node)
					c.foot = append(c.foot, r.text)
					return
				}
				break
			}
		}
	}
	if next == len(anchors) {
		a.foot = append(a.foot, r.text)
		return
	}
	c := a.of(anchors[next].node)
	c.head = append(c.head, r.text)
}

// anchorsOf are the anchors of a document in the order of the file.
func anchorsOf(lines [][]byte, root *yamldoc.Node) []anchor {
	var all []anchor
	var walk func(n *yamldoc.Node, up, flowLine int)
	add := func(n *yamldoc.Node, col, up, flowLine int) int {
		all = append(all, anchor{n, n.Line, col, up, n.Line == flowLine})
		return len(all) - 1
	}
	walk = func(n *yamldoc.Node, up, flowLine int) {
		if n.Flow && flowLine != n.Line {
			flowLine = n.Line
		}
		for _, item := range n.Items {
			walk(item, add(item, dashCol(lines, item, n.Flow), up, flowLine), flowLine)
		}
		for _, e := range n.Entries {
			walk(e.Value, add(e.Key, e.Key.Col, up, flowLine), flowLine)
		}
	}
	walk(root, -1, -1)
	return all
}

// dashCol is where the dash of an item stands, or the item itself in brackets.
func dashCol(lines [][]byte, item *yamldoc.Node, flow bool) int {
	if !flow && item.Line <= len(lines) {
		line := lines[item.Line-1]
		for i := min(item.Col-2, len(line)-1); i >= 0; i-- {
			if line[i] == '-' {
				return i + 1
			}
			if line[i] != ' ' && line[i] != '\t' {
				break
			}
		}
	}
	return item.Col
}
