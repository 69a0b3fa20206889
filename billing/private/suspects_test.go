package private_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

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
	// What an interface demands is no value; its fields are told where they are.
	if i, ok := t.Underlying().(*types.Interface); top && (!ok || i.Empty()) && personal(plainName(t)) && holdsText(t, nil) {
		s.found[path] = true
	}
}

// holdsText reports whether printing a value of a type could print a text: a string, bytes, runes, or whatever stands behind an
// interface.
func holdsText(t types.Type, within []types.Type) bool {
	if slices.Contains(within, t) {
		return false
	}
	within = append(within, t)
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0
	case *types.Interface:
		return !isTypeParam(t)
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
		if types.TypeString(t, nil) == "time.Location" { // the name of a time zone, which is in every time.Time
			return false
		}
		for field := range u.Fields() {
			if holdsText(field.Type(), within) { // also in unexported ones, as in strings.Builder
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

// plainName is the name of a type that is no struct of this module, or of what a pointer, list or map holds; empty where it has
// none. The fields of a struct of this module speak for themselves; a net/mail.Address has only its name.
func plainName(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if _, ok := t.Underlying().(*types.Struct); !ok || !isOurs(t.Obj()) {
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

// hasWord reports whether a set has a word of a name, two that follow one another, such as CareOf and Line1, or words that were
// written as one, such as payername.
func hasWord(name string, set map[string]bool) bool {
	all := words(name)
	for i, word := range all {
		if inSet(word, set) || i > 0 && inSet(all[i-1]+word, set) || isRun(word, set, false) {
			return true
		}
	}
	return false
}

func inSet(word string, set map[string]bool) bool {
	stem, isIES := strings.CutSuffix(word, "ies")
	return set[word] || set[strings.TrimSuffix(word, "s")] || set[strings.TrimSuffix(word, "es")] || isIES && set[stem+"y"]
}

// isRun reports whether a word is made of words without a break, one of which, at least, the set has.
func isRun(word string, set map[string]bool, has bool) bool {
	if word == "" {
		return has
	}
	for end := 2; end <= len(word); end++ {
		part := word[:end]
		known := inSet(part, set)
		if (known || inSet(part, ownerWords) || inSet(part, detailWords) || inSet(part, besides)) && isRun(word[end:], set, has || known) {
			return true
		}
	}
	return false
}

// besides are what stands next to a word of the sets where both are written as one.
var besides = setOf(`id no nr nm num nbr number code type kind data info text`)

// ownerWords, in the singular, make everything suspect that stands within what they name: a Person's ID too.
var ownerWords = setOf(`
	person people human individual customer cust client consumer tenant owner occupant resident landlord lessee household
	holder cardholder accountholder payer payor payee remitter remitted sender recipient addressee beneficiary contact guarantor applicant spouse
	originator receiver debtor creditor depositor signatory buyer seller subscriber vendor trustee relative neighbor member careof attn
	employee clerk cashier approver preparer operator officer signer user author actor attorney agent witness
	supervisor inspector reviewer requester preparedby
	bank banking iban bic swift odfi name address addr home house
`)

// detailWords, in the singular, speak of the one field.
//
// Left out are words that speak of people now and then and of something else nearly always, since a list of false alarms is not
// read: first and last (of a row), line and lines (of a file, a bill), text (of a law, a formula), parent (in a tree), and of
// those that nobody needs here, site, title and label. Where they stand in a Person, an Address or a Bank they are found all
// the same.
var detailWords = setOf(`
	firstname lastname fullname middlename surname forename nickname username login salutation initial signature
	given family
	street city town county state zip zipcode postal postcode box apartment apt suite premise latitude longitude lat lon lng parcel apn
	line1 line2 line3 line4 directions gatecode location
	email mail phone telephone tel mobile fax sms
	account acct routing transit aba rtn dda rdfi card pan cvv cvc micr trace scanline
	birth birthday dob age ssn tin ein license passport gender race medical income
	note memo comment remark description narrative message addendum addenda reason
	body raw payload instruction detail
`)

func setOf(text string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(text) {
		set[word] = true
	}
	return set
}

// words splits a name in Go into its words, in lower case: PayerZIPCode2 is payer, zip, code, 2.
func words(name string) []string {
	var found []string
	var word []rune
	runes := []rune(name)
	for i, r := range runes {
		starts := unicode.IsUpper(r) && (i == 0 || !unicode.IsUpper(runes[i-1]) || startsLower(runes[i+1:]))
		isDigit := unicode.IsDigit(r)
		if starts || !unicode.IsLetter(r) && !(isDigit && i > 0 && unicode.IsDigit(runes[i-1])) {
			found, word = append(found, string(word)), nil
		}
		if isDigit || unicode.IsLetter(r) {
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
	Service       struct{ Street, Number string }
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
		"planted.Mandate.Holder",
		"planted.Mandate.Memo",
		"planted.Mandate.Memos",
		"planted.Mandate.Notes",
		"planted.Mandate.Owner",
		"planted.Mandate.Owner.Deep",
		"planted.Mandate.Owner.Deep.ID",
		"planted.Mandate.Payer",
		"planted.Mandate.Phones",
		"planted.Mandate.RoutingNumber",
		"planted.Mandate.Service.Street",
		"planted.Mandate.payerName",
		"planted.Payees",
		"planted.Person.First",
		"planted.Person.Last",
		"planted.inner.zip",
	}, suspects([]*types.Package{planted}))
}

func TestNamesAreSplitIntoTheirWords(t *testing.T) {
	for name, want := range map[string][]string{
		"payerName": {"payer", "name"}, "PayerZIPCode2": {"payer", "zip", "code", "2"}, "SSN": {"ssn"}, "Address_1": {"address", "1"}, "X": {"x"}, "": nil,
		"Line12": {"line", "12"}, "EMail": {"e", "mail"}, "BankID": {"bank", "id"}, "IDs": {"ids"}, "ownerSSNsOfAll": {"owner", "ssns", "of", "all"},
	} {
		require.ElementsMatch(t, want, words(name), name)
	}
}

func TestWordsOfPeopleHomesAndBanksAreKnown(t *testing.T) {
	for _, name := range []string{
		"Addresses", "Names", "Boxes", "ownerIDs", "OldAddress",
		"Originator", "Receiver", "DebtorID", "Creditor", "Depositor", "Signatory", "ODFI", "TransitNumber", "CVC", "Trace", "Scanline",
		"Given", "FamilyName", "Family", "Forename", "Attn", "CareOf", "care_of", "Neighbor", "Relative", "Trustee", "Buyer", "Seller", "Member", "Subscriber",
		"Vendor", "Supervisor", "Inspector", "PreparedBy", "Reviewer", "Requester", "Login", "Cust", "CustNo",
		"Line1", "Line_2", "Lat", "Lng", "Lon", "County", "APN", "Parcel", "Home", "House", "Directions", "GateCode", "Location",
		"Body", "Raw", "Payload", "Instructions", "Details", "Memo",
		"Cities", "Counties", "Beneficiaries", "Signatories",
		"payername", "PAYERNAME", "Payername", "custnm", "accountno", "bankid", "payeraccountnumbers", "ByPayername",
	} {
		require.True(t, personal(name), name)
	}
	for _, name := range []string{
		"Cents", "Tier", "Usage", "Renamed", "Payments", "First", "Last", "Line", "Lines", "Line9", "Text", "Parent", // see detailWords
		"Statement", "Postage", "Average", "Package", "Series", "Entries", "Prepared", "By", "Filename", "Datatype", "Textinfo", "Of", "Gate", "Code",
	} {
		require.False(t, personal(name), name)
	}
}

func TestPlantedTextIsFoundInEveryTypeThatPrintsIt(t *testing.T) {
	planted := checkSource(t, `package planted

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"net/mail"
	"strings"
	"sync"
	"time"
)

type Reply struct {
	Payer       fmt.Stringer
	Owner       error
	Payee       json.RawMessage
	Tenant      []byte
	Client      strings.Builder
	Sender      *bytes.Buffer
	To          mail.Address
	Copies      []*mail.Address
	Home        time.Time
	Parcel      *time.Location
	House       big.Int
	Person      sync.Mutex
	Line, Other fmt.Stringer
}

type Signer interface{ Sign() }

type Payload any

type Box[T any] struct{ Owner T } // what T is, is told where it stands

type Holder struct{ Rest []byte; Kind fmt.Stringer; At time.Time }
`)
	require.Equal(t, []string{
		"planted.Holder.Kind",
		"planted.Holder.Rest",
		"planted.Payload",
		"planted.Reply.Client",
		"planted.Reply.Copies",
		"planted.Reply.Owner",
		"planted.Reply.Payee",
		"planted.Reply.Payer",
		"planted.Reply.Sender",
		"planted.Reply.Tenant",
		"planted.Reply.To",
	}, suspects([]*types.Package{planted}))
}
