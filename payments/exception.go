package payments

import (
	"cmp"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/money"
)

// Exception says why money is not on an account, or what else is to be looked at. Its text is the word in files and reports.
type Exception string

// Why a payment, or a line of one, waits in suspense.
const (
	// NoReference is of what names nothing.
	NoReference Exception = "no_reference"
	// CheckDigit is of a reference whose check digit is wrong: it was misread.
	CheckDigit Exception = "check_digit"
	// UnknownAccount is of a reference that is well formed and not on file.
	UnknownAccount Exception = "unknown_account"
	// ClosedAccount is of an account that takes no payments any more.
	ClosedAccount Exception = "closed_account"
	// Ambiguous is of a reference that several accounts have.
	Ambiguous Exception = "ambiguous"
	// AmbiguousSubset is of a sum that several sets of what is owed come to, or none, or more sets than are looked through.
	AmbiguousSubset Exception = "ambiguous_subset"
	// Duplicate is of a payment that came before.
	Duplicate Exception = "duplicate"
	// DetailSumMismatch is of a payment whose stubs sum to something else: none of them is posted.
	DetailSumMismatch Exception = "detail_sum_mismatch"
	// NonPositive is of an amount of nothing or less that takes nothing back.
	NonPositive Exception = "non_positive"
	// StaleDated is of a check that is too old to be honored.
	StaleDated Exception = "stale_dated"
	// WrongCurrency is of money that is no dollars. It is in no sum of dollars.
	WrongCurrency Exception = "wrong_currency"
	// Returned is of what takes back a payment that is not known here, or a part of one.
	Returned Exception = "returned"
	// AlreadyReversed is of what takes back a payment that was taken back before.
	AlreadyReversed Exception = "already_reversed"
)

// What is posted and to be looked at all the same.
const (
	// SuspectDuplicate is of a payment that is like another in all that is known, and has no number to tell.
	SuspectDuplicate Exception = "suspect_duplicate"
	// AmountDiffers is of a payment of another amount than the scanline says is due.
	AmountDiffers Exception = "amount_differs"
	// PaidShort and PaidOver are of a payment of less, or more, than the invoice that it names asks for.
	PaidShort Exception = "short"
	PaidOver  Exception = "over"
	// FinalPaid is of a final bill that is paid in full: the account can be closed.
	FinalPaid Exception = "final_paid"
	// SentAgain is of a file that is like an earlier one but for its header or the ends of its lines.
	SentAgain Exception = "sent_again"
	// AlreadyProcessed is of a file that was processed before: nothing of it is.
	AlreadyProcessed Exception = "already_processed"
)

// Evidence is what speaks about a line that waits, or is to be looked at.
type Evidence struct {
	// Of is the key of another receipt: the one that this is a duplicate of, or takes back.
	Of string
	// Stated and Computed are two amounts that should be the same: the payment and the sum of its stubs, the invoice and what was paid.
	Stated, Computed money.Amount
	// Currency is that of money that is no dollars; Stated is so much of it.
	Currency string
	// Hint says more for people, such as that the difference is divisible by 9, as where two digits are swapped.
	Hint string
	// Candidates are accounts that it may be for, the likeliest first, at most [MaxCandidates].
	Candidates []Candidate
	// Solutions are the sets of accounts that owe exactly this together, at most [MaxSolutions]; More says that there are others, or
	// that not all sets were looked through.
	Solutions [][]string
	More      bool
}

// MaxCandidates and MaxSolutions bound what is listed for one line.
const (
	MaxCandidates = 10
	MaxSolutions  = 20
)

// Candidate is an account that money may be for. A person decides.
type Candidate struct {
	Account string
	// Score is the sum of what the reasons count; it orders candidates and means nothing else.
	Score   int
	Reasons []Reason
}

// Reason is why an account is a candidate.
type Reason string

// The reasons, and what each counts.
const (
	// SamePayer counts 50: the bank account was seen to pay for it.
	SamePayer Reason = "paid by this bank account before"
	// OneDigitOff counts 40: the reference is its number but for one digit, or two neighbors that are swapped.
	OneDigitOff Reason = "its number but for one digit"
	// LooksAlike counts 40: the reference is its number but for letters that look like digits.
	LooksAlike Reason = "its number but for a letter that looks like a digit"
	// SharedAlias counts 40: it is one of those that have the reference.
	SharedAlias Reason = "has this reference"
	// NamedOnStub counts 40: a stub of the payment names it.
	NamedOnStub Reason = "named on a stub"
	// OwesThis counts 30: what it owes is exactly the amount.
	OwesThis Reason = "owes exactly this"
	// SameName counts 20: its customer has the payer's name.
	SameName Reason = "same name"
)

func (r Reason) score() int {
	switch r {
	case SamePayer:
		return 50
	case OneDigitOff, LooksAlike, SharedAlias, NamedOnStub:
		return 40
	case OwesThis:
		return 30
	case SameName:
		return 20
	}
	return 0
}

// candidates are put together by account.
type candidates struct {
	directory *Directory
	of        map[int32]*Candidate
}

func (c *candidates) add(account int32, why Reason) {
	if account < 0 || c.directory.accounts[account].Status == Closed {
		return
	}
	if c.of == nil {
		c.of = map[int32]*Candidate{}
	}
	found := c.of[account]
	if found == nil {
		found = &Candidate{Account: c.directory.accounts[account].ID}
		c.of[account] = found
	}
	if !slices.Contains(found.Reasons, why) {
		found.Reasons = append(found.Reasons, why)
		found.Score += why.score()
	}
}

// list is the likeliest first, and by account where they are as likely.
func (c *candidates) list() []Candidate {
	var list []Candidate
	for _, found := range c.of {
		slices.SortFunc(found.Reasons, func(x, y Reason) int {
			return cmp.Or(cmp.Compare(y.score(), x.score()), strings.Compare(string(x), string(y)))
		})
		list = append(list, *found)
	}
	slices.SortFunc(list, func(x, y Candidate) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), strings.Compare(x.Account, y.Account))
	})
	return list[:min(len(list), MaxCandidates)]
}

// near adds the accounts whose numbers a reference is but for one misread place.
func (c *candidates) near(reference string) {
	if len(reference) > 32 {
		return // no account number is; and what is tried grows with it
	}
	try := func(text []byte, why Reason) {
		if at, ok := c.directory.byID[string(text)]; ok {
			c.add(at, why)
		}
	}
	digits := strings.Map(func(r rune) rune {
		if digit, ok := lookalikes[r]; ok {
			return digit
		}
		return r
	}, reference)
	if digits != reference {
		try([]byte(digits), LooksAlike)
	}
	text := []byte(digits)
	for i, was := range text {
		if was < '0' || was > '9' {
			continue
		}
		for digit := byte('0'); digit <= '9'; digit++ {
			if digit != was {
				text[i] = digit
				try(text, OneDigitOff)
			}
		}
		text[i] = was
		if i > 0 && text[i-1] != was {
			text[i-1], text[i] = text[i], text[i-1]
			try(text, OneDigitOff)
			text[i-1], text[i] = text[i], text[i-1]
		}
	}
}

// lookalikes are letters that a reader of characters gives for digits.
var lookalikes = map[rune]rune{'O': '0', 'o': '0', 'D': '0', 'Q': '0', 'I': '1', 'l': '1', '|': '1', 'Z': '2', 'z': '2', 'A': '4', 'S': '5', 's': '5', 'G': '6', 'T': '7', 'B': '8', 'g': '9', 'q': '9'}
