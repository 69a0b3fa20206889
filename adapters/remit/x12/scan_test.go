package x12_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/x12"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/private"
)

func TestAnOrderIsRead(t *testing.T) {
	r := scan(t, order, false)
	assert.Empty(t, r.findings)
	require.Len(t, r.payments, 1)
	p := r.payments[0]
	assert.Equal(t, money.Cents(798_97), p.Amount)
	assert.Equal(t, []x12.Stub{
		{Line: 10, Qualifier: "IV", Reference: "7321239", Paid: money.Cents(95_32), Invoice: money.Cents(100_00), Discount: money.Cents(1_00), Others: []x12.Reference{{Qualifier: "PO", Number: "24305"}}},
		{Line: 12, Qualifier: "12", Reference: "01044171", Paid: money.Cents(704_65), Adjustment: money.Cents(-1_00)},
	}, p.Stubs)
	assert.Equal(t, []string{"12053011440000192", "1657777777", "USD", "C", "ACH", "2026-03-03", "820", "0001"}, []string{p.Trace, p.Originator, p.Currency, p.Handling, p.Method, p.Settles.String(), p.Kind, p.Set})
	assert.Equal(t, "ADA WEIR", private.Reveal(p.Payer()).Text())
	assert.Equal(t, "121000358", private.Reveal(p.Routing()).Text())
	assert.Equal(t, "0001234567", private.Reveal(p.Account()).Text())
	assert.Equal(t, []string{"receipt true", "batch true", "group true", "file true"}, r.verdicts)
	assert.Equal(t, []string{"payment 1", "set 0001", "interchange 000000001", "file"}, []string{r.given[0].Of, r.given[1].Of, r.given[2].Of, r.given[3].Of})
	assert.Equal(t, remit.Summary{Lines: 16, Records: 15, Ignored: 1}, r.summary)
	for _, verb := range []string{"%v", "%+v", "%#v"} {
		for _, secret := range []string{"WEIR", "121000358", "0001234567"} {
			assert.NotContains(t, fmt.Sprintf(verb, *p), secret)
		}
	}
}

func TestWhatIsOfNoStubIsOfThePayment(t *testing.T) {
	r := scan(t, enveloped("820", "BPR*C*95*C*ACH~REF*TN*77~ENT*1~ADX*-3*01~RMR*IV*1**60~DTM*003*20260201~DTM*003*20260202~ADX*-2*01~REF*PO*5~ENT*2~ADX*-1*01~REF*ZZ*6~DTM*003*20260203~RMR*IV*2**41~"), false)
	require.Empty(t, r.findings)
	p := r.payments[0]
	assert.Equal(t, money.Cents(-4_00), p.Adjustment)
	assert.Equal(t, []x12.Reference{{Qualifier: "TN", Number: "77"}, {Qualifier: "ZZ", Number: "6"}}, p.Others)
	assert.Equal(t, []money.Amount{money.Cents(-2_00), {}}, []money.Amount{p.Stubs[0].Adjustment, p.Stubs[1].Adjustment})
	assert.Equal(t, civil.MustDate("2026-02-01"), p.Stubs[0].Dated)
	assert.Equal(t, 2, r.summary.Ignored, "a second day of a stub, and a day of none")
}

func TestEndsOfLinesMeanNothing(t *testing.T) {
	plain := strings.ReplaceAll(order, "\n", "")
	wrapped := ""
	for rest := plain; rest != ""; {
		n := min(80, len(rest))
		wrapped, rest = wrapped+rest[:n]+"\r\n", rest[n:]
	}
	want := scan(t, order, false)
	for name, text := range map[string]string{
		"none":                 plain,
		"behind a terminator":  strings.ReplaceAll(order, "\n", "\r\n"),
		"two of them":          strings.ReplaceAll(order, "\n", "\n\n"),
		"every 80 characters":  wrapped,
		"they are terminators": strings.ReplaceAll(order, "~\n", "\n"),
		"with returns too":     strings.ReplaceAll(order, "~\n", "\r\n"),
		"a mark of UTF-8":      "\ufeff" + order,
		"filled up at its end": order + "\x1a\x00\x00   \n",
		"other separators":     strings.NewReplacer("*", "|", "~", "'").Replace(order),
		"those of control":     strings.NewReplacer("*", "\x1d", "~", "\x1e").Replace(order),
	} {
		t.Run(name, func(t *testing.T) {
			r := scan(t, text, false)
			require.Empty(t, r.findings)
			require.Len(t, r.payments, 1)
			got := r.payments[0]
			got.Line = want.payments[0].Line
			for i := range got.Stubs {
				got.Stubs[i].Line = want.payments[0].Stubs[i].Line
			}
			assert.Equal(t, want.payments[0], got)
			assert.Equal(t, want.summary, r.summary)
		})
	}
}

func TestManyInterchangesEachWithItsSeparators(t *testing.T) {
	other := strings.NewReplacer("*", "|", "~", "'", "000000001", "000000002").Replace(order)
	r := scan(t, order+other+strings.ReplaceAll(order, "\n", ""), false)
	assert.Empty(t, r.findings)
	require.Len(t, r.payments, 3)
	assert.Equal(t, []int{4, 20, 33}, []int{r.payments[0].Line, r.payments[1].Line, r.payments[2].Line})
	assert.Equal(t, remit.Summary{Lines: 48, Records: 45, Ignored: 3}, r.summary)

	r = scan(t, order+"TWO LINES\nOF SOMETHING~ELSE\n"+other, false)
	assert.Equal(t, []string{"E_X12", "E_X12", "E_X12"}, r.codes(), "each line and each segment of it")
	assert.Len(t, r.payments, 2, "and the interchange behind it is read")
	assert.Equal(t, []string{"receipt true", "batch true", "group true", "receipt true", "batch true", "group true", "file false"}, r.verdicts)
}

func TestAFileThatWasCutIsFollowedByAnother(t *testing.T) {
	for at := len(isa); at < len(order)-1; at++ {
		r := scan(t, order[:at]+order, false)
		require.NotEmpty(t, r.findings, "cut at %d", at)
		last := r.payments[len(r.payments)-1]
		require.Equal(t, money.Cents(798_97), last.Amount, "cut at %d", at)
		require.Nil(t, last.Fault)
		require.Equal(t, []string{"receipt true", "batch true", "group true"}, r.verdicts[len(r.verdicts)-4:len(r.verdicts)-1], "cut at %d", at)
	}
}

func TestCase46BlanksThatWereCollapsed(t *testing.T) {
	text := strings.NewReplacer("          ", " ", "      ", " ").Replace(order)
	for _, text := range []string{text, strings.ReplaceAll(text, "\n", ""), strings.ReplaceAll(text, "~\n", "\n")} {
		r := scan(t, text, false)
		assert.Equal(t, []string{"E_ISA_NOT_106"}, r.codes())
		assert.Equal(t, money.Cents(798_97), r.payments[0].Amount)
		assert.Equal(t, []string{"receipt true", "batch true", "group true", "file true"}, r.verdicts)
	}
	r := scan(t, corpus(t, "x12/moov-820-ctx.txt"), false)
	assert.Equal(t, []string{"E_ISA_NOT_106"}, r.codes())
	require.Len(t, r.payments, 1)
	require.Len(t, r.payments[0].Stubs, 2)
	assert.Equal(t, []money.Amount{money.Cents(7_989_73), money.Cents(953_19), money.Cents(7_036_54)}, []money.Amount{r.payments[0].Amount, r.payments[0].Stubs[0].Paid, r.payments[0].Stubs[1].Paid})
	assert.Equal(t, []string{"receipt true", "batch true", "group true", "file true"}, r.verdicts)
}

func TestTheCorpusIsReadAsTheIndexSays(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(corpus(t, "index.csv"))).ReadAll()
	require.NoError(t, err)
	findings := map[string][]string{"": nil, "ISA-not-106-chars": {"E_ISA_NOT_106"}}
	seen := 0
	for _, row := range rows[1:] {
		if row[0] != "x12" {
			continue
		}
		seen++
		r := scan(t, corpus(t, "x12/"+row[1]), false)
		stubs, total := 0, int64(0)
		for _, p := range r.payments {
			for _, s := range p.Stubs {
				stubs++
				total += s.Paid.Cents()
			}
		}
		assert.Equal(t, row[5], fmt.Sprint(len(r.payments)))
		assert.Equal(t, row[6], fmt.Sprint(total))
		assert.Contains(t, row[7], fmt.Sprintf("rmr=%d;", stubs))
		want, known := findings[row[8]]
		require.True(t, known, row[8])
		assert.Equal(t, want, r.codes())
	}
	assert.Equal(t, 1, seen)
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

func TestAPieceOfAnOrder(t *testing.T) {
	for _, text := range []string{
		`RMR*IV*7321239**953.19\`, "RMR*IV*7321239**953.19~", "RMR*IV*7321239**953.19", `RMR*IV*7321239**953.19\   `, "RMR*IV*7321239**953.19\n", "RMR|IV|7321239||953.19~",
		`RMR*IV*7321239**900\ADX*53.19*01\`, `TRN*1*5\RMR*IV*7321239**953.19\`,
	} {
		r := scan(t, text, true)
		assert.Empty(t, r.findings, "%q", text)
		require.Len(t, r.payments, 1)
		assert.Equal(t, money.Cents(953_19), r.payments[0].Amount)
		assert.False(t, r.payments[0].Stated)
		assert.Equal(t, "7321239", r.payments[0].Stubs[0].Reference)
		assert.Equal(t, []string{"receipt true", "file true"}, r.verdicts)
	}
	set := `ST*820*0001\BPR*C*70*C*ACH\RMR*IV*1**35\RMR*IV*2**35\SE*5*0001\`
	r := scan(t, set, true)
	assert.Empty(t, r.findings)
	assert.Equal(t, money.Cents(70_00), r.payments[0].Amount)
	r = scan(t, order, true)
	assert.Empty(t, r.findings)
	assert.Len(t, r.payments, 1)
	for text, code := range map[string]string{
		strings.Replace(set, "SE*5", "SE*6", 1):     "E_CONTROL",
		strings.Replace(set, "C*70", "C*71", 1):     "E_CONTROL",
		strings.Replace(set, "BPR*C*70", "XXX*", 1): "E_RECORD,E_RECORD_ORDER,E_RECORD_ORDER,E_RECORD_ORDER",
		"INVOICES 1 AND 2 PAID IN FULL":             "E_X12",
		"":                                          "E_TORN",
		`RMR*IV*7321239**953.195\`:                  "E_SUB_CENT",
	} {
		r := scan(t, text, true)
		assert.Equal(t, code, strings.Join(r.codes(), ","), "%q", text)
	}
}

func TestASourceThatFailsEndsTheStream(t *testing.T) {
	failure := errors.New("the disk is gone")
	for _, n := range []int{0, 50, len(isa), len(isa) + 30, len(order)} {
		var last error
		records := 0
		for item, err := range x12.Scan(io.MultiReader(strings.NewReader(order[:n]), iotest.ErrReader(failure)), "x") {
			require.NoError(t, last, "nothing comes behind an error")
			require.Nil(t, item.Summary)
			if last = err; item.Record != nil {
				records++
			}
		}
		require.ErrorIs(t, last, failure, "after %d bytes", n)
		require.ErrorIs(t, last, remit.ErrInput)
		require.Contains(t, last.Error(), "x:")
	}
	for _, err := range x12.Scan(strings.NewReader(order), "x") {
		require.NoError(t, err)
		break // whoever has seen enough may stop
	}
	slow := 0
	for item, err := range x12.Scan(iotest.OneByteReader(strings.NewReader(order)), "x") {
		require.NoError(t, err)
		require.Nil(t, item.Finding)
		slow++
	}
	assert.Equal(t, 6, slow)
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

func ExampleScanPiece() {
	addenda := []string{`RMR*IV*7321239**95`, `3.19\`} // each of at most 80 characters
	for item, err := range x12.ScanPiece(strings.NewReader(strings.Join(addenda, "")), "addenda") {
		if p := item.Record; err == nil && p != nil {
			fmt.Println(p.Amount, p.Stubs[0].Qualifier, p.Stubs[0].Reference)
		}
	}
	// Output:
	// $953.19 IV 7321239
}
