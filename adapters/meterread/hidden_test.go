package meterread_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/meterread"
)

func TestAStructThatHoldsAReadShowsNoLine(t *testing.T) {
	layout, err := meterread.ShippedLayout("smartfusion-usage-file")
	require.NoError(t, err)
	for item, err := range meterread.Decode(layout, strings.NewReader("ADA WEIR 17 MILL LANE\n"), meterread.Options{}) {
		require.NoError(t, err)
		held := struct {
			read    meterread.Read
			finding *meterread.Finding
			byValue meterread.Finding
			raw     meterread.Raw
		}{read: item.Read, finding: item.Finding}
		if item.Finding != nil {
			held.byValue, held.raw = *item.Finding, item.Finding.Raw()
			require.Contains(t, string(held.raw.Bytes()), "WEIR")
		}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			require.NotContains(t, fmt.Sprintf(verb, held), "WEIR", verb)
			require.NotContains(t, fmt.Sprintf(verb, held), "57454952", verb)
		}
	}
}
