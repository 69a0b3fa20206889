package policyfile_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/policyfile"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
)

const head = "headgate: policy/1\nname: D\nall:\n"

// versions are two versions of an area "small" with one field.
func versions(lines string) string { return "headgate: policy/1\nname: D\nsmall:\n" + lines }

type small struct {
	Days int `policy:"days"`
}

// faults have one fault each: the text and what it says: line:col CODE path.
var faults = []struct{ name, src, want string }{
	// The document.
	{"invalid UTF-8", with("text", "text: so\xffme"), "6:13 E_YAML"},
	{"a control character", with("text", "text: so\x01me"), "6:13 E_YAML"},
	{"a tab as indentation", head + "\t- from: 2026-01-01\n", "4:1 E_YAML"},
	{"an indentation that fits nowhere", with("flag", " flag: true"), "7:6 E_YAML"},
	{"a bracket that is not closed", with("list", "list: [1, 2"), "15:11 E_YAML"},
	{"a second document", in(everything) + "\n--- {}\n", "23:1 E_YAML"},
	{"an anchor", with("count", "count: &a 5"), "8:12 E_YAML"},
	{"an alias", with("count", "count: *a"), "8:12 E_YAML"},
	{"a tag", with("text", "text: !!str abc"), "6:11 E_YAML"},
	{"a merge key", with("nested", "nested: {<<: {name: x, days: 1}}"), "19:14 E_YAML"},
	{"a key twice", with("count", "count: 5\ncount: 6"), "9:5 E_DUPKEY"},
	{"a key twice in a value", with("nested", "nested: {name: x, days: 1, days: 1}"), "19:32 E_DUPKEY"},
	{"an area twice", in(everything) + "\nall: 1\n", "23:1 E_DUPKEY"},

	// The header.
	{"nothing", "", "1:1 E_FORMAT"},
	{"only comments", "# a\n# b\n", "1:1 E_FORMAT"},
	{"a text", "policy\n", "1:1 E_FORMAT"},
	{"a list", "- headgate: policy/1\n", "1:1 E_FORMAT"},
	{"no format", "name: D\nall: {unknown: x}\n", "1:1 E_FORMAT"},
	{"the format is not the first key", "name: D\nheadgate: policy/1\nall: {unknown: x}\n", "2:1 E_FORMAT headgate"},
	{"another format", "headgate: rate-book/1\nname: D\n", "1:11 E_FORMAT headgate"},
	{"a later version of the format", "headgate: policy/2\nother: x\n", "1:11 E_FORMAT headgate"},
	{"a format that is no text", "headgate: {policy: 1}\n", "1:11 E_FORMAT headgate"},
	{"no name", "headgate: policy/1\nall: {unknown: x}\n", "1:1 E_MISSING name"},
	{"an empty name", "headgate: policy/1\nname:\nall: {unknown: x}\n", "2:6 E_MISSING name"},
	{"a name that is a number", "headgate: policy/1\nname: 12\nall: {unknown: x}\n", "2:7 E_TEXT name"},
	{"a name that is a list", "headgate: policy/1\nname: [D]\nall: {unknown: x}\n", "2:7 E_SHAPE name"},

	// Areas and versions.
	{"an area that nobody reads", in(everything) + "\ndeposits: {unknown: x}\n", "23:1 E_UNKNOWN_KEY deposits"},
	{"no area", "headgate: policy/1\nname: D\n", "1:1 E_MISSING all"},
	{"an area without versions", head, "3:5 E_MISSING all"},
	{"an area that is a mapping", head + "  from: 2026-01-01\n", "4:3 E_SHAPE all"},
	{"an area that is a text", "headgate: policy/1\nname: D\nall: none\n", "3:6 E_SHAPE all"},
	{"an area with an empty list", "headgate: policy/1\nname: D\nall: []\n", "3:6 E_MISSING all"},
	{"an unknown area that does not say why", "headgate: policy/1\nname: D\nall: {unknown: }\n", "3:16 E_MISSING all.unknown"},
	{"an unknown area that says more", "headgate: policy/1\nname: D\nall: {unknown: x, from: 2026-01-01}\n", "3:19 E_UNKNOWN_KEY all.from"},
	{"a version that is a text", head + "  - none\n", "4:5 E_SHAPE all[0]"},
	{"a version that is nothing", head + "  -\n", "4:4 E_MISSING all[0]"},
	{"no from", strings.Replace(in(everything), "from: 2026-01-01\n    ", "", 1), "4:5 E_MISSING all[0].from"},
	{"a from that is no date", strings.Replace(in(everything), "2026-01-01", "2026-02-30", 1), "4:11 E_DATE all[0].from"},
	{"a from that is nothing", strings.Replace(in(everything), " 2026-01-01", "", 1), "4:10 E_MISSING all[0].from"},
	{"a from that is a list", strings.Replace(in(everything), "2026-01-01", "[2026-01-01]", 1), "4:11 E_SHAPE all[0].from"},
	{"a version without days", with("text", "to: 2026-01-01\ntext: abc"), "6:9 E_PERIOD all[0].to"},
	{"a version that ends before it begins", with("text", "to: 2025-01-01\ntext: abc"), "6:9 E_PERIOD all[0].to"},
	{"no source", strings.Replace(in(everything), "source: {section: s}\n    ", "", 1), "4:5 E_MISSING all[0].source"},
	{"an empty source", strings.Replace(in(everything), "{section: s}", "{}", 1), "5:13 E_MISSING all[0].source"},
	{"a source that is a text", strings.Replace(in(everything), "{section: s}", "s", 1), "5:13 E_SHAPE all[0].source"},
	{"a source with a strange key", strings.Replace(in(everything), "{section: s}", "{section: s, page: x}", 1), "5:26 E_UNKNOWN_KEY all[0].source.page"},
	{"a source with a number", strings.Replace(in(everything), "{section: s}", "{section: 4}", 1), "5:23 E_TEXT all[0].source.section"},
	{"an unknown version with values", head + "  - {from: 2026-01-01, unknown: lost, text: abc}\n", "4:39 E_UNKNOWN_KEY all[0].text"},
	{"an unknown version that does not say why", head + "  - {from: 2026-01-01, unknown: 1}\n", "4:33 E_TEXT all[0].unknown"},

	// Keys.
	{"a key of no field", with("count", "count: 5\ncuont: 5"), "9:5 E_UNKNOWN_KEY all[0].cuont"},
	{"a key of no field, nested", with("nested", "nested: {name: x, days: 1, x: 2}"), "19:32 E_UNKNOWN_KEY all[0].nested.x"},
	{"a key of no field in a list", with("steps", "steps: [{name: a, days: 1, x: 2}]"), "18:32 E_UNKNOWN_KEY all[0].steps[0].x"},
	{"a missing key", with("flag", ""), "4:5 E_MISSING all[0].flag"},
	{"a missing key, nested", with("nested", "nested: {name: x}"), "19:13 E_MISSING all[0].nested.days"},
	{"a missing key in a list", with("steps", "steps: [{name: a, days: 1}, {days: 1}]"), "18:33 E_MISSING all[0].steps[1].name"},
	{"a missing Known", with("known", ""), "4:5 E_MISSING all[0].known"},

	// Values.
	{"no value", with("count", "count:"), "8:11 E_MISSING all[0].count"},
	{"null", with("count", "count: null"), "8:12 E_MISSING all[0].count"},
	{"a text that is a number", with("text", "text: 12"), "6:11 E_TEXT all[0].text"},
	{"a text that is true", with("text", "text: true"), "6:11 E_TEXT all[0].text"},
	{"an empty text", with("text", `text: ""`), "6:11 E_TEXT all[0].text"},
	{"a text that is a list", with("text", "text: [a]"), "6:11 E_SHAPE all[0].text"},
	{"a bool that is yes", with("flag", "flag: yes"), "7:11 E_BOOL all[0].flag"},
	{"a bool that is True", with("flag", "flag: True"), "7:11 E_BOOL all[0].flag"},
	{"a bool that is a text", with("flag", `flag: "true"`), "7:11 E_BOOL all[0].flag"},
	{"a bool that is a number", with("flag", "flag: 1"), "7:11 E_BOOL all[0].flag"},
	{"a whole number with a point", with("count", "count: 5.0"), "8:12 E_NUMBER all[0].count"},
	{"a whole number that is a word", with("count", "count: five"), "8:12 E_NUMBER all[0].count"},
	{"a number that does not fit", with("small", "small: 128"), "9:12 E_NUMBER all[0].small"},
	{"a negative number that does not fit", with("small", "small: -129"), "9:12 E_NUMBER all[0].small"},
	{"an unsigned number below zero", with("unsigned", "unsigned: -1"), "10:15 E_NUMBER all[0].unsigned"},
	{"a number with an exponent", with("percent", "percent: 1e1"), "11:14 E_NUMBER all[0].percent"},
	{"a number with a plus", with("percent", "percent: +5"), "11:14 E_NUMBER all[0].percent"},
	{"a number without its zero", with("percent", "percent: .5"), "11:14 E_NUMBER all[0].percent"},
	{"a number with an underscore", with("percent", "percent: 1_0"), "11:14 E_NUMBER all[0].percent"},
	{"a hexadecimal number", with("percent", "percent: 0x1"), "11:14 E_NUMBER all[0].percent"},
	{"a number with leading zeros", with("percent", "percent: 010"), "11:14 E_NUMBER all[0].percent"},
	{"infinity", with("percent", "percent: .inf"), "11:14 E_NUMBER all[0].percent"},
	{"a number that a float has touched", with("percent", "percent: 4.900000000000000355"), "11:14 E_NUMBER all[0].percent"},
	{"a number of 65 digits", with("percent", `percent: "0.`+strings.Repeat("1", 64)+`"`), "11:14 E_NUMBER all[0].percent"},
	{"a number with a comma", with("percent", `percent: "1,5"`), "11:14 E_NUMBER all[0].percent"},
	{"an amount with a fraction of a cent", with("amount", "amount: 1.005"), "12:13 E_SUB_CENT all[0].amount"},
	{"an amount beyond all", with("amount", `amount: "-99999999999999999999.00"`), "12:13 E_AMOUNT_RANGE all[0].amount"},
	{"an amount with a dollar", with("amount", "amount: $5"), "12:13 E_NUMBER all[0].amount"},
	{"an amount that is a mapping", with("amount", "amount: {dollars: 5}"), "12:13 E_SHAPE all[0].amount"},
	{"a date of another form", with("day", "day: 4/12/2026"), "13:10 E_DATE all[0].day"},
	{"a date that does not exist", with("day", "day: 2026-02-29"), "13:10 E_DATE all[0].day"},
	{"an empty date", with("day", `day: ""`), "13:10 E_DATE all[0].day"},
	{"a choice that is none", with("mode", "mode: nearest"), "14:11 E_ROUNDING all[0].mode"},
	{"a choice that is a number", with("mode", "mode: 1"), "14:11 E_TEXT all[0].mode"},
	{"a list that is a value", with("list", "list: 1"), "15:11 E_SHAPE all[0].list"},
	{"an empty list", with("list", "list: []"), "15:11 E_MISSING all[0].list"},
	{"an entry that is nothing", with("list", "list: [1, ~]"), "15:15 E_MISSING all[0].list[1]"},
	{"an entry that is no number", with("list", "list: [1, x]"), "15:15 E_NUMBER all[0].list[1]"},
	{"a mapping that is a list", with("fees", "fees: [1]"), "16:11 E_SHAPE all[0].fees"},
	{"an empty mapping", with("fees", "fees: {}"), "16:11 E_MISSING all[0].fees"},
	{"a mapping with a bad value", with("fees", "fees: {a: 1, b: x}"), "16:21 E_NUMBER all[0].fees.b"},
	{"an empty key", with("fees", `fees: {"": 1}`), "16:12 E_TEXT all[0].fees."},
	{"a key with brackets", with("fees", `fees: {"a[0]": 1}`), "16:12 E_TEXT all[0].fees.a[0]"},
	{"a key that is no date", with("days", "days: {May: x}"), "17:12 E_DATE all[0].days.May"},
	{"a struct that is a list", with("nested", "nested: [x]"), "19:13 E_SHAPE all[0].nested"},

	// What is not known, and placeholders.
	{"unknown without a reason", with("known", "known: {unknown: }"), "20:22 E_MISSING all[0].known.unknown"},
	{"unknown with an empty reason", with("known", `known: {unknown: ""}`), "20:22 E_TEXT all[0].known.unknown"},
	{"unknown because true", with("known", "known: {unknown: true}"), "20:22 E_TEXT all[0].known.unknown"},
	{"unknown and more", with("known", "known: {unknown: x, why: y}"), "20:25 E_UNKNOWN_KEY all[0].known.why"},
	{"a placeholder without a reason", with("known", "known: {placeholder: 5}"), "20:12 E_MISSING all[0].known.why"},
	{"a placeholder without a value", with("known", "known: {placeholder: , why: x}"), "20:26 E_MISSING all[0].known"},
	{"a placeholder of the wrong type", with("known", "known: {placeholder: x, why: x}"), "20:26 E_NUMBER all[0].known"},
	{"a placeholder that breaks a rule", with("known", "known: {placeholder: 0, why: x}"), "20:26 E_POLICY_RULE all[0].known"},
	{"a placeholder and more", with("known", "known: {placeholder: 5, why: x, to: y}"), "20:37 E_UNKNOWN_KEY all[0].known.to"},
	{"a placeholder that is not known", with("known", "known: {placeholder: {unknown: x}, why: x}"), "20:26 E_SHAPE all[0].known"},

	// Rules of the tags, as they stand at each kind of place.
	{"a rule on a field", with("count", "count: 61"), "8:12 E_POLICY_RULE all[0].count"},
	{"a rule on a text", with("text", "text: x"), "6:11 E_POLICY_RULE all[0].text"},
	{"a rule on a list", with("list", "list: [1, 2, 3, 4]"), "15:11 E_POLICY_RULE all[0].list"},
	{"a rule on an entry", with("list", "list: [1, 0]"), "15:15 E_POLICY_RULE all[0].list[1]"},
	{"a rule on two entries", with("list", "list: [1, 2, 1.00]"), "15:18 E_POLICY_RULE all[0].list[2]"},
	{"a rule on a value of a mapping", with("fees", "fees: {a: 1, b.c: -1}"), "16:23 E_POLICY_RULE all[0].fees.b.c"},
	{"a rule in a nested struct", with("nested", "nested: {name: x, days: 0}"), "19:29 E_POLICY_RULE all[0].nested.days"},
	{"a rule in a struct of a list", with("steps", "steps: [{name: a, days: 1}, {name: b, days: 0}]"), "18:49 E_POLICY_RULE all[0].steps[1].days"},
	{"a rule in a struct of a list of a mapping", with("by_zone", "by_zone: {a.b: [{name: x, days: 0}]}"), "22:37 E_POLICY_RULE all[0].by_zone.a.b[0].days"},
	{"a rule on a Known", with("known", "known: 0"), "20:12 E_POLICY_RULE all[0].known"},
	{"a rule on a Known in a list", with("rows", "rows: [1, {placeholder: -1, why: x}]"), "21:29 E_POLICY_RULE all[0].rows[1]"},
	{"a rule on a pointer", with("cap", "cap: 25.00"), "22:10 E_POLICY_RULE all[0].cap"},
}

func TestEachFaultHasItsPlace(t *testing.T) {
	require.Greater(t, len(faults), 50)
	for _, c := range faults {
		t.Run(c.name, func(t *testing.T) {
			_, file, err := parseAll(c.src)
			require.Nil(t, file)
			require.Equal(t, c.want, brief(t, err), "%v", err)
		})
	}
}

func TestVersionsFollowEachOther(t *testing.T) {
	const source = "source: {section: s}, days: 1}\n"
	for _, c := range []struct{ name, src, want string }{
		{"a gap", "- {from: 2026-01-01, to: 2026-02-01, " + source + "- {from: 2026-02-02, " + source, "5:10 E_VERSION_GAP small[1].from"},
		{"an overlap", "- {from: 2026-01-01, to: 2026-02-02, " + source + "- {from: 2026-02-01, " + source, "5:10 E_VERSION_OVERLAP small[1].from"},
		{"out of order", "- {from: 2026-01-01, to: 2026-02-01, " + source + "- {from: 2025-01-01, to: 2026-01-01, " + source, "5:10 E_VERSION_OVERLAP small[1].from"},
		{"no end but on the last", "- {from: 2026-01-01, " + source + "- {from: 2026-02-01, " + source, "4:3 E_MISSING small[0].to"},
		{"an unknown version fills no gap", "- {from: 2026-01-01, to: 2026-02-01, unknown: x}\n- {from: 2026-03-01, " + source, "5:10 E_VERSION_GAP small[1].from"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var into policyfile.Dated[small]
			_, err := policyfile.Parse("p.yaml", []byte(versions(c.src)), policyfile.Into("small", &into))
			require.Equal(t, c.want, brief(t, err), "%v", err)
		})
	}
}

func TestTwoFaultsGiveTwoErrors(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"of YAML and of a value", strings.Replace(with("count", "count: five"), "flag: true", "flag: [true", 1), "7:11 E_YAML\n8:12 E_NUMBER all[0].count"},
		{"of bytes and of a rule", strings.Replace(with("count", "count: 61"), "some text", "so\xffme", 1), "6:13 E_YAML\n8:12 E_POLICY_RULE all[0].count"},
		{"of a value and of a rule", strings.Replace(with("count", "count: 61"), "flag: true", "flag: 0", 1), "7:11 E_BOOL all[0].flag\n8:12 E_POLICY_RULE all[0].count"},
		{"of a list and in it", with("steps", "steps: [{name: a, days: 1}, {name: a, days: 0}]"), "18:40 E_POLICY_RULE all[0].steps[1].name\n18:49 E_POLICY_RULE all[0].steps[1].days"},
		{"of a list and in entries of it", with("list", "list: [1, -1, 2, 3]"), "15:11 E_POLICY_RULE all[0].list\n15:15 E_POLICY_RULE all[0].list[1]"},
		{"of two mapped values", with("fees", "fees: {a: -1, b: -1}"), "16:15 E_POLICY_RULE all[0].fees.a\n16:22 E_POLICY_RULE all[0].fees.b"},
		{"a bad value is no second fault of its rule", with("amount", "amount: x\ncap: 1"), "12:13 E_NUMBER all[0].amount"},
		{"a key twice and a missing one", strings.Replace(with("count", ""), "flag: true", "flag: true\n    flag: false", 1), "4:5 E_MISSING all[0].count\n8:5 E_DUPKEY"},
		{"of the file and of an area", strings.Replace(with("count", "count: x"), "name: D", "name: 1", 1), "2:7 E_TEXT name\n8:12 E_NUMBER all[0].count"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := parseAll(c.src)
			require.Equal(t, c.want, brief(t, err), "%v", err)
		})
	}
}

func TestTypesKeepTheirCodes(t *testing.T) {
	_, _, err := parseAll(with("amount", "amount: 1.005"))
	require.ErrorIs(t, err, money.ErrSubCent)
	_, _, err = parseAll(with("mode", "mode: nearest"))
	require.ErrorIs(t, err, exact.ErrMode)
	_, _, err = parseAll(with("day", "day: 2026-02-29"))
	require.ErrorIs(t, err, civil.ErrDate)
}

func TestAnErrorReadsWell(t *testing.T) {
	for _, c := range []struct{ key, line, want string }{
		{"percent", "percent: +5", `p.yaml:11:14: E_NUMBER: all[0].percent: "+5" is not a plain number; write 5`},
		{"percent", "percent: .5", `p.yaml:11:14: E_NUMBER: all[0].percent: ".5" is not a plain number; write 0.5`},
		{"percent", "percent: -1.5e1", `p.yaml:11:14: E_NUMBER: all[0].percent: "-1.5e1" is not a plain number; write -15`},
		{"percent", "percent: 1e-2", `p.yaml:11:14: E_NUMBER: all[0].percent: "1e-2" is not a plain number; write 0.01`},
		{"percent", "percent: 1e999999999", `p.yaml:11:14: E_NUMBER: all[0].percent: "1e999999999" is not a plain number; write plain digits with at most one point, such as 1234.50`},
		{"small", "small: 200", "p.yaml:9:12: E_NUMBER: all[0].small: 200 is too large or too small; write a number from -128 to 127"},
		{"unsigned", "unsigned: -1", "p.yaml:10:15: E_NUMBER: all[0].unsigned: -1 is too large or too small; write a number from 0 to 18446744073709551615"},
		{"count", "", "p.yaml:4:5: E_MISSING: all[0].count: count is missing; state count, or that it is not known: {unknown: not public}"},
		{"mode", "mode: nearest", "p.yaml:14:11: E_ROUNDING: all[0].mode: not a rounding mode; write half_up, half_even, up or down"},
		{"nested", "nested: {name: x, days: 1, dasy: 2}", `p.yaml:19:32: E_UNKNOWN_KEY: all[0].nested.dasy: "dasy" has no meaning here; correct it to one of name, days, or take it out`},
	} {
		_, _, err := parseAll(with(c.key, c.line))
		require.EqualError(t, err, c.want)
	}
}

func TestBadInputIsBounded(t *testing.T) {
	bomb := "headgate: policy/1\nname: D\na: &a [x, x]\n"
	for c := 'b'; c < 'z'; c++ {
		bomb += string(c) + ": &" + string(c) + " [*" + string(c-1) + ", *" + string(c-1) + "]\n"
	}
	for name, src := range map[string]string{
		"an alias bomb":      bomb,
		"16 MB of comment":   "# " + strings.Repeat("x", 16<<20),
		"16 MB of values":    head + strings.Repeat("  - {a: 1}\n", 16<<20/11),
		"deep brackets":      head + strings.Repeat("[", 100_000),
		"deep mappings":      head + strings.Repeat("{a: ", 100_000),
		"only invalid UTF-8": strings.Repeat("\xff", 10_000),
		"NUL":                "\x00\x00\x00",
	} {
		t.Run(name, func(t *testing.T) {
			_, file, err := parseAll(src)
			require.Nil(t, file)
			require.ErrorIs(t, err, policyfile.ErrYAML)
			require.Less(t, len(strings.Split(err.Error(), "\n")), 300)
		})
	}
	_, _, err := parseAll(with("list", "list: ["+strings.Repeat("x,", 10_000)+"]"))
	require.Contains(t, err.Error(), "there are more problems than are reported")
	require.Len(t, strings.Split(err.Error(), "\n"), 101)
}
