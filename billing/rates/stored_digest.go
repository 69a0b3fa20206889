package rates

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/metering"
)

// digest is the SHA-256 of all else that a stored quote says, in hexadecimal. It shows a change of what nothing else in the
// quote shows, such as a fact that no charge asks for. Whoever means to change a quote takes it again.
func (w *quoteV1) digest() string {
	b := stored.AppendKind(nil, "headgate.quote.1")
	b = stored.AppendBytes(b, w.Book[:])
	b = w.Input.appendTo(b)
	if b = stored.AppendBool(b, w.Total != nil); w.Total != nil {
		b = stored.AppendInt(b, w.Total.Cents())
	}
	b = stored.AppendBool(b, w.Refused)
	b = stored.AppendCount(b, len(w.Usage))
	for i := range w.Usage {
		u := &w.Usage[i]
		b = stored.AppendText(b, u.Meter)
		b = appendFractions(b, u.Measured, u.Usage, u.Carry)
	}
	for _, lines := range [][]lineV1{w.Lines, w.Memos} {
		b = stored.AppendCount(b, len(lines))
		for i := range lines {
			b = lines[i].appendTo(b)
		}
	}
	b = stored.AppendCount(b, len(w.Refusals))
	for i := range w.Refusals {
		r := &w.Refusals[i]
		b = stored.AppendText(b, r.Charge)
		b = stored.AppendBool(b, r.Memo)
		b = r.Err.appendTo(b)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func (w *inputV1) appendTo(b []byte) []byte {
	b = stored.AppendText(b, w.Schedule)
	b = appendDates(b, w.Period.From, w.Period.To, w.BillDate)
	b = stored.AppendInt(b, int64(w.CycleDays))
	b = appendGiven(b, w.Usage, w.Carried, w.Facts, w.Changes)
	if b = stored.AppendBool(b, w.Meters != nil); w.Meters == nil {
		return b
	}
	b = stored.AppendCount(b, len(w.Meters))
	for i := range w.Meters {
		m := &w.Meters[i]
		b = stored.AppendText(b, m.ID)
		b = appendGiven(b, m.Usage, m.Carried, m.Facts, m.Changes)
	}
	return b
}

// appendGiven appends what an account and a meter both have. No list is not an empty one, since an input is kept as it was.
func appendGiven(b []byte, usage *metering.Volume, carried fraction, facts Facts, changes []changeV1) []byte {
	if b = stored.AppendBool(b, usage != nil); usage != nil {
		b = stored.AppendText(b, usage.String())
	}
	b = appendFractions(b, carried)
	if b = stored.AppendBool(b, facts != nil); facts != nil {
		b = stored.AppendCount(b, len(facts))
		for _, name := range slices.Sorted(maps.Keys(facts)) {
			b = stored.AppendText(stored.AppendText(b, name), facts[name])
		}
	}
	if b = stored.AppendBool(b, changes != nil); changes != nil {
		b = stored.AppendCount(b, len(changes))
		for _, c := range changes {
			b = stored.AppendText(stored.AppendText(b, c.Fact), c.Value)
			b = appendDates(b, c.On)
		}
	}
	return b
}

func (w *lineV1) appendTo(b []byte) []byte {
	b = appendTexts(b, w.Charge, w.Text, w.Service, w.Meter)
	b = stored.AppendInt(b, int64(w.Tier))
	b = appendDates(b, w.Period.From, w.Period.To, w.Version)
	b = appendFractions(b, w.Quantity, w.Price, w.Exact)
	b = stored.AppendInt(b, w.Amount.Cents())
	return appendTexts(b, w.Source.Resolution, w.Source.Section, w.Source.Address)
}

func (w *errorV1) appendTo(b []byte) []byte {
	b = appendTexts(b, string(w.Code), w.Path, w.Pos.File)
	b = stored.AppendInt(stored.AppendInt(b, int64(w.Pos.Line)), int64(w.Pos.Col))
	b = appendTexts(b, w.What, w.Fix)
	if b = stored.AppendBool(b, w.Cause != nil); w.Cause != nil {
		b = w.Cause.appendTo(b)
	}
	return b
}

func appendTexts(b []byte, texts ...string) []byte {
	for _, text := range texts {
		b = stored.AppendText(b, text)
	}
	return b
}

func appendDates(b []byte, dates ...civil.Date) []byte {
	for _, d := range dates {
		b = stored.AppendText(b, d.String())
	}
	return b
}

func appendFractions(b []byte, fractions ...fraction) []byte {
	for _, f := range fractions {
		b = stored.AppendText(b, f.String())
	}
	return b
}
