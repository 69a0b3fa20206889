package meterread

import (
	"embed"
	"path"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

//go:embed layouts
var shipped embed.FS

// Shipped lists the ids of the layouts that come with this package, sorted. They are starting points: each says where its columns
// are published and how complete it is, and none is certified by a vendor.
func Shipped() []string {
	files, err := shipped.ReadDir("layouts")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	var ids []string
	for _, file := range files {
		if id, ok := strings.CutSuffix(file.Name(), ".yaml"); ok {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// ShippedLayout is the layout of that id, read anew. An id that is not listed by [Shipped] is [ErrNoLayout].
func ShippedLayout(id string) (*Layout, error) {
	if !slices.Contains(Shipped(), id) {
		return nil, &problem.Error{Code: ErrNoLayout, What: "no layout of that id is shipped", Fix: "name one that Shipped lists, or load the site's own file"}
	}
	return Load(shipped, "layouts/"+id+".yaml")
}

// shippedCodes is the shipped code table of that name, whatever folder it is said to be in.
func shippedCodes(ref string) (*CodeTable, error) {
	at := "layouts/codes/" + path.Base(ref)
	src, err := shipped.ReadFile(at)
	if err != nil {
		return nil, &problem.Error{Code: ErrNoLayout, What: "no code table of that name is shipped", Fix: "put the file beside the layout"}
	}
	return parseCodes(at, src)
}
