// Package report has the reports that other departments ask of billing: water conservation, operations, the laboratory and finance.
// A report is rows and not pages: typed, with their totals, and with what was left out and why; adapters/table writes them as CSV
// and Markdown.
//
//	used, err := report.Consume(report.ConsumptionRequest{Period: april, Cut: report.ByDay, By: []string{"class", "zone"}, Sales: sales})
//	for _, row := range used.Rows {
//		fmt.Println(row.Of, row.Use, row.Days, row.Accounts)   // [residential north] 40 CCF 150 5
//	}
//	each, err := report.PerPerson(request)                    // R-GPCD, with the formula in words
//	month, err := report.Month(monthRequest)                  // the monthly supplier report, due on the 28th of the next month
//	year, err := report.Annual(yearRequest)                   // the State's annual report, by class and month
//	audit, err := report.AuditWater(auditRequest)             // the inputs of the AWWA M36 water audit
//
//	look, err := report.ListMeters(metersRequest)             // zero, stuck, reverse, leak, high use, boxes not found
//	uses, err := report.ListUses(usesRequest)                 // over budget, irrigation, unmetered
//	lost, err := report.ListUnbilled(unbilledRequest)         // services without a bill, use where nobody has the service
//	tests, err := report.ListDevices(devicesRequest)          // meters and backflow devices: age, and tests that are due
//	parts, err := report.ListNetwork(networkRequest)          // sampling sites and customers by zone, sensitive users, services near a main
//	saved, err := report.CompareRebates(rebatesRequest)       // use by day before and after
//
//	owed, err := report.Age(agingRequest)                     // what is open by its age, tied to the books
//	rolled, err := report.RollForward(books, may)             // roll-forward, and Distribution of the general ledger, proved
//	acts, err := report.CountOverrides(overrideRequest)       // who has set checks and charges aside; RateStaff: error rates
//	off, err := report.CountShutoffs(shutoffRequest)          // the year's residential shutoffs for inability to pay (H&S 116918)
//	work, err := report.WorkOrders(orderRequest)              // shutoffs, reconnections, re-reads and checks along the route
//	top, err := report.RankExceptions(released, lists)        // by money and by customers; CompareCycles, PublicRecord, PassThrough
//
// Everything here is a function of its request: the order of what is given has no effect, and a second run gives the same. Nothing
// is rounded but where it is said: the use of a bill that is spread over its days is an exact fraction, and the parts of it sum to it.
//
// # What is known and what is not
//
// What is missing is told, and is never taken for zero. A district without imported water says so; one that says nothing has an
// item that is Unknown, and everything that is made of it is too. Days that no bill has make a figure Partial, and stand in Left with
// the agreement whose they are. A Left that is a Note says what a reader may look into, and makes nothing Partial.
//
// # Sales
//
// The bills of a report are those that the books have. What was taken back is left out. An adjustment has money and no water, so the
// host gives with each correction of a bill the services that were billed again, or by how much the use changes; a correction that the books
// have and that is not given is refused, since the report would tell what was billed in error. A leak credit, a courtesy and a waiver
// change no water: it was used.
//
// Use is as it was priced: of a schedule that bills whole units and carries the rest, the whole measure, not the units.
//
// # Confidentiality
//
// Rows have ids of the host and what the report is of. No report has names, addresses, telephone numbers or what a customer pays by;
// what a host writes into kinds and codes is to have none either.
//
// # What the sources leave open
//
// These are ours, for the district to ratify.
//
//   - Which days of a bill are a report's has no default (Cut). ByPeriodEnd takes the last day that a bill has.
//   - The 28th on which the monthly report is due is not moved where it is no working day.
//   - Residential share is residential use by that of all classes, both spread over the days of the bills.
//   - Where authorized consumption is more than the water supplied, the losses have no volume and their words say by how much. That is no
//     error: the other rows show which input is wrong.
//   - A volume of the supply is one that the host has corrected for the error of its meter.
//   - Meters that do not show p percent of what passes them lose p ÷ (100 − p) of what they show.
//   - A connection of the annual report is an agreement that has the last day of the year.
//   - The day of a rebate is neither before nor after it, and a rebate whose days are not all billed is compared with nothing.
//     Of two rebates of an agreement and class whose days overlap neither is.
//   - The least number of a public record is of different customers, and its amounts are those that were billed, whatever corrected them.
//   - A test is due so many civil months after the last one that was passed, or after the installation; the day itself is in time.
package report
