package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/metering"
)

// ErrPublic is an extract of public records that lacks something, or is given something twice.
const ErrPublic problem.Code = "E_REPORT_PUBLIC"

// PublicRequest is what an extract is made of. The order of its lists has no effect.
type PublicRequest struct {
	// Bills are those that were released. One that the books do not have was not posted and is left out, and so is one that was
	// taken back. A bill of nothing is in no books, and stands.
	Bills []billing.Bill
	// Books say what was posted and taken back. What has corrected a bill changes no row: charges and usage are those that were billed.
	Books *ledger.Ledger
	// Classes are the classes of all accounts of the bills.
	Classes map[string]string
	// Least is the least number of different customers in a class and area that is extracted, 1 or more: where fewer are, a
	// neighbor knows whose the bills are, however many accounts a customer has. There is no default.
	Least int
}

// PublicRow is a bill without anybody's name or id. Bills of one account cannot be told from those of others.
type PublicRow struct {
	Number      int // from 1, in the order of what the rows say, which is that of nobody's accounts
	Class, Area string
	Charges     money.Amount
	Days        int // that it bills, of the service with the most
	Usage       []PublicUse
}

// PublicUse is usage in a unit; a quantity that was billed and not measured, as for sewer on winter average, is none.
type PublicUse struct {
	Unit metering.Unit
	Use  exact.Ratio
}

// PublicTotal is what the bills of a class and area come to.
type PublicTotal struct {
	Class, Area                string
	Customers, Accounts, Bills int
	Charges                    money.Amount
	Usage                      []PublicUse // in the order of the units
}

// PublicExtract is bills as a public record may show them: class, area, amounts and usage, each as it was billed. What may be shown of utility customers is law
// that was not read (Gov 7927.410): counsel confirms it.
type PublicExtract struct {
	Rows   []PublicRow
	Groups []PublicTotal // in order of classes and areas
	Total  PublicTotal   // of the rows alone, so that nothing can be told of what is left out
	// Left is how many bills are left out, and not of which class and area: what the books do not have, what was taken back, and those
	// of few customers.
	Left []Left
}

// PublicRecord makes the extract. Errors, all that are found: [ErrPublic] for a bill that is none, is given twice, is not the one that
// was posted or whose account has no class, for missing books, and for a least number that is not stated.
func PublicRecord(r PublicRequest) (PublicExtract, error) {
	if err := r.check(); err != nil {
		return PublicExtract{}, err
	}
	bills, gone, err := r.posted()
	if err != nil {
		return PublicExtract{}, err
	}
	type at struct{ class, area string }
	there := map[at]*publicPeople{}
	place := func(b *billing.Bill) at { return at{r.Classes[b.Account()], b.Area()} }
	for _, b := range bills {
		if there[place(b)] == nil {
			there[place(b)] = newPublicPeople()
		}
		there[place(b)].add(b)
	}
	var out PublicExtract
	groups, left, shown := map[at]*publicSum{}, 0, newPublicPeople()
	total := &publicSum{use: map[metering.Unit]exact.Ratio{}}
	for _, b := range bills {
		where := place(b)
		if len(there[where].customers) < r.Least {
			left++
			continue
		}
		row := publicRow(b)
		row.Class, row.Area = where.class, where.area
		out.Rows = append(out.Rows, row)
		if groups[where] == nil {
			groups[where] = &publicSum{PublicTotal: PublicTotal{Class: where.class, Area: where.area}, use: map[metering.Unit]exact.Ratio{}}
			there[where].count(&groups[where].PublicTotal)
		}
		shown.add(b)
		if err := cmp.Or(groups[where].add(row), total.add(row)); err != nil {
			return PublicExtract{}, &problem.Error{Code: ErrPublic, Path: "bill " + b.Key(), Err: err}
		}
	}
	slices.SortFunc(out.Rows, comparePublic)
	for i := range out.Rows {
		out.Rows[i].Number = i + 1
	}
	for _, where := range slices.SortedFunc(maps.Keys(groups), func(a, b at) int { return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(a.area, b.area)) }) {
		out.Groups = append(out.Groups, groups[where].total())
	}
	shown.count(&total.PublicTotal)
	out.Total = total.total()
	if left > 0 {
		gone = append(gone, Left{Count: left, Why: fmt.Sprintf("bills of classes and areas with fewer than %d customers", r.Least)})
	}
	out.Left = gone
	return out, nil
}

// posted are the bills that the books have and that were not taken back, and how many others there are.
func (r PublicRequest) posted() ([]*billing.Bill, []Left, error) {
	var bills []*billing.Bill
	var found problem.List
	missing, back := 0, 0
	for i := range r.Bills {
		b := &r.Bills[i]
		switch stand, _ := b.Stands(r.Books); stand {
		case billing.NotPosted:
			missing++
		case billing.TakenBack:
			back++
		case billing.IsAnother:
			found.Add(&problem.Error{Code: ErrPublic, Path: fmt.Sprintf("bills[%d]", i), What: "the books have another bill under the key " + b.Key(),
				Fix: "give the bill that was posted"})
		default:
			bills = append(bills, b)
		}
	}
	var out []Left
	if missing > 0 {
		out = append(out, Left{Count: missing, Why: "bills that the books do not have: they were not posted"})
	}
	if back > 0 {
		out = append(out, Left{Count: back, Why: "bills that were taken back"})
	}
	return bills, out, found.Err()
}

// publicPeople are those whose bills are of a group.
type publicPeople struct{ customers, accounts map[string]bool }

func newPublicPeople() *publicPeople {
	return &publicPeople{customers: map[string]bool{}, accounts: map[string]bool{}}
}

func (p *publicPeople) add(b *billing.Bill) {
	p.customers[b.Customer()], p.accounts[b.Account()] = true, true
}

func (p *publicPeople) count(t *PublicTotal) {
	t.Customers, t.Accounts = len(p.customers), len(p.accounts)
}

func (r PublicRequest) check() error {
	var found problem.List
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrPublic, Path: path, What: what, Fix: fix})
	}
	if r.Least < 1 {
		refuse("least", "the least number of customers in a group is not stated", "give it, 1 where every group may be shown")
	}
	if r.Books == nil {
		refuse("books", "there are no books, which say what was posted and taken back", "give the ledger, an empty one where nothing was posted")
	}
	seen := map[stored.ID]bool{}
	for i := range r.Bills {
		b := &r.Bills[i]
		path := fmt.Sprintf("bills[%d]", i)
		switch {
		case b.Key() == "":
			refuse(path, "there is no bill", "give what billing.NewBill returned")
		case seen[b.ID()]:
			refuse(path, fmt.Sprintf("the bill %s is given twice", b.Key()), "give each bill once")
		case strings.TrimSpace(r.Classes[b.Account()]) == "":
			refuse(path, "the account of the bill "+b.Key()+" has no class", "give the class of each account")
		}
		seen[b.ID()] = true
	}
	return found.Err()
}

// publicRow is what a bill shows.
func publicRow(b *billing.Bill) PublicRow {
	row := PublicRow{Charges: b.Charges()}
	days, use := map[string]int{}, map[metering.Unit]exact.Ratio{}
	// One reading may be of two services, such as water and the sewer that goes by it: it is water that was used once.
	type read struct {
		meter, register   string
		period            civil.Period
		previous, current int64
	}
	seen := map[read]bool{}
	for _, d := range b.Days() {
		days[d.Agreement] += d.Period.Days()
		row.Days = max(row.Days, days[d.Agreement])
		for _, p := range b.Reads(d.Agreement) {
			if one := (read{p.Meter, p.Register, p.Period, p.Previous, p.Current}); !seen[one] {
				seen[one] = true
				use[p.Unit] = use[p.Unit].Add(p.Use)
			}
		}
	}
	row.Usage = uses(use)
	return row
}

// uses are the units with their use, in order.
func uses(of map[metering.Unit]exact.Ratio) []PublicUse {
	var out []PublicUse
	for _, unit := range slices.Sorted(maps.Keys(of)) {
		out = append(out, PublicUse{unit, of[unit]})
	}
	return out
}

func comparePublic(a, b PublicRow) int {
	return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.Area, b.Area), a.Charges.Cmp(b.Charges), cmp.Compare(a.Days, b.Days),
		slices.CompareFunc(a.Usage, b.Usage, func(x, y PublicUse) int { return cmp.Or(cmp.Compare(x.Unit, y.Unit), x.Use.Cmp(y.Use)) }))
}

// publicSum is a total in the making.
type publicSum struct {
	PublicTotal
	use map[metering.Unit]exact.Ratio
}

func (s *publicSum) add(row PublicRow) error {
	s.Bills++
	for _, u := range row.Usage {
		s.use[u.Unit] = s.use[u.Unit].Add(u.Use)
	}
	return addMoney(&s.Charges, row.Charges)
}

func (s *publicSum) total() PublicTotal {
	s.Usage = uses(s.use)
	return s.PublicTotal
}
