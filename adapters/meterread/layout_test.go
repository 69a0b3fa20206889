package meterread_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/billing/problem"
)

const head = `id: mine
title: A reader of ours
direction: from_field
kind: fixed
completeness: full
source: the district
records:
  - type: '*'
    length: 20
    columns_covered: contiguous
    fields:
`

const good = head + `      - {name: account, start: 1, length: 6, type: text, role: account}
      - {name: reading, start: 7, length: 8, type: int, role: reading, decimals: 1}
      - {name: day, start: 15, length: 6, type: date, format: DDMMYY, role: read_date}
`

// TestNewLayoutIsDataAlone adds the file of a handheld that nobody here has heard of.
func TestNewLayoutIsDataAlone(t *testing.T) {
	files := fstest.MapFS{"site/mine.yaml": {Data: []byte(good)}}
	layout, err := meterread.Load(files, "site/mine.yaml")
	require.NoError(t, err)
	d := decode(layout, []byte("104233   45210201126\n104234       0211126\n104235        211126\n"), meterread.Options{})
	require.NoError(t, d.err)
	require.Empty(t, d.findings)
	require.Equal(t, []string{"45210", "0", ""}, d.digits())
	require.Equal(t, "4521", d.reads[0].Number.String(), "45210 with one implied decimal")
	require.Equal(t, "2026-11-20", d.reads[0].At.String())
	require.Equal(t, meterread.Reading, d.reads[1].Status)
	require.Equal(t, meterread.NoRead, d.reads[2].Status)
}

// TestOtherKindsAreDataToo reads the kinds that no shipped layout has.
func TestOtherKindsAreDataToo(t *testing.T) {
	parse := func(src string) *meterread.Layout {
		layout, err := meterread.Parse("l.yaml", []byte(src))
		require.NoError(t, err)
		return layout
	}
	start := strings.Replace(head[:strings.Index(head, "kind:")], "id: mine", "id: other", 1)
	rest := "completeness: full\nsource: the district\n"

	pipes := parse(start + "kind: delimited\ndelimiter: '|'\nquote_line: true\nheader: READS\n" + rest + `records:
  - type: '*'
    fields:
      - {name: meter, index: 1, type: text, role: meter_serial}
      - {name: reading, index: 2, type: decimal, role: reading}
`)
	d := decode(pipes, []byte("READS\n\"70881234|452.10\"\n70881234|452.10\n\"70881234|x\"\n"), meterread.Options{})
	require.Equal(t, []string{"452.10"}, d.digits())
	require.Equal(t, []string{"BadQuote", "NotNumeric"}, d.codes())
	require.Equal(t, "READS\n\"70881234|452.10\"\n", written(t, pipes, d))
	row := d.reads[0].Row()
	require.NoError(t, row.Set("reading", "500"))
	require.Equal(t, "\"70881234|500\"\n", encodeRow(t, pipes, row))

	groups := parse(start + "kind: fixed-repeat\n" + rest + `records:
  - type: '*'
    fields:
      - {name: meter, start: 1, length: 4, type: text, role: meter_serial}
    repeat:
      start: 5
      length: 6
      length_base: 4
      max: 3
      fields:
        - {name: register, start: 1, length: 1, type: text, role: register_id}
        - {name: reading, start: 2, length: 5, type: int, role: reading}
      trailer:
        - {name: end, start: 1, length: 1, type: const, value: Z}
`)
	d = decode(groups, []byte("7088L00045H00007Z\n7089Z\n7090L0004\n7091L0O045Z\n"), meterread.Options{})
	require.Equal(t, []string{"00045", "00007"}, d.digits())
	require.Equal(t, "H", d.reads[1].Register())
	require.Equal(t, "7088", d.reads[1].Meter())
	require.Equal(t, []string{"CountMismatch", "NotNumeric"}, d.codes())
	require.Equal(t, 7, d.findings[1].Pos.Col)
}

func TestEveryFaultOfALayoutIsToldWithItsPlace(t *testing.T) {
	_, err := meterread.Parse("bad.yaml", []byte(`id: bad
title: Bad
direction: sideways
kind: fixed
completeness: full
source: nowhere
flavor: red
records:
  - type: '*'
    length: none
    fields:
      - {name: a, start: 1, length: 5, type: text, role: acount}
      - {name: b, start: 4, length: 2, type: number}
      - {name: c, start: 9, length: 6, type: date, format: MMDDYYX, required: yes}
`))
	require.Error(t, err)
	var list problem.List
	require.ErrorAs(t, err, &list)
	require.Equal(t, []string{
		"bad.yaml:3:12: E_CHOICE", "bad.yaml:7:1: E_UNKNOWN_KEY", "bad.yaml:10:13: E_NUMBER", "bad.yaml:12:58: E_ROLE", "bad.yaml:13:46: E_CHOICE",
		"bad.yaml:14:60: E_FORMAT", "bad.yaml:14:79: E_CHOICE",
	}, heads(list))
	for _, e := range list {
		require.NotEmpty(t, e.Fix)
	}
}

// heads are place and code of each problem.
func heads(list problem.List) []string {
	var out []string
	for _, e := range list {
		out = append(out, e.Pos.String()+": "+string(e.Code))
	}
	return out
}

func TestLinterFindsEachFault(t *testing.T) {
	multi := strings.Replace(head, "kind: fixed", "kind: fixed-multirecord", 1)
	multi = multi[:strings.Index(multi, "  - type")]
	for name, test := range map[string]struct {
		src  string
		code problem.Code
	}{
		"overlap":            {strings.Replace(good, "start: 7, length: 8", "start: 6, length: 9", 1), meterread.ErrOverlap},
		"gap":                {strings.Replace(good, "start: 7, length: 8", "start: 8, length: 7", 1), meterread.ErrGap},
		"beyond the line":    {strings.Replace(good, "length: 20", "length: 18", 1), meterread.ErrLength},
		"short of the line":  {strings.Replace(good, "length: 20", "length: 24", 1), meterread.ErrLength},
		"role twice":         {strings.Replace(good, "role: account", "role: reading", 1), meterread.ErrRoleTwice},
		"unknown role":       {strings.Replace(good, "role: account", "role: acct", 1), meterread.ErrRole},
		"unknown kind":       {strings.Replace(good, "kind: fixed", "kind: columns", 1), meterread.ErrChoice},
		"name twice":         {strings.Replace(good, "name: day", "name: account", 1), meterread.ErrName},
		"no source":          {strings.Replace(good, "source: the district\n", "", 1), meterread.ErrMissing},
		"no format":          {strings.Replace(good, "format: DDMMYY, ", "", 1), meterread.ErrMissing},
		"format too wide":    {strings.Replace(good, "DDMMYY", "DDMMYYYY", 1), meterread.ErrLength},
		"decimals of a text": {strings.Replace(good, "type: int, role: reading", "type: decimal, role: reading", 1), meterread.ErrChoice},
		"const without text": {strings.Replace(good, "type: text, role: account", "type: const", 1), meterread.ErrMissing},
		"cell in columns":    {strings.Replace(good, "start: 15, length: 6", "index: 3", 1), meterread.ErrLength},
		"no match":           {multi + "  - type: A\n    fields: [{name: a, start: 1, length: 1, type: text}]\n", meterread.ErrRecord},
		"no such parent": {multi + "  - type: A\n    parent: B\n    match: {start: 1, length: 1, value: A}\n    fields: [{name: a, start: 1, length: 1, type: text}]\n",
			meterread.ErrRecord},
		"its own parent": {multi + "  - type: A\n    parent: A\n    match: {start: 1, length: 1, value: A}\n    fields: [{name: a, start: 1, length: 1, type: text}]\n",
			meterread.ErrRecord},
		"type twice": {multi + strings.Repeat("  - type: A\n    match: {start: 1, length: 1, value: A}\n    fields: [{name: a, start: 1, length: 1, type: text}]\n", 2),
			meterread.ErrName},
		"counts nothing":  {strings.Replace(good, "decimals: 1", "counts: RDG", 1), meterread.ErrRecord},
		"groups of none":  {good + "    repeat: {count_field: reading, fields: [{name: x, index: 1, type: text}]}\n", meterread.ErrRecord},
		"no code table":   {"codes: codes/none.yaml\n" + good, meterread.ErrNoLayout},
		"duplicate key":   {good + "id: again\n", meterread.ErrDuplicateKey},
		"bad UTF-8":       {strings.Replace(good, "ours", "our\xff", 1), meterread.ErrYAML},
		"a list":          {"- id: mine\n", meterread.ErrShape},
		"nothing":         {"", meterread.ErrShape},
		"reading made up": {strings.Replace(good, "decimals: 1", "default: '0'", 1), meterread.ErrChoice},
		"use made up":     {strings.Replace(good, "role: reading, decimals: 1", "role: usage, default: '0'", 1), meterread.ErrChoice},
		"zeros cut off":   {strings.Replace(good, "decimals: 1", "pad: '0'", 1), meterread.ErrChoice},
		"zeros cut left":  {strings.Replace(good, "role: reading, decimals: 1", "role: high_limit, justify: left, pad: '0'", 1), meterread.ErrChoice},
		"closes nothing":  {"closing_records: [CTR]\n" + good, meterread.ErrRecord},
		"delimiter alone": {"delimiter: ';'\n" + good, meterread.ErrChoice},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := meterread.Parse("l.yaml", []byte(test.src))
			require.ErrorIs(t, err, test.code)
		})
	}
	for _, fine := range []string{good, strings.Replace(good, "decimals: 1", "justify: right, pad: '0'", 1),
		strings.Replace(good, "role: reading, decimals: 1", "role: multiplier, default: '1'", 1),
		strings.Replace(good, "role: account", "role: account, default: '0', pad: '0'", 1)} {
		_, err := meterread.Parse("l.yaml", []byte(fine))
		require.NoError(t, err)
	}
}

func TestShippedLayoutsSayWhereTheyComeFrom(t *testing.T) {
	require.Len(t, meterread.Shipped(), 32)
	for _, id := range meterread.Shipped() {
		layout := shipped(t, id)
		require.Equal(t, id, layout.ID)
		require.NotEmpty(t, layout.Source, id)
		require.NotEmpty(t, layout.Completeness, id)
		require.Empty(t, layout.Lint(), id)
	}
	_, err := meterread.ShippedLayout("../layouts/subeca-usage")
	require.ErrorIs(t, err, meterread.ErrNoLayout)
	neptune := shipped(t, "neptune-s-equinox-reads")
	require.Equal(t, "keyed", neptune.Codes.Tables["method"]["K"])
	require.Equal(t, "non-numeric characters", neptune.Codes.Tables["result"]["A"])
	require.Contains(t, neptune.Codes.Seen, "RA")
}

func TestEveryCodeTableIsShipped(t *testing.T) {
	for _, ref := range []string{"badger-readcenter", "itron-mvrs", "neptune-nsight-read-codes", "sensus-autoread"} {
		layout, err := meterread.Parse("l.yaml", []byte("codes: codes/"+ref+".yaml\n"+good))
		require.NoError(t, err, ref)
		require.Equal(t, ref, layout.Codes.ID)
		require.NotEmpty(t, layout.Codes.Source)
	}
}

func TestCodeTableOfTheSiteComesFirst(t *testing.T) {
	files := fstest.MapFS{
		"mine.yaml":              {Data: []byte("codes: codes/itron-mvrs.yaml\n" + good)},
		"codes/itron-mvrs.yaml":  {Data: []byte("source: our own list\nskip: {'01': dog, '02': [locked, gate]}\nnote: words\n")},
		"deep/mine.yaml":         {Data: []byte("codes: ../../etc.yaml\n" + good)},
		"broken/mine.yaml":       {Data: []byte("codes: codes.yaml\n" + good)},
		"broken/codes.yaml":      {Data: []byte("skip: {'01': {dog: 1}}\n")},
		"broken/other/mine.yaml": {Data: []byte("codes: codes.yaml\n" + good)},
	}
	layout, err := meterread.Load(files, "mine.yaml")
	require.NoError(t, err)
	require.Equal(t, "dog", layout.Codes.Tables["skip"]["01"])
	require.Equal(t, "locked, gate", layout.Codes.Tables["skip"]["02"])
	for _, name := range []string{"deep/mine.yaml", "broken/mine.yaml", "broken/other/mine.yaml"} {
		_, err = meterread.Load(files, name)
		require.ErrorIs(t, err, meterread.ErrNoLayout, name)
	}
	_, err = meterread.Load(files, "none.yaml")
	require.ErrorIs(t, err, os.ErrNotExist)
}

// TestNothingConfidentialIsShipped looks for the documents that circulate and are marked confidential.
func TestNothingConfidentialIsShipped(t *testing.T) {
	files, err := filepath.Glob("layouts/*.yaml")
	require.NoError(t, err)
	for _, name := range files {
		src, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, word := range []string{"Neptune 360", "extended CMEP", "May 2010"} {
			require.NotContains(t, string(src), word, name)
		}
	}
}
