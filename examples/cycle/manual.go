package main

const manual = `Take an invented district of 300 houses through a billing cycle, as its supervisor sees it.

  cycle                all of it: readings, edit list, release, finals, adjustments, notices, door tags,
                       shutoffs, deposit refunds, and the books of the month
  cycle -part NAME     one part alone: readings, list, release, finals, adjustments, notices, tags,
                       shutoffs, deposits, books or reports. All is done just the same
  cycle -tables DIR    besides, writes every report to a folder that is there, as CSV and Markdown, over
                       files of the same names
  cycle -h             this page

The cycle is that of May 2026. Three months before it are billed and paid, but for those who are in arrears.
Twenty faults are planted in what a clerk has prepared, among them a service in no cycle, a meter that was
not read, a bill that stands there twice, a leak, and a fact that was changed; each comes back on the edit
list with its numbers, and ends: corrected, decided on with a reason, or held by name with an expiry. Only
then a second person can approve the list, and only what was approved goes out.

Houses, prices, days and the values of the policies are invented. What is said of the law is in
billing/collections and payments/deposit with its sources, and is to be confirmed by a district's counsel.

Exit codes: 0 done; 2 flags unusable, or not all was written.
`
