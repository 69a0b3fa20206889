package policyfile_test

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/policyfile"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
)

// read reads one version of T with those lines, and gives what is wrong without place
// and code.
func read[T any](lines string) string {
	var into policyfile.Dated[T]
	src := "headgate: policy/1\nname: D\na:\n  - from: 2026-01-01\n    source: {section: s}\n    " + strings.ReplaceAll(lines, "\n", "\n    ")
	_, err := policyfile.Parse("p.yaml", []byte(src), policyfile.Into("a", &into))
	if err == nil {
		return ""
	}
	return err.Error()
}

// Each rule is met by one value and broken by another: the text of the finding shows
// that the validator was reached, and what people are told.
func TestEveryRuleIsTold(t *testing.T) {
	type (
		dec = decimal.Decimal
		amt = money.Amount
	)
	for _, c := range []struct {
		rule      string
		read      func(string) string
		good, bad string
		want      string
	}{
		{"min", read[struct {
			V int `policy:"v" validate:"min=2"`
		}], "v: 2", "v: 1", "6:8: E_POLICY_RULE: a[0].v: 1 is less than 2; write at least 2"},
		{"gte", read[struct {
			V dec `policy:"v" validate:"gte=0.3"`
		}], "v: 0.30", "v: 0.299999999999999", "6:8: E_POLICY_RULE: a[0].v: 0.299999999999999 is less than 0.3; write at least 0.3"},
		{"gt", read[struct {
			V amt `policy:"v" validate:"gt=0"`
		}], "v: 0.01", "v: 0", "6:8: E_POLICY_RULE: a[0].v: 0 is not more than 0; write more than 0"},
		{"max", read[struct {
			V uint64 `policy:"v" validate:"max=18446744073709551614"`
		}], `v: "18446744073709551614"`, `v: "18446744073709551615"`, "6:8: E_POLICY_RULE: a[0].v: 18446744073709551615 is more than 18446744073709551614; write at most 18446744073709551614"},
		{"lte", read[struct {
			V civil.Date `policy:"v" validate:"lte=2026-12-31"`
		}], "v: 2026-12-31", "v: 2027-01-01", "6:8: E_POLICY_RULE: a[0].v: 2027-01-01 is after 2026-12-31; write on or before 2026-12-31"},
		{"lt", read[struct {
			V dec `policy:"v" validate:"lt=100"`
		}], `v: "99.9999999999999999999999999999"`, "v: 100", "6:8: E_POLICY_RULE: a[0].v: 100 is not less than 100; write less than 100"},
		{"eq", read[struct {
			V dec `policy:"v" validate:"eq=2.5"`
		}], "v: 2.50", "v: 2.51", "6:8: E_POLICY_RULE: a[0].v: 2.51 is not 2.5; write 2.5"},
		{"eq of a text", read[struct {
			V string `policy:"v" validate:"eq=yes"`
		}], `v: "yes"`, "v: nope", `6:8: E_POLICY_RULE: a[0].v: "nope" is not yes; write yes`},
		{"ne", read[struct {
			V exact.Mode `policy:"v" validate:"ne=up"`
		}], "v: down", "v: up", `6:8: E_POLICY_RULE: a[0].v: "up" is up; write another value than up`},
		{"eq of a bool", read[struct {
			V bool `policy:"v" validate:"eq=true"`
		}], "v: true", "v: false", `6:8: E_POLICY_RULE: a[0].v: "false" is not true; write true`},
		{"len of a text", read[struct {
			V string `policy:"v" validate:"len=3"`
		}], "v: äöü", "v: ab", `6:8: E_POLICY_RULE: a[0].v: "ab" has not 3 characters; write exactly 3 characters`},
		{"len of a list", read[struct {
			V []int `policy:"v" validate:"len=2"`
		}], "v: [1, 1]", "v: [1]", "6:8: E_POLICY_RULE: a[0].v: it has 1 entry, not 2 entries; write exactly 2 entries"},
		{"max of a mapping", read[struct {
			V map[string]int `policy:"v" validate:"max=1"`
		}], "v: {a: 1}", "v: {a: 1, b: 2}", "6:8: E_POLICY_RULE: a[0].v: it has 2 entries, more than 1 entry; write at most 1 entry"},
		{"gtfield", read[struct {
			A dec `policy:"a"`
			V amt `policy:"v" validate:"gtfield=A"`
		}], "a: 1.005\nv: 1.01", "a: 1.01\nv: 1.01", "7:8: E_POLICY_RULE: a[0].v: 1.01 is not more than a, which is 1.01; write more than a, or correct a"},
		{"gtefield", read[struct {
			A civil.Date `policy:"first"`
			V civil.Date `policy:"v" validate:"gtefield=A"`
		}], "first: 2026-01-01\nv: 2026-01-01", "first: 2026-01-02\nv: 2026-01-01", "7:8: E_POLICY_RULE: a[0].v: 2026-01-01 is before first, which is 2026-01-02; write on or after first, or correct first"},
		{"ltfield", read[struct {
			A int `policy:"a"`
			V dec `policy:"v" validate:"ltfield=A"`
		}], "a: 2\nv: 1.9", "a: 2\nv: 2", "7:8: E_POLICY_RULE: a[0].v: 2 is not less than a, which is 2; write less than a, or correct a"},
		{"ltefield", read[struct {
			A policyfile.Known[int] `policy:"a"`
			V policyfile.Known[int] `policy:"v" validate:"ltefield=A"`
		}], "a: {unknown: x}\nv: 3", "a: 2\nv: 3", "7:8: E_POLICY_RULE: a[0].v: 3 is more than a, which is 2; write at most a, or correct a"},
		{"eqfield", read[struct {
			A string `policy:"a"`
			V string `policy:"v" validate:"eqfield=A"`
		}], "a: x\nv: x", "a: x\nv: z", `7:8: E_POLICY_RULE: a[0].v: "z" is not a, which is x; write a, or correct a`},
		{"nefield", read[struct {
			A *int `policy:"a"`
			V int  `policy:"v" validate:"nefield=A"`
		}], "v: 1", "a: 1\nv: 1", "7:8: E_POLICY_RULE: a[0].v: 1 is a, which is 1; write another value than a, or correct a"},
		{"oneof", read[struct {
			V string `policy:"v" validate:"oneof=past_due 'current charges'"`
		}], "v: current charges", "v: all", `6:8: E_POLICY_RULE: a[0].v: "all" is none of the choices; write one of: past_due, current charges`},
		{"oneof numbers", read[struct {
			V dec `policy:"v" validate:"oneof=0.5 10"`
		}], "v: 10.0", "v: 1", `6:8: E_POLICY_RULE: a[0].v: "1" is none of the choices; write one of: 0.5, 10`},
		{"unique", read[struct {
			V []dec `policy:"v" validate:"unique"`
		}], "v: [1, 1.5]", "v: [1.5, 1, 1.50]", "6:17: E_POLICY_RULE: a[0].v[2]: it is the same as entry 1 of the list; keep one, or correct it"},
		{"unique by a field", read[struct {
			V []Step `policy:"v" validate:"unique=Days,dive"`
		}], "v: [{name: x, days: 1}, {name: x, days: 2}]", "v: [{name: x, days: 1}, {name: z, days: 1}]", "6:45: E_POLICY_RULE: a[0].v[1].days: days is the same as in entry 1 of the list; keep one, or correct it"},
		{"unique in a mapping", read[struct {
			V map[string]int `policy:"v" validate:"unique"`
		}], "v: {a: 1, b: 2}", "v: {a: 1, b: 1}", `6:18: E_POLICY_RULE: a[0].v.b: it is the same as "a" of the mapping; keep one, or correct it`},
		{"unique passes over what is not known", read[struct {
			V []policyfile.Known[int] `policy:"v" validate:"unique"`
		}], "v: [{unknown: x}, {unknown: x}, 0]", "v: [{unknown: x}, 0, 0]", "6:26: E_POLICY_RULE: a[0].v[2]: it is the same as entry 2 of the list; keep one, or correct it"},
		{"required", read[struct {
			V []int `policy:"v,optional,empty" validate:"required,min=1"`
		}], "v: [1]", "v: []", "6:8: E_POLICY_RULE: a[0].v: it has 0 entries, less than 1 entry; write at least 1 entry"},
		{"required_with", read[struct {
			A *int `policy:"share"`
			V *int `policy:"v" validate:"required_with=A"`
			Z int  `policy:"z"`
		}], "share: 0\nv: 0\nz: 1", "share: 0\nz: 1", "4:5: E_MISSING: a[0].v: v is missing, and must be stated where there is share; add v, or correct share"},
		{"required_with, where neither is there", read[struct {
			A *int `policy:"share"`
			B *int `policy:"part"`
			V *int `policy:"v" validate:"required_with=A B"`
			Z int  `policy:"z"`
		}], "z: 1", "part: 0\nz: 1", "4:5: E_MISSING: a[0].v: v is missing, and must be stated where there is share or part; add v, or correct share, part"},
		{"required_without", read[struct {
			A string `policy:"a,optional"`
			V *Step  `policy:"v" validate:"required_without=A"`
			Z int    `policy:"z"`
		}], "a: x\nz: 1", "z: 1", "4:5: E_MISSING: a[0].v: v is missing, and must be stated where there is no a; add v, or correct a"},
		{"required_without_all", read[struct {
			A []int `policy:"a,optional,empty"`
			B *dec  `policy:"b"`
			V *amt  `policy:"v" validate:"required_without_all=A B,omitempty,gt=0"`
			Z int   `policy:"z"`
		}], "a: []\nz: 1", "z: 1", "4:5: E_MISSING: a[0].v: v is missing, and must be stated where there is no a and no b; add v, or correct a, b"},
		{"required_with_all", read[struct {
			A *int `policy:"a"`
			B *int `policy:"b"`
			V *int `policy:"v" validate:"required_with_all=A B"`
		}], "a: 1", "a: 1\nb: 1", "4:5: E_MISSING: a[0].v: v is missing, and must be stated where there is a and b; add v, or correct a, b"},
		{"excluded_with", read[struct {
			A *policyfile.Known[int] `policy:"a"`
			V *int                   `policy:"v" validate:"excluded_with=A"`
		}], "v: 1", "a: {unknown: x}\nv: 1", "7:8: E_POLICY_RULE: a[0].v: v must not be stated where there is a; take v out, or correct a"},
		{"excluded_without", read[struct {
			A *int `policy:"a"`
			B *int `policy:"b"`
			V *int `policy:"v" validate:"excluded_without=A B"`
		}], "a: 1\nb: 1\nv: 1", "a: 1\nv: 1", "7:8: E_POLICY_RULE: a[0].v: v must not be stated where one of a, b is missing; take v out, or correct a, b"},
		{"excluded_with_all", read[struct {
			A *int `policy:"a"`
			B *int `policy:"b"`
			V *int `policy:"v" validate:"excluded_with_all=A B"`
		}], "a: 1\nv: 1", "a: 1\nb: 1\nv: 1", "8:8: E_POLICY_RULE: a[0].v: v must not be stated where there is a and b; take v out, or correct a, b"},
		{"excluded_without_all", read[struct {
			A *int `policy:"a"`
			B *int `policy:"b"`
			V *int `policy:"v" validate:"excluded_without_all=A B"`
		}], "a: 1\nv: 1", "v: 1", "6:8: E_POLICY_RULE: a[0].v: v must not be stated where there is no a and no b; take v out, or correct a, b"},
		{"required_if", read[struct {
			A string `policy:"interest"`
			V *dec   `policy:"v" validate:"required_if=A simple"`
		}], "interest: none", "interest: simple", "4:5: E_MISSING: a[0].v: v is missing, and must be stated where interest is simple; add v, or correct interest"},
		{"required_unless", read[struct {
			A exact.Mode `policy:"mode"`
			V *dec       `policy:"v" validate:"required_unless=A down"`
		}], "mode: down", "mode: up", "4:5: E_MISSING: a[0].v: v is missing, and must be stated unless mode is down; add v, or correct mode"},
		{"excluded_if", read[struct {
			A bool `policy:"automatic"`
			V *dec `policy:"v" validate:"excluded_if=A false"`
		}], "automatic: true\nv: 1", "automatic: false\nv: 1", "7:8: E_POLICY_RULE: a[0].v: v must not be stated where automatic is false; take v out, or correct automatic"},
		{"excluded_unless", read[struct {
			A dec  `policy:"a"`
			B int  `policy:"b"`
			V *dec `policy:"v" validate:"excluded_unless=A 1.0 B 2"`
		}], "a: 1\nb: 2\nv: 1", "a: 1\nb: 3\nv: 1", "8:8: E_POLICY_RULE: a[0].v: v must not be stated unless a is 1.0 and b is 2; take v out, or correct a, b"},
		{"url", text("url"), "v: https://example.org/a", "v: example", `6:8: E_POLICY_RULE: a[0].v: "example" is not an address with its scheme, such as https://example.org/rates; write an address with its scheme, such as https://example.org/rates`},
		{"uri", text("uri"), "v: https://example.org/a", "v: example", `6:8: E_POLICY_RULE: a[0].v: "example" is not an address with its scheme, such as https://example.org/rates; write an address with its scheme, such as https://example.org/rates`},
		{"http_url", text("http_url"), "v: http://example.org", "v: ftp://example.org", `6:8: E_POLICY_RULE: a[0].v: "ftp://example.org" is not an address that begins with http:// or https://; write an address that begins with http:// or https://`},
		{"https_url", text("https_url"), "v: https://example.org", "v: http://example.org", `6:8: E_POLICY_RULE: a[0].v: "http://example.org" is not an address that begins with https://; write an address that begins with https://`},
		{"email", text("email"), "v: office@example.org", "v: office", `6:8: E_POLICY_RULE: a[0].v: "office" is not an e-mail address; write an e-mail address`},
		{"e164", text("e164"), `v: "+18315550100"`, "v: 555-0100", `6:8: E_POLICY_RULE: a[0].v: "555-0100" is not a telephone number such as +18315550100; write a telephone number such as +18315550100`},
		{"alpha", text("alpha"), "v: abc", "v: a1", `6:8: E_POLICY_RULE: a[0].v: "a1" is not letters alone; write letters alone`},
		{"alphanum", text("alphanum"), "v: a1", "v: a_1", `6:8: E_POLICY_RULE: a[0].v: "a_1" is not letters and digits alone; write letters and digits alone`},
		{"numeric", text("numeric"), `v: "1.5"`, "v: x", `6:8: E_POLICY_RULE: a[0].v: "x" is not a number; write a number`},
		{"number", text("number"), `v: "15"`, "v: x", `6:8: E_POLICY_RULE: a[0].v: "x" is not digits alone; write digits alone`},
		{"ascii", text("ascii"), "v: x", "v: ü", `6:8: E_POLICY_RULE: a[0].v: "ü" is not ASCII characters alone; write ASCII characters alone`},
		{"printascii", text("printascii"), "v: x", "v: ü", `6:8: E_POLICY_RULE: a[0].v: "ü" is not printable ASCII characters alone; write printable ASCII characters alone`},
		{"lowercase", text("lowercase"), "v: x", "v: X", `6:8: E_POLICY_RULE: a[0].v: "X" is not small letters alone; write small letters alone`},
		{"uppercase", text("uppercase"), "v: X", "v: x", `6:8: E_POLICY_RULE: a[0].v: "x" is not capital letters alone; write capital letters alone`},
		{"uuid", text("uuid"), "v: 6ba7b810-9dad-11d1-80b4-00c04fd430c8", "v: x", `6:8: E_POLICY_RULE: a[0].v: "x" is not a UUID; write a UUID`},
		{"hostname", text("hostname"), "v: example.org", "v: a_b", `6:8: E_POLICY_RULE: a[0].v: "a_b" is not the name of a host; write the name of a host`},
		{"contains", text("contains=bill"), "v: the bill", "v: the note", `6:8: E_POLICY_RULE: a[0].v: "the note" must hold "bill"; correct it`},
		{"excludes", text("excludes=bill"), "v: the note", "v: the bill", `6:8: E_POLICY_RULE: a[0].v: "the bill" must not hold "bill"; correct it`},
		{"startswith", text("startswith=A"), "v: Ab", "v: b", `6:8: E_POLICY_RULE: a[0].v: "b" must begin with "A"; correct it`},
		{"startsnotwith", text("startsnotwith=A"), "v: b", "v: Ab", `6:8: E_POLICY_RULE: a[0].v: "Ab" must not begin with "A"; correct it`},
		{"endswith", text("endswith=."), "v: b.", "v: b", `6:8: E_POLICY_RULE: a[0].v: "b" must end with "."; correct it`},
		{"endsnotwith", text("endsnotwith=."), "v: b", "v: b.", `6:8: E_POLICY_RULE: a[0].v: "b." must not end with "."; correct it`},
		{"containsany", text("containsany=xy"), "v: ax", "v: a", `6:8: E_POLICY_RULE: a[0].v: "a" must hold one of the characters "xy"; correct it`},
		{"excludesall", text("excludesall=xy"), "v: a", "v: ax", `6:8: E_POLICY_RULE: a[0].v: "ax" must hold none of the characters "xy"; correct it`},
		{"a rule without words of its own", text("semver"), "v: 1.2.3", "v: x", `6:8: E_POLICY_RULE: a[0].v: "x" does not meet the rule semver of the policy; write a value that does`},
		{"one with a parameter", text("datetime=2006"), `v: "2026"`, "v: x", `6:8: E_POLICY_RULE: a[0].v: "x" does not meet the rule datetime=2006 of the policy; write a value that does`},
		{"one rule or another", text("len=2|eq=abc"), "v: abc", "v: x", `6:8: E_POLICY_RULE: a[0].v: "x" does not meet the rule len=2 or eq=abc of the policy; write a value that does`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			require.Empty(t, c.read(c.good))
			require.Equal(t, "p.yaml:"+c.want, c.read(c.bad))
		})
	}
}

// text reads a text under a rule. Tags are constants, and so each has its struct.
func text(rule string) func(string) string {
	readers := map[string]func(string) string{
		"url": read[struct {
			V string `policy:"v" validate:"url"`
		}], "uri": read[struct {
			V string `policy:"v" validate:"uri"`
		}], "http_url": read[struct {
			V string `policy:"v" validate:"http_url"`
		}], "https_url": read[struct {
			V string `policy:"v" validate:"https_url"`
		}], "email": read[struct {
			V string `policy:"v" validate:"email"`
		}], "e164": read[struct {
			V string `policy:"v" validate:"e164"`
		}], "alpha": read[struct {
			V string `policy:"v" validate:"alpha"`
		}], "alphanum": read[struct {
			V string `policy:"v" validate:"alphanum"`
		}], "numeric": read[struct {
			V string `policy:"v" validate:"numeric"`
		}], "number": read[struct {
			V string `policy:"v" validate:"number"`
		}], "ascii": read[struct {
			V string `policy:"v" validate:"ascii"`
		}], "printascii": read[struct {
			V string `policy:"v" validate:"printascii"`
		}], "lowercase": read[struct {
			V string `policy:"v" validate:"lowercase"`
		}], "uppercase": read[struct {
			V string `policy:"v" validate:"uppercase"`
		}], "uuid": read[struct {
			V string `policy:"v" validate:"uuid"`
		}], "hostname": read[struct {
			V string `policy:"v" validate:"hostname"`
		}], "contains=bill": read[struct {
			V string `policy:"v" validate:"contains=bill"`
		}], "excludes=bill": read[struct {
			V string `policy:"v" validate:"excludes=bill"`
		}], "startswith=A": read[struct {
			V string `policy:"v" validate:"startswith=A"`
		}], "startsnotwith=A": read[struct {
			V string `policy:"v" validate:"startsnotwith=A"`
		}], "endswith=.": read[struct {
			V string `policy:"v" validate:"endswith=."`
		}], "endsnotwith=.": read[struct {
			V string `policy:"v" validate:"endsnotwith=."`
		}], "containsany=xy": read[struct {
			V string `policy:"v" validate:"containsany=xy"`
		}], "excludesall=xy": read[struct {
			V string `policy:"v" validate:"excludesall=xy"`
		}], "semver": read[struct {
			V string `policy:"v" validate:"semver"`
		}], "datetime=2006": read[struct {
			V string `policy:"v" validate:"datetime=2006"`
		}], "len=2|eq=abc": read[struct {
			V string `policy:"v" validate:"len=2|eq=abc"`
		}],
	}
	return readers[rule]
}

// A rule that stands beside another on the same field is not lost by the first.
func TestRulesOfOptionalFields(t *testing.T) {
	type T struct {
		Flat    *money.Amount    `policy:"flat" validate:"required_without=Percent,omitempty,gt=0"`
		Percent *decimal.Decimal `policy:"percent" validate:"omitempty,gt=0,lte=10"`
		Day     int              `policy:"day"`
	}
	require.Empty(t, read[T]("flat: 1\nday: 0"))
	require.Empty(t, read[T]("percent: 10\nday: 0"))
	require.Contains(t, read[T]("percent: 10.01\nday: 0"), "10.01 is more than 10")
	require.Contains(t, read[T]("flat: 0\nday: 0"), "0 is not more than 0", "a zero that is stated is checked")
	require.Contains(t, read[T]("day: 0"), "flat is missing")
	require.Contains(t, read[T]("flat: x\nday: 0"), "E_NUMBER")
}

// Rules reach into structs in lists, mappings, pointers and Knowns, and name keys as
// they are written there.
func TestRulesReachEverywhere(t *testing.T) {
	type Inner struct {
		Flat    *money.Amount    `policy:"flat_fee" validate:"required_without=Percent,omitempty,gt=0"`
		Percent *decimal.Decimal `policy:"per_cent" validate:"excluded_with=Flat"`
		Text    string           `policy:"text"`
	}
	type T struct {
		Plain  Inner                                `policy:"plain"`
		List   []Inner                              `policy:"list" validate:"min=1,dive"`
		ByName map[string]Inner                     `policy:"by_name" validate:"dive"`
		Maybe  *Inner                               `policy:"maybe"`
		Known  policyfile.Known[Inner]              `policy:"known"`
		Deep   policyfile.Known[map[string][]Inner] `policy:"deep" validate:"dive,min=1,dive"`
		Each   []policyfile.Known[Inner]            `policy:"each" validate:"dive"`
	}
	const good = "{flat_fee: 1, text: x}"
	all := func(plain, list, byName, maybe, known, deep, each string) string {
		return "plain: " + plain + "\nlist: [" + list + "]\nby_name: {a.b: " + byName + "}\nmaybe: " + maybe + "\nknown: " + known + "\ndeep: {z: [" + deep + "]}\neach: [" + each + "]"
	}
	require.Empty(t, read[T](all(good, good, good, good, good, good, good)))
	require.Empty(t, read[T](all(good, good, good, good, "{unknown: x}", good, "{unknown: x}")))
	const bad = "{text: x}"
	got := read[T](all(bad, bad, bad, bad, bad, bad, bad))
	for i, want := range []string{
		"6:12: E_MISSING: a[0].plain.flat_fee", "7:12: E_MISSING: a[0].list[0].flat_fee", "8:20: E_MISSING: a[0].by_name.a.b.flat_fee",
		"9:12: E_MISSING: a[0].maybe.flat_fee", "10:12: E_MISSING: a[0].known.flat_fee", "11:16: E_MISSING: a[0].deep.z[0].flat_fee", "12:12: E_MISSING: a[0].each[0].flat_fee",
	} {
		require.Equal(t, "p.yaml:"+want+": flat_fee is missing, and must be stated where there is no per_cent; add flat_fee, or correct per_cent", strings.Split(got, "\n")[i])
	}
	const worse = "{flat_fee: 0, per_cent: 1, text: x}"
	got = read[T](all(worse, worse, worse, worse, worse, worse, worse))
	require.Equal(t, 7, strings.Count(got, "flat_fee: 0 is not more than 0; write more than 0"), got)
	require.Equal(t, 7, strings.Count(got, "per_cent must not be stated where there is flat_fee; take per_cent out, or correct flat_fee"), got)
	type E struct {
		V policyfile.Known[[]int] `policy:"v,empty" validate:"max=1,dive,gt=0"`
	}
	require.Empty(t, read[E]("v: []"))
	require.Contains(t, read[E]("v: [1, 0]"), "6:8: E_POLICY_RULE: a[0].v: it has 2 entries, more than 1 entry; write at most 1 entry\np.yaml:6:12: E_POLICY_RULE: a[0].v[1]: 0 is not more than 0")
}

// A tag that the validator cannot use on a value is a fault of the program, and no
// panic.
func TestATagThatPanicsIsTold(t *testing.T) {
	got := read[struct {
		A *string `policy:"a"`
		V *string `policy:"v" validate:"required_without=A,url"`
	}]("a: x")
	require.Contains(t, got, "E_POLICY_STRUCT: ")
	require.Contains(t, got, "its validate tags cannot be used: Bad field type")
}

// A caseless is a text of its own: its error has no code.
type caseless string

func (c *caseless) UnmarshalText(text []byte) error {
	*c = caseless(strings.ToLower(string(text)))
	if *c == "no" {
		return errPlain
	}
	return nil
}

func TestTypesThatReadTheirText(t *testing.T) {
	type T struct {
		V map[caseless]caseless `policy:"v" validate:"dive,ne=x"`
	}
	require.Empty(t, read[T]("v: {a: B}"))
	require.Equal(t, `p.yaml:6:15: E_DUPKEY: a[0].v.A: key "A" is the same as one above; keep one`, read[T]("v: {a: B, A: c}"))
	require.Equal(t, `p.yaml:6:12: E_CHOICE: a[0].v.a: "No" cannot be read: all wrong; write it as the field asks`, read[T]("v: {a: No}")[:len(`p.yaml:6:12: E_CHOICE: a[0].v.a: "No" cannot be read: all wrong; write it as the field asks`)])
	require.Contains(t, read[T]("v: {NO: b}"), `p.yaml:6:9: E_CHOICE: a[0].v.NO: "NO" cannot be read: all wrong`)
	require.Equal(t, `p.yaml:6:12: E_POLICY_RULE: a[0].v.a: "X" is x; write another value than x`, read[T]("v: {a: X}"))
	require.Equal(t, "$5.00", policyfile.Stated(money.Cents(500)).String())
}

type checked struct {
	Low   int             `policy:"low"`
	Steps map[string]Step `policy:"steps" validate:"dive"`
	What  string          `policy:"what"`
}

// Check is a rule that tags cannot state.
func (c checked) Check() error {
	switch c.What {
	case "one":
		return oneProblem
	case "plain":
		return errPlain
	case "list":
		return listOfProblems.Err()
	}
	return nil
}

func TestAStructChecksItself(t *testing.T) {
	lines := "low: 1\nsteps: {a: {name: x, days: 1}}\nwhat: "
	require.Empty(t, read[checked](lines+"none"))
	require.Equal(t, "p.yaml:6:10: E_OWN: a[0].low: too low; raise it", read[checked](lines+"one"))
	require.Equal(t, "p.yaml:4:5: E_POLICY_RULE: a[0]: all wrong", read[checked](lines+"plain"))
	require.Equal(t, "p.yaml:7:32: E_OWN: a[0].steps.a.days: too many; lower it\np.yaml:7:16: E_OWN: a[0].steps.a.other: odd; even it", sorted(read[checked](lines+"list")))
	require.Equal(t, "p.yaml:6:10: E_NUMBER: a[0].low: \"x\" is not a plain number; write plain digits with at most one point, such as 1234.50",
		read[checked]("low: x\nsteps: {a: {name: x, days: 1}}\nwhat: one"), "a version that is wrong is not asked")
	require.Empty(t, read[checked]("low: {unknown: x}\nsteps: {a: {name: x, days: 1}}\nwhat: one"), "nor one that is not all known")
}
