package leak_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/policyfile"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/leak"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
)

// full is a policy in which every field says something.
func full() leak.Policy {
	p := mean("0.5", leak.StatedPrice)
	p.Rule.Parts[0].Stated, p.Rule.Cap = at("1.25"), policy.Of(money.Cents(500_00))
	p.Eligible = leak.Eligibility{
		Test: leak.AtLeast, TestMultiple: at("2"), Repaired: leak.Required, Proof: leak.Required, Current: leak.Required,
		Periods: at("2"), Frequency: leak.OnceInMonths, Months: at("36"), Deadline: at("90"), Since: leak.SinceBill, History: at("13"),
	}
	return p
}

// unset visits each field of a policy, by its path, with a copy of the policy in which that field is not stated.
func unset(v reflect.Value, path string, visit func(path string)) {
	for i := range v.NumField() {
		field := v.Field(i)
		key, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("policy"), ",")
		if key == "" { // where placeholders are noted
			continue
		}
		at := strings.TrimPrefix(path+"."+key, ".")
		if list := field; list.Kind() == reflect.Slice && list.Type().Elem().Kind() == reflect.Struct {
			unset(list.Index(0), at+"[0]", visit)
		}
		if field.Kind() == reflect.Struct && field.NumField() > 3 {
			unset(field, at, visit)
			continue
		}
		kept := reflect.New(field.Type()).Elem()
		kept.Set(field)
		field.SetZero()
		visit(at)
		field.Set(kept)
	}
}

func notStated(found problem.List, path string) bool {
	return slices.ContainsFunc(found, func(e *problem.Error) bool { return e.Path == path && e.Code == policy.ErrNotStated })
}

// A policy whose fields are not all stated is an error that names the one that is not.
func TestEveryFieldOfALeakPolicyIsStated(t *testing.T) {
	t.Parallel()
	require.NoError(t, full().Check())
	p := full()
	var paths []string
	unset(reflect.ValueOf(&p).Elem(), "", func(path string) {
		if path == "rule.uncredited" { // none is a list too
			return
		}
		paths = append(paths, path)
		err := p.Check()
		require.ErrorIs(t, err, policy.ErrNotStated, path)
		var found problem.List
		require.ErrorAs(t, err, &found)
		require.True(t, notStated(found, path), "%s: %v", path, err)
		engine, q := billed(t, schedule(), "50")
		_, err = p.Credit(engine, q, factsOfMay("10"))
		require.ErrorIs(t, err, policy.ErrNotStated, path)
	})
	require.Len(t, paths, 30)
	for path, change := range map[string]func(*leak.Policy){ // what has no meaning is said to be none
		"eligible.test_multiple": func(p *leak.Policy) {
			p.Eligible.Test, p.Eligible.TestMultiple = leak.NoTest, policy.OrNone[exact.Number]{}
		},
		"eligible.months": func(p *leak.Policy) {
			p.Eligible.Frequency, p.Eligible.Months = leak.Unlimited, policy.OrNone[exact.Number]{}
		},
		"rule.bills": func(p *leak.Policy) {
			p.Rule.Baseline, p.Rule.Bills = leak.SamePeriod, policy.OrNone[exact.Number]{}
		},
		"rule.parts[0].stated_price": func(p *leak.Policy) {
			p.Rule.Parts[0].Price, p.Rule.Parts[0].Stated = leak.TierOne, policy.OrNone[exact.Number]{}
		},
		"rule.parts[0].charge": func(p *leak.Policy) {
			p.Rule.Baseline, p.Rule.Parts[0] = leak.TierOneWidth, part("water", "0.5", leak.AsBilled)
		},
	} {
		p := full()
		p.Rule.LeastBills = p.Rule.Bills
		change(&p)
		var found problem.List
		require.ErrorAs(t, p.Check(), &found)
		require.True(t, notStated(found, path), "%s: %v", path, found)
	}
	require.NoError(t, p.Check())
	require.ErrorIs(t, leak.Policy{}.Check(), policy.ErrNotStated)
}

func TestLeakPoliciesThatContradictThemselvesAreRefused(t *testing.T) {
	t.Parallel()
	for path, change := range map[string]func(*leak.Policy){
		"winter_average":             func(p *leak.Policy) { p.Winter = "sometimes" },
		"rule.baseline":              func(p *leak.Policy) { p.Rule.Baseline = "guess" },
		"rule.bills":                 func(p *leak.Policy) { p.Rule.Bills = at("1.5") },
		"rule.least_bills":           func(p *leak.Policy) { p.Rule.LeastBills = at("4") },
		"rule.baseline_units":        func(p *leak.Policy) { p.Rule.BaselineUnits = policy.Is(leak.To(exact.Up, n("0"))) },
		"rule.multiple":              func(p *leak.Policy) { p.Rule.Multiple = is("0") },
		"rule.cap":                   func(p *leak.Policy) { p.Rule.Cap = policy.Of(money.Cents(-1)) },
		"rule.uncredited[1]":         func(p *leak.Policy) { p.Rule.Uncredited = []string{"sewer", "water"} },
		"rule.parts[0].share":        func(p *leak.Policy) { p.Rule.Parts[0].Share = is("1.01") },
		"rule.parts[0].price":        func(p *leak.Policy) { p.Rule.Parts[0].Price = "cheap" },
		"rule.parts[0].stated_price": func(p *leak.Policy) { p.Rule.Parts[0].Stated = at("-1") },
		"rule.parts[1].name": func(p *leak.Policy) {
			p.Rule.Parts = append(p.Rule.Parts, p.Rule.Parts[0])
			p.Rule.Parts[1].Of = []string{"fire"}
		},
		"eligible.test_multiple":                       func(p *leak.Policy) { p.Eligible.Test = leak.NoTest },
		"eligible.periods":                             func(p *leak.Policy) { p.Eligible.Periods = at("0") },
		"eligible.months":                              func(p *leak.Policy) { p.Eligible.Frequency = leak.OnceEver },
		"eligible.deadline_days":                       func(p *leak.Policy) { p.Eligible.Deadline = at("36526") },
		"eligible.deadline_since":                      func(p *leak.Policy) { p.Eligible.Since = leak.SinceNone },
		"eligible.history_months":                      func(p *leak.Policy) { p.Eligible.History = at("-3") },
		"eligible.frequency":                           func(p *leak.Policy) { p.Eligible.Frequency = "often" },
		"rule.parts[0].share_is":                       func(p *leak.Policy) { p.Rule.Parts[0].ShareIs = "some" },
		"rule.parts[0].when":                           func(p *leak.Policy) { p.Rule.Parts[0].When = "never" },
		"rule.parts[0].units":                          func(p *leak.Policy) { p.Rule.Parts[0].Units = policy.Is(leak.To(9, n("1"))) },
		"rule.parts[0].of[1]":                          func(p *leak.Policy) { p.Rule.Parts[0].Of = []string{"water", "water"} },
		"eligible.deadline_since (off)":                func(p *leak.Policy) { p.Eligible.Deadline = off() },
		"rule.bills (no mean)":                         func(p *leak.Policy) { p.Rule.Baseline = leak.SamePeriod },
		"rule.parts[0].stated_price (no stated price)": func(p *leak.Policy) { p.Rule.Parts[0].Price = leak.TierOne },
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			p := full()
			change(&p)
			err := p.Check()
			require.ErrorIs(t, err, leak.ErrPolicy)
			var found problem.List
			require.ErrorAs(t, err, &found)
			want, _, _ := strings.Cut(path, " ")
			require.Equal(t, want, found[0].Path, err)
		})
	}
}

const file = `headgate: policy/1
name: a test's own district
leak_credit:
  - from: 2026-01-01
    source: {resolution: invented}
    title: a test's own policy
    published: invented
    rule:
      baseline: mean_of_bills
      bills: "3"
      least_bills: "1"
      baseline_units: exact
      multiple: "1"
      parts:
        - {name: water, of: [water], share: "0.5", share_is: fixed, units: exact, price: stated, charge: water, stated_price: "1.25", when: always}
      uncredited: [sewer]
      cap: "500.00"
    eligible:
      test: at_least
      test_multiple: "2"
      repaired: required
      proof: required
      current: required
      periods: "2"
      frequency: once_in_months
      months: "36"
      deadline_days: "90"
      deadline_since: bill_date
      history_months: "13"
    winter_average: counted
`

// A policy that is written in a file is the one that is written in Go.
func TestLeakPolicyIsReadFromAFile(t *testing.T) {
	t.Parallel()
	var dated policyfile.Dated[leak.Policy]
	_, err := policyfile.Parse("leak.yaml", []byte(file), policyfile.Into("leak_credit", &dated))
	require.NoError(t, err)
	p, _, err := dated.On(civil.MustDate("2026-06-01"))
	require.NoError(t, err)
	require.Equal(t, full(), p)

	var none policyfile.Dated[leak.Policy]
	_, err = policyfile.Parse("leak.yaml", []byte(strings.Replace(file, "      multiple: \"1\"\n", "", 1)), policyfile.Into("leak_credit", &none))
	require.ErrorIs(t, err, policyfile.ErrMissing)
	_, err = policyfile.Parse("leak.yaml", []byte(strings.Replace(file, `share: "0.5"`, `share: "1.5"`, 1)), policyfile.Into("leak_credit", &none))
	require.ErrorIs(t, err, leak.ErrPolicy)
	changed := strings.NewReplacer(`cap: "500.00"`, "cap: none", "units: exact", "units: up 1").Replace(file)
	_, err = policyfile.Parse("leak.yaml", []byte(changed), policyfile.Into("leak_credit", &none))
	require.NoError(t, err)
}

// No credit rests on a value that is not known, and none hides that one is a placeholder.
func TestLeakValuesThatAreNotKnownAreErrorsAndPlaceholdersAreTold(t *testing.T) {
	t.Parallel()
	for path, stated := range map[string]string{
		"rule.bills": `bills: "3"`, "rule.least_bills": `least_bills: "1"`, "rule.baseline_units": "baseline_units: exact",
		"rule.multiple": `      multiple: "1"`, "rule.cap": `cap: "500.00"`, "rule.parts[0].share": `share: "0.5"`,
		"rule.parts[0].units": " units: exact", "rule.parts[0].stated_price": `stated_price: "1.25"`,
		"eligible.test_multiple": `test_multiple: "2"`, "eligible.periods": `periods: "2"`, "eligible.months": ` months: "36"`,
		"eligible.deadline_days": `deadline_days: "90"`, "eligible.history_months": `history_months: "13"`,
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			key, value, _ := strings.Cut(stated, ": ")
			path := "leak_credit[0]." + path
			marked := func(mark string) leak.Policy {
				at := strings.Index(file, stated) // "bills" stands before "least_bills"
				require.GreaterOrEqual(t, at, 0)
				src := file[:at] + key + ": " + mark + file[at+len(stated):]
				var dated policyfile.Dated[leak.Policy]
				_, err := policyfile.Parse("leak.yaml", []byte(src), policyfile.Into("leak_credit", &dated))
				require.NoError(t, err)
				p, _, err := dated.On(civil.MustDate("2026-06-01"))
				require.NoError(t, err)
				return p
			}
			unknown := marked("{unknown: not public}")
			require.NoError(t, unknown.Check(), "it is no fault of the policy")
			engine, q := billed(t, schedule(), "50")
			_, err := unknown.Credit(engine, q, factsOfMay("10"))
			require.ErrorIs(t, err, policy.ErrNotKnown)
			require.ErrorContains(t, err, ": "+path+": a test's own policy: the value is not known: not public")

			credit, err := marked("{placeholder: "+value+", why: not public}").Credit(engine, q, factsOfMay("10"))
			require.NoError(t, err)
			require.Len(t, credit.Placeholders, 1)
			require.Equal(t, path+": not public", credit.Placeholders[0].String())
			require.Contains(t, credit.Words, "a placeholder stands in for "+path+": not public")
		})
	}
}

func TestLeakRoundingsHaveOneText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"exact", "up 1", "half_up 0.1"} {
		var r leak.Rounding
		require.NoError(t, r.UnmarshalText([]byte(text)), text)
		require.Equal(t, text, r.String())
	}
	require.Equal(t, "not stated", leak.Rounding{}.String())
	for _, text := range []string{"", "none", "1e3", "up", "up 0", "up -1", "up 1 2", "exact 1", "sideways 1"} {
		require.Error(t, new(leak.Rounding).UnmarshalText([]byte(text)), text)
	}
}

// What is read is written so that it reads as the same, and an error has a code.
func FuzzRounding(f *testing.F) {
	for _, text := range []string{"off", "exact", "up 1", "half_even 0.25", "12.50", "0", "-1", "", "up", "007"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var value, again leak.Rounding
		if err := value.UnmarshalText([]byte(text)); err != nil {
			var e *problem.Error
			require.True(t, errors.As(err, &e) && e.Code != "", err)
			require.Equal(t, leak.Rounding{}, value, "an error leaves the value as it was")
			return
		}
		require.NoError(t, again.UnmarshalText([]byte(value.String())))
		require.Equal(t, value, again)
	})
}
