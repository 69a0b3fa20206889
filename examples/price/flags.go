package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
)

// options are the flags.
type options struct {
	rates, accounts      string
	exact, lines, totals bool
	explain              int // row, from 1; 0 for none
	why                  pair
	brief                int // lines; 0 for all
	rounding             exact.Mode
	check, format        string
}

// pair is two rows, from 1: before and after; zero for none.
type pair [2]int

// String is the pair as the flag takes it.
func (p *pair) String() string { return fmt.Sprintf("%d,%d", p[0], p[1]) }

// Set reads a pair.
func (p *pair) Set(text string) error {
	const write = "write two rows with a comma and no blank between, the bill before and the bill after: -why 3,4"
	rows := strings.Split(text, ",")
	if len(rows) != len(p) {
		return fmt.Errorf("that is not two rows; %s", write)
	}
	for i, row := range rows {
		n, err := strconv.ParseUint(row, 10, 31)
		switch {
		case err != nil:
			return fmt.Errorf("%q is no row; %s", row, write)
		case n == 0:
			return fmt.Errorf("rows are counted from 1, the first below the header; %s", write)
		}
		p[i] = int(n)
	}
	return nil
}

// parseFlags reads the flags. The error is flag.ErrHelp where the manual is asked for.
func parseFlags(args []string) (options, error) {
	o := options{rounding: exact.HalfUp}
	fs := flag.NewFlagSet("price", flag.ContinueOnError)
	fs.SetOutput(io.Discard) // errors are printed by the caller
	fs.StringVar(&o.rates, "rates", "", "")
	fs.StringVar(&o.accounts, "accounts", "", "")
	fs.BoolVar(&o.exact, "exact", false, "")
	fs.BoolVar(&o.lines, "lines", false, "")
	fs.BoolVar(&o.totals, "totals", false, "")
	fs.IntVar(&o.explain, "explain", 0, "")
	fs.Var(&o.why, "why", "")
	fs.IntVar(&o.brief, "brief", 0, "")
	fs.TextVar(&o.rounding, "rounding", exact.HalfUp, "")
	fs.StringVar(&o.check, "check", "", "")
	fs.StringVar(&o.format, "format", "", "")
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		return o, fmt.Errorf("%w; -h shows the flags", err)
	}
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	given["exact"], given["lines"], given["totals"] = o.exact, o.lines, o.totals // -lines=false is none
	return o, o.verify(given, fs.Args())
}

// wanted are the rows that alone are asked for; none where all are.
func (o *options) wanted() []int {
	switch {
	case o.explain > 0:
		return []int{o.explain}
	case o.why != pair{}:
		return o.why[:]
	}
	return nil
}

// page reports whether the page of the built-in district is asked for.
func (o *options) page() bool {
	return o.accounts == "" && !o.exact && !o.lines && !o.totals && len(o.wanted()) == 0
}

// asked is the flag that asks for single rows, as it was given.
func (o *options) asked() string {
	if o.explain > 0 {
		return "-explain " + strconv.Itoa(o.explain)
	}
	return "-why " + o.why.String()
}

// together are flags that do not go together, and why.
var together = []struct{ one, other, why string }{
	{"lines", "totals", differentOutput},
	{"explain", "totals", differentOutput},
	{"explain", "lines", differentOutput},
	{"explain", "exact", "an explanation shows exact amounts anyway"},
	{"why", "explain", differentOutput},
	{"why", "totals", differentOutput},
	{"why", "lines", differentOutput},
	{"why", "exact", "causes are told of bills in cents"},
	{"exact", "rounding", "exact amounts are not rounded"},
}

const differentOutput = "they ask for different output"

// verify refuses flags that ask for nothing that can be done.
func (o *options) verify(given map[string]bool, rest []string) error {
	if len(rest) > 0 {
		return fmt.Errorf("%q is no flag; name files with -rates, -accounts, -check and -format", rest[0])
	}
	for _, alone := range []string{"check", "format"} {
		if given[alone] {
			return o.verifyAlone(alone, given)
		}
	}
	for _, pair := range together {
		if given[pair.one] && given[pair.other] {
			return fmt.Errorf("-%s and -%s do not go together: %s; leave one out", pair.one, pair.other, pair.why)
		}
	}
	switch {
	case given["rates"] && o.rates == "":
		return errors.New("-rates names no file; give one, or leave -rates out for the built-in rates")
	case given["accounts"] && o.accounts == "":
		return errors.New("-accounts names no file; give one, or - for standard input")
	case given["rates"] && !given["accounts"]:
		return errors.New("-rates needs accounts to price; add -accounts FILE.csv, or -accounts - for standard input; to prove a rate book alone, use -check FILE")
	case given["explain"] && o.explain < 1:
		return fmt.Errorf("-explain %d: rows are counted from 1, the first below the header", o.explain)
	case given["brief"] && !given["explain"] && !given["why"]:
		return errors.New("-brief shortens what -explain and -why say; add one of them, or leave -brief out")
	case given["brief"] && o.brief < 1:
		return fmt.Errorf("-brief %d: that is no line; give 1 or more", o.brief)
	case given["rounding"] && (o.rates == "" || endsIn(o.rates, bookEndings)):
		return errors.New("-rounding is for OWRS files, which state no rounding; a rate book states its own: leave -rounding out, or change the book")
	}
	return nil
}

// verifyAlone refuses what stands beside a flag that needs no other.
func (o *options) verifyAlone(alone string, given map[string]bool) error {
	for _, other := range []string{"format", "rates", "accounts", "exact", "lines", "totals", "explain", "why", "brief", "rounding"} {
		if given[other] && other != alone {
			return fmt.Errorf("-%s and -%s do not go together: -%s reads one rate book and prices nothing; leave one out", alone, other, alone)
		}
	}
	if o.check == "" && o.format == "" {
		return fmt.Errorf("-%s names no file; give one, or - for standard input", alone)
	}
	return nil
}
