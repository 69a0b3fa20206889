package yamldoc

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whatever is read to its end: every fault has a place in the file, and a document
// without one is what Load reads.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"a: 1\nb:\n  - {c: 2, d: [3, 4]}\n", "{\"a\": 1, \"b\": [true, null]}", "a: \"x\nb: [1, 2\nc\n", "\x1d:\xff\n/ll1 \xfdll:\n/ll1 \xfdll:", "// c\n{\"a\": 1}",
		"\ta: 1\n a: 2\n\u00a0b: 3\n", "<<<<<<< x\na: 1\n=======\na: 2\n>>>>>>> y\n", "%YAML 1.2\n---\na: 1\n---\nb: 2\n", "a: &x 1\nb: *x\n", "\xff\xfea\x00:\x00",
		"a: 'it''s'\nb: |\n  text\n c: >-\n", "x: {y: max(a, b), z: }\n- q\n",
	} {
		f.Add(seed)
	}
	books, err := filepath.Glob("../../ratefile/testdata/*.*")
	require.NoError(f, err)
	require.NotEmpty(f, books)
	for _, name := range books {
		src, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(string(src))
	}
	format := Format{Name: "a file", MaxBytes: 1 << 20, MaxNodes: 50_000, MaxText: 1 << 20, MaxDepth: 50, Strict: true}
	f.Fuzz(func(t *testing.T, src string) {
		torn := format.Read("f", []byte(src))
		lines := 1
		for i := range src {
			if src[i] == '\n' || src[i] == '\r' {
				lines++
			}
		}
		for _, e := range torn.Faults {
			require.Equal(t, "f", e.Pos.File)
			require.Positive(t, e.Pos.Line, "%v", e)
			require.LessOrEqual(t, e.Pos.Line, lines, "%v", e)
		}
		root, err := format.Load("f", []byte(src))
		if len(torn.Faults) == 0 {
			require.NoError(t, err)
			require.NotNil(t, root)
		} else {
			require.Error(t, err)
		}
	})
}
