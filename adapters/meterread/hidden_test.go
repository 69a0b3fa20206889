package meterread_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
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

// TestUnitThatIsNoneShowsNoCell reads a line whose cells are shifted: a name stands where the unit belongs.
func TestUnitThatIsNoneShowsNoCell(t *testing.T) {
	layout := shipped(t, "badger-beacon-billing-read")
	d := decode(layout, []byte("Account_ID,Meter_ID,Read,Read_Unit\n1,2,3,ADA WEIR\n"), none)
	_, err := d.reads[0].Unit()
	require.ErrorIs(t, err, metering.ErrUnit)
	var told *problem.Error
	require.ErrorAs(t, err, &told)
	for _, verb := range []string{"%v", "%+v", "%#v"} {
		require.NotContains(t, fmt.Sprintf(verb, err), "WEIR", verb)
		require.NotContains(t, fmt.Sprintf(verb, *told), "WEIR", verb)
	}
	require.Equal(t, "unit", told.Path)
	require.NotEmpty(t, told.Fix)
}
