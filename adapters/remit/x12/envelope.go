package x12

import (
	"fmt"
	"strconv"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/payments"
)

// level is what a verdict is given on: it is open from its first segment to its last.
type level struct {
	of          payments.Level
	kind, id    string // how messages name it
	open, holds bool
	line        int   // on which it begins
	parts       int64 // the groups of an interchange, the batches of a deposit
	segments    int64
	on          civil.Date // the day of a deposit
	stated      []control  // what a deposit or a batch states
	sums        sums
	implied     bool // a batch that no BAT began
}

// The kinds of levels, by which they are named.
const (
	interchangeName = "interchange"
	setName         = "set"
)

// group is a functional group. It is no level: what fails it fails its interchange.
type group struct {
	open         bool
	kind, number string
	sets         int64
}

func (l *level) name() string {
	if l.id == "" {
		return l.kind
	}
	id := l.id
	if quoted := strconv.Quote(id); len(quoted) != len(id)+2 {
		id = quoted // it has characters in it that do not print
	}
	return l.kind + " " + id
}

func (s *scanner) open(l *level, of payments.Level, kind string) {
	*l = level{of: of, kind: kind, open: true, holds: true, line: s.in.line, stated: l.stated[:0]}
}

// close gives the verdict on a level.
func (s *scanner) close(l *level) {
	if !l.open {
		return
	}
	l.open = false
	first := max(l.line, min(1, s.sum.Lines))
	s.give(remit.Item[Payment]{Verdict: &remit.Verdict{Level: l.of, Of: l.name(), Holds: l.holds, First: first, Last: max(first, s.in.line)}}, nil)
}

// envelope is the innermost that holds sets.
func (s *scanner) envelope() *level {
	if s.interchange.open {
		return &s.interchange
	}
	return &s.outermost
}

// holder is the innermost level that holds payments, or the envelope where none is open. What may have been a payment fails it.
func (s *scanner) holder() *level {
	switch {
	case s.batch.open:
		return &s.batch
	case s.deposit.open:
		return &s.deposit
	case s.set.open:
		return &s.set
	}
	return s.envelope()
}

// misplaced refuses a segment that cannot stand where it does.
func (s *scanner) misplaced(fails *level, what string) {
	s.fate = refused
	s.blame(fails, remit.Finding{Code: remit.ErrOrder, Field: string(s.all[0]), What: what})
}

func (s *scanner) beginInterchange() {
	s.tear("another begins before its end")
	s.open(&s.interchange, payments.OfGroup, interchangeName)
	s.interchange.id = s.label(13)
	s.measure(&s.interchange, 13)
	switch {
	case s.is(15, "T"):
		s.find(&s.interchange, remit.Finding{Code: ErrTest, Field: "ISA15", What: "the interchange is a test, which moves no money", Fix: "post nothing of it"})
	case !s.is(15, "P"):
		s.find(&s.interchange, remit.Finding{Code: remit.ErrField, Field: "ISA15", What: "the interchange says neither that it is one of production nor that it is a test"})
	}
}

func (s *scanner) endInterchange() {
	if !s.interchange.open {
		s.misplaced(&s.outermost, "an interchange ends that did not begin")
		return
	}
	s.tearSet("its interchange ends before it")
	if s.group.open {
		s.tearGroup("its interchange ends before it")
	}
	s.compare(&s.interchange, 1, "groups", s.interchange.parts)
	s.same(&s.interchange, 2, s.interchange.id)
	s.close(&s.interchange)
}

func (s *scanner) beginGroup() {
	if !s.interchange.open && !s.piece {
		s.misplaced(&s.outermost, "a functional group begins outside an interchange")
		return
	}
	s.tearSet("another functional group begins before its end")
	if s.group.open {
		s.tearGroup("another begins before its end")
	}
	s.group = group{open: true, kind: string(s.element(1)), number: s.label(6)}
	s.measure(s.envelope(), 6)
	s.interchange.parts++
	if s.group.kind != "RA" && s.group.kind != "LB" {
		s.find(s.envelope(), remit.Finding{Code: remit.ErrField, Field: "GS01", What: "the functional group is neither of payments, RA, nor of lockboxes, LB"})
	}
}

func (s *scanner) endGroup() {
	if !s.group.open {
		s.misplaced(s.envelope(), "a functional group ends that did not begin")
		return
	}
	s.tearSet("its functional group ends before it")
	s.compare(s.envelope(), 1, "sets", s.group.sets)
	s.same(s.envelope(), 2, s.group.number)
	s.group.open = false
}

func (s *scanner) beginSet() {
	s.tearSet("another set begins before its end")
	of := payments.OfBatch
	if s.is(1, "823") {
		of = payments.OfGroup
	}
	s.open(&s.set, of, setName)
	s.set.segments = 1
	s.set.id = s.label(2)
	s.measure(&s.set, 2)
	s.kind, s.currency, s.any = string(s.element(1)), "", false
	s.other = s.kind != "820" && s.kind != "823"
	s.group.sets++
	switch {
	case s.other:
		s.find(&s.set, remit.Finding{Code: remit.ErrField, Field: "ST01", What: "the set is neither an 820 nor an 823, and is passed over"})
	case !s.group.open && !s.piece:
		s.find(s.envelope(), remit.Finding{Code: remit.ErrOrder, Field: "ST", What: "the set is in no functional group"})
	case s.group.open && (s.group.kind == "RA" && s.kind == "823" || s.group.kind == "LB" && s.kind == "820"):
		s.find(&s.set, remit.Finding{Code: remit.ErrField, Field: "ST01", What: "the set is of another kind than its functional group"})
	}
}

func (s *scanner) endSet() {
	if !s.set.open {
		s.misplaced(s.envelope(), "a set ends that did not begin")
		return
	}
	s.endDeposit()
	if !s.any && !s.other {
		s.find(&s.set, remit.Finding{Code: remit.ErrOrder, Field: "BPR", What: "the set has no payment"})
	}
	s.compare(&s.set, 1, "segments", s.set.segments)
	s.same(&s.set, 2, s.set.id)
	s.close(&s.set)
}

// tear ends the interchange that is open, with all in it, where it cannot end.
func (s *scanner) tear(what string) {
	s.tearSet(what)
	if s.group.open {
		s.tearGroup(what)
	}
	if s.interchange.open {
		s.find(&s.interchange, remit.Finding{Code: remit.ErrTorn, What: "the interchange is not complete: " + what, Fix: "have the file sent again"})
		s.close(&s.interchange)
	}
}

func (s *scanner) tearGroup(what string) {
	s.find(s.envelope(), remit.Finding{Code: remit.ErrTorn, Field: "GE", What: "the functional group is not complete: " + what, Fix: "have the file sent again"})
	s.group.open = false
}

// tearSet ends the set that is open where it cannot end. The payment that is open may have gone on, and so may its batch and its deposit.
func (s *scanner) tearSet(what string) {
	if !s.set.open {
		return
	}
	s.blame(&s.set, remit.Finding{Code: remit.ErrTorn, What: "the set is not complete: " + what, Fix: "have the file sent again"})
	s.batch.holds, s.deposit.holds = false, false
	s.endDeposit()
	s.close(&s.set)
}

// compare compares a count that a trailer states.
func (s *scanner) compare(l *level, at int, name string, computed int64) {
	stated, ok := count(s.element(at))
	if !ok {
		s.find(l, remit.Finding{Code: remit.ErrField, Field: s.field(at), What: "the number of " + name + " is none"})
		return
	}
	if stated != computed {
		s.find(l, remit.Finding{Code: remit.ErrControl, Field: s.field(at), What: fmt.Sprintf("the number of %s is stated as %d, and is %d", name, stated, computed),
			Control: &remit.Control{Name: name, Stated: stated, Computed: computed}})
	}
}

// same sees that a trailer has the control number of its header. Numbers are the same whatever zeros are before them.
func (s *scanner) same(l *level, at int, begun string) {
	ended := s.element(at)
	if string(ended) == begun {
		return
	}
	if a, ok := count(ended); ok {
		if b, ok := count([]byte(begun)); ok && a == b {
			return
		}
	}
	s.find(l, remit.Finding{Code: remit.ErrControl, Field: s.field(at), What: "the control number at the end is another than at the beginning"})
}
