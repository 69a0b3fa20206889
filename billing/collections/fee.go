package collections

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Hour says when service is turned on again.
type Hour string

// In the hours of the office, or after them.
const (
	InHours    Hour = "in_hours"
	AfterHours Hour = "after_hours"
)

// Cap is the most that a law lets a household of low income be charged for a reconnection: dated, sourced data, confirmed by the
// district's counsel.
type Cap struct {
	// Title is its name with the year of its text, and Source where it stands. Status says how it is known.
	Title, Source string
	Status        Status
	// During are the days for which it may be used.
	During civil.Period
	// InHours and AfterHours are the caps of the year Base, before any index.
	InHours, AfterHours money.Amount
	Base                int
}

// HSC116914At2018 is the cap of California Health and Safety Code 116914(a)(1), as read in 2018: 50.00 in hours and 150.00 after,
// never above the actual cost, both with the consumer price index from 1 January 2021. To be confirmed by the district's counsel,
// and read again after SB 3.
func HSC116914At2018() Cap {
	return Cap{
		Title: "CA-HSC-116914@2018", Source: "H&S 116914(a)(1)", Status: Verified, During: civil.MustPeriod("[2020-02-01, 2028-01-01)"),
		InHours: money.Cents(50_00), AfterHours: money.Cents(150_00), Base: 2021,
	}
}

// UnmarshalText reads the name of a preset, as a policy file states it: CA-HSC-116914@2018. Another is [ErrLaw].
func (c *Cap) UnmarshalText(text []byte) error {
	if preset := HSC116914At2018(); preset.Title == string(text) {
		*c = preset
		return nil
	}
	return &problem.Error{Code: ErrLaw, What: "no preset has this name", Fix: "write CA-HSC-116914@2018; another cap is stated in Go once its text was read"}
}

// IndexYear is the consumer price index that caps of a year go by.
type IndexYear struct {
	Year  int             `policy:"year"`
	Value decimal.Decimal `policy:"value"`
}

// FeePolicy is a district's fee for turning service on again. Every field is stated.
type FeePolicy struct {
	// Title is the policy's name, and Citation what adopted it.
	Title    string `policy:"title"`
	Citation string `policy:"citation"`
	// InHours and AfterHours are the district's fees.
	InHours    policy.Value[money.Amount] `policy:"in_hours"`
	AfterHours policy.Value[money.Amount] `policy:"after_hours"`
	// Cap is that of the law for households of low income, and Confirmed says that counsel has confirmed it.
	Cap       Cap                `policy:"cap"`
	Confirmed policy.Value[bool] `policy:"confirmed"`
	// Index is the index of each year, the base of the cap among them; empty where the caps are used as they are (the smaller
	// charge). A year that it does not have is an error.
	Index []IndexYear `policy:"index,empty" validate:"dive"`
	// Kind and RevenueCode are those of the fee as an open item.
	Kind        ledger.Kind `policy:"kind"`
	RevenueCode string      `policy:"revenue_code"`
	// Marks are the placeholders of the plain fields.
	Marks policy.Marks
}

// Check finds all that is wrong with the policy, as a problem.List.
func (p FeePolicy) Check() error {
	f := p.findings()
	return f.Faults()
}

func (p FeePolicy) findings() policy.Findings {
	f := policy.Findings{Code: ErrPolicy, Title: p.Title, Marks: p.Marks}
	for _, text := range []struct{ path, value string }{
		{"title", p.Title}, {"citation", p.Citation}, {"kind", string(p.Kind)}, {"revenue_code", p.RevenueCode}, {"cap.title", p.Cap.Title}, {"cap.source", p.Cap.Source},
	} {
		f.Need(text.path, text.value != "", "it")
	}
	f.Need("cap", p.Cap.Title != "", "the law's cap, such as CA-HSC-116914@2018")
	f.Value("confirmed", p.Confirmed)
	for _, fee := range []struct {
		path  string
		value policy.Value[money.Amount]
	}{{"in_hours", p.InHours}, {"after_hours", p.AfterHours}} {
		if f.Value(fee.path, fee.value) && fee.value.Get().Sign() < 0 {
			f.Refuse(fee.path, fmt.Sprintf("%s is below zero", fee.value.Get()), "state the fee, or 0")
		}
	}
	if p.Cap.Title != "" && (p.Cap.During.Check() != nil || p.Cap.InHours.Sign() <= 0 || p.Cap.AfterHours.Sign() <= 0 || p.Cap.Base < 1) {
		f.Refuse("cap", "the cap is of no days, of no amount, or of no year", "state the law's")
	}
	if preset := HSC116914At2018(); p.Cap.Title == preset.Title && p.Cap != preset {
		f.Refuse("cap.title", fmt.Sprintf("%q is the name of a preset, and says something else", p.Cap.Title), "use the preset as it is, or give the cap another title")
	}
	f.Need("index", p.Index != nil, "the index of each year, or an empty list")
	base := len(p.Index) == 0
	seen := map[int]bool{}
	for i, y := range p.Index {
		path := fmt.Sprintf("index[%d]", i)
		if n, err := exact.NumberFromDecimal(y.Value); err != nil || n.Sign() <= 0 || seen[y.Year] {
			f.Refuse(path, fmt.Sprintf("the index of %d is not above zero, has too many digits, or is stated twice", y.Year), "state the published index of each year once")
		}
		seen[y.Year] = true
		base = base || y.Year == p.Cap.Base
	}
	if !base {
		f.Refuse("index", fmt.Sprintf("the year %d, from which the cap follows the index, is not in it", p.Cap.Base), "state its index too")
	}
	return f
}

// FeeFacts are what a reconnection fee rests on, and nothing else: the same facts give the same fee.
type FeeFacts struct {
	// Account, Area and Service are whose it is. Key is the key of the event of the reconnection.
	Account, Area, Service, Key string
	// On is the day on which service was turned on again, and When in which hours.
	On   civil.Date
	When Hour
	// Residential says that the service is residential, and LowIncome that the household is below 200% of the federal poverty line
	// (H&S 116914): the two that make the cap hold.
	Residential, LowIncome YesNo
	// ActualCost is what the reconnection cost the district; above zero where the cap holds.
	ActualCost money.Amount
}

// Fee is a reconnection fee, and why it is what it is.
type Fee struct {
	Facts  FeeFacts
	Amount money.Amount
	// Stated is the district's fee; Cap, where it holds, the law's in that year, and Capped says that the law made the fee less.
	Stated, Cap money.Amount
	Capped      bool
	// Words say it with its numbers.
	Words string
	// Policy is what it was made under, and Placeholders are the values of it that stand in for what is not known.
	Policy       string
	Placeholders []policy.Mark

	kind        ledger.Kind
	revenueCode string
}

// Reconnection is the fee for turning service on again: the district's; for a household of low income the least of it, the actual
// cost and the law's cap. Beside a fee for the shutoff it is [Fees.Reconnection] that says what is left of the cap.
//
// Errors: those of [FeePolicy.Check]; policy.ErrNotKnown; [ErrFacts]; [ErrLaw] for a day of which the cap was not read; [ErrCap] for
// a year that the index does not have.
func (p FeePolicy) Reconnection(f FeeFacts) (Fee, error) {
	found := p.findings()
	if err := found.Err(); err != nil {
		return Fee{}, err
	}
	if err := f.check(); err != nil {
		return Fee{}, err
	}
	stated, most, hours := p.InHours.Get(), p.Cap.InHours, "in hours"
	if f.When == AfterHours {
		stated, most, hours = p.AfterHours.Get(), p.Cap.AfterHours, "after hours"
	}
	out := Fee{Facts: f, Amount: stated, Stated: stated, Policy: p.Title, Placeholders: found.Placeholders, kind: p.Kind, revenueCode: p.RevenueCode}
	words := []string{fmt.Sprintf("the district's fee %s is %s", hours, stated)}
	if f.Residential == No || f.LowIncome == No {
		words = append(words, "no cap holds: "+p.Cap.Title+" is of residential service of low income")
	} else {
		if !p.Cap.During.Contains(f.On) {
			return Fee{}, &problem.Error{Code: ErrLaw, Path: "on", What: fmt.Sprintf("%s is not of the days %s of %s", f.On, p.Cap.During, p.Cap.Title),
				Fix: "use the cap as it stands on that day, once its text was read anew"}
		}
		var err error
		if out.Cap, err = p.indexed(most, f.On.Year()); err != nil {
			return Fee{}, err
		}
		for _, limit := range []money.Amount{out.Cap, f.ActualCost} {
			if limit.Cmp(out.Amount) < 0 {
				out.Amount, out.Capped = limit, true
			}
		}
		words = append(words, fmt.Sprintf("of a household of low income at most the actual cost of %s and the cap of %s (%s): %s", f.ActualCost, out.Cap, p.Cap.Source, out.Amount))
		if !p.Confirmed.Get() {
			words = append(words, p.Cap.Title+" is to be confirmed by counsel")
		}
	}
	for _, mark := range found.Placeholders {
		words = append(words, "a placeholder stands in for "+mark.String())
	}
	out.Words = strings.Join(words, "; ")
	return out, nil
}

func (f *FeeFacts) check() error {
	var found problem.List
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrFacts, Path: path, What: what, Fix: fix})
	}
	if strings.TrimSpace(f.Account) == "" || strings.TrimSpace(f.Key) == "" || f.On.IsZero() {
		refuse("account", "the account, the key or the day is missing", "give all three")
	}
	if f.When != InHours && f.When != AfterHours {
		refuse("when", fmt.Sprintf("there are no hours %q", string(f.When)), "give in_hours or after_hours")
	}
	for i, said := range [...]YesNo{f.Residential, f.LowIncome} {
		if said != Yes && said != No {
			refuse([...]string{"residential", "low_income"}[i], "it is not stated", "give Yes or No")
		}
	}
	if f.ActualCost.Sign() < 0 || f.ActualCost.IsZero() && f.Residential == Yes && f.LowIncome == Yes {
		refuse("actual_cost", fmt.Sprintf("the reconnection cost %s", f.ActualCost), "give what it cost the district, above which the law allows no fee")
	}
	return found.Err()
}

// indexed is a cap in a year: with the index since its base, in whole cents below, so that none is above the law's.
func (p *FeePolicy) indexed(most money.Amount, year int) (money.Amount, error) {
	if len(p.Index) == 0 {
		return most, nil
	}
	var base, now exact.Ratio
	for _, y := range p.Index {
		if y.Year == p.Cap.Base {
			base = exact.FromDecimal(y.Value)
		}
		if y.Year == year {
			now = exact.FromDecimal(y.Value)
		}
	}
	if now.IsZero() {
		return money.Amount{}, &problem.Error{Code: ErrCap, Path: "index", What: fmt.Sprintf("it has no year %d", year), Fix: "state the published index of that year"}
	}
	share, err := now.Quo(base)
	if err != nil {
		return money.Amount{}, err
	}
	cents, ok := share.Mul(exact.Int(most.Cents())).Floor(0).Int64()
	if !ok {
		return money.Amount{}, &problem.Error{Code: money.ErrOverflow, Path: "index", What: "the cap is beyond any amount", Fix: "look at the index"}
	}
	return money.Cents(cents), nil
}

// Posting are the days of a fee in the books.
type Posting struct {
	// Billed is the day of the bill that shows it, and Due the last day on which it is paid in time.
	Billed, Due civil.Date
	// Accounting is the day that counts in the books.
	Accounting civil.Date
}

// Entries are the ledger entries that make the books have the fee, in the order in which they are posted: Ledger.PostAll. The same reconnection
// is charged once: there are none where the fee is in the books, or is nothing. Where another amount is in the books, as before low income was
// known, that is reversed on the day of the bill, what was paid on it becomes the account's credit first, and the fee is charged under a key of
// its own.
//
// Errors: what the ledger finds wrong with the entries; [ErrFacts] for books that are missing, and for a fee that was adjusted, written off
// or moved since.
func (f Fee) Entries(books *ledger.Ledger, days Posting) ([]ledger.Entry, error) {
	if books == nil {
		return nil, noBooks()
	}
	stands, charged, next := reconnectionFee(books, f.Facts.Account, f.Facts.Key)
	var out []ledger.Entry
	if !stands.IsZero() {
		if charged == f.Amount {
			return nil, nil
		}
		var err error
		if out, err = takeBack(books, stands, charged, "the reconnection "+f.Facts.Key, days.Billed, days.Accounting); err != nil {
			return nil, err
		}
	}
	if f.Amount.IsZero() {
		return out, nil
	}
	item := ledger.Item{Account: f.Facts.Account, Area: f.Facts.Area, Kind: f.kind, Service: f.Facts.Service, RevenueCode: f.revenueCode, Billed: days.Billed, Due: days.Due}
	next.Effective, next.Accounting, next.Opens = f.Facts.On, days.Accounting, []ledger.Open{{Item: item, Amount: f.Amount, Against: item.Against()}}
	if err := next.Check(); err != nil {
		return nil, err
	}
	return append(out, next), nil
}
