package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func parse(t *testing.T, streams ...string) *run {
	r := &run{status: map[id]string{}, output: map[id][]string{}}
	for _, stream := range streams {
		require.NoError(t, r.add(strings.NewReader(stream)))
	}
	return r
}

const plain = `{"Action":"start","Package":"a"}
{"Action":"run","Package":"a","Test":"TestX"}
{"Action":"run","Package":"a","Test":"TestX/sub"}
{"Action":"pass","Package":"a","Test":"TestX/sub"}
{"Action":"pass","Package":"a","Test":"TestX"}
{"Action":"run","Package":"a","Test":"TestFiles"}
{"Action":"run","Package":"a","Test":"TestFiles/one"}
{"Action":"output","Package":"a","Test":"TestFiles/one","Output":"CORPUS is not set\n"}
{"Action":"skip","Package":"a","Test":"TestFiles/one"}
{"Action":"pass","Package":"a","Test":"TestFiles"}
{"Action":"run","Package":"a","Test":"TestOther"}
{"Action":"output","Package":"a","Test":"TestOther","Output":"not on this system\n"}
{"Action":"skip","Package":"a","Test":"TestOther"}
{"Action":"pass","Package":"a"}
`

func TestEachTestCountsOnceOverAllStreams(t *testing.T) {
	count := func(streams ...string) [3]int {
		passed, failed, skipped := parse(t, streams...).count()
		return [3]int{passed, failed, skipped}
	}
	require.Equal(t, [3]int{3, 0, 2}, count(plain))
	require.Equal(t, [3]int{3, 0, 2}, count(plain, plain))
	require.Equal(t, [3]int{4, 0, 1}, count(plain, `{"Action":"pass","Package":"a","Test":"TestFiles/one"}`))
	require.Equal(t, [3]int{2, 1, 2}, count(plain, `{"Action":"fail","Package":"a","Test":"TestX"}`, plain))
}

func TestWhatDidNotEndFailed(t *testing.T) {
	for name, stream := range map[string]string{
		"a test that crashed":                 `{"Action":"run","Package":"b","Test":"TestY"}` + "\n" + `{"Action":"fail","Package":"b"}`,
		"a package that does not compile":     `{"Action":"fail","Package":"b","FailedBuild":"b"}`,
		"a package whose stream breaks off":   `{"Action":"start","Package":"b"}`,
		"a package that fails after its last": `{"Action":"pass","Package":"c","Test":"TestY"}` + "\n" + `{"Action":"fail","Package":"b"}`,
	} {
		r := parse(t, plain, stream)
		_, failed, _ := r.count()
		require.Equal(t, 1, failed, name)
		require.Error(t, r.show(&strings.Builder{}), name)
	}
}

func TestFailureShowsItsOutput(t *testing.T) {
	var out strings.Builder
	r := parse(t, `{"Action":"build-output","ImportPath":"b [b.test]","Output":"b.go:1: undefined\n"}
{"Action":"fail","Package":"b","FailedBuild":"b [b.test]"}
{"Action":"output","Package":"a","Test":"TestX","Output":"want 1, got 2\n"}
{"Action":"fail","Package":"a","Test":"TestX"}
{"Action":"output","Package":"a","Test":"TestZ","Output":"all is well\n"}
{"Action":"pass","Package":"a","Test":"TestZ"}
`)
	require.Error(t, r.show(&out))
	require.Contains(t, out.String(), "undefined")
	require.Contains(t, out.String(), "want 1, got 2")
	require.NotContains(t, out.String(), "all is well")
}

func TestNoTestIsAFailure(t *testing.T) {
	require.Error(t, parse(t, `{"Action":"skip","Package":"a"}`).show(&strings.Builder{}))
	require.NoError(t, parse(t, plain).show(&strings.Builder{}))
}

func TestSkippedTestsAreFoundByTheirReason(t *testing.T) {
	require.Equal(t, []string{"TestFiles"}, parse(t, plain).skipped("CORPUS"))
	require.Equal(t, []string{"TestOther"}, parse(t, plain).skipped("system"))
}

func TestStreamThatIsNoJSONIsRefused(t *testing.T) {
	require.Error(t, parse(t).add(strings.NewReader("FAIL\tb [setup failed]\n")))
}
