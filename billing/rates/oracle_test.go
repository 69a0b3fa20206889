package rates_test

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
)

// The oracle prices a plain kind of book with big fractions alone: fixed charges,
// prices per unit, tiers, percentages; versions that split the period by days;
// fixed amounts and tiers over a stated denominator; each line or the total rounded.
// It shares nothing with the engine but the numbers in the book.

type oracleCharge struct {
	kind string // fixed, unit, tiers, percent
	// amount is dollars, dollars a unit, or a percentage.
	amount string
	bounds []int
	prices []string
	of     []int
}

type oracleVersion struct {
	from    int // day of the period; the first is 0
	charges []oracleCharge
}

type oracleBook struct {
	days, over            int // over 0 is not prorated
	scaleFixed, scaleTier bool
	mode                  string
	atTotal               bool
	usage                 string
	versions              []oracleVersion
}

type oracleLine struct {
	version, charge, tier int
	exact                 *big.Rat
	cents                 *big.Int
}

func rat(text string) *big.Rat {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		panic(text)
	}
	return r
}

func mul(a, b *big.Rat) *big.Rat { return new(big.Rat).Mul(a, b) }

// oracleRound rounds a fraction of zero or more to a whole number.
func oracleRound(v *big.Rat, mode string) *big.Int {
	whole, rest := new(big.Int).QuoRem(v.Num(), v.Denom(), new(big.Int))
	twice := new(big.Int).Mul(rest, big.NewInt(2)).Cmp(v.Denom())
	up := map[string]bool{
		"half_up":   twice >= 0,
		"half_even": twice > 0 || twice == 0 && whole.Bit(0) == 1,
		"up":        rest.Sign() > 0,
		"down":      false,
	}[mode]
	if up {
		whole.Add(whole, big.NewInt(1))
	}
	return whole
}

// price is the whole bill; total is in cents.
func (b oracleBook) price() (lines []oracleLine, total *big.Int) {
	hundred := big.NewRat(100, 1)
	usage := rat(b.usage)
	for v, version := range b.versions {
		end := b.days
		if v+1 < len(b.versions) {
			end = b.versions[v+1].from
		}
		days := int64(end - version.from)
		share := big.NewRat(days, int64(b.days))
		fixed, wide := share, share
		if b.over > 0 {
			scaled := big.NewRat(days, int64(b.over))
			if b.scaleFixed {
				fixed = scaled
			}
			if b.scaleTier {
				wide = scaled
			}
		}
		used := mul(usage, share)
		sums := make([]*big.Rat, len(version.charges))
		for c, charge := range version.charges {
			var made []oracleLine
			line := func(tier int, dollars *big.Rat) {
				made = append(made, oracleLine{version: v, charge: c, tier: tier, exact: dollars, cents: oracleRound(mul(dollars, hundred), b.mode)})
			}
			switch charge.kind {
			case "fixed":
				line(0, mul(rat(charge.amount), fixed))
			case "unit":
				line(0, mul(rat(charge.amount), used))
			case "tiers":
				below := new(big.Rat)
				for i, price := range charge.prices {
					top := used
					if i < len(charge.bounds) {
						if bound := mul(big.NewRat(int64(charge.bounds[i]), 1), wide); bound.Cmp(used) < 0 {
							top = bound
						}
					}
					if in := new(big.Rat).Sub(top, below); in.Sign() > 0 {
						line(i+1, mul(in, rat(price)))
						below = top
					}
				}
				if len(made) == 0 {
					line(1, new(big.Rat))
				}
			case "percent":
				of := new(big.Rat)
				for _, other := range charge.of {
					of.Add(of, sums[other])
				}
				line(0, mul(mul(of, rat(charge.amount)), big.NewRat(1, 100)))
			}
			sums[c] = new(big.Rat)
			for _, l := range made {
				if b.atTotal {
					sums[c].Add(sums[c], l.exact)
				} else {
					sums[c].Add(sums[c], new(big.Rat).SetFrac(l.cents, big.NewInt(100)))
				}
			}
			lines = append(lines, made...)
		}
	}
	total = new(big.Int)
	if !b.atTotal {
		for _, l := range lines {
			total.Add(total, l.cents)
		}
		return lines, total
	}
	sum := new(big.Rat)
	for _, l := range lines {
		sum.Add(sum, mul(l.exact, hundred))
	}
	total = oracleRound(sum, b.mode)
	// Every line is cut to cents; the largest rests get the cents that are missing.
	missing := new(big.Int).Set(total)
	rests := make([]*big.Rat, len(lines))
	for i := range lines {
		cents := mul(lines[i].exact, hundred)
		lines[i].cents = oracleRound(cents, "down")
		rests[i] = new(big.Rat).Sub(cents, new(big.Rat).SetInt(lines[i].cents))
		missing.Sub(missing, lines[i].cents)
	}
	for ; missing.Sign() > 0; missing.Sub(missing, big.NewInt(1)) {
		most := 0
		for i := range rests {
			if rests[i].Cmp(rests[most]) > 0 {
				most = i
			}
		}
		lines[most].cents = new(big.Int).Add(lines[most].cents, big.NewInt(1))
		rests[most] = big.NewRat(-1, 1)
	}
	return lines, total
}

// schedule is the same book for the engine.
func (b oracleBook) schedule(first civil.Date) rates.Schedule {
	s := schedule()
	s.Versions = nil
	must(0, s.Rounding.Mode.UnmarshalText([]byte(b.mode)))
	if b.atTotal {
		s.Rounding.Place = money.AtTotal
	}
	if b.over > 0 {
		s.Proration = rates.Proration{Over: rates.StatedDays, Days: b.over, Fixed: b.scaleFixed, Tiers: b.scaleTier}
	}
	for i, v := range b.versions {
		var out rates.Version
		if i > 0 {
			out.From = must(first.AddDays(v.from))
			s.Versions[i-1].To = out.From
		}
		for j, c := range v.charges {
			id := oracleID(i, j)
			switch c.kind {
			case "fixed":
				out.Charges = append(out.Charges, fixed(id, c.amount))
			case "unit":
				out.Charges = append(out.Charges, perUnit(id, c.amount))
			case "tiers":
				var numbers []string
				for k, price := range c.prices {
					if k < len(c.bounds) {
						numbers = append(numbers, strconv.Itoa(c.bounds[k]))
					}
					numbers = append(numbers, price)
				}
				out.Charges = append(out.Charges, tiered(id, numbers...))
			case "percent":
				var of []string
				for _, k := range c.of {
					of = append(of, oracleID(i, k))
				}
				out.Charges = append(out.Charges, charge(id, rates.Percent{Rate: num(c.amount), Of: of}))
			}
		}
		s.Versions = append(s.Versions, out)
	}
	return s
}

// oracleID differs from version to version: of one charge, equal fixed amounts in
// several versions are parts of one, which the oracle does not know.
func oracleID(version, charge int) string { return name(name("v", version)+"c", charge) }

func drawOracle(t *rapid.T) oracleBook {
	d := &drawer{T: t}
	b := oracleBook{days: d.n(1, 70), mode: pick(d, "half_up", "half_even", "up", "down"), atTotal: d.one(2), usage: d.decimal(90)}
	if d.one(2) {
		b.over = pick(d, 30, 60, 365)
		b.scaleFixed = d.one(2)
		b.scaleTier = !b.scaleFixed || d.one(2)
	}
	for from := 0; from < b.days && len(b.versions) < 3; from += d.n(1, 40) {
		v := oracleVersion{from: from}
		for i := range d.n(1, 5) {
			c := oracleCharge{kind: pick(d, "fixed", "unit", "tiers"), amount: d.decimal(90)}
			if i > 0 && d.one(3) {
				c.kind = "percent"
				c.of = rapid.Permutation(upTo(i)).Draw(t, "of")[:d.n(1, i)]
			}
			bound := 0
			for range d.n(0, 3) {
				bound += d.n(1, 20)
				c.bounds, c.prices = append(c.bounds, bound), append(c.prices, d.decimal(9))
			}
			c.prices = append(c.prices, d.decimal(9))
			v.charges = append(v.charges, c)
		}
		b.versions = append(b.versions, v)
	}
	return b
}

func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func againstOracle(t *rapid.T) {
	b := rapid.Custom(drawOracle).Draw(t, "book")
	first := day("2026-01-15")
	lines, total := b.price()
	quote, err := compiled(t, b.schedule(first)).Price(rates.Input{Schedule: "s", Period: must(civil.NewPeriod(first, must(first.AddDays(b.days)))), Usage: ccf(b.usage)})
	require.NoError(t, err)
	require.Equal(t, total.String(), strconv.FormatInt(quote.Total.Cents(), 10))
	var want, got []string
	sum := new(big.Rat)
	for _, l := range lines {
		sum.Add(sum, l.exact)
		want = append(want, fmt.Sprintf("%s#%d %s %s", oracleID(l.version, l.charge), l.tier, l.exact.RatString(), l.cents))
	}
	for l := range quote.Lines() {
		got = append(got, fmt.Sprintf("%s#%d %s %d", l.Charge(), l.Tier(), l.Exact(), l.Amount().Cents()))
	}
	require.Equal(t, want, got)
	require.Equal(t, sum.RatString(), quote.Exact().String())
}

func TestPriceAgainstOracle(t *testing.T) { rapid.Check(t, againstOracle) }

func FuzzPriceAgainstOracle(f *testing.F) { fuzzDrawn(f, 1, againstOracle) }

// The oracle itself comes out where the policy says.
func TestOracleKnowsThePolicy(t *testing.T) {
	ord2018 := oracleVersion{charges: []oracleCharge{{kind: "fixed", amount: "38.79"}, {kind: "tiers", bounds: []int{8, 16}, prices: []string{"3.68", "5.65", "7.62"}}}}
	ordFAQ := oracleVersion{from: 10, charges: []oracleCharge{{kind: "fixed", amount: "48.94"}, {kind: "tiers", bounds: []int{10}, prices: []string{"4.90", "9.55"}}}}
	_, total := oracleBook{days: 30, mode: "half_up", usage: "13", versions: []oracleVersion{ord2018, ordFAQ}}.price()
	require.Equal(t, "11656", total.String())
	_, total = oracleBook{days: 30, mode: "half_up", usage: "8.5", versions: []oracleVersion{ord2018}}.price()
	require.Equal(t, "7106", total.String())
	_, total = oracleBook{days: 58, over: 60, scaleFixed: true, mode: "half_up", usage: "0", versions: []oracleVersion{{charges: []oracleCharge{{kind: "fixed", amount: "24.92"}}}}}.price()
	require.Equal(t, "2409", total.String())
}

// A part of one fixed amount is near its share, and the parts sum to the amount
// rounded once, however it is cut.
func TestPartsOfAFixedAmountAgainstOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &drawer{T: t}
		amount := d.decimal(90)
		mode := pick(d, exact.HalfUp, exact.HalfEven, exact.Up, exact.Down)
		s := schedule(fixed("base", amount))
		s.Rounding.Mode = mode
		first, length := day("2026-01-15"), d.n(1, 90)
		for on := d.n(1, 20); on < length; on += d.n(1, 30) {
			s = from(s, must(first.AddDays(on)).String(), fixed("base", amount))
		}
		quote := priced(t, s, rates.Input{Period: must(civil.NewPeriod(first, must(first.AddDays(length))))})
		require.Equal(t, oracleRound(mul(rat(amount), big.NewRat(100, 1)), mode.String()).Int64(), quote.Total.Cents())
		for line := range quote.Lines() {
			share := mul(rat(amount), big.NewRat(int64(daysOf(quote, line).Days())*100, int64(length)))
			off := new(big.Rat).Sub(share, big.NewRat(line.Amount().Cents(), 1))
			require.LessOrEqual(t, off.Abs(off).Cmp(big.NewRat(1, 1)), 0)
		}
		require.True(t, slices.IsSortedFunc(lines(quote), func(a, b rates.Line) int { return daysOf(quote, a).From.Compare(daysOf(quote, b).From) }))
	})
}
