package ledger

// Cause says why money moves. Its text is the word in stored forms.
type Cause string

// The causes. Each names the line of the roll-forward that its legs stand in.
const (
	// Billed is a charge of a bill.
	Billed Cause = "billed"
	// Charged is a fee: a late charge, a returned-payment fee, a reconnection.
	Charged Cause = "charged"
	// Adjusted is a debit or credit adjustment, or a re-bill.
	Adjusted Cause = "adjusted"
	// Paid is money received and distributed, and money taken out of suspense.
	Paid Cause = "paid"
	// Applied is an unapplied credit used for an item, or what was paid on an item taken off it again as credit.
	Applied Cause = "applied"
	// Returned is a payment that the bank took back.
	Returned Cause = "returned"
	// Refunded is a credit or a deposit that becomes payable to the customer.
	Refunded Cause = "refunded"
	// DepositApplied is a customer deposit used for an item.
	DepositApplied Cause = "deposit_applied"
	// WrittenOff is debt given up.
	WrittenOff Cause = "written_off"
	// Recovered is debt that was given up and is owed again.
	Recovered Cause = "recovered"
	// Transferred is a balance, credit or deposit that moves to another account.
	Transferred Cause = "transferred"
	// Converted is an opening balance of a conversion; only [Ledger.Convert] enters it.
	Converted Cause = "converted"
	// Accrued is interest on a deposit.
	Accrued Cause = "accrued"
	// Banked is money between the bank and the district's own places: a bank deposit, a processor's fee, an over or short,
	// a refund or an agency paid out, a refund that went unclaimed.
	Banked Cause = "banked"
)

// way is from a kind of place to another.
type way struct{ from, to PlaceKind }

// ways are where money goes for each cause. All else is a mistake, and refused: so a payment cannot become income without
// having been billed, and a charge cannot be settled by no one.
var ways = map[Cause][]way{
	Billed:  {{PlaceItem, PlaceRevenue}, {PlaceItem, PlaceAgency}, {PlaceItem, PlaceDepositBilled}},
	Charged: {{PlaceItem, PlaceRevenue}},
	Adjusted: {
		{PlaceItem, PlaceRevenue}, {PlaceRevenue, PlaceItem}, {PlaceRevenue, PlaceCredit}, {PlaceCredit, PlaceRevenue},
		{PlaceItem, PlaceAgency}, {PlaceAgency, PlaceItem}, {PlaceAgencyPayable, PlaceCredit}, {PlaceCredit, PlaceAgencyPayable},
		{PlaceItem, PlaceDepositBilled}, {PlaceDepositBilled, PlaceItem},
	},
	Paid: {
		{PlaceClearing, PlaceItem}, {PlaceClearing, PlaceCredit}, {PlaceClearing, PlaceSuspense}, {PlaceClearing, PlaceDeposit},
		{PlaceSuspense, PlaceItem}, {PlaceSuspense, PlaceCredit}, {PlaceSuspense, PlaceDeposit}, {PlaceSuspense, PlaceSuspense},
		{PlaceSuspense, PlaceClearing},
		{PlaceAgency, PlaceAgencyPayable}, {PlaceDepositBilled, PlaceDeposit},
	},
	Applied: {
		{PlaceCredit, PlaceItem}, {PlaceAgency, PlaceAgencyPayable}, {PlaceDepositBilled, PlaceDeposit},
		{PlaceItem, PlaceCredit}, {PlaceAgencyPayable, PlaceAgency}, {PlaceDeposit, PlaceDepositBilled}, // taken off again
	},
	Returned: {}, // which only a reversal has: its legs are those of the payment, the other way round
	Refunded: {{PlaceCredit, PlaceRefund}, {PlaceDeposit, PlaceRefund}, {PlaceSuspense, PlaceRefund}},
	DepositApplied: {
		{PlaceDeposit, PlaceItem}, {PlaceDeposit, PlaceCredit}, {PlaceAgency, PlaceAgencyPayable},
	},
	WrittenOff: {{PlaceWriteOff, PlaceItem}, {PlaceAgency, PlaceItem}},
	Recovered:  {{PlaceItem, PlaceWriteOff}, {PlaceItem, PlaceAgency}},
	Transferred: {
		{PlaceItem, PlaceItem}, // the new item on the other account, against the old one
		{PlaceCredit, PlaceCredit}, {PlaceCredit, PlaceItem},
		{PlaceDeposit, PlaceDeposit}, {PlaceAgency, PlaceAgencyPayable},
	},
	Converted: {
		{PlaceItem, PlaceOpening}, {PlaceItem, PlaceAgency}, {PlaceItem, PlaceDepositBilled}, {PlaceOpening, PlaceCredit},
		{PlaceOpening, PlaceDeposit}, {PlaceOpening, PlaceSuspense}, {PlaceOpening, PlaceAgencyPayable}, {PlaceOpening, PlaceRefund},
	},
	Accrued: {{PlaceInterest, PlaceDeposit}},
	Banked: {
		{PlaceBank, PlaceClearing}, {PlaceClearing, PlaceBank}, {PlaceFee, PlaceClearing}, {PlaceClearing, PlaceFee},
		{PlaceFee, PlaceBank}, {PlaceBank, PlaceFee}, {PlaceOverShort, PlaceClearing}, {PlaceClearing, PlaceOverShort},
		{PlaceRefund, PlaceBank}, {PlaceAgencyPayable, PlaceBank}, {PlaceBank, PlaceAgencyPayable}, {PlaceRefund, PlaceUnclaimed},
		{PlaceUnclaimed, PlaceRefund}, {PlaceUnclaimed, PlaceRevenue},
	},
}

// settles says whether a leg of the cause between an item and the other place pays the item, or takes a payment back. All
// other legs say how much the item is for.
func settles(c Cause, other PlaceKind) bool {
	switch c {
	case Paid, Applied, DepositApplied, Returned:
		return true
	case Transferred:
		return other == PlaceCredit
	}
	return false
}
