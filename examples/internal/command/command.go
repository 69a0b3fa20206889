// Package command is what the example programs have in common around their work: how they begin, end and complain, the file
// or standard input that they read, and a bar on a terminal while that takes long.
//
//	func main() { command.Main(run) }
//
//	func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
//		findings, err := price(args, stdin, stdout, stderr)
//		return command.End(stderr, "price", findings, err)
//	}
package command

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"syscall"

	"github.com/headgate-dev/headgate/billing/problem"
)

// What a program exits with.
const (
	Clean    = 0 // all is done, and nothing has to be looked at
	Findings = 1 // all is done, and something has to be looked at
	Unable   = 2 // the flags or a file are unusable, or not all was read or written
)

// Main runs a program and ends it with its exit code.
func Main(run func(args []string, stdin io.Reader, stdout, stderr io.Writer) int) {
	// A reader that goes away is then an error of writing, which is reported, and not a silent end.
	signal.Ignore(syscall.SIGPIPE)
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// End says how a run ended: it complains of the error, and gives the exit code.
func End(stderr io.Writer, program string, findings int, err error) int {
	switch {
	case err != nil:
		complain(stderr, program, err)
		return Unable
	case findings > 0:
		return Findings
	}
	return Clean
}

// complain prints an error. Those with a place or a code stand as they are, each on its line.
func complain(stderr io.Writer, program string, err error) {
	text := err.Error()
	var e *problem.Error
	if !errors.As(err, &e) {
		text = program + ": " + text
	}
	_, _ = fmt.Fprintln(stderr, text) // there is nowhere else to say it
}

// Unwritten is an error of the output, nil where there is none; a problem is one of what was read, and stays as it is.
func Unwritten(err error) error {
	var e *problem.Error
	if err == nil || errors.As(err, &e) {
		return err
	}
	return fmt.Errorf("the output cannot be written: %w; what is written is not complete", err)
}

// Open opens a file, or standard input where its name is "-". The size is its bytes; 0 where that is not known, as of a pipe.
func Open(name string, stdin io.Reader) (shown string, source io.ReadCloser, size int64, err error) {
	if name == "-" {
		return "standard input", io.NopCloser(stdin), sizeOf(stdin), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return "", nil, 0, err
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		_ = f.Close() // nothing was read
		return "", nil, 0, fmt.Errorf("%s is a directory, and no file: %w", name, fs.ErrInvalid)
	}
	return name, f, sizeOf(f), nil
}

// sizeOf is the bytes of a regular file; 0 for anything else.
func sizeOf(r io.Reader) int64 {
	f, ok := r.(*os.File)
	if !ok {
		return 0
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return 0
	}
	return info.Size()
}
