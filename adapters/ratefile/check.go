package ratefile

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// A Check is a worked bill that the book must reproduce: one that a publisher has
// printed, or that somebody has worked out by hand.
type Check struct {
	// Name names the check; no two alike.
	Name string
	// Source is where the bill is printed; optional.
	Source rates.Citation
	// Input is what the bill is priced from.
	Input rates.Input
	// Lines are all lines of the bill in printed order; nil where the check states
	// only its total.
	Lines []CheckLine
	// Total is what the bill comes to; zero where Refused is set.
	Total money.Amount
	// Refused is the code with which the bill is refused; empty where it is priced.
	Refused problem.Code
}

// A CheckLine is a line of a bill: the ID of its charge, and its amount.
type CheckLine struct {
	Charge string
	Amount money.Amount
}

// run is what keeps the engine from reproducing the check; nil for nothing. at is
// its path in the file.
func (c *Check) run(engine *rates.Engine, n *yamldoc.Node, at string) *problem.Error {
	q, err := engine.Price(c.Input)
	x := engine.Explain(c.Input)
	if (err == nil) != (x.Err == nil) || err == nil && x.Quote.Total != q.Total {
		return &problem.Error{Code: ErrCheck, Path: at, Err: err, What: fmt.Sprintf("the bill is %s, and its explanation says %s", outcome(q, err), outcome(x.Quote, x.Err)),
			Fix: "report it: the engine contradicts itself"}
	}
	if c.Refused != "" {
		return c.refusal(q, err, at)
	}
	if err != nil {
		e := &problem.Error{Code: ErrCheck, Path: at + ".total", Err: err, What: fmt.Sprintf("expected %s, but the bill is refused: %s", c.Total, reason(err)),
			Fix: "give the check what the bill needs, or correct the book"}
		if all := problemsOf(err); len(all) > 0 {
			if under := culprit(n, all[0]); under != "" {
				e.Path = at + "." + under
			}
			if all[0].Fix != "" {
				e.Fix = all[0].Fix + ", or correct the book"
			}
		}
		return e
	}
	return c.compare(q, at)
}

// some joins the first of several texts, and says how many are left out.
func some(texts []string, with string) string {
	const most = 8
	if len(texts) > most {
		return fmt.Sprintf("%s, and %d more", strings.Join(texts[:most], with), len(texts)-most)
	}
	return strings.Join(texts, with)
}

func outcome(q rates.Quote, err error) string {
	if err != nil {
		return "refused (" + reason(err) + ")"
	}
	return q.Total.String()
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

// reason is an error on one line, without its place and what to do.
func reason(err error) string {
	var texts []string
	for _, e := range problemsOf(err) {
		own := *e
		own.Pos, own.Fix = problem.Pos{}, ""
		texts = append(texts, own.Error())
	}
	return some(texts, "; ")
}

// refusal compares how the bill is refused.
func (c *Check) refusal(q rates.Quote, err error, at string) *problem.Error {
	if errors.Is(err, c.Refused) {
		return nil
	}
	e := &problem.Error{Code: ErrCheck, Path: at + ".refused", Err: err, Fix: "correct the check, or the book"}
	if err == nil {
		e.What = fmt.Sprintf("expected the refusal %s, computed %s: %s", c.Refused, q.Total, sum(q))
	} else {
		e.What = fmt.Sprintf("expected the refusal %s, but it is %s", c.Refused, reason(err))
	}
	return e
}

// compare compares the lines and the total of the bill.
func (c *Check) compare(q rates.Quote, at string) *problem.Error {
	e := &problem.Error{Code: ErrCheck, Path: at + ".total", Fix: "correct the book, or the check if its bill is misprinted"}
	total := ""
	if c.Total != q.Total {
		total = fmt.Sprintf("expected %s, computed %s", c.Total, q.Total)
	}
	if c.Lines == nil {
		if total == "" {
			return nil
		}
		e.What = total + ": " + sum(q)
		return e
	}
	i, differing := c.differing(slices.Collect(q.Lines()))
	switch {
	case i < 0 && total == "":
		return nil
	case i < 0:
		e.What = total + ", and every line agrees: the lines do not sum to the total that is expected"
		return e
	case i < len(c.Lines):
		e.Path = fmt.Sprintf("%s.lines[%d].%s", at, i, c.Lines[i].Charge)
	default:
		e.Path = at + ".lines"
	}
	e.What = some(differing, "; ")
	if total != "" {
		e.What = total + ": " + e.What
	}
	return e
}

// differing tells which lines differ, and the index of the first in the check; -1 for
// none. Lines of one charge are compared with each other, so that one line too few is
// told once.
func (c *Check) differing(lines []rates.Line) (first int, all []string) {
	first = -1
	tell := func(i int, text string) {
		if first < 0 {
			first = i
		}
		all = append(all, text)
	}
	i, j := 0, 0
	for _, same := range append(c.aligned(lines), [2]int{len(c.Lines), len(lines)}) {
		for ; i < same[0] || j < same[1]; i, j = min(i+1, same[0]), min(j+1, same[1]) {
			switch {
			case j >= same[1]:
				tell(i, fmt.Sprintf("line %d, %s: expected %s, and the bill has no such line", i+1, c.Lines[i].Charge, c.Lines[i].Amount))
			case i >= same[0]:
				tell(i, fmt.Sprintf("line %d, %s %s, is missing from the check", j+1, lines[j].Text(), lines[j].Amount()))
			default:
				tell(i, fmt.Sprintf("line %d: expected %s %s, computed %s %s", i+1, c.Lines[i].Charge, c.Lines[i].Amount, lines[j].Charge(), lines[j].Amount()))
			}
		}
		if i < len(c.Lines) && j < len(lines) && c.Lines[i].Amount != lines[j].Amount() {
			tell(i, fmt.Sprintf("line %d, %s: expected %s, computed %s", i+1, lines[j].Text(), c.Lines[i].Amount, lines[j].Amount()))
		}
		i, j = same[0]+1, same[1]+1
	}
	return first, all
}

// aligned are the pairs of lines of the check and of the bill that are of one charge: as
// many as there can be in their order, and of those the most that agree.
func (c *Check) aligned(lines []rates.Line) (pairs [][2]int) {
	const most = 500 // more lines than any bill has are compared as they stand
	n, m := len(c.Lines), len(lines)
	if n > most || m > most {
		for i := range min(n, m) {
			if c.Lines[i].Charge == lines[i].Charge() {
				pairs = append(pairs, [2]int{i, i})
			}
		}
		return pairs
	}
	weight := func(i, j int) int {
		switch {
		case c.Lines[i].Charge != lines[j].Charge():
			return 0
		case c.Lines[i].Amount != lines[j].Amount():
			return most
		}
		return most + 1
	}
	best := make([][]int, n+1) // of the lines from i and j on
	best[n] = make([]int, m+1)
	for i := n - 1; i >= 0; i-- {
		best[i] = make([]int, m+1)
		for j := m - 1; j >= 0; j-- {
			best[i][j] = max(best[i+1][j], best[i][j+1])
			if w := weight(i, j); w > 0 {
				best[i][j] = max(best[i][j], w+best[i+1][j+1])
			}
		}
	}
	for i, j := 0, 0; i < n && j < m; {
		switch w := weight(i, j); {
		case w > 0 && best[i][j] == w+best[i+1][j+1]:
			pairs = append(pairs, [2]int{i, j})
			i, j = i+1, j+1
		case best[i][j] == best[i+1][j]:
			i++
		default:
			j++
		}
	}
	return pairs
}

// sum is lines as a sum, for a message.
func sum(q rates.Quote) string {
	var texts []string
	for line := range q.Lines() {
		texts = append(texts, line.Text()+" "+line.Amount().String())
	}
	if len(texts) == 0 {
		return "the bill has no lines"
	}
	return some(texts, " + ")
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
			} else if e := check.run(engine, nodes[i], at); e != nil {
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
