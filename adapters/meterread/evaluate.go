package meterread

import (
	"fmt"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
)

// A fault is a finding before it has its place.
type fault struct {
	code  problem.Code
	field *fieldPlan
	at    *row
	shift int // of the column, within the field
	what  string
	fix   string
}

// checkRow looks at the fields of a line that every line has: constants, numbers, dates, what is required. What it says about the width
// of the line has been looked at before.
func (d *decoder) checkRow(r *row) *fault {
	for _, f := range r.plan.checks {
		text := f.text(r)
		switch f.check {
		case checkConst:
			if text != f.Value {
				return &fault{code: BadConst, field: f, at: r, what: "another text stands where the layout has a constant", fix: "look whether the line is whole, and of this layout"}
			}
		case checkNumber:
			if text == "" {
				continue
			}
			if _, e := parseNumber(text, f); e.what != "" {
				return &fault{code: NotNumeric, field: f, at: r, shift: e.at, what: e.what, fix: e.fix}
			}
		case checkDate:
			if text == "" {
				continue
			}
			if _, ok := d.stamp(text, f); !ok {
				return badDate(f, r)
			}
		}
	}
	for _, f := range r.plan.required {
		if f.text(r) == "" {
			return &fault{code: Missing, field: f, at: r, what: "a required field is blank", fix: "complete the line"}
		}
	}
	return d.repeated(r)
}

// repeated looks whether a value that must be unique was used before.
func (d *decoder) repeated(r *row) *fault {
	for _, f := range r.plan.unique {
		if text := f.text(r); text != "" && d.seen[f.Name+"\x00"+text] {
			return &fault{code: Repeated, field: f, at: r, what: "the value stood on a line before", fix: "look which of the lines holds; the first was used"}
		}
	}
	return nil
}

// use remembers the unique values of a line that was given: one that was refused may be sent again.
func (d *decoder) use(r *row) {
	for _, f := range r.plan.unique {
		if text := f.text(r); text != "" {
			if d.seen == nil {
				d.seen = map[string]bool{}
			}
			d.seen[f.Name+"\x00"+text] = true
		}
	}
}

func badDate(f *fieldPlan, at *row) *fault {
	return &fault{code: BadDate, field: f, at: at, what: "there is no such day or time, or it is not written in the layout's format", fix: "correct the date at its source"}
}

// evaluate makes a read of the rows: its status, its instant, its number.
func (d *decoder) evaluate(r *Read) *fault {
	if text, f, _ := r.find(slotCommodity); text != "" && !isWater(text, f.meaning(text)) {
		d.sum.NotWater++
		return nil
	}
	if fault := d.identify(r); fault != nil {
		return fault
	}
	if fault := d.when(r); fault != nil {
		return fault
	}
	return d.number(r)
}

// isWater goes by a code or by what it means. Waste water is none that a meter reader's bill charges.
func isWater(code, meaning string) bool {
	if code == "W" {
		return true
	}
	word := strings.ToLower(meaning)
	return word == "w" || word == "water" || word == "potable water" || word == "non-potable water"
}

func (d *decoder) identify(r *Read) *fault {
	if d.plan.layout.Kind == CSVRepeat {
		if text, f, at := r.find(slotMeter); text == "" && f != nil {
			return &fault{code: NoMeter, field: f, at: at, what: "the meter's number is blank", fix: "where it stands in another field, give that the role meter_serial"}
		}
	}
	if !d.plan.named {
		return nil
	}
	for _, s := range identities {
		if text, _, _ := r.find(s); text != "" {
			return nil
		}
	}
	return &fault{code: NoMeter, at: &r.row, what: "neither meter nor account is stated", fix: "complete the line, or set the role of the field that has it"}
}

// number reads the reading, or the use, and finds the status.
func (d *decoder) number(r *Read) *fault {
	text, f, at := r.find(slotReading)
	mixed := false
	if f == nil {
		text, f, at = r.find(slotMixed)
		mixed = f != nil
	}
	if mixed {
		if quality, _, _ := r.find(slotQuality); noValue(quality) {
			text = ""
		} else if text == "" {
			text = "0" // CMEP 1.20: an empty number is zero
		}
	}
	if text != "" && strings.Trim(text, ":") == "" {
		text = "" // Neptune fills a reading that is none with colons
	}
	if text == "" {
		return d.noDigits(r, f)
	}
	n, e := parseNumber(text, f)
	if e.what != "" {
		return &fault{code: NotNumeric, field: f, at: at, shift: e.at + blanksBefore(f.raw(at)), what: e.what, fix: e.fix}
	}
	if mixed {
		unit, _, _ := r.find(slotUnit)
		if !strings.HasSuffix(unit, "REG") {
			r.Status = Reading
			return nil
		}
	}
	if n.IsZero() && f.columns && r.row.plan.dated && r.At.IsZero() {
		r.Status = d.unread(r)
		return nil
	}
	r.Status, r.Digits, r.Number = Reading, text, n
	if scalar := r.row.plan.slots[slotScalar]; scalar != nil {
		if product, ok := d.product(r); ok && product != n {
			r.Mismatch = true
		}
	}
	return nil
}

func blanksBefore(text string) int { return len(text) - len(strings.TrimLeft(text, " \t")) }

// noValue reports whether a quality of CMEP says that there is no value: the letter N, with or without a mask.
func noValue(quality string) bool {
	return strings.HasPrefix(quality, "N") && strings.Trim(quality[1:], "0123456789") == ""
}

// unread is the status of a place that holds no reading.
func (d *decoder) unread(r *Read) Status {
	for _, s := range [...]slot{slotNote, slotTrouble} {
		if code, _, _ := r.find(s); code != "" {
			return Skipped
		}
	}
	return NoRead
}

// noDigits is a read whose reading is blank: it may have a raw reading with its scalar, or a use.
func (d *decoder) noDigits(r *Read, reading *fieldPlan) *fault {
	if raw, f, at := r.find(slotRaw); raw != "" && r.row.plan.slots[slotScalar] != nil {
		if _, e := parseNumber(raw, f); e.what != "" {
			return &fault{code: NotNumeric, field: f, at: at, shift: e.at, what: e.what, fix: e.fix}
		}
		if n, ok := d.product(r); ok {
			r.Status, r.Digits, r.Number = Reading, raw, n
			return nil
		}
	}
	if use, f, at := r.find(slotInterval); use != "" {
		n, e := parseNumber(use, f)
		if e.what != "" {
			return &fault{code: NotNumeric, field: f, at: at, shift: e.at, what: e.what, fix: e.fix}
		}
		n, err := r.scaled(n)
		if err != nil {
			return &fault{code: NotNumeric, field: f, at: at, what: "the number is too long to be kept exactly", fix: numberFix}
		}
		r.Status = Reading
		if d.cumulative {
			r.Digits, r.Number = use, n
		}
		return nil
	}
	r.Status = d.unread(r)
	return nil
}

// product is raw reading times scalar, exactly; false where either is not stated or the result is too long.
func (d *decoder) product(r *Read) (exact.Number, bool) {
	raw, rawField, _ := r.find(slotRaw)
	scalar, scalarField, _ := r.find(slotScalar)
	if raw == "" || scalar == "" {
		return exact.Number{}, false
	}
	a, e1 := parseNumber(raw, rawField)
	b, e2 := parseNumber(scalar, scalarField)
	if e1.what != "" || e2.what != "" {
		return exact.Number{}, false
	}
	text, _ := a.Ratio().Mul(b.Ratio()).Decimal(0) // a product of decimals ends
	n, err := exact.ParseNumber(text)
	return n, err == nil
}

// scaled multiplies by the power of ten that the file states.
func (r *Read) scaled(n exact.Number) (exact.Number, error) {
	text := r.Text("scale")
	if text == "" {
		return n, nil
	}
	ten, ok := smallInt(text)
	if !ok {
		return exact.Number{}, &problem.Error{Code: NotNumeric, Path: "scale", What: "the power of ten is no whole number of two digits"}
	}
	return power(n, ten)
}

// stamp reads a date, a time or both.
func (d *decoder) stamp(text string, f *fieldPlan) (Stamp, bool) {
	if f.Type == "epoch_seconds" {
		n, e := parseNumber(text, f)
		const last = 1 << 38 // beyond the year 9999
		if e.what != "" || n.Places() > 0 || n.Coefficient() > last {
			return Stamp{}, false
		}
		return stampOf(time.Unix(n.Coefficient(), 0))
	}
	if f.format == nil {
		return iso(text)
	}
	values, ok := f.format.read(text)
	if !ok {
		return Stamp{}, false
	}
	s := Stamp{utc: strings.HasPrefix(f.Zone, "UTC")}
	format := f.format
	if format.has[month] || format.has[day] || format.has[century4] || format.has[year2] {
		date, err := civil.NewDate(format.year(&values), time.Month(values[month]), values[day])
		if err != nil {
			return Stamp{}, false
		}
		s.date = date
	}
	if format.has[hour] {
		if values[hour] > 23 || values[minute] > 59 || values[second] > 59 {
			return Stamp{}, false
		}
		s.hasTime = true
		s.millis = int32(((values[hour]*60+values[minute])*60+values[second])*1000 + values[millisecond])
	}
	return s, true
}

// when finds the instant or the day of a read. The nearest of each role that is not blank holds.
func (d *decoder) when(r *Read) *fault {
	for _, s := range [...]slot{slotReadAt, slotReadDate} {
		text, f, at := r.find(s)
		if text == "" {
			continue
		}
		stamp, ok := d.stamp(text, f)
		if !ok || stamp.date.IsZero() {
			return badDate(f, at)
		}
		r.At = stamp
		break
	}
	if r.row.plan.slots[slotReadTime] != nil && !r.At.hasTime {
		if text, f, at := r.find(slotReadTime); text != "" {
			stamp, ok := d.stamp(text, f)
			switch {
			case !ok:
				return badDate(f, at)
			case !r.At.IsZero():
				r.At.hasTime, r.At.millis, r.At.utc = true, stamp.millis, stamp.utc
			}
		}
	}
	if r.At.IsZero() && r.row.plan.slots[slotMonth] != nil {
		if fault := d.yearless(r); fault != nil {
			return fault
		}
	}
	for _, s := range [...]slot{slotEnd, slotStart} {
		text, f, at := r.find(s)
		if text == "" || !r.At.IsZero() {
			continue
		}
		stamp, ok := d.stamp(text, f)
		if !ok {
			return badDate(f, at)
		}
		r.At = stamp
	}
	return nil
}

// yearless completes a month and a day with the latest year that is not after the close of the cycle. Without one the date stays blank.
func (d *decoder) yearless(r *Read) *fault {
	monthText, mf, at := r.find(slotMonth)
	dayText, df, _ := r.find(slotDay)
	if df == nil || (monthText == "" && dayText == "") {
		return nil
	}
	const leap = 2000 // a year that has every day
	m, e1 := parseNumber(monthText, mf)
	n, e2 := parseNumber(dayText, df)
	if e1.what != "" || e2.what != "" || monthText == "" || dayText == "" {
		return badDate(mf, at)
	}
	mm, dd := time.Month(m.Coefficient()), int(n.Coefficient())
	if _, err := civil.NewDate(leap, mm, dd); err != nil || len(monthText) > 2 || len(dayText) > 2 {
		return badDate(mf, at)
	}
	limit := d.options.CycleClose
	if limit.IsZero() {
		return nil
	}
	year := limit.Year()
	if mm > limit.Month() || (mm == limit.Month() && dd > limit.Day()) {
		year--
	}
	date, err := civil.NewDate(year, mm, dd)
	if err != nil {
		fault := badDate(mf, at)
		fault.what = fmt.Sprintf("the day does not exist in %d, the latest year that is not after the close of the cycle", year)
		return fault
	}
	r.At = Stamp{date: date}
	return nil
}
