package x12_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/x12"
)

func TestDamagedInterchanges(t *testing.T) {
	const (
		good       = "receipt true,batch true,group true,file true"
		noReceipt  = "receipt false,batch true,group true,file true"
		noBatch    = "receipt true,batch false,group true,file true"
		neither    = "receipt false,batch false,group true,file true"
		noGroup    = "receipt true,batch true,group false,file true"
		noFile     = "receipt true,batch true,group true,file false"
		noPayments = "batch false,group true,file true"
	)
	for name, c := range map[string]struct{ old, now, codes, verdicts string }{
		"a fraction of a cent":         {"**95.32*", "**95.325*", "E_SUB_CENT", noReceipt},
		"zeros behind a cent":          {"**95.32*", "**95.32000*", "", good},
		"a letter in an amount":        {"**95.32*", "**9S.32*", "E_FIELD", noReceipt},
		"a fraction of an adjustment":  {"ADX*-1.00*", "ADX*-1.001*", "E_SUB_CENT", noReceipt},
		"an adjustment of nothing":     {"ADX*-1.00*", "ADX**", "E_FIELD", noReceipt},
		"a fraction of a discount":     {"*100.00*1.00~", "*100.00*1.001~", "E_SUB_CENT", noReceipt},
		"no amount":                    {"BPR*C*798.97*", "BPR*C**", "E_FIELD", neither},
		"a fraction of the payment":    {"BPR*C*798.97*", "BPR*C*798.975*", "E_SUB_CENT", neither},
		"more than can be held":        {"BPR*C*798.97*", "BPR*C*99999999999999999.99*", "E_AMOUNT_RANGE", neither},
		"neither credit nor debit":     {"798.97*C*", "798.97*X*", "E_FIELD", neither},
		"credit or debit left out":     {"798.97*C*", "798.97**", "E_FIELD", neither},
		"notice of payments to come":   {"BPR*C*", "BPR*P*", "E_FIELD", neither},
		"no such day":                  {"*20260303~", "*20260230~", "E_FIELD", noReceipt},
		"a day of six digits":          {"*20260303~", "*260303~", "", good},
		"no currency":                  {"CUR*PR*USD", "CUR*PR*DOLLARS", "E_FIELD", neither},
		"another number of a set":      {"SE*12*0001", "SE*12*0002", "E_CONTROL", noBatch},
		"the same with fewer zeros":    {"SE*12*0001", "SE*12*1", "", good},
		"another of a group":           {"GE*1*1~", "GE*2*2~", "E_CONTROL,E_CONTROL", noGroup},
		"another of all":               {"IEA*1*000000001", "IEA*2*000000002", "E_CONTROL,E_CONTROL", noGroup},
		"a test":                       {"*0*P*", "*0*T*", "E_TEST", noGroup},
		"neither test nor production":  {"*0*P*", "*0*X*", "E_FIELD", noGroup},
		"no end of a set":              {"SE*12*0001~\n", "", "E_TORN", neither},
		"no end of a group":            {"GE*1*1~\n", "", "E_TORN", noGroup},
		"no end of all":                {"IEA*1*000000001~\n", "", "E_TORN", noGroup},
		"no end of anything":           {"SE*12*0001~\nGE*1*1~\nIEA*1*000000001~\n", "", "E_TORN,E_TORN,E_TORN", "receipt false,batch false,group false,file true"},
		"another kind of set":          {"ST*820", "ST*835", "E_FIELD", noPayments},
		"another kind of group":        {"GS*RA", "GS*HP", "E_FIELD", noGroup},
		"a set of another group":       {"GS*RA", "GS*LB", "E_FIELD", noBatch},
		"no beginning of a group":      {"GS*RA*227777777*577777777*20120530*1144*1*X*004010~\n", "", "E_RECORD_ORDER,E_RECORD_ORDER,E_CONTROL", noGroup},
		"a stub behind a set":          {"GE*1*1~", "RMR*IV*1**5~GE*1*1~", "E_RECORD_ORDER", noGroup},
		"an end of nothing":            {"ST*820*0001~", "SE*1*1~ST*820*0001~", "E_RECORD_ORDER", noGroup},
		"a group that ends twice":      {"GE*1*1~", "GE*1*1~GE*1*1~", "E_RECORD_ORDER", noGroup},
		"all ends twice":               {"IEA*1*000000001~", "IEA*1*000000001~IEA*1*000000001~", "E_X12", noFile},
		"two beginnings":               {"ST*820*0001~", "ST*820*0001~ST*820*0001~", "E_TORN,E_CONTROL", "batch false,receipt true,batch true,group false,file true"},
		"two beginnings of a group":    {"GS*RA", "GS*RA*1*2*20120530*1144*9*X*004010~GS*RA", "E_TORN,E_CONTROL", noGroup},
		"a count of letters":           {"SE*12*", "SE*X*", "E_FIELD", noBatch},
		"a count of nothing":           {"SE*12*", "SE**", "E_FIELD", noBatch},
		"a long segment":               {"24305", strings.Repeat("9", 1<<17), "E_LONG", neither},
		"a long reference":             {"24305", strings.Repeat("9", 1000), "E_LONG", noReceipt},
		"a long control number":        {"ST*820*0001", "ST*820*" + strings.Repeat("9", 1000), "E_LONG,E_CONTROL", noBatch},
		"a reference that is no text":  {"24305", "\xff\xfe", "E_ENCODING", noReceipt},
		"a name that is no text":       {"ADA", "\xff", "E_ENCODING", noReceipt},
		"a payment of another name":    {"BPR*", "BPX*", "E_RECORD,E_RECORD_ORDER,E_RECORD_ORDER,E_RECORD_ORDER,E_RECORD_ORDER,E_RECORD_ORDER", noPayments},
		"a stub of another name":       {"RMR*12", "RMX*12", "E_RECORD,E_CONTROL", neither},
		"a stub that has no name":      {"RMR*12", "?*12", "E_RECORD,E_CONTROL", neither},
		"a name in small letters":      {"RMR*12", "rmr*12", "E_RECORD,E_CONTROL", neither},
		"a stub before a payment":      {"BPR*", "RMR*IV*1**5~BPR*", "E_RECORD_ORDER,E_CONTROL", noBatch},
		"an adjustment before one":     {"BPR*", "ADX*5*01~BPR*", "E_RECORD_ORDER,E_CONTROL", noBatch},
		"a deposit in a payment order": {"ENT*1~", "DEP*1*20260303~", "E_RECORD_ORDER", neither},
		"a terminator that is lost":    {"**95.32*100.00*1.00~\n", "**95.32*100.00*1.00", "E_FIELD,E_CONTROL", "receipt false,batch false,group true,file true"},
		"a broken header":              {"*00401*", "*OO401*", "", ""},
		"an acknowledgment":            {"GS*RA", "TA1*000000009*120530*1144*A*000~GS*RA", "", good},
		"segments that say more":       {"ENT*1~", "ENT*1~NTE**X~", "E_CONTROL", noBatch},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(order, c.old, c.now, 1)
			require.NotEqual(t, order, text)
			r := scan(t, text, false)
			if c.verdicts == "" {
				assert.Equal(t, []string{"file false"}, r.verdicts)
				assert.Equal(t, r.summary.Lines, r.summary.Refused)
				return
			}
			assert.Equal(t, c.codes, strings.Join(r.codes(), ","))
			assert.Equal(t, c.verdicts, strings.Join(r.verdicts, ","))
			for _, f := range r.findings {
				for _, secret := range []string{"WEIR", "0001234567", "121000358"} {
					assert.NotContains(t, f.String(), secret)
				}
				assert.Less(t, len(f.String()), 400)
			}
		})
	}
}

func TestWhatIsNoX12IsToldLineByLine(t *testing.T) {
	for text, codes := range map[string]string{
		"": "E_TORN", "HELLO": "E_X12", "one\ntwo\n\nthree": "E_X12,E_X12,E_X12", "ISA*00*": "E_TORN", "ISA*": "E_TORN", "ISA": "E_X12", "UNA:+.? '": "E_X12", "\n \n": "E_TORN",
		"ISA*" + strings.Repeat("x", 1000): "E_X12", "ISA*" + strings.Repeat("*", 20): "E_X12", strings.Repeat("x", 200_000): "E_X12",
	} {
		r := scan(t, text, false)
		assert.Equal(t, codes, strings.Join(r.codes(), ","), "%.40q", text)
		assert.Equal(t, []string{"file false"}, r.verdicts)
	}
}

func TestSumsThatAreTooLarge(t *testing.T) {
	most := "9999999999999999.99"
	stubs := strings.Repeat("RMR*IV*1**"+most+"~", 12)
	r := scan(t, enveloped("820", "BPR*C*5*C*ACH~"+stubs), false)
	assert.Equal(t, []string{"E_AMOUNT_RANGE"}, r.codes())
	assert.Equal(t, "receipt false", r.verdicts[0])
	r = scan(t, enveloped("820", "BPR*C*5*C*ACH~RMR*IV*1**"+most+"~"+strings.Repeat("ADX*"+most+"*1~", 12)), false)
	assert.Equal(t, []string{"E_AMOUNT_RANGE"}, r.codes())
	r = scan(t, enveloped("823", "DEP*1*20260303~AMT*3*5~"+strings.Repeat("BPR*I*"+most+"*C*CHK~", 12)), false)
	assert.Equal(t, []string{"E_AMOUNT_RANGE"}, r.codes())
	assert.Equal(t, "group false", r.verdicts[len(r.verdicts)-4])
}

func TestWhatIsHeldOfAPaymentIsBounded(t *testing.T) {
	stubs := strings.Repeat("RMR*IV*1**1~", x12.MostStubs)
	r := scan(t, enveloped("820", fmt.Sprintf("BPR*C*%d*C*ACH~", x12.MostStubs)+stubs), false)
	assert.Empty(t, r.findings)
	assert.Len(t, r.payments[0].Stubs, x12.MostStubs)
	r = scan(t, enveloped("820", fmt.Sprintf("BPR*C*%d*C*ACH~", x12.MostStubs)+stubs+"RMR*IV*1**1~RMR*IV*1**1~"), false)
	assert.Equal(t, []string{"E_LONG", "E_LONG"}, r.codes())
	assert.Len(t, r.payments[0].Stubs, x12.MostStubs)
	assert.Equal(t, 2, r.summary.Refused)

	long := strings.Repeat("RMR*IV*"+strings.Repeat("9", x12.MostText)+"**1~", 40_000)
	r = scan(t, enveloped("820", "BPR*C*40000*C*ACH~"+long), false)
	assert.Contains(t, r.codes(), "E_LONG")
	assert.Equal(t, "receipt false", r.verdicts[0])
	held := 0
	for _, s := range r.payments[0].Stubs {
		held += len(s.Reference)
	}
	assert.LessOrEqual(t, held, x12.MostHeld)

	r = scan(t, enveloped("820", "BPR*C*1*C*ACH~RMR*IV*1**1~"+strings.Repeat("REF*PO*1~", 101)), false)
	assert.Equal(t, []string{"E_LONG"}, r.codes())
}

// A cut is told, whatever byte it is at, and what came before holds.
func TestCase65CutAtEveryByte(t *testing.T) {
	for _, text := range []string{order, deposit, strings.ReplaceAll(order, "\n", ""), strings.ReplaceAll(deposit, "\n", ""), order + deposit, strings.NewReplacer("          ", " ", "      ", " ").Replace(order)} {
		whole := scan(t, text, false)
		before := 0
		for n := range strings.LastIndex(text, "~") {
			r := scan(t, text[:n], false)
			if strings.TrimSpace(text[:n]) == strings.TrimSpace(order) {
				require.Empty(t, r.findings, "a cut between two interchanges leaves one whole")
			} else {
				require.NotEmpty(t, r.findings, "cut at %d", n)
				require.Contains(t, strings.Join(r.verdicts, ","), "false", "cut at %d", n)
			}
			require.GreaterOrEqual(t, r.summary.Records, before, "cut at %d", n)
			before = r.summary.Records
			require.Equal(t, strings.Count(text[:n], "~"), r.summary.Records+r.summary.Ignored, "cut at %d: every segment that has its terminator is used", n)
			for i, p := range r.payments {
				if p.Fault == nil {
					require.Equal(t, whole.payments[i], p, "cut at %d", n)
				}
			}
		}
	}
	for n := range len(order) { // a piece may end anywhere, and is read all the same
		scan(t, order[:n], true)
		scan(t, order[len(isa):][:max(0, n-len(isa))], true)
	}
}

func TestMemoryIsFlatAtAnySize(t *testing.T) {
	one := order[len(isa):]
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	from := strings.Index(one, "ST*")
	to := strings.Index(one, "GE*")
	reader, payments := &repeated{head: isa + one[:from], body: one[from:to], tail: "GE*20000*1~IEA*1*000000001~", times: 20000}, 0
	highest := uint64(0)
	for item, err := range x12.Scan(reader, "x") {
		require.NoError(t, err)
		require.Nil(t, item.Finding)
		if item.Record == nil {
			continue
		}
		if payments++; payments%5000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			highest = max(highest, now.HeapAlloc)
		}
	}
	require.Equal(t, 20000, payments)
	require.Less(t, int64(highest)-int64(before.HeapAlloc), int64(1<<20))
}

func FuzzScan(f *testing.F) {
	f.Add(order, false)
	f.Add(deposit, false)
	f.Add(order+strings.NewReplacer("*", "|", "~", "'").Replace(deposit), false)
	f.Add(strings.NewReplacer("          ", " ", "      ", " ").Replace(order), false)
	f.Add(`RMR*IV*7321239**953.19\`, true)
	f.Add(`ST*820*0001\BPR*C*70*C*ACH\RMR*IV*1**35\ADX*35*1\SE*5*0001\`, true)
	f.Add("00!0000000000000~ISA"+strings.Repeat("\n0", 16)+"\n00", true) // an end of a line parts nothing
	f.Fuzz(func(t *testing.T, text string, piece bool) {
		r := scan(t, text, piece)
		for _, p := range r.payments {
			if p.Fault != nil || len(p.Stubs) == 0 {
				continue
			}
			sum, stated := p.Adjustment.Cents(), p.Adjustment.Cents() != 0
			for _, s := range p.Stubs {
				sum += s.Paid.Cents() + s.Adjustment.Cents()
				stated = stated || !s.Paid.IsZero() || !s.Adjustment.IsZero()
			}
			if stated {
				require.Equal(t, p.Amount.Cents(), sum, "a payment that holds is what it pays")
			}
		}
	})
}

func TestFindingsSayWhereTheyStand(t *testing.T) {
	text := strings.ReplaceAll(strings.Replace(order, "**95.32*", "**95.325*", 1), "\n", "")
	r := scan(t, text, false)
	require.Len(t, r.findings, 1)
	assert.Equal(t, strings.Index(text, "RMR*IV")+1, r.findings[0].Pos.Col)
	assert.Equal(t, remit.ErrSubCent, r.findings[0].Code)
	assert.Equal(t, "RMR04", r.findings[0].Field)
	r = scan(t, strings.Replace(order, "**95.32*", "**95.325*", 1), false)
	assert.Equal(t, []int{10, 1}, []int{r.findings[0].Pos.Line, r.findings[0].Pos.Col})
}
