package ratecheck_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// A spot is a number of a book, found by reflection: what changes it knows nothing of what the
// coverage changes.
type spot struct {
	path string
	// changes set the spot in a book to another number each.
	changes []func(root reflect.Value)
	texts   []string
}

// spots are all numbers of a value, by their paths.
func spots(v reflect.Value, path string, at func(root reflect.Value) reflect.Value) []spot {
	var all []spot
	set := func(text string, to any) (string, func(reflect.Value)) {
		return text, func(root reflect.Value) { at(root).Set(reflect.ValueOf(to)) }
	}
	one := func(pairs ...any) {
		s := spot{path: path}
		for i := 0; i < len(pairs); i += 2 {
			text, change := set(pairs[i].(string), pairs[i+1])
			s.texts, s.changes = append(s.texts, text), append(s.changes, change)
		}
		if len(s.changes) > 0 {
			all = append(all, s)
		}
	}
	switch value := v.Interface().(type) {
	case rates.Number:
		var pairs []any
		for _, n := range misprints(decimal.Decimal(value)) {
			pairs = append(pairs, fmt.Sprintf("%s -> %s", decimal.Decimal(value), n), rates.Number(n))
		}
		one(pairs...)
		return all
	case civil.Date:
		if value.IsZero() {
			return nil
		}
		var pairs []any
		for _, days := range []int{-1, 1, 31, -365} {
			to, err := value.AddDays(days)
			if err == nil {
				pairs = append(pairs, fmt.Sprintf("%s -> %s", value, to), to)
			}
		}
		one(pairs...)
		return all
	case exact.Mode:
		for _, mode := range []exact.Mode{exact.HalfUp, exact.HalfEven, exact.Up, exact.Down} {
			if mode != value {
				one(fmt.Sprintf("%s -> %s", value, mode), mode)
			}
		}
		return all
	case money.Place:
		one(fmt.Sprintf("%s -> the other", value), map[money.Place]money.Place{money.ByLine: money.AtTotal, money.AtTotal: money.ByLine}[value])
		return all
	}
	field := func(i int) func(reflect.Value) reflect.Value {
		return func(root reflect.Value) reflect.Value { return at(root).Field(i) }
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Name != "Pos" && f.Name != "Codes" {
				all = append(all, spots(v.Field(i), path+"."+f.Name, field(i))...)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			all = append(all, spots(v.Index(i), fmt.Sprintf("%s[%d]", path, i), func(root reflect.Value) reflect.Value { return at(root).Index(i) })...)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			all = append(all, spots(v.Elem(), path, func(root reflect.Value) reflect.Value { return at(root).Elem() })...)
		}
	case reflect.Interface:
		if v.IsNil() {
			return nil
		}
		// What an interface holds cannot be set in part: it is copied, changed, and put back.
		inner := v.Elem()
		for _, s := range spots(inner, path, func(root reflect.Value) reflect.Value { return root }) {
			own := spot{path: s.path, texts: s.texts}
			for _, change := range s.changes {
				own.changes = append(own.changes, func(root reflect.Value) {
					place := at(root)
					changed := reflect.New(inner.Type()).Elem()
					changed.Set(place.Elem())
					change(changed)
					place.Set(changed)
				})
			}
			all = append(all, own)
		}
	case reflect.String:
		if f, ok := v.Interface().(string); ok && isFormula(path) {
			all = append(all, formulaSpots(f, path, at)...)
		}
	}
	return all
}

func isFormula(path string) bool { return len(path) > 5 && path[len(path)-5:] == ".Text" }

// formulaSpots are the numbers in a formula's text.
func formulaSpots(text, path string, at func(reflect.Value) reflect.Value) []spot {
	var all []spot
	for i := 0; i < len(text); i++ {
		if text[i] < '0' || text[i] > '9' || i > 0 && (text[i-1] == '_' || text[i-1] == '.' || text[i-1]|0x20 >= 'a' && text[i-1]|0x20 <= 'z' || text[i-1] >= '0' && text[i-1] <= '9') {
			continue
		}
		s := spot{path: fmt.Sprintf("%s@%d", path, i)}
		changed := text[:i] + string('0'+(text[i]-'0'+1)%10) + text[i+1:]
		s.texts = []string{text + " -> " + changed}
		s.changes = []func(reflect.Value){func(root reflect.Value) { at(root).SetString(changed) }}
		all = append(all, s)
	}
	return all
}

// misprints are what a number becomes by a slip of the pen.
func misprints(d decimal.Decimal) []decimal.Decimal {
	ulp := decimal.New(1, min(d.Exponent(), 0))
	all := []decimal.Decimal{d.Add(ulp), d.Sub(ulp), d.Shift(1), d.Shift(-1)}
	text := d.String()
	for i := 0; i+1 < len(text); i++ { // two digits that change places
		if text[i] != text[i+1] && text[i] != '.' && text[i+1] != '.' && text[i] != '-' {
			swapped := text[:i] + string(text[i+1]) + string(text[i]) + text[i+2:]
			if n, err := decimal.NewFromString(swapped); err == nil {
				all = append(all, n)
			}
		}
	}
	return slices.DeleteFunc(all, func(n decimal.Decimal) bool { return n.Equal(d) })
}

// covered is a table that covers all of a book that can be: what the coverage suggests, with the
// engine's own totals. It may do so, since here the book is right by assumption.
func covered(t *testing.T, engine *rates.Engine, checks []ratecheck.Check) (*ratecheck.Table, ratecheck.Coverage) {
	var src []byte
	bills := []rates.Input{}
	for range 5 {
		coverage := ratecheck.Cover(engine, checks)
		if coverage.Complete() {
			table, err := ratecheck.ParseTable("covered.csv", src)
			require.NoError(t, err)
			return table, coverage
		}
		bills = append(bills, coverage.Suggestions()...)
		draft, rest := ratecheck.TableOf(engine, bills)
		require.Empty(t, rest)
		table, err := ratecheck.ParseTable("covered.csv", draft)
		require.NoError(t, err)
		src, err = table.Update(engine)
		require.NoError(t, err)
		table, err = ratecheck.ParseTable("covered.csv", src)
		require.NoError(t, err)
		require.Empty(t, ratecheck.Golden(engine, table))
		checks, err = table.Checks(engine)
		require.NoError(t, err)
	}
	require.Fail(t, "the suggestions do not cover the book")
	return nil, ratecheck.Coverage{}
}

// testMutations puts every misprint into a book. draw makes bills at random: a misprint that
// changes none of thousands is no misprint, but another way to write the same rates.
func testMutations(t *testing.T, engine *rates.Engine, checks []ratecheck.Check, draw func(*rand.Rand) rates.Input) {
	table, coverage := covered(t, engine, checks)
	covers, of := coverage.Covered()
	require.Equal(t, of, covers)
	random := rand.New(rand.NewPCG(1, 2))
	bills := make([]rates.Input, 20_000)
	for i := range bills {
		bills[i] = draw(random)
	}
	caught, same, all := 0, 0, 0
	book := engine.Book()
	for _, s := range spots(reflect.ValueOf(book), "", func(root reflect.Value) reflect.Value { return root }) {
		for i, change := range s.changes {
			wrong := engine.Book()
			change(reflect.ValueOf(&wrong).Elem())
			switch {
			case goldenCatches(wrong, table):
				caught++
			case comesToTheSame(t, engine, wrong, bills):
				same++
				continue
			case lawsCatch(t, wrong):
				caught++
			default:
				t.Logf("not caught: %s: %s", s.path, s.texts[i])
			}
			all++
		}
	}
	t.Logf("%d of %d misprints caught, and %d change no bill; %d of %d points covered by %d bills, %d make no difference that is known", caught, all, same,
		covers, of, table.Len(), len(coverage.Points)-of)
	require.Greater(t, all, 100)
	require.GreaterOrEqual(t, caught*100, all*98)
}

// comesToTheSame says whether a book that compiles comes to the same for all bills.
func comesToTheSame(t *testing.T, engine *rates.Engine, wrong rates.Book, bills []rates.Input) bool {
	other, err := rates.Compile(wrong)
	require.NoError(t, err)
	for i := range bills {
		p, errP := engine.Price(bills[i])
		q, errQ := other.Price(bills[i])
		if (errP == nil) != (errQ == nil) || p.Total != q.Total {
			return false
		}
	}
	return true
}

func goldenCatches(wrong rates.Book, table *ratecheck.Table) bool {
	engine, err := rates.Compile(wrong)
	return err != nil || len(ratecheck.Golden(engine, table)) > 0
}

func lawsCatch(t *testing.T, wrong rates.Book) bool {
	engine, err := rates.Compile(wrong)
	require.NoError(t, err)
	report := ratecheck.Laws(engine, ratecheck.LawOptions{})
	return len(report.Breaches) > 0
}

func TestCoveredBooksCatchMisprints(t *testing.T) {
	t.Run("Marina Coast 2018", func(t *testing.T) {
		engine := engineOf(t, "../../examples/price/books/marina-coast-2018.yaml")
		testMutations(t, engine, nil, func(r *rand.Rand) rates.Input {
			id := engine.Schedules()[r.IntN(4)]
			facts, _ := engine.Facts(id)
			from, err := civil.MustDate("2017-12-25").AddDays(r.IntN(380))
			require.NoError(t, err)
			to, err := from.AddDays(1 + r.IntN(62))
			require.NoError(t, err)
			return rates.Input{Schedule: id, Period: civil.Period{From: from, To: to}, Usage: drawnUsage(r, metering.CCF748),
				Facts: rates.Facts{"meter_size": facts[0].Allowed[r.IntN(len(facts[0].Allowed))]}}
		})
	})
	for name, fid := range map[string]string{"Moulton Niguel": "F280", "Santa Monica": "F401"} {
		t.Run(name, func(t *testing.T) {
			engine, accounts := published(t, fid)
			testMutations(t, engine, nil, func(r *rand.Rand) rates.Input {
				in := accounts[r.IntN(len(accounts))]
				unit, _ := engine.Unit(in.Schedule)
				in.Usage = drawnUsage(r, unit)
				return in
			})
		})
	}
}

func drawnUsage(r *rand.Rand, unit metering.Unit) metering.Volume {
	n, err := exact.NewNumber(int64(r.IntN([]int{20_000, 200_000, 3_000_000}[r.IntN(3)])), 3)
	if err != nil {
		panic(err)
	}
	v, err := metering.NewVolume(n, unit)
	if err != nil {
		panic(err)
	}
	return v
}
