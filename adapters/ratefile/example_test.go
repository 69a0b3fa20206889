package ratefile_test

import (
	"fmt"

	"github.com/headgate-dev/headgate/adapters/ratefile"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

const residential = `headgate: rate-book/1
name: Example Water District
schedules:
  - id: residential
    unit: CCF
    rounding: {mode: half_up, place: line}
    select: split_by_day
    proration: not_prorated
    usage: exact
    facts:
      meter_size: {type: text, allowed: [5/8, 3/4, "1"]}
    versions:
      - from: 2018-01-01
        source: {resolution: Resolution 2017-41}
        charges:
          - id: base
            text: Base charge
            fixed: {by: meter_size, rows: {5/8: 38.79, 3/4: 38.79, 1: 60.51}}
          - id: water
            text: Water
            tiers:
              - {up_to: 8, price: 3.68}
              - {price: 5.65}
checks:
  - name: Ten units
    schedule: residential
    from: 2018-03-01
    to: 2018-04-01
    usage: 10
    facts: {meter_size: 3/4}
    total: 79.53
`

func ExampleParse() {
	file, err := ratefile.Parse("rates.yaml", []byte(residential))
	if err != nil {
		fmt.Println(err)
		return
	}
	engine, err := file.Compile()
	if err != nil {
		fmt.Println(err)
		return
	}
	quote, err := engine.Price(rates.Input{
		Schedule: "residential",
		Period:   civil.MustPeriod("[2018-03-01, 2018-04-01)"),
		Usage:    must(metering.ParseVolume("13 CCF")),
		Facts:    rates.Facts{"meter_size": "3/4"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for line := range quote.Lines() {
		fmt.Println(line.Text(), line.Amount())
	}
	fmt.Println("Total", quote.Total)
	// Output:
	// Base charge $38.79
	// Water $29.44
	// Water $28.25
	// Total $96.48
}

func ExampleFile_Compile() {
	broken := `headgate: rate-book/1
name: A book that reads well, and is wrong
schedules:
  - id: residential
    unit: CCF
    rounding: {mode: half_up, place: line}
    select: split_by_day
    proration: not_prorated
    usage: exact
    versions:
      - from: 2018-01-01
        to: 2018-12-31
        charges:
          - id: water
            tiers:
              - {up_to: 8, price: $3.68}
              - {up_to: 6, price: 5.65}
              - {price: 7.62}
      - from: 2019-01-01
        charges:
          - id: base
            fixed: 40
          - id: tax
            percent: 8
            of: [bas]
  - id: fire
    unit: unit
    rounding: {mode: half_up, place: line}
    select: by_period_end
    proration: not_prorated
    usage: exact
    versions:
      - charges:
          - id: line
            text: Fire line
            fixed: 21.60
checks:
  - name: A fire line
    schedule: fire
    from: 2018-03-01
    to: 2018-04-01
    total: 21.61
`
	file, err := ratefile.Parse("rates.yaml", []byte(broken))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = file.Compile()
	fmt.Println(err)
	// Output:
	// rates.yaml:16:35: E_FORMULA: schedules[0].versions[0].charges[0].tiers[0].price: "$3.68" is no number, and no formula; write 3.68: amounts are in dollars, without a sign
	// rates.yaml:17:25: E_TIER_ORDER: schedules[0].versions[0].charges[0].tiers[1].up_to: 6 is not above 8; raise it
	// rates.yaml:19:15: E_VERSION_GAP: schedules[0].versions[1].from: no version holds from 2018-12-31 to 2019-01-01; let it begin where the one before it ends
	// rates.yaml:25:18: E_UNKNOWN_NAME: schedules[0].versions[1].charges[1].of[0]: there is no charge "bas"; did you mean base? use the ID of a charge of this version
	// rates.yaml:42:12: E_CHECK: checks[0].total: expected $21.61, computed $21.60: Fire line $21.60; correct the book, or the check if its bill is misprinted
}

func ExampleFormat() {
	out, err := ratefile.Format("rates.yaml", []byte(`headgate: "rate-book/1"
schedules:
- unit: gal   # what the meters show
  id: flat
  select: by_period_end
  usage: exact
  rounding:
    place: line
    mode: half_up
  proration: not_prorated
  versions: [{charges: [{fixed: "40.00", id: base}]}]
name: 'A flat rate'
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(string(out))
	// Output:
	// headgate: rate-book/1
	// name: A flat rate
	//
	// schedules:
	//   - id: flat
	//     unit: gal # what the meters show
	//     rounding: {mode: half_up, place: line}
	//     select: by_period_end
	//     proration: not_prorated
	//     usage: exact
	//     versions:
	//       - charges:
	//           - id: base
	//             fixed: 40.00
}

func ExampleMarshal() {
	out, err := ratefile.Marshal(rates.Book{
		Name: "Example Water District",
		Schedules: []rates.Schedule{{
			ID: "residential", Unit: metering.CCF, Rounding: money.Rounding{Mode: exact.HalfUp, Place: money.ByLine},
			Select: rates.ByPeriodEnd, Proration: rates.Proration{Over: rates.NotProrated}, Usage: rates.ExactUsage,
			Versions: []rates.Version{{
				From: civil.MustDate("2018-01-01"),
				Charges: []rates.Charge{
					{ID: "base", Rule: rates.Fixed{Amount: rates.Num("38.79")}},
					{ID: "water", Rule: rates.Tiered{Tiers: rates.TierList{{UpTo: rates.Num("8"), Price: rates.Num("3.68")}, {Price: rates.Num("5.65")}}}},
				},
			}},
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(string(out))
	// Output:
	// headgate: rate-book/1
	// name: Example Water District
	//
	// schedules:
	//   - id: residential
	//     unit: CCF
	//     rounding: {mode: half_up, place: line}
	//     select: by_period_end
	//     proration: not_prorated
	//     usage: exact
	//     versions:
	//       - from: 2018-01-01
	//         charges:
	//           - id: base
	//             fixed: 38.79
	//           - id: water
	//             tiers:
	//               - {up_to: 8, price: 3.68}
	//               - {price: 5.65}
}
