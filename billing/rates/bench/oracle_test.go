package bench

// doubled prices the reference bill in whole numbers that are divided, doubled and
// compared. It shares nothing with the other oracle, math/big: no rounding, and tiers
// by what of the usage is left. It says too which lines are exactly half a cent.
func doubled(a Account, even bool) (bill Bill, ties [9]bool) {
	line := func(i int, n, d int64) {
		whole := n / d
		twice := 2 * (n - whole*d)
		ties[i] = twice == d
		if twice > d || ties[i] && (!even || whole%2 == 1) {
			whole++
		}
		bill[i] = whole
	}
	bill[0] = [...]int64{2345, 3512, 5867, 11890, 23456}[a.Meter]
	left := a.Usage
	for i, tier := range [3]struct{ width, price int64 }{{8000, 38125}, {14000, 56543}, {left, 91277}} {
		part := tier.width
		if left < part {
			part = left
		}
		left -= part
		line(1+i, part*tier.price, 100_000)
	}
	line(4, 125*(bill[1]+bill[2]+bill[3]), 1000)
	line(5, a.Usage*3127, 100_000)
	bill[6] = 3456
	line(7, 65*(bill[0]+bill[1]+bill[2]+bill[3]+bill[4]+bill[5]), 1000)
	for _, cents := range bill[:8] {
		bill[total] += cents
	}
	return bill, ties
}

func doubledUp(a Account) Bill {
	bill, _ := doubled(a, false)
	return bill
}

func doubledEven(a Account) Bill {
	bill, _ := doubled(a, true)
	return bill
}
