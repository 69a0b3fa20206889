package delim

import (
	"fmt"
	"strconv"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments"
)

// mostStated is how many totals and counts one level can state, and longestNumber how long the number of a batch can be, in bytes.
const (
	mostStated    = 32
	longestNumber = 40
)

// level is the file, or the batch that is open, while its lines come.
type level struct {
	level       payments.Level
	of          string
	number      string // of a batch, as the file has it
	open        bool
	failed      bool
	first, last int
	rows        int64
	total       int64
	over        bool // the total is no sum any more
	stated      []stated
	came        uint64 // the records of controls that came, by their place among the profile's
}

// stated is a total or a count that a file states, to be compared when the level is closed.
type stated struct {
	role  Role
	cents int64
	at    problem.Pos
}

// add counts a row.
func (l *level) add(row *Row) {
	l.rows++
	cents := row.Amount.Cents()
	sum := l.total + cents
	l.over = l.over || (sum > l.total) != (cents > 0) && cents != 0
	l.total = sum
	l.last = row.Last
}

// current is the level that a line which can be of no other is of.
func (s *scanner) current() *level {
	if s.batch.open {
		return &s.batch
	}
	return &s.whole
}

// beginBatch opens a batch at the line that is read.
func (s *scanner) beginBatch(number string, line int) {
	s.batches++
	of := "batch " + number
	if number == "" {
		of = "batch " + strconv.FormatInt(s.batches, 10)
	}
	s.batch = level{level: payments.OfBatch, of: of, number: number, open: true, first: line, last: line, stated: s.batch.stated[:0]}
}

// placeRow puts a row into its batch. It says false where there is none that it can be in; then it has been refused.
func (s *scanner) placeRow(number string, has bool, n int) bool {
	if !s.plan.batched {
		return true
	}
	line := s.number - n + 1
	switch {
	case !s.batch.open && s.plan.bracketed:
		s.refuse(n, &s.whole, remit.ErrOrder, "", 0, "the row stands in no batch")
		return false
	case !s.batch.open:
		s.beginBatch(number, line)
	case !has || number == s.batch.number:
	case s.plan.bracketed || s.plan.closed:
		s.refuse(n, &s.batch, remit.ErrOrder, string(BatchNo), 0, "the row is of another batch than the one that it stands in")
		return false
	default:
		s.close(&s.batch)
		s.beginBatch(number, line)
	}
	return true
}

// control reads a line that states something of a batch or of the file.
func (s *scanner) control(line string, r *record, n int) {
	l := &s.whole
	if r.Of == ofBatch {
		number, ok := s.batchNumber(line, r, n)
		if !ok {
			return
		}
		switch {
		case r.Opens:
			if s.batch.open {
				s.close(&s.batch)
			}
			s.beginBatch(number, s.number-n+1)
		case !s.batch.open:
			s.refuse(n, &s.whole, remit.ErrOrder, "", 0, "the end of a batch stands where none is open")
			return
		case number != "" && s.batch.number != "" && number != s.batch.number:
			s.refuse(n, &s.batch, remit.ErrOrder, string(BatchNo), 0, "the end of another batch stands in this one")
			return
		}
		l = &s.batch
	}
	if len(l.stated)+len(r.places) > mostStated {
		s.refuse(n, l, remit.ErrOrder, "", 0, "more totals and counts are stated than one level can have")
		return
	}
	s.sum.Records += n
	l.last = s.number
	l.came |= 1 << r.at
	for i := range r.places {
		q := &r.places[i]
		if !q.Role.isControl() {
			continue
		}
		text, cut := s.value(line, q)
		column := s.columnOf(line, q)
		cents, code, what := int64(0), remit.ErrField, "the line ends within the field"
		if !cut {
			cents, code, what = s.plan.cents(text, q)
		}
		if what != "" {
			s.find(remit.Finding{Code: code, Pos: problem.Pos{Col: column}, Field: string(q.Role), What: what, Fix: "hold what it is stated of, and have its sender look at it"}, l)
			continue
		}
		l.stated = append(l.stated, stated{q.Role, cents, problem.Pos{Line: s.number, Col: column}})
	}
	if r.Of == ofBatch && !r.Opens {
		s.close(&s.batch)
	}
}

// batchNumber is the number of the batch that a line is of; empty where it has none.
func (s *scanner) batchNumber(line string, r *record, n int) (string, bool) {
	if r.batch == nil {
		return "", true
	}
	text, _ := s.value(line, r.batch)
	if len(text) > longestNumber || !isText(text) {
		s.refuse(n, s.current(), remit.ErrField, string(BatchNo), s.columnOf(line, r.batch), "there is no number of a batch")
		return "", false
	}
	return text, true
}

// close compares what a level states with what its rows come to, and gives the verdict on it.
func (s *scanner) close(l *level) {
	for i := range s.plan.records {
		r := &s.plan.records[i]
		if r.Is == isControl && (r.Of == ofBatch) == (l.level == payments.OfBatch) && l.came&(1<<r.at) == 0 {
			s.find(remit.Finding{Code: remit.ErrTorn, Pos: problem.Pos{Line: max(1, l.last)}, What: "the record " + r.Name + " of the " + l.level.String() + " is missing", Fix: "have it sent again"}, l)
		}
	}
	if l.over {
		s.find(remit.Finding{Code: remit.ErrRange, Pos: problem.Pos{Line: max(1, l.last)}, What: "the amounts sum to more than can be held", Fix: "have it sent in parts"}, l)
	}
	for _, c := range l.stated {
		control := remit.Control{Stated: c.cents}
		show := func(n int64) string { return strconv.FormatInt(n, 10) }
		of := "its rows come"
		switch c.role {
		case Count:
			control.Name, control.Computed = "count", l.rows
		case Batches:
			control.Name, control.Computed, of = "batches", s.batches, "they come"
		case Lines:
			control.Name, control.Computed, of = "records", int64(s.sum.Lines-s.sum.Blank), "its lines come"
		default:
			control.Name, control.Computed, control.Money = "total", l.total, true
			show = func(n int64) string { return money.Cents(n).String() }
			if l.over {
				continue // it has been told that there is none
			}
		}
		if control.Stated != control.Computed {
			s.find(remit.Finding{Code: remit.ErrControl, Pos: c.at, Field: control.Name, Control: &control, Fix: "hold it, and have its sender look at it",
				What: fmt.Sprintf("the %s of the %s is stated as %s, and %s to %s", control.Name, l.level, show(control.Stated), of, show(control.Computed))}, l)
		}
	}
	s.give(remit.Item[Row]{Verdict: &remit.Verdict{Level: l.level, Of: l.of, Holds: !l.failed, First: l.first, Last: l.last}}, nil)
	l.open = false
}
