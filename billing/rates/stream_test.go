package rates_test

import (
	"errors"
	"fmt"
	"iter"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

var errSource = errors.New("the line is torn")

// Errors travel with their bill, and cost no other.
func TestStreamsCarryErrorsInTheirPlace(t *testing.T) {
	engine := compiled(t, reference())
	home := rates.Facts{"meter": "1"}
	bills := func(yield func(rates.Input, error) bool) {
		_ = yield(input("31.237", home), nil) && yield(rates.Input{Schedule: "torn"}, errSource) &&
			yield(input("-1", home), nil) && yield(input("8", home), nil)
	}
	var told []string
	for q, err := range engine.Stream(bills) {
		told = append(told, fmt.Sprintf("%s %s %s %v", q.Input.Schedule, q.Input.Usage, q.Total, err != nil))
	}
	require.Equal(t, []string{"s 31.237 CCF $314.77 false", "torn 0 Unit(0) $0.00 true", "s -1 CCF $0.00 true", "s 8 CCF $111.17 false"}, told)

	bound, err := engine.Bind(input("0", home))
	require.NoError(t, err)
	accounts := func(yield func(rates.Account, error) bool) {
		_ = yield(rates.Account{Usage: ccf("31.237")}, nil) && yield(rates.Account{}, errSource) && yield(rates.Account{Usage: ccf("-1")}, nil)
	}
	told = nil
	for total, err := range bound.Stream(accounts) {
		told = append(told, fmt.Sprintf("%s %v", total, err != nil))
	}
	require.Equal(t, []string{"$314.77 false", "$0.00 true", "$0.00 true"}, told)
}

// A stream that is left asks its source for no more.
func TestStreamsStopWhereTheyAreLeft(t *testing.T) {
	engine := compiled(t, reference())
	asked := 0
	bills := func(yield func(rates.Input, error) bool) {
		for asked++; yield(input("1", rates.Facts{"meter": "1"}), nil); asked++ {
			continue
		}
	}
	for _, err := range engine.Stream(bills) {
		require.NoError(t, err)
		if asked == 3 {
			break
		}
	}
	require.Equal(t, 3, asked)
	bound, err := engine.Bind(input("0", rates.Facts{"meter": "1"}))
	require.NoError(t, err)
	asked = 0
	for _, err := range bound.Stream(func(yield func(rates.Account, error) bool) {
		for asked++; yield(rates.Account{Usage: ccf("1")}, nil); asked++ {
			continue
		}
	}) {
		require.NoError(t, err)
		if asked == 3 {
			break
		}
	}
	require.Equal(t, 3, asked)
}

// drawnBills are bills of the reference schedule from the generator that the published sums
// of its totals were made with.
func drawnBills(n int) iter.Seq2[rates.Input, error] {
	meters := [5]rates.Facts{}
	for i := range meters {
		meters[i] = rates.Facts{"meter": fmt.Sprint(i)}
	}
	return func(yield func(rates.Input, error) bool) {
		x := uint64(88172645463325252)
		next := func() uint64 {
			x ^= x << 13
			x ^= x >> 7
			x ^= x << 17
			return x
		}
		in := input("0", nil)
		for range n {
			u := int64(next() % 60_000)
			in.Facts = meters[next()%5]
			in.Usage = must(metering.NewVolume(must(exact.NewNumber(u, 3)), metering.CCF))
			if !yield(in, nil) {
				return
			}
		}
	}
}

// A million bills come to what two others found them to come to, and leave nothing behind.
func TestAMillionBillsInLittleMemory(t *testing.T) {
	bills := 1_000_000
	if testing.Short() {
		bills = 10_000
	}
	engine := compiled(t, reference())
	var sum, lines int64
	var most, before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	i := 0
	for q, err := range engine.Stream(drawnBills(bills)) {
		require.NoError(t, err)
		sum += q.Total.Cents()
		for line := range q.Lines() {
			lines += line.Amount().Cents()
		}
		if i++; i == bills {
			runtime.ReadMemStats(&most)
		}
	}
	require.Equal(t, sum, lines)
	require.Less(t, most.Mallocs-before.Mallocs, uint64(1000), "pricing leaves garbage")
	if bills == 1_000_000 {
		require.Equal(t, int64(38_199_239_134), sum)
	}
}
