package scanline_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/payments/scanline"
)

// FuzzRoutine makes routines and texts of all kinds: what is not well formed is refused, and what is made verifies.
func FuzzRoutine(f *testing.F) {
	f.Add("2,1", 0, 0, true, true, 10, uint8(1), false, 1, "", false, "", "10441772")
	f.Add("100", 10, 0, true, false, 97, uint8(2), false, 2, "", true, "RF", "RF18539007547034")
	f.Add("1", 0, 1, false, true, 12, uint8(1), true, 1, "", false, "", "132456")
	f.Fuzz(func(t *testing.T, weights string, factor, step int, right, digitSums bool, modulus int, result uint8, included bool, digits int, letters string,
		alphanumeric bool, prefix, text string) {
		r := scanline.Routine{
			Factor: factor, Step: step, Direction: scanline.FromLeft, Sum: scanline.Products, Modulus: modulus, Included: included, Digits: digits,
			Letters: letters, Alphanumeric: alphanumeric, Prefix: prefix,
			Result: []scanline.Result{scanline.Remainder, scanline.Complement, scanline.ToOne, ""}[result%4],
		}
		for _, w := range []byte(weights) {
			r.Weights = append(r.Weights, int(w)-'0')
		}
		if right {
			r.Direction = scanline.FromRight
		}
		if digitSums {
			r.Sum = scanline.DigitSums
		}
		require.Equal(t, r.Verify(text) == nil, r.Holds(text))
		_, err := r.Misses(len(text) % 9)
		if r.Check() != nil {
			require.ErrorIs(t, err, scanline.ErrRoutine)
		}
		whole, err := r.Append(text)
		if err != nil {
			return
		}
		require.NoError(t, r.Verify(whole))
		require.Len(t, whole, len(text)+len(prefix)+digits)
	})
}

// FuzzRead reads and repairs any line: nothing panics, what reads prints as it was, and what is proposed reads.
func FuzzRead(f *testing.F) {
	line := printed(f, stubLine(), stub())
	f.Add(line)
	f.Add(misread(line, map[int]byte{4: 'O', 26: 'B'}))
	for end := range len(line) {
		f.Add(line[:end])
	}
	f.Add(strings.Repeat("O", len(line)))
	f.Fuzz(func(t *testing.T, line string) {
		template := stubLine()
		read, err := template.Read(line)
		if err == nil {
			require.Equal(t, line, printed(t, template, read))
		} else {
			require.Equal(t, scanline.Stub{}, read)
		}
		repairs, errRepair := template.Repair(line, scanline.LookAlikes(), scanline.Limit{Changes: 3, Candidates: 5})
		require.NoError(t, errRepair)
		require.LessOrEqual(t, len(repairs.Candidates), 5)
		for _, c := range repairs.Candidates {
			require.Error(t, err)
			stub, err := template.Read(c.Line)
			require.NoError(t, err)
			require.Equal(t, stub, c.Stub)
		}
	})
}
