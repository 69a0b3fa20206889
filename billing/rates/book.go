package rates

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// A Book is a utility's rates as plain data: it can be written in Go, compared,
// stored and read aloud. It does nothing until [Compile] has proven it.
type Book struct {
	// Name says whose rates these are, in words.
	Name string
	// Schedules are the rate schedules, each with an ID of its own.
	Schedules []Schedule
}

// A Schedule is the prices of one kind of service for one kind of customer, in
// every version that was adopted. Where this type has no default, none is
// implied: an unset rule is a problem that [Compile] reports.
type Schedule struct {
	// ID is the name by which an Input asks for the schedule.
	ID string
	// Title is the schedule's name in words; optional.
	Title string
	// Unit is what usage, tier bounds and unit prices count.
	Unit metering.Unit
	// Rounding is the one point at which exact values become cents. A bill that
	// is blended is rounded once at the total, whatever the place.
	Rounding money.Rounding
	// Select says which date picks the version.
	Select Select
	// Proration says how a bill's days scale its fixed amounts and tier bounds.
	Proration Proration
	// Usage says how measured usage becomes billed usage.
	Usage UsageRule
	// Seasons divides the year, where prices depend on it; the zero value is a
	// schedule without seasons.
	Seasons Seasons
	// Facts are what the schedule may ask of an account.
	Facts []Fact
	// Versions are the adopted prices, in order of time, each beginning where
	// the one before it ends.
	Versions []Version
	// Undated allows inputs without a period, as formats need that state no
	// dates (OWRS). Dates that an input does have lie in the version. Such a schedule has one version, no seasons, no proration.
	Undated bool
	// Codes are an outside format's own names for refusals of the engine, by the
	// engine's code. The refusals named here are raised when they are reached,
	// so that the rest of the schedule prices, where a book of our own does not
	// compile: [ErrCycle], [ErrTierLength], [ErrDivideByZero], [ErrNotNumber].
	Codes map[problem.Code]problem.Code
}

// Select says which date picks one of several dated things: the version of a
// schedule, the season, the value of a fact that changes inside a period. The
// zero value is none of them.
type Select uint8

// The rules by which a date picks a version, a season or a fact's value.
const (
	// ByPeriodStart takes what holds on the first day of the period.
	ByPeriodStart Select = iota + 1
	// ByPeriodEnd takes what holds on the last day of the period.
	ByPeriodEnd
	// ByBillDate takes what holds on the day of the bill.
	ByBillDate
	// SplitByDay cuts the period where it changes: usage, fixed amounts and
	// tier widths are shared by days, and each part has lines of its own.
	SplitByDay
	// BlendByDay prices the whole period once under each, weighs the bills by
	// days, and rounds the blended bill once.
	BlendByDay
)

// Proration says what a bill's days scale, and over how many days. Its zero
// value is refused: a schedule that does not prorate says [NotProrated].
type Proration struct {
	// Over is the denominator.
	Over Denominator
	// Days is the denominator of [StatedDays], 1 to 366; otherwise 0.
	Days int
	// Fixed scales fixed charges, minimums and amounts of credits.
	Fixed bool
	// Tiers scales the bounds of tiers.
	Tiers bool
}

// Denominator is the number of days for which a price is stated.
type Denominator uint8

// The denominators of a proration.
const (
	// NotProrated charges a bill in full, whatever its days.
	NotProrated Denominator = iota + 1
	// StatedDays divides by the number that the schedule states: 30, 60, 365.
	StatedDays
	// CycleDays divides by the days of the full cycle, [Input.CycleDays].
	CycleDays
	// MonthDays divides each day by the days of its own calendar month.
	MonthDays
)

// UsageRule says how measured usage becomes billed usage.
type UsageRule uint8

// The rules of billed usage.
const (
	// ExactUsage bills what was measured.
	ExactUsage UsageRule = iota + 1
	// TruncateAndCarry bills whole units; the rest is carried to the next bill
	// ([Input.Carried], [Quote.Carry]).
	TruncateAndCarry
	// NextWholeUnit bills each begun unit ("or part thereof").
	NextWholeUnit
)

// Seasons divides the year into named seasons.
type Seasons struct {
	// Select says which date picks the season of a bill.
	Select Select
	// Starts are the first days of the seasons in calendar order; the last one
	// runs into the next year. A name may stand more than once.
	Starts []SeasonStart
}

// A SeasonStart is the first day of a season in every year.
type SeasonStart struct {
	// Name is what [Charge.Season] and tables by "season" refer to.
	Name string
	// Month and Day are the first day; 29 February is refused.
	Month time.Month
	Day   int
}

// A Fact is something the schedule may ask of an account: its meter size, its
// dwelling units, the drought stage.
type Fact struct {
	// Name is the fact's key in [Facts].
	Name string
	// Type says how the text of the fact is read.
	Type FactType
	// Allowed are the texts that the fact may have; empty allows any. Texts that
	// conditions ask for are stated here, so that a slip of the pen is refused and
	// does not silently miss a charge. Numbers have a Range instead.
	Allowed []string
	// Range bounds a NumberFact; nil for none.
	Range *Range
	// Change is the rule for a value that changes inside a period; the zero
	// value refuses such a period.
	Change Select
}

// A Range is the numbers that a fact may have.
type Range struct {
	// Least and Most are in the range themselves.
	Least, Most Number
	// Whole allows whole numbers alone, as of dwelling units.
	Whole bool
}

// FactType says how the text of a fact is read.
type FactType uint8

// The types of facts.
const (
	// TextFact is compared as text: tables and conditions.
	TextFact FactType = iota + 1
	// NumberFact is a plain decimal number: formulas.
	NumberFact
	// AnyFact is text where a table asks and a number where a formula asks, for
	// formats that declare no types (OWRS).
	AnyFact
)

// A Version is the schedule as adopted for the days [From, To).
type Version struct {
	// From is the first day; the zero date on the first version leaves it open.
	From civil.Date
	// To is the day after the last; the zero date on the last version leaves it
	// open.
	To civil.Date
	// Source is what adopted it.
	Source Citation
	// Definitions are named values that charges, tiers and each other use. They
	// are evaluated only when reached.
	Definitions []Definition
	// Charges are the lines of the bill, in printed order.
	Charges []Charge
}

// A Citation names what a price rests on, such as a board's resolution.
type Citation struct {
	// Resolution or ordinance, as the district names it.
	Resolution string
	// Section, exhibit or page within it.
	Section string
	// Address is where it can be read.
	Address string
}

// A Definition is a named value.
type Definition struct {
	// Name stands in formulas and tables.
	Name string
	// Fact names a declared fact that, where an input carries it, stands in place
	// of the Value; empty for none. So a book states what it uses for an account
	// without history (a winter average), and OWRS lets an input beat the file.
	Fact string
	// Value is what the name means.
	Value Value
}

// A Charge is one price on the bill.
type Charge struct {
	// ID names the charge in lines, in formulas and in lists of charges: letters,
	// digits, "_" and ".", not beginning with a digit.
	ID string
	// Text is what the bill prints; the ID where it is empty.
	Text string
	// Service groups charges on a bill of several services; optional.
	Service string
	// Per says whether a charge is made for each meter or once for the account.
	// It may be left unset where no account has several meters: an input with
	// more than one is then refused.
	Per Per
	// Meters limits the usage of a charge for the account to that of the meters
	// that meet every condition: tiers on the sum of the domestic meters, and none
	// on that of irrigation. It asks for PerAccount.
	Meters []Condition
	// When limits the charge to accounts, or to meters, that meet every condition.
	When []Condition
	// Season limits the charge to a season; empty for all the year.
	Season string
	// Memo charges are priced and shown but are not part of the total, and
	// their refusal does not refuse the bill.
	Memo bool
	// Rule is how the amount is found.
	Rule Rule
	// Source overrides the version's source.
	Source Citation
}

// Per says what a charge is made for where an account has several meters.
type Per uint8

// What a charge is made for.
const (
	// PerMeter charges each meter: tiers run on each meter's usage.
	PerMeter Per = iota + 1
	// PerAccount charges once: tiers run on the sum of the meters' usage.
	PerAccount
)

// A Condition holds where the fact, or the definition of that name, is one of the
// texts. A text fact states what it may be ([Fact.Allowed]).
type Condition struct {
	Fact string
	In   []string
}

// A Rule is how a charge finds its amount: one of [Fixed], [PerUnit], [Tiered],
// [Percent], [Minimum], [Credit], [Computed]. The set is closed, so that each
// can be proven and explained.
type Rule interface{ rule() }

// Fixed is an amount in dollars for being connected: a base charge, a fire
// line, a standby charge. Proration and splits scale it by days.
type Fixed struct {
	// Amount in dollars per bill, or per the denominator of the proration.
	Amount Value
}

// PerUnit is a price for each unit of a quantity.
type PerUnit struct {
	// Of is the quantity; nil is the billed usage. Return factors, caps,
	// allowances, winter averages and stormwater units are formulas here.
	Of Value
	// Price in dollars per unit.
	Price Value
}

// Tiered prices a quantity by bands, each at its own price: rising, declining
// or uniform. As a definition's value it is the amount in dollars.
type Tiered struct {
	// Of is the quantity; nil is the billed usage.
	Of Value
	// Tiers are the bands: a [TierList], or [TierColumns] where bounds and
	// prices are looked up apart.
	Tiers Tiers
}

// Tiers are the bands of a [Tiered]: a [TierList] or [TierColumns].
type Tiers interface{ tiers() }

// A TierList is bands in rising order of their upper bounds; the last is open.
type TierList []Tier

// A Tier is a band of usage.
type Tier struct {
	// UpTo is the most units charged in this tier and those below it, itself
	// included; nil in the last tier. A bound that is computed may equal the one
	// before it, and leave its tier empty, but not fall below it. Fractions between bounds belong to the
	// upper tier: 8.5 units over a bound of 8 are half a unit above it.
	UpTo Value
	// Price in dollars per unit.
	Price Value
}

// TierColumns are bands whose bounds and prices are looked up apart.
type TierColumns struct {
	// From are the units already charged where each tier begins: as many as
	// there are prices, the first of them read but taken as 0. One below the
	// one before it leaves an empty tier.
	From Value
	// Prices in dollars per unit.
	Prices Value
	// Pos is where the bounds stand, where they came from a file.
	Pos problem.Pos
}

// Percent is a percentage of the amounts of named charges.
type Percent struct {
	// Rate is the percentage: 8 is 8%.
	Rate Value
	// Of are the IDs of the charges.
	Of []string
}

// Minimum raises the sum of named charges to an amount: its line is what they
// lack, or zero.
type Minimum struct {
	// Amount in dollars.
	Amount Value
	// Of are the IDs of the charges.
	Of []string
}

// Credit lowers the bill: its line is negative or zero. It is an Amount or a
// Percent, never more than its Cap nor, where Of names charges, than their sum.
type Credit struct {
	// Amount in dollars, as a positive number; nil where Percent is set.
	Amount Value
	// Percent of the charges named in Of; nil where Amount is set.
	Percent Value
	// Cap in dollars, as a positive number; nil for none.
	Cap Value
	// Of are the IDs of the charges.
	Of []string
}

// Computed is an amount in dollars that a formula gives, below zero too. Proration
// does not scale it (the formula may use days); a split shares it by days.
type Computed struct {
	Amount Value
}

func (Fixed) rule()    {}
func (PerUnit) rule()  {}
func (Tiered) rule()   {}
func (Percent) rule()  {}
func (Minimum) rule()  {}
func (Credit) rule()   {}
func (Computed) rule() {}

func (TierList) tiers()    {}
func (TierColumns) tiers() {}

// A Value is a number, a text or a list that a book states or states how to
// find: one of [Number], [Formula], [Table], [List], [Text], [Name], [Joined],
// [Tiered], [Refuse]. Amounts, prices, bounds and quantities are numbers.
type Value interface{ value() }

// Number is a number as people write it.
type Number decimal.Decimal

// Num returns the Number that a text states, for books written in Go. Like
// regexp.MustCompile it panics on a text that is no number; texts from outside
// go through [decimal.NewFromString].
func Num(text string) Number { return Number(decimal.RequireFromString(text)) }

// A Formula computes a number from numbers, names, + - * / ( ), min, max,
// round, ceil and floor, with exact rationals; see the package comment for its
// grammar. Names are facts, definitions, charges, and "usage" and "days" of the
// bill.
type Formula struct {
	Text string
	// Exact allows a result that is no finite decimal, such as a third. A
	// formula that may have one either rounds it or says Exact.
	Exact bool
	// Pos is where the formula stands, where it came from a file.
	Pos problem.Pos
}

// A Table finds a value by texts: facts, definitions that are texts, or
// "season" where the schedule has seasons.
type Table struct {
	// By are the names whose texts make the key.
	By []string
	// Rows are the values; no key stands twice.
	Rows []Row
	// Else is the value where no row has the key; nil refuses with [ErrNoRow].
	Else Value
	// Pos is where the table stands, where it came from a file.
	Pos problem.Pos
}

// A Row is one entry of a table.
type Row struct {
	// Key holds one text for each name in By, compared letter by letter. A number is
	// written as short as it can be: 2 and 0.5, whatever way the fact writes it.
	Key   []string
	Value Value
}

// A List is several numbers, for [TierColumns].
type List []Value

// Text is a text, for keys of tables.
type Text string

// Name is the value of the definition or the fact of that name.
type Name string

// Joined is the texts of names joined by a separator, for keys of tables.
type Joined struct {
	Names []string
	With  string
}

// Refuse stands for a part that an outside format states wrongly. It is raised
// only when it is reached, so that the rest of the book prices.
type Refuse struct {
	Code problem.Code
	Pos  problem.Pos
	// What is wrong, and what to do about it.
	What, Fix string
}

func (Number) value()  {}
func (Formula) value() {}
func (Table) value()   {}
func (List) value()    {}
func (Text) value()    {}
func (Name) value()    {}
func (Joined) value()  {}
func (Tiered) value()  {}
func (Refuse) value()  {}
