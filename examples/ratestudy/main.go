// Ratestudy prices accounts under two rate books and reports the impact of the change by class, as an Apache Beam
// pipeline: on the local runner, or on any other that Beam has. Run it without flags to see a report, and with -h for its
// manual.
//
//	go run .
//	go run . -now now.yaml -next next.yaml -accounts accounts.csv
//
// The pricing is the same pure call as anywhere: each worker compiles the two books once, and Engine.Price is called
// twice for each row. What else stands here reads files in pieces and adds figures up so that the order does not matter.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"golang.org/x/term"

	"github.com/headgate-dev/headgate/billing/problem"
)

// What the program exits with.
const (
	exitPriced  = 0 // every row is priced
	exitRefused = 1 // some rows are refused
	exitUnable  = 2 // nothing could be priced, or not all could be read or written
)

func main() {
	// A reader that goes away is then an error of writing, which is reported, and not a silent end.
	signal.Ignore(syscall.SIGPIPE)
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, stdout, stderr io.Writer) int {
	o, err := parseFlags(args)
	if errors.Is(err, flag.ErrHelp) {
		if _, err = io.WriteString(stdout, manual); err == nil {
			return exitPriced
		}
	}
	refused := int64(0)
	if err == nil {
		registerFns()
		if !beam.Initialized() {
			beam.Init() // on a worker this does the work, and does not come back
		}
		refused, err = o.study(context.Background(), stdout, stderr)
	}
	switch {
	case err != nil:
		complain(stderr, err)
		return exitUnable
	case refused > 0:
		return exitRefused
	}
	return exitPriced
}

// complain prints an error. Those with a place or a code stand as they are, each on its line.
func complain(w io.Writer, err error) {
	text := err.Error()
	var e *problem.Error
	if !errors.As(err, &e) {
		text = "ratestudy: " + text
	}
	_, _ = fmt.Fprintln(w, text) // there is nowhere else to say it
}

// study does what the flags ask for, and says how many rows it refused.
func (o options) study(ctx context.Context, stdout, stderr io.Writer) (refused int64, err error) {
	s, err := o.read(ctx)
	if err != nil {
		return 0, err
	}
	quiet(o.log)
	stop := func() {}
	if isTerminal(stderr) && inProcess() {
		stop = alive(stderr)
	}
	found, err := s.runPipeline(ctx)
	stop()
	if err != nil {
		return 0, err
	}
	r, err := newReport(s, found)
	if err != nil {
		return 0, err
	}
	r.tell(ctx, stderr)
	if o.csv {
		err = r.writeCSV(ctx, stdout)
	} else {
		err = r.write(ctx, stdout)
		if err == nil && o.accounts == "" {
			_, err = io.WriteString(stdout, proposalNote)
		}
	}
	if err != nil {
		err = fmt.Errorf("the report cannot be written: %w", err)
	}
	return r.all.refused(), err
}

// read reads what is to be studied: two books that compile, and where the accounts stand.
func (o options) read(ctx context.Context) (*study, error) {
	s := &study{now: book{"books/now.yaml", ownNow}, next: book{"books/proposal.yaml", ownNext}, piece: pieceBytes, results: o.results}
	for _, b := range []struct {
		flag, name string
		into       *book
	}{{"now", o.now, &s.now}, {"next", o.next, &s.next}} {
		if b.name == "" {
			continue
		}
		text, err := os.ReadFile(b.name)
		if err != nil {
			return nil, fmt.Errorf("-%s: %w", b.flag, err)
		}
		*b.into = book{b.name, text}
	}
	var err error
	if s.classes, err = s.findClasses(); err != nil {
		return nil, err
	}
	if o.accounts == "" {
		var text bytes.Buffer
		if err := writeAccounts(&text, ownAccounts); err != nil {
			return nil, err
		}
		s.sources = []source{{Name: "built-in accounts", Size: int64(text.Len()), Text: text.Bytes()}}
		s.columns, err = readHeaders(ctx, s.sources)
	} else if s.sources, s.columns, err = findAccounts(ctx, o.accounts); err != nil {
		var e *problem.Error
		if !errors.As(err, &e) {
			err = fmt.Errorf("-accounts: %w", err)
		}
	}
	if err == nil {
		err = s.verifyResults(ctx)
	}
	return s, err
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
