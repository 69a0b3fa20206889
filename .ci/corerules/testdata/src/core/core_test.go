package core

var seconds = 0.5 // tests are free

func speed() float64 {
	seconds++
	return seconds
}
