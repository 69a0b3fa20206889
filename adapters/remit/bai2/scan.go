package bai2

import (
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/internal/lines"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments"
)

// MostText is how long a record with its continuations can be, in bytes; one that is longer is refused.
const MostText = 1 << 20

// Scan reads a statement, once, as a stream: groups, accounts and details as records, findings, the verdict on each account, group and the file when
// it ends, and a summary last. Memory stays flat at any size. Records share memory with the file, in chunks.
func Scan(r io.Reader, file string) iter.Seq2[remit.Item[Record], error] {
	return func(yield func(remit.Item[Record], error) bool) {
		s := &scanner{lines: lines.New(r), file: file, yield: yield, whole: level{open: true, holds: true, first: 1}}
		s.scan()
	}
}

type scanner struct {
	lines   *lines.Reader
	file    string
	yield   func(remit.Item[Record], error) bool
	stopped bool
	sum     remit.Summary

	// The record that is read, with what continues it: its code, none where no record is; its text; its lines; how many records it is.
	code       string
	text       string
	parts      []string // of its text, where it is continued
	size       int
	from, last int
	count      int64

	header, trailer       bool
	whole, group, account level
	accounts, details     int
	groupIs               Group
	accountIs             Account
	detailIs              Detail
	number, detailText    hidden
	record                Record
}

// level is a level that is open.
type level struct {
	open, holds bool
	first       int
	records     int64 // of which it is made, its own included
	parts       int64 // accounts of a group, groups of a file
	total       int64
	over        bool // the total does not fit
}

func (l *level) begin(line int) { *l = level{open: true, holds: true, first: line} }

func (l *level) add(cents int64) {
	next := l.total + cents
	l.over = l.over || cents != 0 && (next > l.total) != (cents > 0)
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
			s.finish()
			s.refuse(remit.ErrLong, 0, fmt.Sprintf("the line is longer than %d bytes", lines.Longest))
		case isBlank(line):
			s.sum.Blank++
		default:
			s.line(line)
		}
	}
	if s.stopped {
		return
	}
	if err := s.lines.Err(); err != nil {
		s.give(remit.Item[Record]{}, &problem.Error{Code: remit.ErrInput, Pos: problem.Pos{File: s.file, Line: s.lines.Number}, What: "the file cannot be read on", Fix: "read it again from the start", Err: err})
		return
	}
	s.finish()
	s.end()
	s.give(remit.Item[Record]{Summary: &s.sum}, nil)
}

func isBlank(line string) bool {
	return line == "" || line[0] <= ' ' && strings.Trim(line, " \t\x1a\x00") == ""
}

func (s *scanner) give(item remit.Item[Record], err error) {
	if !s.stopped && !s.yield(item, err) {
		s.stopped = true
	}
}

const sendAgain = "have the bank look at it, or send the file again"

// find gives a finding, at the first line of the record that is read where it names no other.
func (s *scanner) find(f remit.Finding) {
	s.sum.Findings++
	f.Pos.File = s.file
	if f.Pos.Line == 0 {
		f.Pos.Line = s.from
	}
	if f.Fix == "" {
		f.Fix = sendAgain
	}
	if f.Of == "" && f.Fails != payments.NoLevel {
		f.Of = s.of(f.Fails)
	}
	switch f.Fails {
	case payments.OfBatch:
		s.account.holds = false
	case payments.OfGroup:
		s.group.holds = false
	case payments.OfFile:
		s.whole.holds = false
	}
	s.give(remit.Item[Record]{Finding: &f}, nil)
}

// refuse gives the finding that stands for a line that is not used.
func (s *scanner) refuse(code problem.Code, column int, what string) {
	s.sum.Refused++
	s.find(remit.Finding{Code: code, Pos: problem.Pos{Line: s.lines.Number, Col: column}, What: what, Fails: s.innermost()})
}

// innermost is the innermost level that is open.
func (s *scanner) innermost() payments.Level {
	switch {
	case s.account.open:
		return payments.OfBatch
	case s.group.open:
		return payments.OfGroup
	}
	return payments.OfFile
}

func (s *scanner) of(l payments.Level) string {
	switch l {
	case payments.OfBatch:
		return fmt.Sprintf("account %d", s.accounts)
	case payments.OfGroup:
		return fmt.Sprintf("group %d", s.whole.parts)
	}
	return "file"
}

// line takes a line: what belongs to the record before, and the records that begin in it.
func (s *scanner) line(line string) {
	if codeAt(line) == "" {
		if s.code == "" {
			s.refuse(remit.ErrRecord, 1, "the line begins with none of the codes 01, 02, 03, 16, 49, 88, 98 and 99, and there is no record before it")
			return
		}
		if len(line) > 2 && line[2] == ':' && codeAt(line[:2]+",") != "" {
			s.find(remit.Finding{Code: remit.ErrRecord, Pos: problem.Pos{Line: s.lines.Number, Col: 3}, What: fmt.Sprintf("a colon stands behind %s where a comma makes a record: the line is taken for text of the record before it", line[:2])})
		}
		var more string
		more, line = cutRecord(line)
		if s.code == "16" && !s.wantsFields() {
			s.join("\n", more, false)
		} else {
			s.join("", more, false)
		}
	}
	s.sum.Records++
	for line != "" {
		code := line[:2]
		var record string
		record, line = cutRecord(line[3:])
		s.sum.Counted++
		if code == "88" && s.code != "" {
			s.count++
			if s.code == "16" && !s.wantsFields() {
				s.join("\n", record, true)
			} else {
				s.join(",", record, true)
			}
			continue
		}
		s.finish()
		s.code, s.text, s.parts, s.size, s.count = code, record, s.parts[:0], len(record), 1
		s.from, s.last = s.lines.Number, s.lines.Number
	}
}

// join puts what belongs to the record behind it, whose slash is no text where it had ended.
func (s *scanner) join(between, text string, hadEnded bool) {
	s.last = s.lines.Number
	if s.size += len(text) + 1; s.size > MostText {
		return
	}
	if len(s.parts) == 0 {
		s.parts = append(s.parts, s.text)
	}
	if end := len(s.parts) - 1; hadEnded {
		s.parts[end] = ended(s.parts[end])
	}
	s.parts = append(s.parts, between, text)
}

// wantsFields says whether a detail lacks fields up to its references, so that what continues it has them.
func (s *scanner) wantsFields() bool {
	f := fields{text: s.content()}
	f.take()
	f.take()
	_, _ = funds(&f)
	f.take()
	f.take()
	return f.missing
}

// content is the record with what continues it, without the slash at its end.
func (s *scanner) content() string {
	if len(s.parts) == 0 {
		return ended(s.text)
	}
	return ended(strings.Join(s.parts, ""))
}

// finish takes the record that was read, once another begins.
func (s *scanner) finish() {
	code := s.code
	if code == "" {
		return
	}
	if s.trailer {
		s.code = ""
		s.find(remit.Finding{Code: remit.ErrOrder, What: "a record comes after the trailer of the file", Fix: "give each file by itself", Fails: payments.OfFile})
		return
	}
	text := ""
	if s.size > MostText {
		s.find(remit.Finding{Code: remit.ErrLong, What: fmt.Sprintf("the record with what continues it is longer than %d bytes", MostText), Fails: s.innermost()})
	} else {
		text = s.content()
	}
	s.code = ""
	s.whole.records += s.count
	switch code {
	case "01":
		s.fileHeader()
	case "02":
		s.groupHeader(text)
	case "03":
		s.accountHeader(text)
	case "16":
		s.detail(text)
	case "49":
		s.accountTrailer(text)
	case "98":
		s.groupTrailer(text)
	case "99":
		s.fileTrailer(text)
	case "88":
		s.find(remit.Finding{Code: remit.ErrOrder, What: "a record 88 continues no record", Fails: s.innermost()})
	}
}

func (s *scanner) fileHeader() {
	if s.header || s.whole.records > s.count {
		s.find(remit.Finding{Code: remit.ErrOrder, What: "a header comes in the middle of the file", Fails: payments.OfFile})
	}
	s.header = true
}

// ready sees that the file was begun.
func (s *scanner) ready() {
	if !s.header {
		s.header = true
		s.find(remit.Finding{Code: remit.ErrTorn, What: "the file does not begin with its header, 01", Fails: payments.OfFile})
	}
}

func (s *scanner) groupHeader(text string) {
	s.ready()
	if s.account.open {
		s.torn(payments.OfBatch, "another group begins before its total")
	}
	if s.group.open {
		s.torn(payments.OfGroup, "another group begins before its total")
	}
	s.whole.parts++
	s.group.begin(s.from)
	s.group.records = s.count
	f := fields{text: text}
	s.groupIs = Group{Line: s.from, Receiver: f.take(), Originator: f.take(), Status: f.take()}
	if day, ok := dateOf(f.take()); ok {
		s.groupIs.AsOf = day
	} else {
		s.find(remit.Finding{Code: remit.ErrField, Field: "as_of", What: "there is no such day, or it is not written as YYMMDD", Fails: payments.OfGroup})
	}
	s.groupIs.Time, s.groupIs.Currency = f.take(), strings.TrimSpace(f.take())
	s.record = Record{Group: &s.groupIs}
	s.give(remit.Item[Record]{Record: &s.record}, nil)
}

func (s *scanner) accountHeader(text string) {
	s.ready()
	if s.account.open {
		s.torn(payments.OfBatch, "another account begins before its total")
	}
	if !s.group.open {
		s.whole.parts++
		s.group.begin(s.from)
		s.groupIs = Group{Line: s.from}
		s.find(remit.Finding{Code: remit.ErrOrder, What: "an account comes before the record that begins its group, 02", Fails: payments.OfGroup})
	}
	s.group.parts++
	s.group.records += s.count
	s.accounts++
	s.account.begin(s.from)
	s.account.records = s.count
	f := fields{text: text}
	s.number.text = strings.TrimSpace(f.take())
	s.accountIs = Account{Line: s.from, Last: s.last, Number: s.accounts, Currency: strings.TrimSpace(f.take()), Amounts: s.accountIs.Amounts[:0], number: &s.number}
	if s.accountIs.Currency == "" {
		s.accountIs.Currency = s.groupIs.Currency
	}
	for !f.over {
		s.amount(&f)
	}
	s.record = Record{Group: &s.groupIs, Account: &s.accountIs}
	s.give(remit.Item[Record]{Record: &s.record}, nil)
}

// amount is one balance or total of an account.
func (s *scanner) amount(f *fields) {
	a := Amount{Type: strings.TrimSpace(f.take()), Count: -1}
	text := f.take()
	cents, what := number(text)
	switch {
	case what != "":
		s.find(remit.Finding{Code: remit.ErrField, Field: "amount", What: what, Fails: payments.OfBatch})
	case strings.TrimSpace(text) != "":
		a.Amount, a.Stated = money.Cents(cents), true
		s.account.add(cents)
	}
	if count := strings.TrimSpace(f.take()); count != "" {
		n, what := number(count)
		if what != "" || n < 0 || n > 1<<30 {
			s.find(remit.Finding{Code: remit.ErrField, Field: "count", What: "the number of items is none", Fails: payments.OfBatch})
		} else {
			a.Count = int(n)
		}
	}
	a.Funds, what = funds(f)
	if what != "" {
		s.find(remit.Finding{Code: remit.ErrField, Field: "funds", What: what, Fails: payments.OfBatch})
	}
	if a.Type != "" || a.Stated {
		s.accountIs.Amounts = append(s.accountIs.Amounts, a)
	}
}

func (s *scanner) detail(text string) {
	s.ready()
	s.details++
	if !s.account.open {
		s.find(remit.Finding{Code: remit.ErrOrder, What: "a detail comes before the record that begins its account, 03", Fails: s.innermost()})
		return
	}
	s.account.records += s.count
	s.group.records += s.count
	head, more, _ := strings.Cut(text, "\n") // behind the first line end all is text
	f := fields{text: head}
	d := &s.detailIs
	*d = Detail{Line: s.from, Last: s.last, Number: s.details, Type: strings.TrimSpace(f.take()), text: &s.detailText}
	cents, what := number(f.take())
	if what != "" {
		s.find(remit.Finding{Code: remit.ErrField, Field: "amount", What: what, Fails: payments.OfBatch})
		return
	}
	d.Amount = money.Cents(cents)
	s.account.add(cents)
	if len(d.Type) != 3 || !isDigits(d.Type) {
		s.find(remit.Finding{Code: remit.ErrField, Field: "type", What: "the type is no code of three digits", Fails: payments.OfBatch})
	}
	if d.Funds, what = funds(&f); what != "" {
		s.find(remit.Finding{Code: remit.ErrField, Field: "funds", What: what, Fails: payments.OfBatch})
	}
	d.BankReference, d.CustomerReference, s.detailText.text = f.take(), f.take(), ""
	switch {
	case f.over:
		s.detailText.text = more
	case more == "":
		s.detailText.text = f.text
	default:
		s.detailText.text = f.text + "\n" + more
	}
	s.record = Record{Group: &s.groupIs, Account: &s.accountIs, Detail: d}
	s.give(remit.Item[Record]{Record: &s.record}, nil)
}

func (s *scanner) accountTrailer(text string) {
	s.ready()
	if !s.account.open {
		s.find(remit.Finding{Code: remit.ErrOrder, What: "the total of an account comes before it begins", Fails: s.innermost()})
		s.group.records += s.count
		return
	}
	s.account.records += s.count
	s.group.records += s.count
	f := fields{text: text}
	stated, isStated := s.stated(f.take(), "total", payments.OfBatch)
	s.total(payments.OfBatch, &s.account, stated, isStated)
	if isStated {
		s.group.add(stated) // as stated: one wrong total is one finding
	}
	s.control(payments.OfBatch, "count", s.account.records, f.take())
	s.close(payments.OfBatch, &s.account)
}

func (s *scanner) groupTrailer(text string) {
	s.ready()
	if s.account.open {
		s.torn(payments.OfBatch, "the total of its group comes before its own")
	}
	if !s.group.open {
		s.find(remit.Finding{Code: remit.ErrOrder, What: "the total of a group comes before it begins", Fails: payments.OfFile})
		return
	}
	s.group.records += s.count
	f := fields{text: text}
	stated, isStated := s.stated(f.take(), "total", payments.OfGroup)
	s.total(payments.OfGroup, &s.group, stated, isStated)
	if isStated {
		s.whole.add(stated)
	}
	s.control(payments.OfGroup, "accounts", s.group.parts, f.take())
	s.control(payments.OfGroup, "count", s.group.records, f.take())
	s.close(payments.OfGroup, &s.group)
}

func (s *scanner) fileTrailer(text string) {
	s.ready()
	if s.account.open {
		s.torn(payments.OfBatch, "the file ends before its total")
	}
	if s.group.open {
		s.torn(payments.OfGroup, "the file ends before its total")
	}
	s.trailer = true
	f := fields{text: text}
	stated, isStated := s.stated(f.take(), "total", payments.OfFile)
	s.total(payments.OfFile, &s.whole, stated, isStated)
	s.control(payments.OfFile, "groups", s.whole.parts, f.take())
	s.control(payments.OfFile, "count", s.whole.records, f.take())
}

// stated is a total that a trailer states; false where it is blank or none.
func (s *scanner) stated(text, name string, of payments.Level) (int64, bool) {
	n, what := number(text)
	if what != "" {
		s.find(remit.Finding{Code: remit.ErrField, Field: name, What: what, Fails: of})
		return 0, false
	}
	return n, strings.TrimSpace(text) != ""
}

func (s *scanner) total(of payments.Level, l *level, stated int64, isStated bool) {
	switch {
	case l.over:
		s.find(remit.Finding{Code: remit.ErrRange, Field: "total", What: "the amounts sum to more than can be held", Fails: of})
	case isStated && stated != l.total:
		s.differs(of, remit.Control{Name: "total", Stated: stated, Computed: l.total, Money: true}, money.Cents(stated).String(), money.Cents(l.total).String())
	}
}

// control compares a count that is stated, which no trailer leaves out.
func (s *scanner) control(of payments.Level, name string, computed int64, text string) {
	stated, ok := s.stated(text, name, of)
	if !ok && strings.TrimSpace(text) == "" {
		s.find(remit.Finding{Code: remit.ErrField, Field: name, What: "the trailer does not state it", Fails: of})
	}
	if ok && stated != computed {
		s.differs(of, remit.Control{Name: name, Stated: stated, Computed: computed}, fmt.Sprint(stated), fmt.Sprint(computed))
	}
}

func (s *scanner) differs(of payments.Level, c remit.Control, stated, computed string) {
	s.find(remit.Finding{Code: remit.ErrControl, Field: c.Name, Fails: of, What: fmt.Sprintf("the %s of %s is stated as %s, and its records come to %s", c.Name, s.of(of), stated, computed),
		Fix: "hold it and have the bank look at it", Control: &c})
}

func (s *scanner) torn(of payments.Level, what string) {
	s.find(remit.Finding{Code: remit.ErrTorn, Pos: problem.Pos{Line: s.lines.Number}, What: s.of(of) + " is not complete: " + what, Fails: of})
	if of == payments.OfBatch {
		s.close(of, &s.account)
	} else {
		s.close(of, &s.group)
	}
}

func (s *scanner) close(of payments.Level, l *level) {
	l.open = false
	s.give(remit.Item[Record]{Verdict: &remit.Verdict{Level: of, Of: s.of(of), Holds: l.holds, First: l.first, Last: max(l.first, s.last)}}, nil)
}

// end closes what the end of the source leaves open.
func (s *scanner) end() {
	s.last = s.lines.Number
	if s.sum.Lines > 0 && !s.header {
		s.from = 1
		s.ready()
	}
	if s.account.open {
		s.torn(payments.OfBatch, "the file ends before its total")
	}
	if s.group.open {
		s.torn(payments.OfGroup, "the file ends before its total")
	}
	if !s.trailer {
		s.find(remit.Finding{Code: remit.ErrTorn, Pos: problem.Pos{Line: s.lines.Number}, What: "the file ends before its trailer, 99", Fix: "have the bank send it again", Fails: payments.OfFile})
	}
	s.give(remit.Item[Record]{Verdict: &remit.Verdict{Level: payments.OfFile, Of: "file", Holds: s.whole.holds, First: min(1, s.sum.Lines), Last: s.sum.Lines}}, nil)
}
