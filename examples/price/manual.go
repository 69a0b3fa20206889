package main

const manual = `Price water accounts to the cent, and say why.

  price                                 a small built-in district, with one bill explained
  price -accounts FILE.csv              your accounts by the built-in rates
  price -rates FILE -accounts FILE.csv  your accounts by a rate book (*.yaml, *.yml or *.json) or by
                                        an Open Water Rate Specification file (*.owrs)
  price -check BOOK                     proves a rate book: what it holds, or every problem
  price -format BOOK                    prints a rate book in its canonical form

Accounts are CSV. The first line names the columns, each other line is one bill of an account:

  class       the schedule of the rate book, or the class of the OWRS file; the built-in book has
              central-water, central-fire, ord-water and ord-fire
  usage       billing units: a plain number, 0 where nothing was used
  from, to    the days of the bill as 2018-03-01: the first day, and the day AFTER the last; only
              undated rates and OWRS do without; a from that is the to is a bill of no days
  bill_date   where the rates ask for it, the day of the bill
  cycle_days  where a rate book asks for it, the days of the full cycle
  carried     where a rate book asks for it, the part of a unit that the last bill left unbilled
  others      each cell that is not empty is a fact, named by its column, such as meter_size;
              what the rates do not ask for, such as an account number, changes nothing

A cell with a comma or a quote in it is put in quotes, and each quote is written twice: "3/4""".
Names and facts are compared letter by letter. Empty lines are passed over.

Standard output is CSV: the columns of the file, and after them
  by a rate book    total,status
  by an OWRS file   service_charge,commodity_charge,bill,status
Each row of the file gives one row, in the same order. The status is OK, or the code of what is
wrong, and the amount is then empty. Why, and what to do, stands on standard error, with the line;
so do warnings of what an OWRS file states oddly (W_…), which is priced as written, and notes of
schedules that price by placeholders, as their titles say.

  -rates FILE     the rates; without it, the built-in book
  -accounts FILE  the accounts; - is standard input; without it, the built-in accounts
  -exact          amounts before rounding, all decimals; 20 and … where a fraction does not end
  -lines          one row for each line of a bill; memo lines are parts told for information; of a
                  refused bill the lines that could be priced
  -totals         only the count and the sum of each class and in all; with -exact before rounding
  -explain N      only why row N comes to what it does; the first row below the header is 1
  -why N,M        only why row M comes to another amount than row N, cause by cause: such as July
                  after June of one account; the rows may stand in any order
  -brief N        the answer of -explain or -why alone, in at most N lines
  -rounding MODE  half_up (unless stated), half_even, up or down: how each amount of an OWRS file
                  becomes cents; a rate book states its own rounding
  -check BOOK     needs no other flag, nor does -format; - is standard input for either
  -h              this page

Exit codes: 0 all priced, or the book is good; 1 some rows refused, or the book has problems;
2 rates, a flag or the header unusable, or not all read or written. "go run" turns every code but 0
into 1: build the program to see the others.

Examples
  go build ./examples/price
  ./price -check rates.yaml && ./price -rates rates.yaml -accounts july.csv > bills.csv
  ./price -rates rates.yaml -accounts months.csv -why 12,13 -brief 5
  gunzip -c july.csv.gz | ./price -rates city.owrs -accounts - -totals 2> refused.txt
`
