package ratefile

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// problemsOf are the problems that an error holds.
func problemsOf(err error) problem.List {
	var all problem.List
	var one *problem.Error
	switch {
	case err == nil:
	case errors.As(err, &all):
	case errors.As(err, &one):
		all.Add(one)
	default:
		all.Add(&problem.Error{Err: err})
	}
	return all
}

// placed gives problems of the book their paths and places in the file: the first
// [maxFound], and one that says that there are more.
func placed(name string, root *yamldoc.Node, problems problem.List) problem.List {
	var all problem.List
	names := map[string][]string{}
	for i, e := range problems {
		own := *e
		s := locate(root, e.Path)
		if from := s.at.Get("from").Value; from != nil && own.Code == rates.ErrBounds && strings.Contains(s.path, ".seasons.starts[") {
			s.path, s.at = joinPath(s.path, "from"), from // a season is a name and a day, and the day is at fault
		}
		own.Path, own.Pos = s.path, s.at.Pos(name)
		if i == maxFound {
			own.What, own.Fix, own.Err = fmt.Sprintf("there are %d more problems of the book", len(problems)-i), "correct those that are told first", nil
			all.Add(&own)
			break
		}
		if own.Code == rates.ErrUnknownName {
			version, _, _ := strings.Cut(s.path, ".charges")
			if _, known := names[version]; !known {
				names[version] = namesOf(root, s.path)
			}
			wrong := unquoted(own.What)
			if meant := nearest(wrong, names[version]); meant != "" && meant != wrong {
				own.Fix = fmt.Sprintf("did you mean %s? %s", meant, own.Fix)
			}
		}
		all.Add(&own)
	}
	return once(all)
}

// namesOf are the names that the schedule of a path has, of versions those of its own.
func namesOf(root *yamldoc.Node, path string) []string {
	i := scheduleOf(path)
	all := items(root.Get("schedules").Value)
	if i < 0 || i >= len(all) {
		return nil
	}
	var names []string
	add := func(of *yamldoc.Node) {
		for _, e := range entries(of) {
			names = append(names, e.Key.Text)
		}
	}
	add(all[i].Get("facts").Value)
	for j, v := range items(all[i].Get("versions").Value) {
		if at := fmt.Sprintf("schedules[%d].versions[%d]", i, j); !below(path, at) && strings.Contains(path, ".versions[") {
			continue
		}
		add(v.Get("definitions").Value)
		for _, c := range items(v.Get("charges").Value) {
			names = append(names, textOf(c.Get("id").Value))
		}
	}
	for _, s := range items(all[i].Get("seasons").Value.Get("starts").Value) {
		names = append(names, textOf(s.Get("name").Value))
	}
	const most = 2000 // more are none that a person mixes up
	return names[:min(len(names), most)]
}

// once leaves out what is said twice of a place: of two names in a number that is
// written with its unit, say.
func once(all problem.List) problem.List {
	seen := map[problem.Error]bool{}
	return slices.DeleteFunc(all, func(e *problem.Error) bool {
		key := problem.Error{Code: e.Code, Path: e.Path, What: e.What}
		defer func() { seen[key] = true }()
		return seen[key]
	})
}

// followUps leaves out the problems of a book that follow from what was found in the
// document already.
func (c *checker) followUps(problems problem.List) problem.List {
	lost := c.lostNames()
	unknown := map[int]map[string]bool{}
	for _, e := range problems {
		if e.Code == rates.ErrUnknownName {
			i := scheduleOf(e.Path)
			if unknown[i] == nil {
				unknown[i] = map[string]bool{}
			}
			unknown[i][unquoted(e.What)] = true
		}
	}
	return slices.DeleteFunc(problems, func(e *problem.Error) bool {
		if i := scheduleOf(e.Path); e.Code == rates.ErrUnknownName && lost[i] > 0 && len(unknown[i]) <= lost[i] {
			return true
		}
		whole := locate(c.torn.Root, e.Path).whole
		return slices.ContainsFunc(c.faults, func(f fault) bool { return f.explains(e, whole) })
	})
}

// explains says whether a problem of the book follows from the fault. whole says
// that there is something at the problem's path.
func (f fault) explains(e *problem.Error, whole bool) bool {
	holder := parentPath(f.path)
	switch {
	case e.Path == f.path, below(e.Path, f.path) && !f.key:
		return true
	case e.Path == holder && e.Code != rates.ErrCycle:
		return true
	case parentPath(e.Path) == holder:
		return f.key && !whole || e.Code == rates.ErrRule && f.path != ""
	}
	return false
}

// unquoted is the name that a message quotes.
func unquoted(message string) string {
	i := strings.IndexByte(message, '"')
	if i < 0 {
		return message
	}
	quoted, err := strconv.QuotedPrefix(message[i:])
	if err != nil {
		return message
	}
	name, err := strconv.Unquote(quoted)
	if err != nil {
		return message
	}
	return name
}

// allNames stands for as many names as there may be.
const allNames = 1 << 30

// lostNames counts, by schedule, the names that faults may have hidden: so many
// unknown names are the same faults again.
func (c *checker) lostNames() map[int]int {
	lost := map[int]int{}
	for _, f := range c.faults {
		i := scheduleOf(f.path)
		if i < 0 {
			continue
		}
		_, rest, _ := strings.Cut(f.path, "]")
		lost[i] += lostBy(f, rest)
		lost[i] = min(lost[i], allNames)
	}
	return lost
}

// lostBy counts the names that a fault at a path in a schedule may have hidden.
func lostBy(f fault, path string) int {
	parts := strings.Split(strings.TrimPrefix(path, "."), ".")
	for i, part := range parts {
		parts[i], _, _ = strings.Cut(part, "[")
	}
	item := strings.HasSuffix(path, "]")
	switch at := strings.Join(parts, "."); {
	case len(parts) == 1 && (f.key || at == "facts" || at == "seasons" || at == "versions"):
		return allNames // a part of the schedule, or whatever an unknown key holds
	case at == "seasons.starts" && item, at == "seasons.starts.name":
		return 1
	case at == "seasons.starts":
		return allNames
	case parts[0] == "facts" && len(parts) == 2 && f.key:
		return 1
	case parts[0] != "versions":
		return 0
	case at == "versions.charges" && item, at == "versions.charges.id":
		return 1
	case at == "versions.charges", at == "versions.definitions", len(parts) == 2 && f.key:
		return allNames
	case len(parts) == 3 && parts[1] == "definitions" && f.key:
		return 1
	}
	return 0
}
