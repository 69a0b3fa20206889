package table_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/table"
	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/report"
	"github.com/headgate-dev/headgate/metering"
)

// finance are the tables of all reports of finance and supervision, of an invented month.
func finance(t *testing.T) []table.Table {
	t.Helper()
	var books ledger.Ledger
	day, usd := civil.MustDate, money.Cents
	period := civil.MustPeriod("[2026-05-01, 2026-06-01)")
	person := func(id string) approval.Person {
		p, err := approval.ParsePerson(id)
		require.NoError(t, err)
		return p
	}
	open := func(key, account string, it ledger.Item, cents int64) ledger.Entry {
		it.Account, it.Area, it.Billed = account, "Ord", it.Due
		e := ledger.Entry{Cause: ledger.Billed, Key: key, Effective: it.Due, Accounting: it.Due, Opens: []ledger.Open{{Item: it, Amount: usd(cents), Against: it.Against()}}}
		_, err := books.Post(e)
		require.NoError(t, err)
		return e
	}
	open("bill 1", "0104417", ledger.Item{Kind: "charge", Service: "water", RevenueCode: "4000", Due: day("2026-03-01")}, 1240_00)
	sewer := open("bill 2", "0104418", ledger.Item{Kind: "charge", Service: "sewer", RevenueCode: "2300", Agency: "M1W", Due: day("2026-05-05")}, 33_00)
	moves, err := books.Settle(ledger.Clearing("lockbox"), sewer.ItemID(0), usd(20_00))
	require.NoError(t, err)
	moves = append(moves, ledger.Move{From: ledger.Clearing("lockbox"), To: ledger.CreditOf("0104418", "Ord"), Amount: usd(5_00), RevenueCode: "2100"})
	_, err = books.Post(ledger.Entry{Cause: ledger.Paid, Key: "lockbox 17", Effective: day("2026-05-20"), Accounting: day("2026-05-20"), Moves: moves})
	require.NoError(t, err)

	aging, err := report.Age(report.AgingRequest{On: period.Last(), UpTo: []int{30, 60, 90}, Books: &books,
		Accounts: []report.AgedAccount{{Account: "0104417", Class: "residential"}, {Account: "0104418", Class: "residential"}}})
	require.NoError(t, err)
	aging.Rows[0].OnPlan, aging.Rows[0].Broken = true, true
	// Figures of their own, so that no column stands in for another.
	aging.Rows[0].Aged = report.Aged{PastDue: []money.Amount{usd(1), usd(2), usd(3), usd(4)}, Current: usd(20), Later: usd(30), Open: usd(60), ByCredit: usd(5), Pending: usd(6), Credit: usd(7), PendingOver: usd(8),
		Balance: usd(53), NotBilled: usd(9)}
	aging.Ties = append(aging.Ties, report.AgingTie{Area: "Ord", Kind: "penalty", Closing: usd(1_000_01), LaterInBooks: usd(2), NotInEffect: usd(3), NotBilled: usd(4), AsCredit: usd(5), Aged: usd(1_000_01)})
	aging.Left = []report.Left{{Count: 1200, Why: "nothing is open, on its way or held as credit"}}
	roll, err := report.RollForward(&books, period)
	require.NoError(t, err)
	gl, err := report.Distribution(&books, period, ledger.Chart{{Place: ledger.PlaceItem, GL: "1200"}, {Place: ledger.PlaceCredit, GL: "2100"}, {Place: ledger.PlaceClearing, GL: "1010"},
		{Place: ledger.PlaceAgency, GL: "1300"}, {Place: ledger.PlaceAgencyPayable, GL: "2300"}, {Place: ledger.PlaceRevenue, GL: "4000"}})
	require.NoError(t, err)
	agencies, err := report.PassThrough(&books, period)
	require.NoError(t, err)

	agencies.Rows = append(agencies.Rows, report.AgencyRow{Agency: "Z", Opening: usd(1), Billed: usd(2), Adjusted: usd(3), WrittenOff: usd(-4), Converted: usd(5), Collected: usd(6), Closing: usd(1), OpeningPayable: usd(7),
		Brought: usd(8), Remitted: usd(9), ClosingPayable: usd(12)})

	clerk, supervisor := person("t.may"), person("s.reyes")
	overrides := report.Overrides{
		Rows: []report.OverrideRow{{Period: period, Person: clerk, Act: report.ExceptionAccepted, Part: report.Alone, Count: 3, Accounts: 2, Charges: usd(70_00)},
			{Period: period, Act: report.ReadingOverridden, Part: report.Asked, Count: 1}, {Period: period, Person: supervisor, Act: report.Act(billing.Waiver), Part: report.Approved, Count: 1, Accounts: 1, Credit: usd(10_00)}},
		Acts: []report.ActTotal{{Period: period, Act: report.ExceptionAccepted, Count: 3, Persons: 1, Charges: usd(70_00)}, {Period: period, Act: report.ReadingOverridden, Count: 1, Persons: 1},
			{Period: period, Act: report.ServiceHeld, Count: 2, Persons: 1}, {Period: period, Act: report.Act(billing.Waiver), Count: 1, Persons: 1, Credit: usd(10_00)}},
		Approvals: []report.ApprovalRow{{Period: period, Person: supervisor, Kind: "read_override", Approved: 4, Rejected: 1, Withdrawn: 2, Reduced: 3, Delegated: 5, Stakes: usd(8_00), Staked: 3},
			{Period: period, Person: supervisor, Kind: "shutoff_list", Approved: 1}},
		Left: []report.Left{{Count: 2, Why: "acts on days that are in no period of the report"}},
	}
	staff := report.Staff{Period: period, Readers: []report.ReaderRow{{Readings: 4}, {Person: person("r.cole"), Readings: 8, Excepted: 6, Accepted: 1, Overridden: 2, ReadAgain: 3, Estimated: 4, Serviced: 5, Corrected: 6, Open: 7, Changed: 1}},
		AllReaders: report.ReaderRow{Readings: 12, Excepted: 6, Changed: 1},
		Clerks: []report.ClerkRow{{Person: clerk, Decisions: 3, Bills: 2, Faulty: 1, Debit: usd(1_00), Credit: usd(40_00), Accepted: 4, Approved: 5, Ordered: 6, Canceled: 7, Estimated: 8, Corrected: 9, Proposals: 10, Rejected: 1},
			{Person: supervisor, Approved: 2}}}
	shutoffs := report.Shutoffs{Year: 2026, Through: day("2026-12-31"), Law: report.HSC116918(), Complete: true,
		Rows:   []report.ShutoffRow{{Account: "0104417", Area: "Ord", Class: "residential", Event: "S-1", Day: day("2025-12-30"), On: day("2026-01-02"), DaysOff: 1}, {Account: "0104418", Area: "Ord", Class: "residential", Event: "S-2", Day: day("2026-06-22"), DaysOff: 193, Counted: true}},
		Months: []report.ShutoffMonth{{Month: day("2026-01-01"), Area: "Ord", Reconnections: 1, DaysOff: 1}, {Month: day("2026-06-01"), Area: "Ord", Shutoffs: 1, Accounts: 1, DaysOff: 9}},
		Areas:  []report.ShutoffMonth{{Area: "Ord", Shutoffs: 1, Accounts: 1, Reconnections: 1, DaysOff: 194}},
		Total:  report.ShutoffMonth{Shutoffs: 1, Accounts: 1, Reconnections: 1, DaysOff: 194},
		Left:   []report.Left{{Count: 2, Why: "the class commercial is not residential"}}, Untold: []report.Left{{Of: "0104500", Count: 1, Why: "shut off S-3 of 2026-04-01: the class of the account is not known"}},
	}
	orders, err := report.WorkOrders(report.OrderRequest{
		Reconnections: []report.Reconnection{{Key: "ON-77", Day: day("2026-06-22"), NotBefore: time.Date(2026, 6, 22, 15, 0, 0, 0, time.UTC), When: collections.InHours, Why: "paid in full",
			Off: collections.Event{Key: "S-9", Account: "0104417", Debt: day("2026-04-16"), Step: collections.ShutOff, Day: day("2026-06-15"), Method: collections.InPerson, To: collections.Occupant, By: clerk}}},
		Sites: []report.WorkSite{{Account: "0104417", Agreement: "4711", Premise: "P-20", Meter: "M-1"}, {Account: "0104417", Agreement: "4712", Premise: "P-20"}}, Route: []string{"P-20"},
	})
	require.NoError(t, err)
	gone := orders.Open[1]
	gone.Pulled, gone.Stop, gone.NotBefore = "nothing past due", 0, time.Time{}
	orders.Pulled = append(orders.Pulled, gone)
	exceptions := report.Exceptions{Rows: []report.ExceptionRow{{Code: cycle.HighUse, Runs: 2, Exceptions: 3, Accepted: 1, Held: 1, Open: 1, Accounts: 2, Bills: 3, Charges: usd(80_00), ByMoney: 1, ByCustomers: 2}},
		Total: report.ExceptionRow{Runs: 2, Exceptions: 3, Accepted: 1, Held: 1, Open: 1, Accounts: 2, Bills: 3, Charges: usd(80_00)}}
	run := report.CycleRow{Key: "2026-W22", Cycle: "north", Period: period, Reviewed: day("2026-06-02"), ApprovedBy: supervisor, Runs: 1, DaysToReview: 3, Bills: 8, Estimated: 2, Charges: usd(450_00), Before: usd(400_00), Follows: true,
		Exceptions: 5, Accepted: 4, Held: 1, Excepted: 2}
	sum := run
	sum.Key, sum.Follows, sum.Reviewed, sum.ApprovedBy, sum.Runs, sum.DaysToReview = "", false, civil.Date{}, approval.Person{}, 2, 5
	public := report.PublicExtract{
		Rows:   []report.PublicRow{{Number: 1, Class: "residential", Area: "Ord", Days: 31, Charges: usd(44_00), Usage: []report.PublicUse{{Unit: metering.CCF, Use: exact.Int(8)}}}},
		Groups: []report.PublicTotal{{Class: "residential", Area: "Ord", Customers: 1, Accounts: 2, Bills: 3, Charges: usd(44_00), Usage: []report.PublicUse{{Unit: metering.CCF, Use: exact.Int(8)}}}},
		Total:  report.PublicTotal{Customers: 1, Accounts: 2, Bills: 3, Charges: usd(44_00)}, Left: []report.Left{{Count: 2, Why: "bills of classes and areas with fewer than 2 customers"}},
	}

	var all []table.Table
	for _, of := range [][]table.Table{
		table.Aging(&aging), table.Roll(&roll), {table.GLDistribution(&gl), table.Agencies(&agencies)}, table.Overrides(&overrides), table.Staff(&staff), table.Shutoffs(&shutoffs),
		table.WorkOrders(&orders), {table.Exceptions(&exceptions), table.Cycles(&report.CycleStatistics{Rows: []report.CycleRow{run}, Cycles: []report.CycleRow{sum}, Total: sum})}, table.PublicRecord(&public),
	} {
		all = append(all, of...)
	}
	return all
}

func TestWhatIsNotKnownOrNoMoneyIsNoZero(t *testing.T) {
	o := report.Overrides{Approvals: []report.ApprovalRow{{Approved: 2, Stakes: money.Cents(5), Staked: 1}, {Approved: 2}}}
	for _, act := range []report.Act{report.ExceptionAccepted, report.ServiceHeld, report.ReadingAccepted, report.ReadingOverridden, report.Act(billing.Waiver)} {
		o.Rows, o.Acts = append(o.Rows, report.OverrideRow{Act: act}), append(o.Acts, report.ActTotal{Act: act})
	}
	last := func(at, from int) []string {
		var out []string
		for _, row := range table.Overrides(&o)[at].Rows {
			var cells []string
			for _, c := range row[from:] {
				cells = append(cells, c.Plain())
			}
			out = append(out, strings.Join(cells, ","))
		}
		return out
	}
	require.Equal(t, []string{"0,0.00,,", "0,,,", ",,,", ",,,", "0,,0.00,0.00"}, last(0, 5), "accounts, charges, debit, credit")
	require.Equal(t, []string{"0.00,,", ",,", ",,", ",,", ",0.00,0.00"}, last(1, 4))
	require.Equal(t, []string{"0.05", ""}, last(2, 8), "a list states no amount")
}

func TestReportsOfFinanceAsPeopleReadThem(t *testing.T) {
	var b strings.Builder
	names := map[string]bool{}
	for _, one := range finance(t) {
		require.False(t, names[one.Name], "two tables %s would be one file", one.Name)
		names[one.Name] = true
		require.NoError(t, table.WriteMarkdown(&b, one))
		b.WriteString("\n")
	}
	golden(t, "finance.md", b.String())
}

func TestReportsOfFinanceAsProgramsReadThem(t *testing.T) {
	var b strings.Builder
	for _, one := range finance(t) {
		b.WriteString("# " + one.Name + "\n")
		require.NoError(t, table.WriteCSV(&b, one))
	}
	golden(t, "finance.csv", b.String())
	require.Contains(t, b.String(), "Ord,charge,1240.00,33.00,0.00", "plain for programs")
}
