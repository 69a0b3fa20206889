package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/table"
	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/examples/internal/command"
)

var update = flag.Bool("update", false, "write the golden files anew")

// program runs the program.
func program(args ...string) (code int, stdout, stderr string) {
	var out, notes bytes.Buffer
	code = run(args, nil, &out, &notes)
	return code, out.String(), notes.String()
}

// once is the week that the tests look at: none of them changes it.
var once = sync.OnceValues(newWeek)

func theWeek(t *testing.T) *week {
	t.Helper()
	w, err := once()
	require.NoError(t, err)
	return w
}

func TestThePage(t *testing.T) {
	code, stdout, stderr := program()
	require.Equal(t, command.Clean, code, stderr)
	require.Empty(t, stderr)
	path := filepath.Join("testdata", "page.txt")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(stdout), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), stdout)
	text, _, ok := strings.Cut(stdout, "\nREPORTS\n") // whose tables are as wide as they are
	require.True(t, ok)
	for line := range strings.Lines(text) {
		require.LessOrEqual(t, len(line), 115, line)
	}
	w := theWeek(t)
	for _, name := range names() {
		require.Contains(t, stdout, w.page(options{part: name}))
	}
	code, alone, _ := program("-part", "list")
	require.Equal(t, command.Clean, code)
	require.Equal(t, w.page(options{part: "list"}), alone)
}

// found is an exception by whose it is.
type found struct {
	account string
	code    cycle.Code
}

func sorted(list []found) []found {
	slices.SortFunc(list, func(a, b found) int {
		return cmp.Or(strings.Compare(a.account, b.account), strings.Compare(string(a.code), string(b.code)))
	})
	return slices.Compact(list)
}

// Every fault that is planted comes back on the edit list, and nothing else does: three hundred houses, and no false alarm.
func TestTheEditListHasWhatIsPlantedAndNothingElse(t *testing.T) {
	w := theWeek(t)
	var planted, then, first, second []found
	for _, f := range w.faults {
		for _, code := range f.codes {
			who := f.account()
			if code == cycle.VacantUse {
				who = "" // of a premise that is nobody's account
			}
			planted = append(planted, found{who, code})
			if f.correct == nil {
				then = append(then, found{who, code})
			}
		}
		for _, code := range f.then {
			then = append(then, found{f.account(), code})
		}
	}
	for _, e := range w.first.Exceptions() {
		first = append(first, found{e.Account, e.Code})
	}
	reasons := map[cycle.Code][]string{}
	for _, e := range w.second.Exceptions() {
		second = append(second, found{e.Account, e.Code})
		require.False(t, e.Open(), e.String())
		if !e.Decision.By.IsZero() {
			reasons[e.Code] = append(reasons[e.Code], e.Decision.Reason)
		}
	}
	require.Equal(t, []string{"field order to lock the meter; the owner is written to"}, reasons[cycle.VacantUse], "each for its own reason")
	require.Equal(t, []string{"Resolution 2026-04; three bills recomputed by hand"}, reasons[cycle.NewRates])
	require.Len(t, w.faults, 20, "as the manual says")
	require.Equal(t, sorted(planted), sorted(first))
	require.Equal(t, sorted(then), sorted(second))
}

func TestTheListIsNotApprovedWhileAnythingIsOpen(t *testing.T) {
	w := theWeek(t)
	_, err := approved(w.district, w.first, "2026-W23 first", w.now("2026-06-03", morning))
	require.ErrorIs(t, err, cycle.ErrOpen)
}

func TestWhoPreparedTheCycleDoesNotApproveIt(t *testing.T) {
	w := theWeek(t)
	proposal, err := approval.Propose(w.second, approval.Request{Key: "2026-W23", Prepared: []approval.Person{w.clerk}, At: w.now("2026-06-03", morning)})
	require.NoError(t, err)
	_, err = approval.Approve(proposal, approval.Decision{By: w.clerk, At: w.now("2026-06-03", noon), Saw: proposal.Digest()}, w.matrix, w.history)
	require.ErrorIs(t, err, approval.ErrSamePerson)
}

func TestWhatGoesOutIsWhatIsInTheBooks(t *testing.T) {
	w := theWeek(t)
	total := money.Amount{}
	for _, b := range w.bills {
		require.False(t, b.Account() == "A-1019", "it is held")
		sum, err := total.Add(b.Charges())
		require.NoError(t, err)
		total = sum
	}
	require.Equal(t, w.released.Charges, total)
	row := w.rolled.Total
	require.Equal(t, total, row.Billed)
	sum := int64(0)
	for _, a := range []money.Amount{row.Opening, row.Billed, row.Fees, row.Adjustments, row.Payments, row.Returned, row.Refunds, row.DepositsApplied, row.WriteOffs, row.Recoveries} {
		sum += a.Cents()
	}
	require.Equal(t, row.Closing.Cents(), sum)
	require.Equal(t, row.Closing.Cents(), row.OpenItems.Cents()-row.Credits.Cents())
	changed := int64(0)
	for _, a := range w.adjustments {
		changed += a.Adjustment.Change().Cents()
	}
	require.Equal(t, row.Adjustments.Cents(), changed)
}

func TestEveryCentOfADepositIsAppliedRefundedOrHeld(t *testing.T) {
	w := theWeek(t)
	for _, f := range w.finals {
		require.Equal(t, f.Held.Cents(), f.Applied.Cents()+f.Others.Cents()+f.Refund.Cents()+f.Kept.Cents(), f.Key)
	}
	refunds := int64(0)
	for _, r := range w.refunds.Run.Rows {
		refunds += r.Refund.Cents()
		require.Equal(t, r.Refund, w.books.Balance(ledger.RefundTo(r.Account, area)))
		require.True(t, w.books.Balance(ledger.DepositOf(r.Account, area)).IsZero())
	}
	payees := int64(0)
	for _, p := range w.refunds.Payees {
		payees += p.Amount.Cents()
	}
	require.Equal(t, refunds, payees)
}

// Every report is written twice, and a folder that is not there is told.
func TestTheReportsAreWritten(t *testing.T) {
	folder := t.TempDir()
	code, _, stderr := program("-tables", folder)
	require.Equal(t, command.Clean, code, stderr)
	w := theWeek(t)
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, files, 2*len(w.tables), "each has a name of its own")
	for _, one := range w.tables {
		file, err := os.Open(filepath.Join(folder, one.Name+".csv"))
		require.NoError(t, err)
		rows, err := csv.NewReader(file).ReadAll()
		require.NoError(t, err)
		require.NoError(t, file.Close())
		lines := 1 + len(one.Rows)
		if one.Total != nil {
			lines++
		}
		require.Len(t, rows, lines, one.Name)
	}
	for _, name := range shown() {
		require.True(t, slices.ContainsFunc(w.tables, func(one table.Table) bool { return one.Name == name }), name)
	}
	code, _, stderr = program("-tables", filepath.Join(folder, "none"))
	require.Equal(t, command.Unable, code)
	require.Contains(t, stderr, "-tables: open ")
}

// Each account in arrears is left out for its own reason, or on the list.
func TestWhoIsShutOffAndWhoIsNot(t *testing.T) {
	w := theWeek(t)
	why := map[string]collections.Code{}
	for _, l := range w.arrears.shutoffs.Left {
		why[l.Account] = l.Reasons[0].Code
	}
	for account, code := range map[string]collections.Code{
		"A-1024": collections.PaymentHeld, "A-1063": collections.AppealPending, "A-1064": collections.PaymentHeld, "A-1065": collections.PlanKept, "A-1066": collections.InBankruptcy,
		"A-1067": collections.InHardship, "A-1290": collections.TooEarly,
	} {
		require.Equal(t, code, why[account], account)
	}
	for _, account := range []string{"A-1040", "A-1069", "A-1070"} {
		require.Contains(t, why[account], "required", account)
	}
	var rows, left []string
	for _, r := range w.arrears.dispatch.Go {
		rows = append(rows, r.Account)
	}
	for _, l := range w.arrears.dispatch.Pulled {
		left = append(left, l.Account)
	}
	require.Equal(t, []string{"A-1068", "A-1071", "A-1072", "A-1073", "A-1075"}, rows)
	require.Equal(t, []string{"A-1074"}, left)
}

// The order in which a host has its houses has no effect.
func TestShuffledHousesGiveTheSameLists(t *testing.T) {
	w, d := theWeek(t), must(newDistrict())
	d.settle()
	require.NoError(t, d.secured())
	require.NoError(t, d.past())
	m := months()[3]
	requests := make([]cycle.Request, 2)
	for i := range requests {
		var all []*making
		for _, h := range d.houses {
			in := h.make(3)
			in.skip = in.skip || h.cycle != ours || h.number == 84 // whose estimates await a reading
			in.accepted = "looked at"
			all = append(all, in)
		}
		if i == 1 {
			slices.Reverse(all)
		}
		requests[i] = must(d.request(all, m, m.billed))
	}
	slices.Reverse(requests[1].Last)
	one, other := must(cycle.Review(requests[0], editList())), must(cycle.Review(requests[1], editList()))
	require.Equal(t, one.AppendCanonical(nil), other.AppendCanonical(nil))
	require.NotEqual(t, w.first.AppendCanonical(nil), one.AppendCanonical(nil))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestFlagsThatAskForNothing(t *testing.T) {
	for told, args := range map[string][]string{
		`"bills.csv": no file is read, the district is built in; leave it out`: {"bills.csv"},
		`-part "bills" is none of the page; name one of readings, list`:        {"-part", "bills"},
		`-part "" is none of the page`:                                         {"-part", ""},
		"-tables names no folder; name one that is there":                      {"-tables", ""},
		"flag provided but not defined: -list; -h shows the flags":             {"-list"},
	} {
		code, stdout, stderr := program(args...)
		require.Equal(t, command.Unable, code, told)
		require.Empty(t, stdout)
		require.Contains(t, stderr, told)
	}
	code, stdout, _ := program("-h")
	require.Equal(t, command.Clean, code)
	require.Equal(t, manual, stdout)
	for _, name := range names() {
		require.Contains(t, manual, name)
	}
}

func TestAnOutputThatBreaksIsTold(t *testing.T) {
	for _, args := range [][]string{nil, {"-h"}} {
		var notes bytes.Buffer
		require.Equal(t, command.Unable, run(args, nil, broken{}, &notes))
		require.Contains(t, notes.String(), "the output cannot be written")
	}
}

// broken takes nothing.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrShortWrite }
