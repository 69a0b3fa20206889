package backbill_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func rows(t *testing.T, name string) map[string]map[string]string {
	corpus := os.Getenv("HEADGATE_CORPUS")
	if corpus == "" {
		t.Skip("HEADGATE_CORPUS is not set")
	}
	require.True(t, filepath.IsAbs(corpus), "HEADGATE_CORPUS is not absolute")
	file, err := os.Open(filepath.Join(corpus, "policy", name))
	require.NoError(t, err)
	defer file.Close()
	table, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	rows := map[string]map[string]string{}
	for _, row := range table[1:] {
		require.NotContains(t, rows, row[0])
		rows[row[0]] = map[string]string{}
		for i, key := range table[0] {
			rows[row[0]][key] = row[i]
		}
	}
	require.NotEmpty(t, rows)
	return rows
}

func expected(t *testing.T, pick func(id, group string) bool) map[string]int64 {
	expected := map[string]int64{}
	for id, row := range rows(t, "cases.csv") {
		if pick(id, row["group"]) {
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
