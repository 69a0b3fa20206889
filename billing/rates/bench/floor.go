package bench

// floorReference prices the reference bill by hand, half up: the rates are constants,
// and nothing is checked. No data-driven engine is faster.
func floorReference(a Account) Bill {
	u := a.Usage
	q1, q2, q3 := min(u, 8000), min(max(u-8000, 0), 14000), max(u-22000, 0)
	l0 := meterCents[a.Meter]
	l1 := (q1*38125 + 50000) / 100000
	l2 := (q2*56543 + 50000) / 100000
	l3 := (q3*91277 + 50000) / 100000
	water := l1 + l2 + l3
	l4 := (water*1250 + 5000) / 10000
	l5 := (u*3127 + 50000) / 100000
	taxed := l0 + water + l4 + l5
	l7 := (taxed*650 + 5000) / 10000
	return Bill{l0, l1, l2, l3, l4, l5, 3456, l7, taxed + 3456 + l7}
}

// floorReferenceEven is floorReference with halves to the even cent.
func floorReferenceEven(a Account) Bill {
	u := a.Usage
	q1, q2, q3 := min(u, 8000), min(max(u-8000, 0), 14000), max(u-22000, 0)
	l0 := meterCents[a.Meter]
	l1 := halfEven(q1*38125, 100000)
	l2 := halfEven(q2*56543, 100000)
	l3 := halfEven(q3*91277, 100000)
	water := l1 + l2 + l3
	l4 := halfEven(water*1250, 10000)
	l5 := halfEven(u*3127, 100000)
	taxed := l0 + water + l4 + l5
	l7 := halfEven(taxed*650, 10000)
	return Bill{l0, l1, l2, l3, l4, l5, 3456, l7, taxed + 3456 + l7}
}

var meterCents = [5]int64{2345, 3512, 5867, 11890, 23456}

// halfEven is n/d to the nearest whole number, halves to the even one; n is not
// negative and d is even.
func halfEven(n, d int64) int64 {
	q := (n + d/2) / d
	if q*d == n+d/2 {
		q &^= 1
	}
	return q
}
