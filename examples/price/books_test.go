package main

import (
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/ratefile"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// The published figures, once more: an error of writing them down has to be made twice to go unseen.
var (
	sizes = []string{"5/8", "3/4", "1", "1 1/2", "2", "3", "4", "6", "8"}
	bases = map[string]string{
		"central-water": "22.36 22.36 36.07 58.94 86.36 150.41 241.82 470.42 927.88",
		"ord-water":     "38.79 38.79 60.51 96.71 140.14 241.57 386.31 748.31 1472.72",
		"central-fire":  "- - 1.68 4.87 10.37 30.13 64.20 186.49 397.40",
		"ord-fire":      "- - 2.26 6.56 13.99 40.63 86.58 251.49 535.94",
	}
	tiers = map[string]string{"central-water": "2.78 3.19 5.63", "ord-water": "3.68 5.65 7.62"}
)

// byHand is a bill in cents by the published figures, each line rounded half up; -1 where there is no price.
func byHand(t *testing.T, schedule, size, usage string) int64 {
	t.Helper()
	base := strings.Fields(bases[schedule])[slices.Index(sizes, size)]
	if base == "-" {
		return -1
	}
	total := halfUp(rat(t, base))
	left := rat(t, usage)
	for i, price := range strings.Fields(tiers[schedule]) {
		units := new(big.Rat).Set(left)
		if eight := big.NewRat(8, 1); i < 2 && units.Cmp(eight) > 0 {
			units = eight
		}
		left.Sub(left, units)
		total += halfUp(new(big.Rat).Mul(units, rat(t, price)))
	}
	return total
}

func rat(t *testing.T, text string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(text)
	require.True(t, ok, text)
	return r
}

// halfUp is dollars in cents.
func halfUp(dollars *big.Rat) int64 {
	twice := new(big.Rat).Mul(dollars, big.NewRat(200, 1))
	twice.Add(twice, big.NewRat(1, 1))
	return new(big.Int).Div(twice.Num(), new(big.Int).Mul(big.NewInt(2), twice.Denom())).Int64()
}

func TestTheBookPricesAsPublished(t *testing.T) {
	own, err := readOwnBook()
	require.NoError(t, err)
	engine := own.engine
	require.Len(t, engine.Schedules(), len(bases))
	for schedule := range bases {
		for _, size := range sizes {
			for _, usage := range []string{"0", "0.001", "1", "7.999", "8", "8.5", "9", "13", "15.5", "16", "16.005", "17", "27.3", "500"} {
				volume, err := metering.VolumeOf(usage, metering.CCF748)
				require.NoError(t, err)
				quote, err := engine.Price(rates.Input{
					Schedule: schedule, Period: civil.MustPeriod("[2018-01-01, 2018-02-01)"), Usage: volume, Facts: rates.Facts{"meter_size": size},
				})
				want := byHand(t, schedule, size, usage)
				if want < 0 {
					require.ErrorIs(t, err, rates.ErrFactValue)
					continue
				}
				require.NoError(t, err)
				require.Equal(t, want, quote.Total.Cents(), "%s %s %s", schedule, size, usage)
			}
		}
	}
	// The two worked bills of 13 units.
	require.Equal(t, int64(60_55), byHand(t, "central-water", "3/4", "13"))
	require.Equal(t, int64(96_48), byHand(t, "ord-water", "3/4", "13"))
}

func TestEveryPriceOfTheBookCitesWhereItWasRead(t *testing.T) {
	for _, s := range ownSchedules(t) {
		for _, v := range s.Versions {
			for _, c := range v.Charges {
				require.Empty(t, c.Source.Resolution, "the collection names none")
				require.Contains(t, c.Source.Section, strings.Split(s.Title, " ")[0])
				require.Contains(t, c.Source.Address, "https://")
			}
		}
	}
}

func ownSchedules(t *testing.T) []rates.Schedule {
	t.Helper()
	file, err := ratefile.Parse(ownBookName, []byte(ownBook))
	require.NoError(t, err)
	return file.Book().Schedules
}

func TestThePageOfTheDistrictTellsThePlaceholdersOfItsBook(t *testing.T) {
	for _, s := range ownSchedules(t) {
		require.Equal(t, money.Rounding{Mode: exact.HalfUp, Place: money.ByLine}, s.Rounding)
		require.Equal(t, rates.Proration{Over: rates.NotProrated}, s.Proration)
		require.Equal(t, rates.ExactUsage, s.Usage)
		require.Equal(t, rates.SplitByDay, s.Select)
		for _, f := range s.Facts {
			require.Empty(t, f.Change, "a change is refused")
		}
		require.Contains(t, districtNotes, ownBookName)
		for _, v := range s.Versions {
			require.Equal(t, civil.MustDate("2019-01-01"), v.To, "no day after the rates of 2018 is priced by them")
		}
		require.Contains(t, districtNotes, s.Versions[0].Source.Address)
	}
	notes := strings.ReplaceAll(districtNotes, "\n", " ")
	for _, told := range []string{
		"rounded half_up by line", "the rates end with 2018", "not prorated", "usage is billed as measured", "new rates split a bill by days", "changes size within a bill is refused",
	} {
		require.Contains(t, notes, told)
	}
}

func TestTheShippedBooksAreGoodAndInCanonicalForm(t *testing.T) {
	books, err := filepath.Glob("books/*")
	require.NoError(t, err)
	require.NotEmpty(t, books)
	for _, name := range books {
		code, stdout, stderr := price(t, "", "-check", name)
		require.Equal(t, exitPriced, code, stderr)
		require.Contains(t, stdout, name+": good, all ")
		code, stdout, stderr = price(t, "", "-format", name)
		require.Equal(t, exitPriced, code, stderr)
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		require.Equal(t, string(text), stdout)
	}
}
