package rates

import (
	"errors"
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// An evaluator finds the exact lines of one charge in one frame. There are two:
// the compiled plan and the one that explains. What stands here, rounding and
// adding up, is the same for both.
type evaluator interface {
	// applies says whether the charge is made at all.
	applies(f *frame, c *charge) (bool, error)
	// lines are the charge's lines before rounding. base is the sum of the
	// charges that it is made of.
	lines(f *frame, c *charge, p *part, base exact.Ratio) ([]item, error)
}

// An item is a line on its way to the bill.
type item struct {
	Line
	// whole is the full amount of which a fixed charge is a part of the days.
	whole exact.Ratio
	fixed bool
	// because is what led to the line, where it was asked for.
	because []Reason
}

// A pricing is one input on its way to a quote.
type pricing struct {
	*resolved
	evaluator evaluator
	byLine    bool
	// parts of fixed charges so far: see round.
	parts    map[fixedKey]*fixedSum
	lines    []item
	memos    []item
	refusals []Refusal
}

type fixedKey struct{ charge, meter, whole string }

type fixedSum struct {
	exact  exact.Ratio
	amount money.Amount
}

func (s *schedule) price(in *Input, ev evaluator) (*pricing, error) {
	r, err := s.resolve(in)
	if err != nil {
		return nil, err
	}
	p := &pricing{resolved: r, evaluator: ev, parts: map[fixedKey]*fixedSum{},
		byLine: s.Rounding.Place == money.ByLine && len(r.blends) == 1}
	for _, b := range r.blends {
		for _, run := range r.versionRuns(b) {
			p.run(b, run)
		}
	}
	return p, nil
}

// run prices a stretch of days under one version.
func (p *pricing) run(b blend, run part) {
	v := &p.schedule.versions[run.version]
	items := make([][]item, len(v.charges))
	errs := make([]error, len(v.charges))
	for i := range v.groups {
		g := &v.groups[i]
		parts := p.resolved.parts(run, b, g)
		frames := make([]frames, len(parts))
		for i := range parts {
			frames[i] = p.frames(v, &parts[i])
		}
		for _, slot := range g.charges {
			c := &v.charges[slot]
			for i := range parts {
				made, err := p.charge(&frames[i], c, &parts[i], b)
				if err != nil {
					errs[slot] = err
					break
				}
				items[slot] = append(items[slot], made...)
			}
			if errs[slot] != nil {
				items[slot] = nil
				for i := range frames {
					frames[i].fail(slot, errs[slot])
				}
			}
		}
	}
	for slot := range v.charges {
		c := v.charges[slot].book
		switch {
		case errs[slot] != nil:
			p.refusals = append(p.refusals, Refusal{c.ID, c.Memo, errs[slot]})
		case c.Memo:
			p.memos = append(p.memos, items[slot]...)
		default:
			p.lines = append(p.lines, items[slot]...)
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
	f := &frame{
		version: v, season: at.season, usage: usage, days: exact.Int(int64(p.days)), tiers: at.tiers,
		facts:   make([]given, len(s.facts)),
		charges: make([]amount, len(v.charges)),
		numbers: make([]memo[exact.Ratio], len(v.book.Definitions)),
		texts:   make([]memo[string], len(v.book.Definitions)),
	}
	for slot := range s.facts {
		f.facts[slot] = s.facts[slot].at(at.period.From, at.blend, p.factDays[slot])
	}
	return f
}

// charge prices a charge in a part, for all that it is made for.
func (p *pricing) charge(fs *frames, c *charge, at *part, b blend) ([]item, error) {
	on := []*frame{fs.account}
	if c.book.Per != PerAccount {
		if on = fs.meters; c.book.Per != PerMeter && len(on) > 1 {
			return nil, &problem.Error{Code: ErrMeters, Path: c.book.ID, What: fmt.Sprintf("the account has %d meters and charge %s does not say whether it is made for each", len(on), c.book.ID),
				Fix: "state per_meter or per_account in the schedule"}
		}
	}
	var all []item
	total := exact.Ratio{}
	for i, f := range on {
		made, sum, err := p.chargeOne(f, c, at, b, p.meterID(c, i))
		if err != nil {
			return nil, err
		}
		f.charges[c.slot] = amount{value: sum}
		total = total.Add(sum)
		all = append(all, made...)
	}
	fs.account.charges[c.slot] = amount{value: total}
	return all, nil
}

func (p *pricing) meterID(c *charge, i int) string {
	if c.book.Per == PerAccount {
		return ""
	}
	return p.meters[i].meter
}

// chargeOne prices a charge in one frame, with the sum that others rest on: of
// rounded lines where lines are rounded.
func (p *pricing) chargeOne(f *frame, c *charge, at *part, b blend, meter string) (made []item, sum exact.Ratio, err error) {
	if c.book.Season != "" && c.book.Season != f.season {
		return nil, sum, nil
	}
	if ok, err := p.evaluator.applies(f, c); err != nil || !ok {
		return nil, sum, err
	}
	base := exact.Ratio{}
	for _, slot := range c.of {
		if err := f.charges[slot].err; err != nil {
			return nil, sum, err
		}
		base = base.Add(f.charges[slot].value)
	}
	if made, err = p.evaluator.lines(f, c, at, base); err != nil {
		return nil, sum, err
	}
	for i := range made {
		it := &made[i]
		it.Charge, it.Text, it.Service, it.Meter = c.book.ID, c.text, c.book.Service, meter
		it.Version, it.Source, it.Period = f.version.book.From, c.source, at.period
		if len(p.blends) > 1 {
			it.Period = b.period
		}
		if it.Exact, err = ranged(it.Exact); err != nil {
			return nil, sum, err
		}
		if err := p.round(it, c.book.Memo); err != nil {
			return nil, sum, err
		}
		if p.byLine {
			sum = sum.Add(it.Amount.Ratio())
		} else {
			sum = sum.Add(it.Exact)
		}
	}
	return made, sum, nil
}

// round makes the cents of a line. The parts of one fixed amount sum to the
// amount: each is the rounded sum so far, less what went before. Lines that are
// rounded at the total are given their cents there; memo lines stand alone.
func (p *pricing) round(it *item, memo bool) (err error) {
	mode := p.schedule.Rounding.Mode
	if !p.byLine && !memo {
		return nil
	}
	if !it.fixed || memo {
		it.Amount, err = money.FromRatio(it.Exact, mode)
		return err
	}
	key := fixedKey{it.Charge, it.Meter, it.whole.String()}
	so := p.parts[key]
	if so == nil {
		so = &fixedSum{}
		p.parts[key] = so
	}
	so.exact = so.exact.Add(it.Exact)
	now, err := money.FromRatio(so.exact, mode)
	if err != nil {
		return err
	}
	if it.Amount, err = now.Sub(so.amount); err != nil {
		return err
	}
	so.amount = now
	return nil
}

// finish adds up the quote.
func (p *pricing) finish(q *Quote) error {
	q.Usage = p.billed
	q.Refusals = p.refusals
	for i := range q.Refusals {
		q.Refusals[i].Err = p.schedule.recode(q.Refusals[i].Err)
	}
	refused := slices.IndexFunc(q.Refusals, func(r Refusal) bool { return !r.Memo })
	err := p.total(q)
	q.Lines, q.Memos = plain(p.lines), plain(p.memos)
	if refused >= 0 {
		q.Total, q.Exact = money.Amount{}, exact.Ratio{}
		return q.Refusals[refused].Err
	}
	return err
}

func plain(items []item) []Line {
	lines := make([]Line, len(items))
	for i := range items {
		lines[i] = items[i].Line
	}
	return lines
}

func (p *pricing) total(q *Quote) (err error) {
	for i := range p.lines {
		q.Exact = q.Exact.Add(p.lines[i].Exact)
	}
	if p.byLine {
		for i := range p.lines {
			if q.Total, err = q.Total.Add(p.lines[i].Amount); err != nil {
				return err
			}
		}
		return nil
	}
	if q.Total, err = money.FromRatio(q.Exact, p.schedule.Rounding.Mode); err != nil {
		return err
	}
	cents := make([]exact.Ratio, len(p.lines))
	for i := range p.lines {
		cents[i] = p.lines[i].Exact.Mul(exact.Int(100))
	}
	fitted, err := exact.Fit(cents, q.Total.Cents())
	if err != nil {
		return err
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

// The plan's own evaluation of a charge.
type planned struct{}

func (planned) applies(f *frame, c *charge) (bool, error) {
	for _, w := range c.when {
		text, err := w.fact.text(f)
		if err != nil || !w.in[text] {
			return false, err
		}
	}
	return true, nil
}

func (planned) lines(f *frame, c *charge, p *part, base exact.Ratio) ([]item, error) {
	switch c.book.Rule.(type) {
	case Fixed:
		whole, err := c.amount.num(f)
		return []item{{Line: Line{Exact: whole.Mul(p.fixed)}, whole: whole, fixed: true}}, err
	case PerUnit:
		price, err := c.price.num(f)
		if err != nil {
			return nil, err
		}
		quantity, err := c.quantity.num(f)
		if err == nil {
			err = notNegative("the quantity", quantity)
		}
		return []item{{Line: Line{Quantity: quantity.Mul(p.share), Price: price, Exact: quantity.Mul(price).Mul(p.share)}}}, err
	case Tiered:
		bands, err := c.tiers.bands(f)
		if err != nil {
			return nil, err
		}
		return tierItems(bands, p.share), nil
	case Percent:
		rate, err := c.percent.num(f)
		return []item{{Line: Line{Quantity: base, Price: rate, Exact: percent(rate, base)}}}, err
	case Minimum:
		least, err := c.amount.num(f)
		if lacks := least.Mul(p.fixed).Sub(base); lacks.Sign() > 0 {
			return []item{{Line: Line{Exact: lacks}}}, err
		}
		return nil, err
	case Credit:
		return c.credit(f, p, base)
	}
	whole, err := c.amount.num(f)
	return []item{{Line: Line{Exact: whole.Mul(p.share)}}}, err
}

// tierItems are the lines of tiers that have usage, or of the first tier where
// none has.
func tierItems(bands []band, share exact.Ratio) []item {
	var items []item
	for i, b := range bands {
		if b.quantity.Sign() > 0 || len(items) == 0 && i == len(bands)-1 {
			if b.quantity.Sign() == 0 {
				b = bands[0]
			}
			quantity := b.quantity.Mul(share)
			items = append(items, item{Line: Line{Tier: b.tier, Quantity: quantity, Price: b.price, Exact: quantity.Mul(b.price)}})
		}
	}
	return items
}

func percent(rate, of exact.Ratio) exact.Ratio {
	hundredth, _ := exact.New(1, 100)
	return of.Mul(rate).Mul(hundredth)
}

// credit is the least of what the credit is, its cap, and what it is taken of.
func (c *charge) credit(f *frame, p *part, base exact.Ratio) ([]item, error) {
	line := Line{}
	var off exact.Ratio
	var err error
	if c.percent != nil {
		if line.Price, err = c.percent.num(f); err == nil {
			line.Quantity = base
			off = percent(line.Price, base)
		}
	} else if off, err = c.amount.num(f); err == nil {
		off = off.Mul(p.fixed)
	}
	if err != nil {
		return nil, err
	}
	if c.cap != nil {
		most, err := c.cap.num(f)
		if err != nil {
			return nil, err
		}
		off = exact.Min(off, most.Mul(p.fixed))
	}
	if len(c.of) > 0 {
		off = exact.Min(off, exact.Max(base, exact.Ratio{}))
	}
	if err := notNegative("the credit", off); err != nil || off.IsZero() {
		return nil, err
	}
	line.Exact = off.Neg()
	return []item{{Line: line}}, nil
}
