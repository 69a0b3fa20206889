package x12

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments"
)

// The codes that this format adds.
const (
	// ErrISA: a header whose blanks were collapsed, so that its terminator does not stand in place 106.
	ErrISA problem.Code = "E_ISA_NOT_106"
	// ErrX12: what stands in no interchange, or a header that does not tell its separators.
	ErrX12 problem.Code = "E_X12"
	// ErrTest: an interchange that says of itself that it is a test, ISA15. Its payments are none.
	ErrTest problem.Code = "E_TEST"
)

// The bounds on what is held of one payment. What goes beyond them is refused, and the payment fails.
const (
	// MostStubs is how many stubs a payment can have.
	MostStubs = 100_000
	// MostText is how long one reference, number or name can be, in bytes.
	MostText = 256
	// MostHeld is how long the texts of one payment can be together, in bytes.
	MostHeld = 8 << 20
)

// mostLabel is the longest control number, or number of a deposit or batch, that is read, in bytes.
const mostLabel = 80

// Scan reads interchanges, once, as a stream: payments, findings, the verdict on each level when it ends, and a summary last. Memory stays
// flat at any size. What stands in no interchange, as all of a file that is no X12, is found fault with and passed over. An error ends the
// stream: the source failed.
func Scan(r io.Reader, file string) iter.Seq2[remit.Item[Payment], error] {
	return scan(r, file, false)
}

// ScanPiece reads what an originator puts into addenda, joined: an interchange, a transaction set without one, or segments alone, such as a
// lone RMR. Controls that are there are compared, and none is missed. A piece that was cut off within its last segment cannot be told from a whole
// one, unless its controls tell it.
func ScanPiece(r io.Reader, file string) iter.Seq2[remit.Item[Payment], error] {
	return scan(r, file, true)
}

func scan(r io.Reader, file string, piece bool) iter.Seq2[remit.Item[Payment], error] {
	return func(yield func(remit.Item[Payment], error) bool) {
		s := &scanner{in: newSegments(r, piece), file: file, yield: yield, piece: piece, outermost: level{of: payments.OfFile, kind: "file", open: true, holds: true}}
		s.run()
	}
}

type scanner struct {
	in      *segments
	file    string
	yield   func(remit.Item[Payment], error) bool
	piece   bool
	stopped bool
	sum     remit.Summary
	fate    fate
	all     [][]byte // the elements of the segment

	outermost, interchange, set, deposit, batch, receipt level
	group                                                group
	kind, currency                                       string // of the set
	other                                                bool   // the set is of another kind, and is passed over
	any                                                  bool   // it has had a payment or a deposit

	number     int // of the payment
	payment    Payment
	who        payer
	stub       int   // the stub that segments belong to; -1 where there is none yet
	held       int   // the bytes of its texts
	paid       int64 // what its stubs and adjustments say
	amounts    bool  // one of them has an amount
	unreadable bool  // one of them cannot be read
	over       bool
}

// fate is what becomes of a segment.
type fate uint8

const (
	used fate = iota
	ignored
	refused
)

func (s *scanner) give(item remit.Item[Payment], err error) {
	if !s.stopped && !s.yield(item, err) {
		s.stopped = true
	}
}

const lookAtIt = "have its sender look at it, or send it again"

// find tells a finding, which fails a level; nil where the records hold all the same.
func (s *scanner) find(fails *level, f remit.Finding) {
	s.sum.Findings++
	f.Pos.File = s.file
	if f.Pos.Line == 0 {
		f.Pos.Line, f.Pos.Col = s.in.line, s.in.col
	}
	if f.Fix == "" {
		f.Fix = lookAtIt
	}
	if fails != nil {
		fails.holds = false
		f.Fails, f.Of = fails.of, fails.name()
		if fails == &s.receipt && s.payment.Fault == nil {
			s.payment.Fault = &f
		}
	}
	s.give(remit.Item[Payment]{Finding: &f}, nil)
}

// blame notes a finding of what encloses the payment against the payment too, which cannot be told from it.
func (s *scanner) blame(fails *level, f remit.Finding) {
	s.find(fails, f)
	if s.receipt.open && s.payment.Fault == nil {
		f.Fails, f.Of = fails.of, fails.name()
		f.Pos = problem.Pos{File: s.file, Line: s.in.line, Col: s.in.col}
		if f.Fix == "" {
			f.Fix = lookAtIt
		}
		s.payment.Fault, s.receipt.holds = &f, false
	}
}

func (s *scanner) run() {
	for !s.stopped {
		s.in.outside = !s.interchange.open
		segment, how, ok := s.in.next()
		if failed := s.in.err(s.file); failed != nil && (!ok || how == torn || how == junk) {
			s.give(remit.Item[Payment]{}, failed)
			return
		}
		if !ok {
			break
		}
		s.sum.Lines++
		s.fate = used
		s.take(segment, how)
		switch s.fate {
		case used:
			s.sum.Records++
		case ignored:
			s.sum.Ignored++
		case refused:
			s.sum.Refused++
		}
	}
	if !s.stopped {
		s.end()
	}
}

// take is one segment, or what stands in the place of one.
func (s *scanner) take(segment []byte, how cut) {
	if s.set.open && how != header && how != short {
		s.set.segments++
	}
	switch how {
	case torn:
		s.fate = refused
		s.blame(s.holder(), remit.Finding{Code: remit.ErrTorn, What: "the file ends within a segment", Fix: "have the file sent again"})
	case long:
		s.fate = refused
		s.blame(s.holder(), remit.Finding{Code: remit.ErrLong, What: fmt.Sprintf("the segment is longer than %d bytes", Longest)})
	case junk:
		s.fate = refused
		s.find(&s.outermost, remit.Finding{Code: ErrX12, What: "it stands in no interchange, which begins with ISA", Fix: "give a file of X12"})
	case broken:
		s.fate = refused
		s.tear("another begins before its end")
		s.find(&s.outermost, remit.Finding{Code: ErrX12, What: "the header of an interchange does not tell what parts elements and ends segments", Fix: "have the file sent again"})
	default:
		s.split(segment)
		if how == short {
			s.find(nil, remit.Finding{Code: ErrISA, Field: "ISA", What: "the header of the interchange is not of 106 characters: its blanks were collapsed",
				Fix: "ask for the file as it was sent; it is read as it stands"})
		}
		s.segment()
	}
}

// split parts a segment into its elements, without the blanks around them.
func (s *scanner) split(segment []byte) {
	s.all = s.all[:0]
	for {
		at := bytes.IndexByte(segment, s.in.element)
		if at < 0 {
			s.all = append(s.all, bytes.TrimSpace(segment))
			return
		}
		s.all = append(s.all, bytes.TrimSpace(segment[:at]))
		segment = segment[at+1:]
	}
}

// element is an element of the segment by its number; empty where there is none.
func (s *scanner) element(n int) []byte {
	if n < len(s.all) {
		return s.all[n]
	}
	return nil
}

// is says whether an element is a word.
func (s *scanner) is(n int, word string) bool { return string(s.element(n)) == word }

// field is the name of an element, such as RMR04.
func (s *scanner) field(n int) string { return fmt.Sprintf("%s%02d", s.all[0], n) }

// label is a number of the sender's that messages name a level by. Of one that is longer than any can be the beginning is kept.
func (s *scanner) label(n int) string {
	text := s.element(n)
	return strings.ToValidUTF8(string(text[:min(len(text), mostLabel)]), "?")
}

// measure tells a label that is too long.
func (s *scanner) measure(l *level, n int) {
	if len(s.element(n)) > mostLabel {
		s.find(l, remit.Finding{Code: remit.ErrLong, Field: s.field(n), What: "the number is longer than any can be"})
	}
}

// segment is one that is whole.
func (s *scanner) segment() {
	id := s.all[0]
	if n := len(id); n < 2 || n > 3 || !isWord(id[0]) || !upper(id) {
		s.fate = refused
		s.blame(s.holder(), remit.Finding{Code: remit.ErrRecord, What: "it does not begin with the name of a segment"})
		return
	}
	switch string(id) {
	case "ISA":
		s.beginInterchange()
	case "IEA":
		s.endInterchange()
	case "GS":
		s.beginGroup()
	case "GE":
		s.endGroup()
	case "ST":
		s.beginSet()
	case "SE":
		s.endSet()
	case "TA1":
		s.fate = ignored // an acknowledgment of another interchange
	default:
		s.content()
	}
}

func upper(id []byte) bool {
	for _, c := range id {
		if c >= 'a' && c <= 'z' || !isWord(c) {
			return false
		}
	}
	return true
}

// end closes what the end of the source leaves open.
func (s *scanner) end() {
	if s.piece {
		s.endDeposit() // no end of an envelope is missed in a piece
		s.close(&s.set)
		s.group.open = false
		s.close(&s.interchange)
	}
	s.tear("the file ends before it does")
	if s.sum.Lines == 0 {
		s.find(&s.outermost, remit.Finding{Code: remit.ErrTorn, Pos: problem.Pos{Line: 1, Col: 1}, What: "the file is empty", Fix: "have the file sent again"})
	}
	s.close(&s.outermost)
	s.give(remit.Item[Payment]{Summary: &s.sum}, nil)
}
