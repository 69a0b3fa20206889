package rates

// PriceSlowly prices by exact fractions alone.
func (e *Engine) PriceSlowly(in Input) (Quote, error) { return e.slowly(in) }

// PriceQuickly prices by a program, where there is one for the input.
func (e *Engine) PriceQuickly(in Input) (Quote, bool) {
	q := Quote{Input: in, engine: e}
	ok := e.quick(&q)
	return q, ok
}
