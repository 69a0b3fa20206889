package rates

import (
	"errors"
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// An evaluator finds the exact lines of one charge in one frame. There are two:
// the compiled plan and the one that explains. What stands here, rounding and
// adding up, is the same for both.
type evaluator interface {
	// holds says whether the frame meets all conditions.
	holds(f *frame, when []condition) (bool, error)
	// lines are the charge's lines before rounding. base is the sum of the
	// charges that it is made of.
	lines(f *frame, c *charge, p *part, base amount) ([]item, error)
}

// An item is a line on its way to the bill.
type item struct {
	plainLine
	// whole is what the line would be for the whole bill, before rounding.
	whole exact.Ratio
	// of is what the line is a part of the days of: lines of one charge with the
	// same of sum to it when it is rounded.
	of [3]exact.Ratio
	// share is the part's share of the bill.
	share exact.Ratio
	// tell says how the amount was found and because what led to it, where that
	// was asked for.
	tell    func(it *item) string
	because []Reason
}

// A pricing is one input on its way to a quote.
type pricing struct {
	*resolved
	evaluator evaluator
	byLine    bool
	without   map[string]bool // IDs of charges
	// sums are of the parts of one amount so far: see round.
	sums     map[sumKey]*runningSum
	lines    []item
	memos    []item
	refusals []Refusal
}

type sumKey struct {
	charge, meter, of string
	tier              int
}

type runningSum struct {
	exact  exact.Ratio
	amount money.Amount
}

func (s *schedule) price(in *Input, ev evaluator, as variant) (*pricing, error) {
	r, err := s.resolve(in, as)
	if err != nil {
		return nil, err
	}
	p := s.pricing(r, ev, as)
	for _, b := range r.blends {
		for _, run := range r.versionRuns(b) {
			p.run(b, run)
		}
	}
	return p, nil
}

func (s *schedule) pricing(r *resolved, ev evaluator, as variant) *pricing {
	return &pricing{resolved: r, evaluator: ev, without: as.without, sums: map[sumKey]*runningSum{},
		byLine: s.Rounding.Place == money.ByLine && len(r.blends) == 1}
}

// run prices a stretch of days under one version.
func (p *pricing) run(b blend, run part) {
	v := &p.schedule.versions[run.version]
	bills := make([]chargeBill, len(v.charges))
	for i := range v.groups {
		p.group(v, &v.groups[i], b, run, bills)
	}
	for slot := range bills {
		c := v.charges[slot].book
		switch bill := &bills[slot]; {
		case bill.err != nil:
			p.refusals = append(p.refusals, Refusal{c.ID, c.Memo, bill.err})
		case c.Memo:
			p.memos = bill.appendTo(p.memos)
		default:
			p.lines = bill.appendTo(p.lines)
		}
	}
}

// A chargeBill is a charge's items for the account or each meter, or why there are
// none.
type chargeBill struct {
	of  []chargeItems
	err error
}

// chargeItems are items in the order of days; the last added are of one part.
type chargeItems struct {
	items []item
	last  int
}

func (bill *chargeBill) appendTo(items []item) []item {
	for _, of := range bill.of {
		items = append(items, of.items...)
	}
	return items
}

// add appends the items of a part. Where the charge depends on nothing that has
// changed since the part before it, the two are one line.
func (of *chargeItems) add(items []item, changed bool) {
	before := of.items[len(of.items)-of.last:]
	if !changed && len(before) == len(items) && len(items) > 0 {
		for i := range items {
			before[i].join(&items[i])
		}
		return
	}
	of.items = append(of.items, items...)
	of.last = len(items)
}

func (it *item) join(next *item) {
	it.Period.To = next.Period.To
	it.Exact = it.Exact.Add(next.Exact)
	it.Quantity = it.Quantity.Add(next.Quantity)
	it.share = it.share.Add(next.share)
	// Both are rounded parts of one sum that has been found to fit.
	it.Amount = money.Cents(it.Amount.Cents() + next.Amount.Cents())
}

// group prices charges that rest on each other, part by part.
func (p *pricing) group(v *version, g *group, b blend, run part, bills []chargeBill) {
	parts := p.resolved.parts(run, b, g)
	all := make([]frames, len(parts))
	for i := range parts {
		all[i] = p.frames(v, &parts[i])
	}
	for _, slot := range g.charges {
		c := &v.charges[slot]
		bill := &bills[slot]
		for i := range parts {
			if err := p.charge(&all[i], c, &parts[i], b, bill); err != nil {
				*bill = chargeBill{err: err}
				for j := range all {
					all[j].fail(slot, err)
				}
				break
			}
		}
	}
}

// frames are the frames of a part: one of the account, one of each meter. An
// account without meters of its own is its one meter.
type frames struct {
	account *frame
	meters  []*frame
}

func (fs *frames) fail(slot int, err error) {
	fs.account.charges[slot] = amount{err: err}
	for _, m := range fs.meters {
		m.charges[slot] = amount{err: err}
	}
}

func (p *pricing) frames(v *version, at *part) frames {
	usage := exact.Ratio{}
	for _, b := range p.billed {
		usage = usage.Add(b.Usage)
	}
	fs := frames{account: p.frame(v, at, p.account, usage)}
	if len(p.in.Meters) == 0 {
		fs.meters = []*frame{fs.account}
		return fs
	}
	for i, m := range p.meters {
		fs.meters = append(fs.meters, p.frame(v, at, m, p.billed[i].Usage))
	}
	return fs
}

func (p *pricing) frame(v *version, at *part, s subject, usage exact.Ratio) *frame {
	f := newFrame(v, p.resolved, at, usage, make([]amount, len(v.charges)))
	f.facts = make([]given, len(s.facts))
	for slot := range s.facts {
		f.facts[slot] = s.facts[slot].at(at.period.From, at.blend, p.factDays[slot])
	}
	return f
}

func newFrame(v *version, r *resolved, at *part, usage exact.Ratio, charges []amount) *frame {
	n := len(v.book.Definitions)
	return &frame{version: v, bill: r, part: at, season: at.season, usage: usage, charges: charges,
		numbers: make([]once[exact.Ratio], n), texts: make([]once[string], n)}
}

// charge prices a charge in a part, for all that it is made for.
func (p *pricing) charge(fs *frames, c *charge, at *part, b blend, bill *chargeBill) error {
	if p.without[c.book.ID] {
		return nil
	}
	on := fs.meters
	switch {
	case c.book.Per == PerAccount:
		account, err := p.metered(fs, c)
		if err != nil {
			return err
		}
		on = []*frame{account}
	case c.book.Per != PerMeter && len(on) > 1:
		return &problem.Error{Code: ErrMeters, Path: c.book.ID, What: fmt.Sprintf("the account has %d meters and charge %s does not say whether it is made for each", len(on), c.book.ID),
			Fix: "state per_meter or per_account in the schedule"}
	}
	if bill.of == nil {
		bill.of = make([]chargeItems, len(on))
	}
	total := amount{}
	for i, f := range on {
		meter, who := "", p.account
		if c.book.Per != PerAccount {
			meter, who = p.meters[i].meter, p.meters[i]
		}
		items, sum, err := p.chargeOne(f, c, at, b, meter)
		if err != nil {
			return pathed(err, c.book.ID, meter)
		}
		f.charges[c.slot] = sum
		total.value, total.whole = total.value.Add(sum.value), total.whole.Add(sum.whole)
		bill.of[i].add(items, p.changed(c, who, at))
	}
	fs.account.charges[c.slot] = total
	return nil
}

// metered is the account's frame, with the usage of the meters that the charge
// is for.
func (p *pricing) metered(fs *frames, c *charge) (*frame, error) {
	if len(c.meters) == 0 {
		return fs.account, nil
	}
	usage := exact.Ratio{}
	for i, m := range fs.meters {
		ok, err := p.evaluator.holds(m, c.meters)
		if err != nil {
			return nil, pathed(err, c.book.ID, p.meters[i].meter)
		}
		if ok {
			usage = usage.Add(p.billed[i].Usage)
		}
	}
	f := newFrame(fs.account.version, p.resolved, fs.account.part, usage, fs.account.charges)
	f.facts = fs.account.facts
	return f, nil
}

// pathed gives an error the charge that met it, unless it has a path.
func pathed(err error, charge, meter string) error {
	var p *problem.Error
	if !errors.As(err, &p) || p.Path != "" {
		return err
	}
	own := *p
	if own.Path = charge; meter != "" {
		own.Path = "meters." + meter + "." + charge
	}
	return &own
}

// chargeOne prices a charge in one frame, with the sum that others rest on: of
// rounded lines where lines are rounded.
func (p *pricing) chargeOne(f *frame, c *charge, at *part, b blend, meter string) (items []item, sum amount, err error) {
	if c.book.Season != "" && c.book.Season != f.season {
		return nil, sum, nil
	}
	if ok, err := p.evaluator.holds(f, c.when); err != nil || !ok {
		return nil, sum, err
	}
	base := amount{}
	for _, slot := range c.of {
		if err := f.charges[slot].err; err != nil {
			return nil, sum, err
		}
		base.value, base.whole = base.value.Add(f.charges[slot].value), base.whole.Add(f.charges[slot].whole)
	}
	if items, err = p.evaluator.lines(f, c, at, base); err != nil {
		return nil, sum, err
	}
	for i := range items {
		it := &items[i]
		it.Charge, it.Text, it.Service, it.Meter = c.book.ID, c.text, c.book.Service, meter
		it.Version, it.Source, it.Period, it.share = f.version.book.From, c.source, at.period, at.share
		if len(p.blends) > 1 {
			it.Period = b.period
		}
		if it.Exact, err = ranged(it.Exact); err != nil {
			return nil, sum, err
		}
		if err := p.round(it, c.book.Memo); err != nil {
			return nil, sum, err
		}
		value, whole := it.Exact, it.whole
		if p.byLine {
			value = it.Amount.Ratio()
			if whole, err = p.cents(whole); err != nil {
				return nil, sum, err
			}
		}
		sum.value, sum.whole = sum.value.Add(value), sum.whole.Add(whole)
	}
	return items, sum, nil
}

// cents rounds dollars.
func (p *pricing) cents(dollars exact.Ratio) (exact.Ratio, error) {
	a, err := p.amount(dollars)
	return a.Ratio(), err
}

func (p *pricing) amount(dollars exact.Ratio) (money.Amount, error) {
	a, err := money.FromRatio(dollars, p.schedule.Rounding.Mode)
	if err != nil {
		return a, tooLarge(err)
	}
	return a, nil
}

func tooLarge(err error) error {
	return &problem.Error{Code: ErrRange, What: "an amount is larger than can be held", Fix: "correct the usage, the facts or the prices", Err: err}
}

// round makes the cents of a line. The parts of one amount sum to the amount: each
// is the rounded sum so far, less what went before. Lines that are rounded at the
// total are given their cents there; memo lines stand alone.
func (p *pricing) round(it *item, memo bool) (err error) {
	if !p.byLine && !memo {
		return nil
	}
	if !p.cut {
		it.Amount, err = p.amount(it.Exact)
		return err
	}
	key := sumKey{it.Charge, it.Meter, fmt.Sprint(it.of), it.Tier}
	so := p.sums[key]
	if so == nil {
		so = &runningSum{}
		p.sums[key] = so
	}
	so.exact = so.exact.Add(it.Exact)
	now, err := p.amount(so.exact)
	if err != nil {
		return err
	}
	if it.Amount, err = now.Sub(so.amount); err != nil {
		return tooLarge(err)
	}
	so.amount = now
	return nil
}

// finish adds up the quote.
func (p *pricing) finish(q *Quote) error {
	full := &fullQuote{usage: p.billed, refusals: p.refusals}
	q.full = full
	for i := range full.refusals {
		full.refusals[i].Err = p.schedule.recode(full.refusals[i].Err)
	}
	err := p.total(q)
	if err != nil {
		err = pathed(err, "total", "")
	}
	full.lines, full.memos = plain(p.lines, p.in.Period), plain(p.memos, p.in.Period)
	if refused := slices.IndexFunc(full.refusals, func(r Refusal) bool { return !r.Memo }); refused >= 0 {
		err = full.refusals[refused].Err
	}
	if err != nil {
		q.Total, full.refused = money.Amount{}, true
	}
	return err
}

func plain(items []item, bill civil.Period) []Line {
	if len(items) == 0 {
		return nil
	}
	lines := make([]Line, len(items))
	for i := range items {
		lines[i] = items[i].line(bill)
	}
	return lines
}

func (p *pricing) total(q *Quote) (err error) {
	if p.byLine {
		for i := range p.lines {
			if q.Total, err = q.Total.Add(p.lines[i].Amount); err != nil {
				return tooLarge(err)
			}
		}
		return nil
	}
	sum := exact.Ratio{}
	cents := make([]exact.Ratio, len(p.lines))
	for i := range p.lines {
		sum = sum.Add(p.lines[i].Exact)
		cents[i] = p.lines[i].Exact.Mul(exact.Int(100))
	}
	if q.Total, err = p.amount(sum); err != nil {
		return err
	}
	fitted, err := exact.Fit(cents, q.Total.Cents())
	if err != nil {
		return tooLarge(err)
	}
	for i := range p.lines {
		p.lines[i].Amount = money.Cents(fitted[i])
	}
	return nil
}

// usage finds what is billed of what was measured.
func (r *resolved) usage() error {
	in := r.in
	if len(in.Meters) == 0 {
		billed, err := r.schedule.bill(in.Usage, in.Carried, "")
		r.billed = []Billed{billed}
		return err
	}
	if !in.Usage.IsZero() || !in.Carried.IsZero() {
		return &problem.Error{Code: ErrMeters, Path: "usage", What: "usage is given for the account and for its meters", Fix: "give it for each meter alone"}
	}
	for i := range in.Meters {
		m := &in.Meters[i]
		if slices.ContainsFunc(in.Meters[:i], func(o Meter) bool { return o.ID == m.ID }) {
			return &problem.Error{Code: ErrMeters, Path: "meters." + m.ID, What: fmt.Sprintf("two meters are called %s", quoted(m.ID)), Fix: "give each meter its own ID"}
		}
		billed, err := r.schedule.bill(m.Usage, m.Carried, m.ID)
		if err != nil {
			return err
		}
		r.billed = append(r.billed, billed)
	}
	return nil
}

// bill applies the usage rule to a meter's usage.
func (s *schedule) bill(v metering.Volume, carried exact.Ratio, meter string) (Billed, error) {
	b := Billed{Meter: meter}
	path := "usage"
	if meter != "" {
		path = "meters." + meter + ".usage"
	}
	refuse := func(what, fix string) (Billed, error) {
		return b, &problem.Error{Code: ErrUsage, Path: path, What: what, Fix: fix}
	}
	if v != (metering.Volume{}) {
		var err error
		if b.Measured, err = v.In(s.Unit); err != nil {
			return b, &problem.Error{Code: metering.ErrUnit, Path: path, What: fmt.Sprintf("usage is %s, which is no number of %s", v, s.Unit),
				Fix: "give it in the schedule's unit, or in one that converts to it", Err: err}
		}
	}
	if b.Measured.Sign() < 0 {
		return refuse(fmt.Sprintf("usage is %s, below zero", v), "correct the reads; usage lost to an earlier estimate is an adjustment of that bill")
	}
	if b.Measured.Cmp(exact.Int(MaxUsage)) > 0 {
		return refuse(fmt.Sprintf("usage is %s, above %d %s", v, int64(MaxUsage), s.Unit), "correct the reads")
	}
	if !carried.IsZero() && (s.Usage != TruncateAndCarry || carried.Sign() < 0 || carried.Cmp(exact.Int(1)) >= 0) {
		return refuse(fmt.Sprintf("%s units are carried in from the last bill", carried), "give what the last bill's quote carried: from 0 to below 1, and 0 where the schedule carries nothing")
	}
	switch s.Usage {
	case TruncateAndCarry:
		all := b.Measured.Add(carried)
		b.Usage = all.Floor(0)
		b.Carry = all.Sub(b.Usage)
	case NextWholeUnit:
		b.Usage = b.Measured.Ceil(0)
	default:
		b.Usage = b.Measured
	}
	return b, nil
}

// recode gives a refusal the code that the schedule's format has for it.
func (s *schedule) recode(err error) error {
	var p *problem.Error
	if len(s.Codes) == 0 || !errors.As(err, &p) {
		return err
	}
	code, ok := s.Codes[p.Code]
	if !ok {
		return err
	}
	own := *p
	own.Code, own.Err = code, p
	return &own
}
