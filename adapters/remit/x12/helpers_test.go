package x12_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/x12"
	"github.com/headgate-dev/headgate/payments"
)

type read struct {
	payments []*x12.Payment
	findings []remit.Finding
	verdicts []string
	given    []remit.Verdict
	summary  remit.Summary
}

// scan reads a text, and holds what it gives against what each stream promises.
func scan(t require.TestingT, text string, piece bool) read {
	var out read
	stream := x12.Scan(strings.NewReader(text), "pay.x12")
	if piece {
		stream = x12.ScanPiece(strings.NewReader(text), "pay.x12")
	}
	closed, summed, failed := false, false, map[string]bool{}
	for item, err := range stream {
		require.NoError(t, err, "a text cannot fail")
		require.False(t, summed, "nothing comes behind the summary")
		require.False(t, closed && item.Summary == nil, "nothing but the summary comes behind the verdict on the file")
		switch {
		case item.Record != nil:
			p := item.Record.Clone()
			out.payments = append(out.payments, p)
			require.Equal(t, len(out.payments), p.Number)
			if p.Fault != nil {
				failed[fmt.Sprintf("receipt payment %d", p.Number)] = true
			}
		case item.Finding != nil:
			f := *item.Finding
			out.findings = append(out.findings, f)
			require.NotEmpty(t, f.Fix)
			require.NotEmpty(t, f.What)
			require.Positive(t, f.Pos.Line)
			require.Equal(t, f.Fails == payments.NoLevel, f.Of == "")
			failed[f.Fails.String()+" "+f.Of] = true
		case item.Verdict != nil:
			v := *item.Verdict
			out.given = append(out.given, v)
			out.verdicts = append(out.verdicts, fmt.Sprintf("%s %t", v.Level, v.Holds))
			require.LessOrEqual(t, v.First, v.Last)
			key := v.Level.String() + " " + v.Of
			require.False(t, failed[key] && v.Holds, "%s holds and was failed", key)
			delete(failed, key)
			if v.Level == payments.OfReceipt {
				require.Equal(t, fmt.Sprintf("payment %d", len(out.payments)), v.Of, "the verdict follows its payment")
				require.Equal(t, v.Holds, out.payments[len(out.payments)-1].Fault == nil)
			}
			closed = v.Level == payments.OfFile
		default:
			summed, out.summary = true, *item.Summary
		}
	}
	delete(failed, " ")
	require.Empty(t, failed, "what was failed has no verdict")
	require.True(t, closed && summed)
	require.Equal(t, out.summary.Lines, out.summary.Records+out.summary.Refused+out.summary.Ignored)
	require.Equal(t, len(out.findings), out.summary.Findings)
	require.GreaterOrEqual(t, out.summary.Findings, out.summary.Refused, "what is refused is told")
	return out
}

func (r read) codes() []string {
	var list []string
	for _, f := range r.findings {
		list = append(list, string(f.Code))
	}
	return list
}

// corpus is a file of the outside corpus.
func corpus(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("HEADGATE_CORPUS")
	if root == "" {
		t.Skip("HEADGATE_CORPUS is not set")
	}
	require.True(t, filepath.IsAbs(root), "HEADGATE_CORPUS is an absolute path")
	text, err := os.ReadFile(filepath.Join(root, "remit", "files", filepath.FromSlash(name)))
	require.NoError(t, err)
	return string(text)
}

const isa = "ISA*00*          *00*          *30*227777777      *14*577777777      *120530*1144*U*00401*000000001*0*P*>~\n"

// order is an 820 of two invoices.
const order = isa + `GS*RA*227777777*577777777*20120530*1144*1*X*004010~
ST*820*0001~
BPR*C*798.97*C*ACH*CTX*01*121000358*DA*0001234567*1657777777**01*148529553*DA*92283334*20260303~
TRN*1*12053011440000192*1657777777~
CUR*PR*USD~
N1*PR*ADA WEIR*91*227777777~
N1*PE*DISTRICT~
ENT*1~
RMR*IV*7321239**95.32*100.00*1.00~
REF*PO*24305~
RMR*12*01044171**704.65~
ADX*-1.00*01~
SE*12*0001~
GE*1*1~
IEA*1*000000001~
`

// deposit is an 823 of one deposit with two batches.
const deposit = isa + `GS*LB*1*2*20260303*1144*7*X*004010~
ST*823*0001~
DEP*D1*20260303**LB 54321~
AMT*3*170~
QTY*41*2~
BAT*20260303**B1~
AMT*2*120~
QTY*42*2~
BPR*I*100*C*CHK~
RMR*12*01044171**100~
BPR*I*20.00*C*CHK~
RMR*12*01044172**20~
BAT*20260303**B2~
AMT*2*50~
QTY*42*1~
BPR*I*50*C*CHK~
RMR*12*01044173**50~
SE*17*0001~
GE*1*7~
IEA*1*000000001~
`

// enveloped is a set of segments in its envelopes, whose counts are right.
func enveloped(kind, segments string) string {
	code := map[string]string{"820": "RA", "823": "LB"}[kind]
	return isa + fmt.Sprintf("GS*%s*1*2*20260303*1144*1*X*004010~ST*%s*0001~%sSE*%d*0001~GE*1*1~IEA*1*000000001~", code, kind, segments, strings.Count(segments, "~")+2)
}

type repeated struct {
	head, body, tail string
	times, step      int
	at               strings.Reader
}

func (r *repeated) Read(p []byte) (int, error) {
	for r.at.Len() == 0 {
		switch {
		case r.step == 0:
			r.at.Reset(r.head)
		case r.step <= r.times:
			r.at.Reset(r.body)
		case r.step == r.times+1:
			r.at.Reset(r.tail)
		default:
			return r.at.Read(p)
		}
		r.step++
	}
	return r.at.Read(p)
}
