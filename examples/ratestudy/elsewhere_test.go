package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
	"github.com/stretchr/testify/require"
)

// asWorker makes the test binary a worker, in the place of the program that a cluster starts on its machines.
const asWorker = "RATESTUDY_AS_WORKER"

func TestMain(m *testing.M) {
	if os.Getenv(asWorker) != "" {
		os.Exit(run(workerFlags(os.Args[1:]), os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// workerFlags are what the start of a container makes of the flags that a runner gives it: the local runner answers all
// calls at one address.
func workerFlags(args []string) []string {
	flags := []string{"--worker=true"}
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		switch value = strings.Trim(value, "'"); name {
		case "--id":
			flags = append(flags, "--id="+value)
		case "--provision_endpoint":
			flags = append(flags, "--logging_endpoint="+value, "--control_endpoint="+value)
		}
	}
	return flags
}

func TestAWorkerInAnotherProcessFindsTheSame(t *testing.T) {
	code, want, stderr := ratestudy(t)
	require.Equal(t, exitPriced, code, stderr)

	self, err := os.Executable()
	require.NoError(t, err)
	config, err := json.Marshal(map[string]any{"command": self, "env": map[string]string{asWorker: "yes"}})
	require.NoError(t, err)
	defer func() { *jobopts.EnvironmentConfig, *jobopts.WorkerBinary = "", "" }()
	// The binary that is sent to the workers plays no part, since the command that they start is named: any file will do.
	code, stdout, stderr := ratestudy(t, "-environment_type", "process", "-environment_config", string(config), "-worker_binary", "go.mod")
	require.Equal(t, exitPriced, code, stderr)
	require.Equal(t, want, stdout)
}

func TestARunnerBehindAnEndpointFindsTheSame(t *testing.T) {
	code, want, stderr := ratestudy(t)
	require.Equal(t, exitPriced, code, stderr)
	endpoint := *jobopts.Endpoint // the local runner that was started listens there
	require.NotEmpty(t, endpoint)

	begin(t)
	var out, notes bytes.Buffer
	code = run([]string{"-runner", "universal", "-endpoint", endpoint, "-environment_type", "loopback"}, &out, &notes)
	require.Equal(t, exitPriced, code, notes.String())
	require.Equal(t, want, out.String())
}
