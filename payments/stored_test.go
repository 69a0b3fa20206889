package payments_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/payments"
)

var update = flag.Bool("update", false, "write the golden files of new versions of stored forms")

// golden compares what was written with the file of that version, and writes one that is not there.
func golden(t *testing.T, name string, data []byte) {
	path := filepath.Join("testdata", name)
	if _, err := os.Stat(path); os.IsNotExist(err) && *update {
		var indented bytes.Buffer
		require.NoError(t, json.Indent(&indented, data, "", "  "))
		require.NoError(t, os.MkdirAll("testdata", 0o750))
		require.NoError(t, os.WriteFile(path, append(indented.Bytes(), '\n'), 0o600))
	}
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	var compact bytes.Buffer
	require.NoError(t, json.Compact(&compact, file))
	require.Equal(t, compact.String(), string(data))
}

func TestWhatAHostKeepsIsReadAsItWasWritten(t *testing.T) {
	full := check(17, known, "84.10")
	full.Currency, full.Dated, full.Loose, full.Payer, full.Name, full.Reverses = "USD", civil.MustDate("2026-04-01"), marker().Trace("a", "1"), marker().Payer("1", "2"), marker().Name("Ada Weir"), marker().Trace("a", "2")
	full.Stubs = []payments.Stub{{Reference: known, Amount: usd("50.00"), Due: usd("84.10"), Directed: payments.Direction{Service: "sewer", Rest: payments.RestAsCredit}},
		{Amount: usd("34.10"), Directed: payments.Direction{Item: stored.NewID("item", stored.ID{}, "1", nil)}}}
	kept := payments.Kept{Source: "lockbox", Batch: "lockbox 2026-04-10 batch 1", Receipt: full}
	assert.Equal(t, "lockbox 2026-04-10 batch 1 #17", kept.Key())
	data, err := payments.ReceiptForm.Marshal(kept)
	require.NoError(t, err)
	golden(t, "receipt.v1.json", data)
	again, err := payments.ReceiptForm.Unmarshal(data)
	require.NoError(t, err)
	assert.Equal(t, kept, again)
	assert.NotContains(t, string(data), "Weir")

	sighting := payments.Sighting{Mark: full.Mark, Receipt: kept.Key(), Reversed: true}
	data, err = payments.SightingForm.Marshal(sighting)
	require.NoError(t, err)
	golden(t, "sighting.v1.json", data)
	seen, err := payments.SightingForm.Unmarshal(data)
	require.NoError(t, err)
	assert.Equal(t, sighting, seen)

	file := payments.FileSighting{Key: "lockbox 2026-04-10", Content: full.Mark, Loose: full.Loose}
	data, err = payments.FileSightingForm.Marshal(file)
	require.NoError(t, err)
	golden(t, "file_sighting.v1.json", data)
	sent, err := payments.FileSightingForm.Unmarshal(data)
	require.NoError(t, err)
	assert.Equal(t, file, sent)
}

func TestWhatIsNoReceiptIsNotKept(t *testing.T) {
	for name, bad := range map[string]func(*payments.Kept){
		"no source": func(k *payments.Kept) { k.Source = "" }, "no batch": func(k *payments.Kept) { k.Batch = "" }, "no number": func(k *payments.Kept) { k.Receipt.Number = 0 },
		"no day": func(k *payments.Kept) { k.Receipt.Received = civil.Date{} }, "no rest": func(k *payments.Kept) { k.Receipt.Stubs[0].Directed.Rest = 9 },
	} {
		k := payments.Kept{Source: "lockbox", Batch: "b", Receipt: check(1, known, "1.00")}
		bad(&k)
		_, err := payments.ReceiptForm.Marshal(k)
		assert.ErrorIs(t, err, payments.ErrReceipt, name)
	}
	data, err := payments.ReceiptForm.Marshal(payments.Kept{Source: "lockbox", Batch: "b", Receipt: check(1, known, "1.00")})
	require.NoError(t, err)
	for old, now := range map[string]string{`"number":1`: `"number":0`, `"received"`: `"got"`, `"1.00"`: `1.00`, `"mark":"`: `"mark":"x`} {
		_, err := payments.ReceiptForm.Unmarshal([]byte(strings.Replace(string(data), old, now, 1)))
		assert.Error(t, err, now)
	}
	_, err = payments.SightingForm.Marshal(payments.Sighting{})
	assert.ErrorIs(t, err, payments.ErrReceipt)
	_, err = payments.FileSightingForm.Marshal(payments.FileSighting{})
	assert.ErrorIs(t, err, payments.ErrReceipt)
}
