package deposit_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/payments/deposit"
)

var update = flag.Bool("update", false, "write the golden files of new versions of stored forms")

// golden compares what was written with the file of that version, and returns the file. It writes one that is not there.
func golden(t *testing.T, name string, data []byte) []byte {
	path := filepath.Join("testdata", name)
	if _, err := os.Stat(path); os.IsNotExist(err) && *update {
		var indented bytes.Buffer
		require.NoError(t, json.Indent(&indented, data, "", "  "))
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, append(indented.Bytes(), '\n'), 0o644))
	}
	file := must(os.ReadFile(path))
	var compact bytes.Buffer
	require.NoError(t, json.Compact(&compact, file))
	require.Equal(t, compact.String(), string(data))
	return file
}

var marks = []policy.Mark{{Path: "deposit[0].months", Why: "not public", Pos: problem.Pos{File: "policy.yaml", Line: 9, Col: 13}}}

// fullRun has one of each that a stored run may have.
func fullRun(t *testing.T) deposit.Run {
	b, of := three(t)
	run := must(simple(coastside(), "1.5").Propose(request("2026-06-30"), &b.l, of))
	run.Placeholders, run.Kept = marks, nil
	return run
}

func fullFacts() deposit.Facts {
	installments := []ledger.Installment{{Billed: day("2026-04-02"), Due: day("2026-04-23"), Amount: usd(55_00)}}
	item := stored.NewID("item", stored.ID{}, "1", nil)
	return deposit.Facts{
		Account: acct, Opened: day("2020-01-01"), Closed: day("2026-05-01"), Service: day("2020-01-05"), Requested: day("2026-04-30"), PaidSince: day("2020-01-02"),
		Shutoffs: []civil.Date{day("2021-03-04")}, Late: []civil.Date{day("2021-02-01")}, Returned: []civil.Date{day("2021-02-20")},
		Terms: ledger.Terms{
			Plans:      []ledger.Plan{{Key: "P", Account: acct, Agreed: day("2026-03-01"), Covers: []ledger.Cover{{Item: item, Charged: usd(55_00), Open: usd(55_00)}}, Installments: installments}},
			LevelPay:   []ledger.LevelPay{{Key: "L", Account: acct, Term: civil.MustPeriod("[2026-01-01, 2027-01-01)"), Kinds: []ledger.Kind{"charge"}, Installments: installments}},
			Extensions: []ledger.Extension{{Key: "X", Account: acct, Items: []stored.ID{item}, Granted: day("2026-03-01"), Until: day("2026-05-01")}},
			Pending:    []ledger.Pending{{Key: "D", Account: acct, Kind: ledger.DraftInFlight, Amount: usd(55_00), From: day("2026-04-20")}},
		},
	}
}

func fullSettlement() deposit.Settlement {
	return deposit.Settlement{Account: acct, Area: "Ord", On: day("2026-04-10"), Held: usd(200_00), Interest: usd(3_29), Policy: "Coastside CWD", Placeholders: marks, Words: "$200.00 held and $3.29 interest"}
}

func TestStoredFormsOfVersionOne(t *testing.T) {
	run := fullRun(t)
	back := must(deposit.RunForm.Unmarshal(golden(t, "run.v1.json", must(deposit.RunForm.Marshal(run)))))
	require.Equal(t, run, back)
	require.Equal(t, run.AppendCanonical(nil), back.AppendCanonical(nil), "so that its approval is restored")
	require.Equal(t, fullSettlement(), must(deposit.SettlementForm.Unmarshal(golden(t, "settlement.v1.json", must(deposit.SettlementForm.Marshal(fullSettlement()))))))
	require.Equal(t, fullFacts(), must(deposit.FactsForm.Unmarshal(golden(t, "facts.v1.json", must(deposit.FactsForm.Marshal(fullFacts()))))))
	plain := deposit.Facts{Account: acct, Opened: day("2020-01-01")}
	require.Equal(t, plain, must(deposit.FactsForm.Unmarshal(must(deposit.FactsForm.Marshal(plain)))))
	looked := plain
	looked.Shutoffs, looked.Late, looked.Returned = []civil.Date{}, []civil.Date{}, []civil.Date{}
	require.Equal(t, looked, must(deposit.FactsForm.Unmarshal(must(deposit.FactsForm.Marshal(looked)))), "none is not unknown")
}

// A run that was approved is restored from its form and its record, and acted on.
func TestAStoredRunIsRestored(t *testing.T) {
	b, of := three(t)
	p := coastside()
	run := must(p.Propose(request("2026-06-30"), &b.l, of))
	approved := must(approve(run, run.Key, "2026-06-30", matrix(approval.Unlimited())))
	data := must(deposit.RunForm.Marshal(run))
	history := must(approval.NewHistory(seal(), []approval.Record{must(approved.Record().Sealed(seal()))}))
	restored, err := approval.Restore(must(deposit.RunForm.Unmarshal(data)), run.Key, history)
	require.NoError(t, err)
	done, err := p.Refund(restored, noon("2026-07-01"), time.UTC, &b.l, of)
	require.NoError(t, err)
	require.Len(t, done.Entries, 2)
}

func TestAStoredRunThatWasAlteredIsRefused(t *testing.T) {
	data := string(must(deposit.RunForm.Marshal(fullRun(t))))
	for says, c := range map[string][2]string{
		"total: its rows come to $279.68":         {`"total":"279.68"`, `"total":"279.67"`},
		"digest: it is not what it was":           {`"as":"check"`, `"as":"credit"`},
		"$76.68 goes back, of $75.01 held":        {`"held":"75.00"`, `"held":"75.01"`},
		"E_STORED_KEY":                            {`"code":"2300"`, `"code":"2300","note":"x"`},
		"by: it is missing":                       {`"by":"j.ortega"`, `"by":""`},
		"value.digest: it is not what it was whe": {`"why":"not public"`, `"why":"public"`},
	} {
		require.Contains(t, data, c[0])
		_, err := deposit.RunForm.Unmarshal([]byte(strings.Replace(data, c[0], c[1], 1)))
		require.ErrorContains(t, err, says)
	}
	_, err := deposit.RunForm.Marshal(deposit.Run{})
	require.ErrorIs(t, err, deposit.ErrRun)

	data = string(must(deposit.FactsForm.Marshal(fullFacts())))
	for says, c := range map[string][2]string{
		"closed: the account is closed on 2019-05-01": {`"closed":"2026-05-01"`, `"closed":"2019-05-01"`},
		"account: the facts are of no account":        {`"value":{"account":"0104417"`, `"value":{"account":""`},
		"opened: the day on which the account":        {`"opened":"2020-01-01"`, `"opened":""`},
		"terms[0]":                                    {`"form":"ledger.pending"`, `"form":"ledger.plan"`},
	} {
		require.Contains(t, data, c[0])
		_, err := deposit.FactsForm.Unmarshal([]byte(strings.Replace(data, c[0], c[1], 1)))
		require.ErrorContains(t, err, says)
	}
	for _, change := range []func(s *deposit.Settlement){
		func(s *deposit.Settlement) { s.Account = "" }, func(s *deposit.Settlement) { s.On = civil.Date{} }, func(s *deposit.Settlement) { s.Held = usd(-1) },
		func(s *deposit.Settlement) { s.Interest = usd(-1) }, func(s *deposit.Settlement) { s.Area = "" }, func(s *deposit.Settlement) { s.Policy = "" }, func(s *deposit.Settlement) { s.Words = "" },
	} {
		s := fullSettlement()
		change(&s)
		_, err := deposit.SettlementForm.Marshal(s)
		require.ErrorIs(t, err, deposit.ErrFacts)
	}
}
