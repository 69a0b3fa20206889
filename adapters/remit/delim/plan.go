package delim

import (
	"slices"
)

// plan is a profile made ready to read lines by.
type plan struct {
	*Profile
	records []record
	// batched says that the file has batches; bracketed, that each begins with a record of its own; closed, that each ends with one.
	batched, bracketed, closed bool
	// linked says that the profile has how a row names the payment that it takes back.
	linked bool
}

// record is a type of lines with its fields.
type record struct {
	*RecordType
	places []place
	// batch is the field with the number of the batch; nil where there is none.
	batch *place
	// at is its place among the profile's, of which there are at most 50.
	at int
	// needs is how many cells a row has to have, and width to which column its fields go.
	needs, width int
}

// place is a field and how it is read.
type place struct {
	*Field
	column   int // of cells, from 0; -1 for one that the heading does not have
	decimals int
	sign     string
	date     string
	sum      slot
	// must says that a blank is refused.
	must bool
}

// slot is which of a row's amounts a field is, or is the sign of.
type slot uint8

const (
	amountSlot slot = iota
	feeSlot
	netSlot
	tenderSlot
	dueSlot
	slots
)

func slotOf(r Role) slot {
	switch r {
	case Fee, FeeSign:
		return feeSlot
	case Net, NetSign:
		return netSlot
	case TenderPaid:
		return tenderSlot
	case Due:
		return dueSlot
	}
	return amountSlot
}

// newPlan makes a plan of a profile that has no problems.
func newPlan(p *Profile) *plan {
	pl := &plan{Profile: p, linked: p.Suffix != ""}
	types := p.Records
	if len(types) == 0 {
		types = []RecordType{{Is: isRow}}
	}
	for i := range types {
		r := record{RecordType: &types[i], at: i}
		for k := range p.Fields {
			if f := &p.Fields[k]; f.Record == r.Name {
				r.places = append(r.places, pl.place(f))
			}
		}
		pl.records = append(pl.records, r)
	}
	pl.index()
	return pl
}

// index notes what the fields say together. It is done again when a heading lacks some.
func (pl *plan) index() {
	pl.batched = false
	for i := range pl.records {
		r := &pl.records[i]
		r.batch, r.needs, r.width = nil, 0, 0
		if r.Is == isRow {
			r.needs = pl.Cells
		}
		for k := range r.places {
			q := &r.places[k]
			if q.must || !q.Optional {
				r.needs = max(r.needs, q.Column)
			}
			r.width = max(r.width, q.To)
			pl.linked = pl.linked || q.Role == Reverses
			if q.Role == BatchNo {
				r.batch = q
			}
		}
		pl.batched = pl.batched || r.batch != nil || r.Of == ofBatch
		pl.bracketed = pl.bracketed || r.Of == ofBatch && r.Opens
		pl.closed = pl.closed || r.Of == ofBatch && !r.Opens
	}
}

func (pl *plan) place(f *Field) place {
	q := place{Field: f, column: f.Column - 1, sign: pl.signOf(f), date: f.Date, sum: slotOf(f.Role)}
	if unit := f.Unit; unit == inDollars || unit == "" && pl.Unit == inDollars {
		q.decimals = 2
	}
	if !f.Role.isMoney() {
		q.decimals = 0 // a count has none
	}
	if q.date == "" {
		q.date = pl.Date
	}
	switch f.Role {
	case Amount, TenderPaid:
		q.must = true
	case Transaction, KindOf, PaidOn, DepositedOn, Tender, Fee, Net, SignOf, FeeSign, NetSign:
		q.must = !f.Optional
	}
	return q
}

// signOf is how an amount of the field is written where it is below zero.
func (pl *plan) signOf(f *Field) string {
	beside := map[Role]Role{Amount: SignOf, Fee: FeeSign, Net: NetSign}[f.Role]
	if beside != "" && slices.ContainsFunc(pl.Fields, func(g Field) bool { return g.Role == beside && g.Record == f.Record }) {
		return signNone
	}
	if pl.Sign != signByKind {
		return pl.Sign
	}
	if f.Role == Amount || f.Role == Net {
		return signNone
	}
	return signPlain
}
