package scanline_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/payments/scanline"
)

// published are the routines by the words of the corpus' table of check digits.
func published(algorithm string) (r scanline.Routine, whole, known bool) {
	switch {
	case strings.HasPrefix(algorithm, "mod10 w=2,1 from left, digit-sum"), strings.HasPrefix(algorithm, "  same, payload"):
		return scanline.LeftLuhn(), false, true
	case strings.HasPrefix(algorithm, "mod10 geometric w=2,4,8"):
		return scanline.Geometric248(), false, true
	case strings.HasPrefix(algorithm, "IBM mod10 (Luhn)"):
		return scanline.Luhn(), false, true
	case strings.HasPrefix(algorithm, "IBM mod11 w=2..7"):
		return scanline.Mod11(), false, true
	case strings.HasPrefix(algorithm, "mod10 w=7,3,1 from right"):
		return scanline.Weights731(), false, true
	case strings.HasPrefix(algorithm, "mod10 unweighted"):
		return scanline.Unweighted(), false, true
	case strings.HasPrefix(algorithm, "ISO 7064 mod 97-10"):
		return scanline.RF(), true, true
	case algorithm == "digit-add right-to-left mod10, check digit included":
		return places(scanline.FromRight, scanline.DigitSums, 10, scanline.Complement), true, true
	case algorithm == "product-add right-to-left mod10, check digit included":
		return places(scanline.FromRight, scanline.Products, 10, scanline.Complement), true, true
	case algorithm == "digit-add left-to-right mod12, check digit included":
		return places(scanline.FromLeft, scanline.DigitSums, 12, scanline.Complement), true, true
	case strings.HasPrefix(algorithm, "product-add R-L simple remainder mod10"):
		return places(scanline.FromRight, scanline.Products, 10, scanline.Remainder), true, true
	case strings.HasPrefix(algorithm, "ABA routing"):
		return scanline.ABA(), true, true
	}
	return scanline.Routine{}, false, false
}

func TestEveryPublishedCheckDigitOfTheCorpus(t *testing.T) {
	root := os.Getenv("HEADGATE_CORPUS")
	if root == "" {
		t.Skip("HEADGATE_CORPUS is not set")
	}
	require.True(t, filepath.IsAbs(root), "HEADGATE_CORPUS is an absolute path")
	src, err := os.ReadFile(filepath.Join(root, "remit", "checkdigits.csv"))
	require.NoError(t, err)
	rows, err := csv.NewReader(strings.NewReader(string(src))).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"algorithm", "payload", "computed", "published", "verdict"}, rows[0][:5])
	verdicts := map[string]int{}
	for _, row := range rows[1:] {
		algorithm, text, computed, check, verdict := row[0], row[1], row[2], row[3], row[4]
		verdicts[verdict]++
		t.Run(strings.TrimSpace(algorithm)+" "+text, func(t *testing.T) {
			if strings.HasPrefix(algorithm, "ftpconsulting") { // the two sums stand in its note
				require.Equal(t, "DIFFERS", verdict)
				require.Equal(t, computed, "72")
				require.Equal(t, 72, scanline.Products21().SumOf(text))
				require.Equal(t, 45, scanline.Luhn().SumOf(text))
				return
			}
			r, whole, known := published(algorithm)
			require.True(t, known, "a new row: give it its routine")
			switch {
			case verdict == "DIFFERS":
				err := r.Verify(text)
				require.ErrorIs(t, err, scanline.ErrCheckDigit)
				require.ErrorContains(t, err, "the remainder is "+computed+" and must be 1")
			case strings.Contains(algorithm, "(invalid)"):
				require.ErrorIs(t, r.Verify(text), scanline.ErrCheckDigit)
			case whole:
				require.NoError(t, r.Verify(text))
			default:
				require.NoError(t, r.Verify(text+check))
				digit, err := r.Digit(text)
				require.NoError(t, err)
				require.Equal(t, check, digit)
			}
		})
	}
	require.Equal(t, map[string]int{"OK": 25, "DIFFERS": 3}, verdicts)
}
