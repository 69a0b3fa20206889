package meterread

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// The elements of ESPI that the form of a table does not reach.
const (
	espiMeter    = "MeterReading"
	espiReading  = "IntervalReading"
	espiBlock    = "IntervalBlock"
	espiType     = "ReadingType"
	espiPoint    = "UsagePoint"
	espiBehavior = "accumulationBehaviour"
)

// maxText bounds the text of one element that is read, in bytes, and maxDepth the depth of a document.
const (
	maxText  = 1 << 12
	maxDepth = 64
)

var errTooLarge = errors.New("a text or a tag is longer than any")

// bounded is a source of which no more than MaxObject bytes are read at a time.
type bounded struct {
	source io.Reader
	since  int   // bytes read since the last text or tag was taken
	failed error // what the source failed with
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.since > MaxObject {
		return 0, errTooLarge
	}
	n, err := b.source.Read(p)
	b.since += n
	if err != nil && !errors.Is(err, io.EOF) {
		b.failed = err
	}
	return n, err
}

// espi is what a feed has said so far.
type espi struct {
	path  []string
	cells []espiCell // of the fields by their place
	text  strings.Builder
	long  bool // more stood in the element than text keeps
	leaf  bool // no element has ended within the one that is open
	// types and meters count reading types and meter readings since the last block of readings: where there is more than one of either,
	// which reading type a reading is of cannot be told without following links.
	types, meters int
	block         bool // a block of readings has ended since the last reading type or meter reading
	untyped       bool // no reading type came before that block
	loose         bool // the reading type may be that of a block before it
	used          bool
}

// espiCell is what stands in one element, and why it cannot be used.
type espiCell struct {
	text string
	had  bool
	bad  *fault
}

// xml reads a Green Button feed: a reading for each IntervalReading, with what its usage point and its reading type say.
func (d *decoder) xml() error {
	d.cells.document, d.plan.records[0].document = true, true
	source := &bounded{source: d.lines.rest()}
	dec := xml.NewDecoder(source)
	rp := d.plan.records[0]
	for i := range rp.fields {
		rp.fields[i].cell, rp.fields[i].several = i, rp.fields[i].Role == "quality"
	}
	s := &espi{cells: make([]espiCell, len(rp.fields))}
	closed := false
	for !d.stopped {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) && closed && len(s.path) == 0 {
			break
		}
		line, _ := dec.InputPos()
		source.since = 0
		if err != nil || len(s.path) > maxDepth {
			return d.noXML(line, source, err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(s.path) == 0 && (closed || !d.knownSpace(t.Name.Space)) {
				return &problem.Error{Code: ErrOtherLayout, Pos: d.pos(line, 0), What: "the first element is of another namespace: the file is not of the layout " + d.plan.layout.ID,
					Fix: "look whether the file is what it is said to be, and choose its layout"}
			}
			d.startElement(s, t.Name.Local)
		case xml.CharData:
			if s.long = s.long || s.text.Len()+len(t) > maxText; !s.long {
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

func (d *decoder) noXML(line int, source *bounded, err error) error {
	if source.failed != nil {
		return &problem.Error{Code: ErrInput, Pos: d.pos(line, 0), What: "the source failed: " + source.failed.Error(), Fix: "read the file again", Err: source.failed}
	}
	what := "the XML cannot be understood from here on, or ends before its last element"
	if errors.Is(err, errTooLarge) {
		what = fmt.Sprintf("a text or a tag of the XML is longer than %d bytes", MaxObject)
	}
	return &problem.Error{Code: ErrDocument, Pos: d.pos(line, 0), What: what, Fix: "export the file again; the reads before are good"}
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
	s.long, s.leaf = false, true
	switch name {
	case espiReading, espiBlock:
		d.forget(s, name+"/")
	case espiType:
		d.forget(s, name+"/")
		if s.block {
			s.types, s.meters, s.block, s.loose = 0, 0, false, s.untyped
		}
		s.types++
	case espiMeter:
		// The reading type of the meter reading before is not that of this one.
		if s.block || s.loose {
			s.types, s.meters, s.block, s.loose = 0, 0, false, false
		}
		s.meters++
	case espiPoint:
		// What follows is of another point: what was said of the one before does not hold for it.
		d.forget(s, "")
		s.types, s.meters, s.block, s.loose = 0, 0, false, false
	}
}

// forget blanks the fields whose path has a step.
func (d *decoder) forget(s *espi, step string) {
	for i := range d.plan.records[0].fields {
		if strings.Contains(d.plan.records[0].fields[i].Name, step) {
			s.cells[i] = espiCell{}
		}
	}
}

func (d *decoder) endElement(s *espi, line int) {
	name := s.path[len(s.path)-1]
	rp := d.plan.records[0]
	path := strings.Join(s.path, "/")
	for i := range rp.fields {
		if f := &rp.fields[i]; path == f.Name || strings.HasSuffix(path, "/"+f.Name) {
			s.cells[i].take(s, f)
		}
	}
	s.text.Reset()
	s.long, s.leaf = false, false
	s.path = s.path[:len(s.path)-1]
	switch name {
	case espiReading:
		d.espiRead(s, line)
	case espiBlock:
		s.block, s.untyped = true, s.types == 0
	}
}

// take takes the text of an element that has ended. A second one would have to be chosen from, which is not done here; of qualities a
// reading may have several.
func (c *espiCell) take(s *espi, f *fieldPlan) {
	text := strings.TrimSpace(s.text.String())
	switch {
	case s.long || len(c.text)+len(text) >= maxText:
		c.bad = &fault{code: LineTooLong, field: f, what: fmt.Sprintf("the text is longer than %d bytes", maxText)}
	case !s.leaf:
		c.bad = &fault{code: NotSupported, field: f, what: "other elements stand within the element"}
	case !c.had:
		c.text = text
	case f.several:
		c.text = strings.TrimSpace(c.text + " " + text)
	default:
		c.bad = &fault{code: NotSupported, field: f, what: "the element stands twice"}
	}
	c.had = true
}

func (d *decoder) espiRead(s *espi, line int) {
	rp := d.plan.records[0]
	d.sum.Lines++
	r := &Read{Line: line, First: true, content: d.hold(row{plan: rp, cells: make([]string, len(s.cells))}, nil)}
	for i := range s.cells {
		r.row.cells[i] = s.cells[i].text
	}
	bad := d.espiFault(s, &r.row)
	if bad == nil {
		bad = d.checkRow(&r.row)
	}
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

// espiFault is why what stands in a reading, or its reading type, cannot be used. Whether the values are of a register, where it is none, is
// kept in the decoder. Nothing of it is guessed: what a vendor never writes, a site says as the default of the field.
func (d *decoder) espiFault(s *espi, r *row) *fault {
	const fix = "have the feed corrected; where the vendor never writes it, give the field a default"
	if s.types != 1 || s.meters > 1 {
		s.used = true
		return &fault{code: NotSupported, at: r, what: "which reading type the reading is of cannot be told: there is none before it, or several",
			fix: "split the feed by meter reading before it is read"}
	}
	d.cumulative = false
	for i := range s.cells {
		f := &r.plan.fields[i]
		if bad := s.cells[i].bad; bad != nil {
			bad.at, bad.fix = r, "have the feed corrected"
			return bad
		}
		behavior := strings.HasSuffix(f.Name, "/"+espiBehavior)
		text := f.text(r)
		if text == "" && (behavior || f.Role == "scale") {
			return &fault{code: Missing, field: f, at: r, what: "the reading type does not state it, and the value cannot be told without it", fix: fix}
		}
		if !behavior {
			continue
		}
		switch f.meaning(text) {
		case "cumulative":
			d.cumulative = true
		case "delta":
		default:
			return &fault{code: NotSupported, field: f, at: r, what: "the values are neither of a register nor of intervals", fix: fix}
		}
	}
	return nil
}
