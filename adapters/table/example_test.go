package table_test

import (
	"fmt"
	"os"

	"github.com/headgate-dev/headgate/adapters/table"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
)

func Example() {
	revenue := table.Table{
		Name: "revenue", Title: "Revenue by charge",
		Columns: []table.Column{{Name: "Charge"}, {Name: "Bills", Right: true}, {Name: "After $", Right: true}, {Name: "Change %", Right: true}},
		Rows: [][]table.Cell{
			{table.Text("Base charge"), table.Count(1_200), table.Amount(money.Cents(26_832_00)), table.PercentChange(money.Cents(25_100_00), money.Cents(26_832_00))},
			{table.Text("=Drought|surcharge"), table.Count(400), table.Amount(money.Cents(812_50)), table.PercentChange(money.Amount{}, money.Cents(812_50))},
		},
		Note: "Bills of March.",
	}
	if err := table.WriteMarkdown(os.Stdout, revenue); err != nil {
		fmt.Println(err)
	}
	if err := table.WriteCSV(os.Stdout, revenue); err != nil {
		fmt.Println(err)
	}
	// Output:
	// **Revenue by charge**
	//
	// | Charge              | Bills |   After $ | Change % |
	// | ------------------- | ----: | --------: | -------: |
	// | Base charge         | 1,200 | 26,832.00 |    +6.9% |
	// | =Drought\|surcharge |   400 |    812.50 |        – |
	//
	// Bills of March.
	//
	// Charge,Bills,After $,Change %
	// Base charge,1200,26832.00,6.9
	// '=Drought|surcharge,400,812.50,
}

func ExamplePercent() {
	share := table.Percent(exact.Int(1), exact.Int(3), 1)
	fmt.Println(share, share.Plain())
	fmt.Println(table.Percent(exact.Int(1), exact.Int(0), 1))
	// Output:
	// 33.3% 33.3
	// –
}
