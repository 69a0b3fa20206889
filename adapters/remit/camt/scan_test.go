package camt_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/camt"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/private"
)

type read struct {
	statements []camt.Statement
	entries    []camt.Entry
	details    []camt.Detail
	findings   []remit.Finding
	verdicts   []string
	summary    remit.Summary
	err        error
}

func scan(t require.TestingT, text string) read {
	var out read
	for item, err := range camt.Scan(strings.NewReader(text), "bank.xml") {
		switch {
		case err != nil:
			out.err = err
			return out
		case item.Record != nil && item.Record.Detail != nil:
			out.details = append(out.details, *item.Record.Detail)
		case item.Record != nil && item.Record.Entry != nil:
			out.entries = append(out.entries, *item.Record.Entry)
		case item.Record != nil:
			out.statements = append(out.statements, *item.Record.Statement)
		case item.Finding != nil:
			out.findings = append(out.findings, *item.Finding)
		case item.Verdict != nil:
			out.verdicts = append(out.verdicts, fmt.Sprintf("%s %t", item.Verdict.Of, item.Verdict.Holds))
		default:
			out.summary = *item.Summary
		}
	}
	require.Equal(t, len(out.statements)+len(out.entries)+len(out.details), out.summary.Records)
	require.Equal(t, len(out.findings), out.summary.Findings)
	return out
}

func (r read) codes() []string {
	var list []string
	for _, f := range r.findings {
		list = append(list, string(f.Code))
	}
	return list
}

func detail(amount, reference string) string {
	return `<TxDtls><Refs><EndToEndId>E1</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="USD">` + amount + `</Amt></TxAmt></AmtDtls><RltdPties><Dbtr><Pty><Nm>Ada Weir</Nm></Pty></Dbtr><DbtrAcct><Id><Othr><Id>0001234567</Id></Othr></Id></DbtrAcct></RltdPties>` +
		`<RmtInf><Ustrd>WATER</Ustrd><Ustrd>JULY</Ustrd><Strd><CdtrRefInf><Ref>` + reference + `</Ref></CdtrRefInf></Strd></RmtInf></TxDtls>`
}

func entry(amount, indicator, details string) string {
	return `<Ntry><NtryRef>N1</NtryRef><Amt Ccy="USD">` + amount + `</Amt><CdtDbtInd>` + indicator + `</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><DtTm>2026-03-03T13:15:00+01:00</DtTm></BookgDt><ValDt><Dt>2026-03-04</Dt></ValDt>` +
		`<AcctSvcrRef>B1</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>DMCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls>` + details + `</NtryDtls></Ntry>` + "\n"
}

func balance(kind, amount, indicator string) string {
	return `<Bal><Tp><CdOrPrtry><Cd>` + kind + `</Cd></CdOrPrtry></Tp><Amt Ccy="USD">` + amount + `</Amt><CdtDbtInd>` + indicator + `</CdtDbtInd><Dt><Dt>2026-03-03</Dt></Dt></Bal>` + "\n"
}

const head = `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId></GrpHdr>
<Stmt><Id>S1</Id><Acct><Id><Othr><Id>0007654321</Id></Othr></Id></Acct>
`

const tail = "</Stmt></BkToCstmrStmt></Document>\n"

// statement is one of two entries.
var statement = head + balance("OPBD", "100.00", "CRDT") + balance("CLBD", "150.00", "CRDT") +
	entry("84.10", "CRDT", detail("50.00", "01044171")+detail("34.10", "01044172")) + entry("34.10", "DBIT", "") + tail

func TestAStatementIsRead(t *testing.T) {
	r := scan(t, statement)
	require.NoError(t, r.err)
	assert.Empty(t, r.findings)
	require.Len(t, r.statements, 1)
	assert.Equal(t, "S1", r.statements[0].ID)
	assert.Equal(t, "0007654321", private.Reveal(r.statements[0].Account()).Text())
	assert.Equal(t, money.Cents(100_00), r.statements[0].Balances[0].Amount)
	require.Len(t, r.entries, 2)
	e := r.entries[0]
	assert.Equal(t, []string{"B1", "USD", "BOOK", "PMNT-RCDT-DMCT", "2026-03-03", "2026-03-04"}, []string{e.Reference, e.Currency, e.Status, e.Code, e.Booked.Date.String(), e.Valued.Date.String()})
	assert.False(t, e.Booked.At.IsZero())
	assert.Equal(t, money.Cents(-34_10), r.entries[1].Signed())
	require.Len(t, r.details, 2)
	d := r.details[0]
	assert.Equal(t, "01044171", d.Reference)
	assert.Equal(t, "WATER\nJULY", d.Text())
	assert.Equal(t, "Ada Weir", private.Reveal(d.Debtor()).Text())
	assert.Equal(t, "0001234567", private.Reveal(d.DebtorAccount()).Text())
	assert.Equal(t, []string{"entry 1 true", "entry 2 true", "statement 1 true", "file true"}, r.verdicts)
	for _, verb := range []string{"%v", "%+v", "%#v"} {
		for _, secret := range []string{"Weir", "0001234567", "WATER", "0007654321"} {
			assert.NotContains(t, fmt.Sprintf(verb, d)+fmt.Sprintf(verb, r.statements[0]), secret)
		}
	}
}

func TestCase48AFractionOfACent(t *testing.T) {
	for text, want := range map[string]string{"8.85000": "", "8.855": "E_SUB_CENT", "8.8": "", "8": ""} {
		r := scan(t, head+entry(text, "CRDT", "")+tail)
		require.NoError(t, r.err)
		if want != "" {
			assert.Equal(t, []string{want}, r.codes())
			assert.True(t, r.entries[0].Amount.IsZero(), "it is not rounded")
			continue
		}
		assert.Empty(t, r.findings, text)
	}
	assert.Equal(t, money.Cents(8_85), scan(t, head+entry("8.85000", "CRDT", "")+tail).entries[0].Amount)
}

func TestControlsThatDoNotAgree(t *testing.T) {
	for name, c := range map[string]struct {
		old, now string
		codes    []string
		verdicts []string
	}{
		"the closing balance":   {"150.00", "150.01", []string{"E_CONTROL"}, []string{"entry 1 true", "entry 2 true", "statement 1 false", "file true"}},
		"a detail":              {`USD">50.00`, `USD">50.01`, []string{"E_CONTROL"}, []string{"entry 1 false", "entry 2 true", "statement 1 true", "file true"}},
		"another currency":      {`Ccy="USD">50.00`, `Ccy="EUR">50.00`, []string{"E_CURRENCY"}, []string{"entry 1 false", "entry 2 true", "statement 1 true", "file true"}},
		"a balance in euros":    {`Ccy="USD">150.00`, `Ccy="EUR">150.00`, []string{"E_CURRENCY"}, []string{"entry 1 true", "entry 2 true", "statement 1 false", "file true"}},
		"an entry in euros":     {`Ccy="USD">34.10</Amt><CdtDbtInd>DBIT`, `Ccy="EUR">34.10</Amt><CdtDbtInd>DBIT`, []string{"E_CURRENCY"}, nil},
		"no currency":           {`<Amt Ccy="USD">34.10</Amt><CdtDbtInd>DBIT`, `<Amt>34.10</Amt><CdtDbtInd>DBIT`, []string{"E_FIELD", "E_CONTROL"}, nil},
		"a letter":              {`USD">84.10`, `USD">8A.10`, []string{"E_FIELD", "E_CONTROL"}, nil},
		"no amount":             {`USD">84.10`, `USD">`, []string{"E_FIELD", "E_CONTROL"}, nil},
		"too much":              {`USD">84.10`, `USD">99999999999999999999`, []string{"E_AMOUNT_RANGE", "E_CONTROL"}, nil},
		"neither credit":        {"</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>", "</Amt><CdtDbtInd>CREDIT</CdtDbtInd><Sts>", []string{"E_FIELD", "E_CONTROL"}, nil},
		"no such day":           {"2026-03-04", "2026-02-30", []string{"E_FIELD"}, []string{"entry 1 false", "entry 2 true", "statement 1 true", "file true"}},
		"no such instant":       {"2026-03-03T13:15:00+01:00", "2026-03-03T25:15:00+01:00", []string{"E_FIELD"}, nil},
		"a pending entry":       {"<CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>", "<CdtDbtInd>DBIT</CdtDbtInd><Sts>PDNG</Sts>", []string{"E_CONTROL"}, []string{"entry 1 true", "entry 2 true", "statement 1 false", "file true"}},
		"a balance of no side":  {"<CdtDbtInd>CRDT</CdtDbtInd><Dt>", "<CdtDbtInd>X</CdtDbtInd><Dt>", []string{"E_FIELD"}, nil},
		"no statement":          {statement[strings.Index(statement, "<Stmt>"):strings.Index(statement, "</BkTo")], "", []string{"E_TORN"}, []string{"file false"}},
		"a day without a zone":  {"2026-03-03T13:15:00+01:00", "2026-03-03T13:15:00", nil, nil},
		"another, with a zone":  {"<Dt>2026-03-04</Dt></ValDt>", "<Dt>2026-03-04Z</Dt></ValDt>", nil, nil},
		"an element of its own": {"<NtryRef>", "<Unknown><Deep>x</Deep></Unknown><NtryRef>", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(statement, c.old, c.now, 1)
			require.NotEqual(t, statement, text)
			r := scan(t, text)
			require.NoError(t, r.err)
			assert.Equal(t, c.codes, r.codes())
			if c.verdicts != nil {
				assert.Equal(t, c.verdicts, r.verdicts)
			}
			for _, f := range r.findings {
				assert.NotEmpty(t, f.Fix)
				assert.NotZero(t, f.Pos.Line)
				assert.NotContains(t, f.String(), "Weir")
			}
		})
	}
}

func TestWhatIsNoStatementEndsTheStream(t *testing.T) {
	for text, code := range map[string]error{
		"":         camt.ErrDocument,
		"hello":    camt.ErrDocument,
		"<Other/>": camt.ErrDocument,
		"<Document><CstmrCdtTrfInitn/></Document>": camt.ErrDocument,
		"<Document>": camt.ErrDocument,
		`<?xml version="1.0" encoding="UTF-16"?><Document></Document>`:                             camt.ErrDocument,
		head + "<Id>" + strings.Repeat("x", 2<<20) + "</Id>" + tail:                                remit.ErrLong,
		head + entry("1", "CRDT", "<TxDtls>"+strings.Repeat("<a>x</a>", 1<<19)+"</TxDtls>") + tail: remit.ErrLong,
	} {
		r := scan(t, text)
		require.Error(t, r.err, "%.60q", text)
		assert.ErrorIs(t, r.err, code, "%.60q", text)
		assert.LessOrEqual(t, len(r.err.Error()), 400)
	}
	failed := false
	for _, err := range camt.Scan(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(statement))), "x") {
		if err != nil {
			failed = true
			assert.ErrorIs(t, err, remit.ErrInput)
		}
	}
	assert.True(t, failed)
}

func TestCase65CutAtEveryByte(t *testing.T) {
	for n := range len(statement) - 1 {
		r := scan(t, statement[:n])
		require.Error(t, r.err, "cut at %d", n)
		require.NotContains(t, r.verdicts, "file true")
	}
}

func TestTheCorpusIsReadAsTheIndexSays(t *testing.T) {
	root := os.Getenv("HEADGATE_CORPUS")
	if root == "" {
		t.Skip("HEADGATE_CORPUS is not set")
	}
	require.True(t, filepath.IsAbs(root), "HEADGATE_CORPUS is an absolute path")
	file, err := os.Open(filepath.Join(root, "remit", "files", "index.csv"))
	require.NoError(t, err)
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	// What the index lists as faults. Where these come from adding unlike currencies, that is told instead (README, section 10).
	faults := map[string][]string{
		"genkgo-camt053.v2.all-balance-types.xml": {"E_CONTROL"},
		"genkgo-camt053.v2.minimal.xml":           {"E_CURRENCY"},
		"genkgo-camt053.v8.xml":                   {"E_CURRENCY", "E_CURRENCY"},
		"genkgo-camt053.v2.wrong.xml":             {"E_TORN"},
	}
	seen := 0
	for _, row := range rows[1:] {
		if row[0] != "camt" {
			continue
		}
		seen++
		t.Run(row[1], func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(root, "remit", "files", "camt", row[1]))
			require.NoError(t, err)
			r := scan(t, string(text))
			require.NoError(t, r.err)
			credit, debit := int64(0), int64(0)
			for _, e := range r.entries {
				if e.Credit {
					credit += e.Amount.Cents()
				} else {
					debit += e.Amount.Cents()
				}
			}
			want := map[string]string{}
			for _, part := range strings.Split(row[7], ";") {
				name, value, _ := strings.Cut(part, "=")
				want[name] = value
			}
			assert.Equal(t, want["statements"], fmt.Sprint(len(r.statements)))
			assert.Equal(t, want["entries"], fmt.Sprint(len(r.entries)))
			assert.Equal(t, want["txdetails"], fmt.Sprint(len(r.details)))
			for name, cents := range map[string]int64{"credit": credit, "debit": debit} {
				d, err := decimal.NewFromString(want[name]) // the index has zeros behind the cents
				require.NoError(t, err)
				stated, err := money.FromDecimal(d)
				require.NoError(t, err)
				assert.Equal(t, stated.Cents(), cents, name)
			}
			assert.Equal(t, row[8] != "", len(r.findings) > 0)
			assert.Equal(t, faults[row[1]], r.codes())
		})
	}
	assert.Equal(t, 8, seen)
}

// endless is a statement whose entries go on.
type endless struct {
	at    strings.Reader
	step  int
	times int
}

func (e *endless) Read(p []byte) (int, error) {
	for e.at.Len() == 0 {
		switch {
		case e.step == 0:
			e.at.Reset(head)
		case e.step == 1:
			e.at.Reset(strings.TrimSuffix(entry("10000.00", "CRDT", ""), "</NtryDtls></Ntry>\n"))
		case e.step <= e.times+1:
			e.at.Reset(detail("1.00", "01044171"))
		case e.step == e.times+2:
			e.at.Reset("</NtryDtls></Ntry>" + tail)
		default:
			return e.at.Read(p)
		}
		e.step++
	}
	return e.at.Read(p)
}

func TestMemoryIsFlatForAnEntryOfAnySize(t *testing.T) {
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	highest, details := uint64(0), 0
	for item, err := range camt.Scan(&endless{times: 10_000}, "x") {
		require.NoError(t, err)
		require.Nil(t, item.Finding)
		if item.Record == nil || item.Record.Detail == nil {
			continue
		}
		if details++; details%2500 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			highest = max(highest, now.HeapAlloc)
		}
	}
	require.Equal(t, 10_000, details)
	require.Less(t, int64(highest)-int64(before.HeapAlloc), int64(1<<20))
}

func FuzzScan(f *testing.F) {
	f.Add(statement)
	f.Add(head + entry("1.005", "X", detail("", "")) + tail)
	f.Fuzz(func(t *testing.T, text string) { scan(t, text) })
}

func ExampleScan() {
	for item, err := range camt.Scan(strings.NewReader(strings.Replace(statement, "150.00", "150.01", 1)), "bank.xml") {
		switch {
		case err != nil:
			fmt.Println(err)
		case item.Finding != nil:
			fmt.Println(item.Finding)
		case item.Record != nil && item.Record.Detail != nil:
			fmt.Println(" ", item.Record.Detail.Reference, item.Record.Detail.Amount)
		case item.Record != nil && item.Record.Entry != nil:
			fmt.Println(item.Record.Entry.Reference, item.Record.Entry.Signed())
		}
	}
	// Output:
	// B1 $84.10
	//   01044171 $50.00
	//   01044172 $34.10
	// B1 -$34.10
	// bank.xml:3: E_CONTROL: CLBD: the closing balance is stated as 150.01, and the opening one with the entries makes 150.00; have the bank look at it
}
