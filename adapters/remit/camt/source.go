package camt

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// MostBytes is how long what stands between two tags, or one tag, can be, in bytes.
const MostBytes = 1 << 20

var errLong = errors.New("a text or a tag is too long")

// source gives a document byte by byte, so that none is taken before it is looked at, and refuses a token that does not end. It sees where
// entries begin, so that none is lost where the document breaks.
type source struct {
	in     *bufio.Reader
	read   int // since the token began
	failed error
	long   bool
	line   int
	tag    bool  // the name of a tag is read
	match  int   // how much of it is that of an entry; -1 where it is another
	begun  []int // the lines of the entries that began since the token did
}

func newSource(r io.Reader) *source { return &source{in: bufio.NewReaderSize(r, 1<<16), line: 1} }

// token begins a token.
func (s *source) token() { s.read, s.begun = 0, s.begun[:0] }

// ReadByte gives the next byte.
func (s *source) ReadByte() (byte, error) {
	if s.read++; s.read > MostBytes {
		s.long = true
		return 0, errLong
	}
	c, err := s.in.ReadByte()
	if err != nil {
		if !errors.Is(err, io.EOF) {
			s.failed = err
		}
		return 0, err
	}
	s.look(c)
	return c, nil
}

const entryName = "Ntry"

// look sees whether a byte ends the name of an entry's tag, whatever its prefix.
func (s *source) look(c byte) {
	switch {
	case c == '<':
		s.tag, s.match = true, 0
	case !s.tag:
	case c == ':':
		s.match = 0
	case c <= ' ' || c == '>' || c == '/':
		if s.tag = false; s.match == len(entryName) {
			s.begun = append(s.begun, s.line)
		}
	case s.match >= 0 && s.match < len(entryName) && c == entryName[s.match]:
		s.match++
	default:
		s.match = -1
	}
	if c == '\n' {
		s.line++
	}
}

// Read gives the next byte as a reader does.
func (s *source) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	c, err := s.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = c
	return 1, nil
}

// latin1 gives a source of ISO 8859-1 as UTF-8.
type latin1 struct {
	in   *source
	next byte // of a character of two bytes
}

// ReadByte gives the next byte.
func (l *latin1) ReadByte() (byte, error) {
	if c := l.next; c != 0 {
		l.next = 0
		return c, nil
	}
	c, err := l.in.ReadByte()
	if err != nil || c < utf8.RuneSelf {
		return c, err
	}
	l.next = 0x80 | c&0x3f
	return 0xc0 | c>>6, nil
}

// Read gives the next byte as a reader does.
func (l *latin1) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	c, err := l.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = c
	return 1, nil
}

// errCharset is an encoding that is declared and not known.
var errCharset = errors.New("the encoding is none of UTF-8, US-ASCII and ISO-8859-1")

// charset is the document in UTF-8, by the encoding that it declares.
func (s *source) charset(name string, _ io.Reader) (io.Reader, error) {
	switch strings.ToLower(name) {
	case "us-ascii", "ascii":
		return s, nil
	case "iso-8859-1", "iso8859-1", "latin1":
		return &latin1{in: s}, nil
	}
	return nil, errCharset
}

// entries passes over what is left of a document that cannot be read on, and tells the line of each entry that begins there, and of each that began in the
// token that broke, until it is told that this is enough.
func (s *source) entries(told func(line int) bool) {
	for {
		for _, line := range s.begun {
			if !told(line) {
				return
			}
		}
		s.begun = s.begun[:0]
		c, err := s.in.ReadByte()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				s.failed = err
			}
			return
		}
		s.look(c)
	}
}
