package metering_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/metering"
)

var update = flag.Bool("update", false, "write the golden files of new versions of stored forms")

// golden compares the stored form of a value with the file of its version, which is never written over.
func golden[T any](t *testing.T, form stored.Form[T], name string, v T) {
	t.Helper()
	data, err := form.Marshal(v)
	require.NoError(t, err)
	path := filepath.Join("testdata", name)
	if _, err := os.Stat(path); os.IsNotExist(err) && *update {
		var indented bytes.Buffer
		require.NoError(t, json.Indent(&indented, data, "", "  "))
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, append(indented.Bytes(), '\n'), 0o644))
	}
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	back, err := form.Unmarshal(file)
	require.NoError(t, err)
	require.Equal(t, v, back)
	var compact bytes.Buffer
	require.NoError(t, json.Compact(&compact, file))
	require.Equal(t, compact.String(), string(data))
}

// longReview has taken every kind of step: a reading that cannot be, work in the field, an estimate beyond the limit, a
// reading that came late, one that is high and is overridden.
func longReview(t *testing.T) metering.Review {
	sides := []metering.Side{{From: base(low(), 1000, oct1), Register: low()}, {From: base(high(), 50, oct1), Register: high()}}
	from := sides[0].From
	first := must(metering.Compound(sides, []metering.Reading{readBy("r.cole", low(), 10, oct31), actual(high(), 52, oct31)}, metering.CCF, refuse()))
	r := must(metering.NewReview("A-1041/2026-10", date(oct31), first, "days"))
	r = must(r.Send(step("m.alvarez", "cannot be"), metering.Order{ID: "SO-1", Kind: metering.ServiceOrder, Task: "look at the low side"}))
	r = must(r.Return(step("m.alvarez", "crew"), metering.Result{Order: "SO-1", Found: "register turns"}))
	r = must(r.Send(step("m.alvarez", "read again"), metering.Order{ID: "RR-2", Kind: metering.ReReadOrder}))
	r = must(r.Cancel(step("m.alvarez", "no crew")))
	r = must(r.Send(step("m.alvarez", "read again"), metering.Order{ID: "RR-3", Kind: metering.ReReadOrder}))
	none := must(metering.Compound(sides, []metering.Reading{noRead(low(), oct31), noRead(high(), oct31)}, metering.CCF, refuse()))
	r = must(r.Return(step("m.alvarez", "dog"), metering.Result{Order: "RR-3", Found: "dog", Measurement: &none}))
	guess := func(side metering.Side) metering.Measurement {
		m, _, err := metering.Estimate(side.From, side.Register, date(oct31), metering.EstimateRule{Method: classMean("1 CCF"), MaxInRow: 1}, nil)
		require.NoError(t, err)
		return m
	}
	r = must(r.Estimate(step("m.alvarez", "dog"), must(metering.Sum(metering.CCF, guess(sides[0]), guess(sides[1])))))
	r = must(r.Send(step("m.alvarez", "limit"), metering.Order{ID: "RR-4", Kind: metering.ReReadOrder}))
	r = must(r.Return(step("m.alvarez", "still the dog"), metering.Result{Order: "RR-4", Measurement: &none}))
	late := checked(must(metering.Compound(sides, []metering.Reading{actual(low(), 995, nov30), actual(high(), 52, nov30)}, metering.CCF, refuse())))
	late = late.With(must(bandsOff("125").Judge(sample("20", metering.CCF, 60), sample("1", metering.CCF, 60))))
	r = must(r.Send(step("m.alvarez", "still no number"), metering.Order{ID: "RR-5", Kind: metering.ReReadOrder}))
	r = must(r.Return(step("m.alvarez", "read"), metering.Result{Order: "RR-5", Measurement: &late}))
	r = must(r.Accept(step("m.alvarez", "known sensor"), r.Open()[0]))
	r = must(r.Override(must(approve(must(r.Propose("pool")), "RO-1", "m.alvarez", "s.reyes")), noon().Add(2*time.Hour)))
	require.Equal(t, int64(1000), from.Digits)
	return r
}

// lateReview has a reading that came late.
func lateReview(t *testing.T) metering.Review {
	r := dials(6, metering.CCF)
	none := held(t, must(metering.Between(base(r, 1000, oct1), r, noRead(r, oct31), refuse())))
	return must(none.Correct(step("m.alvarez", "card"), "card 7", checked(must(metering.Between(base(r, 1000, oct1), r, actual(r, 1020, oct31), refuse())))))
}

func usedReview(t *testing.T) metering.Review {
	r := dials(6, metering.CCF)
	from := base(r, 999_990, oct1)
	refused := held(t, must(metering.Between(from, r, readBy("r.cole", r, 150, oct31), refuse())))
	declared := readBy("r.cole", r, 150, oct31)
	declared.RolledOver = true
	o := must(refused.ProposeUse(checked(must(metering.Between(from, r, declared, refuse()))), "photo 7", noon()))
	return must(refused.Override(must(approve(o, "RO-1", "m.alvarez", "s.reyes")), noon().Add(2*time.Hour)))
}

func truedReview(t *testing.T) metering.Review {
	r := dials(6, metering.CubicFoot)
	out := metering.Exchange{Record: "MCO-7", Final: actual(r, 1090, "2026-11-10"), Start: actual(r, 0, "2026-11-12"), Register: gallonsByTen()}
	out.Start.Meter, out.Start.Reader = "9001", person("r.cole")
	gap := &metering.Basis{Method: classMean("1 ft3"), Daily: ratio("1"), Unit: metering.CubicFoot}
	whole := must(exchanged(base(r, 1000, oct1), []metering.Exchange{out}, gallonsByTen(), newMeter(5, nov30), metering.CubicFoot, refuse(), gap))
	billed := []metering.Cycle{cycleOf(oct1, oct31, "30 ft3", metering.Estimated)}
	return held(t, must(metering.TrueUp(whole, billed, estimatedBase(r, 1030, oct31))))
}

func TestStoredFormsOfVersionOne(t *testing.T) {
	r := dials(7, metering.CubicFoot)
	r.PaintedZeros, r.Decimals = 1, 2
	golden(t, metering.BaselineForm, "baseline.v1.json", estimatedBase(r, 45210, oct31))
	golden(t, metering.ReviewForm, "review.v1.json", longReview(t))
	golden(t, metering.ReviewForm, "review_late.v1.json", lateReview(t))
	golden(t, metering.ReviewForm, "review_use.v1.json", usedReview(t))
	golden(t, metering.ReviewForm, "review_trueup.v1.json", truedReview(t))
}

// Between two steps a host stores the review, and goes on with what it reads.
func TestAStoredReviewGoesOn(t *testing.T) {
	done := longReview(t)
	data := string(must(metering.ReviewForm.Marshal(done)))
	var whole struct {
		Value struct {
			Steps []json.RawMessage `json:"steps"`
		} `json:"value"`
	}
	require.NoError(t, json.Unmarshal([]byte(data), &whole))
	require.Len(t, whole.Value.Steps, 13)
	for n := range whole.Value.Steps {
		at := strings.Index(data, `,"steps":`)
		cut := data[:at] + "}}"
		if n > 0 {
			var kept []string
			for _, s := range whole.Value.Steps[:n] {
				kept = append(kept, string(s))
			}
			cut = data[:at] + `,"steps":[` + strings.Join(kept, ",") + "]}}"
		}
		back, err := metering.ReviewForm.Unmarshal([]byte(cut))
		require.NoError(t, err, n)
		require.Len(t, back.Events(), n)
		_, err = back.Billable()
		require.ErrorIs(t, err, metering.ErrOpen, "the last step alone ends all, and not %d", n)
		require.Equal(t, cut, string(must(metering.ReviewForm.Marshal(back))))
	}
	back, err := metering.ReviewForm.Unmarshal([]byte(data))
	require.NoError(t, err)
	require.Equal(t, must(done.Billable()), must(back.Billable()))
	require.Equal(t, done.Events(), back.Events())
	require.Equal(t, done.Exceptions(), back.Exceptions())
}

// No end of an exception is read that no step gives, and no measurement that no rule gives.
func TestAStoredReviewThatWasAlteredIsRefused(t *testing.T) {
	long := string(must(metering.ReviewForm.Marshal(longReview(t))))
	trued, late := string(must(metering.ReviewForm.Marshal(truedReview(t)))), string(must(metering.ReviewForm.Marshal(lateReview(t))))
	plain := string(must(metering.ReviewForm.Marshal(held(t, must(metering.Between(base(dials(6, metering.CCF), 1000, oct1),
		dials(6, metering.CCF), actual(dials(6, metering.CCF), 1010, oct31), refuse()))))))
	none := string(must(metering.ReviewForm.Marshal(held(t, must(metering.Between(base(dials(6, metering.CCF), 1000, oct1),
		dials(6, metering.CCF), noRead(dials(6, metering.CCF), oct31), refuse()))))))
	for name, c := range map[string]struct{ data, old, now, says string }{
		"a decision by a reader":        {long, `"by":"m.alvarez","at":"2026-12-29T20:00:00Z","reason":"dog","returned":"RR-3"`, `"by":"r.cole","at":"2026-12-29T20:00:00Z","reason":"dog","returned":"RR-3"`, "who read the meter"},
		"an override by a reader":       {long, `"by":"s.reyes"`, `"by":"r.cole"`, "who read the meter"},
		"an override without approval":  {long, `"approval"`, "", "the approval is not named"},
		"a step without a reason":       {late, `"reason":"card"`, `"reason":" "`, "the reason is missing"},
		"a correction without a record": {late, `"record":"card 7"`, `"record":" "`, "record"},
		"another exception accepted":    {long, `"exception":`, `"exception":9`, "no such exception is open"},
		"an order that is not out":      {long, `"returned":"RR-3"`, `"returned":"RR-9"`, "that order is not out"},
		"an order twice":                {long, `"order":{"id":"RR-3"`, `"order":{"id":"RR-2"`, "number of its own"},
		"an order that is not there":    {late, `"kind":"corrected"`, `"kind":"ordered"`, "the order is missing"},
		"no kind of order":              {long, `"kind":"service"`, `"kind":"visit"`, "kind of the order"},
		"no kind of step":               {late, `"kind":"corrected"`, `"kind":"deleted"`, "the step is none"},
		"a step before the one before":  {long, `"at":"2026-12-29T20:00:00Z","reason":"still no number"`, `"at":"2026-12-28T20:00:00Z","reason":"still no number"`, "before the step before it"},
		"a use that is not its parts":   {plain, `"use":"10","period"`, `"use":"9","period"`, "do not sum"},
		"a part below 0":                {plain, `"used":10,`, `"used":-10,`, "below 0"},
		"no use, and parts":             {plain, `"use":"10","period"`, `"period"`, "has parts"},
		"another first day":             {plain, `"from":"2026-10-01"`, `"from":"2026-10-02"`, "does not begin"},
		"another unit":                  {plain, `"unit":"CCF","use"`, `"unit":"unit","use"`, "does not convert"},
		"a check that was not run":      {plain, `"checks":["days"]`, `"checks":["days","InforDefault"]`, "InforDefault"},
		"a verdict without a code":      {plain, `"code":"Normal","meter"`, `"code":"","meter"`, "no code"},
		"a baseline beyond the rules":   {plain, `"digits":1000`, `"digits":-1000`, "began[0]"},
		"a re-bill below 0":             {trued, `"rebills"`, "", "billed again is below 0"},
		"an estimate that was read":     {plain, `"source":"actual","began"`, `"source":"actual","estimate":true,"began"`, "some of it is none"},
		"digits of another use":         {plain, `"used":10,`, `"used":9,`, "not that of its digits"},
		"a digit of another volume":     {plain, `"step":"1"`, `"step":"2"`, "not that of its digits"},
		"a baseline of other digits":    {plain, `"digits":1010,"day":"2026-10-31","source":"actual"}],"shown"`, `"digits":10,"day":"2026-10-31","source":"actual"}],"shown"`, "not of the digits that were read"},
		"a baseline of another day":     {plain, `"digits":1010,"day":"2026-10-31","source":"actual"}],"shown"`, `"digits":1010,"day":"2026-10-30","source":"actual"}],"shown"`, "of another day than that on which it ends"},
		"a baseline beyond the dials":   {plain, `"digits":1000,`, `"digits":1000000,`, "began[0]"},
		"no beginning":                  {plain, `"meter":"7088","from"`, `"meter":"","from"`, "begins nowhere"},
		"no first day":                  {plain, `"from":"2026-10-01"`, `"from":""`, "begins nowhere"},
		"another day of the baseline":   {plain, `"digits":1000,"day":"2026-10-01"`, `"digits":1000,"day":"2026-10-02"`, "another day than that on which it begins"},
		"no use, and nothing says why":  {none, `"code":"NoRead"`, `"code":"Normal"`, "no exception says why"},
		"no use, and baselines":         {none, `"began":[{`, `"leaves":[{"meter":"7088","register":{"id":"1","dials":6,"multiplier":"1","unit":"CCF"},"digits":1,"day":"2026-10-31","source":"actual"}],"began":[{`, "it leaves baselines"},
		"a use, and no days":            {plain, `"period":"[2026-10-01, 2026-10-31)","source":"actual","began"`, `"source":"actual","began"`, "its days, its source"},
		"digits from another reading":   {plain, `"previous":1000`, `"previous":999`, "not those from the reading before"},
		"a re-bill of other days":       {trued, `"rebills":[{"period":"[2026-10-01, 2026-10-31)"`, `"rebills":[{"period":"[2025-10-01, 2025-10-31)"`, "do not lead up to it"},
		"no key":                        {plain, `"key":"A-1041/2026-10"`, `"key":" "`, "no key"},
		"no baselines left":             {plain, `"leaves"`, "", "the baselines that it leaves are not"},
	} {
		switch c.old { // where the texts are long
		case `"approval"`:
			c.old = c.data[strings.Index(c.data, `,"approval":"`):][:len(`,"approval":"`)+37]
		case `"rebills"`:
			c.old = c.data[strings.Index(c.data, `"rebills":`):]
			c.old = c.old[:strings.Index(c.old, `,"billed"`)]
			c.now = strings.Replace(c.old, `"use":"`, `"use":"-`, 1)
		case `"leaves"`:
			c.old = c.data[strings.Index(c.data, `,"leaves":`):]
			c.old = c.old[:strings.Index(c.old, "]")+1]
		}
		require.Contains(t, c.data, c.old, name)
		_, err := metering.ReviewForm.Unmarshal([]byte(strings.Replace(c.data, c.old, c.now, 1)))
		require.Error(t, err, name)
		require.ErrorContains(t, err, c.says, name)
	}
	for n := range 20 {
		if text := fmt.Sprintf(`"exception":%d`, n+1); n+1 != 7 {
			_, err := metering.ReviewForm.Unmarshal([]byte(strings.Replace(long, `"exception":7`, text, 1)))
			require.ErrorIs(t, err, metering.ErrReview, text)
		}
	}
	_, err := metering.ReviewForm.Marshal(metering.Review{})
	require.ErrorIs(t, err, metering.ErrReview)
}

// The first exception of a review is one that can be accepted as any other.
func TestAStoredReviewWhoseFirstExceptionWasAccepted(t *testing.T) {
	r := dials(6, metering.CCF)
	m := must(metering.Between(base(r, 1000, oct1), r, actual(r, 1000, nov30), refuse()))
	zero := metering.ZeroRule{Title: "zero", Source: "invented", StoppedAt: metering.Off()}
	now, _ := m.Sample()
	open := must(metering.NewReview("A-1041/2026-11", date(nov30), m.With(must(zero.Judge(now, metering.Standing{Active: true})))))
	require.Len(t, open.Open(), 1)
	done := must(open.Accept(step("m.alvarez", "the cycle was skipped once"), open.Open()[0]))
	back, err := metering.ReviewForm.Unmarshal(must(metering.ReviewForm.Marshal(done)))
	require.NoError(t, err)
	require.Equal(t, done.Exceptions(), back.Exceptions())
	require.Equal(t, must(done.Billable()), must(back.Billable()))
}
