package x12_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/money"
)

// drawn is an interchange that was drawn: its text, and where its digits stand that state amounts, totals and counts.
type drawn struct {
	text   strings.Builder
	digits []int
	paid   []money.Amount
	stubs  int
}

func (d *drawn) number(text string) {
	for i := range len(text) {
		if text[i] >= '0' && text[i] <= '9' {
			d.digits = append(d.digits, d.text.Len()+i)
		}
	}
	d.text.WriteString(text)
}

func (d *drawn) amount(cents int64) {
	text, _ := money.Cents(cents).MarshalText()
	d.number(string(text))
}

func drawInterchange(t *rapid.T) *drawn {
	d := &drawn{}
	line := rapid.SampledFrom([]string{"", "\n", "\r\n"}).Draw(t, "line")
	segments, sets := 0, rapid.IntRange(1, 3).Draw(t, "sets")
	end := func() { d.text.WriteString("~" + line); segments++ }
	put := func(text string) { d.text.WriteString(text); end() }
	d.text.WriteString(isa + line)
	put("GS*RA*1*2*20260303*1144*1*X*004010")
	for set := range sets {
		segments = 0
		put(fmt.Sprintf("ST*820*%04d", set+1))
		var stubs []int64
		total := int64(0)
		for range rapid.IntRange(1, 4).Draw(t, "stubs") {
			stubs = append(stubs, rapid.Int64Range(1, 9_999_999_99).Draw(t, "cents"))
			total += stubs[len(stubs)-1]
		}
		adjust := rapid.Int64Range(-total, total).Draw(t, "adjust")
		d.text.WriteString("BPR*C*")
		d.amount(total + adjust)
		put("*C*ACH")
		d.paid = append(d.paid, money.Cents(total+adjust))
		for i, cents := range stubs {
			d.text.WriteString(fmt.Sprintf("RMR*IV*%d**", i))
			d.amount(cents)
			end()
			d.stubs++
			if i == 0 {
				d.text.WriteString("ADX*")
				d.amount(adjust)
				put("*01")
			}
		}
		d.text.WriteString("SE*")
		d.number(fmt.Sprint(segments + 1))
		put(fmt.Sprintf("*%04d", set+1))
	}
	d.text.WriteString("GE*")
	d.number(fmt.Sprint(sets))
	put("*1")
	d.text.WriteString("IEA*")
	d.number("1")
	put("*000000001")
	return d
}

func TestAnyInterchangeIsReadAndAnyDigitOfItProved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawInterchange(t)
		text := d.text.String()
		r := scan(t, text, false)
		require.Empty(t, r.findings)
		require.Len(t, r.payments, len(d.paid))
		stubs := 0
		for i, p := range r.payments {
			require.Equal(t, d.paid[i], p.Amount)
			stubs += len(p.Stubs)
		}
		require.Equal(t, d.stubs, stubs)
		require.Equal(t, remit.Summary{Lines: strings.Count(text, "~"), Records: strings.Count(text, "~")}, r.summary)

		at := rapid.SampledFrom(d.digits).Draw(t, "at")
		changed := []byte(text)
		changed[at] = '0' + (text[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "more")))%10
		r = scan(t, string(changed), false)
		require.NotEmpty(t, r.findings, "%q for %q", changed[max(0, at-8):at+1], text[max(0, at-8):at+1])
		require.Contains(t, strings.Join(r.verdicts, ","), "false")
	})
}

// What was damaged in any byte is told, or reads as it did, or is a text that nothing states twice.
func TestADamagedByteLosesNoMoneyUnseen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawInterchange(t)
		text := []byte(d.text.String())
		at := rapid.IntRange(len(isa), len(text)-1).Draw(t, "at")
		text[at] = rapid.Byte().Draw(t, "byte")
		r := scan(t, string(text), false)
		if len(r.findings) > 0 {
			return
		}
		require.Len(t, r.payments, len(d.paid))
		for i, p := range r.payments {
			require.Equal(t, d.paid[i], p.Amount)
		}
	})
}
