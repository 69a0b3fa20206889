package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

// options are the flags: the names of the files, empty for those that are not given.
type options struct {
	accounts, open, seen, lockbox, portal, drawer, bank, out string
}

// parseFlags reads the flags. The error is flag.ErrHelp where the manual is asked for.
func parseFlags(args []string) (options, error) {
	var o options
	fs := flag.NewFlagSet("remittance", flag.ContinueOnError)
	fs.SetOutput(io.Discard) // errors are printed by the caller
	for _, f := range []struct {
		name string
		into *string
	}{{"accounts", &o.accounts}, {"open", &o.open}, {"seen", &o.seen}, {"lockbox", &o.lockbox}, {"portal", &o.portal}, {"drawer", &o.drawer}, {"bank", &o.bank}, {"out", &o.out}} {
		fs.StringVar(f.into, f.name, "", "")
	}
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		return o, fmt.Errorf("%w; -h shows the flags", err)
	}
	empty := ""
	fs.Visit(func(f *flag.Flag) {
		if f.Value.String() == "" {
			empty = f.Name
		}
	})
	given := o.accounts != "" || o.open != "" || o.seen != "" || o.lockbox != "" || o.portal != "" || o.drawer != "" || o.bank != ""
	switch {
	case fs.NArg() > 0:
		return o, fmt.Errorf("%q: files are named by flags; -h shows them", fs.Arg(0))
	case empty != "":
		return o, fmt.Errorf("-%s names nothing; name a file, or leave the flag out", empty)
	case given && (o.accounts == "" || o.open == ""):
		return o, errors.New("a day needs -accounts and -open; give both, or no file for the day that is built in")
	case given && o.lockbox == "" && o.portal == "" && o.drawer == "":
		return o, errors.New("no payment comes in; give -lockbox, -portal or -drawer")
	}
	return o, nil
}

// input is a file: its name for messages, and its bytes; no name for one that is not given.
type input struct {
	name  string
	bytes []byte
}

// inputs are all files of a day.
type inputs struct{ accounts, open, seen, lockbox, portal, drawer, bank input }

// inputs reads the files that are named, or makes those of the built-in day.
func (o options) inputs() (inputs, error) {
	if o.accounts == "" {
		return builtIn()
	}
	var in inputs
	for _, f := range []struct {
		name string
		into *input
	}{{o.accounts, &in.accounts}, {o.open, &in.open}, {o.seen, &in.seen}, {o.lockbox, &in.lockbox}, {o.portal, &in.portal}, {o.drawer, &in.drawer}, {o.bank, &in.bank}} {
		if f.name == "" {
			continue
		}
		text, err := os.ReadFile(f.name)
		if err != nil {
			return in, err
		}
		*f.into = input{f.name, text}
	}
	return in, nil
}

const manual = `Reconciles a day's payments: what came in, where it goes, and whether the bank has it.

Usage:
  remittance                     the day that is built in
  remittance -accounts FILE -open FILE [-seen FILE] [-lockbox FILE] [-portal FILE]
             [-drawer FILE] [-bank FILE] [-out DIR]

  -accounts  CSV account,name,status,invoice,old_account: the accounts; a status is
             active, final or closed; the invoice and the old number may be blank
  -open      CSV account,item,kind,due,cents: what they owe; kinds are paid in the order
             penalty, water, sewer, capital, the oldest due date first
  -seen      CSV routing,dda,check,cents: checks that were taken before
  -lockbox   a BAI lockbox file with reference and net in records of type 4
  -portal    CSV txn_id,type,date,account,amount_cents,fee_cents,net_cents
  -drawer    JSON opening_float, receipts [id, account, cents], counts {cents: pieces}
  -bank      a BAI2 statement
  -out       a folder, made where it is not there, for receipts.csv, legs.csv,
             exceptions.csv and summary.json

Exits with 0 where all agrees, 1 where something is to be looked at, 2 where a file or a
flag is unusable; nothing is written then.
`
