package bai2

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/private"
	"github.com/headgate-dev/headgate/billing/problem"
)

// ErrWrite is what cannot be written as BAI2 so that it is read back. Nothing is cut, and nothing is written.
const ErrWrite problem.Code = "E_BAI2_WRITE"

// File is a statement to be written.
type File struct {
	Sender, Receiver string
	Written          civil.Date
	// Time is of four digits, and Number tells the file from others of its day.
	Time   string
	Number int
	Groups []StatedGroup
}

// StatedGroup is a group with its accounts.
type StatedGroup struct {
	Group
	Accounts []StatedAccount
}

// StatedAccount is an account with its details.
type StatedAccount struct {
	// ID is the account's number at the bank.
	ID       private.BankAccount
	Currency string
	Amounts  []Amount
	Details  []StatedDetail
}

// StatedDetail is a detail with its text, whose lines are parted by "\n".
type StatedDetail struct {
	Detail
	Text string
}

// Encode writes a statement, a record a line, with its totals and counts computed: the same statement always comes out the same. What cannot be
// read back is [ErrWrite], all of it at once, and nothing is written then: a comma or a line end in a field, a text that ends in a slash or
// begins as a record does, sums that cannot be held.
func Encode(w io.Writer, f File) error {
	e := &encoder{}
	e.file(&f)
	if err := e.found.Err(); err != nil {
		return err
	}
	if _, err := io.WriteString(w, e.out.String()); err != nil {
		return fmt.Errorf("a statement cannot be written: %w", err)
	}
	return nil
}

type encoder struct {
	out     strings.Builder
	records int
	path    string
	found   problem.List
}

func (e *encoder) refuse(name, what, fix string) {
	e.found.Add(&problem.Error{Code: ErrWrite, Path: strings.TrimPrefix(e.path+"."+name, "."), What: what, Fix: fix})
}

// record writes a record of fields.
func (e *encoder) record(code string, fields ...string) {
	e.records++
	e.out.WriteString(code + "," + strings.Join(fields, ",") + "/\n")
}

// field is a text that stands in a field.
func (e *encoder) field(name, text string) string {
	if strings.ContainsAny(text, ",\n\r") || strings.HasSuffix(text, "/") || strings.TrimSpace(text) != text || strings.Contains(text, "/ ") {
		e.refuse(name, "it holds a comma, a line end, a slash that ends it, or blanks around it", "take it out")
	}
	return text
}

func (e *encoder) date(name string, d civil.Date) string {
	if d.IsZero() {
		return ""
	}
	if d.Year() < 2000 || d.Year() > 2099 {
		e.refuse(name, fmt.Sprintf("%s cannot be written with a year of two digits", d), "give a day of this century")
	}
	text := d.String()
	return text[2:4] + text[5:7] + text[8:10]
}

func (e *encoder) add(sum, more money.Amount) money.Amount {
	next, err := sum.Add(more)
	if err != nil {
		e.refuse("total", "the amounts sum to more than can be held", "write them in several statements")
		return sum
	}
	return next
}

func cents(a money.Amount) string { return strconv.FormatInt(a.Cents(), 10) }

func (e *encoder) file(f *File) {
	e.record("01", e.field("sender", f.Sender), e.field("receiver", f.Receiver), e.date("written", f.Written), e.field("time", f.Time), strconv.Itoa(f.Number), "", "", "2")
	total := money.Amount{}
	for i := range f.Groups {
		e.path = fmt.Sprintf("groups[%d]", i)
		total = e.add(total, e.group(&f.Groups[i]))
	}
	e.path = ""
	e.record("99", cents(total), strconv.Itoa(len(f.Groups)), strconv.Itoa(e.records+1))
}

func (e *encoder) group(g *StatedGroup) money.Amount {
	path, from, total := e.path, e.records, money.Amount{}
	e.record("02", e.field("receiver", g.Receiver), e.field("originator", g.Originator), e.field("status", g.Status), e.date("as_of", g.AsOf), e.field("time", g.Time), e.field("currency", g.Currency), "2")
	for i := range g.Accounts {
		e.path = fmt.Sprintf("%s.accounts[%d]", path, i)
		total = e.add(total, e.account(&g.Accounts[i]))
	}
	e.path = path
	e.record("98", cents(total), strconv.Itoa(len(g.Accounts)), strconv.Itoa(e.records-from+1))
	return total
}

func (e *encoder) account(a *StatedAccount) money.Amount {
	path, from, total := e.path, e.records, money.Amount{}
	fields := []string{e.field("id", private.Reveal(a.ID).Text()), e.field("currency", a.Currency)}
	for i, amount := range a.Amounts {
		e.path = fmt.Sprintf("%s.amounts[%d]", path, i)
		text, count := "", ""
		if amount.Stated {
			text = cents(amount.Amount)
			total = e.add(total, amount.Amount)
		}
		if amount.Count >= 0 {
			count = strconv.Itoa(amount.Count)
		}
		fields = append(fields, e.field("type", amount.Type), text, count)
		fields = append(fields, e.funds(amount.Funds)...)
	}
	if len(a.Amounts) == 0 {
		fields = append(fields, "", "", "", "")
	}
	e.record("03", fields...)
	for i := range a.Details {
		e.path = fmt.Sprintf("%s.details[%d]", path, i)
		e.detail(&a.Details[i])
		total = e.add(total, a.Details[i].Amount)
	}
	e.path = path
	e.record("49", cents(total), strconv.Itoa(e.records-from+1))
	return total
}

func (e *encoder) funds(f Funds) []string {
	fields := []string{f.Type}
	switch f.Type {
	case "S":
		for i := range 3 {
			if len(f.Days) != 3 || f.Days[i].Days != i {
				e.refuse("funds", "a distribution S is of today, one day and two days", "give these three, or D")
				return fields
			}
			fields = append(fields, cents(f.Days[i].Amount))
		}
		return fields
	case "V":
		return append(fields, e.date("funds", f.Date), e.field("funds", f.Time))
	case "D":
		fields = append(fields, strconv.Itoa(len(f.Days)))
		for _, d := range f.Days {
			fields = append(fields, strconv.Itoa(d.Days), cents(d.Amount))
		}
		return fields
	case "", "0", "1", "2", "Z":
	default:
		e.refuse("funds", fmt.Sprintf("%q is no funds type", f.Type), "give 0, 1, 2, S, V, D, Z or none")
	}
	if len(f.Days) > 0 || !f.Date.IsZero() || f.Time != "" {
		e.refuse("funds", "a funds type that has neither days nor a date has them", "leave them out")
	}
	return fields
}

func (e *encoder) detail(d *StatedDetail) {
	if len(d.Type) != 3 || !isDigits(d.Type) {
		e.refuse("type", "the type is no code of three digits", "give one")
	}
	fields := append([]string{d.Type, cents(d.Amount)}, e.funds(d.Funds)...)
	fields = append(fields, e.field("bank_reference", d.BankReference), e.field("customer_reference", d.CustomerReference))
	lines := strings.Split(d.Text, "\n")
	for i, line := range lines {
		if strings.HasSuffix(strings.TrimRight(line, " \t"), "/") || strings.HasSuffix(line, " ") || strings.ContainsAny(line, "\r\x00\x1a") || d.Text != "" && line == "" && i == 0 {
			e.refuse("text", "a line of the text ends in a slash or a blank, is empty, or holds what ends a line", "take it out")
		}
		if _, rest := cutRecord(line); rest != "" {
			e.refuse("text", "a record seems to begin within the text, behind a slash and a blank", "write it otherwise")
		}
	}
	if d.Text == "" {
		e.record("16", fields...)
		return
	}
	e.records++
	e.out.WriteString("16," + strings.Join(fields, ",") + "," + lines[0] + "\n")
	for _, line := range lines[1:] {
		e.records++
		e.out.WriteString("88," + line + "\n")
	}
}
