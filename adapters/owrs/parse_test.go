package owrs_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/owrs"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// badFiles do not parse: each with the place of its fault.
var badFiles = []struct{ name, src, want string }{
	{"nothing", "", "1:1 E_NO_RATES"},
	{"blank lines", "\n \n", "1:1 E_NO_RATES"},
	{"a comment", "# rates\n", "1:1 E_NO_RATES"},
	{"a text", "rates\n", "1:1 E_NO_RATES"},
	{"a list", "- rate_structure\n", "1:1 E_NO_RATES"},
	{"no rate_structure", "metadata:\n  bill_unit: ccf\n", "1:1 E_NO_RATES"},
	{"rate_structure is nothing", "metadata:\nrate_structure:\n", "2:1 E_NO_RATES"},
	{"rate_structure is a list", "metadata:\nrate_structure:\n  - HOME\n", "2:1 E_NO_RATES"},
	{"rate_structure is empty", "rate_structure: {}\n", "1:1 E_NO_RATES"},
	{"a class without a name", "rate_structure:\n  '': {bill: 1}\n", "2:3 E_YAML"},

	{"a key twice", "rate_structure:\n  HOME: {bill: 1}\n  HOME: {bill: 2}\n", "3:3 E_DUPKEY"},
	{"a key twice at the top", "rate_structure:\n  A: {bill: 1}\nrate_structure:\n  B: {bill: 2}\n", "3:1 E_DUPKEY"},
	{"a key twice where nothing is read", "author_info: {a: 1, b: 2, a: 3}\nrate_structure:\n  A: {bill: 1}\n", "1:27 E_DUPKEY"},
	{"a key twice without rates", "a: 1\na: 2\n", "2:1 E_DUPKEY"},
	{"a key twice, once in quotes", "rate_structure:\n  A: {bill: 1, \"bill\": 1}\n", "2:16 E_DUPKEY"},
	{"a key twice in a list", "rate_structure:\n  A: [{b: 1, b: 1}]\n", "2:14 E_DUPKEY"},
	{"a key twice in values", home("bill: {depends_on: k, values: {1\": 1, 2\": 2, 1\": 3}}"), "3:50 E_DUPKEY"},
	{"columns count bytes", "é: {ö: 1, ü: 2, ö: 3}\n", "1:20 E_DUPKEY"},
	{"line ends of Windows", "a: 1\r\n\r\na: 2\r\n", "3:1 E_DUPKEY"},
	{"line ends of old", "a: 1\ra: 2\r", "2:1 E_DUPKEY"},
	{"a byte order mark is no column", "\ufeffa: 1\nb: {c: 1, c: 2}\n", "2:11 E_DUPKEY"},

	{"a mapping inside a scalar", "rate_structure:\n  A:\n    bill: a\n      rate: 2\n", "4:11 E_YAML"},
	{"a key out of line", "rate_structure:\n   A:\n    bill: 1\n  B: 2\n", "4:3 E_YAML"},
	{"a tab as indentation", "rate_structure:\n\tA: 1\n", "2:1 E_YAML"},
	{"an open quote", "rate_structure:\n  A: \"bill\n", "3:1 E_YAML"},
	{"an open bracket", "rate_structure:\n  A: [1, 2\n", "3:1 E_YAML"},
	{"an unknown anchor", "rate_structure:\n  A: *b\n", "2:6 E_YAML"},
	{"an alias inside what it repeats", "rate_structure:\n  A: &a\n    bill: [*a]\n", "3:12 E_YAML"},
	{"an alias inside its list", "a: &a [1, *a]\n", "1:11 E_YAML"},
	{"a merge key", "rate_structure:\n  A: &a {bill: 1}\n  B:\n    <<: *a\n", "4:5 E_YAML"},
	{"a list as key", "rate_structure:\n  A:\n    [a, b]: 1\n", "3:5 E_YAML"},
	{"a mapping as key", "rate_structure:\n  A:\n    ? {a: b}\n    : 1\n", "3:7 E_YAML"},
	{"two documents", "rate_structure:\n  A: {bill: 1}\n---\nrate_structure:\n  B: {bill: 1}\n", "3:1 E_YAML"},
	{"a second document that is empty", "rate_structure:\n  A: {bill: 1}\n---\n", "3:1 E_YAML"},
	{"a fault in a second document", "rate_structure:\n  A: {bill: 1}\n---\na: b: c\n", "4:5 E_YAML"},
	{"another version of YAML", "%YAML 7.0\n---\nrate_structure:\n  A: {bill: 1}\n", "1:1 E_YAML"},
	{"not UTF-8", "rate_structure:\n  A: {é: 1, b\xff: 1}\n", "2:15 E_YAML"},
	{"UTF-16", "\xff\xfeb\x00", "1:1 E_YAML"},
	{"half a character at the end", "a: \xc3", "1:4 E_YAML"},
	{"a control character", "a: 1\nb: \x00\n", "2:4 E_YAML"},
	{"an escape that is one is text, and no rates", "a: \"\\0\"\n", "1:1 E_NO_RATES"},
	{"a line separator that editors do not count", "a: 1\u2028b: 2\n", "1:5 E_YAML"},
	{"deep lists", "a: " + strings.Repeat("[", 100_000), "1:54 E_YAML"},
	{"deep mappings", "a: " + strings.Repeat("{", 100_000), "1:54 E_YAML"},
	{"deep blocks", strings.Repeat("- ", 100_000), "1:101 E_YAML"},
}

func TestBadFilesAreRefusedWithTheirPlace(t *testing.T) {
	for _, c := range badFiles {
		t.Run(c.name, func(t *testing.T) {
			file, err := owrs.Parse("bad.owrs", []byte(c.src))
			require.Nil(t, file)
			require.Equal(t, c.want, firstProblem(t, err), "%v", err)
		})
	}
}

// firstProblem is the place and code of the first problem of an error.
func firstProblem(t testing.TB, err error) string {
	t.Helper()
	var p *problem.Error
	require.True(t, errors.As(err, &p), "%v", err)
	require.Equal(t, "bad.owrs", p.Pos.File)
	require.NotEmpty(t, p.What)
	require.NotEmpty(t, p.Fix)
	return fmt.Sprintf("%d:%d %s", p.Pos.Line, p.Pos.Col, p.Code)
}

func TestAllDuplicateKeysAreReported(t *testing.T) {
	_, err := owrs.Parse("f", []byte("a: {x: 1, x: 2}\nb: 1\na: 3\nb: 2\nb: 3\n"))
	var list problem.List
	require.ErrorAs(t, err, &list)
	var places []string
	for _, p := range list {
		places = append(places, p.Pos.String())
	}
	require.Equal(t, []string{"f:1:11", "f:3:1", "f:4:1", "f:5:1"}, places)
	require.ErrorContains(t, err, "line 2 already")
}

func TestADocumentMayHaveMarks(t *testing.T) {
	for _, src := range []string{
		"---\nrate_structure:\n  HOME: {bill: 1}\n...\n",
		"%YAML 1.1\n---\nrate_structure:\n  HOME: {bill: 1}\n",
		"\ufeff# a comment\nrate_structure:\r\n  HOME: {bill: 1}\r\n",
		"rate_structure:\n  ? HOME\n  : {bill: !number 1}\n",
		"rate_structure:\n  HOME: {\"<<\": 5, bill: 1}\n",
	} {
		q, err := price(t, parse(t, src), "HOME", "0", "")
		require.Equal(t, "1", outcome(t, q, err), src)
	}
}

func TestAliasesShareAndKeepPlaces(t *testing.T) {
	file := parse(t, "rate_structure:\n  A: &a\n    bill: rate*2\n    rate: &r 3\n  B: *a\n  C:\n    bill: zone\n    zone: {depends_on: k, values: {*r : 7}}\n")
	for class, want := range map[string]string{"A": "6", "B": "6", "C": "7"} {
		q, err := price(t, file, class, "0", "k=3")
		require.Equal(t, want, outcome(t, q, err), class)
	}
}

// What aliases repeat is counted each time, so that a small file is no large one.
func TestAliasesAreBounded(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n")
	for i := range 12 {
		fmt.Fprintf(&bomb, "a%d: &a%d [%s]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d,", i), 10))
	}
	_, err := owrs.Parse("bad.owrs", []byte(bomb.String()))
	require.ErrorIs(t, err, owrs.ErrYAML)
	require.Contains(t, firstProblem(t, err), "E_YAML")

	long := "a: &a " + strings.Repeat("1+", 30_000) + "1\nb: [" + strings.Repeat("*a,", 1000) + "]\n"
	_, err = owrs.Parse("bad.owrs", []byte(long))
	require.ErrorIs(t, err, owrs.ErrYAML)
	require.Contains(t, firstProblem(t, err), "2:")
}

func TestAFileIsBounded(t *testing.T) {
	var classes strings.Builder
	classes.WriteString("rate_structure:\n")
	for i := range 1001 {
		fmt.Fprintf(&classes, "  C%d: {bill: 1}\n", i)
	}
	_, err := owrs.Parse("bad.owrs", []byte(classes.String()))
	require.Equal(t, "1002:3 E_YAML", firstProblem(t, err))
}

func TestAClassIsBounded(t *testing.T) {
	var chain strings.Builder
	chain.WriteString("bill: a0\n")
	for i := range 9000 {
		fmt.Fprintf(&chain, "a%d: a%d\n", i, i+1)
	}
	chain.WriteString("a9000: 1")
	q, err := price(t, parse(t, home(chain.String())), "HOME", "0", "")
	require.Equal(t, "2:3 E_CLASS_SHAPE", outcome(t, q, err))

	q, err = price(t, parse(t, home("bill: 1\n"+numbered("f%d: 1\n", 10_000))), "HOME", "0", "")
	require.Equal(t, "2:3 E_CLASS_SHAPE", outcome(t, q, err))

	// A chain that is shorter, but deeper than the engine goes.
	q, err = price(t, parse(t, home("bill: a0\n"+numbered("a%d: a%[2]d\n", 2000))), "HOME", "0", "")
	require.ErrorIs(t, err, rates.ErrDepth)
	require.True(t, q.Total.IsZero())
}

// numbered repeats a line with its number and the next.
func numbered(form string, n int) string {
	var b strings.Builder
	for i := range n {
		line := fmt.Sprintf(form, i, i+1)
		line, _, _ = strings.Cut(line, "%!")
		b.WriteString(strings.TrimRight(line, "\n") + "\n")
	}
	return b.String()
}

func TestALargeMapIsLoweredOnce(t *testing.T) {
	src := home("bill: " + strings.Repeat("rate+", 49) + "rate\nrate:\n  depends_on: k\n  values:\n" + numbered("    k%d: %d.5\n", 100_000))
	file := parse(t, src)
	book := file.Book(halfUp)
	require.Len(t, book.Schedules[0].Versions[0].Definitions, 2)
	q, err := price(t, file, "HOME", "0", "k=k7")
	require.Equal(t, "425", outcome(t, q, err)) // 50 × 8.5
}

func TestReadIsBounded(t *testing.T) {
	good := home("bill: 1")
	file, err := owrs.Read("f", iotest.OneByteReader(strings.NewReader(good)))
	require.NoError(t, err)
	require.Equal(t, []string{"HOME"}, file.Classes())

	pad := func(n int) string { return good + strings.Repeat("#", n-len(good)) }
	_, err = owrs.Read("f", strings.NewReader(pad(owrs.MaxFile)))
	require.NoError(t, err)
	_, err = owrs.Read("bad.owrs", strings.NewReader(pad(owrs.MaxFile+1)))
	require.Equal(t, fmt.Sprintf("4:%d E_YAML", owrs.MaxFile-len(good)+1), firstProblem(t, err))

	endless := &endlessReader{}
	_, err = owrs.Read("bad.owrs", endless)
	require.ErrorIs(t, err, owrs.ErrYAML)
	require.LessOrEqual(t, endless.read, 2*owrs.MaxFile, "no more is read than is needed")

	_, err = owrs.Read("f", io.MultiReader(strings.NewReader(good), iotest.ErrReader(io.ErrNoProgress)))
	require.ErrorIs(t, err, io.ErrNoProgress)
}

type endlessReader struct{ read int }

func (r *endlessReader) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '\n'
	}
	r.read += len(p)
	return len(p), nil
}

func TestMetadata(t *testing.T) {
	for _, c := range []struct {
		metadata string
		date     string
		months   int
		unit     metering.Unit
	}{
		{"effective_date: 2017-01-01", "2017-01-01", 0, metering.BillingUnit},
		{"effective_date: 07/31/2017", "2017-07-31", 0, metering.BillingUnit},
		{"effective_date: 7/1/2017", "2017-07-01", 0, metering.BillingUnit},
		{"effective_date: '7/1/2017'", "2017-07-01", 0, metering.BillingUnit},
		{"effective_date: 31/07/2017", "", 0, metering.BillingUnit},
		{"effective_date: 2/30/2017", "", 0, metering.BillingUnit},
		{"effective_date: 7/1/17", "", 0, metering.BillingUnit},
		{"effective_date: 007/1/2017", "", 0, metering.BillingUnit},
		{"effective_date: +7/1/2017", "", 0, metering.BillingUnit},
		{"effective_date: July 2017", "", 0, metering.BillingUnit},
		{"effective_date: [2017-01-01]", "", 0, metering.BillingUnit},
		{"bill_frequency: Monthly", "", 1, metering.BillingUnit},
		{"bill_frequency: Bi-Monthly", "", 2, metering.BillingUnit},
		{"bill_frequency: BIMONTHLY", "", 2, metering.BillingUnit},
		{"bill_frequency: quarterly", "", 3, metering.BillingUnit},
		{"bill_frequency: annually", "", 12, metering.BillingUnit},
		{"bill_frequency: weekly", "", 0, metering.BillingUnit},
		{"bill_unit: ccf", "", 0, metering.CCF},
		{"bill_unit: KGAL", "", 0, metering.ThousandGallons},
		{"bill_unit: kilolitre", "", 0, metering.Kiloliter},
		{"bill_unit: bucket", "", 0, metering.BillingUnit},
		{"[]", "", 0, metering.BillingUnit},
	} {
		m := parse(t, "metadata:\n  "+c.metadata+"\n"+home("bill: 1")).Metadata()
		require.Equal(t, c.date, m.EffectiveDate.String(), c.metadata)
		require.Equal(t, c.months, m.Months, c.metadata)
		require.Equal(t, c.unit, m.Unit, c.metadata)
	}
	m := parse(t, "metadata: {utility_name: U, prop_218_link: 'https://example.org/a', bill_frequency: Bi-Monthly, bill_unit: HCF}\n"+home("bill: 1")).Metadata()
	require.Equal(t, "U", m.UtilityName)
	require.Equal(t, "https://example.org/a", m.Link)
	require.Equal(t, "Bi-Monthly", m.BillFrequency)
	require.Equal(t, "HCF", m.BillUnit)
}

func TestBookCitesTheFileWhereverItStood(t *testing.T) {
	src := []byte("metadata: {utility_name: U, effective_date: 7/1/2024, prop_218_link: L}\n" + home("bill: 1"))
	var digests []rates.Digest
	for _, name := range []string{"u.owrs", "/a/u.owrs", `C:\b\u.owrs`} {
		file, err := owrs.Parse(name, src)
		require.NoError(t, err)
		book := file.Book(halfUp)
		require.Equal(t, "U", book.Name)
		require.Equal(t, rates.Citation{Resolution: "U", Section: "u.owrs", Address: "L"}, book.Schedules[0].Versions[0].Source)
		engine, err := rates.Compile(book)
		require.NoError(t, err)
		digests = append(digests, engine.Digest())
	}
	require.Equal(t, digests[0], digests[1])
	require.Equal(t, digests[0], digests[2])
}

func TestAPeriodBeforeTheEffectiveDateIsRefused(t *testing.T) {
	engine, err := rates.Compile(testdata(t, "tiered.owrs").Book(halfUp))
	require.NoError(t, err)
	in := rates.Input{Schedule: "RESIDENTIAL_SINGLE", Usage: volume(t, "13", metering.CCF), Facts: rates.Facts{"meter_size": `3/4"`}}
	in.Period = civil.MustPeriod("[2024-07-01, 2024-08-01)")
	q, err := engine.Price(in)
	require.Equal(t, "60.55", outcome(t, q, err))
	in.Period = civil.MustPeriod("[2024-06-30, 2024-08-01)")
	_, err = engine.Price(in)
	require.ErrorIs(t, err, rates.ErrNoVersion)
	in.Period, in.BillDate = civil.Period{}, civil.MustDate("2024-07-01")
	q, err = engine.Price(in)
	require.Equal(t, "60.55", outcome(t, q, err))
	in.BillDate = civil.MustDate("2024-06-30")
	_, err = engine.Price(in)
	require.ErrorIs(t, err, rates.ErrNoVersion)
}

func TestABookIsTheSameEachTime(t *testing.T) {
	file := testdata(t, "budget.owrs")
	first := file.Book(halfUp)
	require.Equal(t, first, file.Book(halfUp))
	first.Schedules[0].Versions[0].Definitions[0].Name = "changed"
	require.NotEqual(t, first, file.Book(halfUp), "a book shares nothing with its file")
}
