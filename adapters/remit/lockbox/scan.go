package lockbox

import (
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/internal/lines"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments"
)

// ErrOrphanOverflow is a record of type 4 that belongs to no check: none came before it, or its batch or item is another's.
const ErrOrphanOverflow problem.Code = "E_ORPHAN_OVERFLOW"

// MostStubs is how many stubs a check can have; of one with more the rest is refused.
const MostStubs = 100_000

// Scan reads a file of a layout, once, as a stream: each check when all of its stubs are read, findings, the verdict on each batch,
// lockbox and the file when it ends, and a summary last. Memory stays flat at any size. The text is read in chunks, of which references are
// parts. A layout that is none is an error before anything is read.
func Scan(r io.Reader, layout Layout, file string) iter.Seq2[remit.Item[Check], error] {
	return func(yield func(remit.Item[Check], error) bool) {
		if err := layout.Check(); err != nil {
			yield(remit.Item[Check]{}, err)
			return
		}
		s := &scanner{layout: &layout, lines: lines.New(r), file: file, yield: yield, payer: &payer{layout: &layout}, whole: level{holds: true}}
		s.scan()
	}
}

type scanner struct {
	layout  *Layout
	lines   *lines.Reader
	file    string
	yield   func(remit.Item[Check], error) bool
	stopped bool
	sum     remit.Summary

	// What is open.
	whole, box, batch level
	header, trailer   bool
	hasCheck          bool
	check             Check
	payer             *payer
	sawLast           bool
	boxNumber         string
	boxDay            civil.Date
	batchNumber       int
	item              int
	batchText         string // the batch and the item of the check as they stand there
	itemText          string
	dateText          string // the last that was read, and what it was
	date              civil.Date
	records           int64
}

// level is a level that is open: where it began, what its checks come to.
type level struct {
	open, holds  bool
	first        int
	count, total int64
	over         bool // the total does not fit
}

func (l *level) begin(line int) { *l = level{open: true, holds: true, first: line} }

func (l *level) add(cents int64) {
	l.count++
	next := l.total + cents
	l.over = l.over || (next > l.total) != (cents > 0) && cents != 0
	l.total = next
}

func (s *scanner) scan() {
	for {
		line, long, ok := s.lines.Next()
		if !ok || s.stopped {
			break
		}
		s.sum.Lines++
		switch {
		case long:
			s.records++
			s.refuse(remit.ErrLong, "", 0, fmt.Sprintf("the line is longer than %d bytes", lines.Longest), "have the bank send the file again")
			s.fail(payments.OfBatch)
		case isBlank(line):
			s.sum.Blank++
		default:
			s.record(line)
		}
	}
	if s.stopped {
		return
	}
	if err := s.lines.Err(); err != nil {
		s.give(remit.Item[Check]{}, &problem.Error{Code: remit.ErrInput, Pos: problem.Pos{File: s.file, Line: s.lines.Number}, What: "the file cannot be read on", Fix: "read it again from the start", Err: err})
		return
	}
	s.end()
	s.give(remit.Item[Check]{Summary: &s.sum}, nil)
}

func isBlank(line string) bool {
	if line != "" && line[0]-'0' <= 9 {
		return false
	}
	return strings.Trim(line, " \x1a\x00") == "" // files of old systems end in a Control-Z
}

func (s *scanner) give(item remit.Item[Check], err error) {
	if !s.stopped && !s.yield(item, err) {
		s.stopped = true
	}
}

// find gives a finding at the line.
func (s *scanner) find(f remit.Finding) *remit.Finding {
	s.sum.Findings++
	f.Pos.File = s.file
	if f.Pos.Line == 0 {
		f.Pos.Line = s.lines.Number
	}
	s.give(remit.Item[Check]{Finding: &f}, nil)
	return &f
}

// refuse gives the finding that stands for the line, which is not used.
func (s *scanner) refuse(code problem.Code, field string, column int, what, fix string) {
	s.sum.Refused++
	s.find(remit.Finding{Code: code, Pos: problem.Pos{Col: column}, Field: field, What: what, Fix: fix, Fails: s.innermost(), Of: s.of(s.innermost())})
}

// innermost is the innermost level that is open.
func (s *scanner) innermost() payments.Level {
	switch {
	case s.batch.open:
		return payments.OfBatch
	case s.box.open:
		return payments.OfGroup
	}
	return payments.OfFile
}

// fail marks a level, or what encloses it where it is not open, as one that does not hold.
func (s *scanner) fail(l payments.Level) {
	switch {
	case l >= payments.OfBatch && s.batch.open:
		s.batch.holds = false
	case l >= payments.OfGroup && s.box.open:
		s.box.holds = false
	default:
		s.whole.holds = false
	}
}

func (s *scanner) of(l payments.Level) string {
	switch l {
	case payments.OfBatch:
		return fmt.Sprintf("batch %d", s.batchNumber)
	case payments.OfGroup:
		if s.boxNumber != "" {
			return "lockbox " + s.boxNumber
		}
		return "lockbox"
	}
	return "file"
}

const sendAgain = "have the bank look at it, or send the file again"

// record takes one line by its type.
func (s *scanner) record(line string) {
	if s.trailer {
		s.refuse(remit.ErrOrder, "", 0, "a record comes after the trailer of the file", "give each file by itself")
		s.whole.holds = false
		return
	}
	s.records++
	kind := line[0]
	if kind != '4' && s.hasCheck {
		s.endCheck()
	}
	switch kind {
	case '1':
		s.fileHeader(line)
	case '2':
		if !s.header || s.box.open {
			s.misplaced("a service record does not come behind the header")
			return
		}
		s.sum.Records++
	case '5':
		s.begin(line)
	case '6':
		s.detail(line)
	case '4':
		s.overflow(line)
	case '7':
		s.batchTotal(line)
	case '8':
		s.lockboxTotal(line)
	case '9':
		s.fileTrailer(line)
	default:
		s.refuse(remit.ErrRecord, "", 1, "the line begins with none of the types 1, 2, 4, 5, 6, 7, 8 and 9", sendAgain)
		s.fail(payments.OfBatch)
	}
}

func (s *scanner) misplaced(what string) {
	s.refuse(remit.ErrOrder, "", 1, what, sendAgain)
	s.fail(payments.OfBatch)
}

func (s *scanner) fileHeader(line string) {
	if s.header || s.records > 1 {
		s.misplaced("a header comes in the middle of the file")
		return
	}
	s.header = true
	s.whole.begin(s.lines.Number)
	if _, ok := s.dateAt(line, s.layout.Written, YYMMDD, "written"); !ok {
		s.fail(payments.OfFile)
		return
	}
	s.sum.Records++
}

// ready sees that the file was begun.
func (s *scanner) ready() {
	if !s.header {
		s.header = true
		s.whole.begin(s.lines.Number)
		s.find(remit.Finding{Code: remit.ErrTorn, Pos: problem.Pos{Col: 1}, What: "the file does not begin with its header, of type 1", Fix: sendAgain, Fails: payments.OfFile, Of: "file"})
		s.whole.holds = false
	}
}

// begin is a record of type 5: the start of a lockbox, or of a batch where each has one.
func (s *scanner) begin(line string) {
	s.ready()
	number := strings.TrimSpace(cut(line, s.layout.Lockbox))
	if s.batch.open {
		s.tornBatch("a record of type 5 comes before its total")
	}
	day, ok := s.dateAt(line, s.layout.Deposited, YYMMDD, "deposited")
	if !ok {
		s.fail(payments.OfGroup)
		return
	}
	if s.box.open && number != s.boxNumber {
		s.tornBox("another lockbox begins before its total")
	}
	if !s.box.open {
		s.box.begin(s.lines.Number)
	}
	s.boxNumber, s.boxDay = strings.Clone(number), day
	s.sum.Records++
}

func (s *scanner) detail(line string) {
	s.ready()
	if !s.box.open {
		s.find(remit.Finding{Code: remit.ErrOrder, Pos: problem.Pos{Col: 1}, What: "a check comes before the record that begins its lockbox, of type 5", Fix: sendAgain, Fails: payments.OfGroup, Of: "lockbox"})
		s.box.begin(s.lines.Number)
		s.box.holds, s.boxNumber, s.boxDay = false, "", civil.Date{}
	}
	batch, okBatch := s.numberAt(line, s.layout.Batch, "batch")
	if !okBatch {
		s.fail(payments.OfBatch)
		return
	}
	if s.batch.open && int(batch) != s.batchNumber {
		s.tornBatch(fmt.Sprintf("a check of batch %d comes before its total", batch))
	}
	if !s.batch.open {
		s.batch.begin(s.lines.Number)
		s.batchNumber, s.item = int(batch), 0
	}
	item, ok := s.numberAt(line, s.layout.Item, "item")
	if !ok {
		s.batch.holds = false
		return
	}
	cents, ok := s.centsAt(line, s.layout.Amount, "amount")
	if !ok {
		s.batch.holds = false
		return
	}
	dated, ok := s.dateAt(line, s.layout.Dated, s.layout.DatedAs, "dated")
	if !ok {
		s.batch.holds = false
		return
	}
	if int(item) <= s.item {
		s.refuse(remit.ErrOrder, "item", s.layout.Item.From, fmt.Sprintf("item %d comes after item %d", item, s.item), sendAgain)
		s.batch.holds = false
		return
	}
	s.item = int(item)
	s.batchText, s.itemText = cut(line, s.layout.Batch), cut(line, s.layout.Item)
	s.batch.add(cents)
	s.box.add(cents)
	s.sum.Records++
	l := s.layout
	s.payer.line = line
	number := trim(cut(line, l.CheckNo))
	if isZeros(number) {
		number = ""
	}
	s.check = Check{Line: s.lines.Number, Last: s.lines.Number, Lockbox: s.boxNumber, Deposited: s.boxDay, Batch: s.batchNumber, Item: s.item, Amount: money.Cents(cents),
		Number: number, Dated: dated, Stubs: s.check.Stubs[:0], payer: s.payer}
	if reference := trim(cut(line, l.Reference)); reference != "" {
		s.check.Stubs = append(s.check.Stubs, Stub{Line: s.lines.Number, Reference: reference})
	}
	s.hasCheck, s.sawLast = true, false
}

// overflow is a record of type 4, of the check before it.
func (s *scanner) overflow(line string) {
	s.ready()
	orphan := func(what string) {
		s.refuse(ErrOrphanOverflow, "", 1, what, sendAgain)
		s.fail(payments.OfBatch)
	}
	if !s.hasCheck {
		orphan("a record of type 4 comes without a check before it")
		return
	}
	l := s.layout
	batch, item := int64(s.check.Batch), int64(s.check.Item)
	if cut(line, l.Batch) != s.batchText || cut(line, l.Item) != s.itemText { // else they are those of the check
		ok := false
		if batch, ok = s.numberAt(line, l.Batch, "batch"); ok {
			item, ok = s.numberAt(line, l.Item, "item")
		}
		if !ok {
			s.batch.holds = false
			return
		}
	}
	if int(batch) != s.check.Batch || int(item) != s.check.Item {
		orphan(fmt.Sprintf("a record of type 4 is of batch %d, item %d, and the check before it is item %d of batch %d", batch, item, s.check.Item, s.check.Batch))
		return
	}
	stub := Stub{Line: s.lines.Number}
	net, okNet := s.centsAt(line, l.Net, "net")
	deduction, okDeduction := int64(0), false
	if okNet {
		deduction, okDeduction = s.centsAt(line, l.Deduction, "deduction")
	}
	sequence, okSequence := int64(0), false
	if okDeduction {
		sequence, okSequence = s.numberAt(line, l.Sequence, "sequence")
	}
	if !okSequence {
		s.check.Fault = s.fault(remit.ErrField, "net", "a stub of the check cannot be read")
		return
	}
	if len(s.check.Stubs) >= MostStubs {
		s.refuse(remit.ErrLong, "", 1, fmt.Sprintf("the check has more than %d stubs", MostStubs), "look at the check itself")
		s.check.Fault = s.fault(remit.ErrLong, "", "the check has more stubs than are read")
		return
	}
	s.sum.Records++
	s.check.Last = s.lines.Number
	s.follow(line, int(sequence))
	stub.Sequence, stub.Net, stub.Deduction = int(sequence), money.Cents(net), money.Cents(deduction)
	if l.Stub.IsZero() {
		stub.Reference, _, _ = strings.Cut(trim(cut(line, l.Memo)), " ")
	} else {
		stub.Reference = trim(cut(line, l.Stub))
	}
	s.check.Stubs = append(s.check.Stubs, stub)
}

// follow sees that the stubs of a check come one after the other, and none after the last.
func (s *scanner) follow(line string, sequence int) {
	l := s.layout
	if !l.Last.IsZero() {
		if s.sawLast {
			s.check.Fault = s.fault(remit.ErrOrder, "last", "a stub comes after the one that is marked as the last of its check")
		}
		s.sawLast = cut(line, l.Last) == "9"
	}
	if l.Sequence.IsZero() {
		return
	}
	want, most := 1, 9
	for range l.Sequence.width() - 1 {
		most = most*10 + 9
	}
	if n := len(s.check.Stubs); n > 0 && s.check.Stubs[n-1].Line != s.check.Line {
		if want = s.check.Stubs[n-1].Sequence + 1; want > most {
			want = 1
		}
	}
	if sequence != want {
		s.check.Fault = s.fault(remit.ErrOrder, "sequence", fmt.Sprintf("stub %d comes where stub %d should", sequence, want))
	}
}

// fault is a finding of a check whose line is used.
func (s *scanner) fault(code problem.Code, field, what string) *remit.Finding {
	return s.find(remit.Finding{Code: code, Field: field, What: what, Fix: "look at the check and its stubs", Fails: payments.OfReceipt, Of: fmt.Sprintf("batch %d, item %d", s.check.Batch, s.check.Item)})
}

func (s *scanner) endCheck() {
	s.hasCheck = false
	n := len(s.check.Stubs)
	if !s.layout.Last.IsZero() && n > 0 && s.check.Stubs[n-1].Line != s.check.Line && !s.sawLast && s.check.Fault == nil {
		s.check.Fault = s.fault(remit.ErrTorn, "last", "the last stub of the check is not marked as the last: one may be missing")
	}
	s.give(remit.Item[Check]{Record: &s.check}, nil)
}

func (s *scanner) batchTotal(line string) {
	s.ready()
	batch, ok := s.numberAt(line, s.layout.Batch, "batch")
	if !ok {
		s.fail(payments.OfBatch)
		return
	}
	if !s.batch.open { // a batch without a check, as of an empty lockbox
		if !s.box.open {
			s.misplaced("the total of a batch comes before a lockbox begins")
			return
		}
		s.batch.begin(s.lines.Number)
		s.batchNumber = int(batch)
	}
	s.sum.Records++
	if int(batch) != s.batchNumber {
		s.tornBatch(fmt.Sprintf("the total is of batch %d", batch))
		return
	}
	s.sameBox(line)
	s.compare(&s.batch, payments.OfBatch, line, "count", s.layout.BatchCount, s.layout.BatchTotal)
	s.endBatch()
}

// sameBox sees that a total is of the lockbox that is open.
func (s *scanner) sameBox(line string) {
	if s.layout.Lockbox.IsZero() {
		return
	}
	if number := strings.TrimSpace(cut(line, s.layout.Lockbox)); s.box.open && number != s.boxNumber {
		s.find(remit.Finding{Code: remit.ErrField, Pos: problem.Pos{Col: s.layout.Lockbox.From}, Field: "lockbox", What: "the total is of another lockbox", Fix: sendAgain, Fails: s.innermost(), Of: s.of(s.innermost())})
		s.fail(s.innermost())
	}
}

// compare compares what a level states with what its checks come to.
func (s *scanner) compare(l *level, of payments.Level, line, countName string, count, total Columns) {
	stated, ok := s.stated(line, count, countName)
	if !ok {
		l.holds = false
	} else if stated != l.count {
		l.holds = false
		s.control(of, countName, count.From, stated, l.count, false)
	}
	stated, ok = s.stated(line, total, "total")
	switch {
	case !ok:
		l.holds = false
	case l.over:
		l.holds = false
		s.find(remit.Finding{Code: remit.ErrRange, Field: "total", What: "the checks sum to more than can be held", Fix: "give the file in parts", Fails: of, Of: s.of(of)})
	case stated != l.total:
		l.holds = false
		s.control(of, "total", total.From, stated, l.total, true)
	}
}

// stated is a total or a count of a record that is used whatever stands in it.
func (s *scanner) stated(line string, at Columns, name string) (int64, bool) {
	n, column, what := number(cut(line, at), at.width())
	if what == "" {
		return n, true
	}
	s.find(remit.Finding{Code: remit.ErrField, Pos: problem.Pos{Col: at.From + column}, Field: name, What: what, Fix: sendAgain, Fails: s.innermost(), Of: s.of(s.innermost())})
	return 0, false
}

func (s *scanner) control(of payments.Level, name string, column int, stated, computed int64, isMoney bool) {
	show := func(n int64) string {
		if isMoney {
			return money.Cents(n).String()
		}
		return fmt.Sprint(n)
	}
	things := "its checks"
	if of == payments.OfFile {
		things = "its records"
	}
	s.find(remit.Finding{Code: remit.ErrControl, Pos: problem.Pos{Col: column}, Field: name, Of: s.of(of), Fails: of,
		What: fmt.Sprintf("the %s of %s is stated as %s, and %s come to %s", name, s.of(of), show(stated), things, show(computed)),
		Fix:  "hold the " + of.String() + " and have the bank look at it", Control: &remit.Control{Name: name, Stated: stated, Computed: computed, Money: isMoney}})
}

func (s *scanner) lockboxTotal(line string) {
	s.ready()
	if !s.box.open {
		s.misplaced("the total of a lockbox comes before it begins")
		return
	}
	s.sum.Records++
	if s.batch.open {
		s.tornBatch("the total of its lockbox comes before its own")
	}
	s.sameBox(line)
	s.compare(&s.box, payments.OfGroup, line, "count", s.layout.LockboxCount, s.layout.LockboxTotal)
	s.endBox()
}

func (s *scanner) fileTrailer(line string) {
	s.ready()
	s.sum.Records++
	if s.batch.open {
		s.tornBatch("the file ends before its total")
	}
	if s.box.open {
		s.tornBox("the file ends before its total")
	}
	s.trailer = true
	stated, ok := s.stated(line, s.layout.Records, "records")
	if !ok {
		s.whole.holds = false
	} else if stated != s.records {
		s.whole.holds = false
		s.control(payments.OfFile, "records", s.layout.Records.From, stated, s.records, false)
	}
}

// end closes what the end of the source leaves open.
func (s *scanner) end() {
	if s.hasCheck {
		s.endCheck()
	}
	if s.batch.open {
		s.tornBatch("the file ends before its total")
	}
	if s.box.open {
		s.tornBox("the file ends before its total")
	}
	if !s.trailer {
		s.whole.holds = false
		s.find(remit.Finding{Code: remit.ErrTorn, What: "the file ends before its trailer, of type 9", Fix: "have the bank send it again", Fails: payments.OfFile, Of: "file"})
	}
	s.give(remit.Item[Check]{Verdict: &remit.Verdict{Level: payments.OfFile, Of: "file", Holds: s.whole.holds, First: min(1, s.sum.Lines), Last: s.sum.Lines}}, nil)
}

func (s *scanner) tornBatch(what string) {
	s.find(remit.Finding{Code: remit.ErrTorn, What: s.of(payments.OfBatch) + " is not complete: " + what, Fix: sendAgain, Fails: payments.OfBatch, Of: s.of(payments.OfBatch)})
	s.batch.holds = false
	s.endBatch()
}

func (s *scanner) endBatch() {
	s.batch.open = false
	s.give(remit.Item[Check]{Verdict: &remit.Verdict{Level: payments.OfBatch, Of: s.of(payments.OfBatch), Holds: s.batch.holds, First: s.batch.first, Last: s.lines.Number}}, nil)
}

func (s *scanner) tornBox(what string) {
	s.find(remit.Finding{Code: remit.ErrTorn, What: s.of(payments.OfGroup) + " is not complete: " + what, Fix: sendAgain, Fails: payments.OfGroup, Of: s.of(payments.OfGroup)})
	s.box.holds = false
	s.endBox()
}

func (s *scanner) endBox() {
	s.box.open = false
	s.give(remit.Item[Check]{Verdict: &remit.Verdict{Level: payments.OfGroup, Of: s.of(payments.OfGroup), Holds: s.box.holds, First: s.box.first, Last: s.lines.Number}}, nil)
}
