package metering

import (
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
)

// The codes of this package's errors. A number too long for a Volume is exact.ErrRange.
const (
	ErrUnit   problem.Code = "E_UNIT"   // a unit that is missing, unknown or of another kind
	ErrVolume problem.Code = "E_VOLUME" // text that is not a volume
)

// Unit is a unit of volume. The zero value is no unit, and whatever takes a unit refuses it.
type Unit uint8

// The units, with their exact volumes.
const (
	Gallon          Unit = iota + 1 // US liquid gallon, 231 cubic inches
	HundredGallons                  // 100 Gallon
	ThousandGallons                 // 1,000 Gallon, kgal
	CubicFoot                       // 1,728 cubic inches, 576/77 gal
	CCF                             // 100 CubicFoot exactly, 57600/77 gal; also written HCF
	CCF748                          // 748 Gallon: what some districts take a CCF for; 69.44 millionths less than one
	MCF                             // 1,000 CubicFoot
	AcreFoot                        // 43,560 CubicFoot, 435.6 CCF
	Liter                           // 125000000/2048383 cubic inches, with the inch at 2.54 cm
	CubicMeter                      // 1,000 Liter
	Kiloliter                       // the same volume as CubicMeter under its own name
	ImperialGallon                  // 4.54609 Liter
	OilBarrel                       // 42 Gallon
	BillingUnit                     // the unit of a tariff that does not state its volume; it converts to nothing else
)

// ParseUnit reads the name that String gives, or another clear name of the same unit, such as HCF for CCF, in upper or
// lower case and with spaces, hyphens or underscores between its words. Whatever else it is given is ErrUnit: a unit is
// never assumed. That goes for an empty text, "Unknown", "PULSE", "LBS", "FLUID_BARREL" and "barrel", whose size is not
// stated, and for "TGAL" and "MGAL", whose first letter has several meanings.
func ParseUnit(text string) (Unit, error) {
	switch unitKey(text) {
	case "GAL", "GALS", "GALLON", "GALLONS", "USGAL", "USGALLON", "USGALLONS":
		return Gallon, nil
	case "HGAL", "100GAL", "100GALLONS", "HUNDREDGALLONS":
		return HundredGallons, nil
	case "KGAL", "1000GAL", "1,000GAL", "1000GALLONS", "1,000GALLONS", "THOUSANDGALLONS", "KILOGALLONS":
		return ThousandGallons, nil
	case "FT3", "FT³", "CF", "CUFT", "CUBICFOOT", "CUBICFEET":
		return CubicFoot, nil
	case "CCF", "HCF", "100CF", "100CUFT", "100FT3", "100FT³", "100CUBICFEET", "HUNDREDCUBICFEET":
		return CCF, nil
	case "CCF748":
		return CCF748, nil
	case "MCF", "1000CF", "1000CUFT", "1000FT3", "1000FT³", "1000CUBICFEET", "THOUSANDCUBICFEET":
		return MCF, nil
	case "ACFT", "AF", "ACREFT", "ACREFOOT", "ACREFEET":
		return AcreFoot, nil
	case "L", "LITER", "LITERS", "LITRE", "LITRES":
		return Liter, nil
	case "M3", "M³", "CUBICMETER", "CUBICMETERS", "CUBICMETRE", "CUBICMETRES":
		return CubicMeter, nil
	case "KL", "KILOLITER", "KILOLITERS", "KILOLITRE", "KILOLITRES":
		return Kiloliter, nil
	case "IMPGAL", "IMPERIALGALLON", "IMPERIALGALLONS":
		return ImperialGallon, nil
	case "OILBBL", "OILBARREL", "OILBARRELS":
		return OilBarrel, nil
	case "UNIT", "UNITS", "BILLINGUNIT", "BILLINGUNITS":
		return BillingUnit, nil
	case "":
		return 0, &problem.Error{Code: ErrUnit, What: "the unit is missing", Fix: unitFix}
	}
	return 0, &problem.Error{Code: ErrUnit, What: strconv.Quote(short(text)) + " is no known unit of volume", Fix: unitFix}
}

const unitFix = "name one, such as gal, kgal, ft3, CCF, m3"

// Valid reports whether u is one of the units.
func (u Unit) Valid() bool { return u >= Gallon && u <= BillingUnit }

// String gives the unit's name, one word without spaces: "gal", "CCF".
func (u Unit) String() string {
	switch u {
	case Gallon:
		return "gal"
	case HundredGallons:
		return "hgal"
	case ThousandGallons:
		return "kgal"
	case CubicFoot:
		return "ft3"
	case CCF:
		return "CCF"
	case CCF748:
		return "CCF748"
	case MCF:
		return "MCF"
	case AcreFoot:
		return "acre-ft"
	case Liter:
		return "L"
	case CubicMeter:
		return "m3"
	case Kiloliter:
		return "kL"
	case ImperialGallon:
		return "imp-gal"
	case OilBarrel:
		return "oil-bbl"
	case BillingUnit:
		return "unit"
	}
	return "Unit(" + strconv.Itoa(int(u)) + ")"
}

// Word gives what people say for the unit, of one or of any other number: "gallon", "gallons"; "CCF" for both. What a
// district takes a CCF for, it calls a CCF.
func (u Unit) Word(one bool) string {
	var word [2]string
	switch u {
	case Gallon:
		word = [2]string{"gallon", "gallons"}
	case HundredGallons:
		word = [2]string{"hundred gallons", "hundred gallons"}
	case ThousandGallons:
		word = [2]string{"thousand gallons", "thousand gallons"}
	case CubicFoot:
		word = [2]string{"cubic foot", "cubic feet"}
	case CCF, CCF748:
		word = [2]string{"CCF", "CCF"}
	case AcreFoot:
		word = [2]string{"acre-foot", "acre-feet"}
	case Liter:
		word = [2]string{"liter", "liters"}
	case CubicMeter:
		word = [2]string{"cubic meter", "cubic meters"}
	case Kiloliter:
		word = [2]string{"kiloliter", "kiloliters"}
	case ImperialGallon:
		word = [2]string{"imperial gallon", "imperial gallons"}
	case OilBarrel:
		word = [2]string{"barrel", "barrels"}
	case BillingUnit:
		word = [2]string{"unit", "units"}
	default:
		return u.String()
	}
	if one {
		return word[0]
	}
	return word[1]
}

// MarshalText gives the name. A unit that is not valid is ErrUnit.
func (u Unit) MarshalText() ([]byte, error) {
	if !u.Valid() {
		return nil, noUnit(u)
	}
	return []byte(u.String()), nil
}

// UnmarshalText reads what ParseUnit reads.
func (u *Unit) UnmarshalText(text []byte) error {
	unit, err := ParseUnit(string(text))
	if err != nil {
		return err
	}
	*u = unit
	return nil
}

// CubicInches returns the exact volume of one unit in cubic inches. The gallon is 231 cubic inches, the foot 12 inches,
// the inch 2.54 cm, the imperial gallon 4.54609 liters. A BillingUnit has no volume, and neither has a unit that is not
// valid: ErrUnit.
func (u Unit) CubicInches() (exact.Ratio, error) {
	switch u {
	case Gallon:
		return exact.Int(231), nil
	case HundredGallons:
		return exact.Int(23_100), nil
	case ThousandGallons:
		return exact.Int(231_000), nil
	case CubicFoot:
		return exact.Int(1_728), nil
	case CCF:
		return exact.Int(172_800), nil
	case CCF748:
		return exact.Int(748 * 231), nil
	case MCF:
		return exact.Int(1_728_000), nil
	case AcreFoot:
		return exact.Int(75_271_680), nil
	case Liter:
		return exact.New(125_000_000, 2_048_383)
	case CubicMeter, Kiloliter:
		return exact.New(125_000_000_000, 2_048_383)
	case ImperialGallon:
		return exact.New(568_261_250, 2_048_383)
	case OilBarrel:
		return exact.Int(9_702), nil
	case BillingUnit:
		return exact.Ratio{}, &problem.Error{
			Code: ErrUnit, What: "a billing unit has no stated volume",
			Fix: "take the volume from the tariff and use that unit, such as CCF",
		}
	}
	return exact.Ratio{}, noUnit(u)
}

// unitKey drops what separates the words of a unit's name, and puts its letters in upper case.
func unitKey(text string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == ' ', c == '-', c == '_':
			return -1
		case c >= 'a' && c <= 'z':
			return c - 'a' + 'A'
		}
		return c
	}, text)
}

// short cuts text that is too long for a unit and so may be something else, perhaps private.
func short(text string) string {
	const longest = 16
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return text
}

func noUnit(u Unit) *problem.Error {
	what := "the unit is missing"
	if u != 0 {
		what = u.String() + " is no known unit"
	}
	return &problem.Error{Code: ErrUnit, What: what, Fix: unitFix}
}
