package policyfile_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/policyfile"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
)

// A knowing struct knows which of its plain fields are placeholders, and so does one inside of it.
type knowing struct {
	Basis   string                  `policy:"basis"`
	Kinds   []string                `policy:"kinds"`
	Fees    map[string]money.Amount `policy:"fees"`
	Days    policy.Value[int]       `policy:"days"`
	Months  policy.Value[[]int]     `policy:"months"`
	Steps   []Step                  `policy:"steps" validate:"dive"`
	Classes map[string]class        `policy:"classes" validate:"dive"`
	Inner   inner                   `policy:"inner"`
	Marks   policy.Marks
}

type class struct {
	Basis string            `policy:"basis"`
	Cap   policy.Value[int] `policy:"cap"`
}

type inner struct {
	Roll  string       `policy:"roll"`
	Of    []class      `policy:"of" validate:"dive"`
	Count int          `policy:"count"`
	Told  policy.Marks // whatever it is called
}

const knowingLines = `basis: past_due
kinds: [charge, penalty]
fees: {tag: 40.00}
days: 5
months: [12, 1]
steps: [{name: notice, days: 10}]
classes: {home: {basis: actual, cap: 15}, "1.5": {basis: actual, cap: 16}}
inner: {roll: none, of: [{basis: actual, cap: 17}], count: 3}
`

func TestAStructKnowsWhichOfItsPlainFieldsArePlaceholders(t *testing.T) {
	for _, c := range []struct {
		rule, key, line string
		told            map[string][]string // by the struct's field, as the file's path
		inner           map[string][]string
	}{
		{"a text", "basis", "basis: {placeholder: past_due, why: w}", map[string][]string{"basis": {"basis"}}, nil},
		{"a list, once", "kinds", "kinds: {placeholder: [charge, penalty], why: w}", map[string][]string{"kinds": {"kinds"}}, nil},
		{"entries of a list", "kinds", "kinds: [{placeholder: charge, why: w}, {placeholder: penalty, why: w}]",
			map[string][]string{"kinds": {"kinds[0]", "kinds[1]"}}, nil},
		{"an entry of a mapping", "fees", "fees: {tag: {placeholder: 40.00, why: w}}", map[string][]string{"fees": {"fees.tag"}}, nil},
		{"an entry of a value", "months", "months: [12, {placeholder: 1, why: w}]", map[string][]string{"months": {"months[1]"}}, nil},
		{"a field of a list", "steps", "steps: [{name: {placeholder: notice, why: w}, days: 10}]",
			map[string][]string{"steps[0].name": {"steps[0].name"}}, nil},
		{"a struct of a list, by its fields", "steps", "steps: [{placeholder: {name: notice, days: 10}, why: w}]",
			map[string][]string{"steps[0].name": {"steps[0]"}, "steps[0].days": {"steps[0]"}}, nil},
		{"a list of structs, and their fields", "steps", "steps: {placeholder: [{name: notice, days: {placeholder: 10, why: w}}], why: w}",
			map[string][]string{"steps": {"steps"}, "steps[0].name": {"steps"}, "steps[0].days": {"steps[0].days"}}, nil},
		{"a class, and no other", "classes", `classes: {home: {placeholder: {basis: actual, cap: 15}, why: w}, "1.5": {basis: actual, cap: 16}}`,
			map[string][]string{"classes.home.basis": {"classes.home"}}, nil},
		{"a struct that knows of its own", "inner", "inner: {roll: {placeholder: none, why: w}, of: [{basis: {placeholder: actual, why: w}, cap: 17}], count: 3}",
			map[string][]string{"inner.roll": {"inner.roll"}, "inner.of[0].basis": {"inner.of[0].basis"}},
			map[string][]string{"roll": {"inner.roll"}, "of[0].basis": {"inner.of[0].basis"}}},
		{"and what it is in", "inner", "inner: {placeholder: {roll: none, of: [{basis: actual, cap: 17}], count: 3}, why: w}",
			map[string][]string{"inner.roll": {"inner"}, "inner.of": {"inner"}, "inner.of[0].basis": {"inner"}, "inner.count": {"inner"}},
			map[string][]string{"roll": {"inner"}, "of": {"inner"}, "of[0].basis": {"inner"}, "count": {"inner"}}},
		{"a value knows of itself", "days", "days: {placeholder: 5, why: w}", nil, nil},
	} {
		t.Run(c.rule, func(t *testing.T) {
			told := func(marks policy.Marks) map[string][]string {
				var fields map[string][]string
				for field, of := range marks {
					if fields == nil {
						fields = map[string][]string{}
					}
					for _, mark := range of {
						require.Equal(t, "w", mark.Why)
						require.NotZero(t, mark.Pos)
						fields[field] = append(fields[field], mark.Path[len("all[0]."):])
					}
				}
				return fields
			}
			got := readKnowing(t, c.key, c.line)
			require.Equal(t, c.told, told(got.Marks))
			require.Equal(t, c.inner, told(got.Inner.Told))
		})
	}
	both := readKnowing(t, "basis", "basis: {placeholder: past_due, why: w}", "roll: none", "roll: {placeholder: none, why: w}")
	require.Len(t, both.Marks, 2)
	require.Len(t, both.Inner.Told, 1, "of its own alone")
	plain := readKnowing(t, "basis", "basis: past_due")
	require.Nil(t, plain.Marks, "as one that is stated in Go")
	require.Nil(t, plain.Inner.Told)
}

// A value in a placeholder is one, by the mark of what it stands in or by its own.
func TestAValueInAPlaceholderIsOne(t *testing.T) {
	mark := func(v policy.Stated) string {
		m, ok := v.Placeholder()
		if !ok {
			return ""
		}
		return m.String()
	}
	got := readKnowing(t, "classes", `classes: {home: {placeholder: {basis: actual, cap: 15}, why: w}, "1.5": {basis: actual, cap: 16}}`)
	require.Equal(t, "all[0].classes.home: w", mark(got.Classes["home"].Cap))
	require.Equal(t, 15, got.Classes["home"].Cap.Get())
	require.Empty(t, mark(got.Classes["1.5"].Cap))
	require.Empty(t, mark(got.Days), "what follows a placeholder is in it no more")

	got = readKnowing(t, "classes", "classes: {placeholder: {home: {basis: actual, cap: {placeholder: 15, why: own}}, shop: {basis: actual, cap: 16}}, why: w}")
	require.Equal(t, "all[0].classes.home.cap: own", mark(got.Classes["home"].Cap))
	require.Equal(t, "all[0].classes: w", mark(got.Classes["shop"].Cap))
}

// readKnowing reads the lines with that of a key replaced, and with more texts replaced by others.
func readKnowing(t *testing.T, key, line string, more ...string) knowing {
	t.Helper()
	var dated policyfile.Dated[knowing]
	lines := strings.NewReplacer(more...).Replace(replaced(t, knowingLines, key, line))
	_, err := policyfile.Parse("p.yaml", []byte(in(lines)), policyfile.Into("all", &dated))
	require.NoError(t, err)
	got, _, err := dated.On(day("2026-06-01"))
	require.NoError(t, err)
	return got
}

// replaced is the lines with that of a key replaced by another.
func replaced(t *testing.T, lines, key, line string) string {
	t.Helper()
	all, count := "", 0
	for l := range strings.Lines(lines) {
		if strings.HasPrefix(l, key+":") {
			l, count = line+"\n", count+1
		}
		all += l
	}
	require.Equal(t, 1, count)
	return all
}

func TestAFieldOfPlaceholdersThatCouldNotBeFilledIsRefused(t *testing.T) {
	const what = "a field of placeholders has no policy tag, and is exported"
	require.Contains(t, refused[struct {
		A     int `policy:"a"`
		marks policy.Marks
	}](t), what)
	require.Contains(t, refused[struct {
		A     int          `policy:"a"`
		Marks policy.Marks `policy:"marks"`
	}](t), what)
	require.Contains(t, refused[struct {
		Marks policy.Marks
	}](t), "the struct has no field to fill")
}
