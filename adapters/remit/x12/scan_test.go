package x12_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/x12"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/private"
)

type read struct {
	payments []*x12.Payment
	findings []remit.Finding
	verdicts []string
	summary  remit.Summary
	err      error
}

func scan(t require.TestingT, text string, piece bool) read {
	var out read
	stream := x12.Scan(strings.NewReader(text), "pay.x12")
	if piece {
		stream = x12.ScanPiece(strings.NewReader(text), "pay.x12")
	}
	for item, err := range stream {
		switch {
		case err != nil:
			out.err = err
			return out
		case item.Record != nil:
			out.payments = append(out.payments, item.Record.Clone())
		case item.Finding != nil:
			out.findings = append(out.findings, *item.Finding)
		case item.Verdict != nil:
			out.verdicts = append(out.verdicts, fmt.Sprintf("%s %t", item.Verdict.Level, item.Verdict.Holds))
		default:
			out.summary = *item.Summary
		}
	}
	require.Equal(t, out.summary.Lines, out.summary.Records+out.summary.Refused)
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

const isa = "ISA*00*          *00*          *30*227777777      *14*577777777      *120530*1144*U*00401*000000001*0*P*>~\n"

// order is an 820 of two invoices.
const order = isa + `GS*RA*227777777*577777777*20120530*1144*1*X*004010~
ST*820*0001~
BPR*C*798.97*C*ACH*CTX*01*121000358*DA*0001234567*1657777777**01*148529553*DA*92283334*20260303~
TRN*1*12053011440000192*1657777777~
CUR*PR*USD~
N1*PR*ADA WEIR*91*227777777~
N1*PE*DISTRICT~
ENT*1~
RMR*IV*7321239**95.32*100.00*1.00~
REF*PO*24305~
RMR*12*01044171**704.65~
ADX*-1.00*01~
SE*12*0001~
GE*1*1~
IEA*1*000000001~
`

func TestAnOrderIsRead(t *testing.T) {
	r := scan(t, order, false)
	require.NoError(t, r.err)
	assert.Empty(t, r.findings)
	require.Len(t, r.payments, 1)
	p := r.payments[0]
	assert.Equal(t, money.Cents(798_97), p.Amount)
	assert.Equal(t, []x12.Stub{{Line: 10, Qualifier: "IV", Reference: "7321239", Paid: money.Cents(95_32), Invoice: money.Cents(100_00), Discount: money.Cents(1_00), Others: []string{"24305"}},
		{Line: 12, Qualifier: "12", Reference: "01044171", Paid: money.Cents(704_65), Adjustment: money.Cents(-1_00)}}, p.Stubs)
	assert.Equal(t, []string{"12053011440000192", "USD", "ACH", "2026-03-03", "820", "0001"}, []string{p.Trace, p.Currency, p.Method, p.Settles.String(), p.Kind, p.Set})
	assert.Equal(t, "ADA WEIR", private.Reveal(p.Payer()).Text())
	assert.Equal(t, "121000358", private.Reveal(p.Routing()).Text())
	assert.Equal(t, "0001234567", private.Reveal(p.Account()).Text())
	assert.Equal(t, []string{"receipt true", "batch true", "group true", "file true"}, r.verdicts)
	for _, verb := range []string{"%v", "%+v", "%#v"} {
		for _, secret := range []string{"WEIR", "121000358", "0001234567"} {
			assert.NotContains(t, fmt.Sprintf(verb, *p), secret)
		}
	}
	one := scan(t, strings.ReplaceAll(order, "\n", ""), false)
	assert.Empty(t, one.findings, "line ends behind a terminator mean nothing")
	assert.Equal(t, p.Amount, one.payments[0].Amount)
}

func TestCase46BlanksThatWereCollapsed(t *testing.T) {
	text := strings.NewReplacer("          ", " ", "      ", " ").Replace(order)
	r := scan(t, text, false)
	assert.Equal(t, []string{"E_ISA_NOT_106"}, r.codes())
	assert.Equal(t, money.Cents(798_97), r.payments[0].Amount)

	root := os.Getenv("HEADGATE_CORPUS")
	if root == "" {
		t.Skip("HEADGATE_CORPUS is not set")
	}
	require.True(t, filepath.IsAbs(root), "HEADGATE_CORPUS is an absolute path")
	theirs, err := os.ReadFile(filepath.Join(root, "remit", "files", "x12", "moov-820-ctx.txt"))
	require.NoError(t, err)
	r = scan(t, string(theirs), false)
	assert.Equal(t, []string{"E_ISA_NOT_106"}, r.codes())
	require.Len(t, r.payments, 1)
	require.Len(t, r.payments[0].Stubs, 2)
	assert.Equal(t, []money.Amount{money.Cents(7_989_73), money.Cents(953_19), money.Cents(7_036_54)}, []money.Amount{r.payments[0].Amount, r.payments[0].Stubs[0].Paid, r.payments[0].Stubs[1].Paid})
	assert.Equal(t, []string{"receipt true", "batch true", "group true", "file true"}, r.verdicts)
}

func TestCase47AnAmountAndACountThatAreWrong(t *testing.T) {
	text := isa + "GS*RA*1*2*20260303*1144*1*X*004010~ST*820*0001~BPR*C*220*C*ACH~RMR*IV*1**35~RMR*IV*2**35~" + strings.Repeat("REF*PO*1~", 17) + "SE*25*0001~GE*1*1~IEA*1*000000001~"
	r := scan(t, text, false)
	require.Equal(t, []string{"E_CONTROL", "E_CONTROL"}, r.codes())
	assert.Equal(t, &remit.Control{Name: "total", Stated: 220_00, Computed: 70_00, Money: true}, r.findings[0].Control)
	assert.Equal(t, &remit.Control{Name: "segments", Stated: 25, Computed: 22}, r.findings[1].Control)
	require.NotNil(t, r.payments[0].Fault)
	assert.Equal(t, []string{"receipt false", "batch false", "group true", "file true"}, r.verdicts)
}

// deposit is an 823 of one deposit with two batches.
const deposit = isa + `GS*LB*1*2*20260303*1144*7*X*004010~
ST*823*0001~
DEP*D1*20260303**LB 54321~
AMT*3*170~
QTY*41*2~
BAT*20260303**B1~
AMT*2*120~
QTY*42*2~
BPR*I*100*C*CHK~
RMR*12*01044171**100~
BPR*I*20.00*C*CHK~
RMR*12*01044172**20~
BAT*20260303**B2~
AMT*2*50~
QTY*42*1~
BPR*I*50*C*CHK~
RMR*12*01044173**50~
SE*17*0001~
GE*1*7~
IEA*1*000000001~
`

func TestALockboxAdviceIsRead(t *testing.T) {
	r := scan(t, deposit, false)
	assert.Empty(t, r.findings)
	require.Len(t, r.payments, 3)
	assert.Equal(t, []string{"D1", "B1", "D1", "B2"}, []string{r.payments[0].Deposit, r.payments[0].Batch, r.payments[2].Deposit, r.payments[2].Batch})
	for old, now := range map[string]string{"AMT*3*170": "AMT*3*171", "QTY*41*2": "QTY*41*3", "AMT*2*50": "AMT*2*49", "QTY*42*1~": "QTY*42*2~"} {
		r := scan(t, strings.Replace(deposit, old, now, 1), false)
		assert.Equal(t, []string{"E_CONTROL"}, r.codes(), now)
		assert.Contains(t, r.verdicts, "batch false")
	}
}

func TestDamagedInterchanges(t *testing.T) {
	for name, c := range map[string]struct {
		old, now string
		codes    []string
		verdicts []string
	}{
		"a fraction of a cent":    {"**95.32*", "**95.325*", []string{"E_SUB_CENT", "E_CONTROL"}, []string{"receipt false", "batch true", "group true", "file true"}},
		"zeros behind a cent":     {"**95.32*", "**95.32000*", nil, nil},
		"a letter in an amount":   {"**95.32*", "**9S.32*", []string{"E_FIELD", "E_CONTROL"}, []string{"receipt false", "batch true", "group true", "file true"}},
		"no amount":               {"BPR*C*798.97*", "BPR*C**", []string{"E_FIELD"}, []string{"receipt false", "batch false", "group true", "file true"}},
		"no such day":             {"*20260303~", "*20260230~", []string{"E_FIELD"}, []string{"receipt false", "batch true", "group true", "file true"}},
		"another number of a set": {"SE*12*0001", "SE*12*0002", []string{"E_CONTROL"}, []string{"receipt true", "batch false", "group true", "file true"}},
		"another of a group":      {"GE*1*1~", "GE*2*2~", []string{"E_CONTROL", "E_CONTROL"}, []string{"receipt true", "batch true", "group false", "file true"}},
		"another of all":          {"IEA*1*000000001", "IEA*2*000000002", []string{"E_CONTROL", "E_CONTROL"}, []string{"receipt true", "batch true", "group false", "file true"}},
		"no end of a set":         {"SE*12*0001~\n", "", []string{"E_TORN"}, []string{"receipt true", "batch false", "group true", "file true"}},
		"no end of a group":       {"GE*1*1~\n", "", []string{"E_TORN"}, []string{"receipt true", "batch true", "group false", "file true"}},
		"no end of all":           {"IEA*1*000000001~\n", "", []string{"E_TORN"}, []string{"receipt true", "batch true", "group false", "file true"}},
		"another kind of set":     {"ST*820", "ST*835", []string{"E_FIELD"}, []string{"receipt true", "batch false", "group true", "file true"}},
		"another kind of group":   {"GS*RA", "GS*HP", []string{"E_FIELD"}, []string{"receipt true", "batch true", "group false", "file true"}},
		"a segment behind a set":  {"GE*1*1~", "RMR*IV*1**5~GE*1*1~", []string{"E_RECORD_ORDER"}, []string{"receipt true", "batch true", "group false", "file true"}},
		"an end of nothing":       {"ST*820*0001~", "SE*1*1~ST*820*0001~", []string{"E_RECORD_ORDER"}, []string{"receipt true", "batch true", "group false", "file true"}},
		"two beginnings":          {"ST*820*0001~", "ST*820*0001~ST*820*0001~", []string{"E_TORN", "E_CONTROL"}, nil},
		"a count of letters":      {"SE*12*", "SE*X*", []string{"E_FIELD"}, nil},
		"a long segment":          {"24305", strings.Repeat("9", 1<<17), []string{"E_LONG", "E_CONTROL"}, nil},
		"a sum that is too large": {"**95.32*", "**9999999999999999.99*", []string{"E_CONTROL"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(order, c.old, c.now, 1)
			require.NotEqual(t, order, text)
			r := scan(t, text, false)
			require.NoError(t, r.err)
			assert.Equal(t, c.codes, r.codes())
			if c.verdicts != nil {
				assert.Equal(t, c.verdicts, r.verdicts)
			}
			for _, f := range r.findings {
				assert.NotEmpty(t, f.Fix)
				assert.NotContains(t, f.String(), "WEIR")
			}
		})
	}
	for _, text := range []string{"", "HELLO", "ISA*00*", "UNA:+.? '"} {
		r := scan(t, text, false)
		assert.ErrorIs(t, r.err, x12.ErrX12, "%q", text)
		assert.Contains(t, r.err.Error(), "pay.x12:1:1")
	}
}

func TestAPieceOfAnOrder(t *testing.T) {
	for _, text := range []string{`RMR*IV*7321239**953.19\`, "RMR*IV*7321239**953.19~", "RMR*IV*7321239**953.19", `RMR*IV*7321239**953.19\   `} {
		r := scan(t, text, true)
		require.NoError(t, r.err)
		assert.Empty(t, r.findings, "%q", text)
		require.Len(t, r.payments, 1)
		assert.Equal(t, money.Cents(953_19), r.payments[0].Amount)
		assert.False(t, r.payments[0].Stated)
		assert.Equal(t, "7321239", r.payments[0].Stubs[0].Reference)
	}
	r := scan(t, `ST*820*0001\BPR*C*70*C*ACH\RMR*IV*1**35\RMR*IV*2**35\SE*5*0001\`, true)
	assert.Empty(t, r.findings)
	assert.Equal(t, money.Cents(70_00), r.payments[0].Amount)
	r = scan(t, order, true)
	assert.Empty(t, r.findings)
	assert.Len(t, r.payments, 1)
}

func TestCase65CutAtEveryByte(t *testing.T) {
	for _, text := range []string{order, deposit} {
		for n := range strings.LastIndex(text, "~") {
			r := scan(t, text[:n], false)
			if r.err != nil {
				continue
			}
			require.Contains(t, strings.Join(r.verdicts, ","), "false", "cut at %d", n)
			require.NotEmpty(t, r.findings)
		}
	}
	failed := false
	for _, err := range x12.Scan(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(order))), "x") {
		failed = failed || err != nil
	}
	assert.True(t, failed)
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

type repeated struct {
	head, body, tail string
	times, step      int
	at               strings.Reader
}

func (r *repeated) Read(p []byte) (int, error) {
	for r.at.Len() == 0 {
		switch {
		case r.step == 0:
			r.at.Reset(r.head)
		case r.step <= r.times:
			r.at.Reset(r.body)
		case r.step == r.times+1:
			r.at.Reset(r.tail)
		default:
			return r.at.Read(p)
		}
		r.step++
	}
	return r.at.Read(p)
}

func FuzzScan(f *testing.F) {
	f.Add(order, false)
	f.Add(deposit, false)
	f.Add(`RMR*IV*7321239**953.19\`, true)
	f.Fuzz(func(t *testing.T, text string, piece bool) { scan(t, text, piece) })
}

func ExampleScan() {
	for item, err := range x12.Scan(strings.NewReader(strings.Replace(order, "BPR*C*798.97", "BPR*C*799.97", 1)), "pay.x12") {
		switch {
		case err != nil:
			fmt.Println(err)
		case item.Finding != nil:
			fmt.Println(item.Finding)
		case item.Record != nil:
			fmt.Println(item.Record.Trace, item.Record.Amount, len(item.Record.Stubs))
		}
	}
	// Output:
	// pay.x12:4: E_CONTROL: BPR02: the payment is of $799.97, and what it pays comes to $798.97; have its sender look at it, or send it again
	// 12053011440000192 $799.97 2
}
