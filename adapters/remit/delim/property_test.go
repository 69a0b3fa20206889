package delim_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/adapters/remit/delim"
)

// quote writes a cell as RFC 4180 has it.
func quote(text string, always bool) string {
	if always || strings.ContainsAny(text, "\",;|\t\n") {
		return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	return text
}

func dollars(cents int64) string {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	return fmt.Sprintf("%s%d.%02d", sign, cents/100, cents%100)
}

// Whatever stands in the cells, in whatever order, quoted or not where it need not be: it is read as it was written.
func TestRowsAreReadAsTheyWereWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := shipped(t, "settlement-by-name")
		p.Delimiter = rapid.SampledFrom([]byte{',', ';', '|', '\t'}).Draw(t, "delimiter")
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "end")
		columns := rapid.Permutation([]string{"transaction", "original transaction", "type", "date", "account", "gross", "fee", "net", "note"}).Draw(t, "columns")
		cell := rapid.StringMatching(`[A-Za-z0-9"';,|é#. -]{0,12}`)
		note := rapid.StringMatching(`[a-z",;|\n\n ]{0,12}`)
		line := func(values map[string]string) string {
			var cells []string
			for _, c := range columns {
				cells = append(cells, quote(values[c], rapid.Bool().Draw(t, "quoted")))
			}
			return strings.Join(cells, string(p.Delimiter)) + end
		}
		heading := map[string]string{}
		for _, c := range columns {
			heading[c] = c
		}
		text := line(heading)
		type want struct {
			account, transaction string
			amount, fee          int64
		}
		var wants []want
		for i := range rapid.IntRange(0, 8).Draw(t, "rows") {
			w := want{strings.TrimSpace(cell.Draw(t, "account")), fmt.Sprint("T", i), rapid.Int64Range(-1e12, 1e12).Draw(t, "cents"), rapid.Int64Range(-100, 1e6).Draw(t, "fee")}
			wants = append(wants, w)
			text += line(map[string]string{"transaction": w.transaction, "type": "payment", "date": "2026-03-03", "account": w.account, "gross": dollars(w.amount), "fee": dollars(w.fee),
				"net": dollars(w.amount - w.fee), "note": note.Draw(t, "note")})
		}
		r := scan(t, text, p)
		require.Empty(t, r.findings)
		require.Len(t, r.rows, len(wants))
		for i, w := range wants {
			require.Equal(t, w, want{r.rows[i].Account, r.rows[i].Transaction, r.rows[i].Amount.Cents(), r.rows[i].Fee.Cents()})
		}
	})
}

// A file of batches with whatever change of one byte: no panic, every line is accounted for, and an amount that is another is never in a file, in all of
// whose levels everything holds.
func TestAChangeOfAnAmountIsAlwaysFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := parse(t, `delimiter: ";"
unit: cents
sign: plain
records:
  - {name: total, first: true, is: control}
  - {name: payment, is: row}
fields:
  - {record: total, role: control_total, column: 1}
  - {record: total, role: control_count, column: 2}
  - {record: payment, role: account, column: 1}
  - {record: payment, role: amount, column: 2}
`)
		cents := rapid.SliceOfN(rapid.Int64Range(0, 1e9), 1, 6).Draw(t, "cents")
		sum := int64(0)
		var rows strings.Builder
		for _, c := range cents {
			sum += c
			fmt.Fprintf(&rows, "A;%d\n", c)
		}
		text := []byte(fmt.Sprintf("%d;%d\n%s", sum, len(cents), rows.String()))
		text[rapid.IntRange(0, len(text)-1).Draw(t, "at")] = rapid.SampledFrom([]byte("0123456789;\"\n\r-. A")).Draw(t, "byte")
		r := scan(t, string(text), p)
		if len(r.findings) == 0 && !slices.Equal(cents, r.cents()) {
			t.Fatalf("%q was read as %v", text, r.cents())
		}
	})
}

func FuzzScan(f *testing.F) {
	all := samples()
	ids := delim.Shipped()
	profiles := make([]*delim.Profile, len(ids))
	for i, id := range ids {
		profiles[i] = all[id].stated(f, id)
		f.Add(all[id].text, uint8(i))
		f.Add(strings.Replace(all[id].text, "0104417", "\"0104\n", 1), uint8(i))
	}
	f.Fuzz(func(t *testing.T, text string, which uint8) {
		p := profiles[int(which)%len(profiles)]
		for _, err := range delim.Scan(strings.NewReader(text), p, "day.csv") {
			if err != nil {
				return // it is no such file
			}
		}
		scan(t, text, p)
	})
}

func FuzzParse(f *testing.F) {
	f.Add("id: x\nseen: y\ndelimiter: ','\nunit: cents\nsign: plain\nrecords:\n  - {name: a, first: true, is: control}\n  - {name: b, is: row}\nfields:\n  - {role: control_total, record: a, column: 1}\n  - {role: amount, record: b, column: 1}\n", "1\n1\n")
	f.Add("id: x\nseen: y\nunit: dollars\nsign: kind\nkinds: {A: refund}\nunstated: {date: x}\nfields:\n  - {role: amount, from: 1, to: 9}\n  - {role: kind, from: 10, to: 10}\n", "     1.00A\n")
	f.Fuzz(func(t *testing.T, profile, text string) {
		p, err := delim.Parse("x.yaml", []byte(profile))
		if err != nil {
			return
		}
		for _, err := range delim.Scan(strings.NewReader(text), p, "day.csv") {
			if err != nil {
				return
			}
		}
		scan(t, text, p)
	})
}
