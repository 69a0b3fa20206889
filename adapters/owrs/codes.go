package owrs

import (
	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Why a file does not parse.
const (
	// ErrYAML: the file is not one YAML document in UTF-8, or is larger, deeper or
	// more repetitive (aliases) than any rate file, or uses merge keys.
	ErrYAML = yamldoc.ErrYAML
	// ErrDuplicateKey: a mapping holds a key twice. The place is that of the second.
	ErrDuplicateKey = yamldoc.ErrDuplicateKey
	// ErrNoRates: there is no mapping rate_structure, or it is empty.
	ErrNoRates problem.Code = "E_NO_RATES"
)

// Why a charge of a class is refused, at the place in the file. The errors of
// [rates.Engine.Price] have these codes; what remains of the engine's own concerns
// the input alone.
const (
	// ErrMapKey: the joined key is not among the values.
	ErrMapKey problem.Code = "E_MAP_KEY"
	// ErrMapShape: a mapping without depends_on or values, or whose values, or one
	// of them, are not what they should be.
	ErrMapShape problem.Code = "E_MAP_SHAPE"
	// ErrMissingField: a name that neither the input nor the class has.
	ErrMissingField problem.Code = "E_MISSING_FIELD"
	// ErrTierFamily: Tiered or Budget in a part that has no tiers of its own.
	ErrTierFamily problem.Code = "E_TIER_FAMILY"
	// ErrExpression: a formula or number that does not parse.
	ErrExpression problem.Code = "E_EXPR"
	// ErrType: a text or a list where a number is needed, or the like.
	ErrType problem.Code = "E_TYPE"
	// ErrCycle: a field that needs itself.
	ErrCycle problem.Code = "E_CYCLE"
	// ErrDivideByZero: a formula divides by zero.
	ErrDivideByZero problem.Code = "E_DIV0"
	// ErrTierLength: not as many tier starts as tier prices.
	ErrTierLength problem.Code = "E_TIER_LEN"
	// ErrPercentInTiered: a start in per cent of a budget, where there is none.
	ErrPercentInTiered problem.Code = "E_PCT_IN_TIERED"
	// ErrFirstStart: the first start of a Budget is not a number.
	ErrFirstStart problem.Code = "E_FIRST_START"
	// ErrClassShape: the class is not a mapping, or has more names than any.
	ErrClassShape problem.Code = "E_CLASS_SHAPE"
)

// What is priced as written, but worth a look ([File.Warnings]).
const (
	// WarnStartsOrder: tier starts that do not rise; such a tier gets no usage.
	WarnStartsOrder problem.Code = "W_STARTS_ORDER"
	// WarnFractionalStart: a start of Tiered that is not whole. Since a start is the
	// first unit of its tier, the tier before it ends one whole unit lower.
	WarnFractionalStart problem.Code = "W_FRACTIONAL_START"
	// WarnFirstStart: a first start other than 0, which has no effect.
	WarnFirstStart problem.Code = "W_FIRST_START"
	// WarnMapKeys: a map that lacks a key which another map over the same names has;
	// customers with that key may have no bill.
	WarnMapKeys problem.Code = "W_MAP_KEYS"
	// WarnIgnoredKey: a key beside depends_on and values, which has no effect.
	WarnIgnoredKey problem.Code = "W_IGNORED_KEY"
	// WarnUnbilled: a drought or wastewater charge that the bill does not read.
	WarnUnbilled problem.Code = "W_UNBILLED"
	// WarnConversion: a formula with 1/n, n a number of three digits other than 748,
	// the gallons in a ccf.
	WarnConversion problem.Code = "W_CONVERSION"
	// WarnDate: an effective date that cannot be read; the prices hold on any day.
	WarnDate problem.Code = "W_DATE"
	// WarnUnit: a bill unit that is not known; usage is counted in units that
	// convert to nothing.
	WarnUnit problem.Code = "W_UNIT"
)
