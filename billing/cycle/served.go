package cycle

import (
	"bytes"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/internal/uncopied"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// served is what a review reads of one service of a bill.
type served struct {
	bill      int    // its place among the bills of the list
	area      string // of the bill
	agreement string
	own       billing.Served // as the bill holds it
	member    int            // its place among the members; -1 where it is none
	quote     *rates.Quote
	input     *rates.Input // of quote
	parts     []metering.Part
	use       exact.Ratio // of all meters
	unit      metering.Unit
	measured  bool         // a usage was priced, be it zero
	tier      int          // the highest with units in it; 0 where none has
	version   civil.Date   // of the rates of the first line
	versions  []civil.Date // those of the others, where a period has several
}

// serve appends what a review reads of each service of a bill, which it reads once.
func serve(out []served, b *billing.Bill, place int) ([]served, error) {
	for own := range b.Served(uncopied.View{}) {
		out = append(out, served{})
		s := &out[len(out)-1]
		q := own.Quote
		s.bill, s.agreement, s.quote, s.input, s.parts = place, own.Agreement.ID, q, &q.Input, own.Reads()
		s.own, s.area = own, b.Area()
		outside := func(p metering.Part) bool { return !within(p.Period, s.input.Period) }
		if slices.ContainsFunc(s.parts, outside) {
			s.parts = slices.DeleteFunc(slices.Clone(s.parts), outside) // as of periods that were estimated, and are settled by this reading
		}
		if err := s.measure(s.input.Usage); err != nil {
			return nil, err
		}
		for k := range s.input.Meters {
			if err := s.measure(s.input.Meters[k].Usage); err != nil {
				return nil, err
			}
		}
		first := true
		for l := range q.Lines() {
			if v := l.Version(); first {
				s.version, first = v, false
			} else if v != s.version && !slices.Contains(s.versions, v) {
				s.versions = append(s.versions, v)
			}
			if l.Tier() > s.tier && !l.Quantity().IsZero() {
				s.tier = l.Tier()
			}
		}
	}
	return out, nil
}

// within reports whether a reading is of a service's days: an agreement may stand on a bill for several periods.
func within(part, period civil.Period) bool {
	return !part.From.Before(period.From) && !part.To.After(period.To)
}

// measure adds a volume to the use.
func (s *served) measure(v metering.Volume) error {
	if v == (metering.Volume{}) {
		return nil
	}
	if !s.measured {
		s.use, s.unit, s.measured = v.Ratio(), v.Unit(), true
		return nil
	}
	more, err := v.In(s.unit)
	s.use = s.use.Add(more)
	return err
}

// estimated reports whether a reading of the service is an estimate.
func (s *served) estimated() bool {
	return slices.ContainsFunc(s.parts, func(p metering.Part) bool { return p.Estimated })
}

// carriedIn is what the quote says is carried in, for a meter; the empty one is that of an account without meters of its own.
func (s *served) carriedIn(meter string) exact.Ratio {
	for i := range s.input.Meters {
		if s.input.Meters[i].ID == meter {
			return s.input.Meters[i].Carried
		}
	}
	if meter == "" || len(s.input.Meters) == 0 {
		return s.input.Carried
	}
	return exact.Ratio{}
}

// facts are those at the end of the period.
func (s *served) factsAfter() rates.Facts {
	if len(s.input.Changes) == 0 {
		return s.input.Facts
	}
	out := rates.Facts{}
	for name, value := range s.input.Facts {
		out[name] = value
	}
	for _, c := range s.input.Changes {
		out[c.Fact] = c.Value
	}
	return out
}

// before orders bills by account and key.
func before(a, b *billing.Bill) bool {
	if c := strings.Compare(a.Account(), b.Account()); c != 0 {
		return c < 0
	}
	return a.Key() < b.Key()
}

// inOrder are the places of bills in the order of accounts and keys. Two of one account and key stand in the order of what they say.
func inOrder(bills []billing.Bill) []int {
	type row struct {
		account, key string
		at           int
	}
	rows := make([]row, len(bills))
	for i := range bills {
		rows[i] = row{bills[i].Account(), bills[i].Key(), i} // a bill is large, and sorted by what names it
	}
	slices.SortFunc(rows, func(a, b row) int {
		if c := strings.Compare(a.account, b.account); c != 0 {
			return c
		}
		if c := strings.Compare(a.key, b.key); c != 0 {
			return c
		}
		return bytes.Compare(appendBill(nil, &bills[a.at]), appendBill(nil, &bills[b.at]))
	})
	out := make([]int, len(rows))
	for i, r := range rows {
		out[i] = r.at
	}
	return out
}
