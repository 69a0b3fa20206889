// Cycle takes an invented district of three hundred houses through a billing cycle as a supervisor sees it: from readings to usage and
// bills, the edit list with planted faults and how each ends, the release by a second person, finals, adjustments, past-due notices,
// door tags, shutoffs, and the month's deposit refunds. It prints what is approved, and why each exception is there. See -h for its manual.
//
//	go run ./examples/cycle
//
// The work itself is a few calls: metering.NewReview gives the usage, billing.NewBill the bill, cycle.Review the edit list and
// cycle.Release what goes out; FinalRequest.Settle, Bill.Rebill, Ladder.List and Policy.Propose make what else is approved. What stands
// here besides is the district, its faults, and the page.
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
	switch {
	case errors.Is(err, flag.ErrHelp):
		_, err = io.WriteString(stdout, manual)
		err = command.Unwritten(err)
	case err == nil:
		err = show(o, stdout)
	}
	return command.End(stderr, "cycle", 0, err)
}

// show takes the district through the cycle, and prints it.
func show(o options, stdout io.Writer) error {
	w, err := newWeek()
	if err != nil {
		return err
	}
	if o.tables != "" {
		if err := w.write(o.tables); err != nil {
			return err
		}
	}
	_, err = io.WriteString(stdout, w.page(o))
	return command.Unwritten(err)
}
