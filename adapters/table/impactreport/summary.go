package impactreport

import (
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/adapters/table"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/ratecheck"
)

// lead is the answer in a sentence.
func lead(i *ratecheck.Impact) string {
	g := &i.All
	if g.Bills == 0 {
		return "There is no bill that both books price, and so nothing to compare."
	}
	change := g.Change()
	in := fmt.Sprintf("The %s studied come to ", counted(g.Bills, "bill"))
	if g.Bills == 1 {
		in = "The one bill studied comes to "
	}
	percent := ""
	if cell := table.PercentChange(g.Before, g.After); cell.Plain() != "" {
		percent = " (" + cell.String() + ")"
	}
	switch change.Sign() {
	case 1:
		return in + change.String() + " more in all" + percent + ": " + g.After.String() + " instead of " + g.Before.String() + "."
	case -1:
		return in + size(change) + " less in all" + percent + ": " + g.After.String() + " instead of " + g.Before.String() + "."
	}
	return in + "the same in all: " + g.After.String() + "."
}

// tiles are the figures of the first screen.
func tiles(i *ratecheck.Impact, samples []sampled) []tile {
	g := &i.All
	left := tile{"Left out", counted(i.LeftOut(), "account"), "All accounts are in the totals."}
	if n := i.LeftOut(); n > 0 {
		left.Value, left.Detail = fmt.Sprintf("%s of %s", count(n), counted(i.Seen, "account")), "In no total: not both books price them. See Accounts left out."
	}
	if g.Bills == 0 {
		return []tile{left}
	}
	all := exact.Int(g.Bills)
	share := func(n int64) string {
		return count(n) + " (" + table.Percent(exact.Int(n), all, 1).String() + ")"
	}
	out := []tile{
		{"Bills that rise", share(g.Rise), fmt.Sprintf("By %s together; the most by %s.", g.RiseBy, money.Cents(max(mostOf(g.MostUp), 0)))},
		{"Bills that fall", share(g.Fall), fmt.Sprintf("By %s together; %s.", g.FallBy, stay(g.Same))},
		middle(g.Percentile(50)), highest(g.Percentile(95)),
	}
	if typical := typicalBill(i, samples); typical != nil {
		out = append(out, *typical)
	}
	return append(out, left)
}

// middle says what is true of the median change, also where many bills change by as much.
func middle(change money.Amount) tile {
	t := tile{Name: "The bill in the middle"}
	amount, note := told(change)
	switch change.Sign() {
	case 1:
		t.Value, t.Detail = "rises by "+amount, "At least half of the bills rise by this or less, or do not rise; at least half rise by this or more."
	case -1:
		t.Value, t.Detail = "falls by "+amount, "At least half of the bills fall by this or more; at least half fall by this or less, or do not fall."
	default:
		t.Value, t.Detail = "stays the same", "At least half of the bills do not rise; at least half do not fall."
	}
	t.Detail += note
	return t
}

// highest says what is true of the change that 95 of 100 bills do not exceed.
func highest(change money.Amount) tile {
	t := tile{Name: "At least 95 of 100 bills"}
	amount, note := told(change)
	switch change.Sign() {
	case 1:
		t.Value, t.Detail = "rise by "+amount+" or less", "or do not rise. No more than 5 of 100 bills rise by more."
	case -1:
		t.Value, t.Detail = "fall by "+amount+" or more", "No more than 5 of 100 bills fall by less, or do not fall."
	default:
		t.Value, t.Detail = "do not rise", "No more than 5 of 100 bills rise."
	}
	t.Detail += note
	return t
}

// told is a change of a distribution without its sign, and what to add where it is cut.
func told(change money.Amount) (amount, note string) {
	if change.Cents() > 999_99 || change.Cents() < -999_99 {
		return "about " + size(change), " " + table.FirstDigits
	}
	return size(change), ""
}

func mostOf(all []ratecheck.Extreme) int64 {
	if len(all) == 0 {
		return 0
	}
	return all[0].After.Cents() - all[0].Before.Cents()
}

func stay(n int64) string {
	switch n {
	case 0:
		return "none stays the same"
	case 1:
		return "1 stays the same"
	}
	return count(n) + " stay the same"
}

// size is a change without its sign.
func size(a money.Amount) string { return strings.TrimPrefix(a.String(), "-") }

// moved is a change with its sign.
func moved(a money.Amount) string {
	if a.Sign() > 0 {
		return "+" + a.String()
	}
	return a.String()
}

// typicalBill is that of the most usual customer of the class with the most bills, at the
// class's median usage.
func typicalBill(i *ratecheck.Impact, samples []sampled) *tile {
	var most *sampled
	for s := range samples {
		if g := samples[s].group; g != nil && samples[s].typical != nil && (most == nil || g.Bills > most.group.Bills) {
			most = &samples[s]
		}
	}
	if most == nil {
		return nil
	}
	b := most.typical
	change, err := b.Change()
	if b.Err != nil || err != nil {
		return nil
	}
	return &tile{
		Name:  "A typical bill",
		Value: fmt.Sprintf("%s to %s", b.Before, b.After),
		Detail: fmt.Sprintf("%s (%s). %s, %s %s: the median of %s.", moved(change), table.PercentChange(b.Before, b.After), most.Cards[0].Label,
			usage(most.usages.median), most.usages.unit.Word(most.usages.median == 1000), most.Name),
	}
}
