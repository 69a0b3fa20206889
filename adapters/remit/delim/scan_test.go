package delim_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/delim"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/private"
	"github.com/headgate-dev/headgate/payments"
)

type read struct {
	rows     []delim.Row
	findings []remit.Finding
	holds    bool
	summary  remit.Summary
}

func scan(t require.TestingT, text string, profile *delim.Profile) read {
	var out read
	files := 0
	for item, err := range delim.Scan(strings.NewReader(text), profile, "day.csv") {
		require.NoError(t, err)
		switch {
		case item.Record != nil:
			out.rows = append(out.rows, *item.Record)
		case item.Finding != nil:
			out.findings = append(out.findings, *item.Finding)
		case item.Verdict != nil:
			files++
			out.holds = item.Verdict.Holds
		default:
			out.summary = *item.Summary
		}
	}
	require.Equal(t, 1, files)
	require.Equal(t, out.summary.Lines, out.summary.Records+out.summary.Refused+out.summary.Ignored+out.summary.Blank, "every line ends in a record or in a finding")
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

func shipped(t require.TestingT, id string) *delim.Profile {
	p, err := delim.ShippedProfile(id)
	require.NoError(t, err)
	return p
}

const portal = `txn_id,type,date,account,amount_cents,fee_cents,net_cents
T1,PAYMENT,2026-03-03,31970791,26217,790,25427
T2,PAYMENT,2026-03-03,69523330,12570,395,12175
T1R,CHARGEBACK,2026-03-03,31970791,-26217,1500,-27717
`

func TestAPortalsSettlementIsRead(t *testing.T) {
	p := shipped(t, "portal-settlement")
	r := scan(t, portal, p)
	assert.Empty(t, r.findings)
	assert.True(t, r.holds)
	require.Len(t, r.rows, 3)
	assert.Equal(t, money.Cents(26217), r.rows[0].Amount)
	assert.Equal(t, money.Cents(790), r.rows[0].Fee)
	assert.Equal(t, "2026-03-03", r.rows[0].PaidOn.String())
	assert.Equal(t, delim.Chargeback, r.rows[2].Kind)
	assert.Equal(t, "T1", r.rows[2].Reverses)

	// Columns are found by their names: others may come, and move.
	moved := "extra,amount_cents,type,txn_id,net_cents,fee_cents,account,date\nx,26217,PAYMENT,T1,25427,790,31970791,2026-03-03\n"
	assert.Equal(t, r.rows[0].Amount, scan(t, moved, p).rows[0].Amount)
	for _, other := range []string{strings.ReplaceAll(portal, "\n", "\r\n"), "\ufeff" + portal, strings.TrimSuffix(portal, "\n"), strings.Replace(portal, "31970791", `"31970791"`, 1)} {
		assert.Equal(t, r.rows[0].Account, scan(t, other, p).rows[0].Account)
		assert.Empty(t, scan(t, other, p).findings)
	}
}

func TestAHeadingThatLacksAColumnEndsTheStream(t *testing.T) {
	for _, heading := range []string{"txn_id,type,date,account,amount,fee_cents,net_cents\n", "txn_id,type,date,account,amount_cents,amount_cents,fee_cents,net_cents\n"} {
		var got error
		for _, err := range delim.Scan(strings.NewReader(heading), shipped(t, "portal-settlement"), "day.csv") {
			got = err
		}
		assert.ErrorIs(t, got, delim.ErrHeading)
		assert.Contains(t, got.Error(), "day.csv:1: E_HEADING: amount_cents: ")
	}
}

func TestDamagedRows(t *testing.T) {
	p := shipped(t, "portal-settlement")
	for name, c := range map[string]struct {
		old, now string
		codes    []string
		rows     int
	}{
		"a fraction of a cent": {"12570,395", "12570.5,395", []string{"E_SUB_CENT"}, 2},
		"zeros behind a cent":  {"12570,395", "12570.000,395", nil, 3},
		"a letter":             {"12570,395", "1257O,395", []string{"E_FIELD"}, 2},
		"no amount":            {"12570,395", ",395", []string{"E_FIELD"}, 2},
		"too much":             {"12570,395", "9999999999999999999,395", []string{"E_AMOUNT_RANGE"}, 2},
		"no such day":          {"T2,PAYMENT,2026-03-03", "T2,PAYMENT,2026-02-30", []string{"E_FIELD"}, 2},
		"another kind":         {"T2,PAYMENT", "T2,DISPUTE", []string{"E_FIELD"}, 2},
		"another net":          {"395,12175", "395,12176", []string{"E_CONTROL"}, 3},
		"a quote in a cell":    {"69523330", `6952"3330`, []string{"E_QUOTE"}, 2},
		"a quote that is open": {"69523330", `"69523330`, []string{"E_QUOTE"}, 2},
		"behind a quote":       {"69523330", `"69523330"x`, []string{"E_QUOTE"}, 2},
		"a short row":          {"T2,PAYMENT,2026-03-03,69523330,12570,395,12175", "T2,PAYMENT", []string{"E_FIELD"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(portal, c.old, c.now, 1)
			require.NotEqual(t, portal, text)
			r := scan(t, text, p)
			assert.Equal(t, c.codes, r.codes())
			assert.Len(t, r.rows, c.rows, "one bad row never loses the rest")
			if len(c.codes) > 0 {
				assert.Equal(t, 3, r.findings[0].Pos.Line)
				assert.NotEmpty(t, r.findings[0].Fix)
				assert.Equal(t, name == "another net", r.holds, "with a row that cannot be read the file does not hold")
			}
			if name == "another net" {
				assert.True(t, r.rows[1].Doubt)
			}
		})
	}
	long := strings.Replace(portal, "69523330", strings.Repeat("9", 1<<17), 1)
	assert.Equal(t, []string{"E_LONG"}, scan(t, long, p).codes())
	assert.Equal(t, []string{"E_TORN"}, scan(t, "", p).codes())
}

func TestACellMayHoldALineEnd(t *testing.T) {
	p := shipped(t, "portal-settlement")
	text := strings.Replace(portal, "T2,", "\"T2\n\"\"second\"\" line\",", 1)
	r := scan(t, text, p)
	assert.Empty(t, r.findings)
	require.Len(t, r.rows, 3)
	assert.Equal(t, "T2\n\"second\" line", r.rows[1].Transaction)
	assert.Equal(t, []int{3, 4}, []int{r.rows[1].Line, r.rows[1].Last})
	assert.Equal(t, 5, r.rows[2].Line)
	// A quote that is never closed takes no more than its own line.
	r = scan(t, strings.Replace(portal, "T1,", `"T1,`, 1)+strings.Repeat("T9,PAYMENT,2026-03-03,31970791,1,0,1\n", 300), p)
	assert.Equal(t, []string{"E_QUOTE"}, r.codes())
	assert.Len(t, r.rows, 302)
}

func TestSignsAndUnits(t *testing.T) {
	for _, c := range []struct {
		sign, unit, text string
		cents            int64
		fails            string
	}{
		{"plain", "dollars", "84.10", 8410, ""}, {"plain", "dollars", "-84.1", -8410, ""}, {"plain", "dollars", "84", 8400, ""}, {"plain", "dollars", "8.85000", 885, ""},
		{"plain", "dollars", "8.855", 0, "E_SUB_CENT"}, {"plain", "cents", "8410", 8410, ""}, {"plain", "cents", "8410.1", 0, "E_SUB_CENT"}, {"trailing", "dollars", "84.10-", -8410, ""},
		{"trailing", "dollars", "-84.10", 0, "E_FIELD"}, {"parentheses", "dollars", "(84.10)", -8410, ""}, {"parentheses", "dollars", "(84.10", 0, "E_FIELD"}, {"plain", "dollars", "$84.10", 0, "E_FIELD"},
		{"plain", "dollars", "1,084.10", 0, "E_FIELD"}, {"plain", "dollars", "84.", 0, "E_FIELD"}, {"plain", "dollars", ".10", 0, "E_FIELD"}, {"plain", "dollars", "8e2", 0, "E_FIELD"}, {"plain", "dollars", "84.1x", 0, "E_FIELD"},
		{"plain", "dollars", "000000000000000000000084.10", 8410, ""}, {"plain", "dollars", "99999999999999999.99", 0, "E_AMOUNT_RANGE"},
	} {
		p := &delim.Profile{ID: "x", Seen: "a test", Delimiter: ';', Unit: c.unit, Sign: c.sign, Fields: []delim.Field{{Role: delim.Amount, Column: 1}}}
		r := scan(t, c.text+";\n", p)
		if c.fails != "" {
			assert.Equal(t, []string{c.fails}, r.codes(), "%s in %s", c.text, c.unit)
			continue
		}
		require.Len(t, r.rows, 1, "%s in %s", c.text, c.unit)
		assert.Equal(t, c.cents, r.rows[0].Amount.Cents())
	}
	p := &delim.Profile{ID: "x", Seen: "a test", Delimiter: '\t', Unit: "cents", Sign: "plain", Fields: []delim.Field{{Role: delim.Amount, Column: 1}, {Role: delim.SignOf, Column: 2, Minus: "D"}}}
	r := scan(t, "100\tC\n100\tD\n", p)
	assert.Equal(t, []int64{100, -100}, []int64{r.rows[0].Amount.Cents(), r.rows[1].Amount.Cents()})
}

func TestNavusoftStatesItsTotalFirst(t *testing.T) {
	p := shipped(t, "navusoft-3")
	text := "184.10\n0104417,350736490,R1,84.10,20260303\n0104418,,R2,100.00,20260303\n"
	r := scan(t, text, p)
	assert.Empty(t, r.findings)
	assert.Equal(t, "350736490", r.rows[0].Invoice)
	r = scan(t, strings.Replace(text, "184.10", "184.19", 1), p)
	require.Len(t, r.findings, 1)
	assert.Equal(t, "day.csv:1: E_CONTROL: total: the total of the file is stated as $184.19, and its rows come to $184.10; hold the file and have its sender look at it", r.findings[0].String())
	assert.False(t, r.holds)
	assert.Equal(t, []string{"E_TORN"}, scan(t, "", p).codes())
}

func TestFultonIsOfColumns(t *testing.T) {
	p := shipped(t, "fulton-retail-80")
	detail := "60" + fmt.Sprintf("%-10s", "AUX") + "00054321" + fmt.Sprintf("%-14s", "0104417") + " " + "CONTRL" + "0000008410" + "260303" + "030326" + fmt.Sprintf("%-13s", "REF1") + "    "
	require.Len(t, detail, 80)
	r := scan(t, "1000260303  030326\n"+detail+"\n", p)
	assert.Empty(t, r.findings)
	require.Len(t, r.rows, 1)
	assert.Equal(t, "0104417", r.rows[0].Account)
	assert.Equal(t, money.Cents(8410), r.rows[0].Amount)
	assert.Equal(t, "2026-03-03", r.rows[0].DepositedOn.String())
	r = scan(t, "1000\n"+detail+"\n99 TRAILER\n", p)
	assert.Equal(t, []string{"E_RECORD"}, r.codes(), "a line of no type is told")
	assert.Equal(t, 1, r.summary.Ignored)
}

func TestEveryShippedProfileIsOne(t *testing.T) {
	assert.Equal(t, []string{"fulton-retail-80", "navusoft-3", "portal-settlement"}, delim.Shipped())
	for _, id := range delim.Shipped() {
		assert.Equal(t, id, shipped(t, id).ID)
	}
	_, err := delim.ShippedProfile("paymentus")
	assert.ErrorIs(t, err, delim.ErrProfile)
}

func TestAProfileThatIsNoneIsRefusedWithItsPlace(t *testing.T) {
	good := `id: x
seen: a test
delimiter: ","
heading: true
unit: cents
sign: plain
fields:
  - {role: amount, name: cents}
`
	_, err := delim.Parse("x.yaml", []byte(good))
	require.NoError(t, err)
	for name, c := range map[string][3]string{
		"no id":             {"id: x\n", "", "x.yaml:1:1"},
		"no unit":           {"unit: cents\n", "", "x.yaml:1:1"},
		"another unit":      {"unit: cents", "unit: euros", "x.yaml:5:7"},
		"another sign":      {"sign: plain", "sign: minus", "x.yaml:6:7"},
		"an unknown key":    {"seen:", "saw:", "x.yaml:2:1"},
		"a long delimiter":  {`","`, `",,"`, "x.yaml:3:12"},
		"a digit delimiter": {`","`, `"1"`, "x.yaml:3:12"},
		"neither yes or no": {"heading: true", "heading: perhaps", "x.yaml:4:10"},
		"no amount":         {"role: amount", "role: account", "x.yaml:8:3"},
		"no role":           {"role: amount", "role: sum", "x.yaml:8:12"},
		"a column besides":  {"name: cents", "name: cents, column: 1", "x.yaml:8:5"},
		"no number":         {"name: cents", "column: one", "x.yaml:8:28"},
		"kinds without":     {"fields:", "kinds: {A: payment}\nfields:", "x.yaml:7:8"},
		"a date without":    {"fields:", "date: YYMMDD\nfields:", "x.yaml:7:7"},
		"fields no list":    {"  - {role: amount, name: cents}\n", "  role: amount\n", "x.yaml:8:3"},
		"records":           {"fields:", "records: [{name: a, column: 1, text: A, is: row}]\nfields:", "x.yaml:7:10"},
		"no yaml":           {"id: x", "id: [x", ""},
	} {
		_, err := delim.Parse("x.yaml", []byte(strings.Replace(good, c[0], c[1], 1)))
		require.Error(t, err, name)
		assert.Contains(t, err.Error(), c[2], name)
	}
	_, err = delim.Load(os.DirFS(t.TempDir()), "none.yaml")
	assert.ErrorIs(t, err, remit.ErrInput)
	for _, err := range delim.Scan(strings.NewReader(""), &delim.Profile{}, "") {
		assert.ErrorIs(t, err, delim.ErrProfile)
	}
}

func marker(t *testing.T) *payments.Marker {
	key, err := private.NewKey([]byte("a key of the tests, of 32 bytes!"))
	require.NoError(t, err)
	m, err := payments.NewMarker(key)
	require.NoError(t, err)
	return m
}

func TestAFileIsCollectedForPosting(t *testing.T) {
	options := delim.Options{File: "portal.csv", Key: "portal 2026-03-03", Source: "portal", Marker: marker(t)}
	file, rows, findings, err := delim.Read(strings.NewReader(portal), shipped(t, "portal-settlement"), options)
	require.NoError(t, err)
	assert.Empty(t, findings)
	assert.Len(t, rows, 3)
	require.Len(t, file.Batches, 1)
	receipts := file.Batches[0].Receipts
	require.Len(t, receipts, 3)
	assert.Equal(t, "31970791", receipts[0].Stubs[0].Reference)
	assert.Equal(t, receipts[0].Mark, receipts[2].Reverses)
	assert.Equal(t, money.Cents(-26217), receipts[2].Amount)

	_, _, _, err = delim.Read(strings.NewReader(portal), shipped(t, "portal-settlement"), delim.Options{})
	assert.ErrorIs(t, err, delim.ErrOptions)
	file, _, _, err = delim.Read(strings.NewReader(strings.Replace(portal, "12570", "1257O", 1)), shipped(t, "portal-settlement"), options)
	require.NoError(t, err)
	assert.True(t, file.Faults[0].Money, "a row that cannot be read holds the file")

	// Rows with one tender are one payment.
	p := &delim.Profile{ID: "tender", Seen: "docs.oracle.com, payment data CSV", Delimiter: ',', Unit: "dollars", Sign: "plain", Fields: []delim.Field{
		{Role: delim.AccountNo, Column: 1}, {Role: delim.Tender, Column: 2}, {Role: delim.TenderPaid, Column: 3}, {Role: delim.Amount, Column: 4}}}
	options.Received = civil.MustDate("2026-03-03")
	file, _, _, err = delim.Read(strings.NewReader("A,t1,30.00,10.00\nB,t1,30.00,20.00\nC,t2,5.00,5.00\n"), p, options)
	require.NoError(t, err)
	receipts = file.Batches[0].Receipts
	require.Len(t, receipts, 2)
	assert.Equal(t, money.Cents(30_00), receipts[0].Amount)
	assert.Len(t, receipts[0].Stubs, 2)
	options.Received = civil.Date{}
	file, _, _, err = delim.Read(strings.NewReader("A,t1,30.00,10.00\n"), p, options)
	require.NoError(t, err)
	assert.NotEmpty(t, file.Batches[0].Faults, "a payment without a day")
}

func TestThePortalsOfTheDays(t *testing.T) {
	root := os.Getenv("HEADGATE_CORPUS")
	if root == "" {
		t.Skip("HEADGATE_CORPUS is not set")
	}
	require.True(t, filepath.IsAbs(root), "HEADGATE_CORPUS is an absolute path")
	for _, name := range []string{"day1", "day2", "day4", "day5"} {
		var truth struct {
			Gross int64 `json:"portal_gross"`
			Fees  int64 `json:"portal_fees"`
			Back  int64 `json:"portal_chargeback_net"`
			Net   int64 `json:"portal_net"`
		}
		text, err := os.ReadFile(filepath.Join(root, "remit", "days", name, "truth.json"))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &truth))
		text, err = os.ReadFile(filepath.Join(root, "remit", "days", name, "portal.csv"))
		require.NoError(t, err)
		r := scan(t, string(text), shipped(t, "portal-settlement"))
		assert.Empty(t, r.findings)
		gross, fees, back, net := int64(0), int64(0), int64(0), int64(0)
		for _, row := range r.rows {
			net += row.Net.Cents()
			if row.Kind == delim.Payment {
				gross += row.Amount.Cents()
				fees += row.Fee.Cents()
			} else {
				back += row.Net.Cents()
			}
		}
		assert.Equal(t, []int64{truth.Gross, truth.Fees, truth.Back, truth.Net}, []int64{gross, fees, back, net})
	}
}

func TestAFileThatIsCutAnywhereIsReadAsFarAsItGoes(t *testing.T) {
	p := shipped(t, "portal-settlement")
	for n := len("txn_id,type,date,account,amount_cents,fee_cents,net_cents\n"); n < len(portal); n++ {
		scan(t, portal[:n], p)
	}
	failed := false
	for _, err := range delim.Scan(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(portal))), p, "x") {
		failed = failed || err != nil
	}
	assert.True(t, failed)
}

func FuzzScan(f *testing.F) {
	f.Add(portal, false)
	f.Add("184.10\n0104417,\"350736490,R1,84.10,20260303\n\"", true)
	portalProfile, navusoft := shipped(f, "portal-settlement"), shipped(f, "navusoft-3")
	f.Fuzz(func(t *testing.T, text string, second bool) {
		if second {
			scan(t, text, navusoft)
			return
		}
		scan(t, "txn_id,type,date,account,amount_cents,fee_cents,net_cents\n"+text, portalProfile)
	})
}
