package metering

import (
	"time"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
)

// The presets are thresholds that somebody has published, under names of ours. A threshold that the publisher leaves to the
// site is not set, and the check refuses to run until it is: InforDefault has no low side.

// InforDefault is the example of Infor's manual: High at 125%, Higher at 150%. Highest at 200% is ours. The low side is not
// set.
func InforDefault() Bands {
	return Bands{
		Title: "InforDefault", Source: "docs.infor.com cmo1441041122683, its example; Highest is ours",
		High: whole(125), Higher: whole(150), Highest: whole(200),
	}
}

// FloorBandDefault is the rule of one system: high max(1.8 × avg, 10), low min(0.4 × avg, 10). The maximum and the minimum
// are our reading of it, and so are the edges.
func FloorBandDefault(unit Unit) FloorBand {
	return FloorBand{
		Title: "FloorBand", Source: "one billing system; minimum, maximum and edges are our reading",
		HighFactor: tenths(18), HighFloor: whole(10), LowFactor: tenths(4), LowFloor: whole(10), Unit: unit,
	}
}

// OracleFactor is Oracle's rule by factors, which every site sets.
func OracleFactor() FactorBand {
	return FactorBand{Title: "OracleFactor", Source: "Oracle Utilities Customer Care and Billing"}
}

// ItronIEE is Itron's percentage, by the current value. Every site sets the limit.
func ItronIEE() CurrentPercent {
	return CurrentPercent{Title: "ItronIEE", Source: "docs.itrontotal.com 252830"}
}

// MunisEstimate is the estimate of Munis: the average daily use of three prior cycles. 110 over 90 days are 37 in 30 days.
// It states no age beyond which a cycle is not counted: MaxAge is Off, and a site does well to set it.
func MunisEstimate() EstimateMethod {
	return EstimateMethod{Title: "MunisEstimate", Source: "tylernow.atlassian.net 602406931", Kind: AverageDailyUse, Cycles: 3, Least: 3, MaxAge: Off()}
}

// AquaCUELeak is a leak at 1 gallon in each hour.
func AquaCUELeak() LeakRule {
	return LeakRule{Title: "AquaCUELeak", Source: "helpaquacue.com", Unit: Gallon, PerHour: whole(1), Critical: Off()}
}

// BeaconLeak is a leak above 1 gallon an hour, critical from 60 on, old after ten weeks.
func BeaconLeak() LeakRule {
	return LeakRule{
		Title: "BeaconLeak", Source: "helpbeaconama.net", Unit: Gallon, PerHour: whole(1), Above: true, Critical: whole(60),
		OldAfter: 10 * 7 * 24 * time.Hour,
	}
}

// EyeOnWaterLeak is a leak at 1 to 5 gallons an hour, which the site sets. Anything else is ErrThreshold.
func EyeOnWaterLeak(perHour exact.Number) (LeakRule, error) {
	if perHour.Ratio().Cmp(exact.Int(1)) < 0 || perHour.Ratio().Cmp(exact.Int(5)) > 0 {
		return LeakRule{}, &problem.Error{
			Code: ErrThreshold, Path: "per_hour", What: perHour.String() + " is not from 1 to 5",
			Fix: "set 1 to 5 gallons an hour",
		}
	}
	return LeakRule{Title: "EyeOnWaterLeak", Source: "EyeOnWater", Unit: Gallon, PerHour: At(perHour), Critical: Off()}, nil
}

func whole(n int64) Threshold { return thousandth(n * 1000) }

func tenths(n int64) Threshold { return thousandth(n * 100) }

func thousandth(n int64) Threshold {
	number, _ := exact.NewNumber(n, 3) // a few digits: no error
	return At(number)
}
