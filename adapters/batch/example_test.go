package batch_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/adapters/batch"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// A cycle is priced over all cores. One bad bill is told in its place, and costs no other.
func Example() {
	engine, err := rates.Compile(book())
	if err != nil {
		fmt.Println(err)
		return
	}
	bills := func(yield func(rates.Input, error) bool) {
		_ = yield(june("13", "3/4"), nil) &&
			yield(june("13", "5/8"), nil) &&
			yield(rates.Input{}, errors.New("line 3: the read is torn")) &&
			yield(june("4", "1"), nil)
	}
	bill := 0
	for quote, err := range batch.Quotes(context.Background(), engine, bills, batch.Options{}) {
		bill++
		if err != nil {
			fmt.Printf("bill %d: %v\n", bill, err)
			continue
		}
		fmt.Printf("bill %d: %s\n", bill, quote.Total)
	}
	// Output:
	// bill 1: $134.85
	// bill 2: E_FACT_VALUE: meter_size: meter_size is "5/8"; give one of: 3/4, 1
	// bill 3: line 3: the read is torn
	// bill 4: $107.74
}

// Reading a line, pricing it and writing a row are all work for the workers: the loop only copies.
func ExampleMap() {
	engine, err := rates.Compile(book())
	if err != nil {
		fmt.Println(err)
		return
	}
	lines := func(yield func(string, error) bool) {
		for line := range strings.Lines("1001 13\n1002 13 CCF\n1003 4.5\n") {
			if !yield(strings.TrimSpace(line), nil) {
				return
			}
		}
	}
	row := func(line string) (string, error) {
		account, units, _ := strings.Cut(line, " ")
		used, err := metering.VolumeOf(units, metering.CCF748)
		if err != nil {
			return "", fmt.Errorf("account %s: %w", account, err)
		}
		in := june("0", "3/4")
		in.Usage = used
		quote, err := engine.Price(in)
		return fmt.Sprintf("%s,%s,%s", account, units, quote.Total), err
	}
	for row, err := range batch.Map(context.Background(), lines, row, batch.Options{Workers: 4}) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(row)
	}
	// Output:
	// 1001,13,$134.85
	// account 1002: E_NUMBER: character 3 does not belong in a number; write digits with at most one point, such as 12.34, with no exponent, spaces or commas
	// 1003,4.5,$75.62
}

// When the context is done, its cause is the last result.
func ExampleMap_context() {
	ctx, cancel := context.WithTimeoutCause(context.Background(), 20*time.Millisecond, errors.New("the night is over"))
	defer cancel()
	queue := make(chan int, 3)
	queue <- 1
	queue <- 2
	source := func(yield func(int, error) bool) {
		for { // one that waits forever watches the context
			select {
			case v := <-queue:
				if !yield(v, nil) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
	for v, err := range batch.Map(ctx, source, double, batch.Options{}) {
		fmt.Println(v, err)
	}
	// Output:
	// 2 <nil>
	// 4 <nil>
	// 0 the night is over
}

// Accounts that are alike in all but their usage and persons are bound once.
func ExampleTotals() {
	bound := bound(book())
	accounts := func(yield func(rates.Account, error) bool) {
		for i := range 1000 {
			if !yield(account(i), nil) {
				return
			}
		}
	}
	sum := money.Amount{}
	for total, err := range batch.Totals(context.Background(), bound, accounts, batch.Options{}) {
		if err == nil {
			sum, err = sum.Add(total)
		}
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(sum)
	// Output:
	// $295,014.60
}

// A rate study prices columns: here what a hundred thousand accounts pay.
func ExampleColumns() {
	bound := bound(book())
	usage, persons := columns(100_000) // in thousandths of a CCF, and whole persons
	usage.Values[7] = -1
	totals := make([]money.Amount, len(usage.Values))
	refused, err := batch.Columns(context.Background(), bound, batch.Options{}, totals, usage, persons)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(totals[0], totals[99_999])
	for _, r := range refused {
		fmt.Printf("row %d: %v\n", r.Row, r.Err)
	}
	// Output:
	// $52.12 $446.33
	// row 7: E_USAGE: usage: usage is -0.001 CCF748, below zero; correct the reads; usage lost to an earlier estimate is an adjustment of that bill
}
