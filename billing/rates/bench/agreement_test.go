package bench

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// priced is every account's bill.
func priced[A any](accounts []A, price func(A) Bill) []Bill {
	bills := make([]Bill, len(accounts))
	for i, a := range accounts {
		bills[i] = price(a)
	}
	return bills
}

// disagreements counts the bills that are not as wanted, of each so many-th account, and
// finds the first of them; -1 for none.
func disagreements[A any](accounts []A, want []Bill, price func(A) Bill, totalOnly bool, every int) (wrong, first int) {
	first = -1
	for i := 0; i < len(accounts); i += every {
		got := price(accounts[i])
		if got == want[i] || totalOnly && got[total] == want[i][total] {
			continue
		}
		if wrong++; first < 0 {
			first = i
		}
	}
	return wrong, first
}

func requireAgreement[A any](t testing.TB, name string, accounts []A, want []Bill, price func(A) Bill, totalOnly bool, every int) {
	t.Helper()
	wrong, first := disagreements(accounts, want, price, totalOnly, every)
	if wrong > 0 {
		t.Fatalf("%s: %d bills of %d are wrong; the first of %+v: want %v, got %v",
			name, wrong, (len(accounts)+every-1)/every, accounts[first], want[first], price(accounts[first]))
	}
}

// tied is accounts one of whose lines is exactly half a cent: all to 200 CCF where the tax
// is, every fiftieth where the drought line is, which is so in one bill in eight.
func tied(t testing.TB) []Account {
	var all []Account
	add := func(line int, usage int64, meter int) {
		a := Account{usage, meter}
		_, ties := doubled(a, false)
		require.True(t, ties[line], "line %d of %+v", line, a)
		all = append(all, a)
	}
	for meter := range 5 {
		for usage := int64(80); usage < 8000; usage += 160 {
			add(1, usage, meter)
		}
		for usage := int64(72_000); usage < 1_000_000; usage += 100_000 {
			add(3, usage, meter)
		}
		for usage := int64(50_000); usage < 1_000_000; usage += 100_000 {
			add(5, usage, meter)
		}
		drought := 0
		for usage := range int64(200_000) {
			bill := doubledUp(Account{usage, meter})
			if (bill[1]+bill[2]+bill[3])%8 == 4 {
				if drought++; drought%50 == 0 {
					add(4, usage, meter)
				}
			}
			if (bill[total]-bill[6]-bill[7])%200 == 100 {
				add(7, usage, meter)
			}
		}
	}
	return all
}

// edges is both sides of every bound, and usages of cities.
func edges() []Account {
	var all []Account
	for _, usage := range []int64{0, 1, 8000, 22_000, 200_000, 1 << 20, 1 << 30, 1 << 36} {
		for meter := range 5 {
			for _, u := range []int64{usage - 1, usage, usage + 1} {
				if u >= 0 {
					all = append(all, Account{u, meter})
				}
			}
		}
	}
	return all
}

// Every form prices every set as math/big does, in both roundings.
func TestReferenceAgreement(t *testing.T) {
	forms := referenceForms(t)
	worked := make([]Account, len(vectors))
	for i, v := range vectors {
		worked[i] = v.account
	}
	for _, set := range []struct {
		name     string
		accounts []Account
		large    bool
	}{
		{"vectors", worked, false},
		{"edges", edges(), false},
		{"ties", tied(t), false},
		{"benchmark", benchmarkSet(), false},
		{"peer", peerSet(), false},
		{"agreement", agreementSet(), true},
	} {
		up, even := priced(set.accounts, ratReference), priced(set.accounts, ratReferenceEven)
		t.Run(set.name, func(t *testing.T) {
			requireAgreement(t, "second oracle", set.accounts, up, doubledUp, false, 1)
			requireAgreement(t, "second oracle, half even", set.accounts, even, doubledEven, false, 1)
			for _, f := range forms {
				if f.oracle || f.wrong {
					continue
				}
				every := 1
				if set.large {
					every = f.every
				}
				t.Run(f.name, func(t *testing.T) {
					requireAgreement(t, "half up", set.accounts, up, f.halfUp, f.totalOnly, every)
					if f.halfEven != nil {
						requireAgreement(t, "half even", set.accounts, even, f.halfEven, f.totalOnly, every)
					}
				})
			}
		})
	}
}

func TestReferenceVectors(t *testing.T) {
	for _, v := range vectors {
		require.Equal(t, v.bill, ratReference(v.account), "%+v", v.account)
		require.Equal(t, v.bill, doubledUp(v.account), "%+v", v.account)
	}
}

// The sums show that the input sets are the ones that are published.
func TestReferenceSums(t *testing.T) {
	for _, f := range []func(Account) Bill{floorReference, doubledUp} {
		for _, set := range []struct {
			accounts []Account
			sum      int64
		}{{benchmarkSet(), sumBenchmark}, {agreementSet(), sumAgreement}, {peerSet(), sumPeer}} {
			var sum int64
			for _, a := range set.accounts {
				sum += f(a)[total]
			}
			require.Equal(t, set.sum, sum)
		}
	}
	var sum int64
	n := 0
	for a := range batch(10_000_000) {
		sum += floorReference(a)[total]
		if n++; n == 1_000_000 {
			require.Equal(t, int64(sumMillion), sum)
		}
	}
	require.Equal(t, int64(sumTenMillion), sum)
}

// Which lines tie, and that it matters: a form that rounds halves the other way is seen.
func TestReferenceTies(t *testing.T) {
	var lines [9]int
	for usage := range int64(200_000) {
		_, ties := doubled(Account{Usage: usage}, false)
		for i, tie := range ties {
			if tie {
				lines[i]++
			}
		}
	}
	require.Equal(t, [4]int{0, 50, 0, 2}, [4]int(lines[:4]))
	require.Equal(t, 2, lines[5])
	require.InDelta(t, 200_000/8, lines[4], 300)
	require.InDelta(t, 200_000/200, lines[7], 100)

	differ := 0
	for usage := range int64(60_000) {
		for meter := range 5 {
			if a := (Account{usage, meter}); floorReference(a) != floorReferenceEven(a) {
				differ++
			}
		}
	}
	require.Equal(t, 19_558, differ, "of the 300,000 bills below 60 CCF")

	ties := tied(t)
	wrong, _ := disagreements(ties, priced(ties, ratReferenceEven), floorReference, false, 1)
	require.Greater(t, wrong, len(ties)/3)
}

// float64 is wrong. How often depends on how it is rounded, and is no bound.
func TestFloatIsWrong(t *testing.T) {
	set := agreementSet()
	want := priced(set, doubledUp)
	wrong, first := disagreements(set, want, of(floatReference, floatCents), false, 1)
	t.Logf("float64: %d bills of %d are wrong", wrong, len(set))
	require.Positive(t, wrong)
	t.Logf("the first of %+v: want %v, got %v", set[first], want[first], of(floatReference, floatCents)(set[first]))
}

// No form allocates more for a bill than it has come to.
func TestAllocations(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector allocates")
	}
	requireAllocations(t, referenceForms(t))
}

func requireAllocations[A any](t *testing.T, forms []form[A]) {
	for _, f := range forms {
		got := allocations(f)
		t.Logf("%s: %.1f", f.name, got)
		if f.allocs >= 0 {
			require.LessOrEqual(t, got, f.allocs, f.name)
		}
	}
}

// allocations is those of a bill, on average over the inputs.
func allocations[A any](f form[A]) float64 {
	return testing.AllocsPerRun(1, func() { f.run(inputs) }) / inputs
}
