package owrs_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/owrs"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

var halfUp = money.Rounding{Mode: exact.HalfUp, Place: money.ByLine}

func volume(t tester, number string, unit metering.Unit) metering.Volume {
	t.Helper()
	v, err := metering.VolumeOf(number, unit)
	require.NoError(t, err)
	return v
}

// A tester is what helpers report to: a test, a fuzz target or a property.
type tester interface {
	require.TestingT
	Helper()
}

// testdata reads a rate file of our own.
func testdata(t tester, name string) *owrs.File {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	file, err := owrs.Parse(name, src)
	require.NoError(t, err)
	return file
}

// home is a file with one class HOME: its fields begin on line 3, in column 5.
func home(fields string) string {
	return "rate_structure:\n  HOME:\n    " + strings.ReplaceAll(strings.TrimSpace(fields), "\n", "\n    ") + "\n"
}

func parse(t tester, src string) *owrs.File {
	t.Helper()
	file, err := owrs.Parse("f", []byte(src))
	require.NoError(t, err)
	return file
}

// price prices one bill; inputs are "name=value" with blanks between, or ";" where
// a value holds blanks.
func price(t tester, file *owrs.File, class, usage, inputs string) (rates.Quote, error) {
	t.Helper()
	engine, err := rates.Compile(file.Book(halfUp))
	require.NoError(t, err)
	named := map[string]string{}
	separator := " "
	if strings.Contains(inputs, ";") {
		separator = ";"
	}
	for pair := range strings.SplitSeq(inputs, separator) {
		if name, value, ok := strings.Cut(pair, "="); ok {
			named[name] = value
		}
	}
	return engine.Price(rates.Input{Schedule: class, Usage: volume(t, usage, file.Metadata().Unit), Facts: owrs.Facts(named)})
}

// outcome is the exact bill, or the place and code of its refusal.
func outcome(t tester, q rates.Quote, err error) string {
	t.Helper()
	if err == nil {
		text, ends := q.Exact().Decimal(0)
		if !ends {
			text = q.Exact().String()
		}
		return text
	}
	var p *problem.Error
	require.True(t, errors.As(err, &p), "%v", err)
	require.True(t, q.Total.IsZero() && q.Exact().IsZero() && len(slices.Collect(q.Lines())) == 0, "a refused bill has an amount")
	require.NotEmpty(t, p.What, "%v", err)
	require.NotEmpty(t, p.Fix, "%v", err)
	return fmt.Sprintf("%d:%d %s", p.Pos.Line, p.Pos.Col, p.Code)
}
