package x12_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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
	_, _, err = x12.Read(strings.NewReader("no"), options(t))
	assert.ErrorIs(t, err, x12.ErrX12)
	without := options(t)
	without.Received = civil.Date{}
	file, _, err = x12.Read(strings.NewReader(deposit), without)
	require.NoError(t, err)
	assert.NotEmpty(t, file.Batches[0].Faults)
}
