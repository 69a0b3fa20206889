package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/core/runtime/exec/optimized" // calls without reflection
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/gcs"           // gs://
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/local"         // names without a scheme
	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/dataflow"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/flink"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/prism"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/spark"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/universal"
)

// runnerNames are the runners that are linked in, by the names that Beam has for them.
var runnerNames = []string{
	"prism", "flink", "spark", "dataflow", "universal", "portable",
	"PrismRunner", "FlinkRunner", "SparkRunner", "DataflowRunner", "PortableRunner",
}

const localRunner = "prism"

// runnerName is the runner that the flags name.
func runnerName() string {
	if *runners.Runner == "" {
		return localRunner
	}
	return *runners.Runner
}

// inProcess reports whether the workers run in this process, and so reach what it reaches.
func inProcess() bool {
	return jobopts.IsLoopback() || slices.Contains([]string{localRunner, "PrismRunner"}, runnerName()) && *jobopts.Endpoint == ""
}

// verifyRunner refuses runners that are not there and ways to run that leave nothing to report.
func verifyRunner(flagIsSet func(name string) bool) error {
	if name := runnerName(); !slices.Contains(runnerNames, name) {
		return fmt.Errorf("-runner %s: there is no such runner; use one of: %s", name, strings.Join(runnerNames, ", "))
	}
	for _, flag := range []string{"async", "execute_async", "dry_run", "template_location"} {
		if flagIsSet(flag) {
			return fmt.Errorf("-%s leaves nothing to report: the report is made when the pipeline has ended; leave it out", flag)
		}
	}
	return nil
}

// runPipeline runs the study to its end and reads what it has found.
func (s *study) runPipeline(ctx context.Context) (map[string]impact, error) {
	if s.results == "" {
		folder, err := os.MkdirTemp("", "ratestudy-")
		if err != nil {
			return nil, err
		}
		defer func() { _ = os.RemoveAll(folder) }() // nobody looks for it
		s.results = filepath.Join(folder, "results.jsonl")
	}
	if _, err := beam.Run(ctx, runnerName(), s.pipeline()); err != nil {
		return nil, fmt.Errorf("the pipeline failed: %s; -log shows more", cause(err))
	}
	return s.read(ctx)
}

// cause is the last line of an error of Beam, which tells what happened: above it stand the parts of the pipeline it
// happened in, in whole pages.
func cause(err error) string {
	const longest = 1000
	text := strings.TrimSpace(err.Error())
	text = strings.TrimSpace(text[strings.LastIndexByte(text, '\n')+1:])
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return text
}

// quiet keeps the log of the local runner off the report. Other runners say there how far a job is, and where to look.
func quiet(show bool) {
	if !show && inProcess() {
		slog.SetDefault(slog.New(slog.DiscardHandler))
	}
}

// alive shows on a terminal that something happens, and for how long, until it is told to stop.
func alive(w io.Writer) (stop func()) {
	done, gone := make(chan struct{}), make(chan struct{})
	begun := time.Now()
	go func() {
		defer close(gone)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case now := <-tick.C:
				_, _ = fmt.Fprintf(w, "\rpricing on %s, %d s ", runnerName(), int(now.Sub(begun).Seconds()))
			case <-done:
				_, _ = io.WriteString(w, "\r\x1b[K")
				return
			}
		}
	}()
	return func() { close(done); <-gone }
}
