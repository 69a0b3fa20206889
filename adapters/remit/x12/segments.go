package x12

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/internal/amount"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Longest is the longest segment that is read, in bytes.
const Longest = 1 << 16

// ErrISA is a header whose blanks were collapsed, so that its terminator does not stand in place 106.
const ErrISA problem.Code = "E_ISA_NOT_106"

// ErrX12 is a file that does not begin as an interchange.
const ErrX12 problem.Code = "E_X12"

// segments cuts a source into segments.
type segments struct {
	source       *bufio.Reader
	element, end byte
	line, number int  // of the segment that was read last
	nextLine     int  // on which the next begins
	notIn106     bool // the header is shorter or longer than it should be
	failed       error
	room         []byte
}

func newSegments(r io.Reader) *segments {
	return &segments{source: bufio.NewReaderSize(r, 1<<16), nextLine: 1}
}

// begin finds the separators. A piece, which has no header, has an asterisk between elements and ends segments as its first end says.
func (s *segments) begin(piece bool) error {
	s.skip()
	head, _ := s.source.Peek(4096)
	text := string(head)
	if strings.HasPrefix(text, "ISA") && len(text) > 3 {
		s.element = text[3]
		if len(text) >= 106 && strings.Count(text[:104], string(s.element)) == 16 && text[103] == s.element && !isWord(text[105]) {
			s.end = text[105]
			return nil
		}
		at := 0
		for range 16 {
			next := strings.IndexByte(text[at:], s.element)
			if next < 0 {
				return &problem.Error{Code: ErrX12, What: "the header of the interchange is not whole", Fix: "have the file sent again"}
			}
			at += next + 1
		}
		if at+1 >= len(text) || isWord(text[at+1]) {
			return &problem.Error{Code: ErrX12, What: "the header of the interchange does not end", Fix: "have the file sent again"}
		}
		s.end, s.notIn106 = text[at+1], true
		return nil
	}
	if !piece || len(text) < 3 {
		return &problem.Error{Code: ErrX12, What: "the file does not begin with the header of an interchange, ISA", Fix: "give a file of X12"}
	}
	s.element = '*'
	if at := strings.IndexAny(text, "\\~"); at >= 0 {
		s.end = text[at]
	} else {
		s.end = '\n'
	}
	return nil
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == ' '
}

// skip passes over white space between segments.
func (s *segments) skip() {
	for {
		c, err := s.source.ReadByte()
		if err != nil {
			s.failed = err
			return
		}
		switch c {
		case '\n':
			s.nextLine++
		case '\r', ' ', '\t', 0x1a, 0:
		default:
			_ = s.source.UnreadByte() // it was read just now
			return
		}
	}
}

// next is the next segment without its end. It says false at the end of the source, and whole where it ended in its terminator. Of a segment
// that is too long it gives the beginning.
func (s *segments) next() (text string, whole, long, ok bool) {
	s.skip()
	if s.failed != nil {
		return "", false, false, false
	}
	s.line = s.nextLine
	s.room = s.room[:0]
	for {
		part, err := s.source.ReadSlice(s.end)
		for _, c := range part {
			if c == '\n' {
				s.nextLine++
			}
		}
		if room := Longest - len(s.room); room >= len(part) {
			s.room = append(s.room, part...)
		} else {
			s.room = append(s.room, part[:max(0, room)]...)
			long = true
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		whole = err == nil
		if err != nil {
			s.failed = err
		}
		break
	}
	s.number++
	text = strings.TrimRight(string(s.room), " \r\n\t\x1a\x00")
	if whole && !long {
		text = strings.TrimSuffix(string(s.room), string(s.end))
	}
	return text, whole, long, text != "" || whole
}

// err is why the source failed; nil where it ended.
func (s *segments) err(file string) error {
	if s.failed == nil || errors.Is(s.failed, io.EOF) {
		return nil
	}
	return &problem.Error{Code: remit.ErrInput, Pos: problem.Pos{File: file, Line: s.line}, What: "the file cannot be read on", Fix: "read it again from the start", Err: s.failed}
}

// cents reads an amount of dollars with a point or without one. It never rounds.
func cents(text string) (int64, problem.Code, string) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, "", ""
	}
	minus := false
	if text[0] == '-' || text[0] == '+' {
		minus = text[0] == '-'
		text = text[1:]
	}
	if whole, fraction, point := strings.Cut(text, "."); point && (whole == "") != (fraction == "") {
		text = "0" + whole + "." + fraction + "0" // as X12 writes numbers: a point may stand without digits on one side
	}
	n, code, what := amount.Cents(text, 2)
	if minus {
		n = -n
	}
	return n, code, what
}

// count reads a number of things.
func count(text string) (int64, string) {
	if text == "" || len(text) > 18 || strings.Trim(text, "0123456789") != "" {
		return 0, fmt.Sprintf("%d characters that are no count", len(text))
	}
	n := int64(0)
	for i := range len(text) {
		n = n*10 + int64(text[i]-'0')
	}
	return n, ""
}
