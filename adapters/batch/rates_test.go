package batch_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/batch"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
)

var errTorn = errors.New("line 4 is torn")

// torn gives a few over and over, and an error after each round.
func torn[T any](rounds int, few ...T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		for range rounds {
			for _, v := range few {
				if !yield(v, nil) {
					return
				}
			}
			if !yield(none, errTorn) {
				return
			}
		}
	}
}

func TestQuotesAreThoseOfPrice(t *testing.T) {
	engine := must(rates.Compile(book()))
	lacking := june("9", "1")
	delete(lacking.Facts, "persons")
	for _, o := range []batch.Options{{}, {Workers: 3, Chunk: 2}} {
		bills := torn(30, june("13", "3/4"), june("0", "1"), june("7.25", "2"), lacking)
		quotes, stop := iter.Pull2(batch.Quotes(t.Context(), engine, bills, o))
		defer stop()
		for in, torn := range bills {
			quote, err, ok := quotes()
			require.True(t, ok)
			if torn != nil {
				require.Equal(t, errTorn, err)
				require.Equal(t, rates.Quote{}, quote)
				continue
			}
			want, refusal := engine.Price(in)
			require.Equal(t, want, quote)
			require.Equal(t, refusal, err)
			if in.Facts["meter_size"] == "2" {
				require.ErrorIs(t, err, rates.ErrFactValue)
				require.NotEmpty(t, slices.Collect(quote.Lines()))
			}
		}
		_, _, ok := quotes()
		require.False(t, ok)
	}
}

func TestTotalsAreThoseOfTotal(t *testing.T) {
	b := bound(book())
	short := account(9)
	short.Columns = nil
	for _, o := range []batch.Options{{}, {Workers: 3, Chunk: 2}} {
		accounts := torn(200, account(0), account(11), account(12), short, account(13))
		totals, stop := iter.Pull2(batch.Totals(t.Context(), b, accounts, o))
		defer stop()
		for a, torn := range accounts {
			total, err, ok := totals()
			require.True(t, ok)
			if torn != nil {
				require.Equal(t, errTorn, err)
				require.Equal(t, money.Amount{}, total)
				continue
			}
			want, refusal := b.Total(a)
			require.Equal(t, want, total)
			require.Equal(t, refusal, err)
			require.Equal(t, len(a.Columns) == 0, errors.Is(err, rates.ErrMissingFact))
		}
		_, _, ok := totals()
		require.False(t, ok)
	}
}

// shared is the book with a charge that is divided by persons, which no program does.
func shared() rates.Book {
	b := book()
	charges := &b.Schedules[0].Versions[0].Charges
	*charges = append(*charges, rates.Charge{ID: "share", Text: "Share", Rule: rates.Computed{Amount: rates.Formula{Text: "usage / persons", Exact: true}}})
	return b
}

func TestColumnsAreThoseOfTotals(t *testing.T) {
	proven, unproven := bound(book()), bound(shared())
	require.True(t, proven.Proven())
	require.False(t, unproven.Proven())
	for _, c := range []struct {
		name string
		b    *rates.Bound
		rows []int
		o    []batch.Options
	}{
		{"proven", proven, []int{0, 1, 16_384, 16_385, 50_000}, []batch.Options{{}, {Workers: 1}, {Workers: 3, Chunk: 1000}}},
		{"one by one", unproven, []int{0, 1, 256, 257, 2000}, []batch.Options{{}, {Workers: 3, Chunk: 1}, {Workers: 2, Chunk: 700}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, rows := range c.rows {
				usage, persons := columns(rows)
				for i := 0; i < rows; i += 777 {
					usage.Values[i] = -1
				}
				want, got := make([]money.Amount, rows), make([]money.Amount, rows)
				refusals, err := c.b.Totals(want, usage, persons)
				require.NoError(t, err)
				require.Equal(t, rows == 0, len(refusals) == 0)
				for _, o := range c.o {
					clear(got)
					refused, err := batch.Columns(t.Context(), c.b, o, got, usage, persons)
					require.NoError(t, err)
					require.Equal(t, want, got)
					require.Equal(t, refusals, refused)
				}
			}
		})
	}
}

func TestColumnsThatDoNotFitAreRefusedAsByTotals(t *testing.T) {
	b := bound(book())
	usage, persons := columns(20)
	short, _ := columns(19)
	fine := usage
	fine.Places = 19
	for _, c := range []struct {
		name    string
		totals  int
		usage   rates.Column
		columns []rates.Column
	}{
		{"a column too few", 20, usage, nil},
		{"a column too many", 20, usage, []rates.Column{persons, persons}},
		{"too few rows", 20, short, []rates.Column{persons}},
		{"too few rows in a column", 20, usage, []rates.Column{short}},
		{"too few totals", 19, usage, []rates.Column{persons}},
		{"too many places", 20, fine, []rates.Column{persons}},
		{"no rows, and a column too few", 0, rates.Column{}, nil},
		{"no rows, and too many places", 0, rates.Column{Places: 19}, []rates.Column{{}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			totals := make([]money.Amount, c.totals)
			_, want := b.Totals(totals, c.usage, c.columns...)
			require.Error(t, want)
			refused, err := batch.Columns(t.Context(), b, batch.Options{Chunk: 3}, totals, c.usage, c.columns...)
			require.Equal(t, want, err)
			require.Nil(t, refused)
			require.Equal(t, make([]money.Amount, c.totals), totals, "nothing is priced")
		})
	}
}

func TestColumnsHeedTheirOptionsAndTheContext(t *testing.T) {
	b := bound(book())
	usage, persons := columns(20)
	totals := make([]money.Amount, 20)
	for _, o := range []batch.Options{{Workers: -1}, {Chunk: -1}} {
		_, err := batch.Columns(t.Context(), b, o, totals, usage, persons)
		require.ErrorIs(t, err, batch.ErrOptions)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errCause)
	refused, err := batch.Columns(ctx, b, batch.Options{}, totals, usage, persons)
	require.Equal(t, errCause, err)
	require.Nil(t, refused)
	require.Equal(t, make([]money.Amount, 20), totals)
}

func TestColumnsAreLeftAsTheyWere(t *testing.T) {
	b := bound(book())
	usage, persons := columns(5000)
	sameUsage, samePersons := columns(5000)
	_, err := batch.Columns(t.Context(), b, batch.Options{Chunk: 100}, make([]money.Amount, 5000), usage, persons)
	require.NoError(t, err)
	require.Equal(t, sameUsage, usage)
	require.Equal(t, samePersons, persons)
}

// An error of the source keeps its bill, as it does where one bill follows the other.
func TestQuotesKeepTheBillOfASourcesError(t *testing.T) {
	engine := must(rates.Compile(book()))
	bills := func(yield func(rates.Input, error) bool) { yield(june("13", "3/4"), errTorn) }
	for quote, err := range batch.Quotes(context.Background(), engine, bills, batch.Options{}) {
		require.ErrorIs(t, err, errTorn)
		require.Equal(t, june("13", "3/4"), quote.Input)
		require.Zero(t, quote.Total)
	}
}
