package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
)

// begin makes Beam ready, as the program does, with no flags of Beam set by an earlier run.
func begin(t testing.TB) {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir()) // Beam leaves an empty file there
	*runners.Runner, *jobopts.Endpoint, *jobopts.EnvironmentType, *jobopts.Async = "", "", "", false
	registerFns()
	if !beam.Initialized() {
		beam.Init()
	}
	quiet(false)
}

// mixedAccounts are rows of all classes, with every seventh one at fault in one way or another, with a line break and
// blank lines here and there.
func mixedAccounts(seed uint64, rows int) string {
	r := rand.New(rand.NewPCG(seed, 1))
	var b strings.Builder
	b.WriteString("account,class,meter_size,usage,from,to\n")
	for i := range rows {
		class := []string{"ord-water", "central-water", "ord-fire", "central-fire"}[r.IntN(4)]
		size := []string{"1", "1 1/2", "2", "3", "4", "6", "8"}[r.IntN(7)]
		usage := fmt.Sprintf("%d.%03d", r.IntN(2000), r.IntN(1000))
		days := []string{"2018-03-01,2018-04-01", "2018-05-17,2018-06-19"}[r.IntN(2)]
		if i%7 == 3 {
			switch i / 7 % 7 {
			case 0:
				class = "sewer"
			case 1:
				size = "10"
			case 2:
				size = ""
			case 3:
				usage = "1e3"
			case 4:
				days = "2019-03-01,2019-04-01"
			case 5:
				size = `"2` // a cell that goes on in the next line
			case 6:
				days += ",more"
			}
		}
		fmt.Fprintf(&b, "\"n. %d\",%s,%s,%s,%s\n", i, class, size, usage, days)
		if i%50 == 49 {
			b.WriteString("\n")
		}
	}
	return b.String()
}

func engines(t require.TestingT) (now, next *rates.Engine) {
	now, err := book{"now.yaml", ownNow}.compile()
	require.NoError(t, err)
	next, err = book{"next.yaml", ownNext}.compile()
	require.NoError(t, err)
	return now, next
}

// write writes files of accounts into a folder.
func write(t *testing.T, texts ...string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	for i, text := range texts {
		require.NoError(t, os.WriteFile(filepath.Join(folder, fmt.Sprintf("part-%d.csv", i)), []byte(text), 0o600))
	}
	return folder
}

func studyOf(t *testing.T, pattern string, piece int64) *study {
	t.Helper()
	s := &study{now: book{"now.yaml", ownNow}, next: book{"next.yaml", ownNext}, piece: piece}
	var err error
	s.classes, err = s.findClasses()
	require.NoError(t, err)
	s.sources, s.columns, err = findAccounts(context.Background(), pattern)
	require.NoError(t, err)
	return s
}

func TestThePipelineFindsWhatALoopFinds(t *testing.T) {
	begin(t)
	texts := []string{mixedAccounts(1, 400), mixedAccounts(2, 3), mixedAccounts(3, 150) + "last,ord-water,2,7,2018-03-01,2018-04-01"}
	now, next := engines(t)
	want := studySequentially(t, now, next, texts...)
	ways := map[string]bool{}
	for _, w := range want {
		for code := range w.refused {
			ways[code] = true
		}
	}
	require.Len(t, ways, 6, "each way to be refused")
	require.Len(t, want, 5, "each class, and none")

	folder := write(t, texts...)
	for _, piece := range []int64{pieceBytes, 997} {
		s := studyOf(t, filepath.Join(folder, "part-*.csv"), piece)
		require.Len(t, s.sources, 3)
		found, err := s.runPipeline(context.Background())
		require.NoError(t, err)
		require.Len(t, found, len(want))
		r, err := newReport(s, found)
		require.NoError(t, err)
		for class, w := range want {
			got := found[class]
			require.Equal(t, w.now.String(), whole(got.Now), class)
			require.Equal(t, w.next.String(), whole(got.Next), class)
			fall, same, rise := w.count()
			require.Equal(t, [3]int64{fall, same, rise}, [3]int64{got.Fall, got.Same, got.Rise}, class)
			refused := map[string]int64{}
			for code, rows := range got.Refused {
				refused[string(code)] = rows
			}
			require.Equal(t, w.refused, refused, class)
			if len(w.changes) == 0 {
				continue
			}
			require.Equal(t, min(w.changes[0], 0), got.MostDown.Change, class)
			require.Equal(t, max(w.changes[len(w.changes)-1], 0), got.MostUp.Change, class)
			row := rowOf(t, r, class)
			require.Equal(t, [3]int64{w.percentile(5), w.percentile(50), w.percentile(95)},
				[3]int64{row.fifth.Cents(), row.median.Cents(), row.ninetyFifth.Cents()}, class)
			require.Equal(t, w.next.Int64()-w.now.Int64(), row.change.Cents())
			verifyExtreme(t, now, next, folder, got.MostUp)
			verifyExtreme(t, now, next, folder, got.MostDown)
		}
		require.EqualValues(t, 1, r.all.Cut)
		require.EqualValues(t, 11, r.all.Blank)
		require.EqualValues(t, 554, r.all.Rows)
	}
}

func rowOf(t *testing.T, r *report, class string) reportRow {
	t.Helper()
	for _, row := range r.rows {
		if row.class == class {
			return row
		}
	}
	require.Fail(t, "no row", class)
	return reportRow{}
}

// verifyExtreme sees that the row that is told does change so much.
func verifyExtreme(t *testing.T, now, next *rates.Engine, folder string, e extreme) {
	t.Helper()
	if e.none() {
		return
	}
	text, err := os.ReadFile(e.At.File)
	require.NoError(t, err)
	require.Equal(t, folder, filepath.Dir(e.At.File))
	row, _, _ := strings.Cut(string(text[e.At.Byte:]), "\n")
	for _, s := range studySequentially(t, now, next, "header\n"+row) {
		require.Equal(t, []int64{e.Change}, s.changes)
	}
}

func TestAFileThatIsShorterThanItWasIsNotReportedOn(t *testing.T) {
	begin(t)
	s := studyOf(t, filepath.Join(write(t, mixedAccounts(1, 20)), "*"), pieceBytes)
	s.sources[0].Size++
	_, err := s.runPipeline(context.Background())
	require.ErrorContains(t, err, "did a file change while it was read?")
}

func TestAFileThatIsAnotherThanItWasFailsThePipeline(t *testing.T) {
	begin(t)
	s := studyOf(t, filepath.Join(write(t, mixedAccounts(1, 20)), "*"), pieceBytes)
	s.columns.Header += ",more"
	_, err := s.runPipeline(context.Background())
	require.ErrorContains(t, err, "the pipeline failed: ")
	require.ErrorContains(t, err, "E_HEADER: the worker reads another first line")
	require.Less(t, len(err.Error()), 1200, "not the whole plan of the pipeline")
}

func TestResultsThatContradictThemselvesAreRefused(t *testing.T) {
	s := &study{sources: []source{{Size: 10}, {Size: 5}}}
	require.NoError(t, s.whole(map[string]impact{"a": {Rows: 2, Bills: 2, Bytes: 9}, "": {Bytes: 6}}))
	require.ErrorContains(t, s.whole(map[string]impact{"a": {Rows: 2, Bills: 1, Bytes: 15}}), "2 rows were read, 1 priced and 0 refused")
	require.ErrorContains(t, s.whole(map[string]impact{"a": {Bytes: 16}}), "15 bytes, and the results are of 16")

	s.results = filepath.Join(t.TempDir(), "results.jsonl")
	_, err := s.read(context.Background())
	require.ErrorContains(t, err, "left no results")
	require.NoError(t, os.WriteFile(s.results, []byte("{"), 0o600))
	_, err = s.read(context.Background())
	require.ErrorContains(t, err, "cannot be read")
}

func TestASumThatIsNoAmountIsRefusedWhenItIsReported(t *testing.T) {
	s := studyOf(t, filepath.Join(write(t, mixedAccounts(1, 1)), "*"), pieceBytes)
	var i impact
	for k := range int64(3) {
		i.add(outcome{Kind: isPriced, At: place{"a", k + 1}, Now: 1 << 62, Next: 1 << 62})
	}
	_, err := newReport(s, map[string]impact{"ord-water": i})
	require.ErrorIs(t, err, money.ErrOverflow)
}
