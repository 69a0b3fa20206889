package ratecheck

import (
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// An Impact is what a change of rates does to accounts, as a [Study] has found it. All
// amounts are of the same bills under the rates before and after: nobody uses less water
// because it costs more.
type Impact struct {
	// Seen is how many accounts the study was given: the bills of All and those that are left
	// out.
	Seen int64
	// All is all bills that both books price.
	All Group
	// Classes are the same bills by class: in the order of the schedules of the book before,
	// then the others by name.
	Classes []Group
	// Left are the accounts that are in no total, by class and reason, in the order of
	// Classes.
	Left []Left
}

// LeftOut is how many accounts are in no total.
func (i *Impact) LeftOut() int64 {
	n := int64(0)
	for _, left := range i.Left {
		n += left.Accounts
	}
	return n
}

// A Left is accounts that a study leaves out, since not both books price them.
type Left struct {
	// Class is empty for accounts that state none.
	Class string
	// Code is why the accounts are not priced.
	Code problem.Code
	// Side says which book refuses them.
	Side Side
	// Accounts is how many they are.
	Accounts int64
	// Before or After is what they come to under the book that does price them.
	Before, After money.Amount
}

// Side is one book of two, or both.
type Side uint8

// The books of a change of rates.
const (
	// NoBook is the side of an account that was refused before any book was asked.
	NoBook Side = iota
	// BeforeOnly is the book before.
	BeforeOnly
	// AfterOnly is the book after.
	AfterOnly
	// BothBooks is both.
	BothBooks
)

// String is which book it is, for tables.
func (s Side) String() string {
	return [...]string{"no book", "the book before", "the book after", "both books"}[s]
}

// A Group is bills that belong together: those of a class, or all.
type Group struct {
	// Class is the name of the class; empty for all.
	Class string
	// Bills is how many there are.
	Bills int64
	// Days are the days of all bills together, and ShortestDays and LongestDays those of the
	// shortest and the longest of them, before.
	Days, ShortestDays, LongestDays int64
	// Before and After are what the bills come to.
	Before, After money.Amount
	// Rise, Fall and Same are how many bills become higher, lower, and neither.
	Rise, Fall, Same int64
	// RiseBy and FallBy are what those that become higher rise by, together, and what
	// those that become lower fall by; neither is below zero.
	RiseBy, FallBy money.Amount
	// Changes are the changes of single bills.
	Changes Distribution
	// BillsBefore and BillsAfter are the amounts of single bills.
	BillsBefore, BillsAfter Distribution
	// Unit is what the usage counts; 0 in a group whose classes count other units, which
	// has no Units and no Deciles.
	Unit metering.Unit
	// Units is the usage of all bills together, as measured.
	Units exact.Ratio
	// Deciles are tenths of the bills, those of least usage first. Bills of the same usage
	// stand in one, so that a tenth may have more bills than another, or be missing.
	Deciles []Band
	// Sizes are the bills by their amount before.
	Sizes []Band
	// Revenue is what the lines of the bills come to, by charge and tier, in printed order.
	Revenue []Revenue
	// Causes are what makes the difference between Before and After, to the cent: the
	// charges whose rates have changed, are new or gone, the largest first.
	Causes []Cause
	// MostUp are the bills that rise most, MostDown those that fall most, [MostTold] at most
	// of each, the largest first; of equal ones of a class, those that the study saw first, and in
	// All those of the first class.
	MostUp, MostDown []Extreme
}

// Change is After less Before.
func (g *Group) Change() money.Amount {
	change, err := g.After.Sub(g.Before)
	if err != nil {
		return money.Amount{} // Impact has seen that there is one
	}
	return change
}

// Percentile is [Distribution.Percentile] of the changes of single bills.
func (g *Group) Percentile(p int) money.Amount { return g.Changes.Percentile(p) }

// A Band is the bills whose usage, or amount before, lies within bounds.
type Band struct {
	// Number counts the bands of a group from 1; deciles that no bill is in are left out.
	Number int
	// From and To are the least and the most usage of the bills in it, in units, to four
	// digits; or the bounds of the amounts in dollars, From included and To not, where To is
	// zero in the last band, which is open.
	From, To exact.Ratio
	// Bills, Before, After, Rise, Fall and Same as in [Group].
	Bills            int64
	Before, After    money.Amount
	Rise, Fall, Same int64
}

// Change is After less Before.
func (b *Band) Change() money.Amount {
	change, err := b.After.Sub(b.Before)
	if err != nil {
		return money.Amount{} // the sums of the group have one
	}
	return change
}

// Revenue is what a charge, or a tier of it, comes to on all bills of a group.
type Revenue struct {
	// Charge is the charge's ID; Text and Service are those of its lines.
	Charge, Text, Service string
	// Tier counts from 1; 0 where the charge has no tiers.
	Tier int
	// Before and After are the amounts; LinesBefore and LinesAfter how many lines they are of.
	Before, After           money.Amount
	LinesBefore, LinesAfter int64
	// UnitsBefore and UnitsAfter are the units in the tier; zero where there is none.
	UnitsBefore, UnitsAfter exact.Ratio
}

// A Cause is what one charge adds to the difference.
type Cause struct {
	// Kind is [rates.RatesChange], [rates.ChargeAdded] or [rates.ChargeRemoved]. Between
	// bills that differ in their rates alone there are no others. A charge that rests on
	// others, such as a tax, is a cause of its own, also where only they have changed.
	Kind rates.CauseKind
	// Charge is the charge's ID, and Text what bills print for it.
	Charge, Text string
	// Amount is what it adds to the difference, on all bills.
	Amount money.Amount
}

// MostTold is how many bills a [Group] names that change most.
const MostTold = 5

// An Extreme is a bill that changes more than others.
type Extreme struct {
	// ID and Pos are those of its account.
	ID  string
	Pos problem.Pos
	// Before and After are its amounts.
	Before, After money.Amount
}
