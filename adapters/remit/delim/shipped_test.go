package delim_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/remit/delim"
	"github.com/headgate-dev/headgate/billing/money"
)

func fultonLine(account string, cents int, reference string) string {
	return "60" + fmt.Sprintf("%-10s%-8s%-14s %-6s%010d%6s%6s%-13s%4s", "AUX", "00054321", account, "CONTRL", cents, "260303", "030326", reference, "")
}

// at puts texts into columns, from 1, of a line of blanks.
func at(width int, fields map[int]string) string {
	line := []byte(strings.Repeat(" ", width))
	for from, text := range fields {
		copy(line[from-1:], text)
	}
	return string(line)
}

const portal = `txn_id,type,date,account,amount_cents,fee_cents,net_cents
T1,PAYMENT,2026-03-03,31970791,26217,790,25427
T2,PAYMENT,2026-03-03,69523330,12570,395,12175
T1R,CHARGEBACK,2026-03-03,31970791,-26217,1500,-27717
`

// sample is a file of a shipped profile: our own, as none of the published ones is a file.
type sample struct {
	text string
	// state is what a site states that the publication leaves out.
	state func(p *delim.Profile)
	cents []int64
	// check looks at the first row.
	check func(t *testing.T, row *delim.Row)
}

func samples() map[string]sample {
	return map[string]sample{
		"portal-settlement": {text: portal, cents: []int64{262_17, 125_70, -262_17}, check: func(t *testing.T, row *delim.Row) {
			assert.Equal(t, "T1", row.Transaction)
			assert.Equal(t, []money.Amount{money.Cents(7_90), money.Cents(254_27)}, []money.Amount{row.Fee, row.Net})
			assert.Equal(t, "2026-03-03", row.PaidOn.String())
		}},
		"settlement-by-name": {cents: []int64{1084_10, -84_10, -10_00}, text: `date,transaction,original transaction,type,account,gross,fee,net,new column
2026-03-03,A1,,payment,0104417,"$1,084.10",3.49,"1,080.61",x
2026-03-03,A2,A0,refund,0104417,-$84.10,0.00,-84.10,x
2026-03-03,A3,A9,chargeback,0104417,-10.00,15.00,-25.00,x
`, check: func(t *testing.T, row *delim.Row) {
			assert.Equal(t, []string{"A1", "", "0104417"}, []string{row.Transaction, row.Reverses, row.Account})
		}},
		"checks-by-name": {cents: []int64{84_10, 1000_00}, text: `account,amount,deposit date,check number,routing number,bank account,name
0104417,84.10,03/03/2026,1001,121000358,000123456789,"SMITH, J"
0104418,"1,000.00",03/03/2026,1002,121000358,000123456780,MILLER
`, check: func(t *testing.T, row *delim.Row) {
			assert.Equal(t, "1001", row.Check)
			four, ok := row.Payer().LastFour()
			assert.True(t, ok)
			assert.Equal(t, "…6789", four)
			assert.Empty(t, row.Batch)
		}},
		"navusoft-3": {text: "184.10\n0104417,350736490,R1,84.10,20260303\n0104418,,R2,100.00,20260303\n", cents: []int64{84_10, 100_00}, check: func(t *testing.T, row *delim.Row) {
			assert.Equal(t, []string{"0104417", "350736490", "R1"}, []string{row.Account, row.Invoice, row.Transaction})
		}},
		"bostonpost-lockbox": {cents: []int64{84_10, 10_00}, text: `Household,Unit,Total Due,Due Date,Routing,Account,Check No,Amount,Deposit Date
0104417,0000001,90.00,03/20/2026,121000358,123456789,1001,84.10,03/03/2026
0104418,0000002,10.00,03/20/2026,121000358,123456780,1002,10.00,03/03/2026
`, state: func(p *delim.Profile) { p.Unit, p.Date = "dollars", "MM/DD/YYYY" }, check: func(t *testing.T, row *delim.Row) {
			assert.Equal(t, money.Cents(90_00), row.Due)
			assert.Equal(t, "2026-03-03", row.DepositedOn.String())
			assert.False(t, row.Routing().IsZero())
		}},
		"oracle-rmb-tender": {cents: []int64{10_00, 20_00, 5_00}, text: `account,match type,match value,tender id,tender amount,payment amount
0104417,,,t1,30.00,10.00
0104418,,,t1,30.00,20.00
0104419,,,t2,5.00,5.00
`, state: func(p *delim.Profile) { p.Unit = "dollars" }, check: func(t *testing.T, row *delim.Row) {
			assert.Equal(t, "t1", row.Tender)
			assert.Equal(t, money.Cents(30_00), row.TenderAmount)
		}},
		"fulton-retail-80": {text: "1000260303  030326\n" + fultonLine("0104417", 84_10, "REF1") + "\n" + fultonLine("0104418", 10_00, "REF2") + "\n", cents: []int64{84_10, 10_00},
			check: func(t *testing.T, row *delim.Row) {
				assert.Equal(t, []string{"0104417", "REF1"}, []string{row.Account, row.Transaction})
				assert.Equal(t, "2026-03-03", row.DepositedOn.String())
			}},
		"peoplesoft-lockbox": {cents: []int64{84_10, 10_00}, state: func(p *delim.Profile) { p.Unit, p.Records[0].Text, p.Records[1].Text = "cents", "00", "01" }, text: strings.Join([]string{
			at(60, map[int]string{1: "3", 2: "0054321", 31: "00", 33: "000002", 39: "0000000000009410", 55: "000002"}),
			at(69, map[int]string{1: "3", 2: "0054321", 17: "00001", 31: "01", 33: "1001", 48: "00000000008410", 62: "03032026"}),
			at(69, map[int]string{1: "3", 2: "0054321", 17: "00001", 31: "02", 33: "0104417"}),
			at(69, map[int]string{1: "3", 2: "0054321", 17: "00002", 31: "01", 33: "1002", 48: "00000000001000", 62: "03032026"}), ""}, "\n"),
			check: func(t *testing.T, row *delim.Row) {
				assert.Equal(t, []string{"00001", "1001"}, []string{row.Batch, row.Check})
				assert.Equal(t, "2026-03-03", row.DepositedOn.String())
			}},
		"kuali-lockbox": {cents: []int64{84_10, -10_00}, state: func(p *delim.Profile) {
			p.Unit, p.Date = "cents", "YYYYMMDD"
			p.Fields[0].From, p.Fields[0].To, p.Fields[1].From, p.Fields[1].To = 20, 34, 35, 39
			p.Fields[4].From, p.Fields[4].To = 28, 35
			p.Fields[6].Minus, p.Fields[6].Plus = "D", "C"
		}, text: strings.Join([]string{"BATCH-AR LOCKBOX   00000000000741000002",
			at(67, map[int]string{7: "010441700", 18: "350736490", 28: "20260303", 37: "0000000000008410", 53: "00000000008410", 67: "C"}),
			at(67, map[int]string{7: "010441800", 18: "350736491", 28: "20260303", 37: "0000000000001000", 53: "00000000001000", 67: "D"}), ""}, "\n"),
			check: func(t *testing.T, row *delim.Row) {
				assert.Equal(t, []string{"010441700", "350736490"}, []string{row.Account, row.Invoice})
			}},
	}
}

// stated is a shipped profile with what a site states.
func (s sample) stated(t require.TestingT, id string) *delim.Profile {
	p := shipped(t, id)
	if s.state != nil {
		s.state(p)
		p.Unstated = nil
	}
	return p
}

func TestEveryShippedProfileReadsItsSample(t *testing.T) {
	all := samples()
	require.Equal(t, slices.Sorted(maps.Keys(all)), delim.Shipped(), "each has a sample")
	for id, s := range all {
		t.Run(id, func(t *testing.T) {
			p := s.stated(t, id)
			assert.Equal(t, id, p.ID)
			assert.NotEmpty(t, p.Title)
			assert.NotEmpty(t, p.Seen)
			r := scan(t, s.text, p)
			assert.Empty(t, r.findings)
			assert.True(t, r.holds)
			require.Equal(t, s.cents, r.cents())
			s.check(t, &r.rows[0])
			for _, other := range []string{strings.ReplaceAll(s.text, "\n", "\r\n"), "\ufeff" + s.text, strings.TrimSuffix(s.text, "\n"), s.text + "\n\x1a"} {
				again := scan(t, other, p)
				assert.Empty(t, again.findings)
				assert.Equal(t, plain(r.rows), plain(again.rows))
			}
		})
	}
}

func TestWhatAPublicationLeavesOutTheSiteMustState(t *testing.T) {
	for id, paths := range map[string][]string{
		"bostonpost-lockbox": {"date", "unit"}, "oracle-rmb-tender": {"fields[0].name", "unit"}, "peoplesoft-lockbox": {"records[0].text", "records[1].text", "unit"},
		"kuali-lockbox": {"date", "fields[0]", "fields[1]", "fields[4]", "fields[6].minus", "unit"},
	} {
		p := shipped(t, id)
		err := p.Check()
		require.ErrorIs(t, err, delim.ErrProfile, id)
		for _, path := range paths {
			assert.Contains(t, err.Error(), "E_PROFILE: "+path+": the site must state it: ", id)
		}
		assert.Equal(t, len(paths), len(p.Unstated))
		for item, err := range delim.Scan(strings.NewReader("x"), p, "day.csv") {
			assert.ErrorIs(t, err, delim.ErrProfile, "nothing is read by it")
			assert.Nil(t, item.Record)
		}
		s := samples()[id]
		s.state(p)
		assert.Error(t, p.Check(), "what was stated is to be taken out of what is not")
		// It is not enough to take the words out.
		p = shipped(t, id)
		p.Unstated = nil
		if id != "oracle-rmb-tender" {
			assert.ErrorIs(t, p.Check(), delim.ErrProfile, id)
		}
	}
	for _, id := range []string{"portal-settlement", "settlement-by-name", "checks-by-name", "navusoft-3", "fulton-retail-80"} {
		assert.NoError(t, shipped(t, id).Check())
	}
	_, err := delim.ShippedProfile("paymentus")
	assert.ErrorIs(t, err, delim.ErrProfile)
}
