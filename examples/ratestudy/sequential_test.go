package main

import (
	"encoding/csv"
	"errors"
	"math/big"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// sequential is a study without Beam, by a loop over the rows that keeps every change. It shares nothing with what it
// checks but the engine.
type sequential struct {
	now, next *big.Int
	changes   []int64
	refused   map[string]int64
}

// studySequentially prices files whose columns are account, class, meter_size, usage, from and to, by class.
func studySequentially(t require.TestingT, now, next *rates.Engine, files ...string) map[string]*sequential {
	found := map[string]*sequential{}
	of := func(class string) *sequential {
		if !slices.Contains(now.Schedules(), class) {
			class = ""
		}
		if found[class] == nil {
			found[class] = &sequential{new(big.Int), new(big.Int), nil, map[string]int64{}}
		}
		return found[class]
	}
	for _, text := range files {
		for i, row := range strings.Split(text, "\n") {
			if i == 0 || row == "" {
				continue
			}
			cells, err := csv.NewReader(strings.NewReader(row)).Read()
			if err != nil || len(cells) != 6 {
				of("").refused["E_CSV"]++
				continue
			}
			in := rates.Input{Schedule: cells[1], Facts: rates.Facts{}}
			if cells[2] != "" {
				in.Facts["meter_size"] = cells[2]
			}
			unit, ok := now.Unit(in.Schedule)
			if !ok {
				of("").refused["E_NO_CLASS"]++
				continue
			}
			if in.Usage, err = metering.VolumeOf(cells[3], unit); err != nil {
				of(in.Schedule).refused["E_USAGE"]++
				continue
			}
			from, err := civil.ParseDate(cells[4])
			require.NoError(t, err)
			to, err := civil.ParseDate(cells[5])
			require.NoError(t, err)
			in.Period, err = civil.NewPeriod(from, to)
			require.NoError(t, err)
			before, err := now.Price(in)
			var after rates.Quote
			if err == nil {
				after, err = next.Price(in)
			}
			var e *problem.Error
			if errors.As(err, &e) {
				of(in.Schedule).refused[string(e.Code)]++
				continue
			}
			require.NoError(t, err)
			s := of(in.Schedule)
			s.now.Add(s.now, big.NewInt(before.Total.Cents()))
			s.next.Add(s.next, big.NewInt(after.Total.Cents()))
			s.changes = append(s.changes, after.Total.Cents()-before.Total.Cents())
		}
	}
	for _, s := range found {
		slices.Sort(s.changes)
	}
	return found
}

// count is how many changes are below, at and above zero.
func (s *sequential) count() (fall, same, rise int64) {
	for _, c := range s.changes {
		switch {
		case c < 0:
			fall++
		case c > 0:
			rise++
		default:
			same++
		}
	}
	return fall, same, rise
}

// percentile is the change at the rank, as the report tells it: exactly below $1,000, else the first three digits.
func (s *sequential) percentile(percent int) int64 {
	c := s.changes[(len(s.changes)*percent+99)/100-1]
	text := big.NewInt(c).String()
	digits := strings.TrimPrefix(text, "-")
	if len(digits) < 6 {
		return c
	}
	cut, _ := new(big.Int).SetString(text[:len(text)-len(digits)+3]+strings.Repeat("0", len(digits)-3), 10)
	return cut.Int64()
}
