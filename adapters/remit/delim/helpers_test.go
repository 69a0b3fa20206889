package delim_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/delim"
	"github.com/headgate-dev/headgate/billing/private"
	"github.com/headgate-dev/headgate/payments"
)

// read is all that a file came to.
type read struct {
	rows     []delim.Row
	findings []remit.Finding
	verdicts []remit.Verdict
	holds    bool // the file does
	summary  remit.Summary
}

// scan reads a file, and asks of it what is so of every file.
func scan(t require.TestingT, text string, profile *delim.Profile) read {
	var out read
	last, ended := 0, false
	for item, err := range delim.Scan(strings.NewReader(text), profile, "day.csv") {
		require.NoError(t, err)
		require.False(t, ended, "the summary is the last")
		switch {
		case item.Record != nil:
			row := *item.Record
			require.Greater(t, row.Line, last, "rows stand on lines of their own")
			require.GreaterOrEqual(t, row.Last, row.Line)
			last = row.Last
			out.rows = append(out.rows, row)
		case item.Finding != nil:
			require.NotEmpty(t, item.Finding.What)
			require.NotEmpty(t, item.Finding.Fix)
			require.Positive(t, item.Finding.Pos.Line)
			out.findings = append(out.findings, *item.Finding)
		case item.Verdict != nil:
			out.verdicts = append(out.verdicts, *item.Verdict)
		default:
			out.summary, ended = *item.Summary, true
		}
	}
	require.True(t, ended)
	require.NotEmpty(t, out.verdicts)
	file := out.verdicts[len(out.verdicts)-1]
	require.Equal(t, payments.OfFile, file.Level)
	out.holds = file.Holds
	require.Equal(t, out.summary.Lines, out.summary.Records+out.summary.Refused+out.summary.Ignored+out.summary.Blank, "every line ends in a record or in a finding")
	require.Equal(t, strings.Count(text, "\n")+btoi(text != "" && !strings.HasSuffix(text, "\n") && text != "\ufeff"), out.summary.Lines)
	require.Equal(t, len(out.findings), out.summary.Findings)
	if out.summary.Refused > 0 {
		fails := false
		for _, v := range out.verdicts {
			fails = fails || !v.Holds
		}
		require.True(t, fails, "a payment may be lost with a line that is refused")
	}
	return out
}

// plain are rows as texts, to compare them by: of who paid, what a private value says.
func plain(rows []delim.Row) []string {
	var list []string
	for i := range rows {
		r := rows[i]
		four, _ := r.Payer().LastFour()
		list = append(list, fmt.Sprint(r.Line, r.Last, r.Kind, r.Batch, "|", r.Transaction, "|", r.Reverses, "|", r.Account, "|", r.Invoice, "|", r.Check, "|", r.Tender, "|", r.PaidOn, r.DepositedOn,
			r.Amount, r.Fee, r.Net, r.TenderAmount, r.Due, r.Doubt, four, r.Routing().IsZero(), r.Name().IsZero()))
	}
	return list
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (r read) codes() []string {
	var list []string
	for _, f := range r.findings {
		list = append(list, string(f.Code))
	}
	return list
}

// batches are the verdicts on batches.
func (r read) batches() []remit.Verdict { return r.verdicts[:len(r.verdicts)-1] }

func (r read) cents() []int64 {
	var list []int64
	for _, row := range r.rows {
		list = append(list, row.Amount.Cents())
	}
	return list
}

func shipped(t require.TestingT, id string) *delim.Profile {
	p, err := delim.ShippedProfile(id)
	require.NoError(t, err)
	return p
}

// parse is a profile of a test, whose id and place need no words.
func parse(t require.TestingT, text string) *delim.Profile {
	p, err := delim.Parse("own.yaml", []byte("id: own\nseen: a test\n"+text))
	require.NoError(t, err)
	return p
}

func marker(t require.TestingT) *payments.Marker {
	key, err := private.NewKey([]byte("a key of the tests, of 32 bytes!"))
	require.NoError(t, err)
	m, err := payments.NewMarker(key)
	require.NoError(t, err)
	return m
}

// corpus is a file of the folder that HEADGATE_CORPUS names.
func corpus(t *testing.T, path ...string) string {
	root := os.Getenv("HEADGATE_CORPUS")
	if root == "" {
		t.Skip("HEADGATE_CORPUS is not set")
	}
	require.True(t, filepath.IsAbs(root), "HEADGATE_CORPUS is an absolute path")
	text, err := os.ReadFile(filepath.Join(append([]string{root}, path...)...))
	require.NoError(t, err)
	return string(text)
}
