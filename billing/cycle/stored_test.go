package cycle_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/stored"
)

var update = flag.Bool("update", false, "write the golden files of new versions of stored forms")

// golden compares what was written with the file of that version, and returns the file. It writes one that is not there.
func golden(t *testing.T, name string, data []byte) []byte {
	path := filepath.Join("testdata", name)
	if _, err := os.Stat(path); os.IsNotExist(err) && *update {
		var indented bytes.Buffer
		require.NoError(t, json.Indent(&indented, data, "", "  "))
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, append(indented.Bytes(), '\n'), 0o644))
	}
	file := must(os.ReadFile(path))
	var compact bytes.Buffer
	require.NoError(t, json.Compact(&compact, file))
	require.Equal(t, compact.String(), string(data))
	return file
}

// released is a cycle with a decision, a hold and totals.
func released(t *testing.T) cycle.Released {
	r := without(but(but(six(), 0, made{tenths: 110}), 3, made{}), 1)
	r.Holds = []cycle.Hold{holdOf("2")}
	approved, _, err := approve(accept2(t, r), key, "clerk")
	require.NoError(t, err)
	out, _, err := cycle.Release(approved, may().Add(2*time.Hour), time.UTC)
	require.NoError(t, err)
	return out
}

func TestStoredReleasedCycleOfVersionOne(t *testing.T) {
	r := released(t)
	require.NotEmpty(t, r.Held)
	data := must(cycle.ReleasedForm.Marshal(r))
	back := must(cycle.ReleasedForm.Unmarshal(golden(t, "released_cycle.v1.json", data)))
	require.Equal(t, string(data), string(must(cycle.ReleasedForm.Marshal(back))))
	require.Equal(t, lines(r.Exceptions), lines(back.Exceptions))
	require.Equal(t, r.Bills, back.Bills)
	require.Equal(t, r.Held, back.Held)
	require.Equal(t, r.Totals[0].String(), back.Totals[0].String())
	require.NoError(t, back.Prove(without(but(but(six(), 0, made{tenths: 110}), 3, made{}), 1).Bills), "years later")
}

// What is stored is what was released: nothing of it is changed unseen, and nothing is stored that was never released.
func TestAnAlteredReleaseIsRefused(t *testing.T) {
	data := string(must(cycle.ReleasedForm.Marshal(released(t))))
	for _, c := range []struct {
		old, new string
		want     error
	}{
		{`"charges":"55.55"`, `"charges":"55.56"`, cycle.ErrRelease},
		{`"reason":"looked at"`, `"reason":"looked away"`, cycle.ErrRelease},
		{`"reason":"the meter is buried"`, `"reason":"the meter is gone"`, cycle.ErrRelease},
		{`"approved_by":"s.reyes"`, `"approved_by":"clerk"`, cycle.ErrRelease},
		{`"approved_by":"s.reyes"`, `"approved_by":"m.alvarez"`, cycle.ErrRelease},
		{`"reviewed":"2026-05-01"`, `"reviewed":"2026-05-02"`, cycle.ErrRelease},
		{`it reaches tier 2`, `it reaches tier 3`, stored.ErrID},
		{`"code":"TierJump"`, `"code":"TierJumps"`, stored.ErrID},
		{`"key":"2026-W18","cycle"`, `"key":"2026-W19","cycle"`, stored.ErrID},
		{`"account":"A-4","key"`, `"account":"A-5","key"`, stored.ErrID},
		{`"estimated":0`, `"estimated":1`, cycle.ErrRelease},
		{`"cycle":"north"`, `"cycle":""`, cycle.ErrRelease},
	} {
		require.Contains(t, data, c.old)
		_, err := cycle.ReleasedForm.Unmarshal([]byte(strings.Replace(data, c.old, c.new, 1)))
		require.ErrorIs(t, err, c.want, c.new)
	}
	for name, change := range map[string]func(*cycle.Released){
		"an open exception":       func(r *cycle.Released) { r.Exceptions[1].Decision = cycle.Decision{} },
		"bills in another order":  func(r *cycle.Released) { r.Bills[0], r.Bills[1] = r.Bills[1], r.Bills[0] },
		"a bill twice":            func(r *cycle.Released) { r.Bills[0] = r.Bills[1] },
		"approved by who decided": func(r *cycle.Released) { r.Exceptions[1].Decision.By = person("s.reyes") },
		"approved by who holds":   func(r *cycle.Released) { r.Exceptions[0].Hold.By = person("s.reyes") },
		"another sum":             func(r *cycle.Released) { r.Charges = r.Bills[0].Charges },
		"a proposal of another":   func(r *cycle.Released) { r.Proposal = r.Bills[0].ID },
		"no bills":                func(r *cycle.Released) { r.Bills = nil },
		"accepted though nobody may": func(r *cycle.Released) {
			r.Exceptions[0].Decision, r.Exceptions[0].Hold = r.Exceptions[1].Decision, cycle.Hold{}
			r.Exceptions[0].Decision.Exception = r.Exceptions[0].ID
		},
	} {
		r := released(t)
		require.NoError(t, second(cycle.ReleasedForm.Marshal(r)))
		change(&r)
		require.Error(t, second(cycle.ReleasedForm.Marshal(r)), name)
	}
}

// An exception of a code that is not known is none that anybody may have ended, though its id is right: a later version may have it.
func TestAnUnknownCodeIsRefused(t *testing.T) {
	r := released(t)
	e := r.Exceptions[1]
	var said []byte
	for _, text := range []string{"Later", "", "", "", "", "words"} {
		said = stored.AppendText(said, text)
	}
	said = stored.AppendBytes(stored.AppendCount(stored.AppendInt(said, 0), 0), make([]byte, 32))
	run := stored.AppendText(stored.AppendText(nil, r.Cycle), r.Period.String())
	id := stored.NewID("cycle exception", stored.NewID("cycle", stored.ID{}, key, run), "Later", said)
	r.Exceptions = []cycle.Exception{{ID: id, Code: "Later", Words: "words", Decision: e.Decision}}
	r.Exceptions[0].Decision.Exception = id
	require.ErrorContains(t, second(cycle.ReleasedForm.Marshal(r)), "E_CYCLE_RELEASE")
}
