package policyfile_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/policyfile"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// A given does what a Known does and knows nothing of this package, as a type of the
// core would.
type given[T any] struct {
	value           T
	mark, path, why string
	pos             problem.Pos
	stated          bool
}

func (g *given[T]) PolicyValue() any { return &g.value }

func (g *given[T]) PolicyMark(mark, path, why string, pos problem.Pos) {
	g.mark, g.path, g.why, g.pos, g.stated = mark, path, why, pos, mark != "unknown"
}

func (g given[T]) ValidatorValue() any {
	if !g.stated {
		return nil
	}
	return g.value
}

type ownKinds struct {
	Fee   given[money.Amount] `policy:"fee" validate:"gt=0"`
	Rows  []given[int]        `policy:"rows" validate:"min=2,dive,gt=0"`
	Steps given[[]Step]       `policy:"steps" validate:"unique=Name,dive"`
	Cap   *given[int]         `policy:"cap"`
}

func TestATypeOfAnotherPackageCanDoWhatKnownDoes(t *testing.T) {
	parse := func(lines string) (ownKinds, *policyfile.File, error) {
		var into policyfile.Dated[ownKinds]
		file, err := policyfile.Parse("p.yaml", []byte("headgate: policy/1\nname: D\na:\n  - from: 2026-01-01\n    source: {section: s}\n"+lines), policyfile.Into("a", &into))
		if err != nil {
			return ownKinds{}, nil, err
		}
		got, _, err := into.On(day("2026-01-01"))
		return got, file, err
	}
	got, file, err := parse("    fee: {placeholder: 25.00, why: not public}\n    rows: [1, {unknown: lost}]\n    steps: [{name: a, days: 1}]\n")
	require.NoError(t, err)
	require.Equal(t, given[money.Amount]{money.Cents(2500), "placeholder", "a[0].fee", "not public", problem.Pos{File: "p.yaml", Line: 6, Col: 24}, true}, got.Fee)
	require.Equal(t, given[int]{0, "unknown", "a[0].rows[1]", "lost", problem.Pos{File: "p.yaml", Line: 7, Col: 15}, false}, got.Rows[1])
	require.Equal(t, given[[]Step]{[]Step{{"a", 1}}, "", "a[0].steps", "", problem.Pos{File: "p.yaml", Line: 8, Col: 12}, true}, got.Steps)
	require.Nil(t, got.Cap)
	require.Len(t, file.Placeholders(), 1)
	require.Len(t, file.Unknowns(), 1)

	_, _, err = parse("    fee: 0\n    rows: [1, 0]\n    steps: [{name: a, days: 0}]\n    cap: x\n")
	require.Equal(t, "6:10 E_POLICY_RULE a[0].fee\n7:15 E_POLICY_RULE a[0].rows[1]\n8:29 E_POLICY_RULE a[0].steps[0].days\n9:10 E_NUMBER a[0].cap", brief(t, err))
	_, _, err = parse("    fee: {unknown: x}\n    rows: {unknown: x}\n    steps: {unknown: x}\n")
	require.Equal(t, "7:11 E_NOT_KNOWN a[0].rows", brief(t, err), "the list itself can only be known")
	_, _, err = parse("    rows: [1, 2]\n    steps: [{name: a, days: 1}]\n")
	require.Equal(t, "4:5 E_MISSING a[0].fee", brief(t, err))
}

// Types that have the methods and could not be filled by them.
type (
	noPointer  struct{ N int }
	copied     struct{ N int }
	byPointer  struct{ N int }
	incomplete struct{ N int }
)

func (*noPointer) PolicyValue() any                         { return 1 }
func (*noPointer) PolicyMark(_, _, _ string, _ problem.Pos) {}
func (noPointer) ValidatorValue() any                       { return 1 }
func (c *copied) PolicyValue() any                          { n := c.N; return &n }
func (*copied) PolicyMark(_, _, _ string, _ problem.Pos)    {}
func (copied) ValidatorValue() any                          { return 1 }
func (b *byPointer) PolicyValue() any                       { return &b.N }
func (*byPointer) PolicyMark(_, _, _ string, _ problem.Pos) {}
func (b *byPointer) ValidatorValue() any                    { return b.N }
func (*incomplete) PolicyMark(_, _ string, _ problem.Pos)   {}

func TestATypeThatCouldNotBeFilledIsRefused(t *testing.T) {
	require.Contains(t, refused[struct {
		V noPointer `policy:"v"`
	}](t), "a policyfile_test.noPointer cannot be filled: its PolicyValue returns no pointer; see policyfile.Knowable")
	require.Contains(t, refused[struct {
		V []copied `policy:"v"`
	}](t), "its PolicyValue returns a pointer to a copy")
	require.Contains(t, refused[struct {
		V byPointer `policy:"v"`
	}](t), "its ValidatorValue is a method of the pointer")
	require.Contains(t, refused[struct {
		V incomplete `policy:"v"`
	}](t), "it has PolicyMark and is no Knowable")
}

func TestAPolicyThatIsWrittenInGo(t *testing.T) {
	source := rates.Citation{Resolution: "2025-31"}
	version := func(from, to string, n int) policyfile.Version[small] {
		var end civil.Date
		if to != "" {
			end = day(to)
		}
		return policyfile.NewVersion(day(from), end, source, small{n})
	}
	dated, err := policyfile.NewDated("late", version("2026-01-01", "2026-07-01", 1), version("2026-07-01", "", 2))
	require.NoError(t, err)
	for on, want := range map[string]int{"2026-01-01": 1, "2026-06-30": 1, "2026-07-01": 2, "2040-01-01": 2} {
		got, from, err := dated.On(day(on))
		require.NoError(t, err)
		require.Equal(t, want, got.Days)
		require.Equal(t, source, from)
	}
	_, _, err = dated.On(day("2025-12-31"))
	require.EqualError(t, err, "E_NO_VERSION: late: no version holds on 2025-12-31: the first begins on 2026-01-01; add the version of that day, with its source")

	for name, c := range map[string]struct {
		versions []policyfile.Version[small]
		want     string
	}{
		"none":               {nil, "E_MISSING: late: there is no version"},
		"a gap":              {[]policyfile.Version[small]{version("2026-01-01", "2026-07-01", 1), version("2026-07-02", "", 2)}, "E_VERSION_GAP: late[1].from: no version holds from 2026-07-01 to 2026-07-02"},
		"an overlap":         {[]policyfile.Version[small]{version("2026-01-01", "2026-07-01", 1), version("2026-06-30", "", 2)}, "E_VERSION_OVERLAP: late[1].from: "},
		"out of order":       {[]policyfile.Version[small]{version("2026-07-01", "2027-01-01", 1), version("2026-01-01", "2026-07-01", 2)}, "E_VERSION_OVERLAP: late[1].from: "},
		"no end":             {[]policyfile.Version[small]{version("2026-01-01", "", 1), version("2026-07-01", "", 2)}, "E_MISSING: late[0].to: to is missing, and another version follows"},
		"no days":            {[]policyfile.Version[small]{version("2026-01-01", "2026-01-01", 1)}, "E_PERIOD: late[0].to: "},
		"no begin, no value": {[]policyfile.Version[small]{{}}, "E_MISSING: late[0].from: from is missing; give the first day of the version\nE_NOT_KNOWN: late[0]: the version has no value; "},
	} {
		got, err := policyfile.NewDated("late", c.versions...)
		require.ErrorContains(t, err, c.want, name)
		require.Empty(t, got.Versions())
		var list problem.List
		require.True(t, errors.As(err, &list))
	}
	_, err = policyfile.Version[small]{From: day("2026-01-01")}.Value()
	require.ErrorIs(t, err, policyfile.ErrNotKnown)
}

func TestWhatIsHandedOutIsACopy(t *testing.T) {
	all, _, err := parseAll(with("known", "known: {placeholder: 5.00, why: not public}"))
	require.NoError(t, err)
	all.Versions()[0].Placeholders[0].Why = "changed"
	v, err := all.At(day("2026-01-01"))
	require.NoError(t, err)
	require.Equal(t, "not public", v.Placeholders[0].Why)
	v.Placeholders[0].Why = "changed"
	require.Equal(t, "not public", all.Versions()[0].Placeholders[0].Why)

	mine := policyfile.NewVersion(day("2026-01-01"), civil.Date{}, rates.Citation{}, small{1})
	mine.Placeholders = []policyfile.Mark{{Path: "days", Why: "not public"}}
	dated, err := policyfile.NewDated("late", mine)
	require.NoError(t, err)
	mine.Placeholders[0].Why = "changed"
	require.Equal(t, "late: not public", "late: "+dated.Versions()[0].Placeholders[0].Why)
}

func TestWhereNothingHolds(t *testing.T) {
	calendars, err := parseCalendars(calendarHead + "  o:\n  - {from: 2026-01-01, to: 2026-07-01, source: {resolution: A}, weekend: [], closed: {placeholder: {2026-05-25: x}, why: y}}\n" +
		"  - {from: 2026-07-01, to: 2027-01-01, source: {unknown: z}, weekend: {placeholder: [sunday], why: w}, closed: {}}\n" +
		"  - {from: 2027-01-01, to: 2028-01-01, unknown: not adopted}\n")
	require.NoError(t, err)
	c, err := calendars.Get("o")
	require.NoError(t, err)
	for on, want := range map[string]string{"2026-06-30": "A", "2026-07-01": ""} {
		source, err := c.Source(day(on))
		require.NoError(t, err)
		require.Equal(t, want, source.Resolution)
	}
	marks := c.Placeholders()
	require.Len(t, marks, 2)
	require.Equal(t, "calendars.o[0].closed: y", marks[0].String())
	require.Equal(t, "calendars.o[1].weekend: w", marks[1].String())
	marks[0].Why = "changed"
	require.Equal(t, "y", c.Placeholders()[0].Why)

	for on, place := range map[string]string{"2025-12-31": "p.yaml:5:5: ", "2027-05-01": "p.yaml:7:5: ", "2028-01-01": "p.yaml:7:5: "} {
		_, err := c.Open(day(on))
		require.ErrorContains(t, err, place+"E_CALENDAR: calendars.o: ")
		_, err = c.Source(day(on))
		require.ErrorContains(t, err, place+"E_CALENDAR: ")
	}
	_, err = calendars.Get("p")
	require.ErrorContains(t, err, "p.yaml:4:3: E_NO_AREA: ")
}
