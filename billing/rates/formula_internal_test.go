package rates

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/exact"
)

// valueOf is what a name stands for in these tests: 12.5 for "usage", otherwise a
// decimal made of its length.
func valueOf(id string) exact.Ratio {
	if id == "usage" {
		v, _ := exact.New(25, 2)
		return v
	}
	v, _ := exact.New(int64(len(id)%7)-2, 4)
	return v
}

// evaluated parses and evaluates a formula.
func evaluated(text string) (v exact.Ratio, e expr, err error) {
	if e, err = parseFormula(text); err != nil {
		return v, nil, err
	}
	n := &formulaNode{of: e, by: map[name]node{}}
	names(e, func(id string) { n.by[name(id)] = numberNode{valueOf(id)} })
	v, err = n.num(nil)
	return v, e, err
}

func TestFormulaValues(t *testing.T) {
	for text, want := range map[string]string{
		"1 + 2 * 3":                        "7",
		"(1 + 2) * 3":                      "9",
		"10 - 3 - 2":                       "5",
		"10 - (3 - 2)":                     "9",
		"48 / 4 / 2":                       "6",
		"48 / (4 / 2)":                     "24",
		"2 * 6 / 4 * 3":                    "9",
		"1 - 2 + 3":                        "2",
		"-2 * 3":                           "-6",
		"2 * -3":                           "-6",
		"--2":                              "2",
		"-+-+-2":                           "-2",
		"1 - -1":                           "2",
		"-(1 + 2)":                         "-3",
		"-max(1, 2)":                       "-2",
		"1/3":                              "1/3",
		"1/3*3":                            "1",
		".7 + 12.":                         "127/10",
		"0.1 + 0.2":                        "3/10",
		"007":                              "7",
		" \t\r\n1\n+\t1 ":                  "2",
		"usage*2":                          "25",
		"min(3, 2, 5)":                     "2",
		"max(3, 2, 5)":                     "5",
		"min(4)":                           "4",
		"max(min(7, 3), 2)":                "3",
		"round(2.5)":                       "3",
		"round(-2.5)":                      "-3",
		"round(2.5, 0, half_even)":         "2",
		"round(3.5, 0, half_even)":         "4",
		"round(-2.5, 0, half_even)":        "-2",
		"round(2.41, 1, up)":               "5/2",
		"round(-2.41, 1, up)":              "-5/2",
		"round(2.49, 1, down)":             "12/5",
		"round(-2.49, 1, down)":            "-12/5",
		"round(2.45, 1, half_up)":          "5/2",
		"round(2.45, 1)":                   "5/2",
		"round(1/3, 18)":                   "333333333333333333/1000000000000000000",
		"round(2.5, 0.0)":                  "3",
		"ceil(2.01)":                       "3",
		"ceil(-2.99)":                      "-2",
		"ceil(2.01, 1)":                    "21/10",
		"floor(2.99)":                      "2",
		"floor(-2.01)":                     "-3",
		"floor(2.99, 1)":                   "29/10",
		"round(12.5 * 30 / 748, 1) + 1":    "3/2",
		strings.Repeat("1+", 20_000) + "1": "20001",
		strings.Repeat("1*", 20_000) + "1": "1",
		strings.Repeat("-", 60_000) + "1":  "1",
		strings.Repeat("-", 60_001) + "1":  "-1",
		strings.Repeat("9", 64) + " * 0":   "0",
		strings.Repeat("min(", 199) + "1+1" + strings.Repeat(")", 199): "2",
	} {
		v, _, err := evaluated(text)
		require.NoError(t, err, "%.60s", text)
		require.Equal(t, want, v.String(), "%.60s", text)
	}
}

// A fault of a formula is told with the character where it stands, the first as 1.
func TestFormulaFaults(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "character 1: the formula ends too early",
		"   ":                      "character 4: the formula ends too early",
		"2 *":                      "character 4: the formula ends too early",
		"(1 + 2":                   "character 7: the formula ends too early",
		"min(1,":                   "character 7: the formula ends too early",
		"round(1, 2":               "character 11: the formula ends too early",
		"1 2":                      `character 3: "2" is not expected here`,
		"1 usage":                  `character 3: "usage" is not expected here`,
		"1 + * 2":                  `character 5: "*" is not expected here`,
		"1 + 2)":                   `character 6: ")" is not expected here`,
		"()":                       `character 2: ")" is not expected here`,
		"min()":                    `character 5: ")" is not expected here`,
		"min(1,,2)":                `character 7: "," is not expected here`,
		"(1, 2)":                   `character 3: "," is not expected here`,
		"2 ^ 3":                    `character 3: "^" is not expected here`,
		"$5":                       `character 1: "$" is not expected here`,
		"1 + €":                    `character 5: "€" is not expected here`,
		"1 − 2":                    `character 3: "−" is not expected here`,
		"1\x00":                    `character 2: "\x00" is not expected here`,
		"1.2.3":                    `character 1: "1.2.3" is no number`,
		"1 + .":                    `character 5: "." is no number`,
		strings.Repeat("9", 65):    `character 1: "` + strings.Repeat("9", 40) + `…" is no number`,
		"1e3":                      `character 2: "e3" is not expected here`,
		"min + 1":                  `character 1: "min" is a function without its parentheses`,
		"1 + round":                `character 5: "round" is a function without its parentheses`,
		"sqrt(2)":                  `character 1: "sqrt" is not a function`,
		"2 * usage(3)":             `character 5: "usage" is not a function`,
		"round(1, -1)":             `character 10: "-" is no number of decimal places`,
		"round(1, 1.5)":            `character 10: "1.5" is no number of decimal places`,
		"round(1, 19)":             `character 10: "19" is no number of decimal places`,
		"round(1, usage)":          `character 10: "usage" is no number of decimal places`,
		"ceil(1, 0.5)":             `character 9: "0.5" is no number of decimal places`,
		"round(1, 2, nearest)":     `character 13: "nearest" is no rounding mode`,
		"round(1, 2, half_up, 3)":  `character 20: "," is not expected here`,
		"floor(1, 2, up)":          `character 11: "," is not expected here`,
		"round(1, 2, )":            `character 13: ")" is no rounding mode`,
		strings.Repeat("(", 300):   `character 202: "(" stands inside too many parentheses`,
		strings.Repeat(" ", 65537): "character 1: the formula is 65537 characters long",
	} {
		_, err := parseFormula(text)
		require.Error(t, err, "%.60s", text)
		require.Equal(t, want, err.Error(), "%.60s", text)
		var fault *formulaError
		require.ErrorAs(t, err, &fault)
		require.NotEmpty(t, fault.fix, "%.60s", text)
	}
}

// What is known to end as a decimal needs no rounding; what may not, does.
func TestFormulaFinite(t *testing.T) {
	for text, want := range map[string]bool{
		"1/4": true, "1/3": false, "1/3*3": true, "x/8": true, "x/3": false, "x/3*3": true, "x*0.62/748": false,
		"748*x*(1/748)": true, "x*3/6": true, "1/x": false, "x/x": false, "round(x/3)": true, "round(1/x, 2, up)": true, "ceil(x/7, 2)": true,
		"min(x, 1/2)": true, "max(x, 1/3)": false, "x + 1/3": false, "x - 1/3 + 1/3": false, "-x": true, "x*y": true, "x/0": false, "1/0": false,
		"2*(x/3)": false, "min(1/3, 1/2)": false, "min(1/3, 1/4)": true, "t": false, "round(t)": true, "t*0": false,
	} {
		e, err := parseFormula(text)
		require.NoError(t, err)
		require.Equal(t, want, fold(e, func(id string) bool { return id != "t" }).finite, text)
	}
}

// formulaAgrees is that the parser and the reference read a text alike, and that a
// formula that is found to end as a decimal does.
func formulaAgrees(t require.TestingT, text string) {
	v, e, err := evaluated(text)
	want, r := refer(text)
	if e == nil {
		require.True(t, r.wrong, "%q is read by the reference as %s, and refused: %v", text, want, err)
		return
	}
	require.False(t, r.wrong, "%q is refused by the reference", text)
	if r.zero {
		require.ErrorIs(t, err, ErrDivideByZero, "%q", text)
		return
	}
	require.NoError(t, err, "%q", text)
	require.Equal(t, want.RatString(), v.String(), "%q", text)
	if fold(e, func(string) bool { return true }).finite {
		require.True(t, v.Finite(), "%q gives %s", text, v)
	}
	if c := fold(e, func(string) bool { return true }); c.constant {
		require.Equal(t, want.RatString(), c.value.String(), "%q", text)
	}
}

func FuzzFormula(f *testing.F) {
	for _, text := range []string{"1 + 2 * (3 - usage) / 4", "round(1/3, 2, half_even)", "-min(1, .5, 2.)", "ceil(x.y_1, 1)", "1..2", "((", "round(1,2,", "\xff", "é", "-0/0"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 190 {
			// Longer ones may stand in more parentheses than the parser allows.
			_, _ = parseFormula(text)
			return
		}
		formulaAgrees(t, text)
	})
}

// Texts that are formulas more often than chance has them.
func TestFormulaAgainstReference(t *testing.T) {
	token := rapid.SampledFrom([]string{"1", "2.5", ".5", "3.", "0", "usage", "x", "days", "+", "-", "*", "/", "(", ")", ",", "min(", "max(", "round(", "ceil(", "floor(", ", 1)", ", 2, half_even)", ", 0, up)", " ", "1.2.3", "é"})
	formula := rapid.Custom(func(t *rapid.T) string { return drawFormula(t, 4) })
	rapid.Check(t, func(t *rapid.T) {
		formulaAgrees(t, strings.Join(rapid.SliceOfN(token, 0, 12).Draw(t, "tokens"), ""))
		formulaAgrees(t, formula.Draw(t, "formula"))
	})
}

// drawFormula draws a formula.
func drawFormula(t *rapid.T, depth int) string {
	kind := rapid.IntRange(0, 9).Draw(t, "kind")
	if depth == 0 || kind < 3 {
		return rapid.SampledFrom([]string{"0", "1", "2.5", ".125", "7", "usage", "x", "yy", "zzz"}).Draw(t, "leaf")
	}
	a := drawFormula(t, depth-1)
	switch kind {
	case 3:
		return "-" + a
	case 4:
		return "(" + a + ")"
	case 5:
		return "min(" + a + ", " + drawFormula(t, depth-1) + ")"
	case 6:
		mode := rapid.SampledFrom([]string{"half_up", "half_even", "up", "down"}).Draw(t, "mode")
		return fmt.Sprintf("round(%s, %d, %s)", a, rapid.IntRange(0, 3).Draw(t, "places"), mode)
	case 7:
		return rapid.SampledFrom([]string{"ceil(", "floor(", "round("}).Draw(t, "fn") + a + ", 1)"
	}
	return a + rapid.SampledFrom([]string{" + ", " - ", "*", " / "}).Draw(t, "operator") + drawFormula(t, depth-1)
}
