// Package corpus reads the acceptance cases and the data of other projects that HEADGATE_CORPUS points to, for tests alone. They are
// never copied into this project.
package corpus

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"
)

// Variable names the environment variable that holds the absolute path of the corpus.
const Variable = "HEADGATE_CORPUS"

// Dir is a folder of the corpus. Where the variable is not set the test is skipped, and where it is no absolute path it fails:
// go test runs each package in its own folder.
func Dir(t testing.TB, folder string) string {
	t.Helper()
	root := os.Getenv(Variable)
	if root == "" {
		t.Skip(Variable + " is not set")
	}
	if !filepath.IsAbs(root) {
		t.Fatalf("%s is %q, and has to be an absolute path", Variable, root)
	}
	return filepath.Join(root, folder)
}

// Rows are the rows of a table of the corpus in their order, each by the headings of its columns. The first column is a key, and a
// table without rows, or with two of one key, fails the test: it would prove nothing.
func Rows(t testing.TB, folder, table string) []map[string]string {
	t.Helper()
	file, err := os.Open(filepath.Join(Dir(t, folder), table))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(lines) < 2 {
		t.Fatalf("%s has no rows", table)
	}
	var rows []map[string]string
	seen := map[string]bool{}
	for _, line := range lines[1:] {
		if seen[line[0]] {
			t.Fatalf("%s has two rows %q", table, line[0])
		}
		seen[line[0]] = true
		row := map[string]string{}
		for i, heading := range lines[0] {
			row[heading] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}
