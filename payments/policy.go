package payments

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Policy says in which order a payment goes to what an account owes: a district's ordinance. What an account owes is ordered by
// the first key, what is alike there by the second, and so on; a payment fills one item after the other, and the rest is credit.
// Where the keys are silent, the oldest due date comes first, then penalties, then the item that was opened first.
type Policy struct {
	// Name and Source say whose rule it is and where it stands.
	Name, Source string
	// Keys are the order.
	Keys []Key
	// OnPlan are the keys for an account with a payment plan or level pay in force; Keys where there are none.
	OnPlan []Key
	// Proportional shares a payment out in proportion to what is open instead, by largest remainder, ties to the item that comes first
	// in the order of the keys.
	Proportional bool
	// Ahead lets what is left pay installments that no bill has asked for yet, in order of their due dates. Otherwise it stays credit.
	Ahead bool
}

// Key is one rule of an order.
type Key struct {
	By By
	// Order are the words in their order, of [ByService] and [ByKind]. What is not named comes after what is, and is alike.
	Order []string
}

// By is what a key orders by.
type By uint8

// What keys order by.
const (
	// ByService is the order of the services; a penalty is of its service.
	ByService By = iota + 1
	// ByKind is the order of the kinds of items, such as penalties first.
	ByKind
	// PastDueFirst is what is past due before what is current.
	PastDueFirst
	// CurrentFirst is what is current before what is past due.
	CurrentFirst
	// OldestFirst is in order of the due dates.
	OldestFirst
	// NewestFirst is in order of the due dates, the latest first.
	NewestFirst
	// PlanLast is what is on no payment plan before what is.
	PlanLast
)

var byWords = [...]string{ByService: "service", ByKind: "kind", PastDueFirst: "past_due_first", CurrentFirst: "current_first", OldestFirst: "oldest_first",
	NewestFirst: "newest_first", PlanLast: "plan_last"}

// String is its word, such as "oldest_first".
func (b By) String() string {
	if b == 0 || int(b) >= len(byWords) {
		return "by " + strconv.Itoa(int(b))
	}
	return byWords[b]
}

// MarshalText gives the word; what is none is [ErrPolicy].
func (b By) MarshalText() ([]byte, error) {
	if b == 0 || int(b) >= len(byWords) {
		return nil, &problem.Error{Code: ErrPolicy, What: b.String() + " is nothing to order by", Fix: "give one of the package's"}
	}
	return []byte(byWords[b]), nil
}

// UnmarshalText reads the word.
func (b *By) UnmarshalText(text []byte) error {
	at := slices.Index(byWords[1:], string(text))
	if at < 0 {
		return &problem.Error{Code: ErrPolicy, What: fmt.Sprintf("%q is nothing to order by", text), Fix: "give one of service, kind, past_due_first, current_first, oldest_first, newest_first, plan_last"}
	}
	*b = By(at + 1)
	return nil
}

// Check finds all that is wrong with the policy.
func (p Policy) Check() error {
	var found problem.List
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrPolicy, Path: path, What: what, Fix: fix})
	}
	if p.Name == "" || p.Source == "" {
		refuse("source", "the policy does not say whose rule it is, or where it stands", "give its name and the ordinance or resolution")
	}
	if len(p.Keys) == 0 {
		refuse("keys", "nothing says in which order payments are applied", "give keys; the oldest first is OldestFirst")
	}
	for _, list := range []struct {
		path string
		keys []Key
	}{{"keys", p.Keys}, {"on_plan", p.OnPlan}} {
		seen := map[By]bool{}
		for i, k := range list.keys {
			path := fmt.Sprintf("%s[%d]", list.path, i)
			if k.By == 0 || int(k.By) >= len(byWords) {
				refuse(path, k.By.String()+" is nothing to order by", "give one of the package's")
				continue
			}
			if seen[k.By] {
				refuse(path, "the key "+k.By.String()+" comes twice, and the second orders nothing", "leave it out")
			}
			seen[k.By] = true
			words := k.By == ByService || k.By == ByKind
			switch {
			case words && len(k.Order) == 0:
				refuse(path, "the key "+k.By.String()+" names nothing", "name the words in their order")
			case !words && len(k.Order) > 0:
				refuse(path, "the key "+k.By.String()+" has words, and orders by none", "leave them out")
			}
			named := map[string]bool{}
			for _, word := range k.Order {
				if word == "" || named[word] {
					refuse(path, fmt.Sprintf("the word %q is empty or comes twice", word), "name each once")
				}
				named[word] = true
			}
		}
		if seen[PastDueFirst] && seen[CurrentFirst] || seen[OldestFirst] && seen[NewestFirst] {
			refuse(list.path, "two of the keys say the opposite", "leave one out")
		}
	}
	return found.Err()
}

// owing is what a policy orders: an amount that an account has to pay, with what is known of it.
type owing struct {
	ledger.Obligation
	item *ledger.OpenItem
	at   int // among the account's items, in the order in which they were opened
	// again says that it was paid, and is owed again since the payment was taken back.
	again bool
}

// compare is the order of two by the keys, and by what is said where they are silent.
func compare(keys []Key, x, y *owing) int {
	for i := range keys {
		if c := keys[i].compare(x, y); c != 0 {
			return c
		}
	}
	return cmp.Or(x.Due.Compare(y.Due), cmp.Compare(rank(penaltyFirst, string(x.item.Kind)), rank(penaltyFirst, string(y.item.Kind))), cmp.Compare(x.at, y.at))
}

var penaltyFirst = []string{"penalty"}

func (k *Key) compare(x, y *owing) int {
	switch k.By {
	case ByService:
		return cmp.Compare(rank(k.Order, x.item.Service), rank(k.Order, y.item.Service))
	case ByKind:
		return cmp.Compare(rank(k.Order, string(x.item.Kind)), rank(k.Order, string(y.item.Kind)))
	case PastDueFirst:
		return cmp.Compare(y.When, x.When)
	case CurrentFirst:
		return cmp.Compare(currentRank(x.When), currentRank(y.When))
	case OldestFirst:
		return x.Due.Compare(y.Due)
	case NewestFirst:
		return y.Due.Compare(x.Due)
	case PlanLast:
		return cmp.Compare(planRank(x), planRank(y))
	}
	return 0
}

// rank is the place of a word in an order; what is not named comes last.
func rank(order []string, word string) int {
	if at := slices.Index(order, word); at >= 0 {
		return at
	}
	return len(order)
}

func currentRank(w ledger.When) int {
	switch w {
	case ledger.IsCurrent:
		return 0
	case ledger.IsPastDue:
		return 1
	}
	return 2
}

func planRank(x *owing) int {
	if x.ByInstallment {
		return 1
	}
	return 0
}
