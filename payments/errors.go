package payments

import "github.com/headgate-dev/headgate/billing/problem"

// The codes of this package's errors. A sum that does not fit is money.ErrOverflow; what a ledger refuses has its codes.
const (
	ErrPolicy     problem.Code = "E_APPLICATION_POLICY" // an application policy that is not one
	ErrNoPolicy   problem.Code = "E_NO_POLICY"          // an ordinance of no such name
	ErrDirectory  problem.Code = "E_DIRECTORY"          // accounts that cannot be looked up
	ErrOwed       problem.Code = "E_OWED"               // what is owed, of another day or account than is asked for
	ErrSettings   problem.Code = "E_SETTINGS"           // settings that are missing or out of bounds
	ErrReceipt    problem.Code = "E_RECEIPT"            // a receipt without what it must say
	ErrBatch      problem.Code = "E_BATCH"              // a batch without a key, or whose key or numbers come again
	ErrDirection  problem.Code = "E_DIRECTION"          // a direction to nothing
	ErrConserved  problem.Code = "E_NOT_CONSERVED"      // money that came in and is nowhere, or the other way round
	ErrReturn     problem.Code = "E_RETURN"             // a return of what cannot be returned
	ErrMove       problem.Code = "E_MOVE_PAYMENT"       // a payment that cannot be moved to another account
	ErrDrawer     problem.Code = "E_DRAWER"             // a drawer that does not say what it holds
	ErrDeposit    problem.Code = "E_BANK_DEPOSIT"       // a deposit at the bank without what it must say
	ErrTieOut     problem.Code = "E_TIE_OUT"            // amounts to tie that cannot be told apart
	ErrCandidates problem.Code = "E_CANDIDATES"         // more candidates than can be looked through
)
