package ratecheck

import "github.com/headgate-dev/headgate/billing/problem"

// What is wrong with a book, a table or an account that is checked.
const (
	// ErrCheck: the book does not come to what a worked bill says.
	ErrCheck problem.Code = "E_CHECK"
	// ErrLaw: the book breaks a law of rates.
	ErrLaw problem.Code = "E_LAW"
	// ErrException: an exception to a law that is not needed, or gives no reason.
	ErrException problem.Code = "E_EXCEPTION"
	// ErrTable: a table of worked bills is no CSV in UTF-8, or has columns that mean nothing.
	ErrTable problem.Code = "E_TABLE"
	// ErrOther: an error without a code of its own.
	ErrOther problem.Code = "E_OTHER"
)
