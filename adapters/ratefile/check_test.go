package ratefile_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// printed is a book of four charges with a check that states those lines.
func printed(lines string) string {
	return small("fixed: 1\n          - {id: b, fixed: 2}\n          - {id: c, fixed: 3}\n          - {id: d, fixed: 3}") +
		"checks:\n  - {name: x, schedule: a, from: 2018-01-01, to: 2018-02-01, lines: [" + lines + "], total: 9}\n"
}

func TestTheLinesOfACheckAreComparedByTheirCharges(t *testing.T) {
	for lines, c := range map[string]struct{ at, what string }{
		"{a: 1}, {b: 2}, {c: 3}, {d: 3}":         {},
		"{b: 2}, {c: 3}, {d: 3}":                 {"lines[0].b", "line 1, a $1.00, is missing from the check"},
		"{a: 1}, {c: 3}, {d: 3}":                 {"lines[1].c", "line 2, b $2.00, is missing from the check"},
		"{a: 1}, {b: 2}, {c: 3}":                 {"lines", "line 4, d $3.00, is missing from the check"},
		"{d: 3}":                                 {"lines[0].d", "line 1, a $1.00, is missing from the check; line 2, b $2.00, is missing from the check; line 3, c $3.00, is missing from the check"},
		"{a: 1}, {b: 2}, {d: 3}, {d: 3}":         {"lines[2].d", "line 3: expected d $3.00, computed c $3.00"},
		"{a: 1}, {b: 2}, {c: 3}, {c: 3}":         {"lines[3].c", "line 4: expected c $3.00, computed d $3.00"},
		"{a: 1}, {b: 2.01}, {c: 3}, {d: 3}":      {"lines[1].b", "line 2, b: expected $2.01, computed $2.00"},
		"{a: 1}, {b: 2}, {b: 2}, {c: 3}, {d: 3}": {"lines[2].b", "line 3, b: expected $2.00, and the bill has no such line"},
		"{a: 1}, {b: 5}, {b: 2}, {c: 3}, {d: 3}": {"lines[1].b", "line 2, b: expected $5.00, and the bill has no such line"},
		"{b: 2}, {a: 1}, {c: 3}, {d: 3}":         {"lines[0].b", "line 1, b: expected $2.00, and the bill has no such line; line 2, b $2.00, is missing from the check"},
	} {
		found := problems(printed(lines))
		if c.at == "" {
			require.Empty(t, found)
			continue
		}
		require.Len(t, found, 1, lines)
		require.Equal(t, "checks[0]."+c.at, found[0].Path, lines)
		require.Equal(t, c.what, found[0].What, lines)
	}
}

func TestAMessageOfACheckShowsAFewLines(t *testing.T) {
	found := problems(printed("{a: 1}" + strings.Repeat(", {a: 1}", 3000)))
	require.Len(t, found, 1)
	require.Less(t, len(found[0].What), 1000)
	require.Contains(t, found[0].What, ", and 2992 more")
	require.Equal(t, "checks[0].lines[1].a", found[0].Path)
}

func TestACheckOfOneOfTwoSchedulesOfOneNameIsNotRun(t *testing.T) {
	src := small("fixed: 1")
	_, schedule, _ := strings.Cut(src, "schedules:\n")
	found := problems(src + schedule + "checks:\n  - {name: x, schedule: a, from: 2018-01-01, to: 2018-02-01, total: 9}\n")
	require.Len(t, found, 1, "%v", found)
	require.Equal(t, "E_DUPLICATE", string(found[0].Code))
}

func TestANameOfAnotherVersionOrTheSameIsNotWhatWasMeant(t *testing.T) {
	src := small("{id: base, percent: 8, of: [watr]}\n      - from: 2019-01-01\n        charges: [{id: water, fixed: 1}]")
	src = strings.Replace(strings.Replace(src, "      - charges:\n          - id: a\n            {", "      - to: 2019-01-01\n        charges:\n          - {", 1), "watr", "%", 1)
	for name, fix := range map[string]string{"watr": "use the ID", "water": "use the ID", "bas": "did you mean base?"} {
		found := problems(strings.Replace(src, "%", name, 1))
		require.Len(t, found, 1, "%v", found)
		require.Equal(t, "E_UNKNOWN_NAME", string(found[0].Code))
		require.True(t, strings.HasPrefix(found[0].Fix, fix), found[0].Fix)
	}
}
