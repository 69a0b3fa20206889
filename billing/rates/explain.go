package rates

// An Explanation is a quote with the reasons for each line.
type Explanation struct {
	Quote Quote
	Err   error
}

// A Reason is a step that led to an amount, with the steps that led to it.
type Reason struct {
	Text    string
	Because []Reason
}

// Explain prices an input as Price does, and says why.
func (e *Engine) Explain(in Input) Explanation {
	var x Explanation
	x.Quote, x.Err = e.Price(in)
	return x
}

func (x Explanation) String() string { return x.Quote.Total.String() }
