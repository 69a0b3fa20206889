package billing_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/billing/stored"
)

// fullAdjustment has one of each that an adjustment may have.
func fullAdjustment(t *testing.T) billing.Adjustment {
	b := hanging(byLine(), "20.00")
	books, bill := billOf(t, b, water("1", "2026-01-01", ""), 13)
	r := linesRequest("ADJ-1", billing.LineChange{Line: 2, By: usd(-1_00)})
	r.Keeps = []billing.Keep{{Charge: "pumping", Why: "the water was pumped"}}
	a := must(adjustLines(bill, r, enginesOf(b), books))
	a.Follows, a.Lines[0].Meter = []string{"C-1"}, "70881234"
	a.Lines = append(a.Lines, billing.AdjustedLine{Text: "Damaged meter", After: usd(80_00), Posting: billing.Posting{Kind: "fee", Service: "water", RevenueCode: "4100", Agency: "M1W"}})
	return a
}

// fullRepricing is of two bills.
func fullRepricing(t *testing.T) billing.Repricing {
	corrected := book()
	corrected.Schedules[0].Versions[0].Charges[0].Rule = rates.Fixed{Amount: rates.Num("18.00")}
	a := water("1", "2026-01-01", "")
	var books ledger.Ledger
	var bills []billing.Bill
	for _, period := range []string{"[2026-01-31, 2026-03-01)", march} {
		r := request(t)
		r.Key, r.Services = period, []billing.Service{waterOf(t, a, period, 13)}
		bills = append(bills, must(billing.NewBill(r)))
		require.True(t, must(books.Post(bills[len(bills)-1].Entries()[0])))
	}
	return must(billing.Reprice(bills, must(rates.Compile(corrected)), day("2026-01-31"), again("RP-1"), &books))
}

// fullFinal pays another account, and refunds.
func fullFinal(t require.TestingT) billing.Final {
	books, r := closing(t, 46_12, 75_00, 10_00)
	other := ledger.Item{Account: "A-8", Area: "ord", Kind: "charge", Service: "water", RevenueCode: "4000", Billed: day("2026-03-26"), Due: day("2026-04-16")}
	e := ledger.Entry{Cause: ledger.Billed, Key: "x", Effective: other.Billed, Accounting: other.Billed, Opens: []ledger.Open{{Item: other, Amount: usd(20_00), Against: other.Against()}}}
	require.True(t, must(books.Post(e)))
	r.Interest, r.OtherAccounts, r.Others = usd(3_29), true, []billing.Holder{{Account: "A-8", Customer: "C-1", Area: "ord"}}
	return must(r.Settle(books))
}

func TestStoredAdjustmentsAndFinalsOfVersionOne(t *testing.T) {
	a := fullAdjustment(t)
	data := must(billing.AdjustmentForm.Marshal(a))
	back := must(billing.AdjustmentForm.Unmarshal(golden(t, "adjustment.v1.json", data)))
	require.Equal(t, a, back)
	require.Equal(t, a.AppendCanonical(nil), back.AppendCanonical(nil), "so that its approval is restored")

	r := fullRepricing(t)
	again := must(billing.RepricingForm.Unmarshal(golden(t, "repricing.v1.json", must(billing.RepricingForm.Marshal(r)))))
	require.Equal(t, r, again)
	require.Equal(t, r.AppendCanonical(nil), again.AppendCanonical(nil))

	f := fullFinal(t)
	require.Equal(t, f, must(billing.FinalForm.Unmarshal(golden(t, "final.v1.json", must(billing.FinalForm.Marshal(f))))))
}

// refusedWith has a form refuse what was altered, each pair being what stands there and what stands there then.
func refusedWith[T any](t *testing.T, form stored.Form[T], v T, altered map[string][2]string) {
	data := string(must(form.Marshal(v)))
	for says, c := range altered {
		require.Contains(t, data, c[0], says)
		_, err := form.Unmarshal([]byte(strings.Replace(data, c[0], c[1], 1)))
		require.ErrorContains(t, err, says)
	}
}

func TestStoredAdjustmentsAndFinalsThatWereAlteredAreRefused(t *testing.T) {
	refusedWith(t, billing.AdjustmentForm, fullAdjustment(t), map[string][2]string{
		"its lines come to $78.85, and not to $78.84": {`"change":"78.85"`, `"change":"78.84"`},
		"its lines come to":                           {`"after":"15.65"`, `"after":"0.65"`},
		"not what it was when its digest":             {`"reason":"the tier was misread"`, `"reason":"the tier was not misread"`},
		"digest: it is not what it was":               {`"why":"the water was pumped"`, `"why":"nobody asked"`},
		"E_ADJUSTMENT: value.digest":                  {`"evidence":["RO-7"]`, `"evidence":["RO-8"]`},
		"what it is for is not stated":                {`"kind":"correction"`, `"kind":"present"`},
		"nothing shows that it is right":              {`"evidence":["RO-7"]`, `"evidence":[""]`},
		"kind, service or revenue code is miss":       {`"revenue_code":"4100"`, `"revenue_code":""`},
		"E_STORED_KEY":                                {`"account":"A-1"`, `"accounts":"A-1"`},
	})
	refusedWith(t, billing.RepricingForm, fullRepricing(t), map[string][2]string{
		"its adjustments come to -$4.00, and not to -$3.00": {`"change":"-4.00"`, `"change":"-3.00"`},
		"E_ADJUSTMENT: value.adjustments[0]: E_ADJUSTMENT":  {`"after":"18.00"`, `"after":"17.00"`},
		"is no adjustment of the batch":                     {`"value":{"key":"RP-1"`, `"value":{"key":"RP-2"`},
		"the day since which":                               {`"since":"2026-01-31"`, `"since":""`},
		"E_ADJUSTMENT: value.digest":                        {`"reason":"the meter was read wrong","book"`, `"reason":"the meter was read well","book"`},
	})
	refusedWith(t, billing.FinalForm, fullFinal(t), map[string][2]string{
		"is not what was held":                      {`"held":"88.29"`, `"held":"88.28"`},
		"an amount is below zero":                   {`"charges":"46.12"`, `"charges":"-46.12"`},
		"what is written off is not what":           {`"write_off":"0.00"`, `"write_off":"1.00"`},
		"something is still due, and something":     {`"still_due":"0.00"`, `"still_due":"1.00"`},
		"there is no settlement, or it does":        {`"customer":"C-1"`, `"customer":""`},
		"value.digest: it is not what":              {`"by":"m.alvarez"`, `"by":"t.okafor"`},
		"digest: it is not what it was":             {`"text":"deposit held"`, `"text":"deposit lost"`},
		"E_FINAL: value.digest":                     {`"charges":"46.12"`, `"charges":"46.13"`},
		"its lines do not tell where":               {`"account":"A-1","amount":"75.00"`, `"account":"A-1","amount":"74.00"`},
		"lines[0]: its text or its account":         {`"text":"deposit held"`, `"text":""`},
		"E_FINAL: value.entries[0]: E_STORED_ID":    {`"key":"final A-1 F-1"`, `"key":"final A-1 F-2"`},
		"the entries refund $22.17":                 {`"refund":"22.17","kept":"0.00"`, `"refund":"0.00","kept":"22.17"`},
		"the entries apply $66.12":                  {`"applied":"46.12","others":"20.00","refund":"22.17"`, `"applied":"47.12","others":"20.00","refund":"21.17"`},
		"applied, refunded and kept is not":         {`"others":"20.00"`, `"others":"19.00"`},
		"the entries move $20.00 to other accounts": {`"applied":"46.12","others":"20.00"`, `"applied":"47.12","others":"19.00"`},
		"what is left is refunded and kept":         {`"refund":"22.17","kept":"0.00"`, `"refund":"20.00","kept":"2.17"`},
	})
	for name, err := range map[string]error{
		"adjustment": second(billing.AdjustmentForm.Marshal(billing.Adjustment{})), "repricing": second(billing.RepricingForm.Marshal(billing.Repricing{})),
		"final": second(billing.FinalForm.Marshal(billing.Final{})),
	} {
		require.Error(t, err, name)
	}
}

// A batch is read as it was proposed: its rows once, in their order, each of the batch.
func TestAStoredBatchHasItsOwnRowsInOrder(t *testing.T) {
	for says, change := range map[string]func(r *billing.Repricing){
		"not in the order of keys": func(r *billing.Repricing) { r.Adjustments[0], r.Adjustments[1] = r.Adjustments[1], r.Adjustments[0] },
		"stands there twice":       func(r *billing.Repricing) { r.Adjustments[1] = r.Adjustments[0] },
		"no adjustment of the bat": func(r *billing.Repricing) { r.Adjustments[1].Kind = billing.Courtesy },
		"no key, no reason":        func(r *billing.Repricing) { r.Reason = "" },
		"the corrected book, or":   func(r *billing.Repricing) { r.Book = rates.Digest{} },
	} {
		r := fullRepricing(t).Clone()
		change(&r)
		require.ErrorContains(t, second(billing.RepricingForm.Marshal(r)), says)
	}
}

func TestAStoredFinalHasTheEntriesOfOneSettlement(t *testing.T) {
	for says, change := range map[string]func(e []ledger.Entry){
		"entries[0]: it is no entry of a settlement":                     func(e []ledger.Entry) { e[0].Cause = ledger.Adjusted },
		"it is no entry of a settlement":                                 func(e []ledger.Entry) { e[0].Opens = []ledger.Open{{}} },
		"entries[0]: it is not of the settlement":                        func(e []ledger.Entry) { e[0].Key = "bill A-1 F-1" },
		"entries[1]: it is not of the settlement":                        func(e []ledger.Entry) { e[1].Key = "final A-2 F-1" },
		"it is not of the settlement; restore":                           func(e []ledger.Entry) { e[0].Key = "final A-1 F-11" },
		"entries[2]: it is not of the settlement; re":                    func(e []ledger.Entry) { e[2].Effective = day("2026-04-11") },
		"entries[1]: it moves money of an account":                       func(e []ledger.Entry) { e[1].Moves[0].From.Key = "A-7" },
		"entries[0]: it moves money of an account":                       func(e []ledger.Entry) { e[0].Moves[0].To.Key = "A-8" },
		"it moves money of an account that the settlement does not name": func(e []ledger.Entry) { e[len(e)-1].Moves[0].To.Key = "A-8" },
	} {
		f := fullFinal(t)
		change(billing.EntriesOf(&f))
		require.ErrorContains(t, second(billing.FinalForm.Marshal(f)), says)
	}
}

// Every settlement can be stored, and is read back as it was.
func TestEverySettlementIsStored(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		books, r := closing(t, rapid.Int64Range(1, 300_00).Draw(t, "bill"), rapid.Int64Range(0, 200_00).Draw(t, "deposit"), rapid.Int64Range(0, 200_00).Draw(t, "credit"))
		least, most := usd(rapid.Int64Range(0, 10_00).Draw(t, "collect")), usd(rapid.Int64Range(0, 10_00).Draw(t, "refund"))
		r.Small.CollectFrom, r.Small.RefundFrom = &least, &most
		f := must(r.Settle(books))
		require.Equal(t, f, must(billing.FinalForm.Unmarshal(must(billing.FinalForm.Marshal(f)))))
	})
}

// fuzzForm has a reader take nothing that would be written otherwise.
func fuzzForm[T any](f *testing.F, form stored.Form[T], file string) {
	data, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := form.Unmarshal(data)
		if err != nil {
			return
		}
		again, err := form.Marshal(v)
		require.NoError(t, err)
		require.Equal(t, v, must(form.Unmarshal(again)))
	})
}

func FuzzAdjustmentForm(f *testing.F) { fuzzForm(f, billing.AdjustmentForm, "adjustment.v1.json") }

func FuzzRepricingForm(f *testing.F) { fuzzForm(f, billing.RepricingForm, "repricing.v1.json") }

func FuzzFinalForm(f *testing.F) { fuzzForm(f, billing.FinalForm, "final.v1.json") }
