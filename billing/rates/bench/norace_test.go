//go:build !race

package bench

// raceDetector says that the race detector is on: nothing is timed or counted then.
const raceDetector = false
