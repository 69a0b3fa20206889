package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// options are the flags.
type options struct {
	part   string // of the page; empty for all of it
	tables string // the folder that the reports are written to; empty for none
}

// parseFlags reads the flags. The error is flag.ErrHelp where the manual is asked for.
func parseFlags(args []string) (options, error) {
	var o options
	fs := flag.NewFlagSet("cycle", flag.ContinueOnError)
	fs.SetOutput(io.Discard) // errors are printed by the caller
	fs.StringVar(&o.part, "part", "", "")
	fs.StringVar(&o.tables, "tables", "", "")
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		return o, fmt.Errorf("%w; -h shows the flags", err)
	}
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	switch {
	case fs.NArg() > 0:
		return o, fmt.Errorf("%q: no file is read, the district is built in; leave it out", fs.Arg(0))
	case given["tables"] && o.tables == "":
		return o, errors.New("-tables names no folder; name one that is there")
	case given["part"] && !slices.Contains(names(), o.part):
		return o, fmt.Errorf("-part %q is none of the page; name one of %s", o.part, strings.Join(names(), ", "))
	}
	return o, nil
}
