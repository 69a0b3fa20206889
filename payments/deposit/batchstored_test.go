package deposit_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/payments/deposit"
)

// fullBatch has one of each row that a batch of unclaimed money may have.
func fullBatch(t *testing.T) deposit.Batch {
	b := newBooks(t)
	b.refundDue("A-1", "2023-06-30", 15_00)
	b.refundDue("A-2", "2025-06-30", 14_99)
	given := b.refundDue("A-3", "2023-06-30", 80_00)
	taken := b.refundDue("A-4", "2023-05-30", 90_00)
	b.move("2026-07-01", found("A-2", b.refundDue("A-2", "2026-06-30", 99_00), deposit.Search{}))
	b.refundDue("A-2", "2025-07-01", 14_98)
	b.refundDue("A-1", "2023-07-02", 16_00)
	granted := found("A-3", given, deposit.Search{Claimed: day("2026-07-01")})
	granted.Granted = true
	batch := must(deposit.Gov50050().ProposeUnclaimed(request("2026-07-20"), districts, &b.l, []deposit.Finding{granted, found("A-4", taken, deposit.Search{Notice: notice("2026-05-30", "2026-06-06", "2026-07-14")})}))
	does := map[deposit.Does]bool{}
	for _, r := range batch.Rows {
		does[r.Does] = true
	}
	require.Len(t, does, 4)
	batch.Placeholders, batch.Kept = marks, nil
	return batch
}

func fullAskFacts() deposit.AskFacts {
	f := asking(acct, 61_00, 62_00)
	f.Facts = fullFacts()
	f.Tenure, f.RecordSince = deposit.Tenant, day("2019-05-01")
	return f
}

func fullFinding() deposit.Finding {
	return deposit.Finding{Reference: stored.NewID("entry", stored.ID{}, "1", nil), Account: acct, Granted: true,
		Search: deposit.Search{NameUnknown: true, Since: day("2020-01-01"), Notice: notice("2026-07-01", "2026-07-08", "2026-08-15"), Claimed: day("2026-08-14")}}
}

func TestStoredFormsOfBatchesOfVersionOne(t *testing.T) {
	batch := fullBatch(t)
	back := must(deposit.BatchForm.Unmarshal(golden(t, "batch.v1.json", must(deposit.BatchForm.Marshal(batch)))))
	require.Equal(t, batch, back)
	require.Equal(t, batch.AppendCanonical(nil), back.AppendCanonical(nil), "so that its approval is restored")
	require.Equal(t, fullAskFacts(), must(deposit.AskFactsForm.Unmarshal(golden(t, "ask_facts.v1.json", must(deposit.AskFactsForm.Marshal(fullAskFacts()))))))
	require.Equal(t, fullFinding(), must(deposit.FindingForm.Unmarshal(golden(t, "finding.v1.json", must(deposit.FindingForm.Marshal(fullFinding()))))))
	plain := asking(acct)
	plain.Bills = nil
	require.Equal(t, plain, must(deposit.AskFactsForm.Unmarshal(must(deposit.AskFactsForm.Marshal(plain)))))
}

// A batch that was approved is restored from its form and its record, and acted on.
func TestAStoredBatchIsRestored(t *testing.T) {
	b := newBooks(t)
	p, c := simple(coastside(), "1.5"), yearly(deposit.ToDeposit)
	b.deposit(acct, "2024-01-15", 200_00)
	of := []deposit.Facts{facts(acct)}
	batch := must(p.ProposeInterest(c, request("2025-02-03"), &b.l, of))
	approved := must(approveBatch(batch))
	history := must(approval.NewHistory(seal(), []approval.Record{must(approved.Record().Sealed(seal()))}))
	restored, err := approval.Restore(must(deposit.BatchForm.Unmarshal(must(deposit.BatchForm.Marshal(batch)))), batch.Key, history)
	require.NoError(t, err)
	done, err := p.CreditInterest(c, restored, later("2025-02-03"), time.UTC, &b.l, of)
	require.NoError(t, err)
	require.Len(t, done.Entries, 1)
}

func TestStoredBatchesThatWereAlteredAreRefused(t *testing.T) {
	data := string(must(deposit.BatchForm.Marshal(fullBatch(t))))
	for says, c := range map[string][2]string{
		"total: its rows come to":        {`"total":"`, `"total":"1`},
		"digest: it is not what it was":  {`"income":"4910"`, `"income":"4911"`},
		"it does \"forfeits\"":           {`"does":"gives_back"`, `"does":"forfeits"`},
		"E_STORED_KEY":                   {`"income":"4910"`, `"income":"4910","note":"x"`},
		"by: it is missing":              {`"by":"j.ortega"`, `"by":""`},
		"value.digest: it is not what":   {`"why":"not public"`, `"why":"public"`},
		"kind: it is missing, or is non": {`"kind":"unclaimed_money"`, `"kind":"deposit_refund"`},
	} {
		require.Contains(t, data, c[0])
		_, err := deposit.BatchForm.Unmarshal([]byte(strings.Replace(data, c[0], c[1], 1)))
		require.ErrorContains(t, err, says)
	}
	_, err := deposit.BatchForm.Marshal(deposit.Batch{})
	require.ErrorIs(t, err, deposit.ErrBatch)

	data = string(must(deposit.AskFactsForm.Marshal(fullAskFacts())))
	for says, c := range map[string][2]string{
		"facts: ":            {`"opened":"2020-01-01"`, `"opened":""`},
		"area: the account'": {`"area":"Ord"`, `"area":""`},
		"days are billed tw": {`"period":"[2026-04-01, 2026-05-01)"`, `"period":"[2026-04-01, 2026-05-02)"`},
		"is no customer's t": {`"tenure":"tenant"`, `"tenure":"any"`},
	} {
		require.Contains(t, data, c[0])
		_, err := deposit.AskFactsForm.Unmarshal([]byte(strings.Replace(data, c[0], c[1], 1)))
		require.ErrorContains(t, err, says)
	}
	for _, change := range []func(f *deposit.Finding){
		func(f *deposit.Finding) { f.Account = "" }, func(f *deposit.Finding) { f.Reference = stored.ID{} }, func(f *deposit.Finding) { f.Search.Claimed = civil.Date{} },
	} {
		f := fullFinding()
		change(&f)
		_, err := deposit.FindingForm.Marshal(f)
		require.ErrorIs(t, err, deposit.ErrBatch)
	}
}
