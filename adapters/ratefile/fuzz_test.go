package ratefile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/ratefile"
)

func seeds(f *testing.F) {
	for _, name := range books() {
		f.Add([]byte(read(name)))
	}
	good := read("good.yaml")
	for _, fault := range faults() {
		f.Add([]byte(fault.in(good)))
	}
	f.Add([]byte(small("fixed: 1")))
}

// What parses says so again in its form, and compiles or says where it does not.
func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		file, err := ratefile.Parse("f", src)
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		if _, err := file.Compile(); err != nil {
			for _, e := range problems(string(src)) {
				require.NotZero(t, e.Pos.Line, "%v", e)
			}
		}
		out, err := ratefile.Marshal(file.Book(), file.Checks()...)
		require.NoError(t, err)
		requireSame(t, string(src), string(out))
	})
}

// What is formatted is the same book, and stays as it is.
func FuzzFormat(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		out, err := ratefile.Format("f", src)
		if err != nil {
			return
		}
		requireSame(t, string(src), string(out))
		again, err := ratefile.Format("f", out)
		require.NoError(t, err)
		require.Equal(t, string(out), string(again))
	})
}
