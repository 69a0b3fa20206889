package yamldoc_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
)

func TestOneSlipIsOneFaultWhereItStands(t *testing.T) {
	for name, c := range map[string]struct {
		src   string
		tells []string // place, and a part of what is said
		keys  string   // what could be read
	}{
		"a colon missing":              {"a: 1\nb 2\nc: 3\n", []string{`f:2:1 there is no colon behind "b"; write b: 2`}, "a c"},
		"a colon missing over a block": {"a: 1\nb\n  c: 2\n  d: 3\ne: 4\n", []string{`f:2:1 there is no colon behind "b"`}, "a e"},
		"a colon missing over a list":  {"a: 1\nb\n  - 2\n  - 3\ne: 4\n", []string{`f:2:1 there is no colon`}, "a e"},
		"a blank missing":              {"a: 1\nb:2\nc: 3\n", []string{`f:2:1 there is no blank behind the colon of "b"; write b: 2`}, "a c"},
		"an equals sign":               {"a: 1\nb = 2\nc: 3\n", []string{`f:2:1 there is no colon behind "b"; write b: 2`}, "a c"},
		"a stray word twice":           {"a: 1\nTODO\nc: 3\nTODO\n", []string{`f:2:1 there is no colon`, `f:4:1 there is no colon`}, "a c"},
		"a text continued":             {"a:\n  b: one\n two\nc: 3\n", []string{`f:3:2 there is no colon behind "two"`}, "a c"},
		"the marks of a merge":         {"a: 1\n<<<<<<< x\nb: 2\n=======\nb: 3\n>>>>>>> y\nc: 3\n", []string{`f:2:1 a merge has left two versions behind; keep one of those that stand on lines 2 to 6`}, "a b c"},
		"an indentation too deep":      {"a: 1\nb: 2\n   c: 3\nd: 4\n", []string{`f:3:4 the line is indented by 3 blanks`}, "a b d"},
		"an indentation between two":   {"a:\n    b: 2\n  c: 3\nd: 4\n", []string{`f:3:3 the line is indented by 2 blanks`}, "a d"},
		"tabs one below the other":     {"a:\n\tb: 2\n\tc: 3\nd: 4\n", []string{`f:2:1 lines 2 to 3 are indented with tabs; indent with blanks`}, "a d"},
		"tabs apart":                   {"a:\n\tb: 2\nd: 4\n\te: 5\n", []string{`f:2:1 the line is indented with a tab`, `f:4:1 the line is indented with a tab`}, "a d"},
		"a colon in a text":            {"a: x: y\nb: 2\n", []string{`f:1:5 a colon stands in a text without quotes; put the text in quotes: "x: y"`}, "b"},
		"a grave accent":               {"a: `x`\nb: 2\n", []string{"f:1:4 a text cannot begin with `"}, "b"},
		"a non-breaking space":         {"a:\u00a0x\nb: 2\n", []string{"f:1:3 a non-breaking space (U+00A0) stands behind the colon"}, "a b"},
		"non-breaking spaces":          {"a:\n\u00a0\u00a0b: 1\nc: 2\n", []string{"f:2:1 a non-breaking space (U+00A0)"}, "a c"},
		"two open quotes":              {"a: {x: \"y}\nb: \"z\nc: 2\n", []string{"f:1:8 the quote is not closed", "f:2:4 the quote is not closed"}, "c"},
		"an open bracket":              {"a: [x, y\nb: 1\nc: [z]\n", []string{"f:1:4 the bracket [ is not closed; put a ]"}, "b c"},
		"an open brace in a list":      {"a:\n  - {x: 1\n  - {x: 2}\nb: 1\n", []string{"f:2:5 the bracket { is not closed; put a }"}, "a b"},
		"an open bracket at the end":   {"a: 1\nb: [x,\n\n", []string{"f:2:4 the bracket [ is not closed"}, "a"},
		"brackets crossed":             {"a: {x: [1}\nb: 1\n", []string{"f:1:8 the bracket [ is not closed before the } of line 1"}, "b"},
		"a comma missing in braces":    {"a: {x: 1 y: 2}\nb: 1\n", []string{"f:1:11 a colon stands in a text without quotes, or a comma is missing"}, "b"},
		"a directive":                  {"%YAML 1.2\n---\na: 1\n", []string{`f:1:1 the line "%YAML 1.2" is no part of the format; take it out`}, "a"},
		"an open quote at the end":     {"a: 1\nb: \"x\n", []string{"f:2:4 the quote is not closed"}, "a"},
		"an escape that is none":       {"a: \"\\q\"\nb: 1\n", []string{`f:1:5 a \ stands before a character`}, "b"},
		"half a surrogate pair":        {"a: \"\\ud83d\"\nb: 1\n", []string{`f:1:7 the number behind \u is none of a character; write the character itself`}, "b"},
		"a slip and another":           {"a 1\nb: 2\nc: [1\nd: 3\n\te: 2\nf 6\n", []string{"f:1:1 there is no colon", "f:3:4 the bracket [", "f:5:1 the line is indented with a tab", "f:6:1 there is no colon"}, "b d"},
		"JSON without a comma":         {"{\n  \"a\": 1\n  \"b\": 2,\n  \"c\": 3\n}\n", []string{`f:2:9 a comma is missing behind "1"`}, "a b c"},
		"JSON without a colon":         {"{\n  \"a\" 1,\n  \"b\": 2\n}\n", []string{`f:2:3 there is no colon behind`}, "a b"},
		"JSON without a quote":         {"{\n  \"a\": \"x,\n  \"b\": 2\n}\n", []string{"f:2:8 the quote is not closed"}, "a b"},
		"JSON without its last brace":  {"{\n  \"a\": 1,\n  \"b\": {\"c\": 2}\n", []string{"f:1:1 the bracket { is not closed"}, "a b"},
		"JSON without a brace":         {"{\n  \"a\": {\n    \"x\": 1,\n  \"b\": [\n    2\n  ]\n}\n", []string{"f:2:8 the bracket { is not closed before the } of line 7"}, ""},
		"JSON without a bracket":       {"{\n  \"a\": [\n    1\n  ,\n  \"b\": 2\n}\n", []string{"f:2:8 the bracket [ is not closed before the } of line 6"}, ""},
		"JSON with remarks":            {"// x\n{\n  \"a\": 1, /* y\n  z */ \"b\": 2\n}\n", []string{"f:1:1 a comment begins with //", "f:3:11 a comment begins with /*"}, "a b"},
		"JSON with the wrong bracket":  {"{\n  \"a\": 1\n]\n", []string{"f:1:1 the bracket { is not closed before the ] of line 3"}, "a"},
		"JSON with a brace too many":   {"{\n  \"a\": 1\n}\n}\n", []string{"f:4:1 something stands behind the end of the document"}, "a"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, src := range []string{c.src, strings.ReplaceAll(c.src, "\n", "\r\n")} {
				torn := format.Read("f", []byte(src))
				require.Len(t, torn.Faults, len(c.tells), "%v", torn.Faults)
				for i, e := range torn.Faults {
					require.Equal(t, yamldoc.ErrYAML, e.Code)
					require.Contains(t, fmt.Sprintf("%s %s; %s", e.Pos, e.What, e.Fix), c.tells[i])
				}
				require.Equal(t, c.keys == "", torn.Root == nil)
				var keys []string
				if torn.Root != nil {
					for _, e := range torn.Root.Entries {
						keys = append(keys, e.Key.Text)
					}
				}
				require.Equal(t, c.keys, strings.Join(keys, " "))
			}
		})
	}
}

func TestUTF16IsOneFault(t *testing.T) {
	for _, src := range []string{"\xff\xfea\x00:\x00 \x001\x00", "\xfe\xff\x00a\x00:\x00 \x001", "a\x00:\x00 \x001\x00\n\x00", "\x00a\x00:\x00 \x001\x00\n"} {
		torn := format.Read("f", []byte(src))
		require.Len(t, torn.Faults, 1, "%q", src)
		require.Equal(t, "f:1:1: E_YAML: the file is UTF-16; save it as UTF-8", torn.Faults[0].Error())
	}
	require.Contains(t, format.Read("f", []byte("a: \x00\nb: \x00\n")).Faults[0].What, "the control character U+0000")
}

// What YAML can read is told nothing of, though another line is at fault.
func TestASurveyTellsNothingOfWhatIsRight(t *testing.T) {
	names, err := filepath.Glob("../../ratefile/testdata/worked/*.yaml")
	require.NoError(t, err)
	more, err := filepath.Glob("../../ratefile/testdata/form*.yaml")
	require.NoError(t, err)
	srcs := []string{
		"a:\n- b: 1\n  c: 2\n-  d: 3\n   e:\n   - 1\n   - - 2\n     - 3\nf: x\n  y\n  z\ng: \"x\n  b\n  c: y\"\nh: |\n  x y\n   z: 1\n  \"\ni: >-\n x\nj: {a: 1,\n  b: [2,\n  3], 'c': \"d\"}\nk:\n  x y\nl:\n  - x\n    y\n  -\n    z: 1\n  - \"a\\\"b\": 1\n    'c''d': 2\n\"m: n\": 1 # x: y\no: a:b # c\np: http://x\nq: it's\nr: [a b\n  c, d]\n",
		"- a: 1\n  b: 2\n-\n  - c\n\n# x\n- {d: e}\n",
	}
	for _, name := range append(names, more...) {
		src, err := os.ReadFile(name)
		require.NoError(t, err)
		srcs = append(srcs, strings.TrimPrefix(string(src), "\ufeff"))
	}
	large := yamldoc.Format{Name: "a test", MaxBytes: 1 << 20, MaxNodes: 1 << 20, MaxText: 1 << 20, MaxDepth: 100, Strict: true}
	for _, src := range srcs {
		require.Empty(t, large.Read("f", []byte(src)).Faults)
		last := "\nzz: &\n"
		if strings.HasPrefix(src, "- ") {
			last = "\n- &\n"
		}
		faults := large.Read("f", []byte(src+last)).Faults
		require.Len(t, faults, 1, "%v", faults)
		require.Equal(t, strings.Count(src+last, "\n"), faults[0].Pos.Line, "%v", faults)
	}
}

func TestReadingOnHasAnEnd(t *testing.T) {
	large := yamldoc.Format{Name: "a test", MaxBytes: 1 << 24, MaxNodes: 1 << 24, MaxText: 1 << 24, MaxDepth: 100, Strict: true}
	var b strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&b, "k%d: 1\n", i)
		if i%1000 == 500 {
			b.WriteString("\tx: 1\n")
		}
	}
	require.Len(t, large.Read("f", []byte(b.String())).Faults, 100)
}
