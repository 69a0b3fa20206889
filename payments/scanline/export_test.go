package scanline

// SumOf is the weighed sum of a payload, for comparing with published worked examples.
func (r Routine) SumOf(payload string) int {
	sum, _, bad := r.weigh(payload)
	if bad >= 0 {
		panic("no payload")
	}
	return sum
}
