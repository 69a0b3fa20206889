package bench

// must is for operations whose operands are in bounds that they cannot leave.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
