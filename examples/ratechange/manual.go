package main

const manual = `Prove a change of rates, and show what it does to bills.

  ratechange                              the rates of a district for 2018 against an invented
                                          proposal, over built-in accounts
  ratechange -after NEXT.yaml -golden TABLE.csv -laws -coverage
                                          proves a rate book alone
  ratechange -before NOW.yaml -after NEXT.yaml -golden TABLE.csv -laws -accounts FILE.csv \
             -out report.html             proves it, prices your accounts under both books, and
                                          writes the report for the board

Rates are rate books (*.yaml, *.yml, *.json), or Open Water Rate Specification files (*.owrs). The
worked bills that a rate book holds itself (checks:) are always checked.

A TABLE is CSV: worked bills, one a line, each worked out by hand from the resolution.
  class       the schedule of the book after
  usage       billing units: a plain number; empty for none
  from, to    the days of the bill as 2018-03-01: the first day, and the day AFTER the last; both
              are empty for rates without days
  bill_date, cycle_days, carried
              where the rates ask for them
  total       what the bill comes to: 1234.50, and not $1234.50 nor 1,234.50
  refused     in place of a total, the code with which a bill must be refused, such as E_NO_ROW
  charge ID, charge ID tier N
              what the lines of a charge, or of one of its tiers, come to; empty: nothing is said
  name, source, note
              for people
  others      facts, each named as its column, such as meter_size
Empty lines and lines that begin with # are passed over.

Accounts are CSV: the first line names the columns, each other line is one bill of an account.
  class, usage, from, to, bill_date, cycle_days, carried, others
              as above; usage is 0 where nothing was used, and counts units of the book before
  account     what the account is called where its bill is told: a number, and not a name
A cell with a comma or a quote in it is put in quotes, and each quote is written twice: "3/4""".

  -before FILE    the rates now
  -after FILE     the rates that are to be proven
  -accounts FILE  the accounts, priced under both; - is standard input
  -golden FILE    a table of worked bills of the rates after; may be given several times
  -laws           tries what holds for all rates, such as that more water never costs less, on bills
                  that the rates after suggest, and on the kinds of accounts that there are
  -except WHAT    a law that is broken by intent: LAW=REASON, or LAW:SCHEDULE=REASON for one
                  schedule; may be given several times. An exception that nothing needs is a failure
  -coverage       makes each number, day and rule of the rates after wrong, one at a time, and looks
                  whether any worked bill notices; shows what none does, and bills that would
  -suggest FILE   writes those bills as a new table, to be worked out by hand; never over a file
  -later YEARS    prices the bills after as if their days were so many years later
  -class OLD=NEW  what a class is called after; may be given several times
  -out FILE       the report, one HTML page; of the kinds of accounts of a class the 16 most usual
                  are shown, all with the same days and facts but for their sizes in inches
  -title TEXT     stands over it
  -income AMOUNT  of a household in a year: the report sets bills against it
  -households CLASS,CLASS
                  the classes whose bills are; without it all that use water
  -tables FOLDER  all figures as CSV tables, and impact.md with all of them for people, behind the
                  books, the notes, what was checked and what is left out
  -rounding MODE  half_up (unless stated), half_even, up or down: how each amount of an OWRS file
                  becomes cents; a rate book states its own rounding
  -h              this page

What does not hold, and each account that is left out of the totals, stands on standard error with
its place, what is wrong and what to do. An account is in the totals where both books price it.
Files are written whole or not at all, and never over one that is read. What is there already is
written over only where it is empty or begins as a report, or as the same table of -tables, does.
There is no flag that writes what the book comes to into a table: such a table proves nothing.

Exit codes: 0 proven: all that was checked holds, and no account is left out; 1 a law, a worked bill
or the coverage fails, an account is left out, the file of accounts has none, or nothing was
checked; 2 a flag, a file, a header or a book is unusable, or not all was read or written. "go run"
turns every code but 0 into 1, and "go run -C FOLDER" takes the names of files from FOLDER: build
the program to have neither.
`
