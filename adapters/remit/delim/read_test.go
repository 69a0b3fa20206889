package delim_test

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/delim"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/payments"
)

func collect(t *testing.T, text string, p *delim.Profile, received string) payments.File {
	options := delim.Options{File: "day.csv", Key: "portal 2026-03-03", Source: "portal", Marker: marker(t)}
	if received != "" {
		options.Received = civil.MustDate(received)
	}
	file, _, _, err := delim.Read(strings.NewReader(text), p, options)
	require.NoError(t, err)
	return file
}

func TestAFileIsCollectedForPosting(t *testing.T) {
	p := shipped(t, "portal-settlement")
	options := delim.Options{File: "portal.csv", Key: "portal 2026-03-03", Source: "portal", Marker: marker(t)}
	file, rows, findings, err := delim.Read(strings.NewReader(portal), p, options)
	require.NoError(t, err)
	assert.Empty(t, findings)
	assert.Len(t, rows, 3)
	require.Len(t, file.Batches, 1)
	assert.Equal(t, []string{"portal 2026-03-03", "portal 2026-03-03", "portal"}, []string{file.Key, file.Batches[0].Key, file.Source})
	receipts := file.Batches[0].Receipts
	require.Len(t, receipts, 3)
	assert.Equal(t, []payments.Stub{{Reference: "31970791", Amount: money.Cents(262_17)}}, receipts[0].Stubs)
	assert.Equal(t, receipts[0].Mark, receipts[2].Reverses)
	assert.NotEqual(t, receipts[0].Mark, receipts[1].Mark)
	assert.Equal(t, money.Cents(-262_17), receipts[2].Amount)
	assert.Empty(t, receipts[2].Stubs)
	assert.Equal(t, "2026-03-03", receipts[0].Received.String())
	assert.Equal(t, []int{1, 2, 3}, []int{receipts[0].Number, receipts[1].Number, receipts[2].Number})

	options.Key = ""
	file, _, _, err = delim.Read(strings.NewReader(portal), p, options)
	require.NoError(t, err)
	assert.Equal(t, "portal 2026-03-03", file.Key, "of its source and its first day")
	_, _, _, err = delim.Read(strings.NewReader("184.10\n"), shipped(t, "navusoft-3"), options)
	assert.ErrorIs(t, err, delim.ErrOptions, "nothing names the file")
	for _, bad := range []delim.Options{{}, {Source: "portal"}, {Marker: marker(t)}} {
		_, _, _, err = delim.Read(strings.NewReader(portal), p, bad)
		assert.ErrorIs(t, err, delim.ErrOptions)
	}
	_, _, _, err = delim.Read(strings.NewReader("x\n"), p, options)
	assert.ErrorIs(t, err, delim.ErrHeading)
	gone := errors.New("the disk is gone")
	_, _, _, err = delim.Read(iotest.ErrReader(gone), p, options)
	assert.ErrorIs(t, err, gone)
	assert.ErrorIs(t, err, remit.ErrInput)
}

func TestAnotherCopyOfAFileIsKnown(t *testing.T) {
	p := shipped(t, "portal-settlement")
	one, two := collect(t, portal, p, ""), collect(t, strings.ReplaceAll(portal, "\n", "\r\n"), p, "")
	assert.NotEqual(t, one.Content, two.Content)
	assert.Equal(t, one.Loose, two.Loose)
	for i := range one.Batches[0].Receipts {
		assert.Equal(t, one.Batches[0].Receipts[i], two.Batches[0].Receipts[i])
	}
}

// posts says which receipts of a file could post: those of batches without a fault, in a file without one.
func posts(f payments.File) (yes, no []int64) {
	for _, b := range f.Batches {
		for _, r := range b.Receipts {
			if len(b.Faults) > 0 || len(f.Faults) > 0 {
				no = append(no, r.Amount.Cents())
			} else {
				yes = append(yes, r.Amount.Cents())
			}
		}
	}
	return yes, no
}

func TestWhatIsInDoubtIsHeldAndTheRestIsNot(t *testing.T) {
	p := shipped(t, "portal-settlement")
	file := collect(t, strings.Replace(portal, "395,12175", "395,12176", 1), p, "")
	yes, no := posts(file)
	assert.Equal(t, []int64{262_17, -262_17}, yes)
	assert.Equal(t, []int64{125_70}, no, "its net is another")
	require.Len(t, file.Batches, 2)
	held := file.Batches[1]
	assert.Equal(t, "portal 2026-03-03 in doubt", held.Key)
	assert.Equal(t, payments.OfBatch, held.Faults[0].Level)
	assert.True(t, held.Faults[0].Money, "no choice of a district posts it")
	assert.Contains(t, held.Faults[0].What, "day.csv:3: E_CONTROL")
	assert.Equal(t, 2, held.Receipts[0].Number, "receipts are numbered through the file")
	assert.Equal(t, 3, file.Batches[0].Receipts[1].Number)

	_, no = posts(collect(t, strings.Replace(portal, "-26217,1500,-27717", "26217,1500,24717", 1), p, ""))
	assert.Equal(t, []int64{262_17}, no, "a chargeback above zero")
	_, no = posts(collect(t, strings.Replace(portal, "12570", "1257O", 1), p, ""))
	assert.Len(t, no, 2, "a row that cannot be read holds the file")
	yes, no = posts(collect(t, portal, p, ""))
	assert.Len(t, yes, 3)
	assert.Empty(t, no)
}

func TestWhatTakesBackNobodyKnowsWhatWaitsAsReturned(t *testing.T) {
	p := shipped(t, "portal-settlement")
	file := collect(t, strings.Replace(portal, "T1R", "T9", 1), p, "")
	receipt := file.Batches[0].Receipts[2]
	assert.False(t, receipt.Reverses.IsZero(), "it is no payment")
	assert.NotEqual(t, file.Batches[0].Receipts[0].Mark, receipt.Reverses)
}

func TestRowsOfOneTenderAreOnePayment(t *testing.T) {
	p := tenders(t)
	file := collect(t, "A,t1,30.00,10.00\nC,t2,5.00,5.00\nB,t1,30.00,20.00\nD,,7.00,7.00\nE,,8.00,8.00\n", p, "2026-03-03")
	require.Len(t, file.Batches, 1)
	receipts := file.Batches[0].Receipts
	require.Len(t, receipts, 4)
	assert.Equal(t, money.Cents(30_00), receipts[0].Amount)
	assert.Equal(t, []payments.Stub{{Reference: "A", Amount: money.Cents(10_00)}, {Reference: "B", Amount: money.Cents(20_00)}}, receipts[0].Stubs)
	assert.Equal(t, "2026-03-03", receipts[0].Received.String())
	assert.False(t, receipts[0].Mark.IsZero())
	assert.True(t, receipts[2].Mark.IsZero() && receipts[3].Mark.IsZero())

	// The payment is what the tender is stated as: where its rows sum to something else, it waits whole.
	file = collect(t, "A,t1,30.00,10.00\nB,t1,30.00,19.00\n", p, "2026-03-03")
	assert.Equal(t, money.Cents(30_00), file.Batches[0].Receipts[0].Amount)
	yes, no := posts(collect(t, "A,t1,30.00,10.00\nC,t2,5.00,5.00\nB,t1,30.09,20.00\n", p, "2026-03-03"))
	assert.Equal(t, []int64{5_00}, yes)
	assert.Equal(t, []int64{30_00}, no, "a row in doubt takes its tender with it")

	// Where nothing states it, it is the sum.
	sums := parse(t, "delimiter: ','\nunit: dollars\nsign: plain\nfields:\n  - {role: account, column: 1}\n  - {role: tender, column: 2}\n  - {role: amount, column: 3}\n")
	file = collect(t, "A,t1,10.00\nB,t1,20.00\n", sums, "2026-03-03")
	assert.Equal(t, []int64{30_00}, []int64{file.Batches[0].Receipts[0].Amount.Cents()})
	file = collect(t, strings.Repeat("A,t1,9999999999999999.99\n", 12), sums, "2026-03-03")
	require.Len(t, file.Batches, 2)
	assert.Contains(t, file.Batches[1].Faults[0].What, "its rows sum to more than can be held", "it is held, and no failure")
}

func TestATenderIsOfOneBatch(t *testing.T) {
	p := parse(t, "delimiter: ','\nunit: dollars\nsign: plain\nfields:\n  - {role: batch, column: 1}\n  - {role: account, column: 2}\n  - {role: tender, column: 3}\n  - {role: amount, column: 4}\n")
	file := collect(t, "1,A,t1,10.00\n1,B,t1,20.00\n2,C,t1,5.00\n", p, "2026-03-03")
	require.Len(t, file.Batches, 2)
	assert.Equal(t, money.Cents(30_00), file.Batches[0].Receipts[0].Amount)
	assert.Equal(t, money.Cents(5_00), file.Batches[1].Receipts[0].Amount)
	assert.Equal(t, file.Batches[0].Receipts[0].Mark, file.Batches[1].Receipts[0].Mark, "so that the second is held as a duplicate")
}

func TestAPaymentWithoutADayIsHeld(t *testing.T) {
	p := parse(t, "delimiter: ','\nunit: cents\nsign: plain\ndate: YYYYMMDD\nfields:\n  - {role: account, column: 1}\n  - {role: amount, column: 2}\n  - {role: deposited_on, column: 3, optional: true}\n")
	text := "A,100,20260303\nB,200,\n"
	yes, no := posts(collect(t, text, p, ""))
	assert.Equal(t, []int64{100}, yes)
	assert.Equal(t, []int64{200}, no)
	file := collect(t, text, p, "2026-03-04")
	assert.Equal(t, "2026-03-03", file.Batches[0].Receipts[0].Received.String())
	assert.Equal(t, "2026-03-04", file.Batches[0].Receipts[1].Received.String())
}

func TestChecksHaveTheMarksOfChecks(t *testing.T) {
	s := samples()["checks-by-name"]
	p := shipped(t, "checks-by-name")
	m := marker(t)
	file := collect(t, s.text, p, "")
	receipts := file.Batches[0].Receipts
	assert.Equal(t, m.Check("portal", "121000358", "000123456789", "1001", money.Cents(84_10)), receipts[0].Mark)
	assert.Equal(t, m.Payer("121000358", "000123456789"), receipts[0].Payer)
	assert.Equal(t, m.Name("SMITH, J"), receipts[0].Name)
	file = collect(t, strings.Replace(s.text, ",1001,", ",000,", 1), p, "")
	assert.True(t, file.Batches[0].Receipts[0].Mark.IsZero(), "without a number a check has no mark")
	assert.False(t, file.Batches[0].Receipts[0].Loose.IsZero())
	boston := samples()["bostonpost-lockbox"]
	file = collect(t, boston.text, boston.stated(t, "bostonpost-lockbox"), "")
	assert.Equal(t, money.Cents(90_00), file.Batches[0].Receipts[0].Stubs[0].Due)
}

func TestAnInvoiceIsNamedWhereNoAccountIs(t *testing.T) {
	text := samples()["navusoft-3"].text
	for old, want := range map[string]string{"": "0104417", "0104417,": "350736490", "0104417,350736490,": ""} {
		file := collect(t, strings.Replace(text, old, strings.Repeat(",", strings.Count(old, ",")), 1), shipped(t, "navusoft-3"), "")
		assert.Equal(t, want, file.Batches[0].Receipts[0].Stubs[0].Reference, "what names nothing waits, and is not lost")
	}
}

func TestBatchesOfAFilePostByThemselves(t *testing.T) {
	file := collect(t, strings.Replace(batched, "T|1|300", "T|1|309", 1), bracketed(t), "2026-03-03")
	require.Len(t, file.Batches, 2)
	assert.Equal(t, []string{"portal 2026-03-03 batch 1", "portal 2026-03-03 batch 2"}, []string{file.Batches[0].Key, file.Batches[1].Key})
	yes, no := posts(file)
	assert.Equal(t, []int64{3_00}, yes)
	assert.Equal(t, []int64{1_00, 2_00}, no)
	twice := collect(t, strings.NewReplacer("B|2", "B|1", "R|2|", "R|1|", "T|2", "T|1").Replace(batched), bracketed(t), "2026-03-03")
	assert.Equal(t, "portal 2026-03-03 batch 1 of line 7", twice.Batches[1].Key, "each has a key of its own")
	none := collect(t, "F|0\nE|0|0|2\n", bracketed(t), "2026-03-03")
	assert.Len(t, none.Batches, 1)
}
