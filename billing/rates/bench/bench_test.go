package bench

import "testing"

func BenchmarkReference(b *testing.B) {
	benchmark(b, benchmarkSet(), ratReference, referenceForms(b))
}

// requireSet is that each form prices the set as the oracle does; those that are wrong by
// intent are left out.
func requireSet[A any](t testing.TB, set []A, oracle func(A) Bill, forms []form[A]) {
	t.Helper()
	want := priced(set, oracle)
	for _, f := range forms {
		if !f.wrong {
			requireAgreement(t, f.name, set, want, f.halfUp, f.totalOnly, 1)
		}
	}
}

// benchmark times the forms, after each has priced the set as the oracle does.
func benchmark[A any](b *testing.B, set []A, oracle func(A) Bill, forms []form[A]) {
	requireSet(b, set, oracle, forms)
	for _, f := range forms {
		b.Run(f.name, func(b *testing.B) {
			b.ReportAllocs()
			whole := (b.N + inputs - 1) / inputs * inputs // some forms price whole sets
			f.run(whole)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(whole), "ns/bill")
			b.ReportMetric(0, "ns/op") // it counts bills that were priced to make a set whole
		})
	}
}

func BenchmarkOrd(b *testing.B) {
	benchmark(b, ordSet(), ratOrd, ordForms(b, ordSet()))
}

func BenchmarkSantaMonica(b *testing.B) {
	set := santaMonicaSet(b)
	benchmark(b, set, ratSantaMonica, santaMonicaForms(b, set))
}

func BenchmarkMoulton(b *testing.B) {
	benchmark(b, moultonSet(), ratMoulton, moultonForms(b, moultonSet()))
}
