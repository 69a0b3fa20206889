// Package impactreport writes what a change of rates does as one HTML page: for the finance
// officer who proposes the rates, and for the board that adopts them.
//
//	impact, err := study.Impact()
//	...
//	report := impactreport.Report{
//		Title:  "Proposed water rates",
//		Before: impactreport.Book{Name: "Rates of 2018", Engine: before},
//		After:  impactreport.Book{Name: "Proposal of the finance committee", Engine: after},
//		Impact: impact,
//		Customers: []ratecheck.Customer{
//			{Class: "ord-water", Label: "Home with a 3/4 inch meter", Before: home, After: home},
//		},
//		Income: income, // a household's, in a year: its bills are set against it
//		Notes:  []string{"The accounts are invented."},
//	}
//	err = report.WriteHTML(file)
//
// The page holds everything in itself and loads nothing: no script, no style sheet, no font, no
// picture. It can be read without colors, on paper (A4 or Letter) and by a screen reader; each
// picture's figures stand in a table too. It is the same, byte for byte, whenever it is made of
// the same report.
//
// All figures are those of the impact and of the engines. Lines and bars are drawn by floats, no
// figure that is printed is.
package impactreport

import (
	"io"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
)

// ErrNoEngine is a book without an engine.
const ErrNoEngine problem.Code = "E_NO_ENGINE"

// A Report is what the page tells. Texts may hold any characters; they are shown as they are.
type Report struct {
	// Title is the heading of the page.
	Title string
	// Before and After are the two books; their engines price the sample bills.
	Before, After Book
	// Impact is what a study of the two books has found.
	Impact ratecheck.Impact
	// Differences say in words what differs between the books. Those that follow each other
	// and have the same About stand under one heading.
	Differences []Sentence
	// Customers are those whose bills are shown at several usages, in a table and as a curve, by
	// class. The first of a class is its most usual customer: it stands for the class in the
	// summary and against the income. The usages are those of the class's bills: where each meter
	// size is a class of its own, each is shown at its own.
	Customers []ratecheck.Customer
	// Income is what a household has in a year. Where it is zero, nothing is said of what bills
	// are of it.
	Income money.Amount
	// Households are the classes whose bills are set against the income; where there are none,
	// those of all customers who use water. How many bills are above a share of it is told of
	// classes whose bills are of about as many days.
	Households []string
	// Notes are what a reader must know before any figure: placeholders in the books, accounts
	// that are invented, rows that were refused.
	Notes []string
	// Proof is what has been checked, and how it came out.
	Proof []Proof
}

// A Book is one side of a change of rates.
type Book struct {
	// Name says in words which rates these are.
	Name   string
	Engine *rates.Engine
}

// A Sentence is one difference between the books.
type Sentence struct {
	// From is the first day on which it is so; the zero date where it is so on all days.
	From civil.Date
	// About is what it is about, such as the title of a schedule.
	About string
	// Text is the difference in words.
	Text string
	// Source is what adopted it; may be empty. It is shown as a text, not as a link.
	Source string
}

// A Proof is something that has been checked.
type Proof struct {
	// What was checked, such as "12 laws of rates", and the Result in words, such as "hold".
	What, Result string
	// Good says that it came out as it should.
	Good bool
}

// WriteHTML writes the page. The error is ErrNoEngine, before anything is written, or that of w.
func (r *Report) WriteHTML(w io.Writer) error {
	for _, b := range []struct {
		path string
		of   *Book
	}{{"before", &r.Before}, {"after", &r.After}} {
		if b.of.Engine == nil {
			return &problem.Error{Code: ErrNoEngine, Path: b.path + ".engine", What: "there is no engine to price sample bills with", Fix: "give the engine of the book that was studied"}
		}
	}
	p, err := r.page()
	if err != nil {
		return err
	}
	var b strings.Builder
	if err := layout.Execute(&b, p); err != nil {
		return err
	}
	_, err = io.WriteString(w, strings.ToValidUTF8(b.String(), "\uFFFD"))
	return err
}
