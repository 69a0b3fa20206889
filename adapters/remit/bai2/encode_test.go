package bai2_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/adapters/remit/bai2"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/private"
)

func bankAccount(t require.TestingT, text string) private.BankAccount {
	id, err := private.NewBankAccount(text)
	require.NoError(t, err)
	return id
}

func written(t require.TestingT, details ...bai2.StatedDetail) bai2.File {
	return bai2.File{Sender: "121000358", Receiver: "DISTRICT", Written: civil.MustDate("2026-03-03"), Time: "0600", Number: 1, Groups: []bai2.StatedGroup{{
		Group: bai2.Group{Receiver: "DISTRICT", Originator: "121000358", Status: "1", AsOf: civil.MustDate("2026-03-03"), Time: "2359", Currency: "USD"},
		Accounts: []bai2.StatedAccount{{ID: bankAccount(t, "0001234567"), Currency: "USD", Amounts: []bai2.Amount{{Type: "010", Amount: money.Cents(50_000_00), Stated: true, Count: -1}, {Type: "100", Amount: money.Cents(10), Stated: true, Count: 3,
			Funds: bai2.Funds{Type: "D", Days: []bai2.Available{{Days: 0, Amount: money.Cents(4)}, {Days: 5, Amount: money.Cents(6)}}}}}, Details: details}},
	}}}
}

func detail(code string, amount int64, text string) bai2.StatedDetail {
	return bai2.StatedDetail{Detail: bai2.Detail{Type: code, Amount: money.Cents(amount), BankReference: "LBX0054321", CustomerReference: "A/B"}, Text: text}
}

func encode(t require.TestingT, f bai2.File) string {
	var out bytes.Buffer
	require.NoError(t, bai2.Encode(&out, f))
	return out.String()
}

func TestAStatementIsWrittenAndReadBack(t *testing.T) {
	text := encode(t, written(t, detail("115", 34_988_25, "LOCKBOX DEPOSIT\nBATCHES 1, 2\n/ALL"), detail("555", 66_21, "")))
	assert.Equal(t, `01,121000358,DISTRICT,260303,0600,1,,,2/
02,DISTRICT,121000358,1,260303,2359,USD,2/
03,0001234567,USD,010,5000000,,,100,10,3,D,2,0,4,5,6/
16,115,3498825,,LBX0054321,A/B,LOCKBOX DEPOSIT
88,BATCHES 1, 2
88,/ALL
16,555,6621,,LBX0054321,A/B/
49,8505456,6/
98,8505456,1,8/
99,8505456,1,10/
`, text)
	r := scan(t, text)
	assert.Empty(t, r.findings)
	assert.Equal(t, "LOCKBOX DEPOSIT\nBATCHES 1, 2\n/ALL", r.details[0].Detail.Text())
}

func TestAnyStatementThatIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var details []bai2.StatedDetail
		for range rapid.IntRange(0, 5).Draw(t, "details") {
			d := detail(rapid.StringMatching(`[1-6][0-9]{2}`).Draw(t, "type"), rapid.Int64Range(-1e12, 1e12).Draw(t, "cents"), rapid.StringMatching(`([A-Z]([A-Z/, ]{0,20}[A-Z])?(\n[A-Z/][A-Z/, ]{0,20}[A-Z]){0,3})?`).Draw(t, "text"))
			d.BankReference = rapid.StringMatching(`([A-Z0-9]([A-Z0-9/]{0,8}[A-Z0-9])?)?`).Draw(t, "reference")
			if rapid.Bool().Draw(t, "funds") {
				d.Funds = bai2.Funds{Type: "V", Date: civil.MustDate("2026-03-04"), Time: "1200"}
			}
			details = append(details, d)
		}
		r := scan(t, encode(t, written(t, details...)))
		require.Empty(t, r.findings)
		require.Len(t, r.details, len(details))
		for i, d := range details {
			got := r.details[i].Detail
			require.Equal(t, d.Text, got.Text())
			require.Equal(t, []any{d.Type, d.Amount, d.Funds, d.BankReference, d.CustomerReference}, []any{got.Type, got.Amount, got.Funds, got.BankReference, got.CustomerReference})
		}
	})
}

func TestWhatCannotBeReadBackIsNotWritten(t *testing.T) {
	for name, bad := range map[string]func(*bai2.File){
		"a comma in a reference":   func(f *bai2.File) { f.Groups[0].Accounts[0].Details[0].BankReference = "A,B" },
		"a slash at its end":       func(f *bai2.File) { f.Groups[0].Accounts[0].Details[0].CustomerReference = "A/" },
		"a line end in a name":     func(f *bai2.File) { f.Sender = "A\nB" },
		"a text that ends so":      func(f *bai2.File) { f.Groups[0].Accounts[0].Details[0].Text = "A/" },
		"a record in a text":       func(f *bai2.File) { f.Groups[0].Accounts[0].Details[0].Text = "A/ 16,1" },
		"a type that is none":      func(f *bai2.File) { f.Groups[0].Accounts[0].Details[0].Type = "1" },
		"funds that are none":      func(f *bai2.File) { f.Groups[0].Accounts[0].Details[0].Funds.Type = "Q" },
		"funds without their days": func(f *bai2.File) { f.Groups[0].Accounts[0].Details[0].Funds.Type = "S" },
		"days without their funds": func(f *bai2.File) { f.Groups[0].Accounts[0].Details[0].Funds.Time = "1200" },
		"another century":          func(f *bai2.File) { f.Written = civil.MustDate("1999-01-01") },
		"a sum that does not fit": func(f *bai2.File) {
			f.Groups[0].Accounts[0].Details[0].Amount, f.Groups[0].Accounts[0].Amounts[0].Amount = money.Cents(1<<62), money.Cents(1<<62)
		},
	} {
		f := written(t, detail("115", 1, "TEXT"))
		bad(&f)
		var out bytes.Buffer
		assert.ErrorIs(t, bai2.Encode(&out, f), bai2.ErrWrite, name)
		assert.Empty(t, out.String())
	}
}

// large is a statement of many details.
func large(t require.TestingT, n int) string {
	details := make([]bai2.StatedDetail, n)
	for i := range details {
		details[i] = detail("165", int64(10_00+i%100), "ACH CREDIT PORTAL SETTLEMENT")
	}
	return encode(t, written(t, details...))
}

// BenchmarkScan is measured against the floor of the same run, which only reads the lines.
func BenchmarkScan(b *testing.B) {
	const n = 10_000
	text := large(b, n)
	b.Run("floor", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			bytes := 0
			lines := bufio.NewScanner(strings.NewReader(text))
			for lines.Scan() {
				bytes += len(lines.Text())
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/detail")
	})
	b.Run("scan", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			for _, err := range bai2.Scan(strings.NewReader(text), "large.bai2") {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/detail")
	})
}

// endless repeats the middle of a file.
type endless struct {
	parts []string
	times int
	step  int
	at    strings.Reader
}

func (e *endless) Read(p []byte) (int, error) {
	for e.at.Len() == 0 {
		switch {
		case e.step == 0:
			e.at.Reset(e.parts[0])
		case e.step <= e.times:
			e.at.Reset(e.parts[1])
		case e.step == e.times+1:
			e.at.Reset(e.parts[2])
		default:
			return 0, io.EOF
		}
		e.step++
	}
	return e.at.Read(p)
}

func TestMemoryIsFlatAtAnySize(t *testing.T) {
	list := strings.SplitAfter(large(t, 100), "\n")
	file := &endless{parts: []string{strings.Join(list[:3], ""), strings.Join(list[3:103], ""), strings.Join(list[103:], "")}, times: 1000}
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	highest, details := uint64(0), 0
	for item, err := range bai2.Scan(file, "endless") {
		require.NoError(t, err)
		if item.Record == nil || item.Record.Detail == nil {
			continue
		}
		if details++; details%20_000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			highest = max(highest, now.HeapAlloc)
		}
	}
	require.Equal(t, 100_000, details)
	require.Less(t, int64(highest)-int64(before.HeapAlloc), int64(1<<20))
}

func ExampleScan() {
	text := "01,121000358,DISTRICT,260303,0600,1,,,2/\n02,DISTRICT,121000358,1,260303,2359,USD,2/\n03,0001234567,USD,010,5000000,,/\n" +
		"16,115,3498825,,LBX0054321,,LOCKBOX DEPOSIT\n16,555,6621,,34675132,,RETURNED\n49,8505446,4/\n98,8505446,1,6/\n99,8505446,1,9/\n"
	for item, err := range bai2.Scan(strings.NewReader(text), "bank.bai2") {
		switch {
		case err != nil:
			fmt.Println(err)
		case item.Finding != nil:
			fmt.Println(item.Finding)
		case item.Record != nil && item.Record.Detail != nil:
			signed, _ := item.Record.Detail.Signed()
			fmt.Println(item.Record.Detail.Type, signed, item.Record.Detail.BankReference)
		case item.Verdict != nil:
			fmt.Println(item.Verdict)
		}
	}
	// Output:
	// 115 $34,988.25 LBX0054321
	// 555 -$66.21 34675132
	// account 1, lines 3 to 6, holds
	// group 1, lines 2 to 7, holds
	// bank.bai2:8: E_CONTROL: count: the count of file is stated as 9, and its records come to 8; hold it and have the bank look at it
	// file, lines 1 to 8, does not hold
}
