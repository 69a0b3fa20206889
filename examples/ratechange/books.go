package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/adapters/accountfile"
	"github.com/headgate-dev/headgate/adapters/owrs"
	"github.com/headgate-dev/headgate/adapters/ratefile"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
)

// The built-in rate books: the rates of a district, and an invented proposal.
var (
	//go:embed books/before.yaml
	ownBefore []byte
	//go:embed books/proposal.yaml
	ownAfter []byte
)

const (
	ownBeforeName = "books/before.yaml"
	ownAfterName  = "books/proposal.yaml"
)

// A book is rates with what is known of them.
type book struct {
	file, name string
	engine     *rates.Engine
	owrs       bool
	// checks are the worked bills that the book holds itself, and failed those that it does not come to.
	checks []ratecheck.Check
	failed problem.List
	// notes are what a reader must know of it.
	notes []string
}

// What the names of rate files end in.
var bookEndings = []string{".yaml", ".yml", ".json"}

func isOWRS(name string) bool { return strings.EqualFold(filepath.Ext(name), ".owrs") }

// readRates reads the rate file that a flag names. The mode is for OWRS, which states none. What an OWRS file states oddly
// is priced as written, and told.
func readRates(flag, name string, mode exact.Mode, stderr io.Writer) (*book, error) {
	if !isOWRS(name) && !slices.Contains(bookEndings, strings.ToLower(filepath.Ext(name))) {
		return nil, fmt.Errorf("-%s %s: the name ends neither in .owrs nor in .yaml, .yml or .json; give an Open Water Rate Specification file or a rate book, and name it so", flag, name)
	}
	r, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("-%s: %w", flag, err)
	}
	defer func() { _ = r.Close() }() // it was only read
	if isOWRS(name) {
		return readOWRS(name, r, mode, stderr)
	}
	file, err := ratefile.Read(name, r)
	if err != nil {
		return nil, err
	}
	return bookOf("the book "+flag, name, file)
}

func readOWRS(name string, r io.Reader, mode exact.Mode, stderr io.Writer) (*book, error) {
	file, err := owrs.Read(name, r)
	if err != nil {
		return nil, err
	}
	of := file.Book(money.Rounding{Mode: mode, Place: money.ByLine})
	b := &book{file: name, name: bookName(of.Name, name), owrs: true}
	if day := file.Metadata().EffectiveDate; !day.IsZero() {
		b.name += ", from " + day.String()
	}
	if b.engine, err = rates.Compile(of); err != nil {
		return nil, err
	}
	warnings := file.Warnings()
	for _, w := range warnings {
		_, _ = fmt.Fprintln(stderr, w) // Flush tells of errors
	}
	b.notes = append(b.notes, fmt.Sprintf("%s states no rounding: each amount is rounded to the cent by %s.", name, mode))
	if n := len(warnings); n > 0 {
		b.notes = append(b.notes, fmt.Sprintf("%s: %s, which %s priced as written.", name, counted(int64(n), "odd statement"), are(n)))
	}
	return b, nil
}

// bookOf compiles a book. Where nothing is wrong with it but that worked bills of its own come out otherwise, it can be
// used, and shown to be wrong.
func bookOf(side, name string, file *ratefile.File) (*book, error) {
	b := &book{file: name, checks: file.Checks()}
	of := file.Book()
	b.name = bookName(of.Name, name)
	engine, err := file.Compile()
	if err != nil {
		var all problem.List
		if !errors.As(err, &all) || slices.ContainsFunc(all, func(e *problem.Error) bool { return !errors.Is(e, ratecheck.ErrCheck) }) {
			return nil, err
		}
		b.failed = all
		if engine, err = rates.Compile(of); err != nil {
			return nil, err
		}
	}
	b.engine = engine
	b.notes = placeholders(side, of.Schedules)
	return b, nil
}

// placeholders are what titles say of rules that stand in for others, each with the schedules that say so.
func placeholders(side string, all []rates.Schedule) []string {
	var said []string
	of := map[string][]string{}
	for i := range all {
		s := &all[i]
		if !strings.Contains(strings.ToLower(s.Title), "placeholder") {
			continue
		}
		text := s.Title
		if _, inside, ok := strings.Cut(text, "("); ok && strings.HasSuffix(inside, ")") {
			text = strings.TrimSuffix(inside, ")")
		}
		if of[text] == nil {
			said = append(said, text)
		}
		of[text] = append(of[text], s.ID)
	}
	for i, text := range said {
		said[i] = "Of " + side + ", " + listed(of[text]) + ": " + text + "."
	}
	return said
}

// bookName is what a book is called: its name, or that of its file.
func bookName(name, file string) string {
	if name = strings.TrimSpace(name); name != "" {
		return name
	}
	return filepath.Base(file)
}

// input is how the rows of accounts are read for the book. OWRS knows neither cycle_days nor carried, and some facts by
// other names than their columns have.
func (b *book) input() accountfile.InputOptions {
	if !b.owrs {
		return accountfile.InputOptions{}
	}
	return accountfile.InputOptions{FactName: owrsFact, CycleAsFacts: true}
}

// owrsFact is the fact that OWRS rates ask for by the name of a column.
func owrsFact(column string) (fact string) {
	for fact = range owrs.Facts(map[string]string{column: ""}) { // there is one
	}
	return fact
}

// books reads the books that the flags name, and refuses flags that name what is not in them.
func (r *result) books(stderr io.Writer) error {
	if err := r.readBooks(stderr); err != nil {
		return err
	}
	for _, e := range r.exceptions {
		if _, ok := r.after.engine.Unit(e.Schedule); !ok && e.Schedule != "" {
			return fmt.Errorf("-except %s:%s: the book after has no schedule %q; it has %s", e.Law, e.Schedule, e.Schedule, listed(r.after.engine.Schedules()))
		}
	}
	return r.classesAreThere()
}

// readBooks reads them.
func (r *result) readBooks(stderr io.Writer) error {
	if r.ownBooks() {
		for _, own := range []struct {
			to         **book
			side, name string
			text       []byte
		}{{&r.before, "the book before", ownBeforeName, ownBefore}, {&r.after, "the book after", ownAfterName, ownAfter}} {
			file, err := ratefile.Parse(own.name, own.text)
			if err != nil {
				return err
			}
			if *own.to, err = bookOf(own.side, own.name, file); err != nil {
				return err
			}
		}
		return nil
	}
	var errBefore, errAfter error
	if r.options.before != "" {
		r.before, errBefore = readRates("before", r.options.before, r.rounding, stderr)
	}
	r.after, errAfter = readRates("after", r.options.after, r.rounding, stderr)
	return errors.Join(errBefore, errAfter)
}

// classesAreThere refuses classes of flags that no book has.
func (r *result) classesAreThere() error {
	if r.before == nil {
		return nil
	}
	has := func(b *book, class string) bool { _, ok := b.engine.Unit(class); return ok }
	for _, was := range slices.Sorted(maps.Keys(r.classes)) {
		is := r.classes[was]
		if !has(r.before, was) {
			return fmt.Errorf("-class %s=%s: the book before has no schedule %q; it has %s", was, is, was, listed(r.before.engine.Schedules()))
		}
		if !has(r.after, is) {
			return fmt.Errorf("-class %s=%s: the book after has no schedule %q; it has %s", was, is, is, listed(r.after.engine.Schedules()))
		}
	}
	for _, class := range r.households {
		if !has(r.before, class) && !has(r.after, class) {
			return fmt.Errorf("-households: no book has a schedule %q; the book before has %s", class, listed(r.before.engine.Schedules()))
		}
	}
	return nil
}
