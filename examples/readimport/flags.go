package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"
	_ "time/tzdata" // -zone, where the system has no zones

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/metering"
)

// options are the flags.
type options struct {
	list                bool
	layout, layoutFile  string
	sets                sets
	cycleClose          civil.Date
	zone                *time.Location // nil where none is named
	intervals           bool
	registers, previous string
	low                 metering.Threshold
	file                string
}

// sets are the keys of fields that are set anew, in their order.
type sets []struct{ path, value string }

// String is what was set last, as the flag takes it.
func (s *sets) String() string {
	if s == nil || len(*s) == 0 {
		return ""
	}
	last := (*s)[len(*s)-1]
	return last.path + "=" + last.value
}

// Set reads one FIELD.KEY=VALUE.
func (s *sets) Set(text string) error {
	path, value, ok := strings.Cut(text, "=")
	if !ok || !strings.Contains(path, ".") {
		return errors.New("write FIELD.KEY=VALUE, as in -set read_date.format=MMDDYY")
	}
	*s = append(*s, struct{ path, value string }{path, value})
	return nil
}

// parseFlags reads the flags. The error is flag.ErrHelp where the manual is asked for.
func parseFlags(args []string) (options, error) {
	o := options{low: metering.Off()}
	fs := flag.NewFlagSet("readimport", flag.ContinueOnError)
	fs.SetOutput(io.Discard) // errors are printed by the caller
	fs.BoolVar(&o.list, "list", false, "")
	fs.StringVar(&o.layout, "layout", "", "")
	fs.StringVar(&o.layoutFile, "layout-file", "", "")
	fs.Var(&o.sets, "set", "")
	fs.Func("cycle-close", "", func(text string) (err error) {
		o.cycleClose, err = civil.ParseDate(text)
		return err
	})
	fs.Func("zone", "", func(text string) (err error) {
		if text == "" || text == "Local" {
			return errors.New("name a place, as in America/Los_Angeles")
		}
		o.zone, err = time.LoadLocation(text)
		return err
	})
	fs.BoolVar(&o.intervals, "intervals", false, "")
	fs.StringVar(&o.registers, "registers", "", "")
	fs.StringVar(&o.previous, "previous", "", "")
	fs.Func("low", "", func(text string) error {
		n, err := exact.ParseNumber(text)
		if err == nil && (n.Sign() <= 0 || n.Ratio().Cmp(exact.Int(100)) >= 0) {
			err = errors.New("a percentage above 0 and below 100 is expected")
		}
		o.low = metering.At(n)
		return err
	})
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		return o, fmt.Errorf("%w; -h shows the flags", err)
	}
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	given["list"], given["intervals"] = o.list, o.intervals // -list=false is none
	return o, o.verify(given, fs.Args())
}

// verify refuses flags that ask for nothing that can be done.
func (o *options) verify(given map[string]bool, rest []string) error {
	some := len(rest) > 0
	for _, on := range given {
		some = some || on
	}
	switch {
	case !some:
		return nil
	case o.list && (len(rest) > 0 || len(given) > 2 || o.intervals):
		return errors.New("-list stands alone; leave the rest out")
	case o.list:
		return nil
	case len(rest) > 1:
		return fmt.Errorf("%q is one file too many; name one, behind all flags", rest[1])
	case given["layout"] && given["layout-file"]:
		return errors.New("-layout and -layout-file do not go together: a file has one layout; leave one out")
	case given["layout"] && o.layout == "":
		return errors.New("-layout names none; -list shows the layouts")
	case given["layout-file"] && o.layoutFile == "":
		return errors.New("-layout-file names no file; give one")
	case o.layout == "" && o.layoutFile == "":
		return errors.New("what the file looks like is not said; add -layout ID, which -list shows, or -layout-file FILE.yaml")
	case len(rest) == 0 || rest[0] == "":
		return errors.New("no file is named; add one behind the flags, or - for standard input")
	case given["registers"] && o.registers == "":
		return errors.New("-registers names no file; give one")
	case given["previous"] && o.previous == "":
		return errors.New("-previous names no file; give one")
	case given["registers"] != given["previous"]:
		return errors.New("-registers and -previous go together: a use lies between two readings of a register; add the other")
	case given["low"] && !given["registers"]:
		return errors.New("-low judges a use; add -registers and -previous, or leave it out")
	case given["zone"] && !given["registers"]:
		return errors.New("-zone gives an instant its day, to measure use; add -registers and -previous, or leave it out")
	}
	o.file = rest[0]
	return nil
}
