package backbill_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/internal/corpus"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func expected(t *testing.T, pick func(id, group string) bool) map[string]int64 {
	expected := map[string]int64{}
	for _, row := range corpus.Rows(t, "policy", "cases.csv") {
		if id := row["id"]; pick(id, row["group"]) {
			expected[id] = must(strconv.ParseInt(row["expected_cents"], 10, 64))
		}
	}
	return expected
}

func tested(t *testing.T, cases []acceptance) map[string]int64 {
	tested := map[string]int64{}
	for _, c := range cases {
		require.NotContains(t, tested, c.id)
		tested[c.id] = c.cents
	}
	return tested
}

type acceptance struct {
	id    string
	cents int64
	price func(t require.TestingT) int64
}

func run(t *testing.T, cases []acceptance) {
	require.True(t, slices.IsSortedFunc(cases, func(a, b acceptance) int { return strings.Compare(a.id, b.id) }), "in the order of their ids")
	for _, c := range cases {
		t.Run(c.id, func(t *testing.T) { require.Equal(t, c.cents, c.price(t)) })
	}
}
