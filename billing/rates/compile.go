package rates

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Compile proves a book and makes an engine of it. The engine holds a copy: the
// book may be changed afterwards.
//
// The error is a [problem.List] of everything that is wrong, each with its path in
// the book, such as schedules[0].versions[1].charges[2].rule.tiers[3].up_to.
func Compile(book Book) (*Engine, error) {
	c := &compiler{}
	if !c.shape(&book) {
		return nil, c.problems.Err()
	}
	e := &Engine{book: book.clone(), schedules: make(map[string]*schedule, len(book.Schedules))}
	if len(book.Schedules) == 0 {
		c.add(ErrUnset, "schedules", "the book has no schedules", "add one")
	}
	for i := range e.book.Schedules {
		s := &e.book.Schedules[i]
		path := fmt.Sprintf("schedules[%d]", i)
		if s.ID == "" {
			c.add(ErrUnset, path+".id", "the schedule has no ID", "name it")
		} else if e.schedules[s.ID] != nil {
			c.add(ErrDuplicate, path+".id", fmt.Sprintf("two schedules are called %s", quoted(s.ID)), "give each its own ID")
		}
		compiled := c.schedule(s, path)
		if e.schedules[s.ID] == nil {
			e.schedules[s.ID] = compiled
			e.order = append(e.order, compiled)
		}
	}
	if len(c.problems) > 0 {
		inBookOrder(c.problems)
		return nil, c.problems.Err()
	}
	for _, s := range e.order {
		for i := range s.versions {
			v := &s.versions[i]
			v.plan, v.unproven = v.makePlan()
		}
	}
	e.digest = digest(&e.book)
	return e, nil
}

// partOrder is the order in which the parts of a book are read aloud; those that
// are not named here keep the order in which they were found.
var partOrder = map[string]int{
	"id": 1, "name": 1, "unit": 2, "rounding": 3, "select": 4, "usage": 5, "proration": 6, "seasons": 7, "facts": 8, "codes": 9, "versions": 10,
	"from": 1, "to": 2, "definitions": 3, "charges": 4,
}

// inBookOrder sorts problems as their paths stand in the book.
func inBookOrder(problems problem.List) {
	slices.SortStableFunc(problems, func(a, b *problem.Error) int {
		x, y := strings.Split(a.Path, "."), strings.Split(b.Path, ".")
		for i := range min(len(x), len(y), 3) {
			xName, xIndex := pathPart(x[i])
			yName, yIndex := pathPart(y[i])
			if c := cmp.Or(cmp.Compare(partOrder[xName], partOrder[yName]), cmp.Compare(xIndex, yIndex)); c != 0 {
				return c
			}
		}
		return 0
	})
}

// pathPart is the name and the index of a part of a path, such as charges[2].
func pathPart(part string) (name string, index int) {
	name, rest, _ := strings.Cut(part, "[")
	index, _ = strconv.Atoi(strings.TrimSuffix(rest, "]")) // no index is 0
	return name, index
}

// compiler collects problems.
type compiler struct {
	problems problem.List
	// values counts those that shape has met; tooLarge says that it has stopped.
	values   int
	tooLarge bool
}

func (c *compiler) add(code problem.Code, path, what, fix string) {
	c.addAt(problem.Pos{}, code, path, what, fix)
}

func (c *compiler) addAt(pos problem.Pos, code problem.Code, path, what, fix string) {
	c.problems.Add(&problem.Error{Code: code, Path: path, Pos: pos, What: what, Fix: fix})
}

func (c *compiler) addErr(path string, err error) {
	c.problems.Add(&problem.Error{Code: ErrUnset, Path: path, Err: err, Fix: "state it"})
}

// unset reports a rule that is not stated, or is none of those that there are.
func (c *compiler) unset(ok bool, path, what string) {
	if !ok {
		c.add(ErrUnset, path, what+" is not stated", "state it: none is implied")
	}
}

func (c *compiler) schedule(book *Schedule, path string) *schedule {
	s := &schedule{Schedule: book, facts: book.Facts, slots: make(map[string]int, len(book.Facts))}
	c.unset(book.Unit.Valid(), path+".unit", "the unit of usage")
	if err := book.Rounding.Check(); err != nil {
		c.addErr(path+".rounding", err)
	}
	c.unset(book.Select >= ByPeriodStart && book.Select <= BlendByDay, path+".select", "which date picks the version")
	c.unset(book.Usage >= ExactUsage && book.Usage <= NextWholeUnit, path+".usage", "the usage rule")
	c.proration(book, path)
	for _, code := range slices.Sorted(maps.Keys(book.Codes)) {
		if code == "" || book.Codes[code] == "" {
			c.add(ErrUnset, path+".codes", "a refusal has no code", "state the format's code for it")
		}
	}
	c.seasons(book, path)
	c.facts(s, path)
	c.versionDates(book, path)
	for i := range book.Versions {
		vc := &versionCompiler{compiler: c, s: s, path: fmt.Sprintf("%s.versions[%d]", path, i)}
		s.versions = append(s.versions, vc.compile(&book.Versions[i]))
	}
	return s
}

func (c *compiler) proration(s *Schedule, path string) {
	p := s.Proration
	path += ".proration"
	c.unset(p.Over >= NotProrated && p.Over <= MonthDays, path+".over", "the denominator of the proration")
	switch {
	case p.Over == StatedDays && (p.Days < 1 || p.Days > 366):
		c.add(ErrBounds, path+".days", fmt.Sprintf("the denominator is %d days", p.Days), "state 1 to 366")
	case p.Over != StatedDays && p.Days != 0:
		c.add(ErrRule, path+".days", "days are stated, and the denominator is another", "take them out, or prorate over stated days")
	}
	if scales := p.Fixed || p.Tiers; p.Over == NotProrated && scales {
		c.add(ErrRule, path, "it scales something, and the schedule is not prorated", "state the denominator")
	} else if p.Over > NotProrated && !scales {
		c.add(ErrRule, path, "it scales nothing", "state what it scales, or that the schedule is not prorated")
	}
	if s.Undated && p.Over != NotProrated {
		c.add(ErrRule, path, "a schedule without dates cannot prorate", "state that it is not prorated")
	}
}

func (c *compiler) seasons(s *Schedule, path string) {
	path += ".seasons"
	if len(s.Seasons.Starts) == 0 {
		if s.Seasons.Select != 0 {
			c.add(ErrUnset, path+".starts", "the seasons have no first days", "state the first day of each season")
		}
		return
	}
	if s.Undated {
		c.add(ErrRule, path, "a schedule without dates has no seasons", "make the season a fact")
	}
	c.unset(s.Seasons.Select >= ByPeriodStart && s.Seasons.Select <= BlendByDay, path+".select", "which date picks the season")
	var last civil.Date
	for i, start := range s.Seasons.Starts {
		at := fmt.Sprintf("%s.starts[%d]", path, i)
		if start.Name == "" {
			c.add(ErrUnset, at+".name", "the season has no name", "name it")
		}
		// 2001 is no leap year: 29 February does not exist in it.
		day, err := civil.NewDate(2001, start.Month, start.Day)
		switch {
		case err != nil && start.Month == time.February && start.Day == 29:
			c.add(ErrBounds, at, "29 February is not in every year", "begin the season on 28 February or 1 March")
		case err != nil:
			c.add(ErrBounds, at, fmt.Sprintf("month %d has no day %d", start.Month, start.Day), "correct the first day")
		case i > 0 && !last.IsZero() && !last.Before(day):
			c.add(ErrRule, at, "the season does not begin after the one before it", "put the seasons in the order of the calendar")
		}
		if err == nil {
			last = day
		}
	}
}

// blends says whether anything of the schedule may be blended.
func (s *Schedule) blends() bool {
	return s.Select == BlendByDay || s.Seasons.Select == BlendByDay ||
		slices.ContainsFunc(s.Facts, func(f Fact) bool { return f.Change == BlendByDay })
}

// season says whether the schedule has a season of that name.
func (s *Schedule) season(name string) bool {
	return slices.ContainsFunc(s.Seasons.Starts, func(start SeasonStart) bool { return start.Name == name })
}

var nameGrammar = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]*$`)

// name reports a name that formulas could not read.
func (c *compiler) name(s *Schedule, id, path string) {
	switch {
	case !nameGrammar.MatchString(id):
		c.add(ErrName, path, fmt.Sprintf("%s is no name", quoted(id)), "begin it with a letter or _, and use letters, digits, _ and . alone")
	case reserved(s, id):
		c.add(ErrName, path, fmt.Sprintf("%s has a meaning of its own", quoted(id)), "choose another name")
	}
}

func reserved(s *Schedule, id string) bool {
	return id == "usage" || id == "days" || functions[id] != 0 || id == "season" && len(s.Seasons.Starts) > 0
}

func (c *compiler) facts(s *schedule, path string) {
	for i := range s.facts {
		f := &s.facts[i]
		at := fmt.Sprintf("%s.facts[%d]", path, i)
		c.name(s.Schedule, f.Name, at+".name")
		if _, twice := s.slots[f.Name]; twice {
			c.add(ErrDuplicate, at+".name", fmt.Sprintf("two facts are called %s", quoted(f.Name)), "keep one")
		} else {
			s.slots[f.Name] = i
		}
		c.unset(f.Type >= TextFact && f.Type <= AnyFact, at+".type", "the type of fact "+f.Name)
		if f.Type == NumberFact && len(f.Allowed) > 0 {
			c.add(ErrRule, at+".allowed", "a number has no list of allowed texts", "make it a text, or state a range")
		}
		if r := f.Range; r != nil {
			switch {
			case f.Type != NumberFact:
				c.add(ErrRule, at+".range", "a text has no range", "make it a number, or list what is allowed")
			case !bounded(r.Least) || !bounded(r.Most):
				c.add(ErrBounds, at+".range", fmt.Sprintf("a number has more than %d digits", maxNumberDigits), "state it shorter")
			case r.Most.decimal().Cmp(r.Least.decimal()) < 0:
				c.add(ErrBounds, at+".range", fmt.Sprintf("it ends at %s, below %s", r.Most, r.Least), "exchange them")
			}
		}
		if f.Change > BlendByDay {
			c.add(ErrUnset, at+".change", "there is no such rule", "state a rule, or none")
		}
		seen := make(map[string]bool, len(f.Allowed))
		for j, text := range f.Allowed {
			if seen[text] {
				c.add(ErrDuplicate, fmt.Sprintf("%s.allowed[%d]", at, j), fmt.Sprintf("%s stands twice", quoted(text)), "keep one")
			}
			seen[text] = true
		}
		s.allowed = append(s.allowed, seen)
	}
}

// versionDates proves that each version begins where the one before it ends.
func (c *compiler) versionDates(s *Schedule, path string) {
	if len(s.Versions) == 0 {
		c.add(ErrUnset, path+".versions", "the schedule has no prices", "add a version")
	}
	if s.Undated && len(s.Versions) > 1 {
		c.add(ErrRule, path+".versions", "a schedule without dates has one version", "make it dated, or a schedule of each")
	}
	for i := range s.Versions {
		v := &s.Versions[i]
		at := fmt.Sprintf("%s.versions[%d]", path, i)
		if i > 0 && v.From.IsZero() {
			c.add(ErrUnset, at+".from", "only the first version may leave its first day open", "state it")
		}
		if i < len(s.Versions)-1 && v.To.IsZero() {
			c.add(ErrUnset, at+".to", "only the last version may leave its end open", "state the day after its last")
		}
		if !v.From.IsZero() && !v.To.IsZero() && !v.From.Before(v.To) {
			c.add(ErrVersionOverlap, at+".to", fmt.Sprintf("it ends on %s, not after it begins on %s", v.To, v.From), "correct the dates: to is the day after the last")
		}
		if i == 0 || v.From.IsZero() || s.Versions[i-1].To.IsZero() {
			continue
		}
		switch end := s.Versions[i-1].To; {
		case end.Before(v.From):
			c.add(ErrVersionGap, at+".from", fmt.Sprintf("no version holds from %s to %s", end, v.From), "let it begin where the one before it ends")
		case v.From.Before(end):
			c.add(ErrVersionOverlap, at+".from", fmt.Sprintf("it begins on %s, and the one before it holds until %s", v.From, end), "let it begin where the one before it ends")
		}
	}
}

// maxValues is how many values a book may hold.
const maxValues = 1_000_000

// shape refuses kinds that there are not, and says whether the book's depth, size
// and numbers let anything else walk it.
func (c *compiler) shape(b *Book) bool {
	for i := range b.Schedules {
		for j := range b.Schedules[i].Versions {
			v := &b.Schedules[i].Versions[j]
			at := fmt.Sprintf("schedules[%d].versions[%d]", i, j)
			for k := range v.Definitions {
				c.valueShape(v.Definitions[k].Value, fmt.Sprintf("%s.definitions[%d].value", at, k), 0)
			}
			for k := range v.Charges {
				c.ruleShape(v.Charges[k].Rule, fmt.Sprintf("%s.charges[%d].rule", at, k))
			}
		}
	}
	return !c.tooLarge
}

func (c *compiler) ruleShape(r Rule, path string) {
	switch r := r.(type) {
	case Fixed:
		c.valueShape(r.Amount, path+".amount", 0)
	case PerUnit:
		c.optional(r.Of, path+".of", 0)
		c.valueShape(r.Price, path+".price", 0)
	case Tiered:
		c.tiersShape(r, path, 0)
	case Percent:
		c.valueShape(r.Rate, path+".rate", 0)
	case Minimum:
		c.valueShape(r.Amount, path+".amount", 0)
	case Credit:
		c.optional(r.Amount, path+".amount", 0)
		c.optional(r.Percent, path+".percent", 0)
		c.optional(r.Cap, path+".cap", 0)
	case Computed:
		c.valueShape(r.Amount, path+".amount", 0)
	case nil:
		c.add(ErrUnset, path, "the charge has no rule", "state how its amount is found")
	default:
		c.add(ErrRule, path, fmt.Sprintf("there is no rule %T", r), "use a rule of this package, as a value")
	}
}

// bounded says whether a number can be computed with.
func bounded(n Number) bool {
	d := n.decimal()
	exp := d.Exponent()
	return exp <= maxNumberExponent && exp >= -maxNumberExponent && d.NumDigits() <= maxNumberDigits
}

func (c *compiler) optional(v Value, path string, depth int) {
	if v != nil {
		c.valueShape(v, path, depth)
	}
}

// What a number of a book may hold; real rates have a dozen digits.
const (
	maxNumberDigits   = 60
	maxNumberExponent = 60
)

func (c *compiler) valueShape(v Value, path string, depth int) {
	if c.tooLarge {
		return
	}
	if depth > maxFormulaDepth {
		c.tooLarge = true
		c.add(ErrDepth, path, fmt.Sprintf("values stand more than %d deep in each other", maxFormulaDepth), "give parts names as definitions")
		return
	}
	if c.values++; c.values > maxValues {
		c.tooLarge = true
		c.add(ErrBounds, path, fmt.Sprintf("the book has more than %d values", maxValues), "split it; give values that stand in many places names as definitions")
		return
	}
	switch v := v.(type) {
	case nil:
		c.add(ErrUnset, path, "the value is missing", "state it")
	case Number:
		if !bounded(v) {
			c.add(ErrBounds, path, fmt.Sprintf("the number has more than %d digits", maxNumberDigits), "state it in other units, or shorter")
		}
	case Table:
		for i := range v.Rows {
			c.valueShape(v.Rows[i].Value, fmt.Sprintf("%s.rows[%d]", path, i), depth+1)
		}
		c.optional(v.Else, path+".else", depth+1)
	case List:
		for i := range v {
			c.valueShape(v[i], fmt.Sprintf("%s[%d]", path, i), depth+1)
		}
	case Tiered:
		c.tiersShape(v, path, depth)
	case Formula, Text, Name, Joined, Refuse:
	default:
		c.add(ErrValueType, path, fmt.Sprintf("there is no value %T", v), "use a value of this package, not a pointer to one")
	}
}

func (c *compiler) tiersShape(t Tiered, path string, depth int) {
	c.optional(t.Of, path+".of", depth+1)
	switch tiers := t.Tiers.(type) {
	case TierList:
		for i, tier := range tiers {
			at := fmt.Sprintf("%s.tiers[%d]", path, i)
			c.optional(tier.UpTo, at+".up_to", depth+1)
			c.valueShape(tier.Price, at+".price", depth+1)
		}
	case TierColumns:
		c.valueShape(tiers.From, path+".from", depth+1)
		c.valueShape(tiers.Prices, path+".prices", depth+1)
	case nil:
		c.add(ErrUnset, path+".tiers", "there are no tiers", "state them")
	default:
		c.add(ErrRule, path+".tiers", fmt.Sprintf("there are no tiers %T", tiers), "use a TierList or TierColumns")
	}
}

// list is texts for a message.
func list(texts []string) string { return strings.Join(texts, ", ") }
