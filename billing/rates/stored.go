package rates

import (
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/metering"
)

// QuoteForm is how a [Quote] is stored, whether it was priced or refused: with the digest of its book, its input, and all
// that its lines say, every number exactly ("833/31"). A quote that was read says what it said when it was stored.
//
// Reading proves what a quote alone can show: that lines sum to the total, that some rounding of the rules makes the amounts
// of their fractions, that usage is of the input's meters, and that nothing has changed since its digest was taken. The digest
// has no key: whoever means to change a quote takes it again. Only the book tells whether the amounts are its own:
// [Engine.Verify].
//
// Where a part of the days may be cut by a change, an amount is a difference of rounded sums, and the quote does not say of
// which: it is proven to lie less than a cent from its fraction where no part of it lies before, less than two where one may;
// and so much for each amount that the line may join, which are several where it has days in several months.
//
// Facts are stored as they are. They are what a rate book may ask for, such as a meter size or a zone, and no names,
// addresses or bank data.
//
// A form that holds a quote holds what Marshal wrote as a json.RawMessage, so that it stays readable when quotes get a
// newer version.
var QuoteForm = stored.NewForm("quote", 1, writeQuote, readQuote)

// MarshalJSON writes the quote in its [QuoteForm].
func (q Quote) MarshalJSON() ([]byte, error) { return QuoteForm.Marshal(q) }

// UnmarshalJSON reads the quote from its [QuoteForm]. On an error q stays as it was.
func (q *Quote) UnmarshalJSON(data []byte) error {
	read, err := QuoteForm.Unmarshal(data)
	if err != nil {
		return err
	}
	*q = read
	return nil
}

// The shapes of version 1. They never change.
type (
	quoteV1 struct {
		// Digest is of all that follows.
		Digest string  `json:"digest"`
		Book   Digest  `json:"book"`
		Input  inputV1 `json:"input"`
		// Total is absent, and Refused true, where there is no amount.
		Total    *money.Amount `json:"total,omitempty"`
		Refused  bool          `json:"refused,omitempty"`
		Usage    []billedV1    `json:"usage,omitempty"`
		Lines    []lineV1      `json:"lines,omitempty"`
		Memos    []lineV1      `json:"memos,omitempty"`
		Refusals []refusalV1   `json:"refusals,omitempty"`
	}
	inputV1 struct {
		Schedule  string           `json:"schedule"`
		Period    periodV1         `json:"period,omitzero"`
		BillDate  civil.Date       `json:"bill_date,omitzero"`
		CycleDays int              `json:"cycle_days,omitempty"`
		Usage     *metering.Volume `json:"usage,omitempty"` // a pointer, since no usage is not 0 CCF
		Carried   fraction         `json:"carried,omitzero"`
		Facts     Facts            `json:"facts,omitzero"`
		Changes   []changeV1       `json:"changes,omitzero"`
		Meters    []meterV1        `json:"meters,omitzero"`
	}
	meterV1 struct {
		ID      string           `json:"id"`
		Usage   *metering.Volume `json:"usage,omitempty"`
		Carried fraction         `json:"carried,omitzero"`
		Facts   Facts            `json:"facts,omitzero"`
		Changes []changeV1       `json:"changes,omitzero"`
	}
	changeV1 struct {
		Fact  string     `json:"fact"`
		Value string     `json:"value"`
		On    civil.Date `json:"on,omitzero"`
	}
	// periodV1 holds a period that is refused for its dates too, which civil.Period does not write.
	periodV1 struct {
		From civil.Date `json:"from,omitzero"`
		To   civil.Date `json:"to,omitzero"`
	}
	billedV1 struct {
		Meter    string   `json:"meter,omitempty"`
		Measured fraction `json:"measured"`
		Usage    fraction `json:"usage"`
		Carry    fraction `json:"carry,omitzero"`
	}
	lineV1 struct {
		Charge   string       `json:"charge"`
		Text     string       `json:"text,omitempty"`
		Service  string       `json:"service,omitempty"`
		Meter    string       `json:"meter,omitempty"`
		Tier     int          `json:"tier,omitempty"`
		Period   periodV1     `json:"period,omitzero"`
		Version  civil.Date   `json:"version,omitzero"`
		Quantity fraction     `json:"quantity,omitzero"`
		Price    fraction     `json:"price,omitzero"`
		Exact    fraction     `json:"exact"`
		Amount   money.Amount `json:"amount"`
		Source   citationV1   `json:"source,omitzero"`
	}
	citationV1 struct {
		Resolution string `json:"resolution,omitempty"`
		Section    string `json:"section,omitempty"`
		Address    string `json:"address,omitempty"`
	}
	refusalV1 struct {
		Charge string  `json:"charge"`
		Memo   bool    `json:"memo,omitempty"`
		Err    errorV1 `json:"error"`
	}
	// errorV1 is a problem with its cause. Of another error it has the text alone.
	errorV1 struct {
		Code  problem.Code `json:"code,omitempty"`
		Path  string       `json:"path,omitempty"`
		Pos   posV1        `json:"pos,omitzero"`
		What  string       `json:"what,omitempty"`
		Fix   string       `json:"fix,omitempty"`
		Cause *errorV1     `json:"cause,omitempty"`
	}
	posV1 struct {
		File string `json:"file,omitempty"`
		Line int    `json:"line,omitempty"`
		Col  int    `json:"col,omitempty"`
	}
)

type fraction = exact.Fraction

func writeQuote(q Quote) (quoteV1, error) {
	if q.Digest() == (Digest{}) {
		return quoteV1{}, &problem.Error{Code: ErrQuote, Path: "book", What: "the quote was made by no book", Fix: "store what Engine.Price returns"}
	}
	w := quoteV1{Book: q.Digest(), Input: writeInput(&q.Input), Refused: q.Refused()}
	if !w.Refused || !q.Total.IsZero() { // the latter is refused when it is read back
		w.Total = &q.Total
	}
	for _, b := range q.Usage() {
		w.Usage = append(w.Usage, billedV1{b.Meter, fraction{Ratio: b.Measured}, fraction{Ratio: b.Usage}, fraction{Ratio: b.Carry}})
	}
	for line := range q.Lines() {
		w.Lines = append(w.Lines, writeLine(line))
	}
	for line := range q.Memos() {
		w.Memos = append(w.Memos, writeLine(line))
	}
	for _, r := range q.Refusals() {
		w.Refusals = append(w.Refusals, refusalV1{r.Charge, r.Memo, *writeError(r.Err)})
	}
	w.Digest = w.digest()
	return w, nil
}

func readQuote(w quoteV1) (Quote, error) {
	book := w.Book
	full := &fullQuote{refused: w.Refused, digest: &book}
	q := Quote{Input: readInput(&w.Input), full: full}
	if w.Total != nil {
		q.Total = *w.Total
	}
	for _, b := range w.Usage {
		full.usage = append(full.usage, Billed{b.Meter, b.Measured.Ratio, b.Usage.Ratio, b.Carry.Ratio})
	}
	for i := range w.Lines {
		full.lines = append(full.lines, readLine(&w.Lines[i]))
	}
	for i := range w.Memos {
		full.memos = append(full.memos, readLine(&w.Memos[i]))
	}
	for i := range w.Refusals {
		r := &w.Refusals[i]
		full.refusals = append(full.refusals, Refusal{r.Charge, r.Memo, readError(&r.Err)})
	}
	if (w.Total == nil) != w.Refused {
		return Quote{}, badQuote("total", "a quote has a total, or is refused")
	}
	if err := q.check(); err != nil {
		return Quote{}, err
	}
	if w.Digest != w.digest() {
		return Quote{}, &problem.Error{Code: stored.ErrID, Path: "digest", What: "the digest is not that of the quote", Fix: "restore the quote as it was written: what is stored is never changed"}
	}
	return q, nil
}

func writeInput(in *Input) inputV1 {
	w := inputV1{Schedule: in.Schedule, Period: periodV1(in.Period), BillDate: in.BillDate, CycleDays: in.CycleDays, Usage: writeVolume(in.Usage),
		Carried: fraction{Ratio: in.Carried}, Facts: in.Facts, Changes: writeChanges(in.Changes)}
	if in.Meters != nil {
		w.Meters = make([]meterV1, len(in.Meters))
	}
	for i := range in.Meters {
		m := &in.Meters[i]
		w.Meters[i] = meterV1{m.ID, writeVolume(m.Usage), fraction{Ratio: m.Carried}, m.Facts, writeChanges(m.Changes)}
	}
	return w
}

func readInput(w *inputV1) Input {
	in := Input{Schedule: w.Schedule, Period: civil.Period(w.Period), BillDate: w.BillDate, CycleDays: w.CycleDays, Usage: readVolume(w.Usage),
		Carried: w.Carried.Ratio, Facts: w.Facts, Changes: readChanges(w.Changes)}
	if w.Meters != nil {
		in.Meters = make([]Meter, len(w.Meters))
	}
	for i := range w.Meters {
		m := &w.Meters[i]
		in.Meters[i] = Meter{m.ID, readVolume(m.Usage), m.Carried.Ratio, m.Facts, readChanges(m.Changes)}
	}
	return in
}

func writeVolume(v metering.Volume) *metering.Volume {
	if v == (metering.Volume{}) {
		return nil
	}
	return &v
}

func readVolume(w *metering.Volume) metering.Volume {
	if w == nil {
		return metering.Volume{}
	}
	return *w
}

func writeChanges(changes []Change) []changeV1 {
	if changes == nil {
		return nil
	}
	w := make([]changeV1, len(changes))
	for i, c := range changes {
		w[i] = changeV1(c)
	}
	return w
}

func readChanges(w []changeV1) []Change {
	if w == nil {
		return nil
	}
	changes := make([]Change, len(w))
	for i, c := range w {
		changes[i] = Change(c)
	}
	return changes
}

func writeLine(l Line) lineV1 {
	return lineV1{l.Charge(), l.Text(), l.Service(), l.Meter(), l.Tier(), periodV1(l.Period()), l.Version(),
		fraction{Ratio: l.Quantity()}, fraction{Ratio: l.Price()}, fraction{Ratio: l.Exact()}, l.Amount(), citationV1(l.Source())}
}

func readLine(w *lineV1) Line {
	return Line{amount: w.Amount, item: &lineItem{charge: w.Charge, text: w.Text, service: w.Service, meter: w.Meter, tier: w.Tier,
		period: civil.Period(w.Period), version: w.Version, source: Citation(w.Source),
		quantity: lineNumber{value: w.Quantity.Ratio}, price: lineNumber{value: w.Price.Ratio}, exact: lineNumber{value: w.Exact.Ratio}}}
}

func writeError(err error) *errorV1 {
	switch err := err.(type) {
	case nil:
		return nil
	case *problem.Error:
		return &errorV1{err.Code, err.Path, posV1(err.Pos), err.What, err.Fix, writeError(err.Err)}
	}
	return &errorV1{What: err.Error()}
}

func readError(w *errorV1) error {
	e := &problem.Error{Code: w.Code, Path: w.Path, Pos: problem.Pos(w.Pos), What: w.What, Fix: w.Fix}
	if w.Cause != nil {
		e.Err = readError(w.Cause)
	}
	return e
}
