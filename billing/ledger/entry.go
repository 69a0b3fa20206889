package ledger

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Entry is one event and all the money that it moves: a bill, a receipt, an adjustment. It is entered whole or not at all.
type Entry struct {
	// Cause is why money moves.
	Cause Cause
	// Key is the key that the source gives the event: a bill's, a receipt's, a request's. It names the source too, such as
	// "lockbox 2026-04-30 #17". The same cause, parent and key are the same event; two equal credits have two keys.
	Key string
	// Parent is the entry that this one follows from, where there is one.
	Parent stored.ID
	// Reverses says that the entry takes its parent back. [Ledger.Reverse] makes such entries.
	Reverses bool
	// Effective is the day that counts for the customer, and Accounting the one that counts in the books.
	Effective, Accounting civil.Date
	// NoticesFrom is, of an opening balance alone, the first day on which a notice may go out on it.
	NoticesFrom civil.Date
	// Opens are the items that the entry opens, and Moves what else it moves.
	Opens []Open
	Moves []Move
}

// Open is an item that an entry opens: a leg from the item to the place that it is owed against.
type Open struct {
	Item   Item
	Amount money.Amount
	// Against is mostly [Item.Against]; the credit that an item makes good, the item of another account that it replaces, the
	// opening of a conversion.
	Against Place
}

// Move is an amount that an entry moves.
type Move struct {
	From, To Place
	Amount   money.Amount
	// RevenueCode is that of the item at one of its ends, and otherwise the district's code for such money.
	RevenueCode string
}

// ID is the id of the entry: of its cause, parent and key, so that the same event always has the same.
func (e Entry) ID() stored.ID {
	return stored.NewID("entry", e.Parent, e.Key, stored.AppendText(make([]byte, 0, 32), string(e.Cause)))
}

// ItemID is the id of the ith item that the entry opens, from 0; it panics where the entry opens no such item.
func (e Entry) ItemID(i int) stored.ID { return itemID(e.ID(), i, e.Opens[i].Item) }

// Legs are the legs of the entry: those of the items that it opens, then those of its moves.
func (e Entry) Legs() []Leg { return e.legs(e.ID()) }

func (e *Entry) legs(id stored.ID) []Leg {
	legs := make([]Leg, 0, len(e.Opens)+len(e.Moves))
	add := func(from, to Place, amount money.Amount, code string) {
		leg := Leg{Entry: id, Ordinal: len(legs), From: from, To: to, Amount: amount, Cause: e.Cause, RevenueCode: code,
			Effective: e.Effective, Accounting: e.Accounting}
		leg.ID = leg.deriveID()
		legs = append(legs, leg)
	}
	for i, o := range e.Opens {
		add(OfItem(itemID(id, i, o.Item)), o.Against, o.Amount, o.Item.RevenueCode)
	}
	for _, m := range e.Moves {
		add(m.From, m.To, m.Amount, m.RevenueCode)
	}
	return legs
}

// AppendCanonical appends all that the entry says.
func (e Entry) AppendCanonical(b []byte) []byte {
	b = stored.AppendKind(b, "headgate.entry.1")
	b = stored.AppendText(b, string(e.Cause))
	b = stored.AppendText(b, e.Key)
	b = stored.AppendID(b, e.Parent)
	b = stored.AppendBool(b, e.Reverses)
	b = stored.AppendText(b, e.Effective.String())
	b = stored.AppendText(b, e.Accounting.String())
	b = stored.AppendText(b, e.NoticesFrom.String())
	b = stored.AppendCount(b, len(e.Opens))
	for _, o := range e.Opens {
		b = o.Item.AppendCanonical(b)
		b = stored.AppendInt(b, o.Amount.Cents())
		b = appendPlace(b, o.Against)
	}
	b = stored.AppendCount(b, len(e.Moves))
	for _, m := range e.Moves {
		b = appendPlace(appendPlace(b, m.From), m.To)
		b = stored.AppendInt(b, m.Amount.Cents())
		b = stored.AppendText(b, m.RevenueCode)
	}
	return b
}

// Check finds all that can be seen to be wrong with the entry by itself, as a [problem.List].
func (e Entry) Check() error {
	var found problem.List
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrEntry, Path: path, What: what, Fix: fix})
	}
	if ways[e.Cause] == nil {
		refuse("cause", fmt.Sprintf("there is no cause %q", string(e.Cause)), "use a constant of this package, such as Billed")
	}
	if blank(e.Key) {
		refuse("key", "the entry has no key, or one with blanks around it or characters that cannot be stored", "give the key of its source: without it, entering it twice would post it twice")
	}
	if e.Effective.IsZero() {
		refuse("effective", "the entry has no effective day", "give the day of the bill, or of the receipt")
	}
	if e.Accounting.IsZero() {
		refuse("accounting", "the entry has no accounting date", "give the day of the books that it belongs to")
	}
	if converted := e.Cause == Converted && !e.Reverses; converted == e.NoticesFrom.IsZero() || converted && e.NoticesFrom.Before(e.Accounting) {
		refuse("notices_from", "an opening balance says from which day on notices may go out on it, and nothing else does", "give a day on or after the conversion")
	}
	if e.Reverses && e.Parent.IsZero() {
		refuse("parent", "the entry reverses none", "let Ledger.Reverse make it")
	}
	if len(e.Opens)+len(e.Moves) == 0 {
		refuse("moves", "the entry moves nothing", "leave it out")
	}
	for i := range e.Opens {
		if part := e.checkOpen(&e.Opens[i]); part != nil {
			found = append(found, within(fmt.Sprintf("opens[%d]", i), part)...)
		}
	}
	for i := range e.Moves {
		if part := e.checkMove(&e.Moves[i]); part != nil {
			found = append(found, within(fmt.Sprintf("moves[%d]", i), part)...)
		}
	}
	return found.Err()
}

func (e *Entry) checkOpen(o *Open) problem.List {
	var found problem.List
	o.Item.check("item", &found)
	found.Add(o.Against.check("against"))
	found.Add(checkAmount("amount", o.Amount))
	found.Add(checkIncome("against", o.Against, o.Item.RevenueCode))
	if !e.Reverses {
		found.Add(e.checkWay(PlaceItem, o.Against.Kind))
		return found
	}
	// What a payment that is taken back finds used up is owed by the account that used it.
	if kind := o.Against.Kind; kind != PlaceCredit && kind != PlaceDeposit || o.Against.Key != o.Item.Account {
		found.Add(&problem.Error{Code: ErrReversal, Path: "against", What: "a reversal opens items only for what is gone from the account's own credit or deposit",
			Fix: "open it against CreditOf or DepositOf the item's account, and enter a fee as an entry of its own"})
	}
	return found
}

func (e *Entry) checkMove(m *Move) problem.List {
	var found problem.List
	from, to := m.From.check("from"), m.To.check("to")
	found.Add(from)
	found.Add(to)
	found.Add(checkAmount("amount", m.Amount))
	if blank(m.RevenueCode) {
		found.Add(&problem.Error{Code: ErrRevenueCode, Path: "revenue_code", What: "the move has no revenue code",
			Fix: "give the item's, or the district's code for such money"})
	}
	found.Add(checkIncome("from", m.From, m.RevenueCode))
	found.Add(checkIncome("to", m.To, m.RevenueCode))
	switch {
	case from != nil || to != nil:
	case m.From == m.To:
		found.Add(&problem.Error{Code: ErrLegToItself, What: fmt.Sprintf("the move goes from %s to itself", m.From),
			Fix: "give the place that the money goes to, or leave the move out"})
	case !e.Reverses: // which takes legs back, the other way
		found.Add(e.checkWay(m.From.Kind, m.To.Kind))
	}
	return found
}

func (e *Entry) checkWay(from, to PlaceKind) *problem.Error {
	allowed := ways[e.Cause]
	_, known := placeRules[to]
	if allowed == nil || !known || slices.Contains(allowed, way{from, to}) {
		return nil // a cause or a place that does not exist is told by itself
	}
	var words []string
	for _, w := range allowed {
		words = append(words, fmt.Sprintf("%s to %s", w.from, w.to))
	}
	return &problem.Error{Code: ErrCause, What: fmt.Sprintf("nothing is %s from %s to %s", e.Cause, from, to),
		Fix: "choose the cause that it has; this one moves " + strings.Join(words, ", ")}
}

// checkIncome sees that income is entered under the code that its leg has.
func checkIncome(path string, p Place, code string) *problem.Error {
	if p.Kind != PlaceRevenue || p.Key == code {
		return nil
	}
	return &problem.Error{Code: ErrRevenueCode, Path: path, What: fmt.Sprintf("the income is %q and the revenue code %q", p.Key, code), Fix: "give the same code in both"}
}

func checkAmount(path string, a money.Amount) *problem.Error {
	if a.Sign() > 0 {
		return nil
	}
	return &problem.Error{Code: ErrAmount, Path: path, What: fmt.Sprintf("the amount is %s", a),
		Fix: "give an amount above zero; money that goes the other way goes from the other place"}
}

func (e *Entry) digest() [sha256.Size]byte {
	return sha256.Sum256(e.AppendCanonical(make([]byte, 0, 512)))
}

func (e Entry) clone() Entry {
	e.Opens, e.Moves = slices.Clone(e.Opens), slices.Clone(e.Moves)
	return e
}

// within puts the problems of a part under the part's path.
func within(path string, found problem.List) problem.List {
	for _, e := range found {
		if e.Path == "" {
			e.Path = path
		} else {
			e.Path = path + "." + e.Path
		}
	}
	return found
}

// blank says that a text cannot stand in the books: it is empty, has blanks at its ends and could be taken for another, or
// holds what cannot be stored, as bytes of another character set or control characters.
func blank(text string) bool {
	return text == "" || strings.TrimSpace(text) != text || !utf8.ValidString(text) ||
		strings.ContainsFunc(text, func(r rune) bool { return r == utf8.RuneError || unicode.IsControl(r) })
}
