package main

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/adapters/table"
	"github.com/headgate-dev/headgate/adapters/table/impactreport"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
)

// result is what a run finds.
type result struct {
	options
	before, after *book // before is nil where a book alone is proven
	impact        ratecheck.Impact
	kinds         *kinds
	accountNotes  []string
	proofs        []impactreport.Proof
	coverage      *ratecheck.Coverage
	suggested     []byte // a table of the bills that would cover what is missing
	unsuggested   int    // bills of those that a table cannot hold
	differences   []change
	unpriced      int      // differences that change no bill
	told          bool     // something stands on standard error
	written       []string // files
}

// proven says that there is something that was checked, that all of it holds, and that no account is left out.
func (r *result) proven() bool {
	return r.impact.LeftOut() == 0 && !slices.ContainsFunc(r.proofs, func(p impactreport.Proof) bool { return !p.Good })
}

// notes are what a reader must know before any figure.
func (r *result) notes() []string {
	var all []string
	add := func(notes []string) {
		for _, n := range notes {
			if !slices.Contains(all, n) {
				all = append(all, n)
			}
		}
	}
	if r.ownBooks() {
		add([]string{"The proposal is invented: nobody has proposed it. The rates before are those of the Marina Coast Water District for 2018, which later rates have replaced."})
	}
	add(r.accountNotes)
	if r.before != nil {
		add(r.before.notes)
	}
	add(r.after.notes)
	return all
}

// A change is a difference between the books, with the title of its schedule. It has no days of its own where it is so on
// all days that the schedule has rates for after.
type change struct {
	ratecheck.Difference
	source string // all that adopted it
	span   string // the days of the schedule after
}

// differ puts into words what differs between the books. What is only called otherwise, or adopted by another resolution,
// is counted: a board asks for amounts.
func (r *result) differ() {
	type key struct{ schedule, charge, text string }
	before, after := r.before.engine.Book(), r.after.engine.Book()
	titles, spans := map[string]string{}, map[string][2]civil.Date{}
	for _, b := range []rates.Book{before, after} {
		for i := range b.Schedules {
			titles[b.Schedules[i].ID] = cmp.Or(b.Schedules[i].Title, titles[b.Schedules[i].ID])
		}
	}
	for i := range after.Schedules {
		if v := after.Schedules[i].Versions; len(v) > 0 {
			spans[after.Schedules[i].ID] = [2]civil.Date{v[0].From, v[len(v)-1].To}
		}
	}
	named, told := map[key][]ratecheck.Difference{}, map[key]bool{}
	pairs := r.pairs(before, after)
	for _, d := range diff(pairs) {
		k := key{d.Schedule, d.Charge, d.Text}
		named[k] = append(named[k], d)
		r.unpriced++
	}
	for i := range pairs {
		pairs[i] = [2]rates.Book{unnamed(pairs[i][0]), unnamed(pairs[i][1])}
	}
	for _, d := range diff(pairs) {
		d.Title = titles[d.Schedule]
		var sources []string
		k := key{d.Schedule, d.Charge, d.Text}
		for _, n := range named[k] {
			if text := n.Source.String(); text != "" && overlap(&n, &d) && !slices.Contains(sources, text) {
				sources = append(sources, text)
			}
		}
		if !told[k] {
			told[k] = true
			r.unpriced -= len(named[k])
		}
		span := spans[d.Schedule]
		c := change{d, strings.Join(sources, "; "), days(span[0], span[1])}
		if d.From == span[0] && d.To == span[1] {
			c.From, c.To = civil.Date{}, civil.Date{} // the heading says it
		}
		r.differences = append(r.differences, c)
	}
}

// pairs are the books that are to be compared: in that before, schedules are called what -class says that they are called
// after. Where several become one, the others are compared with it each by itself.
func (r *result) pairs(before, after rates.Book) [][2]rates.Book {
	title := map[string]string{}
	for i := range after.Schedules {
		title[after.Schedules[i].ID] = after.Schedules[i].Title
	}
	taken := map[string]bool{}
	for i := range before.Schedules {
		if id := before.Schedules[i].ID; r.classes[id] == "" || r.classes[id] == id {
			taken[id] = true
		}
	}
	main := before
	main.Schedules = nil
	var others [][2]rates.Book
	for _, s := range before.Schedules {
		is := r.classes[s.ID]
		if is == "" || is == s.ID {
			main.Schedules = append(main.Schedules, s)
			continue
		}
		s.ID, s.Title = is, title[is]
		if !taken[is] {
			taken[is] = true
			main.Schedules = append(main.Schedules, s)
			continue
		}
		one := [2]rates.Book{main, after}
		one[0].Schedules = []rates.Schedule{s}
		one[1].Schedules = slices.DeleteFunc(slices.Clone(after.Schedules), func(other rates.Schedule) bool { return other.ID != is })
		one[0].Name = one[1].Name // it is told once
		others = append(others, one)
	}
	return append([][2]rates.Book{{main, after}}, others...)
}

// diff is what differs between the books of each pair.
func diff(pairs [][2]rates.Book) []ratecheck.Difference {
	var all []ratecheck.Difference
	for _, pair := range pairs {
		all = append(all, ratecheck.Diff(pair[0], pair[1])...)
	}
	return all
}

// overlap says that two differences have days in common.
func overlap(a, b *ratecheck.Difference) bool {
	before := func(to, from civil.Date) bool { return !to.IsZero() && !from.IsZero() && to.Compare(from) <= 0 }
	return !before(a.To, b.From) && !before(b.To, a.From)
}

// unnamed is a book without what only names it.
func unnamed(b rates.Book) rates.Book {
	b.Name = ""
	for i := range b.Schedules {
		s := &b.Schedules[i]
		s.Title = ""
		for j := range s.Versions {
			v := &s.Versions[j]
			v.Source = rates.Citation{}
			for c := range v.Charges {
				v.Charges[c].Source = rates.Citation{}
			}
		}
	}
	return b
}

// days are the days from one to before another, in words.
func days(from, to civil.Date) string {
	switch {
	case !from.IsZero() && !to.IsZero():
		return from.String() + " to " + lastDay(to)
	case !from.IsZero():
		return "from " + from.String()
	case !to.IsZero():
		return "until " + lastDay(to)
	}
	return ""
}

// about is what a difference is of: the title of its schedule, without the placeholders that it names, and its days.
func about(d *change) string {
	title := d.Title
	if strings.Contains(strings.ToLower(title), "placeholder") {
		title, _, _ = strings.Cut(title, "(")
	}
	title = cmp.Or(strings.TrimSpace(title), d.Schedule, "The book")
	if d.span != "" {
		title += ", " + d.span
	}
	return title
}

func count(n int64) string { return table.Count(n).String() }

// counted is a number of things in words.
func counted(n int64, what string) string {
	if n != 1 {
		what += "s"
	}
	return count(n) + " " + what
}

func are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func them(n int64) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

// listed is names in a sentence, as many as one can look at.
func listed(names []string) string {
	const most = 12
	if len(names) > most {
		return strings.Join(names[:most], ", ") + " and " + strconv.Itoa(len(names)-most) + " more"
	}
	return strings.Join(names, ", ")
}

// lastDay is the day before a day.
func lastDay(to civil.Date) string {
	day, err := to.AddDays(-1)
	if err != nil {
		return to.String()
	}
	return day.String()
}
