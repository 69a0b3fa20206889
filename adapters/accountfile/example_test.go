package accountfile_test

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/headgate-dev/headgate/adapters/accountfile"
	"github.com/headgate-dev/headgate/adapters/ratefile"
	"github.com/headgate-dev/headgate/billing/rates"
)

// bookOf is a rate book with one price a unit and a base charge by meter size.
func bookOf(price string) string {
	return `headgate: rate-book/1
name: Example Water District
schedules:
  - id: residential
    unit: CCF
    rounding: {mode: half_up, place: line}
    select: by_period_start
    proration: not_prorated
    usage: exact
    undated: true
    facts:
      meter_size: {type: text, allowed: [5/8, 3/4, "1"]}
    versions:
      - charges:
          - id: base
            fixed: {by: meter_size, rows: {5/8: 38.79, 3/4: 38.79, 1: 60.51}}
          - id: water
            per_unit: ` + price + "\n"
}

// compile is the engine of a book.
func compile(book string) (*rates.Engine, error) {
	file, err := ratefile.Parse("rates.yaml", []byte(book))
	if err != nil {
		return nil, err
	}
	return file.Compile()
}

// march are the bills of a month. Two of them are none.
const march = `account,class,meter_size,usage,from,to
invented-1,residential,3/4,13,2018-03-01,2018-04-01
invented-2,residential,1,,2018-03-01,2018-04-01
invented-3,residential,5/8"",8.5,2018-03-01,2018-04-01
invented-4,residential,5/8,8.5,2018-03-01,2018-04-01
`

func Example() {
	engine, err := compile(bookOf("3.68"))
	if err != nil {
		fmt.Println(err)
		return
	}
	file, err := accountfile.NewReader("march.csv", strings.NewReader(march))
	if err != nil {
		fmt.Println(err)
		return
	}
	inputs := file.Inputs(engine, accountfile.InputOptions{})
	for {
		row, err := file.Next()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			fmt.Println(err)
			return
		}
		in, err := inputs.Of(row)
		if err != nil {
			fmt.Println(err)
			continue
		}
		quote, err := engine.Price(in)
		if err != nil {
			fmt.Println(row.Pos, err)
			continue
		}
		fmt.Println(row.Cells[0], quote.Total)
	}
	// Output:
	// invented-1 $86.63
	// march.csv:3: E_USAGE: usage: the usage is empty; write the billing units, 0 where nothing was used
	// march.csv:4: E_CSV: a " stands inside a cell, at byte 27; put a cell that holds a " in quotes and write each " in it twice: "3/4"""
	// invented-4 $70.07
}

// The same rows can be priced by two engines at once, such as the rates of today and a proposal.
func ExampleReader_Inputs() {
	today, err := compile(bookOf("3.68"))
	if err != nil {
		fmt.Println(err)
		return
	}
	proposal, err := compile(bookOf("4.10"))
	if err != nil {
		fmt.Println(err)
		return
	}
	file, err := accountfile.NewReader("march.csv", strings.NewReader(march))
	if err != nil {
		fmt.Println(err)
		return
	}
	before := file.Inputs(today, accountfile.InputOptions{})
	after := file.Inputs(proposal, accountfile.InputOptions{})
	for {
		row, err := file.Next()
		if err != nil {
			break // io.EOF
		}
		was, err1 := before.Of(row)
		will, err2 := after.Of(row)
		if err1 != nil || err2 != nil {
			continue
		}
		old, err1 := today.Price(was)
		next, err2 := proposal.Price(will)
		if err1 != nil || err2 != nil {
			continue
		}
		fmt.Println(row.Cells[0], old.Total, next.Total)
	}
	// Output:
	// invented-1 $86.63 $92.09
	// invented-4 $70.07 $73.64
}
