package delim_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/remit/delim"
)

func TestThePortalsOfTheDays(t *testing.T) {
	for _, name := range []string{"day1", "day2", "day4", "day5"} {
		t.Run(name, func(t *testing.T) {
			var truth struct {
				Day   string `json:"day"`
				Gross int64  `json:"portal_gross"`
				Fees  int64  `json:"portal_fees"`
				Back  int64  `json:"portal_chargeback_net"`
				Net   int64  `json:"portal_net"`
			}
			require.NoError(t, json.Unmarshal([]byte(corpus(t, "remit", "days", name, "truth.json")), &truth))
			r := scan(t, corpus(t, "remit", "days", name, "portal.csv"), shipped(t, "portal-settlement"))
			assert.Empty(t, r.findings)
			assert.True(t, r.holds)
			assert.Len(t, r.rows, 51)
			gross, fees, back, net := int64(0), int64(0), int64(0), int64(0)
			numbers := map[string]int64{}
			for _, row := range r.rows {
				assert.Equal(t, truth.Day, row.PaidOn.String())
				net += row.Net.Cents()
				if row.Kind == delim.Payment {
					gross += row.Amount.Cents()
					fees += row.Fee.Cents()
					numbers[row.Transaction] = row.Amount.Cents()
				} else {
					back += row.Net.Cents()
					assert.Equal(t, -row.Amount.Cents(), numbers[row.Reverses], "it takes back a payment of the day")
				}
			}
			assert.Equal(t, []int64{truth.Gross, truth.Fees, truth.Back, truth.Net}, []int64{gross, fees, back, net})
			if name == "day1" {
				// Case 51 is of this day.
				assert.Equal(t, []int64{10_035_13, 306_00, -277_17, 9_451_96}, []int64{gross, fees, back, net})
			}
		})
	}
}
