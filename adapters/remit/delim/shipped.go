package delim

import (
	"embed"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

//go:embed profiles
var shipped embed.FS

// Shipped lists the ids of the profiles that come with this package, sorted. They are starting points, and none is certified by a vendor. Some leave to the
// site what their publication does not say: see [Profile.Unstated].
func Shipped() []string {
	files, err := shipped.ReadDir("profiles")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	var ids []string
	for _, file := range files {
		ids = append(ids, strings.TrimSuffix(file.Name(), ".yaml"))
	}
	slices.Sort(ids)
	return ids
}

// ShippedProfile is the profile of that id, a new one at each call. An id that [Shipped] does not list is [ErrProfile].
func ShippedProfile(id string) (*Profile, error) {
	if !slices.Contains(Shipped(), id) {
		return nil, &problem.Error{Code: ErrProfile, What: "no profile of that id is shipped", Fix: "name one of " + strings.Join(Shipped(), ", ") + ", or load the site's own"}
	}
	return Load(shipped, "profiles/"+id+".yaml")
}
