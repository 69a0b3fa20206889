package bench

import (
	"bytes"
	"encoding/csv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/owrs"
	"github.com/headgate-dev/headgate/adapters/ratefile"
)

// corpus is the folder of the published rate files.
func corpus(t testing.TB) string {
	t.Helper()
	root := os.Getenv("HEADGATE_CORPUS")
	if root == "" {
		t.Skip("HEADGATE_CORPUS is unset: the published OWRS files are not priced")
	}
	require.True(t, filepath.IsAbs(root), "HEADGATE_CORPUS must be absolute, and is %q", root)
	return filepath.Join(root, "owrs")
}

// rows reads a CSV file of the corpus, without its header.
func rows(t testing.TB, name string) [][]string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(corpus(t), name))
	require.NoError(t, err)
	all, err := csv.NewReader(bytes.NewReader(src)).ReadAll()
	require.NoError(t, err)
	return all[1:]
}

// rateFile reads a rate file of the corpus by its ID.
func rateFile(t testing.TB, id string) *owrs.File {
	t.Helper()
	for _, row := range rows(t, "files.csv") {
		if row[0] == id {
			src, err := os.ReadFile(filepath.Join(corpus(t), "rates", row[1]))
			require.NoError(t, err)
			file, err := owrs.Parse(id, src)
			require.NoError(t, err)
			return file
		}
	}
	t.Fatalf("files.csv has no %s", id)
	return nil
}

func number(t testing.TB, text string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(text, 10, 64)
	require.NoError(t, err)
	return n
}

// scaled is a decimal text in units of 10^-places.
func scaled(t testing.TB, text string, places int32) int64 {
	t.Helper()
	d, err := decimal.NewFromString(text)
	require.NoError(t, err)
	d = d.Shift(places)
	require.True(t, d.IsInteger(), text)
	return d.IntPart()
}

// requireForms holds every form against the oracle on each set; of the random one, each
// so many-th account.
func requireForms[A any](t *testing.T, forms []form[A], oracle func(A) Bill, sets map[string][]A) {
	for name, accounts := range sets {
		want := priced(accounts, oracle)
		for _, f := range forms {
			every := 1
			if name == "random" {
				every = f.every
			}
			t.Run(name+"/"+f.name, func(t *testing.T) {
				requireAgreement(t, f.name, accounts, want, f.halfUp, f.totalOnly, every)
			})
		}
	}
}

func ordForms(t testing.TB, set []Account) []form[Account] {
	const name = "marina-coast-2018.yaml"
	src, err := os.ReadFile(filepath.Join("..", "..", "..", "examples", "price", "books", name))
	require.NoError(t, err)
	file, err := ratefile.Parse(name, src)
	require.NoError(t, err)
	p, err := newOrdPricer(file)
	require.NoError(t, err)
	ready := prepared(set, itself)
	return append([]form[Account]{
		{name: floor, every: 1, halfUp: func(a Account) Bill { return floorOrd(a).bill() }, run: func(n int) {
			var sum int64
			for i := range n {
				sum += floorOrd(ready[i&(inputs-1)])[4]
			}
			sink += sum
		}},
		{name: naive, every: 5, allocs: -1, halfUp: shopspringOrdBill, run: timed(set, itself, shopspringOrd)},
	}, engineForms(set, p, nil, 0)...)
}

func ordSet() []Account { return drawn(inputs, 1, 2, 60_000, len(ordSizes)) }

// ordWorked are bills that were worked by hand.
var ordWorked = []vector{
	{Account{0, 0}, Bill{0: 3879, total: 3879}},
	{Account{8500, 1}, Bill{0: 3879, 1: 2944, 2: 283, total: 7106}},
	{Account{13000, 1}, Bill{0: 3879, 1: 2944, 2: 2825, total: 9648}},
	{Account{16500, 3}, Bill{0: 9671, 1: 2944, 2: 4520, 3: 381, total: 17516}},
	{Account{27300, 5}, Bill{0: 24157, 1: 2944, 2: 4520, 3: 8611, total: 40232}},
}

func TestOrdAgreement(t *testing.T) {
	var edges, ties, worked []Account
	for meter := range ordSizes {
		for _, u := range []int64{0, 1, 7999, 8000, 8001, 15_999, 16_000, 16_001, 1 << 36} {
			edges = append(edges, Account{u, meter})
		}
		for i := range int64(40) {
			ties = append(ties, Account{8100 + 200*i, meter}, Account{16_250 + 500*i, meter})
		}
	}
	for _, v := range ordWorked {
		require.Equal(t, v.bill, ratOrd(v.account), "%+v", v.account)
		worked = append(worked, v.account)
	}
	for _, a := range ties {
		part := a.Usage - 8000
		price := int64(565)
		if a.Usage > 16_000 {
			part, price = a.Usage-16_000, 762
		}
		require.Equal(t, int64(500), part*price%1000, "%+v", a)
	}
	requireForms(t, ordForms(t, ordSet()), ratOrd, map[string][]Account{
		"edges": edges, "ties": ties, "worked": worked, "benchmark": ordSet(), "random": drawn(50_000, 3, 4, 200_000, len(ordSizes)),
	})
}

// santaMonicaReads is a city's reads, each class and usage with how often it was read.
func santaMonicaReads(t testing.TB) (reads []Read, counts []int64) {
	for _, row := range rows(t, "santamonica_usage_counts.csv") {
		for class, name := range santaMonicaClasses {
			if row[0] == name {
				reads = append(reads, Read{1000 * number(t, row[1]), class})
				counts = append(counts, number(t, row[2]))
			}
		}
	}
	return reads, counts
}

// santaMonicaSet is reads as often as they occur.
func santaMonicaSet(t testing.TB) []Read {
	var all []Read
	reads, counts := santaMonicaReads(t)
	for i, read := range reads {
		for range counts[i] {
			all = append(all, read)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	set := make([]Read, inputs)
	for i := range set {
		set[i] = all[r.IntN(len(all))]
	}
	return set
}

func santaMonicaForms(t testing.TB, set []Read) []form[Read] {
	p, err := newSantaMonicaPricer(rateFile(t, "F401"))
	require.NoError(t, err)
	ready := prepared(set, itself)
	return append([]form[Read]{
		{name: floor, every: 1, halfUp: func(r Read) Bill { return totalAlone(floorSantaMonica(r)) }, run: func(n int) {
			var sum int64
			for i := range n {
				sum += floorSantaMonica(ready[i&(inputs-1)])
			}
			sink += sum
		}},
		{name: naive, every: 5, allocs: -1, halfUp: func(r Read) Bill { return totalAlone(shopspringCents(shopspringSantaMonica(r))) },
			run: timed(set, itself, shopspringSantaMonica)},
	}, engineForms(set, p, nil, 0)...)
}

func TestSantaMonicaAgreement(t *testing.T) {
	reads, counts := santaMonicaReads(t)
	var edges, random []Read
	for class := range santaMonicaClasses {
		for _, bound := range []int64{0, 4, 9, 14, 20, 40, 148, 210, 1 << 25} {
			for _, u := range []int64{1000*bound - 1, 1000 * bound, 1000*bound + 1, 1000*bound + 500} {
				if u >= 0 {
					edges = append(edges, Read{u, class})
				}
			}
		}
	}
	r := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		random = append(random, Read{r.Int64N(400_000), r.IntN(len(santaMonicaClasses))})
	}
	forms := santaMonicaForms(t, santaMonicaSet(t))
	requireForms(t, forms, ratSantaMonica, map[string][]Read{"reads": reads, "edges": edges, "random": random})

	// What the city billed for the reads, by another's sums.
	want := map[string]int64{}
	for _, row := range rows(t, "santamonica_totals.csv") {
		want[row[0]] = scaled(t, row[3], 2)
	}
	for _, f := range forms {
		got := map[string]int64{}
		for i, read := range reads {
			got[santaMonicaClasses[read.Class]] += counts[i] * f.halfUp(read)[total]
		}
		require.Equal(t, want, got, f.name)
	}
}

// drawnHomes is n homes from a seeded generator, in months of 28 to 33 days.
func drawnHomes(n int, seed1, seed2 uint64, most int64) []Home {
	r := rand.New(rand.NewPCG(seed1, seed2))
	all := make([]Home, n)
	for i := range all {
		all[i] = Home{Usage: r.Int64N(most), Meter: r.IntN(len(moultonSizes)), Persons: 1 + r.Int64N(8), Area: r.Int64N(8000),
			Days: 280 + r.Int64N(51), Inches: r.Int64N(900)}
	}
	return all
}

func moultonSet() []Home { return drawnHomes(inputs, 1, 2, 60_000) }

func moultonForms(t testing.TB, set []Home) []form[Home] {
	p, err := newMoultonPricer(rateFile(t, "F280"))
	require.NoError(t, err)
	ready := prepared(set, itself)
	return append([]form[Home]{
		{name: floor, every: 1, halfUp: func(h Home) Bill { return totalAlone(floorMoulton(h)) }, run: func(n int) {
			var sum int64
			for i := range n {
				sum += floorMoulton(ready[i&(inputs-1)])
			}
			sink += sum
		}},
		{name: naive, every: 5, allocs: -1, halfUp: func(h Home) Bill { return totalAlone(shopspringCents(shopspringMoulton(h))) },
			run: timed(set, itself, shopspringMoulton)},
	}, engineForms(set, p, nil, 8)...)
}

// moultonTies is homes whose budget or whose bill is exactly halfway.
func moultonTies(t *testing.T) []Home {
	t.Helper()
	var all []Home
	indoor, outdoor := 0, 0
	for persons := range int64(20) {
		for days := int64(250); days < 650; days++ {
			if persons*55*days%7480 == 3740 {
				indoor++
				all = append(all, Home{Usage: 1000 * days / 10, Persons: persons, Days: days})
			}
		}
	}
	for inches := int64(1); inches < 1200; inches++ {
		if area := 18_700_000 / inches; 434*inches*area%74_800_000 == 37_400_000 {
			outdoor++
			all = append(all, Home{Usage: 1000 * inches / 2, Persons: 2, Days: 300, Inches: inches, Area: area})
		}
	}
	require.Greater(t, indoor, 20)
	require.Greater(t, outdoor, 10)
	// In the last tier: 959 u + 500 is whole cents where u is 500 more than thousands.
	for u := int64(200_500); u < 230_000; u += 1000 {
		all = append(all, Home{Usage: u, Persons: 3, Days: 300, Inches: 400, Area: 2000})
	}
	return all
}

// moultonPublished is the bills of single homes that were published with the corpus, and
// what they come to in cents, half up.
func moultonPublished(t *testing.T) (homes []Home, cents []int64) {
	for _, row := range rows(t, "golden.csv") {
		if row[0] != "F280" || row[1] != "RESIDENTIAL_SINGLE" || row[9] != "OK" {
			continue
		}
		h := Home{Usage: scaled(t, row[4], 3), Meter: -1}
		for pair := range strings.SplitSeq(row[3], ";") {
			name, value, _ := strings.Cut(pair, "=")
			switch name {
			case "meter_size":
				for i, size := range moultonSizes {
					if value == size {
						h.Meter = i
					}
				}
			case "hhsize":
				h.Persons = number(t, value)
			case "irr_area":
				h.Area = number(t, value)
			case "days_in_period":
				h.Days = scaled(t, value, 1)
			case "et_amount":
				h.Inches = scaled(t, value, 2)
			default:
				t.Fatalf("%s is new", name)
			}
		}
		bill, err := decimal.NewFromString(row[7])
		require.NoError(t, err)
		homes, cents = append(homes, h), append(cents, shopspringCents(bill.Round(2)))
	}
	return homes, cents
}

func TestMoultonAgreement(t *testing.T) {
	published, cents := moultonPublished(t)
	require.Greater(t, len(published), 50)
	for i, h := range published {
		require.Equal(t, cents[i], ratMoulton(h)[total], "%+v", h)
	}
	worked := Home{Usage: 27_300, Meter: 1, Persons: 3, Area: 2000, Days: 304, Inches: 400}
	require.Equal(t, int64(14726), ratMoulton(worked)[total])
	var edges []Home
	for _, bound := range []int64{0, 7, 12, 15, 18, 1 << 25} {
		for _, u := range []int64{1000*bound - 1, 1000 * bound, 1000*bound + 1} {
			if h := worked; u >= 0 {
				h.Usage = u
				edges = append(edges, h)
			}
		}
	}
	requireForms(t, moultonForms(t, moultonSet()), ratMoulton, map[string][]Home{
		"published": published, "edges": edges, "ties": moultonTies(t), "benchmark": moultonSet(), "random": drawnHomes(20_000, 3, 4, 60_000),
	})
}

func TestScheduleAllocations(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector allocates")
	}
	t.Run("Ord", func(t *testing.T) { requireAllocations(t, ordForms(t, ordSet())) })
	t.Run("SantaMonica", func(t *testing.T) { requireAllocations(t, santaMonicaForms(t, santaMonicaSet(t))) })
	t.Run("Moulton", func(t *testing.T) { requireAllocations(t, moultonForms(t, moultonSet())) })
}
