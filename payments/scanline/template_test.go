package scanline_test

import (
	"fmt"
	"maps"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments/scanline"
)

// stubLine has a field of every kind and three check digits.
func stubLine() scanline.Template {
	return scanline.Template{Name: "stub", Fields: []scanline.Field{
		{Kind: scanline.Constant, Width: 2, Text: "07"},
		{Kind: scanline.Account, Width: 8, Routine: new(scanline.Luhn())},
		{Kind: scanline.CheckDigit, Name: "account check", Width: 1, Routine: new(scanline.Weights731()), Over: []string{"constant", "account"}},
		{Kind: scanline.Invoice, Width: 10, Pad: scanline.ZerosLeft},
		{Kind: scanline.AmountDue, Width: 8, Pad: scanline.ZerosLeft},
		{Kind: scanline.CheckDigit, Name: "amount check", Width: 1, Routine: new(scanline.LeftLuhn()), Over: []string{"amount_due", "invoice"}},
		{Kind: scanline.DueDate, Width: 6, Format: scanline.MMDDYY, Century: 20},
		{Kind: scanline.Other, Name: "cycle", Width: 2},
		{Kind: scanline.CheckDigit, Name: "line check", Width: 2, Routine: new(scanline.Mod97())},
		{Kind: scanline.Filler, Width: 3, Text: " "},
		{Kind: scanline.BillType, Width: 3, Letters: true, Pad: scanline.BlanksRight},
	}}
}

func stub() scanline.Stub {
	return scanline.Stub{
		Account: "10441772", Invoice: "900123", BillType: "F1", Due: money.Cents(8410), DueDate: civil.MustDate("2026-04-30"),
		Other: map[string]string{"cycle": "03"},
	}
}

func printed(t require.TestingT, template scanline.Template, s scanline.Stub) string {
	line, err := template.Print(s)
	require.NoError(t, err)
	return line
}

// faults are the code and the path of each problem, and its column.
func faults(t require.TestingT, err error) []string {
	var list problem.List
	require.ErrorAs(t, err, &list)
	var out []string
	for _, e := range list {
		require.NotEmpty(t, e.What)
		require.NotEmpty(t, e.Fix)
		out = append(out, fmt.Sprintf("%s %s %d", e.Code, e.Path, e.Pos.Col))
	}
	return out
}

func TestALineIsPrintedAndReadBack(t *testing.T) {
	template := stubLine()
	require.NoError(t, template.Check())
	line := printed(t, template, stub())
	require.Equal(t, template.Width(), len(line))
	require.Equal(t, "07"+"10441772"+"5"+"0000900123"+"00008410"+"0"+"043026"+"03"+"59"+"   "+"F1 ", line)
	read, err := template.Read(line)
	require.NoError(t, err)
	require.Equal(t, stub(), read)
}

func TestEachCheckDigitIsOfWhatItCovers(t *testing.T) {
	line := printed(t, stubLine(), stub())
	digit := func(r scanline.Routine, payload string) string {
		check, err := r.Digit(payload)
		require.NoError(t, err)
		return check
	}
	require.Equal(t, digit(scanline.Weights731(), "0710441772"), line[10:11])
	require.Equal(t, digit(scanline.LeftLuhn(), "00008410"+"0000900123"), line[29:30], "in the order of Over, not of the line")
	require.Equal(t, digit(scanline.Mod97(), line[:38]), line[38:40])
}

func TestAMisreadLineSaysWhichFieldsAndWhere(t *testing.T) {
	template := stubLine()
	line := printed(t, template, stub())
	change := func(changes map[int]string) string {
		b := []byte(line)
		for col, text := range changes {
			copy(b[col-1:], text)
		}
		return string(b)
	}
	for _, c := range []struct {
		name string
		line string
		want []string
	}{
		{"an account digit", change(map[int]string{5: "5"}), []string{
			"E_CHECK_DIGIT account 10", "E_CHECK_DIGIT account check 11", "E_CHECK_DIGIT line check 39"}},
		{"a digit of the amount", change(map[int]string{26: "9"}), []string{"E_CHECK_DIGIT amount check 30", "E_CHECK_DIGIT line check 39"}},
		{"a check digit", change(map[int]string{30: "8"}), []string{"E_CHECK_DIGIT amount check 30", "E_CHECK_DIGIT line check 39"}},
		{"the last check digits alone", change(map[int]string{39: "82"}), []string{"E_CHECK_DIGIT line check 39"}},
		{"a letter in the account: what covers it cannot be told", change(map[int]string{4: "O"}), []string{"E_CHARACTER account 4"}},
		{"a letter as a check digit", change(map[int]string{11: "G"}), []string{"E_CHARACTER account check 11"}},
		{"another constant", change(map[int]string{2: "8"}), []string{
			"E_FIELD constant 2", "E_CHECK_DIGIT account check 11", "E_CHECK_DIGIT line check 39"}},
		{"no such day", change(map[int]string{31: "13"}), []string{"E_FIELD due_date 31", "E_CHECK_DIGIT line check 39"}},
		{"something in the filler", change(map[int]string{42: "1"}), []string{"E_FIELD filler 42"}},
		{"a blank inside a text", change(map[int]string{44: "F 1"}), []string{"E_FIELD bill_type 44"}},
		{"a small letter", change(map[int]string{44: "f"}), []string{"E_CHARACTER bill_type 44"}},
		{"one character less", line[:45], []string{"E_LENGTH  0"}},
		{"one more", line + " ", []string{"E_LENGTH  0"}},
		{"nothing", "", []string{"E_LENGTH  0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			read, err := template.Read(c.line)
			require.Equal(t, c.want, faults(t, err))
			require.Equal(t, scanline.Stub{}, read)
			require.NotContains(t, err.Error(), "10441")
		})
	}
	_, err := template.Read(change(map[int]string{26: "9"}))
	require.ErrorContains(t, err, "amount check: stub: column 30: Luhn from the left: the check digit is 0, and the rest gives 8")
}

func TestWhatDoesNotFitIsNotPrinted(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(s *scanline.Stub)
		want   []string
	}{
		{"an account that fails its own check", func(s *scanline.Stub) { s.Account = "10441773" }, []string{"E_CHECK_DIGIT account 10"}},
		{"no account", func(s *scanline.Stub) { s.Account = "" }, []string{"E_FIELD account 3"}},
		{"a short account", func(s *scanline.Stub) { s.Account = "18" }, []string{"E_FIELD account 3"}},
		{"a long account", func(s *scanline.Stub) { s.Account = "00010441772" }, []string{"E_FIELD account 3"}},
		{"an account with a hyphen", func(s *scanline.Stub) { s.Account = "1044177-2" }, []string{"E_FIELD account 3"}},
		{"an invoice that begins with 0", func(s *scanline.Stub) { s.Invoice = "0900123" }, []string{"E_FIELD invoice 12"}},
		{"an invoice too long", func(s *scanline.Stub) { s.Invoice = "12345678901" }, []string{"E_FIELD invoice 12"}},
		{"an amount below zero", func(s *scanline.Stub) { s.Due = money.Cents(-1) }, []string{"E_FIELD amount_due 22"}},
		{"an amount too large", func(s *scanline.Stub) { s.Due = money.Cents(100_000_000) }, []string{"E_FIELD amount_due 22"}},
		{"a date of another century", func(s *scanline.Stub) { s.DueDate = civil.MustDate("1999-12-31") }, []string{"E_FIELD due_date 31"}},
		{"no date", func(s *scanline.Stub) { s.DueDate = civil.Date{} }, []string{"E_FIELD due_date 31"}},
		{"no cycle", func(s *scanline.Stub) { s.Other = nil }, []string{"E_FIELD cycle 37"}},
		{"a text that the line does not have", func(s *scanline.Stub) { s.Other = map[string]string{"cycle": "03", "route": "7"} }, []string{"E_FIELD route 0"}},
		{"a text of no name", func(s *scanline.Stub) { s.Other = map[string]string{"cycle": "03", "": "7"} }, []string{"E_FIELD  0"}},
		{"a bill type with a small letter", func(s *scanline.Stub) { s.BillType = "f" }, []string{"E_FIELD bill_type 44"}},
		{"all at once", func(s *scanline.Stub) { *s = scanline.Stub{} }, []string{"E_FIELD account 3", "E_FIELD due_date 31", "E_FIELD cycle 37"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := stub()
			c.change(&s)
			line, err := stubLine().Print(s)
			require.Equal(t, c.want, faults(t, err))
			require.Empty(t, line)
		})
	}
	template := scanline.Template{Fields: []scanline.Field{{Kind: scanline.Account, Width: 8}}}
	_, err := template.Print(stub())
	require.Equal(t, []string{"E_FIELD invoice 0", "E_FIELD amount_due 0", "E_FIELD due_date 0", "E_FIELD bill_type 0", "E_FIELD cycle 0"}, faults(t, err))
}

// lettered is mod 11 that writes X for 10.
func lettered() *scanline.Routine {
	r := scanline.Mod11()
	r.Letters = "X"
	return &r
}

func TestANumberWithoutACheckDigitIsNotPrinted(t *testing.T) {
	template := scanline.Template{Fields: []scanline.Field{
		{Kind: scanline.Account, Width: 1}, {Kind: scanline.CheckDigit, Width: 1, Routine: new(scanline.Mod11())},
	}}
	require.Equal(t, "19", printed(t, template, scanline.Stub{Account: "1"}))
	_, err := template.Print(scanline.Stub{Account: "6"}) // 12 leaves 1, and 11 less 1 is 10
	require.Equal(t, []string{"E_NO_CHECK_DIGIT check_digit 2"}, faults(t, err))
	for _, line := range []string{"60", "61", "6X"} {
		_, err = template.Read(line)
		require.Error(t, err)
	}
	template.Fields[1].Routine = lettered()
	require.Equal(t, "6X", printed(t, template, scanline.Stub{Account: "6"}))
	_, err = template.Read("6X")
	require.NoError(t, err)
}

func TestAbsentValuesAreNothingButPadding(t *testing.T) {
	template := scanline.Template{Fields: []scanline.Field{
		{Kind: scanline.Account, Width: 4, Pad: scanline.BlanksLeft},
		{Kind: scanline.Invoice, Width: 4, Pad: scanline.ZerosLeft},
		{Kind: scanline.AmountDue, Width: 5, Pad: scanline.BlanksLeft},
		{Kind: scanline.DueDate, Width: 6, Format: scanline.YYMMDD, Century: 20, Pad: scanline.ZerosLeft},
		{Kind: scanline.Other, Name: "day", Width: 7, Pad: scanline.BlanksRight},
	}}
	s := scanline.Stub{Account: "012"}
	require.Equal(t, " 012"+"0000"+"    0"+"000000"+"       ", printed(t, template, s))
	read, err := template.Read(" 0120000    0000000       ")
	require.NoError(t, err)
	require.Equal(t, s, read)
	_, err = template.Print(scanline.Stub{})
	require.Equal(t, []string{"E_FIELD account 1"}, faults(t, err), "an account is never absent")
	for line, want := range map[string]string{
		"    0000    0000000       ": "E_FIELD account 1",
		"0 120000    0000000       ": "E_FIELD account 1",
		" 0120000     000000       ": "E_FIELD amount_due 9",
		" 0120000   00000000       ": "E_FIELD amount_due 9",
		" 0120000    0000100       ": "E_FIELD due_date 14",
		" 0120000    0000000      1": "E_FIELD day 20",
		" 012 001    0000000       ": "E_CHARACTER invoice 5",
	} {
		_, err := template.Read(line)
		require.Equal(t, []string{want}, faults(t, err), line)
	}
}

func TestDatesAreReadAsTheyArePrinted(t *testing.T) {
	for _, c := range []struct {
		format  scanline.DateFormat
		century int
		date    string
		want    string
	}{
		{scanline.MMDDYY, 20, "2026-04-30", "043026"},
		{scanline.YYMMDD, 20, "2026-04-30", "260430"},
		{scanline.MMDDYYYY, 0, "2026-04-30", "04302026"},
		{scanline.YYYYMMDD, 0, "2026-04-30", "20260430"},
		{"DDMMYY", 19, "1999-12-31", "311299"},
		{"MMYYDD", 20, "2026-04-30", "042630"},
		{scanline.YYDDD, 20, "2024-12-31", "24366"},
		{"DDDYYYY", 0, "2026-02-01", "0322026"},
	} {
		template := scanline.Template{Fields: []scanline.Field{
			{Kind: scanline.Account, Width: 1}, {Kind: scanline.DueDate, Width: len(c.format), Format: c.format, Century: c.century},
		}}
		s := scanline.Stub{Account: "1", DueDate: civil.MustDate(c.date)}
		require.Equal(t, "1"+c.want, printed(t, template, s))
		read, err := template.Read("1" + c.want)
		require.NoError(t, err)
		require.Equal(t, s, read)
	}
	day := scanline.Template{Fields: []scanline.Field{
		{Kind: scanline.Account, Width: 1}, {Kind: scanline.DueDate, Width: 5, Format: scanline.YYDDD, Century: 20},
	}}
	for _, line := range []string{"126366", "126000", "126999"} {
		_, err := day.Read(line)
		require.Equal(t, []string{"E_FIELD due_date 2"}, faults(t, err))
	}
}

func TestATemplateThatIsNotWellFormedIsRefused(t *testing.T) {
	luhn, mod97, rf := new(scanline.Luhn()), new(scanline.Mod97()), new(scanline.RF())
	account := scanline.Field{Kind: scanline.Account, Width: 8}
	for _, c := range []struct {
		name   string
		fields []scanline.Field
		paths  []string
	}{
		{"no fields", nil, []string{"fields"}},
		{"no kind", []scanline.Field{{Width: 1}}, []string{"fields[0]"}},
		{"an unknown kind", []scanline.Field{{Kind: "amount", Width: 1}}, []string{"amount"}},
		{"no width", []scanline.Field{{Kind: scanline.Account}}, []string{"account"}},
		{"a width below 0", []scanline.Field{{Kind: scanline.Account, Width: -8}}, []string{"account"}},
		{"a line too long", []scanline.Field{{Kind: scanline.Filler, Width: 200, Text: "0"}, {Kind: scanline.Account, Width: 57}}, []string{"account"}},
		{"a width beyond all", []scanline.Field{{Kind: scanline.Filler, Width: math.MaxInt, Text: "0"}, {Kind: scanline.Filler, Width: math.MaxInt, Text: "0"}},
			[]string{"filler", "filler"}},
		{"two accounts", []scanline.Field{account, {Kind: scanline.Account, Name: "again", Width: 8}}, []string{"again"}},
		{"two of a name", []scanline.Field{{Kind: scanline.Other, Name: "cycle", Width: 1}, {Kind: scanline.Other, Name: "cycle", Width: 1}}, []string{"cycle"}},
		{"the name of a kind", []scanline.Field{account, {Kind: scanline.Filler, Name: "account", Width: 1, Text: "0"}}, []string{"account"}},
		{"other without a name", []scanline.Field{{Kind: scanline.Other, Width: 1}}, []string{"other"}},
		{"an amount without a pad", []scanline.Field{{Kind: scanline.AmountDue, Width: 8}}, []string{"amount_due"}},
		{"an amount padded behind", []scanline.Field{{Kind: scanline.AmountDue, Width: 8, Pad: scanline.BlanksRight}}, []string{"amount_due"}},
		{"an amount of 19 digits", []scanline.Field{{Kind: scanline.AmountDue, Width: 19, Pad: scanline.ZerosLeft}}, []string{"amount_due"}},
		{"an unknown pad", []scanline.Field{{Kind: scanline.Account, Width: 8, Pad: "zeros"}}, []string{"account"}},
		{"a date without a format", []scanline.Field{{Kind: scanline.DueDate, Width: 6}}, []string{"due_date"}},
		{"a date without a month", []scanline.Field{{Kind: scanline.DueDate, Width: 4, Format: "YYDD"}}, []string{"due_date"}},
		{"a format in pieces", []scanline.Field{{Kind: scanline.DueDate, Width: 6, Format: "MYYMDD", Century: 20}}, []string{"due_date"}},
		{"two years", []scanline.Field{{Kind: scanline.DueDate, Width: 10, Format: "YYYYMMDDYY", Century: 20}}, []string{"due_date"}},
		{"a date wider than its format", []scanline.Field{{Kind: scanline.DueDate, Width: 8, Format: scanline.MMDDYY, Century: 20}}, []string{"due_date"}},
		{"no century", []scanline.Field{{Kind: scanline.DueDate, Width: 6, Format: scanline.MMDDYY}}, []string{"due_date"}},
		{"two centuries", []scanline.Field{{Kind: scanline.DueDate, Width: 8, Format: scanline.MMDDYYYY, Century: 20}}, []string{"due_date"}},
		{"a constant of another width", []scanline.Field{{Kind: scanline.Constant, Width: 3, Text: "07"}}, []string{"constant"}},
		{"a constant that does not print", []scanline.Field{{Kind: scanline.Constant, Width: 2, Text: "0\n"}}, []string{"constant"}},
		{"a filler of two characters", []scanline.Field{{Kind: scanline.Filler, Width: 2, Text: "00"}}, []string{"filler"}},
		{"letters where none can be", []scanline.Field{{Kind: scanline.AmountDue, Width: 2, Pad: scanline.ZerosLeft, Letters: true}}, []string{"amount_due"}},
		{"a routine where none can be", []scanline.Field{{Kind: scanline.Filler, Width: 2, Text: "0", Routine: luhn}}, []string{"filler"}},
		{"a check digit without a routine", []scanline.Field{account, {Kind: scanline.CheckDigit, Width: 1}}, []string{"check_digit"}},
		{"a check digit with a faulty routine", []scanline.Field{account, {Kind: scanline.CheckDigit, Width: 1, Routine: new(scanline.Routine)}}, []string{"check_digit"}},
		{"a check digit of two columns", []scanline.Field{account, {Kind: scanline.CheckDigit, Width: 2, Routine: luhn}}, []string{"check_digit"}},
		{"two check digits in one column", []scanline.Field{account, {Kind: scanline.CheckDigit, Width: 1, Routine: mod97}}, []string{"check_digit"}},
		{"a reference as a check digit", []scanline.Field{account, {Kind: scanline.CheckDigit, Width: 2, Routine: rf}}, []string{"check_digit"}},
		{"a check digit over nothing", []scanline.Field{{Kind: scanline.CheckDigit, Width: 1, Routine: luhn}}, []string{"check_digit"}},
		{"a check digit over what is not there", []scanline.Field{account, {Kind: scanline.CheckDigit, Width: 1, Routine: luhn, Over: []string{"invoice"}}}, []string{"check_digit"}},
		{"a check digit over what stands behind it", []scanline.Field{{Kind: scanline.CheckDigit, Width: 1, Routine: luhn, Over: []string{"account"}}, account}, []string{"check_digit"}},
		{"a check digit over itself", []scanline.Field{account, {Kind: scanline.CheckDigit, Width: 1, Routine: luhn, Over: []string{"check_digit"}}}, []string{"check_digit"}},
		{"a check digit over one twice", []scanline.Field{account, {Kind: scanline.CheckDigit, Width: 1, Routine: luhn, Over: []string{"account", "account"}}}, []string{"check_digit"}},
		{"a check digit over one of two", []scanline.Field{{Kind: scanline.Filler, Width: 1, Text: "0"}, {Kind: scanline.Filler, Width: 1, Text: "0"},
			{Kind: scanline.CheckDigit, Width: 1, Routine: luhn, Over: []string{"filler"}}}, []string{"check_digit"}},
		{"a check digit over blanks", []scanline.Field{account, {Kind: scanline.Filler, Width: 1, Text: " "}, {Kind: scanline.CheckDigit, Width: 1, Routine: luhn}}, []string{"check_digit"}},
		{"a check digit over a padded text", []scanline.Field{{Kind: scanline.Account, Width: 8, Pad: scanline.BlanksRight}, {Kind: scanline.CheckDigit, Width: 1, Routine: luhn}},
			[]string{"check_digit"}},
		{"a check digit over letters", []scanline.Field{{Kind: scanline.Account, Width: 8, Letters: true}, {Kind: scanline.CheckDigit, Width: 1, Routine: luhn}}, []string{"check_digit"}},
		{"a check digit over one that may be a letter", []scanline.Field{account, {Kind: scanline.CheckDigit, Name: "first", Width: 1, Routine: lettered()},
			{Kind: scanline.CheckDigit, Width: 1, Routine: luhn}}, []string{"check_digit"}},
		{"a check digit over seven of nine", []scanline.Field{{Kind: scanline.Account, Width: 7}, {Kind: scanline.CheckDigit, Width: 1, Routine: new(scanline.ABA())}}, []string{"check_digit"}},
		{"a reference without letters", []scanline.Field{{Kind: scanline.Invoice, Width: 25, Routine: rf}}, []string{"invoice"}},
		{"letters that the routine cannot weigh", []scanline.Field{{Kind: scanline.Invoice, Width: 8, Letters: true, Routine: luhn}}, []string{"invoice"}},
		{"a reference too wide", []scanline.Field{{Kind: scanline.Invoice, Width: 26, Letters: true, Routine: rf}}, []string{"invoice"}},
		{"a routing number too narrow", []scanline.Field{{Kind: scanline.Other, Name: "bank", Width: 8, Pad: scanline.BlanksLeft, Routine: new(scanline.ABA())}}, []string{"bank"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			template := scanline.Template{Name: "line", Fields: c.fields}
			err := template.Check()
			var list problem.List
			require.ErrorAs(t, err, &list)
			var paths []string
			for _, e := range list {
				require.ErrorIs(t, e, scanline.ErrTemplate)
				require.Contains(t, e.Error(), "; ", "it says what to do")
				paths = append(paths, e.Path)
			}
			require.Equal(t, c.paths, paths, "%s", err)
			_, read := template.Read("104417720")
			require.Equal(t, err, read)
			_, printed := template.Print(stub())
			require.Equal(t, err, printed)
			_, repair := template.Repair("104417720", scanline.LookAlikes(), scanline.Limit{Changes: 1, Candidates: 1})
			require.Equal(t, err, repair)
		})
	}
}

func TestAReferenceStandsOnALine(t *testing.T) {
	template := scanline.Template{Fields: []scanline.Field{
		{Kind: scanline.Account, Width: 25, Letters: true, Pad: scanline.BlanksRight, Routine: new(scanline.RF())},
		{Kind: scanline.AmountDue, Width: 6, Pad: scanline.ZerosLeft},
	}}
	s := scanline.Stub{Account: "RF18539007547034", Due: money.Cents(1)}
	line := printed(t, template, s)
	read, err := template.Read(line)
	require.NoError(t, err)
	require.Equal(t, s, read)
	_, err = template.Read(strings.Replace(line, "RF18", "RF17", 1))
	require.Equal(t, []string{"E_CHECK_DIGIT account 3"}, faults(t, err))

	template.Fields[0].Pad = scanline.BlanksLeft
	line = printed(t, template, s)
	_, err = template.Read(strings.Replace(line, "RF18", "RF17", 1))
	require.Equal(t, []string{"E_CHECK_DIGIT account 12"}, faults(t, err))
}

func TestWhatIsPrintedReadsBackAndIsTheOnlyLineOfItsStub(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		template, s := drawTemplate(t)
		require.NoError(t, template.Check())
		before := maps.Clone(s.Other)
		line, err := template.Print(s)
		if err != nil { // a number may have no check digit under modulus 11
			require.ErrorIs(t, err, scanline.ErrNoDigit)
			return
		}
		require.Equal(t, before, s.Other)
		read, err := template.Read(line)
		require.NoError(t, err)
		require.Equal(t, s, read)

		wrong := []byte(line)
		at := rapid.IntRange(0, len(wrong)-1).Draw(t, "at")
		wrong[at] = rapid.Byte().Draw(t, "character")
		read, err = template.Read(string(wrong))
		if err == nil {
			require.Equal(t, string(wrong), printed(t, template, read), "one line of each stub")
		}
	})
}

// drawTemplate draws a template that is well formed, and a stub for it.
func drawTemplate(t *rapid.T) (scanline.Template, scanline.Stub) {
	var template scanline.Template
	s := scanline.Stub{Account: rapid.StringMatching(`[1-9][0-9]{5}`).Draw(t, "account")}
	add := func(f scanline.Field) { template.Fields = append(template.Fields, f) }
	pads := rapid.SampledFrom([]scanline.Pad{scanline.NoPad, scanline.ZerosLeft, scanline.BlanksLeft, scanline.BlanksRight})
	blanks := false
	text := func(kind scanline.Kind, name, value string) {
		pad := pads.Draw(t, "pad")
		width := len(value)
		if pad != scanline.NoPad {
			width += rapid.IntRange(0, 4).Draw(t, "more")
		}
		blanks = blanks || pad == scanline.BlanksLeft || pad == scanline.BlanksRight
		add(scanline.Field{Kind: kind, Name: name, Width: width, Pad: pad})
	}
	check := func(name string, over ...string) {
		r := rapid.SampledFrom([]scanline.Routine{
			scanline.Luhn(), scanline.LeftLuhn(), scanline.Products21(), scanline.Weights731(), scanline.Mod11(), scanline.Mod97(), scanline.Geometric248(),
		}).Draw(t, "routine")
		add(scanline.Field{Kind: scanline.CheckDigit, Name: name, Width: r.Digits, Routine: &r, Over: over})
	}
	text(scanline.Account, "", s.Account)
	if !blanks {
		check("account check", "account")
	}
	if rapid.Bool().Draw(t, "invoice") {
		s.Invoice = rapid.StringMatching(`[1-9][0-9]{0,9}`).Draw(t, "number")
		text(scanline.Invoice, "", s.Invoice)
	}
	if rapid.Bool().Draw(t, "amount") {
		s.Due = money.Cents(rapid.Int64Range(0, 99_999_999).Draw(t, "due"))
		add(scanline.Field{Kind: scanline.AmountDue, Width: rapid.IntRange(8, 18).Draw(t, "width"), Pad: scanline.ZerosLeft})
		check("amount check", "amount_due")
	}
	if rapid.Bool().Draw(t, "date") {
		f := scanline.Field{Kind: scanline.DueDate, Century: 20, Format: rapid.SampledFrom([]scanline.DateFormat{scanline.MMDDYY, scanline.YYMMDD, scanline.YYDDD}).Draw(t, "format")}
		f.Width = len(f.Format)
		day, err := civil.MustDate("2000-01-01").AddDays(rapid.IntRange(0, 36_000).Draw(t, "day"))
		require.NoError(t, err)
		s.DueDate = day
		add(f)
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "others") {
		name := fmt.Sprint("other ", i)
		if s.Other == nil {
			s.Other = map[string]string{}
		}
		s.Other[name] = rapid.StringMatching(`[1-9][0-9]{0,3}`).Draw(t, name)
		text(scanline.Other, name, s.Other[name])
		add(scanline.Field{Kind: scanline.Filler, Width: 2, Text: "0"})
	}
	if !blanks {
		check("line check")
	}
	add(scanline.Field{Kind: scanline.Constant, Width: 2, Text: " >"})
	return template, s
}

// TestOneWrongDigitOfACoveredFieldIsFound is the tenth invariant, for lines: under routines that miss no single digit.
func TestOneWrongDigitOfACoveredFieldIsFound(t *testing.T) {
	line := printed(t, stubLine(), stub())
	for at := range 40 {
		for digit := byte('0'); digit <= '9'; digit++ {
			if digit != line[at] {
				wrong := []byte(line)
				wrong[at] = digit
				_, err := stubLine().Read(string(wrong))
				require.Error(t, err, "%s", wrong)
			}
		}
	}
}

func BenchmarkTemplate(b *testing.B) {
	template := stubLine()
	line := printed(b, template, stub())
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := template.Read(line); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("print", func(b *testing.B) {
		b.ReportAllocs()
		s := stub()
		for b.Loop() {
			if _, err := template.Print(s); err != nil {
				b.Fatal(err)
			}
		}
	})
}
