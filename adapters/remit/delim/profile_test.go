package delim_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/delim"
	"github.com/headgate-dev/headgate/billing/problem"
)

func TestAProfileThatIsNoneIsRefusedWithItsPlace(t *testing.T) {
	const named = `id: x
seen: a test
delimiter: ","
heading: true
unit: cents
sign: plain
fields:
  - {role: amount, name: cents}
`
	const columns = `id: x
seen: a test
unit: cents
sign: plain
records:
  - {name: head, first: true, is: control}
  - {name: row, from: 1, to: 2, text: "60", is: row}
  - {name: end, from: 1, to: 2, text: "90", is: control, of: batch}
fields:
  - {record: head, role: control_total, from: 3, to: 9}
  - {record: row, role: amount, from: 3, to: 9}
  - {record: end, role: control_count, from: 3, to: 9}
`
	for _, good := range []string{named, columns} {
		_, err := delim.Parse("x.yaml", []byte(good))
		require.NoError(t, err)
	}
	for name, c := range map[string][4]string{
		"no id":                        {named, "id: x\n", "", "x.yaml:1:1: E_PROFILE: id: "},
		"no source":                    {named, "seen: a test\n", "", "x.yaml:1:1: E_PROFILE: seen: "},
		"no unit":                      {named, "unit: cents\n", "", "x.yaml:1:1: E_PROFILE: unit: "},
		"another unit":                 {named, "unit: cents", "unit: euros", "x.yaml:5:7: E_PROFILE: unit: "},
		"no sign":                      {named, "sign: plain\n", "", "x.yaml:1:1: E_PROFILE: sign: "},
		"another sign":                 {named, "sign: plain", "sign: minus", "x.yaml:6:7: E_PROFILE: sign: "},
		"signs by kinds that are none": {named, "sign: plain", "sign: kind", "x.yaml:1:1: E_PROFILE: kinds: "},
		"an unknown key":               {named, "seen:", "saw:", "x.yaml:2:1: E_PROFILE: saw: "},
		"a key twice":                  {named, "id: x\n", "id: x\nid: y\n", "x.yaml:2:1: "},
		"a long delimiter":             {named, `","`, `",,"`, "x.yaml:3:12: E_PROFILE: delimiter: "},
		"a digit delimiter":            {named, `","`, `"1"`, "x.yaml:3:12: E_PROFILE: delimiter: "},
		"a quote for one":              {named, `","`, `'"'`, "x.yaml:3:12: E_PROFILE: delimiter: "},
		"a heading of columns":         {named, "delimiter: \",\"\n", "", "x.yaml:1:1: E_PROFILE: delimiter: "},
		"neither yes or no":            {named, "heading: true", "heading: perhaps", "x.yaml:4:10: E_PROFILE: heading: "},
		"cells beside a heading":       {named, "heading: true", "heading: true\ncells: 3", "x.yaml:5:8: E_PROFILE: cells: "},
		"a symbol of digits":           {named, "sign: plain", "sign: plain\nsymbol: '1'", "x.yaml:7:9: E_PROFILE: symbol: "},
		"groups that are cells":        {named, "sign: plain", "sign: plain\ngrouped: true\nunquoted: true", "x.yaml:7:10: E_PROFILE: grouped: "},
		"fees that are none":           {named, "sign: plain", "sign: plain\nfee_adds: true", "x.yaml:7:11: E_PROFILE: fee_adds: "},
		"no amount":                    {named, "role: amount", "role: account", "x.yaml:8:3: E_PROFILE: fields: "},
		"no role":                      {named, "role: amount", "role: sum", "x.yaml:8:12: E_PROFILE: fields[0].role: "},
		"a role twice":                 {named, "name: cents}\n", "name: cents}\n  - {role: amount, name: dollars}\n", "x.yaml:9:12: E_PROFILE: fields[1].role: "},
		"a column besides":             {named, "name: cents", "name: cents, column: 1", "x.yaml:8:5: E_PROFILE: fields[0]: "},
		"no number":                    {named, "name: cents", "column: one", "x.yaml:8:28: E_PROFILE: fields[0].column: "},
		"a record that is none":        {named, "name: cents", "name: cents, record: a", "x.yaml:8:41: E_PROFILE: fields[0].record: "},
		"a unit of no amount":          {named, "name: cents}\n", "name: cents}\n  - {role: account, name: a, unit: cents}\n", "x.yaml:9:36: E_PROFILE: fields[1].unit: "},
		"a date of no day":             {named, "name: cents}\n", "name: cents}\n  - {role: account, name: a, date: YYMMDD}\n", "x.yaml:9:36: E_PROFILE: fields[1].date: "},
		"a day without a date":         {named, "name: cents}\n", "name: cents}\n  - {role: paid_on, name: a}\n", "x.yaml:1:1: E_PROFILE: date: "},
		"another date":                 {named, "name: cents}\n", "name: cents}\n  - {role: paid_on, name: a}\ndate: DDMMYY\n", "x.yaml:10:7: E_PROFILE: date: "},
		"a date without":               {named, "fields:", "date: YYMMDD\nfields:", "x.yaml:7:7: E_PROFILE: date: "},
		"a sign without words":         {named, "name: cents}\n", "name: cents}\n  - {role: sign, name: a, minus: D}\n", "x.yaml:9:34: E_PROFILE: fields[1].minus: "},
		"words of no sign":             {named, "name: cents", "name: cents, plus: C", "x.yaml:8:5: E_PROFILE: fields[0].minus: "},
		"a sign of no fee":             {named, "name: cents}\n", "name: cents}\n  - {role: fee_sign, name: a, minus: D, plus: C}\n", "x.yaml:8:3: E_PROFILE: fields: "},
		"a tender's amount without":    {named, "name: cents}\n", "name: cents}\n  - {role: tender_amount, name: a}\n", "x.yaml:8:3: E_PROFILE: fields: "},
		"kinds without":                {named, "fields:", "kinds: {A: payment}\nfields:", "x.yaml:7:8: E_PROFILE: kinds: "},
		"a kind that is none":          {named, "fields:", "kinds: {A: payout}\nfields:", "x.yaml:7:12: E_PROFILE: kinds.A: "},
		"reversals without kinds":      {named, "name: cents}\n", "name: cents}\n  - {role: reverses, name: a}\n", "x.yaml:1:1: E_PROFILE: kinds: "},
		"a suffix without":             {named, "fields:", "suffix: R\nfields:", "x.yaml:7:9: E_PROFILE: suffix: "},
		"a control in a row":           {named, "name: cents}\n", "name: cents}\n  - {role: control_total, name: a}\n", "x.yaml:9:12: E_PROFILE: fields[1].role: "},
		"records of a heading":         {named, "fields:", "records: [{name: a, column: 1, text: A, is: row}]\nfields:", "x.yaml:7:10: E_PROFILE: records: "},
		"fields no list":               {named, "  - {role: amount, name: cents}\n", "  role: amount\n", "x.yaml:8:3: E_PROFILE: fields: "},
		"a field that is a word":       {named, "  - {role: amount, name: cents}\n", "  - amount\n", "x.yaml:8:5: E_PROFILE: fields[0]: "},
		"a list for a word":            {named, "id: x", "id: [x]", "x.yaml:1:5: E_PROFILE: id: "},
		"kinds no mapping":             {named, "fields:", "kinds: payment\nfields:", "x.yaml:7:8: E_PROFILE: kinds: "},
		"unstated what is not there":   {named, "fields:", "unstated: {'fields[0].unit': why, 'fields[7]': why}\nfields:", "x.yaml:7:48: E_PROFILE: fields[7]: nothing of that path is in the profile"},
		"no yaml":                      {named, "id: x", "id: [x", "x.yaml:"},
		"no columns":                   {columns, "role: amount, from: 3, to: 9", "role: amount, from: 9, to: 3", "x.yaml:11:5: E_PROFILE: fields[1]: "},
		"a text of other columns":      {columns, `to: 2, text: "60"`, `to: 3, text: "60"`, "x.yaml:7:39: E_PROFILE: records[1].text: "},
		"no text":                      {columns, `from: 1, to: 2, text: "60", `, "", "x.yaml:7:5: E_PROFILE: records[1].text: "},
		"a name twice":                 {columns, "name: end", "name: row", "x.yaml:8:12: E_PROFILE: records[2].name: "},
		"nothing that a record is":     {columns, "is: row", "is: detail", "x.yaml:7:49: E_PROFILE: records[1].is: "},
		"a level that is none":         {columns, "of: batch", "of: group", "x.yaml:8:62: E_PROFILE: records[2].of: "},
		"a row of a batch":             {columns, "is: row", "is: row, of: batch", "x.yaml:7:58: E_PROFILE: records[1].of: "},
		"a file that is opened":        {columns, "of: batch", "opens: true", "x.yaml:8:5: E_PROFILE: records[2].of: "},
		"a first that is a row":        {columns, "is: control}", "is: row}", "x.yaml:6:25: E_PROFILE: records[0].first: "},
		"a first that is not":          {columns, `text: "60"`, `text: "60", first: true`, "x.yaml:7:52: E_PROFILE: records[1].first: "},
		"no rows":                      {columns, "is: row", "is: none", "x.yaml:6:3: E_PROFILE: records: "},
		"a control of nothing":         {columns, "{record: head, role: control_total, from: 3, to: 9}", "{record: row, role: account, from: 3, to: 9}", "x.yaml:6:5: E_PROFILE: records[0]: "},
		"batches of a batch":           {columns, "control_count", "control_batches", "x.yaml:12:25: E_PROFILE: fields[2].role: "},
		"a number of no batch":         {columns, "role: control_total", "role: batch", "x.yaml:10:26: E_PROFILE: fields[0].role: "},
		"an amount in a control":       {columns, "role: control_total", "role: amount", "x.yaml:10:26: E_PROFILE: fields[0].role: "},
		"a row without an amount":      {columns, "  - {record: row, role: amount, from: 3, to: 9}\n", "  - {record: row, role: account, from: 3, to: 9}\n", "x.yaml:10:3: E_PROFILE: fields: "},
		"quotes of columns":            {columns, "sign: plain", "sign: plain\nunquoted: true", "x.yaml:1:1: E_PROFILE: delimiter: "},
	} {
		t.Run(name, func(t *testing.T) {
			changed := strings.Replace(c[0], c[1], c[2], 1)
			require.NotEqual(t, c[0], changed)
			_, err := delim.Parse("x.yaml", []byte(changed))
			require.Error(t, err)
			assert.Contains(t, err.Error(), c[3])
		})
	}
	_, err := delim.Load(os.DirFS(t.TempDir()), "none.yaml")
	assert.ErrorIs(t, err, remit.ErrInput)
}

func TestEveryProblemIsToldAtOnce(t *testing.T) {
	_, err := delim.Parse("x.yaml", []byte("delimiter: ','\nfields:\n  - {role: amount, column: 1, unit: pounds}\n  - {role: amount, column: 2}\n"))
	var list problem.List
	require.ErrorAs(t, err, &list)
	assert.Len(t, list, 6)
	for i := 1; i < len(list); i++ {
		assert.LessOrEqual(t, list[i-1].Pos.Line, list[i].Pos.Line, "in the order of the file")
	}
	for _, e := range list {
		assert.NotEmpty(t, e.Fix)
	}
}

func TestASiteLoadsItsOwnProfile(t *testing.T) {
	files := fstest.MapFS{"profiles/bank.yaml": {Data: []byte("id: bank\nseen: the bank's letter of 2026-01-05\ndelimiter: \"\\t\"\nunit: dollars\nsign: trailing\nfields:\n  - {role: account, column: 2}\n  - {role: amount, column: 1}\n")}}
	p, err := delim.Load(files, "profiles/bank.yaml")
	require.NoError(t, err)
	assert.Equal(t, &delim.Profile{ID: "bank", Seen: "the bank's letter of 2026-01-05", Delimiter: '\t', Unit: "dollars", Sign: "trailing",
		Fields: []delim.Field{{Role: delim.AccountNo, Column: 2}, {Role: delim.Amount, Column: 1}}}, p, "as it could be built in Go")
	r := scan(t, "84.10-\tA\n", p)
	assert.Equal(t, []int64{-84_10}, r.cents())
	assert.NotEmpty(t, delim.DateForms())
	delim.DateForms()[0] = "x"
	assert.NotEqual(t, "x", delim.DateForms()[0])
}
