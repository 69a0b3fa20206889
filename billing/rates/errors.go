package rates

import (
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Why a book does not compile. Each is the Code of a [problem.Error] whose Path
// says where in the book.
const (
	// ErrUnset: a rule that has no default is not stated.
	ErrUnset problem.Code = "E_UNSET"
	// ErrDuplicate: a name, a key or an ID stands twice.
	ErrDuplicate problem.Code = "E_DUPLICATE"
	// ErrUnknownName: a name that is no fact, definition or charge.
	ErrUnknownName problem.Code = "E_UNKNOWN_NAME"
	// ErrName: a name that formulas could not read, or that has a meaning of its
	// own there.
	ErrName problem.Code = "E_NAME"
	// ErrFormula: a formula does not parse.
	ErrFormula problem.Code = "E_FORMULA"
	// ErrNotFinite: a formula may give a fraction that does not end and neither
	// rounds it nor says that it is exact.
	ErrNotFinite problem.Code = "E_NOT_FINITE"
	// ErrVersionGap: days between two versions have no price.
	ErrVersionGap problem.Code = "E_VERSION_GAP"
	// ErrVersionOverlap: days have two versions, or a version ends before it
	// begins.
	ErrVersionOverlap problem.Code = "E_VERSION_OVERLAP"
	// ErrTierOrder: the bounds of tiers do not rise, or the open tier is not the
	// last. Bounds that are computed are found when they are reached.
	ErrTierOrder problem.Code = "E_TIER_ORDER"
	// ErrValueType: a text or list where a number is asked, or the like.
	ErrValueType problem.Code = "E_VALUE_TYPE"
	// ErrBounds: a number of the book that lies outside what it may be.
	ErrBounds problem.Code = "E_BOUNDS"
	// ErrRule: two statements of the book that cannot hold together.
	ErrRule problem.Code = "E_RULE"
)

// Why an input is not priced. Each is the Code of a [problem.Error].
const (
	// ErrNoSchedule: the book has no schedule of that ID.
	ErrNoSchedule problem.Code = "E_NO_SCHEDULE"
	// ErrNoPeriod: the schedule needs a period, a bill date or the days of the
	// cycle, and the input has none.
	ErrNoPeriod problem.Code = "E_NO_PERIOD"
	// ErrNoVersion: no version of the schedule holds on a day of the bill.
	ErrNoVersion problem.Code = "E_NO_VERSION"
	// ErrUsage: usage that is negative, or beyond [MaxUsage].
	ErrUsage problem.Code = "E_USAGE"
	// ErrMeters: several meters where a charge does not say what it is made for,
	// or meters that contradict each other.
	ErrMeters problem.Code = "E_METERS"
	// ErrMissingFact: a fact that is needed and not given.
	ErrMissingFact problem.Code = "E_MISSING_FACT"
	// ErrFactValue: a fact whose text the schedule does not allow.
	ErrFactValue problem.Code = "E_FACT_VALUE"
	// ErrNotNumber: a fact whose text is no number where one is needed.
	ErrNotNumber problem.Code = "E_NOT_NUMBER"
	// ErrFactChange: a fact that changes inside the period and has no rule for it.
	ErrFactChange problem.Code = "E_FACT_CHANGE"
	// ErrNoRow: a table without a row for the facts.
	ErrNoRow problem.Code = "E_NO_ROW"
	// ErrNegative: a quantity or a credit below zero.
	ErrNegative problem.Code = "E_NEGATIVE"
	// ErrDivideByZero: a formula divides by zero.
	ErrDivideByZero = exact.ErrDivideByZero
	// ErrCycle: a definition or a charge that needs itself. In a book of our own
	// it is found when the book is compiled.
	ErrCycle problem.Code = "E_CYCLE"
	// ErrTierLength: lists of bounds and prices of different lengths.
	ErrTierLength problem.Code = "E_TIER_LENGTH"
	// ErrRange: a value beyond what the engine computes with: [MaxBits] bits, or
	// an amount beyond what cents can hold (then it wraps money's own error).
	ErrRange = exact.ErrRange
	// ErrDepth: values nested more than [MaxDepth] deep.
	ErrDepth problem.Code = "E_DEPTH"
	// ErrUnproven: a schedule that is priced exactly, but not by proven integers.
	ErrUnproven problem.Code = "E_UNPROVEN"
	// ErrOtherBook: a quote explained under a book that did not make it, or that is not
	// what its book comes to.
	ErrOtherBook problem.Code = "E_OTHER_BOOK"
	// ErrQuote: a stored quote that no pricing gives, or one to store that no book made.
	ErrQuote problem.Code = "E_QUOTE"
)

// What the engine computes with; beyond it an input is refused, never wrapped.
const (
	// MaxUsage is the largest usage of one meter, in the schedule's units.
	MaxUsage = 1_000_000_000_000
	// MaxBits is the longest numerator or denominator of an exact value.
	MaxBits = 4096
	// MaxDepth is how deeply values may rest on each other.
	MaxDepth = 1000
	// MaxDays is the longest period of a bill.
	MaxDays = 3660
)
