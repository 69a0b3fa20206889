package lockbox_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/lockbox"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/private"
)

// corpus is the folder of the outside samples.
func corpus(t testing.TB) string {
	root := os.Getenv("HEADGATE_CORPUS")
	if root == "" {
		t.Skip("HEADGATE_CORPUS is not set: it names the folder with remit/days")
	}
	require.True(t, filepath.IsAbs(root), "HEADGATE_CORPUS must be absolute")
	return root
}

func contents(t testing.TB, path string) string {
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

// read is all that a scan gives.
type read struct {
	checks   []*lockbox.Check
	findings []remit.Finding
	verdicts []remit.Verdict
	summary  remit.Summary
}

func scan(t testing.TB, text string, layout lockbox.Layout) read {
	var out read
	for item, err := range lockbox.Scan(strings.NewReader(text), layout, "day.bai") {
		require.NoError(t, err)
		switch {
		case item.Record != nil:
			out.checks = append(out.checks, item.Record.Clone())
		case item.Finding != nil:
			out.findings = append(out.findings, *item.Finding)
		case item.Verdict != nil:
			out.verdicts = append(out.verdicts, *item.Verdict)
		case item.Summary != nil:
			out.summary = *item.Summary
		}
	}
	require.Equal(t, out.summary.Lines, out.summary.Records+out.summary.Refused+out.summary.Ignored+out.summary.Blank, "every line ends in a record or in a finding")
	require.Equal(t, len(out.findings), out.summary.Findings)
	require.Equal(t, strings.Count(text, "\n")+map[bool]int{true: 1}[text != "" && !strings.HasSuffix(text, "\n")], out.summary.Lines)
	return out
}

// holds are the levels with whether they hold.
func (r read) holds() []string {
	var list []string
	for _, v := range r.verdicts {
		list = append(list, fmt.Sprintf("%s %t", v.Of, v.Holds))
	}
	return list
}

func (r read) codes() []string {
	var list []string
	for _, f := range r.findings {
		list = append(list, string(f.Code))
	}
	return list
}

func (r read) total() int64 {
	sum := int64(0)
	for _, c := range r.checks {
		sum += c.Amount.Cents()
	}
	return sum
}

var day = civil.MustDate("2026-03-03")

// paid is a check with a stub for each reference; its amount is their sum.
func paid(item int, stubs ...lockbox.Stub) lockbox.Check {
	c := lockbox.Check{Item: item, Number: fmt.Sprintf("%010d", 1000+item), Dated: day, Stubs: stubs}
	sum := int64(0)
	for _, s := range stubs {
		sum += s.Net.Cents()
	}
	c.Amount = money.Cents(sum)
	routing, err := private.NewRoutingNumber("121000358")
	if err != nil {
		panic(err)
	}
	account, err := private.NewBankAccount("0001234567")
	if err != nil {
		panic(err)
	}
	name, err := private.NewName("ADA WEIR")
	if err != nil {
		panic(err)
	}
	c.Paid(routing, account, name, private.Name{})
	return c
}

func stub(reference string, cents int64) lockbox.Stub {
	return lockbox.Stub{Reference: reference, Net: money.Cents(cents)}
}

// sample is a file of two batches.
func sample() lockbox.File {
	return lockbox.File{Written: day, Time: "1800", Destination: "DISTRICT", Origin: "0121000358", Boxes: []lockbox.Box{{Number: "0054321", Deposited: day, Batches: []lockbox.Batch{
		{Number: 1, Checks: []lockbox.Check{paid(1, stub("90165044", 101_39)), paid(2, stub("34473298", 50_00), stub("25860495", 38_52))}},
		{Number: 2, Checks: []lockbox.Check{paid(1, stub("INV350736490", 193_24))}},
	}}}}
}

func encode(t testing.TB, f lockbox.File) string {
	var out bytes.Buffer
	require.NoError(t, lockbox.Encode(&out, lockbox.ReferenceAndNet(), f))
	return out.String()
}

// replaced is a text with one line changed; lines are counted from 1.
func replaced(text string, line int, change func(string) string) string {
	list := strings.SplitAfter(text, "\n")
	body := strings.TrimRight(list[line-1], "\r\n")
	list[line-1] = change(body) + "\r\n"
	return strings.Join(list, "")
}

func without(text string, line int) string {
	list := strings.SplitAfter(text, "\n")
	return strings.Join(append(list[:line-1:line-1], list[line:]...), "")
}
