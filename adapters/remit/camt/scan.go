package camt

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments"
)

// ErrDocument is what is no XML, or a document that is neither a camt.053 nor a camt.054. What stands behind it is not read.
const ErrDocument problem.Code = "E_DOCUMENT"

// The bounds on what is held. What goes beyond them is told, and what it belongs to fails.
const (
	// MostDepth is how deep elements can stand in one another.
	MostDepth = 100
	// MostText is how long the text of one element that is read can be, in bytes.
	MostText = 4096
	// MostTexts is how many references, and how many lines of text, one detail can have, and how many balances one statement.
	MostTexts = 1000
)

// Scan reads a document, once, as a stream: statements, entries, details, findings, the verdict on each entry, statement and the document, and a
// summary last. Memory stays flat at any size. An error ends the stream: the source failed.
func Scan(r io.Reader, file string) iter.Seq2[remit.Item[Record], error] {
	return func(yield func(remit.Item[Record], error) bool) {
		s := &scanner{in: newSource(r), file: file, yield: yield, holds: true}
		s.xml = xml.NewDecoder(s.in)
		s.xml.CharsetReader = s.in.charset
		s.run()
	}
}

type scanner struct {
	in      *source
	xml     *xml.Decoder
	file    string
	yield   func(remit.Item[Record], error) bool
	stopped bool
	broken  error // why the document cannot be read on
	sum     remit.Summary
	holds   bool // the file

	space string      // the namespace of the document
	tag   []xml.Attr  // the attributes of the element that begins
	at    problem.Pos // where it begins
	depth int

	documents, statements, entries, details int
	statement                               open
	entry                                   openEntry
}

func (s *scanner) give(item remit.Item[Record], err error) {
	if !s.stopped && !s.yield(item, err) {
		s.stopped = true
	}
}

// find tells a finding, and what it fails: nothing, the entry, the statement or the file.
func (s *scanner) find(fails payments.Level, f remit.Finding) {
	s.sum.Findings++
	if f.Pos.Line == 0 {
		f.Pos = s.at
	}
	f.Pos.File = s.file
	if f.Fix == "" {
		f.Fix = "have the bank look at it"
	}
	switch f.Fails = fails; fails {
	case payments.OfReceipt:
		f.Of = s.entry.name()
		s.entry.holds = false
	case payments.OfBatch:
		f.Of = s.statement.name()
		s.statement.holds, s.entry.holds = false, false // an entry that is open is not to be relied on either
	case payments.OfFile:
		f.Of = "file"
		s.holds = false
	}
	s.give(remit.Item[Record]{Finding: &f}, nil)
}

func (s *scanner) verdict(of payments.Level, name string, holds bool, first int) {
	s.give(remit.Item[Record]{Verdict: &remit.Verdict{Level: of, Of: name, Holds: holds, First: first, Last: max(first, s.line())}}, nil)
}

// line is the line that was read to.
func (s *scanner) line() int {
	line, _ := s.xml.InputPos()
	return line
}

// ok says whether the document can be read on.
func (s *scanner) ok() bool { return !s.stopped && s.broken == nil }

// next is the next token; nil where there is none.
func (s *scanner) next() xml.Token {
	s.in.token()
	line, column := s.xml.InputPos()
	token, err := s.xml.Token()
	if err != nil {
		s.at = problem.Pos{Line: line, Col: column}
		s.broken = err
		return nil
	}
	switch t := token.(type) {
	case xml.StartElement:
		s.at, s.tag = problem.Pos{Line: line, Col: column}, t.Attr
		if s.depth++; s.depth > MostDepth {
			s.broken = fmt.Errorf("elements stand in one another %d deep", s.depth)
			return nil
		}
	case xml.EndElement:
		s.depth--
	case xml.Directive:
		s.at = problem.Pos{Line: line, Col: column}
		s.find(payments.OfFile, remit.Finding{Code: ErrDocument, What: "the document has a document type declaration, which is not read", Fix: "have it sent without one"})
	}
	return token
}

// each gives the elements within the one that has begun, by name, to one who reads each to its end.
func (s *scanner) each(read func(name string)) {
	for s.ok() {
		switch t := s.next().(type) {
		case xml.StartElement:
			if t.Name.Space != s.space {
				s.skip()
				continue
			}
			read(t.Name.Local)
		case xml.EndElement:
			return
		}
	}
}

// skip passes over the element that has begun.
func (s *scanner) skip() {
	for within := s.depth - 1; s.ok() && s.depth > within; {
		s.next()
	}
}

// text is the text of the element that has begun, without blanks around it. One that is too long is told, and none of it is kept.
func (s *scanner) text(fails payments.Level, field string) string { return s.collect(fails, field, 1) }

// collect is the text of the element that has begun, and of those within it to a depth.
func (s *scanner) collect(fails payments.Level, field string, depth int) string {
	at, within := s.at, s.depth-1
	var text strings.Builder
	long := false
	for s.ok() && s.depth > within {
		t, is := s.next().(xml.CharData)
		if !is || s.depth > within+depth {
			continue
		}
		if long = long || text.Len()+len(t) > 2*MostText; !long {
			text.Write(t)
		}
	}
	out := strings.TrimSpace(text.String())
	if !s.ok() {
		return ""
	}
	if long || len(out) > MostText {
		s.find(fails, remit.Finding{Code: remit.ErrLong, Pos: at, Field: field, What: fmt.Sprintf("the text is longer than %d bytes", MostText)})
		return ""
	}
	return out
}

// attribute is an attribute of the element that has begun.
func (s *scanner) attribute(name string) string {
	for _, a := range s.tag {
		if a.Name.Local == name && a.Name.Space == "" {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

func (s *scanner) run() {
	for s.ok() {
		if t, is := s.next().(xml.StartElement); is && t.Name.Local == "Document" {
			s.documents++
			s.space = t.Name.Space
			s.each(s.message)
		}
	}
	if s.stopped {
		return
	}
	if s.broken != nil && (!errors.Is(s.broken, io.EOF) || s.in.failed != nil) && !s.breakOff() {
		return
	}
	switch {
	case s.documents == 0 && s.sum.Findings == 0:
		s.find(payments.OfFile, remit.Finding{Code: ErrDocument, Pos: problem.Pos{Line: 1, Col: 1}, What: "there is no document in the file", Fix: "give a camt.053 or a camt.054"})
	case s.statements == 0 && s.sum.Findings == 0:
		s.find(payments.OfFile, remit.Finding{Code: remit.ErrTorn, What: "the document has no statement", Fix: "have it sent again"})
	}
	s.verdict(payments.OfFile, "file", s.holds, 1)
	s.give(remit.Item[Record]{Summary: &s.sum}, nil)
}

// breakOff tells why the document cannot be read on, of each level that is open, and each entry that is behind. It says false where the source failed.
func (s *scanner) breakOff() bool {
	f := remit.Finding{Code: ErrDocument, Pos: s.at, What: "the document cannot be read on", Fix: "have it sent again"}
	var syntax *xml.SyntaxError
	isSyntax := errors.As(s.broken, &syntax)
	switch {
	case s.in.failed != nil:
		s.fail()
		return false
	case s.in.long:
		f.Code, f.What = remit.ErrLong, fmt.Sprintf("a text or a tag is longer than %d bytes", MostBytes)
	case s.depth > MostDepth:
		f.Code, f.What = remit.ErrLong, fmt.Sprintf("elements stand in one another more than %d deep", MostDepth)
	case errors.Is(s.broken, errCharset):
		f.Code, f.What, f.Fix = remit.ErrEncoding, errCharset.Error(), "have it sent in UTF-8"
	case isSyntax && syntax.Msg == "unexpected EOF":
		f.Code, f.What = remit.ErrTorn, "the document ends before its last element"
	case isSyntax && syntax.Msg == "invalid UTF-8":
		f.Code, f.What, f.Fix = remit.ErrEncoding, "the document is not of the encoding that it says", "have it sent in UTF-8"
	case isSyntax:
		// The words of the decoder quote what they found, which may be anybody's name.
		f.What += ": it is no XML"
	}
	if s.entry.open {
		if !s.entry.given {
			s.sum.Refused++
		}
		s.find(payments.OfReceipt, f)
		s.closeEntry()
	}
	if s.statement.open {
		if s.statement.given == nil {
			s.sum.Refused++
		}
		s.find(payments.OfBatch, f)
		s.closeStatement()
	}
	s.find(payments.OfFile, f)
	s.in.entries(func(line int) bool {
		s.sum.Lines++
		s.sum.Refused++
		s.find(payments.OfFile, remit.Finding{Code: f.Code, Pos: problem.Pos{Line: line}, Field: "Ntry", What: "the entry stands behind where the document cannot be read on", Fix: f.Fix})
		return !s.stopped
	})
	if s.in.failed != nil {
		s.fail()
		return false
	}
	return !s.stopped
}

// fail ends the stream.
func (s *scanner) fail() {
	s.give(remit.Item[Record]{}, &problem.Error{Code: remit.ErrInput, Pos: problem.Pos{File: s.file, Line: s.line()}, What: "the file cannot be read on", Fix: "read it again from the start", Err: s.in.failed})
}

// message is an element of the document.
func (s *scanner) message(name string) {
	switch name {
	case "BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn":
		s.each(func(name string) {
			if name == "Stmt" || name == "Ntfctn" {
				s.readStatement(name == "Ntfctn")
				return
			}
			s.skip()
		})
	case "SplmtryData":
		s.skip()
	default:
		s.find(payments.OfFile, remit.Finding{Code: ErrDocument, What: "the document is neither a statement nor a notification: it has the element " + fmt.Sprintf("%.40q", name), Fix: "give a camt.053 or a camt.054"})
		s.skip()
	}
}
