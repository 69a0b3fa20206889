package ratecheck_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/owrs"
	"github.com/headgate-dev/headgate/adapters/ratefile"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// A diffLeafEdit changes one leaf of a book.
type diffLeafEdit struct {
	path string
	// was and is are what must be named; empty for what has no text of its own.
	was, is string
	// silent is set for what makes no difference: places in files, and the order of rows.
	silent bool
	book   func() rates.Book
}

// diffLeafEdits are the changes of every leaf of a book: texts, numbers and choices are others,
// lists are longer, shorter and in another order, values are taken out and put in.
func diffLeafEdits(b rates.Book) []diffLeafEdit {
	l := &diffLeafEditor{}
	l.leaf(reflect.ValueOf(b), "book", false, func(to reflect.Value) rates.Book { return to.Interface().(rates.Book) })
	return l.all
}

type diffLeafEditor struct{ all []diffLeafEdit }

type diffLeafWriter func(reflect.Value) rates.Book

func (l *diffLeafEditor) add(path, was, is string, silent bool, to reflect.Value, write diffLeafWriter) {
	l.all = append(l.all, diffLeafEdit{path, was, is, silent, func() rates.Book { return write(to) }})
}

func (l *diffLeafEditor) leaf(v reflect.Value, path string, silent bool, write diffLeafWriter) {
	switch leaf := v.Interface().(type) {
	case civil.Date:
		told := civil.Date.String
		to := []civil.Date{civil.MustDate("1900-01-01")}
		if strings.HasSuffix(path, ".To") {
			told = diffLastBefore
			to = []civil.Date{civil.MustDate("2099-01-01")}
		}
		if !leaf.IsZero() {
			to = []civil.Date{diffDaysAfter(leaf, -1), diffDaysAfter(leaf, 1)}
		}
		for _, to := range to {
			l.add(path, told(leaf), told(to), silent, reflect.ValueOf(to), write)
		}
		if !leaf.IsZero() {
			l.add(path+" open", "", "", silent, reflect.ValueOf(civil.Date{}), write)
		}
		return
	case rates.Number:
		l.add(path, leaf.String(), "77.7", silent, reflect.ValueOf(rates.Num("77.7")), write)
		return
	case problem.Pos:
		silent = true
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			l.leaf(v.Field(i), path+"."+v.Type().Field(i).Name, silent, func(to reflect.Value) rates.Book {
				whole := reflect.New(v.Type()).Elem()
				whole.Set(v)
				whole.Field(i).Set(to)
				return write(whole)
			})
		}
	case reflect.Slice:
		l.list(v, path, silent, write)
	case reflect.Map:
		for _, key := range v.MapKeys() {
			whole, less := reflect.MakeMap(v.Type()), reflect.MakeMap(v.Type())
			for _, k := range v.MapKeys() {
				whole.SetMapIndex(k, v.MapIndex(k))
				less.SetMapIndex(k, v.MapIndex(k))
			}
			whole.SetMapIndex(key, reflect.ValueOf(problem.Code("E_OTHER")))
			less.SetMapIndex(key, reflect.Value{})
			l.add(fmt.Sprintf("%s[%s]", path, key), v.MapIndex(key).String(), "E_OTHER", silent, whole, write)
			l.add(fmt.Sprintf("%s[%s] gone", path, key), v.MapIndex(key).String(), "", silent, less, write)
		}
	case reflect.Interface:
		l.choice(v, path, silent, write)
	case reflect.Pointer:
		if v.IsNil() {
			l.add(path+" there", "", "33", silent, reflect.ValueOf(&rates.Range{Least: rates.Num("33"), Most: rates.Num("44")}), write)
			return
		}
		l.add(path+" gone", "", "", silent, reflect.Zero(v.Type()), write)
		l.leaf(v.Elem(), path, silent, func(to reflect.Value) rates.Book {
			whole := reflect.New(v.Type().Elem())
			whole.Elem().Set(to)
			return write(whole)
		})
	case reflect.String:
		l.add(path, v.String(), "zz_other", silent, reflect.ValueOf("zz_other").Convert(v.Type()), write)
		if v.Len() > 0 {
			l.add(path+" empty", v.String(), "", silent, reflect.Zero(v.Type()), write)
		}
	case reflect.Bool:
		l.add(path, "", "", silent, reflect.ValueOf(!v.Bool()), write)
	case reflect.Int:
		was, is := fmt.Sprint(v.Int()), fmt.Sprint(v.Int()+1)
		if m, ok := v.Interface().(fmt.Stringer); ok { // a month
			was, is = m.String(), "%!Month"
			if v.Int() < 12 {
				is = reflect.ValueOf(v.Int() + 1).Convert(v.Type()).Interface().(fmt.Stringer).String()
			}
		}
		if v.Int() == 0 { // nothing is stated
			was = ""
		}
		l.add(path, was, is, silent, reflect.ValueOf(v.Int()+1).Convert(v.Type()), write)
	case reflect.Uint8:
		for to := range uint64(v.Uint() + 2) {
			if to != v.Uint() {
				l.add(fmt.Sprintf("%s to %d", path, to), "", "", silent, reflect.ValueOf(to).Convert(v.Type()), write)
			}
		}
	default:
		panic("no edit for " + v.Kind().String())
	}
}

func diffDaysAfter(d civil.Date, n int) civil.Date {
	day, err := d.AddDays(n)
	if err != nil {
		panic(err)
	}
	return day
}

// diffLastBefore is the last day of what ends on a day that is not part of it.
func diffLastBefore(d civil.Date) string {
	if d.IsZero() {
		return ""
	}
	return diffDaysAfter(d, -1).String()
}

func (l *diffLeafEditor) list(v reflect.Value, path string, silent bool, write diffLeafWriter) {
	n := v.Len()
	for i := range n {
		l.leaf(v.Index(i), fmt.Sprintf("%s[%d]", path, i), silent, func(to reflect.Value) rates.Book {
			return write(diffReplaced(v, i, to))
		})
	}
	if n == 0 {
		return
	}
	l.add(path+" shorter", "", "", silent, v.Slice(0, n-1), write)
	l.add(path+" longer", "", "", silent, reflect.Append(v.Slice3(0, n, n), v.Index(n-1)), write)
	for i := range n - 1 {
		a, b := v.Index(i), v.Index(i+1)
		if !reflect.DeepEqual(a.Interface(), b.Interface()) {
			rows := v.Type() == reflect.TypeFor[[]rates.Row]()
			l.add(fmt.Sprintf("%s[%d] behind the next", path, i), "", "", silent || rows, diffReplaced(diffReplaced(v, i, b), i+1, a), write)
		}
	}
}

func diffReplaced(v reflect.Value, i int, to reflect.Value) reflect.Value {
	whole := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
	reflect.Copy(whole, v)
	whole.Index(i).Set(to)
	return whole
}

func (l *diffLeafEditor) choice(v reflect.Value, path string, silent bool, write diffLeafWriter) {
	if v.Type() == reflect.TypeFor[rates.Value]() {
		if _, is := v.Interface().(rates.Number); !is && !v.IsNil() {
			l.add(path+" a number", "", "77.7", silent, reflect.ValueOf(rates.Num("77.7")), write)
		}
		for _, to := range []rates.Value{rates.Text("zz_text"), rates.Formula{Text: "zz_sum + 1"}, rates.Name("zz_name"),
			rates.List{rates.Num("77.7"), rates.Num("88.8")}, rates.Table{By: []string{"zz_by"}, Rows: []rates.Row{{Key: []string{"zz_key"}, Value: rates.Num("77.7")}}},
			rates.Tiered{Tiers: rates.TierList{{UpTo: rates.Num("66"), Price: rates.Num("77.7")}, {Price: rates.Num("88.8")}}}, rates.Refuse{Code: "E_ZZ"}} {
			name := map[string]string{"Text": "zz_text", "Formula": "zz_sum + 1", "Name": "zz_name", "Refuse": "E_ZZ"}[reflect.TypeOf(to).Name()]
			if name == "" {
				name = "77.7"
			}
			l.add(fmt.Sprintf("%s a %T", path, to), "", name, silent, reflect.ValueOf(to), write)
		}
	}
	if v.Type() == reflect.TypeFor[rates.Rule]() {
		l.add(path+" another", "", "77.7", silent, reflect.ValueOf(rates.Minimum{Amount: rates.Num("77.7")}), write)
		l.add(path+" an old one", "", "77.7", silent, reflect.ValueOf(rates.Fixed{Amount: rates.Num("77.7")}), write)
	}
	if !v.IsNil() {
		l.add(path+" gone", "", "", silent, reflect.Zero(v.Type()), write)
		l.leaf(v.Elem(), path, silent, write)
	}
}

// diffWordyBook is a book in which every field of every type says something. It need not make
// sense.
func diffWordyBook() rates.Book {
	num, pos := rates.Num, problem.Pos{File: "f.yaml", Line: 3, Col: 4}
	cite := rates.Citation{Resolution: "r", Section: "s", Address: "a"}
	f := rates.Formula{Text: "1 / 3", Exact: true, Pos: pos}
	row := rates.Row{Key: []string{"k", "l"}, Value: num("1.5")}
	tab := rates.Table{By: []string{"x", "y"}, Rows: []rates.Row{row, {Key: []string{"m", "n"}, Value: rates.Text("t")}}, Else: rates.List{num("1"), num("2")}, Pos: pos}
	return rates.Book{Name: "n", Schedules: []rates.Schedule{{
		ID: "i", Title: "t", Unit: metering.CCF, Rounding: money.Rounding{Mode: exact.HalfUp, Place: money.ByLine}, Select: rates.SplitByDay,
		Proration: rates.Proration{Over: rates.StatedDays, Days: 30, Fixed: true, Tiers: true}, Usage: rates.ExactUsage,
		Seasons: rates.Seasons{Select: rates.ByPeriodEnd, Starts: []rates.SeasonStart{{Name: "a", Month: 5, Day: 6}, {Name: "b", Month: 7, Day: 8}}},
		Facts: []rates.Fact{{Name: "f", Type: rates.TextFact, Allowed: []string{"p", "q"}, Change: rates.SplitByDay},
			{Name: "g", Type: rates.NumberFact, Change: rates.BlendByDay, Range: &rates.Range{Least: num("1"), Most: num("2")}}},
		Undated: true, Codes: map[problem.Code]problem.Code{rates.ErrCycle: "E_A", rates.ErrNoRow: "E_B"},
		Versions: []rates.Version{{
			From: civil.MustDate("2024-01-01"), To: civil.MustDate("2025-01-01"), Source: cite,
			Definitions: []rates.Definition{{Name: "d", Fact: "f", Value: f}, {Name: "e", Value: tab}, {Name: "j", Value: rates.Joined{Names: []string{"x", "y"}, With: "|"}},
				{Name: "w", Value: rates.Refuse{Code: "E_C", Pos: pos, What: "w", Fix: "f"}},
				{Name: "c", Value: rates.Tiered{Of: rates.Name("u"), Tiers: rates.TierColumns{From: rates.List{num("0"), num("3")}, Prices: rates.List{num("4"), num("5")}, Pos: pos}}}},
			Charges: []rates.Charge{
				{ID: "1", Text: "t", Service: "s", Per: rates.PerMeter, Meters: []rates.Condition{{Fact: "g", In: []string{"o"}}}, When: []rates.Condition{{Fact: "f", In: []string{"p", "q"}}}, Season: "a", Memo: true, Rule: rates.Fixed{Amount: num("5")}, Source: cite},
				{ID: "2", Rule: rates.PerUnit{Of: rates.Name("u"), Price: num("6")}},
				{ID: "3", Rule: rates.Tiered{Of: rates.Name("v"), Tiers: rates.TierList{{UpTo: num("7"), Price: num("8")}, {Price: num("9")}}}},
				{ID: "4", Rule: rates.Percent{Rate: num("8"), Of: []string{"1", "2"}}},
				{ID: "5", Rule: rates.Minimum{Amount: num("10"), Of: []string{"1", "2"}}},
				{ID: "6", Rule: rates.Credit{Amount: num("11"), Cap: num("12"), Of: []string{"1"}}},
				{ID: "7", Rule: rates.Credit{Percent: num("13"), Of: []string{"1"}}},
				{ID: "8", Rule: rates.Computed{Amount: f}},
				{ID: "9", Rule: rates.Tiered{Tiers: rates.TierColumns{From: rates.Name("starts"), Prices: rates.Name("prices")}}},
				{ID: "10", Rule: rates.Fixed{Amount: rates.Table{By: []string{"x"}, Rows: []rates.Row{{Key: []string{"k"}, Value: rates.Table{By: []string{"y"}, Rows: []rates.Row{{Key: []string{"l"}, Value: num("14")}}}}}}}},
				{ID: "11", Rule: rates.PerUnit{Of: tab, Price: f}},
			},
		}, {From: civil.MustDate("2025-01-01"), Charges: []rates.Charge{{ID: "9", Rule: rates.Fixed{Amount: rates.Name("u")}}}}},
	}}}
}

// diffPlainly is a text without what words may leave out or put in: blanks for "_" and ".",
// capitals, commas between thousands, quotes.
func diffPlainly(text string) string {
	return strings.ToLower(strings.NewReplacer("_", " ", ".", " ", ",", "", `\`, "", `"`, "").Replace(text))
}

// diffSaid is all that is told of differences: sentences, days, sources.
func diffSaid(all []ratecheck.Difference) string {
	var b strings.Builder
	for _, d := range all {
		fmt.Fprintf(&b, "%s %s %s %s %s\n", d, d.From, diffLastBefore(d.From), d.To, diffLastBefore(d.To))
	}
	return b.String()
}

// Each leaf of a book that is changed alone is told, with what it was and what it is, both
// ways; what makes no difference is not.
func requireLeavesTold(t *testing.T, b rates.Book) {
	t.Helper()
	require.Empty(t, ratecheck.Diff(b, b))
	told, silent := 0, 0
	for _, e := range diffLeafEdits(b) {
		edited := e.book()
		there, back := ratecheck.Diff(b, edited), ratecheck.Diff(edited, b)
		if e.silent {
			silent++
			require.Empty(t, there, e.path)
			require.Empty(t, back, e.path)
			continue
		}
		told++
		require.NotEqual(t, diffSaid(there), diffSaid(back), e.path)
		for _, said := range [][]ratecheck.Difference{there, back} {
			require.NotEmpty(t, said, e.path)
			text := diffPlainly(diffSaid(said))
			require.Contains(t, text, diffPlainly(e.was), e.path)
			require.Contains(t, text, diffPlainly(e.is), e.path)
			require.NotContains(t, text, "another way", e.path)
		}
	}
	require.Positive(t, told)
	t.Logf("%d leaves told, %d silent", told, silent)
}

// What has another ID is told as renamed where it is the same otherwise, to the last leaf.
func TestDiffRenamesOnlyWhatIsTheSame(t *testing.T) {
	const renamed = "nothing else of it changes"
	b := diffWordyBook()
	schedule, charge := diffRenamedIn(b, -1), diffRenamedIn(b, 0)
	require.Contains(t, diffSaid(ratecheck.Diff(b, schedule)), renamed)
	require.Contains(t, diffSaid(ratecheck.Diff(b, charge)), renamed)
	for _, e := range diffLeafEdits(b) {
		place := "book.Schedules[0].Versions[0].Charges["
		switch {
		case e.silent || !strings.HasPrefix(e.path, "book.Schedules[0]."):
		case !strings.HasPrefix(e.path, "book.Schedules[0].ID"):
			require.NotContains(t, diffSaid(ratecheck.Diff(b, diffRenamedIn(e.book(), -1))), renamed, e.path)
		}
		for i := range b.Schedules[0].Versions[0].Charges {
			of := fmt.Sprintf("%s%d].", place, i)
			if !e.silent && strings.HasPrefix(e.path, of) && !strings.HasPrefix(e.path, of+"ID") {
				require.NotContains(t, diffSaid(ratecheck.Diff(b, diffRenamedIn(e.book(), i))), renamed, e.path)
			}
		}
	}
}

// diffRenamedIn is a book with another ID for its schedule, or for a charge of it.
func diffRenamedIn(b rates.Book, charge int) rates.Book {
	b.Schedules = slices.Clone(b.Schedules)
	s := &b.Schedules[0]
	if charge < 0 {
		s.ID = "renamed"
		return b
	}
	s.Versions = slices.Clone(s.Versions)
	s.Versions[0].Charges = slices.Clone(s.Versions[0].Charges)
	s.Versions[0].Charges[charge].ID = "renamed"
	return b
}

// diffDistinct gives every text and every number of a book a value of its own, so that none is
// taken for another.
func diffDistinct(b rates.Book) rates.Book {
	n := 0
	var fill func(v reflect.Value) reflect.Value
	fill = func(v reflect.Value) reflect.Value {
		n++
		switch v.Interface().(type) {
		case civil.Date, problem.Pos:
			return v
		case rates.Number:
			return reflect.ValueOf(rates.Num(fmt.Sprintf("%d.%d5", 1000+n, n%10)))
		}
		whole := reflect.New(v.Type()).Elem()
		whole.Set(v)
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				whole.Field(i).Set(fill(v.Field(i)))
			}
		case reflect.Slice:
			whole = reflect.MakeSlice(v.Type(), v.Len(), v.Len())
			for i := range v.Len() {
				whole.Index(i).Set(fill(v.Index(i)))
			}
		case reflect.Interface:
			if !v.IsNil() {
				whole.Set(fill(v.Elem()))
			}
		case reflect.Pointer:
			if !v.IsNil() {
				whole = reflect.New(v.Type().Elem())
				whole.Elem().Set(fill(v.Elem()))
			}
		case reflect.String:
			whole.SetString(fmt.Sprintf("word_%d_of", 1000+n))
		}
		return whole
	}
	return fill(reflect.ValueOf(b)).Interface().(rates.Book)
}

func TestDiffTellsEveryLeaf(t *testing.T) {
	requireLeavesTold(t, diffWordyBook())
	requireLeavesTold(t, diffDistinct(diffWordyBook()))
}

// The rate books of the examples and of the file format, and published OWRS files.
func TestDiffTellsEveryLeafOfRealBooks(t *testing.T) {
	var paths []string
	for _, pattern := range []string{"../../examples/price/books/*.yaml", "../../adapters/ratefile/testdata/worked/*.yaml", "../../adapters/ratefile/testdata/good.yaml", "testdata/diff/*.yaml"} {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, found, pattern)
		paths = append(paths, found...)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) { requireLeavesTold(t, diffBook(t, path)) })
	}
}

func TestDiffTellsEveryLeafOfOWRS(t *testing.T) {
	root := corpus(t)
	for _, path := range []string{
		"Marina Coast Water District - Ord Community - 0/01-01-2018.owrs",
		"San Bernardino City of - 2503/Not In Use Yet/sbc-2018-07-01.owrs",
		"Palmdale Water District - 2104/01-01-2018.owrs",                         // a budget, columns of tiers, several keys
		"Rancho California Water District - Rancho Division - 0/07-01-2017.owrs", // refusals
		"Tehachapi  City Of - 2876/01-01-2016.owrs",                              // tables of lists by joined keys
		"Golden State Water Company - Claremont - 1181/01-01-2018.owrs",          // formulas
	} {
		t.Run(filepath.Dir(path), func(t *testing.T) {
			name := filepath.Join(root, "rates", "California", path)
			src, err := os.ReadFile(name)
			require.NoError(t, err)
			file, err := owrs.Parse(name, src)
			require.NoError(t, err)
			book := file.Book(money.Rounding{Mode: exact.HalfUp, Place: money.ByLine})
			book.Schedules = book.Schedules[:2] // the other classes are alike, and many
			requireLeavesTold(t, book)
		})
	}
}

// diffBook reads a rate book file.
func diffBook(t *testing.T, path string) rates.Book {
	t.Helper()
	src, err := os.ReadFile(path)
	require.NoError(t, err)
	file, err := ratefile.Parse(path, src)
	require.NoError(t, err)
	return file.Book()
}
