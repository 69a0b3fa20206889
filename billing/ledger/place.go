package ledger

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// PlaceKind is a kind of place. Its text is the word in stored forms.
type PlaceKind string

// The kinds of places that money can be in. A leg debits the place that it comes from and credits the place that it goes to.
const (
	// PlaceItem is an open item: what an account owes. Legs from it make it owe more.
	PlaceItem PlaceKind = "item"
	// PlaceCredit is the unapplied credit of an account.
	PlaceCredit PlaceKind = "credit"
	// PlaceRevenue is the district's income under a revenue code.
	PlaceRevenue PlaceKind = "revenue"
	// PlaceClearing is money received from a source, a lockbox or a drawer, that is being distributed.
	PlaceClearing PlaceKind = "clearing"
	// PlaceSuspense is money that fits no account yet, under a code.
	PlaceSuspense PlaceKind = "suspense"
	// PlaceBank is a bank account of the district.
	PlaceBank PlaceKind = "bank"
	// PlaceFee is what a bank or a processor charges the district.
	PlaceFee PlaceKind = "fee"
	// PlaceOverShort is what drawers and bank deposits were over or short.
	PlaceOverShort PlaceKind = "over_short"
	// PlaceAgency is billed for another agency and not collected.
	PlaceAgency PlaceKind = "agency"
	// PlaceAgencyPayable is collected for another agency and not handed on.
	PlaceAgencyPayable PlaceKind = "agency_payable"
	// PlaceDepositBilled is a customer deposit that was asked for and not paid.
	PlaceDepositBilled PlaceKind = "deposit_billed"
	// PlaceDeposit is a customer deposit that is held.
	PlaceDeposit PlaceKind = "deposit"
	// PlaceInterest is the district's cost of interest on deposits.
	PlaceInterest PlaceKind = "interest"
	// PlaceRefund is owed to a customer as a refund and not paid out.
	PlaceRefund PlaceKind = "refund"
	// PlaceUnclaimed is owed to customers who cannot be found.
	PlaceUnclaimed PlaceKind = "unclaimed"
	// PlaceWriteOff is the district's loss from debt written off.
	PlaceWriteOff PlaceKind = "write_off"
	// PlaceOpening is where the opening balances of a conversion come from.
	PlaceOpening PlaceKind = "opening"
)

// Place is where money is: a kind, and which one of the kind. Places compare with ==.
type Place struct {
	// Kind is the kind; the zero Place is none.
	Kind PlaceKind
	// Key says which: the account, the revenue code, the source, the agency. It is empty for an item.
	Key string
	// Area is the service area, for the places of an account.
	Area string
	// Item is the id of an item.
	Item stored.ID
}

// OfItem is the place of an open item.
func OfItem(id stored.ID) Place { return Place{Kind: PlaceItem, Item: id} }

// CreditOf is the unapplied credit of an account, which belongs to a service area.
func CreditOf(account, area string) Place { return Place{Kind: PlaceCredit, Key: account, Area: area} }

// DepositOf is the customer deposit held for an account.
func DepositOf(account, area string) Place {
	return Place{Kind: PlaceDeposit, Key: account, Area: area}
}

// DepositBilledTo is the customer deposit that an account was asked for and has not paid.
func DepositBilledTo(account, area string) Place {
	return Place{Kind: PlaceDepositBilled, Key: account, Area: area}
}

// RefundTo is what is owed to an account's customer as a refund.
func RefundTo(account, area string) Place {
	return Place{Kind: PlaceRefund, Key: account, Area: area}
}

// Revenue is income under a revenue code.
func Revenue(code string) Place { return Place{Kind: PlaceRevenue, Key: code} }

// Clearing is money received from a source.
func Clearing(source string) Place { return Place{Kind: PlaceClearing, Key: source} }

// Suspense is money that fits no account yet, under a code such as that of a receipt.
func Suspense(code string) Place { return Place{Kind: PlaceSuspense, Key: code} }

// Agency is what is billed for another agency and not collected.
func Agency(agency string) Place { return Place{Kind: PlaceAgency, Key: agency} }

// AgencyPayable is what is collected for another agency and not handed on.
func AgencyPayable(agency string) Place { return Place{Kind: PlaceAgencyPayable, Key: agency} }

// IsReceivable reports whether the place is part of what customers owe: an item, or as its opposite an unapplied credit.
func (p Place) IsReceivable() bool { return p.Kind == PlaceItem || p.Kind == PlaceCredit }

// String is the place for messages, such as "credit 0104417 (Ord)".
func (p Place) String() string {
	switch {
	case p.Kind == PlaceItem:
		return "item " + p.Item.String()
	case p.Area != "":
		return fmt.Sprintf("%s %s (%s)", p.Kind, p.Key, p.Area)
	case p.Key != "":
		return fmt.Sprintf("%s %s", p.Kind, p.Key)
	}
	return string(p.Kind)
}

// placeRule is what a kind of place must say, and whether it may hold less than nothing.
type placeRule struct {
	keyed, ofAccount bool
	// full says that no more can be taken out than was put in.
	full bool
}

var placeRules = map[PlaceKind]placeRule{
	PlaceItem:          {},
	PlaceCredit:        {keyed: true, ofAccount: true, full: true},
	PlaceDeposit:       {keyed: true, ofAccount: true, full: true},
	PlaceDepositBilled: {keyed: true, ofAccount: true, full: true},
	PlaceRefund:        {keyed: true, ofAccount: true, full: true},
	PlaceSuspense:      {keyed: true, full: true},
	PlaceUnclaimed:     {full: true},
	PlaceRevenue:       {keyed: true},
	PlaceClearing:      {keyed: true},
	PlaceBank:          {keyed: true},
	PlaceFee:           {keyed: true},
	PlaceAgency:        {keyed: true, full: true},
	PlaceAgencyPayable: {keyed: true}, // below nothing where money handed on was returned
	PlaceOverShort:     {},
	PlaceInterest:      {},
	PlaceWriteOff:      {},
	PlaceOpening:       {},
}

func (p Place) check(path string) *problem.Error {
	rule, known := placeRules[p.Kind]
	refuse := func(what, fix string) *problem.Error {
		return &problem.Error{Code: ErrPlace, Path: path, What: what, Fix: fix}
	}
	switch {
	case !known:
		return refuse(fmt.Sprintf("there is no kind of place %q", string(p.Kind)), "use a constant of this package, such as PlaceItem")
	case (p.Kind == PlaceItem) == p.Item.IsZero():
		return refuse("only an item has the id of an item", "use OfItem with the id that the entry gave the item")
	case rule.keyed && blank(p.Key), !rule.keyed && p.Key != "":
		return refuse(fmt.Sprintf("a place %s has a key: %t", p.Kind, rule.keyed), "give its account, code, source or agency, and leave it empty where it has none")
	case rule.ofAccount && blank(p.Area), !rule.ofAccount && p.Area != "":
		return refuse(fmt.Sprintf("a place %s has a service area: %t", p.Kind, rule.ofAccount), "give the service area of the account, and of nothing else")
	}
	return nil
}
