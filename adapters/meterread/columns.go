package meterread

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// columns reads the lines of a layout of columns.
func (d *decoder) columns() {
	l := d.plan.layout
	d.counts = make([]int, len(d.plan.records))
	for i := range l.Records {
		for _, end := range l.Records[i].LineEndings {
			if width, ok := blockWidth(end); ok && d.lines.block == 0 {
				d.lines.cutBlocks(width)
			}
		}
	}
	for _, rp := range append(d.plan.records, d.plan.unknown) {
		rp.blocks = d.lines.block > 0
	}
	good := 0
	if l.Heading != "" {
		d.heading(func(raw string) bool { return raw == l.Heading })
	}
	var flat *flat
	if d.lines.single = d.long; !d.long {
		flat, d.lanes = d.newFlat(), d.newLanes()
	}
	r := &Read{}
	for !d.stopped && !d.adrift {
		var raw string
		var long bool
		if d.lines.same > 0 { // as next does, without the call
			raw = d.lines.take()
		} else {
			var ok bool
			if raw, long, ok = d.lines.next(); !ok {
				break
			}
		}
		d.sum.Lines++
		if d.lines.chunks != d.sheetsOf {
			d.turn()
		}
		if flat != nil && d.lines.plain && !long {
			if digits, number, at, ok := flat.read(d, raw); ok {
				good++
				d.sum.Records++
				d.sum.Reads++
				d.stopped = !d.yield(Item{Read: Read{Line: d.lines.line, Status: Reading, First: true, At: at, Digits: digits, Number: number,
					place: d.here(flat.plan, len(raw))}}, nil)
				continue
			}
		}
		if len(d.lanes.of) > 0 && d.lines.plain && !long && d.short(raw) {
			good++
			continue
		}
		*r = Read{Line: d.lines.line, First: true, content: d.hold(row{raw: raw, width: body(raw)}, nil)}
		switch {
		case long:
			d.broken(nil)
			d.find(r.Line, &fault{code: LineTooLong, what: fmt.Sprintf("the line is longer than %d bytes", MaxLine), fix: "look whether the file has line ends"}, false)
		case isBlank(raw[:r.row.width]):
			d.blank(raw)
		case d.line(r):
			good++
		}
	}
	if d.lines.failed() != nil {
		return // what is open is not whole, and the error tells
	}
	d.ending = true
	d.popTo(nil)
	d.tie()
	d.other(good > 0)
}

// line reads a line by the longer road, and says whether it is in order.
func (d *decoder) line(r *Read) bool {
	l := d.plan.layout
	plan := d.plan.match(r.row.raw[:r.row.width])
	if plan == nil {
		d.unknownLine(r)
		return false
	}
	r.row.plan = plan
	second := d.joined(&r.row)
	var fault *fault
	if second != nil {
		fault = joinedLines(&r.row, second)
	} else {
		fault = d.checkLine(&r.row)
	}
	if fault == nil {
		fault = d.checkRow(&r.row)
	}
	if fault == nil && plan.emits && l.Kind == Fixed && len(d.plan.records) == 1 {
		fault = d.evaluate(r)
	}
	if fault != nil && plan.blocks && fault.code == BadEncoding {
		d.adrift = true
		fault.what += "; blocks behind it cannot be told apart, as this one may be longer or shorter than it was, and are not read"
	}
	switch {
	case fault != nil:
		if l.Kind == Multirecord {
			d.refuseLine(plan, second, fault.code == LineTooLong || fault.code == JoinedLines)
		}
		d.find(r.Line, fault, false)
		return false
	case l.Kind == Multirecord:
		return d.enter(r)
	case l.Kind == FixedRepeat:
		return d.groups(r)
	}
	d.read(r)
	return true
}

func isBlank(text string) bool {
	return text == "" || (text[0] == ' ' && strings.Trim(text, " \t") == "")
}

// heading reads the literal first line.
func (d *decoder) heading(is func(string) bool) {
	raw, _, ok := d.lines.next()
	if !ok {
		return
	}
	d.sum.Lines++
	head := row{plan: d.plan.unknown, raw: raw, width: body(raw)}
	if !is(raw[:head.width]) {
		d.find(d.lines.line, &fault{code: OtherLayout, at: &head, what: "the first line is not the heading of the layout", fix: "look whether the file is of this layout, and whole"}, false)
		return
	}
	d.read(&Read{Line: d.lines.line, First: true, content: d.hold(head, nil)})
}

// checkLine looks at the width of a line and at its bytes.
func (d *decoder) checkLine(r *row) *fault {
	p := r.plan
	if r.width < p.need {
		f := &fault{code: LineTooShort, at: r, what: fmt.Sprintf("the line has %d columns, and the layout needs %d", r.width, p.need), fix: "look whether the line is torn, and have it sent again"}
		if p.blocks {
			f.what = fmt.Sprintf("the last block has %d columns, and the layout needs %d: it is torn, or one before it is, and all between the two are shifted", r.width, p.need)
			f.fix = "use none of the file where a block looks shifted, and have it sent again"
		}
		return f
	}
	if p.most > 0 && r.width > p.most && strings.Trim(r.raw[p.most:r.width], " \t\x1a") != "" {
		return &fault{code: LineTooLong, at: r, what: fmt.Sprintf("something stands behind column %d, where the line ends by the layout", p.most), fix: "look whether the file is of this layout"}
	}
	if !d.lines.plain {
		return d.checkBytes(r)
	}
	return nil
}

// controlByte looks for a byte that is no text: such as the mark of an old end of file between two files that were put together, which would
// shift the columns of the line behind it. A tab may stand in a text, and a CR in a cell in quotes.
func controlByte(text string, cr bool) *fault {
	for i := range len(text) {
		switch b := text[i]; {
		case b >= ' ' || b == '\t' || b == '\r' && cr:
		case b == 0:
			return &fault{code: BadEncoding, what: "the line holds zero bytes", fix: "export the file again as plain text"}
		default:
			return &fault{
				code: BadEncoding, what: fmt.Sprintf("the line holds a byte that is no text, %#02x, in column %d", b, i+1),
				fix: "take it out: a file that was put together of several has one at the end of each",
			}
		}
	}
	return nil
}

// checkBytes looks for bytes that are not ASCII. Letters of several bytes shift the columns behind them; letters of one byte, as old code
// pages have them, may stand in a name, and not in what a read is made of.
func (d *decoder) checkBytes(r *row) *fault {
	text := r.raw[:r.width]
	if f := controlByte(text, !r.plan.blocks); f != nil {
		f.at = r
		return f
	}
	first := strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
	if first < 0 {
		return nil
	}
	if utf8.ValidString(text) {
		return &fault{code: BadEncoding, at: r, what: "the line holds letters of several bytes, which shift its columns", fix: "export the file again with one byte for each letter"}
	}
	for i := range r.plan.fields {
		f := &r.plan.fields[i]
		if f.Role == "" || f.Personal() {
			continue
		}
		for _, b := range []byte(f.raw(r)) {
			if b >= utf8.RuneSelf {
				return &fault{code: BadEncoding, field: f, at: r, what: "the field holds a byte that is no ASCII", fix: "correct the line at its source"}
			}
		}
	}
	return nil
}
