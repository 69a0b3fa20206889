package payments

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Deposit is money that should be at the bank: a lockbox file, a portal's settlement, a drawer.
type Deposit struct {
	// Key names it, such as "portal 2026-03-03".
	Key string
	// Reference is what the bank calls it on its statement; empty where that is not known.
	Reference string
	// On is the day on which it was made.
	On civil.Date
	// Gross is what was taken, and Parts are the sums that the bank may credit on their own, such as of batches; they sum to the gross.
	Gross money.Amount
	Parts []money.Amount
	// Adjustments are what makes the bank's amount another one, each with its sign: a processor's fees below zero, chargebacks, what a
	// drawer was over.
	Adjustments []Difference
}

// Net is what the bank should have: the gross and its adjustments.
func (d Deposit) Net() (money.Amount, error) {
	net := d.Gross
	for _, a := range d.Adjustments {
		if err := add(&net, a.Amount); err != nil {
			return money.Amount{}, err
		}
	}
	return net, nil
}

// BankLine is a line of the bank's statement. Amount is above zero where the bank credits the district.
type BankLine struct {
	// Key names it for good, such as the statement's day and the line's number.
	Key string
	// Reference is the bank's or the customer's, as the statement has it.
	Reference string
	On        civil.Date
	Amount    money.Amount
	// Return says that the bank calls it a returned item, such as a check that was not honored.
	Return bool
}

// Banking says how deposits are matched to the bank's lines.
type Banking struct {
	// On is the day as of which is asked: a deposit that is not at the bank is in transit for so many days.
	On civil.Date
	// Days are how many days after it was made, at the most, the bank has a deposit.
	Days int
}

// Banked is how deposits and the bank's lines agree. Every line and every deposit is in it once.
type Banked struct {
	Matches []BankMatch
	// InTransit are the deposits of which the bank has nothing yet.
	InTransit []InTransit
	// Returned are lines that the bank calls returned items, and Unexplained are lines that fit nothing.
	Returned, Unexplained []int
	deposits              []Deposit
	lines                 []BankLine
}

// BankMatch is a deposit with the bank's lines for it, by their places.
type BankMatch struct {
	Deposit int
	Lines   []int
	// By is how they were matched: "reference", "amount" or "sum".
	By string
	// Off is what the bank has more than it should; below zero where it has less. It is not forced to agree: a person corrects it.
	Off money.Amount
}

// InTransit is a deposit of which the bank has nothing yet. Old says that it should be there.
type InTransit struct {
	Deposit int
	Days    int
	Old     bool
}

// MatchBank matches deposits to the bank's lines: by the reference, where several lines may be for one deposit; then a deposit and a line
// whose amounts are alike, where no others are; then the only set of up to [MaxCertain] lines that sums to a deposit. What is not
// certain is left for a person.
func MatchBank(deposits []Deposit, lines []BankLine, how Banking) (*Banked, error) {
	m := &banking{out: &Banked{deposits: slices.Clone(deposits), lines: slices.Clone(lines)}, how: how, used: make([]bool, len(lines)), done: make([]bool, len(deposits))}
	if err := m.check(); err != nil {
		return nil, err
	}
	if err := m.byReference(); err != nil {
		return nil, err
	}
	if err := m.byAmount(); err != nil {
		return nil, err
	}
	if err := m.bySum(); err != nil {
		return nil, err
	}
	slices.SortFunc(m.out.Matches, func(x, y BankMatch) int { return x.Deposit - y.Deposit })
	for i := range deposits {
		if !m.done[i] {
			days := how.On.Sub(deposits[i].On)
			m.out.InTransit = append(m.out.InTransit, InTransit{Deposit: i, Days: days, Old: days > how.Days})
		}
	}
	for i := range lines {
		switch {
		case m.used[i]:
		case lines[i].Return:
			m.out.Returned = append(m.out.Returned, i)
		default:
			m.out.Unexplained = append(m.out.Unexplained, i)
		}
	}
	return m.out, nil
}

type banking struct {
	out  *Banked
	how  Banking
	nets []money.Amount
	used []bool // lines
	done []bool // deposits
}

func (m *banking) check() error {
	var found problem.List
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrDeposit, Path: path, What: what, Fix: fix})
	}
	if m.how.On.IsZero() || m.how.Days < 0 {
		refuse("on", "there is no day to ask for, or days below zero", "give the day, and how many days the bank takes")
	}
	keys := map[string]bool{}
	for i, d := range m.out.deposits {
		path := fmt.Sprintf("deposits[%d]", i)
		if d.Key == "" || d.On.IsZero() || keys[d.Key] {
			refuse(path, "the deposit has no key or no day, or a key that another has", "give both, and each key once")
		}
		keys[d.Key] = true
		parts, err := money.Sum(d.Parts...)
		if err != nil {
			return err
		}
		if len(d.Parts) > 0 && parts != d.Gross {
			refuse(path+".parts", fmt.Sprintf("the parts sum to %s and the gross is %s", parts, d.Gross), "correct the parts")
		}
		net, err := d.Net()
		if err != nil {
			return err
		}
		m.nets = append(m.nets, net)
	}
	clear(keys)
	for i, l := range m.out.lines {
		if l.Key == "" || l.On.IsZero() || keys[l.Key] {
			refuse(fmt.Sprintf("lines[%d]", i), "the line has no key or no day, or a key that another has", "give both, and each key once")
		}
		keys[l.Key] = true
	}
	return found.Err()
}

// within says whether a line can be for a deposit by their days.
func (m *banking) within(deposit, line int) bool {
	days := m.out.lines[line].On.Sub(m.out.deposits[deposit].On)
	return days >= 0 && days <= m.how.Days
}

func (m *banking) take(deposit int, by string, lines []int) error {
	sum := money.Amount{}
	for _, l := range lines {
		if err := add(&sum, m.out.lines[l].Amount); err != nil {
			return err
		}
		m.used[l] = true
	}
	off, err := sum.Sub(m.nets[deposit])
	if err != nil {
		return err
	}
	m.done[deposit] = true
	m.out.Matches = append(m.out.Matches, BankMatch{Deposit: deposit, Lines: lines, By: by, Off: off})
	return nil
}

// free are the lines that can be for a deposit: with its reference, or with none that another deposit has.
func (m *banking) free(deposit int, reference string) []int {
	var free []int
	for i, l := range m.out.lines {
		if !m.used[i] && m.within(deposit, i) && !l.Return && (reference == "" || l.Reference == reference) {
			free = append(free, i)
		}
	}
	return free
}

// byReference gives each deposit the lines of its reference. Where several deposits have one reference, each gets only what sums to it, as
// a whole or part by part, and the last that is left gets the only set that sums to it, or where there is none what is left.
func (m *banking) byReference() error {
	groups := map[string][]int{}
	var order []string
	for i, d := range m.out.deposits {
		if d.Reference == "" {
			continue
		}
		if groups[d.Reference] == nil {
			order = append(order, d.Reference)
		}
		groups[d.Reference] = append(groups[d.Reference], i)
	}
	for _, reference := range order {
		left := groups[reference]
		for len(left) > 1 {
			at := slices.IndexFunc(left, func(deposit int) bool { return m.exactly(deposit, m.free(deposit, reference)) != nil })
			if at < 0 {
				break
			}
			if err := m.take(left[at], "reference", m.exactly(left[at], m.free(left[at], reference))); err != nil {
				return err
			}
			left = slices.Delete(slices.Clone(left), at, at+1)
		}
		if len(left) == 1 {
			if lines := m.free(left[0], reference); len(lines) > 0 {
				if exactly := m.exactly(left[0], lines); exactly != nil {
					lines = exactly // the others are of another day
				}
				if err := m.take(left[0], "reference", lines); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// exactly are those of some lines that are certainly a deposit's: the only set that sums to it. It is nil where there is none.
func (m *banking) exactly(deposit int, lines []int) []int {
	if len(lines) == 0 || len(lines) > MaxCertain {
		return nil
	}
	amounts := make([]money.Amount, len(lines))
	for i, l := range lines {
		amounts[i] = m.out.lines[l].Amount
	}
	sets, all, err := Subsets(amounts, m.nets[deposit], 1)
	if err != nil || !all || len(sets) != 1 {
		return nil
	}
	var exactly []int
	for i, l := range lines {
		if amounts[i].IsZero() || slices.Contains(sets[0], i) { // a line of nothing is in no set, and fits
			exactly = append(exactly, l)
		}
	}
	return exactly
}

// byAmount matches a deposit and a line of one amount, where no other deposit and no other line in its days has it.
func (m *banking) byAmount() error {
	for i := range m.out.deposits {
		if m.done[i] || m.nets[i].IsZero() {
			continue
		}
		var alike []int
		for _, l := range m.free(i, "") {
			if m.out.lines[l].Amount == m.nets[i] {
				alike = append(alike, l)
			}
		}
		if len(alike) != 1 {
			continue
		}
		only := true
		for j := range m.out.deposits {
			only = only && (j == i || m.done[j] || m.nets[j] != m.nets[i] || !m.within(j, alike[0]))
		}
		if only {
			if err := m.take(i, "amount", alike); err != nil {
				return err
			}
		}
	}
	return nil
}

// bySum matches a deposit to the only set of lines that sums to it, where none of these lines is in a set that sums to another.
func (m *banking) bySum() error {
	for i := range m.out.deposits {
		if m.done[i] || m.nets[i].IsZero() {
			continue
		}
		lines := m.exactly(i, m.free(i, ""))
		if lines == nil || m.contested(i, lines) {
			continue
		}
		if err := m.take(i, "sum", lines); err != nil {
			return err
		}
	}
	return nil
}

// contested says whether a line may be another deposit's, as far as sums tell.
func (m *banking) contested(deposit int, lines []int) bool {
	for j := range m.out.deposits {
		if j == deposit || m.done[j] || m.nets[j].IsZero() {
			continue
		}
		free := m.free(j, "")
		if !slices.ContainsFunc(free, func(l int) bool { return slices.Contains(lines, l) }) {
			continue
		}
		amounts := make([]money.Amount, len(free))
		for i, l := range free {
			amounts[i] = m.out.lines[l].Amount
		}
		sets, all, err := Subsets(amounts, m.nets[j], MaxSolutions)
		if err != nil || !all {
			return true
		}
		for _, set := range sets {
			if slices.ContainsFunc(set, func(i int) bool { return slices.Contains(lines, free[i]) }) {
				return true
			}
		}
	}
	return false
}
