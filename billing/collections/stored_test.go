package collections_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/stored"
)

var update = flag.Bool("update", false, "write the golden files of new versions of stored forms")

// golden compares the stored form of a value with the file of its version, which is never written over.
func golden[T any](t *testing.T, form stored.Form[T], name string, v T) []byte {
	t.Helper()
	data, err := form.Marshal(v)
	require.NoError(t, err)
	path := filepath.Join("testdata", name)
	if _, err := os.Stat(path); *update && os.IsNotExist(err) {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, append(data, '\n'), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, strings.TrimSuffix(string(want), "\n"), string(data))
	back, err := form.Unmarshal(want)
	require.NoError(t, err)
	again, err := form.Marshal(back)
	require.NoError(t, err)
	require.Equal(t, string(data), string(again))
	return data
}

func TestStoredFormsAreThoseOfTheirVersion(t *testing.T) {
	s := untilShutoff(t)
	s.f.Events[1].Printed = day("2026-06-22")
	s.event(collections.Returned, "", "", "2026-06-12").Of = "E3"
	for name, i := range map[string]int{"event_notice": 1, "event_tag": 3, "event_returned": 4} {
		s.f.Events[i].Amount = usd(84_37 * int64(1-i/4))
		golden(t, collections.EventForm(), name+".v1.json", s.f.Events[i])
	}
	golden(t, collections.ListForm(), "list.v1.json", listed(t, collections.Shutoffs, "2026-06-22", untilShutoff(t), must2(ready(t, "0200001"))))
}

// What is read back says the same as what was stored: an approval of it is restored.
func TestAStoredListIsTheOneThatWasApproved(t *testing.T) {
	list := listed(t, collections.Shutoffs, "2026-06-22", untilShutoff(t), owing(t, "0100000", "2026-04-16", 60_00))
	require.NotEmpty(t, list.Left)
	data, err := collections.ListForm().Marshal(list)
	require.NoError(t, err)
	back, err := collections.ListForm().Unmarshal(data)
	require.NoError(t, err)
	require.Equal(t, list.AppendCanonical(nil), back.AppendCanonical(nil))
	require.Empty(t, back.Left)
	require.Equal(t, list.Rows[0].NotBefore.UTC(), back.Rows[0].NotBefore)
	e := untilShutoff(t).f.Events[3]
	data, err = collections.EventForm().Marshal(e)
	require.NoError(t, err)
	event, err := collections.EventForm().Unmarshal(data)
	require.NoError(t, err)
	require.Equal(t, e.AppendCanonical(nil), event.AppendCanonical(nil))
	require.Equal(t, time.UTC, event.At.Location())
}

func TestWhatWasChangedInTheStoreIsRefused(t *testing.T) {
	data := string(must(collections.EventForm().Marshal(untilShutoff(t).f.Events[1])))
	for _, c := range []struct{ old, harmed string }{
		{`"key":"E2"`, `"key":"E7"`}, {`"account":"0104417"`, `"account":"0104418"`}, {`"step":"mailed_notice"`, `"step":"dance"`}, {`"by":"m.alvarez"`, `"by":""`},
		{`"debt":"2026-04-16"`, `"debt":""`}, {`"version":1`, `"version":2`}, {`"key":"E2"`, `"key":"E2","more":1`},
	} {
		require.Contains(t, data, c.old)
		_, err := collections.EventForm().Unmarshal([]byte(strings.Replace(data, c.old, c.harmed, 1)))
		require.Error(t, err, c.harmed)
	}
	data = string(must(collections.ListForm().Marshal(listed(t, collections.Shutoffs, "2026-06-22", untilShutoff(t)))))
	for _, c := range []struct{ old, harmed string }{
		{`"amount":"84.37"`, `"amount":"84.38"`}, {`"account":"0104417"`, `"account":"0104418"`}, {`"due":"2026-04-16"`, `"due":"2026-04-17"`}, {`"key":"L-1"`, `"key":"L-2"`},
		{`"kind":"shutoff_list"`, `"kind":"list"`}, {`"by":"m.alvarez"`, `"by":"s.reyes"`}, {`"by":"m.alvarez"`, `"by":""`}, {`"area":"Ord"`, `"area":"Marina"`}, {`"words":"$84.37`, `"words":"$84.38`},
	} {
		require.Contains(t, data, c.old)
		_, err := collections.ListForm().Unmarshal([]byte(strings.Replace(data, c.old, c.harmed, 1)))
		require.Error(t, err, c.harmed)
	}
	_, err := collections.EventForm().Marshal(collections.Event{})
	require.ErrorIs(t, err, collections.ErrEvent)
	_, err = collections.ListForm().Marshal(collections.List{})
	require.ErrorIs(t, err, collections.ErrList)
}
