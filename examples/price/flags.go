package main

import (
	"errors"
	"flag"
	"fmt"
	"io"

	"github.com/headgate-dev/headgate/billing/exact"
)

// options are the flags.
type options struct {
	rates, accounts      string
	exact, lines, totals bool
	explain              int // row, from 1; 0 for none
	rounding             exact.Mode
}

const manual = `Price water accounts, to the cent.

  price                                      a small built-in district, with one bill explained
  price -accounts FILE.csv                   your accounts by the built-in rates
  price -rates FILE.owrs -accounts FILE.csv  your accounts by an Open Water Rate Specification file

Accounts are CSV. The first line names the columns, each other line is one account:

  class      the class of the OWRS file, or the schedule of the built-in rates: central-water,
             central-fire, ord-water, ord-fire
  usage      billing units: a plain number, 0 where nothing was used
  from, to   the days of the bill as 2018-03-01: the first day, and the day AFTER the last;
             the built-in rates need them, OWRS does not; a from that is the to is a bill of no days
  bill_date  the day of the bill, where the rates ask for it
  others     each cell that is not empty is a fact, named by its column, such as meter_size;
             what the rates do not ask for, such as an account number, changes nothing

A cell with a comma or a quote in it is put in quotes, and each quote is written twice: "3/4""".
Names and facts are compared letter by letter. Empty lines are passed over.

Standard output is CSV: the columns of the file, and after them
  by the built-in rates   total,status
  by an OWRS file         service_charge,commodity_charge,bill,status
Each row of the file gives one row, in the same order. The status is OK, or the code of what is
wrong, and the amount is then empty. Why, and what to do, stands on standard error, with the line;
so do warnings of what a rate file states oddly (W_…), which is priced as written.

  -rates FILE       the rate file, *.owrs
  -accounts FILE    the accounts; - is standard input
  -exact            amounts before rounding, all decimals; 20 and … where a fraction does not end
  -lines            one row for each line of a bill; memo lines are parts told for information; of a
                    refused bill the lines that could be priced
  -totals           only the count and the sum of each class and in all: of rounded bills, or with
                    -exact of unrounded ones
  -explain N        only why account N comes to what it does; the first below the header is 1
  -rounding MODE    half_up (unless stated), half_even, up or down: how each amount becomes cents
  -h                this page

Without -accounts, -exact, -lines, -totals and -explain show the built-in accounts.

Exit codes: 0 all accounts priced; 1 some refused; 2 rates, a flag or the header unusable, or not
all read or written. "go run" turns every code but 0 into 1: build the program to see the others.

Examples
  go build ./examples/price
  ./price -explain 7
  ./price -rates city.owrs -accounts july.csv > bills.csv 2> refused.txt
  gunzip -c july.csv.gz | ./price -rates city.owrs -accounts - -totals
`

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
	fs.TextVar(&o.rounding, "rounding", exact.HalfUp, "")
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		return o, fmt.Errorf("%w; -h shows the flags", err)
	}
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	given["exact"], given["lines"], given["totals"] = o.exact, o.lines, o.totals // -lines=false is none
	return o, o.check(given, fs.Args())
}

// check refuses flags that ask for nothing that can be done.
func (o *options) check(given map[string]bool, rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("%q is no flag; name files with -rates and -accounts", rest[0])
	case given["rates"] && o.rates == "":
		return errors.New("-rates names no file; give one, or leave -rates out for the built-in rates")
	case given["accounts"] && o.accounts == "":
		return errors.New("-accounts names no file; give one, or - for standard input")
	case given["rates"] && !given["accounts"]:
		return errors.New("-rates needs accounts to price; add -accounts FILE.csv, or -accounts - for standard input")
	case given["explain"] && o.explain < 1:
		return fmt.Errorf("-explain %d: accounts are counted from 1", o.explain)
	}
	for _, pair := range [][2]string{{"lines", "totals"}, {"explain", "totals"}, {"explain", "lines"}, {"explain", "exact"}, {"exact", "rounding"}} {
		if given[pair[0]] && given[pair[1]] {
			why := "they ask for different output"
			if pair[1] == "rounding" {
				why = "exact amounts are not rounded"
			} else if pair[1] == "exact" {
				why = "an explanation shows exact amounts anyway"
			}
			return fmt.Errorf("-%s and -%s do not go together: %s; leave one out", pair[0], pair[1], why)
		}
	}
	return nil
}
