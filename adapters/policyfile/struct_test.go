package policyfile_test

import (
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/policyfile"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
)

// refused says what is wrong with a struct, whatever the file.
func refused[T any](t *testing.T) string {
	t.Helper()
	var into policyfile.Dated[T]
	_, err := policyfile.Parse("p.yaml", nil, policyfile.Into("a", &into))
	require.ErrorIs(t, err, policyfile.ErrStruct)
	require.NotErrorIs(t, err, policyfile.ErrFormat, "the file was not looked at")
	for line := range strings.Lines(err.Error()) {
		require.True(t, strings.HasPrefix(line, "E_POLICY_STRUCT: "), line)
	}
	return err.Error()
}

type embedded struct{ Step }

type recursive struct {
	Days  int         `policy:"days" validate:"gt=0"`
	Parts []recursive `policy:"parts,optional" validate:"dive"`
}

func TestAStructThatCannotBeReadIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ got, want string }{
		"no struct":          {refused[int](t), "int: an area is read into a struct"},
		"a date":             {refused[civil.Date](t), "an area is read into a struct"},
		"a Known":            {refused[policyfile.Known[int]](t), "a Known is no struct of an area"},
		"no fields":          {refused[struct{ a int }](t), "the struct has no field to fill"},
		"an untagged field":  {refused[struct{ Fee int }](t), "struct { Fee int }.Fee: the field has no policy tag; name its key"},
		"an embedded struct": {refused[embedded](t), "embedded.Step: the field has no policy tag"},
		"a tagged embedding": {refused[struct {
			Step `policy:"step"`
		}](t), "an embedded struct has no place"},
		"a hidden tag": {refused[struct {
			fee int `policy:"fee"`
		}](t), "is not exported, and cannot be filled"},
		"a bad key": {refused[struct {
			Fee int `policy:"Fee"`
		}](t), `"Fee" is no key`},
		"an empty key": {refused[struct {
			Fee int `policy:""`
		}](t), `"" is no key`},
		"a dash": {refused[struct {
			Fee int `policy:"-"`
		}](t), `"-" is no key`},
		"the key of a mark": {refused[struct {
			Fee int `policy:"unknown"`
		}](t), "the key unknown marks"},
		"the key of versions": {refused[struct {
			Fee int `policy:"source"`
		}](t), "the key source belongs to the version"},
		"a key twice": {refused[struct {
			A int `policy:"a"`
			B int `policy:"a"`
		}](t), "the key a is another field's too"},
		"a strange option": {refused[struct {
			A []int `policy:"a,omitempty"`
		}](t), `"omitempty" is no option`},
		"an optional number": {refused[struct {
			A int `policy:"a,optional"`
		}](t), "its zero value would stand for what is absent"},
		"an optional amount": {refused[struct {
			A money.Amount `policy:"a,optional"`
		}](t), "its zero value would stand for what is absent"},
		"an optional Known": {refused[struct {
			A policyfile.Known[int] `policy:"a,optional"`
		}](t), "its zero value would stand for what is absent"},
		"an empty number": {refused[struct {
			A int `policy:"a,empty"`
		}](t), "only a list or a mapping can be empty"},
		"a float": {refused[struct {
			A float64 `policy:"a"`
		}](t), "a float does not hold what the file says"},
		"a float in a list": {refused[struct {
			A []float32 `policy:"a"`
		}](t), ".A[]: a float"},
		"a duration": {refused[struct {
			A time.Duration `policy:"a"`
		}](t), "read as nanoseconds"},
		"any": {refused[struct {
			A any `policy:"a"`
		}](t), "a interface {} cannot be read"},
		"a func": {refused[struct {
			A func() `policy:"a"`
		}](t), "a func() cannot be read"},
		"a pointer to a list": {refused[struct {
			A *[]int `policy:"a"`
		}](t), "says nothing more than the list"},
		"pointers in a list": {refused[struct {
			A []*int `policy:"a"`
		}](t), "only a field may be a pointer"},
		"a Known pointer": {refused[struct {
			A policyfile.Known[*int] `policy:"a"`
		}](t), "only a field may be a pointer"},
		"a Known Known": {refused[struct {
			A policyfile.Known[policyfile.Known[int]] `policy:"a"`
		}](t), "a Known of a Known"},
		"a key of numbers": {refused[struct {
			A map[int]int `policy:"a"`
		}](t), "a key of type int cannot be read"},
		"a fault below": {refused[struct {
			A []struct{ B int } `policy:"a" validate:"dive"`
		}](t), "B: the field has no policy tag"},

		"an unknown rule": {refused[struct {
			A int `policy:"a" validate:"gte=0,atleast=3"`
		}](t), "the rule atleast=3 cannot be used here: Undefined validation function 'atleast'"},
		"a rule of no number": {refused[struct {
			A decimal.Decimal `policy:"a" validate:"max=ten"`
		}](t), `the rule max=ten cannot be used here: "ten" is not a number`},
		"a rule behind another": {refused[struct {
			A string `policy:"a" validate:"min=3,max=x"`
		}](t), `the rule max=x cannot be used here`},
		"a rule of no date": {refused[struct {
			A civil.Date `policy:"a" validate:"gte=2026"`
		}](t), `the rule gte=2026 cannot be used here`},
		"half a character": {refused[struct {
			A string `policy:"a" validate:"min=1.5"`
		}](t), `"1.5" is not a whole number`},
		"a bool without order": {refused[struct {
			A bool `policy:"a" validate:"gt=1"`
		}](t), "a bool has no order"},
		"a rule of an entry": {refused[struct {
			A []int `policy:"a" validate:"dive,max=x"`
		}](t), `the rule max=x`},
		"one of two": {refused[struct {
			A string `policy:"a" validate:"eq=x|len=y"`
		}](t), `the rule len=y`},
		"choices of a list": {refused[struct {
			A []int `policy:"a" validate:"oneof=1 2"`
		}](t), "a []int has no choices"},
		"unique structs": {refused[struct {
			A []Step `policy:"a" validate:"unique,dive"`
		}](t), "compared by one of their fields"},
		"unique by no field": {refused[struct {
			A []Step `policy:"a" validate:"unique=Fee,dive"`
		}](t), "has no field Fee"},
		"no dive": {refused[struct {
			A []Step `policy:"a"`
		}](t), "the rules of policyfile_test.Step in it would not be checked; end the validate tag in dive"},
		"one dive of two": {refused[struct {
			A map[string][]Step `policy:"a" validate:"dive"`
		}](t), "would not be checked"},
		"dive on a number": {refused[struct {
			A int `policy:"a" validate:"dive"`
		}](t), "dive stands on what is no list"},
		"keys": {refused[struct {
			A map[string]int `policy:"a" validate:"dive,keys,min=1,endkeys"`
		}](t), "the rule keys: where a key is refused"},
		"no rules": {refused[struct {
			A Step `policy:"a" validate:"-"`
		}](t), "it would take all rules out"},
		"structonly": {refused[struct {
			A Step `policy:"a" validate:"structonly"`
		}](t), "the rules of the struct would not be checked"},
		"omitempty": {refused[struct {
			A int `policy:"a" validate:"omitempty,gt=3"`
		}](t), "an empty or zero value that is stated would not be checked"},
		"a required number": {refused[struct {
			A int `policy:"a" validate:"required"`
		}](t), "it would refuse a zero or false that is stated"},
		"a required bool": {refused[struct {
			A bool `policy:"a" validate:"required"`
		}](t), "it would refuse a zero or false that is stated"},
		"a rule on files": {refused[struct {
			A string `policy:"a" validate:"file"`
		}](t), "it depends on the machine"},
		"a field that is not": {refused[struct {
			A int `policy:"a" validate:"gtfield=B"`
		}](t), "has no field B"},
		"fields of two kinds": {refused[struct {
			A int        `policy:"a" validate:"gtfield=B"`
			B civil.Date `policy:"b"`
		}](t), "a int and a civil.Date cannot be compared"},
		"present with what always is": {refused[struct {
			A *int `policy:"a" validate:"required_with=B"`
			B int  `policy:"b"`
		}](t), "B is always there"},
		"present and required": {refused[struct {
			A int  `policy:"a" validate:"required_with=B"`
			B *int `policy:"b"`
		}](t), "the field is always there"},
	} {
		require.Contains(t, c.got, c.want, name)
	}
	require.Len(t, strings.Split(refused[struct {
		A int
		B float64 `policy:"b"`
		C []Step  `policy:"c"`
	}](t), "\n"), 3, "all at once")
}

type otherCheck struct {
	A int `policy:"a"`
}

func (otherCheck) Check() bool { return true }

func TestACheckOfAnotherFormIsRefused(t *testing.T) {
	require.Contains(t, refused[otherCheck](t), "otherCheck.Check: the method is not Check() error, and would not be called")
}

func TestAreasThatCannotBeReadAreRefused(t *testing.T) {
	var into policyfile.Dated[Step]
	var calendars policyfile.Calendars
	for want, areas := range map[string][]policyfile.Area{
		"the zero value":                     {{}},
		"the area is given twice":            {policyfile.Into("a", &into), policyfile.Skip("a")},
		"the area is read into nil":          {policyfile.Into[Step]("a", nil)},
		`"headgate" cannot be the name of`:   {policyfile.Into("headgate", &into)},
		`"name" cannot be the name of`:       {policyfile.Skip("name")},
		`"Late" cannot be the name of`:       {policyfile.IntoCalendars("Late", &calendars)},
		`calendars: the area is read into n`: {policyfile.IntoCalendars("calendars", nil)},
		`fees: the area is read into nil`:    {policyfile.IntoNamed[Step]("fees", nil)},
	} {
		_, err := policyfile.Parse("p.yaml", nil, areas...)
		require.ErrorIs(t, err, policyfile.ErrStruct)
		require.ErrorContains(t, err, want)
	}
}

func TestAStructMayHoldItself(t *testing.T) {
	require.Empty(t, read[recursive]("days: 1\nparts: [{days: 2, parts: [{days: 3}]}]"))
	require.Equal(t, "p.yaml:7:38: E_POLICY_RULE: a[0].parts[0].parts[0].days: 0 is not more than 0; write more than 0",
		read[recursive]("days: 1\nparts: [{days: 2, parts: [{days: 0}]}]"))
}
