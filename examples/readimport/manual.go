package main

const manual = `Read a meter reader's file whatever its make, and see every exception before billing.

  readimport                                   a small built-in day of reads, in two makes' formats
  readimport -list                             the layouts that come with it, each with its standing
  readimport -layout ID FILE                   the reads of a file as CSV; - is standard input
  readimport -layout-file LAYOUT.yaml FILE     the same by a layout of yours
  readimport -layout ID -registers REGISTERS.csv -previous PREVIOUS.csv FILE
                                               the reads, their use, and what has to be looked at

Flags stand before the file.

  -set FIELD.KEY=VALUE  sets a key of a field of the layout, as in -set read_date.format=MMDDYY; may be
                        given several times. What a maker does not publish has to be set
  -cycle-close DATE     the last day a read can be of, as 2026-11-30; without it that is today. A read of
                        a later day is a finding, BadDate, and no use. It gives the year to dates of
                        month and day; without it they stay blank
  -intervals            adds the column interval_use: the use in an interval, which is no reading
  -registers FILE.csv   the meters that the file should have; goes with -previous
  -previous FILE.csv    the last reading of each register
  -low PERCENT          a use at or below so many percent of the one it is compared with is Low;
                        without it there is no low side
  -zone PLACE           as America/Los_Angeles: the day of a read whose file states an instant, to
                        measure use; without it such a read is BadDate
  -h                    this page

Standard output is CSV, one row for each place of a reading in the file:

  line      of the file, from 1
  account, meter, register, unit
            as the file states them; "006123" stays "006123". A unit that is a code is written as
            what the layout says of it
  read_at   a day, 2026-11-20; with a time, 2026-11-20T08:00:00; an instant ends in Z
  reading   the register's number, with the decimals that the layout implies
  code      read, note and trouble codes, with "; " between
  status    read, no_read (a place without a number) or skipped (one with a code that says why)

What the file does not state is blank; nothing is guessed. Standard error has the findings, one a line:
file, line, column, code, reason and remedy. No text of the file stands there but numbers, and codes of
at most three letters, since a line that is shifted shows a name where a code belongs. Two values for
one meter, register and instant are a Conflict, and both rows stay, also where the number is one and
account, unit, estimate or the like differ; unless the layout has a version: then the newer row stays
alone. What is the same in all is a Duplicate: its line is told and gives no row. A read of a last line
without a line end is Torn, where it uses a cell that may be cut. A flag of an estimate or a rollover
that says neither yes nor no is an UnknownWord, until the layout tables it. Of these the row stays, but
is no use. A reader that is no id is told, and the read is used. A file that gives no read at all is
told as NoReads.

With -registers and -previous there are these columns besides:

  previous    the digits that the use counts from
  use         of the register, in use_unit; blank where none is known. The rows of a compound meter sum
              to its use, and a file with several reads of a register gives it to the latest
  use_unit, days
  pile        approved (nothing is open), acceptable (one person may accept it with a reason) or
              exceptions; blank for a row that was not measured
  exceptions  the codes of what is open for the meter, with "; " between; their words and figures stand
              on standard error

A meter on file of which nothing came has a row at the end, without a line and a status.

-registers has a row for each register, in columns of any order:
  account        as the file of reads has it, or empty
  meter          its serial number
  register       as the file of reads names it; empty where the meter has one
  dials, painted_zeros, decimals, multiplier, unit
                 6 dials, one of them behind the point, are 6 and 1; painted zeros do not turn
  active         yes or no: whether somebody has the service
-previous has a row for each register:
  meter, register
  day            2026-10-31
  digits         as the dials showed them, without a point and painted zeros
  source         actual, estimated or customer
  compare_use, compare_days
                 what it is compared with by the day, such as last year's use in the register's unit;
                 empty where there is none, and then High and Low are not judged, which a note tells
  zeros_before   cycles without use directly before; empty where that is not known
The column account and the last three may be left out.

Rules: what the register counted, exactly. A register that goes back by no more than a thousandth of its
range and 10 digits is ReverseFlow, use 0; one that shows less is a rollover where the file declares it,
or where the use would be at most twice compare_use; anything else has no use. A declared rollover that
can be compared with nothing is NoBasis besides. High is 125% of compare_use, Higher 150%, Highest 200%
(Infor's example; 200 is ours). The third zero in a row is StoppedMeter. A use of more than 35 days is
LongPeriod (35 is ours). Use without an active service is UsageNoAccount. Nothing is estimated here.
A whole number without decimals is the digits of the dials; any other reading is a volume where the line
states its unit, and what the dials show with their point where it does not. A multiplier or dials of the
file that are not the register's are MultiplierChanged.

Memory: a file is read as a stream, and of each read stays what tells a value that comes again: about 65
bytes where each is of another register, 45 where registers come again; a million reads take 90 to 120 MB
in all. With -registers, and where the layout has a version, the rows stay until the end besides: a
million of them take about 1 GB.

Exit codes: 0 clean; 1 findings or exceptions; 2 flags, a layout or a file unusable, or not all read or
written; the built-in day exits with 0. "go run" turns every code but 0 into 1: build the program to see
the others.

Examples
  go build ./examples/readimport
  ./readimport -layout smartfusion-h-ezroute-reads -set read_date.format=MMDDYY reads.txt > reads.csv
  ./readimport -layout smartfusion-k3-sensus-notes-reads -cycle-close 2026-11-30 - < reads.txt
  ./readimport -layout-file my.yaml -registers registers.csv -previous previous.csv reads.txt 2> look.txt
`
