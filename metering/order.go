package metering

import (
	"slices"
	"strings"
)

// OrderKind is a kind of work in the field. The zero value is none.
type OrderKind uint8

// The kinds of order.
const (
	ReReadOrder  OrderKind = iota + 1 // read the register again
	ServiceOrder                      // look at the meter, test it, exchange it
)

// String gives "re-read" or "service".
func (k OrderKind) String() string { return word("OrderKind", int(k), "re-read", "service") }

// Order is a row for the field: what is to be done at a meter, and why. While it is out, nothing of the review is billed.
type Order struct {
	ID         string // the number of the order, unique within the review
	Kind       OrderKind
	Task       string // what to do, for the crew
	Meter      string
	Exceptions []Exception // those that are open, with their numbers
}

// Result is what comes back from an order: another measurement of the same period, or only what was found. A re-read has a
// measurement.
type Result struct {
	Order       string // its number
	Found       string // what the crew found
	Measurement *Measurement
}

// Pending returns the order that is out; false where none is.
func (r Review) Pending() (Order, bool) {
	if r.order == nil {
		return Order{}, false
	}
	order := *r.order
	order.Exceptions = cloneExceptions(order.Exceptions)
	return order, true
}

// Send puts an order out for all that is open: to read the register again, or to look at the meter. One order is out at a
// time, each with a number of its own. Where nothing is open there is nothing to order.
func (r Review) Send(s Step, order Order) (Review, error) {
	if err := r.ready(s); err != nil {
		return Review{}, err
	}
	open := r.Open()
	switch {
	case order.Kind != ReReadOrder && order.Kind != ServiceOrder:
		return Review{}, refuseStep("kind", order.Kind.String()+" is no kind of order", "order a re-read or a service")
	case order.ID == "" || slices.Contains(r.orders, order.ID):
		return Review{}, refuseStep("id", "the order has no number of its own", "give each order its own")
	case len(open) == 0:
		return Review{}, refuseStep("order", "no exception is open", "order work for a finding of its own")
	}
	order.Meter, order.Exceptions = r.m.meter, open
	r.order, r.orders = &order, append(slices.Clone(r.orders), order.ID)
	return r.log(taken{event: Event{Kind: OrderedEvent, Step: s, Codes: codes(open), Order: order.ID}, order: order}), nil
}

// Cancel takes the order back. What was open is open again.
func (r Review) Cancel(s Step) (Review, error) {
	if err := r.step(s); err != nil {
		return Review{}, err
	}
	if r.order == nil {
		return Review{}, refuseStep("order", "no order is out", "cancel an order while it is out")
	}
	id := r.order.ID
	r.order = nil
	return r.log(taken{event: Event{Kind: CanceledEvent, Step: s, Codes: codes(r.Open()), Order: id}}), nil
}

// Return takes the result of the order that is out. Another measurement of the same period takes the place of the one that
// was held, with its own exceptions, and the old ones end as read again or serviced. It begins at the same digits, ends no
// earlier, and has had every check of the review; who read the meter, before or now, does not enter it. What was only found
// ends nothing: the exceptions are open again, for a person to decide with what is now known.
func (r Review) Return(s Step, result Result) (Review, error) {
	if err := r.step(s); err != nil {
		return Review{}, err
	}
	switch {
	case r.order == nil || r.order.ID != result.Order:
		return Review{}, refuseStep("order", "that order is not out", "return the result under the number of the order")
	case r.order.Kind == ReReadOrder && result.Measurement == nil:
		return Review{}, refuseStep("measurement", "a re-read without a measurement", "give the measurement, NoRead too, or cancel the order")
	case result.Measurement == nil && strings.TrimSpace(result.Found) == "":
		return Review{}, refuseStep("found", "a result that says nothing", "say what the crew found")
	}
	if result.Measurement != nil { // a copy, since the caller's may change
		m := *result.Measurement
		result.Measurement = &m
	}
	event := Event{Kind: ResultEvent, Step: s, Codes: codes(r.Open()), Order: result.Order, Found: result.Found}
	end := Serviced
	if r.order.Kind == ReReadOrder {
		end = ReadAgain
	}
	r.order = nil
	if result.Measurement != nil {
		if err := r.decide(s); err != nil {
			return Review{}, err
		}
		if slices.Contains(result.Measurement.readers, s.By) {
			return Review{}, refuseStep("by", "who read the meter does not enter the result", "let another person enter it")
		}
		var err error
		if r, err = r.replace(*result.Measurement, end, s.At); err != nil {
			return Review{}, err
		}
	}
	return r.log(taken{event: event, m: result.Measurement}), nil
}
