package backbill

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
)

// The codes of what is wrong with a policy of back-bills and refunds, or with what is asked of it.
const (
	// ErrPolicy: a part that cannot be, or parts that contradict each other. One that is not stated or not known is
	// policy.ErrNotStated or policy.ErrNotKnown.
	ErrPolicy problem.Code = "E_BACKBILL_POLICY"
	// ErrFacts: facts that are missing or contradict each other.
	ErrFacts problem.Code = "E_BACKBILL_FACTS"
	// ErrLimit: days that may not be corrected.
	ErrLimit problem.Code = "E_BACKBILL_LIMIT"
)

// Policy is how far back wrong bills are corrected once the error is found. What was billed too low and what was
// billed too high have limits of their own, and nothing of it has a default.
type Policy struct {
	Title string `policy:"title"` // such as "Phoenix code 37-71.1"
	// Source is who published or adopted it; its key in a file is authority, since source is the key of the version.
	Source string `policy:"authority"`

	Under Terms `policy:"under"` // what was billed too low
	Over  Terms `policy:"over"`  // what was billed too high

	// Accuracy says whether an error of the meter itself is corrected only where it is outside of a band. Bands has the band of
	// each meter size then, and nothing otherwise.
	Accuracy Accuracy        `policy:"accuracy"`
	Bands    map[string]Band `policy:"bands,empty" validate:"dive"`
	// Doubt says whether there is a back-bill where the customer doubted the meter and was ignored.
	Doubt Doubt `policy:"ignored_doubt"`
	// LeastRefund is the least amount that is refunded: 0.00 for every one.
	LeastRefund policy.Value[money.Amount] `policy:"least_refund"`

	// Marks are the placeholders among the fields that are no values of billing/policy, such as "accuracy".
	Marks policy.Marks
}

// Terms is how far back one kind of error is corrected.
type Terms struct {
	// Limit is counted back from the day of discovery.
	Limit policy.OrNone[Span] `policy:"limit"`
	// UnknownStart is what holds, besides the limit, where nobody knows when the error began.
	UnknownStart policy.Value[Unknown] `policy:"unknown_start"`
}

// Band is how much of what passes it a meter shows, in percent, without being wrong: 97 and 102. A meter at either
// end is inside. It is 0 < Low <= 100 <= High.
type Band struct {
	Low  policy.Value[decimal.Decimal] `policy:"low"`
	High policy.Value[decimal.Decimal] `policy:"high"`
}

// Check reports all that is not stated, policy.ErrNotStated, and what contradicts itself, ErrPolicy, of the whole policy. What a
// file states as not known is no fault of the policy, and an error once a question needs it.
//
// A question looks at what it reads, and at nothing else: a policy whose other half nobody has stated answers it.
func (p Policy) Check() error {
	f := p.named()
	p.Under.checkLimit(&f, Underbilled)
	p.Under.checkUnknownStart(&f, Underbilled)
	p.Over.checkLimit(&f, Overbilled)
	p.Over.checkUnknownStart(&f, Overbilled)
	p.checkAccuracy(&f, slices.Sorted(maps.Keys(p.Bands))...)
	p.checkDoubt(&f)
	p.checkLeastRefund(&f)
	return f.Faults()
}

// named begins the findings of a question: each answer says by which policy it was given.
func (p Policy) named() policy.Findings {
	f := policy.Findings{Code: ErrPolicy, Title: p.Title, Marks: p.Marks}
	f.Need("title", p.Title != "", "what the policy is called, since every verdict says by which it was given")
	f.Need("authority", p.Source != "", "who published or adopted it")
	return f
}

// checkAccuracy looks at the bands of those sizes; one that the policy does not have is no fault of it.
func (p Policy) checkAccuracy(f *policy.Findings, sizes ...string) {
	f.Need("accuracy", p.Accuracy == AccuracyBySize || p.Accuracy == AccuracyNotAsked, "by_size or not_asked")
	if p.Accuracy == AccuracyBySize && len(p.Bands) == 0 || p.Accuracy == AccuracyNotAsked && len(p.Bands) > 0 {
		f.Refuse("bands", fmt.Sprintf("%d are stated, and accuracy is %s", len(p.Bands), p.Accuracy),
			"state the band of each meter size, or none and not_asked")
	}
	for _, size := range sizes {
		band, has := p.Bands[size]
		if !has {
			continue
		}
		low, high := f.Value("bands."+size+".low", band.Low), f.Value("bands."+size+".high", band.High)
		if _, _, ok := band.numbers(); low && high && !ok {
			f.Refuse("bands."+size, "the band does not hold 100", "let it begin above 0 and hold 100, such as 97 and 102")
		}
	}
}

func (p Policy) checkDoubt(f *policy.Findings) {
	f.Need("ignored_doubt", p.Doubt == DoubtBars || p.Doubt == DoubtHasNoEffect, "bars_back_bill or no_effect")
}

func (p Policy) checkLeastRefund(f *policy.Findings) {
	if f.Value("least_refund", p.LeastRefund) && p.LeastRefund.Get().Sign() < 0 {
		f.Refuse("least_refund", "it is below 0", "state the least amount that is refunded, 0.00 for every one")
	}
}

func (t Terms) checkLimit(f *policy.Findings, side Side) {
	path := side.key() + ".limit"
	if limit, limited := t.Limit.Value(); f.Value(path, t.Limit) && limited && !limit.valid() {
		f.Refuse(path, limit.String()+" is no limit", spanFix)
	}
}

func (t Terms) checkUnknownStart(f *policy.Findings, side Side) {
	path := side.key() + ".unknown_start"
	if unknown := t.UnknownStart.Get(); f.Value(path, t.UnknownStart) && !unknown.valid() {
		f.Refuse(path, unknown.String()+" is no limit", unknownFix)
	}
}

// numbers gives the ends of a band; false where they are none.
func (b Band) numbers() (low, high exact.Number, ok bool) {
	low, err := exact.NumberFromDecimal(b.Low.Get())
	if err != nil {
		return low, high, false
	}
	if high, err = exact.NumberFromDecimal(b.High.Get()); err != nil {
		return low, high, false
	}
	hundred := hundred()
	return low, high, low.Sign() > 0 && low.Cmp(hundred) <= 0 && high.Cmp(hundred) >= 0
}

func (p Policy) terms(side Side) Terms {
	if side == Underbilled {
		return p.Under
	}
	return p.Over
}

func hundred() exact.Number {
	n, _ := exact.NewNumber(100, 0) // it fits
	return n
}

const spanFix = "state 1 to 1200 months or 1 to 36600 days, such as 36 months"

// Span is a time back from a day: civil months or days, one of the two. The zero value is none and no limit.
//
// Months are counted as civil.Date.AddMonths does: 36 months before 2026-06-30 is 2023-06-30, and one month before
// 2026-03-31 is 2026-02-28, the last day of its month (ours: no source says it).
type Span struct {
	Months, Days int
}

func (s Span) valid() bool {
	return s.Days == 0 && s.Months >= 1 && s.Months <= 1200 || s.Months == 0 && s.Days >= 1 && s.Days <= 36600
}

// before is the first day of the span that ends on a day.
func (s Span) before(day civil.Date) (civil.Date, error) {
	if s.Days > 0 {
		return day.AddDays(-s.Days)
	}
	return day.AddMonths(-s.Months)
}

// String gives "36 months" or "60 days".
func (s Span) String() string {
	if s.Days != 0 {
		return say.Counted(s.Days, "day")
	}
	return say.Counted(s.Months, "month")
}

// MarshalText gives what String gives. One that is no span is ErrPolicy.
func (s Span) MarshalText() ([]byte, error) {
	if !s.valid() {
		return nil, &problem.Error{Code: ErrPolicy, What: "the span is missing, or of months and days", Fix: spanFix}
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads a whole number and its word: "36 months", "60 days", "1 month". Anything else is ErrPolicy.
func (s *Span) UnmarshalText(text []byte) error {
	number, _, _ := strings.Cut(string(text), " ")
	n, err := strconv.Atoi(number)
	for _, span := range []Span{{Months: n}, {Days: n}} {
		if err == nil && span.valid() && span.String() == string(text) {
			*s = span
			return nil
		}
	}
	return &problem.Error{Code: ErrPolicy, What: "it is no span of months or days", Fix: spanFix}
}

const unknownFix = "state a span such as 12 months, half_since_test, or as_known"

// Unknown is how far back an error is corrected whose start nobody knows. The zero value says nothing.
type Unknown struct {
	kind kind
	span Span
}

type kind uint8

const (
	asKnown kind = iota + 1
	backbillWithin
	half
)

// UnknownWithin corrects a time back from discovery, such as 12 months (Millersburg).
func UnknownWithin(span Span) Unknown {
	return Unknown{kind: backbillWithin, span: span}
}

// UnknownHalfSinceTest corrects half the time since the meter was last tested (Wisconsin). Half of an odd number of days is
// taken for the customer: one day less of a back-bill, one more of a refund (ours).
func UnknownHalfSinceTest() Unknown { return Unknown{kind: half} }

// UnknownAsKnown has no other limit than for an error whose start is known, and the last test, before which the meter was
// right.
func UnknownAsKnown() Unknown { return Unknown{kind: asKnown} }

func (u Unknown) valid() bool {
	return u.kind == asKnown || u.kind == half || u.kind == backbillWithin && u.span.valid()
}

// String gives the text of files: "12 months", "half_since_test", "as_known".
func (u Unknown) String() string {
	switch u.kind {
	case asKnown:
		return "as_known"
	case backbillWithin:
		return u.span.String()
	case half:
		return "half_since_test"
	}
	return "not stated"
}

// UnmarshalText reads what String gives, and nothing else: ErrPolicy.
func (u *Unknown) UnmarshalText(text []byte) error {
	switch string(text) {
	case "as_known":
		*u = UnknownAsKnown()
		return nil
	case "half_since_test":
		*u = UnknownHalfSinceTest()
		return nil
	}
	var span Span
	if err := span.UnmarshalText(text); err != nil {
		return &problem.Error{Code: ErrPolicy, What: "it does not say how far back", Fix: unknownFix}
	}
	*u = UnknownWithin(span)
	return nil
}

// Accuracy says whether the accuracy of a meter matters. The zero value does not.
type Accuracy uint8

// The choices.
const (
	AccuracyBySize   Accuracy = iota + 1 // an error of the meter is corrected outside of its size's band
	AccuracyNotAsked                     // it is corrected however small
)

// String gives the word of files: "by_size", "not_asked".
func (a Accuracy) String() string {
	return policy.Word(a, "by_size", "not_asked")
}

// UnmarshalText reads the word, and nothing else: ErrPolicy.
func (a *Accuracy) UnmarshalText(text []byte) error {
	return policy.ReadWord(a, ErrPolicy, text, "by_size", "not_asked")
}

// Doubt says what it means that the customer's doubt about the meter was ignored. The zero value does not.
type Doubt uint8

// The choices.
const (
	DoubtBars        Doubt = iota + 1 // there is no back-bill; a refund there is
	DoubtHasNoEffect                  // the policy does not ask
)

// String gives the word of files: "bars_back_bill", "no_effect".
func (d Doubt) String() string {
	return policy.Word(d, "bars_back_bill", "no_effect")
}

// UnmarshalText reads the word, and nothing else: ErrPolicy.
func (d *Doubt) UnmarshalText(text []byte) error {
	return policy.ReadWord(d, ErrPolicy, text, "bars_back_bill", "no_effect")
}
