package camt_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/camt"
)

func TestControlsThatDoNotAgree(t *testing.T) {
	const (
		good        = "entry 1 true,entry 2 true,statement 1 true,file true"
		first       = "entry 1 false,entry 2 true,statement 1 true,file true"
		firstAndAll = "entry 1 false,entry 2 true,statement 1 false,file true"
		second      = "entry 1 true,entry 2 false,statement 1 false,file true"
		whole       = "entry 1 true,entry 2 true,statement 1 false,file true"
		file        = "entry 1 true,entry 2 true,statement 1 true,file false"
	)
	const summary = "<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries><Sum>118.20</Sum></TtlNtries><TtlCdtNtries><NbOfNtries>1</NbOfNtries><Sum>84.10</Sum></TtlCdtNtries>" +
		"<TtlDbtNtries><NbOfNtries>1</NbOfNtries><Sum>34.1</Sum></TtlDbtNtries></TxsSummry>"
	const batch = `<NtryDtls><Btch><NbOfTxs>2</NbOfTxs><TtlAmt Ccy="USD">84.10</TtlAmt></Btch><TxDtls>`
	with := strings.Replace(strings.Replace(statement, "<Ntry>", summary+"<Ntry>", 1), "<NtryDtls><TxDtls>", batch, 1)
	const second34 = `<Amt Ccy="USD">34.10</Amt><CdtDbtInd>DBIT</CdtDbtInd>`
	for name, c := range map[string]struct{ old, now, codes, verdicts string }{
		"the closing balance":            {"150.00", "150.01", "E_CONTROL", whole},
		"two that are the same":          {"<TxsSummry>", balance("CLBD", "150.00", "CRDT") + "<TxsSummry>", "", good},
		"two that differ":                {"<TxsSummry>", balance("CLBD", "150.10", "CRDT") + "<TxsSummry>", "E_FIELD", whole},
		"no opening one":                 {"OPBD", "OPAV", "", good},
		"that of the statement before":   {"OPBD", "PRCD", "", good},
		"that one, wrong":                {balance("OPBD", "100.00", "CRDT"), balance("PRCD", "100.10", "CRDT"), "E_CONTROL", whole},
		"a balance behind an entry":      {"</Ntry>\n</Stmt>", "</Ntry>" + balance("CLBD", "150.00", "CRDT") + "</Stmt>", "E_RECORD_ORDER", whole},
		"a balance without an amount":    {`<Amt Ccy="USD">100.00</Amt>`, "", "E_FIELD", whole},
		"a balance of no side":           {"<CdtDbtInd>CRDT</CdtDbtInd><Dt>", "<CdtDbtInd>X</CdtDbtInd><Dt>", "E_FIELD", whole},
		"a balance in euros":             {`Ccy="USD">150.00`, `Ccy="EUR">150.00`, "E_CURRENCY", whole},
		"the number of entries":          {"<TtlNtries><NbOfNtries>2", "<TtlNtries><NbOfNtries>3", "E_CONTROL", whole},
		"their sum":                      {"118.20", "118.21", "E_CONTROL", whole},
		"the number of credits":          {"<TtlCdtNtries><NbOfNtries>1", "<TtlCdtNtries><NbOfNtries>2", "E_CONTROL", whole},
		"their sum, too":                 {"<Sum>84.10", "<Sum>84.11", "E_CONTROL", whole},
		"the number of debits":           {"<TtlDbtNtries><NbOfNtries>1", "<TtlDbtNtries><NbOfNtries>0", "E_CONTROL", whole},
		"the sum of debits":              {"<Sum>34.1<", "<Sum>34<", "E_CONTROL", whole},
		"a number that is none":          {"<TtlDbtNtries><NbOfNtries>1", "<TtlDbtNtries><NbOfNtries>one", "E_FIELD", whole},
		"a sum that is none":             {"118.20", "118.205", "E_SUB_CENT", whole},
		"a detail":                       {`USD">50.00`, `USD">50.01`, "E_CONTROL,E_CONTROL", first},
		"the number of details":          {"<NbOfTxs>2", "<NbOfTxs>3", "E_CONTROL", first},
		"a number of details of letters": {"<NbOfTxs>2", "<NbOfTxs>two", "E_FIELD", first},
		"the total of a batch":           {`<TtlAmt Ccy="USD">84.10`, `<TtlAmt Ccy="USD">84.11`, "E_CONTROL", first},
		"that in euros":                  {`<TtlAmt Ccy="USD">84.10`, `<TtlAmt Ccy="EUR">84.10`, "E_CURRENCY", first},
		"a batch without details":        {`<NtryDtls></NtryDtls>`, `<NtryDtls><Btch><NbOfTxs>9</NbOfTxs><TtlAmt Ccy="USD">34.10</TtlAmt></Btch></NtryDtls>`, "", good},
		"its total":                      {`<NtryDtls></NtryDtls>`, `<NtryDtls><Btch><TtlAmt Ccy="USD">34.11</TtlAmt></Btch></NtryDtls>`, "E_CONTROL", "entry 1 true,entry 2 false,statement 1 true,file true"},
		"a detail of no amount":          {`<AmtDtls><TxAmt><Amt Ccy="USD">50.00</Amt></TxAmt></AmtDtls>`, "", "", good},
		"another currency":               {`Ccy="USD">50.00`, `Ccy="EUR">50.00`, "E_CURRENCY", first},
		"a side that is none":            {"</AmtDtls><RltdPties>", "</AmtDtls><CdtDbtInd>X</CdtDbtInd><RltdPties>", "E_FIELD", first},
		"an entry in euros":              {second34, strings.Replace(second34, "USD", "EUR", 1), "E_CURRENCY,E_CURRENCY", whole},
		"no currency":                    {second34, strings.Replace(second34, ` Ccy="USD"`, "", 1), "E_FIELD", second},
		"a currency of letters":          {second34, strings.Replace(second34, "USD", "dollars", 1), "E_FIELD", second},
		"an amount of another name":      {second34, strings.Replace(second34, "34.10", "34.1O", 1), "E_FIELD", second},
		"no amount":                      {second34, "<CdtDbtInd>DBIT</CdtDbtInd>", "E_FIELD", second},
		"no side":                        {second34, `<Amt Ccy="USD">34.10</Amt>`, "E_FIELD", second},
		"a side of another word":         {second34, strings.Replace(second34, "DBIT", "DEBIT", 1), "E_FIELD", second},
		"two amounts":                    {second34, `<Amt Ccy="USD">34.10</Amt>` + second34, "E_RECORD_ORDER", second},
		"an amount behind its details":   {"</NtryDtls></Ntry>", `</NtryDtls><Amt Ccy="USD">1</Amt></Ntry>`, "E_RECORD_ORDER", firstAndAll},
		"a reversal behind its details":  {"</NtryDtls></Ntry>", `</NtryDtls><RvslInd>true</RvslInd></Ntry>`, "E_RECORD_ORDER", firstAndAll},
		"too much":                       {second34, strings.Replace(second34, "34.10", "99999999999999999999", 1), "E_AMOUNT_RANGE", second},
		"no such day":                    {"2026-03-04", "2026-02-30", "E_FIELD", first},
		"a day with more to it":          {"2026-03-04", "2026-03-04JUNK", "E_FIELD", first},
		"a day with a zone":              {"<Dt>2026-03-04</Dt></ValDt>", "<Dt>2026-03-04Z</Dt></ValDt>", "", good},
		"a day with another":             {"<Dt>2026-03-04</Dt></ValDt>", "<Dt>2026-03-04-05:00</Dt></ValDt>", "", good},
		"no such instant":                {"2026-03-03T13:15:00+01:00", "2026-03-03T25:15:00+01:00", "E_FIELD", first},
		"an instant without a zone":      {"2026-03-03T13:15:00+01:00", "2026-03-03T13:15:00", "", good},
		"a reversal that is a word":      {"<Sts>", "<RvslInd>yes</RvslInd><Sts>", "E_FIELD", first},
		"a pending entry":                {second34 + "<Sts><Cd>BOOK</Cd>", second34 + "<Sts><Cd>PDNG</Cd>", "E_CONTROL", whole},
		"a status of the bank's own":     {second34 + "<Sts><Cd>BOOK</Cd>", second34 + "<Sts><Prtry>DONE</Prtry>", "E_FIELD", second},
		"a status of nothing":            {second34 + "<Sts><Cd>BOOK</Cd>", second34 + "<Sts><Cd></Cd>", "E_FIELD", second},
		"no status":                      {second34 + "<Sts><Cd>BOOK</Cd></Sts>", second34, "", good},
		"an element that is not known":   {"<NtryRef>", "<Unknown><Deep>x</Deep></Unknown><NtryRef>", "", good},
		"a long reference":               {">B1<", ">" + strings.Repeat("B", camt.MostText+1) + "<", "E_LONG", first},
		"a longer one":                   {">B1<", ">" + strings.Repeat("B", 100*camt.MostText) + "<", "E_LONG", first},
		"many references":                {"<Strd>", "<Strd>" + strings.Repeat("<CdtrRefInf><Ref>1</Ref></CdtrRefInf>", camt.MostTexts+5), "E_LONG", first},
		"many balances":                  {"<TxsSummry>", strings.Repeat(balance("ITBD", "1.00", "CRDT"), camt.MostTexts) + "<TxsSummry>", "E_LONG,E_LONG", whole},
		"a document type":                {"<Document", `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Document`, "E_DOCUMENT", file},
		"another document behind it":     {"</Document>\n", "</Document><Document><CstmrCdtTrfInitn/></Document>", "E_DOCUMENT", file},
		"a broken end":                   {"</Document>\n", "</Document></x>", "E_DOCUMENT", file},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(with, c.old, c.now, 1)
			require.NotEqual(t, with, text)
			r := scan(t, text)
			assert.Equal(t, c.codes, strings.Join(r.codes(), ","))
			assert.Equal(t, c.verdicts, strings.Join(r.verdicts, ","))
			for _, f := range r.findings {
				assert.NotContains(t, f.String(), "Weir")
				assert.Less(t, len(f.String()), 400)
			}
		})
	}
	require.Empty(t, scan(t, with).findings)
}

func TestSumsThatAreTooLarge(t *testing.T) {
	most := entry("9999999999999999.99", "CRDT", "")
	r := scan(t, head+balance("OPBD", "1.00", "CRDT")+balance("CLBD", "1.00", "CRDT")+"<TxsSummry><TtlNtries><Sum>1.00</Sum></TtlNtries></TxsSummry>"+strings.Repeat(most, 12)+tail)
	assert.Equal(t, []string{"E_AMOUNT_RANGE", "E_AMOUNT_RANGE"}, r.codes())
	r = scan(t, head+entry("1.00", "CRDT", strings.Repeat(detail("9999999999999999.99", "1"), 12))+tail)
	assert.Equal(t, []string{"E_AMOUNT_RANGE"}, r.codes())
	assert.Equal(t, []string{"entry 1 false", "statement 1 true", "file true"}, r.verdicts)
}

func TestWhatIsNoStatementIsTold(t *testing.T) {
	long := strings.Repeat("x", camt.MostBytes+1)
	for text, c := range map[string]struct{ codes, verdicts string }{
		"":         {"E_DOCUMENT", "file false"},
		"hello":    {"E_DOCUMENT", "file false"},
		"<Other/>": {"E_DOCUMENT", "file false"},
		"<Document><CstmrCdtTrfInitn/></Document>": {"E_DOCUMENT", "file false"},
		"<Document/>":              {"E_TORN", "file false"},
		"<Document>":               {"E_TORN", "file false"},
		"<Document":                {"E_TORN", "file false"},
		"<Document>&a;</Document>": {"E_DOCUMENT", "file false"},
		`<?xml version="1.0" encoding="UTF-16"?><Document></Document>`: {"E_ENCODING", "file false"},
		"\xff\xfe<\x00D\x00":                                                                      {"E_ENCODING", "file false"},
		strings.Replace(head, "M1", "M\xff", 1) + tail:                                            {"E_ENCODING", "file false"},
		head + "<Id>" + long + "</Id>" + tail:                                                     {"E_LONG,E_LONG", "statement 1 false,file false"},
		head + `<Id a="` + long + `"/>` + tail:                                                    {"E_LONG,E_LONG", "statement 1 false,file false"},
		head + "<!--" + long + "-->" + tail:                                                       {"E_LONG,E_LONG", "statement 1 false,file false"},
		head + strings.Repeat("<a>", 2_000_000):                                                   {"E_LONG,E_LONG", "statement 1 false,file false"},
		head + "<Ntry>" + strings.Repeat("<a>", 200) + entry("1", "CRDT", "") + tail:              {"E_LONG,E_LONG,E_LONG,E_LONG", "entry 1 false,statement 1 false,file false"},
		head + entry("1.00", "CRDT", "<TxDtls>"+strings.Repeat("<a/>", 1<<19)+"</TxDtls>") + tail: {"", "entry 1 true,statement 1 true,file true"},
	} {
		r := scan(t, text)
		assert.Equal(t, c.codes, strings.Join(r.codes(), ","), "%.60q", text)
		assert.Equal(t, c.verdicts, strings.Join(r.verdicts, ","), "%.60q", text)
		for _, f := range r.findings {
			assert.LessOrEqual(t, len(f.String()), 400)
		}
	}
}

func TestWhatStandsBehindABreakIsTold(t *testing.T) {
	one := entry("1.00", "CRDT", detail("1.00", "1"))
	for name, broken := range map[string]string{
		"an end of another": "</Oops>", "no name": "< ", "two beginnings": "<", "a reference to nothing": "&nothing;", "a quote": `<a b="1' c>`,
	} {
		t.Run(name, func(t *testing.T) {
			text := head + one + "\n" + broken + one + strings.ReplaceAll(one, "Ntry>", "c:Ntry >") + tail
			r := scan(t, text)
			require.GreaterOrEqual(t, len(r.findings), 3)
			assert.Equal(t, "entry 1 true", r.verdicts[0])
			assert.Equal(t, []string{"statement 1 false", "file false"}, r.verdicts[len(r.verdicts)-2:])
			assert.Len(t, r.entries, 1)
			behind := 0
			for _, f := range r.findings {
				if f.Field == "Ntry" {
					behind++
				}
			}
			assert.Equal(t, 3, len(r.entries)+behind, "every entry is read or told")
			assert.Equal(t, 1+3+1, r.summary.Lines)
			assert.Equal(t, 2, r.summary.Refused)
		})
	}
}

// A cut is told, whatever byte it is at, and what came before holds.
func TestCase65CutAtEveryByte(t *testing.T) {
	two := strings.Replace(statement, "</Stmt>", "</Stmt><Stmt><Id>S2</Id>"+entry("1.00", "DBIT", "")+"</Stmt>", 1)
	for _, text := range []string{statement, two} {
		complete := scan(t, text)
		require.Empty(t, complete.findings)
		end := strings.LastIndex(text, ">") + 1
		records := 0
		for n := range end {
			r := scan(t, text[:n])
			require.NotEmpty(t, r.findings, "cut at %d", n)
			require.Equal(t, "file false", r.verdicts[len(r.verdicts)-1])
			require.GreaterOrEqual(t, r.summary.Records, records, "cut at %d", n)
			records = r.summary.Records
			// Each entry that begins has a verdict, and is read as it is in the whole.
			require.Equal(t, strings.Count(text[:n], "<Ntry>"), strings.Count(strings.Join(r.verdicts, ","), "entry "), "cut at %d", n)
			require.Equal(t, strings.Count(text[:n], "</Ntry>"), strings.Count(strings.Join(r.verdicts, ","), "entry 1 true")+strings.Count(strings.Join(r.verdicts, ","), "entry 2 true")+strings.Count(strings.Join(r.verdicts, ","), "entry 3 true"), "cut at %d", n)
			require.Equal(t, strings.Count(text[:n], "</Stmt>"), strings.Count(strings.Join(r.verdicts, ","), "statement 1 true")+strings.Count(strings.Join(r.verdicts, ","), "statement 2 true"), "cut at %d", n)
			require.Equal(t, complete.entries[:len(r.entries)], append([]camt.Entry{}, r.entries...))
			require.Equal(t, complete.details[:len(r.details)], append([]camt.Detail{}, r.details...))
		}
		for n := end; n <= len(text); n++ {
			require.Empty(t, scan(t, text[:n]).findings)
		}
	}
}

func TestFindingsSayWhereTheyStand(t *testing.T) {
	text := strings.Replace(statement, "84.10", "84.105", 1)
	r := scan(t, text)
	line := strings.Count(text[:strings.Index(text, "84.105")], "\n") + 1
	start := strings.LastIndex(text[:strings.Index(text, "84.105")], "\n")
	require.Equal(t, remit.ErrSubCent, r.findings[0].Code)
	assert.Equal(t, line, r.findings[0].Pos.Line)
	assert.Equal(t, strings.Index(text, `<Amt Ccy="USD">84.105`)-start, r.findings[0].Pos.Col)
	assert.Equal(t, "Ntry/Amt", r.findings[0].Field)
}

func flat(t *testing.T, source *endless, details int) {
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	highest, n := uint64(0), 0
	for item, err := range camt.Scan(source, "x") {
		require.NoError(t, err)
		require.Nil(t, item.Finding)
		if item.Record == nil || item.Record.Detail == nil {
			continue
		}
		if n++; n%2500 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			highest = max(highest, now.HeapAlloc)
		}
	}
	require.Equal(t, details, n)
	require.Less(t, int64(highest)-int64(before.HeapAlloc), int64(1<<20))
}

func TestMemoryIsFlatForAnEntryOfAnySize(t *testing.T) { flat(t, &endless{times: 10_000}, 10_000) }

func TestMemoryIsFlatForAnyNumberOfEntries(t *testing.T) {
	flat(t, &endless{times: 10_000, each: entry("1.00", "CRDT", detail("1.00", "01044171"))}, 10_000)
}

func TestMemoryIsFlatInADeepOrBrokenDocument(t *testing.T) {
	var before, after runtime.MemStats
	text := head + strings.Repeat("<a>", 5_000_000)
	runtime.GC()
	runtime.ReadMemStats(&before)
	r := scan(t, text)
	runtime.ReadMemStats(&after)
	assert.Equal(t, []string{"E_LONG", "E_LONG"}, r.codes())
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(4<<20))
}

func FuzzScan(f *testing.F) {
	f.Add(statement)
	f.Add(head + entry("1.005", "X", detail("", "")) + tail)
	f.Add(head + entry("84.10", "CRDT", detail("50.00", "1")+detail("34.10", "2")) + "<<" + entry("1", "DBIT", "") + tail)
	f.Add(strings.Replace(statement, "UTF-8", "ISO-8859-1", 1))
	f.Fuzz(func(t *testing.T, text string) { scan(t, text) })
}
