package delim_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/remit/delim"
)

func TestDamagedRows(t *testing.T) {
	p := shipped(t, "portal-settlement")
	for name, c := range map[string]struct {
		old, now string
		codes    []string
		rows     int
		column   int
	}{
		"a fraction of a cent":    {"12570,395", "12570.5,395", []string{"E_SUB_CENT"}, 2, 32},
		"zeros behind a cent":     {"12570,395", "12570.000,395", nil, 3, 0},
		"a letter":                {"12570,395", "1257O,395", []string{"E_FIELD"}, 2, 32},
		"no amount":               {"12570,395", ",395", []string{"E_FIELD"}, 2, 32},
		"no fee":                  {"12570,395", "12570,", []string{"E_FIELD"}, 2, 38},
		"no net":                  {"395,12175", "395,", []string{"E_FIELD"}, 2, 42},
		"no transaction":          {"\nT2,", "\n,", []string{"E_FIELD"}, 2, 1},
		"no day":                  {"T2,PAYMENT,2026-03-03", "T2,PAYMENT,", []string{"E_FIELD"}, 2, 12},
		"no account":              {"69523330", "", nil, 3, 0},
		"too much":                {"12570,395", "9999999999999999999,395", []string{"E_AMOUNT_RANGE"}, 2, 32},
		"no such day":             {"T2,PAYMENT,2026-03-03", "T2,PAYMENT,2026-02-30", []string{"E_FIELD"}, 2, 12},
		"another kind":            {"T2,PAYMENT", "T2,DISPUTE", []string{"E_FIELD"}, 2, 4},
		"a kind in small letters": {"T2,PAYMENT", "T2,payment", []string{"E_FIELD"}, 2, 4},
		"another net":             {"395,12175", "395,12176", []string{"E_CONTROL"}, 3, 0},
		"a quote in a cell":       {"69523330", `6952"3330`, []string{"E_QUOTE"}, 2, 27},
		"a quote that is open":    {"69523330", `"69523330`, []string{"E_QUOTE"}, 2, 0},
		"behind a quote":          {"69523330", `"69523330"x`, []string{"E_QUOTE"}, 2, 33},
		"a blank before a quote":  {"69523330", ` "69523330"`, []string{"E_QUOTE"}, 2, 24},
		"a cell too few":          {"395,12175", "395", []string{"E_RECORD"}, 2, 0},
		"a cell too many":         {"69523330", "69523330,1", []string{"E_RECORD"}, 2, 0},
		"blank cells behind":      {"395,12175", "395,12175, ,", nil, 3, 0},
		"a short row":             {"T2,PAYMENT,2026-03-03,69523330,12570,395,12175", "T2,PAYMENT", []string{"E_RECORD"}, 2, 0},
		"a row of another file":   {"T2,PAYMENT,2026-03-03,69523330,12570,395,12175", "txn_id,type,date,account,amount_cents,fee_cents,net_cents", []string{"E_FIELD"}, 2, 6 + 2},
		"a control character":     {"69523330", "6952\x003330", []string{"E_ENCODING"}, 2, 23},
		"no UTF-8":                {"69523330", "6952\xe93330", []string{"E_ENCODING"}, 2, 23},
		"quoted cells before it":  {"T2,PAYMENT,2026-03-03,69523330,12570", `"T,""2",PAYMENT,2026-03-03,"69523330",1257O`, []string{"E_FIELD"}, 2, 39},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(portal, c.old, c.now, 1)
			require.NotEqual(t, portal, text)
			r := scan(t, text, p)
			assert.Equal(t, c.codes, r.codes())
			assert.Len(t, r.rows, c.rows, "one bad row never loses the rest")
			if len(c.codes) > 0 {
				assert.Equal(t, 3, r.findings[0].Pos.Line)
				assert.Equal(t, c.column, r.findings[0].Pos.Col)
				assert.Equal(t, name == "another net", r.holds, "with a row that cannot be read the file does not hold")
			}
		})
	}
	long := strings.Replace(portal, "69523330", strings.Repeat("9", 1<<17), 1)
	r := scan(t, long, p)
	assert.Equal(t, []string{"E_LONG"}, r.codes())
	assert.Len(t, r.rows, 2)
}

func TestANameThatIsNoTextIsLeftOutAndTold(t *testing.T) {
	s := samples()["checks-by-name"]
	r := scan(t, strings.Replace(s.text, "MILLER", "M\xfcLLER", 1), shipped(t, "checks-by-name"))
	assert.Equal(t, []string{"E_ENCODING"}, r.codes())
	assert.Equal(t, []int{3, 59}, []int{r.findings[0].Pos.Line, r.findings[0].Pos.Col})
	assert.True(t, r.holds, "the payment holds all the same")
	require.Len(t, r.rows, 2)
	assert.True(t, r.rows[1].Name().IsZero())
	assert.False(t, r.rows[1].Payer().IsZero())
}

// TestCase65 cuts a file of every shipped profile at every byte: what is read of the rest is what was there, or it is told.
func TestCase65(t *testing.T) {
	for id, s := range samples() {
		t.Run(id, func(t *testing.T) {
			p := s.stated(t, id)
			whole := scan(t, s.text, p)
			want := plain(whole.rows)
			heading := 0
			if p.Heading {
				heading = strings.IndexByte(s.text, '\n')
			}
			for n := heading; n < len(s.text); n++ {
				r := scan(t, s.text[:n], p)
				got := plain(r.rows)
				require.LessOrEqual(t, len(got), len(want))
				for i := range got {
					if got[i] == want[i] || id == "checks-by-name" && i == len(got)-1 && s.text[n-1] == ',' {
						continue // the last cell there is a name, and may be blank
					}
					require.NotEmpty(t, r.findings, "cut at %d, a row is another than it was, and nothing is said: %s", n, s.text[:n])
				}
			}
			for n := 1; n < heading; n++ {
				for _, err := range delim.Scan(strings.NewReader(s.text[:n]), p, "day.csv") {
					if err != nil {
						assert.ErrorIs(t, err, delim.ErrHeading)
					}
				}
			}
		})
	}
}

// TestEveryDigitOfAnAmountIsLookedAt changes each digit of the amounts of a row: where the file has a control, it is found.
func TestEveryDigitOfAnAmountIsLookedAt(t *testing.T) {
	for _, id := range []string{"portal-settlement", "settlement-by-name", "navusoft-3", "peoplesoft-lockbox", "kuali-lockbox", "oracle-rmb-tender"} {
		s := samples()[id]
		p := s.stated(t, id)
		whole := scan(t, s.text, p)
		changed := 0
		for n := range len(s.text) {
			if c := s.text[n]; c < '0' || c > '9' {
				continue
			}
			other := s.text[:n] + string('0'+(s.text[n]-'0'+1)%10) + s.text[n+1:]
			if p.Heading && n < strings.IndexByte(s.text, '\n') {
				continue
			}
			r := scan(t, other, p)
			if len(r.rows) != len(whole.rows) {
				require.NotEmpty(t, r.findings, "%s: a row is gone", id)
				continue
			}
			for i := range r.rows {
				if r.rows[i].Amount != whole.rows[i].Amount {
					changed++
					require.NotEmpty(t, r.findings, "%s: a digit of %s is another", id, whole.rows[i].Amount)
				}
			}
		}
		assert.Positive(t, changed, id)
	}
}
