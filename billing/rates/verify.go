package rates

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Verify prices a quote's input again and compares what comes of it with what the quote says: the digest of its book, whether
// it is refused, the total, all that lines and memo lines say, usage, and which charges are refused, and why by code and path.
// Where one of them differs it is [ErrOtherBook], with the path of the first difference.
//
// So it proves that the engine's book makes this of this input, and not that the input is what was once priced: one in which
// something changed that the book makes nothing of, such as the day of the bill, the days of the cycle or a fact where no charge
// asks for them, is verified. In a stored quote [QuoteForm] sees such a change, unless its digest was taken again; whether an
// input is true only the records that it was made of can show. The words of refusals are not compared: they may be put better
// in a later release.
func (e *Engine) Verify(q Quote) error {
	if err := e.made(&q); err != nil {
		return err
	}
	again, _ := e.Price(q.Input) // the reason of a refusal is in what is compared
	return compare(&q, &again)
}

// made says whether the engine's book made a quote, by its digest.
func (e *Engine) made(q *Quote) error {
	if q.Digest() == e.digest {
		return nil
	}
	return &problem.Error{Code: ErrOtherBook, Path: "book", What: fmt.Sprintf("the quote was made by the book %s, and this is %s", q.Digest(), e.digest),
		Fix: "explain it with the engine of the book that made it"}
}

// compare finds the first thing in which a quote is not what its input comes to.
func compare(q, again *Quote) error {
	const what = "it is not what the quote's input comes to"
	switch {
	case q.Refused() != again.Refused():
		return changed("refused", what)
	case q.Total != again.Total:
		return changed("total", fmt.Sprintf("the quote says %s, and its input comes to %s", q.Total, again.Total))
	}
	path := cmp.Or(
		firstOther("lines", slices.Collect(q.Lines()), slices.Collect(again.Lines()), Line.Equal),
		firstOther("memos", slices.Collect(q.Memos()), slices.Collect(again.Memos()), Line.Equal),
		firstOther("usage", q.Usage(), again.Usage(), sameBilled),
		firstOther("refusals", q.Refusals(), again.Refusals(), sameRefusal))
	if path == "" {
		return nil
	}
	return changed(path, what)
}

func changed(path, what string) error {
	return &problem.Error{Code: ErrOtherBook, Path: path, What: what, Fix: "restore the quote as it was made"}
}

// firstOther is the path of the first of two lists that differ; empty where they do not.
func firstOther[T any](path string, a, b []T, same func(a, b T) bool) string {
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || !same(a[i], b[i]) {
			return fmt.Sprintf("%s[%d]", path, i)
		}
	}
	return ""
}

func sameBilled(a, b Billed) bool {
	return a.Meter == b.Meter && a.Measured.Equal(b.Measured) && a.Usage.Equal(b.Usage) && a.Carry.Equal(b.Carry)
}

func sameRefusal(a, b Refusal) bool {
	code, path := reason(a.Err)
	otherCode, otherPath := reason(b.Err)
	return a.Charge == b.Charge && a.Memo == b.Memo && code == otherCode && path == otherPath
}

// reason is an error's code and path.
func reason(err error) (problem.Code, string) {
	var p *problem.Error
	if !errors.As(err, &p) {
		return "", ""
	}
	return p.Code, p.Path
}
