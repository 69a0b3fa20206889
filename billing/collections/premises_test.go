package collections_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/policy"
)

// An adult is reached, and a tag is left, at the premises: by nobody who lives elsewhere, and by no third party.
func TestALastContactIsAtThePremises(t *testing.T) {
	for name, c := range map[string]struct {
		step      collections.Step
		method    collections.Method
		to        collections.Recipient
		elsewhere bool
		counts    bool
	}{
		"a call to the customer":                            {collections.AdultReached, collections.ByTelephone, collections.Customer, false, true},
		"a call to the customer, who lives elsewhere":       {collections.AdultReached, collections.ByTelephone, collections.Customer, true, false},
		"a call to the occupant":                            {collections.AdultReached, collections.ByTelephone, collections.Occupant, true, true},
		"a call to the tenants":                             {collections.AdultReached, collections.ByTelephone, collections.Tenants, true, true},
		"a call to a third party":                           {collections.AdultReached, collections.ByTelephone, collections.ThirdParty, false, false},
		"a third party in person":                           {collections.AdultReached, collections.InPerson, collections.ThirdParty, false, false},
		"the customer in person, who was there":             {collections.AdultReached, collections.InPerson, collections.Customer, true, true},
		"the occupant in person":                            {collections.AdultReached, collections.InPerson, collections.Occupant, false, true},
		"a tag that was posted":                             {collections.DoorTag, collections.Posted, collections.Occupant, true, true},
		"a tag that was handed to the tenants":              {collections.DoorTag, collections.Handed, collections.Tenants, true, true},
		"a tag that was handed to a third party":            {collections.DoorTag, collections.Handed, collections.ThirdParty, false, false},
		"a tag that was posted where the third party lives": {collections.DoorTag, collections.Posted, collections.ThirdParty, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := owes(t, "2026-04-16").told()
			s.event(collections.Contact, collections.ByMail, collections.Occupant, "2026-06-04")
			if c.elsewhere {
				s.f.OtherAddress = collections.Yes
			}
			s.event(c.step, c.method, c.to, "2026-06-16 09:00")
			a := s.walk(district(), "2026-06-22")
			if c.counts {
				require.Empty(t, a.Blocks)
				return
			}
			require.Equal(t, []collections.Code{"last contact required"}, codes(a.Blocks))
			require.Contains(t, a.String(), "no adult_reached or door_tag of the debt")
			require.Contains(t, a.String(), string(c.step)+" E5 was by "+string(c.method)+" to "+string(c.to))
		})
	}
}

// A way of a policy may be none on some accounts.
func TestAWayIsNoneOnTheAccountsThatItNames(t *testing.T) {
	for when, change := range map[collections.When]func(f *collections.Facts){
		collections.AtOtherAddress: func(f *collections.Facts) { f.OtherAddress = collections.Yes },
		collections.WithTenants:    func(f *collections.Facts) { f.Tenants = collections.Yes },
		collections.WithThirdParty: func(f *collections.Facts) { f.ThirdParty = collections.Yes },
	} {
		p := district()
		p.Constraints = append(p.Constraints, collections.Constraint{Title: "the district's own letter", Source: "invented", Status: collections.Ours, For: collections.ForAll, When: collections.Always,
			Since: collections.SinceStep, Missing: "letter required", Ways: []collections.Way{{Step: collections.PastDueNotice, Methods: []collections.Method{collections.ByMail},
				To: []collections.Recipient{collections.Customer}, Wait: collections.Wait{N: 5, Unit: collections.Days}, Unless: when}}})
		s := untilShutoff(t)
		s.event(collections.PastDueNotice, collections.ByMail, collections.Customer, "2026-05-05")
		require.NotContains(t, codes(s.walk(p, "2026-06-22").Blocks), collections.Code("letter required"))
		change(&s.f)
		require.Contains(t, codes(s.walk(p, "2026-06-22").Blocks), collections.Code("letter required"))
		list := must(compiled(t, p).List(collections.Notices, "L", day("2026-06-22"), person("m.alvarez"), []collections.Facts{s.facts("2026-06-22")}))
		require.Contains(t, list.Left[0].String(), "letter required", "what is none is not assumed to be done either")
		p.Constraints[1].Ways[0].Unless = collections.Undelivered
		require.ErrorContains(t, p.Check(), "constraints[1].ways[0].unless")
		require.ErrorIs(t, p.Check(), collections.ErrPolicy)
		require.NotErrorIs(t, p.Check(), policy.ErrNotStated)
	}
}
