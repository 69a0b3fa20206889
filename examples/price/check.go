package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/headgate-dev/headgate/adapters/ratefile"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/examples/internal/command"
)

// check proves a rate book and tells what it holds, or how many problems it has.
func (p program) check(name string) (problems int, err error) {
	name, source, err := p.book("-check", name)
	if err != nil {
		return 0, err
	}
	defer func() { _ = source.Close() }() // it was only read
	file, err := ratefile.Read(name, source)
	if err == nil {
		_, err = file.Compile()
	}
	if err != nil {
		return p.problems(name, err)
	}
	return 0, command.Unwritten(summarize(p.stdout, name, file.Book(), file.Checks()))
}

// format prints a rate book in its canonical form, or tells how many problems it has.
func (p program) format(name string) (problems int, err error) {
	name, source, err := p.book("-format", name)
	if err != nil {
		return 0, err
	}
	defer func() { _ = source.Close() }() // it was only read
	text, err := io.ReadAll(io.LimitReader(source, ratefile.MaxFile+1))
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", name, err)
	}
	if text, err = ratefile.Format(name, text); err != nil {
		return p.problems(name, err)
	}
	_, err = p.stdout.Write(text)
	return 0, command.Unwritten(err)
}

// book opens the file that a flag names, and says what it is called.
func (p program) book(flag, name string) (string, io.ReadCloser, error) {
	name, source, _, err := command.Open(name, p.stdin)
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", flag, err)
	}
	return name, source, nil
}

// problems prints what is wrong with a rate book, a line each, and counts it. Any other error is returned.
func (p program) problems(name string, err error) (int, error) {
	var all problem.List
	if !errors.As(err, &all) {
		return 0, err
	}
	_, _ = fmt.Fprintf(p.stderr, "%v\n%s: %s\n", all, name, numbered(len(all), "problem")) // there is nowhere else to say it
	return len(all), nil
}

// numbered is a number of things.
func numbered(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return strconv.Itoa(n) + " " + thing
}

// summarize says that a book is good, and what it holds.
func summarize(w io.Writer, name string, book rates.Book, checks []ratecheck.Check) error {
	hold := "all " + numbered(len(checks), "check") + " hold"
	switch len(checks) {
	case 0:
		hold = "but no check proves its amounts"
	case 1:
		hold = "its check holds"
	}
	var b strings.Builder
	titles := ""
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintf(table, "schedule\tchecks\trates\n") // a builder takes all that is written
	for i := range book.Schedules {
		s := &book.Schedules[i]
		own := 0
		for j := range checks {
			if checks[j].Input.Schedule == s.ID {
				own++
			}
		}
		first, of := s.ID, strconv.Itoa(own)
		for j := range s.Versions {
			_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", first, of, span(s, &s.Versions[j]), cited(s.Versions[j].Source))
			first, of = "", ""
		}
	}
	_ = table.Flush()
	for i := range book.Schedules {
		if s := &book.Schedules[i]; s.Title != "" {
			titles += fmt.Sprintf("%s: %s\n", s.ID, s.Title)
		}
	}
	_, err := fmt.Fprintf(w, "%s: good, %s\n%s: %s\n\n", name, hold, book.Name, numbered(len(book.Schedules), "schedule"))
	for row := range strings.Lines(b.String()) {
		if err == nil {
			_, err = fmt.Fprintln(w, strings.TrimRight(row, " \n"))
		}
	}
	if err == nil && titles != "" {
		_, err = io.WriteString(w, "\n"+titles)
	}
	return err
}

// span is the days on which a version holds.
func span(s *rates.Schedule, v *rates.Version) string {
	last := ""
	if !v.To.IsZero() {
		day, _ := v.To.AddDays(-1) // a day before it holds, or the book would not be good
		last = "to " + day.String()
	}
	switch {
	case !v.From.IsZero() && last != "":
		return v.From.String() + " " + last
	case !v.From.IsZero():
		return "from " + v.From.String()
	case last != "":
		return last
	case s.Undated:
		return "undated"
	}
	return "always"
}

// cited is where rates are from.
func cited(c rates.Citation) string {
	if text := c.String(); text != "" {
		return text
	}
	return c.Address
}
