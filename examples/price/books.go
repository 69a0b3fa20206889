package main

import (
	_ "embed"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/adapters/owrs"
	"github.com/headgate-dev/headgate/adapters/ratefile"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// ownBookName is where the built-in book stands.
const ownBookName = "books/marina-coast-2018.yaml"

//go:embed books/marina-coast-2018.yaml
var ownBook string

// What the names of rate files end in.
var (
	owrsEndings = []string{".owrs"}
	bookEndings = []string{".yaml", ".yml", ".json"}
)

func endsIn(name string, endings []string) bool {
	return slices.Contains(endings, strings.ToLower(filepath.Ext(name)))
}

// readOwnBook is the tariff of the built-in book.
func readOwnBook() (tariff, error) { return readBook(ownBookName, strings.NewReader(ownBook)) }

// readRates reads a rate file. The mode is for OWRS, which states none. Warnings are what it prices but a reader should
// know.
func readRates(name string, mode exact.Mode) (t tariff, warnings []*problem.Error, err error) {
	ofOWRS := endsIn(name, owrsEndings)
	if !ofOWRS && !endsIn(name, bookEndings) {
		return t, nil, fmt.Errorf("-rates %s: the name ends neither in .owrs nor in .yaml, .yml or .json; give an Open Water Rate Specification file or a rate book, and name it so", name)
	}
	r, err := os.Open(name)
	if err != nil {
		return t, nil, fmt.Errorf("-rates: %w", err)
	}
	defer func() { _ = r.Close() }() // it was only read
	if ofOWRS {
		return readOWRS(name, r, mode)
	}
	t, err = readBook(name, r)
	return t, nil, err
}

func readOWRS(name string, r io.Reader, mode exact.Mode) (t tariff, warnings []*problem.Error, err error) {
	file, err := owrs.Read(name, r)
	if err != nil {
		return t, nil, err
	}
	engine, err := rates.Compile(file.Book(money.Rounding{Mode: mode, Place: money.ByLine}))
	return tariff{engine: engine, owrs: true}, file.Warnings(), err
}

func readBook(name string, r io.Reader) (tariff, error) {
	file, err := ratefile.Read(name, r)
	if err != nil {
		return tariff{}, err
	}
	engine, err := file.Compile()
	return tariff{engine: engine, placeholders: placeholders(file.Book())}, err
}

// placeholders are the titles of a book that say that rules of their schedules stand in for others, by schedule.
func placeholders(book rates.Book) map[string]string {
	titles := map[string]string{}
	for i := range book.Schedules {
		if s := &book.Schedules[i]; strings.Contains(strings.ToLower(s.Title), "placeholder") {
			titles[s.ID] = s.Title
		}
	}
	return titles
}
