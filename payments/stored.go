package payments

import (
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Kept is a receipt as a host keeps it, with where it came from.
type Kept struct {
	Source, Batch string
	Receipt       Receipt
}

// Key is the key of the receipt: of its entry in a ledger, and where others name it.
func (k Kept) Key() string { return ReceiptKey(k.Batch, k.Receipt.Number) }

// Check finds all that is wrong with it by itself.
func (k Kept) Check() error {
	var found problem.List
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrReceipt, Path: path, What: what, Fix: fix})
	}
	if k.Source == "" || k.Batch == "" || k.Receipt.Number < 1 {
		refuse("batch", "the receipt has no source, no batch or no number there", "give all three")
	}
	if k.Receipt.Received.IsZero() {
		refuse("received", "the receipt has no day", "give the day that counts for the customer")
	}
	for _, s := range k.Receipt.Stubs {
		if s.Directed.Rest > RestAsCredit {
			refuse("stubs", "what a directed payment leaves goes nowhere that is known", "give RestByPolicy or RestAsCredit")
		}
	}
	return found.Err()
}

// The stored forms of what a host keeps of receipts, so that they are known again and can be looked up. Bank data is in none of them: marks stand
// for it, under the host's key.
var (
	ReceiptForm      = stored.NewForm("payments.receipt", 1, writeReceipt, readReceipt)
	SightingForm     = stored.NewForm("payments.sighting", 1, writeSighting, readSighting)
	FileSightingForm = stored.NewForm("payments.file_sighting", 1, writeFileSighting, readFileSighting)
)

// The shapes of version 1. They never change.
type (
	stubV1 struct {
		Reference string       `json:"reference,omitempty"`
		Amount    money.Amount `json:"amount"`
		Due       money.Amount `json:"due,omitzero"`
		Service   string       `json:"directed_service,omitempty"`
		Item      stored.ID    `json:"directed_item,omitzero"`
		AsCredit  bool         `json:"rest_as_credit,omitempty"`
	}
	receiptV1 struct {
		Source   string       `json:"source"`
		Batch    string       `json:"batch"`
		Number   int          `json:"number"`
		Received civil.Date   `json:"received"`
		Amount   money.Amount `json:"amount"`
		Currency string       `json:"currency,omitempty"`
		Mark     Mark         `json:"mark,omitzero"`
		Loose    Mark         `json:"loose,omitzero"`
		Payer    Mark         `json:"payer,omitzero"`
		Name     Mark         `json:"name,omitzero"`
		Dated    civil.Date   `json:"dated,omitzero"`
		Reverses Mark         `json:"reverses,omitzero"`
		Stubs    []stubV1     `json:"stubs,omitempty"`
	}
	sightingV1 struct {
		Mark     Mark   `json:"mark"`
		Receipt  string `json:"receipt"`
		Reversed bool   `json:"reversed,omitempty"`
		Held     bool   `json:"held,omitempty"`
	}
	fileSightingV1 struct {
		Key     string `json:"key"`
		Content Mark   `json:"content"`
		Loose   Mark   `json:"loose,omitzero"`
	}
)

func writeReceipt(k Kept) (receiptV1, error) {
	r := &k.Receipt
	w := receiptV1{Source: k.Source, Batch: k.Batch, Number: r.Number, Received: r.Received, Amount: r.Amount, Currency: r.Currency, Mark: r.Mark, Loose: r.Loose, Payer: r.Payer, Name: r.Name,
		Dated: r.Dated, Reverses: r.Reverses}
	for _, s := range r.Stubs {
		w.Stubs = append(w.Stubs, stubV1{Reference: s.Reference, Amount: s.Amount, Due: s.Due, Service: s.Directed.Service, Item: s.Directed.Item, AsCredit: s.Directed.Rest == RestAsCredit})
	}
	return w, k.Check()
}

func readReceipt(w receiptV1) (Kept, error) {
	k := Kept{Source: w.Source, Batch: w.Batch, Receipt: Receipt{Number: w.Number, Received: w.Received, Amount: w.Amount, Currency: w.Currency, Mark: w.Mark, Loose: w.Loose, Payer: w.Payer, Name: w.Name,
		Dated: w.Dated, Reverses: w.Reverses}}
	for _, s := range w.Stubs {
		stub := Stub{Reference: s.Reference, Amount: s.Amount, Due: s.Due, Directed: Direction{Service: s.Service, Item: s.Item}}
		if s.AsCredit {
			stub.Directed.Rest = RestAsCredit
		}
		k.Receipt.Stubs = append(k.Receipt.Stubs, stub)
	}
	return k, k.Check()
}

func writeSighting(s Sighting) (sightingV1, error) { return sightingV1(s), s.check() }
func readSighting(w sightingV1) (Sighting, error)  { return Sighting(w), Sighting(w).check() }

func writeFileSighting(s FileSighting) (fileSightingV1, error) { return fileSightingV1(s), s.check() }
func readFileSighting(w fileSightingV1) (FileSighting, error) {
	return FileSighting(w), FileSighting(w).check()
}

func (s Sighting) check() error {
	if s.Mark.IsZero() || s.Receipt == "" {
		return &problem.Error{Code: ErrReceipt, Path: "mark", What: "a payment that was taken has no mark or no receipt", Fix: "give those that Result.Sightings gave"}
	}
	return nil
}

func (s FileSighting) check() error {
	if s.Content.IsZero() || s.Key == "" {
		return &problem.Error{Code: ErrReceipt, Path: "content", What: "a file that was processed has no mark or no key", Fix: "give those that Result.FilesSeen gave"}
	}
	return nil
}
