package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/ratecheck"
)

// options are the flags.
type options struct {
	before, after, accounts string
	golden                  []string
	laws, coverage          bool
	suggest                 string
	exceptions              []ratecheck.Exception
	later                   int
	classes                 map[string]string // the class after, by the class before
	rounding                exact.Mode
	out, tables, title      string
	income                  money.Amount
	households              []string
}

// ownBooks says that the built-in books are asked for.
func (o *options) ownBooks() bool { return o.before == "" && o.after == "" }

// studies says that accounts are to be priced.
func (o *options) studies() bool { return o.ownBooks() || o.accounts != "" }

// parseFlags reads the flags. The error is flag.ErrHelp where the manual is asked for.
func parseFlags(args []string) (options, error) {
	o := options{rounding: exact.HalfUp, classes: map[string]string{}}
	fs := flag.NewFlagSet("ratechange", flag.ContinueOnError)
	fs.SetOutput(io.Discard) // errors are printed by the caller
	fs.StringVar(&o.before, "before", "", "")
	fs.StringVar(&o.after, "after", "", "")
	fs.StringVar(&o.accounts, "accounts", "", "")
	fs.Func("golden", "", o.addGolden)
	fs.BoolVar(&o.laws, "laws", false, "")
	fs.Func("except", "", o.except)
	fs.BoolVar(&o.coverage, "coverage", false, "")
	fs.StringVar(&o.suggest, "suggest", "", "")
	fs.IntVar(&o.later, "later", 0, "")
	fs.Func("class", "", o.rename)
	fs.TextVar(&o.rounding, "rounding", exact.HalfUp, "")
	fs.StringVar(&o.out, "out", "", "")
	fs.StringVar(&o.tables, "tables", "", "")
	fs.StringVar(&o.title, "title", "", "")
	fs.Func("income", "", o.setIncome)
	fs.Func("households", "", o.setHouseholds)
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		return o, fmt.Errorf("%w; -h shows the flags", err)
	}
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	if err := o.verify(given, fs.Args()); err != nil {
		return o, err
	}
	o.laws = o.laws || o.ownBooks()
	return o, nil
}

func (o *options) addGolden(name string) error {
	if name == "" {
		return errors.New("it names no file; give a table of worked bills, TABLE.csv")
	}
	o.golden = append(o.golden, name)
	return nil
}

// except reads LAW[:SCHEDULE]=REASON.
func (o *options) except(text string) error {
	const write = `write LAW=REASON, or LAW:SCHEDULE=REASON for one schedule: -except 'more_costs_more:irrigation=Resolution 12, a credit for low use'`
	what, reason, ok := strings.Cut(text, "=")
	if reason = strings.TrimSpace(reason); !ok || reason == "" {
		return fmt.Errorf("the exception gives no reason; %s", write)
	}
	law, schedule, one := strings.Cut(what, ":")
	switch {
	case !slices.Contains(ratecheck.AllLaws(), ratecheck.Law(law)):
		var names []string
		for _, l := range ratecheck.AllLaws() {
			names = append(names, string(l))
		}
		return fmt.Errorf("%q is no law; the laws are %s", law, strings.Join(names, ", "))
	case one && schedule == "":
		return fmt.Errorf("no schedule stands behind the colon; %s", write)
	}
	o.exceptions = append(o.exceptions, ratecheck.Exception{Law: ratecheck.Law(law), Schedule: schedule, Reason: reason})
	return nil
}

// rename reads OLD=NEW.
func (o *options) rename(text string) error {
	was, is, ok := strings.Cut(text, "=")
	if !ok || was == "" || is == "" {
		return errors.New("write OLD=NEW: the class as the accounts and the book before call it, and as the book after does")
	}
	if other, twice := o.classes[was]; twice && other != is {
		return fmt.Errorf("%q is said to become %q and %q; keep one", was, other, is)
	}
	o.classes[was] = is
	return nil
}

func (o *options) setIncome(text string) error {
	income, err := money.Parse(text)
	if err != nil || income.Sign() <= 0 {
		return errors.New("that is no income; write what a household has in a year in dollars, without a dollar sign or commas: -income 64500")
	}
	o.income = income
	return nil
}

func (o *options) setHouseholds(text string) error {
	for class := range strings.SplitSeq(text, ",") {
		if class == "" {
			return errors.New("write classes with commas and no blanks between: -households single-family,multi-family")
		}
		o.households = append(o.households, class)
	}
	return nil
}

// needs are flags that mean nothing without another.
var needs = []struct{ flag, other, why string }{
	{"before", "after", "-before is compared with the rates after; add -after FILE, or, to prove that book alone, name it with -after"},
	{"except", "laws", "-except excepts from laws; add -laws"},
	{"suggest", "coverage", "-suggest writes the bills that are not covered; add -coverage"},
	{"later", "accounts", "-later moves the days of accounts; add -accounts FILE.csv"},
	{"class", "accounts", "-class renames classes of accounts; add -accounts FILE.csv"},
	{"income", "out", "-income is set against bills in the report; add -out report.html"},
	{"title", "out", "-title stands over the report; add -out report.html"},
	{"households", "income", "-households are the classes that -income is set against; add -income AMOUNT"},
}

// verify refuses flags that ask for nothing that can be done.
func (o *options) verify(given map[string]bool, rest []string) error {
	if len(rest) > 0 {
		return fmt.Errorf("%q is no flag; name files with -before, -after, -accounts, -golden, -suggest, -out and -tables", rest[0])
	}
	for _, f := range []struct{ name, value string }{{"before", o.before}, {"after", o.after}, {"accounts", o.accounts}, {"suggest", o.suggest}, {"out", o.out}, {"tables", o.tables}} {
		if given[f.name] && f.value == "" {
			return fmt.Errorf("-%s names no file; give one, or leave -%s out", f.name, f.name)
		}
	}
	given["laws"] = o.laws || o.ownBooks() // -laws=false is none
	given["coverage"] = o.coverage
	for _, n := range needs {
		if given[n.flag] && !given[n.other] {
			return errors.New(n.why)
		}
	}
	switch {
	case given["accounts"] && given["after"] && !given["before"]:
		return errors.New("-accounts are priced under two books; add -before FILE, the rates now")
	case (given["out"] || given["tables"]) && !o.studies():
		return errors.New("-out and -tables tell what a change of rates does to accounts; add -before FILE and -accounts FILE.csv")
	case given["later"] && (o.later < 0 || o.later > 100):
		return fmt.Errorf("-later %d: that is no number of years; give 1 to 100", o.later)
	case given["rounding"] && !isOWRS(o.before) && !isOWRS(o.after):
		return errors.New("-rounding is for OWRS files, which state no rounding; a rate book states its own: leave -rounding out, or change the book")
	}
	return nil
}
