package scanline_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/payments/scanline"
)

// naviga is a line with three check digits, as that publisher has it: of the account, of the invoice and of the whole.
func naviga() scanline.Template {
	return scanline.Template{Name: "three check digits", Fields: []scanline.Field{
		{Name: "lead", Kind: scanline.Constant, Text: "90"},
		{Name: "account", Kind: scanline.Account, Width: 8},
		{Name: "check 1", Kind: scanline.CheckDigit, Over: []string{"account"}, Routine: scanline.Mod10Left()},
		{Name: "invoice", Kind: scanline.Invoice, Width: 9},
		{Name: "check 2", Kind: scanline.CheckDigit, Over: []string{"invoice"}, Routine: scanline.Mod10Left()},
		{Name: "due", Kind: scanline.AmountDue, Width: 10},
		{Name: "day", Kind: scanline.DueDate},
		{Name: "type", Kind: scanline.Other, Width: 2},
		{Name: "check 3", Kind: scanline.CheckDigit, Over: []string{"lead", "account", "check 1", "invoice", "check 2", "due", "day", "type"}, Routine: scanline.Luhn()},
	}}
}

var bill = scanline.Line{Account: "76543210", Invoice: "350736490", AmountDue: money.Cents(84_10), Due: civil.MustDate("2026-03-20"), Others: map[string]string{"type": "01"}}

func TestAStubIsPrintedAndReadBack(t *testing.T) {
	line, err := naviga().Print(bill)
	require.NoError(t, err)
	assert.Equal(t, "90"+"76543210"+"4"+"350736490"+line[20:21]+"0000008410"+"032026"+"01"+line[len(line)-1:], line)
	read, err := naviga().Read(line)
	require.NoError(t, err)
	assert.Equal(t, bill, read)
}

func TestAnythingPrintedIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := scanline.Line{Account: rapid.StringMatching(`[0-9]{8}`).Draw(t, "account"), Invoice: rapid.StringMatching(`[0-9]{9}`).Draw(t, "invoice"),
			AmountDue: money.Cents(rapid.Int64Range(0, 9_999_999_999).Draw(t, "cents")), Due: bill.Due, Others: map[string]string{"type": rapid.StringMatching(`[0-9]{2}`).Draw(t, "type")}}
		text, err := naviga().Print(l)
		require.NoError(t, err)
		read, err := naviga().Read(text)
		require.NoError(t, err)
		require.Equal(t, l, read)
		// Any digit that is wrong is found.
		at := rapid.IntRange(0, len(text)-1).Draw(t, "column")
		digit := rapid.ByteRange('0', '9').Filter(func(c byte) bool { return c != text[at] }).Draw(t, "digit")
		_, err = naviga().Read(text[:at] + string(digit) + text[at+1:])
		require.Error(t, err)
	})
}

func TestALineThatCannotBeReadSaysWhere(t *testing.T) {
	text, err := naviga().Print(bill)
	require.NoError(t, err)
	_, err = naviga().Read(text[:4] + "9" + text[5:])
	require.ErrorIs(t, err, scanline.ErrCheckDigit)
	assert.Equal(t, "1:11: E_CHECK_DIGIT: check 1: the check digit over account is wrong; read the stub again\n"+
		"1:40: E_CHECK_DIGIT: check 3: the check digit over lead, account, check 1, invoice, check 2, due, day, type is wrong; read the stub again", err.Error())
	_, err = naviga().Read(text[:20])
	assert.ErrorIs(t, err, scanline.ErrLine)
	_, err = naviga().Read("91" + text[2:])
	assert.ErrorIs(t, err, scanline.ErrLine)
	_, err = naviga().Read(text[:3] + "O" + text[4:])
	assert.ErrorIs(t, err, scanline.ErrDigits)
	_, err = naviga().Read(text[:31] + "13" + text[33:])
	assert.ErrorIs(t, err, scanline.ErrLine, "there is no month 13")
}

func TestWhatDoesNotFitIsNotPrinted(t *testing.T) {
	for name, bad := range map[string]func(*scanline.Line){
		"a long account":     func(l *scanline.Line) { l.Account = "123456789" },
		"letters":            func(l *scanline.Line) { l.Account = "A" },
		"no account":         func(l *scanline.Line) { l.Account = "" },
		"a credit":           func(l *scanline.Line) { l.AmountDue = money.Cents(-1) },
		"a large amount":     func(l *scanline.Line) { l.AmountDue = money.Cents(10_000_000_000) },
		"no day":             func(l *scanline.Line) { l.Due = civil.Date{} },
		"another century":    func(l *scanline.Line) { l.Due = civil.MustDate("1999-01-01") },
		"no type":            func(l *scanline.Line) { l.Others = nil },
		"a value of nowhere": func(l *scanline.Line) { l.Others = map[string]string{"type": "01", "route": "7"} },
	} {
		l := bill
		bad(&l)
		_, err := naviga().Print(l)
		assert.ErrorIs(t, err, scanline.ErrLine, name)
	}
	short := scanline.Template{Name: "account alone", Fields: []scanline.Field{{Name: "account", Kind: scanline.Account, Width: 8}}}
	_, err := short.Print(bill)
	assert.ErrorIs(t, err, scanline.ErrLine, "the invoice has no field")
	line, err := short.Print(scanline.Line{Account: "42"})
	require.NoError(t, err)
	assert.Equal(t, "00000042", line)
}

func TestATemplateThatIsNoneIsRefused(t *testing.T) {
	for name, bad := range map[string]func(*scanline.Template){
		"no name":               func(t *scanline.Template) { t.Name = "" },
		"no fields":             func(t *scanline.Template) { t.Fields = nil },
		"a name twice":          func(t *scanline.Template) { t.Fields[1].Name = "lead" },
		"no kind":               func(t *scanline.Template) { t.Fields[1].Kind = 0 },
		"two accounts":          func(t *scanline.Template) { t.Fields[3].Kind = scanline.Account },
		"no width":              func(t *scanline.Template) { t.Fields[1].Width = 0 },
		"a very wide amount":    func(t *scanline.Template) { t.Fields[5].Width = 19 },
		"a check over nothing":  func(t *scanline.Template) { t.Fields[2].Over = nil },
		"a check over the next": func(t *scanline.Template) { t.Fields[2].Over = []string{"invoice"} },
		"a check over letters":  func(t *scanline.Template) { t.Fields[0].Text = "AB" },
		"no routine":            func(t *scanline.Template) { t.Fields[2].Routine = scanline.Routine{} },
		"an account over":       func(t *scanline.Template) { t.Fields[1].Over = []string{"lead"} },
		"an account's text":     func(t *scanline.Template) { t.Fields[1].Text = "1" },
	} {
		template := naviga()
		bad(&template)
		assert.ErrorIs(t, template.Check(), scanline.ErrTemplate, name)
		_, err := template.Print(bill)
		assert.ErrorIs(t, err, scanline.ErrTemplate, name)
		_, err = template.Read("1")
		assert.ErrorIs(t, err, scanline.ErrTemplate, name)
		assert.Empty(t, template.Repair("1"))
	}
}

func TestARepairIsProposed(t *testing.T) {
	text, err := naviga().Print(bill)
	require.NoError(t, err)
	assert.Empty(t, naviga().Repair(text), "what can be read needs none")
	misread := text[:8] + "I" + text[9:25] + "O" + text[26:]
	list := naviga().Repair(misread)
	require.NotEmpty(t, list)
	assert.Equal(t, scanline.Proposal{Line: bill, Text: text, Columns: []int{9, 26}}, list[0])
	// 8 for 3, both digits.
	misread = text[:5] + "8" + text[6:]
	if text[5] != '3' {
		misread = text[:3] + "5" + text[4:] // 6 as 5
	}
	found := false
	for _, p := range naviga().Repair(misread) {
		found = found || p.Text == text
		_, err := naviga().Read(p.Text)
		assert.NoError(t, err, "each proposal can be read")
	}
	assert.True(t, found)
	assert.LessOrEqual(t, len(naviga().Repair(misread)), scanline.MaxProposals)
	assert.Empty(t, naviga().Repair("x"))
}

func TestCase20ADifferenceThatHintsAtSwappedDigits(t *testing.T) {
	d, differs, err := scanline.Differs(money.Cents(84_10), money.Cents(48_10))
	require.NoError(t, err)
	assert.True(t, differs)
	assert.Equal(t, scanline.Difference{Amount: money.Cents(36_00), Swapped: true}, d)
	d, differs, err = scanline.Differs(money.Cents(84_10), money.Cents(84_00))
	require.NoError(t, err)
	assert.True(t, differs)
	assert.False(t, d.Swapped)
	_, differs, err = scanline.Differs(money.Cents(1), money.Cents(1))
	require.NoError(t, err)
	assert.False(t, differs)
	_, _, err = scanline.Differs(money.Cents(1<<62), money.Cents(-1<<62))
	assert.ErrorIs(t, err, money.ErrOverflow)
}

func FuzzRead(f *testing.F) {
	text, err := naviga().Print(bill)
	require.NoError(f, err)
	f.Add(text)
	f.Add("")
	f.Add(text[:5] + "O" + text[6:])
	f.Fuzz(func(t *testing.T, text string) {
		line, err := naviga().Read(text)
		if err == nil {
			again, err := naviga().Print(line)
			require.NoError(t, err)
			require.Equal(t, text, again)
		}
		naviga().Repair(text)
	})
}

func Example() {
	luhn := scanline.Luhn()
	account, err := luhn.Append("0104417")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(account, luhn.Verify("01044713"))

	stub := scanline.Template{Name: "water bill", Fields: []scanline.Field{
		{Name: "account", Kind: scanline.Account, Width: 8},
		{Name: "due", Kind: scanline.AmountDue, Width: 10},
		{Name: "check", Kind: scanline.CheckDigit, Routine: luhn, Over: []string{"account", "due"}},
	}}
	line, err := stub.Print(scanline.Line{Account: account, AmountDue: money.Cents(84_10)})
	fmt.Println(line, err)
	read, err := stub.Read(line)
	fmt.Println(read.Account, read.AmountDue, err)
	for _, p := range stub.Repair("O" + line[1:8] + "D" + line[9:]) {
		fmt.Println("perhaps", p.Line.Account, p.Line.AmountDue, p.Columns)
	}
	// Output:
	// 01044171 1:8: E_CHECK_DIGIT: the check digit is wrong: a digit of the number was misread, or two were swapped; look at the number again
	// 0104417100000084108 <nil>
	// 01044171 $84.10 <nil>
	// perhaps 01044171 $84.10 [1 9]
}
