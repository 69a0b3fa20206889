package scanline_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/payments/scanline"
)

// vectors are check digits that their sources publish.
var vectors = []struct {
	routine scanline.Routine
	payload string
	digit   byte
}{
	{scanline.Mod10Left(), "00345678901110296000000000010000000001000", '8'},
	{scanline.Mod10Left(), "120354743700000671500001715000020161120000030000000", '1'},
	{scanline.Mod10Left(), "76543210", '4'},
	{scanline.Geometric(), "283436", '4'},
	{scanline.Luhn(), "61248", '1'},
	{scanline.Mod11(), "13739", '1'},
	{scanline.Mod10731(), "12131295", '2'},
	{scanline.Mod10731(), "12345", '3'},
	{scanline.Mod10731(), "123456", '1'},
	{scanline.Mod10Plain(), "1212121212", '5'},
	{scanline.ABA(), "12100035", '8'},
	{scanline.ABA(), "12104288", '2'},
	{scanline.ABA(), "02600959", '3'},
	{scanline.ByPosition(false, true, 10), "13245", '6'},
	{scanline.ByPosition(false, false, 10), "13245", '9'},
	{scanline.ByPosition(true, true, 12), "13245", '6'},
	{countedFromTwo(), "12245", '6'},
}

// countedFromTwo weighs by the place with the check digit as the first, and leaves it out.
func countedFromTwo() scanline.Routine {
	r := scanline.ByPosition(false, false, 10)
	r.Included, r.Weights = false, []int{2}
	return r
}

func TestPublishedCheckDigits(t *testing.T) {
	for _, v := range vectors {
		require.NoError(t, v.routine.Check())
		digit, err := v.routine.Digit(v.payload)
		require.NoError(t, err)
		if v.routine.Modulus != 12 { // in which 3 and 6 weigh the same there
			assert.Equal(t, string(v.digit), string(digit), "%s of %s", v.routine, v.payload)
		}
		assert.NoError(t, v.routine.Verify(v.payload+string(v.digit)))
		whole, err := v.routine.Append(v.payload)
		require.NoError(t, err)
		assert.NoError(t, v.routine.Verify(whole))
		assert.True(t, v.routine.Holds(whole))
	}
	for _, text := range []string{"RF18539007547034", "RF185390075470Y", "RF45G72UUR", "RF6518K5", "RF485000056789012345"} {
		assert.NoError(t, scanline.VerifyRF(text))
		again, err := scanline.RF(text[4:])
		require.NoError(t, err)
		assert.Equal(t, text, again)
	}
	for _, text := range []string{"RF17539007547034", "RF35C4", "RF214377", "RF18", "", "XX18539007547034", "RF18" + strings.Repeat("1", 22)} {
		assert.ErrorIs(t, scanline.VerifyRF(text), scanline.ErrCheckDigit, text)
	}
}

// routines are those of the rows of the corpus, by their words.
func routines(name string) (r scanline.Routine, alsoLast bool) {
	switch {
	case strings.HasPrefix(name, "mod10 w=2,1 from left"):
		return scanline.Mod10Left(), false
	case strings.HasPrefix(name, "same, payload"):
		return scanline.Mod10Left(), false
	case strings.HasPrefix(name, "mod10 geometric"):
		return scanline.Geometric(), false
	case strings.HasPrefix(name, "IBM mod10"):
		return scanline.Luhn(), false
	case strings.HasPrefix(name, "IBM mod11"):
		return scanline.Mod11(), false
	case strings.HasPrefix(name, "mod10 w=7,3,1"):
		return scanline.Mod10731(), false
	case strings.HasPrefix(name, "mod10 unweighted"):
		return scanline.Mod10Plain(), false
	case strings.HasPrefix(name, "ftpconsulting"):
		return scanline.Mod10Products(), false
	case strings.HasPrefix(name, "digit-add right-to-left mod10"):
		return scanline.ByPosition(false, true, 10), true
	case strings.HasPrefix(name, "product-add right-to-left mod10"):
		return scanline.ByPosition(false, false, 10), true
	case strings.HasPrefix(name, "digit-add left-to-right mod12"):
		return scanline.ByPosition(true, true, 12), true
	case strings.HasPrefix(name, "product-add R-L simple"):
		return countedFromTwo(), true
	case strings.HasPrefix(name, "ABA"):
		return scanline.ABA(), true
	}
	return scanline.Routine{}, false
}

func TestTheCheckDigitsOfTheCorpus(t *testing.T) {
	root := os.Getenv("HEADGATE_CORPUS")
	if root == "" {
		t.Skip("HEADGATE_CORPUS is not set")
	}
	require.True(t, filepath.IsAbs(root), "HEADGATE_CORPUS is an absolute path")
	file, err := os.Open(filepath.Join(root, "remit", "checkdigits.csv"))
	require.NoError(t, err)
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	right, differs := 0, 0
	for _, row := range rows[1:] {
		name, payload, computed, published, verdict := strings.TrimSpace(row[0]), row[1], row[2], row[3], row[4]
		holds := false
		switch r, whole := routines(name); {
		case strings.HasPrefix(name, "ISO 7064 mod 97-10 (invalid)"):
			holds = scanline.VerifyRF(payload) != nil
		case strings.HasPrefix(name, "ISO 7064"):
			rest, err := scanline.Mod97(payload[4:] + payload[:4])
			require.NoError(t, err)
			require.Equal(t, computed, fmt.Sprint(rest))
			holds = scanline.VerifyRF(payload) == nil
		case r.Name == "":
			t.Fatalf("no routine for %q", name)
		case whole:
			holds = r.Verify(payload) == nil
		default:
			digit, err := r.Digit(payload)
			require.NoError(t, err)
			holds = string(digit) == published
		}
		switch verdict {
		case "OK":
			right++
			assert.True(t, holds, "%s of %s", name, payload)
		case "DIFFERS":
			differs++
			assert.False(t, holds, "%s of %s", name, payload)
		}
	}
	assert.Equal(t, 25, right)
	assert.Equal(t, 3, differs)
}

func TestCase18EveryWrongDigitOfANumberIsFound(t *testing.T) {
	luhn := scanline.Luhn()
	number, err := luhn.Append("0104417")
	require.NoError(t, err)
	wrong := 0
	for i := range number {
		for digit := '0'; digit <= '9'; digit++ {
			if text := number[:i] + string(digit) + number[i+1:]; text != number {
				wrong++
				assert.ErrorIs(t, luhn.Verify(text), scanline.ErrCheckDigit)
			}
		}
	}
	assert.Equal(t, 72, wrong)
}

func share(t *testing.T, n, of int64) exact.Ratio {
	r, err := exact.New(n, of)
	require.NoError(t, err)
	return r
}

func TestWhatEachRoutineMisses(t *testing.T) {
	for _, c := range []struct {
		routine     scanline.Routine
		digit, swap exact.Ratio
		swaps       int
	}{
		{scanline.Luhn(), share(t, 0, 1), share(t, 1, 45), 1}, // 2.2 %: 09 and 90
		{scanline.Mod10Products(), share(t, 1, 18), share(t, 0, 1), 0},
		{scanline.Mod10731(), share(t, 0, 1), share(t, 1, 9), 5},
		{scanline.ABA(), share(t, 0, 1), share(t, 1, 9), 5},
		{scanline.Geometric(), share(t, 1, 9), share(t, 1, 9), 5},
		{scanline.Mod11(), share(t, 0, 1), share(t, 0, 1), 0},
		{scanline.Mod10Plain(), share(t, 0, 1), share(t, 1, 1), 45},
	} {
		got := c.routine.Misses(8)
		assert.True(t, c.digit.Equal(got.Digit), "%s: digit %s", c.routine, got.Digit)
		assert.True(t, c.swap.Equal(got.Swap), "%s: swap %s", c.routine, got.Swap)
		assert.Len(t, got.Swaps, c.swaps)
		counted(t, c.routine, got)
	}
	luhn, products := scanline.Luhn(), scanline.Mod10Products()
	assert.Equal(t, [][2]int{{0, 9}}, luhn.Misses(8).Swaps)
	assert.Equal(t, [][2]int{{0, 5}, {1, 6}, {2, 7}, {3, 8}, {4, 9}}, products.Misses(8).Digits)
	seven := scanline.Mod97Misses(8)
	assert.True(t, seven.Digit.IsZero() && seven.Swap.IsZero())
	none := scanline.Routine{}
	assert.Empty(t, none.Misses(8).Digits)
	assert.Empty(t, luhn.Misses(1).Digits)
}

// counted proves the shares by making the errors.
func counted(t *testing.T, r scanline.Routine, m scanline.Missed) {
	if r.Modulus > 10 {
		return // not every number has a check digit
	}
	digitMissed, digits, swapMissed, swaps := int64(0), int64(0), int64(0), int64(0)
	for n := range 400 {
		payload := fmt.Sprintf("%08d", (n*7919+12345)*104729%100_000_000)
		was, err := r.Digit(payload)
		require.NoError(t, err)
		for i := range payload {
			for d := byte('0'); d <= '9'; d++ {
				if d == payload[i] {
					continue
				}
				now, err := r.Digit(payload[:i] + string(d) + payload[i+1:])
				require.NoError(t, err)
				if digits++; now == was {
					digitMissed++
				}
			}
			if i > 0 && payload[i] != payload[i-1] {
				now, err := r.Digit(payload[:i-1] + string(payload[i]) + string(payload[i-1]) + payload[i+1:])
				require.NoError(t, err)
				if swaps++; now == was {
					swapMissed++
				}
			}
		}
	}
	near := func(want exact.Ratio, n, of int64) {
		got := share(t, n, of)
		assert.True(t, got.Sub(want).Abs().Cmp(share(t, 2, 100)) < 0, "%s: %s is far from %s", r, got, want)
	}
	near(m.Digit, digitMissed, digits)
	near(m.Swap, swapMissed, swaps)
}

func TestCreditronAndLuhnDifferWhereTheCountIsEven(t *testing.T) {
	left, right := scanline.Mod10Left(), scanline.Luhn()
	a, err := left.Digit("1234567")
	require.NoError(t, err)
	b, err := right.Digit("1234567")
	require.NoError(t, err)
	assert.Equal(t, a, b)
	a, err = left.Digit("12345678")
	require.NoError(t, err)
	b, err = right.Digit("12345678")
	require.NoError(t, err)
	assert.NotEqual(t, a, b)
}

func TestModulus11HasNumbersWithoutACheckDigit(t *testing.T) {
	r := scanline.Mod11()
	var refused string
	for n := range 100 {
		if _, err := r.Digit(fmt.Sprintf("%05d", n)); err != nil {
			assert.ErrorIs(t, err, scanline.ErrNoDigit)
			refused = fmt.Sprintf("%05d", n)
		}
	}
	require.NotEmpty(t, refused)
	r.Ten = 'X'
	require.NoError(t, r.Check())
	number, err := r.Append(refused)
	require.NoError(t, err)
	assert.Equal(t, refused+"X", number)
	assert.NoError(t, r.Verify(number))
	assert.ErrorIs(t, r.Verify(refused+"0"), scanline.ErrCheckDigit)
}

func TestWhatIsNoNumberIsRefusedWithItsPlace(t *testing.T) {
	luhn := scanline.Luhn()
	err := luhn.Verify("01O4417")
	assert.ErrorIs(t, err, scanline.ErrDigits)
	assert.Equal(t, "1:3: E_DIGITS: something other than a digit stands in the number; give digits alone", err.Error())
	for _, text := range []string{"", "1", strings.Repeat("1", 300)} {
		assert.Error(t, luhn.Verify(text))
		assert.False(t, luhn.Holds(text))
	}
	_, err = luhn.Append("")
	assert.ErrorIs(t, err, scanline.ErrDigits)
	none := scanline.Routine{}
	assert.ErrorIs(t, none.Verify("123"), scanline.ErrRoutine)
	_, err = scanline.AppendMod97("ab")
	assert.ErrorIs(t, err, scanline.ErrDigits)
	for name, bad := range map[string]func(*scanline.Routine){
		"no name": func(r *scanline.Routine) { r.Name = "" }, "no source": func(r *scanline.Routine) { r.Source = "" }, "no weights": func(r *scanline.Routine) { r.Weights = nil },
		"a weight of nothing": func(r *scanline.Routine) { r.Weights = []int{0} }, "modulus": func(r *scanline.Routine) { r.Modulus = 1 }, "more modulus": func(r *scanline.Routine) { r.Modulus = 98 },
		"two first weights": func(r *scanline.Routine) { r.Progress = scanline.Counted }, "no progress": func(r *scanline.Routine) { r.Progress = 9 },
		"digits of powers": func(r *scanline.Routine) { r.Progress, r.Weights = scanline.Multiplied, []int{2} }, "ten is a digit": func(r *scanline.Routine) { r.Ten = '1' },
		"ten is a sign": func(r *scanline.Routine) { r.Ten = '~' }, "too many weights": func(r *scanline.Routine) { r.Weights = make([]int, 201) },
	} {
		r := scanline.Luhn()
		bad(&r)
		assert.ErrorIs(t, r.Check(), scanline.ErrRoutine, name)
	}
}

func BenchmarkVerify(b *testing.B) {
	luhn := scanline.Luhn()
	b.ReportAllocs()
	for b.Loop() {
		_ = luhn.Verify("01044171")
	}
}
