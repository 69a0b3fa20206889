package meterread_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/billing/civil"
)

// families is a layout of each way of decoding, with a file of it.
func families() map[string]string {
	return map[string]string{
		"smartfusion-a-radix1-reads":        radix("104233", "45210") + radix("104234", "45211"),
		"smartfusion-k2-sensus-notes-reads": k2("45210", "1120"),
		"itron-mvrs-upload":                 mvrs("0000045210", "11202026", "093015", "000"),
		"neptune-s-equinox-reads":           neptuneHead + neptune("1", "7001", "20261120", "45210", ":::::"),
		"sensus-autoread-sample-route":      strings.Repeat("A", 310),
		"smartfusion-meter-changeout":       "1,MCO,2026-11-20,70990001,0,1.0,6,,,,,,,,81234567,\r\n",
		"badger-beacon-billing-read":        "Account_ID,Meter_ID,Read,\"X\"\n1,2,\"3\",4\n",
		"aclara-mtu-reads":                  aclara("1000", "120.5", "1.0"),
		"cmep-mepmd01":                      cmep("1", "2", "202611200800,R0,45210,,N32,"),
		"cmep-mepmd02":                      strings.Replace(cmep("1", "1", "ON,,1"), "MEPMD01", "MEPMD02", 1),
		"xylem-datalake-water-register":     `[{"register_value": 45210, "meter_id": "7"}]`,
		"sentryx-reads":                     `{"deviceId": 1, "units": "CF", "data": [{"timeStamp": "2026-11-20T08:00:00", "reading": 4.50e1}]}`,
		"subeca-usage":                      subeca,
		"green-button-espi":                 greenButton,
	}
}

// sound checks what holds for every input: no panic, every line in a record or a finding, readings that are plain digits, lines that come
// out as they went in, and the same of a text in memory as of a stream.
func sound(t *testing.T, id string, layout *meterread.Layout, src []byte) {
	options := meterread.Options{CycleClose: civil.MustDate("2026-11-30")}
	d := decode(layout, src, options)
	require.Equal(t, d.all(), decodeFrom(layout, strings.NewReader(string(src)), options).all())
	for _, r := range d.reads {
		require.GreaterOrEqual(t, r.Number.Sign(), 0, "no reading is below zero")
		if r.Status != meterread.Reading {
			require.Empty(t, r.Digits)
			require.True(t, r.Number.IsZero())
		}
	}
	if d.err != nil {
		return
	}
	refused := map[int]bool{}
	for _, f := range d.findings {
		require.NotEmpty(t, f.Code)
		require.NotEmpty(t, f.What)
		if !f.Kept {
			refused[f.Pos.Line] = true
		}
	}
	kept := map[int]bool{}
	var raw bytes.Buffer
	for _, r := range d.lines {
		kept[r.Line] = true
		raw.Write(r.Raw().Bytes())
	}
	if layout.Kind == meterread.JSON || layout.Kind == meterread.XML || layout.Kind == meterread.JSONOrCSV {
		return
	}
	for line := 1; line <= d.summary.Lines; line++ {
		require.True(t, kept[line] || refused[line], "%s: line %d is neither a record nor a finding", id, line)
	}
	if len(d.findings) == 0 {
		require.Equal(t, string(bytes.TrimPrefix(src, []byte("\ufeff"))), raw.String())
	}
}

// TestFilesTornAtEveryByteAreSound cuts each file at every byte, and takes every byte out of it.
func TestFilesTornAtEveryByteAreSound(t *testing.T) {
	for id, src := range families() {
		t.Run(id, func(t *testing.T) {
			layout := shipped(t, id)
			step := 1 + len(src)/1500
			for i := 0; i <= len(src); i += step {
				sound(t, id, layout, []byte(src[:i]))
				sound(t, id, layout, []byte(src[i:]))
				if i < len(src) {
					sound(t, id, layout, []byte(src[:i]+src[i+1:]))
					sound(t, id, layout, []byte(src[:i]+"\n"+src[i+1:]))
				}
			}
		})
	}
}

func FuzzDecodeColumns(f *testing.F) { fuzzFamily(f, meterread.Fixed, meterread.Multirecord) }
func FuzzDecodeCells(f *testing.F) {
	fuzzFamily(f, meterread.CSV, meterread.CSVHeader, meterread.JSONOrCSV)
}
func FuzzDecodeCMEP(f *testing.F) { fuzzFamily(f, meterread.CSVRepeat) }
func FuzzDecodeJSON(f *testing.F) { fuzzFamily(f, meterread.JSON, meterread.JSONOrCSV) }
func FuzzDecodeXML(f *testing.F)  { fuzzFamily(f, meterread.XML) }

// fuzzFamily decodes any bytes by every layout of some kinds.
func fuzzFamily(f *testing.F, kinds ...string) {
	var layouts []*meterread.Layout
	for id, src := range families() {
		layout := shipped(f, id)
		for _, kind := range kinds {
			if layout.Kind == kind {
				layouts = append(layouts, layout)
				f.Add([]byte(src))
			}
		}
	}
	require.NotEmpty(f, layouts)
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, layout := range layouts {
			sound(t, layout.ID, layout, src)
		}
	})
}

// FuzzLayout reads any bytes as a layout, and a file by what comes of them.
func FuzzLayout(f *testing.F) {
	f.Add([]byte(good), []byte("104233   45210201126\n"))
	for _, id := range meterread.Shipped() {
		if src := families()[id]; src != "" {
			text, err := layoutText(id)
			require.NoError(f, err)
			f.Add(text, []byte(src))
		}
	}
	f.Fuzz(func(t *testing.T, src, file []byte) {
		layout, err := meterread.Parse("l.yaml", src)
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		require.Empty(t, layout.Lint())
		sound(t, layout.ID, layout, file)
		if row, err := layout.NewRow(""); err == nil {
			require.NoError(t, meterread.Encode(&bytes.Buffer{}, layout, func(yield func(*meterread.Row) bool) { yield(row) }))
		}
	})
}
