package ratefile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
)

// runCheck is what keeps the engine from reproducing the check that stands in n, at its path in
// the file; nil for nothing.
func runCheck(c *ratecheck.Check, engine *rates.Engine, n *yamldoc.Node, at string) *problem.Error {
	e := c.Run(engine)
	if e == nil {
		return nil
	}
	if all := problemsOf(e.Err); len(all) > 0 && e.Path == "total" {
		if under := culprit(n, all[0]); under != "" {
			e.Path = under
		}
	}
	e.Path = strings.TrimSuffix(at+"."+e.Path, ".")
	return e
}

// culprit is where in a check that stands which the engine refuses; empty where nothing
// there does.
func culprit(n *yamldoc.Node, e *problem.Error) string {
	if e.Path == "period" {
		return present(n, "from")
	}
	if e.Path != "" && !strings.Contains(e.Path, ".") {
		if under := present(n, e.Path); under != "" && n.Get("facts").Value.Get(e.Path).Value == nil {
			return under
		}
	}
	if under := givenAt(n, e); under != "" {
		return under
	}
	rest, ofMeter := strings.CutPrefix(e.Path, "meters.")
	meters := items(n.Get("meters").Value)
	for i := len(meters) - 1; i >= 0; i-- { // of two the second is one too many
		id := textOf(meters[i].Get("id").Value)
		at := fmt.Sprintf("meters[%d]", i)
		switch {
		case ofMeter && rest == id:
			return at + ".id"
		case ofMeter && strings.HasPrefix(rest, id+".") && present(meters[i], rest[len(id)+1:]) != "":
			return at + rest[len(id):]
		case !ofMeter:
			if under := givenAt(meters[i], e); under != "" {
				return at + "." + under
			}
		}
	}
	return ""
}

// present is a key that a mapping has; empty for one that it has not.
func present(n *yamldoc.Node, key string) string {
	if n.Get(key).Value == nil {
		return ""
	}
	return key
}

// givenAt is where an account or a meter is given the fact that a refusal is of.
func givenAt(n *yamldoc.Node, e *problem.Error) string {
	changes := items(n.Get("changes").Value)
	for i := len(changes) - 1; i >= 0; i-- {
		fact, value := textOf(changes[i].Get("fact").Value), textOf(changes[i].Get("value").Value)
		if fact == e.Path && (e.Code == rates.ErrFactChange || value != textOf(n.Get("facts").Value.Get(fact).Value) && strings.Contains(e.What, yamldoc.Quoted(value))) {
			return fmt.Sprintf("changes[%d].%s", i, map[bool]string{true: "on", false: "value"}[e.Code == rates.ErrFactChange])
		}
	}
	if n.Get("facts").Value.Get(e.Path).Value != nil {
		return "facts." + e.Path
	}
	return ""
}

// runChecks is what keeps a book from reproducing the checks of its file. Those of
// bad schedules are not run, nor those in which c has found something. The engine is
// nil where the whole book does not compile.
func runChecks(name string, root *yamldoc.Node, book *rates.Book, engine *rates.Engine, bad map[int]bool, c *checker) problem.List {
	nodes := items(root.Get("checks").Value)
	if len(nodes) == 0 {
		return nil
	}
	if engine == nil {
		good := rates.Book{Name: book.Name}
		for i := range book.Schedules {
			if !bad[i] {
				good.Schedules = append(good.Schedules, book.Schedules[i])
			}
		}
		engine, _ = rates.Compile(good) // nil where there are none: then no check is run
	}
	b := &builder{name}
	ids := map[string]int{}
	for i := range book.Schedules {
		ids[book.Schedules[i].ID]++
	}
	var found problem.List
	for i, check := range b.checks(root, book) {
		if len(found) >= maxFound {
			break
		}
		at := fmt.Sprintf("checks[%d]", i)
		if c.finds(nodes, i, at, root) {
			continue
		}
		slot := slices.IndexFunc(book.Schedules, func(s rates.Schedule) bool { return s.ID == check.Input.Schedule })
		switch {
		case slot < 0 && (c.lostSchedule(book) || len(ids) < len(book.Schedules)), ids[check.Input.Schedule] > 1:
		case slot < 0:
			found = append(found, placed(name, root, problem.List{noSchedule(book, check.Input.Schedule, at)})...)
		case bad[slot]:
		default:
			if unknown := unknownNames(name, &book.Schedules[slot], nodes[i], at); len(unknown) > 0 {
				found = append(found, unknown...)
			} else if e := runCheck(&check, engine, nodes[i], at); e != nil {
				found = append(found, placed(name, root, problem.List{e})...)
			}
		}
	}
	return found
}

// finds says whether the checker has found something in the i-th check, or where it
// stands.
func (c *checker) finds(nodes []*yamldoc.Node, i int, at string, root *yamldoc.Node) bool {
	if c == nil {
		return false
	}
	end := lineAfterKey(root, "checks")
	if i+1 < len(nodes) {
		end = nodes[i+1].Line
	}
	return c.torn.In(nodes[i].Line, end) || c.faulty(nodes[i].Line, end) || slices.ContainsFunc(c.faults, func(f fault) bool { return below(f.path, at) })
}

// lostSchedule says whether a schedule may have lost its ID.
func (c *checker) lostSchedule(book *rates.Book) bool {
	return c != nil && (len(c.torn.Gaps) > 0 || len(book.Schedules) == 0 ||
		slices.ContainsFunc(book.Schedules, func(s rates.Schedule) bool { return s.ID == "" }))
}

func noSchedule(book *rates.Book, id, at string) *problem.Error {
	ids := make([]string, len(book.Schedules))
	for i := range book.Schedules {
		ids[i] = book.Schedules[i].ID
	}
	fix := "use " + oneOf(ids)
	if meant := nearest(id, ids); meant != "" {
		fix = fmt.Sprintf("did you mean %s? %s", meant, fix)
	}
	return &problem.Error{Code: rates.ErrNoSchedule, Path: at + ".schedule", What: "the book has no schedule " + yamldoc.Quoted(id), Fix: fix}
}

// unknownNames are the names of a check that its schedule does not have. n is its
// node, at its path.
func unknownNames(name string, s *rates.Schedule, n *yamldoc.Node, at string) problem.List {
	var found problem.List
	refuse := func(at *yamldoc.Node, path, what string, names []string) {
		fix := "the schedule has none"
		if len(names) > 0 {
			fix = "use " + oneOf(names)
		}
		if meant := nearest(at.Text, names); meant != "" {
			fix = fmt.Sprintf("did you mean %s? %s", meant, fix)
		}
		found.Add(&problem.Error{Code: rates.ErrUnknownName, Path: path, Pos: at.Pos(name), What: fmt.Sprintf("%s is no %s of schedule %s", yamldoc.Quoted(at.Text), what, s.ID), Fix: fix})
	}
	isFact := func(at *yamldoc.Node, path string) {
		if !slices.ContainsFunc(s.Facts, func(f rates.Fact) bool { return f.Name == at.Text }) {
			refuse(at, path, "fact", factNames(s))
		}
	}
	given := func(n *yamldoc.Node, at string) {
		for _, e := range entries(n.Get("facts").Value) {
			isFact(e.Key, at+".facts."+e.Key.Text)
		}
		for i, change := range items(n.Get("changes").Value) {
			isFact(change.Get("fact").Value, fmt.Sprintf("%s.changes[%d].fact", at, i))
		}
	}
	given(n, at)
	for i, m := range items(n.Get("meters").Value) {
		given(m, fmt.Sprintf("%s.meters[%d]", at, i))
	}
	lines := items(n.Get("lines").Value)
	if len(lines) == 0 {
		return found
	}
	ids := chargeIDs(s)
	known := make(map[string]bool, len(ids))
	for _, id := range ids {
		known[id] = true
	}
	for i, line := range lines {
		for _, e := range line.Entries {
			if len(found) < maxFound && !known[e.Key.Text] {
				refuse(e.Key, fmt.Sprintf("%s.lines[%d].%s", at, i, e.Key.Text), "charge", ids)
			}
		}
	}
	return found
}

func factNames(s *rates.Schedule) []string {
	names := make([]string, len(s.Facts))
	for i := range s.Facts {
		names[i] = s.Facts[i].Name
	}
	return names
}

// chargeIDs are the IDs of the charges of all versions.
func chargeIDs(s *rates.Schedule) []string {
	var ids []string
	seen := map[string]bool{}
	for i := range s.Versions {
		for j := range s.Versions[i].Charges {
			if id := s.Versions[i].Charges[j].ID; !seen[id] {
				seen[id] = true
				ids = append(ids, id)
			}
		}
	}
	return ids
}
