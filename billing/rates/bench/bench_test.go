package bench

import "testing"

func BenchmarkReference(b *testing.B) {
	benchmark(b, benchmarkSet(), ratReference, referenceForms(b))
}

// benchmark times the forms, after each has priced the set as the oracle does.
func benchmark[A any](b *testing.B, set []A, oracle func(A) Bill, forms []form[A]) {
	want := priced(set, oracle)
	for _, f := range forms {
		if !f.wrong {
			requireAgreement(b, f.name, set, want, f.halfUp, f.totalOnly, 1)
		}
		b.Run(f.name, func(b *testing.B) {
			b.ReportAllocs()
			f.run(b.N)
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
