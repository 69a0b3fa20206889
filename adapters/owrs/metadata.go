package owrs

import (
	"strconv"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/metering"
)

// Metadata is what a file says of itself. All of it may be absent.
type Metadata struct {
	// UtilityName is the utility, as written.
	UtilityName string
	// EffectiveDate is the first day of the rates; zero where it is absent or cannot
	// be read. Files write 07/01/2017, 7/1/2017 (month first) and 2017-07-01.
	EffectiveDate civil.Date
	// BillFrequency is how often bills are made, as written: "Bi-Monthly".
	BillFrequency string
	// Months is the length of the billing period by the frequency: 1 monthly, 2
	// bimonthly, 3 quarterly, 12 annually; 0 where it is absent or another.
	Months int
	// BillUnit is the unit of usage, as written.
	BillUnit string
	// Unit is what usage is counted in: the bill unit, or metering.BillingUnit where
	// that is absent or unknown, which converts to nothing else.
	Unit metering.Unit
	// Link is where the adopted rates can be read.
	Link string
	// knownUnit says whether Unit is the bill unit.
	knownUnit bool
}

// Metadata returns what the file says of itself.
func (f *File) Metadata() Metadata { return f.metadata }

func (f *File) readMetadata(n *yamldoc.Node) {
	f.metadata.Unit = metering.BillingUnit
	text := func(key string) (string, *yamldoc.Node) {
		e := n.Get(key)
		if e.Value == nil || e.Value.Kind != yamldoc.Scalar || e.Value.Text == "" {
			return "", nil
		}
		return e.Value.Text, e.Value
	}
	m := &f.metadata
	m.UtilityName, _ = text("utility_name")
	m.Link, _ = text("prop_218_link")
	m.BillFrequency, _ = text("bill_frequency")
	m.Months = months(m.BillFrequency)
	var date string
	date, f.date = text("effective_date")
	m.EffectiveDate = readDate(date)
	m.BillUnit, f.unit = text("bill_unit")
	if unit, err := metering.ParseUnit(m.BillUnit); err == nil {
		m.Unit, m.knownUnit = unit, true
	}
}

func months(frequency string) int {
	switch strings.ReplaceAll(strings.ToLower(frequency), "-", "") {
	case "monthly":
		return 1
	case "bimonthly":
		return 2
	case "quarterly":
		return 3
	case "annually":
		return 12
	}
	return 0
}

// readDate reads the dates that files write; what it cannot read is no date.
func readDate(text string) civil.Date {
	if d, err := civil.ParseDate(text); err == nil {
		return d
	}
	parts := strings.Split(text, "/")
	if len(parts) != 3 || len(parts[2]) != 4 {
		return civil.Date{}
	}
	var numbers [3]int
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 16)
		if err != nil || i < 2 && len(part) > 2 {
			return civil.Date{}
		}
		numbers[i] = int(n)
	}
	d, err := civil.NewDate(numbers[2], time.Month(numbers[0]), numbers[1])
	if err != nil {
		return civil.Date{}
	}
	return d
}
