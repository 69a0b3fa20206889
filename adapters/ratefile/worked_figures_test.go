package ratefile_test

import (
	"math/big"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// A workedFigure is what a number that a row prints should be.
type workedFigure func(t *testing.T, row map[string]string, bills []rates.Input, quotes []rates.Quote) *big.Rat

// printedNumber is a number among words: 1,594.92 or .84.
var printedNumber = regexp.MustCompile(`\d[\d,]*(?:\.\d+)?|\.\d+`)

// requireFigures compares every number that the row prints beside its amount, rounded half up to as many decimals as
// are printed. Where the row table says nothing of them, each is a line or what lines are said to sum to.
func (w workedRow) requireFigures(t *testing.T, row map[string]string, quotes []rates.Quote) {
	t.Helper()
	printed := printedNumber.FindAllString(row["published_lines"], -1)
	if w.figures == nil {
		require.Len(t, printed, len(w.lines)+strings.Count(row["published_lines"], "="), "a number of %q is not compared", row["published_lines"])
		return
	}
	require.Len(t, printed, len(w.figures), "%q", row["published_lines"])
	for i, text := range printed {
		text = strings.ReplaceAll(text, ",", "")
		want, ok := new(big.Rat).SetString(text)
		require.True(t, ok, text)
		_, decimals, _ := strings.Cut(text, ".")
		got := w.figures[i](t, row, w.bills, quotes)
		require.Zerof(t, want.Cmp(roundedTo(got, len(decimals))), "number %d of %q is %s", i+1, row["published_lines"], got.RatString())
	}
}

// roundedTo rounds what is not negative half up.
func roundedTo(r *big.Rat, decimals int) *big.Rat {
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil))
	half := new(big.Rat).Add(new(big.Rat).Mul(r, scale), big.NewRat(1, 2))
	return new(big.Rat).Quo(new(big.Rat).SetInt(new(big.Int).Div(half.Num(), half.Denom())), scale)
}

// figure is a number that the publisher states and no bill shows.
func figure(number string) workedFigure {
	return func(t *testing.T, _ map[string]string, _ []rates.Input, _ []rates.Quote) *big.Rat {
		t.Helper()
		return figureOf(t, number)
	}
}

func figureOf(t *testing.T, number string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(number)
	require.True(t, ok, number)
	return r
}

// figureOfLine is what a line comes to, over all bills; figureOfFirst in the first bill alone.
func figureOfLine(line string) workedFigure {
	return func(t *testing.T, _ map[string]string, _ []rates.Input, quotes []rates.Quote) *big.Rat {
		t.Helper()
		amount, _, _ := workedLine(t, quotes, line)
		return amount.Decimal().Rat()
	}
}

func figureOfFirst(line string) workedFigure {
	return func(t *testing.T, row map[string]string, bills []rates.Input, quotes []rates.Quote) *big.Rat {
		t.Helper()
		return figureOfLine(line)(t, row, bills, quotes[:1])
	}
}

// quantityOf is the quantity of a line of the first bill, priceOf its price.
func quantityOf(line string) workedFigure {
	return func(t *testing.T, _ map[string]string, _ []rates.Input, quotes []rates.Quote) *big.Rat {
		t.Helper()
		_, _, quantity := workedLine(t, quotes[:1], line)
		return quantity.Rat()
	}
}

func priceOf(line string) workedFigure {
	return func(t *testing.T, _ map[string]string, _ []rates.Input, quotes []rates.Quote) *big.Rat {
		t.Helper()
		for l := range quotes[0].Lines() {
			if lineIs(l, line) {
				return l.Price().Rat()
			}
		}
		require.Fail(t, "no line "+line)
		return nil
	}
}

// factOf is a fact of the first bill, daysOf its days, usageIn its usage.
func factOf(name string) workedFigure {
	return func(t *testing.T, _ map[string]string, bills []rates.Input, _ []rates.Quote) *big.Rat {
		t.Helper()
		return figureOf(t, bills[0].Facts[name])
	}
}

func daysOf(t *testing.T, _ map[string]string, bills []rates.Input, _ []rates.Quote) *big.Rat {
	t.Helper()
	return big.NewRat(int64(bills[0].Period.Days()), 1)
}

func usageIn(unit metering.Unit) workedFigure {
	return func(t *testing.T, _ map[string]string, bills []rates.Input, _ []rates.Quote) *big.Rat {
		t.Helper()
		usage, err := bills[0].Usage.In(unit)
		require.NoError(t, err)
		return usage.Rat()
	}
}

// publishedFigure is the amount that the row publishes.
func publishedFigure(t *testing.T, row map[string]string, _ []rates.Input, _ []rates.Quote) *big.Rat {
	t.Helper()
	return figureOf(t, row["published"])
}

// combined is made of two figures by one of the four operations.
func combined(a workedFigure, by byte, b workedFigure) workedFigure {
	return func(t *testing.T, row map[string]string, bills []rates.Input, quotes []rates.Quote) *big.Rat {
		t.Helper()
		x, y := a(t, row, bills, quotes), b(t, row, bills, quotes)
		switch by {
		case '+':
			return new(big.Rat).Add(x, y)
		case '-':
			return new(big.Rat).Sub(x, y)
		case '*':
			return new(big.Rat).Mul(x, y)
		}
		return new(big.Rat).Quo(x, y)
	}
}
