package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/payments"
)

var update = flag.Bool("update", false, "write the golden page anew")

func newDayOf(t testing.TB, in inputs) *day {
	d, err := newDay(in)
	require.NoError(t, err)
	return d
}

// receiptRows are the rows of receipts.csv.
func receiptRows(t testing.TB, d *day) [][]string {
	var text bytes.Buffer
	require.NoError(t, d.receipts(&text))
	rows, err := csv.NewReader(&text).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"batch", "seq", "disposition", "account", "cents", "applied", "credit", "exception", "items"}, rows[0])
	return rows[1:]
}

// holdsAgainst compares a day with the truth about it: every row, every total, and that the chargeback negates what it takes back.
func holdsAgainst(t *testing.T, d *day, rows [][]string, truth map[string]any) {
	got := receiptRows(t, d)
	require.Len(t, got, len(rows))
	for i := range rows {
		require.Equal(t, rows[i], got[i], "row %d", i+1)
	}
	totals := stated(t, d.totals())
	for name, want := range truth {
		if name == "seed" || name == "bad_total_file" {
			continue
		}
		assert.Equal(t, want, totals[name], name)
	}
	// bank − billing = −fees + chargebacks − cash in transit + over and short − returned
	n := func(name string) int64 { return int64(truth[name].(float64)) }
	returned := int64(truth["nsf"].(map[string]any)["cents"].(float64))
	// A check of less than nothing is in no books, and so is unposted.
	unposted := int64(0)
	for _, row := range rows {
		if cents, err := strconv.ParseInt(row[4], 10, 64); err == nil && cents < 0 && row[2] == "exception:non_positive" {
			unposted += cents
		}
	}
	assert.Equal(t, unposted-n("portal_fees")+n("portal_chargeback_net")-n("bank_in_transit_cash")+n("drawer_over_short")-returned, d.tie.Bank.Cents()-d.tie.Billing.Cents())
	assert.Zero(t, d.totals().Unexplained)

	taken := 0
	for e, err := range d.result.Journal() {
		require.NoError(t, err)
		if !e.Reverses {
			continue
		}
		taken++
		original, ok := d.books.Entry(e.Parent)
		require.True(t, ok)
		legs, back := original.Legs(), e.Legs()
		require.Len(t, back, len(legs))
		for i := range legs {
			assert.Equal(t, [3]any{legs[i].From, legs[i].To, legs[i].Amount}, [3]any{back[i].To, back[i].From, back[i].Amount})
		}
	}
	assert.Equal(t, 1, taken)
}

// wrongTotal proves what becomes of a file whose first batch states nine cents too much.
func wrongTotal(t *testing.T, in inputs, rows [][]string) {
	d := newDayOf(t, in)
	require.Len(t, d.findings, 1)
	off, _ := d.findings[0].Control.Off()
	assert.EqualValues(t, 9, off)
	assert.Equal(t, payments.OfBatch, d.findings[0].Fails)
	assert.Equal(t, "batch 1", d.findings[0].Of)
	for _, f := range d.result.Files {
		for i, b := range f.Batches {
			held := f.Source == "lockbox" && i == 0
			assert.Equal(t, held, b.Choice == payments.Hold)
			assert.Equal(t, held, b.To == b.From, "nothing is posted of a batch that is held, and the others are")
		}
	}
	// What the others post is what they posted before, but where a check of batch 1 comes again: held, it counts as seen.
	var others [][]string
	for _, row := range rows {
		if row[0] != "1" {
			others = append(others, row)
		}
	}
	assert.Equal(t, others, receiptRows(t, d))
	require.NoError(t, d.tie.Check())
}

func corpusDay(t *testing.T, name string) (inputs, [][]string, map[string]any) {
	root := os.Getenv("HEADGATE_CORPUS")
	if root == "" {
		t.Skip("HEADGATE_CORPUS is not set")
	}
	require.True(t, filepath.IsAbs(root), "HEADGATE_CORPUS is an absolute path")
	folder := filepath.Join(root, "remit", "days", name)
	file := func(name string) string { return filepath.Join(folder, name) }
	in, err := options{accounts: file("accounts.csv"), open: file("open_items.csv"), seen: file("prior_fingerprints.csv"), lockbox: file("lockbox.bai"), portal: file("portal.csv"), drawer: file("drawer.json"), bank: file("bank.bai2")}.inputs()
	require.NoError(t, err)
	text, err := os.ReadFile(file("truth.csv"))
	require.NoError(t, err)
	table, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	require.NoError(t, err)
	var rows [][]string
	for _, r := range table[1:] { // payment, batch, seq, fault, disposition, account, cents, applied, credit, exception_or_reversal, items
		rows = append(rows, append([]string{r[1], r[2]}, r[4:]...))
	}
	var truth map[string]any
	text, err = os.ReadFile(file("truth.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &truth))
	return in, rows, truth
}

func TestTheDaysOfTheCorpusAreReconciledAsTheirTruthSays(t *testing.T) {
	rowsInAll := 0
	for _, name := range []string{"day1", "day2", "day4", "day5"} {
		t.Run(name, func(t *testing.T) {
			in, rows, truth := corpusDay(t, name)
			holdsAgainst(t, newDayOf(t, in), rows, truth)
			rowsInAll += len(rows)
			text, err := os.ReadFile(filepath.Join(os.Getenv("HEADGATE_CORPUS"), "remit", "days", name, "lockbox_badtotal.bai"))
			require.NoError(t, err)
			in.lockbox = input{"lockbox_badtotal.bai", text}
			wrongTotal(t, in, rows)
		})
	}
	if os.Getenv("HEADGATE_CORPUS") == "" {
		t.Skip("HEADGATE_CORPUS is not set")
	}
	assert.Equal(t, 1891, rowsInAll)
}

func TestGeneratedDaysAreReconciledAsTheirTruthSays(t *testing.T) {
	for _, c := range []struct {
		seed             uint64
		accounts, checks int
	}{{1, 2000, 400}, {3, 500, 100}, {7, 3000, 1500}, {11, 60, 9}, {12, 14000, 9900}} {
		t.Run(fmt.Sprint(c.seed), func(t *testing.T) {
			g := generate(t, c.seed, c.accounts, c.checks)
			d := newDayOf(t, g.inputs)
			holdsAgainst(t, d, g.rows, stated(t, g.truth))
			posted, wrong := 0, 0
			for i, row := range receiptRows(t, d) {
				if strings.HasPrefix(row[2], "applied") {
					posted++
					if !slices.Equal(row, g.rows[i]) {
						wrong++
					}
				}
			}
			assert.Zero(t, wrong, "what is posted by itself is never wrong")
			assert.GreaterOrEqual(t, 1000*posted, 999*g.postable)
			g.lockbox = g.badTotal
			d = newDayOf(t, g.inputs)
			require.Len(t, d.findings, 1)
			assert.Equal(t, "batch 1", d.findings[0].Of)
			require.NoError(t, d.tie.Check())
		})
	}
}

func TestThePageOfTheBuiltInDay(t *testing.T) {
	var out, complaints bytes.Buffer
	assert.Equal(t, 1, run(nil, nil, &out, &complaints), "exceptions are to be looked at")
	assert.Empty(t, complaints.String())
	golden := filepath.Join("testdata", "page.txt")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o750))
		require.NoError(t, os.WriteFile(golden, out.Bytes(), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), out.String())
	for _, line := range strings.Split(out.String(), "\n") {
		assert.LessOrEqual(t, len([]rune(line)), 110)
	}
	for _, secret := range []string{"Weir", "WEIR", "0000004", "121000358"} {
		assert.NotContains(t, out.String(), secret)
	}
}

func TestADayOnWhichAllAgreesExitsWithNothing(t *testing.T) {
	folder := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	accounts := file("accounts.csv", "account,name,status,invoice,old_account\n01044171,ADA,active,,\n")
	open := file("open.csv", "account,item,kind,due,cents\n01044171,i1,water,2026-03-16,8410\n")
	portal := file("portal.csv", "txn_id,type,date,account,amount_cents,fee_cents,net_cents\nT1,PAYMENT,2026-03-03,01044171,8410,274,8136\n")
	var out, complaints bytes.Buffer
	assert.Equal(t, 0, run([]string{"-accounts", accounts, "-open", open, "-portal", portal}, nil, &out, &complaints), complaints.String())
	assert.Contains(t, out.String(), "All agrees")

	out.Reset()
	assert.Equal(t, 0, run([]string{"-accounts", accounts, "-open", open, "-portal", portal, "-out", filepath.Join(folder, "out")}, nil, &out, &complaints))
	var names []string
	list, err := os.ReadDir(filepath.Join(folder, "out"))
	require.NoError(t, err)
	for _, f := range list {
		names = append(names, f.Name())
	}
	assert.Equal(t, []string{"exceptions.csv", "legs.csv", "receipts.csv", "summary.json"}, names)
	legs, err := os.ReadFile(filepath.Join(folder, "out", "legs.csv"))
	require.NoError(t, err)
	assert.Contains(t, string(legs), ",portal 2026-03-03 #1,paid,clearing portal,item i1,8410,4000,2026-03-03,2026-03-03\n")
}

func TestWhatIsUnusableIsSaidAndNothingIsWritten(t *testing.T) {
	folder := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	accounts := file("accounts.csv", "account,name,status,invoice,old_account\n01044171,ADA,active,,\n")
	open := file("open.csv", "account,item,kind,due,cents\n01044171,i1,water,2026-03-16,8410\n")
	portal := file("portal.csv", "txn_id,type,date,account,amount_cents,fee_cents,net_cents\nT1,PAYMENT,2026-03-03,01044171,8410,274,8136\n")
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"an unknown flag":     {[]string{"-account", "x"}, "-h shows the flags"},
		"a file without flag": {[]string{"x"}, `"x": files are named by flags`},
		"accounts alone":      {[]string{"-accounts", accounts}, "-accounts and -open"},
		"no payments":         {[]string{"-accounts", accounts, "-open", open}, "no payment comes in"},
		"an empty name":       {[]string{"-accounts", "", "-open", open}, "-accounts names nothing"},
		"no such file":        {[]string{"-accounts", accounts, "-open", open, "-portal", filepath.Join(folder, "none")}, "none"},
		"no such status":      {[]string{"-accounts", file("a2.csv", "account,name,status,invoice,old_account\n1,ADA,dead,,\n"), "-open", open, "-portal", portal}, "a2.csv:2: E_TABLE: status: "},
		"a column lacks":      {[]string{"-accounts", file("a3.csv", "account,name\n1,ADA\n"), "-open", open, "-portal", portal}, "a3.csv:1: E_TABLE: status: "},
		"a torn table":        {[]string{"-accounts", file("a4.csv", "account,name,status,invoice,old_account\n\"1,ADA"), "-open", open, "-portal", portal}, "a4.csv:"},
		"an empty table":      {[]string{"-accounts", file("a5.csv", ""), "-open", open, "-portal", portal}, "the file is empty"},
		"an item of nobody":   {[]string{"-accounts", accounts, "-open", file("o2.csv", "account,item,kind,due,cents\n9,i1,water,2026-03-16,8410\n"), "-portal", portal}, "o2.csv:2: E_TABLE: account: "},
		"an item twice":       {[]string{"-accounts", accounts, "-open", file("o3.csv", "account,item,kind,due,cents\n01044171,i1,water,2026-03-16,1\n01044171,i1,water,2026-03-16,1\n"), "-portal", portal}, "o3.csv:3: E_TABLE: item: "},
		"dollars for cents":   {[]string{"-accounts", accounts, "-open", file("o4.csv", "account,item,kind,due,cents\n01044171,i1,water,2026-03-16,84.10\n"), "-portal", portal}, "o4.csv:2: E_TABLE: cents: "},
		"no such day":         {[]string{"-accounts", accounts, "-open", file("o5.csv", "account,item,kind,due,cents\n01044171,i1,water,2026-02-30,1\n"), "-portal", portal}, "o5.csv:2: E_TABLE: due: "},
		"a strange drawer":    {[]string{"-accounts", accounts, "-open", open, "-portal", portal, "-drawer", file("d.json", `{"receipts":[["C",1]]}`)}, "d.json: E_TABLE"},
		"another denominator": {[]string{"-accounts", accounts, "-open", open, "-portal", portal, "-drawer", file("d2.json", `{"counts":{"x":1}}`)}, "is no denomination"},
		"a portal of another": {[]string{"-accounts", accounts, "-open", open, "-portal", file("p.csv", "a,b\n")}, "E_HEADING"},
		"a drawer of no day":  {[]string{"-accounts", accounts, "-open", open, "-drawer", file("d3.json", `{"opening_float":0,"receipts":[],"counts":{}}`)}, "no payment states a day"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, complaints bytes.Buffer
			outFolder := filepath.Join(t.TempDir(), "out")
			assert.Equal(t, 2, run(append(c.args, "-out", outFolder), nil, &out, &complaints))
			assert.Empty(t, out.String())
			assert.Contains(t, complaints.String(), c.says)
			assert.NoDirExists(t, outFolder)
		})
	}
	var out, complaints bytes.Buffer
	assert.Equal(t, 0, run([]string{"-h"}, nil, &out, &complaints))
	assert.Equal(t, manual, out.String())
}
