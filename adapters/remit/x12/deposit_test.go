package x12_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
)

func TestALockboxAdviceIsRead(t *testing.T) {
	r := scan(t, deposit, false)
	assert.Empty(t, r.findings)
	require.Len(t, r.payments, 3)
	assert.Equal(t, []string{"D1", "B1", "D1", "B2"}, []string{r.payments[0].Deposit, r.payments[0].Batch, r.payments[2].Deposit, r.payments[2].Batch})
	assert.Equal(t, civil.MustDate("2026-03-03"), r.payments[0].Deposited)
	var of []string
	for _, v := range r.given {
		of = append(of, v.Level.String()+" "+v.Of)
	}
	assert.Equal(t, []string{"receipt payment 1", "receipt payment 2", "batch batch B1", "receipt payment 3", "batch batch B2", "group deposit D1", "group set 0001", "group interchange 000000001", "file file"}, of)
}

func TestTotalsAndCountsOfDepositsAndBatches(t *testing.T) {
	const (
		good      = "receipt true,receipt true,batch true,receipt true,batch true,group true,group true,group true,file true"
		first     = "receipt true,receipt true,batch false,receipt true,batch true,group true,group true,group true,file true"
		second    = "receipt true,receipt true,batch true,receipt true,batch false,group true,group true,group true,file true"
		wholeDep  = "receipt true,receipt true,batch true,receipt true,batch true,group false,group true,group true,file true"
		wholeSet  = "receipt true,receipt true,batch true,receipt true,batch true,group true,group false,group true,file true"
		unread    = "receipt false,receipt true,batch false,receipt true,batch true,group false,group true,group true,file true"
		unmatched = "receipt false,receipt true,batch true,receipt true,batch true,group true,group true,group true,file true"
	)
	for name, c := range map[string]struct{ old, now, codes, verdicts string }{
		"the total of a deposit":      {"AMT*3*170", "AMT*3*171", "E_CONTROL", wholeDep},
		"its batches":                 {"QTY*41*2", "QTY*41*3", "E_CONTROL", wholeDep},
		"its checks":                  {"QTY*41*2", "QTY*42*2", "E_CONTROL", wholeDep},
		"its checks, right":           {"QTY*41*2", "QTY*42*3", "", good},
		"a count of whatever":         {"QTY*41*2", "QTY*99*3", "", good},
		"a count of nothing":          {"QTY*41*2", "QTY*99*7", "E_CONTROL", wholeDep},
		"the total of a batch":        {"AMT*2*120", "AMT*2*119", "E_CONTROL", first},
		"its count":                   {"QTY*42*2~", "QTY*42*3~", "E_CONTROL", first},
		"the total of another":        {"AMT*2*50", "AMT*2*49", "E_CONTROL", second},
		"its count, too":              {"QTY*42*1~", "QTY*42*2~", "E_CONTROL", second},
		"a total that is none":        {"AMT*2*50", "AMT*2*5O", "E_FIELD", second},
		"a total of nothing":          {"AMT*2*50", "AMT*2", "E_FIELD", second},
		"a count that is none":        {"QTY*42*1~", "QTY*42*~", "E_FIELD", second},
		"a total with half a cent":    {"AMT*2*50", "AMT*2*50.005", "E_SUB_CENT", second},
		"the count of segments":       {"SE*17", "SE*18", "E_CONTROL", wholeSet},
		"no such day":                 {"DEP*D1*20260303", "DEP*D1*20261303", "E_FIELD", wholeDep},
		"a check in another currency": {"BPR*I*20.00*C*CHK~\n", "BPR*I*20.00*C*CHK~CUR*PR*CAD~\n", "E_CURRENCY,E_CURRENCY,E_CONTROL", "receipt true,receipt true,batch false,receipt true,batch true,group false,group false,group true,file true"},
		"a check without an amount":   {"BPR*I*100*C", "BPR*I**C", "E_FIELD,E_CONTROL,E_CONTROL", unread},
		"no end of the set":           {"SE*17*0001~\n", "", "E_TORN", "receipt true,receipt true,batch true,receipt false,batch false,group false,group false,group true,file true"},
		"a stub that is another":      {"RMR*12*01044171**100", "RMR*12*01044171**101", "E_CONTROL", unmatched},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(deposit, c.old, c.now, 1)
			require.NotEqual(t, deposit, text)
			r := scan(t, text, false)
			assert.Equal(t, c.codes, strings.Join(r.codes(), ","))
			assert.Equal(t, c.verdicts, strings.Join(r.verdicts, ","))
		})
	}
}

func TestPaymentsOutsideABatchOrADeposit(t *testing.T) {
	r := scan(t, enveloped("823", "DEP*D1*20260303~AMT*3*30~BPR*I*10*C*CHK~BPR*I*20*C*CHK~DEP*D2*20260304~AMT*3*5~BPR*I*5*C*CHK~"), false)
	assert.Empty(t, r.findings)
	require.Len(t, r.payments, 3)
	assert.Equal(t, []string{"", "D1", "D2"}, []string{r.payments[0].Batch, r.payments[0].Deposit, r.payments[2].Deposit})
	assert.Equal(t, civil.MustDate("2026-03-04"), r.payments[2].Deposited)
	assert.Equal(t, "batch of deposit D1", r.given[2].Of)

	r = scan(t, enveloped("823", "BPR*I*10*C*CHK~"), false)
	assert.Equal(t, []string{"E_RECORD_ORDER"}, r.codes())
	assert.Equal(t, []string{"receipt true", "batch true", "group false", "group true", "file true"}, r.verdicts)
	r = scan(t, enveloped("823", "BAT*20260303**B1~BPR*I*10*C*CHK~"), false)
	assert.Equal(t, []string{"E_RECORD_ORDER"}, r.codes())
	r = scan(t, enveloped("823", ""), false)
	assert.Equal(t, []string{"E_RECORD_ORDER"}, r.codes())
	r = scan(t, enveloped("823", "DEP*D1*20260303~AMT*3*0~QTY*41*0~"), false)
	assert.Empty(t, r.findings, "a deposit may be empty")
	r = scan(t, enveloped("823", "DEP*D1*20260303~"+strings.Repeat("AMT*3*0~", 17)), false)
	assert.Equal(t, []string{"E_LONG"}, r.codes())
}
