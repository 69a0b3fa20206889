package bench

import (
	"bufio"
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

// engineJob is the whole job by the engine: every account has its facts by name, and every
// line of its quote is written.
func engineJob(engine *rates.Engine, common rates.Input, r io.Reader, w io.Writer) error {
	in, out := rowReader{r: r}, bufio.NewWriterSize(w, 64<<10)
	unit, _ := engine.Unit(common.Schedule)
	facts := rates.Facts{}
	common.Facts = facts
	for {
		record, err := in.read()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		if len(record) != 3 {
			return fmt.Errorf("a row has %d cells, and there are 3 columns", len(record))
		}
		if common.Usage, err = metering.VolumeOf(record[2], unit); err != nil {
			return err
		}
		facts["meter_size"] = record[1]
		quote, err := engine.Price(common)
		if err != nil {
			return err
		}
		if _, err := out.Write(appendBill(out.AvailableBuffer(), record, &quote)); err != nil {
			return err
		}
	}
	return out.Flush()
}

// A rowReader cuts rows without quotes at their commas, which is most of them, and leaves
// the others to package csv.
type rowReader struct {
	r     io.Reader
	buf   [64 << 10]byte
	chunk string // what is read and not yet cut; rows are parts of it
	end   error
	cells []string
}

func (r *rowReader) read() ([]string, error) {
	i := strings.IndexByte(r.chunk, '\n')
	for i < 0 && r.end == nil {
		if len(r.chunk) == len(r.buf) {
			return nil, fmt.Errorf("a row is longer than %d bytes", len(r.buf))
		}
		had := copy(r.buf[:], r.chunk)
		n, err := r.r.Read(r.buf[had:])
		r.chunk, r.end = string(r.buf[:had+n]), err
		i = strings.IndexByte(r.chunk, '\n')
	}
	line := r.chunk
	if i >= 0 {
		line, r.chunk = line[:i], line[i+1:]
	} else if r.chunk = ""; line == "" {
		return nil, r.end
	}
	line = strings.TrimSuffix(line, "\r")
	if strings.IndexByte(line, '"') >= 0 {
		return csv.NewReader(strings.NewReader(line)).Read()
	}
	r.cells = r.cells[:0]
	for {
		at := strings.IndexByte(line, ',')
		if at < 0 {
			r.cells = append(r.cells, line)
			return r.cells, nil
		}
		r.cells = append(r.cells, line[:at])
		line = line[at+1:]
	}
}

// appendBill appends a row of the bills. A tier without usage has no line, and is 0.00 here.
func appendBill(row []byte, record []string, quote *rates.Quote) []byte {
	for _, cell := range record {
		row = append(append(row, cell...), ',')
	}
	column := 0
	for line := range quote.Lines() {
		for place := referencePlace(line); column < place; column++ {
			row = append(row, "0.00,"...)
		}
		row, _ = line.Amount().AppendText(row) // it has no errors
		row = append(row, ',')
		column++
	}
	row, _ = quote.Total.AppendText(row)
	return append(row, '\n')
}
