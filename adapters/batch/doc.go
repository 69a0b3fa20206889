// Package batch prices many bills over all cores: by chunks, in order, under a context, in flat
// memory. The rules of billing/rates are pure and know no goroutines; here is where they run.
//
//	bills := func(yield func(rates.Input, error) bool) { // a file, a query, a queue
//		for row, err := range accounts {
//			if !yield(inputOf(row), err) {
//				return
//			}
//		}
//	}
//	for quote, err := range batch.Quotes(ctx, engine, bills, batch.Options{}) {
//		if err != nil {
//			report(err) // this bill's error, in its place: the next bills follow
//			continue
//		}
//		send(quote)
//	}
//
// [Quotes] prices whole bills and [Totals] the totals of accounts that are alike; [Columns] prices
// the columns of a study; [Map] does any other work in the same way, such as reading a line, pricing
// it and writing a row. Results come in the order of the input, one for each, however many workers
// there are: a stream says the same on every machine.
//
// # Sources
//
// A source is ranged over in one goroutine, from its beginning to its end, each time that the
// stream is; a stream can be read twice where its source can. What it yields must stay as it is,
// since the source is read ahead: a reader that uses its record again has to copy what it yields.
// An error that it yields travels in its place, and the source goes on; one that cannot go on
// yields its error last and returns.
//
// # The end
//
// However the loop is left (its end, a break, the context, a panic), it is left when the source has
// returned, with its deferred calls, and all goroutines have ended. So it waits for a source and
// for work that block; one that blocks forever keeps the loop forever, and should watch the context
// itself. What was done ahead for results that nobody asked for is dropped.
//
// # Waiting
//
// Bills are handed to the workers by chunks, since a hand-over costs more than many a bill. A chunk
// goes out when it is full, or a millisecond after its first bill has come: a source that gives
// one bill a second is answered at once.
package batch
