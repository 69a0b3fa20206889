package meterread

import (
	"strings"

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
	if noDigits(text) {
		text = ""
	}
	if text == "" {
		return d.unstatedReading(r)
	}
	n, e := parseNumber(text, f)
	if e.what != "" {
		return &fault{code: NotNumeric, field: f, at: at, shift: e.at + blanksBefore(f.raw(at)), what: e.what, fix: e.fix}
	}
	if mixed {
		unit, _, _ := r.find(slotUnit)
		if _, register := unitOfRegister(unit); !register {
			r.Status = Reading
			return nil
		}
	}
	if n.IsZero() && f.columns && r.row.plan.dated && r.At.IsZero() {
		r.Status = d.unread(r)
		return nil
	}
	r.Status, r.Digits, r.Number = Reading, text, n
	if r.row.plan.slots[slotScalar] != nil {
		product, known, bad := r.product()
		r.Mismatch = bad != nil || known && product.Cmp(n.Ratio()) != 0
	}
	return nil
}

// noDigits reports whether a text is the one with which Neptune fills a reading that is none: colons.
func noDigits(text string) bool { return text != "" && strings.Trim(text, ":") == "" }

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

// unstatedReading is a read whose reading is blank: it may have a raw reading with its scalar, or a use. A raw reading alone is of a scale
// that nobody states, and no reading.
func (d *decoder) unstatedReading(r *Read) *fault {
	raw, rawField, rawAt := r.find(slotRaw)
	product, known, bad := r.product()
	switch {
	case bad != nil:
		return bad
	case known:
		text, _ := product.Decimal(0) // a product of decimals ends
		n, err := exact.ParseNumber(text)
		if err != nil {
			return &fault{code: NotNumeric, field: rawField, at: rawAt, what: "raw reading times scalar is too long to be kept exactly", fix: numberFix}
		}
		r.Status, r.Digits, r.Number = Reading, n.String(), n
		return nil
	case raw != "":
		d.find(r.Line, &fault{code: Missing, field: rawField, at: rawAt, what: "a raw reading stands alone: the reading is blank, and no scalar is stated",
			fix: "have the reading sent, or the scalar"}, true)
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

// product is raw reading times scalar, exactly; known is false where either is not stated.
func (r *Read) product() (product exact.Ratio, known bool, bad *fault) {
	raw, rawField, rawAt := r.find(slotRaw)
	scalar, scalarField, scalarAt := r.find(slotScalar)
	if raw == "" || scalar == "" {
		return product, false, nil
	}
	a, e := parseNumber(raw, rawField)
	if e.what != "" {
		return product, false, &fault{code: NotNumeric, field: rawField, at: rawAt, shift: e.at, what: e.what, fix: e.fix}
	}
	b, e := parseNumber(scalar, scalarField)
	if e.what != "" {
		return product, false, &fault{code: NotNumeric, field: scalarField, at: scalarAt, shift: e.at, what: e.what, fix: e.fix}
	}
	return a.Ratio().Mul(b.Ratio()), true, nil
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
