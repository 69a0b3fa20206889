package problem_test

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/problem"
)

const (
	errGap   problem.Code = "E_GAP"
	errOther problem.Code = "E_OTHER"
)

func TestPositionLeavesOutWhatIsUnknown(t *testing.T) {
	for _, c := range []struct {
		pos  problem.Pos
		want string
	}{
		{problem.Pos{File: "rates.yaml", Line: 14, Col: 9}, "rates.yaml:14:9"},
		{problem.Pos{File: "rates.yaml", Line: 14}, "rates.yaml:14"},
		{problem.Pos{File: "rates.yaml"}, "rates.yaml"},
		{problem.Pos{Line: 14, Col: 9}, "14:9"},
		{problem.Pos{File: "rates.yaml", Col: 9}, "rates.yaml"},
		{problem.Pos{}, ""},
	} {
		require.Equal(t, c.want, c.pos.String())
		require.Equal(t, c.want == "", c.pos.IsZero(), "%+v", c.pos)
	}
}

func TestErrorTextLeavesOutEmptyParts(t *testing.T) {
	cause := errors.New("no such file")
	pos := problem.Pos{File: "rates.yaml", Line: 14, Col: 9}
	for _, c := range []struct {
		name string
		err  problem.Error
		want string
	}{
		{"all parts", problem.Error{Code: errGap, Path: "versions[1].from", Pos: pos, What: "a gap", Fix: "close it"},
			"rates.yaml:14:9: E_GAP: versions[1].from: a gap; close it"},
		{"no position", problem.Error{Code: errGap, Path: "versions[1].from", What: "a gap", Fix: "close it"},
			"E_GAP: versions[1].from: a gap; close it"},
		{"no code", problem.Error{Path: "versions[1].from", What: "a gap"}, "versions[1].from: a gap"},
		{"no path", problem.Error{Code: errGap, What: "a gap", Fix: "close it"}, "E_GAP: a gap; close it"},
		{"no fix", problem.Error{Code: errGap, What: "a gap"}, "E_GAP: a gap"},
		{"only a fix", problem.Error{Fix: "close it"}, "close it"},
		{"nothing", problem.Error{}, ""},
		{"the cause stands in for what", problem.Error{Code: errGap, Err: cause, Fix: "close it"}, "E_GAP: no such file; close it"},
		{"what hides the cause", problem.Error{Code: errGap, What: "a gap", Err: cause}, "E_GAP: a gap"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.EqualError(t, &c.err, c.want)
		})
	}
}

func TestErrorIsItsCodeAndItsCause(t *testing.T) {
	err := fmt.Errorf("compile: %w", &problem.Error{Code: errGap, Err: fs.ErrNotExist})
	require.ErrorIs(t, err, errGap)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NotErrorIs(t, err, errOther)
	require.NotErrorIs(t, err, errors.New("E_GAP"), "only a code is a code")

	var found *problem.Error
	require.ErrorAs(t, err, &found)
	require.Equal(t, errGap, found.Code)
	require.EqualError(t, errGap, "E_GAP")
}

func TestEmptyListIsNoError(t *testing.T) {
	var list problem.List
	list.Add(nil)
	err := list.Err()
	require.True(t, err == nil, "Err must give a nil interface, got %#v", err)
	require.Empty(t, list.Error())
}

func TestListIsEachOfItsProblems(t *testing.T) {
	var list problem.List
	list.Add(&problem.Error{Code: errGap, What: "one"})
	list.Add(&problem.Error{Code: errOther, What: "two", Err: fs.ErrNotExist})
	err := list.Err()
	require.EqualError(t, err, "E_GAP: one\nE_OTHER: two")
	require.ErrorIs(t, err, errGap)
	require.ErrorIs(t, err, errOther)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NotErrorIs(t, err, problem.Code("E_THIRD"))

	var back problem.List
	require.ErrorAs(t, err, &back)
	require.Len(t, back, 2)
}

func TestSortFollowsTheSourceAndPutsUnplacedLast(t *testing.T) {
	at := func(file string, line, col int, what string) *problem.Error {
		return &problem.Error{Pos: problem.Pos{File: file, Line: line, Col: col}, What: what}
	}
	list := problem.List{
		at("", 0, 0, "unplaced 1"),
		at("b.yaml", 1, 1, "b"),
		at("a.yaml", 9, 2, "a 9:2 first"),
		at("", 0, 0, "unplaced 2"),
		at("a.yaml", 10, 1, "a 10:1"),
		at("a.yaml", 9, 2, "a 9:2 second"),
		at("a.yaml", 9, 1, "a 9:1"),
		at("a.yaml", 0, 0, "a"),
	}
	list.Sort()
	var order []string
	for _, e := range list {
		order = append(order, e.What)
	}
	require.Equal(t, []string{
		"a", "a 9:1", "a 9:2 first", "a 9:2 second", "a 10:1", "b", "unplaced 1", "unplaced 2",
	}, order)
}

func TestSortIsStableAndLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		positions := rapid.SliceOf(rapid.Custom(func(t *rapid.T) problem.Pos {
			return problem.Pos{
				File: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "file"),
				Line: rapid.IntRange(0, 2).Draw(t, "line"),
				Col:  rapid.IntRange(0, 2).Draw(t, "col"),
			}
		})).Draw(t, "positions")
		var list problem.List
		added := map[*problem.Error]int{}
		for i, pos := range positions {
			e := &problem.Error{Pos: pos}
			added[e] = i
			list.Add(e)
		}
		list.Sort()
		require.Len(t, list, len(positions))
		for i := 1; i < len(list); i++ {
			before, after := list[i-1], list[i]
			require.False(t, before.Pos.IsZero() && !after.Pos.IsZero(), "an unplaced problem stands before a placed one")
			if before.Pos == after.Pos {
				require.Less(t, added[before], added[after])
			}
		}
	})
}
