package policyfile_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/policyfile"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

func day(text string) civil.Date { return civil.MustDate(text) }

// Everything has a field of every kind.
type Everything struct {
	Text     string                                   `policy:"text" validate:"min=2"`
	Flag     bool                                     `policy:"flag"`
	Count    int                                      `policy:"count" validate:"gte=0,lte=60"`
	Small    int8                                     `policy:"small"`
	Unsigned uint64                                   `policy:"unsigned"`
	Percent  decimal.Decimal                          `policy:"percent" validate:"gte=0,lt=10.5"`
	Amount   money.Amount                             `policy:"amount" validate:"max=100.01"`
	Day      civil.Date                               `policy:"day" validate:"gte=2020-01-01"`
	Mode     exact.Mode                               `policy:"mode" validate:"oneof=half_up half_even down"`
	List     []decimal.Decimal                        `policy:"list" validate:"unique,max=3,dive,gt=0"`
	Fees     map[string]money.Amount                  `policy:"fees" validate:"dive,gte=0"`
	Days     map[civil.Date]string                    `policy:"days,empty"`
	Steps    []Step                                   `policy:"steps,empty" validate:"unique=Name,dive"`
	Nested   Step                                     `policy:"nested"`
	Known    policyfile.Known[money.Amount]           `policy:"known" validate:"gt=0"`
	Rows     []policyfile.Known[int]                  `policy:"rows" validate:"min=2,dive,gt=0"`
	ByZone   map[string][]Step                        `policy:"by_zone,optional" validate:"dive,dive"`
	Cap      *money.Amount                            `policy:"cap" validate:"omitempty,gtfield=Amount"`
	Other    *policyfile.Known[map[string]exact.Mode] `policy:"other"`
	Note     string                                   `policy:"note,optional" validate:"excluded_with=Cap,lowercase"`
	_        int
}

type Step struct {
	Name string `policy:"name"`
	Days int    `policy:"days" validate:"min=1"`
}

// everything is a version in which nothing is wrong. Each line can be replaced.
const everything = `text: some text
flag: true
count: 5
small: -128
unsigned: 18
percent: 10.25
amount: 25.00
day: 2026-04-12
mode: half_up
list: [1, 2.50]
fees: {door_tag: 40.00, Shut off: 50}
days: {2026-05-25: Memorial Day}
steps: [{name: notice, days: 10}, {name: tag, days: 2}]
nested: {name: x, days: 1}
known: 5.00
rows: [1, {unknown: lost}]
`

// in is a file with one area "all" of one version that holds those lines.
func in(lines string) string {
	return "headgate: policy/1\nname: D\nall:\n  - from: 2026-01-01\n    source: {section: s}\n    " +
		strings.TrimRight(strings.ReplaceAll(lines, "\n", "\n    "), " ")
}

// with is everything with the line of a key replaced by another, or by nothing.
func with(key, line string) string {
	var out []string
	found := false
	for l := range strings.Lines(everything) {
		if strings.HasPrefix(l, key+":") {
			found = true
			if l = line; l != "" {
				l += "\n"
			}
		}
		out = append(out, l)
	}
	if !found {
		out = append(out, line+"\n")
	}
	return in(strings.Join(out, ""))
}

func parseAll(src string) (policyfile.Dated[Everything], *policyfile.File, error) {
	var all policyfile.Dated[Everything]
	file, err := policyfile.Parse("p.yaml", []byte(src), policyfile.Into("all", &all))
	return all, file, err
}

// brief gives each problem of an error as "line:col CODE path".
func brief(t *testing.T, err error) string {
	t.Helper()
	var list problem.List
	var one *problem.Error
	switch {
	case errors.As(err, &list):
	case errors.As(err, &one):
		list = problem.List{one}
	default:
		require.Fail(t, "no problem", "%v", err)
	}
	var lines []string
	for _, e := range list {
		require.NotEmpty(t, e.What, "%v", e)
		require.NotEmpty(t, e.Fix, "%v", e)
		require.Equal(t, "p.yaml", e.Pos.File)
		lines = append(lines, strings.TrimRight(fmt.Sprintf("%d:%d %s %s", e.Pos.Line, e.Pos.Col, e.Code, e.Path), " "))
	}
	return strings.Join(lines, "\n")
}
