package payments_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/payments"
)

var known, other, closed, final = luhn(1234567), luhn(2345678), luhn(3456789), luhn(4567890)

// office is a directory and books with a few accounts.
func office(t require.TestingT) (*books, *payments.Directory) {
	b := newBooks()
	b.bill(t, known, "", owes{"past W", "40.00"}, owes{"cur W", "44.10"})
	b.bill(t, other, "", owes{"cur W", "55.00"})
	b.bill(t, final, "", owes{"cur W", "12.00"})
	m := marker()
	return b, directory(t,
		payments.Account{ID: known, Invoices: []payments.Invoice{{Number: "350736490", Amount: usd("84.10")}}, Aliases: []string{"33943-26", "shared"}, Name: m.Name("Ada Weir"), Payers: []payments.Mark{m.Payer("121000358", "77")}},
		payments.Account{ID: other, Aliases: []string{"12096-72", "shared"}, Name: m.Name("Ada  weir")},
		payments.Account{ID: closed, Status: payments.Closed},
		payments.Account{ID: final, Status: payments.Final})
}

func TestCase17AnAccountThatIsNotOnFile(t *testing.T) {
	b, d := office(t)
	r := day(t, b, d, unseen(t), settings, lockbox(check(1, luhn(7654321), "75.00")))
	assert.Equal(t, []string{"exception:unknown_account"}, dispositions(r))
	assert.Equal(t, usd("75.00"), r.Lines[0].Exception)
	assert.Equal(t, usd("75.00"), b.Balance(ledger.Suspense(r.SuspenseKey(&r.Lines[0]))))
	assert.Empty(t, r.Lines[0].Items)
}

func TestCase18EveryWrongDigitIsFound(t *testing.T) {
	b, d := office(t)
	var wrong []payments.Receipt
	for i := range known {
		for digit := '0'; digit <= '9'; digit++ {
			if text := known[:i] + string(digit) + known[i+1:]; text != known {
				wrong = append(wrong, check(len(wrong)+1, text, "84.10"))
			}
		}
	}
	require.Len(t, wrong, 72)
	r := day(t, b, d, unseen(t), settings, lockbox(wrong...))
	for i := range r.Lines {
		require.Equal(t, "exception:check_digit", r.Lines[i].Disposition(), wrong[i].Stubs[0].Reference)
		require.NotNil(t, r.Lines[i].Evidence)
		assert.Equal(t, payments.Candidate{Account: known, Score: 70, Reasons: []payments.Reason{payments.OneDigitOff, payments.OwesThis}}, r.Lines[i].Evidence.Candidates[0])
	}
}

func TestCase20TheScanlineStatesAnotherAmount(t *testing.T) {
	b, d := office(t)
	paid := check(1, known, "48.10")
	paid.Stubs[0].Due = usd("84.10")
	r := day(t, b, d, unseen(t), settings, lockbox(paid))
	assert.Equal(t, []string{"applied"}, dispositions(r))
	assert.Equal(t, usd("48.10"), r.Lines[0].Applied)
	require.Equal(t, []payments.Exception{payments.AmountDiffers}, notes(r))
	assert.Equal(t, usd("84.10"), r.Notes[0].Evidence.Stated)
	assert.Equal(t, usd("48.10"), r.Notes[0].Evidence.Computed)
	assert.Contains(t, r.Notes[0].Evidence.Hint, "divisible by 9")
}

func TestCase21AClosedAccount(t *testing.T) {
	b, d := office(t)
	r := day(t, b, d, unseen(t), settings, lockbox(check(1, closed, "30.00")))
	assert.Equal(t, []string{"exception:closed_account"}, dispositions(r))
	assert.Equal(t, closed, r.Lines[0].Account)
	assert.Equal(t, []ledger.Pending{{Key: "lockbox 2026-04-10 batch 1 #1", Account: closed, Kind: ledger.InSuspense, Amount: usd("30.00"), From: april}}, r.Pending())

	b, d = office(t)
	toCredit := settings
	toCredit.ClosedToCredit = true
	r = day(t, b, d, unseen(t), toCredit, lockbox(check(1, closed, "30.00")))
	assert.Equal(t, []string{"credit"}, dispositions(r))
	assert.Equal(t, []payments.Exception{payments.ClosedAccount}, notes(r))
	assert.Equal(t, usd("30.00"), b.Balance(ledger.CreditOf(closed, "Ord")))
}

func TestCase22AFinalBillIsPaid(t *testing.T) {
	b, d := office(t)
	r := day(t, b, d, unseen(t), settings, lockbox(check(1, final, "12.00")))
	assert.Equal(t, []string{"applied"}, dispositions(r))
	assert.Equal(t, []payments.Exception{payments.FinalPaid}, notes(r), "it can be closed")
	b, d = office(t)
	assert.Empty(t, notes(day(t, b, d, unseen(t), settings, lockbox(check(1, final, "11.99")))))
}

func TestCase23TheSameCheckTwice(t *testing.T) {
	b, d := office(t)
	one := check(1, known, "40.00")
	r := day(t, b, d, unseen(t), settings, lockbox(one, one))
	assert.Equal(t, []string{"applied", "exception:duplicate"}, dispositions(r))
	assert.Equal(t, "lockbox 2026-04-10 batch 1 #1", r.Lines[1].Evidence.Of)
}

func TestCase25TwoCreditsWithTwoTraceNumbers(t *testing.T) {
	b, d := office(t)
	one, two := check(1, known, "45.12"), check(2, known, "45.12")
	one.Mark, two.Mark = marker().Trace("ach", "091000010000001"), marker().Trace("ach", "091000010000002")
	r := day(t, b, d, unseen(t), settings, lockbox(one, two))
	assert.Equal(t, []string{"applied", "applied+credit"}, dispositions(r))
	assert.Empty(t, r.Notes)
}

func TestNBlankCheckNoTwoChecksWithoutANumber(t *testing.T) {
	b, d := office(t)
	one, two := check(1, known, "40.00"), check(2, known, "40.00")
	for _, c := range []*payments.Receipt{&one, &two} {
		c.Mark = marker().Check("lockbox", "121000358", "0001234567", "", usd("40.00"))
		c.Loose = marker().Unnumbered("lockbox", "121000358", "0001234567", usd("40.00"))
	}
	require.True(t, one.Mark.IsZero())
	r := day(t, b, d, unseen(t), settings, lockbox(one, two))
	assert.Equal(t, []string{"applied", "applied"}, dispositions(r))
	require.Equal(t, []payments.Exception{payments.SuspectDuplicate}, notes(r))
	assert.Equal(t, 1, r.Notes[0].Line)
	assert.Equal(t, "lockbox 2026-04-10 batch 1 #1", r.Notes[0].Evidence.Of)
}

func TestCase26And27TheWholeFileAgain(t *testing.T) {
	b, d := office(t)
	file := lockbox(check(1, known, "40.00"), check(2, other, "55.00"))
	file.Content, file.Loose = marker().Content([]byte("header 1800\r\nrest\r\n")), marker().Content([]byte("rest\n"))
	first := day(t, b, d, unseen(t), settings, file)
	seen, err := payments.NewSeen(first.FilesSeen(), first.Sightings())
	require.NoError(t, err)

	r := day(t, b, d, seen, settings, file)
	assert.Empty(t, r.Lines, "byte for byte: no receipts")
	assert.Equal(t, []payments.Exception{payments.AlreadyProcessed}, notes(r))
	assert.Equal(t, "lockbox 2026-04-10", r.Files[0].Again)

	other := file
	other.Content = marker().Content([]byte("header 1900\nrest\n"))
	other.Batches = slices.Clone(file.Batches)
	other.Batches[0].Key = "lockbox 2026-04-10 again, batch 1"
	r = day(t, b, d, seen, settings, other)
	assert.Equal(t, []string{"exception:duplicate", "exception:duplicate"}, dispositions(r))
	assert.Equal(t, []payments.Exception{payments.SentAgain}, notes(r))
	sums, err := r.Sums()
	require.NoError(t, err)
	assert.Equal(t, payments.Sums{In: usd("95.00"), Exception: usd("95.00")}, sums)
}

func TestCase28YesterdaysCheckInTodaysFile(t *testing.T) {
	b := newBooks()
	var accounts []payments.Account
	var receipts []payments.Receipt
	for i := range 100 {
		id := luhn(2000000 + i)
		b.bill(t, id, "", owes{"past W", "10.00"}, owes{"cur W", "10.00"})
		accounts = append(accounts, payments.Account{ID: id})
		receipts = append(receipts, check(i+1, id, "10.00"))
	}
	d := directory(t, accounts...)
	yesterday := lockbox(receipts[41])
	yesterday.Batches[0].Key = "lockbox 2026-04-09 batch 1"
	first := day(t, b, d, unseen(t), settings, yesterday)
	seen, err := payments.NewSeen(nil, first.Sightings())
	require.NoError(t, err)
	r := day(t, b, d, seen, settings, lockbox(receipts...))
	applied := 0
	for i := range r.Lines {
		if r.Lines[i].Disposition() == "applied" {
			applied++
		} else {
			assert.Equal(t, "exception:duplicate", r.Lines[i].Disposition())
			assert.Equal(t, "lockbox 2026-04-09 batch 1 #1", r.Lines[i].Evidence.Of)
			assert.Equal(t, 41, i)
		}
	}
	assert.Equal(t, 99, applied)
}

func TestCase30NothingOrLess(t *testing.T) {
	b, d := office(t)
	r := day(t, b, d, unseen(t), settings, lockbox(check(1, known, "0.00"), check(2, known, "-5.00"), check(3, known, "40.00")))
	assert.Equal(t, []string{"exception:non_positive", "exception:non_positive", "applied"}, dispositions(r))
	assert.Equal(t, payments.Sums{In: usd("35.00"), Applied: usd("40.00"), Exception: usd("-5.00")}, r.Files[0].Sums)
}

func TestCase31To33OtherNamesOfAnAccount(t *testing.T) {
	b, d := office(t)
	r := day(t, b, d, unseen(t), settings, lockbox(check(1, "33943-26", "40.00"), check(2, "INV350736490", "40.00"), check(3, "shared", "5.00"), check(4, "INV999", "5.00")))
	assert.Equal(t, []string{"applied", "applied", "exception:ambiguous", "exception:unknown_account"}, dispositions(r))
	assert.Equal(t, payments.ByAlias, r.Lines[0].By)
	assert.Equal(t, payments.ByInvoice, r.Lines[1].By)
	assert.Equal(t, known, r.Lines[0].Account)
	assert.Equal(t, known, r.Lines[1].Account)
	require.Equal(t, []payments.Exception{payments.PaidShort}, notes(r))
	assert.Equal(t, usd("84.10"), r.Notes[0].Evidence.Stated)
	assert.Empty(t, r.Lines[2].Account)
	assert.Len(t, r.Lines[2].Evidence.Candidates, 2)
	b, d = office(t)
	assert.Equal(t, []payments.Exception{payments.PaidOver}, notes(day(t, b, d, unseen(t), settings, lockbox(check(1, "INV350736490", "90.00")))))
}

func TestCase35And36ASumThatFitsSeveralSets(t *testing.T) {
	sets, all, err := payments.Subsets(cents(60000, 61500, 70000, 120000, 130000, 141500, 200000, 201500, -30000), usd("4215.00"), 100)
	require.NoError(t, err)
	assert.True(t, all)
	assert.Len(t, sets, 5)
	// The case says "all of 4 items": one of them is, and the other four hold the credit of -300 besides four items.
	assert.Equal(t, [][]int{{0, 1, 4, 6, 8}, {0, 2, 3, 7, 8}, {0, 3, 4, 5, 8}, {1, 2, 3, 6, 8}, {3, 4, 7, 8}}, sets)

	// 18 accounts of one manager: 1,254.33 is the sum of at least two sets.
	b := newBooks()
	var accounts []payments.Account
	due := []int64{40011, 40022, 45400, 40011, 40022}
	for i := range 18 {
		if i >= len(due) {
			due = append(due, 200_000+int64(i)*101)
		}
		id := luhn(5000000 + i)
		b.bill(t, id, "", owes{"cur W", fmt.Sprintf("%d.%02d", due[i]/100, due[i]%100)})
		accounts = append(accounts, payments.Account{ID: id, Groups: []string{"BAYVIEW"}})
	}
	r := day(t, b, directory(t, accounts...), unseen(t), settings, lockbox(check(1, "BAYVIEW", "1254.33")))
	assert.Equal(t, []string{"exception:ambiguous_subset"}, dispositions(r))
	assert.Len(t, r.Lines[0].Evidence.Solutions, 4)
	assert.False(t, r.Lines[0].Evidence.More)
}

func TestASumOfAManagerPostsWhereOneSetAloneFits(t *testing.T) {
	build := func(n int) (*books, *payments.Directory) {
		b := newBooks()
		var accounts []payments.Account
		for i := range n {
			id := luhn(5000000 + i)
			b.bill(t, id, "", owes{"cur W", fmt.Sprintf("%d.00", 1<<i)})
			accounts = append(accounts, payments.Account{ID: id, Groups: []string{"BAYVIEW"}})
		}
		return b, directory(t, accounts...)
	}
	b, d := build(12)
	r := day(t, b, d, unseen(t), settings, lockbox(check(1, "BAYVIEW", "5.00")))
	assert.Equal(t, []string{"applied", "applied"}, dispositions(r))
	assert.Empty(t, b.open(luhn(5000000)))
	assert.Empty(t, b.open(luhn(5000002)))
	b, d = build(13)
	r = day(t, b, d, unseen(t), settings, lockbox(check(1, "BAYVIEW", "5.00")))
	assert.Equal(t, []string{"exception:ambiguous_subset"}, dispositions(r), "among 13 the only set is not certain")
	assert.Equal(t, [][]string{{luhn(5000000), luhn(5000002)}}, r.Lines[0].Evidence.Solutions)
	b, d = build(12)
	r = day(t, b, d, unseen(t), settings, lockbox(check(1, "BAYVIEW", "5.01")))
	assert.Equal(t, []string{"exception:ambiguous_subset"}, dispositions(r))
	assert.Empty(t, r.Lines[0].Evidence.Solutions)
}

func TestAPayerAndANameOnlyPropose(t *testing.T) {
	b, d := office(t)
	blank := check(1, "", "84.10")
	blank.Payer, blank.Name = marker().Payer("121000358", "77"), marker().Name("ADA WEIR")
	r := day(t, b, d, unseen(t), settings, lockbox(blank))
	assert.Equal(t, []string{"exception:no_reference"}, dispositions(r))
	assert.Equal(t, []payments.Candidate{
		{Account: known, Score: 100, Reasons: []payments.Reason{payments.SamePayer, payments.OwesThis, payments.SameName}},
		{Account: other, Score: 20, Reasons: []payments.Reason{payments.SameName}},
	}, r.Lines[0].Evidence.Candidates)

	b, d = office(t)
	memory := settings
	memory.PayerMemory = true
	r = day(t, b, d, unseen(t), memory, lockbox(blank))
	assert.Equal(t, []string{"applied"}, dispositions(r))
	assert.Equal(t, payments.ByPayer, r.Lines[0].By)
}

func TestStubsThatDoNotSumHoldTheWholeCheck(t *testing.T) {
	b, d := office(t)
	several := check(1, known, "90.00")
	several.Stubs = []payments.Stub{{Reference: known, Amount: usd("40.00")}, {Reference: other, Amount: usd("55.00")}}
	r := day(t, b, d, unseen(t), settings, lockbox(several))
	assert.Equal(t, []string{"exception:detail_sum_mismatch"}, dispositions(r))
	assert.Equal(t, usd("90.00"), r.Lines[0].Evidence.Stated)
	assert.Equal(t, usd("95.00"), r.Lines[0].Evidence.Computed)
	assert.Len(t, r.Lines[0].Evidence.Candidates, 2)
	assert.Len(t, r.Pending(), 2)

	several.Amount = usd("95.00")
	b, d = office(t)
	r = day(t, b, d, unseen(t), settings, lockbox(several))
	assert.Equal(t, []string{"applied", "applied"}, dispositions(r))
}

func TestOldChecksAndOtherCurrenciesWait(t *testing.T) {
	b, d := office(t)
	old, euro := check(1, known, "40.00"), check(2, known, "40.00")
	old.Dated, euro.Currency = civil.MustDate("2025-10-01"), "EUR"
	limited := settings
	limited.StaleDays = 180
	r := day(t, b, d, unseen(t), limited, lockbox(old, euro))
	assert.Equal(t, []string{"exception:stale_dated", "exception:wrong_currency"}, dispositions(r))
	assert.Equal(t, payments.Sums{In: usd("40.00"), Exception: usd("40.00")}, r.Files[0].Sums, "euros are in no sum of dollars")
	assert.Equal(t, "EUR", r.Lines[1].Evidence.Currency)
	old.Dated = civil.MustDate("2025-10-12")
	b, d = office(t)
	assert.Equal(t, []string{"applied"}, dispositions(day(t, b, d, unseen(t), limited, lockbox(old))), "180 days before the tenth of April")
}
