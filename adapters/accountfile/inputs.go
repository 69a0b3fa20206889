package accountfile

import (
	"slices"
	"strconv"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// InputOptions say where the rates speak otherwise than the file. The zero value is for rate books.
type InputOptions struct {
	// FactName returns the name of the fact that a column holds, empty for none. Nil is the column's
	// own name. It is asked once for each column that has no meaning of its own. The Open Water Rate
	// Specification renames some facts (owrs.Facts).
	FactName func(column string) string
	// CycleAsFacts makes cycle_days and carried facts as any other columns, for rates that know
	// neither, such as those of the Open Water Rate Specification.
	CycleAsFacts bool
}

// Inputs turn the rows of a [Reader] into what one engine prices. What a class asks of a row is found
// once, and a day that stands in many rows is mostly read once. They are not safe for use by several
// goroutines.
type Inputs struct {
	engine  *rates.Engine
	columns columns
	// facts are the names of the facts that the columns hold; empty for a column that holds none.
	facts []string
	// classes are those that rows have been of; last is the one of the row before.
	classes map[string]*class
	last    *class
	days    [32]readDay
}

// class is what a schedule asks of a row.
type class struct {
	name  string
	unit  metering.Unit
	facts []int // columns
	// given are the facts of the last row: the map serves all rows of the class.
	given rates.Facts
}

// readDay is a day with the cell that it was read from.
type readDay struct {
	text string
	day  civil.Date
}

// Inputs returns what turns the rows of r into inputs of the engine. It may be called for several
// engines: each row can be given to all of them, and what one makes of it does not touch another's.
func (r *Reader) Inputs(engine *rates.Engine, options InputOptions) *Inputs {
	i := &Inputs{engine: engine, columns: r.columns, facts: slices.Clone(r.columns.names), classes: map[string]*class{}, last: &class{}}
	c := &i.columns
	if options.CycleAsFacts {
		c.cycleDays, c.carried = -1, -1
	}
	for n, column := range i.facts {
		switch n {
		case c.class, c.usage, c.from, c.to, c.billDay, c.cycleDays, c.carried:
			i.facts[n] = ""
		default:
			if options.FactName != nil {
				i.facts[n] = options.FactName(column)
			}
		}
	}
	return i
}

// Of returns what a row of the Reader asks to be priced. The usage counts units of the schedule.
//
// The Facts are those that the schedule asks for and the row has. Their map is used again for the
// next row of the class, and a [rates.Quote] has that map, too: clone it to keep either beyond that.
//
// Errors, each a [*problem.Error] at the row's place: the row's own; and, with the column as the
// path, [ErrNoClass]; [rates.ErrUsage] where usage or carried is no number; [civil.ErrDate];
// [civil.ErrPeriod] where one of from and to is missing, or to is before from; [rates.ErrNoPeriod]
// where cycle_days is no number of days; [ErrHeader] where two columns hold one fact of the schedule,
// by their FactName. The input then has the row's Schedule, if it is a row at all, and nothing else.
// What only the engine can tell, such as a missing fact, is told by [rates.Engine.Price].
func (i *Inputs) Of(row Row) (in rates.Input, err error) {
	if row.Err != nil {
		return in, row.Err
	}
	if e := i.fill(&in, row.Cells); e != nil {
		e.Pos = row.Pos
		return rates.Input{Schedule: in.Schedule}, e
	}
	return in, nil
}

// fill reads the cells into an empty input. The error has no place yet.
func (i *Inputs) fill(in *rates.Input, cells []string) *problem.Error {
	in.Schedule = cells[i.columns.class]
	asked, e := i.class(in.Schedule)
	if e != nil {
		return e
	}
	var err error
	if in.Usage, err = metering.VolumeOf(cells[i.columns.usage], asked.unit); err != nil {
		return badUsage(cells[i.columns.usage], err)
	}
	if e := i.period(in, cells); e != nil {
		return e
	}
	if e := i.cycle(in, cells); e != nil {
		return e
	}
	for _, n := range asked.facts {
		if cell := cells[n]; cell != "" {
			asked.given[i.facts[n]] = cell
		} else {
			delete(asked.given, i.facts[n])
		}
	}
	in.Facts = asked.given
	return nil
}

// class is what a class asks, or that there is no such class.
func (i *Inputs) class(name string) (*class, *problem.Error) {
	if name == i.last.name && name != "" {
		return i.last, nil
	}
	asked := i.classes[name]
	if asked == nil {
		var e *problem.Error
		if asked, e = i.newClass(name); e != nil {
			return nil, e
		}
		i.classes[name] = asked
	}
	i.last = asked
	return asked, nil
}

func (i *Inputs) newClass(name string) (*class, *problem.Error) {
	unit, ok := i.engine.Unit(name)
	if !ok {
		return nil, noClass(name, i.engine.Schedules())
	}
	c := &class{name: name, unit: unit, given: rates.Facts{}}
	facts, _ := i.engine.Facts(name) // there is the class
	for n, fact := range i.facts {
		if fact == "" || !slices.ContainsFunc(facts, func(f rates.Fact) bool { return f.Name == fact }) {
			continue
		}
		if had := slices.Index(i.facts, fact); had < n {
			return nil, oneFact(fact, i.columns.names[had], i.columns.names[n])
		}
		c.facts = append(c.facts, n)
	}
	return c, nil
}

// period reads the days of the bill and the bill date, which may all be absent.
func (i *Inputs) period(in *rates.Input, cells []string) *problem.Error {
	from, e := i.day("from", i.columns.from, cells)
	if e != nil {
		return e
	}
	to, e := i.day("to", i.columns.to, cells)
	if e != nil {
		return e
	}
	if in.BillDate, e = i.day("bill_date", i.columns.billDay, cells); e != nil {
		return e
	}
	switch {
	case from.IsZero() && to.IsZero():
		return nil
	case from.IsZero():
		return &problem.Error{Code: civil.ErrPeriod, Path: "from", What: "the row has a day to, and none from", Fix: "give the first day of the bill, or neither"}
	case to.IsZero():
		return &problem.Error{Code: civil.ErrPeriod, Path: "to", What: "the row has a day from, and none to", Fix: "give the day after the last day of the bill, or neither"}
	}
	var err error
	if in.Period, err = civil.NewPeriod(from, to); err != nil {
		return at("to", err)
	}
	return nil
}

// day reads a day, which may be absent.
func (i *Inputs) day(name string, column int, cells []string) (civil.Date, *problem.Error) {
	if column < 0 || cells[column] == "" {
		return civil.Date{}, nil
	}
	text := cells[column]
	was := &i.days[placeOf(text)]
	if text != was.text {
		day, err := civil.ParseDate(text)
		if err != nil {
			return day, at(name, err)
		}
		*was = readDay{text, day}
	}
	return was.day, nil
}

// placeOf is where a day that has been read is kept: by the last digits of its month and its day, so
// that the first days of a year's months do not drive each other out.
func placeOf(text string) int {
	if len(text) < 4 {
		return 0
	}
	return int(text[len(text)-4]*7+text[len(text)-1]) % 32
}

// cycle reads the days of the full cycle and what the last bill left unbilled, which may both be
// absent.
func (i *Inputs) cycle(in *rates.Input, cells []string) *problem.Error {
	c := &i.columns
	if c.cycleDays >= 0 && cells[c.cycleDays] != "" {
		days, err := strconv.ParseUint(cells[c.cycleDays], 10, 16)
		if err != nil || days == 0 {
			return badCycle(cells[c.cycleDays])
		}
		in.CycleDays = int(days)
	}
	if c.carried < 0 || cells[c.carried] == "" {
		return nil
	}
	part, err := exact.ParseNumber(cells[c.carried])
	if err != nil {
		return noNumber("carried", cells[c.carried], err)
	}
	in.Carried = part.Ratio()
	return nil
}
