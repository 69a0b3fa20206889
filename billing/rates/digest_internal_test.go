package rates

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// wordy is a book in which every field of every type says something. It need not
// make sense.
func wordy() Book {
	pos := problem.Pos{File: "f.yaml", Line: 3, Col: 4}
	cite := Citation{Resolution: "r", Section: "s", Address: "a"}
	f := Formula{Text: "1 / 3", Exact: true, Pos: pos}
	row := Row{Key: []string{"k", "l"}, Value: Num("1.5")}
	tab := Table{By: []string{"x", "y"}, Rows: []Row{row, {Key: []string{"m"}, Value: Text("t")}}, Else: List{Num("1"), Num("2")}, Pos: pos}
	return Book{Name: "n", Schedules: []Schedule{{
		ID: "i", Title: "t", Unit: metering.CCF, Rounding: money.Rounding{Mode: exact.HalfUp, Place: money.ByLine}, Select: SplitByDay,
		Proration: Proration{Over: StatedDays, Days: 30, Fixed: true, Tiers: true}, Usage: ExactUsage,
		Seasons: Seasons{Select: ByPeriodEnd, Starts: []SeasonStart{{Name: "a", Month: 5, Day: 6}, {Name: "b", Month: 7, Day: 8}}},
		Facts:   []Fact{{Name: "f", Type: TextFact, Allowed: []string{"p", "q"}, Change: SplitByDay}, {Name: "g", Type: NumberFact, Change: BlendByDay, Range: &Range{Least: Num("1"), Most: Num("2")}}},
		Undated: true, Codes: map[problem.Code]problem.Code{ErrCycle: "E_A", ErrNoRow: "E_B"},
		Versions: []Version{{
			From: civil.MustDate("2024-01-01"), To: civil.MustDate("2025-01-01"), Source: cite,
			Definitions: []Definition{{Name: "d", Fact: "f", Value: f}, {Name: "e", Value: tab}, {Name: "j", Value: Joined{Names: []string{"x", "y"}, With: "|"}},
				{Name: "w", Value: Refuse{Code: "E_C", Pos: pos, What: "w", Fix: "f"}}, {Name: "c", Value: Tiered{Of: Name("u"), Tiers: TierColumns{From: Num("3"), Prices: List{Num("4")}, Pos: pos}}}},
			Charges: []Charge{
				{ID: "1", Text: "t", Service: "s", Per: PerMeter, Meters: []Condition{{Fact: "g", In: []string{"o"}}}, When: []Condition{{Fact: "f", In: []string{"p", "q"}}}, Season: "a", Memo: true, Rule: Fixed{Num("5")}, Source: cite},
				{ID: "2", Rule: PerUnit{Of: Name("u"), Price: Num("6")}},
				{ID: "3", Rule: Tiered{Of: Name("v"), Tiers: TierList{{UpTo: Num("7"), Price: Num("8")}, {Price: Num("9")}}}},
				{ID: "4", Rule: Percent{Rate: Num("8"), Of: []string{"1", "2"}}},
				{ID: "5", Rule: Minimum{Amount: Num("10"), Of: []string{"1", "2"}}},
				{ID: "6", Rule: Credit{Amount: Num("11"), Cap: Num("12"), Of: []string{"1"}}},
				{ID: "7", Rule: Credit{Percent: Num("13"), Of: []string{"1"}}},
				{ID: "8", Rule: Computed{f}},
			},
		}, {From: civil.MustDate("2025-01-01"), Charges: []Charge{{ID: "9", Rule: Fixed{Name("u")}}}}},
	}}}
}

// An edit changes one word of a book.
type edit struct {
	path string
	// place is set for the edits of file positions.
	place bool
	make  func()
}

// edits are the changes of every word that can be reached from v: texts, numbers
// and choices are altered, lists lose their last element and repeat it, values are
// taken out and put in.
func edits(v reflect.Value, path string, place bool, write func(reflect.Value)) []edit {
	var all []edit
	add := func(how string, to reflect.Value) {
		all = append(all, edit{path + how, place, func() { write(to) }})
	}
	within := func(v reflect.Value, path string, place bool, write func(reflect.Value)) {
		all = append(all, edits(v, path, place, write)...)
	}
	switch v.Interface().(type) {
	case civil.Date:
		add(" other day", reflect.ValueOf(civil.MustDate("1999-12-31")))
		return all
	case Number:
		add(" other number", reflect.ValueOf(Num("77.7")))
		return all
	case problem.Pos:
		place = true
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			within(v.Field(i), path+"."+v.Type().Field(i).Name, place, func(to reflect.Value) {
				whole := reflect.New(v.Type()).Elem()
				whole.Set(v)
				whole.Field(i).Set(to)
				write(whole)
			})
		}
	case reflect.Slice:
		for i := range v.Len() {
			within(v.Index(i), fmt.Sprintf("%s[%d]", path, i), place, func(to reflect.Value) {
				whole := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
				reflect.Copy(whole, v)
				whole.Index(i).Set(to)
				write(whole)
			})
		}
		if n := v.Len(); n > 0 {
			add(" shorter", v.Slice(0, n-1))
			add(" longer", reflect.Append(v.Slice3(0, n, n), v.Index(n-1)))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			whole, less := reflect.MakeMap(v.Type()), reflect.MakeMap(v.Type())
			for _, k := range v.MapKeys() {
				whole.SetMapIndex(k, v.MapIndex(k))
				less.SetMapIndex(k, v.MapIndex(k))
			}
			whole.SetMapIndex(key, reflect.ValueOf(problem.Code("E_OTHER")))
			less.SetMapIndex(key, reflect.Value{})
			add(fmt.Sprintf("[%s] other", key), whole)
			add(fmt.Sprintf("[%s] gone", key), less)
		}
	case reflect.Interface:
		if v.Type() == reflect.TypeFor[Value]() {
			if v.IsNil() {
				add(" there", reflect.ValueOf(Text("new")))
			} else {
				add(" gone", reflect.Zero(v.Type()))
			}
		}
		if !v.IsNil() {
			within(v.Elem(), path, place, write)
		}
	case reflect.Pointer:
		if v.IsNil() {
			return all
		}
		add(" gone", reflect.Zero(v.Type()))
		within(v.Elem(), path, place, func(to reflect.Value) {
			whole := reflect.New(v.Type().Elem())
			whole.Elem().Set(to)
			write(whole)
		})
	case reflect.String:
		add(" other", reflect.ValueOf(v.String()+"x").Convert(v.Type()))
	case reflect.Bool:
		add(" other", reflect.ValueOf(!v.Bool()))
	case reflect.Int:
		add(" other", reflect.ValueOf(v.Int()+1).Convert(v.Type()))
	case reflect.Uint8:
		add(" other", reflect.ValueOf(v.Uint()+1).Convert(v.Type()))
	default:
		panic("no edit for " + v.Kind().String())
	}
	return all
}

// Changing any one word of a book changes its digest, each change to another;
// where the book stands in its file changes nothing.
func TestDigestSeesEveryWord(t *testing.T) {
	first := wordy()
	seen := map[Digest]string{digest(&first): "the book itself"}
	places := 0
	var edited Book
	for _, e := range edits(reflect.ValueOf(wordy()), "book", false, func(v reflect.Value) { edited = v.Interface().(Book) }) {
		e.make()
		d := digest(&edited)
		if e.place {
			places++
			require.Equal(t, digest(&first), d, e.path)
			continue
		}
		require.NotContains(t, seen, d, "%s is as %s", e.path, seen[d])
		seen[d] = e.path
	}
	require.Equal(t, 3*5, places, "each position has been moved")
	require.Greater(t, len(seen), 150)
}

// What is one number has one digest, however many zeros it is written with.
func TestDigestOfNumbers(t *testing.T) {
	of := func(text string) Digest {
		return digest(&Book{Schedules: []Schedule{{Versions: []Version{{Charges: []Charge{{Rule: Fixed{Num(text)}}}}}}}})
	}
	require.Equal(t, of("2.5"), of("2.50"))
	require.Equal(t, of("200"), of("2e2"))
	require.NotEqual(t, of("2.5"), of("25"))
	require.NotEqual(t, of("2.5"), of("-2.5"))
}

// A text that moves from one field to the next, or from one list to the next, is
// another book.
func TestDigestKeepsWordsApart(t *testing.T) {
	of := func(s Schedule) Digest { return digest(&Book{Schedules: []Schedule{s}}) }
	require.NotEqual(t, of(Schedule{ID: "ab", Title: "c"}), of(Schedule{ID: "a", Title: "bc"}))
	require.NotEqual(t, of(Schedule{Facts: []Fact{{Name: "a", Allowed: []string{"b"}}, {Name: "c"}}}), of(Schedule{Facts: []Fact{{Name: "a"}, {Name: "b", Allowed: []string{"c"}}}}))
	require.NotEqual(t, digest(&Book{Name: "a"}), digest(&Book{}))
	require.Len(t, of(Schedule{}).String(), 64)
	text, err := of(Schedule{}).MarshalText()
	require.NoError(t, err)
	require.Equal(t, of(Schedule{}).String(), string(text))
}

// An engine's digest is its book's, and every quote bears it.
func TestQuoteBearsTheDigest(t *testing.T) {
	b := Book{Schedules: []Schedule{{ID: "s", Unit: metering.CCF, Rounding: money.Rounding{Mode: exact.HalfUp, Place: money.ByLine}, Select: SplitByDay,
		Proration: Proration{Over: NotProrated}, Usage: ExactUsage, Versions: []Version{{Charges: []Charge{{ID: "base", Rule: Fixed{Num("5")}}}}}}}}
	engine, err := Compile(b)
	require.NoError(t, err)
	require.Equal(t, digest(&b), engine.Digest())
	quote, err := engine.Price(Input{Schedule: "s", Period: civil.MustPeriod("[2026-06-01, 2026-07-01)")})
	require.NoError(t, err)
	require.Equal(t, engine.Digest(), quote.Digest())
	quote, err = engine.Price(Input{Schedule: "x"})
	require.Error(t, err)
	require.Equal(t, engine.Digest(), quote.Digest())
}
