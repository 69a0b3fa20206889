package leak

import (
	"slices"

	"github.com/headgate-dev/headgate/billing/internal/hangs"
	"github.com/headgate-dev/headgate/billing/rates"
)

// rests finds, for each charge, the IDs of the charges that it is made of: by its list, or by a formula or a condition,
// through the definitions that it uses in any version.
func rests(charges []rates.Charge, s rates.Schedule) map[string][]string {
	rests := map[string][]string{}
	for _, c := range charges {
		listed := hangs.Listed(c.Rule)
		var read []map[string]bool
		for _, v := range s.Versions {
			read = append(read, hangs.Names(v, c))
		}
		for _, other := range charges {
			reads := func(names map[string]bool) bool { return names[other.ID] }
			if other.ID != c.ID && (slices.Contains(listed, other.ID) || slices.ContainsFunc(read, reads)) {
				rests[c.ID] = append(rests[c.ID], other.ID)
			}
		}
	}
	return rests
}
