package billing_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
)

// The totals of a report are of its rows, and those of what is approved are what the books say, to the cent.
func TestTheTotalsOfAReportAreOfItsRowsAndOfTheBooks(t *testing.T) {
	reasons := []string{"the meter was read wrong", "leak", "good will"}
	rapid.Check(t, func(t *rapid.T) {
		books, b := billedBooks(t, rapid.Int64Range(0, 66_65).Draw(t, "paid"))
		var waiting []billing.Adjustment
		var approved []billing.Adjusted
		var posted int64
		for i := range rapid.IntRange(0, 6).Draw(t, "adjustments") {
			a := credit(b, fmt.Sprint("ADJ-", i), 5_00, rapid.Int64Range(0, 10_00).Draw(t, "after"))
			if a.Change().IsZero() {
				continue
			}
			a.Lines[0].Charge = ""
			a.Reason = rapid.SampledFrom(reasons).Draw(t, "reason")
			a.Kind = billing.Correction
			if a.Change().Cents() < -1 {
				a.Kind = rapid.SampledFrom([]billing.AdjustmentKind{billing.Correction, billing.Courtesy, billing.LeakCredit}).Draw(t, "kind")
			}
			a.Lines = append(a.Lines, billing.AdjustedLine{Item: b.Entries()[0].ItemID(1), Text: "Sewer", Before: usd(33_00), After: usd(33_01)})
			if rapid.Bool().Draw(t, "waits") {
				waiting = append(waiting, a)
				continue
			}
			approved = append(approved, must(adjust(books, a)))
			posted += a.Change().Cents()
		}
		r := must(billing.ReportAdjustments(waiting, approved))
		var debit, credit int64
		for _, row := range r.Rows {
			debit, credit = debit+row.Debit.Cents(), credit+row.Credit.Cents()
			require.Equal(t, row.After.Cents()-row.Before.Cents(), row.Debit.Cents()-row.Credit.Cents())
			require.True(t, row.Debit.IsZero() != row.Credit.IsZero())
		}
		require.Equal(t, []int64{debit, credit, debit - credit}, []int64{r.Total.Debit.Cents(), r.Total.Credit.Cents(), r.Total.Net.Cents()})
		for _, totals := range [][]billing.AdjustmentTotal{r.ByKind, r.ByReason, {r.Waiting, r.Approved}} {
			var sum billing.AdjustmentTotal
			for _, x := range totals {
				sum.Adjustments, sum.Lines = sum.Adjustments+x.Adjustments, sum.Lines+x.Lines
				sum.Debit, sum.Credit, sum.Net = must(sum.Debit.Add(x.Debit)), must(sum.Credit.Add(x.Credit)), must(sum.Net.Add(x.Net))
			}
			require.Equal(t, r.Total, sum)
		}
		require.Equal(t, len(waiting)+len(approved), r.Total.Adjustments)
		require.Equal(t, r.Approved.Net, usd(posted))
		rolled := must(books.RollForward(days("[2026-05-01, 2026-06-01)"))).Total
		require.Equal(t, r.Approved.Net, rolled.Adjustments)

		slices.Reverse(waiting)
		slices.Reverse(approved)
		require.Equal(t, r, must(billing.ReportAdjustments(waiting, approved)), "whatever order they are given in")
	})
}

func TestAReportRefusesWhatLacksItsRecord(t *testing.T) {
	books, b := billedBooks(t, 60_00)
	a := credit(b, "ADJ-1", 46_65, 26_65)
	done := must(adjust(books, a))
	require.Len(t, done.Entries, 2, "and the money that is freed first is no change")
	require.Equal(t, usd(-20_00), must(billing.ReportAdjustments(nil, []billing.Adjusted{done})).Approved.Net)
	for says, change := range map[string]func(d *billing.Adjusted) []billing.Adjustment{
		"nobody has approved it":          func(d *billing.Adjusted) []billing.Adjustment { d.ApprovedBy = approval.Person{}; return nil },
		"who asked for it has approved":   func(d *billing.Adjusted) []billing.Adjustment { d.ApprovedBy = d.Adjustment.By; return nil },
		"come to $0.00, and its lines to": func(d *billing.Adjusted) []billing.Adjustment { d.Entries = d.Entries[:1]; return nil },
		"its lines to -$19.00": func(d *billing.Adjusted) []billing.Adjustment {
			d.Adjustment = d.Adjustment.Clone()
			d.Adjustment.Lines[0].Before = usd(45_65)
			return nil
		},
		"entry adjustment ADJ-7 is of another event": func(d *billing.Adjusted) []billing.Adjustment {
			other, x := billedBooks(t, 0)
			d.Entries = must(adjust(other, credit(x, "ADJ-7", 46_65, 26_65))).Entries
			return nil
		},
		"entry adjustment ADJ-1 is of another event": func(d *billing.Adjusted) []billing.Adjustment {
			d.Entries = slices.Clone(d.Entries)
			d.Entries[1].Cause = ledger.WrittenOff
			return nil
		},
		"it stands there twice": func(*billing.Adjusted) []billing.Adjustment { return []billing.Adjustment{a} },
		"reason: it is missing": func(d *billing.Adjusted) []billing.Adjustment { d.Adjustment.Reason = ""; return nil },
	} {
		wrong := done
		waiting := change(&wrong)
		_, err := billing.ReportAdjustments(waiting, []billing.Adjusted{wrong})
		require.ErrorIs(t, err, billing.ErrAdjustment)
		require.ErrorContains(t, err, says)
		require.ErrorContains(t, err, "adjustment ADJ-1")
	}
	require.Equal(t, money.Amount{}, must(billing.ReportAdjustments(nil, nil)).Total.Net, "of none")
}

// What a supervisor reviews at the end of the day: two adjustments that she has approved, and one that waits for her.
func ExampleReportAdjustments() {
	rates := hanging(byLine(), "20.00")
	books, bill := billOf(nil, rates, water("1", "2026-01-01", ""), 13)
	misread := must(adjustLines(bill, linesRequest("ADJ-1041", billing.LineChange{Line: 2, By: usd(-16_65)}), enginesOf(rates), books))
	opening := billing.Adjustment{
		Key: "ADJ-1042", Account: "A-1", Area: "central", Kind: billing.Courtesy, Reason: "waited for an appointment", Evidence: []string{"call 3310"},
		By: person("m.alvarez"), Effective: day("2026-05-01"),
		Lines: []billing.AdjustedLine{{Text: "Good will", After: usd(-5_00), Posting: billing.Posting{Kind: "charge", Service: "water", RevenueCode: "4000"}}},
	}
	damage := opening
	damage.Key, damage.Kind, damage.Reason, damage.Due = "ADJ-1043", billing.Correction, "the customer broke the meter", day("2026-05-22")
	damage.Lines = []billing.AdjustedLine{{Text: "Meter", After: usd(80_00), Posting: billing.Posting{Kind: "fee", Service: "water", RevenueCode: "4100"}}}

	report, err := billing.ReportAdjustments([]billing.Adjustment{damage}, []billing.Adjusted{must(adjust(books, misread)), must(adjust(books, opening))})
	fmt.Print(report)
	fmt.Println(err)
	// Output:
	// account  adjustment  kind        line                                           before  after   debit   credit  reason                        prepared   approved
	// A-1      ADJ-1041    correction  Water                                          $16.65  $0.00           $16.65  the tier was misread          m.alvarez  s.reyes
	// A-1      ADJ-1041    correction  Pumping (follows water)                        $3.58   $2.75           $0.83   the tier was misread          m.alvarez  s.reyes
	// A-1      ADJ-1041    correction  Drought surcharge (follows water)              $3.73   $2.40           $1.33   the tier was misread          m.alvarez  s.reyes
	// A-1      ADJ-1041    correction  Utility tax (follows drought, pumping, water)  $4.81   $3.58           $1.23   the tier was misread          m.alvarez  s.reyes
	// A-1      ADJ-1041    correction  State levy (follows tax)                       $0.31   $0.29           $0.02   the tier was misread          m.alvarez  s.reyes
	// A-1      ADJ-1042    courtesy    Good will                                      $0.00   -$5.00          $5.00   waited for an appointment     m.alvarez  s.reyes
	// A-1      ADJ-1043    correction  Meter                                          $0.00   $80.00  $80.00          the customer broke the meter  m.alvarez  waiting
	//
	// by kind     adjustments  lines  debit   credit  net
	// correction  2            6      $80.00  $20.06  $59.94
	// courtesy    1            1      $0.00   $5.00   -$5.00
	//
	// by reason                     adjustments  lines  debit   credit  net
	// the customer broke the meter  1            1      $80.00  $0.00   $80.00
	// the tier was misread          1            5      $0.00   $20.06  -$20.06
	// waited for an appointment     1            1      $0.00   $5.00   -$5.00
	//
	// state     adjustments  lines  debit   credit  net
	// waiting   1            1      $80.00  $0.00   $80.00
	// approved  2            6      $0.00   $25.06  -$25.06
	// in all    3            7      $80.00  $25.06  $54.94
	// <nil>
}
