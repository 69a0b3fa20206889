package ratefile_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"github.com/headgate-dev/headgate/adapters/ratefile"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

var update = flag.Bool("update", false, "write what a test compares with anew")

// must is for values that a test states itself.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// read is a file of testdata.
func read(name string) string { return string(must(os.ReadFile(filepath.Join("testdata", name)))) }

// books are the names of the good books of testdata, those in its folders among them.
func books() []string {
	var names []string
	for _, pattern := range []string{"*.yaml", "*.json", "worked/*.yaml"} {
		for _, path := range must(filepath.Glob(filepath.Join("testdata", pattern))) {
			if name, _ := filepath.Rel("testdata", path); name != "faults.yaml" {
				names = append(names, name)
			}
		}
	}
	return names
}

// problems is all that is wrong with a file, of whatever stage.
func problems(src string) problem.List {
	f, err := ratefile.Parse("f", []byte(src))
	if err == nil {
		_, err = f.Compile()
	}
	var all problem.List
	if err != nil && !errors.As(err, &all) {
		panic(err)
	}
	return all
}

// parsed is a file that a test takes to be right.
func parsed(t require.TestingT, src string) *ratefile.File {
	f, err := ratefile.Parse("f", []byte(src))
	require.NoError(t, err, src)
	return f
}

// A fault is a row of faults.yaml.
type fault struct {
	Name, Stage, Unseen, Old, New, At, Code, Path, Says, Fix string
	Alone                                                    bool
}

func faults() []fault {
	var all []fault
	if err := yaml.Unmarshal([]byte(read("faults.yaml")), &all); err != nil {
		panic(err)
	}
	return all
}

// in is a book with the fault.
func (f *fault) in(book string) string {
	return strings.NewReplacer("⟦FF⟧", "\xff", "⟦07⟧", "\a").Replace(strings.Replace(book, f.Old, f.New, 1))
}

// placeless is a book without the places of its values.
func placeless(book rates.Book) rates.Book {
	v := reflect.ValueOf(&book).Elem()
	clearPlaces(v)
	return book
}

func clearPlaces(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[rates.Number]() {
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).Type == reflect.TypeFor[problem.Pos]() {
				v.Field(i).SetZero()
			} else if v.Type().Field(i).IsExported() {
				clearPlaces(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			clearPlaces(v.Index(i))
		}
	case reflect.Interface:
		if !v.IsNil() {
			inner := reflect.New(v.Elem().Type()).Elem()
			inner.Set(v.Elem())
			clearPlaces(inner)
			v.Set(inner)
		}
	}
}

// requireSame asks that two texts hold the same book and the same checks.
func requireSame(t require.TestingT, a, b string) {
	one, two := parsed(t, a), parsed(t, b)
	require.Equal(t, placeless(one.Book()), placeless(two.Book()), b)
	require.Equal(t, one.Checks(), two.Checks(), b)
	requireSameDigest(t, one.Book(), two.Book())
}

func requireSameDigest(t require.TestingT, a, b rates.Book) {
	first, err := rates.Compile(a)
	second, also := rates.Compile(b)
	require.Equal(t, err == nil, also == nil)
	if err == nil {
		require.Equal(t, first.Digest(), second.Digest())
	}
}

// commentAt is where the comment of a line begins, for books without "#" in texts over
// several lines; -1 for none.
func commentAt(line string) int {
	for i := range line {
		if line[i] == '#' && (i == 0 || line[i-1] == ' ') && strings.Count(line[:i], `"`)%2 == 0 {
			return i
		}
	}
	return -1
}

// commentsOf are the comments of a book.
func commentsOf(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if i := commentAt(line); i >= 0 {
			all = append(all, strings.TrimSpace(line[i:]))
		}
	}
	slices.Sort(all)
	return all
}

func TestGoodBooksParseAndReproduceTheirChecks(t *testing.T) {
	for _, name := range books() {
		t.Run(name, func(t *testing.T) {
			f, err := ratefile.Parse(name, []byte(read(name)))
			require.NoError(t, err)
			_, err = f.Compile()
			require.NoError(t, err)
		})
	}
}
