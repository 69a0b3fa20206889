package main

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
)

// The built-in rate books: the rates of a district, and an invented proposal.
var (
	//go:embed books/now.yaml
	ownNow []byte
	//go:embed books/proposal.yaml
	ownNext []byte
)

// ownAccounts is how many built-in accounts there are.
const ownAccounts = 1000

// proposalNote stands under the report on the built-in books.
const proposalNote = `
The accounts and the proposal are invented. The rates now are those of the Marina Coast Water
District for 2018, which later rates have replaced; see books/now.yaml for what in them is a
placeholder.
`

// writeAccounts writes accounts that nobody has, as CSV: made by arithmetic, so that they are the same always.
func writeAccounts(w io.Writer, n int) error {
	var (
		meters    = []string{"3/4", "5/8", "3/4", "1", "3/4", "5/8", "1 1/2", "3/4", "2", "5/8", "3/4", "1", "3/4", "3", "5/8", "3/4", "1", "4", "1 1/2", "6"}
		fireLines = []string{"2", "4", "6", "1", "8", "3", "1 1/2", "4", "6", "2"}
		times     = map[string]int{"1": 2, "1 1/2": 3, "2": 5, "3": 9, "4": 16, "6": 30} // larger meters use more
	)
	b := bufio.NewWriter(w)
	_, _ = b.WriteString("account,class,meter_size,usage,from,to\n") // Flush tells of errors
	for i := 1; i <= n; i++ {
		area := "ord"
		if i%3 == 0 {
			area = "central"
		}
		if i%10 == 0 {
			_, _ = fmt.Fprintf(b, "invented-%07d,%s-fire,%s,0,2018-03-01,2018-04-01\n", i, area, fireLines[i/10%len(fireLines)])
			continue
		}
		size := meters[i*7%len(meters)]
		tenths := i * 103 % 253 * max(times[size], 1)
		_, _ = fmt.Fprintf(b, "invented-%07d,%s-water,%s,%d.%d,2018-03-01,2018-04-01\n", i, area, size, tenths/10, tenths%10)
	}
	return b.Flush()
}
