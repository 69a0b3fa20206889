package main

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/adapters/accountfile"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// ownAccounts is how many built-in accounts there are.
const ownAccounts = 400

const ownAccountsName = "built-in accounts"

// writeAccounts writes accounts that nobody has, as CSV: made by arithmetic, so that they are the same always. They mix
// areas, sizes, whole and fractional usage, fire lines, and months: March, July with drought stage 1, and the thirty days
// around 1 July, when the second step of the proposal begins.
func writeAccounts(w io.Writer, n int) error {
	var (
		meters    = []string{"3/4", "5/8", "3/4", "1", "3/4", "5/8", "1 1/2", "3/4", "2", "5/8", "3/4", "1", "3/4", "3", "5/8", "3/4", "1", "4", "1 1/2", "6"}
		fireLines = []string{"2", "4", "6", "1", "8", "3", "1 1/2", "4", "6", "2"}
		times     = map[string]int{"1": 2, "1 1/2": 3, "2": 5, "3": 9, "4": 16, "6": 30} // larger meters use more
		months    = []string{"2018-03-01,2018-04-01,0", "2018-07-01,2018-08-01,1", "2018-06-16,2018-07-16,0", "2018-03-01,2018-04-01,0"}
	)
	b := bufio.NewWriter(w)
	_, _ = b.WriteString("account,class,meter_size,usage,from,to,drought_stage\n") // Flush tells of errors
	for i := 1; i <= n; i++ {
		area, month := "ord", months[i/3%len(months)]
		if i%3 == 0 {
			area = "central"
		}
		if i%10 == 0 {
			_, _ = fmt.Fprintf(b, "invented-%07d,%s-fire,%s,0,%s\n", i, area, fireLines[i/10%len(fireLines)], month)
			continue
		}
		size := meters[i*7%len(meters)]
		tenths := i * 103 % 253 * max(times[size], 1)
		_, _ = fmt.Fprintf(b, "invented-%07d,%s-water,%s,%d.%d,%s\n", i, area, size, tenths/10, tenths%10, month)
	}
	return b.Flush()
}

// openAccounts opens the accounts that the flags name.
func (r *result) openAccounts(stdin io.Reader) (name string, source io.ReadCloser, err error) {
	switch r.accounts {
	case "":
		var b strings.Builder
		err := writeAccounts(&b, ownAccounts)
		return ownAccountsName, io.NopCloser(strings.NewReader(b.String())), err
	case "-":
		return "standard input", io.NopCloser(stdin), nil
	}
	f, err := os.Open(r.accounts)
	if err != nil {
		return "", nil, fmt.Errorf("-accounts: %w", err)
	}
	return r.accounts, f, nil
}

// study prices the accounts under both books, one at a time, and keeps none. It tells each that is left out.
func (r *result) study(stdin io.Reader, stderr *bufio.Writer) error {
	name, source, err := r.openAccounts(stdin)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }() // it was only read
	accounts, err := accountfile.NewReader(name, source)
	if err != nil {
		return err
	}
	if (r.before.owrs || r.after.owrs) && slices.Contains(accounts.Columns(), "usage_ccf") {
		return &problem.Error{Code: accountfile.ErrHeader, Pos: problem.Pos{File: name, Line: 1}, What: `a column is called "usage_ccf", which OWRS takes from the column usage`, Fix: "take it out, or rename it"}
	}
	change := accountfile.Change{Before: r.before.engine, After: r.after.engine, BeforeOptions: r.before.input(), AfterOptions: r.after.input(),
		AfterClass: r.classes, YearsLater: r.later}
	study := ratecheck.NewStudy(r.before.engine, r.after.engine)
	r.kinds = newKinds(r.before.engine, r.after.engine)
	for a, err := range accounts.Accounts(change) {
		switch {
		case err == nil:
			if err = study.Add(&a); err == nil {
				r.kinds.see(&a)
			} else {
				r.remedy(err)
			}
		case a.Pos.IsZero(): // the file itself cannot be read on
			return fmt.Errorf("%w; nothing is reported of accounts of which not all are read", err)
		default:
			study.LeaveOut(a.Class, err)
		}
		if err != nil {
			_, _ = fmt.Fprintln(stderr, err) // Flush tells of errors
			r.told = true
		}
	}
	if r.impact, err = study.Impact(); err != nil {
		return err
	}
	if n := r.impact.LeftOut(); n > 0 {
		_, _ = fmt.Fprintf(stderr, "%s: %s of %s left out\n", name, count(n), counted(r.impact.Seen, "row"))
	}
	r.noteAccounts(name, accounts)
	return nil
}

// remedy says of a class that one book does not have what can be done about it here.
func (r *result) remedy(err error) {
	for _, e := range problemsOf(err) { // which are of this account alone
		if e.Code != rates.ErrNoSchedule {
			continue
		}
		if strings.HasPrefix(e.Path, "before") {
			e.Fix = "correct the class; the book before has " + listed(r.before.engine.Schedules())
		} else {
			e.Fix = "correct the class, or say what it is called after: -class OLD=NEW; the book after has " + listed(r.after.engine.Schedules())
		}
	}
}

// noteAccounts is what a reader must know of the accounts.
func (r *result) noteAccounts(name string, accounts *accountfile.Reader) {
	note := func(format string, args ...any) {
		r.accountNotes = append(r.accountNotes, fmt.Sprintf(format, args...))
	}
	if r.accounts == "" {
		note("The accounts are invented: %s bills made by arithmetic.", count(r.impact.Seen))
	}
	if n := r.impact.LeftOut(); n > 0 {
		note("%s of %s %s in no total: not both books price %s. See Accounts left out.", count(n), counted(r.impact.Seen, "account"), are(int(n)), them(n))
	}
	if pos, cut := accounts.Cut(); cut {
		note("The last line of %s (%s) has no line end: if the file was cut off there, accounts are missing and the last may be wrong.", name, pos)
	}
	if r.later > 0 {
		note("The rates after price the same bills as if their days were %s later.", counted(int64(r.later), "year"))
	}
	for _, g := range r.impact.Classes {
		if is, ok := r.classes[g.Class]; ok && is != g.Class {
			note("Accounts of the class %s are of the class %s after.", g.Class, is)
		}
	}
	for _, class := range r.households {
		if !slices.ContainsFunc(r.impact.Classes, func(g ratecheck.Group) bool { return g.Class == class }) {
			note("No bill of the class %s, which -households names, is in the totals: nothing of it is set against the income.", class)
		}
	}
	if r.out != "" {
		r.accountNotes = append(r.accountNotes, r.kinds.unshown()...)
	}
	r.noteUnits(note)
}

// noteUnits says which classes count another unit after.
func (r *result) noteUnits(note func(string, ...any)) {
	type step struct{ was, is metering.Unit }
	var steps []step
	of := map[step][]string{}
	for _, class := range r.before.engine.Schedules() {
		is := class
		if other, ok := r.classes[class]; ok {
			is = other
		}
		was, _ := r.before.engine.Unit(class) // it is one of its schedules
		next, ok := r.after.engine.Unit(is)
		s := step{was, next}
		if !ok || next == was {
			continue
		}
		if of[s] == nil {
			steps = append(steps, s)
		}
		of[s] = append(of[s], class)
	}
	for _, s := range steps {
		was, is := unitWord(s.was, s.is), unitWord(s.is, s.was)
		if converts(s.was, s.is) {
			note("%s: usage is in %s; the book after counts %s, and takes each usage converted exactly.", listed(of[s]), was, is)
		} else {
			note("%s: usage is in %s, which does not convert to %s, what the book after counts: none of these accounts can be compared.", listed(of[s]), was, is)
		}
	}
}

func converts(one, other metering.Unit) bool {
	_, errOne := one.CubicInches()
	_, errOther := other.CubicInches()
	return errOne == nil && errOther == nil
}

// unitWord is what people call a unit; where they call another the same, its own name.
func unitWord(u, other metering.Unit) string {
	if u.Word(false) == other.Word(false) {
		return u.String()
	}
	return u.Word(false)
}

// rowsOf are problems by the lines that they are on.
func rowsOf(all problem.List) int {
	lines := map[int]bool{}
	for _, e := range all {
		lines[e.Pos.Line] = true
	}
	return len(lines)
}

// keep is a bill with facts of its own: the reader uses their map again.
func keep(in rates.Input) rates.Input {
	in.Facts = maps.Clone(in.Facts)
	return in
}
