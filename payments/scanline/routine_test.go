package scanline_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments/scanline"
)

// places weighs each digit by its place from an end, the check digit included.
func places(from scanline.Direction, sum scanline.Sum, modulus int, result scanline.Result) scanline.Routine {
	return scanline.Routine{
		Name: "places", Weights: []int{1}, Step: 1, Direction: from, Sum: sum, Modulus: modulus, Result: result, Included: true, Digits: 1,
	}
}

// mod112 is ISO 7064 mod 11-2, of ORCID and ISNI.
func mod112() scanline.Routine {
	return scanline.Routine{
		Name: "mod 11-2", Weights: []int{2}, Factor: 2, Direction: scanline.FromRight, Sum: scanline.Products, Modulus: 11,
		Result: scanline.ToOne, Digits: 1, Letters: "X",
	}
}

// included is a routine that weighs the check digit too, and begins with another weight for it.
func included(r scanline.Routine, first int) scanline.Routine {
	r.Name, r.Included, r.Weights = r.Name+", included", true, []int{first}
	return r
}

// isbn10 weighs from the right, the check digit with 1.
func isbn10() scanline.Routine {
	return scanline.Routine{
		Name: "ISBN-10", Weights: []int{1}, Step: 1, Direction: scanline.FromRight, Sum: scanline.Products, Modulus: 11,
		Result: scanline.Complement, Included: true, Digits: 1, Letters: "X", Shortest: 9, Longest: 9,
	}
}

// odd weighs with 1, 3, 5 and so on.
func odd() scanline.Routine {
	return scanline.Routine{
		Name: "odd weights", Weights: []int{1}, Step: 2, Direction: scanline.FromLeft, Sum: scanline.Products, Modulus: 10, Result: scanline.Remainder, Digits: 1,
	}
}

// routines are the presets and others of every shape.
func routines() []scanline.Routine {
	mod11 := scanline.Mod11()
	mod11.Name, mod11.Letters = "mod 11 with X", "X"
	return []scanline.Routine{
		scanline.Luhn(), scanline.LeftLuhn(), scanline.Products21(), scanline.Weights731(), scanline.ABA(), scanline.Geometric248(),
		scanline.Mod11(), mod11, scanline.Unweighted(), scanline.Mod97(), scanline.RF(), mod112(), isbn10(),
		places(scanline.FromRight, scanline.DigitSums, 10, scanline.Complement),
		places(scanline.FromRight, scanline.Products, 10, scanline.Remainder),
		places(scanline.FromLeft, scanline.DigitSums, 12, scanline.Complement), odd(), included(mod112(), 1),
		{Name: "prefixed", Weights: []int{2, 1, 5}, Direction: scanline.FromRight, Sum: scanline.Products, Modulus: 10, Result: scanline.Complement, Digits: 1,
			Alphanumeric: true, Prefix: "A"},
		{Name: "tens", Weights: []int{10, 1}, Direction: scanline.FromRight, Sum: scanline.Products, Modulus: 20, Result: scanline.Remainder, Digits: 2},
		{Name: "two digits", Weights: []int{3, 7, 9, 11}, Direction: scanline.FromLeft, Sum: scanline.Products, Modulus: 100, Result: scanline.Remainder, Digits: 2},
		{Name: "mod 7", Weights: []int{1, 3, 2}, Direction: scanline.FromRight, Sum: scanline.DigitSums, Modulus: 7, Result: scanline.Remainder, Digits: 1},
		{Name: "letters", Weights: []int{5, 3}, Direction: scanline.FromLeft, Sum: scanline.DigitSums, Modulus: 36, Result: scanline.Complement, Digits: 1,
			Letters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ", Alphanumeric: true},
	}
}

// vectors are published numbers with their check digits, each where the district would have found it.
var vectors = []struct {
	routine scanline.Routine
	text    string // with its check digits
}{
	{scanline.LeftLuhn(), "00345678901110296000000000010000000001000" + "8"},           // creditron.com
	{scanline.LeftLuhn(), "120354743700000671500001715000020161120000030000000" + "1"}, // creditron.com
	{scanline.LeftLuhn(), "76543210" + "4"},                                            // docs.navigaglobal.com
	{scanline.Geometric248(), "283436" + "4"},                                          // sces.org
	{scanline.Luhn(), "61248" + "1"},                                                   // docsbay.net
	{scanline.Mod11(), "13739" + "1"},                                                  // docsbay.net
	{scanline.Weights731(), "12131295" + "2"},                                          // pangaliit.ee
	{scanline.Weights731(), "12345" + "3"},                                             // johannwalder.com
	{scanline.Weights731(), "123456" + "1"},                                            // knowledge.xmldation.com
	{scanline.Unweighted(), "1212121212" + "5"},                                        // PSC Falcon manual, F-43
	{scanline.RF(), "RF18539007547034"},                                                // ISO 11649
	{scanline.RF(), "RF185390075470Y"},
	{scanline.RF(), "RF45G72UUR"},
	{scanline.RF(), "RF6518K5"},
	{scanline.RF(), "RF485000056789012345"},
	{places(scanline.FromRight, scanline.DigitSums, 10, scanline.Complement), "132456"}, // Zebra CR6080 manual, p. 349-350
	{places(scanline.FromRight, scanline.Products, 10, scanline.Complement), "132459"},
	{places(scanline.FromLeft, scanline.DigitSums, 12, scanline.Complement), "132456"},
	{places(scanline.FromRight, scanline.Products, 10, scanline.Remainder), "122456"},
	{scanline.ABA(), "121000358"},
	{scanline.ABA(), "121042882"},
	{scanline.ABA(), "026009593"},
	{mod112(), "0000000218250097"}, // orcid.org: 0000-0002-1825-0097
	{mod112(), "000000021694233X"}, // orcid.org: 0000-0002-1694-233X
	{mod112(), "0000000151093700"}, // orcid.org: 0000-0001-5109-3700
	{included(mod112(), 1), "000000021694233X"},
	{included(mod112(), 1), "0000000151093700"},
	{odd(), "1234" + "0"},    // 1 + 6 + 15 + 28 is 50
	{odd(), "111111" + "6"},  // the squares: 36
	{isbn10(), "0306406152"}, // ISBN users' manual
	{isbn10(), "097522980X"},
}

// cut parts a text into its payload and its check digits.
func cut(r scanline.Routine, text string) (payload, check string) {
	if r.Prefix != "" {
		n := len(r.Prefix)
		return text[n+r.Digits:], text[n : n+r.Digits]
	}
	return text[:len(text)-r.Digits], text[len(text)-r.Digits:]
}

func TestPublishedNumbersHaveTheirCheckDigits(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.routine.Name+" "+v.text, func(t *testing.T) {
			require.NoError(t, v.routine.Check())
			require.NoError(t, v.routine.Verify(v.text))
			payload, check := cut(v.routine, v.text)
			digit, err := v.routine.Digit(payload)
			if v.routine.Modulus == 12 { // its check digit has the weight 6
				require.ErrorIs(t, err, scanline.ErrNoDigit)
				require.ErrorContains(t, err, "3 check digits fit")
				return
			}
			require.NoError(t, err)
			require.Equal(t, check, digit)
			text, err := v.routine.Append(payload)
			require.NoError(t, err)
			require.Equal(t, v.text, text)
		})
	}
}

func TestNumbersThatArePrintedWrongAtTheirSourceDoNotPass(t *testing.T) {
	for text, remainder := range map[string]string{"RF35C4": "82", "RF214377": "51"} {
		err := scanline.RF().Verify(text)
		require.ErrorIs(t, err, scanline.ErrCheckDigit)
		require.ErrorContains(t, err, "the remainder is "+remainder+" and must be 1")
	}
	require.ErrorIs(t, scanline.RF().Verify("RF17539007547034"), scanline.ErrCheckDigit)
	// The page was cut before its result. The sums of both readings are these.
	require.Equal(t, 72, scanline.Products21().SumOf("487215837"))
	require.Equal(t, 45, scanline.Luhn().SumOf("487215837"))
}

func TestCase18EverySingleDigitChangeOfALuhnNumberIsDetected(t *testing.T) {
	number, err := scanline.Luhn().Append("1044177")
	require.NoError(t, err)
	changes := 0
	for at := range number {
		for digit := byte('0'); digit <= '9'; digit++ {
			if digit == number[at] {
				continue
			}
			changes++
			wrong := []byte(number)
			wrong[at] = digit
			require.ErrorIs(t, scanline.Luhn().Verify(string(wrong)), scanline.ErrCheckDigit, "%s", wrong)
		}
	}
	require.Equal(t, 72, changes)

	rapid.Check(t, func(t *rapid.T) {
		number, err := scanline.Luhn().Append(rapid.StringMatching(`[0-9]{7}`).Draw(t, "payload"))
		require.NoError(t, err)
		wrong := []byte(number)
		at := rapid.IntRange(0, 7).Draw(t, "at")
		wrong[at] = '0' + (wrong[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		require.ErrorIs(t, scanline.Luhn().Verify(string(wrong)), scanline.ErrCheckDigit)
	})
}

// payloads draws one that the routine can weigh.
func payloads(r scanline.Routine) *rapid.Generator[string] {
	shortest, longest := max(r.Shortest, 1), r.Longest
	if longest == 0 {
		longest = 40
	}
	characters := "0123456789"
	if r.Alphanumeric {
		characters += "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	}
	return rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]byte(characters)), shortest, longest), func(b []byte) string { return string(b) })
}

func TestWhatIsMadeIsVerifiedAndNoOtherCheckDigitIs(t *testing.T) {
	for _, r := range routines() {
		t.Run(r.Name, func(t *testing.T) {
			require.NoError(t, r.Check())
			rapid.Check(t, func(t *rapid.T) {
				payload := payloads(r).Draw(t, "payload")
				var fit []string
				var tried int
				for _, check := range checks(r) {
					text := payload + check
					if r.Prefix != "" {
						text = r.Prefix + check + payload
					}
					tried++
					require.Equal(t, r.Verify(text) == nil, r.Holds(text))
					if err := r.Verify(text); err == nil {
						fit = append(fit, check)
					} else {
						require.ErrorIs(t, err, scanline.ErrCheckDigit)
					}
				}
				require.NotZero(t, tried)
				digit, err := r.Digit(payload)
				if len(fit) != 1 {
					require.ErrorIs(t, err, scanline.ErrNoDigit)
					require.True(t, r.Included || r.Digits == 1 && r.Modulus > 10+len(r.Letters), "only remainders without a character have no digit")
					return
				}
				require.NoError(t, err)
				require.Equal(t, fit, []string{digit})
			})
		})
	}
}

// checks are all check digits that there can be.
func checks(r scanline.Routine) []string {
	all := strings.Split("0123456789"+r.Letters, "")
	if r.Digits == 1 {
		return all
	}
	var pairs []string
	for _, tens := range all {
		for _, ones := range all {
			pairs = append(pairs, tens+ones)
		}
	}
	return pairs
}

func TestTheTwoEndsAreLuhnForOddLengthsOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		payload := rapid.StringMatching(`[0-9]{1,20}`).Draw(t, "payload")
		right, err := scanline.Luhn().Digit(payload)
		require.NoError(t, err)
		left, err := scanline.LeftLuhn().Digit(payload)
		require.NoError(t, err)
		if len(payload)%2 == 1 {
			require.Equal(t, right, left)
		}
	})
	right, _ := scanline.Luhn().Digit("10")
	left, _ := scanline.LeftLuhn().Digit("10")
	require.NotEqual(t, right, left)
}

func TestMod97IsTheNumberItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, err := scanline.Mod97().Append(rapid.StringMatching(`[0-9]{1,15}`).Draw(t, "payload"))
		require.NoError(t, err)
		var number uint64
		for _, c := range text {
			number = 10*number + uint64(c-'0')
		}
		require.EqualValues(t, 1, number%97)
	})
}

func TestCheckDigitsThatAreNeverMadeDoNotPass(t *testing.T) {
	// 97 and 00, 98 and 01, 02 and 99 leave the same remainder; ISO 7064 makes 02 to 98.
	seen := map[string]bool{}
	for i := range 97 {
		payload := string([]byte{'1', '0' + byte(i/10), '0' + byte(i%10)})
		check, err := scanline.Mod97().Digit(payload)
		require.NoError(t, err)
		seen[check] = true
		for _, other := range map[string]string{"97": "00", "98": "01", "02": "99"} {
			require.ErrorIs(t, scanline.Mod97().Verify(payload+other), scanline.ErrCheckDigit)
		}
	}
	require.Len(t, seen, 97)
}

func TestTextsThatAreNotOfTheRoutine(t *testing.T) {
	for _, c := range []struct {
		name    string
		routine scanline.Routine
		text    string
		code    problem.Code
		col     int
	}{
		{"nothing", scanline.Luhn(), "", scanline.ErrLength, 0},
		{"a check digit alone", scanline.Luhn(), "0", scanline.ErrLength, 0},
		{"too long", scanline.Luhn(), strings.Repeat("0", scanline.MaxLength+2), scanline.ErrLength, 0},
		{"a letter", scanline.Luhn(), "10441O72", scanline.ErrCharacter, 6},
		{"a letter first, from the left", scanline.LeftLuhn(), "O0441072", scanline.ErrCharacter, 1},
		{"a letter as check digit", scanline.Luhn(), "1044177Z", scanline.ErrCharacter, 8},
		{"a blank", scanline.Luhn(), "1044 1772", scanline.ErrCharacter, 5},
		{"a sign", scanline.Luhn(), "-1044177", scanline.ErrCharacter, 1},
		{"a digit of another script", scanline.Luhn(), "104٤1772", scanline.ErrCharacter, 4},
		{"eight digits for nine", scanline.ABA(), "12100035", scanline.ErrLength, 0},
		{"ten digits for nine", scanline.ABA(), "1210003580", scanline.ErrLength, 0},
		{"another prefix", scanline.RF(), "RE18539007547034", scanline.ErrCharacter, 1},
		{"check digits that are letters", scanline.RF(), "RF1O539007547034", scanline.ErrCharacter, 4},
		{"small letters", scanline.RF(), "RF45g72uur", scanline.ErrCharacter, 5},
		{"printed in fours", scanline.RF(), "RF18 5390 0754 7034", scanline.ErrCharacter, 5},
		{"twenty-two characters", scanline.RF(), "RF18" + strings.Repeat("1", 22), scanline.ErrLength, 0},
		{"no payload", scanline.RF(), "RF18", scanline.ErrLength, 0},
		{"a letter that the routine has not", isbn10(), "097522980Y", scanline.ErrCharacter, 10},
		{"the letter where it cannot stand", isbn10(), "X975229800", scanline.ErrCharacter, 1},
		{"a wrong digit", scanline.ABA(), "121000359", scanline.ErrCheckDigit, 9},
		{"a wrong digit, check digits in front", scanline.RF(), "RF19539007547034", scanline.ErrCheckDigit, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.routine.Verify(c.text)
			require.ErrorIs(t, err, c.code)
			var e *problem.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, c.col, e.Pos.Col)
			require.NotEmpty(t, e.What)
			require.NotEmpty(t, e.Fix)
			require.False(t, c.routine.Holds(c.text))
			if len(c.text) > 3 {
				require.NotContains(t, err.Error(), c.text)
			}
		})
	}
	for _, payload := range []string{"", "1x", strings.Repeat("1", scanline.MaxLength+1)} {
		_, err := scanline.Luhn().Digit(payload)
		require.Error(t, err)
		_, err = scanline.Luhn().Append(payload)
		require.Error(t, err)
	}
}

func TestOneNumberInElevenHasNoCheckDigit(t *testing.T) {
	none := 0
	lettered := scanline.Mod11()
	lettered.Letters = "X"
	for i := range 1100 {
		payload := string([]byte{'1', '0' + byte(i/1000), '0' + byte(i/100%10), '0' + byte(i/10%10), '0' + byte(i%10)})
		_, err := scanline.Mod11().Digit(payload)
		letter, letterErr := lettered.Digit(payload)
		require.NoError(t, letterErr)
		require.Equal(t, err != nil, letter == "X")
		if err != nil {
			require.ErrorIs(t, err, scanline.ErrNoDigit)
			none++
			for _, check := range checks(scanline.Mod11()) {
				require.ErrorIs(t, scanline.Mod11().Verify(payload+check), scanline.ErrCheckDigit)
			}
		}
	}
	require.Equal(t, 100, none)
}

func TestARoutineThatIsNotWellFormedIsRefused(t *testing.T) {
	luhn := func(change func(r *scanline.Routine)) scanline.Routine {
		r := scanline.Luhn()
		change(&r)
		return r
	}
	for _, c := range []struct {
		name    string
		routine scanline.Routine
		paths   []string
	}{
		{"nothing stated", scanline.Routine{}, []string{"weights", "direction", "sum", "result", "digits"}},
		{"no weights", luhn(func(r *scanline.Routine) { r.Weights = nil }), []string{"weights"}},
		{"only zeros", luhn(func(r *scanline.Routine) { r.Weights = []int{0, 0} }), []string{"weights"}},
		{"a weight below 0", luhn(func(r *scanline.Routine) { r.Weights = []int{2, -1} }), []string{"weights"}},
		{"a weight too large", luhn(func(r *scanline.Routine) { r.Weights = []int{1000} }), []string{"weights"}},
		{"too many weights", luhn(func(r *scanline.Routine) { r.Weights = slices.Repeat([]int{1}, 257) }), []string{"weights"}},
		{"a step from two weights", luhn(func(r *scanline.Routine) { r.Step = 1 }), []string{"weights"}},
		{"a step and a factor", luhn(func(r *scanline.Routine) { r.Weights, r.Step, r.Factor, r.Sum = []int{1}, 1, 2, scanline.Products }), []string{"weights"}},
		{"a factor of 1", luhn(func(r *scanline.Routine) { r.Weights, r.Factor, r.Sum = []int{1}, 1, scanline.Products }), []string{"factor"}},
		{"a factor too large", luhn(func(r *scanline.Routine) { r.Weights, r.Factor, r.Sum = []int{1}, 1000, scanline.Products }), []string{"factor"}},
		{"a factor and digit sums", luhn(func(r *scanline.Routine) { r.Weights, r.Factor = []int{1}, 2 }), []string{"factor"}},
		{"a step below 0", luhn(func(r *scanline.Routine) { r.Weights, r.Step = []int{1}, -1 }), []string{"step"}},
		{"a step too large", luhn(func(r *scanline.Routine) { r.Weights, r.Step = []int{1}, 1000 }), []string{"step"}},
		{"another direction", luhn(func(r *scanline.Routine) { r.Direction = "left" }), []string{"direction"}},
		{"another sum", luhn(func(r *scanline.Routine) { r.Sum = "digits" }), []string{"sum"}},
		{"another result", luhn(func(r *scanline.Routine) { r.Result = "rest" }), []string{"result"}},
		{"modulus 1", luhn(func(r *scanline.Routine) { r.Modulus = 1 }), []string{"modulus"}},
		{"modulus 97 in one digit", luhn(func(r *scanline.Routine) { r.Modulus = 97 }), []string{"modulus"}},
		{"modulus 10 in two digits", luhn(func(r *scanline.Routine) { r.Digits = 2 }), []string{"modulus"}},
		{"modulus 101", luhn(func(r *scanline.Routine) { r.Digits, r.Modulus = 2, 101 }), []string{"modulus"}},
		{"modulus 99 to one", luhn(func(r *scanline.Routine) { r.Digits, r.Modulus, r.Result = 2, 99, scanline.ToOne }), []string{"modulus"}},
		{"two digits included", luhn(func(r *scanline.Routine) { r.Digits, r.Modulus, r.Included = 2, 97, true }), []string{"digits"}},
		{"three digits", luhn(func(r *scanline.Routine) { r.Digits = 3 }), []string{"digits"}},
		{"a letter without a remainder", luhn(func(r *scanline.Routine) { r.Letters = "X" }), []string{"letters"}},
		{"a letter that is a digit", luhn(func(r *scanline.Routine) { r.Modulus, r.Letters = 11, "0" }), []string{"letters"}},
		{"a letter twice", luhn(func(r *scanline.Routine) { r.Modulus, r.Letters = 12, "XX" }), []string{"letters"}},
		{"a prefix without letters", luhn(func(r *scanline.Routine) { r.Prefix = "RF" }), []string{"prefix"}},
		{"a prefix and an included digit", luhn(func(r *scanline.Routine) { r.Alphanumeric, r.Prefix, r.Included = true, "RF", true }), []string{"prefix"}},
		{"a prefix too long", luhn(func(r *scanline.Routine) { r.Alphanumeric, r.Prefix = true, "ABCDEFGHI" }), []string{"prefix"}},
		{"a prefix of digits", luhn(func(r *scanline.Routine) { r.Alphanumeric, r.Prefix = true, "12" }), []string{"prefix"}},
		{"no lengths", luhn(func(r *scanline.Routine) { r.Shortest, r.Longest = 9, 8 }), []string{"longest"}},
		{"a length below 1", luhn(func(r *scanline.Routine) { r.Shortest = -1 }), []string{"longest"}},
		{"a length too large", luhn(func(r *scanline.Routine) { r.Longest = 257 }), []string{"longest"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.routine.Check()
			var list problem.List
			require.ErrorAs(t, err, &list)
			var paths []string
			for _, e := range list {
				require.ErrorIs(t, e, scanline.ErrRoutine)
				require.NotEmpty(t, e.Fix)
				paths = append(paths, e.Path)
			}
			require.Equal(t, c.paths, paths)
			require.Equal(t, err, c.routine.Verify("10441772"))
			require.False(t, c.routine.Holds("10441772"))
			_, err = c.routine.Digit("1044177")
			require.ErrorIs(t, err, scanline.ErrRoutine)
			_, err = c.routine.Append("1044177")
			require.ErrorIs(t, err, scanline.ErrRoutine)
			_, err = c.routine.Misses(7)
			require.ErrorIs(t, err, scanline.ErrRoutine)
		})
	}
}

func TestVerifyAllocatesNothing(t *testing.T) {
	for _, v := range vectors {
		require.Zero(t, testing.AllocsPerRun(100, func() {
			if v.routine.Verify(v.text) != nil {
				t.Fatal(v.text)
			}
		}), v.routine.Name)
		wrong := v.text[:len(v.text)-1] + "~"
		require.Zero(t, testing.AllocsPerRun(100, func() {
			if v.routine.Holds(wrong) || !v.routine.Holds(v.text) {
				t.Fatal(v.text)
			}
		}), v.routine.Name)
	}
}

func BenchmarkVerify(b *testing.B) {
	for _, c := range []struct {
		name    string
		routine scanline.Routine
		text    string
	}{
		{"luhn of 8", scanline.Luhn(), "10441772"},
		{"mod 11 of 6", scanline.Mod11(), "137391"},
		{"RF of 16", scanline.RF(), "RF18539007547034"},
		{"line of 52", scanline.LeftLuhn(), "1203547437000006715000017150000201611200000300000001"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := c.routine.Verify(c.text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
