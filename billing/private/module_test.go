package private_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	modulePath = "github.com/headgate-dev/headgate/"
	moduleRoot = "../.."
	reviewed   = "testdata/reviewed.txt"
)

// TestNoExportedStructHoldsAPrivateValueInAPlainString finds the fields of this module's exported types that could print
// somebody's name, address or bank data, since their names say so and their types do not hide it. Each is given a private type,
// or a line in testdata/reviewed.txt that says why it is no private value.
func TestNoExportedStructHoldsAPrivateValueInAPlainString(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("the go command, which knows the packages of the module, is not on this machine")
	}
	data, err := os.ReadFile(reviewed)
	require.NoError(t, err)
	exceptions, err := parseReviewed(string(data))
	require.NoError(t, err)
	packages := modulePackages(t)
	require.Contains(t, packages, modulePath+"billing/private")
	require.Contains(t, packages, modulePath+"billing/rates")
	if todo := compare(suspects(slices.Collect(maps.Values(packages))), exceptions); todo != "" {
		require.Fail(t, "fields and reviews differ", "%s", todo)
	}
}

// modulePackages loads every package of the module that others can import, from what the compiler has written of it.
func modulePackages(t *testing.T) map[string]*types.Package {
	t.Helper()
	// The test's result is kept until a file changes that the test has looked at, and the go command's looks do not count.
	require.NoError(t, filepath.WalkDir(moduleRoot, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && path != moduleRoot && strings.HasPrefix(entry.Name(), ".") {
			return fs.SkipDir
		}
		return err
	}))
	list := exec.Command("go", "list", "-deps", "-export", "-json=ImportPath,Name,Export", "./...")
	list.Dir = moduleRoot
	var problems bytes.Buffer
	list.Stderr = &problems
	out, err := list.Output()
	require.NoError(t, err, problems.String())

	exports := map[string]string{}
	var ours []string
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ ImportPath, Name, Export string }
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else {
			require.NoError(t, err)
		}
		exports[p.ImportPath] = p.Export
		if strings.HasPrefix(p.ImportPath, modulePath) && p.Name != "main" {
			ours = append(ours, p.ImportPath)
		}
	}
	load := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	packages := map[string]*types.Package{}
	for _, path := range ours {
		packages[path], err = load.Import(path)
		require.NoError(t, err)
	}
	return packages
}

// parseReviewed reads lines "package.Type.Field: why it is no private value", with blank lines and # between them. Their order
// is for whoever reads them.
func parseReviewed(text string) (map[string]string, error) {
	exceptions := map[string]string{}
	for i, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		field, why, _ := strings.Cut(line, ": ")
		switch why = strings.TrimSpace(why); {
		case why == "" || strings.HasPrefix(why, "<"):
			return nil, fmt.Errorf("%s:%d: %s: say why it is no private value", reviewed, i+1, field)
		case exceptions[field] != "":
			return nil, fmt.Errorf("%s:%d: %s: is there twice; drop this line", reviewed, i+1, field)
		}
		exceptions[field] = why
	}
	return exceptions, nil
}

// compare says what to do about the fields that are suspect and not reviewed, and about the reviews that have no field: which
// lines to add, and which to drop. It is empty where there is nothing to do.
func compare(suspects []string, exceptions map[string]string) string {
	var add, drop strings.Builder
	for _, field := range suspects {
		if _, ok := exceptions[field]; !ok {
			fmt.Fprintf(&add, "%s: <why it is no private value>\n", field)
		}
	}
	for _, field := range slices.Sorted(maps.Keys(exceptions)) {
		if !slices.Contains(suspects, field) {
			fmt.Fprintf(&drop, "%s: %s\n", field, exceptions[field])
		}
	}
	var todo string
	if add.Len() > 0 {
		todo = "could hold private values in plain text: give them types of billing/private, or add to billing/private/" + reviewed + "\n" + add.String()
	}
	if drop.Len() > 0 {
		todo += "are not found anymore: drop from billing/private/" + reviewed + "\n" + drop.String()
	}
	return todo
}

func TestReviewNamesEveryFieldOnceWithItsReason(t *testing.T) {
	planted := suspects([]*types.Package{checkSource(t, "package planted; type Mandate struct { Payer, Payee string }")})
	for _, c := range []struct {
		name, reviewed string
		want           string
	}{
		{"all are reviewed", "planted.Mandate.Payee: a code\nplanted.Mandate.Payer: a code", ""},
		{
			"a new field", "# why\n\nplanted.Mandate.Payee: a code",
			"could hold private values in plain text: give them types of billing/private, or add to billing/private/testdata/reviewed.txt\n" +
				"planted.Mandate.Payer: <why it is no private value>\n",
		},
		{
			"a field that is gone", "planted.Mandate.Payer: a\nplanted.Mandate.Payee: a\nplanted.Mandate.Remitter: a: b",
			"are not found anymore: drop from billing/private/testdata/reviewed.txt\nplanted.Mandate.Remitter: a: b\n",
		},
		{
			"both", "planted.Mandate.Payer: a\nplanted.Mandate.Remitter: a",
			"could hold private values in plain text: give them types of billing/private, or add to billing/private/testdata/reviewed.txt\n" +
				"planted.Mandate.Payee: <why it is no private value>\n" +
				"are not found anymore: drop from billing/private/testdata/reviewed.txt\nplanted.Mandate.Remitter: a\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			exceptions, err := parseReviewed(c.reviewed)
			require.NoError(t, err)
			require.Equal(t, c.want, compare(planted, exceptions))
		})
	}
	for _, wrong := range []string{"planted.Mandate.Payer", "planted.Mandate.Payer: ", "planted.Mandate.Payer: <why it is no private value>", "a.T.F: a\na.T.F: a"} {
		_, err := parseReviewed(wrong)
		require.Error(t, err, wrong)
	}
}
