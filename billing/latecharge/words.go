package latecharge

import (
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
)

// hundredth turns percent into a share.
func hundredth() exact.Ratio {
	hundredth, _ := exact.New(1, 100) // not over zero
	return hundredth
}

// words say a line: "10% of $100.00 is $10.00; 2 further months at 0.5% of $110.00 are $1.10".
func (l Line) words() string {
	var out []string
	for i := 0; i < len(l.Parts); {
		part := l.Parts[i]
		if part.First {
			out = append(out, part.firstWords()+part.capWords())
			i++
			continue
		}
		n := 1
		for i+n < len(l.Parts) && part.sameMonth(l.Parts[i+n]) {
			n++
		}
		out = append(out, part.monthWords(n)+part.capWords())
		i += n
	}
	if l.Disputed.Sign() > 0 {
		out = append(out, l.Disputed.String()+" in dispute bears none")
	}
	return fmt.Sprintf("due %s, delinquent %s: %s", l.Due, l.Delinquent, strings.Join(out, "; "))
}

func (part Part) firstWords() string {
	if part.Flat.IsZero() {
		return fmt.Sprintf("%s%% of %s is %s", part.Percent, part.Charges, part.Amount)
	}
	return fmt.Sprintf("%s is the share of the flat %s on %s", part.Amount, part.Flat, part.Charges)
}

func (part Part) capWords() string {
	if part.Capped {
		return ", as far as the law allows"
	}
	return ""
}

// monthWords say so many further months that are charged alike.
func (part Part) monthWords(n int) string {
	rate := fmt.Sprintf("at %s%% of %s", part.Percent, part.Basis)
	if n == 1 {
		return fmt.Sprintf("a further month %s is %s", rate, part.Amount)
	}
	return fmt.Sprintf("%d further months %s are %s", n, rate, money.Cents(int64(n)*part.Amount.Cents()))
}

// sameMonth says that the next month is charged as this one is.
func (part Part) sameMonth(next Part) bool {
	return !next.First && part.Percent.Equal(next.Percent) && part.Amount == next.Amount && part.Basis == next.Basis && part.Capped == next.Capped
}
