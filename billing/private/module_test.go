package private_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
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
	"unicode"

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
	require.Empty(t, strings.Join(compare(suspects(slices.Collect(maps.Values(packages))), exceptions), "\n"))
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

// parseReviewed reads lines "package.Type.Field: why it is no private value", in order, with blank lines and # between them.
func parseReviewed(text string) (map[string]string, error) {
	exceptions := map[string]string{}
	last := ""
	for i, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		field, why, _ := strings.Cut(line, ":")
		switch {
		case strings.TrimSpace(why) == "":
			return nil, fmt.Errorf("%s:%d: %s: say why it is no private value", reviewed, i+1, field)
		case field <= last:
			return nil, fmt.Errorf("%s:%d: %s: keep the lines sorted, each field once", reviewed, i+1, field)
		}
		exceptions[field], last = why, field
	}
	return exceptions, nil
}

// compare says what to do about each field that is suspect and not reviewed, and about each review that has no field.
func compare(suspects []string, exceptions map[string]string) []string {
	var todo []string
	for _, field := range suspects {
		if _, ok := exceptions[field]; !ok {
			todo = append(todo, fmt.Sprintf("%s: could hold a private value in plain text; give it a type of billing/private, or add a line with the reason to %s",
				field, reviewed))
		}
	}
	for _, field := range slices.Sorted(maps.Keys(exceptions)) {
		if !slices.Contains(suspects, field) {
			todo = append(todo, fmt.Sprintf("%s: there is no such field anymore; take its line out of %s", field, reviewed))
		}
	}
	return todo
}

// suspects lists, sorted, the fields whose names speak of people or banks and whose types hold plain text: of all exported types
// of the packages, and of the unexported types that are fields of theirs.
func suspects(packages []*types.Package) []string {
	s := search{found: map[string]bool{}, seen: map[string]bool{}}
	for _, p := range packages {
		for _, name := range p.Scope().Names() {
			if object, ok := p.Scope().Lookup(name).(*types.TypeName); ok && object.Exported() {
				s.named(object, object.Type())
			}
		}
	}
	return slices.Sorted(maps.Keys(s.found))
}

type search struct {
	found map[string]bool
	seen  map[string]bool
}

// named looks into a type that has a name, once; into a generic one, once for each of its type arguments.
func (s search) named(object *types.TypeName, t types.Type) {
	if id := types.TypeString(t, nil); isOurs(object) && !s.seen[id] {
		s.seen[id] = true
		s.typ(strings.TrimPrefix(object.Pkg().Path(), modulePath)+"."+object.Name(), hasWord(object.Name(), ownerWords), t, true)
	}
}

// typ looks into a type that stands at a path. told says that a name on the path speaks of people or banks; top, that the path
// is the type's own.
func (s search) typ(path string, told bool, t types.Type, top bool) {
	if named, ok := types.Unalias(t).(*types.Named); ok && !top {
		s.named(named.Obj(), named)
		for argument := range named.TypeArgs().Types() {
			s.typ(path, told, argument, false)
		}
		return
	}
	switch t := t.Underlying().(type) {
	case *types.Struct:
		for field := range t.Fields() {
			at := path + "." + field.Name()
			suspect := told || personal(field.Name()) || personal(plainName(field.Type()))
			if suspect && !isOwner(field.Type()) && holdsText(field.Type(), nil) {
				s.found[at] = true
			}
			s.typ(at, told || hasWord(field.Name(), ownerWords), field.Type(), false)
		}
	case *types.Pointer:
		s.typ(path, told, t.Elem(), false)
	case *types.Slice:
		s.typ(path, told, t.Elem(), false)
	case *types.Array:
		s.typ(path, told, t.Elem(), false)
	case *types.Chan:
		s.typ(path, told, t.Elem(), false)
	case *types.Map:
		s.typ(path, told, t.Key(), false)
		s.typ(path, told, t.Elem(), false)
	}
	if top && personal(plainName(t)) && holdsText(t, nil) {
		s.found[path] = true
	}
}

// holdsText reports whether printing a value of a type could print a text: a string, bytes, runes, or anything.
func holdsText(t types.Type, within []types.Type) bool {
	if slices.Contains(within, t) {
		return false
	}
	within = append(within, t)
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0
	case *types.Interface:
		return u.Empty() && !isTypeParam(t)
	case *types.Pointer:
		return holdsText(u.Elem(), within)
	case *types.Slice:
		return isByteOrRune(u.Elem()) || holdsText(u.Elem(), within)
	case *types.Array:
		return isByteOrRune(u.Elem()) || holdsText(u.Elem(), within)
	case *types.Chan:
		return holdsText(u.Elem(), within)
	case *types.Map:
		return holdsText(u.Key(), within) || holdsText(u.Elem(), within)
	case *types.Struct:
		named, _ := types.Unalias(t).(*types.Named)
		for field := range u.Fields() {
			// What a type of another module keeps for itself, as time.Time does, is its own affair.
			if (field.Exported() || named == nil || isOurs(named.Obj())) && holdsText(field.Type(), within) {
				return true
			}
		}
	}
	return false
}

func isTypeParam(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.TypeParam)
	return ok
}

func isByteOrRune(t types.Type) bool {
	basic, ok := t.Underlying().(*types.Basic)
	return ok && (basic.Kind() == types.Uint8 || basic.Kind() == types.Int32)
}

func isOurs(object *types.TypeName) bool {
	return object.Pkg() != nil && strings.HasPrefix(object.Pkg().Path()+"/", modulePath)
}

// plainName is the name of a type that is no struct, or of what a pointer, list or map holds; empty where it has none. The
// fields of a struct speak for themselves.
func plainName(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if _, ok := t.Underlying().(*types.Struct); !ok {
			return t.Obj().Name()
		}
	case interface{ Elem() types.Type }:
		return plainName(t.Elem())
	}
	return ""
}

// isOwner reports whether a type is a struct of this module that makes all of its own fields suspect: they are told there, once.
func isOwner(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && plainName(t) == "" && isOurs(named.Obj()) && hasWord(named.Obj().Name(), ownerWords)
}

// personal reports whether a name in Go has a word that speaks of people, their homes or their banks, or of what is told about
// them.
func personal(name string) bool { return hasWord(name, ownerWords) || hasWord(name, detailWords) }

func hasWord(name string, set map[string]bool) bool {
	return slices.ContainsFunc(words(name), func(word string) bool {
		return set[word] || set[strings.TrimSuffix(word, "s")] || set[strings.TrimSuffix(word, "es")]
	})
}

// ownerWords, in the singular, make everything suspect that stands within what they name: a Person's ID too.
var ownerWords = setOf(`
	person people human individual customer client consumer tenant owner occupant resident landlord lessee household
	holder cardholder accountholder payer payor payee remitter remitted sender recipient addressee beneficiary contact guarantor applicant spouse
	employee clerk cashier approver preparer operator officer signer user author actor attorney agent witness
	bank banking iban bic swift name address addr
`)

// detailWords, in the singular, speak of the one field.
var detailWords = setOf(`
	firstname lastname fullname middlename surname nickname username salutation initial signature
	street city town state zip zipcode postal postcode box apartment apt suite premise latitude longitude
	email mail phone telephone tel mobile fax sms
	account acct routing aba rtn dda rdfi card pan cvv micr
	birth birthday dob age ssn tin ein license passport gender race medical income
	note memo comment remark description narrative message addendum addenda reason
`)

func setOf(text string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(text) {
		set[word] = true
	}
	return set
}

// words splits a name in Go into its words, in lower case: PayerZIPCode2 is payer, zip, code.
func words(name string) []string {
	var found []string
	var word []rune
	runes := []rune(name)
	for i, r := range runes {
		starts := unicode.IsUpper(r) && (i == 0 || !unicode.IsUpper(runes[i-1]) || startsLower(runes[i+1:]))
		if starts || !unicode.IsLetter(r) {
			found, word = append(found, string(word)), nil
		}
		if unicode.IsLetter(r) {
			word = append(word, unicode.ToLower(r))
		}
	}
	found = append(found, string(word))
	return slices.DeleteFunc(found, func(word string) bool { return word == "" })
}

// startsLower reports whether a word goes on here in lower case: not with the plural of capitals, as in SSNs.
func startsLower(rest []rune) bool {
	plural := len(rest) > 0 && rest[0] == 's' && (len(rest) == 1 || !unicode.IsLower(rest[1]))
	return len(rest) > 0 && unicode.IsLower(rest[0]) && !plural
}

// checkSource makes a package of this module out of its source.
func checkSource(t *testing.T, source string) *types.Package {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "planted.go", source, 0)
	require.NoError(t, err)
	config := types.Config{Importer: importer.Default()}
	p, err := config.Check(modulePath+"planted", files, []*ast.File{file}, nil)
	require.NoError(t, err)
	return p
}

func TestPlantedFieldIsFound(t *testing.T) {
	planted := checkSource(t, `package planted

type Mandate struct {
	ID            string
	Payer         string
	payerName     string // unexported fields print too
	Account       []byte
	RoutingNumber [9]byte
	Phones        []string
	ByEmail       map[string]int
	Notes         map[int]*[]string
	Memo          any
	Memos         []rune
	Bank          hidden
	Home          struct{ Street, Number string }
	Owner         *struct{ Deep []struct{ ID string } }
	List          Generic[string]
	Cents, Phone  int64
	Holder        interface{ Hold() }
	Birth         func() string
	next          *Mandate
	inner
}

type hidden struct{ code string }

type inner struct{ zip, kind string }

type Person struct{ First, Last string; Age int }

type Payees []string

type Readings []string

type Address = struct{ Line string }

type Cycle struct{ Of Address; Who Person; When Payees }

type Generic[T any] struct{ Name string; Owner T }

type unreached struct{ Name string }
`)
	require.Equal(t, []string{
		"planted.Address.Line",
		"planted.Cycle.When",
		"planted.Generic.Name",
		"planted.Generic.Owner",
		"planted.Mandate.Account",
		"planted.Mandate.Bank",
		"planted.Mandate.ByEmail",
		"planted.Mandate.Home.Street",
		"planted.Mandate.Memo",
		"planted.Mandate.Memos",
		"planted.Mandate.Notes",
		"planted.Mandate.Owner",
		"planted.Mandate.Owner.Deep",
		"planted.Mandate.Owner.Deep.ID",
		"planted.Mandate.Payer",
		"planted.Mandate.Phones",
		"planted.Mandate.RoutingNumber",
		"planted.Mandate.payerName",
		"planted.Payees",
		"planted.Person.First",
		"planted.Person.Last",
		"planted.inner.zip",
	}, suspects([]*types.Package{planted}))
}

func TestReviewNamesEveryFieldOnceWithItsReason(t *testing.T) {
	planted := suspects([]*types.Package{checkSource(t, "package planted; type Mandate struct { Payer, Payee string }")})
	for _, c := range []struct {
		name, reviewed string
		want           []string
	}{
		{"all are reviewed", "planted.Mandate.Payee: a code\nplanted.Mandate.Payer: a code", nil},
		{"a new field", "# why\n\nplanted.Mandate.Payee: a code", []string{"planted.Mandate.Payer: could hold"}},
		{"a field that is gone", "planted.Mandate.Payee: a\nplanted.Mandate.Payer: a\nplanted.Mandate.Remitter: a",
			[]string{"planted.Mandate.Remitter: there is no such field"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			exceptions, err := parseReviewed(c.reviewed)
			require.NoError(t, err)
			todo := compare(planted, exceptions)
			require.Len(t, todo, len(c.want))
			for i, want := range c.want {
				require.Contains(t, todo[i], want)
			}
		})
	}
	for _, wrong := range []string{"planted.Mandate.Payer", "planted.Mandate.Payer: ", "b.T.F: a\na.T.F: a", "a.T.F: a\na.T.F: a"} {
		_, err := parseReviewed(wrong)
		require.Error(t, err, wrong)
	}
}

func TestNamesAreSplitIntoTheirWords(t *testing.T) {
	for name, want := range map[string][]string{
		"payerName": {"payer", "name"}, "PayerZIPCode2": {"payer", "zip", "code"}, "SSN": {"ssn"}, "Address_1": {"address"}, "X": {"x"}, "": nil,
		"EMail": {"e", "mail"}, "BankID": {"bank", "id"}, "IDs": {"ids"}, "ownerSSNsOfAll": {"owner", "ssns", "of", "all"},
	} {
		require.ElementsMatch(t, want, words(name), name)
	}
	for _, name := range []string{"Addresses", "Names", "Boxes", "ownerIDs", "OldAddress"} {
		require.True(t, personal(name), name)
	}
	for _, name := range []string{"Cents", "Tier", "Usage", "Renamed", "Payments"} {
		require.False(t, personal(name), name)
	}
}
