package corpus

import (
	"maps"
	"slices"
	"strconv"
	"testing"
)

// Case is an acceptance case: the cents that it comes to, and what finds them.
type Case struct {
	Cents int64
	Find  func(t testing.TB) int64
}

// Run tests each case, under its id.
func Run(t *testing.T, cases map[string]Case) {
	t.Helper()
	for _, id := range slices.Sorted(maps.Keys(cases)) {
		t.Run(id, func(t *testing.T) {
			if found := cases[id].Find(t); found != cases[id].Cents {
				t.Fatalf("%s comes to %d cents, and not to %d", id, found, cases[id].Cents)
			}
		})
	}
}

// Cents are what the column of a table states in whole cents, by the ids of the rows that are picked. One that states none fails
// the test.
func Cents(t testing.TB, folder, table, column string, pick func(row map[string]string) bool) map[string]int64 {
	t.Helper()
	cents := map[string]int64{}
	for _, row := range Rows(t, folder, table) {
		if !pick(row) {
			continue
		}
		n, err := strconv.ParseInt(row[column], 10, 64)
		if err != nil {
			t.Fatalf("%s of %s: %q is no whole number of cents", column, row["id"], row[column])
		}
		cents[row["id"]] = n
	}
	return cents
}

// Same fails the test unless the cases are those of the corpus, each with its cents, both ways.
func Same(t testing.TB, corpus map[string]int64, cases map[string]Case) {
	t.Helper()
	for id, cents := range corpus {
		if c, tested := cases[id]; !tested || c.Cents != cents {
			t.Errorf("%s comes to %d cents in the corpus, and no test says so", id, cents)
		}
	}
	for id := range cases {
		if _, there := corpus[id]; !there {
			t.Errorf("%s is none of the cases of the corpus", id)
		}
	}
}
