package x12

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Longest is the longest segment that is read, in bytes.
const Longest = 1 << 16

// headerRoom is more than the header of an interchange takes, 106 characters, with ends of lines in it.
const headerRoom = 256

// cut is how a segment was cut from its source.
type cut uint8

const (
	whole  cut = iota
	torn       // the source ended before its terminator
	long       // longer than Longest: its beginning
	header     // the ISA of an interchange
	short      // the same, whose blanks were collapsed
	junk       // what stands in no interchange
	broken     // an ISA that does not tell its separators
)

// segments cuts a source into segments, and reads the separators anew from each header of an interchange.
type segments struct {
	source       *bufio.Reader
	piece        bool
	element, end byte // 0 until they are known
	outside      bool // no interchange is open: what is no header ends with its line
	// line and col are where the segment begins that was read last, and number is its number.
	line, col, number int
	nextLine, nextCol int
	failed            error
	room              []byte
	left              []byte // a header that was found behind a segment that has no end
	leftLine, leftCol int
}

func newSegments(r io.Reader, piece bool) *segments {
	s := &segments{source: bufio.NewReaderSize(r, 1<<16), nextLine: 1, nextCol: 1, piece: piece, outside: true}
	if mark, err := s.source.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, _ = s.source.Discard(3) // they are buffered
	}
	return s
}

// pass moves the place of what comes next behind what was read.
func (s *segments) pass(read []byte) {
	if n := bytes.Count(read, []byte{'\n'}); n > 0 {
		s.nextLine += n
		s.nextCol = len(read) - bytes.LastIndexByte(read, '\n')
		return
	}
	s.nextCol += len(read)
}

func isFiller(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == 0 || c == 0x1a
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// canPart says whether a byte can part elements or end segments.
func canPart(c byte) bool { return !isWord(c) && c != ' ' && c != '.' && c != '-' && c < 0x80 }

// skip passes over what fills the room between segments.
func (s *segments) skip() {
	for {
		c, err := s.source.ReadByte()
		if err != nil {
			s.failed = err
			return
		}
		if !isFiller(c) {
			_ = s.source.UnreadByte() // it was read just now
			return
		}
		s.nextCol++
		if c == '\n' {
			s.nextLine, s.nextCol = s.nextLine+1, 1
		}
	}
}

// next is the next segment without its end and without ends of lines in it, in memory that the next call uses again. It says false at
// the end of the source.
func (s *segments) next() (segment []byte, how cut, ok bool) {
	if s.left != nil {
		s.room, s.left = append(s.room[:0], s.left...), nil
		s.number, s.line, s.col = s.number+1, s.leftLine, s.leftCol
		if len(s.room) == 105 {
			return s.room, header, true
		}
		return s.room, short, true
	}
	if s.failed == nil {
		s.skip()
	}
	if s.failed != nil {
		return nil, whole, false
	}
	s.line, s.col = s.nextLine, s.nextCol
	s.number++
	head, _ := s.source.Peek(headerRoom)
	switch {
	case len(head) >= 4 && string(head[:3]) == "ISA" && canPart(head[3]) && !isFiller(head[3]):
		return s.header(head)
	case s.piece && s.element == 0 && s.guess():
	case !s.piece && s.outside || s.element == 0:
		s.until(func(c byte) bool { return c == '\n' || s.end != 0 && c == s.end })
		return s.room, junk, true
	}
	return s.segment()
}

// header reads the header of an interchange, which tells what parts elements, its fourth byte, and what ends segments: byte 106, which is
// the second behind its sixteenth separator. That is where it stands too where blanks were collapsed.
func (s *segments) header(head []byte) ([]byte, cut, bool) {
	separator, parts, at := head[3], 0, 0
	for ; at < len(head) && parts < 16; at++ {
		if head[at] == separator {
			parts++
		}
	}
	for at < len(head) && (head[at] == '\r' || head[at] == '\n') {
		at++ // the line was broken here
	}
	if parts < 16 || at+1 >= len(head) {
		all := len(head)
		s.until(func(c byte) bool { return c == '\n' })
		if parts < 16 && all < headerRoom && s.failed != nil {
			return s.room, torn, true
		}
		return s.room, broken, true
	}
	component, end := head[at], head[at+1]
	last := at + 1
	if end == '\r' && at+2 < len(head) && head[at+2] == '\n' {
		end, last = '\n', at+2
	}
	s.room = s.room[:0]
	for _, c := range head[:at+1] {
		if c != '\r' && c != '\n' {
			s.room = append(s.room, c)
		}
	}
	elements := bytes.Split(s.room, []byte{separator})
	version, number := bytes.TrimSpace(elements[12]), bytes.TrimSpace(elements[13])
	if !canPart(component) || isFiller(component) || !canPart(end) || end == separator || end == component || component == separator || len(version) != 5 || !digits(version) || !digits(number) {
		s.until(func(c byte) bool { return c == '\n' })
		return s.room, broken, true
	}
	s.pass(head[:last+1])
	_, _ = s.source.Discard(last + 1) // they are buffered
	s.element, s.end = separator, end
	if len(s.room) == 105 {
		return s.room, header, true
	}
	return s.room, short, true
}

// guess finds the separators of a piece that has no header: what stands behind the name of its first segment, and the backslash or tilde
// that comes first, or the ends of lines where there is neither.
func (s *segments) guess() bool {
	head, _ := s.source.Peek(4096)
	at := 0
	for at < len(head) && isWord(head[at]) {
		at++
	}
	if at < 2 || at > 3 || at >= len(head) || !canPart(head[at]) || isFiller(head[at]) || head[at] == '\\' || head[at] == '~' {
		return false
	}
	s.element, s.end = head[at], '\n'
	if end := bytes.IndexAny(head, "\\~"); end >= 0 {
		s.end = head[end]
	}
	return true
}

// until reads up to a byte that ends what is no segment, with it.
func (s *segments) until(ends func(byte) bool) {
	s.room = s.room[:0]
	for {
		c, err := s.source.ReadByte()
		if err != nil {
			s.failed = err
			return
		}
		s.pass([]byte{c})
		if ends(c) {
			return
		}
		if len(s.room) < Longest {
			s.room = append(s.room, c)
		}
	}
}

func (s *segments) segment() ([]byte, cut, bool) {
	s.room = s.room[:0]
	how, broken := whole, false
	for {
		part, err := s.source.ReadSlice(s.end)
		s.pass(part)
		if n := len(part); err == nil {
			part = part[:n-1]
		}
		broken = broken || bytes.IndexByte(part, '\n') >= 0 || bytes.IndexByte(part, '\r') >= 0
		if room := Longest - len(s.room); room < len(part) {
			part, how = part[:room], long
		}
		s.room = append(s.room, part...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil {
			s.failed = err
			s.room = bytes.TrimRightFunc(s.room, func(r rune) bool { return r < 0x80 && isFiller(byte(r)) })
			if how == whole && (!s.piece || !errors.Is(err, io.EOF)) {
				how = torn
			}
		}
		break
	}
	if broken {
		s.room = bytes.ReplaceAll(bytes.ReplaceAll(s.room, []byte{'\n'}, nil), []byte{'\r'}, nil)
	}
	if at := s.headerWithin(); at > 0 {
		s.left, s.leftLine, s.leftCol = bytes.Clone(s.room[at:]), s.nextLine, 0
		return s.room[:at], torn, true
	}
	return s.room, how, true
}

// headerWithin is where another interchange begins in a segment that has no end, as where a file that was cut off is followed by another.
// It is -1 where none does.
func (s *segments) headerWithin() int {
	at := bytes.Index(s.room, []byte{'I', 'S', 'A', s.element})
	if at > 0 && bytes.Count(s.room[at:], []byte{s.element}) == 16 {
		return at
	}
	return -1
}

// err is why the source failed; nil where it ended.
func (s *segments) err(file string) error {
	if s.failed == nil || errors.Is(s.failed, io.EOF) {
		return nil
	}
	return &problem.Error{Code: remit.ErrInput, Pos: problem.Pos{File: file, Line: s.nextLine}, What: "the file cannot be read on", Fix: "read it again from the start", Err: s.failed}
}
