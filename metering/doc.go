// Package metering turns what a meter shows into the volume of water that a bill may charge for, and says why where it
// cannot.
//
//	dial := metering.Register{ID: "1", Dials: 6, Multiplier: one, Unit: metering.CubicFoot}
//	from, err := metering.Open(dial, lastReading)                 // where the next use counts from
//	m, err := metering.Between(from, dial, reading, rule)         // rollover, reverse flow, range: in a fixed order
//	verdict, err := bands.Judge(sample, lastYear)                 // High at 125%, with the numbers that say so
//	m = m.With(verdict)                                           // the verdict is data on the read
//	review, err := metering.NewReview("A-1041/2026-11", due, m, bands.Title)
//	usage, err := review.Billable()                               // E_USAGE_OPEN while an exception is open
//	billed, err := usage.Volume(metering.CCF, 0, exact.HalfUp)    // the one rounding, at the edge
//
// # What is billed
//
// Nothing is billed on a negative number or on one that nobody stated. A Measurement either has a use of zero or more, or
// none and an Exception with the numbers that caused it. Each exception ends: accepted with its reason, read again,
// estimated by a named method, or ordered as field work whose result comes back. What changes the outcome of a check takes
// a second person. Only a Review without an open exception gives a Usage, and a Usage comes from nowhere else.
//
// # Units and numbers
//
// Conversions between units are exact, and so is all that is computed here; what a function rounds, it says.
//
//	used, err := metering.ParseVolume("31.237 CCF")
//	gallons, err := used.In(metering.Gallon)         // an exact fraction: 1 CCF is 57600/77 gal
//	billed, err := used.In(metering.CCF748)          // the convention of 748 gal, only where it is named
//	_, err = metering.ParseUnit("PULSE")             // E_UNIT: never assumed to be a volume
//
// Thresholds are values. Those that somebody published are presets that name their source; one that a preset leaves open
// has no default, and a check that needs it is an error.
package metering
