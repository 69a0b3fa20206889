package table

import (
	"strings"

	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/payments/deposit"
)

// DepositRefunds are the tables of a refund run: the deposits that go back, and those that stay, each with why.
func DepositRefunds(r *deposit.Run) []Table {
	refunds := Table{
		Name: "deposit_refunds", Title: "Deposit refunds " + r.Key + ", " + r.On.String(),
		Columns: []Column{left("Account"), left("Area"), right("Held $"), right("Interest $"), right("Refund $"), left("As"), left("Why")},
	}
	for _, mark := range r.Placeholders {
		refunds.Note += "A placeholder stands in for " + mark.String() + ". "
	}
	refunds.Note = strings.TrimSpace(refunds.Note)
	var held, interest, refund sum
	for _, row := range r.Rows {
		held.add(row.Held)
		interest.add(row.Interest)
		refund.add(row.Refund)
		refunds.Rows = append(refunds.Rows, []Cell{Text(row.Account), Text(row.Area), Amount(row.Held), Amount(row.Interest), Amount(row.Refund), Text(string(row.As)), Text(row.Words)})
	}
	refunds.Total = []Cell{Text(allRows), {}, held.cell(), interest.cell(), refund.cell(), {}, {}}
	kept := Table{
		Name: "deposits_kept", Title: "Deposits that stay, " + r.On.String(),
		Columns: []Column{left("Account"), left("Area"), right("Held $"), right("Cleared $"), left("Since"), left("Ripe"), left("Why")},
	}
	for _, v := range r.Kept {
		kept.Rows = append(kept.Rows, []Cell{Text(v.Account), Text(v.Area), Amount(v.Held), Amount(v.Cleared), date(v.Since), date(v.Ripe), Text(v.Words())})
	}
	return []Table{refunds, kept}
}

// Payees are the rows for accounts payable, and none besides: their total stands in the note. The names and addresses are the host's to add, by the account; what is paid twice under one
// reference is paid twice.
func Payees(all []deposit.Payee) Table {
	t := Table{
		Name: "payees", Title: "To accounts payable",
		Columns: []Column{left("Reference"), left("Account"), left("Area"), left("On"), right("Amount $")},
	}
	var total sum
	for _, p := range all {
		total.add(p.Amount)
		t.Rows = append(t.Rows, []Cell{Text(p.Reference.String()), Text(p.Account), Text(p.Area), date(p.On), Amount(p.Amount)})
	}
	t.Note = "In all " + total.cell().String() + " dollars."
	return t
}

// UnclaimedMoney is refunds that nobody claims, by age: how far each is, and when its stage ends by itself.
func UnclaimedMoney(all []deposit.Age) Table {
	t := Table{
		Name: "unclaimed_money", Title: "Refunds that nobody claims",
		Columns: []Column{left("Reference"), left("Account"), left("Area"), left("Since"), right("Days"), right("Owed $"), right("Set aside $"), left("Stage"), left("Until"),
			left("Law"), left("Why")},
	}
	var owed, aside sum
	for _, a := range all {
		owed.add(a.Amount)
		aside.add(a.Unclaimed)
		t.Rows = append(t.Rows, []Cell{Text(a.Reference.String()), Text(a.Account), Text(a.Area), date(a.Since), Count(int64(a.On.Sub(a.Since))), Amount(a.Amount),
			Amount(a.Unclaimed), Text(string(a.Stage)), date(a.Next), Text(a.Source), Text(a.Words)})
	}
	t.Total = []Cell{Text(allRows), {}, {}, {}, {}, owed.cell(), aside.cell(), {}, {}, {}, {}}
	return t
}

// sum is a column's total: nothing where it does not fit.
type sum struct {
	total money.Amount
	over  bool
}

func (s *sum) add(a money.Amount) {
	total, err := s.total.Add(a)
	s.total, s.over = total, s.over || err != nil
}

func (s *sum) cell() Cell {
	if s.over {
		return Cell{}
	}
	return Amount(s.total)
}
