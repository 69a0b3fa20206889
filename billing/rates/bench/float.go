package bench

import "math"

var floatMeters = [5]float64{23.45, 35.12, 58.67, 118.90, 234.56}

// floatReference prices the reference bill in float64, half up as it is mostly written.
// It is wrong: no double is exactly half a cent where it should be. How often is
// counted, so that its speed tempts no one.
func floatReference(a Account) [9]float64 {
	u := float64(a.Usage) / 1000
	l0 := floatMeters[a.Meter]
	l1 := floatRound(min(u, 8) * 3.8125)
	l2 := floatRound(min(max(u-8, 0), 14) * 5.6543)
	l3 := floatRound(max(u-22, 0) * 9.1277)
	water := l1 + l2 + l3
	l4 := floatRound(water * 0.125)
	l5 := floatRound(u * 0.3127)
	taxed := l0 + water + l4 + l5
	l7 := floatRound(taxed * 0.065)
	return [9]float64{l0, l1, l2, l3, l4, l5, 34.56, l7, taxed + 34.56 + l7}
}

func floatRound(dollars float64) float64 { return math.Floor(dollars*100+0.5) / 100 }

func floatCents(dollars float64) int64 { return int64(math.Round(dollars * 100)) }
