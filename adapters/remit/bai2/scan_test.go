package bai2_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/bai2"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/private"
	"github.com/headgate-dev/headgate/payments"
)

// read is all that a scan gives.
type read struct {
	groups, accounts, details []*bai2.Record
	findings                  []remit.Finding
	verdicts                  []remit.Verdict
	summary                   remit.Summary
}

func scan(t require.TestingT, text string) read {
	var out read
	for item, err := range bai2.Scan(strings.NewReader(text), "bank.bai2") {
		require.NoError(t, err)
		switch {
		case item.Record != nil && item.Record.Detail != nil:
			out.details = append(out.details, item.Record.Clone())
		case item.Record != nil && item.Record.Account != nil:
			out.accounts = append(out.accounts, item.Record.Clone())
		case item.Record != nil:
			out.groups = append(out.groups, item.Record.Clone())
		case item.Finding != nil:
			out.findings = append(out.findings, *item.Finding)
		case item.Verdict != nil:
			out.verdicts = append(out.verdicts, *item.Verdict)
		default:
			out.summary = *item.Summary
		}
	}
	require.Equal(t, out.summary.Lines, out.summary.Records+out.summary.Refused+out.summary.Ignored+out.summary.Blank, "every line ends in a record or in a finding")
	require.Equal(t, len(out.findings), out.summary.Findings)
	return out
}

func (r read) holds() []string {
	var list []string
	for _, v := range r.verdicts {
		list = append(list, fmt.Sprintf("%s %t", v.Of, v.Holds))
	}
	return list
}

// faults are the findings as the index of the corpus writes them.
func (r read) faults() []string {
	var list []string
	for _, f := range r.findings {
		word := map[payments.Level]string{payments.OfBatch: "49-", payments.OfGroup: "98-", payments.OfFile: "99-"}[f.Fails]
		switch {
		case f.Control != nil:
			list = append(list, fmt.Sprintf("%s%s:stated=%d,computed=%d", word, f.Control.Name, f.Control.Stated, f.Control.Computed))
		case f.Code == remit.ErrTorn && strings.Contains(f.What, "header"):
			list = append(list, "no-01-header")
		case f.Code == remit.ErrTorn && f.Fails == payments.OfFile:
			list = append(list, "no-99-trailer")
		case f.Fails != payments.NoLevel:
			list = append(list, string(f.Code))
		}
	}
	return list
}

func (r read) sums() (credits, debits int64) {
	for _, d := range r.details {
		cents := d.Detail.Amount.Cents()
		if d.Detail.IsCredit() {
			credits += cents
		}
		if d.Detail.IsDebit() {
			debits += cents
		}
	}
	return credits, debits
}

// packed is a statement with several records on a line, and one that runs on over two.
const packed = `01,121000358,MCWD,260303,0600,1,,,2/  02,MCWD,121000358,1,260303,2359,USD,2/
03,111,USD,010,1000,,,015,1500,,/  16,165,500,Z,,,ACH A/ 16,165,300,Z,,,ACH B/
16,451,300,Z,,,ACH C
SECOND HALF OF THE TEXT /
88,  MORE/   49,3600,6/  03,222,USD,010,00,,/ 49,00,2/
98,3600,2,10/ 99,3600,1,12/
`

func TestCase43RecordsThatShareALineAndOneThatRunsOn(t *testing.T) {
	r := scan(t, packed)
	assert.Empty(t, r.findings)
	assert.Len(t, r.accounts, 2)
	require.Len(t, r.details, 3)
	assert.Equal(t, 12, r.summary.Counted)
	credits, debits := r.sums()
	assert.EqualValues(t, 8_00, credits)
	assert.EqualValues(t, 3_00, debits)
	assert.Equal(t, "ACH A", r.details[0].Detail.Text())
	assert.Equal(t, "ACH C\nSECOND HALF OF THE TEXT \n  MORE", r.details[2].Detail.Text())
	assert.Equal(t, []string{"account 1 true", "account 2 true", "group 1 true", "file true"}, r.holds())
	assert.Equal(t, "111", private.Reveal(r.accounts[0].Account.ID()).Text()+map[bool]string{true: "111"}[r.accounts[0].Account.ID().IsZero()], "a number that is too short to be private data is none")
}

// statement is one account with two details.
const statement = `01,121000358,MCWD,260303,0600,1,80,,2/
02,MCWD,121000358,1,260303,14:59:35,,2/
03,0001234567,,010,100000,,,015/
88,150000,2,V,260303,1200,100,80000,1,/
16,165,80000,S,50000,30000,,BANKREF,CUSTREF,PORTAL
88,/MEXICO ; A/B
16,555,30000,,PAST,/
88,NSF, OF
49,440000,7/
98,440000,1,9/
99,440000,1,11/
`

func TestAStatementIsRead(t *testing.T) {
	r := scan(t, statement)
	assert.Empty(t, r.findings)
	require.Len(t, r.groups, 1)
	assert.Equal(t, "14:59:35", r.groups[0].Group.Time)
	assert.Equal(t, "2026-03-03", r.groups[0].Group.AsOf.String())
	require.Len(t, r.accounts, 1)
	a := r.accounts[0].Account
	assert.Equal(t, "0001234567", private.Reveal(a.ID()).Text())
	assert.Equal(t, []string{"010", "015", "100"}, []string{a.Amounts[0].Type, a.Amounts[1].Type, a.Amounts[2].Type})
	assert.Equal(t, money.Cents(150000), a.Amounts[1].Amount, "a type and its amount may be parted")
	assert.Equal(t, 2, a.Amounts[1].Count)
	assert.Equal(t, -1, a.Amounts[0].Count)
	assert.Equal(t, "1200", a.Amounts[1].Funds.Time)
	d := r.details[0].Detail
	assert.Equal(t, "BANKREF", d.BankReference)
	assert.Equal(t, "CUSTREF", d.CustomerReference)
	assert.Equal(t, []bai2.Available{{Days: 0, Amount: money.Cents(50000)}, {Days: 1, Amount: money.Cents(30000)}, {Days: 2}}, d.Funds.Days)
	assert.Equal(t, "PORTAL\n/MEXICO ; A/B", d.Text(), "case 45")
	signed, ok := r.details[1].Detail.Signed()
	assert.True(t, ok)
	assert.Equal(t, money.Cents(-30000), signed)
	assert.Equal(t, "PAST", r.details[1].Detail.BankReference)
	assert.Equal(t, "NSF, OF", r.details[1].Detail.Text())
	for _, verb := range []string{"%v", "%+v", "%#v"} {
		text := fmt.Sprintf(verb, *d) + fmt.Sprintf(verb, *a)
		assert.NotContains(t, text, "MEXICO")
		assert.NotContains(t, text, "0001234567")
	}
}

func TestCase45SlashesInATextAreText(t *testing.T) {
	text := strings.Replace(statement, "BANKREF,CUSTREF,PORTAL", "BANKREF,AB/GS/RPFILERP0001/RPBA0001,ACH/CREDIT /16 of 20", 1)
	r := scan(t, text)
	assert.Empty(t, r.findings)
	assert.Equal(t, "AB/GS/RPFILERP0001/RPBA0001", r.details[0].Detail.CustomerReference)
	assert.Equal(t, "ACH/CREDIT /16 of 20\n/MEXICO ; A/B", r.details[0].Detail.Text())
}

func TestDamagedStatements(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		codes []string
		holds []string
	}{
		"nothing":            {"", []string{"no-99-trailer"}, []string{"file false"}},
		"no header":          {strings.Join(strings.SplitAfter(statement, "\n")[1:], ""), []string{"no-01-header", "99-count:stated=11,computed=10"}, []string{"account 1 true", "group 1 true", "file false"}},
		"no trailer":         {strings.Join(strings.SplitAfter(statement, "\n")[:10], ""), []string{"no-99-trailer"}, []string{"account 1 true", "group 1 true", "file false"}},
		"cut in the account": {strings.Join(strings.SplitAfter(statement, "\n")[:8], ""), []string{"E_TORN", "E_TORN", "no-99-trailer"}, []string{"account 1 false", "group 1 false", "file false"}},
		"a wrong total": {strings.Replace(statement, "49,440000", "49,440001", 1), []string{"49-total:stated=440001,computed=440000", "98-total:stated=440000,computed=440001"},
			[]string{"account 1 false", "group 1 false", "file true"}},
		"a wrong total throughout": {strings.ReplaceAll(statement, "440000", "440001"), []string{"49-total:stated=440001,computed=440000"}, []string{"account 1 false", "group 1 true", "file true"}},
		"a detail is lost":         {strings.Replace(statement, "16,555,30000,,PAST,/\n88,NSF, OF\n", "", 1), []string{"49-total:stated=440000,computed=410000", "49-count:stated=7,computed=5", "98-count:stated=9,computed=7", "99-count:stated=11,computed=9"}, nil},
		"a letter in an amount":    {strings.Replace(statement, "16,555,30000", "16,555,3O000", 1), []string{"E_FIELD", "49-total:stated=440000,computed=410000"}, []string{"account 1 false", "group 1 true", "file true"}},
		"a point in an amount":     {strings.Replace(statement, "16,555,30000", "16,555,300.00", 1), []string{"E_FIELD", "49-total:stated=440000,computed=410000"}, nil},
		"a huge amount":            {strings.Replace(statement, "16,555,30000", "16,555,9999999999999999999", 1), []string{"E_FIELD", "49-total:stated=440000,computed=410000"}, nil},
		"no such day":              {strings.Replace(statement, "1,260303,14", "1,260230,14", 1), []string{"E_FIELD"}, []string{"account 1 true", "group 1 false", "file true"}},
		"no such funds":            {strings.Replace(statement, "16,555,30000,,", "16,555,30000,Q,", 1), []string{"E_FIELD"}, []string{"account 1 false", "group 1 true", "file true"}},
		"a detail of no account":   {"01,1,2,260303,0600,1,,,2/\n02,2,1,1,260303,,,2/\n16,165,1,,,/\n98,0,0,2/\n99,0,1,5/\n", []string{"E_RECORD_ORDER"}, []string{"group 1 false", "file true"}},
		"an account of no group":   {"01,1,2,260303,0600,1,,,2/\n03,1,USD/\n49,,2/\n99,,1,4/\n", []string{"E_RECORD_ORDER", "E_TORN"}, []string{"account 1 true", "group 1 false", "file true"}},
		"88 of nothing":            {"88,1\n" + statement, nil, nil},
		"behind the trailer":       {statement + "16,165,1,,,/\n", []string{"E_RECORD_ORDER"}, []string{"account 1 true", "group 1 true", "file false"}},
		"a blank count":            {strings.Replace(statement, "49,440000,7/", "49,440000,/", 1), []string{"E_FIELD"}, nil},
		"an endless distribution":  {strings.Replace(statement, "16,555,30000,,", "16,555,30000,D,9,1,1,", 1), []string{"E_FIELD"}, []string{"account 1 false", "group 1 true", "file true"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := scan(t, c.text)
			if c.codes != nil {
				assert.Equal(t, c.codes, r.faults())
			}
			if c.holds != nil {
				assert.Equal(t, c.holds, r.holds())
			}
			assert.NotEmpty(t, r.findings)
			assert.Contains(t, fmt.Sprint(r.holds()), "false")
			for _, f := range r.findings {
				assert.NotEmpty(t, f.Fix)
				assert.NotContains(t, f.String(), "0001234567")
			}
		})
	}
}

func TestSumsThatDoNotFitAreTold(t *testing.T) {
	text := "01,1,2,260303,0600,1,,,2/\n02,2,1,1,260303,,,2/\n03,1,USD/\n" + strings.Repeat("16,165,999999999999999999,,,/\n", 12) + "49,1,14/\n98,1,1,16/\n99,1,1,18/\n"
	r := scan(t, text)
	require.Len(t, r.findings, 1)
	assert.Equal(t, remit.ErrRange, r.findings[0].Code)
}

func TestCase65CutAtEveryByte(t *testing.T) {
	for _, text := range []string{statement, packed} {
		for n := range len(text) - 3 {
			r := scan(t, text[:n])
			require.NotContains(t, r.holds(), "file true", "cut at %d", n)
		}
	}
}

func TestAnyDigitOfAnAmountThatIsWrongIsFound(t *testing.T) {
	at := 0
	for _, line := range strings.SplitAfter(statement, "\n") {
		fields := map[string]string{"03": "100000", "88": "150000", "16": "80000", "49": line, "98": line, "99": line}
		wanted := fields[line[:min(2, len(line))]]
		if strings.HasPrefix(line, "16,555") {
			wanted = "30000"
		}
		from := strings.Index(line, wanted)
		for i := max(from, 3); from >= 0 && wanted != "" && i < from+len(wanted); i++ {
			for digit := byte('0'); digit <= '9'; digit++ {
				if c := line[i]; c >= '0' && c <= '9' && c != digit {
					require.NotEmpty(t, scan(t, statement[:at+i]+string(digit)+statement[at+i+1:]).findings, "column %d of %q as %c", i+1, line, digit)
				}
			}
		}
		at += len(line)
	}
}

func TestASourceThatFailsEndsTheStream(t *testing.T) {
	failed := false
	for _, err := range bai2.Scan(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(statement))), "x") {
		if err != nil {
			assert.ErrorIs(t, err, remit.ErrInput)
			failed = true
		}
	}
	assert.True(t, failed)
}

func corpus(t testing.TB) string {
	root := os.Getenv("HEADGATE_CORPUS")
	if root == "" {
		t.Skip("HEADGATE_CORPUS is not set")
	}
	require.True(t, filepath.IsAbs(root), "HEADGATE_CORPUS is an absolute path")
	return filepath.Join(root, "remit")
}

func contents(t testing.TB, path string) string {
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

func TestTheCorpusIsReadAsTheIndexSays(t *testing.T) {
	root := corpus(t)
	rows, err := csv.NewReader(strings.NewReader(contents(t, filepath.Join(root, "files", "index.csv")))).ReadAll()
	require.NoError(t, err)
	read := 0
	for _, row := range rows[1:] {
		format, name, items, total, extra, faults := row[0], row[1], row[5], row[6], row[7], row[8]
		path := filepath.Join(root, "files", "bai2", name)
		if format == "synthetic" && strings.HasSuffix(name, ".bai2") {
			path = filepath.Join(root, "days", filepath.FromSlash(name))
		} else if format != "bai2" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			read++
			r := scan(t, contents(t, path))
			sum := int64(0)
			for _, d := range r.details {
				sum += max(d.Detail.Amount.Cents(), -d.Detail.Amount.Cents())
			}
			assert.Equal(t, items, fmt.Sprint(len(r.details)))
			assert.Equal(t, total, fmt.Sprint(sum))
			credits, debits := r.sums()
			if format == "bai2" {
				counted := r.summary.Counted
				if name == "moov-parse-error.txt" {
					counted++ // the checker counts the line, which is no record
				}
				assert.Equal(t, extra, fmt.Sprintf("groups=%d;accounts=%d;credits=%d;debits=%d;records=%d", len(r.groups), len(r.accounts), credits, debits, counted))
			}
			if name == "moov-parse-error.txt" {
				faults = string(remit.ErrRecord) + "; " + faults // the line itself is told too
			}
			assert.Equal(t, faults, strings.Join(r.faults(), "; "))
		})
	}
	assert.Equal(t, 15, read)
}

func TestCase42AWrongTotalOfAnotherProject(t *testing.T) {
	r := scan(t, contents(t, filepath.Join(corpus(t), "files", "bai2", "vh-invalid-checksum-eod.bai2")))
	require.Len(t, r.findings, 1)
	assert.Equal(t, &remit.Control{Name: "total", Stated: 83_259_83, Computed: 83_259_82, Money: true}, r.findings[0].Control)
	assert.Contains(t, r.findings[0].String(), "stated as $83,259.83, and its records come to $83,259.82")
}

func TestTheColonOfAnotherProjectIsTold(t *testing.T) {
	r := scan(t, contents(t, filepath.Join(corpus(t), "files", "bai2", "moov-sample5-slash-in-ref.txt")))
	told := 0
	for _, f := range r.findings {
		if f.Fails == payments.NoLevel {
			told++
			assert.Equal(t, 63, f.Pos.Line)
		}
	}
	assert.Equal(t, 1, told)
}

func TestTheBankOfTheDays(t *testing.T) {
	for _, name := range []string{"day1", "day2", "day4", "day5"} {
		var truth struct {
			Lockbox []int64 `json:"bank_lockbox_credits"`
			Portal  int64   `json:"portal_net"`
			NSF     struct {
				Account string
				Cents   int64
			}
		}
		folder := filepath.Join(corpus(t), "days", name)
		require.NoError(t, json.Unmarshal([]byte(contents(t, filepath.Join(folder, "truth.json"))), &truth))
		r := scan(t, contents(t, filepath.Join(folder, "bank.bai2")))
		assert.Empty(t, r.findings)
		require.Len(t, r.details, 4)
		got := make([]int64, 4)
		for i, d := range r.details {
			signed, _ := d.Detail.Signed()
			got[i] = signed.Cents()
		}
		assert.Equal(t, []int64{truth.Lockbox[0], truth.Lockbox[1], truth.Portal, -truth.NSF.Cents}, got)
		assert.Equal(t, truth.NSF.Account, r.details[3].Detail.BankReference)
	}
}

func FuzzScan(f *testing.F) {
	f.Add(statement)
	f.Add(packed)
	f.Add("88,\n16,/\n03,1,,/ 88,/ 16,1,1/")
	f.Fuzz(func(t *testing.T, text string) {
		r := scan(t, text)
		files := 0
		for _, v := range r.verdicts {
			if v.Level == payments.OfFile {
				files++
			}
		}
		if files != 1 {
			t.Fatal("the file has one verdict")
		}
	})
}
