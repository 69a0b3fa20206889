package meterread_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/billing/civil"
)

// corpus is a file of the outside corpus.
func corpus(t *testing.T, name string) []byte {
	t.Helper()
	root := os.Getenv("HEADGATE_CORPUS")
	if root == "" {
		t.Skip("HEADGATE_CORPUS is not set")
	}
	require.True(t, filepath.IsAbs(root), "HEADGATE_CORPUS is an absolute path")
	src, err := os.ReadFile(filepath.Join(root, "meters", filepath.FromSlash(name)))
	require.NoError(t, err)
	return src
}

// words are keys whose texts are each writer's own.
var words = []string{"title", "notes", "completeness", "note", "values_note", "alt", "suffix", "rules", "limits", "empty"}

// facts is a layout as plain values, without defaults, without the words of its writer, and without what the corpus does not state: which
// fields are personal, which are control counts, which other records there are.
func facts(t *testing.T, src []byte) any {
	t.Helper()
	var value any
	require.NoError(t, yaml.Unmarshal(src, &value))
	return plain(value)
}

func plain(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, item := range v {
			if slices.Contains(words, key) || key == "sensitive" || key == "counts" || key == "codes" || key == "other_records" || key == "closing_records" ||
				key == "justify" && item == "left" || key == "pad" && item == " " {
				continue
			}
			out[key] = plain(item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = plain(v[i])
		}
		return out
	}
	return fmt.Sprint(value)
}

// count is how many fields say that they are sensitive.
func sensitive(src []byte) int { return strings.Count(string(src), "sensitive: true") }

func TestEveryLayoutStatesTheFactsOfItsSource(t *testing.T) {
	corpus(t, "README.md")
	entries, err := os.ReadDir(filepath.Join(os.Getenv("HEADGATE_CORPUS"), "meters", "layouts"))
	require.NoError(t, err)
	var ids []string
	for _, entry := range entries {
		id := strings.TrimSuffix(entry.Name(), ".yaml")
		ids = append(ids, id)
		t.Run(id, func(t *testing.T) {
			theirs := corpus(t, "layouts/"+entry.Name())
			ours, err := os.ReadFile("layouts/" + entry.Name())
			require.NoError(t, err)
			require.Equal(t, facts(t, theirs), facts(t, ours))
			require.GreaterOrEqual(t, sensitive(ours), sensitive(theirs))
			require.NotEqual(t, string(theirs), string(ours))

			layout, err := meterread.ShippedLayout(id)
			require.NoError(t, err)
			read, err := meterread.Parse(entry.Name(), theirs)
			require.NoError(t, err, "the corpus' own file is a layout too")
			require.Equal(t, read.Partial(), layout.Partial())
		})
	}
	require.Equal(t, ids, meterread.Shipped())
}

// told is what a file came to.
type told struct {
	reads    []meterread.Read
	lines    []meterread.Read
	findings []*meterread.Finding
	summary  meterread.Summary
	err      error
}

// all is everything that was told, in words.
func (d told) all() string {
	var out strings.Builder
	for i := range d.lines {
		fmt.Fprintf(&out, "%s %q\n", &d.lines[i], d.lines[i].Raw().Bytes())
	}
	for i := range d.reads {
		fmt.Fprintf(&out, "%s %q\n", &d.reads[i], d.reads[i].Raw().Bytes())
	}
	fmt.Fprintln(&out, d.findings, d.summary, d.err)
	return out.String()
}

func (d told) digits() []string {
	var out []string
	for i := range d.reads {
		out = append(out, d.reads[i].Digits)
	}
	return out
}

func (d told) codes() []string {
	var out []string
	for _, f := range d.findings {
		out = append(out, string(f.Code))
	}
	return out
}

func decode(layout *meterread.Layout, src []byte, options meterread.Options) told {
	return decodeFrom(layout, bytes.NewReader(src), options)
}

func decodeFrom(layout *meterread.Layout, src io.Reader, options meterread.Options) told {
	if options.File == "" {
		options.File = "f"
	}
	var d told
	for item, err := range meterread.Decode(layout, src, options) {
		switch {
		case err != nil:
			d.err = err
		case item.Finding != nil:
			d.findings = append(d.findings, item.Finding)
		case item.Summary != nil:
			d.summary = *item.Summary
		default:
			if item.Read.First {
				d.lines = append(d.lines, item.Read)
			}
			if item.Read.Status != meterread.NoReading {
				d.reads = append(d.reads, item.Read)
			}
		}
	}
	return d
}

func shipped(t testing.TB, id string, set ...string) *meterread.Layout {
	t.Helper()
	layout, err := meterread.ShippedLayout(id)
	require.NoError(t, err)
	for _, s := range set {
		path, value, _ := strings.Cut(s, "=")
		layout, err = layout.Set(path, value)
		require.NoError(t, err)
	}
	return layout
}

// sampleSettings are what the samples' sites would have said.
var sampleSettings = map[string][]string{
	"smartfusion-h-ezroute-reads": {"read_date.format=MMDDYY"},
	"smartearth-reads":            {"Meter Read Date.format=YYYYMMDD"},
}

func TestEverySampleIsDecodedAsItsIndexSays(t *testing.T) {
	rows, err := csv.NewReader(bytes.NewReader(corpus(t, "samples/index.csv"))).ReadAll()
	require.NoError(t, err)
	require.Greater(t, len(rows), 20)
	for _, row := range rows[1:] {
		file, id, expected := row[0], row[2], row[5]
		t.Run(file, func(t *testing.T) {
			src := corpus(t, "samples/"+file)
			layout := shipped(t, id, sampleSettings[id]...)
			d := decode(layout, src, meterread.Options{CycleClose: civil.MustDate("2026-11-30")})
			require.NoError(t, d.err)
			require.Equal(t, bytes.Count(bytes.TrimSpace(src), []byte("\n"))+1, d.summary.Lines)
			require.Equal(t, d.summary.Lines, d.summary.Records, "every line is in order: %v", d.findings)
			readings := []string{"45210", "45247", "45284"}
			switch {
			case file == "real-beacon-360-report.csv":
				require.Equal(t, []string{"227.6", "227.6"}, d.digits())
				r := d.reads[0]
				require.Equal(t, "1470158170", r.Meter())
				require.Equal(t, "022760", r.Text("raw_reading"))
				require.Equal(t, "CCF", r.UnitText())
				flow, ok := r.Interval()
				require.True(t, ok)
				require.Equal(t, "5", flow.String())
				require.Equal(t, "Gallons", r.Text("interval_unit"))
				require.Equal(t, "2024-08-01T00:59:00", r.At.String())
				require.Equal(t, "2024-08-01T01:59:00", d.reads[1].At.String())
			case file == "real-aclara-test-row.csv":
				require.Equal(t, []string{"ScaleMismatch"}, d.codes())
				require.True(t, d.reads[0].Mismatch)
				return
			case strings.Contains(expected, "no reading is emitted") || strings.Contains(expected, "no register reading"):
				require.Empty(t, d.reads)
				for _, r := range d.lines {
					if account := r.Account(); account != "" {
						require.Equal(t, "104233", account)
					}
					if meter := r.Meter(); meter != "" {
						require.Equal(t, "70881234", meter)
					}
				}
			case id == "smartfusion-meter-changeout":
				require.Empty(t, d.reads)
				require.Len(t, d.lines, 2)
				require.Equal(t, "70990001", d.lines[0].Text("new_meter_serial"))
				require.Equal(t, "2026-11-20", d.lines[0].Text("install_date"))
				start, err := d.lines[0].Quantity("start_reading")
				require.NoError(t, err)
				require.True(t, start.IsZero())
			case strings.HasPrefix(id, "cmep"):
				require.Equal(t, []string{"45210", "45215", "45247", "45252"}, d.digits())
				require.Equal(t, "2026-11-20T08:00:00Z", d.reads[0].At.String())
				require.Equal(t, "2026-11-20T09:00:00Z", d.reads[1].At.String())
				require.Equal(t, "GAL", d.reads[0].UnitText())
				require.Equal(t, []string{"R0"}, d.reads[0].Codes())
			default:
				require.Equal(t, readings[:len(d.reads)], d.digits())
				require.Contains(t, []int{2, 3}, len(d.reads))
			}
			for _, r := range d.reads {
				if file[:4] == "real" {
					continue
				}
				if account := r.Account(); account != "" {
					require.Equal(t, "104233", account)
				}
				require.Equal(t, "70881234", r.Meter())
				if !r.At.IsZero() {
					require.Equal(t, "2026-11-20", r.At.Date().String())
				}
			}
			if id == "aclara-mtu-reads" {
				require.Equal(t, []string{"ScaleMismatch"}, d.codes())
			} else {
				require.Empty(t, d.findings)
			}
			if strings.HasSuffix(file, ".txt") || strings.HasSuffix(file, ".csv") {
				require.Equal(t, string(src), written(t, layout, d), "M66: the file comes out byte for byte")
			}
		})
	}
}

// written is the file that the lines of another give.
func written(t *testing.T, layout *meterread.Layout, d told) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, meterread.Encode(&out, layout, func(yield func(*meterread.Row) bool) {
		for i := range d.lines {
			if !yield(d.lines[i].Row()) {
				return
			}
		}
	}))
	return out.String()
}
