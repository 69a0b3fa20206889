package payments

import (
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments/scanline"
)

// Status is whether an account takes payments.
type Status uint8

// The statuses.
const (
	// Active is an account with service.
	Active Status = iota + 1
	// Final is one that has its final bill; it is paid as an active one is.
	Final
	// Closed is one that takes no payments any more.
	Closed
)

// String gives "active", "final" or "closed".
func (s Status) String() string {
	switch s {
	case Active:
		return "active"
	case Final:
		return "final"
	case Closed:
		return "closed"
	}
	return fmt.Sprintf("status %d", uint8(s))
}

// UnmarshalText reads what String gives.
func (s *Status) UnmarshalText(text []byte) error {
	for _, status := range []Status{Active, Final, Closed} {
		if status.String() == string(text) {
			*s = status
			return nil
		}
	}
	return &problem.Error{Code: ErrDirectory, What: fmt.Sprintf("%q is no status", text), Fix: "give active, final or closed"}
}

// MarshalText gives what String gives.
func (s Status) MarshalText() ([]byte, error) {
	if s < Active || s > Closed {
		return nil, &problem.Error{Code: ErrDirectory, What: s.String() + " is none", Fix: "give Active, Final or Closed"}
	}
	return []byte(s.String()), nil
}

// Account is an account as payments name it.
type Account struct {
	// ID is its number, and Area its service area.
	ID, Area string
	Status   Status
	// Invoices are the numbers of its bills, without what [References] puts before them, and Aliases its old account numbers and what
	// else it is paid under.
	Invoices []Invoice
	Aliases  []string
	// Groups are the references under which it is paid together with others by one sum, such as that of a manager of several properties.
	Groups []string
	// Name is the mark of its customer's name, by which it is proposed and never found.
	Name Mark
	// Payers are the marks of the bank accounts that were seen to pay for it.
	Payers []Mark
}

// Invoice is a bill that a payment may name.
type Invoice struct {
	Number string
	// Amount is what it asks for; nothing where that is not known.
	Amount money.Amount
}

// References says what a reference of a stub looks like.
type References struct {
	// InvoicePrefix stands before the number of an invoice, such as "INV"; empty where nothing does.
	InvoicePrefix string
	// CheckDigit is how the last digit of an account number is made; nil where account numbers have none.
	CheckDigit *scanline.Routine
}

// Directory finds the account that a reference names. It is not changed, and is safe for use by several goroutines.
type Directory struct {
	form     References
	accounts []Account
	byID     map[string]int32
	byAlias  map[string]int32
	shared   map[string][]int32 // the aliases that several accounts have
	invoices map[string]Invoice // those whose amount is known
	groups   map[string][]int32
	byPayer  map[Mark][]int32
	byName   map[Mark][]int32
}

// NewDirectory takes the district's accounts. One without an id or a status, two of one id and an empty invoice or alias are
// [ErrDirectory]. An alias that two accounts have is no fault: what names it is ambiguous.
func NewDirectory(form References, accounts []Account) (*Directory, error) {
	d := &Directory{form: form, accounts: make([]Account, len(accounts)), byID: make(map[string]int32, len(accounts)), byAlias: map[string]int32{}, shared: map[string][]int32{},
		invoices: map[string]Invoice{}, groups: map[string][]int32{}, byPayer: map[Mark][]int32{}, byName: map[Mark][]int32{}}
	var found problem.List
	if form.CheckDigit != nil {
		routine := *form.CheckDigit
		if err := routine.Check(); err != nil {
			return nil, err
		}
		d.form.CheckDigit = &routine
	}
	refuse := func(i int, path, what, fix string) {
		found.Add(&problem.Error{Code: ErrDirectory, Path: fmt.Sprintf("accounts[%d]%s", i, path), What: what, Fix: fix})
	}
	copy(d.accounts, accounts)
	for i := range d.accounts {
		a := &d.accounts[i]
		switch _, twice := d.byID[a.ID]; {
		case strings.TrimSpace(a.ID) == "" || strings.TrimSpace(a.ID) != a.ID:
			refuse(i, ".id", "the account has no number, or blanks around it", "give the number as it is printed")
		case twice:
			refuse(i, ".id", fmt.Sprintf("account %s comes twice", a.ID), "leave one out")
		case a.Status < Active || a.Status > Closed:
			refuse(i, ".status", fmt.Sprintf("account %s has no status", a.ID), "say whether it is active, final or closed")
		}
		d.byID[a.ID] = int32(i)
	}
	for i := range d.accounts {
		a := &d.accounts[i]
		for j, invoice := range a.Invoices {
			if invoice.Number == "" {
				refuse(i, fmt.Sprintf(".invoices[%d]", j), "the invoice has no number", "leave it out")
				continue
			}
			name := form.InvoicePrefix + invoice.Number
			d.alias(name, int32(i))
			if !invoice.Amount.IsZero() {
				d.invoices[name] = invoice
			}
		}
		for j, alias := range a.Aliases {
			if alias == "" {
				refuse(i, fmt.Sprintf(".aliases[%d]", j), "the alias is empty", "leave it out")
				continue
			}
			d.alias(alias, int32(i))
		}
		for j, group := range a.Groups {
			switch {
			case group == "":
				refuse(i, fmt.Sprintf(".groups[%d]", j), "the reference of the group is empty", "leave it out")
			case slices.Contains(d.groups[group], int32(i)):
				refuse(i, fmt.Sprintf(".groups[%d]", j), fmt.Sprintf("account %s is in the group twice", a.ID), "leave one out")
			default:
				d.groups[group] = append(d.groups[group], int32(i))
			}
		}
		for _, payer := range a.Payers {
			if !payer.IsZero() {
				d.byPayer[payer] = append(d.byPayer[payer], int32(i))
			}
		}
		if !a.Name.IsZero() {
			d.byName[a.Name] = append(d.byName[a.Name], int32(i))
		}
	}
	for i := range d.accounts {
		for _, group := range d.accounts[i].Groups {
			if _, taken := d.byID[group]; taken || d.isAlias(group) {
				refuse(i, ".groups", fmt.Sprintf("account %s is in a group whose reference is an account, an invoice or an alias too", d.accounts[i].ID), "give the group a reference of its own")
			}
		}
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *Directory) isAlias(reference string) bool {
	_, taken := d.byAlias[reference]
	return taken
}

func (d *Directory) alias(name string, account int32) {
	first, taken := d.byAlias[name]
	switch {
	case !taken:
		d.byAlias[name] = account
	case first == account:
	default:
		if d.shared[name] == nil {
			d.shared[name] = []int32{first}
		}
		for _, other := range d.shared[name] {
			if other == account {
				return
			}
		}
		d.shared[name] = append(d.shared[name], account)
	}
}

// Account is an account by its number.
func (d *Directory) Account(id string) (Account, bool) {
	at, ok := d.byID[id]
	if !ok {
		return Account{}, false
	}
	return d.accounts[at], true
}

// Len is how many accounts there are.
func (d *Directory) Len() int { return len(d.accounts) }

// Method is how the account of a payment was found.
type Method uint8

// The methods, the surest first.
const (
	// NotFound is of what names no account.
	NotFound Method = iota
	// ByAccount is by the account's number.
	ByAccount
	// ByInvoice is by the number of one of its bills.
	ByInvoice
	// ByAlias is by an old account number, or what else the account is paid under.
	ByAlias
	// ByPayer is by the bank account, which was seen to pay for this account alone; see [Settings.PayerMemory].
	ByPayer
)

// String gives "account", "invoice", "alias" or "payer"; nothing for what was not found.
func (m Method) String() string {
	switch m {
	case ByAccount:
		return "account"
	case ByInvoice:
		return "invoice"
	case ByAlias:
		return "alias"
	case ByPayer:
		return "payer"
	}
	return ""
}

// MarshalText gives what String gives.
func (m Method) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// find is the account that a reference names; otherwise why there is none, and between which it cannot be told.
func (d *Directory) find(reference string) (account int32, by Method, why Exception, among []int32) {
	if reference == "" {
		return -1, NotFound, NoReference, nil
	}
	if at, ok := d.byID[reference]; ok {
		return at, ByAccount, "", nil
	}
	isInvoice := d.form.InvoicePrefix != "" && strings.HasPrefix(reference, d.form.InvoicePrefix)
	if at, ok := d.byAlias[reference]; ok {
		if among := d.shared[reference]; among != nil {
			return -1, NotFound, Ambiguous, among
		}
		if isInvoice || d.isInvoice(at, reference) {
			return at, ByInvoice, "", nil
		}
		return at, ByAlias, "", nil
	}
	if !isInvoice && d.form.CheckDigit != nil && !d.form.CheckDigit.Holds(reference) {
		return -1, NotFound, CheckDigit, nil
	}
	return -1, NotFound, UnknownAccount, nil
}

// isInvoice says whether what has no prefix is a number of the account's bills.
func (d *Directory) isInvoice(account int32, reference string) bool {
	if d.form.InvoicePrefix != "" {
		return false
	}
	for i := range d.accounts[account].Invoices {
		if d.accounts[account].Invoices[i].Number == reference {
			return true
		}
	}
	return false
}

// plainName is a name for comparing: capitals, single blanks.
func plainName(name string) string { return strings.ToUpper(strings.Join(strings.Fields(name), " ")) }
