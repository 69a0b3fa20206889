package ratefile_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/adapters/ratefile"
	"github.com/headgate-dev/headgate/billing/problem"
)

func line(e *problem.Error) string {
	return fmt.Sprintf("%d:%d %s %s", e.Pos.Line, e.Pos.Col, e.Code, e.Path)
}

func (f *fault) line() string { return f.At + " " + f.Code + " " + f.Path }

func TestEachFaultIsToldOnceWithItsPlace(t *testing.T) {
	good := read("good.yaml")
	require.Empty(t, problems(good))
	require.Greater(t, len(faults()), 200)
	for _, f := range faults() {
		t.Run(f.Name, func(t *testing.T) {
			require.Equal(t, 1, strings.Count(good, f.Old), "the text is in the book once")
			bad := f.in(good)
			found := problems(bad)
			require.Len(t, found, 1, "%v", found)
			require.Equal(t, f.line(), line(found[0]))
			require.Equal(t, "f", found[0].Pos.File)
			require.Contains(t, found[0].What, f.Says)
			require.Contains(t, found[0].Fix, f.Fix)
			require.NotEmpty(t, found[0].Fix)
			require.NotContains(t, found[0].Error(), "\n")
			_, err := ratefile.Parse("f", []byte(bad))
			require.Equal(t, f.Stage == "document" || f.Stage == "shape", err != nil, "found by Parse")
		})
	}
}

func TestFaultsHaveTheSamePlaceBehindAByteOrderMarkAndWithCRLF(t *testing.T) {
	good := read("good.yaml")
	for _, f := range faults() {
		if strings.Contains(f.Name, "not closed") {
			continue // what a reader makes of the lines below is its own
		}
		found := problems("\ufeff" + strings.ReplaceAll(f.in(good), "\n", "\r\n"))
		require.Len(t, found, 1, f.Name)
		require.Equal(t, f.line(), line(found[0]), f.Name)
	}
}

// schedule is the schedule that a fault lies in, or whose bill it is of.
func (f *fault) schedule() string {
	line := 0
	if _, err := fmt.Sscanf(f.At, "%d:", &line); err != nil {
		panic(err)
	}
	book := strings.Split(read("good.yaml"), "\n")
	schedule := ""
	for _, text := range book[:min(line, len(book))] {
		for _, prefix := range []string{"  - id: ", "    schedule: "} {
			if id, ok := strings.CutPrefix(text, prefix); ok {
				schedule = id
			}
		}
		if strings.HasPrefix(text, "checks:") {
			schedule = ""
		}
	}
	return schedule
}

// hides says whether the one fault may keep the other from being found.
func (f *fault) hides(other *fault) bool {
	one, two := f.schedule(), other.schedule()
	switch {
	case f.Alone:
		return true
	case f.Code == "E_UNKNOWN_KEY" && other.Code == "E_MISSING" && near(f.Path, other.Path):
		return true // the one key is taken to stand for the other
	case other.Stage == "check":
		// A check is not run where its schedule, or itself, is at fault; which schedule
		// that is, is not known where one has lost its ID, or the reader its lines.
		return f.Stage != "check" && (one == two || one == "" || strings.Contains(f.Path, ".id") || f.Stage == "document") ||
			strings.Split(f.Path, ".")[0] == strings.Split(other.Path, ".")[0]
	case f.Code == "E_MISSING" && strings.HasSuffix(f.Path, ".id") && strings.Contains(other.Path, ".of["):
		return true // a list that names a lost charge is not compared with itself
	case f.Code == "E_TIER_ORDER" && other.Code == f.Code:
		return true // bounds are compared with each other
	case other.Stage == "book":
		// A part that is not read is not compiled, and a name that is lost may be the
		// one that is unknown. Nor is more said of a charge, a fact or the like that is
		// at fault itself.
		return one == two && (f.Stage == "document" || other.Code == "E_UNKNOWN_NAME") || one == "" && f.Stage == "document" ||
			near(f.Path, other.Path)
	}
	return false
}

// near says whether two paths are of one thing of a schedule.
func near(a, b string) bool {
	common := 0
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for common < min(len(x), len(y)) && x[common] == y[common] {
		common++
	}
	return common >= min(len(x), len(y))-1
}

// shifted is the place of a fault below another that adds or takes lines.
func (f *fault) shifted(good string, other *fault) string {
	var line, col int
	if _, err := fmt.Sscanf(f.At, "%d:%d", &line, &col); err != nil {
		panic(err)
	}
	at := strings.Index(good, other.Old)
	if last := 1 + strings.Count(good[:at+len(other.Old)], "\n"); line >= last && strings.Contains(other.Old+other.New, "\n") {
		line += strings.Count(other.New, "\n") - strings.Count(other.Old, "\n")
	}
	return fmt.Sprintf("%d:%d %s", line, col, f.Code)
}

func TestTwoFaultsGiveTwoErrorsInTheOrderOfTheFile(t *testing.T) {
	good, all := read("good.yaml"), faults()
	lines := func(f *fault) (first, last int) {
		at := strings.Index(good, f.Old)
		return strings.Count(good[:at], "\n"), strings.Count(good[:at+len(f.Old)], "\n")
	}
	rapid.Check(t, func(t *rapid.T) {
		one := rapid.SampledFrom(all).Draw(t, "one")
		two := rapid.SampledFrom(all).Draw(t, "two")
		if one.Name == two.Name || one.hides(&two) || two.hides(&one) {
			t.Skip("the one may hide the other")
		}
		a, b := lines(&one)
		c, d := lines(&two)
		if a <= d && c <= b {
			t.Skip("they lie in the same line")
		}
		if strings.Count(one.in(good), two.Old) != 1 {
			t.Skip("the one writes what the other replaces")
		}
		found := problems(two.in(one.in(good)))
		var at []string
		for _, e := range found {
			at = append(at, fmt.Sprintf("%d:%d %s", e.Pos.Line, e.Pos.Col, e.Code))
		}
		require.True(t, slices.IsSortedFunc(found, func(a, b *problem.Error) int {
			return 10_000*(a.Pos.Line-b.Pos.Line) + a.Pos.Col - b.Pos.Col
		}), "%v", found)
		want := []string{one.shifted(good, &two), two.shifted(good, &one)}
		const word = "another word for a required key"
		if parent := func(f fault) string { return f.Path[:strings.LastIndex(f.Path, ".")+1] }; (one.Name == word || two.Name == word) &&
			one.Code == two.Code && parent(one) == parent(two) {
			want = append(want, "7:5 E_MISSING") // of two unknown keys none is taken for the missing one, which is told by itself
		}
		require.ElementsMatch(t, want, at, "%s, %s:\n%v", one.Name, two.Name, found)
		for _, f := range []fault{one, two} {
			require.True(t, slices.ContainsFunc(found, func(e *problem.Error) bool {
				return string(e.Code) == f.Code && (e.Path == f.Path || f.moved(e.Path))
			}), "%s, %s: %s is not told:\n%v", one.Name, two.Name, f.Name, found)
		}
	})
}

// moved says whether a path is the fault's, but for the indexes and keys that the other
// fault has changed.
func (f *fault) moved(path string) bool {
	last := func(path string) string { return path[strings.LastIndexAny(path, ".]")+1:] }
	return last(path) == last(f.Path)
}

func TestASecondDocumentIsNotReadIntoTheFirst(t *testing.T) {
	found := problems(small("fixed: 1") + "---\n" + small("fixed: 1"))
	require.Len(t, found, 1, "%v", found)
	require.Equal(t, "14:1 E_YAML ", line(found[0]))
}

func TestAnOpenQuoteHidesNeitherWhatStandsAboveNorBelow(t *testing.T) {
	found := problems(strings.Replace(small("fixed: 1\n            color: \"1\"\n            memo: 'yes'"), "name: Small", "name: \"Small", 1))
	require.Len(t, found, 3, "%v", found)
	require.Equal(t, "2:7 E_YAML ", line(found[0]))
	require.Equal(t, "14:13 E_UNKNOWN_KEY schedules[0].versions[0].charges[0].color", line(found[1]))
	require.Equal(t, "15:19 E_CHOICE schedules[0].versions[0].charges[0].memo", line(found[2]))
}

func TestARequiredKeyIsNotToBeLeftOut(t *testing.T) {
	for src, leave := range map[string]bool{"    select:\n": false, "    select: by_bill_date\n    title:\n": true} {
		found := problems(strings.Replace(read("good.yaml"), "    select: by_bill_date\n", src, 1))
		require.Len(t, found, 1, "%v", found)
		require.Equal(t, leave, strings.Contains(found[0].Fix, "leave out the key"), found[0].Fix)
	}
}
