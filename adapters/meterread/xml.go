package meterread

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// The elements of ESPI that the form of a table does not reach.
const (
	espiReading  = "IntervalReading"
	espiType     = "ReadingType"
	espiPoint    = "UsagePoint"
	espiBehavior = "accumulationBehaviour"
)

// maxText bounds the text of one element and the depth of a document.
const (
	maxText  = 1 << 12
	maxDepth = 64
)

// espi is what a feed has said so far.
type espi struct {
	path  []string
	cells []string // of the fields by their place
	text  strings.Builder
	// types counts the reading types since the last block of readings: where there are two, which of them a reading is of cannot
	// be told without following links.
	types int
	block bool // a block of readings has ended since the last reading type
	used  bool
}

// xml reads a Green Button feed: a reading for each IntervalReading, with what its usage point and its reading type say.
func (d *decoder) xml() error {
	d.cells.document, d.plan.records[0].document = true, true
	c := &counter{source: d.lines.rest()}
	dec := xml.NewDecoder(c)
	rp := d.plan.records[0]
	for i := range rp.fields {
		rp.fields[i].cell = i
	}
	s := &espi{cells: make([]string, len(rp.fields))}
	closed := false
	for !d.stopped {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) && closed && len(s.path) == 0 {
			break
		}
		line, _ := dec.InputPos()
		c.since, c.ends = 0, c.ends[:0]
		if err == nil && len(s.path) > maxDepth {
			err = errTooLarge
		}
		if err != nil {
			if c.failed != nil {
				return &problem.Error{Code: ErrInput, Pos: d.pos(line, 0), What: "the source failed: " + c.failed.Error(), Fix: "read the file again", Err: c.failed}
			}
			return &problem.Error{Code: ErrDocument, Pos: d.pos(line, 0), What: "the XML cannot be understood from here on, or ends before its last element", Fix: "export the file again; the reads before are good"}
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(s.path) == 0 && (closed || !d.knownSpace(t.Name.Space)) {
				return &problem.Error{Code: ErrOtherLayout, Pos: d.pos(line, 0), What: "the first element is of another namespace: the file is not of the layout " + d.plan.layout.ID,
					Fix: "look whether the file is what it is said to be, and choose its layout"}
			}
			d.startElement(s, t.Name.Local)
		case xml.CharData:
			if s.text.Len() < maxText {
				s.text.Write(t)
			}
		case xml.EndElement:
			d.endElement(s, line)
			closed = len(s.path) == 0
		}
	}
	if !d.stopped {
		d.other(s.used)
	}
	return nil
}

// knownSpace reports whether a namespace is one of the layout's; each is, where it names none.
func (d *decoder) knownSpace(space string) bool {
	known := d.plan.layout.Namespaces
	for _, name := range known {
		if name == space {
			return true
		}
	}
	return len(known) == 0
}

func (d *decoder) startElement(s *espi, name string) {
	s.path = append(s.path, name)
	s.text.Reset()
	switch name {
	case espiReading:
		d.forget(s, espiReading+"/")
	case espiType:
		d.forget(s, espiType+"/")
		if s.block {
			s.types, s.block = 0, false
		}
		s.types++
	case espiPoint:
		// What follows is of another point: what was said of the one before does not hold for it.
		d.forget(s, "")
		s.types, s.block = 0, false
	}
}

// forget blanks the fields whose path has a step.
func (d *decoder) forget(s *espi, step string) {
	for i := range d.plan.records[0].fields {
		if strings.Contains(d.plan.records[0].fields[i].Name, step) {
			s.cells[i] = ""
		}
	}
}

func (d *decoder) endElement(s *espi, line int) {
	name := s.path[len(s.path)-1]
	rp := d.plan.records[0]
	path := strings.Join(s.path, "/")
	for i := range rp.fields {
		if f := &rp.fields[i]; path == f.Name || strings.HasSuffix(path, "/"+f.Name) {
			s.cells[i] = strings.TrimSpace(s.text.String())
		}
	}
	s.text.Reset()
	s.path = s.path[:len(s.path)-1]
	if name == espiReading {
		d.espiRead(s, line)
	}
	if name == "IntervalBlock" {
		s.block = true
	}
}

func (d *decoder) espiRead(s *espi, line int) {
	rp := d.plan.records[0]
	d.sum.Lines++
	r := &Read{Line: line, First: true, content: d.hold(row{plan: rp, cells: append([]string(nil), s.cells...)}, nil)}
	refuse := func(what string) {
		d.find(line, &fault{code: NotSupported, at: &r.row, what: what, fix: "split the feed by meter reading before it is read"}, false)
	}
	if s.types != 1 {
		s.used = true
		refuse("which reading type the reading is of cannot be told: there is none before it, or several")
		return
	}
	d.cumulative = false
	for i := range rp.fields {
		f := &rp.fields[i]
		if !strings.HasSuffix(f.Name, "/"+espiBehavior) || s.cells[i] == "" {
			continue
		}
		switch word := f.meaning(s.cells[i]); word {
		case "cumulative":
			d.cumulative = true
		case "delta":
		default:
			refuse("the values are neither of a register nor of intervals")
			return
		}
	}
	bad := d.checkRow(&r.row)
	if bad == nil {
		bad = d.evaluate(r)
	}
	if bad != nil {
		d.find(line, bad, false)
		return
	}
	s.used = true
	d.read(r)
}
