package policyfile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/policyfile"
	"github.com/headgate-dev/headgate/billing/problem"
)

func TestOfManyProblemsTheFirstAreReported(t *testing.T) {
	type T struct {
		Last  []int `policy:"last" validate:"dive,gt=0"`
		First []int `policy:"first" validate:"dive,gt=0"`
	}
	// The rules are looked at when the values have been read, and last is read before
	// first: both stand in another order in the file.
	rows := func(value string, n int) string { return "[" + strings.Repeat(value+", ", n-1) + value + "]" }
	for _, c := range []struct{ first, last, more int }{{60, 40, 0}, {60, 41, 1}, {90, 60, 50}, {1500, 1500, 2900}} {
		got := strings.Split(read[T]("first: "+rows("0", c.first)+"\nlast: "+rows("x", c.last)), "\n")
		if c.more == 0 {
			require.Len(t, got, 100)
		} else {
			require.Len(t, got, 101)
			require.Contains(t, got[100], fmt.Sprintf("there are more problems than are reported: %d more; ", c.more))
		}
		for i := range 100 {
			want := fmt.Sprintf("p.yaml:6:%d: E_POLICY_RULE: a[0].first[%d]: ", 13+3*i, i)
			if i >= c.first {
				want = fmt.Sprintf("p.yaml:7:%d: E_NUMBER: a[0].last[%d]: ", 12+3*(i-c.first), i-c.first)
			}
			require.True(t, strings.HasPrefix(got[i], want), "%s: %s", want, got[i])
		}
	}
}

func TestAMisspelledKeyIsToldOnce(t *testing.T) {
	const at = "p.yaml:%d:5: E_UNKNOWN_KEY: all[0].%s: %q has no meaning here; did you mean %s?"
	for _, c := range []struct {
		key, line, written, meant string
		row                       int
	}{
		{"count", "cuont: 5", "cuont", "count", 8},
		{"count", "COUNT: 5", "COUNT", "count", 8},
		{"unsigned", "un-signed: 5", "un-signed", "unsigned", 10},
		{"unsigned", "unsinged: 5", "unsinged", "unsigned", 10},
		{"percent", "percnt: 5", "percnt", "percent", 11},
	} {
		_, _, err := parseAll(with(c.key, c.line))
		require.EqualError(t, err, fmt.Sprintf(at, c.row, c.written, c.written, c.meant))
	}
	for name, c := range map[string]struct{ src, want string }{
		"the source of a version": {strings.Replace(in(everything), "source:", "souce:", 1), `p.yaml:5:5: E_UNKNOWN_KEY: all[0].souce: "souce" has no meaning here; did you mean source?`},
		"its first day":           {strings.Replace(in(everything), "from:", "form:", 1), `p.yaml:4:5: E_UNKNOWN_KEY: all[0].form: "form" has no meaning here; did you mean from?`},
		"a nested key":            {with("nested", "nested: {nam: x, days: 1}"), `p.yaml:19:14: E_UNKNOWN_KEY: all[0].nested.nam: "nam" has no meaning here; did you mean name?`},
		"an area":                 {strings.Replace(in(everything), "\nall:", "\nal:", 1), `p.yaml:3:1: E_UNKNOWN_KEY: al: the program reads no area "al"; did you mean all?`},
		"the name":                {strings.Replace(in(everything), "\nname:", "\nnames:", 1), `p.yaml:2:1: E_UNKNOWN_KEY: names: the program reads no area "names"; did you mean name?`},
	} {
		_, _, err := parseAll(c.src)
		require.EqualError(t, err, c.want, name)
	}
	var into policyfile.Dated[small]
	_, err := policyfile.Parse("p.yaml", []byte(versions("- {from: 2024-01-01, ot: 2025-01-01, source: {section: s}, days: 1}\n- {from: 2025-01-01, source: {section: s}, days: 2}\n")), policyfile.Into("small", &into))
	require.EqualError(t, err, `p.yaml:4:22: E_UNKNOWN_KEY: small[0].ot: "ot" has no meaning here; did you mean to?`)

	// What is there, or too far off, was not meant; and of two that could be, one was.
	_, _, err = parseAll(with("count", "count: 5\ncuont: 5"))
	require.NotContains(t, err.Error(), "did you mean")
	_, _, err = parseAll(with("count", "quantity: 5"))
	require.Equal(t, "4:5 E_MISSING all[0].count\n8:5 E_UNKNOWN_KEY all[0].quantity", brief(t, err))
	_, _, err = parseAll(with("count", "cuont: 5\ncoutn: 5"))
	require.Equal(t, 1, strings.Count(err.Error(), "did you mean count?"))
	require.Equal(t, "8:5 E_UNKNOWN_KEY all[0].cuont\n9:5 E_UNKNOWN_KEY all[0].coutn", brief(t, err))

	// A rule that asks for the key does not find it missing either.
	require.Equal(t, `p.yaml:7:5: E_UNKNOWN_KEY: a[0].amuont: "amuont" has no meaning here; did you mean amount?`, read[struct {
		Share  *int `policy:"share"`
		Amount *int `policy:"amount" validate:"required_with=Share"`
	}]("share: 1\namuont: 2"))
}

func TestEveryRepeatIsTold(t *testing.T) {
	require.Equal(t, "p.yaml:6:12: E_POLICY_RULE: a[0].v[1]: it is the same as entry 1 of the list; keep one, or correct it\n"+
		"p.yaml:6:18: E_POLICY_RULE: a[0].v[3]: it is the same as entry 3 of the list; keep one, or correct it\n"+
		"p.yaml:6:21: E_POLICY_RULE: a[0].v[4]: it is the same as entry 1 of the list; keep one, or correct it",
		read[struct {
			V []int `policy:"v" validate:"unique"`
		}]("v: [1, 1, 2, 2, 1]"))
	type kind struct {
		Kind string `policy:"fee_kind,optional"`
		N    int    `policy:"n"`
	}
	require.Equal(t, "p.yaml:6:55: E_POLICY_RULE: a[0].v[2].fee_kind: fee_kind is the same as in entry 1 of the list; keep one, or correct it",
		read[struct {
			V []kind `policy:"v" validate:"unique=Kind,dive"`
		}]("v: [{fee_kind: a, n: 1}, {n: 1}, {n: 1, fee_kind: a}, {n: 1}]"))
	require.Empty(t, read[struct {
		V []kind `policy:"v" validate:"unique=Kind,dive"`
	}]("v: [{n: 1}, {n: 1}]"), "what is absent is no repeat")
	// Of a mapping the first in the file stands, whatever the order of the names.
	require.Equal(t, "p.yaml:6:18: E_POLICY_RULE: a[0].v.a: it is the same as \"z\" of the mapping; keep one, or correct it\n"+
		"p.yaml:6:30: E_POLICY_RULE: a[0].v.m: it is the same as \"z\" of the mapping; keep one, or correct it",
		read[struct {
			V map[string]int `policy:"v" validate:"unique"`
		}]("v: {z: 1, a: 1, b: 2, m: 1}"))
}

// Go walks mappings in any order: the more entries, the less likely is the right one by chance.
func TestTheFirstOfAMappingStands(t *testing.T) {
	type T struct {
		V map[string]int `policy:"v" validate:"unique"`
	}
	for _, between := range []string{"\n    ", " "} {
		src := "v: {" + between + "z: 1"
		for c := 'a'; c < 'p'; c++ {
			src += "," + between + string(c) + ": 1"
		}
		got := read[T](src + "}")
		require.Equal(t, 15, strings.Count(got, `it is the same as "z" of the mapping`), got)
	}
}

func TestListsInAListThatMayBeEmptyMayNot(t *testing.T) {
	type T struct {
		V [][]int                   `policy:"v,empty"`
		M map[string]map[string]int `policy:"m,empty"`
	}
	require.Empty(t, read[T]("v: []\nm: {}"))
	require.Empty(t, read[T]("v: [[1], [2]]\nm: {a: {b: 1}}"))
	require.Equal(t, "p.yaml:6:14: E_MISSING: a[0].v[1]: it is empty; state v[1], or that it is not known: {unknown: not public}\n"+
		"p.yaml:7:12: E_MISSING: a[0].m.a: it is empty; state a, or that it is not known: {unknown: not public}",
		read[T]("v: [[1], []]\nm: {a: {}}"))
}

// Each of these took a time that grows with the square of the size.
func TestLargeFilesAreReadInTime(t *testing.T) {
	const n = 100_000
	t.Run("closed days", func(t *testing.T) {
		var b strings.Builder
		b.WriteString(calendarHead + "  o:\n  - from: 2000-01-01\n    to: 2400-01-01\n    source: {section: s}\n    weekend: []\n    closed:\n")
		at := day("2000-01-01")
		for range n {
			fmt.Fprintf(&b, "      %s: Closed\n", at)
			var err error
			at, err = at.AddDays(1)
			require.NoError(t, err)
		}
		c := calendar(t, b.String(), "o")
		require.Len(t, c.Holidays(), n)
		open, err := c.Open(at)
		require.NoError(t, err)
		require.True(t, open)
	})
	t.Run("problems of a check", func(t *testing.T) {
		got := read[long]("rows: [" + strings.Repeat("1, ", n) + "2]")
		require.Contains(t, got, "a[0].rows[99]: ")
		require.Contains(t, got, fmt.Sprintf("%d more", n+1-100))
	})
	t.Run("strange keys", func(t *testing.T) {
		var b strings.Builder
		b.WriteString("v: 1")
		for i := range n {
			fmt.Fprintf(&b, "\nv%d: 1", i)
		}
		got := read[struct {
			V int `policy:"v"`
		}](b.String() + "\nw: 1")
		require.Contains(t, got, fmt.Sprintf("%d more", n+1-100))
	})
	t.Run("repeats", func(t *testing.T) {
		got := read[struct {
			V []int `policy:"v" validate:"unique"`
		}]("v: [" + strings.Repeat("1, ", n) + "1]")
		require.Contains(t, got, fmt.Sprintf("%d more", n-100))
	})
}

type long struct {
	Rows []int `policy:"rows"`
}

// Check finds something in every row.
func (l long) Check() error {
	var found problem.List
	for i := range l.Rows {
		found.Add(&problem.Error{Code: "E_OWN", Path: fmt.Sprintf("rows[%d]", i), What: "odd", Fix: "even it"})
	}
	return found.Err()
}

func TestProblemsOfACheckStandAtTheNearestValue(t *testing.T) {
	type at = struct{ path, want string }
	for _, c := range []at{
		{"rows[1]", "6:15"}, {"rows[7]", "6:11"}, {"rows", "6:11"}, {"rowsx", "4:5"}, {"other.rows[0]", "4:5"}, {"rows[0].a.b", "6:12"}, {"", "4:5"},
	} {
		var into policyfile.Dated[pointed]
		wanted = c.path
		_, err := policyfile.Parse("p.yaml", []byte("headgate: policy/1\nname: D\na:\n  - from: 2026-01-01\n    source: {section: s}\n    rows: [1, 2]\n"), policyfile.Into("a", &into))
		require.ErrorContains(t, err, "p.yaml:"+c.want+": E_OWN: ", c.path)
	}
}

// wanted is where the Check of pointed finds something.
var wanted string

type pointed struct {
	Rows []int `policy:"rows"`
}

func (pointed) Check() error {
	return &problem.Error{Code: "E_OWN", Path: wanted, What: "odd", Fix: "even it"}
}
