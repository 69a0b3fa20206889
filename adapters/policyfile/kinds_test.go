package policyfile_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/adapters/policyfile"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

var (
	oneProblem     = &problem.Error{Code: "E_OWN", Path: "low", What: "too low", Fix: "raise it"}
	errPlain       = errors.New("all wrong")
	listOfProblems = problem.List{
		{Code: "E_OWN", Path: "steps.a.days", What: "too many", Fix: "lower it"},
		{Code: "E_OWN", Path: "steps.a.other", What: "odd", Fix: "even it"},
	}
)

// sorted puts lines in the order of their text, the last first.
func sorted(text string) string {
	lines := strings.Split(text, "\n")
	slices.Sort(lines)
	slices.Reverse(lines)
	return strings.Join(lines, "\n")
}

func TestEveryKindIsRead(t *testing.T) {
	all, file, err := parseAll(in(everything + "by_zone: {b: [{name: x, days: 1}]}\nother: {a: up, b: down}\nnote: x"))
	require.NoError(t, err)
	require.Equal(t, "D", file.Name())
	require.Empty(t, file.Placeholders())
	require.Equal(t, []policyfile.Mark{{Path: "all[0].rows[1]", Pos: problem.Pos{File: "p.yaml", Line: 21, Col: 15}, Why: "lost"}}, file.Unknowns())

	got, source, err := all.On(day("2026-01-01"))
	require.NoError(t, err)
	require.Equal(t, "s", source.Section)
	require.Equal(t, "some text", got.Text)
	require.True(t, got.Flag)
	require.Equal(t, 5, got.Count)
	require.Equal(t, int8(-128), got.Small)
	require.Equal(t, uint64(18), got.Unsigned)
	require.Equal(t, "10.25", got.Percent.String())
	require.Equal(t, money.Cents(2500), got.Amount)
	require.Equal(t, day("2026-04-12"), got.Day)
	require.Equal(t, exact.HalfUp, got.Mode)
	require.Equal(t, "2.5", got.List[1].String())
	require.Equal(t, map[string]money.Amount{"door_tag": money.Cents(4000), "Shut off": money.Cents(5000)}, got.Fees)
	require.Equal(t, map[civil.Date]string{day("2026-05-25"): "Memorial Day"}, got.Days)
	require.Equal(t, []Step{{"notice", 10}, {"tag", 2}}, got.Steps)
	require.Equal(t, Step{"x", 1}, got.Nested)
	require.Equal(t, map[string][]Step{"b": {{"x", 1}}}, got.ByZone)
	require.Nil(t, got.Cap)
	require.Equal(t, "x", got.Note)
	known, err := got.Known.Value()
	require.NoError(t, err)
	require.Equal(t, money.Cents(500), known)
	modes, err := got.Other.Value()
	require.NoError(t, err)
	require.Equal(t, map[string]exact.Mode{"a": exact.Up, "b": exact.Down}, modes)
	_, err = got.Rows[1].Value()
	require.ErrorIs(t, err, policyfile.ErrNotKnown)

	all, _, err = parseAll(with("days", "days: {}\ncap: 25.01"))
	require.NoError(t, err)
	got, _, err = all.On(day("2026-01-01"))
	require.NoError(t, err)
	require.Equal(t, "$25.01", got.Cap.String())
	require.NotNil(t, got.Days)
	require.Empty(t, got.Days)
	require.Empty(t, got.Note)
}

func TestJSONIsReadAlike(t *testing.T) {
	var into policyfile.Dated[Step]
	src := `{"headgate": "policy/1", "name": "D", "a": [{"from": "2026-01-01", "source": {"section": "s"}, "name": "x", "days": 7}]}`
	_, err := policyfile.Parse("p.json", []byte(src), policyfile.Into("a", &into))
	require.NoError(t, err)
	got, _, err := into.On(day("2026-01-01"))
	require.NoError(t, err)
	require.Equal(t, Step{"x", 7}, got)
}

func TestWhatIsNotKnownIsNeverAZero(t *testing.T) {
	t.Run("a Known takes nothing with it", func(t *testing.T) {
		all, file, err := parseAll(with("known", "known: {unknown: not public}"))
		require.NoError(t, err)
		require.Len(t, file.Unknowns(), 2)
		got, _, err := all.On(day("2026-01-01"))
		require.NoError(t, err)
		_, err = got.Known.Value()
		require.ErrorIs(t, err, policyfile.ErrNotKnown)
		require.EqualError(t, err, "p.yaml:20:12: E_NOT_KNOWN: all[0].known: the value is not known: not public; ask the district for it, and state it in the file with its source")
		require.Equal(t, "not known: not public", got.Known.String())
	})
	t.Run("any other field takes its version", func(t *testing.T) {
		all, file, err := parseAll(strings.Replace(with("count", "count: {unknown: not public}"), "days: 2}", "days: {unknown: lost}}", 1))
		require.NoError(t, err)
		require.Len(t, file.Unknowns(), 3)
		got, _, err := all.On(day("2026-01-01"))
		require.Zero(t, got)
		require.Equal(t, "8:12 E_NOT_KNOWN all[0].count\n18:57 E_NOT_KNOWN all[0].steps[1].days", brief(t, err))
		v, err := all.At(day("2026-01-01"))
		require.NoError(t, err)
		require.Equal(t, "s", v.Source.Section)
	})
	t.Run("a version", func(t *testing.T) {
		var into policyfile.Dated[small]
		file, err := policyfile.Parse("p.yaml", []byte(versions(
			"- {from: 2014-01-01, to: 2026-01-01, unknown: the tables were not read}\n- {from: 2026-01-01, source: {unknown: not public}, days: 3}\n")), policyfile.Into("small", &into))
		require.NoError(t, err)
		require.Len(t, file.Unknowns(), 2)
		_, _, err = into.On(day("2025-12-31"))
		require.ErrorContains(t, err, "the tables were not read")
		require.ErrorIs(t, err, policyfile.ErrNotKnown)
		got, source, err := into.On(day("2026-01-01"))
		require.NoError(t, err)
		require.Equal(t, small{3}, got)
		require.Zero(t, source)
	})
	t.Run("an area", func(t *testing.T) {
		all, file, err := parseAll("headgate: policy/1\nname: D\nall: {unknown: not public}\n")
		require.NoError(t, err)
		require.Equal(t, "all: not public", file.Unknowns()[0].String())
		_, _, err = all.On(day("2026-01-01"))
		require.Equal(t, "3:6 E_NOT_KNOWN all", brief(t, err))
		require.Empty(t, all.Versions())
	})
	t.Run("what was never read", func(t *testing.T) {
		var dated policyfile.Dated[small]
		_, _, err := dated.On(day("2026-01-01"))
		require.ErrorIs(t, err, policyfile.ErrNoArea)
		var known policyfile.Known[int]
		_, err = known.Value()
		require.ErrorIs(t, err, policyfile.ErrNotKnown)
		require.Equal(t, "not known", known.String())
		var named policyfile.Named[small]
		_, err = named.Get("x")
		require.ErrorIs(t, err, policyfile.ErrNoArea)
		require.Empty(t, named.Names())
	})
}

func TestPlaceholdersAreUsedAndListed(t *testing.T) {
	src := with("known", "known: {placeholder: 25.00, why: not public}")
	src = strings.Replace(src, "percent: 10.25", "percent: {why: invented, placeholder: 7.5}", 1)
	src = strings.Replace(src, "list: [1, 2.50]", "list: {placeholder: [1, 2], why: made up}", 1)
	src = strings.Replace(src, "rows: [1,", "rows: [{placeholder: 3, why: a guess},", 1)
	all, file, err := parseAll(src)
	require.NoError(t, err)
	marks := file.Placeholders()
	require.Len(t, marks, 4)
	require.Equal(t, policyfile.Mark{Path: "all[0].percent", Pos: problem.Pos{File: "p.yaml", Line: 11, Col: 43}, Why: "invented"}, marks[0])
	require.Equal(t, "all[0].list: made up", marks[1].String())
	require.Equal(t, "all[0].known: not public", marks[2].String())
	require.Equal(t, "all[0].rows[0]: a guess", marks[3].String())
	v, err := all.At(day("2030-01-01"))
	require.NoError(t, err)
	require.Equal(t, marks, v.Placeholders)
	got, err := v.Value()
	require.NoError(t, err)
	require.Equal(t, "7.5", got.Percent.String())
	require.Len(t, got.List, 2)
	fee, err := got.Known.Value()
	require.NoError(t, err)
	require.Equal(t, money.Cents(2500), fee)
	mark, is := got.Known.Placeholder()
	require.True(t, is)
	require.Equal(t, marks[2], mark)
	require.Equal(t, "$25.00 (placeholder: not public)", got.Known.String())
	_, is = policyfile.Stated(3).Placeholder()
	require.False(t, is)
	marks[0].Why = "changed"
	require.Equal(t, "invented", file.Placeholders()[0].Why)
}

func TestVersionsByDate(t *testing.T) {
	var into policyfile.Dated[small]
	_, err := policyfile.Parse("p.yaml", []byte(versions(
		"- {from: 2024-01-01, to: 2025-07-01, source: {resolution: A}, days: 1}\n- {from: 2025-07-01, to: 2026-01-01, source: {resolution: B}, days: 2}\n")), policyfile.Into("small", &into))
	require.NoError(t, err)
	for on, want := range map[string]int{"2024-01-01": 1, "2025-06-30": 1, "2025-07-01": 2, "2025-12-31": 2} {
		got, source, err := into.On(day(on))
		require.NoError(t, err)
		require.Equal(t, want, got.Days, on)
		require.Equal(t, string(rune('A'+want-1)), source.Resolution)
	}
	_, _, err = into.On(day("2023-12-31"))
	require.EqualError(t, err, "p.yaml:4:3: E_NO_VERSION: small: no version holds on 2023-12-31: the first begins on 2024-01-01; add the version of that day, with its source")
	_, _, err = into.On(day("2026-01-01"))
	require.ErrorContains(t, err, "p.yaml:5:3: E_NO_VERSION: small: no version holds on 2026-01-01: the last ends before 2026-01-01")
	_, _, err = into.On(civil.Date{})
	require.ErrorIs(t, err, policyfile.ErrDate)
	require.Len(t, into.Versions(), 2)
	require.Equal(t, day("2026-01-01"), into.Versions()[1].To)
}

func TestNamedAreas(t *testing.T) {
	var named policyfile.Named[small]
	src := "headgate: policy/1\nname: D\nfees:\n  tag:\n  - {from: 2026-01-01, source: {section: s}, days: 1}\n  notice: {unknown: not public}\n"
	_, err := policyfile.Parse("p.yaml", []byte(src), policyfile.IntoNamed("fees", &named))
	require.NoError(t, err)
	require.Equal(t, []string{"notice", "tag"}, named.Names())
	tag, err := named.Get("tag")
	require.NoError(t, err)
	got, _, err := tag.On(day("2026-01-01"))
	require.NoError(t, err)
	require.Equal(t, 1, got.Days)
	notice, err := named.Get("notice")
	require.NoError(t, err)
	_, err = notice.At(day("2026-01-01"))
	require.ErrorIs(t, err, policyfile.ErrNotKnown)
	_, err = named.Get("tags")
	require.EqualError(t, err, `p.yaml:4:3: E_NO_AREA: fees: there is no "tags"; write one of: notice, tag`)

	for src, want := range map[string]string{
		"fees: []":                  "3:7 E_SHAPE fees",
		"fees: {}":                  "3:7 E_MISSING fees",
		"fees: {a.b: {unknown: x}}": "3:8 E_TEXT fees.a.b",
		"fees: {tag: x}":            "3:13 E_SHAPE fees.tag",
		"fees: {tag: [{from: 2026-01-01, to: 1}]}": "3:14 E_MISSING fees.tag[0].source\n3:14 E_MISSING fees.tag[0].days\n3:37 E_DATE fees.tag[0].to",
	} {
		_, err := policyfile.Parse("p.yaml", []byte("headgate: policy/1\nname: D\n"+src+"\n"), policyfile.IntoNamed("fees", &named))
		require.Equal(t, want, brief(t, err))
	}
	_, err = policyfile.Parse("p.yaml", []byte("headgate: policy/1\nname: D\nfees: {unknown: not public}\n"), policyfile.IntoNamed("fees", &named))
	require.NoError(t, err)
	_, err = named.Get("tag")
	require.ErrorIs(t, err, policyfile.ErrNotKnown)
}

func TestAreasThatAFileMayLack(t *testing.T) {
	const src = "headgate: policy/1\nname: D\nother: {anything: [1]}\n"
	var dated policyfile.Dated[small]
	var named policyfile.Named[small]
	var calendars policyfile.Calendars
	_, err := policyfile.Parse("p.yaml", []byte(src), policyfile.Into("small", &dated).Optional(), policyfile.IntoNamed("fees", &named).Optional(),
		policyfile.IntoCalendars("calendars", &calendars).Optional(), policyfile.Skip("other"), policyfile.Skip("more"))
	require.NoError(t, err)
	_, _, err = dated.On(day("2026-01-01"))
	require.EqualError(t, err, "p.yaml: E_NO_AREA: small: the file does not have the area; add it, with its source")
	_, err = named.Get("a")
	require.ErrorIs(t, err, policyfile.ErrNoArea)
	_, err = calendars.Get("office")
	require.ErrorIs(t, err, policyfile.ErrNoArea)
}

func TestNothingIsPutAnywhereWhereThereIsAnError(t *testing.T) {
	all, _, err := parseAll(in(everything))
	require.NoError(t, err)
	_, err = policyfile.Parse("p.yaml", []byte(with("count", "count: x")), policyfile.Into("all", &all))
	require.Error(t, err)
	got, _, err := all.On(day("2026-01-01"))
	require.NoError(t, err)
	require.Equal(t, 5, got.Count)
}

// Whatever the dates of the versions, each day has the version that covers it, and no
// other day has one; and where two versions do not meet, the file is refused.
func TestEachDayHasItsVersion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := day("2026-01-01")
		lengths := rapid.SliceOfN(rapid.IntRange(1, 40), 1, 8).Draw(t, "lengths")
		shift := rapid.IntRange(-1, 1).Draw(t, "shift")
		shifted := rapid.IntRange(0, len(lengths)-1).Draw(t, "shifted")
		var lines strings.Builder
		var want []int
		at := first
		for i, length := range lengths {
			from, err := at.AddDays(0)
			require.NoError(t, err)
			if i == shifted && i > 0 {
				from, err = at.AddDays(shift)
				require.NoError(t, err)
			}
			at, err = at.AddDays(length + 1)
			require.NoError(t, err)
			lines.WriteString("- {from: " + from.String() + ", to: " + at.String() + ", source: {section: s}, days: " + string(rune('0'+i)) + "}\n")
			for range length + 1 {
				want = append(want, i)
			}
		}
		var into policyfile.Dated[small]
		_, err := policyfile.Parse("p.yaml", []byte(versions(lines.String())), policyfile.Into("small", &into))
		if shifted > 0 && shift != 0 {
			code := policyfile.ErrGap
			if shift < 0 {
				code = policyfile.ErrOverlap
			}
			require.ErrorIs(t, err, code)
			return
		}
		require.NoError(t, err)
		for i := -1; i <= len(want); i++ {
			d, err := first.AddDays(i)
			require.NoError(t, err)
			got, _, err := into.On(d)
			if i < 0 || i == len(want) {
				require.ErrorIs(t, err, policyfile.ErrNoVersion)
				continue
			}
			require.NoError(t, err)
			require.Equal(t, want[i], got.Days)
		}
	})
}
