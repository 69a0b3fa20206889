package ratecheck_test

import (
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
)

// diffInKeyOrder is a book with the rows of every table in the order of their keys: that order is
// no difference, but the digest has it.
func diffInKeyOrder(b rates.Book) rates.Book {
	return diffRowsOrdered(reflect.ValueOf(b), func(rows []rates.Row) {
		slices.SortFunc(rows, func(a, b rates.Row) int { return strings.Compare(fmt.Sprintf("%q", a.Key), fmt.Sprintf("%q", b.Key)) })
	}).Interface().(rates.Book)
}

// diffRowsOrdered is a copy in which order has been called for the rows of every table.
func diffRowsOrdered(v reflect.Value, order func([]rates.Row)) reflect.Value {
	whole := reflect.New(v.Type()).Elem()
	whole.Set(v)
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				whole.Field(i).Set(diffRowsOrdered(v.Field(i), order))
			}
		}
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		whole = reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			whole.Index(i).Set(diffRowsOrdered(v.Index(i), order))
		}
		if rows, ok := whole.Interface().([]rates.Row); ok {
			order(rows)
		}
	case reflect.Interface:
		if !v.IsNil() {
			whole.Set(diffRowsOrdered(v.Elem(), order))
		}
	}
	return whole
}

// diffEdited changes some leaves of a book, of those that keep lets.
func diffEdited(t *rapid.T, b rates.Book, most int, keep func(diffLeafEdit) bool) rates.Book {
	for range rapid.IntRange(0, most).Draw(t, "edits") {
		edits := diffLeafEdits(b)
		e := edits[rapid.IntRange(0, len(edits)-1).Draw(t, "edit")]
		if keep(e) {
			b = e.book()
		}
	}
	return b
}

func diffAnyEdit(diffLeafEdit) bool { return true }

// Two books that compile have the same digest where nothing is told of them, and only there.
func TestDiffIsEmptyWhereDigestsAreTheSame(t *testing.T) {
	same, others := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		before := (&diffDrawer{T: t}).book()
		after := diffEdited(t, before, 2, diffAnyEdit)
		if rapid.IntRange(0, 19).Draw(t, "apart") == 0 {
			after = (&diffDrawer{T: t}).book()
		}
		said := ratecheck.Diff(before, after)
		a, err := rates.Compile(diffInKeyOrder(before))
		require.NoError(t, err)
		b, err := rates.Compile(diffInKeyOrder(after))
		if err != nil {
			return // of books that do not compile, all that is asked is an answer
		}
		if a.Digest() == b.Digest() {
			same++
		} else {
			others++
		}
		require.Equal(t, a.Digest() == b.Digest(), len(said) == 0, "%v", said)
	})
	require.Positive(t, same)
	require.Positive(t, others)
}

// What is told does not depend on the run, and the books stay as they are.
func TestDiffChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := (&diffDrawer{T: t}).book()
		after := diffEdited(t, before, 5, diffAnyEdit)
		copied := func(b rates.Book) any { return diffRowsOrdered(reflect.ValueOf(b), func([]rates.Row) {}).Interface() }
		was, is := copied(before), copied(after)
		first := ratecheck.Diff(before, after)
		require.Equal(t, first, ratecheck.Diff(before, after))
		require.Equal(t, was, any(before))
		require.Equal(t, is, any(after))
		require.Empty(t, ratecheck.Diff(after, after))
	})
}

// The rows of tables may stand in any order.
func TestDiffLeavesOutTheOrderOfRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := (&diffDrawer{T: t}).book()
		shuffled := diffRowsOrdered(reflect.ValueOf(before), func(rows []rates.Row) {
			copy(rows, rapid.Permutation(rows).Draw(t, "rows"))
		}).Interface().(rates.Book)
		require.Empty(t, ratecheck.Diff(before, shuffled))
	})
}

// An appended version is told as what it changes against the one before it, from its first
// day on, and as nothing else.
func TestDiffOfAnAppendedVersion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := (&diffDrawer{T: t}).schedule("s")
		s.Undated = false
		last := s.Versions[len(s.Versions)-1]
		alone := func(v rates.Version) rates.Book {
			only := s
			v.From, v.To = civil.Date{}, civil.Date{}
			only.Versions = []rates.Version{v}
			return rates.Book{Schedules: []rates.Schedule{only}}
		}
		next := diffEdited(t, alone(last), 4, func(e diffLeafEdit) bool {
			return strings.HasPrefix(e.path, "book.Schedules[0].Versions[0].") && !strings.Contains(e.path, "].From") && !strings.Contains(e.path, "].To")
		}).Schedules[0].Versions[0]
		want := ratecheck.Diff(alone(last), alone(next))

		next.From = civil.MustDate("2030-07-01")
		after := s
		after.Versions = append(slices.Clone(s.Versions), next)
		after.Versions[len(s.Versions)-1].To = next.From
		got := ratecheck.Diff(rates.Book{Schedules: []rates.Schedule{s}}, rates.Book{Schedules: []rates.Schedule{after}})
		if len(want) == 0 {
			require.Len(t, got, 1)
			require.Equal(t, "A new version of the rates begins, which changes nothing", got[0].Text)
			return
		}
		for i := range want {
			want[i].From = next.From
		}
		require.Equal(t, want, got)
	})
}

// One way there is something to tell where there is the other way; what is raised one way is
// lowered the other.
func TestDiffOfTheOtherWay(t *testing.T) {
	count := func(all []ratecheck.Difference, kinds ...ratecheck.DifferenceKind) int {
		n := 0
		for _, d := range all {
			if slices.Contains(kinds, d.Kind) {
				n++
			}
		}
		return n
	}
	rapid.Check(t, func(t *rapid.T) {
		before := (&diffDrawer{T: t}).book()
		after := diffEdited(t, before, 1, diffAnyEdit)
		there, back := ratecheck.Diff(before, after), ratecheck.Diff(after, before)
		require.Equal(t, len(there) == 0, len(back) == 0)
		if count(there, ratecheck.Added, ratecheck.Removed) == 0 && count(back, ratecheck.Added, ratecheck.Removed) == 0 {
			require.Equal(t, count(there, ratecheck.Raised) > 0, count(back, ratecheck.Lowered) > 0)
			require.Equal(t, count(there, ratecheck.Lowered) > 0, count(back, ratecheck.Raised) > 0)
		}
	})
}

// diffPercentOracle is the change in percent by big rationals: tenths of a percent, half up.
func diffPercentOracle(was, is *big.Rat) string {
	tenths := new(big.Rat).Sub(is, was)
	negative := tenths.Sign() < 0
	tenths.Abs(tenths).Quo(tenths, was).Mul(tenths, big.NewRat(1000, 1)).Add(tenths, big.NewRat(1, 2))
	whole, rest := new(big.Int).QuoRem(new(big.Int).Quo(tenths.Num(), tenths.Denom()), big.NewInt(10), new(big.Int))
	sign := "+"
	if negative {
		sign = "-"
	}
	return fmt.Sprintf("%s%s.%s%%", sign, whole, rest)
}

// Percentages are those of the exact numbers, whatever their size.
func TestDiffPercentagesAreExact(t *testing.T) {
	number := rapid.StringMatching(`[1-9][0-9]{0,14}(\.[0-9]{1,14})?`)
	rapid.Check(t, func(t *rapid.T) {
		was, is := number.Draw(t, "was"), number.Draw(t, "is")
		a, _ := new(big.Rat).SetString(was)
		b, _ := new(big.Rat).SetString(is)
		if a.Cmp(b) == 0 {
			return
		}
		said := ratecheck.Diff(diffDated(diffVersion("", "", was)), diffDated(diffVersion("", "", is)))
		require.Len(t, said, 1)
		require.Contains(t, strings.ReplaceAll(said[0].Text, ",", ""), " "+diffPercentOracle(a, b)+")")
	})
}
