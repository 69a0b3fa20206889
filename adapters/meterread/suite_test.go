package meterread_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/adaptertest"
	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// ownLayout is a layout of a few lines.
func ownLayout(t *testing.T, kind, records string) *meterread.Layout {
	t.Helper()
	layout, err := meterread.Parse("own.yaml", []byte("id: own\ntitle: Own\ndirection: from_field\ncompleteness: full\nsource: the district\n"+kind+"\nrecords:\n  - type: '*'\n"+records))
	require.NoError(t, err)
	return layout
}

// kept is a read of a file named f; number is empty where nobody read the meter.
func kept(t *testing.T, line int, meter, number string, more func(*metering.Delivered)) metering.Delivered {
	t.Helper()
	d := metering.Delivered{Pos: problem.Pos{File: "f", Line: line}, Meter: meter, State: metering.NoRead}
	if number != "" {
		n, err := exact.ParseNumber(number)
		require.NoError(t, err)
		d.State, d.Number, d.Source = metering.Read, n, metering.Actual
	}
	if more != nil {
		more(&d)
	}
	return d
}

// TestSourceKeepsTheRulesOfASourceOfReads runs the conformance suite over a file of each kind of layout.
func TestSourceKeepsTheRulesOfASourceOfReads(t *testing.T) {
	day := civil.MustDate("2026-11-20")
	dated := func(d *metering.Delivered) { d.Day = day }
	dials := func(d *metering.Delivered) { d.Day, d.Dials, d.Account = day, d.State == metering.Read, "104233" }
	local := func(hour int, unit metering.Unit) func(*metering.Delivered) {
		return func(d *metering.Delivered) {
			d.Day, d.Local, d.Unit = day, metering.LocalTime{Day: day, Hour: hour}, unit
		}
	}
	instant := func(hour int, unit metering.Unit) func(*metering.Delivered) {
		return func(d *metering.Delivered) {
			d.At, d.Unit = time.Date(2026, time.November, 20, hour, 0, 0, 0, time.UTC), unit
		}
	}

	once := func(d *metering.Delivered, coefficient int64, digits int) {
		if d.State == metering.Read {
			d.Multiplier = places(t, coefficient, digits)
		}
	}
	meterOf := func(text, meter string) string { return strings.Replace(text, "70881234", meter, 1) }
	mv := func(meter, reading, trouble string) string {
		return meterOf(mvrs(reading, "11202026", "090000", trouble), meter)
	}
	mvRead := func(line int, meter, number, code string) metering.Delivered {
		return kept(t, line, meter, number, func(d *metering.Delivered) { dials(d); local(9, 0)(d); d.Register, d.Code = "0", code; once(d, 1, 0) })
	}

	const versions = "meter_id,channel_id,read_dtm,read_value,uom,status,read_version\n"
	const xylem = "meter_id,commodity,unit_of_measure,read_time_timestamp,register_value\n"
	address := func(text, reading string) string {
		return strings.Replace(strings.Replace(text, "Residential,,", "Residential,11 RESERVATION RD,", 1), "2025-05-25 16", reading, 1)
	}
	aclaraLine := func(scaled, hour string) string {
		return address(aclara("", scaled, ""), "2026-11-20 "+hour)[len(aclaraHead):]
	}
	aclaraRead := func(line int, number string, hour int) metering.Delivered {
		return kept(t, line, "456789", number, func(d *metering.Delivered) { instant(hour, 0)(d); d.Account, d.Register = "123", "1" })
	}
	device := func(reading string) string {
		return `{"deviceId":"81234567","customer":"DOE JANE","units":"CF","data":[{"timeStamp":"2026-11-20T08:00:00","reading":` + reading + `}]}`
	}
	objects := func(reading string) string {
		one := func(meter, reading string) string {
			return `{"meter_id":"` + meter + `","customer":"DOE JANE","commodity":"W","unit_of_measure":"CF",` +
				`"read_time_timestamp":"2026-11-20T08:00:00Z","register_value":` + reading + `}`
		}
		return "[" + one("7001", "45210") + ",\n" + one("7002", reading) + ",\n" + one("7003", "9.5") + "]\n"
	}
	pipes := ownLayout(t, "kind: delimited\ndelimiter: '|'", `    fields:
      - {name: meter, index: 1, type: text, role: meter_serial}
      - {name: customer, index: 2, type: text, role: name, sensitive: true}
      - {name: day, index: 3, type: date, format: YYYYMMDD, role: read_date}
      - {name: reading, index: 4, type: int, role: reading}
`)
	groups := ownLayout(t, "kind: fixed-repeat", `    fields:
      - {name: meter, start: 1, length: 4, type: text, role: meter_serial}
      - {name: customer, start: 5, length: 4, type: text, role: name, sensitive: true}
    repeat:
      start: 9
      length: 6
      length_base: 8
      max: 3
      fields:
        - {name: register, start: 1, length: 1, type: text, role: register_id}
        - {name: reading, start: 2, length: 5, type: int, role: reading}
      trailer:
        - {name: end, start: 1, length: 1, type: const, value: Z}
`)
	group := func(line int, register, number string) metering.Delivered {
		return kept(t, line, "7088", number, func(d *metering.Delivered) { d.Register, d.Dials = register, true })
	}
	torn := strings.ReplaceAll(greenButton, "\n      ", " ") // each reading on a line
	torn = strings.Replace(torn, "<entry>", "<entry><title>DOE JANE</title>", 1)
	feed := strings.Replace(torn, "<espi:start>never<", "<espi:start>1795172400<", 1)
	flow := func(line, hour int, number string, source metering.Source, code string) metering.Delivered {
		return kept(t, line, "81234567", number, func(d *metering.Delivered) {
			instant(hour, 0)(d)
			if d.Code = code; number != "" {
				d.Unit, d.Interval, d.Source, d.Minutes = metering.Gallon, true, source, 60
			}
		})
	}

	for name, c := range map[string]struct {
		layout           *meterread.Layout
		content, damaged string
		want             []metering.Delivered
		findings         int
		survive          int
		personal         []string
		last             string // what of the content comes again in a longer one; its last line where it is empty
	}{
		"fixed": {
			layout:  shipped(t, "smartfusion-a-radix1-reads"),
			content: radix("104233", "45210") + radix("104233", "") + radix("104233", "45 10") + radix("104233", "0"),
			damaged: radix("104233", "45210") + radix("104233", "4O") + radix("104233", "45 10") + radix("104233", "0"),
			want:    []metering.Delivered{kept(t, 1, "70881234", "45210", dials), kept(t, 2, "70881234", "", dials), kept(t, 4, "70881234", "0", dials)}, findings: 1, survive: 2,
		},
		"fixed-multirecord": {
			layout:  shipped(t, "itron-mvrs-upload"),
			content: mv("70881234", "0000045210", "000") + mv("70881235", "          ", "000") + mv("70881236", "0000000000", "131"),
			damaged: mv("70881234", "0000045210", "000") + strings.Replace(mv("70881235", "          ", "000"), "MTR", "MTQ", 1) + mv("70881236", "0000000000", "131"),
			want:    []metering.Delivered{mvRead(3, "70881234", "45210", "K"), mvRead(6, "70881235", "", "K"), mvRead(9, "70881236", "0", "K; 131")}, survive: 2,
			personal: []string{"DOE JANE", "RESERVATION"},
		},
		"fixed-repeat": {
			layout: groups, content: "7088DOE L00045H00007Z\n7089ROE L0O045Z\n7088DOE L00046Z\n",
			damaged: "7088DOE L00045H0O007Z\n7089ROE L0O045Z\n7088DOE L00046Z\n",
			want:    []metering.Delivered{group(1, "L", "45"), group(1, "H", "7"), group(3, "L", "46")}, findings: 1, survive: 2, personal: []string{"DOE", "ROE"},
		},
		"csv": {
			layout:  shipped(t, "smartearth-reads", "Meter Read Date.format=YYYYMMDD"),
			content: "7001,L,W,45210,20261120\r\n7002,L,W,,20261120\r\n7003,L,W,9.5,20261120\r\n",
			damaged: "7001,L,W,45210,20261120\r\n7002,L,\"W,,20261120\r\n7003,L,W,9.5,20261120\r\n",
			want:    []metering.Delivered{kept(t, 1, "7001", "45210", dated), kept(t, 2, "7002", "", dated), kept(t, 3, "7003", "9.5", dated)}, survive: 2,
		},
		"csv-header": {
			layout: shipped(t, "aclara-mtu-reads"), content: aclaraHead + aclaraLine("45210", "08") + aclaraLine("", "09") + aclaraLine("12.5", "10"),
			damaged: aclaraHead + aclaraLine("45210", "08") + aclaraLine("-", "09") + aclaraLine("12.5", "10"),
			want:    []metering.Delivered{aclaraRead(2, "45210", 8), aclaraRead(3, "", 9), aclaraRead(4, "12.5", 10)}, survive: 2, personal: []string{"RESERVATION"},
		},
		"csv-repeat": {
			layout: shipped(t, "cmep-mepmd01"), content: cmep("7001", "2", "202611200800,R0,45210,202611200900,N,") + cmep("7002", "1", "202611200800,E,12"),
			damaged: cmep("7001", "2", "202611200800,R0,45210,202611209900,N,") + cmep("7002", "1", "202611200800,E,12"),
			want: []metering.Delivered{
				kept(t, 1, "7001", "45210", func(d *metering.Delivered) {
					instant(8, metering.Gallon)(d)
					d.Account, d.Code = "104233", "R0"
					once(d, 10, 1)
				}),
				kept(t, 1, "7001", "", func(d *metering.Delivered) { instant(9, 0)(d); d.Account, d.Code = "104233", "N" }),
				kept(t, 2, "7002", "12", func(d *metering.Delivered) {
					instant(8, metering.Gallon)(d)
					once(d, 10, 1)
					d.Account, d.Code, d.Source = "104233", "E", metering.Estimated
				}),
			}, survive: 2,
		},
		"delimited": {
			layout: pipes, content: "7001|QUILLFEATHER A|20261120|45210\n7002|DOE J|20261120|\n7003|ROE R|20261120|77\n",
			damaged: "7001|QUILLFEATHER A|20261120|45210\n7002|DOE J|20261131|\n7003|ROE R|20261120|77\n",
			want: []metering.Delivered{
				kept(t, 1, "7001", "45210", func(d *metering.Delivered) { d.Day, d.Dials = day, true }), kept(t, 2, "7002", "", dated),
				kept(t, 3, "7003", "77", func(d *metering.Delivered) { d.Day, d.Dials = day, true }),
			}, survive: 2, personal: []string{"QUILLFEATHER", "DOE"},
		},
		"table": {
			layout:  shipped(t, "metersense-register-read"),
			content: versions + "7001,1,2026-11-20 08:00:00,45210,CF,,1\n7001,1,2026-11-20 08:00:00,45212,CF,,2\n7002,1,2026-11-20 08:00:00,,CF,,\n",
			damaged: versions + "7001,1,2026-11-20 08:00:00,45210,CF,,1\n7001,1,2026-11-20 28:00:00,45212,CF,,2\n7002,1,2026-11-20 08:00:00,,CF,,\n",
			want: []metering.Delivered{
				kept(t, 2, "7001", "45210", func(d *metering.Delivered) { local(8, metering.CubicFoot)(d); d.Register, d.Version = "1", 1 }),
				kept(t, 3, "7001", "45212", func(d *metering.Delivered) { local(8, metering.CubicFoot)(d); d.Register, d.Version = "1", 2 }),
				kept(t, 4, "7002", "", func(d *metering.Delivered) { local(8, 0)(d); d.Register = "1" }),
			}, survive: 2,
		},
		"json": {
			layout: shipped(t, "sentryx-reads"), content: "[" + device("45210") + ",\n" + device("null") + ",\n" + device("9.5") + "]\n",
			damaged: "[" + device("45210") + ",\n" + device(`"9O"`) + ",\n" + device("9.5") + "]\n",
			want: []metering.Delivered{
				kept(t, 1, "81234567", "45210", local(8, metering.CubicFoot)), kept(t, 2, "81234567", "", local(8, 0)), kept(t, 3, "81234567", "9.5", local(8, metering.CubicFoot)),
			}, survive: 2, personal: []string{"DOE JANE"}, last: ",\n" + device("9.5"),
		},
		"json-or-csv as JSON": {
			layout: shipped(t, "xylem-datalake-water-register"), content: objects("null"), damaged: objects(`"9O"`),
			want: []metering.Delivered{
				kept(t, 1, "7001", "45210", instant(8, metering.CubicFoot)), kept(t, 2, "7002", "", instant(8, 0)), kept(t, 3, "7003", "9.5", instant(8, metering.CubicFoot)),
			}, survive: 2, personal: []string{"DOE JANE"},
			last: objects("null")[strings.LastIndex(objects("null"), ",\n") : len(objects("null"))-len("]\n")],
		},
		"json-or-csv as CSV": {
			layout:  shipped(t, "xylem-datalake-water-register"),
			content: xylem + "7001,W,CF,2026-11-20T08:00:00Z,45210\n7002,W,CF,2026-11-20T08:00:00Z,\n7003,W,CF,2026-11-20T08:00:00Z,9.5\n",
			damaged: xylem + "7001,W,CF,2026-11-20T08:00:00Z,45210\n7002,W,CF,2026-11-20T08:00:00Z,9 O\n7003,W,CF,2026-11-20T08:00:00Z,9.5\n",
			want: []metering.Delivered{
				kept(t, 2, "7001", "45210", instant(8, metering.CubicFoot)), kept(t, 3, "7002", "", instant(8, 0)), kept(t, 4, "7003", "9.5", instant(8, metering.CubicFoot)),
			}, findings: 1, survive: 2, // the columns of the layout that the file has not
		},
		"xml": {
			layout: shipped(t, "green-button-espi"), content: feed, damaged: torn,
			want: []metering.Delivered{
				flow(10, 8, "12.5", metering.Actual, ""), flow(11, 9, "0", metering.Estimated, "8"), flow(12, 10, "", 0, ""), flow(13, 11, "0.001", metering.Actual, ""),
			}, survive: 3, personal: []string{"DOE JANE"},
			last: feed[strings.LastIndex(feed, "<espi:IntervalReading>"):strings.LastIndex(feed, "</espi:IntervalBlock>")],
		},
	} {
		t.Run(name, func(t *testing.T) {
			options := plainOptions
			options.Meter = map[string]string{"json": "81234567", "xml": "81234567"}[name]
			var longer func(int) []byte
			if c.last != "" {
				end := strings.LastIndex(c.content, c.last) + len(c.last)
				longer = func(times int) []byte {
					return []byte(c.content[:end] + strings.Repeat(c.last, times) + c.content[end:])
				}
			}
			adaptertest.ReadSource(t, adaptertest.Delivery{
				Bytes: func(open func() (io.ReadCloser, error)) metering.ReadSource {
					return meterread.Source(c.layout, open, options)
				},
				Content: []byte(c.content), Damaged: []byte(c.damaged), Want: c.want, Findings: c.findings, Survive: c.survive, Personal: c.personal,
				Longer: longer,
			})
		})
	}
}

// FuzzSource reads anything by any shipped layout: what is delivered contradicts itself nowhere, and what is stopped stays so.
func FuzzSource(f *testing.F) {
	var layouts []*meterread.Layout
	for i, id := range meterread.Shipped() {
		layout, err := meterread.ShippedLayout(id)
		require.NoError(f, err)
		for field := range layout.Fields {
			if format := map[string]string{"UNSTATED": "YYYYMMDD", "UNSTATED6": "MMDDYY"}[field.Format]; format != "" {
				layout, err = layout.Set(field.Name+".format", format)
				require.NoError(f, err)
			}
		}
		layouts = append(layouts, layout)
		for _, text := range []string{
			radix("104233", "45210"), mvrs("0000045210", "11202026", "090000", "031"), cmep("7", "2", "202611200800,R0,45210,,N,"), greenButton, aclara("1000", "120.5", "1.0"),
			"7001,L,W,45210,20261120\n7002,L,W,,20261120", `[{"deviceId":"7","units":"CF","data":[{"timeStamp":"2026-11-20T08:00:00","reading":1}]}]`,
		} {
			f.Add(i, text, 2)
		}
	}
	f.Fuzz(func(t *testing.T, which int, text string, stop int) {
		layout := layouts[uint(which)%uint(len(layouts))]
		source := meterread.Source(layout, func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }, meterread.SourceOptions{Meter: "7"})
		items := 0
		for d, err := range source.Reads() {
			if items++; err != nil || items == stop {
				break
			}
			require.NoError(t, d.Check())
			require.True(t, d.Finding != nil || d.Pos.Line > 0)
			require.True(t, d.State == metering.Read || d.Number == exact.Number{} && d.Source == 0 && d.Unit == 0)
		}
	})
}

func TestTheSuiteOnNestedRecordsThatAreDatedLater(t *testing.T) {
	whole := neptuneGroups("ORDST20261118\n", "ORDST20261119\n")
	got := sourceOf(shipped(t, "neptune-s-equinox-reads"), whole, plainOptions)
	require.Len(t, got.reads, 2)
	adaptertest.ReadSource(t, adaptertest.Delivery{
		Bytes: func(open func() (io.ReadCloser, error)) metering.ReadSource {
			return meterread.Source(shipped(t, "neptune-s-equinox-reads"), open, plainOptions)
		},
		Content: []byte(whole), Want: got.reads,
	})
}
