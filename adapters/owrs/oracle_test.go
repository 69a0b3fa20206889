package owrs_test

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/adapters/owrs"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// The oracle evaluates formulas by the grammar, with big rationals, and shares no
// code with what it checks.

type oracle struct {
	tokens []string
	at     int
	inputs map[string]*big.Rat
}

var errSyntax, errMissing, errZero = errors.New("E_EXPR"), errors.New("E_MISSING_FIELD"), errors.New("E_DIV0")

var oracleToken = regexp.MustCompile(`^(?:[ \t\r\n]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[A-Za-z][A-Za-z0-9_.]*|[-+*/()])`)

// evaluate is the value of a formula, or the first fault: of its text, then of its
// names and divisions from left to right.
func (o *oracle) evaluate(text string) (*big.Rat, error) {
	for text != "" {
		token := oracleToken.FindString(text)
		if token == "" {
			return nil, errSyntax
		}
		text = text[len(token):]
		if token = strings.Trim(token, " \t\r\n"); token != "" {
			o.tokens = append(o.tokens, token)
		}
	}
	value, err := o.sum()
	if err == nil && o.at < len(o.tokens) {
		err = errSyntax
	}
	if err != nil {
		return nil, err
	}
	return value()
}

func (o *oracle) next(any string) string {
	if o.at < len(o.tokens) && strings.Contains(any, o.tokens[o.at]) {
		o.at++
		return o.tokens[o.at-1]
	}
	return ""
}

// A later is a value to be found once the whole text has been checked.
type later func() (*big.Rat, error)

func (o *oracle) chain(operators string, operand func() (later, error)) (later, error) {
	first, err := operand()
	for err == nil {
		operator := o.next(operators)
		if operator == "" {
			return first, nil
		}
		var second later
		if second, err = operand(); err != nil {
			break
		}
		left := first
		first = func() (*big.Rat, error) {
			a, err := left()
			if err != nil {
				return nil, err
			}
			b, err := second()
			if err != nil {
				return nil, err
			}
			switch operator {
			case "+":
				return new(big.Rat).Add(a, b), nil
			case "-":
				return new(big.Rat).Sub(a, b), nil
			case "*":
				return new(big.Rat).Mul(a, b), nil
			}
			if b.Sign() == 0 {
				return nil, errZero
			}
			return new(big.Rat).Quo(a, b), nil
		}
	}
	return nil, err
}

func (o *oracle) sum() (later, error)     { return o.chain("+-", o.product) }
func (o *oracle) product() (later, error) { return o.chain("*/", o.unary) }

func (o *oracle) unary() (later, error) {
	switch o.next("+-") {
	case "+":
		return o.unary()
	case "-":
		of, err := o.unary()
		return func() (*big.Rat, error) {
			v, err := of()
			if err != nil {
				return nil, err
			}
			return new(big.Rat).Neg(v), nil
		}, err
	}
	if o.next("(") != "" {
		inner, err := o.sum()
		if err == nil && o.next(")") == "" {
			err = errSyntax
		}
		return inner, err
	}
	if o.at == len(o.tokens) {
		return nil, errSyntax
	}
	token := o.tokens[o.at]
	o.at++
	if c := token[0]; c == '.' || c >= '0' && c <= '9' {
		number, ok := new(big.Rat).SetString(strings.TrimSuffix(strings.Replace(token, ".e", "e", 1), "."))
		if !ok {
			return nil, fmt.Errorf("the oracle cannot read %s", token)
		}
		return func() (*big.Rat, error) { return number, nil }, nil
	}
	if strings.ContainsAny(token, "+-*/()") {
		return nil, errSyntax
	}
	return func() (*big.Rat, error) {
		if v := o.inputs[token]; v != nil {
			return v, nil
		}
		return nil, errMissing
	}, nil
}

// beyondOracle finds numbers that may be beyond the bounds of the adapter, which the
// oracle does not have, parentheses that may stand too deep, and the words that are
// no formulas.
var beyondOracle = regexp.MustCompile(`[0-9.]{10}|[eE][-+]?[0-9]{2}|\({50}|^[ \t\r\n]*(Tiered|Budget)[ \t\r\n]*$`)

// checkFormula compares a bill that is a formula with the oracle's.
func checkFormula(t tester, text string) {
	if beyondOracle.MatchString(text) {
		return
	}
	inputs := map[string]string{"a": "2", "b": "0.75", "c.d_1": "0", "E": "3", "service_charge": "7"}
	file := parse(t, "rate_structure:\n  HOME:\n    bill: "+strconv.QuoteToASCII(text)+"\n")
	engine, err := rates.Compile(file.Book(halfUp))
	require.NoError(t, err, "a file that parses compiles")
	q, err := engine.Price(rates.Input{Schedule: "HOME", Usage: volume(t, "5.5", file.Metadata().Unit), Facts: owrs.Facts(inputs)})
	o := &oracle{inputs: map[string]*big.Rat{"usage_ccf": big.NewRat(11, 2)}}
	for name, value := range inputs {
		o.inputs[name], _ = new(big.Rat).SetString(value)
	}
	want, wantErr := o.evaluate(text)
	if wantErr != nil {
		require.ErrorIs(t, err, problem.Code(wantErr.Error()), "%q", text)
		return
	}
	// Results too long for the engine, and amounts too large for money, are refused.
	if errors.Is(err, rates.ErrRange) {
		require.Greater(t, want.Num().BitLen()+want.Denom().BitLen(), 40)
		return
	}
	require.NoError(t, err, "%q", text)
	require.Zero(t, q.Exact().Rat().Cmp(want), "%q: want %s, got %s", text, want.RatString(), q.Exact())
}

func TestFormulasAgreeWithTheOracle(t *testing.T) {
	pieces := []string{"a", "b", "c.d_1", "E", "none", "usage_ccf", "service_charge", "1", "12.", ".7", "0", "2.50", "1e3", "5E-2", "+", "-", "*", "/", "(", ")", " ", "\t"}
	rapid.Check(t, func(t *rapid.T) {
		formula := rapid.OneOf(rapid.Custom(wellFormed), rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, "pieces"), "")
		})).Draw(t, "formula")
		checkFormula(t, formula)
	})
}

func wellFormed(t *rapid.T) string {
	operand := rapid.SampledFrom([]string{"a", "b", "c.d_1", "E", "usage_ccf", "1", "12.", ".7", "2.50", "1e3"}).Draw(t, "operand")
	switch rapid.IntRange(0, 5).Draw(t, "form") {
	case 0, 1:
		return operand
	case 2:
		return "(" + wellFormed(t) + ")"
	case 3:
		return rapid.SampledFrom([]string{"-", "+", "- -"}).Draw(t, "sign") + operand
	}
	return wellFormed(t) + rapid.SampledFrom([]string{"+", "-", "*", "/", " + ", " - "}).Draw(t, "operator") + wellFormed(t)
}

// Tiers agree with their definition: what is charged in a tier is what its boundary
// lets in, less what the tiers below have taken.
func TestTiersAgreeWithTheOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "tiers")
		hundredths := func(name string) int { return rapid.IntRange(0, 4000).Draw(t, name) }
		budget := rapid.Bool().Draw(t, "budget")
		usage := hundredths("usage")
		starts, prices := []string{"0"}, []string{}
		boundaries := []*big.Rat{}
		for i := range n {
			price := hundredths("price")
			prices = append(prices, decimal2(price))
			if i == 0 {
				continue
			}
			start := hundredths("start")
			starts = append(starts, decimal2(start))
			if !budget {
				start -= 100
			}
			boundaries = append(boundaries, big.NewRat(int64(start), 100))
		}
		want, used := new(big.Rat), new(big.Rat)
		for i := range n {
			upTo := big.NewRat(int64(usage), 100)
			if i < len(boundaries) && boundaries[i].Cmp(upTo) < 0 {
				upTo = boundaries[i]
			}
			quantity := new(big.Rat).Sub(upTo, used)
			if quantity.Sign() < 0 {
				continue
			}
			used.Add(used, quantity)
			price, _ := new(big.Rat).SetString(prices[i])
			want.Add(want, quantity.Mul(quantity, price))
		}
		word := map[bool]string{true: "Budget", false: "Tiered"}[budget]
		file := parse(t, home("bill: commodity_charge\ncommodity_charge: "+word+
			"\ntier_starts: ["+strings.Join(starts, ", ")+"]\ntier_prices: ["+strings.Join(prices, ", ")+"]"))
		q, err := price(t, file, "HOME", decimal2(usage), "")
		require.NoError(t, err)
		require.Zero(t, q.Exact().Rat().Cmp(want), "want %s, got %s", want.FloatString(4), q.Exact())
	})
}

func decimal2(hundredths int) string { return fmt.Sprintf("%d.%02d", hundredths/100, hundredths%100) }
