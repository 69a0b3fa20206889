package money_test

import (
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

var (
	_ driver.Valuer = money.Amount{}
	_ sql.Scanner   = (*money.Amount)(nil)
)

func TestParseReadsDollarsAndCents(t *testing.T) {
	for text, want := range map[string]int64{
		"12.34": 1234, "-0.05": -5, "12": 1200, "12.3": 1230, "+12.34": 1234, "0": 0, "-0.00": 0, "0007.10": 710,
		"92233720368547758.07": highest, "-92233720368547758.08": lowest, "000000000000000000000000000001": 100,
	} {
		got, err := money.Parse(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got.Cents(), text)
	}
}

func TestParseRefusesAndSaysWhatToWrite(t *testing.T) {
	for text, want := range map[string]struct {
		code problem.Code
		fix  string
	}{
		"":                        {money.ErrAmount, "0.00 where none is meant"},
		"$12.34":                  {money.ErrAmount, "without $"},
		"-$3.08":                  {money.ErrAmount, "without $"},
		"1,234.56":                {money.ErrAmount, "without thousands separators"},
		"(3.08)":                  {money.ErrAmount, "minus sign in front"},
		" 12.34":                  {money.ErrAmount, "without spaces"},
		"12.34\n":                 {money.ErrAmount, "without spaces"},
		"12.":                     {money.ErrAmount, "12.00"},
		".50":                     {money.ErrAmount, "0.05"},
		"-.50":                    {money.ErrAmount, "0.05"},
		".":                       {money.ErrAmount, "0.05"},
		"-":                       {money.ErrAmount, "0.05"},
		"--1":                     {money.ErrAmount, "digits"},
		"12.34-":                  {money.ErrAmount, "digits"},
		"1e3":                     {money.ErrAmount, "digits"},
		"1.2.3":                   {money.ErrAmount, "digits"},
		"١٢":                      {money.ErrAmount, "digits"},
		"NaN":                     {money.ErrAmount, "digits"},
		"12.345":                  {money.ErrSubCent, "round it"},
		"12.340":                  {money.ErrSubCent, "at most two decimals"},
		"92233720368547758.08":    {money.ErrOverflow, "decimal point"},
		"-92233720368547758.09":   {money.ErrOverflow, "decimal point"},
		"922337203685477580.70":   {money.ErrOverflow, "decimal point"},
		strings.Repeat("9", 1000): {money.ErrOverflow, "decimal point"},
		"184467440737095516.16":   {money.ErrOverflow, "decimal point"},
	} {
		got, err := money.Parse(text)
		require.ErrorIs(t, err, want.code, "%q", text)
		var found *problem.Error
		require.ErrorAs(t, err, &found)
		require.Contains(t, found.Fix, want.fix, "%q", text)
		require.Zero(t, got)
	}
}

func TestStringIsForPeople(t *testing.T) {
	for n, want := range map[int64]string{
		0: "$0.00", 5: "$0.05", -308: "-$3.08", 12345: "$123.45", 123456: "$1,234.56", -123456789: "-$1,234,567.89",
		highest: "$92,233,720,368,547,758.07", lowest: "-$92,233,720,368,547,758.08",
	} {
		require.Equal(t, want, money.Cents(n).String())
	}
}

func TestAmountTextsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := money.Cents(cents().Draw(t, "cents"))
		want := big.NewRat(a.Cents(), 100).FloatString(2)

		text, err := a.MarshalText()
		require.NoError(t, err)
		require.Equal(t, want, string(text), "always two decimals")
		var back money.Amount
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, a, back)

		encoded, err := json.Marshal(map[string]money.Amount{"total": a})
		require.NoError(t, err)
		require.Equal(t, `{"total":"`+want+`"}`, string(encoded))
		var decoded map[string]money.Amount
		require.NoError(t, json.Unmarshal(encoded, &decoded))
		require.Equal(t, a, decoded["total"])

		value, err := a.Value()
		require.NoError(t, err)
		require.Equal(t, want, value)
		back = money.Amount{}
		require.NoError(t, back.Scan(value))
		require.Equal(t, a, back)
		back = money.Amount{}
		require.NoError(t, back.Scan([]byte(want)))
		require.Equal(t, a, back)

		people := strings.NewReplacer("$", "", ",", "").Replace(a.String())
		require.Equal(t, want, people)
	})
}

func TestJSONNumberIsRefusedAndToldToBeQuoted(t *testing.T) {
	for _, text := range []string{"12.34", "0", "null", "true", "{}", "[]", "-1"} {
		kept := money.Cents(7)
		err := json.Unmarshal([]byte(text), &kept)
		require.ErrorIs(t, err, money.ErrAmount, text)
		require.ErrorContains(t, err, "put it in quotes")
		require.Equal(t, money.Cents(7), kept, "a refused text changes nothing")
	}
	var a money.Amount
	require.ErrorContains(t, json.Unmarshal([]byte("null"), &a), "the amount is null")
	require.ErrorIs(t, json.Unmarshal([]byte(`"12.345"`), &a), money.ErrSubCent)
	require.ErrorIs(t, a.UnmarshalJSON([]byte(`"12`)), money.ErrAmount)
	require.ErrorIs(t, a.UnmarshalJSON(nil), money.ErrAmount)
}

func TestScanRefusesWhatIsNotExactText(t *testing.T) {
	for _, src := range []any{nil, int64(1234), 12.34, true, money.Cents(1)} {
		kept := money.Cents(7)
		require.ErrorIs(t, kept.Scan(src), money.ErrAmount, "%T", src)
		require.Equal(t, money.Cents(7), kept, "a refused column changes nothing")
	}
	var maybe sql.Null[money.Amount]
	require.NoError(t, maybe.Scan(nil))
	require.False(t, maybe.Valid)
	require.NoError(t, maybe.Scan("12.34"))
	require.Equal(t, money.Cents(1234), maybe.V)
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"12.34", "-0.05", "12", "$1,234.56", "12.345", "92233720368547758.08", "", "-", ".", "1e3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := money.Parse(text)
		if err != nil {
			require.Zero(t, a)
			var found *problem.Error
			require.ErrorAs(t, err, &found)
			require.Contains(t, []problem.Code{money.ErrAmount, money.ErrSubCent, money.ErrOverflow}, found.Code)
			return
		}
		want, ok := new(big.Rat).SetString(text)
		require.True(t, ok, "%q", text)
		require.Zero(t, want.Cmp(big.NewRat(a.Cents(), 100)), "%q", text)
		written, err := a.MarshalText()
		require.NoError(t, err)
		again, err := money.Parse(string(written))
		require.NoError(t, err)
		require.Equal(t, a, again)
	})
}

func TestTextOfEveryLength(t *testing.T) {
	for _, c := range []struct {
		cents int64
		text  string
	}{
		{0, "0.00"}, {1, "0.01"}, {10, "0.10"}, {99, "0.99"}, {100, "1.00"}, {999, "9.99"}, {1000, "10.00"}, {99_999, "999.99"}, {100_000, "1000.00"},
		{123_456_789, "1234567.89"}, {-1, "-0.01"}, {-308, "-3.08"}, {-99_999, "-999.99"},
		{math.MaxInt64, "92233720368547758.07"}, {math.MinInt64, "-92233720368547758.08"},
	} {
		text, err := money.Cents(c.cents).AppendText([]byte("$"))
		require.NoError(t, err)
		require.Equal(t, "$"+c.text, string(text))
	}
	text := make([]byte, 0, 32)
	require.Zero(t, testing.AllocsPerRun(100, func() { text, _ = money.Cents(-123_456).AppendText(text[:0]) }))
}
