package delim

import (
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/internal/lines"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments"
)

// MostLines is how many lines one row can have, where cells in quotes hold line ends.
const MostLines = 100

// ErrHeading is a heading that lacks a column of the profile, or has one twice. It ends the stream: the file is no such one.
const ErrHeading problem.Code = "E_HEADING"

// ErrQuote is a quote that is not closed, or stands inside a cell.
const ErrQuote problem.Code = "E_QUOTE"

// Scan reads a file of a profile, once, as a stream: rows, findings, the verdict on the file and a summary last. Memory stays flat at any size. A
// profile that is none, and a heading that is another file's, are errors.
func Scan(r io.Reader, profile *Profile, file string) iter.Seq2[remit.Item[Row], error] {
	return func(yield func(remit.Item[Row], error) bool) {
		if err := profile.Check(); err != nil {
			yield(remit.Item[Row]{}, err)
			return
		}
		s := &scanner{profile: profile, lines: lines.New(r), file: file, yield: yield, holds: true}
		s.places = make(map[string][]place)
		s.scan()
	}
}

// place is where a field stands.
type place struct {
	*Field
	column int // of cells, from 0
}

type scanner struct {
	profile *Profile
	lines   *lines.Reader
	file    string
	yield   func(remit.Item[Row], error) bool
	stopped bool
	sum     remit.Summary
	holds   bool

	places  map[string][]place // by the record
	headed  bool
	cells   []string
	waiting []ahead // lines that were read ahead, for a row that was not closed
	number  int     // of the line that is read
	rows    int64
	total   int64
	over    bool
	stated  []control
	payer   payer
}

// ahead is a line that was read before its turn.
type ahead struct {
	line string
	long bool
}

// control is a total or a count that is stated, to be compared at the end.
type control struct {
	remit.Control
	at problem.Pos
}

func (s *scanner) give(item remit.Item[Row], err error) {
	if !s.stopped && !s.yield(item, err) {
		s.stopped = true
	}
}

func (s *scanner) find(f remit.Finding) {
	s.sum.Findings++
	f.Pos.File = s.file
	if f.Pos.Line == 0 {
		f.Pos.Line = s.number
	}
	if f.Fails == payments.OfFile {
		f.Of = "file"
		s.holds = false
	}
	s.give(remit.Item[Row]{Finding: &f}, nil)
}

const lookAtIt = "correct the file, or look at the payment by itself"

// refuse gives the finding that stands for lines that are not used. As a payment may be lost with them, the file does not hold.
func (s *scanner) refuse(n int, code problem.Code, field string, column int, what string) {
	s.sum.Refused += n
	s.find(remit.Finding{Code: code, Pos: problem.Pos{Col: column}, Field: field, What: what, Fix: lookAtIt, Fails: payments.OfFile})
}

// line is the next line.
func (s *scanner) line() (line string, long, ok bool) {
	if len(s.waiting) > 0 {
		next := s.waiting[0]
		s.waiting = s.waiting[1:]
		return next.line, next.long, true
	}
	return s.lines.Next()
}

func (s *scanner) scan() {
	s.headed = !s.profile.Heading
	if s.headed {
		for i := range s.profile.Fields {
			f := &s.profile.Fields[i]
			s.places[f.Record] = append(s.places[f.Record], place{f, f.Column - 1})
		}
	}
	for !s.stopped {
		line, long, ok := s.line()
		if !ok {
			break
		}
		s.number++
		s.sum.Lines++
		switch {
		case long:
			s.refuse(1, remit.ErrLong, "", 0, fmt.Sprintf("the line is longer than %d bytes", lines.Longest))
		case strings.Trim(line, " \t\x1a\x00") == "":
			s.sum.Blank++
		default:
			if err := s.take(line); err != nil {
				s.give(remit.Item[Row]{}, err)
				return
			}
		}
	}
	if s.stopped {
		return
	}
	if err := s.lines.Err(); err != nil {
		s.give(remit.Item[Row]{}, &problem.Error{Code: remit.ErrInput, Pos: problem.Pos{File: s.file, Line: s.number}, What: "the file cannot be read on", Fix: "read it again from the start", Err: err})
		return
	}
	s.end()
}

// take takes a row, with the lines that it goes on over.
func (s *scanner) take(line string) error {
	n := 1
	if s.profile.Delimiter != 0 {
		row, bad, open := line, 0, false
		s.cells, bad, open = split(row, s.profile.Delimiter, s.cells)
		var read []ahead
		for open && n < MostLines && len(row) <= lines.Longest {
			more, long, ok := s.line()
			if !ok {
				break
			}
			read = append(read, ahead{more, long})
			if long {
				break
			}
			row += "\n" + more
			n++
			s.cells, bad, open = split(row, s.profile.Delimiter, s.cells)
		}
		if open || bad > 0 && n > 1 {
			// The quote is damaged: the lines that were read ahead are rows of their own.
			s.waiting = append(read, s.waiting...)
			s.refuse(1, ErrQuote, "", bad, "a quote is not closed")
			return nil
		}
		if bad > 0 {
			s.refuse(1, ErrQuote, "", bad, "a quote stands within a cell")
			return nil
		}
	}
	s.number += n - 1
	s.sum.Lines += n - 1
	if !s.headed {
		s.sum.Records += n
		return s.heading()
	}
	record, is, ok := s.recordOf(line)
	switch {
	case !ok:
		s.refuse(n, remit.ErrRecord, "", 1, "the line is of no type that the profile has")
	case is == "none":
		s.sum.Ignored += n
	case is == "control":
		s.sum.Records += n
		s.control(line, s.places[record])
	default:
		s.row(line, s.places[record], n)
	}
	return nil
}

// heading finds the columns by their names.
func (s *scanner) heading() error {
	s.headed = true
	var found problem.List
	at := map[string]int{}
	for i, cell := range s.cells {
		name := strings.TrimSpace(cell)
		if _, twice := at[name]; twice && slices.ContainsFunc(s.profile.Fields, func(f Field) bool { return f.Name == name }) {
			found.Add(&problem.Error{Code: ErrHeading, Path: name, Pos: problem.Pos{File: s.file, Line: s.number}, What: "the heading has the column twice", Fix: "take one out"})
		}
		at[name] = i
	}
	for i := range s.profile.Fields {
		f := &s.profile.Fields[i]
		column, ok := at[f.Name]
		if !ok {
			found.Add(&problem.Error{Code: ErrHeading, Path: f.Name, Pos: problem.Pos{File: s.file, Line: s.number}, What: "the heading lacks the column that is the " + string(f.Role),
				Fix: "export it too, or correct its name in the profile"})
		}
		s.places[""] = append(s.places[""], place{f, column})
	}
	return found.Err()
}

// recordOf is the type of a line.
func (s *scanner) recordOf(line string) (name, is string, ok bool) {
	if len(s.profile.Records) == 0 {
		return "", "row", true
	}
	for i := range s.profile.Records {
		r := &s.profile.Records[i]
		switch {
		case r.First:
			if s.number == 1 {
				return r.Name, r.Is, true
			}
		case r.Text == "":
			return r.Name, r.Is, true
		case s.profile.Delimiter == 0:
			if len(line) >= r.To && line[r.From-1:r.To] == r.Text {
				return r.Name, r.Is, true
			}
		case r.Column <= len(s.cells) && strings.TrimSpace(s.cells[r.Column-1]) == r.Text:
			return r.Name, r.Is, true
		}
	}
	return "", "", false
}

// value is what stands in a field, and its column for findings.
func (s *scanner) value(line string, p *place) (text string, column int) {
	if s.profile.Delimiter != 0 {
		if p.column >= len(s.cells) {
			return "", 0
		}
		return strings.TrimSpace(s.cells[p.column]), 0
	}
	if len(line) < p.From {
		return "", len(line) + 1
	}
	return strings.TrimSpace(line[p.From-1 : min(p.To, len(line))]), p.From
}

func (s *scanner) unit(p *place) string {
	if p.Unit != "" {
		return p.Unit
	}
	return s.profile.Unit
}

// row reads a row.
func (s *scanner) row(line string, places []place, n int) {
	s.payer = payer{}
	row := Row{Line: s.number - n + 1, Last: s.number, Kind: Payment, payer: &s.payer}
	minus, hasFee, hasNet := false, false, false
	for i := range places {
		p := &places[i]
		text, column := s.value(line, p)
		wrong := func(code problem.Code, what string) { s.refuse(n, code, string(p.Role), column, what) }
		switch p.Role {
		case Transaction:
			row.Transaction = text
		case Reverses:
			row.Reverses = text
		case KindOf:
			kind, ok := s.profile.Kinds[text]
			if !ok {
				wrong(remit.ErrField, "the profile does not say what the row is")
				return
			}
			row.Kind = kind
		case AccountNo:
			row.Account = text
		case InvoiceNo:
			row.Invoice = text
		case CheckNo:
			row.Check = text
		case Tender:
			row.Tender = text
		case Routing:
			s.payer.routing = text
		case Payer:
			s.payer.account = text
		case Name:
			s.payer.name = text
		case SignOf:
			minus = text == p.Minus
		case PaidOn, DepositedOn:
			day, ok := dateOf(text, s.profile.Date)
			if !ok {
				wrong(remit.ErrField, "there is no such day, or it is not written as "+s.profile.Date)
				return
			}
			if p.Role == PaidOn {
				row.PaidOn = day
			} else {
				row.DepositedOn = day
			}
		case Amount, Fee, Net, TenderPaid:
			if text == "" && (p.Role == Fee || p.Role == Net) {
				continue
			}
			cents, code, what := centsOf(text, s.unit(p), s.profile.Sign)
			if what != "" {
				wrong(code, what)
				return
			}
			switch p.Role {
			case Amount:
				row.Amount = money.Cents(cents)
			case Fee:
				row.Fee, hasFee = money.Cents(cents), true
			case Net:
				row.Net, hasNet = money.Cents(cents), true
			default:
				row.TenderAmount = money.Cents(cents)
			}
		}
	}
	if minus {
		row.Amount = money.Cents(-row.Amount.Cents()) // at most 18 digits
	}
	s.reverses(&row)
	s.sum.Records += n
	s.rows++
	next := s.total + row.Amount.Cents()
	s.over = s.over || !row.Amount.IsZero() && (next > s.total) != (row.Amount.Sign() > 0)
	s.total = next
	if hasFee && hasNet && row.Amount.Cents()-row.Fee.Cents() != row.Net.Cents() {
		row.Doubt = true
		s.find(remit.Finding{Code: remit.ErrControl, Pos: problem.Pos{Line: row.Line}, Field: "net", What: fmt.Sprintf("%s less the fee of %s is not the net of %s", row.Amount, row.Fee, row.Net), Fix: lookAtIt, Fails: payments.OfReceipt,
			Of: fmt.Sprintf("line %d", row.Line), Control: &remit.Control{Name: "net", Stated: row.Net.Cents(), Computed: row.Amount.Cents() - row.Fee.Cents(), Money: true}})
	}
	s.give(remit.Item[Row]{Record: &row}, nil)
}

// reverses finds which payment a row takes back by the suffix of its transaction.
func (s *scanner) reverses(row *Row) {
	if row.Kind != Payment && row.Reverses == "" && s.profile.Suffix != "" {
		if of, ok := strings.CutSuffix(row.Transaction, s.profile.Suffix); ok && of != "" {
			row.Reverses = of
		}
	}
}

// control notes what a line states.
func (s *scanner) control(line string, places []place) {
	for i := range places {
		p := &places[i]
		text, column := s.value(line, p)
		unit, isMoney := s.unit(p), p.Role == Total
		if !isMoney {
			unit = "cents" // a count has no decimals
		}
		n, code, what := centsOf(text, unit, s.profile.Sign)
		if what != "" {
			s.find(remit.Finding{Code: code, Pos: problem.Pos{Col: column}, Field: string(p.Role), What: what, Fix: lookAtIt, Fails: payments.OfFile})
			continue
		}
		name := "count"
		if isMoney {
			name = "total"
		}
		s.stated = append(s.stated, control{remit.Control{Name: name, Stated: n, Money: isMoney}, problem.Pos{Line: s.number, Col: column}})
	}
}

// end compares what is stated with what the rows come to.
func (s *scanner) end() {
	if !s.headed && s.sum.Lines > s.sum.Blank || s.profile.Heading && s.sum.Records == 0 {
		s.find(remit.Finding{Code: remit.ErrTorn, What: "the file has no heading", Fix: "have it sent again", Fails: payments.OfFile})
	}
	wanted := 0
	for _, f := range s.profile.Fields {
		if f.Role == Total || f.Role == Count {
			wanted++
		}
	}
	if wanted > 0 && len(s.stated) == 0 {
		s.find(remit.Finding{Code: remit.ErrTorn, What: "the file does not state its total, or ends before it does", Fix: "have it sent again", Fails: payments.OfFile})
	}
	if s.over {
		s.find(remit.Finding{Code: remit.ErrRange, What: "the amounts sum to more than can be held", Fix: "give the file in parts", Fails: payments.OfFile})
	}
	for _, c := range s.stated {
		c.Computed = s.rows
		show := func(n int64) string { return fmt.Sprint(n) }
		if c.Money {
			c.Computed = s.total
			show = func(n int64) string { return money.Cents(n).String() }
		}
		if c.Stated != c.Computed {
			control := c.Control
			s.find(remit.Finding{Code: remit.ErrControl, Pos: c.at, Field: c.Name, Fails: payments.OfFile, Control: &control, Fix: "hold the file and have its sender look at it",
				What: fmt.Sprintf("the %s of the file is stated as %s, and its rows come to %s", c.Name, show(c.Stated), show(c.Computed))})
		}
	}
	s.give(remit.Item[Row]{Verdict: &remit.Verdict{Level: payments.OfFile, Of: "file", Holds: s.holds, First: min(1, s.sum.Lines), Last: s.sum.Lines}}, nil)
	s.give(remit.Item[Row]{Summary: &s.sum}, nil)
}
