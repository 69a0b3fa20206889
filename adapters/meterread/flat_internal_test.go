package meterread

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
)

// collect decodes by the short way that most files take, or without it.
func collect(t require.TestingT, layout *Layout, src string, short bool) (out []string) {
	p, err := newPlan(layout)
	require.NoError(t, err)
	d := &decoder{plan: p, options: Options{CycleClose: civil.MustDate("2027-02-10")}, lines: newLines(strings.NewReader(src)), delimiter: ',', long: !short}
	d.yield = func(item Item, err error) bool {
		require.NoError(t, err)
		switch {
		case item.Finding != nil:
			out = append(out, item.Finding.String())
		default:
			r := item.Read
			out = append(out, strings.Join([]string{r.String(), r.Number.String(), r.Account(), r.Meter(), string(r.Raw().Bytes())}, "|"))
		}
		return true
	}
	if e := d.lines.begin(); e != nil { // what begins with zeros is no text
		return append(out, e.Error())
	}
	require.NoError(t, d.run())
	return out
}

func TestShortWayGivesWhatTheLongRoadDoes(t *testing.T) {
	widths := map[string]string{
		"smartfusion-a-radix1-reads":        "   012104233 45210  11202670881234  ",
		"smartfusion-k2-sensus-notes-reads": "10423370881234                      M45210    1120DO81234567   36.684400  -121.80220 ",
		"smartfusion-usage-file": "104233      DOE JANE                      " + strings.Repeat(" ", 91) +
			"000000070881234261120004521026112000448900000320  261120000000                             00000001200000001200000000000",
		"smartfusion-h-ezroute-reads": strings.Repeat(" ", 28) + "70881234     " + strings.Repeat(" ", 27) + "45210     " + strings.Repeat(" ", 56) + "K112026" +
			strings.Repeat(" ", 326) + "104233    " + strings.Repeat(" ", 31),
	}
	for id, line := range widths {
		t.Run(id, func(t *testing.T) {
			layout, err := ShippedLayout(id)
			require.NoError(t, err)
			if id == "smartfusion-h-ezroute-reads" {
				layout, err = layout.Set("read_date.format", "MMDDYY")
				require.NoError(t, err)
			}
			p, err := newPlan(layout)
			require.NoError(t, err)
			require.NotNil(t, (&decoder{plan: p}).newFlat(), "the layout takes the short way")
			require.Contains(t, collect(t, layout, line+"\n", true)[0], "45210")
			rapid.Check(t, func(t *rapid.T) {
				var src strings.Builder
				for range rapid.IntRange(1, 4).Draw(t, "lines") {
					text := []byte(line)
					for range rapid.IntRange(0, 3).Draw(t, "changes") {
						i := rapid.IntRange(0, len(text)-1).Draw(t, "at")
						text[i] = rapid.SampledFrom([]byte("0123456789   :-+.MXO\x1a\r\t\x00\xd1")).Draw(t, "to")
					}
					if rapid.Bool().Draw(t, "blank reading") {
						f := p.records[0].slots[slotReading]
						copy(text[f.start:f.end], strings.Repeat(rapid.SampledFrom([]string{" ", "0", ":"}).Draw(t, "of"), f.Length))
					}
					src.Write(text[:len(text)-rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(t, "cut")])
					src.WriteString(rapid.SampledFrom([]string{"\r\n", "\n", "  \r\n", "\x1a\n"}).Draw(t, "end"))
				}
				require.Equal(t, collect(t, layout, src.String(), false), collect(t, layout, src.String(), true))
			})
		})
	}
}
