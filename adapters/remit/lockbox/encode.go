package lockbox

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/private"
	"github.com/headgate-dev/headgate/billing/problem"
)

// ErrWrite is what does not fit the columns of a layout. Nothing is cut, and nothing is written.
const ErrWrite problem.Code = "E_LOCKBOX_WRITE"

// File is a file to be written.
type File struct {
	// Written is the day and Time the time, of four digits, at which it is written.
	Written civil.Date
	Time    string
	// Destination and Origin are those of the header, at most 10 characters each.
	Destination, Origin string
	Boxes               []Box
}

// Box is a lockbox. One without batches is written as an empty one, which is legal.
type Box struct {
	// Number has the digits that the layout has columns for.
	Number    string
	Deposited civil.Date
	Batches   []Batch
}

// Batch is a batch of checks. The numbers of its checks go upwards.
type Batch struct {
	Number int
	Checks []Check
}

// Paid says who paid a check that is to be written, and by what.
func (c *Check) Paid(routing private.RoutingNumber, account private.BankAccount, remitter, payee private.Name) {
	c.payer = &payer{routing: private.Reveal(routing).Text(), account: private.Reveal(account).Text(), remitter: private.Reveal(remitter).Text(), payee: private.Reveal(payee).Text()}
}

// Encode writes a file of a layout, with CRLF, its counts and totals computed: the same file always comes out the same. What does not fit
// is [ErrWrite], all of it at once, and nothing is written then: an amount or a total of more digits than there are columns, a reference or a name
// that is too long, letters that are no ASCII.
func Encode(w io.Writer, layout Layout, f File) error {
	if err := layout.Check(); err != nil {
		return err
	}
	e := &encoder{layout: &layout}
	e.file(&f)
	if err := e.found.Err(); err != nil {
		return err
	}
	if _, err := io.WriteString(w, e.out.String()); err != nil {
		return fmt.Errorf("a lockbox file cannot be written: %w", err)
	}
	return nil
}

type encoder struct {
	layout  *Layout
	out     strings.Builder
	line    []byte
	records int
	path    string
	found   problem.List
}

// begin begins a record.
func (e *encoder) begin(kind byte) { e.line = append(e.line[:0], kind) }

// put puts a text into columns, left or right in them.
func (e *encoder) put(name string, at Columns, text string, right bool, fill byte) {
	if at.IsZero() {
		if strings.Trim(text, "0 ") != "" {
			e.refuse(name, "the layout has no columns for it", "leave it out, or give a layout that has")
		}
		return
	}
	if len(text) > at.width() {
		e.refuse(name, fmt.Sprintf("it is %d characters, and there are %d columns", len(text), at.width()), "shorten it, or write the rest in another file")
		return
	}
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			e.refuse(name, "it holds something other than printable ASCII", "write it in plain letters")
			return
		}
	}
	for len(e.line) < at.To {
		e.line = append(e.line, ' ')
	}
	field := e.line[at.From-1 : at.To]
	for i := range field {
		field[i] = fill
	}
	if right {
		copy(field[len(field)-len(text):], text)
	} else {
		copy(field, text)
	}
}

func (e *encoder) text(name string, at Columns, text string) {
	if strings.TrimSpace(text) != text {
		e.refuse(name, "it has blanks around it, which are not read back", "take them off")
	}
	e.put(name, at, text, false, ' ')
}

func (e *encoder) digits(name string, at Columns, text string) {
	if strings.Trim(text, "0123456789") != "" {
		e.refuse(name, "it holds something other than digits", "give digits")
		return
	}
	e.put(name, at, text, true, '0')
}

func (e *encoder) number(name string, at Columns, n int64) {
	if n < 0 {
		e.refuse(name, "it is below zero, and the columns are of digits", "leave it out")
		return
	}
	e.digits(name, at, strconv.FormatInt(n, 10))
}

func (e *encoder) refuse(name, what, fix string) {
	e.found.Add(&problem.Error{Code: ErrWrite, Path: strings.TrimPrefix(e.path+"."+name, "."), What: what, Fix: fix})
}

// end writes the record.
func (e *encoder) end() {
	for len(e.line) < e.layout.Width {
		e.line = append(e.line, ' ')
	}
	e.records++
	e.out.Write(e.line)
	e.out.WriteString("\r\n")
}

func (e *encoder) date(name string, at Columns, d civil.Date, form DateForm) {
	if !d.IsZero() && (d.Year() < 2000 || d.Year() > 2099) {
		e.refuse(name, fmt.Sprintf("%s cannot be written with a year of two digits", d), "give a day of this century")
		return
	}
	e.put(name, at, textOf(d, form), true, '0')
}

func (e *encoder) file(f *File) {
	l := e.layout
	size := Columns{35, 37}
	e.begin('1')
	e.digits("priority", Columns{2, 3}, "0")
	e.text("destination", Columns{4, 13}, f.Destination)
	e.text("origin", Columns{14, 23}, f.Origin)
	e.date("written", l.Written, f.Written, YYMMDD)
	e.digits("time", l.WrittenTime, f.Time)
	e.end()
	e.begin('2')
	e.text("destination", Columns{2, 11}, f.Destination)
	e.text("origin", Columns{12, 21}, f.Origin)
	e.digits("reference", Columns{22, 31}, "0")
	e.digits("service", Columns{32, 34}, "400")
	e.number("record size", size, int64(l.Width))
	e.number("block size", Columns{38, 41}, int64(l.Width))
	e.digits("format", Columns{42, 42}, "1")
	e.end()
	for i := range f.Boxes {
		e.path = fmt.Sprintf("boxes[%d]", i)
		e.box(f, &f.Boxes[i])
	}
	e.path = ""
	e.begin('9')
	e.number("records", l.Records, int64(e.records)+1)
	e.end()
}

func (e *encoder) box(f *File, b *Box) {
	l := e.layout
	path := e.path
	e.begin('5')
	e.number("batch", l.Batch, 0)
	e.number("item", l.Item, 0)
	e.digits("number", l.Lockbox, b.Number)
	e.date("deposited", l.Deposited, b.Deposited, YYMMDD)
	e.text("destination", Columns{21, 30}, f.Destination)
	e.text("origin", Columns{31, 40}, f.Origin)
	e.end()
	count, total := 0, money.Amount{}
	batches := b.Batches
	if len(batches) == 0 {
		batches = []Batch{{}}
	}
	before := -1
	for i := range batches {
		e.path = fmt.Sprintf("%s.batches[%d]", path, i)
		if batches[i].Number <= before {
			e.refuse("number", fmt.Sprintf("batch %d comes after batch %d", batches[i].Number, before), "number them upwards")
		}
		before = batches[i].Number
		sum := e.batch(b, &batches[i])
		count += len(batches[i].Checks)
		total = e.add(total, sum)
	}
	e.path = path
	e.begin('8')
	e.number("batch", l.Batch, 0)
	e.number("item", l.Item, 0)
	e.digits("number", l.Lockbox, b.Number)
	e.date("deposited", l.Deposited, b.Deposited, YYMMDD)
	e.number("count", l.LockboxCount, int64(count))
	e.number("total", l.LockboxTotal, total.Cents())
	e.end()
}

func (e *encoder) add(sum, more money.Amount) money.Amount {
	next, err := sum.Add(more)
	if err != nil {
		e.refuse("total", "the checks sum to more than can be held", "write them in several files")
		return sum
	}
	return next
}

func (e *encoder) batch(b *Box, batch *Batch) money.Amount {
	l := e.layout
	path, total, before := e.path, money.Amount{}, 0
	for i := range batch.Checks {
		c := &batch.Checks[i]
		e.path = fmt.Sprintf("%s.checks[%d]", path, i)
		if c.Item <= before {
			e.refuse("item", fmt.Sprintf("item %d comes after item %d", c.Item, before), "number them upwards from 1")
		}
		before = c.Item
		e.check(batch, c)
		total = e.add(total, c.Amount)
	}
	e.path = path
	e.begin('7')
	e.number("number", l.Batch, int64(batch.Number))
	e.number("item", l.Item, 0)
	e.digits("lockbox", l.Lockbox, b.Number)
	e.date("deposited", l.Deposited, b.Deposited, YYMMDD)
	e.number("count", l.BatchCount, int64(len(batch.Checks)))
	e.number("total", l.BatchTotal, total.Cents())
	e.end()
	return total
}

func (e *encoder) check(batch *Batch, c *Check) {
	l := e.layout
	who := c.payer.told()
	e.begin('6')
	e.number("batch", l.Batch, int64(batch.Number))
	e.number("item", l.Item, int64(c.Item))
	e.number("amount", l.Amount, c.Amount.Cents())
	e.digits("routing", l.Routing, who.routing)
	e.digits("account", l.Account, who.account)
	e.digits("number", l.CheckNo, c.Number)
	if !l.Dated.IsZero() {
		e.date("dated", l.Dated, c.Dated, l.DatedAs)
	}
	e.text("remitter", l.Remitter, who.remitter)
	if who.payee != "" {
		e.text("payee", l.Payee, who.payee)
	}
	stubs := c.Stubs
	if !l.Reference.IsZero() && len(stubs) > 0 && stubs[0].Net.IsZero() {
		e.text("reference", l.Reference, stubs[0].Reference)
		stubs = stubs[1:]
	}
	e.end()
	most := 9
	for range max(0, l.Sequence.width()-1) {
		most = most*10 + 9
	}
	for i := range stubs {
		stub := &stubs[i]
		e.begin('4')
		e.number("batch", l.Batch, int64(batch.Number))
		e.number("item", l.Item, int64(c.Item))
		e.digits("kind", Columns{8, 8}, "6")
		if !l.Sequence.IsZero() {
			e.number("sequence", l.Sequence, int64(i%most+1))
		}
		if !l.Last.IsZero() {
			e.digits("last", l.Last, map[bool]string{true: "9", false: "0"}[i == len(stubs)-1])
		}
		if l.Stub.IsZero() {
			e.text("memo", l.Memo, stub.Reference)
		} else {
			e.text("stub", l.Stub, stub.Reference)
			e.number("net", l.Net, stub.Net.Cents())
		}
		if !l.Deduction.IsZero() || !stub.Deduction.IsZero() {
			e.number("deduction", l.Deduction, stub.Deduction.Cents())
		}
		e.end()
	}
}
