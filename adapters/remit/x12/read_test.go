package x12_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/x12"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/private"
	"github.com/headgate-dev/headgate/payments"
)

func options(t *testing.T) x12.Options {
	key, err := private.NewKey([]byte("a key of the tests, of 32 bytes!"))
	require.NoError(t, err)
	m, err := payments.NewMarker(key)
	require.NoError(t, err)
	return x12.Options{File: "pay.x12", Key: "ach 2026-03-03", Source: "ach", Marker: m, Received: civil.MustDate("2026-03-03")}
}

// reconciled is a file reconciled with one account that owes 100.00.
func reconciled(t *testing.T, text string) *payments.Result {
	file, _, err := x12.Read(strings.NewReader(text), options(t))
	require.NoError(t, err)
	var books ledger.Ledger
	day := civil.MustDate("2026-03-01")
	item := ledger.Item{Account: "01044171", Area: "Ord", Kind: "charge", Service: "water", RevenueCode: "4000", Billed: day, Due: day}
	_, err = books.Post(ledger.Entry{Cause: ledger.Billed, Key: "bill", Effective: day, Accounting: day, Opens: []ledger.Open{{Item: item, Amount: money.Cents(100_00), Against: item.Against()}}})
	require.NoError(t, err)
	owed, err := payments.OwedOn(&books, civil.MustDate("2026-03-03"), payments.OldestFirstPolicy(), nil)
	require.NoError(t, err)
	directory, err := payments.NewDirectory(payments.References{}, []payments.Account{{ID: "01044171", Area: "Ord", Status: payments.Active}})
	require.NoError(t, err)
	seen, err := payments.NewSeen(nil, nil)
	require.NoError(t, err)
	r, err := payments.Reconcile(payments.Day{On: civil.MustDate("2026-03-03"), Files: []payments.File{file}, Directory: directory, Owed: owed, Seen: seen, Settings: payments.Settings{CreditCode: "2200", SuspenseCode: "2900"}})
	require.NoError(t, err)
	return r
}

func TestCase47SuchAPaymentWaitsWhole(t *testing.T) {
	body := "GS*RA*1*2*20260303*1144*1*X*004010~ST*820*0001~BPR*C*220*C*ACH~RMR*12*01044171**35~RMR*12*01044171**35~SE*5*0001~GE*1*1~IEA*1*000000001~"
	r := reconciled(t, isa+body)
	require.Len(t, r.Lines, 1)
	assert.Equal(t, "exception:detail_sum_mismatch", r.Lines[0].Disposition())
	assert.Equal(t, money.Cents(220_00), r.Lines[0].Exception)

	r = reconciled(t, isa+strings.Replace(body, "SE*5*", "SE*25*", 1))
	assert.Empty(t, r.Lines, "a set with a wrong count is held")
	assert.Equal(t, payments.Hold, r.Files[0].Batches[0].Choice)

	r = reconciled(t, isa+strings.Replace(body, "BPR*C*220", "BPR*C*70", 1))
	assert.Equal(t, "applied", r.Lines[0].Disposition())
	assert.Equal(t, "applied", r.Lines[1].Disposition())
	r = reconciled(t, isa+strings.Replace(body, "BPR*C*220*C", "BPR*C*70*D", 1))
	assert.Equal(t, "exception:non_positive", r.Lines[0].Disposition(), "a debit pays nothing")
	r = reconciled(t, isa+strings.NewReplacer("BPR*C*220*C", "CUR*PR*EUR~BPR*C*70*C", "SE*5", "SE*6").Replace(body))
	assert.Equal(t, "exception:wrong_currency", r.Lines[0].Disposition())
}

func TestAFileIsCollectedForPosting(t *testing.T) {
	file, findings, err := x12.Read(strings.NewReader(order), options(t))
	require.NoError(t, err)
	assert.Empty(t, findings)
	require.Len(t, file.Batches, 1)
	assert.Equal(t, "interchange 000000001", file.Batches[0].Group)
	receipt := file.Batches[0].Receipts[0]
	assert.Equal(t, money.Cents(798_97), receipt.Amount)
	assert.Equal(t, money.Cents(703_65), receipt.Stubs[1].Amount, "with its adjustment")
	assert.False(t, receipt.Mark.IsZero() || receipt.Payer.IsZero() || receipt.Name.IsZero())
	_, _, err = x12.Read(strings.NewReader(order), x12.Options{})
	assert.ErrorIs(t, err, x12.ErrOptions)
	file, findings, err = x12.Read(strings.NewReader("no"), options(t))
	require.NoError(t, err)
	assert.Len(t, findings, 1)
	require.Len(t, file.Faults, 1)
	assert.Equal(t, payments.OfFile, file.Faults[0].Level)
	_, _, err = x12.Read(iotest.ErrReader(errors.New("the disk is gone")), options(t))
	assert.ErrorIs(t, err, remit.ErrInput)

	without := options(t)
	without.Received = civil.Date{}
	file, _, err = x12.Read(strings.NewReader(deposit), without)
	require.NoError(t, err)
	assert.Empty(t, file.Batches[0].Faults)
	assert.Equal(t, civil.MustDate("2026-03-03"), file.Batches[0].Receipts[0].Received, "on the day of its deposit")
	file, _, err = x12.Read(strings.NewReader(strings.Replace(deposit, "DEP*D1*20260303", "DEP*D1*", 1)), without)
	require.NoError(t, err)
	assert.NotEmpty(t, file.Batches[0].Faults, "no day is known")
}

func TestAStubThatIsTooLargeWaitsWhole(t *testing.T) {
	most := "9999999999999999.99"
	stubs := "RMR*IV*1**-" + most + "~" + strings.Repeat("ADX*-"+most+"*1~", 5) + "RMR*IV*2**" + most + "~" + strings.Repeat("ADX*"+most+"*1~", 9)
	file, _, err := x12.Read(strings.NewReader(enveloped("820", "BPR*C*1*C*ACH~"+stubs)), options(t))
	require.NoError(t, err)
	assert.Empty(t, file.Batches[0].Receipts[0].Stubs)
}

// A fault of a level is a fault of the batches in it, and of no others.
func TestFaultsFindTheirBatches(t *testing.T) {
	two := enveloped("823", "DEP*D1*20260303~AMT*3*30~BAT*20260303**B1~BPR*I*10*C*CHK~BAT*20260303**B2~BPR*I*20*C*CHK~DEP*D2*20260304~AMT*3*5~BAT*20260304**B3~BPR*I*5*C*CHK~DEP*D3*20260305~AMT*3*0~")
	for name, c := range map[string]struct {
		old, now string
		faults   string // of each batch, and then of the file
	}{
		"none":                      {"", "", "0 0 0 0"},
		"a deposit of two":          {"AMT*3*30", "AMT*3*31", "1 1 0 0"},
		"a deposit of one":          {"AMT*3*5~", "AMT*3*6~", "0 0 1 0"},
		"an empty deposit":          {"AMT*3*0~", "AMT*3*1~", "0 0 0 1"},
		"a batch":                   {"BPR*I*20*C", "BPR*I*20*X", "0 1 0 0"},
		"the set":                   {"SE*", "SE*9", "1 1 1 0"},
		"the interchange":           {"IEA*1", "IEA*2", "0 0 0 1"},
		"nothing of a set is known": {"ST*823", "ST*824", "1 0"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(two, c.old, c.now, 1)
			file, findings, err := x12.Read(strings.NewReader(text), options(t))
			require.NoError(t, err)
			assert.Equal(t, c.old != "", len(findings) > 0)
			var got []string
			for _, b := range file.Batches {
				got = append(got, fmt.Sprint(len(b.Faults)))
				assert.Equal(t, "interchange 000000001", b.Group)
			}
			got = append(got, fmt.Sprint(len(file.Faults)))
			assert.Equal(t, c.faults, strings.Join(got, " "))
		})
	}
	file, _, err := x12.Read(strings.NewReader(order+strings.Replace(order, "SE*12", "SE*11", 1)+order), options(t))
	require.NoError(t, err)
	require.Len(t, file.Batches, 3)
	assert.Equal(t, []int{0, 1, 0}, []int{len(file.Batches[0].Faults), len(file.Batches[1].Faults), len(file.Batches[2].Faults)})
	keys := map[string]bool{}
	for _, b := range file.Batches {
		keys[b.Key] = true
	}
	assert.Len(t, keys, 3, "each batch has its key")
}
