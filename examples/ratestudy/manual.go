package main

const manual = `Price water accounts under two rate books, in an Apache Beam pipeline, and report the impact by
class.

  ratestudy                                             built-in accounts, rates and proposal
  ratestudy -now BOOK -next BOOK -accounts FILE.csv     your own
  ratestudy -now BOOK -next BOOK -accounts 'gs://reads/*.csv' -results gs://study/results.jsonl \
            -runner dataflow -project P -region R       many files on many machines

Rate books are YAML or JSON. Each row is priced under both, for the days that it states: both must
have rates for those days. Usage counts the unit that the class has in the book -now.

Accounts are CSV files with the same first line, which names the columns; each other line is a bill:

  class       the schedule, which both books must have
  usage       billing units: a plain number, 0 where nothing was used
  from, to    the days of the bill as 2018-03-01: the first day, and the day AFTER the last; only
              undated rates do without
  bill_date, cycle_days, carried
              where a book asks for them
  others      each cell that is not empty is a fact, named by its column, such as meter_size;
              what a book does not ask for changes nothing

A cell with a comma or a quote in it is put in quotes, and each quote is written twice: "3/4""". No
cell holds a line end: files are read in pieces that begin at any line, and so a row that is opened
by a quote and not closed is refused; what follows in it is read as rows of its own. Files are not
compressed. Empty lines are passed over.

The report has, for each class, the bills, their totals now and next, the change in all and of an
average bill; how many bills rise, fall and stay; the largest fall and rise with their rows; and the
change that 5, 50 and 95 percent of the bills do not exceed. Percentages and averages are rounded
half up from exact cents. Refused rows are counted by class and code, and the first 10 are told on
standard error with their reasons. A row is told by its line, or, where its file is on another
machine, by the byte that it begins with, counted from 0.

  -accounts FILES  a name or a pattern, on any file system that is linked in: a local one, gs://
  -now, -next BOOK the rate books, local files; they travel with the pipeline
  -csv             the figures of each class as CSV; changes of $1,000 and more have three digits at
                   p5, median and p95
  -results FILE    where the pipeline leaves its results for this command to read; needed where the
                   workers run elsewhere, and they and this command must both reach it
  -log             shows the log of the local runner; that of others is always shown
  -runner NAME     prism, in this process, unless stated; flink, spark, dataflow, universal; with it
                   Beam's own flags: -endpoint, -environment_type, -worker_binary, -project, …
  -h               this page

Exit codes: 0 all rows priced; 1 some refused; 2 rates, a flag or a header unusable, or not all read
or written. "go run" turns every code but 0 into 1: build the program to see the others.
`
