package scanline_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/payments/scanline"
)

var limit = scanline.Limit{Changes: 3, Candidates: 10}

// misread puts characters into a line, at columns counted from 1.
func misread(line string, changes map[int]byte) string {
	b := []byte(line)
	for col, c := range changes {
		b[col-1] = c
	}
	return string(b)
}

func TestLettersReadForDigitsAreProposed(t *testing.T) {
	template, line := stubLine(), printed(t, stubLine(), stub())
	repairs, err := template.Repair(misread(line, map[int]byte{4: 'O', 26: 'B', 41: ' '}), scanline.LookAlikes(), limit)
	require.NoError(t, err)
	require.True(t, repairs.Complete)
	require.Len(t, repairs.Candidates, 1)
	c := repairs.Candidates[0]
	require.Equal(t, line, c.Line)
	require.Equal(t, stub(), c.Stub)
	require.Equal(t, []scanline.Change{
		{Field: "account", Col: 4, Read: 'O', Meant: '0'}, {Field: "amount_due", Col: 26, Read: 'B', Meant: '8'},
	}, c.Changes)
	require.Equal(t, "amount_due, column 26: 'B' is read as '8'", c.Changes[1].String())
}

func TestWhatHasNoCandidates(t *testing.T) {
	template, line := stubLine(), printed(t, stubLine(), stub())
	for name, text := range map[string]string{
		"a line that reads":                          line,
		"a line of another length":                   line[1:],
		"nothing":                                    "",
		"a character that looks like none":           misread(line, map[int]byte{4: 'X'}),
		"more misread characters than may be":        misread(line, map[int]byte{4: 'O', 14: 'O', 15: 'O', 22: 'O'}),
		"a letter whose digit does not fit":          misread(line, map[int]byte{4: 'S'}),
		"a wrong digit that looks like no other one": misread(line, map[int]byte{26: '9'}),
		"something else in the filler":               misread(line, map[int]byte{41: 'O'}),
	} {
		repairs, err := template.Repair(text, scanline.LookAlikes(), limit)
		require.NoError(t, err, name)
		require.Equal(t, scanline.Repairs{Complete: true}, repairs, name)
	}
}

func TestDigitsAreConfusedWhereTheCallerSaysSo(t *testing.T) {
	template, line := stubLine(), printed(t, stubLine(), stub())
	digits := []scanline.Confusion{{Read: '3', Meant: '8'}, {Read: '8', Meant: '3'}, {Read: '1', Meant: '7'}, {Read: '7', Meant: '1'}}
	wrong := misread(line, map[int]byte{26: '3'}) // 84.10 read as 34.10
	_, err := template.Read(wrong)
	require.ErrorIs(t, err, scanline.ErrCheckDigit)
	repairs, err := template.Repair(wrong, digits, scanline.Limit{Changes: 1, Candidates: 10})
	require.NoError(t, err)
	require.Len(t, repairs.Candidates, 1)
	require.Equal(t, line, repairs.Candidates[0].Line)

	repairs, err = template.Repair(wrong, append(digits, scanline.LookAlikes()...), scanline.Limit{Changes: 4, Candidates: 10})
	require.NoError(t, err)
	for i, c := range repairs.Candidates {
		require.Positive(t, len(c.Changes))
		if i > 0 {
			require.LessOrEqual(t, len(repairs.Candidates[i-1].Changes), len(c.Changes), "the fewest changes first")
		}
	}
}

// TestFewCheckDigitsLeaveManyCandidates: one check digit fits one reading of ten by chance.
func TestFewCheckDigitsLeaveManyCandidates(t *testing.T) {
	template := scanline.Template{Fields: []scanline.Field{{Kind: scanline.Account, Width: 8, Routine: new(scanline.Luhn())}}}
	var any []scanline.Confusion
	for read := byte('0'); read <= '9'; read++ {
		for meant := byte('0'); meant <= '9'; meant++ {
			any = append(any, scanline.Confusion{Read: read, Meant: meant})
		}
	}
	repairs, err := template.Repair("10441773", any, scanline.Limit{Changes: 1, Candidates: 100})
	require.NoError(t, err)
	require.True(t, repairs.Complete)
	require.Len(t, repairs.Candidates, 8, "each of the eight digits can be the wrong one")

	repairs, err = template.Repair("10441773", any, scanline.Limit{Changes: 1, Candidates: 8})
	require.NoError(t, err)
	require.True(t, repairs.Complete, "there are no more")
	repairs, err = template.Repair("10441773", any, scanline.Limit{Changes: 1, Candidates: 7})
	require.NoError(t, err)
	require.False(t, repairs.Complete)
	require.Len(t, repairs.Candidates, 7)
}

func TestTheSearchIsBounded(t *testing.T) {
	template := scanline.Template{Fields: []scanline.Field{{Kind: scanline.Account, Width: 200}}}
	for i, r := range []scanline.Routine{scanline.Mod97(), scanline.Luhn(), scanline.Weights731(), scanline.Products21(), scanline.Unweighted()} {
		template.Fields = append(template.Fields, scanline.Field{
			Kind: scanline.CheckDigit, Name: fmt.Sprint("check ", i), Width: r.Digits, Routine: &r, Over: []string{"account"},
		})
	}
	line := printed(t, template, scanline.Stub{Account: strings.Repeat("8", 200)})
	confusions := append(scanline.LookAlikes(), scanline.Confusion{Read: '3', Meant: '8'}, scanline.Confusion{Read: '3', Meant: '5'},
		scanline.Confusion{Read: '3', Meant: '9'}, scanline.Confusion{Read: '3', Meant: '9'}, scanline.Confusion{Read: '3', Meant: '3'})
	many := scanline.Limit{Changes: 8, Candidates: 100}

	repairs, err := template.Repair(strings.Replace(line, "8", "3", 150), confusions, many)
	require.NoError(t, err)
	require.False(t, repairs.Complete, "more readings than one search looks at")

	// Six characters cannot be right, and so all but two of the changes are spoken for.
	lettered := misread(strings.Replace(line, "8", "3", 1), map[int]byte{195: 'B', 196: 'B', 197: 'B', 198: 'B', 199: 'B', 200: 'B'})
	repairs, err = template.Repair(lettered, confusions, many)
	require.NoError(t, err)
	require.True(t, repairs.Complete)
	require.Len(t, repairs.Candidates, 1)
	require.Equal(t, line, repairs.Candidates[0].Line)

	for _, first := range []int{1, 193} {
		spoken := []byte(strings.Replace(line, "8", "3", 150))
		copy(spoken[first-1:], "BBBBBBBB")
		repairs, err = template.Repair(string(spoken), confusions, many)
		require.NoError(t, err)
		require.Equal(t, scanline.Repairs{Complete: true}, repairs, "eight are spoken for, and one reading is all there is to look at")
		spoken = []byte(misread(strings.Replace(line, "8", "3", 150), map[int]byte{first: 'X'}))
		repairs, err = template.Repair(string(spoken), confusions, many)
		require.NoError(t, err)
		require.Equal(t, scanline.Repairs{Complete: true}, repairs, "X looks like nothing")
	}

	for _, l := range []scanline.Limit{{}, {Changes: 1}, {Candidates: 1}, {Changes: 9, Candidates: 1}, {Changes: 1, Candidates: 101}, {Changes: -1, Candidates: 1}} {
		_, err := template.Repair(line, confusions, l)
		require.ErrorIs(t, err, scanline.ErrLimit, "%+v", l)
	}
}

func TestLettersOfATextAreRepairedBothWays(t *testing.T) {
	template := scanline.Template{Fields: []scanline.Field{
		{Kind: scanline.Account, Width: 16, Letters: true, Routine: new(scanline.RF())}, {Kind: scanline.AmountDue, Width: 4, Pad: scanline.ZerosLeft},
	}}
	account, err := scanline.RF().Append("B39007547034")
	require.NoError(t, err)
	line := printed(t, template, scanline.Stub{Account: account, Due: money.Cents(1)})
	repairs, err := template.Repair(strings.Replace(line, "B", "8", 1), scanline.LookAlikes(), scanline.Limit{Changes: 1, Candidates: 10})
	require.NoError(t, err)
	require.Len(t, repairs.Candidates, 1)
	require.Equal(t, account, repairs.Candidates[0].Stub.Account)
}

func TestWhatWasMisreadIsAmongTheCandidatesAndAllOfThemRead(t *testing.T) {
	look := scanline.LookAlikes()
	rapid.Check(t, func(t *rapid.T) {
		template, s := drawTemplate(t)
		line, err := template.Print(s)
		if err != nil {
			return
		}
		wrong := []byte(line)
		changed := 0
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			at := rapid.IntRange(0, len(wrong)-1).Draw(t, "at")
			var as []byte
			for _, c := range look {
				if c.Meant == wrong[at] && wrong[at] == line[at] {
					as = append(as, c.Read)
				}
			}
			if len(as) > 0 {
				wrong[at] = rapid.SampledFrom(as).Draw(t, "as")
				changed++
			}
		}
		repairs, err := template.Repair(string(wrong), look, scanline.Limit{Changes: 3, Candidates: 100})
		require.NoError(t, err)
		lines := map[string]bool{}
		for _, c := range repairs.Candidates {
			read, err := template.Read(c.Line)
			require.NoError(t, err)
			require.Equal(t, read, c.Stub)
			require.False(t, lines[c.Line], "each once")
			lines[c.Line] = true
			undone := []byte(c.Line)
			for _, change := range c.Changes {
				require.Equal(t, change.Meant, undone[change.Col-1])
				undone[change.Col-1] = change.Read
			}
			require.Equal(t, string(wrong), string(undone), "the changes are all that differs")
		}
		if changed > 0 && repairs.Complete {
			require.True(t, lines[line], "%s for %s", fmt.Sprint(lines), line)
		}
	})
}
