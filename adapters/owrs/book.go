package owrs

import (
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// Book gives the file's rates as a book with one schedule for each class, called as
// the class is. A file that has parsed gives a book that compiles, whatever its
// faults: what it states wrongly is refused when it is reached. Only a rounding that
// is none does not compile.
//
// The rounding is the caller's, since OWRS states none; the exact amounts are in
// [rates.Quote.Exact]. The schedules are undated. A bill with a period is priced
// where it begins on or after the effective date, and refused before it.
func (f *File) Book(rounding money.Rounding) rates.Book {
	book := rates.Book{Name: f.metadata.UtilityName, Schedules: make([]rates.Schedule, len(f.classes))}
	if book.Name == "" {
		book.Name = base(f.name)
	}
	for i := range f.classes {
		l := newLowering(f, &f.classes[i])
		book.Schedules[i] = l.schedule(rounding)
	}
	return book
}

// codes are OWRS' names for refusals of the engine.
func codes() map[problem.Code]problem.Code {
	return map[problem.Code]problem.Code{
		rates.ErrNoRow:        ErrMapKey,
		rates.ErrCycle:        ErrCycle,
		rates.ErrTierLength:   ErrTierLength,
		rates.ErrDivideByZero: ErrDivideByZero,
		rates.ErrNotNumber:    ErrType,
		rates.ErrMissingFact:  ErrMissingField,
	}
}

// A lowering turns one class into a schedule. Each name that is read, in the way in
// which it is read, becomes a definition, or a fact where the class has no such field.
type lowering struct {
	file  *File
	class *class
	// names are the definitions made so far.
	names       map[reading]string
	used        map[string]bool
	queue       []task
	definitions []rates.Definition
	facts       []rates.Fact
	declared    map[string]bool
	// reached are the fields that have been read.
	reached  map[string]bool
	warnings problem.List
	warned   map[warning]bool
	// maps are the maps met so far, by what they depend on.
	maps map[string][]yamldoc.Entry
}

// A reading is a name, the field that it means, and what the field is read as. The
// starts of a Budget differ by the names of its part; a list that is missing, by
// where it is asked for.
type reading struct {
	name, field string
	as          use
	names       tierNames
	from        *yamldoc.Node
}

// use is what a field is read as.
type use uint8

const (
	asNumber use = iota + 1
	asText
	asPrices
	asTieredStarts
	asBudgetStarts
	asKey // the joined texts that a map depends on
)

// word marks a definition's name where its own is taken.
func (u use) word() string {
	switch u {
	case asText:
		return "text"
	case asPrices:
		return "prices"
	case asTieredStarts, asBudgetStarts:
		return "starts"
	case asKey:
		return "key"
	}
	return "part"
}

// A task is a definition whose value is still to be made. Tasks wait in a queue, so
// that a long chain of fields is no deep recursion.
type task struct {
	slot  int
	field yamldoc.Entry
	reading
}

func newLowering(f *File, c *class) *lowering {
	return &lowering{file: f, class: c, names: map[reading]string{}, used: map[string]bool{},
		declared: map[string]bool{}, reached: map[string]bool{}, warned: map[warning]bool{}, maps: map[string][]yamldoc.Entry{}}
}

func (l *lowering) schedule(rounding money.Rounding) rates.Schedule {
	m := &l.file.metadata
	charges := l.charges()
	return rates.Schedule{
		ID: l.class.name, Unit: m.Unit, Rounding: rounding, Select: rates.ByPeriodStart,
		Proration: rates.Proration{Over: rates.NotProrated}, Usage: rates.ExactUsage, Undated: true,
		Codes: codes(), Facts: l.facts,
		Versions: []rates.Version{{
			From:        m.EffectiveDate,
			Source:      rates.Citation{Resolution: m.UtilityName, Section: base(l.file.name), Address: m.Link},
			Definitions: l.definitions,
			Charges:     charges,
		}},
	}
}

// base is the file's name without the folders that it stood in, so that a book is
// the same wherever its file was.
func base(name string) string {
	return name[strings.LastIndexAny(name, `/\`)+1:]
}

// charges lowers the class from its charges on.
func (l *lowering) charges() []rates.Charge {
	if l.class.shape != nil {
		return l.refused(l.class.shape)
	}
	charges := []rates.Charge{{ID: ChargeBill, Rule: rates.Computed{Amount: l.bill()}}}
	l.drain()
	for _, id := range memoCharges {
		f, ok := l.class.lookup(id, "")
		if !ok {
			continue
		}
		if !l.reached[f.Key.Text] {
			l.unbilled(id, f)
		}
		charges = append(charges, rates.Charge{ID: id, Memo: true, Rule: rates.Computed{Amount: l.part(id, f)}})
	}
	l.drain()
	if l.full() {
		l.definitions, l.facts = nil, nil
		return l.refused(tooManyNames(l.class.key, l.class.name))
	}
	l.mapKeys()
	return charges
}

func (l *lowering) refused(r *refusal) []rates.Charge {
	return []rates.Charge{{ID: ChargeBill, Rule: rates.Computed{Amount: r.value(l.file.name)}}}
}

func (l *lowering) bill() rates.Value {
	f, ok := l.class.lookup(ChargeBill, "")
	if !ok {
		r := refusal{ErrMissingField, l.class.key, fmt.Sprintf("class %s has no bill", l.class.name), "state the formula of its bill"}
		return r.value(l.file.name)
	}
	return l.part(ChargeBill, f)
}

// part is the amount of a charge.
func (l *lowering) part(id string, f yamldoc.Entry) rates.Value {
	return rates.Formula{Text: l.name(id, "", asNumber), Exact: true, Pos: f.Key.Pos(l.file.name)}
}

func (l *lowering) full() bool { return len(l.definitions)+len(l.facts) > maxNames }

// drain makes the values of all definitions that are waiting.
func (l *lowering) drain() {
	for len(l.queue) > 0 && !l.full() {
		t := l.queue[0]
		l.queue = l.queue[1:]
		l.definitions[t.slot].Value = l.value(&t)
	}
}

// name is the engine's name for what a name means in a family: the usage, a
// definition that makes way for the input of that name, or that input alone.
func (l *lowering) name(name string, in family, as use) string {
	if name == usageInput {
		return "usage"
	}
	f, ok := l.class.lookup(name, in)
	if !ok {
		return l.fact(name)
	}
	return l.define(f, reading{name: name, field: f.Key.Text, as: as})
}

// fact declares an input.
func (l *lowering) fact(input string) string {
	name := factName(input)
	if !l.declared[name] {
		l.declared[name] = true
		l.facts = append(l.facts, rates.Fact{Name: name, Type: rates.AnyFact})
	}
	return name
}

// define gives a reading its definition.
func (l *lowering) define(f yamldoc.Entry, r reading) string {
	if name, ok := l.names[r]; ok {
		return name
	}
	d := rates.Definition{Name: l.free(r.name, r.as)}
	if r.as != asKey {
		d.Fact = l.fact(r.name)
	}
	l.names[r] = d.Name
	l.reached[r.field] = true
	l.queue = append(l.queue, task{len(l.definitions), f, r})
	l.definitions = append(l.definitions, d)
	return d.Name
}

// free is a name for a definition: the name by which it is read where nothing else
// is called so, otherwise that with a word and a number added.
func (l *lowering) free(name string, as use) string {
	base := factName(name)
	if base == name && as != asKey && !l.used[name] {
		l.used[name] = true
		return name
	}
	for i := 1; ; i++ {
		candidate := strings.TrimPrefix(base, renamed) + "." + as.word()
		if i > 1 {
			candidate = fmt.Sprintf("%s.%d", candidate, i)
		}
		if plainName.MatchString(candidate) && !l.used[candidate] && !l.class.dotted[candidate] {
			l.used[candidate] = true
			return candidate
		}
	}
}

// A refusal is what a part of the file states wrongly.
type refusal struct {
	code      problem.Code
	at        *yamldoc.Node // nil where the formula that asks has the place
	what, fix string
}

func (r *refusal) value(file string) rates.Value {
	v := rates.Refuse{Code: r.code, What: r.what, Fix: r.fix}
	if r.at != nil {
		v.Pos = r.at.Pos(file)
	}
	return v
}
