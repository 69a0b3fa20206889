package bench

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// The whole job reads accounts as CSV and writes their bills as CSV: the columns account,
// meter_size and usage, and behind them the eight lines and the total.

// accountRows is accounts as CSV.
func accountRows(accounts []Account) []byte {
	var text []byte
	for i, a := range accounts {
		text = fmt.Appendf(text, "invented-%04d,%s,%d.%03d\n", i, referenceSizes[a.Meter], a.Usage/1000, a.Usage%1000)
	}
	return text
}

// shopspringJob is the whole job as it is mostly written: package csv and plain decimals.
func shopspringJob(r io.Reader, w io.Writer) error {
	in, out := csv.NewReader(r), csv.NewWriter(w)
	in.ReuseRecord = true
	var row []string
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		usage, err := decimal.NewFromString(record[2])
		if err != nil {
			return err
		}
		meter := slices.Index(referenceSizes[:], record[1])
		if meter < 0 {
			return fmt.Errorf("no meter size %q", record[1])
		}
		row = append(row[:0], record...)
		for _, amount := range shopspringReference(Account{usage.Shift(3).IntPart(), meter}) {
			row = append(row, amount.StringFixed(2))
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// engineJob is the whole job by the engine: the schedule is bound for a meter size when that
// is first met, and every line of every quote is written.
func engineJob(engine *rates.Engine, common rates.Input, r io.Reader, w io.Writer) error {
	in := rowReader{r: r}
	out := make([]byte, 0, 64<<10)
	unit, _ := engine.Unit(common.Schedule)
	var bounds []sizeBound // a few, found faster by looking at each
	for {
		row, cells, err := in.read()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		if len(cells) != 3 {
			return fmt.Errorf("a row has %d cells, and there are 3 columns", len(cells))
		}
		at := 0
		for at < len(bounds) && bounds[at].size != cells[1] {
			at++
		}
		if at == len(bounds) {
			common.Facts = rates.Facts{"meter_size": cells[1]}
			bound, err := engine.Bind(common)
			if err != nil {
				return err
			}
			bounds = append(bounds, sizeBound{cells[1], bound})
		}
		usage, err := metering.VolumeOf(cells[2], unit)
		if err != nil {
			return err
		}
		quote, err := bounds[at].Price(rates.Account{Usage: usage})
		if err != nil {
			return err
		}
		if out = appendBill(append(out, row...), &quote); len(out) < cap(out)*15/16 {
			continue
		}
		if _, err := w.Write(out); err != nil {
			return err
		}
		out = out[:0]
	}
	_, err := w.Write(out)
	return err
}

// A sizeBound is the schedule bound for a meter size.
type sizeBound struct {
	size string
	*rates.Bound
}

// A rowReader cuts rows without quotes at their commas, which is most of them, and leaves
// the others to package csv. No cell holds a line end.
type rowReader struct {
	r     io.Reader
	buf   [64 << 10]byte
	chunk string // what is read and not yet cut; rows are parts of it
	quote bool   // somewhere in what is read
	end   error
	cells []string
}

// read returns a row as it stands, and its cells.
func (r *rowReader) read() (row string, cells []string, err error) {
	i := strings.IndexByte(r.chunk, '\n')
	for i < 0 && r.end == nil {
		if len(r.chunk) == len(r.buf) {
			return "", nil, fmt.Errorf("a row is longer than %d bytes", len(r.buf))
		}
		had := copy(r.buf[:], r.chunk)
		n, err := r.r.Read(r.buf[had:])
		r.chunk, r.end = string(r.buf[:had+n]), err
		r.quote = strings.IndexByte(r.chunk, '"') >= 0
		i = strings.IndexByte(r.chunk, '\n')
	}
	row = r.chunk
	if i >= 0 {
		row, r.chunk = row[:i], row[i+1:]
	} else if r.chunk = ""; row == "" {
		return "", nil, r.end
	}
	row = strings.TrimSuffix(row, "\r")
	if r.quote && strings.IndexByte(row, '"') >= 0 {
		cells, err = csv.NewReader(strings.NewReader(row)).Read()
		return row, cells, err
	}
	r.cells = r.cells[:0]
	rest := row
	for {
		at := strings.IndexByte(rest, ',')
		if at < 0 {
			r.cells = append(r.cells, rest)
			return row, r.cells, nil
		}
		r.cells = append(r.cells, rest[:at])
		rest = rest[at+1:]
	}
}

// appendBill appends the amounts of a bill. A tier without usage has no line, and is 0.00
// here: tiers are the columns 1 to 3.
func appendBill(row []byte, quote *rates.Quote) []byte {
	column := 0
	for line := range quote.Lines() {
		place := column
		if tier := line.Tier(); tier > 0 {
			place = tier
		} else if column > 0 {
			place = max(column, 4)
		}
		for ; column < place; column++ {
			row = append(row, ",0.00"...)
		}
		row, _ = line.Amount().AppendText(append(row, ',')) // it has no errors
		column++
	}
	row, _ = quote.Total.AppendText(append(row, ','))
	return append(row, '\n')
}
