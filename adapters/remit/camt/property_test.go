package camt_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/money"
)

// drawn is a statement that was drawn, and where the digits of its amounts stand.
type drawn struct {
	text    strings.Builder
	digits  []int
	entries []money.Amount // as signed
	details int
}

// put writes a text, in which each % stands for an amount.
func (d *drawn) put(text string, cents ...int64) {
	for i, part := range strings.Split(text, "%") {
		if i > 0 {
			amount := fmt.Sprintf("%d.%02d", cents[i-1]/100, cents[i-1]%100)
			for at := range len(amount) {
				if amount[at] != '.' {
					d.digits = append(d.digits, d.text.Len()+at)
				}
			}
			d.text.WriteString(amount)
		}
		d.text.WriteString(part)
	}
}

func side(n int64) (int64, string) {
	if n < 0 {
		return -n, "DBIT"
	}
	return n, "CRDT"
}

func drawStatement(t *rapid.T) *drawn {
	d := &drawn{}
	entries := rapid.SliceOfN(rapid.Int64Range(-1_000_000_00, 1_000_000_00), 0, 5).Draw(t, "entries")
	opening := rapid.Int64Range(-1_000_000_00, 1_000_000_00).Draw(t, "opening")
	closing := opening
	for _, n := range entries {
		closing += n
	}
	d.text.WriteString(head)
	for kind, n := range map[string]int64{"OPBD": opening, "CLBD": closing} {
		amount, indicator := side(n)
		d.put(balance(kind, "%", indicator), amount)
	}
	for _, n := range entries {
		amount, indicator := side(n)
		var details []int64
		parts := rapid.IntRange(0, 3).Draw(t, "details")
		text := ""
		for i := range parts {
			part := amount
			for _, other := range details {
				part -= other
			}
			if i < parts-1 {
				part = rapid.Int64Range(0, part).Draw(t, "part")
			}
			details = append(details, part)
			text += detail("%", fmt.Sprint(i))
		}
		d.put(entry("%", indicator, text), append([]int64{amount}, details...)...)
		d.entries = append(d.entries, money.Cents(n))
		d.details += parts
	}
	d.text.WriteString(tail)
	return d
}

func TestAnyStatementIsReadAndAnyDigitOfItProved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawStatement(t)
		text := d.text.String()
		r := scan(t, text)
		require.Empty(t, r.findings)
		require.Len(t, r.entries, len(d.entries))
		for i, e := range r.entries {
			require.Equal(t, d.entries[i], e.Signed())
		}
		require.Len(t, r.details, d.details)

		at := rapid.SampledFrom(d.digits).Draw(t, "at")
		changed := []byte(text)
		changed[at] = '0' + (text[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "more")))%10
		r = scan(t, string(changed))
		require.NotEmpty(t, r.findings)
		require.Contains(t, strings.Join(r.verdicts, ","), "false")
	})
}

// Whatever byte was damaged: entries are read, or told, or what was damaged states no money.
func TestADamagedByteLosesNoMoneyUnseen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawStatement(t)
		text := []byte(d.text.String())
		at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
		text[at] = rapid.Byte().Draw(t, "byte")
		r := scan(t, string(text))
		if len(r.findings) > 0 {
			return
		}
		for i, e := range r.entries {
			require.Equal(t, d.entries[i], e.Signed())
		}
		require.Len(t, r.entries, len(d.entries))
	})
}
