// Ratechange proves a change of rates and shows what it does to bills: with no Go written, from two rate books, a table of
// worked bills and a file of accounts. Run it without flags to see it on built-in books, and with -h for its manual.
//
//	go run -C examples/ratechange .
//	ratechange -before now.yaml -after next.yaml -golden worked.csv -laws -coverage -accounts july.csv -out report.html
//
// The work itself is a few calls: ratecheck.Golden, Laws and Cover prove the book, a ratecheck.Study prices the accounts
// under both, ratecheck.Diff puts into words what differs, and impactreport writes the page for the board. What else stands
// here reads flags and prints.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/headgate-dev/headgate/billing/problem"
)

// What the program exits with.
const (
	exitProven   = 0 // all that was checked holds, and every account is in the totals
	exitUnproven = 1 // something does not hold, is not covered or is left out, or nothing was checked
	exitUnable   = 2 // a flag, a file, a header or a book is unusable, or not all was read or written
)

func main() {
	// A reader that goes away is then an error of writing, which is reported, and not a silent end.
	signal.Ignore(syscall.SIGPIPE)
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	notes := bufio.NewWriterSize(stderr, 64<<10)
	code, err := perform(args, stdin, stdout, notes)
	if err != nil {
		complain(notes, err)
		code = exitUnable
	}
	if notes.Flush() != nil { // what is wrong with the bills was not told
		code = exitUnable
	}
	return code
}

// complain prints an error, and of several each. Those with a place or a code stand as they are, each on its line.
func complain(w io.Writer, err error) {
	var list problem.List
	if several, ok := err.(interface{ Unwrap() []error }); ok && !errors.As(err, &list) {
		for _, err := range several.Unwrap() {
			complain(w, err)
		}
		return
	}
	text := err.Error()
	var e *problem.Error
	if !errors.As(err, &e) {
		text = "ratechange: " + text
	}
	_, _ = fmt.Fprintln(w, text) // Flush tells of errors
}

// perform does what the flags ask for.
func perform(args []string, stdin io.Reader, stdout io.Writer, stderr *bufio.Writer) (code int, err error) {
	o, err := parseFlags(args)
	if errors.Is(err, flag.ErrHelp) {
		_, err = io.WriteString(stdout, manual)
		return exitProven, unwritten(err)
	}
	if err != nil {
		return exitUnable, err
	}
	if err := o.verifyFiles(stdin); err != nil {
		return exitUnable, err
	}
	r := &result{options: o}
	if err := r.books(stderr); err != nil {
		return exitUnable, err
	}
	tables, err := readTables(o.golden, r.after)
	if err != nil {
		return exitUnable, err
	}
	if o.studies() {
		if err := r.study(stdin, stderr); err != nil {
			return exitUnable, err
		}
	}
	r.prove(tables, stderr)
	if r.before != nil {
		r.differ()
	}
	wrote, err := r.writeFiles()
	r.written = wrote
	// What is printed does not wait for files that cannot be written: the work is done.
	_, errPage := io.WriteString(stdout, r.page())
	if err := errors.Join(err, unwritten(errPage)); err != nil {
		return exitUnable, err
	}
	if !r.proven() {
		return exitUnproven, nil
	}
	return exitProven, nil
}

// unwritten is an error of the output.
func unwritten(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the output cannot be written: %w; what is written is not complete", err)
}
