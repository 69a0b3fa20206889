package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// options are the flags of this program. Those of Beam stand in its own variables.
type options struct {
	accounts, now, next, results string
	csv, log                     bool
}

// parseFlags reads the flags, this program's own and those that Beam's packages have put into the command line. The
// error is flag.ErrHelp where the manual is asked for.
func parseFlags(args []string) (o options, err error) {
	fs := flag.NewFlagSet("ratestudy", flag.ContinueOnError)
	fs.SetOutput(io.Discard) // errors are printed by the caller
	flag.VisitAll(func(f *flag.Flag) {
		if !strings.HasPrefix(f.Name, "test.") {
			fs.Var(f.Value, f.Name, f.Usage)
		}
	})
	fs.StringVar(&o.accounts, "accounts", "", "")
	fs.StringVar(&o.now, "now", "", "")
	fs.StringVar(&o.next, "next", "", "")
	fs.StringVar(&o.results, "results", "", "")
	fs.BoolVar(&o.csv, "csv", false, "")
	fs.BoolVar(&o.log, "log", false, "")
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		return o, fmt.Errorf("%w; -h shows the flags", err)
	}
	if fs.NArg() > 0 {
		return o, fmt.Errorf("%q is no flag; name files with -accounts, -now and -next", fs.Arg(0))
	}
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = f.Value.String() != "false" }) // -csv=false is none
	return o, o.verify(given)
}

// verify refuses flags that ask for nothing that can be done.
func (o *options) verify(given map[string]bool) error {
	for _, file := range []struct{ flag, value string }{{"accounts", o.accounts}, {"now", o.now}, {"next", o.next}, {"results", o.results}} {
		if given[file.flag] && file.value == "" {
			return fmt.Errorf("-%s names no file; give one, or leave -%s out", file.flag, file.flag)
		}
	}
	switch {
	case given["now"] != given["next"]:
		return errors.New("-now and -next go together: a study compares two rate books; give both, or neither for the built-in ones")
	case given["now"] && !given["accounts"]:
		return errors.New("-now and -next need accounts to price; add -accounts FILE.csv")
	}
	return verifyRunner(func(name string) bool { return given[name] })
}
