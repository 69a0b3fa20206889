package scanline_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/payments/scanline"
)

// TestTheTableOfWhatEachRoutineMisses is the table of the package comment, exact. Where 400 random numbers were counted for a published one,
// Luhn's 1 in 45 came out as 2.3 %.
func TestTheTableOfWhatEachRoutineMisses(t *testing.T) {
	fives := "[05 16 27 38 49]"
	for _, c := range []struct {
		routine          scanline.Routine
		digit, swap      string
		digits, swappers string
	}{
		{scanline.Luhn(), "0 %", "2.2 % (1/45)", "[]", "[09]"},
		{scanline.LeftLuhn(), "0 %", "2.2 % (1/45)", "[]", "[09]"},
		{scanline.Products21(), "5.6 % (1/18)", "0 %", fives, "[]"},
		{scanline.Weights731(), "0 %", "11.1 % (1/9)", "[]", fives},
		{scanline.ABA(), "0 %", "11.1 % (1/9)", "[]", fives},
		{scanline.Geometric248(), "11.1 % (1/9)", "11.1 % (1/9)", fives, fives},
		{scanline.Mod11(), "0 %", "0 %", "[]", "[]"},
		{scanline.Mod97(), "0 %", "0 %", "[]", "[]"},
		{scanline.RF(), "0 %", "0 %", "[]", "[]"},
	} {
		t.Run(c.routine.Name, func(t *testing.T) {
			m, err := c.routine.Misses(8)
			require.NoError(t, err)
			require.Equal(t, 8, m.Length)
			require.Equal(t, 8*90, m.Digit.Of)
			require.Equal(t, 7*90, m.Swap.Of)
			require.Equal(t, c.digit, m.Digit.String())
			require.Equal(t, c.swap, m.Swap.String())
			require.Equal(t, c.digits, fmt.Sprint(m.Digit.Pairs))
			require.Equal(t, c.swappers, fmt.Sprint(m.Swap.Pairs))
			require.Equal(t, "0 %", m.Check.String())
		})
	}
	m, err := scanline.Unweighted().Misses(8)
	require.NoError(t, err)
	require.Equal(t, "0 %", m.Digit.String())
	require.Equal(t, "100 % (1)", m.Swap.String())
}

func TestPairsSayTheirPlaces(t *testing.T) {
	m, err := scanline.Products21().Misses(4)
	require.NoError(t, err)
	require.Equal(t, scanline.Pair{Low: 0, High: 5, Places: []int{2, 4}}, m.Digit.Pairs[0])
	m, err = scanline.Luhn().Misses(4)
	require.NoError(t, err)
	require.Equal(t, []scanline.Pair{{Low: 0, High: 9, Places: []int{1, 2, 3}}}, m.Swap.Pairs)
	require.Equal(t, []scanline.Pair{{Low: 0, High: 9, Places: []int{4}}}, m.CheckSwap.Pairs)
}

// TestSharesAreThoseOfAllNumbers makes every number of a length and every error in it, and counts the errors that verify.
func TestSharesAreThoseOfAllNumbers(t *testing.T) {
	for _, r := range routines() {
		if r.Modulus == 12 {
			continue // a payload of it has three check digits, or none
		}
		if r.Shortest > 3 {
			r.Shortest, r.Longest = 0, 0 // the weights begin at an end, or go on, whatever the length
		}
		for length := 1; length <= 3; length++ {
			t.Run(fmt.Sprintf("%s of %d", r.Name, length), func(t *testing.T) {
				m, err := r.Misses(length)
				require.NoError(t, err)
				count := counted{}
				for n := range pow(10, length) {
					for _, text := range valid(r, fmt.Sprintf("%0*d", length, n)) {
						count.errorsIn(r, text)
					}
				}
				require.True(t, count["digit"].share().Equal(m.Digit.Ratio()), "digit %v %v", count, m.Digit)
				require.True(t, count["swap"].share().Equal(m.Swap.Ratio()), "swap %v %v", count, m.Swap)
				require.True(t, count["check"].share().Equal(m.Check.Ratio()), "check %v %v", count, m.Check)
				if length == 3 && r.Name != "letters" { // few digits do not come to every sum equally often
					off := count["checkSwap"].share().Sub(m.CheckSwap.Ratio())
					little, _ := exact.New(1, 200)
					require.True(t, off.Cmp(little) < 0 && off.Neg().Cmp(little) < 0, "check swap %v %v", count, m.CheckSwap)
				}
			})
		}
	}
}

// TestACheckDigitMayBeBlindToItself: with an even weight, digits 5 apart are the same to it.
func TestACheckDigitMayBeBlindToItself(t *testing.T) {
	r := places(scanline.FromLeft, scanline.Products, 10, scanline.Complement)
	m, err := r.Misses(7)
	require.NoError(t, err)
	require.Equal(t, "11.1 % (1/9)", m.Check.String())
	require.Equal(t, "[05 16 27 38 49]", fmt.Sprint(m.Check.Pairs))
}

func pow(base, n int) int {
	p := 1
	for range n {
		p *= base
	}
	return p
}

// valid are all texts of a payload that verify.
func valid(r scanline.Routine, payload string) []string {
	var texts []string
	for _, check := range checks(r) {
		text := payload + check
		if r.Prefix != "" {
			text = r.Prefix + check + payload
		}
		if r.Verify(text) == nil {
			texts = append(texts, text)
		}
	}
	return texts
}

type tally struct{ missed, of int }

func (c tally) share() exact.Ratio {
	ratio, _ := exact.New(int64(c.missed), int64(max(c.of, 1)))
	return ratio
}

type counted map[string]tally

func (c counted) add(kind string, missed bool) {
	n := c[kind]
	n.of++
	if missed {
		n.missed++
	}
	c[kind] = n
}

// errorsIn makes every error in a text.
func (c counted) errorsIn(r scanline.Routine, text string) {
	first, last := len(text)-r.Digits, len(text)
	if r.Prefix != "" {
		first, last = len(r.Prefix), len(r.Prefix)+r.Digits
	}
	isCheck := func(at int) bool { return at >= first && at < last }
	digit := func(at int) bool { return text[at] >= '0' && text[at] <= '9' }
	for at := len(r.Prefix); at < len(text); at++ {
		if !digit(at) {
			continue
		}
		kind := "digit"
		if isCheck(at) {
			kind = "check"
		}
		for d := byte('0'); d <= '9'; d++ {
			if d != text[at] {
				wrong := []byte(text)
				wrong[at] = d
				c.add(kind, r.Verify(string(wrong)) == nil)
			}
		}
		if at+1 < len(text) && digit(at+1) && text[at] != text[at+1] {
			kind = "swap"
			if isCheck(at) || isCheck(at+1) {
				kind = "checkSwap"
			}
			wrong := []byte(text)
			wrong[at], wrong[at+1] = text[at+1], text[at]
			c.add(kind, r.Verify(string(wrong)) == nil)
		}
	}
}

func TestLengthsThatTheRoutineHasNot(t *testing.T) {
	for _, c := range []struct {
		routine scanline.Routine
		length  int
	}{{scanline.Luhn(), 0}, {scanline.Luhn(), -1}, {scanline.Luhn(), scanline.MaxLength + 1}, {scanline.ABA(), 7}, {scanline.ABA(), 9}, {scanline.RF(), 22}} {
		_, err := c.routine.Misses(c.length)
		require.ErrorIs(t, err, scanline.ErrLength, "%s %d", c.routine.Name, c.length)
	}
	m, err := scanline.Mod97().Misses(scanline.MaxLength)
	require.NoError(t, err)
	require.NotZero(t, m.Digit.Of)
	m, err = scanline.Luhn().Misses(1)
	require.NoError(t, err)
	require.Zero(t, m.Swap.Of)
	require.Equal(t, "0 %", m.Swap.String())
	require.True(t, m.Swap.Ratio().IsZero())
}
