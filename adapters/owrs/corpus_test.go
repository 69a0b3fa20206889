package owrs_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/owrs"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// The corpus is rate files as utilities' analysts wrote them, with bills worked out
// by exact evaluation outside of this module; its README has the rules.

// corpus is the corpus' folder; without it the test is skipped.
func corpus(t *testing.T) string {
	t.Helper()
	root, set := os.LookupEnv("HEADGATE_CORPUS")
	if !set {
		t.Skip("HEADGATE_CORPUS is unset: the published OWRS files are not tested")
	}
	require.True(t, filepath.IsAbs(root), "HEADGATE_CORPUS must be absolute, and is %q", root)
	return filepath.Join(root, "owrs")
}

// table reads a CSV file as maps by column.
func table(t *testing.T, path string) []map[string]string {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	all := make([]map[string]string, 0, len(rows))
	for _, row := range rows[1:] {
		entry := make(map[string]string, len(row))
		for i, column := range rows[0] {
			entry[column] = row[i]
		}
		all = append(all, entry)
	}
	return all
}

// rateFiles are the paths of the corpus' files by their IDs.
func rateFiles(t *testing.T, root string) map[string]string {
	t.Helper()
	paths := map[string]string{}
	for _, row := range table(t, filepath.Join(root, "files.csv")) {
		paths[row["fid"]] = filepath.Join(root, "rates", row["path"])
	}
	require.Len(t, paths, 60)
	return paths
}

// corpusFile reads a file under its ID: positions are short so.
func corpusFile(t *testing.T, paths map[string]string, fid string) (*owrs.File, error) {
	t.Helper()
	src, err := os.ReadFile(paths[fid])
	require.NoError(t, err)
	return owrs.Parse(fid, src)
}

type engines struct {
	t       *testing.T
	paths   map[string]string
	engines map[string]*rates.Engine
	units   map[string]metering.Unit
}

func newEngines(t *testing.T, root string) *engines {
	return &engines{t, rateFiles(t, root), map[string]*rates.Engine{}, map[string]metering.Unit{}}
}

func (e *engines) engine(fid string) *rates.Engine {
	if e.engines[fid] == nil {
		file, err := corpusFile(e.t, e.paths, fid)
		require.NoError(e.t, err, fid)
		engine, err := rates.Compile(file.Book(halfUp))
		require.NoError(e.t, err, fid)
		e.engines[fid], e.units[fid] = engine, file.Metadata().Unit
	}
	return e.engines[fid]
}

// input is the input of a golden row. Nothing is converted: the usage is in the
// file's unit.
func (e *engines) input(row map[string]string) rates.Input {
	e.engine(row["fid"])
	in := rates.Input{Schedule: row["class"], Usage: volume(e.t, row["usage"], e.units[row["fid"]])}
	if row["inputs"] != "" {
		in.Facts = rates.Facts{}
		for _, pair := range strings.Split(row["inputs"], ";") {
			name, value, _ := strings.Cut(pair, "=")
			in.Facts[name] = value
		}
	}
	return in
}

// compare says how a quote differs from its golden row; nothing where it does not.
func compare(row map[string]string, q rates.Quote, err error) string {
	if status, _, _ := strings.Cut(row["status"], ":"); status != "OK" {
		if !errors.Is(err, problem.Code(status)) {
			return fmt.Sprintf("want %s, got %v", status, err)
		}
		if !q.Total.IsZero() || len(slices.Collect(q.Lines())) > 0 {
			return "a refused bill has an amount"
		}
	} else {
		if err != nil {
			return err.Error()
		}
		if got, _ := q.Exact().Decimal(12); got != row["bill"] {
			return fmt.Sprintf("bill: want %s, got %s", row["bill"], got)
		}
	}
	want := map[string]string{}
	for id, column := range map[string]string{owrs.ChargeService: "service_charge", owrs.ChargeCommodity: "commodity_charge"} {
		if row[column] != "" {
			want[id] = row[column]
		}
	}
	short := map[string]string{"fd": owrs.ChargeFixedDrought, "vd": owrs.ChargeVariableDrought, "fw": owrs.ChargeFixedWastewater, "vw": owrs.ChargeVariableWastewater}
	extras := map[string]string{}
	if row["extras"] != "" {
		for _, pair := range strings.Split(row["extras"], ";") {
			id, value, _ := strings.Cut(pair, "=")
			extras[short[id]] = value
		}
	}
	maps.Copy(want, extras)
	got := parts(q)
	for id, value := range want {
		if code, refused := strings.CutPrefix(value, "!"); refused {
			code, _, _ = strings.Cut(code, ":")
			value = "!" + code
		}
		if got[id] != value {
			return fmt.Sprintf("%s: want %s, got %s", id, value, got[id])
		}
	}
	// What the row leaves out is absent, has failed, or is a zero extra.
	for id, value := range got {
		_, expected := want[id]
		charge := id == owrs.ChargeService || id == owrs.ChargeCommodity
		if !expected && !(charge && strings.HasPrefix(value, "!")) && !(!charge && value == "0") {
			return fmt.Sprintf("%s: want nothing, got %s", id, value)
		}
	}
	return ""
}

// parts are the exact amounts of the memo charges, or "!" and the code.
func parts(q rates.Quote) map[string]string {
	got := map[string]string{}
	for line := range q.Memos() {
		got[line.Charge()], _ = line.Exact().Decimal(12)
	}
	for _, r := range q.Refusals() {
		var p *problem.Error
		if r.Memo && errors.As(r.Err, &p) {
			got[r.Charge] = "!" + string(p.Code)
		}
	}
	return got
}

func TestEveryGoldenBill(t *testing.T) {
	root := corpus(t)
	e := newEngines(t, root)
	bills, files, failed := 0, 0, 0
	for i, row := range table(t, filepath.Join(root, "golden.csv")) {
		if row["kind"] == "file" {
			files++
			_, err := corpusFile(t, e.paths, row["fid"])
			code, _, _ := strings.Cut(row["status"], ":")
			require.ErrorIs(t, err, problem.Code(code), row["fid"])
			continue
		}
		bills++
		q, err := e.engine(row["fid"]).Price(e.input(row))
		wrong := compare(row, q, err)
		if wrong == "" {
			wrong = explained(row, q, e.engine(row["fid"]).Explain(e.input(row)))
		}
		if wrong != "" {
			if failed++; failed <= 20 {
				t.Errorf("golden.csv row %d, %s %s, %s at %s: %s", i+2, row["fid"], row["class"], row["inputs"], row["usage"], wrong)
			}
		}
	}
	require.Zero(t, failed, "golden rows that differ")
	require.Equal(t, 24_435, bills)
	require.Equal(t, 3, files)
}

// explained says how an explanation differs from the golden row and the quote: it is
// found apart from the plan that prices.
func explained(row map[string]string, q rates.Quote, x rates.Explanation) string {
	if wrong := compare(row, x.Quote, x.Err); wrong != "" {
		return "explained: " + wrong
	}
	priced, told := fmt.Sprintf("%+v %+v %s", slices.Collect(q.Lines()), slices.Collect(q.Memos()), q.Total), fmt.Sprintf("%+v %+v %s", slices.Collect(x.Quote.Lines()), slices.Collect(x.Quote.Memos()), x.Quote.Total)
	if priced != told {
		return fmt.Sprintf("priced as %s and explained as %s", priced, told)
	}
	return ""
}

// The places of the corpus' faults: class, and where one input fails, that input.
func TestFaultsOfTheCorpusHaveTheirPlace(t *testing.T) {
	root := corpus(t)
	e := newEngines(t, root)
	for fid, want := range map[string]string{
		"F012": "F012:31:1: E_DUPKEY: ", "F051": "F051:17:16: E_YAML: ", "F402": "F402:10:5: E_YAML: ",
	} {
		_, err := corpusFile(t, e.paths, fid)
		require.ErrorContains(t, err, want)
	}
	golden := table(t, filepath.Join(root, "golden.csv"))
	for _, c := range []struct{ fid, class, meter, want string }{
		{"F036", "RESIDENTIAL_MULTI", "", "52:23 E_TYPE"},
		{"F105", "RECLAIMED", "", "91:13 E_TIER_FAMILY"},
		{"F127", "FIRE_SERVICE", "", "135:3 E_MISSING_FIELD"},
		{"F326", "RESIDENTIAL_MULTI", "", "46:23 E_EXPR"},
		{"F335", "RESIDENTIAL_SINGLE", "", "30:5 E_MAP_SHAPE"},
		{"F358", "RESIDENTIAL_MULTI", "", "71:11 E_MISSING_FIELD"},
		{"F365", "RESIDENTIAL_SINGLE", `6"`, "89:5 E_MAP_KEY"},
		{"F385", "RESIDENTIAL_SINGLE_MOUNTAIN", "", "208:5 E_MAP_SHAPE"},
		{"F393", "FIRE_SERVICE", "", "84:23 E_TYPE"},
	} {
		_, code, _ := strings.Cut(c.want, " ")
		found := false
		for _, row := range golden {
			if row["fid"] != c.fid || row["class"] != c.class || !strings.HasPrefix(row["status"], code) {
				continue
			}
			in := e.input(row)
			if c.meter != "" && in.Facts["meter_size"] != c.meter {
				continue
			}
			found = true
			q, err := e.engine(c.fid).Price(in)
			require.Equal(t, c.want, outcome(t, q, err), "%s %s %s", c.fid, c.class, row["inputs"])
		}
		require.True(t, found, "%s %s has no row with %s", c.fid, c.class, code)
	}
}

func TestWarningsOfTheCorpus(t *testing.T) {
	paths := rateFiles(t, corpus(t))
	got := map[problem.Code][]string{}
	for _, fid := range slices.Sorted(maps.Keys(paths)) {
		file, err := corpusFile(t, paths, fid)
		if err != nil {
			continue
		}
		seen := map[problem.Code]bool{}
		for _, w := range file.Warnings() {
			require.Positive(t, w.Pos.Col, "%v", w)
			if !seen[w.Code] {
				seen[w.Code] = true
				got[w.Code] = append(got[w.Code], fid)
			}
		}
	}
	require.Equal(t, map[problem.Code][]string{
		owrs.WarnStartsOrder:     {"F154"},
		owrs.WarnFractionalStart: {"F127", "F154", "F238"},
		owrs.WarnFirstStart:      {"F358", "F463"},
		owrs.WarnMapKeys:         {"F111", "F365"},
		owrs.WarnUnbilled:        {"F095", "F309", "F330", "F341", "F482"},
		owrs.WarnConversion:      {"F105"},
	}, got)
}

// Every read of a city, as it was: whole units in the file's period.
func TestSantaMonicaToTheCent(t *testing.T) {
	root := corpus(t)
	e := newEngines(t, root)
	engine := e.engine("F401")
	type total struct{ bills, usage, cents int64 }
	totals := map[string]*total{}
	reads := table(t, filepath.Join(root, "santamonica_usage_counts.csv"))
	require.Len(t, reads, 3_709)
	for _, row := range reads {
		if row["cust_class"] == "OTHER" {
			continue // the file has no such class
		}
		q, err := engine.Price(rates.Input{Schedule: row["cust_class"], Usage: volume(t, row["usage_ccf"], e.units["F401"]),
			Facts: rates.Facts{"meter_size": `3/4"`, "water_type": "POTABLE"}})
		require.NoError(t, err, "%v", row)
		require.Zero(t, q.Exact().Cmp(q.Total.Ratio()), "every bill is whole cents")
		n, err := strconv.ParseInt(row["n"], 10, 64)
		require.NoError(t, err)
		usage, err := strconv.ParseInt(row["usage_ccf"], 10, 64)
		require.NoError(t, err)
		if totals[row["cust_class"]] == nil {
			totals[row["cust_class"]] = &total{}
		}
		of := totals[row["cust_class"]]
		of.bills, of.usage, of.cents = of.bills+n, of.usage+n*usage, of.cents+n*q.Total.Cents()
	}
	all := total{}
	expected := table(t, filepath.Join(root, "santamonica_totals.csv"))
	require.Len(t, expected, 5)
	require.Len(t, totals, 5)
	for _, row := range expected {
		of := totals[row["class"]]
		require.NotNil(t, of, row["class"])
		require.Equal(t, row["bills"], strconv.FormatInt(of.bills, 10), row["class"])
		require.Equal(t, row["usage_ccf_total"], strconv.FormatInt(of.usage, 10), row["class"])
		want, err := exact.Parse(row["bill_total_exact"])
		require.NoError(t, err)
		require.Zero(t, want.Cmp(money.Cents(of.cents).Ratio()), "%s: want %s, got %s", row["class"], want, money.Cents(of.cents))
		all.bills, all.cents = all.bills+of.bills, all.cents+of.cents
	}
	require.Equal(t, int64(217_256), all.bills)
	require.Equal(t, int64(76_598_507_41), all.cents)
}

// A bill does not depend on those before it: rows of files with several tables are
// priced mixed, in an order that is no order, and each is its own golden row.
func TestMixedRowsAreTheirOwnBills(t *testing.T) {
	root := corpus(t)
	e := newEngines(t, root)
	var rows []map[string]string
	for _, row := range table(t, filepath.Join(root, "golden.csv")) {
		switch row["fid"] {
		case "F309", "F312", "F352", "F430":
			rows = append(rows, row)
		}
	}
	require.Greater(t, len(rows), 1000)
	rand.New(rand.NewPCG(7, 11)).Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	inputs := make([]rates.Input, len(rows))
	for i, row := range rows {
		inputs[i] = e.input(row)
	}
	for i, row := range rows {
		q, err := e.engine(row["fid"]).Price(inputs[i])
		require.Empty(t, compare(row, q, err), "%s %s %s at %s", row["fid"], row["class"], row["inputs"], row["usage"])
	}
}

// Every file that parses gives a book that compiles, and every class a schedule.
func TestEveryFileOfTheCorpusCompiles(t *testing.T) {
	paths := rateFiles(t, corpus(t))
	loaded := 0
	units, months := map[metering.Unit]int{}, map[int]int{}
	for fid := range paths {
		file, err := corpusFile(t, paths, fid)
		if err != nil {
			continue
		}
		loaded++
		engine, err := rates.Compile(file.Book(halfUp))
		require.NoError(t, err, fid)
		require.Equal(t, file.Classes(), engine.Schedules(), fid)
		require.False(t, file.Metadata().EffectiveDate.IsZero(), fid)
		units[file.Metadata().Unit]++
		months[file.Metadata().Months]++
	}
	require.Equal(t, 57, loaded)
	require.Equal(t, map[metering.Unit]int{metering.CCF: 24, metering.ThousandGallons: 6, metering.Kiloliter: 1, metering.BillingUnit: 26}, units)
	require.Equal(t, map[int]int{1: 41, 2: 14, 3: 1, 12: 1}, months)
}
