// Command testsum reads streams that "go test -json" wrote.
//
//	testsum show FILE          prints what failed and exits with 1 if anything did
//	testsum skipped WORD FILE  prints, as a pattern for -run, the tests that were skipped with WORD in their output
//	testsum total FILE...      prints "N passed, M failed, K skipped" over all streams
//
// A test that is in several streams counts once: as failed if it failed in any, else as passed if it passed in any. So a
// test that one run skipped and another ran is not counted as skipped.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
)

// event is a line of the stream; "go doc test2json" describes it.
type event struct {
	Action      string
	Package     string
	ImportPath  string
	Test        string
	Output      string
	FailedBuild string
}

// id names a test; one without a test is its package, or, for the output of the compiler, its build.
type id struct{ pkg, test string }

// run is what one or more streams say.
type run struct {
	status map[id]string // pass, fail, skip, or run while there is no result
	output map[id][]string
}

func main() {
	if err := command(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "testsum:", err)
		os.Exit(1)
	}
}

func command(args []string, w io.Writer) error {
	switch {
	case len(args) == 2 && args[0] == "show":
		r, err := read(args[1])
		if err != nil {
			return err
		}
		return r.show(w)
	case len(args) == 3 && args[0] == "skipped":
		r, err := read(args[2])
		if err != nil {
			return err
		}
		if names := r.skipped(args[1]); len(names) > 0 {
			fmt.Fprintln(w, "^("+strings.Join(names, "|")+")$")
		}
		return nil
	case len(args) > 0 && args[0] == "total":
		r, err := read(args[1:]...)
		if err != nil {
			return err
		}
		passed, failed, skipped := r.count()
		fmt.Fprintf(w, "%d passed, %d failed, %d skipped\n", passed, failed, skipped)
		return nil
	default:
		return errors.New("usage: testsum show FILE | skipped WORD FILE | total FILE...")
	}
}

func read(files ...string) (*run, error) {
	r := &run{status: map[id]string{}, output: map[id][]string{}}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		err = r.add(f)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return r, nil
}

func (r *run) add(stream io.Reader) error {
	lines := bufio.NewReader(stream)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if jsonErr := json.Unmarshal(line, &e); jsonErr != nil {
				return fmt.Errorf("%q: %w", line, jsonErr)
			}
			r.event(e)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (r *run) event(e event) {
	at := id{e.Package, e.Test}
	switch e.Action {
	case "output":
		r.output[at] = append(r.output[at], e.Output)
	case "build-output":
		build := id{pkg: e.ImportPath}
		r.output[build] = append(r.output[build], e.Output)
	case "run", "start", "skip", "pass", "fail":
		if rank(e.Action) > rank(r.status[at]) {
			r.status[at] = e.Action
		}
		if e.Action == "fail" && e.FailedBuild != "" {
			r.output[at] = append(r.output[at], r.output[id{pkg: e.FailedBuild}]...)
		}
	}
}

// rank says which of two results of one test stands.
func rank(status string) int {
	return slices.Index([]string{"", "start", "run", "skip", "pass", "fail"}, status)
}

// count counts the tests and their subtests. One that never ended failed, as did a package that failed without one of
// its tests, such as one that does not compile.
func (r *run) count() (passed, failed, skipped int) {
	blamed := map[string]bool{}
	for at, status := range r.status {
		if at.test == "" {
			continue
		}
		switch status {
		case "pass":
			passed++
		case "skip":
			skipped++
		default:
			failed++
			blamed[at.pkg] = true
		}
	}
	for at, status := range r.status {
		if at.test == "" && (status == "fail" || status == "start") && !blamed[at.pkg] {
			failed++
		}
	}
	return passed, failed, skipped
}

// show prints the output of what failed, and what was skipped.
func (r *run) show(w io.Writer) error {
	ids := slices.SortedFunc(maps.Keys(r.status), func(a, b id) int {
		return strings.Compare(a.pkg+" "+a.test, b.pkg+" "+b.test)
	})
	for _, at := range ids {
		switch r.status[at] {
		case "fail", "run", "start":
			fmt.Fprintf(w, "--- %s %s\n%s", at.pkg, at.test, strings.Join(r.output[at], ""))
		}
	}
	passed, failed, skipped := r.count()
	fmt.Fprintf(w, "tests: %d passed; %d failed; %d skipped\n", passed, failed, skipped)
	if failed > 0 {
		return errors.New("tests failed")
	}
	if passed == 0 {
		return errors.New("no test ran")
	}
	return nil
}

// skipped returns the tests, without their subtests, that were skipped with the word in what they said.
func (r *run) skipped(word string) []string {
	names := map[string]bool{}
	for at, status := range r.status {
		if at.test != "" && status == "skip" && strings.Contains(strings.Join(r.output[at], ""), word) {
			name, _, _ := strings.Cut(at.test, "/")
			names[regexp.QuoteMeta(name)] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}
