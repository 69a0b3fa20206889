package lockbox

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/problem"
)

// ErrLayout is a layout that lacks a column, or has two fields in one.
const ErrLayout problem.Code = "E_LAYOUT"

// Columns are where a field stands in its record: the first and the last column, counted from 1. The zero Columns are a field that the layout
// does not have.
type Columns struct{ From, To int }

// IsZero reports whether the layout has no such field.
func (c Columns) IsZero() bool { return c == Columns{} }

func (c Columns) width() int {
	if c.IsZero() {
		return 0
	}
	return c.To - c.From + 1
}

// DateForm is how a date is written. A year of two digits is one of this century.
type DateForm string

// The forms of dates.
const (
	YYMMDD DateForm = "YYMMDD"
	MMDDYY DateForm = "MMDDYY"
)

// Layout says what stands in which columns. Column 1 is the type of the record. Amounts are in cents and without a sign; a minus in front of
// the digits is read as one.
type Layout struct {
	// Name is the layout's, and Seen where it was seen.
	Name, Seen string
	// Width is how long lines are that are written; lines that are read may be shorter where blanks were stripped, and longer.
	Width int

	// Of the header, type 1. The rest of the header, and all of type 2, is kept for who writes the file again.
	Written     Columns // the day
	WrittenTime Columns

	// Of the start of a lockbox or a batch, type 5, and of the totals, types 7 and 8.
	Batch     Columns // of types 5, 6, 4 and 7
	Item      Columns // of types 6 and 4; the number of a check in its batch
	Lockbox   Columns // of types 5, 7 and 8
	Deposited Columns // of types 5, 7 and 8; YYMMDD

	// Of a check, type 6.
	Amount   Columns
	Routing  Columns
	Account  Columns
	CheckNo  Columns
	Dated    Columns
	DatedAs  DateForm
	Remitter Columns
	Payee    Columns
	// Reference is that of the first stub, where it stands behind the check itself.
	Reference Columns

	// Of what belongs to a check, type 4.
	Sequence  Columns // from 1; 1 comes again after the highest that fits
	Last      Columns // 9 for the last of a check
	Stub      Columns // the reference
	Net       Columns // what the stub pays
	Deduction Columns
	Memo      Columns

	// Of the end of a batch, type 7, of a lockbox, type 8, and of the file, type 9.
	BatchCount, BatchTotal     Columns
	LockboxCount, LockboxTotal Columns
	Records                    Columns
}

// common is what all layouts that were seen share.
func common() Layout {
	return Layout{
		Width: 80, Written: Columns{24, 29}, WrittenTime: Columns{30, 33},
		Batch: Columns{2, 4}, Item: Columns{5, 7}, Lockbox: Columns{8, 14}, Deposited: Columns{15, 20},
		Amount: Columns{8, 17}, Routing: Columns{18, 26}, Account: Columns{27, 36}, CheckNo: Columns{37, 46}, Dated: Columns{47, 52}, DatedAs: MMDDYY,
		Remitter: Columns{53, 82},
		Sequence: Columns{9, 10}, Last: Columns{11, 11},
		BatchCount: Columns{21, 23}, BatchTotal: Columns{24, 33}, LockboxCount: Columns{21, 24}, LockboxTotal: Columns{25, 34}, Records: Columns{2, 7},
	}
}

// ReferenceAndNet has in a record of type 4 the reference of a stub, what it pays and what it deducts.
func ReferenceAndNet() Layout {
	l := common()
	l.Name = "reference and net"
	l.Seen = "records 1 to 9: FundersClub/bai-lockbox, lockbox/records.py, and SAP FLB01; type 4: SAP FLB24 (answers.sap.com/questions/2741007)"
	l.Stub, l.Net, l.Deduction = Columns{12, 27}, Columns{28, 37}, Columns{38, 47}
	return l
}

// Memo has in a record of type 4 a memo, whose first word is the reference, and the payee behind the remitter of a check.
func Memo() Layout {
	l := common()
	l.Name = "memo"
	l.Seen = "FundersClub/bai-lockbox, lockbox/records.py"
	l.Memo, l.Payee = Columns{12, 41}, Columns{83, 112}
	return l
}

type field struct {
	name     string
	at       Columns
	required bool
	most     int // the widest that can be read; 0 where any can
}

// digits is the widest number that fits an amount or a count.
const digits = 18

// records are the fields of each record of the layout, by its type.
func (l *Layout) records() map[byte][]field {
	batch, item := field{"batch", l.Batch, true, 9}, field{"item", l.Item, true, 9}
	box, day := field{"lockbox", l.Lockbox, false, 0}, field{"deposited", l.Deposited, false, 6}
	return map[byte][]field{
		'1': {{"written", l.Written, false, 6}, {"written_time", l.WrittenTime, false, 4}},
		'5': {batch, box, day},
		'6': {batch, item, {"amount", l.Amount, true, digits}, {"routing", l.Routing, false, 0}, {"account", l.Account, false, 0}, {"check_no", l.CheckNo, false, 0}, {"dated", l.Dated, false, 6},
			{"remitter", l.Remitter, false, 0}, {"payee", l.Payee, false, 0}, {"reference", l.Reference, false, 0}},
		'4': {batch, item, {"sequence", l.Sequence, false, 9}, {"last", l.Last, false, 1}, {"stub", l.Stub, false, 0}, {"net", l.Net, false, digits}, {"deduction", l.Deduction, false, digits},
			{"memo", l.Memo, false, 0}},
		'7': {batch, box, day, {"batch_count", l.BatchCount, true, digits}, {"batch_total", l.BatchTotal, true, digits}},
		'8': {box, day, {"lockbox_count", l.LockboxCount, true, digits}, {"lockbox_total", l.LockboxTotal, true, digits}},
		'9': {{"records", l.Records, true, digits}},
	}
}

// Check finds all that is wrong with the layout: a field that must be there and is not, two in one column, a date that is no 6 columns wide,
// a number of more than 18 digits, a stub without a reference.
func (l Layout) Check() error {
	var found problem.List
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrLayout, Path: path, What: what, Fix: fix})
	}
	for _, kind := range []byte("1564789") {
		fields := l.records()[kind]
		for i, f := range fields {
			switch {
			case f.at.IsZero():
				if f.required {
					refuse(f.name, fmt.Sprintf("a record of type %c has no %s", kind, f.name), "say in which columns it stands")
				}
				continue
			case f.at.From < 2 || f.at.To < f.at.From || f.at.To > 1000:
				refuse(f.name, fmt.Sprintf("columns %d to %d are none: column 1 is the record's type", f.at.From, f.at.To), "give the first and the last column, 2 to 1000")
				continue
			case f.most > 0 && f.at.width() > f.most:
				refuse(f.name, fmt.Sprintf("it is %d columns wide, and at most %d are read", f.at.width(), f.most), "correct the columns")
			}
			for _, g := range fields[:i] {
				if !g.at.IsZero() && f.at.From <= g.at.To && g.at.From <= f.at.To {
					refuse(f.name, fmt.Sprintf("in a record of type %c it shares columns with %s", kind, g.name), "correct the columns of one")
				}
			}
		}
	}
	for _, date := range []field{{name: "written", at: l.Written}, {name: "deposited", at: l.Deposited}, {name: "dated", at: l.Dated}} {
		if w := date.at.width(); w != 0 && w != 6 {
			refuse(date.name, fmt.Sprintf("the day is %d columns wide", w), "give six")
		}
	}
	if !l.Dated.IsZero() && l.DatedAs != YYMMDD && l.DatedAs != MMDDYY {
		refuse("dated_as", fmt.Sprintf("%q is no form of a date", l.DatedAs), "give YYMMDD or MMDDYY")
	}
	if l.Name == "" {
		refuse("name", "the layout has no name", "name it")
	}
	if l.Stub.IsZero() && l.Memo.IsZero() && l.Reference.IsZero() {
		refuse("stub", "nothing says what a check pays", "give the columns of stub, memo or reference")
	}
	if l.Net.IsZero() != l.Stub.IsZero() {
		refuse("net", "a stub has a reference and no amount, or the other way round", "give both, or the memo instead")
	}
	return found.Err()
}
