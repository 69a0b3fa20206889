package rates

import (
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// An Engine prices bills by a book that has been proven. It is immutable and safe
// for use by several goroutines.
type Engine struct {
	book      Book
	digest    Digest
	schedules map[string]*schedule
	order     []*schedule // as in the book
}

// schedule is a compiled Schedule.
type schedule struct {
	*Schedule
	facts    []Fact
	slots    map[string]int    // of facts
	allowed  []map[string]bool // by slot
	versions []version
}

// strict says that the schedule is no outside format's, which is priced as written.
func (s *schedule) strict() bool { return len(s.Codes) == 0 }

type version struct {
	schedule    *schedule
	book        *Version
	definitions []*definitionNode
	charges     []charge
	groups      []group
	// reads is what the charges of the bill read, memo charges left out.
	reads reads
	// byName is what names mean, for both evaluators.
	byName map[string]meaning
	// plan is the program of its bills; nil where it has none, for the reason unproven.
	plan     *plan
	unproven error
}

// A group is charges that rest on each other, in the order in which they are
// priced, with all that they depend on. It is cut where that changes.
type group struct {
	charges []int
	reads   reads
}

// reads is what may change inside a period, as far as something depends on it.
type reads struct {
	season bool
	facts  []bool // by slot
}

type charge struct {
	slot   int
	book   *Charge
	text   string
	source Citation
	meters []condition
	when   []condition
	of     []int
	// reads is what the charge depends on, with the charges that it rests on.
	reads   reads
	amount  node
	price   node
	percent node
	cap     node
	// quantity is of PerUnit, tiers of Tiered.
	quantity node
	tiers    *tieredNode
}

type condition struct {
	book *Condition
	fact node
	in   map[string]bool
}

// A meaning is what a name stands for in a version.
type meaning struct {
	kind meaningKind
	slot int
}

type meaningKind uint8

const (
	meansFact meaningKind = iota + 1
	meansDefinition
	meansCharge
	meansUsage
	meansDays
	meansSeason
)

// Digest returns the SHA-256 of the book's canonical form. A book that differs in
// anything but file positions and the writing of numbers (2.5, 2.50) has another.
func (e *Engine) Digest() Digest { return e.digest }

// Book returns the book that was compiled: a copy, which the caller may change.
func (e *Engine) Book() Book { return e.book.clone() }

// Schedules returns the IDs of the book's schedules, in the book's order.
func (e *Engine) Schedules() []string {
	ids := make([]string, len(e.book.Schedules))
	for i := range e.book.Schedules {
		ids[i] = e.book.Schedules[i].ID
	}
	return ids
}

// Facts returns what the schedule may ask of an account, in the book's order, and
// whether the book has the schedule.
func (e *Engine) Facts(schedule string) ([]Fact, bool) {
	s, ok := e.schedules[schedule]
	if !ok {
		return nil, false
	}
	facts := slices.Clone(s.facts)
	for i := range facts {
		facts[i].Allowed = slices.Clone(facts[i].Allowed)
	}
	return facts, true
}

// Unit returns what a schedule's usage counts, and whether the book has the
// schedule.
func (e *Engine) Unit(schedule string) (metering.Unit, bool) {
	s, ok := e.schedules[schedule]
	if !ok {
		return 0, false
	}
	return s.Schedule.Unit, true
}

// find is the schedule of an ID; nil where there is none.
func (e *Engine) find(id string) *schedule {
	if len(e.order) <= fewSchedules {
		for _, s := range e.order {
			if s.ID == id {
				return s
			}
		}
		return nil
	}
	return e.schedules[id]
}

// fewSchedules are found faster by looking at each than by a map.
const fewSchedules = 6

func (e *Engine) schedule(id string) (*schedule, error) {
	s := e.find(id)
	if s == nil {
		const most = 12
		have := e.Schedules()
		fix := "use one of: " + strings.Join(have[:min(len(have), most)], ", ")
		if len(have) > most {
			fix += fmt.Sprintf(" … (%d in all)", len(have))
		}
		return nil, &problem.Error{Code: ErrNoSchedule, Path: "schedule", What: fmt.Sprintf("the book has no schedule %s", quoted(id)), Fix: fix}
	}
	return s, nil
}

// Unproven says why the plain bills of a schedule are not all priced by a program of
// 64-bit integers, proven when the book was compiled to hold every amount for usage and
// numbers of everyday size; nil where they are. What has no program is priced by exact
// fractions of any size: it comes to the same, and takes some hundred times as long.
//
// Plain is a bill of one meter, its usage in the schedule's unit, that no change cuts or
// blends; for days that are those of its cycle, where the schedule prorates by the cycle;
// without dates, where it is undated; whose numbers are not negative, and whose texts are
// among those that its tables know. In an outside format no fact stands in the place of a
// definition.
//
// The error is a [problem.Error]: [ErrUnproven], whose Path is the version, or
// [ErrNoSchedule].
func (e *Engine) Unproven(schedule string) error {
	s, err := e.schedule(schedule)
	if err != nil {
		return err
	}
	for i := range s.versions {
		if v := &s.versions[i]; v.unproven != nil {
			return &problem.Error{Code: ErrUnproven, Path: fmt.Sprintf("versions[%d]", i), What: fmt.Sprintf("the bills of schedule %s have no program: %s", s.ID, v.unproven),
				Fix: "nothing has to be done; they are priced exactly, but more slowly"}
		}
	}
	return nil
}

// Price prices one bill, exactly, and rounds it as the schedule says. The quote keeps the
// maps and slices of the input, which are not to be changed while it is in use.
//
// The error is a [problem.Error] with one of the codes of this package, or of an
// outside format ([Schedule.Codes]). With an error from a charge the quote still
// holds the lines that could be priced, and all refusals; its total is zero and is
// no amount. Where only memo charges are refused there is no error.
func (e *Engine) Price(in Input) (q Quote, err error) {
	q.Input, q.engine = in, e
	if e.quick(&q) {
		return q, nil
	}
	return e.slowly(in)
}

// slowly prices by exact fractions.
func (e *Engine) slowly(in Input) (Quote, error) {
	p, q, err := e.run(in, planned{}, variant{})
	if err != nil {
		return q, err
	}
	err = p.finish(&q)
	return q, err
}

// run prices an input up to what is left to add up.
func (e *Engine) run(in Input, ev evaluator, as variant) (*pricing, Quote, error) {
	q := Quote{Input: in, engine: e}
	s, err := e.schedule(in.Schedule)
	if err != nil {
		return nil, q, err
	}
	p, err := s.price(&q.Input, ev, as)
	if err != nil {
		err = s.recode(err)
	}
	return p, q, err
}
