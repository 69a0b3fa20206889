package ratetest

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
)

// Update is the environment variable that, set to 1 or true, makes [Golden] write tables anew
// instead of comparing them: HEADGATE_UPDATE=1 go test ./... Then look at what has changed: a
// table that the engine has written proves nothing until a person agrees with it.
const Update = "HEADGATE_UPDATE"

// mostTold is how many findings of one kind fail a test with their own words. All are counted.
const mostTold = 20

// Dir is a folder of tables that can be written too. Other file systems, such as an embed.FS,
// can be read alone.
type Dir string

// Open opens a file of the folder, as [os.DirFS] does.
func (d Dir) Open(name string) (fs.File, error) { return os.DirFS(string(d)).Open(name) }

// writeFile puts a file in the place of another: whole or not at all.
func (d Dir) writeFile(name string, data []byte) error {
	root, err := os.OpenRoot(string(d))
	if err != nil {
		return err
	}
	next := name + ".new"
	if err = writeWhole(root, next, data); err == nil {
		err = root.Rename(next, name)
	}
	if err != nil {
		_ = root.Remove(next) // the first error is the one to tell
	}
	return errors.Join(err, root.Close())
}

// writeWhole writes a file so that it is there when its name is.
func writeWhole(root *os.Root, name string, data []byte) error {
	f, err := root.Create(name)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

// Golden fails the test where a book does not come to what tables say, row by row, each with its
// place in the file. With [Update] it writes the tables anew instead; they must stand in a [Dir].
func Golden(t testing.TB, engine *rates.Engine, tables fs.FS, names ...string) {
	t.Helper()
	for _, name := range names {
		table, ok := parse(t, tables, name)
		switch {
		case !ok:
		case updating(t):
			update(t, engine, table, tables, name)
		default:
			found := ratecheck.Golden(engine, table)
			tell(t, found, fmt.Sprintf("of %d rows of %s", table.Len(), name))
			if table.Len() == 0 {
				t.Errorf("%s has no rows, and proves nothing", name)
			}
		}
	}
}

// updating says whether tables are to be written anew.
func updating(t testing.TB) bool {
	t.Helper()
	text := os.Getenv(Update)
	if text == "" {
		return false
	}
	on, err := strconv.ParseBool(text)
	if err != nil {
		t.Errorf("%s is %q; set it to 1 to write tables anew, or to nothing", Update, text)
	}
	return on
}

func parse(t testing.TB, tables fs.FS, name string) (*ratecheck.Table, bool) {
	t.Helper()
	src, err := fs.ReadFile(tables, name)
	if err != nil {
		t.Errorf("the table cannot be read: %v", err)
		return nil, false
	}
	table, err := ratecheck.ParseTable(name, src)
	if err != nil {
		t.Errorf("%v", err)
		return nil, false
	}
	return table, true
}

func update(t testing.TB, engine *rates.Engine, table *ratecheck.Table, tables fs.FS, name string) {
	t.Helper()
	dir, ok := tables.(Dir)
	if !ok {
		t.Errorf("%s cannot be written: %s is set, and its file system is a %T; use a ratetest.Dir", name, Update, tables)
		return
	}
	src, err := table.Update(engine)
	if err == nil {
		err = dir.writeFile(name, src)
	}
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	t.Logf("%s is written anew: look at what has changed before you trust it", name)
}

// tell fails the test with findings, the first ones in their own words.
func tell(t testing.TB, found problem.List, of string) {
	t.Helper()
	for i, e := range found {
		if i == mostTold {
			t.Errorf("and %d more: %d findings %s", len(found)-mostTold, len(found), of)
			return
		}
		t.Errorf("%v", e)
	}
}

// Checks fails the test where a book does not come to worked bills, such as those of a rate book
// file.
func Checks(t testing.TB, engine *rates.Engine, checks ...ratecheck.Check) {
	t.Helper()
	var found problem.List
	for i := range checks {
		if e := checks[i].Run(engine); e != nil {
			e.What = checks[i].Name + ": " + e.What
			found.Add(e)
		}
	}
	tell(t, found, fmt.Sprintf("of %d checks", len(checks)))
}

// Laws fails the test where a book breaks a law of rates, each with the simplest bills that were
// found to break it; where an exception is not needed, or gives no reason; and where of a schedule
// no bill could be priced ([ratecheck.Laws]). Bills of one's own are given with [LawsOver].
func Laws(t testing.TB, engine *rates.Engine, exceptions ...ratecheck.Exception) {
	t.Helper()
	LawsOver(t, engine, ratecheck.LawOptions{Exceptions: exceptions})
}

// LawsOver is [Laws] with bills besides those that the book suggests.
func LawsOver(t testing.TB, engine *rates.Engine, options ratecheck.LawOptions) {
	t.Helper()
	report := ratecheck.Laws(engine, options)
	for i := range report.Breaches {
		t.Errorf("%s", report.Breaches[i].String())
	}
	report.Breaches = nil
	if err := report.Err(); err != nil {
		t.Errorf("%v", err)
	}
	for i := range report.Excepted {
		t.Logf("excepted: %s", report.Excepted[i].String())
	}
}

// Coverage fails the test where tables and checks leave something of a book unproven: a price, a
// bound, a day or a rule that could be wrong without a row coming out otherwise ([ratecheck.Cover]).
// It tells rows that would cover what is missing; what they come to is to be worked out.
func Coverage(t testing.TB, engine *rates.Engine, tables fs.FS, names ...string) {
	t.Helper()
	var checks []ratecheck.Check
	for _, name := range names {
		table, ok := parse(t, tables, name)
		if !ok {
			return
		}
		more, err := table.Checks(engine)
		if err != nil {
			t.Errorf("%v", err)
			return
		}
		checks = append(checks, more...)
	}
	CoverageOf(t, engine, checks...)
}

// CoverageOf is [Coverage] of worked bills that stand in no table.
func CoverageOf(t testing.TB, engine *rates.Engine, checks ...ratecheck.Check) {
	t.Helper()
	coverage := ratecheck.Cover(engine, checks)
	for _, id := range coverage.Untried {
		t.Errorf("no bill of schedule %s could be priced, so that nothing is known of its coverage; give worked bills of it", id)
	}
	missing := coverage.Missing()
	if len(missing) == 0 {
		return
	}
	var text strings.Builder
	covered, of := coverage.Covered()
	fmt.Fprintf(&text, "%d of %d points of the book are covered. If one of these were wrong, no row would notice:", covered, of)
	for i := range missing {
		if i == mostTold {
			fmt.Fprintf(&text, "\n    and %d more", len(missing)-mostTold)
			break
		}
		text.WriteString("\n    " + missing[i].String())
	}
	rows, rest := ratecheck.TableOf(engine, coverage.Suggestions())
	text.WriteString("\nThese rows would; work out what they come to:\n" + string(rows))
	if len(rest) > 0 {
		fmt.Fprintf(&text, "and %d bills of several meters, as checks of the book", len(rest))
	}
	t.Errorf("%s", text.String())
}

// Impact is what a change of rates does to accounts ([ratecheck.Study]). It fails the test where
// an account is left out, since its totals are then not those of the accounts: of the reasons it
// tells the first ones.
func Impact(t testing.TB, before, after *rates.Engine, accounts iter.Seq2[ratecheck.Account, error]) ratecheck.Impact {
	t.Helper()
	study := ratecheck.NewStudy(before, after)
	failed := 0
	for account, err := range accounts {
		if err != nil {
			study.LeaveOut(account.Class, err)
		} else {
			err = study.Add(&account)
		}
		if err == nil {
			continue
		}
		if failed++; failed <= mostTold {
			t.Errorf("left out: %v", err)
		}
	}
	impact, err := study.Impact()
	switch {
	case err != nil:
		t.Errorf("%v", err)
	case failed > 0:
		t.Errorf("%d of %d accounts are in no total", failed, impact.Seen)
	case impact.Seen == 0:
		t.Errorf("there are no accounts, and nothing is known of the impact")
	}
	return impact
}
