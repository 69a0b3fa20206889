package camt_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/camt"
	"github.com/headgate-dev/headgate/payments"
)

// corpus is a file of the outside corpus.
func corpus(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("HEADGATE_CORPUS")
	if root == "" {
		t.Skip("HEADGATE_CORPUS is not set")
	}
	require.True(t, filepath.IsAbs(root), "HEADGATE_CORPUS is an absolute path")
	text, err := os.ReadFile(filepath.Join(root, "remit", "files", filepath.FromSlash(name)))
	require.NoError(t, err)
	return string(text)
}

type read struct {
	statements []camt.Statement
	entries    []camt.Entry
	details    []camt.Detail
	findings   []remit.Finding
	verdicts   []string
	summary    remit.Summary
	given      []remit.Verdict
}

// scan reads a text, and holds what it gives against what each stream promises.
func scan(t require.TestingT, text string) read {
	var out read
	closed, summed, failed := false, false, map[string]bool{}
	for item, err := range camt.Scan(strings.NewReader(text), "bank.xml") {
		require.NoError(t, err, "a text cannot fail")
		require.False(t, summed, "nothing comes behind the summary")
		require.False(t, closed && item.Summary == nil, "nothing but the summary comes behind the verdict on the file")
		switch {
		case item.Record != nil && item.Record.Detail != nil:
			out.details = append(out.details, *item.Record.Detail)
			require.Equal(t, out.entries[len(out.entries)-1], *item.Record.Entry)
		case item.Record != nil && item.Record.Entry != nil:
			out.entries = append(out.entries, *item.Record.Entry)
			require.Equal(t, out.statements[len(out.statements)-1], *item.Record.Statement)
		case item.Record != nil:
			out.statements = append(out.statements, *item.Record.Statement)
		case item.Finding != nil:
			f := *item.Finding
			out.findings = append(out.findings, f)
			require.NotEmpty(t, f.Fix)
			require.NotEmpty(t, f.What)
			require.Positive(t, f.Pos.Line)
			require.Equal(t, f.Fails == payments.NoLevel, f.Of == "")
			failed[f.Of] = true
		case item.Verdict != nil:
			v := *item.Verdict
			out.given = append(out.given, v)
			out.verdicts = append(out.verdicts, fmt.Sprintf("%s %t", v.Of, v.Holds))
			require.LessOrEqual(t, v.First, v.Last)
			require.False(t, failed[v.Of] && v.Holds, "%s holds and was failed", v.Of)
			delete(failed, v.Of)
			closed = v.Level == payments.OfFile
		default:
			summed, out.summary = true, *item.Summary
		}
	}
	delete(failed, "")
	require.Empty(t, failed, "what was failed has no verdict")
	require.True(t, closed && summed)
	require.Equal(t, len(out.statements)+len(out.entries)+len(out.details), out.summary.Records)
	require.Equal(t, out.summary.Lines, out.summary.Records+out.summary.Refused)
	require.Equal(t, len(out.findings), out.summary.Findings)
	require.GreaterOrEqual(t, out.summary.Findings, out.summary.Refused, "what is refused is told")
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
<Stmt><Id>S1</Id><CpyDplctInd>DUPL</CpyDplctInd><Acct><Id><Othr><Id>0007654321</Id></Othr></Id><Ccy>USD</Ccy></Acct>
`

const tail = "</Stmt></BkToCstmrStmt></Document>\n"

// statement is one of two entries.
var statement = head + balance("OPBD", "100.00", "CRDT") + balance("CLBD", "150.00", "CRDT") +
	entry("84.10", "CRDT", detail("50.00", "01044171")+detail("34.10", "01044172")) + entry("34.10", "DBIT", "") + tail

// endless is a statement whose entries go on.
type endless struct {
	at    strings.Reader
	step  int
	times int
	each  string // an entry; details of one entry where it is empty
}

func (e *endless) Read(p []byte) (int, error) {
	for e.at.Len() == 0 {
		switch {
		case e.step == 0:
			e.at.Reset(head)
		case e.step > e.times+2:
			return e.at.Read(p)
		case e.each != "" && e.step == e.times+2:
			e.at.Reset(tail)
		case e.each != "":
			e.at.Reset(strings.Repeat(e.each, min(1, e.step-1)))
		case e.step == 1:
			e.at.Reset(strings.TrimSuffix(entry("10000.00", "CRDT", ""), "</NtryDtls></Ntry>\n"))
		case e.step <= e.times+1:
			e.at.Reset(detail("1.00", "01044171"))
		default:
			e.at.Reset("</NtryDtls></Ntry>" + tail)
		}
		e.step++
	}
	return e.at.Read(p)
}
