package ledger

import "github.com/headgate-dev/headgate/billing/problem"

// The codes of this package's errors. A sum that does not fit is [money.ErrOverflow].
const (
	ErrEntry       problem.Code = "E_ENTRY"              // an entry without a cause, a key, a date or a leg
	ErrPlace       problem.Code = "E_PLACE"              // a place that is no place
	ErrItem        problem.Code = "E_ITEM"               // an item that lacks what it must say
	ErrAmount      problem.Code = "E_LEG_AMOUNT"         // a leg of nothing, or of less
	ErrLegToItself problem.Code = "E_LEG_TO_ITSELF"      // a leg from a place to the same place
	ErrCause       problem.Code = "E_LEG_CAUSE"          // money does not go this way for this cause
	ErrNoItem      problem.Code = "E_NO_ITEM"            // an item that nothing has opened
	ErrClosed      problem.Code = "E_ITEM_CLOSED"        // an item that has nothing open
	ErrOverApplied problem.Code = "E_OVER_APPLIED"       // more than an item has open
	ErrOverdrawn   problem.Code = "E_OVERDRAWN"          // more than a credit, a deposit or suspense holds
	ErrRevenueCode problem.Code = "E_REVENUE_CODE"       // a revenue code that is missing or not the item's
	ErrArea        problem.Code = "E_AREA"               // an account in another service area than before
	ErrTwoAccounts problem.Code = "E_TWO_ACCOUNTS"       // money of one account that goes to another without a transfer
	ErrUnpaid      problem.Code = "E_NOT_PAID"           // more taken off an item than was paid on it, or written off
	ErrThirdParty  problem.Code = "E_THIRD_PARTY"        // money collected for an agency or as a deposit that does not reach it
	ErrConflict    problem.Code = "E_SOURCE_CONFLICT"    // a source that comes again and says something else
	ErrReversed    problem.Code = "E_ALREADY_REVERSED"   // an entry that was reversed before
	ErrReversal    problem.Code = "E_REVERSAL"           // a reversal that is not the exact negation of an entry
	ErrMonthClosed problem.Code = "E_MONTH_CLOSED"       // an accounting date in a closed month
	ErrClose       problem.Code = "E_CLOSE"              // a month that cannot be closed
	ErrConversion  problem.Code = "E_CONVERSION"         // opening balances that lack what they must say
	ErrControl     problem.Code = "E_CONTROL_TOTAL"      // opening balances that do not tie to the old system's totals
	ErrPlan        problem.Code = "E_PLAN"               // a payment plan with holes, or beyond the debt
	ErrLevelPay    problem.Code = "E_LEVEL_PAY"          // a level pay agreement that does not hold together
	ErrExtension   problem.Code = "E_EXTENSION"          // an extension that extends nothing
	ErrPending     problem.Code = "E_PENDING"            // pending money without a key, a kind or a day
	ErrNoAccount   problem.Code = "E_NO_ACCOUNT"         // an account that nothing was entered for
	ErrDay         problem.Code = "E_DAY"                // a question about no day
	ErrPeriod      problem.Code = "E_ACCOUNTING_PERIOD"  // a report over no period
	ErrChart       problem.Code = "E_CHART_OF_ACCOUNTS"  // a place that the chart of accounts does not name, or names twice
	ErrBooks       problem.Code = "E_BOOKS_DO_NOT_AGREE" // sums that must tie and do not
)
