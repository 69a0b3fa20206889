package policy_test

import (
	"encoding"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/policyfile"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// rule is a policy of each kind of value.
type rule struct {
	Percent policy.Value[decimal.Decimal]  `policy:"percent" validate:"gte=0"`
	Fee     policy.Value[money.Amount]     `policy:"fee"`
	Months  policy.Value[[]int]            `policy:"months" validate:"min=1"`
	Cap     policy.OrNone[money.Amount]    `policy:"cap"`
	Floor   policy.OrNone[metering.Volume] `policy:"floor"`
}

func (r rule) findings() policy.Findings {
	f := policy.Findings{Code: "E_RULE", Title: "rule"}
	for _, v := range []struct {
		path string
		of   policy.Stated
	}{{"percent", r.Percent}, {"fee", r.Fee}, {"months", r.Months}, {"cap", r.Cap}, {"floor", r.Floor}} {
		f.Value(v.path, v.of)
	}
	return f
}

func read(t *testing.T, values string) (rule, error) {
	t.Helper()
	var dated policyfile.Dated[rule]
	src := "headgate: policy/1\nname: test\nrule:\n  - from: 2026-01-01\n    source: {resolution: test}\n" + values
	_, err := policyfile.Parse("rule.yaml", []byte(src), policyfile.Into("rule", &dated))
	if err != nil {
		return rule{}, err
	}
	r, _, err := dated.On(civil.MustDate("2026-06-01"))
	return r, err
}

// A value that a file states as it is, is the one that is stated in Go.
func TestValuesOfAFileAreThoseOfGo(t *testing.T) {
	got, err := read(t, "    percent: 10\n    fee: 0.00\n    months: [12, 1]\n    cap: none\n    floor: 1 CCF\n")
	require.NoError(t, err)
	require.Equal(t, rule{
		Percent: policy.Is(must(decimal.NewFromString("10"))), Fee: policy.Is(money.Amount{}), Months: policy.Is([]int{12, 1}),
		Cap: policy.None[money.Amount](), Floor: policy.Of(must(metering.ParseVolume("1 CCF"))),
	}, got)
	f := got.findings()
	require.NoError(t, f.Err())
	require.Empty(t, f.Placeholders)
	_, capped := got.Cap.Value()
	require.False(t, capped)
	require.Nil(t, got.Cap.ValidatorValue())
	for _, values := range []string{
		"    percent: -1\n    fee: 0.00\n    months: [12]\n    cap: none\n    floor: none\n",
		"    percent: 1\n    fee: none\n    months: [12]\n    cap: none\n    floor: none\n",
		"    percent: 1\n    fee: 0.00\n    months: [12]\n    cap: off\n    floor: none\n",
		"    percent: 1\n    fee: 0.00\n    months: [12]\n    floor: none\n",
	} {
		_, err := read(t, values)
		require.Error(t, err, values)
	}
}

// Nothing stands for what is not stated or not known: each is an error that names it, with the place where the file says so.
func TestAValueThatIsNotThereIsAnErrorThatNamesIt(t *testing.T) {
	got, err := read(t, "    percent: {unknown: not public}\n    fee: 0.00\n    months: [12]\n    cap: {unknown: never asked}\n    floor: none\n")
	require.NoError(t, err)
	f := got.findings()
	require.NoError(t, f.Faults(), "it is no fault of the policy")
	require.EqualError(t, f.Err(), "rule.yaml:6:14: E_NOT_KNOWN: rule[0].percent: rule: the value is not known: not public; "+
		"ask the district for it, and state it with its source\n"+
		"rule.yaml:9:10: E_NOT_KNOWN: rule[0].cap: rule: the value is not known: never asked; ask the district for it, and state it with its source")
	require.ErrorIs(t, f.Err(), policyfile.ErrNotKnown, "the code is that of files")
	require.Equal(t, "not known: not public", got.Percent.String())
	require.Equal(t, "not known: never asked", got.Cap.String())
	require.Nil(t, got.Percent.ValidatorValue())
	_, capped := got.Cap.Value()
	require.False(t, capped)

	f = rule{}.findings()
	var found problem.List
	require.ErrorAs(t, f.Faults(), &found)
	require.Equal(t, f.Err(), f.Faults())
	require.Len(t, found, 5)
	for i, path := range []string{"percent", "fee", "months", "cap", "floor"} {
		require.Equal(t, path, found[i].Path)
		require.ErrorIs(t, found[i], policy.ErrNotStated)
	}
	require.Equal(t, "not stated", rule{}.Percent.String())
	require.Equal(t, "not stated", rule{}.Cap.String())
}

// A placeholder is used, and told.
func TestAPlaceholderIsAValueThatIsTold(t *testing.T) {
	got, err := read(t, "    percent: 10\n    fee: {placeholder: 25.00, why: not public}\n    months: {placeholder: [12], why: a guess}\n"+
		"    cap: {placeholder: none, why: not asked}\n    floor: {placeholder: 1 CCF, why: not asked}\n")
	require.NoError(t, err)
	require.Equal(t, money.Cents(25_00), got.Fee.Get())
	require.Equal(t, "$25.00 (placeholder: not public)", got.Fee.String())
	require.Equal(t, "none (placeholder: not asked)", got.Cap.String())
	require.Equal(t, must(metering.ParseVolume("1 CCF")), got.Floor.ValidatorValue())
	f := got.findings()
	require.NoError(t, f.Err())
	var told []string
	for _, mark := range f.Placeholders {
		told = append(told, mark.String())
	}
	require.Equal(t, []string{"rule[0].fee: not public", "rule[0].months: a guess", "rule[0].cap: not asked", "rule[0].floor: not asked"}, told)
	_, placeholder := got.Percent.Placeholder()
	require.False(t, placeholder)
}

// A plain field's placeholder is told where it is looked at, and each once.
func TestAPlainPlaceholderIsToldWhereItIsLookedAt(t *testing.T) {
	whole, entry := policy.Mark{Path: "rule[0].rule", Why: "not public"}, policy.Mark{Path: "rule[0].kinds[1]", Why: "a guess"}
	marks := policy.Marks{"roll": {whole}, "basis": {whole}, "kinds": {entry}, "days": {entry}, "other": {{Path: "rule[0].other"}}}
	for _, c := range []struct {
		rule string
		look func(f *policy.Findings)
		told []policy.Mark
	}{
		{"nothing is looked at", func(*policy.Findings) {}, nil},
		{"a part that is needed", func(f *policy.Findings) { f.Need("kinds", true, "the kinds") }, []policy.Mark{entry}},
		{"a choice", func(f *policy.Findings) { policy.OneOf(f, "roll", "none", "none") }, []policy.Mark{whole}},
		{"an entry of a value", func(f *policy.Findings) { f.Value("days", policy.Is(1)) }, []policy.Mark{entry}},
		{"another part", func(f *policy.Findings) { f.Need("title", true, "it") }, nil},
		{"each once, in the order of looking", func(f *policy.Findings) {
			f.Need("kinds", true, "the kinds")
			policy.OneOf(f, "roll", "none", "none")
			policy.OneOf(f, "basis", "all", "all")
			f.Need("kinds", true, "the kinds")
		}, []policy.Mark{entry, whole}},
	} {
		f := policy.Findings{Code: "E_RULE", Marks: marks}
		c.look(&f)
		require.NoError(t, f.Err(), c.rule)
		require.Equal(t, c.told, f.Placeholders, c.rule)
	}
}

func TestFindingsNameTheirPolicy(t *testing.T) {
	f := policy.Findings{Code: "E_RULE", Title: "Longview"}
	policy.OneOf(&f, "roll", "", "none", "last_day")
	policy.OneOf(&f, "roll", "never", "none", "last_day")
	policy.OneOf(&f, "roll", "none", "none", "last_day")
	f.Need("title", true, "it")
	require.EqualError(t, f.Err(), `E_NOT_STATED: roll: Longview: it is not stated, and has no default; state one of ["none" "last_day"]`+"\n"+
		`E_RULE: roll: Longview: "never" is none of the choices; state one of ["none" "last_day"]`)
}

func TestOrNoneIsAValueOrNone(t *testing.T) {
	require.Equal(t, "none", policy.None[int]().String())
	require.Equal(t, "$5.00", policy.Of(money.Cents(500)).String())
	read := func(o encoding.TextUnmarshaler, text string) error { return o.UnmarshalText([]byte(text)) }
	var volume policy.OrNone[metering.Volume]
	into := volume.PolicyValue().(encoding.TextUnmarshaler)
	require.ErrorIs(t, read(into, ""), policy.ErrNotStated)
	require.ErrorIs(t, read(into, "25000"), metering.ErrVolume)
	var whole policy.OrNone[int]
	require.ErrorIs(t, read(whole.PolicyValue().(encoding.TextUnmarshaler), "3"), policy.ErrNotStated)
}

func FuzzOrNone(f *testing.F) {
	for _, text := range []string{"", "none", "1", "25000", "1.5", "-1", "none "} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var o, again policy.OrNone[exact.Number]
		if o.PolicyValue().(encoding.TextUnmarshaler).UnmarshalText([]byte(text)) != nil {
			require.Equal(t, again, o, "an error leaves it as it was")
			return
		}
		o.PolicyMark("", "", "", problem.Pos{})
		require.True(t, o.Stated())
		require.NoError(t, again.PolicyValue().(encoding.TextUnmarshaler).UnmarshalText([]byte(o.String())))
		again.PolicyMark("", "", "", problem.Pos{})
		require.Equal(t, o, again)
	})
}

type word uint8

func TestChoicesAreReadByTheirWords(t *testing.T) {
	var w word
	require.Equal(t, "not stated", policy.Word(w, "a", "b"))
	require.Equal(t, "not stated", policy.Word(word(3), "a", "b"))
	for i, text := range []string{"a", "b"} {
		require.NoError(t, policy.ReadWord(&w, "E_RULE", []byte(text), "a", "b"))
		require.Equal(t, word(i+1), w)
		require.Equal(t, text, policy.Word(w, "a", "b"))
		require.ErrorIs(t, policy.ReadWord(&w, "E_RULE", []byte("not stated"), "a", "b"), problem.Code("E_RULE"))
		require.Equal(t, word(i+1), w, "an error leaves it as it was")
	}
}
