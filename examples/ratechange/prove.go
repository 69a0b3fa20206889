package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/headgate-dev/headgate/adapters/table/impactreport"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/ratecheck"
)

// A worked is a table of worked bills.
type worked struct {
	name  string
	table *ratecheck.Table
}

// readTables reads the tables that the flags name.
func readTables(names []string, b *book) ([]worked, error) {
	var all []worked
	var found problem.List
	for _, name := range names {
		src, err := readFile(name)
		if err != nil {
			return nil, fmt.Errorf("-golden: %w", err)
		}
		t, err := ratecheck.ParseTable(name, src)
		if err != nil {
			found = append(found, problemsOf(err)...)
			continue
		}
		if b.owrs {
			t.FactName = owrsFact
		}
		all = append(all, worked{name, t})
	}
	return all, found.Err()
}

// readFile reads a table, and of one that is too large enough to be told so.
func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	var b bytes.Buffer
	_, err = io.Copy(&b, io.LimitReader(f, ratecheck.MaxTable+1))
	return b.Bytes(), err
}

// prove checks what the flags ask for, and tells on stderr what does not hold, each with its place.
func (r *result) prove(tables []worked, stderr io.Writer) {
	tell := func(err error) {
		if err != nil {
			_, _ = fmt.Fprintln(stderr, err) // Flush tells of errors
			r.told = true
		}
	}
	if r.before != nil {
		tell(r.before.failed.Err())
		r.proveChecks("The book before", r.before)
	}
	tell(r.after.failed.Err())
	r.proveChecks("The book after", r.after)
	for _, t := range tables {
		found := ratecheck.Golden(r.after.engine, t.table)
		tell(found.Err())
		r.proofs = append(r.proofs, t.proof(found))
	}
	if r.studies() && r.impact.Seen == 0 {
		r.proofs = append(r.proofs, impactreport.Proof{What: "The accounts", Result: "the file has none behind its first line: nothing was studied"})
	}
	if r.laws {
		tell(r.proveLaws())
	}
	if r.options.coverage {
		r.cover(tables)
	}
	if len(r.after.checks) == 0 && len(tables) == 0 && !r.laws && !r.options.coverage {
		r.proofs = append(r.proofs, impactreport.Proof{What: "The book after", Result: "nothing was asked for that would prove it; give -golden TABLE.csv or -laws"})
	}
}

// proveChecks is what the worked bills say that a book holds itself.
func (r *result) proveChecks(what string, b *book) {
	p := impactreport.Proof{What: what, Good: len(b.failed) == 0}
	n := int64(len(b.checks))
	switch {
	case b.owrs:
		p.Result = "compiles; an OWRS file holds no worked bills"
	case n == 0:
		p.Result = "compiles; it holds no worked bills (checks:) that prove its amounts"
	case !p.Good:
		p.Result = fmt.Sprintf("%s of its %s %s out otherwise: %s", count(int64(rowsOf(b.failed))), counted(n, "worked bill"), come(rowsOf(b.failed)), places(b.failed))
	case n == 1:
		p.Result = "its worked bill comes out right"
	default:
		p.Result = fmt.Sprintf("all %s worked bills that it holds come out right", count(n))
	}
	r.proofs = append(r.proofs, p)
}

// proof is what a table says of the book after.
func (t worked) proof(found problem.List) impactreport.Proof {
	p := impactreport.Proof{What: "Worked bills of " + t.name, Good: len(found) == 0 && t.table.Len() > 0}
	n := int64(t.table.Len())
	switch {
	case n == 0:
		p.Result = "the table has no bills, and proves nothing"
	case !p.Good:
		p.Result = fmt.Sprintf("%s, and %s %s not come out right or cannot be read: %s", counted(n, "bill"), counted(int64(rowsOf(found)), "line"), do(rowsOf(found)), places(found))
		if n == 1 {
			p.Result = fmt.Sprintf("its bill does not come out right: %s", places(found))
		}
	case n == 1:
		p.Result = "its bill comes out right"
	default:
		p.Result = fmt.Sprintf("all %s bills come out right", count(n))
	}
	return p
}

func do(n int) string {
	if n == 1 {
		return "does"
	}
	return "do"
}

func come(n int) string {
	if n == 1 {
		return "comes"
	}
	return "come"
}

// places are where problems are, the first few.
func places(all problem.List) string {
	const most = 5
	var texts []string
	seen := map[string]bool{}
	for _, e := range all {
		if at := (problem.Pos{File: e.Pos.File, Line: e.Pos.Line}).String(); !seen[at] {
			seen[at] = true
			texts = append(texts, at)
		}
	}
	if len(texts) > most {
		return strings.Join(texts[:most], ", ") + fmt.Sprintf(" and %d more", len(texts)-most)
	}
	return strings.Join(texts, ", ")
}

// proveLaws tries the laws of rates, and tells what breaks them. The kinds of accounts that were met are tried too.
func (r *result) proveLaws() error {
	o := ratecheck.LawOptions{Exceptions: r.exceptions}
	if r.kinds != nil {
		o.Bills = r.kinds.bills()
	}
	found := ratecheck.Laws(r.after.engine, o)
	laws := int64(len(ratecheck.AllLaws()))
	what := counted(laws, "law") + " of rates"
	hold := impactreport.Proof{What: what, Good: true, Result: fmt.Sprintf("hold on the %s tried", counted(int64(found.Bills), "bill"))}
	var bad []string
	for i := range found.Breaches {
		b := &found.Breaches[i]
		bad = append(bad, fmt.Sprintf("%s does not hold for %s", b.Law, b.Schedule))
	}
	for _, id := range found.Untried {
		bad = append(bad, "no bill of "+id+" could be priced, and nothing is known of it")
	}
	for _, e := range found.Idle {
		bad = append(bad, fmt.Sprintf("the exception from %s%s is not needed", e.Law, of(e.Schedule)))
	}
	if len(bad) > 0 {
		hold.Good, hold.Result = false, strings.Join(bad, "; ")
	} else if len(found.Excepted) > 0 {
		hold.Result = fmt.Sprintf("hold on the %s tried, but for what is excepted", counted(int64(found.Bills), "bill"))
	}
	r.proofs = append(r.proofs, hold)
	for i := range found.Excepted {
		b := &found.Excepted[i]
		r.proofs = append(r.proofs, impactreport.Proof{What: fmt.Sprintf("Law %s, %s", b.Law, b.Schedule), Good: true, Result: "does not hold, as is intended: " + r.reason(b)})
	}
	return found.Err()
}

func of(schedule string) string {
	if schedule == "" {
		return ""
	}
	return " for " + schedule
}

// reason is why a law is broken by intent.
func (r *result) reason(b *ratecheck.Breach) string {
	general := ""
	for _, e := range r.exceptions {
		switch {
		case e.Law != b.Law:
		case e.Schedule == b.Schedule:
			return e.Reason
		case e.Schedule == "":
			general = cmp.Or(general, e.Reason)
		}
	}
	return general
}

// cover finds what of the book after the worked bills prove, its own and those of the tables.
func (r *result) cover(tables []worked) {
	checks := r.after.checks
	for _, t := range tables {
		rows, _ := t.table.Checks(r.after.engine) // Golden has told of the others
		checks = append(checks[:len(checks):len(checks)], rows...)
	}
	c := ratecheck.Cover(r.after.engine, checks)
	r.coverage = &c
	covered, of := c.Covered()
	p := impactreport.Proof{What: "Coverage by " + counted(int64(len(checks)), "worked bill"), Good: c.Complete()}
	if p.Good {
		p.Result = fmt.Sprintf("all %s numbers, days and rules of the book after that a bill can show", count(int64(of)))
	} else {
		p.Result = fmt.Sprintf("%s of %s numbers, days and rules of the book after; %s not covered by any", count(int64(covered)), count(int64(of)), count(int64(of-covered))+" "+are(of-covered))
	}
	r.proofs = append(r.proofs, p)
	if bills := c.Suggestions(); len(bills) > 0 {
		text, rest := ratecheck.TableOf(r.after.engine, bills)
		if r.unsuggested = len(rest); r.unsuggested < len(bills) {
			r.suggested = text
		}
	}
}
