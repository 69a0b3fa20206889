package ratefile_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/adapters/ratefile"
	"github.com/headgate-dev/headgate/billing/problem"
)

func formatted(t require.TestingT, src string) string {
	out, err := ratefile.Format("f", []byte(src))
	require.NoError(t, err, src)
	return string(out)
}

func TestFormatKeepsTheBookAndTheCommentsAndIsItsOwnForm(t *testing.T) {
	for _, name := range books() {
		t.Run(name, func(t *testing.T) {
			src := read(name)
			out := formatted(t, src)
			require.Equal(t, out, formatted(t, out))
			requireSame(t, src, out)
			require.Equal(t, commentsOf(src), commentsOf(out))
			for i, line := range strings.Split(out, "\n") {
				require.Equal(t, strings.TrimRight(line, " "), line, "line %d", i+1)
			}
		})
	}
}

func TestFormatWritesOneFormWhateverTheStyle(t *testing.T) {
	want := read("form.yaml")
	require.Equal(t, want, formatted(t, want), "the form itself")
	for _, name := range []string{"form-flow.yaml", "form-crlf.yaml"} {
		src := read(name)
		if name == "form-crlf.yaml" {
			src = "\ufeff" + strings.ReplaceAll(src, "\n", "\r\n")
		}
		require.Equal(t, want, formatted(t, src), name)
	}
}

func TestFormatWritesJSONAsJSON(t *testing.T) {
	src := read("book.json")
	out := formatted(t, src)
	require.Equal(t, src, out, "book.json is in the form")
	require.Equal(t, src, formatted(t, strings.Join(strings.Fields(src), " ")), "from one line")
	require.Equal(t, src, formatted(t, strings.ReplaceAll(strings.Replace(src, "4.90", `"4.90"`, 1), "  ", "\t")), "with tabs, and a number in quotes")
	require.Equal(t, src, formatted(t, strings.Replace(src, "1\n}", "1,\n}", 1)), "with a comma too many")
	_, err := ratefile.Format("f", []byte(strings.Replace(src, "\n", " # a comment\n", 1)))
	require.ErrorIs(t, err, ratefile.ErrFormat)
	var at *problem.Error
	require.True(t, errors.As(err, &at))
	require.Equal(t, problem.Pos{File: "f", Line: 1, Col: 3}, at.Pos)
}

func TestFormatRefusesWhatParseRefuses(t *testing.T) {
	good := read("good.yaml")
	for _, f := range faults() {
		_, err := ratefile.Format("f", []byte(f.in(good)))
		_, parse := ratefile.Parse("f", []byte(f.in(good)))
		if parse != nil {
			require.Equal(t, parse, err, f.Name)
		} else {
			require.NoError(t, err, f.Name)
		}
	}
}

// rearranged is a document in another order of keys and other styles, with comments.
func rearranged(t *rapid.T, n *yaml.Node, depth int) {
	switch n.Kind {
	case yaml.MappingNode:
		pairs := len(n.Content) / 2
		if depth > 0 && isObject(n) {
			order := rapid.Permutation(indexes(pairs)).Draw(t, "order")
			content := make([]*yaml.Node, 0, len(n.Content))
			for _, i := range order {
				content = append(content, n.Content[2*i], n.Content[2*i+1])
			}
			n.Content = content
		}
		fallthrough
	case yaml.SequenceNode, yaml.DocumentNode:
		if depth > 3 && rapid.Bool().Draw(t, "flow") {
			n.Style = yaml.FlowStyle
		} else {
			n.Style = 0
		}
		for _, part := range n.Content {
			rearranged(t, part, depth+1)
		}
	case yaml.ScalarNode:
		if rapid.Bool().Draw(t, "quoted") && n.ShortTag() == "!!str" {
			n.Style = rapid.SampledFrom([]yaml.Style{yaml.DoubleQuotedStyle, yaml.SingleQuotedStyle}).Draw(t, "quotes")
		}
	}
}

// isObject says whether the keys of a mapping are the format's: those of others have an
// order of their own.
func isObject(n *yaml.Node) bool {
	for i := 0; i < len(n.Content); i += 2 {
		switch n.Content[i].Value {
		case "id", "by", "mode", "over", "select", "type", "from", "price", "fact", "formula", "join", "resolution", "section", "address", "schedule":
			return true
		}
	}
	return false
}

func indexes(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func TestFormatOfRearrangedBooksIsTheFormOfTheBook(t *testing.T) {
	names := books()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(names).Draw(t, "book")
		if strings.HasSuffix(name, ".json") {
			t.Skip("JSON has one style")
		}
		src := withoutComments(read(name))
		var doc yaml.Node
		require.NoError(t, yaml.Unmarshal([]byte(src), &doc))
		rearranged(t, doc.Content[0], 0)
		out, err := yaml.Marshal(&doc)
		require.NoError(t, err)
		require.Equal(t, formatted(t, src), formatted(t, string(out)), string(out))
	})
}

// withoutComments is a book without its comments.
func withoutComments(src string) string {
	var b strings.Builder
	for line := range strings.Lines(src) {
		if i := commentAt(line); i >= 0 {
			line = strings.TrimRight(line[:i], " ") + "\n"
		}
		b.WriteString(line)
	}
	return b.String()
}

func TestFormatKeepsCommentsWhereverTheyStand(t *testing.T) {
	src := withoutComments(read("good.yaml"))
	lines := strings.Split(strings.TrimRight(src, "\n"), "\n")
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		for i, line := range lines {
			if rapid.IntRange(0, 9).Draw(t, "above") == 0 {
				b.WriteString(strings.Repeat(" ", rapid.IntRange(0, 14).Draw(t, "depth")) + "# above " + lineName(i) + "\n")
			}
			b.WriteString(line)
			if line != "" && rapid.IntRange(0, 9).Draw(t, "end") == 0 {
				b.WriteString(" # end " + lineName(i))
			}
			b.WriteString("\n")
		}
		b.WriteString(rapid.SampledFrom([]string{"", "# last\n", "      # last\n"}).Draw(t, "last"))
		out := formatted(t, b.String())
		require.Equal(t, commentsOf(b.String()), commentsOf(out), "%s", out)
		require.Equal(t, out, formatted(t, out))
		requireSame(t, src, out)
	})
}

func lineName(i int) string { return strings.Repeat("i", i%7) + string(rune('a'+i%26)) }

func TestCommentsOfOddPlacesAreKept(t *testing.T) {
	head := "headgate: rate-book/1\nname: \"a # b\"\nschedules:\n  - id: x\n    unit: CCF\n    rounding: {mode: up, place: line}\n    select: by_period_start\n    proration: not_prorated\n    usage: exact\n    versions:\n      - charges:\n"
	for name, charges := range map[string]string{
		"in brackets over lines": "          - {id: a, # first\n             fixed: 1} # last\n",
		"in a folded text":       "          - id: a\n            text: > # no text\n              one # two\n            fixed: 1\n",
		"in a block text":        "          - id: a\n            fixed: 1\n            text: |\n              # no comment\n              x\n            # a comment\n",
		"behind a dash":          "          - # behind the dash\n            id: a\n            fixed: 1\n",
		"below a key":            "          - id: a\n            fixed:\n              # below the key\n              1\n",
		"in double quotes":       "          - id: a\n            text: \"a \\\" # no comment\" # one\n            fixed: 1\n",
		"in single quotes":       "          - id: a\n            text: 'it''s # no comment' # one\n            fixed: 1\n",
		"above a moved key":      "          - text: A\n            # above the id\n            id: a\n            fixed: 1\n",
		"a table over lines":     "          - id: a\n            fixed: {by: m, rows: {a: 1, # one\n                    b: 2}} # two\n",
		"a condition in a list":  "          - id: a\n            when:\n              m:\n                # one\n                - a # two\n            fixed: 1\n",
	} {
		t.Run(name, func(t *testing.T) {
			src := "# head\n" + head + charges + "# foot\n"
			out := formatted(t, src)
			require.Equal(t, strings.Count(src, "# "), strings.Count(out, "# "), out)
			require.Equal(t, out, formatted(t, out))
			requireSame(t, src, out)
		})
	}
}

func TestALineHoldsAHundredCharacters(t *testing.T) {
	// The first characters of the line are "            fixed: {by: ", the last ", rows: {a: 1}}".
	name := strings.Repeat("é", 100-len("            fixed: {by: , rows: {a: 1}}"))
	require.Contains(t, formatted(t, small("fixed: {by: "+name+", rows: {a: 1}}")), "            fixed: {by: "+name+", rows: {a: 1}}\n")
	require.Contains(t, formatted(t, small("fixed: {by: "+name+"e, rows: {a: 1}}")), "            fixed:\n              by: "+name+"e\n              rows: {a: 1}\n")
}
