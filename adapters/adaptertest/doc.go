// Package adaptertest proves that an adapter keeps the rules of the interface that it implements, as testing/fstest does for
// file systems: whoever writes a source of reads for another meter reader's file, a head-end or a database runs one function
// in a test, and each rule is a subtest of its own, which tells what was broken and where the rule is stated.
//
//	func TestMySource(t *testing.T) {
//		adaptertest.ReadSource(t, adaptertest.Delivery{
//			Bytes: func(open func() (io.ReadCloser, error)) metering.ReadSource { return mine.Source(open) },
//			Content: []byte("70881234,45210,2026-11-30\n70881235,,2026-11-30\n"),
//			Want: []metering.Delivered{
//				{Pos: problem.Pos{Line: 1}, Meter: "70881234", State: metering.Read, Number: n, Day: day, Source: metering.Actual},
//				{Pos: problem.Pos{Line: 2}, Meter: "70881235", State: metering.NoRead, Day: day},
//			},
//		})
//	}
//
// What cannot be tested of an adapter is left out, and the subtest is skipped with the reason.
package adaptertest
