// Remittance takes a district's day of payments from its files to a balanced report: a lockbox file, a portal's settlement, a cash drawer and the
// bank's statement. It prints what was applied, what waits with the reason and for whom it may be, and how billing, remittance and bank
// agree to the cent. Without flags the day is built in. See -h for its manual.
//
//	go run ./examples/remittance
//
// The work itself is a few calls: lockbox.Read, delim.Read and bai2.Scan give what came in, payments.Reconcile where it goes, payments.MatchBank and
// payments.Tie whether the bank has it. What stands here besides is reading the district's tables, and the page.
package main

import (
	"errors"
	"flag"
	"io"

	"github.com/headgate-dev/headgate/examples/internal/command"
)

func main() { command.Main(run) }

func run(args []string, _ io.Reader, stdout, stderr io.Writer) int {
	o, err := parseFlags(args)
	if errors.Is(err, flag.ErrHelp) {
		_, err = io.WriteString(stdout, manual)
		return command.End(stderr, "remittance", 0, command.Unwritten(err))
	}
	findings := 0
	if err == nil {
		findings, err = reconcile(o, stdout)
	}
	return command.End(stderr, "remittance", findings, err)
}

// reconcile takes the day, prints it, writes its files where a folder is given, and counts what is to be looked at.
func reconcile(o options, stdout io.Writer) (int, error) {
	in, err := o.inputs()
	if err != nil {
		return 0, err
	}
	d, err := newDay(in)
	if err != nil {
		return 0, err
	}
	if o.out != "" {
		if err := d.write(o.out); err != nil {
			return 0, err
		}
	}
	_, err = io.WriteString(stdout, d.page())
	return d.toLookAt(), command.Unwritten(err)
}
