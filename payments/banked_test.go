package payments_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/payments"
)

func TestCase57TheDrawerOfDay1(t *testing.T) {
	d := payments.Drawer{Key: "drawer", Source: "drawer", Float: usd("200.00"), Taken: []payments.Taken{{Receipt: "C", Amount: usd("2315.79"), Tenders: []payments.Tender{{Kind: payments.Cash, Amount: usd("2315.79")}}}},
		Cash: []payments.Counted{{usd("100.00"), 25}, {usd("20.00"), 1}, {usd("0.25"), 3}, {usd("0.01"), 4}}}
	c, err := d.Close()
	require.NoError(t, err)
	assert.Equal(t, payments.Closing{Counted: usd("2520.79"), Receipts: usd("2315.79"), OverShort: usd("5.00"), Deposit: usd("2320.79")}, c)
	e := d.Entry(c, april, "6900")
	require.NoError(t, e.Check())
	assert.Equal(t, usd("5.00"), e.Moves[0].Amount)
	d.Cash[0].Pieces--
	c, err = d.Close()
	require.NoError(t, err)
	assert.Equal(t, usd("-95.00"), c.OverShort)
	e = d.Entry(c, april, "6900")
	require.NoError(t, e.Check())
	assert.Equal(t, usd("95.00"), e.Moves[0].Amount)
}

func TestADrawerThatDoesNotSayWhatItHoldsIsRefused(t *testing.T) {
	for name, bad := range map[string]func(*payments.Drawer){
		"no key":                 func(d *payments.Drawer) { d.Key = "" },
		"no source":              func(d *payments.Drawer) { d.Source = "" },
		"float below zero":       func(d *payments.Drawer) { d.Float = usd("-1.00") },
		"denomination below":     func(d *payments.Drawer) { d.Cash[0].Denomination = usd("-20.00") },
		"pieces below zero":      func(d *payments.Drawer) { d.Cash[0].Pieces = -1 },
		"counted twice":          func(d *payments.Drawer) { d.Cash = append(d.Cash, d.Cash[0]) },
		"too many":               func(d *payments.Drawer) { d.Cash[0].Pieces = 1 << 60 },
		"tenders do not sum":     func(d *payments.Drawer) { d.Taken[0].Tenders = d.Taken[0].Tenders[:1] },
		"no tender":              func(d *payments.Drawer) { d.Taken[0].Tenders[0].Kind = "card" },
		"check below zero":       func(d *payments.Drawer) { d.Taken[0].Tenders[0].Amount = usd("-100.00") },
		"payment without key":    func(d *payments.Drawer) { d.Taken[0].Receipt = "" },
		"counted check of less":  func(d *payments.Drawer) { d.Checks = cents(-1) },
		"counted check of none":  func(d *payments.Drawer) { d.Checks = cents(0) },
		"counted more than fits": func(d *payments.Drawer) { d.Checks = cents(1<<62, 1<<62) },
	} {
		d := payments.Drawer{Key: "drawer", Source: "drawer", Float: usd("200.00"), Cash: []payments.Counted{{usd("20.00"), 9}}, Checks: cents(100_00),
			Taken: []payments.Taken{{Receipt: "C", Amount: usd("80.00"), Tenders: []payments.Tender{{payments.Check, usd("100.00")}, {payments.Cash, usd("-20.00")}}}}}
		c, err := d.Close()
		require.NoError(t, err)
		require.True(t, c.OverShort.IsZero())
		bad(&d)
		_, err = d.Close()
		assert.Error(t, err, name)
	}
}

func TestADrawerSaysWhatOfItsDifferenceIsInChecks(t *testing.T) {
	d := payments.Drawer{Key: "drawer", Source: "drawer", Taken: []payments.Taken{{Receipt: "C", Amount: usd("80.00"), Tenders: []payments.Tender{{payments.Check, usd("80.00")}}}}}
	c, err := d.Close()
	require.NoError(t, err)
	assert.Equal(t, usd("-80.00"), c.OverShort)
	assert.Equal(t, usd("-80.00"), c.Checks, "the check is missing")
}

var banking = payments.Banking{On: april, Days: 3}

func line(key, reference, amount string) payments.BankLine {
	return payments.BankLine{Key: key, Reference: reference, On: april, Amount: usd(amount)}
}

func TestCase51APortalsNetIsOneCredit(t *testing.T) {
	portal := payments.Deposit{Key: "portal", Reference: "PORT001", On: april, Gross: usd("10035.13"), Adjustments: []payments.Difference{{Code: payments.Fees, Amount: usd("-306.00")}, {Code: payments.Chargebacks, Amount: usd("-277.17")}}}
	net, err := portal.Net()
	require.NoError(t, err)
	assert.Equal(t, usd("9451.96"), net)
	for _, reference := range []string{"PORT001", "something else"} {
		m, err := payments.MatchBank([]payments.Deposit{portal}, []payments.BankLine{line("1", reference, "9451.96")}, banking)
		require.NoError(t, err)
		require.Len(t, m.Matches, 1)
		assert.True(t, m.Matches[0].Off.IsZero())
		assert.Equal(t, map[bool]string{true: "reference", false: "amount"}[reference == "PORT001"], m.Matches[0].By)
	}
}

func TestCase52ALockboxArrivesAsTwoCredits(t *testing.T) {
	box := payments.Deposit{Key: "lockbox", Reference: "LBX0054321", On: april, Gross: usd("68743.35"), Parts: []money.Amount{usd("34988.25"), usd("33755.10")}}
	lines := []payments.BankLine{line("1", "LBX0054321", "34988.25"), line("2", "LBX0054321", "33755.10"), line("3", "OTHER", "1.00")}
	m, err := payments.MatchBank([]payments.Deposit{box}, lines, banking)
	require.NoError(t, err)
	assert.Equal(t, []payments.BankMatch{{Deposit: 0, Lines: []int{0, 1}, By: "reference"}}, m.Matches)
	assert.Equal(t, []int{2}, m.Unexplained)
	for i := range lines {
		lines[i].Reference = ""
	}
	m, err = payments.MatchBank([]payments.Deposit{box}, lines, banking)
	require.NoError(t, err)
	assert.Equal(t, []payments.BankMatch{{Deposit: 0, Lines: []int{0, 1}, By: "sum"}}, m.Matches)
}

func TestCase53CashIsInTransitUntilTheNextDay(t *testing.T) {
	cash := payments.Deposit{Key: "drawer", On: april, Gross: usd("2315.79"), Adjustments: []payments.Difference{{Code: payments.OverShort, Amount: usd("5.00")}}}
	m, err := payments.MatchBank([]payments.Deposit{cash}, nil, banking)
	require.NoError(t, err)
	assert.Equal(t, []payments.InTransit{{Deposit: 0}}, m.InTransit)
	m, err = payments.MatchBank([]payments.Deposit{cash}, nil, payments.Banking{On: civil.MustDate("2026-04-11"), Days: 3})
	require.NoError(t, err)
	assert.Equal(t, []payments.InTransit{{Deposit: 0, Days: 1}}, m.InTransit)
	m, err = payments.MatchBank([]payments.Deposit{cash}, nil, payments.Banking{On: civil.MustDate("2026-04-14"), Days: 3})
	require.NoError(t, err)
	assert.Equal(t, []payments.InTransit{{Deposit: 0, Days: 4, Old: true}}, m.InTransit)
}

func TestCase56TheBankHasTenCentsLess(t *testing.T) {
	box := payments.Deposit{Key: "lockbox", Reference: "LBX1", On: april, Gross: usd("100.00")}
	m, err := payments.MatchBank([]payments.Deposit{box}, []payments.BankLine{line("1", "LBX1", "99.90")}, banking)
	require.NoError(t, err)
	assert.Equal(t, usd("-0.10"), m.Matches[0].Off)
	tie, err := payments.Tie([]payments.Posting{{Key: "r", Account: "A", Amount: usd("100.00"), On: april}}, []payments.Posting{{Key: "r", Account: "A", Amount: usd("100.00"), On: april}}, 0, m)
	require.NoError(t, err)
	assert.Equal(t, []payments.Difference{{Code: payments.DepositShort, Key: "lockbox", Amount: usd("-0.10")}}, tie.Differences)
}

func TestDepositsThatCannotBeToldApartAreLeft(t *testing.T) {
	two := []payments.Deposit{{Key: "a", On: april, Gross: usd("50.00")}, {Key: "b", On: april, Gross: usd("50.00")}}
	m, err := payments.MatchBank(two, []payments.BankLine{line("1", "", "50.00")}, banking)
	require.NoError(t, err)
	assert.Empty(t, m.Matches)
	assert.Len(t, m.InTransit, 2)
	assert.Equal(t, []int{0}, m.Unexplained)

	// Two days of one lockbox have one reference.
	for i := range two {
		two[i].Reference, two[i].Gross = "LBX1", []money.Amount{usd("50.00"), usd("70.00")}[i]
	}
	m, err = payments.MatchBank(two, []payments.BankLine{line("1", "LBX1", "40.00"), line("2", "LBX1", "30.00"), line("3", "LBX1", "50.00")}, banking)
	require.NoError(t, err)
	assert.Equal(t, []payments.BankMatch{{Deposit: 0, Lines: []int{2}, By: "reference"}, {Deposit: 1, Lines: []int{0, 1}, By: "reference"}}, m.Matches)

	late := []payments.BankLine{line("1", "LBX1", "50.00")}
	late[0].On = civil.MustDate("2026-04-14")
	m, err = payments.MatchBank(two[:1], late, banking)
	require.NoError(t, err)
	assert.Empty(t, m.Matches, "four days after")
	late[0].On = civil.MustDate("2026-04-09")
	m, err = payments.MatchBank(two[:1], late, banking)
	require.NoError(t, err)
	assert.Empty(t, m.Matches, "the day before")
}

func TestWhatIsToBeMatchedSaysWhatItIs(t *testing.T) {
	good := payments.Deposit{Key: "a", On: april, Gross: usd("50.00"), Parts: cents(20_00, 30_00)}
	for name, c := range map[string]struct {
		deposits []payments.Deposit
		lines    []payments.BankLine
		how      payments.Banking
	}{
		"no day":          {[]payments.Deposit{good}, nil, payments.Banking{}},
		"days below zero": {[]payments.Deposit{good}, nil, payments.Banking{On: april, Days: -1}},
		"twice":           {[]payments.Deposit{good, good}, nil, banking},
		"no key":          {[]payments.Deposit{{On: april}}, nil, banking},
		"no date":         {[]payments.Deposit{{Key: "a"}}, nil, banking},
		"parts":           {[]payments.Deposit{{Key: "a", On: april, Gross: usd("50.00"), Parts: cents(1)}}, nil, banking},
		"line twice":      {nil, []payments.BankLine{line("1", "", "1.00"), line("1", "", "2.00")}, banking},
		"line no key":     {nil, []payments.BankLine{line("", "", "1.00")}, banking},
		"line no day":     {nil, []payments.BankLine{{Key: "1", Amount: usd("1.00")}}, banking},
	} {
		_, err := payments.MatchBank(c.deposits, c.lines, c.how)
		assert.ErrorIs(t, err, payments.ErrDeposit, name)
	}
}

func TestCase55BillingAndRemittanceDiffer(t *testing.T) {
	posted := func(key, account, amount string) payments.Posting {
		return payments.Posting{Key: key, Account: account, Amount: usd(amount), On: april}
	}
	billing := []payments.Posting{posted("r1", "A", "10.00"), posted("r2", "B", "20.00"), posted("p", "C", "7.00"), posted("", "D", "5.00"), posted("r5", "E", "9.00")}
	remitted := []payments.Posting{posted("r1", "A", "10.00"), posted("r2", "X", "20.00"), posted("r3", "B", "30.00"), posted("r4", "D", "5.00"), posted("r5", "E", "9.90")}
	box := payments.Deposit{Key: "lockbox", Reference: "LBX1", On: april, Gross: usd("74.90")}
	bank, err := payments.MatchBank([]payments.Deposit{box}, []payments.BankLine{line("1", "LBX1", "74.90"), {Key: "2", On: april, Amount: usd("-3.00"), Return: true}, line("3", "?", "0.50")}, banking)
	require.NoError(t, err)
	tie, err := payments.Tie(billing, remitted, 2, bank)
	require.NoError(t, err)
	assert.Equal(t, []payments.Difference{
		{Code: payments.WrongAccount, Key: "r2", Accounts: []string{"B", "X"}},
		{Code: payments.OtherAmount, Key: "r5", Amount: usd("0.90")},
		{Code: payments.Unposted, Key: "r3", Amount: usd("30.00"), Accounts: []string{"", "B"}},
		{Code: payments.Phantom, Key: "p", Amount: usd("-7.00"), Accounts: []string{"C", ""}},
		{Code: payments.ReturnedItem, Key: "2", Amount: usd("-3.00")},
		{Code: payments.Unexplained, Key: "3", Amount: usd("0.50")},
	}, tie.Differences)
	unposted, err := tie.Sum(payments.Unposted)
	require.NoError(t, err)
	assert.Equal(t, usd("30.00"), unposted)
	tie.Differences = tie.Differences[1:]
	assert.NoError(t, tie.Check(), "a payment on the wrong account is no money")
	tie.Differences = tie.Differences[1:]
	assert.ErrorIs(t, tie.Check(), payments.ErrConserved)

	_, err = payments.Tie(billing, remitted[1:], 2, bank)
	assert.ErrorIs(t, err, payments.ErrTieOut, "the deposits are of something else")
	_, err = payments.Tie(append(billing, billing[0]), remitted, 2, bank)
	assert.ErrorIs(t, err, payments.ErrTieOut)
}

func TestALineOfTheNextDayIsNotSwallowed(t *testing.T) {
	box := payments.Deposit{Key: "lockbox", Reference: "LBX1", On: april, Gross: usd("100.00"), Parts: []money.Amount{usd("60.00"), usd("40.00")}}
	returned := line("4", "LBX1", "-5.00")
	returned.Return = true
	m, err := payments.MatchBank([]payments.Deposit{box}, []payments.BankLine{line("1", "LBX1", "60.00"), line("2", "LBX1", "40.00"), line("3", "LBX1", "200.00"), returned, line("5", "LBX1", "0.00")}, banking)
	require.NoError(t, err)
	assert.Equal(t, []payments.BankMatch{{Deposit: 0, Lines: []int{0, 1, 4}, By: "reference"}}, m.Matches)
	assert.Equal(t, []int{2}, m.Unexplained)
	assert.Equal(t, []int{3}, m.Returned)
}
